"""Worlds made by hand: any preset on any phone, played to its end, with what is left to look at."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from simulator.android.files import FileSystem, Inode
from simulator.android.paths import LOWER
from simulator.apps import preset as presets
from simulator.documents import Seconds
from simulator.engine.simulation import Simulation
from simulator.scenario import library
from simulator.scenario.model import FaultSpec, Happening, PipelineSpec, Scenario
from simulator.trace import Trace

BASE = library.read("album-pipeline").value
ORIGINAL = BASE.happens[0].original or ""
#: A phone on which an app may do as it likes, and one on which it may only read.
FREE = {"android": "10", "stack": "sdcardfs", "storage": "legacy", "target": 29}
READS = {"android": "12", "stack": "fuse", "storage": "scoped", "target": 31}
GRANTED = {"legacy": BASE.app.granted, "scoped": ("READ_EXTERNAL_STORAGE",)}


def send(at=5.0, original=ORIGINAL, **more):
    return Happening(Seconds(at), "send video", original, **more)


def shoot(at=5.0, clip=10.0):
    return Happening(Seconds(at), "capture video", clip=Seconds(clip))


def by_user(at, act, **more):
    return Happening(Seconds(at), act, **more)


def by_system(at, act, **more):
    return Happening(Seconds(at), system=act, **more)


def usual(name: str) -> tuple[Happening, ...]:
    """What makes a preset do its work: a shot where it shoots, a start, or a video sent."""
    kind = presets.preset(name)
    if "capture" in kind.on:
        return (shoot(),)
    if any(step.do == "download" for step in kind.occasion("start")):
        return (Happening(Seconds(5.0), "open app", clip=Seconds(30.0)),)
    return (send(),)


def made(
    preset="evidence-video",
    variant="normal",
    *happens: Happening,
    android="10",
    stack="sdcardfs",
    storage="legacy",
    target=29,
    rule="none",
    until=600.0,
    faults=None,
    **pipeline,
) -> Scenario:
    """A scenario of that preset."""
    return evolve(
        BASE,
        phone=evolve(BASE.phone, android=android, stack=stack),
        app=evolve(BASE.app, storage=storage, target_sdk=target, granted=GRANTED[storage]),
        pipeline=PipelineSpec(preset=preset, variant=variant, **pipeline),
        watcher=evolve(BASE.watcher, rule=rule, scope="medium" if rule == "huawei-acm" else None),
        happens=happens or usual(preset),
        until=Seconds(until),
        faults=faults or FaultSpec(),
        assumed={},
    )


def played(scenario: Scenario, seed: int = 0) -> tuple[Simulation, Trace]:
    """The simulation at its end, and its trace."""
    simulation = Simulation(scenario, seed)
    simulation.play()
    return simulation, simulation.trace("")


def inodes(fs: FileSystem) -> Iterator[Inode]:
    seen: set[int] = set()
    for _, inode in fs.walk():
        if inode.number not in seen:
            seen.add(inode.number)
            yield inode


def books_add_up(ended: Simulation) -> bool:
    """Whether every byte in use belongs to a file that is there or held open by somebody alive."""
    fs = ended.world.phone.fs
    named = sum(inode.content.size for inode in inodes(fs))
    held = {
        file.handle.inode.number: file.handle.inode.content.size
        for job in ended.app.running.values()
        for file in job.handles.values()
        if not file.closed and not file.handle.inode.links
    }
    return fs.used == named + sum(held.values())


def shared(fs: FileSystem) -> set[str]:
    """Every file there is, as apps write its path."""
    return {path.removeprefix(LOWER) for path, _ in fs.regular_files()}


VARIANTS = [
    (name, variant) for name in presets.names() for variant in presets.preset(name).variants
]
