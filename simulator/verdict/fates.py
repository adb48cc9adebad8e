"""What became of the originals, and what is left of them on the phone.

Fate is about the original's name and identity; loss is about its content, in whatever place.  Both
are judged at moments: at each notice, at the end of the run, at the end of the bin's keeping time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from posixpath import basename

from attrs import frozen

from simulator.android.media_names import is_trashed
from simulator.android.paths import place
from simulator.outcomes import Fate, Loss
from simulator.trace import Cause, FileEvent, Operation, Sent, Trace, Transfer
from simulator.trace.records import REMOVALS
from simulator.verdict.authority import Authority, authority
from simulator.verdict.born import Born
from simulator.verdict.provenance import Provenance
from simulator.verdict.scenes import Scene, Scenes

#: Verbs that change a file; that its row was deleted is told of the layers above alone.
_CHANGES = (REMOVALS | {"write"}) - {"delete"}
PLACES = ("album", "card", "elsewhere", "kept_aside", "bin", "server")


@frozen
class Standing:
    """How an original stands at a moment.

    *unfinished_in* is where there are copies that somebody had not finished writing; whether such
    a copy plays cannot be told.
    """

    fate: Fate
    loss: Loss
    survives_in: tuple[str, ...]
    unfinished_in: tuple[str, ...] = ()


@frozen
class OriginalFate:
    """One original: how it stands at each moment, its content before and after, who touched it.

    *touched_by* are the ids of the operations that changed it or asked to remove it, *changed_by*
    those that took effect, and *on_authority* says whose those were.  *since* is the record with
    which it became an original (0: it was one from the start); *shot*: the app made it for the
    user.
    """

    path: str
    file: str | None
    at: Mapping[str, Standing]
    before: str | None
    after: str | None
    touched_by: tuple[int, ...]
    changed_by: tuple[int, ...] = ()
    on_authority: frozenset[Authority] = frozenset()
    since: int = 0
    shot: bool = False

    @property
    def end(self) -> Standing:
        """How it stands at the end of the run."""
        return self.at["end"]


def fates(trace: Trace, files: Provenance, scenes: Scenes) -> tuple[OriginalFate, ...]:
    """What became of every original of *trace*.

    First what was shot in the app, then those declared, then what was recorded meanwhile.
    """
    new = {born.name: born for born in files.born}
    known = {path: file for file, path in files.originals.items() if path not in new}
    declared = [
        _fate(trace, files, scenes, path, known.get(path)) for path in trace.header.originals
    ]
    captures = [b for b in files.born if b.role == "capture"]
    recorded = [b for b in files.born if b.role != "capture"]
    return (
        *(_fate_of_new(trace, files, scenes, born) for born in captures),
        *declared,
        *(_fate_of_new(trace, files, scenes, born) for born in recorded),
    )


def _fate(
    trace: Trace, files: Provenance, scenes: Scenes, path: str, file: str | None
) -> OriginalFate:
    start, end = scenes.moments.get("start"), scenes.moments.get("end")
    if file is None or start is None or end is None:
        unknown = Standing("cannot_tell", "cannot_tell", ())
        return OriginalFate(path, file, {"end": unknown}, None, None, ())
    before = start.digest_of(path)
    at = {
        moment: standing(trace, files, scene, path, file, before)
        for moment, scene in scenes.in_order()
    }
    changes = _changes(trace, file)
    asked = _asked(trace, path)
    whose = frozenset(authority(trace, id_) for id_ in changes)
    after = end.digest_of(path)
    touches = tuple(sorted({*changes, *asked}))
    return OriginalFate(path, file, at, before, after, touches, changes, whose)


def _fate_of_new(trace: Trace, files: Provenance, scenes: Scenes, born: Born) -> OriginalFate:
    """What became of an original that was not there at the start, since it was one."""
    at = {
        moment: standing(trace, files, scene, born.path, born.file, born.digest, since=born.since)
        for moment, scene in scenes.in_order()
        if scene.upto >= born.since
    }
    changes = _changes(trace, born.file, born.since)
    asked = {id_ for id_ in _asked(trace, born.path) if id_ > born.since}
    whose = frozenset(authority(trace, id_) for id_ in changes)
    after = scenes.moments["end"].digest_of(born.path)
    touches = tuple(sorted({*changes, *asked}))
    return OriginalFate(
        born.name,
        born.file,
        at,
        born.digest,
        after,
        touches,
        changes,
        whose,
        born.since,
        born.role == "capture",
    )


def standing(
    trace: Trace,
    files: Provenance,
    scene: Scene,
    path: str,
    file: str,
    before: str | None,
    *,
    since: int = 0,
) -> Standing:
    """How the original *file*, whose name was *path* and content *before*, stands in *scene*.

    *since* is the record with which it became one.
    """
    same = [p for p, named in scene.names.items() if before and named.digest == before]
    family = files.derived_from(files.originals.get(file, path))
    held = [
        p
        for p, named in scene.names.items()
        if named.file in family
        and named.size != 0
        and (named.file != file or _holds_of_it(trace, files, file, since))
    ]
    open_still = unfinished(trace, scene.upto) if held else frozenset()
    derived = [p for p in held if scene.file_at(p) not in open_still]
    half = [p for p in held if p not in derived]
    blanked = frozenset() if same else _as_shown(trace, file, before, scene)
    without = [p for p, named in scene.names.items() if named.digest in blanked]
    loss: Loss = "none" if same else "metadata" if without else "quality" if derived else "all"
    if before is None or (loss == "all" and half):
        loss = "cannot_tell"
    out = _card_is_out(trace, scene.upto)
    kept = same or without or derived
    places = {"card" if out and place(p).volume else _place(trace, p, path) for p in kept}
    if _on_server(trace, family, scene):
        places.add("server")
    fate = _fate_word(trace, files, scene, path, file, before, since)
    begun = {_place(trace, p, path) for p in half}
    return Standing(fate, loss, _in_order(places), _in_order(begun))


def _in_order(places: set[str]) -> tuple[str, ...]:
    return tuple(p for p in PLACES if p in places)


def unfinished(trace: Trace, upto: int) -> frozenset[str]:
    """The files that were written to and not closed since, up to that record."""
    lowest = trace.header.layers[-1] if trace.header.layers else None
    writers: Counter[str] = Counter()
    written: set[str] = set()
    for record in trace.records[:upto]:
        if isinstance(record, FileEvent) and record.file is not None and record.layer == lowest:
            if record.verb == "open" and record.mode == "write":
                writers[record.file] += 1
            elif record.verb == "write":
                written.add(record.file)
            elif record.verb == "close" and record.mode != "read":
                writers[record.file] -= 1
    return frozenset(file for file in written if writers[file] > 0)


def _as_shown(trace: Trace, file: str, before: str | None, scene: Scene) -> frozenset[str]:
    """What readers were shown of the original where it was not what the storage keeps.

    Such bytes lack its metadata: Android blanks it for readers who may not see the location.
    """
    return frozenset(
        r.digest
        for r in trace.records[: scene.upto]
        if isinstance(r, FileEvent)
        and r.verb == "open"
        and r.mode == "read"
        and r.file == file
        and r.digest is not None
        and r.digest != before
    )


def _holds_of_it(trace: Trace, files: Provenance, original: str, since: int) -> bool:
    """Whether an original still holds data of its own; it may have been written over."""
    written = [
        source
        for r in trace.records[since:]
        if isinstance(r, FileEvent) and r.verb == "write" and r.file == original
        for cause in r.because
        if isinstance(operation := trace[cause], Operation)
        for source in operation.derived_from or ("",)
    ]
    return not written or any(files.of(source).derived_from for source in written)


def _fate_word(
    trace: Trace,
    files: Provenance,
    scene: Scene,
    path: str,
    file: str,
    before: str | None,
    since: int,
) -> Fate:
    names = scene.paths_of(file)
    if path in names:
        same = scene.digest_of(path) == before and not _written_over(trace, file, scene, since)
        return "intact" if same else "modified"
    if names:
        if is_trashed(names[0]):
            return "trashed"
        place = _place(trace, names[0], path)
        if place in {"bin", "kept_aside"} or _moved_by_watcher(trace, file):
            return "kept_aside"
        hidden = any(part.startswith(".") for part in names[0].split("/"))
        return "hidden" if hidden else "moved"
    return "modified" if _replaced(trace, file, path, scene) else "deleted"


def _written_over(trace: Trace, file: str, scene: Scene, since: int) -> bool:
    # The same bytes written anew are the same content, but the file was not left alone.
    return any(
        isinstance(r, FileEvent) and r.file == file and r.verb in {"write", "truncate"}
        for r in trace.records[since : scene.upto]
    )


def _replaced(trace: Trace, file: str, path: str, scene: Scene) -> bool:
    """Whether another file took the original's own name by a rename, and has it still."""
    return any(
        isinstance(r, FileEvent)
        and (r.replaced, r.to) == (file, path)
        and scene.file_at(path) == r.file
        for r in trace.records[: scene.upto]
    )


