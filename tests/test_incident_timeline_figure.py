"""The incident timeline: what is on record in order, and what the model adds apart from it."""

from __future__ import annotations

from functools import cache

import pytest
from attrs import evolve

from simulator.documents import load
from simulator.errors import DocumentError
from simulator.scenario import library
from simulator.scenario.model import Scenario
from simulator.telling.figures.canvas import UNKNOWN, Drawing, Shape
from simulator.telling.figures.gallery import FIGURES
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import SIZES, NoFigure, Size
from simulator.telling.figures.record import date, in_model, on_record
from simulator.telling.kit import forbidden
from simulator.telling.words import LANGS, Lang, words
from tests.tools.pictures import faults

INCIDENTS = library.group("incidents")
OTHERS = ("album-pipeline", "retry-storm", "rescue-overwritten", "internal-cache")


@cache
def material(name: str) -> Material:
    return Material(library.read(name).value)


@cache
def drawn(name: str, size: Size = "wide", lang: Lang = "en") -> Drawing:
    return FIGURES["incident-timeline"].draw(material(name), words(lang), size)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [*INCIDENTS, *OTHERS])
def test_it_can_be_read(name: str, size: Size, lang: Lang) -> None:
    assert faults(drawn(name, size, lang)) == []


@pytest.mark.parametrize("name", INCIDENTS)
def test_everything_on_record_is_shown_with_its_source(name: str) -> None:
    text = drawn(name).description
    for item in material(name).scenario.observed:
        inner = {} if item.what == "notice" else str.maketrans("“”", "‘’")
        assert item.text.en.translate(inner) in text
        assert item.source in text


def test_what_is_dated_stands_in_order_and_the_undated_last() -> None:
    scenario = material("dewu-2022").scenario
    first, *rest = scenario.observed
    shuffled = evolve(scenario, observed=(evolve(first, when=None), *reversed(rest)))
    found = on_record(shuffled, words("en"))
    assert [entry.when for entry in found] == [
        "13 November 2022, 14:20",
        "13 November 2022, 23:33",
        "14 November 2022",
        None,
    ]


def test_what_nobody_dates_is_tagged() -> None:
    entries = on_record(material("seal-211").scenario, words("en"))
    tags = {
        item.group
        for item in drawn("seal-211").items
        if isinstance(item, Shape) and item.fill == UNKNOWN
    }
    assert tags == {f"entry-{number}" for number, one in enumerate(entries, 1) if not one.when}


def test_what_is_dated_and_sourced_is_not_tagged_as_unknown() -> None:
    fills = [i.fill for i in drawn("dewu-2022").items if isinstance(i, Shape)]
    assert UNKNOWN not in fills


@pytest.mark.parametrize("name", INCIDENTS)
def test_every_open_question_is_told_with_who_could_settle_it(name: str) -> None:
    text = drawn(name).description
    for one in material(name).scenario.assumed.values():
        assert one.question is None or one.question.en in text
        assert one.settled_by is None or one.settled_by.en in text


def test_without_a_record_it_is_the_model_that_speaks() -> None:
    one = material("album-pipeline")
    entries = in_model(one.trace, one.verdict, words("en"))
    assert {entry.kind for entry in entries} == {
        *("Notice", "In the bin", "The app’s own log", "Upload", "The watcher’s log")
    }
    assert all(entry.modelled and entry.lacks and entry.records for entry in entries)
    assert "no record of anything" in drawn("album-pipeline").description


def test_a_run_without_any_trail_has_no_such_figure() -> None:
    with pytest.raises(NoFigure):
        drawn("s10-truncate-original")


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("2022-11", "November 2022"),
        ("2022-11-05", "5 November 2022"),
        ("2022-11-05 09:07", "5 November 2022, 09:07"),
    ],
)
def test_a_date_is_said_as_finely_as_it_is_known(when: str, said: str) -> None:
    assert date(when, words("en")) == said


@pytest.mark.parametrize("when", ["2022-1", "2022-13", "2022-11-31", "2022-11-13 24:00", "soon"])
def test_what_is_no_moment_is_refused_where_it_stands(when: str) -> None:
    text = (library.folder() / "incidents" / "dewu-2022.yaml").read_text(encoding="utf-8")
    changed = text.replace('when: "2022-11-13 23:33"', f'when: "{when}"')
    with pytest.raises(DocumentError, match="2022-11-13 23:33"):
        load(changed, Scenario, file="x.yaml")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", INCIDENTS)
def test_what_was_said_stands_in_quotation_marks_beside_who_said_it(name: str, lang: Lang) -> None:
    observed = material(name).scenario.observed
    speakers = [words(lang).of(item.who) for item in observed if item.who is not None]
    found = drawn(name, lang=lang)
    assert forbidden(f"{found.title}\n{found.description}", speakers) == ()
