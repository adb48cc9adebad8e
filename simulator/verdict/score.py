"""How often a watcher warns, over a list of scenarios, and of what: counts of combinations.

The counts are shares of what was listed, and no probabilities: how often an app does what, and how
phones are set up, nobody has counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import frozen

from simulator.scenario.model import Scenario
from simulator.trace import Dialog, Trace
from simulator.verdict.judge import Verdict, judge
from simulator.verdict.variations import variations
from simulator.watchers.rule import Rule


@frozen
class Score:
    """One watcher over the listed combinations.

    *touch*: something happened to an original, or would have, had nobody stopped it, that the user
    had neither ordered nor agreed to.  *warned*: a notice came.  *stopped* counts touches that the
    watcher itself prevented or undid; *wrong_app* notices that name another app than the one that
    asked; *asked* combinations with a dialog first; *as_ordered* those in which what happened was
    the user's will or had the user's consent; *other* those in which the app could not do it, the
    system did it, or nothing can be told (both are in no other count).  *missed* says why there was
    no notice of a touch.  *left_out* are scenarios of which no source speaks, or that no phone with
    this rule can have.
    """

    watcher: str
    combinations: int
    touch_warned: int
    touch_silent: int
    no_touch_warned: int
    no_touch_silent: int
    as_ordered: int
    asked: int
    stopped: int
    wrong_app: int
    missed: Mapping[str, int]
    left_out: int = 0
    other: int = 0


def score(scenarios: Iterable[Scenario], name: str, rule: Rule, seed: int = 0) -> Score:
    """Count what *rule* does over *scenarios*, each on the phones that the rule is known from."""
    counts: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for scenario in scenarios:
        if scenario.watcher.overseas and rule.builds.overseas == "not known":
            counts["left_out"] += 1
            continue
        found = 0
        for variation in variations(scenario, name, rule, rule.homes, seed):
            found += 1
            verdict = judge(variation.trace)
            counts["combinations"] += variation.weight
            for count in _counts(variation.trace, verdict, rule.id):
                counts[count] += variation.weight
            for why in _missed(verdict):
                missed[why] += variation.weight
        counts["left_out"] += not found
    return Score(
        watcher=rule.id,
        missed=dict(sorted(missed.items())),
        **{name: counts[name] for name in _FIELDS},
    )


_FIELDS = (
    "combinations",
    "touch_warned",
    "touch_silent",
    "no_touch_warned",
    "no_touch_silent",
    "as_ordered",
    "other",
    "asked",
    "stopped",
    "wrong_app",
    "left_out",
)


def _counts(trace: Trace, verdict: Verdict, watcher: str) -> Iterable[str]:
    if any(isinstance(r, Dialog) and r.watcher == watcher for r in trace.records):
        yield "asked"
    if any(n.wrong_app for n in verdict.notices):
        yield "wrong_app"
    if verdict.outcome in {"as_ordered", "with_consent"}:
        yield "as_ordered"
    elif verdict.outcome in {"by_the_system", "pipeline_failed", "cannot_tell"}:
        yield "other"
    elif verdict.outcome in {"touch_without_warning", "warning_about_last_copy"}:
        yield "touch_silent"
    elif verdict.outcome in {"attempt_stopped", "touch_with_warning"}:
        yield "touch_warned"
        if verdict.outcome == "attempt_stopped" or _kept(verdict):
            yield "stopped"
    else:
        yield "no_touch_warned" if verdict.notices else "no_touch_silent"


def _kept(verdict: Verdict) -> bool:
    return all(original.end.fate in {"intact", "kept_aside"} for original in verdict.originals)


def _missed(verdict: Verdict) -> Iterable[str]:
    """Why no notice came of what touched an original."""
    if verdict.outcome in {"touch_without_warning", "warning_about_last_copy"}:
        touching = {id_ for original in verdict.originals for id_ in original.changed_by}
        whys = {s.why for s in verdict.silences if s.record in touching}
        yield from sorted({"deed" if why == "verb_not_watched" else why for why in whys})
