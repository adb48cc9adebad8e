"""How far the permission model agrees with recorded decisions: tables, and every disagreement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from simulator.android.permissions.rules import rules
from simulator.message import Message
from simulator.telling.measures import columns, filled, padded
from simulator.telling.words import Words
from simulator.verdict.permission_agreement import ERAS, UNASKED, Compared, reached, unreached

SCHEMA = "cachelife.agreement.permissions/1"
_TABLES: Mapping[str, tuple[Message, Callable[[Compared], str]]] = MappingProxyType(
    {
        "era": (Message("by Android version"), lambda one: one.era),
        "op": (Message("by operation"), lambda one: one.op),
        "outcome": (Message("by outcome"), lambda one: one.wanted),
        "confidence": (Message("by how it is known"), lambda one: one.confidence),
    }
)
#: In which order the rows of a table stand; what is not named here follows as it comes.
_ORDER = (
    *(name for name, _ in ERAS),
    *("read", "list", "create", "write", "rename", "trash", "favorite", "delete"),
    *("allow", "consent", "recoverable", "deny", "hidden", "noop"),
    *("test", "source", "docs", "inferred"),
)


def agreement_values(recorded: Sequence[Compared], derived: Sequence[Compared]) -> dict[str, Any]:
    """The agreement as JSON values."""
    both = (*recorded, *derived)
    used = reached(both)
    return {
        "schema": SCHEMA,
        "cases": len(recorded),
        "derived": len(derived),
        "agree": sum(one.agrees for one in both),
        "by": {name: _counts(recorded, key) for name, (_, key) in _TABLES.items()},
        "disagree": [_difference(one) for one in both if not one.agrees],
        "facts_added": [
            {"id": one.id, "because": {"en": one.added.en, "zh-CN": one.added.zh_CN}}
            for one in both
            if one.added is not None
        ],
        "rules": {rule: used[rule] for rule in sorted(set(rules()) - UNASKED)},
        "unreached": list(unreached(both)),
    }


def _counts(compared: Sequence[Compared], key: Callable[[Compared], str]) -> dict[str, Any]:
    agree, all_ = Counter[str](), Counter[str]()
    for one in compared:
        all_[key(one)] += 1
        agree[key(one)] += one.agrees
    known = [name for name in _ORDER if name in all_]
    names = [*known, *(name for name in all_ if name not in _ORDER)]
    return {name: {"cases": all_[name], "agree": agree[name]} for name in names}


def _difference(one: Compared) -> dict[str, Any]:
    return {
        "id": one.id,
        "recorded": {"decision": one.wanted, "error": one.error, "effect": one.effect},
        "model": {
            "decision": one.decision.ruling,
            "error": one.decision.error,
            "effect": one.decision.effect,
            "chain": list(one.decision.chain),
        },
        "confidence": one.confidence,
        "source": one.source,
        "note": one.note,
    }


def agreement_text(recorded: Sequence[Compared], derived: Sequence[Compared], words: Words) -> str:
    """What ``agreement permissions`` prints."""
    say = words.say
    agree = sum(one.agrees for one in recorded)
    lines = [say("{agree} of {cases} recorded decisions agree.", agree=agree, cases=len(recorded))]
    if derived:
        lines.append(
            say(
                "{agree} of {cases} decisions agree that were written from the same sources, for"
                " rules that no recorded one reaches.",
                agree=sum(one.agrees for one in derived),
                cases=len(derived),
            )
        )
    for title, key in _TABLES.values():
        lines += ["", say(title), *_table(recorded, key, words)]
    both = (*recorded, *derived)
    lines += ["", *_facts(both, words), *_disagreements(both, words), *_coverage(both, words)]
    return "\n".join(lines) + "\n"


def _table(
    compared: Sequence[Compared], key: Callable[[Compared], str], words: Words
) -> Iterator[str]:
    counted = _counts(compared, key)
    names = {name: words.say(_NAMES.get(name, Message("{name}", name=name))) for name in counted}
    width = max((columns(name) for name in names.values()), default=0)
    for name, counts in counted.items():
        agree, cases = (padded(str(counts[field]), 4) for field in ("agree", "cases"))
        yield f"  {filled(names[name], width)} {agree} / {cases}"


def _facts(compared: Sequence[Compared], words: Words) -> Iterator[str]:
    for one in compared:
        if one.added is not None:
            yield words.say(
                "{id}: decided with a fact added: {because}.", id=one.id, because=one.added
            )


def _disagreements(compared: Sequence[Compared], words: Words) -> Iterator[str]:
    for one in compared:
        if not one.agrees:
            yield words.say(
                "{id}: recorded as {wanted}, the model says {got} ({rules}); {confidence},"
                " {source}: {note}",
                id=one.id,
                wanted=_ruled(one.wanted, one.error, words),
                got=_ruled(one.decision.ruling, one.decision.error, words),
                rules=" > ".join(one.decision.chain),
                confidence=_NAMES.get(one.confidence, Message("{name}", name=one.confidence)),
                source=one.source,
                note=one.note,
            )


def _ruled(ruling: str, error: str | None, words: Words) -> str:
    said = words.say(_NAMES[ruling])
    return words.say("{ruling} ({error})", ruling=said, error=error) if error else said


def _coverage(compared: Sequence[Compared], words: Words) -> Iterator[str]:
    used, left = reached(compared), unreached(compared)
    yield words.say(
        "{reached} of {rules} rules are reached by a case.",
        reached=len(used),
        rules=len(used) + len(left),
    )
    for rule in left:
        yield words.say("  {rule}: reached by no case", rule=rule)


#: Names of outcomes and kinds of evidence as they are printed.
_NAMES: Mapping[str, Message] = MappingProxyType(
    {
        "allow": Message("allowed"),
        "deny": Message("refused"),
        "consent": Message("dialog first"),
        "recoverable": Message("may ask"),
        "hidden": Message("not seen"),
        "noop": Message("nothing done"),
        "test": Message("Android's tests"),
        "source": Message("Android's code"),
        "docs": Message("documentation"),
        "inferred": Message("inferred"),
        "delete": Message("delete"),
        "list": Message("see in a listing"),
        "create": Message("create"),
        "read": Message("read"),
        "write": Message("write to"),
        "rename": Message("rename"),
        "trash": Message("move to the trash"),
        "favorite": Message("mark as favourite"),
    }
)
