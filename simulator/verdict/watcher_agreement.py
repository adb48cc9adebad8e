"""The watchers of the model beside what their sources say of the same deeds, cell by cell.

A cell of ``truth/watchers.yaml`` says what a rule does about a deed, for all settings or for some.
Every world of the model that such a line speaks of has to come out like that.  Of other worlds the
table says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal

import yaml
from attrs import frozen

from simulator import truth
from simulator.documents import Localized
from simulator.grades import Grade
from simulator.scenario import library
from simulator.verdict.comparison import Cell, World, cell
from simulator.watchers import library as watchers

TABLE = "watchers.yaml"
Status = Literal["agrees", "argued", "differs"]


@frozen
class Says:
    """A line of a cell: the result it speaks of, and the settings for which it does."""

    result: str
    when: Mapping[str, tuple[str, ...]]

    def speaks_of(self, world: World) -> bool:
        """Whether that world is among those that the line is about.

        What the world did not look at can be anything, and so it fits.
        """
        return all(
            name not in world.values or world.values[name] in values
            for name, values in self.when.items()
        )

    def fits(self, world: World) -> bool:
        """Whether that world came out as the line says."""
        return any(_is(alternative, world) for alternative in self.result.split("/"))


@frozen
class Compared:
    """A cell of the table and the model's *cell*; *because* is why they may part.

    *grade* is how well the table's word is founded.
    """

    deed: str
    watcher: str
    says: tuple[Says, ...]
    grade: Grade
    cell: Cell
    because: Localized | None

    @property
    def agrees(self) -> bool:
        """Whether every line comes out as said, and none speaks of nothing."""
        if self.cell.result == "n/a":
            return all(line.result == "n/a" for line in self.says)
        return all(self._holds(line) for line in self.says)

    @property
    def status(self) -> Status:
        """Whether the cells agree, part for a reason given, or part."""
        if self.agrees:
            return "agrees"
        return "argued" if self.because is not None else "differs"

    @property
    def depends(self) -> bool:
        """Whether the table gives several results, by settings."""
        return len({line.result for line in self.says}) > 1

    def _holds(self, line: Says) -> bool:
        worlds = [world for world in self.cell.worlds if line.speaks_of(world)]
        return bool(worlds) and all(line.fits(world) for world in worlds)


def _is(result: str, world: World) -> bool:
    if result == "denied":
        return world.result == "-" and world.refused
    if "+" in result:
        return set(result.split("+")) == set(world.marks)
    return world.result == result


def compare_watchers() -> tuple[Compared, ...]:
    """Every cell of the table beside the model's."""
    return tuple(_compared())


def readings() -> tuple[Localized, ...]:
    """How the table is read where its words leave it open."""
    return tuple(Localized(entry["en"], entry["zh-CN"]) for entry in _table()["read_as"])


def _compared() -> Iterator[Compared]:
    table = _table()
    argued = {
        (entry["deed"], entry["watcher"]): Localized(
            entry["because"]["en"], entry["because"]["zh-CN"]
        )
        for entry in table["argued"]
    }
    for deed, row in table["cells"].items():
        scenario = library.read(deed).value
        for watcher, entry in row.items():
            rule = watchers.rule(watcher)
            assuming = table["assuming"].get(watcher, {})
            yield Compared(
                deed,
                watcher,
                tuple(_says(line, assuming) for line in entry["says"]),
                entry.get("grade", rule.hook.grade),
                cell(scenario, watcher, rule, rule.homes),
                argued.get((deed, watcher)),
            )


def _says(line: Mapping[str, Any], assuming: Mapping[str, Any]) -> Says:
    when = {**assuming, **line.get("when", {})}
    return Says(str(line["is"]), {name: _several(value) for name, value in when.items()})


def _several(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@cache
def _table() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(truth.text(TABLE))
    return loaded
