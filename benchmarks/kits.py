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
from simulator.cli.progress import cores
from simulator.telling.kit.drawing import FORMATS
from simulator.telling.words import words

SCENARIO, GOAL = "album-pipeline", 3.0


def lines() -> Iterator[str]:
    """The ratio beside its goal, and what the model's own work costs of it."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        jobs = cores(None)
        manifest = write_kit(source_of(SCENARIO), Path(folder), Making(words("en"), jobs=jobs))
        whole = time.perf_counter() - start
        pictures = [
            (entry.path.rpartition(".")[2], _size(Path(folder) / entry.path))
            for entry in manifest.entries
            if entry.path.endswith(tuple(FORMATS))
        ]
    bare = 0.0
    for format_, (wide, high, dpi) in pictures:
        start = time.perf_counter()
        _bare(wide, high, dpi, format_)
        bare += time.perf_counter() - start
    yield (
        f"kit of {SCENARIO}: {whole:.1f} s with {jobs} processes for {len(pictures)} pictures and"
        f" the texts; as many bare figures: {bare:.1f} s; ratio {whole / bare:.2f}"
        f" (goal: at most {GOAL:g})"
    )


def _size(file: Path) -> tuple[float, float, float]:
    """The size in inches of the picture of that name, and its pixels to an inch."""
    from PIL import Image

    with Image.open(file.with_suffix(".png")) as picture:
        dpi = round(picture.info["dpi"][0])
        return picture.width / dpi, picture.height / dpi, dpi


def _bare(wide: float, high: float, dpi: float, format_: str) -> None:
    from matplotlib.figure import Figure

    figure: Any = Figure(figsize=(wide, high), dpi=dpi)
    figure.add_subplot().plot([1, 2, 3])
    figure.savefig(BytesIO(), format=format_, dpi=dpi)
