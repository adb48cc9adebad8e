"""Where records are written while a run goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from simulator.trace.records import Record

R = TypeVar("R", bound=Record)


class Clock(Protocol):
    """Whatever knows the present time, such as a SimPy environment."""

    @property
    def now(self) -> float:
        """The present time in seconds."""


class Log:
    """An append-only list of records that hands out ids and stamps times.

    Times are rounded to microseconds: what lies below is noise of the arithmetic.
    """

    __slots__ = ("_append", "_clock", "_now", "_stamp", "records")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._now = self._stamp = 0.0
        self.records: list[Record] = []
        self._append = self.records.append

    @property
    def now(self) -> float:
        """The present time in seconds."""
        return self._clock.now

    def add(self, kind: Callable[..., R], because: tuple[int, ...], *fields: Any) -> int:
        """Write a record of that *kind*; *fields* follow the order of the class.  Gives its id."""
        now = self._clock.now
        if now != self._now:
            self._now, self._stamp = now, round(now, 6)
        id_ = len(self.records) + 1
        self._append(kind(id_, self._stamp, because, *fields))
        return id_
