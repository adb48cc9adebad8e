"""The family tree of files: who made which file out of which, and who asked to remove it.

A node is a file and not a name: a file that is renamed keeps its node and has one more name in it.
Nothing here draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from attrs import evolve, frozen

from simulator.android.media_names import is_trashed
from simulator.message import Message
from simulator.outcomes import Result
from simulator.telling.figures.filebars import DRESSES, Dress
from simulator.telling.figures.looks import who
from simulator.telling.figures.story import Act, Story, Whose, asked, effects
from simulator.trace import FileEvent, FileState, Listing, Operation, Refusal, Sent, Trace, Transfer
from simulator.trace.records import CAMERA
from simulator.verdict.did import Removal
from simulator.verdict.judge import Verdict

#: ``taken``: another file took its name.
Kind = Literal["remove", "taken", "empty", "overwrite", "upload", "bin"]
#: Deeds that end at the file; the others begin there.
AT_FILE = frozenset({"remove", "taken", "empty", "overwrite"})


@frozen
class Name:
    """A name of a file: since when, by which record, and who gave it (None: from the start)."""

    path: str
    t: float
    record: int
    by: str | None = None


@frozen
class Deed:
    """What was done or asked of a file: by whom, when, by which records, and what came of it.

    *by_watcher*: a watcher refused it.
    """

    kind: Kind
    t: float
    records: tuple[int, ...]
    by: str | None
    says: Message
    result: Result | None = None
    by_watcher: bool = False


@frozen
class Node:
    """A file: its names in order, who made it for whom, what it is made from, and where it ends.

    *sources* are the files whose data it has, with the record of the write; *strong* is whether
    that is certain.  *reads* are the records with which it was opened to be read.  *column* is how
    many makings lie before it.
    """

    file: str
    dress: Dress
    names: tuple[Name, ...]
    made_for: str | None
    shot: bool
    owner: str | None
    size: int | None
    digest: str | None
    ends: Message
    sources: tuple[tuple[str, int], ...]
    reads: tuple[int, ...]
    certain: bool
    deeds: tuple[Deed, ...]
    column: int = 0

    @property
    def born(self) -> int:
        """The record with which it is first seen."""
        return self.names[0].record


@frozen
class Tree:
    """The files that were touched, and how many were not; *more* were touched and are left out."""

    nodes: tuple[Node, ...]
    untouched: int
    more: int


def tree(trace: Trace, verdict: Verdict, told: Story, most: int = 8) -> Tree:
    """The family tree of a run, with at most so many files."""
    events = [e for e in effects(trace, _folders(trace, told)) if e.t <= told.end]
    files = list(_touched(events, verdict, told))
    nodes = [_node(trace, verdict, told, events, file) for file in files]
    package = (trace.header.app or {}).get("package")
    drawn = [node for node in nodes if node is not None and not _of_the_phone(node, package)]
    drawn.sort(key=lambda n: (not n.deeds, n.dress != "original", n.born))
    kept = _in_columns(sorted(drawn[:most], key=lambda n: n.born))
    return Tree(kept, _untouched(trace, set(files)), len(drawn) - len(kept))


def _of_the_phone(node: Node, package: str | None) -> bool:
    """Whether the phone made it for itself, such as a “.nomedia”, and nobody minds it."""
    made = node.names[0].by
    idle = node.dress == "placeholder" and not node.deeds
    return idle and made is not None and package is not None and made != package


def _folders(trace: Trace, told: Story) -> dict[str, Whose]:
    """The folders that an app asked to remove; what an uninstalling takes is no app's request."""
    found: dict[str, Whose] = {}
    for act in told.acts:
        if act.whose == "folder" and act.asked_by in trace.header.labels:
            file = _folder(trace, act)
            if file is not None:
                found[file] = "folder"
    return found


def _folder(trace: Trace, act: Act) -> str | None:
    if act.match is not None:
        return act.match.file
    for record in trace.records:
        if isinstance(record, FileEvent) and act.record in record.because:
            return record.file
    return None


