"""The parts of a kit's pages that need no run: data, so that they can be corrected without code."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from attrs import frozen

from simulator.documents import Localized, load
from simulator.worlds.factors import Party


@frozen
class Step:
    """A step for a user."""

    title: Localized
    text: Localized


@frozen
class Meaning:
    """What could be seen on the phone, and what it means; *roles* of the file asked for, then."""

    seen: Localized
    means: Localized
    roles: tuple[str, ...] = ()


@frozen
class ToPublish:
    """Something that *who* could publish, and *why*; *answers* names what it settles."""

    who: Party
    what: Localized
    why: Localized
    answers: tuple[str, ...]


@frozen
class Pages:
    """All of it."""

    before: Localized
    steps: tuple[Step, ...]
    findings: tuple[Meaning, ...]
    note: tuple[Localized, ...]
    publish: tuple[ToPublish, ...]
    files: Mapping[str, Localized]


@cache
def pages() -> Pages:
    """What ``pages.yaml`` says."""
    text = (files("simulator.telling.kit") / "pages.yaml").read_text(encoding="utf-8")
    return load(text, Pages, file="pages.yaml").value
