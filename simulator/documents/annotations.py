"""What the annotations of document classes mean, for structuring and for the schema alike."""

from __future__ import annotations

import types
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import frozen

__all__ = [
    "Key",
    "bare",
    "is_annotated",
    "is_literal",
    "is_mapping",
    "is_optional",
    "is_tuple",
    "keys_of",
    "optional_inner",
    "part_type",
]


@frozen
class Key:
    """One key of the mapping that an attrs class is written as.

    *argument* is its name in the call of the class.  *implied* is true when the class has no
    default for it, but its absence means None.
    """

    name: str
    argument: str
    type: Any
    required: bool
    implied: bool
    help: str


@cache
def keys_of(cls: Any) -> tuple[Key, ...]:
    """The keys of attrs class *cls*, in the order of its fields.

    A field with the metadata ``unwritten`` is filled in later, and has no key.
    """
    hints = get_type_hints(cls, include_extras=True)
    return tuple(
        _key(field, hints[field.name])
        for field in attrs.fields(cls)
        if field.init and not field.metadata.get("unwritten")
    )


def _key(field: attrs.Attribute[Any], type_: Any) -> Key:
    argument = field.alias or field.name
    no_default = field.default is attrs.NOTHING
    return Key(
        name=field.metadata.get("key", argument),
        argument=argument,
        type=type_,
        required=no_default and not is_optional(type_),
        implied=no_default and is_optional(type_),
        help=str(field.metadata.get("help", "")),
    )


def is_annotated(type_: Any) -> bool:
    return get_origin(type_) is Annotated


def is_literal(type_: Any) -> bool:
    return get_origin(type_) is Literal


def is_optional(type_: Any) -> bool:
    return get_origin(type_) in (Union, types.UnionType) and type(None) in get_args(type_)


def is_mapping(type_: Any) -> bool:
    return get_origin(type_) in (dict, Mapping)


def is_tuple(type_: Any) -> bool:
    return get_origin(type_) is tuple and get_args(type_)[1:] == (...,)


def optional_inner(type_: Any) -> Any:
    """The X of ``X | None``."""
    (inner,) = (arg for arg in get_args(type_) if arg is not type(None))
    return inner


def bare(type_: Any) -> Any:
    """*type_* without its constraints and its ``| None``."""
    while is_annotated(type_) or is_optional(type_):
        type_ = get_args(type_)[0] if is_annotated(type_) else optional_inner(type_)
    return type_


def part_type(type_: Any, part: str | int) -> Any:
    """The type of the value at *part* of a *type_*; None when a *type_* has no such part."""
    inner = bare(type_)
    if is_tuple(inner) and isinstance(part, int):
        return get_args(inner)[0]
    if is_mapping(inner) and isinstance(part, str):
        return get_args(inner)[1]
    if attrs.has(inner):
        return next((key.type for key in keys_of(inner) if key.name == part), None)
    return None
