"""Where MediaStore looks, and where it hides what it finds.

Two different things: some folders are never scanned, so that what lies there has no row; hidden
folders and files have rows, whose media type is ``none``, so that readers of photos and videos do
not get them and their owner still does.  Names compare without case, as sdcardfs and FUSE compare
them.  Sources: MediaProvider ``FileUtils.PATTERN_INVISIBLE``, ``isDirectoryHidden``,
``ModernMediaScanner#shouldScanDirectory`` (permission dossier 6).
"""

from __future__ import annotations

from functools import lru_cache
from posixpath import basename, dirname

from simulator.android.files import FileSystem
from simulator.android.media_names import marked
from simulator.android.paths import Area, lower, media_type, place

NO_MEDIA = ".nomedia"
PRIMARY = "external_primary"
#: The media type of whatever readers of media do not get.
NO_TYPE = "none"
_TYPES = frozenset({"video", "image", "audio", "playlist", "subtitle"})
_NEVER = (
    ("android", "data"),
    ("android", "obb"),
    ("android", "sandbox"),
    (".transforms",),
    ("movies", ".thumbnails"),
    ("music", ".thumbnails"),
    ("pictures", ".thumbnails"),
)
#: Top-level folders that no ``.nomedia`` hides (``FileUtils.sDefaultFolderNames``), and two more.
_ALWAYS_VISIBLE = frozenset(
    {
        "",
        "alarms",
        "audiobooks",
        "dcim",
        "dcim/camera",
        "documents",
        "download",
        "movies",
        "music",
        "notifications",
        "pictures",
        "pictures/screenshots",
        "podcasts",
        "recordings",
        "ringtones",
    }
)


@lru_cache(maxsize=8192)
def volume_of(path: str) -> str:
    """The volume as MediaStore names it: ``external_primary``, or the lower-case id of a card."""
    return path.split("/")[2].casefold() if path.startswith("/storage/") else PRIMARY


@lru_cache(maxsize=8192)
def within(path: str) -> str:
    """*path* relative to the root of its volume."""
    return "/".join(path.split("/")[3:]) if path.startswith("/storage/") else path


@lru_cache(maxsize=8192)
def has_rows(path: str) -> bool:
    """Whether MediaStore lists what lies there: no app's own storage, nothing never scanned."""
    if place(path).area is Area.INTERNAL:
        return False
    parts = within(path).casefold().split("/")
    return not any(tuple(parts[: len(never)]) == never for never in _NEVER)


def always_visible(folder: str) -> bool:
    """Whether the provider deletes a ``.nomedia`` that it finds in *folder*.

    So it does in the standard top-level folders, in the folders of the camera and of screenshots,
    and at the root of a volume.
    """
    return within(folder).casefold() in _ALWAYS_VISIBLE


def hidden_folder(fs: FileSystem, folder: str) -> bool:
    """Whether *folder*, or one above it, hides its files: by a dot or by a ``.nomedia``."""
    while within(folder):
        if always_visible(folder):
            return False
        if basename(folder).startswith(".") or _holds_no_media(fs, folder):
            return True
        folder = dirname(folder)
    return False


def type_of(fs: FileSystem, path: str) -> str:
    """The media type of the row of *path*: ``none`` for hidden files and for documents.

    A pending or trashed file begins with a dot and is not hidden for that.
    """
    kind = media_type(path)
    if kind not in _TYPES or not has_rows(path):
        return NO_TYPE
    if basename(path).startswith(".") and marked(path) is None:
        return NO_TYPE
    return NO_TYPE if hidden_folder(fs, dirname(path)) else kind


def _holds_no_media(fs: FileSystem, folder: str) -> bool:
    directory = fs.find(lower(folder))
    return directory is not None and any(name.casefold() == NO_MEDIA for name in directory.entries)
