"""The lower file system: inodes, names, links, open handles, contents.

Everything else on the phone is a view of this.  It knows no app, no permission and no watcher; it
answers as f2fs or ext4 would, with errno names where the kernel refuses.  Contents are modelled:
a :class:`Content` is a *recipe* and a length, and two files with the same recipe and length hold
the same bytes.  A hole counts as bytes.

Names are bytes: two Unicode forms of one word are two names, unless the directory folds them
(:func:`folded_unicode` as ext4 and f2fs fold, :func:`folded_ascii` as sdcardfs and FUSE do).
Paths are followed literally; symbolic links are for :mod:`simulator.android.linux` to follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter
from posixpath import basename, dirname
from typing import Literal, TypeAlias
from unicodedata import normalize

from attrs import define, field, frozen

Fold: TypeAlias = Callable[[str], str]
#: What an inode is, apart from a directory or a regular file.
Special: TypeAlias = Literal["", "symlink", "fifo", "socket"]

NAME_MAX = 255
#: The folder that a path lies in.  Paths are few and asked for often.
parent = lru_cache(maxsize=65_536)(dirname)
_EMPTY = "empty"


class FileError(Exception):
    """The file system refuses; *error* is an errno name."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


def folded_unicode(name: str) -> str:
    """*name* as ext4 and f2fs compare it in a case-folding directory: no case, no Unicode form."""
    return normalize("NFD", normalize("NFD", name).casefold())


def folded_ascii(name: str) -> str:
    """*name* as sdcardfs and FUSE compare it: only A to Z lose their case."""
    return "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in name)


