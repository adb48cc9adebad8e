"""What is asked of a case: its notices part by part, statements, its own claims, questions.

The claims of a case stand in one order, so that results can be given in the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from simulator.claims import library
from simulator.claims.grammar import Claim, Part, Question, Statement
from simulator.claims.library import Worded
from simulator.scenario.model import Claimed, Scenario
from simulator.trace import Notice, Trace
from simulator.watchers import library as watchers
from simulator.watchers.rule import Rule

_RULE = "watcher.rule"


@frozen
class Asked:
    """Everything that is to be judged: what notices say, what was *said*, what is *given* besides.

    *given* are the statements of a file of one's own; *own* the scenario's claims.
    """

    notices: tuple[Worded, ...]
    said: tuple[Statement, ...]
    given: tuple[Statement, ...]
    own: tuple[Claimed, ...]
    questions: tuple[Question, ...]

    def claims(self) -> tuple[Claim, ...]:
        """Every claim, in the order of the groups and of what is in them."""
        return tuple(self._claims())

    def _claims(self) -> Iterator[Claim]:
        for worded in self.notices:
            yield from worded.parts
        for statement in (*self.said, *self.given):
            yield from statement.sentences
        yield from (_as_claim(own) for own in self.own)
        yield from self.questions


def of_scenario(scenario: Scenario, given: Sequence[Statement] = ()) -> Asked:
    """What is asked of a scenario, as a run or as a family."""
    found = [scenario.watcher.applied]
    if scenario.family and _RULE in scenario.assumed:
        names = (name for name in scenario.assumed[_RULE].try_ if name != watchers.NONE)
        found += [watchers.rule(name) for name in names]
    rules = {rule.id: rule for rule in found if rule is not None}
    worded = [library.worded(rule) for rule in rules.values() if rule.notice is not None]
    return _asked(scenario.id, tuple(worded), scenario.claims, given)


def of_trace(trace: Trace, scenario: Scenario | None, given: Sequence[Statement] = ()) -> Asked:
    """What is asked of a trace; *scenario* is what it is a run of, should that be known."""
    worded = []
    for watcher in trace.header.watchers:
        rule = _known(watcher.name, scenario)
        if rule is None:
            worded.append(_from_the_notices(watcher.name, trace))
        elif rule.notice is not None:
            worded.append(library.worded(rule))
    own = scenario.claims if scenario is not None else ()
    return _asked(trace.header.scenario, tuple(worded), own, given)


def _known(name: str, scenario: Scenario | None) -> Rule | None:
    if name in watchers.names():
        return watchers.rule(name)
    rule = scenario.watcher.applied if scenario is not None else None
    return rule if rule is not None and rule.id == name else None


def _from_the_notices(name: str, trace: Trace) -> Worded:
    """What a rule that is not at hand says, as far as its notices show it."""
    notices = [r for r in trace.records if isinstance(r, Notice) and r.watcher == name]
    claims = [claim for notice in notices for claim in notice.claims]
    return Worded(name, (), library.parts(name, claims))


def _asked(
    id_: str | None,
    worded: tuple[Worded, ...],
    own: tuple[Claimed, ...],
    given: Sequence[Statement],
) -> Asked:
    said = library.belonging(id_)
    # A sentence that a statement on record has already is not asked about twice.
    sources = [statement.source for statement in said]
    rest = [
        claim
        for claim in own
        if not (claim.source and any(source.startswith(claim.source) for source in sources))
    ]
    return Asked(worded, said, tuple(given), tuple(rest), library.questions())


def _as_claim(own: Claimed) -> Claim:
    return Claim(
        id=own.claim,
        says=(Part(proposition=own.claim),),
        quantifier="general" if own.general else "case",
    )
