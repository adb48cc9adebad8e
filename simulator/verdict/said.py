"""What the phone said: each notice, part by part, and the removals about which it was silent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import frozen

from simulator.outcomes import Fate
from simulator.trace import (
    Cause,
    Dialog,
    FileEvent,
    Match,
    Notice,
    Operation,
    Pass,
    Refusal,
    Sent,
    Trace,
    Watched,
    Withheld,
)
from simulator.trace.records import REMOVALS
from simulator.verdict.authority import authority
from simulator.verdict.did import Removal
from simulator.verdict.fates import OriginalFate, is_last, standing
from simulator.verdict.provenance import Provenance, Role
from simulator.verdict.scenes import Scenes

Status = Literal["true", "false", "open"]
About = Role | Literal["last_copy", "folder"]
#: What a notice that stands for several events is about: the gravest of them.
_GRAVEST: tuple[About, ...] = (
    "original",
    "other_name",
    "capture",
    "last_copy",
    "app_copy",
    "cannot_tell",
    "other",
    "placeholder",
    "folder",
)
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
    for the removal, or agreed to it.  *stopped*: what it is about was refused.
    *original_fate* is the fate of the original concerned, at that moment; *originals* are all that
    it is about, where it stands for several events.
    """

    notice: Notice
    about: About
    as_ordered: bool
    wrong_app: bool
    original: str | None
    original_fate: Fate
    claims: tuple[ClaimCheck, ...]
    stopped: bool = False
    originals: tuple[str, ...] = ()


@frozen
class Silence:
    """A removal or overwrite about which no notice came, and *why*.

    *why* is ``no_watcher``, ``no_such_layer`` (the phone has none where the rule could sit),
    ``layer_not_crossed``, ``verb_not_watched``, ``log_only``, ``asked``, ``refused_before``,
    ``denied``, ``agreed``, ``no_row``, ``nothing_removed``, ``muted``, ``capped``,
    ``shows_none``, or the name of the rule's check that did not fit; *read* is what that check
    read.
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
    operations: list[Operation | None] = [*_operations_behind(trace, notice)] or [None]
    found = [_about(trace, files, notice, one, removed, originals, scenes) for one in operations]
    about, operation, original = min(found, key=lambda one: _GRAVEST.index(one[0]))
    scene = scenes.at_notice[notice.id]
    then = (
        standing(
            trace,
            files,
            scene,
            original.path,
            original.file,
            original.before,
            since=original.since,
        )
        if original and original.file
        else None
    )
    askers = {one.asked_by for one in operations if one is not None}
    wished = {"user", "consent"}
    return NoticeCheck(
        notice=notice,
        about=about,
        as_ordered=all(
            one is not None and one.verb != "open" and authority(trace, one.id) in wished
            for one in operations
        ),
        wrong_app=bool(notice.names_app) and bool(askers - {notice.names_app}),
        originals=tuple(
            dict.fromkeys(o.path for what, _, o in found if o is not None and what == about)
        ),
        original=original.path if original else None,
        original_fate=then.fate if then else "cannot_tell",
        claims=tuple(_all_claims(trace, notice, found)),
        stopped=operation is not None and _refused(trace, operation.id),
    )


def _all_claims(
    trace: Trace,
    notice: Notice,
    found: list[tuple[About, Operation | None, OriginalFate | None]],
) -> Iterator[ClaimCheck]:
    """Each part of the wording held against every event that the notice stands for.

    It holds where it holds of all of them, and fails where it fails of one.
    """
    checked = [tuple(_claims(trace, notice, one, about)) for about, one, _ in found]
    for parts in zip(*checked, strict=True):
        statuses = {part.status for part in parts}
        status: Status = "false" if "false" in statuses else "open"
        if statuses == {"true"}:
            status = "true"
        records = dict.fromkeys(id_ for part in parts for id_ in part.records)
        yield ClaimCheck(parts[0].claim, status, tuple(records))


def _about(
    trace: Trace,
    files: Provenance,
    notice: Notice,
    operation: Operation | None,
    removed: dict[int, Removal],
    originals: tuple[OriginalFate, ...],
    scenes: Scenes,
) -> tuple[About, Operation | None, OriginalFate | None]:
    """What *notice* is about so far as it stands for *operation*, and the original concerned."""
    removal = removed.get(operation.id) if operation else None
    file = removal.file if removal is not None else notice.file
    origin = files.of(file)
    original = next((o for o in originals if o.path == origin.derived_from), None)
    if original is None and len(originals) == 1 and origin.role != "capture":
        original = originals[0]
    if operation is not None and operation.verb == "rmdir":
        return "folder", operation, original
    about: About = removal.role if removal else origin.role
    scene = scenes.at_notice[notice.id]
    if about == "app_copy" and original is not None and is_last(scene, files, original.path, file):
        about = "last_copy"
    return about, operation, original


def _refused(trace: Trace, operation: int) -> bool:
    return any(isinstance(r, Refusal) and operation in r.because for r in trace.records)


def _operations_behind(trace: Trace, notice: Notice) -> list[Operation]:
    """The operation behind each event that the notice stands for."""
    found = []
    for event in notice.because:
        records = [trace[event], *trace.ancestors(event)]
        operation = next((r for r in records if isinstance(r, Operation)), None)
        if operation is not None:
            found.append(operation)
    return found


def _claims(
    trace: Trace, notice: Notice, operation: Operation | None, about: About
) -> Iterator[ClaimCheck]:
    ids = (operation.id,) if operation else ()
    effects = tuple(
        r.id
        for r in trace.records
        if isinstance(r, FileEvent)
        and operation
        and operation.id in r.because
        and _removes(r, notice)
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
        elif claim in {"made_by_app", "not_made_by_app"}:
            yield ClaimCheck(claim, _made_by_app(about, claim == "made_by_app"), ids)
        elif claim == "was_removed":
            yield ClaimCheck(claim, _truth(bool(effects)), effects or refusals)
        elif claim == "was_intercepted":
            yield ClaimCheck(claim, _truth(bool(refusals)), refusals or effects)
    # No wording says whose video it was, and that is what a reader takes from it.
    yield ClaimCheck("object_is_original", "open", ids)


def _removes(event: FileEvent, notice: Notice) -> bool:
    """Whether that event took a file's last name away, where the storage keeps it."""
    if event.verb == "rename":
        return event.replaced is not None and event.replaced == notice.file
    return event.verb in {"unlink", "rmdir"}


