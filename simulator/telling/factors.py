"""Factors and their values as a person would say them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from simulator.documents import Localized
from simulator.message import Message
from simulator.scenario.digest import digest
from simulator.scenario.model import Scenario
from simulator.telling.words import Words, visible
from simulator.worlds.factors import known


def clause(path: str, values: Sequence[str], words: Words) -> str:
    """The clause that says which values a factor has, with its path."""
    listed = either([value_of(path, value, words) for value in values], words)
    factor = known().get(path)
    if factor is None:
        return words.say("{path} is {values}", path=path, values=listed)
    return words.of(factor.is_).replace("{values}", listed)


def value_of(path: str, value: str, words: Words) -> str:
    """A value as a person would say it."""
    factor = known().get(path)
    told: Localized | None = factor.values.get(value) if factor is not None else None
    return visible(value) if told is None else words.of(told)


def name_of(path: str, words: Words) -> str:
    """What a factor is called."""
    factor = known().get(path)
    return visible(path) if factor is None else words.of(factor.name)


def either(parts: Sequence[str], words: Words) -> str:
    """“a, b or c”."""
    if len(parts) < 2:
        return "".join(parts)
    return words.say(
        "{some} or {last}", some=words.say(Message(", ")).join(parts[:-1]), last=parts[-1]
    )


def clauses(condition: Mapping[str, Sequence[str]], words: Words) -> str:
    """All clauses of a condition, joined."""
    return words.say("; ").join(clause(path, values, words) for path, values in condition.items())


def changed_to(changes: Mapping[str, str], words: Words) -> str:
    """Changes as clauses, each with what to write to make it."""
    parts = [
        words.say(
            "{clause} [{path}={value}]",
            clause=clause(path, [value], words),
            path=path,
            value=value,
        )
        for path, value in changes.items()
    ]
    return words.say("; ").join(parts)


def by_hand(changes: Sequence[str], words: Words) -> Iterator[str]:
    """What was changed by hand, so that a title may not fit."""
    for change in changes:
        yield words.say("Changed by hand, so the title may not fit: {change}", change=change)


def about(scenario: Scenario, seed: int, words: Words) -> str:
    """The line that says what the answer is about."""
    from simulator import __version__

    return words.say(
        "{kind} · {scenario} · digest {digest} · seed {seed} · cachelife {version}",
        kind=Message("model"),
        scenario=scenario.id,
        digest=digest(scenario)[:12],
        seed=seed,
        version=__version__,
    )
