"""How the frames are laid out: wide for a slide, upright for paper and for a phone.

In rows or columns, both stories have the same frames at the same size.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from attrs import define

from simulator.message import Message
from simulator.telling.figures.canvas import (
    APP,
    COPY,
    INK,
    ORIGINAL,
    SECOND,
    SHELF,
    WHITE,
    Drawing,
    Style,
)
from simulator.telling.figures.page import NoFigure, stamp
from simulator.telling.figures.setting import in_parts, limit, plain, wrap
from simulator.telling.figures.two_facts import says
from simulator.telling.figures.two_facts.frames import Frames
from simulator.telling.figures.two_facts.shapes import (
    HEAD,
    SHELF_FILL,
    Rect,
    bars,
    baseline,
    chevron,
    fit,
    flag,
    pill,
    rich,
    tag,
    write,
)
from simulator.telling.figures.two_facts.tale import Side, Tale, Tried, Unknown
from simulator.telling.words import Words

_SMALL = Style(18)
_IDS = Style(18, color=SECOND)
_ROW = 24.0
#: Between the columns of strip 10.
_BETWEEN = 26.0


@define
class Sheet:
    """One picture of both stories while it is being filled; *y* is where it goes on."""

    drawing: Drawing
    words: Words
    tale: Tale
    margin: float
    y: float = 0.0

    @property
    def frames(self) -> Frames:
        """Draws the frames."""
        return Frames(self.drawing, self.words, self.tale)

    @property
    def wide(self) -> float:
        """The room between the margins."""
        return self.drawing.width - 2 * self.margin

    def say(self, message: object) -> str:
        """A sentence in one line."""
        return plain(str(self.words.show(message)))

    def lettered(self, side: Side) -> str:
        """The letter of a story."""
        return self.words.say("A") if side is self.tale.a else self.words.say("B")

    # -- 0: title and condition --------------------------------------------------------------

    def heading(self, sizes: range, condition: float, most: int) -> None:
        """0: the finding, and what it rests on."""
        d = self.drawing
        with d.group("title"):
            style, lines = self._title(sizes, most)
            step = style.size * (1.24 if self.words.lang == "en" else 1.32)
            first = self.y + style.size
            for i, line in enumerate(lines):
                d.text(self.margin, first + i * step, line, style)
            self.y = first + (len(lines) - 1) * step
        with d.group("condition"):
            runs: list[tuple[str, Style]] = []
            gap = " " if self.words.lang == "en" else ""
            for text, bold in says.condition(self.tale, self.words):
                runs.append((plain(text) + gap, Style(condition, bold=bold)))
            step = condition * (1.28 if self.words.lang == "en" else 1.42)
            self.y = rich(d, self.margin, self.y + condition * 1.55, runs, self.wide, step)

    def _title(self, sizes: range, most: int) -> tuple[Style, list[str]]:
        d = self.drawing
        for count in range(1, most + 1):
            for size in sizes:
                style = Style(size, bold=True)
                lines = in_parts(d.title, self.wide, d.measure(style))
                if len(lines) <= count and (size >= sizes[0] - 8 or count == most):
                    return style, lines
        style = Style(sizes[-1], bold=True)
        return style, limit(d.title, self.wide, most, d.measure(style))

    # -- 9: the second story -----------------------------------------------------------------

    def told(self, r: Rect) -> None:
        """9, where there is no second story: that there is none, and over how many worlds."""
        d = self.drawing
        with d.group("frame-9"):
            d.box(r.x, r.y, r.right, r.bottom, stroke=SHELF, width=2, dash=(6, 4), radius=6)
            head = self.words.say("No second story among the combinations that were run")
            write(d, r.x + 18, r.y + 30, head, HEAD, r.w - 36)
            lines = limit(self.say(says.no_twin(self.tale)), r.w - 36, 3, d.measure(_SMALL))
            for i, line in enumerate(lines):
                write(d, r.x + 18, r.y + 64 + i * 26, line, _SMALL)

    # -- 10: what is not known -----------------------------------------------------------------

    def cells(self, r: Rect, across: int) -> float:
        """10 in columns: each unknown a cell; gives how high the strip is."""
        d, frames = self.drawing, self.frames
        wide, head = self._column(r, across), frames.head_rows(r.w - 28)
        made = self._cells(r, across)
        tall = [max(cell.high for cell in row) for row in made]
        closing = self._closing(r)
        high = max(self.cells_high(r, across), r.h)
        with d.group("frame-10"):
            frames.unknown_ground(Rect(r.x, r.y, r.w, high))
            frames.unknown_head(Rect(r.x + 14, r.y + 8, r.w - 28, head))
            y = r.y + 14 + head
            for row, height in zip(made, tall, strict=True):
                for i, cell in enumerate(row):
                    self._write_cell(r.x + 14 + i * (wide + _BETWEEN), y, cell)
                y += height + 8
            low = r.y + high - 14 - (len(closing) - 1) * _ROW
            for i, line in enumerate(closing):
                write(d, r.x + 14, low + i * _ROW - 3, line, Style(18, bold=True))
        return high

    def cells_high(self, r: Rect, across: int) -> float:
        """How high strip 10 is with so many columns."""
        tall = [max(cell.high for cell in row) for row in self._cells(r, across)]
        head, closing = self.frames.head_rows(r.w - 28), self._closing(r)
        return 14 + head + sum(tall) + 8 * len(tall) + len(closing) * _ROW + 12

    def _column(self, r: Rect, across: int) -> float:
        return (r.w - 28 - (across - 1) * _BETWEEN) / across

    def _cells(self, r: Rect, across: int) -> list[list[_Cell]]:
        wide, unknowns = self._column(r, across), self.tale.unknowns
        rows = [unknowns[i : i + across] for i in range(0, len(unknowns), across)]
        return [[self._cell(unknown, wide) for unknown in row] for row in rows]

    def _closing(self, r: Rect) -> list[str]:
        measure = self.drawing.measure(Style(18, bold=True))
        return wrap(says.counted(self.tale, self.words), r.w - 28, measure)

    def _cell(self, unknown: Unknown, wide: float) -> _Cell:
        d, bold = self.drawing, Style(18, bold=True)
        question = limit(says.question(unknown, self.words), wide, 3, d.measure(bold))
        who = limit(says.settler(unknown, self.words), wide, 3, d.measure(_IDS))
        values = self.frames.value_lines(unknown, wide)
        return _Cell(unknown, question, values, who)

    def _write_cell(self, x: float, y: float, cell: _Cell) -> None:
        d, bold = self.drawing, Style(18, bold=True)
        with d.group(f"unknown-{cell.unknown.path}"):
            y += 12
            for line in cell.question:
                write(d, x, y, line, bold)
                y += _ROW
            self.frames.write_values(x, y + 2, cell.values)
            y += len(cell.values) * 25 + 3
            for line in cell.who:
                write(d, x, y, line, _IDS)
                y += _ROW

    def table(self, r: Rect) -> float:
        """10 in rows: each unknown a row; gives how high the strip is."""
        d, frames, tale = self.drawing, self.frames, self.tale
        wide = r.w - 28
        one, two = wide * 0.29, wide * 0.43
        three = wide - one - two - 20
        bold = Style(18, bold=True)
        rows = []
        for unknown in tale.unknowns:
            question = limit(says.question(unknown, self.words), one - 12, 3, d.measure(bold))
            who = limit(says.settler(unknown, self.words), three, 3, d.measure(_IDS))
            values = frames.value_lines(unknown, two - 12)
            rows.append((unknown, question, values, who))
        tall = [max(len(q), len(v), len(w)) * 25 + 6.0 for _, q, v, w in rows]
        head = frames.head_rows(wide)
        closing = wrap(says.counted(tale, self.words), wide, d.measure(bold))
        high = 16 + head + sum(tall) + len(closing) * _ROW + 12
        with d.group("frame-10"):
            frames.unknown_ground(Rect(r.x, r.y, r.w, high))
            frames.unknown_head(Rect(r.x + 14, r.y + 8, wide, head))
            y = r.y + 16 + head
            for (unknown, question, values, who), height in zip(rows, tall, strict=True):
                with d.group(f"unknown-{unknown.path}"):
                    for i, line in enumerate(question):
                        write(d, r.x + 14, y + 12 + i * 25, line, bold)
                    frames.write_values(r.x + 14 + one, y + 12, values)
                    for i, line in enumerate(who):
                        write(d, r.x + 14 + one + two + 20, y + 12 + i * 25, line, _IDS)
                y += height
            for i, line in enumerate(closing):
                write(d, r.x + 14, y + 14 + i * _ROW, line, bold)
        return high

    # -- 11, and the foot ----------------------------------------------------------------------

    def steps_down(self, r: Rect) -> None:
        """11, one step below the other."""
        with self.drawing.group("frame-11"):
            room = self.frames.steps_ground(r)
            y = room.y + 4
            for n in range(1, len(says.steps(self.tale)) + 1):
                y += 24 * self.frames.step(Rect(room.x, y, room.w, 30), n, 3) + 8

    def steps_across(self, r: Rect) -> float:
        """11, one step beside the other; gives how high it is."""
        d, count = self.drawing, len(says.steps(self.tale))
        wide = (r.w - 28 - (count - 1) * 20) / count
        told = [self.say(step) for step in says.steps(self.tale)]
        most = max(len(wrap(step, wide - 24, d.measure(_SMALL))) for step in told)
        high = 46 + most * 24 + 12
        with d.group("frame-11"):
            room = self.frames.steps_ground(Rect(r.x, r.y, r.w, high))
            for n in range(1, count + 1):
                at = Rect(room.x + (n - 1) * (wide + 20), room.y + 2, wide, 30)
                self.frames.step(at, n, most)
        return high

    def foot(self) -> None:
        """What kind of picture this is, and of what; the page ends there."""
        d, words = self.drawing, self.words
        told = [words.say("A model, not evidence.")]
        if self.tale.a.touched is False:
            told.append(
                words.say("“Untouched” follows from the assumptions; no real phone was looked at.")
            )
        text = (" " if words.lang == "en" else "").join(told)
        ids = stamp(self.tale.material, words, self.tale.worlds)
        with d.group("footer"):
            y = self.y + 24
            beside = d.measure(_SMALL)(text) + d.measure(_IDS)(ids) + 40 <= self.wide
            for line in wrap(text, self.wide, d.measure(_SMALL)):
                d.text(self.margin, y, line, _SMALL)
                y += 24
            if beside:
                d.text(self.margin + self.wide, y - 24, ids, _IDS, "end")
            else:
                for line in wrap(ids, self.wide, d.measure(_IDS)):
                    d.text(self.margin, y, line, _IDS)
                    y += 24
            self.y = y - 24 + 14
        d.height = float(round(self.y))


@define
class _Cell:
    """An unknown, set in lines."""

    unknown: Unknown
    question: Sequence[str]
    values: Sequence[Sequence[tuple[Tried, str]]]
    who: Sequence[str]

    @property
    def high(self) -> float:
        """How high it is."""
        return (len(self.question) + len(self.who)) * _ROW + len(self.values) * 25 + 6


def _dress(d: Drawing, r: Rect, side: Side | None) -> None:
    """The edge of a story's name: in the dress of the file that its request names."""
    whose = side.act.whose if side is not None and side.act is not None else None
    if side is None:
        d.box(r.x, r.y, r.right, r.bottom, fill=APP, radius=0)
    elif whose == "original":
        d.box(r.x, r.y, r.right, r.bottom, fill=ORIGINAL, radius=0)
    else:
        d.box(r.x, r.y, r.right, r.bottom, fill=WHITE, radius=0)
        if whose == "copy":
            d.hatch(r.x, r.y, r.right, r.bottom, COPY, step=9, width=2.4)
        d.box(r.x, r.y, r.right, r.bottom, stroke=COPY, width=1.6, radius=0)


