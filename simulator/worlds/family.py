"""A family judged: every feasible combination is run, and each claim is settled or open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from attrs import Factory, define, frozen

from simulator.outcomes import Outcome
from simulator.scenario.model import Scenario
from simulator.scenario.space import space_of
from simulator.trace import Trace
from simulator.verdict.claims import Settled, settle
from simulator.verdict.judge import Verdict
from simulator.verdict.propositions import truths
from simulator.worlds.standing import READ_IN_HEADER
from simulator.worlds.survey import Progress, survey


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


@frozen
class _Judged:
    """What a family wants to know of a world: its outcome, and the truth of each of *claims*."""

    claims: tuple[str, ...]

    def __call__(self, trace: Trace, verdict: Verdict) -> tuple[Outcome, tuple[bool | None, ...]]:
        return verdict.outcome, tuple(truths(self.claims, trace, verdict).values())


def judge_family(
    scenario: Scenario, seed: int = 0, progress: Progress | None = None, jobs: int = 1
) -> FamilyVerdict:
    """Run every feasible world of *scenario* and settle its claims."""
    space = space_of(scenario)
    look = _Judged(tuple(claim.claim for claim in scenario.claims))
    tallies = [_Tally(claim.claim, claim.general) for claim in scenario.claims]
    outcomes: Counter[str] = Counter()
    found = survey(space, look, seed, progress, jobs, apart=READ_IN_HEADER)
    for number, (outcome, held) in found:
        outcomes[outcome] += 1
        for tally, truth in zip(tallies, held, strict=True):
            if truth is not None:
                tally.counts[truth] += 1
                if truth not in tally.witness:
                    tally.witness[truth] = space.values(number)
    return FamilyVerdict(
        space.factors,
        len(space),
        len(space) - outcomes.total(),
        dict(sorted(outcomes.items())),
        tuple(tally.status() for tally in tallies),
    )
