"""``cachelife agreement permissions``."""

from __future__ import annotations

from pathlib import Path

import typer

from simulator import truth
from simulator.cli.deciding import read_json
from simulator.telling.permission_agreement import agreement_text, agreement_values
from simulator.telling.result import as_json
from simulator.telling.words import Words
from simulator.verdict.permission_agreement import DERIVED, RECORDED, compare


def agree_permissions(file: Path | None, json: bool, words: Words) -> int:
    """Compare the model with *file*, or with the shipped decisions; gives the exit code."""
    if file is None:
        recorded = compare(truth.rows(RECORDED), RECORDED)
        derived = compare(truth.rows(DERIVED), DERIVED)
    else:
        recorded, derived = compare(read_json(file), str(file)), ()
    if json:
        typer.echo(as_json(agreement_values(recorded, derived)))
    else:
        typer.echo(agreement_text(recorded, derived, words), nl=False)
    return 0 if all(one.agrees for one in (*recorded, *derived)) else 1
