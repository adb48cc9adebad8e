"""The same deeds under every watcher: what each would have said, and what that depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Literal, TypeAlias

from attrs import frozen

from simulator.documents import Localized
from simulator.scenario.model import Scenario
from simulator.trace import Dialog, Match, Notice, Operation, Record, Refusal, Trace, Withheld
from simulator.trace.records import REMOVALS
from simulator.verdict.variations import Variation, variations
from simulator.watchers.rule import Home, Rule

#: Flagged (a notice), logged only, asked first, silent, does not apply.
Result = Literal["F", "L", "A", "-", "n/a"]
_Spoken: TypeAlias = Notice | Dialog | Match | Withheld
_GRAVEST: tuple[Result, ...] = ("F", "A", "L", "-")
#: In a row's ``stack``: each watcher on the phone that its rule is known from.
OWN = "own"


@frozen
class World:
    """What a watcher said under those *values*, which stand for *weight* combinations.

    *marks* are all the things that it did, the gravest first; *names* whom it named, in order.
    *refused*: Android itself refused the deed, whatever the watcher said.  *records* are ids in
    *trace*.
    """

    values: Mapping[str, str]
    weight: int
    result: Result
    marks: tuple[Result, ...]
    names: tuple[str, ...]
    refused: bool
    records: tuple[int, ...]
    trace: Trace


@frozen
class Cell:
    """One scenario under one watcher: the world shown first, and all worlds that differ.

    *depends_on* are the names of what makes the result, or whom it names, another.
    """

    watcher: str
    worlds: tuple[World, ...]
    depends_on: tuple[str, ...]

    @property
    def first(self) -> World | None:
        """The world that is shown first; None where the scenario does not apply."""
        return self.worlds[0] if self.worlds else None

    @property
    def result(self) -> Result:
        """The result in the world that is shown first."""
        return self.worlds[0].result if self.worlds else "n/a"

    @property
    def results(self) -> tuple[Result, ...]:
        """Every result there is, the one shown first first, then as grave as they are."""
        others = sorted({w.result for w in self.worlds} - {self.result}, key=_GRAVEST.index)
        return (self.result, *others)


@frozen
class Row:
    """One scenario under every watcher; *about* is what the deed is done to."""

    scenario: str
    title: Localized
    stack: str
    about: Literal["original", "app_copy"]
    cells: Mapping[str, Cell]


@frozen
class Comparison:
    """Scenarios by watchers."""

    watchers: tuple[Rule, ...]
    rows: tuple[Row, ...]


def compare(
    scenarios: Iterable[Scenario],
    rules: Mapping[str, Rule],
    phones: Sequence[tuple[str, Home | None]] = ((OWN, None),),
    seed: int = 0,
) -> Comparison:
    """Lay *scenarios* under *rules* (by the names that they go by).

    *phones* are the phones to try, each with a name; None stands for the phones on which each rule
    is known.
    """
    rows = tuple(_rows(scenarios, rules, phones, seed))
    return Comparison(tuple(rules.values()), rows)


def _rows(
    scenarios: Iterable[Scenario],
    rules: Mapping[str, Rule],
    phones: Sequence[tuple[str, Home | None]],
    seed: int,
) -> Iterator[Row]:
    for scenario in scenarios:
        for name, home in phones:
            cells = {
                id_: cell(scenario, id_, rule, rule.homes if home is None else (home,), seed)
                for id_, rule in rules.items()
            }
            yield Row(scenario.id, scenario.title, name, about(scenario), cells)


def about(scenario: Scenario) -> Literal["original", "app_copy"]:
    """What the deed of a scenario is done to: what its tags say, else what its clean-up hits."""
    if "of-the-original" in scenario.tags:
        return "original"
    if "of-the-copy" in scenario.tags:
        return "app_copy"
    return scenario.clean_up.hits


def cell(scenario: Scenario, name: str, rule: Rule, homes: Sequence[Home], seed: int = 0) -> Cell:
    """What *rule* says of *scenario* on *homes*."""
    if scenario.watcher.overseas and rule.builds.overseas == "not known":
        return Cell(rule.id, (), ())
    found = variations(scenario, name, rule, homes, seed)
    worlds = tuple(_world(variation, rule.id) for variation in found)
    return Cell(rule.id, worlds, depends_on(worlds))


def _world(variation: Variation, watcher: str) -> World:
    trace = variation.trace
    records = tuple(_spoken(trace.records, watcher))
    kinds = {_letter(record) for record in records}
    marks = tuple(letter for letter in _GRAVEST if letter in kinds) or ("-",)
    said = [r for r in records if _letter(r) == marks[0]]
    return World(
        variation.values,
        variation.weight,
        marks[0],
        marks,
        tuple(dict.fromkeys(name for r in said if (name := _named(r)))),
        any(isinstance(r, Refusal) and _of_the_deed(trace, r) for r in trace.records),
        tuple(r.id for r in said),
        trace,
    )


def _spoken(records: Iterable[Record], watcher: str) -> Iterator[_Spoken]:
    for record in records:
        if (isinstance(record, Notice | Dialog | Withheld) and record.watcher == watcher) or (
            isinstance(record, Match) and record.watcher == watcher and record.action == "log"
        ):
            yield record


def _letter(record: _Spoken) -> Result:
    if isinstance(record, Match | Withheld):
        return "L"
    return "F" if isinstance(record, Notice) else "A"


def _named(record: _Spoken) -> str:
    return record.seen_as if isinstance(record, Match | Withheld) else record.names_app


def _of_the_deed(trace: Trace, refusal: Refusal) -> bool:
    """Whether it was the permission model that refused, and something that changes a file."""
    operation = trace[refusal.because[0]]
    if "." not in refusal.rule or refusal.rule in _NOTHING_THERE:
        return False
    if not isinstance(operation, Operation):
        return False
    return operation.verb in _CHANGING or (operation.verb == "open" and operation.mode == "write")


_NOTHING_THERE = frozenset({"mediastore.no-row"})
_CHANGING = REMOVALS | {"create", "mkdir"}


def depends_on(worlds: Sequence[World]) -> tuple[str, ...]:
    """What makes a difference: two worlds that part in nothing else say different things."""
    found: dict[str, None] = {}
    for one, other in combinations(worlds, 2):
        if (one.result, one.names, one.refused) != (other.result, other.names, other.refused):
            parted = [n for n in one.values if other.values.get(n, one.values[n]) != one.values[n]]
            if len(parted) == 1:
                found[parted[0]] = None
    return tuple(found)
