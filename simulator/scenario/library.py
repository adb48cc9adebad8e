"""The shipped scenarios, and how a scenario is found and read.

In a wheel the library lies inside the package; in a checkout it is the folder ``scenarios/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from attrs import evolve

from simulator.documents import Document, load, read_bytes
from simulator.errors import DocumentError, InputError, UnknownName
from simulator.message import Message
from simulator.scenario.family import check, check_assumptions, first_values
from simulator.scenario.model import Scenario
from simulator.watchers import library as watchers


@cache
def folder() -> Traversable:
    """The folder that holds the shipped scenarios."""
    packaged = files("simulator.scenario") / "library"
    if packaged.is_dir():
        return packaged
    return Path(__file__).resolve().parents[2] / "scenarios"


@cache
def shipped() -> Mapping[str, Traversable]:
    """Every shipped scenario by its id, in the order of their groups."""
    return {
        file.name[:-5]: file
        for group in sorted(folder().iterdir(), key=lambda entry: entry.name)
        if group.is_dir()
        for file in sorted(group.iterdir(), key=lambda entry: entry.name)
        if file.name.endswith(".yaml")
    }


def groups() -> tuple[str, ...]:
    """The groups of the library that hold scenarios."""
    return tuple(
        sorted(
            entry.name
            for entry in folder().iterdir()
            if entry.is_dir() and any(file.name.endswith(".yaml") for file in entry.iterdir())
        )
    )


def group(name: str) -> tuple[str, ...]:
    """The ids of the scenarios in the group of that name; empty where there is no such group."""
    if name not in groups():
        return ()
    return tuple(
        sorted(
            file.name[:-5] for file in (folder() / name).iterdir() if file.name.endswith(".yaml")
        )
    )


def read(name: str) -> Document[Scenario]:
    """The scenario that *name* means: a file, or the id of a shipped one (with or without group).

    Raises :class:`DocumentError` where the file has problems and :class:`UnknownName` where there
    is neither such a file nor such a scenario.
    """
    text, file = source(name)
    return prepared(load(text, Scenario, file=file))


def source(name: str) -> tuple[bytes, str]:
    """The text of the scenario that *name* means, and the name of its file in messages.

    Raises as :func:`read` does.
    """
    path = Path(name)
    if path.is_dir():
        raise InputError(Message("{file} is a folder; expected a scenario's file or id", file=name))
    if path.suffix in {".yaml", ".yml"} or path.is_file():
        return read_bytes(path), str(path)
    found = shipped().get(name.rpartition("/")[2])
    if found is None:
        raise UnknownName(Message("scenario"), name, list(shipped()))
    return found.read_bytes(), found.name


def read_file(path: Path) -> Document[Scenario]:
    """The scenario in a file."""
    text = read_bytes(path)
    return prepared(load(text, Scenario, file=str(path)))


def prepared(document: Document[Scenario]) -> Document[Scenario]:
    """The document with every assumption's first value in its place, checked as a whole."""
    values = {
        path: text
        for path, text in first_values(document.value).items()
        if _written(document.tree, path) != text
    }
    if values:
        check_assumptions(document)
        document = document.with_text(values, origin="assumed")
    document = equipped(document)
    check(document)
    return document


def equipped(document: Document[Scenario]) -> Document[Scenario]:
    """The document with the rule of a watcher that is a file of its own.

    Its name is relative to the scenario's file, or to where one stands if it came by ``--set``.
    Raises :class:`DocumentError` where that file cannot be read, or has problems.
    """
    spec = document.value.watcher
    if not watchers.is_file(spec.rule):
        return document
    written_in = document.problem("$.watcher.rule", Message("")).file
    beside = None if written_in.startswith("--set") else Path(document.file).parent
    try:
        rule = watchers.read(spec.rule, beside)
    except DocumentError:
        raise
    except InputError as error:
        raise DocumentError([document.problem("$.watcher.rule", error.message)]) from None
    watcher = evolve(spec, custom=rule)
    return evolve(document, value=evolve(document.value, watcher=watcher))


def _written(tree: Any, path: str) -> Any:
    for part in path.split("."):
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def group_of(name: str) -> str:
    """The group (``lessons``, ``incidents``, ...) that a shipped scenario belongs to."""
    for group in folder().iterdir():
        if group.is_dir() and any(entry.name == f"{name}.yaml" for entry in group.iterdir()):
            return group.name
    raise UnknownName(Message("scenario"), name, list(shipped()))
