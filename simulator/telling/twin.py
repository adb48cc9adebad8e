"""``cachelife twin``: the same notice and the opposite fate, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from simulator.message import Message
from simulator.scenario.model import Scenario
from simulator.telling.factors import about, by_hand, changed_to, name_of
from simulator.telling.figures.setting import wrap
from simulator.telling.folding import all_folded
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.measures import columns, filled
from simulator.telling.text import ANSWERS, COULD, FATES, LOSSES, OUTCOMES
from simulator.telling.whatif import finding_values
from simulator.telling.words import Words
from simulator.worlds.finding import Finding, Request
from simulator.worlds.twin import Near, Pairs, Twins

SCHEMA = "cachelife.twin/1"
#: Columns of a terminal for each of the two worlds, and between them.
_WIDTH, _GAP = 47, "  "
_ROLES = {
    "original": Message("the original"),
    "app_copy": Message("the app's own copy"),
    "placeholder": Message("a placeholder"),
    "capture": Message("what was shot in the app"),
}


def told(
    scenario: Scenario, seed: int, found: Twins, speak: Words, changes: Sequence[str] = ()
) -> str:
    """What ``twin`` prints."""
    lines = [speak.of(scenario.title), about(scenario, seed, speak), *by_hand(changes, speak), ""]
    lines += _twin(found, speak)
    lines += ["", *_silent(found, speak), "", *_pairs(found.pairs, speak)]
    lines += ["", speak.say("What this rests on")]
    lines += [f"  {speak.say(limit)}" for limit in LIMITS[:PUBLIC]]
    return "\n".join(all_folded(lines)) + "\n"


def _twin(found: Twins, speak: Words) -> Iterator[str]:
    same = Message("the same notice, to the byte, and the opposite fate")
    if not found.base.notices:
        same = Message("the same silence, and the opposite fate")
    if found.twin is not None:
        yield speak.say("The twin: {same}", same=same)
        yield speak.say(
            "What is otherwise: {changes}", changes=changed_to(found.twin.changes, speak)
        )
        yield ""
        yield from _side_by_side(found.base, found.twin.found, speak)
        return
    yield speak.say(
        "There is no twin: on this phone, with these rights of the app, no world among those listed"
        " has {same}.",
        same=same,
    )
    yield speak.say("As it stands: {what}", what=OUTCOMES[found.base.outcome])
    if found.attempt is not None:
        yield speak.say(
            "Had the clean-up named the other file: {what}",
            what=OUTCOMES[found.attempt.found.outcome],
        )
    if found.base.could in {"no", "after_consent"} and not found.base.touched:
        yield speak.say(
            "Here the answer of the permission model bears on the deed. {question} {answer}",
            question=Message("Could the app delete the original?"),
            answer=COULD[found.base.could],
        )
    if found.elsewhere is not None:
        yield speak.say(
            "On another phone, or with other rights, there is one: {changes}",
            changes=changed_to(found.elsewhere.changes, speak),
        )


def _side_by_side(base: Finding, twin: Finding, speak: Words) -> Iterator[str]:
    rows = [(speak.say("the scenario"), speak.say("its twin"))]
    rows += list(zip(_facts(base, speak), _facts(twin, speak), strict=True))
    for left, right in rows:
        parts = [wrap(text, _WIDTH, columns) for text in (left, right)]
        for i in range(max(map(len, parts))):
            one, other = (part[i] if i < len(part) else "" for part in parts)
            yield f"  {filled(one, _WIDTH)}{_GAP}{other}".rstrip()
        yield ""


def _facts(found: Finding, speak: Words) -> Iterator[str]:
    yield speak.say("could delete the original: {answer}", answer=ANSWERS[found.could])
    yield _asked(found.requests, speak)
    yield _notices(found, speak)
    yield speak.say("the original: {fate}; {loss}", fate=FATES[found.did], loss=LOSSES[found.loss])
    yield speak.say("outcome: {outcome}", outcome=OUTCOMES[found.outcome])


def _asked(requests: tuple[Request, ...], speak: Words) -> str:
    if not requests:
        return speak.say("nothing was asked to be removed")
    return speak.say("; ").join(
        speak.say(
            "asked to be removed: {what}, {path}",
            what=_ROLES.get(request.role, Message("another file")),
            path=request.path,
        )
        for request in requests
    )


def _notices(found: Finding, speak: Words) -> str:
    if not found.notices:
        return speak.say("no notice")
    texts = [n.en if speak.lang == "en" else n.zh for n in found.notices]
    return speak.say("; ").join(speak.say("notice: {text}", text=text) for text in texts)


def _silent(found: Twins, speak: Words) -> Iterator[str]:
    loss: Near | None = found.silent_loss
    if loss is None:
        yield speak.say(
            "In no world among those listed is anything of the original lost without a notice."
        )
    elif not loss.changes:
        yield speak.say("This scenario itself is a loss without a notice.")
    else:
        yield speak.say(
            "The nearest world in which something of the original is lost without a notice:"
        )
        yield f"  {changed_to(loss.changes, speak)}"
        yield "  " + speak.say(
            "the original: {fate}; {loss}",
            fate=FATES[loss.found.did],
            loss=LOSSES[loss.found.loss],
        )


def _pairs(pairs: Pairs, speak: Words) -> Iterator[str]:
    if not pairs.factors:
        yield speak.say("No factor here says which file is removed, so no pairs were counted.")
        return
    yield speak.say(
        "Pairs of worlds that differ only in which file is removed ({names}): {count}",
        names=speak.say(", ").join(name_of(path, speak) for path in pairs.factors),
        count=f"{pairs.count:,}",
    )
    yield "  " + speak.say(
        "a notice in both: {both}; of these {differ} give a different notice",
        both=f"{pairs.both:,}",
        differ=f"{pairs.differ:,}",
    )
    yield "  " + speak.say("a notice in one of the two only: {one}", one=f"{pairs.one_only:,}")
    yield "  " + speak.say(
        "opposite fates of the original: {opposite}; in {same} of these the phone says the same to"
        " the byte (the same silence included)",
        opposite=f"{pairs.opposite:,}",
        same=f"{pairs.same_opposite:,}",
    )
    yield "  " + speak.say("Counts are of the combinations we listed, not of phones.")


# -- JSON --------------------------------------------------------------------------------------


def as_values(scenario: Scenario, seed: int, found: Twins) -> dict[str, Any]:
    """The answer as JSON values; ``feasible`` says whether there is a twin."""
    pairs = found.pairs
    return {
        "schema": SCHEMA,
        "scenario": scenario.id,
        "seed": seed,
        "factors": {path: list(values) for path, values in found.space.factors.items()},
        "worlds": len(found.space),
        "looked_at": found.feasible,
        "runs": found.runs,
        "base": finding_values(found.base),
        "feasible": found.twin is not None,
        "twin": _near(found.twin),
        "attempt": _near(found.attempt),
        "elsewhere": _near(found.elsewhere),
        "silent_loss": _near(found.silent_loss),
        "pairs": {
            "which_file": list(pairs.factors),
            "count": pairs.count,
            "notice_in_both": pairs.both,
            "different_notice": pairs.differ,
            "notice_in_one_only": pairs.one_only,
            "opposite_fates": pairs.opposite,
            "opposite_fates_said_alike": pairs.same_opposite,
        },
    }


def _near(near: Near | None) -> dict[str, Any] | None:
    if near is None:
        return None
    return {"changes": dict(near.changes), "found": finding_values(near.found)}
