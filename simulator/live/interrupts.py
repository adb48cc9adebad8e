"""Signals that end a run: what was set up is taken down before they have their way."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Interrupts:
    """While it is entered, SIGINT, SIGTERM and SIGHUP raise KeyboardInterrupt, and only once.

    Outside the main thread it does nothing, as handlers can only be set there.
    """

    def __init__(self) -> None:
        self._before: dict[signal.Signals, Any] = {}
        self._came = self._raised = self._held = False

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            for number in _catchable():
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    @contextmanager
    def held(self) -> Generator[None]:
        """Hold a signal back until the end of the block, so that the block is done as a whole."""
        outer, self._held = self._held, True
        try:
            yield
        finally:
            self._held = outer
        self._let_go()

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        self._came = True
        self._let_go()

    def _let_go(self) -> None:
        # Once is enough: a second Ctrl-C must not interrupt the taking down.
        if self._came and not self._raised and not self._held:
            self._raised = True
            raise KeyboardInterrupt


def _catchable() -> list[signal.Signals]:
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    # An ignored signal stays ignored (nohup); one set outside Python could not be put back.
    return [n for n in numbers if signal.getsignal(n) not in {None, signal.SIG_IGN}]
