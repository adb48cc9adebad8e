"""What the kernel asks of a file system, whichever it is."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Flag, auto
from typing import Any, Protocol, TypeAlias

from simulator.android.linux.tree import Dentry, Kind, Node

#: What a driver hands out for an open file; only the driver looks into it.
OpenHandle: TypeAlias = Any


class O(Flag):  # noqa: E742
    """Flags of open(2)."""

    PATH = auto()
    READ = auto()
    WRITE = auto()
    CREATE = auto()
    EXCL = auto()
    TRUNC = auto()
    APPEND = auto()
    DIRECTORY = auto()
    NOFOLLOW = auto()


class Driver(Protocol):
    """A file system below the system calls.  Names it is given are checked and free, or there.

    Everything raises :class:`~simulator.android.files.FileError` where the file system refuses.
    """

    @property
    def root(self) -> Node:
        """The directory at the top."""

    @property
    def nodes(self) -> Sequence[Node]:
        """Every inode that the kernel has met, oldest first."""

    def lookup(self, folder: Dentry, name: str) -> Node | None:
        """The inode of that name, if any."""

    def look_again(self, dentry: Dentry) -> None:
        """A call that wants the name to be free, or to replace it, does not trust the cache."""

    def create(self, folder: Dentry, name: str, flags: O) -> tuple[Node, OpenHandle]:
        """Make a regular file and open it."""

    def make(self, folder: Dentry, name: str, kind: Kind, target: str) -> Node:
        """Make a directory, a symbolic link to *target*, a FIFO or a socket."""

    def create_nameless(self, folder: Dentry, flags: O) -> tuple[Node, str, OpenHandle]:
        """``O_TMPFILE``: a file without a name, the name it is reported by, and its handle."""

    def link(self, dentry: Dentry, folder: Dentry, name: str) -> Node:
        """Give a file one more name; gives the inode that this name shows."""

    def unlink(self, dentry: Dentry) -> None:
        """Take away a name."""

    def rmdir(self, dentry: Dentry) -> None:
        """Remove a directory."""

    def rename(
        self, dentry: Dentry, folder: Dentry, name: str, victim: Dentry | None, flag: str
    ) -> None:
        """Move *dentry*; *flag* is empty, ``NOREPLACE`` or ``EXCHANGE``."""

    def read_link(self, dentry: Dentry) -> str:
        """Where a symbolic link leads."""

    def stat(self, dentry: Dentry) -> None:
        """Make sure that what is known of the inode is up to date."""

    def change(self, dentry: Dentry) -> None:
        """Set mode, owner or times."""

    def change_xattr(self, dentry: Dentry) -> None:
        """Set or remove an extended attribute."""

    def truncate(self, dentry: Dentry, size: int, handle: OpenHandle | None) -> None:
        """Set the length, through an open file if there is one."""

    def size(self, node: Node) -> int:
        """The length in bytes, as the kernel knows it."""

    def open(self, dentry: Dentry, flags: O) -> OpenHandle:
        """Open a file or directory."""

    def flush(self, handle: OpenHandle) -> None:
        """A descriptor of that open file was closed, or it was synced."""

    def release(self, handle: OpenHandle) -> None:
        """The last user of that open file is gone."""

    def read(self, handle: OpenHandle, offset: int, size: int) -> int:
        """Read; gives how many bytes there were."""

    def write(self, handle: OpenHandle, offset: int, size: int, recipe: str) -> int:
        """Write; gives how many bytes fitted."""

    def fallocate(self, handle: OpenHandle, size: int, *, punch: bool) -> None:
        """Reserve the first *size* bytes, or punch a hole there."""

    def touch(self, handle: OpenHandle, size: int, *, dirty: bool) -> None:
        """The first *size* bytes are read, or made *dirty*, through a mapping."""

    def list(self, handle: OpenHandle) -> list[str]:
        """The names in an open directory."""
