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
    Believe,
    Call,
    CallFailed,
    Close,
    Convert,
    Die,
    MakeDirs,
    Open,
    Rename,
    Unlink,
    Upload,
    Via,
    Wait,
)

Calls: TypeAlias = Generator[Call, Any, None]
#: The names that a step's ``from``, ``to`` and ``file`` may use.
Slot = Literal["original", "copy", "temp", "beside", "target"]
Verb = Literal["convert", "overwrite", "upload", "delete", "rename", "die"]


@frozen
class Step:
    """One step: what to *do*, with the files in these slots."""

    do: Verb
    source: Slot = "original"
    target: Slot = "copy"


@frozen
class Plan:
    """What one job of an app works on: its paths, and how it opens and deletes them."""

    original: str
    copy: str
    temp: str
    beside: str
    hits: Literal["app_copy", "original"] = "app_copy"
    open_via: Via = "path"
    delete_via: Via = "path"
    how: Literal["transcode", "copy"] = "transcode"

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
    writing = yield Open(target, "write")
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
    """Remove the file; a refusal is noted in the app's ledger and the job goes on."""
    path = plan.path(step.source)
    yield Wait("clean_up_delay")
    try:
        yield Unlink(path, plan.delete_via)
    except CallFailed:
        yield Believe(path, "failed")
    else:
        yield Believe(path, "deleted")


def rename(plan: Plan, step: Step) -> Calls:
    """Rename the source to the target, over whatever has that name."""
    yield Rename(plan.path(step.source), plan.path(step.target))


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
