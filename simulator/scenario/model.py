"""What a scenario says: a phone, an app and its pipeline, a watcher, what happens, what is assumed.

All of it is data.  A scenario with ``family: true`` is judged over every combination of what is
assumed; its single values are only where the enumeration starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from attrs import field, frozen

from simulator.android import versions
from simulator.android.permissions import PERMISSIONS
from simulator.android.stack import CardFormat, default_stack, stack_names
from simulator.apps import hardware
from simulator.apps import preset as presets
from simulator.apps.placing import Name
from simulator.apps.plan import CopyIn, Deed, Finds, Verb, When
from simulator.claims.names import proposition_names
from simulator.documents import (
    Bytes,
    Constraint,
    Localized,
    OneOf,
    Pattern,
    PhonePath,
    Range,
    Rate,
    Refused,
    Seconds,
)
from simulator.grades import Grade
from simulator.message import Message
from simulator.outcomes import Answer, Fate, Loss, Outcome, Result
from simulator.watchers import library as watchers
from simulator.watchers.rule import PARAMETERS, Rule

StorageMode = Literal["legacy", "scoped"]
UserAct = Literal[
    "send video",
    "capture video",
    "cancel",
    "retake",
    "open app",
    "view in app",
    "clean in app",
    "delete in app",
    "switch app",
    "record video",
    "open elsewhere",
    "delete in gallery",
    "trash in gallery",
    "restore from bin",
    "delete by adb",
    "clear cache",
    "clear data",
    "revoke permission",
    "uninstall",
    "reinstall",
    "remove card",
    "insert card",
]
SystemAct = Literal[
    "free cache",
    "media scan",
    "idle maintenance",
    "kill app",
    "restart",
    "network lost",
    "server errors",
    "fill storage",
    "clock forward",
    "clock back",
]
Opens = Literal["path", "mediastore", "saf", "picker"]
Removes = Literal["path", "native", "mediastore", "collection"]


#: Who made what is in an album, unless a scenario says otherwise.
CAMERA = "com.android.camera"
_PACKAGE = r"[A-Za-z]\w*(\.[A-Za-z]\w*)+"
_CLOCK = "%Y-%m-%d %H:%M:%S"
_FIRST_YEAR, _LAST_YEAR = 2008, 2100
#: The shortest time that something lasts, and the longest by which a clock is set (seconds).
_INSTANT, _AGE = 0.001, 10 * 365 * 86_400
_SLOWEST = 1


def _help(text: str) -> dict[str, str]:
    return {"help": text}


@frozen
class Clock(Constraint):
    """A date and time such as ``2022-11-12 21:00:00``, in the lifetime of Android."""

    def apply(self, value: Any) -> Any:
        """*value*; raises :class:`Refused` where it is no such time."""
        try:
            moment = datetime.strptime(value, _CLOCK)
        except ValueError:
            moment = datetime.min
        if not _FIRST_YEAR <= moment.year < _LAST_YEAR:
            raise Refused(
                Message(
                    "expected a date and time such as “2022-11-12 21:00:00”; got “{text}”",
                    text=value,
                )
            )
        return value

    def narrow(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema with the pattern of such a time."""
        return {**schema, "pattern": r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"}


#: A moment on public record, as finely as it is known.
_MOMENTS = ("%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y-%m")


@frozen
class Moment(Constraint):
    """A month, a date, or a date with a time of day, in the lifetime of Android."""

    def apply(self, value: Any) -> Any:
        """*value*; raises :class:`Refused` where it is no such moment."""
        years = (found.year for pattern in _MOMENTS if (found := _moment(value, pattern)))
        if not any(_FIRST_YEAR <= year < _LAST_YEAR for year in years):
            raise Refused(
                Message(
                    "expected a month, a date, or a date and time such as “2022-11-13 23:33”;"
                    " got “{text}”",
                    text=value,
                )
            )
        return value

    def narrow(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema with the pattern of such a moment."""
        return {**schema, "pattern": r"^\d{4}-\d\d(-\d\d( \d\d:\d\d)?)?$"}


def _moment(value: str, pattern: str) -> datetime | None:
    """The moment that *value* is by that *pattern*, written in full; None where it is none."""
    try:
        found = datetime.strptime(value, pattern)
    except ValueError:
        return None
    return found if found.strftime(pattern) == value else None


@frozen
class AlbumFile:
    """A file that is in shared storage before the run begins."""

    path: Annotated[str, PhonePath()] = field(metadata=_help("relative to shared storage"))
    size: Annotated[Bytes, Range(1, None, "B")]
    clip: Seconds = field(
        default=Seconds(0.0), metadata=_help("length of the video; 0 s for a picture")
    )
    age: Seconds = field(default=Seconds(0.0), metadata=_help("how old it is when the run begins"))
    made_by: Annotated[str, Pattern(_PACKAGE, Message("package name"))] = field(
        default=CAMERA, metadata=_help("the package that made it, which is the owner of its row")
    )


@frozen
class PhoneSpec:
    """The phone."""

    android: Annotated[str, OneOf(tuple(versions.API))] = field(
        metadata=_help("Android version, such as 10 or 4.4")
    )
    album: tuple[AlbumFile, ...]
    stack: Annotated[str, OneOf(stack_names)] | None = field(
        default=None,
        metadata=_help("how shared storage is built; if absent, as such phones usually have it"),
    )
    launched_with: Annotated[str, OneOf(tuple(versions.API))] | None = field(
        default=None, metadata=_help("Android version that the phone was launched with")
    )
    maker: Annotated[str, Pattern(r"[a-z]+", Message("a maker's name in lower case"))] | None = (
        field(default=None, metadata=_help("who made the phone, such as huawei"))
    )
    card: CardFormat = field(
        default="vfat", metadata=_help("file system of a memory card, should there be one")
    )
    model: Localized | None = None
    folders: tuple[Annotated[str, PhonePath()], ...] = field(
        default=(), metadata=_help("folders of others that are there before the run begins")
    )
    storage: Bytes = field(default=Bytes(64_000_000_000), metadata=_help("capacity"))
    codec: Annotated[str, OneOf(hardware.codecs)] | None = field(
        default=None, metadata=_help("class of its video codec; if absent, as the preset has it")
    )
    flash: Annotated[str, OneOf(hardware.flash)] | None = field(
        default=None, metadata=_help("class of its storage; if absent, as the preset has it")
    )
    clock: Annotated[str, Clock()] = field(
        default="2022-11-12 21:00:00", metadata=_help("wall clock at second 0")
    )

    @property
    def api(self) -> int:
        """The API level."""
        return versions.API[self.android]

    @property
    def launch_api(self) -> int | None:
        """The API level that it was launched with, if that is said."""
        return None if self.launched_with is None else versions.API[self.launched_with]

    @property
    def storage_stack(self) -> str:
        """How shared storage is built: as said, or as such phones usually have it."""
        return self.stack or default_stack(self.api, self.launch_api, self.maker).stack


@frozen
class AppSpec:
    """The app, and what Android has granted it."""

    package: Annotated[str, Pattern(_PACKAGE, Message("package name"))]
    label: Localized = field(metadata=_help("the name that a person knows it by"))
    target_sdk: Annotated[int, Range(1, 36)]
    storage: StorageMode = field(metadata=_help("storage mode the app asked for"))
    granted: tuple[Annotated[str, OneOf(PERMISSIONS)], ...] = ()
    process: Annotated[str, Pattern(r"[A-Za-z][\w.]*(:\w+)?", Message("process name"))] | None = (
        field(
            default=None,
            metadata=_help("its android:process, should that differ from the package"),
        )
    )


@frozen
class PipelineSpec:
    """What the app does with a picked video, and where it puts its copy."""

    preset: Annotated[str, OneOf(presets.names)]
    place: Annotated[str, PhonePath()] | None = field(
        default=None,
        metadata=_help(
            "folder of the copy; internal-cache, internal-files, external-cache, external-files"
            " and external-media are the app's own; if absent, as the preset has it"
        ),
    )
    name: Name | None = field(default=None, metadata=_help("how the copy is named"))
    variant: str = "normal"
    how: Literal["transcode", "copy"] | None = field(
        default=None, metadata=_help("whether the copy is a smaller version or the same bytes")
    )
    copy_in: CopyIn | None = field(
        default=None, metadata=_help("whether it works on a copy of what was picked")
    )
    opens_via: Opens | None = field(
        default=None, metadata=_help("what the app holds of what was picked: a path, or a uri")
    )
    writes_via: Literal["path", "mediastore"] = field(
        default="path", metadata=_help("how the copy is made: by its path, or by a row")
    )


@frozen
class CleanUpSpec:
    """What the clean-up hits, when, by which route, and what the app does if it may not.

    What is left out is as the preset has it.
    """

    hits: Literal["app_copy", "original"] = "app_copy"
    when: When | None = field(default=None, metadata=_help("when the app cleans up"))
    via: Removes | None = field(default=None, metadata=_help("by which route a file is removed"))
    deed: Deed | None = field(default=None, metadata=_help("how a file is removed"))
    finds: Finds | None = field(default=None, metadata=_help("how a sweep finds what it removes"))
    keep_for: Seconds | None = field(
        default=None, metadata=_help("ttl: what a sweep finds younger stays")
    )
    keep_at_most: Bytes | None = field(default=None, metadata=_help("lru: how much a sweep leaves"))
    on_refusal: Literal["gives_up", "retries", "asks_user"] = field(
        default="gives_up", metadata=_help("what the app does next after a refusal")
    )
    attempts: Annotated[int, Range(1, 1000)] = field(
        default=3, metadata=_help("how often an app that retries tries, in all")
    )
    retry_after: Seconds = field(default=Seconds(1.0))


@frozen
class NetworkSpec:
    """The network."""

    link: Annotated[str, OneOf(hardware.links)] | None = field(
        default=None, metadata=_help("class of the link; if absent, as the preset has it")
    )
    client: Annotated[str, OneOf(hardware.clients)] | None = field(
        default=None,
        metadata=_help("the upload client that the app uses; if absent, as the preset has it"),
    )


@frozen
class TimingSpec:
    """Numbers in place of the preset's, without any spread; what is left out is drawn."""

    transcode_speed: Annotated[float, Range(0.001, 1000)] | None = field(
        default=None, metadata=_help("clip seconds per second of work")
    )
    output_rate: Annotated[Rate, Range(_SLOWEST, None, "B/s")] | None = field(
        default=None, metadata=_help("bytes per second of clip in the app's copy")
    )
    copy_speed: Annotated[Rate, Range(_SLOWEST, None, "B/s")] | None = None
    upload_speed: Annotated[Rate, Range(_SLOWEST, None, "B/s")] | None = None
    upload_timeout: Seconds | None = None
    retry_pause: Seconds | None = None
    clean_up_delay: Seconds | None = None
    restart_delay: Seconds | None = None
    confirm_delay: Seconds | None = None
    editing: Seconds | None = None
    sweep_every: Annotated[Seconds, Range(1, None, "s")] | None = None


@frozen
class FaultSpec:
    """A fault of the app itself: its process dies once, in the middle of its work."""

    killed_at: Verb | None = field(
        default=None, metadata=_help("the step before which the process dies, the first time")
    )
    killed_before_call: Annotated[int, Range(1)] | None = field(
        default=None, metadata=_help("the same by the number of the app's call, from 1")
    )
    starts_again: bool = field(
        default=True, metadata=_help("whether the app is started again a little later")
    )


@frozen
class RuleName(Constraint):
    """The id of a shipped watcher, or a file that ends in ``.yaml``."""

    def apply(self, value: Any) -> Any:
        """*value*; raises :class:`Refused` where it is neither."""
        return value if watchers.is_file(value) else OneOf(watchers.names).apply(value)

    def narrow(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The ids, or anything that ends like a file of YAML."""
        return {"anyOf": [{"enum": list(watchers.names())}, {"pattern": r"\.ya?ml$"}]}


@frozen
class WatcherSpec:
    """The watcher on duty, and what no source settles about it.

    What is left out is as the rule has it.  May be written as the name of the rule alone.
    """

    SHORTHAND: ClassVar[str] = "rule"

    rule: Annotated[str, RuleName()] = field(
        metadata=_help("id of a shipped watcher, or a file of one's own (./mine.yaml)")
    )
    scope: str | None = field(default=None, metadata=_help("which of the rule's lists of folders"))
    mode: str | None = field(default=None, metadata=_help("how the rule is set up"))
    whitelist: Literal["none", "provider", "app"] | None = field(
        default=None, metadata=_help("who is on the list beside those that the rule names")
    )
    attribution: Literal["process", "forwarded"] | None = field(
        default=None,
        metadata=_help("whom it takes for the caller when a provider carries a call out"),
    )
    nomedia: Literal["ignored", "exempts"] | None = None
    indexed_by: Literal["row", "scan"] | None = field(
        default=None, metadata=_help("which rows count: any, or only those a scan has confirmed")
    )
    app_sees: str | None = field(default=None, metadata=_help("what a refused app is told"))
    rename_actor: Literal["app_runtime", "gallery", "kernel_other"] | None = None
    muted: Literal["false", "true"] | None = field(
        default=None, metadata=_help("the user has muted the notices about this app")
    )
    merging: Literal["each", "merged"] | None = field(
        default=None, metadata=_help("whether notices that follow each other closely become one")
    )
    overseas: bool = field(default=False, metadata=_help("a build for other markets"))
    custom: Rule | None = field(default=None, metadata={"unwritten": True})

    @property
    def applied(self) -> Rule | None:
        """The rule itself; None where there is no watcher."""
        if self.rule == watchers.NONE:
            return None
        return self.custom if self.custom is not None else watchers.rule(self.rule)

    @property
    def chosen(self) -> dict[str, str]:
        """The parameters that are given here."""
        given = {name: getattr(self, name) for name in PARAMETERS}
        return {name: value for name, value in given.items() if value is not None}


@frozen
class Consent:
    """How the user answers a dialog, and how long that takes."""

    answer: Literal["agrees", "declines", "ignores"] = field(
        default="ignores", metadata=_help("a dialog that is ignored holds the app up for good")
    )
    after: Seconds = field(default=Seconds(3.0))


@frozen
class OtherApp:
    """Another app on the phone."""

    package: Annotated[str, Pattern(_PACKAGE, Message("package name"))]
    label: Localized = field(metadata=_help("the name that a person knows it by"))


@frozen
class Happening:
    """Something that a person, or the phone's own system, does.

    Exactly one of *user* and *system* stands; which other keys an act has is checked with the
    scenario as a whole.
    """

    at: Seconds
    user: UserAct | None = field(default=None, metadata=_help("what the person does"))
    original: Annotated[str, PhonePath()] | None = field(
        default=None, metadata=_help("the file of the album that it is about")
    )
    more: tuple[Annotated[str, PhonePath()], ...] = field(
        default=(), metadata=_help("open app, delete in app: further files of the album")
    )
    app: Annotated[str, Pattern(_PACKAGE, Message("package name"))] | None = field(
        default=None, metadata=_help("the other app: the package that comes to the screen")
    )
    system: SystemAct | None = field(
        default=None, metadata=_help("what the phone does itself, or what goes wrong")
    )
    which: Literal["original", "copy"] = field(
        default="original",
        metadata=_help("what is deleted: that file, or the app's latest copy of it"),
    )
    clip: Annotated[Seconds, Range(_INSTANT, _AGE, "s")] | None = field(
        default=None, metadata=_help("length of what is recorded")
    )
    lasts: Annotated[Seconds, Range(_INSTANT, None, "s")] | None = field(
        default=None, metadata=_help("how long it lasts")
    )
    by: Annotated[Seconds, Range(_INSTANT, _AGE, "s")] | None = field(
        default=None, metadata=_help("by how much the clock is set")
    )
    permission: Annotated[str, OneOf(PERMISSIONS)] | None = field(
        default=None, metadata=_help("revoke permission: which one")
    )
    bytes_: Annotated[Bytes, Range(1, None, "B")] | None = field(
        default=None,
        metadata={"key": "bytes", "help": "how much is to be free afterwards"},
    )
    defy_quota: bool = field(
        default=False,
        metadata=_help("free cache: take from apps that are within their quota as well"),
    )

    @property
    def act(self) -> str:
        """What is done, whoever does it."""
        return self.user or self.system or ""


@frozen
class Observed:
    """Something on public record: quoted, with our translation, or retold in both languages."""

    what: Literal["notice", "statement", "report", "bin"]
    text: Localized
    grade: Grade
    source: str
    who: Localized | None = field(default=None, metadata=_help("who said so, or to whom"))
    when: Annotated[str, Moment()] | None = field(
        default=None,
        metadata=_help("when, as finely as it is known: 2022-11-13 23:33, 2022-11-13, or 2022-11"),
    )


@frozen
class Assumed:
    """An unknown: the value shown first, the other values to try, and who could settle it."""

    use: str
    try_: tuple[str, ...] = field(default=(), metadata={"key": "try"})
    grade: Grade = "assumption"
    note: Localized | None = None
    question: Localized | None = None
    settled_by: Localized | None = None
    who: Literal["user", "app maker", "phone maker"] | None = None


@frozen
class Claimed:
    """A sentence to be judged: one of the named propositions of :mod:`simulator.claims`.

    *general*: the sentence is said of every case ("certainly", "always", "whenever"), so that one
    combination against it settles it.
    """

    claim: Annotated[str, OneOf(proposition_names)]
    sentence: Localized
    general: bool = False
    speaker: Localized | None = None
    source: str = ""


@frozen
class Expect:
    """What must come out; each field is checked only where it is given.

    *decisive* names values which, each put in place of the scenario's own by itself, would make
    another thing come out: what the expectation rests on.
    """

    because: Localized
    outcome: Outcome | None = None
    notices: Annotated[int, Range(0)] | None = None
    fate: Fate | None = None
    loss: Loss | None = None
    could: Answer | None = field(default=None, metadata=_help("answer of the route by path"))
    names_app: str | None = None
    removal: Result | None = field(
        default=None, metadata=_help("what became of the first request to remove a file")
    )
    removed_by: str | None = field(
        default=None, metadata=_help("who asked for that: a package, or a part of the phone")
    )
    dialogs: Annotated[int, Range(0)] | None = None
    withheld: Annotated[int, Range(0)] | None = field(
        default=None, metadata=_help("events that became no notice")
    )
    stale_rows: Annotated[int, Range(0)] | None = field(
        default=None, metadata=_help("entries that the gallery showed without a file")
    )
    job: Literal["done", "failed", "broken_off", "cancelled", "unfinished"] | None = field(
        default=None, metadata=_help("whether the app came to the end of its work")
    )
    claims: Mapping[str, Literal["settled_true", "settled_false", "open"]] = field(factory=dict)
    decisive: Mapping[str, str] = field(
        factory=dict, metadata=_help("PATH: VALUE, each of which would change what comes out")
    )


@frozen
class Scenario:
    """A scenario file."""

    id: Annotated[
        str, Pattern(r"[a-z0-9]+(-[a-z0-9]+)*", Message("lower-case words joined by hyphens"))
    ]
    title: Localized
    question: Localized
    phone: PhoneSpec
    app: AppSpec
    pipeline: PipelineSpec
    watcher: WatcherSpec
    happens: tuple[Happening, ...]
    expect: Expect
    clean_up: CleanUpSpec = field(factory=CleanUpSpec)
    consent: Consent = field(factory=Consent)
    network: NetworkSpec = field(factory=NetworkSpec)
    timing: TimingSpec = field(factory=TimingSpec)
    faults: FaultSpec = field(factory=FaultSpec)
    others: tuple[OtherApp, ...] = ()
    until: Seconds = field(default=Seconds(120.0), metadata=_help("end of the run"))
    family: bool = False
    tags: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    observed: tuple[Observed, ...] = ()
    assumed: Mapping[str, Assumed] = field(factory=dict)
    claims: tuple[Claimed, ...] = ()
