"""One live run from beginning to end: set up, let the app work, take down, put together."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from posixpath import normpath
from typing import Any, Literal

from attrs import asdict, evolve, field, frozen

from simulator.apps.steps import Plan, Step
from simulator.live import video
from simulator.live.app import App, Life, Line
from simulator.live.assemble import Recording, assemble
from simulator.live.interrupts import Interrupts
from simulator.live.raw import RawFile
from simulator.live.recorder import Event, Recorder, require_inotify
from simulator.live.sandbox import Sandbox, opened
from simulator.live.sink import Sink
from simulator.message import Message
from simulator.trace import Trace

How = Literal["transcode", "copy"]


def _positive(_job: object, attribute: Any, value: float) -> None:
    if value <= 0:
        raise ValueError(f"{attribute.name} must be greater than 0")


@frozen
class Job:
    """What is to be done for real.

    *source* is any media file of the user, which is only read; None has a small video made.
    *lives* are the steps of each start of the app's process.  The paths of *plan* are relative to
    the sandbox.  Chunks are in bytes, *clean_up_delay* in seconds.
    """

    source: Path | None
    lives: tuple[tuple[Step, ...], ...]
    plan: Plan
    upload_chunk: int = field(default=65_536, validator=_positive)
    copy_chunk: int = field(default=65_536, validator=_positive)
    clean_up_delay: float = 0.05


@frozen
class Recorded:
    """What came of a job.

    *inotify* is the whole queue in its order: mask, folder relative to the sandbox (``""`` is the
    sandbox itself), name.  *how* is how the copy was really made.  *copy_size* is the size of what
    was uploaded or, without an upload, of what was written last.  *received* is size and SHA-256
    of what the server got.  All sizes are in bytes.  *left* names what was in the sandbox at the
    end and had not been made by the run; *sandbox* is then the folder that stayed behind for it.
    """

    trace: Trace
    inotify: tuple[tuple[str, str, str], ...]
    how: How
    original_size: int
    copy_size: int
    received: tuple[int, str]
    left: tuple[str, ...]
    sandbox: Path | None = None


def record(
    job: Job, *, version: str, progress: Callable[[Message], None] | None = None
) -> Recorded:
    """Do *job* in a fresh sandbox folder under a real inotify watcher, and take it all down again.

    *version* is that of the program, for the trace; *progress* is told what happens.

    Raises InputError for a file or a path that cannot be used, Unavailable where this machine
    lacks inotify or room, and KeyboardInterrupt, after the sandbox is gone, for SIGINT, SIGTERM
    or SIGHUP.
    """
    require_inotify()
    with Interrupts() as interrupts, ExitStack() as stack:
        with interrupts.held():
            run = _Run(job, interrupts, progress or _quiet)
            stack.callback(run.take_down)
        return run.record(version)


class _Run:
    """A run in progress: what it has set up so far."""

    def __init__(self, job: Job, interrupts: Interrupts, say: Callable[[Message], None]) -> None:
        self.job, self.interrupts, self.say = evolve(job, plan=_plain(job.plan)), interrupts, say
        self.sandbox = Sandbox()
        self.sink: Sink | None = None
        self.recorder: Recorder | None = None
        self.app: App | None = None
        self.left: tuple[str, ...] | None = None

    def record(self, version: str) -> Recorded:
        """Everything, in order."""
        job = self.job
        size = self._lay_out()
        how = self._how()
        plan = evolve(job.plan, how=how)
        self.say(Message("the video lies in the sandbox: {size} bytes", size=size))
        before = self.sandbox.files()
        start, lives, queue, received = self._watch(plan)
        end, after = time.monotonic(), self.sandbox.files()
        recording = Recording(plan, start, end, before, after, lives, queue)
        trace = assemble(recording, version)
        left = self.take_down()
        return Recorded(
            trace=trace,
            inotify=tuple((e.mask, e.folder, e.name) for e in queue),
            how=how,
            original_size=size,
            copy_size=_copy_size(lives),
            received=received,
            left=left,
            sandbox=self.sandbox.root if self.sandbox.root.exists() else None,
        )

    def take_down(self) -> tuple[str, ...]:
        """End and remove all that is still there; gives what was left in the sandbox."""
        with self.interrupts.held():
            return self._take_down()

    def _take_down(self) -> tuple[str, ...]:
        if self.left is None:
            if self.app is not None:
                self.app.close()
            if self.recorder is not None:
                self.recorder.stop()
            if self.sink is not None:
                self.sink.stop()
            self.left = self.sandbox.close()
        return self.left

    # -- setting up ------------------------------------------------------------------------

    def _lay_out(self) -> int:
        """The folders and the original; gives the original's size in bytes."""
        plan = self.job.plan
        # All folders are there before they are watched: what a fresh folder sees first, a watch
        # set afterwards has missed.
        self.sandbox.lay_out((plan.original, plan.copy, plan.temp, plan.beside))
        if self.job.source is None:
            return self.sandbox.put(plan.original, video.sample())[0]
        return self.sandbox.adopt(self.job.source, plan.original)[0]

    def _how(self) -> How:
        if self.job.plan.how == "copy":
            return "copy"
        with opened(self.sandbox.root / self.job.plan.original) as fd:
            return "transcode" if video.can_transcode(RawFile(fd)) else "copy"

    # -- the run itself --------------------------------------------------------------------

    def _watch(
        self, plan: Plan
    ) -> tuple[float, tuple[Life, ...], tuple[Event, ...], tuple[int, str]]:
        """Record while the app lives: the start, its lives, the queue, what the sink received."""
        with self.interrupts.held():
            self.sink = Sink()
        start = time.monotonic()
        with self.interrupts.held():
            self.recorder = Recorder(self.sandbox.root, ("", *self.sandbox.folders))
        lives = tuple(self._live(plan, steps) for steps in self.job.lives)
        # An interrupted join takes a thread for ended that still runs.
        with self.interrupts.held():
            self.recorder.stop()
        return start, lives, self.recorder.events(), self.sink.received

    def _live(self, plan: Plan, steps: tuple[Step, ...]) -> Life:
        assert self.sink is not None
        order = {
            "root": str(self.sandbox.root),
            "port": self.sink.port,
            # Whom a plan tells of its choices is nothing that a process can send to another.
            "plan": asdict(plan, filter=lambda attribute, _value: attribute.name != "noted"),
            "steps": [asdict(step) for step in steps],
            "upload_chunk": self.job.upload_chunk,
            "copy_chunk": self.job.copy_chunk,
            "clean_up_delay": self.job.clean_up_delay,
        }
        with self.interrupts.held():
            self.app = App(order, _Account(self.sandbox).heed)
        self.say(Message("the app starts"))
        for line in self.app.lines():
            said = _said(line)
            if said is not None:
                self.say(said)
        with self.interrupts.held():
            life = self.app.finish()
            self.app.close()
        if life.killed:
            self.say(Message("the app's process was killed"))
        return life


