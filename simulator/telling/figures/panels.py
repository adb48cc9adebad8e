"""What the small multiples say: which changes are drawn, what each one alters, and their words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from attrs import evolve, frozen

from simulator.message import Message
from simulator.outcomes import Fate
from simulator.scenario.model import Scenario
from simulator.telling.factors import clause, clauses, name_of, value_of
from simulator.telling.figures.setting import plain
from simulator.telling.text import FATES, OUTCOMES
from simulator.telling.whatif import ALONE, NONE, TOGETHER
from simulator.telling.words import Words
from simulator.worlds.factors import known
from simulator.worlds.finding import Finding, Request
from simulator.worlds.whatif import Change, Changed, Reached, WhatIf

#: A file that a removal can name.
Whose = Literal["original", "copy", "placeholder", "shot", "other", "unknown"]
BARS: tuple[Whose, ...] = ("original", "copy", "placeholder", "shot", "other", "unknown")
#: What a change brings about, in the order in which a figure shows it.
Effect = Literal["ends", "brings", "touches", "spares", "else", "same"]
EFFECTS: tuple[Effect, ...] = ("ends", "brings", "touches", "spares", "else")
#: Of panels that are as telling by their factor, these come first.
_TELLING: tuple[Effect, ...] = ("touches", "spares", "ends", "brings", "else")
HEADS: Mapping[Effect, Message] = MappingProxyType(
    {
        "ends": ALONE["notice_vanishes"],
        "brings": ALONE["notice_appears"],
        "touches": ALONE["original_touched"],
        "spares": ALONE["original_spared"],
        "else": Message("By itself each of these changes alters something else:"),
    }
)
NAMES: Mapping[Whose, Message] = MappingProxyType(
    {
        "original": Message("original"),
        "copy": Message("copy"),
        "placeholder": Message("empty file"),
        "shot": Message("shot in the app"),
        "other": Message("other file"),
        "unknown": Message("not known which"),
    }
)
_ROLES: Mapping[str, Whose] = MappingProxyType(
    {"original": "original", "app_copy": "copy", "placeholder": "placeholder"}
)
#: Fates, where there is little room.
_SHORT: Mapping[str, Message] = MappingProxyType(
    {**FATES, "kept_aside": Message("kept aside"), "trashed": Message("in the bin")}
)
#: So many sets are named where no single change does it.
_SETS = 2


@frozen
class Marks:
    """What a panel shows: the files *asked* to be removed, the notices, the original's fate.

    *names* are the apps that the notices name.
    """

    asked: tuple[Whose, ...]
    notices: int
    names: frozenset[str]
    fate: Fate
    touched: bool | None


def marks(found: Finding) -> Marks:
    """What a world looks like in a panel."""
    asked = {_whose(request, found) for request in found.requests} - {None}
    names = frozenset(notice.names_app for notice in found.notices)
    in_order = tuple(whose for whose in BARS if whose in asked)
    return Marks(in_order, len(found.notices), names, found.did, found.touched)


def _whose(request: Request, found: Finding) -> Whose | None:
    """Whose file a request names; None where no file was there."""
    if request.role == "capture":
        # What was shot and is the user's is an original: it is touched, or was not removed.
        return "original" if found.touched or request.result != "done" else "shot"
    if request.role == "cannot_tell":
        return None if request.result == "no_effect" else "unknown"
    return _ROLES.get(request.role, "other")


@frozen
class Panel:
    """A single change (None: the scenario as it stands), what it comes to, and the other values of
    its factor that come to the same."""

    change: Change | None
    found: Finding
    marks: Marks
    effect: Effect
    likewise: tuple[str, ...] = ()

    @property
    def changes(self) -> int:
        """How many changes it stands for."""
        return 1 + len(self.likewise)


@frozen
class Sheet:
    """The panels in their groups, and what is only named: changes without a difference (*same*) and
    those with which no phone can be (*impossible*), by factor with their values.

    *hidden* panels are not drawn, for want of room.
    """

    scenario: Scenario
    what_if: WhatIf
    base: Panel
    groups: Mapping[Effect, tuple[Panel, ...]]
    hidden: tuple[Panel, ...]
    same: Mapping[str, tuple[str, ...]]
    impossible: Mapping[str, tuple[str, ...]]

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels of changes that are drawn."""
        return tuple(panel for group in self.groups.values() for panel in group)

    @property
    def bars(self) -> tuple[Whose, ...]:
        """The files of which every panel has a bar."""
        asked = {whose for panel in (self.base, *self.panels) for whose in panel.marks.asked}
        return tuple(whose for whose in BARS if whose == "original" or whose in asked)

    def counts(self, effect: Effect) -> int:
        """How many single changes have that effect, drawn or not."""
        if effect == "same":
            return sum(map(len, self.same.values()))
        every = (*self.panels, *self.hidden)
        return sum(panel.changes for panel in every if panel.effect == effect)


