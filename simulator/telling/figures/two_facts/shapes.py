"""The vocabulary of shapes, at 144 pixels to an inch: files, places, requests, what a phone says.

One thing is always drawn in one way.  Everything is drawn into a :class:`Rect`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from attrs import evolve, frozen

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
    Anchor,
    Box,
    Drawing,
    Style,
)
from simulator.telling.figures.setting import atoms, shorten

#: Pixels to an inch, and the smallest type (9 pt).
DPI, LEAST = 144, 18.0
SHELF_FILL, IGNORED = "#F3F3F3", "#EFEFEF"
BODY, STRONG = Style(19), Style(19, bold=True)
NOTE = Style(18, color=SECOND)
HEAD = Style(21, bold=True)
FOLDER = Style(22, bold=True, family="mono")
#: A thin line beneath; the middle of a line of text lies this far above its baseline.
_MIDDLE = 0.36

Look = Literal["original", "copy", "placeholder", "folder", "other", "changed"]


@frozen
class Rect:
    """A rectangle: its left top corner, how wide and how high it is."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.h

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.y + self.h / 2

    def inside(self, dx: float, dy: float | None = None) -> Rect:
        """The same without a margin."""
        dy = dx if dy is None else dy
        return Rect(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)


def baseline(middle: float, style: Style) -> float:
    """The baseline of a line of text whose middle is there."""
    return middle + _MIDDLE * style.size


def write(
    d: Drawing,
    x: float,
    middle: float,
    text: str,
    style: Style,
    room: float | None = None,
    anchor: Anchor = "start",
) -> Box:
    """Write one line, shortened to *room*; gives its box."""
    if room is not None:
        style = fit(d, text, style, room)
        text = shorten(text, room, d.measure(style))
    return d.text(x, baseline(middle, style), text, style, anchor)


def fit(d: Drawing, text: str, style: Style, room: float, least: float = LEAST) -> Style:
    """*style*, smaller where *text* would not fit, but not below *least*."""
    while style.size > least and d.measure(style)(text) > room:
        style = evolve(style, size=max(style.size - 0.5, least))
    return style


def rich(
    d: Drawing,
    x: float,
    y: float,
    runs: Sequence[tuple[str, Style]],
    room: float,
    step: float,
    most: int = 9,
) -> float:
    """Write text of several styles over as many lines as it takes; gives the last baseline."""
    left, line, pending = x, 0, list[tuple[str, Style]]()
    for text, style in runs:
        pending += [(atom, style) for atom in atoms(text)]
    placed: list[list[tuple[str, Style]]] = [[]]
    for atom, style in pending:
        wide = d.measure(style)(atom.rstrip())
        if left > x and left + wide > x + room and line + 1 < most:
            placed.append([])
            left, line = x, line + 1
        placed[-1].append((atom, style))
        left += d.measure(style)(atom)
    for number, parts in enumerate(placed):
        _one_line(d, x, y + number * step, parts, room)
    return y + (len(placed) - 1) * step


def _one_line(
    d: Drawing, x: float, y: float, parts: Sequence[tuple[str, Style]], room: float
) -> None:
    """Write pieces of one line; those of one style in one piece, so that they are set together."""
    merged: list[tuple[str, Style]] = []
    for text, style in parts:
        if merged and merged[-1][1] == style:
            merged[-1] = (merged[-1][0] + text, style)
        else:
            merged.append((text, style))
    left = x
    for number, (text, style) in enumerate(merged):
        shown = text.rstrip() if number == len(merged) - 1 else text
        shown = shorten(shown, max(x + room - left, 1), d.measure(style))
        d.text(left, y, shown, style)
        left += d.measure(style)(text)


# -- signs -------------------------------------------------------------------------------------


def disc(d: Drawing, x: float, y: float, radius: float, fill: str = INK) -> None:
    """A filled disc around *x*, *y*."""
    d.box(x - radius, y - radius, x + radius, y + radius, fill=fill, radius=radius)


