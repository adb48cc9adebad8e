"""How far the watchers agree with what their sources say: counts, and every difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from simulator.message import Message
from simulator.telling.comparison import LETTERS, short_name
from simulator.telling.folding import all_folded
from simulator.telling.measures import columns, filled
from simulator.telling.text import GRADES
from simulator.telling.words import Words
from simulator.verdict.watcher_agreement import Compared, Says, readings

SCHEMA = "cachelife.agreement.watchers/1"
_STATUS = {"agrees": "=", "argued": "≠", "differs": "×"}


def agreement_values(compared: Sequence[Compared]) -> dict[str, Any]:
    """The agreement as JSON values."""
    count = Counter(one.status for one in compared)
    return {
        "schema": SCHEMA,
        "cells": len(compared),
        "agree": count["agrees"],
        "argued": count["argued"],
        "differ": count["differs"],
        "by_grade": _by_grade(compared),
        "rows": [
            {
                "deed": one.deed,
                "watcher": one.watcher,
                "table": [
                    {"is": line.result, "when": {k: list(v) for k, v in line.when.items()}}
                    for line in one.says
                ],
                "model": list(one.cell.results),
                "depends_on": list(one.cell.depends_on),
                "grade": one.grade,
                "status": one.status,
                "because": None
                if one.because is None
                else {"en": one.because.en, "zh-CN": one.because.zh_CN},
            }
            for one in compared
        ],
    }


def _by_grade(compared: Sequence[Compared]) -> dict[str, dict[str, int]]:
    cells, agree = Counter[str](), Counter[str]()
    for one in compared:
        cells[one.grade] += 1
        agree[one.grade] += one.agrees
    return {grade: {"cells": cells[grade], "agree": agree[grade]} for grade in sorted(cells)}


def agreement_text(compared: Sequence[Compared], words: Words) -> str:
    """What ``agreement watchers`` prints."""
    say, count = words.say, Counter(one.status for one in compared)
    lines = [
        say(
            "{agree} of {cells} cells of the table come out of the model as its sources say;"
            " {argued} departs with a reason given, {differ} differ without one.",
            agree=count["agrees"],
            cells=len(compared),
            argued=count["argued"],
            differ=count["differs"],
        ),
        say(
            "In {n} of them the table itself gives two answers, by settings.",
            n=sum(one.depends for one in compared),
        ),
        "",
        say("by how the table's word is founded"),
        *_grades(compared, words),
        "",
        *_matrix(compared, words),
        "",
        say(
            "=  agrees where the table speaks    ~  so do both of its answers"
            "    ≠  departs, see below    ×  differs"
        ),
        *_parted(compared, words),
        "",
        *(words.of(reading) for reading in readings()),
    ]
    return "\n".join(all_folded(lines)) + "\n"


def _grades(compared: Sequence[Compared], words: Words) -> Iterator[str]:
    counted = _by_grade(compared)
    names = {grade: words.say(GRADES[grade]) for grade in counted}
    width = max(map(columns, names.values()), default=0)
    for grade, counts in counted.items():
        yield f"  {filled(names[grade], width)} {counts['agree']:>4} / {counts['cells']}"


def _matrix(compared: Sequence[Compared], words: Words) -> Iterator[str]:
    watchers = list(dict.fromkeys(one.watcher for one in compared))
    cells = {(one.deed, one.watcher): one for one in compared}
    for number, watcher in enumerate(watchers, 1):
        yield words.say("  {number}  {watcher}", number=number, watcher=watcher)
    yield ""
    yield "       " + "  ".join(str(n) for n in range(1, len(watchers) + 1))
    for deed in dict.fromkeys(one.deed for one in compared):
        marks = [_mark(cells[deed, watcher]) for watcher in watchers]
        yield f"  {short_name(deed):<4} {'  '.join(marks)}"


def _mark(one: Compared) -> str:
    return "~" if one.agrees and one.depends else _STATUS[one.status]


def _parted(compared: Sequence[Compared], words: Words) -> Iterator[str]:
    for one in compared:
        if one.agrees:
            continue
        yield ""
        yield words.say(
            "{deed}, {watcher}: the table says {table}; the model says {model} [{grade}]",
            deed=short_name(one.deed),
            watcher=one.watcher,
            table=words.say("; ").join(_line(line, words) for line in one.says),
            model="/".join(LETTERS[result] for result in one.cell.results),
            grade=GRADES[one.grade],
        )
        if one.because is not None:
            yield "  " + words.of(one.because)


def _line(line: Says, words: Words) -> str:
    when = words.say(", ").join(
        f"{name} = {'|'.join(values)}" for name, values in line.when.items()
    )
    result = Message("denied") if line.result == "denied" else line.result.replace("-", "–")
    if not when:
        return words.say("{result}", result=result)
    return words.say("{result} where {when}", result=result, when=when)
