"""One decision of the permission model as a short proof, rule by rule, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from simulator.android import versions
from simulator.android.permissions.alternatives import Alternative, Change
from simulator.android.permissions.caller import Caller
from simulator.android.permissions.decision import Decision
from simulator.android.permissions.question import Question
from simulator.android.permissions.rules import inferred, rules
from simulator.message import Message
from simulator.telling.limits import LIMITS
from simulator.telling.text import GRADES, ROUTES
from simulator.telling.words import LANGS, Words, one_line, words

SCHEMA = "cachelife.could.explain/1"
QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "read": Message("Can the app read {path}, {route}?").template,
        "write": Message("Can the app write to {path}, {route}?").template,
        "create": Message("Can the app create {path}, {route}?").template,
        "mkdir": Message("Can the app make the folder {path}, {route}?").template,
        "rmdir": Message("Can the app remove the folder {path}, {route}?").template,
        "rename": Message("Can the app rename {path}, {route}?").template,
        "delete": Message("Can the app delete {path}, {route}?").template,
        "list": Message("Can the app see {path} in a listing, {route}?").template,
        "trash": Message("Can the app move {path} to the trash, {route}?").template,
        "favorite": Message("Can the app mark {path} as a favourite, {route}?").template,
    }
)
_MAKING = frozenset({"create", "mkdir"})
_PICKED = frozenset({"saf", "picker"})
RULINGS: Mapping[str, Message] = MappingProxyType(
    {
        "allow": Message("Yes, without asking."),
        "deny": Message("No."),
        "consent": Message("Only after the user agrees."),
        "recoverable": Message("Not yet: the app may ask the user, item by item, and try again."),
        "hidden": Message("No: the app does not see it."),
        "noop": Message("No: nothing happens, and nothing is reported."),
    }
)
_EFFECTS: Mapping[str, Message] = MappingProxyType(
    {
        "row_deleted": Message("The file goes, and MediaStore's record of it."),
        "file_deleted_row_stale": Message(
            "The file goes; MediaStore's record of it stays until the next scan."
        ),
        "row_gone_file_stays": Message("Only MediaStore's record goes; the file stays."),
    }
)


def proof(
    question: Question, decision: Decision, others: tuple[Alternative, ...], speak: Words
) -> str:
    """What ``could explain`` prints."""
    say = speak.say
    lines = [*_asked(question, speak), "", say("The rules that decide, in order")]
    for number, rule in enumerate(decision.chain, 1):
        text = rules()[rule]
        lines.append(f"  {number}. " + speak.of(text.says))
        grade = GRADES[text.grade]
        lines.append(
            "     " + say("{rule} [{grade}: {source}]", rule=rule, grade=grade, source=text.source)
        )
    lines += [
        "",
        *_therefore(question, decision, speak),
        "",
        *_changed(question, others, speak),
        "",
    ]
    lines += [say(limit) for limit in LIMITS[:1]]
    return "\n".join(lines) + "\n"


def proof_values(
    question: Question, decision: Decision, others: tuple[Alternative, ...]
) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "schema": SCHEMA,
        **decision_values(decision),
        "answer": decision.answer,
        "proof": [
            {
                "rule": rule,
                "says": {"en": rules()[rule].says.en, "zh-CN": rules()[rule].says.zh_CN},
                "grade": rules()[rule].grade,
                "source": rules()[rule].source,
            }
            for rule in decision.chain
        ],
        "changes": [
            {
                "set": [_change(change) for change in other.changes],
                **decision_values(other.decision),
            }
            for other in others
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "says": {lang: words(lang).say(change.says) for lang in LANGS},
        "grants": change.grant,
        "withdraws": change.withdraw,
        "app": dict(change.caller),
        "file": dict(change.item),
        "route": change.route,
    }


def decision_values(decision: Decision) -> dict[str, Any]:
    """A decision as JSON values: what ``could decide`` prints of each case, but its id."""
    sources = dict.fromkeys(rules()[rule].source for rule in decision.chain)
    return {
        "decision": decision.ruling,
        "error": decision.error,
        "effect": decision.effect,
        "redacted": decision.redacted,
        "inferred": inferred(decision.chain),
        "chain": list(decision.chain),
        "sources": list(sources),
    }


def decision_line(id: str, decision: Decision, speak: Words) -> str:
    """A decision in one line."""
    return speak.say(
        "{id}: {answer} [{rule}]",
        id=one_line(id),
        answer=RULINGS[decision.ruling],
        rule=decision.chain[-1] + (f" {decision.error}" if decision.error else ""),
    )


def _asked(question: Question, speak: Words) -> Iterator[str]:
    caller, item = question.caller, question.item
    route = Message("by a request to the system")
    yield speak.say(
        QUESTIONS[question.verb],
        path=one_line(item.path),
        route=route if question.route == "request" else ROUTES[question.route],
    )
    yield "  " + speak.say(
        "Android {android} (API {api}), target {target}, {held}.",
        android=android_name(caller.api),
        api=caller.api,
        target=caller.target_sdk,
        held=_held(caller),
    )
    for fact in _facts(question):
        yield "  " + speak.say(fact)


def android_name(api: int) -> str:
    """The version's name on the box."""
    return next(name for name, level in versions.API.items() if level == api)


def _held(caller: Caller) -> Message:
    if not caller.granted:
        return Message("no storage permission")
    return Message("holding {permissions}", permissions=", ".join(sorted(caller.granted)))


def _facts(question: Question) -> Iterator[Message]:
    caller, item = question.caller, question.item
    if caller.legacy_flag:
        yield Message("It asks for the old storage mode.")
    if caller.upgraded and caller.preserve_legacy:
        yield Message("It kept the old storage mode through an update.")
    if caller.system_gallery:
        yield Message("It is the phone's own gallery.")
    if item.own_folder:
        yield Message("The file lies in the app's own folder.")
    elif question.verb in _MAKING:
        yield Message("There is nothing of that name yet.")
    elif item.owned:
        yield Message("The app made the file.")
    else:
        yield Message("The app did not make the file.")
    if item.selected:
        yield Message("The user selected the item for the app.")
    if item.granted:
        yield Message("The user granted the app this one item before.")


def _answer(route: str, decision: Decision) -> Message:
    if decision.ruling == "consent" and route in _PICKED:
        return Message("Only after the user has chosen the file there.")
    return RULINGS[decision.ruling]


def _therefore(question: Question, decision: Decision, speak: Words) -> Iterator[str]:
    answer = speak.say(_answer(question.route, decision))
    if decision.error is not None:
        yield speak.say(
            "So: {answer} The app is told {error}.", answer=answer, error=decision.error
        )
    else:
        yield speak.say("So: {answer}", answer=answer)
    if decision.effect is not None:
        yield speak.say(_EFFECTS[decision.effect])
    if inferred(decision.chain):
        yield speak.say("This rests on an inference: not every rule above was read in a source.")


def _changed(question: Question, others: tuple[Alternative, ...], speak: Words) -> Iterator[str]:
    if not others:
        yield speak.say("No change of up to three of these facts would change the answer.")
        return
    size = len(others[0].changes)
    if size == 1:
        yield speak.say("What would change the answer; each of these alone is enough")
    else:
        yield speak.say(
            "What would change the answer; no smaller set than {number} changes is enough",
            number=size,
        )
    for other in others:
        route = next((c.route for c in other.changes if c.route), question.route)
        # A list of changes is said with the language's own joint.
        joint = speak.say(", and ")
        sets = joint.join(speak.say(change.says) for change in other.changes)
        yield "  - " + speak.say(
            "{changes}: {answer}", changes=sets, answer=_answer(route, other.decision)
        )
