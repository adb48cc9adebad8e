"""Recorded decisions: one case of a file of cases as a question to the model.

The fields are those of the recorded truth (``simulator/truth/permissions.json``).  ``path`` is as
an app writes it, ``via`` is ``file``, ``mediastore``, ``mediastore-request``, ``saf`` or
``photo-picker``, ``owner`` is ``self``, ``other``, ``system-camera`` or ``none``.  Fields that are
absent or null: nothing granted; no flag in the manifest; nobody owns the row; a row exists
(``listed``), except for what is to be created; an item uri; one uri; not selected; no grant;
through SAF and the Photo Picker the user has chosen the file (``user_pick``: yes, no, not-yet); a
dialog has not been answered; the target of a rename (``to``) is free (``to_exists``, ``to_owner``).
What is a folder is guessed from the path, unless ``directory`` says: folders that every phone has
and, except for a delete, names in shared storage without an extension.  A folder whose owner is
another app holds files of others (``holds_foreign``).
"""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any, TypeVar

from attrs import evolve, frozen

from simulator.android import versions
from simulator.android.paths import canonical
from simulator.android.permissions.caller import PERMISSIONS, Caller
from simulator.android.permissions.decision import Decision, Route, Verb
from simulator.android.permissions.item import (
    Item,
    UriKind,
    known_folder,
    looks_like_folder,
    traits,
)
from simulator.android.permissions.question import Question
from simulator.errors import InputError, nearest
from simulator.message import Message

T = TypeVar("T")
VIAS: Mapping[str, Route] = {
    "file": "path",
    "mediastore": "mediastore",
    "mediastore-request": "request",
    "saf": "saf",
    "photo-picker": "picker",
    # The names that scenarios and traces have for the same routes.
    "path": "path",
    "request": "request",
    "picker": "picker",
}
OPS: Mapping[str, Verb] = {
    "delete": "delete",
    "list": "list",
    "create": "create",
    "read": "read",
    "write": "write",
    "rename": "rename",
    "trash": "trash",
    "favorite": "favorite",
    "mkdir": "mkdir",
    "rmdir": "rmdir",
}
OWNERS = ("self", "other", "system-camera", "none")
URI_KINDS: Mapping[str, UriKind] = {
    "item": "item",
    "files-item": "files-item",
    "downloads-item": "files-item",
    "collection": "collection",
}
#: The package that asks where a case does not name one.
PACKAGE = "com.example.app"
_ANSWERS: Mapping[str, bool] = {"allow": True, "deny": False}
_PICKS: Mapping[str, bool | None] = {"yes": True, "no": False, "not-yet": None}
#: What a directory is asked for instead.
_ON_DIRECTORIES: Mapping[Verb, Verb] = {"create": "mkdir", "delete": "rmdir"}
#: The lowest and the highest API level that the model knows.
LEVELS = (min(versions.API.values()), max(versions.API.values()))
#: Fields that a case may have and that decide something.
FIELDS = (
    *("id", "platform_api", "target_sdk", "legacy_flag", "preserve_legacy", "upgraded"),
    *("granted", "system_gallery", "raw_access", "forced_scoped", "path", "path_class", "owner"),
    *("package", "via", "op", "to", "to_exists", "to_owner", "directory", "holds_foreign"),
    *(
        "uri_kind",
        "uri_count",
        "uri_write_grant",
        "selected",
        "listed",
        "unlinked",
        "unscanned",
        "redacted",
    ),
    *("user_choice", "user_pick"),
)
#: From here on a name that is no permission is taken for a slip in writing one.
_TYPO = 0.9
#: Folders that hold volumes, and lie in none.
_ABOVE_VOLUMES = frozenset({"/storage", "/storage/emulated"})
_OWN_CLASSES = frozenset({"own-app-external", "own-android-media", "app-internal"})


@lru_cache(maxsize=1024)
def _slip(name: str) -> str | None:
    """The known field that *name* looks like a slip in writing of, or None."""
    close = nearest(name, FIELDS) if name not in FIELDS else None
    alike = close is not None and SequenceMatcher(None, name, close).ratio() > _TYPO
    return close if alike else None


