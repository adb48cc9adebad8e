"""What a timeline tells: one original, its copies, and what happened to them, out of the records.

Where a run has several originals the picture follows one: the first that was touched, else the
first that a notice is about, else the first.  Where the app makes no copy of it, the picture
follows what else it asks to remove: an empty file, or a folder.  Nothing here draws, and nothing
here has a language.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename
from typing import Literal, TypeAlias, TypeGuard

from attrs import evolve, frozen

from simulator.android.media_names import marked
from simulator.trace import (
    Cause,
    Dialog,
    FileEvent,
    FileState,
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
from simulator.verdict.did import Removal
from simulator.verdict.fates import OriginalFate
from simulator.verdict.judge import Verdict
from simulator.verdict.said import NoticeCheck, Silence
from simulator.verdict.stale import StaleRow

Whose = Literal["original", "copy", "placeholder", "folder", "other"]
Lane = Literal["original", "copy", "bin"]
State = Literal["writing", "whole", "changed", "aside", "away", "gone"]
#: ``ask``: the app has the user asked whether it may change a file, before it does anything.
Deed = Literal["remove", "overwrite", "empty", "rename", "trash", "restore", "ask"]
#: Acts this close together (seconds) are enlarged together, at most so many.
TOGETHER = 5.0
MOST_ACTS = 3


@frozen
class Stay:
    """A file under one name and in one state, from *start* to *end*; *record* began it."""

    whose: Whose
    lane: Lane
    state: State
    path: str
    start: float
    end: float
    record: int
    ended_by: int | None = None
    digest: str | None = None


@frozen
class Session:
    """A file held open, to *mode*, from *start* to *end*."""

    whose: Whose
    mode: str
    start: float
    end: float
    record: int


@frozen
class Upload:
    """A transfer: *state* says how it ended, or ``started`` where the trace ends before."""

    start: float
    end: float
    record: int
    last: int
    state: str


@frozen
class Move:
    """What a watcher does with a file that it keeps: sets it aside, then moves it to the bin."""

    aside: int | None
    aside_at: float | None
    aside_by: str | None
    record: int
    t: float
    by: str


@frozen
class Act:
    """A request that takes a name or a content away, and what came of it.

    *missing*: there was no such file any more.  *dialog* is the question to the user for which it
    waited, *answer* what the user said to that, if anything.
    """

    deed: Deed
    record: int
    t: float
    whose: Whose
    path: str
    done: bool
    asked_by: str | None
    refusal: Refusal | None = None
    match: Match | None = None
    notice: Notice | None = None
    move: Move | None = None
    silences: tuple[Silence, ...] = ()
    missing: bool = False
    dialog: Dialog | None = None
    answer: Cause | None = None


@frozen
class Story:
    """Everything that a timeline shows."""

    original: OriginalFate | None
    stays: tuple[Stay, ...]
    sessions: tuple[Session, ...]
    uploads: tuple[Upload, ...]
    acts: tuple[Act, ...]
    focus: tuple[Act, ...]
    faults: tuple[Cause, ...]
    removals: tuple[Removal, ...]
    check: NoticeCheck | None
    end: float
    stale: tuple[StaleRow, ...] = ()

    @property
    def copy_path(self) -> str | None:
        """The name of the copy when it was whole."""
        named = [stay for stay in self.stays if stay.whose == "copy" and stay.lane == "copy"]
        whole = [stay for stay in named if stay.state == "whole"]
        return (whole or named)[0].path if named else None

    @property
    def stand_in(self) -> Stay | None:
        """What stands in the lane of the copies where no copy was made."""
        others = [stay for stay in self.stays if stay.whose not in {"original", "copy"}]
        return others[0] if others else None

    @property
    def reads(self) -> int:
        """How often the original was opened to read."""
        return sum(s.whose == "original" and s.mode == "read" for s in self.sessions)

    @property
    def writes(self) -> int:
        """How often the original was opened to write."""
        return sum(s.whose == "original" and s.mode == "write" for s in self.sessions)


def story(trace: Trace, verdict: Verdict) -> Story:
    """What the timeline of *trace* tells."""
    original = _followed(verdict)
    files = _files(trace, verdict, original)
    end = trace.header.duration or max((r.t for r in trace.records), default=1.0)
    acts = tuple(_acts(trace, verdict, files, original, end))
    shown = _together(acts, (trace.header.app or {}).get("package"))
    notices = [act.notice.id for act in shown if act.notice]
    return Story(
        original=original,
        stays=tuple(_stays(trace, files, original, end)),
        sessions=tuple(_sessions(trace, files, end)),
        uploads=tuple(_uploads(trace, verdict, files, end)),
        acts=acts,
        focus=shown,
        faults=tuple(r for r in trace.records if _of_the_app(r)),
        removals=tuple(r for r in verdict.removals if r.t <= end),
        check=next((n for n in verdict.notices if n.notice.id in notices), None),
        end=end,
        stale=tuple(s for s in verdict.stale if s.file in files),
    )


def _of_the_app(record: Record) -> TypeGuard[Cause]:
    """Whether something goes wrong with the app, and not with what the user wants of the phone."""
    return isinstance(record, Cause) and record.kind == "fault" and record.what != "not done"


def _followed(verdict: Verdict) -> OriginalFate | None:
    noticed = {check.original for check in verdict.notices}
    ranked = sorted(
        verdict.originals,
        key=lambda o: (o.end.fate in {"intact", "cannot_tell"}, o.path not in noticed),
    )
    return ranked[0] if ranked else None


def _files(trace: Trace, verdict: Verdict, original: OriginalFate | None) -> dict[str, Whose]:
    """The files that the picture follows, by identity."""
    if original is None:
        return {}
    files: dict[str, Whose] = dict.fromkeys(verdict.files.derived_from(original.path), "copy")
    if original.file is not None:
        files[original.file] = "original"
    if set(files.values()) <= {"original"}:
        for file, whose in _stand_ins(trace, verdict):
            # What became the user's meanwhile is no stand-in for itself.
            files.setdefault(file, whose)
    return files


def _stand_ins(trace: Trace, verdict: Verdict) -> Iterator[tuple[str, Whose]]:
    """What it is about where there are no copies: empty files, folders, what else is there."""
    for removal in verdict.removals:
        if removal.role == "placeholder" and removal.file is not None:
            yield removal.file, "placeholder"
        elif removal.role in {"other", "capture"} and removal.file is not None:
            yield removal.file, "other"
    for request in _of_folders(trace):
        file = _folder(trace, request)
        if file is not None:
            yield file, "folder"


def _of_folders(trace: Trace) -> Iterator[Operation]:
    """Every request to remove a folder, but a watcher's own."""
    for record in trace.records:
        if (
            isinstance(record, Operation)
            and record.verb == "rmdir"
            and not _watchers(trace, record)
        ):
            yield record


