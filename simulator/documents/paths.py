"""Paths in a document: ``$.phone.album[0].path``, kept as tuples of keys and indexes."""

from __future__ import annotations

import json
import re
from typing import TypeAlias

from attrs import frozen

from simulator.message import Message

__all__ = ["Path", "PathPart", "parse_path", "say_path"]

Path: TypeAlias = tuple[str | int, ...]
"""From the root of the document: a `str` for each key of a mapping, an `int` for each item."""

_BARE_KEY = re.compile(r"[^\s.\[\]\"$]+")
_PART = re.compile(
    r"""(?:\A|\.)(?P<key>[^\s.\[\]"$]+)     # phone, or .stack
      | \[(?P<index>[0-9]{1,6})\]           # [0]
      | \[(?P<quoted>"(?:[^"\\]|\\.)*")\]   # ["com.example.app"]
    """,
    re.VERBOSE,
)


@frozen
class PathPart:
    """One key or index of a written path, and the 1-based *column* where it is written."""

    name: str | int
    column: int


def say_path(path: Path) -> str:
    """*path* as it is written in messages; keys that would be ambiguous are quoted."""
    return "$" + "".join(_say_part(part) for part in path)


def _say_part(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    if _BARE_KEY.fullmatch(part) and part.isprintable():
        return f".{part}"
    return f"[{json.dumps(part, ensure_ascii=not part.isprintable())}]"


def parse_path(text: str) -> tuple[PathPart, ...]:
    """The parts of a written path; a leading ``$`` or ``$.`` is optional.

    Raises `ValueError` (a `Message`) when *text* is no path.
    """
    start = 2 if text.startswith("$.") else 1 if text.startswith("$") else 0
    parts: list[PathPart] = []
    rest, at = text[start:], 0
    while at < len(rest):
        found = _PART.match(rest, at)
        part = None if found is None else _part(found)
        if found is None or part is None:
            raise ValueError(_no_path(start + at + 1))
        begin = found.start("key") if found["key"] is not None else at
        parts.append(PathPart(part, start + begin + 1))
        at = found.end()
    return tuple(parts)


def _part(found: re.Match[str]) -> str | int | None:
    if found["index"] is not None:
        return int(found["index"])
    if found["key"] is not None:
        return found["key"]
    try:
        key = json.loads(found["quoted"])
    except ValueError:
        return None
    return key if isinstance(key, str) else None


def _no_path(column: int) -> Message:
    return Message(
        "not a path from column {column} on; write it like “phone.album[0].size”", column=column
    )
