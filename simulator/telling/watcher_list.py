"""The watchers side by side: where each sits, what it does, whom it names, what is not public."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from simulator.message import Message
from simulator.telling.figures.setting import wrap
from simulator.telling.folding import folded
from simulator.telling.limits import LIMITS
from simulator.telling.measures import columns, filled
from simulator.telling.text import GRADES
from simulator.telling.watcher_words import OPEN, does, listed, named, sits, tags
from simulator.telling.words import Words
from simulator.watchers.rule import Rule

SCHEMA = "cachelife.watchers.list/1"
#: Columns of the terminal.
_GAP = "  "
_UNDER = "    "
#: The most that each column of the table takes; longer cells go on below.
_WIDEST = (16, 19, 22, 18, 15)


def as_json(rules: Sequence[Rule]) -> dict[str, Any]:
    """The watchers as plain data, ready for JSON."""
    return {"schema": SCHEMA, "watchers": [_plain(rule) for rule in rules]}


def _plain(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "label": {"en": rule.label.en, "zh-CN": rule.label.zh_CN},
        "layers": list(rule.hook.layers),
        "does": rule.action.does,
        "notice": rule.notice is not None,
        "seen_as": rule.seen_as.by,
        "grade": rule.hook.grade,
        "hypothesis": rule.hypothesis,
        "proposal": rule.proposal,
        "parameters": {name: list(rule.values(name)) for name in rule.parameters},
    }


def told(rules: Sequence[Rule], words: Words) -> str:
    """Everything that ``cachelife watchers`` prints."""
    lines = [
        *folded(
            words.say("The rules by which phones look at what apps do to files, side by side.")
        ),
        "",
        *_table(rules, words),
        "",
    ]
    for text in _reading(words):
        lines += folded(text)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _table(rules: Sequence[Rule], words: Words) -> Iterator[str]:
    heads = (
        Message("watcher"),
        Message("where it sits"),
        Message("what it does"),
        Message("whom it names"),
        Message("known from"),
    )
    rows = [_cells(rule, words) for rule in rules]
    head = [words.say(text) for text in heads]
    widths = [
        min(max(columns(row[i]) for row in (head, *rows)), _WIDEST[i]) for i in range(len(heads))
    ]
    yield from _row(head, widths)
    yield _GAP + _GAP.join("-" * width for width in widths)
    for rule, row in zip(rules, rows, strict=True):
        yield from _row(row, widths)
        label = words.say("{label}{tags}", label=rule.label, tags=tags(rule, words))
        yield from folded(_UNDER + label)
        if rule.parameters:
            yield from folded(_UNDER + _open(rule, words))


def _cells(rule: Rule, words: Words) -> list[str]:
    grade = words.say(GRADES[rule.hook.grade])
    return [rule.id, sits(rule, words), does(rule, words), named(rule, words), grade]


def _row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """A row of the table, in as many lines as its longest cell takes."""
    columns_of = [wrap(cell, width, columns) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(len(lines) for lines in columns_of)):
        parts = [lines[number] if number < len(lines) else "" for lines in columns_of]
        yield _GAP + _GAP.join(
            filled(part, width) for part, width in zip(parts, widths, strict=True)
        )


def _open(rule: Rule, words: Words) -> str:
    names = listed(
        [words.say(text) for name, text in OPEN.items() if name in rule.parameters], words
    )
    return words.say("not public: {names}", names=names)


def _reading(words: Words) -> Iterator[str]:
    yield words.say(
        "“Not public” stands for what no source settles, and for what depends on the single phone."
        " “cachelife watchers show NAME” says which values were tried, and who could settle it."
    )
    yield words.say(
        "A hypothesis is a rule of which no source confirms how it works; our proposals are on no"
        " phone."
    )
    yield words.say(LIMITS[0])
