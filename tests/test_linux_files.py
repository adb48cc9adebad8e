"""System calls over mounted file systems: what watches hear, and what is refused.

Rules that are recorded are held against the recordings in ``test_inotify_agreement.py``; here
stand the mechanisms behind them, one by one.
"""

from __future__ import annotations

import pytest

from simulator import truth
from simulator.android.files import FileError, FileSystem
from simulator.android.linux.bindfs import Bindfs
from simulator.android.linux.driver import O
from simulator.android.linux.fuse import Fuse
from simulator.android.linux.inotify import ALL_EVENTS, MASK_CREATE, Inotify, mask_names
from simulator.android.linux.kernel import Kernel
from simulator.android.linux.native import Native
from simulator.android.linux.notices import expire, invalidate_entry, tell_deleted
from simulator.android.linux.passthrough import Passthrough

READ, WRITE = O.READ, O.WRITE
CREATE = WRITE | O.CREATE | O.TRUNC


class Bench:
    """A kernel with one watcher; *daemon* makes a FUSE mount of /lower at /upper."""

    def __init__(self, daemon=None, capacity=1 << 30):
        self.fs = FileSystem(capacity)
        for path in ("/lower", "/upper", "/lower/a", "/lower/b"):
            self.fs.mkdir(path, "test")
        self.kernel = Kernel(Native(self.fs))
        if daemon is not None:
            self.kernel.mount("/upper", Fuse(daemon(self.kernel, "/lower")))
        self.inotify = Inotify()

    def watch(self, path, label=None, mask=ALL_EVENTS):
        self.kernel.watch(self.inotify, path, mask, label or path)

    def file(self, path, size=0):
        file = self.kernel.open(path, CREATE)
        self.kernel.write(file, size)
        self.kernel.close(file)

    def heard(self):
        return [" ".join((mask.replace("IN_", ""), *rest)) for mask, *rest in self.plain()]

    def plain(self):
        return [event[:3] for event in self.inotify.read()]


@pytest.fixture
def bench():
    return Bench()


@pytest.fixture
def fuse():
    return Bench(Bindfs)


# -- what MediaProvider's deletions look like from above -------------------------------------------


def unlink_above(bench):
    bench.kernel.unlink("/upper/f")


def unlink_below(bench):
    bench.kernel.unlink("/lower/f")


def open_above(bench):
    bench.file_open = bench.kernel.open("/upper/f", READ)


def close_it(bench):
    bench.kernel.close(bench.file_open)


def invalidate(bench):
    invalidate_entry(bench.kernel, "/upper/f")


def say_deleted(bench):
    tell_deleted(bench.kernel, "/upper/f")


def look_above(bench):
    with pytest.raises(FileError, match="ENOENT"):
        bench.kernel.stat("/upper/f")


def write_at(side):
    def do(bench):
        file = bench.kernel.open(f"/{side}/f", WRITE)
        bench.kernel.write(file, 10)
        bench.kernel.close(file)

    return do


#: By the name of the recording: whether the file itself is watched above, and what was done.
SITUATIONS = {
    "unlink through FUSE": (False, [unlink_above]),
    "unlink through FUSE, self watch": (True, [unlink_above]),
    "unlink while open through low-level FUSE": (False, [open_above, unlink_above, close_it]),
    "unlink of the lower file only": (False, [unlink_below]),
    "unlink lower + notify_inval_entry (MediaProvider style)": (False, [unlink_below, invalidate]),
    "unlink lower + notify_inval_entry, self watch on upper": (True, [unlink_below, invalidate]),
    "unlink lower + notify_delete": (False, [unlink_below, say_deleted]),
    "unlink lower + notify_delete, self watch on upper": (True, [unlink_below, say_deleted]),
    "unlink lower, then stat/lookup through FUSE after inval": (
        False,
        [unlink_below, invalidate, look_above],
    ),
    "write through FUSE": (False, [write_at("upper")]),
    "write of the lower file": (False, [write_at("lower")]),
}
INVALIDATION = truth.rows("fuse-invalidation.json")


def test_every_recorded_situation_is_described():
    assert [row["name"] for row in INVALIDATION] == list(SITUATIONS)


