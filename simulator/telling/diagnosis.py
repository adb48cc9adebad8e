"""``cachelife diagnose``: backwards from what was observed, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulator.documents import Localized
from simulator.message import Message
from simulator.scenario.model import Scenario
from simulator.telling.factors import about, by_hand, clause, clauses, either, name_of, value_of
from simulator.telling.folding import all_folded
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.text import ANSWERS, FATES, LOSSES, OUTCOMES, PARTIES
from simulator.telling.whatif import finding_values
from simulator.telling.words import Words, one_line, visible
from simulator.worlds.diagnose import Diagnosis, Next, Worst
from simulator.worlds.observations import BETWEEN, ELSEWHERE, known

SCHEMA = "cachelife.diagnose/1"
#: So many of the observations that could come next are printed.
_SHOWN = 5
_WORST = {
    "user": Message("Least favourable to the user:"),
    "app maker": Message("Least favourable to the app's maker:"),
    "phone maker": Message("Least favourable to the phone's maker:"),
}


def told(
    scenario: Scenario, seed: int, found: Diagnosis, speak: Words, changes: Sequence[str] = ()
) -> str:
    """What ``diagnose`` prints."""
    title = found.report.title if found.report.title is not None else scenario.title
    lines = [_plain(speak.of(title)), about(scenario, seed, speak), *by_hand(changes, speak), ""]
    lines += [*_observed(found, speak), ""]
    if not found.fitting:
        lines += _conflict(found, speak)
    else:
        lines += [*_fitting(found, speak), "", *_settled(found, speak)]
        lines += ["", *_parties(found, speak), "", *_next(scenario, found, speak)]
    lines += ["", speak.say("What this rests on")]
    lines += [f"  {speak.say(limit)}" for limit in LIMITS[:PUBLIC]]
    return "\n".join(all_folded(lines)) + "\n"


def _plain(text: str) -> str:
    """A text from outside, in one line and with nothing in it that a terminal would act on."""
    return one_line(visible(text))


def _observed(found: Diagnosis, speak: Words) -> Iterator[str]:
    yield speak.say("What was observed")
    for item in found.items:
        yield "  - " + speak.say(
            "{question} {answer} [{name}; so in {count} of {all} worlds]",
            question=known()[item.name].question,
            answer=answer_of(item.name, item.given, speak),
            name=item.name,
            count=f"{item.fits_in:,}",
            all=f"{found.looked_at:,}",
        )
    if found.unused:
        yield "  " + speak.say(
            "Noted, and used for nothing, because the model knows nothing of it: {names}.",
            names=speak.say(", ").join(map(_plain, found.unused)),
        )


def answer_of(name: str, answer: str, speak: Words) -> str:
    """What was seen, as a person would say it."""
    answers = [_one_answer(name, one, speak) for one in answer.split(BETWEEN)]
    return speak.say(", ").join(answers if name != "notice.text" else answers[:1])


def _one_answer(name: str, answer: str, speak: Words) -> str:
    told: Localized | None = known()[name].answers.get(answer)
    if told is not None:
        return speak.of(told)
    folder = answer.removeprefix(ELSEWHERE)
    if folder != answer:
        return speak.say("another name in {folder}", folder=folder)
    if not answer:
        return speak.say("there is none")
    return _plain(value_of(name, answer, speak))


def _conflict(found: Diagnosis, speak: Words) -> Iterator[str]:
    sentence = Message(
        "None of the {all} worlds fits. These observations do not go together, and without any one"
        " of them they would:"
    )
    if len(found.conflict) == 1:
        sentence = Message("None of the {all} worlds fits. This by itself fits none of them:")
    yield speak.say(sentence.template, all=f"{found.looked_at:,}")
    given = found.report.observed
    for name in found.conflict:
        yield "  - " + speak.say(
            "{question} {answer} [{name}]",
            question=known()[name].question,
            answer=answer_of(name, given[name], speak),
            name=name,
        )
    yield speak.say(
        "One of them may be wrong, or the case is one that is not among the worlds listed here."
    )


def _fitting(found: Diagnosis, speak: Words) -> Iterator[str]:
    yield speak.say(
        "{count} of {all} worlds fit ({runs} runs stand for all of them).",
        count=f"{len(found.fitting):,}",
        all=f"{found.looked_at:,}",
        runs=f"{found.runs:,}",
    )
    yield speak.say("Counts are of the combinations we listed, not of phones.")
    for label, words_of, counts in (
        (Message("Could the app delete the original?"), ANSWERS, found.could),
        (Message("What became of the original?"), FATES, found.fates),
        (Message("Outcome"), OUTCOMES, found.outcomes),
    ):
        yield "  " + speak.say(label)
        settled = len(counts) == 1
        for value, number in sorted(counts.items(), key=lambda item: -item[1]):
            mark = Message("settled") if settled else Message("not settled")
            yield "    " + speak.say(
                "[{mark}] {what}: {number}", mark=mark, what=words_of[value], number=f"{number:,}"
            )


def _settled(found: Diagnosis, speak: Words) -> Iterator[str]:
    if found.settled:
        yield speak.say("Settled by it")
        for path, value in found.settled.items():
            yield f"  - {clause(path, [value], speak)} [{path}]"
    else:
        yield speak.say("It settles none of the factors.")
    narrowed = {
        path: values
        for path, values in found.open.items()
        if len(values) < len(found.space.factors[path])
    }
    if narrowed:
        yield speak.say("Narrowed down")
        for path, values in narrowed.items():
            yield f"  - {clause(path, values, speak)} [{path}]"
    rest = [path for path in found.open if path not in narrowed]
    if rest:
        yield speak.say(
            "Open: {names}.",
            names=speak.say(", ").join(name_of(path, speak) for path in rest),
        )


def _parties(found: Diagnosis, speak: Words) -> Iterator[str]:
    yield speak.say("What each party has to reckon with, as long as nothing else is known")
    for worst in found.worst:
        yield f"  {speak.say(_WORST[worst.party])}"
        yield f"    {_outcome(worst, speak)}"
        differs = {
            path: [value]
            for path, value in worst.values.items()
            if value != found.space.factors[path][0]
        }
        if differs:
            yield "    " + speak.say(
                "differs from the scenario in: {clauses}", clauses=clauses(differs, speak)
            )


def _outcome(worst: Worst, speak: Words) -> str:
    return speak.say(
        "{outcome}; the original: {fate}; {loss}",
        outcome=OUTCOMES[worst.found.outcome],
        fate=FATES[worst.found.did],
        loss=LOSSES[worst.found.loss],
    )


def _next(scenario: Scenario, found: Diagnosis, speak: Words) -> Iterator[str]:
    if not found.next:
        yield speak.say("Nothing that could be looked at would tell these worlds apart.")
        return
    yield speak.say("What to look at next, the most telling first")
    for number, step in enumerate(found.next[:_SHOWN], 1):
        yield from _step(number, step, scenario, speak)


def _step(number: int, step: Next, scenario: Scenario, speak: Words) -> Iterator[str]:
    yield f"  {number}. " + speak.say(
        "{question} ({who}) [{name}]",
        question=step.observation.question,
        who=PARTIES[step.observation.who],
        name=step.name,
    )
    how = speak.of(step.observation.how).replace("{package}", scenario.app.package)
    yield "     " + speak.say("How: {how}", how=how)
    answers = [
        speak.say("“{text}”", text=answer_of(step.name, answer, speak)) for answer in step.answers
    ]
    yield "     " + speak.say("It would be: {answers}.", answers=either(answers, speak))
    yield "     " + speak.say(
        "Whatever is seen: kinds of outcome left, at most {classes}; worlds left, at most"
        " {worlds}.",
        classes=step.classes,
        worlds=f"{step.worlds:,}",
    )


# -- JSON --------------------------------------------------------------------------------------


def as_values(scenario: Scenario, seed: int, found: Diagnosis) -> dict[str, Any]:
    """The diagnosis as JSON values; ``consistent`` says whether any world fits."""
    return {
        "schema": SCHEMA,
        "scenario": scenario.id,
        "seed": seed,
        "factors": {path: list(values) for path, values in found.space.factors.items()},
        "worlds": len(found.space),
        "looked_at": found.looked_at,
        "runs": found.runs,
        "observed": [
            {"name": item.name, "given": item.given, "fits_in": item.fits_in}
            for item in found.items
        ],
        "noted": list(found.unused),
        "consistent": bool(found.fitting),
        "fitting": len(found.fitting),
        "conflict": list(found.conflict),
        "settled": dict(found.settled),
        "open": {path: list(values) for path, values in found.open.items()},
        "could": dict(found.could),
        "did": dict(found.fates),
        "outcomes": dict(found.outcomes),
        "least_favourable": [
            {
                "to": worst.party,
                "values": dict(worst.values),
                "found": finding_values(worst.found),
            }
            for worst in found.worst
        ],
        "next": [
            {
                "name": step.name,
                "question": _both(step.observation.question),
                "who": step.observation.who,
                "how": {
                    lang: text.replace("{package}", scenario.app.package)
                    for lang, text in _both(step.observation.how).items()
                },
                "classes_left": step.classes,
                "worlds_left": step.worlds,
                "answers": dict(step.answers),
            }
            for step in found.next
        ],
    }


def _both(text: Localized) -> Mapping[str, str]:
    return {"en": text.en, "zh-CN": text.zh_CN}
