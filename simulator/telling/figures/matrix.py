"""Watchers by deeds: what each rule says of each deed, the deeds done to the user's original above,
those done to the app's own files below, and between them whether both get the same answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

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
from simulator.telling.figures.deeds import (
    ABOUT,
    ANSWERS,
    BESIDE,
    PLAIN,
    Answer,
    Same,
    Table,
    answers,
    cell_of,
    condition,
    finding,
    in_words,
    legend,
    names_another,
    notes,
    number,
    of_pictures_alone,
    phones,
    says_who_made,
    table,
)
from simulator.telling.figures.fonts import Command, Fonts
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import Size, only_wide, stamp, stamped
from simulator.telling.figures.render import Format
from simulator.telling.figures.saving import FORMATS, write_figure
from simulator.telling.figures.setting import limit, wrap
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
)
from simulator.telling.words import Lang, Words
from simulator.verdict.comparison import Cell, Comparison, Row
from simulator.watchers.rule import Rule

WIDTH = 1600.0
#: The bars at the left, the numbers, and the names of the deeds; the columns begin after that.
BAR, NUMBER, DEED, NAMES_END = 30.0, 68.0, 104.0, 380.0
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

_SAME: Mapping[Same, str] = MappingProxyType({"same": "=", "differs": "≠", "depends": "= ?"})
# -- the picture -------------------------------------------------------------------------------


def matrix(
    comparison: Comparison,
    words: Words,
    *,
    plain: tuple[str, str] = PLAIN,
    stack: str | None = None,
) -> Drawing:
    """Draw *comparison* on the phones with that *stack* (None: its first).

    *plain* names the plain deletion of an original and that of a copy.
    """
    shown = table(comparison, plain, stack)
    drawing = Drawing(WIDTH, 900, Fonts(words.lang))
    drawing.title = finding(shown, words)
    drawing.description = "\n".join(in_words(shown, words))
    _Sheet.of(drawing, words, shown).draw()
    return drawing


def draw(material: Material, words: Words, size: Size) -> Drawing:
    """The shipped rules by the deeds, stamped for a scenario."""
    only_wide(size)
    drawing = matrix(material.comparison, words)
    return stamped(drawing, stamp(material, words, material.compared))


def write_matrix(
    comparison: Comparison,
    out: Path,
    *,
    plain: tuple[str, str] = PLAIN,
    langs: Sequence[Lang] = ("en", "zh-CN"),
    formats: Sequence[Format] = FORMATS,
) -> tuple[Path, ...]:
    """Write the figure into the folder *out*, in each language and format, with its alt text.

    A comparison on several phones gets a figure for each, with the stack in its name.
    """
    found, paths = phones(comparison), list[Path]()
    for stack in found:
        name = "watchers-by-deeds" if len(found) == 1 else f"watchers-by-deeds.{stack}"
        draw = partial(matrix, comparison, plain=plain, stack=stack)
        paths += write_figure(name, draw, out, langs, formats)
    return tuple(paths)


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
        d = self.drawing
        with d.group("title"):
            y = headline(d) + 34
        with d.group("condition"):
            text = condition(self.shown, self.words)
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
        d, say, wide = self.drawing, self.words.say, self.pitch - 5
        ids = [_at_hyphens(d, _marked(rule), wide) for rule in self.shown.rules]
        places = [self._places(rule, wide) for rule in self.shown.rules]
        sources = [d.fitted(say(known(r)), wide, TAG, 2) for r in self.shown.rules]
        starts, y = [], top + 20
        for lines in (ids, places, sources):
            starts.append(y)
            y += max(map(len, lines), default=1) * _HEAD_STEP + 4
        bottom = y - _HEAD_STEP + 8
        with d.group("heads"):
            names = (say("rule"), say("where it sits"), say("known from"))
            for name, start in zip(names, starts, strict=True):
                d.text(self.first - 14, start, name, _QUIET, "end")
        for i, rule in enumerate(self.shown.rules):
            with d.group(f"head-{rule.id}"):
                edge = Box(self._left(i) + 1, top, self._left(i) + self.pitch - 1, bottom)
                self._head(rule, edge, starts, (ids[i], places[i], sources[i]))
        return bottom

    def _places(self, rule: Rule, width: float) -> list[str]:
        """Where a rule sits, each layer on a line of its own."""
        measure = self.drawing.measure(TAG)
        lines = [line for text in sits(rule, self.words) for line in wrap(text, width, measure)]
        return lines[:4]

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
                    edge = Box(left + 3, middle - 14, left + self.pitch - 3, middle + 14)
                    self._cell(cell_of(row, rule), edge)
        return bottom

    def _name(self, row: Row, top: float, *, last: bool) -> None:
        d, is_plain = self.drawing, self.shown.plain is not None and row in self.shown.plain
        if is_plain:
            d.box(NUMBER - 6, top, RIGHT, top + PITCH, fill=_PLAIN_BAND, radius=0)
        elif not last:
            d.line([(NUMBER - 6, top + PITCH), (RIGHT, top + PITCH)], HAIR, 1.2)
        middle = top + PITCH / 2
        left = NUMBER
        if number(row):
            d.text(NUMBER, middle + 6, number(row), Style(16, color=SECOND))
            left = DEED
        style, lines = _fit(d, self.words.of(row.title), self.first - left - 10, bold=is_plain)
        step = style.size * 1.14
        y = middle + style.size * 0.35 - (len(lines) - 1) * step / 2
        d.lines(left, y, lines, style, step=step)

    def _bar(self, about: str, top: float, bottom: float) -> None:
        """The bar at the left in the dress of the file, with its name."""
        d, text = self.drawing, self.words.say(ABOUT[about])
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
            self._said(found[0], self._with_notes(cell, found[0], ANSWERS), edge)

    def _with_notes(self, cell: Cell, answer: Answer, texts: Mapping[Answer, Message]) -> str:
        text = self.words.say(texts[answer])
        if answer != "F":
            return text
        marks = ("¹" if names_another(cell) else "") + ("²" if says_who_made(cell) else "")
        return text + marks

    def _silent(self, answer: Answer, middle: float, y: float) -> None:
        d, word = self.drawing, self.words.say(ANSWERS["R"])
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
        said = [self._with_notes(cell, answer, BESIDE) for answer in found]
        text = say(" or ").join([say(", ").join(said[:-1]), said[-1]])
        wide, style = edge.right - edge.left - 6, TAG
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
        style = Style(24, bold=True, color=WHITE if answer == "differs" else INK)
        d.text(x, y + 8.5, _SAME[answer], style, "middle")

    # -- below -----------------------------------------------------------------------------

    def _foot(self, top: float) -> float:
        """The legend, the footnotes, and the limits; gives the last baseline."""
        d, words = self.drawing, self.words
        d.line([(LEFT, top), (RIGHT, top)], INK, 1.4)
        with d.group("legend"):
            y = paragraph(d, top + 25, legend(self.shown, words), BODY)
            x, below = LEFT, y + 23
            for note in notes(self.shown, words):
                x, y = d.text(x, below, note, BODY).right + 20, below
        with d.group("footer"):
            return paragraph(d, y + 23, limits(words), SMALL)


def _marked(rule: Rule) -> str:
    """The rule's id, with the mark of its footnote."""
    return f"{rule.id}³" if of_pictures_alone(rule) else rule.id


def _at_hyphens(drawing: Drawing, text: str, width: float) -> list[str]:
    """An id in at most two lines, broken after a hyphen."""
    measure = drawing.measure(_ID)
    pieces = re.findall(r"[^-]*-|[^-]+$", text)
    lines = [""]
    for piece in pieces:
        if lines[-1] and measure(lines[-1] + piece) > width - 4:
            lines.append("")
        lines[-1] += piece
    if len(lines) > 2:
        lines = [lines[0], "".join(lines[1:])]
    return [limit(line, width, 1, measure)[0] for line in lines]


def _fit(drawing: Drawing, text: str, width: float, *, bold: bool) -> tuple[Style, list[str]]:
    """*text* in one line as large as it may be, else in two small ones, cut where it must be."""
    for size in (16.5, 16.0, 15.5):
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
