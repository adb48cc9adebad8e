"""A recorded case, played: what a slow reader of inotify would find in the queue at the end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any

from attrs import frozen

from simulator.android.files import FileError, FileSystem
from simulator.android.linux.bindfs import Bindfs
from simulator.android.linux.fuse import Fuse
from simulator.android.linux.inotify import MAX_QUEUED_EVENTS, Inotify, Seen
from simulator.android.linux.kernel import Kernel
from simulator.android.linux.native import Native
from simulator.android.linux.operations import Stage, perform
from simulator.errors import UnknownName
from simulator.message import Message

LOWER, UPPER = "/lower", "/upper"
#: Where the calls go and where the watches sit; above and below differ on FUSE only.
SETUPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ext4": (LOWER, LOWER),
        "tmpfs": (LOWER, LOWER),
        "fuse-bindfs": (UPPER, UPPER),
        "fuse-ops-lower-watch-upper": (LOWER, UPPER),
        "fuse-ops-upper-watch-lower": (UPPER, LOWER),
    }
)
_CAPACITY = 1 << 40
#: Names with a number that differs from run to run, and how they are compared.
_RANDOM = (
    (re.compile(r"^\.fuse_hidden[0-9a-f]+$"), ".fuse_hidden*"),
    (re.compile(r"^#\d+$"), "#*"),
)


@frozen
class Case:
    """What is done on which set-up, and what is watched: all that a prediction may look at."""

    name: str
    fs: str
    setup: Sequence[Any]
    ops: Sequence[Any]
    watched: Sequence[str]
    mask: int
    dirs: Sequence[str] = ("a", "b")
    max_queued_events: int = MAX_QUEUED_EVENTS


def predict(case: Case) -> tuple[Seen, ...]:
    """What the queue holds after all operations, or after those before the first refused one."""
    setup, where = Message("set-up"), Message("case “{name}” ({fs})", name=case.name, fs=case.fs)
    stage = _stage(case)
    try:
        perform(stage, case.setup, Message("{where}, {part}", where=where, part=setup))
        for label in case.watched:
            stage.kernel.watch(stage.inotify, f"{stage.watched}/{label}", case.mask, label)
        perform(stage, case.ops, where)
    except FileError:
        pass
    return tuple(stage.inotify.read())


def _stage(case: Case) -> Stage:
    if case.fs not in SETUPS:
        raise UnknownName(Message("set-up"), case.fs, tuple(SETUPS))
    fs = FileSystem(_CAPACITY)
    for path in (LOWER, UPPER, *(f"{LOWER}/{name}" for name in case.dirs)):
        fs.mkdir(path, "system")
    kernel = Kernel(Native(fs))
    root, watched = SETUPS[case.fs]
    if UPPER in (root, watched):
        kernel.mount(UPPER, Fuse(Bindfs(kernel, LOWER)))
    return Stage(kernel, Inotify(case.max_queued_events), root, watched)


def comparable(events: Iterable[Sequence[Any]]) -> tuple[tuple[Any, ...], ...]:
    """*events* with random names made equal and adjacent duplicates (but ``IN_IGNORED``) as one.

    How many equal events a queue holds is a matter of how fast it is read.
    """
    out: list[tuple[Any, ...]] = []
    for _, same in groupby(enumerate(events), key=_merge_key):
        _, (mask, label, name, *cookie) = next(iter(same))
        out.append((mask, label, _plain(name), *cookie))
    return tuple(out)


def _merge_key(numbered: tuple[int, Sequence[Any]]) -> tuple[Any, ...]:
    number, (mask, label, name, *_) = numbered
    return (mask, label, name, number if mask == "IN_IGNORED" else None)


def _plain(name: str) -> str:
    for pattern, plain in _RANDOM:
        name = pattern.sub(plain, name)
    return name


__all__ = ["SETUPS", "Case", "comparable", "predict"]
