"""The fewest implicants that say the whole of an outcome, and the smallest sets of changes.

Worlds are bits of one large number here: bit *n* stands for the world of number *n*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

#: After so many steps of the search the best cover found so far is taken.
STEPS = 20_000
#: How many changes a repair has at most.
MOST_CHANGES = 4


@frozen
class Cover:
    """Which of the sets cover everything; *fewest*: there is no smaller choice."""

    chosen: tuple[int, ...]
    fewest: bool


def fewest(sets: Sequence[int], everything: int) -> Cover:
    """The fewest of *sets* (bits) whose union is *everything*, the first where several are few.

    Raises :class:`ValueError` where they do not cover it.
    """
    rows = _rows(sets, everything)
    if any(not row for row in rows):
        raise ValueError("the sets do not cover everything")
    search = _Search(_undominated(rows))
    search.go(())
    return Cover(tuple(sorted(search.best or ())), search.steps < STEPS)


def _rows(sets: Sequence[int], everything: int) -> list[frozenset[int]]:
    """Each different selection of sets that have some member in common that no other set has."""
    parts: list[tuple[int, tuple[int, ...]]] = [(everything, ())]
    for at, members in enumerate(sets):
        cut: list[tuple[int, tuple[int, ...]]] = []
        for part, holders in parts:
            inside = part & members
            if inside:
                cut.append((inside, (*holders, at)))
            if part != inside:
                cut.append((part & ~members, holders))
        parts = cut
    return [frozenset(holders) for _, holders in parts]


def _undominated(rows: list[frozenset[int]]) -> tuple[frozenset[int], ...]:
    """The rows that are not covered by covering another."""
    unique = sorted(set(rows), key=lambda row: (len(row), sorted(row)))
    kept: list[frozenset[int]] = []
    for row in unique:
        if not any(other <= row for other in kept):
            kept.append(row)
    return tuple(kept)


class _Search:
    """Branch and bound over the row with the fewest choices."""

    def __init__(self, rows: tuple[frozenset[int], ...]) -> None:
        self.rows = rows
        self.best: tuple[int, ...] | None = None
        self.steps = 0

    def go(self, chosen: tuple[int, ...]) -> None:
        self.steps += 1
        left = [row for row in self.rows if row.isdisjoint(chosen)]
        if not left:
            if self.best is None or len(chosen) < len(self.best):
                self.best = chosen
            return
        if self.best is not None and len(chosen) + self._at_least(left) >= len(self.best):
            return
        if self.steps >= STEPS and self.best is not None:
            return
        row = min(left, key=lambda r: (len(r), sorted(r)))
        for at in sorted(row, key=lambda at: (-sum(at in r for r in left), at)):
            self.go((*chosen, at))

    def _at_least(self, left: list[frozenset[int]]) -> int:
        """How many more sets are needed at least: rows that share no set."""
        used: set[int] = set()
        count = 0
        for row in left:
            if row.isdisjoint(used):
                used |= row
                count += 1
        return count


Change = tuple[str, str]


def smallest_changes(
    literals: Mapping[Change, int], outcome: int, feasible: int, most: int = MOST_CHANGES
) -> Iterator[tuple[Change, ...]]:
    """The smallest sets of values after which *outcome* does not happen in any world that is left.

    *literals* has for each (path, value) the worlds with that value.  A set fixes each path once,
    leaves at least one feasible world, and no smaller set is part of it.  Sets have at most *most*
    members.
    """
    names = list(literals)
    # Only what still lets the outcome happen can be part of a larger smallest set.
    waiting: list[tuple[tuple[int, ...], int, int]] = [((), outcome, feasible)]
    found: list[frozenset[int]] = []
    for _ in range(most):
        later = []
        for chosen, bad, left in waiting:
            for at in range(chosen[-1] + 1 if chosen else 0, len(names)):
                if any(names[c][0] == names[at][0] for c in chosen):
                    continue
                here = frozenset((*chosen, at))
                if any(smaller <= here for smaller in found):
                    continue
                worlds = literals[names[at]]
                if not left & worlds:
                    continue
                if not bad & worlds:
                    found.append(here)
                    yield tuple(names[c] for c in (*chosen, at))
                elif bad & worlds != bad:
                    later.append(((*chosen, at), bad & worlds, left & worlds))
        waiting = later
