"""When an app cleans up after itself, and how it finds what it removes.

The policies are those of real apps (dossier on pipelines, 2.3): at the end of the job whatever
came of it, after success only, inline, at the next start, by age, by size, when the user orders it,
or never.  A sweep knows files by the app's ledger, or by what a name looks like, or takes all that
lies in a folder: whose file it is, it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import basename

from simulator.apps.calls import Entry, ListFolder, Recall, Wait
from simulator.apps.plan import Calls, Job, Step
from simulator.apps.removing import remove

#: Policies that clean up within the job.
_IN_JOB = frozenset({"end", "success", "inline"})
#: Policies that sweep from time to time.
PERIODIC = frozenset({"ttl", "lru"})
_UNDONE = ("begun", "exists", "uploaded", "failed")


def clean_up(job: Job, step: Step) -> Calls:
    """Remove what the clean-up names, and what else the job made on the way to it."""
    if job.plan.when in _IN_JOB:
        yield Wait("clean_up_delay")
        yield from _all(job, step.source if step.source != "original" else "target")


def after_failure(job: Job) -> Calls:
    """The job has failed, or the user has cancelled it: who cleans up whatever comes does so."""
    job.at = "clean-up"
    if job.plan.when == "end":
        yield from _all(job, "target")


def _all(job: Job, slot: str) -> Calls:
    named, copy = job.path(slot), job.path("copy")
    others = [path for path in job.made if path not in {named, copy}]
    if named != copy or copy in job.made:
        # A copy that was not made needs no removal.
        yield from remove(job, named)
    for path in others:
        yield from remove(job, path)


def sweep(job: Job, _step: Step | None = None) -> Calls:
    """Remove what has been left in the app's folder, as the plan finds it."""
    plan, job.at = job.plan, "sweep"
    if plan.finds == "ledger" and plan.when not in PERIODIC:
        found = yield Recall(_UNDONE)
        for path in found:
            yield from remove(job, path)
        return
    entries: tuple[Entry, ...] = yield ListFolder(plan.folder)
    if plan.finds == "ledger":
        known = yield Recall(_UNDONE)
        entries = tuple(entry for entry in entries if entry.path in known)
    elif plan.finds == "unknown":
        known = yield Recall(_UNDONE)
        entries = tuple(entry for entry in entries if entry.path not in known)
    elif plan.finds == "pattern":
        entries = tuple(e for e in entries if re.fullmatch(plan.pattern, basename(e.path)))
    for entry in _ripe(job, entries):
        yield from remove(job, entry.path)


def _ripe(job: Job, entries: Iterable[Entry]) -> Iterator[Entry]:
    """What is due: all of it, or what is too old, or the oldest of what is too much."""
    plan, left = job.plan, sum(entry.size for entry in entries)
    for entry in sorted(entries, key=lambda e: (-e.age, e.path)):
        if plan.when == "lru":
            if left <= plan.keep_at_most:
                return
            left -= entry.size
        elif plan.when == "ttl" and entry.age < plan.keep_for:
            continue
        if entry.path not in job.made:
            # What the app is working on is locked.
            yield entry
