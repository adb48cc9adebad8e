"""Which sentences hold: in plain text, and as JSON of schema ``cachelife.claims/1``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from simulator.claims.grammar import Claim, Quantifier, Question, Sentence, Statement
from simulator.claims.library import Worded
from simulator.documents import Localized
from simulator.message import Message
from simulator.scenario.model import Claimed, Scenario
from simulator.telling.factors import by_hand
from simulator.telling.folding import all_folded
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.text import CLAIMS, GRADES
from simulator.telling.words import LANGS, Words, one_line, visible, words
from simulator.trace import Trace
from simulator.verdict.claims import Standing
from simulator.verdict.judge import Verdict
from simulator.verdict.propositions import Checked, Reason
from simulator.watchers.rule import Wording
from simulator.worlds.asked import Asked

SCHEMA = "cachelife.claims/1"
Result = Checked | Standing
#: So many record ids are printed; the JSON has all of them.
_SHOWN = 5

STATUS: Mapping[str, Message] = MappingProxyType(
    {
        "true": Message("true"),
        "false": Message("false"),
        "open": Message("not settled"),
        "settled_true": Message("settled true"),
        "settled_false": Message("settled false"),
        "true_where_it_arises": Message("true wherever it arises"),
        "false_where_it_arises": Message("false wherever it arises"),
        "uncontradicted": Message("not contradicted"),
        "somewhere": Message("true of some case"),
    }
)
_ANSWERS: Mapping[str, Message] = MappingProxyType(
    {
        "true": Message("Answer: yes, in this run."),
        "false": Message("Answer: no, not in this run."),
        "open": Message("Answer: open."),
        "unsettled": Message("Answer: open; not so in this run, which does not settle it."),
        "settled_true": Message("Answer: yes."),
        "settled_false": Message("Answer: no."),
    }
)
#: What settles a sentence that is said of more than the case at hand.
QUANTIFIED: Mapping[Quantifier, Message] = MappingProxyType(
    {
        "general": Message("said of every case: one case against it settles it"),
        "somewhere": Message("said of some case: one case for it settles it"),
    }
)
_YES_OR_NO: Mapping[str, str] = MappingProxyType(
    {
        "true": "yes",
        "false": "no",
        "open": "open",
        "settled_true": "yes",
        "settled_false": "no",
    }
)


@frozen
class Worlds:
    """How many worlds a family has, and the values of its factors."""

    combinations: int
    run: int
    factors: Mapping[str, tuple[str, ...]] = field(factory=dict)


@frozen
class Sheet:
    """A case and how everything that is asked of it stands.

    *results* are in the order of the claims; *worlds* is None where one run was judged.
    """

    trace: Trace
    verdict: Verdict
    asked: Asked
    results: Sequence[Result]
    scenario: Scenario | None = None
    worlds: Worlds | None = None
    changes: tuple[str, ...] = ()

    def by_group(self) -> tuple[Sequence[Result], ...]:
        """The results for notices, statements, one's own file, the scenario's claims, questions."""
        groups = (
            [part for worded in self.asked.notices for part in worded.parts],
            [sentence for statement in self.asked.said for sentence in statement.sentences],
            [sentence for statement in self.asked.given for sentence in statement.sentences],
            self.asked.own,
            self.asked.questions,
        )
        out, start = [], 0
        for group in groups:
            out.append(self.results[start : start + len(group)])
            start += len(group)
        return tuple(out)


# -- text --------------------------------------------------------------------------------------


def _plain(text: Localized, speak: Words) -> str:
    """A text from a file, in one line that shows what it holds."""
    return one_line(visible(speak.of(text)))


def told(sheet: Sheet, speak: Words) -> str:
    """Everything that ``cachelife claims`` prints."""
    return "\n".join(all_folded(_lines(sheet, speak))) + "\n"


def _lines(sheet: Sheet, speak: Words) -> Iterator[str]:
    notices, said, given, own, questions = sheet.by_group()
    yield from _head(sheet, speak)
    yield ""
    yield speak.say("What the notice says, part by part")
    yield from _notices(sheet, notices, speak)
    yield ""
    yield speak.say("What was said about it (retold unless marked as quoted)")
    yield from _statements(sheet, sheet.asked.said, said, speak)
    if given:
        yield ""
        yield speak.say("Sentences of your own file")
        yield from _statements(sheet, sheet.asked.given, given, speak)
    if own:
        yield ""
        yield speak.say("Further sentences of the scenario")
        yield from _own(sheet, own, speak)
    yield ""
    yield speak.say("What people asked, and what each question comes down to")
    yield from _questions(sheet, questions, speak)
    yield ""
    for limit in LIMITS[:PUBLIC]:
        yield speak.say(limit)


def _head(sheet: Sheet, speak: Words) -> Iterator[str]:
    header = sheet.trace.header
    if sheet.scenario is not None:
        yield speak.of(sheet.scenario.title)
    yield speak.say(
        "{kind} · {scenario} · digest {digest} · seed {seed} · cachelife {version}",
        kind=Message("model") if header.by_construction else Message("observation"),
        scenario=one_line(header.scenario or "-"),
        digest=one_line(header.digest[:12] or "-"),
        seed=header.seed,
        version=one_line(header.version),
    )
    yield from by_hand(sheet.changes, speak)
    if sheet.worlds is None:
        yield speak.say("One run was judged: true and false are said of this run alone.")
        return
    yield speak.say(
        "{listed} combinations of {unknowns} unknowns were listed; the {run} that a phone can have"
        " were run.",
        listed=sheet.worlds.combinations,
        unknowns=len(sheet.worlds.factors),
        run=sheet.worlds.run,
    )
    yield speak.say("Counts are of the combinations we listed, not of phones.")
    yield speak.say(
        "Settled means: in all of these. What they have in common is assumed, and no finding about"
        " the case."
    )


def _notices(sheet: Sheet, results: Sequence[Result], speak: Words) -> Iterator[str]:
    if not sheet.asked.notices:
        yield "  " + speak.say("There is no rule whose notice could be judged.")
    rest = iter(results)
    for worded in sheet.asked.notices:
        for text in _texts(sheet, worded, speak):
            yield "  " + speak.say("{label}: {text}", label=one_line(worded.watcher), text=text)
        for part in worded.parts:
            label = CLAIMS[part.says[0].part or ""]
            yield from _result(sheet, part, speak.say(label), next(rest), speak, "    ")


def _texts(sheet: Sheet, worded: Worded, speak: Words) -> Iterator[str]:
    """The wordings of a rule's notices: as they came in the run, or all that there are."""
    came = [n.notice for n in sheet.verdict.notices if n.notice.watcher == worded.watcher]
    if sheet.worlds is None and came:
        for text in dict.fromkeys(notice.text[speak.lang] for notice in came):
            notice = next(n for n in came if n.text[speak.lang] == text)
            marked = _marked(one_line(text), notice.worded.get(speak.lang), speak)
            yield marked + speak.say(" [wording: {grade}]", grade=GRADES[notice.grade])
        return
    if not worded.wordings:
        yield speak.say("its wording is not public")
    name = _plain(sheet.scenario.app.label, speak) if sheet.scenario is not None else "…"
    for wording in worded.wordings:
        text = _plain(wording.text, speak).replace("{app}", name)
        marked = _marked(text, wording.en if speak.lang == "en" else wording.zh, speak)
        yield speak.say("{text} [{grade}: {source}]", text=marked, **_origin(wording))


