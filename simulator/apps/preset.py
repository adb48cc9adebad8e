"""Kinds of apps as data: which steps they take, where they put files, how they clean up.

A preset is a YAML file in ``presets/``; every number in it has a grade and a source.  Numbers that
a preset does not give are those of ``numbers.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from attrs import field, fields, frozen

from simulator.apps.calls import Via
from simulator.apps.placing import FileSpec
from simulator.apps.plan import CopyIn, Deed, Finds, Slot, Step, Verb, When
from simulator.documents import Bytes, Localized, OneOf, Range, Rate, Seconds, load
from simulator.errors import UnknownName
from simulator.grades import Grade
from simulator.message import Message

#: What an app does beside its job: when its process starts, when the user cancels, ...
Occasion = Literal["capture", "start", "cancel", "retake", "clean", "view"]
#: Numbers that a step can wait for.
WAITS = ("clean_up_delay", "confirm_delay", "editing", "restart_delay")
#: Slots that a preset can lay out.
Laid = Literal["copy", "input", "temp", "staged", "part", "thumb", "shot", "away"]


@frozen
class Sourced:
    """A number's *grade* and *source*; *spread* is the sigma of a log-normal around its value."""

    grade: Grade = field(kw_only=True)
    source: str = field(kw_only=True)
    spread: Annotated[float, Range(0, 3)] = field(default=0.0, kw_only=True)


@frozen
class Factor(Sourced):
    """A pure number, such as clip seconds per second of work."""

    value: Annotated[float, Range(0.001, 1000)]


@frozen
class Duration(Sourced):
    """A time in seconds."""

    value: Seconds


@frozen
class Speed(Sourced):
    """A data rate in bytes per second."""

    value: Rate


@frozen
class Amount(Sourced):
    """A number of bytes."""

    value: Bytes


def _help(text: str) -> dict[str, str]:
    return {"help": text}


@frozen
class Numbers:
    """How fast an app works and sends, and how it tries again; a preset gives what differs."""

    transcode_speed: Factor | None = field(
        default=None, metadata=_help("clip seconds per second of work")
    )
    watermark_speed: Factor | None = field(
        default=None, metadata=_help("how fast a watermark is drawn, as part of that")
    )
    output_rate: Speed | None = field(
        default=None, metadata=_help("bytes per second of clip in the app's copy")
    )
    capture_rate: Speed | None = field(
        default=None, metadata=_help("bytes per second of clip that the camera writes")
    )
    thumbnail_size: Amount | None = None
    copy_speed: Speed | None = None
    upload_speed: Speed | None = None
    upload_whole_below: Amount | None = field(
        default=None, metadata=_help("what is no larger is sent in one piece")
    )
    upload_chunk: Amount | None = None
    upload_parallel: Factor | None = field(
        default=None, metadata=_help("pieces that are under way at a time")
    )
    upload_timeout: Duration | None = field(
        default=None, metadata=_help("how long it waits for a network that is gone")
    )
    upload_tries: Factor | None = field(default=None, metadata=_help("tries in all"))
    retry_pause: Duration | None = field(
        default=None, metadata=_help("the pause after the first try that failed")
    )
    retry_growth: Factor | None = field(
        default=None, metadata=_help("how many times longer each further pause is")
    )
    retry_step: Duration | None = field(
        default=None, metadata=_help("what is added to each further pause")
    )
    clean_up_delay: Duration | None = None
    restart_delay: Duration | None = None
    confirm_delay: Duration | None = field(
        default=None, metadata=_help("how long a user looks at a shot before keeping it")
    )
    editing: Duration | None = field(
        default=None, metadata=_help("how long a user has something open in the app")
    )
    sweep_every: Duration | None = None
    keep_for: Duration | None = field(
        default=None, metadata=_help("what a sweep by age finds younger stays")
    )
    keep_at_most: Amount | None = field(
        default=None, metadata=_help("how much a sweep by size leaves")
    )


