"""On whose authority a file was changed: the app's own, the user's, or the system's."""

from __future__ import annotations

from typing import Literal

from simulator.trace import Cause, Dialog, Operation, Trace
from simulator.trace.records import REMOVALS

Authority = Literal["app", "user", "consent", "system"]


def authority(trace: Trace, request: int) -> Authority:
    """On whose authority the request with that id changed a file.

    What the system does in consequence of another request, as when a guard moves a file or an
    expired item gets more time, goes on the authority of that one.  A file that an app opens for
    writing is changed by the app, whoever had the app open it.  A deletion that the user agreed to
    in a dialog about it has the user's consent; that an app may change a file is no consent to its
    loss.
    """
    record = trace[request]
    if not isinstance(record, Operation) or record.verb not in REMOVALS:
        return "app"
    if record.for_whom == "user":
        return "user"
    if _agreed(trace, record):
        return "consent"
    if record.for_whom != "system":
        return "app"
    led = [r for r in trace.ancestors(request) if isinstance(r, Operation)]
    return authority(trace, led[0].id) if led else "system"


def _agreed(trace: Trace, request: Operation) -> bool:
    """Whether the user said yes to a dialog about that file which the request led to or follows."""
    answers = [r for r in trace.records if isinstance(r, Cause) and r.what == "agrees"]
    if not answers:
        return False
    before = {r.id for r in trace.ancestors(request.id)}
    for answer in answers:
        dialog = trace[answer.because[0]]
        asked = request.id in {r.id for r in trace.ancestors(dialog.id)}
        if not isinstance(dialog, Dialog) or dialog.asks != "delete":
            continue
        about_it = request.path in {dialog.path, *dialog.more}
        about_it = about_it and request.verb in {"unlink", "delete"}
        if about_it and (asked or dialog.id in before):
            return True
    return False
