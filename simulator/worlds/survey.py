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

from attrs import define, frozen

from simulator import engine
from simulator.scenario.model import Scenario
from simulator.scenario.space import Space
from simulator.trace import Trace
from simulator.verdict.judge import Verdict, judge

T = TypeVar("T", bound=Hashable)
Look = Callable[[Trace, Verdict], T]
Progress = Callable[[int, int], None]
#: A space of more combinations than that is not run whole.
MOST = 1_000_000
#: In a survey, the world that no phone can have.
NOWHERE = 0


@frozen
class Survey(Generic[T]):
    """What came of every world of *space*.

    *found* has for each world, by its number, which of *findings* it came to, counted from 1;
    :data:`NOWHERE` where no phone can be like that.  *runs* is how often the engine ran.
    """

    space: Space
    found: Sequence[int]
    findings: tuple[T, ...]
    runs: int

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
    *,
    apart: frozenset[str] = frozenset(),
) -> Survey[T]:
    """Run every feasible world of *space*, and keep of each what *look* makes of it.

    *progress* is called with the number of combinations done, and of all.  With several *jobs* as
    many processes work; *look* must be a function of a module then, or an instance of a class of
    one.  *apart* are paths that *look* reads in a trace's header, so that no run may stand for
    another value of them.  Raises :class:`InputError` for a space of more than :data:`MOST`.
    """
    if len(space) > MOST:
        raise space.too_many(len(space))
    found = array("I", bytes(4 * len(space)))
    findings: dict[T, int] = {}
    runs = done = 0
    tracked = engine.TRACKED - apart
    inner = prod(space.sizes[i] for i in _inner(space, tracked))
    work = _Work(space, look, seed, tracked)
    for part in _parts(work, list(_outer(space, tracked)), jobs):
        runs += part.runs
        numbers = [findings.setdefault(f, len(findings) + 1) for f in part.findings]
        for world, which in zip(part.worlds, part.which, strict=True):
            found[world] = numbers[which]
        done += part.combinations * inner
        if progress is not None:
            progress(done, len(space))
    return Survey(space, found, tuple(findings), runs)


def sample(
    space: Space, numbers: Iterable[int], look: Look[T], seed: int = 0
) -> Iterator[tuple[int, T]]:
    """The same for those worlds alone, each run by itself; what no phone can have is left out."""
    for number in numbers:
        digits = space.digits(number)
        if space.feasible(digits):
            yield number, look_at(space.scenario_at(digits), look, seed)


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


def _inner(space: Space, tracked: frozenset[str]) -> list[int]:
    """The factors of which a run notes what it looked at."""
    return [i for i, path in enumerate(space.paths) if path in tracked]


def _outer(space: Space, tracked: frozenset[str]) -> Iterator[tuple[int, ...]]:
    """Every combination of the other factors."""
    inner = set(_inner(space, tracked))
    yield from product(*(range(1 if i in inner else n) for i, n in enumerate(space.sizes)))


@frozen
class _Settings:
    """The combinations of the inner factors, as bits: bit *n* for the *n*-th of them.

    *having* has for each inner factor and each of its values the combinations with that value;
    *offsets* what each adds to the number of a world.
    """

    inner: tuple[int, ...]
    all: tuple[tuple[int, ...], ...]
    having: tuple[tuple[int, ...], ...]
    offsets: tuple[int, ...]


def _settings(space: Space, tracked: frozenset[str]) -> _Settings:
    inner = tuple(_inner(space, tracked))
    every = tuple(product(*(range(space.sizes[i]) for i in inner)))
    having = tuple(
        tuple(
            sum(1 << n for n, setting in enumerate(every) if setting[at] == digit)
            for digit in range(space.sizes[i])
        )
        for at, i in enumerate(inner)
    )
    offsets = tuple(space.number(_placed(space, inner, setting)) for setting in every)
    return _Settings(inner, every, having, offsets)


def _placed(space: Space, inner: Sequence[int], setting: Sequence[int]) -> list[int]:
    digits = [0] * len(space.sizes)
    for i, digit in zip(inner, setting, strict=True):
        digits[i] = digit
    return digits


@define(eq=False)
class _Work(Generic[T]):
    """Runs the worlds of some combinations of the factors that a run always depends on."""

    space: Space
    look: Look[T]
    seed: int
    tracked: frozenset[str]

    def __call__(self, combinations: Sequence[tuple[int, ...]]) -> _Part[T]:
        settings = _settings(self.space, self.tracked)
        worlds, which = array("I"), array("I")
        findings: dict[T, int] = {}
        runs = 0
        for combination in combinations:
            first = self.space.number(combination)
            for finding, stands_for in self._runs(combination, settings):
                runs += 1
                found = findings.setdefault(finding, len(findings))
                for n in _bits(stands_for):
                    worlds.append(first + settings.offsets[n])
                    which.append(found)
        return _Part(len(combinations), worlds, which, tuple(findings), runs)

    def _runs(self, combination: tuple[int, ...], settings: _Settings) -> Iterator[tuple[T, int]]:
        """Every run that is needed for one combination, with the settings that it stands for."""
        left = self._feasible(combination, settings)
        while left:
            n = (left & -left).bit_length() - 1
            digits = list(combination)
            for i, digit in zip(settings.inner, settings.all[n], strict=True):
                digits[i] = digit
            trace, alike = engine.explored(self.space.scenario_at(digits), self.seed)
            stands_for = left & self._standing_for(alike, settings, settings.all[n])
            yield self.look(trace, judge(trace)), stands_for
            left &= ~stands_for

    def _feasible(self, combination: tuple[int, ...], settings: _Settings) -> int:
        """The settings with which a phone can be like that."""
        out, known = 0, dict[tuple[int, ...], bool]()
        bearing = [at for at, i in enumerate(settings.inner) if i in self.space.bearing]
        for n, setting in enumerate(settings.all):
            key = tuple(setting[at] for at in bearing)
            if key not in known:
                digits = list(combination)
                for i, digit in zip(settings.inner, setting, strict=True):
                    digits[i] = digit
                known[key] = self.space.feasible(digits)
            out |= known[key] << n
        return out

    def _standing_for(
        self, alike: Mapping[str, frozenset[str]], settings: _Settings, setting: tuple[int, ...]
    ) -> int:
        """The settings that differ from *setting* only where the run would not have noticed."""
        out = -1
        for at, i in enumerate(settings.inner):
            path = self.space.paths[i]
            same = alike.get(path)
            if same is not None:
                values = self.space.factors[path]
                digits = {setting[at], *(n for n, value in enumerate(values) if value in same)}
                out &= sum(settings.having[at][digit] for digit in digits)
        return out


def _bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


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
