"""The app's process dies before every single call of every preset: what holds all the same."""

from __future__ import annotations

import re
from functools import cache

import pytest
from attrs import evolve

from simulator import engine
from simulator.android.paths import LOWER
from simulator.apps import preset as presets
from simulator.apps.clean_up import PERIODIC
from simulator.apps.placing import pattern_of
from simulator.scenario.model import FaultSpec
from simulator.trace import Cause, FileEvent, FileState
from simulator.verdict.judge import judge
from tests.tools.worlds import (
    FREE,
    READS,
    VARIANTS,
    books_add_up,
    inodes,
    made,
    played,
    shared,
)

#: Presets that change an original by what they are for, or by a mistake in them.
TOUCHES = frozenset(
    {
        "auto-upload-delete",
        "auto-upload-move",
        "moved-away-too-early",
        "name-reuse-after-move",
        "squeeze-in-place",
        "resizing-picker",
        "delete-input",
        "output-is-input",
        "chat-camera",
        "single-deed",
    }
)
HARMLESS = [
    (name, variant)
    for name, variant in VARIANTS
    if name not in TOUCHES and "original" not in variant
]


@cache
def calls(name, variant, free):
    """How many calls that preset makes when nothing goes wrong."""
    ended, _ = played(made(name, variant, **(FREE if free else READS)))
    return ended.app._calls


def killed(name, variant, call, *, free=True):
    phone = FREE if free else READS
    return played(made(name, variant, faults=FaultSpec(killed_before_call=call), **phone))


def every(name, variant, *, free=True):
    for call in range(1, calls(name, variant, free) + 1):
        yield call, *killed(name, variant, call, free=free)


def deaths(trace):
    return [r for r in trace.records if isinstance(r, Cause) and r.what == "process killed"]


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_storage_is_conserved(name, variant):
    for _, ended, _ in every(name, variant):
        assert books_add_up(ended)


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_the_dead_process_holds_nothing_open(name, variant):
    for _, ended, trace in every(name, variant):
        assert deaths(trace)
        assert [inode.opened for inode in inodes(ended.world.phone.fs) if inode.opened] == []


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_the_process_dies_once_and_starts_again(name, variant):
    of_its_own = sum(step.do == "die" for step in presets.preset(name).steps(variant))
    for _, _, trace in every(name, variant):
        again = [r for r in trace.records if isinstance(r, Cause) and r.what == "app starts again"]
        assert 1 <= len(again) <= 1 + of_its_own


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_who_may_only_read_never_changes_the_original(name, variant):
    for call, _, trace in every(name, variant, free=False):
        declared = [o for o in judge(trace).originals if not o.since]
        assert [o.end.fate for o in declared] == ["intact"] * len(declared), call


@pytest.mark.parametrize(("name", "variant"), HARMLESS)
def test_an_app_without_the_mistake_leaves_the_original_alone_wherever_it_dies(name, variant):
    for call, _, trace in every(name, variant):
        assert {o.end.fate for o in judge(trace).originals if not o.since} == {"intact"}, call


# -- the next start ------------------------------------------------------------------------------


def at_death(trace):
    """The files there were when the process died, worked out from the events of the lowest layer.

    Also those made afterwards, by whoever is still alive.
    """
    there = {
        r.path
        for r in trace.records
        if isinstance(r, FileState) and (r.moment, r.view) == ("start", "lower")
    }
    death = deaths(trace)[0].id
    lowest = {}
    for record in trace.records[:death]:
        if isinstance(record, FileEvent) and (not record.directory or record.verb == "rename"):
            lowest.setdefault(record.because, []).append(record)
    for events in lowest.values():
        event = events[0]
        if event.verb == "create":
            there.add(event.path)
        elif event.verb == "unlink":
            there.discard(event.path)
        elif event.verb == "rename" and event.directory:
            moved = {path for path in there if path.startswith(f"{event.path}/")}
            there = there - moved | {event.to + path[len(event.path) :] for path in moved}
        elif event.verb == "rename":
            there.discard(event.path)
            there.add(event.to)
    return there


def sweeps(name):
    kind = presets.preset(name)
    return bool(kind.occasion("start")) or kind.clean_up.when in {"next_start", *PERIODIC}


@pytest.mark.parametrize(
    ("name", "variant"),
    [(n, v) for n, v in VARIANTS if not sweeps(n) and v != "crash-orphan"],
)
def test_a_start_without_a_sweep_leaves_everything_as_the_death_left_it(name, variant):
    for call, ended, trace in every(name, variant):
        assert shared(ended.world.phone.fs) == at_death(trace), call


def test_who_sweeps_by_pattern_finds_what_still_has_a_name_of_its_own():
    pattern = pattern_of(presets.preset("uri-streamed").files["temp"])
    renamed = 0
    for _, ended, _ in every("uri-streamed", "normal"):
        left = [p for p in shared(ended.world.phone.fs) if "/cache/uploads/" in p]
        assert not any(re.fullmatch(pattern, path.rpartition("/")[2]) for path in left)
        renamed += bool(left)
    # What already has the original's name is found by no pattern, and stays.
    assert renamed


@pytest.mark.parametrize("finds", ["ledger", "folder"])
def test_who_clears_up_at_the_next_start_leaves_nothing_wherever_it_died(finds):
    scenario = made("evidence-video", place="Pictures/Shop", **FREE)
    scenario = evolve(scenario, clean_up=evolve(scenario.clean_up, when="next_start", finds=finds))
    for call in range(1, played(scenario)[0].app._calls + 1):
        ended, trace = played(evolve(scenario, faults=FaultSpec(killed_before_call=call)))
        assert deaths(trace)
        assert [p for p in shared(ended.world.phone.fs) if p.startswith("Pictures/Shop/")] == [], (
            call
        )


def test_a_process_that_is_not_started_again_leaves_what_it_had():
    faults = FaultSpec(killed_at="upload", starts_again=False)
    scenario = made("evidence-video", place="Pictures/Shop", faults=faults)
    scenario = evolve(scenario, clean_up=evolve(scenario.clean_up, when="next_start"))
    ended, _ = played(scenario)
    assert [p for p in shared(ended.world.phone.fs) if p.startswith("Pictures/Shop/")]


def test_dying_inside_the_clean_up_leaves_the_file_for_the_next_start():
    faults = FaultSpec(killed_at="clean-up")
    verdict = judge(engine.run(made("evidence-video", place="Pictures/Shop", faults=faults)))
    assert (verdict.removals, verdict.broken_off) == ((), ())


def test_lower_names_are_told_as_apps_write_them():
    assert not any(LOWER in p for p in shared(played(made())[0].world.phone.fs))