def number(d: Drawing, x: float, y: float, text: str) -> None:
    """The number of a frame: a black disc, its middle at *x*, *y*."""
    disc(d, x, y, 14)
    d.text(x, y + 6.8, text, Style(18, bold=True, color=WHITE), "middle")


def flag(d: Drawing, x: float, y: float) -> None:
    """The flag of a watched folder, its pole at *x*, its middle at *y*."""
    d.line([(x, y - 11), (x, y + 12)], INK, 2)
    sail = [("M", x + 1, y - 11), ("L", x + 15, y - 5), ("L", x + 1, y + 1.5), ("Z",)]
    d.path(sail, fill=WATCHER, stroke=INK, width=1.2)


def tag(d: Drawing, x: float, middle: float, text: str, anchor: Anchor = "start") -> Box:
    """A tag for what is assumed: yellow, dashed edge; gives its box."""
    style = Style(18)
    wide = d.measure(style)(text) + 12
    left = x - (wide if anchor == "end" else 0.0)
    d.box(
        left,
        middle - 13,
        left + wide,
        middle + 13,
        fill=UNKNOWN,
        stroke=INK,
        width=1.4,
        dash=(4, 2.5),
        radius=4,
    )
    d.text(left + 6, baseline(middle, style), text, style)
    return Box(left, middle - 13, left + wide, middle + 13)


def bars(d: Drawing, x: float, bottom: float, digest: str, color: str, tall: float = 18) -> None:
    """The content mark, 27 px wide: four bars as high as the digest's first four digits."""
    for i, digit in enumerate(digest[:4]):
        high = 3 + int(digit, 16) / 15 * (tall - 3)
        d.box(x + i * 7, bottom - high, x + i * 7 + 4.5, bottom, fill=color, radius=0)


def play(d: Drawing, x: float, y: float, color: str) -> None:
    """The sign of a picture or video, its left edge at *x*, its middle at *y*."""
    d.polygon([(x, y - 8), (x + 13, y), (x, y + 8)], color)


# -- files and places --------------------------------------------------------------------------


def file_bar(
    d: Drawing,
    r: Rect,
    look: Look,
    label: str,
    digest: str | None,
    style: Style = STRONG,
    *,
    dashed: bool = False,
) -> None:
    """A file: whose it is, its name, and its content mark."""
    solid = look == "original"
    color = ORIGINAL if look in {"original", "changed"} else COPY
    if solid:
        d.box(r.x, r.y, r.right, r.bottom, fill=ORIGINAL, radius=4)
    else:
        d.box(r.x, r.y, r.right, r.bottom, fill=WHITE, radius=4)
        if look == "copy":
            d.hatch(r.x + 1, r.y + 1, r.right - 1, r.bottom - 1, COPY, step=12.7, width=3.2)
        dash = (6.0, 4.0) if dashed else ()
        d.box(r.x, r.y, r.right, r.bottom, stroke=color, width=2.5, radius=4, dash=dash)
    marked = digest is not None and r.w > 128
    least = evolve(style, size=min(style.size, LEAST))
    if marked and d.measure(least)(label) > r.w - 80:
        # Its name says more than its mark.
        marked = False
    room = r.w - 36 - (44 if marked else 8)
    shown = evolve(style, color=WHITE if solid else INK)
    shown = fit(d, label, shown, room)
    text = shorten(label, room, d.measure(shown))
    wide = d.measure(shown)(text)
    if look == "copy":
        half = min(r.h / 2 - 4, 15)
        d.box(r.x + 6, r.middle - half, r.x + 36 + wide, r.middle + half, fill=WHITE, radius=3)
    play(d, r.x + 11, r.middle, WHITE if solid else color)
    d.text(r.x + 31, baseline(r.middle, shown), text, shown)
    if marked and digest is not None:
        left, bottom = r.right - 37, r.middle + 9
        if look == "copy":
            d.box(left - 5, bottom - 22, r.right - 5, bottom + 4, fill=WHITE, radius=3)
        bars(d, left, bottom, digest, WHITE if solid else color)


