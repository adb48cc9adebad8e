"""The storage stack: which layers a request crosses, and under whose identity.

The stack of shared storage is an explicit list.  A layer may hand the request down under another
process's identity (FUSE does: MediaProvider executes below), so the same rule at the same layer
can see the app, the provider or nobody.  Internal storage goes straight to the lower file system;
from Android 11 on so does an app's own ``Android/data``.

Sources: source.android.com/docs/core/storage/scoped (FUSE, sdcardfs, bypass of Android/data);
who reaches the lower file system under FUSE is inferred from FuseDaemon.cpp.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from attrs import frozen

from simulator.android.paths import Area, place
from simulator.android.processes import MEDIA_PROVIDER, SDCARD_DAEMON, Process

StackName = Literal["fuse-daemon", "sdcardfs", "fuse", "fuse-over-sdcardfs", "hmdfs", "plain"]


@frozen
class Layer:
    """One layer; below it requests run as *executes_as*, or as the caller where that is None."""

    name: str
    executes_as: Process | None = None


@frozen
class Hop:
    """A request as one layer sees it: the layer's name and the process that executes there."""

    layer: str
    done_by: Process


F2FS = Layer("f2fs")
SDCARDFS = Layer("sdcardfs")
FUSE = Layer("fuse", executes_as=MEDIA_PROVIDER)
RESOLVER = Layer("resolver", executes_as=MEDIA_PROVIDER)
PROVIDER = Layer("provider")

STACKS: Mapping[str, tuple[Layer, ...]] = MappingProxyType(
    {
        "fuse-daemon": (Layer("fuse-daemon", executes_as=SDCARD_DAEMON), F2FS),
        "sdcardfs": (SDCARDFS, F2FS),
        "fuse": (FUSE, F2FS),
        "fuse-over-sdcardfs": (FUSE, SDCARDFS, F2FS),
        "hmdfs": (Layer("hmdfs"), F2FS),
        "plain": (Layer("ext4"),),
    }
)
#: Layers that keep the bytes, below every mount that apps look at.
LOWER_LAYERS = frozenset({"f2fs", "ext4"})

#: Android versions (API levels) on which a stack can be found.
STACK_APIS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "fuse-daemon": (19, 25),
        "sdcardfs": (26, 29),
        "fuse": (30, 36),
        "fuse-over-sdcardfs": (30, 36),
        "hmdfs": (29, 31),
        "plain": (19, 36),
    }
)


def possible(stack: str, api: int) -> bool:
    """Whether a phone on that API level can have that stack (dossier F8)."""
    low, high = STACK_APIS[stack]
    return low <= api <= high


class Stack:
    """The stack of one phone: turns a request into the hops that it makes."""

    def __init__(self, name: str, api: int) -> None:
        self.name, self.api = name, api
        self.layers = STACKS[name]
        self._routes: dict[tuple[str, bool, Process], tuple[Hop, ...]] = {}

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Every layer a request can cross on this phone, top first."""
        names = [layer.name for layer in self.layers]
        return tuple(names) if self.name == "plain" else ("resolver", "provider", *names)

    @property
    def lower(self) -> str:
        """The layer that keeps the bytes."""
        return self.layers[-1].name

    def route(self, path: str, via: str, caller: Process) -> tuple[Hop, ...]:
        """The layers that *caller*'s request for *path* crosses, top first.

        *via* is ``path``, ``mediastore``, or ``pass-through`` for parts of the phone that see
        shared storage without FUSE in between, as MediaProvider does.
        """
        where = place(path)
        direct = where.area is Area.INTERNAL or (where.area is Area.APP_EXTERNAL and self.api >= 30)
        key = (via, direct, caller)
        hops = self._routes.get(key)
        if hops is None:
            hops = self._routes[key] = self._hops(via, direct, caller)
        return hops

    def _hops(self, via: str, direct: bool, caller: Process) -> tuple[Hop, ...]:
        if via == "mediastore":
            head = _descend((RESOLVER, PROVIDER), caller)
            return head + _descend(self._below_provider(), MEDIA_PROVIDER)
        if via == "pass-through":
            return _descend(self._below_provider(), caller)
        return _descend(self.layers[-1:] if direct else self.layers, caller)

    def _below_provider(self) -> tuple[Layer, ...]:
        # From Android 11 on MediaProvider's own /storage is the lower tree (pass-through mount),
        # so what it does is not seen on the FUSE mount.
        if self.api >= 30:
            return tuple(layer for layer in self.layers if layer.name != "fuse")
        return self.layers


def _descend(layers: tuple[Layer, ...], caller: Process) -> tuple[Hop, ...]:
    hops, process = [], caller
    for layer in layers:
        hops.append(Hop(layer.name, process))
        process = layer.executes_as or process
    return tuple(hops)
