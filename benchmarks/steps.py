"""Model steps per second of the full model against the same pipelines in bare SimPy.

A step is one thing the pipeline does: open, a piece read, a piece written, close, remove.  Goal: at
least 0.8 of bare SimPy.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from attrs import evolve

from benchmarks.bare import Bare
from simulator import engine
from simulator.apps.preset import Timing, preset
from simulator.documents import Bytes, Seconds
from simulator.scenario import library
from simulator.scenario.model import AlbumFile, Happening, Scenario

ROUNDS = 15


def lines() -> Iterator[str]:
    """One line for a single pipeline, one for many in one world."""
    for pipelines in (1, 200):
        scenario = many(library.read("album-pipeline").value, pipelines)
        timing = preset(scenario.pipeline.preset).timing
        steps = Bare(scenario, timing, 0).run()
        repeat = max(1, 200 // pipelines)
        bare, ours = _interleaved(
            partial(_run_bare, scenario, timing),
            partial(engine.run, scenario, 0, digested=False),
            repeat,
        )
        yield (
            f"steps, {pipelines} pipeline(s): full model {steps / ours:,.0f}/s,"
            f" bare SimPy {steps / bare:,.0f}/s, ratio {bare / ours:.2f} (goal at least 0.8)"
        )


def _run_bare(scenario: Scenario, timing: Timing) -> int:
    return Bare(scenario, timing, 0).run()


def many(scenario: Scenario, pipelines: int) -> Scenario:
    """The scenario with so many videos, sent one second apart."""
    album = tuple(
        AlbumFile(f"DCIM/Camera/VID_{i:05}.mp4", Bytes(150_000_000), Seconds(60.0))
        for i in range(pipelines)
    )
    happens = tuple(
        Happening(Seconds(5.0 + i), "send video", file.path) for i, file in enumerate(album)
    )
    return evolve(
        scenario,
        phone=evolve(scenario.phone, album=album),
        happens=happens,
        until=Seconds(180.0 + pipelines),
    )


def _interleaved(
    bare: Callable[[], object], ours: Callable[[], object], repeat: int
) -> tuple[float, float]:
    """Median seconds of each, measured in turn so that a busy moment hits both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for kept, work in zip(times, (bare, ours), strict=True):
            start = time.perf_counter()
            for _ in range(repeat):
                work()
            kept.append((time.perf_counter() - start) / repeat)
    return median(times[0]), median(times[1])
