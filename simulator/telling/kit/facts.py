"""What the pages of a kit are built from: one run, the worlds around it, and what is asked of it.

Everything comes out of one :class:`Material`, so that it is worked out once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property

from attrs import define, frozen

from simulator.scenario.model import Assumed, Observed
from simulator.telling.claims import Sheet
from simulator.telling.figures.material import Material
from simulator.trace import FileEvent, FileState, Notice
from simulator.verdict.did import Removal
from simulator.verdict.said import NoticeCheck
from simulator.watchers import library as watchers
from simulator.watchers.rule import Rule
from simulator.worlds.factors import known
from simulator.worlds.finding import Finding, finding
from simulator.worlds.survey import MOST

_RULE = "watcher.rule"
#: The roles that a file can have for an outsider, the gravest first.
ROLES = ("original", "capture", "app_copy", "placeholder", "other")


@frozen
class Fates:
    """Of some worlds: in how many the original is *untouched*, *touched*, or it is *unclear*."""

    untouched: int = 0
    touched: int = 0
    unclear: int = 0

    @property
    def all(self) -> int:
        """How many worlds these are."""
        return self.untouched + self.touched + self.unclear


def _fates(counted: Mapping[bool | None, int]) -> Fates:
    return Fates(counted.get(False, 0), counted.get(True, 0), counted.get(None, 0))


@frozen
class Counts:
    """Over all listed worlds.

    *noticed* are those with a notice, *silent* those without; *same* those in which the phone says
    what it says in the scenario's own run, to the byte.  *could* counts the answers of the
    permission model, *asked* what was asked to be removed, by role.
    """

    listed: int
    run: int
    noticed: Fates
    silent: Fates
    same: Fates
    could: Mapping[str, int]
    asked: Mapping[str, int]

    @property
    def fates(self) -> Fates:
        """Of all that were run."""
        one, other = self.noticed, self.silent
        return Fates(
            one.untouched + other.untouched,
            one.touched + other.touched,
            one.unclear + other.unclear,
        )


@define(eq=False)
class Facts:
    """A scenario's *material*, and the *sheet* of the sentences about it."""

    material: Material
    sheet: Sheet
    changes: tuple[str, ...] = ()

    @property
    def family(self) -> bool:
        """Whether it is told over all combinations, and not as one run."""
        return self.material.scenario.family

    @cached_property
    def base(self) -> Finding:
        """What the scenario's own run came to."""
        return finding(self.material.trace, self.material.verdict)

    @property
    def check(self) -> NoticeCheck | None:
        """The first notice of that run."""
        return next(iter(self.material.verdict.notices), None)

    @property
    def notice(self) -> Notice | None:
        """The same, as it was read."""
        return None if self.check is None else self.check.notice

    # -- worlds ------------------------------------------------------------------------------

    @property
    def counted(self) -> bool:
        """Whether the worlds are few enough to be run whole."""
        return len(self.material.space) <= MOST

    @cached_property
    def counts(self) -> Counts | None:
        """What came of all worlds; None where there are too many."""
        if not self.counted:
            return None
        found = self.material.survey
        kinds: Counter[tuple[bool, bool, bool | None]] = Counter()
        could: Counter[str] = Counter()
        asked: Counter[str] = Counter()
        for number, many in self._how_often.items():
            one = found.findings[number - 1]
            kinds[bool(one.notices), one.notices == self.base.notices, one.touched] += many
            could[one.could] += many
            asked[role_asked(one)] += many

        def those(noticed: bool | None = None, same: bool | None = None) -> Fates:
            counted: Counter[bool | None] = Counter()
            for (notice, alike, touched), many in kinds.items():
                if noticed in {None, notice} and same in {None, alike}:
                    counted[touched] += many
            return _fates(counted)

        return Counts(
            len(found.space),
            found.feasible,
            those(noticed=True),
            those(noticed=False),
            those(same=True),
            could,
            asked,
        )

    @cached_property
    def _how_often(self) -> Mapping[int, int]:
        counted = Counter(self.material.survey.found)
        del counted[0]
        return counted

    @cached_property
    def by_role(self) -> Mapping[str, Fates]:
        """Of the worlds with the same notice: the fates of the original, by what was asked for."""
        counted: dict[str, Counter[bool | None]] = {}
        for number, many in self._how_often.items():
            one = self.material.survey.findings[number - 1]
            if one.notices == self.base.notices:
                counted.setdefault(role_asked(one), Counter())[one.touched] += many
        return {role: _fates(counted[role]) for role in ROLES if role in counted}

    @cached_property
    def by_value(self) -> Mapping[str, Mapping[str, tuple[int, int, Fates]]]:
        """For each value of each factor: in how many worlds it stands, in how many of them a notice
        comes, and what became of the original where the notice is the same."""
        if not self.counted:
            return {}
        found = self.material.survey
        space, own = found.space, self.base.notices
        keys = [(bool(f.notices), f.notices == own, f.touched) for f in found.findings]
        tally: list[list[Counter[tuple[bool, bool, bool | None]]]] = [
            [Counter() for _ in range(size)] for size in space.sizes
        ]
        for number, which in enumerate(found.found):
            if which:
                for here, digit in zip(tally, space.digits(number), strict=True):
                    here[digit][keys[which - 1]] += 1
        return {
            path: {value: _of_value(c) for value, c in zip(values, row, strict=True)}
            for (path, values), row in zip(space.factors.items(), tally, strict=True)
        }

    # -- the run -----------------------------------------------------------------------------

    @property
    def removal(self) -> Removal | None:
        """The request that the run is told by: what the first notice is about, else of an original,
        else the first of the app."""
        requests = self.material.verdict.removals
        if self.notice is not None:
            causes = {record.id for record in self.material.trace.ancestors(self.notice.id)}
            about = next((r for r in requests if r.record in causes), None)
            if about is not None:
                return about
        package = (self.material.trace.header.app or {}).get("package")
        own = [r for r in requests if r.asked_by == package] or list(requests)
        return next((r for r in own if r.role in {"original", "capture"}), next(iter(own), None))

    def size_of(self, file: str | None) -> int | None:
        """How large a file was when it was whole, as far as the records show it."""
        sizes = [
            record.size
            for record in self.material.trace.records
            if isinstance(record, FileEvent | FileState)
            and record.file == file
            and file is not None
            and record.size is not None
        ]
        return max(sizes, default=None)

    # -- what is assumed ---------------------------------------------------------------------

    @property
    def assumed(self) -> Mapping[str, Assumed]:
        """What is assumed, by path."""
        return self.material.scenario.assumed

    @property
    def observed(self) -> tuple[Observed, ...]:
        """What is on public record."""
        return self.material.scenario.observed

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The watchers' rules that may be on duty, that of the run first."""
        scenario = self.material.scenario
        names = self.material.unknowns.get(_RULE, ()) if scenario.family else ()
        found = [scenario.watcher.applied]
        found += [
            watchers.rule(name)
            for name in names
            if name != watchers.NONE and not watchers.is_file(name)
        ]
        return tuple({rule.id: rule for rule in found if rule is not None}.values())

    def speakers(self) -> tuple[str, ...]:
        """Everybody whose words are quoted, as they are called on the pages."""
        texts = [item.who for item in self.observed if item.who is not None]
        texts += [statement.speaker for statement in self.sheet.asked.said]
        texts += [own.speaker for own in self.sheet.asked.own if own.speaker is not None]
        names = {side for text in texts for side in (text.en, text.zh_CN)}
        return (*sorted(names), *sorted({q.asked_in for q in self.sheet.asked.questions}))


def _of_value(
    counted: Counter[tuple[bool, bool, bool | None]],
) -> tuple[int, int, Fates]:
    same: Counter[bool | None] = Counter()
    for (_, alike, touched), many in counted.items():
        if alike:
            same[touched] += many
    noticed = sum(many for (notice, _, _), many in counted.items() if notice)
    return counted.total(), noticed, _fates(same)


def role_asked(found: Finding) -> str:
    """What was asked to be removed in a world: the gravest role; empty where nothing was."""
    roles = {request.role for request in found.requests}
    if roles - set(ROLES):
        roles.add("other")
    return next((role for role in ROLES if role in roles), "")


def settled_by(facts: Facts, paths: Iterable[str]) -> tuple[str, ...]:
    """Those of *paths* that the scenario assumes or that its worlds differ in."""
    wanted = tuple(paths)
    here = [*facts.assumed, *(p for p in facts.material.space.paths if p not in facts.assumed)]
    return tuple(
        path for path in here if any(path == want or path.startswith(want) for want in wanted)
    )


def which_file(path: str) -> bool:
    """Whether a factor says which file is removed: the question itself."""
    return path in known() and known()[path].which_file
