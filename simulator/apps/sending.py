"""Steps that send files: in pieces, again after a failure, from where it broke off or anew."""

from __future__ import annotations

from simulator.apps.calls import Believe, Close, Open, Pause, SendingFailed, Upload
from simulator.apps.plan import Calls, Job, Step


def upload(job: Job, step: Step) -> Calls:
    """Send the files to the server, one after the other; the last failure is raised."""
    for path in job.paths(step.source, step.times):
        yield from send(job, path)


def send(job: Job, path: str, sent: int = 0) -> Calls:
    """Send one file, of which *sent* bytes are there already."""
    plan = job.plan
    via = plan.open_via if path == plan.original else "path"
    sent, pause = sent if plan.resumes else 0, plan.first_pause
    for left in reversed(range(plan.sends)):
        handle = yield Open(path, "read", via)
        try:
            yield Upload(handle, sent)
        except SendingFailed as failure:
            yield Close(handle)
            if not left:
                raise
            sent = failure.done if plan.resumes else 0
            yield Pause(pause)
            pause = pause * plan.pause_factor + plan.pause_step
        else:
            yield Close(handle)
            yield Believe(path, "uploaded")
            return
