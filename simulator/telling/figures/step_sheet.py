"""The step sheet: a run frame by frame in reading order, each with the same furniture, how it
stands after the step, the arrow of the step, and its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from attrs import evolve, frozen

from simulator.message import Message
from simulator.telling.figures import sentences as say
from simulator.telling.figures.canvas import (
    APP,
    BUBBLE,
    COPY,
    HAIR,
    ID,
    INK,
    ORIGINAL,
    SECOND,
    SHELF,
    WATCHER,
    WHITE,
    Dash,
    Drawing,
    Style,
)
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import A4, NO_ROOM, NoFigure, Page, Size, one_of_many, stamp
from simulator.telling.figures.setting import limit, plain, shorten, wrap
from simulator.telling.figures.steps import (
    MOST,
    SHELVES,
    After,
    Arrow,
    Frame,
    Item,
    Kind,
    Places,
    Sheet,
    Shelf,
    Steps,
    arrow,
    folders,
)
from simulator.telling.measures import seconds
from simulator.telling.words import Words
from simulator.trace import Trace

#: Frames side by side on a page.
ACROSS: Mapping[Size, int] = MappingProxyType({"wide": 4, "a4": 2, "long": 2})
#: How many frames are tried, of steps of which least weight, until a page has room for them.
_TRIED = ((MOST, 0), (10, 0), (8, 0), (6, 0), (8, 1), (8, 2), (6, 3), (4, 4))
#: Between frames; the head of a frame, a shelf with what is below it, and the drawing's height.
GAP, BELOW, HEAD, PITCH, TALL = 20.0, 20.0, 32.0, 30.0, 26.0
DRAWING = 3 * PITCH + TALL
#: The column of boxes at the right, and the room for arrows before it.
BOXES, ROOM = 94.0, 62.0
_WORD = Style(15)
_BOLD = Style(15, bold=True)
_GREY = Style(15, color=SECOND)
_SENTENCE = Style(16)
_GROUND = "#F3F3F3"
#: Between the files of a shelf.
_APART = 3.0
#: How the labels of files are set, the best first: bold, with their state, with the video's sign.
_WAYS = ((True, True, True), (True, True, False), (False, False, True), (False, False, False))
_DASH: Dash = (6, 4)
_PLACES: Mapping[Shelf, Message] = MappingProxyType(
    {
        "album": Message("album"),
        "shared": Message("shared"),
        "private": Message("private"),
        "bin": Message("bin"),
    }
)
#: What each place is, where its folders are named.
_FOLDERS: Mapping[Shelf, Message] = MappingProxyType(
    {
        "album": Message("album (where the original is): {folders}"),
        "shared": Message("shared (other folders of shared storage): {folders}"),
        "private": Message("private (the app’s own folders): {folders}"),
        "bin": Message("bin: {folders}"),
    }
)
KINDS: Mapping[Kind, Message] = MappingProxyType(
    {
        "original": Message("original"),
        "shot": Message("shot"),
        "copy": Message("copy"),
        "empty": Message("empty file"),
        "folder": Message("folder"),
        "other": Message("other file"),
    }
)
_SERVER: Mapping[str, Message] = MappingProxyType(
    {
        "started": Message("receives"),
        "confirmed": Message("has: {what}"),
        "failed": Message("broke off"),
    }
)


def draw(material: Material, words: Words, size: Size) -> Drawing:
    """Draw the run of *material* step by step; raises :class:`NoFigure` where nothing happens."""
    steps = Steps.of(material.trace, material.verdict, words)
    if not steps.steps:
        raise NoFigure(Message("nothing happens in this run that could be told in steps"))
    # A sheet of paper may have room for fewer frames, and then for fewer steps.
    for most, least in _TRIED[:-1]:
        try:
            return _drawn(material, words, size, steps.sheet(most, least))
        except NoFigure:
            continue
    return _drawn(material, words, size, steps.sheet(*_TRIED[-1]))


def _drawn(material: Material, words: Words, size: Size, found: Sheet) -> Drawing:
    trace = material.trace
    page = Page.new(words, size)
    d = page.drawing
    finding = say.finding(trace, material.verdict, material.run.story)
    title = one_of_many(material, words, words.say(finding))
    # The condition speaks of one video where only one is drawn; here are all.
    header = evolve(trace.header, originals=trace.header.originals[:1])
    page.heading(title, say.condition(words, header, 4))
    places = Places.of(trace, material.verdict)
    with d.group("places"):
        page.y += 27
        key = _key(words, trace, found, places)
        page.paragraph(key, Style(16, color=SECOND))
    _Grid(page, words, trace, found, places).draw()
    page.foot(stamp(material, words, 1), _rule(words, found))
    d.description = "\n".join(_in_words(words, trace, found, places, stamp(material, words, 1)))
    return d


def _key(words: Words, trace: Trace, found: Sheet, places: Places) -> str:
    """What the places of every frame stand for, and what a frame shows."""
    known = folders(found.frames, places)
    parts = []
    for shelf in SHELVES:
        if known[shelf]:
            named = [plain(folder) for folder in known[shelf]]
            more = words.say("{number} more", number=len(named) - 2)
            listed = words.say(", ").join(named if len(named) <= 2 else [*named[:2], more])
            parts.append(words.say(_FOLDERS[shelf].template, folders=listed))
    app = words.say("app: {name}", name=say.app_label(words, trace))
    text = words.say(
        "Every frame shows how things stand after its step; the arrow is the step itself."
    )
    joined = words.say("; ").join([*parts, app])
    return say.joined_up(words, [text, words.say("Places: {places}.", places=joined)])


def _rule(words: Words, found: Sheet) -> str:
    """Which of the steps are shown."""
    if found.steps == len(found.frames):
        parts = [
            words.many("All {number} step is shown.", "All {number} steps are shown.", found.steps)
        ]
    else:
        parts = [
            words.say(
                "{steps} steps in {frames} frames.", steps=found.steps, frames=len(found.frames)
            )
        ]
    if found.again:
        parts.append(
            words.many(
                "{number} step that repeats an earlier one word for word is told with that one.",
                "{number} steps that repeat an earlier one word for word are told with that one.",
                found.again,
            )
        )
    if found.together:
        parts.append(words.say("Steps of one instant share a frame, the shortest first."))
    if found.left_out:
        ids = [f"#{id_}" for id_ in found.left_out[:12]]
        listed = " ".join(ids) + (" …" if len(found.left_out) > 12 else "")
        parts.append(
            words.say("Left out, as they matter least to what is lost and said: {ids}.", ids=listed)
        )
    return say.joined_up(words, parts)


# -- for readers who do not see it -------------------------------------------------------------


def _in_words(
    words: Words, trace: Trace, found: Sheet, places: Places, stamped: str
) -> Iterator[str]:
    yield _key(words, trace, found, places)
    for number, frame in enumerate(found.frames, 1):
        told = say.joined_up(words, [_told_with_ids(words, one) for one in _parts(frame)])
        yield words.say("{number}. {time}: {told}", number=number, time=seconds(frame.t), told=told)
        yield words.say("After it: {state}.", state=_standing(words, frame.after, places))
    yield say.joined_up(words, [words.say("A model, not evidence."), _rule(words, found)])
    yield stamped


def _parts(frame: Frame) -> list[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    return [(told.sentence, told.records, told.again) for told in frame.told]


def _told_with_ids(words: Words, part: tuple[str, tuple[int, ...], tuple[int, ...]]) -> str:
    sentence, records, again = part
    ids = " ".join(f"#{id_}" for id_ in records)
    text = words.say("{sentence} ({ids})", sentence=sentence, ids=ids)
    if again:
        text = say.joined_up(words, [text, _again(words, again)])
    return text


def _again(words: Words, again: Sequence[int]) -> str:
    return words.many(
        "The same {number} time more: {ids}.",
        "The same {number} times more: {ids}.",
        len(again),
        ids=_span(again),
    )


def _span(ids: Sequence[int]) -> str:
    return f"#{ids[0]}" if len(ids) == 1 else f"#{ids[0]} … #{ids[-1]}"


def _standing(words: Words, after: After, places: Places) -> str:
    """Where everything is, in words."""
    parts = []
    for shelf in SHELVES:
        here = [item for item in after.items if places.shelf(item.path) == shelf]
        if here:
            named = words.say(", ").join(_name(words, kind) for kind in _grouped(here))
            parts.append(words.say("{label}: {text}", label=words.say(_PLACES[shelf]), text=named))
    if after.gone:
        parts.append(
            words.many("{number} original gone", "{number} originals gone", len(after.gone))
        )
    if after.server is not None:
        parts.append(
            words.say("{label}: {text}", label=words.say(say.SERVER), text=_server(words, after))
        )
    parts.append(_notices(words, after))
    return words.say("; ").join(parts)


def _server(words: Words, after: After) -> str:
    if after.server is None:
        return ""
    return words.say(_SERVER[after.server.state].template, what=KINDS[after.server.kind])


def _notices(words: Words, after: After) -> str:
    return words.many("{number} notice", "{number} notices", len(after.notices))


def _grouped(items: Sequence[Item]) -> list[tuple[Item, int]]:
    """One of each sort, with how many there are of it, in a fixed order."""
    order = list(KINDS)
    found: dict[tuple[int, str, bool], list[Item]] = {}
    for item in items:
        key = (order.index(item.kind), item.state, _hidden(item))
        found.setdefault(key, []).append(item)
    return [(found[key][-1], len(found[key])) for key in sorted(found)]


def _hidden(item: Item) -> bool:
    """Whether its name begins with a dot, so that galleries leave it out."""
    return item.path.rpartition("/")[2].startswith(".")


def _name(words: Words, group: tuple[Item, int], *, stated: bool = True) -> str:
    """What a bar is called, with its state where that is to be *stated* in words too."""
    item, count = group
    name = words.say(KINDS[item.kind])
    if count > 1:
        name = words.say("{number} × {name}", number=count, name=name)
    if not stated:
        return name
    if item.state == "changed":
        return words.say("{name}, changed", name=name)
    if item.state == "writing":
        return words.say("{name}, begun", name=name)
    return words.say("{name}, hidden", name=name) if _hidden(item) else name


# -- the grid ----------------------------------------------------------------------------------


@frozen
class _Grid:
    """The frames being drawn."""

    page: Page
    words: Words
    trace: Trace
    found: Sheet
    places: Places

    @property
    def across(self) -> int:
        """How many frames are side by side: no more than there are, but two columns at least."""
        return max(2, min(ACROSS[self.page.size], len(self.found.frames)))

    @property
    def wide(self) -> float:
        """How wide a frame is."""
        across = ACROSS[self.page.size]
        return (self.page.wide - GAP * (across - 1)) / across

    def draw(self) -> None:
        """Draw every frame; a row is as high as its longest sentence."""
        page, across = self.page, self.across
        top = page.y + 22
        frames = self.found.frames
        told = [self._lines(frame) for frame in frames]
        rows = range(0, len(frames), across)
        depths = [
            max(map(len, told[start : start + across])) * page.leading(_SENTENCE) for start in rows
        ]
        whole = sum(HEAD + DRAWING + 12 + deep + BELOW for deep in depths)
        if page.size == "a4" and top + whole > A4:
            raise NoFigure(NO_ROOM)
        for start, deep in zip(rows, depths, strict=True):
            row, lines = frames[start : start + across], told[start : start + across]
            for i, frame in enumerate(row):
                left = page.left + i * (self.wide + GAP)
                self._frame(start + i + 1, frame, left, top, lines[i])
            top += HEAD + DRAWING + 12 + deep + BELOW
        page.y = top - BELOW + 2

    def _lines(self, frame: Frame) -> list[str]:
        measure = self.page.drawing.measure(_SENTENCE)
        out = []
        for told in frame.told:
            out += wrap(told.sentence, self.wide, measure)
            if told.again:
                out += wrap(_again(self.words, told.again), self.wide, measure)
        return out

    def _frame(
        self, number: int, frame: Frame, left: float, top: float, lines: Sequence[str]
    ) -> None:
        d = self.page.drawing
        with d.record(*frame.records):
            self._head(number, frame, left, top)
        cell = _Cell(d, self.words, self.trace, self.places, left, top + HEAD, self.wide)
        with d.group(f"furniture-{number}"):
            cell.furniture(frame.after)
        cell.items(frame.after)
        with d.record(frame.lead.id):
            cell.arrow(arrow(self.trace, frame.lead))
        with d.record(*frame.records):
            y = top + HEAD + DRAWING + 12 + 14
            d.lines(left, y, lines, _SENTENCE, step=self.page.leading(_SENTENCE))

    def _head(self, number: int, frame: Frame, left: float, top: float) -> None:
        d = self.page.drawing
        d.line([(left, top), (left + self.wide, top)], HAIR, 1.2)
        style = Style(15, bold=True, color=WHITE)
        wide = max(22.0, d.measure(style)(str(number)) + 12)
        d.box(left, top + 5, left + wide, top + 27, fill=INK, radius=11)
        d.text(left + wide / 2, top + 21.5, str(number), style, "middle")
        box = d.text(
            left + wide + 10, top + 21.5, self.words.say(seconds(frame.t)), Style(16, bold=True)
        )
        ids = " ".join(f"#{id_}" for id_ in frame.records)
        room = left + self.wide - box.right - 16
        d.text(left + self.wide, top + 21.5, shorten(ids, room, d.measure(ID)), ID, "end")


@frozen
class _Bar:
    """A file on a shelf: its label and how that is set, its width, and whether it has a *sign*."""

    name: str
    style: Style
    wide: float
    sign: bool


@frozen
class _Cell:
    """The drawing of one frame."""

    drawing: Drawing
    words: Words
    trace: Trace
    places: Places
    left: float
    top: float
    wide: float

    @property
    def end(self) -> float:
        """Where the shelves end."""
        return self.left + self.wide - BOXES - ROOM

    @property
    def boxes(self) -> float:
        """Where the boxes begin."""
        return self.left + self.wide - BOXES

    def shelf_y(self, shelf: Shelf) -> float:
        """The middle of a shelf."""
        return self.top + SHELVES.index(shelf) * PITCH + TALL / 2

    @property
    def _names(self) -> float:
        """How much room the names of the shelves take."""
        measure = self.drawing.measure(_GREY)
        return max(measure(self.words.say(name)) for name in _PLACES.values()) + 11

    # -- what is always there --------------------------------------------------------------

    def furniture(self, after: After) -> None:
        """The places, the app, the server, the watcher."""
        d = self.drawing
        for shelf in SHELVES:
            y = self.shelf_y(shelf)
            top, bottom = y - TALL / 2, y + TALL / 2
            if shelf == "bin":
                d.box(self.left, top + 3, self.end, bottom, fill=WHITE, stroke=SHELF, width=1.5)
                d.line([(self.left - 2, top + 2), (self.end + 2, top + 2)], SHELF, 4)
            else:
                d.box(self.left, top, self.end, bottom, fill=_GROUND, radius=0)
                d.line([(self.left, bottom), (self.end, bottom)], SHELF, 2.5)
            style = _GREY if shelf != "bin" else _WORD
            d.text(self.left + 5, y + 6, self.words.say(_PLACES[shelf]), style)
        self._app()
        self._box(1, self.words.say(say.SERVER), _server(self.words, after), SHELF, WHITE)
        if self.trace.header.watchers:
            ground = BUBBLE if after.notices else WHITE
            self._box(2, self.words.say("Watcher"), _notices(self.words, after), WATCHER, ground)
        else:
            self._box(2, self.words.say("no watcher"), "", HAIR, WHITE)

    def _edges(self, number: int) -> tuple[float, float]:
        """The top and the bottom of the app's, the server's and the watcher's box."""
        return self.top + (0.0, 33.0, 76.0)[number], self.top + (TALL, 71.0, DRAWING)[number]

    def box_y(self, number: int) -> float:
        """The middle of one of the boxes."""
        top, bottom = self._edges(number)
        return (top + bottom) / 2

    def _app(self) -> None:
        d = self.drawing
        top, bottom = self._edges(0)
        d.box(self.boxes, top, self.boxes + BOXES, bottom, fill=APP, radius=9)
        label, room = say.app_label(self.words, self.trace), BOXES - 10
        style = Style(16, bold=True, color=WHITE)
        if d.measure(style)(label) > room:
            style = Style(15, bold=True, color=WHITE)
        name = shorten(label, room, d.measure(style))
        d.text(self.boxes + BOXES / 2, (top + bottom) / 2 + 6, name, style, "middle")

    def _box(self, number: int, name: str, state: str, edge: str, ground: str) -> None:
        d = self.drawing
        top, bottom = self._edges(number)
        right = self.boxes + BOXES
        wide = 3 if edge == WATCHER else 1.5
        dash = _DASH if edge == HAIR else ()
        d.box(
            self.boxes,
            top,
            right,
            bottom,
            fill=ground,
            stroke=edge,
            width=wide,
            radius=6,
            dash=dash,
        )
        if edge == WATCHER:
            self._flag(right - 17, top + 5)
        style = _BOLD if edge != HAIR else _GREY
        room = BOXES - 14 - (14 if edge == WATCHER else 0)
        middle = (top + bottom) / 2
        y = middle - 3 if state else middle + 6
        d.text(self.boxes + 7, y, shorten(name, room, d.measure(style)), style)
        if state:
            d.text(self.boxes + 7, y + 16, shorten(state, BOXES - 12, d.measure(_WORD)), _WORD)

    def _flag(self, x: float, y: float) -> None:
        d = self.drawing
        d.line([(x, y), (x, y + 14)], INK, 1.6)
        d.polygon([(x, y), (x + 11, y + 4), (x, y + 8)], WATCHER)
        d.line([(x, y), (x + 11, y + 4), (x, y + 8)], INK, 1)

    # -- the files -------------------------------------------------------------------------

    def items(self, after: After) -> None:
        """The files on their shelves, and the empty place of an original that is gone."""
        for shelf in SHELVES:
            here = [item for item in after.items if self.places.shelf(item.path) == shelf]
            groups = _grouped(here)
            gone = after.gone if shelf == "album" else ()
            if not groups and not gone:
                continue
            room = self.end - self.left - self._names - 3
            bars = self._fitted(groups, self._gone_name(len(gone)) if gone else "", room)
            left = self.left + self._names
            for group, bar in zip(groups, bars, strict=False):
                records = dict.fromkeys(x.record for x in here if _alike(x, group[0]))
                with self.drawing.record(*records):
                    self._bar(group[0], bar, left, shelf)
                left += bar.wide + _APART
            if gone:
                with self.drawing.record(*gone):
                    self._gone(bars[-1], left, shelf)

    def _fitted(self, groups: Sequence[tuple[Item, int]], gone: str, room: float) -> list[_Bar]:
        """How the bars of a shelf are labelled, so that all have room beside each other."""
        room -= _APART * (len(groups) + bool(gone) - 1)
        last: list[_Bar] = []
        for bold, stated, sign in _WAYS:
            style = _BOLD if bold else _WORD
            measure = self.drawing.measure(style)
            names = [_name(self.words, group, stated=stated) for group in groups]
            last = [
                _Bar(name, style, measure(name) + 9 + (20 if shown else 0), shown)
                for name, group in zip(names, groups, strict=True)
                for shown in [sign and group[0].kind not in {"folder", "empty"}]
            ]
            if gone:
                last.append(_Bar(gone, _WORD, self.drawing.measure(_WORD)(gone) + 12, False))
            if sum(bar.wide for bar in last) <= room:
                break
        # What is left is shared; where there is too little, every label is cut alike.
        whole = sum(bar.wide for bar in last)
        if whole <= room:
            extra = (room - whole) / len(last)
            return [evolve(bar, wide=bar.wide + extra) for bar in last]
        return [
            evolve(
                bar,
                wide=wide,
                name=shorten(bar.name, wide - 8, self.drawing.measure(bar.style)),
            )
            for bar in last
            for wide in [bar.wide * room / whole]
        ]

    def _bar(self, item: Item, bar: _Bar, left: float, shelf: Shelf) -> None:
        d, right = self.drawing, left + bar.wide
        y = self.shelf_y(shelf) + (1 if shelf == "bin" else 0)
        top, bottom = y - 10.5, y + 9.5
        soft = item.state == "writing" or _hidden(item)
        own = item.kind in {"original", "shot"}
        edge, dash = ORIGINAL if own else COPY, (4.0, 2.5) if soft else ()
        solid = own and not soft
        d.box(left, top, right, bottom, fill=ORIGINAL if solid else WHITE, radius=4)
        if item.kind == "copy":
            d.hatch(left, top, right, bottom)
        d.box(left, top, right, bottom, stroke=edge, width=2, radius=4, dash=dash)
        style = evolve(bar.style, color=WHITE if solid else INK)
        start = left + (25 if bar.sign else 4.5)
        at = d.text_box(start, y + 5, bar.name, style)
        if item.kind == "copy":
            d.box(start - (21 if bar.sign else 3), top + 2, at.right + 3, bottom - 2, fill=WHITE)
        if bar.sign:
            d.triangle(left + 8, y, WHITE if solid else edge)
        d.text(start, y + 5, bar.name, style)

    def _gone_name(self, number: int) -> str:
        text = self.words.say("gone")
        return (
            text if number == 1 else self.words.say("{number} × {name}", number=number, name=text)
        )

    def _gone(self, bar: _Bar, left: float, shelf: Shelf) -> None:
        d, y = self.drawing, self.shelf_y(shelf)
        right = left + bar.wide
        d.box(
            left,
            y - 10.5,
            right,
            y + 9.5,
            fill=WHITE,
            stroke=ORIGINAL,
            width=2,
            dash=(7, 5),
            radius=4,
        )
        d.text(left + 7, y + 5, bar.name, bar.style)

    # -- the arrow -------------------------------------------------------------------------

    def arrow(self, step: Arrow) -> None:
        """What the step does."""
        if step.motion == "note":
            self._notes()
        elif step.motion == "send":
            self._through(self.box_y(0) + 4, self.box_y(1))
        elif step.motion == "say":
            self._says(self.words.say("notice"))
        elif step.motion == "ask":
            self._says(self.words.say("asks"))
        elif step.motion == "see":
            self._sees(step)
        elif step.motion == "order":
            self._ordered(step)
        elif step.motion != "none":
            self._asked(step)

    def _notes(self) -> None:
        """A ring around the app that does something for itself alone."""
        top, bottom = self._edges(0)
        self.drawing.box(
            self.boxes - 4,
            top - 4,
            self.boxes + BOXES + 4,
            bottom + 4,
            stroke=INK,
            width=2,
            radius=12,
        )

    def _asked(self, step: Arrow) -> None:
        """A request about a file: from the app, or from somebody else with a label."""
        y = self.shelf_y(self.places.shelf(step.to or step.path or ""))
        app = (self.trace.header.app or {}).get("package")
        color = COPY if step.watcher and step.motion == "move" else INK
        dash: Dash = _DASH if step.watcher and step.motion == "move" else ()
        wide = {"remove": 5.0, "read": 2.5}.get(step.motion, 3.0)
        if step.motion == "move" and step.path and step.to:
            self._between(step, color, dash)
        if step.stopped is not None:
            self._stop(y, WATCHER if step.stopped == "watcher" else SHELF)
        if step.by == app and not step.watcher:
            self._elbow(y, wide, read=step.motion == "read", stopped=step.stopped is not None)
            return
        name = self.words.say(self._who(step.by or ""))
        self._labelled(name, y, to_shelf=True, color=color, wide=wide, dash=dash)

    def _who(self, package: str) -> Message:
        if package == "com.android.gallery3d":
            return Message("gallery")
        if package in self.trace.header.labels:
            return say.label(self.trace, package)
        return Message("system")

    def _between(self, step: Arrow, color: str, dash: Dash) -> None:
        """From the one shelf to the other, at their end."""
        start = self.shelf_y(self.places.shelf(step.path or ""))
        end = self.shelf_y(self.places.shelf(step.to or ""))
        if start == end:
            return
        x = self.end + 10
        self.drawing.line([(self.end, start), (x, start), (x, end)], color, 3, dash)
        self._tip(self.end + 1, end, color, left=True)

    def _elbow(self, y: float, wide: float, *, read: bool, stopped: bool) -> None:
        """Between the app and a shelf: towards the shelf, or towards the app for what is read."""
        d, start = self.drawing, self.box_y(0)
        turn, end = self.boxes - 16, self.end + (9 if stopped else 2)
        if read:
            d.line([(end, y), (turn, y), (turn, start), (self.boxes - 2, start)], INK, wide)
            x = self.boxes - 2
            d.line([(x - 8, start - 6), (x, start), (x - 8, start + 6)], INK, wide)
            return
        d.line([(self.boxes, start), (turn, start), (turn, y), (end + 10, y)], INK, wide)
        self._tip(end, y, INK, left=True, half=9 if wide > 4 else 6.5)

    def _stop(self, y: float, color: str) -> None:
        """The watcher, or Android, in the way."""
        d, x = self.drawing, self.end + 5
        d.line([(x, y - 11), (x, y + 11)], INK, 6)
        d.line([(x, y - 10), (x, y + 10)], color, 4)

    def _tip(self, x: float, y: float, color: str, *, left: bool, half: float = 6.5) -> None:
        back = x + half * 1.8 if left else x - half * 1.8
        self.drawing.polygon([(x, y), (back, y - half), (back, y + half)], color)

    def _through(self, start: float, end: float) -> None:
        """From the app to the server, around the corner."""
        d, turn = self.drawing, self.boxes - 18
        d.line([(self.boxes, start), (turn, start), (turn, end), (self.boxes - 10, end)], INK, 3)
        self._tip(self.boxes - 1, end, INK, left=False)

    def _sees(self, step: Arrow) -> None:
        """What the watcher looks at: from the file to its box."""
        d, turn = self.drawing, self.boxes - 18
        start, end = self.shelf_y(self.places.shelf(step.path or "")), self.box_y(2)
        d.line(
            [(self.end + 2, start), (turn, start), (turn, end), (self.boxes - 12, end)], WATCHER, 4
        )
        self._tip(self.boxes - 2, end, WATCHER, left=False, half=7)

    def _says(self, text: str) -> None:
        """A bubble at the watcher's box: what the phone tells the user, or asks."""
        d, y = self.drawing, self.box_y(2)
        left, right = self.end + 4, self.boxes - 8
        text = shorten(text, right - left - 2, d.measure(_WORD))
        d.box(left, y - 13, right, y + 13, fill=BUBBLE, stroke=WATCHER, width=2.5, radius=9)
        d.line([(right, y), (self.boxes - 2, y)], WATCHER, 4)
        d.text((left + right) / 2, y + 5, text, _WORD, "middle")

    def _ordered(self, step: Arrow) -> None:
        """What the user does: with a file, or with the app."""
        name = self.words.say("user")
        if step.path is None:
            self._labelled(name, self.box_y(0), to_shelf=False, color=INK)
        else:
            self._labelled(
                name, self.shelf_y(self.places.shelf(step.path)), to_shelf=True, color=INK
            )

    def _labelled(
        self,
        name: str,
        y: float,
        *,
        to_shelf: bool,
        color: str,
        wide: float = 3.0,
        dash: Dash = (),
    ) -> None:
        """An arrow of somebody who has no box: a ring where it begins, and the name beside it."""
        d, left, right = self.drawing, self.end + 14, self.boxes - 14
        text = limit(name, self.boxes - left - 2, 1, d.measure(_WORD))[0]
        below = y < self.top + TALL
        ring = right if to_shelf else left
        d.box(ring - 5, y - 5, ring + 5, y + 5, fill=WHITE, stroke=color, width=2, radius=5)
        if to_shelf:
            d.line([(right - 5, y), (self.end + 12, y)], color, wide, dash)
            self._tip(self.end + 2, y, color, left=True, half=9 if wide > 4 else 6.5)
        else:
            d.line([(left + 5, y), (self.boxes - 12, y)], color, wide, dash)
            self._tip(self.boxes - 2, y, color, left=False)
        d.text(self.boxes - 3, y + (21 if below else -11), text, _WORD, "end")


def _alike(item: Item, other: Item) -> bool:
    return (item.kind, item.state, _hidden(item)) == (other.kind, other.state, _hidden(other))
