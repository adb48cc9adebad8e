"""What if: the same small picture again and again, with one thing changed in each.

Three marks make a panel: which file was asked to be removed, whether a notice came, and what became
of the original.  The first panel is the scenario as it stands; in the others only what a change
alters keeps its dress.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from attrs import frozen

from simulator.message import Message
from simulator.telling.figures.canvas import (
    APP,
    BUBBLE,
    COPY,
    HAIR,
    INK,
    ORIGINAL,
    SECOND,
    SHELF,
    UNKNOWN,
    WATCHER,
    WHITE,
    Dash,
    Drawing,
    Style,
)
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import A4, NoFigure, Page, Size, stamp
from simulator.telling.figures.panels import (
    HEADS,
    NAMES,
    Effect,
    Panel,
    Sheet,
    Whose,
    condition,
    fates,
    finding,
    head,
    impossible,
    in_words,
    left_out,
    likewise,
    notices,
    outcome,
    sheet,
    unreached,
    without,
)
from simulator.telling.figures.setting import balanced, limit, plain, wrap
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.words import Words

#: What has not changed.
_QUIET, _FAINT, _STRIPE = "#E6E6E6", "#F3F3F3", "#B4B4B4"
_DASH: Dash = (4, 2.5)
_GHOST: Dash = (6, 4)
#: From one bar to the next, and half the height of a bar.
_STEP, _HALF = 32.0, 13.0
_APP, _ARROW, _PAD, _GAP = 54.0, 46.0, 14.0, 20.0
_GROUP = Style(18.5, bold=True)
_HEAD = Style(16.5, bold=True)
_PATH = Style(15, family="mono", color=SECOND)
_NOTE = Style(15, color=SECOND)
_WORD = Style(15.5)
_STRONG = Style(15.5, bold=True)


@frozen
class _Layout:
    """How many panels stand beside one another, how many are drawn at most, and how tall the
    figure may become."""

    columns: int
    most: int
    tall: float


_LAYOUTS: Mapping[Size, _Layout] = MappingProxyType(
    {
        "wide": _Layout(5, 16, 1600),
        "a4": _Layout(3, 12, A4),
        "long": _Layout(2, 16, 4000),
    }
)


def draw(material: Material, words: Words, size: Size = "wide") -> Drawing:
    """Draw what every single change comes to.

    Raises :class:`NoFigure` where nothing can be changed, or not even the first panel fits.
    """
    if not material.what_if.singles:
        raise NoFigure(Message("nothing in this scenario has another value to try"))
    layout = _LAYOUTS[size]
    # The most panels that fit, found by halving: few do, all may not.
    few, many, best = 0, layout.most + 1, None
    trial = layout.most
    while many - few > 1:
        drawing = _fitting(material, words, size, trial)
        if drawing is None:
            many = trial
        else:
            few, best = trial, drawing
        trial = (few + many) // 2
    return best if best is not None else _drawn(material, words, size, 0)


def _fitting(material: Material, words: Words, size: Size, most: int) -> Drawing | None:
    """The drawing with so many panels, if it is not too tall."""
    try:
        drawing = _drawn(material, words, size, most)
    except NoFigure:
        return None
    return drawing if drawing.height <= _LAYOUTS[size].tall else None


def _drawn(material: Material, words: Words, size: Size, most: int) -> Drawing:
    shown = sheet(material.scenario, material.what_if, most)
    page = Page.new(words, size)
    page.heading(finding(shown, words), condition(shown, words))
    asked, noticed = _records(material)
    page.drawing.description = "\n".join(in_words(shown, words, (*asked, *noticed)))
    _Page(page, shown, _LAYOUTS[size].columns, asked, noticed).draw()
    limits = LIMITS[1:PUBLIC] if material.incident else (*LIMITS[1:3], LIMITS[PUBLIC - 1])
    page.foot(stamp(material, words, material.what_if.runs), *map(words.say, limits))
    return page.drawing


def _records(material: Material) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The records of the scenario's own requests and notices."""
    verdict = material.verdict
    return (
        tuple(removal.record for removal in verdict.removals),
        tuple(check.notice.id for check in verdict.notices),
    )


