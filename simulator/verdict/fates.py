"""What became of the originals, and what is left of them on the phone.

Fate is about the original's name and identity; loss is about its content, in whatever place.  Both
are judged at moments: at each notice, at the end of the run, at the end of the bin's keeping time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from posixpath import basename
from typing import Literal

from attrs import frozen

from simulator.trace import FileEvent, FileState, Operation, Sent, Trace, Transfer
from simulator.trace.records import REMOVALS, Moment
from simulator.verdict.provenance import Provenance

Fate = Literal[
    "intact",
    "modified",
    "moved",
    "hidden",
    "trashed",
    "kept_aside",
    "deleted",
    "cannot_tell",
]
Loss = Literal["none", "metadata", "quality", "all", "cannot_tell"]
PLACES = ("album", "elsewhere", "kept_aside", "bin", "server")


@frozen
class Standing:
    """How an original stands at a moment."""

    fate: Fate
    loss: Loss
    survives_in: tuple[str, ...]


@frozen
class OriginalFate:
    """One original: how it stands at each moment, its content before and after, who touched it.

    *touched_by* are the ids of the operations that changed it or asked to remove it.
    """

    path: str
    file: str | None
    at: Mapping[str, Standing]
    before: str | None
    after: str | None
    touched_by: tuple[int, ...]

    @property
    def end(self) -> Standing:
        """How it stands at the end of the run."""
        return self.at["end"]


@frozen
class _Scene:
    """All names of one moment: path, identity, digest."""

    names: tuple[tuple[str, str | None, str | None], ...]

    def paths_of(self, file: str) -> list[str]:
        return [path for path, identity, _ in self.names if identity == file]

    def digest_of(self, path: str) -> str | None:
        return next((digest for name, _, digest in self.names if name == path), None)

    def file_at(self, path: str) -> str | None:
        return next((file for name, file, _ in self.names if name == path), None)


def fates(trace: Trace, files: Provenance) -> tuple[OriginalFate, ...]:
    """What became of every original of *trace*."""
    scenes = _scenes(trace)
    known = {path: file for file, path in files.originals.items()}
    return tuple(
        _fate(trace, files, scenes, path, known.get(path)) for path in trace.header.originals
    )


def _fate(
    trace: Trace, files: Provenance, scenes: Mapping[str, _Scene], path: str, file: str | None
) -> OriginalFate:
    start, end = scenes.get("start"), scenes.get("end")
    if file is None or start is None or end is None:
        unknown = Standing("cannot_tell", "cannot_tell", ())
        return OriginalFate(path, file, {"end": unknown}, None, None, ())
    before = start.digest_of(path)
    at = {
        moment: _standing(trace, files, scene, path, file, before)
        for moment, scene in scenes.items()
        if moment != "start"
    }
    return OriginalFate(path, file, at, before, end.digest_of(path), _touches(trace, file, path))


def _standing(
    trace: Trace, files: Provenance, scene: _Scene, path: str, file: str, before: str | None
) -> Standing:
    same = [p for p, _, digest in scene.names if before is not None and digest == before]
    family = files.derived_from(path) | {file}
    derived = [p for p, identity, _ in scene.names if identity in family]
    loss: Loss = "none" if same else "quality" if derived else "all"
    if before is None:
        loss = "cannot_tell"
    places = {_place(trace, p, path) for p in same or derived}
    if _on_server(trace, family):
        places.add("server")
    fate = _fate_word(trace, files, scene, path, file, before)
    return Standing(fate, loss, tuple(p for p in PLACES if p in places))


def _fate_word(
    trace: Trace, files: Provenance, scene: _Scene, path: str, file: str, before: str | None
) -> Fate:
    names = scene.paths_of(file)
    if path in names:
        return "intact" if scene.digest_of(path) == before else "modified"
    if names:
        place = _place(trace, names[0], path)
        if place in {"bin", "kept_aside"} or _moved_by_watcher(trace, file):
            return "kept_aside"
        if basename(names[0]).startswith(".trashed-"):
            return "trashed"
        hidden = any(part.startswith(".") for part in names[0].split("/"))
        return "hidden" if hidden else "moved"
    heir = scene.file_at(path)
    if heir is not None and files.of(heir).derived_from == path:
        return "modified"
    return "deleted"


def _scenes(trace: Trace) -> dict[str, _Scene]:
    """The names on the lower file system at each moment; of several notices, at the last."""
    seen: dict[str, list[FileState]] = {}
    latest: dict[str, float] = {}
    for record in trace.records:
        if isinstance(record, FileState) and record.view == "lower":
            if latest.get(record.moment) != record.t:
                latest[record.moment] = record.t
                seen[record.moment] = []
            seen[record.moment].append(record)
    for moment in _moments(trace):
        seen.setdefault(moment, [])
    return {
        moment: _Scene(tuple((s.path, s.file, s.digest) for s in states))
        for moment, states in seen.items()
    }


def _moments(trace: Trace) -> Iterable[Moment]:
    # A phone whose last file is gone has no state records left, yet the moment was looked at.
    if any(isinstance(r, FileState) for r in trace.records):
        yield "end"


def is_last(trace: Trace, files: Provenance, original: str, file: str | None, t: float) -> bool:
    """Whether *file* is all that is left on the phone of an original and its copies at *t*."""
    family = files.derived_from(original) | {f for f, p in files.originals.items() if p == original}
    left = {
        r.file
        for r in trace.records
        if isinstance(r, FileState) and r.view == "lower" and r.t == t and r.moment == "notice"
    }
    return bool(left) and not (family - {file}) & left


def _touches(trace: Trace, file: str, path: str) -> tuple[int, ...]:
    changed = {
        cause
        for r in trace.records
        if isinstance(r, FileEvent)
        and file in {r.file, r.replaced}
        and (r.verb in REMOVALS or r.verb == "write")
        for cause in r.because
    }
    asked = {
        r.id
        for r in trace.records
        if isinstance(r, Operation) and r.path == path and r.verb in REMOVALS
    }
    return tuple(sorted(changed | asked))


def _place(trace: Trace, name: str, original: str) -> str:
    for watcher in trace.header.watchers:
        if watcher.bin and name.startswith(watcher.bin + "/"):
            return "bin"
        if watcher.aside and basename(name).endswith(watcher.aside.rpartition("}")[2]):
            return "kept_aside"
    return "album" if name == original or name.startswith("DCIM/") else "elsewhere"


def _moved_by_watcher(trace: Trace, file: str) -> bool:
    moves = [
        r
        for r in trace.records
        if isinstance(r, FileEvent) and r.verb == "rename" and r.file == file
    ]
    if not moves:
        return False
    return any(isinstance(cause, Sent) for cause in trace.ancestors(moves[-1].id))


def _on_server(trace: Trace, family: set[str]) -> bool:
    return any(
        isinstance(r, Transfer) and r.state == "confirmed" and r.file in family
        for r in trace.records
    )
