"""What follows from a caller before any file is looked at (permission dossier 2)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from attrs import frozen

from simulator.android.permissions.caller import (
    INSTALL,
    MANAGE_ALL,
    MANAGE_MEDIA,
    MEDIA_LOCATION,
    READ,
    READ_AUDIO,
    READ_IMAGES,
    READ_VIDEO,
    SELECTED,
    WRITE,
    Caller,
)

#: Media types by the collection whose permission covers them.
_TYPED = {
    READ_IMAGES: ("image",),
    READ_VIDEO: ("video", "subtitle"),
    READ_AUDIO: ("audio", "playlist", "subtitle"),
}
_MEDIA = frozenset({"image", "video", "audio", "playlist", "subtitle"})
_GALLERY = frozenset({"image", "video"})


@frozen
class Predicates:
    """The derived predicates of a caller.

    *chain* starts every decision's chain: the version's caveat and the storage mode.  *reads*
    gives, for a media type, the rule that lets the app read others' rows of it; *writes*
    are the types of which the old mode or the gallery role lets it change any row.
    *bypasses_database* is the rule by which its raw calls pass MediaStore by, or None.
    """

    chain: tuple[str, ...]
    legacy: bool
    legacy_read: bool
    legacy_write: bool
    manager: bool
    gallery: bool
    selected: bool
    manages_media: bool
    installer: bool
    holds_location: bool
    sees_location: bool
    storage_read: bool
    storage_write: bool
    reads: Mapping[str, str]
    writes: frozenset[str]
    bypasses_database: str | None


def is_legacy(caller: Caller) -> tuple[bool, str]:
    """Whether the app is in the old storage mode, and the rule that says so."""
    requested = caller.legacy_flag if caller.legacy_flag is not None else caller.target_sdk <= 28
    if caller.api <= 28:
        return True, "mode.28.always-legacy"
    if caller.forced_scoped:
        return False, "mode.29.forced-scoped"
    if caller.api == 29:
        return requested, "mode.29.legacy" if requested else "mode.29.scoped"
    if caller.target_sdk <= 29:
        if requested:
            return True, "mode.30.target-29-legacy"
        return caller.upgraded, "mode.30.already-legacy" if caller.upgraded else "mode.30.scoped"
    if caller.api >= 35 and caller.target_sdk >= 35:
        return False, "mode.35.never-legacy"
    if caller.upgraded and caller.preserve_legacy:
        return True, "mode.30.preserved-legacy"
    return False, "mode.30.scoped"


def is_gallery(caller: Caller, legacy: bool) -> bool:
    """Whether the gallery's app-ops count: on Android 10, and in the old mode, only with WRITE."""
    if not caller.system_gallery or caller.api <= 28:
        return False
    return WRITE in caller.granted or not (legacy or caller.api == 29)


def reads_by_type(caller: Caller) -> bool:
    """Whether the permissions per media type decide, and READ_EXTERNAL_STORAGE no longer does."""
    return caller.api >= 33 and caller.target_sdk >= 33


@lru_cache(maxsize=4096)
def derive(caller: Caller) -> Predicates:
    """The derived predicates of *caller*."""
    legacy, mode = is_legacy(caller)
    gallery = is_gallery(caller, legacy)
    manager = caller.api >= 30 and MANAGE_ALL in caller.granted
    legacy_write = legacy and WRITE in caller.granted
    return Predicates(
        chain=("version.36.carried-over", mode) if caller.api >= 36 else (mode,),
        legacy=legacy,
        legacy_read=legacy and READ in caller.granted,
        legacy_write=legacy_write,
        manager=manager,
        gallery=gallery,
        selected=reads_by_type(caller) and caller.api >= 34 and SELECTED in caller.granted,
        manages_media=caller.api >= 31 and MANAGE_MEDIA in caller.granted,
        installer=INSTALL in caller.granted and WRITE in caller.granted,
        holds_location=MEDIA_LOCATION in caller.granted,
        sees_location=MEDIA_LOCATION in caller.granted or manager or gallery,
        storage_read=READ in caller.granted,
        storage_write=WRITE in caller.granted,
        reads=MappingProxyType(_reads(caller, gallery, legacy_write)),
        writes=_writes(gallery, legacy_write),
        bypasses_database=_bypass(caller, manager, gallery, legacy_write),
    )


def _reads(caller: Caller, gallery: bool, legacy_write: bool) -> dict[str, str]:
    reads: dict[str, str] = {}
    if reads_by_type(caller):
        for permission, kinds in _TYPED.items():
            if permission in caller.granted:
                reads.update(dict.fromkeys(kinds, "read.by-type"))
    elif READ in caller.granted:
        reads = dict.fromkeys(_MEDIA, "read.storage")
    if gallery:
        reads = dict.fromkeys(_GALLERY, "read.gallery") | reads
    if legacy_write:
        reads = dict.fromkeys(_MEDIA, "read.legacy-write") | reads
    return reads


def _writes(gallery: bool, legacy_write: bool) -> frozenset[str]:
    if legacy_write:
        return _MEDIA
    return _GALLERY if gallery else frozenset()


def _bypass(caller: Caller, manager: bool, gallery: bool, legacy_write: bool) -> str | None:
    # Android 11's own release has no bypass; a newer module on it does, which is not modelled.
    if caller.api < 31 or not (manager or gallery):
        return None
    if gallery and legacy_write:
        return "bypass.31.legacy-gallery"
    if caller.raw_access is not None:
        return "bypass.31.asked-for" if caller.raw_access else None
    if manager and caller.target_sdk <= 30:
        return "bypass.31.manager-target-30"
    if gallery and caller.target_sdk <= 29:
        return "bypass.31.gallery-target-29"
    return None