# -- wide ---------------------------------------------------------------------------------------


def wide(sheet: Sheet) -> None:
    """Rows: what is before, story A, story B; columns: request, watcher, notice, ending."""
    d, tale, frames = sheet.drawing, sheet.tale, sheet.frames
    sheet.y = 14
    sheet.heading(range(47, 35, -1), 26, 2)
    columns = [184.0 + 432 * i for i in range(4)]
    top = sheet.y + 22
    sides = [side for side in (tale.a, tale.b) if side is not None]
    tall, height = 204.0, max(222.0, *(frames.notice_high(403, side) for side in sides))
    for n, draw in enumerate((frames.could, frames.opened, frames.made, frames.uploaded)):
        draw(Rect(columns[n], top, 403, tall))
    _chevrons(d, columns, top + 36 + (tall - 36) / 2)
    _gutter_before(sheet, Rect(36, top + 4, 132, tall - 4))
    first = top + tall + 24
    _row(sheet, tale.a, columns, first, height)
    between = first + height + 24
    second = between + 26
    if tale.b is None:
        sheet.told(Rect(36, between, 1848, 110))
        sheet.y = between + 126
    else:
        _pills(sheet, columns, between)
        _row(sheet, tale.b, columns, second, height)
        sheet.y = second + height + 16
    _strips(sheet)
    sheet.foot()


