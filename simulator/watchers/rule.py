"""What a watcher's rule is made of.

A rule is data: a YAML file in ``rules/`` whose every section names its source and grade.  What no
source settles is a parameter with the values to try.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from attrs import field, frozen

from simulator.documents import Localized, OneOf, Seconds, load
from simulator.errors import UnknownName
from simulator.grades import Grade
from simulator.message import Message

AppSees = Literal["success", "EOWNERDEAD"]
RenameActor = Literal["app_runtime", "gallery", "kernel_other"]
ScopeName = Literal["narrow", "medium", "wide"]
Whitelist = Literal["none", "provider", "app"]


@frozen
class Fact:
    """Where a section of a rule comes from: its *grade*, its *source*, and a *note*."""

    grade: Grade = field(kw_only=True, metadata={"help": "grade of the evidence"})
    source: str = field(kw_only=True, metadata={"help": "where it can be read"})
    note: str = field(default="", kw_only=True, metadata={"help": "limits of the source"})


@frozen
class Hook(Fact):
    """The layer the rule sits at, what it acts on, and what it only logs."""

    layer: Annotated[str, OneOf(("f2fs", "sdcardfs", "fuse", "provider", "resolver", "hmdfs"))]
    acts_on: tuple[Literal["unlink", "rmdir", "rename"], ...]
    logs: tuple[Literal["unlink", "rmdir", "rename"], ...] = ()


@frozen
class Scope(Fact):
    """Which folders are watched.

    ``directory-flag``: an inode flag set on folders, inherited at mkdir only.  ``path-prefix``: a
    list of paths.  *sets* are the candidates; none is public.
    """

    kind: Literal["directory-flag", "path-prefix"]
    sets: Mapping[str, tuple[str, ...]]


@frozen
class Types(Fact):
    """Which names count as media: by the last extension, without regard to case."""

    photo: tuple[str, ...]
    video: tuple[str, ...]
    kept_suffix: str = field(default="", metadata={"help": "suffix of files kept aside"})


@frozen
class Callers(Fact):
    """Who is exempt."""

    first_uid: int = field(metadata={"help": "callers with a lower uid are exempt"})
    whitelist: tuple[str, ...] = ()
    creator_exempt: bool = False


@frozen
class SeenAs(Fact):
    """Whom the rule names, and how it finds the name."""

    by: Literal["command-line"]
    cached_per_uid: bool = True


@frozen
class Action(Fact):
    """What happens on a match, and what is told to the caller."""

    does: Literal["refuse", "log"]
    error: str


@frozen
class Rescue(Fact):
    """Where a kept file goes: set aside by an unknown actor, then moved to the bin."""

    aside: str = field(metadata={"help": "pattern of the name beside the file, with {name}"})
    bin: str = field(metadata={"help": "folder of the recycle bin"})
    bin_label: Localized
    retention: Seconds
    aside_after: Seconds
    bin_after: Seconds


@frozen
class Wording(Fact):
    """A notice's text; *of* says for which kind of file, *worded* where each language is from."""

    of: Literal["photo", "video"]
    text: Localized
    zh: Literal["documented", "translation"] = "documented"
    en: Literal["documented", "translation"] = "translation"


@frozen
class NoticeRule(Fact):
    """The notice: its wordings, its claims, and how long after the event it shows."""

    wordings: tuple[Wording, ...]
    claims: tuple[Literal["names_app", "object_is_media", "was_removed", "was_intercepted"], ...]
    after: Seconds


@frozen
class Rule:
    """One watcher."""

    id: str
    label: Localized
    about: Localized
    hook: Hook
    scope: Scope
    types: Types
    callers: Callers
    seen_as: SeenAs
    action: Action
    rescue: Rescue
    notice: NoticeRule
    blind_to: tuple[Localized, ...]
    hypothesis: bool = False


@cache
def names() -> tuple[str, ...]:
    """The ids of the shipped rules."""
    folder = files("simulator.watchers") / "rules"
    return tuple(sorted(p.name[:-5] for p in folder.iterdir() if p.name.endswith(".yaml")))


@cache
def rule(name: str) -> Rule:
    """The shipped rule of that id.

    Raises :class:`UnknownName` where there is none.
    """
    if name not in names():
        raise UnknownName(Message("watcher"), name, names())
    text = (files("simulator.watchers") / "rules" / f"{name}.yaml").read_text(encoding="utf-8")
    return load(text, Rule, file=f"{name}.yaml").value
