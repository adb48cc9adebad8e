"""Records before they have ids: two streams are merged by time, and then numbered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import define, field

from simulator.trace import Record


@define(eq=False)
class Draft:
    """A record of some *kind* at time *t* (``time.monotonic``), and the drafts it is because of."""

    t: float
    kind: Callable[..., Record]
    because: tuple[Draft, ...] = ()
    fields: Mapping[str, Any] = field(factory=dict)


def draft(t: float, kind: Callable[..., Record], /, *because: Draft, **fields: Any) -> Draft:
    """A draft of that *kind* with these *fields*."""
    return Draft(t, kind, because, fields)


def numbered(drafts: Iterable[Draft], start: float) -> tuple[Record, ...]:
    """The records in the order of their times, which are given in seconds since *start*.

    Of one time, they stay in the order given.
    """
    ordered = sorted(drafts, key=lambda d: d.t)
    ids = {id(d): number for number, d in enumerate(ordered, 1)}
    return tuple(
        d.kind(
            id=ids[id(d)],
            t=round(max(0.0, d.t - start), 6),
            because=tuple(ids[id(cause)] for cause in d.because),
            **d.fields,
        )
        for d in ordered
    )