def _strips(sheet: Sheet) -> None:
    """10 and 11: side by side, or one below the other where much is not known."""
    room = Rect(36, sheet.y, 1277, 176)
    count = max(len(sheet.tale.unknowns), 1)
    if count <= 4:
        high = max(sheet.cells_high(room, count), 176.0)
        sheet.cells(Rect(room.x, room.y, room.w, high), count)
        sheet.steps_down(Rect(1331, sheet.y, 553, high))
        sheet.y += high
        return
    room = Rect(36, sheet.y, 1848, 0)
    across = min(range(4, 7), key=lambda n: (sheet.cells_high(room, n), n))
    sheet.y += sheet.cells(room, across) + 12
    sheet.y += sheet.steps_across(Rect(36, sheet.y, 1848, 0))


def _chevrons(d: Drawing, columns: Sequence[float], y: float) -> None:
    for x in columns[1:]:
        chevron(d, x - 14, y)


def _row(sheet: Sheet, side: Side, columns: Sequence[float], y: float, height: float) -> None:
    frames = sheet.frames
    name = "story-a" if side is sheet.tale.a else "frame-9"
    with sheet.drawing.group(name):
        _gutter(sheet, Rect(36, y + 2, 132, height - 2), side)
    draws = (frames.request, frames.watcher, frames.notice, frames.after)
    for x, draw in zip(columns, draws, strict=True):
        draw(Rect(x, y, 403, height), side)
    _chevrons(sheet.drawing, columns, y + 36 + (height - 36) / 2)


