"""Model steps per second of the full model against the same pipelines in bare SimPy.

A step is one thing the pipeline does: open, a piece read, a piece written, close, remove.  The full
model also does what follows: the notice, the file set aside, the bin and its end; those are steps
of its own.  Goal: at least 0.8 of bare SimPy.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median

from attrs import evolve

from benchmarks.bare import Bare
from simulator import engine
from simulator.apps.preset import Preset, preset
from simulator.documents import Bytes, Seconds
from simulator.scenario import library
from simulator.scenario.model import AlbumFile, Happening, Scenario
from simulator.trace import Notice, Operation, Sent, Trace

ROUNDS = 15


def lines() -> Iterator[str]:
    """For one pipeline and for many in one world: all of it, and with a watcher that only looks."""
    album = library.read("album-pipeline").value
    # An overseas build makes every check and then lets the removal pass, which is all that the
    # watcher in bare SimPy does.
    looking = evolve(album, watcher=evolve(album.watcher, overseas=True))
    for pipelines in (1, 200):
        yield _line(f"{pipelines} pipeline(s)", many(album, pipelines))
        yield _line(f"{pipelines} pipeline(s), watcher only looks", many(looking, pipelines))


def _line(name: str, scenario: Scenario) -> str:
    kind = preset(scenario.pipeline.preset)
    steps = Bare(scenario, kind, 0).run()
    more = aftermath(engine.run(scenario, 0, digested=False))
    bare, ours = _interleaved(
        partial(_run_bare, scenario, kind),
        partial(engine.run, scenario, 0, digested=False),
        max(1, 200 // len(scenario.happens)),
    )
    return (
        f"steps, {name}: full model {(steps + more) / ours:,.0f}/s,"
        f" bare SimPy {steps / bare:,.0f}/s, ratio {(1 + more / steps) * bare / ours:.2f}"
        " (goal at least 0.8)"
    )


def aftermath(trace: Trace) -> int:
    """How many steps of *trace* came after an event was sent: operations and notices."""
    return sum(
        isinstance(record, Operation | Notice)
        and any(isinstance(cause, Sent) for cause in trace.ancestors(record.id))
        for record in trace.records
    )


def _run_bare(scenario: Scenario, kind: Preset) -> int:
    return Bare(scenario, kind, 0).run()


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