def _folder(trace: Trace, request: Operation) -> str | None:
    """The identity of the folder that a request is about."""
    told = (r for r in trace.records if request.id in r.because)
    return next((r.file for r in told if isinstance(r, FileEvent | Match | Pass)), None)


def _watchers(trace: Trace, record: Record) -> bool:
    """Whether a watcher's event led to it."""
    return any(isinstance(cause, Sent) for cause in trace.ancestors(record.id))


def effects(trace: Trace, files: dict[str, Whose] | None = None) -> Iterator[FileEvent]:
    """One event for each thing that happened to a file: that of the lowest layer.

    Folders are left out, but those in *files*.
    """
    seen: set[tuple[object, ...]] = set()
    for record in trace.records:
        if not isinstance(record, FileEvent):
            continue
        if not record.directory or record.file in (files or {}):
            key = (record.because or record.id, record.verb, record.file)
            if key not in seen:
                seen.add(key)
                yield record


def asked(event: FileEvent) -> int:
    """The id under which an event is named: its request where one was seen."""
    return event.because[0] if event.because else event.id


def _fixed_by(trace: Trace, event: FileEvent) -> int:
    """The record at whose instant an event stands: the user's answer where it came after one."""
    request = asked(event)
    dialog = _dialog(trace, request)
    answer = _answer(trace, dialog) if dialog is not None else None
    return answer.id if answer is not None else request


# -- stays -------------------------------------------------------------------------------------

_Open: TypeAlias = dict[str, Stay]


def _stays(
    trace: Trace, files: dict[str, Whose], original: OriginalFate | None, end: float
) -> Iterator[Stay]:
    now: _Open = dict(_at_start(trace, files, original, end))
    for event in effects(trace, files):
        if event.t > end:
            break
        for file in (event.file, event.replaced):
            if file in files and file is not None:
                here = next((s for f, s in now.items() if f != file and s.lane == "original"), None)
                after = _next(trace, event, file, files[file], now.get(file), original)
                if after is not None and file not in now and here is not None:
                    # The place is taken: what the original's name was is set aside.
                    after = evolve(after, lane="copy")
                if after is not now.get(file):
                    if file in now:
                        yield evolve(now[file], end=event.t, ended_by=_fixed_by(trace, event))
                    now.pop(file, None)
                    if after is not None:
                        now[file] = evolve(after, end=end)
    yield from now.values()


