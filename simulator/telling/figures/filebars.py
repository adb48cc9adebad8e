"""A file as every picture draws it: a bar in the dress of whose it is, or the place it left."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from simulator.message import Message
from simulator.telling.figures.canvas import (
    COPY,
    INK,
    ORIGINAL,
    SECOND,
    SHELF,
    UNKNOWN,
    WHITE,
    Drawing,
    Style,
)
from simulator.telling.figures.setting import limit

#: ``changed``: an original with other content; ``unknown``: nobody saw where it came from.
Dress = Literal["original", "changed", "copy", "placeholder", "folder", "other", "unknown"]
#: How tall a bar is.
TALL = 30.0
#: The dress of a file by its role.
DRESSES: Mapping[str, Dress] = MappingProxyType(
    {
        "original": "original",
        "other_name": "original",
        "capture": "original",
        "app_copy": "copy",
        "placeholder": "placeholder",
        "other": "other",
        "cannot_tell": "unknown",
    }
)
#: What stands on a bar, the longer name first.
NAMES: Mapping[Dress, tuple[Message, ...]] = MappingProxyType(
    {
        "original": (Message("original"),),
        "changed": (Message("the original’s name, other content"), Message("other content")),
        "copy": (Message("the app’s own copy"), Message("copy")),
        "placeholder": (Message("file without content"), Message("empty file")),
        "folder": (Message("folder"),),
        "other": (Message("other file"), Message("file")),
        "unknown": (Message("where from is not known"), Message("not known")),
    }
)
#: The second cue of every dress is its fill; this is the colour of its edge, sign and mark.
EDGES: Mapping[Dress, str] = MappingProxyType(
    {
        "original": ORIGINAL,
        "changed": ORIGINAL,
        "copy": COPY,
        "placeholder": COPY,
        "folder": SHELF,
        "other": SHELF,
        "unknown": INK,
    }
)
#: What is drawn as a media file, with the sign of a video.
_MEDIA = frozenset({"original", "changed", "copy"})
_PLATE = 11.0


def bar(
    d: Drawing,
    left: float,
    top: float,
    right: float,
    dress: Dress,
    label: str,
    digest: str | None = None,
) -> None:
    """Draw a file with its *label*, and the mark of its content where that is known."""
    bottom, y = top + TALL, top + TALL / 2
    _ground(d, left, top, right, bottom, dress)
    ink = WHITE if dress == "original" else INK
    style = Style(17, bold=True, color=ink)
    sign = 22.0 if dress in _MEDIA else 0.0
    marked = digest is not None and dress in _MEDIA
    room = right - left - 26 - sign - (46 if marked else 0)
    text = limit(label, room, 1, d.measure(style))[0]
    wide = d.measure(style)(text)
    if dress != "original":
        d.box(left + 6, y - _PLATE, left + 20 + sign + wide, y + _PLATE, fill=_plate(dress))
    if sign:
        d.triangle(left + 12, y, WHITE if dress == "original" else EDGES[dress])
    d.text(left + 12 + sign, y + 6, text, style)
    if marked and digest is not None:
        if dress != "original":
            d.box(right - 45, y - _PLATE, right - 6, y + _PLATE, fill=WHITE)
        d.mark(right - 38, y, digest, WHITE if dress == "original" else EDGES[dress])


def _plate(dress: Dress) -> str:
    return UNKNOWN if dress == "unknown" else WHITE


def _ground(d: Drawing, left: float, top: float, right: float, bottom: float, dress: Dress) -> None:
    if dress == "original":
        d.box(left, top, right, bottom, fill=ORIGINAL)
        return
    if dress == "unknown":
        d.box(left, top, right, bottom, fill=UNKNOWN, stroke=INK, width=1.2, dash=(4, 2.5))
        return
    d.box(left, top, right, bottom, fill=WHITE)
    if dress == "copy":
        d.hatch(left, top, right, bottom)
    d.box(left, top, right, bottom, stroke=EDGES[dress], width=2.5)


def gap(d: Drawing, left: float, top: float, right: float, dress: Dress, label: str) -> None:
    """Draw the place that a file is not in, or no longer."""
    edge = ORIGINAL if dress == "original" else SHELF
    dash = (7.0, 5.0) if dress == "original" else (6.0, 4.0)
    d.box(left, top, right, top + TALL, fill=WHITE, stroke=edge, width=2, dash=dash)
    style = Style(17, color=INK if dress == "original" else SECOND)
    text = limit(label, right - left - 24, 1, d.measure(style))[0]
    d.text(left + 12, top + TALL / 2 + 6, text, style)


def fits(d: Drawing, label: str, width: float, dress: Dress) -> bool:
    """Whether *label* has room on a bar of that *width*, beside its sign and its mark."""
    sign = 22 + 46 if dress in _MEDIA else 0
    return d.measure(Style(17, bold=True))(label) <= width - 26 - sign
