"""Propositions about a run: each is true, false, or says nothing about that run.

A scenario's claims name these; over a family each becomes settled true, settled false or open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from simulator.verdict.judge import Verdict

Settled = Literal["settled_true", "settled_false", "open"]


def _untouched(verdict: Verdict) -> bool | None:
    fates = {original.end.fate for original in verdict.originals}
    return None if not fates or "cannot_tell" in fates else fates == {"intact"}


def _named_copy(verdict: Verdict) -> bool | None:
    roles = {removal.role for removal in verdict.removals}
    if not roles or "cannot_tell" in roles:
        return None
    return "app_copy" in roles and "original" not in roles


def _no_silent_route(verdict: Verdict) -> bool | None:
    answers = {answer.answer for answer in verdict.could}
    return None if "cannot_tell" in answers else "silently" not in answers


def _notice(verdict: Verdict) -> bool | None:
    return bool(verdict.notices)


def _names_app(verdict: Verdict) -> bool | None:
    return not any(n.wrong_app for n in verdict.notices) if verdict.notices else None


def _notice_means_touched(verdict: Verdict) -> bool | None:
    untouched = _untouched(verdict)
    return None if untouched is None or not verdict.notices else not untouched


def _silence_means_untouched(verdict: Verdict) -> bool | None:
    return None if verdict.notices else _untouched(verdict)


#: Every proposition by its name; a function gives None where the run has no bearing on it.
PROPOSITIONS: Mapping[str, Callable[[Verdict], bool | None]] = MappingProxyType(
    {
        "original_untouched": _untouched,
        "request_named_copy": _named_copy,
        "app_cannot_delete_silently": _no_silent_route,
        "notice_appears": _notice,
        "notice_names_app": _names_app,
        "notice_means_touched": _notice_means_touched,
        "silence_means_untouched": _silence_means_untouched,
    }
)


def settle(holds: int, fails: int, *, general: bool) -> Settled:
    """The status of a claim that holds in so many worlds and fails in so many.

    A *general* claim is said of every case: one world against it settles it.
    """
    if fails == 0 and holds > 0:
        return "settled_true"
    if fails > 0 and (general or holds == 0):
        return "settled_false"
    return "open"