def _origin(of: Wording | Statement) -> dict[str, Any]:
    return {"grade": GRADES[of.grade], "source": one_line(of.source)}


def _marked(text: str, worded: str | None, speak: Words) -> str:
    if worded == "translation":
        return speak.say("{text} (our translation)", text=text)
    if worded == "proposal":
        return speak.say("{text} (our proposal)", text=text)
    return speak.say("{text}", text=text)


def _statements(
    sheet: Sheet, statements: Sequence[Statement], results: Sequence[Result], speak: Words
) -> Iterator[str]:
    rest = iter(results)
    if not statements:
        yield "  " + speak.say("Nothing is on record here.")
    for one in statements:
        yield "  " + speak.say(
            "{speaker}, {when} [{grade}: {source}]",
            speaker=_plain(one.speaker, speak),
            when=_plain(one.when, speak),
            **_origin(one),
        )
        for sentence in one.sentences:
            text = _plain(sentence.sentence, speak)
            if sentence.wording == "quoted":
                text = speak.say("{sentence} (quoted)", sentence=text)
            yield from _result(sheet, sentence, text, next(rest), speak, "    ")


def _own(sheet: Sheet, results: Sequence[Result], speak: Words) -> Iterator[str]:
    claims = {claim.id: claim for claim in sheet.asked.claims()}
    for own, result in zip(sheet.asked.own, results, strict=True):
        text = _plain(own.sentence, speak)
        if own.speaker is not None:
            speaker = _plain(own.speaker, speak)
            text = speak.say("{sentence} ({speaker})", sentence=text, speaker=speaker)
        yield from _result(sheet, claims[own.claim], text, result, speak, "  ")


