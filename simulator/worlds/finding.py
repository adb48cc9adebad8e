"""What a world came to, in as few words as the questions about many worlds need."""

from __future__ import annotations

from attrs import frozen

from simulator.outcomes import Answer, Fate, Loss, Outcome
from simulator.trace import Trace
from simulator.verdict.judge import Verdict
from simulator.worlds.overview import answers


@frozen
class Said:
    """A notice as a person reads it, in both languages, and whom it names."""

    en: str
    zh: str
    names_app: str
    watcher: str


@frozen
class Request:
    """A request to remove a file: which *role* the file has, its name, and what came of it."""

    role: str
    path: str
    result: str
    asked_by: str


@frozen
class Finding:
    """The three answers about a world, its outcome, its notices and the requests to remove files.

    *did* is the gravest fate of an original at the end; *touched* whether any of them is not
    intact (None: cannot tell).
    """

    could: Answer
    did: Fate
    loss: Loss
    touched: bool | None
    outcome: Outcome
    notices: tuple[Said, ...]
    requests: tuple[Request, ...]


#: The gravest first.
_LOSSES: tuple[Loss, ...] = ("all", "cannot_tell", "quality", "metadata", "none")


def finding(trace: Trace, verdict: Verdict) -> Finding:
    """What a world came to."""
    seen = answers(trace, verdict)
    fates = {original.end.fate for original in verdict.originals}
    losses = {original.end.loss for original in verdict.originals}
    unknown = not fates or "cannot_tell" in fates
    return Finding(
        seen.could,
        seen.did,
        next((loss for loss in _LOSSES if loss in losses), "cannot_tell"),
        None if unknown else fates != {"intact"},
        verdict.outcome,
        tuple(
            Said(n.text["en"], n.text["zh-CN"], n.names_app, n.watcher)
            for n in (check.notice for check in verdict.notices)
        ),
        tuple(Request(r.role, r.path, r.result, r.asked_by or "") for r in verdict.removals),
    )
