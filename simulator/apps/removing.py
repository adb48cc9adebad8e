"""Steps that remove, rename and hide files, and what an app does when it may not."""

from __future__ import annotations

from contextlib import suppress
from posixpath import basename, dirname

from simulator.apps.calls import (
    AskToDelete,
    AskToWrite,
    Believe,
    Call,
    CallFailed,
    Close,
    Convert,
    MakeDirs,
    NewestItem,
    Open,
    Pause,
    RemoveDir,
    Rename,
    Scan,
    Truncate,
    Unlink,
    Via,
    Wait,
)
from simulator.apps.plan import Calls, Job, Plan, Step

#: What a program calls a folder's marker that tells MediaStore to look away.
_NO_MEDIA = ".nomedia"
#: The ending that a file gets before it is removed, by programs that rename it first.
_ASIDE = ".del"
#: What a program takes for a duplicate of its own: an item that is no older than that (s).
_DUPLICATE = 1.0


def delete(job: Job, step: Step) -> Calls:
    """Remove the file; a refusal that stands is noted in the app's ledger and the job goes on."""
    yield Wait("clean_up_delay")
    for path in job.paths(step.source, step.times):
        if step.source != "part" or path in job.made:
            yield from remove(job, path, step.via)


def remove(job: Job, path: str, via: Via | None = None) -> Calls:
    """Remove one file in the way that the plan says, and note in the ledger what came of it."""
    try:
        if via is None:
            job.plan.noted("via")
        yield from _deed(job.plan, path, via or job.plan.delete_via)
    except CallFailed:
        yield Believe(path, "failed")
    else:
        yield Believe(path, "deleted")
    if path in job.made:
        job.made.remove(path)


def _deed(plan: Plan, path: str, via: Via) -> Calls:
    plan.noted("deed")
    if plan.deed == "truncate":
        yield from insisting(plan, Truncate(path), AskToWrite(path))
    elif plan.deed == "rename_then_unlink":
        yield from insisting(plan, Rename(path, path + _ASIDE), AskToWrite(path))
        yield from insisting(plan, Unlink(path + _ASIDE, via), AskToDelete(path + _ASIDE))
    else:
        yield from insisting(plan, Unlink(path, via), AskToDelete(path))


def request_delete(job: Job, step: Step) -> Calls:
    """Have Android ask the user about the files, in one dialog; a refusal stands in the ledger."""
    paths = job.paths(step.source, step.times)
    yield Wait("clean_up_delay")
    try:
        yield AskToDelete(paths[0], paths[1:])
    except CallFailed:
        yield Believe(paths[0], "failed")
    else:
        for path in paths:
            yield Believe(path, "deleted")


def delete_newest(job: Job, step: Step) -> Calls:
    """Remove the newest item of the shot's folder, taken for a duplicate if it is fresh.

    Source: PictureSelector, before Android 10 (dossier on pipelines, row 3).
    """
    newest = yield NewestItem(dirname(job.path(step.source)))
    if newest is not None and newest.age <= _DUPLICATE:
        yield from remove(job, newest.path, step.via)


def rename(job: Job, step: Step) -> Calls:
    """Rename the source to the target, over whatever has that name."""
    source, target = job.path(step.source), job.path(step.target)
    if dirname(source) != dirname(target):
        yield MakeDirs(dirname(target))
    yield from insisting(job.plan, Rename(source, target), AskToWrite(source))
    job.renamed(source, target)


def move(job: Job, step: Step) -> Calls:
    """Move the source to the target: by a rename, or where that fails by a copy and a removal."""
    source, target = job.path(step.source), job.path(step.target)
    yield MakeDirs(dirname(target))
    try:
        yield Rename(source, target)
    except CallFailed:
        reading = yield Open(source, "read", job.plan.open_via)
        writing = yield Open(target, "write")
        yield Convert(reading, writing, "copy")
        yield Close(writing)
        yield Close(reading)
        job.plan.noted("via")
        yield from insisting(job.plan, Unlink(source, job.plan.delete_via), AskToDelete(source))
    yield Scan(target)
    yield Believe(target, "exists")


def make_folder(job: Job, step: Step) -> Calls:
    """Make a folder of that name."""
    yield MakeDirs(job.path(step.source))


def remove_folder(job: Job, step: Step) -> Calls:
    """Remove the folder of that name."""
    path = job.path(step.source)
    yield Wait("clean_up_delay")
    yield from insisting(job.plan, RemoveDir(path), None)


def remove_folder_of(job: Job, step: Step) -> Calls:
    """Remove the folder that the file was in; one that holds something else stays."""
    with suppress(CallFailed):
        yield RemoveDir(dirname(job.path(step.source)))


def rename_folder(job: Job, step: Step) -> Calls:
    """Rename the folder of the source to the folder of the target."""
    source, target = dirname(job.path(step.source)), dirname(job.path(step.target))
    yield MakeDirs(source)
    yield MakeDirs(dirname(target))
    yield Rename(source, target)
    for path in tuple(job.made):
        if dirname(path) == source:
            job.renamed(path, f"{target}/{basename(path)}")


def truncate(job: Job, step: Step) -> Calls:
    """Cut the file to nothing."""
    path = job.path(step.source)
    yield from insisting(job.plan, Truncate(path), AskToWrite(path))


def hide_folder(job: Job, step: Step) -> Calls:
    """Put a ``.nomedia`` where the file is going to be; a refusal is not minded."""
    folder = dirname(job.path(step.source))
    yield MakeDirs(folder)
    with suppress(CallFailed):
        yield Close((yield Open(f"{folder}/{_NO_MEDIA}", "write")))


def insisting(plan: Plan, call: Call, ask: AskToDelete | AskToWrite | None) -> Calls:
    """Make that call; after a refusal do what the plan says.  The last refusal is raised."""
    attempts = plan.attempts if plan.on_refusal == "retries" else 1
    for left in reversed(range(attempts)):
        try:
            yield call
        except CallFailed:
            plan.noted("on_refusal")
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
