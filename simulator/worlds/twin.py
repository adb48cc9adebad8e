"""The twin: the nearest world with the same notice and the opposite fate, and the silent loss.

The phone and the app's rights are facts of the case; what the app did, and what is not known of the
watcher, may be otherwise.  Where no twin exists within these, that is the finding: there the answer
of the permission model bears on the deed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from attrs import frozen

from simulator.scenario.model import Scenario
from simulator.scenario.space import Space
from simulator.worlds.factors import known
from simulator.worlds.finding import Finding, finding
from simulator.worlds.survey import Progress, Survey, look_at, survey

#: That something of the original is lost.
LOST = frozenset({"metadata", "quality", "all"})
#: What belongs to the phone and to the app's rights, by the beginnings of its paths.
HELD = ("phone.", "app.")


@frozen
class Near:
    """A world beside the scenario: what differs (path to value), and what it came to."""

    changes: Mapping[str, str]
    scenario: Scenario
    found: Finding


@frozen
class Pairs:
    """Pairs of worlds that differ only in which file is removed, by the factors that say so.

    Of all *count* pairs, in *both* a notice comes in both worlds, and in *differ* of these it is
    not the same to the byte; in *one_only* a notice comes in one of the two.  *opposite* counts the
    pairs in which the fates of the originals are opposite, and *same_opposite* those of them in
    which the phone says the same to the byte (the same silence included).
    """

    factors: tuple[str, ...]
    count: int
    both: int
    differ: int
    one_only: int
    opposite: int
    same_opposite: int


@frozen
class Twins:
    """The scenario's own world, its twin, the nearest loss without a notice, and the pair count.

    *twin* is None where no world of this phone and these rights has the same notice and the
    opposite fate; *elsewhere* is then the nearest on another phone or with other rights, if there
    is one.  *attempt* is the world in which only the other file is removed, or asked to be; None
    where no factor says which.
    """

    space: Space
    base: Finding
    twin: Near | None
    elsewhere: Near | None
    attempt: Near | None
    silent_loss: Near | None
    pairs: Pairs
    feasible: int
    runs: int


def twins(space: Space, seed: int = 0, progress: Progress | None = None, jobs: int = 1) -> Twins:
    """The twin of the scenario of *space*, and what else stands beside it there."""
    return twins_of(survey(space, finding, seed, progress, jobs), seed)


def twins_of(found: Survey[Finding], seed: int = 0) -> Twins:
    """The same from a survey that was taken already."""
    space = found.space
    base = look_at(space.scenario, finding, seed)

    def is_twin(other: Finding) -> bool:
        opposite = base.touched is not None and other.touched is (not base.touched)
        return opposite and other.notices == base.notices

    def is_silent_loss(other: Finding) -> bool:
        unasked = other.outcome not in {"as_ordered", "with_consent"}
        return other.loss in LOST and unasked and not other.notices

    held = [i for i, path in enumerate(space.paths) if path.startswith(HELD)]
    own = space.digits(0)
    twin = _nearest(found, is_twin, lambda d: all(d[i] == own[i] for i in held))
    return Twins(
        space,
        base,
        twin,
        None if twin is not None else _nearest(found, is_twin),
        _attempt(found),
        _nearest(found, is_silent_loss),
        _pairs(found),
        found.feasible,
        found.runs,
    )


def _nearest(
    found: Survey[Finding],
    fits: Callable[[Finding], bool],
    among: Callable[[tuple[int, ...]], bool] = lambda _: True,
) -> Near | None:
    """The world that differs from the scenario in the fewest factors; the first of several."""
    space = found.space
    best: tuple[int, int] | None = None
    which = _which(space)
    for number, held in enumerate(found.where(fits)):
        if not held:
            continue
        digits = space.digits(number)
        # Of equally near worlds that is nearer in which only another file is removed.
        apart = 2 * sum(digit != 0 for digit in digits)
        apart -= any(digits[i] for i in which)
        if among(digits) and (best is None or apart < best[0]):
            best = (apart, number)
    if best is None:
        return None
    return _at(found, best[1])


def _at(found: Survey[Finding], number: int) -> Near:
    space = found.space
    digits, values = space.digits(number), space.values(number)
    changes = {path: values[path] for path, digit in zip(space.paths, digits, strict=True) if digit}
    return Near(changes, space.scenario_at(digits), found.findings[found.found[number] - 1])


def _attempt(found: Survey[Finding]) -> Near | None:
    """The world in which nothing is otherwise but which file the request names."""
    for i in _which(found.space):
        digits = [0] * len(found.space.sizes)
        digits[i] = 1
        number = found.space.number(digits)
        if found.found[number]:
            return _at(found, number)
    return None


def _which(space: Space) -> list[int]:
    """The factors that say which file is removed."""
    return [i for i, path in enumerate(space.paths) if path in known() and known()[path].which_file]


def _pairs(found: Survey[Finding]) -> Pairs:
    which = _which(found.space)
    counts = dict.fromkeys(("count", "both", "differ", "one_only", "opposite", "same_opposite"), 0)
    for one, other in _alike(found, which):
        counts["count"] += 1
        if one.notices and other.notices:
            counts["both"] += 1
            counts["differ"] += one.notices != other.notices
        elif one.notices or other.notices:
            counts["one_only"] += 1
        if one.touched is not None and other.touched is (not one.touched):
            counts["opposite"] += 1
            counts["same_opposite"] += one.notices == other.notices
    return Pairs(tuple(found.space.paths[i] for i in which), **counts)


def _alike(found: Survey[Finding], which: list[int]) -> Iterator[tuple[Finding, Finding]]:
    """Pairs of worlds that are alike but for which file is removed."""
    space = found.space
    for number, finding_ in found:
        digits = list(space.digits(number))
        for i in which:
            for other in range(digits[i] + 1, space.sizes[i]):
                there = space.number([*digits[:i], other, *digits[i + 1 :]])
                if found.found[there]:
                    yield finding_, found.findings[found.found[there] - 1]
