"""Inodes and directory entries as the kernel holds them, and the hooks that tell watches.

A watch sits on an inode.  An event about a file reaches the watch on the directory under the name
of the *directory entry* that was used, and the watch on the file itself without a name.  Which
entry that is, whether it is still in its directory, and who still holds it decide most of what
looks odd in a recording.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Literal, TypeAlias

from attrs import define, field

from simulator.android.linux.inotify import (
    ATTRIB,
    DELETE_SELF,
    ISDIR,
    UNMOUNT,
    Watch,
)

Kind: TypeAlias = Literal["file", "directory", "symlink", "fifo", "socket"]


@define(eq=False)
class Node(ABC):
    """An inode as one mounted file system shows it."""

    kind: Kind
    watches: list[Watch] = field(factory=list, kw_only=True)

    @property
    @abstractmethod
    def nlink(self) -> int:
        """The link count that the kernel believes in; FUSE only hears of it."""

    @property
    def directory(self) -> bool:
        """Whether it is a directory."""
        return self.kind == "directory"

    def tell(self, mask: int, name: str = "", cookie: int = 0, *, unlinked: bool = False) -> None:
        """Tell every watch on this inode."""
        for watch in tuple(self.watches):
            watch.tell(mask, name, cookie, unlinked=unlinked)

    def tell_self(self, mask: int) -> None:
        """Tell the watches on this inode of something that happened to itself."""
        self.tell(mask | (ISDIR if self.directory else 0))

    def lost_a_name(self) -> None:
        """The link count changed: the inode's own watches hear it, its directory's do not."""
        self.tell_self(ATTRIB)

    def gone(self) -> None:
        """The last name and the last user are gone."""
        self.tell_self(DELETE_SELF)
        self._end_watches()

    def unmounted(self) -> None:
        """Its file system is gone."""
        self.tell_self(UNMOUNT)
        self._end_watches()

    def _end_watches(self) -> None:
        for watch in tuple(self.watches):
            watch.end()


@define(eq=False)
class Dentry:
    """A directory entry: *node* under *name* in *parent* (None for the root of a file system).

    *listed* is False once the name is gone; the entry lives on as long as it has *users*: open
    files, mounts, and entries below that have users.
    """

    name: str
    parent: Dentry | None
    node: Node
    listed: bool = True
    users: int = 0
    below: dict[str, Dentry] = field(factory=dict)

    def path(self) -> str:
        """Where it is in its file system: ``/a/x``, or empty for the root."""
        return "" if self.parent is None else f"{self.parent.path()}/{self.name}"

    def ancestors(self) -> Iterator[Dentry]:
        """Itself and every directory above it."""
        here: Dentry | None = self
        while here is not None:
            yield here
            here = here.parent

    def tell(self, mask: int, *, by_file: bool = False) -> None:
        """Something happened to the file: tell its directory, then itself.

        *by_file*: an open file was used for it, so ``IN_EXCL_UNLINK`` can hide it.
        """
        unlinked = by_file and not self.listed
        if self.node.directory:
            mask |= ISDIR
        if self.parent is not None:
            self.parent.node.tell(mask, self.name, unlinked=unlinked)
        self.node.tell(mask, unlinked=unlinked)

    def tell_name(self, mask: int, name: str, node: Node, cookie: int = 0) -> None:
        """Something happened to the entry *name* (of *node*) in this directory."""
        self.node.tell(mask | (ISDIR if node.directory else 0), name, cookie)

    # -- who holds it ------------------------------------------------------------------------

    def hold(self) -> None:
        """One user more."""
        self.users += 1
        if self.users == 1 and self.parent is not None:
            self.parent.hold()

    def release(self) -> None:
        """One user less; the last one of a dead entry ends the inode if that has no name left."""
        self.users -= 1
        if self.users == 0:
            if not self.listed:
                self.end_if_dead()
            if self.parent is not None:
                self.parent.release()

    def end_if_dead(self) -> None:
        """If nobody uses the entry and the inode has no name left, the inode is gone."""
        if self.users == 0 and self.node.nlink == 0:
            self.node.gone()

    # -- where it is -------------------------------------------------------------------------

    def drop(self) -> None:
        """Take its name out of the directory; entry and inode may live on."""
        self.listed = False
        assert self.parent is not None
        if self.parent.below.get(self.name) is self:
            del self.parent.below[self.name]

    def move(self, parent: Dentry, name: str) -> None:
        """Go to *parent* under *name*; whatever was there must be gone already."""
        assert self.parent is not None
        if self.parent.below.get(self.name) is self:
            del self.parent.below[self.name]
        if self.users:
            parent.hold()
            self.parent.release()
        self.parent, self.name = parent, name
        parent.below[name] = self
