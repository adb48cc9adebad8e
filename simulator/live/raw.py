"""Raw file descriptors, and contents read without leaving a mark in an inotify queue."""

from __future__ import annotations

import mmap
import os
from hashlib import sha256


class RawFile:
    """A file-like object over the descriptor *fd*: every read and write is one system call.

    It does not own the descriptor and has no ``close``.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def read(self, size: int) -> bytes:
        """Up to *size* bytes; empty at the end of the file."""
        return os.read(self.fd, size)

    def write(self, data: bytes) -> int:
        """Write all of *data*; gives its length."""
        write_all(self.fd, data)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to *offset* bytes; gives the new position."""
        return os.lseek(self.fd, offset, whence)

    def tell(self) -> int:
        """The position, in bytes."""
        return os.lseek(self.fd, 0, os.SEEK_CUR)


def write_all(fd: int, data: bytes) -> None:
    """Write all of *data* to the descriptor, however many calls that takes."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def content(fd: int) -> tuple[int, str]:
    """Size (bytes) and SHA-256 of the file behind *fd*, which must be open for reading.

    The file is mapped, not read, because a mapping is the one look that inotify does not report.
    """
    size = os.fstat(fd).st_size
    if size == 0:
        return 0, sha256().hexdigest()
    with mmap.mmap(fd, size, access=mmap.ACCESS_READ) as mapped:
        return size, sha256(mapped).hexdigest()
