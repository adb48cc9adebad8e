"""Who runs on the phone: processes with their uid and the name that the kernel knows them by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

#: Uids from here on belong to installed packages (android_filesystem_config.h, AID_APP_START).
FIRST_APP_UID = 10_000


@frozen(cache_hash=True)
class Process:
    """A running program: its *package* (or binary), kernel *uid*, command line and parent.

    ``cmdline`` differs from the package for ``android:process`` names such as ``com.x:push``.
    """

    package: str
    uid: int
    cmdline: str
    parent: Process | None = None

    @property
    def is_app(self) -> bool:
        """Whether the kernel takes it for an app: by its uid alone."""
        return self.uid >= FIRST_APP_UID


def app_process(package: str, uid: int = 10_123) -> Process:
    """The main process of an installed app."""
    return Process(package, uid, package)


# AID_* values below 10000 are fixed by Android (android_filesystem_config.h); uids of packages are
# handed out at install, so those from 10000 on are examples.
KERNEL = Process("kernel", 0, "kernel")
ROOT = Process("root", 0, "sh")
SDCARD_DAEMON = Process("sdcard", 1023, "sdcard")
SHELL = Process("shell", 2000, "sh")
#: Another device whose request arrives over hmdfs: no process of this phone.
PEER = Process("hmdfs-peer", 0, "hmdfs-peer")
MEDIA_PROVIDER = Process(
    "com.android.providers.media.module", 10_063, "com.android.providers.media.module"
)
#: Until Android 10 MediaProvider and DownloadProvider shared a uid (``android.media``) and ran in
#: one process, so the kernel knows both by that process's name.  Source: the manifests of
#: packages/providers/MediaProvider (android10-release) and DownloadProvider.
MEDIA_PROVIDER_UNTIL_29 = Process("com.android.providers.media", 10_062, "android.process.media")
DOWNLOAD_PROVIDER = Process("com.android.providers.downloads", 10_062, "android.process.media")
EXTERNAL_STORAGE = Process("com.android.externalstorage", 10_052, "com.android.externalstorage")
#: An app that offers its files to others as documents: an example.
DOCUMENT_APP = Process("com.example.files", 10_145, "com.example.files")
GALLERY = Process("com.android.gallery3d", 10_071, "com.android.gallery3d")

_NAMED: Mapping[str, Process] = MappingProxyType(
    {
        "document-app": DOCUMENT_APP,
        "download-provider": DOWNLOAD_PROVIDER,
        "external-storage": EXTERNAL_STORAGE,
        "kernel": KERNEL,
        "peer": PEER,
        "root": ROOT,
        "sdcard-daemon": SDCARD_DAEMON,
        "shell": SHELL,
    }
)


def media_provider(api: int) -> Process:
    """MediaProvider as it runs on that API level."""
    return MEDIA_PROVIDER if api >= 30 else MEDIA_PROVIDER_UNTIL_29


def named(name: str, api: int) -> Process:
    """The process that data files call *name*, on that API level; KeyError if there is none."""
    return media_provider(api) if name == "media-provider" else _NAMED[name]
