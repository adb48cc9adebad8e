"""Could the app have deleted the original?  Android's permission model answers, per route."""

from __future__ import annotations

from attrs import frozen

from simulator.android.permissions import ROUTES, Caller, Item, Route, decide
from simulator.outcomes import Answer
from simulator.trace import Trace


@frozen
class Could:
    """The answer for one original by one route, with the rules that led to it."""

    original: str
    route: Route
    answer: Answer
    chain: tuple[str, ...]


def could(trace: Trace) -> tuple[Could, ...]:
    """What the permission model says of every original, route by route."""
    caller = _caller(trace)
    return tuple(
        _answer(caller, path, route) for path in trace.header.originals for route in ROUTES
    )


def _answer(caller: Caller | None, path: str, route: Route) -> Could:
    if caller is None:
        return Could(path, route, "cannot_tell", ())
    decision = decide(caller, "delete", route, Item(path))
    return Could(path, route, decision.answer, decision.chain)


def _caller(trace: Trace) -> Caller | None:
    phone, app = trace.header.phone, trace.header.app
    if phone is None or app is None:
        return None
    return Caller(
        api=phone["api"],
        target_sdk=app["target_sdk"],
        granted=frozenset(app["granted"]),
        legacy_flag=app["legacy_flag"],
    )
