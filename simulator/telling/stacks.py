"""The same deletion on every storage stack, as one table: who did it, seen from where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from simulator.android import versions
from simulator.android.permissions import Caller
from simulator.android.permissions.caller import PERMISSIONS
from simulator.android.permissions.rules import rules
from simulator.android.processes import (
    DOCUMENT_APP,
    DOWNLOAD_PROVIDER,
    EXTERNAL_STORAGE,
    KERNEL,
    MEDIA_PROVIDER,
    MEDIA_PROVIDER_UNTIL_29,
    PEER,
    Process,
)
from simulator.android.sightings import APP, TARGETS_AT_MOST, Glimpse, Sighting
from simulator.documents import Localized
from simulator.grades import Grade
from simulator.message import Message
from simulator.telling.folding import folded
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
#: Columns of the terminal.
#: Routes on which the system may have to ask the user first.
_ASKING = frozenset({"mediastore", "saf"})


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
        "app": _app(sighting.app),
        "grade": {"stack": sighting.stack_grade, "via": sighting.route.grade},
    }


def _app(caller: Caller | None) -> dict[str, Any] | None:
    if caller is None:
        return None
    return {
        "package": APP.package,
        "target_sdk": caller.target_sdk,
        "legacy_flag": caller.legacy_flag,
        "granted": [name for name in PERMISSIONS if name in caller.granted],
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
    title = words.say(
        "{path}, made by {package}, is to be deleted {route}.",
        path=first.path,
        package=first.made_by,
        route=first.route.says,
    )
    lines = [
        *folded(title),
        *(line for text in _asker(sightings, words) for line in folded(text)),
        words.say("Each layer, top first: what it sees, and whom a watcher there could name."),
        "",
        *_table(sightings, words),
        "",
        *(line for text in _reading(sightings, words) for line in folded(text)),
        "",
        words.say("What this rests on"),
        *(line for text in _rests(sightings, words) for line in folded(f"  {text}", "  ")),
    ]
    return "\n".join(line.rstrip() for line in lines)


# -- who asks ----------------------------------------------------------------------------------


def _asker(sightings: Sequence[Sighting], words: Words) -> Iterator[str]:
    """What the app may, on which all that follows depends."""
    route = sightings[0].route
    held = [sighting.app.granted for sighting in sightings if sighting.app is not None]
    if held:
        yield words.say(
            "{package} asks for it. It holds {permissions}, asks for the old storage mode, and"
            " targets the version that it runs on, {version} at most.",
            package=APP.package,
            permissions=_list([name for name in PERMISSIONS if name in held[0]], words),
            version=next(v for v, api in versions.API.items() if api == TARGETS_AT_MOST),
        )
    if route.executes_as == "document-app":
        yield words.say("{package} holds the same.", package=DOCUMENT_APP.package)
    if route.asks in _ASKING:
        yield words.say("Where the user has to choose or agree, the user does.")


def _list(items: Sequence[str], words: Words) -> str:
    return words.say(", ").join(items)


# -- the table ---------------------------------------------------------------------------------


def _table(sightings: Sequence[Sighting], words: Words) -> Iterator[str]:
    """A block for each stack; what has no event takes the room of the other columns as well."""
    heads = (
        Message("layer"),
        Message("sees"),
        Message("asked by"),
        Message("done by"),
        Message("uid"),
        Message("could be named"),
    )
    groups = [[_cells(glimpse, s, words) for glimpse in s.glimpses] for s in sightings]
    rows = [[words.say(head) for head in heads], *(row for group in groups for row in group)]
    whole = [row for row in rows if len(row) == len(heads)]
    widths = [max(columns(row[i]) for row in whole) for i in range(len(heads))]
    widths[0] = max(columns(row[0]) for row in rows)
    yield _GAP + _line(rows[0], widths)
    yield _GAP + _GAP.join("-" * width for width in widths)
    for number, (sighting, group) in enumerate(zip(sightings, groups, strict=True)):
        if number:
            yield ""
        yield _head(sighting, words)
        for row in group:
            yield _GAP + _line(row, widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(
        filled(cell, width) if number < len(cells) - 1 else cell
        for number, (cell, width) in enumerate(zip(cells, widths, strict=False))
    )


def _head(sighting: Sighting, words: Words) -> str:
    head = words.say(
        "{stack}, Android {version}", stack=sighting.stack.name, version=sighting.android
    )
    if sighting.stack_grade != sighting.stack.grade:
        head = words.say("{text} [{grade}]", text=head, grade=GRADES[sighting.stack_grade])
    if not sighting.glimpses:
        head = words.say("{text}: no such route here", text=head)
    return head


def _cells(glimpse: Glimpse, sighting: Sighting, words: Words) -> list[str]:
    refused = sighting.refused
    if glimpse.verb is None:
        sees = words.say("no event")
        if refused is not None and refused.layer == glimpse.layer:
            sees = words.say("refuses: {error}", error=refused.error)
        return [glimpse.layer, sees]
    assert glimpse.asked_by is not None
    assert glimpse.done_by is not None
    return [
        glimpse.layer,
        glimpse.verb,
        _named(glimpse.asked_by, words),
        _named(glimpse.done_by, words),
        str(glimpse.done_by.uid),
        _could_name(glimpse, words),
    ]


def _named(process: Process, words: Words) -> str:
    return words.say("{process}", process=NAMES.get(process.package, process.package))


def _could_name(glimpse: Glimpse, words: Words) -> str:
    """Whom a watcher could name: by the name of the field where that is the package's."""
    if glimpse.nameable is None:
        return words.say("no app")
    return words.say("{process}", process=NAMES.get(glimpse.nameable, glimpse.nameable))


