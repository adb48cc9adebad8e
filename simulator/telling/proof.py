"""One decision of the permission model as a short proof, rule by rule, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from simulator.android import versions
from simulator.android.permissions.alternatives import Alternative
from simulator.android.permissions.caller import Caller
from simulator.android.permissions.decision import Decision
from simulator.android.permissions.question import Question
from simulator.android.permissions.rules import inferred, rules
from simulator.message import Message
from simulator.telling.limits import LIMITS
from simulator.telling.text import GRADES, ROUTES
from simulator.telling.words import Words

SCHEMA = "cachelife.could.explain/1"
VERBS: Mapping[str, Message] = MappingProxyType(
    {
        "read": Message("read"),
        "write": Message("write to"),
        "create": Message("create"),
        "mkdir": Message("make the folder"),
        "rmdir": Message("remove the folder"),
        "rename": Message("rename"),
        "delete": Message("delete"),
        "list": Message("see in a listing"),
        "trash": Message("move to the trash"),
        "favorite": Message("mark as favourite"),
    }
)
RULINGS: Mapping[str, Message] = MappingProxyType(
    {
        "allow": Message("Yes, without asking."),
        "deny": Message("No."),
        "consent": Message("Only after the user agrees in a dialog."),
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
    question: Question, decision: Decision, others: tuple[Alternative, ...], words: Words
) -> str:
    """What ``could explain`` prints."""
    say = words.say
    lines = [*_asked(question, words), "", say("The rules that decide, in order")]
    for number, rule in enumerate(decision.chain, 1):
        text = rules()[rule]
        lines.append(f"  {number}. " + words.of(text.says))
        grade = GRADES[text.grade]
        lines.append(
            "     " + say("{rule} [{grade}: {source}]", rule=rule, grade=grade, source=text.source)
        )
    lines += ["", *_therefore(decision, words), "", *_changed(others, words), ""]
    lines += [say(limit) for limit in LIMITS[:1]]
    return "\n".join(lines) + "\n"


def proof_values(
    question: Question, decision: Decision, others: tuple[Alternative, ...], words: Words
) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "schema": SCHEMA,
        **decision_values(decision),
        "answer": decision.answer,
        "effect": decision.effect,
        "redacted": decision.redacted,
        "proof": [
            {
                "rule": rule,
                "says": words.of(rules()[rule].says),
                "grade": rules()[rule].grade,
                "source": rules()[rule].source,
            }
            for rule in decision.chain
        ],
        "changes": [
            {
                "set": [words.say(change.says) for change in other.changes],
                **decision_values(other.decision),
            }
            for other in others
        ],
    }


def decision_values(decision: Decision) -> dict[str, Any]:
    """A decision as JSON values: what ``could decide`` prints of each case, but its id."""
    sources = dict.fromkeys(rules()[rule].source for rule in decision.chain)
    return {
        "decision": decision.ruling,
        "error": decision.error,
        "inferred": inferred(decision.chain),
        "chain": list(decision.chain),
        "sources": list(sources),
    }


def decision_line(id: str, decision: Decision, words: Words) -> str:
    """A decision in one line."""
    return words.say(
        "{id}: {answer} [{rule}{error}]",
        id=id,
        answer=RULINGS[decision.ruling],
        rule=decision.chain[-1],
        error=f", {decision.error}" if decision.error else "",
    )


def _asked(question: Question, words: Words) -> Iterator[str]:
    caller, item = question.caller, question.item
    yield words.say(
        "Can the app {verb} {path} {route}?",
        verb=VERBS[question.verb],
        path=item.path,
        route=ROUTES[question.route],
    )
    yield "  " + words.say(
        "Android {android} (API {api}), target {target}, {held}.",
        android=android_name(caller.api),
        api=caller.api,
        target=caller.target_sdk,
        held=_held(caller),
    )
    for fact in _facts(question):
        yield "  " + words.say(fact)


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
    elif item.owned:
        yield Message("The app made the file.")
    else:
        yield Message("The app did not make the file.")
    if item.selected:
        yield Message("The user selected the item for the app.")
    if item.granted:
        yield Message("The user granted the app this one item before.")


def _therefore(decision: Decision, words: Words) -> Iterator[str]:
    answer = words.say(RULINGS[decision.ruling])
    if decision.error is not None:
        yield words.say(
            "So: {answer} The app is told {error}.", answer=answer, error=decision.error
        )
    else:
        yield words.say("So: {answer}", answer=answer)
    if decision.effect is not None:
        yield words.say(_EFFECTS[decision.effect])
    if inferred(decision.chain):
        yield words.say("This rests on an inference: not every rule above was read in a source.")


def _changed(others: tuple[Alternative, ...], words: Words) -> Iterator[str]:
    if not others:
        yield words.say("No change of up to three facts would change the answer.")
        return
    size = len(others[0].changes)
    if size == 1:
        yield words.say("What would change the answer; each of these alone is enough")
    else:
        yield words.say(
            "What would change the answer; no smaller set than {number} changes is enough",
            number=size,
        )
    for other in others:
        # A list of changes is said with the language's own joint.
        joint = words.say(", and ")
        sets = joint.join(words.say(change.says) for change in other.changes)
        yield "  - " + words.say(
            "{changes}: {answer}", changes=sets, answer=RULINGS[other.decision.ruling]
        )
