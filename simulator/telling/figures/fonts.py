"""The fonts of the pictures: files at known paths, so that every machine draws the same.

The system's fonts are not looked at.  Latin text in English pictures comes from Noto Sans (a
variable font, so its bold is real); Chinese from Noto Sans SC, which has no bold here and is drawn
with a thin stroke instead.  Each language has its own order, because the marks ``’ “ ” …`` must be
proportional in English and full width in Chinese.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal, TypeAlias

from attrs import frozen

from simulator.errors import CachelifeError, Unavailable
from simulator.message import Message

Family = Literal["sans", "mono"]
#: ``("M", x, y)``, ``("L", x, y)``, ``("Q", x, y, x, y)``, ``("C", ...)``, ``("Z",)``.
Command: TypeAlias = tuple[Any, ...]
Outline: TypeAlias = tuple[Command, ...]

#: A little narrower than the default, to match the Latin of Noto Sans SC.
_NARROW = 91.0
#: Stroke that stands in for a bold, in units of the size.
_EMBOLDEN = 0.034
#: Gap between Chinese and Latin letters, in units of the size.
_HAN_GAP = 0.14
_HAN = (("\u3400", "\u9fff"), ("\uf900", "\ufaff"))


class MissingGlyph(CachelifeError):
    """No font at hand has a character of *text*."""

    def __init__(self, char: str, text: str) -> None:
        super().__init__(
            Message(
                "no font has the character {char} (U+{code}) of “{text}”",
                char=char,
                code=f"{ord(char):04X}",
                text=text,
            )
        )
        self.char = char


@frozen
class Face:
    """A font file, the place on its axes, and the stroke that makes it bold (0: none)."""

    path: Path
    axes: tuple[tuple[str, float], ...] = ()
    embolden: float = 0.0


@frozen
class Glyph:
    """One character to draw: from *x* on the baseline at *scale*, with its outline."""

    x: float
    scale: float
    outline: Outline
    embolden: float


@frozen
class Fonts:
    """The faces of one language, for each family and weight in the order of trial."""

    lang: str

    def faces(self, family: Family, bold: bool) -> tuple[Face, ...]:
        """The faces to try, first one first."""
        return _faces(self.lang, family, bold)

    def width(
        self, text: str, size: float, *, family: Family = "sans", bold: bool = False
    ) -> float:
        """How wide *text* is at *size*."""
        # As the glyphs, without their outlines: texts are measured far more often than drawn.
        x = 0.0
        for before, char in zip("\0" + text, text, strict=False):
            if _gapped(before, char):
                x += _HAN_GAP * size
            measured = _advance(self.lang, family, bold, char)
            if measured is None:
                raise MissingGlyph(char, text)
            advance, units = measured
            x += advance * (size / units)
        return x

    def glyphs(
        self, text: str, size: float, *, family: Family = "sans", bold: bool = False
    ) -> tuple[Glyph, ...]:
        """The glyphs of *text* from x = 0 on.

        Raises :class:`MissingGlyph` for a character that no face has.
        """
        faces, x, glyphs = self.faces(family, bold), 0.0, []
        for before, char in zip("\0" + text, text, strict=False):
            if _gapped(before, char):
                x += _HAN_GAP * size
            face, font = _face_for(faces, char, text)
            scale = size / font.units
            outline, advance = font.glyph(char)
            glyphs.append(Glyph(x, scale, outline, face.embolden * size))
            x += advance * scale
        return tuple(glyphs)


@cache
def _gapped(before: str, char: str) -> bool:
    """Whether a gap stands between the two: between Chinese and Latin letters."""
    return _han(before) != _han(char) and _tight(before, char)


@cache
def _advance(lang: str, family: Family, bold: bool, char: str) -> tuple[float, int] | None:
    """How wide a character is, in units of its font, and how many those are to its size; None
    where no face has it."""
    try:
        _, font = _face_for(_faces(lang, family, bold), char, char)
    except MissingGlyph:
        return None
    return font.glyph(char)[1], font.units


def _han(char: str) -> bool:
    return any(low <= char <= high for low, high in _HAN)


def _tight(before: str, char: str) -> bool:
    latin = char if _han(before) else before
    return latin.isascii() and (latin.isalnum() or latin in "#/.") and latin != "\0"


def _face_for(faces: Sequence[Face], char: str, text: str) -> tuple[Face, _Font]:
    for face in faces:
        font = _load(face.path, face.axes)
        if ord(char) in font.characters:
            return face, font
    raise MissingGlyph(char, text)


# -- where the files are -----------------------------------------------------------------------


@cache
def _faces(lang: str, family: Family, bold: bool) -> tuple[Face, ...]:
    heavy = _EMBOLDEN if bold else 0.0
    chinese = Face(_inside("zhplot", "fonts/NotoSansSC-Regular.ttf"), embolden=heavy)
    if family == "mono":
        name = "DejaVuSansMono-Bold.ttf" if bold else "DejaVuSansMono.ttf"
        return (Face(_matplotlibs(name)), chinese)
    latin = _latin(bold)
    spare = Face(_matplotlibs("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"))
    return (latin, chinese, spare) if lang == "en" else (chinese, latin, spare)


def _latin(bold: bool) -> Face:
    """Noto Sans where it is installed, else the wider font that matplotlib brings."""
    if find_spec("fontpkg_noto_sans") is None:
        return Face(_matplotlibs("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"))
    file = _inside("fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf")
    return Face(file, (("wdth", _NARROW), ("wght", 700.0 if bold else 400.0)))


def _matplotlibs(name: str) -> Path:
    return _inside("matplotlib", f"mpl-data/fonts/ttf/{name}")


def _inside(package: str, name: str) -> Path:
    """A file of an installed package, without importing the package."""
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        file = Path(folder) / name
        if file.is_file():
            return file
    raise Unavailable(
        Message(
            "pictures need the font {name} of the package {package}", name=name, package=package
        )
    )


# -- reading them ------------------------------------------------------------------------------


class _Font:
    """One loaded face; outlines are read when first asked for."""

    def __init__(self, path: Path, axes: tuple[tuple[str, float], ...]) -> None:
        from fontTools.ttLib import TTFont

        font: Any = TTFont(path, lazy=True)
        self.units: int = font["head"].unitsPerEm
        self.characters: dict[int, str] = font.getBestCmap()
        self._glyphs = font.getGlyphSet(location=dict(axes) or None)
        self._seen: dict[str, tuple[Outline, float]] = {}

    def glyph(self, char: str) -> tuple[Outline, float]:
        """Outline and advance of a character, in font units."""
        if char not in self._seen:
            glyph = self._glyphs[self.characters[ord(char)]]
            self._seen[char] = (tuple(_commands(glyph, self._glyphs)), float(glyph.width))
        return self._seen[char]


@cache
def _load(path: Path, axes: tuple[tuple[str, float], ...]) -> _Font:
    return _Font(path, axes)


def _commands(glyph: Any, glyphs: Any) -> Iterator[Command]:
    from fontTools.pens.basePen import decomposeQuadraticSegment
    from fontTools.pens.recordingPen import DecomposingRecordingPen

    pen: Any = DecomposingRecordingPen(glyphs)
    glyph.draw(pen)
    for name, points in pen.value:
        if name == "moveTo":
            yield ("M", *points[0])
        elif name == "lineTo":
            yield ("L", *points[0])
        elif name == "qCurveTo":
            if points[-1] is None:
                yield from _closed_curve(points[:-1])
                continue
            for control, end in decomposeQuadraticSegment(points):
                yield ("Q", *control, *end)
        elif name == "curveTo":
            yield ("C", *(value for point in points for value in point))
        elif name == "closePath":
            yield ("Z",)


def _closed_curve(points: Sequence[tuple[float, float]]) -> Iterator[Command]:
    # A TrueType contour without any on-curve point starts half way between its ends.
    first, last = points[0], points[-1]
    start = ((first[0] + last[0]) / 2, (first[1] + last[1]) / 2)
    yield ("M", *start)
    for i, control in enumerate(points):
        after = points[(i + 1) % len(points)]
        yield ("Q", *control, (control[0] + after[0]) / 2, (control[1] + after[1]) / 2)
