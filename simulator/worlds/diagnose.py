"""Backwards: which worlds fit what was observed, what that settles, and what to look at next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import combinations

from attrs import frozen

from simulator.scenario.space import Space
from simulator.trace import Trace
from simulator.verdict.judge import Verdict
from simulator.worlds.factors import PARTIES, Party
from simulator.worlds.finding import Finding, finding
from simulator.worlds.implicants import as_bits
from simulator.worlds.observations import (
    SHOWN,
    Observation,
    Seen,
    fits,
    known,
    seen,
)
from simulator.worlds.report import THE_ORIGINAL, Report
from simulator.worlds.survey import Progress, Survey, survey


@frozen
class State:
    """What a world came to and shows; the worlds that are alike in this are one for a diagnosis."""

    found: Finding
    seen: Seen
    by_app: bool
    false_claims: tuple[str, ...]
    wrong_app: bool

    @property
    def kind(self) -> tuple[object, ...]:
        """The classes of outcomes that observations are to tell apart."""
        roles = tuple(sorted({request.role for request in self.found.requests}))
        return self.found.outcome, self.found.did, self.found.loss, roles


def state(trace: Trace, verdict: Verdict) -> State:
    """What a diagnosis needs to know of a world."""
    false = {c.claim for n in verdict.notices for c in n.claims if c.status == "false"}
    return State(
        finding(trace, verdict),
        seen(trace, verdict),
        any("app" in original.on_authority for original in verdict.originals),
        tuple(sorted(false)),
        any(check.wrong_app for check in verdict.notices),
    )


@frozen
class Item:
    """One thing observed, and in how many of the worlds it would be so."""

    name: str
    given: str
    fits_in: int


@frozen
class Next:
    """An observation that could be made next.

    *classes* and *worlds* are how many classes of outcomes and worlds are left in the worst case;
    *answers* the worlds left by answer.
    """

    name: str
    observation: Observation
    classes: int
    worlds: int
    answers: Mapping[str, int]


@frozen
class Worst:
    """The consistent world that is least favourable to a party."""

    party: Party
    values: Mapping[str, str]
    found: Finding


@frozen
class Diagnosis:
    """What follows from a report.

    *fitting* are the numbers of the worlds that fit.  *settled* are the factors that have one value
    in all of them, *open* those with several; *states* counts what could, did and said come to.
    *conflict* names the smallest part of the report that fits no world, where none fits.
    """

    report: Report
    space: Space
    looked_at: int
    runs: int
    items: tuple[Item, ...]
    unused: tuple[str, ...]
    fitting: tuple[int, ...]
    conflict: tuple[str, ...]
    settled: Mapping[str, str]
    open: Mapping[str, tuple[str, ...]]
    outcomes: Mapping[str, int]
    fates: Mapping[str, int]
    could: Mapping[str, int]
    worst: tuple[Worst, ...]
    next: tuple[Next, ...]


def diagnose(
    report: Report,
    space: Space,
    seed: int = 0,
    progress: Progress | None = None,
    jobs: int = 1,
) -> Diagnosis:
    """Which worlds of *space* (:func:`space_of`) fit *report*, and what follows."""
    found = survey(space, state, seed, progress, jobs)
    used = [name for name in report.observed if name in known()]
    original = report.observed.get(THE_ORIGINAL, "")
    bits = {name: _where(found, name, report.observed[name], original) for name in used}
    everything = as_bits(found.where(lambda _: True))
    fitting = reduce(lambda a, b: a & b, bits.values(), everything)
    numbers = tuple(n for n in range(len(space)) if fitting >> n & 1)
    states = [found.findings[found.found[n] - 1] for n in numbers]
    settled, open_ = _factors(space, numbers)
    return Diagnosis(
        report,
        space,
        found.feasible,
        found.runs,
        tuple(Item(n, report.observed[n], (bits[n] & everything).bit_count()) for n in used),
        tuple(n for n in report.observed if n not in known() and n != THE_ORIGINAL),
        numbers,
        () if numbers else _conflict(bits, everything),
        settled,
        open_,
        _counted(s.found.outcome for s in states),
        _counted(s.found.did for s in states),
        _counted(s.found.could for s in states),
        tuple(_worst(party, found, numbers) for party in PARTIES) if numbers else (),
        _next(found, numbers, states, set(used)),
    )


def _counted(values: Iterator[str]) -> Mapping[str, int]:
    return dict(sorted(Counter(values).items()))


def _where(found: Survey[State], name: str, given: str, original: str) -> int:
    """The worlds in which that would have been observed."""
    space = found.space
    if name in space.factors:
        return as_bits(
            bytes(
                which != 0 and space.value(number, name) == given
                for number, which in enumerate(found.found)
            )
        )
    return as_bits(found.where(lambda s: fits(name, given, s.seen[name], space.scenario, original)))


def _conflict(bits: Mapping[str, int], everything: int) -> tuple[str, ...]:
    """The smallest part of a report that fits no world; the first of several."""
    names = list(bits)
    for size in range(1, len(names) + 1):
        for chosen in combinations(names, size):
            if not reduce(lambda a, name: a & bits[name], chosen, everything):
                return chosen
    return ()


def _factors(
    space: Space, numbers: Sequence[int]
) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """The factors that are settled by the worlds that are left, and those that stay open."""
    there: dict[str, set[str]] = {path: set() for path in space.paths}
    for number in numbers:
        for path, values in there.items():
            values.add(space.value(number, path))
    left = {
        path: tuple(value for value in values if value in there[path])
        for path, values in space.factors.items()
    }
    return (
        {path: values[0] for path, values in left.items() if len(values) == 1},
        {path: values for path, values in left.items() if len(values) > 1},
    )


# -- the parties -------------------------------------------------------------------------------

_LOSSES = ("none", "metadata", "quality", "cannot_tell", "all")


def _for_user(s: State) -> tuple[int, ...]:
    """What is worst for a user: what is lost; then that it was touched, and without a word."""
    return (_LOSSES.index(s.found.loss), s.found.touched is True, not s.found.notices)


def _for_app(s: State) -> tuple[int, ...]:
    """What is worst for the app's maker: that the app did it, of its own accord, with a loss."""
    asked = any(r.role == "original" for r in s.found.requests)
    return (s.by_app and s.found.touched is True, asked, _LOSSES.index(s.found.loss))


