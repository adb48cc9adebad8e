"""What was done in a run, deed by deed, as the grammar of claims asks for it.

Every deed is put in the same form: who, to which kind of file, with what result, by which record.
The grammar's clauses are then held against them (:mod:`simulator.verdict.propositions`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import basename, dirname

from attrs import frozen

from simulator.android.media_names import is_trashed
from simulator.android.media_places import NO_MEDIA
from simulator.trace import (
    Cause,
    Dialog,
    FileEvent,
    FileState,
    Operation,
    Record,
    Refusal,
    Trace,
    Transfer,
)
from simulator.verdict.authority import authority
from simulator.verdict.judge import Verdict

UNKNOWN = "cannot_tell"
#: With what a user gives the app a file.
_GIVES = frozenset({"send video", "open app", "view in app", "clean in app", "delete in app"})


@frozen
class Done:
    """One thing that somebody did: the *record* of it, *who*, and the *role* of the file.

    *names* and *watcher* are of a notice: whom it names, and whose it is.
    """

    record: int
    who: str
    role: str
    path: str
    result: str | None = None
    how: str | None = None
    names: str | None = None
    watcher: str | None = None


@frozen
class Deeds:
    """Everything that was done in a run, by the grammar's verb.

    *hidden* are the folders that hold a ``.nomedia``.
    """

    trace: Trace
    verdict: Verdict
    done: Mapping[str, tuple[Done, ...]]
    hidden: frozenset[str]


def deeds(trace: Trace, verdict: Verdict) -> Deeds:
    """What was done in *trace*."""
    teller = _Teller(trace, verdict)
    by_verb: dict[str, tuple[Done, ...]] = {
        "removes": (*teller.removals(), *teller.folders()),
        "changes": tuple(teller.changes()),
        "shows": tuple(teller.notices()),
    }
    found: dict[str, list[Done]] = {verb: [] for verb in ("makes", "sends", "picks", "keeps")}
    found["asks"] = []
    hidden = set()
    for record in trace.records:
        for verb, one in teller.of(record):
            found[verb].append(one)
        if isinstance(record, FileState | FileEvent) and basename(record.path) == NO_MEDIA:
            hidden.add(dirname(record.path))
    by_verb.update((verb, tuple(ones)) for verb, ones in found.items())
    return Deeds(trace, verdict, by_verb, frozenset(hidden))


@frozen
class _Teller:
    trace: Trace
    verdict: Verdict

    @property
    def lowest(self) -> str | None:
        layers = self.trace.header.layers
        return layers[-1] if layers else None

    def who(self, package: str | None, for_whom: str = "app") -> str:
        """Whose process it was: the app's in question, another's, or the system's."""
        if package is None or not self.trace.header.actors:
            return UNKNOWN
        if for_whom == "system":
            return "system"
        app = (self.trace.header.app or {}).get("package", package)
        return "app" if package == app else "other_app"

    def on_authority(self, record: int, asked_by: str | None) -> str:
        """On whose authority: what the user ordered is the user's, whoever carried it out."""
        operation = self.trace[record]
        if asked_by is None or not isinstance(operation, Operation):
            return UNKNOWN
        whose = authority(self.trace, record)
        return whose if whose in {"user", "system"} else self.who(asked_by)

    def role(self, file: str | None) -> str:
        return self.verdict.files.of(file).role

    # -- what the verdict has worked out -----------------------------------------------------

    def removals(self) -> Iterator[Done]:
        for one in self.verdict.removals:
            who = self.on_authority(one.record, one.asked_by)
            yield Done(one.record, who, one.role, one.path, one.result, one.via)

    def folders(self) -> Iterator[Done]:
        for one in self.trace.records:
            if isinstance(one, Operation) and one.verb == "rmdir":
                result = _result(self.trace, one.id)
                who = self.on_authority(one.id, one.asked_by)
                yield Done(one.id, who, "folder", one.path, result, one.via)

    def changes(self) -> Iterator[Done]:
        for original in self.verdict.originals:
            role = "capture" if original.shot else "original"
            for record in original.changed_by:
                operation = self.trace[record]
                via = operation.via if isinstance(operation, Operation) else UNKNOWN
                asked_by = operation.asked_by if isinstance(operation, Operation) else None
                who = self.on_authority(record, asked_by)
                yield Done(record, who, role, original.path, "done", via)

    def notices(self) -> Iterator[Done]:
        for check in self.verdict.notices:
            notice = check.notice
            names = "another" if check.wrong_app else "asker" if notice.names_app else "nobody"
            yield Done(
                notice.id,
                "phone",
                check.about,
                notice.path,
                names=names,
                watcher=notice.watcher,
            )

    # -- what the records say of themselves --------------------------------------------------

    def of(self, record: Record) -> Iterator[tuple[str, Done]]:
        if isinstance(record, FileEvent):
            yield from self._event(record)
        elif isinstance(record, Transfer) and record.state != "chunk":
            state = "done" if record.state == "confirmed" else record.state
            who, role = self.who(record.asked_by), self.role(record.file)
            yield "sends", Done(record.id, who, role, record.path, state)
        elif isinstance(record, Dialog):
            yield "asks", Done(record.id, "phone", self.role(record.file), record.path)
        elif isinstance(record, Cause) and record.kind == "user":
            yield from self._picked(record)

    def _picked(self, act: Cause) -> Iterator[tuple[str, Done]]:
        if act.what in _GIVES and act.path is not None:
            known = act.path in {original.path for original in self.verdict.originals}
            yield "picks", Done(act.id, "user", "original" if known else "other", act.path)

    def _event(self, event: FileEvent) -> Iterator[tuple[str, Done]]:
        if self.lowest is not None and event.layer != self.lowest:
            return
        if event.verb in {"create", "mkdir"}:
            role = "folder" if event.verb == "mkdir" else self.role(event.file)
            request = self._request(event)
            who = self.who(event.asked_by, request.for_whom if request is not None else "app")
            id_ = request.id if request is not None else event.id
            yield "makes", Done(id_, who, role, event.path)
        elif event.verb == "rename" and event.to is not None:
            kept = self._kept(event.to)
            if kept is not None:
                role = "folder" if event.directory else self.role(event.file)
                yield "keeps", Done(event.id, "phone", role, event.to, kept)

    def _request(self, event: FileEvent) -> Operation | None:
        causes = (self.trace[cause] for cause in event.because)
        return next((cause for cause in causes if isinstance(cause, Operation)), None)

    def _kept(self, name: str) -> str | None:
        """Whether a file of that name is in a bin, or set aside for one."""
        if is_trashed(name):
            return "bin"
        for watcher in self.trace.header.watchers:
            if watcher.bin and name.startswith(watcher.bin + "/"):
                return "bin"
            if watcher.aside and basename(name).endswith(watcher.aside.rpartition("}")[2]):
                return "aside"
        return None


def _result(trace: Trace, request: int) -> str:
    for record in trace.records[request:]:
        if request in record.because:
            if isinstance(record, FileEvent):
                return "done"
            if isinstance(record, Refusal):
                return "refused"
    return UNKNOWN