def _touched(events: Sequence[FileEvent], verdict: Verdict, told: Story) -> Iterator[str]:
    """The files that somebody opened, changed, or asked to be removed, in that order."""
    seen: set[str] = set()
    followed = told.original.file if told.original is not None else None
    named = [followed] + [removal.file for removal in verdict.removals if removal.t <= told.end]
    for file in (*(f for e in events for f in (e.file, e.replaced)), *named):
        if file is not None and file not in seen:
            seen.add(file)
            yield file


def _untouched(trace: Trace, touched: set[str]) -> int:
    """How many files nobody touched, that are at the end as they were at the start."""
    at: dict[str, set[tuple[str, str | None, str | None]]] = {"start": set(), "end": set()}
    for r in trace.records:
        if isinstance(r, FileState) and r.view == "lower" and r.file not in touched:
            at.setdefault(r.moment, set()).add((r.path, r.file, r.digest))
    return len(at["start"] & at["end"])


# -- one file ----------------------------------------------------------------------------------


def _node(
    trace: Trace, verdict: Verdict, told: Story, events: Sequence[FileEvent], file: str
) -> Node | None:
    names = tuple(_names(trace, events, file))
    if not names:
        return None
    own = [e for e in events if e.file == file]
    start, end = _state(trace, file, "start"), _state(trace, file, "end")
    known = [e for e in own if e.digest is not None]
    digest = end.digest if end else known[-1].digest if known else start and start.digest
    sizes = [e.size for e in own if e.size is not None and e.verb not in {"open", "unlink"}]
    folder = any(e.directory for e in own)
    node = Node(
        file=file,
        dress="folder" if folder else DRESSES[verdict.files.of(file).role],
        names=names,
        made_for=_made_for(trace, own),
        shot=CAMERA in verdict.files.sources.get(file, ()),
        owner=_owner(trace, file, told.end),
        size=None if folder else _size(sizes, start, end),
        digest=digest or None,
        ends=Message(""),
        sources=tuple(_sources(trace, verdict, file)),
        reads=tuple(
            asked(e) for e in own if e.verb == "open" and e.mode == "read" and not e.directory
        ),
        certain=verdict.files.of(file).edge in {None, "certain"},
        deeds=tuple(_deeds(trace, verdict, told, events, file)),
    )
    return evolve(node, ends=_ends(trace, verdict, node, end))


def _size(sizes: Sequence[int], start: FileState | None, end: FileState | None) -> int | None:
    if end is not None:
        return end.size
    return sizes[-1] if sizes else start.size if start is not None else None


def _state(trace: Trace, file: str, moment: str) -> FileState | None:
    return next(
        (
            r
            for r in trace.records
            if isinstance(r, FileState) and (r.moment, r.view, r.file) == (moment, "lower", file)
        ),
        None,
    )


def _names(trace: Trace, events: Sequence[FileEvent], file: str) -> Iterator[Name]:
    start = _state(trace, file, "start")
    now = None
    if start is not None:
        now = start.path
        yield Name(start.path, 0.0, start.id)
    for event in events:
        if event.file == file and event.verb in {"create", "mkdir"}:
            now = event.path
            yield Name(now, event.t, asked(event), _by(event))
        elif event.file == file and now is None:
            now = event.path
            yield Name(now, event.t, event.id)
        if event.verb == "rename" and event.to is not None and event.file == file:
            now = event.to
            yield Name(now, event.t, asked(event), _by(event))
    yield from _moved_along(trace, now)


def _moved_along(trace: Trace, now: str | None) -> Iterator[Name]:
    """The name that a file gets because a folder above it is renamed."""
    for record in trace.records:
        if not isinstance(record, FileEvent) or record.to is None or now is None:
            continue
        lowest = trace.header.layers[-1:] == (record.layer,)
        if record.directory and lowest and now.startswith(f"{record.path}/"):
            now = record.to + now[len(record.path) :]
            yield Name(now, record.t, asked(record), _by(record))


def _by(event: FileEvent) -> str | None:
    return event.asked_by or event.done_by


def _made_for(trace: Trace, own: Sequence[FileEvent]) -> str | None:
    made = next((e for e in own if e.verb in {"create", "mkdir"}), None)
    request = trace[asked(made)] if made is not None else None
    return request.for_whom if isinstance(request, Operation) else None


