"""Exactly when: the minimal conditions of an outcome, what is necessary, and what would end it."""

from __future__ import annotations

import random
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, field, frozen

from simulator.outcomes import Outcome
from simulator.scenario.space import Space
from simulator.trace import Trace
from simulator.verdict.judge import Verdict
from simulator.worlds.cover import Change, fewest, smallest_changes
from simulator.worlds.factors import Party, known
from simulator.worlds.finding import Finding
from simulator.worlds.implicants import (
    Cube,
    as_bits,
    prime_implicants,
    worlds_of,
)
from simulator.worlds.survey import NOWHERE, Progress, Survey, look_at, sample, survey

#: A space of more combinations than that is not run whole.
MOST = 300_000
#: So many worlds are drawn from a space that is too large.
DRAWN = 2_000
#: In :attr:`Repair.then`: no phone can be like that.
NO_SUCH_PHONE = "infeasible"
#: Outcomes in which somebody has lost something, or may have: what one would not change for.
HARM: frozenset[Outcome] = frozenset(
    {
        "touch_with_warning",
        "touch_without_warning",
        "warning_about_last_copy",
        "cannot_tell",
    }
)


@frozen
class Repair:
    """A smallest set of changes after which an outcome does not happen in any world that is left.

    *who* are those who could make them.  *then* is what the worlds in which it happened come to
    once they are changed so (:data:`NO_SUCH_PHONE`: no phone can be like that); in *asked_for* of
    them somebody asks to remove an original.
    """

    changes: tuple[Change, ...]
    who: tuple[Party, ...]
    then: Mapping[str, int]
    asked_for: int

    @property
    def harmless(self) -> bool:
        """Whether in none of them an original is touched or asked for, or may be."""
        return not self.asked_for and not HARM & set(self.then)

    @property
    def works(self) -> bool:
        """Whether the app can still do its job."""
        return "pipeline_failed" not in self.then


@frozen
class Conditions:
    """When *outcome* happens over a space.

    Of its worlds *feasible* can be (None: not counted).

    *implicants* are all the minimal sufficient conditions, each by path with the values that it
    allows; *cover* the fewest of them that say it all (*fewest* is false where that is not known),
    with values that no phone can have there left out, and *covers* in how many of the worlds with
    the outcome each of those holds; *necessary* the values that a factor has whenever it happens;
    *without_effect* the factors on which it does not depend.  Where the space was not run whole
    (*whole* is false) there are none of these, and *common* is what all sampled worlds with the
    outcome share.  *repeats* combinations differ from others only in what their rule leaves no
    choice about.
    """

    space: Space
    outcome: Outcome
    outcomes: Mapping[str, int]
    feasible: int | None
    looked_at: int
    runs: int
    whole: bool
    repeats: int = 0
    implicants: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    cover: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    covers: tuple[int, ...] = ()
    fewest: bool = True
    necessary: Mapping[str, tuple[str, ...]] = field(factory=dict)
    common: Mapping[str, tuple[str, ...]] = field(factory=dict)
    without_effect: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()

    @property
    def happens_in(self) -> int:
        """In how many of the worlds looked at it happens."""
        return self.outcomes.get(self.outcome, 0)


@frozen
class Came:
    """What a world came to, and whether somebody asked to remove an original in it."""

    outcome: Outcome
    asked_for: bool


def came(_trace: Trace, verdict: Verdict) -> Came:
    """All that the conditions of an outcome need to know of a world."""
    return Came(verdict.outcome, any(r.role == "original" for r in verdict.removals))


def conditions(
    space: Space,
    outcome: Outcome,
    seed: int = 0,
    progress: Progress | None = None,
    jobs: int = 1,
    *,
    most: int | None = None,
) -> Conditions:
    """When *outcome* happens over *space*; one of more than *most* combinations is sampled.

    *most* is :data:`MOST` unless it is given.
    """
    if len(space) > (MOST if most is None else most):
        return _sampled(space, outcome, seed)
    found = survey(space, came, seed, progress, jobs)
    return _whole(found, outcome)


def conditions_of(found: Survey[Finding], outcome: Outcome) -> Conditions:
    """When *outcome* happens, from a survey that was taken already."""
    seen = tuple(
        Came(f.outcome, any(request.role == "original" for request in f.requests))
        for f in found.findings
    )
    distinct = {came_: number for number, came_ in enumerate(dict.fromkeys(seen), 1)}
    numbers = array("I", [NOWHERE, *(distinct[came_] for came_ in seen)])
    which = array("I", map(numbers.__getitem__, found.found))
    return _whole(Survey(found.space, which, tuple(distinct), found.runs), outcome)


