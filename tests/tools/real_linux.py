"""Does the operations of a recorded case for real, under the kernel's own inotify (Linux only)."""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import shutil
import socket
import struct
from contextlib import suppress

NAMES = {
    0x1: "IN_ACCESS",
    0x2: "IN_MODIFY",
    0x4: "IN_ATTRIB",
    0x8: "IN_CLOSE_WRITE",
    0x10: "IN_CLOSE_NOWRITE",
    0x20: "IN_OPEN",
    0x40: "IN_MOVED_FROM",
    0x80: "IN_MOVED_TO",
    0x100: "IN_CREATE",
    0x200: "IN_DELETE",
    0x400: "IN_DELETE_SELF",
    0x800: "IN_MOVE_SELF",
    0x2000: "IN_UNMOUNT",
    0x4000: "IN_Q_OVERFLOW",
    0x8000: "IN_IGNORED",
    0x40000000: "IN_ISDIR",
}
LIBC = ctypes.CDLL(None, use_errno=True)


def check(value):
    if value < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return value


class Watcher:
    def __init__(self):
        self.fd = check(LIBC.inotify_init1(os.O_NONBLOCK))
        self.labels = {}
        self.cookies = {}

    def add(self, path, label, mask):
        wd = check(LIBC.inotify_add_watch(self.fd, os.fsencode(path), ctypes.c_uint32(mask)))
        known = self.labels.setdefault(wd, [])
        if label not in known:
            known.append(label)

    def remove(self, label):
        wd = max((wd for wd, labels in self.labels.items() if label in labels), default=None)
        if wd is None:
            raise OSError(22, "")
        check(LIBC.inotify_rm_watch(self.fd, wd))

    def read(self):
        out = []
        while True:
            try:
                data = os.read(self.fd, 1 << 20)
            except BlockingIOError:
                return out
            at = 0
            while at < len(data):
                wd, mask, cookie, size = struct.unpack_from("iIII", data, at)
                name = data[at + 16 : at + 16 + size].rstrip(b"\0")
                at += 16 + size
                text = "|".join(n for bit, n in NAMES.items() if mask & bit)
                event = [text, "|".join(self.labels.get(wd, [])), os.fsdecode(name)]
                if cookie:
                    event.append(self.cookies.setdefault(cookie, len(self.cookies) + 1))
                out.append(event)

    def close(self):
        os.close(self.fd)


OPEN = {
    "create": os.O_CREAT | os.O_WRONLY | os.O_TRUNC,
    "create_rw": os.O_CREAT | os.O_RDWR | os.O_TRUNC,
    "create_excl": os.O_CREAT | os.O_EXCL | os.O_WRONLY,
    "open_creat": os.O_CREAT | os.O_WRONLY,
    "open_r": os.O_RDONLY,
    "open_w": os.O_WRONLY,
    "open_rw": os.O_RDWR,
    "open_append": os.O_WRONLY | os.O_APPEND,
    "open_trunc": os.O_WRONLY | os.O_TRUNC,
    "open_dir": os.O_RDONLY | os.O_DIRECTORY,
    "open_path": os.O_PATH,
    "open_nofollow": os.O_NOFOLLOW | os.O_RDONLY,
}