def _gutter(sheet: Sheet, r: Rect, side: Side) -> None:
    d = sheet.drawing
    d.box(r.x + 10, r.y, r.right, r.bottom, fill=SHELF_FILL, radius=0)
    _dress(d, Rect(r.x, r.y, 9, r.h), side)
    d.text(r.x + 22, r.y + 54, sheet.lettered(side), Style(50, bold=True))
    lines = limit(sheet.say(says.story_line(sheet.tale, side)), r.w - 30, 5, d.measure(_SMALL))
    for i, line in enumerate(lines):
        write(d, r.x + 22, r.y + 88 + i * 25, line, _SMALL)


def _gutter_before(sheet: Sheet, r: Rect) -> None:
    d = sheet.drawing
    with d.group("before"):
        d.box(r.x + 10, r.y, r.right, r.bottom, fill=SHELF_FILL, radius=0)
        _dress(d, Rect(r.x, r.y, 9, r.h), None)
        bold = Style(18, bold=True)
        lines = limit(sheet.words.say("Before"), r.w - 30, 1, d.measure(bold))
        write(d, r.x + 20, r.y + 20, lines[0], bold)
        text = sheet.words.say(
            "the same in both stories" if sheet.tale.same_before else "as in story A"
        )
        y = r.y + 45
        for line in limit(text, r.w - 28, 2, d.measure(_SMALL)):
            write(d, r.x + 20, y, line, _SMALL)
            y += 24
        d.line([(r.x + 20, y - 4), (r.right - 10, y - 4)], SHELF, 1.2)
        _legend(sheet, Rect(r.x + 20, y + 4, r.w - 26, r.bottom - y - 4))


def _legend(sheet: Sheet, r: Rect) -> None:
    """What the flag and the four bars are."""
    d = sheet.drawing
    flag(d, r.x + 2, r.y + 12)
    y = r.y + 12
    for line in limit(sheet.words.say("watched"), r.w - 22, 1, d.measure(_SMALL)):
        write(d, r.x + 22, y, line, _SMALL)
    if sheet.frames.assumed("watcher.scope"):
        y += 27
        tag(d, r.x, y, sheet.say(says.ASSUMED))
    y += 29
    bars(d, r.x, y + 9, "59c4", ORIGINAL)
    write(d, r.x + 34, y, sheet.words.say("content"), _SMALL, r.w - 34)


def _pills(sheet: Sheet, columns: Sequence[float], y: float) -> None:
    tale = sheet.tale
    same = (tale.same_path, tale.same_checks, tale.same_notice, tale.same_end)
    with sheet.drawing.group("pills"):
        for x, text, alike in zip(columns, says.pills(tale), same, strict=True):
            pill(sheet.drawing, x, x + 403, y, sheet.say(text), same=alike)


# -- upright ------------------------------------------------------------------------------------

#: Heights of the frames from 1 to 8 in an upright layout.
_TALL = (178.0, 178.0, 186.0, 186.0, 174.0, 190.0, 206.0, 188.0)


