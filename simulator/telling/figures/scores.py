"""How often each watcher warns, and of what: one square of four cells for each rule, over a list of
combinations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import sqrt
from pathlib import Path
from types import MappingProxyType

from attrs import frozen

from simulator.message import Message
from simulator.telling.figures.canvas import (
    BODY,
    HAIR,
    INK,
    ORIGINAL,
    SECOND,
    TAG,
    WATCHER,
    WHITE,
    Dash,
    Drawing,
    Style,
)
from simulator.telling.figures.fonts import Fonts
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import Size, only_wide, stamp, stamped
from simulator.telling.figures.render import Format
from simulator.telling.figures.saving import FORMATS, write_figure
from simulator.telling.figures.setting import balanced, shorten
from simulator.telling.figures.watchers import (
    HYPOTHESIS,
    LEFT,
    PROPOSAL,
    RIGHT,
    SMALL,
    headline,
    known,
    limits,
    paragraph,
    sits,
    split,
)
from simulator.telling.words import Lang, Words
from simulator.verdict.score import Score
from simulator.watchers.rule import Rule

WIDTH = 1600.0
#: Panels in a row, the space between them and between rows.
ACROSS, GAP, BELOW = 4, 28.0, 30.0
PANEL = (RIGHT - LEFT - (ACROSS - 1) * GAP) / ACROSS
#: Inside a panel: the names of the rows, the head, the names of the columns, and a cell's height.
NAMES, HEAD, COLUMNS, CELL = 106.0, 50.0, 24.0, 76.0
WIDE = (PANEL - NAMES) / 2
#: The side of the square that stands for all combinations.
FULL = 64.0
#: The side that a square has at least, so that it can be seen.
LEAST = 3.0
_SILENT = "#EFEFEF"
_DASH: Dash = (4, 2.5)
_NUMBER = Style(18, bold=True)
_SHARE = Style(15, color=SECOND)

#: The cells, row by row: touched or not, with a notice or without.
CELLS = (("touch_warned", "touch_silent"), ("no_touch_warned", "no_touch_silent"))
_CELL_WORDS: Mapping[str, Message] = MappingProxyType(
    {
        "touch_warned": Message("original touched, notice"),
        "touch_silent": Message("original touched, no notice"),
        "no_touch_warned": Message("original untouched, notice"),
        "no_touch_silent": Message("original untouched, no notice"),
    }
)


def panels(scores: Iterable[Score], rules: Iterable[Rule]) -> tuple[tuple[Rule, Score], ...]:
    """What is drawn: the rules that were tried on anything, the proposals last."""
    tried = {score.watcher: score for score in scores if score.combinations}
    sourced, proposals = split(rules)
    return tuple((rule, tried[rule.id]) for rule in (*sourced, *proposals) if rule.id in tried)


def finding(shown: Sequence[tuple[Rule, Score]], words: Words) -> str:
    """The title: whether any rule is free of both silence about a touch and notices without one."""
    both = sum(bool(s.touch_silent and s.no_touch_warned) for _, s in shown)
    neither = sum(not s.touch_silent and not s.no_touch_warned for _, s in shown)
    if shown and not neither:
        return words.many(
            "No rule is free of both: silence about a touched original, and a notice where none was"
            " touched; {number} of {all} has both",
            "No rule is free of both: silence about a touched original, and a notice where none was"
            " touched; {number} of {all} have both",
            both,
            all=len(shown),
        )
    return words.say(
        "Silence about a touched original, or a notice where none was touched: free of both in the"
        " listed combinations, {neither} of {all}; with both, {both}",
        neither=neither,
        both=both,
        all=len(shown),
    )


def scores(found: Sequence[Score], rules: Iterable[Rule], words: Words) -> Drawing:
    """Draw the scores of the *rules*."""
    shown = panels(found, rules)
    drawing = Drawing(WIDTH, 900, Fonts(words.lang))
    drawing.title = finding(shown, words)
    drawing.description = "\n".join(in_words(shown, words))
    _Sheet(drawing, words).draw(shown)
    return drawing


def draw(material: Material, words: Words, size: Size) -> Drawing:
    """How often the shipped rules warn over the deeds, stamped for a scenario."""
    only_wide(size)
    drawing = scores(material.scores, material.comparison.watchers, words)
    return stamped(drawing, stamp(material, words, material.compared))


def write_scores(
    found: Sequence[Score],
    rules: Sequence[Rule],
    out: Path,
    *,
    langs: Sequence[Lang] = ("en", "zh-CN"),
    formats: Sequence[Format] = FORMATS,
) -> tuple[Path, ...]:
    """Write the figure into the folder *out*, in each language and format, with its alt text."""

    def draw(words: Words) -> Drawing:
        return scores(found, rules, words)

    return write_figure("watchers-score", draw, out, langs, formats)


def in_words(shown: Sequence[tuple[Rule, Score]], words: Words) -> Iterator[str]:
    """The picture for readers who do not see it."""
    say = words.say
    yield say("Four counts for each rule, over the combinations that were listed for it.")
    for rule, score in shown:
        counts = [
            say("{label}: {text}", label=say(_CELL_WORDS[name]), text=_counted(score, name, words))
            for row in CELLS
            for name in row
        ]
        text = say("; ").join([*counts, *_small(score, words)])
        name = say("{name} ({detail})", name=rule.id, detail=known(rule))
        yield say("{label}: {text}", label=name, text=text)
    yield _legend(words)
    yield _shares(words)
    yield limits(words)


def _counted(score: Score, name: str, words: Words) -> str:
    count = str(getattr(score, name))
    if count == "0":
        return count
    return words.say("{name} ({detail})", name=count, detail=_percent(score, name))


def _percent(score: Score, name: str) -> str:
    """A count as a share of the rule's combinations; what is there is never 0 %."""
    share = 100 * getattr(score, name) / score.combinations
    return "<1%" if 0 < share < 0.5 else f"{share:.0f}%"


