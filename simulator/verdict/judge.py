"""One trace, judged: could, did, said, outcome.

The judge reads the trace alone.  It does not ask where the trace came from; where the header
leaves no ground for an answer, the answer is *cannot tell*.
"""

from __future__ import annotations

from attrs import frozen

from simulator.outcomes import Outcome
from simulator.trace import Cause, Dialog, Trace, Withheld
from simulator.verdict.broken_off import BrokenOff, broken_off
from simulator.verdict.could import Could, could
from simulator.verdict.did import Removal, found_nothing, removals
from simulator.verdict.fates import OriginalFate, fates
from simulator.verdict.outcome import outcome
from simulator.verdict.provenance import Provenance, provenance
from simulator.verdict.said import NoticeCheck, Silence, notices, silences
from simulator.verdict.scenes import scenes
from simulator.verdict.stale import StaleRow, stale_rows

#: How a job ends that neither fails nor comes to its end.
_LEFT_UNDONE = frozenset({"job cancelled", "still at work"})


@frozen
class Verdict:
    """The three answers about one trace, each with its own evidence.

    *stale* is where the gallery showed what was no longer there; *missing* are the requests whose
    file was not there; *broken_off* says where the app was killed before its work was done,
    *failed* where it gave up, *left_undone* where the user cancelled it or the run ended before it
    did.  *dialogs* are the questions to the user, *withheld* the events that
    became no notice.
    """

    could: tuple[Could, ...]
    originals: tuple[OriginalFate, ...]
    removals: tuple[Removal, ...]
    notices: tuple[NoticeCheck, ...]
    silences: tuple[Silence, ...]
    outcome: Outcome
    files: Provenance
    stale: tuple[StaleRow, ...] = ()
    missing: frozenset[int] = frozenset()
    broken_off: tuple[BrokenOff, ...] = ()
    failed: tuple[Cause, ...] = ()
    left_undone: tuple[Cause, ...] = ()
    dialogs: tuple[Dialog, ...] = ()
    withheld: tuple[Withheld, ...] = ()


def judge(trace: Trace) -> Verdict:
    """Judge *trace*."""
    files = provenance(trace)
    seen = scenes(trace)
    kept = fates(trace, files, seen)
    missing = found_nothing(trace)
    gone = removals(trace, files, missing)
    killed = broken_off(trace)
    read = notices(trace, files, gone, kept, seen)
    return Verdict(
        could=could(trace, kept),
        originals=kept,
        removals=gone,
        notices=read,
        silences=silences(trace, files, gone, missing),
        outcome=outcome(trace, kept, read, killed),
        files=files,
        stale=stale_rows(trace),
        missing=missing,
        broken_off=killed,
        failed=tuple(r for r in trace.records if isinstance(r, Cause) and r.what == "job failed"),
        left_undone=tuple(
            r for r in trace.records if isinstance(r, Cause) and r.what in _LEFT_UNDONE
        ),
        dialogs=tuple(r for r in trace.records if isinstance(r, Dialog)),
        withheld=tuple(r for r in trace.records if isinstance(r, Withheld)),
    )
