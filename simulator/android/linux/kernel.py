"""System calls over mounted file systems, and which events each of them fires, in order.

The order inside one call is the kernel's: an unlink first changes the link count (``IN_ATTRIB`` of
the file), then drops the entry (``IN_DELETE_SELF`` if nobody uses it), then tells the directory
(``IN_DELETE``).  A rename tells both directories and never says ``IN_DELETE`` of what it replaces.
"""

from __future__ import annotations

from attrs import define

from simulator.android.files import FileError
from simulator.android.linux.driver import Driver, O, OpenHandle
from simulator.android.linux.inotify import (
    ACCESS,
    ATTRIB,
    CLOSE_NOWRITE,
    CLOSE_WRITE,
    CREATE,
    DELETE,
    DONT_FOLLOW,
    MODIFY,
    MOVE_SELF,
    MOVED_FROM,
    MOVED_TO,
    ONLYDIR,
    OPEN,
    Inotify,
)
from simulator.android.linux.paths import Mount, Mounts, Place, Target
from simulator.android.linux.tree import Dentry, Kind, Node

#: How much one splice(2) moves through a pipe, in bytes.
_PIPE = 65_536


@define(eq=False)
class File:
    """An open file description: *copies* descriptors and mappings share it."""

    place: Place
    flags: O
    handle: OpenHandle
    offset: int = 0
    copies: int = 1

    @property
    def node(self) -> Node:
        """Its inode."""
        return self.place.dentry.node

    @property
    def data(self) -> bool:
        """Whether reads and writes reach a file system (they do not in a FIFO)."""
        return self.node.kind in {"file", "directory"}

    def tell(self, mask: int) -> None:
        """Something was done through this open file; ``O_PATH`` tells nobody."""
        if O.PATH not in self.flags:
            self.place.dentry.tell(mask, by_file=True)


