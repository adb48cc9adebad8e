"""The native format: JSON Lines, one record on each line.

The first line is the header, the last says how many records there are, so that a file cut short is
recognised.  ``loads(dumps(trace)) == trace``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Literal, get_args, get_origin

from attrs import fields
from cattrs import Converter, transform_error
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.v import format_exception

from simulator.errors import TraceError
from simulator.message import Message
from simulator.trace import records as kinds
from simulator.trace.records import SCHEMA, Header, Record, Trace


def _tag(cls: type) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()


#: Every kind of record by its name in the file.
KINDS: Mapping[str, type[Record]] = MappingProxyType(
    {_tag(cls): cls for cls in sorted(Record.__subclasses__(), key=lambda cls: cls.__name__)}
)


def dumps(trace: Trace) -> str:
    """*trace* as JSON Lines."""
    converter = _converter()
    lines = [{"record": "header", **converter.unstructure(trace.header)}]
    for record in trace.records:
        lines.append({"record": _tag(type(record)), **converter.unstructure(record)})
    lines.append({"record": "end", "records": len(trace.records)})
    return "".join(_line(line) + "\n" for line in lines)


def loads(text: str, *, file: str = "trace.jsonl") -> Trace:
    """The trace in *text*.

    Raises :class:`TraceError` with the line where the text is no trace, damaged, or cut short.
    """
    lines = text.split("\n")
    if lines[-1]:
        raise TraceError(file, len(lines), Message("the file ends in the middle of a line"))
    lines.pop()
    if not lines:
        raise TraceError(file, 1, Message("the file is empty; expected a trace header"))
    header = _header(_parsed(lines[0], file, 1), file)
    records: list[Record] = []
    for number, line in enumerate(lines[1:-1], 2):
        records.append(_record(_parsed(line, file, number), file, number, len(records)))
    _check_end(_parsed(lines[-1], file, len(lines)), file, len(lines), len(records))
    return Trace(header, tuple(records))


# -- lines -------------------------------------------------------------------------------------


def _line(values: Mapping[str, Any]) -> str:
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        # A name that is no valid UTF-8 keeps its raw bytes as escapes.
        return json.dumps(values, allow_nan=False, separators=(",", ":"))
    return text


def _parsed(line: str, file: str, number: int) -> dict[str, Any]:
    try:
        values = json.loads(line, parse_constant=_no_constant, object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as error:
        column = getattr(error, "colno", 1)
        raise TraceError(
            file, number, Message("not a line of JSON, at column {column}", column=column)
        ) from None
    if not isinstance(values, dict) or not isinstance(values.get("record"), str):
        raise TraceError(file, number, Message("expected an object with a “record” key"))
    return values


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a key stands twice")
    return values


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _header(values: dict[str, Any], file: str) -> Header:
    if values.pop("record") != "header":
        raise TraceError(file, 1, Message("expected the header of a trace on the first line"))
    if values.get("schema") != SCHEMA:
        raise TraceError(
            file,
            1,
            Message(
                "this trace has schema “{found}”; expected “{wanted}”",
                found=str(values.get("schema")),
                wanted=SCHEMA,
            ),
        )
    header: Header = _structured(values, Header, file, 1)
    for name, wanted in _FACTS.items():
        facts = getattr(header, name)
        for key, kind in wanted.items() if facts is not None else ():
            if not isinstance(facts.get(key), kind):
                place = f"{name}.{key}"
                raise TraceError(
                    file, 1, Message("the header’s “{place}” is missing or wrong", place=place)
                )
    return header


#: What the permission model needs of a header's facts, where there are any.
_FACTS: Mapping[str, Mapping[str, type]] = {
    "phone": {"api": int},
    "app": {"package": str, "target_sdk": int, "legacy_flag": bool, "granted": list},
}


def _record(values: dict[str, Any], file: str, number: int, before: int) -> Record:
    kind = KINDS.get(values.pop("record"))
    if kind is None:
        raise TraceError(file, number, Message("there is no record of that kind"))
    record: Record = _structured(values, kind, file, number)
    if record.id != before + 1:
        raise TraceError(
            file,
            number,
            Message("expected record id {wanted}, got {got}", wanted=before + 1, got=record.id),
        )
    if record.t < 0:
        raise TraceError(file, number, Message("a time before the start"))
    if any(not 1 <= cause < record.id for cause in record.because):
        raise TraceError(file, number, Message("“because” names a record that is not earlier"))
    return record


def _check_end(values: dict[str, Any], file: str, number: int, records: int) -> None:
    if values != {"record": "end", "records": records}:
        raise TraceError(
            file, number, Message("the trace is cut short: its last line does not close it")
        )


def _structured(values: dict[str, Any], cls: type[Any], file: str, number: int) -> Any:
    try:
        return _converter().structure(values, cls)
    except Exception as error:  # cattrs raises groups of whatever its hooks raised
        reasons = transform_error(error, path=_tag(cls), format_exception=_reason)
        raise TraceError(
            file, number, Message("damaged record: {reason}", reason="; ".join(reasons))
        ) from None


def _reason(error: BaseException, kind: type | None) -> str:
    if isinstance(error, ValueError | TypeError):
        return str(error)
    if isinstance(error, KeyError):
        return f"{error} is missing"
    return format_exception(error, kind)


# -- conversion --------------------------------------------------------------------------------


@cache
def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True, detailed_validation=True)
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(int, _exactly(int))
    converter.register_structure_hook(str, _exactly(str))
    converter.register_structure_hook(bool, _exactly(bool))
    converter.register_structure_hook_func(_is_literal, _one_of)
    for cls in (Header, kinds.Watched, kinds.Assumption, *KINDS.values()):
        _register(converter, cls)
    return converter


def _register(converter: Converter, cls: type[Any]) -> None:
    # Fields at their default are left out; the schema and the keys of a record always stand.
    always = {"schema", "id", "t", "because"}
    overrides: Any = {
        attribute.name: override(omit_if_default=attribute.name not in always)
        for attribute in fields(cls)
    }
    converter.register_unstructure_hook(cls, make_dict_unstructure_fn(cls, converter, **overrides))
    converter.register_structure_hook(
        cls, make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True)
    )


def _is_literal(kind: Any) -> bool:
    return get_origin(kind) is Literal


def _one_of(value: Any, kind: Any) -> Any:
    if value not in get_args(kind):
        names = ", ".join(str(name) for name in get_args(kind))
        raise ValueError(f"expected one of {names}; got {value!r}")
    return value


def _number(value: Any, _type: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"expected a number, got {value!r}")
    return value


def _exactly(wanted: type) -> Any:
    def hook(value: Any, _type: Any) -> Any:
        if type(value) is not wanted:
            raise ValueError(f"expected {wanted.__name__}, got {value!r}")
        return value

    return hook
