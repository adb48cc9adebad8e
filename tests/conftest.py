"""What several tests share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import cache

import pytest

from simulator import engine
from simulator.documents import Document
from simulator.scenario import library
from simulator.scenario.model import Scenario
from simulator.trace import Trace
from simulator.verdict.judge import Verdict, judge

Judged = tuple[Trace, Verdict]


@pytest.fixture(autouse="MUTANT_UNDER_TEST" in os.environ)
def _forget() -> None:
    """Under a mutation tool, which runs many sessions in one process: start without caches."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("simulator."):
            for value in list(vars(module).values()):
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()


@cache
def _document(name: str) -> Document[Scenario]:
    return library.read(name)


@pytest.fixture
def world() -> Callable[..., Scenario]:
    """A shipped scenario, some values changed: ``world("album-pipeline", phone__stack="fuse")``."""

    def make(name: str = "album-pipeline", **changes: str) -> Scenario:
        values = {path.replace("__", "."): value for path, value in changes.items()}
        document = _document(name)
        return (document.with_text(values) if values else document).value

    return make


@pytest.fixture
def judged(world: Callable[..., Scenario]) -> Callable[..., Judged]:
    """The trace and the verdict of such a world."""

    def make(name: str = "album-pipeline", *, seed: int = 0, **changes: str) -> Judged:
        trace = engine.run(world(name, **changes), seed)
        return trace, judge(trace)

    return make


@pytest.fixture
def cachelife(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command line in this process; gives (exit code, stdout, stderr)."""
    from simulator.cli.main import main

    def run(*arguments: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return int(stop.value.code or 0), out, err

    return run
