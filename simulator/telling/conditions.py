"""``cachelife when``: exactly when something happens, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import frozen

from simulator.message import Message
from simulator.scenario.model import Scenario
from simulator.telling.factors import about, by_hand, changed_to, clause, clauses, name_of
from simulator.telling.folding import all_folded
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.measures import padded
from simulator.telling.story import story
from simulator.telling.text import OUTCOMES, PARTIES
from simulator.telling.words import LANGS, Words, words
from simulator.trace import Cause, Operation, Record
from simulator.verdict.judge import judge
from simulator.worlds.conditions import NO_SUCH_PHONE, Conditions, Repair, Verified
from simulator.worlds.cover import MOST_CHANGES
from simulator.worlds.factors import PARTIES as ALL_PARTIES
from simulator.worlds.moments import LONGEST, Edge, Moment

SCHEMA = "cachelife.when/1"
#: Of those who can do it alone, so many of the smallest sets of changes are printed.
_SHOWN = 6


@frozen
class Answer:
    """Everything that ``when`` has to tell; *verified* is None where it was not asked for."""

    scenario: Scenario
    seed: int
    conditions: Conditions
    moments: tuple[Moment, ...]
    verified: Verified | None = None
    asked_to_verify: bool = False
    changes: tuple[str, ...] = ()


def told(answer: Answer, speak: Words) -> str:
    """What ``when`` prints."""
    found = answer.conditions
    lines = [
        speak.of(answer.scenario.title),
        about(answer.scenario, answer.seed, speak),
        *by_hand(answer.changes, speak),
        "",
        speak.say(
            "When does this come about: {outcome} [{name}]?",
            outcome=OUTCOMES[found.outcome],
            name=found.outcome,
        ),
        "",
        *_counts(found, speak),
        "",
    ]
    if not found.whole:
        lines += _sampled(found, speak)
    elif not found.happens_in:
        lines.append(speak.say("It comes about in none of them."))
    elif found.happens_in == found.feasible:
        lines.append(speak.say("It comes about in all of them."))
    else:
        lines += [*_sentence(found, speak), "", *_necessary(found, speak)]
        lines += ["", *_repairs(found, speak)]
    lines += ["", *_moments(answer, speak)]
    if answer.verified is not None:
        lines += ["", _verified(answer.verified, found, speak)]
    elif answer.asked_to_verify:
        lines += ["", speak.say("Nothing was checked: a sample gives no conditions to check.")]
    lines += ["", speak.say("What this rests on")]
    lines += [f"  {speak.say(limit)}" for limit in LIMITS[:PUBLIC]]
    return "\n".join(all_folded(lines)) + "\n"


def _counts(found: Conditions, speak: Words) -> Iterator[str]:
    values = {
        "factors": len(found.space.paths),
        "listed": f"{len(found.space):,}",
        "looked": f"{found.looked_at:,}",
        "runs": f"{found.runs:,}",
    }
    if found.feasible is None:
        yield speak.say(
            "Factors varied: {factors}. Combinations: {listed}, which is too many to run; drawn at"
            " random and run: {looked}.",
            **values,
        )
    else:
        none = len(found.space) - found.feasible - found.repeats
        sentence = Message(
            "Factors varied: {factors}. Combinations: {listed}; of these no phone can have {none}."
            " Looked at: all {looked} others (runs that stand for them: {runs})."
        )
        if found.repeats:
            sentence = Message(
                "Factors varied: {factors}. Combinations: {listed}; of these no phone can have"
                " {none}, and {repeats} only repeat others. Looked at: all {looked} others (runs"
                " that stand for them: {runs})."
            )
        yield speak.say(sentence.template, none=f"{none:,}", repeats=f"{found.repeats:,}", **values)
    yield speak.say("Counts are of the combinations we listed, not of phones.")
    for outcome, number in sorted(found.outcomes.items(), key=lambda item: -item[1]):
        yield f"  {padded(f'{number:,}', 8)}  {speak.say(OUTCOMES[outcome])}"


def _sampled(found: Conditions, speak: Words) -> Iterator[str]:
    """A sample shows what there is; of what there is not, it says nothing."""
    yield speak.say(
        "Of {looked} worlds drawn at random {happens} had this outcome. A sample does not show that"
        " there are no others, so no conditions are given.",
        looked=f"{found.looked_at:,}",
        happens=f"{found.happens_in:,}",
    )
    if found.common:
        yield speak.say("What those have in common:")
        for path, values in found.common.items():
            yield f"  - {clause(path, values, speak)}"
    yield speak.say("Name fewer factors with --factors to have all combinations run.")


def _sentence(found: Conditions, speak: Words) -> Iterator[str]:
    """A minimum cover as one sentence: what is needed always, then the alternatives."""
    shared, rest = _split(found)
    outcome = OUTCOMES[found.outcome]
    alternatives = [condition for condition in rest if condition]
    if not alternatives:
        yield speak.say(
            "In this model the outcome “{outcome}” comes about exactly when all of this holds:"
            " {needed}.",
            outcome=outcome,
            needed=clauses(shared, speak),
        )
        return
    if shared:
        yield speak.say(
            "In this model the outcome “{outcome}” comes about exactly when all of this holds:"
            " {needed}; and one of these besides:",
            outcome=outcome,
            needed=clauses(shared, speak),
        )
    else:
        yield speak.say(
            "In this model the outcome “{outcome}” comes about exactly when one of these holds:",
            outcome=outcome,
        )
    for number, condition in enumerate(alternatives, 1):
        yield f"  ({number}) {clauses(condition, speak)}"


def _split(
    found: Conditions,
) -> tuple[Mapping[str, tuple[str, ...]], list[Mapping[str, tuple[str, ...]]]]:
    """What every condition of the cover asks for, and what each asks for besides."""
    cover = found.cover
    shared: Mapping[str, tuple[str, ...]] = {
        path: values
        for path, values in cover[0].items()
        if all(other.get(path) == values for other in cover)
    }
    rest: list[Mapping[str, tuple[str, ...]]] = [
        {path: values for path, values in condition.items() if path not in shared}
        for condition in cover
    ]
    return shared, rest


def _necessary(found: Conditions, speak: Words) -> Iterator[str]:
    if found.necessary:
        yield speak.say("Necessary, whatever else holds:")
        for path, values in found.necessary.items():
            yield f"  - {clause(path, values, speak)} [{path}]"
    else:
        yield speak.say("No single factor is necessary.")
    if found.without_effect:
        yield speak.say(
            "Without influence on it: {names}.",
            names=speak.say(", ").join(name_of(path, speak) for path in found.without_effect),
        )
    yield speak.say(
        "Minimal sufficient conditions in all: {number} (--json lists them).",
        number=len(found.implicants),
    )


# -- repairs -----------------------------------------------------------------------------------


def _repairs(found: Conditions, speak: Words) -> Iterator[str]:
    yield speak.say(
        "The smallest changes after which it no longer comes about (sets of up to {most})",
        most=MOST_CHANGES,
    )
    for party in ALL_PARTIES:
        alone = [r for r in found.repairs if r.who == (party,) and r.harmless]
        who = speak.say("{party} alone:", party=PARTIES[party])
        if alone:
            yield from _listed_repairs(who, alone, speak)
        else:
            yield "  " + speak.say("{who} none among the values tried.", who=who)
    nobody = [r for r in found.repairs if not r.who and r.harmless]
    if nobody:
        who = speak.say("Who could make them is not on file:")
        yield from _listed_repairs(who, nobody, speak)
    together = [r for r in found.repairs if len(r.who) > 1 and r.harmless]
    if together:
        yield "  " + speak.many(
            "Together only: {number} set (--json).",
            "Together only: {number} sets (--json).",
            len(together),
        )
    yield from _at_a_price(found, speak)


def _listed_repairs(who: str, repairs: Sequence[Repair], speak: Words) -> Iterator[str]:
    yield f"  {who}"
    for repair in repairs[:_SHOWN]:
        yield f"    - {_repair(repair, speak)}"
    if len(repairs) > _SHOWN:
        yield "    " + speak.say("and {number} more (--json)", number=len(repairs) - _SHOWN)


def _at_a_price(found: Conditions, speak: Words) -> Iterator[str]:
    """What would also end it, and is no repair."""
    harmful = [repair for repair in found.repairs if not repair.harmless]
    if harmful:
        yield "  " + speak.say("It would also end, but an original is touched then, or asked for:")
        for repair in harmful[:_SHOWN]:
            yield f"    - {_repair(repair, speak)}"


def _repair(repair: Repair, speak: Words) -> str:
    then = speak.say("; ").join(
        speak.say("{what}: {number}", what=_instead(what), number=f"{number:,}")
        for what, number in sorted(repair.then.items(), key=lambda item: -item[1])
    )
    return speak.say(
        "{changes} → {then}", changes=changed_to(dict(repair.changes), speak), then=then
    )


def _instead(what: str) -> Message:
    return Message("no phone can be like that") if what == NO_SUCH_PHONE else OUTCOMES[what]


# -- moments -----------------------------------------------------------------------------------


def _moments(answer: Answer, speak: Words) -> Iterator[str]:
    """What moving one time does, all else being as the scenario has it."""
    yield speak.say(
        "Moments (the scenario itself, with one time shifted; drawn numbers of seed {seed})",
        seed=answer.seed,
    )
    if not answer.moments:
        yield "  " + speak.say(
            "None of the times that were shifted decides it: when something happens, where several"
            " things do, and pauses and delays from 0 to {most} s.",
            most=f"{LONGEST:g}",
        )
    for moment in answer.moments:
        spans = speak.say("; ").join(
            speak.say("from {low} s to {high} s", low=f"{low:g}", high=f"{high:g}")
            for low, high in moment.spans
        )
        own = speak.say("drawn") if moment.own is None else f"{moment.own:g} s"
        yield "  " + speak.say(
            "[{path}: {own}] It comes about {spans}, of 0 to {until} s ({orders} orders tried).",
            path=moment.path,
            own=own,
            spans=spans,
            until=f"{moment.until:g}",
            orders=moment.orders,
        )
        for edge in moment.edges:
            yield f"    {_edge(edge, speak, whole=answer.conditions.whole)}"


def _edge(edge: Edge, speak: Words, *, whole: bool) -> str:
    at = f"{edge.at:g}"
    if edge.first is None or edge.second is None:
        return speak.say(
            "{at} s: it turns here without two steps changing places; one side has steps that the"
            " other has not.",
            at=at,
        )
    first, second = (_step(edge, record, speak) for record in (edge.first, edge.second))
    if not edge.below:
        first, second = second, first
    sentence = Message("{at} s: it comes about only if this is first: {first}; and then: {second}.")
    if not whole:
        # Of a sample nothing is said that sounds like all.
        sentence = Message("{at} s: it comes about if this is first: {first}; and then: {second}.")
    return speak.say(sentence.template, at=at, first=first, second=second)


def _step(edge: Edge, record: Record, speak: Words) -> str:
    """The step of the story to which that record belongs."""
    for step in story(edge.trace, judge(edge.trace), speak):
        if record.id in step.records:
            return speak.say(step.sentence).rstrip(".。")
    return speak.say(
        _PLAIN.get(type(record).__name__, Message("{what}")).template, what=_what(record)
    )


_PLAIN: Mapping[str, Message] = MappingProxyType({"Cause": Message("{what}")})


def _what(record: Record) -> str:
    if isinstance(record, Cause):
        return record.what
    if isinstance(record, Operation):
        return f"{record.verb} {record.path}"
    return f"{type(record).__name__} {getattr(record, 'path', '')}".strip()


def _verified(verified: Verified, found: Conditions, speak: Words) -> str:
    if verified.differ:
        return speak.say(
            "Checked: {drawn} worlds drawn at random were run by themselves; {differ} differ from"
            " what is said here: {numbers}.",
            drawn=verified.drawn,
            differ=len(verified.differ),
            numbers=", ".join(map(str, verified.differ)),
        )
    return speak.say(
        "Checked: {drawn} worlds drawn at random were run by themselves, and all are as said here.",
        drawn=verified.drawn,
    )


# -- JSON --------------------------------------------------------------------------------------


def as_values(answer: Answer) -> dict[str, Any]:
    """The answer as JSON values.

    ``factors``, ``worlds`` (combinations listed), ``feasible`` (null where they were not counted),
    ``repeats`` (that only repeat others), ``looked_at``, ``runs``, ``whole``, ``outcomes``;
    ``implicants``: every minimal sufficient condition, by factor with the values that it allows, a
    factor that is absent may have any; ``cover``: the fewest of them, and in ``covers`` the number
    of worlds with the outcome in which each of those holds; ``necessary``; ``repairs``: sets of
    changes, and in ``repairs_told`` who can make them and what comes instead; ``moments``;
    ``sentence`` in both languages; ``common`` of a sample.
    """
    found = answer.conditions
    return {
        "schema": SCHEMA,
        "scenario": answer.scenario.id,
        "seed": answer.seed,
        "outcome": found.outcome,
        "factors": {path: list(values) for path, values in found.space.factors.items()},
        "worlds": len(found.space),
        "feasible": found.feasible,
        "repeats": found.repeats,
        "looked_at": found.looked_at,
        "runs": found.runs,
        "whole": found.whole,
        "outcomes": dict(found.outcomes),
        "implicants": [_listed(condition) for condition in found.implicants],
        "cover": [_listed(condition) for condition in found.cover],
        "covers": list(found.covers),
        "cover_is_smallest": found.fewest,
        "necessary": _listed(found.necessary),
        "without_influence": list(found.without_effect),
        "common": _listed(found.common),
        "repairs": [[{path: value} for path, value in r.changes] for r in found.repairs],
        "repairs_told": [
            {
                "changes": dict(repair.changes),
                "who": list(repair.who),
                "harmless": repair.harmless,
                "asked_for_original": repair.asked_for,
                "then": dict(repair.then),
            }
            for repair in found.repairs
        ],
        "moments": [_moment_values(moment) for moment in answer.moments],
        "sentence": {lang: _one_sentence(found, words(lang)) for lang in LANGS},
        "verified": None
        if answer.verified is None
        else {"drawn": answer.verified.drawn, "differ": list(answer.verified.differ)},
    }


def _listed(condition: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    return {path: list(values) for path, values in condition.items()}


def _one_sentence(found: Conditions, speak: Words) -> str | None:
    if not found.whole or not found.cover:
        return None
    return speak.say(" ").join(line.strip() for line in _sentence(found, speak))


def _moment_values(moment: Moment) -> dict[str, Any]:
    return {
        "path": moment.path,
        "own_s": moment.own,
        "until_s": moment.until,
        "holds_s": [list(span) for span in moment.spans],
        "orders_tried": moment.orders,
        "edges": [
            {
                "at_s": edge.at,
                "holds": "below" if edge.below else "above",
                "first": None if edge.first is None else _what(edge.first),
                "second": None if edge.second is None else _what(edge.second),
            }
            for edge in moment.edges
        ],
    }
