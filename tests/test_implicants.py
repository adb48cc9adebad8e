"""Prime implicants, covers and smallest changes against a plain search through every world."""

from __future__ import annotations

from itertools import combinations, product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.worlds.cover import fewest, smallest_changes
from simulator.worlds.implicants import as_bits, prime_implicants, restricted, worlds_of


@st.composite
def functions(draw):
    """Sizes of factors, and for each world whether it has the outcome and whether it can be."""
    sizes = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=3)))
    if len(sizes) == 3 and draw(st.booleans()):
        sizes = (*sizes, 2)
    count = prod(sizes)
    kinds = draw(st.lists(st.sampled_from(["no", "yes", "cannot"]), min_size=count, max_size=count))
    outcome = bytes(kind == "yes" for kind in kinds)
    feasible = bytes(kind != "cannot" for kind in kinds)
    return sizes, outcome, feasible


def every_world(sizes):
    return list(product(*(range(size) for size in sizes)))


def inside(cube, world):
    return all(mask >> digit & 1 for mask, digit in zip(cube, world, strict=True))


def is_implicant(cube, worlds, outcome, feasible):
    held = [i for i, world in enumerate(worlds) if inside(cube, world)]
    return any(outcome[i] for i in held) and all(outcome[i] or not feasible[i] for i in held)


def by_hand(sizes, outcome, feasible):
    """Every cube tried; the implicants that are part of no other."""
    worlds = every_world(sizes)
    cubes = product(*(range(1, 1 << size) for size in sizes))
    found = [cube for cube in cubes if is_implicant(cube, worlds, outcome, feasible)]
    return {
        cube
        for cube in found
        if not any(
            other != cube and all(c & ~o == 0 for c, o in zip(cube, other, strict=True))
            for other in found
        )
    }


@settings(max_examples=150, deadline=None)
@given(functions())
def test_the_prime_implicants_are_those_of_a_plain_search(function):
    assert set(prime_implicants(*function)) == by_hand(*function)


@settings(max_examples=150, deadline=None)
@given(functions())
def test_implicants_are_sound_complete_and_minimal(function):
    sizes, outcome, feasible = function
    worlds = every_world(sizes)
    primes = prime_implicants(*function)
    for cube in primes:
        assert is_implicant(cube, worlds, outcome, feasible)
        for at, size in enumerate(sizes):
            if cube[at] != (1 << size) - 1:
                wider = (*cube[:at], (1 << size) - 1, *cube[at + 1 :])
                assert not is_implicant(wider, worlds, outcome, feasible)
    for i, world in enumerate(worlds):
        if outcome[i]:
            assert any(inside(cube, world) for cube in primes)


@given(functions())
def test_the_worlds_of_a_cube_are_those_with_allowed_values(function):
    sizes = function[0]
    for cube in prime_implicants(*function)[:4]:
        held = bytes(inside(cube, world) for world in every_world(sizes))
        assert worlds_of(cube, sizes) == as_bits(held)


@settings(max_examples=150, deadline=None)
@given(functions())
def test_no_choice_of_fewer_implicants_says_the_whole(function):
    sizes, outcome, _ = function
    if not any(outcome):
        return
    sets = [worlds_of(cube, sizes) for cube in prime_implicants(*function)]
    everything = as_bits(outcome)
    cover = fewest(sets, everything)
    assert cover.fewest

    def covers(chosen):
        union = 0
        for at in chosen:
            union |= sets[at]
        return everything & ~union == 0

    assert covers(cover.chosen)
    smaller = range(len(cover.chosen))
    assert not any(covers(c) for n in smaller for c in combinations(range(len(sets)), n))


def test_sets_that_leave_something_out_are_no_cover():
    with pytest.raises(ValueError, match="cover"):
        fewest([0b01], 0b11)


@settings(max_examples=100, deadline=None)
@given(functions())
def test_the_smallest_changes_are_those_of_a_plain_search(function):
    sizes, outcome, feasible = function
    worlds = every_world(sizes)

    def where(holds):
        return as_bits(bytes(holds(world) for world in worlds))

    literals = {
        (str(at), str(value)): where(lambda w, at=at, value=value: w[at] == value)
        for at, size in enumerate(sizes)
        for value in range(size)
    }

    def repairs(changes):
        left = [
            i for i, world in enumerate(worlds) if all(world[int(a)] == int(v) for a, v in changes)
        ]
        return any(feasible[i] for i in left) and not any(outcome[i] for i in left)

    tried = [
        changes
        for n in range(1, 5)
        for changes in combinations(literals, n)
        if len({at for at, _ in changes}) == n and repairs(changes)
    ]
    smallest = {
        frozenset(changes)
        for changes in tried
        if not any(set(other) < set(changes) for other in tried)
    }
    if not any(outcome):
        return
    found = list(smallest_changes(literals, as_bits(outcome), as_bits(feasible)))
    assert {frozenset(changes) for changes in found} == smallest
    assert len(found) == len(smallest)


def test_restricted_counts_the_factors_that_a_cube_says_something_about():
    assert restricted((0b11, 0b01, 0b111), (2, 2, 3)) == 1
