"""A family judged: every feasible combination is run, and each claim is settled or open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from math import prod

from attrs import Factory, define, frozen

from simulator import engine
from simulator.scenario.family import World, factors, worlds
from simulator.scenario.model import Scenario
from simulator.verdict.claims import Settled, settle
from simulator.verdict.judge import Verdict, judge
from simulator.verdict.propositions import truths
from simulator.watchers.rule import PARAMETERS

#: Where a scenario has the parameters of its watcher's rule.
_OF_THE_RULE = "watcher."


@frozen
class ClaimStatus:
    """A claim over the family.

    It *holds_in* and *fails_in* so many worlds (in the rest it says nothing); each *witness* is one
    combination, None where there is none.  A *general* claim is said of every case, so that one
    world against it settles it.
    """

    claim: str
    general: bool
    status: Settled
    holds_in: int
    fails_in: int
    witness_for: Mapping[str, str] | None
    witness_against: Mapping[str, str] | None


@frozen
class FamilyVerdict:
    """A family: how many *combinations* were listed, how many no phone can have, and the claims."""

    factors: Mapping[str, tuple[str, ...]]
    combinations: int
    infeasible: int
    outcomes: Mapping[str, int]
    claims: tuple[ClaimStatus, ...]

    @property
    def run(self) -> int:
        """How many worlds were run."""
        return self.combinations - self.infeasible


@define
class _Tally:
    """Counts one claim over the worlds."""

    claim: str
    general: bool
    counts: Counter[bool] = Factory(Counter)
    witness: dict[bool, Mapping[str, str]] = Factory(dict)

    def add(self, held: Held, world: World) -> None:
        truth = held[self.claim]
        if truth is not None:
            self.counts[truth] += 1
            self.witness.setdefault(truth, world.values)

    def status(self) -> ClaimStatus:
        holds, fails = self.counts[True], self.counts[False]
        return ClaimStatus(
            self.claim,
            self.general,
            settle(holds, fails, general=self.general),
            holds,
            fails,
            self.witness.get(True),
            self.witness.get(False),
        )


#: Which of the scenario's propositions hold in a world; None where that is open.
Held = Mapping[str, bool | None]


@define
class _Runs:
    """Runs worlds, and lets one run stand for those that differ only in what it never looked at.

    A run notes which parameters of the watcher's rule had a say in it; on the others it cannot
    depend.
    """

    seed: int
    known: dict[tuple[str, ...], list[tuple[Mapping[str, str], Verdict, Held]]] = Factory(dict)

    def verdict(self, world: World) -> Verdict:
        """What comes of that world."""
        return self.judged(world)[0]

    def judged(self, world: World) -> tuple[Verdict, Held]:
        """What comes of that world, and which of its scenario's propositions hold in it."""
        parameters = {p for p in world.values if p.removeprefix(_OF_THE_RULE) in PARAMETERS}
        key = tuple(value for path, value in world.values.items() if path not in parameters)
        alike = self.known.setdefault(key, [])
        for looked, verdict, held in alike:
            if all(world.values[path] == value for path, value in looked.items()):
                return verdict, held
        trace = engine.run(world.scenario, self.seed, digested=False)
        verdict = judge(trace)
        consulted = {f"{_OF_THE_RULE}{p}" for w in trace.header.watchers for p in w.consulted}
        held = truths((c.claim for c in world.scenario.claims), trace, verdict)
        alike.append(({p: world.values[p] for p in parameters & consulted}, verdict, held))
        return verdict, held


def judged_worlds(
    scenario: Scenario, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> Iterator[tuple[World, Verdict] | None]:
    """Every combination with its verdict, in a fixed order; None for one that no phone can have.

    *progress* is called with the number of combinations done, and of all, now and then.
    """
    for found in _worlds(scenario, seed, progress):
        yield None if found is None else found[:2]


def _worlds(
    scenario: Scenario, seed: int, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[World, Verdict, Held] | None]:
    runs, total = _Runs(seed), prod(len(values) for values in factors(scenario).values())
    for number, world in enumerate(worlds(scenario), 1):
        yield None if world is None else (world, *runs.judged(world))
        if progress is not None and (number % 64 == 0 or number == total):
            progress(number, total)


def judge_family(
    scenario: Scenario, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> FamilyVerdict:
    """Run every feasible world of *scenario* and settle its claims."""
    tallies = [_Tally(claim.claim, claim.general) for claim in scenario.claims]
    outcomes: Counter[str] = Counter()
    infeasible = 0
    for judged in _worlds(scenario, seed, progress):
        if judged is None:
            infeasible += 1
        else:
            world, verdict, held = judged
            outcomes[verdict.outcome] += 1
            for tally in tallies:
                tally.add(held, world)
    return FamilyVerdict(
        factors(scenario),
        infeasible + outcomes.total(),
        infeasible,
        dict(sorted(outcomes.items())),
        tuple(tally.status() for tally in tallies),
    )