def _at_start(
    trace: Trace, files: dict[str, Whose], original: OriginalFate | None, end: float
) -> Iterator[tuple[str, Stay]]:
    for record in trace.records:
        if (
            isinstance(record, FileState)
            and (record.moment, record.view) == ("start", "lower")
            and record.file in files
            and record.file is not None
        ):
            whose = files[record.file]
            lane: Lane = "original" if whose == "original" else "copy"
            yield (
                record.file,
                Stay(whose, lane, "whole", record.path, 0.0, end, record.id, None, record.digest),
            )
    made = {r.file for r in trace.records if isinstance(r, FileEvent) and r.verb == "mkdir"}
    for request in _of_folders(trace):
        file = _folder(trace, request)
        if file is not None and file in files and file not in made:
            yield file, Stay("folder", "copy", "whole", request.path, 0.0, end, request.id)


def _next(
    trace: Trace,
    event: FileEvent,
    file: str,
    whose: Whose,
    stay: Stay | None,
    original: OriginalFate | None,
) -> Stay | None:
    """The stay after *event*: the same one where nothing changes, None where the name is gone."""
    if event.replaced == file or (event.verb in {"unlink", "rmdir"} and not event.links):
        return None
    record = asked(event)
    if event.verb == "mkdir" and stay is None:
        return Stay(whose, "copy", "whole", event.path, event.t, event.t, record)
    if event.verb == "create" and stay is None:
        lane: Lane = "original" if original and event.path == original.path else "copy"
        return Stay(whose, lane, "writing", event.path, event.t, event.t, record)
    if stay is None:
        return None
    if event.verb == "rename" and event.to is not None:
        return _renamed(trace, event, stay, original)
    draft = original is not None and whose == "original" and event.id <= original.since
    return _rewritten(event, stay, record, draft)


def _renamed(
    trace: Trace, event: FileEvent, stay: Stay, original: OriginalFate | None
) -> Stay | None:
    to, state = event.to or "", stay.state
    if original and to == original.path:
        lane: Lane = "original"
        state = "changed" if stay.whose == "copy" else "whole"
    elif any(w.bin and to.startswith(w.bin + "/") for w in trace.header.watchers):
        lane, state = "bin", "whole"
    elif _watchers(trace, event):
        lane, state = stay.lane, "aside"
    elif _trashed(to):
        lane, state = "bin", "whole"
    else:
        lane, state = stay.lane, "away" if stay.whose == "original" else state
    begun = evolve(stay, lane=lane, state=state, path=to, start=event.t, record=asked(event))
    return evolve(begun, digest=event.digest or stay.digest, ended_by=None)


def _trashed(path: str) -> bool:
    name = marked(path)
    return name is not None and name.mark == "trashed"


def _rewritten(event: FileEvent, stay: Stay, record: int, draft: bool) -> Stay:
    """The stay after its file was emptied or written; *draft*: it is no original yet."""
    if draft and event.verb == "close" and not event.size:
        return stay
    if event.verb == "truncate" or (event.verb == "write" and stay.state == "whole"):
        state: State = "changed" if stay.whose == "original" and not draft else "writing"
        if stay.state == state:
            return stay
        return evolve(stay, state=state, start=event.t, record=record, digest=event.digest)
    if event.verb == "close" and event.mode == "write":
        if stay.state == "writing":
            return evolve(stay, state="whole", start=event.t, record=record, digest=event.digest)
        if stay.state == "changed":
            return evolve(stay, start=event.t, record=record, digest=event.digest)
    return stay


# -- sessions and uploads ----------------------------------------------------------------------


def _sessions(trace: Trace, files: dict[str, Whose], end: float) -> Iterator[Session]:
    running: list[tuple[FileEvent, Whose]] = []
    for event in effects(trace):
        if event.file is None or event.file not in files or event.t > end:
            continue
        if event.verb == "open":
            running.append((event, files[event.file]))
        elif event.verb == "close":
            for opened, whose in running:
                if (opened.file, opened.mode) == (event.file, event.mode):
                    yield _session(opened, whose, event.t)
                    running.remove((opened, whose))
                    break
    for opened, whose in running:
        stop = next((r.t for r in trace.records if _kills(r) and r.t >= opened.t), end)
        yield _session(opened, whose, stop)


def _session(opened: FileEvent, whose: Whose, end: float) -> Session:
    return Session(whose, opened.mode or "read", opened.t, end, asked(opened))


