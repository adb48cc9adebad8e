"""Watchers by deeds: what each rule says of each deed, the deeds done to the user's original above,
those done to the app's own files below, and between them whether both get the same answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from attrs import frozen

from simulator.message import Message
from simulator.telling.figures.canvas import (
    BODY,
    COPY,
    HAIR,
    INK,
    ORIGINAL,
    SECOND,
    SHELF,
    SMALLEST,
    TAG,
    UNKNOWN,
    WATCHER,
    WHITE,
    Box,
    Dash,
    Drawing,
    Style,
)
from simulator.telling.figures.fonts import Command, Fonts
from simulator.telling.figures.render import Format
from simulator.telling.figures.setting import limit, plain
from simulator.telling.figures.timeline import FORMATS
from simulator.telling.figures.watchers import (
    HYPOTHESIS,
    LEFT,
    PROPOSAL,
    RIGHT,
    SMALL,
    headline,
    known,
    limits,
    paragraph,
    sits,
    split,
    write_figure,
)
from simulator.telling.words import Lang, Words
from simulator.trace import Notice
from simulator.verdict.comparison import Cell, Comparison, Row, World
from simulator.watchers.rule import Rule

#: Flagged, asked first, logged only, refused by Android before the watcher said anything, silent.
Answer = Literal["F", "A", "L", "R", "-"]
#: Whether the two plain deletions get the same answer: under every setting, under none, or under
#: some settings only.
Same = Literal["same", "differs", "depends"]
_ORDER: tuple[Answer, ...] = ("F", "A", "L", "R", "-")
#: The rows whose cells are compared: the plain deletion of an original, and of a copy.
PLAIN = ("s01-delete-original", "s02-delete-copy")

WIDTH = 1600.0
#: The bars at the left, the numbers, and the names of the deeds; the columns begin after that.
BAR, NUMBER, DEED, NAMES_END = 34.0, 76.0, 114.0, 414.0
#: The height of a row, of the line between the two groups, and the space before the proposals.
PITCH, BETWEEN, APART = 38.0, 46.0, 16.0
WIDEST = 128.0
_PLAIN_BAND = "#F0F0F0"
_HEAD = "#F3F3F3"
_HATCH = "#9A9A9A"
_DASH: Dash = (4, 2.5)
_HEAD_STEP = 18.0
_ID = Style(15, bold=True)
_CELL = Style(17, bold=True)
_QUIET = Style(15, color=SECOND)
_PLAIN_CELL = Style(16)

_ANSWERS: Mapping[Answer, Message] = MappingProxyType(
    {
        "F": Message("notice"),
        "A": Message("asks"),
        "L": Message("log only"),
        "R": Message("refused"),
        "-": Message("–"),
    }
)
#: The same beside another one in a cell.
_BESIDE: Mapping[Answer, Message] = MappingProxyType({**_ANSWERS, "L": Message("log")})
#: The same where no colour and no dash can be seen.
_TOLD: Mapping[Answer, Message] = MappingProxyType({**_ANSWERS, "-": Message("says nothing")})
_SAME: Mapping[Same, str] = MappingProxyType({"same": "=", "differs": "≠", "depends": "= ?"})
_ABOUT: Mapping[str, Message] = MappingProxyType(
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


def _names_differ(cell: Cell) -> bool:
    return len({world.names for world in cell.worlds if world.result == "F"}) > 1


def _says_who_made(cell: Cell) -> bool:
    claims = {claim for world in cell.worlds for claim in _claims(world)}
    return not claims.isdisjoint({"made_by_app", "not_made_by_app"})


@frozen
class Table:
    """What is drawn: the columns, and the rows of each group in the order of drawing.

    *plain* are the rows that are compared, where both are there.
    """

    sourced: tuple[Rule, ...]
    proposals: tuple[Rule, ...]
    above: tuple[Row, ...]
    below: tuple[Row, ...]
    plain: tuple[Row, Row] | None

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
        return same(above.cells[rule.id], below.cells[rule.id])

    def cells(self) -> Iterator[Cell]:
        """Every cell that is drawn."""
        for row in self.rows:
            yield from (row.cells[rule.id] for rule in self.rules)


def table(comparison: Comparison, plain: tuple[str, str] = PLAIN) -> Table:
    """The rows of *comparison* as they are drawn; *plain* names the two that are compared.

    Of a comparison on several phones the rows of the first phone are drawn.
    """
    rows = [row for row in comparison.rows if row.stack == comparison.rows[0].stack]
    above = [row for row in rows if row.about == "original"]
    below = [row for row in rows if row.about == "app_copy"]
    first = next((row for row in above if row.scenario == plain[0]), None)
    second = next((row for row in below if row.scenario == plain[1]), None)
    above.sort(key=lambda row: row is first)
    below.sort(key=lambda row: row is not second)
    pair = (first, second) if first is not None and second is not None else None
    return Table(*split(comparison.watchers), tuple(above), tuple(below), pair)


def finding(shown: Table, words: Words) -> str:
    """The title: what the two plain rows show, over the rules that are no proposals."""
    found = Counter(shown.same(rule) for rule in shown.sourced)
    asked = len(shown.sourced) - found[None]
    if not asked:
        return words.many(
            "What {number} rule says of {deeds} deeds",
            "What {number} rules say of {deeds} deeds",
            len(shown.rules),
            deeds=len(shown.rows),
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


# -- the picture -------------------------------------------------------------------------------


def matrix(comparison: Comparison, words: Words, *, plain: tuple[str, str] = PLAIN) -> Drawing:
    """Draw *comparison*; *plain* names the plain deletion of an original and that of a copy."""
    shown = table(comparison, plain)
    drawing = Drawing(WIDTH, 900, Fonts(words.lang))
    drawing.title = finding(shown, words)
    drawing.description = "\n".join(in_words(shown, words))
    _Sheet.of(drawing, words, shown).draw()
    return drawing


def write_matrix(
    comparison: Comparison,
    out: Path,
    *,
    plain: tuple[str, str] = PLAIN,
    langs: Sequence[Lang] = ("en", "zh-CN"),
    formats: Sequence[Format] = FORMATS,
) -> tuple[Path, ...]:
    """Write the figure into the folder *out*, in each language and format, with its alt text."""

    def draw(words: Words) -> Drawing:
        return matrix(comparison, words, plain=plain)

    return write_figure("watchers-by-deeds", draw, out, langs, formats)


def in_words(shown: Table, words: Words) -> Iterator[str]:
    """The picture for readers who do not see it."""
    say = words.say
    yield say(
        "A table: {deeds} deeds by {rules} rules. First the rules, each with where it looks at what"
        " apps do and what it is known from.",
        deeds=len(shown.rows),
        rules=len(shown.rules),
    )
    for rule in shown.rules:
        yield say(
            "{id}: {label}; {place}; {source}",
            id=rule.id,
            label=rule.label,
            place=sits(rule, words),
            source=known(rule),
        )
    for row in shown.rows:
        yield say(
            "{label}: {text}",
            label=" ".join(
                [*_number(row), words.of(row.title), say("({text})", text=_ABOUT[row.about])]
            ),
            text=say("; ").join(_row_in_words(shown, row, words)),
        )
    yield from _same_in_words(shown, words)
    yield from _notes(shown, words)
    yield _legend(shown, words)
    yield limits(words)


def _row_in_words(shown: Table, row: Row, words: Words) -> Iterator[str]:
    grouped: dict[tuple[Answer, ...], list[str]] = {}
    for rule in shown.rules:
        grouped.setdefault(answers(row.cells[rule.id]), []).append(rule.id)
    for found in sorted(grouped, key=lambda key: [_ORDER.index(answer) for answer in key] or [9]):
        said = words.say(" or ").join(words.say(_TOLD[answer]) for answer in found)
        if not found:
            said = words.say("does not apply")
        listed = words.say(", ").join(grouped[found])
        yield words.say("{answer} ({rules})", answer=said, rules=listed)


def _same_in_words(shown: Table, words: Words) -> Iterator[str]:
    if shown.plain is None:
        return
    above, below = (" ".join(_number(row)) or row.scenario for row in shown.plain)
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


def _number(row: Row) -> list[str]:
    """The number of a deed as it is drawn; none where its id has none."""
    found = re.match(r"s0*(\d+)-", row.scenario)
    return [f"S{found[1]}"] if found else []


def _legend(shown: Table, words: Words) -> str:
    say = words.say
    cells = [answers(cell) for cell in shown.cells()]
    parts = [say("–: says nothing")]
    if any("A" in found for found in cells):
        parts.append(say("asks: the user is asked before anything happens"))
    if any("R" in found for found in cells):
        parts.append(say("refused: Android itself refuses"))
    if () in cells:
        parts.append(say("n/a: does not apply"))
    what = _settings(shown)
    if what:
        parts.append(
            say("dashed: depends on {what}", what=say(", ").join(say(text) for text in what))
        )
    return say("{text}.", text=say("; ").join(parts))


def _settings(shown: Table) -> list[Message]:
    """What the cells with several answers depend on, the most frequent first."""
    found = Counter(
        name for cell in shown.cells() if len(answers(cell)) > 1 for name in cell.depends_on
    )
    return [
        _SETTINGS.get(name, Message("{text}", text=plain(name)))
        for name, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))
    ]


def _notes(shown: Table, words: Words) -> Iterator[str]:
    """The footnotes."""
    if any(_names_differ(cell) for cell in shown.cells()):
        yield words.say("¹ Whom it names depends on the setting.")
    if any(_says_who_made(cell) for cell in shown.cells()):
        yield words.say("² It says whether the app had made the file itself.")


@frozen
class _Sheet:
    """The figure being drawn; *first* is where the columns begin, *pitch* how wide they are."""

    drawing: Drawing
    words: Words
    shown: Table
    first: float
    pitch: float

    @classmethod
    def of(cls, drawing: Drawing, words: Words, shown: Table) -> _Sheet:
        """The sheet for those columns: the names of the deeds get what the columns leave."""
        gap = APART if shown.sourced and shown.proposals else 0.0
        number = max(1, len(shown.rules))
        pitch = min(WIDEST, (RIGHT - NAMES_END - 12 - gap) / number)
        return cls(drawing, words, shown, RIGHT - pitch * number - gap, pitch)

    def draw(self) -> None:
        """Draw everything, from the top to the bottom, and cut the canvas there."""
        d, say = self.drawing, self.words.say
        with d.group("title"):
            y = headline(d) + 34
        with d.group("condition"):
            text = say(
                "What a phone says when an app does this. Rows: the deed. Columns: a rule, known"
                " from a source or, where dashed, supposed."
            )
            y = paragraph(d, y, text, Style(19)) + 16
        y = self._heads(y) + 8
        y = self._group(self.shown.above, y)
        y = self._between(y)
        y = self._group(self.shown.below, y)
        d.height = float(round(self._foot(y + 7) + 14))

    def _left(self, column: int) -> float:
        gap = APART if self.shown.sourced and column >= len(self.shown.sourced) else 0.0
        return self.first + column * self.pitch + gap

    # -- heads -----------------------------------------------------------------------------

    def _heads(self, top: float) -> float:
        """The heads of the columns: the rule, where it sits, what it is known from."""
        d, say, wide = self.drawing, self.words.say, self.pitch - 8
        ids = [_at_hyphens(d, rule.id, wide) for rule in self.shown.rules]
        places = [d.fitted(sits(r, self.words), wide, TAG, 2) for r in self.shown.rules]
        sources = [d.fitted(say(known(r)), wide, TAG, 2) for r in self.shown.rules]
        starts, y = [], top + 20
        for lines in (ids, places, sources):
            starts.append(y)
            y += max(map(len, lines), default=0) * _HEAD_STEP + 4
        bottom = y - _HEAD_STEP + 8
        with d.group("heads"):
            names = (say("rule"), say("looks at"), say("known from"))
            for name, start in zip(names, starts, strict=True):
                d.text(self.first - 14, start, name, _QUIET, "end")
        for i, rule in enumerate(self.shown.rules):
            with d.group(f"head-{rule.id}"):
                edge = Box(self._left(i) + 2, top, self._left(i) + self.pitch - 2, bottom)
                self._head(rule, edge, starts, (ids[i], places[i], sources[i]))
        return bottom

    def _head(
        self, rule: Rule, edge: Box, starts: Sequence[float], lines: Sequence[Sequence[str]]
    ) -> None:
        d, middle = self.drawing, (edge.left + edge.right) / 2
        sides = (edge.left, edge.top, edge.right, edge.bottom)
        if rule.hypothesis and not rule.proposal:
            d.box(*sides, fill=WHITE, stroke=INK, width=1.5, radius=2, dash=_DASH)
        else:
            d.box(*sides, fill=_HEAD, radius=2)
        d.lines(middle, starts[0], lines[0], _ID, "middle", _HEAD_STEP)
        d.lines(middle, starts[1], lines[1], TAG, "middle", _HEAD_STEP)
        if known(rule) == HYPOTHESIS and len(lines[2]) == 1:
            d.tag(middle - d.measure(TAG)(lines[2][0]) / 2 - 6, starts[2], lines[2][0])
            return
        style = _ID if known(rule) == PROPOSAL else _QUIET
        d.lines(middle, starts[2], lines[2], style, "middle", _HEAD_STEP)

    # -- rows ------------------------------------------------------------------------------

    def _group(self, rows: Sequence[Row], top: float) -> float:
        """The rows of one kind of file, with its bar; gives their lower edge."""
        if not rows:
            return top
        bottom = top + len(rows) * PITCH
        with self.drawing.group(f"about-{rows[0].about}"):
            self._bar(rows[0].about, top, bottom)
        for i, row in enumerate(rows):
            with self.drawing.group(f"row-{row.scenario}"):
                self._name(row, top + i * PITCH, last=i == len(rows) - 1)
            for column, rule in enumerate(self.shown.rules):
                with self.drawing.group(f"cell-{row.scenario}-{rule.id}"):
                    left, middle = self._left(column), top + (i + 0.5) * PITCH
                    edge = Box(left + 4, middle - 14, left + self.pitch - 4, middle + 14)
                    self._cell(row.cells[rule.id], edge)
        return bottom

    def _name(self, row: Row, top: float, *, last: bool) -> None:
        d, is_plain = self.drawing, self.shown.plain is not None and row in self.shown.plain
        if is_plain:
            d.box(NUMBER - 6, top, RIGHT, top + PITCH, fill=_PLAIN_BAND, radius=0)
        elif not last:
            d.line([(NUMBER - 6, top + PITCH), (RIGHT, top + PITCH)], HAIR, 1.2)
        middle = top + PITCH / 2
        for number in _number(row):
            d.text(NUMBER, middle + 6, number, Style(16, color=SECOND))
        left = DEED if _number(row) else NUMBER
        style, lines = _fit(d, self.words.of(row.title), self.first - left - 10, bold=is_plain)
        step = style.size * 1.14
        y = middle + style.size * 0.35 - (len(lines) - 1) * step / 2
        d.lines(left, y, lines, style, step=step)

    def _bar(self, about: str, top: float, bottom: float) -> None:
        """The bar at the left in the dress of the file, with its name."""
        d, text = self.drawing, self.words.say(_ABOUT[about])
        top, bottom = top + 1, bottom - 1
        original = about == "original"
        if original:
            d.box(LEFT, top, LEFT + BAR, bottom, fill=ORIGINAL, radius=4)
        else:
            d.box(LEFT, top, LEFT + BAR, bottom, fill=WHITE, radius=4)
            d.hatch(LEFT, top, LEFT + BAR, bottom, COPY, step=12.7, width=3.2)
            d.box(LEFT, top, LEFT + BAR, bottom, stroke=COPY, width=2.5, radius=4)
        size = next(
            (s for s in (18.0, 17.0, 16.0, SMALLEST) if _tall(d, text, s) < bottom - top - 16), 0.0
        )
        if not size:
            return
        middle, half = (top + bottom) / 2, _tall(d, text, size) / 2
        if not original:
            d.box(
                LEFT + 4, middle - half - 7, LEFT + BAR - 4, middle + half + 7, fill=WHITE, radius=2
            )
        _upright(
            d,
            LEFT + BAR / 2,
            middle,
            text,
            Style(size, bold=True, color=WHITE if original else INK),
        )

    # -- cells -----------------------------------------------------------------------------

    def _cell(self, cell: Cell, edge: Box) -> None:
        found, say = answers(cell), self.words.say
        middle, y = (edge.left + edge.right) / 2, (edge.top + edge.bottom) / 2
        if not found:
            self.drawing.text(middle, y + 5, say("n/a"), _QUIET, "middle")
        elif len(found) > 1:
            self._depends(cell, found, edge)
        elif found[0] in "-R":
            self._silent(found[0], middle, y)
        else:
            self._said(found[0], self._with_notes(cell, found[0], _ANSWERS), edge)

    def _with_notes(self, cell: Cell, answer: Answer, texts: Mapping[Answer, Message]) -> str:
        text = self.words.say(texts[answer])
        if answer != "F":
            return text
        marks = ("¹" if _names_differ(cell) else "") + ("²" if _says_who_made(cell) else "")
        return text + marks

    def _silent(self, answer: Answer, middle: float, y: float) -> None:
        d, word = self.drawing, self.words.say(_ANSWERS["R"])
        left, half = middle, 9.0
        if answer == "R":
            half, wide = 6.0, d.measure(_QUIET)(word)
            left = middle - (wide + 6) / 2 - 0.5
            d.text(left + half + 6, y + 5, word, _QUIET)
        d.line([(left - half, y), (left + half, y)], SHELF, 2.4)

    def _said(self, answer: Answer, text: str, edge: Box) -> None:
        d, middle = self.drawing, (edge.left + edge.right) / 2
        sides = (edge.left, edge.top, edge.right, edge.bottom)
        style = _PLAIN_CELL if answer == "L" else _CELL
        style, lines = _shrunk(d, text, edge.right - edge.left - 8, style)
        y = (edge.top + edge.bottom) / 2 + style.size * 0.35
        if answer == "F":
            d.box(*sides, fill=WATCHER, stroke=INK, width=1.2, radius=9)
        elif answer == "L":
            d.box(*sides, fill=WHITE, stroke=INK, width=1.2, radius=1)
        else:
            d.box(*sides, fill=WHITE, radius=1)
            d.hatch(*sides, _HATCH, step=11.3, width=1.6)
            plate = d.text_box(middle, y, lines[0], style, "middle")
            d.box(
                plate.left - 6, edge.top + 1, plate.right + 6, edge.bottom - 1, fill=WHITE, radius=0
            )
            d.box(*sides, stroke=INK, width=1.8, radius=1)
        d.text(middle, y, lines[0], style, "middle")

    def _depends(self, cell: Cell, found: Sequence[Answer], edge: Box) -> None:
        """A cell with several answers, in yellow with a dashed edge."""
        d, say = self.drawing, self.words.say
        said = [self._with_notes(cell, answer, _BESIDE) for answer in found]
        text = say(" or ").join([say(", ").join(said[:-1]), said[-1]])
        wide, style = edge.right - edge.left - 8, TAG
        lines = limit(text, wide, 2, d.measure(style))
        more = 3.0 if len(lines) > 1 else 0.0
        d.box(
            edge.left,
            edge.top - more,
            edge.right,
            edge.bottom + more,
            fill=UNKNOWN,
            stroke=INK,
            width=1.2,
            radius=4,
            dash=_DASH,
        )
        y = (edge.top + edge.bottom) / 2 + 5 - (len(lines) - 1) * 8.0
        d.lines((edge.left + edge.right) / 2, y, lines, style, "middle", 16.0)

    def _between(self, top: float) -> float:
        """The line between the groups: whether both plain deletions get the same answer."""
        if self.shown.plain is None:
            return top + (14.0 if self.shown.above and self.shown.below else 0.0)
        d, middle = self.drawing, top + BETWEEN / 2
        with d.group("same"):
            style, lines = _fit(
                d, self.words.say("same answer for both?"), self.first - NUMBER - 14, bold=True
            )
            d.text(self.first - 14, middle + 6, lines[0], style, "end")
        for column, rule in enumerate(self.shown.rules):
            with d.group(f"same-{rule.id}"):
                self._pill(self.shown.same(rule), self._left(column) + self.pitch / 2, middle)
        return top + BETWEEN

    def _pill(self, answer: Same | None, x: float, y: float) -> None:
        d = self.drawing
        if answer is None:
            d.text(x, y + 5, self.words.say("n/a"), _QUIET, "middle")
            return
        fill = {"same": WHITE, "differs": INK, "depends": UNKNOWN}[answer]
        dash = _DASH if answer == "depends" else ()
        d.box(
            x - 30, y - 14, x + 30, y + 14, fill=fill, stroke=INK, width=1.8, radius=14, dash=dash
        )
        style = Style(22, bold=True, color=WHITE if answer == "differs" else INK)
        d.text(x, y + 7.5, _SAME[answer], style, "middle")

    # -- below -----------------------------------------------------------------------------

    def _foot(self, top: float) -> float:
        """The legend, the footnotes, and the limits; gives the last baseline."""
        d, words = self.drawing, self.words
        d.line([(LEFT, top), (RIGHT, top)], INK, 1.4)
        with d.group("legend"):
            text = words.say(" ").join([*_notes(self.shown, words), _legend(self.shown, words)])
            y = paragraph(d, top + 25, text, BODY)
        with d.group("footer"):
            return paragraph(d, y + 23, limits(words), SMALL)


def _at_hyphens(drawing: Drawing, text: str, width: float) -> list[str]:
    """An id in at most two lines, broken after a hyphen."""
    measure = drawing.measure(_ID)
    pieces = re.findall(r"[^-]*-|[^-]+$", text)
    lines = [""]
    for piece in pieces:
        if lines[-1] and measure(lines[-1] + piece) > width:
            lines.append("")
        lines[-1] += piece
    if len(lines) > 2:
        lines = [lines[0], "".join(lines[1:])]
    return [limit(line, width, 1, measure)[0] for line in lines]


def _fit(drawing: Drawing, text: str, width: float, *, bold: bool) -> tuple[Style, list[str]]:
    """*text* in one line as large as it may be, else in two small ones, cut where it must be."""
    for size in (18.0, 17.0, 16.0):
        style = Style(size, bold=bold)
        if drawing.measure(style)(text) <= width:
            return style, [text]
    style = Style(SMALLEST, bold=bold)
    return style, limit(text, width, 2, drawing.measure(style))


def _shrunk(drawing: Drawing, text: str, width: float, style: Style) -> tuple[Style, list[str]]:
    for size in (style.size, 16.0, SMALLEST):
        smaller = Style(size, style.bold)
        if drawing.measure(smaller)(text) <= width:
            return smaller, [text]
    smaller = Style(SMALLEST, style.bold)
    return smaller, limit(text, width, 1, drawing.measure(smaller))


# -- text that stands upright ------------------------------------------------------------------


def _han(text: str) -> bool:
    return all("\u3400" <= char <= "\u9fff" for char in text)


def _tall(drawing: Drawing, text: str, size: float) -> float:
    """How tall *text* is when it stands upright."""
    return len(text) * size * 1.16 if _han(text) else drawing.measure(Style(size, bold=True))(text)


def _upright(drawing: Drawing, x: float, y: float, text: str, style: Style) -> None:
    """Write *text* upwards around the middle *x*, *y*; Chinese stands, sign below sign."""
    tall, size = _tall(drawing, text, style.size), style.size
    if _han(text):
        step = size * 1.16
        for i, char in enumerate(text):
            at = y - tall / 2 + (i + 0.5) * step + size * 0.36
            drawing.text(x, at, char, style, "middle")
        return
    baseline, start = x + size * 0.3, y + tall / 2
    drawing.boxes.append(
        Box(baseline - 0.80 * size, y - tall / 2, baseline + 0.22 * size, start, "text", text)
    )
    for glyph in drawing.fonts.glyphs(text, size, bold=style.bold):
        turned = tuple(_turned(glyph.outline, glyph.x, glyph.scale, baseline, start))
        if turned:
            stroke = style.color if glyph.embolden else None
            drawing.path(turned, fill=style.color, stroke=stroke, width=glyph.embolden)


def _turned(
    outline: Iterable[Command], at: float, scale: float, x: float, y: float
) -> Iterator[Command]:
    """An outline turned to the left by a right angle, in pixels."""
    for name, *numbers in outline:
        points = zip(numbers[::2], numbers[1::2], strict=True)
        yield (name, *(v for a, b in points for v in (x - b * scale, y - at - a * scale)))
