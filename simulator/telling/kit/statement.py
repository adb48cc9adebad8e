"""The statement: a short version and a long one, every sentence of which can stand alone.

A single scenario is told from its run, a family over all its combinations; both say what is
assumed, name the opposite story that the same notice fits, and who could settle it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from simulator.message import Message
from simulator.outcomes import Outcome
from simulator.scenario.model import Observed
from simulator.telling.factors import clauses, either, value_of
from simulator.telling.kit.facts import Facts, Fates
from simulator.telling.kit.page import Page, inner, titled
from simulator.telling.kit.telling import (
    could_answers,
    deeds,
    fates_told,
    notices_told,
    parts_told,
    sizes_told,
)
from simulator.telling.text import FATES, GRADES, OUTCOMES, PARTIES, outcome_of
from simulator.telling.words import Words
from simulator.worlds.factors import known
from simulator.worlds.finding import Finding
from simulator.worlds.observations import known as observations
from simulator.worlds.twin import Near

#: Outcomes that the fate of the original and the notice say already.
_SAID_BY_THE_REST = frozenset(
    {"quiet", "warning_without_touch", "touch_with_warning", "touch_without_warning"}
)
#: What can be looked at on the phone itself, and settles most.
_LOOKS = ("original.opens", "bin.path", "bin.size")
ASKED: Mapping[str, Message] = MappingProxyType(
    {
        "original": Message("the user's original"),
        "capture": Message("what was shot in the app"),
        "app_copy": Message("a copy that the app had made itself"),
        "placeholder": Message("an empty file that the app had made itself"),
        "other": Message("another file of the app"),
    }
)


def statement(facts: Facts, speak: Words) -> str:
    """The statement in one language."""
    page = titled(facts, speak, Message("Statement"))
    page.heading(Message("In short"))
    page.paragraph(_short_family(facts, speak) if facts.family else _short_run(facts, speak))
    page.heading(Message("In full"))
    _what_it_is(facts, page)
    if facts.family:
        _combinations(facts, page)
    else:
        _run(facts, page)
    _condition(facts, page)
    _opposite(facts, page)
    _answers(facts, page)
    page.heading(Message("Annex: assumptions, and what would settle them"))
    _assumed(facts, page)
    _settles(facts, page)
    page.foot(facts)
    return page.text()


# -- in short ----------------------------------------------------------------------------------


def _short_run(facts: Facts, speak: Words) -> Iterator[Message]:
    yield Message("This is a model, not evidence.")
    yield from _made_up(facts)
    if facts.base.outcome not in _SAID_BY_THE_REST:
        yield _outcome(facts)
    yield from fates_told(facts, speak)
    yield from deeds(facts, speak)
    yield from notices_told(facts, speak)
    yield from _depends(facts, speak)
    yield from _twin(facts, speak)
    yield from _not_from_the_notice(facts)
    yield from _first_look(facts, speak)


def _outcome(facts: Facts) -> Message:
    verdict = facts.material.verdict
    return Message("What comes of it in the model is: {outcome}.", outcome=outcome_of(verdict))


def _short_family(facts: Facts, speak: Words) -> Iterator[Message]:
    yield Message("This is a model, not evidence.")
    yield from _on_record(facts, speak)
    yield from _made_up(facts)
    yield _unknown(facts)
    yield from _turning(facts, speak)
    yield from _not_from_the_notice(facts)
    yield from _first_look(facts, speak)


def _made_up(facts: Facts) -> Iterator[Message]:
    """Whose name the app has: a company's, or one that we made up."""
    label = facts.material.scenario.app.label
    if facts.material.incident:
        yield Message(
            "What “{app}” does in a combination of this model is assumed; it is no finding about a"
            " real app or company.",
            app=label,
        )
    else:
        yield Message("“{app}” is a made-up name, and stands for no real app.", app=label)


def _on_record(facts: Facts, speak: Words) -> Iterator[Message]:
    for item in facts.observed:
        if item.what == "notice":
            yield _recorded(item)
            return


def _recorded(item: Observed) -> Message:
    who = item.who
    if who is None:
        return Message(
            "On public record: “{text}” [{grade}: {source}].",
            text=inner(item.text),
            grade=GRADES[item.grade],
            source=item.source,
        )
    return Message(
        "On public record, {who}: “{text}” [{grade}: {source}].",
        who=who,
        text=inner(item.text),
        grade=GRADES[item.grade],
        source=item.source,
    )


