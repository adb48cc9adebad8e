"""The permission stairs: the higher a step, the more easily an app of that kind can delete a video
that it did not make, version by version."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from attrs import frozen

from simulator import __version__
from simulator.android.permissions.kinds import CellAnswer
from simulator.android.versions import API, COLUMNS
from simulator.message import Message
from simulator.telling.capabilities import (
    BEFORE,
    NAMES,
    NOT_YET,
    OF_ITS_TIME,
    assumptions,
    before,
    condition,
    detail,
    facts,
    mode,
    span,
    stands_assumed,
)
from simulator.telling.figures.canvas import (
    BODY,
    HAIR,
    INK,
    NAME,
    NOTE,
    SECOND,
    SHELF,
    TAG,
    UNKNOWN,
    WHITE,
    Anchor,
    Box,
    Dash,
    Drawing,
    Style,
    Text,
    around,
)
from simulator.telling.figures.fonts import Fonts
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import Size, only_wide, stamp, stamped
from simulator.telling.figures.render import Format
from simulator.telling.figures.saving import FORMATS, write_figure
from simulator.telling.figures.setting import plain
from simulator.telling.words import LANGS, Lang, Words
from simulator.verdict.capabilities import Place, Row, Square, Table, places, table

WIDTH, HEIGHT = 1600, 900
LEFT, RIGHT, NAMES_LEFT, NAMES_WIDE = 330.0, 1570.0, 30.0, 290.0
COLUMN = (RIGHT - LEFT) / len(COLUMNS)
#: The top of the rows, from one row to the next, from a row's top to its floor, and what the rows
#: of special access stand lower.
TOP, PITCH, FLOOR, SPECIAL = 154.0, 80.0, 70.0, 34.0
SILENT, ASKS, NO = 60.0, 34.0, 6.0
POWER = "#333333"
_HATCH = "#9A9A9A"
_GAP = 2.0
_WORD = Style(20, bold=True)
_SMALL = Style(17)
_SINGLE = Style(18, bold=True)
_DOTS: Dash = (1.6, 6.0)
_FRAME: Dash = (5, 3)

#: The row that says “and” leans on the one above it.
_LEANING: Mapping[str, Message] = MappingProxyType(
    {"legacy": Message("… and the old storage mode")}
)
_ANSWERS: Mapping[str, Message] = MappingProxyType(
    {
        "silently": Message("silently"),
        "after_consent": Message("asks first"),
        "no": Message("no"),
    }
)
#: The same where a cell stands alone.
_ALONE: Mapping[str, Message] = MappingProxyType(
    {"silently": Message("silently"), "after_consent": Message("asks"), "no": Message("no")}
)
_NUMBERS = (
    Message("one kind"),
    Message("two kinds"),
    Message("three kinds"),
    Message("four kinds"),
    Message("five kinds"),
    Message("six kinds"),
    Message("seven kinds"),
    Message("eight kinds"),
)


def finding(table: Table) -> Message:
    """The title: what this table shows."""
    turn, usual = table.turn, table.rows[0]
    if turn is not None:
        return _turned(COLUMNS[turn], usual.squares[turn].answer, table.silent_since(turn))
    if set(usual.since(0)) == {"silently"}:
        return Message(
            "On every version the usual app may delete a video it did not make, without asking"
        )
    if "silently" not in usual.since(0):
        return Message("On no version may the usual app delete a video it did not make unasked")
    return Message("How easily the usual app can delete others’ videos depends on the version")


def _turned(version: str, answer: CellAnswer, silent: int) -> Message:
    """The title where the usual app could do it silently before that *version*."""
    if not silent:
        return Message(
            "Since Android {version} no kind of app here may delete a video it did not make"
            " unasked",
            version=version,
        )
    counted = Message("{number} kinds", number=silent)
    if silent <= len(_NUMBERS):
        counted = _NUMBERS[silent - 1]
    if answer == "no":
        return Message(
            "Since Android {version} the usual app has no way of its own to delete others’ videos;"
            " {number} can, unasked",
            version=version,
            number=counted,
        )
    return Message(
        "Since Android {version} the usual app must ask before deleting a video it did not make;"
        " {number} need not",
        version=version,
        number=counted,
    )


def stairs(
    table: Table,
    words: Words,
    *,
    scenario: str | None = None,
    standing: Sequence[Place] = (),
) -> Drawing:
    """Draw the stairs of *table*; *standing* is where the *scenario* of that id stands."""
    drawing = Drawing(WIDTH, HEIGHT, Fonts(words.lang))
    drawing.title = words.say(finding(table))
    drawing.description = "\n".join(in_words(table, words, scenario, standing))
    sheet = _Sheet(drawing, words, table, tuple(standing))
    sheet.heading()
    sheet.versions()
    for number, row in enumerate(table.rows):
        sheet.row(number, row)
    sheet.name_first_frame()
    sheet.special()
    sheet.foot(scenario)
    return drawing


def draw(material: Material, words: Words, size: Size) -> Drawing:
    """The stairs of all kinds of apps, with the place of a scenario marked."""
    only_wide(size)
    scenario = material.scenario
    drawing = stairs(table(), words, scenario=scenario.id, standing=places(scenario))
    # The table is the permission model itself: no world is run for it.
    return stamped(drawing, stamp(material, words, 0))


def in_words(
    table: Table, words: Words, scenario: str | None, standing: Sequence[Place]
) -> Iterator[str]:
    """The picture for readers who do not see it."""
    say = words.say
    yield say(
        "A table of stairs: kinds of apps by Android version, {first} to {last}.",
        first=COLUMNS[0],
        last=COLUMNS[-1],
    )
    for row in table.rows:
        parts = []
        for run in _blocks(row, frozenset()):
            answer = _ANSWERS.get(run[0].answer, before(row.kind) or NOT_YET)
            why = condition(run[0])
            said = say(answer) if why is None else f"{say(answer)}{say(' ({text})', text=why)}"
            parts.append(say("{versions}: {answer}", versions=span(run), answer=said))
        guessed = [square.android for square in row.squares if square.guesses]
        if guessed:
            listed = say(", ").join(guessed)
            parts.append(say("inferred: {versions}", versions=listed))
        yield say("{label}: {text}", label=say(NAMES[row.kind.id]), text=say("; ").join(parts))
    if scenario is not None:
        yield say("This scenario: {id}", id=plain(scenario))
        yield from (facts(place, words) for place in standing)
    yield from (say(text) for text in assumptions(table))
    yield _own_rules(words)
    yield _checked(words)


def write_stairs(
    table: Table,
    out: Path,
    *,
    scenario: str | None = None,
    standing: Sequence[Place] = (),
    langs: Sequence[Lang] = LANGS,
    formats: Sequence[Format] = FORMATS,
) -> tuple[Path, ...]:
    """Write the stairs into the folder *out*, in each language and format, with its alt text."""

    def draw(words: Words) -> Drawing:
        return stairs(table, words, scenario=scenario, standing=standing)

    return write_figure("permission-stairs", draw, out, langs, formats)


@cache
def recorded() -> int:
    """How many recorded cases the model is held against."""
    text = (files("simulator.truth") / "permissions.json").read_text(encoding="utf-8")
    return len(json.loads(text))


def _own_rules(words: Words) -> str:
    return words.say(
        "Android’s own rules, read from its sources, documentation and tests. A phone maker can add"
        " a guard of its own. Root and malware are left out."
    )


def _checked(words: Words) -> str:
    return words.say(
        "A model, not evidence. The rules behind each cell: cachelife could --json."
        " Version {version}, checked against {number} recorded cases.",
        version=__version__,
        number=recorded(),
    )


def _blocks(row: Row, apart: frozenset[str]) -> Iterator[tuple[Square, ...]]:
    """Neighbouring cells that say the same, merged; those of *apart* stand alone, and what is
    inferred ends its block."""
    block: list[Square] = []
    for square in row.squares:
        if block and not _joins(block[-1], square, apart):
            yield tuple(block)
            block = []
        block.append(square)
    yield tuple(block)


def _joins(before: Square, square: Square, apart: frozenset[str]) -> bool:
    return (
        (before.answer, condition(before)) == (square.answer, condition(square))
        and not {before.android, square.android} & apart
        and not (before.guesses and not square.guesses)
    )


@frozen
class _Step:
    """A block to be drawn: its edges on the floor, the word and the condition in it, where these
    must end, whether it is one cell, and whether that cell is tagged."""

    left: float
    right: float
    floor: float
    word: str
    why: str
    free: float
    alone: bool
    tagged: bool

    @property
    def middle(self) -> float:
        """The middle of the block."""
        return (self.left + self.right) / 2


@frozen
class _Sheet:
    """The stairs while they are being drawn."""

    drawing: Drawing
    words: Words
    table: Table
    standing: tuple[Place, ...]

    # -- around the rows -------------------------------------------------------------------

    def heading(self) -> None:
        """The finding, and how to read the picture."""
        d = self.drawing
        with d.group("title"):
            sizes = (39, 38, 37, 36, 35, 34, 33, 32, 31, 30)
            size = next((s for s in sizes if self._title_fits(s)), 30)
            style = Style(size, bold=True)
            d.text(NAMES_LEFT, 50, d.fitted(d.title, 1540, style)[0], style)
        with d.group("condition"):
            text = self.words.say(
                "Height of a step = how easily the app can. Videos in shared storage; the easiest"
                " of the app’s own routes counts. Its own folders need no permission, at any"
                " version."
            )
            style = Style(19)
            d.text(NAMES_LEFT, 86, d.fitted(text, 1540, style)[0], style)

    def _title_fits(self, size: float) -> bool:
        return self.drawing.measure(Style(size, bold=True))(self.drawing.title) <= 1540

    def versions(self) -> None:
        """The heads of the columns; the version at which the usual app's rules turn is black."""
        d, end = self.drawing, LEFT - 14
        with d.group("versions"):
            d.text(end, 122, self.words.say("Android"), Style(19), "end")
            d.text(end, 146, self.words.say("API level"), Style(17, color=SECOND), "end")
            for i, android in enumerate(COLUMNS):
                middle = LEFT + (i + 0.5) * COLUMN
                color = WHITE if i == self.table.turn else INK
                if i == self.table.turn:
                    d.box(middle - 34, 102, middle + 34, 130, fill=INK)
                d.text(middle, 123, android, Style(21, bold=True, color=color), "middle")
                d.text(middle, 147, str(API[android]), Style(17, color=SECOND), "middle")

    def special(self) -> None:
        """The heading of the rows of special access."""
        number = next((i for i, row in enumerate(self.table.rows) if row.kind.special), None)
        if number is None:
            return
        d, y = self.drawing, TOP + number * PITCH + 22
        with d.group("special"):
            style = Style(16, bold=True, color=SECOND)
            box = d.text(NAMES_LEFT, y, self.words.say("SPECIAL ACCESS"), style)
            d.line([(box.right + 12, y - 6), (RIGHT, y - 6)], HAIR, 1.2)

    def foot(self, scenario: str | None) -> None:
        """Whose rules these are, and what kind of picture this is."""
        d = self.drawing
        with d.group("footer"):
            if scenario is not None and self.standing:
                text = self._in_the_frame(plain(scenario))
                box = d.text(NAMES_LEFT, 850, d.fitted(text, 1540, BODY)[0], BODY)
                self._beside(box, 850, self.words.say("; ").join(self._untold()))
            box = d.text(NAMES_LEFT, 871, d.fitted(_own_rules(self.words), 1540, BODY)[0], BODY)
            self._beside(box, 871, self.words.say(OF_ITS_TIME))
            style = Style(15.5, color=SECOND)
            d.text(NAMES_LEFT, 891, d.fitted(_checked(self.words), 1540, style)[0], style)

    def _beside(self, box: Box, y: float, text: str) -> None:
        """A further sentence on the line of *box*, where there is room for it."""
        d = self.drawing
        if 0 < d.measure(BODY)(text) <= RIGHT - box.right - 16:
            d.text(box.right + 16, y, text, BODY)

    def _untold(self) -> Iterator[str]:
        """The conditions that no block has room for, as where frames cut the blocks short."""
        say = self.words.say
        told = {item.string for item in self.drawing.items if isinstance(item, Text)}
        for row in self.table.rows:
            for run in _blocks(row, frozenset()):
                why = condition(run[0])
                if why is not None and say(why) not in told:
                    name = say("{name} ({detail})", name=NAMES[row.kind.id], detail=span(run))
                    yield say("{label}: {text}", label=name, text=why)

    def _in_the_frame(self, scenario: str) -> str:
        say = self.words.say
        text = say(
            "Framed: {scenario}, Android {versions}, {modes}",
            scenario=scenario,
            versions=say(" or ").join(dict.fromkeys(p.android for p in self.standing)),
            modes=say(" or ").join(dict.fromkeys(say(mode(p)) for p in self.standing)),
        )
        return say("{text} [assumed]", text=text) if stands_assumed(self.standing) else text

    # -- a row -----------------------------------------------------------------------------

    def row(self, number: int, row: Row) -> None:
        """A kind of app: its name, and its steps."""
        floor = _floor(number, row)
        apart = frozenset(place.column for place in self.standing if place.kind.id == row.kind.id)
        with self.drawing.group(f"kind-{row.kind.id}"):
            self._name(row, floor)
        wide = _widest(_blocks(row, apart))
        for run in _blocks(row, apart):
            with self.drawing.group(f"cell-{row.kind.id}-{span(run).replace('–', '-')}"):
                self._block(row, run, floor, says_why=run in wide or len(run) == 1)
        for square in row.squares:
            if square.android in apart:
                with self.drawing.group(f"scenario-{row.kind.id}-{square.android}"):
                    self._frame(square.android, floor)

    def _name(self, row: Row, floor: float) -> None:
        d = self.drawing
        name = self.words.say(_LEANING.get(row.kind.id, NAMES[row.kind.id]))
        small = self.words.say(detail(row.kind))
        y = floor - (24 if small else 8)
        d.text(NAMES_LEFT, y, d.fitted(name, NAMES_WIDE, NAME)[0], NAME)
        if small:
            d.text(NAMES_LEFT, y + 23, d.fitted(small, NAMES_WIDE, NOTE)[0], NOTE)

    def _block(self, row: Row, run: Sequence[Square], floor: float, *, says_why: bool) -> None:
        left, right = _left(run[0]) + _GAP, _left(run[-1]) + COLUMN - _GAP
        answer = run[0].answer
        if answer == "not_there_yet":
            self._not_yet(row, left, right, floor)
            return
        alone, why = len(run) == 1, condition(run[0]) if says_why else None
        # The words of a merged block stand under its first version.
        tagged = [square for square in (run if alone else run[1:]) if square.guesses]
        step = _Step(
            left,
            right,
            floor,
            self.words.say((_ALONE if alone else _ANSWERS)[answer]),
            self.words.say(why) if why is not None and not (alone and tagged) else "",
            right if alone or not tagged else _left(tagged[0]) - 6,
            alone,
            bool(tagged),
        )
        {"silently": self._silent, "after_consent": self._asks, "no": self._none}[answer](step)
        for square in tagged:
            self._inferred(answer, _left(square), floor, alone=alone)

    def _not_yet(self, row: Row, left: float, right: float, floor: float) -> None:
        d, style = self.drawing, Style(17, color=SECOND)
        d.line([(left, floor - 1), (right, floor - 1)], SHELF, 1.6, _DOTS)
        text = self.words.say(BEFORE.get(row.kind.id, NOT_YET))
        if d.measure(style)(text) <= right - left - 16:
            d.text(right - 12, floor - 12, text, style, "end")

    def _silent(self, step: _Step) -> None:
        d = self.drawing
        d.box(step.left, step.floor - SILENT, step.right, step.floor, fill=POWER, radius=1)
        size = _SINGLE.size if step.alone else _WORD.size
        style, small = Style(size, bold=True, color=WHITE), Style(_SMALL.size, color=WHITE)
        beside = 8 if step.alone else 22
        fits = bool(step.why) and d.measure(small)(step.why) <= step.free - step.left - beside
        y = step.floor - (33 if fits or (step.alone and step.tagged) else 23)
        x, anchor = _set(step)
        d.text(x, y, step.word, style, anchor)
        if fits:
            d.text(x, y + 24, step.why, small, anchor)

    def _asks(self, step: _Step) -> None:
        d, top, y = self.drawing, step.floor - ASKS, step.floor - ASKS / 2 + 7
        d.box(step.left, top, step.right, step.floor, fill=WHITE, radius=1)
        d.hatch(step.left, top, step.right, step.floor, _HATCH, step=11.3, width=1.6)
        x, anchor = _set(step)
        style = _SINGLE if step.alone else _WORD
        box = plate = d.text_box(x, y, step.word, style, anchor)
        beside = d.text_box(box.right + 12, y, step.why, _SMALL)
        fits = bool(step.why) and not step.alone and beside.right <= step.free
        above = step.alone and 0 < d.measure(_SMALL)(step.why) <= step.right - step.left
        if fits:
            plate = around([box, beside])
        d.box(plate.left - 6, top + 2, plate.right + 7, step.floor - 2, fill=WHITE, radius=0)
        d.text(x, y, step.word, style, anchor)
        if fits:
            d.text(box.right + 12, y, step.why, _SMALL)
        elif above:
            d.text(x, top - 9, step.why, _SMALL, "middle")
        d.box(step.left, top, step.right, step.floor, stroke=INK, width=1.6, radius=1)

    def _none(self, step: _Step) -> None:
        d, y = self.drawing, step.floor - NO - 12
        edges = (step.left, step.floor - NO, step.right, step.floor)
        d.box(*edges, fill=WHITE, stroke=INK, width=1.6, radius=1)
        x, anchor = _set(step)
        box = d.text(x, y, step.word, _WORD, anchor)
        if step.why and d.text_box(box.right + 12, y, step.why, _SMALL).right <= step.free:
            d.text(box.right + 12, y, step.why, _SMALL)

    def _inferred(self, answer: CellAnswer, left: float, floor: float, *, alone: bool) -> None:
        """The tag of an inferred cell, and the line that parts it from the rest of its step."""
        d, word = self.drawing, self.words.say("inferred")
        tall = SILENT if answer == "silently" else ASKS
        wide = d.text_box(6, 0, word, TAG).right + 6
        x, y = left + (COLUMN - wide) / 2, floor - tall / 2 + 5
        if alone:
            y = floor - 9 if answer == "silently" else floor - 44
        elif answer == "no":
            y = floor - NO - 14
        else:
            color = WHITE if answer == "silently" else INK
            d.line([(left, floor - tall + 2), (left, floor - 2)], color, 1.2, (4, 3))
            if answer == "after_consent":
                d.box(x - 4, floor - tall + 2, x + wide + 4, floor - 2, fill=WHITE, radius=0)
        d.tag(x, y, word)

    # -- the scenario ----------------------------------------------------------------------

    def _frame(self, android: str, floor: float) -> None:
        """The frame around a cell in which the scenario stands; yellow where that is assumed."""
        d, assumed = self.drawing, stands_assumed(self.standing)
        edge = _edge(android, floor)
        color = UNKNOWN if assumed else WHITE
        d.box(edge.left, edge.top, edge.right, edge.bottom, stroke=color, width=5, radius=4)
        d.box(
            edge.left - 3.5,
            edge.top - 3.5,
            edge.right + 3.5,
            edge.bottom + 3.5,
            stroke=INK,
            width=1.8,
            radius=6,
            dash=_FRAME,
        )

    def name_first_frame(self) -> None:
        """The tag of the frame in which the scenario stands first, above all frames."""
        for number, row in enumerate(self.table.rows):
            if self.standing and row.kind.id == self.standing[0].kind.id:
                android = self.standing[0].column
                with self.drawing.group(f"standing-{row.kind.id}-{android}"):
                    edge = _edge(android, _floor(number, row))
                    self._name_frame(row, edge, assumed=stands_assumed(self.standing))

    def _name_frame(self, row: Row, edge: Box, *, assumed: bool) -> None:
        """The tag of a frame: at its left where nothing is there yet, else on its lower edge."""
        d, text = self.drawing, _frame_name(self.words, assumed=assumed)
        wide = d.text_box(6, 0, text, TAG).right + 6
        before = [s.answer for s in row.squares if _left(s) < edge.left]
        if len(before) >= 3 and set(before[-3:]) == {"not_there_yet"}:
            x, y = edge.left - 16 - wide, edge.bottom - 43
            self._scenario_tag(x, y, text, assumed=assumed)
            tip = x + wide
            d.polygon([(tip + 2, y - 11), (tip + 11, y - 5), (tip + 2, y + 1)], INK)
        else:
            x = min((edge.left + edge.right - wide) / 2, RIGHT + 6 - wide)
            self._scenario_tag(x, edge.bottom + 7, text, assumed=assumed)

    def _scenario_tag(self, x: float, y: float, text: str, *, assumed: bool) -> None:
        d = self.drawing
        if assumed:
            d.tag(x, y, text)
            return
        box = d.text_box(x + 6, y, text, TAG)
        d.box(x, y - 15, box.right + 6, y + 5, fill=WHITE, stroke=INK, width=1, dash=(4, 2.5))
        d.text(x + 6, y, text, TAG)


