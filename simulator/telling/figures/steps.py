"""A run step by step: which steps become frames, and how everything stands after each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from attrs import define, evolve, field, frozen

from simulator.android.media_names import is_trashed
from simulator.android.paths import Area, place
from simulator.telling.figures.setting import plain
from simulator.telling.figures.story import effects, folder_of
from simulator.telling.story import Step, story
from simulator.telling.words import Words
from simulator.trace import (
    Belief,
    Cause,
    Dialog,
    FileEvent,
    FileState,
    Listing,
    Match,
    Notice,
    Operation,
    Pass,
    Record,
    Refusal,
    Sent,
    Trace,
    Transfer,
)
from simulator.trace.records import REMOVALS
from simulator.verdict.judge import Verdict

#: The places of a phone, from the top to the bottom of every frame.
Shelf = Literal["album", "shared", "private", "bin"]
SHELVES: tuple[Shelf, ...] = ("album", "shared", "private", "bin")
Kind = Literal["original", "shot", "copy", "empty", "folder", "other"]
State = Literal["writing", "whole", "changed"]
#: So many frames fit on a sheet that a person reads.
MOST = 16
_KINDS: Mapping[str, Kind] = {
    "original": "original",
    "capture": "shot",
    "app_copy": "copy",
    "placeholder": "empty",
}


@frozen
class Item:
    """A file as it stands: what it is, where, in which state; *record* put it there."""

    file: str
    kind: Kind
    path: str
    state: State
    record: int
    digest: str | None = None


@frozen
class OnServer:
    """What the server has been sent: *state* as of the transfer, of a file of that *kind*."""

    state: str
    kind: Kind
    record: int


@frozen
class After:
    """How everything stands: the *items*, what the *server* has, the *notices* so far, and how
    many originals have no name any more (*gone*, by the record that took it)."""

    items: tuple[Item, ...]
    server: OnServer | None
    notices: tuple[int, ...]
    gone: tuple[int, ...]


@frozen
class Told:
    """One sentence of a frame, with its record ids; *again* are those of steps told alike."""

    sentence: str
    records: tuple[int, ...]
    again: tuple[int, ...] = ()


@frozen
class Frame:
    """A picture of the sheet: the steps it tells, all of one instant, and the state after them.

    *lead* is the record whose arrow is drawn: that of the weightiest of the steps.
    """

    t: float
    told: tuple[Told, ...]
    lead: Record
    after: After

    @property
    def records(self) -> tuple[int, ...]:
        """The ids of all that it tells, but not of what was the same again."""
        return tuple(id_ for told in self.told for id_ in told.records)


@frozen
class Sheet:
    """The frames of a run, of how many *steps*, and what became of the others.

    *again*: so many steps say word for word what an earlier frame says; *together*: so many share a
    frame with another of the same instant; *left_out* are the ids of those that are not shown.
    """

    frames: tuple[Frame, ...]
    steps: int
    again: int
    together: int
    left_out: tuple[int, ...]


@define
class _Group:
    """Steps that share a frame, by their place in the run."""

    at: list[int]
    again: dict[int, list[int]] = field(factory=dict)


@frozen
class Steps:
    """The steps of a run, what each says, and how everything stands after each."""

    trace: Trace
    steps: tuple[Step, ...]
    texts: tuple[str, ...]
    history: tuple[After, ...]

    @classmethod
    def of(cls, trace: Trace, verdict: Verdict, words: Words) -> Steps:
        """The steps of *trace*."""
        steps = story(trace, verdict, words)
        texts = tuple(plain(words.say(step.sentence)) for step in steps)
        return cls(trace, steps, texts, tuple(_history(trace, verdict, steps)))

    def sheet(self, most: int = MOST, least: int = 0) -> Sheet:
        """The frames, at most so many, of steps of at least that weight."""
        texts, steps, trace = self.texts, self.steps, self.trace
        weighty = [i for i in range(len(steps)) if _weight(trace, steps[i]) >= least]
        light = [step.records[0] for step in steps if _weight(trace, step) < least]
        groups = [_Group([i]) for i in weighty]
        again = together = 0
        if len(groups) > most:
            groups, again = _folded(groups, texts, steps)
        if len(groups) > most:
            before = len(groups)
            groups = _joined(groups, texts, steps, most)
            together = before - len(groups)
        kept = _weightiest(groups, steps, trace, most)
        left = [steps[i].records[0] for group in groups if group not in kept for i in group.at]
        frames = tuple(self._frame(group) for group in kept)
        return Sheet(frames, len(steps), again, together, tuple(sorted([*light, *left])))

    def _frame(self, group: _Group) -> Frame:
        lead = max(group.at, key=lambda i: (_weight(self.trace, self.steps[i]), -i))
        return Frame(
            self.steps[group.at[0]].t,
            tuple(_told(group, i, self.texts, self.steps) for i in group.at),
            self.trace[self.steps[lead].records[0]],
            self.history[group.at[-1]],
        )


def _told(group: _Group, i: int, texts: Sequence[str], steps: Sequence[Step]) -> Told:
    again = [id_ for other in group.again.get(i, ()) for id_ in steps[other].records[:1]]
    return Told(texts[i], steps[i].records, tuple(again))


def _folded(
    groups: Sequence[_Group], texts: Sequence[str], steps: Sequence[Step]
) -> tuple[list[_Group], int]:
    """The same without steps that say word for word what has been said."""
    first: dict[str, _Group] = {}
    kept = []
    for group in groups:
        (i,) = group.at
        known = first.get(texts[i])
        if known is None:
            first[texts[i]] = group
            kept.append(group)
        else:
            known.again.setdefault(known.at[0], []).append(i)
    return kept, len(groups) - len(kept)


def _joined(
    groups: Sequence[_Group], texts: Sequence[str], steps: Sequence[Step], most: int
) -> list[_Group]:
    """Neighbours of one instant in one frame, those with the fewest words first."""
    found = list(groups)

    def words_of(k: int) -> int:
        return sum(len(texts[i]) for i in (*found[k].at, *found[k + 1].at))

    while len(found) > most:
        pairs = [
            k
            for k in range(len(found) - 1)
            if steps[found[k].at[-1]].t == steps[found[k + 1].at[0]].t
        ]
        if not pairs:
            break
        k = min(pairs, key=lambda k: (words_of(k), k))
        one, other = found[k], found[k + 1]
        found[k : k + 2] = [_Group([*one.at, *other.at], {**one.again, **other.again})]
    return found


def _weightiest(
    groups: Sequence[_Group], steps: Sequence[Step], trace: Trace, most: int
) -> list[_Group]:
    """At most so many, in their order: of those that matter equally, the earlier."""
    ranked = sorted(
        range(len(groups)),
        key=lambda k: (-max(_weight(trace, steps[i]) for i in groups[k].at), k),
    )
    return [groups[k] for k in sorted(ranked[:most])]


def _weight(trace: Trace, step: Step) -> int:
    """How much a step has to do with what is lost and what is said."""
    record = trace[step.records[0]]
    if isinstance(record, Notice | Dialog):
        return 5
    if isinstance(record, Operation):
        return _weight_of(record)
    if isinstance(record, Cause):
        return 1 if record.kind == "app" else 3
    if isinstance(record, Match | Pass):
        return 3
    if isinstance(record, Transfer):
        return 2 if record.state in {"confirmed", "failed"} else 1
    return 0 if isinstance(record, Belief) else 1


def _weight_of(request: Operation) -> int:
    if request.verb in REMOVALS:
        return 3 if request.verb == "rename" else 4
    return 1 if request.mode == "write" else 0


# -- how things stand --------------------------------------------------------------------------


def _history(trace: Trace, verdict: Verdict, steps: Sequence[Step]) -> Iterator[After]:
    """How everything stands after each of the steps: before the first record of the next.

    What a watcher makes of a request stands between that and what comes of it, and ends no step.
    """
    ends = []
    for number in range(len(steps)):
        later = (step.records[0] for step in steps[number + 1 :])
        acts = (id_ for id_ in later if not isinstance(trace[id_], Match | Pass))
        ends.append(next(acts, trace.records[-1].id + 1))
    folders = _folders(trace)
    events = list(effects(trace, dict.fromkeys(folders, "folder")))
    shown = _shown(trace, verdict, folders)
    items = {item.file: item for item in _at_start(trace, verdict, folders) if item.file in shown}
    gone: list[int] = []
    done = 0
    for end in ends:
        while done < len(events) and events[done].id < end:
            _apply(events[done], items, gone, verdict, shown)
            done += 1
        passed = trace.records[: end - 1]
        yield After(
            tuple(items.values()),
            _server(passed, verdict),
            tuple(r.id for r in passed if isinstance(r, Notice)),
            tuple(gone),
        )


def _folders(trace: Trace) -> frozenset[str]:
    """The folders that somebody removes, or asks to, or gives another name."""
    found = set()
    for record in trace.records:
        about = isinstance(record, Match | Pass) and record.verb == "rmdir"
        if isinstance(record, FileEvent) and record.directory:
            about = record.verb in {"rmdir", "rename"}
        if about:
            found.add(getattr(record, "file", None))
    return frozenset(file for file in found if file is not None)


def _shown(trace: Trace, verdict: Verdict, folders: frozenset[str]) -> frozenset[str]:
    """The files that are drawn: the originals, what came of them, and what something happens to."""
    happens = {
        record.file
        for record in trace.records
        if isinstance(record, FileEvent)
        and not record.directory
        and record.verb not in {"open", "read", "close"}
    }
    named = {f for f, origin in verdict.files.origins.items() if origin.role in _KINDS}
    found = {*happens, *named, *verdict.files.originals, *folders}
    return frozenset(file for file in found if file is not None)


def _at_start(trace: Trace, verdict: Verdict, folders: frozenset[str]) -> Iterator[Item]:
    for record in trace.records:
        if (
            isinstance(record, FileState)
            and (record.moment, record.view) == ("start", "lower")
            and record.file is not None
        ):
            kind = _kind(record.file, verdict, folders)
            yield Item(record.file, kind, record.path, "whole", record.id, record.digest)
    yield from _folders_at_start(trace, folders)


def _folders_at_start(trace: Trace, folders: frozenset[str]) -> Iterator[Item]:
    """The folders among those that nobody makes in the course of the run."""
    seen: set[str] = set()
    for record in trace.records:
        file = getattr(record, "file", None)
        if file in folders and file not in seen and isinstance(record, FileEvent | Match | Pass):
            seen.add(file)
            if record.verb != "mkdir":
                yield Item(file, "folder", record.path, "whole", record.id)


def _kind(file: str, verdict: Verdict, folders: frozenset[str] = frozenset()) -> Kind:
    if file in folders:
        return "folder"
    role = verdict.files.of(file).role
    if role not in _KINDS and file in verdict.files.originals:
        return "original"
    return _KINDS.get(role, "other")


def _apply(
    event: FileEvent,
    items: dict[str, Item],
    gone: list[int],
    verdict: Verdict,
    shown: frozenset[str],
) -> None:
    """Let that happen to *items*; an original that has no name any more is *gone*."""
    by = event.because[0] if event.because else event.id
    lost = [event.replaced] if event.replaced in items else []
    if event.verb in {"unlink", "rmdir"} and not event.links and event.file in items:
        lost.append(event.file)
    for file in lost:
        if file is not None:
            items.pop(file)
            gone += [by] if file in verdict.files.originals else []
    if event.file is None or event.file not in shown or event.file in lost:
        return
    here = items.get(event.file)
    if here is None:
        if event.verb in {"create", "mkdir"}:
            kind: Kind = "folder" if event.directory else _kind(event.file, verdict)
            state: State = "whole" if event.directory else "writing"
            items[event.file] = Item(event.file, kind, event.path, state, by)
        return
    items[event.file] = _changed(here, event, by)


def _changed(item: Item, event: FileEvent, by: int) -> Item:
    if event.verb == "rename" and event.to is not None:
        return evolve(item, path=event.to, record=by)
    if item.state == "writing":
        done = event.verb == "close"
        return evolve(item, state="whole", digest=event.digest) if done else item
    if item.kind == "original" and event.digest and event.digest != item.digest and item.digest:
        return evolve(item, state="changed", record=by)
    return item


def _server(records: Sequence[Record], verdict: Verdict) -> OnServer | None:
    sent = [r for r in records if isinstance(r, Transfer) and r.state != "chunk"]
    if not sent:
        return None
    last = next((r for r in reversed(sent) if r.state == "confirmed"), sent[-1])
    if sent[-1].state == "started":
        last = sent[-1]
    return OnServer(last.state, _kind(last.file or "", verdict), last.id)


# -- places ------------------------------------------------------------------------------------


@frozen
class Places:
    """Which folders each place stands for in a run."""

    album: frozenset[str]
    bins: tuple[str, ...]

    @classmethod
    def of(cls, trace: Trace, verdict: Verdict) -> Places:
        """The album is where the originals are; a bin is a watcher's."""
        folders = {folder_of(path) for path in verdict.files.originals.values()}
        folders |= {folder_of(path) for path in trace.header.originals}
        return cls(
            frozenset(f for f in folders if not _private(f)),
            tuple(w.bin for w in trace.header.watchers if w.bin),
        )

    def shelf(self, path: str) -> Shelf:
        """Where that path lies."""
        if is_trashed(path) or any(path.startswith(f"{bin_}/") for bin_ in self.bins):
            return "bin"
        if _private(path):
            return "private"
        return "album" if folder_of(path) in self.album else "shared"


