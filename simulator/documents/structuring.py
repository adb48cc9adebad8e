"""Plain trees to attrs classes with cattrs, every problem at its own path.

The hooks below replace those of cattrs where its defaults would guess (``int("١")``, a text taken
as a list of characters) or stop at the first problem (validators).  They report in cattrs' own
exception groups, so its dispatch and its hooks for collections stay in use.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar, cast, get_args

import attrs
from cattrs import (
    BaseValidationError,
    ClassValidationError,
    Converter,
    IterableValidationError,
)
from cattrs.cols import homogenous_tuple_structure_factory
from cattrs.errors import AttributeValidationNote, IterableValidationNote

from simulator.documents.annotations import (
    Key,
    is_annotated,
    is_literal,
    is_mapping,
    is_optional,
    is_tuple,
    keys_of,
    optional_inner,
)
from simulator.documents.constraints import Constraint, not_one_of
from simulator.documents.paths import Path, parse_path
from simulator.documents.quantities import QUANTITIES, Quantity
from simulator.documents.reading import Leaf, Place, Reading, read, read_scalar
from simulator.documents.refusal import (
    Refused,
    Silent,
    closest,
    message_of,
    say_kind,
    shown,
)
from simulator.errors import DocumentError, Problem
from simulator.message import Message

__all__ = ["parse_value", "structure", "structured"]

T = TypeVar("T")
Hook = Callable[[Any, Any], Any]

_PSEUDO_FILE = "<value>"
_MAX_DIGITS = 18


def structure(tree: Any, cls: type[T], *, file: str = _PSEUDO_FILE) -> T:
    """*tree* (dicts, lists and texts) as a *cls*.

    Raises `DocumentError` with every problem, all of them at 1:1 of the pseudo file *file*.
    """
    value, problems = structured(Reading(tree, {(): Place(file)}, {}), cls)
    if problems:
        raise DocumentError(problems)
    return cast(T, value)


def parse_value(text: str, type_: Any) -> Any:
    """One *text* as a *type_*; raises `DocumentError`.

    As in a ``--set``, a text that begins with ``[`` or ``{`` is YAML in flow style.
    """
    flow = text.startswith(("[", "{"))
    reading = read(text, _PSEUDO_FILE) if flow else read_scalar(text, _PSEUDO_FILE)
    value, problems = structured(reading, type_)
    if reading.problems or problems:
        raise DocumentError([*reading.problems, *problems])
    return value


def structured(reading: Reading, type_: Any) -> tuple[Any, list[Problem]]:
    """What was read, as a *type_*, and the problems; the value counts only if there are none."""
    try:
        return _converter().structure(reading.tree, type_), []
    except (ValueError, BaseValidationError) as error:
        found = _flat(error, ())
        return None, [
            reading.problem(path, message, at_key=at_key) for path, message, at_key in found
        ]


def _flat(error: BaseException, path: Path) -> Iterator[tuple[Path, Message, bool]]:
    """The path, message and at_key of each problem in an exception group of cattrs."""
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _flat(inner, path + _noted(inner, error))
    elif isinstance(error, Refused):
        inside = tuple(part.name for part in parse_path(error.path))
        yield path + inside, error.message, error.at_key
    elif isinstance(error, ValueError):
        if not isinstance(error, Silent):
            yield path, message_of(error), False
    else:
        # No text of a user can cause any other exception: it is a bug, and hiding it helps nobody.
        raise error


def _noted(error: BaseException, group: BaseException) -> Path:
    if not isinstance(group, BaseValidationError):
        return ()
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return (note.name,)
        if isinstance(note, IterableValidationNote):
            return (note.index,)
    return ()


@cache
def _converter() -> Converter:
    converter = Converter(detailed_validation=True)
    for type_, hook in ((str, _str), (int, _int), (float, _float), (bool, _bool)):
        converter.register_structure_hook(type_, hook)
    for type_, quantity in QUANTITIES.items():
        converter.register_structure_hook(type_, _quantity_hook(quantity))
    converter.register_structure_hook_factory(is_literal, _literal_factory)
    converter.register_structure_hook_factory(is_annotated, _annotated_factory)
    converter.register_structure_hook_factory(is_optional, _optional_factory)
    converter.register_structure_hook_factory(is_tuple, _tuple_factory)
    converter.register_structure_hook_factory(is_mapping, _mapping_factory)
    converter.register_structure_hook_factory(attrs.has, _class_factory)
    return converter


def _refuse_kind(value: Any, expected: Message) -> Refused | Silent:
    if isinstance(value, Leaf) and value.unreadable:
        return Silent()
    return Refused(
        Message("expected {expected}; got {kind}", expected=expected, kind=say_kind(value))
    )


def _text(value: Any, expected: Message) -> str:
    """*value*, which has to be a scalar; *expected* is what it stands for."""
    if not isinstance(value, str) or (
        isinstance(value, Leaf) and (value.unreadable or (value.null and not value))
    ):
        raise _refuse_kind(value, expected)
    return str(value)


def _str(value: Any, _: Any) -> str:
    return _text(value, Message("a text"))


_INT = re.compile(r"-?(?:0|[1-9][0-9]*)")
_LOOSE_INT = re.compile(r"(?P<sign>[+-]?)0*(?P<digits>[0-9][0-9_, ]*)(?:\.0*)?")


def _int(value: Any, _: Any) -> int:
    expected = Message("a whole number")
    text = _text(value, expected)
    if _INT.fullmatch(text) and len(text) <= _MAX_DIGITS:
        return int(text)
    loose = _LOOSE_INT.fullmatch(text)
    if loose is None:
        raise _refuse_kind(value, expected)
    if len(text) > _MAX_DIGITS:
        raise Refused(Message("“{text}” is too large", text=shown(text)))
    meant = loose["sign"].strip("+") + re.sub("[_, ]", "", loose["digits"])
    raise Refused(
        Message(
            "expected a whole number; got “{text}”, did you mean “{meant}”?",
            text=shown(text),
            meant=meant,
        )
    )


_FLOAT = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")


def _float(value: Any, _: Any) -> float:
    expected = Message("a number")
    text = _text(value, expected)
    if not _FLOAT.fullmatch(text):
        raise _refuse_kind(value, expected)
    number = float(text)
    if not math.isfinite(number):
        raise Refused(Message("“{text}” is too large", text=shown(text)))
    return number


_BOOLEANS = {"true": True, "false": False}
_BOOLEAN_HABITS = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false"}


def _bool(value: Any, _: Any) -> bool:
    expected = Message("true or false")
    text = _text(value, expected)
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    meant = _BOOLEAN_HABITS.get(text.casefold()) or closest(text, tuple(_BOOLEANS))
    if meant is None:
        raise _refuse_kind(value, expected)
    raise Refused(
        Message(
            "expected true or false; got “{text}”, did you mean “{meant}”?",
            text=shown(text),
            meant=meant,
        )
    )


def _quantity_hook(quantity: Quantity) -> Hook:
    expected = Message(
        "{name} with a unit, such as “{example}”", name=quantity.name, example=quantity.example
    )
    return lambda value, _: quantity.parse(_text(value, expected))


def _literal_factory(type_: Any) -> Hook:
    options = {str(option): option for option in get_args(type_)}
    names = tuple(options)
    expected = Message("one of {names}", names=", ".join(names))

    def literal(value: Any, _: Any) -> Any:
        text = _text(value, expected)
        if text not in options:
            raise Refused(not_one_of(text, names))
        return options[text]

    return literal


# The hooks of inner types are looked up when they are needed, because a class may contain itself.


def _annotated_factory(type_: Any, converter: Converter) -> Hook:
    inner, *metadata = get_args(type_)
    constraints = [item for item in metadata if isinstance(item, Constraint)]

    def annotated(value: Any, _: Any) -> Any:
        result = converter.structure(value, inner)
        for constraint in constraints:
            result = constraint.apply(result)
        return result

    return annotated


def _optional_factory(type_: Any, converter: Converter) -> Hook:
    inner = optional_inner(type_)

    def optional(value: Any, _: Any) -> Any:
        if _is_null(value):
            raise Refused(
                Message("to leave this open, leave the key out; got {kind}", kind=say_kind(value))
            )
        return converter.structure(value, inner)

    return optional


def _is_null(value: Any) -> bool:
    if isinstance(value, Leaf):
        return not value.unreadable and (value.null or not value)
    return value is None or value == ""


def _tuple_factory(type_: Any, converter: Converter) -> Hook:
    items: list[Hook] = []

    def tuple_(value: Any, _: Any) -> Any:
        if not isinstance(value, list):
            raise _refuse_kind(value, Message("a list"))
        if not items:
            items.append(homogenous_tuple_structure_factory(type_, converter))
        return items[0](value, type_)

    return tuple_


def _mapping_factory(type_: Any, converter: Converter) -> Hook:
    key_type, value_type = get_args(type_)

    def mapping(value: Any, _: Any) -> Any:
        if not isinstance(value, dict):
            raise _refuse_kind(value, Message("a mapping of keys to values"))
        result: dict[str, Any] = {}
        errors: list[Exception] = []
        for key, item in value.items():
            with _noting(errors, IterableValidationNote("", key, value_type)):
                result[_structured_key(converter, key, key_type)] = converter.structure(
                    item, value_type
                )
        if errors:
            raise IterableValidationError("mapping", errors, dict)
        return result

    return mapping


def _structured_key(converter: Converter, key: str, key_type: Any) -> str:
    try:
        return cast(str, converter.structure(key, key_type))
    except ValueError as error:
        raise Refused(message_of(error), at_key=True) from error


def _class_factory(cls: Any, converter: Converter) -> Hook:
    keys: dict[str, Key] = {}
    shorthand = getattr(cls, "SHORTHAND", None)

    def mapping(value: Any, _: Any) -> Any:
        if shorthand is not None and isinstance(value, str) and not _is_null(value):
            value = {shorthand: value}
        if not isinstance(value, dict):
            raise _refuse_kind(value, Message("a mapping of keys to values"))
        if not keys:
            keys.update({key.name: key for key in keys_of(cls)})
        errors = _key_errors(value, keys)
        arguments: dict[str, Any] = {}
        for name, item in value.items():
            if name in keys:
                key = keys[name]
                with _noting(errors, AttributeValidationNote("", name, key.type)):
                    arguments[key.argument] = converter.structure(item, key.type)
        if errors:
            raise ClassValidationError("class", errors, cls)
        absent = {key.argument: None for key in keys.values() if key.implied}
        return _built(cls, absent | arguments)

    return mapping


@contextmanager
def _noting(errors: list[Exception], note: str) -> Iterator[None]:
    """Collect in *errors* what goes wrong with one part of a value, *note* telling which."""
    try:
        yield
    except (ValueError, BaseValidationError) as error:
        error.add_note(note)
        errors.append(error)


def _key_errors(value: dict[str, Any], keys: dict[str, Key]) -> list[Exception]:
    """The keys of *value* that are unknown, and those that are missing.

    A missing key whose name was only mistyped is one mistake, and is reported once.
    """
    errors: list[Exception] = []
    meant: set[str | None] = set()
    for name in value:
        if name not in keys:
            close = closest(name, tuple(keys))
            meant.add(close)
            error = Refused(_unknown_key(name, close, keys), at_key=True)
            error.add_note(AttributeValidationNote("", name, None))
            errors.append(error)
    errors.extend(
        Refused(Message("missing key “{key}”", key=key.name))
        for key in keys.values()
        if key.required and key.name not in value and key.name not in meant
    )
    return errors


def _unknown_key(name: str, close: str | None, keys: Iterable[str]) -> Message:
    if close is None:
        return Message(
            "unknown key “{key}”; valid keys: {keys}", key=shown(name), keys=", ".join(keys)
        )
    return Message("unknown key “{key}”; did you mean “{close}”?", key=shown(name), close=close)


def _built(cls: Any, arguments: dict[str, Any]) -> Any:
    try:
        return cls(**arguments)
    except (ValueError, ExceptionGroup) as error:
        errors = _validator_errors(cls, arguments) or [error]
        raise ClassValidationError("class", errors, cls) from error


def _validator_errors(cls: Any, arguments: dict[str, Any]) -> list[Exception]:
    """What each converter and validator of a field says, under the key of that field.

    attrs stops at the first and does not tell whose it was, hence this second run over an
    instance that was made without them.
    """
    instance = object.__new__(cls)
    names = {key.argument: key.name for key in keys_of(cls)}
    notes = {
        field: AttributeValidationNote("", names.get(field.alias, field.name), field.type)
        for field in attrs.fields(cls)
    }
    errors: list[Exception] = []
    for field, note in notes.items():
        with _noting(errors, note):
            value = _field_value(field, arguments, instance)
            object.__setattr__(instance, field.name, value)
    if errors:
        return errors
    for field, note in notes.items():
        if field.validator is not None:
            with _noting(errors, note):
                field.validator(instance, field, getattr(instance, field.name))
    return errors


def _field_value(field: Any, arguments: dict[str, Any], instance: Any) -> Any:
    value = arguments.get(field.alias, field.default)
    if field.alias not in arguments and isinstance(value, attrs.Factory):  # type: ignore[arg-type]
        value = value.factory(instance) if value.takes_self else value.factory()
    if field.converter is None:
        return value
    if isinstance(field.converter, attrs.Converter):
        call = cast(Any, field.converter).__call__
        return call(value, instance, field)
    return field.converter(value)
