"""The library of scenarios as a table: could, did, said, outcome; one line each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import frozen

from simulator.message import Message
from simulator.scenario.index import Index, NamedOnly
from simulator.scenario.model import Scenario
from simulator.telling.folding import all_folded
from simulator.telling.measures import columns, filled
from simulator.telling.text import FATES
from simulator.telling.words import Words
from simulator.worlds.overview import Overview

_COULD: Mapping[str, Message] = MappingProxyType(
    {
        "silently": Message("silently"),
        "after_consent": Message("asks"),
        "no": Message("no route"),
        "cannot_tell": Message("cannot tell"),
    }
)
_OUTCOMES: Mapping[str, Message] = MappingProxyType(
    {
        "quiet": Message("quiet"),
        "warning_without_touch": Message("notice, not touched"),
        "touch_with_warning": Message("touched, with a notice"),
        "touch_without_warning": Message("touched, no notice"),
        "attempt_stopped": Message("notice, attempt stopped"),
        "warning_about_placeholder": Message("notice about a placeholder"),
        "warning_about_last_copy": Message("notice about the last copy"),
        "as_ordered": Message("as the user ordered"),
        "with_consent": Message("the user agreed"),
        "by_the_system": Message("by the phone's system"),
        "pipeline_failed": Message("the app could not do its job"),
        "cannot_tell": Message("cannot tell"),
    }
)


@frozen
class Line:
    """One scenario of the library, its *group*, and what comes of it."""

    scenario: Scenario
    group: str
    overview: Overview


def told(lines: Sequence[Line], index: Index, words: Words, *, questions: bool) -> str:
    """The table; with *questions* each line is followed by what the scenario asks."""
    rows = [(line, _cells(line, words)) for line in lines]
    heads = [
        words.say(head)
        for head in (Message("scenario"), Message("could"), Message("did"), Message("said"))
    ]
    widths = [max(columns(heads[i]), *(columns(cells[i]) for _, cells in rows)) for i in range(4)]
    out = [_row([*heads, words.say("outcome")], widths)]
    for group, title in index.groups.items():
        here = [(line, cells) for line, cells in rows if line.group == group]
        if here:
            out += ["", words.say("{group}: {title}", group=group, title=title)]
        for line, cells in here:
            out.append(_row(cells, widths))
            if questions:
                out.append("    " + words.of(line.scenario.question))
    out += ["", *_notes(words, any(line.scenario.family for line in lines))]
    out += ["", words.say("Known by name only")]
    for named in index.named_only:
        out += all_folded(["  " + _named(named, words)], "  ")
    return "\n".join(line.rstrip() for line in out) + "\n"


def _cells(line: Line, words: Words) -> list[str]:
    seen = line.overview
    said = _said(seen)
    return [
        line.scenario.id,
        _joined(words, [_COULD[answer] for answer in seen.could]),
        _joined(words, [FATES[fate] for fate in seen.did]),
        _joined(words, said),
        _outcome(line, words),
    ]


def _said(seen: Overview) -> list[Message]:
    """What the phone said; how often is told where that is the same in every world."""
    if len(seen.said) > 1:
        return [_SAID[said] for said in seen.said]
    if "notice" in seen.said:
        many = Message("{number} notices", number=seen.notices)
        return [_SAID["notice"] if seen.notices == 1 or seen.worlds > 1 else many]
    return [Message("asked")] if seen.dialogs else [_SAID["silent"]]


_SAID: Mapping[str, Message] = MappingProxyType(
    {"notice": Message("notice"), "silent": Message("no notice")}
)


def _outcome(line: Line, words: Words) -> str:
    seen = line.overview
    if not line.scenario.family:
        return _joined(words, [_OUTCOMES[outcome] for outcome in seen.outcomes])
    if len(seen.outcomes) == 1:
        return words.say(
            "{outcome} in all {worlds} combinations",
            outcome=_OUTCOMES[next(iter(seen.outcomes))],
            worlds=seen.worlds,
        )
    return words.say(
        "{number} outcomes in {worlds} combinations",
        number=len(seen.outcomes),
        worlds=seen.worlds,
    )


def _notes(words: Words, families: bool) -> Iterator[str]:
    yield words.say("Computed now, from the files; a model, not evidence.")
    if families:
        yield words.say(
            "A family is judged over all combinations of what is not known:"
            " “cachelife run ID” tells them apart."
        )


def _named(named: NamedOnly, words: Words) -> str:
    return words.say(
        "{names}. Known: {known}. Not known: {unknown}. [{source}]",
        names=named.names,
        known=named.known,
        unknown=named.unknown,
        source=named.source,
    )


def _joined(words: Words, parts: Sequence[Message]) -> str:
    return " / ".join(words.say(part) for part in parts)


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  " + "  ".join(
        [*(filled(cell, width) for cell, width in zip(cells, widths, strict=False)), cells[-1]]
    )


def as_values(lines: Sequence[Line], index: Index) -> dict[str, Any]:
    """The same as plain data, ready for JSON."""
    return {
        "schema": "cachelife.scenarios/2",
        "scenarios": [_values(line) for line in lines],
        "named_only": [
            {
                "names": _both(named.names),
                "known": _both(named.known),
                "unknown": _both(named.unknown),
                "source": named.source,
            }
            for named in index.named_only
        ],
    }


def _values(line: Line) -> dict[str, Any]:
    scenario, seen = line.scenario, line.overview
    return {
        "id": scenario.id,
        "group": line.group,
        "family": scenario.family,
        "title": _both(scenario.title),
        "question": _both(scenario.question),
        "tags": list(scenario.tags),
        "worlds": seen.worlds,
        "could": dict(seen.could),
        "did": dict(seen.did),
        "said": dict(seen.said),
        "notices": seen.notices,
        "dialogs": seen.dialogs,
        "outcomes": dict(seen.outcomes),
    }


def _both(text: Any) -> dict[str, str]:
    return {"en": text.en, "zh-CN": text.zh_CN}
