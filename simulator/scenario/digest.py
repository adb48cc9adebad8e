"""A scenario's digest: the same for the same meaning, whatever its comments and layout.

What stands at its default is left out, so that a digest outlives keys that come to be later.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from attrs import NOTHING, Attribute, Factory, asdict

from simulator.scenario.model import Scenario


def digest(scenario: Scenario) -> str:
    """SHA-256 over the scenario's values in a canonical order."""
    values = asdict(scenario, filter=_differs)
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _differs(attribute: Attribute[Any], value: Any) -> bool:
    default: Any = attribute.default
    if default is NOTHING:
        return True
    if isinstance(default, Factory):  # type: ignore[arg-type]
        default = default.factory()
    return bool(value != default)