def _kills(record: Record) -> bool:
    return isinstance(record, Cause) and record.kind == "fault"


def _uploads(
    trace: Trace, verdict: Verdict, files: dict[str, Whose], end: float
) -> Iterator[Upload]:
    broken = {b.upload: b for b in verdict.broken_off}
    for started in trace.records:
        if isinstance(started, Transfer) and started.state == "started" and started.file in files:
            last = next(
                (
                    r
                    for r in trace.records
                    if isinstance(r, Transfer)
                    and r.file == started.file
                    and r.id > started.id
                    and r.state in {"confirmed", "failed"}
                ),
                None,
            )
            killed = broken.get(started.id)
            if killed is not None:
                yield Upload(started.t, killed.t, started.id, killed.record, "failed")
            elif last is None:
                yield Upload(started.t, end, started.id, started.id, "started")
            else:
                yield Upload(started.t, last.t, started.id, last.id, last.state)


# -- acts --------------------------------------------------------------------------------------


def _acts(
    trace: Trace,
    verdict: Verdict,
    files: dict[str, Whose],
    original: OriginalFate | None,
    end: float,
) -> Iterator[Act]:
    found: dict[int, Act] = {}
    known = _named(trace, files)
    for removal in verdict.removals:
        missing = removal.record in verdict.missing
        whose = known.get(removal.path) if missing else files.get(removal.file or "")
        if whose is not None and removal.t <= end:
            found[removal.record] = Act(
                "remove",
                removal.record,
                removal.t,
                whose,
                removal.path,
                removal.result == "done",
                removal.asked_by,
                missing=missing,
            )
    for request in _of_folders(trace):
        if request.t <= end and _folder(trace, request) in files:
            found[request.id] = _of_folder(trace, verdict, request)
    for act in _quiet_losses(trace, original, end):
        found.setdefault(act.record, act)
    for dialog in _questions(trace, files, end):
        found[dialog.id] = Act(
            "ask",
            dialog.id,
            dialog.t,
            files[dialog.file or ""],
            dialog.path,
            False,
            dialog.names_app,
            dialog=dialog,
            answer=_answer(trace, dialog),
        )
    for id_ in sorted(found):
        yield _with_answer(trace, verdict, found[id_])


def _of_folder(trace: Trace, verdict: Verdict, request: Operation) -> Act:
    done = any(isinstance(r, FileEvent) and request.id in r.because for r in trace.records)
    missing = request.id in verdict.missing
    return Act(
        "remove",
        request.id,
        request.t,
        "folder",
        request.path,
        done,
        request.asked_by,
        missing=missing,
    )


def _questions(trace: Trace, files: dict[str, Whose], end: float) -> Iterator[Dialog]:
    """The questions to the user for which no request waits: the app asks beforehand."""
    for record in trace.records:
        if isinstance(record, Dialog) and record.file in files and record.t <= end:
            causes = [trace[cause] for cause in record.because]
            if not any(isinstance(cause, Operation | Match) for cause in causes):
                yield record


def _dialog(trace: Trace, request: int) -> Dialog | None:
    """The question to the user for whose answer that request waited."""
    waits = {request}
    for record in trace.records[request:]:
        if waits & set(record.because):
            if isinstance(record, Dialog):
                return record
            if isinstance(record, Match):
                waits.add(record.id)
    return None


def _answer(trace: Trace, dialog: Dialog) -> Cause | None:
    """What the user answered, if anything."""
    answers = (r for r in trace.records[dialog.id :] if isinstance(r, Cause))
    return next((r for r in answers if dialog.id in r.because), None)


def _named(trace: Trace, files: dict[str, Whose]) -> dict[str, Whose]:
    """Every name that one of the files had in the course of the run."""
    names = {
        path: files[r.file]
        for r in trace.records
        if isinstance(r, FileEvent) and r.file in files and r.file is not None
        for path in (r.path, r.to)
        if path is not None
    }
    for record in trace.records:
        if isinstance(record, FileState) and record.file in files and record.file is not None:
            names.setdefault(record.path, files[record.file])
    return names


def _quiet_losses(trace: Trace, original: OriginalFate | None, end: float) -> Iterator[Act]:
    """What takes the original's name or content away without asking for its removal."""
    for event in effects(trace):
        if original is None or event.t > end:
            return
        hit = original.file is not None and original.file in {event.file, event.replaced}
        if event.id <= original.since:
            # It was not the user's yet.
            continue
        kept = _watchers(trace, event) and event.replaced != original.file
        if hit and event.verb in {"truncate", "rename"} and not kept:
            deed = _loses(trace, event)
            yield Act(deed, asked(event), event.t, "original", event.path, True, event.asked_by)


