"""The step that sends a file: in pieces, again after a failure, from where it broke off or anew."""

from __future__ import annotations

from simulator.apps.calls import CANCELLED, Believe, CallFailed, Close, Open, Pause, Upload
from simulator.apps.plan import Calls, Job, Step


def upload(job: Job, step: Step) -> Calls:
    """Send the file to the server; the last failure is raised."""
    plan, path = job.plan, job.path(step.source)
    via = plan.open_via if path == plan.original else "path"
    sent, pause = 0, plan.first_pause
    for left in reversed(range(plan.sends)):
        handle = yield Open(path, "read", via)
        try:
            yield Upload(handle, sent)
        except CallFailed as failure:
            yield Close(handle)
            if failure.error == CANCELLED or not left:
                raise
            sent = failure.done if plan.resumes else 0
            yield Pause(pause)
            pause = pause * plan.pause_factor + plan.pause_step
        else:
            yield Close(handle)
            yield Believe(path, "uploaded")
            return
