"""Sentences that can be said in both languages.

Code left of the telling writes its sentences in English, as templates with named values; the
template is the key of the translation.  ``str(message)`` is English; :mod:`simulator.telling.words`
says the same message in Chinese.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import field, frozen


@frozen(init=False)
class Message:
    """One sentence: an English *template* in `str.format` style and the *values* it names.

    A value may be a message itself; it is then said in the same language.
    """

    template: str
    values: Mapping[str, Any] = field(hash=False)

    def __init__(self, template: str, /, **values: Any) -> None:
        self.__attrs_init__(template, MappingProxyType(values))

    def __reduce__(self) -> tuple[Any, ...]:
        # Its values are a view, which no process can send to another.
        return _of, (self.template, dict(self.values))

    def __str__(self) -> str:
        return self.template.format(**self.values)


def _of(template: str, values: dict[str, Any]) -> Message:
    return Message(template, **values)
