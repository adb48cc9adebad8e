"""A small drawing vocabulary: a picture as plain data, in pixels from the top left corner.

What is drawn is kept as :class:`Shape` and :class:`Text` in the order of drawing; every text and
every thing that text must keep clear of is also kept as a :class:`Box`, measured with the real
font, so that labels can be placed and tests can look for overlaps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Literal

from attrs import define, evolve, field, frozen

from simulator.telling.figures.fonts import Command, Family, Fonts
from simulator.telling.figures.setting import Measure, limit

Anchor = Literal["start", "middle", "end"]
Dash = tuple[float, ...]

ORIGINAL = "#0072B2"
COPY = "#D55E00"
WATCHER = "#CC79A7"
APP = "#595959"
UNKNOWN = "#F0E442"
BUBBLE = "#F7EAF1"
INK = "#1A1A1A"
SECOND = "#595959"
SHELF = "#8C8C8C"
HAIR = "#D4D4D4"
WHITE = "#FFFFFF"
#: Pixels per inch of the written file, unless a drawing says otherwise; 9 pt are 15 px.
DPI = 120
SMALLEST = 15.0
#: The smallest type, in points at the size at which a picture is meant to be seen.
SMALLEST_POINTS = 9.0

_TAG_DASH: Dash = (4, 2.5)
#: How far a quarter circle's control points lie from its ends.
_ARC = 0.4477


@frozen
class Box:
    """A measured rectangle; *kind* is ``text`` or what text keeps clear of."""

    left: float
    top: float
    right: float
    bottom: float
    kind: str = "text"
    what: str = ""

    def overlaps(self, other: Box, gap: float = 0.0) -> bool:
        """Whether the two share more than their edges, or come closer than *gap*."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )

    def within(self, other: Box) -> bool:
        """Whether it lies inside the *other*."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )


@frozen
class Shape:
    """A path with its fill and its stroke."""

    path: tuple[Command, ...]
    group: str
    fill: str | None = None
    stroke: str | None = None
    width: float = 0.0
    dash: Dash = ()


@frozen
class Text:
    """One line of text, from *x* on the baseline *y*."""

    x: float
    y: float
    string: str
    size: float
    group: str
    bold: bool = False
    family: Family = "sans"
    color: str = INK


@frozen
class Style:
    """How a text is set."""

    size: float = 17.0
    bold: bool = False
    family: Family = "sans"
    color: str = INK


NAME = Style(20, bold=True)
BODY = Style(17)
STRONG = Style(18, bold=True)
NOTE = Style(16.5, color=SECOND)
ID = Style(15.5, family="mono", color=SECOND)
PATH = Style(16, family="mono")
TAG = Style(15)


@define
class Drawing:
    """A picture being drawn: its size in pixels, its language, what is drawn, and what it says.

    *title* is the finding, which is also the short text for readers who do not see the picture;
    *description* is the long one.  *dpi* are the pixels to an inch.  It is printed on so many
    *sheets* of paper of one height, one below the other.
    """

    width: float
    height: float
    fonts: Fonts
    title: str = ""
    description: str = ""
    dpi: int = DPI
    sheets: int = 1
    items: list[Shape | Text] = field(factory=list)
    boxes: list[Box] = field(factory=list)
    _group: str = ""
    _used: dict[str, int] = field(factory=dict)

    # -- groups ----------------------------------------------------------------------------

    @contextmanager
    def record(self, *ids: int) -> Iterator[None]:
        """Everything drawn inside belongs to those records of the trace."""
        with self.group("record-" + "-".join(map(str, dict.fromkeys(ids)))):
            yield

    @contextmanager
    def group(self, name: str) -> Iterator[None]:
        """Everything drawn inside is one group of the SVG; a name used again gets a number."""
        count = self._used[name] = self._used.get(name, 0) + 1
        before, self._group = self._group, name if count == 1 else f"{name}.{count}"
        try:
            yield
        finally:
            self._group = before

    def paste(self, other: Drawing, factor: float, dx: float, dy: float) -> None:
        """Draw everything of *other* so many times larger, its corner at *dx*, *dy*."""
        for item in other.items:
            self.items.append(_enlarged(item, factor, dx, dy))
        for box in other.boxes:
            self.boxes.append(
                evolve(
                    box,
                    left=box.left * factor + dx,
                    top=box.top * factor + dy,
                    right=box.right * factor + dx,
                    bottom=box.bottom * factor + dy,
                )
            )

    # -- text ------------------------------------------------------------------------------

    def measure(self, style: Style) -> Measure:
        """The measure of one line in that style."""
        return partial(self.fonts.width, size=style.size, family=style.family, bold=style.bold)

    def text_box(
        self, x: float, y: float, string: str, style: Style, anchor: Anchor = "start"
    ) -> Box:
        """Where a line of text would stand."""
        wide = self.measure(style)(string)
        left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        size = style.size
        return Box(left, y - 0.80 * size, left + wide, y + 0.22 * size, "text", string)

    def text(
        self, x: float, y: float, string: str, style: Style = BODY, anchor: Anchor = "start"
    ) -> Box:
        """Write a line of text with its baseline at *y*; gives its box."""
        box = self.text_box(x, y, string, style, anchor)
        self.boxes.append(box)
        self.items.append(
            Text(
                box.left, y, string, style.size, self._group, style.bold, style.family, style.color
            )
        )
        return box

    def lines(
        self,
        x: float,
        y: float,
        texts: Sequence[str],
        style: Style = BODY,
        anchor: Anchor = "start",
        step: float | None = None,
    ) -> Box:
        """Write lines below one another; gives the box around them."""
        if not texts:
            return Box(x, y, x, y)
        step = step or style.size * (1.3 if self.fonts.lang == "en" else 1.36)
        return around(
            [self.text(x, y + i * step, text, style, anchor) for i, text in enumerate(texts)]
        )

    def fitted(self, string: str, width: float, style: Style, lines: int = 1) -> list[str]:
        """*string* in lines of that width, shortened where it must be."""
        return limit(string, width, lines, self.measure(style))

    def free(self, box: Box, gap: float = 3.0) -> bool:
        """Whether nothing that text keeps clear of is there."""
        return box.within(Box(0, 0, self.width, self.height)) and not any(
            box.overlaps(other, gap) for other in self.boxes
        )

    def keep_clear(self, left: float, top: float, right: float, bottom: float, what: str) -> None:
        """Let no label be placed there."""
        self.boxes.append(
            Box(
                min(left, right),
                min(top, bottom),
                max(left, right),
                max(top, bottom),
                "thing",
                what,
            )
        )

    # -- shapes ----------------------------------------------------------------------------

    def path(
        self,
        commands: Sequence[Command],
        *,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 0.0,
        dash: Dash = (),
    ) -> None:
        """Draw a path."""
        self.items.append(Shape(tuple(commands), self._group, fill, stroke, width, dash))

    def line(
        self,
        points: Sequence[tuple[float, float]],
        color: str = INK,
        width: float = 2.0,
        dash: Dash = (),
    ) -> None:
        """Draw a line through points."""
        first, *rest = points
        self.path(
            [("M", *first), *(("L", *point) for point in rest)],
            stroke=color,
            width=width,
            dash=dash,
        )

    def polygon(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        """Draw a filled polygon."""
        first, *rest = points
        self.path([("M", *first), *(("L", *point) for point in rest), ("Z",)], fill=fill)

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        *,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 0.0,
        radius: float = 3.0,
        dash: Dash = (),
    ) -> None:
        """Draw a rectangle with rounded corners."""
        shape = rounded(left, top, right, bottom, radius)
        self.path(shape, fill=fill, stroke=stroke, width=width, dash=dash)

    def hatch(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        color: str = COPY,
        *,
        step: float = 12.7,
        width: float = 2.2,
    ) -> None:
        """Fill a rectangle with lines at 45 degrees, *step* apart on its edge, cut at its edges."""
        tall = bottom - top
        at = left - tall + (-(left - tall)) % step
        while at < right:
            start, end = max(at, left), min(at + tall, right)
            if end > start:
                points = [(start, bottom - (start - at)), (end, bottom - (end - at))]
                self.line(points, color, width)
            at += step

    def arrow(
        self,
        x: float,
        start: float,
        end: float,
        color: str = INK,
        width: float = 3.0,
        *,
        filled: bool = True,
        dash: Dash = (),
    ) -> None:
        """Draw an upright arrow with a light edge, so that it stays whole where it crosses."""
        down = 1.0 if end > start else -1.0
        half, tall = (6.6, 12.0) if width < 4 else (7.2, 13.0) if width < 5 else (9.4, 17.0)
        neck = end - down * tall
        self.line([(x, start), (x, neck)], WHITE, width + 5)
        self.line([(x, start), (x, neck if filled else end)], color, width, dash)
        if filled:
            self.polygon([(x, end), (x - half, neck), (x + half, neck)], color)
        else:
            self.line([(x - half, neck), (x, end), (x + half, neck)], color, width)
        self.keep_clear(x - width / 2 - 1, start, x + width / 2 + 1, end, "arrow")

    def across(self, y: float, start: float, end: float, color: str, width: float = 4.0) -> None:
        """Draw a level arrow to the right."""
        self.line([(start, y), (end - 13, y)], color, width)
        self.polygon([(end, y), (end - 13, y - 7.1), (end - 13, y + 7.1)], color)
        self.keep_clear(start, y - 4, end, y + 4, "arrow")

    # -- small things ----------------------------------------------------------------------

    def tag(self, x: float, y: float, string: str) -> Box:
        """Write a tag for what is assumed: yellow, dashed edge."""
        at = self.text_box(x + 6, y, string, TAG)
        self.box(x, y - 15, at.right + 6, y + 5, fill=UNKNOWN, stroke=INK, width=1, dash=_TAG_DASH)
        self.text(x + 6, y, string, TAG)
        return Box(x, y - 15, at.right + 6, y + 5)

    def triangle(self, x: float, y: float, color: str) -> None:
        """Draw the sign of a video, its middle at *y*."""
        self.polygon([(x, y - 8), (x + 13.6, y), (x, y + 8)], color)

    def mark(self, x: float, y: float, digest: str, color: str) -> None:
        """Draw a content mark of 24 px: four bars, as high as the digest's first four digits."""
        for i, digit in enumerate(digest[:4]):
            tall, left = 3 + int(digit, 16), x + i * 6.5
            self.box(left, y + 9 - tall, left + 4, y + 9, fill=color, radius=0)

    def tick_box(self, x: float, y: float, *, assumed: bool, fits: bool = True) -> None:
        """Draw one check of a watcher, its middle at *x*, *y*."""
        fill, dash = (UNKNOWN, (3.0, 2.0)) if assumed else (WHITE, ())
        self.box(x - 9, y - 9, x + 9, y + 9, fill=fill, stroke=INK, width=1.6, radius=2, dash=dash)
        if fits:
            self.line([(x - 5.6, y + 0.4), (x - 1.1, y + 4.9), (x + 6.1, y - 4.9)], INK, 2.4)
        else:
            self.line([(x - 5, y), (x + 5, y)], INK, 2.4)


