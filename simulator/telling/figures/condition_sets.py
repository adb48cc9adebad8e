"""What the figure of conditions says: its rows and columns, its title, and its words for readers
who do not see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from attrs import frozen

from simulator.message import Message
from simulator.scenario.model import Scenario
from simulator.telling.factors import clauses, either, name_of, value_of
from simulator.telling.figures.setting import plain
from simulator.telling.text import OUTCOMES, PARTIES
from simulator.telling.words import Words
from simulator.watchers import library
from simulator.worlds.conditions import Conditions
from simulator.worlds.factors import known

#: How much of a set is about watchers of which no source confirms how they work.
Supposed = Literal["all", "some", "none"]
_RULE = "watcher.rule"
#: The file that a removal names, as pictures dress it.
Dress = Literal["original", "app_copy"]
_DRESSES: Mapping[str, Dress] = {"original": "original", "app_copy": "app_copy"}


@frozen
class Row:
    """A factor: what is asked of it, who could change it, and the *values* that were tried."""

    path: str
    asks: str
    who: str
    necessary: bool
    values: tuple[str, ...]


@frozen
class Column:
    """A set of conditions: which values it allows, and in how many worlds it holds."""

    values: Mapping[str, tuple[str, ...]]
    covers: int
    supposed: Supposed


@frozen
class Table:
    """The figure's rows and columns; of *more* sets only the number is drawn.

    *free* are the factors of which any value will do in every set; of a sample, those in which its
    worlds differ.
    """

    scenario: Scenario
    found: Conditions
    rows: tuple[Row, ...]
    shown: tuple[Column, ...]
    more: tuple[Column, ...] = ()
    free: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """All sets, those that hold in most worlds first."""
        return (*self.shown, *self.more)

    @property
    def necessary(self) -> int:
        """How many factors are necessary."""
        return sum(row.necessary for row in self.rows)

    @property
    def always(self) -> bool:
        """Whether the outcome comes about in every world."""
        return self.found.whole and self.found.happens_in == self.found.feasible

    @property
    def hypotheses(self) -> tuple[str, ...]:
        """The watchers on duty of which no source confirms how they work."""
        rules = _rules(self.scenario, self.found)
        return tuple(rule for rule in rules if _is_supposed(self.scenario, rule))


def table(scenario: Scenario, found: Conditions, words: Words, most: int) -> Table:
    """Rows and columns of *found*; of more than *most* sets, all but the last columns are shown."""
    if found.whole:
        columns = sorted(_columns(scenario, found), key=lambda column: -column.covers)
    else:
        columns = [_shared(scenario, found)] if found.common else []
    shown = columns if len(columns) <= most else columns[: most - 1]
    restricted = {path: sum(path in c.values for c in columns) for path in found.space.paths}
    paths = sorted(
        (path for path in found.space.paths if restricted[path]),
        key=lambda path: (path not in found.necessary, -restricted[path]),
    )
    free = tuple(path for path in found.space.paths if not restricted[path])
    if not paths:
        # Nothing decides it: all that was tried is shown, with no value needed.
        paths, free = list(free), ()
    rows = tuple(_row(scenario, found, path, words) for path in paths)
    return Table(scenario, found, rows, tuple(shown), tuple(columns[len(shown) :]), free)


def _columns(scenario: Scenario, found: Conditions) -> Iterator[Column]:
    for condition, covers in zip(found.cover, found.covers, strict=True):
        # What is necessary holds in every set, also where the rest of the set leaves no choice.
        values = {**found.necessary, **condition}
        yield Column(values, covers, _supposed(scenario, found, condition))


def _shared(scenario: Scenario, found: Conditions) -> Column:
    supposed = _supposed(scenario, found, found.common)
    return Column(found.common, found.happens_in, supposed)


def _row(scenario: Scenario, found: Conditions, path: str, words: Words) -> Row:
    assumed, factor = scenario.assumed.get(path), known().get(path)
    question = assumed.question if assumed is not None else None
    asks = words.of(question) if question is not None else name_of(path, words)
    who = words.say(PARTIES[factor.changes]) if factor is not None else words.say("not on file")
    asks = plain(asks[:1].upper() + asks[1:] if question is None else asks)
    necessary = found.whole and path in found.necessary
    return Row(path, asks, who, necessary, found.space.factors[path])


# -- watchers of which no source confirms how they work ----------------------------------------


def _rules(
    scenario: Scenario, found: Conditions, condition: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[str, ...]:
    """The watchers that can be on duty under a condition."""
    if condition is not None and _RULE in condition:
        return condition[_RULE]
    return found.space.factors.get(_RULE, (scenario.watcher.rule,))


def _is_supposed(scenario: Scenario, name: str) -> bool:
    if name == scenario.watcher.rule:
        rule = scenario.watcher.applied
    else:
        rule = library.rule(name) if name in library.names() else None
    return rule is not None and rule.hypothesis


def _supposed(
    scenario: Scenario, found: Conditions, condition: Mapping[str, tuple[str, ...]]
) -> Supposed:
    rules = _rules(scenario, found, condition)
    number = sum(_is_supposed(scenario, rule) for rule in rules)
    return "none" if not number else "all" if number == len(rules) else "some"


# -- cells -------------------------------------------------------------------------------------


def cell(row: Row, allowed: Sequence[str], words: Words) -> tuple[str, ...]:
    """The values that a set allows, in words: pieces between which a line may break."""
    others = [value for value in row.values if value not in allowed]
    if len(allowed) > 1 and len(others) == 1:
        return (plain(words.say("not {value}", value=value_of(row.path, others[0], words))),)
    values = [plain(value_of(row.path, value, words)) for value in allowed]
    whole, starts = either(values, words), [0]
    for before, value in pairwise(values):
        starts.append(whole.index(value, starts[-1] + len(before)))
    return tuple(whole[a:b] for a, b in zip(starts, [*starts[1:], len(whole)], strict=True))


def dress(row: Row, allowed: Sequence[str]) -> Dress | None:
    """Which file that value stands for, if it is one of those that have a dress of their own."""
    factor = known().get(row.path)
    if factor is None or not factor.which_file or len(allowed) != 1:
        return None
    return _DRESSES.get(allowed[0])


def tried(row: Row, words: Words) -> tuple[str, ...]:
    """The values that were tried, in words."""
    return tuple(plain(value_of(row.path, value, words)) for value in row.values)


# -- sentences ---------------------------------------------------------------------------------


def finding(shown: Table, words: Words) -> str:
    """The title: what the conditions come to."""
    found = shown.found
    outcome = words.say(OUTCOMES[found.outcome])
    if not found.whole:
        return _sampled(shown, words)
    if not found.happens_in:
        return words.say("“{outcome}”: in none of the combinations tried", outcome=outcome)
    if shown.always:
        return words.say(
            "“{outcome}”: in every combination that is possible; nothing that was tried changes it",
            outcome=outcome,
        )
    sets, number = len(shown.columns), shown.necessary
    if not number:
        return words.say(
            "Exactly when “{outcome}”: no single condition is needed every time; any one of {sets}"
            " sets is enough",
            outcome=outcome,
            sets=sets,
        )
    if sets == 1:
        return words.many(
            "Exactly when “{outcome}”: {number} condition has to hold, and nothing else that was"
            " tried matters",
            "Exactly when “{outcome}”: {number} conditions have to hold together, and nothing else"
            " that was tried matters",
            number,
            outcome=outcome,
        )
    return words.many(
        "Exactly when “{outcome}”: {number} condition is needed every time, and any one of {sets}"
        " sets is enough",
        "Exactly when “{outcome}”: {number} conditions are needed every time, and any one of {sets}"
        " sets is enough",
        number,
        outcome=outcome,
        sets=sets,
    )


def _sampled(shown: Table, words: Words) -> str:
    found = shown.found
    outcome = words.say(OUTCOMES[found.outcome])
    if not found.happens_in:
        return words.say(
            "Sampled: none of {looked} worlds drawn at random came to “{outcome}”",
            looked=f"{found.looked_at:,}",
            outcome=outcome,
        )
    return words.say(
        "Sampled: what {happens} worlds that came to “{outcome}” have in common",
        happens=f"{found.happens_in:,}",
        outcome=outcome,
    )


def condition(shown: Table, words: Words) -> str:
    """The line under the title: of which scenario this is asked, and how to read it."""
    title = plain(words.of(shown.scenario.title))
    asked = Message("Asked of: {scenario}.")
    if title[-1] in ".?!。？！":
        asked = Message("Asked of: {scenario}")
    title = words.say(asked.template, scenario=title)
    if not shown.columns or shown.always:
        how = words.say("Listed are the factors that were varied, with their values.")
    elif not shown.found.whole:
        how = words.say("The column shows what all of them share; it is no set of conditions.")
    elif len(shown.columns) == 1:
        how = words.say(
            "The column is a smallest set of conditions that is enough; it covers every world with"
            " this outcome."
        )
    else:
        how = words.say("Each column is a smallest set of conditions that is enough on its own.")
    return " ".join((title, how)) if words.lang == "en" else title + how


def counted(shown: Table, words: Words) -> str:
    """How many combinations there are, how many of them were run, and how many have the outcome."""
    found = shown.found
    if found.feasible is None:
        return words.say(
            "Of {looked} worlds drawn at random {happens} had this outcome. A sample does not show"
            " that there are no others, so no conditions are given.",
            looked=f"{found.looked_at:,}",
            happens=f"{found.happens_in:,}",
        )
    values = {
        "listed": f"{len(found.space):,}",
        "feasible": f"{found.feasible:,}",
        "happens": f"{found.happens_in:,}",
        "runs": f"{found.runs:,}",
        "repeats": f"{found.repeats:,}",
    }
    sentence = Message(
        "All {listed} combinations were written down, {feasible} are possible, all {feasible} were"
        " run; {happens} have this outcome."
    )
    if found.repeats:
        sentence = Message(
            "All {listed} combinations were written down, {repeats} only repeat others, {feasible}"
            " others are possible, all {feasible} were run or stood for by one of {runs} runs;"
            " {happens} have this outcome."
        )
    elif found.runs != found.feasible:
        sentence = Message(
            "All {listed} combinations were written down, {feasible} are possible, all {feasible}"
            " were run or stood for by one of {runs} runs; {happens} have this outcome."
        )
    parts = [words.say(sentence.template, **values)]
    if sum(column.covers for column in shown.columns) > found.happens_in:
        parts.append(
            words.say("Sets overlap, so the bars add up to more than {happens}.", **values)
        )
    return (" " if words.lang == "en" else "").join(parts)


def freely(shown: Table, words: Words) -> str:
    """The factors that no set says anything about; empty where there are none."""
    if not shown.free:
        return ""
    names = plain(words.say(", ").join(name_of(path, words) for path in shown.free))
    if not shown.found.whole:
        return words.say("Not the same in all of them: {names}.", names=names)
    return words.say("Any value will do in every set: {names}.", names=names)


def in_words(shown: Table, words: Words) -> Iterator[str]:
    """The figure for readers who do not see it."""
    found, say = shown.found, words.say
    yield condition(shown, words)
    for number, column in enumerate(shown.columns, 1):
        if not found.whole:
            yield say("All of them share: {conditions}.", conditions=clauses(column.values, words))
        elif column.values:
            yield words.many(
                "Set {set} covers {number} world: {conditions}.",
                "Set {set} covers {number} worlds: {conditions}.",
                column.covers,
                set=number,
                conditions=clauses(column.values, words),
            )
        if column.supposed == "all":
            yield say("It rests on a hypothesis: no source confirms how its watcher works.")
        elif column.supposed == "some":
            yield say("Part of it rests on a hypothesis: no source confirms how a watcher works.")
    necessary = [row.path for row in shown.rows if row.necessary]
    if necessary:
        names = say(", ").join(name_of(path, words) for path in necessary)
        yield say("Necessary in every set: {names}.", names=names)
    for row in shown.rows:
        yield say(
            "{name} [{path}]: tried with {values}; who can change it: {who}.",
            name=row.asks,
            path=row.path,
            values=say(", ").join(tried(row, words)),
            who=row.who,
        )
    if shown.free:
        yield freely(shown, words)
    yield counted(shown, words)
