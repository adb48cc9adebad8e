"""Progress of long work, on stderr and only for a person."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def cores(asked: int | None) -> int:
    """How many processes work: as many as were asked for, else as this one may use cores."""
    if asked is not None:
        return asked
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A function to report (done, all) to; draws a bar where stderr is a terminal."""
    if not sys.stderr.isatty():
        reported: list[int] = []

        def report(done: int, total: int) -> None:
            # A log gets a line at each quarter, not hundreds.
            quarter = 4 * done // total
            if quarter not in reported:
                reported.append(quarter)
                sys.stderr.write(f"{label}: {done}/{total}\n")

        yield report
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(transient=True, console=Console(stderr=True)) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
