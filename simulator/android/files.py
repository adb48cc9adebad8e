"""The lower file system: inodes, names, links, open handles, contents.

Everything else on the phone is a view of this.  It knows no app, no permission and no watcher; it
answers as f2fs or ext4 would, with errno names where the kernel refuses.  Contents are modelled:
a :class:`Content` is a *recipe* and a length, and two files with the same recipe and length hold
the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter
from posixpath import basename, dirname

from attrs import define, field, frozen

NAME_MAX = 255
#: The folder that a path lies in.  Paths are few and asked for often.
parent = lru_cache(maxsize=65_536)(dirname)
_EMPTY = "empty"


class FileError(Exception):
    """The file system refuses; *error* is an errno name."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@frozen
class Content:
    """Modelled bytes: the first *size* bytes of what *recipe* yields."""

    recipe: str = _EMPTY
    size: int = 0

    @property
    def digest(self) -> str:
        """A SHA-256 that stands for the bytes: equal for equal contents."""
        recipe = self.recipe if self.size else _EMPTY
        return sha256(f"{recipe}\0{self.size}".encode("utf-8", "surrogatepass")).hexdigest()


@define(eq=False)
class Inode:
    """A file or directory, whatever its names.

    *flags* are what a watcher set on a directory; *creator* is who made it; *opened* counts open
    handles; *identity* is how records write it.
    """

    number: int
    directory: bool
    creator: str
    content: Content = field(factory=Content)
    links: int = 0
    opened: int = 0
    entries: dict[str, Inode] = field(factory=dict)
    flags: frozenset[str] = frozenset()
    held_content: bool = False
    identity: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.identity = f"i{self.number}"


@define(eq=False)
class Handle:
    """An open file description: which inode, under which name it was opened, and how far it is."""

    inode: Inode
    path: str
    writable: bool
    offset: int = 0
    touched: bool = False


