"""The result of a run as JSON: stable fields, schema ``cachelife.run/1``."""

from __future__ import annotations

import json
from typing import Any

from simulator.trace import Cause, Dialog, Match, Operation, Trace, Withheld
from simulator.verdict.fates import OriginalFate
from simulator.verdict.judge import Verdict
from simulator.verdict.said import NoticeCheck
from simulator.worlds.expectations import Failed
from simulator.worlds.family import FamilyVerdict

SCHEMA = "cachelife.run/1"


def result(
    trace: Trace,
    verdict: Verdict,
    *,
    family: FamilyVerdict | None = None,
    failed: tuple[Failed, ...] = (),
) -> dict[str, Any]:
    """The result as plain data, ready for JSON."""
    header = trace.header
    return {
        "schema": SCHEMA,
        "source": header.source,
        "scenario": header.scenario,
        "digest": header.digest,
        "seed": header.seed,
        "version": header.version,
        "content": header.content,
        "duration_s": header.duration,
        "could": [
            {"original": c.original, "route": c.route, "answer": c.answer, "chain": list(c.chain)}
            for c in verdict.could
        ],
        "did": _did(trace, verdict),
        "said": _said(trace, verdict),
        "watchers": [
            {
                "name": w.name,
                "layers": list(w.layers),
                "hypothesis": w.hypothesis,
                "overseas": w.overseas,
                "consulted": list(w.consulted),
            }
            for w in header.watchers
        ],
        "outcome": verdict.outcome,
        "family": _family(family),
        "expect": {
            "ok": not failed,
            "failed": [{"field": f.field, "wanted": f.wanted, "got": f.got} for f in failed],
        },
    }


def as_json(values: dict[str, Any] | list[Any]) -> str:
    """*values* as the text that ``--json`` prints; names that are no UTF-8 are escaped."""
    text = json.dumps(values, ensure_ascii=False, indent=2, allow_nan=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(values, indent=2, allow_nan=False)
    return text


def _did(trace: Trace, verdict: Verdict) -> dict[str, Any]:
    return {
        "by_construction": trace.header.by_construction,
        "originals": [_original(original) for original in verdict.originals],
        "deleted": [
            {
                "path": r.path,
                "role": r.role,
                "derived_from": r.derived_from,
                "edge": r.edge,
                "time_s": r.t,
                "asked_by": r.asked_by,
                "done_by": r.done_by,
                "for_whom": r.for_whom,
                "via": r.via,
                "record": r.record,
                "result": r.result,
                "told": r.told,
            }
            for r in verdict.removals
        ],
        "stale_rows": [
            {
                "path": s.path,
                "since_s": s.since,
                "until_s": s.until,
                "record": s.record,
                "ended_by": s.ended_by,
            }
            for s in verdict.stale
        ],
        "failures": [
            {"time_s": r.t, "error": r.path, "record": r.id}
            for r in trace.records
            if isinstance(r, Cause) and r.what == "job failed"
        ],
        "broken_off": [
            {"time_s": b.t, "upload": b.upload, "record": b.record} for b in verdict.broken_off
        ],
    }


def _original(original: OriginalFate) -> dict[str, Any]:
    return {
        "path": original.path,
        "shot_in_app": original.shot,
        "fate": original.end.fate,
        "loss": original.end.loss,
        "survives_in": list(original.end.survives_in),
        "unfinished_in": list(original.end.unfinished_in),
        "sha256_before": original.before,
        "sha256_after": original.after,
        "touched_by": list(original.touched_by),
        "changed_by": list(original.changed_by),
        "on_authority": sorted(original.on_authority),
        "at": {
            moment: {
                "fate": standing.fate,
                "loss": standing.loss,
                "survives_in": list(standing.survives_in),
                "unfinished_in": list(standing.unfinished_in),
            }
            for moment, standing in original.at.items()
        },
    }


def _said(trace: Trace, verdict: Verdict) -> dict[str, Any]:
    return {
        "notices": [_notice(check) for check in verdict.notices],
        "dialogs": [_dialog(trace, r) for r in trace.records if isinstance(r, Dialog)],
        "withheld": [
            {
                "path": r.path,
                "time_s": r.t,
                "why": r.why,
                "names_app": r.seen_as,
                "watcher": r.watcher,
                "because": list(r.because),
                "record": r.id,
            }
            for r in trace.records
            if isinstance(r, Withheld)
        ],
        "silences": [
            {
                "path": s.path,
                "time_s": s.t,
                "why": s.why,
                "read": s.read,
                "watcher": s.watcher,
                "record": s.record,
            }
            for s in verdict.silences
        ],
    }


def _dialog(trace: Trace, dialog: Dialog) -> dict[str, Any]:
    """A question to the user; *request* is what waits, *answer* is None where none came."""
    causes = [trace[cause] for cause in dialog.because]
    causes += [trace[c] for r in causes if isinstance(r, Match) for c in r.because]
    answers = (r for r in trace.records if isinstance(r, Cause) and dialog.id in r.because)
    answer = next(answers, None)
    return {
        "time_s": dialog.t,
        "watcher": dialog.watcher,
        "names_app": dialog.names_app,
        "path": dialog.path,
        "request": next((r.id for r in causes if isinstance(r, Operation)), None),
        "answer": answer.what if answer is not None else None,
        "answered_s": answer.t if answer is not None else None,
        "record": dialog.id,
    }


def _notice(check: NoticeCheck) -> dict[str, Any]:
    notice = check.notice
    return {
        "time_s": notice.t,
        "watcher": notice.watcher,
        "names_app": notice.names_app,
        "path": notice.path,
        "about": check.about,
        "as_ordered": check.as_ordered,
        "wrong_app": check.wrong_app,
        "stopped": check.stopped,
        "events": notice.events,
        "text": dict(notice.text),
        "worded": dict(notice.worded),
        "grade": notice.grade,
        "original_fate": check.original_fate,
        "claims": [
            {"claim": c.claim, "status": c.status, "records": list(c.records)} for c in check.claims
        ],
        "because": list(notice.because),
        "record": notice.id,
    }


def _family(family: FamilyVerdict | None) -> dict[str, Any] | None:
    if family is None:
        return None
    return {
        "combinations": family.combinations,
        "infeasible": family.infeasible,
        "run": family.run,
        "factors": {path: list(values) for path, values in family.factors.items()},
        "outcomes": dict(family.outcomes),
        "claims": [
            {
                "claim": claim.claim,
                "general": claim.general,
                "status": claim.status,
                "holds_in": claim.holds_in,
                "fails_in": claim.fails_in,
                "witness_for": _witness(claim.witness_for),
                "witness_against": _witness(claim.witness_against),
            }
            for claim in family.claims
        ],
    }


def _witness(values: Any) -> dict[str, str] | None:
    return None if values is None else dict(values)
