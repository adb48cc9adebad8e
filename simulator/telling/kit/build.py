"""The files of a kit but its figures: every text, in both languages, guarded against words that
judge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import frozen

from simulator.message import Message
from simulator.telling.claims import as_values
from simulator.telling.kit.check import check
from simulator.telling.kit.facts import Facts
from simulator.telling.kit.faq import faq
from simulator.telling.kit.forbidden import guard
from simulator.telling.kit.limits import limits
from simulator.telling.kit.page import Page, in_both, plain
from simulator.telling.kit.pages import pages
from simulator.telling.kit.publish import publish
from simulator.telling.kit.statement import statement
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.result import as_json
from simulator.telling.words import LANGS, Lang, Words, words
from simulator.trace.jsonl import dumps

#: Folder and index of the figures.
FIGURES, INDEX = "figures", "figures/index.md"
#: The pages that exist in each language, by their names without it.
PAGES: Mapping[str, Callable[[Facts, Words], str]] = {
    "statement": statement,
    "faq": faq,
    "check-your-phone": check,
    "publish-this-evidence": publish,
    "limits": limits,
}
#: Chinese first: these pages are mostly read there.
ORDER: tuple[Lang, ...] = tuple(reversed(LANGS))


@frozen
class Shown:
    """A figure in one size: its *stem*, and its finding by language; or why it was *left_out*."""

    stem: str
    titles: Mapping[str, str]
    left_out: Message | None = None


def texts(facts: Facts, shown: Sequence[Shown] = ()) -> dict[str, str]:
    """Every text of the kit by its path, but for the scenario itself and the manifest.

    Raises :class:`Judging` where a page has a word that judges.
    """
    speakers = facts.speakers()
    out = {
        f"{name}.{lang}.md": page(facts, words(lang))
        for name, page in PAGES.items()
        for lang in ORDER
    }
    out["README.md"] = readme(facts)
    out[INDEX] = index(facts, shown)
    for path, text in out.items():
        guard(path, text, speakers)
    out["claims.json"] = as_json(as_values(facts.sheet)) + "\n"
    out["trace.jsonl"] = dumps(facts.material.trace)
    return out


def readme(facts: Facts) -> str:
    """What each file is, and how to check them all: in both languages on one page."""
    lines = [f"# {in_both()}", ""]
    for lang in ORDER:
        page = Page(words(lang))
        scenario = facts.material.scenario
        page.heading(page.words.of(scenario.title))
        page.table((Message("name"), Message("what it is")), _listed(page.words))
        page.paragraph(
            [
                Message("To check all of it, run “{command}” here.", command="cachelife verify ."),
                Message(
                    "That compares every file with the MANIFEST, runs the scenario anew and"
                    " compares what comes of it."
                ),
            ]
        )
        page.foot(facts)
        lines += [*page.lines, ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _listed(speak: Words) -> Iterator[tuple[str, str]]:
    for name, what in pages().files.items():
        shown = f"{name}.{speak.lang}.md" if name in PAGES else name
        yield shown, speak.of(what)


def index(facts: Facts, shown: Sequence[Shown]) -> str:
    """The figures with their findings, and those that were left out with the reason."""
    lines = [f"# {in_both()}", ""]
    for lang in ORDER:
        page = Page(words(lang))
        page.heading(Message("Figures"))
        page.table(
            (Message("name"), Message("what it shows")),
            [(f"{one.stem}.{lang}.svg", one.titles[lang]) for one in shown if one.titles],
        )
        out = [(one.stem, one.left_out) for one in shown if one.left_out is not None]
        if out:
            page.heading(Message("Left out, and why"), 3)
            page.table((Message("figure"), Message("why")), out)
        page.paragraph(
            [
                Message(
                    "Each is there as SVG, PNG and PDF, with a text beside it for those who do not"
                    " see it."
                )
            ]
        )
        page.bullets(LIMITS[:PUBLIC])
        lines += page.lines
    about = plain(facts.material.scenario.id)
    return "\n".join([*lines, about]) + "\n"
