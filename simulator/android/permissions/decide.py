"""The one question: what does Android rule on this request?"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.android.permissions import by_mediastore, by_path, by_picker, by_request
from simulator.android.permissions.caller import Caller
from simulator.android.permissions.decision import Decision, Route, Verb
from simulator.android.permissions.item import Item
from simulator.android.permissions.predicates import derive

#: Operations that a route does not have at all.
_MISSING: Mapping[Route, frozenset[Verb]] = {
    "path": frozenset({"favorite", "trash"}),
    "mediastore": frozenset({"mkdir", "rmdir"}),
    "request": frozenset({"read", "create", "mkdir", "rmdir", "rename", "list"}),
    "saf": frozenset({"favorite", "trash"}),
    "picker": frozenset(),
}


def decide(
    caller: Caller, verb: Verb, route: Route, item: Item, to: Item | None = None
) -> Decision:
    """What Android rules when *caller* asks for *verb* on *item* by that *route*.

    *to* is where a rename goes; without it only the source is ruled on.
    """
    who = derive(caller)
    if verb in _MISSING[route]:
        return Decision("deny", ("route.no-such-operation",))
    if route == "path":
        return by_path.decide(caller, who, verb, item, to)
    if route == "mediastore":
        return by_mediastore.decide(caller, who, verb, item, to)
    if route == "request":
        return by_request.decide(caller, who, verb, item)
    if route == "saf":
        return by_picker.saf(caller, verb, item)
    return by_picker.photo_picker(caller, verb, item)