def _unknown(facts: Facts) -> Message:
    tried = len(facts.material.space.factors)
    counts = facts.counts
    assert counts is not None
    if counts.listed == counts.run:
        return Message(
            "{number} things are not known; all {run} combinations of what they could be were run"
            " in the model.",
            number=tried,
            run=f"{counts.run:,}",
        )
    return Message(
        "{number} things are not known; {listed} combinations of what they could be were listed,"
        " and all {run} that a phone can have were run in the model.",
        number=tried,
        listed=f"{counts.listed:,}",
        run=f"{counts.run:,}",
    )


def _of_the_notice(facts: Facts) -> Iterator[Message]:
    """What became of the original where the phone says this: in how many listed combinations."""
    counts = facts.counts
    if counts is None:
        return
    same = counts.same
    values = {
        "said": _said(facts),
        "all": f"{same.all:,}",
        "untouched": f"{same.untouched:,}",
        "touched": f"{same.touched:,}",
        "unclear": f"{same.unclear:,}",
    }
    if same.unclear:
        yield Message(
            "Of the combinations listed (a count, no probability), {all} have"
            " {said}: in {untouched} the original is"
            " untouched, in {touched} it is changed, moved or removed, in {unclear} the model does"
            " not say.",
            **values,
        )
    elif same.untouched and same.touched:
        yield Message(
            "Of the combinations listed (a count, no probability), {all} have"
            " {said}: in {untouched} the original is"
            " untouched, in {touched} it is changed, moved or removed.",
            **values,
        )
    elif same.untouched:
        yield Message(
            "Of the combinations listed (a count, no probability), {all} have"
            " {said}, and in all of these the original is"
            " untouched; what they have in common is assumed.",
            **values,
        )
    else:
        yield Message(
            "Of the combinations listed (a count, no probability), {all} have"
            " {said}, and in all of these the original is"
            " changed, moved or removed; what they have in common is assumed.",
            **values,
        )


def _said(facts: Facts) -> Message:
    if facts.notice is None:
        return Message("the same silence of the phone")
    return Message("the same notice, word for word")


def _depends(facts: Facts, speak: Words) -> Iterator[Message]:
    """The condition: what is assumed and, otherwise, would change the finding."""
    decisive = _decisive(facts)
    if decisive:
        own = {path: (facts.assumed[path].use,) for path in decisive}
        yield Message(
            "This depends on what is assumed: {clauses}.",
            clauses=clauses(own, speak),
        )


def _decisive(facts: Facts) -> list[str]:
    """The assumptions of which a single change ends the notice, or turns the original's fate."""
    found = facts.material.changes
    turning = {
        path
        for one in found.singles
        if one.found is not None
        and (
            bool(one.found.notices) != bool(found.base.notices)
            or one.found.touched != found.base.touched
        )
        for path, _ in one.changes
    }
    return [path for path in facts.assumed if path in turning]


def _twin(facts: Facts, speak: Words) -> Iterator[Message]:
    twins = facts.material.twins if facts.counted else None
    if twins is None:
        return
    if twins.twin is not None:
        yield _supposed(twins.twin, facts, speak)
        return
    if facts.counts is not None and facts.base.touched is not None:
        yield Message(
            "Among the {run} combinations that were run, with this phone and these rights of the"
            " app, none has the same words of the phone and the opposite result.",
            run=f"{facts.counts.run:,}",
        )
    near = twins.elsewhere or twins.attempt
    if near is not None and near.found.outcome != facts.base.outcome:
        yield _otherwise(near, speak)


def _supposed(near: Near, facts: Facts, speak: Words) -> Message:
    """Two worlds side by side, that differ in so little: same words, opposite fates."""
    factors = facts.material.space.factors
    values = {
        "here": clauses({path: factors[path][:1] for path in near.changes}, speak),
        "there": clauses({path: (value,) for path, value in near.changes.items()}, speak),
        "fate": FATES[facts.base.did],
        "other": FATES[near.found.did],
    }
    if facts.notice is None:
        return Message(
            "Two listed combinations differ in this alone: {here}; or {there}. The phone is silent"
            " in both; the original ends up {fate} in the first, {other} in the second.",
            **values,
        )
    return Message(
        "Two listed combinations differ in this alone: {here}; or {there}. The notice is the same,"
        " word for word; the original ends up {fate} in the first, {other} in the second.",
        **values,
    )


def _otherwise(near: Near, speak: Words) -> Message:
    changes = clauses({path: (value,) for path, value in near.changes.items()}, speak)
    return Message(
        "Suppose instead that {clauses}: what comes of it in the model is: {outcome}.",
        clauses=changes,
        outcome=OUTCOMES[near.found.outcome],
    )