def _loses(trace: Trace, event: FileEvent) -> Deed:
    """How the original loses its name or its content."""
    if event.verb == "rename" and any(_in(w.bin, event.path) for w in trace.header.watchers):
        return "restore"
    if event.verb == "rename":
        return "trash" if _trashed(event.to or "") else "rename"
    request = trace[asked(event)]
    by_path = isinstance(request, Operation) and request.verb == "truncate"
    return "empty" if by_path else "overwrite"


def _with_answer(trace: Trace, verdict: Verdict, act: Act) -> Act:
    """The act with what the watcher and the user made of it."""
    refusal = match = None
    for record in trace.records:
        if act.record in record.because:
            if isinstance(record, Refusal):
                refusal = refusal or record
            elif isinstance(record, Match) and record.action != "log":
                match = match or record
    followers = _after(trace, match.id) if match else []
    dialog = act.dialog or _dialog(trace, act.record)
    return evolve(
        act,
        dialog=dialog,
        answer=_answer(trace, dialog) if dialog is not None else None,
        refusal=refusal,
        match=match,
        notice=next((r for r in followers if isinstance(r, Notice)), None),
        move=_move(trace, match, followers) if match else None,
        silences=(
            *(s for s in verdict.silences if s.record == act.record),
            *(_passed(trace, act) if act.whose == "folder" else ()),
        ),
    )


def _passed(trace: Trace, act: Act) -> Iterator[Silence]:
    """Why watchers said nothing about a folder; the verdict tells of files alone."""
    for record in trace.records:
        if act.record not in record.because:
            continue
        if isinstance(record, Pass):
            why, read = record.check, record.read
        elif isinstance(record, Match) and record.action == "log":
            why, read = "log_only", record.verb
        else:
            continue
        yield Silence(act.path, act.t, why, read, record.watcher, act.record)


def _after(trace: Trace, id_: int) -> list[Record]:
    """All records that this one led to, in order."""
    led = {id_}
    out = []
    for record in trace.records[id_:]:
        if led & set(record.because):
            led.add(record.id)
            out.append(record)
    return out


def _move(trace: Trace, match: Match, followers: list[Record]) -> Move | None:
    """Where the watcher moved the file of *match* in answer to it, if it did."""
    own = [r for r in _renames(trace, match.file) if r in followers]
    if not own:
        return None
    bins = [w.bin for w in trace.header.watchers if w.bin]
    later = (r for r in _renames(trace, match.file) if r.id >= own[0].id)
    last = next((r for r in later if any(_in(bin, r.to) for bin in bins)), None)
    if last is None:
        if bins:
            return None
        last = own[-1]
    aside = next((r for r in own if r is not last), None)
    return Move(
        aside=aside.id if aside else None,
        aside_at=aside.t if aside else None,
        aside_by=aside.asked_by if aside else None,
        record=last.id,
        t=last.t,
        by=last.asked_by,
    )


def _renames(trace: Trace, file: str | None) -> Iterator[Operation]:
    """The requests by which a watcher gave that file another name."""
    if file is None:
        return
    for event in effects(trace, {file: "folder"}):
        if (event.verb, event.file) == ("rename", file):
            request = trace[asked(event)]
            if isinstance(request, Operation) and _watchers(trace, event):
                yield request


def _in(folder: str | None, path: str | None) -> bool:
    return bool(folder and path and path.startswith(folder + "/"))


def _together(acts: tuple[Act, ...], package: str | None) -> tuple[Act, ...]:
    """The acts that are enlarged: those next to the one that matters most.

    What the app asks for matters more than what somebody else does; *package* is the app's.
    """
    if not acts:
        return ()

    def matters(i: int) -> tuple[bool, bool, bool, int]:
        others = package is not None and acts[i].asked_by != package
        return others, acts[i].whose != "original", acts[i].notice is None, i

    best = min(range(len(acts)), key=matters)
    chosen = [best]
    for step in (-1, 1):
        at = best + step
        while 0 <= at < len(acts) and abs(acts[at].t - acts[at - step].t) <= TOGETHER:
            chosen.append(at)
            at += step
    nearest = sorted(chosen, key=lambda i: (acts[i].notice is None, abs(i - best)))
    kept = {best, *nearest[: MOST_ACTS - 1]} if len(chosen) > MOST_ACTS else set(chosen)
    return tuple(acts[i] for i in sorted(kept))


def folder_of(path: str) -> str:
    """The folder of a path, with its slash."""
    return path[: len(path) - len(basename(path))]
