"""``cachelife watchers compare`` and ``watchers score``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import typer

from simulator.android.layers import stacks
from simulator.cli.progress import progress
from simulator.errors import InputError, UnknownName
from simulator.message import Message
from simulator.scenario import library
from simulator.scenario.model import Scenario
from simulator.telling import comparison as table
from simulator.telling import score as counts
from simulator.telling.result import as_json
from simulator.telling.words import Words
from simulator.verdict.comparison import OWN, compare
from simulator.verdict.score import Score, score
from simulator.watchers import library as watchers
from simulator.watchers.rule import Home, Rule

#: What is compared where nothing else is asked for.
DEEDS = "deeds"


def compare_watchers(
    names: Sequence[str],
    stack_names: Sequence[str],
    chosen: Sequence[str],
    out: Path | None,
    json: bool,
    seed: int,
    speak: Words,
) -> int:
    """Print what each watcher says of the scenarios *names*; gives the exit code."""
    rules = _rules(chosen)
    scenarios = _scenarios(names or (DEEDS,))
    compared = compare(scenarios, rules, _phones(stack_names), seed)
    if out is not None:
        from simulator.telling.figures import write_matrix

        _written(out, lambda: write_matrix(compared, out))
    if json:
        typer.echo(as_json(table.as_values(compared)))
    else:
        typer.echo(table.told(compared, speak), nl=False)
    return 0


def score_watchers(
    names: Sequence[str],
    chosen: Sequence[str],
    out: Path | None,
    json: bool,
    seed: int,
    speak: Words,
) -> int:
    """Print how often each watcher warns over the scenarios *names*; gives the exit code."""
    rules, scenarios = _rules(chosen), _scenarios(names or library.groups())
    scores: list[Score] = []
    with progress(speak.say("watchers")) as report:
        for number, (name, rule) in enumerate(rules.items(), 1):
            scores.append(score(scenarios, name, rule, seed))
            report(number, len(rules))
    if out is not None:
        from simulator.telling.figures import write_scores

        _written(out, lambda: write_scores(tuple(scores), tuple(rules.values()), out))
    ids = [scenario.id for scenario in scenarios]
    if json:
        typer.echo(as_json(counts.as_values(scores, ids)))
    else:
        typer.echo(counts.told(scores, ids, speak), nl=False)
    return 0


def _scenarios(names: Sequence[str]) -> list[Scenario]:
    """The scenarios of those names; the name of a group stands for all that are in it."""
    found: dict[str, Scenario] = {}
    for name in names:
        members = library.group(name)
        if not members and "." not in name and name.rpartition("/")[2] not in library.shipped():
            raise UnknownName(
                Message("scenario or group"), name, (*library.groups(), *library.shipped())
            )
        for one in members or (name,):
            scenario = library.read(one).value
            found.setdefault(scenario.id, scenario)
    return list(found.values())


def _rules(chosen: Sequence[str]) -> dict[str, Rule]:
    """The rules by the names that they go by: those asked for, else every shipped one."""
    names = chosen or [name for name in watchers.names() if name != watchers.NONE]
    rules = {name: watchers.read(name) for name in names}
    ids = [rule.id for rule in rules.values()]
    twice = next((id_ for id_ in ids if ids.count(id_) > 1), None)
    if twice is not None:
        raise InputError(
            Message("two of the watchers have the id “{id}”; give one of them another", id=twice)
        )
    return rules


def _phones(stack_names: Sequence[str]) -> list[tuple[str, Home | None]]:
    if not stack_names:
        return [(OWN, None)]
    phones: list[tuple[str, Home | None]] = []
    known = [name for name, record in stacks().items() if record.example is not None]
    for name in stack_names:
        if name not in known:
            raise UnknownName(Message("storage stack"), name, known)
        example = stacks()[name].example
        assert example is not None
        phones.append((name, Home(example, name)))
    return phones


def _written(out: Path, write: object) -> None:
    assert callable(write)
    try:
        write()
    except OSError as error:
        raise InputError(
            Message(
                "cannot write to {place}: {reason}", place=str(out), reason=error.strerror or ""
            )
        ) from None
