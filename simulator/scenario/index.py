"""The library's index: what its groups are, and what is known by name only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from attrs import frozen

from simulator.documents import Localized, load


@frozen
class NamedOnly:
    """Apps that were named without anything to make a scenario of: what is known, and what not."""

    names: Localized
    known: Localized
    unknown: Localized
    source: str


@frozen
class Index:
    """The groups in the order in which they are listed, and what is known by name only."""

    groups: Mapping[str, Localized]
    named_only: tuple[NamedOnly, ...]


@cache
def index() -> Index:
    """The index of the shipped library."""
    text = (files("simulator.scenario") / "index.yaml").read_text(encoding="utf-8")
    return load(text, Index, file="index.yaml").value
