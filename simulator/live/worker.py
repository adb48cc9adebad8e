"""The app's process: drives the pipeline with real system calls.

``python -m simulator.live.worker`` reads one JSON object from its standard input and then keeps an
eye on it: when the other end closes, the process ends.  Before and after each call it writes a
JSON line with the time (``time.monotonic``)::

    {"n": 3, "t": ..., "ask": "open", "path": "DCIM/Camera/a.mp4", "mode": "read"}
    {"n": 3, "t": ..., "done": true, "inode": 42, "size": 1000}

A call that fails has ``error``, an errno name, in its second line.  Of the reads and writes of a
session only the first are told.  All paths are relative to the sandbox, and none may leave it.
"""

from __future__ import annotations

import errno
import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn

from attrs import define, field

from simulator.apps.calls import (
    Believe,
    Call,
    CallFailed,
    Close,
    Convert,
    Die,
    MakeDirs,
    Open,
    Rename,
    Unlink,
    Upload,
    Wait,
)
from simulator.apps.steps import Job, Plan, Step, pipeline
from simulator.live import video
from simulator.live.raw import RawFile, content, write_all
from simulator.live.sandbox import inside

#: Seconds for every wait that has no delay of its own.
OTHER_WAIT = 0.02
_CLOSE_ON_EXEC = os.O_CLOEXEC | os.O_NOFOLLOW


class Teller:
    """Tells the other process what is being done, one line each."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._count = 0

    def ask(self, verb: str, **facts: object) -> int:
        """Say that *verb* is about to be called; gives the call's number."""
        self._count += 1
        self._line({"n": self._count, "t": time.monotonic(), "ask": verb, **facts})
        return self._count

    def done(self, number: int, **facts: object) -> None:
        """Say what came of that call."""
        self._line({"n": number, "t": time.monotonic(), "done": True, **facts})

    def _line(self, facts: Mapping[str, object]) -> None:
        try:
            write_all(self._fd, json.dumps(facts).encode() + b"\n")
        except OSError:
            # Nobody listens any more: there is no run left to be part of.
            os._exit(1)


@define(eq=False)
class Session(RawFile):
    """An open file: *number* is that of its open call; the first read and write are told.

    *source* is the session whose data is written here, *how* (``transcode``, ``copy``) they come.
    """

    fd: int
    path: str
    mode: str
    number: int
    teller: Teller
    source: int | None = None
    how: str | None = None
    _told: set[str] = field(factory=set)

    def read(self, size: int) -> bytes:
        """Up to *size* bytes; empty at the end of the file."""
        if "read" in self._told:
            return os.read(self.fd, size)
        number = self._ask("read")
        data = os.read(self.fd, size)
        self.teller.done(number, size=len(data))
        return data

    def write(self, data: bytes) -> int:
        """Write all of *data*; gives its length."""
        if "write" in self._told or not data:
            return super().write(data)
        number = self._ask("write", source=self.source, how=self.how)
        super().write(data)
        self.teller.done(number, size=len(data))
        return len(data)

    def _ask(self, verb: str, **facts: object) -> int:
        self._told.add(verb)
        return self.teller.ask(verb, path=self.path, session=self.number, **facts)