def empty_place(d: Drawing, r: Rect, text: str) -> None:
    """Where the original was."""
    d.box(r.x, r.y, r.right, r.bottom, fill=WHITE, stroke=ORIGINAL, width=2.5, dash=(7, 5))
    write(d, r.x + r.w / 2, r.middle, text, STRONG, r.w - 16, "middle")


def ghost(d: Drawing, r: Rect, text: str) -> None:
    """What would have been elsewhere."""
    d.box(r.x, r.y, r.right, r.bottom, fill=WHITE, stroke=SECOND, width=2, dash=(6, 4))
    write(d, r.x + r.w / 2, r.middle, text, NOTE, r.w - 12, "middle")


def board(d: Drawing, r: Rect) -> None:
    """The board of a shelf: a grey band with a line under it."""
    d.box(r.x, r.y, r.right, r.bottom, fill=SHELF_FILL, radius=0)
    d.line([(r.x, r.bottom), (r.right, r.bottom)], SHELF, 2.5)


def bin_box(d: Drawing, r: Rect) -> None:
    """The bin: a box with a lid that is wider than it."""
    d.box(r.x + 2, r.y, r.right - 2, r.bottom, fill=WHITE, stroke=APP, width=1.5, radius=0)
    d.line([(r.x - 3, r.y), (r.right + 3, r.y)], APP, 6)


def app_box(d: Drawing, r: Rect, label: str) -> None:
    """The app: a dark box with its name."""
    d.box(r.x, r.y, r.right, r.bottom, fill=APP, radius=10)
    style = Style(18, bold=True, color=WHITE)
    lines = d.fitted(label, r.w - 10, style, 3 if r.h > 70 else 2)
    top = r.middle - (len(lines) - 1) * 11
    for i, line in enumerate(lines):
        d.text(r.x + r.w / 2, baseline(top + i * 22, style), line, style, "middle")


def plain_box(d: Drawing, r: Rect, label: str) -> None:
    """A server, or anything else that is no file and no app."""
    d.box(r.x, r.y, r.right, r.bottom, fill=WHITE, stroke=APP, width=1.5, radius=4)
    write(d, r.x + r.w / 2, r.middle, label, Style(18), r.w - 8, "middle")


# -- arrows, pills, frames ---------------------------------------------------------------------


def arrow(
    d: Drawing,
    x0: float,
    x1: float,
    y: float,
    color: str = INK,
    width: float = 3.0,
    *,
    filled: bool = True,
) -> None:
    """A level arrow from *x0* to *x1*; an open head means that something is read only."""
    way = 1.0 if x1 > x0 else -1.0
    tall, half = (17.0, 9.0) if width >= 5 else (13.0, 6.6)
    if filled:
        d.line([(x0, y), (x1 - way * tall, y)], color, width)
        d.polygon([(x1, y), (x1 - way * tall, y - half), (x1 - way * tall, y + half)], color)
    else:
        d.line([(x0, y), (x1, y)], color, width)
        d.line([(x1 - way * tall, y - half), (x1, y), (x1 - way * tall, y + half)], color, width)
    d.keep_clear(x0, y - half, x1, y + half, "arrow")


def up_arrow(d: Drawing, x: float, start: float, end: float) -> None:
    """A short arrow upwards."""
    d.line([(x, start), (x, end + 9)], INK, 3)
    d.polygon([(x, end), (x - 6, end + 10), (x + 6, end + 10)], INK)


def chevron(d: Drawing, x: float, y: float) -> None:
    """Between frames that follow in time."""
    d.line([(x - 4, y - 9), (x + 5, y), (x - 4, y + 9)], SECOND, 3.5)


