"""What can be varied, what a person calls it, and who could make it otherwise.

The words and the values to try are data (``factors.yaml``), so that they can be corrected without
code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from attrs import field, frozen, has

from simulator.apps.preset import Preset, preset
from simulator.documents import Bytes, Localized, Rate, Seconds, load, parse_value
from simulator.documents.annotations import bare, is_mapping, is_tuple, part_type
from simulator.errors import DocumentError, InputError, UnknownName
from simulator.message import Message
from simulator.scenario.family import factors, faults_of, paths, type_at, value_at, with_value
from simulator.scenario.model import Scenario
from simulator.scenario.space import Space
from simulator.watchers.rule import PARAMETERS
from simulator.watchers.soundness import possible_values

Party = Literal["app maker", "phone maker", "user"]
PARTIES: tuple[Party, ...] = ("app maker", "phone maker", "user")
_RULE = "watcher.rule"


@frozen
class Factor:
    """A value that can be varied: its *name*, the sentence that says what it *is*, its values.

    *changes* is who could make it otherwise; *usual*: it is varied where nothing else is asked for;
    *which_file*: it says which file is removed.
    """

    name: Localized
    is_: Localized = field(metadata={"key": "is"})
    changes: Party
    usual: bool = False
    which_file: bool = False
    try_: tuple[str, ...] = field(default=(), metadata={"key": "try"})
    values: Mapping[str, Localized] = field(factory=dict)


@frozen
class _File:
    factors: Mapping[str, Factor]


@cache
def known() -> Mapping[str, Factor]:
    """Every factor of ``factors.yaml`` by its path."""
    text = (files("simulator.worlds") / "factors.yaml").read_text(encoding="utf-8")
    return load(text, _File, file="factors.yaml").value.factors


# -- spaces ------------------------------------------------------------------------------------


def space_for(scenario: Scenario, asked: Sequence[str] = (), also: Sequence[str] = ()) -> Space:
    """The worlds that a question about *scenario* is asked of.

    *asked* are factors, as ``PATH`` or ``PATH=VALUE,VALUE``; without any, a family is taken over
    all that it assumes, and any other scenario over that and the usual factors.  *also* are asked
    for besides.  Raises :class:`InputError` for one that cannot be varied.
    """
    if asked:
        chosen = all_asked_for(scenario, asked)
    elif scenario.family:
        chosen = {path: values for path, values in factors(scenario).items()}
    else:
        chosen = _usual(scenario)
    chosen.update(all_asked_for(scenario, also))
    space = Space(scenario, {path: v for path, v in chosen.items() if len(v) > 1})
    if not space.feasible((0,) * len(space.sizes)):
        raise InputError(Message("no phone can be as this scenario says"))
    return space


def _usual(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """What the scenario assumes, and the usual factors."""
    names = [*scenario.assumed, *(path for path, factor in known().items() if factor.usual)]
    found = {path: values_of(scenario, path) for path in dict.fromkeys(names)}
    return {path: values for path, values in found.items() if len(values) > 1}


def values_of(scenario: Scenario, path: str) -> tuple[str, ...]:
    """The values that *path* can be tried with, the scenario's own first; empty if it has none.

    They are what the scenario assumes, what the watcher's rule can have, or what ``factors.yaml``
    says.
    """
    own = own_value(scenario, path)
    if own is None:
        return ()
    assumed = scenario.assumed.get(path)
    tried = assumed.try_ if assumed is not None else ()
    return tuple(dict.fromkeys((own, *(tried or _to_try(scenario, path)))))


def _to_try(scenario: Scenario, path: str) -> tuple[str, ...]:
    name = path.removeprefix("watcher.")
    rule = scenario.watcher.applied
    if name != path and name in PARAMETERS:
        open_ = rule is not None and name in rule.parameters
        return possible_values(rule, name) if rule is not None and open_ else ()
    if path == "watcher.overseas" and (rule is None or rule.builds.overseas != "silent"):
        return ()
    if path == "pipeline.variant":
        return tuple(preset(scenario.pipeline.preset).variants)
    factor = known().get(path)
    return factor.try_ if factor is not None else ()


def own_value(scenario: Scenario, path: str) -> str | None:
    """What *path* stands at in *scenario*, as it would be written; None where nothing says so."""
    value = value_at(scenario, path)
    if value is None:
        value = _unsaid(scenario, path)
    return None if value is None else _written(value, type_at(path))


def _unsaid(scenario: Scenario, path: str) -> Any:
    """What holds where a scenario says nothing: the preset's choice, the rule's first value."""
    kind = preset(scenario.pipeline.preset)
    if path == "phone.stack":
        return scenario.phone.storage_stack
    group, _, name = path.partition(".")
    if group == "watcher" and name in PARAMETERS:
        rule = scenario.watcher.applied
        values = rule.values(name) if rule is not None and name in rule.parameters else ()
        return values[0] if values else None
    return _of_the_preset(kind, group, name)


def _of_the_preset(kind: Preset, group: str, name: str) -> Any:
    copy = kind.files.get("copy")
    if group == "clean_up":
        return getattr(kind.clean_up, name, None)
    if group != "pipeline":
        return None
    if name == "place":
        return copy.place if copy is not None else None
    return getattr(kind, {"opens_via": "picks"}.get(name, name), None)


#: In what a quantity is written.
_UNITS = {Seconds: "s", Bytes: "B", Rate: "B/s"}


def _written(value: Any, kind: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    unit = _UNITS.get(bare(kind))
    return str(value) if unit is None else f"{value:.15g} {unit}"


def asked_for(
    scenario: Scenario, text: str, rules: Sequence[str] = ()
) -> tuple[str, tuple[str, ...]]:
    """A factor as it is asked for, ``PATH`` or ``PATH=VALUE,VALUE``: its path and its values.

    The scenario's own value comes first.  *rules* are other watchers under which a value may make
    sense.  Raises :class:`InputError` for what cannot be varied.
    """
    path, equals, listed = text.partition("=")
    kind = _varied(path)
    try:
        own = own_value(scenario, path)
    except IndexError:
        raise InputError(
            Message("{path}: the list in this scenario has no such item", path=path)
        ) from None
    given = _split(listed) if equals else ()
    for value in given:
        problem = wrong_value(scenario, path, value, rules)
        if problem is not None:
            raise InputError(Message("{path}: {problem}", path=path, problem=problem))
    tried = given or values_of(scenario, path)[1:]
    values = _different((*([own] if own is not None else ()), *tried), kind)
    if len(values) < 2:
        raise InputError(
            Message(
                "“{path}” has no values to try; write them, such as “{example}”",
                path=path,
                example=f"{path}=VALUE,VALUE",
            )
        )
    return path, values


def all_asked_for(scenario: Scenario, asked: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Several of them, by path; a value makes sense under any of the watchers among them."""
    named = (text.partition("=") for text in asked)
    rules = [rule for path, _, listed in named if path == _RULE for rule in _split(listed)]
    return dict(asked_for(scenario, text, rules) for text in asked)


