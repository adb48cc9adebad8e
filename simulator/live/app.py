"""The app's process as seen from the recording side: it is started, listened to, and ended."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from attrs import frozen

from simulator.errors import Unavailable
from simulator.message import Message

#: One line of the worker, as it came.
Line = Mapping[str, Any]


@frozen
class Act:
    """One call of the app, as the worker told it; *number* counts from 1 in every life.

    *asked* and *done* are times (``time.monotonic``); *done* is None where the process died first.
    *session* is the number of the open call that a read, write, close or upload belongs to,
    *source* that of the session whose data is written.  Sizes are in bytes.
    """

    number: int
    verb: str
    asked: float
    done: float | None = None
    path: str = ""
    to: str | None = None
    mode: str | None = None
    state: str | None = None
    session: int | None = None
    source: int | None = None
    how: str | None = None
    inode: int | None = None
    created: bool = False
    size: int | None = None
    digest: str | None = None
    links: int | None = None
    error: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether the call is known to have taken effect."""
        return self.done is not None and self.error is None


@frozen
class Life:
    """One start of the app's process: its calls, and whether it was *killed* at its end."""

    started: float
    ended: float
    killed: bool
    acts: tuple[Act, ...]


class App:
    """The app's process in one life; *job* is what the worker reads from its standard input.

    *heed* is called with every line in the order told, from a thread, before :meth:`lines` gives
    it.
    """

    def __init__(self, job: Mapping[str, Any], heed: Callable[[Line], None]) -> None:
        self._heed = heed
        self._told: list[Line] = []
        self._waiting: queue.SimpleQueue[Line | None] = queue.SimpleQueue()
        self._complaint = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self.started = self.ended = time.monotonic()
        self._process = _start(self._complaint.fileno())
        self._listener = threading.Thread(target=self._listen, name="cachelife-app", daemon=True)
        self._listener.start()
        self._hand_over(job)

    def lines(self) -> Iterator[Line]:
        """What the worker tells, as it comes, until the process has ended."""
        return iter(self._waiting.get, None)

    def finish(self) -> Life:
        """Wait for the end of the process, and give its life.

        Raises Unavailable if it ended in a way that no pipeline ends in.
        """
        self._end()
        code = self._process.returncode
        if code not in {0, -signal.SIGKILL}:
            raise Unavailable(
                Message("the app's process failed: {why}", why=self._last_words() or code)
            )
        return Life(self.started, self.ended, code != 0, acts(self._told))

    def close(self) -> None:
        """End the process if it still runs; what it told has been heeded when this returns."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._end()
        self._complaint.close()

    def _end(self) -> None:
        self._listener.join()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _hand_over(self, job: Mapping[str, Any]) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        # A process that is gone already is noticed when its end is waited for.
        with suppress(BrokenPipeError):
            stdin.write(json.dumps(job).encode() + b"\n")
            stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for text in self._process.stdout:
            # The last line of a killed process may be cut short.
            if text.endswith(b"\n"):
                line = json.loads(text)
                self._told.append(line)
                self._heed(line)
                self._waiting.put(line)
        self.ended = time.monotonic()
        self._waiting.put(None)

    def _last_words(self) -> str:
        self._complaint.seek(0)
        words = self._complaint.read().decode(errors="replace").strip().splitlines()
        return words[-1] if words else ""


def acts(lines: list[Line]) -> tuple[Act, ...]:
    """The calls behind the worker's lines, in the order in which they were asked."""
    outcomes = {line["n"]: line for line in lines if "done" in line}
    return tuple(_act(line, outcomes.get(line["n"], {})) for line in lines if "ask" in line)


def _act(asked: Line, outcome: Line) -> Act:
    facts = {**asked, **outcome}
    for name in ("n", "t", "ask", "done"):
        facts.pop(name, None)
    return Act(asked["n"], asked["ask"], asked["t"], outcome.get("t"), **facts)


def _start(complaint: int) -> subprocess.Popen[bytes]:
    home = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(p for p in (home, os.environ.get("PYTHONPATH")) if p)
    return subprocess.Popen(
        # -P keeps whatever lies in the working folder from being imported.
        [sys.executable, "-P", "-m", "simulator.live.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaint,
        env={**os.environ, "PYTHONPATH": path},
        # In a session of its own, so that Ctrl-C reaches only the process that takes down.
        start_new_session=True,
    )
