"""The system makes room: it deletes from the caches of apps until enough space is free.

The package manager asks ``installd`` for it when storage runs low or an app asks for space.  The
files are deleted by name, whoever has them open: an open handle keeps the bytes, so such a file
frees nothing until it is closed, and the trim goes on.

Source: installd ``InstalldNativeService::freeCache``, ``CacheTracker`` (permission dossier 7).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from attrs import define, frozen

from simulator.android.app_storage import caches, empty, packages, remove_tree
from simulator.android.files import FileSystem, Inode
from simulator.android.paths import LOWER, lower
from simulator.android.phone import Phone

#: The quota of an app for which none is known (bytes).
DEFAULT_QUOTA = 64 * 1024 * 1024
#: The first API level with quotas, cache groups and tombstones.
QUOTAS_SINCE = 26
#: Why nothing is cleared: room enough, no app over its quota, or no cache with anything in it.
Spared = Literal["enough is free", "within quota", "nothing there"]
_GROUP, _TOMBSTONE = "cache_group", "cache_tombstone"
_NO_QUOTAS: Mapping[str, int] = MappingProxyType({})


@frozen
class Item:
    """One thing to delete: a file or folder by its *path*, *level* folders below the cache folder.

    *modified* is a time of the run; a folder has the newest of what it holds.  *tombstone*: files
    are cut to nothing instead of removed.
    """

    path: str
    level: int
    directory: bool
    modified: float
    size: int
    tombstone: bool


@define
class Tracked:
    """An app's cache while room is made: what it uses, of which quota, and what is left of it."""

    package: str
    quota: int
    used: int
    items: list[Item]

    @property
    def ratio(self) -> float:
        """How much of its quota the app uses; above 1 it is over."""
        return self.used / self.quota


def behave(fs: FileSystem, folder: str, *, group: bool = False, tombstone: bool = False) -> None:
    """Mark a cache folder as StorageManager#setCacheBehaviorGroup and ...Tombstone do."""
    inode = fs.need(lower(folder))
    flags = inode.flags - {_GROUP, _TOMBSTONE}
    inode.flags = flags | ({_GROUP} if group else set()) | ({_TOMBSTONE} if tombstone else set())


def free_cache(
    phone: Phone,
    target: int,
    because: tuple[int, ...],
    for_whom: str = "system",
    *,
    quotas: Mapping[str, int] = _NO_QUOTAS,
    defy_quota: bool = False,
) -> int:
    """Delete from caches until *target* bytes are free; gives how many are free in the end.

    Whoever is the most over the quota loses an item first, and that is settled anew after each
    item.  Apps within their quota lose nothing unless *defy_quota*.  Before Android 8 there were
    no quotas, and the oldest files went first, whosesoever they were (inferred).
    """
    tracked = [_tracked(phone, package, quotas) for package in packages(phone)]
    if phone.stack.api < QUOTAS_SINCE:
        _oldest_first(phone, target, because, for_whom, tracked)
    else:
        _most_over_first(phone, target, because, for_whom, tracked, defy_quota)
    return _free(phone)


def spared(phone: Phone, target: int) -> Spared:
    """Why no cache has to give anything up where *target* bytes are to be free."""
    if _free(phone) >= target:
        return "enough is free"
    left = any(_tracked(phone, package, _NO_QUOTAS).items for package in packages(phone))
    return "within quota" if left else "nothing there"


def _most_over_first(
    phone: Phone,
    target: int,
    because: tuple[int, ...],
    for_whom: str,
    tracked: list[Tracked],
    defy_quota: bool,
) -> None:
    needed = target - _free(phone)
    active: Tracked | None = None
    while needed > 0:
        left = [app for app in tracked if app.items]
        if not left:
            return
        worst = max(left, key=lambda app: (app.ratio, app is active))
        if worst.ratio < 1 and not defy_quota:
            return
        active = worst
        item = active.items.pop()
        _purge(phone, item, because, for_whom)
        active.used -= item.size
        needed -= item.size
        if needed <= 0:
            # What was deleted may be open or have a second name: then it has freed nothing.
            needed = target - _free(phone)


def _oldest_first(
    phone: Phone, target: int, because: tuple[int, ...], for_whom: str, tracked: list[Tracked]
) -> None:
    files = [item for app in tracked for item in app.items if not item.directory]
    for item in sorted(files, key=lambda item: (item.modified, item.path)):
        if _free(phone) >= target:
            return
        _purge(phone, item, because, for_whom)


def _purge(phone: Phone, item: Item, because: tuple[int, ...], for_whom: str) -> None:
    if item.tombstone:
        empty(phone, item.path, because, for_whom)
    else:
        remove_tree(phone, item.path, because, for_whom)


def _free(phone: Phone) -> int:
    return phone.fs.capacity - phone.fs.used


# -- what there is to delete -------------------------------------------------------------------


def _tracked(phone: Phone, package: str, quotas: Mapping[str, int]) -> Tracked:
    with_quota = phone.stack.api >= QUOTAS_SINCE
    items: list[Item] = []
    for name in caches(phone.fs, package):
        folder = phone.fs.find(lower(name))
        if folder is not None:
            items += _items(lower(name), folder, 1, tombstone=False, flagged=with_quota)
    # The next one to go is the last of the list: the oldest, and of equals the deepest.
    items.sort(key=lambda item: (-item.modified, item.level, not item.directory, item.path))
    used = sum(item.size for item in items)
    return Tracked(package, quotas.get(package, DEFAULT_QUOTA), used, items)


def _items(path: str, folder: Inode, level: int, *, tombstone: bool, flagged: bool) -> list[Item]:
    """The items in a cache folder, with those of its folders."""
    tombstone = tombstone or (flagged and _TOMBSTONE in folder.flags)
    out: list[Item] = []
    for name, inode in sorted(folder.entries.items()):
        here = f"{path}/{name}"
        if not inode.directory:
            out.append(_item(here, level, inode, inode.content.size, inode.mtime, tombstone))
            continue
        below = _items(here, inode, level + 1, tombstone=tombstone, flagged=flagged)
        newest = max([inode.mtime, *(item.modified for item in below)])
        stays = tombstone or (flagged and _TOMBSTONE in inode.flags)
        if flagged and _GROUP in inode.flags:
            size = sum(item.size for item in below)
            out.append(_item(here, level, inode, size, newest, stays))
        else:
            out += [*below, _item(here, level, inode, 0, newest, stays)]
    return out


def _item(path: str, level: int, inode: Inode, size: int, modified: float, tombstone: bool) -> Item:
    name = path.removeprefix(LOWER)
    return Item(name, level, inode.directory, modified, size, tombstone)
