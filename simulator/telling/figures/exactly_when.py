"""Exactly when: the smallest sets of conditions as columns, the factors as rows, and in each cell
the value that a factor must have.

Like an UpSet plot, but with values in the place of dots, because a condition is seldom a mere yes
or no.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from types import MappingProxyType

from attrs import define, frozen

from simulator.message import Message
from simulator.telling.figures.canvas import (
    COPY,
    HAIR,
    INK,
    ORIGINAL,
    SECOND,
    SHELF,
    WHITE,
    Dash,
    Drawing,
    Style,
)
from simulator.telling.figures.condition_sets import (
    Column,
    Row,
    Table,
    cell,
    condition,
    counted,
    dress,
    finding,
    freely,
    in_words,
    table,
    tried,
)
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import Page, Size, stamp
from simulator.telling.figures.setting import Measure, balanced, in_rows, limit, plain
from simulator.telling.figures.watchers import HYPOTHESIS
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.words import Words

_BAND = "#E6E6E6"
_POWER = "#333333"
_HATCH = "#9A9A9A"
_DASH: Dash = (4, 2.5)
_PARTLY = Message("partly hypothesis")
#: The widest column of a set, the least room for the values tried, the column of what is not shown.
_WIDEST, _LEAST_TRIED, _MORE = 214.0, 180.0, 122.0
_BAR = 62.0
_PILL = Style(16, bold=True, color=WHITE)
_PLATE = Style(16, bold=True)
_SMALL = Style(15.5, color=SECOND)
_NUMBER = Style(20, bold=True)


@frozen
class _Layout:
    """How wide the names are, how many sets are shown, and the column of who can change it."""

    names: float
    most: int
    who: float
    asks: float


_LAYOUTS: Mapping[Size, _Layout] = MappingProxyType(
    {
        "wide": _Layout(names=380, most=6, who=158, asks=18.5),
        "a4": _Layout(names=260, most=4, who=0, asks=17),
        "long": _Layout(names=256, most=4, who=0, asks=17),
    }
)


def draw(material: Material, words: Words, size: Size = "wide") -> Drawing:
    """Draw when the scenario's outcome comes about.

    Raises :class:`NoFigure` where it does not fit on a sheet of paper.
    """
    layout = _LAYOUTS[size]
    shown = table(material.scenario, material.conditions, words, layout.most)
    page = Page.new(words, size)
    page.heading(finding(shown, words), condition(shown, words))
    page.drawing.description = "\n".join(in_words(shown, words))
    sheet = _Sheet(page, shown, layout)
    sheet.heads()
    sheet.rows()
    sheet.key()
    _foot(page, material, shown)
    return page.drawing


def _foot(page: Page, material: Material, shown: Table) -> None:
    words = page.words
    with page.drawing.group("counts"):
        page.y += 34
        page.paragraph(counted(shown, words), Style(18, bold=True))
    limits = [words.say(one) for one in LIMITS[1:PUBLIC]]
    if not material.incident:
        # The limit about named incidents has no place where none is named.
        limits = [words.say(one) for one in (*LIMITS[1:3], LIMITS[PUBLIC - 1])]
    sentences = [words.say("Counts are of the combinations we listed, not of phones.")]
    if shown.hypotheses:
        names = plain(words.say(", ").join(shown.hypotheses))
        sentences.append(
            words.say(
                "Hypothesis: no source confirms how this watcher works: {names}.", names=names
            )
        )
    if shown.more:
        sentences.append(
            words.say(
                "All sets in words: “cachelife when {scenario}”.",
                scenario=plain(material.scenario.id),
            )
        )
    page.foot(stamp(material, words, shown.found.runs), *sentences, *limits)


@define
class _Cell:
    """A value that a set needs, set in lines."""

    lines: list[str]
    width: float
    dress: str | None


@define(slots=False)
class _Sheet:
    """The table being drawn."""

    page: Page
    shown: Table
    layout: _Layout

    # -- where things stand ----------------------------------------------------------------

    @property
    def drawing(self) -> Drawing:
        """The picture."""
        return self.page.drawing

    @property
    def words(self) -> Words:
        """Its language."""
        return self.page.words

    @property
    def first(self) -> float:
        """Where the columns begin."""
        return self.page.left + self.layout.names

    @property
    def who(self) -> float:
        """Where the column of who can change it begins."""
        return self.page.right - self.layout.who

    @cached_property
    def pitch(self) -> float:
        """How wide a set's column is."""
        number = len(self.shown.shown)
        room = self.who - self.first - (_MORE if self.shown.more else 0.0) - 8
        return min(_WIDEST, room / max(number, 1))

    @cached_property
    def tried(self) -> float | None:
        """Where the values tried begin, if there is room for them."""
        end = self.first + self.pitch * len(self.shown.shown) + 14
        room = self.who - end - (_MORE if self.shown.more else 0.0)
        return end if room >= _LEAST_TRIED else None

    def middle(self, column: int) -> float:
        """The middle of a set's column."""
        return self.first + (column + 0.5) * self.pitch

    @property
    def more(self) -> float:
        """The middle of the column of the sets that are not shown."""
        return self.first + self.pitch * len(self.shown.shown) + _MORE / 2

    # -- heads -----------------------------------------------------------------------------

    def heads(self) -> None:
        """What stands above the columns: in how many worlds each set holds."""
        tags = any(column.supposed != "none" for column in self.shown.shown)
        bars = _BAR + 30 if self.shown.shown and self.shown.found.whole else 20.0
        base = self.page.y + 30 + bars + (26 if tags else 0)
        for number, column in enumerate(self.shown.shown, 1):
            with self.drawing.group(f"set-{number}"):
                self._head(column, self.middle(number - 1), base)
        with self.drawing.group("heads"):
            self._titles(base)
            if self.shown.more:
                self._of_more(base)
        self.page.y = base + 14

    def _head(self, column: Column, x: float, base: float) -> None:
        d, happens = self.drawing, max(self.shown.found.happens_in, 1)
        if not self.shown.found.whole:
            d.text(x, base - 4, self.words.say("shared by all"), Style(16.5, bold=True), "middle")
            self._tag(column, x, base - 28)
            return
        tallest = max(c.covers for c in self.shown.columns)
        tall = max(_BAR * column.covers / max(tallest, happens * 0.25), 2.0)
        half = min(27.0, self.pitch / 3)
        if column.supposed == "all":
            d.box(x - half, base - tall, x + half, base, fill=WHITE, radius=0)
            d.hatch(x - half, base - tall, x + half, base, _HATCH, step=11.3, width=1.6)
            d.box(
                x - half, base - tall, x + half, base, stroke=INK, width=1.5, radius=0, dash=_DASH
            )
        else:
            d.box(x - half, base - tall, x + half, base, fill=_POWER, radius=0)
        d.text(x, base - tall - 8, f"{column.covers:,}", _NUMBER, "middle")
        self._tag(column, x, base - tall - 33)

    def _tag(self, column: Column, x: float, y: float) -> None:
        if column.supposed == "none":
            return
        text = self.words.say(HYPOTHESIS if column.supposed == "all" else _PARTLY)
        wide = self.drawing.measure(Style(15))(text)
        self.drawing.tag(x - wide / 2 - 6, y, text)

    def _titles(self, base: float) -> None:
        d, say, found = self.drawing, self.words.say, self.shown.found
        if self.shown.shown and found.whole:
            text = say(
                "worlds covered, of the {happens} with this outcome",
                happens=f"{found.happens_in:,}",
            )
            lines = balanced(text, min(self.layout.names - 40, 250), d.measure(Style(16.5)))
            y = base - 4 - (len(lines) - 1) * 21
            d.lines(self.first - 16, y, lines, Style(16.5), "end", step=21)
        if self.tried is not None:
            d.text(self.tried, base - 4, say("values tried"), Style(16.5, bold=True))
        if self.layout.who:
            d.text(self.who, base - 4, say("who can change it"), Style(16.5, bold=True))

    def _of_more(self, base: float) -> None:
        d, words = self.drawing, self.words
        covers = [column.covers for column in self.shown.more]
        head = words.many("{number} more set", "{number} more sets", len(covers))
        low, high = f"{min(covers):,}", f"{max(covers):,}"
        below = words.say("covering {low} to {high}", low=low, high=high)
        if low == high:
            below = words.say("covering {number} each", number=low)
            if len(covers) == 1:
                below = words.say("covering {number}", number=low)
        lines = balanced(below, _MORE - 8, d.measure(_SMALL))[:2]
        y = base - 4 - len(lines) * 20
        d.text(self.more, y, head, Style(16.5, bold=True), "middle")
        d.lines(self.more, y + 20, lines, _SMALL, "middle", step=20)

    # -- rows ------------------------------------------------------------------------------

    def rows(self) -> None:
        """The factors, with the values that each set needs."""
        d, page = self.drawing, self.page
        cells = [
            [self._cell(row, column) for column in self.shown.shown] for row in self.shown.rows
        ]
        names = [self._name(row) for row in self.shown.rows]
        edges = [page.y]
        for row, name, line in zip(self.shown.rows, names, cells, strict=True):
            edges.append(edges[-1] + self._tall(row, name, line))
        with d.group("rows"):
            self._ground(edges)
        for number, row in enumerate(self.shown.rows):
            with d.group(f"row-{number + 1}"):
                self._row(row, names[number], edges[number], edges[number + 1])
        for column in range(len(self.shown.shown)):
            with d.group(f"set-{column + 1}"):
                self._set(column, [line[column] for line in cells], edges)
        page.y = edges[-1]

    def _name(self, row: Row) -> list[str]:
        style = Style(self.layout.asks, bold=row.necessary)
        return self.drawing.fitted(row.asks, self.layout.names - 30, style, 3)

    def _values(self, row: Row) -> list[str]:
        if self.tried is None:
            return []
        end = self.who - (_MORE if self.shown.more else 0.0) - 14
        separator = self.words.say(", ")
        measure = self.drawing.measure(_SMALL)
        return _whole(tried(row, self.words), separator, end - self.tried, 5, measure)

    def _cell(self, row: Row, column: Column) -> _Cell | None:
        """The value in lines that fit into the column; None for any value."""
        allowed = column.values.get(row.path)
        if allowed is None:
            return None
        measure = self.drawing.measure(_PILL)
        lines = _whole(cell(row, allowed, self.words), "", self.pitch - 30, 4, measure)
        return _Cell(lines, max(map(measure, lines)), dress(row, allowed))

    def _tall(self, row: Row, name: Sequence[str], line: Sequence[_Cell | None]) -> float:
        pills = max((len(one.lines) for one in line if one is not None), default=1)
        label = len(name) * self.layout.asks * 1.26 + 20
        return max(label + 14, pills * 20 + 28, len(self._values(row)) * 20 + 20, 54.0)

    def _ground(self, edges: Sequence[float]) -> None:
        """The band of what is necessary, its bar, and the lines between the rows."""
        d, left, right = self.drawing, self.page.left, self.page.right
        last = self.shown.necessary
        if last:
            d.box(left, edges[0], right, edges[last], fill=_BAND, radius=0)
            d.box(left, edges[0], left + 8, edges[last], fill=INK, radius=0)
        for number, y in enumerate(edges):
            strong = number in {0, last, len(edges) - 1}
            d.line([(left, y), (right, y)], INK if strong else HAIR, 2.0 if strong else 1.2)

    def _row(self, row: Row, name: Sequence[str], top: float, bottom: float) -> None:
        d, middle = self.drawing, (top + bottom) / 2
        style = Style(self.layout.asks, bold=row.necessary)
        step = style.size * 1.26
        y = middle - (len(name) * step + 20) / 2 + style.size * 0.92
        d.lines(self.page.left + 18, y, name, style, step=step)
        y += len(name) * step
        if self.layout.who:
            path = Style(15, family="mono", color=SECOND)
            d.text(self.page.left + 18, y, self._fit(row.path, self.layout.names - 30, path), path)
            self._who(row, middle)
        else:
            text = self.words.say("can change it: {party}", party=row.who)
            fitted = self._fit(text, self.layout.names - 24, _SMALL)
            d.text(self.page.left + 18, y, fitted, _SMALL)
        self._beside(row, middle)

    def _fit(self, text: str, width: float, style: Style) -> str:
        return self.drawing.fitted(plain(text), width, style)[0]

    def _who(self, row: Row, middle: float) -> None:
        d = self.drawing
        lines = d.fitted(row.who, self.layout.who - 6, Style(16.5), 2)
        y = middle + 6 - (len(lines) - 1) * 10
        d.lines(self.who, y, lines, Style(16.5), step=20)

    def _beside(self, row: Row, middle: float) -> None:
        """The values tried, and how many of the sets that are not shown need one."""
        d, values = self.drawing, self._values(row)
        if self.tried is not None:
            y = middle + 5.5 - (len(values) - 1) * 10
            d.lines(self.tried, y, values, _SMALL, step=20)
        if self.shown.more:
            number = sum(row.path in column.values for column in self.shown.more)
            if not number:
                self._ring(self.more, middle)
                return
            text = _in_some(self.words, number, len(self.shown.more))
            d.text(self.more, middle + 5.5, text, _SMALL, "middle")

    # -- sets ------------------------------------------------------------------------------

    def _set(self, column: int, cells: Sequence[_Cell | None], edges: Sequence[float]) -> None:
        d, x = self.drawing, self.middle(column)
        middles = [(a + b) / 2 for a, b in pairwise(edges)]
        pills = [y for one, y in zip(cells, middles, strict=True) if one is not None]
        if len(pills) > 1:
            d.line([(x, pills[0]), (x, pills[-1])], INK, 4.0)
        for one, y in zip(cells, middles, strict=True):
            if one is None:
                self._ring(x, y)
            else:
                self._pill(x, y, one)

    def _ring(self, x: float, y: float) -> None:
        self.drawing.box(x - 7, y - 7, x + 7, y + 7, fill=WHITE, stroke=SHELF, width=2.0, radius=7)

    def _pill(self, x: float, y: float, one: _Cell) -> None:
        d = self.drawing
        half, tall = one.width / 2 + 12, len(one.lines) * 10 + 6.5
        sides = (x - half, y - tall, x + half, y + tall)
        if one.dress == "app_copy":
            d.box(*sides, fill=WHITE, radius=4)
            d.hatch(*sides, COPY, step=12.7, width=2.6)
            d.box(*sides, stroke=COPY, width=2.5, radius=4)
            inner = one.width / 2 + 5
            d.box(x - inner, y - tall + 4, x + inner, y + tall - 4, fill=WHITE, radius=2)
        else:
            fill, radius = (ORIGINAL, 4.0) if one.dress == "original" else (INK, 16.0)
            d.box(*sides, fill=fill, radius=radius)
        style = _PLATE if one.dress == "app_copy" else _PILL
        d.lines(x, y + 5.8 - (len(one.lines) - 1) * 10, one.lines, style, "middle", 20)

    # -- key -------------------------------------------------------------------------------

    def key(self) -> None:
        """What the band, the pills and the rings mean, and the factors that have no row."""
        d, page = self.drawing, self.page
        if self.shown.free:
            with d.group("free"):
                page.y += 26
                page.paragraph(freely(self.shown, self.words), Style(16.5))
        if not self.shown.shown:
            return
        with d.group("key"):
            page.y += 34
            x = page.left
            for sample, text in self._key():
                style = Style(16.5)
                room = 30 if sample == "ring" else 82
                wide = room + d.measure(style)(text)
                if x > page.left and x + wide > page.right:
                    x, page.y = page.left, page.y + 32
                self._sample(sample, x, page.y - 6)
                d.text(x + room, page.y, text, style)
                x += wide + 34

    def _key(self) -> Iterator[tuple[str, str]]:
        say = self.words.say
        if self.shown.necessary:
            yield "band", say("in every set, so necessary; one change prevents it")
        if any(column.values for column in self.shown.shown):
            if self.shown.found.whole:
                yield "pill", say("must have this value")
            else:
                yield "pill", say("all of them have this value")
        if any(row.path not in c.values for row in self.shown.rows for c in self.shown.shown):
            yield "ring", say("any value will do")
        if self.shown.more:
            number = len(self.shown.more)
            yield (
                _in_some(self.words, number, number),
                say("so many of the sets not shown need a value"),
            )

    def _sample(self, sample: str, x: float, y: float) -> None:
        d, say = self.drawing, self.words.say
        if sample == "ring":
            self._ring(x + 12, y)
        elif sample == "pill":
            d.box(x, y - 14, x + 72, y + 14, fill=INK, radius=14)
            d.text(x + 36, y + 5.8, say("value"), _PILL, "middle")
        elif sample != "band":
            d.text(x + 36, y + 5.5, sample, _SMALL, "middle")
        else:
            d.box(x, y - 14, x + 72, y + 14, fill=_BAND, radius=0)
            d.box(x, y - 14, x + 8, y + 14, fill=INK, radius=0)
            d.text(x + 40, y + 5.5, say("shaded"), Style(15.5), "middle")


def _in_some(words: Words, number: int, all_: int) -> str:
    return words.say("in {number} of {all}", number=number, all=all_)


def _whole(
    pieces: Sequence[str], separator: str, width: float, most: int, measure: Measure
) -> list[str]:
    """A list in lines, of whole pieces where those fit; cut where there are too many lines."""
    lines = [
        line
        for row in in_rows(pieces, separator, width, measure)
        for line in balanced(row, width, measure)
    ]
    return lines if len(lines) <= most else limit(separator.join(pieces), width, most, measure)
