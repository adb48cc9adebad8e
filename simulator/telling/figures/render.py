"""Turns a drawing into SVG, PNG or PDF, the same bytes at every run.

This is the one module that imports matplotlib, and only when a picture is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from attrs import define, field, frozen

from simulator.telling.figures.canvas import Drawing, Shape, Text
from simulator.telling.figures.fonts import Command, Fonts, Glyph, Outline

Format = Literal["svg", "png", "pdf"]
#: Points of outlines in a PDF, in points of type: a third of the bytes, and no eye sees it.
_GRID = 0.02
_RC: Mapping[str, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "cachelife",
    "svg.id": None,
    "savefig.bbox": None,
    "savefig.transparent": False,
    "path.simplify": False,
    "path.snap": True,
    "path.sketch": None,
    "path.effects": [],
    "agg.path.chunksize": 0,
    "pdf.compression": 6,
}
_NUMBER = re.compile(r"-?\d+\.\d+")
_OUTLINE = re.compile(r' d="M [^"]*"')


def as_bytes(drawing: Drawing, format: Format) -> bytes:
    """The file's content."""
    import matplotlib

    known: Any = {name: value for name, value in _RC.items() if name in matplotlib.rcParams}
    with matplotlib.rc_context(known):
        figure, out = _figure(drawing, stamped=format != "png"), BytesIO()
        if format == "svg":
            none = dict.fromkeys(("Date", "Creator", "Format", "Type"))
            figure.savefig(out, format="svg", facecolor="#FFFFFF", metadata=none)
            return _accessible(out.getvalue().decode("utf-8"), drawing).encode("utf-8")
        if format == "pdf":
            # Whatever is not named here would say when, and with which version, it was written.
            said: dict[str, str | None] = dict.fromkeys(("Creator", "Producer", "CreationDate"))
            said |= {"Title": drawing.title, "Subject": drawing.description}
            return _pdf(drawing, said)
        about = {"Software": None, "Title": drawing.title, "Description": drawing.description}
        figure.savefig(out, format="png", dpi=drawing.dpi, facecolor="#FFFFFF", metadata=about)
        return out.getvalue()


def _pdf(drawing: Drawing, said: Any) -> bytes:
    from matplotlib.backends.backend_pdf import PdfPages

    out = BytesIO()
    with PdfPages(out, metadata=said) as pages:
        for sheet in range(drawing.sheets):
            page = _figure(drawing, stamped=False, sheet=sheet, grid=_GRID * drawing.dpi / 72)
            pages.savefig(page, facecolor="#FFFFFF")
    return out.getvalue()


# -- the picture -------------------------------------------------------------------------------


def _figure(drawing: Drawing, *, stamped: bool, sheet: int | None = None, grid: float = 0.0) -> Any:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.transforms import Affine2D

    dpi = drawing.dpi
    high = drawing.height if sheet is None else drawing.height / drawing.sheets
    figure = Figure(figsize=(drawing.width / dpi, high / dpi), dpi=dpi)
    pixels = Affine2D().scale(1 / drawing.width, -1 / high).translate(0, 1 + (sheet or 0))

    class Sheet(Artist):
        """Everything that is drawn, group by group."""

        def draw(self, renderer: Any) -> None:
            stamps = _Stamps(renderer.writer) if stamped else None
            pen = _Pen(renderer, pixels + figure.transFigure, 72 / dpi, drawing.fonts, stamps, grid)
            for name, items in groupby(drawing.items, key=lambda item: item.group):
                if name:
                    renderer.open_group("g", gid=name)
                for item in items:
                    if isinstance(item, Shape):
                        pen.stroke_and_fill(item)
                    else:
                        pen.write(item)
                if name:
                    renderer.close_group("g")

    figure.add_artist(Sheet())
    return figure


@frozen
class _Pen:
    """Draws with a matplotlib *renderer*; one pixel of the drawing is so many *points*.

    With *stamped* a file holds the outline of a glyph once, however often it is used.  Otherwise
    its points lie on a *grid* of so many pixels (0: wherever they are).
    """

    renderer: Any
    to_page: Any
    points: float
    fonts: Fonts
    stamped: _Stamps | None
    grid: float

    def write(self, item: Text) -> None:
        """Draw a line of text."""
        glyphs = self.fonts.glyphs(item.string, item.size, family=item.family, bold=item.bold)
        if self.stamped is not None:
            self.stamped.write(item, glyphs, self.points)
            return
        for stroke, group in groupby(glyphs, key=lambda glyph: glyph.embolden):
            placed = _placed(item, group, self.grid)
            if placed is not None:
                edge = item.color if stroke else None
                self._draw(placed, item.color, edge, stroke, snap=False)

    def stroke_and_fill(self, shape: Shape) -> None:
        """Draw a path."""
        self._draw(_path(shape.path), shape.fill, shape.stroke, shape.width, shape.dash)

    def _draw(
        self,
        path: Any,
        fill: str | None,
        stroke: str | None,
        width: float,
        dash: tuple[float, ...] = (),
        snap: bool | None = None,
    ) -> None:
        from matplotlib.colors import to_rgb

        context = self._context(stroke, width, dash)
        context.set_snap(snap)
        self.renderer.draw_path(context, path, self.to_page, to_rgb(fill) if fill else None)
        context.restore()

    def _context(self, stroke: str | None, width: float, dash: tuple[float, ...] = ()) -> Any:
        context = self.renderer.new_gc()
        context.set_linewidth(width * self.points if stroke else 0.0)
        if stroke:
            context.set_foreground(stroke)
        context.set_joinstyle("round")
        context.set_capstyle("butt")
        if dash:
            context.set_dashes(0, [length * self.points for length in dash])
        return context


