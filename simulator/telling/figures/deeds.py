"""What the figure of watchers by deeds says: its answers, its title, and its words for readers who
do not see it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from types import MappingProxyType
from typing import Literal

from attrs import frozen

from simulator.android.layers import stacks
from simulator.message import Message
from simulator.telling.figures.setting import plain as one_line
from simulator.telling.figures.watchers import known, limits, sits, split
from simulator.telling.words import Words
from simulator.trace import Notice
from simulator.verdict.comparison import OWN, Cell, Comparison, Row, World
from simulator.watchers.rule import Rule

#: Flagged, asked first, logged only, refused by Android before the watcher said anything, silent.
Answer = Literal["F", "A", "L", "R", "-"]
#: Whether the two plain deletions get the same answer: under every setting, under none, or under
#: some settings only.
Same = Literal["same", "differs", "depends"]
_ORDER: tuple[Answer, ...] = ("F", "A", "L", "R", "-")
#: The rows whose cells are compared: the plain deletion of an original, and of a copy.
PLAIN = ("s01-delete-original", "s02-delete-copy")

#: How many of the things that answers depend on are named in the legend.
MOST_SETTINGS = 5
ANSWERS: Mapping[Answer, Message] = MappingProxyType(
    {
        "F": Message("notice"),
        "A": Message("asks"),
        "L": Message("log only"),
        "R": Message("refused"),
        "-": Message("–"),
    }
)
#: The same beside another one in a cell.
BESIDE: Mapping[Answer, Message] = MappingProxyType({**ANSWERS, "L": Message("log")})
#: The same where no colour and no dash can be seen.
_TOLD: Mapping[Answer, Message] = MappingProxyType({**ANSWERS, "-": Message("says nothing")})
ABOUT: Mapping[str, Message] = MappingProxyType(
    {
        "original": Message("the user’s original"),
        "app_copy": Message("the app’s own file"),
    }
)
#: What makes answers differ, in words.
_SETTINGS: Mapping[str, Message] = MappingProxyType(
    {
        "watcher.scope": Message("which folders are watched"),
        "watcher.mode": Message("how the rule is set up"),
        "watcher.whitelist": Message("who is exempt"),
        "watcher.attribution": Message("who is taken for the caller"),
        "watcher.nomedia": Message("whether .nomedia exempts a folder"),
        "watcher.indexed_by": Message("when a file is listed in MediaStore"),
        "watcher.muted": Message("whether the user has muted it"),
        "watcher.app_sees": Message("what the app is told"),
        "watcher.rename_actor": Message("who moves a kept file"),
        "app.storage": Message("the app’s storage mode"),
        "phone.android": Message("the version of Android"),
        "phone.stack": Message("how storage is built"),
        "clean_up.on_refusal": Message("what the app does after a refusal"),
        "clean_up.hits": Message("which file the clean-up hits"),
        "pipeline.place": Message("where the file lies"),
        "phone.folders": Message("who made the folder"),
    }
)


# -- what the cells say ------------------------------------------------------------------------


def answers(cell: Cell) -> tuple[Answer, ...]:
    """Every answer in a cell, the gravest first; none where the deed does not apply.

    The order says nothing about which one is likely.  That Android refused is told only where the
    watcher is silent in every world.
    """
    found: set[Answer] = {w.result for w in cell.worlds if w.result != "n/a"}
    if found == {"-"}:
        found = {_answer(world) for world in cell.worlds}
    return tuple(answer for answer in _ORDER if answer in found)


def _answer(world: World) -> Answer:
    if world.result == "n/a":
        return "-"
    return "R" if world.result == "-" and world.refused else world.result


def same(one: Cell, other: Cell) -> Same | None:
    """Whether two deeds get the same answer, setting by setting; None where one does not apply.

    Two worlds are laid side by side if they agree in every value that both depend on.  Notices are
    the same if they claim the same things, whomever they name.
    """
    found = {
        (_answer(a), _claims(a)) == (_answer(b), _claims(b))
        for a, b in product(one.worlds, other.worlds)
        if all(b.values.get(name, value) == value for name, value in a.values.items())
    }
    if not one.worlds or not other.worlds:
        return None
    if len(found) != 1:
        return "depends"
    return "same" if True in found else "differs"


def _claims(world: World) -> frozenset[str]:
    records = (world.trace[id_] for id_ in world.records)
    return frozenset(c for record in records if isinstance(record, Notice) for c in record.claims)


def names_another(cell: Cell) -> bool:
    """Whether a notice names another app or process than the app that did it, in some setting."""
    return any(
        name != (world.trace.header.app or {}).get("package")
        for world in cell.worlds
        if world.result == "F"
        for name in world.names
    )


def says_who_made(cell: Cell) -> bool:
    """Whether a notice says who had made the file."""
    claims = {claim for world in cell.worlds for claim in _claims(world)}
    return not claims.isdisjoint({"made_by_app", "not_made_by_app"})


def cell_of(row: Row, rule: Rule) -> Cell:
    """The cell of that rule, which a comparison keeps under the name that the rule was given by."""
    return next(cell for cell in row.cells.values() if cell.watcher == rule.id)


@frozen
class Table:
    """What is drawn: the columns, and the rows of each group in the order of drawing.

    *plain* are the rows that are compared, where both are there.  *stack* is how storage is built
    on the phones (:data:`~simulator.verdict.comparison.OWN`: on each rule's own).
    """

    sourced: tuple[Rule, ...]
    proposals: tuple[Rule, ...]
    above: tuple[Row, ...]
    below: tuple[Row, ...]
    plain: tuple[Row, Row] | None
    stack: str = OWN

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every column."""
        return self.sourced + self.proposals

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row."""
        return self.above + self.below

    def same(self, rule: Rule) -> Same | None:
        """What stands between the plain rows in the column of that *rule*."""
        if self.plain is None:
            return None
        above, below = self.plain
        return same(cell_of(above, rule), cell_of(below, rule))

    def cells(self) -> Iterator[Cell]:
        """Every cell that is drawn."""
        for row in self.rows:
            yield from (cell_of(row, rule) for rule in self.rules)


def phones(comparison: Comparison) -> tuple[str, ...]:
    """The phones of a comparison, each of which gets a figure of its own."""
    return tuple(dict.fromkeys(row.stack for row in comparison.rows)) or (OWN,)


def table(
    comparison: Comparison, plain: tuple[str, str] = PLAIN, stack: str | None = None
) -> Table:
    """The rows of *comparison* on that *stack* (None: the first) as they are drawn.

    *plain* names the two rows that are compared.
    """
    stack = stack or phones(comparison)[0]
    rows = [row for row in comparison.rows if row.stack == stack]
    above = [row for row in rows if row.about == "original"]
    below = [row for row in rows if row.about == "app_copy"]
    first = next((row for row in above if row.scenario == plain[0]), None)
    second = next((row for row in below if row.scenario == plain[1]), None)
    above.sort(key=lambda row: row is first)
    below.sort(key=lambda row: row is not second)
    pair = (first, second) if first is not None and second is not None else None
    return Table(*split(comparison.watchers), tuple(above), tuple(below), pair, stack)


def condition(shown: Table, words: Words) -> str:
    """What the picture shows, and on which phones."""
    if shown.stack == OWN:
        where = Message("Each rule is on the phones that it is known or supposed to be on")
    else:
        record = stacks().get(shown.stack)
        where = Message(
            "Every rule is on one kind of phone: {stack}",
            stack=record.says if record else shown.stack,
        )
    return words.say(
        "What a phone says when an app does this. {where}. Dashed heads: rules that no source"
        " confirms.",
        where=where,
    )


def finding(shown: Table, words: Words) -> str:
    """The title: what the two plain rows show, over the rules that are no proposals."""
    found = Counter(shown.same(rule) for rule in shown.sourced)
    asked = len(shown.sourced) - found[None]
    if not asked:
        return words.many(
            "What {number} rule says of {deeds}",
            "What {number} rules say of {deeds}",
            len(shown.rules),
            deeds=words.many("{number} deed", "{number} deeds", len(shown.rows)),
        )
    text = words.many(
        "{number} of {all} rules gives the same answer whether the original or the app’s own copy"
        " is deleted",
        "{number} of {all} rules give the same answer whether the original or the app’s own copy is"
        " deleted",
        found["same"],
        all=asked,
    )
    return words.say("; ").join([text, *_apart(found, words)])


def _apart(found: Mapping[Same | None, int], words: Words) -> Iterator[str]:
    apart, some = found.get("differs", 0), found.get("depends", 0)
    if apart and some:
        yield words.say(
            "{apart} can tell them apart, {some} more in some settings", apart=apart, some=some
        )
    elif some:
        yield words.say("{some} can tell them apart in some settings", some=some)
    else:
        yield words.say("{apart} can tell them apart", apart=apart)


# -- in words ---------------------------------------------------------------------------------


def in_words(shown: Table, words: Words) -> Iterator[str]:
    """The picture for readers who do not see it."""
    say = words.say
    yield say(
        "A table of deeds ({deeds}) by rules ({rules}). First the rules, each with where it looks"
        " at what apps do and what it is known from.",
        deeds=len(shown.rows),
        rules=len(shown.rules),
    )
    yield condition(shown, words)
    for rule in shown.rules:
        yield say(
            "{id}: {label}; {place}; {source}",
            id=rule.id,
            label=rule.label,
            place=say(", ").join(sits(rule, words)),
            source=known(rule),
        )
    for row in shown.rows:
        yield say(
            "{label}: {text}",
            label=_label(row, words),
            text=say("; ").join(_row_in_words(shown, row, words)),
        )
    yield from _same_in_words(shown, words)
    yield from notes(shown, words)
    yield legend(shown, words, most=None)
    yield limits(words)


def _label(row: Row, words: Words) -> str:
    name = " ".join(filter(None, (number(row), words.of(row.title))))
    return name + words.say(" ({text})", text=ABOUT[row.about])


def _row_in_words(shown: Table, row: Row, words: Words) -> Iterator[str]:
    grouped: dict[tuple[Answer, ...], list[str]] = {}
    for rule in shown.rules:
        grouped.setdefault(answers(cell_of(row, rule)), []).append(rule.id)
    for found in sorted(grouped, key=lambda key: [_ORDER.index(answer) for answer in key] or [9]):
        said = words.say(" or ").join(words.say(_TOLD[answer]) for answer in found)
        if not found:
            said = words.say("not known")
        listed = words.say(", ").join(grouped[found])
        yield words.say("{name} ({detail})", name=said, detail=listed)


def _same_in_words(shown: Table, words: Words) -> Iterator[str]:
    if shown.plain is None:
        return
    above, below = (number(row) or row.scenario for row in shown.plain)
    found: dict[Same, list[str]] = {"same": [], "differs": [], "depends": []}
    for rule in shown.rules:
        one = shown.same(rule)
        if one is not None:
            found[one].append(rule.id)
    listed = {kind: words.say(", ").join(ids) or "–" for kind, ids in found.items()}
    yield words.say(
        "The same answer to {above} and {below}: {same}. Another answer: {differs}. Another answer"
        " in some settings: {depends}.",
        above=above,
        below=below,
        **listed,
    )


def number(row: Row) -> str:
    """The number of a deed, as ``S9``; empty where its id has none."""
    found = re.match(r"s0*(\d+)-", row.scenario)
    return f"S{found[1]}" if found else ""


def legend(shown: Table, words: Words, most: int | None = MOST_SETTINGS) -> str:
    """What the words and signs mean; of what answers depend on, the *most* frequent."""
    say = words.say
    cells = [answers(cell) for cell in shown.cells()]
    parts = [say("–: says nothing")]
    if any("A" in found for found in cells):
        parts.append(say("asks: the user is asked before anything happens"))
    if any("R" in found for found in cells):
        parts.append(say("refused: Android itself refuses"))
    if () in cells:
        parts.append(say("n/a: no source speaks of such phones"))
    if shown.plain is not None:
        parts.append(say("= ?: another answer in some settings"))
    what = [say(text) for text in _settings(shown)]
    if most is not None and len(what) > most:
        what = [*what[:most], say("other things")]
    if what:
        parts.append(say("dashed: depends on {what}", what=say(", ").join(what)))
    return say("{parts}.", parts=say("; ").join(parts))


def _settings(shown: Table) -> list[Message]:
    """What the cells with several answers depend on, the most frequent first."""
    found = Counter(
        name for cell in shown.cells() if len(answers(cell)) > 1 for name in cell.depends_on
    )
    return [
        _SETTINGS.get(name, Message("{text}", text=one_line(name)))
        for name, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    ]


def of_pictures_alone(rule: Rule) -> bool:
    """Whether no name of a video counts for that rule."""
    return rule.types.test == "extension" and not rule.types.video


def notes(shown: Table, words: Words) -> Iterator[str]:
    """The footnotes of the cells."""
    if any(names_another(cell) for cell in shown.cells()):
        yield words.say("¹ In some settings it names another process.")
    if any(says_who_made(cell) for cell in shown.cells()):
        yield words.say("² It says whether the app had made the file itself.")
    if any(of_pictures_alone(rule) for rule in shown.rules):
        yield words.say(
            "³ Its sources speak of pictures alone; most of these deeds are about a video."
        )
