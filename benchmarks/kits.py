"""The whole kit of a scenario, against saving as many bare figures of the same sizes.

A bare figure is a pair of axes with one line in it, saved by matplotlib alone.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from simulator.cli.kitting import Making, source_of, write_kit
from simulator.telling.words import words

SCENARIO, GOAL = "album-pipeline", 3.0


def lines() -> Iterator[str]:
    """The ratio beside its goal, and what the model's own work costs of it."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        manifest = write_kit(source_of(SCENARIO), Path(folder), Making(words("en")))
        whole = time.perf_counter() - start
    sizes = [entry for entry in manifest.entries if entry.path.endswith((".png", ".svg", ".pdf"))]
    bare = 0.0
    for entry in sizes:
        start = time.perf_counter()
        _bare(1600 / 120, 1000 / 120, entry.path.rpartition(".")[2])
        bare += time.perf_counter() - start
    yield (
        f"kit of {SCENARIO}: {whole:.1f} s for {len(sizes)} pictures and the texts; as many bare"
        f" figures: {bare:.1f} s; ratio {whole / bare:.2f} (goal: at most {GOAL:g})"
    )


def _bare(wide: float, high: float, format_: str) -> None:
    from matplotlib.figure import Figure

    figure: Any = Figure(figsize=(wide, high), dpi=120)
    figure.add_subplot().plot([1, 2, 3])
    figure.savefig(BytesIO(), format=format_, dpi=120)
