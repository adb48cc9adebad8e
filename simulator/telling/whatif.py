"""``cachelife whatif``: one thing changed at a time, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from simulator.message import Message
from simulator.scenario.model import Scenario
from simulator.telling.factors import about, by_hand, changed_to, name_of, value_of
from simulator.telling.folding import all_folded
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.text import ANSWERS, FATES, OUTCOMES
from simulator.telling.words import Words
from simulator.worlds.finding import Finding
from simulator.worlds.whatif import Changed, Goal, Reached, WhatIf

SCHEMA = "cachelife.whatif/1"
#: How each goal can be reached, or cannot.
ALONE: Mapping[Goal, Message] = MappingProxyType(
    {
        "notice_vanishes": Message("By itself each of these changes ends the notice:"),
        "notice_appears": Message("By itself each of these changes brings a notice:"),
        "original_touched": Message("By itself each of these changes would touch the original:"),
        "original_spared": Message("By itself each of these changes would spare the original:"),
    }
)
TOGETHER: Mapping[Goal, Message] = MappingProxyType(
    {
        "notice_vanishes": Message(
            "No single change ends the notice. The smallest sets that do, each of {size} changes:"
        ),
        "notice_appears": Message(
            "No single change brings a notice. The smallest sets that do, each of {size} changes:"
        ),
        "original_touched": Message(
            "No single change would touch the original. The smallest sets that would, each of"
            " {size} changes:"
        ),
        "original_spared": Message(
            "No single change would spare the original. The smallest sets that would, each of"
            " {size} changes:"
        ),
    }
)
NONE: Mapping[Goal, Message] = MappingProxyType(
    {
        "notice_vanishes": Message("No set of up to {size} of the changes tried ends the notice."),
        "notice_appears": Message("No set of up to {size} of the changes tried brings a notice."),
        "original_touched": Message(
            "No set of up to {size} of the changes tried would touch the original."
        ),
        "original_spared": Message(
            "No set of up to {size} of the changes tried would spare the original."
        ),
    }
)
#: So many sets are printed.
_SHOWN = 12


def told(
    scenario: Scenario, seed: int, found: WhatIf, speak: Words, changes: Sequence[str] = ()
) -> str:
    """What ``whatif`` prints."""
    lines = [speak.of(scenario.title), about(scenario, seed, speak), *by_hand(changes, speak), ""]
    lines.append(speak.say("As it stands: {what}", what=_in_short(found.base, speak)))
    for reached in found.reached:
        lines += ["", *_reached(reached, speak)]
    lines += ["", speak.say("Every change by itself (both sides draw the same numbers)")]
    lines += _every(found, speak)
    lines += ["", speak.say("What this rests on")]
    lines += [f"  {speak.say(limit)}" for limit in LIMITS[:PUBLIC]]
    return "\n".join(all_folded(lines, "    ")) + "\n"


def _reached(reached: Reached, speak: Words) -> Iterator[str]:
    if reached.single:
        yield speak.say(ALONE[reached.goal])
        for one in reached.single:
            yield f"  - {_change(one, speak)}"
    elif reached.sets:
        yield speak.say(TOGETHER[reached.goal].template, size=reached.tried)
        for one in reached.sets[:_SHOWN]:
            yield f"  - {_change(one, speak)}"
        if len(reached.sets) > _SHOWN:
            yield "  " + speak.say("and {number} more (--json)", number=len(reached.sets) - _SHOWN)
    else:
        yield speak.say(NONE[reached.goal].template, size=reached.tried)


def _change(one: Changed, speak: Words) -> str:
    changes = changed_to(dict(one.changes), speak)
    if one.found is None:
        return changes
    return speak.say(
        "{changes} → {then}", changes=changes, then=speak.say(OUTCOMES[one.found.outcome])
    )


def _every(found: WhatIf, speak: Words) -> Iterator[str]:
    path = ""
    for one in found.singles:
        (here, value), *_ = one.changes
        if here != path:
            path = here
            yield "  " + speak.say(
                "{name} [{path}], here {own}:",
                name=name_of(path, speak),
                path=path,
                own=value_of(path, found.own[path], speak),
            )
        then = (
            speak.say("no phone can be like that")
            if one.found is None
            else _difference(found.base, one.found, speak)
        )
        yield "    " + speak.say("{value} → {then}", value=value_of(path, value, speak), then=then)


def _difference(base: Finding, other: Finding, speak: Words) -> str:
    """What is otherwise of could, did and said; “the same” where nothing is."""
    parts = []
    if other.could != base.could:
        parts.append(speak.say("could delete the original: {answer}", answer=ANSWERS[other.could]))
    if other.did != base.did:
        parts.append(speak.say("the original: {fate}", fate=FATES[other.did]))
    if other.notices != base.notices:
        parts.append(_said(base, other, speak))
    if other.outcome != base.outcome:
        parts.append(speak.say("outcome: {outcome}", outcome=OUTCOMES[other.outcome]))
    return speak.say("; ").join(parts) or speak.say("the same")


def _said(base: Finding, other: Finding, speak: Words) -> str:
    if not other.notices:
        return speak.say("no notice")
    if len(other.notices) != len(base.notices):
        return speak.many("{number} notice", "{number} notices", len(other.notices))
    return speak.say("another notice")


def _in_short(found: Finding, speak: Words) -> str:
    notices = speak.many("{number} notice", "{number} notices", len(found.notices))
    return speak.say("; ").join(
        (
            speak.say("could delete the original: {answer}", answer=ANSWERS[found.could]),
            speak.say("the original: {fate}", fate=FATES[found.did]),
            notices,
            speak.say("outcome: {outcome}", outcome=OUTCOMES[found.outcome]),
        )
    )


# -- JSON --------------------------------------------------------------------------------------


def as_values(scenario: Scenario, seed: int, found: WhatIf) -> dict[str, Any]:
    """The answer as JSON values: ``base``, ``changes`` one by one, and ``reached`` goal by goal."""
    return {
        "schema": SCHEMA,
        "scenario": scenario.id,
        "seed": seed,
        "runs": found.runs,
        "own": dict(found.own),
        "base": finding_values(found.base),
        "changes": [_values(one) for one in found.singles],
        "reached": [
            {
                "goal": reached.goal,
                "single": [_values(one) for one in reached.single],
                "sets": [_values(one) for one in reached.sets],
                "sets_tried_up_to": reached.tried,
            }
            for reached in found.reached
        ],
    }


def _values(one: Changed) -> dict[str, Any]:
    return {
        "changes": dict(one.changes),
        "found": None if one.found is None else finding_values(one.found),
    }


def finding_values(found: Finding) -> dict[str, Any]:
    """What a world came to, as JSON values."""
    return {
        "could": found.could,
        "did": found.did,
        "loss": found.loss,
        "touched": found.touched,
        "outcome": found.outcome,
        "notices": [
            {"text": {"en": n.en, "zh-CN": n.zh}, "names_app": n.names_app, "watcher": n.watcher}
            for n in found.notices
        ],
        "requests": [
            {"role": r.role, "path": r.path, "result": r.result, "asked_by": r.asked_by}
            for r in found.requests
        ],
    }
