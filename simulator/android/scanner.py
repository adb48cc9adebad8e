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
from simulator.android.media_places import NO_MEDIA, always_visible, has_rows, type_of
from simulator.android.paths import LOWER, Area, lower, place
from simulator.android.phone import Phone
from simulator.android.processes import media_provider


def scan(phone: Phone, because: tuple[int, ...], folder: str = "") -> None:
    """Scan everything below *folder*; all of shared storage where that is empty."""
    _uncover(phone, because, folder)
    for row in phone.mediastore.below(folder):
        inode = phone.fs.find(lower(row.path))
        if inode is None:
            phone.mediastore.remove(row.path)
            phone.tell_row(row, None, because, listed=False)
            continue
        kind = type_of(phone.fs, row.path)
        if row.from_path or kind != row.media_type:
            row = phone.mediastore.update(row, from_path=False, media_type=kind)
            phone.tell_row(row, inode, because)
    for path, inode in _files(phone, folder):
        if has_rows(path) and phone.mediastore.row(path) is None:
            kind = type_of(phone.fs, path)
            made = phone.mediastore.insert(path, _owner(path), kind)
            phone.tell_row(made, inode, because)


def _uncover(phone: Phone, because: tuple[int, ...], folder: str) -> None:
    """Delete each ``.nomedia`` that lies in a folder which is not to be hidden."""
    provider = media_provider(phone.stack.api)
    for path, _ in _files(phone, folder):
        if basename(path).casefold() == NO_MEDIA and always_visible(dirname(path)):
            with suppress(FileError):
                phone.unlink(provider, path, because, "system", "pass-through")


def _files(phone: Phone, folder: str) -> Iterator[tuple[str, Inode]]:
    root = lower(folder) if folder else LOWER.rstrip("/")
    for path, inode in list(phone.fs.walk(root)):
        if not inode.directory:
            yield path.removeprefix(LOWER), inode


def _owner(path: str) -> str | None:
    # Whose a file is that nobody inserted can only be told from its folder.
    where = place(path)
    return where.package if where.area is Area.APP_MEDIA else None
