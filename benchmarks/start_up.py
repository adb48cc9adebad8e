"""How long `cachelife run album-pipeline` takes as a whole process.

Goal: at most 2 times what Python needs to import simpy, attr, typer and yaml.
"""

from __future__ import annotations

import compileall
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import simulator

ROUNDS = 21
BASE = [sys.executable, "-c", "import simpy, attr, typer, yaml"]
RUN = [sys.executable, "-m", "simulator.cli", "run", "album-pipeline"]


def lines() -> Iterator[str]:
    """One line: medians in milliseconds and their ratio."""
    # As an installed package is: pip compiles what it installs.
    compileall.compile_dir(str(Path(simulator.__file__).parent), quiet=1)
    base: list[float] = []
    ours: list[float] = []
    for _ in range(ROUNDS):
        # Interleaved, so that a busy moment of the machine hits both.
        base.append(_timed(BASE))
        ours.append(_timed(RUN))
    ratio = median(ours) / median(base)
    yield (
        f"start-up: run {median(ours) * 1e3:.0f} ms, imports {median(base) * 1e3:.0f} ms,"
        f" ratio {ratio:.2f} (goal at most 2)"
    )


def _timed(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start
