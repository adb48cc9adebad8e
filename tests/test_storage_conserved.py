"""Storage is conserved: inodes, links, open handles and bytes add up in every view at every time.

Random system calls go through a FUSE mount (bindfs over the lower file system) and directly to the
lower tree; after each the books of the lower file system and of the view above are checked.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from simpy import Environment

from simulator.android.files import FileError, FileSystem
from simulator.android.linux.bindfs import Bindfs
from simulator.android.linux.driver import O
from simulator.android.linux.fuse import Fuse
from simulator.android.linux.kernel import Kernel
from simulator.android.linux.native import Native
from simulator.android.linux.notices import expire
from simulator.android.phone import Phone, installed
from simulator.android.processes import app_process
from simulator.android.stack import Stack
from simulator.trace import FileEvent, Log, Refusal

CAPACITY = 20_000
PATHS = st.sampled_from(["a", "b", "d", "d/a", "d/e", "d/e/a"])
FLAGS = st.sampled_from(
    [O.READ, O.WRITE, O.READ | O.WRITE | O.CREATE, O.WRITE | O.TRUNC, O.WRITE | O.APPEND]
)


class View(RuleBasedStateMachine):
    """Calls on one side of the mount; *sides* says which one."""

    sides = st.just("/upper")

    def __init__(self):
        super().__init__()
        self.fs = FileSystem(CAPACITY)
        for path in ("/lower", "/upper", "/lower/d"):
            self.fs.mkdir(path, "test")
        self.kernel = Kernel(Native(self.fs))
        self.kernel.mount("/upper", Fuse(Bindfs(self.kernel, "/lower")))
        self.files = []
        self.inodes = {}
        self.note_inodes()

    def note_inodes(self):
        self.inodes.update((inode.number, inode) for _, inode in self.fs.walk())

    def attempt(self, call, *args, **more):
        with suppress(FileError):
            return call(*args, **more)

    @rule(data=st.data(), path=PATHS, flags=FLAGS)
    def open(self, data, path, flags):
        side = data.draw(self.sides)
        file = self.attempt(self.kernel.open, f"{side}/{path}", flags)
        if file is not None:
            self.files.append(file)

    @rule(data=st.data(), size=st.integers(0, 9_000))
    def write(self, data, size):
        if self.files:
            self.attempt(self.kernel.write, data.draw(st.sampled_from(self.files)), size)

    @rule(data=st.data(), size=st.integers(0, 9_000))
    def truncate(self, data, size):
        if self.files:
            self.attempt(self.kernel.truncate_file, data.draw(st.sampled_from(self.files)), size)

    @rule(data=st.data())
    def close(self, data):
        if self.files:
            file = data.draw(st.sampled_from(self.files))
            self.files.remove(file)
            self.kernel.close(file)

    @rule(data=st.data(), path=PATHS)
    def unlink(self, data, path):
        self.attempt(self.kernel.unlink, f"{data.draw(self.sides)}/{path}")

    @rule(data=st.data(), path=PATHS)
    def mkdir(self, data, path):
        self.attempt(self.kernel.make, f"{data.draw(self.sides)}/{path}", "directory")

    @rule(data=st.data(), path=PATHS)
    def rmdir(self, data, path):
        self.attempt(self.kernel.rmdir, f"{data.draw(self.sides)}/{path}")

    @rule(data=st.data(), path=PATHS, to=PATHS, flag=st.sampled_from(["", "", "EXCHANGE"]))
    def rename(self, data, path, to, flag):
        side = data.draw(self.sides)
        self.attempt(self.kernel.rename, f"{side}/{path}", f"{side}/{to}", flag)

    @rule(data=st.data(), path=PATHS, to=PATHS)
    def link(self, data, path, to):
        side = data.draw(self.sides)
        self.attempt(self.kernel.link, f"{side}/{path}", f"{side}/{to}")

    # -- the books of the lower file system ----------------------------------------------------

    @invariant()
    def bytes_add_up(self):
        self.note_inodes()
        assert self.fs.used == sum(inode.content.size for inode in self.inodes.values())

    @invariant()
    def nothing_exceeds_the_capacity(self):
        assert 0 <= self.fs.used <= CAPACITY

    @invariant()
    def links_of_files_are_names(self):
        named = [inode for _, inode in self.fs.walk() if not inode.directory]
        files = [inode for inode in self.inodes.values() if not inode.directory]
        assert all(inode.links == named.count(inode) for inode in files)

    @invariant()
    def links_of_directories_are_their_own_two_and_one_for_each_directory_below(self):
        folders = [self.fs.root, *(inode for _, inode in self.fs.walk() if inode.directory)]
        for folder in folders:
            below = sum(inode.directory for inode in folder.entries.values())
            assert folder.links == 2 + below

    @invariant()
    def no_inode_is_open_that_nobody_opened(self):
        # The daemon holds each file open below that is open above, but no directory.
        above = [file for file in self.files if isinstance(file.place.driver, Fuse)]
        held = len(self.files) - sum(file.node.directory for file in above)
        assert sum(inode.opened for inode in self.inodes.values()) == held

    @invariant()
    def bytes_go_with_the_last_name_and_the_last_handle(self):
        dead = [i for i in self.inodes.values() if i.links == 0 and i.opened == 0]
        assert all(inode.content.size == 0 for inode in dead)

    def names(self, path):
        """Every path below *path* with what is there, as listing it recursively shows."""
        folder = self.kernel.open(path, O.READ | O.DIRECTORY)
        names = self.kernel.list(folder)
        self.kernel.close(folder)
        for name in names:
            here = f"{path}/{name}"
            place = self.kernel.stat(here, follow=False)
            yield here, place
            if place.dentry.node.directory:
                yield from self.names(here)

    @invariant()
    def both_views_list_the_same_names(self):
        expire(self.kernel, "/upper")
        above = sorted(path.removeprefix("/upper") for path, _ in self.names("/upper"))
        below = sorted(path.removeprefix("/lower") for path, _ in self.names("/lower"))
        assert above == below


class ThroughTheMount(View):
    """All calls go through FUSE, so that what it has heard is always true."""

    @invariant()
    def both_views_agree_on_every_size(self):
        below = {p.removeprefix("/lower"): place for p, place in self.names("/lower")}
        for path, above in self.names("/upper"):
            there = below[path.removeprefix("/upper")]
            if len(self.hard_links(there)) == 1:
                size = above.driver.size(above.dentry.node)
                assert size == there.driver.size(there.dentry.node)

    def hard_links(self, place):
        inode = place.dentry.node.inode
        return [path for path, other in self.fs.walk() if other is inode]


class Below(View):
    """All calls go past FUSE; what is open then is open once, below."""

    sides = st.just("/lower")


# -- an app on a full phone ------------------------------------------------------------------------

APP = app_process("com.example.shop")


def small_phone():
    fs = installed((APP.package,), 1_000).copy()
    return Phone(Log(Environment()), Stack("fuse", 31), fs, {})


def test_an_app_on_a_full_phone_leaves_what_fitted_and_is_told():
    phone = small_phone()
    file = phone.open(APP, "Movies/a.mp4", "write", (), "app")
    with pytest.raises(FileError, match=r"^ENOSPC$"):
        phone.write(file, "clip", 1_500, ())
    phone.close(file)
    told = [record.error for record in phone.log.records if isinstance(record, Refusal)]
    written = [r.size for r in phone.log.records if isinstance(r, FileEvent) and r.verb == "write"]
    assert (phone.fs.used, told, set(written)) == (1_000, ["ENOSPC"], {1_000})


def test_a_phone_cannot_start_with_more_than_it_holds():
    with pytest.raises(FileError, match=r"^ENOSPC$"):
        small_phone().put("Movies/a.mp4", "clip", 1_001, APP.package, listed=False)


TestThroughTheMount = ThroughTheMount.TestCase
TestBelow = Below.TestCase
TestThroughTheMount.settings = TestBelow.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None
)
