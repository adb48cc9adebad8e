"""YAML text to a plain tree of dicts, lists and texts, with the place of everything in it.

Only the event stream of PyYAML is used.  Nothing is resolved, composed or constructed, so what a
hostile file can cost is bounded by the limits below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn, TypeAlias

import yaml
from attrs import define, evolve, field, frozen
from yaml.error import Mark, MarkedYAMLError

from simulator.documents.paths import Path, say_path
from simulator.documents.refusal import shown
from simulator.errors import Problem
from simulator.message import Message

__all__ = ["Leaf", "Place", "Reading", "Tree", "plain", "read", "read_scalar"]

MAX_BYTES = 1 << 20
MAX_DEPTH = 24
MAX_NODES = 50_000
MAX_SCALAR = 20_000

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Tree: TypeAlias = Any
"""A dict or list of trees, or a text."""


class Leaf(str):
    """The text of a scalar.

    *null*: other YAML readers take it for “no value”.  *unreadable*: it stands for something
    already reported, and nothing more is to be said about it.
    """

    __slots__ = ("null", "unreadable")

    null: bool
    unreadable: bool

    def __new__(cls, text: str, *, null: bool = False, unreadable: bool = False) -> Leaf:
        leaf = super().__new__(cls, text)
        leaf.null, leaf.unreadable = null, unreadable
        return leaf


@frozen
class Place:
    """A position in a file; *line* and *column* are 1-based and count characters."""

    file: str
    line: int = 1
    column: int = 1


@frozen
class Reading:
    """What was read: the tree, the places of its values and of its keys, and the problems.

    *complete* is false when reading stopped early, so that absent keys mean nothing.
    """

    tree: Tree
    values: Mapping[Path, Place]
    keys: Mapping[Path, Place]
    problems: tuple[Problem, ...] = ()
    complete: bool = True

    def place(self, path: Path, *, at_key: bool = False) -> Place:
        """Where *path* is written, or the nearest parent of it that is."""
        if at_key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place("<value>"))

    def problem(self, path: Path, message: Message, *, at_key: bool = False) -> Problem:
        place = self.place(path, at_key=at_key)
        return Problem(place.file, place.line, place.column, say_path(path), message)


def plain(tree: Tree) -> Tree:
    """A copy of *tree* made of nothing but `dict`, `list` and `str`."""
    if isinstance(tree, dict):
        return {str(key): plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [plain(value) for value in tree]
    return str(tree)


def read(text: str | bytes, file: str, *, loader: type[Any] = _LOADER) -> Reading:
    """Read one YAML document; never raises, every problem is in the `Reading`."""
    if len(text) > MAX_BYTES:
        return _too_large(file)
    decoded = _decoded(text, file) if isinstance(text, bytes) else text
    if isinstance(decoded, Reading):
        return decoded
    decoded = decoded.removeprefix("\ufeff")
    bad = _FORBIDDEN.search(decoded)
    if bad is not None:
        return _unread(_place_after(decoded[: bad.start()], file), _forbidden(bad[0]))
    # Only now is it certain that the text can be encoded at all.
    if len(decoded.encode("utf-8")) > MAX_BYTES:
        return _too_large(file)
    return _Reader(decoded, file, _events(decoded, loader)).read()


def _decoded(text: bytes, file: str) -> str | Reading:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start].decode("utf-8").removeprefix("\ufeff")
        byte = f"{text[error.start]:02X}"
        return _unread(
            _place_after(before, file), Message("not UTF-8 text: byte 0x{byte}", byte=byte)
        )


def _too_large(file: str) -> Reading:
    return _unread(Place(file), Message("the file is larger than 1 MiB, the most that is read"))


def read_scalar(text: str, file: str) -> Reading:
    """A reading whose whole tree is one scalar, taken as it stands (not as YAML)."""
    place = Place(file)
    problem = _scalar_problem(text)
    if problem is not None:
        return evolve(_unread(place, problem), complete=True)
    return Reading(Leaf(text), {(): place}, {})


def _unread(place: Place, message: Message) -> Reading:
    problem = Problem(place.file, place.line, place.column, "$", message)
    return Reading(Leaf("", unreadable=True), {(): place}, {}, (problem,), complete=False)


def _place_after(before: str, file: str) -> Place:
    breaks = list(_LINE_BREAK.finditer(before))
    column = len(before) - (breaks[-1].end() if breaks else 0)
    return Place(file, len(breaks) + 1, column + 1)


def _forbidden(char: str) -> Message:
    return Message("the character U+{code} is not allowed", code=f"{ord(char):04X}")


def _scalar_problem(text: str) -> Message | None:
    if len(text) > MAX_SCALAR:
        return Message(
            "a value of {length} characters; the most is {most}", length=len(text), most=MAX_SCALAR
        )
    # Escapes such as "\0" bring in what the file itself must not hold.
    bad = _FORBIDDEN.search(text)
    return None if bad is None else _forbidden(bad[0])


def _events(text: str, loader: type[Any]) -> Iterator[Any]:
    return iter(yaml.parse(text, Loader=loader))


class _Stop(Exception):
    """Reading cannot go on; the problem has been noted."""


@define
class _Reader:
    """Builds the tree of one document from its events, noting problems on the way."""

    text: str
    file: str
    events: Iterator[Any]
    problems: list[Problem] = field(factory=list)
    values: dict[Path, Place] = field(factory=dict)
    keys: dict[Path, Place] = field(factory=dict)
    nodes: int = 0
    at: Place = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.at = Place(self.file)

    def read(self) -> Reading:
        tree: Tree = Leaf("", unreadable=True)
        complete = True
        try:
            tree = self._document()
        except _Stop:
            complete = False
        self.values.setdefault((), Place(self.file))
        return Reading(tree, self.values, self.keys, tuple(self.problems), complete)

    def _document(self) -> Tree:
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            self._stop((), Message("the file is empty; expected a mapping of keys to values"))
        tree = self._node(self._next(), (), 1)
        self._next()
        if not isinstance(self._next(), yaml.StreamEndEvent):
            self._note((), Message("a second document begins here; a file holds only one"))
        return tree

    def _next(self) -> Any:
        try:
            event = next(self.events)
        except MarkedYAMLError as error:
            self._move(error.problem_mark)
            self._stop((), self._syntax_problem(error))
        except (yaml.YAMLError, ValueError, OverflowError) as error:
            # PyYAML's own scanner lets chr() fail on an escape such as "\UFFFFFFFF".
            self._stop((), Message("not valid YAML: {problem}", problem=shown(str(error))))
        self._move(event.start_mark)
        return event

    def _syntax_problem(self, error: MarkedYAMLError) -> Message:
        mark = error.problem_mark
        lines = _LINE_BREAK.split(self.text)
        here = lines[mark.line][mark.column :] if mark and mark.line < len(lines) else ""
        if here.startswith("\t"):
            return Message("a tab cannot indent YAML; use spaces")
        problem = (error.problem or str(error)).replace("\n", " ")
        return Message("not valid YAML: {problem}", problem=problem)

    def _move(self, mark: Mark | None) -> None:
        if mark is not None:
            self.at = Place(self.file, mark.line + 1, mark.column + 1)

    def _note(self, path: Path | None, message: Message) -> None:
        self.problems.append(
            Problem(self.file, self.at.line, self.at.column, say_path(path or ()), message)
        )

    def _stop(self, path: Path | None, message: Message) -> NoReturn:
        self._note(path, message)
        raise _Stop

    # Below, a path of None is a value that is read only to be checked: it is not in the tree.

    def _node(self, event: Any, path: Path | None, depth: int) -> Tree:
        self._count(path)
        if path is not None:
            self.values[path] = self.at
        if isinstance(event, yaml.AliasEvent):
            self._note(
                path,
                Message(
                    "aliases (“*{name}”) are not read; write the value out",
                    name=shown(str(event.anchor)),
                ),
            )
            return Leaf("", unreadable=True)
        self._refuse_properties(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if depth > MAX_DEPTH:
            self._stop(path, Message("nested deeper than {most} levels", most=MAX_DEPTH))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _count(self, path: Path | None) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._stop(path, Message("more than {most} values and keys", most=MAX_NODES))

    def _refuse_properties(self, event: Any, path: Path | None) -> None:
        if event.anchor is not None:
            self._note(
                path,
                Message(
                    "anchors (“&{name}”) are not read; write the value out",
                    name=shown(str(event.anchor)),
                ),
            )
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._note(
                path, Message("tags (“{tag}”) are not read; write the value out", tag=shown(tag))
            )

    def _scalar(self, event: Any, path: Path | None) -> Leaf:
        problem = _scalar_problem(event.value)
        if problem is not None:
            self._note(path, problem)
            return Leaf("", unreadable=True)
        return Leaf(event.value, null=not event.style and event.value in _NULLS)

    def _sequence(self, path: Path | None, depth: int) -> list[Tree]:
        items: list[Tree] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            inner = None if path is None else (*path, len(items))
            items.append(self._node(event, inner, depth + 1))
        return items

    def _mapping(self, path: Path | None, depth: int) -> dict[str, Tree]:
        entries: dict[str, Tree] = {}
        seen: dict[str, Place] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            place = self.at
            key = self._key(event, path, seen, depth)
            inner = None if path is None or key is None else (*path, key)
            if inner is not None:
                self.keys[inner] = place
            value = self._node(self._next(), inner, depth + 1)
            if key is not None:
                entries[key] = value
        return entries

    def _key(self, event: Any, path: Path | None, seen: dict[str, Place], depth: int) -> str | None:
        """The key that *event* begins, or None when its value has to be left out."""
        if not isinstance(event, yaml.ScalarEvent):
            self._note(path, Message("a key must be plain text"))
            self._node(event, None, depth + 1)
            return None
        place = self.at
        key = self._node(event, None, depth + 1)
        if key.unreadable:
            return None
        inner = None if path is None else (*path, str(key))
        if key == "<<" and not event.style:
            self._note(inner, Message("merge keys (“<<”) are not read; write the values out"))
            return None
        if not key:
            self._note(path, Message("a key is missing before the colon"))
            return None
        if key in seen:
            self._note(
                inner,
                Message(
                    "the key “{key}” is here twice; it was first on line {line}",
                    key=shown(key),
                    line=seen[key].line,
                ),
            )
            return None
        seen[key] = place
        return str(key)