def upright(sheet: Sheet, paper: float = 0.0) -> None:
    """Two columns, one for each story; time runs down.

    With *paper* (the height of a sheet) both stories stand on the first sheet, and what is not
    known on the second; raises :class:`NoFigure` where they do not fit there.
    """
    d, tale, frames = sheet.drawing, sheet.tale, sheet.frames
    sheet.y = 14
    sheet.heading(range(38, 27, -1), 22, 3)
    left = sheet.margin
    wide = (sheet.wide - 28) / 2
    right = left + wide + 28
    d.line([(left, sheet.y + 14), (left + sheet.wide, sheet.y + 14)], INK, 2)
    sheet.y += 32
    with d.group("before"):
        text = sheet.words.say(
            "Before: the same in both stories" if tale.same_before else "Before: as in story A"
        )
        box = write(d, left, sheet.y, text, Style(18, bold=True))
        frames.furniture(max(box.right + 40, left + wide * 0.72), sheet.y)
    sheet.y += 18
    for pair in ((frames.could, frames.opened), (frames.made, frames.uploaded)):
        high = _TALL[0] if pair[0] == frames.could else _TALL[2]
        pair[0](Rect(left, sheet.y, wide, high))
        pair[1](Rect(right, sheet.y, wide, high))
        sheet.y += high + 12
    _stories(sheet, left, right, wide)
    if paper:
        if sheet.y > paper - 14:
            raise NoFigure(
                Message("it does not fit on sheets of paper; take the size wide or long")
            )
        sheet.y = paper + sheet.margin
    sheet.y += sheet.table(Rect(left, sheet.y, sheet.wide, 0)) + 12
    sheet.y += sheet.steps_across(Rect(left, sheet.y, sheet.wide, 0)) + 2
    sheet.foot()
    if paper:
        d.sheets = max(ceil(d.height / paper), 2)
        d.height = d.sheets * paper


def _stories(sheet: Sheet, left: float, right: float, wide: float) -> None:
    tale, frames = sheet.tale, sheet.frames
    _story_head(sheet, Rect(left, sheet.y, wide, 46), tale.a)
    if tale.b is None:
        _one_story(sheet, left, right, wide)
        return
    with sheet.drawing.group("frame-9"):
        _story_head(sheet, Rect(right, sheet.y, wide, 46), tale.b)
    sheet.y += 50
    same = (tale.same_path, tale.same_checks, tale.same_notice, tale.same_end)
    draws = (frames.request, frames.watcher, frames.notice, frames.after)
    for n, draw in enumerate(draws):
        high = _TALL[4 + n]
        if draw == frames.notice:
            high = max(frames.notice_high(wide, side) for side in (tale.a, tale.b))
        with sheet.drawing.group("pills"):
            text = sheet.say(says.pills(tale)[n])
            pill(sheet.drawing, left, right + wide, sheet.y + 17, text, same=same[n])
        sheet.y += 38
        draw(Rect(left, sheet.y, wide, high), tale.a)
        draw(Rect(right, sheet.y, wide, high), tale.b)
        sheet.y += high + 4
    sheet.y += 10


def _one_story(sheet: Sheet, left: float, right: float, wide: float) -> None:
    """The frames of the only story, two and two, and that there is no other."""
    side, frames = sheet.tale.a, sheet.frames
    sheet.y += 58
    high = max(_TALL[4], _TALL[5])
    frames.request(Rect(left, sheet.y, wide, high), side)
    frames.watcher(Rect(right, sheet.y, wide, high), side)
    sheet.y += high + 12
    high = max(frames.notice_high(wide, side), _TALL[7])
    frames.notice(Rect(left, sheet.y, wide, high), side)
    frames.after(Rect(right, sheet.y, wide, min(high, _TALL[7])), side)
    sheet.y += high + 16
    sheet.told(Rect(left, sheet.y, sheet.wide, 130))
    sheet.y += 146


def _story_head(sheet: Sheet, r: Rect, side: Side) -> None:
    d = sheet.drawing
    d.box(r.x + 10, r.y, r.right, r.bottom, fill=SHELF_FILL, radius=0)
    _dress(d, Rect(r.x, r.y, 9, r.h), side)
    letter = Style(36, bold=True)
    box = d.text(r.x + 24, baseline(r.middle, letter), sheet.lettered(side), letter)
    text = sheet.say(says.story_line(sheet.tale, side))
    style = fit(d, text, Style(21), r.right - box.right - 24)
    write(d, box.right + 16, r.middle, text, style, r.right - box.right - 24)
