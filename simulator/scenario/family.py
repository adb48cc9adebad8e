"""What a scenario assumes, what no phone can have, and what else no single field can say.

A *factor* is a value to be varied, an entry of ``assumed`` first of all.  Combinations that no
phone can have are infeasible: they are counted, and never run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Protocol

from attrs import evolve, frozen, has

from simulator.android.paths import STANDARD
from simulator.android.stack import Stack, apis_of, misfit
from simulator.apps.preset import preset
from simulator.documents import Document, parse_value
from simulator.documents.annotations import bare, keys_of, part_type
from simulator.documents.paths import parse_path
from simulator.errors import DocumentError, Problem, UnknownName
from simulator.message import Message
from simulator.scenario.happenings import OCCASIONS, wrong
from simulator.scenario.model import PhoneSpec, Scenario, WatcherSpec
from simulator.watchers.library import is_file
from simulator.watchers.rule import PARAMETERS
from simulator.watchers.soundness import possible_values


def first_values(scenario: Scenario) -> Mapping[str, str]:
    """The value that each assumption is shown with first, by path."""
    return {path: assumed.use for path, assumed in scenario.assumed.items()}


def factors(scenario: Scenario) -> Mapping[str, tuple[str, ...]]:
    """Every factor with its values, as text; the value shown first comes first."""
    return {
        path: tuple(dict.fromkeys((assumed.use, *assumed.try_)))
        for path, assumed in scenario.assumed.items()
    }


def pinned(document: Document[Scenario], values: Mapping[str, str]) -> Document[Scenario]:
    """The document with those factors fixed: a value set by hand is no longer unknown."""
    fixed = [path for path in values if path in document.value.assumed]
    if not fixed:
        return document
    assumed = {
        path: evolve(entry, use=values[path], try_=()) if path in fixed else entry
        for path, entry in document.value.assumed.items()
    }
    return evolve(document, value=evolve(document.value, assumed=assumed))


def under_another(document: Document[Scenario], kept: Mapping[str, str]) -> Document[Scenario]:
    """The document under another rule: what that rule leaves no choice about is no longer said.

    What is in *kept* stays, and is held against the rule like anything that was written.
    """
    scenario, spec = document.value, document.value.watcher
    gone = [
        name
        for name, value in spec.chosen.items()
        if f"watcher.{name}" not in kept and _wrong_for(spec, name, value) is not None
    ]
    values: dict[str, Any] = dict.fromkeys(gone)
    assumed = {
        path: entry
        for path, entry in scenario.assumed.items()
        if path.removeprefix("watcher.") not in gone
    }
    here = evolve(scenario, watcher=evolve(spec, **values), assumed=assumed)
    return evolve(document, value=here)


#: All that :func:`infeasible` looks at, by the beginnings of its paths.
FEASIBILITY_READS = (
    "phone.",
    "app.",
    "pipeline.preset",
    "pipeline.variant",
    "pipeline.opens_via",
    "clean_up.via",
    "happens",
)


def unfitting(scenario: Scenario) -> frozenset[str]:
    """The parameters that a scenario gives and its watcher's rule does not leave open."""
    spec = scenario.watcher
    return frozenset(
        name for name, value in spec.chosen.items() if _wrong_for(spec, name, value) is not None
    )


def infeasible(scenario: Scenario) -> Message | None:
    """Why no phone can be like that, or None where one can."""
    phone = scenario.phone
    reason = _impossible_stack(phone)
    if reason is not None:
        return reason
    if scenario.app.storage == "scoped" and phone.api <= 28:
        return Message(
            "scoped storage came with Android 10; Android {android} has only the old mode",
            android=phone.android,
        )
    if scenario.app.storage == "legacy" and phone.api >= 30 and scenario.app.target_sdk >= 30:
        return Message(
            "from Android 11 on an app with target 30 or later cannot ask for the old storage mode"
        )
    return _impossible_route(scenario) or _impossible_app(scenario)


def _impossible_app(scenario: Scenario) -> Message | None:
    """Why that kind of app cannot do what happens, or None where it can."""
    kind, spec = preset(scenario.pipeline.preset), scenario.pipeline
    if spec.variant not in kind.variants:
        return UnknownName(Message("variant"), spec.variant, sorted(kind.variants)).message
    for happening in scenario.happens:
        occasion = OCCASIONS.get(happening.act)
        if occasion is not None and occasion not in kind.on:
            return Message("the preset “{name}” has nothing of that kind to do", name=spec.preset)
    return None


_stack = lru_cache(maxsize=256)(Stack)


