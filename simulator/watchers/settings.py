"""What is assumed of a watcher in one run, and what of that had a say."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field

from simulator.watchers.rule import ParameterName, Rule


@define(eq=False)
class Settings:
    """The values of a rule's parameters in one run.

    *chosen* overrides the value that the rule shows first.  Every value that is looked at is
    remembered in *consulted*, in the order of the first look: a run depends on no other.
    """

    rule: Rule
    chosen: Mapping[str, str] = field(factory=dict)
    overseas: bool = False
    consulted: dict[str, None] = field(factory=dict, init=False)

    def __getitem__(self, name: ParameterName) -> str:
        if name in self.rule.parameters:
            self.consulted[name] = None
            if name in self.chosen:
                return self.chosen[name]
        values = self.rule.values(name)
        return values[0] if values else ""
