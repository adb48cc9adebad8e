"""How everything that is asked of a scenario stands: the sheet that ``claims`` and kits print."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from attrs import evolve

from simulator import engine
from simulator.claims.grammar import Statement
from simulator.scenario.model import Scenario
from simulator.telling.claims import Sheet, Worlds
from simulator.trace import Trace
from simulator.verdict.judge import Verdict, judge
from simulator.verdict.propositions import checked
from simulator.worlds.asked import of_scenario
from simulator.worlds.standing import standings
from simulator.worlds.survey import Progress

Watch = Callable[[], AbstractContextManager[Progress | None]]


def _unwatched() -> AbstractContextManager[Progress | None]:
    return nullcontext(None)


def sheet_of(
    scenario: Scenario,
    given: Sequence[Statement] = (),
    seed: int = 0,
    jobs: int = 1,
    *,
    judged: tuple[Trace, Verdict] | None = None,
    watch: Watch = _unwatched,
    changes: Sequence[str] = (),
) -> Sheet:
    """How the sentences about *scenario* stand, *given* ones among them.

    A family is judged over all its worlds, anything else in its one run: *judged*, should that be
    at hand.  *watch* is entered where worlds are run.
    """
    if judged is None:
        trace = engine.run(scenario, seed)
        judged = trace, judge(trace)
    trace, verdict = judged
    asked = of_scenario(scenario, given)
    claims = asked.claims()
    if not scenario.family:
        sheet = Sheet(trace, verdict, asked, checked(claims, trace, verdict), scenario)
    else:
        with watch() as report:
            found = standings(scenario, claims, seed, report, jobs)
        listed = Worlds(len(found.space), found.looked_at, found.space.factors)
        sheet = Sheet(trace, verdict, asked, found.claims, scenario, listed)
    return evolve(sheet, changes=tuple(changes))
