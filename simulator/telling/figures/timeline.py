"""The timeline: one original and its copies in six lanes, with the decisive second enlarged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import evolve, frozen

from simulator.android.media_names import LASTS
from simulator.telling.figures import sentences as say
from simulator.telling.figures.canvas import (
    APP,
    BODY,
    BUBBLE,
    COPY,
    HAIR,
    ID,
    INK,
    NAME,
    NOTE,
    ORIGINAL,
    PATH,
    SECOND,
    SHELF,
    STRONG,
    WATCHER,
    WHITE,
    Anchor,
    Box,
    Drawing,
    Style,
)
from simulator.telling.figures.fonts import Fonts
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import Size, one_of_many, only_wide, stamp, stamped
from simulator.telling.figures.render import Format
from simulator.telling.figures.saving import FORMATS, write_figure
from simulator.telling.figures.scale import LEFT, RIGHT, WINDOW_RIGHT, Scale, round_step, scale
from simulator.telling.figures.setting import balanced, in_rows, plain
from simulator.telling.figures.story import (
    Act,
    Move,
    Session,
    Stay,
    Story,
    Upload,
    folder_of,
    story,
)
from simulator.telling.words import LANGS, Lang, Words
from simulator.trace import Cause, Match, Notice, Refusal, Trace
from simulator.verdict.could import Could
from simulator.verdict.judge import Verdict
from simulator.verdict.said import Silence

WIDTH, HEIGHT = 1600, 700
#: Lines between the lanes, and the time axis.
LINES = (216.0, 294.0, 372.0, 440.0, 534.0)
AXIS = 606.0
#: Middle of each lane's bars, and half their height.
ORIGINAL_Y, COPY_Y, APP_Y, SERVER_Y, WATCHER_Y, BIN_Y = 177.0, 255.0, 333.0, 406.0, 487.0, 567.0
BAR, APP_BAR, SERVER_BAR = 15.0, 11.0, 13.0
NAMES_LEFT, NAMES_WIDE = 40.0, 188.0
#: How long the arrow of a request is that does not come from the app.
_SHORT = 26.0
#: So many notices can be drawn; of more, the one that is drawn says how many there are.
_FEW = 2
_LANE_Y = {
    "original": ORIGINAL_Y,
    "copy": COPY_Y,
    "bin": BIN_Y,
    "placeholder": COPY_Y,
    "folder": COPY_Y,
    "other": COPY_Y,
}
_WHITE_BOLD = Style(17, bold=True, color=WHITE)
_NOTICE = Style(17.5, bold=True)


def timeline(
    trace: Trace,
    verdict: Verdict,
    words: Words,
    *,
    title: str | None = None,
    identified: bool = True,
) -> Drawing:
    """Draw the timeline of *trace*; *title* takes the place of the finding.

    Without *identified* its foot does not say which run it is of.
    """
    told = story(trace, verdict)
    drawing = Drawing(WIDTH, HEIGHT, Fonts(words.lang))
    drawing.title = plain(title) if title else words.say(say.finding(trace, verdict, told))
    drawing.description = "\n".join(say.in_words(words, trace, told))
    sheet = _Sheet(drawing, words, trace, told, _scaled(told), verdict.could)
    sheet.heading()
    sheet.lanes()
    sheet.axis()
    sheet.bars()
    sheet.deeds()
    sheet.watching()
    sheet.labels()
    sheet.foot(identified)
    return drawing


def draw(material: Material, words: Words, size: Size) -> Drawing:
    """The timeline of a scenario's own run, stamped."""
    only_wide(size)
    finding = words.say(say.finding(material.trace, material.verdict, material.run.story))
    title = one_of_many(material, words, finding) if material.scenario.family else None
    drawing = timeline(material.trace, material.verdict, words, title=title, identified=False)
    return stamped(drawing, stamp(material, words, 1))


def _scaled(told: Story) -> Scale:
    """The scale of *told*, on which every answer of the user has a place of its own."""
    answers = [
        evolve(act, record=act.answer.id, t=act.answer.t, move=None)
        for act in told.focus
        if act.answer is not None
    ]
    return scale(evolve(told, focus=(*told.focus, *answers)))


def write_timelines(
    trace: Trace,
    verdict: Verdict,
    out: Path,
    langs: Sequence[Lang] = LANGS,
    formats: Sequence[Format] = FORMATS,
) -> tuple[Path, ...]:
    """Write the timeline into the folder *out*, in each language and format, with its alt text."""

    def draw(words: Words) -> Drawing:
        return timeline(trace, verdict, words)

    return write_figure("timeline", draw, out, langs, formats)


@frozen
class _Spot:
    """A place where a label may stand."""

    x: float
    y: float
    anchor: Anchor = "start"


