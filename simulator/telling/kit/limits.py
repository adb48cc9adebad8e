"""What the model knows nothing of: all of it, on one page."""

from __future__ import annotations

from simulator.message import Message
from simulator.telling.factors import about
from simulator.telling.kit.facts import Facts
from simulator.telling.kit.page import in_both, plain, titled
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.words import Words


def limits(facts: Facts, speak: Words) -> str:
    """The limits in one language; the first are those of every public text."""
    page = titled(facts, speak, Message("Limits"))
    page.paragraph([Message("These hold for every page of this folder, and stand on each:")])
    page.lines += [f"{n}. {plain(speak.say(text))}" for n, text in enumerate(LIMITS[:PUBLIC], 1)]
    page.lines.append("")
    page.paragraph([Message("And these, for the model as a whole:")])
    rest = enumerate(LIMITS[PUBLIC:], PUBLIC + 1)
    page.lines += [f"{n}. {plain(speak.say(text))}" for n, text in rest]
    page.lines.append("")
    scenario, seed = facts.material.scenario, facts.material.seed
    page.lines += [plain(about(scenario, seed, speak)), "", in_both()]
    return page.text()
