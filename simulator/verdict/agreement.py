"""A recording beside the prediction: the same events in the same order, or what differs first."""

from __future__ import annotations

from attrs import frozen

from simulator.android.inotify import Event, collapse, inotify, without_rhythm
from simulator.trace import FileEvent, Trace


@frozen
class Agreement:
    """Two event sequences, collapsed.

    *strict*: reads and writes were compared call by call; otherwise only which files a stretch of
    them touched.  *differs_at* is the position of the first difference, None where they are equal.
    """

    predicted: tuple[Event, ...]
    recorded: tuple[Event, ...]
    strict: bool

    @property
    def differs_at(self) -> int | None:
        """Where the sequences part, counted from 0, or None."""
        if self.predicted == self.recorded:
            return None
        pairs = zip(self.predicted, self.recorded, strict=False)
        return next(
            (i for i, (mine, theirs) in enumerate(pairs) if mine != theirs),
            min(len(self.predicted), len(self.recorded)),
        )


def agreement(
    predicted: Trace, layer: str, recorded: tuple[Event, ...], *, strict: bool
) -> Agreement:
    """Compare what *layer* of the *predicted* trace saw with what inotify *recorded*.

    Folders are left out: a recorder has to make and watch them before the run begins.
    """
    events = [
        r
        for r in predicted.records
        if isinstance(r, FileEvent) and r.layer == layer and not r.directory
    ]
    seen = tuple(event for event in recorded if "IN_ISDIR" not in event[0])
    shape = collapse if strict else without_rhythm
    return Agreement(shape(inotify(events)), shape(seen), strict)
