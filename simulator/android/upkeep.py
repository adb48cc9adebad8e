"""What a person or the system has the phone do to an app's storage, by name.

Each act is one entry of a scenario's ``happens``; sending a video is the app's own work and not
among them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from attrs import frozen

from simulator.android.app_storage import clear_cache, clear_data, install, uninstall
from simulator.android.free_cache import free_cache, spared
from simulator.android.idle import idle_maintenance
from simulator.android.phone import Phone
from simulator.android.processes import GALLERY
from simulator.android.scanner import scan
from simulator.android.trash import trash
from simulator.trace import Cause

#: Acts after which the app's process is dead.
KILLS = frozenset({"clear data", "uninstall"})


@frozen
class Order:
    """What an act is about: an app's *package*, a file's *path*, how many bytes shall be free."""

    package: str
    path: str
    free: int
    defy_quota: bool


def carry_out(phone: Phone, act: str, order: Order, because: tuple[int, ...]) -> None:
    """Do *act* on *phone*.

    Raises :class:`FileError` where Android refuses, :class:`KeyError` where there is no such act.
    """
    ACTS[act](phone, order, because)


def _clear_cache(phone: Phone, order: Order, because: tuple[int, ...]) -> None:
    clear_cache(phone, order.package, because)


def _clear_data(phone: Phone, order: Order, because: tuple[int, ...]) -> None:
    clear_data(phone, order.package, because)


def _uninstall(phone: Phone, order: Order, because: tuple[int, ...]) -> None:
    uninstall(phone, order.package, because)


def _trash(phone: Phone, order: Order, because: tuple[int, ...]) -> None:
    trash(phone, GALLERY, order.path, because, "user")


def _free_cache(phone: Phone, order: Order, because: tuple[int, ...]) -> None:
    before = len(phone.log.records)
    free_cache(phone, order.free, because, defy_quota=order.defy_quota)
    if len(phone.log.records) == before:
        why = spared(phone, order.free)
        phone.log.add(Cause, because, "timer", "nothing cleared", why)


def _install(phone: Phone, order: Order, because: tuple[int, ...]) -> None:
    install(phone, order.package, because)


def _fill(phone: Phone, order: Order, _because: tuple[int, ...]) -> None:
    """Something else on the phone takes up what was free, but for so much."""
    taken = phone.fs.capacity - phone.fs.used - order.free
    if taken > 0:
        number = len(phone.log.records)
        phone.put(f"/data/system/other-{number}", f"other {number}", taken, "system", listed=False)


def _scan(phone: Phone, _order: Order, because: tuple[int, ...]) -> None:
    scan(phone, because)


def _idle(phone: Phone, _order: Order, because: tuple[int, ...]) -> None:
    idle_maintenance(phone, because)


ACTS: Mapping[str, Callable[[Phone, Order, tuple[int, ...]], None]] = MappingProxyType(
    {
        "clear cache": _clear_cache,
        "clear data": _clear_data,
        "uninstall": _uninstall,
        "trash in gallery": _trash,
        "install": _install,
        "fill storage": _fill,
        "free cache": _free_cache,
        "media scan": _scan,
        "idle maintenance": _idle,
    }
)