@frozen
class _Spot:
    """A panel's place: its edges, and where its picture begins."""

    left: float
    top: float
    right: float
    bottom: float
    picture: float


@frozen
class _Page:
    """The figure being drawn."""

    page: Page
    shown: Sheet
    columns: int
    asked: tuple[int, ...]
    noticed: tuple[int, ...]

    @property
    def drawing(self) -> Drawing:
        """The picture."""
        return self.page.drawing

    @property
    def words(self) -> Words:
        """Its language."""
        return self.page.words

    @property
    def wide(self) -> float:
        """How wide a panel is."""
        return (self.page.wide - _GAP * (self.columns - 1)) / self.columns

    @property
    def tall(self) -> float:
        """How tall a panel's picture is."""
        return self.levels * _STEP + 48

    @property
    def levels(self) -> int:
        """How many bars there is room for: at least as many as the app and a word under it need."""
        return max(len(self.shown.bars), 2)

    def left(self, column: int) -> float:
        """The left edge of a column."""
        return self.page.left + column * (self.wide + _GAP)

    def draw(self) -> None:
        """Draw the panels group by group, and below them what is only named."""
        self._first()
        number = 0
        for band in self._bands():
            self._band_heads(band)
            panels = [panel for _, group in band for panel in group]
            for at in range(0, len(panels), self.columns):
                row = panels[at : at + self.columns]
                self._row(row, number + 1)
                number += len(row)
        self._lines()

    # -- the scenario as it stands, and how to read it -------------------------------------

    def _first(self) -> None:
        d, page, base = self.drawing, self.page, self.shown.base
        page.y += 22
        text = outcome(base, base, self.words)
        tall = 40 + self.tall + self._extra(text) + _PAD
        spot = _Spot(page.left, page.y, page.left + self.wide, page.y + tall, page.y + 40)
        with d.group("as-it-stands"):
            d.box(spot.left, spot.top, spot.right, spot.bottom, stroke=INK, width=2.2, radius=8)
            d.text(spot.left + _PAD, spot.top + 26, head(base, self.words), _HEAD)
        self._picture(base, spot)
        with d.group("how-to-read"):
            lower = self._reading(spot)
        page.y = max(spot.bottom, lower)

    def _reading(self, spot: _Spot) -> float:
        """How to read a panel, beside the first one; gives where it ends."""
        d, say = self.drawing, self.words.say
        left, y = spot.right + 26, spot.top + 26
        texts = [
            say("The thick arrow: which file is asked to be removed; “no file”: none is."),
            say("The bubble: a notice came. Dashed and empty: no notice came."),
            say(
                "The bar “original”: solid, it is intact; an outline, it is not, and a word says"
                " why."
            ),
        ]
        if "copy" in self.shown.bars:
            texts.append(say("Copy: the app’s own copy."))
        if "shot" in self.shown.bars:
            texts.append(say("Shot in the app: made for the user, but never in the album."))
        texts.append(say("Values of one factor that come to the same share a panel (“likewise”)."))
        style = Style(16.5)
        for text in texts:
            lines = wrap(text, min(self.page.right - left, 760), d.measure(style))
            d.lines(left, y, lines, style, step=21.5)
            y += len(lines) * 21.5 + 5
        return y

    # -- groups ----------------------------------------------------------------------------

    def _bands(self) -> list[list[tuple[Effect, tuple[Panel, ...]]]]:
        """The groups, small ones beside one another."""
        bands: list[list[tuple[Effect, tuple[Panel, ...]]]] = []
        for effect, group in self.shown.groups.items():
            beside = sum(len(panels) for _, panels in bands[-1]) if bands else self.columns
            if beside + len(group) <= self.columns:
                bands[-1].append((effect, group))
            else:
                bands.append([(effect, group)])
        return bands

    def _band_heads(self, band: Sequence[tuple[Effect, tuple[Panel, ...]]]) -> None:
        """The heads of groups, each over its panels."""
        d, page, column = self.drawing, self.page, 0
        heads = []
        for effect, group in band:
            number = min(len(group), self.columns)
            number = number if len(band) > 1 else self.columns
            wide = number * (self.wide + _GAP) - _GAP
            text = self.words.say(HEADS[effect])
            heads.append((effect, column, balanced(text, wide, d.measure(_GROUP))))
            column += number
        page.y += 38 + (max(len(lines) for *_, lines in heads) - 1) * 24
        for effect, column, lines in heads:
            with d.group(f"group-{effect}"):
                d.lines(self.left(column), page.y - (len(lines) - 1) * 24, lines, _GROUP, step=24)
        page.y += 12

    def _row(self, row: Sequence[Panel], first: int) -> None:
        """Panels beside one another, their pictures on one level."""
        page = self.page
        heads = [self._head(panel) for panel in row]
        paths = [self._path(panel) for panel in row]
        room = max(
            len(lines) * 21.5 + len(path) * 19 for lines, path in zip(heads, paths, strict=True)
        )
        notes = [self._note(panel) for panel in row]
        below = max(len(lines) * 19.0 for lines in notes)
        extra = max(self._extra(outcome(p, self.shown.base, self.words)) for p in row)
        top, picture = page.y, page.y + 14 + room
        bottom = picture + self.tall + extra + below + _PAD - 2
        for column, panel in enumerate(row):
            spot = _Spot(self.left(column), top, self.left(column) + self.wide, bottom, picture)
            with self.drawing.group(f"panel-{first + column}"):
                self._frame(spot, heads[column], paths[column], notes[column])
            self._picture(panel, spot, first + column)
        page.y = bottom + 14

    def _head(self, panel: Panel) -> list[str]:
        measure = self.drawing.measure(_HEAD)
        return limit(head(panel, self.words), self.wide - 2 * _PAD, 4, measure)

    def _path(self, panel: Panel) -> list[str]:
        """What to write to make the change, in two lines where one is too long, if it fits."""
        path, value = panel.change or ("", "")
        room, measure = self.wide - 2 * _PAD, self.drawing.measure(_PATH)
        for lines in ([f"{path}={value}"], [f"{path}=", f"  {value}"]):
            if all(measure(plain(line)) <= room for line in lines):
                return [plain(line) for line in lines]
        return []

    def _note(self, panel: Panel) -> list[str]:
        text = likewise(panel, self.words)
        measure = self.drawing.measure(_NOTE)
        return limit(text, self.wide - 2 * _PAD, 3, measure) if text else []

    def _extra(self, text: str) -> float:
        lines = len(self._outcome_lines(text))
        return lines * 20.0 + 6 if lines else 0.0

    def _outcome_lines(self, text: str) -> list[str]:
        if not text:
            return []
        return limit(text, self.wide - 2 * _PAD, 3, self.drawing.measure(_STRONG))

    def _frame(
        self, spot: _Spot, lines: Sequence[str], path: Sequence[str], note: Sequence[str]
    ) -> None:
        d = self.drawing
        d.box(spot.left, spot.top, spot.right, spot.bottom, stroke=HAIR, width=1.5, radius=8)
        d.lines(spot.left + _PAD, spot.top + 24, lines, _HEAD, step=21.5)
        d.lines(spot.left + _PAD, spot.top + 24 + len(lines) * 21.5, path, _PATH, step=19)
        y = spot.bottom - 12 - (len(note) - 1) * 19
        d.lines(spot.left + _PAD, y, note, _NOTE, step=19)

    # -- the picture -----------------------------------------------------------------------

    def _picture(self, panel: Panel, spot: _Spot, number: int = 0) -> None:
        """The app, its requests, the files, and the notice."""
        d, base = self.drawing, self.shown.base
        own = panel is base
        level = spot.picture + 22
        first = level + (self.levels - len(self.shown.bars)) * _STEP / 2
        with d.group(f"app-{number}"):
            middle = level + (self.levels - 1) * _STEP / 2
            self._app(spot, middle, own)
        with d.group(f"files-{number}"):
            for at, whose in enumerate(self.shown.bars):
                # A file that is no longer named stays as it is: what alters is the request.
                alters = own or whose in set(panel.marks.asked) - set(base.marks.asked)
                self._bar(panel, whose, spot, first + at * _STEP, alters)
        self._requests(panel, spot, (first, middle), number)
        self._notice(panel, spot, level + self.levels * _STEP + 4, number)
        text = outcome(panel, base, self.words)
        if text:
            with d.group(f"outcome-{number}"):
                y = spot.picture + self.tall + 18
                d.lines(spot.left + _PAD, y, self._outcome_lines(text), _STRONG, step=20)

    def _app(self, spot: _Spot, y: float, own: bool) -> None:
        d, left = self.drawing, spot.left + _PAD
        d.box(left, y - 17, left + _APP, y + 17, fill=APP if own else _QUIET, radius=8)
        style = Style(15.5, bold=True, color=WHITE if own else SECOND)
        d.text(left + _APP / 2, y + 5.5, self.words.say("app"), style, "middle")

    def _bar(self, panel: Panel, whose: Whose, spot: _Spot, y: float, alters: bool) -> None:
        left, right = spot.left + _PAD + _APP + _ARROW, spot.right - _PAD
        if whose == "original":
            base = self.shown.base.marks
            changed = (base.fate, base.touched) != (panel.marks.fate, panel.marks.touched)
            self._original(panel, (left, right), y, alters or changed)
        elif whose == "copy":
            self._copy((left, right), y, alters)
        else:
            self._file(whose, (left, right), y, alters)

    def _original(self, panel: Panel, ends: tuple[float, float], y: float, alters: bool) -> None:
        d, (left, right) = self.drawing, ends
        touched, fate = panel.marks.touched, panel.marks.fate
        start, bold = (left + 26 if touched is False else left + 9), alters
        style = Style(15.5, bold=bold, color=INK if alters else SECOND)
        texts, room = fates(panel, self.words), right - start - 6
        text = next((t for t in texts if d.measure(style)(t) <= room), "")
        text = text or d.fitted(texts[-1], room, style)[0]
        edge, sides = ORIGINAL if alters else SHELF, (left, y - _HALF, right, y + _HALF)
        if touched is None:
            fill = UNKNOWN if alters else _FAINT
            d.box(*sides, fill=fill, stroke=INK if alters else SHELF, width=1.5, dash=_DASH)
        elif touched:
            # What is still there with other content keeps a whole edge.
            dash = () if fate == "modified" else (7.0, 5.0)
            d.box(*sides, fill=WHITE, stroke=edge, width=2.4, dash=dash)
        else:
            d.box(*sides, fill=ORIGINAL if alters else _QUIET)
            d.triangle(left + 7, y, WHITE if alters else SHELF)
            style = Style(15.5, bold=True, color=WHITE if alters else SECOND)
        d.text(start, y + 5.5, text, style)

    def _copy(self, sides: tuple[float, float], y: float, alters: bool) -> None:
        d, (left, right) = self.drawing, sides
        color = COPY if alters else _STRIPE
        d.box(left, y - _HALF, right, y + _HALF, fill=WHITE)
        d.hatch(left, y - _HALF, right, y + _HALF, color, step=12.7, width=2.6)
        d.box(left, y - _HALF, right, y + _HALF, stroke=color, width=2.2)
        style = Style(15.5, bold=alters, color=INK if alters else SECOND)
        text = self.words.say(NAMES["copy"])
        wide = d.measure(style)(text)
        d.box(left + 4, y - 9.5, left + 32 + wide, y + 9.5, fill=WHITE, radius=2)
        d.triangle(left + 8, y, color)
        d.text(left + 26, y + 5.5, text, style)

    def _file(self, whose: Whose, sides: tuple[float, float], y: float, alters: bool) -> None:
        """A file that is neither the original nor a copy."""
        d, (left, right) = self.drawing, sides
        style = Style(15.5, bold=alters, color=INK if alters else SECOND)
        if whose == "unknown" and alters:
            d.box(
                left, y - _HALF, right, y + _HALF, fill=UNKNOWN, stroke=INK, width=1.5, dash=_DASH
            )
        else:
            edge = APP if alters else _STRIPE
            d.box(left, y - _HALF, right, y + _HALF, fill=WHITE, stroke=edge, width=2.0)
        text = d.fitted(self.words.say(NAMES[whose]), right - left - 16, style)[0]
        d.text(left + 9, y + 5.5, text, style)

    def _requests(
        self, panel: Panel, spot: _Spot, levels: tuple[float, float], number: int
    ) -> None:
        """An arrow to each file that is asked to be removed, or that there is none."""
        d, asked, base = self.drawing, panel.marks.asked, self.shown.base
        own = panel is base
        start = spot.left + _PAD + _APP
        first, middle = levels
        if not asked:
            with d.group(f"request-{number}"):
                alters = own or bool(base.marks.asked)
                style = Style(15, bold=alters, color=INK if alters else SECOND)
                text = d.fitted(self.words.say("no file"), _APP + _ARROW - 4, style)[0]
                d.text(spot.left + _PAD, middle + 35, text, style)
            return
        for whose in sorted(asked, key=lambda whose: whose not in base.marks.asked):
            alters = own or whose not in base.marks.asked
            color, width = (INK, 5.0) if alters else (_STRIPE, 4.0)
            y = first + self.shown.bars.index(whose) * _STEP
            with d.record(*self.asked) if own and self.asked else d.group(f"request-{number}"):
                bend = start + 12
                d.line([(start, middle), (bend, middle), (bend, y), (bend + 10, y)], color, width)
                d.across(y, bend, start + _ARROW - 4, color, width)

    def _notice(self, panel: Panel, spot: _Spot, y: float, number: int) -> None:
        """The bubble of a notice, or its absence."""
        d, base, own = self.drawing, self.shown.base, panel is self.shown.base
        left, right = spot.left + _PAD + _APP + _ARROW, spot.right - _PAD
        mine, theirs = panel.marks, base.marks
        alters = own or (mine.notices, mine.names) != (theirs.notices, theirs.names)
        style = Style(15.5, bold=alters, color=INK if alters else SECOND)
        text = notices(panel, base, self.words)
        text = d.fitted(text, right - left - 20, style)[0]
        with d.record(*self.noticed) if own and self.noticed else d.group(f"notice-{number}"):
            label = self.words.say("the phone:")
            d.text(left - 10, y + 5.5, label, Style(15, color=SECOND), "end")
            if mine.notices:
                fill, edge = (BUBBLE, WATCHER) if alters else (_FAINT, _STRIPE)
                d.box(left, y - _HALF, right, y + _HALF, fill=fill, stroke=edge, width=3, radius=12)
                self._tail(left, y, fill, edge)
            else:
                edge = WATCHER if alters else _STRIPE
                d.box(
                    left,
                    y - _HALF,
                    right,
                    y + _HALF,
                    fill=WHITE,
                    stroke=edge,
                    width=2,
                    radius=12,
                    dash=_GHOST,
                )
            d.text((left + right) / 2, y + 5.5, text, style, "middle")

    def _tail(self, left: float, y: float, fill: str, edge: str) -> None:
        d, low = self.drawing, y + _HALF
        d.polygon([(left + 16, low - 2), (left + 32, low - 2), (left + 12, low + 8)], fill)
        d.line([(left + 16, low), (left + 12, low + 8), (left + 32, low)], edge, 2.4)

    # -- below -----------------------------------------------------------------------------

    def _lines(self) -> None:
        """What is only named."""
        d, page, words = self.drawing, self.page, self.words
        texts = [
            left_out(self.shown, words),
            without(self.shown, words),
            impossible(self.shown, words),
            *unreached(self.shown, words),
        ]
        with d.group("named"):
            page.y += 14
            for text in filter(None, texts):
                page.y += 26
                page.paragraph(text, Style(16.5))
