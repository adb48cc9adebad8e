"""The table of capabilities in words: in the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any, TypeVar

from simulator.android.permissions.caller import PERMISSIONS, READ, READ_VIDEO
from simulator.android.permissions.decision import ROUTES, Route
from simulator.android.permissions.kinds import CellAnswer, Kind
from simulator.android.permissions.rules import rules
from simulator.android.versions import API, COLUMNS
from simulator.documents import Localized
from simulator.message import Message
from simulator.scenario.model import Scenario
from simulator.telling import limits
from simulator.telling.folding import LINE, folded
from simulator.telling.measures import columns, filled
from simulator.telling.text import ANSWERS, GRADES
from simulator.telling.text import ROUTES as BY
from simulator.telling.words import LANGS, Words, words
from simulator.verdict.capabilities import Place, Row, Square, Table

SCHEMA = "cachelife.could/1"
T = TypeVar("T")

QUESTION = Message("Can an app of this kind delete a video that it did not make?")
#: What an app of a kind holds, as a person would say it.
NAMES: Mapping[str, Message] = MappingProxyType(
    {
        "storage": Message("Storage permission granted"),
        "legacy": Message("Storage permission granted, old storage mode"),
        "reader": Message("May read, may not write"),
        "nothing": Message("No storage permission"),
        "selected": Message("Selected videos only"),
        "media-manager": Message("“Media management”"),
        "all-files": Message("All-files access"),
        "gallery": Message("The phone’s own gallery"),
    }
)
DETAILS: Mapping[str, Message] = MappingProxyType(
    {
        "storage": Message("the usual app of its time"),
        "legacy": Message("a developer’s choice"),
        "selected": Message("since {version}, this video among them"),
        "media-manager": Message("since {version}, with read permission"),
        "all-files": Message("since {version}"),
        "gallery": Message("since {version}, a system role"),
    }
)
#: Why a kind has no answer yet.
NOT_YET = Message("not there yet")
BEFORE: Mapping[str, Message] = MappingProxyType(
    {"legacy": Message("before that, the only mode there was")}
)
#: The same beside its versions, and as the legend of its cells.
_EARLIER: Mapping[str, Message] = MappingProxyType(
    {"legacy": Message("the only mode there was, as in the first row")}
)
_NO_CHOICE = Message("no kind of its own yet: this was the only storage mode")
OF_ITS_TIME = Message("Apps target the version they run on, unless said otherwise.")
_HANDED_OVER = Message("except what the user hands over in the document picker")
#: The rules that deny because Android did not have the route yet.
_NO_ROUTE_YET = frozenset({"request.30.not-there-yet", "picker.30.not-there-yet"})
#: The answers as they stand in a cell of the terminal.
_SHORT: Mapping[CellAnswer, Message] = MappingProxyType(
    {
        "silently": Message("silent"),
        "after_consent": Message("asks"),
        "no": Message("no"),
    }
)
_LEGEND: Mapping[CellAnswer, Message] = MappingProxyType(
    {
        "silently": Message("silently: the app deletes it, and the user is not asked"),
        "after_consent": Message("after a dialog: the app asks, and the user decides"),
        "no": Message(
            "not at all by the app itself; the user may still hand the file over in the"
            " document picker"
        ),
        "not_there_yet": NOT_YET,
    }
)
_NOT_THERE, _ALL_SO, _INFERRED = ".", "-", "*"
#: Columns of the terminal: of a line, of a cell, and of what stands before the cells.
_CELL, _LABEL = 7, 9
_CONDITIONS: Mapping[str, Message] = MappingProxyType(
    {
        "path.28.write-granted": Message("with the write permission"),
        "path.30.legacy-granted": Message("if it targets 10 or older, or kept it through updates"),
        "mediastore.29.ask-per-item": Message("one by one"),
        "mediastore.29.gallery": Message("may write"),
        "request.31.manage-media": Message("the request’s dialog is skipped"),
    }
)


def detail(kind: Kind) -> Message:
    """The small print under a kind's name."""
    said = DETAILS.get(kind.id, Message(""))
    return Message(said.template, version=_version(kind.since))


def condition(square: Square) -> Message | None:
    """What a cell's answer depends on, or what it is worth knowing beside it."""
    cell = square.cell
    if cell.by is None:
        return None
    if square.answer == "no":
        if cell.kind.caller(cell.api).granted & {READ, READ_VIDEO}:
            return Message("being able to read gives no right to delete")
        if cell.routes["saf"].answer == "after_consent":
            return _HANDED_OVER
        return None
    rule = cell.routes[cell.by].chain[-1]
    if rule == "request.30.dialog":
        if cell.routes["mediastore"].answer == "no":
            return Message("may ask even about a video it does not see")
        return Message("one dialog for many videos")
    return _CONDITIONS.get(rule)


