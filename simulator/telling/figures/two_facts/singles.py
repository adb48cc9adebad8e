"""The frames as images of their own, square, everything twice as large: for a phone's screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from simulator.message import Message
from simulator.telling.figures.canvas import Drawing, Style
from simulator.telling.figures.fonts import Fonts
from simulator.telling.figures.material import Material
from simulator.telling.figures.setting import limit, plain
from simulator.telling.figures.two_facts import says
from simulator.telling.figures.two_facts.alt import in_words
from simulator.telling.figures.two_facts.frames import Frames
from simulator.telling.figures.two_facts.layout import Sheet
from simulator.telling.figures.two_facts.shapes import DPI, Rect, pill, write
from simulator.telling.figures.two_facts.tale import tale
from simulator.telling.words import Words

SIDE, MARGIN = 1080.0, 32.0
#: The frames that no incident, and nothing with unknowns, is published without.
TWIN, UNKNOWN = 9, 10
NUMBERS = tuple(range(12))
_HALF = (SIDE - 2 * MARGIN) / 2


def frames(
    material: Material, words: Words, numbers: Sequence[int] = NUMBERS
) -> Iterator[tuple[int, Drawing]]:
    """Each frame by its number: 0 the finding, 1 to 8 the story, 9 the twin, 10 what is not known,
    11 how to check it."""
    told = tale(material)
    for number in numbers:
        drawing = Drawing(SIDE, SIDE * 4, Fonts(words.lang), dpi=DPI)
        drawing.title = plain(says.title(told, words))
        drawing.description = "\n".join(in_words(told, words))
        sheet = Sheet(drawing, words, told, MARGIN)
        _fill(sheet, number)
        sheet.y = max(sheet.y, SIDE - 86)
        sheet.foot()
        drawing.height = max(drawing.height, SIDE)
        yield number, drawing


def _fill(sheet: Sheet, number: int) -> None:
    if number == 0:
        sheet.y = 150
        sheet.heading(range(64, 40, -1), 34, 5)
        return
    _running_title(sheet)
    if number == TWIN:
        _twin(sheet)
    elif number == UNKNOWN:
        sheet.y += 16
        sheet.y += sheet.table(Rect(MARGIN, sheet.y, sheet.wide, 0))
    elif number == 11:
        _enlarge(sheet, 250, lambda one: one.steps_down(Rect(0, 0, _HALF, 230)))
    else:
        _frame(sheet, number)


def _running_title(sheet: Sheet) -> None:
    """The finding, small, so that no image goes about without it."""
    d, style = sheet.drawing, Style(28, bold=True)
    with d.group("title"):
        lines = limit(d.title, sheet.wide, 3, d.measure(style))
        for i, line in enumerate(lines):
            d.text(MARGIN, 50 + i * 36, line, style)
    sheet.y = 50 + len(lines) * 36


def _frame(sheet: Sheet, number: int) -> None:
    high = {1: 190.0, 2: 210.0, 3: 230.0, 4: 210.0, 5: 220.0, 6: 230.0, 8: 230.0}.get(number, 0.0)
    tale_ = sheet.tale
    if number == 7:
        high = sheet.frames.notice_high(_HALF, tale_.a)

    def draw(one: Sheet) -> None:
        r, f = Rect(0, 0, _HALF, high), one.frames
        before: dict[int, Callable[[Rect], None]] = {
            1: f.could,
            2: f.opened,
            3: f.made,
            4: f.uploaded,
        }
        if number in before:
            before[number](r)
        else:
            _told(f, number)(r, tale_.a)

    _enlarge(sheet, high, draw)


def _told(f: Frames, number: int) -> Callable[..., None]:
    return {5: f.request, 6: f.watcher, 7: f.notice, 8: f.after}[number]


def _enlarge(sheet: Sheet, high: float, draw: Callable[[Sheet], None]) -> None:
    """Draw something of half the width and that height, and paste it twice as large."""
    half = Drawing(_HALF, high, sheet.drawing.fonts, dpi=DPI)
    draw(Sheet(half, sheet.words, sheet.tale, 0.0))
    top = sheet.y + max((SIDE - 110 - sheet.y - 2 * high) / 2, 20)
    sheet.drawing.paste(half, 2.0, MARGIN, top)
    sheet.y = top + 2 * high


def _twin(sheet: Sheet) -> None:
    """9: the second story, its frames at the size that those of the first have beside them."""
    told, d = sheet.tale, sheet.drawing
    if told.b is None:
        sheet.told(Rect(MARGIN, sheet.y + 30, sheet.wide, 130))
        sheet.y += 190
        return
    wide = (sheet.wide - 28) / 2
    line = sheet.say(Message("B: {line}", line=says.story_line(told, told.b)))
    write(d, MARGIN, sheet.y + 22, line, Style(26, bold=True), sheet.wide)
    sheet.y += 56
    f, same = sheet.frames, (told.same_path, told.same_checks, told.same_notice, told.same_end)
    high = max(f.notice_high(wide, told.b), 250.0)
    for row in (0, 2):
        for i in (row, row + 1):
            x = MARGIN + (i - row) * (wide + 28)
            with d.group("pills"):
                text = sheet.say(says.pills(told)[i])
                pill(d, x, x + wide, sheet.y + 16, text, same=same[i])
            _told(f, 5 + i)(Rect(x, sheet.y + 46, wide, high), told.b)
        sheet.y += high + 76