def _questions(sheet: Sheet, results: Sequence[Result], speak: Words) -> Iterator[str]:
    for number, (one, result) in enumerate(zip(sheet.asked.questions, results, strict=True), 1):
        yield f" {number:>2}. {speak.of(one.question)}"
        yield "     " + speak.say("Comes down to: {sentence}", sentence=one.comes_down_to)
        yield f"     {answer(one, result, speak)}{records(result)}"
        yield from grounds(sheet, one, result, speak, "     ")
        yield "     " + speak.say("Condition: {sentence}", sentence=one.condition)
        yield "     " + speak.say("Asked in: {source}", source=one.asked_in)


def answer(one: Question, result: Result, speak: Words) -> str:
    """The answer to a question: yes, no, or open and why."""
    why = one.beyond if isinstance(result, Standing) else result.why
    if why is not None:
        return speak.say("Answer: open, because {why}.", why=why)
    return speak.say(_ANSWERS["unsettled" if _unsettled(one, result) else result.status])


def _unsettled(one: Question, result: Result) -> bool:
    """Whether one run has no say: the question is whether there is any case of it."""
    return (one.quantifier, result.status) == ("somewhere", "false")


def _result(
    sheet: Sheet, claim: Claim, text: str, result: Result, speak: Words, indent: str
) -> Iterator[str]:
    """A sentence with its status, and under it what that rests on.

    Where its words leave open what is meant, the status is that of our reading.
    """
    if isinstance(claim, Sentence) and claim.reading is not None:
        yield indent + text
        text = speak.say("read as: {reading}", reading=_plain(claim.reading, speak))
        indent += "  "
    status = STATUS[status_of(claim, result)]
    said = speak.say("[{status}] {sentence}", status=status, sentence=text)
    yield indent + said + records(result)
    yield from grounds(sheet, claim, result, speak, f"{indent}  ")


def status_of(claim: Claim, result: Result) -> str:
    """The word for how it stands; that it says nothing of some worlds is part of it."""
    if not isinstance(result, Standing) or result.status == "open":
        return result.status
    if result.status == "settled_true":
        if claim.quantifier != "case":
            return "somewhere" if claim.quantifier == "somewhere" else "uncontradicted"
        return "true_where_it_arises" if result.reasons else "settled_true"
    partial = claim.quantifier == "case" and bool(result.reasons)
    return "false_where_it_arises" if partial else "settled_false"


def records(result: Result) -> str:
    """The first of the records that a result rests on."""
    if not isinstance(result, Checked):
        return ""
    ids = "".join(f" #{record}" for record in result.records[:_SHOWN])
    return ids + (" …" if len(result.records) > _SHOWN else "")


def grounds(sheet: Sheet, claim: Claim, result: Result, speak: Words, indent: str) -> Iterator[str]:
    """Why it is open; by which rules; in how many worlds; and one world each way."""
    asked = isinstance(claim, Question)
    if claim.beyond is not None:
        if not asked:
            yield indent + speak.say("because {why}", why=_plain(claim.beyond, speak))
        return
    if claim.quantifier in QUANTIFIED and not (asked and isinstance(result, Checked)):
        yield indent + speak.say(QUANTIFIED[claim.quantifier])
    if isinstance(result, Checked):
        if result.why is not None and not asked:
            yield indent + speak.say("because {why}", why=result.why)
        if result.rules:
            yield indent + speak.say("by the rules {rules}", rules=", ".join(result.rules))
        return
    yield indent + speak.say(
        "holds in {holds}, fails in {fails}, says nothing about {rest}",
        holds=result.holds_in,
        fails=result.fails_in,
        rest=sum(result.reasons.values()),
    )
    for why, number in result.reasons.items():
        yield indent + speak.say("in {number}: {why}", number=number, why=why)
    if result.holds_in and result.fails_in:
        yield from _witnesses(sheet, result, speak, indent)


def _witnesses(sheet: Sheet, result: Standing, speak: Words, indent: str) -> Iterator[str]:
    assert sheet.worlds is not None
    for label, witness in (
        (Message("for it"), result.witness_for),
        (Message("against it"), result.witness_against),
    ):
        differs = [
            f"{path}={value}"
            for path, value in (witness or {}).items()
            if value != sheet.worlds.factors[path][0]
        ]
        shown = ", ".join(differs) or speak.say("the values shown first")
        yield indent + speak.say("{label}: {text}", label=label, text=shown)


# -- JSON --------------------------------------------------------------------------------------