def _whole(counted_once: Survey[Came], outcome: Outcome) -> Conditions:
    space = counted_once.space
    counted = Counter(finding.outcome for _, finding in counted_once)
    found, repeats = _spread(counted_once)
    on = found.where(lambda finding: finding.outcome == outcome)
    feasible = found.where(lambda _: True)
    here = Conditions(
        space,
        outcome,
        dict(sorted(counted.items())),
        counted_once.feasible,
        counted_once.feasible,
        counted_once.runs,
        whole=True,
        repeats=repeats,
    )
    if not any(on):
        return here
    primes = prime_implicants(space.sizes, on, feasible)
    sets = [worlds_of(cube, space.sizes) for cube in primes]
    cover = fewest(sets, as_bits(on))
    literals = _literals(space)
    tidy = _Tidy(space, literals, as_bits(feasible))
    necessary = _necessary(space, literals, as_bits(on), as_bits(feasible))
    return evolve(
        here,
        implicants=tuple(_told(cube, space) for cube in primes),
        cover=tuple(_told(tidy.cube(primes[at]), space) for at in cover.chosen),
        covers=tuple(_held(space, sets[at] & as_bits(on), repeats) for at in cover.chosen),
        fewest=cover.fewest,
        necessary=necessary,
        without_effect=tuple(
            path for path in _without_effect(space, primes) if path not in necessary
        ),
        repairs=_repairs(found, literals, on, as_bits(feasible), counted_once),
    )


def _spread(found: Survey[Came]) -> tuple[Survey[Came], int]:
    """The survey with every world that only repeats another as well, and how many those are.

    What a rule leaves no choice about may have any value: for conditions, the worlds with each of
    its values are there.
    """
    space, repeats = found.space, 0
    if not any(path == "watcher.rule" for path in space.paths):
        return found, 0
    spread = array("I", found.found)
    for number, which in enumerate(found.found):
        if not which:
            digits = space.digits(number)
            stands = space.canonical(digits)
            if stands != digits and found.found[space.number(stands)]:
                spread[number] = found.found[space.number(stands)]
                repeats += 1
    return evolve(found, found=spread), repeats


def _held(space: Space, worlds: int, repeats: int) -> int:
    """How many worlds those bits are, each counted once where some only repeat others."""
    if not repeats:
        return worlds.bit_count()
    digits = bin(worlds)[:1:-1]
    numbers = (number for number, digit in enumerate(digits) if digit == "1")
    return len({space.canonical(space.digits(number)) for number in numbers})


def _literals(space: Space) -> Mapping[Change, int]:
    """For each value of each factor the worlds that have it."""
    out = {}
    for at, (path, values) in enumerate(space.factors.items()):
        for digit, value in enumerate(values):
            cube = tuple(
                1 << digit if i == at else (1 << size) - 1 for i, size in enumerate(space.sizes)
            )
            out[path, value] = worlds_of(cube, space.sizes)
    return out


def _told(cube: Cube, space: Space) -> Mapping[str, tuple[str, ...]]:
    """A cube by path; a factor that may have any value is left out."""
    return {
        path: tuple(value for i, value in enumerate(values) if mask >> i & 1)
        for mask, (path, values) in zip(cube, space.factors.items(), strict=True)
        if mask != (1 << len(values)) - 1
    }


@frozen
class _Tidy:
    """Leaves out of a condition what says nothing: values with which no phone can be like that."""

    space: Space
    literals: Mapping[Change, int]
    feasible: int

    def cube(self, cube: Cube) -> Cube:
        """The same worlds, with no value that none of them has."""
        inside = worlds_of(cube, self.space.sizes) & self.feasible
        return tuple(
            mask if mask == (1 << size) - 1 else self._mask(mask, path, inside)
            for mask, size, path in zip(cube, self.space.sizes, self.space.paths, strict=True)
        )

    def _mask(self, mask: int, path: str, inside: int) -> int:
        values = self.space.factors[path]
        return sum(
            1 << i
            for i, value in enumerate(values)
            if mask >> i & 1 and inside & self.literals[path, value]
        )


def _necessary(
    space: Space, literals: Mapping[Change, int], on: int, feasible: int
) -> Mapping[str, tuple[str, ...]]:
    """The values that a factor has wherever the outcome happens, where it could have others."""
    out = {}
    for path, values in space.factors.items():
        possible = tuple(v for v in values if literals[path, v] & feasible)
        there = tuple(v for v in values if literals[path, v] & on)
        if len(there) < len(possible):
            out[path] = there
    return out


