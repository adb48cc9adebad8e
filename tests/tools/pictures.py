"""What every picture must be: readable, whole, and honest about its colours."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.telling.figures.canvas import (
    INK,
    SMALLEST_POINTS,
    WHITE,
    Box,
    Drawing,
    Shape,
    Text,
)

#: WCAG: text against what lies under it.
LEAST_CONTRAST = 4.5


def faults(drawing: Drawing) -> list[str]:
    """Everything that a reader would stumble over; empty for a good picture."""
    return [
        *_outside(drawing),
        *_overlapping(drawing),
        *_too_small(drawing),
        *_without_contrast(drawing),
        *_struck_through(drawing),
        *_empty(drawing),
    ]


def texts(drawing: Drawing) -> list[Box]:
    return [box for box in drawing.boxes if box.kind == "text" and box.what.strip()]


def _outside(drawing: Drawing) -> Iterator[str]:
    page = Box(0, 0, drawing.width, drawing.height)
    for box in drawing.boxes:
        if not box.within(page):
            yield f"outside the page: {box.what!r} {box}"


def _overlapping(drawing: Drawing) -> Iterator[str]:
    boxes = sorted(texts(drawing), key=lambda box: box.left)
    for i, one in enumerate(boxes):
        for other in boxes[i + 1 :]:
            if other.left >= one.right:
                break
            if one.overlaps(other, -1.0):
                yield f"overlap: {one.what!r} and {other.what!r}"


def _too_small(drawing: Drawing) -> Iterator[str]:
    least = SMALLEST_POINTS * drawing.dpi / 72
    for item in drawing.items:
        if isinstance(item, Text) and item.size < least:
            yield f"type of {item.size} px, less than {least}: {item.string!r}"


def _empty(drawing: Drawing) -> Iterator[str]:
    if not drawing.title.strip() or not drawing.description.strip():
        yield "no words for readers who do not see it"


# -- what lies under a text --------------------------------------------------------------------


def _box_of(item: Text, drawing: Drawing) -> Box:
    wide = drawing.fonts.width(item.string, item.size, family=item.family, bold=item.bold)
    return Box(item.x, item.y - 0.8 * item.size, item.x + wide, item.y + 0.22 * item.size)


def _extent(shape: Shape) -> Box:
    points = [(c[i], c[i + 1]) for c in shape.path for i in range(1, len(c), 2)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _ground(drawing: Drawing, at: int, box: Box) -> tuple[str, int]:
    """The colour under the middle of *box*, and which item gives it (-1: the paper)."""
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    for i in range(at - 1, -1, -1):
        item = drawing.items[i]
        if isinstance(item, Shape) and item.fill:
            there = _extent(item)
            if there.left <= x <= there.right and there.top <= y <= there.bottom:
                return item.fill, i
    return WHITE, -1


def _without_contrast(drawing: Drawing) -> Iterator[str]:
    for at, item in enumerate(drawing.items):
        if isinstance(item, Text) and item.string.strip():
            ground, _ = _ground(drawing, at, _box_of(item, drawing))
            ratio = contrast(item.color, ground)
            if ratio < LEAST_CONTRAST:
                yield f"contrast {ratio:.2f}: {item.string!r}, {item.color} on {ground}"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# -- lines through text ------------------------------------------------------------------------


def _struck_through(drawing: Drawing) -> Iterator[str]:
    """A line that crosses a text and that no plate hides."""
    for at, item in enumerate(drawing.items):
        if not isinstance(item, Text) or not item.string.strip():
            continue
        box = _box_of(item, drawing)
        # Ascenders and descenders leave some room within the box.
        core = Box(
            box.left + 1, box.top + 0.12 * item.size, box.right - 1, box.bottom - 0.2 * item.size
        )
        _, ground = _ground(drawing, at, box)
        for i in range(ground + 1, len(drawing.items)):
            other = drawing.items[i]
            if isinstance(other, Shape) and other.stroke and i != at and _crosses(other, core):
                yield f"a line through {item.string!r}"
                break


def _crosses(shape: Shape, box: Box) -> bool:
    here: tuple[float, float] | None = None
    for name, *numbers in shape.path:
        if name == "Z":
            continue
        there = (numbers[-2], numbers[-1])
        if name == "L" and here is not None and _meets(here, there, box):
            return True
        here = there
    return False


def _meets(a: tuple[float, float], b: tuple[float, float], box: Box) -> bool:
    """Whether a segment has a point within the box (Liang and Barsky)."""
    low, high = 0.0, 1.0
    for start, end, least, most in (
        (a[0], b[0], box.left, box.right),
        (a[1], b[1], box.top, box.bottom),
    ):
        step = end - start
        if step == 0:
            if not least < start < most:
                return False
            continue
        one, two = sorted(((least - start) / step, (most - start) / step))
        low, high = max(low, one), min(high, two)
    return low < high


assert contrast(INK, WHITE) > LEAST_CONTRAST
