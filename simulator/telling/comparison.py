"""Scenarios by watchers: a table, what its cells depend on, and whom the notices name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from simulator.message import Message
from simulator.telling.folding import all_folded
from simulator.telling.measures import columns, filled
from simulator.telling.words import Words
from simulator.trace import Trace
from simulator.verdict.comparison import OWN, Cell, Comparison, Result, Row, World
from simulator.watchers.rule import Rule

SCHEMA = "cachelife.watchers/1"
#: What stands in a cell.
LETTERS: Mapping[Result, str] = MappingProxyType(
    {"F": "F", "L": "L", "A": "A", "-": "–", "n/a": "n/a"}
)
_MEANINGS: Mapping[Result, Message] = MappingProxyType(
    {
        "F": Message("flagged: a notice shows"),
        "A": Message("the user is asked first"),
        "L": Message("logged only"),
        "-": Message("says nothing"),
        "n/a": Message("not known: no source speaks of such phones"),
    }
)
_GAP = " "
#: Columns of a terminal that a deed's title may take.
_TITLE = 44


# -- JSON --------------------------------------------------------------------------------------


def as_values(comparison: Comparison) -> dict[str, Any]:
    """The comparison as JSON values."""
    return {
        "schema": SCHEMA,
        "watchers": [rule.id for rule in comparison.watchers],
        "rows": [_row_values(row) for row in comparison.rows],
    }


def _row_values(row: Row) -> dict[str, Any]:
    return {
        "scenario": row.scenario,
        "title": {"en": row.title.en, "zh-CN": row.title.zh_CN},
        "about": row.about,
        "stack": row.stack,
        "cells": {watcher: _cell_values(cell) for watcher, cell in row.cells.items()},
    }


def _cell_values(cell: Cell) -> dict[str, Any]:
    first = cell.first
    return {
        "result": cell.result,
        "results": list(cell.results),
        "names": list(first.names) if first is not None else [],
        "depends_on": list(cell.depends_on),
        "records": list(first.records) if first is not None else [],
        "refused": first.refused if first is not None else False,
        "phone": first.trace.header.phone if first is not None else None,
        "worlds": [_world_values(world) for world in cell.worlds],
    }


def _world_values(world: World) -> dict[str, Any]:
    return {
        "values": dict(world.values),
        "combinations": world.weight,
        "result": world.result,
        "marks": list(world.marks),
        "names": list(world.names),
        "refused": world.refused,
    }


# -- text --------------------------------------------------------------------------------------


def told(comparison: Comparison, words: Words) -> str:
    """What ``watchers compare`` prints."""
    lines = [
        words.say("What each watcher says of the same deeds: a model, not evidence."),
        "",
        *_heads(comparison, words),
        "",
        *_table(comparison, words),
        "",
        *_key(comparison, words),
        *_depends(comparison, words),
        *_misnamed(comparison, words),
        *_refused(comparison, words),
    ]
    return "\n".join(all_folded(lines)) + "\n"


def _heads(comparison: Comparison, words: Words) -> Iterator[str]:
    for number, rule in enumerate(comparison.watchers, 1):
        yield f"{number:>4}  {rule.id}: {words.of(rule.label)}{_tags(rule, words)}"


def _tags(rule: Rule, words: Words) -> str:
    if rule.proposal:
        return words.say(" [our proposal]")
    return words.say(" [hypothesis]") if rule.hypothesis else ""


def _table(comparison: Comparison, words: Words) -> Iterator[str]:
    several = len({row.stack for row in comparison.rows}) > 1
    stacks = any(row.stack != OWN for row in comparison.rows)
    names = [_name(row, words, with_stack=several or stacks) for row in comparison.rows]
    cells = [[_shown(cell) for cell in row.cells.values()] for row in comparison.rows]
    left = max(map(columns, names), default=0)
    numbers = [str(number) for number in range(1, len(comparison.watchers) + 1)]
    widths = [
        max(columns(text) for text in (number, *(row[i] for row in cells)))
        for i, number in enumerate(numbers)
    ]
    yield _line("", numbers, left, widths)
    for about, title in (
        ("original", Message("What is done to the user's original")),
        ("app_copy", Message("What is done to the app's own file")),
    ):
        chosen = [i for i, row in enumerate(comparison.rows) if row.about == about]
        if chosen:
            yield words.say(title)
        for i in chosen:
            yield _line(names[i], cells[i], left, widths)


def _line(name: str, cells: list[str], left: int, widths: list[int]) -> str:
    shown = [filled(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return f"  {filled(name, left)}{_GAP}{_GAP.join(shown)}".rstrip()


def _name(row: Row, words: Words, *, with_stack: bool) -> str:
    short = short_name(row.scenario)
    title = words.of(row.title)
    head = title if short == row.scenario else f"{short} {title}"
    if columns(head) > _TITLE:
        head = row.scenario
    return f"{head} ({row.stack})" if with_stack else head


def _place(row: Row) -> str:
    """A row as it is named below the table: with its stack, if that was chosen."""
    name = short_name(row.scenario)
    return name if row.stack == OWN else f"{name} ({row.stack})"


def short_name(scenario: str) -> str:
    """``S9`` for a deed of the table, else the scenario's id."""
    number = scenario.partition("-")[0]
    return number.upper().replace("S0", "S") if number[1:].isdecimal() else scenario


