"""From the worker's calls to operations: what the app asked for, and which file it meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import define, field

from simulator.live.app import Act, Life
from simulator.live.drafts import Draft, draft
from simulator.live.sandbox import Found
from simulator.trace import Belief, Cause, Operation, Record, Refusal, Transfer

#: How records of a live run name the process that goes through the steps.
APP = "app"
#: What opens a file is done for the user who sends a video; the rest is the app's own housekeeping.
_FOR_WHOM = {"unlink": "app", "rename": "app"}
_EDGES = {"copy": "certain", "transcode": "strong"}


class Identities:
    """Inode numbers made unique: a number that is given out again gets a new generation."""

    def __init__(self, found: Iterable[Found]) -> None:
        self._generations = {file.inode: 1 for file in found}

    def of(self, inode: int) -> str:
        """The identity of the file that has that inode number now."""
        generation = self._generations.setdefault(inode, 1)
        return f"i{inode}" if generation == 1 else f"i{inode}.{generation}"

    def born(self, inode: int) -> str:
        """The identity of a file that has just been made."""
        self._generations[inode] = self._generations.get(inode, 0) + 1
        return self.of(inode)


@define(eq=False)
class Request:
    """An operation of the app: the call, its draft, the *file* it was about.

    For an open file, *first* has its first read and write, and *closing* its close.
    """

    act: Act
    draft: Draft
    file: str | None
    first: dict[str, Request] = field(factory=dict)
    closing: Request | None = None


@define(eq=False)
class Requests:
    """What the app asked for in all its lives, as *drafts* and, for what it did to files, *all*.

    *why* is the draft that the next operation is because of; *copy* the path of the app's copy.
    """

    why: Draft
    copy: str
    identities: Identities
    drafts: list[Draft] = field(factory=list)
    all: list[Request] = field(factory=list)
    _open: dict[int, Request] = field(factory=dict)

    def follow(self, lives: tuple[Life, ...]) -> None:
        """Go through all lives of the app's process."""
        for number, life in enumerate(lives):
            if number:
                self.why = self._add(life.started, Cause, kind="start", what="app starts again")
            # Handles are numbered anew in every life.
            self._open.clear()
            for act in life.acts:
                self._follow(act)
            if life.killed:
                self.why = self._add(life.ended, Cause, kind="fault", what="process killed")

    def _follow(self, act: Act) -> None:
        if act.verb == "open":
            self._opened(act)
        elif act.verb in {"unlink", "rename"}:
            self._named(act)
        elif act.verb in {"read", "write", "close"}:
            self._used(act)
        elif act.verb == "upload":
            self._uploaded(act)
        elif act.verb == "believe":
            self._add(act.asked, Belief, path=act.path, state=act.state, app=APP)
        elif act.verb == "fail":
            self._failed(act)

    # -- operations ------------------------------------------------------------------------

    def _opened(self, act: Act) -> None:
        request = self._ask(act, self.why, mode=act.mode)
        if act.succeeded and act.inode is not None:
            born = self.identities.born if act.created else self.identities.of
            request.file = born(act.inode)
            self._open[act.number] = request

    def _named(self, act: Act) -> None:
        request = self._ask(act, self.why, to=act.to)
        if act.inode is not None:
            request.file = self.identities.of(act.inode)

    def _used(self, act: Act) -> None:
        opened = self._session(act)
        if opened is None or (act.verb == "read" and act.size == 0):
            # Reading at the end of a file gives nothing, and no watcher sees it.
            return
        request = self._ask(act, opened.draft, mode=opened.act.mode, **self._sources(act))
        request.file = opened.file
        if act.verb == "close":
            opened.closing = request
        else:
            opened.first[act.verb] = request

    def _sources(self, act: Act) -> Mapping[str, object]:
        source = self._open.get(act.source or 0)
        if source is None or source.file is None or act.how is None:
            return {}
        return {"derived_from": (source.file,), "edge": _EDGES[act.how]}

    def _ask(self, act: Act, because: Draft, **fields: object) -> Request:
        operation = draft(
            act.asked,
            Operation,
            because,
            verb=act.verb,
            path=act.path,
            asked_by=APP,
            for_whom=_FOR_WHOM.get(act.verb, "user"),
            **fields,
        )
        self.drafts.append(operation)
        if act.error is not None:
            self._refused(act, operation)
        request = Request(act, operation, None)
        self.all.append(request)
        return request

    def _refused(self, act: Act, operation: Draft) -> None:
        facts = {"layer": "system", "rule": "errno", "error": act.error, "told": act.error}
        self.drafts.append(draft(act.done or act.asked, Refusal, operation, **facts))

    # -- the rest --------------------------------------------------------------------------

    def _uploaded(self, act: Act) -> None:
        opened = self._session(act)
        file = opened.file if opened else None
        facts = {"path": act.path, "file": file, "asked_by": APP}
        started = self._add(act.asked, Transfer, state="started", size=0, **facts)
        if act.done is not None:
            state = "confirmed" if act.succeeded else "failed"
            ended = draft(act.done, Transfer, started, state=state, size=act.size or 0, **facts)
            self.drafts.append(ended)
            self.why = ended if act.succeeded else self.why

    def _failed(self, act: Act) -> None:
        last = self.drafts[-1] if self.drafts else self.why
        self.why = draft(act.asked, Cause, last, kind="fault", what="job failed", path=act.error)
        self.drafts.append(self.why)

    def _session(self, act: Act) -> Request | None:
        return self._open.get(act.session or 0)

    def _add(self, t: float, kind: type[Record], /, **fields: object) -> Draft:
        added = draft(t, kind, self.why, **fields)
        self.drafts.append(added)
        return added