@frozen
class StepLine:
    """One step as a preset writes it; ``file`` stands for the one file of steps that have one."""

    do: Verb
    source: Slot = field(default="original", metadata={"key": "from"})
    target: Slot = field(default="copy", metadata={"key": "to"})
    file: Slot | None = None
    via: Via | None = None
    times: Annotated[int, Range(1, 1000)] = field(
        default=1, metadata=_help("how often, or in how many parts")
    )
    for_: Annotated[str, OneOf(WAITS)] | None = field(
        default=None, metadata={"key": "for", "help": "wait: the number that says how long"}
    )
    ordered: bool = field(
        default=False, metadata=_help("the user had ordered just that, in the app's settings")
    )

    def step(self) -> Step:
        """The step itself."""
        source = self.file or self.source
        target = self.file if self.file and self.do in _REWRITES else self.target
        return Step(self.do, source, target, self.via, self.times, self.for_ or "", self.ordered)


#: Steps whose one file is what they write to.
_REWRITES = frozenset({"rewrite"})


@frozen
class CleanUp:
    """How a kind of app cleans up, where a scenario does not say otherwise."""

    when: When
    grade: Grade
    source: str
    deed: Deed = "unlink"
    via: Via = "path"
    finds: Finds = "ledger"
    folder: Laid = field(default="copy", metadata=_help("whose folder a sweep looks through"))


@frozen
class Sends:
    """How a kind of app goes on after a transfer that broke off."""

    resumes: bool
    grade: Grade
    source: str


@frozen
class Preset:
    """A kind of app: its job in one or more *variants*, what it does *on* other occasions.

    *files* says where its own files lie and what they are called, *picks* by which route it reads
    what the user picked, *copy_in* whether it works on a copy of that.
    """

    id: str
    title: Localized
    about: Localized
    source: str
    grade: Grade
    variants: Mapping[str, tuple[StepLine, ...]]
    files: Mapping[Laid, FileSpec]
    clean_up: CleanUp
    sends: Sends
    numbers: Numbers = field(factory=Numbers)
    on: Mapping[Occasion, tuple[StepLine, ...]] = field(factory=dict)
    picks: Via = "path"
    copy_in: CopyIn = "never"
    how: Literal["transcode", "copy"] = "transcode"
    shoots: Annotated[str, OneOf(("video", "photo"))] = "video"
    orders: bool = field(
        default=False, metadata=_help("a user can order its job as such, in the app")
    )

    def steps(self, variant: str) -> tuple[Step, ...]:
        """The steps of that variant.

        Raises :class:`UnknownName` where the preset has no such variant.
        """
        if variant not in self.variants:
            raise UnknownName(Message("variant"), variant, sorted(self.variants))
        return tuple(line.step() for line in self.variants[variant])

    def occasion(self, occasion: Occasion) -> tuple[Step, ...]:
        """What it does on that occasion; empty where it does nothing."""
        return tuple(line.step() for line in self.on.get(occasion, ()))

    def number(self, name: str) -> Any:
        """That number with its grade and source: the preset's own, else the shared one.

        Raises :class:`KeyError` where there is no number of that name.
        """
        own = getattr(self.numbers, name, None)
        return own if own is not None else _shared()[name]


_FOLDER = files("simulator.apps")
_PRESETS = _FOLDER / "presets"


@cache
def shared() -> Numbers:
    """The numbers that hold where a preset gives none of its own."""
    text = (_FOLDER / "numbers.yaml").read_text(encoding="utf-8")
    return load(text, Numbers, file="numbers.yaml").value


@cache
def _shared() -> Mapping[str, Any]:
    return {a.name: getattr(shared(), a.name) for a in fields(Numbers)}


@cache
def names() -> tuple[str, ...]:
    """The ids of the shipped presets."""
    return tuple(sorted(p.name[:-5] for p in _PRESETS.iterdir() if p.name.endswith(".yaml")))


@cache
def preset(name: str) -> Preset:
    """The shipped preset of that id.

    Raises :class:`UnknownName` where there is none.
    """
    if name not in names():
        raise UnknownName(Message("preset"), name, names())
    text = (_PRESETS / f"{name}.yaml").read_text(encoding="utf-8")
    return load(text, Preset, file=f"{name}.yaml").value
