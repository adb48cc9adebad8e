"""The lower file system adds up, whatever is done to it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from simulator.android.files import (
    Content,
    FileError,
    FileSystem,
    FoldedEntries,
    folded_ascii,
    folded_unicode,
)

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


def test_a_full_disk_takes_what_fits_and_then_refuses(fs):
    handle = fs.open("/a", True)
    fitted = fs.write(handle, "x", 1_001)
    with pytest.raises(FileError, match=r"^ENOSPC$"):
        fs.write(handle, "x", 1)
    assert (fitted, fs.used, handle.offset) == (1_000, 1_000, 1_000)


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


def test_cutting_keeps_the_bytes_in_front(fs):
    _write(fs, "/a", "x", 100)
    fs.truncate(fs.find("/a"), 40)
    assert (fs.find("/a").content, fs.used) == (Content("x", 40), 40)


def test_cutting_to_nothing_leaves_an_empty_file(fs):
    _write(fs, "/a", "x", 100)
    fs.truncate(fs.find("/a"))
    assert (fs.find("/a").content, fs.used) == (Content(), 0)


def test_growing_adds_other_bytes_and_takes_their_room(fs):
    _write(fs, "/a", "x", 100)
    fs.truncate(fs.find("/a"), 150)
    grown = fs.find("/a").content
    assert (grown.size, grown == Content("x", 150), fs.used) == (150, False, 150)


def test_growing_the_same_file_in_the_same_way_gives_the_same_bytes(fs):
    fs.create("/b", "test")
    for path in ("/a", "/b"):
        _write(fs, path, "x", 100)
        fs.truncate(fs.find(path), 150)
    assert fs.find("/a").content == fs.find("/b").content


def test_growing_beyond_the_disk_is_refused_and_changes_nothing(fs):
    _write(fs, "/a", "x", 100)
    with pytest.raises(FileError, match=r"^ENOSPC$"):
        fs.truncate(fs.find("/a"), 1_001)
    assert (fs.find("/a").content, fs.used) == (Content("x", 100), 100)


def test_growing_to_the_last_byte_of_the_disk_is_possible(fs):
    fs.truncate(fs.find("/a"), 1_000)
    assert fs.used == 1_000


def test_writing_nothing_changes_nothing(fs):
    handle = fs.open("/a", True)
    handle.offset = 50
    assert (fs.write(handle, "x", 0), fs.used, handle.offset) == (0, 0, 50)
    assert not handle.inode.held_content


def test_writing_behind_the_end_makes_a_hole_that_counts(fs):
    handle = fs.open("/a", True)
    handle.offset = 50
    assert (fs.write(handle, "x", 10), fs.used, handle.inode.content.size) == (10, 60, 60)
    assert handle.inode.held_content


def test_a_hole_that_does_not_fit_leaves_room_for_nothing(fs):
    handle = fs.open("/a", True)
    handle.offset = 1_000
    with pytest.raises(FileError, match=r"^ENOSPC$"):
        fs.write(handle, "x", 10)
    assert (fs.used, handle.offset) == (0, 1_000)


def test_writing_over_a_full_disk_needs_no_room(fs):
    _write(fs, "/a", "x", 1_000)
    assert (fs.write(fs.open("/a", True), "y", 300), fs.used) == (300, 1_000)


def test_noreplace_refuses_a_taken_name_and_takes_a_free_one(fs):
    fs.create("/b", "test")
    with pytest.raises(FileError, match=r"^EEXIST$"):
        fs.rename("/a", "/b", replace=False)
    assert fs.rename("/a", "/c", replace=False)[0] is fs.find("/c")


def test_a_rename_to_itself_or_to_a_second_name_does_nothing(fs):
    fs.link("/a", "/b")
    inode = fs.find("/a")
    assert fs.rename("/a", "/a") == fs.rename("/a", "/b") == (inode, None)
    assert (inode.links, fs.find("/a"), fs.find("/b")) == (2, inode, inode)


def test_an_exchange_swaps_two_names(fs):
    fs.mkdir("/d", "test")
    one, two = fs.find("/a"), fs.create("/d/b", "test")
    assert fs.exchange("/a", "/d/b") == (one, two)
    assert (fs.find("/a"), fs.find("/d/b"), one.links, two.links) == (two, one, 1, 1)


def test_an_exchange_of_a_file_with_a_directory_moves_the_count_of_links(fs):
    fs.mkdir("/d", "test")
    fs.mkdir("/d/e", "test")
    fs.exchange("/a", "/d/e")
    assert (fs.find("/a").directory, fs.root.links, fs.find("/d").links) == (True, 4, 2)


def test_an_exchange_of_one_inode_with_itself_does_nothing(fs):
    fs.link("/a", "/b")
    fs.exchange("/a", "/b")
    assert fs.find("/a") is fs.find("/b")


def test_a_moved_directory_takes_its_link_along(fs):
    for path in ("/d", "/e", "/d/f"):
        fs.mkdir(path, "test")
    fs.rename("/d/f", "/e/f")
    assert (fs.find("/d").links, fs.find("/e").links, fs.root.links) == (2, 3, 4)


def test_a_directory_that_replaces_another_leaves_one_link(fs):
    fs.mkdir("/d", "test")
    victim = fs.mkdir("/e", "test")
    fs.rename("/d", "/e")
    assert (fs.root.links, victim.links) == (3, 0)


def test_a_removed_directory_gives_its_link_back(fs):
    gone = fs.mkdir("/d", "test")
    fs.rmdir("/d")
    assert (fs.root.links, gone.links) == (2, 0)


def test_a_replaced_file_keeps_its_bytes_while_it_is_open(fs):
    fs.create("/b", "test")
    _write(fs, "/b", "x", 10)
    handle = fs.open("/b", False)
    fs.rename("/a", "/b")
    assert fs.used == 10
    fs.close(handle)
    assert fs.used == 0


def test_a_nameless_file_can_be_given_a_name(fs):
    inode = fs.create_nameless("test")
    handle = fs.hold(inode, "", True)
    fs.write(handle, "x", 10)
    fs.give_name(inode, "/b")
    fs.close(handle)
    assert (fs.find("/b"), inode.links, fs.used) == (inode, 1, 10)


def test_a_nameless_file_goes_with_its_last_handle(fs):
    handle = fs.hold(fs.create_nameless("test"), "", True)
    fs.write(handle, "x", 10)
    fs.close(handle)
    assert fs.used == 0


def test_what_is_no_regular_file_is_told_apart(fs):
    link = fs.create_special("/l", "test", "symlink", "a")
    assert (link.special, link.target, fs.find("/a").special) == ("symlink", "a", "")


@pytest.mark.parametrize(
    ("do", "error"),
    [
        (lambda fs: fs.rename("/d", "/d/e/x"), "EINVAL"),
        (lambda fs: fs.rename("/d", "/d/x"), "EINVAL"),
        (lambda fs: fs.exchange("/d", "/d/e"), "EINVAL"),
        (lambda fs: fs.exchange("/d/e", "/d"), "EINVAL"),
        (lambda fs: fs.exchange("/a", "/no"), "ENOENT"),
        (lambda fs: fs.rename("/e", "/d"), "ENOTEMPTY"),
        (lambda fs: fs.rename("/a", "/d"), "EISDIR"),
        (lambda fs: fs.rename("/d", "/a"), "ENOTDIR"),
        (lambda fs: fs.rename("/a", "/"), "EINVAL"),
        (lambda fs: fs.rmdir("/d"), "ENOTEMPTY"),
        (lambda fs: fs.rmdir("/no"), "ENOENT"),
        (lambda fs: fs.unlink("/d"), "EISDIR"),
        (lambda fs: fs.link("/d", "/x"), "EPERM"),
        (lambda fs: fs.link("/a", "/d"), "EEXIST"),
        (lambda fs: fs.mkdir("/a", "t"), "EEXIST"),
        (lambda fs: fs.mkdir("/..", "t"), "EINVAL"),
        (lambda fs: fs.open("/d", True), "EISDIR"),
        (lambda fs: fs.open("/no", False), "ENOENT"),
        (lambda fs: fs.create("/" + "é" * 128, "t"), "ENAMETOOLONG"),
        (lambda fs: fs.create("/" + "\udcff" * 256, "t"), "ENAMETOOLONG"),
    ],
)
def test_what_is_impossible_is_refused_and_changes_nothing(fs, do, error):
    for path in ("/d", "/d/e", "/e"):
        fs.mkdir(path, "test")
    before = [(path, inode, inode.links) for path, inode in fs.walk()]
    with pytest.raises(FileError, match=f"^{error}$"):
        do(fs)
    assert [(path, inode, inode.links) for path, inode in fs.walk()] == before


@pytest.mark.parametrize("name", ["n" * 255, "é" * 127 + "n", "\udcff" * 255])
def test_a_name_may_have_255_bytes(fs, name):
    assert fs.create(f"/{name}", "test") is fs.find(f"/{name}")


# -- names that are folded -------------------------------------------------------------------------


def test_two_unicode_forms_are_two_names_unless_the_directory_folds_them():
    plain, folding = FileSystem(10), FileSystem(10, folded_unicode)
    for fs in (plain, folding):
        fs.create("/é", "test")
    assert (plain.find("/e\u0301"), folding.find("/e\u0301")) == (None, folding.find("/é"))


@pytest.mark.parametrize(
    ("fold", "one", "other", "same"),
    [
        (folded_unicode, "ÄA", "äa", True),
        (folded_unicode, "straße", "STRASSE", True),
        (folded_ascii, "AZaz", "azAZ", True),
        (folded_ascii, "Ä", "ä", False),
        (folded_ascii, "[@", "{`", False),
        (folded_unicode, "a", "b", False),
    ],
)
def test_how_names_are_folded(fold, one, other, same):
    fs = FileSystem(10, fold)
    fs.create(f"/{one}", "test")
    assert (fs.find(f"/{other}") is not None) == same


def test_a_folding_directory_keeps_the_spelling_and_refuses_another():
    fs = FileSystem(10, folded_ascii)
    fs.create("/Clip", "test")
    with pytest.raises(FileError, match=r"^EEXIST$"):
        fs.create("/CLIP", "test")
    assert [path for path, _ in fs.walk()] == ["/Clip"]


def test_a_removed_name_can_be_made_again_in_another_spelling():
    fs = FileSystem(10, folded_ascii)
    fs.create("/Clip", "test")
    fs.unlink("/CLIP")
    fs.create("/clip", "test")
    assert [path for path, _ in fs.walk()] == ["/clip"]


def test_a_rename_in_a_folding_directory_replaces_any_spelling():
    fs = FileSystem(10, folded_ascii)
    moved, victim = fs.create("/a", "test"), fs.create("/Clip", "test")
    assert fs.rename("/A", "/CLIP") == (moved, victim)
    assert [path for path, _ in fs.walk()] == ["/CLIP"]


def test_folding_is_inherited_at_mkdir_and_copied():
    fs = FileSystem(10, folded_ascii)
    fs.mkdir("/D", "test")
    fs.create("/d/X", "test")
    twin = fs.copy()
    assert (fs.find("/D/x"), twin.find("/D/x").number) == (fs.find("/D/X"), 3)
    with pytest.raises(FileError, match=r"^EEXIST$"):
        twin.create("/d/x", "test")


def test_one_directory_alone_can_fold(fs):
    fs.mkdir("/d", "test").entries = FoldedEntries(folded_ascii)
    fs.create("/d/X", "test")
    assert (fs.find("/d/x") is not None, fs.find("/A")) == (True, None)


def test_a_copy_has_the_same_tree_in_inodes_of_its_own(fs):
    _write(fs, "/a", "x", 10)
    fs.mkdir("/d", "test").flags = frozenset({"protected"})
    fs.link("/a", "/d/b")
    fs.create_special("/l", "test", "symlink", "a").mtime = 4.0
    twin = fs.copy()
    fields = "number directory creator content links flags held_content mtime special target"
    seen = [
        [(path, *(getattr(i, name) for name in fields.split())) for path, i in one.walk()]
        for one in (fs, twin)
    ]
    assert seen[0] == seen[1]
    assert (twin.find("/a") is twin.find("/d/b"), twin.find("/a") is fs.find("/a")) == (True, False)
    assert (twin.used, twin.create("/n", "t").number) == (10, fs.create("/n", "t").number)


def test_regular_files_are_listed_by_name_with_every_link(fs):
    fs.mkdir("/d", "test")
    fs.link("/a", "/d/b")
    fs.create("/0", "test")
    assert [path for path, _ in fs.regular_files()] == ["/0", "/a", "/d/b"]


# -- the edges of single calls -----------------------------------------------------------------


def filled(fs, path, recipe, *sizes):
    """A file with *recipe* in pieces of *sizes*."""
    inode = fs.create(path, "test")
    handle = fs.open(path, True)
    for size in sizes:
        fs.write(handle, recipe, size)
    fs.close(handle)
    return inode


def test_another_recipe_behind_the_first_is_no_longer_the_first(fs):
    inode = filled(fs, "/x", "one", 10)
    handle = fs.open("/x", True)
    handle.offset = 10
    fs.write(handle, "two", 5)
    assert inode.content not in {Content("one", 15), Content("two", 15)}


def test_the_same_recipe_behind_itself_is_one_recipe(fs):
    assert filled(fs, "/x", "one", 10, 5).content == Content("one", 15)


@pytest.mark.parametrize("change", ["offset", "recipe", "size"])
def test_what_is_written_into_a_file_decides_its_bytes(fs, change):
    contents = []
    for name, other in (("/x", False), ("/y", True)):
        inode = filled(fs, name, "one", 10)
        handle = fs.open(name, True)
        handle.offset = 3 if other and change == "offset" else 2
        recipe = "three" if other and change == "recipe" else "two"
        fs.write(handle, recipe, 5 if other and change == "size" else 4)
        fs.close(handle)
        contents.append(inode.content)
    assert (contents[0] != contents[1], {c.size for c in contents}) == (True, {10})


def test_the_same_write_into_the_same_file_gives_the_same_bytes(fs):
    contents = set()
    for name in ("/x", "/y"):
        inode = filled(fs, name, "one", 10)
        handle = fs.open(name, True)
        handle.offset = 2
        fs.write(handle, "two", 4)
        contents.add(inode.content)
    assert len(contents) == 1


@pytest.mark.parametrize(("grown", "same"), [(20, True), (30, False)])
def test_how_far_a_file_is_grown_decides_its_bytes(fs, grown, same):
    one, other = filled(fs, "/x", "one", 10), filled(fs, "/y", "one", 10)
    fs.truncate(one, 20)
    fs.truncate(other, grown)
    assert (one.content.recipe == other.content.recipe) is same


def test_growing_is_not_writing_anything_of_the_files_own(fs):
    inode = filled(fs, "/x", "one", 10)
    fs.truncate(inode, 20)
    assert inode.content.recipe not in {"one", "zeros", "", None}


def test_cutting_to_the_length_it_has_changes_nothing(fs):
    inode = filled(fs, "/x", "one", 10)
    fs.truncate(inode, 10)
    assert inode.content == Content("one", 10)


def test_a_file_can_be_grown_on_a_disk_that_is_nearly_full():
    fs = FileSystem(capacity=100)
    inode = filled(fs, "/x", "one", 60)
    fs.truncate(inode, 90)
    assert fs.used == 90


def test_the_last_byte_of_a_disk_can_be_written():
    fs = FileSystem(capacity=100)
    fs.create("/x", "test")
    handle = fs.open("/x", True)
    assert [fs.write(handle, "one", 99), fs.write(handle, "one", 1)] == [99, 1]


def test_one_byte_of_room_takes_one_byte_of_many():
    fs = FileSystem(capacity=100)
    fs.create("/x", "test")
    handle = fs.open("/x", True)
    assert [fs.write(handle, "one", 99), fs.write(handle, "one", 50)] == [99, 1]


@pytest.mark.parametrize(
    "make",
    [
        lambda fs: fs.create("/x", "test.app"),
        lambda fs: fs.mkdir("/x", "test.app"),
        lambda fs: fs.create_nameless("test.app"),
        lambda fs: fs.create_special("/x", "test.app", "fifo"),
        lambda fs: fs.create_special("/x", "test.app", "symlink", "/a"),
    ],
)
def test_whoever_made_it_stands_in_the_inode(fs, make):
    assert make(fs).creator == "test.app"


def test_a_link_without_a_target_points_nowhere(fs):
    assert fs.create_special("/x", "test", "fifo").target == ""


def test_a_nameless_file_is_no_directory(fs):
    assert fs.create_nameless("test").directory is False


def test_an_open_file_knows_the_name_it_was_opened_by(fs):
    assert fs.open("/a", False).path == "/a"


def test_a_walk_gives_whole_paths_at_every_depth(fs):
    for folder in ("/d", "/d/e"):
        fs.mkdir(folder, "test")
    fs.create("/d/e/f", "test")
    assert [path for path, _ in fs.walk("/d/")] == ["/d/e", "/d/e/f"]


def test_ascii_folding_joins_nothing_between_letters():
    assert folded_ascii("AbC") == "abc"


def test_a_folding_directory_gives_the_default_for_a_name_it_does_not_have():
    entries = FoldedEntries(folded_ascii)
    marker = FileSystem(1).root
    assert (entries.get("x", marker), entries.get("x")) == (marker, None)


def test_an_exchange_of_two_directories_keeps_the_counts_of_links(fs):
    for folder in ("/d", "/d/x", "/e"):
        fs.mkdir(folder, "test")
    before = fs.need("/d").links, fs.root.links
    fs.exchange("/d/x", "/e")
    assert (fs.need("/d").links, fs.root.links) == before