@pytest.mark.parametrize("row", INVALIDATION, ids=lambda row: row["name"])
def test_watchers_above_and_below_fuse_hear_what_was_recorded(row):
    itself, steps = SITUATIONS[row["name"]]
    name = (row["lower"] or row["upper"])[0][2]
    bench = Bench(Passthrough)
    bench.file("/lower/f", 10)
    bench.watch("/upper", "upper")
    bench.watch("/lower", "lower")
    if itself:
        bench.watch("/upper/f", "upper-self")
    else:
        bench.kernel.stat("/upper/f")
    for step in steps:
        step(bench)
    heard = [(mask, label, name if base == "f" else base) for mask, label, base in bench.plain()]
    for side in ("upper", "lower"):
        got = [list(event) for event in heard if event[1].startswith(side)]
        assert got == row[side]


def test_a_deleted_notice_for_an_open_file_waits_for_the_last_close():
    bench = Bench(Passthrough)
    bench.file("/lower/f")
    bench.watch("/upper/f", "f")
    open_above(bench)
    unlink_below(bench)
    say_deleted(bench)
    before = bench.heard()
    close_it(bench)
    assert (before, bench.heard()) == (
        ["OPEN f "],
        ["CLOSE_NOWRITE f ", "DELETE_SELF f ", "IGNORED f "],
    )


def test_notices_about_unknown_names_are_nothing():
    bench = Bench(Passthrough)
    invalidate(bench)
    say_deleted(bench)
    assert bench.heard() == []


# -- FUSE keeps what it heard ----------------------------------------------------------------------


def test_a_name_that_went_below_is_still_there_above_until_it_expires(fuse):
    fuse.file("/lower/a/x")
    fuse.kernel.stat("/upper/a/x")
    fuse.kernel.unlink("/lower/a/x")
    fuse.kernel.stat("/upper/a/x")
    expire(fuse.kernel, "/upper")
    with pytest.raises(FileError, match="ENOENT"):
        fuse.kernel.stat("/upper/a/x")


def test_a_name_in_use_does_not_expire(fuse):
    fuse.file("/lower/a/x")
    file = fuse.kernel.open("/upper/a/x", READ)
    expire(fuse.kernel, "/upper")
    assert fuse.kernel.stat("/upper/a/x").dentry is file.place.dentry


def test_a_directory_that_became_a_file_below_is_a_new_inode_above(fuse):
    fuse.kernel.make("/lower/a/d", "directory")
    old = fuse.kernel.stat("/upper/a/d").dentry.node
    fuse.kernel.rmdir("/lower/a/d")
    fuse.file("/lower/a/d")
    expire(fuse.kernel, "/upper")
    new = fuse.kernel.stat("/upper/a/d").dentry.node
    assert (old.kind, new.kind, new is old) == ("directory", "file", False)


def test_bindfs_hides_an_open_file_under_the_number_it_gave_it(fuse):
    fuse.file("/upper/a/x")
    file = fuse.kernel.open("/upper/a/x", READ)
    fuse.kernel.unlink("/upper/a/x")
    folder = fuse.kernel.open("/lower/a", READ)
    hidden = fuse.kernel.list(folder)
    fuse.kernel.close(file)
    assert (hidden, fuse.kernel.list(folder)) == ([".fuse_hidden0000000300000001"], [])


def test_a_full_disk_below_is_a_short_write_above():
    bench = Bench(Bindfs, capacity=100)
    file = bench.kernel.open("/upper/a/x", CREATE)
    assert bench.kernel.write(file, 150) == 100
    with pytest.raises(FileError, match="ENOSPC"):
        bench.kernel.write(file, 1)


def test_reads_above_are_seen_below_once_for_each_page_that_is_not_cached(fuse):
    fuse.file("/lower/a/x", 10 * 4096)
    file = fuse.kernel.open("/upper/a/x", READ)
    fuse.watch("/lower/a", "a")
    seen = []
    for offset in (0, 100, 4 * 4096 - 1, 4 * 4096, 40 * 4096, 0):
        fuse.kernel.read(file, 1, offset)
        seen.append(fuse.heard())
    access = ["ACCESS a x"]
    assert seen == [access, [], [], access, [], []]


def test_cutting_a_file_above_forgets_the_pages_behind_the_cut(fuse):
    fuse.file("/lower/a/x", 3 * 4096)
    file = fuse.kernel.open("/upper/a/x", READ | WRITE)
    fuse.kernel.read(file, 3 * 4096)
    fuse.kernel.truncate_file(file, 4096)
    fuse.kernel.truncate_file(file, 2 * 4096)
    fuse.watch("/lower/a", "a")
    fuse.kernel.read(file, 1, 0)
    before = fuse.heard()
    fuse.kernel.read(file, 1, 4096)
    assert (before, fuse.heard()) == ([], ["ACCESS a x"])


