"""One job of the app: answers the pipeline's calls from the phone."""

from __future__ import annotations

from collections.abc import Generator
from math import ceil
from posixpath import dirname
from typing import Any, Literal, Protocol

import simpy
from attrs import define, evolve, field

from simulator.android import trash
from simulator.android.files import FileError, Inode
from simulator.android.media_names import LASTS, free_name, marked, with_mark, without_mark
from simulator.android.paths import lower
from simulator.android.phone import CONSENT, ConsentNeeded, OpenFile
from simulator.android.processes import Process
from simulator.android.scanner import scan_file
from simulator.apps.calls import (
    AskToDelete,
    AskToWrite,
    Believe,
    Call,
    CallFailed,
    Cancelled,
    Close,
    Confirm,
    Convert,
    Die,
    Entry,
    Fetch,
    ListFolder,
    Look,
    MakeDirs,
    NewestItem,
    NewItem,
    OnBehalf,
    Open,
    Pause,
    Publish,
    Recall,
    RemoveDir,
    Rename,
    Scan,
    SendingFailed,
    Shoot,
    Truncate,
    Unlink,
    Upload,
    Wait,
)
from simulator.apps.plan import Job
from simulator.engine.network import TIMED_OUT, TOO_SHORT, TURNED_AWAY
from simulator.engine.world import World
from simulator.trace import Belief, Cause, Dialog, Refusal, Transfer
from simulator.trace.records import CAMERA

Event = Generator[simpy.Event, Any, Any]
#: How the driving of a pipeline came to its end.
#: ``died`` stands in its steps, ``killed`` came as a fault.
Ending = Literal["done", "failed", "cancelled", "died", "killed"]
#: How many pieces a transfer is cut into at most: the grain of the model, no property of an app.
GRAIN = 16
#: Bytes that one read call asks for where every call is recorded.
BUFFER = 65_536
#: The first API level on which an app can have the user asked before a deletion.
_REQUESTS_SINCE = 30
#: The first API level on which an item can be pending.
_PENDING_SINCE = 29
#: What a child process of the app that runs native code is called by the kernel.
_NATIVE = "ffmpeg"


class Host(Protocol):
    """What a job needs of the app that runs it: its *process*, and that it can die at a call."""

    process: Process

    def dies(self, job: RunningJob) -> None:
        """The process dies at a call of *job*."""

    def dies_at(self, at: str) -> bool:
        """Whether it is to die at that call."""


class _SendFailed(FileError):
    """A transfer broke off; *sent* bytes had been confirmed."""

    def __init__(self, error: str, sent: int) -> None:
        super().__init__(error)
        self.sent = sent