def _not_from_the_notice(facts: Facts) -> Iterator[Message]:
    if facts.notice is not None:
        yield Message("From the notice alone nobody can tell the original from a copy.")
    else:
        yield Message("That a phone says nothing settles nothing about the original.")


def _first_look(facts: Facts, speak: Words) -> Iterator[Message]:
    found = [speak.of(observations()[name].question) for name in _looks(facts)[:2]]
    looks = (" " if speak.lang == "en" else "").join(found)
    yield Message("What would settle it, on the phone itself: {looks}", looks=looks)


def _looks(facts: Facts) -> tuple[str, ...]:
    """What the user can look at: the bin only where the phone's rule has one."""
    kept = any(rule.rescue is not None for rule in facts.rules)
    return _LOOKS if kept else _LOOKS[:1]


# -- in full -----------------------------------------------------------------------------------


def _what_it_is(facts: Facts, page: Page) -> None:
    page.heading(Message("What this is about"), 3)
    page.paragraph([page.words.of(facts.material.scenario.question), *_made_up(facts)])
    page.bullets(_recorded(item) for item in facts.observed)


def _run(facts: Facts, page: Page) -> None:
    page.heading(Message("What happens in the model"), 3)
    page.bullets(
        [
            *deeds(facts, page.words, every=True),
            *sizes_told(facts),
            *notices_told(facts, page.words),
            *fates_told(facts, page.words, every=True),
        ]
    )


def _combinations(facts: Facts, page: Page) -> None:
    counts, speak = facts.counts, page.words
    page.heading(Message("What comes of the combinations in the model"), 3)
    assert counts is not None
    fixed = len(set(facts.assumed) - set(facts.material.space.factors))
    page.paragraph(
        [
            _unknown(facts),
            *(
                [Message("{number} more are assumed in all of them.", number=fixed)]
                if fixed
                else []
            ),
            Message("Counts are of the combinations we listed, not of phones."),
        ]
    )
    rows = [
        (Message("with a notice"), counts.noticed),
        (Message("with this notice, word for word"), counts.same),
        (Message("without a notice"), counts.silent),
    ]
    page.table(
        (
            Message("combinations"),
            Message("all"),
            Message("original untouched"),
            Message("original changed, moved or removed"),
        ),
        [
            (label, f"{fates.all:,}", f"{fates.untouched:,}", f"{fates.touched:,}")
            for label, fates in rows
            if facts.notice is not None or fates is not counts.same
        ],
    )
    page.bullets(notices_told(facts, speak))
    page.bullets(_by_role(facts))


def _turning(facts: Facts, speak: Words) -> Iterator[Message]:
    """The finding with its condition: it turns on what was asked to be removed.

    Where that does not say it of all combinations with the same notice, the counts stand alone.
    """
    counts, roles = facts.counts, facts.by_role
    if counts is None or sum(fates.all for fates in roles.values()) != counts.same.all:
        yield from _of_the_notice(facts)
    if not roles:
        return
    parts = [
        speak.say("{what} – {fate} [{number} of {all}]", what=ASKED[role], **_mostly(fates))
        for role, fates in roles.items()
    ]
    yield Message(
        "Of the combinations listed (a count, no probability), {all} have {said}; there the fate of"
        " the original turns on what the app had asked to remove: {parts}.",
        all=f"{sum(fates.all for fates in roles.values()):,}",
        said=_said(facts),
        parts=speak.say("; ").join(parts),
    )


def _by_role(facts: Facts) -> Iterator[Message]:
    """The turning point: what was asked to be removed, where the notice is the same."""
    for role, fates in facts.by_role.items():
        yield Message(
            "In the model, given {said}, and given that the app had asked to remove {what}, the"
            " original is {fate} [{number} of {all} such combinations].",
            said=_said(facts),
            what=ASKED[role],
            **_mostly(fates),
        )


def _mostly(fates: Fates) -> dict[str, object]:
    if fates.touched >= fates.untouched:
        fate: Message = Message("changed, moved or removed")
        number = fates.touched
    else:
        fate, number = Message("untouched"), fates.untouched
    return {"fate": fate, "number": f"{number:,}", "all": f"{fates.all:,}"}


