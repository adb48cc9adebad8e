"""Two stories side by side: what both have in common, what each ends with, and what is the same.

Everything here is read from records; nothing draws, and nothing has a language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from attrs import frozen

from simulator.outcomes import Answer
from simulator.scenario.model import Assumed
from simulator.telling.figures.material import Material, Run
from simulator.telling.figures.story import Act, Stay, Story
from simulator.trace import Match, Notice, Refusal, Trace
from simulator.verdict.judge import Verdict
from simulator.verdict.said import NoticeCheck, Silence
from simulator.watchers import library
from simulator.watchers.rule import Rule
from simulator.worlds.finding import Finding

#: Where a file lies, in the order of the shelves.
Shelf = Literal["album", "shared", "private", "bin"]
#: What became of a value that was tried: the same notice (or silence) and the same fate of the
#: original, no such notice, a notice where there was none or another one, the other fate of the
#: original, or no phone can be like that.
Tried = Literal["holds", "no_notice", "other_notice", "other_fate", "no_phone"]
_PRIVATE = ("/data/", "Android/data/", "Android/media/")
#: Values of the factor that says where the copy lies, for places nobody else looks at.
_HIDDEN_PLACES = ("internal-cache", "external-cache", "internal-files", "external-files")
#: The easiest answer first.
_EASIEST: tuple[Answer, ...] = ("silently", "after_consent", "cannot_tell", "no")


@frozen
class Side:
    """One of the two stories: its run, and the request in it that matters."""

    run: Run
    act: Act | None

    @property
    def trace(self) -> Trace:
        """What happened."""
        return self.run.trace

    @property
    def verdict(self) -> Verdict:
        """The three answers."""
        return self.run.verdict

    @property
    def story(self) -> Story:
        """One original and its copies."""
        return self.run.story

    @property
    def notice(self) -> Notice | None:
        """What the phone said about it, or at all."""
        if self.act is not None and self.act.notice is not None:
            return self.act.notice
        return next((check.notice for check in self.verdict.notices), None)

    @property
    def check(self) -> NoticeCheck | None:
        """That notice, part by part."""
        return next((c for c in self.verdict.notices if c.notice is self.notice), None)

    @property
    def match(self) -> Match | None:
        """The rule that fitted."""
        return self.act.match if self.act is not None else None

    @property
    def silence(self) -> Silence | None:
        """Why the phone said nothing."""
        own = self.act.silences if self.act is not None else ()
        return next(iter((*own, *self.verdict.silences)), None)

    @property
    def refusal(self) -> Refusal | None:
        """What stopped the request."""
        return self.act.refusal if self.act is not None else None

    @property
    def made(self) -> Sequence[Stay]:
        """The files that the app itself made, and no original, where they were at first."""
        package = (self.trace.header.app or {}).get("package")
        return [
            stay
            for stay in self.story.stays
            if stay.whose != "original"
            and stay.lane != "bin"
            and getattr(self.trace[stay.record], "asked_by", package) == package
            and getattr(self.trace[stay.record], "verb", "") not in {"rmdir", "unlink"}
        ]

    @property
    def touched(self) -> bool | None:
        """Whether the original is not what it was; None where nobody can tell."""
        original = self.story.original
        if original is None or original.end.fate == "cannot_tell":
            return None
        return original.end.fate != "intact"

    def shelves(self, t: float) -> Mapping[Shelf, Stay]:
        """What lies where at *t*: of several files in one place, the one that the story follows."""
        found: dict[Shelf, Stay] = {}
        for stay in self.story.stays:
            if stay.start <= t and (t < stay.end or t == stay.end == self.story.end):
                shelf = shelf_of(stay)
                if shelf not in found or stay.whose == "original":
                    found[shelf] = stay
        return found


def shelf_of(stay: Stay) -> Shelf:
    """Where a file lies."""
    if stay.lane == "bin":
        return "bin"
    if stay.path.startswith(_PRIVATE):
        return "private"
    if stay.lane == "original" or (stay.whose == "original" and stay.state == "aside"):
        return "album"
    return "shared"


@frozen
class Value:
    """A value that was tried for an unknown, and what came of it."""

    value: str
    tried: Tried


@frozen
class Unknown:
    """Something assumed: where it stands in the scenario, and what its values come to."""

    path: str
    assumed: Assumed
    values: tuple[Value, ...]


@frozen
class Tale:
    """Both stories; *b* is None where there is no second one to tell.

    *is_twin*: the second has the same notice (or the same silence) and the opposite fate.
    *attempt*: in the second nothing is otherwise but which file is asked to be removed.
    """

    material: Material
    a: Side
    b: Side | None
    is_twin: bool
    attempt: bool
    unknowns: tuple[Unknown, ...]
    rule: Rule | None
    hidden: str | None
    could: Answer

    @property
    def same_path(self) -> bool | None:
        """Whether both requests name the same file; None where one story has none."""
        if self.b is None or self.a.act is None or self.b.act is None:
            return None
        return self.a.act.path == self.b.act.path

    @property
    def same_checks(self) -> bool | None:
        """Whether the watcher ticks the same boxes in both."""
        if self.b is None:
            return None
        return _ticks(self.a.match) == _ticks(self.b.match)

    @property
    def same_notice(self) -> bool | None:
        """Whether a person reads the same words in both, to the byte."""
        if self.b is None:
            return None
        return _read(self.a.notice) == _read(self.b.notice)

    @property
    def same_end(self) -> bool | None:
        """Whether the original fares alike; None where it cannot be told."""
        if self.b is None or self.a.touched is None or self.b.touched is None:
            return None
        return self.a.touched == self.b.touched

    @property
    def same_before(self) -> bool:
        """Whether everything up to the request is the same in both: opened, made, uploaded."""
        return self.b is None or _before(self.a) == _before(self.b)

    @property
    def worlds(self) -> int:
        """How many worlds were run for this picture."""
        return self.material.twins.feasible + self.material.changes.runs


def _before(side: Side) -> tuple[object, ...]:
    until = side.act.t if side.act is not None else side.story.end
    opened = [(s.whose, s.mode, s.start) for s in side.story.sessions if s.start < until]
    made = [(s.whose, s.path, s.start) for s in side.story.stays if s.start < until]
    sent = [(u.start, u.state) for u in side.story.uploads if u.start < until]
    return sorted(opened), sorted(made), sent


def _ticks(match: Match | None) -> tuple[str, ...]:
    return tuple(name for name, _ in match.checks) if match is not None else ()


def _read(notice: Notice | None) -> tuple[str, str] | None:
    return None if notice is None else (notice.text.get("en", ""), notice.text.get("zh-CN", ""))


def tale(material: Material) -> Tale:
    """The two stories of a scenario."""
    a = Side(material.run, _decisive(material.run, None))
    other = material.other
    run = material.other_run
    b = Side(run, _decisive(run, a)) if run is not None else None
    if b is not None and not _another(a, b, is_twin=material.twins.twin is not None):
        b = None
    return Tale(
        material,
        a,
        b,
        is_twin=material.twins.twin is not None,
        attempt=other is not None and other is material.twins.attempt,
        unknowns=_unknowns(material),
        rule=_rule(material),
        hidden=_hidden(material),
        could=_easiest(material.verdict),
    )


def _another(a: Side, b: Side, *, is_twin: bool) -> bool:
    """Whether *b* is a story of its own: with another fate, or a request for another file."""
    if is_twin:
        return True
    return a.act is not None and b.act is not None and a.act.path != b.act.path


def _decisive(run: Run, other: Side | None) -> Act | None:
    """The request that matters: that of the notice, else that which names the other file."""
    acts = run.story.focus or run.story.acts
    if other is not None:
        said = _read(other.notice)
        same = [act for act in acts if act.notice and _read(act.notice) == said]
        other_file = [act for act in acts if other.act and act.whose != other.act.whose]
        if same or other_file:
            both = [act for act in same if act in other_file]
            return (both or same or other_file)[0]
    noticed = [act for act in acts if act.notice is not None]
    touching = [act for act in acts if act.whose == "original"]
    return next(iter((*noticed, *touching, *acts)), None)


def _easiest(verdict: Verdict) -> Answer:
    found = {could.answer for could in verdict.could}
    return next((answer for answer in _EASIEST if answer in found), "cannot_tell")


def _rule(material: Material) -> Rule | None:
    applied = material.scenario.watcher.applied
    return applied if applied is not None and applied.id != library.NONE else None


def _hidden(material: Material) -> str | None:
    """A place for the copy where no notice would have come; None where there is none."""
    for one in material.changes.singles:
        path, value = one.changes[0]
        if path == "pipeline.place" and value in _HIDDEN_PLACES and one.found is not None:
            works = one.found.outcome != "pipeline_failed"
            if works and not one.found.notices and material.changes.base.notices:
                return value
    return None


def _unknowns(material: Material) -> tuple[Unknown, ...]:
    came = {one.changes[0]: one.found for one in material.changes.singles}
    base = material.changes.base
    out = []
    for path, values in material.unknowns.items():
        own, *others = values or (material.scenario.assumed[path].use,)
        tried = [Value(own, "holds")]
        tried += [Value(v, _tried(came.get((path, v)), base)) for v in others]
        out.append(Unknown(path, material.scenario.assumed[path], tuple(tried)))
    # What was tried with other values first; what decides comes before what does not.
    return tuple(sorted(out, key=_telling))


def _telling(unknown: Unknown) -> tuple[int, int]:
    found = {value.tried for value in unknown.values}
    if len(unknown.values) == 1:
        return 3, 0
    if "other_fate" in found:
        return 0, 0
    return (1, 0) if found & {"no_notice", "other_notice"} else (2, 0)


def _tried(found: Finding | None, base: Finding) -> Tried:
    if found is None:
        return "no_phone"
    if found.touched is not None and base.touched is not None and found.touched != base.touched:
        return "other_fate"
    if found.notices == base.notices:
        return "holds"
    return "other_notice" if found.notices else "no_notice"


def grouped(values: Sequence[Value]) -> Mapping[Tried, tuple[str, ...]]:
    """The values of an unknown by what came of them."""
    out: dict[Tried, list[str]] = {}
    for value in values:
        out.setdefault(value.tried, []).append(value.value)
    return {tried: tuple(found) for tried, found in out.items()}
