"""The network: when it is gone, and when the server answers with errors."""

from __future__ import annotations

from attrs import frozen

from simulator.scenario.model import Scenario

#: What an app gets whose transfer waited too long, or that the server turned away.
TIMED_OUT, TURNED_AWAY = "ETIMEDOUT", "HTTP 503"
#: What it gets whose file is shorter than it was when the transfer began.
TOO_SHORT = "EOF"


@frozen
class Spell:
    """From *start* until *end* (s)."""

    start: float
    end: float


@frozen
class Network:
    """When it is gone, and when the server has errors, each in the order in which they begin."""

    gone: tuple[Spell, ...]
    errors: tuple[Spell, ...]

    def lost(self, start: float, end: float) -> Spell | None:
        """The first spell without a network that touches the time from *start* to *end*."""
        for spell in self.gone:
            if spell.start < end and spell.end > start:
                return spell
        return None

    def has_errors(self, t: float) -> bool:
        """Whether the server answers with errors at second *t*."""
        return bool(self.errors) and any(s.start <= t < s.end for s in self.errors)


def network_of(scenario: Scenario) -> Network:
    """The network of a scenario."""
    return Network(_spells(scenario, "network lost"), _spells(scenario, "server errors"))


def _spells(scenario: Scenario, act: str) -> tuple[Spell, ...]:
    found = (Spell(h.at, h.at + (h.lasts or 0.0)) for h in scenario.happens if h.act == act)
    return tuple(sorted(found, key=lambda spell: (spell.start, spell.end)))
