"""The family tree of files: which was made from which, and whose removal somebody asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from attrs import define, evolve, field, frozen

from simulator.message import Message
from simulator.telling.figures import filebars
from simulator.telling.figures import sentences as say
from simulator.telling.figures.canvas import (
    APP,
    BODY,
    HAIR,
    ID,
    INK,
    NOTE,
    PATH,
    SECOND,
    STRONG,
    WATCHER,
    WHITE,
    Drawing,
    Style,
)
from simulator.telling.figures.looks import who
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import NoFigure, Page, Size, one_of_many, stamp
from simulator.telling.figures.pedigree import AT_FILE, Deed, Name, Node, Tree, tree
from simulator.telling.figures.setting import limit, plain, wrap
from simulator.telling.measures import size as in_units
from simulator.telling.words import Words
from simulator.trace import Trace
from simulator.verdict.judge import Verdict

#: So many files are drawn; on a sheet of paper fewer, until they fit.
_MOST = 8
#: Between two generations, side by side or one below another; and between two files.
_GUTTER, _INDENT, _APART = 140.0, 56.0, 34.0
_COLUMNS = 4
_PAD = 12.0
#: From one way to a deed to the next.
_WAY = 22.0


def draw(material: Material, words: Words, size: Size) -> Drawing:
    """Draw the figure; raises :class:`NoFigure` where no file was touched."""
    for most in range(_MOST, 1, -1) if size == "a4" else ():
        try:
            return _drawn(material, words, size, most)
        except NoFigure:
            # It is longer than a sheet of paper; with fewer files it may not be.
            continue
    return _drawn(material, words, size, 1 if size == "a4" else _MOST)


def _drawn(material: Material, words: Words, size: Size, most: int) -> Drawing:
    trace, verdict = material.trace, material.verdict
    family = tree(trace, verdict, material.run.story, most)
    if not family.nodes:
        raise NoFigure(Message("no file was touched in this run, so there is no tree of files"))
    page = Page.new(words, size)
    whole = tree(trace, verdict, material.run.story, 10_000)
    # How many of the originals are drawn is told below the tree.
    header = evolve(trace.header, originals=())
    told = one_of_many(material, words, words.say(title(trace, verdict, whole)))
    page.heading(told, say.condition(words, header, 3))
    page.y += 26
    sheet = _Sheet(page, words, trace, {node.file: node for node in family.nodes})
    if size == "wide":
        sheet.side_by_side(family.nodes)
    else:
        sheet.one_below_another(family.nodes)
    sheet.rest(family)
    drawing = page.drawing
    drawing.description = "\n".join(described(trace, words, family))
    intact = any(o.end.fate == "intact" for o in verdict.originals)
    page.foot(
        stamp(material, words, 1),
        words.say("“Untouched” follows from the assumptions.") if intact else "",
        words.say("A file is one file under all its names."),
        words.say("Four small bars: the content; same bars, same bytes."),
    )
    return drawing


# -- sentences ---------------------------------------------------------------------------------


def title(trace: Trace, verdict: Verdict, family: Tree) -> Message:
    """The finding: which files the requests for removal name, and what becomes of the original."""
    asked = [(node, deed) for node in family.nodes for deed in node.deeds if deed.kind == "remove"]
    number = sum(len(deed.records) for _, deed in asked)
    hit = sum(len(deed.records) for node, deed in asked if node.dress == "original")
    package = (trace.header.app or {}).get("package")
    own = all(node.names[0].by is not None and node.names[0].by == package for node, _ in asked)
    return Message(
        "{requests}; {fate}", requests=_requests(number, hit, own), fate=_fate(verdict, hit)
    )


def _requests(number: int, hit: int, own: bool) -> Message:
    if number == 0:
        return Message("Nobody asks for a file to be removed")
    if hit == 0:
        if own and number == 1:
            return Message("The one removal request names a file that the app had made")
        if own:
            return Message(
                "Each of the {number} removal requests names a file that the app had made",
                number=number,
            )
        return Message("No removal request names the original")
    if number == 1:
        return Message("The one removal request names the original")
    if hit == number:
        return Message("Each of the {number} removal requests names an original", number=number)
    return Message(
        "The original is named in {hit} of {number} removal requests", hit=hit, number=number
    )


#: What becomes of the originals, the gravest first.
_FATES: Mapping[str, Message] = MappingProxyType(
    {
        "deleted": Message("the original is gone at the end"),
        "modified": Message("the original’s content is another at the end"),
        "kept_aside": Message("the original is in the phone’s bin at the end"),
        "trashed": Message("the original is in the recycle bin at the end"),
        "moved": Message("the original has another place at the end"),
        "hidden": Message("the original is hidden at the end"),
        "cannot_tell": Message("what became of the original is not known"),
        "intact": Message("the original is untouched"),
    }
)


def _fate(verdict: Verdict, hit: int) -> Message:
    ends = [original.end.fate for original in verdict.originals]
    if not ends:
        return Message("no original is known")
    worst = next(fate for fate in _FATES if fate in ends)
    if worst == "deleted" and ends.count("deleted") > 1:
        return Message("{number} originals are gone at the end", number=ends.count("deleted"))
    if worst == "intact" and hit:
        return Message("nothing is taken from it")
    if worst == "intact" and len(ends) > 1:
        return Message("the originals are untouched")
    return _FATES[worst]


def _since(trace: Trace, node: Node, name: Name, first: bool) -> Message:
    """Since when a file has a name, and from whom."""
    if name.by is None and name.t > 0:
        return Message("there before, first seen at {t} s, #{record}", **_when(name))
    if name.by is None:
        return Message("there from the start, #{record}", record=name.record)
    values = {"who": who(trace, name.by), **_when(name)}
    if not first:
        return Message("{who} renames it at {t} s, #{record}", **values)
    if node.shot:
        return Message("{who} shoots it for the user at {t} s, #{record}", **values)
    if node.made_for == "user":
        return Message("{who} makes it for the user at {t} s, #{record}", **values)
    return Message("{who} makes it at {t} s, #{record}", **values)


def _when(name: Name) -> dict[str, object]:
    return {"t": f"{name.t:.2f}", "record": name.record}


def _facts(trace: Trace, words: Words, node: Node) -> str:
    parts = []
    if node.size is not None:
        parts.append(words.say(in_units(node.size)))
    if node.owner is not None:
        parts.append(words.say("owner in MediaStore: {who}", who=who(trace, node.owner)))
    if node.reads:
        ids = " ".join(f"#{record}" for record in node.reads[:3])
        ids += " …" if len(node.reads) > 3 else ""
        parts.append(
            words.many(
                "opened to read {number} time, {ids}",
                "opened to read {number} times, {ids}",
                len(node.reads),
                ids=ids,
            )
        )
    elif node.dress == "original":
        parts.append(words.say("not opened to read"))
    return words.say("; ").join(parts)


def _conclusion(words: Words, node: Node) -> str:
    """Where a file is at the end; of an original also that no request names it."""
    hit = any(deed.kind in AT_FILE for deed in node.deeds)
    ends = words.say(node.ends)
    if node.dress != "original" or hit:
        return ends
    return words.say("{ends}; no request to remove it", ends=ends)


def _ids(deed: Deed) -> str:
    """The records of a deed; of many, the first and the last."""
    first, last = deed.records[0], deed.records[-1]
    if first == last:
        return f"#{first}"
    return f"#{first} #{last}" if len(deed.records) == 2 else f"#{first} … #{last}"


def described(trace: Trace, words: Words, family: Tree) -> Iterator[str]:
    """The picture in sentences, for readers who do not see it."""
    places = {node.file: node.names[0].path for node in family.nodes}
    for node in family.nodes:
        what = words.say(filebars.NAMES[node.dress][0])
        facts = _facts(trace, words, node)
        path = node.names[0].path
        yield words.say("{what} {path}: {facts}", what=what, path=path, facts=facts or "–")
        for number, name in enumerate(node.names):
            since = _since(trace, node, name, number == 0)
            yield words.say("{path}: {since}", path=name.path, since=since)
        for source, record in node.sources:
            yield words.say(
                "{path}: made from {source}, #{record}",
                path=node.names[0].path,
                source=places[source],
                record=record,
            )
        for deed in node.deeds:
            yield words.say(
                "{t} s, {ids}: {who}: {what} ({path})",
                t=f"{deed.t:.2f}",
                ids=" ".join(f"#{record}" for record in deed.records),
                who=_actor(trace, deed),
                what=deed.says,
                path=node.names[0].path,
            )
        ends = _conclusion(words, node)
        yield words.say("{path}: {since}", path=node.names[0].path, since=ends)
    yield from _rest(words, family)


def _rest(words: Words, family: Tree) -> Iterator[str]:
    if family.more:
        yield words.many(
            "{number} more file was touched and is not drawn.",
            "{number} more files were touched and are not drawn.",
            family.more,
        )
    if family.untouched:
        yield words.many(
            "{number} more file, untouched.", "{number} more files, untouched.", family.untouched
        )


def _actor(trace: Trace, deed: Deed) -> Message:
    """Who stands at the other end of a deed."""
    if deed.kind == "upload":
        return say.SERVER
    return say.BIN if deed.kind == "bin" else who(trace, deed.by)


# -- drawing -----------------------------------------------------------------------------------


@frozen
class _Card:
    """A file as it is set: its lines, and its deeds with theirs; *tall* is all of it."""

    node: Node
    wide: float
    names: tuple[tuple[tuple[str, ...], str], ...]
    facts: tuple[str, ...]
    ends: tuple[str, ...]
    deeds: tuple[tuple[Deed, str, tuple[str, ...], float], ...]
    face: float
    tall: float


@define
class _Sheet:
    """The page with the tree on it, while it is being drawn."""

    page: Page
    words: Words
    trace: Trace
    nodes: Mapping[str, Node]
    #: Where each file's bar is: left, right and middle.
    at: dict[str, tuple[float, float, float]] = field(factory=dict)

    @property
    def d(self) -> Drawing:
        """The drawing."""
        return self.page.drawing

    # -- generations side by side ----------------------------------------------------------

    def side_by_side(self, nodes: Sequence[Node]) -> None:
        """Each generation in a column of its own, right of what it is made from."""
        columns = self._columns(nodes)
        linked = any(node.sources for node in nodes)
        gutter = _GUTTER if linked else 50.0
        wide = min(700.0, (self.page.wide - gutter * (len(columns) - 1)) / len(columns))
        top = bottom = self.page.y
        for number, column in enumerate(columns):
            left, y = self.page.left + number * (wide + gutter), top
            for node in column:
                card = self._card(node, wide, ways=0.0)
                half = filebars.TALL / 2 + _PAD
                sources = [self.at[file][2] - half for file, _ in node.sources if file in self.at]
                y = max([y, *sources[:1]])
                self._put(card, left, y, 0.0)
                self._joined(node, number)
                y += card.tall + _APART
            bottom = max(bottom, y - _APART)
        self.page.y = bottom

    def _columns(self, nodes: Sequence[Node]) -> list[list[Node]]:
        last = max(min(node.column, _COLUMNS - 1) for node in nodes)
        columns = [[n for n in nodes if min(n.column, _COLUMNS - 1) == i] for i in range(last + 1)]
        columns = [column for column in columns if column]
        if len(columns) > 1:
            return columns
        many = min(3, len(nodes))
        return [list(nodes[i::many]) for i in range(many)]

    def _joined(self, node: Node, column: int) -> None:
        """The arrow from what a file is made from."""
        for file, record in node.sources[:1]:
            if file not in self.at:
                continue
            left, _, y = self.at[node.file]
            _, right, start = self.at[file]
            turn = right + 20 + 8 * (list(self.nodes).index(file) % 2)
            with self.d.record(record):
                points = [(right, start), (turn, start), (turn, y), (left - 14, y)]
                self._way(points, 3.0, dash=() if node.certain else (7.0, 5.0))
                self._head(left, y, 1.0, INK)
                style = Style(16)
                text = self.words.say("made from it")
                lines = limit(text, left - turn - 20, 2, self.d.measure(style))
                self.d.lines(turn + 8, y - 9 - 19 * (len(lines) - 1), lines, style, step=19)
                self.d.text(turn + 8, y + 21, f"#{record}", ID)

    # -- generations one below another -----------------------------------------------------

    def one_below_another(self, nodes: Sequence[Node]) -> None:
        """Each file below what it is made from, and a step to the right of it."""
        for root in [node for node in nodes if not node.sources]:
            self._below(root, self.page.left)
        self.page.y -= _APART

    def _below(self, node: Node, left: float) -> None:
        children = [n for n in self.nodes.values() if n.sources and n.sources[0][0] == node.file]
        ways = 30.0 if children else 0.0
        card = self._card(node, self.page.right - left, ways)
        foot = self.page.y + card.face
        self._put(card, left, self.page.y, ways)
        self.page.y += card.tall + _APART
        for number, child in enumerate(children):
            self.page.y += 16
            record = child.sources[0][1]
            x, y = left + 16, self.page.y + filebars.TALL / 2 + _PAD
            with self.d.record(record):
                style = Style(16)
                text = self.words.say("made from it, #{record}", record=record)
                self.d.text(left + _INDENT, self.page.y - 9, text, style)
                dash = () if child.certain else (7.0, 5.0)
                self._way([(x, foot), (x, y), (left + _INDENT - 14, y)], 3.0, dash=dash)
                self._head(left + _INDENT, y, 1.0, INK)
            foot = y if number < len(children) - 1 else foot
            self._below(child, left + _INDENT)

    # -- one file --------------------------------------------------------------------------

    def _card(self, node: Node, wide: float, ways: float) -> _Card:
        d, words = self.d, self.words
        room = wide - 2 * _PAD
        names = []
        for number, name in enumerate(node.names):
            path = tuple(limit(plain(name.path), room, 2, d.measure(PATH)))
            since = plain(words.say(_since(self.trace, node, name, number == 0)))
            names.append((path, limit(since, room, 1, d.measure(NOTE))[0]))
        facts = tuple(wrap(plain(_facts(self.trace, words, node)), room, d.measure(NOTE)))
        ends = tuple(wrap(_conclusion(words, node), room, d.measure(STRONG)))
        face = _PAD * 2 + filebars.TALL + 8 + 21 * len(facts) + 25 * len(ends)
        face += sum(20 * len(path) + 24 for path, _ in names)
        deeds = tuple(self._set(deed, wide, ways, len(node.deeds)) for deed in node.deeds)
        tall = face + (14 if deeds else 0) + sum(row for *_, row in deeds)
        return _Card(node, wide, tuple(names), facts, ends, deeds, face, tall)

    def _set(
        self, deed: Deed, wide: float, ways: float, number: int
    ) -> tuple[Deed, str, tuple[str, ...], float]:
        d = self.d
        style = Style(16.5, bold=True)
        name = limit(plain(self.words.say(_actor(self.trace, deed))), 170, 1, d.measure(style))[0]
        room = wide - self._boxes(ways, number) - d.measure(style)(name) - 24 - 14
        lines = tuple(wrap(plain(self.words.say(deed.says)), room, d.measure(BODY)))
        return deed, name, lines, max(52.0, 22.0 * len(lines) + 32)

    def _boxes(self, ways: float, number: int) -> float:
        """How far right of the card's left edge the others stand."""
        return 14 + ways + _WAY * number + 18

    def _put(self, card: _Card, left: float, top: float, ways: float) -> None:
        node, d = card.node, self.d
        right, inner = left + card.wide, left + _PAD
        with d.record(node.born):
            d.box(left, top, right, top + card.face, fill=WHITE, stroke=HAIR, width=1.5, radius=6)
            label = self._label(node, card.wide - 2 * _PAD)
            y = top + _PAD
            filebars.bar(d, inner, y, right - _PAD, node.dress, label, node.digest)
            self.at[node.file] = (left, right, y + filebars.TALL / 2)
            y += filebars.TALL + 8
            for path, since in card.names:
                d.lines(inner, y + 16, path, PATH, step=20)
                y += 20 * len(path)
                d.text(inner, y + 16, since, NOTE)
                y += 24
            d.lines(inner, y + 16, card.facts, NOTE, step=21)
            y += 21 * len(card.facts)
            d.lines(inner, y + 20, card.ends, STRONG, step=25)
        y = top + card.face + 14
        for number, row in enumerate(card.deeds):
            way = left + 14 + ways + _WAY * (len(card.deeds) - 1 - number) + 8
            start = left + self._boxes(ways, len(card.deeds))
            with d.record(*row[0].records[:2]):
                self._deed(row, node, (way, top + card.face), (start, y))
            y += row[3]

    def _label(self, node: Node, wide: float) -> str:
        names = [self.words.say(name) for name in filebars.NAMES[node.dress]]
        return next((n for n in names if filebars.fits(self.d, n, wide, node.dress)), names[-1])

    def _deed(
        self,
        row: tuple[Deed, str, tuple[str, ...], float],
        node: Node,
        card: tuple[float, float],
        start: tuple[float, float],
    ) -> None:
        """One deed below the card: a way between the file and who does it, or where it goes."""
        deed, name, lines, _ = row
        d, (way, foot), (left, top) = self.d, card, start
        y, style = top + 19, Style(16.5, bold=True)
        right = left + d.measure(style)(name) + 24
        if deed.kind in AT_FILE:
            stopped = 7.0 if deed.result == "refused" else 0.0
            tip = foot + 1 + stopped
            self._way([(left, y), (way, y), (way, tip + 14)], 5.0)
            d.polygon([(way, tip), (way - 9, tip + 16), (way + 9, tip + 16)], INK)
            if stopped:
                # A request that is refused does not reach the file.
                color = WATCHER if deed.by_watcher else APP
                d.line([(way - 10, foot + 4), (way + 10, foot + 4)], color, 5)
        else:
            color = filebars.EDGES[node.dress] if deed.kind == "bin" else INK
            dash = (7.0, 5.0) if deed.kind == "bin" else ()
            self._way([(way, foot + 1), (way, y), (left - 13, y)], 3.0, color, dash)
            self._head(left, y, 1.0, color)
        self._box(deed, left, top + 2, right, name, style)
        d.lines(right + 12, top + 19, lines, BODY, step=22)
        text = f"{deed.t:.2f} s  {_ids(deed)}" if self.words.lang == "en" else ""
        text = text or self.words.say("{number} s", number=f"{deed.t:.2f}") + f"  {_ids(deed)}"
        at = d.text(right + 12, top + 19 + 22 * len(lines), text, Style(15.5, color=SECOND))
        if deed.kind == "bin" and self._assumed("watcher.rename_actor"):
            d.tag(at.right + 12, top + 19 + 22 * len(lines), self.words.say(say.ASSUMED))

    def _assumed(self, path: str) -> bool:
        return any(assumption.path == path for assumption in self.trace.header.assumed)

    def _box(
        self, deed: Deed, left: float, top: float, right: float, name: str, style: Style
    ) -> None:
        d, bottom = self.d, top + 34
        known = deed.by is not None and deed.by in self.trace.header.labels
        if deed.kind in AT_FILE and known:
            d.box(left, top, right, bottom, fill=APP, radius=10)
            d.text(left + 12, top + 23, name, Style(style.size, bold=True, color=WHITE))
            return
        d.box(left, top, right, bottom, fill=WHITE, stroke=APP, width=1.5, radius=6)
        if deed.kind == "bin":
            d.line([(left - 4, top), (right + 4, top)], APP, 6)
        d.text(left + 12, top + 23, name, style)

    def _way(
        self,
        points: Sequence[tuple[float, float]],
        width: float,
        color: str = INK,
        dash: tuple[float, ...] = (),
    ) -> None:
        self.d.line(points, color, width, dash)

    def _head(self, x: float, y: float, to: float, color: str) -> None:
        """The head of a level arrow."""
        self.d.polygon([(x, y), (x - to * 14, y - 7.5), (x - to * 14, y + 7.5)], color)

    # -- what is not drawn -----------------------------------------------------------------

    def rest(self, family: Tree) -> None:
        """How many files there are besides."""
        self.page.y += 6
        for text in _rest(self.words, family):
            self.page.y += 24
            with self.d.group("rest"):
                self.page.paragraph(text, NOTE)
