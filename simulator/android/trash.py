"""The trash of MediaStore, and pending items: marks in a file's name, set and cleared.

Trashing is a rename in the same folder that MediaProvider carries out on the lower file system;
the row stays and the bytes stay, so that nothing is gained in space until the mark expires.
Source: MediaProvider ``FileUtils.computeDataFromValues``, ``MediaStore#createTrashRequest``
(permission dossier 6, file-event dossier 2).
"""

from __future__ import annotations

from simulator.android.media_names import LASTS, Mark, free_name, with_mark, without_mark
from simulator.android.paths import lower
from simulator.android.phone import Phone
from simulator.android.processes import Process

#: The first API level whose apps can move items to the trash.
SINCE = 30


def mark(
    phone: Phone, caller: Process, path: str, as_: Mark, because: tuple[int, ...], for_whom: str
) -> int:
    """Mark the item at *path* as pending or trashed; gives the operation's id.

    Raises :class:`FileError` where the permission model or a guard refuses.
    """
    marked = with_mark(path, as_, phone.clock + LASTS[as_])
    return _renamed(phone, caller, path, marked, because, for_whom)


def trash(phone: Phone, caller: Process, path: str, because: tuple[int, ...], for_whom: str) -> int:
    """Move the item at *path* to the trash; gives the operation's id."""
    return mark(phone, caller, path, "trashed", because, for_whom)


def clear(phone: Phone, caller: Process, path: str, because: tuple[int, ...], for_whom: str) -> int:
    """Take the mark off the item at *path*: it is published, or restored from the trash.

    The plain name comes back, with a number where another file has it by now.
    """
    plain = free_name(without_mark(path), lambda name: phone.fs.find(lower(name)) is not None)
    return _renamed(phone, caller, path, plain, because, for_whom)


def _renamed(
    phone: Phone, caller: Process, path: str, to: str, because: tuple[int, ...], for_whom: str
) -> int:
    operation = phone.rename(caller, path, to, because, for_whom, "mediastore", "trash")
    row = phone.mediastore.row(to)
    if row is not None:
        by = operation if row.trashed else None
        phone.mediastore.update(row, marked_by=by)
    return operation
