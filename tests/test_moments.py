"""Where the order of two steps decides, and at which second."""

from __future__ import annotations

import pytest

from simulator import engine
from simulator.documents import Seconds
from simulator.scenario import library
from simulator.scenario.family import with_value
from simulator.trace import Cause, Operation
from simulator.verdict.judge import judge
from simulator.worlds.moments import NARROW, moments

OUTCOME = "warning_without_touch"


@pytest.fixture(scope="module")
def race():
    return library.read("scan-race").value


@pytest.fixture(scope="module")
def scan(race):
    """What moving the scan does."""
    return next(m for m in moments(race, OUTCOME) if m.path == "happens[1].at")


def outcome_at(scenario, path, at):
    moved = with_value(scenario, path, Seconds(at))
    return judge(engine.run(moved, digested=False)).outcome


def test_the_notice_comes_if_and_only_if_the_scan_is_before_the_removal(race, scan):
    removal = next(
        r
        for r in engine.run(race).records
        if isinstance(r, Operation) and (r.verb, r.asked_by) == ("unlink", race.app.package)
    )
    assert len(scan.spans) == 1
    high = scan.spans[0][1]
    assert high == pytest.approx(removal.t, abs=2 * NARROW)
    last = scan.edges[-1]
    assert (last.first.what, last.second.verb) == ("media scan", "unlink")
    assert last.below


def test_on_both_sides_of_every_edge_the_outcome_is_as_the_spans_say(race, scan):
    for edge in scan.edges:
        below = outcome_at(race, scan.path, edge.at - 2 * NARROW) == OUTCOME
        above = outcome_at(race, scan.path, edge.at + 2 * NARROW) == OUTCOME
        assert (below, above) == (edge.below, not edge.below)


def test_a_plain_search_in_steps_finds_nothing_that_the_spans_leave_out(race, scan):
    for second in range(1, 179, 4):
        held = outcome_at(race, scan.path, float(second)) == OUTCOME
        assert held is any(low <= second <= high for low, high in scan.spans)


def test_an_act_that_comes_first_and_one_that_comes_after_are_told_apart(scan):
    first = scan.edges[0]
    assert isinstance(first.first, Cause)
    assert not first.below


def test_where_no_order_decides_there_is_no_moment():
    assert moments(library.read("album-pipeline").value, OUTCOME) == ()


def test_an_outcome_may_come_about_in_several_spans():
    # The system frees the cache; while the app has its file open there, nothing goes.
    scenario = library.read("os-trim-in-use").value
    found = {m.path: m for m in moments(scenario, judge(engine.run(scenario)).outcome)}
    assert len(found["happens[1].at"].spans) == 2
    assert found["happens[1].at"].orders > 2


def test_a_duration_can_decide():
    scenario = library.read("scan-race").value
    late = with_value(scenario, "happens[1].at", Seconds(70.0))
    found = {m.path: m for m in moments(late, OUTCOME)}
    delay = found["timing.clean_up_delay"]
    low = delay.spans[0][0]
    assert outcome_at(late, delay.path, low - 1) != OUTCOME
    assert outcome_at(late, delay.path, low + 1) == OUTCOME
    assert delay.own is None