def test_fuse_keeps_the_bytes_below_and_nothing_above(fuse):
    fuse.file("/upper/a/x", 100)
    fuse.kernel.truncate("/upper/a/x", 60)
    above = fuse.kernel.stat("/upper/a/x")
    assert (fuse.fs.used, above.driver.size(above.dentry.node)) == (60, 60)


# -- who is told -----------------------------------------------------------------------------------


def test_the_directory_hears_of_a_file_before_the_file_itself(bench):
    bench.file("/lower/a/x")
    bench.watch("/lower/a", "a")
    bench.watch("/lower/a/x", "x")
    bench.kernel.change("/lower/a/x")
    assert bench.heard() == ["ATTRIB a x", "ATTRIB x "]


def test_two_watchers_have_queues_of_their_own(bench):
    other = Inotify()
    bench.watch("/lower/a", "a", 0x100)
    bench.kernel.watch(other, "/lower/a", 0x200, "b")
    bench.file("/lower/a/x")
    bench.kernel.unlink("/lower/a/x")
    assert (bench.heard(), list(other.read())) == (["CREATE a x"], [("IN_DELETE", "b", "x")])


def test_a_queue_that_is_drained_takes_events_again(bench):
    bench.inotify.max_queued = 1
    bench.watch("/lower/a", "a")
    bench.file("/lower/a/x")
    first = bench.heard()
    bench.kernel.unlink("/lower/a/x")
    assert (first, bench.heard()) == (["CREATE a x", "Q_OVERFLOW  "], ["DELETE a x"])


def test_cookies_are_numbered_as_they_are_read(bench):
    bench.file("/lower/a/x")
    bench.kernel.rename("/lower/a/x", "/lower/a/y")
    bench.watch("/lower/a", "a")
    bench.kernel.rename("/lower/a/y", "/lower/b/y")
    bench.kernel.rename("/lower/b/y", "/lower/a/z")
    assert [event[3] for event in bench.inotify.read()] == [1, 2]


def test_a_mask_without_events_is_refused(bench):
    with pytest.raises(FileError, match="EINVAL"):
        bench.watch("/lower/a", mask=0x2000000)


def test_mask_create_refuses_an_inode_that_is_watched(bench):
    bench.watch("/lower/a", mask=MASK_CREATE | 1)
    with pytest.raises(FileError, match="EEXIST"):
        bench.watch("/lower/a", mask=MASK_CREATE | 1)


def test_a_watch_that_is_gone_cannot_be_removed(bench):
    bench.watch("/lower/a", "a")
    bench.inotify.unwatch("a")
    with pytest.raises(FileError, match="EINVAL"):
        bench.inotify.unwatch("a")
    with pytest.raises(FileError, match="EINVAL"):
        bench.inotify.unwatch("never")


def test_a_mask_is_written_in_the_order_of_its_bits():
    assert mask_names(0x40000000 | 0x100 | 0x1) == "IN_ACCESS|IN_CREATE|IN_ISDIR"


# -- files that are open ---------------------------------------------------------------------------


def test_appending_goes_to_the_end_whatever_the_offset(bench):
    bench.file("/lower/a/x", 100)
    file = bench.kernel.open("/lower/a/x", WRITE | O.APPEND)
    bench.kernel.seek(file, 10)
    bench.kernel.write(file, 5)
    assert (bench.fs.used, file.offset) == (105, 105)


def test_reading_at_an_offset_leaves_the_offset(bench):
    bench.file("/lower/a/x", 100)
    file = bench.kernel.open("/lower/a/x", READ | WRITE)
    bench.kernel.seek(file, 30)
    got = bench.kernel.read(file, 10, 95), bench.kernel.write(file, 10, 95)
    assert (got, file.offset) == ((5, 10), 30)


def test_copies_share_the_offset(bench):
    bench.file("/lower/a/x", 100)
    file = bench.kernel.open("/lower/a/x", READ)
    copy = bench.kernel.share(file)
    assert (bench.kernel.read(file, 60), bench.kernel.read(copy, 60)) == (60, 40)


def test_a_copy_in_the_kernel_moves_both_offsets_and_no_more_than_there_is(bench):
    bench.file("/lower/a/x", 100)
    source, target = bench.kernel.open("/lower/a/x", READ), bench.kernel.open("/lower/a/y", CREATE)
    got = [bench.kernel.copy(source, target, 70) for _ in range(3)]
    assert (got, source.offset, target.offset, bench.fs.used) == ([70, 30, 0], 100, 100, 200)