def _frame_name(words: Words, *, assumed: bool) -> str:
    return words.say("this scenario, assumed" if assumed else "this scenario")


def _set(step: _Step) -> tuple[float, Anchor]:
    """Where the words of a block stand: in the middle of a cell, else at the left."""
    return (step.middle, "middle") if step.alone else (step.left + 11, "start")


def _floor(number: int, row: Row) -> float:
    """Where the steps of a row stand."""
    return TOP + number * PITCH + FLOOR + (SPECIAL if row.kind.special else 0.0)


def _edge(android: str, floor: float) -> Box:
    """The edge of the frame around a cell."""
    left = LEFT + COLUMNS.index(android) * COLUMN
    return Box(left - 1.5, floor - SILENT - 5, left + COLUMN + 1.5, floor + 5)


def _left(square: Square) -> float:
    return LEFT + COLUMNS.index(square.android) * COLUMN


def _widest(blocks: Iterator[tuple[Square, ...]]) -> list[tuple[Square, ...]]:
    """Of the blocks that say the same, the widest: there the condition stands."""
    found: dict[object, tuple[Square, ...]] = {}
    for run in blocks:
        key = (run[0].answer, condition(run[0]))
        if key not in found or len(run) > len(found[key]):
            found[key] = run
    return list(found.values())
