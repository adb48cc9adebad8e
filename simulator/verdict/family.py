"""A family judged: every feasible combination is run, and each claim is settled or open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from attrs import Factory, define, frozen

from simulator import engine
from simulator.scenario.family import World, factors, worlds
from simulator.scenario.model import Scenario
from simulator.verdict.claims import PROPOSITIONS, Settled, settle
from simulator.verdict.judge import Verdict, judge


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

    def add(self, verdict: Verdict, world: World) -> None:
        truth = PROPOSITIONS[self.claim](verdict)
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


def judge_family(
    scenario: Scenario, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> FamilyVerdict:
    """Run every feasible world of *scenario* and settle its claims.

    *progress* is called with the number of combinations done, and of all, now and then.
    """
    sizes = factors(scenario)
    total = 1
    for values in sizes.values():
        total *= len(values)
    tallies = [_Tally(claim.claim, claim.general) for claim in scenario.claims]
    outcomes: Counter[str] = Counter()
    infeasible = 0
    for number, world in enumerate(worlds(scenario), 1):
        if world is None:
            infeasible += 1
        else:
            verdict = judge(engine.run(world.scenario, seed, digested=False))
            outcomes[verdict.outcome] += 1
            for tally in tallies:
                tally.add(verdict, world)
        if progress is not None and (number % 64 == 0 or number == total):
            progress(number, total)
    return FamilyVerdict(
        sizes,
        total,
        infeasible,
        dict(sorted(outcomes.items())),
        tuple(tally.status() for tally in tallies),
    )
