"""The incident timeline: what is on public record, in order, with grade and source, and clearly
apart from it what the model adds; for a case without a record, what would leave one and with whom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import pairwise
from types import MappingProxyType

from attrs import frozen

from simulator.message import Message
from simulator.telling.factors import either, name_of, value_of
from simulator.telling.figures import sentences as say
from simulator.telling.figures.canvas import (
    APP,
    BUBBLE,
    HAIR,
    ID,
    INK,
    SECOND,
    SHELF,
    TAG,
    WATCHER,
    WHITE,
    Drawing,
    Style,
)
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import NoFigure, Page, Size, stamp
from simulator.telling.figures.record import UNDATED, Dress, Entry, holders, in_model, on_record
from simulator.telling.figures.setting import plain, wrap
from simulator.telling.text import PARTIES
from simulator.telling.words import Words

#: Cards side by side on a wide page, the space between them, and the room for dates on the others.
ACROSS, GAP, DATES = 5, 22.0, 158.0
#: The fewest questions that are told before a sheet of paper is too small.
LEAST = 2
_PANEL, _EDGE = "#FDFBD9", "#8A8000"
_DATE = Style(17, bold=True)
_KIND = Style(17, bold=True)
_WHO = Style(16, color=SECOND)
_TEXT = Style(16.5)
_QUOTE = Style(17, bold=True)
_LACKS = Style(16, color=SECOND)
_SOURCE = Style(15, color=SECOND)
_HEADING = Style(19, bold=True)
_ROW = Style(16)
_ROW_BOLD = Style(16, bold=True)
_HEADS = (
    Message("not known"),
    Message("how the model tries it"),
    Message("who could settle it, and by what"),
)
#: Inside a card.
_INSET, _STEP = 13.0, 21.0
#: Before the words of an entry, before what it would not show, and before its source.
_APART = 5.0
_EDGES: Mapping[Dress, tuple[str, str, float, float]] = MappingProxyType(
    {
        "notice": (BUBBLE, WATCHER, 3.0, 14.0),
        "said": (WHITE, SHELF, 1.5, 5.0),
        "bin": (WHITE, SHELF, 1.5, 5.0),
        "log": (WHITE, APP, 1.5, 5.0),
    }
)


def draw(material: Material, words: Words, size: Size) -> Drawing:
    """Draw what is on record of *material*, or what would be.

    Raises :class:`NoFigure` where nothing of the run would leave a record with anybody.
    """
    scenario = material.scenario
    entries = on_record(scenario, words) or in_model(material.trace, material.verdict, words)
    if not entries:
        raise NoFigure(Message("nothing of this run would leave a record with anybody"))
    questions = tuple(_questions(material, words))
    shown = len(questions)
    while True:
        try:
            return _Sheet(Page.new(words, size), words, material, entries, questions, shown).draw()
        except NoFigure:
            if shown <= LEAST:
                raise
            # A sheet of paper has room for fewer.
            shown -= 1


@frozen
class Question:
    """What the record leaves open: the *question*, how it was tried here, who could settle it."""

    name: str
    question: str
    tried: str
    settled: str


def _questions(material: Material, words: Words) -> Iterator[Question]:
    for path, one in material.scenario.assumed.items():
        tried_here = material.unknowns[path] or (one.use,)
        values = [value_of(path, value, words) for value in tried_here]
        tried = words.say("assumed: {value}", value=plain(values[0]))
        if len(values) > 1:
            others = either([plain(value) for value in values[1:]], words)
            tried = words.say("{assumed}; also tried: {others}", assumed=tried, others=others)
        else:
            tried = words.say("{assumed}; not varied", assumed=tried)
        party = words.say(PARTIES[one.who]) if one.who else ""
        settled = plain(words.of(one.settled_by)) if one.settled_by else ""
        if settled and party:
            settled = words.say("{name} ({detail})", name=settled, detail=party)
        name = plain(name_of(path, words))
        asked = plain(words.of(one.question)) if one.question else name
        yield Question(name, asked, tried, settled or party or words.say("nobody is named"))


@frozen
class _Card:
    """A card to be drawn: its entry, its lines, and how high it is."""

    entry: Entry
    head: Sequence[str]
    who: Sequence[str]
    text: Sequence[str]
    lacks: Sequence[str]
    source: Sequence[str]

    @property
    def tall(self) -> float:
        """How high it is."""
        parts = [part for part in (self.text, self.lacks, self.source) if part]
        lines = len(self.head) + len(self.who) + len(self.text) + len(self.lacks)
        small = 19 * len(self.source) + (22 if self.entry.records else 0)
        return 2 * _INSET + _STEP * lines + small + _APART * len(parts) - 3


@frozen
class _Sheet:
    """The picture being drawn; *shown* of the *questions* are told."""

    page: Page
    words: Words
    material: Material
    entries: tuple[Entry, ...]
    questions: tuple[Question, ...]
    shown: int

    @property
    def modelled(self) -> bool:
        """Whether there is no public record, and the model says what there would be."""
        return self.entries[0].modelled

    def draw(self) -> Drawing:
        """Draw everything, from the top to the bottom."""
        page, words = self.page, self.words
        page.heading(self._title(), self._condition())
        page.y += 30
        if page.size == "wide":
            self._across()
        else:
            self._down()
        self._below()
        mark = stamp(self.material, words, 1 if self.modelled else 0)
        page.foot(mark, self._limits())
        page.drawing.description = "\n".join([*self._in_words(), mark])
        return page.drawing

    # -- words -----------------------------------------------------------------------------

    def _title(self) -> str:
        words = self.words
        if self.modelled:
            who = holders(self.material.trace, self.material.verdict, words)
            return words.say(
                "What would leave a record in such a case, and with whom: {holders}",
                holders=_all(who, words),
            )
        record = words.many(
            "{number} entry on public record",
            "{number} entries on public record",
            len(self.entries),
        )
        left = words.many(
            "{number} question stays open", "{number} questions stay open", len(self.questions)
        )
        return words.say("; ").join([record, left])

    def _condition(self) -> str:
        words = self.words
        title = plain(words.of(self.material.scenario.title))
        if self.modelled:
            if title[-1] not in "?!？！":
                title = words.say("{text}.", text=title)
            text = words.say(
                "This is what the model says, and no record of anything. Seconds are simulated;"
                " only their order matters."
            )
            return say.joined_up(words, [title, text])
        return title

    def _limits(self) -> str:
        words = self.words
        if self.modelled:
            return words.say("Equal distances do not mean equal times.")
        return words.say(
            "The record is quoted or retold from the sources named. Equal distances do not mean"
            " equal times."
        )

    def _fixed(self) -> list[str]:
        """What the record fixes, and what it does not speak of."""
        words = self.words
        if self.modelled:
            return [
                words.say("Each of these shows a part, and each is with somebody else."),
                words.say(
                    "The original itself, if it is still in the album, tells more than all of"
                    " these."
                ),
            ]
        items = self.material.scenario.observed
        kinds = {item.what for item in items}
        said = [item.who for item in items if item.what == "statement" and item.who]
        parts = []
        if "notice" in kinds:
            parts.append(words.say("On record: that a notice came, and its words as retold."))
        else:
            parts.append(words.say("Not on record: the words of any notice."))
        if said:
            names = list(dict.fromkeys(plain(words.of(who)) for who in said))
            parts.append(
                words.say("On record: what was stated by {names}.", names=_all(names, words))
            )
        if "bin" in kinds:
            parts.append(words.say("On record: what somebody found in the bin."))
        else:
            parts.append(words.say("Not on record: which file was in the bin."))
        parts.append(words.say("From the notice alone nobody can tell original from copy."))
        return parts

    def _untold(self) -> str:
        left = [question.name for question in self.questions[self.shown :]]
        if not left:
            return ""
        return words_more(self.words, left)

    def _in_words(self) -> Iterator[str]:
        words = self.words
        yield self._condition()
        for number, entry in enumerate(self.entries, 1):
            when = entry.when or words.say(UNDATED)
            head = words.say("; ").join(filter(None, (when, entry.kind, entry.who)))
            ids = " ".join(f"#{id_}" for id_ in entry.records)
            detail = words.say("; ").join(filter(None, (entry.grade, entry.source, ids)))
            text = words.say("{name} ({detail})", name=entry.text, detail=detail)
            told = say.joined_up(words, [text, entry.lacks])
            yield words.say("{number}. {time}: {told}", number=number, time=head, told=told)
        yield from self._fixed()
        for one in self.questions:
            detail = words.say("; ").join(
                [one.tried, words.say("could settle it: {text}", text=one.settled)]
            )
            yield words.say(
                "Left open: {question} ({detail})", question=one.question, detail=detail
            )
        yield say.joined_up(words, [words.say("A model, not evidence."), self._limits()])

    # -- the line of time ------------------------------------------------------------------

    def _down(self) -> None:
        """From the top to the bottom, the dates at the left."""
        page, d = self.page, self.page.drawing
        x = page.left + DATES
        top = page.y
        for number, entry in enumerate(self.entries, 1):
            card = self._card(entry, page.right - x - 28)
            if number < len(self.entries):
                with d.group("line"):
                    self._line([(x, top + 20), (x, top + card.tall + 16 + 20)], number)
            self._dot(x, top + 20, entry)
            with self._of(number, entry):
                self._date(entry, page.left, top + 26, DATES - 18)
            self._draw(number, card, x + 28, top, page.right, top + card.tall)
            top += card.tall + 16
        page.y = top - 16

    def _across(self) -> None:
        """From the left to the right, a row of cards below the line, and more rows where there are
        more than fit."""
        page, d = self.page, self.page.drawing
        rows = -(-len(self.entries) // ACROSS)
        across = -(-len(self.entries) // rows)
        wide = min((page.wide - GAP * (across - 1)) / across, 700.0)
        top = page.y
        for start in range(0, len(self.entries), across):
            row = self.entries[start : start + across]
            cards = [self._card(entry, wide) for entry in row]
            tall = max(card.tall for card in cards)
            y = top + 30
            for i, (entry, card) in enumerate(zip(row, cards, strict=True)):
                left, number = page.left + i * (wide + GAP), start + i + 1
                if number < len(self.entries):
                    with d.group("line"):
                        self._line(
                            [(left + 12, y), (min(left + wide + GAP + 12, page.right), y)], number
                        )
                self._dot(left + 12, y, entry)
                with self._of(number, entry):
                    self._date(entry, left, y - 17, wide)
                self._draw(number, card, left, y + 20, left + wide, y + 20 + tall)
            top = y + 20 + tall + 26
        page.y = top - 26

    def _line(self, points: Sequence[tuple[float, float]], number: int) -> None:
        """A stretch of the line of time; dashed where the next thing has no date."""
        dated = self.entries[number].when is not None
        self.page.drawing.line(points, INK if dated else SHELF, 2, () if dated else (6, 4))

    def _dot(self, x: float, y: float, entry: Entry) -> None:
        fill = INK if entry.when else WHITE
        self.page.drawing.box(x - 7, y - 7, x + 7, y + 7, fill=fill, stroke=INK, width=2, radius=7)

    def _date(self, entry: Entry, left: float, y: float, room: float) -> None:
        d = self.page.drawing
        if entry.when is None:
            d.tag(left, y, self.words.say(UNDATED))
            return
        d.lines(left, y, wrap(entry.when, room, d.measure(_DATE)), _DATE, step=21)

    def _of(self, number: int, entry: Entry) -> AbstractContextManager[None]:
        d = self.page.drawing
        return d.record(*entry.records) if entry.records else d.group(f"entry-{number}")

    # -- a card ----------------------------------------------------------------------------

    def _card(self, entry: Entry, wide: float) -> _Card:
        d, room = self.page.drawing, wide - 2 * _INSET
        tag = d.measure(TAG)(entry.grade) + 22
        quote = _QUOTE if entry.dress == "notice" else _TEXT
        return _Card(
            entry,
            wrap(entry.kind, room - tag, d.measure(_KIND)),
            wrap(entry.who, room, d.measure(_WHO)) if entry.who else [],
            wrap(entry.text, room, d.measure(quote)),
            wrap(entry.lacks, room, d.measure(_LACKS)),
            wrap(entry.source, room, d.measure(_SOURCE)),
        )

    def _draw(
        self, number: int, card: _Card, left: float, top: float, right: float, bottom: float
    ) -> None:
        d, entry = self.page.drawing, card.entry
        fill, edge, width, radius = _EDGES[entry.dress]
        with self._of(number, entry):
            d.box(left, top, right, bottom, fill=fill, stroke=edge, width=width, radius=radius)
            if entry.dress == "bin":
                d.line([(left - 5, top), (right + 5, top)], SHELF, 6)
            x, y = left + _INSET, top + _INSET + 15
            self._grade(entry, right - _INSET, y)
            quote = _QUOTE if entry.dress == "notice" else _TEXT
            for lines, style, apart in (
                (card.head, _KIND, 0.0),
                (card.who, _WHO, 0.0),
                (card.text, quote, _APART),
                (card.lacks, _LACKS, _APART),
                (card.source, _SOURCE, _APART),
            ):
                y += apart if lines else 0.0
                step = _STEP if style != _SOURCE else 19.0
                d.lines(x, y, lines, style, step=step)
                y += step * len(lines)
            if entry.records:
                d.text(x, y + 2, " ".join(f"#{id_}" for id_ in entry.records), ID)

    def _grade(self, entry: Entry, right: float, y: float) -> None:
        """The grade of the evidence; yellow where there is none."""
        d = self.page.drawing
        left = right - d.measure(TAG)(entry.grade) - 12
        if entry.doubtful:
            d.tag(left, y, entry.grade)
            return
        d.box(left, y - 15, right, y + 5, fill=WHITE, stroke=INK, width=1)
        d.text(left + 6, y, entry.grade, TAG)

    # -- the model's part ------------------------------------------------------------------

    def _below(self) -> None:
        """What the record fixes, and what it leaves open."""
        page = self.page
        top = page.y + 30
        if page.size == "wide":
            middle = page.left + page.wide * 0.27
            fixed = self._facts(top, page.left, middle - 26)
            page.y = max(fixed, self._open(top, middle, page.right))
        else:
            page.y = self._facts(top, page.left, page.right)
            page.y = self._open(page.y + 20, page.left, page.right)

    def _facts(self, top: float, left: float, right: float) -> float:
        page, d = self.page, self.page.drawing
        heading = Message("Taken together") if self.modelled else Message("What the record fixes")
        with d.group("fixed"):
            d.line([(left, top), (right, top)], INK, 1.4)
            page.y = top + 26
            d.text(left, page.y, self.words.say(heading), _HEADING)
            for text in self._fixed():
                page.y += 25
                page.paragraph(text, _ROW, left=left, right=right)
        return page.y + 4

    def _open(self, top: float, left: float, right: float) -> float:
        """The panel of what nobody outside knows; its ground is that of all that is not known."""
        if not self.questions:
            return top
        d, words = self.page.drawing, self.words
        columns = self._columns(left + 14, right - 14)
        rows = [self._row(one, columns) for one in self.questions[: self.shown]]
        untold = self._untold()
        more = wrap(untold, right - left - 28, d.measure(_LACKS)) if untold else []
        heads = 24.0 if len(columns) > 1 else 0.0
        tall = 52 + heads + sum(height for _, height in rows) + 21 * len(more)
        with d.group("open"):
            d.box(
                left,
                top,
                right,
                top + tall,
                fill=_PANEL,
                stroke=_EDGE,
                width=1.5,
                radius=6,
                dash=(6, 4),
            )
            name = words.say(
                "What the model assumes" if self.modelled else "The model’s part: what is left open"
            )
            d.text(left + 14, top + 27, name, _HEADING)
            y = top + 56
            if heads:
                for column, text in zip(columns, _HEADS, strict=True):
                    d.text(column[0], y, words.say(text), _SOURCE)
                y += 22
        for number, (cells, height) in enumerate(rows, 1):
            with d.group(f"open-{number}"):
                if number > 1 or heads:
                    d.line([(left + 14, y - 16), (right - 14, y - 16)], HAIR, 1.2)
                for x, lines, style in cells:
                    d.lines(x, y + lines[0], lines[1], style, step=20)
            y += height
        with d.group("open"):
            d.lines(left + 14, y, more, _LACKS, step=21)
        return top + tall

    def _columns(self, left: float, right: float) -> list[tuple[float, float]]:
        """Where the columns of the panel begin and end; one alone on a narrow page."""
        if self.page.size != "wide":
            return [(left, right)]
        wide = right - left
        cuts = (left, left + wide * 0.33, left + wide * 0.66, right + 18)
        return [(a, b - 18) for a, b in pairwise(cuts)]

    def _row(
        self, one: Question, columns: Sequence[tuple[float, float]]
    ) -> tuple[list[tuple[float, tuple[float, list[str]], Style]], float]:
        """The lines of a question, each set at its place, and how high the row is."""
        d = self.page.drawing
        texts = (one.question, one.tried, one.settled)
        styles = (_ROW_BOLD, _ROW, _LACKS)
        if len(columns) > 1:
            lines = [
                wrap(text, end - start, d.measure(style))
                for text, style, (start, end) in zip(texts, styles, columns, strict=True)
            ]
            cells = [
                (column[0], (0.0, found), style)
                for column, found, style in zip(columns, lines, styles, strict=True)
            ]
            return cells, 20.0 * max(map(len, lines)) + 8
        (start, end), y = columns[0], 0.0
        cells = []
        for text, style in zip(
            (one.question, one.tried, self.words.say("could settle it: {text}", text=one.settled)),
            styles,
            strict=True,
        ):
            found = wrap(text, end - start, d.measure(style))
            cells.append((start, (y, found), style))
            y += 20.0 * len(found)
        return cells, y + 8


def words_more(words: Words, names: Sequence[str]) -> str:
    """The line about questions that a sheet has no room for."""
    return words.say("Open as well: {names}.", names=words.say("; ").join(names))


def _all(names: Sequence[str], words: Words) -> str:
    """“a, b and c”."""
    if len(names) < 2:
        return "".join(names)
    return words.say("{some} and {last}", some=words.say(", ").join(names[:-1]), last=names[-1])
