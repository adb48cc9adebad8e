"""``cachelife figures``."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import get_args

import typer
from attrs import frozen

from simulator.cli.progress import progress
from simulator.cli.running import changed
from simulator.errors import InputError, UnknownName
from simulator.message import Message
from simulator.scenario import library
from simulator.telling.figures.gallery import BOTH_STORIES, FIGURES, NoFigure
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import SIZES, Size
from simulator.telling.figures.public import must_go_together, needed_frames
from simulator.telling.figures.render import Format
from simulator.telling.figures.saving import save_all
from simulator.telling.result import as_json
from simulator.telling.words import Lang, Words, words

_FORMATS: tuple[Format, ...] = get_args(Format)
_LEFT_OUT = Message("{figure}: left out, {reason}")


@frozen
class Wanted:
    """Which figures are asked for: their names (none: all), the single *frames*, and how."""

    only: Sequence[str]
    frames: Sequence[int]
    langs: Sequence[Lang]
    formats: Sequence[Format]
    size: Size


def make_figures(
    name: str,
    wanted: Wanted,
    changes: Sequence[str],
    out: Path,
    seed: int,
    jobs: int,
    json: bool,
    speak: Words,
) -> int:
    """Write figures of a scenario into the folder *out*; gives the exit code.

    Raises :class:`InputError` where a figure that was named cannot be made, or may not go without
    another.
    """
    scenario = changed(library.read(name), changes).value
    material = Material(scenario, seed, jobs, lambda label: _told(speak.say(label)))
    names = _names(wanted.only)
    must_go_together(material, names, changes)
    frames = needed_frames(material, wanted.frames) if wanted.frames else ()
    with whole_or_not(out) as place:
        written = [path for name in names for path in _figure(name, material, wanted, place, speak)]
        if frames:
            written += _frames(material, frames, wanted, place)
    written = [out / path.name for path in written]
    if json:
        typer.echo(as_json({"schema": "cachelife.figures/1", "files": [str(p) for p in written]}))
    else:
        for path in written:
            typer.echo(str(path))
    return 0


def wanted(
    only: Sequence[str],
    frames: Sequence[int],
    langs: Sequence[Lang],
    formats: Sequence[str],
    size: str,
) -> Wanted:
    """What was asked for, each name checked; raises :class:`UnknownName` for one that is not."""
    for format_ in formats:
        _known(Message("format"), format_, _FORMATS)
    _known(Message("size"), size, SIZES)
    return Wanted(
        only,
        frames,
        langs,
        tuple(f for f in _FORMATS if f in formats) or ("svg", "png"),
        size,  # type: ignore[arg-type]
    )


def _known(kind: Message, name: str, names: Sequence[str]) -> None:
    if name not in names:
        raise UnknownName(kind, name, names)


def _names(only: Sequence[str]) -> tuple[str, ...]:
    for name in only:
        _known(Message("figure"), name, tuple(FIGURES))
    return tuple(name for name in FIGURES if name in only or not only)


@contextmanager
def whole_or_not(out: Path) -> Iterator[Path]:
    """A folder beside *out*, whose files move there once all are written.

    Raises :class:`InputError` where that cannot be.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".figures-") as folder:
            yield Path(folder)
            for file in sorted(Path(folder).iterdir()):
                file.replace(out / file.name)
    except OSError as error:
        raise InputError(
            Message(
                "cannot write to {place}: {reason}", place=str(out), reason=error.strerror or ""
            )
        ) from None
    finally:
        # What could not be made leaves no folder behind that was not there.
        with suppress(OSError):
            out.rmdir()


@contextmanager
def _told(label: str) -> Iterator[Callable[[int, int], None]]:
    with progress(label) as report:
        yield report


def _figure(
    name: str, material: Material, wanted: Wanted, out: Path, speak: Words
) -> Iterator[Path]:
    figure = FIGURES[name]
    size = wanted.size
    try:
        if size not in figure.sizes:
            listed = ", ".join(figure.sizes)
            raise NoFigure(Message("it is laid out for these sizes alone: {sizes}", sizes=listed))
        for lang in wanted.langs:
            drawing = figure.draw(material, words(lang), size)
            yield from save_all(drawing, out, name, wanted.formats)
    except NoFigure as error:
        told = Message(_LEFT_OUT.template, figure=name, reason=error.message)
        if wanted.only:
            raise InputError(told) from None
        typer.echo(speak.say(told), err=True)


def _frames(
    material: Material, numbers: Sequence[int], wanted: Wanted, out: Path
) -> Iterator[Path]:
    from simulator.telling.figures.two_facts.singles import frames

    for lang in wanted.langs:
        for number, drawing in frames(material, words(lang), numbers):
            name = f"{BOTH_STORIES}.frame-{number:02}"
            yield from save_all(drawing, out, name, wanted.formats)