def sheet(scenario: Scenario, found: WhatIf, most: int) -> Sheet:
    """What is drawn of *found*, in at most so many panels beside the scenario itself."""
    base = Panel(None, found.base, marks(found.base), "same")
    panels, same, impossible = list[Panel](), dict[str, list[str]](), dict[str, list[str]]()
    for one in found.singles:
        ((path, value),) = one.changes
        if one.found is None:
            impossible.setdefault(path, []).append(value)
        elif (effect := effect_of(base, one.found)) == "same":
            same.setdefault(path, []).append(value)
        else:
            _add(panels, Panel((path, value), one.found, marks(one.found), effect))
    chosen = sorted(panels, key=lambda panel: _rank(scenario, panel))[:most]
    groups = {
        effect: tuple(panel for panel in panels if panel.effect == effect and panel in chosen)
        for effect in EFFECTS
    }
    return Sheet(
        scenario,
        found,
        base,
        {effect: group for effect, group in groups.items() if group},
        tuple(panel for panel in panels if panel not in chosen),
        {path: tuple(values) for path, values in same.items()},
        {path: tuple(values) for path, values in impossible.items()},
    )


def effect_of(base: Panel, found: Finding) -> Effect:
    """What a world has otherwise than the scenario as it stands."""
    here, there = base.marks, marks(found)
    if here.touched is False and there.touched:
        return "touches"
    if here.touched and there.touched is False:
        return "spares"
    if bool(here.notices) != bool(there.notices):
        return "ends" if here.notices else "brings"
    return "same" if here == there and base.found.outcome == found.outcome else "else"


def _add(panels: list[Panel], panel: Panel) -> None:
    """Add a panel, or its value to that of the same factor which looks the same."""
    for at, other in enumerate(panels):
        if _alike(panel, other) and panel.change is not None:
            panels[at] = evolve(other, likewise=(*other.likewise, panel.change[1]))
            return
    panels.append(panel)


def _alike(one: Panel, other: Panel) -> bool:
    if one.change is None or other.change is None or one.change[0] != other.change[0]:
        return False
    return (one.marks, one.found.outcome) == (other.marks, other.found.outcome)


def _rank(scenario: Scenario, panel: Panel) -> tuple[int, int]:
    """What the scenario leaves open comes first, then the usual factors, then the others."""
    path = panel.change[0] if panel.change is not None else ""
    factor = known().get(path)
    usual = factor is not None and factor.usual
    first = 0 if path in scenario.assumed else 1 if usual else 2
    return first, _TELLING.index(panel.effect)


# -- words -------------------------------------------------------------------------------------

_COUNTED: Mapping[Effect, tuple[Message, Message]] = MappingProxyType(
    {
        "ends": (Message("1 ends the notice"), Message("{number} end the notice")),
        "brings": (Message("1 brings a notice"), Message("{number} bring a notice")),
        "touches": (Message("1 touches the original"), Message("{number} touch the original")),
        "spares": (Message("1 spares the original"), Message("{number} spare the original")),
        "else": (Message("1 alters something else"), Message("{number} alter something else")),
        "same": (Message("1 makes no difference"), Message("{number} make no difference")),
    }
)


def finding(shown: Sheet, words: Words) -> str:
    """The title: what single changes come to."""
    parts = []
    for effect, (one, more) in _COUNTED.items():
        number = shown.counts(effect)
        if number:
            parts.append(words.say(one if number == 1 else more.template, number=number))
    return words.say("One change at a time: {parts}", parts=words.say(", ").join(parts))


def condition(shown: Sheet, words: Words) -> str:
    """The line under the title: what is compared with what."""
    title = plain(words.of(shown.scenario.title))
    asked = Message("Asked of: {scenario}.")
    if title[-1] in ".?!。？！":
        asked = Message("Asked of: {scenario}")
    title = words.say(asked.template, scenario=title)
    how = words.say(
        "Each panel changes one thing in the scenario as it stands; what that alters is drawn in"
        " full, all else in grey."
    )
    return f"{title} {how}" if words.lang == "en" else title + how


def head(panel: Panel, words: Words) -> str:
    """The change in words."""
    if panel.change is None:
        return words.say("The scenario as it stands")
    path, value = panel.change
    text = plain(clause(path, [value], words))
    return text[:1].upper() + text[1:]


def likewise(panel: Panel, words: Words) -> str:
    """The other values that come to the same; empty where there are none."""
    if panel.change is None or not panel.likewise:
        return ""
    values = [value_of(panel.change[0], value, words) for value in panel.likewise]
    return plain(words.say("likewise: {values}", values=words.say(", ").join(values)))


def fates(panel: Panel, words: Words) -> tuple[str, ...]:
    """What became of the original, in words from long to short."""
    name, fate = words.say(NAMES["original"]), words.say(_SHORT[panel.marks.fate])
    if panel.marks.touched is False:
        return (name,)
    return (words.say("{name}: {fate}", name=name, fate=fate), fate)


