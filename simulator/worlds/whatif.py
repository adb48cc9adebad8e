"""What if: one thing changed at a time, and where no single change does it, the smallest sets.

Both sides of a comparison draw the same random numbers: a draw depends on the seed and on the name
of the quantity alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from math import comb
from typing import Literal

from attrs import define, field, frozen

from simulator.documents import parse_value
from simulator.errors import CachelifeError
from simulator.scenario.family import infeasible, type_at, unfitting, with_value
from simulator.scenario.model import Scenario
from simulator.worlds.factors import all_asked_for, known, values_of
from simulator.worlds.finding import Finding, finding
from simulator.worlds.survey import Progress, look_at

#: What a change can be asked to bring about.
Goal = Literal["notice_vanishes", "notice_appears", "original_touched", "original_spared"]
#: The largest sets of changes that are tried where no single one does it.
MOST_TOGETHER = 3
#: Sets of a size of which there are more than that are not tried.
_MOST_SETS = 1_500

Change = tuple[str, str]


@frozen
class Changed:
    """What comes of one or more changes; *found* is None where no phone can be like that."""

    changes: tuple[Change, ...]
    found: Finding | None


@frozen
class Reached:
    """How a goal can be reached: by which single changes, or by which smallest *sets* of them.

    Sets are looked for only where no single change does it; *tried* is the size up to which all
    sets were tried.
    """

    goal: Goal
    single: tuple[Changed, ...]
    sets: tuple[Changed, ...]
    tried: int


@frozen
class WhatIf:
    """The scenario as it stands, every single change, and how each goal can be reached."""

    base: Finding
    own: Mapping[str, str]
    singles: tuple[Changed, ...]
    reached: tuple[Reached, ...]
    runs: int


def what_if(
    scenario: Scenario,
    asked: Sequence[str] = (),
    seed: int = 0,
    progress: Progress | None = None,
    most: int = MOST_TOGETHER,
) -> WhatIf:
    """Change one thing at a time; *asked* are factors, by default all that are known.

    Where no single change reaches a goal, sets of up to *most* are tried.
    """
    values = _values(scenario, asked)
    runs = _Runs(scenario, seed)
    base = look_at(scenario, finding, seed)
    changes = [(path, value) for path, all_ in values.items() for value in all_[1:]]
    singles = []
    for done, change in enumerate(changes, 1):
        singles.append(Changed((change,), runs.of((change,))))
        if progress is not None:
            progress(done, len(changes))
    reached = tuple(
        _reached(goal, base, singles, runs, most) for goal, fits in _GOALS.items() if fits(base)
    )
    own = {path: all_[0] for path, all_ in values.items()}
    return WhatIf(base, own, tuple(singles), reached, runs.count)


def _values(scenario: Scenario, asked: Sequence[str]) -> dict[str, tuple[str, ...]]:
    if asked:
        return all_asked_for(scenario, asked)
    names = dict.fromkeys([*scenario.assumed, *known()])
    found = {path: values_of(scenario, path) for path in names}
    return {path: values for path, values in found.items() if len(values) > 1}


@define(eq=False)
class _Runs:
    """Runs the scenario with changes, each set of them once."""

    scenario: Scenario
    seed: int
    _known: dict[frozenset[Change], Finding | None] = field(factory=dict)
    count: int = 1

    def of(self, changes: Sequence[Change]) -> Finding | None:
        """What comes of it with those changes."""
        key = frozenset(changes)
        if key not in self._known:
            here = changed(self.scenario, changes)
            self.count += here is not None
            self._known[key] = None if here is None else look_at(here, finding, self.seed)
        return self._known[key]


def changed(scenario: Scenario, changes: Sequence[Change]) -> Scenario | None:
    """The scenario with those changes; None where no phone can be like that."""
    # A rule first: what it leaves no choice about falls away with it.
    for path, text in sorted(changes, key=lambda change: change[0] != "watcher.rule"):
        try:
            scenario = with_value(scenario, path, parse_value(text, type_at(path)))
        except CachelifeError:
            return None
        if path == "watcher.rule":
            for name in unfitting(scenario):
                scenario = with_value(scenario, f"watcher.{name}", None)
    if unfitting(scenario) or infeasible(scenario) is not None:
        return None
    return scenario


# -- goals -------------------------------------------------------------------------------------

_GOALS: Mapping[Goal, Callable[[Finding], bool]] = {
    "notice_vanishes": lambda base: bool(base.notices),
    "notice_appears": lambda base: not base.notices,
    "original_touched": lambda base: base.touched is False,
    "original_spared": lambda base: base.touched is True,
}


def reaches(goal: Goal, found: Finding | None) -> bool:
    """Whether a world has what a goal asks for."""
    if found is None:
        return False
    if goal in {"notice_vanishes", "notice_appears"}:
        return bool(found.notices) == (goal == "notice_appears")
    return found.touched is (goal == "original_touched")


def _reached(
    goal: Goal, base: Finding, singles: Sequence[Changed], runs: _Runs, most: int
) -> Reached:
    alone = tuple(one for one in singles if reaches(goal, one.found))
    if alone:
        return Reached(goal, alone, (), 1)
    # What no phone can have by itself may be possible together with something else.
    possible = [one.changes[0] for one in singles]
    found: list[Changed] = []
    for size in range(2, most + 1):
        if comb(len(possible), size) > _MOST_SETS:
            return Reached(goal, (), (), size - 1)
        found += [
            Changed(changes, result)
            for changes in _sets(possible, size)
            if reaches(goal, result := runs.of(changes))
        ]
        if found:
            return Reached(goal, (), tuple(found), size)
    return Reached(goal, (), (), most)


def _sets(changes: Sequence[Change], size: int) -> Iterator[tuple[Change, ...]]:
    for chosen in combinations(changes, size):
        if len({path for path, _ in chosen}) == size:
            yield chosen
