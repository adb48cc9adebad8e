"""Pipelines as data: which steps an app takes, and how long they last.

A preset is a YAML file in ``presets/``; every number in it has a grade and a source.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated

from attrs import field, frozen

from simulator.apps.calls import Via
from simulator.apps.steps import Slot, Step, Verb
from simulator.documents import Bytes, Localized, Range, Rate, Seconds, load
from simulator.errors import UnknownName
from simulator.grades import Grade
from simulator.message import Message


@frozen
class Sourced:
    """A number's *grade* and *source*; *spread* is the sigma of a log-normal around its value."""

    grade: Grade = field(kw_only=True)
    source: str = field(kw_only=True)
    spread: Annotated[float, Range(0, 3)] = field(default=0.0, kw_only=True)


@frozen
class Factor(Sourced):
    """A pure number, such as clip seconds per second of work."""

    value: Annotated[float, Range(0.001, 1000)]


@frozen
class Duration(Sourced):
    """A time in seconds."""

    value: Seconds


@frozen
class Speed(Sourced):
    """A data rate in bytes per second."""

    value: Rate


@frozen
class Amount(Sourced):
    """A number of bytes."""

    value: Bytes


@frozen
class Timing:
    """How fast an app works and sends."""

    transcode_speed: Factor = field(metadata={"help": "clip seconds per second of work"})
    output_rate: Speed = field(metadata={"help": "bytes per second of clip in the app's copy"})
    copy_speed: Speed
    upload_speed: Speed
    upload_chunk: Amount
    clean_up_delay: Duration
    restart_delay: Duration


@frozen
class StepLine:
    """One step as a preset writes it."""

    do: Verb
    source: Slot = field(default="original", metadata={"key": "from"})
    target: Slot = field(default="copy", metadata={"key": "to"})
    file: Slot | None = None
    via: Via | None = None

    def step(self) -> Step:
        """The step itself; ``file`` stands for the one file of steps that have one."""
        return Step(self.do, self.file or self.source, self.target, self.via)


@frozen
class Preset:
    """A kind of app: its pipeline in one or more *variants*, and its timing."""

    id: str
    title: Localized
    about: Localized
    source: str
    grade: Grade
    timing: Timing
    variants: Mapping[str, tuple[StepLine, ...]]

    def steps(self, variant: str) -> tuple[Step, ...]:
        """The steps of that variant.

        Raises :class:`UnknownName` where the preset has no such variant.
        """
        if variant not in self.variants:
            raise UnknownName(Message("variant"), variant, sorted(self.variants))
        return tuple(line.step() for line in self.variants[variant])


_FOLDER = files("simulator.apps") / "presets"


@cache
def names() -> tuple[str, ...]:
    """The ids of the shipped presets."""
    return tuple(sorted(p.name[:-5] for p in _FOLDER.iterdir() if p.name.endswith(".yaml")))


@cache
def preset(name: str) -> Preset:
    """The shipped preset of that id.

    Raises :class:`UnknownName` where there is none.
    """
    if name not in names():
        raise UnknownName(Message("preset"), name, names())
    text = (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return load(text, Preset, file=f"{name}.yaml").value