def _without_effect(space: Space, primes: Sequence[Cube]) -> tuple[str, ...]:
    """The factors that no minimal condition says anything about."""
    full = [(1 << size) - 1 for size in space.sizes]
    return tuple(
        path for i, path in enumerate(space.paths) if all(cube[i] == full[i] for cube in primes)
    )


def _repairs(
    found: Survey[Came],
    literals: Mapping[Change, int],
    on: bytes,
    feasible: int,
    counted_once: Survey[Came],
) -> tuple[Repair, ...]:
    """The smallest sets of changes, those first after which nobody loses and nothing fails.

    Left out are those that no world in which it happens could follow.
    """
    happening = [number for number, _ in counted_once if on[number]]
    out = []
    for changes in smallest_changes(literals, as_bits(on), feasible):
        parties = {known()[path].changes for path, _ in changes if path in known()}
        then, asked_for = _instead(found, happening, changes)
        if set(then) != {NO_SUCH_PHONE}:
            # What nobody's phone can follow is no change that anybody could make.
            out.append(Repair(changes, tuple(sorted(parties)), then, asked_for))
    return tuple(sorted(out, key=_best_first))


def _best_first(repair: Repair) -> tuple[bool, bool, bool, int]:
    """Those first that harm nobody, with which the app works, and that every phone could follow."""
    return not repair.harmless, not repair.works, NO_SUCH_PHONE in repair.then, len(repair.changes)


def _instead(
    found: Survey[Came], happening: Sequence[int], changes: Sequence[Change]
) -> tuple[Mapping[str, int], int]:
    """What those worlds come to once they are changed so; in how many an original is asked for."""
    space = found.space
    places = [(space.paths.index(path), space.factors[path].index(v)) for path, v in changes]
    counted: Counter[str] = Counter()
    asked_for = 0
    for number in happening:
        digits = list(space.digits(number))
        for place, digit in places:
            digits[place] = digit
        which = found.found[space.number(space.settled(digits))]
        there = found.findings[which - 1] if which else None
        counted[NO_SUCH_PHONE if there is None else there.outcome] += 1
        asked_for += there is not None and there.asked_for
    return dict(sorted(counted.items())), asked_for


# -- a space too large, and a second look ------------------------------------------------------


def _sampled(space: Space, outcome: Outcome, seed: int) -> Conditions:
    """What a sample shows of a space that is too large to run whole."""
    drawn = list(sample(space, _draw(space, seed, DRAWN), came, seed))
    counted = Counter(finding.outcome for _, finding in drawn)
    on = [number for number, finding in drawn if finding.outcome == outcome]
    return Conditions(
        space,
        outcome,
        dict(sorted(counted.items())),
        None,
        len(drawn),
        len(drawn),
        whole=False,
        common=_shared(space, on),
    )


def _draw(space: Space, seed: int, count: int) -> list[int]:
    """So many feasible worlds drawn without a preference; the same for the same seed."""
    rng = random.Random(f"{seed}/worlds")  # noqa: S311
    found: dict[int, None] = {}
    for _ in range(count * 50):
        number = rng.randrange(len(space))
        if space.feasible(space.digits(number)):
            found[number] = None
            if len(found) == count:
                break
    return sorted(found)


def _shared(space: Space, numbers: Iterable[int]) -> Mapping[str, tuple[str, ...]]:
    """The values that those worlds have, of the factors of which they have not all."""
    seen: dict[str, set[str]] = {path: set() for path in space.paths}
    for number in numbers:
        for path, value in space.values(number).items():
            seen[path].add(value)
    return {
        path: tuple(value for value in values if value in seen[path])
        for path, values in space.factors.items()
        if 0 < len(seen[path]) < len(values)
    }


@frozen
class Verified:
    """Worlds drawn at random and run by themselves: *drawn* so many, of which *differ* so many
    from what the conditions say of them."""

    drawn: int
    differ: tuple[int, ...]


def verify(found: Conditions, count: int, seed: int = 0) -> Verified:
    """Run *count* worlds drawn at random by themselves, and hold them against the conditions."""
    space, differ = found.space, []
    numbers = _draw(space, seed, count)
    for number in numbers:
        values = space.values(number)
        said = any(
            all(values[path] in allowed for path, allowed in condition.items())
            for condition in found.cover
        )
        alone = look_at(space.scenario_at(space.digits(number)), came, seed)
        if said != (alone.outcome == found.outcome):
            differ.append(number)
    return Verified(len(numbers), tuple(differ))
