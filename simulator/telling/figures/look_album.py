"""What the album has of one deletion: what the gallery shows before and after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from posixpath import basename

from simulator.message import Message
from simulator.telling.figures.filebars import NAMES, Dress
from simulator.telling.figures.looks import Case, Entry, Look, Thing, some
from simulator.trace import FileState, Listing
from simulator.verdict.stale import StaleRow

#: A name, and which file it is (None: a row without one).
_Shown = dict[str, str | None]
_MEDIA = frozenset({"video", "image"})


def album(this: Case) -> Look:
    """What the gallery shows, as far as the media library's rows say."""
    if not any(isinstance(r, FileState) and r.view == "shown" for r in this.trace.records):
        seen = any(isinstance(r, Listing) for r in this.trace.records)
        return _unseen(this) if not seen else _look(this)
    return _look(this)


def _look(this: Case) -> Look:
    shown = _at(this, "start")
    early = list(_listed_first(this, shown))
    late: list[Entry] = list(_stale(this))
    for record in this.trace.records:
        if isinstance(record, Listing) and this.within(record):
            entry = _row(this, record, shown)
            (late if this.after(record) else early).extend([entry] if entry is not None else [])
            if not this.after(record):
                _keep(shown, record)
    before, after = shown, _at(this, "end")
    late.sort(key=lambda entry: (entry.t, entry.records))
    return Look(
        name=Message("The album"),
        layer=None,
        sees=Message("sees what is listed; not who asked, nor where a file came from"),
        before=some(early, this.lines[0], last=True),
        things_before=tuple(_things(this, before, "start")),
        after=some(late, this.lines[1]) or (Entry(this.act.t, (), Message("no entry changes")),),
        things_after=tuple(_things(this, after, "end")),
        concludes=_says(before, after),
        clause=_clause(this, before, after),
    )


def _unseen(this: Case) -> Look:
    return Look(
        name=Message("The album"),
        layer=None,
        sees=Message("sees what is listed; not who asked, nor where a file came from"),
        before=(),
        things_before=(),
        after=(Entry(this.act.t, (), Message("what the gallery shows was not recorded")),),
        things_after=(),
        concludes=Message("Nothing can be said."),
        clause=Message("the album was not recorded"),
    )


def _at(this: Case, moment: str) -> _Shown:
    return {
        r.path: r.file
        for r in this.trace.records
        if isinstance(r, FileState) and (r.moment, r.view) == (moment, "shown")
    }


def _keep(shown: _Shown, record: Listing) -> None:
    if _shows(record):
        shown[record.path] = record.file
    else:
        shown.pop(record.path, None)


def _shows(record: Listing) -> bool:
    hidden = record.pending or record.trashed
    return record.listed and record.media_type in _MEDIA and not hidden


def _concerns(this: Case, file: str | None, path: str) -> bool:
    original = this.story.original
    if file is not None and file in {this.file, original.file if original else None}:
        return True
    return path in this.names or (original is not None and path == original.path)


def _listed_first(this: Case, shown: Mapping[str, str | None]) -> Iterator[Entry]:
    """What was there from the start, of the file and of the original."""
    for record in this.trace.records:
        if not isinstance(record, FileState) or (record.moment, record.view) != ("start", "shown"):
            continue
        if record.path in shown and _concerns(this, record.file, record.path):
            told = Message("{name} is shown from the start", name=basename(record.path))
            yield Entry(record.t, (record.id,), told)


def _row(this: Case, record: Listing, shown: Mapping[str, str | None]) -> Entry | None:
    """A change of a row, where it changes what is shown of the file or of the original."""
    if not _concerns(this, record.file, record.path):
        return None
    name = basename(record.path)
    if _shows(record):
        told = Message("{name} appears", name=name)
        return None if record.path in shown else Entry(record.t, (record.id,), told)
    if record.path not in shown:
        return None
    return Entry(record.t, (record.id,), Message("{name} is no longer shown", name=name))


