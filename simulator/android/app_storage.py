"""An app's own storage, and what the system removes of it: for the user, or for itself.

``installd`` does the work, as root and on the lower file system, so that no mount above sees it.
Its requests are told one by one: a folder is emptied file by file, the deepest first.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.android.files import FileError, FileSystem, Inode
from simulator.android.paths import LOWER, lower
from simulator.android.permissions import Caller
from simulator.android.phone import Phone
from simulator.android.processes import Process, media_provider

#: The daemon that owns all app storage (frameworks/native/cmds/installd).
INSTALLD = Process("installd", 0, "installd")
#: The route that reaches the lower tree directly.
_LOWER_TREE = "root"
_MANAGE_ALL = "MANAGE_EXTERNAL_STORAGE"
_HOMES = ("/data/user/0", "/data/user_de/0")
_SANDBOXES = ("/data/misc_ce/0/sdksandbox", "/data/misc_de/0/sdksandbox")
_CACHES = ("cache", "code_cache")
_OUTSIDE = "Android/data"
#: Who made a file whose maker is not there any more: no uid of today is his.
_FORMER = "uninstalled"


def packages(phone: Phone) -> tuple[str, ...]:
    """Every package that has storage of its own, in order."""
    homes = (*_HOMES, LOWER + _OUTSIDE)
    return tuple(sorted({name for home in homes for name in _folders(phone.fs, home)}))


def cache_folders(package: str) -> tuple[str, ...]:
    """The folders that hold a package's cache.

    ``cache`` and ``code_cache`` of its credential- and device-encrypted storage, and ``cache`` in
    ``Android/data``.  Source: installd ``InstalldNativeService::freeCache``,
    ``CacheTracker::loadItems`` (permission dossier 7).
    """
    inside = tuple(f"{home}/{package}/{name}" for home in _HOMES for name in _CACHES)
    return (*inside, f"{_OUTSIDE}/{package}/cache")


def caches(fs: FileSystem, package: str) -> tuple[str, ...]:
    """The cache folders of a package that may be on that phone, those of its sandbox included.

    Since Android 13 each advertising library runs in a sandbox of the app, with a folder of its
    own that has both caches.  Source: installd ``freeCache``, ``CacheTracker::loadItems``
    (permission dossier 7); how the folders of the sandbox are named is inferred.
    """
    inside = tuple(
        f"{sandbox}/{library}/{name}"
        for sandbox in _sandboxes(package)
        for library in _folders(fs, sandbox)
        for name in _CACHES
    )
    return (*cache_folders(package), *inside)


def _sandboxes(package: str) -> tuple[str, ...]:
    return tuple(f"{home}/{package}" for home in _SANDBOXES)


def _folders(fs: FileSystem, path: str) -> tuple[str, ...]:
    inode = fs.find(path)
    entries = inode.entries.items() if inode is not None else ()
    return tuple(sorted(name for name, entry in entries if entry.directory))


def clear_cache(
    phone: Phone, package: str, because: tuple[int, ...], for_whom: str = "user"
) -> None:
    """“Clear cache” in the settings: cache, code cache and external cache.

    Source: developer.android.com/training/data-storage; in part inferred.
    """
    for folder in caches(phone.fs, package):
        _remove_below(phone, INSTALLD, folder, because, for_whom, _LOWER_TREE)


def clear_data(
    phone: Phone, package: str, because: tuple[int, ...], for_whom: str = "user"
) -> None:
    """“Clear data” in the settings: all internal storage and ``Android/data`` of the package.

    That ``Android/media`` and ``Android/obb`` stay is an assumption: no source settles it.  That
    the package's sandboxes are emptied as well is inferred.
    """
    homes = tuple(f"{home}/{package}" for home in _HOMES)
    for folder in (*homes, *_sandboxes(package)):
        _remove_below(phone, INSTALLD, folder, because, for_whom, _LOWER_TREE)
    _remove(phone, INSTALLD, f"{_OUTSIDE}/{package}", because, for_whom, _LOWER_TREE)


def uninstall(phone: Phone, package: str, because: tuple[int, ...], for_whom: str = "user") -> None:
    """The package goes, with its folders; what it made in shared storage stays, without owner.

    Source: MediaProvider ``onPackageOrphaned``; installd ``destroyAppData`` (permission dossier
    2.3, 7).
    """
    inside = tuple(f"{home}/{package}" for home in _HOMES)
    outside = tuple(f"Android/{name}/{package}" for name in ("data", "obb", "media"))
    for folder in (*inside, *_sandboxes(package), *outside):
        _remove(phone, INSTALLD, folder, because, for_whom, _LOWER_TREE)
    for row in phone.mediastore.below(f"Android/media/{package}"):
        if phone.fs.find(lower(row.path)) is None:
            phone.mediastore.remove(row.path)
            phone.tell_row(row, None, because, listed=False)
    for row in tuple(phone.mediastore.orphan(package)):
        phone.tell_row(row, phone.fs.find(lower(row.path)), because)
    for _, inode in phone.fs.walk():
        if inode.creator == package:
            inode.creator = _FORMER


def install(phone: Phone, package: str, because: tuple[int, ...]) -> None:
    """The package is there again: with empty folders, another uid, and nothing that it owns.

    Source: MediaProvider ``onPackageOrphaned`` (permission dossier 2.3); that the uid is a new one
    is what makes a creator's mark in the file system worthless (watchers' dossier A3a).
    """
    phone.mediastore.orphan(package)
    for home in _HOMES:
        for path in (f"{home}/{package}", f"{home}/{package}/cache", f"{home}/{package}/files"):
            if phone.fs.find(path) is None:
                phone.makedirs(INSTALLD, path, because, "system", _LOWER_TREE)


def clear_external_caches(
    phone: Phone, caller: Process, because: tuple[int, ...], *, agreed: bool
) -> bool:
    """``ACTION_CLEAR_APP_CACHE``: the external caches of all apps, if the user has *agreed*.

    Gives whether they were cleared.  The action came with Android 11, and only an app that holds
    all-files access may start it; otherwise raises :class:`FileError`.  Internal caches are out
    of its reach.  Sources: developer.android.com, StorageManager; MediaProvider
    ``hasPermissionToClearCaches`` (permission dossier 7).
    """
    who: Caller | None = phone.callers.get(caller.package)
    if phone.stack.api < 30:
        raise FileError("ActivityNotFoundException")
    if who is None or _MANAGE_ALL not in who.granted:
        raise FileError("SecurityException")
    if agreed:
        provider = media_provider(phone.stack.api)
        for package in packages(phone):
            folder = f"{_OUTSIDE}/{package}/cache"
            _remove_below(phone, provider, folder, because, "user", "pass-through")
    return agreed


def remove_tree(phone: Phone, name: str, because: tuple[int, ...], for_whom: str) -> None:
    """Let installd remove a file, or a folder with all that it holds."""
    inode = phone.fs.find(lower(name))
    if inode is not None and not inode.directory:
        phone.unlink(INSTALLD, name, because, for_whom, _LOWER_TREE)
    else:
        _remove(phone, INSTALLD, name, because, for_whom, _LOWER_TREE)


def empty(phone: Phone, name: str, because: tuple[int, ...], for_whom: str) -> None:
    """Let installd cut a file to nothing, or every file below a folder; the names stay."""
    for path, inode in ((name, phone.fs.find(lower(name))), *_below(phone, name)):
        if inode is not None and not inode.directory and inode.content.size:
            phone.truncate(INSTALLD, path, because, for_whom, _LOWER_TREE)


def _remove(
    phone: Phone, by: Process, name: str, because: tuple[int, ...], for_whom: str, via: str
) -> None:
    if phone.fs.find(lower(name)) is not None:
        _remove_below(phone, by, name, because, for_whom, via)
        phone.rmdir(by, name, because, for_whom, via)


def _remove_below(
    phone: Phone, by: Process, name: str, because: tuple[int, ...], for_whom: str, via: str
) -> None:
    for path, inode in reversed(tuple(_below(phone, name))):
        remove = phone.rmdir if inode.directory else phone.unlink
        remove(by, path, because, for_whom, via)


def _below(phone: Phone, name: str) -> Iterator[tuple[str, Inode]]:
    if phone.fs.find(lower(name)) is not None:
        for path, inode in phone.fs.walk(lower(name)):
            yield path.removeprefix(LOWER), inode
