"""``cachelife agreement inotify``."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path

import typer

from simulator import truth
from simulator.cli.deciding import read_json
from simulator.telling.inotify_agreement import agreement_text, agreement_values
from simulator.telling.words import Words
from simulator.verdict.inotify_agreement import RECORDED, compare


def agree_inotify(file: Path | None, json: bool, speak: Words) -> int:
    """Compare predicted events with those in *file*, or the shipped ones; gives the exit code.

    As JSON: a list of ``name``, ``fs``, ``predicted``, ``recorded`` in the order of the file; names
    that are no UTF-8 keep their bytes as lone surrogates, so everything outside ASCII is escaped.
    """
    rows: object = truth.rows(RECORDED) if file is None else read_json(file)
    compared = compare(rows, RECORDED if file is None else str(file))
    if json:
        typer.echo(jsonlib.dumps(agreement_values(compared), ensure_ascii=True))
    else:
        typer.echo(agreement_text(compared, speak), nl=False)
    for one in compared:
        if one.problem is not None:
            typer.echo(speak.say(one.problem), err=True)
    outcomes = {one.outcome for one in compared}
    if "unknown" in outcomes:
        return 2
    return 1 if "differ" in outcomes else 0
