"""MediaProvider's scan: makes the rows fit the files that are there.

A scan follows a broadcast of an app, the mounting of a volume, a boot and idle maintenance.
Before Android 11 it is the only way in which MediaStore learns what happened by path; from then on
FUSE tells it at once, and a scan finds what did not go through FUSE.  Source: MediaProvider
``ModernMediaScanner`` (permission dossier 6; the list of occasions is in part inferred).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from posixpath import basename, dirname

from simulator.android.files import FileError, Inode
from simulator.android.media_places import (
    NO_MEDIA,
    always_visible,
    has_rows,
    holds_no_media,
    never_entered,
    type_of,
)
from simulator.android.mediastore import Row
from simulator.android.paths import LOWER, Area, lower, place, upper
from simulator.android.phone import Phone
from simulator.android.processes import media_provider

#: The first API level whose scan leaves a ``.nomedia`` where it turns back.
_COVERS_SINCE = 30


def scan(phone: Phone, because: tuple[int, ...], folder: str = "") -> None:
    """Scan everything below *folder*; all of shared storage where that is empty."""
    _uncover(phone, because, folder)
    _cover(phone, because, folder)
    for row in phone.mediastore.below(folder):
        _fit(phone, because, row)
    for path, inode in _files(phone, folder):
        _add(phone, because, path, inode)


def scan_file(phone: Phone, because: tuple[int, ...], path: str) -> None:
    """Scan one file, as ``MediaStore.scanFile`` does for an app: what it made is published."""
    row = phone.mediastore.row(path)
    if row is not None:
        _fit(phone, because, row)
    inode = phone.fs.find(lower(path))
    if inode is not None and not inode.directory:
        _add(phone, because, path, inode)


def _fit(phone: Phone, because: tuple[int, ...], row: Row) -> None:
    """Make a row fit its file; the row of a file that is gone goes too."""
    inode = phone.fs.find(lower(row.path))
    if inode is None:
        phone.mediastore.remove(row.path)
        phone.tell_row(row, None, because, listed=False)
        return
    kind = type_of(phone.fs, row.path)
    if row.from_path or kind != row.media_type:
        row = phone.mediastore.update(row, from_path=False, media_type=kind)
        phone.tell_row(row, inode, because)


def _add(phone: Phone, because: tuple[int, ...], path: str, inode: Inode) -> None:
    if has_rows(path) and phone.mediastore.row(path) is None:
        made = phone.mediastore.insert(path, _owner(path), type_of(phone.fs, path))
        phone.tell_row(made, inode, because)


def _uncover(phone: Phone, because: tuple[int, ...], folder: str) -> None:
    """Delete each ``.nomedia`` that lies in a folder which is not to be hidden."""
    provider = media_provider(phone.stack.api)
    for path, _ in _files(phone, folder):
        if basename(path).casefold() == NO_MEDIA and always_visible(dirname(path)):
            with suppress(FileError):
                phone.unlink(provider, path, because, "system", "pass-through")


def _cover(phone: Phone, because: tuple[int, ...], folder: str) -> None:
    """Put a ``.nomedia`` into each folder at which the scan turns back.

    So an older phone that gets the card leaves it alone too.  Source: MediaProvider
    ``ModernMediaScanner#shouldScanDirectory`` (permission dossier 6); that it began with Android
    11 is inferred.
    """
    if phone.stack.api < _COVERS_SINCE:
        return
    provider = media_provider(phone.stack.api)
    for path, inode in _below(phone, folder):
        if inode.directory and never_entered(path) and not holds_no_media(phone.fs, path):
            with suppress(FileError):
                name = f"{path}/{NO_MEDIA}"
                phone.close(phone.open(provider, name, "write", because, "system", "pass-through"))


def _files(phone: Phone, folder: str) -> Iterator[tuple[str, Inode]]:
    return ((path, inode) for path, inode in _below(phone, folder) if not inode.directory)


def _below(phone: Phone, folder: str) -> Iterator[tuple[str, Inode]]:
    root = lower(folder) if folder else LOWER.rstrip("/")
    for below, inode in list(phone.fs.walk(root)):
        path = upper(below)
        if path is not None:
            yield path, inode


def _owner(path: str) -> str | None:
    # Whose a file is that nobody inserted can only be told from its folder.
    where = place(path)
    return where.package if where.area is Area.APP_MEDIA else None
