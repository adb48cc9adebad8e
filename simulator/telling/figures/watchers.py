"""What the figures of the watchers share: how a rule is headed, and how running text is set."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from simulator import __version__
from simulator.android.layers import layers
from simulator.message import Message
from simulator.telling.figures.canvas import SECOND, Drawing, Style
from simulator.telling.figures.setting import balanced, limit, wrap
from simulator.telling.words import Words
from simulator.watchers.library import NONE
from simulator.watchers.rule import MOUNT, Rule

LEFT, RIGHT = 30.0, 1570.0
#: Baseline of a title of one line.
_FIRST = 50.0
_ONE_LINE = range(39, 29, -1)
_TWO_LINES = range(34, 23, -1)

_LAYERS: Mapping[str, Message] = MappingProxyType(
    {
        MOUNT: Message("upper mount"),
        "resolver": Message("the call"),
        "provider": Message("MediaStore"),
        "documents": Message("documents provider"),
        "downloads": Message("downloads provider"),
        "fuse-daemon": Message("FUSE daemon"),
        "fuse": Message("FUSE"),
    }
)
_LOWER = Message("lower file system")
_ALBUMS = Message("album watcher")
#: The grades in words that fit over a column.
_GRADES: Mapping[str, Message] = MappingProxyType(
    {
        "official": Message("official statement"),
        "vendor_source": Message("vendor source"),
        "vendor_doc": Message("vendor docs"),
        "patent": Message("patent"),
        "press": Message("press"),
        "analysis": Message("technical analysis"),
        "report": Message("user report"),
        "inference": Message("inference"),
        "assumption": Message("assumed"),
    }
)
HYPOTHESIS = Message("hypothesis")
PROPOSAL = Message("proposal")


def split(rules: Iterable[Rule]) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules that are drawn, in their order: those known or supposed, then the proposals."""
    shown = [rule for rule in rules if rule.id != NONE]
    return tuple(r for r in shown if not r.proposal), tuple(r for r in shown if r.proposal)


def sits(rule: Rule, words: Words) -> tuple[str, ...]:
    """Where the rule looks at what apps do, in words for the head of a column."""
    if rule.scope.kind == "albums":
        # It waits beside the album; which layers bring it word is a detail of the rule.
        return (words.say(_ALBUMS),)
    return tuple(dict.fromkeys(_layer(name, words) for name in rule.hook.layers))


def _layer(name: str, words: Words) -> str:
    if name in _LAYERS:
        return words.say(_LAYERS[name])
    return words.say(_LOWER) if layers()[name].kind == "lower" else words.show(name)


def known(rule: Rule) -> Message:
    """What the rule is known from: a proposal, a hypothesis, or the grade of its evidence."""
    if rule.proposal:
        return PROPOSAL
    return HYPOTHESIS if rule.hypothesis else _GRADES[rule.hook.grade]


def headline(drawing: Drawing) -> float:
    """Write the title, in two lines where one is too small; gives the baseline of the last."""
    measure = {size: drawing.measure(_bold(size)) for size in (*_ONE_LINE, *_TWO_LINES)}
    wide, title = RIGHT - LEFT, drawing.title
    for size in _ONE_LINE:
        if measure[size](title) <= wide:
            drawing.text(LEFT, _FIRST, title, _bold(size))
            return _FIRST
    # Best broken between its parts, else wherever it is in two lines.
    parts = [part for part in re.split(r"(?<=；)|(?<=; )", title) if part]
    size = next((s for s in _TWO_LINES if max(map(measure[s], parts)) <= wide), 0)
    lines = [part.rstrip() for part in parts]
    if len(parts) != 2 or not size:
        at = (s for s in _TWO_LINES if len(balanced(title, wide, measure[s])) <= 2)
        size = next(at, _TWO_LINES[-1])
        lines = balanced(title, wide, measure[size])
        if len(lines) > 2:
            lines = limit(title, wide, 2, measure[size])
    drawing.lines(LEFT, _FIRST - 6, lines, _bold(size), step=size * 1.24)
    return _FIRST - 6 + (len(lines) - 1) * size * 1.24


def _bold(size: float) -> Style:
    return Style(size, bold=True)


def paragraph(drawing: Drawing, y: float, text: str, style: Style) -> float:
    """Write *text* from the baseline *y* over the whole width; gives the last line's baseline."""
    lines = wrap(text, RIGHT - LEFT, drawing.measure(style))
    step = style.size * 1.36
    drawing.lines(LEFT, y, lines, style, step=step)
    return y + (len(lines) - 1) * step


#: The last lines of a picture.
SMALL = Style(15.5, color=SECOND)


def limits(words: Words) -> str:
    """What kind of picture this is, and of which version."""
    return words.say(
        "A model, not evidence. Rules without a public source are hypotheses; proposals are ours,"
        " and nobody has built them. Version {version}.",
        version=__version__,
    )
