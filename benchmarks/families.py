"""Worlds per second of the Dewu family, each of them run."""

from __future__ import annotations

import time
from collections.abc import Iterator

from simulator.scenario import library
from simulator.worlds.family import judge_family


def lines() -> Iterator[str]:
    """One line: worlds run, seconds, worlds per second."""
    scenario = library.read("dewu-2022").value
    start = time.perf_counter()
    family = judge_family(scenario)
    took = time.perf_counter() - start
    yield f"family dewu-2022: {family.run} worlds in {took:.1f} s, {family.run / took:,.0f}/s"
