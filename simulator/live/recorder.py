"""The watcher: a real inotify queue, read by a thread while the app works."""

from __future__ import annotations

import errno
import os
import select
import sys
import threading
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from attrs import frozen

from simulator.errors import Unavailable
from simulator.message import Message

OVERFLOW = "IN_Q_OVERFLOW"
_TIMEOUT_MS = 25
#: Bytes read at once; the queue's whole default length fits.
_BUFFER = 1 << 20


@frozen
class Event:
    """One entry of the queue: when it was read (``time.monotonic``), its mask, folder and name.

    *mask* joins the names of its bits with ``|``, as in ``IN_CREATE|IN_ISDIR``; *cookie* pairs the
    two halves of a rename and is 0 otherwise.
    """

    t: float
    mask: str
    folder: str
    name: str
    cookie: int = 0


def require_inotify() -> None:
    """Raises Unavailable where there is no inotify, or nothing to read it with."""
    if sys.platform != "linux":
        raise Unavailable(
            Message(
                "a live run needs inotify, which only Linux has; "
                "run it on Linux with the package inotify_simple installed"
            )
        )
    try:
        import inotify_simple  # noqa: F401
    except ImportError as error:
        raise Unavailable(
            Message("a live run needs the package inotify_simple: “pip install inotify_simple”")
        ) from error


class Recorder:
    """Watches *folders*, named relative to *root*; ``""`` is the root itself.

    Folders that appear later are not watched.  Raises Unavailable where inotify is missing or has
    no room left.
    """

    def __init__(self, root: Path, folders: Iterable[str]) -> None:
        require_inotify()
        from inotify_simple import INotify

        self._batches: list[tuple[float, bytes]] = []
        self._stopping = threading.Event()
        try:
            self._queue = INotify()
        except OSError as error:
            raise _no_room(error) from error
        try:
            self._folders = {
                self._queue.add_watch(root / folder, _mask()): folder for folder in folders
            }
        except OSError as error:
            self._queue.close()
            raise _no_room(error) from error
        self._thread = threading.Thread(
            target=self._read_all, name="cachelife-recorder", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Read what is still queued, and stop watching."""
        self._stopping.set()
        self._thread.join()
        self._queue.close()

    def events(self) -> tuple[Event, ...]:
        """All events so far, in the order of the queue."""
        from inotify_simple import parse_events

        return tuple(
            Event(t, _names(e.mask), self._folders.get(e.wd, ""), e.name, e.cookie)
            for t, data in self._batches
            for e in parse_events(data)
        )

    def _read_all(self) -> None:
        poll = select.poll()
        poll.register(self._queue.fileno(), select.POLLIN)
        while not self._stopping.is_set():
            if poll.poll(_TIMEOUT_MS):
                self._read_once()
        while poll.poll(0):
            self._read_once()

    def _read_once(self) -> None:
        # Decoded only afterwards: a reader that thinks is one that loses events.
        data = os.read(self._queue.fileno(), _BUFFER)
        self._batches.append((time.monotonic(), data))


def _mask() -> int:
    from inotify_simple import flags, masks

    # Only events of a folder itself are left out; every folder lies in a watched one.
    return int(masks.ALL_EVENTS & ~(flags.DELETE_SELF | flags.MOVE_SELF))


@cache
def _names(mask: int) -> str:
    from inotify_simple import flags

    return "|".join(f"IN_{flag.name}" for flag in flags.from_mask(mask))


def _no_room(error: OSError) -> Unavailable:
    if error.errno in {errno.EMFILE, errno.ENOSPC}:
        return Unavailable(
            Message(
                "inotify has no room for another watcher; raise fs.inotify.max_user_instances "
                "and fs.inotify.max_user_watches with sysctl"
            )
        )
    why = error.strerror or os.strerror(error.errno or 0)
    return Unavailable(Message("inotify cannot be used here: {why}", why=why))
