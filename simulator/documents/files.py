"""Reading a file that somebody named."""

from __future__ import annotations

from pathlib import Path

from simulator.errors import InputError
from simulator.message import Message

__all__ = ["read_bytes"]


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises :class:`InputError`, which names it and says why, where it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Message("{file}: {reason}", file=str(path), reason=reason)) from None