def before(kind: Kind) -> Message | None:
    """Why there is no answer before the kind's first version; None where it was always there."""
    if kind.since <= API[COLUMNS[0]]:
        return None
    return _EARLIER.get(kind.id, NOT_YET)


def assumptions(table: Table) -> Iterator[Message]:
    """What the table takes for granted about the apps of its rows."""
    targets = {row.kind.target_sdk for row in table.rows} - {None}
    yield OF_ITS_TIME
    for target in sorted(t for t in targets if t is not None):
        yield Message("An app in the old storage mode targets {version}.", version=_version(target))
    yield Message(
        "An app that targets 9 or older is in the old storage mode on Android 10 and later even"
        " without asking for it: the second row."
    )
    yield Message("“Selected videos only” takes it that the user selected this video.")


def runs(items: Sequence[T], key: Callable[[T], object]) -> Iterator[tuple[T, ...]]:
    """*items* in runs of neighbours that have the same *key*."""
    for _, run in groupby(items, key):
        yield tuple(run)


def span(run: Sequence[Square]) -> str:
    """The versions of a run, such as ``11–16``."""
    first, last = run[0].android, run[-1].android
    return first if first == last else f"{first}–{last}"


def _version(api: int) -> str:
    return next(android for android in COLUMNS if API[android] == api)


# -- in the terminal ---------------------------------------------------------------------------


def told(
    table: Table,
    speak: Words,
    *,
    scenario: Scenario | None = None,
    standing: Sequence[Place] = (),
    routes: bool = False,
) -> str:
    """The table as text; *standing* is where the *scenario* stands, *routes* adds each route."""
    numbers = {rule: number for number, rule in enumerate(table.cited(), 1)}
    lines = [
        speak.say(QUESTION),
        speak.say(
            "A video in shared storage that another app made; the easiest of the app's own routes"
            " counts."
        ),
        "",
        *_heads(speak),
    ]
    for row in table.rows:
        lines += ["", *_row(row, speak, numbers)]
        lines += _marks(row, standing, speak)
        lines += _each_route(row, speak) if routes else []
    lines += ["", *_legend(speak), "", speak.say("Taken for granted")]
    for text in assumptions(table):
        lines += folded(f"  {speak.say(text)}")
    if scenario is not None:
        lines += ["", *_standing(scenario, standing, speak)]
    lines += ["", *_sources(numbers, speak)]
    lines += ["", speak.say(limits.PERMISSIONS), speak.say(limits.LIMITS[0])]
    return "\n".join(lines) + "\n"


def _heads(speak: Words) -> Iterator[str]:
    yield _cells(speak.say("Android"), COLUMNS)
    yield _cells("API", [str(API[android]) for android in COLUMNS])


def _cells(label: str, cells: Sequence[str]) -> str:
    """A line of the table; the cells' columns do not move, whatever the language."""
    line = filled(label, _LABEL) + "".join(filled(cell, _CELL) for cell in cells)
    return line.rstrip()


def _row(row: Row, speak: Words, numbers: Mapping[str, int]) -> Iterator[str]:
    yield _title(row.kind, speak)
    yield _cells("", [_cell(square, speak) for square in row.squares])
    earlier = _EARLIER.get(row.kind.id)
    grounds = [
        _ground(run, speak, numbers)
        for run in runs(row.squares, _same_ground)
        if run[0].cell.by is not None
    ]
    if earlier is not None:
        there = [square for square in row.squares if square.answer == "not_there_yet"]
        versions = span(there)
        grounds.insert(0, speak.say("{versions}: {answer}", versions=versions, answer=earlier))
    yield from _listed(grounds, speak, " " * _LABEL)


def _same_ground(square: Square) -> tuple[object, ...]:
    """What neighbours must have in common to be told in one; a guess is marked in its own cell."""
    known = tuple(rule for rule in square.rules if rule not in square.guesses)
    return square.answer, square.cell.by, condition(square), known


def _title(kind: Kind, speak: Words) -> str:
    name, small = speak.say(NAMES[kind.id]), speak.say(detail(kind))
    return speak.say("{name} ({detail})", name=name, detail=small) if small else name


def _cell(square: Square, speak: Words) -> str:
    if square.answer == "not_there_yet" and square.cell.kind.id in _EARLIER:
        return _ALL_SO
    mark = _INFERRED if square.guesses else ""
    return _short(square.answer, speak) + mark


def _short(answer: CellAnswer, speak: Words) -> str:
    return _NOT_THERE if answer == "not_there_yet" else speak.say(_SHORT[answer])


