"""Recorded truth: what Android's tests, sources and documents say, and what the kernel did.

``permissions.json``: decisions of Android's storage permission model, each with its source.
``permissions-derived.json``: cases in the same form, written from the same sources for rules that
no recorded case reaches.  ``permissions-facts.yaml``: facts that only the note of a recorded case
states.  ``inotify.json`` and ``fuse-invalidation.json``: what watchers saw on a Linux kernel.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def text(name: str) -> str:
    """The file of that name."""
    return (files("simulator.truth") / name).read_text(encoding="utf-8")


def rows(name: str) -> list[dict[str, Any]]:
    """The cases of a JSON file."""
    loaded: list[dict[str, Any]] = json.loads(text(name))
    return loaded
