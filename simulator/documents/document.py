"""A document that has been read: its value, its tree and the places of everything in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar, cast

import attrs
from attrs import evolve, field, frozen

from simulator.documents.annotations import (
    bare,
    is_mapping,
    is_tuple,
    keys_of,
    part_type,
)
from simulator.documents.paths import Path, PathPart, parse_path, say_path
from simulator.documents.reading import MAX_DEPTH, Place, Reading, Tree, plain, read, read_scalar
from simulator.documents.refusal import closest, message_of, shown
from simulator.documents.structuring import structured
from simulator.errors import DocumentError, Problem
from simulator.message import Message

__all__ = ["Document", "load"]

T = TypeVar("T")


def load(text: str | bytes, cls: type[T], *, file: str) -> Document[T]:
    """Read one YAML document into attrs class *cls*; *file* is its name in messages.

    Raises `DocumentError` with every problem of the document.
    """
    return _document(read(text, file), cls, file)


def _document(reading: Reading, cls: type[T], file: str) -> Document[T]:
    value, problems = structured(reading, cls) if reading.complete else (None, [])
    if reading.problems or problems:
        raise DocumentError([*reading.problems, *problems])
    return Document(cast(T, value), file, plain(reading.tree), cls, reading)


@frozen
class Document(Generic[T]):
    """A document without problems.

    *tree* is what was written, as plain dicts, lists and texts; changing it changes nothing else.
    """

    value: T
    file: str
    tree: Tree = field(repr=False)
    _cls: type[T] = field(repr=False)
    _reading: Reading = field(repr=False, eq=False)

    def place(self, path: str) -> tuple[int, int]:
        """The line and column (1-based) of the value at *path*, or of its nearest parent."""
        try:
            parts = parse_path(path)
        except ValueError:
            parts = ()
        place = self._reading.place(tuple(part.name for part in parts))
        return place.line, place.column

    def problem(self, path: str, message: Message) -> Problem:
        """A problem with the value at *path*, where that was written: the file, or a ``--set``."""
        try:
            parts = parse_path(path)
        except ValueError:
            parts = ()
        where = self._reading.problem(tuple(part.name for part in parts), message)
        return evolve(where, path=path)

    def with_text(self, values: Mapping[str, str], *, origin: str = "--set") -> Document[T]:
        """A copy in which each path of *values* has the given text, structured anew.

        A text that begins with ``[`` or ``{`` is YAML in flow style; any other is a scalar, taken
        as it stands.  Raises `DocumentError`; the file of such problems is ``{origin} {path}``.
        """
        reading, problems = self._reading, list[Problem]()
        for path, text in values.items():
            reading, found = _with_text(reading, self._cls, path, text, f"{origin} {path}")
            problems += found
        if problems:
            _, others = structured(reading, self._cls)
            raise DocumentError([*problems, *others])
        return _document(reading, self._cls, self.file)


def _with_text(
    reading: Reading, cls: Any, written: str, text: str, file: str
) -> tuple[Reading, tuple[Problem, ...]]:
    """*reading* with one text set, or as it was together with the problems."""
    try:
        parts = _parts(written)
    except ValueError as error:
        return reading, (Problem(file, 1, 1, "$", message_of(error)),)
    wrong = _wrong_part(reading.tree, cls, parts)
    if wrong is not None:
        at, message = wrong
        here = say_path(tuple(part.name for part in parts[: at + 1]))
        return reading, (Problem(file, 1, parts[at].column, here, message),)
    path = tuple(part.name for part in parts)
    reading = _spelled_out(reading, cls, path)
    new = read(text, file) if text.startswith(("[", "{")) else read_scalar(text, file)
    if new.problems:
        return reading, tuple(evolve(problem, path=say_path(path)) for problem in new.problems)
    return _grafted(reading, path, new), ()


def _spelled_out(reading: Reading, cls: Any, path: Path) -> Reading:
    """*reading* with each shorthand on the way to *path* written as the mapping it stands for."""
    type_, tree = cls, reading.tree
    for length, name in enumerate(path):
        shorthand = getattr(bare(type_), "SHORTHAND", None)
        if shorthand is not None and isinstance(tree, str):
            at, tree = path[:length], {shorthand: tree}
            values = {**reading.values, (*at, shorthand): reading.place(at)}
            reading = Reading(_replaced(reading.tree, at, tree), values, reading.keys)
        type_ = part_type(type_, name)
        known = isinstance(tree, dict) or (isinstance(tree, list) and isinstance(name, int))
        tree = (tree.get(name) if isinstance(tree, dict) else tree[name]) if known else None
    return reading


def _parts(written: str) -> tuple[PathPart, ...]:
    parts = parse_path(written)
    if not parts:
        raise ValueError(Message("expected a path such as “phone.stack” before the value"))
    if len(parts) > MAX_DEPTH:
        raise ValueError(Message("a path has at most {most} parts", most=MAX_DEPTH))
    return parts


def _wrong_part(tree: Tree, cls: Any, parts: tuple[PathPart, ...]) -> tuple[int, Message] | None:
    """The index of the first of *parts* that cannot be, and why; None if all can."""
    type_ = cls
    for at, part in enumerate(parts):
        message = _refuse_part(tree, type_, part.name)
        if message is not None:
            return at, message
        type_ = part_type(type_, part.name)
        if isinstance(tree, list) and isinstance(part.name, int):
            tree = tree[part.name]
        else:
            tree = tree.get(part.name) if isinstance(tree, dict) else None
    return None


def _refuse_part(tree: Tree, type_: Any, name: str | int) -> Message | None:
    inner = bare(type_)
    if is_tuple(inner):
        return _refuse_item(tree, name)
    if isinstance(name, int):
        return Message("there is no list here, so no item [{index}]", index=name)
    if not is_mapping(inner) and not attrs.has(inner):
        return Message("a single value is here, without a part “{name}”", name=shown(name))
    if isinstance(tree, list) or (isinstance(tree, str) and not hasattr(inner, "SHORTHAND")):
        return Message("no mapping is here, so no part “{name}”", name=shown(name))
    if is_mapping(inner) or part_type(inner, name) is not None:
        return None
    return _unknown_part(name, tuple(key.name for key in keys_of(inner)))


def _refuse_item(tree: Tree, name: str | int) -> Message | None:
    count = len(tree) if isinstance(tree, list) else 0
    if isinstance(name, int) and name < count:
        return None
    if count == 0:
        return Message("the list here has no items; set the whole list, such as “[...]”")
    if isinstance(name, str):
        return Message(
            "a list is here; write an item as “[0]” to “[{last}]”, not “{name}”",
            last=count - 1,
            name=shown(name),
        )
    return Message(
        "there is no item [{index}]; the last item is [{last}]", index=name, last=count - 1
    )


def _unknown_part(name: str, names: Iterable[str]) -> Message:
    names = tuple(names)
    close = closest(name, names)
    if close is None:
        return Message(
            "unknown part “{name}”; valid parts: {names}", name=shown(name), names=", ".join(names)
        )
    return Message("unknown part “{name}”; did you mean “{close}”?", name=shown(name), close=close)


def _grafted(reading: Reading, path: Path, new: Reading) -> Reading:
    """*reading* with the tree and the places of *new* at *path*."""
    size = len(path)

    def outside(places: Mapping[Path, Place]) -> dict[Path, Place]:
        return {at: place for at, place in places.items() if at[:size] != path}

    values, keys = outside(reading.values), outside(reading.keys)
    # Mappings that exist only because of this path are placed where the path was given.
    for length in range(size):
        values.setdefault(path[:length], new.values[()])
    values |= {path + at: place for at, place in new.values.items()}
    keys |= {path + at: place for at, place in new.keys.items()}
    return Reading(_replaced(reading.tree, path, new.tree), values, keys)


def _replaced(tree: Tree, path: Path, new: Tree) -> Tree:
    """A copy of *tree* with *new* at *path*; parts beside the path are shared."""
    if not path:
        return new
    first, *rest = path
    if isinstance(first, int):
        return [
            _replaced(item, tuple(rest), new) if index == first else item
            for index, item in enumerate(tree)
        ]
    entries = dict(tree or {})
    entries[first] = _replaced(entries.get(first), tuple(rest), new)
    return entries