def test_a_splice_moves_no_more_than_a_pipe_holds(bench):
    bench.file("/lower/a/x", 100_000)
    source, target = bench.kernel.open("/lower/a/x", READ), bench.kernel.open("/lower/a/y", CREATE)
    assert bench.kernel.splice(source, target, 100_000) == 65_536


def test_reserving_never_shrinks_a_file(bench):
    bench.file("/lower/a/x", 100)
    file = bench.kernel.open("/lower/a/x", WRITE)
    bench.kernel.fallocate(file, 50)
    bench.kernel.fallocate(file, 80, punch=True)
    before = bench.fs.used
    bench.kernel.fallocate(file, 101)
    assert (before, bench.fs.used) == (100, 101)


# -- paths -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/lower/a/x",
        "/lower//a/./x",
        "/lower/b/../a/x",
        "/../lower/a/x",
        "/lower/l/x",
        "/lower/b/up/x",
        "/lower/abs/x",
        "/lower/b/deep",
    ],
)
def test_paths_lead_through_links_dots_and_slashes(bench, path):
    bench.file("/lower/a/x", 7)
    for link, target in {
        "/lower/l": "a",
        "/lower/b/up": "../l/",
        "/lower/abs": "/lower/l",
        "/lower/b/deep": "up/x",
    }.items():
        bench.kernel.make(link, "symlink", target)
    assert bench.kernel.stat(path).dentry.path() == "/lower/a/x"


def test_dots_lead_out_of_a_mount(fuse):
    assert fuse.kernel.stat("/upper/../lower").dentry.path() == "/lower"


def test_the_last_mount_covers_the_one_before(bench):
    for name in ("first", "second"):
        bench.kernel.mount("/upper", Native(FileSystem(100)))
        bench.file(f"/upper/{name}")
    with pytest.raises(FileError, match="ENOENT"):
        bench.kernel.stat("/upper/first")
    bench.kernel.umount("/upper")
    assert bench.kernel.stat("/upper/first").dentry.name == "first"


def _in_use(kernel):
    kernel.open("/upper/x", CREATE)
    kernel.umount("/upper")


def _chain(kernel, length):
    kernel.make("/lower/a/0", "symlink", "x")
    for number in range(1, length):
        kernel.make(f"/lower/a/{number}", "symlink", str(number - 1))
    kernel.open(f"/lower/a/{length - 1}", READ)


def test_a_path_may_lead_through_forty_links(bench):
    bench.file("/lower/a/x")
    _chain(bench.kernel, 40)


