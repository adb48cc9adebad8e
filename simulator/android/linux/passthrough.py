"""A FUSE daemon over a lower tree, in the way of Android's MediaProvider (low-level libfuse).

It is a process like any other: what it is asked above, it does below with system calls of its own,
and whoever watches below sees those.
"""

from __future__ import annotations

from attrs import define, field

from simulator.android.files import FileError
from simulator.android.linux.driver import O
from simulator.android.linux.fuse import Attributes
from simulator.android.linux.kernel import File, Kernel
from simulator.android.linux.paths import Place
from simulator.android.linux.tree import Kind


@define(eq=False)
class PathNode:
    """What the daemon knows of one path; two hard links are two of these.

    *opened* counts open files; *hidden*: it was unlinked while it was open, and renamed instead.
    """

    number: int
    name: str
    parent: PathNode | None
    below: dict[str, PathNode] = field(factory=dict)
    opened: int = 0
    hidden: bool = False

    def path(self) -> str:
        """Where it lies under the daemon's root."""
        return "" if self.parent is None else f"{self.parent.path()}/{self.name}"

    def forget(self) -> None:
        """Take it out of its directory."""
        if self.parent is not None and self.parent.below.get(self.name) is self:
            del self.parent.below[self.name]


@define(eq=False)
class DaemonFile:
    """A file that the daemon holds open below."""

    node: PathNode
    lower: File


class Passthrough:
    """Does below *lower* what it is asked above."""

    def __init__(self, kernel: Kernel, lower: str) -> None:
        self.kernel, self.lower = kernel, lower
        self._numbers = 1
        self._root = PathNode(1, "", None)

    # -- names -------------------------------------------------------------------------------

    @property
    def root(self) -> Attributes:
        """The directory at the top."""
        return self.attributes(self._root)

    def below(self, node: PathNode) -> str:
        """The path that *node* has below."""
        return self.lower + node.path()

    def attributes(self, node: PathNode) -> Attributes:
        """What lstat(2) below says."""
        return _told(node, self.kernel.stat(self.below(node), follow=False))

    def lookup(self, folder: PathNode, name: str) -> Attributes | None:
        """Is there such a name below, and what is it."""
        try:
            self.kernel.stat(f"{self.below(folder)}/{name}", follow=False)
        except FileError as error:
            if error.error == "ENOENT":
                return None
            raise
        return self.attributes(self._node(folder, name))

    def _node(self, folder: PathNode, name: str) -> PathNode:
        node = folder.below.get(name)
        if node is None:
            self._numbers += 1
            node = folder.below[name] = PathNode(self._numbers, name, folder)
        return node

    def made(self, node: PathNode) -> None:
        """A file was made below for somebody else."""

    def create(self, folder: PathNode, name: str, flags: O) -> tuple[Attributes, DaemonFile]:
        """Make a regular file and open it."""
        node = self._node(folder, name)
        lower = self.kernel.open(self.below(node), flags)
        self.made(node)
        node.opened += 1
        return self.attributes(node), DaemonFile(node, lower)

    def make(self, folder: PathNode, name: str, kind: Kind, target: str) -> Attributes:
        """Make what is not a regular file."""
        node = self._node(folder, name)
        self.kernel.make(self.below(node), kind, target)
        self.made(node)
        return self.attributes(node)

    def link(self, node: PathNode, folder: PathNode, name: str) -> Attributes:
        """Give a file one more name."""
        self.kernel.link(self.below(node), f"{self.below(folder)}/{name}")
        return self.attributes(self._node(folder, name))

    def unlink(self, folder: PathNode, name: str) -> None:
        """Take away a name."""
        node = self._node(folder, name)
        self.kernel.unlink(self.below(node))
        node.forget()

    def rmdir(self, folder: PathNode, name: str) -> None:
        """Remove a directory."""
        node = self._node(folder, name)
        self.kernel.rmdir(self.below(node))
        node.forget()

    def rename(self, folder: PathNode, name: str, to: PathNode, new: str) -> None:
        """Move a name."""
        node = self._node(folder, name)
        self.kernel.rename(self.below(node), f"{self.below(to)}/{new}")
        node.forget()
        node.parent, node.name = to, new
        to.below[new] = node

    def read_link(self, node: PathNode) -> str:
        """Where a symbolic link leads."""
        return self.kernel.read_link(self.below(node))

    # -- attributes --------------------------------------------------------------------------

    def change(self, node: PathNode) -> Attributes:
        """Set mode, owner or times."""
        self.kernel.change(self.below(node), follow=False)
        return self.attributes(node)

    def change_xattr(self, node: PathNode) -> None:
        """Set or remove an extended attribute."""
        self.kernel.change_xattr(self.below(node))

    def truncate(self, node: PathNode, size: int, handle: DaemonFile | None) -> Attributes:
        """Set the length."""
        if handle is None:
            self.kernel.truncate(self.below(node), size)
            return self.attributes(node)
        self.kernel.truncate_file(handle.lower, size)
        return _told(node, handle.lower.place)

    # -- open files ----------------------------------------------------------------------------

    def open(self, node: PathNode, flags: O) -> DaemonFile:
        """Open below what the kernel has opened above; it cuts the file by a request of its own."""
        lower = self.kernel.open(self.below(node), flags & ~(O.CREATE | O.EXCL | O.TRUNC))
        node.opened += 1
        return DaemonFile(node, lower)

    def release(self, handle: DaemonFile) -> None:
        """Close it."""
        self.kernel.close(handle.lower)
        handle.node.opened -= 1

    def read(self, handle: DaemonFile, offset: int, size: int) -> int:
        """Read."""
        return self.kernel.read(handle.lower, size, offset)

    def write(self, handle: DaemonFile, offset: int, size: int, recipe: str) -> int:
        """Write."""
        return self.kernel.write(handle.lower, size, offset, recipe)

    def list(self, node: PathNode) -> list[str]:
        """Open the directory, read all of it, close it."""
        folder = self.kernel.open(self.below(node), O.READ | O.DIRECTORY)
        names = self.kernel.list(folder)
        self.kernel.close(folder)
        return names


def _told(node: PathNode, place: Place) -> Attributes:
    lower = place.dentry.node
    return Attributes(node, lower.kind, lower.nlink, place.driver.size(lower))
