"""Writing pictures into a folder: in each language and format, with the words beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from simulator.atomic import write_bytes, write_text
from simulator.telling.figures.canvas import Drawing
from simulator.telling.figures.render import Format, as_bytes
from simulator.telling.words import LANGS, Lang, Words, words

#: What is written where nobody says in which format.
FORMATS: tuple[Format, ...] = ("svg", "png")


def save(drawing: Drawing, path: Path, format: Format) -> Path:
    """Write *drawing* to *path*."""
    write_bytes(path, as_bytes(drawing, format))
    return path


def alternative(drawing: Drawing) -> str:
    """The words for readers who do not see it: the short text, an empty line, the long one."""
    return f"{drawing.title}\n\n{drawing.description}\n"


def save_all(
    drawing: Drawing, out: Path, name: str, formats: Iterable[Format] = FORMATS
) -> tuple[Path, ...]:
    """Write *drawing* as ``NAME.LANG.FORMAT`` into the folder *out*, its words beside it."""
    name = f"{name}.{drawing.fonts.lang}"
    paths = [save(drawing, out / f"{name}.{format}", format) for format in formats]
    text = out / f"{name}.txt"
    write_text(text, alternative(drawing))
    return (*paths, text)


def write_figure(
    name: str,
    draw: Callable[[Words], Drawing],
    out: Path,
    langs: Sequence[Lang] = LANGS,
    formats: Sequence[Format] = FORMATS,
) -> tuple[Path, ...]:
    """Write a figure into the folder *out*, in each language and format, with its alt text."""
    return tuple(path for lang in langs for path in save_all(draw(words(lang)), out, name, formats))
