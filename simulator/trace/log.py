"""Where records are written while a run goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from simulator.trace.records import Record

R = TypeVar("R", bound=Record)


class Log:
    """An append-only list of records that hands out ids and stamps times.

    *clock* gives the present time in seconds.
    """

    __slots__ = ("_append", "clock", "records")

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.records: list[Record] = []
        self._append = self.records.append

    def add(self, kind: Callable[..., R], because: tuple[int, ...], *fields: Any) -> int:
        """Write a record of that *kind*; *fields* follow the order of the class.  Gives its id."""
        records = self.records
        id_ = len(records) + 1
        self._append(kind(id_, self.clock(), because, *fields))
        return id_