class Kernel:
    """One namespace of mounts and the calls that processes make on it.

    Every call raises :class:`~simulator.android.files.FileError` with the errno name.
    """

    def __init__(self, driver: Driver) -> None:
        self.mounts = Mounts(driver)
        self._cookie = 0

    # -- mounting and watching -----------------------------------------------------------------

    def mount(self, path: str, driver: Driver) -> Mount:
        """mount(2)."""
        return self.mounts.add(self.mounts.find(path), driver)

    def umount(self, path: str) -> None:
        """umount(2): whoever watches an inode of it is told, the newest inode first."""
        place = self.mounts.find(path)
        if not place.covers:
            raise FileError("EINVAL")
        self.mounts.remove(place.mount)
        for node in reversed(place.driver.nodes):
            if node.watches:
                node.unmounted()

    def watch(self, inotify: Inotify, path: str, mask: int, label: str) -> None:
        """inotify_add_watch(2)."""
        place = self.mounts.find(path, follow=not mask & DONT_FOLLOW)
        if mask & ONLYDIR and not place.dentry.node.directory:
            raise FileError("ENOTDIR")
        inotify.watch(place.dentry.node, mask, label)

    # -- open files ----------------------------------------------------------------------------

    def open(self, path: str, flags: O) -> File:
        """open(2)."""
        target = self.mounts.target(path, follow=O.NOFOLLOW not in flags and O.EXCL not in flags)
        if target.there is None:
            return self._create(target, flags)
        place = target.there
        if O.CREATE in flags and O.EXCL in flags:
            _look_again(place)
            raise FileError("EEXIST")
        _check_openable(place.dentry.node, flags)
        file = self._opened(place, flags)
        if O.TRUNC in flags and file.node.kind == "file":
            place.driver.truncate(place.dentry, 0, file.handle)
            place.dentry.tell(MODIFY)
        return file

    def _opened(self, place: Place, flags: O) -> File:
        data = O.PATH not in flags and place.dentry.node.kind in {"file", "directory"}
        handle = place.driver.open(place.dentry, flags) if data else None
        place.dentry.hold()
        file = File(place, flags, handle)
        file.tell(OPEN)
        return file

    def _create(self, target: Target, flags: O) -> File:
        if O.CREATE not in flags:
            raise FileError("ENOENT")
        folder = target.folder
        node, handle = folder.driver.create(folder.dentry, target.name, flags)
        file = File(self._entered(target, node), flags, handle)
        file.place.dentry.hold()
        file.tell(OPEN)
        return file

    def create_nameless(self, path: str, flags: O) -> File:
        """open(2) with ``O_TMPFILE``: no event but that of opening, under an invented name."""
        folder = self.mounts.find(path)
        node, name, handle = folder.driver.create_nameless(folder.dentry, flags)
        dentry = Dentry(name, folder.dentry, node, listed=False)
        dentry.hold()
        file = File(Place(folder.mount, dentry), flags, handle)
        file.tell(OPEN)
        return file

    def share(self, file: File) -> File:
        """One more descriptor or mapping of an open file: dup(2), fork(2), mmap(2)."""
        file.copies += 1
        return file

    def close(self, file: File) -> None:
        """close(2): only the last copy says so."""
        if file.handle is not None:
            file.place.driver.flush(file.handle)
        self.let_go(file)

    def let_go(self, file: File) -> None:
        """One copy less, without close(2)'s flush."""
        file.copies -= 1
        if file.copies == 0:
            file.tell(CLOSE_WRITE if O.WRITE in file.flags else CLOSE_NOWRITE)
            if file.handle is not None:
                file.place.driver.release(file.handle)
            file.place.dentry.release()

    def read(self, file: File, size: int, offset: int | None = None) -> int:
        """read(2), or pread(2) with an *offset*; at the end of the file nobody is told."""
        _need(file, O.READ)
        if not file.data:
            return 0
        if file.node.directory:
            raise FileError("EISDIR")
        got = file.place.driver.read(file.handle, _at(file, offset), size)
        if offset is None:
            file.offset += got
        if got:
            file.tell(ACCESS)
        return got

    def write(self, file: File, size: int, offset: int | None = None, recipe: str = "data") -> int:
        """write(2), or pwrite(2) with an *offset*; gives how many bytes fitted."""
        _need(file, O.WRITE)
        if not file.data or not size:
            return 0
        driver = file.place.driver
        start = driver.size(file.node) if O.APPEND in file.flags else _at(file, offset)
        fitted = driver.write(file.handle, start, size, recipe)
        if offset is None:
            file.offset = start + fitted
        file.tell(MODIFY)
        return fitted

    def seek(self, file: File, offset: int) -> None:
        """lseek(2) to *offset*."""
        file.offset = offset

    def sync(self, file: File) -> None:
        """fsync(2) or msync(2)."""
        if file.handle is not None:
            file.place.driver.flush(file.handle)

    def copy(self, source: File, target: File, size: int) -> int:
        """copy_file_range(2), sendfile(2): told as a read and a write."""
        _need(source, O.READ)
        _need(target, O.WRITE)
        got = source.place.driver.read(source.handle, source.offset, size)
        if got:
            recipe = f"copy of {source.place.dentry.name}"
            got = target.place.driver.write(target.handle, target.offset, got, recipe)
            source.offset += got
            target.offset += got
            source.tell(ACCESS)
            target.tell(MODIFY)
        return got

    def splice(self, source: File, target: File, size: int) -> int:
        """splice(2) through a pipe."""
        return self.copy(source, target, min(size, _PIPE))

    def clone(self, source: File, target: File) -> None:
        """``FICLONE``: none of the file systems modelled shares blocks."""
        raise FileError("ENOTSUP")

    def truncate_file(self, file: File, size: int) -> None:
        """ftruncate(2)."""
        if O.WRITE not in file.flags:
            raise FileError("EINVAL")
        file.place.driver.truncate(file.place.dentry, size, file.handle)
        file.place.dentry.tell(MODIFY)

    def fallocate(self, file: File, size: int, *, punch: bool = False) -> None:
        """fallocate(2) of the first *size* bytes, or a hole there."""
        _need(file, O.WRITE)
        file.place.driver.fallocate(file.handle, size, punch=punch)
        file.tell(MODIFY)

    def touch(self, file: File, size: int, *, dirty: bool) -> None:
        """Use the first *size* bytes through a mapping; the events, if any, are below FUSE."""
        _need(file, O.READ)
        if dirty:
            _need(file, O.WRITE)
        file.place.driver.touch(file.handle, size, dirty=dirty)

    def list(self, file: File) -> list[str]:
        """getdents(2) until it gives nothing more: twice, where one call holds all names."""
        if not file.node.directory:
            raise FileError("ENOTDIR")
        names = file.place.driver.list(file.handle)
        file.tell(ACCESS)
        file.tell(ACCESS)
        return names

    # -- names ---------------------------------------------------------------------------------

    def make(self, path: str, kind: Kind, target: str = "") -> None:
        """mkdir(2), symlink(2), mknod(2), bind(2)."""
        last = self._free(path)
        driver, folder = last.folder.driver, last.folder.dentry
        self._entered(last, driver.make(folder, last.name, kind, target))

    def _free(self, path: str) -> Target:
        target = self.mounts.target(path)
        if target.there is not None:
            _look_again(target.there)
            raise FileError("EEXIST")
        return target

    def _entered(self, target: Target, node: Node) -> Place:
        """Enter a new name into its directory and tell that."""
        folder = target.folder.dentry
        dentry = Dentry(target.name, folder, node)
        folder.below[target.name] = dentry
        folder.tell_name(CREATE, target.name, node)
        return Place(target.folder.mount, dentry)

    def link(self, path: str, to: str) -> None:
        """link(2): a symbolic link is linked itself."""
        self._link(self.mounts.find(path, follow=False), to)

    def link_file(self, file: File, to: str) -> None:
        """linkat(2) of an open file, which may have no name yet."""
        self._link(file.place, to)

    def _link(self, place: Place, to: str) -> None:
        node, target = place.dentry.node, self._free(to)
        if target.folder.mount is not place.mount:
            raise FileError("EXDEV")
        if node.directory:
            raise FileError("EPERM")
        new = place.driver.link(place.dentry, target.folder.dentry, target.name)
        node.lost_a_name()
        self._entered(target, new)

    def unlink(self, path: str) -> None:
        """unlink(2)."""
        dentry = self._named(path)
        if dentry.node.directory:
            raise FileError("EISDIR")
        self.mounts.find(path, follow=False).driver.unlink(dentry)
        dentry.node.lost_a_name()
        self._drop(dentry)

    def rmdir(self, path: str) -> None:
        """rmdir(2)."""
        dentry = self._named(path)
        if not dentry.node.directory:
            raise FileError("ENOTDIR")
        self.mounts.find(path, follow=False).driver.rmdir(dentry)
        self._drop(dentry)

    def _named(self, path: str) -> Dentry:
        place = self.mounts.find(path, follow=False)
        if place.covers:
            raise FileError("EBUSY")
        return place.dentry

    def _drop(self, dentry: Dentry) -> None:
        dentry.drop()
        dentry.end_if_dead()
        assert dentry.parent is not None
        dentry.parent.tell_name(DELETE, dentry.name, dentry.node)

    def rename(self, path: str, to: str, flag: str = "") -> None:
        """rename(2), or renameat2(2) with *flag* ``NOREPLACE`` or ``EXCHANGE``."""
        source, target = self.mounts.find(path, follow=False), self.mounts.target(to)
        moved, folder = source.dentry, target.folder.dentry
        if source.covers or (target.there is not None and target.there.covers):
            raise FileError("EBUSY")
        if source.mount is not target.folder.mount:
            raise FileError("EXDEV")
        victim = None
        if target.there is not None:
            _look_again(target.there)
            victim = target.there.dentry
        _check_rename(moved, folder, victim, flag)
        if victim is not None and victim.node is moved.node:
            return
        source.driver.rename(moved, folder, target.name, victim, flag)
        if flag == "EXCHANGE":
            assert victim is not None
            self._exchanged(moved, victim)
        else:
            self._moved(moved, folder, target.name, victim)

    def _moved(self, moved: Dentry, folder: Dentry, name: str, victim: Dentry | None) -> None:
        old, old_name = moved.parent, moved.name
        assert old is not None
        if victim is not None:
            victim.drop()
        moved.move(folder, name)
        self._tell_move(moved.node, old, old_name, moved)
        if victim is not None:
            victim.node.lost_a_name()
        moved.node.tell_self(MOVE_SELF)
        if victim is not None:
            victim.end_if_dead()

    def _exchanged(self, one: Dentry, two: Dentry) -> None:
        here, name, there, other = one.parent, one.name, two.parent, two.name
        assert here is not None
        assert there is not None
        one.move(there, other)
        two.move(here, name)
        self._tell_move(one.node, here, name, one)
        one.node.tell_self(MOVE_SELF)
        self._tell_move(two.node, there, other, two)
        two.node.tell_self(MOVE_SELF)

    def _tell_move(self, node: Node, old: Dentry, old_name: str, now: Dentry) -> None:
        self._cookie += 1
        assert now.parent is not None
        old.tell_name(MOVED_FROM, old_name, node, self._cookie)
        now.parent.tell_name(MOVED_TO, now.name, node, self._cookie)

    # -- attributes ----------------------------------------------------------------------------

    def stat(self, path: str, *, follow: bool = True) -> Place:
        """stat(2), lstat(2): nobody is told."""
        place = self.mounts.find(path, follow=follow)
        place.driver.stat(place.dentry)
        return place

    def change(self, path: str, *, follow: bool = True) -> None:
        """chmod(2), chown(2), utime(2)."""
        self._change(self.mounts.find(path, follow=follow))

    def change_file(self, file: File) -> None:
        """fchmod(2), fchown(2)."""
        self._change(file.place)

    def _change(self, place: Place) -> None:
        place.driver.change(place.dentry)
        place.dentry.tell(ATTRIB)

    def change_xattr(self, path: str) -> None:
        """setxattr(2), removexattr(2) of a ``user.`` attribute: files and directories only."""
        place = self.mounts.find(path)
        if place.dentry.node.kind not in {"file", "directory"}:
            raise FileError("EPERM")
        place.driver.change_xattr(place.dentry)
        place.dentry.tell(ATTRIB)

    def truncate(self, path: str, size: int) -> None:
        """truncate(2)."""
        place = self.mounts.find(path)
        if place.dentry.node.kind != "file":
            raise FileError("EISDIR" if place.dentry.node.directory else "EINVAL")
        place.driver.truncate(place.dentry, size, None)
        place.dentry.tell(MODIFY)

    def read_link(self, path: str) -> str:
        """readlink(2)."""
        place = self.mounts.find(path, follow=False)
        if place.dentry.node.kind != "symlink":
            raise FileError("EINVAL")
        return place.driver.read_link(place.dentry)


