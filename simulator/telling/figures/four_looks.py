"""Four looks at one deletion, side by side: the app's log, two layers of storage, the album."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from types import MappingProxyType

from attrs import evolve, frozen

from simulator.message import Message
from simulator.telling.figures import filebars
from simulator.telling.figures import sentences as say
from simulator.telling.figures.canvas import (
    BODY,
    BUBBLE,
    HAIR,
    ID,
    INK,
    NAME,
    NOTE,
    PATH,
    SECOND,
    SHELF,
    STRONG,
    WATCHER,
    WHITE,
    Drawing,
    Style,
)
from simulator.telling.figures.look_album import album
from simulator.telling.figures.look_layers import app_log, highest, lower, lowest, upper
from simulator.telling.figures.looks import LINES, Case, Entry, Look, Thing, case, who
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import NoFigure, Page, Size, one_of_many, stamp
from simulator.telling.figures.setting import limit, plain, wrap
from simulator.telling.words import Words

#: Between two looks, and within a look.
_GUTTER, _PAD = 30.0, 10.0
_GREY = "#F3F3F3"


def draw(material: Material, words: Words, size: Size) -> Drawing:
    """Draw the figure; raises :class:`NoFigure` where nothing is asked to be removed."""
    this = case(material)
    for lines in LINES[:-1] if size == "a4" else ():
        try:
            return _drawn(material, evolve(this, lines=lines), words, size)
        except NoFigure:
            # It is longer than a sheet of paper; with fewer lines it may not be.
            continue
    return _drawn(material, evolve(this, lines=LINES[-1 if size == "a4" else 0]), words, size)


def _drawn(material: Material, this: Case, words: Words, size: Size) -> Drawing:
    seen = looks(this)
    page = Page.new(words, size)
    told = one_of_many(material, words, words.say(title(this, seen)))
    page.heading(told, say.condition(words, this.trace.header, 3))
    sheet = _Sheet(page, words, this)
    page.y += 22
    if size == "wide":
        sheet.side_by_side(seen)
    else:
        sheet.one_below_another(seen)
    sheet.phone()
    drawing = page.drawing
    drawing.description = "\n".join(described(this, seen, words))
    intact = this.story.original is not None and this.story.original.end.fate == "intact"
    page.foot(
        stamp(material, words, 1),
        words.say("“Untouched” follows from the assumptions.") if intact else "",
        words.say("Whose file it is, the colour, comes from the whole run, not from these looks."),
        words.say("Four small bars: the content; same bars, same bytes."),
    )
    return drawing


def looks(this: Case) -> tuple[Look, ...]:
    """The app's log, the layer that the call crosses first, the lowest layer, the album."""
    low = lowest(this)
    return (app_log(this), upper(this, highest(this, low)), lower(this, low), album(this))


# -- sentences ---------------------------------------------------------------------------------


def title(this: Case, seen: Sequence[Look]) -> Message:
    """The finding: what the four have of the one request, and what the phone says."""
    log, _, low, shown = seen
    heard = this.act.notice
    said = heard is not None and "was_removed" in heard.claims
    phone = Message("the phone says “deleted”") if said else Message("the phone gives a notice")
    if heard is None:
        phone = Message("the phone says nothing")
    clauses = {"log": log.clause, "phone": phone, "low": low.clause, "album": shown.clause}
    if not say.hears(this.trace.header):
        return Message(_UNHEARD[this.act.deed].template, **clauses)
    return Message(_FINDINGS[this.act.deed].template, **clauses)


_ONE_REMOVAL = Message("One removal request, four looks: {log}, {phone}, {low}, {album}")
_ONE_RENAMING = Message("One renaming, four looks: {log}, {phone}, {low}, {album}")
_ONE_OVERWRITING = Message("One overwriting, four looks: {log}, {phone}, {low}, {album}")
_FINDINGS: Mapping[str, Message] = MappingProxyType(
    {
        "remove": _ONE_REMOVAL,
        "rename": _ONE_RENAMING,
        "trash": _ONE_RENAMING,
        "overwrite": _ONE_OVERWRITING,
        "empty": _ONE_OVERWRITING,
    }
)
_NO_NOTICE = Message("One request, four looks: {log}, {low}, {album}")
_UNHEARD: Mapping[str, Message] = MappingProxyType(dict.fromkeys(_FINDINGS, _NO_NOTICE))
_REQUESTS: Mapping[str, Message] = MappingProxyType(
    {
        "remove": Message("{app} asks to remove {path}"),
        "rename": Message("{app} renames {path}"),
        "trash": Message("{app} moves {path} to the recycle bin"),
        "overwrite": Message("{app} overwrites {path}"),
        "empty": Message("{app} cuts {path} to nothing"),
    }
)
_BEFORE = Message("Before")
_AFTERWARDS = Message("From the request on")
_END_ALONE = Message("At the end, and what one would say with this look alone")
_ALONE = Message("With this look alone one would say")


