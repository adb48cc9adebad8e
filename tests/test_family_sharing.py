"""One run stands for worlds that differ only in what it never looked at."""

from __future__ import annotations

import random

import pytest

from simulator import engine
from simulator.scenario import library
from simulator.scenario.family import worlds
from simulator.verdict.family import _Runs, judged_worlds
from simulator.verdict.judge import judge
from tests.test_library_relations import essence

FAMILIES = [name for name in library.shipped() if library.read(name).value.family]


@pytest.mark.parametrize("name", FAMILIES)
def test_sharing_changes_nothing_in_worlds_drawn_at_random(name):
    scenario = library.read(name).value
    shared = [judged for judged in judged_worlds(scenario) if judged is not None]
    for world, verdict in random.Random(name).sample(shared, min(60, len(shared))):
        alone = judge(engine.run(world.scenario, digested=False))
        assert essence(verdict) == essence(alone)
        assert [n.notice.text for n in verdict.notices] == [n.notice.text for n in alone.notices]


def test_worlds_are_shared_at_all():
    scenario = library.read("dewu-2022").value
    runs, count = _Runs(0), 0
    for world in worlds(scenario):
        if world is not None and world.values["phone.stack"] == "sdcardfs":
            runs.verdict(world)
            count += 1
    assert sum(len(alike) for alike in runs.known.values()) < count / 2
