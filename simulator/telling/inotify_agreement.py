"""How far predicted file events agree with recorded ones: a table, and every disagreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from simulator.android.linux.cases import comparable
from simulator.message import Message
from simulator.telling.measures import columns, filled, padded
from simulator.telling.words import Words
from simulator.verdict.inotify_agreement import OUTCOMES, Compared, Outcome

_TITLES: Mapping[Outcome, Message] = MappingProxyType(
    {
        "agree": Message("agree"),
        "differ": Message("differ"),
        "refused": Message("left out"),
        "unrecorded": Message("not recorded"),
        "unknown": Message("not understood"),
    }
)
_GAP = 2


def agreement_values(compared: Sequence[Compared]) -> list[dict[str, Any]]:
    """The records in their order, each with what was predicted and what was recorded."""
    return [
        {
            "name": one.case.name,
            "fs": one.case.fs,
            "predicted": [list(event) for event in one.predicted],
            "recorded": None if one.recorded is None else [list(event) for event in one.recorded],
        }
        for one in compared
    ]


def agreement_text(compared: Sequence[Compared], words: Words) -> str:
    """What ``agreement inotify`` prints."""
    counted = Counter(one.outcome for one in compared)
    lines = [
        words.say(
            "{agree} of {cases} recorded cases agree.",
            agree=counted["agree"],
            cases=len(compared) - counted["refused"] - counted["unrecorded"],
        ),
        "",
        *_table(compared, words),
    ]
    if counted["refused"]:
        lines += ["", words.say("Left out: the recorded file system refused an operation.")]
        lines += [f"  {line}" for line in _refused(compared, words)]
    different = [one for one in compared if one.outcome == "differ"]
    if different:
        lines += ["", words.say("Disagreements, each with its first difference:")]
        lines += [f"  {_difference(one, words)}" for one in different]
    return "\n".join(lines) + "\n"


def _table(compared: Sequence[Compared], words: Words) -> Iterator[str]:
    counted = Counter((one.case.fs, one.outcome) for one in compared)
    shown = [name for name in OUTCOMES if any(key[1] == name for key in counted)]
    setups = list(dict.fromkeys(one.case.fs for one in compared))
    heads = [words.say(_TITLES[name]) for name in shown]
    first = max((columns(fs) for fs in setups), default=0)
    yield "  " + filled("", first) + "".join(padded(head, columns(head) + _GAP) for head in heads)
    for fs in setups:
        cells = (
            padded(str(counted[fs, name]), columns(head) + _GAP)
            for name, head in zip(shown, heads, strict=True)
        )
        yield f"  {filled(fs, first)}" + "".join(cells)


def _refused(compared: Sequence[Compared], words: Words) -> Iterator[str]:
    for one in compared:
        if one.outcome == "refused":
            yield words.say(
                "{name} ({fs}): {error}", name=one.case.name, fs=one.case.fs, error=one.error or ""
            )


def _difference(one: Compared, words: Words) -> str:
    at = one.differs_at
    assert at is not None
    return words.say(
        "{name} ({fs}), event {number}: predicted {predicted}, recorded {recorded}",
        name=one.case.name,
        fs=one.case.fs,
        number=at + 1,
        predicted=_event(comparable(one.predicted), at),
        recorded=_event(comparable(one.recorded or ()), at),
    )


def _event(events: Sequence[Sequence[Any]], at: int) -> Message:
    if at >= len(events):
        return Message("nothing more")
    return Message("{event}", event=" ".join(str(part) for part in events[at] if part != ""))
