"""Every error that cachelife raises on purpose.

::

    CachelifeError
    ├── InputError              what was given is wrong               exit code 2
    │   ├── DocumentError       a YAML file; every problem with its place
    │   ├── TraceError          a trace file; the line that is wrong
    │   └── UnknownName         no scenario, watcher, ... of that name
    └── Unavailable             this machine lacks what was asked     exit code 2

A message is a :class:`~simulator.message.Message`, so that the command line can say it in either
language.  ``str(error)`` is English.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from attrs import frozen

from simulator.message import Message

__all__ = [
    "CachelifeError",
    "DocumentError",
    "InputError",
    "Problem",
    "TraceError",
    "Unavailable",
    "UnknownName",
    "nearest",
]


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The one of *names* that a person most likely meant by *name*, or None."""
    folded = {candidate.casefold(): candidate for candidate in names}
    close = get_close_matches(name.casefold(), sorted(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else None


class CachelifeError(Exception):
    """Base of all errors raised on purpose; *message* says what is wrong."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        # Its arguments are not those of its class, and another process has to get it whole.
        return _again, (type(self), self.args, dict(self.__dict__))


def _again(
    kind: type[CachelifeError], arguments: tuple[Any, ...], values: dict[str, Any]
) -> CachelifeError:
    error = kind.__new__(kind, *arguments)
    error.__dict__.update(values)
    return error


class InputError(CachelifeError):
    """What the user gave cannot be used."""


class Unavailable(CachelifeError):
    """This machine or installation lacks something that the command needs."""


class UnknownName(InputError):
    """No *kind* (say, a scenario) has that *name*; names the nearest of the valid *names*."""

    def __init__(self, kind: Message, name: str, names: Sequence[str]) -> None:
        close = nearest(name, names)
        if close is None:
            text = Message(
                "there is no {kind} named “{name}”; there are: {names}",
                kind=kind,
                name=name,
                names=", ".join(names),
            )
        else:
            text = Message(
                "there is no {kind} named “{name}”; did you mean “{close}”?",
                kind=kind,
                name=name,
                close=close,
            )
        super().__init__(text)
        self.names = tuple(names)


class TraceError(InputError):
    """A trace file is damaged or is no trace; *line* is 1-based."""

    def __init__(self, file: str, line: int, message: Message) -> None:
        super().__init__(Message("{file}:{line}: {problem}", file=file, line=line, problem=message))
        self.file, self.line = file, line


@frozen
class Problem:
    """One thing wrong in a document: where (*line* and *column* 1-based), and what.

    *path* is the place in the document's own terms, such as ``$.phone.android``.
    """

    file: str
    line: int
    column: int
    path: str
    message: Message

    def as_message(self) -> Message:
        """The whole line, ``file:line:column: what (at path)``."""
        return Message(
            "{file}:{line}:{column}: {problem} (at {path})",
            file=self.file,
            line=self.line,
            column=self.column,
            problem=self.message,
            path=self.path,
        )


class DocumentError(InputError):
    """A document has problems: all of them, in the order of the file."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line, p.column)))
        super().__init__(
            Message("{problems}", problems="\n".join(str(p.as_message()) for p in self.problems))
        )
