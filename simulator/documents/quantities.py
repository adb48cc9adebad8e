"""Numbers with a unit: durations, sizes and rates.

Arithmetic is exact (:class:`~fractions.Fraction`) until the last step, so that “0.1 s” is the
float 0.1 and “1.5 GB” is exactly 1500000000 bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, NewType

from attrs import field, frozen

from simulator.documents.refusal import Refused, closest, shown
from simulator.message import Message

__all__ = ["QUANTITIES", "Bytes", "Quantity", "Rate", "Seconds"]

Seconds = NewType("Seconds", float)
"""A duration in seconds, written as “25 s”, “500 ms”, “3 min”, “2 h” or “30 d”."""

Bytes = NewType("Bytes", int)
"""A size in bytes, written as “48 MB” (decimal) or “48 MiB” (binary)."""

Rate = NewType("Rate", float)
"""A transfer rate in bytes per second, written as “10 Mb/s” (bits) or “1 MB/s” (bytes)."""

NUMBER = r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?"
_PARTS = re.compile(rf"(?P<sign>[+-]?)(?P<number>{NUMBER})\s*(?P<unit>[^\s0-9.][^\s]*)?")
_DIGITS = 40


@frozen
class Quantity:
    """One kind of quantity: its *units* as multiples of the base unit, and the *most* it may be.

    *usual* is the unit to suggest for a bare number; *habits* maps what people write by habit to
    the unit they mean.  A *whole* quantity is rounded to a whole number of the base unit.
    """

    name: Message
    example: str
    usual: str
    most: Fraction
    units: Mapping[str, Fraction] = field(hash=False)
    habits: Mapping[str, str] = field(hash=False)
    whole: bool = False

    def parse(self, text: str) -> float:
        """The value of *text* in the base unit (an `int` if *whole*); raises `Refused`."""
        found = _PARTS.fullmatch(text.strip())
        if found is None or len(found["number"]) > _DIGITS:
            raise Refused(self._expected(text, self.example))
        number, unit = found["number"], found["unit"]
        if unit is None:
            raise Refused(self._expected(text, f"{number} {self.usual}"))
        if unit not in self.units:
            raise Refused(self._unknown_unit(number, unit))
        if found["sign"] == "-":
            raise Refused(
                Message("{name} cannot be negative; got “{text}”", name=self.name, text=shown(text))
            )
        value = Fraction(number) * self.units[unit]
        if value > self.most:
            raise Refused(self._too_large(text))
        if not self.whole:
            return float(value)
        if value.denominator != 1 and self.units[unit] == 1:
            raise Refused(Message("“{text}” is not a whole number of bytes", text=shown(text)))
        return round(value)

    def _too_large(self, text: str) -> Message:
        base = next(unit for unit, size in self.units.items() if size == 1)
        return Message(
            "“{text}” is too large; {name} is at most {most}",
            text=shown(text),
            name=self.name,
            most=f"{float(self.most):g} {base}",
        )

    def _expected(self, text: str, example: str) -> Message:
        return Message(
            "expected {name} with a unit ({units}), such as “{example}”; got “{text}”",
            name=self.name,
            units=", ".join(self.units),
            example=example,
            text=shown(text),
        )

    def _unknown_unit(self, number: str, unit: str) -> Message:
        habit = self.habits.get(unit) or self.habits.get(unit.casefold())
        close = habit or closest(unit, tuple(self.units))
        if close is None:
            return Message(
                "unknown unit “{unit}” for {name}; valid units: {units}",
                unit=shown(unit),
                name=self.name,
                units=", ".join(self.units),
            )
        return Message(
            "unknown unit “{unit}” for {name}; did you mean “{meant}”?",
            unit=shown(unit),
            name=self.name,
            meant=f"{number} {close}",
        )

    @property
    def pattern(self) -> str:
        """A regular expression (ECMA and Python) for the texts that can be read."""
        return rf"^\s*\+?{NUMBER}\s*(?:{'|'.join(self.units)})\s*$"


_DECIMAL = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_BINARY = {"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40}


def _sizes() -> dict[str, Fraction]:
    return {f"{prefix}B": Fraction(size) for prefix, size in (_DECIMAL | _BINARY).items()}


def _rates() -> dict[str, Fraction]:
    bits = {f"{prefix}b/s": Fraction(size, 8) for prefix, size in _DECIMAL.items()}
    return bits | {f"{unit}/s": size for unit, size in _sizes().items()}


def _size_habits() -> dict[str, str]:
    words = {"": "byte", "k": "kilobyte", "M": "megabyte", "G": "gigabyte", "T": "terabyte"}
    habits = {word: f"{prefix}B" for prefix, word in words.items()}
    habits |= {f"{word}s": f"{prefix}B" for prefix, word in words.items()}
    return habits | {prefix.casefold(): f"{prefix}B" for prefix in _DECIMAL | _BINARY if prefix}


def _rate_habits() -> dict[str, str]:
    habits: dict[str, str] = {}
    for prefix in _DECIMAL:
        for unit in ("b", "B"):
            habits |= {f"{prefix}{unit}{end}": f"{prefix}{unit}/s" for end in ("", "ps")}
        habits[f"{prefix}bit/s".casefold()] = f"{prefix}b/s"
    return habits


_DURATIONS = {
    "ms": Fraction(1, 1000),
    "s": Fraction(1),
    "min": Fraction(60),
    "h": Fraction(3600),
    "d": Fraction(86400),
}
_DURATION_HABITS = {
    **dict.fromkeys(["msec", "millis", "millisecond", "milliseconds"], "ms"),
    **dict.fromkeys(["sec", "secs", "second", "seconds"], "s"),
    **dict.fromkeys(["m", "mins", "minute", "minutes"], "min"),
    **dict.fromkeys(["hr", "hrs", "hour", "hours"], "h"),
    **dict.fromkeys(["day", "days"], "d"),
}

QUANTITIES: Mapping[Any, Quantity] = MappingProxyType(
    {
        Seconds: Quantity(
            name=Message("a duration"),
            example="25 s",
            usual="s",
            most=Fraction(10**12),
            units=_DURATIONS,
            habits=_DURATION_HABITS,
        ),
        Bytes: Quantity(
            name=Message("a size"),
            example="48 MB",
            usual="MB",
            most=Fraction(10**18),
            units=_sizes(),
            habits=_size_habits(),
            whole=True,
        ),
        Rate: Quantity(
            name=Message("a transfer rate"),
            example="10 Mb/s",
            usual="MB/s",
            most=Fraction(10**18),
            units=_rates(),
            habits=_rate_habits(),
        ),
    }
)
"""The quantities by the type of the field that holds them."""
