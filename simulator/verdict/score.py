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
from simulator.verdict.comparison import Comparison, World
from simulator.verdict.judge import Verdict, judge
from simulator.verdict.variations import Variation, variations
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
    return _counted(rule.id, (_found(scenario, name, rule, seed) for scenario in scenarios))


def scores_of(comparison: Comparison) -> tuple[Score, ...]:
    """The same counts for every rule of *comparison*, from the worlds that it has already run."""
    return tuple(
        _counted(rule.id, (row.cells[name].worlds for row in comparison.rows))
        for name, rule in zip(_names(comparison), comparison.watchers, strict=True)
    )


def _names(comparison: Comparison) -> Iterable[str]:
    """What the rules go by, in their order."""
    return comparison.rows[0].cells if comparison.rows else [r.id for r in comparison.watchers]


def _found(scenario: Scenario, name: str, rule: Rule, seed: int) -> Iterable[Variation]:
    if scenario.watcher.overseas and rule.builds.overseas == "not known":
        return ()
    return variations(scenario, name, rule, rule.homes, seed)


def _counted(watcher: str, scenarios: Iterable[Iterable[Variation | World]]) -> Score:
    counts: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for worlds in scenarios:
        weights = _by_trace(worlds)
        for trace, weight in weights:
            verdict = judge(trace)
            counts["combinations"] += weight
            for count in _counts(trace, verdict, watcher):
                counts[count] += weight
            for why in _missed(verdict):
                missed[why] += weight
        counts["left_out"] += not weights
    return Score(
        watcher=watcher,
        missed=dict(sorted(missed.items())),
        **{name: counts[name] for name in _FIELDS},
    )


def _by_trace(worlds: Iterable[Variation | World]) -> list[tuple[Trace, int]]:
    """Every run once, with all the combinations that it stands for."""
    weights: dict[int, tuple[Trace, int]] = {}
    for world in worlds:
        known = weights.get(id(world.trace), (world.trace, 0))
        weights[id(world.trace)] = (world.trace, known[1] + world.weight)
    return list(weights.values())


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
