"""What to publish: for each party, each with why it matters and what each value would mean."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.message import Message
from simulator.telling.factors import clause
from simulator.telling.kit.facts import Facts, settled_by
from simulator.telling.kit.page import Page, titled
from simulator.telling.kit.pages import ToPublish, pages
from simulator.telling.kit.statement import assumption
from simulator.telling.text import PARTIES
from simulator.telling.words import Words
from simulator.worlds.observations import known


def publish(facts: Facts, speak: Words) -> str:
    """The checklist in one language."""
    page = titled(facts, speak, Message("What to publish"))
    page.paragraph(
        [
            Message("Each of these settles something that this model has to assume."),
            Message("Counts are of the combinations we listed, not of phones."),
        ]
    )
    number = 0
    for party, name in PARTIES.items():
        items = [item for item in pages().publish if item.who == party]
        page.heading(Message("For {party}", party=name))
        for item in items:
            number += 1
            _item(facts, page, item, number)
    page.foot(facts)
    return page.text()


def _item(facts: Facts, page: Page, item: ToPublish, number: int) -> None:
    page.heading(
        Message("☐ {number}. {what}", number=number, what=item.what),
        3,
    )
    page.paragraph([Message("Why: {why}", why=item.why)])
    paths = settled_by(facts, item.answers)
    page.bullets(_answers(facts, item, page.words, paths))
    _values(facts, page, paths)


def _answers(
    facts: Facts, item: ToPublish, speak: Words, paths: tuple[str, ...]
) -> Iterator[Message]:
    for name in item.answers:
        if name in known() and name not in paths:
            one = known()[name]
            how = speak.of(one.how).replace("{package}", facts.material.scenario.app.package)
            yield Message("{question} How to see it: {how}", question=one.question, how=how)
    for path in paths:
        if path in facts.assumed:
            told = speak.say(assumption(facts, path, speak))
            yield Message("Assumed here: {what}", what=told)


def _values(facts: Facts, page: Page, paths: tuple[str, ...]) -> None:
    """What each value of those factors would mean, over all worlds that were run."""
    page.table(
        (
            Message("what it could be"),
            Message("combinations"),
            Message("with a notice"),
            Message("same words, original untouched"),
            Message("same words, original changed, moved or removed"),
        ),
        [
            (
                clause(path, [value], page.words),
                f"{all_:,}",
                f"{noticed:,}",
                f"{fates.untouched:,}",
                f"{fates.touched:,}",
            )
            for path in paths
            for value, (all_, noticed, fates) in facts.by_value.get(path, {}).items()
        ],
    )
