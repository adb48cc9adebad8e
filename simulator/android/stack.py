"""The storage stack: which layers a request crosses, and under whose identity.

The stack of shared storage is an explicit list.  A layer may hand the request down under another
process's identity (FUSE does: MediaProvider executes below), so the same rule at the same layer
can see the app, the provider or nobody.  Internal storage goes straight to the lower file system.
From Android 11 on the app's own ``Android/data`` and ``obb`` on the primary volume are bind mounts
of what lies below FUSE; everybody else's are closed, and it is FUSE that says so.

The lists, the identities and the routes are data with grades and sources: ``stacks.yaml``.
"""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from simulator.android.layers import (
    CARD,
    Default,
    Layer,
    Mount,
    Route,
    StackRecord,
    defaults,
    layers,
    routes,
    stacks,
    within,
)
from simulator.android.paths import Area, Place, place
from simulator.android.permissions.item import UriKind
from simulator.android.processes import Process, named
from simulator.errors import InputError, UnknownName
from simulator.message import Message

__all__ = [
    "CALL_LAYERS",
    "LOWER_LAYERS",
    "CardFormat",
    "Hop",
    "Stack",
    "apis_of",
    "default_stack",
    "misfit",
    "possible",
    "stack_names",
]

CardFormat = Literal["vfat", "exfat", "sdfat"]
#: Layers that keep the bytes, below every mount that apps look at.
LOWER_LAYERS = frozenset({"f2fs", "ext4", "vfat", "exfat", "sdfat"})
#: Layers that are no file system: they carry calls to providers.
CALL_LAYERS = frozenset({"resolver", "provider", "documents", "downloads"})
#: The layer that tells MediaProvider of every change by path (Android 11).
_TELLS = "fuse"
#: The first API level with FUSE served by MediaProvider, pass-through mounts and bind mounts.
_FUSE_API = 30


@frozen
class Hop:
    """A request as one layer sees it: the layer's name and the process that executes there."""

    layer: str
    done_by: Process


def stack_names() -> tuple[str, ...]:
    """The stacks that are known."""
    return tuple(stacks())


def apis_of(stack: str) -> tuple[int, int]:
    """The first and the last API level on which that stack is found."""
    return _record(stack).apis


def possible(stack: str, api: int) -> bool:
    """Whether a phone on that API level can have that stack (dossier F8)."""
    return within(api, apis_of(stack))


def misfit(
    stack: str, api: int, launch_api: int | None = None, maker: str | None = None
) -> Literal["api", "launch", "maker"] | None:
    """What about such a phone rules that stack out, or None; what is not known rules nothing out.

    A phone launched with Android 11 or later on kernel 5.4 or later cannot have sdcardfs, and hmdfs
    is Huawei's (dossier F8).
    """
    record = _record(stack)
    if not within(api, record.apis):
        return "api"
    if launch_api is not None and not within(launch_api, record.launched):
        return "launch"
    if maker is not None and record.makers and maker.casefold() not in record.makers:
        return "maker"
    return None


def default_stack(api: int, launch_api: int | None = None, maker: str | None = None) -> Default:
    """What a phone is taken to have: by API level, API level at launch, and maker.

    Where the launch is not known, the phone is taken to have been launched with what it runs.
    Raises :class:`InputError` where no stack is known for that API level.
    """
    for default in defaults():
        if default.fits(api, api if launch_api is None else launch_api, maker):
            return default
    raise InputError(Message("no storage stack is known for API level {api}", api=api))


