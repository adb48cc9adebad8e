"""A scenario's digest: the same for the same meaning, whatever its comments and layout."""

from __future__ import annotations

import json
from hashlib import sha256

from attrs import asdict

from simulator.scenario.model import Scenario


def digest(scenario: Scenario) -> str:
    """SHA-256 over the scenario's values in a canonical order."""
    text = json.dumps(asdict(scenario), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
