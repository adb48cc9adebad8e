"""The step sheet: every step or a rule for what is left out, over furniture that stays."""

from __future__ import annotations

from functools import cache

import pytest

from simulator.scenario import library
from simulator.telling.figures.canvas import Drawing, Shape, Text
from simulator.telling.figures.gallery import FIGURES
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import SIZES, Size
from simulator.telling.figures.steps import MOST, Places, Steps
from simulator.telling.story import story
from simulator.telling.words import LANGS, Lang, words
from simulator.trace import FileState
from tests.tools.pictures import faults

SCENARIOS = (
    *library.group("incidents"),
    *("album-pipeline", "five-views", "rescue-overwritten", "capture-edit-replace"),
    *("move-to-app-folder", "consent-batch", "internal-cache", "retry-storm"),
)
STRESSED = {
    "long names": {
        "app.label.en": "The very long shop of second-hand things and videos for all.",
        "app.label.zh-CN": "名字特别特别长的二手物品与视频分享交易应用" * 3,
        "pipeline.place": "Pictures/A folder whose name is sixty characters long, or even longer",
    },
}


@cache
def material(name: str) -> Material:
    if name in STRESSED:
        return Material(library.read("album-pipeline").with_text(STRESSED[name]).value)
    return Material(library.read(name).value)


@cache
def drawn(name: str, size: Size = "wide", lang: Lang = "en") -> Drawing:
    return FIGURES["step-sheet"].draw(material(name), words(lang), size)


def steps(name: str) -> Steps:
    return Steps.of(material(name).trace, material(name).verdict, words("en"))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", [*SCENARIOS, *STRESSED])
def test_it_can_be_read(name: str, lang: Lang) -> None:
    assert faults(drawn(name, "wide", lang)) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["album-pipeline", "seal-211", "retry-storm", "long names"])
def test_it_can_be_read_in_every_size(name: str, size: Size) -> None:
    assert faults(drawn(name, size)) == []


def test_every_step_is_shown_where_there_is_room() -> None:
    one = material("album-pipeline")
    found = steps("album-pipeline").sheet()
    told = [told.records for frame in found.frames for told in frame.told]
    assert told == [step.records for step in story(one.trace, one.verdict, words("en"))]
    assert "All 16 steps are shown." in drawn("album-pipeline").description


def test_what_is_said_twice_is_told_once_with_its_record_ids() -> None:
    found = steps("retry-storm").sheet()
    assert len(found.frames) <= MOST
    told = [told for frame in found.frames for told in frame.told]
    kept = sum(1 + len(one.again) for one in told)
    assert kept + len(found.left_out) == found.steps
    assert f"#{max(told, key=lambda one: len(one.again)).again[-1]}" in (
        drawn("retry-storm").description
    )


def test_the_notice_and_the_removal_outlast_all_others() -> None:
    one = material("album-pipeline")
    found = steps("album-pipeline").sheet(most=4)
    shown = {id_ for frame in found.frames for id_ in frame.records}
    assert {one.verdict.notices[0].notice.id, one.verdict.removals[0].record} <= shown


def test_what_is_left_out_is_said() -> None:
    left = steps("rescue-overwritten").sheet(most=4).left_out
    assert left
    shown = {
        id_ for frame in steps("rescue-overwritten").sheet(most=4).frames for id_ in frame.records
    }
    assert not shown & set(left)


@pytest.mark.parametrize("name", SCENARIOS)
def test_after_the_last_step_files_stand_where_the_run_leaves_them(name: str) -> None:
    one = material(name)
    last = steps(name).history[-1]
    moments = [r.moment for r in one.trace.records if isinstance(r, FileState)]
    states = [
        r
        for r in one.trace.records
        if isinstance(r, FileState) and (r.moment, r.view) == (moments[-1], "lower")
    ]
    there = {r.file: r.path for r in states}
    files = [item for item in last.items if item.kind != "folder"]
    assert {item.file: item.path for item in files}.items() <= there.items()


def test_the_original_that_is_replaced_is_gone() -> None:
    history = steps("rescue-overwritten").history
    assert [len(after.gone) for after in (history[0], history[-1])] == [0, 1]


def test_places_do_not_change_between_frames() -> None:
    drawing = drawn("album-pipeline", "long")
    places = words("en").say("private")
    xs = sorted({t.x for t in drawing.items if isinstance(t, Text) and t.string == places})
    assert len(xs) == 2
    shapes = [
        [s for s in drawing.items if isinstance(s, Shape) and s.group == f"furniture-{n}"]
        for n in (1, 2)
    ]
    moved = xs[1] - xs[0]
    for one, other in zip(*shapes, strict=True):
        assert other.path[0][1] == pytest.approx(one.path[0][1] + moved)
        assert other.path[0][2] == pytest.approx(one.path[0][2])


def test_a_copy_lies_where_the_pipeline_puts_it() -> None:
    one = material("internal-cache")
    places = Places.of(one.trace, one.verdict)
    shelves = {
        places.shelf(item.path)
        for after in steps("internal-cache").history
        for item in after.items
        if item.kind == "copy"
    }
    assert shelves == {"private"}


def test_the_words_give_every_record_id_of_the_frames() -> None:
    found = steps("album-pipeline").sheet()
    text = drawn("album-pipeline").description
    assert all(f"#{id_}" in text for frame in found.frames for id_ in frame.records)
    assert material("album-pipeline").digest[:12] in text
