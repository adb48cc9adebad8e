"""Golden files: printed output as it is meant to be."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "golden"
LANGS = ("en", "zh-CN")


def matches_golden(name: str, text: str) -> bool:
    """Whether *text* is what the golden file says; ``UPDATE_GOLDEN=1`` writes it anew."""
    file = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    return file.read_text(encoding="utf-8") == text
