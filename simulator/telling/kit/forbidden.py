"""Words that judge: found in a text, but where somebody who is named is quoted with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import frozen

from simulator.errors import CachelifeError
from simulator.message import Message
from simulator.telling.limits import LIMITS
from simulator.telling.words import LANGS, words

#: “cannot tell” is an answer; “never” is the name of a choice, or of what a placeholder is.
_ENGLISH = re.compile(
    r"\b(?:false alarms?|prov(?:e[sdn]?|ing)|proof|can ?not(?! tell\b| be told\b)|can['’]t"
    r"|(?<!: )never(?! held\b)|merely|rumou?rs?|malicious\w*|smear\w*|rogue)\b",
    re.IGNORECASE,
)
_CHINESE = re.compile("误报|证明|不可能|从未|只是|仅仅|谣言|恶意|黑公关|流氓")
_QUOTED = re.compile('“[^”]*”|「[^」]*」|"[^"]*"')


@frozen
class Found:
    """A word that judges: the *line* (from 1) in which it stands, and that line's *text*."""

    line: int
    word: str
    text: str


class Judging(CachelifeError):
    """A text that was to be published has such a word of its own; it is not written."""

    def __init__(self, file: str, found: Found) -> None:
        super().__init__(
            Message(
                "{file}:{line}: “{word}” is published only in quotation marks, next to who said so;"
                " the line is: {text}",
                file=file,
                line=found.line,
                word=found.word,
                text=found.text,
            )
        )


def forbidden(text: str, speakers: Iterable[str] = ()) -> tuple[Found, ...]:
    """Every word of *text* that judges, but for quotations and for the printed limits.

    A quotation is spared where the same line names one of *speakers* outside of it.
    """
    named = tuple(filter(None, speakers))
    return tuple(
        Found(number, match[0], line.strip())
        for number, line in enumerate(text.splitlines(), 1)
        for match in _judging(_own(line, named))
    )


def guard(file: str, text: str, speakers: Iterable[str] = ()) -> str:
    """*text*, if it has no such word; raises :class:`Judging` for the first of them."""
    for found in forbidden(text, speakers):
        raise Judging(file, found)
    return text


def _judging(line: str) -> Iterator[re.Match[str]]:
    yield from _ENGLISH.finditer(line)
    yield from _CHINESE.finditer(line)


def _own(line: str, speakers: tuple[str, ...]) -> str:
    """What a line says of its own accord."""
    for limit in LIMITS:
        for lang in LANGS:
            line = line.replace(words(lang).say(limit), "")
    rest = _QUOTED.sub("“”", line)
    return rest if any(speaker in rest for speaker in speakers) else line