def is_last(scene: Scene, files: Provenance, original: str, file: str | None) -> bool:
    """Whether *file* is all that is left in *scene* of an original and its copies."""
    family = files.derived_from(original)
    left = {n.file for n in scene.names.values() if n.file in family and n.size != 0}
    return left <= {file}


def _changes(trace: Trace, file: str, since: int = 0) -> tuple[int, ...]:
    """The operations that took something away from that file, its name or its content."""
    changed = {
        cause
        for r in trace.records[since:]
        if isinstance(r, FileEvent) and file in {r.file, r.replaced} and r.verb in _CHANGES
        for cause in r.because
    }
    return tuple(sorted(changed))


def _asked(trace: Trace, path: str) -> set[int]:
    return {
        r.id
        for r in trace.records
        if isinstance(r, Operation) and r.path == path and r.verb in REMOVALS
    }


def _place(trace: Trace, name: str, original: str) -> str:
    for watcher in trace.header.watchers:
        if watcher.bin and name.startswith(watcher.bin + "/"):
            return "bin"
        if watcher.aside and basename(name).endswith(watcher.aside.rpartition("}")[2]):
            return "kept_aside"
    if is_trashed(name):
        return "bin"
    return "album" if name == original or name.startswith("DCIM/") else "elsewhere"


def _card_is_out(trace: Trace, upto: int) -> bool:
    acts = [
        r.what
        for r in trace.records[:upto]
        if isinstance(r, Cause) and r.what in {"remove card", "insert card"}
    ]
    return acts[-1:] == ["remove card"]


def _moved_by_watcher(trace: Trace, file: str) -> bool:
    moves = [
        r
        for r in trace.records
        if isinstance(r, FileEvent) and r.verb == "rename" and r.file == file
    ]
    if not moves:
        return False
    return any(isinstance(cause, Sent) for cause in trace.ancestors(moves[-1].id))


def _on_server(trace: Trace, family: set[str], scene: Scene) -> bool:
    return any(
        isinstance(r, Transfer) and r.state == "confirmed" and r.size > 0 and r.file in family
        for r in trace.records[: scene.upto]
    )
