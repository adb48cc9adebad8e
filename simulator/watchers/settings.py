"""What is assumed of a watcher in one run, and what of that had a say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from attrs import define, field

from simulator.watchers.rule import ParameterName, Rule
from simulator.watchers.soundness import possible_values

T = TypeVar("T")


@define(eq=False)
class Settings:
    """The values of a rule's parameters in one run.

    *chosen* overrides the value that the rule shows first.  Every value that is looked at is
    remembered in *consulted*, in the order of the first look: a run depends on no other.  *alike*
    has for each of them the values with which every look would have shown the same (``overseas``,
    which is no parameter of a rule, among them): with any of these the run would be the same.
    """

    rule: Rule
    chosen: Mapping[str, str] = field(factory=dict)
    overseas: bool = False
    consulted: dict[str, None] = field(factory=dict, init=False)
    alike: dict[str, frozenset[str]] = field(factory=dict, init=False)

    def __getitem__(self, name: ParameterName) -> str:
        return self.answer(name, str)

    def answer(self, name: ParameterName, of: Callable[[str], T]) -> T:
        """What *of* makes of that parameter's value; nothing else of the value has a say."""
        values = self.rule.values(name)
        value = values[0] if values else ""
        if name not in self.rule.parameters:
            return of(value)
        self.consulted[name] = None
        value = self.chosen.get(name, value)
        answer = of(value)
        others = possible_values(self.rule, name)
        self._narrow(name, frozenset(v for v in others if v == value or of(v) == answer))
        return answer

    def is_overseas(self) -> bool:
        """Whether the phone is a build for other markets."""
        self._narrow("overseas", frozenset({str(self.overseas).lower()}))
        return self.overseas

    def _narrow(self, name: str, same: frozenset[str]) -> None:
        self.alike[name] = self.alike.get(name, same) & same
