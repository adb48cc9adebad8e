"""What a watcher's rule is made of.

A rule is data: a YAML file whose every section names its source and grade.  What no source settles
is a *parameter* with the values to try.  The same few kinds of checks make up every rule, so that
rules can be laid side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from attrs import field, frozen

from simulator.android import versions
from simulator.android.layers import layers
from simulator.android.stack import stack_names
from simulator.documents import Localized, OneOf, Pattern, Range, Seconds
from simulator.grades import Grade
from simulator.message import Message

#: Stands for whatever layer apps look at shared storage through on that phone.
MOUNT = "mount"
#: What a rule can look at.  ``leave``: renamed into another folder; ``lose-name``: renamed so that
#: the name does not count as media any more; ``replace``: another file was renamed over it;
#: ``hide``: a ``.nomedia`` is made in its folder.
Change = Literal[
    "unlink", "rmdir", "rename", "leave", "lose-name", "replace", "truncate", "hide", "read"
]
CHANGES: tuple[Change, ...] = get_args(Change)
#: Which request of a caller can be which change.
VERB_OF: Mapping[Change, str] = {
    "unlink": "unlink",
    "rmdir": "rmdir",
    "rename": "rename",
    "leave": "rename",
    "lose-name": "rename",
    "replace": "rename",
    "truncate": "truncate",
    "hide": "create",
    "read": "open",
}
_AT_ONCE = Seconds(0.0)
#: What a rule may leave open.
ParameterName = Literal[
    "scope",
    "mode",
    "whitelist",
    "attribution",
    "nomedia",
    "indexed_by",
    "app_sees",
    "rename_actor",
    "muted",
    "merging",
]
PARAMETERS: tuple[ParameterName, ...] = get_args(ParameterName)
#: The values of the parameters that every rule understands alike; the others' depend on the rule.
VALUES: Mapping[ParameterName, tuple[str, ...]] = {
    "whitelist": ("none", "provider", "app"),
    "attribution": ("process", "forwarded"),
    "nomedia": ("ignored", "exempts"),
    "indexed_by": ("row", "scan"),
    "rename_actor": ("app_runtime", "gallery", "kernel_other"),
    "muted": ("false", "true"),
    "merging": ("each", "merged"),
}
#: What holds where a rule has no such parameter; of ``scope`` and ``mode`` there is one then.
DEFAULTS: Mapping[ParameterName, str] = {
    "whitelist": "none",
    "attribution": "process",
    "nomedia": "ignored",
    "indexed_by": "row",
    "rename_actor": "kernel_other",
    "muted": "false",
    "merging": "each",
}
Claim = Literal[
    "names_app",
    "object_is_media",
    "was_removed",
    "was_intercepted",
    "made_by_app",
    "not_made_by_app",
]


def _layer_names() -> tuple[str, ...]:
    return (MOUNT, *layers())


def _help(text: str) -> dict[str, str]:
    return {"help": text}


@frozen
class Fact:
    """Where a section of a rule comes from: its *grade*, its *source*, and a *note*."""

    grade: Grade = field(kw_only=True, metadata=_help("grade of the evidence"))
    source: str = field(kw_only=True, metadata=_help("where it can be read"))
    note: str = field(default="", kw_only=True, metadata=_help("limits of the source"))


@frozen
class Home:
    """A phone on which the rule is known or supposed to be, and how apps are on it.

    *storage* is the storage mode of an app there (None: as the scenario has it).
    """

    android: Annotated[str, OneOf(tuple(versions.API))]
    stack: Annotated[str, OneOf(stack_names)]
    storage: Literal["legacy", "scoped"] | None = None


@frozen
class Mode:
    """What the rule does about which change: *acts_on*, only *logs*, or *denies* it outright."""

    acts_on: tuple[Change, ...] = ()
    logs: tuple[Change, ...] = ()
    denies: tuple[Change, ...] = ()

    def changes(self) -> tuple[Change, ...]:
        """Every change it looks at."""
        return tuple(dict.fromkeys((*self.acts_on, *self.logs, *self.denies)))


@frozen
class Hook(Fact):
    """Where the rule sits, and what it looks at there.

    *layers*: where one change crosses several, the first that fits counts.  *modes* are the ways in
    which the rule can be set up; with several of them ``mode`` is a parameter.  *remembers*: for so
    long a renamed file keeps, for this rule, the folder and the name that it had before.
    """

    layers: tuple[Annotated[str, OneOf(_layer_names)], ...]
    modes: Mapping[str, Mode]
    remembers: Seconds = _AT_ONCE


@frozen
class Scope(Fact):
    """Which folders are watched.

    ``directory-flag``: an inode flag set on folders, inherited at mkdir only.  ``path-prefix``: a
    list of paths.  ``indexed``: whatever has a row in MediaStore.  ``albums``: folders that hold
    photos or videos with rows.  ``whole``: everything.  *sets* are the candidates for the lists;
    with several of them ``scope`` is a parameter.
    """

    kind: Literal["directory-flag", "path-prefix", "indexed", "albums", "whole"]
    sets: Mapping[str, tuple[str, ...]] = field(factory=dict)


@frozen
class Types(Fact):
    """What counts as a photo or video, and whether folders count.

    *test*: ``extension`` (the last one, without regard to case), ``indexed`` (the media type of its
    row), ``none``.  *folders*: ``named-like-media`` are judged by their names as files are, ``any``
    without a look at the name.
    """

    test: Literal["extension", "indexed", "none"]
    photo: tuple[str, ...] = ()
    video: tuple[str, ...] = ()
    kept_suffix: str = field(default="", metadata=_help("suffix of files kept aside"))
    folders: Literal["never", "named-like-media", "any"] = "never"


@frozen
class Callers(Fact):
    """Who is exempt.

    *creator_exempt*: whoever made the file, as the *creator_in* says: the ``file`` (an attribute of
    it), or its ``row`` in MediaStore (the owner package).  *gesture_exempt*: what the user asked
    for himself.
    """

    first_uid: Annotated[int, Range(0, 99_999)] = field(
        default=0, metadata=_help("callers with a lower uid are exempt")
    )
    whitelist: tuple[str, ...] = ()
    creator_exempt: bool = False
    creator_in: Literal["file", "row"] = "file"
    gesture_exempt: bool = False


@frozen
class SeenAs(Fact):
    """Whom the rule names, and how it finds the name.

    ``command-line`` of the process, cut at the colon; ``package`` of the uid; ``foreground``: a
    guess, the app that is on the screen; ``nobody``.
    """

    by: Literal["command-line", "package", "foreground", "nobody"]
    cached_per_uid: bool = False


@frozen
class Action(Fact):
    """What happens on a match.

    ``log`` only; ``notify`` afterwards; ``keep`` the file aside and report success; ``refuse`` with
    *error*; ``ask`` the user first, *error* being what the caller gets after a no.  ``consent`` is
    Android's own dialog, which the permission model brings about.
    """

    does: Literal["log", "notify", "keep", "refuse", "ask", "consent"]
    error: str = ""


@frozen
class Rescue(Fact):
    """Where a kept file goes: set aside by *moved_by*, then moved to the bin."""

    aside: Annotated[str, Pattern(r"[^/]*\{name\}[^/]*", Message("a name with {{name}} in it"))] = (
        field(metadata=_help("pattern of the name beside the file, with {name}"))
    )
    bin: str = field(metadata=_help("folder of the recycle bin"))
    bin_label: Localized
    retention: Seconds
    aside_after: Seconds
    bin_after: Seconds
    moved_by: Literal["kernel", "provider", "gallery"] = "gallery"
    collision: Literal["overwrite", "number"] = field(
        default="overwrite", metadata=_help("a second file kept under the same name")
    )


@frozen
class Wording(Fact):
    """A notice's text.

    *of*: for which kind of file; *made_by*: for files that the app named ``app`` made, or others
    did.  *zh* and *en* say where each language is from.
    """

    of: Literal["photo", "video", "any"]
    text: Localized
    made_by: Literal["anybody", "app", "others"] = "anybody"
    zh: Literal["documented", "translation", "proposal"] = "documented"
    en: Literal["documented", "translation", "proposal"] = "translation"


@frozen
class NoticeRule(Fact):
    """The notice: its wordings (none: not public), its claims, when it shows, how many there are.

    *merge_window*: what comes within that time of the first event of an app is one notice;
    *cap_per_day*: so many notices for each app and day, and no more.
    """

    claims: tuple[Claim, ...]
    after: Seconds
    wordings: tuple[Wording, ...] = ()
    merge_window: Seconds = _AT_ONCE
    cap_per_day: Annotated[int, Range(1, None)] | None = None


@frozen
class Builds(Fact):
    """What the rule is on builds for other markets."""

    overseas: Literal["silent", "same", "not known"] = "not known"


@frozen
class Parameter(Fact):
    """What no source settles: the value shown first, the others to try, and who could settle it."""

    use: str
    try_: tuple[str, ...] = field(default=(), metadata={"key": "try"})
    question: Localized | None = None
    settled_by: Localized | None = None
    who: Literal["user", "app maker", "phone maker"] | None = None

    def values(self) -> tuple[str, ...]:
        """Every value, the one shown first first."""
        return tuple(dict.fromkeys((self.use, *self.try_)))


@frozen
class Rule:
    """One watcher.

    *hypothesis*: no source confirms the mechanism.  *proposal*: nobody has built it; it is what we
    would suggest to makers of phones.  *misses* is its price: what it still does not see.
    """

    id: Annotated[
        str, Pattern(r"[a-z0-9]+(-[a-z0-9]+)*", Message("lower-case words joined by hyphens"))
    ]
    label: Localized
    about: Localized
    homes: tuple[Home, ...]
    hook: Hook
    scope: Scope
    types: Types
    callers: Callers
    seen_as: SeenAs
    action: Action
    builds: Builds
    blind_to: tuple[Localized, ...]
    rescue: Rescue | None = None
    notice: NoticeRule | None = None
    parameters: Mapping[Annotated[str, OneOf(PARAMETERS)], Parameter] = field(factory=dict)
    misses: tuple[Localized, ...] = ()
    hypothesis: bool = False
    proposal: bool = False

    def values(self, name: str) -> tuple[str, ...]:
        """The values that parameter can have here, the one shown first first."""
        if name in self.parameters:
            return self.parameters[name].values()
        if name == "scope":
            return tuple(self.scope.sets)[:1]
        if name == "mode":
            return tuple(self.hook.modes)[:1]
        return tuple(value for known, value in DEFAULTS.items() if known == name)
