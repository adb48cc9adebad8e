"""``cachelife agreement watchers``."""

from __future__ import annotations

import typer

from simulator.telling.result import as_json
from simulator.telling.watcher_agreement import agreement_text, agreement_values
from simulator.telling.words import Words
from simulator.verdict.watcher_agreement import compare_watchers


def agree_watchers(json: bool, words: Words) -> int:
    """Compare the watchers with what their sources say, cell by cell; gives the exit code."""
    compared = compare_watchers()
    if json:
        typer.echo(as_json(agreement_values(compared)))
    else:
        typer.echo(agreement_text(compared, words), nl=False)
    return 1 if any(one.status == "differs" for one in compared) else 0
