"""Worlds per second against bare SimPy running the same pipelines one by one, in one run.

*Effective* counts every world of a family, *run* those that the engine ran.  Goals: at least 5
times as many effective worlds a second as bare SimPy, at least 0.8 times as many of those run;
linear in the number of worlds; the peak of memory at 100,000 worlds at most 1.2 times that at
10,000.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median

from benchmarks.bare import Bare
from simulator import engine
from simulator.apps.preset import preset
from simulator.scenario import library
from simulator.scenario.model import Scenario
from simulator.scenario.space import Space, space_of
from simulator.worlds.conditions import came
from simulator.worlds.survey import survey

ROUNDS = 5
#: Factors that make the lesson's space as large as is asked for.
_LARGE = {
    "phone.stack": ("sdcardfs", "hmdfs"),
    "pipeline.place": ("Pictures/Shop", "internal-cache", "external-cache", "DCIM/Camera"),
    "pipeline.name": ("timestamp", "neutral"),
    "clean_up.hits": ("app_copy", "original"),
    "clean_up.via": ("path", "mediastore"),
    "watcher.scope": ("medium", "narrow", "wide", "everything"),
    "watcher.whitelist": ("none", "provider", "app"),
    "watcher.attribution": ("forwarded", "process"),
    "watcher.app_sees": ("EOWNERDEAD", "success"),
    "watcher.rename_actor": ("gallery", "app_runtime", "kernel_other"),
    "watcher.overseas": ("false", "true"),
    "app.target_sdk": ("29", "28"),
    "pipeline.how": ("transcode", "copy"),
    "watcher.merging": ("each", "merged"),
}


def lines() -> Iterator[str]:
    """One line each: the family's speed, how it grows, and what memory it takes."""
    yield _speed(library.read("dewu-2022").value)
    yield _growth()
    yield _memory()


def _speed(scenario: Scenario) -> str:
    kind = preset(scenario.pipeline.preset)
    bare, ours, alone = [], [], []
    for _ in range(ROUNDS):
        found = survey(space_of(scenario), came)
        # Interleaved, so that a busy moment of the machine hits all of them.
        bare.append(_seconds(lambda: Bare(scenario, kind, 0).run(), 200))
        alone.append(_seconds(lambda: engine.run(scenario, 0, digested=False), 100))
        ours.append(_seconds(lambda: survey(space_of(scenario), came), 1))
    effective, run = found.feasible / median(ours), found.runs / median(ours)
    one = 1 / median(bare)
    return (
        f"family dewu-2022: bare SimPy {one:,.0f} pipelines/s;"
        f" effective {effective:,.0f} worlds/s, ratio {effective / one:.2f} (goal at least 5);"
        f" run {run:,.0f}/s, ratio {run / one:.2f}, the engine alone"
        f" {1 / median(alone) / one:.2f} (goal at least 0.8)"
    )


def _growth() -> str:
    small, large = (_space(size) for size in (1_000, 16_000))
    times = [_seconds(lambda s=space: survey(s, came), 1) / len(space) for space in (small, large)]  # type: ignore[misc]
    return (
        f"family of {len(large):,} worlds against one of {len(small):,}:"
        f" {times[1] / times[0]:.2f} times the time for each world (linear: 1; runs are shared)"
    )


def _memory() -> str:
    peaks = [_peak(size) for size in (10_000, 100_000)]
    return (
        f"memory: peak at 100,000 worlds {peaks[1]:,.0f} MB, at 10,000 {peaks[0]:,.0f} MB,"
        f" ratio {peaks[1] / peaks[0]:.2f} (goal at most 1.2)"
    )


def _space(size: int) -> Space:
    """The lesson over so many of the factors that there are at least *size* combinations."""
    factors: dict[str, tuple[str, ...]] = {}
    space = Space(library.read("album-pipeline").value, factors)
    for path, values in _LARGE.items():
        if len(space) >= size:
            break
        factors[path] = values
        space = Space(space.scenario, dict(factors))
    return space


def _peak(size: int) -> float:
    """The peak of memory (MB) of a process that surveys a space of that many combinations."""
    program = (
        "import resource; from benchmarks.families import _space, survey, came;"
        f" survey(_space({size}), came);"
        " print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def _seconds(work: Callable[[], object], repeat: int) -> float:
    start = time.perf_counter()
    for _ in range(repeat):
        work()
    return (time.perf_counter() - start) / repeat
