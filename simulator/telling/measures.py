"""Numbers with units, as a person reads them."""

from __future__ import annotations

from unicodedata import east_asian_width

from simulator.message import Message

_DAY = 86_400.0


def seconds(t: float) -> Message:
    """A time after the start: seconds with one decimal, or days where it is longer than two."""
    if t >= 2 * _DAY:
        return Message("day {days}", days=f"{t / _DAY:.0f}")
    return Message("{seconds} s", seconds=f"{t:.1f}")


def lasting(t: float) -> Message:
    """A duration in the largest unit that it fills."""
    for unit, scale in ((Message("days"), _DAY), (Message("hours"), 3_600.0)):
        if t >= 2 * scale:
            return Message("{number} {unit}", number=f"{t / scale:g}", unit=unit)
    return Message("{seconds} s", seconds=f"{t:g}")


def when(t: float) -> Message:
    """When something took place, as a clause: at a second, or on a day."""
    return Message("on {t}", t=seconds(t)) if t >= 2 * _DAY else Message("at {t}", t=seconds(t))


def size(number: int) -> Message:
    """A number of bytes in decimal units with at most one decimal."""
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= scale:
            shown = f"{number / scale:.1f}".removesuffix(".0")
            return Message("{number} {unit}", number=shown, unit=unit)
    return Message("{number} {unit}", number=number, unit="B")


def padded(text: str, width: int) -> str:
    """*text* with spaces before it, to fill *width* columns of a terminal."""
    return " " * (width - columns(text)) + text


def filled(text: str, width: int) -> str:
    """*text* with spaces after it, to fill *width* columns of a terminal."""
    return text + " " * (width - columns(text))


def columns(text: str) -> int:
    """How many columns of a terminal *text* takes."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
