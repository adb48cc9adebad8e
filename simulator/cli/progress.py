"""Progress of long work, on stderr and only for a person."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


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
