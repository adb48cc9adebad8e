"""Places on the phone: which part of storage a path lies in, and where its bytes really are.

Paths below shared storage are written relative to it (``DCIM/Camera/a.mp4``); the upper mount is
``/storage/emulated/0``, the lower file system keeps the same tree under ``/data/media/0``.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from posixpath import splitext

from attrs import frozen

LOWER = "/data/media/0/"
#: Folders of shared storage that exist on a new phone (the standard directories of
#: ``android.os.Environment``).
STANDARD = (
    "Alarms",
    "Android",
    "Android/data",
    "Android/media",
    "Android/obb",
    "DCIM",
    "DCIM/Camera",
    "Documents",
    "Download",
    "Movies",
    "Music",
    "Notifications",
    "Pictures",
    "Pictures/Screenshots",
    "Podcasts",
    "Ringtones",
)


class Area(Enum):
    """A part of storage with permission rules of its own."""

    INTERNAL = "internal"
    APP_EXTERNAL = "app-external"
    APP_MEDIA = "app-media"
    SHARED = "shared"


@frozen(cache_hash=True)
class Place:
    """Where a path lies: its *area*, and the *package* whose own folder it is in, if any."""

    area: Area
    package: str | None


@lru_cache(maxsize=4096)
def place(path: str) -> Place:
    """The part of storage that *path* lies in."""
    parts = path.split("/")
    if path.startswith("/data/"):
        if parts[2] == "user" and len(parts) > 4:
            return Place(Area.INTERNAL, parts[4])
        if parts[2] == "data" and len(parts) > 3:
            return Place(Area.INTERNAL, parts[3])
        return Place(Area.INTERNAL, None)
    head = [part.casefold() for part in parts[:2]]
    if len(parts) > 2 and head[0] == "android":
        if head[1] in {"data", "obb"}:
            return Place(Area.APP_EXTERNAL, parts[2])
        if head[1] == "media":
            return Place(Area.APP_MEDIA, parts[2])
    return Place(Area.SHARED, None)


@lru_cache(maxsize=4096)
def lower(path: str) -> str:
    """The same file on the lower file system."""
    return path if path.startswith("/") else LOWER + path


@lru_cache(maxsize=65_536)
def extension(path: str) -> str:
    """The last extension without its dot, in lower case; empty if there is none."""
    return splitext(path)[1][1:].casefold()


VIDEO = frozenset({"mp4", "m4v", "mov", "3gp", "mkv", "webm", "avi", "ts", "mpg", "mpeg"})
IMAGE = frozenset({"jpg", "jpeg", "png", "gif", "webp", "heic", "heif", "bmp", "dng"})


def media_type(path: str) -> str:
    """``video``, ``image`` or ``other``, by the extension, as MediaStore guesses it."""
    suffix = extension(path)
    return "video" if suffix in VIDEO else "image" if suffix in IMAGE else "other"
