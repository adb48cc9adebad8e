"""Whether an expectation rests on what it says that it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve, frozen

from simulator import engine
from simulator.documents import Document
from simulator.scenario import library
from simulator.scenario.family import check, pinned, under_another
from simulator.scenario.model import Scenario
from simulator.verdict.judge import judge
from simulator.worlds.expectations import failures
from simulator.worlds.family import judge_family


@frozen
class Idle:
    """A value that a scenario calls decisive, and with which the same thing comes out."""

    path: str
    value: str


def idle(document: Document[Scenario]) -> Iterator[Idle]:
    """Every decisive value of a scenario that decides nothing.

    Raises :class:`DocumentError` where such a value cannot be put in its place.
    """
    for path, value in document.value.expect.decisive.items():
        if not _fails(flipped(document, path, value).value):
            yield Idle(path, value)


def flipped(document: Document[Scenario], path: str, value: str) -> Document[Scenario]:
    """The scenario with that value in place of its own."""
    values = {path: value}
    changed = library.equipped(document.with_text(values, origin="decisive"))
    if path == "watcher.rule":
        changed = under_another(changed, kept=values)
    changed = pinned(changed, values)
    check(changed)
    return changed


def _fails(scenario: Scenario) -> bool:
    """Whether another thing comes out than the scenario expects; its first world is tried first."""
    verdict = judge(engine.run(scenario))
    single = evolve(scenario.expect, claims={})
    if failures(evolve(scenario, expect=single), verdict, None):
        return True
    return scenario.family and bool(failures(scenario, verdict, judge_family(scenario)))
