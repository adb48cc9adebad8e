"""Work of the app that was broken off: it was killed before the server had confirmed its upload."""

from __future__ import annotations

from attrs import frozen

from simulator.trace import Cause, Record, Trace, Transfer


@frozen
class BrokenOff:
    """The app was killed, at second *t*, by the record *record*.

    *upload* is the id of the transfer that was going on, None where none had begun.
    """

    t: float
    record: int
    upload: int | None


def broken_off(trace: Trace) -> tuple[BrokenOff, ...]:
    """Every job that was killed before its upload was confirmed, and not started again."""
    killed = [r for r in trace.records if isinstance(r, Cause) and r.what == "process killed"]
    if not killed:
        return ()
    again = {id_ for r in trace.records if _starts_again(r) for id_ in r.because}
    return tuple(
        found for kill in killed if kill.id not in again and (found := _of(trace, kill)) is not None
    )


def _of(trace: Trace, kill: Cause) -> BrokenOff | None:
    led = trace.ancestors(kill.id)
    if any(isinstance(r, Transfer) and r.state == "confirmed" for r in led):
        return None
    upload = next((r.id for r in led if isinstance(r, Transfer) and r.state == "started"), None)
    return BrokenOff(kill.t, kill.id, upload)


def _starts_again(record: Record) -> bool:
    return isinstance(record, Cause) and record.what == "app starts again"
