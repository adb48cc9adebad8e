"""The worker's calls, the inotify queue and the contents before and after: one trace."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from simulator.apps.steps import Plan
from simulator.live.app import Life
from simulator.live.drafts import Draft, draft, numbered
from simulator.live.events import Events
from simulator.live.recorder import OVERFLOW, Event
from simulator.live.requests import Identities, Requests
from simulator.live.sandbox import Found
from simulator.trace import Cause, FileState, Header, Trace

LAYER = "inotify"
VERBS = (
    "create",
    "mkdir",
    "open",
    "read",
    "write",
    "truncate",
    "close",
    "rename",
    "unlink",
    "rmdir",
)


@frozen
class Recording:
    """Everything that was recorded, before it is put together.

    *start* and *end* are times (``time.monotonic``); *before* and *after* the sandbox's files then.
    """

    plan: Plan
    start: float
    end: float
    before: tuple[Found, ...]
    after: tuple[Found, ...]
    lives: tuple[Life, ...]
    queue: tuple[Event, ...]


def assemble(recording: Recording, version: str) -> Trace:
    """The trace of a recording; *version* is that of the program."""
    identities = Identities(recording.before)
    names: dict[str, str | None] = {f.path: identities.of(f.inode) for f in recording.before}
    asked = draft(
        recording.start, Cause, kind="user", what="send video", path=recording.plan.original
    )
    before = _states("start", recording.start, recording.before, names, identities)
    requests = Requests(asked, recording.plan.copy, identities)
    requests.follow(recording.lives)
    contents = {identities.of(f.inode): (f.size, f.digest) for f in recording.before}
    events = Events(requests.all, names, contents)
    events.follow(recording.queue)
    after = _states("end", recording.end, recording.after, events.names, identities)
    drafts = [asked, *before, *requests.drafts, *events.drafts, *after]
    return Trace(_header(recording, version), numbered(drafts, recording.start))


def _states(
    moment: str,
    t: float,
    found: Iterable[Found],
    names: dict[str, str | None],
    identities: Identities,
) -> list[Draft]:
    return [
        draft(
            t,
            FileState,
            moment=moment,
            view="lower",
            path=file.path,
            file=_identity(file, names.get(file.path), identities),
            size=file.size,
            digest=file.digest,
        )
        for file in found
    ]


def _identity(file: Found, known: str | None, identities: Identities) -> str:
    if known is not None and known.partition(".")[0] == f"i{file.inode}":
        return known
    # Nobody was seen making it, so it may have got the number of a file that is gone.
    return identities.born(file.inode)


def _header(recording: Recording, version: str) -> Header:
    return Header(
        source="live",
        version=version,
        content="sha256",
        identity="inode",
        actors=True,
        layers=(LAYER,),
        verbs=VERBS,
        gaps=_gaps(recording),
        overflows=sum(event.mask == OVERFLOW for event in recording.queue),
        duration=_since(recording, recording.end),
        originals=(recording.plan.original,),
    )


def _gaps(recording: Recording) -> tuple[tuple[float, float], ...]:
    """The spans (seconds) in which events were lost: between the two reads around each overflow."""
    gaps, before, latest = [], recording.start, recording.start
    for event in recording.queue:
        if event.t > latest:
            before, latest = latest, event.t
        if event.mask == OVERFLOW:
            gaps.append((_since(recording, before), _since(recording, latest)))
    return tuple(gaps)


def _since(recording: Recording, t: float) -> float:
    return round(max(0.0, t - recording.start), 6)
