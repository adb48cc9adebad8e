"""The figures by name: what each one draws, in which sizes it exists, and what must go with it.

To add one, write a module with a function ``draw(material, words, size)`` and name it here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from attrs import frozen

from simulator.telling.figures.canvas import Drawing
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import SIZES, NoFigure, Size
from simulator.telling.words import Words

Draw = Callable[[Material, Words, Size], Drawing]


@frozen
class Figure:
    """A figure: the *module* that draws it, and the *sizes* for which it is laid out.

    *own*: it is about this scenario; the others are about Android or about the watchers.
    """

    module: str
    sizes: tuple[Size, ...] = SIZES
    own: bool = True

    def draw(self, material: Material, words: Words, size: Size) -> Drawing:
        """Draw it; raises :class:`NoFigure` where the scenario has none."""
        draw: Draw = import_module(f"simulator.telling.figures.{self.module}").draw
        return draw(material, words, size)


#: The figure that shows both stories; no incident has a public figure without it.
BOTH_STORIES = "same-notice-two-facts"
FIGURES: Mapping[str, Figure] = MappingProxyType(
    {
        BOTH_STORIES: Figure("two_facts"),
        "timeline": Figure("timeline", ("wide",)),
        "four-looks": Figure("four_looks"),
        "permission-stairs": Figure("stairs", ("wide",), own=False),
        "exactly-when": Figure("exactly_when"),
        "watchers-by-deeds": Figure("matrix", ("wide",), own=False),
        "watchers-score": Figure("scores", ("wide",), own=False),
        "genealogy": Figure("genealogy"),
        "what-if": Figure("small_multiples"),
        "step-sheet": Figure("step_sheet"),
        "incident-timeline": Figure("incident_timeline"),
    }
)

__all__ = ["BOTH_STORIES", "FIGURES", "Draw", "Figure", "NoFigure"]
