"""Predicted file events beside those that a Linux kernel recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from attrs import frozen

from simulator.android.linux.cases import SETUPS, Case, comparable, predict
from simulator.android.linux.inotify import MAX_QUEUED_EVENTS, Seen
from simulator.errors import InputError
from simulator.message import Message

RECORDED = "inotify.json"
#: ``refused``: the file system of the recording refused an operation, so its events stop early;
#: ``unrecorded``: it says what was done and not what was seen; ``unknown``: it holds an operation
#: that the model does not have.
Outcome: TypeAlias = Literal["agree", "differ", "refused", "unrecorded", "unknown"]
OUTCOMES: tuple[Outcome, ...] = ("agree", "differ", "refused", "unrecorded", "unknown")


@frozen
class Compared:
    """A recorded case, its events and the *predicted* ones.

    *error* is what the file system refused while it was recorded; *problem* says why there is no
    prediction.
    """

    case: Case
    recorded: tuple[Seen, ...] | None
    predicted: tuple[Seen, ...]
    error: str | None
    problem: Message | None

    @property
    def differs_at(self) -> int | None:
        """Where the sequences part, adjacent duplicates taken as one; None where they are equal."""
        mine, theirs = comparable(self.predicted), comparable(self.recorded or ())
        if mine == theirs:
            return None
        pairs = zip(mine, theirs, strict=False)
        shorter = min(len(mine), len(theirs))
        return next((i for i, (one, other) in enumerate(pairs) if one != other), shorter)

    @property
    def outcome(self) -> Outcome:
        """How it counts."""
        if self.problem is not None:
            return "unknown"
        if self.error is not None:
            return "refused"
        if self.recorded is None:
            return "unrecorded"
        return "agree" if self.differs_at is None else "differ"


def compare(rows: object, file: str) -> tuple[Compared, ...]:
    """Predict each record of the JSON list *rows*; raises :class:`InputError` for a bad one."""
    if not isinstance(rows, list):
        raise _expected(file, "$", Message("a list of records"))
    return tuple(_compared(_Record(row, file, f"$[{i}]")) for i, row in enumerate(rows))


def _compared(record: _Record) -> Compared:
    case = Case(
        name=record.text("name"),
        fs=record.text("fs", tuple(SETUPS)),
        setup=record.listed("setup"),
        ops=record.listed("ops"),
        watched=record.texts("watched"),
        mask=record.mask(),
        dirs=record.texts("dirs"),
        max_queued_events=record.number("max_queued_events", MAX_QUEUED_EVENTS),
    )
    recorded = record.events() if record.has("events") else None
    error = record.text("error") if record.has("error") else None
    try:
        predicted, problem = predict(case), None
    except InputError as wrong:
        predicted, problem = (), wrong.message
    return Compared(case, recorded, predicted, error, problem)


@frozen
class _Record:
    """One JSON record and the place it stands at."""

    row: Any
    file: str
    at: str

    def _take(self, field: str, expected: Message, fits: Callable[[Any], bool]) -> Any:
        if not isinstance(self.row, Mapping):
            raise _expected(self.file, self.at, Message("a record with named fields"))
        value = self.row.get(field)
        if not fits(value):
            raise _expected(self.file, f"{self.at}.{field}", expected)
        return value

    def has(self, field: str) -> bool:
        """Whether the field is there and not null."""
        return isinstance(self.row, Mapping) and self.row.get(field) is not None

    def text(self, field: str, allowed: tuple[str, ...] = ()) -> str:
        """A text, one of *allowed* if there are such."""
        expected = (
            Message("one of {names}", names=", ".join(allowed)) if allowed else Message("text")
        )
        value: str = self._take(
            field, expected, lambda got: isinstance(got, str) and (not allowed or got in allowed)
        )
        return value

    def number(self, field: str, default: int) -> int:
        """A number above 0, *default* if the field is not there."""
        if not self.has(field):
            return default
        value: int = self._take(
            field, Message("a number above 0"), lambda got: type(got) is int and got > 0
        )
        return value

    def listed(self, field: str) -> list[Any]:
        """A list."""
        value: list[Any] = self._take(field, Message("a list"), lambda got: isinstance(got, list))
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts."""
        value: list[str] = self._take(
            field,
            Message("a list of texts"),
            lambda got: isinstance(got, list) and all(isinstance(one, str) for one in got),
        )
        return tuple(value)

    def mask(self) -> int:
        """The mask, written in hexadecimal."""
        value: str = self._take("mask", Message("a mask such as “0xfff”"), _is_mask)
        return int(value, 16)

    def events(self) -> tuple[Seen, ...]:
        """The recorded events."""
        value: list[Any] = self._take(
            "events",
            Message("a list of events, each [mask, label, name] or [mask, label, name, cookie]"),
            lambda got: isinstance(got, list) and all(_is_event(one) for one in got),
        )
        return tuple(tuple(event) for event in value)


def _is_mask(value: object) -> bool:
    try:
        return isinstance(value, str) and 0 < int(value, 16) < 1 << 32
    except ValueError:
        return False


def _is_event(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) in {3, 4}
        and all(isinstance(part, str) for part in value[:3])
        and all(type(part) is int for part in value[3:])
    )


def _expected(file: str, place: str, expected: Message) -> InputError:
    return InputError(
        Message("{file}: {place}: expected {expected}", file=file, place=place, expected=expected)
    )
