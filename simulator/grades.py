"""Grades of evidence, strongest first; they stand wherever a fact or an assumption is shown."""

from __future__ import annotations

from typing import Literal, get_args

Grade = Literal[
    "official",
    "vendor_source",
    "vendor_doc",
    "patent",
    "press",
    "analysis",
    "report",
    "inference",
    "assumption",
]
GRADES: tuple[str, ...] = get_args(Grade)
