"""Setting text: what may be shown, where a line may break, how a name is shortened."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from posixpath import splitext
from unicodedata import bidirectional

from simulator.telling.words import visible

Measure = Callable[[str], float]
#: No line begins with one of these, and none ends with one of those.
NO_BEGIN = "，。；：！？、）》”’…％%,.;:!?)"
NO_END = "（《“‘("
_HAN = "\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef"
_ATOM = re.compile(rf"\s+|[{_HAN}]|[“”‘’…]|[^\s{_HAN}“”‘’…/]*/|[^\s{_HAN}“”‘’…/]+")
_BREAKS = str.maketrans(
    {"\t": "\\u{9}", "\n": "\\u{a}", "\ufffe": "\\u{fffe}", "\uffff": "\\u{ffff}"}
)


def plain(text: str) -> str:
    """A name from outside as it may stand in one line of a picture."""
    return "".join(_shown(char) for char in visible(text).translate(_BREAKS))


def _shown(char: str) -> str:
    """A letter, or its number where it would have to be set from right to left."""
    if bidirectional(char) in {"R", "AL", "AN"}:
        return f"\\u{{{ord(char):x}}}"
    return char


def atoms(text: str) -> list[str]:
    """The pieces between which a line may break; a blank belongs to the piece before it."""
    pieces: list[str] = []
    for piece in _ATOM.findall(text):
        glued = pieces and (
            piece.isspace()
            or piece[0] in NO_BEGIN
            or pieces[-1][-1] in NO_END
            or (_latin(pieces[-1]) and piece[0] in "“‘’")
            or (_latin(piece) and pieces[-1][-1] in "’”" and not _han_before(pieces[-1]))
        )
        if glued:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces


def _latin(piece: str) -> bool:
    return piece[-1] != " " and piece[-1].isascii() and piece[-1] != "/"


def _han_before(piece: str) -> bool:
    return re.search(f"[{_HAN}]", piece) is not None


def wrap(text: str, width: float, measure: Measure) -> list[str]:
    """*text* in lines of at most *width*; a piece that is wider by itself is shortened."""
    lines: list[str] = []
    line = ""
    for atom in atoms(text):
        if line and measure((line + atom).rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += atom if measure(atom.rstrip()) <= width else shorten(atom, width, measure)
    return [*lines, line.rstrip()] if line.strip() else lines


def in_rows(items: Sequence[str], separator: str, width: float, measure: Measure) -> list[str]:
    """A list in lines of whole items."""
    rows: list[str] = []
    for number, item in enumerate(items):
        last = number == len(items) - 1
        piece = item if last else item + separator
        if rows and measure((rows[-1] + piece).rstrip()) <= width:
            rows[-1] += piece
        else:
            rows.append(piece)
    return [row.rstrip() for row in rows]


def balanced(text: str, width: float, measure: Measure) -> list[str]:
    """*text* in as few lines as *width* allows, of about the same length."""
    lines = wrap(text, width, measure)
    for part in range(19, 9, -1):
        closer = wrap(text, width * part / 20, measure)
        if len(closer) > len(lines) or any("…" in line for line in closer):
            break
        lines = closer
    return lines


def in_parts(text: str, width: float, measure: Measure) -> list[str]:
    """*text* in two lines that break at its only inner comma or semicolon, if it has one and both
    fit; else :func:`balanced`."""
    parts = [part.rstrip() for part in re.split(r"(?<=[，；])|(?<=[,;] )", text) if part]
    if len(parts) == 2 and all(measure(part) <= width for part in parts) and measure(text) > width:
        return parts
    return balanced(text, width, measure)


def limit(text: str, width: float, lines: int, measure: Measure) -> list[str]:
    """*text* in at most so many *lines*; what does not fit is cut in the last one."""
    found = wrap(text, width, measure)
    if len(found) <= lines:
        return found
    rest = text[_consumed(text, found[: lines - 1]) :].strip()
    return [*found[: lines - 1], shorten(rest, width, measure)]


def _consumed(text: str, lines: list[str]) -> int:
    at = 0
    for line in lines:
        at = text.index(line, at) + len(line)
    return at


def shorten(text: str, width: float, measure: Measure) -> str:
    """*text* cut in the middle with “…”; head and file extension are kept."""
    if measure(text) <= width:
        return text
    return next(
        (short for short in _shorter(text) if measure(short) <= width),
        "…",
    )


def _shorter(text: str) -> Iterator[str]:
    ending = splitext(text)[1]
    least = len(ending) if len(ending) <= 6 else 0
    for kept in range(len(text) - 1, 0, -1):
        tail = min(max(least, round(kept * 0.42)), kept - 1)
        yield f"{text[: kept - tail]}…{text[len(text) - tail :]}"
