"""The same deletion on every storage stack, as one table: who did it, seen from where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from simulator.android.processes import (
    DOWNLOAD_PROVIDER,
    EXTERNAL_STORAGE,
    KERNEL,
    MEDIA_PROVIDER,
    MEDIA_PROVIDER_UNTIL_29,
    PEER,
    Process,
)
from simulator.android.sightings import Glimpse, Sighting
from simulator.message import Message
from simulator.telling.limits import LIMITS
from simulator.telling.measures import columns, filled
from simulator.telling.text import GRADES
from simulator.telling.words import Words

SCHEMA = "cachelife.stacks/1"
#: What parts of the phone are called in the field; everybody else goes by package.
NAMES: Mapping[str, Message] = MappingProxyType(
    {
        DOWNLOAD_PROVIDER.package: Message("DownloadProvider"),
        EXTERNAL_STORAGE.package: Message("ExternalStorageProvider"),
        KERNEL.package: Message("a kernel thread"),
        MEDIA_PROVIDER.package: Message("MediaProvider"),
        MEDIA_PROVIDER_UNTIL_29.package: Message("MediaProvider"),
        PEER.package: Message("another device"),
    }
)
ROWS: Mapping[str | None, Message] = MappingProxyType(
    {
        "removed": Message("its MediaStore row goes with it"),
        "stays": Message("its MediaStore row stays until a scan"),
        None: Message("there is no MediaStore row"),
    }
)
_GAP = "  "


def as_json(sightings: Sequence[Sighting]) -> dict[str, Any]:
    """The sightings as plain data, ready for JSON."""
    return {"schema": SCHEMA, "stacks": [_plain(sighting) for sighting in sightings]}


def _plain(sighting: Sighting) -> dict[str, Any]:
    refused = sighting.refused
    return {
        "stack": sighting.stack.name,
        "android": sighting.android,
        "via": sighting.route.name,
        "path": sighting.path,
        "events": [_event(glimpse) for glimpse in sighting.glimpses if glimpse.verb is not None],
        "refused": None
        if refused is None
        else {
            "layer": refused.layer,
            "error": refused.error,
            "rule": refused.rule,
            "told": refused.told,
        },
        "row": sighting.row,
        "grade": {"stack": sighting.stack.grade, "via": sighting.route.grade},
    }


def _event(glimpse: Glimpse) -> dict[str, Any]:
    assert glimpse.asked_by is not None
    assert glimpse.done_by is not None
    return {
        "layer": glimpse.layer,
        "verb": glimpse.verb,
        "asked_by": glimpse.asked_by.package,
        "done_by": glimpse.done_by.package,
        "could_name": glimpse.nameable,
    }


def told(sightings: Sequence[Sighting], words: Words) -> str:
    """Everything that ``cachelife stacks`` prints."""
    first = sightings[0]
    lines = [
        words.say(
            "{path}, made by {package}, is deleted {route}.",
            path=first.path,
            package=first.made_by,
            route=first.route.says,
        ),
        words.say("Each layer, top first: what it sees, and whom a watcher there could name."),
        "",
        *_table(sightings, words),
        "",
        *_reading(sightings, words),
        "",
        words.say("What this rests on"),
        *_rests(sightings, words),
    ]
    return "\n".join(line.rstrip() for line in lines)


# -- the table ---------------------------------------------------------------------------------


def _table(sightings: Sequence[Sighting], words: Words) -> Iterator[str]:
    heads = (
        Message("stack"),
        Message("layer"),
        Message("sees"),
        Message("asked by"),
        Message("done by"),
        Message("could be named"),
    )
    groups = [list(_rows(sighting, words)) for sighting in sightings]
    rows = [[words.say(head) for head in heads]] + [row for group in groups for row in group]
    widths = [max(columns(row[i]) for row in rows) for i in range(len(heads))]
    yield _line(rows[0], widths)
    for group in groups:
        yield _GAP.join("-" * width for width in widths)
        for row in group:
            yield _line(row, widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(filled(cell, width) for cell, width in zip(cells, widths, strict=True))


def _rows(sighting: Sighting, words: Words) -> Iterator[list[str]]:
    labels = [
        sighting.stack.name,
        words.say("Android {version}", version=sighting.android),
    ]
    cells = [_cells(glimpse, sighting, words) for glimpse in sighting.glimpses]
    if not cells:
        cells = [["-", words.say("no such route here"), "-", "-", "-"]]
    for i in range(max(len(cells), len(labels))):
        label = labels[i] if i < len(labels) else ""
        yield [label, *(cells[i] if i < len(cells) else [""] * 5)]


def _cells(glimpse: Glimpse, sighting: Sighting, words: Words) -> list[str]:
    refused = sighting.refused
    if glimpse.verb is None:
        sees = words.say("no event")
        if refused is not None and refused.layer == glimpse.layer:
            sees = words.say("refuses: {error}", error=refused.error)
        return [glimpse.layer, sees, "-", "-", "-"]
    assert glimpse.asked_by is not None
    assert glimpse.done_by is not None
    return [
        glimpse.layer,
        glimpse.verb,
        _named(glimpse.asked_by, words),
        words.say(
            "{process} (uid {uid})",
            process=_named(glimpse.done_by, words),
            uid=glimpse.done_by.uid,
        ),
        words.show(glimpse.nameable) if glimpse.nameable else words.say("no app"),
    ]


def _named(process: Process, words: Words) -> str:
    return words.say("{process}", process=NAMES.get(process.package, process.package))


# -- how to read it ----------------------------------------------------------------------------


def _reading(sightings: Sequence[Sighting], words: Words) -> Iterator[str]:
    for sighting in sightings:
        if sighting.refused is None:
            yield words.say("{stack}: {row}.", stack=sighting.stack.name, row=ROWS[sighting.row])
    yield words.say(
        "A check inside a file system knows the process that executes at its layer, by its command"
        " line; a provider is told who called it."
    )
    yield words.say(
        "A watcher with inotify learns what a mount sees, without a name; where a deletion passes"
        " its mount by, it learns of no event."
    )
    yield words.say("Uids from 10000 on are handed out at install; those here are examples.")


def _rests(sightings: Sequence[Sighting], words: Words) -> Iterator[str]:
    for sighting in sightings:
        if not sighting.glimpses:
            continue
        record = sighting.stack
        yield _founded(record.name, record.says, GRADES[record.grade], record.source, words)
    route = sightings[0].route
    yield _founded(route.name, route.says, GRADES[route.grade], route.source, words)
    yield "  " + words.say(LIMITS[0])


def _founded(name: str, says: Any, grade: Message, source: str, words: Words) -> str:
    return "  " + words.say(
        "[{grade}] {name}: {says} ({source})", grade=grade, name=name, says=says, source=source
    )
