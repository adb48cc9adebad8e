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
#: Top-level folders that no ``.nomedia`` hides (``FileUtils.sDefaultFolderNames``).
_DEFAULT = frozenset(
    {
        "alarms",
        "audiobooks",
        "dcim",
        "documents",
        "download",
        "movies",
        "music",
        "notifications",
        "pictures",
        "podcasts",
        "recordings",
        "ringtones",
    }
)
_CAMERA, _SCREENSHOTS = "dcim/camera", "screenshots"


@lru_cache(maxsize=8192)
def volume_of(path: str) -> str:
    """The volume as MediaStore names it: ``external_primary``, or the lower-case id of a card."""
    volume = place(path).volume
    return volume.casefold() if volume is not None else PRIMARY


@lru_cache(maxsize=8192)
def within(path: str) -> str:
    """*path* relative to the root of its volume."""
    if not path.startswith("/storage/"):
        return path
    return "/".join(path.split("/")[4 if path.startswith("/storage/emulated/") else 3 :])


@lru_cache(maxsize=8192)
def has_rows(path: str) -> bool:
    """Whether MediaStore lists what lies there: no app's own storage, nothing never scanned."""
    if place(path).area is Area.INTERNAL:
        return False
    parts = within(path).casefold().split("/")
    return not any(tuple(parts[: len(never)]) == never for never in _NEVER)


def never_entered(folder: str) -> bool:
    """Whether a scan turns back at *folder* itself."""
    return tuple(within(folder).casefold().split("/")) in _NEVER


def always_visible(folder: str) -> bool:
    """Whether the provider deletes a ``.nomedia`` that it finds in *folder*.

    So it does in the standard top-level folders, at the root of a volume, in the folder of the
    camera, and in folders for screenshots that lie at the root or right in a standard folder.
    Source: ``FileUtils#isDirectoryHidden``, ``isScreenshotsDirNonHidden``.
    """
    name = within(folder).casefold()
    if not name or name in _DEFAULT or name == _CAMERA:
        return True
    above, _, last = name.rpartition("/")
    return last == _SCREENSHOTS and (not above or above in _DEFAULT)


def hidden_folder(fs: FileSystem, folder: str) -> bool:
    """Whether *folder*, or one above it, hides its files: by a dot or by a ``.nomedia``."""
    while within(folder):
        if always_visible(folder):
            return False
        if basename(folder).startswith(".") or holds_no_media(fs, folder):
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


def holds_no_media(fs: FileSystem, folder: str) -> bool:
    """Whether a ``.nomedia`` lies in *folder* itself."""
    directory = fs.find(lower(folder))
    return directory is not None and any(name.casefold() == NO_MEDIA for name in directory.entries)
