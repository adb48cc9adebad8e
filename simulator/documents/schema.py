"""JSON Schema of document classes, for editors that complete and check YAML."""

from __future__ import annotations

import inspect
from typing import Any, get_args

import attrs
from attrs import define, field

from simulator.documents.annotations import (
    is_annotated,
    is_literal,
    is_mapping,
    is_optional,
    is_tuple,
    keys_of,
    optional_inner,
)
from simulator.documents.constraints import Constraint, scalar_enum
from simulator.documents.quantities import QUANTITIES

__all__ = ["json_schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(cls: type[Any], *, title: str, schema_id: str | None = None) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of documents of attrs class *cls*.

    It describes what an editor's YAML parser makes of a document, where ``10`` is a number and
    ``true`` a boolean; *schema_id* becomes its ``$id``.
    """
    builder = _Builder()
    root = builder.schema(cls)
    head = {"$schema": _DIALECT} | ({} if schema_id is None else {"$id": schema_id})
    return head | {"title": title} | root | {"$defs": builder.definitions}


@define
class _Builder:
    """Collects one definition for each class, under a name of its own."""

    definitions: dict[str, Any] = field(factory=dict)
    names: dict[type[Any], str] = field(factory=dict)

    def schema(self, type_: Any) -> dict[str, Any]:
        if is_annotated(type_):
            return self._annotated(type_)
        if is_optional(type_):
            return self.schema(optional_inner(type_))
        if is_literal(type_):
            return scalar_enum(tuple(str(option) for option in get_args(type_)))
        if is_tuple(type_):
            return {"type": "array", "items": self.schema(get_args(type_)[0])}
        if is_mapping(type_):
            return self._mapping(*get_args(type_))
        if attrs.has(type_):
            return {"$ref": f"#/$defs/{self._define(type_)}"}
        return _scalar(type_)

    def _annotated(self, type_: Any) -> dict[str, Any]:
        inner, *metadata = get_args(type_)
        schema = self.schema(inner)
        for constraint in metadata:
            if isinstance(constraint, Constraint):
                schema = constraint.narrow(schema)
        return schema

    def _mapping(self, key_type: Any, value_type: Any) -> dict[str, Any]:
        schema = {"type": "object", "additionalProperties": self.schema(value_type)}
        names = {
            rule: value
            for rule, value in self.schema(key_type).items()
            if rule in ("enum", "pattern")
        }
        return schema | ({"propertyNames": names} if names else {})

    def _define(self, cls: Any) -> str:
        if cls not in self.names:
            taken = cls.__name__ in self.definitions
            name = f"{cls.__module__}.{cls.__qualname__}" if taken else cls.__name__
            self.names[cls] = name
            # Taken before its parts are described: they may contain the class itself.
            self.definitions[name] = {}
            self.definitions[name].update(self._object(cls))
        return self.names[cls]

    def _object(self, cls: Any) -> dict[str, Any]:
        keys = keys_of(cls)
        described = {"description": _summary(cls)} if _summary(cls) else {}
        required = [key.name for key in keys if key.required]
        whole: dict[str, Any] = {
            "type": "object",
            **described,
            "properties": {
                key.name: self.schema(key.type) | ({"description": key.help} if key.help else {})
                for key in keys
            },
            "additionalProperties": False,
            **({"required": required} if required else {}),
        }
        shorthand = getattr(cls, "SHORTHAND", None)
        if shorthand is None:
            return whole
        return {"anyOf": [whole["properties"][shorthand], whole]}


def _summary(cls: Any) -> str:
    """The first paragraph of the docstring of *cls*, on one line."""
    text = inspect.cleandoc(cls.__doc__ or "")
    return " ".join(text.split("\n\n")[0].split())


def _scalar(type_: Any) -> dict[str, Any]:
    quantity = QUANTITIES.get(type_)
    if quantity is not None:
        return {"type": "string", "pattern": quantity.pattern, "examples": [quantity.example]}
    schemas: dict[Any, dict[str, Any]] = {
        bool: {"type": "boolean"},
        int: {"type": "integer"},
        float: {"type": "number"},
        str: {"type": ["string", "number", "boolean"]},
    }
    if type_ not in schemas:
        raise TypeError(f"no document type: {type_!r}")
    return schemas[type_]
