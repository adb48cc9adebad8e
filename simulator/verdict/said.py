"""What the phone said: each notice, part by part, and the removals about which it was silent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import frozen

from simulator.outcomes import Fate
from simulator.trace import (
    FileEvent,
    Match,
    Notice,
    Operation,
    Pass,
    Refusal,
    Sent,
    Trace,
    Watched,
)
from simulator.trace.records import REMOVALS
from simulator.verdict.did import Removal
from simulator.verdict.fates import OriginalFate, is_last, standing
from simulator.verdict.provenance import Provenance, Role
from simulator.verdict.scenes import Scenes

Status = Literal["true", "false", "open"]
About = Role | Literal["last_copy"]
#: Events that take an original's content away without removing its name by a delete.
QUIET_LOSSES = frozenset({"truncate", "rename"})


@frozen
class ClaimCheck:
    """One part of a notice's wording: whether it holds, by which records."""

    claim: str
    status: Status
    records: tuple[int, ...]


@frozen
class NoticeCheck:
    """One notice: what it is about, and which of its parts hold.

    *wrong_app*: it names another app than the one that asked.  *as_ordered*: the user had asked
    for the removal.  *original_fate* is the fate of the original concerned, at that moment.
    """

    notice: Notice
    about: About
    as_ordered: bool
    wrong_app: bool
    original: str | None
    original_fate: Fate
    claims: tuple[ClaimCheck, ...]


@frozen
class Silence:
    """A removal or overwrite about which no notice came, and *why*.

    *why* is ``no_watcher``, ``layer_not_crossed``, ``verb_not_watched``, ``log_only``,
    ``refused_before``, ``no_row``, ``nothing_removed``, ``run_ended``, or the name of the rule's
    check that did not fit; *read* is what that check read.
    """

    path: str
    t: float
    why: str
    read: str
    watcher: str | None
    record: int


def notices(
    trace: Trace,
    files: Provenance,
    removed: tuple[Removal, ...],
    originals: tuple[OriginalFate, ...],
    scenes: Scenes,
) -> tuple[NoticeCheck, ...]:
    """Every notice of *trace*, checked."""
    by_operation = {removal.record: removal for removal in removed}
    return tuple(
        _check(trace, files, record, by_operation, originals, scenes)
        for record in trace.records
        if isinstance(record, Notice)
    )


def _check(
    trace: Trace,
    files: Provenance,
    notice: Notice,
    removed: dict[int, Removal],
    originals: tuple[OriginalFate, ...],
    scenes: Scenes,
) -> NoticeCheck:
    operation = _operation_behind(trace, notice)
    removal = removed.get(operation.id) if operation else None
    origin = files.of(notice.file)
    original = next((o for o in originals if o.path == origin.derived_from), None)
    if original is None and len(originals) == 1:
        original = originals[0]
    scene = scenes.at_notice[notice.id]
    then = (
        standing(trace, files, scene, original.path, original.file, original.before)
        if original and original.file
        else None
    )
    about: About = removal.role if removal else origin.role
    if (
        about == "app_copy"
        and original is not None
        and is_last(scene, files, original.path, notice.file)
    ):
        about = "last_copy"
    asked_by = operation.asked_by if operation else None
    return NoticeCheck(
        notice=notice,
        about=about,
        as_ordered=operation is not None
        and operation.for_whom == "user"
        and operation.verb != "open",
        wrong_app=asked_by is not None and notice.names_app != asked_by,
        original=original.path if original else None,
        original_fate=then.fate if then else "cannot_tell",
        claims=tuple(_claims(trace, notice, operation, about)),
    )


def _operation_behind(trace: Trace, notice: Notice) -> Operation | None:
    return next((r for r in trace.ancestors(notice.id) if isinstance(r, Operation)), None)