def _owner(trace: Trace, file: str, end: float) -> str | None:
    return next(
        (
            r.owner
            for r in trace.records
            if isinstance(r, Listing) and r.file == file and r.owner is not None and r.t <= end
        ),
        None,
    )


def _sources(trace: Trace, verdict: Verdict, file: str) -> Iterator[tuple[str, int]]:
    left = set(verdict.files.sources.get(file, ())) - {CAMERA, file}
    for record in trace.records:
        if isinstance(record, FileEvent) and (record.verb, record.file) == ("write", file):
            request = trace[asked(record)]
            if isinstance(request, Operation):
                for source in request.derived_from:
                    if source in left:
                        left.remove(source)
                        yield source, request.id


def _ends(trace: Trace, verdict: Verdict, node: Node, end: FileState | None) -> Message:
    """Where a file is at the end of the run."""
    if node.dress == "folder":
        gone = any(d.kind == "remove" and d.result == "done" for d in node.deeds)
        return Message("at the end: gone") if gone else _where(trace, node, node.names[-1].path)
    if not any(isinstance(r, FileState) and r.moment == "end" for r in trace.records):
        return Message("at the end: not recorded")
    if end is None:
        return Message("at the end: gone")
    before = next((o.before for o in verdict.originals if o.file == node.file), None)
    if node.dress == "original" and before is not None and end.digest != before:
        return Message("at the end: its name is there, with other content")
    if node.dress == "original" and end.path == node.names[0].path:
        return Message("at the end: where it was, with the same content")
    return _where(trace, node, end.path)


def _where(trace: Trace, node: Node, path: str) -> Message:
    if any(w.bin and path.startswith(w.bin + "/") for w in trace.header.watchers):
        return Message("at the end: in the bin")
    if is_trashed(path):
        return Message("at the end: in the recycle bin")
    if path == node.names[0].path:
        return Message("at the end: where it was")
    return Message("at the end: there, under its last name")


# -- what is done to it ------------------------------------------------------------------------

_RESULTS: Mapping[str, Message] = MappingProxyType(
    {
        "done": Message("asks to remove it: done"),
        "row_only": Message("asks to remove it: its row goes, the file stays"),
        "refused": Message("asks to remove it: refused"),
        "unanswered": Message("asks to remove it: the user has not answered"),
        "no_effect": Message("asks to remove it: nothing is there any more"),
        "cannot_tell": Message("asks to remove it: what came of it is not known"),
    }
)
_BY_WATCHER = Message("asks to remove it: the phone’s watcher refuses")
_EACH_TIME = Message("asks {number} times to remove it: refused each time")


def _deeds(
    trace: Trace, verdict: Verdict, told: Story, events: Sequence[FileEvent], file: str
) -> Iterator[Deed]:
    found = [
        *_removals(trace, verdict, told, events, file),
        *_of_folder(trace, told, file),
        *_losses(trace, verdict, told, events, file),
        *_uploads(trace, verdict, file, told.end),
        *_binned(trace, events, file),
    ]
    yield from sorted(found, key=lambda deed: (deed.t, deed.records))


def _removals(
    trace: Trace, verdict: Verdict, told: Story, events: Sequence[FileEvent], file: str
) -> Iterator[Deed]:
    """Each request to remove it; requests of one kind after another are one deed."""
    names = {n for e in events if e.file == file for n in (e.path, e.to)}
    alike: dict[tuple[str | None, Result], list[Removal]] = {}
    for removal in verdict.removals:
        about = removal.file == file or (removal.file is None and removal.path in names)
        if about and removal.t <= told.end:
            alike.setdefault((removal.asked_by, removal.result), []).append(removal)
    for (by, result), several in alike.items():
        ids = tuple(r.record for r in several)
        watched = result == "refused" and _by_watcher(trace, ids[0])
        if len(several) > 1 and result == "refused":
            says = Message(_EACH_TIME.template, number=len(several))
            yield Deed("remove", several[0].t, ids, by, says, "refused", watched)
            continue
        for one in several:
            says = _BY_WATCHER if watched else _RESULTS[result]
            yield Deed("remove", one.t, (one.record,), by, says, result, watched)


