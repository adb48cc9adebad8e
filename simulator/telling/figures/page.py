"""The page that figures share: three widths, a heading, running text, and a foot that says what
kind of picture it is.

A page is filled from the top; its height is settled by :meth:`Page.foot`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

from attrs import define

from simulator import __version__
from simulator.errors import CachelifeError
from simulator.message import Message
from simulator.telling.figures.canvas import SECOND, Drawing, Style
from simulator.telling.figures.fonts import Fonts
from simulator.telling.figures.material import Material
from simulator.telling.figures.setting import balanced, limit, plain, wrap
from simulator.telling.words import Lang, Words

#: On a slide or a screen; on a sheet of paper, upright; on a phone, to be scrolled.
Size = Literal["wide", "a4", "long"]
SIZES: tuple[Size, ...] = get_args(Size)
#: Pixels at 120 to an inch: 13.33, 8.27 and 7.5 inches.
WIDTHS: Mapping[Size, float] = MappingProxyType({"wide": 1600.0, "a4": 992.0, "long": 900.0})
#: The height of a sheet of paper.
A4 = 1403.0
_MARGINS: Mapping[Size, float] = MappingProxyType({"wide": 30.0, "a4": 56.0, "long": 30.0})
_TITLES: Mapping[Size, range] = MappingProxyType(
    {"wide": range(39, 25, -1), "a4": range(29, 21, -1), "long": range(29, 21, -1)}
)
SMALL = Style(15.5, color=SECOND)


#: What kind of picture it is, for readers of either language.
MODEL: Mapping[Lang, str] = MappingProxyType(
    {"en": "A model, not evidence.", "zh-CN": "模型推演，不构成取证结论。"}
)


class NoFigure(CachelifeError):
    """This scenario has no such figure, or none of that size; the message says why."""


NO_ROOM = Message("it does not fit on one sheet of paper; take the size wide or long")


@define
class Page:
    """A page being filled; *y* is the baseline of what was written last, or where it ended."""

    drawing: Drawing
    words: Words
    size: Size
    y: float = 0.0

    @classmethod
    def new(cls, words: Words, size: Size = "wide") -> Page:
        """An empty page of that width."""
        return cls(Drawing(WIDTHS[size], A4, Fonts(words.lang)), words, size)

    @property
    def left(self) -> float:
        """Where text begins."""
        return _MARGINS[self.size]

    @property
    def right(self) -> float:
        """Where text ends."""
        return self.drawing.width - _MARGINS[self.size]

    @property
    def wide(self) -> float:
        """The room between the two."""
        return self.right - self.left

    def leading(self, style: Style) -> float:
        """From one baseline of running text to the next."""
        return style.size * (1.32 if self.words.lang == "en" else 1.46)

    def heading(self, title: str, condition: str = "", most: int = 3) -> float:
        """Write the finding in as few lines as its size allows, and what it rests on below it.

        Gives the baseline of the last line; the title is the drawing's title from then on.
        """
        d, title = self.drawing, plain(title)
        d.title = title
        with d.group("title"):
            style, lines = self._title(title, most)
            first = 18 + style.size
            step = style.size * 1.24
            d.lines(self.left, first, lines, style, step=step)
            self.y = first + (len(lines) - 1) * step
        if condition:
            with d.group("condition"):
                self.y += 33
                self.paragraph(condition, Style(18.5))
        return self.y

    def _title(self, title: str, most: int) -> tuple[Style, list[str]]:
        sizes = _TITLES[self.size]
        for lines in range(1, most + 1):
            # A title of two lines may be a little smaller than one of a single line.
            for size in sizes:
                if size < sizes[0] - 6 and lines < most:
                    break
                style = Style(size, bold=True)
                measure = self.drawing.measure(style)
                # It is balanced once its size is known: that takes long, and no fewer lines.
                if len(wrap(title, self.wide, measure)) <= lines:
                    return style, balanced(title, self.wide, measure)
        style = Style(sizes[-1], bold=True)
        return style, limit(title, self.wide, most, self.drawing.measure(style))

    def paragraph(
        self,
        text: str,
        style: Style,
        *,
        left: float | None = None,
        right: float | None = None,
    ) -> float:
        """Write *text* from the baseline :attr:`y` on; gives the baseline of its last line."""
        left = self.left if left is None else left
        right = self.right if right is None else right
        lines = wrap(text, right - left, self.drawing.measure(style))
        step = self.leading(style)
        self.drawing.lines(left, self.y, lines, style, step=step)
        self.y += max(len(lines) - 1, 0) * step
        return self.y

    def foot(self, stamp: str, *sentences: str) -> None:
        """Write the *sentences* and what kind of picture this is, and cut the page there.

        Raises :class:`NoFigure` where it is longer than a sheet of paper that it should fit on.
        """
        d = self.drawing
        with d.group("footer"):
            self.y += 26
            kind = self.words.say("A model, not evidence.")
            joined = (" " if self.words.lang == "en" else "").join([kind, *filter(None, sentences)])
            self.paragraph(joined, SMALL)
            self.y += self.leading(SMALL)
            self.paragraph(stamp, SMALL)
        tall = float(round(self.y + 14))
        if self.size == "a4":
            if tall > A4:
                raise NoFigure(NO_ROOM)
            tall = A4
        d.height = tall


def stamped(drawing: Drawing, text: str) -> Drawing:
    """*drawing* with that stamp below all that is on it, for a picture with a foot of its own."""
    d, y = drawing, drawing.height
    with d.group("stamp"):
        lines = wrap(text, d.width - 2 * _MARGINS["wide"], d.measure(SMALL))
        step = SMALL.size * 1.36
        d.lines(_MARGINS["wide"], y + 8, lines, SMALL, step=step)
    d.height = float(round(y + 8 + (len(lines) - 1) * step + 14))
    d.description = f"{d.description}\n{text}"
    return d


def only_wide(size: Size) -> None:
    """Raise :class:`NoFigure` for any other size: the picture is laid out for that one alone."""
    if size != "wide":
        raise NoFigure(Message("it is laid out for these sizes alone: {sizes}", sizes="wide"))


def stamp(material: Material, words: Words, worlds: int) -> str:
    """Which scenario, seed and version a picture is of, and how many worlds were run for it."""
    run = words.many("{count} world run", "{count} worlds run", worlds, count=f"{worlds:,}")
    # Who reads one language only may meet the other one's picture.
    other = MODEL["en" if words.lang == "zh-CN" else "zh-CN"]
    ids = words.say(
        "{scenario}, {digest}, seed {seed}, cachelife {version}; {worlds}",
        scenario=plain(material.scenario.id),
        digest=material.digest[:12],
        seed=material.seed,
        version=__version__,
        worlds=run if worlds else words.say("no world run"),
    )
    return f"{ids} · {other}"


def one_of_many(material: Material, words: Words, finding: str) -> str:
    """A finding about a single run as a title may say it: of a family that run is one of many."""
    if not material.scenario.family:
        return finding
    return words.say(
        "One of {number} combinations: {finding}",
        number=f"{sum(material.outcomes.values()):,}",
        finding=finding,
    )
