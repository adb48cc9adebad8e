"""A scenario in one line: could, did, said, outcome; a family over all its combinations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal, TypeVar

from attrs import frozen

from simulator import engine
from simulator.outcomes import Answer, Fate, Outcome
from simulator.scenario.model import Scenario
from simulator.scenario.space import space_of
from simulator.trace import Trace
from simulator.verdict.judge import Verdict, judge
from simulator.worlds.survey import Progress, survey

T = TypeVar("T")
Said = Literal["notice", "silent"]
#: The easiest first.
_EASE: tuple[Answer, ...] = ("silently", "after_consent", "no", "cannot_tell")


@frozen
class Overview:
    """What comes of a scenario: each answer with the number of worlds that have it.

    *could* is about the easiest route to the original, *did* about its fate (of several, the first
    that was touched), *said* about notices; *dialogs* is how many questions were asked in the world
    that is shown first.  *worlds* is 1 where the scenario is no family.
    """

    worlds: int
    could: Mapping[Answer, int]
    did: Mapping[Fate, int]
    said: Mapping[Said, int]
    outcomes: Mapping[Outcome, int]
    notices: int
    dialogs: int


def overview(scenario: Scenario, seed: int = 0, progress: Progress | None = None) -> Overview:
    """What comes of *scenario*; a family is run whole, and *progress* told how far it is."""
    first = judge(engine.run(scenario, seed, digested=False))
    could: Counter[Answer] = Counter()
    did: Counter[Fate] = Counter()
    said: Counter[Said] = Counter()
    outcomes: Counter[Outcome] = Counter()
    shown = Answers(_could(first), _did(first), _said(first), first.outcome)
    all_worlds = [(0, shown)]
    if scenario.family:
        all_worlds = list(survey(space_of(scenario), answers, seed, progress))
    for _, world in all_worlds:
        could[world.could] += 1
        did[world.did] += 1
        said[world.said] += 1
        outcomes[world.outcome] += 1
    return Overview(
        sum(outcomes.values()),
        _ordered(could, shown.could),
        _ordered(did, shown.did),
        _ordered(said, shown.said),
        _ordered(outcomes, shown.outcome),
        len(first.notices),
        len(first.dialogs),
    )


@frozen
class Answers:
    """The three answers about one world, and its outcome."""

    could: Answer
    did: Fate
    said: Said
    outcome: Outcome


def answers(trace: Trace, verdict: Verdict) -> Answers:
    """The three answers about a world."""
    return Answers(_could(verdict), _did(verdict), _said(verdict), verdict.outcome)


def _said(verdict: Verdict) -> Said:
    return "notice" if verdict.notices else "silent"


def _could(verdict: Verdict) -> Answer:
    first = verdict.could[0].original if verdict.could else ""
    found = {c.answer for c in verdict.could if c.original == first}
    return next((answer for answer in _EASE if answer in found), "cannot_tell")


def _did(verdict: Verdict) -> Fate:
    fates = [original.end.fate for original in verdict.originals]
    touched = (fate for fate in fates if fate != "intact")
    return next(touched, fates[0] if fates else "cannot_tell")


def _ordered(counted: Counter[T], first: T) -> Mapping[T, int]:
    """The counts, that of the world shown first first, then by how many there are."""
    rest = sorted(counted, key=lambda key: (key != first, -counted[key], str(key)))
    return {key: counted[key] for key in rest}
