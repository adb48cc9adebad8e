"""The steps from which pipelines are composed.

A step is a generator over :mod:`simulator.apps.calls`.  Steps hold path strings only; what a path
means is settled by the system at the moment of the call.  Nothing here knows an original from a
copy, so a step can hit the wrong file exactly as a real one can.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from posixpath import dirname
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from attrs import frozen

from simulator.apps.calls import (
    AskToDelete,
    AskToWrite,
    Believe,
    Call,
    CallFailed,
    Close,
    Convert,
    Die,
    MakeDirs,
    Open,
    Pause,
    RemoveDir,
    Rename,
    Truncate,
    Unlink,
    Upload,
    Via,
    Wait,
)

Calls: TypeAlias = Generator[Call, Any, None]
#: The names that a step's ``from``, ``to`` and ``file`` may use.
Slot = Literal["original", "copy", "temp", "beside", "away", "target"]
Verb = Literal[
    "convert",
    "overwrite",
    "upload",
    "delete",
    "rename",
    "truncate",
    "make-empty",
    "make-folder",
    "remove-folder",
    "hide-folder",
    "die",
]
#: What a program calls a folder's marker that tells MediaStore to look away.
_NO_MEDIA = ".nomedia"


@frozen
class Step:
    """One step: what to *do*, with the files in these slots.

    *via* is the route by which a step removes something; None: as the plan says.
    """

    do: Verb
    source: Slot = "original"
    target: Slot = "copy"
    via: Via | None = None


@frozen
class Plan:
    """What one job of an app works on: its paths, and how it opens and deletes them.

    *on_refusal* is what it does next when it may not: give up, try again (*attempts* times in all,
    every *retry_after* seconds), or have the user asked.
    """

    original: str
    copy: str
    temp: str
    beside: str
    away: str = ""
    hits: Literal["app_copy", "original"] = "app_copy"
    open_via: Via = "path"
    delete_via: Via = "path"
    how: Literal["transcode", "copy"] = "transcode"
    write_via: Via = "path"
    on_refusal: Literal["gives_up", "retries", "asks_user"] = "gives_up"
    attempts: int = 3
    retry_after: float = 1.0

    def path(self, slot: Slot) -> str:
        """The path string behind a slot's name."""
        if slot == "target":
            return self.copy if self.hits == "app_copy" else self.original
        return str(getattr(self, slot))


def convert(plan: Plan, step: Step) -> Calls:
    """Read the source while writing the target, which grows meanwhile."""
    source, target = plan.path(step.source), plan.path(step.target)
    reading = yield Open(source, "read", plan.open_via if step.source == "original" else "path")
    yield MakeDirs(dirname(target))
    writing = yield Open(target, "write", plan.write_via)
    yield Convert(reading, writing, plan.how)
    yield Close(writing)
    yield Close(reading)
    yield Believe(target, "exists")


def overwrite(plan: Plan, step: Step) -> Calls:
    """Write the source's bytes over the target, in place."""
    reading = yield Open(plan.path(step.source), "read")
    writing = yield Open(plan.path(step.target), "write")
    yield Convert(reading, writing, "copy")
    yield Close(writing)
    yield Close(reading)


def upload(plan: Plan, step: Step) -> Calls:
    """Send the file to the server."""
    path = plan.path(step.source)
    handle = yield Open(path, "read")
    yield Upload(handle)
    yield Close(handle)
    yield Believe(path, "uploaded")


def delete(plan: Plan, step: Step) -> Calls:
    """Remove the file; a refusal that stands is noted in the app's ledger and the job goes on."""
    path = plan.path(step.source)
    yield Wait("clean_up_delay")
    try:
        yield from _insisting(plan, Unlink(path, step.via or plan.delete_via), AskToDelete(path))
    except CallFailed:
        yield Believe(path, "failed")
    else:
        yield Believe(path, "deleted")


def rename(plan: Plan, step: Step) -> Calls:
    """Rename the source to the target, over whatever has that name."""
    source, target = plan.path(step.source), plan.path(step.target)
    if dirname(source) != dirname(target):
        yield MakeDirs(dirname(target))
    yield from _insisting(plan, Rename(source, target), AskToWrite(source))


def truncate(plan: Plan, step: Step) -> Calls:
    """Cut the file to nothing."""
    path = plan.path(step.source)
    yield from _insisting(plan, Truncate(path), AskToWrite(path))


def make_empty(plan: Plan, step: Step) -> Calls:
    """Make the file, and write nothing into it."""
    path = plan.path(step.source)
    yield MakeDirs(dirname(path))
    yield Close((yield Open(path, "write", plan.write_via)))
    yield Believe(path, "exists")


def make_folder(plan: Plan, step: Step) -> Calls:
    """Make a folder of that name."""
    yield MakeDirs(plan.path(step.source))


def remove_folder(plan: Plan, step: Step) -> Calls:
    """Remove the folder of that name."""
    path = plan.path(step.source)
    yield Wait("clean_up_delay")
    yield from _insisting(plan, RemoveDir(path), None)


def hide_folder(plan: Plan, step: Step) -> Calls:
    """Put a ``.nomedia`` where the file is going to be; a refusal is not minded."""
    folder = dirname(plan.path(step.source))
    yield MakeDirs(folder)
    try:
        yield Close((yield Open(f"{folder}/{_NO_MEDIA}", "write")))
    except CallFailed:
        return


def _insisting(plan: Plan, call: Call, ask: AskToDelete | AskToWrite | None) -> Calls:
    """Make that call; after a refusal do what the plan says.  The last refusal is raised."""
    attempts = plan.attempts if plan.on_refusal == "retries" else 1
    for left in reversed(range(attempts)):
        try:
            yield call
        except CallFailed:
            if ask is not None and plan.on_refusal == "asks_user":
                yield ask
                if isinstance(ask, AskToWrite):
                    yield call
                return
            if not left:
                raise
            yield Pause(plan.retry_after)
        else:
            return


def die(_plan: Plan, _step: Step) -> Calls:
    """The process is killed; the steps after this one run in its next start."""
    yield Die()


STEPS: Mapping[Verb, Callable[[Plan, Step], Calls]] = MappingProxyType(
    {
        "convert": convert,
        "overwrite": overwrite,
        "upload": upload,
        "delete": delete,
        "rename": rename,
        "truncate": truncate,
        "make-empty": make_empty,
        "make-folder": make_folder,
        "remove-folder": remove_folder,
        "hide-folder": hide_folder,
        "die": die,
    }
)


def lives(steps: tuple[Step, ...]) -> tuple[tuple[Step, ...], ...]:
    """Split a pipeline at each death: one tuple of steps for every start of the process."""
    out: list[list[Step]] = [[]]
    for step in steps:
        out[-1].append(step)
        if step.do == "die":
            out.append([])
    return tuple(tuple(life) for life in out if life)


def pipeline(plan: Plan, steps: tuple[Step, ...]) -> Calls:
    """All calls of one life of the process, in order."""
    for step in steps:
        yield from STEPS[step.do](plan, step)
