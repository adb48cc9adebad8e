"""The native format: what is written can be read, and what is damaged is refused with its line."""

from __future__ import annotations

import json

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from simulator import engine
from simulator.errors import TraceError
from simulator.scenario import library
from simulator.trace import Cause, FileEvent, Header, Notice, Operation, Trace
from simulator.trace.jsonl import KINDS, dumps, loads
from simulator.trace.schema import trace_schema

TEXT = dumps(engine.run(library.read("album-pipeline").value))
LINES = TEXT.splitlines()
NAMES = st.text(st.characters(exclude_categories=[]), max_size=40)
TIMES = st.floats(0, 1e9, allow_nan=False)


@st.composite
def traces(draw):
    records = [Cause(1, 0.0, (), "start", "the run begins")]
    for id_ in range(2, draw(st.integers(2, 8))):
        because = tuple(draw(st.lists(st.integers(1, id_ - 1), max_size=2)))
        t, name = draw(TIMES), draw(NAMES)
        records.append(
            draw(
                st.sampled_from(
                    [
                        Operation(id_, t, because, "unlink", name, "app", "user"),
                        FileEvent(id_, t, because, "f2fs", "rename", name, None, None, to=name),
                        Notice(
                            id_, t, because, "w", "a", name, "i1", {"en": name}, {}, ("c",), "press"
                        ),
                    ]
                )
            )
        )
    return Trace(Header("recording", "0", scenario=draw(NAMES)), tuple(records))


@given(traces())
def test_reading_what_was_written_gives_the_trace(trace):
    assert loads(dumps(trace)) == trace


def test_a_simulated_trace_survives_the_file():
    trace = engine.run(library.read("album-pipeline").value, 5)
    assert loads(dumps(trace)) == trace


def test_every_line_fits_the_schema():
    validator = Draft202012Validator(trace_schema())
    assert [list(validator.iter_errors(json.loads(line))) for line in LINES] == [[]] * len(LINES)


def test_the_schema_knows_every_kind_of_record():
    tags = {
        definition["properties"]["record"]["const"]
        for definition in trace_schema()["$defs"].values()
        if "record" in definition["properties"]
    }
    assert tags == {"header", "end", *KINDS}


@pytest.mark.parametrize("cut", range(1, len(LINES)))
def test_a_trace_cut_at_any_line_is_recognised(cut):
    with pytest.raises(TraceError):
        loads("\n".join(LINES[:cut]) + "\n")


@given(st.integers(1, len(TEXT) - 1))
def test_a_trace_cut_at_any_character_is_recognised(cut):
    with pytest.raises(TraceError):
        loads(TEXT[:cut])


@given(st.binary(max_size=300))
def test_noise_is_no_trace(noise):
    with pytest.raises(TraceError):
        loads(noise.decode("utf-8", "replace"))


FIRST = next(r.id for r in loads(TEXT).records if isinstance(r, Operation))


@pytest.mark.parametrize(
    ("find", "put", "id_"),
    [
        ('"schema":"cachelife.trace/1"', '"schema":"cachelife.trace/9"', 0),
        ('"id":{id}', '"id":"{id}"', FIRST),
        ('"id":{id}', '"id":{id}1', FIRST),
        ('"id":{id},"t":5.0,"because":[', '"id":{id},"t":5.0,"because":[{id},', FIRST),
        ('"id":{id},"t":5.0', '"id":{id},"t":NaN', FIRST),
        ('"id":{id},"t":5.0', '"id":{id},"t":-5.0', FIRST),
        ('"id":{id},"t":5.0', '"id":{id},"id":{id},"t":5.0', FIRST),
        ('"record":"operation","id":{id}', '"record":"opration","id":{id}', FIRST),
        ('"record":"operation","id":{id}', '"record":"operation","extra":1,"id":{id}', FIRST),
        ('"verb":"open"', '"verb":"fly"', FIRST),
    ],
)
def test_a_damaged_line_is_named(find, put, id_):
    find, put = find.replace("{id}", str(id_)), put.replace("{id}", str(id_))
    assert find in TEXT
    with pytest.raises(TraceError) as error:
        loads(TEXT.replace(find, put, 1), file="t.jsonl")
    # The header is the first line, so a record stands one line below its id.
    assert str(error.value).startswith(f"t.jsonl:{id_ + 1}: ")


def test_a_deeply_nested_line_is_an_error_not_a_crash():
    with pytest.raises(TraceError):
        loads("[" * 100_000 + "\n")


def test_raw_bytes_in_a_name_survive():
    trace = Trace(
        Header("recording", "0"), (Operation(1, 0.0, (), "unlink", "a\udcff", "app", "user"),)
    )
    assert loads(dumps(trace)).records[0].path == "a\udcff"


def test_a_record_says_its_place_in_the_order():
    trace = loads(TEXT)
    assert [record.id for record in trace.records] == list(range(1, len(trace.records) + 1))


def test_ancestors_are_found_through_several_records():
    trace = loads(TEXT)
    notice = next(r for r in trace.records if isinstance(r, Notice))
    kinds = {type(record).__name__ for record in trace.ancestors(notice.id)}
    assert {"Sent", "Match", "Operation", "Transfer", "Cause"} <= kinds


def test_a_header_without_records_can_be_written():
    trace = Trace(evolve(loads(TEXT).header), ())
    assert loads(dumps(trace)) == trace
