"""The network: when it is gone, and when the server answers with errors."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from simulator.scenario.model import Scenario

#: What an app gets whose transfer waited too long, or that the server turned away.
TIMED_OUT, TURNED_AWAY = "ETIMEDOUT", "HTTP 503"
#: What it gets whose file is shorter than it was when the transfer began.
TOO_SHORT = "EOF"


@frozen
class Spell:
    """From *start* until *end* (s) the network is gone (``lost``), or the server has ``errors``."""

    kind: str
    start: float
    end: float


@frozen
class Network:
    """All spells of a run, in the order in which they begin."""

    spells: tuple[Spell, ...]

    def lost(self, start: float, end: float) -> Spell | None:
        """The first spell without a network that touches the time from *start* to *end*."""
        return next((s for s in self._of("lost") if s.start < end and s.end > start), None)

    def has_errors(self, t: float) -> bool:
        """Whether the server answers with errors at second *t*."""
        return any(s.start <= t < s.end for s in self._of("errors"))

    def _of(self, kind: str) -> Iterator[Spell]:
        return (s for s in self.spells if s.kind == kind)


def network_of(scenario: Scenario) -> Network:
    """The network of a scenario."""
    kinds = {"network lost": "lost", "server errors": "errors"}
    spells = [
        Spell(kinds[h.act], h.at, h.at + (h.lasts or 0.0))
        for h in scenario.happens
        if h.act in kinds
    ]
    return Network(tuple(sorted(spells, key=lambda s: (s.start, s.end, s.kind))))
