"""The outcome of a run in one word."""

from __future__ import annotations

from simulator.outcomes import Outcome
from simulator.trace import Cause, Trace
from simulator.verdict.authority import Authority
from simulator.verdict.broken_off import BrokenOff
from simulator.verdict.fates import OriginalFate
from simulator.verdict.said import NoticeCheck

#: What a notice about an original is about; of captures, those that the user keeps in the album.
_OF_IT = frozenset({"original", "other_name"})


def outcome(
    trace: Trace,
    originals: tuple[OriginalFate, ...],
    notices: tuple[NoticeCheck, ...],
    killed: tuple[BrokenOff, ...] = (),
) -> Outcome:
    """Which outcome the run has; the first rule that fits decides.

    A touch is any fate but *intact*.  A warning counts for a touch when it is about that original
    and about something that the user had not ordered.  *killed* is where the app's work was broken
    off.
    """
    if not originals or any(o.end.fate == "cannot_tell" for o in originals):
        return "cannot_tell"
    touched = [o for o in originals if o.end.fate != "intact"]
    if touched:
        return _touched(touched, notices)
    if notices:
        if all(n.as_ordered for n in notices):
            return "as_ordered"
        if any(_of_an_original(n) and n.stopped and not n.as_ordered for n in notices):
            return "attempt_stopped"
        if all(n.about in {"placeholder", "folder"} for n in notices):
            return "warning_about_placeholder"
        if any(n.about == "cannot_tell" for n in notices):
            return "cannot_tell"
        return "warning_without_touch"
    failed = any(isinstance(r, Cause) and r.what == "job failed" for r in trace.records)
    return "pipeline_failed" if failed or killed else "quiet"


def _touched(touched: list[OriginalFate], notices: tuple[NoticeCheck, ...]) -> Outcome:
    """What to call it that originals were touched; those that the user wished gone stand apart."""
    unasked = [o for o in touched if not _within(o, {"user", "consent"})]
    if not unasked and any(n.about == "last_copy" and not n.as_ordered for n in notices):
        # The user let go of the original; what went now was all that was left of it.
        return "warning_about_last_copy"
    if not unasked:
        ordered = all(_within(o, {"user"}) for o in touched)
        return "as_ordered" if ordered else "with_consent"
    if all(_within(o, {"user", "consent", "system"}) for o in unasked):
        return "by_the_system"
    told = [n for n in notices if not n.as_ordered]
    warned = {path for n in told if _of_an_original(n) for path in n.originals}
    if all(o.path in warned for o in unasked):
        return "touch_with_warning"
    if any(n.about == "last_copy" for n in notices):
        return "warning_about_last_copy"
    return "touch_without_warning"


def _of_an_original(notice: NoticeCheck) -> bool:
    return notice.about in _OF_IT or (notice.about == "capture" and bool(notice.originals))


def _within(original: OriginalFate, authorities: set[Authority]) -> bool:
    return bool(original.on_authority) and original.on_authority <= authorities