def _by_watcher(trace: Trace, request: int) -> bool:
    """Whether a watcher's rule is why that request was refused."""
    names = {watcher.name for watcher in trace.header.watchers}
    return any(
        isinstance(r, Refusal) and request in r.because and r.rule in names for r in trace.records
    )


def _of_folder(trace: Trace, told: Story, file: str) -> Iterator[Deed]:
    for act in told.acts:
        if act.whose == "folder" and _folder(trace, act) == file:
            result: Result = "done" if act.done else "no_effect" if act.missing else "refused"
            watched = result == "refused" and _by_watcher(trace, act.record)
            says = _BY_WATCHER if watched else _RESULTS[result]
            ids = (act.record,)
            yield Deed("remove", act.t, ids, act.asked_by, says, result, watched)


def _losses(
    trace: Trace, verdict: Verdict, told: Story, events: Sequence[FileEvent], file: str
) -> Iterator[Deed]:
    """What takes its name or its content away without asking for its removal."""
    fate = next((o for o in verdict.originals if o.file == file), None)
    emptied: set[int] = set()
    for event in events:
        if event.replaced == file:
            says = Message("puts another file in its place: it loses its name")
            yield Deed("taken", event.t, (asked(event),), _by(event), says)
        if fate is None or event.file != file or event.id <= fate.since:
            continue
        request = asked(event)
        if event.verb == "truncate" and request not in emptied:
            emptied.add(request)
            yield Deed("empty", event.t, (request,), _by(event), Message("cuts it to nothing"))
        elif event.verb == "write" and not emptied:
            emptied.add(request)
            yield Deed("overwrite", event.t, (request,), _by(event), Message("writes over it"))


_SENT: Mapping[str, Message] = MappingProxyType(
    {
        "confirmed": Message("uploaded, and received"),
        "failed": Message("the upload fails"),
        "broken": Message("the upload breaks off"),
        "started": Message("the upload begins"),
    }
)


def _uploads(trace: Trace, verdict: Verdict, file: str, end: float) -> Iterator[Deed]:
    broken = {b.upload: b for b in verdict.broken_off}
    running: Transfer | None = None
    for record in trace.records:
        if not isinstance(record, Transfer) or record.file != file or record.t > end:
            continue
        if record.state == "started":
            if running is not None:
                yield _upload(running, None, running.id in broken)
            running = record
        elif record.state != "chunk" and running is not None:
            yield _upload(running, record, broken=False)
            running = None
    if running is not None:
        yield _upload(running, None, running.id in broken)


def _upload(started: Transfer, last: Transfer | None, broken: bool) -> Deed:
    state = last.state if last is not None else "broken" if broken else "started"
    ids = (started.id, last.id) if last is not None else (started.id,)
    return Deed("upload", started.t, ids, started.asked_by, _SENT[state])


def _binned(trace: Trace, events: Sequence[FileEvent], file: str) -> Iterator[Deed]:
    bins = [w.bin for w in trace.header.watchers if w.bin]
    for event in events:
        if event.file != file or event.verb != "rename" or event.to is None:
            continue
        request = asked(event)
        led = any(isinstance(cause, Sent) for cause in trace.ancestors(request))
        if led and any(event.to.startswith(f"{folder}/") for folder in bins):
            by = who(trace, _by(event))
            yield Deed("bin", event.t, (request,), _by(event), Message("{who} moves it", who=by))


# -- the order of making -----------------------------------------------------------------------


def _in_columns(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Each file right of those that it is made from; what was there or shot stands first."""
    columns: dict[str, int] = {}
    known = {node.file for node in nodes}
    out = []
    for node in nodes:
        sources = tuple(s for s in node.sources if s[0] in known and s[0] in columns)
        # A file that is made meanwhile of nothing that is drawn is no original's neighbour.
        first = 0 if node.names[0].by is None or node.dress == "original" else 1
        column = max((columns[file] + 1 for file, _ in sources), default=first)
        columns[node.file] = column
        out.append(evolve(node, column=column, sources=sources))
    return tuple(out)
