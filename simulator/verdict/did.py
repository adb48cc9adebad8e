"""What was removed, or asked to be removed: the role of the file, and who asked and who did it."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from simulator.outcomes import Result
from simulator.trace import (
    Dialog,
    FileEvent,
    FileState,
    Listing,
    Operation,
    Record,
    Refusal,
    Sent,
    Trace,
)
from simulator.verdict.provenance import Edge, Origin, Provenance, Role
from simulator.verdict.scenes import carry


@frozen
class Removal:
    """A request to remove a name.

    *result*: ``done``, ``row_only`` (MediaStore forgot it, the file stays or was gone before),
    ``refused`` (a layer or a guard stopped it), ``unanswered`` (a dialog waits for the user),
    ``no_effect`` (MediaStore had no row of it, or
    there was no such file any more) or ``cannot_tell``.  *told* is what a refused caller was told.
    """

    path: str
    role: Role
    derived_from: str | None
    edge: Edge | None
    t: float
    asked_by: str | None
    done_by: str | None
    via: str
    record: int
    result: Result
    file: str | None
    for_whom: str = "app"
    told: str | None = None


def removals(
    trace: Trace, files: Provenance, missing: frozenset[int] = frozenset()
) -> tuple[Removal, ...]:
    """Every request to remove a file, in order; and removals that nobody was seen to ask for.

    *missing* are the requests whose file was not there (:func:`found_nothing`).  What a watcher
    does with what it keeps is told with its bin, not here.
    """
    effects, refusals, unlisted = _consequences(trace)
    names: dict[str, str | None] = {}
    out: list[Removal] = []
    for record in trace.records:
        if isinstance(record, FileState) and record.moment == "start":
            names[record.path] = record.file
        elif isinstance(record, FileEvent):
            if record.verb == "unlink" and not record.because and not record.directory:
                out.append(_unasked(record, files))
            _keep_names(names, record)
        elif _is_request(trace, record):
            assert isinstance(record, Operation)
            seen, refusal = effects.get(record.id, []), refusals.get(record.id)
            file = seen[0].file if seen else names.get(record.path)
            only = record.id in unlisted and all(event.verb != "unlink" for event in seen)
            result: Result = (
                "row_only" if only else "done" if seen else _stopped(record.id, refusal, missing)
            )
            if result == "cannot_tell" and _waits(trace, record.id):
                result = "unanswered"
            out.append(_asked(record, seen, refusal, file, files, result))
    return tuple(out)


def found_nothing(trace: Trace) -> frozenset[int]:
    """The ids of requests that failed because there was no such file, whoever said so.

    A permission rule that hides a file answers ENOENT too; such a request is not among them.
    """
    if not any(isinstance(r, Refusal) and r.error == "ENOENT" for r in trace.records):
        return frozenset()
    effects, refusals, _ = _consequences(trace)
    names: dict[str, str | None] = {}
    gone = set()
    for record in trace.records:
        if isinstance(record, FileState):
            if (record.moment, record.view) == ("start", "lower"):
                names[record.path] = record.file
        elif isinstance(record, FileEvent):
            _keep_names(names, record)
        elif isinstance(record, Operation):
            refusal = refusals.get(record.id)
            if refusal is not None and refusal.error == "ENOENT" and record.id not in effects:
                by_storage = refusal.rule == "errno"
                if by_storage or (trace.header.by_construction and record.path not in names):
                    gone.add(record.id)
    return frozenset(gone)


def _waits(trace: Trace, request: int) -> bool:
    """Whether a dialog about that request was shown."""
    return any(
        isinstance(r, Dialog) and request in {c.id for c in trace.ancestors(r.id)}
        for r in trace.records[request:]
    )


def _is_request(trace: Trace, record: Record) -> bool:
    if not isinstance(record, Operation) or record.verb not in {"unlink", "delete"}:
        return False
    return not any(isinstance(cause, Sent) for cause in trace.ancestors(record.id))


def _consequences(
    trace: Trace,
) -> tuple[dict[int, list[FileEvent]], dict[int, Refusal], set[int]]:
    """What each operation led to: its file events, lowest layer first, or its refusal.

    The third part is which operations took a row away from MediaStore.
    """
    unlisted: set[int] = set()
    effects: dict[int, list[FileEvent]] = {}
    refusals: dict[int, Refusal] = {}
    for record in trace.records:
        if isinstance(record, FileEvent):
            for cause in record.because:
                effects.setdefault(cause, []).append(record)
        elif isinstance(record, Refusal):
            refusals.update((cause, record) for cause in record.because)
        elif isinstance(record, Listing) and not record.listed:
            unlisted.update(record.because)
    return effects, refusals, unlisted


def _keep_names(names: dict[str, str | None], event: FileEvent) -> None:
    if event.verb == "create":
        names[event.path] = event.file
    elif event.verb == "rename" and event.to is not None:
        if event.directory:
            carry(names, event.path, event.to)
            return
        names.pop(event.path, None)
        names[event.to] = event.file
    elif event.verb == "unlink":
        names.pop(event.path, None)


def _asked(
    operation: Operation,
    seen: list[FileEvent],
    refusal: Refusal | None,
    file: str | None,
    files: Provenance,
    result: Result,
) -> Removal:
    origin = files.of(file)
    last = seen[-1] if seen else None
    return Removal(
        path=operation.path,
        role=_role(origin, last),
        derived_from=origin.derived_from if origin.role == "app_copy" else None,
        edge=origin.edge,
        t=operation.t,
        asked_by=operation.asked_by,
        done_by=seen[0].done_by if seen else refusal.done_by if refusal else None,
        via=operation.via,
        record=operation.id,
        result=result,
        file=file,
        for_whom=operation.for_whom,
        told=refusal.told if refusal and not seen else None,
    )


def _stopped(
    request: int, refusal: Refusal | None, missing: frozenset[int]
) -> Literal["refused", "no_effect", "cannot_tell"]:
    if refusal is None:
        return "cannot_tell"
    # A rule of Android says of a call that there is no such row; a watcher's refusal is its own.
    no_row = refusal.error == "0 rows" and "." in refusal.rule
    return "no_effect" if no_row or request in missing else "refused"


def _unasked(event: FileEvent, files: Provenance) -> Removal:
    origin = files.of(event.file)
    return Removal(
        path=event.path,
        role=_role(origin, event),
        derived_from=origin.derived_from if origin.role == "app_copy" else None,
        edge=origin.edge,
        t=event.t,
        asked_by=None,
        done_by=event.done_by,
        via="cannot_tell",
        record=event.id,
        result="done",
        file=event.file,
    )


def _role(origin: Origin, event: FileEvent | None) -> Role:
    unlinked = event is not None and event.verb == "unlink"
    if origin.role == "original" and unlinked and event is not None and event.links:
        return "other_name"
    return origin.role
