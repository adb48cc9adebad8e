"""The sandbox: a fresh folder in which everything happens, and which goes away afterwards.

Only what the run itself made is ever removed.  A name is the run's own if the run made it and the
same file still has it, or if the app's process had announced it and died before it could say what
came of that.  Everything else is left where it is and named.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, normpath

from attrs import frozen

from simulator.errors import InputError, Unavailable
from simulator.live.raw import content, write_all
from simulator.message import Message

PREFIX = "cachelife-live-"
_BLOCK = 1 << 20
#: Errors that say something about the disk, not about the path.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}


class Outside(OSError):
    """A path leads out of the sandbox."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EACCES, os.strerror(errno.EACCES), path)


@frozen
class Found:
    """A regular file as it lies in the sandbox: *inode* number, *size* in bytes, SHA-256."""

    path: str
    inode: int
    size: int
    digest: str


class Sandbox:
    """A new private folder for temporary files; *root* is its absolute path.

    Raises Unavailable where no folder can be made.
    """

    def __init__(self) -> None:
        try:
            # Resolved, because the check for paths that lead out compares resolved paths.
            self.root = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        except OSError as error:
            raise Unavailable(
                Message("no sandbox folder can be made: {why}", why=error.strerror or str(error))
            ) from error
        self._folders: list[str] = []
        self._files: dict[str, int] = {}
        self._announced: set[str] = set()

    @property
    def folders(self) -> tuple[str, ...]:
        """Every folder that the run made, relative to the root, parents first."""
        return tuple(self._folders)

    # -- laying out ------------------------------------------------------------------------

    def lay_out(self, paths: Iterable[str]) -> None:
        """Make all folders that the files *paths* need.

        Raises InputError for a path that leads out of the sandbox or that no file can have.
        """
        for path in paths:
            try:
                inside(self.root, path)
                self._make_folders(dirname(normpath(path)))
            except (OSError, ValueError) as error:
                raise _unusable(path, error) from error

    def adopt(self, source: Path, path: str) -> tuple[int, str]:
        """Copy *source*, a file of the user, to *path*; gives its size (bytes) and SHA-256.

        Raises InputError if *source* is missing, unreadable or no regular file, Unavailable if
        the sandbox cannot hold it.
        """
        reading = _open_source(source)
        try:
            _check_room(os.fstat(reading).st_size, self.root)
            with self._made(path) as writing:
                return _copy(reading, writing, source)
        finally:
            os.close(reading)

    def put(self, path: str, data: bytes) -> tuple[int, str]:
        """Lay *data* down at *path*; gives its size (bytes) and SHA-256."""
        with self._made(path) as writing:
            write_all(writing, data)
        return len(data), sha256(data).hexdigest()

    def _make_folders(self, path: str) -> None:
        if path and path not in self._folders:
            self._make_folders(dirname(path))
            os.mkdir(self.root / path)
            self._folders.append(path)

    @contextmanager
    def _made(self, path: str) -> Generator[int]:
        try:
            with opened(self.root / path, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as fd:
                self._files[path] = os.fstat(fd).st_ino
                yield fd
        except OSError as error:
            raise (_full(error) if error.errno in _FULL else _unusable(path, error)) from error

    # -- keeping account -------------------------------------------------------------------

    def announce(self, *paths: str) -> None:
        """The app's process is about to make, rename or remove files of these names."""
        self._announced.update(paths)

    def created(self, path: str, inode: int) -> None:
        """The app's process made the file *path*."""
        self._files[path] = inode

    def renamed(self, path: str, to: str) -> None:
        """The app's process renamed *path* to *to*."""
        if path in self._files:
            self._files[to] = self._files.pop(path)

    def unlinked(self, path: str) -> None:
        """The app's process removed *path*."""
        self._files.pop(path, None)

    def settled(self, *paths: str) -> None:
        """What was announced for these names has been done or refused."""
        self._announced.difference_update(paths)

    # -- looking ---------------------------------------------------------------------------

    def files(self) -> tuple[Found, ...]:
        """Every regular file in the sandbox with its content, in the order of the names."""
        out = []
        for path, info in sorted(self._walk(), key=lambda found: found[0]):
            if stat.S_ISREG(info.st_mode):
                with suppress(OSError), opened(self.root / path) as fd:
                    out.append(Found(path, info.st_ino, *content(fd)))
        return tuple(out)

    def foreign(self) -> tuple[str, ...]:
        """Every name in the sandbox that the run did not make; a folder ends in ``/``."""
        made = frozenset(self._folders)
        names = [
            f"{path}/" if stat.S_ISDIR(info.st_mode) else path
            for path, info in self._walk()
            if path not in made and not self._own(path, info)
        ]
        return tuple(sorted(names))

    def _own(self, path: str, info: os.stat_result) -> bool:
        if stat.S_ISDIR(info.st_mode):
            return False
        return path in self._announced or self._files.get(path) == info.st_ino

    def _walk(self, folder: str = "") -> Iterator[tuple[str, os.stat_result]]:
        with suppress(OSError), os.scandir(self.root / folder) as entries:
            for entry in list(entries):
                path = f"{folder}/{entry.name}" if folder else entry.name
                info = entry.stat(follow_symlinks=False)
                yield path, info
                if stat.S_ISDIR(info.st_mode):
                    yield from self._walk(path)

    # -- taking down -----------------------------------------------------------------------

    def close(self) -> tuple[str, ...]:
        """Remove what the run made, then the folders that are empty; gives what was left."""
        for path, info in list(self._walk()):
            if self._own(path, info):
                with suppress(OSError):
                    os.unlink(self.root / path)
        left = self.foreign()
        for folder in (*reversed(self._folders), ""):
            with suppress(OSError):
                os.rmdir(self.root / folder)
        return left


def inside(root: Path, path: str) -> str:
    """The absolute path of *path*, which is relative to *root*.

    Raises Outside if it leads out, also by way of a symbolic link in the middle.
    """
    parts = path.split("/")
    if not path or path.startswith("/") or ".." in parts:
        raise Outside(path)
    if "\0" in path:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), path)
    base = os.path.realpath(root)
    full = os.path.join(base, normpath(path))
    folder = os.path.realpath(os.path.dirname(full))
    if full == base or os.path.commonpath((base, folder)) != base:
        raise Outside(path)
    return full


