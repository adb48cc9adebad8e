"""One scenario under one rule, in every way in which that rule may be set up.

What a run looked at of a rule's parameters is in its header; a run depends on no other.  So a run
stands for every combination that differs only in what was never looked at, and nothing is run
twice.  The scenario's own assumptions are tried in full.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from itertools import product
from math import prod
from typing import Any, TypeVar

from attrs import define, evolve, field, frozen

from simulator import engine
from simulator.documents import parse_value
from simulator.scenario.family import factors, infeasible, type_at, with_value
from simulator.scenario.model import Scenario
from simulator.trace import Trace
from simulator.watchers.rule import Home, Rule

T = TypeVar("T")
#: A scenario with more combinations than that stands at its first values.
MOST = 64
#: What a comparison chooses itself: the phone that a rule is on, and how apps are on it.
_CHOSEN = frozenset({"phone.stack", "phone.android", "phone.launched_with", "phone.maker"})


@frozen
class Variation:
    """One run: the *values* it depends on, for how many combinations it stands, its *trace*."""

    values: Mapping[str, str]
    weight: int
    trace: Trace


@frozen
class Leaf:
    """What a run came to, under the values that it looked at; *free* is what it did not look at."""

    values: Mapping[str, str]
    free: tuple[str, ...]
    result: Any


def explore(
    choices: Mapping[str, Sequence[str]],
    run: Callable[[Mapping[str, str]], tuple[Any, Sequence[str]]],
) -> Iterator[Leaf]:
    """Every different run over *choices* (names to values, the one tried first first).

    *run* is given values for some names (the others stand at their first) and gives its result with
    the names that it looked at.  The leaves are disjoint, and together they are everything.
    """
    waiting: list[dict[str, str]] = [{}]
    while waiting:
        fixed = waiting.pop()
        result, looked = run(fixed)
        free = [name for name in looked if name in choices and name not in fixed]
        known = {**fixed, **{name: choices[name][0] for name in free}}
        yield Leaf(known, tuple(name for name in choices if name not in known), result)
        for i, name in enumerate(free):
            before = {other: choices[other][0] for other in free[:i]}
            for value in choices[name][1:]:
                waiting.append({**fixed, **before, name: value})


def variations(
    scenario: Scenario, name: str, rule: Rule, homes: Sequence[Home], seed: int = 0
) -> Iterator[Variation]:
    """Every different run of *scenario* under *rule* (called *name*) on each of *homes*.

    A combination that no phone can have is left out.
    """
    for home in homes:
        for values, posed in _posed(scenario, home):
            here = _under(posed, name, rule)
            if infeasible(here) is not None:
                continue
            choices = _open(scenario, rule)
            for leaf in explore(choices, _Runs(here, choices, seed)):
                named = {f"watcher.{p}": v for p, v in leaf.values.items()}
                weight = prod(len(choices[p]) for p in leaf.free)
                yield Variation(
                    {**home_values(home, homes), **values, **named}, weight, leaf.result
                )


def home_values(home: Home, homes: Sequence[Home]) -> dict[str, str]:
    """What of *home* differs among *homes*, by its path."""
    out = {}
    for path, name in (("phone.android", "android"), ("phone.stack", "stack")):
        if len({getattr(other, name) for other in homes}) > 1:
            out[path] = str(getattr(home, name))
    if len({other.storage for other in homes}) > 1 and home.storage is not None:
        out["app.storage"] = home.storage
    return out


def tried(scenario: Scenario) -> Mapping[str, tuple[str, ...]]:
    """The scenario's own assumptions that are varied; none where there are too many."""
    found = {
        path: values
        for path, values in factors(scenario).items()
        if len(values) > 1 and path not in _CHOSEN and not path.startswith("watcher.")
    }
    return found if prod(map(len, found.values())) <= MOST else {}


def _posed(scenario: Scenario, home: Home) -> Iterator[tuple[dict[str, str], Scenario]]:
    phone = evolve(
        scenario.phone, android=home.android, stack=home.stack, launched_with=None, maker=None
    )
    posed = evolve(scenario, phone=phone)
    factor = dict(tried(scenario))
    if home.storage is not None:
        posed = evolve(posed, app=evolve(posed.app, storage=home.storage))
        factor.pop("app.storage", None)
    for chosen in product(*factor.values()):
        values = dict(zip(factor, chosen, strict=True))
        here = posed
        for path, text in values.items():
            here = with_value(here, path, parse_value(text, type_at(path)))
        yield values, here


def _under(scenario: Scenario, name: str, rule: Rule) -> Scenario:
    """*scenario* with that rule on duty; what the scenario fixes of its parameters stays."""
    kept = dict[str, Any](_fixed(scenario, rule))
    free: dict[str, Any] = {p: kept.get(p) for p in scenario.watcher.chosen}
    return evolve(scenario, watcher=evolve(scenario.watcher, rule=name, custom=rule, **free))


def _fixed(scenario: Scenario, rule: Rule) -> dict[str, str]:
    """What *scenario* itself says of the parameters of *rule*, and does not leave open."""
    return {
        p: value
        for p, value in scenario.watcher.chosen.items()
        if p in rule.parameters and f"watcher.{p}" not in scenario.assumed
    }


def _open(scenario: Scenario, rule: Rule) -> dict[str, tuple[str, ...]]:
    """The parameters of *rule* that are open, with their values; the one shown first first.

    What the scenario fixes is open all the same where the rule itself is in doubt about just that
    value: an app may be said to be on the list, and still nobody knows whether there is a list.
    """
    fixed, out = _fixed(scenario, rule), {}
    for p, entry in rule.parameters.items():
        values = entry.values()
        if p in fixed:
            values = (
                (fixed[p], *(v for v in values if v != fixed[p])) if fixed[p] in entry.try_ else ()
            )
        if len(values) > 1:
            out[p] = values
    return out


@define(eq=False)
class _Runs:
    """The runs of *scenario* with other values for the parameters *choices*.

    A run notes with which other values all that it looked at would have been the same (as
    :mod:`simulator.worlds.survey` uses it): there it stands for the run that is asked for.
    """

    scenario: Scenario
    choices: Mapping[str, Sequence[str]]
    seed: int
    _known: list[_Known] = field(factory=list, init=False)

    def __call__(self, fixed: Mapping[str, str]) -> tuple[Trace, Sequence[str]]:
        values = {**{name: values[0] for name, values in self.choices.items()}, **fixed}
        known = next((run for run in self._known if run.stands_for(values)), None)
        if known is None:
            known = self._run(values, fixed)
            self._known.append(known)
        watchers = known.trace.header.watchers
        return known.trace, watchers[0].consulted if watchers else ()

    def _run(self, values: Mapping[str, str], fixed: Mapping[str, Any]) -> _Known:
        watcher = evolve(self.scenario.watcher, **fixed)
        trace, alike = engine.explored(evolve(self.scenario, watcher=watcher), self.seed)
        looked = {name: alike.get(f"watcher.{name}") for name in self.choices}
        same = {name: {*seen, values[name]} for name, seen in looked.items() if seen is not None}
        return _Known(trace, same)


@frozen
class _Known:
    """A run, and the values of what it looked at with which it would have been the same."""

    trace: Trace
    same: Mapping[str, Set[str]]

    def stands_for(self, values: Mapping[str, str]) -> bool:
        """Whether a run with those *values* would be this one."""
        return all(values[name] in same for name, same in self.same.items())
