"""Could the app have deleted the original?  Android's permission model answers, per route."""

from __future__ import annotations

from attrs import frozen

from simulator.android.permissions import ROUTES, Caller, Item, Route, decide
from simulator.outcomes import Answer
from simulator.trace import Cause, Listing, Trace
from simulator.verdict.fates import OriginalFate


@frozen
class Could:
    """The answer for one original by one route, with the rules that led to it."""

    original: str
    route: Route
    answer: Answer
    chain: tuple[str, ...]


def could(trace: Trace, originals: tuple[OriginalFate, ...]) -> tuple[Could, ...]:
    """What the permission model says of every one of *originals*, route by route."""
    return tuple(
        _answer(_caller(trace, one), one, trace, route) for one in originals for route in ROUTES
    )


def _answer(caller: Caller | None, original: OriginalFate, trace: Trace, route: Route) -> Could:
    if caller is None:
        return Could(original.path, route, "cannot_tell", ())
    path = _name(trace, original)
    owner = _owner(trace, original, path)
    owned = owner is not None and owner == (trace.header.app or {}).get("package")
    decision = decide(caller, "delete", route, Item(path, owned=owned))
    return Could(original.path, route, decision.answer, decision.chain)


def _name(trace: Trace, original: OriginalFate) -> str:
    record = trace[original.since] if original.since else None
    path = getattr(record, "path", None)
    return path if path is not None else original.path


def _owner(trace: Trace, original: OriginalFate, path: str) -> str | None:
    """Whom MediaStore calls the owner when somebody first asks to change the file, or at the end.

    An app that is installed anew does not own what it had made before.
    """
    app = trace.header.app or {}
    owner = app.get("package") if path in app.get("owns", ()) else None
    first = min(original.touched_by, default=len(trace.records))
    for record in trace.records[:first]:
        if isinstance(record, Listing) and record.listed and record.file == original.file:
            owner = record.owner
    return owner


def _caller(trace: Trace, original: OriginalFate) -> Caller | None:
    """The app with what it held when it first asked to change the original, else at the start."""
    phone, app = trace.header.phone, trace.header.app
    if phone is None or app is None:
        return None
    return Caller(
        api=phone["api"],
        target_sdk=app["target_sdk"],
        granted=frozenset(app["granted"]) - _taken_away(trace, min(original.touched_by, default=0)),
        legacy_flag=app["legacy_flag"],
    )


def _taken_away(trace: Trace, upto: int) -> frozenset[str]:
    return frozenset(
        r.path or ""
        for r in trace.records[:upto]
        if isinstance(r, Cause) and r.what == "revoke permission"
    )