def _condition(facts: Facts, page: Page) -> None:
    speak = page.words
    page.heading(Message("The finding, and its condition"), 3)
    if facts.family:
        page.paragraph(_of_the_notice(facts))
    else:
        page.paragraph(
            [
                _outcome(facts),
                *_depends(facts, speak),
                Message(
                    "In a simulation “not touched” follows from the assumed pipeline; it is not a"
                    " finding."
                ),
            ]
        )
        page.paragraph(_of_the_notice(facts))
    page.bullets(_singles(facts, speak))


def _singles(facts: Facts, speak: Words) -> Iterator[Message]:
    """What the single changes of an assumption lead to, by what they lead to."""
    found: dict[Outcome, list[str]] = {}
    for one in facts.material.changes.singles:
        path, value = one.changes[0]
        if path in facts.assumed and one.found is not None and not _alike(one.found, facts.base):
            change = clauses({path: (value,)}, speak)
            found.setdefault(one.found.outcome, []).append(change)
    for outcome, changes in found.items():
        yield Message(
            "In the model, from the values named first under “What is assumed”, each of these"
            " changes by itself leads to “{outcome}”: {changes}.",
            outcome=OUTCOMES[outcome],
            changes=speak.say("; ").join(changes),
        )


def _alike(one: Finding, other: Finding) -> bool:
    return (one.outcome, one.notices) == (other.outcome, other.notices)


def _opposite(facts: Facts, page: Page) -> None:
    page.heading(Message("The opposite story"), 3)
    page.paragraph([*_twin(facts, page.words), *_not_from_the_notice(facts)])


def _answers(facts: Facts, page: Page) -> None:
    speak = page.words
    page.heading(Message("Could it, did it, what did the phone say"), 3)
    page.bullets(could_answers(facts, speak))
    if facts.family:
        page.bullets([*_did_family(facts), *parts_told(facts, speak)])
        return
    page.bullets([*fates_told(facts, speak), *parts_told(facts, speak)])


def _did_family(facts: Facts) -> Iterator[Message]:
    counts = facts.counts
    assert counts is not None
    fates = counts.fates
    yield Message(
        "Did it? Open: in {untouched} of the {run} combinations the original is untouched, in"
        " {touched} it is changed, moved or removed."
        if fates.untouched and fates.touched
        else "Did it? In {untouched} of the {run} combinations the original is untouched, in"
        " {touched} it is changed, moved or removed.",
        untouched=f"{fates.untouched:,}",
        touched=f"{fates.touched:,}",
        run=f"{counts.run:,}",
    )


def _assumed(facts: Facts, page: Page) -> None:
    speak = page.words
    page.heading(Message("What is assumed, and who could settle it"), 3)
    if not facts.assumed:
        page.paragraph(
            [
                Message(
                    "The scenario is made up as a whole: phone, app, files and times. None of it"
                    " was observed."
                )
            ]
        )
    page.bullets(_settled(facts, path, speak) for path in facts.assumed)


def _settled(facts: Facts, path: str, speak: Words) -> Message:
    """An assumption, and who could settle it with what."""
    entry, told = facts.assumed[path], speak.say(assumption(facts, path, speak))
    if entry.settled_by is None:
        return Message("{what}.", what=told)
    return Message(
        "{what}. It could be settled by {who}, with: {settled_by}.",
        what=told,
        who=PARTIES.get(entry.who or "", Message("anybody")),
        settled_by=entry.settled_by,
    )


def assumption(facts: Facts, path: str, speak: Words) -> Message:
    """An assumption by name: the question, the value assumed, and the others that were tried."""
    entry = facts.assumed[path]
    factor = known().get(path)
    name = entry.question or (factor.name if factor is not None else None) or path
    grade = GRADES[entry.grade]
    shown = value_of(path, entry.use, speak)
    others = [value_of(path, value, speak) for value in entry.try_]
    if not others:
        return Message(
            "{question} {value} [{grade}; {path}]",
            question=name,
            value=shown,
            grade=grade,
            path=path,
        )
    return Message(
        "{question} {value} [{grade}; {path}]; also tried: {others}",
        question=name,
        value=shown,
        grade=grade,
        path=path,
        others=either(others, speak),
    )


def _settles(facts: Facts, page: Page) -> None:
    page.heading(Message("What would settle it on the phone itself"), 3)
    looks = [observations()[name] for name in _looks(facts)]
    page.bullets(
        Message("{question} How to see it: {how}", question=look.question, how=look.how)
        for look in looks
    )
    page.paragraph(
        [
            Message(
                "How to look on the phone: “check-your-phone”. What to publish:"
                " “publish-this-evidence”."
            )
        ]
    )


__all__ = ["ASKED", "assumption", "statement"]
