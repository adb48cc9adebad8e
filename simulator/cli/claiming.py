"""``cachelife claims``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import prod
from pathlib import Path

import typer
from attrs import define

from simulator import engine
from simulator.claims import library as claims
from simulator.claims.grammar import Statement
from simulator.cli.progress import progress
from simulator.cli.running import changed
from simulator.errors import InputError
from simulator.message import Message
from simulator.scenario import library
from simulator.scenario.family import factors
from simulator.scenario.model import Scenario
from simulator.telling.claims import Sheet, Worlds, as_values, told
from simulator.telling.result import as_json
from simulator.telling.words import Words
from simulator.trace import Trace
from simulator.trace.jsonl import loads
from simulator.verdict.asked import of_scenario, of_trace
from simulator.verdict.claims import World, in_worlds, over
from simulator.verdict.judge import judge
from simulator.verdict.propositions import checked

_TRACE = ".jsonl"


def judge_claims(
    name: str, file: Path | None, seed: int, changes: Sequence[str], json: bool, speak: Words
) -> int:
    """Judge the sentences about a scenario or a trace, and print how they stand.

    Raises :class:`InputError` where the scenario, the trace or the *file* of sentences cannot be
    used.
    """
    given = claims.read(file) if file is not None else ()
    sheet = judged(name, given, seed, changes, speak)
    if json:
        typer.echo(as_json(as_values(sheet)))
    else:
        typer.echo(told(sheet, speak), nl=False)
    return 0


def judged(
    name: str, given: Sequence[Statement], seed: int, changes: Sequence[str], speak: Words
) -> Sheet:
    """How everything that is asked of a scenario or a trace stands, *given* sentences among it."""
    if not name.endswith(_TRACE):
        return _of_scenario(changed(library.read(name), changes).value, given, seed, speak)
    if changes:
        raise InputError(Message("--set changes a scenario, and {file} is a trace", file=name))
    return _of_trace(Path(name), given)


def _of_trace(file: Path, given: Sequence[Statement]) -> Sheet:
    trace = _read(file)
    known = trace.header.scenario or ""
    scenario = library.read(known).value if known in library.shipped() else None
    asked, verdict = of_trace(trace, scenario, given), judge(trace)
    return Sheet(trace, verdict, asked, checked(asked.claims(), trace, verdict), scenario)


def _read(file: Path) -> Trace:
    try:
        text = file.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(
            Message("{file}: {reason}", file=str(file), reason=error.strerror or "")
        ) from None
    except UnicodeDecodeError:
        raise InputError(Message("{file}: not UTF-8", file=str(file))) from None
    return loads(text, file=str(file))


def _of_scenario(scenario: Scenario, given: Sequence[Statement], seed: int, speak: Words) -> Sheet:
    trace = engine.run(scenario, seed)
    verdict, asked = judge(trace), of_scenario(scenario, given)
    judged = asked.claims()
    if not scenario.family:
        return Sheet(trace, verdict, asked, checked(judged, trace, verdict), scenario)
    listed = factors(scenario)
    counted = _Counted()
    with progress(speak.say("combinations")) as report:
        standings = over(judged, counted.each(in_worlds(scenario, judged, seed, report)))
    total = prod(len(values) for values in listed.values())
    return Sheet(trace, verdict, asked, standings, scenario, Worlds(total, counted.number, listed))


@define
class _Counted:
    """Counts the worlds that pass by."""

    number: int = 0

    def each(self, worlds: Iterable[World]) -> Iterator[World]:
        for world in worlds:
            self.number += 1
            yield world