def request(this: Case) -> Message:
    """The one request, in words."""
    return Message(
        _REQUESTS[this.act.deed].template,
        app=who(this.trace, this.act.asked_by),
        path=plain(this.act.path),
    )


def _instant(this: Case) -> Message:
    return Message(
        "Second {t}, #{record}: {what}",
        t=f"{this.act.t:.2f}",
        record=this.act.record,
        what=request(this),
    )


def _at_end(this: Case) -> Message:
    return Message("At the end of the run, second {t}", t=f"{round(this.end, 2):.7g}")


def _label(words: Words, thing: Thing, width: float, d: Drawing) -> str:
    if thing.says is not None:
        return words.say(thing.says)
    if thing.place == "gone":
        return words.say("gone from here")
    names = [words.say(name) for name in filebars.NAMES[thing.dress]]
    return next((n for n in names if filebars.fits(d, n, width, thing.dress)), names[-1])


def described(this: Case, seen: Sequence[Look], words: Words) -> Iterator[str]:
    """The picture in sentences, for readers who do not see it."""
    yield words.say(_instant(this))
    for look in seen:
        name = words.say(look.name)
        if look.layer is None:
            yield words.say("{name}: {sees}", name=name, sees=look.sees)
        else:
            at = look.layer
            yield words.say("{name} ({layer}): {sees}", name=name, layer=at, sees=look.sees)
        yield from _things_in_words(words, _BEFORE, look.things_before)
        yield from (_entry_in_words(words, entry) for entry in (*look.before, *look.after))
        yield from _things_in_words(words, _at_end(this), look.things_after)
        yield words.say("{alone}: {what}", alone=_ALONE, what=look.concludes)
    yield from (text for text, _ in _heard(this, words))


def _entry_in_words(words: Words, entry: Entry) -> str:
    what = words.say(entry.says)
    time = f"{entry.t:.2f}"
    if not entry.records:
        return words.say("{time} s: {what}", time=time, what=what)
    return words.say("{time} s, #{record}: {what}", time=time, record=entry.records[0], what=what)


def _things_in_words(words: Words, when: Message, things: Sequence[Thing]) -> Iterator[str]:
    for thing in things:
        says = thing.says or Message("gone from here") if thing.place == "gone" else thing.says
        of = words.say(filebars.NAMES[thing.dress][0])
        where = plain(thing.path)
        if says is not None:
            what = words.say("{file} {path}: {says}", file=of, path=where, says=says)
        else:
            what = words.say("{file} {path}", file=of, path=where)
        if thing.record is None:
            yield words.say("{when}: {what}", when=when, what=what)
        else:
            yield words.say("{when}: {what} (#{record})", when=when, what=what, record=thing.record)


def _heard(this: Case, words: Words) -> Iterator[tuple[str, int]]:
    """What the phone says about the request, and by which record."""
    notice = this.act.notice
    if notice is not None:
        said = words.show(say.quoted(this.trace, notice, words.lang))
        yield words.say("The phone says: {notice}", notice=said), notice.id
        return
    for silence in this.act.silences[:1]:
        yield words.say(say.silent(silence)), silence.record


# -- drawing -----------------------------------------------------------------------------------


@frozen
class _Block:
    """Something that is drawn below other things: how tall it is, and how it is drawn."""

    tall: float
    draw: Callable[[float, float], None]


def _tall(blocks: Sequence[_Block]) -> float:
    return sum(block.tall for block in blocks)