def _left_over(this: Case) -> Iterator[StaleRow]:
    """What the gallery goes on showing once the file is gone."""
    for row in this.verdict.stale:
        late = row.since > this.end or row.record < this.act.record
        if not late and _concerns(this, row.file, row.path):
            yield row


def _stale(this: Case) -> Iterator[Entry]:
    for row in _left_over(this):
        name = basename(row.path)
        told = Message("{name} is still shown, although the file is gone (inferred)", name=name)
        yield Entry(row.since, (row.record,), told)


def _things(this: Case, shown: Mapping[str, str | None], moment: str) -> Iterator[Thing]:
    """The original and the file that it is about, as the album has them."""
    original = this.story.original
    if original is not None and original.file != this.file:
        yield _thing(this, shown, moment, "original", original.file, (original.path,))
    yield _thing(this, shown, moment, this.dress, this.file, this.names)


def _thing(
    this: Case,
    shown: Mapping[str, str | None],
    moment: str,
    dress: Dress,
    file: str | None,
    names: tuple[str, ...],
) -> Thing:
    path = next((p for p, f in shown.items() if f is not None and f == file), None)
    if path is None:
        path = next((p for p in names if p in shown), None)
    if path is None:
        name = NAMES[dress][-1]
        return Thing(dress, names[0], "unsaid", Message("{file}: not in the album", file=name))
    lower, state = _state(this, moment, "lower", path), _state(this, moment, "shown", path)
    record, digest = (state.id if state else None), (lower.digest if lower and lower.size else None)
    if lower is not None and lower.file != file and lower.file is not None:
        says = Message("another file under its name")
        return Thing(this.dress_of(lower.file), path, "there", says, digest, record)
    if lower is None and state is not None:
        return Thing(dress, path, "gone", Message("shown, without its file"), None, record)
    if dress == "original" and lower is not None and lower.digest != _first(this, file):
        return Thing("changed", path, "there", None, digest, record)
    return Thing(dress, path, "there", None, digest, record)


def _first(this: Case, file: str | None) -> str | None:
    """The content that an original had when it became one."""
    return next((o.before for o in this.verdict.originals if o.file == file), None)


def _state(this: Case, moment: str, view: str, path: str) -> FileState | None:
    return next(
        (
            r
            for r in this.trace.records
            if isinstance(r, FileState) and (r.moment, r.view, r.path) == (moment, view, path)
        ),
        None,
    )


def _says(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> Message:
    """What somebody would say who looks at the album before and after, and at nothing else."""
    lost, new = _apart(before, after)
    if not lost and not new:
        return Message("Nothing is missing, and nothing has happened.")
    if lost and new:
        return Message("An entry has another name now; who gave it that is not here.")
    if new:
        return Message("There is one more entry; nothing is missing.")
    if len(lost) > 1:
        return Message("{number} entries are missing; who took them is not here.", number=len(lost))
    return Message("{name} is missing; who took it is not here.", name=basename(lost[0]))


def _apart(
    before: Mapping[str, str | None], after: Mapping[str, str | None]
) -> tuple[list[str], list[str]]:
    """The names that are no longer shown, and those that were not shown before."""
    return [p for p in before if p not in after], [p for p in after if p not in before]


def _clause(
    this: Case, before: Mapping[str, str | None], after: Mapping[str, str | None]
) -> Message:
    lost, new = _apart(before, after)
    original = this.story.original
    missing = original is not None and any(
        p == original.path or before[p] == original.file for p in lost
    )
    if missing:
        return Message("the album lacks the original")
    if lost and this.dress == "copy":
        return Message("the album no longer shows the copy")
    if lost or new:
        return Message("the album shows a change")
    if any(r.path in after and _concerns(this, r.file, r.path) for r in _left_over(this)):
        return Message("the album still shows what is gone")
    return Message("the album shows no change")
