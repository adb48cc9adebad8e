"""The smallest changes that would change an answer.

Each change alters one thing that decides: a permission, the target, the flags, the role, the
route, the phone's version, who made the file.  Changes are tried alone, then in pairs, then in
threes; the first size at which the answer changes is the smallest, and all of that size are given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from attrs import evolve, field, frozen

from simulator.android import versions
from simulator.android.permissions.caller import PERMISSIONS, SINCE
from simulator.android.permissions.decision import ROUTES, Answer, Decision, Route
from simulator.android.permissions.question import Question
from simulator.message import Message

#: Targets at which a rule changes, and the last ones before.
_TARGETS = (28, 29, 30, 31, 32, 33, 34, 35, 36)
_LARGEST = 3
_ROUTE_NAMES: dict[Route, Message] = {
    "path": Message("the app goes by the file's path"),
    "mediastore": Message("the app asks through MediaStore"),
    "request": Message("the app sends a request to the system"),
    "saf": Message("the app asks through the document picker"),
    "picker": Message("the app asks through the photo picker"),
}


@frozen
class Change:
    """One change: what it *says*, and what it alters of the caller, the item or the route.

    *distance* is how far a number moved, so that the nearest is kept; 0 where nothing is a number.
    """

    says: Message
    distance: int = 0
    caller: Mapping[str, Any] = field(factory=dict)
    item: Mapping[str, Any] = field(factory=dict)
    route: Route | None = None
    grant: str | None = None
    withdraw: str | None = None

    @property
    def touches(self) -> tuple[str, ...]:
        """What it alters, by name: no two changes of a set alter the same."""
        permission = self.grant or self.withdraw
        route = ("route",) if self.route else ()
        return (*self.caller, *self.item, *route, *((permission,) if permission else ()))

    def apply(self, question: Question) -> Question:
        """The question after this change."""
        caller = evolve(question.caller, **self.caller)
        if self.grant:
            caller = evolve(caller, granted=caller.granted | {self.grant})
        if self.withdraw:
            caller = evolve(caller, granted=caller.granted - {self.withdraw})
        item = evolve(question.item, **self.item)
        return evolve(question, caller=caller, item=item, route=self.route or question.route)


@frozen
class Alternative:
    """A smallest set of *changes* and the *decision* after them."""

    changes: tuple[Change, ...]
    decision: Decision


def alternatives(question: Question) -> tuple[Alternative, ...]:
    """The smallest sets of changes after which the answer to *question* is another one."""
    answer = question.decision().answer
    changes = tuple(_changes(question))
    for size in range(1, _LARGEST + 1):
        found = tuple(_found(question, answer, changes, size))
        if found:
            return _nearest(found)
    return ()


def _found(
    question: Question, answer: Answer, changes: tuple[Change, ...], size: int
) -> Iterator[Alternative]:
    for chosen in combinations(changes, size):
        touched = [name for change in chosen for name in change.touches]
        if len(set(touched)) < len(touched):
            continue
        asked = question
        for change in chosen:
            asked = change.apply(asked)
        decision = asked.decision()
        if decision.answer != answer:
            yield Alternative(chosen, decision)


def _nearest(found: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    """Of alternatives that differ only in how far a number moves, the nearest each way."""
    best: dict[tuple[object, ...], Alternative] = {}
    for one in found:
        key = tuple((change.touches, _direction(change)) for change in one.changes)
        old = best.get(key)
        if old is None or _far(one) < _far(old):
            best[key] = one
    return tuple(best.values())


def _direction(change: Change) -> object:
    """Up or down for a number; everything else is one of a kind."""
    return change.distance > 0 if change.distance else change.says.template


def _far(one: Alternative) -> int:
    return sum(abs(change.distance) for change in one.changes)


# -- what can change ---------------------------------------------------------------------------


def _changes(question: Question) -> Iterator[Change]:
    yield from _permissions(question)
    yield from _modes(question)
    yield from _targets(question)
    yield from _files(question)
    yield from _routes(question)
    yield from _versions(question)


def _permissions(question: Question) -> Iterator[Change]:
    caller = question.caller
    for name in PERMISSIONS:
        if name in caller.granted:
            says = Message("the app does not hold {permission}", permission=name)
            yield Change(says, withdraw=name)
        elif SINCE[name] <= caller.api:
            says = Message("the app also holds {permission}", permission=name)
            yield Change(says, grant=name)


def _modes(question: Question) -> Iterator[Change]:
    caller = question.caller
    if caller.api >= 29:
        asked = bool(caller.legacy_flag)
        says = (
            Message("the app does not ask for the old storage mode")
            if asked
            else Message("the app asks for the old storage mode")
        )
        yield Change(says, caller={"legacy_flag": not asked})
        if not caller.system_gallery:
            says = Message("the app is the phone's own gallery")
            yield Change(says, caller={"system_gallery": True})
    if caller.api >= 30 and not (caller.upgraded and caller.preserve_legacy):
        says = Message("the app kept the old storage mode through an update")
        kept = {"upgraded": True, "preserve_legacy": True}
        yield Change(says, caller=kept)


def _targets(question: Question) -> Iterator[Change]:
    now = question.caller.target_sdk
    for target in _TARGETS:
        if target != now:
            says = Message("the app targets {target}", target=target)
            yield Change(says, target - now, caller={"target_sdk": target})


def _files(question: Question) -> Iterator[Change]:
    item = question.item
    if item.owned:
        yield Change(Message("the app did not make the file"), item={"owned": False})
    elif not item.directory:
        yield Change(Message("the app made the file itself"), item={"owned": True})
    if item.traits.where.package is not None:
        says = (
            Message("the folder is another app's")
            if item.own_folder
            else Message("the folder is the app's own")
        )
        yield Change(says, item={"own_folder": not item.own_folder})
    if not item.granted and question.caller.api >= 29:
        says = Message("the user has granted the app this one item before")
        yield Change(says, item={"granted": True})
    if question.route == "request":
        yes, no = Message("the user agrees"), Message("the user declines")
        yield Change(yes, item={"answer": True})
        yield Change(no, item={"answer": False})


def _routes(question: Question) -> Iterator[Change]:
    for route in ROUTES:
        if route != question.route:
            yield Change(_ROUTE_NAMES[route], route=route)


def _versions(question: Question) -> Iterator[Change]:
    now = question.caller.api
    for name in versions.COLUMNS:
        api = versions.API[name]
        if api != now:
            says = Message("the phone has Android {android}", android=name)
            yield Change(says, api - now, caller={"api": api})
