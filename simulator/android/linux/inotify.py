"""inotify: watches on inodes, and the queue that a reader drains.

Source: fs/notify/inotify (``inotify_merge``, ``inotify_handle_inode_event``), inotify(7), and the
recordings of dossier file-events 1.2 to 1.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeAlias

from attrs import define, field, frozen

from simulator.android.files import FileError

ACCESS, MODIFY, ATTRIB, CLOSE_WRITE, CLOSE_NOWRITE, OPEN = 0x1, 0x2, 0x4, 0x8, 0x10, 0x20
MOVED_FROM, MOVED_TO, CREATE, DELETE = 0x40, 0x80, 0x100, 0x200
DELETE_SELF, MOVE_SELF = 0x400, 0x800
ALL_EVENTS = 0xFFF
UNMOUNT, Q_OVERFLOW, IGNORED = 0x2000, 0x4000, 0x8000
ONLYDIR, DONT_FOLLOW, EXCL_UNLINK = 0x1000000, 0x2000000, 0x4000000
MASK_CREATE, MASK_ADD, ISDIR, ONESHOT = 0x10000000, 0x20000000, 0x40000000, 0x80000000
#: ``fs.inotify.max_queued_events`` where nobody changed it.
MAX_QUEUED_EVENTS = 16_384

_NAMES = {
    ACCESS: "IN_ACCESS",
    MODIFY: "IN_MODIFY",
    ATTRIB: "IN_ATTRIB",
    CLOSE_WRITE: "IN_CLOSE_WRITE",
    CLOSE_NOWRITE: "IN_CLOSE_NOWRITE",
    OPEN: "IN_OPEN",
    MOVED_FROM: "IN_MOVED_FROM",
    MOVED_TO: "IN_MOVED_TO",
    CREATE: "IN_CREATE",
    DELETE: "IN_DELETE",
    DELETE_SELF: "IN_DELETE_SELF",
    MOVE_SELF: "IN_MOVE_SELF",
    UNMOUNT: "IN_UNMOUNT",
    Q_OVERFLOW: "IN_Q_OVERFLOW",
    IGNORED: "IN_IGNORED",
    ISDIR: "IN_ISDIR",
}
#: No watch: the event that says the queue was full has none.
_NO_WATCH = -1

#: Mask names, label of the watch, name in the watched directory ("" for itself), cookie if any.
Seen: TypeAlias = tuple[str, str, str] | tuple[str, str, str, int]


def mask_names(mask: int) -> str:
    """*mask* as records write it: ``IN_CREATE|IN_ISDIR``."""
    return "|".join(name for bit, name in _NAMES.items() if mask & bit)


class Watchable(Protocol):
    """What a watch can sit on: an inode, as one file system shows it."""

    watches: list[Watch]


@define(eq=False)
class Watch:
    """One watch: which inode, for which events (*mask*), under which labels it was asked for."""

    number: int
    queue: Inotify
    node: Watchable
    mask: int
    labels: list[str] = field(factory=list)

    def tell(self, mask: int, name: str, cookie: int, *, unlinked: bool) -> None:
        """Queue the event if the mask asks for it; *unlinked*: it reaches a file by a dead name."""
        if unlinked and self.mask & EXCL_UNLINK:
            return
        if not mask & (self.mask & ALL_EVENTS | UNMOUNT):
            return
        if mask & (MOVE_SELF | DELETE_SELF):
            mask &= ~ISDIR
        self.queue.add_event(self.number, mask, name, cookie)
        if self.mask & ONESHOT:
            self.end()

    def end(self) -> None:
        """Take the watch away: its last event is ``IN_IGNORED``."""
        self.node.watches.remove(self)
        self.queue.add_event(self.number, IGNORED, "", 0)


@frozen
class _Event:
    watch: int
    mask: int
    name: str
    cookie: int

    def same(self, other: _Event) -> bool:
        """Whether the kernel would drop *other* right behind this one; cookies are not compared."""
        alike = (self.watch, self.mask, self.name) == (other.watch, other.mask, other.name)
        return alike and not self.mask & IGNORED


class Inotify:
    """One inotify instance; its queue holds *max_queued* events and one that says it was full."""

    def __init__(self, max_queued: int = MAX_QUEUED_EVENTS) -> None:
        self.max_queued = max_queued
        self._queue: list[_Event] = []
        self._watches: list[Watch] = []
        self._cookies: dict[int, int] = {}

    def watch(self, node: Watchable, mask: int, label: str) -> Watch:
        """Watch *node*; a second watch on the same inode only changes the mask of the first."""
        if not mask & ALL_EVENTS:
            raise FileError("EINVAL")
        watch = next((one for one in node.watches if one.queue is self), None)
        if watch is None:
            watch = Watch(len(self._watches) + 1, self, node, mask)
            self._watches.append(watch)
            node.watches.append(watch)
        elif mask & MASK_CREATE:
            raise FileError("EEXIST")
        else:
            watch.mask = watch.mask | mask if mask & MASK_ADD else mask
        if label not in watch.labels:
            watch.labels.append(label)
        return watch

    def unwatch(self, label: str) -> None:
        """End the newest watch that was asked for as *label*; EINVAL if it is gone."""
        watch = next((one for one in reversed(self._watches) if label in one.labels), None)
        if watch is None or watch not in watch.node.watches:
            raise FileError("EINVAL")
        watch.end()

    def add_event(self, watch: int, mask: int, name: str, cookie: int) -> None:
        """Queue an event: it is lost in a full queue and merged with an equal last one."""
        event = _Event(watch, mask, name, cookie)
        if len(self._queue) >= self.max_queued:
            # The event that says so takes the one place that is left.
            if len(self._queue) == self.max_queued:
                self._queue.append(_Event(_NO_WATCH, Q_OVERFLOW, "", 0))
        elif not (self._queue and self._queue[-1].same(event)):
            self._queue.append(event)

    def read(self) -> Iterator[Seen]:
        """Drain the queue; cookies are numbered 1, 2, ... as they are met."""
        events, self._queue = self._queue, []
        for event in events:
            labels = [] if event.watch == _NO_WATCH else self._watches[event.watch - 1].labels
            plain = mask_names(event.mask), "|".join(labels), event.name
            if event.cookie:
                number = self._cookies.setdefault(event.cookie, len(self._cookies) + 1)
                yield *plain, number
            else:
                yield plain