@pytest.mark.parametrize(
    ("do", "error"),
    [
        (lambda k: k.open("/lower/a/none", READ), "ENOENT"),
        (lambda k: k.open("/lower/none/x", CREATE), "ENOENT"),
        (lambda k: k.open("/lower/a/x/y", READ), "ENOTDIR"),
        (lambda k: k.open("/lower/a/x", READ | O.DIRECTORY), "ENOTDIR"),
        (lambda k: k.open("/lower/a", WRITE), "EISDIR"),
        (lambda k: k.open("/lower/a", READ | O.CREATE), "EISDIR"),
        (lambda k: k.open("/lower/a/x", CREATE | O.EXCL), "EEXIST"),
        (lambda k: k.open("/lower/a/l", READ | O.NOFOLLOW), "ELOOP"),
        (lambda k: k.open("/lower/a/l", CREATE | O.EXCL), "EEXIST"),
        (lambda k: k.open("/lower/a/dangling", READ), "ENOENT"),
        (lambda k: k.stat("/lower/dangling-folder/x"), "ENOENT"),
        (lambda k: _chain(k, 42), "ELOOP"),
        (lambda k: k.open("/lower/a/s", READ), "ENXIO"),
        (lambda k: k.open("/lower/a/" + "n" * 256, CREATE), "ENAMETOOLONG"),
        (lambda k: k.read(k.open("/lower/a/x", WRITE), 1), "EBADF"),
        (lambda k: k.write(k.open("/lower/a/x", READ), 1), "EBADF"),
        (lambda k: k.read(k.open("/lower/a", READ), 1), "EISDIR"),
        (lambda k: k.list(k.open("/lower/a/x", READ)), "ENOTDIR"),
        (lambda k: k.truncate_file(k.open("/lower/a/x", READ), 1), "EINVAL"),
        (lambda k: k.fallocate(k.open("/lower/a/x", READ), 1), "EBADF"),
        (lambda k: k.touch(k.open("/lower/a/x", WRITE), 1, dirty=False), "EBADF"),
        (lambda k: k.touch(k.open("/lower/a/x", READ), 1, dirty=True), "EBADF"),
        (lambda k: k.truncate("/lower/a", 1), "EISDIR"),
        (lambda k: k.truncate("/lower/a/p", 1), "EINVAL"),
        (lambda k: k.read_link("/lower/a/x"), "EINVAL"),
        (lambda k: k.change_xattr("/lower/a/p"), "EPERM"),
        (lambda k: k.make("/lower/a", "directory"), "EEXIST"),
        (lambda k: k.make("/lower/a/.", "directory"), "EEXIST"),
        (lambda k: k.link("/lower/a", "/lower/c"), "EPERM"),
        (lambda k: k.link("/lower/a/x", "/lower/b"), "EEXIST"),
        (lambda k: k.link("/lower/a/x", "/upper/x"), "EXDEV"),
        (lambda k: k.unlink("/lower/a"), "EISDIR"),
        (lambda k: k.unlink("/lower/a/none"), "ENOENT"),
        (lambda k: k.rmdir("/lower/a/x"), "ENOTDIR"),
        (lambda k: k.rmdir("/lower/a"), "ENOTEMPTY"),
        (lambda k: k.rmdir("/upper"), "EBUSY"),
        (lambda k: k.rename("/lower/a/x", "/upper/x"), "EXDEV"),
        (lambda k: k.rename("/lower/a/none", "/lower/b/x"), "ENOENT"),
        (lambda k: k.rename("/lower/a/x", "/lower/b/y", "EXCHANGE"), "ENOENT"),
        (lambda k: k.rename("/lower/a/x", "/lower/a/y", "NOREPLACE"), "EEXIST"),
        (lambda k: k.rename("/lower/a", "/lower/a/d/e"), "EINVAL"),
        (lambda k: k.rename("/lower/a/d", "/lower/a"), "ENOTEMPTY"),
        (lambda k: k.rename("/lower/a/d", "/lower/a", "EXCHANGE"), "EINVAL"),
        (lambda k: k.rename("/lower/a/x", "/lower/b"), "EISDIR"),
        (lambda k: k.rename("/lower/b", "/lower/a/x"), "ENOTDIR"),
        (lambda k: k.mount("/lower/a/x", Native(FileSystem(1))), "ENOTDIR"),
        (lambda k: k.umount("/lower/a"), "EINVAL"),
        (lambda k: k.umount("/"), "EINVAL"),
        (_in_use, "EBUSY"),
        (lambda k: k.clone(k.open("/lower/a/x", READ), k.open("/lower/a/y", WRITE)), "ENOTSUP"),
    ],
)
def test_the_kernel_refuses_with_its_error_and_tells_nobody(bench, do, error):
    kernel = bench.kernel
    kernel.mount("/upper", Native(FileSystem(100)))
    kernel.make("/lower/a/d", "directory")
    kernel.make("/lower/a/p", "fifo")
    kernel.make("/lower/a/s", "socket")
    for link, target in {"a/l": "x", "a/dangling": "none", "dangling-folder": "none"}.items():
        kernel.make(f"/lower/{link}", "symlink", target)
    bench.file("/lower/a/x")
    bench.file("/lower/a/y")
    bench.watch("/lower/a", "a", 0xFC6)
    bench.watch("/lower/b", "b", 0xFC6)
    with pytest.raises(FileError, match=rf"^{error}$"):
        do(kernel)
    assert [event for event in bench.heard() if not event.startswith("CREATE a ")] == []


def test_what_covers_or_is_covered_cannot_be_moved(bench):
    bench.kernel.make("/lower/a/d", "directory")
    bench.kernel.make("/lower/a/e", "directory")
    bench.kernel.mount("/lower/a/d", Native(FileSystem(100)))
    for path, to in (("/lower/a/d", "/lower/a/f"), ("/lower/a/e", "/lower/a/d")):
        with pytest.raises(FileError, match=r"^EBUSY$"):
            bench.kernel.rename(path, to)


def test_a_rename_to_itself_is_allowed_and_tells_nobody(bench):
    bench.file("/lower/a/x")
    bench.watch("/lower", "lower")
    bench.watch("/lower/a", "a")
    bench.kernel.rename("/lower/a/x", "/lower/a/x")
    bench.kernel.rename("/lower/a", "/lower/a")
    assert bench.heard() == []
