"""All worlds of a scenario: factors, their values, and which combinations a phone can have.

A *factor* is a value of the scenario, named by the path that ``--set`` takes, with the values to
try.  A *world* is one value for each.  Worlds are numbered in the order of their factors, the last
of which varies fastest; nothing is built before it is asked for, so that a space may be large.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any

from attrs import define, field, frozen

from simulator.documents import parse_value
from simulator.errors import InputError
from simulator.message import Message
from simulator.scenario.family import (
    FEASIBILITY_READS,
    factors,
    infeasible,
    type_at,
    unfitting,
    with_value,
)
from simulator.scenario.model import Scenario

_RULE = "watcher.rule"


@frozen
class World:
    """One combination: its *values* by path, and the *scenario* that has them."""

    values: Mapping[str, str]
    scenario: Scenario


@define(eq=False)
class Space:
    """The worlds of *scenario* over *factors* (paths to values as text, that shown first first).

    Raises :class:`DocumentError` at the first use of a value that cannot be read, and
    :class:`InputError` where there are more combinations than can be numbered.
    """

    scenario: Scenario
    factors: Mapping[str, tuple[str, ...]]
    _known: dict[tuple[int, ...], bool] = field(factory=dict, init=False, repr=False)
    _under: dict[int, tuple[frozenset[int], ...]] = field(factory=dict, init=False, repr=False)

    def __len__(self) -> int:
        count = prod(len(values) for values in self.factors.values())
        if count > sys.maxsize:
            raise self.too_many(count)
        return count

    def too_many(self, count: int) -> InputError:
        """The error for a space of so many combinations where all of them would have to be run."""
        return InputError(
            Message(
                "{count} combinations are too many to run; name fewer factors, such as --factors"
                " {path}",
                count=f"{count:,}",
                path=self.paths[0],
            )
        )

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The factors' paths, in their order."""
        return tuple(self.factors)

    @cached_property
    def sizes(self) -> tuple[int, ...]:
        """How many values each factor has."""
        return tuple(len(values) for values in self.factors.values())

    @cached_property
    def _strides(self) -> tuple[int, ...]:
        return tuple(prod(self.sizes[i + 1 :]) for i in range(len(self.sizes)))

    @cached_property
    def _parsed(self) -> tuple[tuple[Any, ...], ...]:
        return tuple(
            tuple(parse_value(text, type_at(path)) for text in values)
            for path, values in self.factors.items()
        )

    @cached_property
    def bearing(self) -> frozenset[int]:
        """The factors, by their place, on which it depends whether a phone can be like that."""
        reads: tuple[str, ...] = FEASIBILITY_READS
        if _RULE in self.paths:
            reads = (*reads, "watcher.")
        return frozenset(i for i, path in enumerate(self.paths) if path.startswith(reads))

    @cached_property
    def _bearing(self) -> tuple[int, ...]:
        return tuple(sorted(self.bearing))

    def number(self, digits: Sequence[int]) -> int:
        """The number of the world with those values, each by its place among its factor's."""
        return sum(digit * stride for digit, stride in zip(digits, self._strides, strict=True))

    def digits(self, number: int) -> tuple[int, ...]:
        """The values of a world, each by its place among its factor's."""
        out = []
        for stride in self._strides:
            digit, number = divmod(number, stride)
            out.append(digit)
        return tuple(out)

    def values(self, number: int) -> dict[str, str]:
        """The values of a world, by path."""
        return {
            path: values[digit]
            for (path, values), digit in zip(self.factors.items(), self.digits(number), strict=True)
        }

    def value(self, number: int, path: str) -> str:
        """The value that a world has at one path."""
        i = self._places[path]
        return self.factors[path][number // self._strides[i] % self.sizes[i]]

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {path: i for i, path in enumerate(self.factors)}

    def feasible(self, digits: Sequence[int]) -> bool:
        """Whether a phone and an app can be like that."""
        key = tuple(digits[i] for i in self._bearing)
        known = self._known.get(key)
        if known is None:
            scenario = self._with(self._bearing, digits)
            can_be = infeasible(scenario) is None
            known = self._known[key] = can_be and self._one_of_one(digits)
        return known

    @cached_property
    def _rule(self) -> int | None:
        """Which factor the watcher's rule is, if it is one."""
        return self.paths.index(_RULE) if _RULE in self.paths else None

    def _one_of_one(self, digits: Sequence[int]) -> bool:
        """Whether every parameter stands at a value that the rule knows.

        What a rule leaves no choice about is no difference between worlds, so that one value of it
        stands for all.
        """
        return all(
            digit in there for digit, there in zip(digits, self._allowed(digits), strict=True)
        )

    def _allowed(self, digits: Sequence[int]) -> tuple[frozenset[int], ...]:
        """For each factor the values that it can stand at under the rule of that world."""
        rule = 0 if self._rule is None else digits[self._rule]
        allowed = self._under.get(rule)
        if allowed is None:
            allowed = self._under[rule] = tuple(self._values_under(rule))
        return allowed

    def _values_under(self, rule: int) -> Iterator[frozenset[int]]:
        scenario = self.scenario
        if self._rule is not None:
            scenario = with_value(scenario, _RULE, self._parsed[self._rule][rule])
        for i, path in enumerate(self.paths):
            every = frozenset(range(self.sizes[i]))
            name = path.removeprefix("watcher.")
            if self._rule is None or name == path or path == _RULE:
                yield every
                continue
            known = frozenset(
                digit
                for digit, value in enumerate(self._parsed[i])
                if name not in unfitting(with_value(scenario, path, value))
            )
            yield known or frozenset({0})

    def canonical(self, digits: Sequence[int]) -> tuple[int, ...]:
        """The world that stands for that one: what its rule leaves no choice about is at its first.

        A value that its rule does not know, where it knows others, stays as it is.
        """
        allowed = self._allowed(digits)
        return tuple(
            0 if there == {0} else digit for digit, there in zip(digits, allowed, strict=True)
        )

    def settled(self, digits: Sequence[int]) -> tuple[int, ...]:
        """That world with every value that its rule does not know replaced by one that it does."""
        allowed = self._allowed(digits)
        return tuple(
            digit if digit in there else min(there)
            for digit, there in zip(digits, allowed, strict=True)
        )

    def scenario_at(self, digits: Sequence[int]) -> Scenario:
        """The scenario of the world with those values."""
        scenario = self._with(range(len(digits)), digits)
        if self._rule is not None:
            for name in unfitting(scenario):
                scenario = with_value(scenario, f"watcher.{name}", None)
        return scenario

    def _with(self, which: Sequence[int], digits: Sequence[int]) -> Scenario:
        here = self.scenario
        for i in which:
            here = with_value(here, self.paths[i], self._parsed[i][digits[i]])
        return here

    def world(self, number: int) -> World:
        """The world of that number."""
        return World(self.values(number), self.scenario_at(self.digits(number)))

    def worlds(self) -> Iterator[World | None]:
        """Every combination in its order; None stands for one that no phone can have."""
        for number in range(len(self)):
            yield self.world(number) if self.feasible(self.digits(number)) else None


def space_of(scenario: Scenario) -> Space:
    """The worlds over everything that *scenario* assumes."""
    return Space(scenario, factors(scenario))