def _private(path: str) -> bool:
    return place(path).area is not Area.SHARED


def folders(frames: Sequence[Frame], places: Places) -> Mapping[Shelf, tuple[str, ...]]:
    """The folders of each place, in which anything stands in any of the frames."""
    found: dict[Shelf, dict[str, None]] = {shelf: {} for shelf in SHELVES}
    found["album"] = dict.fromkeys(sorted(places.album))
    for frame in frames:
        for item in frame.after.items:
            found[places.shelf(item.path)].setdefault(folder_of(item.path))
    return {shelf: tuple(known) for shelf, known in found.items()}


# -- the arrow of a step -----------------------------------------------------------------------

#: What an arrow is: something read, written, removed, moved, sent; what a watcher sees or says;
#: what is asked of the user, or ordered by the user; what the app notes for itself.
Motion = Literal[
    "read", "write", "remove", "move", "send", "see", "say", "ask", "order", "note", "none"
]


@frozen
class Arrow:
    """Who does what to which places; *by* is the package that asks, None where it is the user's
    or nobody's.  *stopped* says who refused it; *watcher*: a watcher's event led to it."""

    motion: Motion
    path: str | None = None
    to: str | None = None
    by: str | None = None
    stopped: Literal["watcher", "android"] | None = None
    watcher: bool = False


