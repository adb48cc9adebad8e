"""Work of the app that was broken off: it was killed before it was done, and not taken up again."""

from __future__ import annotations

from attrs import frozen

from simulator.trace import Cause, Trace, Transfer

#: What a user has an app do that takes a while.
_WORK = frozenset({"send video", "open app", "capture video", "retake"})


@frozen
class BrokenOff:
    """The app was killed, at second *t*, by the record *record*.

    *upload* is the id of the transfer that was going on, None where none had begun.
    """

    t: float
    record: int
    upload: int | None


def broken_off(trace: Trace) -> tuple[BrokenOff, ...]:
    """Every job that was killed before it was done, and not taken up again.

    A job whose upload the server had confirmed is done.
    """
    killed = [r for r in trace.records if isinstance(r, Cause) and r.what == "process killed"]
    if not killed:
        return ()
    confirmed = [r for r in trace.records if isinstance(r, Transfer) and r.state == "confirmed"]
    later = {r.id for sent in confirmed for r in trace.ancestors(sent.id)}
    return tuple(
        found for kill in killed if kill.id not in later and (found := _of(trace, kill)) is not None
    )


def _of(trace: Trace, kill: Cause) -> BrokenOff | None:
    led = trace.ancestors(kill.id)
    works = any(isinstance(r, Cause) and r.what in _WORK for r in led)
    if not works or any(isinstance(r, Transfer) and r.state == "confirmed" for r in led):
        return None
    upload = next((r.id for r in led if isinstance(r, Transfer) and r.state == "started"), None)
    return BrokenOff(kill.t, kill.id, upload)
