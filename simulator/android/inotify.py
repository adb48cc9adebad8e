"""What inotify would say of the file events of one layer, and how its queue merges.

Source: measured on Linux 6.18 (dossier file-events 1.2 and 1.3): an event is dropped if it equals
the last unread one, so two recordings are compared after collapsing adjacent duplicates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from posixpath import basename, dirname
from typing import TypeAlias

from simulator.trace import FileEvent

#: A mask such as ``IN_CREATE``, the watched folder, and the name in it.
Event: TypeAlias = tuple[str, str, str]
_TRANSFERS = frozenset({"IN_ACCESS", "IN_MODIFY"})
_MASKS = {
    "create": "IN_CREATE",
    "open": "IN_OPEN",
    "read": "IN_ACCESS",
    "write": "IN_MODIFY",
    "truncate": "IN_MODIFY",
    "unlink": "IN_DELETE",
    "link": "IN_CREATE",
    "mkdir": "IN_CREATE|IN_ISDIR",
    "rmdir": "IN_DELETE|IN_ISDIR",
}


def inotify(events: Iterable[FileEvent]) -> Iterator[Event]:
    """What watches on the folders concerned would deliver for *events*."""
    for event in events:
        if event.verb == "rename":
            directory = "|IN_ISDIR" if event.directory else ""
            to = event.to or ""
            yield f"IN_MOVED_FROM{directory}", dirname(event.path), basename(event.path)
            yield f"IN_MOVED_TO{directory}", dirname(to), basename(to)
        elif event.verb == "close":
            mask = "IN_CLOSE_WRITE" if event.mode == "write" else "IN_CLOSE_NOWRITE"
            yield mask, dirname(event.path), basename(event.path)
        elif event.verb in _MASKS:
            yield _MASKS[event.verb], dirname(event.path), basename(event.path)


def collapse(events: Iterable[Event]) -> tuple[Event, ...]:
    """*events* without adjacent duplicates."""
    return tuple(event for event, _ in groupby(events))


def without_rhythm(events: Iterable[Event]) -> tuple[Event, ...]:
    """*events* with every stretch of mere reads and writes reduced to which files it touched.

    How a codec slices its reads and writes is its own affair; which file is read and which is
    written between two other events is not.
    """
    out: list[Event] = []
    for moving, stretch in groupby(events, key=lambda event: event[0] in _TRANSFERS):
        met = list(stretch)
        out.extend(sorted(set(met)) if moving else met)
    return collapse(out)
