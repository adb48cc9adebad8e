"""How a value is refused, and how its kind and text are said in the message."""

from __future__ import annotations

from simulator.errors import nearest
from simulator.message import Message

__all__ = ["Refused", "Silent", "closest", "message_of", "say_kind", "shown"]

_SHOWN = 60


class Refused(ValueError):
    """A value cannot be taken.  *message* says why.

    *path* (such as ``album[1].size``) narrows the place to a part of the value that is refused, so
    that a rule about a whole mapping can point at the key that breaks it; *at_key* points at the
    key instead of at its value.
    """

    def __init__(self, message: Message, *, path: str = "", at_key: bool = False) -> None:
        super().__init__(message)
        self.message, self.path, self.at_key = message, path, at_key


class Silent(ValueError):
    """A value cannot be taken because of a problem that has been reported already."""


def message_of(error: ValueError) -> Message:
    """What *error* says: its own `Message`, or its text in one."""
    first = error.args[0] if error.args else None
    if isinstance(first, Message):
        return first
    if first is None:
        return Message("this value is not valid")
    return Message("{problem}", problem=str(first))


def closest(name: str, names: tuple[str, ...]) -> str | None:
    """The one of *names* most likely meant; another case of the same letters comes first."""
    folded = name.casefold()
    same = next((known for known in names if known.casefold() == folded), None)
    return same or nearest(name, names)


def shown(text: str) -> str:
    """*text* fit for one line of a message: short, and without characters that do not print."""
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in short
    )


def say_kind(value: object) -> Message:
    """What *value* is, for “expected …; got …”."""
    if isinstance(value, dict):
        return Message("a mapping")
    if isinstance(value, list):
        return Message("a list")
    if value is None or value == "":
        return Message("nothing")
    return Message("“{text}”", text=shown(str(value)))
