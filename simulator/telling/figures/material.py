"""What the figures of one scenario are drawn from: its run, and what is known of its worlds.

Everything is worked out when it is first asked for, and once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property

from attrs import define, field

from simulator import engine
from simulator.message import Message
from simulator.outcomes import Outcome
from simulator.scenario import library
from simulator.scenario.digest import digest
from simulator.scenario.model import Scenario
from simulator.scenario.space import Space
from simulator.telling.figures.story import Story, story
from simulator.trace import Trace
from simulator.verdict.comparison import Comparison, compare
from simulator.verdict.judge import Verdict, judge
from simulator.verdict.score import Score, scores_of
from simulator.watchers import library as watchers
from simulator.worlds.conditions import MOST, Conditions, conditions, conditions_of
from simulator.worlds.factors import space_for, values_of
from simulator.worlds.finding import Finding, finding
from simulator.worlds.survey import Progress, Survey, survey
from simulator.worlds.twin import Near, Twins, twins_of
from simulator.worlds.whatif import WhatIf, what_if

#: The tag of a scenario that is about a case on public record.
INCIDENT = "incident"
#: The group of scenarios by which watchers are compared.
DEEDS = "deeds"


def _silent(_label: Message) -> AbstractContextManager[Progress | None]:
    return nullcontext(None)


@define(eq=False)
class Run:
    """A scenario's own run with this *seed*."""

    scenario: Scenario
    seed: int = 0

    @cached_property
    def trace(self) -> Trace:
        """What happened."""
        return engine.run(self.scenario, self.seed)

    @cached_property
    def verdict(self) -> Verdict:
        """The three answers about it."""
        return judge(self.trace)

    @cached_property
    def story(self) -> Story:
        """One original, its copies, and what happened to them."""
        return story(self.trace, self.verdict)


@define(eq=False)
class Material:
    """A scenario, its run, and its worlds; *progress* is told of what takes long.

    *factors* are what its worlds differ in, as :func:`space_for` takes them; by default the usual.
    """

    scenario: Scenario
    seed: int = 0
    jobs: int = 1
    progress: Callable[[Message], AbstractContextManager[Progress | None]] = field(default=_silent)
    factors: tuple[str, ...] = ()

    @cached_property
    def run(self) -> Run:
        """The scenario's own run."""
        return Run(self.scenario, self.seed)

    @property
    def trace(self) -> Trace:
        """What happened in the scenario's own run."""
        return self.run.trace

    @property
    def verdict(self) -> Verdict:
        """The three answers about that run."""
        return self.run.verdict

    @cached_property
    def digest(self) -> str:
        """The digest of the scenario."""
        return digest(self.scenario)

    @property
    def outcome(self) -> Outcome:
        """What the scenario's own run comes to; its conditions are those of that outcome."""
        return self.verdict.outcome

    @property
    def incident(self) -> bool:
        """Whether it is about a case on public record, with a company's name in it."""
        return INCIDENT in self.scenario.tags or bool(self.scenario.observed)

    @cached_property
    def unknowns(self) -> Mapping[str, tuple[str, ...]]:
        """What is assumed, by its path, with the values to try; the one that is shown first."""
        return {path: values_of(self.scenario, path) for path in self.scenario.assumed}

    @cached_property
    def changes(self) -> WhatIf:
        """What every single change brings about, and no search for sets of them."""
        with self.progress(Message("changes")) as report:
            return what_if(self.scenario, (), self.seed, report, most=1)

    @cached_property
    def what_if(self) -> WhatIf:
        """What every single change brings about, and sets of them where no single one does it."""
        with self.progress(Message("changes")) as report:
            return what_if(self.scenario, (), self.seed, report)

    @cached_property
    def space(self) -> Space:
        """The worlds that are asked about."""
        return space_for(self.scenario, self.factors)

    @cached_property
    def survey(self) -> Survey[Finding]:
        """What came of every one of them; raises :class:`InputError` where they are too many."""
        with self.progress(Message("combinations")) as report:
            return survey(self.space, finding, self.seed, report, self.jobs)

    @cached_property
    def outcomes(self) -> Mapping[Outcome, int]:
        """How many worlds come to what, the most first."""
        counted = Counter(found.outcome for _, found in self.survey)
        return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))

    @cached_property
    def twins(self) -> Twins:
        """The world with the same notice and the opposite fate, and what else is near."""
        return twins_of(self.survey, self.seed)

    @cached_property
    def conditions(self) -> Conditions:
        """Exactly when the outcome comes about; sampled where there are too many worlds."""
        if len(self.space) > MOST:
            return conditions(self.space, self.outcome, self.seed)
        return conditions_of(self.survey, self.outcome)

    @cached_property
    def comparison(self) -> Comparison:
        """What every shipped rule says of the deeds, each on the phones that it is known from."""
        rules = {name: watchers.rule(name) for name in watchers.names() if name != watchers.NONE}
        deeds = [library.read(name).value for name in library.group(DEEDS)]
        return compare(deeds, rules, seed=self.seed)

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """How often each of these rules warns, over the same runs."""
        return scores_of(self.comparison)

    @property
    def compared(self) -> int:
        """How many runs the comparison rests on."""
        cells = (cell for row in self.comparison.rows for cell in row.cells.values())
        return len({id(world.trace) for cell in cells for world in cell.worlds})

    @cached_property
    def other(self) -> Near | None:
        """The world told beside the scenario: its twin, else that where the other file is asked
        to be removed; None where there is neither."""
        return self.twins.twin or self.twins.attempt or self.twins.elsewhere

    @cached_property
    def other_run(self) -> Run | None:
        """The run of that other world."""
        return None if self.other is None else Run(self.other.scenario, self.seed)
