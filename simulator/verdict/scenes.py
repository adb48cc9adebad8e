"""Which names there were at a moment, which file each meant, and with what content.

At the start, the end and after the bin's keeping time the trace says so itself.  At a notice it is
worked out from the file events of the lowest layer in between.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from simulator.trace import FileEvent, FileState, Notice, Trace

Named = tuple[str | None, str | None]


@frozen
class Scene:
    """All names of one moment, each with its file's identity and digest (None: not known)."""

    names: Mapping[str, Named]

    def paths_of(self, file: str) -> list[str]:
        """The names of that file."""
        return [path for path, (identity, _) in self.names.items() if identity == file]

    def digest_of(self, path: str) -> str | None:
        """The digest of what *path* names, or None."""
        return self.names.get(path, (None, None))[1]

    def file_at(self, path: str) -> str | None:
        """The file that *path* names, or None."""
        return self.names.get(path, (None, None))[0]


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
    for record in trace.records:
        if isinstance(record, FileState) and record.view == "lower":
            moments.setdefault(record.moment, {})[record.path] = (record.file, record.digest)
    if moments:
        # A phone whose last file is gone has no state records left, yet it was looked at.
        moments.setdefault("end", {})
    at_notice = _replayed(trace, dict(moments.get("start", {})))
    return Scenes({m: Scene(names) for m, names in moments.items()}, at_notice)


def _replayed(trace: Trace, names: dict[str, Named]) -> dict[int, Scene]:
    out = {}
    layer = trace.header.layers[-1] if trace.header.layers else None
    for record in trace.records:
        if isinstance(record, Notice):
            out[record.id] = Scene(dict(names))
        elif isinstance(record, FileEvent) and record.layer == layer and not record.directory:
            _apply(names, record)
    return out


def _apply(names: dict[str, Named], event: FileEvent) -> None:
    if event.verb == "unlink":
        names.pop(event.path, None)
    elif event.verb == "rename" and event.to is not None:
        old = names.pop(event.path, (event.file, event.digest))
        names[event.to] = old
    elif event.verb in {"create", "write"} or event.digest is not None:
        names[event.path] = (event.file, event.digest)
