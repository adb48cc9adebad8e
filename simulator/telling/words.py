"""The two languages: says a :class:`~simulator.message.Message` in English or Chinese.

English sentences are the keys of the gettext catalogue ``locale/zh_CN``; a test keeps the two in
step.  Names and paths from outside are shown, never interpreted: control characters and marks that
turn the direction of writing are made visible.
"""

from __future__ import annotations

import re
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from typing import Any, Literal

from attrs import frozen

from simulator.documents import Localized
from simulator.message import Message

Lang = Literal["en", "zh-CN"]
LANGS: tuple[Lang, ...] = ("en", "zh-CN")
_CATALOGUES = {"zh-CN": "zh_CN"}
#: C0 and C1 controls (but tab and newline), bidi controls, line separators, lone surrogates.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


@frozen
class Words:
    """One language: *say* gives a sentence in it."""

    lang: Lang
    _catalogue: NullTranslations

    def say(self, template: str | Message, /, **values: Any) -> str:
        """The sentence in this language, with its values filled in."""
        if isinstance(template, Message):
            values = dict(template.values)
            template = template.template
        text = self._catalogue.gettext(template) if template else ""
        return text.format(**{name: self.show(value) for name, value in values.items()})

    def many(self, one: str, more: str, number: int, /, **values: Any) -> str:
        """A sentence about *number* things, which both templates may name as ``{number}``."""
        text = self._catalogue.ngettext(one, more, number)
        shown = {name: self.show(value) for name, value in values.items()}
        return text.format(number=number, **shown)

    def show(self, value: Any) -> Any:
        """A value as it may be printed in this language."""
        if isinstance(value, Message):
            return self.say(value)
        if isinstance(value, Localized):
            return self.of(value)
        return visible(value) if isinstance(value, str) else value

    def of(self, text: Localized) -> str:
        """This language's side of a text that has both."""
        return text.en if self.lang == "en" else text.zh_CN


def visible(text: str) -> str:
    """*text* with every character that could change what a terminal or page shows made visible."""
    return _UNSAFE.sub(lambda match: f"\\u{{{ord(match[0]):x}}}", text)


def one_line(text: str) -> str:
    """*text* with its line breaks and tabs made visible, so that it cannot pass for other lines."""
    return text.replace("\n", "\\n").replace("\t", "\\t")


@cache
def words(lang: Lang) -> Words:
    """The words of that language."""
    if lang == "en":
        return Words(lang, NullTranslations())
    folder = files("simulator.telling") / "locale" / _CATALOGUES[lang] / "LC_MESSAGES"
    with (folder / "cachelife.mo").open("rb") as file:
        return Words(lang, GNUTranslations(file))
