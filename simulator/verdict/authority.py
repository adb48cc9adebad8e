"""On whose authority a file was changed: the app's own, the user's, or the system's."""

from __future__ import annotations

from typing import Literal

from simulator.trace import Operation, Trace
from simulator.trace.records import REMOVALS

Authority = Literal["app", "user", "system"]


def authority(trace: Trace, request: int) -> Authority:
    """On whose authority the request with that id changed a file.

    What the system does in consequence of another request, as when a guard moves a file or an
    expired item gets more time, goes on the authority of that one.  A file that an app opens for
    writing is changed by the app, whoever had the app open it.
    """
    record = trace[request]
    if not isinstance(record, Operation) or record.verb not in REMOVALS:
        return "app"
    if record.for_whom == "user":
        return "user"
    if record.for_whom != "system":
        return "app"
    led = [r for r in trace.ancestors(request) if isinstance(r, Operation)]
    return authority(trace, led[0].id) if led else "system"
