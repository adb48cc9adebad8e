"""What a run came to, in sentences that can be quoted alone: deeds, sizes, fates, notices."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.message import Message
from simulator.telling.claims import STATUS, status_of
from simulator.telling.kit.facts import Facts
from simulator.telling.measures import size, when
from simulator.telling.story import Step, Teller, story
from simulator.telling.text import (
    ANSWERS,
    CLAIMS,
    COULD,
    FATES,
    GRADES,
    LOSSES,
    PLACES,
    STATUSES,
    came_of,
    why_no_notice,
)
from simulator.telling.words import Words
from simulator.trace import FileState, Notice
from simulator.verdict.fates import OriginalFate
from simulator.verdict.propositions import Checked

#: So many of a kind are told one by one; so many where it has to be short.
_MANY, _FEW = 6, 2


def deeds(facts: Facts, speak: Words, *, every: bool = False) -> Iterator[Message]:
    """Who asked to remove or change what, and what came of it."""
    material = facts.material
    teller = Teller(material.trace, material.verdict, speak)
    wanted = [] if facts.removal is None else [facts.removal]
    changed = {id_ for o in material.verdict.originals for id_ in o.changed_by}
    rest = [r for r in material.verdict.removals if r not in wanted]
    wanted += [r for r in rest if every or r.record in changed]
    told = 0
    for removal in wanted[: _MANY if every else _FEW]:
        yield _in_the_model(came_of(teller, removal))
        told += 1
    if len(wanted) > told and every:
        yield Message(
            "In the model there are {number} more such requests.", number=len(wanted) - told
        )
    # What changes an original without removing it is told by its step.
    other = changed - {r.record for r in material.verdict.removals}
    for step in story(material.trace, material.verdict, speak):
        if other & set(step.records) and (every or not _afterwards(facts, teller, step)):
            other -= set(step.records)
            ids = " ".join(f"#{record}" for record in step.records)
            yield Message(
                "In the model, {when}: {sentence} {ids}",
                when=when(step.t),
                sentence=step.sentence,
                ids=ids,
            )
            told += 1
    if not told:
        yield Message("In the model nobody asks to remove a file.")


def _afterwards(facts: Facts, teller: Teller, step: Step) -> bool:
    """Whether a step is what the phone does with what it has kept, or comes after the run."""
    trace = facts.material.trace
    if any(original.end.fate == "deleted" for original in facts.material.verdict.originals):
        # What the phone does with a file is then part of how the original came to be lost.
        return step.t > trace.header.duration > 0
    late = step.t > trace.header.duration > 0
    return late or any(teller.of_a_watcher(trace[record]) for record in step.records)


def _in_the_model(sentence: Message) -> Message:
    return Message("In the model: {sentence}", sentence=sentence)


def sizes_told(facts: Facts) -> Iterator[Message]:
    """How large the file that was asked to be removed is, beside the original."""
    removal = facts.removal
    here = None if removal is None else facts.size_of(removal.file)
    if removal is None or here is None:
        return
    start = next(
        (
            r.size
            for r in facts.material.trace.records
            if isinstance(r, FileState)
            and (r.moment, r.view, r.path) == ("start", "lower", removal.derived_from)
        ),
        None,
    )
    if removal.role == "app_copy" and start is not None:
        yield Message(
            "In the model that file is {here}; the original that it was made from is {start}.",
            here=size(here),
            start=size(start),
        )
    else:
        yield Message("In the model that file is {here}.", here=size(here))


def fates_told(facts: Facts, speak: Words, *, every: bool = False) -> Iterator[Message]:
    """What became of the originals, and what is left of them."""
    originals = sorted(facts.material.verdict.originals, key=lambda o: o.end.fate == "intact")
    if not originals:
        yield Message("In the model there is no original in the album.")
    touched = sum(original.end.fate not in {"intact", "cannot_tell"} for original in originals)
    if touched > 1:
        yield Message(
            "In the model {touched} of {all} originals are no longer as they were.",
            touched=touched,
            all=len(originals),
        )
    for original in originals[: _MANY if every else 1]:
        yield _fate(original)
        places = [speak.say(PLACES[place]) for place in original.end.survives_in]
        if places and original.end.fate != "intact":
            yield Message(
                "In the model, what is left of it is in: {places}.",
                places=speak.say(Message(", ")).join(places),
            )
        later = original.at.get("retention")
        if later is not None and (later.fate, later.loss) != (original.end.fate, original.end.loss):
            yield Message(
                "In the model, once the recycle bin's keeping time is over, {path} is {fate};"
                " {loss}.",
                path=original.path,
                fate=FATES[later.fate],
                loss=LOSSES[later.loss],
            )


def _fate(original: OriginalFate) -> Message:
    end = original.end
    if end.fate == "cannot_tell":
        return Message("What became of {path} in the model cannot be told.", path=original.path)
    told = Message("In the model, at the end, the original {path} is {fate}; {loss}.")
    if original.shot:
        told = Message("In the model, at the end, what was shot, {path}, is {fate}; {loss}.")
    return Message(told.template, path=original.path, fate=FATES[end.fate], loss=LOSSES[end.loss])


def notices_told(facts: Facts, speak: Words) -> Iterator[Message]:
    """What the phone said, word for word with the grade of the wording, or why it was silent."""
    verdict = facts.material.verdict
    texts: dict[str, int] = {}
    for check in verdict.notices:
        texts.setdefault(speak.say(worded(check.notice, speak)), 0)
        texts[speak.say(worded(check.notice, speak))] += 1
    for text, number in texts.items():
        if number == 1:
            yield Message("In the model the phone shows: {text}", text=text)
        else:
            yield Message(
                "In the model the phone shows {number} times: {text}", number=number, text=text
            )
    if not verdict.notices:
        why = next((speak.say(why_no_notice(silence)) for silence in verdict.silences), None)
        if why is None:
            yield Message("In the model the phone shows no notice.")
        else:
            yield Message("In the model the phone shows no notice: {why}.", why=why)


def worded(notice: Notice, speak: Words) -> Message:
    """A notice's wording, and how well it is known."""
    kind = notice.worded.get(speak.lang)
    text = notice.text[speak.lang]
    if kind == "not public":
        return Message("a notice whose wording is not public.")
    if kind == "proposal":
        return Message("{text} (our proposal).", text=text)
    grade = GRADES[notice.grade]
    if kind == "translation":
        return Message("{text} (our translation) [wording: {grade}].", text=text, grade=grade)
    return Message("{text} [wording: {grade}].", text=text, grade=grade)