def _shown(cell: Cell) -> str:
    return "/".join(LETTERS[result] for result in cell.results)


def _key(comparison: Comparison, words: Words) -> Iterator[str]:
    seen = {result for row in comparison.rows for c in row.cells.values() for result in c.results}
    for result, meaning in _MEANINGS.items():
        if result in seen:
            yield f"  {filled(LETTERS[result], 3)}  {words.say(meaning)}"
    if any(len(c.results) > 1 for row in comparison.rows for c in row.cells.values()):
        yield words.say(
            "  a/b  depends on what is not public or not said; the first is shown first"
        )
    if all(row.stack == OWN for row in comparison.rows):
        yield words.say("Each watcher is on the phones that its rule is known from.")


def _depends(comparison: Comparison, words: Words) -> Iterator[str]:
    """For each watcher what its cells depend on, and in which rows."""
    lines = []
    for i, rule in enumerate(comparison.watchers):
        found: dict[str, list[str]] = {}
        for row in comparison.rows:
            cell = list(row.cells.values())[i]
            if len(cell.results) > 1:
                for name in cell.depends_on:
                    found.setdefault(name, []).append(_place(row))
        for name, rows in found.items():
            several = words.say(", ").join(dict.fromkeys(rows))
            lines.append(
                words.say("  {rule}: {name} ({rows})", rule=rule.id, name=name, rows=several)
            )
    if lines:
        yield ""
        yield words.say("What the cells with two answers depend on:")
        yield from lines


def _misnamed(comparison: Comparison, words: Words) -> Iterator[str]:
    """Where a notice or a question names somebody else than the app."""
    lines = dict[str, None]()
    for row in comparison.rows:
        for cell in row.cells.values():
            for world in cell.worlds:
                app = (world.trace.header.app or {}).get("package")
                for name in world.names:
                    if world.result in {"F", "A"} and name != app:
                        lines[_names(row, cell, name, world.trace, words)] = None
    if lines:
        yield ""
        yield words.say("In some settings it is not the app that is named:")
        yield from lines


def _names(row: Row, cell: Cell, name: str, trace: Trace, words: Words) -> str:
    if not name:
        return words.say("  {row}, {rule}: nobody", row=_place(row), rule=cell.watcher)
    label = trace.header.labels.get(name, {}).get(words.lang, name)
    return words.say(
        "  {row}, {rule}: “{label}”",
        row=_place(row),
        rule=cell.watcher,
        label=label,
    )


def _refused(comparison: Comparison, words: Words) -> Iterator[str]:
    """Where silence does not mean that it was done."""
    found: dict[str, list[str]] = {}
    for row in comparison.rows:
        for cell in row.cells.values():
            if any(world.result == "-" and world.refused for world in cell.worlds):
                found.setdefault(cell.watcher, []).append(_place(row))
    if found:
        yield ""
        yield words.say("Silent because Android itself refuses, in some or all settings:")
        for watcher, rows in found.items():
            several = words.say(", ").join(dict.fromkeys(rows))
            yield words.say("  {rule}: {rows}", rule=watcher, rows=several)
