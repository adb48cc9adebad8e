"""Places on the phone: which part of storage a path lies in, and where its bytes really are.

Paths below shared storage are written relative to it (``DCIM/Camera/a.mp4``); the upper mount is
``/storage/emulated/0``, the lower file system keeps the same tree under ``/data/media/0``.  A
memory card is ``/storage/XXXX-XXXX`` above and ``/mnt/media_rw/XXXX-XXXX`` below; shared storage of
another Android user is ``/storage/emulated/10`` and the like.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from posixpath import splitext

from attrs import frozen

from simulator.errors import InputError
from simulator.message import Message

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
    """Where a path lies: its *area*, and the *package* whose own folder it is in, if any.

    *volume* names a memory card (None: the primary volume); *user* is the Android user.
    """

    area: Area
    package: str | None
    volume: str | None = None
    user: int = 0

    def belongs_to(self, package: str) -> bool:
        """Whether it is in that package's own folder.

        Shared storage compares names without case, internal storage does not.  Source:
        MediaProvider#isCallingIdentitySharedPackageName.
        """
        if self.package is None or self.area is Area.INTERNAL:
            return self.package == package
        return self.package.casefold() == package.casefold()


@lru_cache(maxsize=4096)
def place(path: str) -> Place:
    """The part of storage that *path* lies in (in its canonical form)."""
    if path.startswith("/data/"):
        return _internal(path.split("/"))
    volume, user, parts = None, 0, path.split("/")
    if path.startswith("/storage/"):
        if parts[2] == "emulated":
            user, parts = _number(parts[3:4]), parts[4:]
        else:
            volume, parts = parts[2].upper(), parts[3:]
    head = [part.casefold() for part in parts[:2]]
    if len(parts) > 2 and head[0] == "android":
        if head[1] in {"data", "obb"}:
            return Place(Area.APP_EXTERNAL, parts[2], volume, user)
        if head[1] == "media":
            return Place(Area.APP_MEDIA, parts[2], volume, user)
    return Place(Area.SHARED, None, volume, user)


def _internal(parts: list[str]) -> Place:
    if parts[2] in {"user", "user_de"}:
        package = parts[4] if len(parts) > 4 else None
        return Place(Area.INTERNAL, package, user=_number(parts[3:4]))
    if parts[2] == "data" and len(parts) > 3:
        return Place(Area.INTERNAL, parts[3])
    return Place(Area.INTERNAL, None)


def _number(parts: list[str]) -> int:
    return int(parts[0]) if parts and parts[0].isdecimal() else 0


@lru_cache(maxsize=4096)
def lower(path: str) -> str:
    """The same file on the lower file system."""
    if not path.startswith("/"):
        return LOWER + path
    if not path.startswith("/storage/"):
        return path
    if path.startswith("/storage/emulated/"):
        return "/data/media/" + path[len("/storage/emulated/") :]
    return "/mnt/media_rw/" + path[len("/storage/") :]


def upper(below: str) -> str | None:
    """The path by which apps know the lower file *below*; None where it is in no shared storage."""
    if below.startswith(LOWER):
        return below[len(LOWER) :]
    if below.startswith("/data/media/"):
        return "/storage/emulated/" + below[len("/data/media/") :]
    if below.startswith("/mnt/media_rw/"):
        return "/storage/" + below[len("/mnt/media_rw/") :]
    return None


# -- paths as people and apps write them -------------------------------------------------------

_VIEWS = r"mnt/(?:(?:user|pass_through|installer|androidwritable)/\d+|runtime/[a-z]+)"
#: Names of the primary volume, with the Android user where they say one.  Source: vold
#: EmulatedVolume and Utils; the links of init.rc.
_PRIMARY = re.compile(
    r"/(?:sdcard|mnt/sdcard|storage/(?:sdcard0|self/primary|emulated/legacy)|mnt/user/\d+/primary"
    rf"|(?:storage/emulated|data/media|{_VIEWS}/emulated)/(?P<user>\d+))(?=/|\Z)"
)
#: A memory card; FAT and exFAT have serial numbers of that form.
_CARD = re.compile(
    rf"/(?:storage|mnt/media_rw|{_VIEWS})/(?P<volume>[0-9A-Fa-f]{{4}}-[0-9A-Fa-f]{{4}})(?=/|\Z)"
)


def canonical(path: str) -> str:
    """*path* in the one form that this program writes it in.

    Every name of shared storage (``/sdcard``, ``/storage/emulated/0``, ``/storage/self/primary``,
    ``/data/media/0``, ``/mnt/...``) becomes the relative form, every name of a memory card
    ``/storage/XXXX-XXXX/...``, ``/data/data`` becomes ``/data/user/0``.  Double slashes, ``.`` and
    ``..`` are resolved; letters keep their case.  Shared storage itself is the empty path.

    Raises :class:`InputError` where the path lies in no storage, or leaves it by ``..``.
    """
    if not path or "\0" in path:
        raise InputError(Message("expected a path on the phone; got “{path}”", path=path))
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if not path.startswith("/"):
        return "/".join(_resolved(parts, path))
    clean = "/" + "/".join(parts)
    root, rest = _root(clean, path)
    below = _resolved([part for part in rest.split("/") if part], path)
    if root == "/data" and below[:1] == ["data"]:
        below = ["user", "0", *below[1:]]
    return "/".join([root, *below] if root else below)


def _root(clean: str, path: str) -> tuple[str, str]:
    """The canonical name of the storage that *clean* begins in, and what comes after it."""
    found = _PRIMARY.match(clean)
    if found is not None:
        user = int(found["user"] or 0)
        return f"/storage/emulated/{user}" if user else "", clean[found.end() :]
    found = _CARD.match(clean)
    if found is not None:
        return f"/storage/{found['volume'].upper()}", clean[found.end() :]
    if clean.startswith("/data/"):
        return "/data", clean[len("/data") :]
    raise InputError(
        Message(
            "“{path}” lies in no storage of the phone; expected a path relative to shared storage,"
            " or one below /sdcard, /storage or /data",
            path=path,
        )
    )


def _resolved(parts: list[str], path: str) -> list[str]:
    out: list[str] = []
    for part in parts:
        if part != "..":
            out.append(part)
        elif out:
            out.pop()
        else:
            raise InputError(Message("“{path}” leaves the storage that it begins in", path=path))
    return out


# -- types -------------------------------------------------------------------------------------


@lru_cache(maxsize=65_536)
def extension(path: str) -> str:
    """The last extension without its dot, in lower case; empty if there is none."""
    return splitext(path)[1][1:].casefold()


def _named(extensions: str) -> frozenset[str]:
    return frozenset(extensions.split())


# Extensions by what MediaStore takes them for.  Source: frameworks/base
# mime/java-res/android.mime.types, what it leaves to Debian's list of MIME types, and MediaProvider
# MimeUtils#resolveMediaType, where the lists of playlists and subtitles come before the prefix
# audio/ or video/.
VIDEO = _named(
    "3g2 3gp 3gp2 3gpp 3gpp2 asf asx avi axv dif dl dv f4v fli flv gl lsf lsx m1v m2t m2ts m2v m4v"
    " mkv mng mov movie mp1v mp2v mp4 mp4v mpe mpeg mpeg1 mpeg2 mpeg4 mpg mpv mpv1 mpv2 mts mxu ogv"
    " qt ts webm wm wmv wmx wrf wvx yt"
)
IMAGE = _named(
    "arw bmp cr2 crw cur djv djvu dng erf gif heic heics heif heifs hif ico ief jng jp2 jpe jpeg"
    " jpf jpg jpg2 jpm jpx nef nrw orf pbm pcx pef pgm png pnm ppm psd raf ras rgb rw2 srw svg svgz"
    " tif tiff wbmp webp xbm xpm xwd"
)
AUDIO = _named(
    "3ga a52 aac ac3 adt adts aif aifc aiff amr au awb axa csd f4a f4b f4p flac gsm imy kar m4a m4b"
    " m4p m4r mid midi mka mp1 mp2 mp3 mpa mpega mpga mxmf oga ogg opus orc ra ram rm rtttl rtx"
    " sd2 sid smf snd spx wav wax wma xmf"
)
PLAYLIST = frozenset({"m3u", "m3u8", "pls", "wpl", "xspf"})
SUBTITLE = frozenset({"dfxp", "lrc", "smi", "smil", "srt", "ttml", "vtt"})
_TYPES = (
    {suffix: "playlist" for suffix in PLAYLIST}
    | {suffix: "subtitle" for suffix in SUBTITLE}
    | {suffix: "audio" for suffix in AUDIO}
    | {suffix: "image" for suffix in IMAGE}
    | {suffix: "video" for suffix in VIDEO}
)


def media_type(path: str) -> str:
    """What MediaStore takes a file for, by its extension alone.

    One of ``video``, ``image``, ``audio``, ``playlist``, ``subtitle``, and ``other`` for documents
    and everything else.
    """
    return _TYPES.get(extension(path), "other")
