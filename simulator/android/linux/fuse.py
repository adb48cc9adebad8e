"""The kernel's side of FUSE: a driver that asks a daemon, and caches what it hears.

Names, link counts and pages are cached, so that what happens below the daemon's back reaches no
watch above, and a link count can be wrong.  Source: fs/fuse/dir.c, fs/fuse/file.c; recordings.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from attrs import define, field, frozen

from simulator.android.files import FileError
from simulator.android.linux.driver import O
from simulator.android.linux.tree import Dentry, Kind, Node

PAGE = 4096
#: The smallest and the largest stretch that is read ahead, in pages.
_AHEAD, _AHEAD_MAX = 4, 32
#: What a daemon names its own inodes and open files by.
Id: TypeAlias = Any
DaemonHandle: TypeAlias = Any


@frozen
class Attributes:
    """What a daemon answers about an inode."""

    id: Id
    kind: Kind
    nlink: int
    size: int


class Daemon(Protocol):
    """A process that answers FUSE requests."""

    def lookup(self, folder: Id, name: str) -> Attributes | None:
        """Is there such a name, and what is it."""

    def attributes(self, node: Id) -> Attributes:
        """What is known of that inode now."""

    def create(self, folder: Id, name: str, flags: O) -> tuple[Attributes, DaemonHandle]:
        """Make a regular file and open it."""

    def make(self, folder: Id, name: str, kind: Kind, target: str) -> Attributes:
        """Make a directory, symbolic link, FIFO or socket."""

    def link(self, node: Id, folder: Id, name: str) -> Attributes:
        """Give a file one more name."""

    def unlink(self, folder: Id, name: str) -> None:
        """Take away a name."""

    def rmdir(self, folder: Id, name: str) -> None:
        """Remove a directory."""

    def rename(self, folder: Id, name: str, to: Id, new: str) -> None:
        """Move a name."""

    def read_link(self, node: Id) -> str:
        """Where a symbolic link leads."""

    def change(self, node: Id) -> Attributes:
        """Set mode, owner or times."""

    def change_xattr(self, node: Id) -> None:
        """Set or remove an extended attribute."""

    def truncate(self, node: Id, size: int, handle: DaemonHandle | None) -> Attributes:
        """Set the length."""

    def open(self, node: Id, flags: O) -> DaemonHandle:
        """Open a regular file."""

    def release(self, handle: DaemonHandle) -> None:
        """Close it."""

    def read(self, handle: DaemonHandle, offset: int, size: int) -> int:
        """Read."""

    def write(self, handle: DaemonHandle, offset: int, size: int, recipe: str) -> int:
        """Write."""

    def list(self, node: Id) -> list[str]:
        """The names in a directory."""

    @property
    def root(self) -> Attributes:
        """The directory at the top."""


@define(eq=False)
class FuseNode(Node):
    """An inode as the daemon described it last; *stale*: something happened to it since."""

    id: Id
    links: int
    size: int
    stale: bool = False
    pages: set[int] = field(factory=set)

    @property
    def nlink(self) -> int:
        """The count that was heard last, less the names that went since."""
        return self.links

    def lose_name(self) -> None:
        """A name went; the true count is not asked for."""
        self.links = 0 if self.directory else max(0, self.links - 1)


@define(eq=False)
class FuseHandle:
    """An open file: the daemon's handle for it, None for a directory."""

    node: FuseNode
    daemon: DaemonHandle | None
    dirty: int = 0


