"""Where the order of two steps decides: the moments at which an outcome turns.

Times of a scenario are moved one at a time: when something happens, and how long something takes.
Between two neighbouring times of other steps the order is the same, so one run for each such span
is enough to try every order that there is; where the outcome differs between two spans, the moment
is narrowed down by bisection, and the two runs beside it show which steps changed places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from attrs import evolve, frozen

from simulator import engine
from simulator.documents import Seconds
from simulator.documents.annotations import bare, keys_of
from simulator.outcomes import Outcome
from simulator.scenario.family import with_value
from simulator.scenario.model import Scenario, TimingSpec
from simulator.trace import (
    Belief,
    Cause,
    FileState,
    Listing,
    Notice,
    Operation,
    Record,
    Sent,
    Trace,
    Transfer,
)
from simulator.verdict.judge import judge

#: How narrow a moment is (seconds).
NARROW = 0.001
#: A duration is tried up to that long (seconds), or to the end of the run if that is later.
LONGEST = 60.0
#: A time is kept so far away from the moments of other steps (seconds).
_BESIDE = 0.0005


@frozen
class Edge:
    """A moment at which the outcome turns: *at* seconds.

    *below* says whether the outcome happens below it.  *first* and *second* are the steps that
    change places there: below it *first* comes first, as in *trace*, a run just below it.  None: no
    two steps change places; one side has steps that the other has not.
    """

    at: float
    below: bool
    first: Record | None
    second: Record | None
    trace: Trace


@frozen
class Moment:
    """What moving one time does to an outcome.

    *path* is the time, *own* where the scenario has it (None: it is drawn), *spans* the times
    (from, to) for which the outcome happens, of all from 0 to *until*; *orders* is how many
    different orders were tried.
    """

    path: str
    own: float | None
    until: float
    spans: tuple[tuple[float, float], ...]
    edges: tuple[Edge, ...]
    orders: int


def moments(scenario: Scenario, outcome: Outcome, seed: int = 0) -> tuple[Moment, ...]:
    """Every time of *scenario* on which it depends whether *outcome* happens."""
    found = (_moment(scenario, path, outcome, seed) for path in _times(scenario, seed))
    return tuple(moment for moment in found if moment is not None)


def _times(scenario: Scenario, seed: int) -> Iterator[str]:
    """What can be moved: each act but one that is alone, and every duration that has a say."""
    if len(scenario.happens) > 1:
        yield from (f"happens[{i}].at" for i in range(len(scenario.happens)))
    base = _skeleton(engine.run(scenario, seed, digested=False))
    for path in _durations():
        for value in (0.0, LONGEST):
            other = engine.run(with_value(scenario, path, Seconds(value)), seed, digested=False)
            if _skeleton(other) != base:
                yield path
                break


def _durations() -> tuple[str, ...]:
    names = [key.name for key in keys_of(TimingSpec) if bare(key.type) is Seconds]
    return (*(f"timing.{name}" for name in names), "consent.after")


def _skeleton(trace: Trace) -> list[tuple[float, object]]:
    return [(record.t, _label(record)) for record in trace.records]


@frozen
class _Moved:
    """Runs of one scenario in which one time is moved."""

    scenario: Scenario
    path: str
    seed: int
    outcome: Outcome

    def trace(self, at: float) -> Trace:
        moved = with_value(self.scenario, self.path, Seconds(at))
        return engine.run(moved, self.seed, digested=False)

    def holds(self, at: float) -> bool:
        return judge(self.trace(at)).outcome == self.outcome


def _moment(scenario: Scenario, path: str, outcome: Outcome, seed: int) -> Moment | None:
    moved = _Moved(scenario, path, seed, outcome)
    last = (
        float(scenario.until) if path.startswith("happens") else max(LONGEST, _own(scenario, path))
    )
    tried = _tried(moved, last)
    held = [(at, moved.holds(at)) for at in tried]
    edges = []
    spans: list[tuple[float, float]] = []
    since = 0.0 if held[0][1] else None
    for (low, here), (high, there) in pairwise(held):
        if here is there:
            continue
        at, below, above = _bisected(moved.holds, low, high)
        edges.append(_edge(moved, at, below, above, here))
        if here and since is not None:
            spans.append((since, at))
        since = None if here else at
    if since is not None:
        spans.append((since, last))
    if not edges:
        return None
    own = _own(scenario, path) if path.startswith("happens") else _said(scenario, path)
    return Moment(path, own, last, tuple(spans), tuple(edges), len(tried))


def _own(scenario: Scenario, path: str) -> float:
    if path.startswith("happens"):
        return float(scenario.happens[int(path[len("happens[") :].partition("]")[0])].at)
    return _said(scenario, path) or 0.0


def _said(scenario: Scenario, path: str) -> float | None:
    group, _, name = path.partition(".")
    value = getattr(getattr(scenario, group), name)
    return None if value is None else float(value)


def _tried(moved: _Moved, last: float) -> list[float]:
    """A time in each span between the moments at which other steps are: one for every order.

    The other steps are those of the runs with the time at its ends and where it is; what follows
    from the act moves along with it, so that the time at which it would meet another step counts.
    """
    meets: set[float] = set()
    for at in (0.0, last / 2, last - 2 * _BESIDE):
        trace = moved.trace(at)
        times = sorted({record.t for record in trace.records if record.t <= last})
        meets |= set(times)
        follows = _following(moved, trace, at)
        meets |= {at + other - own for own in follows for other in times}
    inner = sorted({round(t, 6) for t in meets if 0.0 < t < last})
    edges = [0.0, *inner, last]
    middles = [(low + high) / 2 for low, high in pairwise(edges) if high - low > 2 * _BESIDE]
    return middles or [last / 2]


def _following(moved: _Moved, trace: Trace, at: float) -> list[float]:
    """When the steps are that move along with the time (seconds)."""
    later = moved.trace(at + 0.25) if at < 1 else moved.trace(at - 0.25)
    shift = 0.25 if at < 1 else -0.25
    then = {round(record.t, 6) for record in later.records}
    return sorted(
        {
            record.t
            for record in trace.records
            if not isinstance(record, FileState) and round(record.t + shift, 6) in then
        }
    )


def _bisected(
    holds: Callable[[float], bool], low: float, high: float
) -> tuple[float, float, float]:
    """The moment between two times at which it turns, and the nearest times tried beside it."""
    here = holds(low)
    while high - low > NARROW:
        middle = (low + high) / 2
        if holds(middle) is here:
            low = middle
        else:
            high = middle
    return round((low + high) / 2, 3), low, high


def _edge(moved: _Moved, at: float, below: float, above: float, holds_below: bool) -> Edge:
    before, after = moved.trace(below), moved.trace(above)
    pair = _swapped(before, after)
    first, second = pair if pair is not None else (None, None)
    return Edge(at, holds_below, first, second, before)


#: What can change places: what somebody does, and what somebody can see.
_STEPS = (Cause, Operation, Transfer, Listing, Sent, Notice, Belief)
#: In this order where several pairs change places at once.
_RANK = {kind: rank for rank, kind in enumerate(_STEPS)}


def _swapped(before: Trace, after: Trace) -> tuple[Record, Record] | None:
    """Two steps of *before* that are in the other order in *after*; the plainest such pair."""
    places = {label: i for i, label in enumerate(_labels(after))}
    found = []
    steps = [(label, r) for label, r in _labelled(before) if label in places]
    for i, (one, first) in enumerate(steps):
        for other, second in steps[i + 1 :]:
            if places[one] > places[other]:
                rank = _RANK[type(first)] + _RANK[type(second)]
                found.append((rank, abs(second.t - first.t), first.id, second.id, first, second))
    if not found:
        return None
    *_, first, second = min(found, key=lambda entry: entry[:4])
    return first, second


def _labels(trace: Trace) -> Sequence[object]:
    return [label for label, _ in _labelled(trace)]


def _labelled(trace: Trace) -> list[tuple[object, Record]]:
    """The steps of a trace, each under a name that no other of them has."""
    seen: dict[object, int] = {}
    out: list[tuple[object, Record]] = []
    for record in trace.records:
        if isinstance(record, _STEPS) and not _of_the_phone(trace, record):
            label = _label(record)
            seen[label] = seen.get(label, 0) + 1
            out.append(((label, seen[label]), record))
    return out


def _of_the_phone(trace: Trace, record: Record) -> bool:
    """Whether that is how the phone puts aside what it keeps, which nobody orders by itself."""
    if not isinstance(record, Operation):
        return False
    return record.verb == "mkdir" or any(isinstance(r, Sent) for r in trace.ancestors(record.id))


def _label(record: Record) -> object:
    """What a record is, apart from when it was and what had led to it."""
    return (type(record).__name__, repr(evolve(record, id=0, t=0.0, because=())))
