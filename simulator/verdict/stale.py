"""Media that the gallery went on showing although the file was gone from its path.

Before Android 11, and for whoever works below FUSE, MediaStore learns of a removal only by a scan:
until then the views part.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from simulator.grades import Grade
from simulator.trace import FileEvent, FileState, Listing, Sent, Trace

#: That a gallery shows such a row is inferred: it asks MediaStore and not the storage, and what it
#: draws for a file that is gone is its own choice.
SHOWN_GRADE: Grade = "inference"
_SHOWN = frozenset({"video", "image"})
_MOVES = frozenset({"create", "unlink", "rename"})


@frozen
class StaleRow:
    """A row without its file: whose it was, from when to when (None: to the end of the trace).

    *record* is the file event that took the file away, *ended_by* the record that ended it.
    """

    path: str
    file: str | None
    since: float
    record: int
    until: float | None = None
    ended_by: int | None = None


def stale_rows(trace: Trace) -> tuple[StaleRow, ...]:
    """Every stale row of *trace*, in the order in which the files went.

    What a watcher moves out of the way is told with its bin, not here.
    """
    return tuple(_found(trace)) if trace.header.layers else ()


def _found(trace: Trace) -> Iterator[StaleRow]:
    lowest = trace.header.layers[-1]
    shown: set[str] = set()
    stale: dict[str, StaleRow] = {}
    over: list[StaleRow] = []
    for record in trace.records:
        if isinstance(record, FileEvent):
            if record.layer == lowest:
                _follow(trace, record, shown, stale)
        elif isinstance(record, FileState):
            if record.view == "shown" and record.moment == "start":
                shown.add(record.path.casefold())
        elif isinstance(record, Listing):
            key = record.path.casefold()
            ended = stale.pop(key, None)
            if ended is not None and ended.since != record.t:
                over.append(evolve(ended, until=record.t, ended_by=record.id))
            waits = record.pending or record.trashed
            if record.listed and record.media_type in _SHOWN and not waits:
                shown.add(key)
            else:
                shown.discard(key)
    yield from sorted([*over, *stale.values()], key=lambda row: row.record)


def _follow(trace: Trace, event: FileEvent, shown: set[str], stale: dict[str, StaleRow]) -> None:
    verb = event.verb
    if verb not in _MOVES:
        return
    came = event.path if verb == "create" else event.to
    if came is not None:
        stale.pop(came.casefold(), None)
    key = event.path.casefold()
    if verb == "create" or key not in shown:
        return
    if not any(isinstance(cause, Sent) for cause in trace.ancestors(event.id)):
        stale[key] = StaleRow(event.path, event.file, event.t, event.id)