@frozen
class Case:
    """A question to the model, by the *id* that the file gives it."""

    id: str
    question: Question

    def decision(self) -> Decision:
        """What the model rules."""
        return self.question.decision()


def read_cases(rows: object, file: str) -> tuple[Case, ...]:
    """The cases of a JSON list; raises :class:`InputError` with the index of the first bad one."""
    if not isinstance(rows, list):
        raise InputError(Message("{file}: expected a list of cases", file=file))
    return tuple(_case(row, index, file) for index, row in enumerate(rows))


def question_about(row: Mapping[str, Any], caller: Caller) -> Question:
    """The question that one row asks on behalf of *caller*, whatever the row says of the app."""
    return _Fields(row, None).question(caller)


def _case(row: object, index: int, file: str) -> Case:
    if not isinstance(row, dict):
        raise InputError(Message("{file}: case {index} is not an object", file=file, index=index))
    fields = _Fields(row, Message("{file}: case {index}", file=file, index=index))
    return fields.case()


@frozen
class _Fields:
    """The fields of one case, each checked as it is taken."""

    row: Mapping[str, Any]
    where: Message | None

    def case(self) -> Case:
        """The whole case."""
        self.known()
        return Case(self.text("id"), self.question(self.caller()))

    def question(self, caller: Caller) -> Question:
        """What is asked on behalf of *caller*."""
        verb = OPS[self.one_of("op", tuple(OPS))]
        route = VIAS[self.one_of("via", tuple(VIAS))]
        item = self.item(verb, route)
        if item.directory and route == "path":
            verb = _ON_DIRECTORIES.get(verb, verb)
        return Question(caller, verb, route, item, self.target(item))

    def caller(self) -> Caller:
        """Who asks."""
        return Caller(
            api=self.level("platform_api", LEVELS[0]),
            target_sdk=self.level("target_sdk", 1),
            granted=frozenset(self.permissions("granted")),
            legacy_flag=self.flag("legacy_flag", None),
            preserve_legacy=self.flag("preserve_legacy", False),
            upgraded=self.flag("upgraded", False),
            system_gallery=self.flag("system_gallery", False),
            raw_access=self.flag("raw_access", None),
            forced_scoped=self.flag("forced_scoped", False),
        )

    def item(self, verb: Verb, route: Route) -> Item:
        """What is asked about."""
        path = self.path("path")
        owner = self.one_of("owner", OWNERS, "none")
        change = route == "mediastore" and verb in {"delete", "rename", "trash"}
        guessed = known_folder(path) if verb == "delete" else looks_like_folder(path)
        directory = self.flag("directory", guessed)
        foreign = directory and owner in {"other", "system-camera"}
        return Item(
            path,
            owned=owner == "self",
            own_folder=self.own_folder(path, owner),
            listed=self.flag("listed", verb not in {"create", "mkdir"}),
            unlinked=self.flag("unlinked", False),
            unscanned=self.flag("unscanned", False),
            directory=directory,
            granted=self.flag("uri_write_grant", False),
            selected=self.flag("selected", False),
            uri=self.uri(),
            uris=self.number("uri_count", 1),
            redacted_uri=change and self.flag("redacted", False),
            picked=self.picked(),
            answer=self.answer(),
            holds_foreign=self.flag("holds_foreign", foreign),
        )

    def own_folder(self, path: str, owner: str) -> bool:
        """Whether the path lies in the asking app's own folder."""
        package = traits(path).where.package
        if package is None:
            return False
        said = self.row.get("path_class")
        if said in _OWN_CLASSES:
            return True
        return owner == "self" or package == self.text("package", PACKAGE)

    def target(self, source: Item) -> Item | None:
        """Where a rename goes, if the case says so."""
        if self.row.get("to") is None:
            return None
        path = self.path("to")
        own = traits(path).where.package == self.text("package", PACKAGE)
        taken = self.flag("to_exists", False)
        mine = self.one_of("to_owner", OWNERS, "none") == "self"
        return evolve(source, path=path, own_folder=own, owned=mine, listed=taken)

    def uri(self) -> UriKind:
        """How MediaStore calls name the file; a download is named like any file."""
        return URI_KINDS[self.one_of("uri_kind", tuple(URI_KINDS), "item")]

    def picked(self) -> bool | None:
        """Whether the user chose the file in a picker; None: has not been asked yet."""
        said = self.one_of("user_pick", tuple(_PICKS), "yes")
        return False if self.answer() is False else _PICKS[said]

    def answer(self) -> bool | None:
        """What the user answered, if the case says so."""
        if self.row.get("user_choice") is None:
            return None
        return _ANSWERS[self.one_of("user_choice", tuple(_ANSWERS))]

    def path(self, name: str) -> str:
        """A path, in its canonical form."""
        written = self.text(name)
        if written.rstrip("/") in _ABOVE_VOLUMES:
            return written.rstrip("/")
        try:
            return canonical(written)
        except InputError as error:
            raise InputError(
                Message("{where}: {problem}", where=self.where, problem=error.message)
                if self.where
                else error.message
            ) from None

    # -- one field -------------------------------------------------------------------------

    def level(self, name: str, least: int) -> int:
        """An API level that is known, from *least* on."""
        value = self.number(name)
        if not least <= value <= LEVELS[1]:
            most = LEVELS[1]
            expected = Message("an API level from {least} to {most}", least=least, most=most)
            raise self._wrong(name, expected, value)
        return value

    def known(self) -> None:
        """Raise :class:`InputError` for a field that looks like a slip in writing a known one."""
        for name in self.row:
            close = _slip(name)
            if close is not None and close not in self.row:
                raise InputError(
                    Message(
                        "{where}: there is no field {field}; did you mean {close}?",
                        where=self.where,
                        field=jsonlib.dumps(name, ensure_ascii=False),
                        close=close,
                    )
                )

    def text(self, name: str, default: str | None = None) -> str:
        """A text."""
        return self._typed(name, str, Message("a text"), default)

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number from 1 on."""
        value = self._typed(name, int, Message("a whole number"), default)
        if isinstance(value, bool) or value < 1:
            raise self._wrong(name, Message("a whole number from 1 on"), value)
        return value

    def flag(self, name: str, default: Any) -> Any:
        """True or false."""
        if self.row.get(name) is None:
            return default
        return self._typed(name, bool, Message("true or false"), default)

    def one_of(self, name: str, names: Sequence[str], default: str | None = None) -> str:
        """One of some names."""
        value = self.text(name, default)
        if value in names:
            return value
        close = nearest(value, names)
        expected = Message("one of {names}", names=", ".join(names))
        raise self._wrong(name, expected, value, close)

    def permissions(self, name: str) -> Sequence[str]:
        """A list of permissions; those that do not matter here are let pass."""
        values = self.row.get(name)
        if values is None:
            return ()
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise self._wrong(name, Message("a list of permissions"), values)
        bare = [value.removeprefix("android.permission.") for value in values]
        for value in bare:
            close = nearest(value, PERMISSIONS) if value not in PERMISSIONS else None
            if close is not None and SequenceMatcher(None, value, close).ratio() > _TYPO:
                raise self._wrong(name, Message("a permission"), value, close)
        return [value for value in bare if value in PERMISSIONS]

    def _typed(self, name: str, kind: type[T], expected: Message, default: T | None) -> T:
        value = self.row.get(name)
        if value is None:
            if default is None:
                raise InputError(
                    Message("{where}: {field} is missing", where=self.where, field=name)
                )
            return default
        if not isinstance(value, kind):
            raise self._wrong(name, expected, value)
        return value

    def _wrong(
        self, name: str, expected: Message, value: object, close: str | None = None
    ) -> InputError:
        parts: dict[str, Any] = {
            "where": self.where,
            "field": name,
            "expected": expected,
            "got": jsonlib.dumps(value, ensure_ascii=False),
        }
        if close is not None:
            return InputError(
                Message(
                    "{where}: {field}: expected {expected}; got {got}; did you mean {close}?",
                    **parts,
                    close=close,
                )
            )
        return InputError(Message("{where}: {field}: expected {expected}; got {got}", **parts))