def _impossible_route(scenario: Scenario) -> Message | None:
    """Why the app cannot reach files by a route that it takes, or None where it can."""
    kind, phone = preset(scenario.pipeline.preset), scenario.phone
    stack = _stack(phone.storage_stack, phone.api, phone.card)
    for via in (scenario.pipeline.opens_via or kind.picks, scenario.clean_up.via):
        if via is not None and via != "native" and not stack.offers(via):
            return Message("Android {android} has no route “{via}”", android=phone.android, via=via)
    return None


def _impossible_stack(phone: PhoneSpec) -> Message | None:
    """Why no phone has that stack, that version and that history, or None where one can."""
    launched, stack = phone.launch_api, phone.storage_stack
    if launched is not None and launched > phone.api:
        return Message(
            "a phone with Android {android} cannot have been launched with Android {launched}",
            android=phone.android,
            launched=phone.launched_with,
        )
    wrong = misfit(stack, phone.api, launched, phone.maker)
    if wrong == "api":
        low, high = apis_of(stack)
        return Message(
            "the stack “{stack}” is found on API levels {low} to {high};"
            " Android {android} has {api}",
            stack=stack,
            low=low,
            high=high,
            android=phone.android,
            api=phone.api,
        )
    if wrong == "launch":
        return Message(
            "no phone that was launched with Android {launched} has the stack “{stack}”",
            launched=phone.launched_with,
            stack=stack,
        )
    if wrong == "maker":
        return Message(
            "the stack “{stack}” is not found on phones of “{maker}”",
            stack=stack,
            maker=phone.maker,
        )
    return None


class _Read(Protocol):
    """A scenario, and how a problem with a value of it is told."""

    @property
    def value(self) -> Scenario:
        """The scenario."""

    def problem(self, path: str, message: Message) -> Problem:
        """A problem with the value at *path*."""


def check_assumptions(document: Document[Scenario]) -> None:
    """As :func:`check`, for a document whose assumptions are not in their places yet."""
    if list(_in_assumptions(document)):
        check(document)


def check(document: Document[Scenario]) -> None:
    """Hold a scenario against what no single field can say.

    Raises :class:`DocumentError` with every problem found.
    """
    problems = list(_problems(document))
    if problems:
        raise DocumentError(problems)


@frozen
class _Placeless:
    """A scenario without a file: what is wrong with it has no place."""

    value: Scenario

    def problem(self, path: str, message: Message) -> Problem:
        return Problem("", 1, 1, path, message)


def faults_of(scenario: Scenario) -> Iterator[Message]:
    """What is wrong with a scenario as a whole, but for what no phone can have."""
    document = _Placeless(scenario)
    for problem in (
        *_in_album(document),
        *_of_faults(document),
        *_of_the_rule(document),
    ):
        yield problem.message


def _problems(document: Document[Scenario]) -> Iterator[Problem]:
    yield from _in_album(document)
    yield from _in_assumptions(document)
    scenario = document.value
    yield from _of_faults(document)
    variants = preset(scenario.pipeline.preset).variants
    reason = infeasible(scenario)
    if scenario.pipeline.variant not in variants:
        name = UnknownName(Message("variant"), scenario.pipeline.variant, sorted(variants))
        yield _at(document, "$.pipeline.variant", name.message)
    elif reason is not None and _impossible_app(scenario) is None:
        yield _at(document, "$.phone.stack", reason)
    yield from _of_the_rule(document)


def _of_faults(document: _Read) -> Iterator[Problem]:
    """A fault at a step needs a kind of app that takes it."""
    scenario = document.value
    verb, kind = scenario.faults.killed_at, preset(scenario.pipeline.preset)
    if verb is None or scenario.pipeline.variant not in kind.variants:
        return
    lines = [*kind.variants[scenario.pipeline.variant]]
    lines += [line for occasion in kind.on.values() for line in occasion]
    steps = {line.do for line in lines} | {"clean-up", "sweep"}
    if verb not in steps:
        message = UnknownName(Message("step of that preset"), verb, sorted(steps)).message
        yield _at(document, "$.faults.killed_at", message)


def _of_the_rule(document: _Read) -> Iterator[Problem]:
    """What is said of the watcher's parameters has to be something that its rule leaves open."""
    spec = document.value.watcher
    for name, value in spec.chosen.items():
        message = _wrong_for(spec, name, value)
        if message is not None:
            yield _at(document, f"$.watcher.{name}", message)
    for path, assumed in document.value.assumed.items():
        name = path.removeprefix("watcher.")
        if name != path and name in PARAMETERS:
            for i, value in enumerate(assumed.try_):
                message = _wrong_for(spec, name, value)
                if message is not None:
                    yield _at(document, f'$.assumed["{path}"].try[{i}]', message)