class Stack:
    """The stack of one phone: turns a request into the hops that it makes.

    *card* is the file system of a memory card, should there be one.
    """

    def __init__(self, name: str, api: int, card: CardFormat = "vfat") -> None:
        self.record = _record(name)
        self.name, self.api = name, api
        known = layers()
        self.layers: tuple[Layer, ...] = tuple(known[layer] for layer in self.record.layers)
        self.card_layers: tuple[Layer, ...] = tuple(
            known[card if layer == CARD else layer] for layer in self.record.removable
        )
        self._routes: dict[tuple[str, Place, Process], tuple[Hop, ...]] = {}

    @property
    def layer_names(self) -> tuple[str, ...]:
        """The layers of shared storage and MediaStore, top first."""
        names = [layer.name for layer in self.layers]
        return tuple(names) if self.name == "plain" else ("resolver", "provider", *names)

    @property
    def lower(self) -> str:
        """The layer that keeps the bytes."""
        return self.layers[-1].name

    def offers(self, via: str) -> bool:
        """Whether this phone has that route at all."""
        route = _route(via)
        here = not route.stacks or self.name in route.stacks
        return here and within(self.api, route.apis)

    def route(self, path: str, via: str, caller: Process) -> tuple[Hop, ...]:
        """The layers that *caller*'s request for *path* crosses, top first.

        *via* is a route of ``stacks.yaml``: ``path``, ``mediastore``, ``saf``, ...  Raises
        :class:`InputError` where this phone has no such route.
        """
        key = (via, place(path), caller)
        hops = self._routes.get(key)
        if hops is None:
            hops = self._routes[key] = self._hops(via, key[1], caller)
        return hops

    def across_mounts(self, path: str, to: str, via: str, caller: Process) -> bool:
        """Whether a rename would leave its mount, which rename(2) refuses with EXDEV.

        The app's own ``Android/data`` is a mount of its own from Android 11 on, and internal
        storage always was.  Source: Linux fs/namei.c, do_renameat2; that phones differ in nothing
        else here is inferred.
        """
        here, there = place(path), place(to)
        if here == there:
            return False
        if here.volume != there.volume or here.user != there.user:
            return True
        crossed = [
            [hop.layer for hop in self.route(name, via, caller) if hop.layer not in CALL_LAYERS]
            for name in (path, to)
        ]
        return crossed[0] != crossed[1]

    def asks(self, via: str) -> str:
        """Which part of the permission model rules on that route."""
        return _route(via).asks

    def names_by(self, via: str) -> UriKind:
        """How a call on that route names the file: as an item, or by a selection of many."""
        return _route(via).names_by

    def is_call(self, via: str) -> bool:
        """Whether that route is a call to a provider, no system call of the caller's own."""
        return bool(_route(via).calls)

    def row_follows(self, via: str, hops: tuple[Hop, ...]) -> bool:
        """Whether MediaStore learns of a change at once, without a scan.

        From Android 11 on FUSE tells MediaProvider of every change that goes through it; before,
        only those who carry out a call see to the row.
        """
        return _route(via).tells_mediastore or any(hop.layer == _TELLS for hop in hops)

    # -- inside ----------------------------------------------------------------------------

    def _hops(self, via: str, where: Place, caller: Process) -> tuple[Hop, ...]:
        route = _route(via)
        if not self.offers(via):
            raise InputError(
                Message(
                    "a phone with the stack “{stack}” on API level {api} has no route “{via}”",
                    stack=self.name,
                    api=self.api,
                    via=via,
                )
            )
        called = [Hop(layer, self._process(who, caller)) for layer, who in route.calls.items()]
        process = self._process(route.executes_as, caller)
        for layer in self._view(self._mount(route, where), where, process):
            called.append(Hop(layer.name, process))
            if layer.executes_as is not None:
                process = named(layer.executes_as, self.api)
        return tuple(called)

    def _process(self, name: str, caller: Process) -> Process:
        return caller if name == "caller" else named(name, self.api)

    def _mount(self, route: Route, where: Place) -> Mount:
        if where.volume is not None and route.on_card is not None:
            mount, apis = route.on_card
            return mount if within(self.api, apis) else route.mount
        return route.mount

    def _view(self, mount: Mount, where: Place, process: Process) -> tuple[Layer, ...]:
        """The layers between that mount and the bytes."""
        if where.area is Area.INTERNAL:
            return self.layers[-1:]
        whole = self.layers if where.volume is None else self.card_layers
        if mount == "lower":
            return whole[-1:]
        if self.api >= _FUSE_API and (mount == "pass-through" or _bound(mount, where, process)):
            return tuple(layer for layer in whole if layer.name != _TELLS)
        return whole


def _bound(mount: Mount, where: Place, process: Process) -> bool:
    """Whether the process has that folder as a bind mount from below FUSE.

    Only the primary volume has such mounts (vold, EmulatedVolume#mountFuseBindMounts).
    """
    if where.area is not Area.APP_EXTERNAL or where.volume is not None:
        return False
    return mount == "android-writable" or where.belongs_to(process.package)


def _record(name: str) -> StackRecord:
    record = stacks().get(name)
    if record is None:
        raise UnknownName(Message("storage stack"), name, stack_names())
    return record


def _route(via: str) -> Route:
    route = routes().get(via)
    if route is None:
        raise UnknownName(Message("route"), via, tuple(routes()))
    return route
