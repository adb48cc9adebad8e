"""What one decision of the permission model costs, in dictionary lookups of the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter

from simulator import truth
from simulator.android.permissions.cases import read_cases
from simulator.android.permissions.decide import decide
from simulator.verdict.permission_agreement import RECORDED

GOAL = 200
ROUNDS = 31
_LOOKUPS = 20_000


def ratios() -> list[float]:
    """How many lookups one decision is worth, round by round; both are measured in each round."""
    questions = [case.question for case in read_cases(truth.rows(RECORDED), RECORDED)]
    table = {index: index for index in range(1000)}
    keys = [index % 1000 for index in range(_LOOKUPS)]

    def look_up() -> None:
        for key in keys:
            table[key]

    def decide_all() -> None:
        for asked in questions:
            decide(asked.caller, asked.verb, asked.route, asked.item, asked.to)

    decide_all()
    return [
        (_seconds(decide_all) / len(questions)) / (_seconds(look_up) / _LOOKUPS)
        for _ in range(ROUNDS)
    ]


def _seconds(work: Callable[[], None]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def lines() -> Iterator[str]:
    """The median over the recorded cases, beside the goal."""
    yield (
        f"decisions: one decision costs {median(ratios()):.0f} dict lookups"
        f" (median of {ROUNDS} rounds over all recorded cases; goal: at most {GOAL})"
    )