@define(eq=False)
class _Stamps:
    """Writes text into an SVG as uses of outlines that stand there once each.

    That is how matplotlib writes its own text; through its markers it takes ten times as long.
    """

    writer: Any
    _known: dict[Outline, str] = field(factory=dict)

    def write(self, item: Text, glyphs: Iterable[Glyph], points: float) -> None:
        """Write a line of text; one pixel is so many *points*."""
        for stroke, group in groupby(glyphs, key=lambda glyph: glyph.embolden):
            drawn = [glyph for glyph in group if glyph.outline]
            if not drawn:
                continue
            style = f"fill: {item.color.lower()}"
            if stroke:
                # Wide as a share of the size, in the units of the outlines.
                wide = stroke / drawn[0].scale
                style += f"; stroke: {item.color.lower()}; stroke-width: {wide:.4g}"
            self.writer.start("g", style=style)
            for glyph in drawn:
                self._use(glyph, item, points)
            self.writer.end("g")

    def _use(self, glyph: Glyph, item: Text, points: float) -> None:
        name = self._known.get(glyph.outline)
        if name is None:
            name = self._known[glyph.outline] = f"glyph-{len(self._known) + 1}"
            self.writer.start("defs")
            self.writer.element("path", id=name, d=_outlined(glyph.outline))
            self.writer.end("defs")
        x, y, scale = (item.x + glyph.x) * points, item.y * points, glyph.scale * points
        place = f"translate({_digits(x)} {_digits(y)}) scale({scale:.5g} {-scale:.5g})"
        self.writer.element("use", attrib={"xlink:href": f"#{name}", "transform": place})


@lru_cache(maxsize=4096)
def _outlined(outline: Outline) -> str:
    """An outline in the words of SVG, in the units of its font."""
    parts = []
    for name, *numbers in outline:
        parts.append(name + " ".join(f"{number:g}" for number in numbers))
    return "".join(parts)


def _digits(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _placed(item: Text, glyphs: Iterable[Glyph], grid: float) -> Any:
    """The outlines of *glyphs* where they stand, as one path; None where there are none."""
    import numpy as np
    from matplotlib.path import Path as Curve

    shapes = [(g, _shape_of(g.outline)) for g in glyphs if g.outline]
    if not shapes:
        return None
    points = [
        shape.vertices * (glyph.scale, -glyph.scale) + (item.x + glyph.x, item.y)
        for glyph, shape in shapes
    ]
    vertices = np.concatenate(points)
    if grid:
        vertices = np.round(vertices / grid) * grid
    return Curve(vertices, np.concatenate([shape.codes for _, shape in shapes]))


@lru_cache(maxsize=4096)
def _shape_of(outline: Outline) -> Any:
    """The outline of a glyph as a path of matplotlib, built once."""
    return _path(outline)


def _path(commands: Iterable[Command]) -> Any:
    from matplotlib.path import Path as Curve

    codes: list[int] = []
    points: list[tuple[float, float]] = []
    kinds = {
        "M": Curve.MOVETO,
        "L": Curve.LINETO,
        "Q": Curve.CURVE3,
        "C": Curve.CURVE4,
    }
    for name, *numbers in commands:
        if name == "Z":
            codes.append(int(Curve.CLOSEPOLY))
            points.append((0.0, 0.0))
            continue
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        codes.extend([int(kinds[name])] * len(pairs))
        points.extend(pairs)
    return Curve(points, codes)


# -- SVG for readers who do not see it ---------------------------------------------------------


def _accessible(svg: str, drawing: Drawing) -> str:
    """The file with title and description, without styles that would reach beyond it."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, count=1, flags=re.DOTALL)
    body = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", body, count=1, flags=re.DOTALL)
    body = _OUTLINE.sub(_short, body)
    head = body[: body.index(">")]
    size = " ".join(re.findall(r'(?:width|height|viewBox)="[^"]*"', head))
    start = (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {size}'
        f' version="1.1" role="img" aria-labelledby="figure-title figure-desc"'
        f" xml:lang={quoteattr(drawing.fonts.lang)}"
        ' stroke-linejoin="round" stroke-linecap="butt">\n'
        f'<title id="figure-title">{escape(drawing.title)}</title>\n'
        f'<desc id="figure-desc">{escape(drawing.description)}</desc>'
    )
    return start + body[body.index(">") + 1 :]


def _short(match: re.Match[str]) -> str:
    rounded = _NUMBER.sub(_rounded, match[0][4:-1])
    tight = re.sub(r"\s*([A-Za-z])\s*", r"\1", rounded).strip()
    return f' d="{tight}"'


def _rounded(match: re.Match[str]) -> str:
    return _digits(float(match[0]))