def pill(d: Drawing, left: float, right: float, y: float, text: str, *, same: bool | None) -> None:
    """Between the two stories: same, different, or not known, with a hair line on both sides."""
    sign = "= ?" if same is None else "=" if same else "≠"
    style, glyph = Style(20, bold=True), Style(24, bold=True)
    room = right - left - 90
    text = shorten(text, room, d.measure(style))
    sign_wide = d.measure(glyph)(sign)
    wide = 16 + sign_wide + 12 + d.measure(style)(text) + 18
    middle = (left + right) / 2
    start, end = middle - wide / 2, middle + wide / 2
    for a, b in ((left, start - 8), (end + 8, right)):
        if b > a:
            d.line([(a, y), (b, y)], SHELF, 1.2)
    fill = UNKNOWN if same is None else WHITE if same else INK
    dash = (5.0, 3.0) if same is None else ()
    ink = WHITE if same is False else INK
    d.box(start, y - 16, end, y + 16, fill=fill, stroke=INK, width=2, radius=16, dash=dash)
    d.text(start + 16, baseline(y, glyph), sign, evolve(glyph, color=ink))
    d.text(start + 28 + sign_wide, baseline(y, style), text, evolve(style, color=ink))


def frame_edge(d: Drawing, r: Rect) -> None:
    """The edge of a frame that shows no shelves."""
    d.box(r.x, r.y, r.right, r.bottom, stroke=HAIR, width=1.5, radius=6)


def tick_box(
    d: Drawing, x: float, y: float, *, assumed: bool, state: Literal["yes", "no", "none"] = "yes"
) -> None:
    """One check of a watcher, its middle at *x*, *y*."""
    fill, dash = (UNKNOWN, (4.0, 2.5)) if assumed else (WHITE, ())
    d.box(x - 11, y - 11, x + 11, y + 11, fill=fill, stroke=INK, width=1.6, radius=3, dash=dash)
    if state == "yes":
        d.line([(x - 6.5, y + 0.5), (x - 1.5, y + 5.5), (x + 7, y - 5.5)], INK, 2.8)
    elif state == "no":
        d.line([(x - 6, y), (x + 6, y)], INK, 2.8)


def truth(d: Drawing, x: float, y: float, status: str) -> None:
    """Whether a part of a notice is true, false or open."""
    if status == "true":
        disc(d, x, y, 10)
        d.line([(x - 5, y + 0.4), (x - 1.2, y + 4.2), (x + 5.4, y - 4.2)], WHITE, 2.4)
    elif status == "false":
        d.box(x - 9.5, y - 9.5, x + 9.5, y + 9.5, fill=WHITE, stroke=INK, width=1.8, radius=9.5)
        for a, b in ((1, 1), (1, -1)):
            d.line([(x - 4 * a, y - 4 * b), (x + 4 * a, y + 4 * b)], INK, 2)
    else:
        d.box(
            x - 9.5,
            y - 9.5,
            x + 9.5,
            y + 9.5,
            fill=UNKNOWN,
            stroke=INK,
            width=1.6,
            radius=9.5,
            dash=(3.5, 2.5),
        )
        d.text(x, baseline(y, Style(18, bold=True)), "?", Style(18, bold=True), "middle")


def bubble(d: Drawing, r: Rect) -> None:
    """The bubble of a notice, with its tail at the lower left."""
    d.box(r.x, r.y, r.right, r.bottom, fill=BUBBLE, stroke=WATCHER, width=4, radius=16)
    x, y = r.x + 30, r.bottom
    d.path([("M", x, y - 3), ("L", x + 2, y + 17), ("L", x + 20, y - 3), ("Z",)], fill=BUBBLE)
    d.line([(x, y), (x + 2, y + 17), (x + 20, y)], WATCHER, 4)


def tried_sign(d: Drawing, x: float, y: float, tried: str) -> None:
    """What came of a value: holds, no such notice, the other fate, or no phone can be like that."""
    if tried == "holds":
        disc(d, x, y, 6.5)
    elif tried == "no_notice":
        d.box(x - 6, y - 6, x + 6, y + 6, fill=WHITE, stroke=INK, width=2, radius=6)
    elif tried == "other_notice":
        d.box(x - 6, y - 6, x + 6, y + 6, fill=WHITE, stroke=INK, width=2, radius=0)
    elif tried == "other_fate":
        d.polygon([(x, y - 9), (x + 9, y), (x, y + 9), (x - 9, y)], ORIGINAL)
    else:
        d.line([(x - 6, y), (x + 6, y)], SECOND, 2.4)
