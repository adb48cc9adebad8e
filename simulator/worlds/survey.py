"""Every world run, and of each kept what a caller wanted to know of it.

A run notes what it looked at of the watcher's settings and of the clean-up, and what it saw there;
it cannot depend on anything else of them.  So one run stands for all worlds that differ only where
it did not look, or would have seen the same.  What a world came to is kept once,
however many worlds came to it, so that memory follows the number of different findings and not of
worlds.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Generic, TypeVar

from attrs import Factory, define, frozen

from simulator import engine
from simulator.scenario.model import Scenario
from simulator.scenario.space import Space
from simulator.trace import Trace
from simulator.verdict.judge import Verdict, judge

T = TypeVar("T", bound=Hashable)
Look = Callable[[Trace, Verdict], T]
Progress = Callable[[int, int], None]
#: In a survey, the world that no phone can have.
NOWHERE = 0


@frozen
class Survey(Generic[T]):
    """What came of every world of *space*.

    *found* has for each world, by its number, which of *findings* it came to, counted from 1;
    :data:`NOWHERE` where no phone can be like that, and where it was not among those looked at
    (*whole* is false then).  *runs* is how often the engine ran.
    """

    space: Space
    found: Sequence[int]
    findings: tuple[T, ...]
    runs: int
    whole: bool = True

    def __iter__(self) -> Iterator[tuple[int, T]]:
        """Every world that was looked at, by its number, with what it came to."""
        for number, which in enumerate(self.found):
            if which:
                yield number, self.findings[which - 1]

    @property
    def feasible(self) -> int:
        """How many worlds were looked at."""
        return len(self.found) - self.found.count(NOWHERE)

    def where(self, holds: Callable[[T], bool]) -> bytes:
        """For each world 1 where the finding *holds*, else 0."""
        table = bytes([0, *(holds(finding) for finding in self.findings)])
        return bytes(map(table.__getitem__, self.found))


def survey(
    space: Space,
    look: Look[T],
    seed: int = 0,
    progress: Progress | None = None,
    jobs: int = 1,
) -> Survey[T]:
    """Run every feasible world of *space*, and keep of each what *look* makes of it.

    *progress* is called with the number of combinations done, and of all.  With several *jobs*
    as many processes work; *look* must be a function of a module then, or an instance of a class of
    one.
    """
    found = array("I", bytes(4 * len(space)))
    findings: dict[T, int] = {}
    runs = done = 0
    inner = prod(space.sizes[i] for i in _inner(space))
    for part in _parts(_Work(space, look, seed), list(_outer(space)), jobs):
        runs += part.runs
        numbers = [findings.setdefault(f, len(findings) + 1) for f in part.findings]
        for world, which in zip(part.worlds, part.which, strict=True):
            found[world] = numbers[which]
        done += part.combinations * inner
        if progress is not None:
            progress(done, len(space))
    return Survey(space, found, tuple(findings), runs)


def sample(space: Space, numbers: Iterable[int], look: Look[T], seed: int = 0) -> Survey[T]:
    """The same for those worlds alone, each run by itself."""
    found = array("I", bytes(4 * len(space)))
    findings: dict[T, int] = {}
    runs = 0
    for number in numbers:
        digits = space.digits(number)
        if space.feasible(digits):
            finding = look_at(space.scenario_at(digits), look, seed)
            found[number] = findings.setdefault(finding, len(findings) + 1)
            runs += 1
    return Survey(space, found, tuple(findings), runs, whole=False)


def look_at(scenario: Scenario, look: Look[T], seed: int = 0) -> T:
    """What *look* makes of one world."""
    trace = engine.run(scenario, seed, digested=False)
    return look(trace, judge(trace))


# -- the work ----------------------------------------------------------------------------------


@frozen
class _Part(Generic[T]):
    """What came of some combinations: *worlds*, and *which* of *findings* each came to."""

    combinations: int
    worlds: Sequence[int]
    which: Sequence[int]
    findings: tuple[T, ...]
    runs: int


def _inner(space: Space) -> list[int]:
    """The factors of which a run notes what it looked at."""
    return [i for i, path in enumerate(space.paths) if path in engine.TRACKED]


def _outer(space: Space) -> Iterator[tuple[int, ...]]:
    """Every combination of the other factors."""
    inner = set(_inner(space))
    yield from product(*(range(1 if i in inner else n) for i, n in enumerate(space.sizes)))


@define(eq=False)
class _Work(Generic[T]):
    """Runs the worlds of some combinations of the factors that a run always depends on."""

    space: Space
    look: Look[T]
    seed: int

    def __call__(self, combinations: Sequence[tuple[int, ...]]) -> _Part[T]:
        inner = _inner(self.space)
        settings = list(product(*(range(self.space.sizes[i]) for i in inner)))
        worlds, which = array("I"), array("I")
        findings: dict[T, int] = {}
        runs = 0
        for combination in combinations:
            alike = _Alike(self.space, inner, self.look, self.seed)
            digits = list(combination)
            for setting in settings:
                for i, digit in zip(inner, setting, strict=True):
                    digits[i] = digit
                if self.space.feasible(digits):
                    finding = alike.finding(digits, setting)
                    worlds.append(self.space.number(digits))
                    which.append(findings.setdefault(finding, len(findings)))
            runs += len(alike.known)
        return _Part(len(combinations), worlds, which, tuple(findings), runs)


@define(eq=False)
class _Alike(Generic[T]):
    """The runs of one combination: what each looked at of the rule's parameters, and came to."""

    space: Space
    inner: Sequence[int]
    look: Look[T]
    seed: int
    known: list[tuple[tuple[tuple[int, frozenset[int]], ...], T]] = Factory(list)

    def finding(self, digits: Sequence[int], setting: Sequence[int]) -> T:
        """What that world comes to: run, unless a run stands for it."""
        for looked, finding in self.known:
            if all(setting[at] in same for at, same in looked):
                return finding
        trace, alike = engine.explored(self.space.scenario_at(digits), self.seed)
        finding = self.look(trace, judge(trace))
        self.known.append((tuple(self._looked(alike, setting)), finding))
        return finding

    def _looked(
        self, alike: Mapping[str, frozenset[str]], setting: Sequence[int]
    ) -> Iterator[tuple[int, frozenset[int]]]:
        """Where the run looked: the place among the inner factors, and the values it stands for."""
        for at, i in enumerate(self.inner):
            same = alike.get(self.space.paths[i])
            if same is not None:
                values = self.space.factors[self.space.paths[i]]
                yield at, frozenset({setting[at], *(n for n, v in enumerate(values) if v in same)})


#: So many combinations are one piece of work.
_PIECE = 16


def _parts(work: _Work[T], combinations: list[tuple[int, ...]], jobs: int) -> Iterator[_Part[T]]:
    """The combinations piece by piece, in their order, however many work on them."""
    pieces = [combinations[i : i + _PIECE] for i in range(0, len(combinations), _PIECE)]
    if jobs == 1:
        yield from map(work, pieces)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(work, pieces)