def _claims(
    trace: Trace, notice: Notice, operation: Operation | None, about: About
) -> Iterator[ClaimCheck]:
    ids = (operation.id,) if operation else ()
    effects = tuple(
        r.id
        for r in trace.records
        if isinstance(r, FileEvent) and operation and operation.id in r.because
    )
    refusals = tuple(
        r.id
        for r in trace.records
        if isinstance(r, Refusal) and operation and operation.id in r.because
    )
    for claim in notice.claims:
        if operation is None:
            yield ClaimCheck(claim, "open", ())
        elif claim == "names_app":
            yield ClaimCheck(claim, _truth(notice.names_app == operation.asked_by), ids)
        elif claim == "object_is_media":
            yield ClaimCheck(claim, _holds_media(about), ids)
        elif claim == "was_removed":
            yield ClaimCheck(claim, _truth(bool(effects)), effects or refusals)
        elif claim == "was_intercepted":
            yield ClaimCheck(claim, _truth(bool(refusals)), refusals or effects)
    # No wording says whose video it was, and that is what a reader takes from it.
    yield ClaimCheck("object_is_original", "open", ids)


def _truth(holds: bool) -> Status:
    return "true" if holds else "false"


def _holds_media(about: About) -> Status:
    if about == "placeholder":
        return "false"
    return "open" if about == "cannot_tell" else "true"


# -- silences ----------------------------------------------------------------------------------


def silences(
    trace: Trace,
    files: Provenance,
    removed: tuple[Removal, ...],
    missing: frozenset[int] = frozenset(),
) -> tuple[Silence, ...]:
    """Every removal, and every overwrite of an original, about which no notice came."""
    spoken = {
        operation.id
        for record in trace.records
        if isinstance(record, Notice) and (operation := _operation_behind(trace, record))
    }
    candidates = {r.record: (r.path, r.t) for r in removed}
    candidates.update(_quiet_losses(trace, files))
    out = [
        silence
        for id_, (path, t) in sorted(candidates.items())
        if id_ not in spoken
        for silence in _reasons(trace, id_, path, t, missing)
    ]
    return tuple(out)


def _quiet_losses(trace: Trace, files: Provenance) -> dict[int, tuple[str, float]]:
    found: dict[int, tuple[str, float]] = {}
    for record in trace.records:
        if isinstance(record, FileEvent) and record.verb in QUIET_LOSSES:
            hit = {record.file, record.replaced} & set(files.originals)
            if hit and not any(_is_watchers(trace, cause) for cause in record.because):
                lost = record.replaced in files.originals and record.to
                for cause in record.because:
                    found.setdefault(cause, (lost or record.path, record.t))
    return found


def _is_watchers(trace: Trace, operation: int) -> bool:
    return any(isinstance(cause, Sent) for cause in trace.ancestors(operation))


def _reasons(
    trace: Trace, id_: int, path: str, t: float, missing: frozenset[int]
) -> Iterator[Silence]:
    if not trace.header.watchers:
        yield Silence(path, t, "no_watcher", "", None, id_)
    for watcher in trace.header.watchers:
        why, read = _reason(trace, watcher, id_, missing)
        yield Silence(path, t, why, read, watcher.name, id_)


def _reason(trace: Trace, watcher: Watched, id_: int, missing: frozenset[int]) -> tuple[str, str]:
    own = [r for r in trace.records if id_ in r.because]
    for record in own:
        if isinstance(record, Pass) and record.watcher == watcher.name:
            return record.check, record.read
        if isinstance(record, Match) and record.watcher == watcher.name:
            return ("log_only", record.verb) if record.action == "log" else ("run_ended", "")
        if isinstance(record, Refusal) and record.rule != watcher.name:
            if id_ in missing:
                return "nothing_removed", ""
            return ("no_row", "") if record.error == "0 rows" else ("refused_before", record.error)
    events = [r for r in own if isinstance(r, FileEvent)]
    if events and all(r.layer != watcher.layer for r in events):
        return "layer_not_crossed", events[0].layer
    losing = [r.verb for r in events if r.verb in REMOVALS]
    if losing and losing[0] not in watcher.verbs:
        return "verb_not_watched", losing[0]
    return "nothing_removed", ""
