"""Android versions by the name on the box, with their API level."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

API: Mapping[str, int] = MappingProxyType(
    {
        "4.4": 19,
        "5": 21,
        "5.1": 22,
        "6": 23,
        "7": 24,
        "7.1": 25,
        "8": 26,
        "8.1": 27,
        "9": 28,
        "10": 29,
        "11": 30,
        "12": 31,
        "12L": 32,
        "13": 33,
        "14": 34,
        "15": 35,
        "16": 36,
    }
)
#: The columns of tables over versions; half versions follow the rules of their whole one.
COLUMNS = ("4.4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16")