@frozen
class _Sheet:
    """The page with the looks on it, while it is being drawn."""

    page: Page
    words: Words
    case: Case

    @property
    def d(self) -> Drawing:
        """The drawing."""
        return self.page.drawing

    def side_by_side(self, seen: Sequence[Look]) -> None:
        """The looks in columns; one line across them marks the same instant."""
        wide = (self.page.wide - _GUTTER * (len(seen) - 1)) / len(seen)
        lefts = [self.page.left + i * (wide + _GUTTER) for i in range(len(seen))]
        self._section([self._head(look, wide) for look in seen], lefts)
        self._band(_BEFORE)
        self._section([self._early(look, wide) for look in seen], lefts)
        with self.d.record(self.case.act.record):
            self._instant()
        self._section([self._entries(look.after, wide) for look in seen], lefts)
        self._band(_at_end(self.case))
        self._section([self._things(look.things_after, wide) for look in seen], lefts)
        self._band(_ALONE)
        self._conclusions([self._concludes(look, wide) for look in seen], lefts, wide)
        self.page.y += 20

    def one_below_another(self, seen: Sequence[Look]) -> None:
        """The looks in rows, where time runs to the right; one line through them is the instant."""
        page, d = self.page, self.d
        wide = (page.wide - _GUTTER * 2) / 3
        lefts = [page.left + i * (wide + _GUTTER) for i in range(3)]
        with d.record(self.case.act.record):
            self._instant()
        self._captions((_BEFORE, _AFTERWARDS, _END_ALONE), lefts, wide)
        for look in seen:
            self._title_of(look)
            told = self._concludes(look, wide)
            columns = [
                self._early(look, wide),
                self._entries(look.after, wide),
                [*self._things(look.things_after, wide), *self._on_grey(told, wide)],
            ]
            self._section(columns, lefts, at_instant=True)
            page.y += 2
        page.y += 12

    def _captions(self, names: Sequence[Message], lefts: Sequence[float], wide: float) -> None:
        style = Style(16, color=SECOND)
        texts = [wrap(self.words.say(name), wide, self.d.measure(style))[:2] for name in names]
        with self.d.group("looks"):
            for left, lines in zip(lefts, texts, strict=True):
                self.d.lines(left, self.page.y + 24, lines, style, step=20)
        self.page.y += 12 + 20 * max(len(lines) for lines in texts)

    def _title_of(self, look: Look) -> None:
        """Who looks, and what that look can see, on one line where it fits."""
        page, d, words = self.page, self.d, self.words
        with d.group("looks"):
            d.line([(page.left, page.y), (page.right, page.y)], SHELF, 1.2)
            page.y += 26
            at = d.text(page.left, page.y, words.say(look.name), NAME).right
            if look.layer is not None:
                at = d.text(at + 12, page.y, look.layer, ID).right
            sees = words.say(look.sees)
            if at + 14 + d.measure(NOTE)(sees) <= page.right:
                d.text(at + 14, page.y, sees, NOTE)
            else:
                page.y += 22
                page.paragraph(sees, NOTE)
        page.y += 6

    def _on_grey(self, blocks: Sequence[_Block], wide: float) -> list[_Block]:
        def put(x: float, y: float) -> None:
            with self.d.group("alone"):
                self.d.box(x, y, x + wide, y + tall, fill=_GREY, radius=6)
                at = y + _PAD
                for block in blocks:
                    block.draw(x + _PAD + 2, at)
                    at += block.tall

        tall = _tall(blocks) + 2 * _PAD - 4
        return [_Block(tall, put)]

    def _section(
        self,
        columns: Sequence[Sequence[_Block]],
        lefts: Sequence[float],
        *,
        at_instant: bool = False,
    ) -> None:
        """Columns of one height; *at_instant*: the first line between them is the instant."""
        top = self.page.y + 8
        bottom = top + max(_tall(blocks) for blocks in columns)
        with self.d.group("looks"):
            for number, left in enumerate(lefts[1:]):
                x = left - _GUTTER / 2
                if at_instant and number == 0:
                    self.d.line([(x, top), (x, bottom)], INK, 5)
                else:
                    self.d.line([(x, top), (x, bottom)], HAIR, 1.2)
        for left, blocks in zip(lefts, columns, strict=True):
            y = top
            for block in blocks:
                block.draw(left, y)
                y += block.tall
        self.page.y = bottom + 8

    def _band(self, says: Message) -> None:
        """A thin line across all looks, with its name below it."""
        page, d = self.page, self.d
        with d.group("looks"):
            d.line([(page.left, page.y), (page.right, page.y)], SHELF, 1.2)
            style = Style(16, color=SECOND)
            text = limit(self.words.say(says), page.wide, 1, d.measure(style))[0]
            d.text(page.left, page.y + 20, text, style)
        page.y += 24

    def _instant(self) -> None:
        """The one instant: a line through all looks, with the request on it."""
        page, d = self.page, self.d
        style = Style(17, bold=True, color=WHITE)
        lines = limit(self.words.say(_instant(self.case)), page.wide - 28, 2, d.measure(style))
        tall = 12 + 23 * len(lines)
        d.box(page.left, page.y, page.right, page.y + tall, fill=INK, radius=4)
        d.lines(page.left + 14, page.y + 23, lines, style, step=23)
        page.y += tall

    def _conclusions(
        self, columns: Sequence[Sequence[_Block]], lefts: Sequence[float], wide: float
    ) -> None:
        top = self.page.y + 6
        bottom = top + max(_tall(blocks) for blocks in columns) + 2 * _PAD
        for left, blocks in zip(lefts, columns, strict=True):
            with self.d.group("alone"):
                self.d.box(left, top, left + wide, bottom, fill=_GREY, radius=6)
                for block in blocks:
                    block.draw(left + _PAD + 2, top + _PAD)
        self.page.y = bottom

    # -- one look --------------------------------------------------------------------------

    def _lines(self, text: str, wide: float, style: Style, most: int = 9) -> _Block:
        d = self.d
        lines = limit(text, wide, most, d.measure(style))
        step = self.page.leading(style)

        def put(x: float, y: float) -> None:
            d.lines(x, y + style.size * 0.95, lines, style, step=step)

        return _Block(step * len(lines), put)

    def _head(self, look: Look, wide: float) -> list[_Block]:
        words = self.words
        blocks = [
            self._in_looks(self._lines(words.say(look.name), wide, NAME, 2)),
            self._in_looks(self._lines(words.say(look.sees), wide, NOTE, 4)),
        ]
        if look.layer is not None:
            blocks.insert(1, self._in_looks(self._lines(look.layer, wide, ID, 1)))
        return blocks

    def _in_looks(self, block: _Block) -> _Block:
        def put(x: float, y: float) -> None:
            with self.d.group("looks"):
                block.draw(x, y)

        return _Block(block.tall, put)

    def _early(self, look: Look, wide: float) -> list[_Block]:
        things = self._things(look.things_before, wide)
        return [*things, *self._entries(look.before, wide)]

    def _things(self, things: Sequence[Thing], wide: float) -> list[_Block]:
        return [self._thing(thing, wide) for thing in things]

    def _thing(self, thing: Thing, wide: float) -> _Block:
        """A file's bar, with its name under it."""
        d, label = self.d, _label(self.words, thing, wide, self.d)
        there = thing.place == "there"
        lines = limit(plain(thing.path), wide, 2, d.measure(PATH)) if there else []
        ids = (thing.record,) if thing.record is not None else ()

        def put(x: float, y: float) -> None:
            with self._of(ids):
                if there:
                    filebars.bar(d, x, y + 2, x + wide, thing.dress, label, thing.digest)
                else:
                    filebars.gap(d, x, y + 2, x + wide, thing.dress, label)
                d.lines(x, y + 52, lines, PATH, step=20)

        return _Block(filebars.TALL + 12 + 20 * len(lines), put)

    def _entries(self, entries: Sequence[Entry], wide: float) -> list[_Block]:
        times = [f"{entry.t:.2f}" for entry in entries] + ["#" + "0" * 3]
        side = max((self.d.measure(ID)(time) for time in times), default=0) + 14
        return [self._entry(entry, wide, side) for entry in entries]

    def _entry(self, entry: Entry, wide: float, side: float) -> _Block:
        """One line of a look: its time and its record at the left."""
        d = self.d
        style = BODY if entry.records else Style(BODY.size, color=SECOND)
        step = self.page.leading(style)
        text = plain(self.words.say(entry.says))
        side = side if entry.records else 0.0
        lines = wrap(text, wide - side, d.measure(style))[:4]
        rows = max(len(lines), 2 if entry.records else 1)

        def put(x: float, y: float) -> None:
            with self._of(entry.records[:1]):
                if entry.records:
                    d.text(x, y + 18, f"{entry.t:.2f}", ID)
                    d.text(x, y + 18 + step, f"#{entry.records[0]}", ID)
                d.lines(x + side, y + 18, lines, style, step=step)

        return _Block(step * rows + 6, put)

    def _concludes(self, look: Look, wide: float) -> list[_Block]:
        return [self._lines(self.words.say(look.concludes), wide - 2 * _PAD - 4, STRONG, 5)]

    def _of(self, ids: tuple[int, ...]) -> AbstractContextManager[None]:
        return self.d.record(*ids) if ids else self.d.group("looks")

    # -- what the phone says ---------------------------------------------------------------

    def phone(self) -> None:
        """The notice about that request, or why none came."""
        page, d = self.page, self.d
        for text, record in _heard(self.case, self.words):
            notice = self.case.act.notice is not None
            style = Style(17.5, bold=notice)
            lines = limit(text, page.wide - 100, 3, d.measure(style))
            step = page.leading(style)
            tall = step * len(lines) + 18
            with d.record(record):
                if notice:
                    d.box(
                        page.left + 2,
                        page.y,
                        page.right - 2,
                        page.y + tall,
                        fill=BUBBLE,
                        stroke=WATCHER,
                        width=4,
                        radius=16,
                    )
                left = page.left + (18 if notice else 0)
                d.lines(left, page.y + 27, lines, style, step=step)
                d.text(page.right - 18, page.y + 27, f"#{record}", ID, "end")
            page.y += tall + 6