def _for_phone(s: State) -> tuple[int, ...]:
    """What is worst for the phone's maker: naming the wrong app, a loss unnoticed, false words."""
    unnoticed = _LOSSES.index(s.found.loss) if s.found.touched and not s.found.notices else 0
    return (s.wrong_app, unnoticed, len(s.false_claims), bool(s.found.notices))


_WORST: Mapping[Party, Callable[[State], tuple[int, ...]]] = {
    "user": _for_user,
    "app maker": _for_app,
    "phone maker": _for_phone,
}


def _worst(party: Party, found: Survey[State], numbers: Sequence[int]) -> Worst:
    """The least favourable of the worlds that are left; of several the nearest to the scenario."""
    grave = _WORST[party]
    space = found.space

    def rank(number: int) -> tuple[object, ...]:
        here = found.findings[found.found[number] - 1]
        apart = sum(digit != 0 for digit in space.digits(number))
        return (tuple(-value for value in grave(here)), apart, number)

    number = min(numbers, key=rank)
    return Worst(party, space.values(number), found.findings[found.found[number] - 1].found)


# -- what to look at next ----------------------------------------------------------------------


def _next(
    found: Survey[State], numbers: Sequence[int], states: Sequence[State], made: set[str]
) -> tuple[Next, ...]:
    """The observations that have not been made, the one that separates best first.

    Greedy minimax: the one after which, whatever is seen, the fewest classes of outcomes are left;
    then the fewest worlds; then the easiest.
    """
    kinds = {s.kind for s in states}
    out = []
    for name, observation in known().items():
        if name in made or (name not in SHOWN and name not in found.space.factors):
            continue
        groups: dict[str, list[int]] = {}
        for at, number in enumerate(numbers):
            groups.setdefault(_answer(found, name, number, states[at]), []).append(at)
        if len(groups) < 2:
            continue
        classes = max(len({states[at].kind for at in group}) for group in groups.values())
        worlds = max(map(len, groups.values()))
        answers = {answer: len(group) for answer, group in sorted(groups.items())}
        out.append(Next(name, observation, classes, worlds, answers))
    if len(kinds) < 2 and not out:
        return ()
    return tuple(sorted(out, key=lambda n: (n.classes, n.worlds, n.observation.ease, n.name)))


def _answer(found: Survey[State], name: str, number: int, here: State) -> str:
    if name in found.space.factors:
        return found.space.value(number, name)
    return here.seen[name]
