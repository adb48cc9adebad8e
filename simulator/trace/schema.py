"""The JSON Schema of a line of a trace, made from the record classes themselves."""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, fields

from simulator.trace.jsonl import KINDS
from simulator.trace.records import SCHEMA, Assumption, Header, Watched


def trace_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12): each line of a trace is one of these objects."""
    definitions = {cls.__name__: _object(cls) for cls in (Assumption, Watched)}
    lines: dict[str, type[Any]] = {"header": Header, **KINDS}
    definitions |= {cls.__name__: _line(tag, cls) for tag, cls in lines.items()}
    definitions["End"] = {
        "type": "object",
        "properties": {"record": {"const": "end"}, "records": {"type": "integer"}},
        "required": ["record", "records"],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"a line of {SCHEMA}",
        "oneOf": [{"$ref": f"#/$defs/{cls.__name__}"} for cls in lines.values()]
        + [{"$ref": "#/$defs/End"}],
        "$defs": definitions,
    }


def _line(tag: str, cls: type[Any]) -> dict[str, Any]:
    schema = _object(cls)
    schema["properties"] = {"record": {"const": tag}, **schema["properties"]}
    schema["required"] = ["record", *schema["required"]]
    return schema


def _object(cls: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {
        "type": "object",
        "description": " ".join(inspect.cleandoc(cls.__doc__ or "").split("\n\n")[0].split()),
        "properties": {a.name: _type(hints[a.name]) for a in fields(cls)},
        "required": [a.name for a in fields(cls) if a.default is NOTHING],
        "additionalProperties": False,
    }


def _type(hint: Any) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _SCALARS:
        return _SCALARS[hint]
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_type(argument) for argument in arguments]}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _type(arguments[1])}
    if origin is tuple and arguments[1:] == (...,):
        return {"type": "array", "items": _type(arguments[0])}
    if origin is tuple:
        return {
            "type": "array",
            "prefixItems": [_type(argument) for argument in arguments],
            "minItems": len(arguments),
            "maxItems": len(arguments),
        }
    return {"$ref": f"#/$defs/{hint.__name__}"}


_SCALARS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Any: {},
}
