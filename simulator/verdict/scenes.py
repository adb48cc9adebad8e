"""Which names there were at a moment, which file each meant, and with what content.

At the start, the end and after the bin's keeping time the trace says so itself.  At a notice it is
worked out from the file events of the lowest layer in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from attrs import frozen

from simulator.trace import FileEvent, FileState, Notice, Trace

V = TypeVar("V")


@frozen
class Named:
    """What a name means: the file's identity, its digest and its size (None: not known)."""

    file: str | None
    digest: str | None
    size: int | None


_NOTHING = Named(None, None, None)


@frozen
class Scene:
    """All names of one moment; *upto* is the id of the last record before it."""

    names: Mapping[str, Named]
    upto: int

    def paths_of(self, file: str) -> list[str]:
        """The names of that file."""
        return [path for path, named in self.names.items() if named.file == file]

    def digest_of(self, path: str) -> str | None:
        """The digest of what *path* names, or None."""
        return self.names.get(path, _NOTHING).digest

    def file_at(self, path: str) -> str | None:
        """The file that *path* names, or None."""
        return self.names.get(path, _NOTHING).file


@frozen
class Scenes:
    """The scenes of a trace: by moment, and at each notice by its record id."""

    moments: Mapping[str, Scene]
    at_notice: Mapping[int, Scene]

    def in_order(self) -> list[tuple[str, Scene]]:
        """Every moment after the start at which a fate is judged."""
        out = [("notice", scene) for scene in list(self.at_notice.values())[-1:]]
        out += [(m, self.moments[m]) for m in ("end", "retention") if m in self.moments]
        return out


def scenes(trace: Trace) -> Scenes:
    """The scenes of *trace*."""
    moments: dict[str, dict[str, Named]] = {}
    upto: dict[str, int] = {}
    for record in trace.records:
        if isinstance(record, FileState):
            names = moments.setdefault(record.moment, {})
            if record.view == "lower":
                names[record.path] = Named(record.file, record.digest, record.size)
                upto[record.moment] = record.id
    if moments:
        # A phone whose last file is gone has no state records left, yet it was looked at.
        moments.setdefault("end", {})
    at_notice = _replayed(trace, dict(moments.get("start", {})))
    last = len(trace.records)
    found = {m: Scene(names, upto.get(m, last)) for m, names in moments.items()}
    return Scenes(found, at_notice)


def _replayed(trace: Trace, names: dict[str, Named]) -> dict[int, Scene]:
    out = {}
    layer = trace.header.layers[-1] if trace.header.layers else None
    for record in trace.records:
        if isinstance(record, Notice):
            out[record.id] = Scene(dict(names), record.id)
        elif isinstance(record, FileEvent) and record.layer == layer:
            if not record.directory:
                _apply(names, record)
            elif record.verb == "rename" and record.to is not None:
                carry(names, record.path, record.to)
    return out


def carry(names: dict[str, V], folder: str, to: str) -> None:
    """Give everything in *names* that lies below *folder* the name it has after its renaming."""
    for path in [path for path in names if path.startswith(f"{folder}/")]:
        names[to + path[len(folder) :]] = names.pop(path)


def _apply(names: dict[str, Named], event: FileEvent) -> None:
    if event.verb == "unlink":
        names.pop(event.path, None)
    elif event.verb == "rename" and event.to is not None:
        old = names.pop(event.path, Named(event.file, event.digest, event.size))
        names[event.to] = old
    elif event.links == 0:
        # What is written to a file without a name gives it none.
        return
    elif event.verb in {"create", "write"} or event.digest is not None:
        names[event.path] = Named(event.file, event.digest, event.size)
