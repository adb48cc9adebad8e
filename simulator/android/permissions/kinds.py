"""Kinds of apps, and what each can do to a video that it did not make, version by version.

Source of the table: permission dossier 5.  Its cells are decisions of the model, not written down;
``kinds.yaml`` only says what the app of a kind holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from attrs import frozen

from simulator.android.permissions.caller import Caller
from simulator.android.permissions.decide import decide
from simulator.android.permissions.decision import ROUTES, Answer, Decision, Route
from simulator.android.permissions.item import Item
from simulator.android.permissions.predicates import derive

CellAnswer = Literal["silently", "after_consent", "no", "not_there_yet"]
#: Routes that an app can take by itself; through the others the user hands the file over.
OWN_ROUTES: tuple[Route, ...] = ("path", "request", "mediastore")
#: A video in the album that another app, the camera, made.
VIDEO = "DCIM/Camera/VID_1.mp4"
_EASE: dict[Answer, int] = {"silently": 0, "after_consent": 1, "no": 2}


@frozen
class Kind:
    """A kind of app: the API level *since* which it exists, and what it holds from which level."""

    id: str
    since: int
    grants: Mapping[int, frozenset[str]]
    target_sdk: int | None = None
    legacy_flag: bool | None = None
    system_gallery: bool = False
    special: bool = False

    def caller(self, api: int) -> Caller:
        """The app of this kind on a phone of that API level."""
        held = self.grants[max(level for level in self.grants if level <= api)]
        return Caller(
            api=api,
            target_sdk=self.target_sdk or api,
            granted=held,
            # From Android 11 on only an app that targets 10 has the old mode by asking.
            legacy_flag=self.legacy_flag if self.legacy_flag is not None else api <= 28,
            system_gallery=self.system_gallery,
        )


@frozen
class Cell:
    """What an app of a *kind* can do on one API level: by the easiest of its own routes, and by
    each route.  *by* is that easiest route; None where the kind does not exist yet."""

    kind: Kind
    api: int
    answer: CellAnswer
    by: Route | None
    routes: Mapping[Route, Decision]


@cache
def kinds() -> tuple[Kind, ...]:
    """Every kind, in the order of the table."""
    text = (files("simulator.android.permissions") / "kinds.yaml").read_text(encoding="utf-8")
    return tuple(
        Kind(name, **{**said, "grants": {a: frozenset(g) for a, g in said["grants"].items()}})
        for name, said in yaml.safe_load(text)["kinds"].items()
    )


def cell(kind: Kind, api: int) -> Cell:
    """What an app of *kind* can do on that API level to a video that it did not make."""
    if api < kind.since:
        return Cell(kind, api, "not_there_yet", None, {})
    caller = kind.caller(api)
    item = Item(VIDEO, selected=True)
    routes = {route: decide(caller, "delete", route, item) for route in ROUTES}
    best = min(OWN_ROUTES, key=lambda route: _EASE[routes[route].answer])
    return Cell(kind, api, routes[best].answer, best, routes)


def kind_of(caller: Caller) -> Kind:
    """The kind that an app belongs to: the most powerful that fits what it holds."""
    who = derive(caller)
    reads = "video" in who.reads
    name = (
        "all-files"
        if who.manager
        else "gallery"
        if who.gallery
        else "media-manager"
        if who.manages_media and reads
        else "legacy"
        if who.legacy_write and caller.api >= 29
        else "storage"
        if who.storage_write and (reads or caller.api <= 28)
        else "storage"
        if reads and caller.api >= 33
        else "reader"
        if reads
        else "selected"
        if who.selected
        else "nothing"
    )
    return next(kind for kind in kinds() if kind.id == name)
