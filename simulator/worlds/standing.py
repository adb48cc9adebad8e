"""How claims stand over every world of a scenario."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from simulator.claims.grammar import Claim
from simulator.scenario.model import Scenario
from simulator.scenario.space import Space, space_of
from simulator.trace import Trace
from simulator.verdict.claims import Standing, over
from simulator.verdict.judge import Verdict
from simulator.verdict.propositions import Checked, checked
from simulator.worlds.survey import Progress, survey

#: What the judge of claims reads in a trace's header.
READ_IN_HEADER = frozenset({"watcher.overseas"})


@frozen
class Standings:
    """How each claim stands over *space*, of which *looked_at* worlds can be."""

    space: Space
    looked_at: int
    claims: tuple[Standing, ...]


@frozen
class Checks:
    """How claims stand in a world; of the records they rest on, many worlds say nothing."""

    claims: tuple[Claim, ...]

    def __call__(self, trace: Trace, verdict: Verdict) -> tuple[Checked, ...]:
        """How the claims stand in that run."""
        found = checked(self.claims, trace, verdict)
        return tuple(Checked(one.status, why=one.why) for one in found)


def standings(
    scenario: Scenario,
    claims: Sequence[Claim],
    seed: int = 0,
    progress: Progress | None = None,
    jobs: int = 1,
) -> Standings:
    """How each of *claims* stands over all that *scenario* assumes."""
    look = Checks(tuple(claims))
    found = survey(space_of(scenario), look, seed, progress, jobs, apart=READ_IN_HEADER)
    space = found.space
    counted = over(claims, ((space.values(number), results) for number, results in found))
    return Standings(space, found.feasible, counted)