def _ground(run: Sequence[Square], speak: Words, numbers: Mapping[str, int]) -> str:
    square, why = run[0], condition(run[0])
    used = sorted({numbers[rule] for each in run for rule in each.rules})
    cited = "".join(f"[{number}]" for number in used)
    if square.cell.by is None or square.answer == "no":
        route = Message("by no route of its own")
    else:
        route = BY[square.cell.by]
    way = speak.say(route)
    # The legend says of every “no” what the user may still hand over.
    if why is not None and why != _HANDED_OVER:
        way += speak.say(" ({text})", text=why)
    return speak.say("{versions}: {route} {sources}", versions=span(run), route=way, sources=cited)


def _listed(items: Sequence[str], speak: Words, indent: str) -> Iterator[str]:
    """A list in lines of whole items."""
    line = ""
    for i, item in enumerate(items):
        piece = item if i == len(items) - 1 else item + speak.say("; ")
        if line and columns(indent + line + piece.rstrip()) > LINE:
            yield indent + line.rstrip()
            line = ""
        line += piece
    if line:
        yield indent + line.rstrip()


def _marks(row: Row, standing: Sequence[Place], speak: Words) -> Iterator[str]:
    """A line that points at the scenario's cells."""
    here = {place.column: place for place in reversed(standing) if place.kind.id == row.kind.id}
    if not here:
        return
    first = min(COLUMNS.index(column) for column in here)
    line = "".join(filled("^" if c in here else "", _CELL) for c in COLUMNS).rstrip()
    text = speak.say("this scenario, assumed" if stands_assumed(standing) else "this scenario")
    if columns(f"{' ' * _LABEL}{line} {text}") <= LINE:
        yield f"{' ' * _LABEL}{line} {text}"
    else:
        place = _LABEL + first * _CELL
        yield f"{' ' * (place - columns(text) - 1)}{text} {line.lstrip()}"


def stands_assumed(standing: Sequence[Place]) -> bool:
    """Whether it is assumed, and not settled, where the scenario stands."""
    return any(place.assumed for place in standing)


def _each_route(row: Row, speak: Words) -> Iterator[str]:
    there = [square for square in row.squares if square.cell.routes]
    names = {route: speak.say(BY[route]) for route in ROUTES}
    width = max(columns(name) for name in names.values()) + 2
    for route in ROUTES:

        def answer(square: Square, route: Route = route) -> tuple[str, str | None]:
            decision = square.cell.routes[route]
            if _NO_ROUTE_YET.intersection(decision.chain):
                return "not_there_yet", None
            return decision.answer, decision.error

        answers = [_route_answer(run, *answer(run[0]), speak) for run in runs(there, answer)]
        indent = " " * _LABEL + filled(names[route], width)
        lines = _listed(answers, speak, " " * columns(indent))
        for number, line in enumerate(lines):
            yield indent + line.lstrip() if number == 0 else line


def _route_answer(run: Sequence[Square], answer: str, error: str | None, speak: Words) -> str:
    if error is None:
        said = NOT_YET if answer == "not_there_yet" else ANSWERS[answer]
        return speak.say("{versions}: {answer}", versions=span(run), answer=said)
    return speak.say(
        "{versions}: {answer} ({error})", versions=span(run), answer=ANSWERS[answer], error=error
    )


def _legend(speak: Words) -> Iterator[str]:
    for answer, text in _LEGEND.items():
        yield f"{filled(_short(answer, speak), _LABEL)}{speak.say(text)}"
    yield f"{filled(_ALL_SO, _LABEL)}{speak.say(_NO_CHOICE)}"
    inferred = speak.say("inferred: no source that was read says so in these words")
    yield f"{filled(_INFERRED, _LABEL)}{inferred}"


def _standing(scenario: Scenario, standing: Sequence[Place], speak: Words) -> Iterator[str]:
    yield speak.say("This scenario: {id}", id=scenario.id)
    for place in standing:
        yield from folded(f"  {facts(place, speak)}")
    if stands_assumed(standing):
        paths = speak.say(", ").join(standing[0].assumed)
        yield "  " + speak.say("[assumed] {paths}", paths=paths)


def facts(place: Place, speak: Words) -> str:
    """What puts a scenario into that place, and the answer there."""
    return speak.say(
        "Android {version} (API {api}), target {target}, {mode}; {grants}: {answer}",
        version=place.android,
        api=place.caller.api,
        target=place.caller.target_sdk,
        mode=mode(place),
        grants=_grants(place, speak),
        answer=ANSWERS[place.answer],
    )


def mode(place: Place) -> Message:
    """The storage mode that the app asked for."""
    if place.caller.legacy_flag:
        return Message("old storage mode")
    return Message("scoped storage")


