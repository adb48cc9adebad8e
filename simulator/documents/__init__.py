"""Hand-written YAML to attrs classes, with every problem of a file at its place.

A document class is an attrs class whose annotations use the types and constraints below.  One with
a class variable ``SHORTHAND`` may also be written as a bare text, which is the value of that key.
"""

from __future__ import annotations

from simulator.documents.constraints import (
    Constraint,
    Localized,
    OneOf,
    Pattern,
    PhonePath,
    Range,
)
from simulator.documents.document import Document, load
from simulator.documents.files import read_bytes
from simulator.documents.quantities import Bytes, Rate, Seconds
from simulator.documents.refusal import Refused
from simulator.documents.structuring import parse_value, structure

__all__ = [
    "Bytes",
    "Constraint",
    "Document",
    "Localized",
    "OneOf",
    "Pattern",
    "PhonePath",
    "Range",
    "Rate",
    "Refused",
    "Seconds",
    "load",
    "parse_value",
    "read_bytes",
    "structure",
]