# -- how to read it ----------------------------------------------------------------------------


def _reading(sightings: Sequence[Sighting], words: Words) -> Iterator[str]:
    for sighting in sightings:
        if sighting.refused is None:
            yield words.say("{stack}: {row}.", stack=sighting.stack.name, row=ROWS[sighting.row])
    for name, packages in _in_full(sightings, words).items():
        listed = words.say(" or ").join(packages)
        yield words.say("{name} is the package {packages}.", name=name, packages=listed)
    yield words.say(
        "A check inside a file system knows the process that executes at its layer, by its command"
        " line; a provider is told who called it."
    )
    yield words.say(
        "A program that listens with inotify learns what a mount sees, without a name; where a"
        " deletion passes its mount by, it learns of no event."
    )
    yield words.say("Uids from 10000 on are handed out at install; those here are examples.")


def _in_full(sightings: Sequence[Sighting], words: Words) -> dict[str, dict[str, None]]:
    """The packages behind the names of the field that the table uses."""
    found: dict[str, dict[str, None]] = {}
    for sighting in sightings:
        for glimpse in sighting.glimpses:
            process = glimpse.done_by
            if process is not None and process.is_app and process.package in NAMES:
                found.setdefault(_named(process, words), {})[process.package] = None
    return found


def _rests(sightings: Sequence[Sighting], words: Words) -> Iterator[str]:
    for sighting in sightings:
        if not sighting.glimpses:
            continue
        record = sighting.stack
        yield _founded(record.name, record.says, record.grade, record.source, words)
    route = sightings[0].route
    yield _founded(route.name, route.says, route.grade, route.source, words)
    for rule in dict.fromkeys(s.refused.rule for s in sightings if s.refused is not None):
        if rule in rules():
            text = rules()[rule]
            yield _founded(rule, text.says, text.grade, text.source, words)
    yield words.say(LIMITS[0])


def _founded(name: str, says: Localized, grade: Grade, source: str, words: Words) -> str:
    return words.say(
        "[{grade}] {name}: {says} ({source})",
        grade=GRADES[grade],
        name=name,
        says=says,
        source=source,
    )
