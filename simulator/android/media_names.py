"""How MediaStore marks a file by its name: as pending, or as trashed.

The names are ``.pending-<expiry>-<name>`` and ``.trashed-<expiry>-<name>``.  The mark is part of
the name on disk, in the same folder; the row's display name stays the plain one.  The expiry is in
seconds since 1970, on the phone's clock.  Source: MediaProvider ``FileUtils.PATTERN_EXPIRES_FILE``,
``DEFAULT_DURATION_PENDING`` and ``DEFAULT_DURATION_TRASHED`` (permission dossier 6).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from posixpath import basename, dirname, join, splitext
from types import MappingProxyType
from typing import Literal

from attrs import frozen

from simulator.android.files import NAME_MAX

Mark = Literal["pending", "trashed"]
DAY = 86_400
#: How long a mark lasts (seconds).
LASTS: Mapping[Mark, int] = MappingProxyType({"pending": 7 * DAY, "trashed": 30 * DAY})

_MARKED = re.compile(r"\.(pending|trashed)-(\d+)-(.+)", re.IGNORECASE | re.DOTALL)
_CUT = "..."


@frozen
class MarkedName:
    """A name with a mark: which one, when it expires (seconds since 1970), and the plain name."""

    mark: Mark
    expires: int
    display: str


@lru_cache(maxsize=8192)
def marked(path: str) -> MarkedName | None:
    """What the name of *path* says, or None where it has no mark.  Case does not matter."""
    found = _MARKED.fullmatch(basename(path))
    if found is None:
        return None
    mark: Mark = "trashed" if found[1].casefold() == "trashed" else "pending"
    return MarkedName(mark, int(found[2]), found[3])


def is_trashed(path: str) -> bool:
    """Whether its name says that it is in the trash."""
    name = marked(path)
    return name is not None and name.mark == "trashed"


def display_name(path: str) -> str:
    """The name that a person sees: without a mark."""
    name = marked(path)
    return name.display if name is not None else basename(path)


def with_mark(path: str, mark: Mark, expires: int) -> str:
    """*path* with that mark; a mark it has already is replaced.

    A name that grows longer than the file system allows loses its middle, so that the mark and
    the extension survive; the plain name is then no longer the whole one.
    """
    name = f".{mark}-{expires}-{display_name(path)}"
    return join(dirname(path), _trimmed(name))


def without_mark(path: str) -> str:
    """*path* as it was before it was marked."""
    return join(dirname(path), display_name(path))


def free_name(path: str, taken: Callable[[str], bool]) -> str:
    """*path*, or with a number before the extension where that name is *taken*.

    Source: MediaProvider ``FileUtils.buildUniqueFile`` ("name (1).mp4").
    """
    stem, suffix = splitext(path)
    number = 0
    while taken(path):
        number += 1
        path = f"{stem} ({number}){suffix}"
    return path


def _trimmed(name: str) -> str:
    if _length(name) <= NAME_MAX:
        return name
    kept = list(name)
    while _length("".join(kept)) > NAME_MAX - len(_CUT):
        del kept[len(kept) // 2]
    half = len(kept) // 2
    return "".join(kept[:half]) + _CUT + "".join(kept[half:])


def _length(name: str) -> int:
    return len(name.encode("utf-8", "surrogatepass"))
