"""Steps that make files: copies, versions, parts, shots, and empty ones."""

from __future__ import annotations

from collections.abc import Generator
from posixpath import dirname
from typing import Any, Literal

from simulator.apps.calls import (
    Believe,
    Call,
    Close,
    Confirm,
    Convert,
    Fetch,
    MakeDirs,
    NewItem,
    Open,
    Publish,
    Scan,
    SendingFailed,
    Shoot,
    Unlink,
    Via,
)
from simulator.apps.plan import Calls, Job, Opening, Step
from simulator.apps.sending import send

How = Literal["transcode", "watermark", "thumbnail", "copy", "extract"]
#: Picks that give the app a uri and no path.
URIS = frozenset({"mediastore", "saf", "picker"})


def convert(job: Job, step: Step) -> Calls:
    """Make a version of the source, as the plan says: a smaller one, or the same bytes."""
    yield from _make(job, step, job.plan.how)


def transcode(job: Job, step: Step) -> Calls:
    """Make a smaller version of the source."""
    yield from _make(job, step, "transcode")


def copy(job: Job, step: Step) -> Calls:
    """Write the source's bytes into the target."""
    yield from _make(job, step, "copy")


def watermark(job: Job, step: Step) -> Calls:
    """Make a version of the source with something drawn over it."""
    yield from _make(job, step, "watermark")


def thumbnail(job: Job, step: Step) -> Calls:
    """Make a small picture of the source."""
    yield from _make(job, step, "thumbnail")


def convert_and_upload(job: Job, step: Step) -> Calls:
    """Make a version of the source, and send each piece as soon as it is written.

    Where sending breaks off, the file is finished all the same, and sent afterwards.
    """
    failure = yield from _make(job, step, job.plan.how, sends=True)
    if failure is None:
        yield Believe(job.path(step.target), "uploaded")
    else:
        yield from send(job, job.path(step.target), failure.done)


def copy_in(job: Job, step: Step) -> Calls:
    """Duplicate what was picked, if the app works on a copy of its own; that is its source then."""
    plan = job.plan
    wanted = plan.copy_in == "always" or (plan.copy_in == "uris" and plan.open_via in URIS)
    if wanted:
        yield from _make(job, Step("copy", "original", "input"), "copy")
        job.bound["source"] = plan.input


def _make(
    job: Job, step: Step, how: How, *, sends: bool = False
) -> Generator[Call, Any, SendingFailed | None]:
    """Read the source while writing the target, which grows meanwhile.

    Gives how sending it failed, if it did.
    """
    failed: SendingFailed | None = None
    source, target = job.path(step.source), job.path(step.target)
    reading = yield Open(source, "read", _reads_via(job, source))
    writing = yield from _begin(job, target, step.via)
    try:
        yield Convert(reading, writing, how, sends=sends)
    except SendingFailed as failure:
        failed = failure
    yield Close(writing)
    yield Close(reading)
    yield Believe(target, "exists")
    return failed


def split(job: Job, step: Step) -> Calls:
    """Cut the source into so many parts."""
    source = job.path(step.source)
    reading = yield Open(source, "read", _reads_via(job, source))
    for part in job.paths("part", step.times):
        writing = yield from _begin(job, part, step.via)
        yield Convert(reading, writing, "extract", step.times)
        yield Close(writing)
        yield Believe(part, "exists")
    yield Close(reading)


def merge(job: Job, step: Step) -> Calls:
    """Put the parts together in the target."""
    target = job.path(step.target)
    writing = yield from _begin(job, target, step.via)
    for part in job.paths("part", step.times):
        reading = yield Open(part, "read")
        yield Convert(reading, writing, "copy")
        yield Close(reading)
    yield Close(writing)
    yield Believe(target, "exists")


def rewrite(job: Job, step: Step) -> Calls:
    """Remove the file and write a smaller version under the same name, so many times."""
    path = job.path(step.target)
    for _ in range(step.times):
        reading = yield Open(path, "read")
        # The name goes while the file is open; what is read is the old content all the same.
        yield Unlink(path)
        writing = yield from _begin(job, path, step.via)
        yield Convert(reading, writing, "transcode")
        yield Close(writing)
        yield Close(reading)


def overwrite(job: Job, step: Step) -> Calls:
    """Write the source's bytes over the target, in place."""
    reading = yield Open(job.path(step.source), "read")
    writing = yield Open(job.path(step.target), "write")
    yield Convert(reading, writing, "copy")
    yield Close(writing)
    yield Close(reading)


def download(job: Job, step: Step) -> Calls:
    """Fetch something from the server, in so many files."""
    paths = job.paths(step.source, step.times)
    for path in paths:
        writing = yield from _begin(job, path, step.via)
        yield Fetch(writing, 1 / len(paths))
        yield Close(writing)
        yield Believe(path, "exists")


def capture(job: Job, step: Step) -> Calls:
    """Let the user shoot; once the user keeps the shot, the process remembers it as the last."""
    paths = job.paths(step.source if step.source != "original" else "shot", step.times)
    for path in paths:
        writing = yield from _begin(job, path, step.via)
        yield Shoot(writing, 1 / len(paths))
        yield Close(writing)
        yield Believe(path, "exists")
    if len(paths) == 1:
        yield from _kept(job, paths[0])


def confirm(job: Job, step: Step) -> Calls:
    """Let the user look at what was put together, and keep it."""
    yield from _kept(job, job.path(step.source))


def _kept(job: Job, path: str) -> Calls:
    yield Confirm(path)
    job.memory["last"] = path


def make_empty(job: Job, step: Step) -> Calls:
    """Make the file, and write nothing into it."""
    path = job.path(step.source)
    yield Close((yield from _begin(job, path, step.via)))
    yield Believe(path, "exists")


# -- MediaStore --------------------------------------------------------------------------------


def new_item(job: Job, step: Step) -> Calls:
    """The file is to be an item of MediaStore, hidden until it is published."""
    job.bound[step.source] = yield NewItem(job.path(step.source), pending=True)


def publish(job: Job, step: Step) -> Calls:
    """Let everybody see the item."""
    path = job.path(step.source)
    job.bound[step.source] = published = yield Publish(path)
    job.renamed(path, published)
    yield Believe(published, "exists")


def scan(job: Job, step: Step) -> Calls:
    """Tell the phone that the file is new, or gone."""
    yield Scan(job.path(step.source))


# -- opening -----------------------------------------------------------------------------------


def _reads_via(job: Job, path: str) -> Via:
    return job.plan.open_via if path == job.plan.original else "path"


def _begin(job: Job, path: str, via: Via | None) -> Opening:
    """Open a file of the app's own for writing; the app knows of it from here on."""
    yield MakeDirs(dirname(path))
    if job.plan.when == "next_start" and job.plan.finds == "ledger":
        # Whoever means to clean up by the ledger enters a file before it is there.
        yield Believe(path, "begun")
    if path not in job.made:
        job.made.append(path)
    handle: int = yield Open(path, "write", via or job.plan.write_via)
    return handle
