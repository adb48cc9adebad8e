"""``cachelife claims``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from simulator.claims import library as claims
from simulator.claims.grammar import Statement
from simulator.cli.progress import progress
from simulator.cli.running import changed
from simulator.documents import read_bytes
from simulator.errors import InputError
from simulator.message import Message
from simulator.scenario import library
from simulator.scenario.digest import digest
from simulator.telling.claims import Sheet, as_values, told
from simulator.telling.result import as_json
from simulator.telling.sheets import sheet_of
from simulator.telling.words import Words
from simulator.trace import Trace
from simulator.trace.jsonl import loads
from simulator.verdict.judge import judge
from simulator.verdict.propositions import checked
from simulator.worlds.asked import of_trace

_TRACE = ".jsonl"


def judge_claims(
    name: str,
    file: Path | None,
    seed: int,
    changes: Sequence[str],
    json: bool,
    speak: Words,
    jobs: int = 1,
) -> int:
    """Judge the sentences about a scenario or a trace, and print how they stand.

    Raises :class:`InputError` where the scenario, the trace or the *file* of sentences cannot be
    used.
    """
    given = claims.read(file) if file is not None else ()
    sheet = judged(name, given, seed, changes, speak, jobs)
    if json:
        typer.echo(as_json(as_values(sheet)))
    else:
        typer.echo(told(sheet, speak), nl=False)
    return 0


def judged(
    name: str,
    given: Sequence[Statement],
    seed: int,
    changes: Sequence[str],
    speak: Words,
    jobs: int = 1,
) -> Sheet:
    """How everything that is asked of a scenario or a trace stands, *given* sentences among it."""
    if not name.endswith(_TRACE):
        scenario = changed(library.read(name), changes).value
        return sheet_of(
            scenario,
            given,
            seed,
            jobs,
            watch=lambda: progress(speak.say("combinations")),
            changes=changes,
        )
    if changes:
        raise InputError(Message("--set changes a scenario, and {file} is a trace", file=name))
    return _of_trace(Path(name), given)


def _of_trace(file: Path, given: Sequence[Statement]) -> Sheet:
    trace = _read(file)
    known = trace.header.scenario or ""
    scenario = library.read(known).value if known in library.shipped() else None
    if scenario is not None and digest(scenario) != trace.header.digest:
        # It only has the name of that scenario: what it says of its case is not about this trace.
        scenario = None
    asked, verdict = of_trace(trace, scenario, given), judge(trace)
    return Sheet(trace, verdict, asked, checked(asked.claims(), trace, verdict), scenario)


def _read(file: Path) -> Trace:
    try:
        text = read_bytes(file).decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(Message("{file}: not UTF-8", file=str(file))) from None
    return loads(text, file=str(file))
