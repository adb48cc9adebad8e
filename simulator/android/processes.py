"""Who runs on the phone: processes with their uid and the name that the kernel knows them by."""

from __future__ import annotations

from attrs import frozen


@frozen(cache_hash=True)
class Process:
    """A running program: its *package* (or binary), kernel *uid*, command line and parent.

    ``cmdline`` differs from the package for ``android:process`` names such as ``com.x:push``.
    """

    package: str
    uid: int
    cmdline: str
    parent: Process | None = None


def app_process(package: str, uid: int = 10_123) -> Process:
    """The main process of an installed app."""
    return Process(package, uid, package)


# AID_* values below 10000 are fixed by Android (android_filesystem_config.h); uids of packages are
# handed out at install, so those two are examples.
KERNEL = Process("kernel", 0, "kernel")
SDCARD_DAEMON = Process("sdcard", 1023, "sdcard")
SHELL = Process("shell", 2000, "sh")
MEDIA_PROVIDER = Process(
    "com.android.providers.media.module", 10_063, "com.android.providers.media.module"
)
GALLERY = Process("com.android.gallery3d", 10_071, "com.android.gallery3d")
