"""ext4 and tmpfs: a driver over one :class:`~simulator.android.files.FileSystem`."""

from __future__ import annotations

from attrs import define

from simulator.android.files import FileSystem, Handle, Inode
from simulator.android.linux.driver import O
from simulator.android.linux.tree import Dentry, Kind, Node

_WHO = "system"


@define(eq=False)
class NativeNode(Node):
    """An inode of the file system itself: its link count is the true one."""

    inode: Inode

    @property
    def nlink(self) -> int:
        """How many names it has."""
        return self.inode.links


class Native:
    """The driver of a file system that keeps its own bytes."""

    def __init__(self, fs: FileSystem) -> None:
        self.fs = fs
        self._known: dict[int, NativeNode] = {}
        self.root: Node = self._node(fs.root)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every inode met so far, oldest first."""
        return tuple(self._known.values())

    def _node(self, inode: Inode) -> NativeNode:
        node = self._known.get(inode.number)
        if node is None:
            kind: Kind = "directory" if inode.directory else inode.special or "file"
            node = self._known[inode.number] = NativeNode(kind, inode)
        return node

    # -- names -------------------------------------------------------------------------------

    def lookup(self, folder: Dentry, name: str) -> Node | None:
        """The inode of that name."""
        inode = _inode(folder).entries.get(name)
        return None if inode is None else self._node(inode)

    def look_again(self, dentry: Dentry) -> None:
        """The cache is never wrong."""

    def create(self, folder: Dentry, name: str, flags: O) -> tuple[Node, Handle]:
        """Make a regular file and open it."""
        path = f"{folder.path()}/{name}"
        inode = self.fs.create(path, _WHO)
        return self._node(inode), self.fs.hold(inode, path, O.WRITE in flags)

    def make(self, folder: Dentry, name: str, kind: Kind, target: str) -> Node:
        """Make what is not a regular file."""
        path = f"{folder.path()}/{name}"
        if kind == "directory":
            return self._node(self.fs.mkdir(path, _WHO))
        assert kind != "file"
        return self._node(self.fs.create_special(path, _WHO, kind, target))

    def create_nameless(self, folder: Dentry, flags: O) -> tuple[Node, str, Handle]:
        """A file without a name; the kernel reports it by its inode number."""
        inode = self.fs.create_nameless(_WHO)
        name = f"#{inode.number}"
        return self._node(inode), name, self.fs.hold(inode, name, O.WRITE in flags)

    def link(self, dentry: Dentry, folder: Dentry, name: str) -> Node:
        """One more name of the same inode."""
        return self._node(self.fs.give_name(_inode(dentry), f"{folder.path()}/{name}"))

    def unlink(self, dentry: Dentry) -> None:
        """Take away a name."""
        self.fs.unlink(dentry.path())

    def rmdir(self, dentry: Dentry) -> None:
        """Remove a directory."""
        self.fs.rmdir(dentry.path())

    def rename(
        self, dentry: Dentry, folder: Dentry, name: str, victim: Dentry | None, flag: str
    ) -> None:
        """Move or swap names."""
        to = f"{folder.path()}/{name}"
        if flag == "EXCHANGE":
            self.fs.exchange(dentry.path(), to)
        else:
            self.fs.rename(dentry.path(), to, replace=flag != "NOREPLACE")

    def read_link(self, dentry: Dentry) -> str:
        """Where it leads."""
        return _inode(dentry).target

    # -- attributes: nothing of them is modelled but their length ------------------------------

    def stat(self, dentry: Dentry) -> None:
        """Always up to date."""

    def change(self, dentry: Dentry) -> None:
        """Always possible."""

    def change_xattr(self, dentry: Dentry) -> None:
        """Always possible."""

    def truncate(self, dentry: Dentry, size: int, handle: Handle | None) -> None:
        """Set the length."""
        self.fs.truncate(_inode(dentry), size)

    def size(self, node: Node) -> int:
        """The length in bytes."""
        assert isinstance(node, NativeNode)
        return node.inode.content.size

    # -- open files ----------------------------------------------------------------------------

    def open(self, dentry: Dentry, flags: O) -> Handle:
        """Open a file or directory."""
        return self.fs.hold(_inode(dentry), dentry.path(), O.WRITE in flags)

    def flush(self, handle: Handle) -> None:
        """Nothing is held back."""

    def release(self, handle: Handle) -> None:
        """Close."""
        self.fs.close(handle)

    def read(self, handle: Handle, offset: int, size: int) -> int:
        """What there is from *offset* on."""
        return max(0, min(size, handle.inode.content.size - offset))

    def write(self, handle: Handle, offset: int, size: int, recipe: str) -> int:
        """Write what fits."""
        handle.offset = offset
        return self.fs.write(handle, recipe, size)

    def fallocate(self, handle: Handle, size: int, *, punch: bool) -> None:
        """Reserving grows the file; a hole counts as the bytes it replaces."""
        if not punch and size > handle.inode.content.size:
            self.fs.truncate(handle.inode, size)

    def touch(self, handle: Handle, size: int, *, dirty: bool) -> None:
        """Mappings go past everything that could tell of them."""

    def list(self, handle: Handle) -> list[str]:
        """Newest first, as tmpfs lists; ext4's order is that of a hash with a secret seed."""
        return list(reversed(handle.inode.entries))


def _inode(dentry: Dentry) -> Inode:
    assert isinstance(dentry.node, NativeNode)
    return dentry.node.inode