class Doer:
    """Does operations below *root*; descriptors, mappings and children live until :meth:`end`."""

    def __init__(self, root, watcher):
        self.root, self.watcher = root, watcher
        self.fds, self.maps, self.children = {}, {}, []

    def at(self, path):
        return os.path.join(self.root, path.split("#")[0])

    def do_all(self, ops, index=None):
        for op in ops:
            if op[0] == "repeat":
                for i in range(op[1]):
                    self.do_all(op[2], i)
            else:
                texts = (isinstance(x, str) and index is not None for x in op)
                self.do(
                    *(
                        x.replace("%d", str(index)) if t else x
                        for x, t in zip(op, texts, strict=True)
                    )
                )

    def do(self, name, *args):
        if name.endswith("_fail") and not hasattr(self, f"do_{name}"):
            with suppress(OSError, KeyError):
                self.do(name.removesuffix("_fail"), *args)
        elif name in OPEN:
            self.fds[args[0]] = os.open(self.at(args[0]), OPEN[name], 0o644)
        else:
            getattr(self, f"do_{name}")(*args)

    def do_close(self, key):
        os.close(self.fds.pop(key))

    def do_write(self, key, n):
        os.write(self.fds[key], b"x" * n)

    def do_write0(self, key):
        os.write(self.fds[key], b"")

    def do_pwrite(self, key, n, off):
        os.pwrite(self.fds[key], b"x" * n, off)

    def do_read(self, key, n):
        os.read(self.fds[key], n)

    def do_pread(self, key, n, off):
        os.pread(self.fds[key], n, off)

    def do_lseek(self, key, off):
        os.lseek(self.fds[key], off, 0)

    def do_fsync(self, key):
        os.fsync(self.fds[key])

    def do_dup(self, key, new):
        self.fds[new] = os.dup(self.fds[key])

    def do_open_fail(self, path):
        with suppress(OSError):
            os.close(os.open(self.at(path), os.O_RDONLY))

    def do_stat(self, path):
        os.stat(self.at(path))

    def do_access(self, path):
        os.access(self.at(path), os.R_OK)

    def do_truncate(self, path, n):
        os.truncate(self.at(path), n)

    def do_ftruncate(self, key, n):
        os.ftruncate(self.fds[key], n)

    def do_fallocate(self, key, n):
        os.posix_fallocate(self.fds[key], 0, n)

    def do_punch(self, key, n):
        check(LIBC.fallocate(self.fds[key], 3, ctypes.c_long(0), ctypes.c_long(n)))

    def do_rename(self, a, b, flag=None):
        if flag:
            self.do_renameat2(a, b, flag)
        else:
            os.rename(self.at(a), self.at(b))

    def do_renameat2(self, a, b, flag):
        check(
            LIBC.renameat2(
                -100,
                os.fsencode(self.at(a)),
                -100,
                os.fsencode(self.at(b)),
                {"NOREPLACE": 1, "EXCHANGE": 2}[flag],
            )
        )

    def do_link(self, a, b):
        os.link(self.at(a), self.at(b))

    def do_symlink(self, target, path):
        os.symlink(target, self.at(path))

    def do_readlink(self, path):
        os.readlink(self.at(path))

    def do_unlink(self, path):
        os.unlink(self.at(path))

    def do_mkdir(self, path):
        os.mkdir(self.at(path))

    def do_makedirs(self, path):
        os.makedirs(self.at(path))

    def do_rmdir(self, path):
        os.rmdir(self.at(path))

    def do_listdir(self, path):
        os.listdir(self.at(path))

    def do_rmtree(self, path):
        shutil.rmtree(self.at(path))

    def do_chmod(self, path, mode):
        os.chmod(self.at(path), mode)

    def do_fchmod(self, key, mode):
        os.fchmod(self.fds[key], mode)

    def do_chown(self, path, uid, gid):
        os.chown(self.at(path), uid, gid)

    def do_utime(self, path, t):
        os.utime(self.at(path), (t, t))

    def do_setxattr(self, path):
        os.setxattr(self.at(path), "user.k", b"v")

    def do_removexattr(self, path):
        os.removexattr(self.at(path), "user.k")

    def do_mkfifo(self, path):
        os.mkfifo(self.at(path))

    def do_bind(self, path):
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(self.at(path))

    def do_mmap_r(self, key, n):
        m = self.maps[key] = mmap.mmap(self.fds[key], n, prot=mmap.PROT_READ)
        m[:]

    def do_mmap_w(self, key, n):
        m = self.maps[key] = mmap.mmap(self.fds[key], n)
        m[0:4] = b"abcd"

    def do_msync(self, key):
        self.maps[key].flush()

    def do_mmap_close(self, key):
        self.maps.pop(key).close()

    def do_copy_file_range(self, a, b, n):
        os.copy_file_range(self.fds[a], self.fds[b], n)

    def do_sendfile(self, a, b, n):
        os.sendfile(self.fds[b], self.fds[a], 0, n)

    def do_splice(self, a, b, n):
        r, w = os.pipe()
        got = os.splice(self.fds[a], w, n)
        os.splice(r, self.fds[b], got)
        os.close(r)
        os.close(w)

    def do_ficlone(self, a, b):
        with suppress(OSError):
            fcntl.ioctl(self.fds[b], 0x40049409, self.fds[a])

    def do_tmpfile(self, folder, key):
        self.fds[key] = os.open(self.at(folder), os.O_TMPFILE | os.O_RDWR, 0o600)

    def do_linkat(self, key, path):
        check(
            LIBC.linkat(
                -100,
                f"/proc/self/fd/{self.fds[key]}".encode(),
                -100,
                os.fsencode(self.at(path)),
                0x400,
            )
        )

    def do_fork(self):
        r, w = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(w)
            os.read(r, 1)
            os._exit(0)
        os.close(r)
        self.children.append((pid, w))

    def do_wait(self):
        pid, w = self.children.pop()
        os.close(w)
        os.waitpid(pid, 0)

    def do_mount_tmpfs(self, path):
        check(LIBC.mount(b"none", os.fsencode(self.at(path)), b"tmpfs", 0, None))

    def do_umount(self, path):
        check(LIBC.umount2(os.fsencode(self.at(path)), 0))

    def do_watch(self, label, mask=0xFFF):
        self.watcher.add(self.at(label), label, mask)

    def do_unwatch(self, label):
        self.watcher.remove(label)

    def end(self):
        for key in list(self.maps):
            self.maps.pop(key).close()
        for fd in self.fds.values():
            with suppress(OSError):
                os.close(fd)
        while self.children:
            self.do_wait()
