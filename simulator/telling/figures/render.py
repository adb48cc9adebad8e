"""Turns a drawing into SVG or PNG, the same bytes at every run.

This is the one module that imports matplotlib, and only when a picture is made.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape, quoteattr

from simulator.telling.figures.canvas import DPI, Drawing, Shape, Text
from simulator.telling.figures.fonts import Command, Fonts, Glyph

Format = Literal["svg", "png"]
_POINTS = 72 / DPI
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
}
_NUMBER = re.compile(r"-?\d+\.\d+")
_OUTLINE = re.compile(r' d="[^"]*"')


def as_bytes(drawing: Drawing, format: Format) -> bytes:
    """The file's content."""
    import matplotlib

    known: Any = {name: value for name, value in _RC.items() if name in matplotlib.rcParams}
    with matplotlib.rc_context(known):
        figure, out = _figure(drawing, stamped=format == "svg"), BytesIO()
        if format == "svg":
            none = dict.fromkeys(("Date", "Creator", "Format", "Type"))
            figure.savefig(out, format="svg", facecolor="#FFFFFF", metadata=none)
            return _accessible(out.getvalue().decode("utf-8"), drawing).encode("utf-8")
        about = {"Software": None, "Title": drawing.title, "Description": drawing.description}
        figure.savefig(out, format="png", dpi=DPI, facecolor="#FFFFFF", metadata=about)
        return out.getvalue()


def write(path: Path, content: bytes) -> Path:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return path


# -- the picture -------------------------------------------------------------------------------


def _figure(drawing: Drawing, *, stamped: bool) -> Any:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.transforms import Affine2D

    figure = Figure(figsize=(drawing.width / DPI, drawing.height / DPI), dpi=DPI)
    pixels = Affine2D().scale(1 / drawing.width, -1 / drawing.height).translate(0, 1)

    def to_page() -> Any:
        return pixels + figure.transFigure

    class Sheet(Artist):
        """Everything that is drawn, group by group."""

        def draw(self, renderer: Any) -> None:
            for name, items in groupby(drawing.items, key=lambda item: item.group):
                if name:
                    renderer.open_group("g", gid=name)
                for item in items:
                    if isinstance(item, Shape):
                        _stroke_and_fill(renderer, item, to_page())
                    else:
                        _write(renderer, item, to_page(), drawing.fonts, stamped)
                if name:
                    renderer.close_group("g")

    figure.add_artist(Sheet())
    return figure


def _write(renderer: Any, item: Text, to_page: Any, fonts: Fonts, stamped: bool) -> None:
    glyphs = fonts.glyphs(item.string, item.size, family=item.family, bold=item.bold)
    if stamped:
        for glyph in glyphs:
            _stamp(renderer, glyph, item, to_page)
        return
    for stroke, group in groupby(glyphs, key=lambda glyph: glyph.embolden):
        placed = [
            command
            for glyph in group
            for command in _moved(glyph.outline, item.x + glyph.x, item.y, glyph.scale)
        ]
        edge = item.color if stroke else None
        shape = Shape(tuple(placed), "", item.color, edge, stroke)
        if placed:
            _stroke_and_fill(renderer, shape, to_page, snap=False)


def _stamp(renderer: Any, glyph: Glyph, item: Text, to_page: Any) -> None:
    """Draw a glyph as a marker, whose outline an SVG holds once however often it is used."""
    from matplotlib.colors import to_rgb
    from matplotlib.path import Path as Outline
    from matplotlib.transforms import Affine2D

    if not glyph.outline:
        return
    shape = Shape((), "", stroke=item.color if glyph.embolden else None, width=glyph.embolden)
    context = _context(renderer, shape)
    size = Affine2D().scale(glyph.scale * _POINTS)
    spot = Outline([(item.x + glyph.x, item.y)])
    renderer.draw_markers(context, _path(glyph.outline), size, spot, to_page, to_rgb(item.color))
    context.restore()


def _moved(outline: Iterable[Command], x: float, y: float, scale: float) -> Iterator[Command]:
    for name, *numbers in outline:
        points = zip(numbers[::2], numbers[1::2], strict=True)
        yield (name, *(v for a, b in points for v in (x + a * scale, y - b * scale)))


def _stroke_and_fill(renderer: Any, shape: Shape, to_page: Any, snap: bool | None = None) -> None:
    from matplotlib.colors import to_rgb

    context = _context(renderer, shape)
    context.set_snap(snap)
    fill = to_rgb(shape.fill) if shape.fill else None
    renderer.draw_path(context, _path(shape.path), to_page, fill)
    context.restore()


def _context(renderer: Any, shape: Shape) -> Any:
    context = renderer.new_gc()
    context.set_linewidth(shape.width * _POINTS if shape.stroke else 0.0)
    if shape.stroke:
        context.set_foreground(shape.stroke)
    context.set_joinstyle("round")
    context.set_capstyle("butt")
    if shape.dash:
        context.set_dashes(0, [length * _POINTS for length in shape.dash])
    return context


def _path(commands: Iterable[Command]) -> Any:
    from matplotlib.path import Path as Outline

    codes: list[int] = []
    points: list[tuple[float, float]] = []
    kinds = {
        "M": Outline.MOVETO,
        "L": Outline.LINETO,
        "Q": Outline.CURVE3,
        "C": Outline.CURVE4,
    }
    for name, *numbers in commands:
        if name == "Z":
            codes.append(int(Outline.CLOSEPOLY))
            points.append((0.0, 0.0))
            continue
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        codes.extend([int(kinds[name])] * len(pairs))
        points.extend(pairs)
    return Outline(points, codes)


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
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
