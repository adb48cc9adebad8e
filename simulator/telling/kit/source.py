"""The text of the scenario in a kit: as it was written, or with what was changed by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from simulator.documents import Document, load
from simulator.errors import InputError
from simulator.message import Message
from simulator.scenario.digest import digest
from simulator.scenario.model import Scenario

#: The file of a kit that holds it.
FILE = "scenario.yaml"
_WIDTH = 100


def as_text(document: Document[Scenario], changes: Sequence[str]) -> str:
    """The text of *document*, in which those *changes* were made already.

    Raises :class:`InputError` where no text says what the scenario is after them.
    """
    tree = _in_step(document)
    head = "".join(f"# changed by hand: {change!a}\n" for change in changes)
    body = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False, width=_WIDTH)
    text = f"{head}{body}"
    again = load(text, Scenario, file=FILE).value
    # A rule in a file of its own is read later on; the two are compared without it.
    if digest(again) != digest(_without_rule(document.value)):
        raise InputError(Message("what was changed by hand cannot be written as a scenario"))
    return text


def _without_rule(scenario: Scenario) -> Scenario:
    from attrs import evolve

    return evolve(scenario, watcher=evolve(scenario.watcher, custom=None))


def _in_step(document: Document[Scenario]) -> Any:
    """The tree of the document, with what is assumed and what is said of the watcher as its value
    has them: a value set by hand is no longer unknown, and another rule leaves less open."""
    scenario, tree = document.value, dict(document.tree)
    assumed = dict(tree.get("assumed") or {})
    for path in list(assumed):
        entry = scenario.assumed.get(path)
        if entry is None:
            del assumed[path]
            continue
        assumed[path] = {**assumed[path], "use": entry.use}
        if not entry.try_:
            assumed[path].pop("try", None)
    if assumed:
        tree["assumed"] = assumed
    else:
        tree.pop("assumed", None)
    watcher = tree.get("watcher")
    if isinstance(watcher, dict):
        kept = scenario.watcher
        tree["watcher"] = {
            name: value for name, value in watcher.items() if getattr(kept, name) is not None
        }
    return tree