class FileSystem:
    """A tree of inodes with a size limit (*capacity*, bytes)."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.used = 0
        self._numbers = 1
        self.root = Inode(1, True, "system", links=2)

    def copy(self) -> FileSystem:
        """The same tree again, with inodes of its own; nothing may be open."""
        twin = FileSystem(self.capacity)
        twin.used, twin._numbers = self.used, self._numbers
        known: dict[int, Inode] = {}
        twin.root = _copied(self.root, known)
        return twin

    # -- looking ---------------------------------------------------------------------------

    def find(self, path: str) -> Inode | None:
        """The inode that *path* names now, or None."""
        inode: Inode | None = self.root
        for part in _parts(path):
            assert inode is not None
            inode = inode.entries.get(part)
            if inode is None:
                return None
        return inode

    def need(self, path: str) -> Inode:
        """The inode that *path* names; ENOENT if none."""
        inode = self.find(path)
        if inode is None:
            raise FileError("ENOENT")
        return inode

    def folder(self, path: str) -> Inode:
        """The directory that holds *path*'s last component; ENOENT or ENOTDIR if there is none."""
        inode = self.need(parent(path))
        if not inode.directory:
            raise FileError("ENOTDIR")
        return inode

    def walk(self, path: str = "") -> Iterator[tuple[str, Inode]]:
        """Every name below *path* with its inode, in order, directories before what they hold."""
        start = self.find(path)
        if start is not None:
            yield from _below(path.rstrip("/"), start)

    def regular_files(self) -> list[tuple[str, Inode]]:
        """Every name of a regular file with its inode, by name."""
        out: list[tuple[str, Inode]] = []
        todo = [("", self.root)]
        while todo:
            at, folder = todo.pop()
            for name, inode in folder.entries.items():
                if not inode.directory:
                    out.append((f"{at}/{name}", inode))
                elif inode.entries:
                    todo.append((f"{at}/{name}", inode))
        out.sort(key=itemgetter(0))
        return out

    # -- changing --------------------------------------------------------------------------

    def mkdir(self, path: str, creator: str) -> Inode:
        """Make a directory; it inherits the flags of its parent, as f2fs does at mkdir only."""
        folder, name = self.folder(path), _checked(path)
        if name in folder.entries:
            raise FileError("EEXIST")
        inode = Inode(self._next(), True, creator, links=2, flags=folder.flags)
        folder.entries[name] = inode
        return inode

    def create(self, path: str, creator: str) -> Inode:
        """Make an empty regular file."""
        folder, name = self.folder(path), _checked(path)
        if name in folder.entries:
            raise FileError("EEXIST")
        inode = Inode(self._next(), False, creator, links=1)
        folder.entries[name] = inode
        return inode

    def open(self, path: str, writable: bool) -> Handle:
        """Open an existing file."""
        inode = self.need(path)
        if inode.directory and writable:
            raise FileError("EISDIR")
        inode.opened += 1
        return Handle(inode, path, writable)

    def close(self, handle: Handle) -> None:
        """Close; the last close of a nameless file frees its bytes."""
        handle.inode.opened -= 1
        self._free_if_dead(handle.inode)

    def truncate(self, inode: Inode) -> None:
        """Cut a file to nothing."""
        self.used -= inode.content.size
        inode.content = Content()

    def write(self, handle: Handle, recipe: str, size: int) -> None:
        """Append *size* bytes of *recipe* at the handle's offset; ENOSPC if they do not fit."""
        inode = handle.inode
        end = handle.offset + size
        growth = max(0, end - inode.content.size)
        if self.used + growth > self.capacity:
            raise FileError("ENOSPC")
        self.used += growth
        old = inode.content
        if handle.offset == old.size and (old.size == 0 or old.recipe == recipe):
            inode.content = Content(recipe, end)
        else:
            mixed = sha256(
                f"{old.recipe}\0{old.size}\0{handle.offset}\0{recipe}\0{size}".encode(
                    "utf-8", "surrogatepass"
                )
            ).hexdigest()
            inode.content = Content(f"mixed {mixed}", max(end, old.size))
        inode.held_content = True
        handle.offset = end

    def unlink(self, path: str) -> Inode:
        """Remove one name of a file; its bytes go with the last name and the last handle."""
        folder = self.folder(path)
        name = basename(path)
        inode = folder.entries.get(name)
        if inode is None:
            raise FileError("ENOENT")
        if inode.directory:
            raise FileError("EISDIR")
        del folder.entries[name]
        inode.links -= 1
        self._free_if_dead(inode)
        return inode

    def rmdir(self, path: str) -> Inode:
        """Remove an empty directory."""
        folder = self.folder(path)
        inode = self.need(path)
        if not inode.directory:
            raise FileError("ENOTDIR")
        if inode.entries:
            raise FileError("ENOTEMPTY")
        del folder.entries[basename(path)]
        inode.links = 0
        return inode

    def link(self, path: str, to: str) -> Inode:
        """Give a file a second name."""
        inode = self.need(path)
        folder, name = self.folder(to), _checked(to)
        if inode.directory:
            raise FileError("EPERM")
        if name in folder.entries:
            raise FileError("EEXIST")
        folder.entries[name] = inode
        inode.links += 1
        return inode

    def rename(self, path: str, to: str) -> tuple[Inode, Inode | None]:
        """Move a name; gives the file and, if one had the target's name, the file that lost it."""
        source, target = self.folder(path), self.folder(to)
        inode = source.entries.get(basename(path))
        if inode is None:
            raise FileError("ENOENT")
        name = _checked(to)
        victim = target.entries.get(name)
        if victim is inode:
            return inode, None
        if victim is not None:
            self._check_replaceable(inode, victim)
        del source.entries[basename(path)]
        target.entries[name] = inode
        if victim is not None:
            victim.links -= 2 if victim.directory else 1
            self._free_if_dead(victim)
        return inode, victim

    # -- inside ----------------------------------------------------------------------------

    def _check_replaceable(self, inode: Inode, victim: Inode) -> None:
        if victim.directory and not inode.directory:
            raise FileError("EISDIR")
        if inode.directory and not victim.directory:
            raise FileError("ENOTDIR")
        if victim.directory and victim.entries:
            raise FileError("ENOTEMPTY")

    def _free_if_dead(self, inode: Inode) -> None:
        if inode.links <= 0 and inode.opened == 0 and not inode.directory:
            self.used -= inode.content.size
            inode.content = Content(inode.content.recipe, 0)

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers


@lru_cache(maxsize=65_536)
def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)


def _below(path: str, folder: Inode) -> Iterator[tuple[str, Inode]]:
    for name, inode in sorted(folder.entries.items()):
        here = f"{path}/{name}"
        yield here, inode
        if inode.entries:
            yield from _below(here, inode)


def _copied(inode: Inode, known: dict[int, Inode]) -> Inode:
    twin = known.get(inode.number)
    if twin is None:
        twin = known[inode.number] = Inode(
            inode.number,
            inode.directory,
            inode.creator,
            inode.content,
            inode.links,
            flags=inode.flags,
            held_content=inode.held_content,
        )
        twin.entries = {name: _copied(below, known) for name, below in inode.entries.items()}
    return twin


def _checked(path: str) -> str:
    name = basename(path)
    if not name or name in {".", ".."}:
        raise FileError("EINVAL")
    if len(name.encode("utf-8", "surrogateescape")) > NAME_MAX:
        raise FileError("ENAMETOOLONG")
    return name
