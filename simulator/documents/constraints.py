"""What narrows the type of a field: ``Annotated[str, OneOf(names)]`` and its like."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from attrs import field, frozen

from simulator.documents.refusal import Refused, closest, shown
from simulator.message import Message

__all__ = [
    "Constraint",
    "Localized",
    "OneOf",
    "Pattern",
    "PhonePath",
    "Range",
    "not_one_of",
    "scalar_enum",
]


class Constraint(ABC):
    """A rule for a value that has its type already."""

    @abstractmethod
    def apply(self, value: Any) -> Any:
        """*value*, in its normal form if there is one; raises `Refused` if it breaks the rule."""

    @abstractmethod
    def narrow(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The JSON schema of the type, narrowed by this rule as far as a schema can say it."""


@frozen
class OneOf(Constraint):
    """One of *names*; a callable is asked for the names each time they are needed."""

    names: tuple[str, ...] | Callable[[], tuple[str, ...]]

    def valid(self) -> tuple[str, ...]:
        """The names as they are now."""
        return tuple(self.names() if callable(self.names) else self.names)

    def apply(self, value: Any) -> Any:
        names = self.valid()
        if value not in names:
            raise Refused(not_one_of(value, names))
        return value

    def narrow(self, schema: dict[str, Any]) -> dict[str, Any]:
        return scalar_enum(self.valid())


def not_one_of(text: str, names: tuple[str, ...]) -> Message:
    """The message that *text* is none of *names*, with the nearest of them or all of them."""
    close = closest(text, names)
    if close is not None:
        return Message(
            "“{text}” is not valid here; did you mean “{close}”?", text=shown(text), close=close
        )
    return Message(
        "“{text}” is not valid here; valid values: {names}",
        text=shown(text),
        names=", ".join(names),
    )


def scalar_enum(names: tuple[str, ...]) -> dict[str, Any]:
    """The schema for one of *names*, each as text and as what an editor's YAML makes of it."""
    values: list[Any] = []
    for name in names:
        values.append(name)
        try:
            other = json.loads(name)
        except ValueError:
            continue
        if isinstance(other, (bool, int, float)) and math.isfinite(other):
            values.append(other)
    return {"enum": values}


@frozen
class Pattern(Constraint):
    """Text that *regex* matches as a whole; *what* names such text, as in “a package name”."""

    regex: str
    what: str | Message

    def apply(self, value: Any) -> Any:
        if re.fullmatch(self.regex, value) is None:
            raise Refused(
                Message("expected {what}; got “{text}”", what=self.what, text=shown(value))
            )
        return value

    def narrow(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {**schema, "pattern": f"^(?:{self.regex})$"}


@frozen
class Range(Constraint):
    """A number from *lo* to *hi*, both included; None is no bound.

    The bounds of a quantity are in its base unit, and *unit* is the name of that unit, for the
    message: ``Annotated[Seconds, Range(1, 60, "s")]``.
    """

    lo: float | None = None
    hi: float | None = None
    unit: str = ""

    def apply(self, value: Any) -> Any:
        if (self.lo is None or value >= self.lo) and (self.hi is None or value <= self.hi):
            return value
        raise Refused(self._message(self._say(value)))

    def _message(self, got: str) -> Message:
        if self.hi is None:
            return Message("expected at least {lo}; got {got}", lo=self._say(self.lo), got=got)
        if self.lo is None:
            return Message("expected at most {hi}; got {got}", hi=self._say(self.hi), got=got)
        return Message(
            "expected a value from {lo} to {hi}; got {got}",
            lo=self._say(self.lo),
            hi=self._say(self.hi),
            got=got,
        )

    def _say(self, number: float | None) -> str:
        digits = f"{number:g}" if isinstance(number, float) else str(number)
        return f"{digits} {self.unit}".rstrip()

    def narrow(self, schema: dict[str, Any]) -> dict[str, Any]:
        if schema.get("type") not in ("integer", "number"):
            return schema
        bounds = {"minimum": self.lo, "maximum": self.hi}
        return schema | {key: bound for key, bound in bounds.items() if bound is not None}


_SHARED = "/storage/emulated/0"
_ALIASES = ("/sdcard", "/mnt/sdcard", "/storage/self/primary")
_CARD = r"/storage/[0-9A-F]{4}-[0-9A-F]{4}/[^/]"
_MAX_COMPONENT = 255
_MAX_PATH = 4096


@frozen
class PhonePath(Constraint):
    """A path on the phone's storage, without a trailing slash.

    It is relative to shared storage, or absolute: ``/storage/emulated/0`` and what is below it,
    something on a memory card (``/storage/1234-ABCD/...``), or something below ``/data``.  Lengths
    are bounded as Linux bounds them.
    """

    def apply(self, value: Any) -> Any:
        if not value:
            raise Refused(Message("expected a path on the phone; got nothing"))
        control = next((c for c in value if unicodedata.category(c) in ("Cc", "Cs")), None)
        if control is not None:
            raise Refused(
                Message("a path cannot hold the character U+{code}", code=f"{ord(control):04X}")
            )
        path = value.rstrip("/") or "/"
        if len(path.encode("utf-8")) > _MAX_PATH:
            raise Refused(Message("a path is at most {most} bytes long", most=_MAX_PATH))
        self._check_root(path)
        for component in path.removeprefix("/").split("/"):
            self._check_component(component, path)
        return path

    def _check_root(self, path: str) -> None:
        if not path.startswith("/"):
            return
        if f"{path}/".startswith(f"{_SHARED}/") or path.startswith("/data/"):
            return
        if re.match(_CARD, path) is not None:
            return
        alias = next((a for a in _ALIASES if f"{path}/".startswith(f"{a}/")), None)
        if alias is not None:
            meant = _SHARED + path.removeprefix(alias)
            raise Refused(
                Message(
                    "“{path}” is a link; did you mean “{meant}”?",
                    path=shown(path),
                    meant=shown(meant),
                )
            )
        raise Refused(
            Message(
                "an absolute path is below {shared} or /data; got “{path}”",
                shared=_SHARED,
                path=shown(path),
            )
        )

    def _check_component(self, component: str, path: str) -> None:
        if component in ("", ".", ".."):
            raise Refused(
                Message("a path has no empty, “.” or “..” parts; got “{path}”", path=shown(path))
            )
        if len(component.encode("utf-8")) > _MAX_COMPONENT:
            raise Refused(
                Message(
                    "one part of a path is at most {most} bytes long; “{part}” is longer",
                    most=_MAX_COMPONENT,
                    part=shown(component),
                )
            )

    def narrow(self, schema: dict[str, Any]) -> dict[str, Any]:
        roots = rf"(?!/)|/storage/emulated/0(?:/|$)|{_CARD}|/data/[^/]"
        return {**schema, "pattern": rf"^(?!$)(?!(?:.*/)?\.\.?(?:/|$))(?:{roots})"}


def _not_empty(instance: object, attribute: Any, value: str) -> None:
    if not value.strip():
        raise ValueError(Message("expected a text; got nothing"))


@frozen
class Localized:
    """A text in both languages, written ``{en: "...", zh-CN: "..."}``; neither is empty."""

    en: str = field(validator=_not_empty, metadata={"help": "the text in English"})
    zh_CN: str = field(
        validator=_not_empty, metadata={"key": "zh-CN", "help": "the text in Simplified Chinese"}
    )

    def say(self, lang: str) -> str:
        """The text in *lang*, “en” or “zh-CN”; raises `KeyError` for another language."""
        return {"en": self.en, "zh-CN": self.zh_CN}[lang]
