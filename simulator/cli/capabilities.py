"""``cachelife could``."""

from __future__ import annotations

from pathlib import Path

import typer

from simulator.errors import InputError
from simulator.message import Message
from simulator.scenario import library
from simulator.telling.capabilities import as_values, told
from simulator.telling.result import as_json
from simulator.telling.words import Words
from simulator.verdict.capabilities import places, table


def print_capabilities(
    scenario: str | None, out: Path | None, json: bool, speak: Words, *, routes: bool = False
) -> int:
    """Print what kinds of apps can do, version by version; gives the exit code.

    The cells of the *scenario* are marked; *routes* adds every route; *out* gets the figure.
    """
    marked = library.read(scenario).value if scenario is not None else None
    standing = places(marked) if marked is not None else ()
    shown = table()
    if out is not None:
        from simulator.telling.figures.stairs import write_stairs

        name = marked.id if marked is not None else None
        try:
            write_stairs(shown, out, scenario=name, standing=standing)
        except OSError as error:
            raise InputError(
                Message(
                    "cannot write to {place}: {reason}", place=str(out), reason=error.strerror or ""
                )
            ) from None
    if json:
        typer.echo(as_json(as_values(shown, scenario=marked, standing=standing)))
    else:
        typer.echo(told(shown, speak, scenario=marked, standing=standing, routes=routes), nl=False)
    return 0
