"""Prime implicants of a function of factors with several values each.

A *cube* allows of each factor some of its values, as a bit mask; it is every world with allowed
values only.  An implicant of an outcome is a cube in which every feasible world has the outcome and
at least one has; it is prime where no mask can be made larger.  What no phone can have is neither
here nor there (a don't-care).

The function is held as a decision diagram, its equal parts once.  The primes of a part follow from
those of what its branches have in common (after Coudert and Madre, *Implicit and incremental
computation of primes*, DAC 1992, for factors of more than two values).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

from attrs import Factory, define

#: For each factor the values that are allowed, bit *i* for its *i*-th.
Cube = tuple[int, ...]
_FALSE, _TRUE = 0, 1


@define(eq=False)
class _Diagram:
    """Functions of worlds into yes and no; equal ones have the same number."""

    sizes: tuple[int, ...]
    branches: list[tuple[int, ...]] = Factory(lambda: [(), ()])
    _numbers: dict[tuple[int, tuple[int, ...]], int] = Factory(dict)
    _both: dict[tuple[int, int, int], int] = Factory(dict)
    _primes: dict[tuple[int, int], tuple[Cube, ...]] = Factory(dict)

    def of(self, table: bytes) -> int:
        """The function that is yes where *table* is not 0."""
        row: Sequence[int] = [_TRUE if entry else _FALSE for entry in table]
        for level in range(len(self.sizes) - 1, -1, -1):
            size = self.sizes[level]
            row = [self._node(level, tuple(row[at : at + size])) for at in range(0, len(row), size)]
        return row[0]

    def _node(self, level: int, branches: tuple[int, ...]) -> int:
        key = (level, branches)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.branches)
            self.branches.append(branches)
        return number

    def both(self, level: int, one: int, other: int) -> int:
        """The worlds that two functions of that level have in common."""
        if one == other:
            return one
        if level == len(self.sizes):
            return _FALSE
        key = (level, min(one, other), max(one, other))
        number = self._both.get(key)
        if number is None:
            pairs = zip(self.branches[one], self.branches[other], strict=True)
            number = self._both[key] = self._node(
                level, tuple(self.both(level + 1, a, b) for a, b in pairs)
            )
        return number

    def within(self, level: int, cube: Cube, number: int) -> bool:
        """Whether a cube of the factors from *level* on holds worlds of that function only."""
        if level == len(self.sizes):
            return number == _TRUE
        mask = cube[0]
        branches = {b for i, b in enumerate(self.branches[number]) if mask >> i & 1}
        return all(self.within(level + 1, cube[1:], branch) for branch in branches)

    def meets(self, level: int, cube: Cube, number: int) -> bool:
        """Whether a cube holds a world of that function."""
        if level == len(self.sizes):
            return number == _TRUE
        mask = cube[0]
        branches = {b for i, b in enumerate(self.branches[number]) if mask >> i & 1}
        return any(self.meets(level + 1, cube[1:], branch) for branch in branches)

    def primes(self, level: int, number: int) -> tuple[Cube, ...]:
        """The largest cubes within that function, of the factors from *level* on."""
        if level == len(self.sizes):
            return ((),) if number == _TRUE else ()
        key = (level, number)
        found = self._primes.get(key)
        if found is None:
            found = self._primes[key] = tuple(self._found(level, number))
        return found

    def _found(self, level: int, number: int) -> Iterator[Cube]:
        branches = self.branches[number]
        for mask in _unions(branches):
            inside = [b for i, b in enumerate(branches) if mask >> i & 1]
            outside = {b for i, b in enumerate(branches) if not mask >> i & 1}
            shared = reduce(lambda a, b: self.both(level + 1, a, b), inside)
            for rest in self.primes(level + 1, shared):
                if not any(self.within(level + 1, rest, branch) for branch in outside):
                    yield (mask, *rest)


def _unions(branches: tuple[int, ...]) -> Iterator[int]:
    """Every set of values, as a mask, that holds all values with the same branch or none."""
    groups: dict[int, int] = {}
    for i, branch in enumerate(branches):
        groups[branch] = groups.get(branch, 0) | 1 << i
    masks = list(groups.values())
    for chosen in range(1, 1 << len(masks)):
        yield sum(mask for i, mask in enumerate(masks) if chosen >> i & 1)


def prime_implicants(sizes: Sequence[int], outcome: bytes, feasible: bytes) -> tuple[Cube, ...]:
    """All prime implicants of *outcome*, the largest first.

    *outcome* and *feasible* have an entry for each world, in the order of their numbers (the last
    factor varies fastest): not 0 where it has the outcome, and where a phone can be like that.
    """
    diagram = _Diagram(tuple(sizes))
    on = diagram.of(outcome)
    allowed = bytes(1 if o or not f else 0 for o, f in zip(outcome, feasible, strict=True))
    primes = diagram.primes(0, diagram.of(allowed))
    found = [cube for cube in primes if diagram.meets(0, cube, on)]
    return tuple(sorted(found, key=lambda cube: (restricted(cube, sizes), cube)))


def restricted(cube: Cube, sizes: Sequence[int]) -> int:
    """How many factors a cube restricts."""
    return sum(mask != (1 << size) - 1 for mask, size in zip(cube, sizes, strict=True))


def worlds_of(cube: Cube, sizes: Sequence[int]) -> int:
    """The worlds of a cube, bit *n* for the world of number *n*."""
    inside, width = 1, 1
    for mask, size in zip(reversed(cube), reversed(sizes), strict=True):
        inside = sum(inside << value * width for value in range(size) if mask >> value & 1)
        width *= size
    return inside


def as_bits(table: bytes) -> int:
    """The worlds where *table* is not 0, bit *n* for the world of number *n*."""
    digits = table.translate(b"0" + b"1" * 255)
    return int(digits[::-1] or b"0", 2)
