"""What one job of an app works on: its steps, its paths, and the choices that its code makes."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, Literal, TypeAlias

from attrs import define, field, frozen

from simulator.apps.calls import Call, Via
from simulator.apps.placing import numbered

#: The calls of a step; what the system answers is sent back.
Calls: TypeAlias = Generator[Call, Any, None]
#: The same, with a handle as the result.
Opening: TypeAlias = Generator[Call, Any, int]

#: The names that a step's ``from``, ``to`` and ``file`` may use.
#:
#: ``picked`` is all that was picked, ``source`` what the app works on: the first of it, or the
#: copy-in of that (``input``).
#: ``target`` is what the clean-up names: the copy, or the original.  ``part`` are several files.
#: ``last`` is the shot that the app's process remembers as the last.
Slot = Literal[
    "original",
    "picked",
    "source",
    "input",
    "copy",
    "temp",
    "staged",
    "part",
    "thumb",
    "shot",
    "last",
    "beside",
    "away",
    "target",
]
Verb = Literal[
    "copy-in",
    "convert",
    "transcode",
    "copy",
    "watermark",
    "thumbnail",
    "split",
    "merge",
    "rewrite",
    "overwrite",
    "download",
    "capture",
    "confirm",
    "make-empty",
    "new-item",
    "publish",
    "scan",
    "upload",
    "convert-and-upload",
    "rename",
    "move",
    "make-folder",
    "remove-folder",
    "remove-folder-of",
    "rename-folder",
    "hide-folder",
    "delete",
    "delete-newest",
    "request-delete",
    "truncate",
    "clean-up",
    "sweep",
    "wait",
    "die",
]
#: When a clean-up takes place.
When = Literal["end", "success", "inline", "next_start", "ttl", "lru", "manual", "never", "kept"]
#: How a clean-up removes a file.
Deed = Literal["unlink", "rename_then_unlink", "truncate"]
#: How a sweep finds what it removes: by the app's own ledger, by what names look like, all that is
#: in the folder, or what is in it and the ledger does not know.
Finds = Literal["ledger", "pattern", "folder", "unknown"]
CopyIn = Literal["never", "always", "uris"]


@frozen
class Step:
    """One step: what to *do*, with the files in these slots.

    *via* is the route by which a step reaches a file; None: as the plan says.  *times* is how often
    it is done, or in how many parts; *waits_for* names a duration; *ordered*: the user had ordered
    just that.
    """

    do: Verb
    source: Slot = "original"
    target: Slot = "copy"
    via: Via | None = None
    times: int = 1
    waits_for: str = ""
    ordered: bool = False


def nobody_notes(_choice: str) -> None:
    """What is done with a choice where nobody keeps track."""


@frozen
class Plan:
    """What one job of an app works on: its paths, and how it opens, sends and removes them.

    *on_refusal* is what it does next when it may not remove something: give up, try again
    (*attempts* times in all, every *retry_after* seconds), or have the user asked.  *copy_in* says
    whether it works on a copy of its own: never, always, or of what was picked as a uri.

    The clean-up: *when*, by which *deed*, what a sweep *finds* in *folder* (names that look like
    *pattern*); what is younger than *keep_for* (s) stays, and so do the youngest files that come to
    *keep_at_most* (bytes) together.

    Sending: *sends* tries in all, the first pause (s), how much longer each next one is
    (*pause_factor* times, and *pause_step* seconds more), and whether it goes on where it broke off
    (*resumes*).

    *noted* is told of each choice about the clean-up, by its name, when it first matters.
    """

    original: str
    copy: str
    temp: str
    beside: str
    away: str = ""
    input: str = ""
    staged: str = ""
    part: str = ""
    thumb: str = ""
    shot: str = ""
    more: tuple[str, ...] = ()
    hits: Literal["app_copy", "original"] = "app_copy"
    open_via: Via = "path"
    delete_via: Via = "path"
    how: Literal["transcode", "copy"] = "transcode"
    write_via: Via = "path"
    on_refusal: Literal["gives_up", "retries", "asks_user"] = "gives_up"
    attempts: int = 3
    retry_after: float = 1.0
    copy_in: CopyIn = "never"
    when: When = "success"
    deed: Deed = "unlink"
    finds: Finds = "ledger"
    folder: str = ""
    pattern: str = ""
    keep_for: float = 0.0
    keep_at_most: int = 0
    sends: int = 1
    first_pause: float = 1.0
    pause_factor: float = 1.0
    pause_step: float = 0.0
    resumes: bool = False
    noted: Callable[[str], None] = field(default=nobody_notes, eq=False, repr=False)


@define(eq=False)
class Job:
    """A job under way: its *plan*, and the variables of the app's code.

    *memory* is what the process remembers from job to job; it is gone with the process.  *bound*
    are slots whose path was settled on the way, *made* the files that this job has made so far,
    *at* the step that it is at.
    """

    plan: Plan
    memory: dict[str, str] = field(factory=dict)
    bound: dict[str, str] = field(factory=dict)
    made: list[str] = field(factory=list)
    at: str = ""

    def path(self, slot: str) -> str:
        """The path string behind a slot's name; empty where there is none."""
        if slot == "target":
            self.plan.noted("hits")
            slot = "copy" if self.plan.hits == "app_copy" else "original"
        if slot in self.bound:
            return self.bound[slot]
        if slot == "source":
            return self.plan.original
        return self.memory.get("last", "") if slot == "last" else str(getattr(self.plan, slot))

    def paths(self, slot: str, times: int) -> tuple[str, ...]:
        """The paths behind a slot that may stand for several files."""
        if slot == "picked":
            return (self.plan.original, *self.plan.more)
        path = self.path(slot)
        if slot != "part":
            return (path,) if path else ()
        return tuple(numbered(path, i + 1) for i in range(times))

    def renamed(self, path: str, to: str) -> None:
        """The file that this job had made at *path* is called *to* from now on."""
        self.made = [to if name == path else name for name in self.made]
