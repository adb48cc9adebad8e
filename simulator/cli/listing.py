"""``cachelife scenarios``, ``schema`` and ``limits``."""

from __future__ import annotations

import typer

from simulator.documents.schema import json_schema
from simulator.errors import UnknownName
from simulator.message import Message
from simulator.scenario import library
from simulator.scenario.model import Scenario
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.result import as_json
from simulator.telling.words import LANGS, Words, words
from simulator.trace.schema import trace_schema
from simulator.watchers.rule import Rule


def list_scenarios(json: bool, speak: Words) -> None:
    """Print the shipped scenarios."""
    rows = []
    for name in library.shipped():
        scenario = library.read(name).value
        rows.append((scenario, library.group_of(name)))
    if json:
        values = [
            {
                "id": scenario.id,
                "group": group,
                "family": scenario.family,
                "title": {"en": scenario.title.en, "zh-CN": scenario.title.zh_CN},
                "question": {"en": scenario.question.en, "zh-CN": scenario.question.zh_CN},
                "tags": list(scenario.tags),
            }
            for scenario, group in rows
        ]
        typer.echo(as_json({"schema": "cachelife.scenarios/1", "scenarios": values}))
        return
    width = max(len(f"{group}/{scenario.id}") for scenario, group in rows)
    for scenario, group in rows:
        typer.echo(f"{group}/{scenario.id:<{width - len(group) - 1}}  {speak.of(scenario.title)}")
        typer.echo(f"{'':<{width}}  {speak.of(scenario.question)}")


def print_schema(of: str) -> None:
    """Print the JSON Schema of scenarios, of a watcher's rule, or of a line of a trace."""
    schemas = {"scenario": scenario_schema, "watcher": watcher_schema, "trace": trace_schema}
    if of not in schemas:
        raise UnknownName(Message("schema"), of, tuple(schemas))
    typer.echo(as_json(schemas[of]()))


def scenario_schema() -> dict[str, object]:
    """The JSON Schema of scenario files."""
    return json_schema(Scenario, title="cachelife scenario")


def watcher_schema() -> dict[str, object]:
    """The JSON Schema of a watcher's file."""
    return json_schema(Rule, title="cachelife watcher")


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