def _enlarged(item: Shape | Text, factor: float, dx: float, dy: float) -> Shape | Text:
    if isinstance(item, Text):
        return evolve(item, x=item.x * factor + dx, y=item.y * factor + dy, size=item.size * factor)
    path = tuple(
        (
            name,
            *(value * factor + (dy if i % 2 else dx) for i, value in enumerate(numbers)),
        )
        for name, *numbers in item.path
    )
    dash = tuple(length * factor for length in item.dash)
    return evolve(item, path=path, width=item.width * factor, dash=dash)


def around(boxes: Sequence[Box]) -> Box:
    """The box around boxes."""
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> list[Command]:
    """The outline of a rectangle with rounded corners."""
    r = min(radius, (right - left) / 2, (bottom - top) / 2)
    if r <= 0:
        return [
            ("M", left, top),
            ("L", right, top),
            ("L", right, bottom),
            ("L", left, bottom),
            ("Z",),
        ]
    k = r * _ARC
    return [
        ("M", left + r, top),
        ("L", right - r, top),
        ("C", right - k, top, right, top + k, right, top + r),
        ("L", right, bottom - r),
        ("C", right, bottom - k, right - k, bottom, right - r, bottom),
        ("L", left + r, bottom),
        ("C", left + k, bottom, left, bottom - k, left, bottom - r),
        ("L", left, top + r),
        ("C", left, top + k, left + k, top, left + r, top),
        ("Z",),
    ]
