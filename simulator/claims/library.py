"""The shipped propositions, statements and questions, and how a file of one's own is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from attrs import frozen

from simulator.claims.grammar import (
    PARTS,
    Claim,
    Part,
    Proposition,
    Propositions,
    Question,
    Questions,
    Statement,
    Statements,
    problems,
)
from simulator.claims.names import FILE
from simulator.documents import Document, load, read_bytes
from simulator.errors import DocumentError, Problem
from simulator.message import Message
from simulator.watchers.rule import Rule, Wording

T = TypeVar("T", Statements, Questions, Propositions)


@frozen
class Worded:
    """What the notices of one rule can say: its wordings, and each part as a claim."""

    watcher: str
    wordings: tuple[Wording, ...]
    parts: tuple[Claim, ...]


@cache
def propositions() -> Mapping[str, Proposition]:
    """Every named proposition."""
    return {p.id: p for p in _shipped(FILE, Propositions).propositions}


@cache
def statements() -> tuple[Statement, ...]:
    """Every shipped statement."""
    return _shipped("statements.yaml", Statements).statements


@cache
def questions() -> tuple[Question, ...]:
    """What people asked, in the order of the dossier."""
    return _shipped("questions.yaml", Questions).questions


def belonging(scenario: str | None) -> tuple[Statement, ...]:
    """The statements about that scenario, and those about every case."""
    return tuple(s for s in statements() if not s.of or scenario in s.of)


def read(path: Path) -> tuple[Statement, ...]:
    """The statements in a file of one's own.

    Raises :class:`DocumentError` with every problem of the file, and :class:`InputError` where it
    cannot be read.
    """
    text = read_bytes(path)
    return _sound(load(text, Statements, file=str(path))).value.statements


def worded(rule: Rule) -> Worded:
    """What the notices of that rule say, part by part; that it was the original no wording says."""
    wordings = rule.notice.wordings if rule.notice is not None else ()
    claims = rule.notice.claims if rule.notice is not None else ()
    return Worded(rule.id, wordings, parts(rule.id, claims))


def parts(watcher: str, claims: Sequence[str]) -> tuple[Claim, ...]:
    """A claim for each of those parts of a notice of that watcher, and for what readers add."""
    return tuple(
        Claim(
            id=f"{watcher}-{name}",
            says=(Part(who="phone", did="says", part=name, watcher=watcher),),
        )
        for name in PARTS
        if name in claims or name == PARTS[-1]
    )


# -- reading -----------------------------------------------------------------------------------


def _shipped(name: str, cls: type[T]) -> T:
    text = (files("simulator.claims") / name).read_bytes()
    return _sound(load(text, cls, file=name)).value


def _sound(document: Document[T]) -> Document[T]:
    found = list(_problems(document))
    if found:
        raise DocumentError(found)
    return document


def _problems(document: Document[T]) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for path, claim in _claims(document.value):
        for inside, message in problems(claim):
            yield document.problem(path + inside, message)
        seen[claim.id] += 1
        if seen[claim.id] == 2:
            message = Message("the id “{id}” is here twice", id=claim.id)
            yield document.problem(f"{path}.id", message)


def _claims(value: Statements | Questions | Propositions) -> Iterator[tuple[str, Claim]]:
    if isinstance(value, Questions):
        yield from ((f"$.questions[{i}]", q) for i, q in enumerate(value.questions))
    elif isinstance(value, Propositions):
        yield from ((f"$.propositions[{i}]", p) for i, p in enumerate(value.propositions))
    else:
        for i, statement in enumerate(value.statements):
            for j, sentence in enumerate(statement.sentences):
                yield f"$.statements[{i}].sentences[{j}]", sentence
