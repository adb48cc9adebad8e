"""The steps from which pipelines are composed, by their names.

A step is a generator over :mod:`simulator.apps.calls`.  Steps hold path strings only; what a path
means is settled by the system at the moment of the call.  Nothing here knows an original from a
copy, so a step can hit the wrong file exactly as a real one can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from simulator.apps import clean_up, content, removing, sending
from simulator.apps.calls import Die, OnBehalf, Wait
from simulator.apps.plan import Calls, Job, Plan, Step, Verb

__all__ = ["STEPS", "Job", "Plan", "Step", "lives", "pipeline"]


def wait(_job: Job, step: Step) -> Calls:
    """Let the time pass that something else takes."""
    yield Wait(step.waits_for)


def die(_job: Job, _step: Step) -> Calls:
    """The process is killed; the steps after this one run in its next start."""
    yield Die()


STEPS: Mapping[Verb, Callable[[Job, Step], Calls]] = MappingProxyType(
    {
        "copy-in": content.copy_in,
        "convert": content.convert,
        "transcode": content.transcode,
        "copy": content.copy,
        "watermark": content.watermark,
        "thumbnail": content.thumbnail,
        "split": content.split,
        "merge": content.merge,
        "rewrite": content.rewrite,
        "overwrite": content.overwrite,
        "download": content.download,
        "capture": content.capture,
        "confirm": content.confirm,
        "make-empty": content.make_empty,
        "new-item": content.new_item,
        "publish": content.publish,
        "scan": content.scan,
        "upload": sending.upload,
        "convert-and-upload": content.convert_and_upload,
        "rename": removing.rename,
        "move": removing.move,
        "make-folder": removing.make_folder,
        "remove-folder": removing.remove_folder,
        "remove-folder-of": removing.remove_folder_of,
        "rename-folder": removing.rename_folder,
        "hide-folder": removing.hide_folder,
        "delete": removing.delete,
        "delete-newest": removing.delete_newest,
        "request-delete": removing.request_delete,
        "truncate": removing.truncate,
        "clean-up": clean_up.clean_up,
        "sweep": clean_up.sweep,
        "wait": wait,
        "die": die,
    }
)


def lives(steps: tuple[Step, ...]) -> tuple[tuple[Step, ...], ...]:
    """Split a pipeline at each death: one tuple of steps for every start of the process."""
    out: list[list[Step]] = [[]]
    for step in steps:
        out[-1].append(step)
        if step.do == "die":
            out.append([])
    return tuple(tuple(life) for life in out if life)


def pipeline(job: Job, steps: tuple[Step, ...]) -> Calls:
    """All calls of those steps, in order."""
    for step in steps:
        job.at = step.do
        if step.ordered:
            yield OnBehalf("user")
        yield from STEPS[step.do](job, step)
        if step.ordered:
            yield OnBehalf("app")
