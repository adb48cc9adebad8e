"""Holding or declaring more never takes a capability away, but for two documented exceptions."""

from __future__ import annotations

from itertools import product

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from simulator.android.permissions import PERMISSIONS, ROUTES, Caller, Item, decide
from simulator.android.permissions.caller import READ, WRITE
from tests.tools.questions import RANK, VERBS, callers, items, routes, targets, verbs


def rank(caller, verb, route, item, to=None):
    return RANK[decide(caller, verb, route, item, to).ruling]


@given(callers, st.sampled_from(PERMISSIONS), verbs, routes, items)
def test_granting_a_permission_takes_nothing_away(caller, permission, verb, route, item):
    more = evolve(caller, granted=caller.granted | {permission})
    assert rank(more, verb, route, item) >= rank(caller, verb, route, item)


@given(callers, st.sampled_from(PERMISSIONS), routes, items, targets)
def test_granting_a_permission_takes_no_target_of_a_rename_away(
    caller, permission, route, item, to
):
    more = evolve(caller, granted=caller.granted | {permission})
    assert rank(more, "rename", route, item, to) >= rank(caller, "rename", route, item, to)


@given(callers, verbs, routes, items)
def test_the_gallery_role_takes_nothing_away(caller, verb, route, item):
    more = evolve(caller, system_gallery=True)
    assert rank(more, verb, route, item) >= rank(caller, verb, route, item)


@given(callers, verbs, routes, items)
def test_owning_the_file_takes_nothing_away(caller, verb, route, item):
    assert rank(caller, verb, route, evolve(item, owned=True)) >= rank(caller, verb, route, item)


@given(callers, verbs, routes, items)
def test_a_grant_for_the_item_takes_nothing_away(caller, verb, route, item):
    assert rank(caller, verb, route, evolve(item, granted=True)) >= rank(caller, verb, route, item)


@given(callers, verbs, routes, items)
def test_asking_twice_gives_the_same_decision(caller, verb, route, item):
    assert decide(caller, verb, route, item) == decide(caller, verb, route, item)


# -- the two exceptions ------------------------------------------------------------------------


#: Levels at which a rule turns, and places that differ for the storage mode.
TURNS = (28, 29, 30, 31, 33, 35)
PLACES = ("DCIM/Camera/VID_1.mp4", "Download/a.pdf", "a.mp4", "Pictures/d")


def worlds():
    """Every app of interest on every version, and everything it may ask for."""
    grants = [frozenset(p) for p in ([], [READ], [WRITE], [READ, WRITE])]
    for api, target, granted, gallery in product(TURNS, (28, 29, 30, 35), grants, (False, True)):
        caller = Caller(api, target, granted, legacy_flag=False, system_gallery=gallery)
        for verb, path, owned in product(VERBS, PLACES, (False, True)):
            for route in ROUTES[:3]:
                yield caller, verb, route, Item(path, owned=owned)


def losses(change):
    """The worlds in which *change* takes a capability away."""
    return [world for world in worlds() if rank(change(world[0]), *world[1:]) < rank(*world)]


def legacy(caller):
    return evolve(caller, legacy_flag=True)


def kept_legacy(caller):
    return evolve(caller, upgraded=True, preserve_legacy=True)


@pytest.mark.parametrize("change", [legacy, kept_legacy])
def test_the_old_mode_takes_away_only_where_its_permission_is_missing(change):
    lost = losses(change)
    assert lost
    assert not any({READ, WRITE} <= caller.granted for caller, _, _, _ in lost)


@pytest.mark.parametrize("target", [29, 30, 33, 35])
def test_raising_the_target_takes_away(target):
    def raised(caller):
        return evolve(caller, target_sdk=max(target, caller.target_sdk), legacy_flag=None)

    def before(caller):
        return evolve(caller, legacy_flag=None, upgraded=True, preserve_legacy=True)

    lost = [
        world
        for world in worlds()
        if rank(evolve(raised(world[0]), upgraded=True, preserve_legacy=True), *world[1:])
        < rank(before(world[0]), *world[1:])
    ]
    assert lost


@pytest.mark.parametrize(
    "change",
    ["preserve_legacy", "raw_access", "system_gallery"],
    ids=lambda name: f"declaring {name}",
)
def test_no_other_declaration_takes_anything_away(change):
    assert losses(lambda caller: evolve(caller, **{change: True})) == []
