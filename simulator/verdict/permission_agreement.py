"""The permission model beside recorded decisions: which agree, which do not, which rules they use.

A recorded denial whose error is null leaves the error open, so any error agrees with it.  Facts
that only the note of a case states are added from ``truth/permissions-facts.yaml``, and said.
"""

from __future__ import annotations

import json as jsonlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import yaml
from attrs import frozen

from simulator import truth
from simulator.android.permissions.cases import read_cases
from simulator.android.permissions.decision import Decision
from simulator.android.permissions.rules import rules
from simulator.documents import Localized
from simulator.errors import InputError
from simulator.message import Message

RECORDED, DERIVED, FACTS = (
    "permissions.json",
    "permissions-derived.json",
    "permissions-facts.yaml",
)
#: The eras of the model, by the first API level of each.
ERAS = (("4.4–9", 19), ("10", 29), ("11–12", 30), ("13", 33), ("14", 34), ("15–16", 35))
_OUTCOMES = ("allow", "deny", "consent", "recoverable", "hidden", "noop")
#: Rules that decide for parts of the phone itself, which no case asks about.
UNASKED = frozenset({"system.privileged", "download.own", "download.not-own"})


@frozen
class Compared:
    """A recorded case and the model's *decision* on it.

    *wanted* and *error* are what was recorded; *added* says which fact its note added, if any.
    """

    id: str
    era: str
    op: str
    confidence: str
    wanted: str
    error: str | None
    effect: str | None
    redacted: bool
    decision: Decision
    note: str
    source: str
    added: Localized | None

    @property
    def agrees(self) -> bool:
        """Whether the model rules as recorded, with the same error, effect and bytes."""
        ruled = self.decision
        same_error = ruled.error == self.error or (self.wanted == "deny" and self.error is None)
        same_effect = self.effect is None or ruled.effect == self.effect
        return (
            ruled.ruling == self.wanted
            and same_error
            and same_effect
            and (ruled.redacted or not self.redacted)
        )


@frozen
class Fact:
    """What a case's note adds to its fields, and how that is said."""

    adds: Mapping[str, Any]
    because: Localized


@cache
def facts() -> Mapping[str, Fact]:
    """The added facts by the id of their case."""
    return {
        name: Fact(said["adds"], Localized(said["because"]["en"], said["because"]["zh-CN"]))
        for name, said in yaml.safe_load(truth.text(FACTS))["facts"].items()
    }


def compare(rows: object, file: str) -> tuple[Compared, ...]:
    """Compare each case of the JSON list *rows*; raises :class:`InputError` for a bad one."""
    read_cases(rows, file)
    assert isinstance(rows, list)
    if not rows:
        raise InputError(Message("{file}: no case in it", file=file))
    added = [facts().get(row["id"]) for row in rows]
    whole = [{**row, **fact.adds} if fact else row for row, fact in zip(rows, added, strict=True)]
    cases = read_cases(whole, file)
    return tuple(
        _compared(
            row, case.decision(), fact, Message("{file}: case {index}", file=file, index=index)
        )
        for index, (row, case, fact) in enumerate(zip(rows, cases, added, strict=True))
    )


def _compared(
    row: Mapping[str, Any], decision: Decision, fact: Fact | None, where: Message
) -> Compared:
    wanted = row.get("expected")
    if wanted not in _OUTCOMES:
        raise InputError(
            Message(
                "{where}: {field}: expected {expected}; got {got}",
                where=where,
                field="expected",
                expected=Message("one of {names}", names=", ".join(_OUTCOMES)),
                got=jsonlib.dumps(wanted, ensure_ascii=False),
            )
        )
    return Compared(
        id=row["id"],
        era=era(row["platform_api"]),
        op=row["op"],
        confidence=str(row.get("confidence", "")),
        wanted=wanted,
        error=row.get("errno_or_exception"),
        effect=row.get("effect"),
        redacted=row.get("redacted") is True and wanted == "allow",
        decision=decision,
        note=str(row.get("note", "")),
        source=str(row.get("source", "")),
        added=fact.because if fact else None,
    )


def era(api: int) -> str:
    """The era of an API level, by Android version."""
    return next(name for name, first in reversed(ERAS) if api >= first or first == ERAS[0][1])


def reached(compared: Iterable[Compared]) -> Counter[str]:
    """How many cases each rule id decided or helped to decide."""
    return Counter(rule for one in compared for rule in one.decision.chain)


def unreached(compared: Sequence[Compared]) -> tuple[str, ...]:
    """The rule ids that no case reaches."""
    return tuple(sorted(set(rules()) - set(reached(compared)) - UNASKED))
