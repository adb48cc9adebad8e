"""Classes of phones and networks, as data: codecs, flash storage, links."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated

from attrs import frozen

from simulator.apps.preset import Factor, Speed
from simulator.documents import Bytes, Range, Seconds, load
from simulator.grades import Grade


@frozen
class Client:
    """How an upload client sends: in which pieces, how many at a time, how it tries again."""

    upload_whole_below: Bytes
    upload_chunk: Bytes
    upload_parallel: Annotated[int, Range(1, 64)]
    upload_tries: Annotated[int, Range(1, 1000)]
    retry_pause: Seconds
    retry_growth: Annotated[float, Range(1, 100)]
    retry_step: Seconds
    resumes: bool
    grade: Grade
    source: str


@frozen
class Hardware:
    """How fast each class of codec works (× real time), of flash and of link (bytes per second).

    *clients* are upload clients whose code was read.
    """

    codecs: Mapping[str, Factor]
    flash: Mapping[str, Speed]
    links: Mapping[str, Speed]
    clients: Mapping[str, Client]


@cache
def hardware() -> Hardware:
    """All classes."""
    text = (files("simulator.apps") / "hardware.yaml").read_text(encoding="utf-8")
    return load(text, Hardware, file="hardware.yaml").value


def codecs() -> tuple[str, ...]:
    """The classes of codecs."""
    return tuple(hardware().codecs)


def flash() -> tuple[str, ...]:
    """The classes of flash storage."""
    return tuple(hardware().flash)


def links() -> tuple[str, ...]:
    """The classes of links."""
    return tuple(hardware().links)


def clients() -> tuple[str, ...]:
    """The upload clients."""
    return tuple(hardware().clients)
