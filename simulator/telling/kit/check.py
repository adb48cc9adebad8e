"""Check your phone: three steps for a user, where to look, and what each finding would mean."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.message import Message
from simulator.telling.kit.facts import Facts, Fates
from simulator.telling.kit.page import Page, titled
from simulator.telling.kit.pages import Meaning, pages
from simulator.telling.measures import lasting
from simulator.telling.text import GRADES
from simulator.telling.words import Words
from simulator.worlds.observations import SHOWN, Observation, known

#: What a user can look at without a computer, and with one.
_BY_HAND, _BY_COMPUTER = 1, 2


def check(facts: Facts, speak: Words) -> str:
    """The page in one language."""
    page = titled(facts, speak, Message("Check your phone"))
    page.lines += [f"**{speak.of(pages().before)}**", ""]
    for number, step in enumerate(pages().steps, 1):
        title = speak.of(step.title)
        page.heading(Message("Step {number}: {title}", number=number, title=title))
        page.paragraph([speak.of(step.text)])
        if number == len(pages().steps) - 1:
            page.bullets(_bins(facts))
    _findings(facts, page)
    page.heading(Message("What to note"))
    page.bullets(speak.of(item) for item in pages().note)
    _looks(facts, page)
    page.foot(facts)
    return page.text()


def _bins(facts: Facts) -> Iterator[Message]:
    """Where the phone's rule puts what it keeps, and for how long."""
    for rule in facts.rules:
        kept = rule.rescue
        # A maker is named where the case is about a phone of that maker's.
        of = rule.label if facts.material.incident else Message("the rule of this scenario")
        if kept is None:
            yield Message(
                "{rule}: it keeps nothing of its own, as far as is known. Look into the gallery's"
                " recycle bin all the same.",
                rule=of,
            )
            continue
        yield Message(
            "{rule}: look into {label}; what it keeps stays there for about {time} [{grade}].",
            rule=of,
            label=kept.bin_label,
            time=lasting(kept.retention),
            grade=GRADES[kept.grade],
        )
        if rule.hypothesis:
            yield Message("How that rule works is a hypothesis; no source confirms it.")
    if not facts.rules:
        yield Message(
            "In this scenario the phone has no rule of that kind; the gallery may have a recycle"
            " bin all the same."
        )


def _findings(facts: Facts, page: Page) -> None:
    page.heading(Message("What each finding would mean"))
    page.table(
        (Message("what one finds"), Message("what it means"), Message("in the model")),
        [
            (page.words.of(one.seen), page.words.of(one.means), page.say(_counted(facts, one)))
            for one in pages().findings
        ],
    )
    page.paragraph([Message("Counts are of the combinations we listed, not of phones.")])


def _counted(facts: Facts, one: Meaning) -> Message:
    """In how many worlds that say the same such a file was asked for, and what became of the
    original there."""
    if not facts.counted or not one.roles:
        return Message("–")
    found = [facts.by_role.get(role, Fates()) for role in one.roles]
    untouched = sum(fates.untouched for fates in found)
    touched = sum(fates.touched for fates in found)
    if not untouched + touched:
        return Message("–")
    return Message(
        "where the phone says the same and such a file was asked for: untouched in {untouched},"
        " changed, moved or removed in {touched}",
        untouched=f"{untouched:,}",
        touched=f"{touched:,}",
    )


def _looks(facts: Facts, page: Page) -> None:
    there = {
        name: one
        for name, one in known().items()
        if one.who == "user" and (name in SHOWN or name in facts.material.space.factors)
    }
    for ease, title in (
        (_BY_HAND, Message("What can be looked at on the phone")),
        (_BY_COMPUTER, Message("What needs a computer")),
    ):
        page.heading(title)
        page.table(
            (Message("question"), Message("how"), Message("source")),
            [
                (page.words.of(one.question), _how(facts, one, page.words), one.source or "–")
                for one in there.values()
                if one.ease == ease
            ],
        )


def _how(facts: Facts, one: Observation, speak: Words) -> str:
    return speak.of(one.how).replace("{package}", facts.material.scenario.app.package)
