"""Whether a scenario came out as it expects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from attrs import frozen

from simulator.scenario.model import Scenario
from simulator.verdict.judge import Verdict

if TYPE_CHECKING:
    from simulator.worlds.family import FamilyVerdict


@frozen
class Failed:
    """An expectation that does not hold: which field, what was wanted, what came instead."""

    field: str
    wanted: str
    got: str


def failures(
    scenario: Scenario, verdict: Verdict, family: FamilyVerdict | None
) -> tuple[Failed, ...]:
    """Every expectation of *scenario* that does not hold."""
    return tuple(
        Failed(field, str(wanted), str(got))
        for field, wanted, got in _pairs(scenario, verdict, family)
        if wanted is not None and wanted != got
    )


def _pairs(
    scenario: Scenario, verdict: Verdict, family: FamilyVerdict | None
) -> Iterator[tuple[str, object, object]]:
    expect = scenario.expect
    first = verdict.originals[0].end if verdict.originals else None
    yield "outcome", expect.outcome, verdict.outcome
    yield "notices", expect.notices, len(verdict.notices)
    yield "fate", expect.fate, first.fate if first else "none"
    yield "loss", expect.loss, first.loss if first else "none"
    yield "could", expect.could, verdict.could[0].answer if verdict.could else "none"
    removal = verdict.removals[0] if verdict.removals else None
    yield "removal", expect.removal, removal.result if removal else "none"
    yield "removed_by", expect.removed_by, removal.asked_by if removal else "none"
    yield "dialogs", expect.dialogs, len(verdict.dialogs)
    yield "withheld", expect.withheld, len(verdict.withheld)
    yield "stale_rows", expect.stale_rows, len(verdict.stale)
    yield "job", expect.job, _job(verdict)
    names = [check.notice.names_app for check in verdict.notices]
    yield "names_app", expect.names_app, names[0] if names else "none"
    settled = {claim.claim: claim.status for claim in family.claims} if family else {}
    for claim, wanted in expect.claims.items():
        yield f"claims.{claim}", wanted, settled.get(claim, "not judged")


def _job(verdict: Verdict) -> str:
    if verdict.broken_off:
        return "broken_off"
    if verdict.failed:
        return "failed"
    return _UNDONE[verdict.left_undone[0].what] if verdict.left_undone else "done"


_UNDONE = {"job cancelled": "cancelled", "still at work": "unfinished"}
