"""``cachelife watchers`` and ``watchers show``: the rules, side by side and one by one."""

from __future__ import annotations

import typer

from simulator.telling import watcher_list, watcher_rule
from simulator.telling.result import as_json
from simulator.telling.words import Words
from simulator.watchers import library


def list_watchers(json: bool, speak: Words) -> int:
    """Print the shipped rules; gives the exit code."""
    rules = [library.rule(name) for name in library.names()]
    if json:
        typer.echo(as_json(watcher_list.as_json(rules)))
    else:
        typer.echo(watcher_list.told(rules, speak), nl=False)
    return 0


def show_watcher(name: str, yaml: bool, json: bool, speak: Words) -> int:
    """Print one rule; gives the exit code.

    *name* is the id of a shipped rule, or a file of one's own (``./mine.yaml``); *yaml*: as it is
    written in its file.
    """
    rule = library.read(name)
    if yaml:
        typer.echo(library.start_from(name), nl=False)
    elif json:
        typer.echo(as_json(watcher_rule.as_json(rule)))
    else:
        typer.echo(watcher_rule.told(rule, speak, name), nl=False)
    return 0
