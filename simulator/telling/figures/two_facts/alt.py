"""The two stories for readers who do not see them: every frame in sentences, from its records."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.message import Message
from simulator.telling.figures import sentences as common
from simulator.telling.figures.setting import plain
from simulator.telling.figures.story import folder_of
from simulator.telling.figures.two_facts import says
from simulator.telling.figures.two_facts.tale import Side, Tale, grouped
from simulator.telling.words import Words


def in_words(tale: Tale, words: Words) -> Iterator[str]:
    """The whole picture, frame by frame."""
    say = words.say
    yield say("Two stories, frame by frame; what is before the request is the same in both.")
    yield from (text for text, _ in says.condition(tale, words))
    big, what = says.COULD[tale.could]
    yield say(
        "1. Could it? {answer} {what} ({given}).",
        answer=big,
        what=what,
        given=says.given(tale, words),
    )
    yield from _before(tale, words)
    yield from _side(tale.a, say("A"), tale, words)
    if tale.b is not None:
        yield from _side(tale.b, say("B"), tale, words)
        for sign, text in zip(_signs(tale), says.pills(tale), strict=True):
            yield say("A and B: {sign} {text}.", sign=sign, text=text)
    yield from _unknown(tale, words)
    for number, check in enumerate(says.steps(tale), 1):
        yield say("Check it yourself, {number}: {step}", number=number, step=check)


def _signs(tale: Tale) -> tuple[str, str, str, str]:
    def sign(same: bool | None) -> str:
        return "= ?" if same is None else "=" if same else "≠"

    same = (tale.same_path, tale.same_checks, tale.same_notice, tale.same_end)
    one, two, three, four = map(sign, same)
    return one, two, three, four


def _before(tale: Tale, words: Words) -> Iterator[str]:
    say, story = words.say, tale.a.story
    for session in story.sessions:
        shot = story.original is not None and session.record <= story.original.since
        if session.whose == "original" and shot:
            yield say(
                "2. #{record}, {time} s: what becomes the original is shot in the app.",
                record=session.record,
                time=f"{session.start:.1f}",
            )
            break
        if session.whose == "original":
            mode = Message("to read") if session.mode == "read" else Message("to write")
            yield say(
                "2. #{record}, {time} s: the original is opened {mode}.",
                record=session.record,
                time=f"{session.start:.1f}",
                mode=mode,
            )
            break
    else:
        yield say("2. The original is not opened.")
    made = tale.a.made
    if made:
        yield say(
            "3. #{record}: the app makes {what} in {folder}.",
            record=made[0].record,
            what=says.FIRST[made[0].whose],
            folder=plain(folder_of(made[0].path)),
        )
    if tale.hidden is not None:
        yield say("Put into a private folder, it would have brought no notice.")
    for upload in story.uploads[:1]:
        yield say(
            "4. #{record}, {time} s: the upload begins.",
            record=upload.record,
            time=f"{upload.start:.1f}",
        )


def _side(side: Side, letter: str, tale: Tale, words: Words) -> Iterator[str]:
    say, act = words.say, side.act
    if act is None:
        yield say("{letter}5. Nothing is asked to be removed.", letter=letter)
    else:
        yield say(
            "{letter}5. #{record}, {time} s: {deed} {path} ({what}); {persons}.",
            letter=letter,
            record=act.record,
            time=f"{act.t:.1f}",
            deed=says.DEEDS[act.deed],
            path=plain(act.path),
            what=says.what_of(side, act),
            persons=says.persons(side, words),
        )
    yield _watching(side, letter, tale, words)
    notice = side.notice
    if notice is None:
        yield say("{letter}7. {why}.", letter=letter, why=says.silence(side))
    else:
        yield say(
            "{letter}7. #{record}, {time} s, the phone says: {text} ({grade}).",
            letter=letter,
            record=notice.id,
            time=f"{notice.t:.1f}",
            text=common.quoted(side.trace, notice, words.lang),
            grade=says.wording(notice),
        )
        for _, text, _ in says.parts(side, words):
            yield say("{letter}7. {text}.", letter=letter, text=text)
    yield say(
        "{letter}8. {time} s: {ending}.",
        letter=letter,
        time=f"{side.story.end:.1f}",
        ending=says.ending(side),
    )


def _watching(side: Side, letter: str, tale: Tale, words: Words) -> str:
    say = words.say
    if side.match is None:
        return say("{letter}6. {why}.", letter=letter, why=says.silence(side))
    listed = [say("{name} ({detail})", name=n, detail=v) for _, n, v in _checks(side, words)]
    ignored = says.ignored(tale.rule, words)
    return say(
        "{letter}6. #{record}: the watcher looks at {checks}; it does not look at {ignored}.",
        letter=letter,
        record=side.match.id,
        checks=say(", ").join(listed),
        ignored=say(", ").join(ignored) or "–",
    )


def _checks(side: Side, words: Words) -> Iterator[tuple[str, str, str]]:
    return says.checks(side.match, words)


def _unknown(tale: Tale, words: Words) -> Iterator[str]:
    say = words.say
    for unknown in tale.unknowns:
        found = [
            say(
                "{name} ({detail})",
                name=say(", ").join(says.value(unknown, value, words) for value in values),
                detail=says.tried(tale, tried),
            )
            for tried, values in grouped(unknown.values).items()
        ]
        yield say(
            "Not known: {question} {values}. Who could settle it: {who}.",
            question=says.question(unknown, words),
            values=say("; ").join(found),
            who=says.settler(unknown, words),
        )
    yield says.counted(tale, words)
