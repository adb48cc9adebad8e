"""What kinds of apps can do to a video that they did not make, over Android's versions.

The table's cells are decisions of the permission model (:mod:`simulator.android.permissions`);
here they are read: what is inferred, where the rules turn, which kinds need not ask, and in which
cells a scenario stands.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen

from simulator.android.permissions.caller import Caller
from simulator.android.permissions.decision import Decision
from simulator.android.permissions.kinds import (
    OWN_ROUTES,
    Cell,
    CellAnswer,
    Kind,
    cell,
    kind_of,
    kinds,
)
from simulator.android.permissions.rules import rules
from simulator.android.versions import API, COLUMNS
from simulator.engine import caller_of
from simulator.scenario.family import factors
from simulator.scenario.model import Scenario
from simulator.scenario.space import space_of

#: The assumptions that move a scenario to another cell.
_SETTLES = frozenset({"phone.android", "app.target_sdk", "app.storage", "app.granted"})
#: These, and how storage is built: that says nothing about rights, but which phones there are.
_MOVES = ("phone.", "app.")


@frozen
class Square:
    """A cell under its version's name."""

    android: str
    cell: Cell

    @property
    def answer(self) -> CellAnswer:
        """By the easiest of the app's own routes."""
        return self.cell.answer

    @property
    def grounds(self) -> tuple[Decision, ...]:
        """The decisions that the answer rests on: the one that grants it, or every refusal."""
        if self.cell.by is None:
            return ()
        if self.answer != "no":
            return (self.cell.routes[self.cell.by],)
        return tuple(self.cell.routes[route] for route in OWN_ROUTES)

    @property
    def guesses(self) -> tuple[str, ...]:
        """The rules among the grounds that no source states."""
        chains = (rule for decision in self.grounds for rule in decision.chain)
        return tuple(dict.fromkeys(r for r in chains if rules()[r].grade == "inference"))

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules to cite: the final one of every ground, and the guesses."""
        final = (decision.chain[-1] for decision in self.grounds)
        return tuple(dict.fromkeys((*final, *self.guesses)))


@frozen
class Row:
    """A kind of app, version by version."""

    kind: Kind
    squares: tuple[Square, ...]

    def since(self, start: int) -> tuple[CellAnswer, ...]:
        """Its answers from that column on."""
        return tuple(square.answer for square in self.squares[start:])


@frozen
class Table:
    """Every kind; the first is the usual app."""

    rows: tuple[Row, ...]

    @property
    def turn(self) -> int | None:
        """The column from which on the usual app can no longer do it silently, and has the same
        answer ever after; None where there is no such turn."""
        answers = self.rows[0].since(0)
        for i in range(1, len(answers)):
            if answers[i - 1] == "silently" and "silently" not in answers[i:]:
                return i if len(set(answers[i:])) == 1 else None
        return None

    def silent_since(self, start: int) -> int:
        """How many kinds need not ask, on some version from that column on."""
        return sum("silently" in row.since(start) for row in self.rows)

    def cited(self) -> tuple[str, ...]:
        """The rules to cite, in the order of the table."""
        squares = (square for row in self.rows for square in row.squares)
        return tuple(dict.fromkeys(rule for square in squares for rule in square.rules))


def table(of: Sequence[Kind] | None = None) -> Table:
    """The table of those kinds, by default of all."""
    return Table(
        tuple(
            Row(kind, tuple(Square(android, cell(kind, API[android])) for android in COLUMNS))
            for kind in (kinds() if of is None else of)
        )
    )


# -- a scenario in the table -------------------------------------------------------------------


@frozen
class Place:
    """Where a scenario stands: the *kind* of its app, its version and the *column* of that.

    *assumed* are the paths of the assumptions that put it there.
    """

    kind: Kind
    android: str
    column: str
    caller: Caller
    assumed: tuple[str, ...] = ()

    @property
    def answer(self) -> CellAnswer:
        """What the app of the scenario can do by the easiest of its own routes."""
        return cell(self.kind, self.caller.api).answer


def places(scenario: Scenario) -> tuple[Place, ...]:
    """Every place in which the scenario may stand, that of its first values first."""
    varied = {p: a for p, a in scenario.assumed.items() if p.startswith(_MOVES)}
    narrow = evolve(scenario, assumed=varied)
    named = tuple(path for path in factors(narrow) if path in _SETTLES)
    found: list[Place] = []
    for world in space_of(narrow).worlds():
        place = _place(world.scenario, named) if world is not None else None
        if place is not None and place not in found:
            found.append(place)
    return tuple(found)


def _place(scenario: Scenario, assumed: tuple[str, ...]) -> Place:
    caller, android = caller_of(scenario), scenario.phone.android
    return Place(kind_of(caller), android, column_of(android), caller, assumed)


def column_of(android: str) -> str:
    """The column of a version: a half version follows the rules of its whole one."""
    return next(name for name in reversed(COLUMNS) if API[name] <= API[android])