class Fuse:
    """The driver of a FUSE mount."""

    def __init__(self, daemon: Daemon) -> None:
        self.daemon = daemon
        self._known: dict[int, FuseNode] = {}
        self.root: Node = self._heard(daemon.root)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every inode met so far, oldest first."""
        return tuple(self._known.values())

    def _heard(self, told: Attributes) -> FuseNode:
        """The inode of an answer; whatever the answer says of it is believed."""
        node = self._known.get(id(told.id))
        if node is None or node.kind != told.kind:
            # The kernel never turns a file into a directory: it takes a new inode.
            node = FuseNode(told.kind, told.id, told.nlink, told.size)
            self._known[id(told.id)] = node
        node.links, node.size, node.stale = told.nlink, told.size, False
        return node

    # -- names -------------------------------------------------------------------------------

    def lookup(self, folder: Dentry, name: str) -> Node | None:
        """Ask the daemon."""
        told = self.daemon.lookup(_fuse(folder).id, name)
        return None if told is None else self._heard(told)

    def look_again(self, dentry: Dentry) -> None:
        """Ask the daemon, though the name is cached; the answer brings the true link count."""
        told = self.daemon.lookup(_above(dentry).id, dentry.name)
        if told is not None:
            self._heard(told)

    def create(self, folder: Dentry, name: str, flags: O) -> tuple[Node, FuseHandle]:
        """Make a regular file and open it."""
        told, handle = self.daemon.create(_fuse(folder).id, name, flags)
        node = self._heard(told)
        return node, FuseHandle(node, handle)

    def make(self, folder: Dentry, name: str, kind: Kind, target: str) -> Node:
        """Make what is not a regular file."""
        return self._heard(self.daemon.make(_fuse(folder).id, name, kind, target))

    def create_nameless(self, folder: Dentry, flags: O) -> tuple[Node, str, FuseHandle]:
        """libfuse has no such request."""
        raise FileError("ENOTSUP")

    def link(self, dentry: Dentry, folder: Dentry, name: str) -> Node:
        """One more name; a daemon that goes by path answers with another inode."""
        old = _fuse(dentry)
        node = self._heard(self.daemon.link(old.id, _fuse(folder).id, name))
        old.stale = True
        return node

    def unlink(self, dentry: Dentry) -> None:
        """Take away a name."""
        self.daemon.unlink(_above(dentry).id, dentry.name)
        _fuse(dentry).lose_name()

    def rmdir(self, dentry: Dentry) -> None:
        """Remove a directory."""
        self.daemon.rmdir(_above(dentry).id, dentry.name)
        _fuse(dentry).lose_name()

    def rename(
        self, dentry: Dentry, folder: Dentry, name: str, victim: Dentry | None, flag: str
    ) -> None:
        """Move a name; libfuse's plain rename knows no flags."""
        if flag:
            raise FileError("EINVAL")
        self.daemon.rename(_above(dentry).id, dentry.name, _fuse(folder).id, name)
        if victim is not None:
            _fuse(victim).lose_name()

    def read_link(self, dentry: Dentry) -> str:
        """Where it leads."""
        return self.daemon.read_link(_fuse(dentry).id)

    # -- attributes --------------------------------------------------------------------------

    def stat(self, dentry: Dentry) -> None:
        """Ask again only if something happened since the last answer."""
        node = _fuse(dentry)
        if node.stale:
            self._heard(self.daemon.attributes(node.id))

    def change(self, dentry: Dentry) -> None:
        """Set mode, owner or times; the answer brings the true link count along."""
        self._heard(self.daemon.change(_fuse(dentry).id))

    def change_xattr(self, dentry: Dentry) -> None:
        """Set or remove an extended attribute."""
        self.daemon.change_xattr(_fuse(dentry).id)

    def truncate(self, dentry: Dentry, size: int, handle: FuseHandle | None) -> None:
        """Set the length; whole pages behind it leave the cache."""
        node = self._heard(
            self.daemon.truncate(_fuse(dentry).id, size, handle.daemon if handle else None)
        )
        node.pages = {page for page in node.pages if page * PAGE < size}

    def size(self, node: Node) -> int:
        """The length in bytes, as it was heard last."""
        assert isinstance(node, FuseNode)
        return node.size

    # -- open files ----------------------------------------------------------------------------

    def open(self, dentry: Dentry, flags: O) -> FuseHandle:
        """Open; without ``FOPEN_KEEP_CACHE`` that empties the page cache of the file."""
        node = _fuse(dentry)
        if node.directory:
            return FuseHandle(node, None)
        handle = FuseHandle(node, self.daemon.open(node.id, flags))
        node.pages.clear()
        return handle

    def flush(self, handle: FuseHandle) -> None:
        """Pages made dirty through a mapping go down."""
        if handle.dirty:
            self.daemon.write(handle.daemon, 0, handle.dirty, "mapped")
            handle.dirty = 0

    def release(self, handle: FuseHandle) -> None:
        """Close."""
        self.flush(handle)
        if handle.daemon is not None:
            self.daemon.release(handle.daemon)

    def read(self, handle: FuseHandle, offset: int, size: int) -> int:
        """From the page cache; what is missing is read below."""
        end = min(offset + size, handle.node.size)
        if end <= offset:
            return 0
        self._fill(handle, offset // PAGE, _pages(end))
        handle.node.stale = True
        return end - offset

    def _fill(self, handle: FuseHandle, first: int, end: int) -> None:
        node = handle.node
        wanted = end - first
        missing = [page for page in range(first, end) if page not in node.pages]
        if missing:
            ahead = min(max(wanted, _AHEAD), max(wanted, _AHEAD_MAX))
            stop = max(end, min(missing[0] + ahead, _pages(node.size)))
            self.daemon.read(handle.daemon, missing[0] * PAGE, (stop - missing[0]) * PAGE)
            node.pages.update(range(missing[0], stop))

    def write(self, handle: FuseHandle, offset: int, size: int, recipe: str) -> int:
        """Through to the daemon; pages that are written whole are in the cache afterwards."""
        fitted = self.daemon.write(handle.daemon, offset, size, recipe)
        node, end = handle.node, offset + fitted
        node.pages.update(range(_pages(offset), end // PAGE))
        node.size, node.stale = max(node.size, end), True
        return fitted

    def fallocate(self, handle: FuseHandle, size: int, *, punch: bool) -> None:
        """The daemons modelled here have no such request."""
        raise FileError("ENOTSUP")

    def touch(self, handle: FuseHandle, size: int, *, dirty: bool) -> None:
        """A page fault reads the page below; a dirty page is written below later."""
        end = min(size, handle.node.size)
        if end:
            self._fill(handle, 0, _pages(end))
            if dirty:
                handle.dirty = max(handle.dirty, end)

    def list(self, handle: FuseHandle) -> list[str]:
        """Ask the daemon, which opens the directory only now."""
        return self.daemon.list(handle.node.id)


def _fuse(dentry: Dentry) -> FuseNode:
    assert isinstance(dentry.node, FuseNode)
    return dentry.node


def _above(dentry: Dentry) -> FuseNode:
    assert dentry.parent is not None
    return _fuse(dentry.parent)


def _pages(size: int) -> int:
    """How many pages *size* bytes need."""
    return -(-size // PAGE)