def as_values(sheet: Sheet) -> dict[str, Any]:
    """Everything as plain data, ready for JSON.

    Texts have both languages, ``{"en": ..., "zh-CN": ...}``.

    ``family``: None for one run, else how many ``combinations`` were listed, how many are
    ``infeasible``, how many were ``run``, and the values of the ``factors``.

    ``notices``: for each watcher its ``wordings`` and the ``parts`` of its notice.
    ``statements``: each with its ``speaker``, ``when``, ``source``, ``grade``, the scenarios that
    it is ``of``, whether it came from a file of one's own (``given``), and its ``sentences``.
    ``claims``: the scenario's own.  ``questions``: each with its ``answer`` (yes, no, open).

    Every part, sentence, claim and question has a ``status``.  In one run that is true, false or
    open, with the ``records`` and permission ``rules`` that it rests on and ``why`` it is open.
    Over a family it is settled_true, settled_false or open, with the numbers of worlds that it
    ``holds_in``, ``fails_in`` and is ``open_in``, the ``reasons`` for the latter, and a
    ``witness_for`` and ``witness_against`` (None where there is none).
    """
    notices, said, given, own, questions = sheet.by_group()
    header = sheet.trace.header
    return {
        "schema": SCHEMA,
        "source": header.source,
        "scenario": header.scenario,
        "digest": header.digest,
        "seed": header.seed,
        "version": header.version,
        "family": _family(sheet.worlds),
        "notices": _notice_values(sheet, iter(notices)),
        "statements": [
            *_statement_values(sheet.asked.said, iter(said), given=False),
            *_statement_values(sheet.asked.given, iter(given), given=True),
        ],
        "claims": [
            {**_own_values(claim), **_outcome(result)}
            for claim, result in zip(sheet.asked.own, own, strict=True)
        ],
        "questions": [
            {"number": number, **_question_values(one), **_answered(one, result)}
            for number, (one, result) in enumerate(
                zip(sheet.asked.questions, questions, strict=True), 1
            )
        ],
    }


def _family(worlds: Worlds | None) -> dict[str, Any] | None:
    if worlds is None:
        return None
    return {
        "combinations": worlds.combinations,
        "infeasible": worlds.combinations - worlds.run,
        "run": worlds.run,
        "factors": {path: list(values) for path, values in worlds.factors.items()},
    }


def _notice_values(sheet: Sheet, results: Iterator[Result]) -> list[dict[str, Any]]:
    return [
        {
            "watcher": worded.watcher,
            "wordings": [
                {
                    "text": _both(w.text),
                    "worded": {"en": w.en, "zh-CN": w.zh},
                    "grade": w.grade,
                    "source": w.source,
                }
                for w in worded.wordings
            ],
            "parts": [
                {"part": part.says[0].part, **_outcome(next(results))} for part in worded.parts
            ],
        }
        for worded in sheet.asked.notices
    ]


def _statement_values(
    statements: Sequence[Statement], results: Iterator[Result], *, given: bool
) -> Iterator[dict[str, Any]]:
    for one in statements:
        yield {
            "id": one.id,
            "speaker": _both(one.speaker),
            "when": _both(one.when),
            "source": one.source,
            "grade": one.grade,
            "of": list(one.of),
            "given": given,
            "sentences": [
                {
                    "id": sentence.id,
                    "sentence": _both(sentence.sentence),
                    "wording": sentence.wording,
                    "reading": _both(sentence.reading),
                    "beyond": _both(sentence.beyond),
                    "quantifier": sentence.quantifier,
                    **_outcome(next(results)),
                }
                for sentence in one.sentences
            ],
        }


def _own_values(own: Claimed) -> dict[str, Any]:
    return {
        "claim": own.claim,
        "sentence": _both(own.sentence),
        "speaker": _both(own.speaker),
        "source": own.source,
        "quantifier": "general" if own.general else "case",
    }


def _question_values(one: Question) -> dict[str, Any]:
    return {
        "id": one.id,
        "question": _both(one.question),
        "asked_in": one.asked_in,
        "comes_down_to": _both(one.comes_down_to),
        "beyond": _both(one.beyond),
        "quantifier": one.quantifier,
        "condition": _both(one.condition),
    }


def _answered(one: Question, result: Result) -> dict[str, Any]:
    answer = "open" if _unsettled(one, result) else _YES_OR_NO[result.status]
    return {"answer": answer, **_outcome(result)}


def _outcome(result: Result) -> dict[str, Any]:
    if isinstance(result, Checked):
        return {
            "status": result.status,
            "records": list(result.records),
            "rules": list(result.rules),
            "why": None if result.why is None else _said(result.why),
        }
    return {
        "status": result.status,
        "holds_in": result.holds_in,
        "fails_in": result.fails_in,
        "open_in": sum(result.reasons.values()),
        "reasons": [
            {"why": _said(why), "worlds": number} for why, number in result.reasons.items()
        ],
        "witness_for": None if result.witness_for is None else dict(result.witness_for),
        "witness_against": None if result.witness_against is None else dict(result.witness_against),
    }


def _both(text: Localized | None) -> dict[str, str] | None:
    return None if text is None else {"en": text.en, "zh-CN": text.zh_CN}


def _said(why: Reason) -> dict[str, str]:
    return {lang: str(words(lang).show(why)) for lang in LANGS}
