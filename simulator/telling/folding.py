"""Printed text in lines that fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.telling.figures.setting import wrap
from simulator.telling.measures import columns

#: Columns of a terminal that printed text keeps to.
LINE = 100


def folded(text: str, then: str = "") -> Iterator[str]:
    """*text* in lines that fit; those after the first begin with *then*, and so does its indent."""
    indent = text[: len(text) - len(text.lstrip(" "))]
    for number, line in enumerate(wrap(text.lstrip(" "), LINE - len(indent + then), columns)):
        yield indent + (then if number else "") + line


def all_folded(lines: Iterable[str], then: str = "  ") -> Iterator[str]:
    """Each of *lines* folded; what fits stays as it is."""
    for line in lines:
        if columns(line) <= LINE:
            yield line
        else:
            yield from folded(line, then)
