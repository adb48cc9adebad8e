"""Whom a rule takes for the caller, and what it calls him."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field

from simulator.android.layers import layers
from simulator.android.phone import Request
from simulator.android.processes import Process
from simulator.android.stack import Hop
from simulator.watchers.rule import Rule
from simulator.watchers.settings import Settings


@define(eq=False)
class Naming:
    """The rule's own algorithm.  *foreground* gives the package on the screen (None: none is)."""

    rule: Rule
    settings: Settings
    foreground: Callable[[], str | None] = lambda: None
    _cache: dict[int, str] = field(factory=dict, init=False)

    def caller(self, request: Request, hop: Hop) -> Process:
        """The process that is judged: that at the layer, or that whose call it carries out."""
        if hop.done_by is request.asked_by or not request.is_call:
            return hop.done_by
        if layers()[hop.layer].knows_caller:
            return request.asked_by
        forwarded = self.settings["attribution"] == "forwarded"
        return request.asked_by if forwarded else hop.done_by

    def name(self, caller: Process) -> str:
        """What *caller* is called; empty where the rule names nobody."""
        seen_as = self.rule.seen_as
        if seen_as.by == "nobody":
            return ""
        if seen_as.by == "foreground":
            return self.foreground() or ""
        if seen_as.cached_per_uid and caller.uid in self._cache:
            return self._cache[caller.uid]
        name = caller.package if seen_as.by == "package" else self._command_line(caller)
        if seen_as.cached_per_uid:
            self._cache[caller.uid] = name
        return name

    def listed_as(self, caller: Process) -> str:
        """By which name *caller* stands on a list: the rule's own, unless that is a mere guess.

        A list that is keyed by what the rule calls an app shares its mistakes (dossier F5).
        """
        identifies = self.rule.seen_as.by in {"command-line", "package"}
        return self.name(caller) if identifies else caller.package

    def _command_line(self, caller: Process) -> str:
        process = caller
        while process.parent is not None and process.parent.uid >= self.rule.callers.first_uid:
            process = process.parent
        return process.cmdline.partition(":")[0]
