"""What is asked about: a path, what the path alone says, and what is known of the file."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from attrs import frozen

from simulator.android.paths import Area, Place, extension, media_type, place

#: Media that MediaStore has typed collections for, so that an app can name one item of them.
ITEM_TYPES = frozenset({"image", "video", "audio"})
#: What :class:`MediaStore` calls by the same names; everything else is a document.
UriKind = Literal["item", "files-item", "collection"]

_EXPIRES = re.compile(r"\.(pending|trashed)-\d+-.+", re.IGNORECASE)
#: Characters that FAT cannot keep, and that MediaProvider therefore refuses (FileUtils).
_BAD = frozenset('"*:<>?\\|\x7f') | {chr(code) for code in range(32)}
_NAME_MAX = 255
_PICTURES = frozenset({"image", "video"})
_SOUND = frozenset({"audio"})
#: Which types a top-level folder takes; None: any.  Source: permission dossier 3.3.
FOLDERS: dict[str, frozenset[str] | None] = {
    "alarms": _SOUND,
    "audiobooks": _SOUND,
    "dcim": _PICTURES,
    "documents": None,
    "download": None,
    "movies": frozenset({"video", "subtitle"}),
    "music": frozenset({"audio", "playlist"}),
    "notifications": _SOUND,
    "pictures": _PICTURES,
    "podcasts": _SOUND,
    "recordings": _SOUND,
    "ringtones": _SOUND,
}
_DATA_ROOTS = frozenset({"android/data", "android/obb"})
_RINGING = frozenset({"alarms", "notifications", "ringtones"})
#: ``Recordings`` became a standard folder with Android 12.
_RECORDINGS_SINCE = 31


@frozen(cache_hash=True)
class Traits:
    """What a path says by itself.

    *top* is its first folder below shared storage, in lower case; *depth* counts its parts.
    *kind* is the media type by the extension.  *marked* is ``pending`` or ``trashed`` where the
    name follows MediaStore's pattern; *hidden* where a dot keeps readers out.  *data_root*:
    ``Android/data`` or ``Android/obb`` itself; *android_root*: one of these or ``Android``;
    *transforms*: the daemon's own folder ``.transforms`` or something in it; *obb*: in a folder of
    expansion files; *volumes_root*: above all volumes.
    """

    where: Place
    top: str
    depth: int
    kind: str
    marked: str | None = None
    hidden: bool = False
    removable: bool = False
    data_root: bool = False
    android_root: bool = False
    transforms: bool = False
    obb: bool = False
    bad_name: bool = False
    volumes_root: bool = False

    @property
    def ringing(self) -> bool:
        """Whether MediaStore marks the file as ringtone, alarm or notification."""
        return self.kind == "audio" and self.top in _RINGING

    def standard_top(self, api: int) -> bool:
        """Whether the first folder is one of the standard ones at that API level."""
        return self.top in FOLDERS and (self.top != "recordings" or api >= _RECORDINGS_SINCE)

    def fits(self, api: int) -> bool:
        """Whether a file of this type may be added to this folder (permission dossier 3.3)."""
        if self.depth < 2 or not self.standard_top(api):
            return False
        kinds = FOLDERS[self.top]
        return kinds is None or self.kind in kinds


@lru_cache(maxsize=8192)
def traits(path: str) -> Traits:
    """What *path* (below shared storage, or absolute) says by itself."""
    parts = [part for part in path.split("/") if part]
    above = path in {"/storage/emulated", "/storage"}
    where = Place(Area.SHARED, None) if above else place(path)
    if path.startswith("/storage/"):
        parts = parts[3:] if parts[1] == "emulated" else parts[2:]
    name, below = parts[-1] if parts else "", "/".join(parts).casefold()
    marked = _EXPIRES.fullmatch(name)
    return Traits(
        where=where,
        top=parts[0].casefold() if parts else "",
        depth=len(parts),
        kind=media_type(path),
        marked=marked[1].lower() if marked else None,
        hidden=where.area is not Area.INTERNAL and _hidden(parts, bool(marked)),
        removable=where.volume is not None,
        data_root=below in _DATA_ROOTS,
        android_root=below in _DATA_ROOTS or below == "android",
        transforms=parts[:1] == [".transforms"],
        obb=below.startswith("android/obb/"),
        bad_name=_bad(name),
        volumes_root=above,
    )


def _hidden(parts: list[str], marked: bool) -> bool:
    named = parts[:-1] if marked else parts
    return any(part.startswith(".") for part in named)


def _bad(name: str) -> bool:
    long = len(name.encode("utf-8", "surrogatepass")) > _NAME_MAX
    return long or not _BAD.isdisjoint(name)


@frozen
class Item:
    """The file in question.

    *owned*: MediaStore calls the asking app its owner.  *own_folder*: it lies in the app's own
    folder.  *listed*: MediaStore has a row for it; *unlinked*: only the row is left, after this app
    removed the path.  *no_media*: a ``.nomedia`` hides its folder.  *unscanned*: made by path
    and not scanned since, so that its row is pending without a mark in the name.  *granted*: the
    app holds a write grant for its uri; *selected*: the user selected it for the app (Android 14).
    *uri* is how MediaStore calls name it, *uris* how many a request names, *redacted_uri* whether
    it is a redacted one.  *picked*: the user handed it over in a picker (None: not asked yet).
    *answer*: what the user answers a dialog (None: not asked yet).  *holds_foreign*: a directory
    that holds files of others.
    """

    path: str
    owned: bool = False
    own_folder: bool = False
    listed: bool = True
    directory: bool = False
    unlinked: bool = False
    no_media: bool = False
    unscanned: bool = False
    granted: bool = False
    selected: bool = False
    uri: UriKind = "item"
    uris: int = 1
    redacted_uri: bool = False
    picked: bool | None = None
    answer: bool | None = None
    holds_foreign: bool = False

    @property
    def traits(self) -> Traits:
        """What the path alone says."""
        return traits(self.path)


#: Names that folders have inside an app's own folder.
_INSIDE = frozenset({"cache", "code_cache", "databases", "files", "no_backup", "shared_prefs"})


def known_folder(path: str) -> bool:
    """Whether a path names a folder that a phone has: a standard one, an app's, or a dot folder."""
    about, name = traits(path), path.rstrip("/").rpartition("/")[2]
    package = about.where.package
    if package is not None and name.casefold() == package.casefold():
        return True
    if about.where.area in {Area.INTERNAL, Area.APP_EXTERNAL}:
        return name in _INSIDE or about.data_root
    standard = about.top in FOLDERS or name.startswith(".")
    return about.android_root or (about.depth == 1 and standard and not extension(path))


def looks_like_folder(path: str) -> bool:
    """Whether a path without further knowledge is taken for a folder: one that is known, or a name
    in shared storage without an extension."""
    if known_folder(path):
        return True
    about = traits(path)
    private = about.where.area in {Area.INTERNAL, Area.APP_EXTERNAL}
    plain = not extension(path) and not path.endswith("/.nomedia")
    return plain and not private and not about.bad_name
