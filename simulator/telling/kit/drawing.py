"""The figures of a kit: which there are, and drawing them into a folder, one figure at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from attrs import frozen

from simulator.errors import InputError
from simulator.message import Message
from simulator.scenario.model import Scenario
from simulator.telling.figures.gallery import BOTH_STORIES, Figure, NoFigure
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import Size
from simulator.telling.figures.render import Format
from simulator.telling.figures.saving import alternative, save_all
from simulator.telling.kit.build import Shown
from simulator.telling.kit.forbidden import guard
from simulator.telling.words import LANGS, words
from simulator.worlds.finding import Finding
from simulator.worlds.survey import MOST, Survey
from simulator.worlds.twin import Twins
from simulator.worlds.whatif import WhatIf

FORMATS: tuple[Format, ...] = ("svg", "png", "pdf")
#: The packages on which the bytes of a figure depend.
PACKAGES = ("fontpkg-noto-sans", "fonttools", "matplotlib", "numpy", "pillow", "zhplot")


def versions() -> dict[str, str]:
    """The versions of those packages that are here."""
    return dict(_versions())


def _versions() -> Iterator[tuple[str, str]]:
    for name in PACKAGES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "-"


@frozen
class Ready:
    """A material whose worlds have been run, so that another process can take it up."""

    scenario: Scenario
    seed: int
    survey: Survey[Finding] | None
    twins: Twins | None
    changes: WhatIf
    factors: tuple[str, ...]

    @classmethod
    def of(cls, material: Material) -> Ready:
        """What was worked out of *material*; its worlds are left out where they are too many."""
        whole = len(material.space) <= MOST
        return cls(
            material.scenario,
            material.seed,
            material.survey if whole else None,
            material.twins if whole else None,
            material.changes,
            material.factors,
        )

    def material(self) -> Material:
        """The material, with that in it."""
        made = Material(self.scenario, self.seed, factors=self.factors)
        made.changes = self.changes
        if self.survey is not None and self.twins is not None:
            made.survey, made.twins = self.survey, self.twins
        return made


@frozen
class Draw:
    """Draws one figure in all its sizes, both languages and every format into the folder *out*.

    With a :class:`Ready` source an instance can be sent to another process.  Calling it gives what
    was drawn, by size.
    """

    source: Material | Ready
    out: Path
    figures: Mapping[str, Figure]
    speakers: tuple[str, ...]

    def __call__(self, name: str) -> tuple[Shown, ...]:
        """Draw the figure of that *name*.

        Raises :class:`Judging` where the words beside it judge.
        """
        material = self.source if isinstance(self.source, Material) else self.source.material()
        figure = self.figures[name]
        return tuple(self._size(material, figure, name, size) for size in sizes_of(name, figure))

    def _size(self, material: Material, figure: Figure, name: str, size: Size) -> Shown:
        stem = stem_of(name, figure, size)
        titles: dict[str, str] = {}
        for lang in LANGS:
            try:
                drawing = figure.draw(material, words(lang), size)
            except NoFigure as error:
                return Shown(stem, {}, error.message)
            guard(f"{stem}.{lang}.txt", alternative(drawing), self.speakers)
            save_all(drawing, self.out, stem, FORMATS)
            titles[lang] = drawing.title
        return Shown(stem, titles)


def stem_of(name: str, figure: Figure, size: Size) -> str:
    """What the files of a figure begin with: its size is named where there are several."""
    return name if len(sizes_of(name, figure)) == 1 else f"{name}.{size}"


def sizes_of(name: str, figure: Figure) -> tuple[Size, ...]:
    """In which sizes a kit has a figure: that with both stories in every one, others in one."""
    return figure.sizes if name == BOTH_STORIES else figure.sizes[:1]


def fit_to_publish(material: Material, both: Sequence[Shown]) -> None:
    """Raises :class:`InputError` where a case with a company's name lacks the figure that must go
    with it; *both* is what became of that figure."""
    if material.incident and not any(one.titles for one in both):
        raise InputError(
            Message(
                "{scenario} is about a case on public record, and has no figure “{figure}” that"
                " shows both stories; no kit is made of it without: {reason}",
                scenario=material.scenario.id,
                figure=BOTH_STORIES,
                reason=next((o.left_out for o in both if o.left_out), Message("there is none")),
            )
        )
