"""The records of ``stacks.yaml``: layers, stacks, routes, each with its grade and source.

What an expert may want to correct stands there: which layers a phone has, under whose identity a
layer works, who carries out which call.  :mod:`simulator.android.stack` only follows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, cast

import yaml
from attrs import frozen

from simulator.android.permissions.item import UriKind
from simulator.documents import Localized
from simulator.grades import Grade

Kind = Literal["call", "mount", "lower"]
Mount = Literal["app", "android-writable", "pass-through", "lower"]
Asks = Literal["path", "mediastore", "request", "saf", "picker", "own-only", "nobody"]
#: Stands in a stack for whatever file system a memory card has.
CARD = "card"
_EVERY_API = (1, 999)


@frozen
class Layer:
    """One layer; below it requests run as the process *executes_as*, or as the caller (None).

    *knows_caller*: it is told who asked, as a provider is by Binder; a file system only meets the
    process that calls it.
    """

    name: str
    kind: Kind
    executes_as: str | None
    knows_caller: bool
    says: Localized
    grade: Grade
    source: str


@frozen
class StackRecord:
    """A way in which shared storage is built: its layers, top first.

    *apis* and *launched* bound the API level of the phone and the one it was launched with;
    *makers* are the only ones who build it (empty: all).  On API levels outside *known* it is
    assumed that such phones are built so.  *example* is the Android version that it is shown on;
    None where no phone has it.
    """

    name: str
    layers: tuple[str, ...]
    removable: tuple[str, ...]
    apis: tuple[int, int]
    launched: tuple[int, int]
    makers: tuple[str, ...]
    known: tuple[int, int]
    example: str | None
    says: Localized
    grade: Grade
    source: str

    def grade_on(self, api: int) -> Grade:
        """How well it is founded that phones on that API level are built so."""
        return self.grade if within(api, self.known) else "assumption"


@frozen
class Default:
    """The stack that a phone is taken to have, how well that is founded, and why."""

    stack: str
    apis: tuple[int, int]
    launched: tuple[int, int]
    makers: tuple[str, ...]
    grade: Grade
    source: str

    def fits(self, api: int, launch_api: int, maker: str | None) -> bool:
        """Whether it speaks of such a phone."""
        of_maker = not self.makers or (maker or "").casefold() in self.makers
        return of_maker and within(api, self.apis) and within(launch_api, self.launched)


@frozen
class Route:
    """A way to storage: the providers that carry the call, and who reaches storage in the end.

    *on_card* is another mount for memory cards, with the API levels that have it.  *offered* is
    false for what no app can choose.  *names_by* is how a call names a file.
    """

    name: str
    calls: Mapping[str, str]
    executes_as: str
    mount: Mount
    on_card: tuple[Mount, tuple[int, int]] | None
    asks: Asks
    asked_by: str
    tells_mediastore: bool
    names_by: UriKind
    grants: tuple[str, ...]
    apis: tuple[int, int]
    stacks: tuple[str, ...]
    offered: bool
    says: Localized
    grade: Grade
    source: str


def within(api: int, bounds: tuple[int, int]) -> bool:
    """Whether *api* lies in *bounds*, both included."""
    return bounds[0] <= api <= bounds[1]


def text() -> str:
    """The file ``stacks.yaml``."""
    return (files("simulator.android") / "stacks.yaml").read_text(encoding="utf-8")


@cache
def _plain() -> Mapping[str, Any]:
    # The file is ours and a test checks it, so it is read without looking for its places; every
    # value comes as text.
    loaded = yaml.load(text(), getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    return cast("Mapping[str, Any]", loaded)


@cache
def layers() -> Mapping[str, Layer]:
    """Every layer by its name."""
    return MappingProxyType(
        {
            name: Layer(
                name,
                entry["kind"],
                entry.get("executes_as"),
                _true(entry, "knows_caller", "false"),
                *_founded(entry),
            )
            for name, entry in _plain()["layers"].items()
        }
    )


@cache
def stacks() -> Mapping[str, StackRecord]:
    """Every stack by its name."""
    return MappingProxyType(
        {
            name: StackRecord(
                name,
                tuple(entry["layers"]),
                tuple(entry["removable"]),
                _bounds(entry, "apis"),
                _bounds(entry, "launched"),
                tuple(entry.get("makers", ())),
                _bounds(entry, "known"),
                entry.get("example"),
                *_founded(entry),
            )
            for name, entry in _plain()["stacks"].items()
        }
    )


@cache
def defaults() -> tuple[Default, ...]:
    """What phones are taken to have, the first that fits first."""
    return tuple(
        Default(
            entry["stack"],
            _bounds(entry, "apis"),
            _bounds(entry, "launched"),
            tuple(entry.get("makers", ())),
            entry["grade"],
            entry["source"],
        )
        for entry in _plain()["defaults"]
    )


@cache
def routes() -> Mapping[str, Route]:
    """Every route by its name."""
    return MappingProxyType(
        {name: _route(name, entry) for name, entry in _plain()["routes"].items()}
    )


def _route(name: str, entry: Mapping[str, Any]) -> Route:
    card = entry.get("on_card")
    return Route(
        name=name,
        calls=MappingProxyType(dict(entry["calls"])),
        executes_as=entry["executes_as"],
        mount=entry["mount"],
        on_card=(card["mount"], _bounds(card, "apis")) if card else None,
        asks=entry["asks"],
        asked_by=entry.get("asked_by", "app"),
        tells_mediastore=_true(entry, "tells_mediastore", "false"),
        names_by=entry.get("names_by", "item"),
        grants=tuple(entry.get("grants", ())),
        apis=_bounds(entry, "apis"),
        stacks=tuple(entry.get("stacks", ())),
        offered=_true(entry, "offered", "true"),
        says=_localized(entry),
        grade=entry["grade"],
        source=entry["source"],
    )


def _founded(entry: Mapping[str, Any]) -> tuple[Localized, Grade, str]:
    return _localized(entry), entry["grade"], entry["source"]


def _localized(entry: Mapping[str, Any]) -> Localized:
    return Localized(entry["says"]["en"], entry["says"]["zh-CN"])


def _bounds(entry: Mapping[str, Any], name: str) -> tuple[int, int]:
    low, high = entry.get(name, _EVERY_API)
    return int(low), int(high)


def _true(entry: Mapping[str, Any], name: str, default: str) -> bool:
    return bool(entry.get(name, default) == "true")
