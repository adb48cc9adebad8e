"""The time axis: an overview, the enlarged second, and the end of the run."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

from attrs import frozen

from simulator.telling.figures.story import Act, Story

LEFT, RIGHT = 240.0, 1570.0
#: Where the enlarged part ends, where its last act stands, and how far its acts are apart.
WINDOW_RIGHT = 1390.0
LAST_ACT = 1045.0
BETWEEN_ACTS = 142.0
MOST_WIDE = 372.0
TO_MOVE = 138.0
BEFORE_ACT = 128.0
BREAK = 66.0


@frozen
class Knot:
    """An instant with its place; *record* is the act or move that fixes it."""

    t: float
    x: float
    record: int | None = None


@frozen
class Scale:
    """From seconds to pixels.  *window* has the ends of the enlarged part, None without one."""

    knots: tuple[Knot, ...]
    window: tuple[float, float] | None

    def x(self, t: float, record: int | None = None) -> float:
        """The place of second *t*, or of the *record* where that one is fixed."""
        for knot in self.knots:
            if record is not None and knot.record == record:
                return knot.x
        below = [k for k in self.knots if k.t <= t]
        above = [k for k in self.knots if k.t > t]
        if not below or not above:
            return (self.knots[-1] if below else self.knots[0]).x
        low, high = below[-1], above[0]
        # Of several knots at one instant the first is its place, the last where the rest begins.
        if low.t == t:
            return next(k.x for k in self.knots if k.t == t)
        return low.x + (high.x - low.x) * (t - low.t) / (high.t - low.t)

    def fixed(self) -> list[Knot]:
        """The instants inside the enlarged part."""
        return [knot for knot in self.knots if knot.record is not None]

    def overview(self) -> Knot:
        """Where the overview ends."""
        plain = [knot for knot in self.knots if knot.record is None]
        return plain[1]


def scale(story: Story) -> Scale:
    """The scale that fits *story*."""
    if not story.focus:
        return Scale((Knot(0.0, LEFT), Knot(story.end, RIGHT)), None)
    fixed = _fixed(story.focus)
    first, last = fixed[0], fixed[-1]
    left = first.x - BEFORE_ACT
    margin = max((last.t - first.t) * 0.3, 0.1)
    begin = max(first.t - margin, first.t * 0.5)
    after = min(last.t + margin, (last.t + story.end) / 2)
    knots = [
        Knot(0.0, LEFT),
        Knot(begin, left - BREAK),
        Knot(begin, left),
        *fixed,
        Knot(after, WINDOW_RIGHT),
        Knot(after, WINDOW_RIGHT + 36),
        Knot(story.end, RIGHT),
    ]
    return Scale(tuple(knots), (left, WINDOW_RIGHT + 16))


def _fixed(acts: Sequence[Act]) -> list[Knot]:
    """Acts and moves at their places: evenly spaced, for the order is what counts."""
    found: dict[int, float] = {}
    for act in acts:
        found[act.record] = act.t
        if act.move is not None:
            found[act.move.record] = act.move.t
    ordered = sorted(found.items(), key=lambda item: (item[1], item[0]))
    end = LAST_ACT + (TO_MOVE if len(ordered) > 1 else 0.0)
    between = min(BETWEEN_ACTS, MOST_WIDE / max(len(ordered) - 1, 1))
    places = [end - between * i for i in range(len(ordered) - 1, 0, -1)] + [end]
    return [Knot(t, x, id_) for (id_, t), x in zip(ordered, places, strict=True)]


def round_step(span: float, width: float, least: float) -> float:
    """A round distance of ticks that leaves at least so many pixels between them."""
    raw = span * least / width
    power = 10.0 ** int(log10(raw) // 1)
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)
