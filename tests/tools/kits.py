"""Kits for tests: their texts without figures, and whole ones with a small figure."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from attrs import frozen

from simulator.message import Message
from simulator.scenario import library
from simulator.telling.figures.canvas import Drawing
from simulator.telling.figures.gallery import BOTH_STORIES, NoFigure
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import Page, Size, stamp
from simulator.telling.kit import Facts, texts
from simulator.telling.sheets import sheet_of
from simulator.telling.words import Words
from simulator.worlds.factors import values_of

#: What is varied where a scenario is no family: enough for a twin, and few enough to be quick.
VARIED = ("pipeline.place", "clean_up.hits", "watcher.scope", "watcher.whitelist")


@frozen
class Small:
    """A figure that is drawn in no time; *missing*: no scenario has it."""

    sizes: tuple[Size, ...] = ("wide",)
    missing: bool = False

    def draw(self, material: Material, words: Words, size: Size) -> Drawing:
        """A heading and a foot."""
        if self.missing:
            raise NoFigure(
                Message("it does not fit on one sheet of paper; take the size wide or long")
            )
        page = Page.new(words, size)
        page.heading(words.of(material.scenario.title))
        page.foot(stamp(material, words, 1))
        page.drawing.description = words.of(material.scenario.question)
        return page.drawing


FIGURES = {BOTH_STORIES: Small(), "timeline": Small(missing=True)}


@cache
def facts(name: str, changes: tuple[tuple[str, str], ...] = ()) -> Facts:
    """What the kit of a shipped scenario is built from, with those values changed."""
    document = library.read(name)
    scenario = (document.with_text(dict(changes)) if changes else document).value
    varied = () if scenario.family else VARIED
    factors = tuple(path for path in varied if len(values_of(scenario, path)) > 1)
    material = Material(scenario, factors=factors)
    sheet = sheet_of(scenario, judged=(material.trace, material.verdict))
    return Facts(material, sheet)


@cache
def pages(name: str) -> dict[str, str]:
    """The texts of its kit, by their paths."""
    return texts(facts(name))


def public(name: str) -> dict[str, str]:
    """Those that a person reads."""
    return {path: text for path, text in pages(name).items() if path.endswith(".md")}


def there(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, by its path."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
