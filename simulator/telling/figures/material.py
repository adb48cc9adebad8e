"""What the figures of one scenario are drawn from: its run, and what is known of its worlds.

Everything is worked out when it is first asked for, and once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property

from attrs import define, field

from simulator import engine
from simulator.message import Message
from simulator.outcomes import Outcome
from simulator.scenario.digest import digest
from simulator.scenario.model import Scenario
from simulator.telling.figures.story import Story, story
from simulator.trace import Trace
from simulator.verdict.judge import Verdict, judge
from simulator.worlds.conditions import Conditions, conditions
from simulator.worlds.factors import space_for
from simulator.worlds.survey import Progress
from simulator.worlds.twin import Near, Twins, twins
from simulator.worlds.whatif import WhatIf, what_if

#: The tag of a scenario that is about a case on public record.
INCIDENT = "incident"


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
    """A scenario, its run, and its worlds; *progress* is told of what takes long."""

    scenario: Scenario
    seed: int = 0
    jobs: int = 1
    progress: Callable[[Message], AbstractContextManager[Progress | None]] = field(default=_silent)

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
        return INCIDENT in self.scenario.tags

    @property
    def unknowns(self) -> Sequence[str]:
        """The paths of what is assumed and was tried with other values too."""
        return tuple(path for path, one in self.scenario.assumed.items() if one.try_)

    @cached_property
    def what_if(self) -> WhatIf:
        """What every single change brings about."""
        with self.progress(Message("changes")) as report:
            return what_if(self.scenario, (), self.seed, report)

    @cached_property
    def twins(self) -> Twins:
        """The world with the same notice and the opposite fate, and what else is near."""
        with self.progress(Message("combinations")) as report:
            return twins(space_for(self.scenario), self.seed, report, self.jobs)

    @cached_property
    def conditions(self) -> Conditions:
        """Exactly when the outcome comes about."""
        with self.progress(Message("combinations")) as report:
            return conditions(space_for(self.scenario), self.outcome, self.seed, report, self.jobs)

    @cached_property
    def other(self) -> Near | None:
        """The world told beside the scenario: its twin, else that where the other file is asked
        to be removed; None where there is neither."""
        return self.twins.twin or self.twins.attempt or self.twins.elsewhere

    @cached_property
    def other_run(self) -> Run | None:
        """The run of that other world."""
        return None if self.other is None else Run(self.other.scenario, self.seed)
