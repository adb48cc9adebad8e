"""Mounts, and how a path is followed through them."""

from __future__ import annotations

from posixpath import split

from attrs import define, frozen

from simulator.android.files import NAME_MAX, FileError
from simulator.android.linux.driver import Driver
from simulator.android.linux.tree import Dentry

#: How many symbolic links one path may lead through.
_MAX_LINKS = 40


@define(eq=False)
class Mount:
    """A mounted file system; *at* is what it covers (None for the first)."""

    driver: Driver
    root: Dentry
    at: Place | None


@frozen(eq=False)
class Place:
    """A directory entry as a path leads to it: the same entry can be seen in several mounts."""

    mount: Mount
    dentry: Dentry

    @property
    def driver(self) -> Driver:
        """The file system it lies in."""
        return self.mount.driver

    @property
    def covers(self) -> bool:
        """Whether it is the top of its mount, and so lies over another directory."""
        return self.dentry is self.mount.root


@frozen(eq=False)
class Target:
    """The last step of a path: *name* in *folder*, and what is *there* (None: nothing)."""

    folder: Place
    name: str
    there: Place | None


class Mounts:
    """The mount tree of one namespace."""

    def __init__(self, driver: Driver) -> None:
        self.first = Mount(driver, Dentry("", None, driver.root), None)
        self._covered: dict[tuple[Mount, Dentry], Mount] = {}

    def add(self, place: Place, driver: Driver) -> Mount:
        """Mount *driver*'s file system over the directory at *place*."""
        if not place.dentry.node.directory:
            raise FileError("ENOTDIR")
        mount = Mount(driver, Dentry("", None, driver.root), place)
        self._covered[place.mount, place.dentry] = mount
        place.dentry.hold()
        mount.root.hold()
        return mount

    def remove(self, mount: Mount) -> None:
        """Unmount; EBUSY if anything in it is in use, EINVAL if it is the first."""
        if mount.at is None:
            raise FileError("EINVAL")
        if mount.root.users > 1:
            raise FileError("EBUSY")
        del self._covered[mount.at.mount, mount.at.dentry]
        mount.root.release()
        mount.at.dentry.release()

    # -- following paths -----------------------------------------------------------------------

    def find(self, path: str, *, follow: bool = True) -> Place:
        """What *path* leads to; a last symbolic link is followed if *follow*."""
        target = self.target(path, follow=follow)
        if target.there is None:
            raise FileError("ENOENT")
        return target.there

    def target(self, path: str, *, follow: bool = False) -> Target:
        """The last step of *path*, which need not be there."""
        return self._target(Place(self.first, self.first.root), path, follow, _MAX_LINKS)

    def _target(self, start: Place, path: str, follow: bool, links: int) -> Target:
        above, name = split(path.rstrip("/"))
        if not name:
            return Target(start, ".", self._top(start))
        folder = self._walk(start, above, links)
        there = self._child(folder, name)
        if there is not None and follow and there.dentry.node.kind == "symlink":
            return self._target(*self._led(folder, there, links))
        return Target(folder, name, there)

    def _led(self, folder: Place, link: Place, links: int) -> tuple[Place, str, bool, int]:
        if links == 0:
            raise FileError("ELOOP")
        return folder, link.driver.read_link(link.dentry), True, links - 1

    def _walk(self, start: Place, path: str, links: int) -> Place:
        here = self._top(Place(self.first, self.first.root) if path.startswith("/") else start)
        for name in path.split("/"):
            if name:
                there = self._child(here, name)
                if there is None:
                    raise FileError("ENOENT")
                if there.dentry.node.kind == "symlink":
                    led = self._target(*self._led(here, there, links))
                    if led.there is None:
                        raise FileError("ENOENT")
                    there, links = led.there, links - 1
                here = there
        return here

    def _child(self, folder: Place, name: str) -> Place | None:
        if not folder.dentry.node.directory:
            raise FileError("ENOTDIR")
        if len(name.encode("utf-8", "surrogateescape")) > NAME_MAX:
            raise FileError("ENAMETOOLONG")
        if name == ".":
            return folder
        if name == "..":
            return self._up(folder)
        dentry = folder.dentry.below.get(name)
        if dentry is None:
            node = folder.driver.lookup(folder.dentry, name)
            if node is None:
                return None
            dentry = Dentry(name, folder.dentry, node)
            folder.dentry.below[name] = dentry
        return self._top(Place(folder.mount, dentry))

    def _up(self, place: Place) -> Place:
        while place.dentry.parent is None and place.mount.at is not None:
            place = place.mount.at
        return Place(place.mount, place.dentry.parent or place.dentry)

    def _top(self, place: Place) -> Place:
        """What is mounted there last, if anything."""
        while (mount := self._covered.get((place.mount, place.dentry))) is not None:
            place = Place(mount, mount.root)
        return place
