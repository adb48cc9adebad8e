"""A question to the model: who asks what of which file, by which route."""

from __future__ import annotations

from attrs import frozen

from simulator.android.permissions.caller import Caller
from simulator.android.permissions.decide import decide
from simulator.android.permissions.decision import Decision, Route, Verb
from simulator.android.permissions.item import Item


@frozen
class Question:
    """Who asks what of which file, by which route; *to* is where a rename goes."""

    caller: Caller
    verb: Verb
    route: Route
    item: Item
    to: Item | None = None

    def decision(self) -> Decision:
        """What the model rules."""
        return decide(self.caller, self.verb, self.route, self.item, self.to)
