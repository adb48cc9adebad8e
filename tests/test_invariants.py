"""What must always hold (metamorphic relations over the album pipeline)."""

from __future__ import annotations

import itertools

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import engine
from simulator.android import versions
from simulator.android.stack import LOWER_LAYERS, possible
from simulator.documents import Bytes, Seconds
from simulator.scenario import library
from simulator.scenario.model import AlbumFile
from simulator.trace import Cause, FileEvent, Match, Notice, Pass
from simulator.verdict.judge import judge

ALBUM = library.read("album-pipeline")
BASE = ALBUM.value
STACKS = [
    ("7", "fuse-daemon"),
    ("10", "sdcardfs"),
    ("10", "hmdfs"),
    ("12", "fuse"),
    ("12", "fuse-over-sdcardfs"),
]
WORLDS = st.fixed_dictionaries(
    {
        "stack": st.sampled_from(STACKS),
        "place": st.sampled_from(["Pictures/Shop", "DCIM/Camera", "internal-cache", "Movies/Shop"]),
        "name": st.sampled_from(["timestamp", "original", "uuid", "neutral"]),
        "hits": st.sampled_from(["app_copy", "original"]),
        "variant": st.sampled_from(
            ["normal", "crash-orphan", "overwrite-original", "replace-original"]
        ),
        "scope": st.sampled_from(["narrow", "medium", "wide"]),
        "sees": st.sampled_from(["success", "EOWNERDEAD"]),
    }
)
FEW = settings(max_examples=40, deadline=None)


def make(world):
    """A scenario of these factors."""
    android, stack = world["stack"]
    return evolve(
        BASE,
        phone=evolve(BASE.phone, android=android, stack=stack),
        pipeline=evolve(
            BASE.pipeline, place=world["place"], name=world["name"], variant=world["variant"]
        ),
        clean_up=evolve(BASE.clean_up, hits=world["hits"]),
        watcher=evolve(BASE.watcher, scope=world["scope"], app_sees=world["sees"]),
    )


def verdict_of(scenario):
    return judge(engine.run(scenario))


def essence(verdict):
    """What a verdict says, without times and names."""
    return (
        verdict.outcome,
        [(o.end.fate, o.end.loss, o.end.survives_in) for o in verdict.originals],
        [(r.role, r.result) for r in verdict.removals],
        [(n.about, n.wrong_app, [c.status for c in n.claims]) for n in verdict.notices],
        [s.why for s in verdict.silences],
        [(c.route, c.answer) for c in verdict.could],
    )


@FEW
@given(WORLDS, st.integers(1, 50))
def test_shifting_all_times_changes_no_verdict(world, later):
    scenario = make(world)
    happening = evolve(scenario.happens[0], at=Seconds(scenario.happens[0].at + later))
    shifted = evolve(scenario, happens=(happening,), until=Seconds(scenario.until + later))
    assert essence(verdict_of(shifted)) == essence(verdict_of(scenario))


@FEW
@given(WORLDS)
def test_renaming_the_package_changes_no_verdict(world):
    scenario = make(world)
    renamed = evolve(scenario, app=evolve(scenario.app, package="org.other.name"))
    assert essence(verdict_of(renamed)) == essence(verdict_of(scenario))


@FEW
@given(WORLDS)
def test_an_unrelated_file_changes_no_verdict(world):
    scenario = make(world)
    album = (*scenario.phone.album, AlbumFile("DCIM/Camera/other.jpg", Bytes(3_000_000)))
    more = evolve(scenario, phone=evolve(scenario.phone, album=album))
    assert essence(verdict_of(more)) == essence(verdict_of(scenario))


@FEW
@given(WORLDS)
def test_permuting_the_album_changes_no_verdict(world):
    scenario = make(world)
    album = tuple(reversed(scenario.phone.album))
    turned = evolve(scenario, phone=evolve(scenario.phone, album=album))
    assert essence(verdict_of(turned)) == essence(verdict_of(scenario))


@FEW
@given(WORLDS)
def test_a_wider_scope_never_takes_a_match_away(world):
    found = [_matched(make({**world, "scope": scope})) for scope in ("narrow", "medium", "wide")]
    assert found[0] <= found[1] <= found[2]


@FEW
@given(WORLDS, st.sampled_from(["app", "provider"]))
def test_an_exemption_never_adds_a_match(world, listed):
    scenario = make(world)
    exempt = evolve(scenario, watcher=evolve(scenario.watcher, whitelist=listed))
    assert _matched(exempt) <= _matched(scenario)


@FEW
@given(WORLDS)
def test_a_guard_never_reduces_what_survives_at_the_end(world):
    guarded = make(world)
    bare = evolve(guarded, watcher=evolve(guarded.watcher, rule="none"))
    rank = {"all": 0, "quality": 1, "metadata": 2, "none": 3}
    with_guard, without = (verdict_of(s).originals[0].end.loss for s in (guarded, bare))
    assert rank[with_guard] >= rank[without]


@FEW
@given(WORLDS)
def test_no_rule_fits_at_a_layer_that_was_not_crossed(world):
    trace = engine.run(make(world))
    assert all(r.layer in trace.header.layers for r in trace.records if isinstance(r, Match | Pass))


@FEW
@given(WORLDS)
def test_every_notice_walks_back_to_somebody(world):
    trace = engine.run(make(world))
    for notice in (r for r in trace.records if isinstance(r, Notice)):
        roots = [r for r in trace.ancestors(notice.id) if not r.because]
        assert [r.kind for r in roots if isinstance(r, Cause)] == ["user"]


@FEW
@given(WORLDS)
def test_every_operation_that_took_effect_reached_the_lower_layer(world):
    trace = engine.run(make(world))
    reached = {
        cause
        for r in trace.records
        if isinstance(r, FileEvent) and r.layer in LOWER_LAYERS
        for cause in r.because
    }
    effects = {c for r in trace.records if isinstance(r, FileEvent) for c in r.because}
    assert effects == reached


@FEW
@given(WORLDS)
def test_records_are_in_the_order_of_time(world):
    times = [r.t for r in engine.run(make(world)).records]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("place", "name", "stack"),
    list(
        itertools.product(
            ["DCIM/Camera"], ["timestamp", "uuid"], [("10", "sdcardfs"), ("10", "hmdfs")]
        )
    ),
)
def test_swapping_original_and_copy_leaves_the_notice_byte_for_byte(place, name, stack):
    world = {
        "stack": stack,
        "place": place,
        "name": name,
        "variant": "normal",
        "scope": "medium",
        "sees": "EOWNERDEAD",
    }
    copy = verdict_of(make({**world, "hits": "app_copy"}))
    original = verdict_of(make({**world, "hits": "original"}))
    assert [n.notice.text for n in copy.notices] == [n.notice.text for n in original.notices]
    assert copy.notices


def test_an_output_path_equal_to_the_input_destroys_the_original_without_a_delete_step():
    scenario = evolve(BASE, pipeline=evolve(BASE.pipeline, place="DCIM/Camera", name="original"))
    verdict = verdict_of(scenario)
    assert (verdict.originals[0].end.loss, verdict.originals[0].end.fate) != ("none", "intact")


@pytest.mark.parametrize(("android", "stack"), STACKS)
def test_every_stack_is_possible_on_the_version_it_is_tested_with(android, stack):
    assert possible(stack, versions.API[android])


def _matched(scenario):
    trace = engine.run(scenario)
    return {
        (r.verb, r.path) for r in trace.records if isinstance(r, Match) and r.action == "refuse"
    }
