"""A scenario in one line: could, did, said, outcome; a family over all its combinations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, TypeVar

from attrs import frozen

from simulator import engine
from simulator.outcomes import Answer, Fate, Outcome
from simulator.scenario.model import Scenario
from simulator.verdict.family import judged_worlds
from simulator.verdict.judge import Verdict, judge

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


def overview(
    scenario: Scenario, seed: int = 0, progress: Callable[[int, int], None] | None = None
) -> Overview:
    """What comes of *scenario*; a family is run whole, and *progress* told how far it is."""
    first = judge(engine.run(scenario, seed, digested=False))
    could: Counter[Answer] = Counter()
    did: Counter[Fate] = Counter()
    said: Counter[Said] = Counter()
    outcomes: Counter[Outcome] = Counter()
    for verdict in _verdicts(scenario, seed, first, progress):
        could[_could(verdict)] += 1
        did[_did(verdict)] += 1
        said["notice" if verdict.notices else "silent"] += 1
        outcomes[verdict.outcome] += 1
    return Overview(
        sum(outcomes.values()),
        _ordered(could, _could(first)),
        _ordered(did, _did(first)),
        _ordered(said, "notice" if first.notices else "silent"),
        _ordered(outcomes, first.outcome),
        len(first.notices),
        len(first.dialogs),
    )


def _verdicts(
    scenario: Scenario, seed: int, first: Verdict, progress: Callable[[int, int], None] | None
) -> Iterator[Verdict]:
    if not scenario.family:
        yield first
        return
    for judged in judged_worlds(scenario, seed, progress):
        if judged is not None:
            yield judged[1]


def _could(verdict: Verdict) -> Answer:
    first = verdict.could[0].original if verdict.could else ""
    answers = {c.answer for c in verdict.could if c.original == first}
    return next((answer for answer in _EASE if answer in answers), "cannot_tell")


def _did(verdict: Verdict) -> Fate:
    fates = [original.end.fate for original in verdict.originals]
    touched = (fate for fate in fates if fate != "intact")
    return next(touched, fates[0] if fates else "cannot_tell")


def _ordered(counted: Counter[T], first: T) -> Mapping[T, int]:
    """The counts, that of the world shown first first, then by how many there are."""
    rest = sorted(counted, key=lambda key: (key != first, -counted[key], str(key)))
    return {key: counted[key] for key in rest}
