"""The figure that shows two stories with one notice: what was removed, and what the phone said."""

from __future__ import annotations

from simulator.telling.figures.canvas import Drawing
from simulator.telling.figures.fonts import Fonts
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import Size
from simulator.telling.figures.setting import plain
from simulator.telling.figures.two_facts import says
from simulator.telling.figures.two_facts.alt import in_words
from simulator.telling.figures.two_facts.layout import Sheet, upright, wide
from simulator.telling.figures.two_facts.shapes import DPI
from simulator.telling.figures.two_facts.tale import Tale, tale
from simulator.telling.words import Words

_WIDTHS = {"wide": 1920.0, "a4": 1191.0, "long": 1080.0}
_MARGINS = {"wide": 36.0, "a4": 44.0, "long": 32.0}
_A4 = 1684.0


def draw(material: Material, words: Words, size: Size) -> Drawing:
    """Draw both stories of a scenario, with what is not known and how to check it.

    On paper they take two sheets; raises :class:`NoFigure` where they do not fit there.
    """
    told = tale(material)
    drawing = Drawing(_WIDTHS[size], 4000.0, Fonts(words.lang), dpi=DPI)
    drawing.title = plain(says.title(told, words))
    drawing.description = "\n".join(in_words(told, words))
    sheet = Sheet(drawing, words, told, _MARGINS[size])
    if size == "wide":
        wide(sheet)
        drawing.height = max(drawing.height, 1080.0)
        return drawing
    upright(sheet, _A4 if size == "a4" else 0.0)
    return drawing


__all__ = ["Tale", "draw", "tale"]