def could_answers(facts: Facts, speak: Words) -> Iterator[Message]:
    """Whether the app could delete the original: in the run, or in how many worlds how."""
    if not facts.family or facts.counts is None:
        yield Message(
            "Could the app delete the original? By Android's permissions, as assumed: {answer}",
            answer=COULD[facts.base.could],
        )
        return
    parts = [
        speak.say("{answer} in {number}", answer=ANSWERS[answer], number=f"{number:,}")
        for answer in ANSWERS
        if (number := facts.counts.could.get(answer, 0))
    ]
    yield Message(
        "Could the app delete the original? By Android's permissions, of {run} combinations:"
        " {parts}.",
        run=f"{facts.counts.run:,}",
        parts=speak.say(Message(", ")).join(parts),
    )


def parts_told(facts: Facts, speak: Words) -> Iterator[Message]:
    """What the notice says, part by part: true, false, or left open."""
    if facts.notice is None:
        yield from notices_told(facts, speak)
        return
    if not facts.family:
        check = facts.check
        assert check is not None
        for claim in check.claims:
            yield Message(
                "What the notice says, in the model: {label}: {status}",
                label=CLAIMS[claim.claim],
                status=STATUSES[claim.status],
            )
        return
    results = iter(facts.sheet.by_group()[0])
    for asked in facts.sheet.asked.notices:
        for part in asked.parts:
            result = next(results)
            if isinstance(result, Checked) or asked.watcher != facts.notice.watcher:
                continue
            settles = bool(result.holds_in or result.fails_in)
            yield Message(
                "What the notice says, over all combinations: {label}: {status} [holds in {holds},"
                " fails in {fails}]",
                label=CLAIMS[part.says[0].part or ""],
                status=STATUS[status_of(part, result)] if settles else STATUSES["open"],
                holds=f"{result.holds_in:,}",
                fails=f"{result.fails_in:,}",
            )
