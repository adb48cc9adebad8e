"""Classes of phones and networks, as data: codecs, flash storage, links."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from attrs import frozen

from simulator.apps.preset import Factor, Speed
from simulator.documents import load


@frozen
class Hardware:
    """How fast each class of codec works (× real time), of flash and of link (bytes per second)."""

    codecs: Mapping[str, Factor]
    flash: Mapping[str, Speed]
    links: Mapping[str, Speed]


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
