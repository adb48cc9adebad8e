"""The names of the propositions, which sentences and scenarios may use."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from simulator.documents.reading import read

FILE = "propositions.yaml"


@cache
def proposition_names() -> tuple[str, ...]:
    """The names of the propositions, in the order of their file."""
    text = (files("simulator.claims") / FILE).read_text(encoding="utf-8")
    tree = read(text, FILE).tree
    return tuple(str(entry["id"]) for entry in tree["propositions"])
