"""How often each watcher warns, and of what: a table of counts, and why touches were missed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from simulator.message import Message
from simulator.telling.folding import all_folded
from simulator.telling.measures import columns, filled, padded
from simulator.telling.words import Words
from simulator.verdict.score import Score

SCHEMA = "cachelife.watchers.score/1"
_COLUMNS: tuple[tuple[Message, str], ...] = (
    (Message("warned of a touch"), "touch_warned"),
    (Message("touch, silent"), "touch_silent"),
    (Message("warned without a touch"), "no_touch_warned"),
    (Message("neither"), "no_touch_silent"),
    (Message("as the user wished"), "as_ordered"),
    (Message("neither app nor user, or it failed"), "other"),
    (Message("asked first"), "asked"),
    (Message("stopped"), "stopped"),
    (Message("named another"), "wrong_app"),
)
#: Why no notice came of something that touched an original.
CAUSES: Mapping[str, Message] = MappingProxyType(
    {
        "album": Message("the folder is no album"),
        "app": Message("the caller is part of the system"),
        "asked": Message("the user was asked instead"),
        "capped": Message("the day's limit of notices was reached"),
        "consent": Message("Android lets the app do it without asking"),
        "deed": Message("the rule does not look at such a change"),
        "denied": Message("the rule denied it without a word"),
        "exempt": Message("the caller is exempt"),
        "indexed": Message("the file has no row that counts"),
        "layer_not_crossed": Message("it did not cross the layer of the rule"),
        "log_only": Message("the rule only logs it"),
        "no_such_layer": Message("the phone has no layer where the rule could sit"),
        "muted": Message("the user had muted the notices"),
        "name": Message("the name does not end like media"),
        "no_row": Message("MediaStore had no record of it"),
        "no_watcher": Message("there is no watcher"),
        "nomedia": Message("a .nomedia lies in the folder"),
        "nothing_removed": Message("nothing was removed by name"),
        "object": Message("the rule does not look at such a thing"),
        "place": Message("the folder is not watched"),
        "refused_before": Message("Android refused it before"),
        "shows_none": Message("the rule shows no notices"),
    }
)


def as_values(scores: Sequence[Score], scenarios: Sequence[str]) -> dict[str, Any]:
    """The scores as JSON values."""
    return {
        "schema": SCHEMA,
        "scenarios": list(scenarios),
        "of": "listed combinations, not phones",
        "watchers": [_values(score) for score in scores],
    }


def _values(score: Score) -> dict[str, Any]:
    return {
        "watcher": score.watcher,
        "combinations": score.combinations,
        **{name: getattr(score, name) for _, name in _COLUMNS},
        "missed": dict(score.missed),
        "scenarios_left_out": score.left_out,
        "share_of_touches_warned": _share(score.touch_warned, score.touch_silent),
        "share_of_the_rest_warned": _share(score.no_touch_warned, score.no_touch_silent),
    }


def _share(yes: int, no: int) -> float | None:
    return round(yes / (yes + no), 4) if yes + no else None


def told(scores: Sequence[Score], scenarios: Sequence[str], words: Words) -> str:
    """What ``watchers score`` prints."""
    say = words.say
    lines = [
        words.many(
            "Over {number} scenario of the library, in every way in which a rule may be set up:",
            "Over {number} scenarios of the library, in every way in which a rule may be set up:",
            len(scenarios),
        ),
        say("shares of the listed combinations, not of phones."),
        "",
        *_table(scores, words),
        "",
        say(
            "A touch: an original was changed, moved or removed, or would have been but for the"
            " watcher, and the user had neither wanted it nor agreed to it."
        ),
        say(
            "What the user wished stands apart; “stopped” and “asked first” are part of the other"
            " columns."
        ),
        "",
        say(
            "A scenario counts in as many combinations as there are open settings; so shares of two"
            " rules do not compare."
        ),
        "",
        say("Why there was no notice of a touch (several reasons can hold at once):"),
        *_missed(scores, words),
    ]
    left_out = [score for score in scores if score.left_out]
    if left_out:
        lines += ["", *_left_out(left_out, words)]
    return "\n".join(all_folded(lines)) + "\n"


def _table(scores: Sequence[Score], words: Words) -> Iterator[str]:
    heads = [words.say(head) for head, _ in _COLUMNS]
    names = [score.watcher for score in scores]
    left = max(map(columns, names), default=0)
    cells = [[_cell(score, name) for _, name in _COLUMNS] for score in scores]
    for number, head in enumerate(heads, 1):
        yield f"  {number}  {head}"
    yield ""
    widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
    numbers = [padded(str(i), width) for i, width in enumerate(widths, 1)]
    yield f"  {filled('', left)}  {'  '.join(numbers)}"
    for name, row in zip(names, cells, strict=True):
        shown = [padded(cell, width) for cell, width in zip(row, widths, strict=True)]
        yield f"  {filled(name, left)}  {'  '.join(shown)}"


def _cell(score: Score, name: str) -> str:
    count = getattr(score, name)
    share = 100 * count / score.combinations if score.combinations else 0.0
    return f"{count} ({share:.0f}%)" if count else "0"


def _missed(scores: Sequence[Score], words: Words) -> Iterator[str]:
    for score in scores:
        if score.missed:
            causes = [
                words.say("{why}: {n}", why=CAUSES.get(why, Message("{why}", why=why)), n=count)
                for why, count in sorted(score.missed.items(), key=lambda item: -item[1])
            ]
            yield f"  {score.watcher}  {words.say('; ').join(causes)}"
        elif score.touch_silent == 0:
            yield words.say("  {watcher}  none missed among these", watcher=score.watcher)


def _left_out(scores: Sequence[Score], words: Words) -> Iterator[str]:
    names = words.say(", ").join(score.watcher for score in scores)
    yield words.say(
        "Scenarios on builds for other markets are left out where no source speaks of them:"
        " {names}.",
        names=names,
    )