@define(eq=False)
class Worker:
    """One life of the app's process in the sandbox *root*; *port* is the sink's."""

    root: Path
    port: int
    copy_chunk: int
    upload_chunk: int
    clean_up_delay: float
    teller: Teller
    sessions: dict[int, Session] = field(factory=dict)

    def live(self, calls: Generator[Call, Any, None]) -> None:
        """Drive the pipeline to its end, its death, or a failure that it does not handle."""
        result: Any = None
        error: CallFailed | None = None
        while True:
            try:
                call = calls.throw(error) if error else calls.send(result)
            except StopIteration:
                return
            except CallFailed as failure:
                self.teller.ask("fail", error=failure.error)
                return
            result, error = None, None
            try:
                result = self._answer(call)
            except OSError as refused:
                error = CallFailed(_name(refused))

    def _answer(self, call: Call) -> Any:
        answers: Mapping[type[Any], Callable[[Any], Any]] = {
            MakeDirs: self._make_dirs,
            Open: self._open,
            Close: self._close,
            Convert: self._convert,
            Upload: self._upload,
            Unlink: self._unlink,
            Rename: self._rename,
            Wait: self._wait,
            Believe: self._believe,
            Die: self._die,
        }
        return answers[type(call)](call)

    def _tell(self, verb: str, do: Callable[[int], Mapping[str, object]], **facts: object) -> int:
        """Tell of a call and carry it out; *do* gives what is to be told of its outcome."""
        number = self.teller.ask(verb, **facts)
        try:
            outcome = do(number)
        except OSError as error:
            self.teller.done(number, error=_name(error))
            raise
        self.teller.done(number, **outcome)
        return number

    # -- calls about names -----------------------------------------------------------------

    def _make_dirs(self, call: MakeDirs) -> None:
        def do(_number: int) -> Mapping[str, object]:
            if call.path:
                os.makedirs(inside(self.root, call.path), exist_ok=True)
            return {}

        self._tell("mkdir", do, path=call.path)

    def _unlink(self, call: Unlink) -> None:
        def do(_number: int) -> Mapping[str, object]:
            path = inside(self.root, call.path)
            # Looked up before, as afterwards there is no name left to look up; inotify is silent.
            info = os.lstat(path)
            os.unlink(path)
            return {"inode": info.st_ino, "links": info.st_nlink - 1}

        self._tell("unlink", do, path=call.path)

    def _rename(self, call: Rename) -> None:
        def do(_number: int) -> Mapping[str, object]:
            path, to = inside(self.root, call.path), inside(self.root, call.to)
            inode = os.lstat(path).st_ino
            os.rename(path, to)
            return {"inode": inode}

        self._tell("rename", do, path=call.path, to=call.to)

    # -- calls about content ---------------------------------------------------------------

    def _open(self, call: Open) -> int:
        def do(number: int) -> Mapping[str, object]:
            path = inside(self.root, call.path)
            fd, created = _open_write(path) if call.mode == "write" else _open_read(path)
            self.sessions[number] = Session(fd, call.path, call.mode, number, self.teller)
            info = os.fstat(fd)
            return {"inode": info.st_ino, "created": created, "size": info.st_size}

        return self._tell("open", do, path=call.path, mode=call.mode)

    def _close(self, call: Close) -> None:
        session = self.sessions.pop(call.handle)

        def do(_number: int) -> Mapping[str, object]:
            try:
                size, digest = content(session.fd) if session.mode == "write" else (None, None)
            finally:
                os.close(session.fd)
            return {"size": size, "digest": digest}

        self._tell("close", do, path=session.path, session=session.number)

    def _convert(self, call: Convert) -> int:
        source, target = self.sessions[call.source], self.sessions[call.target]
        target.source, target.how = source.number, call.how

        def do(_number: int) -> Mapping[str, object]:
            if call.how == "transcode":
                video.transcode(source, target, self.copy_chunk)
            else:
                while block := source.read(self.copy_chunk):
                    target.write(block)
            return {"size": os.fstat(target.fd).st_size}

        self._tell("convert", do, path=target.path, how=call.how)
        return os.fstat(target.fd).st_size

    def _upload(self, call: Upload) -> int:
        session = self.sessions[call.handle]
        sent = 0

        def do(_number: int) -> Mapping[str, object]:
            nonlocal sent
            sent, digest = _send(session, self.port, self.upload_chunk)
            return {"size": sent, "digest": digest}

        self._tell("upload", do, path=session.path, session=session.number)
        return sent

    # -- the rest --------------------------------------------------------------------------

    def _wait(self, call: Wait) -> None:
        delay = self.clean_up_delay if call.quantity == "clean_up_delay" else OTHER_WAIT

        def do(_number: int) -> Mapping[str, object]:
            time.sleep(delay)
            return {}

        self._tell("wait", do)

    def _believe(self, call: Believe) -> None:
        self.teller.ask("believe", path=call.path, state=call.state)

    def _die(self, _call: Die) -> NoReturn:
        self.teller.ask("die")
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("survived SIGKILL")


def _open_read(path: str) -> tuple[int, bool]:
    return os.open(path, os.O_RDONLY | _CLOSE_ON_EXEC), False


def _open_write(path: str) -> tuple[int, bool]:
    """A descriptor for a new or emptied file, and whether it is new.

    It can be read as well, so that the content can be mapped before it is closed.
    """
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | _CLOSE_ON_EXEC, 0o600), True
    except FileExistsError:
        return os.open(path, os.O_RDWR | os.O_TRUNC | _CLOSE_ON_EXEC), False


def _send(file: Session, port: int, chunk: int) -> tuple[int, str]:
    """Send all of *file* to the sink; gives how many bytes it confirmed, and their SHA-256."""
    sent, seen = 0, sha256()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        block = file.read(chunk)
        # An empty file is sent as well, as an empty chunk.
        while block or not sent:
            sent += len(block)
            seen.update(block)
            _post(connection, sent - len(block), block)
            if not block:
                break
            block = file.read(chunk)
    finally:
        connection.close()
    return sent, seen.hexdigest()


def _post(connection: http.client.HTTPConnection, offset: int, block: bytes) -> None:
    try:
        connection.request("POST", f"/up?offset={offset}", block)
        answer = connection.getresponse()
        confirmed = answer.read()
    except http.client.HTTPException as error:
        raise OSError(errno.EPROTO, os.strerror(errno.EPROTO)) from error
    if answer.status != 200 or confirmed != str(offset + len(block)).encode():
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def _name(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, "EIO")


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(1)


def main() -> None:
    """Read the job from standard input and live through it."""
    job = json.loads(_first_line(0))
    teller = Teller(os.dup(1))
    # Whatever a library prints must not get between the lines.
    os.dup2(2, 1)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    worker = Worker(
        Path(job["root"]),
        job["port"],
        job["copy_chunk"],
        job["upload_chunk"],
        job["clean_up_delay"],
        teller,
    )
    steps = tuple(Step(**step) for step in job["steps"])
    worker.live(pipeline(Job(Plan(**job["plan"])), steps))


def _first_line(fd: int) -> bytes:
    # Unbuffered, because the rest of the input is the other thread's.
    line = bytearray()
    while not line.endswith(b"\n") and (byte := os.read(fd, 1)):
        line += byte
    return bytes(line)


if __name__ == "__main__":
    main()