def _wrong_for(spec: WatcherSpec, name: str, value: str) -> Message | None:
    rule = spec.applied
    if rule is None or not rule.parameters:
        return Message("the rule of “{rule}” leaves nothing to choose", rule=spec.rule)
    if name not in rule.parameters:
        return Message(
            "the rule of “{rule}” has no “{name}” to choose; it has {names}",
            rule=spec.rule,
            name=name,
            names=", ".join(rule.parameters),
        )
    known = possible_values(rule, name)
    if value in known:
        return None
    return UnknownName(Message("value"), value, known).message


def _in_album(document: _Read) -> Iterator[Problem]:
    scenario = document.value
    album = [file.path for file in scenario.phone.album]
    if sum(file.size for file in scenario.phone.album) > scenario.phone.storage:
        message = Message("the album does not fit into the phone's storage")
        yield _at(document, "$.phone.album", message)
    if len(set(album)) < len(album):
        yield _at(document, "$.phone.album", Message("two files of the album have the same path"))
    for i, path in enumerate(album):
        if path in STANDARD or any(other.startswith(f"{path}/") for other in album):
            message = Message("“{path}” is a folder on this phone", path=path)
            yield _at(document, f"$.phone.album[{i}].path", message)
    if not scenario.happens:
        yield _at(document, "$.happens", Message("nothing happens; expected at least one entry"))
    for i, happening in enumerate(scenario.happens):
        for key, message in wrong(scenario, happening):
            place = f"$.happens[{i}]" if key is None else f"$.happens[{i}].{key}"
            yield _at(document, place, message)


def _in_assumptions(document: Document[Scenario]) -> Iterator[Problem]:
    scenario = document.value
    for path, assumed in scenario.assumed.items():
        place = f'$.assumed["{path}"]'
        if _known(path):
            yield from _untried(document, f"{place}.use", path, assumed.use)
            for i, text in enumerate(assumed.try_):
                yield from _untried(document, f"{place}.try[{i}]", path, text)
                if path == "watcher.rule" and is_file(text):
                    message = Message("only shipped watchers can be among the values to try")
                    yield _at(document, f"{place}.try[{i}]", message)
        else:
            names = [name for name in paths() if not name.startswith("expect")]
            message = UnknownName(Message("value to assume"), path, names).message
            yield _at(document, place, message)
    if scenario.family and not scenario.assumed:
        message = Message("a family needs at least one entry under “assumed”")
        yield _at(document, "$.family", message)


def _at(document: _Read, path: str, message: Message) -> Problem:
    return document.problem(path, message)


def _untried(document: Document[Scenario], place: str, path: str, text: str) -> Iterator[Problem]:
    try:
        parse_value(text, type_at(path))
    except DocumentError as error:
        for problem in error.problems:
            yield document.problem(place, problem.message)


@cache
def paths(cls: Any = Scenario, prefix: str = "") -> tuple[str, ...]:
    """Every path that can be assumed or set, down to single values."""
    out: list[str] = []
    for key in keys_of(cls):
        if has(key.type):
            out += paths(key.type, f"{prefix}{key.name}.")
        else:
            out.append(prefix + key.name)
    return tuple(out)


def _known(path: str) -> bool:
    return path in paths()


@cache
def type_at(path: str) -> Any:
    """The type of the value at *path* of a scenario; None where there is no such path."""
    kind: Any = Scenario
    for part in parse_path(path):
        kind = part_type(kind, part.name)
        if kind is None:
            return None
    return kind


@cache
def _way(path: str) -> tuple[str | int, ...]:
    """The arguments' names, and items' numbers, that lead to *path*."""
    kind: Any = Scenario
    way: list[str | int] = []
    for part in parse_path(path):
        inner, name = bare(kind), part.name
        if has(inner):
            name = next(key.argument for key in keys_of(inner) if key.name == name)
        way.append(name)
        kind = part_type(kind, part.name)
    return tuple(way)


def value_at(scenario: Scenario, path: str) -> Any:
    """The value at *path*; raises :class:`IndexError` where a list has no such item."""
    value: Any = scenario
    for name in _way(path):
        if value is None:
            return None
        value = value[name] if isinstance(name, int) else getattr(value, name)
    return value


def with_value(scenario: Scenario, path: str, value: Any) -> Scenario:
    """*scenario* with that value at *path*, which may lead to an item of a list."""
    changed: Scenario = _with(scenario, _way(path), value)
    if path == "watcher.rule" and value != scenario.watcher.rule:
        changed = evolve(changed, watcher=evolve(changed.watcher, custom=None))
    return changed


def _with(record: Any, names: tuple[str | int, ...], value: Any) -> Any:
    name, rest = names[0], names[1:]
    if isinstance(name, int):
        items = list(record)
        items[name] = _with(items[name], rest, value) if rest else value
        return tuple(items)
    new = _with(getattr(record, name), rest, value) if rest else value
    return evolve(record, **{name: new})