def _plain(plan: Plan) -> Plan:
    """The same plan with its paths spelt as a listing of the sandbox spells them."""
    return evolve(
        plan,
        original=normpath(plan.original),
        copy=normpath(plan.copy),
        temp=normpath(plan.temp),
        beside=normpath(plan.beside),
    )


class _Account:
    """Keeps the sandbox's account of its own files, from what the worker tells."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._asked: dict[int, Line] = {}

    def heed(self, line: Line) -> None:
        """Take note of a line of the worker."""
        if "ask" in line:
            if line["ask"] in {"open", "unlink", "rename"} and line.get("mode") != "read":
                self._asked[line["n"]] = line
                self._sandbox.announce(*_names(line))
            return
        asked = self._asked.pop(line["n"], None)
        if asked is not None:
            if "error" not in line:
                self._effect(asked, line)
            self._sandbox.settled(*_names(asked))

    def _effect(self, asked: Line, outcome: Line) -> None:
        if asked["ask"] == "rename":
            self._sandbox.renamed(asked["path"], asked["to"])
        elif asked["ask"] == "unlink":
            self._sandbox.unlinked(asked["path"])
        elif outcome["created"]:
            self._sandbox.created(asked["path"], outcome["inode"])


def _names(line: Line) -> tuple[str, ...]:
    return tuple(str(line[key]) for key in ("path", "to") if key in line)


def _said(line: Mapping[str, Any]) -> Message | None:
    """What a person is told of a line of the worker."""
    verb, path = line.get("ask"), line.get("path")
    if verb == "open" and line["mode"] == "write":
        return Message("the app writes {path}", path=path)
    if verb == "upload":
        return Message("the app uploads {path}", path=path)
    if verb == "unlink":
        return Message("the app deletes {path}", path=path)
    if verb == "rename":
        return Message("the app renames {path} to {to}", path=path, to=line["to"])
    if verb == "fail":
        return Message("the app gives up: {error}", error=line["error"])
    return None


def _copy_size(lives: tuple[Life, ...]) -> int:
    """The size of what was uploaded last or, without an upload, written last; in bytes."""
    done = [act for life in lives for act in life.acts if act.succeeded]
    for verb in ("upload", "convert"):
        sizes = [act.size for act in done if act.verb == verb and act.size is not None]
        if sizes:
            return sizes[-1]
    return 0


def _quiet(_message: Message) -> None:
    """Progress that nobody wants to hear of."""