def notices(panel: Panel, base: Panel, words: Words) -> str:
    """Whether a notice came."""
    number = panel.marks.notices
    if not number:
        return words.say("no notice")
    if base.marks.names and panel.marks.names != base.marks.names:
        return words.say("names another app")
    if number == 1:
        return words.say("notice")
    return words.many("{number} notice", "{number} notices", number)


#: Outcomes that the marks show by themselves, with or without a notice.
_EVIDENT = frozenset(
    {
        ("quiet", False),
        ("warning_without_touch", True),
        ("touch_with_warning", True),
        ("touch_without_warning", False),
    }
)


def outcome(panel: Panel, base: Panel, words: Words) -> str:
    """What it comes to, where the marks do not show it by themselves; else empty."""
    came = panel.found.outcome
    evident = (came, bool(panel.marks.notices)) in _EVIDENT
    if evident or (panel is not base and came == base.found.outcome):
        return ""
    return words.say(OUTCOMES[came])


def without(shown: Sheet, words: Words) -> str:
    """The changes that make no difference, by factor; values only where others make one."""
    if not shown.same:
        return ""
    differ = {panel.change[0] for panel in (*shown.panels, *shown.hidden) if panel.change}
    parts = []
    for path, values in shown.same.items():
        name = name_of(path, words)
        if path in differ or path in shown.impossible:
            listed = words.say(", ").join(value_of(path, value, words) for value in values)
            name = words.say("{name} ({values})", name=name, values=listed)
        parts.append(name)
    return plain(words.say("No difference: {changes}.", changes=words.say("; ").join(parts)))


def impossible(shown: Sheet, words: Words) -> str:
    """The changes with which no phone can be; empty where there are none."""
    if not shown.impossible:
        return ""
    text = clauses(shown.impossible, words)
    return plain(words.say("By itself no phone can be like that: {changes}.", changes=text))


def unreached(shown: Sheet, words: Words) -> Iterator[str]:
    """What no single change brings about, and the smallest sets of changes that do."""
    for reached in shown.what_if.reached:
        if reached.single:
            continue
        if not reached.sets:
            yield words.say(NONE[reached.goal].template, size=reached.tried)
            continue
        yield plain(_together(reached, words))


def _together(reached: Reached, words: Words) -> str:
    sets = [_set(one, words) for one in reached.sets[:_SETS]]
    rest = len(reached.sets) - len(sets)
    if rest:
        sets.append(words.many("{number} more set", "{number} more sets", rest))
    said = words.say(TOGETHER[reached.goal].template, size=reached.tried)
    joined = words.say("; or ").join(sets)
    return f"{said} {joined}" if words.lang == "en" else said + joined


def _set(one: Changed, words: Words) -> str:
    return clauses({path: (value,) for path, value in one.changes}, words)


def left_out(shown: Sheet, words: Words) -> str:
    """How many panels are not drawn, and by which rule; empty where all are."""
    if not shown.hidden:
        return ""
    return words.say(
        "{number} more: cachelife whatif {scenario}. Drawn are first what the scenario leaves open,"
        " then the usual factors, then the others.",
        number=len(shown.hidden),
        scenario=plain(shown.scenario.id),
    )


def in_words(shown: Sheet, words: Words, ids: Sequence[int]) -> Iterator[str]:
    """The figure for readers who do not see it; *ids* are the records of the first panel."""
    yield condition(shown, words)
    records = words.say(", ").join(f"#{id_}" for id_ in ids)
    text = words.say(
        "{panel}: {marks}.", panel=head(shown.base, words), marks=_told(shown.base, shown, words)
    )
    yield f"{text} ({records})" if records else text
    for effect, group in shown.groups.items():
        yield words.say(HEADS[effect])
        for panel in group:
            yield words.say(
                "{panel}: {marks}.",
                panel=_with_path(panel, words),
                marks=_told(panel, shown, words),
            )
    if shown.hidden:
        yield left_out(shown, words)
    yield from filter(None, (without(shown, words), impossible(shown, words)))
    yield from unreached(shown, words)


def _with_path(panel: Panel, words: Words) -> str:
    path, value = panel.change or ("", "")
    text = words.say("{clause} [{path}={value}]", clause=head(panel, words), path=path, value=value)
    more = likewise(panel, words)
    return words.say(", ").join((text, more)) if more else text


def _told(panel: Panel, shown: Sheet, words: Words) -> str:
    """The marks of a panel in words."""
    files = words.say(", ").join(words.say(NAMES[whose]) for whose in panel.marks.asked)
    asked = words.say("no file is asked to be removed")
    if files:
        asked = words.say("asked to be removed: {files}", files=files)
    parts = [
        asked,
        notices(panel, shown.base, words),
        words.say("the original: {fate}", fate=FATES[panel.marks.fate]),
        outcome(panel, shown.base, words),
    ]
    return words.say("; ").join(filter(None, parts))
