"""The frames of the two stories, one by one, each drawn into the room that a layout gives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from attrs import frozen

from simulator.telling.figures.canvas import (
    HAIR,
    INK,
    ORIGINAL,
    SECOND,
    WATCHER,
    WHITE,
    Drawing,
    Style,
)
from simulator.telling.figures.sentences import app_label, label, quoted
from simulator.telling.figures.setting import balanced, in_parts, limit, plain, shorten
from simulator.telling.figures.story import Stay, folder_of
from simulator.telling.figures.two_facts import says
from simulator.telling.figures.two_facts.shapes import (
    BODY,
    FOLDER,
    HEAD,
    IGNORED,
    NOTE,
    STRONG,
    Look,
    Rect,
    app_box,
    arrow,
    bars,
    bin_box,
    board,
    bubble,
    empty_place,
    file_bar,
    fit,
    flag,
    frame_edge,
    ghost,
    number,
    plain_box,
    tag,
    tick_box,
    tried_sign,
    truth,
    up_arrow,
    write,
)
from simulator.telling.figures.two_facts.tale import (
    Shelf,
    Side,
    Tale,
    Tried,
    Unknown,
    grouped,
    shelf_of,
)
from simulator.telling.words import Words

#: From the top of a frame to what is under its heading.
HEADING = 36.0
_RIGHTS = frozenset({"phone.android", "app.storage", "app.granted", "app.target_sdk"})
_BIG = Style(52, bold=True)
_GAP = 8.0
_SHELVES: tuple[Shelf, ...] = ("album", "shared", "private")


@frozen
class Frames:
    """Draws the frames of *tale*."""

    drawing: Drawing
    words: Words
    tale: Tale

    def say(self, message: object) -> str:
        """A sentence, with nothing in it that would break a line."""
        return plain(str(self.words.show(message)))

    def assumed(self, *paths: str) -> bool:
        """Whether one of those values is assumed."""
        return bool(set(paths) & set(self.tale.material.scenario.assumed))

    @property
    def app(self) -> str:
        """The app's name."""
        return app_label(self.words, self.tale.a.trace)

    # -- the head of a frame -----------------------------------------------------------------

    def head(self, r: Rect, n: int, text: str, time: str = "") -> Rect:
        """The number, the heading and the time of a frame; gives the room that is left."""
        d = self.drawing
        number(d, r.x + 14, r.y + 15, str(n))
        room = r.w - 40
        if time:
            box = write(d, r.right, r.y + 15, time, NOTE, anchor="end")
            room = box.left - 12 - (r.x + 36)
        write(d, r.x + 36, r.y + 15, text, HEAD, room)
        return Rect(r.x, r.y + HEADING, r.w, r.h - HEADING)

    def at(self, *times: float) -> str:
        """A moment, or from one to another."""
        shown = list(dict.fromkeys(f"{t:.1f}".removesuffix(".0") for t in times))
        if len(shown) == 1:
            return self.words.say("{number} s", number=shown[0])
        return self.words.say("{first}–{last} s", first=shown[0], last=shown[-1])

    def app_wide(self, c: Rect) -> float:
        """How wide the app's box is: its longest word fits, unless that would take too much."""
        measure = self.drawing.measure(Style(18, bold=True))
        longest = max((measure(word) for word in self.app.split()), default=0.0)
        return min(max(c.w * 0.16, longest + 14), c.w * 0.25)

    # -- 1: could it -------------------------------------------------------------------------

    def could(self, r: Rect) -> None:
        """1: what the permission model says, before anything else."""
        d, tale = self.drawing, self.tale
        with d.group("frame-1"):
            c = self.head(r, 1, self.words.say("First: could it? Permission"), self.at(0.0))
            frame_edge(d, c)
            big, what = says.COULD[tale.could]
            word = self.say(big)
            style = fit(d, word, _BIG, c.w * 0.36, 30)
            low = 38 + max(c.h - 126, 0) * 0.3
            box = write(d, c.x + 14, c.y + low, word, style)
            room = c.right - 12 - (box.right + 14)
            told = Style(21, bold=True)
            lines = in_parts(self.say(what), room, d.measure(told))
            if len(lines) > 2:
                told = Style(18.5, bold=True)
                lines = limit(self.say(what), room, 3, d.measure(told))
            step = told.size * 1.24
            top = c.y + low - (len(lines) - 1) * step / 2
            for i, line in enumerate(lines):
                write(d, box.right + 14, top + i * step, line, told)
            self._grounds(c)

    def _grounds(self, c: Rect) -> None:
        """What the answer rests on, and what follows from it."""
        d = self.drawing
        d.line([(c.x + 12, c.bottom - 62), (c.right - 12, c.bottom - 62)], HAIR, 1.2)
        write(d, c.x + 14, c.bottom - 43, says.given(self.tale, self.words), Style(18), c.w - 26)
        room = c.w - 26
        if self.assumed(*_RIGHTS):
            box = tag(d, c.right - 10, c.bottom - 18, self.say(says.ASSUMED), "end")
            room = box.left - 8 - (c.x + 14)
        write(d, c.x + 14, c.bottom - 17, self.say(says.so(self.tale)), Style(18), room)

    # -- 2, 3, 4: what the app does before -------------------------------------------------------

    def opened(self, r: Rect) -> None:
        """2: how the original is opened."""
        story = self.tale.a.story
        own = [s for s in story.sessions if s.whose == "original"]
        with self.drawing.group("frame-2"):
            if not own:
                text = self.words.say("The original is not opened")
                c = self.head(r, 2, text, self.at(0.0))
                self._shelves(c, self.tale.a, 0.0, None)
                return
            first = own[0]
            shot = story.original is not None and story.original.since > 0
            if first.mode == "read":
                text = self.words.say("User picks it; opened read-only")
            elif shot:
                text = self.words.say("Shot in the app: the original")
            else:
                text = self.words.say("The original is opened to write")
            c = self.head(r, 2, text, self.at(first.start))
            t = first.end if shot and first.mode != "read" else first.start
            with self.drawing.record(first.record):
                way = "read" if first.mode == "read" else "write"
                # A copy that begins at the same instant belongs to the next frame.
                self._shelves(c, self.tale.a, t, way, only="original")

    def made(self, r: Rect) -> None:
        """3: what the app makes, and where; and where nobody would have been told."""
        d, a = self.drawing, self.tale.a
        stays = a.made
        with d.group("frame-3"):
            if not stays:
                self._made_nothing(r)
                return
            begun = next((s for s in stays if s.state == "writing"), stays[0])
            whole = next((s for s in stays if s.state == "whole"), begun)
            ends = whole.start if whole.start >= begun.start else begun.start
            text = {
                "copy": self.words.say("It writes its own copy"),
                "placeholder": self.words.say("It makes an empty file"),
                "folder": self.words.say("It makes a folder"),
            }.get(begun.whose, self.words.say("It writes another file"))
            c = self.head(r, 3, text, self.at(begun.start, ends))
            with d.record(begun.record, whole.record):
                self._placed(c, whole)

    def _made_nothing(self, r: Rect) -> None:
        c = self.head(r, 3, self.words.say("It makes no copy"))
        original = self.tale.a.story.original
        t = self.tale.a.trace.records[original.since - 1].t if original and original.since else 0.0
        self._shelves(c, self.tale.a, t, None, only="original")

    def _placed(self, c: Rect, stay: Stay) -> None:
        """The shelves, that of the copy twice as high, with its folder in large type."""
        d, shelf = self.drawing, shelf_of(stay)
        wide = c.w * 0.86 - self.app_wide(c)
        unit = (c.h - 2 * _GAP) / 4.0
        y = c.y
        for row in _SHELVES:
            high = 2 * unit if row == shelf else unit
            here = Rect(c.x, y, wide, high)
            board(d, here)
            if row == shelf:
                self._folder(here, stay)
            elif row == "album" and shelf != "album":
                self._row(here, row, self.tale.a.shelves(stay.start).get("album"), stay.start)
            else:
                self._row(here, row, None, stay.start)
                if row == "private" and self.tale.hidden is not None:
                    left = here.x + self._names() + 4
                    room = Rect(left, here.y + 3, here.right - 6 - left, here.h - 8)
                    ghost(d, room, self.words.say("put here: no notice"))
            if row == shelf:
                self._from_app(c, here)
            y += high + _GAP

    def _from_app(self, c: Rect, here: Rect) -> None:
        d = self.drawing
        own = self.app_wide(c)
        box = Rect(c.right - own, c.y, own, c.h)
        app_box(d, box, self.app)
        arrow(d, box.x - 2, here.right + 3, here.y + here.h * 0.72)

    def _folder(self, here: Rect, stay: Stay) -> None:
        d = self.drawing
        room = here.w - 12
        top = here.y + here.h * 0.25
        if self.assumed("pipeline.place"):
            box = tag(d, here.right - 6, top, self.say(says.ASSUMED), "end")
            room = box.left - here.x - 12
        if self._watched(shelf_of(stay)):
            room -= 24
        folder = plain(folder_of(stay.path)).rstrip("/") + "/"
        style = fit(d, folder, FOLDER, room)
        box = write(d, here.x + 8, top, folder, style, room)
        if self._watched(shelf_of(stay)):
            flag(d, box.right + 9, top)
        look = _look(stay)
        bar = Rect(here.x + 8, here.y + here.h * 0.48, here.w - 16, here.h * 0.46)
        file_bar(d, bar, look, self.say(says.FIRST[stay.whose]), stay.digest)

    def uploaded(self, r: Rect) -> None:
        """4: what is sent to the server."""
        d, story = self.drawing, self.tale.a.story
        with d.group("frame-4"):
            if not story.uploads:
                # The next thing that happens is the request, or the end.
                act = self.tale.a.act
                t = act.t - 1e-6 if act is not None else story.end
                c = self.head(r, 4, self.words.say("Nothing is uploaded"))
                self._shelves(c, self.tale.a, max(t, 0.0), None)
                return
            sent = story.uploads[0]
            shelves = self.tale.a.shelves(sent.start)
            copy = next((s for s in shelves.values() if s.whose == "copy"), None)
            text = self.words.say("The copy is uploaded" if copy else "The original is uploaded")
            c = self.head(r, 4, text, self.at(sent.start, sent.end))
            with d.record(sent.record, sent.last):
                self._shelves(c, self.tale.a, sent.start, "upload")

    # -- shelves -----------------------------------------------------------------------------

    def _names(self) -> float:
        """How wide the names of the shelves are."""
        d = self.drawing
        return max(d.measure(Style(18))(self.say(says.SHELVES[s])) for s in says.SHELVES) + 14

    def _watched(self, shelf: Shelf) -> bool:
        """Whether some request for a file on that shelf fitted the rule by its place."""
        for side in filter(None, (self.tale.a, self.tale.b)):
            match = side.match
            if match is not None and "place" in {name for name, _ in match.checks}:
                where = [s for s in side.story.stays if s.path == match.path]
                if any(shelf_of(s) == shelf for s in where):
                    return True
        return False

    def _shelves(
        self,
        c: Rect,
        side: Side,
        t: float,
        doing: str | None,
        only: str | None = None,
    ) -> None:
        """Three shelves with what lies there at *t*, and the app beside them."""
        d = self.drawing
        own = self.app_wide(c)
        wide, high = c.w * 0.86 - own, (c.h - 2 * _GAP) / 3.0
        there = side.shelves(t)
        app = Rect(c.right - own, c.y, own, c.h)
        if doing == "upload":
            app = Rect(app.x, c.y + 54, app.w, c.h - 54)
        acting: Rect | None = None
        for i, row in enumerate(_SHELVES):
            here = Rect(c.x, c.y + i * (high + _GAP), wide, high)
            board(d, here)
            stay = there.get(row)
            if only is not None and stay is not None and stay.whose != only:
                stay = None
            self._row(here, row, stay, t)
            if stay is not None and doing in {"read", "write"} and stay.whose == "original":
                acting = here
            if stay is not None and doing == "upload" and stay.whose == "copy":
                acting = here
            if acting is None and stay is not None and doing == "upload":
                acting = here
        app_box(d, app, self.app)
        if acting is not None and doing is not None:
            self._acting(c, app, acting, doing)

    def _acting(self, c: Rect, app: Rect, here: Rect, doing: str) -> None:
        d, y = self.drawing, here.middle
        y = max(y, app.y + 12)
        start, end = here.right + 3, app.x - 3
        if doing == "write":
            start, end = end, start
        arrow(d, start, end, y, width=2.5 if doing == "read" else 3.0, filled=doing != "read")
        if doing == "read":
            word = self.words.say("read")
            write(d, (here.right + app.x) / 2, y + 19, word, Style(18), anchor="middle")
        if doing == "upload":
            box = Rect(c.right - c.w * 0.19, c.y, c.w * 0.19, 34)
            plain_box(d, box, self.words.say("server"))
            up_arrow(d, box.x + box.w / 2, app.y - 1, box.bottom + 2)

    def _row(self, here: Rect, row: Shelf, stay: Stay | None, t: float) -> None:
        """The name of a shelf, its flag, and the file that lies there."""
        d = self.drawing
        write(d, here.x + 8, here.middle, self.say(says.SHELVES[row]), Style(18))
        left = here.x + self._names()
        if self._watched(row):
            flag(d, left + 4, here.middle)
        if stay is None:
            return
        left = here.x + max(self._names() + 26, here.w * 0.34)
        bar = Rect(left, here.y + 3, here.right - 4 - left, here.h - 8)
        with d.record(stay.record):
            label = self.say(says.SHORT[stay.whose])
            writing = stay.state == "writing" and stay.start <= t
            file_bar(d, bar, _look(stay), label, stay.digest, dashed=writing)

    # -- 5: the request ------------------------------------------------------------------------

    def request(self, r: Rect, side: Side) -> None:
        """5: the one request, whose path it names, who asked and who did it."""
        d, act = self.drawing, side.act
        with d.group("frame-5"):
            time = self.at(act.t) if act is not None else ""
            c = self.head(r, 5, self.say(says.request(act)), time)
            frame_edge(d, c)
            if act is None:
                text = self.words.say("nothing was removed, and no notice comes")
                write(d, c.x + 14, c.middle, text, BODY, c.w - 28)
                return
            told = in_parts(says.persons(side, self.words), c.w - 24, d.measure(Style(18)))[:2]
            with d.record(act.record):
                self._target(c, side)
                self._path(c, act.path, c.bottom - 12 - 22 * len(told))
            for i, line in enumerate(told):
                low = c.bottom - 18 - 22 * (len(told) - 1 - i)
                write(d, c.x + 12, low, line, Style(18), c.w - 24)

    def _target(self, c: Rect, side: Side) -> None:
        d, act = self.drawing, side.act
        assert act is not None
        high = min(52.0, c.h * 0.34)
        top = c.y + 10
        app = Rect(c.x + 10, top, max(c.w * 0.21, self.app_wide(c)), high)
        app_box(d, app, self.app)
        left = max(c.x + c.w * 0.49, app.right + 100)
        target = Rect(left, top, c.right - 10 - left, high)
        arrow(d, app.right + 2, target.x - 2, top + high * 0.58, width=5)
        word = self.say(says.DEEDS[act.deed])
        middle = (app.right + target.x) / 2 - 5
        room = target.x - app.right - 8
        write(d, middle, top + high * 0.26, word, Style(18, bold=True), room, "middle")
        whose = act.whose
        digest = next(
            (s.digest for s in side.story.stays if s.whose == whose and s.digest is not None), None
        )
        look: Look = whose
        style = Style(22, bold=True)
        file_bar(d, target, look, self.say(says.SHORT[whose]), digest, style)

    def _path(self, c: Rect, path: str, low: float) -> None:
        d, room = self.drawing, c.w - 24
        text, top = plain(path), c.y + min(52.0, c.h * 0.34) + 10
        style = FOLDER
        lines = limit(text, room, 2, d.measure(style))
        if any("…" in line for line in lines) or low - top < 52:
            style = Style(18, bold=True, family="mono")
            most = 2 if low - top >= 44 else 1
            lines = limit(text, room, most, d.measure(style))
        step = style.size * 1.22
        first = (top + low) / 2 - (len(lines) - 1) * step / 2
        for i, line in enumerate(lines):
            write(d, c.x + 12, first + i * step, line, style)

    # -- 6: the watcher --------------------------------------------------------------------------

    def watcher(self, r: Rect, side: Side) -> None:
        """6: what the phone's watcher checks, and what it does not look at."""
        d = self.drawing
        with d.group("frame-6"):
            time = self.at(side.match.t) if side.match is not None else ""
            heading = says.watcher_heading(side, self.words)
            c = self.head(r, 6, heading, time if len(heading) < 24 else "")
            on_duty = bool(side.trace.header.watchers)
            edge = WATCHER if on_duty else SECOND
            split = c.x + c.w * 0.57
            if self.tale.rule is not None:
                d.box(split, c.y + 2, c.right - 2, c.bottom - 2, fill=IGNORED, radius=5)
            d.box(c.x, c.y, c.right, c.bottom, stroke=edge, width=4, radius=6)
            left = Rect(c.x + 12, c.y + 6, split - c.x - 18, c.h - 12)
            if side.match is not None:
                with d.record(side.match.id):
                    self._ticks(left, side)
            else:
                self._no_tick(left, side)
            if self.tale.rule is not None:
                self._ignored(Rect(split + 10, c.y + 6, c.right - split - 18, c.h - 12))

    def _ticks(self, r: Rect, side: Side) -> None:
        d = self.drawing
        rows = list(says.checks(side.match, self.words))
        step = min(r.h / max(len(rows), 1), 36.0)
        first = r.middle - step * (len(rows) - 1) / 2
        name_room = max(d.measure(STRONG)(name) for _, name, _ in rows)
        for i, (check, name, value) in enumerate(rows):
            y = first + i * step
            tick_box(d, r.x + 11, y, assumed=self._check_assumed(check))
            write(d, r.x + 32, y, name, STRONG)
            write(d, r.x + 42 + name_room, y, value, BODY, r.w - 42 - name_room)

    def _check_assumed(self, check: str) -> bool:
        paths = {"place": "watcher.scope", "exempt": "watcher.whitelist", "app": "watcher.rule"}
        return check in paths and self.assumed(paths[check])

    def _no_tick(self, r: Rect, side: Side) -> None:
        d = self.drawing
        lines = limit(self.say(says.silence(side)), r.w - 4, 5, d.measure(BODY))
        first = r.middle - (len(lines) - 1) * 12.5
        for i, line in enumerate(lines):
            write(d, r.x + 2, first + i * 25, line, BODY)

    def _ignored(self, r: Rect) -> None:
        """What it does not look at: grey, and without any box to tick."""
        d = self.drawing
        items = says.ignored(self.tale.rule, self.words)
        first = Style(18, bold=True, color=SECOND)
        head = self.words.say("It does not look at:")
        rows: list[tuple[str, Style]] = [(line, NOTE) for line in self._two(head, NOTE, r.w, 1)]
        most = int(r.h // 22)
        for i, item in enumerate(items):
            style = first if i == 0 else NOTE
            lines = self._two(item, style, r.w, 2)
            if len(rows) + len(lines) > most:
                break
            rows += [(line, style) for line in lines]
        step = min(r.h / len(rows), 27.0)
        top = r.middle - step * (len(rows) - 1) / 2
        for i, (line, style) in enumerate(rows):
            write(d, r.x, top + i * step, line, style, r.w)

    def _two(self, text: str, style: Style, room: float, most: int) -> list[str]:
        return limit(text, room, most, self.drawing.measure(style))

    # -- 7: what the phone says ------------------------------------------------------------------

    def notice_high(self, wide: float, side: Side) -> float:
        """How high frame 7 must be at that width."""
        if side.notice is None:
            return HEADING + 150
        _, bubble_high, _ = self._bubbled(wide, side)
        rows = sum(1 for _ in says.parts(side, self.words))
        return HEADING + bubble_high + 24 + rows * 25

    def notice(self, r: Rect, side: Side) -> None:
        """7: the notice, word for word, and what of it is true."""
        d, notice = self.drawing, side.notice
        with d.group("frame-7"):
            if notice is None:
                c = self.head(r, 7, self.words.say("The phone says nothing"))
                ghost(d, Rect(c.x, c.y, c.w, 54), self.words.say("no notice"))
                lines = limit(self.say(says.silence(side)), c.w - 8, 3, d.measure(BODY))
                for i, line in enumerate(lines):
                    write(d, c.x + 4, c.y + 78 + i * 26, line, BODY)
                return
            c = self.head(r, 7, self.words.say("The notice"), self.at(notice.t))
            with d.record(notice.id):
                bottom = self._bubble(c, side)
            self._parts(Rect(c.x, bottom + 20, c.w, c.bottom - bottom - 20), side)

    def _bubble(self, c: Rect, side: Side) -> float:
        """The notice in its bubble; gives where that ends."""
        d, notice = self.drawing, side.notice
        assert notice is not None
        rows, high, beside = self._bubbled(c.w, side)
        graded, last = self.say(says.wording(notice)), rows[-1]
        r = Rect(c.x, c.y + 2, c.w, high)
        bubble(d, r)
        y = r.y + 9
        for line, style in rows:
            write(d, r.x + 16, y + style.size * 0.65, line, style)
            y += style.size * 1.3
        at = y - last[1].size * 0.65 if beside else y + 11
        write(d, r.right - 14, at, graded, NOTE, c.w - 32, "end")
        return r.bottom

    def _bubbled(self, wide: float, side: Side) -> tuple[list[tuple[str, Style]], float, bool]:
        """The lines of the notice, how high its bubble is, and whether its grade stands beside
        the last of them."""
        d, notice = self.drawing, side.notice
        assert notice is not None
        rows = self._worded(side, wide - 32)
        graded, last = self.say(says.wording(notice)), rows[-1]
        beside = d.measure(last[1])(last[0]) + 20 + d.measure(NOTE)(graded) <= wide - 32
        high = sum(style.size * 1.3 for _, style in rows) + (0 if beside else 24) + 18
        return rows, high, beside

    def _worded(self, side: Side, room: float) -> list[tuple[str, Style]]:
        """The notice in lines: where it was made public in Chinese alone, that comes first."""
        d, notice, words = self.drawing, side.notice, self.words
        assert notice is not None
        bold = Style(22, bold=True)
        text = str(words.show(quoted(side.trace, notice, words.lang)))
        name = self.say(self._named(side))
        text = text.replace(name, shorten(name, room * 0.5, d.measure(bold)))
        translated = notice.worded.get(words.lang) == "translation"
        if not translated:
            style = bold
            lines = balanced(text, room, d.measure(style))
            if len(lines) > 2:
                style = Style(19, bold=True)
                lines = limit(text, room, 3, d.measure(style))
            return [(line, style) for line in lines]
        other = "zh-CN" if words.lang == "en" else "en"
        own = plain(notice.text.get(other, ""))
        foreign = plain(side.trace.header.labels.get(notice.names_app, {}).get(other, name))
        own = own.replace(foreign, shorten(foreign, room * 0.4, d.measure(Style(19, bold=True))))
        first = Style(20, bold=True)
        rows = [(line, first) for line in limit(own, room, 2, d.measure(first))]
        rows += [(line, Style(18)) for line in limit(text, room, 2, d.measure(Style(18)))]
        return rows

    def _named(self, side: Side) -> object:
        assert side.notice is not None
        return label(side.trace, side.notice.names_app)

    def _parts(self, r: Rect, side: Side) -> None:
        d = self.drawing
        rows = list(says.parts(side, self.words))
        step = max(min(r.h / max(len(rows), 1), 27.0), 25.0)
        for i, (status, text, bold) in enumerate(rows):
            y = r.y + step * (i + 0.5)
            truth(d, r.x + 12, y, status)
            write(d, r.x + 30, y, text, STRONG if bold else BODY, r.w - 32)

    # -- 8: afterwards ---------------------------------------------------------------------------

    def after(self, r: Rect, side: Side) -> None:
        """8: what lies where at the end."""
        d, story = self.drawing, side.story
        with d.group("frame-8"):
            c = self.head(r, 8, self.say(says.ending(side)), self.at(story.end))
            there = side.shelves(story.end)
            kept = "bin" in there or any(w.bin for w in side.trace.header.watchers)
            lower: list[Shelf] = ["private" if self._private(side) else "shared"]
            rows: list[Shelf] = ["album", *lower, *(["bin"] if kept else [])]  # type: ignore[list-item]
            high = (c.h - (len(rows) - 1) * (_GAP + 3)) / max(len(rows), 3)
            for i, row in enumerate(rows):
                here = Rect(c.x, c.y + i * (high + _GAP + 3), c.w, high)
                if row == "bin":
                    self._bin(Rect(here.x, here.y + 3, here.w, here.h - 3), side, there.get(row))
                else:
                    board(d, here)
                    self._end_row(here, row, side, there.get(row))

    def _private(self, side: Side) -> bool:
        copies = [s for s in side.story.stays if s.whose != "original" and s.lane != "bin"]
        return any(shelf_of(s) == "private" for s in copies)

    def _end_row(self, here: Rect, row: Shelf, side: Side, stay: Stay | None) -> None:
        d = self.drawing
        write(d, here.x + 8, here.middle, self.say(says.SHELVES[row]), Style(18))
        left = here.x + self._names()
        if self._watched(row):
            flag(d, left + 4, here.middle)
        left = here.x + max(self._names() + 26, here.w * 0.3)
        bar = Rect(left, here.y + 3, here.right - 6 - left, here.h - 8)
        if stay is not None:
            with d.record(stay.record):
                label = self.say(says.at_the_end(side, stay))
                file_bar(d, bar, _look(stay), label, stay.digest)
        elif row == "album" and side.story.original is not None and side.touched:
            empty_place(d, bar, self.words.say("gone from here"))

    def _bin(self, here: Rect, side: Side, stay: Stay | None) -> None:
        d = self.drawing
        bin_box(d, here)
        name, days = self.say(says.SHELVES["bin"]), says.keeping(side, self.words)
        if days and here.h > 50:
            write(d, here.x + 10, here.y + here.h * 0.23, name, Style(18))
            tag(d, here.x + 8, here.y + here.h * 0.72, days)
        else:
            write(d, here.x + 10, here.middle, name, Style(18))
        left = here.x + max(self._names() + 26, here.w * 0.3)
        if days and here.h <= 50:
            box = tag(d, here.x + 18 + d.measure(Style(18))(name), here.middle, days)
            left = max(left, box.right + 8)
        if stay is not None:
            with d.record(stay.record):
                bar = Rect(left, here.y + 8, here.right - 10 - left, here.h - 14)
                label = self.say(says.at_the_end(side, stay))
                file_bar(d, bar, _look(stay), label, stay.digest)
        else:
            write(d, left + 8, here.middle, self.words.say("nothing"), NOTE)

    # -- 10, 11 ----------------------------------------------------------------------------------

    def unknown_head(self, r: Rect) -> None:
        """The heading of strip 10, with what its signs mean."""
        d = self.drawing
        number(d, r.x + 14, r.y + 15, "10")
        box = write(d, r.x + 36, r.y + 15, self.words.say("Not known"), HEAD)
        for x, y, tried, word in self._signs(r, box.right + 14):
            if tried is not None:
                tried_sign(d, x - 13, y, tried)
            write(d, x, y, word, Style(18))

    def _signs(self, r: Rect, start: float) -> list[tuple[float, float, Tried | None, str]]:
        """Where the meanings of the signs stand, on one line or two."""
        d = self.drawing
        found = {value.tried for unknown in self.tale.unknowns for value in unknown.values}
        every: tuple[Tried, ...] = get_args(Tried)
        shown = [tried for tried in every if tried in found or tried == "holds"]
        words = [(None, self.words.say("each value was tried by itself:"))]
        words += [(t, self.say(says.tried(self.tale, t))) for t in shown]  # type: ignore[misc]
        x, y, out = start, r.y + 15, list[tuple[float, float, Tried | None, str]]()
        for tried, word in words:
            wide = d.measure(Style(18))(word)
            lead = 20.0 if tried is not None else 0.0
            if x + lead + wide > r.right and y == r.y + 15:
                x, y = r.x + 36, r.y + 42
            out.append((x + lead, y, tried, word))
            x += lead + wide + 20
        return out

    def head_rows(self, width: float) -> float:
        """How high the heading of strip 10 is."""
        start = 50 + self.drawing.measure(HEAD)(self.words.say("Not known"))
        placed = self._signs(Rect(0, 0, width, 0), start)
        return 34.0 if len({y for _, y, _, _ in placed}) == 1 else 60.0

    def value_lines(self, unknown: Unknown, room: float) -> list[list[tuple[Tried, str]]]:
        """The values of an unknown in lines of that width; values that come to the same stand
        together."""
        d, measure = self.drawing, self.drawing.measure(Style(18))
        lines: list[list[tuple[Tried, str]]] = [[]]
        left = 0.0
        for tried, values in grouped(unknown.values).items():
            for value in values:
                text = shorten(says.value(unknown, value, self.words), room - 24, measure)
                wide = 20 + d.measure(Style(18))(text) + 14
                if lines[-1] and left + wide - 14 > room:
                    lines.append([])
                    left = 0.0
                lines[-1].append((tried, text))
                left += wide
        return lines

    def write_values(
        self, x: float, middle: float, lines: Sequence[Sequence[tuple[Tried, str]]]
    ) -> None:
        """Write those lines, *step* apart, the middle of the first one given."""
        d = self.drawing
        for i, line in enumerate(lines):
            left = x
            for tried, text in line:
                tried_sign(d, left + 7, middle + i * 25, tried)
                box = write(d, left + 20, middle + i * 25, text, Style(18))
                left = box.right + 14

    def unknown_ground(self, r: Rect) -> None:
        """The ground of strip 10."""
        d = self.drawing
        d.box(
            r.x,
            r.y,
            r.right,
            r.bottom,
            fill="#FDFBD9",
            stroke="#8A8000",
            width=2,
            radius=6,
            dash=(6, 4),
        )

    def steps_ground(self, r: Rect) -> Rect:
        """The box of strip 11 with its heading; gives the room that is left."""
        d = self.drawing
        d.box(r.x, r.y, r.right, r.bottom, fill=WHITE, stroke=INK, width=2, radius=6)
        number(d, r.x + 22, r.y + 21, "11")
        write(d, r.x + 44, r.y + 21, self.words.say("Check it yourself"), HEAD, r.w - 56)
        return Rect(r.x + 14, r.y + 40, r.w - 28, r.h - 46)

    def step(self, r: Rect, n: int, most: int) -> int:
        """One step of strip 11; gives how many lines it took."""
        d, style = self.drawing, Style(18)
        write(d, r.x, r.y + 12, str(n), Style(19, bold=True))
        lines = balanced(self.say(says.steps(self.tale)[n - 1]), r.w - 24, d.measure(style))
        if len(lines) > most:
            lines = limit(self.say(says.steps(self.tale)[n - 1]), r.w - 24, most, d.measure(style))
        for i, line in enumerate(lines):
            write(d, r.x + 24, r.y + 12 + i * 24, line, style)
        return len(lines)

    def furniture(self, x: float, middle: float) -> None:
        """What the flag and the four bars are, in one line."""
        d = self.drawing
        flag(d, x + 2, middle)
        text = self.words.say("watched folder")
        box = write(d, x + 24, middle, text, Style(18))
        left = box.right + 10
        if self.assumed("watcher.scope"):
            left = tag(d, left, middle, self.say(says.ASSUMED)).right + 10
        bars(d, left + 18, middle + 9, "59c4", ORIGINAL)
        write(d, left + 54, middle, says.mark_words(self.words), Style(18))


def _look(stay: Stay) -> Look:
    if stay.whose == "original":
        return "changed" if stay.state in {"changed", "away"} else "original"
    if stay.state == "changed":
        return "copy"
    return stay.whose
