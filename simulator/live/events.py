"""From the inotify queue to file events: what happened to which file, and on whose request.

inotify names no process and no inode.  The file is found by following the names from the start;
the request by verb and path, among those asked before the event was read.  What fits no request is
kept, because of nothing: somebody else did it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from attrs import define, field

from simulator.live.drafts import Draft, draft
from simulator.live.recorder import OVERFLOW, Event
from simulator.live.requests import Request
from simulator.trace import FileEvent

_DIRECTORY = "IN_ISDIR"
_VERBS = {
    "IN_CREATE": "create",
    "IN_OPEN": "open",
    "IN_ACCESS": "read",
    "IN_MODIFY": "write",
    "IN_CLOSE_WRITE": "close",
    "IN_CLOSE_NOWRITE": "close",
    "IN_DELETE": "unlink",
    "IN_MOVED_FROM": "moved from",
    "IN_MOVED_TO": "moved to",
}
_FOLDER_VERBS = {"create": "mkdir", "unlink": "rmdir"}
_MODES = {"IN_CLOSE_WRITE": "write", "IN_CLOSE_NOWRITE": "read"}
_DIGESTED = {"unlink", "rename", "close", "truncate"}
_EMPTY = (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


@define(eq=False)
class _Session:
    """An open file as the queue shows it; *told* are the verbs that were recorded of it."""

    request: Request | None
    mode: str | None
    told: set[str] = field(factory=set)
    fresh: bool = True


@define(eq=False)
class Events:
    """Turns a queue into drafts.

    *names* says which file has a name, *contents* the size (bytes) and SHA-256 of a file where
    they are known; both are as at the start and kept up to date.
    """

    requests: Iterable[Request]
    names: dict[str, str | None]
    contents: dict[str, tuple[int, str]]
    drafts: list[Draft] = field(factory=list)
    _waiting: dict[tuple[str, str, str | None], deque[Request]] = field(factory=dict)
    _sessions: dict[str, list[_Session]] = field(factory=dict)
    _lost_until: float = 0.0
    _last: tuple[str, str] = ("", "")

    def __attrs_post_init__(self) -> None:
        for request in self.requests:
            act = request.act
            if act.error is None and act.verb in {"open", "unlink", "rename"}:
                self._waiting.setdefault((act.verb, act.path, act.to), deque()).append(request)

    def follow(self, queue: Iterable[Event]) -> None:
        """Go through the *queue* in its order."""
        moved: Event | None = None
        for event in queue:
            verb = _VERBS.get(_bits(event.mask)[0], "")
            if moved is not None:
                paired = verb == "moved to" and event.cookie == moved.cookie
                self._moved(moved, event if paired else None)
                moved, verb = None, "" if paired else verb
            if verb == "moved from":
                moved = event
            elif event.mask == OVERFLOW:
                self._lost_until = event.t
            elif verb:
                self._happened(event, verb)
        if moved is not None:
            self._moved(moved, None)
        self._set_back()

    def _happened(self, event: Event, verb: str) -> None:
        path = _path(event)
        if _DIRECTORY in event.mask:
            if verb in _FOLDER_VERBS:
                self._add(event.t, _FOLDER_VERBS[verb], path, None, directory=True)
        elif verb == "create":
            self._created(event.t, path)
        elif verb == "open":
            self._opened(event.t, path)
        elif verb in {"read", "write"}:
            self._used(event.t, path, verb)
        elif verb == "close":
            self._closed(event.t, path, _MODES[_bits(event.mask)[0]])
        elif verb == "unlink":
            self._unlinked(event.t, path)
        elif verb == "moved to":
            # It came from a folder that is not watched, so which file it is cannot be said.
            self.names[path] = None
            self._add(event.t, "create", path, None)
        self._last = (verb, path)

    # -- by verb ---------------------------------------------------------------------------

    def _created(self, t: float, path: str) -> None:
        # The open that made the file still has its own event to come.
        request = self._find(t, "open", path, keep=True)
        made = request if request is not None and request.act.created else None
        self.names[path] = made.file if made else None
        self._known(path, _EMPTY)
        self._add(t, "create", path, made)

    def _opened(self, t: float, path: str) -> None:
        request = self._find(t, "open", path)
        mode = request.act.mode if request else None
        self._sessions.setdefault(path, []).append(_Session(request, mode))
        self._add(t, "open", path, request, mode=mode)

    def _used(self, t: float, path: str, verb: str) -> None:
        session = self._session(path, verb)
        if session is None:
            if self._last != (verb, path):
                self._add(t, verb, path, None)
            return
        if verb == "write" and self._truncates(session, path):
            verb = "truncate"
            self._known(path, _EMPTY)
        elif verb == "write":
            self.contents.pop(self.names.get(path) or "", None)
        if verb not in session.told:
            session.told.add(verb)
            opened = session.request
            cause = opened if verb == "truncate" or opened is None else opened.first.get(verb)
            self._add(t, verb, path, cause)

    def _truncates(self, session: _Session, path: str) -> bool:
        # An open that empties a file is reported at once; what comes later is a write.
        opened, fresh = session.request, session.fresh
        session.fresh = False
        return bool(fresh and opened and not opened.act.created and self._last == ("open", path))

    def _closed(self, t: float, path: str, mode: str) -> None:
        session = self._session(path, mode)
        closing = session.request.closing if session and session.request else None
        if session is not None:
            self._sessions[path].remove(session)
        if closing is not None and closing.act.digest is not None:
            self._known(path, (closing.act.size or 0, closing.act.digest))
        self._add(t, "close", path, closing, mode=mode)

    def _unlinked(self, t: float, path: str) -> None:
        request = self._find(t, "unlink", path)
        self._add(t, "unlink", path, request, links=request.act.links if request else None)
        self.names.pop(path, None)

    def _moved(self, away: Event, back: Event | None) -> None:
        path, directory = _path(away), _DIRECTORY in away.mask
        if back is None:
            # It left what is watched; for this sandbox the name is gone.
            self._add(away.t, "unlink", path, None, directory=directory)
            self.names.pop(path, None)
            return
        to = _path(back)
        request = self._find(back.t, "rename", path, to)
        replaced = self.names.get(to)
        self._add(back.t, "rename", path, request, to=to, replaced=replaced, directory=directory)
        self.names[to] = self.names.pop(path, None)
        if path in self._sessions:
            self._sessions[to] = self._sessions.pop(path)
        self._last = ("rename", to)

    # -- finding ---------------------------------------------------------------------------

    def _find(
        self, t: float, verb: str, path: str, to: str | None = None, *, keep: bool = False
    ) -> Request | None:
        """The earliest unanswered request of that verb and path that was asked before *t*."""
        waiting = self._waiting.get((verb, path, to))
        while waiting and (waiting[0].act.done or t) < self._lost_until:
            # Its events were in the part of the queue that the kernel dropped.
            waiting.popleft()
        if not waiting or waiting[0].act.asked > t:
            return None
        return waiting[0] if keep else waiting.popleft()

    def _session(self, path: str, mode: str) -> _Session | None:
        sessions = self._sessions.get(path, ())
        fitting = [s for s in sessions if s.mode == mode and s.request is not None]
        return next(iter(fitting), None) or next((s for s in sessions if s.mode is None), None)

    def _known(self, path: str, content: tuple[int, str]) -> None:
        file = self.names.get(path)
        if file is not None:
            self.contents[file] = content

    def _add(
        self, t: float, verb: str, path: str, request: Request | None, **facts: object
    ) -> None:
        file = self.names.get(path)
        size, digest = self.contents.get(file or "", (None, None))
        fields = {
            "layer": "inotify",
            "verb": verb,
            "path": path,
            "file": file,
            "done_by": None,
            "size": size,
            "digest": digest if verb in _DIGESTED else None,
            **facts,
        }
        because = (request.draft,) if request else ()
        if request is not None and request.act.done is not None:
            t = min(t, request.act.done)
        self.drafts.append(draft(t, FileEvent, *because, **fields))

    def _set_back(self) -> None:
        """Set the times back to the latest at which each event can have happened.

        An event is stamped when it is read, which is late.  It happened before its request was
        answered, and before whatever stands behind it in the queue.
        """
        latest = float("inf")
        for event in reversed(self.drafts):
            asked = max((cause.t for cause in event.because), default=0.0)
            latest = event.t = max(asked, min(latest, event.t))


def _bits(mask: str) -> list[str]:
    return mask.split("|")


def _path(event: Event) -> str:
    return f"{event.folder}/{event.name}" if event.folder else event.name