@frozen
class _Sheet:
    """One timeline while it is being drawn."""

    drawing: Drawing
    words: Words
    trace: Trace
    story: Story
    scale: Scale
    could: tuple[Could, ...]

    # -- around the lanes ------------------------------------------------------------------

    def heading(self) -> None:
        """The finding, and what it rests on."""
        d = self.drawing
        with d.group("title"):
            size = next((s for s in (32, 31, 30, 29, 28, 27, 26) if self._fits(s)), 26)
            style = Style(size, bold=True)
            lines = d.fitted(d.title, 1540, style, 1 if self._fits(size) else 2)
            d.lines(30, 50 if len(lines) == 1 else 34, lines, style, step=30)
        with d.group("condition"):
            style = Style(18.5)
            for shown in range(len(say.unsettled(self.trace.header)), -1, -1):
                text = say.condition(self.words, self.trace.header, shown)
                if d.measure(style)(text) <= 1540:
                    break
            d.text(30, 84, d.fitted(text, 1540, style)[0], style)

    def _fits(self, size: float) -> bool:
        return self.drawing.measure(Style(size, bold=True))(self.drawing.title) <= 1540

    def lanes(self) -> None:
        """The names of the lanes, and the lines between them."""
        words, d, told = self.words, self.drawing, self.story
        with d.group("lanes"):
            for y in LINES:
                d.line([(30, y), (1576, y)], HAIR, 1.2)
            path = told.original.path if told.original else None
            self._name(171, words.say(say.ORIGINAL), [folder_of(path)] if path else [], PATH)
            self._copy_name(told)
            self._name(327, say.app_label(words, self.trace), [words.say("asks and executes")])
            self._name(412, words.say(say.SERVER), [])
            match = next((act.match for act in told.focus if act.match), None)
            self._name(478, words.say(say.WATCHER), self._checks_in_rows(match))
            kept = [self._keeping()]
            self._name(562, words.say(say.BIN), [text for text in kept if text])

    def _copy_name(self, told: Story) -> None:
        other = told.stand_in
        if other is None:
            copy = [folder_of(told.copy_path)] if told.copy_path else []
            self._name(249, self.words.say(say.COPY), copy, PATH)
            return
        name = say.STAND_INS[other.whose]
        self._name(249, self.words.say(name), [folder_of(other.path)], PATH)

    def _checks_in_rows(self, match: Match | None) -> list[str]:
        names = say.check_names(self.words, match)
        return in_rows(names, self.words.say(", "), NAMES_WIDE, self.drawing.measure(NOTE))

    def _name(self, y: float, name: str, below: Sequence[str], style: Style = NOTE) -> None:
        d = self.drawing
        d.text(NAMES_LEFT, y, d.fitted(name, NAMES_WIDE, NAME)[0], NAME)
        lines = [line for text in below for line in d.fitted(plain(text), NAMES_WIDE, style, 2)]
        d.lines(NAMES_LEFT, y + 21, lines[:2], style, step=style.size + 2)

    def _keeping(self) -> str:
        seconds = next((w.retention for w in self.trace.header.watchers if w.retention), None)
        if any(act.deed == "trash" for act in self.story.acts):
            seconds = seconds or LASTS["trashed"]
        if seconds is None:
            return ""
        return self.words.many(
            "kept about {number} day", "kept about {number} days", round(seconds / 86_400)
        )

    def foot(self, identified: bool) -> None:
        """The twin, and what kind of picture this is."""
        d, twin = self.drawing, say.twin(self.story, self.could)
        if twin is not None:
            with d.group("twin"):
                text = self.words.say(twin)
                sizes = (18, 17.5, 17, 16.5, 16, 15.5, 15)
                size = next((s for s in sizes if self._wide(text, s) <= 1540), 15)
                d.lines(
                    30, 668, d.fitted(text, 1540, Style(size, bold=True)), Style(size, bold=True)
                )
        with d.group("footer"):
            text = say.footer(
                self.words,
                self.trace.header,
                self.story,
                self.scale.window is not None,
                identified=identified,
            )
            style = Style(15.5, color=SECOND)
            style = style if d.measure(style)(text) <= 1540 else Style(15, color=SECOND)
            d.text(30, 691, d.fitted(text, 1540, style)[0], style)

    def _wide(self, text: str, size: float) -> float:
        return self.drawing.measure(Style(size, bold=True))(text)

    # -- the time axis ---------------------------------------------------------------------

    def axis(self) -> None:
        """The line of time, its ticks, its breaks, and the bracket over the enlarged part."""
        d, window = self.drawing, self.scale.window
        with d.group("axis"):
            if window is None:
                self._stretch(LEFT - 14, 1576)
            else:
                left = self.scale.overview().x
                self._stretch(LEFT - 14, left + 20)
                self._stretch(left + 34, WINDOW_RIGHT + 20)
                self._stretch(WINDOW_RIGHT + 34, 1576)
                for x in (left + 20, WINDOW_RIGHT + 20):
                    self._break(x)
            self._tick(
                RIGHT, self.words.say("{number} s", number=f"{round(self.story.end, 2):.7g}"), "end"
            )
            self._overview_ticks()
            for knot in self.scale.fixed():
                self._tick(knot.x, f"{knot.t:.2f}")
        if window is not None:
            with d.group("bracket"):
                self._bracket(*window)

    def _stretch(self, left: float, right: float) -> None:
        self.drawing.line([(left, AXIS), (right, AXIS)], INK, 2)

    def _break(self, x: float) -> None:
        for left in (x - 4, x + 6):
            self.drawing.line([(left, AXIS + 12), (left + 12, AXIS - 10)], INK, 2)

    def _tick(self, x: float, text: str, anchor: Anchor = "middle") -> None:
        d, style = self.drawing, Style(17)
        if d.free(d.text_box(x, AXIS + 28, text, style, anchor), 6):
            d.text(x, AXIS + 28, text, style, anchor)
            d.line([(x, AXIS), (x, AXIS + 8)], INK, 2)

    def _overview_ticks(self) -> None:
        end = self.scale.overview() if self.scale.window else self.scale.knots[-1]
        if end.t <= 0:
            return
        apart = round_step(end.t, end.x - LEFT, 64)
        for i in range(int(end.t / apart) + 1):
            t = round(i * apart, 6)
            self._tick(self.scale.x(t), f"{t:g}" if i else self.words.say("{number} s", number=0))

    def _bracket(self, left: float, right: float) -> None:
        d, times = self.drawing, [knot.t for knot in self.scale.fixed()]
        first, last = int(times[0]), int(times[-1])
        if first == last:
            text = self.words.say("second {second}, enlarged", second=first)
        else:
            text = self.words.say("seconds {first} to {last}, enlarged", first=first, last=last)
        for x in (left, right):
            d.line([(x, 130), (x, 596)], SHELF, 1.4, (2, 5))
        box = d.text((left + right) / 2, 118, text, STRONG, "middle")
        d.line([(left, 130), (left, 112), (box.left - 18, 112)], INK, 2)
        d.line([(box.right + 18, 112), (right, 112), (right, 130)], INK, 2)

    # -- existence -------------------------------------------------------------------------

    def bars(self) -> None:
        """Where each file is, from when to when."""
        for stay in self.story.stays:
            left, right = self._span(stay)
            if right - left >= 1:
                with self.drawing.record(stay.record):
                    plain_edge = stay.state == "changed" and not self._holds_copy(stay)
                    _bar(self.drawing, stay, (left, right), self._rows(stay), plain_edge)
        self._gone()
        for stay in self.story.stays:
            with self.drawing.record(stay.record):
                self._bar_label(stay)

    def _rows(self, stay: Stay) -> tuple[float, float]:
        """The middle of a bar and half its height; two files in the bin share its lane."""
        binned = [s for s in self.story.stays if s.lane == "bin"]
        if stay.lane != "bin" or len(binned) == 1:
            return _LANE_Y[stay.lane], BAR
        return (BIN_Y - 15, 12.5) if binned.index(stay) == 0 else (BIN_Y + 15, 12.5)

    def _span(self, stay: Stay) -> tuple[float, float]:
        left = self.scale.x(stay.start, stay.record)
        if stay.whose == "copy" and stay.state == "writing" and self._read_at(stay.start):
            left += 16
        return left, self.scale.x(stay.end, stay.ended_by)

    def _read_at(self, t: float) -> bool:
        return any(s.start == t and s.whose == "original" for s in self.story.sessions)

    def _gone(self) -> None:
        """The empty place, once the original's name is gone for good."""
        there = [s for s in self.story.stays if s.lane == "original"]
        if not there or self.story.original is None:
            return
        last = max(there, key=lambda s: s.end)
        if last.end >= self.story.end:
            return
        left = self.scale.x(last.end, last.ended_by) + 4
        with self.drawing.record(last.ended_by or last.record):
            y = ORIGINAL_Y
            self.drawing.box(
                left, y - 14, RIGHT, y + 14, fill=WHITE, stroke=ORIGINAL, width=2, dash=(7, 5)
            )
            room = RIGHT - left - 24
            text = self.drawing.fitted(say.gone(self.words, self.story), room, BODY)[0]
            self.drawing.text(left + 14, y + 6, text, BODY)
            self.drawing.keep_clear(left, y - 14, RIGHT, y + 14, "bar")

    def _bar_label(self, stay: Stay) -> None:
        left, right = self._span(stay)
        if stay.whose == "original" and stay.state in {"whole", "away"}:
            self._original_label(stay, left, right)
        else:
            self._copy_label(stay, left, right)
        y, half = self._rows(stay)
        if right - left >= 1:
            self.drawing.keep_clear(left, y - half, right, y + half, "bar")

    def _original_label(self, stay: Stay, left: float, right: float) -> None:
        d, y = self.drawing, self._rows(stay)[0]
        away = stay.state == "away"
        name = self.words.say("away, other name") if away else self.words.say("original")
        style = Style(18, bold=True, color=INK if away else WHITE)
        color = ORIGINAL if away else WHITE
        wide = d.measure(style)(name)
        if right - left < wide + 46:
            return
        d.triangle(left + 12, y, color)
        at = d.text(left + 34, y + 6.5, name, style)
        if stay.digest and not away and right - left > wide + 96:
            d.mark(at.right + 16, y, stay.digest, WHITE)
        if stay.end >= self.story.end and stay.digest and stay.lane == "original":
            same = self.words.say("same")
            if right - left > wide + d.measure(_WHITE_BOLD)(same) + 160:
                d.mark(right - 34, y, stay.digest, WHITE)
                d.text(right - 44, y + 6, same, _WHITE_BOLD, "end")

    def _copy_label(self, stay: Stay, left: float, right: float) -> None:
        """A white plate with the name where nothing crosses the bar, and the content mark."""
        d, y = self.drawing, self._rows(stay)[0]
        bare = stay.state == "aside" or stay.whose in say.STAND_INS
        bare = bare or (stay.state == "changed" and self._copy_names(stay) == [self._emptied])
        sign, digest = (0, None) if bare else (22, stay.digest)
        parts = self._uncrossed(stay, left, right)
        for name in self._copy_names(stay):
            wide = sign + d.measure(STRONG)(name)
            start, end = next(((a, b) for a, b in parts if b - a >= wide + 26), (0.0, 0.0))
            if end and d.free(d.text_box(start + 13 + sign, y + 6.5, name, STRONG), 0):
                d.box(start + 6, y - 11, start + 20 + wide, y + 11, fill=WHITE)
                if sign:
                    d.triangle(start + 14, y, COPY)
                d.text(start + 13 + sign, y + 6.5, name, STRONG)
                rest = [(start + wide + 18, end), *(p for p in parts if p[0] > start)]
                self._plated_mark(digest, rest, y)
                return
        self._plated_mark(digest, parts, y)

    @property
    def _emptied(self) -> str:
        return self.words.say("emptied")

    def _holds_copy(self, stay: Stay) -> bool:
        """Whether what is under the original's name now is a copy, or its content."""
        copies = {s.digest for s in self.story.stays if s.whose == "copy" and s.digest}
        return any(
            s.lane == "original" and s.start >= stay.start and s.digest in copies
            for s in self.story.stays
        )

    def _plated_mark(
        self, digest: str | None, parts: Sequence[tuple[float, float]], y: float
    ) -> None:
        start = next((a for a, b in parts if b - a >= 46), None)
        if digest and start is not None:
            self.drawing.box(start, y - 11, start + 38, y + 11, fill=WHITE)
            self.drawing.mark(start + 7, y, digest, COPY)

    def _uncrossed(self, stay: Stay, left: float, right: float) -> list[tuple[float, float]]:
        """The parts of a copy's bar that no arrow to or from another file crosses."""
        crossings = []
        if stay.lane == "bin":
            moves = [act.move for act in self.story.acts if act.move is not None]
            crossings += [self.scale.x(m.t, m.record) for m in moves if m.record != stay.record]
        if stay.lane == "copy":
            for act in self.story.acts:
                if self._lane_at(act) == ORIGINAL_Y:
                    x = self.scale.x(act.t, act.record)
                    crossings += [x] + ([x + 22] if act.refusal else [])
                    crossings += [self.scale.x(act.move.t, act.move.record)] if act.move else []
        inside = sorted(x for x in crossings if left < x < right)
        starts, ends = [left, *(x + 10 for x in inside)], [*(x - 10 for x in inside), right]
        return list(zip(starts, ends, strict=True))

    def _copy_names(self, stay: Stay) -> list[str]:
        say_ = self.words.say
        if stay.state == "changed":
            if any(act.deed == "empty" for act in self.story.acts):
                return [self._emptied]
            known = [say_("other content: the copy’s")] if self._holds_copy(stay) else []
            return [*known, say_("other content")]
        if stay.state == "aside":
            return [say_("set aside"), say_("aside")]
        if stay.whose == "folder":
            return [say_("empty folder"), say_("folder")]
        if stay.whose == "placeholder":
            return [say_("file without content"), say_("empty file")]
        if stay.whose == "other":
            return [say_("other file"), say_("file")]
        if stay.lane == "bin":
            return [say_("copy, looks like your video"), say_("copy")]
        if stay.state == "whole":
            return [say_("the app’s own copy"), say_("copy")]
        return [say_("being written")] if stay.end >= self.story.end else []

    # -- what the app does -----------------------------------------------------------------

    def deeds(self) -> None:
        """What the app does.  Arrows come before words, so that words keep clear of them."""
        for act in self.story.acts:
            self._act(act)
        for session, x in self._works():
            self._work(session, x)
        for upload in self.story.uploads:
            self._upload(upload)
        for fault in self.story.faults:
            self._fault(fault)
        for session, x in self._reads():
            self._read_arrow(session, x)
        for session, x in self._works():
            with self.drawing.record(session.record):
                self._label([self.words.say("write")], session.record, _beside(x, 293))
        for act in self.story.acts:
            self._act_words(act)
        for session, x in self._reads():
            self._read_words(session, x)

    def _works(self) -> Iterator[tuple[Session, float]]:
        """Each time a file was opened to be written by itself, and where its arrow stands."""
        own = {act.record for act in self.story.acts}
        for session in self.story.sessions:
            if session.mode == "write" and session.record not in own:
                left, right = self.scale.x(session.start), self.scale.x(session.end)
                first = left + (62 if self._read_at(session.start) else 20)
                yield session, min(first, (left + right) / 2) if first > right - 8 else first

    def _work(self, session: Session, x: float) -> None:
        left, right = self.scale.x(session.start), self.scale.x(session.end)
        with self.drawing.record(session.record):
            lasts = session.end > session.start
            self._app_bar(left, right, self.words.say("process") if lasts else "")
            target = ORIGINAL_Y if session.whose == "original" else COPY_Y
            self.drawing.arrow(x, APP_Y - APP_BAR, target + BAR + 2)

    def _app_bar(self, left: float, right: float, text: str) -> None:
        d, style = self.drawing, Style(16.5, bold=True, color=WHITE)
        right = max(right - 1.5, left + 8)
        d.box(left, APP_Y - APP_BAR, right, APP_Y + APP_BAR, fill=APP)
        if fits := d.measure(style)(text) + 12 <= right - left:
            d.text((left + right) / 2, APP_Y + 6, text, style, "middle")
        d.keep_clear(left, APP_Y - APP_BAR, right, APP_Y + APP_BAR, "bar")
        if text and not fits:
            dark = Style(16.5, bold=True)
            for spot in (
                _Spot((left + right) / 2 - 12, APP_Y + 31, "end"),
                _Spot(right + 6, APP_Y + 6),
                _Spot((left + right) / 2 + 14, APP_Y + 31),
            ):
                if d.free(d.text_box(spot.x, spot.y, text, dark, spot.anchor)):
                    d.text(spot.x, spot.y, text, dark, spot.anchor)
                    break

    def _upload(self, upload: Upload) -> None:
        d = self.drawing
        left, right = self.scale.x(upload.start), self.scale.x(upload.end)
        right = max(right, left + 12)
        middle = left + (right - left) * 0.62
        with d.record(upload.record):
            d.arrow(middle, APP_Y + APP_BAR, SERVER_Y - SERVER_BAR - 1)
            self._app_bar(left, right, self.words.say("upload"))
        with d.record(upload.last):
            y, high = SERVER_Y, SERVER_BAR
            d.box(left, y - high, right, y + high, fill=WHITE, stroke=APP, width=2)
            self._received(upload, left, right)
            d.keep_clear(left - 1, y - high, right + 1, y + high, "bar")

    def _received(self, upload: Upload, left: float, right: float) -> None:
        d, time, style = self.drawing, f"{upload.end:.1f}", Style(16.5)
        if upload.state == "confirmed":
            text = self.words.say("received, confirmed at {time} s", time=time)
        elif upload.state == "failed":
            text = self.words.say("broken off at {time} s", time=time)
        else:
            text = self.words.say("not confirmed before the end")
        y = SERVER_Y + 6
        spots = [_Spot(left - 10, y, "end"), _Spot(right + 10, y)]
        if d.measure(style)(text) + 16 <= right - left:
            d.text((left + right) / 2, y, text, style, "middle")
            text = ""
        self._label([text] if text else [], upload.last, spots, style)

    def _reads(self) -> Iterator[tuple[Session, float]]:
        """Each time a file was opened to be read by itself, and where its arrow stands."""
        for session in self.story.sessions:
            if session.mode == "read" and not self._serves_an_act(session):
                left, right = self.scale.x(session.start), self.scale.x(session.end)
                own = session.whose == "original"
                yield session, left + 8 if own else left + (right - left) * 0.3

    def _read_arrow(self, session: Session, x: float) -> None:
        start = self._lane_of(session) + BAR
        with self.drawing.record(session.record):
            self.drawing.arrow(x, start, APP_Y - APP_BAR - 2, width=2.5, filled=False)

    def _read_words(self, session: Session, x: float) -> None:
        own = session.whose == "original"
        text = (
            self.words.say("read only") if own and not self.story.writes else self.words.say("read")
        )
        spots = (
            [_Spot(x + 10, 233), *_beside(x, 211), *_beside(x, 293)]
            if own
            else [_Spot(x - 8, 293, "end"), _Spot(x + 8, 293), _Spot(x - 8, 312, "end")]
        )
        with self.drawing.record(session.record):
            self._label([text], session.record, spots)

    def _lane_of(self, session: Session) -> float:
        """The lane in which the file stood when it was opened."""
        at = [
            stay
            for stay in self.story.stays
            if stay.whose == session.whose and stay.start <= session.start <= stay.end
        ]
        return _LANE_Y[at[-1].lane] if at else _LANE_Y[session.whose]

    def _serves_an_act(self, session: Session) -> bool:
        """Whether the file is read as part of an overwrite, which has an arrow of its own."""
        return session.whose == "copy" and any(
            act.deed == "overwrite" and act.t == session.start for act in self.story.acts
        )

    def _fault(self, fault: Cause) -> None:
        d, x = self.drawing, self.scale.x(fault.t)
        killed = fault.what == "process killed"
        text = self.words.say("app is killed") if killed else self.words.say("job fails")
        with d.record(fault.id):
            for tilt in (-1, 1):
                d.line([(x - 6, APP_Y - 6 * tilt), (x + 6, APP_Y + 6 * tilt)], WHITE, 7)
            for tilt in (-1, 1):
                d.line([(x - 7, APP_Y - 7 * tilt), (x + 7, APP_Y + 7 * tilt)], INK, 3.2)
            d.keep_clear(x - 7, APP_Y - 7, x + 7, APP_Y + 7, "bar")
            spots = [
                _Spot(x + 14, APP_Y + 6),
                *_beside(x, APP_Y + 30),
                _Spot(x - 12, APP_Y + 6, "end"),
            ]
            self._label([text], fault.id, spots)

    # -- what takes something away ---------------------------------------------------------

    def _act(self, act: Act) -> None:
        d, x = self.drawing, self.scale.x(act.t, act.record)
        target = self._lane_at(act) + BAR + 2
        if act.deed == "ask":
            with d.record(act.record):
                d.arrow(x, APP_Y + APP_BAR, WATCHER_Y - 19, width=2.5)
            return
        if act.deed == "restore":
            color = ORIGINAL if act.whose == "original" else COPY
            with d.record(act.record):
                d.arrow(x, BIN_Y - BAR - 2, _LANE_Y[act.whose] + BAR + 2, color, 3, dash=(6, 4))
            return
        if act.asked_by is not None:
            with d.record(act.record):
                wide = 5.0 if act.deed == "remove" else 3.0
                start = APP_Y - APP_BAR if say.by_app(self.trace, act) else target + _SHORT
                d.arrow(x, start, target, width=wide)
        if act in self.story.focus and act.dialog is not None:
            with d.record(act.dialog.id):
                color = WATCHER if act.match else INK
                d.arrow(x + 22, target - 2, WATCHER_Y - 19, color, 2.5)
        elif act in self.story.focus and act.refusal is not None:
            with d.record(act.refusal.id):
                end = WATCHER_Y - 19 if act.match else APP_Y + APP_BAR + 20
                color, wide = (WATCHER, 4.0) if act.match else (INK, 2.5)
                d.arrow(x + 22, target - 2, end, color, wide)
        if act.move is not None:
            with d.record(*_ids(act.move)):
                x = self.scale.x(act.move.t, act.move.record)
                color = ORIGINAL if act.whose == "original" else COPY
                d.arrow(x, target - 2, self._bin_top(act.move.record), color, 3, dash=(6, 4))
        elif act.deed == "trash":
            with d.record(act.record):
                d.arrow(x, target + 30, self._bin_top(act.record), ORIGINAL, 3, dash=(6, 4))

    def _bin_top(self, record: int) -> float:
        """The upper edge of what that request brings into the bin."""
        for stay in self.story.stays:
            if stay.lane == "bin" and stay.record == record:
                y, half = self._rows(stay)
                return y - half - 2
        return BIN_Y - BAR - 2

    def _act_words(self, act: Act) -> None:
        d, x = self.drawing, self.scale.x(act.t, act.record)
        if act in self.story.focus and act.refusal is not None:
            with d.record(act.refusal.id):
                no_row = act.refusal.rule == "mediastore.no-row"
                first = self.words.say("no row:") if no_row else self.words.say("refused:")
                folder = act.whose == "folder"
                stays = self.words.say("folder stays") if folder else self.words.say("file stays")
                words = [first, stays]
                if act.missing:
                    words = [self.words.say("nothing there")]
                left = x + 34
                if act.answer is not None:
                    left = self.scale.x(act.answer.t, act.answer.id) + 12
                y = APP_Y - 2
                boxes = [d.text_box(left, y + 22 * i, text, STRONG) for i, text in enumerate(words)]
                if not all(d.free(box, 1) for box in boxes):
                    y = APP_Y + 34
                d.lines(left, y, words, STRONG, step=22)
                self._answer(act.refusal, left, guessed=act.match is not None)
        with d.record(act.record):
            if act.asked_by is not None and not say.by_app(self.trace, act):
                y = self._lane_at(act) + BAR + 2 + _SHORT
                y = SERVER_Y + 10 if act.deed == "restore" else y
                spots = [_Spot(x - 12, y - 4, "end"), _Spot(x + 12, y - 4)]
                self._label([self.words.say(say.by_system(self.trace, act))], act.record, spots)
                return
            if act.asked_by is not None:
                top, bottom = APP_Y - APP_BAR, APP_Y + APP_BAR
                d.box(x - 7, top, x + 7, bottom, fill=WHITE, radius=0)
                d.box(x - 5, top, x + 5, bottom, fill=APP, radius=2)
                d.keep_clear(x - 5, top, x + 5, bottom, "bar")
            self._act_label(act, x)

    def _lane_at(self, act: Act) -> float:
        """The lane of the name that the request points at."""
        for stay in self.story.stays:
            if stay.path == act.path and stay.start <= act.t <= stay.end:
                return _LANE_Y[stay.lane]
        return _LANE_Y[act.whose]

    def _answer(self, refusal: Refusal, x: float, *, guessed: bool) -> None:
        """The id of the refusal, and what the app is told where that is not the truth."""
        d = self.drawing
        if refusal.told != "success":
            d.text(x, SERVER_Y + 6, f"#{refusal.id}", ID)
            return
        d.text(x, SERVER_Y - 8, f"#{refusal.id}", ID)
        told = self.words.say("told: done")
        if guessed and self._assumed("watcher.app_sees"):
            d.tag(x, SERVER_Y + 16, told)
        else:
            d.text(x, SERVER_Y + 16, told, Style(16))

    def _act_label(self, act: Act, x: float) -> None:
        text = {
            "remove": self.words.say("remove"),
            "overwrite": self.words.say("overwrite"),
            "rename": self.words.say("rename"),
            "trash": self.words.say("to the bin"),
            "restore": self.words.say("put back"),
            "empty": self.words.say("empty"),
            "ask": self._asks(act),
        }[act.deed]
        if act.missing and act not in self.story.focus:
            text = self.words.say("remove: nothing there")
        if act.asked_by is None:
            text = self.words.say("removed")
        stacks = [_Spot(x - 12, 314, "end")]
        if act.refusal is None and act.move is None:
            stacks.append(_Spot(x + 12, 314))
        if any(self._stacked(text, f"#{act.record}", spot) for spot in stacks):
            return
        spots = [_Spot(x - 12, 312, "end"), _Spot(x + 12, 312), _Spot(x - 12, 292, "end")]
        self._label([text], act.record, spots, STRONG)

    def _asks(self, act: Act) -> str:
        change = act.dialog is not None and act.dialog.asks == "change"
        return self.words.say("ask to change") if change else self.words.say("ask to delete")

    def _stacked(self, text: str, number: str, spot: _Spot) -> bool:
        """Write a word above an id, if there is room."""
        d, style = self.drawing, Style(19, bold=True)
        first = d.text_box(spot.x, spot.y, text, style, spot.anchor)
        second = d.text_box(spot.x, spot.y + 24, number, ID, spot.anchor)
        if not (d.free(first, 1) and d.free(second, 1)):
            return False
        d.text(spot.x, spot.y, text, style, spot.anchor)
        d.text(spot.x, spot.y + 24, number, ID, spot.anchor)
        return True

    def labels(self) -> None:
        """Who moves what the watcher keeps."""
        for act in self.story.focus:
            if act.move is not None:
                with self.drawing.record(*_ids(act.move)):
                    x = self.scale.x(act.move.t, act.move.record)
                    self._mover(act.move, x + 12)

    def _mover(self, move: Move, x: float) -> None:
        d, style = self.drawing, Style(17.5)
        texts = []
        if move.aside_by is not None and move.aside_by != move.by:
            texts.append(self.words.say(say.setter_aside(self.trace, move.aside_by)))
        texts.append(self.words.say(say.mover(self.trace, move.by)))
        next_x = min((k.x for k in self.scale.fixed() if k.x > x), default=RIGHT)
        room = next_x - x - 24
        lines = [line for text in texts for line in d.fitted(text, max(room, 110), style, 2)]
        # Of several lines the first stands just below the line between the lanes.
        y = SERVER_Y - (12 if len(lines) == 1 else 15)
        box = d.lines(x, y, lines, style, step=21)
        ids = " ".join(f"#{i}" for i in _ids(move))
        at = d.text(x, box.bottom + 19, ids, ID)
        if self._assumed("watcher.rename_actor"):
            if at.right + 90 < next_x:
                d.tag(at.right + 12, at.bottom - 3, self.words.say(say.ASSUMED))
            else:
                d.tag(x, at.bottom + 19, self.words.say(say.ASSUMED))

    def _assumed(self, *paths: str) -> bool:
        return any(a.path in paths for a in self.trace.header.assumed)

    # -- the watcher -----------------------------------------------------------------------

    def watching(self) -> None:
        """The watcher's card and notice, or why there is none."""
        shown = [act for act in self.story.focus if act.match or act.dialog]
        spoken = [act for act in shown if act.notice]
        quoted = spoken[-1] if spoken else None
        rights = {act.record: self._looked_at(act) for act in shown}
        last = self.scale.fixed()[-1].x if self.scale.window else LEFT
        for act in shown:
            right = rights[act.record]
            if act is quoted and act.notice is not None:
                far = max(rights.values())
                self._bubble(act.notice, right if right == far else None, max(last, far) + 26)
            elif act.notice is not None:
                self._again(act.notice, right)
        self._silences(bool(shown))

    def _looked_at(self, act: Act) -> float:
        """What the watcher and the user are asked; gives where that ends."""
        x = self.scale.x(act.t, act.record)
        right = self._card(act.match, x - 6, self._room(x)) if act.match is not None else None
        if act.dialog is not None:
            left = right + 9 if right is not None else x + (5 if act.deed != "ask" else -17)
            right = self._question(act, left)
        return right if right is not None else x

    def _room(self, x: float) -> float:
        """How far it is to what the watcher or the user is asked next."""
        others = (self.scale.x(a.t, a.record) for a in self.story.focus if a.match or a.dialog)
        return min((other - x for other in others if other > x), default=RIGHT)

    def _question(self, act: Act, left: float) -> float:
        """The question to the user, and the answer; gives where that ends."""
        d, y, dialog = self.drawing, WATCHER_Y, act.dialog
        if dialog is None:
            return left
        right = left + 34
        with d.record(dialog.id):
            edge = WATCHER if act.match else INK
            d.box(left, y - 17, right, y + 17, fill=WHITE, stroke=edge, width=3.5, radius=14)
            d.text((left + right) / 2, y + 7, "?", Style(20, bold=True), "middle")
            d.text(left + 2, y + 38, f"#{dialog.id}", ID)
            d.keep_clear(left - 2, y - 19, right + 2, y + 19, "card")
        answer = act.answer or dialog
        with d.group(f"record-{answer.id}-answer"):
            lines = balanced(self.words.say(say.answer(act)), 84, d.measure(STRONG))
            box = d.lines(right + 10, y + 6 - 11 * (len(lines) - 1), lines, STRONG, step=22)
            if act.answer is not None:
                d.text(right + 10, y + 38, f"#{answer.id}", ID)
        return box.right

    def _card(self, match: Match, left: float, room: float) -> float:
        d, y = self.drawing, WATCHER_Y
        apart = max(19.5, min(25, (room - 18) / len(match.checks)))
        right = left + 36 + apart * (len(match.checks) - 1)
        with d.record(match.id):
            d.box(left, y - 17, right, y + 17, fill=WHITE, stroke=WATCHER, width=3.5, radius=5)
        for i, (name, _) in enumerate(match.checks):
            with d.group(f"record-{match.id}-{name}"):
                d.tick_box(left + 18 + i * apart, y, assumed=self._check_assumed(name))
        d.text(left + 2, y + 38, f"#{match.id}", ID)
        d.keep_clear(left - 2, y - 19, right + 2, y + 19, "card")
        return right

    def _check_assumed(self, name: str) -> bool:
        unsettled = {"place": "watcher.scope", "exempt": "watcher.whitelist"}
        return name in unsettled and self._assumed(unsettled[name])

    def _bubble(self, notice: Notice, start: float | None, left: float) -> None:
        """The notice; an arrow leads there from *start*, unless something stands between."""
        d = self.drawing
        public = notice.worded.get(self.words.lang) != "not public"
        with d.record(notice.id):
            text, width = self._quoted(notice), RIGHT - left - 30
            for size in (_NOTICE.size, 16.5, 15.5):
                style = Style(size, bold=public)
                lines = balanced(text, width, d.measure(style))
                if len(lines) <= 3:
                    break
            else:
                lines = d.fitted(text, width, style, 3)
            step = 21.5 if len(lines) < 3 else 19.5
            high = step * len(lines) + 32
            top = WATCHER_Y - high / 2
            if start is not None:
                d.across(WATCHER_Y, start + 1, left - 1, WATCHER)
            d.box(left, top, RIGHT, top + high, fill=BUBBLE, stroke=WATCHER, width=3.5, radius=14)
            d.lines(left + 16, top + 25, lines, style, step=step)
            below = top + 24 + step * len(lines)
            small, number = Style(15.5, color=SECOND), f"#{notice.id}"
            room = RIGHT - left - 44 - d.measure(ID)(number)
            d.text(left + 16, below, d.fitted(self._when(notice), room, small)[0], small)
            d.text(RIGHT - 16, below, number, ID, "end")
            d.keep_clear(left - 2, top - 2, RIGHT + 2, top + high + 2, "bubble")

    def _when(self, notice: Notice) -> str:
        """When a notice came, where its words are from, and for how many events it stands."""
        worded, time = notice.worded.get(self.words.lang), f"{notice.t:.2f}"
        if worded == "translation":
            when = self.words.say("{time} s (translation)", time=time)
        elif worded == "proposal":
            when = self.words.say("{time} s (proposal)", time=time)
        else:
            when = self.words.say("{time} s", time=time)
        if notice.events > 1:
            return self.words.say("{when}, for {number} events", when=when, number=notice.events)
        number = sum(isinstance(record, Notice) for record in self.trace.records)
        if number > _FEW:
            return self.words.say("{when}, one of {number} notices", when=when, number=number)
        return when

    def _quoted(self, notice: Notice) -> str:
        """The wording, with a very long name of an app cut in the middle."""
        text = str(self.words.show(say.quoted(self.trace, notice, self.words.lang)))
        names = self.trace.header.labels.get(notice.names_app, {})
        name = plain(names.get(self.words.lang, notice.names_app))
        return text.replace(name, self.drawing.fitted(name, 230, _NOTICE)[0])

    def _again(self, notice: Notice, start: float) -> None:
        d, y = self.drawing, WATCHER_Y
        text = self.words.say("notice #{id}", id=notice.id)
        with d.record(notice.id):
            left = start + 16
            right = left + d.measure(BODY)(text) + 14
            if not d.free(Box(start + 3, y - 19, right, y + 19)):
                return
            d.across(y, start + 1, left - 1, WATCHER)
            d.box(left, y - 17, right, y + 17, fill=BUBBLE, stroke=WATCHER, width=3.5, radius=14)
            d.text(left + 7, y + 6, text, BODY)

    def _silences(self, crowded: bool) -> None:
        """Why no notice came, in words; and that there is no watcher where there is none."""
        d = self.drawing
        if not self.trace.header.watchers:
            with d.group("no-watcher"):
                text = self.words.say("no watcher: nothing looks at removals, and no notice comes")
                d.text(LEFT + 10, WATCHER_Y + 6, text, BODY)
            return
        told = {act.record for act in self.story.focus if act.dialog is not None}
        silent = [
            (act, s)
            for act in self.story.acts
            for s in act.silences
            if (s.why != "asked" or act.record not in told) and act.deed != "restore"
        ][:2]
        if not silent:
            if not self.story.acts:
                with d.group("nothing-to-watch"):
                    text = self.words.say("nothing was removed, and no notice comes")
                    d.text(LEFT + 10, WATCHER_Y + 6, text, BODY)
            return
        left, right = self._silence_span(crowded)
        rows = [self._silence_lines(silence, right - left) for _, silence in silent]
        y = WATCHER_Y + 6 - 11 * (sum(map(len, rows)) - 1)
        for (act, silence), lines in zip(silent, rows, strict=True):
            with d.group(f"record-{act.record}-silence"):
                y = self._silence(act, silence, lines, left, y)

    def _silence_span(self, crowded: bool) -> tuple[float, float]:
        window = self.scale.window
        if window is None or crowded:
            return LEFT + 10, (self.scale.overview().x if window else RIGHT) + 10
        return self.scale.fixed()[-1].x - 20, RIGHT

    def _silence_lines(self, silence: Silence, width: float) -> list[str]:
        d = self.drawing
        text = self.words.say(say.silent(silence))
        return balanced(text, width - 84, d.measure(BODY))

    def _silence(
        self, act: Act, silence: Silence, lines: Sequence[str], left: float, y: float
    ) -> float:
        """One removal about which no notice came: the check that did not fit, and why."""
        d, middle = self.drawing, y - 6 + 11 * (len(lines) - 1)
        if silence.why in say.CHECKS:
            assumed = self._check_assumed(silence.why)
            d.tick_box(left + 10, middle, assumed=assumed, fits=False)
        number = f"#{act.record}"
        plate = d.text_box(left + 32, middle + 6, number, ID).right + 10
        wide = max(d.measure(BODY)(line) for line in lines)
        d.box(left + 28, y - 18, plate + wide + 6, y + 22 * len(lines) - 16, fill=WHITE)
        d.text(left + 30, middle + 6, number, ID)
        return d.lines(plate, y, lines, BODY, step=22).bottom + 19

    # -- labels ----------------------------------------------------------------------------

    def _label(
        self, texts: Sequence[str], record: int, spots: Sequence[_Spot], style: Style = BODY
    ) -> None:
        """Write words and the record's id at the first spot with room, or the id alone."""
        d, number = self.drawing, f"#{record}"
        gap = 7.0
        for parts in ([*texts, number], [number]):
            styles = [style] * (len(parts) - 1) + [ID]
            wide = sum(d.measure(s)(t) for s, t in zip(styles, parts, strict=True))
            wide += gap * (len(parts) - 1)
            for spot in spots:
                left = spot.x - (wide if spot.anchor == "end" else 0.0)
                if d.free(Box(left, spot.y - 14, left + wide, spot.y + 4), 1):
                    for part, look in zip(parts, styles, strict=True):
                        left = d.text(left, spot.y, part, look).right + gap
                    return


def _ids(move: Move) -> list[int]:
    return [id_ for id_ in (move.aside, move.record) if id_ is not None]


def _beside(x: float, y: float) -> list[_Spot]:
    return [_Spot(x + 9, y), _Spot(x - 9, y, "end")]


def _bar(
    d: Drawing, stay: Stay, span: tuple[float, float], row: tuple[float, float], plain_edge: bool
) -> None:
    (left, right), (y, half) = span, row
    top, bottom = y - half, y + half
    if stay.whose == "original" and stay.state == "whole":
        d.box(left, top, right, bottom, fill=ORIGINAL)
        return
    if stay.whose in say.STAND_INS:
        d.box(left, top, right, bottom, fill=WHITE, stroke=COPY, width=2.5)
        return
    if plain_edge or (stay.whose == "original" and stay.state in {"aside", "away"}):
        d.box(left, top, right, bottom, fill=WHITE, stroke=ORIGINAL, width=2.5)
        return
    d.box(left, top, right, bottom, fill=WHITE)
    d.hatch(left, top, right, bottom)
    dash = (6.0, 4.0) if stay.state == "writing" else ()
    d.box(left, top, right, bottom, stroke=COPY, width=2.5, dash=dash)
