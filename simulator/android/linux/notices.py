"""What a FUSE daemon can tell the kernel of its own accord: that a name is out of date, or gone.

MediaProvider deletes below and then sends ``notify_inval_entry``, so nobody who watches above
hears of it.  Source: fs/fuse/dir.c (``fuse_reverse_inval_entry``); recordings.
"""

from __future__ import annotations

from posixpath import split

from simulator.android.linux.fuse import FuseNode
from simulator.android.linux.kernel import Kernel
from simulator.android.linux.tree import Dentry


def invalidate_entry(kernel: Kernel, path: str) -> None:
    """``notify_inval_entry``: forget the name; the next look asks the daemon."""
    dentry = _cached(kernel, path)
    if dentry is not None:
        dentry.drop()


def tell_deleted(kernel: Kernel, path: str) -> None:
    """``notify_delete``: the file is gone, and who watches the file itself is told."""
    dentry = _cached(kernel, path)
    if dentry is not None:
        assert isinstance(dentry.node, FuseNode)
        dentry.node.links = 0
        dentry.drop()
        dentry.end_if_dead()


def expire(kernel: Kernel, path: str) -> None:
    """The time for which names may be cached is over: forget what is unused below *path*."""
    _forget(kernel.mounts.find(path).dentry)


def _forget(folder: Dentry) -> None:
    for dentry in tuple(folder.below.values()):
        _forget(dentry)
        if not dentry.users and not dentry.below:
            dentry.drop()


def _cached(kernel: Kernel, path: str) -> Dentry | None:
    folder, name = split(path)
    return kernel.mounts.find(folder).dentry.below.get(name)
