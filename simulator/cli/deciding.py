"""``cachelife could decide`` and ``could explain``."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
from attrs import frozen

from simulator.android import versions
from simulator.android.permissions.alternatives import alternatives
from simulator.android.permissions.caller import PERMISSIONS, Caller
from simulator.android.permissions.cases import (
    LEVELS,
    OPS,
    URI_KINDS,
    VIAS,
    question_about,
    read_cases,
)
from simulator.errors import InputError, UnknownName
from simulator.message import Message
from simulator.telling.proof import decision_line, decision_values, proof, proof_values
from simulator.telling.result import as_json
from simulator.telling.words import Words


def read_json(file: Path) -> object:
    """What a JSON file holds; raises :class:`InputError` with the place of what is no JSON."""
    try:
        return jsonlib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Message("{file}: {problem}", file=str(file), problem=reason)) from None
    except UnicodeDecodeError:
        raise InputError(Message("{file}: not text in UTF-8", file=str(file))) from None
    except jsonlib.JSONDecodeError as error:
        raise InputError(
            Message(
                "{file}:{line}:{column}: no JSON ({problem})",
                file=str(file),
                line=error.lineno,
                column=error.colno,
                problem=error.msg,
            )
        ) from None
    except RecursionError:
        raise InputError(Message("{file}: nested too deeply", file=str(file))) from None


def decide_file(file: Path, json: bool, words: Words) -> int:
    """Print what the model rules on every case of *file*; gives the exit code.

    As JSON: a list in the order of the file, each with the case's ``id`` and the fields of
    :func:`~simulator.telling.proof.decision_values`.
    """
    cases = read_cases(read_json(file), str(file))
    if json:
        typer.echo(as_json([{"id": c.id, **decision_values(c.decision())} for c in cases]))
    else:
        for case in cases:
            typer.echo(decision_line(case.id, case.decision(), words))
    return 0


@frozen
class Asked:
    """What ``could explain`` was asked, in the words of its options."""

    path: str
    android: str
    target: int | None
    granted: Sequence[str]
    via: str
    op: str
    legacy: bool | None
    kept_legacy: bool
    gallery: bool
    own: bool
    uri_kind: str
    selected: bool


def explain(asked: Asked, json: bool, words: Words) -> int:
    """Print one decision as a proof, and what would change it; gives the exit code."""
    question = question_about(_row(asked), _caller(asked))
    decision, others = question.decision(), alternatives(question)
    if json:
        typer.echo(as_json(proof_values(question, decision, others)))
    else:
        typer.echo(proof(question, decision, others, words), nl=False)
    return 0


def _row(asked: Asked) -> dict[str, Any]:
    known: list[tuple[Message, str, Sequence[str]]] = [
        (Message("route"), asked.via, tuple(VIAS)),
        (Message("operation"), asked.op, tuple(OPS)),
        (Message("kind of uri"), asked.uri_kind, tuple(URI_KINDS)),
    ]
    for kind, name, names in known:
        if name not in names:
            raise UnknownName(kind, name, names)
    return {
        "path": asked.path,
        "via": asked.via,
        "op": asked.op,
        "owner": "self" if asked.own else "other",
        "uri_kind": asked.uri_kind,
        "selected": asked.selected,
        "user_pick": "not-yet",
    }


def _caller(asked: Asked) -> Caller:
    api = versions.API.get(asked.android)
    if api is None:
        raise UnknownName(Message("Android version"), asked.android, tuple(versions.API))
    granted = [p.removeprefix("android.permission.") for g in asked.granted for p in g.split(",")]
    for name in granted:
        if name not in PERMISSIONS:
            raise UnknownName(Message("permission"), name, PERMISSIONS)
    if asked.target is not None and not 1 <= asked.target <= LEVELS[1]:
        raise InputError(
            Message(
                "{name} expects a whole number from {least} to {most}; got “{got}”",
                name="--target",
                least=1,
                most=LEVELS[1],
                got=asked.target,
            )
        )
    return Caller(
        api=api,
        target_sdk=asked.target or api,
        granted=frozenset(granted),
        legacy_flag=asked.legacy,
        preserve_legacy=asked.kept_legacy,
        upgraded=asked.kept_legacy,
        system_gallery=asked.gallery,
    )
