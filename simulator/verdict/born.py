"""What became the user's own only during the run: what was recorded, or shot in the app and kept.

A file that was made *by* an app can be made *for* the user.  What the user shoots in an app is the
user's from when the user has kept it and MediaStore shows it; before that it is a draft of the
app's.  What the phone's camera records is the user's from when it is finished.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import define, evolve, field, frozen

from simulator.trace import Cause, FileEvent, FileState, Listing, Operation, Trace
from simulator.trace.records import CAMERA
from simulator.verdict.scenes import carry

_SHOWN = frozenset({"video", "image"})


@frozen
class Born:
    """A *file* that became the user's with the record *since*, when it was called *path*.

    *role*: ``capture`` where the app in question made it, else ``original``.  *name* is the path,
    told apart from that of another original that was called so before.  *digest* is its content.
    """

    file: str
    path: str
    name: str
    role: Literal["capture", "original"]
    since: int
    digest: str | None


@define
class _Shot:
    """A file with data from a camera, as far as the records have come."""

    role: Literal["capture", "original"]
    path: str
    digest: str | None = None
    finished: int = 0
    kept: int = 0
    shown: int = 0

    def since(self) -> int:
        """The record with which it became the user's; 0 if it has not."""
        needed = [self.finished, self.shown] + ([self.kept] if self.role == "capture" else [])
        return max(needed) if all(needed) else 0


@define
class _Watch:
    """Goes through the records of a trace."""

    trace: Trace
    shots: dict[str, _Shot] = field(factory=dict)
    names: dict[str, str] = field(factory=dict)
    born: dict[str, Born] = field(factory=dict)
    listed: dict[str, Listing] = field(factory=dict)
    writers: dict[str, int] = field(factory=dict)

    @property
    def lowest(self) -> str:
        """The layer that sees everything."""
        return self.trace.header.layers[-1]

    def follow(self) -> None:
        for record in self.trace.records:
            if isinstance(record, FileEvent) and record.file is not None:
                self._event(record, record.file)
            elif isinstance(record, Listing) and record.file is not None:
                self._listing(record, record.file)
            elif isinstance(record, Cause) and record.what == "keep shot":
                shot = self.shots.get(self.names.get(record.path or "", ""))
                if shot is not None:
                    shot.kept = record.id
            for file, shot in self.shots.items():
                if file not in self.born and shot.since():
                    known = (shot.path, shot.path, shot.role, shot.since(), shot.digest)
                    self.born[file] = Born(file, *known)

    def _listing(self, record: Listing, file: str) -> None:
        waits = record.pending or record.trashed
        if record.listed and record.media_type in _SHOWN and not waits:
            self.listed[file] = record
        else:
            self.listed.pop(file, None)
        if file in self.shots:
            self._shows(self.shots[file], file)

    def _shows(self, shot: _Shot, file: str) -> None:
        shown = self.listed.get(file)
        shot.shown = shown.id if shown is not None else 0
        shot.path = shown.path if shown is not None else shot.path

    def _event(self, event: FileEvent, file: str) -> None:
        if event.verb in {"open", "close"} and event.mode == "write":
            self._held(event, file)
        if event.verb == "create":
            self.names[event.path] = file
        elif event.verb == "rename" and event.to is not None and event.directory:
            carry(self.names, event.path, event.to)
        elif event.verb == "rename" and event.to is not None:
            self.names.pop(event.path, None)
            self.names[event.to] = file
        elif event.verb == "unlink":
            self.names.pop(event.path, None)
            self._cut_off(event, file)
        elif event.verb == "write":
            self._written(event, file)

    def _held(self, event: FileEvent, file: str) -> None:
        """A file is finished once nobody writes it any more."""
        if event.layer != self.lowest:
            return
        left = self.writers.get(file, 0) + (1 if event.verb == "open" else -1)
        self.writers[file] = left
        if not left and file in self.shots and event.size:
            self.shots[file].finished = event.id
            self.shots[file].digest = event.digest

    def _cut_off(self, event: FileEvent, file: str) -> None:
        """What the phone's camera had recorded when somebody removes it is the user's."""
        shot = self.shots.get(file)
        if shot is not None and shot.role == "original" and not shot.finished and event.size:
            shot.finished, shot.digest = event.id - 1, event.digest
            shot.shown = shot.shown or event.id - 1

    def _written(self, event: FileEvent, file: str) -> None:
        """What is written from a camera is a shot; so is what is written from one still a draft."""
        for cause in event.because:
            operation = self.trace[cause]
            for source in operation.derived_from if isinstance(operation, Operation) else ():
                if source == CAMERA:
                    self._shot(file, self._role(event), event.path)
                elif source in self.shots and source not in self.born:
                    draft = self.shots[source]
                    shot = self._shot(file, draft.role, event.path)
                    shot.kept = shot.kept or draft.kept

    def _shot(self, file: str, role: Literal["capture", "original"], path: str) -> _Shot:
        if file not in self.shots:
            self.shots[file] = _Shot(role, path)
            self._shows(self.shots[file], file)
        return self.shots[file]

    def _role(self, event: FileEvent) -> Literal["capture", "original"]:
        package = (self.trace.header.app or {}).get("package")
        return "capture" if event.asked_by == package else "original"


@frozen
class Births:
    """What became the user's, in that order; *shots* is what a camera gave, by its role."""

    born: tuple[Born, ...]
    shots: Mapping[str, Literal["capture", "original"]]


def births(trace: Trace) -> Births:
    """Everything of *trace* that a camera gave, and what of that became the user's."""
    if not any(isinstance(r, Operation) and CAMERA in r.derived_from for r in trace.records):
        return Births((), {})
    watch = _Watch(trace)
    watch.follow()
    taken = {
        r.path for r in trace.records if isinstance(r, FileState) and r.moment == "start"
    } & set(trace.header.originals)
    out: list[Born] = []
    for born in sorted(watch.born.values(), key=lambda b: b.since):
        number = 1 + sum(other == born.path for other in [*taken, *(b.path for b in out)])
        name = born.path if number == 1 else f"{born.path} ({number})"
        out.append(evolve(born, name=name))
    return Births(tuple(out), {file: shot.role for file, shot in watch.shots.items()})