#: What the user does with a file without the app.
_WITH_FILES = frozenset(
    {"delete in gallery", "trash in gallery", "delete by adb", "record video", "keep shot"}
)
_MOTIONS: Mapping[type[Record], Motion] = {
    Match: "see",
    Pass: "see",
    Notice: "say",
    Dialog: "ask",
    Transfer: "send",
}


def arrow(trace: Trace, record: Record) -> Arrow:
    """The arrow for the step that *record* leads."""
    if isinstance(record, Operation):
        return _requested(trace, record)
    if isinstance(record, Cause):
        if record.kind == "user":
            return Arrow("order", record.path if record.what in _WITH_FILES else None)
        return Arrow("note" if record.kind == "app" else "none")
    if isinstance(record, Belief):
        return Arrow("note")
    if isinstance(record, Listing):
        return Arrow("write", record.path, by=record.done_by)
    motion = _MOTIONS.get(type(record), "none")
    return Arrow(motion, getattr(record, "path", None))


def _requested(trace: Trace, request: Operation) -> Arrow:
    by_watcher = any(isinstance(cause, Sent) for cause in trace.ancestors(request.id))
    done = any(isinstance(r, FileEvent) and request.id in r.because for r in trace.records)
    to = request.to if done else None
    motion: Motion = "write"
    if request.verb == "rename":
        motion = "move"
    elif request.verb in REMOVALS:
        motion = "remove"
    elif request.verb == "open" and request.mode == "read":
        motion = "read"
    return Arrow(motion, request.path, to, request.asked_by, _stopped(trace, request), by_watcher)


def _stopped(trace: Trace, request: Operation) -> Literal["watcher", "android"] | None:
    """Who refused it; None where nobody did, or where there was no such file."""
    names = {watcher.name for watcher in trace.header.watchers}
    for record in trace.records[request.id :]:
        if isinstance(record, Refusal) and request.id in record.because:
            if record.rule in names:
                return "watcher"
            return None if record.error in {"ENOENT", "0 rows"} else "android"
    return None
