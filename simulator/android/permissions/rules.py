"""The permission rules in words, each with its grade and source."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml
from attrs import frozen

from simulator.documents import Localized
from simulator.grades import Grade


@frozen
class RuleText:
    """What a rule says, how well that is founded, and where it can be read."""

    says: Localized
    grade: Grade
    source: str


def text() -> str:
    """The file ``rules.yaml``."""
    return (files("simulator.android.permissions") / "rules.yaml").read_text(encoding="utf-8")


@cache
def rules() -> Mapping[str, RuleText]:
    """Every rule by its id."""
    # The file is ours and a test checks it, so it is read without looking for its places; that
    # is what a short run waits for.
    plain = yaml.load(text(), getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    return {
        name: RuleText(
            Localized(rule["says"]["en"], rule["says"]["zh-CN"]), rule["grade"], rule["source"]
        )
        for name, rule in plain["rules"].items()
    }


def inferred(chain: tuple[str, ...]) -> bool:
    """Whether a chain of rules rests on one that was inferred or assumed, not read or tested."""
    return any(rules()[rule].grade in {"inference", "assumption"} for rule in chain)
