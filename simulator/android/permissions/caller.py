"""Who asks: what Android's storage rules look at in an app and its phone."""

from __future__ import annotations

from attrs import frozen

READ = "READ_EXTERNAL_STORAGE"
WRITE = "WRITE_EXTERNAL_STORAGE"
READ_IMAGES = "READ_MEDIA_IMAGES"
READ_VIDEO = "READ_MEDIA_VIDEO"
READ_AUDIO = "READ_MEDIA_AUDIO"
SELECTED = "READ_MEDIA_VISUAL_USER_SELECTED"
MANAGE_ALL = "MANAGE_EXTERNAL_STORAGE"
MANAGE_MEDIA = "MANAGE_MEDIA"
MEDIA_LOCATION = "ACCESS_MEDIA_LOCATION"
INSTALL = "REQUEST_INSTALL_PACKAGES"
PERMISSIONS = (
    READ,
    WRITE,
    READ_IMAGES,
    READ_VIDEO,
    READ_AUDIO,
    SELECTED,
    MANAGE_ALL,
    MANAGE_MEDIA,
    MEDIA_LOCATION,
    INSTALL,
)
#: The API level from which a permission exists; an older phone knows nothing of it.
SINCE = {
    READ: 16,
    WRITE: 4,
    READ_IMAGES: 33,
    READ_VIDEO: 33,
    READ_AUDIO: 33,
    SELECTED: 34,
    MANAGE_ALL: 30,
    MANAGE_MEDIA: 31,
    MEDIA_LOCATION: 29,
    INSTALL: 23,
}


@frozen(cache_hash=True)
class Caller:
    """An app as the storage rules see it.

    *api* is the phone's API level.  *target_sdk* is the lowest among the packages that share the
    app's uid (SoftRestrictedPermissionPolicy#getMinimumTargetSDK).  *granted* is what the app
    holds; what it merely declares decides nothing here.  *legacy_flag* is
    ``requestLegacyExternalStorage``, *raw_access* ``requestRawExternalStorageAccess``; None means
    that the manifest says nothing.  *upgraded*: the app already had the old storage mode on this
    install, before an update of the app or of Android; *preserve_legacy* is
    ``preserveLegacyExternalStorage``.  *forced_scoped*: a developer switched on
    FORCE_ENABLE_SCOPED_STORAGE for the app.
    """

    api: int
    target_sdk: int
    granted: frozenset[str] = frozenset()
    legacy_flag: bool | None = None
    preserve_legacy: bool = False
    upgraded: bool = False
    system_gallery: bool = False
    raw_access: bool | None = None
    forced_scoped: bool = False
