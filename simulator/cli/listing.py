"""``cachelife scenarios``, ``schema`` and ``limits``."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from simulator.claims.grammar import Statements
from simulator.cli.progress import progress
from simulator.documents.schema import json_schema
from simulator.errors import UnknownName
from simulator.message import Message
from simulator.scenario import library
from simulator.scenario.index import index
from simulator.scenario.model import Scenario
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.result import as_json
from simulator.telling.words import LANGS, Words, words
from simulator.trace.schema import trace_schema
from simulator.watchers.rule import Rule


def list_scenarios(tags: Sequence[str], questions: bool, json: bool, speak: Words) -> None:
    """Print the shipped scenarios and what comes of each; with *tags*, those that have one."""
    from simulator.telling.library import Line, as_values, told
    from simulator.worlds.overview import overview

    chosen = [
        (scenario, group)
        for scenario, group in _library()
        if not tags or set(tags) & {*scenario.tags, group}
    ]
    if not chosen:
        known = sorted({tag for s, group in _library() for tag in (*s.tags, group)})
        raise UnknownName(Message("tag"), tags[0], known)
    lines = []
    for scenario, group in chosen:
        with progress(scenario.id) as report:
            seen = overview(scenario, 0, report if scenario.family else None)
        lines.append(Line(scenario, group, seen))
    if json:
        typer.echo(as_json(as_values(lines, index())))
    else:
        typer.echo(told(lines, index(), speak, questions=questions), nl=False)


def _library() -> list[tuple[Scenario, str]]:
    """Every shipped scenario with its group, in the order of the index."""
    found = [(library.read(name).value, library.group_of(name)) for name in library.shipped()]
    order = list(index().groups)
    return sorted(found, key=lambda one: (order.index(one[1]), one[0].id))


def print_schema(of: str) -> None:
    """Print the JSON Schema of one of the kinds of files."""
    schemas = {
        "scenario": scenario_schema,
        "watcher": watcher_schema,
        "trace": trace_schema,
        "claims": claims_schema,
        "observed": observed_schema,
    }
    if of not in schemas:
        raise UnknownName(Message("schema"), of, tuple(schemas))
    typer.echo(as_json(schemas[of]()))


def scenario_schema() -> dict[str, object]:
    """The JSON Schema of scenario files."""
    return json_schema(Scenario, title="cachelife scenario")


def watcher_schema() -> dict[str, object]:
    """The JSON Schema of a watcher's file."""
    return json_schema(Rule, title="cachelife watcher")


def claims_schema() -> dict[str, object]:
    """The JSON Schema of a file of statements."""
    return json_schema(Statements, title="cachelife claims")


def observed_schema() -> dict[str, object]:
    """The JSON Schema of a report of what was observed."""
    from simulator.worlds.report import Report

    return json_schema(Report, title="cachelife observed")


def print_limits(json: bool, speak: Words) -> None:
    """Print what the program cannot know."""
    if json:
        values = [
            {
                "public": number <= PUBLIC,
                "text": {lang: words(lang).say(limit) for lang in LANGS},
            }
            for number, limit in enumerate(LIMITS, 1)
        ]
        typer.echo(as_json({"schema": "cachelife.limits/1", "limits": values}))
        return
    for number, limit in enumerate(LIMITS, 1):
        typer.echo(f"{number:>2}. {speak.say(limit)}")
    typer.echo("")
    typer.echo(
        speak.say("The first {number} stand on everything made for the public.", number=PUBLIC)
    )