def _grants(place: Place, speak: Words) -> str:
    held = [name for name in PERMISSIONS if name in place.caller.granted]
    return speak.say(", ").join(held) or speak.say("no permission granted")


def _sources(numbers: Mapping[str, int], speak: Words) -> Iterator[str]:
    yield speak.say("Sources")
    for rule, number in numbers.items():
        text = rules()[rule]
        yield f"{number:>3}. {rule}"
        says, grade = speak.of(text.says), speak.say(GRADES[text.grade])
        yield from folded(f"     {says}")
        yield from folded(f"     [{grade}] {text.source}")


# -- JSON --------------------------------------------------------------------------------------


def as_values(
    table: Table, *, scenario: Scenario | None = None, standing: Sequence[Place] = ()
) -> dict[str, Any]:
    """The table as ``cachelife could --json`` prints it (schema ``cachelife.could/1``).

    ``versions``: the columns.  ``kinds``: a row each, with ``since`` (API level), ``before`` (why
    there is no answer before that, or null), ``special`` (an access that is not an ordinary
    permission) and its ``cells``.  A cell's ``answer`` is ``silently``, ``after_consent``, ``no``
    or ``not_there_yet``, by the easiest of the app's own routes (``path``, ``mediastore``,
    ``request``), which is ``by``, on the ``condition`` (or null); ``inferred`` says that what
    grants the answer, or one of the refusals of a ``no``, rests on a rule that no source states;
    ``scenario`` that the scenario may stand there.  ``routes`` has every route with its own
    ``answer``, the model's ``decision``, the caller's ``error`` and the ``chain`` of rules.
    ``rules``: what the rules of all chains say, their grade and source.  ``scenario``: null, or
    its ``places``, that of its first values first, and the ``assumed`` paths behind them.
    ``assumptions``: what the table takes for granted.  ``limits``: what must be said beside it.
    """
    chains = (
        rule
        for row in table.rows
        for square in row.squares
        for decision in square.cell.routes.values()
        for rule in decision.chain
    )
    used = dict.fromkeys(chains)
    return {
        "schema": SCHEMA,
        "question": _both(QUESTION),
        "versions": [{"android": android, "api": API[android]} for android in COLUMNS],
        "kinds": [_kind_values(row, standing) for row in table.rows],
        "rules": {rule: _rule_values(rule) for rule in used},
        "scenario": _scenario_values(scenario, standing) if scenario is not None else None,
        "assumptions": [_both(text) for text in assumptions(table)],
        "limits": [_both(limit) for limit in (*limits.LIMITS[: limits.PUBLIC], limits.PERMISSIONS)],
    }


def _both(text: Message | Localized) -> dict[str, str]:
    return {lang: str(words(lang).show(text)) for lang in LANGS}


def _both_or_none(text: Message | None) -> dict[str, str] | None:
    return None if text is None else _both(text)


def _kind_values(row: Row, standing: Sequence[Place]) -> dict[str, Any]:
    here = {place.column for place in standing if place.kind.id == row.kind.id}
    return {
        "id": row.kind.id,
        "name": _both(NAMES[row.kind.id]),
        "detail": _both(detail(row.kind)),
        "since": row.kind.since,
        "before": _both_or_none(before(row.kind)),
        "special": row.kind.special,
        "cells": [_cell_values(square, square.android in here) for square in row.squares],
    }


def _cell_values(square: Square, stands: bool) -> dict[str, Any]:
    return {
        "android": square.android,
        "api": square.cell.api,
        "answer": square.answer,
        "by": square.cell.by if square.answer != "no" else None,
        "condition": _both_or_none(condition(square)),
        "inferred": bool(square.guesses),
        "scenario": stands,
        "routes": {
            route: {
                "answer": decision.answer,
                "decision": decision.ruling,
                "error": decision.error,
                "chain": list(decision.chain),
            }
            for route, decision in square.cell.routes.items()
        },
    }


def _rule_values(rule: str) -> dict[str, Any]:
    text = rules()[rule]
    return {"says": _both(text.says), "grade": text.grade, "source": text.source}


def _scenario_values(scenario: Scenario, standing: Sequence[Place]) -> dict[str, Any]:
    return {
        "id": scenario.id,
        "title": _both(scenario.title),
        "assumed": list(standing[0].assumed) if standing else [],
        "places": [
            {
                "kind": place.kind.id,
                "android": place.android,
                "api": place.caller.api,
                "target_sdk": place.caller.target_sdk,
                "legacy_flag": place.caller.legacy_flag,
                "granted": [name for name in PERMISSIONS if name in place.caller.granted],
                "answer": place.answer,
            }
            for place in standing
        ],
    }