@contextmanager
def opened(path: Path, flags: int = os.O_RDONLY) -> Generator[int]:
    """A descriptor of the file *path*, which may be no symbolic link, for the length of a block."""
    fd = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        yield fd
    finally:
        os.close(fd)


def _open_source(source: Path) -> int:
    try:
        # Without O_NONBLOCK a named pipe would keep the command waiting for a writer.
        fd = os.open(source, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise InputError(Message("there is no file “{file}”", file=str(source))) from error
    except (OSError, ValueError) as error:
        raise _unreadable(source, error) from error
    mode = os.fstat(fd).st_mode
    if stat.S_ISREG(mode):
        return fd
    os.close(fd)
    if stat.S_ISDIR(mode):
        raise InputError(Message("“{file}” is a folder, not a file", file=str(source)))
    raise InputError(Message("“{file}” is not a regular file", file=str(source)))


def _copy(reading: int, writing: int, source: Path) -> tuple[int, str]:
    seen, size = sha256(), 0
    while block := _read(reading, source):
        seen.update(block)
        write_all(writing, block)
        size += len(block)
    return size, seen.hexdigest()


def _read(fd: int, source: Path) -> bytes:
    try:
        return os.read(fd, _BLOCK)
    except OSError as error:
        raise _unreadable(source, error) from error


def _unreadable(source: Path, error: Exception) -> InputError:
    why = getattr(error, "strerror", None) or str(error)
    return InputError(Message("“{file}” cannot be read: {why}", file=str(source), why=why))


def _full(error: OSError) -> Unavailable:
    return Unavailable(
        Message("the sandbox cannot hold the video: {why}", why=error.strerror or str(error))
    )


def _unusable(path: str, error: Exception) -> InputError:
    if isinstance(error, Outside):
        return InputError(Message("“{path}” leads out of the sandbox", path=path))
    why = getattr(error, "strerror", None) or str(error)
    return InputError(Message("the sandbox cannot hold a file “{path}”: {why}", path=path, why=why))


def _check_room(size: int, root: Path) -> None:
    needed, free = 2 * size, shutil.disk_usage(root).free
    if needed > free:
        raise Unavailable(
            Message(
                "the sandbox needs {needed} bytes for the video and its copy, and there are {free}",
                needed=needed,
                free=free,
            )
        )
