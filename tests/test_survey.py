"""Every world is run, and one run stands for worlds that differ only in what it never looked at."""

from __future__ import annotations

import random

import pytest

from simulator.claims.grammar import Claim, Part
from simulator.documents import parse_value, structure
from simulator.engine import TRACKED
from simulator.errors import DocumentError
from simulator.scenario import library
from simulator.scenario.family import (
    FEASIBILITY_READS,
    infeasible,
    type_at,
    with_value,
)
from simulator.scenario.space import Space, space_of
from simulator.worlds.diagnose import state
from simulator.worlds.factors import values_of
from simulator.worlds.standing import READ_IN_HEADER, Checks
from simulator.worlds.survey import look_at, sample, survey
from tests.test_library_relations import essence

FAMILIES = [name for name in library.shipped() if library.read(name).value.family]


def everything(trace, verdict):
    """All that a verdict says, and all that a diagnosis asks of a world, as one text."""
    notices = [n.notice.text for n in verdict.notices]
    return repr((essence(verdict), notices, state(trace, verdict)))


@pytest.mark.parametrize("name", FAMILIES)
def test_sharing_changes_nothing_in_worlds_drawn_at_random(name):
    space = space_of(library.read(name).value)
    shared = list(survey(space, everything))
    for number, finding in random.Random(name).sample(shared, min(60, len(shared))):
        assert look_at(space.world(number).scenario, everything) == finding


@pytest.mark.parametrize("name", library.shipped())
def test_sharing_over_all_that_a_run_takes_note_of_changes_nothing(name):
    scenario = library.read(name).value
    factors = {path: values_of(scenario, path) for path in sorted(TRACKED)}
    space = Space(scenario, {path: values for path, values in factors.items() if len(values) > 1})
    shared = survey(space, everything)
    assert shared.feasible
    for number, finding in random.Random(name).sample(list(shared), min(8, shared.feasible)):
        assert look_at(space.world(number).scenario, everything) == finding


def test_claims_that_ask_for_the_market_of_a_phone_are_not_shared_over_it():
    scenario = library.read("overseas-build").value
    claim = Claim(id="asked", says=(structure({"did": "watches"}, Part),))
    space = Space(scenario, {"watcher.overseas": ("true", "false")})
    found = survey(space, Checks((claim,)), apart=READ_IN_HEADER)
    assert [finding for _, finding in found] == [
        look_at(world.scenario, Checks((claim,))) for world in space.worlds() if world is not None
    ]


def test_worlds_are_shared_at_all():
    space = space_of(library.read("dewu-2022").value)
    found = survey(space, everything)
    assert found.runs < found.feasible / 2


def test_several_processes_find_what_one_finds():
    scenario = library.read("seal-211").value
    one, two = (survey(space_of(scenario), everything, jobs=jobs) for jobs in (1, 2))
    assert (list(one), one.runs) == (list(two), two.runs)


def test_a_sample_finds_what_the_whole_finds():
    space = space_of(library.read("qq-2020").value)
    whole = dict(survey(space, everything))
    drawn = dict(sample(space, range(0, len(space), 7), everything))
    assert drawn == {n: f for n, f in whole.items() if n % 7 == 0}


def test_numbers_and_values_of_worlds_fit_each_other():
    space = space_of(library.read("dewu-2022").value)
    for number in random.Random(1).sample(range(len(space)), 50):
        digits = space.digits(number)
        assert space.number(digits) == number
        assert list(space.values(number).values()) == [
            values[digit] for values, digit in zip(space.factors.values(), digits, strict=True)
        ]


@pytest.mark.parametrize("name", FAMILIES)
def test_what_a_phone_can_have_depends_on_the_paths_that_are_named_alone(name):
    scenario = library.read(name).value
    space = space_of(scenario)
    rest = [path for path in space.paths if not path.startswith(FEASIBILITY_READS)]
    for number in random.Random(name).sample(range(len(space)), min(40, len(space))):
        here = space.world(number).scenario
        expected = infeasible(here) is None
        if "watcher.rule" not in space.paths:
            assert space.feasible(space.digits(number)) is expected
        for path in rest:
            for text in space.factors[path]:
                other = with_value(here, path, parse_value(text, type_at(path)))
                assert (infeasible(other) is None) is expected


def test_a_factor_may_lead_to_an_item_of_a_list():
    scenario = library.read("scan-race").value
    space = Space(scenario, {"happens[1].at": ("45 s", "170 s")})
    assert [w.scenario.happens[1].at for w in space.worlds() if w] == [45, 170]


def test_under_a_rule_without_that_parameter_one_value_stands_for_all():
    scenario = library.read("album-pipeline").value
    space = Space(
        scenario,
        {"watcher.rule": ("huawei-acm", "none"), "watcher.scope": ("narrow", "medium", "wide")},
    )
    rules = [world.values["watcher.rule"] for world in space.worlds() if world is not None]
    assert rules == ["huawei-acm"] * 3 + ["none"]


def test_a_value_that_cannot_be_read_is_an_error_of_its_own():
    space = Space(library.read("album-pipeline").value, {"happens[0].at": ("soon",)})
    with pytest.raises(DocumentError):
        list(space.worlds())


def test_progress_is_told_up_to_the_end():
    told: list[tuple[int, int]] = []
    space = space_of(library.read("seal-211").value)
    survey(space, everything, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (len(space), len(space))