@define(eq=False)
class RunningJob:
    """A job that is under way: *job* is what the app's code knows, the rest what the world does.

    *clip* is the length of what it works on (seconds), *for_whom* on whose authority it works now,
    *because* the record that its next request follows from, *death* that of its process's death,
    *fault* that of what it failed by.  *occasion* is what it is done on (empty: the job itself);
    *leaving*: the user does not want it any more.
    """

    world: World
    app: Host
    job: Job
    because: int
    clip: float
    for_whom: str
    occasion: str = ""
    leaving: bool = False
    death: int = 0
    fault: int = 0
    handles: dict[int, OpenFile] = field(factory=dict)

    def drive(self, calls: Generator[Call, Any, None]) -> Generator[simpy.Event, Any, Ending]:
        """Run the pipeline to its end, its death, or the first refusal it does not handle."""
        result: Any = None
        error: CallFailed | Cancelled | None = None
        while True:
            try:
                call = calls.throw(error) if error else calls.send(result)
            except StopIteration:
                return "done"
            except (CallFailed, Cancelled) as end:
                return self._ended(end)
            result, error = None, None
            if type(call) is Die:
                self.app.dies(self)
                return "died"
            if self.app.dies_at(self.job.at):
                self.app.dies(self)
                return "killed"
            try:
                lasting = self._lasting(call)
                result = self._at_once(call) if lasting is None else (yield from lasting)
            except _SendFailed as broken:
                error = SendingFailed(broken.error, broken.sent)
                self.fault = self._last()
            except FileError as refused:
                error = CallFailed(refused.error)
                self.fault = self._last()
            except simpy.Interrupt as interrupt:
                if interrupt.cause is not Cancelled:
                    raise
                error = Cancelled()

    def _ended(self, end: CallFailed | Cancelled) -> Ending:
        log = self.world.log
        if isinstance(end, Cancelled):
            log.add(Cause, (self.because,), "app", "job cancelled")
            return "cancelled"
        log.add(Cause, (self.fault or self.because,), "fault", "job failed", end.error)
        return "failed"

    def _last(self) -> int:
        """The record of what a call failed by: the latest, if that speaks of a failure."""
        records = self.world.log.records
        return records[-1].id if isinstance(records[-1], Refusal | Transfer) else self.because

    def let_go(self) -> None:
        """What it has open is closed: by the runtime, or by the kernel if the process is gone."""
        for file in self.handles.values():
            if not file.closed:
                self.world.phone.fs.close(file.handle)
                file.closed = True

    def held(self) -> list[OpenFile]:
        """What it has open."""
        return [file for file in self.handles.values() if not file.closed]

    def _lasting(self, call: Call) -> Event | None:
        """What that call waits for; None where it takes no time."""
        if type(call) is Convert:
            return self._convert(call)
        if type(call) is Upload:
            return self._upload(call)
        if type(call) is Shoot:
            return self._shoot(call)
        if type(call) is Fetch:
            return self._fetch(call)
        if type(call) is Unlink:
            return self._unlink(call.path, call.via)
        if type(call) is AskToDelete:
            return self._ask_to_delete(call.path, call.more)
        if type(call) is AskToWrite:
            return self._ask_to_write(call.path)
        if type(call) is Confirm:
            return self._confirm(call.path)
        if type(call) is Wait:
            return self._wait(self.world.draws(call.quantity))
        return self._wait(call.seconds) if type(call) is Pause else None

    def _wait(self, seconds: float) -> Event:
        yield self.world.env.timeout(seconds)

    # -- calls that take no time -----------------------------------------------------------

    def _at_once(self, call: Call) -> Any:
        phone, app, why = self.world.phone, self.app.process, (self.because,)
        if type(call) is Open:
            number = len(self.handles) + 3
            self.handles[number] = phone.open(app, call.path, call.mode, why, "user", call.via)
            return number
        if type(call) is Close:
            phone.close(self.handles[call.handle])
        elif type(call) is MakeDirs:
            phone.makedirs(app, call.path, why, "app")
        elif type(call) is RemoveDir:
            phone.rmdir(app, call.path, why, self.for_whom)
        elif type(call) is Truncate:
            phone.truncate(app, call.path, why, self.for_whom)
        elif type(call) is Rename:
            phone.rename(app, call.path, call.to, why, self.for_whom)
        elif type(call) is Believe:
            self._believe(call.path, call.state)
        elif type(call) is OnBehalf:
            self.for_whom = call.whom
        else:
            return self._asked(call)
        return None

    def _asked(self, call: Call) -> Any:
        """What the app wants to know, or tells the phone."""
        if type(call) is Look:
            return self._look(call.path)
        if type(call) is ListFolder:
            return self._list(call.path)
        if type(call) is NewestItem:
            return self._newest(call.folder)
        if type(call) is NewItem:
            return self._new_item(call)
        if type(call) is Publish:
            return self._publish(call.path)
        if type(call) is Scan:
            return self._scan(call.path)
        assert type(call) is Recall
        return tuple(p for p, state in sorted(self.world.ledger.items()) if state in call.states)

    def _believe(self, path: str, state: str) -> None:
        self.world.ledger[path] = state
        self.world.log.add(Belief, (self.because,), path, state, self.app.process.package)

    # -- looking around --------------------------------------------------------------------

    def _look(self, path: str) -> Entry | None:
        inode = self.world.phone.fs.find(lower(path))
        if inode is None or inode.directory or not self._may_read(path):
            return None
        return self._entry(path, inode)

    def _list(self, folder: str) -> tuple[Entry, ...]:
        inode = self.world.phone.fs.find(lower(folder))
        names = sorted(inode.entries) if inode is not None else []
        found = (self._look(f"{folder}/{name}") for name in names)
        return tuple(entry for entry in found if entry is not None)

    def _newest(self, folder: str) -> Entry | None:
        rows = [
            row
            for row in self.world.phone.mediastore.below(folder)
            if dirname(row.path) == folder and row.shown and self._may_read(row.path)
        ]
        newest = max(rows, key=lambda row: row.id, default=None)
        return self._look(newest.path) if newest is not None else None

    def _may_read(self, path: str) -> bool:
        ruling = self.world.phone.ruling(self.app.process, "read", "path", path)
        return ruling.ruling == "allow"

    def _entry(self, path: str, inode: Inode) -> Entry:
        phone, now = self.world.phone, self.world.env.now
        # Apps compare what the clock says with what it said when the file was written.
        return Entry(path, inode.content.size, phone.wall(now) - phone.wall(inode.mtime))

    # -- MediaStore ------------------------------------------------------------------------

    def _new_item(self, call: NewItem) -> str:
        phone = self.world.phone
        path = free_name(call.path, lambda name: phone.fs.find(lower(name)) is not None)
        if not call.pending or phone.stack.api < _PENDING_SINCE:
            return path
        return with_mark(path, "pending", phone.clock + LASTS["pending"])

    def _publish(self, path: str) -> str:
        phone, app = self.world.phone, self.app.process
        name = marked(path)
        if name is None or name.mark != "pending":
            return path
        plain = free_name(without_mark(path), lambda name: phone.fs.find(lower(name)) is not None)
        trash.clear(phone, app, path, (self.because,), "user")
        return plain

    def _scan(self, path: str) -> None:
        cause = self.world.log.add(Cause, (self.because,), "app", "scan", path)
        scan_file(self.world.phone, (cause,), path)

    # -- calls that may wait for the user ----------------------------------------------------

    def _caller(self, via: str) -> tuple[Process, str]:
        """Which process of the app makes the call, and by which of the phone's routes."""
        app = self.app.process
        if via == "native":
            return evolve(app, cmdline=_NATIVE, parent=app), "path"
        return app, via

    def _unlink(self, path: str, via: str, more: tuple[str, ...] = ()) -> Event:
        phone = self.world.phone
        app, via = self._caller(via)
        why, whom = (self.because,), self.for_whom
        try:
            phone.unlink(app, path, why, whom, via, dialogs=True, more=more)
        except ConsentNeeded as waiting:
            agreed = yield from self._answer(waiting.dialog)
            if not agreed:
                phone.decline(waiting)
                return
            phone.unlink(app, path, why, whom, via, agreed=True, resume=waiting.operation)

    def _ask_to_delete(self, path: str, more: tuple[str, ...] = ()) -> Event:
        api = self.world.phone.stack.api
        if api >= _REQUESTS_SINCE:
            yield from self._unlink(path, "request", more)
            for other in more:
                # One dialog was for all of them.
                self.world.phone.unlink(
                    self.app.process,
                    other,
                    (self.because,),
                    self.for_whom,
                    "request",
                    agreed=True,
                )
            return
        for one in (path, *more):
            # Android 10 asks about both at once: may the app modify or delete it?
            yield from self._ask_to_write(one, "delete")
            yield from self._unlink(one, "mediastore")

    def _ask_to_write(self, path: str, asks: str = "change") -> Event:
        """Android's dialog about changing an item; Android 10 has it for one item at a time."""
        phone, app = self.world.phone, self.app.process
        if phone.stack.api < _REQUESTS_SINCE - 1:
            raise FileError("ENOSYS")
        if phone.request_write(app, path, agreed=False):
            return
        inode = phone.fs.find(lower(path))
        file = inode.identity if inode is not None else None
        dialog = self.world.log.add(Dialog, (self.because,), CONSENT, app.package, path, file, asks)
        agreed = yield from self._answer(dialog)
        if not agreed:
            raise FileError("EACCES")
        phone.request_write(app, path, agreed=True)

    def _answer(self, dialog: int) -> Generator[simpy.Event, Any, bool]:
        """Wait for the user; a dialog that is ignored is waited for to the end of the run."""
        consent, env = self.world.scenario.consent, self.world.env
        if consent.answer == "ignores":
            yield env.event()
        yield env.timeout(consent.after)
        self.because = self.world.log.add(Cause, (dialog,), "user", consent.answer)
        return consent.answer == "agrees"

    def _confirm(self, path: str) -> Event:
        yield self.world.env.timeout(self.world.draws("confirm_delay"))
        self.because = self.world.log.add(Cause, (self.because,), "user", "keep shot", path)

    # -- calls that take time --------------------------------------------------------------

    def _convert(self, call: Convert) -> Event:
        world, phone = self.world, self.world.phone
        source, target = self.handles[call.source], self.handles[call.target]
        identity = (source.handle.inode.identity,)
        content = source.content
        recipe, size, lasts = self._planned(call, target.path)
        pieces, before, sent, error = self._pieces(content.size), self.because, 0, None
        if call.sends:
            self._transfers("started", target, 0)
        for i in range(1, pieces + 1):
            begun, piece = world.env.now, share(size, i, pieces)
            yield world.env.timeout(lasts / pieces)
            if phone.read(source, share(content.size // call.parts, i, pieces)):
                phone.write(target, recipe, piece, identity)
            if call.sends and error is None:
                error = yield from self._send(piece, begun)
                sent += 0 if error else piece
        if call.sends:
            self._transfers("failed" if error else "confirmed", target, sent)
        if error is not None:
            self.because = before
            raise _SendFailed(error, sent)
        return size

    def _planned(self, call: Convert, target: str) -> tuple[str, int, float]:
        """What a conversion makes: recipe and size (bytes), and how long it takes (s)."""
        draws, source = self.world.draws, self.handles[call.source].content
        by_storage = source.size / draws("copy_speed")
        if call.how == "copy":
            return source.recipe, source.size, by_storage
        if call.how == "extract":
            size = source.size // call.parts
            return f"{target} of {source.recipe}", size, by_storage / call.parts
        small = min(source.size, int(draws("thumbnail_size")))
        if call.how == "thumbnail" or not self.clip:
            # A picture has no length: its version is one of few bytes.
            return f"thumbnail of {source.recipe}", small, by_storage
        speed = draws("transcode_speed")
        made = "transcoded"
        if call.how == "watermark":
            speed, made = speed * draws("watermark_speed"), "watermarked"
        size = int(draws("output_rate") * self.clip)
        return f"{made} {source.recipe}", size, self.clip / speed

    def _shoot(self, call: Shoot) -> Event:
        """Record, as long as the clip lasts; whose it is says where the data comes from."""
        world, file = self.world, self.handles[call.handle]
        lasts = self.clip * call.share
        size = int(world.draws("capture_rate") * lasts)
        pieces = self._pieces(size)
        recipe = f"shot at {world.env.now:.6f} {file.path}"
        for i in range(1, pieces + 1):
            yield world.env.timeout(lasts / pieces)
            world.phone.write(file, recipe, share(size, i, pieces), (CAMERA,))
        return size

    def _fetch(self, call: Fetch) -> Event:
        """Write what comes over the network; a link is as fast downwards as it is upwards."""
        world, file = self.world, self.handles[call.handle]
        size = int(world.draws("output_rate") * self.clip * call.share)
        recipe, pieces = f"from the server {file.path}", self._pieces(size)
        for i in range(1, pieces + 1):
            piece = share(size, i, pieces)
            error = yield from self._send(piece)
            if error is not None:
                raise FileError(error)
            world.phone.write(file, recipe, piece, ())
        return size

    def _pieces(self, size: int) -> int:
        calls = max(1, ceil(size / BUFFER))
        return calls if self.world.phone.every_call else min(GRAIN, calls)

    # -- sending ---------------------------------------------------------------------------

    def _upload(self, call: Upload) -> Event:
        world, phone, file = self.world, self.world.phone, self.handles[call.handle]
        size = file.handle.inode.content.size
        file.handle.offset = sent = call.offset
        chunk = int(world.draws("upload_chunk"))
        if size <= world.draws("upload_whole_below"):
            chunk = max(1, size)
        before = self.because
        self._transfers("started", file, call.offset)
        while sent < size:
            piece = phone.read(file, chunk)
            # Somebody may have cut the file short meanwhile.
            error = (yield from self._send(piece)) if piece else TOO_SHORT
            if error is not None:
                self._transfers("failed", file, sent)
                self.because = before
                under_way = chunk * (int(world.draws("upload_parallel")) - 1)
                raise _SendFailed(error, max(call.offset, sent - under_way))
            sent += piece
        self._transfers("confirmed", file, sent)
        return sent

    def _send(
        self, piece: int, ready: float | None = None
    ) -> Generator[simpy.Event, Any, str | None]:
        """Send one piece (bytes) that was ready at second *ready*; gives the error, if any."""
        world, now = self.world, self.world.env.now
        patience = world.draws("upload_timeout")
        at = now if ready is None else ready
        left = piece / world.draws("upload_speed")
        while (lost := world.network.lost(at, at + left)) is not None:
            since = max(at, lost.start)
            if lost.end > since + patience:
                yield world.env.timeout(max(0.0, since + patience - now))
                return TIMED_OUT
            left -= since - at
            at = lost.end
        yield world.env.timeout(max(0.0, at + left - now))
        return TURNED_AWAY if world.network.has_errors(world.env.now) else None

    def _transfers(self, state: str, file: OpenFile, size: int) -> None:
        world, identity = self.world, file.handle.inode.identity
        self.because = world.log.add(
            Transfer, (self.because,), state, file.path, identity, size, self.app.process.package
        )


def share(size: int, i: int, pieces: int) -> int:
    """The size of piece *i* (from 1) of so many; together they are *size* (bytes)."""
    return size * i // pieces - size * (i - 1) // pieces
