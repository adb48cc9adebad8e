"""What each file is: its role, from what happened to it, never from its name or folder.

An *original* is what the header declares, or what the phone's camera records meanwhile; a *capture*
is what the app shot with the camera for the user.  The app's copy is a file whose data came from an
original; a placeholder never held content.  Where the trace does not show where a file came from,
the answer is *cannot tell*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import frozen

from simulator.trace import FileEvent, FileState, Operation, Trace
from simulator.verdict.born import Born, births

Role = Literal[
    "original", "other_name", "app_copy", "placeholder", "capture", "other", "cannot_tell"
]
Edge = Literal["certain", "strong", "weak"]
_STRENGTH: Mapping[str, int] = {"certain": 2, "strong": 1, "weak": 0}


@frozen
class Origin:
    """What a file is: its *role*, and for a copy the original it came from and how certain."""

    role: Role
    derived_from: str | None = None
    edge: Edge | None = None


@frozen
class Provenance:
    """The origin of every file of a trace, the originals, and what was written into each file.

    *sources* gives, for a file written to from known files, their identities.  *born* are the
    originals that came into being on the way, captures among them.
    """

    origins: Mapping[str, Origin]
    originals: Mapping[str, str]
    sources: Mapping[str, frozenset[str]]
    born: tuple[Born, ...] = ()

    def of(self, file: str | None) -> Origin:
        """The origin of that file."""
        if file is None:
            return Origin("cannot_tell")
        return self.origins.get(file, Origin("cannot_tell"))

    def derived_from(self, original: str) -> set[str]:
        """The identities of the original at that path and of all files that came from it."""
        return {f for f, origin in self.origins.items() if origin.derived_from == original}


def provenance(trace: Trace) -> Provenance:
    """Work out what each file of *trace* is."""
    present = {
        r.file: r.path
        for r in trace.records
        if isinstance(r, FileState) and r.moment == "start" and r.view == "lower" and r.file
    }
    declared = set(trace.header.originals)
    originals = {file: path for file, path in present.items() if path in declared}
    origins = {file: Origin("other") for file in present}
    origins |= {file: Origin("original", path) for file, path in originals.items()}
    came = births(trace)
    origins |= {file: Origin(role) for file, role in came.shots.items()}
    origins |= {b.file: Origin(b.role, b.name) for b in came.born}
    originals |= {b.file: b.name for b in came.born}
    made, written, flows = _flows(trace)
    for file in made:
        origins.setdefault(file, Origin("other" if file in written else "placeholder"))
    _follow(flows, originals, origins)
    if trace.header.overflows or not trace.header.actors:
        origins = {f: _doubted(o) for f, o in origins.items()}
    sources: dict[str, frozenset[str]] = {}
    for source, target, _ in flows:
        sources[target] = sources.get(target, frozenset()) | {source}
    return Provenance(origins, originals, sources, came.born)


def _flows(
    trace: Trace,
) -> tuple[list[str], set[str], list[tuple[str, str, Edge]]]:
    """The files made, those written to, and the data flows (from, into, how certain)."""
    made: dict[str, None] = {}
    written: set[str] = set()
    flows: list[tuple[str, str, Edge]] = []
    for record in trace.records:
        if not isinstance(record, FileEvent) or record.file is None or record.directory:
            continue
        if record.verb == "create":
            made[record.file] = None
        elif record.verb == "write":
            written.add(record.file)
            for cause in record.because:
                operation = trace[cause]
                if isinstance(operation, Operation):
                    for source in operation.derived_from:
                        flows.append((source, record.file, operation.edge or "weak"))
    return list(made), written, list(dict.fromkeys(flows))


def _follow(
    flows: list[tuple[str, str, Edge]],
    originals: Mapping[str, str],
    origins: dict[str, Origin],
) -> None:
    """Spread "derived from an original" along the flows, in the order in which they happened."""
    for source, target, edge in flows:
        if target in originals:
            continue
        origin = origins.get(source)
        if origin is None or origin.derived_from is None:
            continue
        strength = (
            edge if origin.edge is None else min(edge, origin.edge, key=_STRENGTH.__getitem__)
        )
        origins[target] = Origin("app_copy", origin.derived_from, strength)


def _doubted(origin: Origin) -> Origin:
    # Without a sight of every event, a file that seems untouched by any source may have had one.
    return Origin("cannot_tell") if origin.role in {"placeholder", "other"} else origin
