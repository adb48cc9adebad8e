"""Four looks at one deletion: what the app's log, two layers and the album have of it.

Each look is made from the records that this look alone would have.  Nothing here draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeVar

from attrs import frozen

from simulator.message import Message
from simulator.telling.figures import sentences as say
from simulator.telling.figures.filebars import DRESSES, Dress
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import NoFigure
from simulator.telling.figures.setting import plain
from simulator.telling.figures.story import Act, Story
from simulator.telling.stacks import NAMES
from simulator.telling.story import SYSTEM_NAMES
from simulator.trace import (
    FileEvent,
    FileState,
    Match,
    Pass,
    Record,
    Trace,
)
from simulator.verdict.judge import Verdict

R = TypeVar("R", bound=Record)
Place = Literal["there", "gone", "unsaid"]
#: Deeds that take a name or a content away.
_DEEDS = frozenset({"remove", "rename", "trash", "overwrite", "empty"})
#: So many lines are told of what came before, and of what came after; fewer where room is short.
LINES: tuple[tuple[int, int], ...] = ((2, 4), (1, 3), (1, 2), (0, 1))


@frozen
class Entry:
    """One line of a look: when, by which records, and what it says."""

    t: float
    records: tuple[int, ...]
    says: Message


@frozen
class Thing:
    """A file as a look has it: whose it is, its name, whether it is there, and by which record."""

    dress: Dress
    path: str
    place: Place
    says: Message | None = None
    digest: str | None = None
    record: int | None = None


@frozen
class Look:
    """One look: who looks (at which *layer*), what it can see, what it has, and what follows.

    *concludes* is what somebody who had this look alone would say; *clause* is that for a title.
    """

    name: Message
    layer: str | None
    sees: Message
    before: tuple[Entry, ...]
    things_before: tuple[Thing, ...]
    after: tuple[Entry, ...]
    things_after: tuple[Thing, ...]
    concludes: Message
    clause: Message


@frozen
class Case:
    """The one deletion: its request, its file, and the run in which it takes place.

    *names* are all that the file had until the end of the run; *lines* is how many lines a look
    has before and after the request.
    """

    trace: Trace
    verdict: Verdict
    story: Story
    act: Act
    file: str | None
    names: tuple[str, ...]
    dress: Dress
    lines: tuple[int, int] = LINES[0]

    @property
    def end(self) -> float:
        """The end of the run."""
        return self.story.end

    def within(self, record: Record) -> bool:
        """Whether a record belongs to the run, and not to what becomes of a bin afterwards."""
        return record.t <= self.end

    def dress_of(self, file: str | None) -> Dress:
        """The dress of any file of the run."""
        return self.dress if file == self.file else DRESSES[self.verdict.files.of(file).role]

    def after(self, record: Record) -> bool:
        """Whether it came with the request or later."""
        return record.id >= self.act.record

    def led_to(self, kind: type[R]) -> list[R]:
        """The records of that kind that the request led to directly."""
        return [
            r for r in self.trace.records if isinstance(r, kind) and self.act.record in r.because
        ]


# -- the one deletion --------------------------------------------------------------------------


def case(material: Material) -> Case:
    """The deletion that the figure is about; raises :class:`NoFigure` where there is none."""
    trace, verdict, told = material.trace, material.verdict, material.run.story
    act = _act(verdict, told)
    if act is None:
        raise NoFigure(
            Message("nothing is asked to be removed in this run, so there is nothing to look at")
        )
    file = _file(trace, verdict, told, act)
    dress: Dress = "folder" if act.whose == "folder" else DRESSES[verdict.files.of(file).role]
    return Case(trace, verdict, told, act, file, _names(trace, file, act, told.end), dress)


def _act(verdict: Verdict, told: Story) -> Act | None:
    acts = [act for act in told.focus if act.deed in _DEEDS and act.asked_by is not None]
    heard = next((act for act in acts if act.notice or act.silences), None)
    if heard is not None:
        return heard
    by_record = {act.record: act for act in told.acts}
    for removal in verdict.removals:
        if removal.record in by_record and removal.asked_by is not None:
            return by_record[removal.record]
    return acts[0] if acts else None


def _file(trace: Trace, verdict: Verdict, told: Story, act: Act) -> str | None:
    if act.whose == "original" and told.original is not None:
        return told.original.file
    removal = next((r for r in verdict.removals if r.record == act.record), None)
    if removal is not None and removal.file is not None:
        return removal.file
    for record in trace.records:
        if act.record in record.because and isinstance(record, FileEvent | Match | Pass):
            return record.file
    return _known_as(trace, act)


def _known_as(trace: Trace, act: Act) -> str | None:
    """Which file had that name last, before the request."""
    found = None
    for record in trace.records[: act.record]:
        if isinstance(record, FileEvent | FileState):
            to = record.to if isinstance(record, FileEvent) else None
            found = record.file if act.path in {record.path, to} else found
    return found


def _names(trace: Trace, file: str | None, act: Act, end: float) -> tuple[str, ...]:
    names = {act.path: None} if act.whose != "original" else {}
    for record in trace.records:
        if record.t > end or file is None:
            break
        if isinstance(record, FileState | FileEvent) and record.file == file:
            names[record.path] = None
            if isinstance(record, FileEvent) and record.to is not None:
                names[record.to] = None
    return tuple(names) or (act.path,)


def who(trace: Trace, package: str | None) -> Message:
    """A process by the name that a person knows it by, at the head of a sentence."""
    if package is None:
        return Message("Somebody")
    if package in trace.header.labels:
        return say.label(trace, package)
    return NAMES.get(package) or SYSTEM_NAMES.get(package) or Message("{name}", name=plain(package))


def some(entries: Sequence[Entry], most: int, *, last: bool = False) -> tuple[Entry, ...]:
    """At most so many entries, and a line for those left out; or the *last* of them alone."""
    if len(entries) <= most:
        return tuple(entries)
    left = len(entries) - most
    if last:
        return tuple(entries[left:])
    if left == 1:
        return tuple(entries)
    ids = tuple(i for entry in entries[most:] for i in entry.records)
    end = f"{entries[-1].t:.2f}"
    more = Message("and {number} more lines, the last at {t} s", number=left, t=end)
    return (*entries[:most], Entry(entries[most].t, ids, more))
