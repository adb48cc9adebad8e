"""``cachelife when``, ``whatif``, ``twin`` and ``diagnose``: questions about many worlds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import typer

from simulator.cli.progress import progress
from simulator.cli.running import changed
from simulator.documents import read_bytes
from simulator.errors import UnknownName
from simulator.message import Message
from simulator.outcomes import Outcome
from simulator.scenario import library
from simulator.scenario.model import Scenario
from simulator.telling.result import as_json
from simulator.telling.words import Words


def ask_when(
    name: str,
    outcome: str,
    factors: Sequence[str],
    also: Sequence[str],
    changes: Sequence[str],
    verify_: int,
    jobs: int,
    seed: int,
    json: bool,
    speak: Words,
) -> int:
    """Print exactly when *outcome* comes about; gives the exit code."""
    from simulator.telling.conditions import Answer, as_values, told
    from simulator.worlds.conditions import conditions, verify
    from simulator.worlds.factors import space_for
    from simulator.worlds.moments import moments

    if outcome not in get_args(Outcome):
        raise UnknownName(Message("outcome"), outcome, get_args(Outcome))
    wanted: Outcome = outcome  # type: ignore[assignment]
    scenario = _scenario(name, changes)
    space = space_for(scenario, factors, also)
    with progress(speak.say("combinations")) as report:
        found = conditions(space, wanted, seed, report, jobs)
    checked = verify(found, verify_, seed) if verify_ and found.whole else None
    turns = moments(scenario, wanted, seed)
    answer = Answer(scenario, seed, found, turns, checked, bool(verify_), tuple(changes))
    typer.echo(as_json(as_values(answer)) if json else told(answer, speak), nl=json)
    return 1 if checked is not None and checked.differ else 0


def ask_what_if(
    name: str, factors: Sequence[str], changes: Sequence[str], seed: int, json: bool, speak: Words
) -> int:
    """Print what each single change brings about; gives the exit code."""
    from simulator.telling.whatif import as_values, told
    from simulator.worlds.whatif import what_if

    scenario = _scenario(name, changes)
    with progress(speak.say("changes")) as report:
        found = what_if(scenario, factors, seed, report)
    if json:
        typer.echo(as_json(as_values(scenario, seed, found)))
    else:
        typer.echo(told(scenario, seed, found, speak, changes), nl=False)
    return 0


def ask_twin(
    name: str,
    factors: Sequence[str],
    also: Sequence[str],
    changes: Sequence[str],
    jobs: int,
    seed: int,
    json: bool,
    speak: Words,
) -> int:
    """Print the twin of a scenario; gives the exit code."""
    from simulator.telling.twin import as_values, told
    from simulator.worlds.factors import space_for
    from simulator.worlds.twin import twins

    scenario = _scenario(name, changes)
    space = space_for(scenario, factors, also)
    with progress(speak.say("combinations")) as report:
        found = twins(space, seed, report, jobs)
    if json:
        typer.echo(as_json(as_values(scenario, seed, found)))
    else:
        typer.echo(told(scenario, seed, found, speak, changes), nl=False)
    return 0


def _scenario(name: str, changes: Sequence[str]) -> Scenario:
    return changed(library.read(name), changes).value


def ask_diagnose(
    file: Path, changes: Sequence[str], jobs: int, seed: int, json: bool, speak: Words
) -> int:
    """Print which worlds fit what was observed; gives the exit code."""
    from simulator.telling.diagnosis import as_values, told
    from simulator.worlds.diagnose import diagnose
    from simulator.worlds.report import read, scenario_of, space_of

    text = read_bytes(file)
    document = read(text, str(file))
    scenario = changed(scenario_of(document), changes).value
    space = space_of(document, scenario)
    with progress(speak.say("combinations")) as report:
        found = diagnose(document.value, space, seed, report, jobs)
    if json:
        typer.echo(as_json(as_values(scenario, seed, found)))
    else:
        typer.echo(told(scenario, seed, found, speak, changes), nl=False)
    return 0