class FoldedEntries(dict[str, "Inode"]):
    """The entries of a directory that keeps the spelling of names but looks them up folded."""

    def __init__(self, fold: Fold) -> None:
        super().__init__()
        self.fold = fold
        self._spelled: dict[str, str] = {}

    def _as_spelled(self, name: str) -> str:
        return self._spelled.get(self.fold(name), name)

    def get(self, name: str, default: Inode | None = None) -> Inode | None:  # type: ignore[override]
        """The inode of that name in any spelling."""
        return super().get(self._as_spelled(name), default)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.fold(name) in self._spelled

    def __getitem__(self, name: str) -> Inode:
        return super().__getitem__(self._as_spelled(name))

    def __setitem__(self, name: str, inode: Inode) -> None:
        spelled = self._spelled.setdefault(self.fold(name), name)
        super().__setitem__(spelled, inode)

    def __delitem__(self, name: str) -> None:
        super().__delitem__(self._as_spelled(name))
        del self._spelled[self.fold(name)]


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

    *special* tells a symbolic link (to *target*), a FIFO or a socket from a regular file.
    *flags* are what a watcher set on a directory; *creator* is who made it; *opened* counts open
    handles; *mtime* is when its content last changed (seconds of the run, set by whoever has a
    clock); *identity* is how records write it.
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
    mtime: float = 0.0
    special: Special = ""
    target: str = ""
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
    """A tree of inodes with a size limit (*capacity*, bytes).

    With *fold*, its directories look names up folded; one directory alone does so if its
    ``entries`` are :class:`FoldedEntries`, and every directory made in it inherits that.
    """

    def __init__(self, capacity: int, fold: Fold | None = None) -> None:
        self.capacity = capacity
        self.used = 0
        self._numbers = 1
        self.root = Inode(1, True, "system", links=2)
        if fold is not None:
            self.root.entries = FoldedEntries(fold)

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
        if isinstance(folder.entries, FoldedEntries):
            inode.entries = FoldedEntries(folder.entries.fold)
        folder.entries[name] = inode
        folder.links += 1
        return inode

    def create(self, path: str, creator: str) -> Inode:
        """Make an empty regular file."""
        folder, name = self.folder(path), _checked(path)
        if name in folder.entries:
            raise FileError("EEXIST")
        inode = Inode(self._next(), False, creator, links=1)
        folder.entries[name] = inode
        return inode

    def create_special(self, path: str, creator: str, special: Special, target: str = "") -> Inode:
        """Make a symbolic link to *target*, a FIFO or a socket."""
        inode = self.create(path, creator)
        inode.special, inode.target = special, target
        return inode

    def create_nameless(self, creator: str) -> Inode:
        """Make a regular file that no directory lists, as ``O_TMPFILE`` does; hold it open."""
        return Inode(self._next(), False, creator)

    def open(self, path: str, writable: bool) -> Handle:
        """Open an existing file."""
        return self.hold(self.need(path), path, writable)

    def hold(self, inode: Inode, path: str, writable: bool) -> Handle:
        """Open *inode*, whatever its names; *path* is what the handle remembers."""
        if inode.directory and writable:
            raise FileError("EISDIR")
        inode.opened += 1
        return Handle(inode, path, writable)

    def close(self, handle: Handle) -> None:
        """Close; the last close of a nameless file frees its bytes."""
        handle.inode.opened -= 1
        self._free_if_dead(handle.inode)

    def truncate(self, inode: Inode, size: int = 0) -> None:
        """Cut a file to *size* bytes, or grow it with zeros; ENOSPC if those do not fit."""
        old = inode.content
        if self.used - old.size + size > self.capacity:
            raise FileError("ENOSPC")
        self.used += size - old.size
        if size > old.size:
            inode.content = Content(_mixed(old, old.size, "zeros", size - old.size), size)
        else:
            inode.content = Content(old.recipe, size) if size else Content()

    def write(self, handle: Handle, recipe: str, size: int) -> int:
        """Write *size* bytes of *recipe* at the handle's offset; gives how many fitted.

        As write(2): on a full disk what fits is written, and ENOSPC says that nothing did.
        """
        if not size:
            return 0
        inode = handle.inode
        old, start = inode.content, handle.offset
        too_many = self.used + max(0, start + size - old.size) - self.capacity
        if too_many > 0:
            size -= too_many
            if size <= 0:
                raise FileError("ENOSPC")
        end = start + size
        self.used += max(0, end - old.size)
        if start == old.size and (start == 0 or old.recipe == recipe):
            inode.content = Content(recipe, end)
        else:
            inode.content = Content(_mixed(old, start, recipe, size), max(end, old.size))
        inode.held_content = True
        handle.offset = end
        return size

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
        folder.links -= 1
        return inode

    def link(self, path: str, to: str) -> Inode:
        """Give a file a second name."""
        return self.give_name(self.need(path), to)

    def give_name(self, inode: Inode, to: str) -> Inode:
        """Give *inode* one more name, or its first."""
        folder, name = self.folder(to), _checked(to)
        if inode.directory:
            raise FileError("EPERM")
        if name in folder.entries:
            raise FileError("EEXIST")
        folder.entries[name] = inode
        inode.links += 1
        return inode

    def rename(self, path: str, to: str, *, replace: bool = True) -> tuple[Inode, Inode | None]:
        """Move a name; gives the file and, if one had the target's name, the file that lost it.

        Without *replace* a taken name is EEXIST (``RENAME_NOREPLACE``).
        """
        source, target = self.folder(path), self.folder(to)
        old, name = basename(path), _checked(to)
        inode = source.entries.get(old)
        if inode is None:
            raise FileError("ENOENT")
        victim = target.entries.get(name)
        if victim is not None and not replace:
            raise FileError("EEXIST")
        if victim is inode:
            return inode, None
        if inode.directory:
            self._check_not_below(inode, to)
        if victim is not None:
            self._check_replaceable(inode, victim)
            del target.entries[name]
            self._lose_name(victim, target)
        del source.entries[old]
        target.entries[name] = inode
        if inode.directory:
            source.links -= 1
            target.links += 1
        return inode, victim

    def exchange(self, path: str, other: str) -> tuple[Inode, Inode]:
        """Swap two names that both exist (``RENAME_EXCHANGE``); gives what had them before."""
        one, two = self.need(path), self.need(other)
        here, there = self.folder(path), self.folder(other)
        if one is not two:
            for inode, to in ((one, other), (two, path)):
                if inode.directory:
                    self._check_not_below(inode, to)
            here.entries[basename(path)], there.entries[basename(other)] = two, one
            moved = int(two.directory) - int(one.directory)
            here.links += moved
            there.links -= moved
        return one, two

    # -- inside ----------------------------------------------------------------------------

    def _check_replaceable(self, inode: Inode, victim: Inode) -> None:
        if victim.directory and not inode.directory:
            raise FileError("EISDIR")
        if inode.directory and not victim.directory:
            raise FileError("ENOTDIR")
        if victim.directory and victim.entries:
            raise FileError("ENOTEMPTY")

    def _check_not_below(self, inode: Inode, to: str) -> None:
        """A directory cannot be moved into itself."""
        here: Inode = self.root
        for part in _parts(parent(to)):
            here = here.entries[part]
            if here is inode:
                raise FileError("EINVAL")

    def _lose_name(self, inode: Inode, folder: Inode) -> None:
        if inode.directory:
            inode.links = 0
            folder.links -= 1
        else:
            inode.links -= 1
            self._free_if_dead(inode)

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
            mtime=inode.mtime,
            special=inode.special,
            target=inode.target,
        )
        if isinstance(inode.entries, FoldedEntries):
            twin.entries = FoldedEntries(inode.entries.fold)
        for name, below in inode.entries.items():
            twin.entries[name] = _copied(below, known)
    return twin


def _mixed(old: Content, start: int, recipe: str, size: int) -> str:
    """The recipe of *old* after *size* bytes of *recipe* were laid over it from *start* on."""
    text = f"{old.recipe}\0{old.size}\0{start}\0{recipe}\0{size}"
    return f"mixed {sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _checked(path: str) -> str:
    name = basename(path)
    if not name or name in {".", ".."}:
        raise FileError("EINVAL")
    if len(name.encode("utf-8", "surrogateescape")) > NAME_MAX:
        raise FileError("ENAMETOOLONG")
    return name
