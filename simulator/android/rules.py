"""The permission rules in words, each with its grade and source."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from attrs import frozen

from simulator.documents import Localized, load
from simulator.grades import Grade


@frozen
class RuleText:
    """What a rule says, how well that is founded, and where it can be read."""

    says: Localized
    grade: Grade
    source: str


@frozen
class _File:
    rules: Mapping[str, RuleText]


@cache
def rules() -> Mapping[str, RuleText]:
    """Every rule by its id."""
    text = (files("simulator.android") / "rules.yaml").read_text(encoding="utf-8")
    return load(text, _File, file="rules.yaml").value.rules
