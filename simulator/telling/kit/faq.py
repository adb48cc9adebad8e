"""What people asked: each question with its answer in this model, its condition and its records."""

from __future__ import annotations

from simulator.message import Message
from simulator.telling.claims import QUANTIFIED, answer, records
from simulator.telling.kit.facts import Facts
from simulator.telling.kit.page import inner, titled
from simulator.telling.words import Words
from simulator.verdict.claims import Standing


def faq(facts: Facts, speak: Words) -> str:
    """The questions in one language."""
    page = titled(facts, speak, Message("What people asked"))
    page.paragraph(
        [
            Message(
                "The questions are those of people, quoted or retold, with where they were asked."
            ),
            _what_is_answered(facts),
        ]
    )
    results = facts.sheet.by_group()[-1]
    for number, (one, result) in enumerate(
        zip(facts.sheet.asked.questions, results, strict=True), 1
    ):
        page.heading(
            Message(
                "{number}. “{question}” (asked in: {source})",
                number=number,
                question=inner(one.question),
                source=one.asked_in,
            ),
            3,
        )
        answered = f"{answer(one, result, speak)}{records(result)}"
        page.paragraph(
            [
                Message("Comes down to: {sentence}", sentence=one.comes_down_to),
                Message("In the model: {sentence}", sentence=answered),
            ]
        )
        if isinstance(result, Standing) and one.beyond is None:
            page.bullets(QUANTIFIED[q] for q in [one.quantifier] if q in QUANTIFIED)
            page.bullets([_counts(result)])
            if result.reasons:
                page.bullets(
                    Message("in {number}: {why}", number=f"{number:,}", why=why)
                    for why, number in result.reasons.items()
                )
        page.bullets([Message("Condition: {sentence}", sentence=one.condition)])
    page.foot(facts)
    return page.text()


def _what_is_answered(facts: Facts) -> Message:
    if facts.sheet.worlds is None:
        return Message(
            "An answer is about the one run of the model, and numbers with # are the ids of its"
            " records in trace.jsonl."
        )
    return Message(
        "An answer is about all {run} combinations that were run in the model; it is open where it"
        " holds in some of them and fails in others.",
        run=f"{facts.sheet.worlds.run:,}",
    )


def _counts(result: Standing) -> Message:
    return Message(
        "holds in {holds}, fails in {fails}, says nothing about {rest}",
        holds=f"{result.holds_in:,}",
        fails=f"{result.fails_in:,}",
        rest=f"{sum(result.reasons.values()):,}",
    )
