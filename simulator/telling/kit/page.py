"""A page of a kit: Markdown, in one language, with what stands on every public text at its foot."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import define, field

from simulator.documents import Localized
from simulator.message import Message
from simulator.telling.factors import about
from simulator.telling.kit.facts import Facts
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.words import LANGS, Words, one_line, words

#: Quotation marks within others.
_INNER = str.maketrans("“”", "‘’")
#: What a reader of Markdown would take for more than a letter.
_MARKS = re.compile(r"[`<]|\](?=\()")


def plain(text: str) -> str:
    """*text* in one line, so that nothing in it is taken for markup."""
    return _MARKS.sub(lambda match: "\\" + match[0], one_line(text))


def inner(text: Localized) -> Localized:
    """A text that is to stand in quotation marks: its own are the inner ones."""
    return Localized(*(side.translate(_INNER) for side in (text.en, text.zh_CN)))


def in_both() -> str:
    """The line that stands on every public text, in both languages."""
    kind = Message("A model, not evidence.")
    return " / ".join(words(lang).say(kind) for lang in reversed(LANGS))


@define
class Page:
    """Lines of Markdown; a paragraph, heading, list or table ends with an empty line."""

    words: Words
    lines: list[str] = field(factory=list)

    def say(self, message: str | Message) -> str:
        """A message in the page's language."""
        return message if isinstance(message, str) else self.words.say(message)

    def heading(self, message: str | Message, level: int = 2) -> None:
        """A heading."""
        self.lines += [f"{'#' * level} {plain(self.say(message))}", ""]

    def paragraph(self, sentences: Iterable[str | Message]) -> None:
        """A paragraph of whole sentences; none where there are none."""
        text = self.joined(sentences)
        if text:
            self.lines += [text, ""]

    def joined(self, sentences: Iterable[str | Message]) -> str:
        """Sentences one after another."""
        text = ""
        for sentence in sentences:
            # Chinese sentences follow each other without a space, but after the number of a record.
            apart = text and (self.words.lang == "en" or text[-1].isascii())
            text += f"{' ' if apart else ''}{plain(self.say(sentence))}"
        return text

    def bullets(self, items: Iterable[str | Message]) -> None:
        """A list, or more of the one before."""
        found = [f"- {plain(self.say(item))}" for item in items]
        if found:
            if len(self.lines) > 1 and self.lines[-2].startswith("- "):
                self.lines.pop()
            self.lines += [*found, ""]

    def table(self, head: Sequence[str | Message], rows: Iterable[Sequence[str | Message]]) -> None:
        """A table."""
        body = [[self._cell(cell) for cell in row] for row in rows]
        if body:
            top = [self._cell(cell) for cell in head]
            for row in (top, ["---"] * len(top), *body):
                self.lines.append(f"| {' | '.join(row)} |")
            self.lines.append("")

    def _cell(self, cell: str | Message) -> str:
        return plain(self.say(cell)).replace("|", "\\|")

    def foot(self, facts: Facts) -> None:
        """What stands on every public text: the first limits, and which scenario this is of."""
        self.heading(Message("What holds for every page of this folder"))
        self.bullets(LIMITS[:PUBLIC])
        self.lines += [plain(about(facts.material.scenario, facts.material.seed, self.words)), ""]
        self.lines += [in_both()]

    def text(self) -> str:
        """The page."""
        return "\n".join(self.lines) + "\n"


def titled(facts: Facts, speak: Words, title: Message) -> Page:
    """A page that begins with *title*, what it is of, and what kind of thing it is."""
    page = Page(speak)
    page.heading(title, 1)
    page.lines += [f"**{in_both()}**", ""]
    page.paragraph([speak.of(facts.material.scenario.title)])
    for change in facts.changes:
        page.paragraph(
            [Message("Changed by hand, so the title may not fit: {change}", change=change)]
        )
    return page