def wrong_value(
    scenario: Scenario, path: str, text: str, rules: Sequence[str] = ()
) -> Message | None:
    """Why that value cannot stand at *path*, or None where it can.

    That no phone is like that with it alone is no reason: with something else it may be.
    """
    try:
        value = parse_value(text, type_at(path))
    except DocumentError as error:
        return error.problems[0].message
    before = set(map(str, faults_of(scenario)))
    problem = _new_fault(scenario, path, value, before)
    for rule in rules if problem is not None and path.startswith("watcher.") else ():
        there = with_value(scenario, _RULE, rule)
        if _new_fault(there, path, value, set(map(str, faults_of(there)))) is None:
            return None
    return problem


def _new_fault(scenario: Scenario, path: str, value: Any, before: set[str]) -> Message | None:
    faults = faults_of(with_value(scenario, path, value))
    return next((fault for fault in faults if str(fault) not in before), None)


def _different(values: Sequence[str], kind: Any) -> tuple[str, ...]:
    """The values without those that only write another of them otherwise."""
    seen: dict[Any, str] = {}
    for text in values:
        value = parse_value(text, kind)
        key = tuple(sorted(value)) if isinstance(value, tuple) else value
        seen.setdefault(key, text)
    return tuple(seen.values())


def _varied(path: str) -> Any:
    """The type of what a factor varies.

    Raises :class:`InputError` where no such value of a scenario can be varied.
    """
    kind = _kind(path)
    if kind is None or not _can_vary(path):
        raise UnknownName(Message("factor"), path, tuple(filter(_can_vary, paths())))
    return kind


def _kind(path: str) -> Any:
    try:
        return type_at(path)
    except ValueError:
        return None


#: What a scenario says about itself.
_FIXED = frozenset(
    {
        "assumed",
        "claims",
        "expect",
        "family",
        "id",
        "observed",
        "question",
        "sources",
        "tags",
        "title",
        "until",
    }
)


def _can_vary(path: str) -> bool:
    """Whether that is a value of the world, and not a record or a list of records."""
    kind = bare(_kind(path))
    listed = bare(part_type(kind, 0)) if is_tuple(kind) else kind
    return path.partition(".")[0] not in _FIXED and not has(listed) and not is_mapping(kind)


def _split(listed: str) -> tuple[str, ...]:
    """The values of a list; a comma within brackets is part of a value."""
    out, depth = [""], 0
    for char in listed:
        depth += (char in "[{") - (char in "]}")
        if char == "," and depth == 0:
            out.append("")
        else:
            out[-1] += char
    return tuple(value.strip() for value in out if value.strip())