def _truth(holds: bool) -> Status:
    return "true" if holds else "false"


def _made_by_app(about: About, claimed: bool) -> Status:
    if about == "cannot_tell":
        return "open"
    return _truth((about in {"app_copy", "last_copy", "placeholder", "capture"}) == claimed)


def _holds_media(about: About) -> Status:
    if about in {"placeholder", "folder"}:
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
        if isinstance(record, Notice)
        for operation in _operations_behind(trace, record)
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
            if hit and not any(_put_back_or_kept(trace, cause) for cause in record.because):
                lost = record.replaced in files.originals and record.to
                for cause in record.because:
                    found.setdefault(cause, (lost or record.path, record.t))
    return found


def _put_back_or_kept(trace: Trace, operation: int) -> bool:
    """Whether the phone itself moved the file: into the bin of a watcher, or out of it."""
    return any(
        isinstance(cause, Sent) or (isinstance(cause, Cause) and cause.what == "restore from bin")
        for cause in trace.ancestors(operation)
    )


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
            if (record.check, authority(trace, id_)) == ("consent", "consent"):
                return "agreed", record.read
            return record.check, record.read
        if isinstance(record, Match) and record.watcher == watcher.name:
            return _matched(trace, record)
        if isinstance(record, Refusal) and record.rule == watcher.name:
            return "denied", record.error
        if isinstance(record, Refusal) and record.rule != watcher.name:
            if id_ in missing:
                return "nothing_removed", ""
            return ("no_row", "") if record.error == "0 rows" else ("refused_before", record.error)
        if isinstance(record, Dialog) and not _answered_yes(trace, record):
            return "asked", record.watcher
    return _unseen(trace, watcher, [r for r in own if isinstance(r, FileEvent)])


def _unseen(trace: Trace, watcher: Watched, events: list[FileEvent]) -> tuple[str, str]:
    """Why a watcher has no record of a request that led to those *events*."""
    if events and not set(watcher.layers) & set(trace.header.layers):
        return "no_such_layer", watcher.layers[0]
    if events and all(r.layer not in watcher.layers for r in events):
        return "layer_not_crossed", events[0].layer
    losing = [r.verb for r in events if r.verb in REMOVALS]
    if losing and losing[0] not in watcher.verbs:
        return "verb_not_watched", losing[0]
    return "nothing_removed", ""


def _answered_yes(trace: Trace, dialog: Dialog) -> bool:
    return any(
        isinstance(r, Cause) and r.what == "agrees" and dialog.id in r.because
        for r in trace.records[dialog.id :]
    )


def _matched(trace: Trace, match: Match) -> tuple[str, str]:
    """Why a rule that fitted led to no notice."""
    if match.action in {"log", "ask"}:
        return ("log_only" if match.action == "log" else "asked"), match.verb
    sent = any(isinstance(r, Sent) and match.id in r.because for r in trace.records[match.id :])
    if match.action == "refuse" and not sent:
        return "denied", match.verb
    for record in trace.records[match.id :]:
        if isinstance(record, Withheld) and any(
            match.id in trace[sent].because for sent in record.because
        ):
            return record.why, record.seen_as
    return "shows_none", ""
