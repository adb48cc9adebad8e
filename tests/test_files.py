"""The lower file system adds up, whatever is done to it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from simulator.android.files import Content, FileError, FileSystem

NAMES = st.sampled_from(["/a", "/b", "/d/a", "/d/b"])


class Storage(RuleBasedStateMachine):
    """Random requests; the books are checked after each."""

    def __init__(self):
        super().__init__()
        self.fs = FileSystem(capacity=10_000)
        self.fs.mkdir("/d", "test")
        self.handles = []
        self.inodes = []

    @rule(path=NAMES)
    def create(self, path):
        self._try(lambda: self.inodes.append(self.fs.create(path, "test")))

    @rule(path=NAMES, writable=st.booleans())
    def open(self, path, writable):
        self._try(lambda: self.handles.append(self.fs.open(path, writable)))

    @rule(data=st.data(), size=st.integers(0, 4_000), recipe=st.sampled_from(["x", "y"]))
    def write(self, data, size, recipe):
        writable = [h for h in self.handles if h.writable]
        if writable:
            handle = data.draw(st.sampled_from(writable))
            self._try(lambda: self.fs.write(handle, recipe, size))

    @rule(data=st.data())
    def close(self, data):
        if self.handles:
            handle = data.draw(st.sampled_from(self.handles))
            self.handles.remove(handle)
            self.fs.close(handle)

    @rule(path=NAMES)
    def unlink(self, path):
        self._try(lambda: self.fs.unlink(path))

    @rule(path=NAMES, to=NAMES)
    def rename(self, path, to):
        self._try(lambda: self.fs.rename(path, to))

    @rule(path=NAMES, to=NAMES)
    def link(self, path, to):
        self._try(lambda: self.fs.link(path, to))

    def _try(self, do):
        with suppress(FileError):
            do()

    @invariant()
    def bytes_add_up(self):
        assert self.fs.used == sum(inode.content.size for inode in self.inodes)

    @invariant()
    def nothing_exceeds_the_capacity(self):
        assert 0 <= self.fs.used <= self.fs.capacity

    @invariant()
    def links_are_names(self):
        named = [inode for _, inode in self.fs.walk() if not inode.directory]
        assert all(inode.links == named.count(inode) for inode in self.inodes)

    @invariant()
    def open_handles_are_counted(self):
        opened = [handle.inode for handle in self.handles]
        assert all(inode.opened == opened.count(inode) for inode in self.inodes)

    @invariant()
    def bytes_go_with_the_last_name_and_the_last_handle(self):
        dead = [i for i in self.inodes if i.links == 0 and i.opened == 0]
        assert all(inode.content.size == 0 for inode in dead)


TestStorage = Storage.TestCase


@pytest.fixture
def fs():
    out = FileSystem(capacity=1_000)
    out.create("/a", "test")
    return out


def _write(fs, path, recipe, size):
    handle = fs.open(path, True)
    fs.write(handle, recipe, size)
    fs.close(handle)


def test_an_unlinked_file_keeps_its_bytes_while_it_is_open(fs):
    _write(fs, "/a", "x", 100)
    handle = fs.open("/a", False)
    fs.unlink("/a")
    assert (fs.used, handle.inode.content.size) == (100, 100)


def test_a_rename_over_a_file_takes_the_name_of_its_victim(fs):
    fs.create("/b", "test")
    moved, victim = fs.rename("/a", "/b")
    assert (fs.find("/b") is moved, victim.links) == (True, 0)


def test_flags_are_inherited_at_mkdir_only(fs):
    fs.mkdir("/d", "test").flags = frozenset({"protected"})
    fs.mkdir("/d/new", "test")
    fs.mkdir("/old", "test")
    fs.rename("/old", "/d/old")
    assert (fs.find("/d/new").flags, fs.find("/d/old").flags) == ({"protected"}, frozenset())


def test_a_full_disk_refuses_and_changes_nothing(fs):
    with pytest.raises(FileError, match="ENOSPC"):
        _write(fs, "/a", "x", 1_001)
    assert fs.used == 0


@pytest.mark.parametrize(
    ("do", "error"),
    [
        (lambda fs: fs.create("/a", "t"), "EEXIST"),
        (lambda fs: fs.create("/no/a", "t"), "ENOENT"),
        (lambda fs: fs.create("/a/b", "t"), "ENOTDIR"),
        (lambda fs: fs.create("/" + "n" * 256, "t"), "ENAMETOOLONG"),
        (lambda fs: fs.create("/" + "名" * 86, "t"), "ENAMETOOLONG"),
        (lambda fs: fs.unlink("/no"), "ENOENT"),
        (lambda fs: fs.rename("/no", "/b"), "ENOENT"),
        (lambda fs: fs.rmdir("/a"), "ENOTDIR"),
    ],
)
def test_the_kernel_refuses_with_its_error(fs, do, error):
    with pytest.raises(FileError, match=f"^{error}$"):
        do(fs)


@given(st.integers(0, 100), st.integers(0, 100))
def test_contents_are_equal_exactly_when_recipe_and_size_are(one, other):
    assert (Content("x", one).digest == Content("x", other).digest) == (one == other)


def test_a_copy_in_pieces_has_the_digest_of_the_whole(fs):
    fs.create("/b", "test")
    handle = fs.open("/b", True)
    for size in (10, 20, 70):
        fs.write(handle, "x", size)
    assert fs.find("/b").content.digest == Content("x", 100).digest


def test_other_bytes_in_the_middle_change_the_digest(fs):
    _write(fs, "/a", "x", 100)
    _write(fs, "/a", "y", 10)
    assert fs.find("/a").content.digest != Content("x", 100).digest
