"""``cachelife stacks``: the same deletion on every storage stack."""

from __future__ import annotations

import typer

from simulator.android.paths import canonical
from simulator.android.sightings import COPY, built, see
from simulator.telling.result import as_json
from simulator.telling.stacks import as_json as plain
from simulator.telling.stacks import told
from simulator.telling.words import Words


def print_stacks(android: str | None, via: str, path: str | None, json: bool, speak: Words) -> int:
    """Print who deleted a file, seen from each layer; gives the exit code.

    *android* is a version (None: each stack on an example of its own), *via* a route, *path* any
    path on the phone (None: the app's copy).
    """
    where = COPY if path is None else canonical(path)
    sightings = [see(record, version, via, where) for record, version in built(via, android)]
    typer.echo(as_json(plain(sightings)) if json else told(sightings, speak))
    return 0