def _look_again(place: Place) -> None:
    if place.dentry.parent is not None:
        place.driver.look_again(place.dentry)


def _at(file: File, offset: int | None) -> int:
    return file.offset if offset is None else offset


def _need(file: File, flag: O) -> None:
    if flag not in file.flags:
        raise FileError("EBADF")


def _check_openable(node: Node, flags: O) -> None:
    if node.directory and (O.WRITE in flags or O.CREATE in flags):
        raise FileError("EISDIR")
    if not node.directory and O.DIRECTORY in flags:
        raise FileError("ENOTDIR")
    if node.kind == "symlink" and O.PATH not in flags:
        raise FileError("ELOOP")
    if node.kind == "socket" and O.PATH not in flags:
        raise FileError("ENXIO")


def _check_rename(moved: Dentry, folder: Dentry, victim: Dentry | None, flag: str) -> None:
    if victim is not None and flag == "NOREPLACE":
        raise FileError("EEXIST")
    if victim is None and flag == "EXCHANGE":
        raise FileError("ENOENT")
    if moved in folder.ancestors():
        raise FileError("EINVAL")
    if victim is not None and victim in moved.ancestors() and victim is not moved:
        raise FileError("EINVAL" if flag == "EXCHANGE" else "ENOTEMPTY")
    if victim is None or flag == "EXCHANGE" or victim.node is moved.node:
        return
    if moved.node.directory and not victim.node.directory:
        raise FileError("ENOTDIR")
    if victim.node.directory and not moved.node.directory:
        raise FileError("EISDIR")