def _small(score: Score, words: Words) -> tuple[str, str]:
    """The two lines below the cells."""
    say = words.say
    first = [
        words.many("of {number} combination", "of {number} combinations", score.combinations),
        say("as ordered: {count}", count=score.as_ordered),
    ]
    if score.other:
        first.append(say("other: {count}", count=score.other))
    if score.left_out:
        first.append(say("left out: {count}", count=score.left_out))
    second = [
        say("named another app: {count}", count=score.wrong_app),
        say("asked first: {count}", count=score.asked),
    ]
    return say("; ").join(first), say("; ").join(second)


def _legend(words: Words) -> str:
    return words.say(
        "The area of a square is the share of the rule’s own combinations. Touched: changed, moved"
        " or removed, or it would have been, had the watcher not stopped it. As ordered: what"
        " happened was the user’s will, or had the user’s consent. Other: the app could not do it,"
        " or the system did it. Both are in no cell. “Asked first” and “named another app” are"
        " counted besides. Left out: deeds on phones that no source speaks of."
    )


def _shares(words: Words) -> str:
    return words.say("Shares of the listed combinations, not of phones.")


@frozen
class _Sheet:
    """The figure being drawn."""

    drawing: Drawing
    words: Words

    def draw(self, shown: Sequence[tuple[Rule, Score]]) -> None:
        """Draw everything, from the top to the bottom, and cut the canvas there."""
        d = self.drawing
        with d.group("title"):
            top = headline(d) + 30
        tall = HEAD + COLUMNS + 2 * CELL + 50
        for i, (rule, score) in enumerate(shown):
            across, down = i % ACROSS, i // ACROSS
            left, y = LEFT + across * (PANEL + GAP), top + down * (tall + BELOW)
            with d.group(f"score-{rule.id}"):
                if rule.proposal and across and not shown[i - 1][0].proposal:
                    d.line([(left - GAP / 2, y), (left - GAP / 2, y + tall)], INK, 1.4)
                self._panel(rule, score, left, y)
            self._cells(rule, score, left + NAMES, y + HEAD + COLUMNS)
        rows = -(-len(shown) // ACROSS)
        d.height = float(round(self._foot(top + rows * (tall + BELOW)) + 14))

    def _foot(self, top: float) -> float:
        d = self.drawing
        d.line([(LEFT, top - 8), (RIGHT, top - 8)], INK, 1.4)
        with d.group("legend"):
            y = paragraph(d, top + 18, _legend(self.words), BODY)
            y = paragraph(d, y + 25, _shares(self.words), Style(17, bold=True))
        with d.group("footer"):
            return paragraph(d, y + 23, limits(self.words), SMALL)

    def _panel(self, rule: Rule, score: Score, left: float, top: float) -> None:
        """Around the cells of a rule: its head, the names of rows and columns, the lines below."""
        self._head(rule, left, top)
        d, say = self.drawing, self.words.say
        y = top + HEAD + COLUMNS
        for i, text in enumerate((say("a notice"), say("no notice"))):
            middle = left + NAMES + (i + 0.5) * WIDE
            d.text(middle, y - 8, text, TAG, "middle")
        for i in range(len(CELLS)):
            self._row_name(left, y + i * CELL, touched=i == 0)
        y += 2 * CELL + 21
        for text in _small(score, self.words):
            d.text(left, y, shorten(text, PANEL, d.measure(_SHARE)), _SHARE)
            y += 20

    def _cells(self, rule: Rule, score: Score, left: float, top: float) -> None:
        for i, names in enumerate(CELLS):
            for j, name in enumerate(names):
                with self.drawing.group(f"{name}-{rule.id}"):
                    self._cell(score, name, left + j * WIDE, top + i * CELL)

    def _head(self, rule: Rule, left: float, top: float) -> None:
        d, says = self.drawing, self.words.say(known(rule))
        style = Style(19, bold=True)
        tagged = known(rule) == HYPOTHESIS
        tag = d.measure(TAG)(says) + 12 if tagged else 0.0
        d.text(left, top + 18, shorten(rule.id, PANEL - tag - 8, d.measure(style)), style)
        if tagged:
            d.tag(left + PANEL - tag, top + 17, says)
        elif known(rule) == PROPOSAL:
            d.text(left + PANEL, top + 17, says, Style(16, bold=True), "end")
        text = self.words.say(", ").join(sits(rule, self.words))
        if not tagged and known(rule) != PROPOSAL:
            text = self.words.say("; ").join([text, says])
        d.text(left, top + 40, shorten(text, PANEL, d.measure(_SHARE)), _SHARE)
        edge = {"width": 1.5, "dash": _DASH} if tagged else {"width": 1.5}
        d.line([(left, top + HEAD - 2), (left + PANEL, top + HEAD - 2)], INK, **edge)

    def _row_name(self, left: float, top: float, *, touched: bool) -> None:
        """The name of a row, with the bar of an original: whole, or dashed and empty."""
        d, y = self.drawing, top + CELL / 2
        if touched:
            d.box(left, y - 22, left + 22, y - 10, fill=ORIGINAL, radius=2)
        else:
            d.box(left, y - 22, left + 22, y - 10, stroke=ORIGINAL, width=1.5, radius=2)
        text = self.words.say("original touched" if touched else "original untouched")
        lines = balanced(text, NAMES - 8, d.measure(TAG))[:2]
        d.lines(left, y + 8, lines, TAG, step=17)

    def _cell(self, score: Score, name: str, left: float, top: float) -> None:
        """One count: a square of its share, and the number; an empty cell has its edge and 0."""
        d, count = self.drawing, int(getattr(score, name))
        d.box(left, top, left + WIDE, top + CELL, fill=WHITE, stroke=HAIR, width=1.2, radius=0)
        right, middle = left + WIDE - 8, top + CELL / 2
        if not count:
            d.text(right, middle + 6, "0", Style(18, color=SECOND), "end")
            return
        side = max(LEAST, FULL * sqrt(count / score.combinations))
        bottom = top + CELL - 6
        fill = WATCHER if name.endswith("warned") else _SILENT
        d.box(
            left + 6,
            bottom - side,
            left + 6 + side,
            bottom,
            fill=fill,
            stroke=INK,
            width=1.4,
            radius=0,
        )
        d.keep_clear(left + 6, bottom - side, left + 6 + side, bottom, name)
        d.text(right, middle, str(count), _NUMBER, "end")
        d.text(right, middle + 20, _percent(score, name), _SHARE, "end")
