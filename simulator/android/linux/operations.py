"""The operations that recorded cases are written in, and what each does as system calls.

A case names an open file by the path it was opened with, or by a name it was given (``dup``);
``a/x#2`` is a second open file of ``a/x``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import define, field, frozen

from simulator.android.files import FileError, FileSystem
from simulator.android.linux.driver import O
from simulator.android.linux.inotify import ALL_EVENTS, Inotify
from simulator.android.linux.kernel import File, Kernel
from simulator.android.linux.native import Native
from simulator.errors import InputError, UnknownName
from simulator.message import Message

_SECOND = re.compile(r"#\d+$")
_CAPACITY = 1 << 40
#: The blocks by which glibc reserves space on a file system that cannot.
_BLOCK = 4096
_R, _W = O.READ, O.WRITE
_OPENS: Mapping[str, O] = MappingProxyType(
    {
        "create": _W | O.CREATE | O.TRUNC,
        "create_rw": _R | _W | O.CREATE | O.TRUNC,
        "create_excl": _W | O.CREATE | O.EXCL,
        "create_append": _W | O.CREATE | O.APPEND,
        "create_notrunc": _W | O.CREATE,
        "open_r": _R,
        "open_w": _W,
        "open_rw": _R | _W,
        "open_append": _W | O.APPEND,
        "open_trunc": _W | O.TRUNC,
        "open_rw_trunc": _R | _W | O.TRUNC,
        "open_dir": _R | O.DIRECTORY,
        "open_path": O.PATH,
        "open_nofollow": _R | O.NOFOLLOW,
    }
)


@define(eq=False)
class Stage:
    """Where a case plays: its calls go to *root*, its watches sit below *watched*."""

    kernel: Kernel
    inotify: Inotify
    root: str
    watched: str
    files: dict[str, File] = field(factory=dict)
    maps: dict[str, File] = field(factory=dict)
    children: list[list[File]] = field(factory=list)

    def at(self, path: str) -> str:
        """The whole path of what a case calls *path*."""
        return f"{self.root}/{_SECOND.sub('', path)}"

    def file(self, name: str) -> File:
        """The open file that a case calls *name*."""
        if name not in self.files:
            raise FileError("EBADF")
        return self.files[name]


@frozen
class Operation:
    """One operation: what it does with its arguments, the shapes of those, how many it needs.

    A shape is ``s`` for text or ``i`` for a number.
    """

    do: Callable[..., object]
    shapes: str
    needed: int


def _open(flags: O) -> Callable[[Stage, str], None]:
    def do(stage: Stage, path: str, _mode: int = 0) -> None:
        stage.files[path] = stage.kernel.open(stage.at(path), flags)

    return do


def _may_fail(do: Callable[..., object]) -> Callable[..., None]:
    def attempt(stage: Stage, *values: Any) -> None:
        try:
            do(stage, *values)
        except FileError:
            return

    return attempt


def _probe(stage: Stage, path: str) -> None:
    stage.kernel.close(stage.kernel.open(stage.at(path), O.READ))


def _close(stage: Stage, name: str) -> None:
    stage.kernel.close(stage.file(name))
    del stage.files[name]


def _dup(stage: Stage, name: str, new: str) -> None:
    stage.files[new] = stage.kernel.share(stage.file(name))


def _fork(stage: Stage, *_: str) -> None:
    stage.children.append([stage.kernel.share(file) for file in stage.files.values()])


def _child_ends(stage: Stage, *_: str) -> None:
    if not stage.children:
        raise FileError("ECHILD")
    for file in stage.children.pop():
        stage.kernel.close(file)


def _fork_and_wait(stage: Stage, *_: str) -> None:
    _fork(stage)
    _child_ends(stage)


def _map(*, dirty: bool) -> Callable[[Stage, str, int], None]:
    def do(stage: Stage, name: str, size: int = _BLOCK) -> None:
        file = stage.file(name)
        stage.kernel.touch(file, size, dirty=dirty)
        stage.maps[name] = stage.kernel.share(file)

    return do


def _mapped(stage: Stage, name: str) -> File:
    if name not in stage.maps:
        raise FileError("EINVAL")
    return stage.maps[name]


def _unmap(stage: Stage, name: str) -> None:
    stage.kernel.sync(_mapped(stage, name))
    stage.kernel.let_go(stage.maps.pop(name))


def _fallocate(stage: Stage, name: str, size: int) -> None:
    """As posix_fallocate(3): where the call is refused, glibc touches every block."""
    file, kernel = stage.file(name), stage.kernel
    try:
        kernel.fallocate(file, size)
    except FileError as error:
        if error.error != "ENOTSUP":
            raise
        length = file.place.driver.size(file.node)
        for offset in range((size - 1) % _BLOCK, size, _BLOCK):
            if offset < length:
                kernel.read(file, 1, offset)
            else:
                kernel.write(file, 1, offset)


def _rename(stage: Stage, path: str, to: str, flag: str = "") -> None:
    name = flag.removeprefix("RENAME_")
    if name not in {"", "NOREPLACE", "EXCHANGE"}:
        raise FileError("EINVAL")
    stage.kernel.rename(stage.at(path), stage.at(to), name)


def _make(kind: Any) -> Callable[[Stage, str], None]:
    return lambda stage, path: stage.kernel.make(stage.at(path), kind)


def _makedirs(stage: Stage, path: str) -> None:
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        here = stage.at("/".join(parts[:count]))
        last = count == len(parts)
        if last or stage.kernel.mounts.target(here).there is None:
            stage.kernel.make(here, "directory")


def _list(stage: Stage, path: str) -> None:
    folder = stage.kernel.open(stage.at(path), O.READ | O.DIRECTORY)
    stage.kernel.list(folder)
    stage.kernel.close(folder)


def _remove_tree(stage: Stage, path: str) -> None:
    _empty(stage.kernel, stage.at(path))
    stage.kernel.rmdir(stage.at(path))


def _empty(kernel: Kernel, path: str) -> None:
    """Remove what is in a directory, which stays open meanwhile."""
    folder = kernel.open(path, O.READ | O.NOFOLLOW)
    try:
        for name in kernel.list(folder):
            here = f"{path}/{name}"
            if kernel.stat(here, follow=False).dentry.node.directory:
                _empty(kernel, here)
                kernel.rmdir(here)
            else:
                kernel.unlink(here)
    finally:
        kernel.close(folder)


def _mount(stage: Stage, path: str) -> None:
    stage.kernel.mount(stage.at(path), Native(FileSystem(_CAPACITY)))


def _watch(stage: Stage, label: str, mask: int = ALL_EVENTS) -> None:
    stage.kernel.watch(stage.inotify, f"{stage.watched}/{label}", mask, label)


def _two(call: Callable[[Kernel, File, File, int], object]) -> Callable[..., None]:
    def do(stage: Stage, source: str, target: str, size: int = _BLOCK) -> None:
        call(stage.kernel, stage.file(source), stage.file(target), size)

    return do


def _nothing(stage: Stage, *_: object) -> None:
    """What tells nobody and changes nothing that is modelled."""


def _link_file(stage: Stage, name: str, to: str) -> None:
    stage.kernel.link_file(stage.file(name), stage.at(to))


def _create_nameless(stage: Stage, folder: str, name: str = "") -> None:
    file = stage.kernel.create_nameless(stage.at(folder), O.READ | O.WRITE)
    stage.files[name or folder] = file


def _write(stage: Stage, name: str, size: int = 1) -> None:
    stage.kernel.write(stage.file(name), size)


def _at_offset(stage: Stage, name: str, size: int, offset: int = 0) -> None:
    stage.kernel.write(stage.file(name), size, offset)


def _read_at(stage: Stage, name: str, size: int, offset: int = 0) -> None:
    stage.kernel.read(stage.file(name), size, offset)


def _truncate_file(stage: Stage, name: str, size: int = 0) -> None:
    stage.kernel.truncate_file(stage.file(name), size)


def _change(stage: Stage, path: str, *_: int) -> None:
    stage.kernel.change(stage.at(path))


def _change_link(stage: Stage, path: str, *_: int) -> None:
    stage.kernel.change(stage.at(path), follow=False)


def _change_file(stage: Stage, name: str, *_: int) -> None:
    stage.kernel.change_file(stage.file(name))


def _change_xattr(stage: Stage, path: str, *_: str) -> None:
    stage.kernel.change_xattr(stage.at(path))


def _table() -> dict[str, Operation]:
    out = {name: Operation(_open(flags), "si", 1) for name, flags in _OPENS.items()}
    out |= {
        "close": Operation(_close, "s", 1),
        "write": Operation(_write, "si", 1),
        "write0": Operation(lambda stage, name: stage.kernel.write(stage.file(name), 0), "s", 1),
        "pwrite": Operation(_at_offset, "sii", 2),
        "read": Operation(lambda s, name, size=_BLOCK: s.kernel.read(s.file(name), size), "si", 1),
        "pread": Operation(_read_at, "sii", 2),
        "lseek": Operation(lambda s, name, at=0: s.kernel.seek(s.file(name), at), "si", 1),
        "fsync": Operation(lambda stage, name: stage.kernel.sync(stage.file(name)), "s", 1),
        "dup": Operation(_dup, "ss", 2),
        "fork": Operation(_fork, "sss", 0),
        "fork_wait": Operation(_fork_and_wait, "sss", 0),
        "wait": Operation(_child_ends, "sss", 0),
        "mmap_r": Operation(_map(dirty=False), "si", 1),
        "mmap_w": Operation(_map(dirty=True), "si", 1),
        "msync": Operation(lambda s, name: s.kernel.sync(_mapped(s, name)), "s", 1),
        "mmap_close": Operation(_unmap, "s", 1),
        "stat": Operation(lambda stage, path: stage.kernel.stat(stage.at(path)), "s", 1),
        "truncate": Operation(lambda s, path, n=0: s.kernel.truncate(s.at(path), n), "si", 1),
        "ftruncate": Operation(_truncate_file, "si", 1),
        "fallocate": Operation(_fallocate, "si", 2),
        "punch": Operation(
            lambda s, name, n: s.kernel.fallocate(s.file(name), n, punch=True), "si", 2
        ),
        "rename": Operation(_rename, "sss", 2),
        "renameat2": Operation(_rename, "sss", 2),
        "exchange": Operation(lambda s, path, to: _rename(s, path, to, "EXCHANGE"), "ss", 2),
        "link": Operation(lambda s, path, to: s.kernel.link(s.at(path), s.at(to)), "ss", 2),
        "linkat": Operation(_link_file, "ss", 2),
        "tmpfile": Operation(_create_nameless, "ss", 1),
        "symlink": Operation(
            lambda s, target, path: s.kernel.make(s.at(path), "symlink", target), "ss", 2
        ),
        "readlink": Operation(lambda stage, path: stage.kernel.read_link(stage.at(path)), "s", 1),
        "unlink": Operation(lambda stage, path: stage.kernel.unlink(stage.at(path)), "s", 1),
        "mkdir": Operation(_make("directory"), "s", 1),
        "makedirs": Operation(_makedirs, "s", 1),
        "rmdir": Operation(lambda stage, path: stage.kernel.rmdir(stage.at(path)), "s", 1),
        "rmtree": Operation(_remove_tree, "s", 1),
        "listdir": Operation(_list, "s", 1),
        "mkfifo": Operation(_make("fifo"), "s", 1),
        "bind": Operation(_make("socket"), "s", 1),
        "chmod": Operation(_change, "si", 1),
        "chown": Operation(_change, "snn", 1),
        "lchown": Operation(_change_link, "snn", 1),
        "fchmod": Operation(_change_file, "snn", 1),
        "utime": Operation(_change, "snn", 1),
        "setxattr": Operation(_change_xattr, "sss", 1),
        "copy_file_range": Operation(_two(Kernel.copy), "ssi", 2),
        "splice": Operation(_two(Kernel.splice), "ssi", 2),
        "ficlone": Operation(
            _may_fail(lambda s, a, b, *_: s.kernel.clone(s.file(a), s.file(b))), "ssi", 2
        ),
        "mount_tmpfs": Operation(_mount, "s", 1),
        "umount": Operation(lambda stage, path: stage.kernel.umount(stage.at(path)), "s", 1),
        "watch": Operation(_watch, "si", 1),
        "unwatch": Operation(lambda stage, label: stage.inotify.unwatch(label), "s", 1),
        "open_fail": Operation(_may_fail(_probe), "s", 1),
        "sleep": Operation(_nothing, "i", 0),
    }
    for alias, name in _ALIASES.items():
        out[alias] = out[name]
    for name, known in tuple(out.items()):
        # What a case expects to be refused may be refused.
        out.setdefault(f"{name}_fail", Operation(_may_fail(known.do), known.shapes, known.needed))
    return out


_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "open_creat": "create_notrunc",
        "open_create": "create_notrunc",
        "open_excl": "create_excl",
        "open_r_nofollow": "open_nofollow",
        "open_o_path": "open_path",
        "open_opath": "open_path",
        "o_path": "open_path",
        "opendir": "open_dir",
        "writev": "write",
        "readv": "read",
        "seek": "lseek",
        "fdatasync": "fsync",
        "flock": "fsync",
        "sync": "sleep",
        "drain": "sleep",
        "lstat": "stat",
        "statx": "stat",
        "getxattr": "stat",
        "listxattr": "stat",
        "access": "stat",
        "dup2": "dup",
        "fork_child": "fork",
        "fork_hold": "fork",
        "fork_end": "wait",
        "fork_exit": "wait",
        "fork_close": "fork_wait",
        "child_exit": "wait",
        "wait_child": "wait",
        "waitpid": "wait",
        "kill_child": "wait",
        "mmap_read": "mmap_r",
        "mmap_rw": "mmap_w",
        "mmap_write": "mmap_w",
        "mmap_sync": "msync",
        "mmap_flush": "msync",
        "munmap": "mmap_close",
        "mmap_unmap": "mmap_close",
        "posix_fallocate": "fallocate",
        "punch_hole": "punch",
        "rename_exchange": "exchange",
        "renameat2_exchange": "exchange",
        "hardlink": "link",
        "linkat_tmpfile": "linkat",
        "link_fd": "linkat",
        "link_tmpfile": "linkat",
        "otmpfile": "tmpfile",
        "o_tmpfile": "tmpfile",
        "open_tmpfile": "tmpfile",
        "create_tmpfile": "tmpfile",
        "remove": "unlink",
        "unlinkat": "unlink",
        "mkdirs": "makedirs",
        "mkdir_p": "makedirs",
        "rm_r": "rmtree",
        "rm_tree": "rmtree",
        "rm_rf": "rmtree",
        "readdir": "listdir",
        "scandir": "listdir",
        "mknod": "mkfifo",
        "socket": "bind",
        "bind_unix": "bind",
        "unix_bind": "bind",
        "unix_socket": "bind",
        "bind_socket": "bind",
        "socket_bind": "bind",
        "mksock": "bind",
        "fchown": "fchmod",
        "futimens": "fchmod",
        "utimes": "utime",
        "utimensat": "utime",
        "touch": "utime",
        "removexattr": "setxattr",
        "sendfile": "copy_file_range",
        "reflink": "ficlone",
        "clone": "ficlone",
        "mount": "mount_tmpfs",
        "unmount": "umount",
        "add_watch": "watch",
        "rm_watch": "unwatch",
    }
)
_FORK = "fork"
OPERATIONS: Mapping[str, Operation] = MappingProxyType(_table())


_KINDS: Mapping[str, Message] = MappingProxyType(
    {"s": Message("text"), "i": Message("a number from 0 on"), "n": Message("a whole number")}
)


def perform(stage: Stage, ops: Sequence[Any], where: Message, number: int | None = None) -> None:
    """Do *ops* in order; *where* is how an error names their place.

    Inside a ``repeat``, *number* takes the place of ``%d``.  Raises
    :class:`~simulator.android.files.FileError` where an operation is refused, and
    :class:`InputError` for one that does not exist or has wrong arguments.
    """
    for index, op in enumerate(ops):
        here = Message("{where}, operation {number}", where=where, number=index + 1)
        if not isinstance(op, list) or not op or not isinstance(op[0], str):
            raise _wrong(here, Message("expected a list that starts with the operation's name"))
        if op[0] == "repeat":
            _repeat(stage, op, here)
        else:
            _one(stage, op, here, number, ops[index + 1 :])


def _repeat(stage: Stage, op: list[Any], here: Message) -> None:
    if len(op) != 3 or not _number(op[1]) or not isinstance(op[2], list):
        raise _wrong(here, Message("expected [“repeat”, how often, operations]"))
    for number in range(op[1]):
        perform(stage, op[2], here, number)


def _one(
    stage: Stage, op: list[Any], here: Message, number: int | None, later: Sequence[Any]
) -> None:
    name, values = op[0], op[1:]
    known = OPERATIONS.get(name)
    if known is None:
        raise InputError(
            Message(
                "{where}: {problem}",
                where=here,
                problem=UnknownName(Message("operation"), name, tuple(OPERATIONS)).message,
            )
        )
    if known is OPERATIONS[_FORK] and not any(_ends_child(next_) for next_ in later):
        # Nothing later ends the child, so it has ended at once.
        known = OPERATIONS["fork_wait"]
    if number is not None:
        values = [value.replace("%d", str(number)) if _text(value) else value for value in values]
    _check(known, name, values, here)
    known.do(stage, *values)


def _ends_child(op: Any) -> bool:
    name = op[0] if isinstance(op, list) and op else None
    return isinstance(name, str) and OPERATIONS.get(name) is OPERATIONS["wait"]


def _check(known: Operation, name: str, values: list[Any], here: Message) -> None:
    right = known.needed <= len(values) <= len(known.shapes) and all(
        _FITS[shape](value) for shape, value in zip(known.shapes, values, strict=False)
    )
    if not right:
        first, *others = (_KINDS[shape] for shape in known.shapes)
        kinds = first
        for kind in others:
            kinds = Message("{kinds}, {kind}", kinds=kinds, kind=kind)
        raise _wrong(
            here,
            Message(
                "“{name}” takes {needed} to {most} values of these kinds: {kinds}",
                name=name,
                needed=known.needed,
                most=len(known.shapes),
                kinds=kinds,
            ),
        )


def _text(value: object) -> bool:
    return isinstance(value, str)


def _number(value: object) -> bool:
    return _integer(value) and value >= 0  # type: ignore[operator]


def _integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


#: What a value of each shape may be: text, a number from 0 on, any whole number.
_FITS: Mapping[str, Callable[[object], bool]] = {"s": _text, "i": _number, "n": _integer}


def _wrong(here: Message, problem: Message) -> InputError:
    return InputError(Message("{where}: {problem}", where=here, problem=problem))
