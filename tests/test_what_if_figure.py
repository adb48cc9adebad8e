"""The small multiples: every change is in its place, only what it alters keeps its dress."""

from __future__ import annotations

from functools import cache

import pytest
from attrs import evolve

from simulator.scenario.library import read
from simulator.scenario.model import Scenario
from simulator.telling.figures.canvas import (
    COPY,
    INK,
    ORIGINAL,
    UNKNOWN,
    WATCHER,
    Drawing,
    Shape,
    Text,
)
from simulator.telling.figures.gallery import FIGURES
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import A4, SIZES, NoFigure, Size
from simulator.telling.figures.panels import Panel, Sheet, effect_of, marks, sheet
from simulator.telling.figures.render import as_bytes
from simulator.telling.figures.small_multiples import draw
from simulator.telling.words import LANGS, Lang, words
from simulator.worlds.finding import Finding, Request
from simulator.worlds.whatif import WhatIf, what_if
from tests.tools.pictures import faults

LONG = "Pictures/A folder whose name is sixty characters long, or even longer"
INCIDENTS = (
    *("dewu-2022", "qq-2020", "twitter-2019", "pdd-2021", "seal-211"),
    *("xiaohongshu-2023", "xuexi-qiangguo-2020", "picture-selector-cancel"),
)
OTHERS = ("wrong-app-blamed", "zero-byte-placeholder", "rename-then-unlink")


def scenario_of(name: str) -> Scenario:
    if name != "long":
        return read(name).value
    found = read("album-pipeline").value
    assumed = dict(found.assumed)
    assumed["pipeline.place"] = evolve(
        assumed["pipeline.place"], try_=(f"{LONG}/1", f"{LONG}/2", "internal-cache")
    )
    title = evolve(found.title, en="A title that goes on and on, " * 6, zh_CN="很长的标题，" * 12)
    album = tuple(
        evolve(found.phone.album[0], path=f"DCIM/Camera/VID_20221112_2055{n:02}.mp4")
        for n in range(30)
    )
    return evolve(found, title=title, assumed=assumed, phone=evolve(found.phone, album=album))


@cache
def material(name: str) -> Material:
    return Material(scenario_of(name))


@cache
def drawn(name: str, size: Size = "wide", lang: Lang = "en") -> Drawing:
    return draw(material(name), words(lang), size)


@cache
def shown(name: str, most: int = 16) -> Sheet:
    return sheet(material(name).scenario, material(name).what_if, most)


def said(drawing: Drawing) -> str:
    return " ".join(item.string for item in drawing.items if isinstance(item, Text))


def colours(drawing: Drawing, *groups: str) -> set[str]:
    """The colours of what is drawn in those groups."""
    found = set[str]()
    for item in drawing.items:
        if item.group.split(".")[0] in groups:
            both = (item.fill, item.stroke) if isinstance(item, Shape) else (item.color,)
            found.update(colour for colour in both if colour)
    return found


def number_of(drawing: Drawing, head: str) -> int:
    """The number of the panel with that head."""
    groups = [i.group for i in drawing.items if isinstance(i, Text) and i.string == head]
    return int(groups[0].partition("-")[2])


def world(**changes: object) -> Finding:
    """A finding with nothing in it but those values."""
    plain = Finding("silently", "intact", "none", False, "quiet", (), ())
    return evolve(plain, **changes)


# -- it can be read ----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["album-pipeline", "long", "pdd-2021"])
def test_it_can_be_read(name: str, size: Size, lang: Lang) -> None:
    assert faults(drawn(name, size, lang)) == []


@pytest.mark.parametrize("name", [*INCIDENTS, *OTHERS])
def test_the_incidents_and_others_can_be_read(name: str) -> None:
    assert faults(drawn(name)) == []


def test_it_is_laid_out_for_every_size_and_keeps_to_a_sheet_of_paper() -> None:
    assert FIGURES["what-if"].sizes == SIZES
    assert drawn("album-pipeline", "a4").height == A4
    assert drawn("album-pipeline", "wide").height <= 1600


# -- which changes are where -------------------------------------------------------------------


@pytest.mark.parametrize("name", ["album-pipeline", *INCIDENTS])
def test_every_single_change_is_somewhere_and_only_once(name: str) -> None:
    found = shown(name)
    told = [
        (panel.change[0], value)
        for panel in (*found.panels, *found.hidden)
        if panel.change is not None
        for value in (panel.change[1], *panel.likewise)
    ]
    for named in (found.same, found.impossible):
        told += [(path, value) for path, values in named.items() for value in values]
    singles = [one.changes[0] for one in material(name).what_if.singles]
    assert sorted(told) == sorted(singles)


@pytest.mark.parametrize("name", ["album-pipeline", "qq-2020", "pdd-2021", "rename-then-unlink"])
def test_a_panel_stands_in_the_group_of_what_its_change_does(name: str) -> None:
    base = material(name).what_if.base
    for effect, group in shown(name).groups.items():
        for panel in group:
            if effect in {"ends", "brings"}:
                assert bool(panel.found.notices) == (effect == "brings") != bool(base.notices)
            if effect in {"touches", "spares"}:
                assert panel.found.touched is (effect == "touches")


def test_what_makes_no_difference_has_no_panel_and_a_line() -> None:
    line = next(t for t in drawn("album-pipeline").description.split("\n") if "No diff" in t)
    assert "what a refused app is told" in line
    assert "which folders the phone watches (wide, complete)" in line
    assert "The phone has Android 12" not in line


def test_what_no_phone_can_have_is_named_in_one_line() -> None:
    text = "By itself no phone can be like that: the phone has Android 12;"
    assert text in said(drawn("album-pipeline"))


def test_values_of_one_factor_that_come_to_the_same_share_a_panel() -> None:
    panel = next(p for p in shown("album-pipeline").panels if p.change == ("app.granted", "[]"))
    assert panel.likewise == ("[READ_EXTERNAL_STORAGE]",)
    assert "likewise: permission to read" in said(drawn("album-pipeline"))


def test_of_more_panels_than_fit_those_come_first_that_the_scenario_leaves_open() -> None:
    few = shown("album-pipeline", 4)
    open_ = [p.change for p in few.panels if p.change and p.change[0] in few.scenario.assumed]
    assert ("clean_up.hits", "original") in open_
    assert ("pipeline.place", "internal-cache") in open_
    assert ("watcher.scope", "narrow") in open_
    assert len(few.panels) == 4
    assert few.hidden
    hidden = len(shown("album-pipeline", len(drawn_panels("album-pipeline"))).hidden)
    assert f"{hidden} more: cachelife whatif album-pipeline." in said(drawn("album-pipeline"))


def drawn_panels(name: str) -> set[str]:
    return {
        item.group.split(".")[0] for item in drawn(name).items if item.group.startswith("panel-")
    }


def test_the_title_counts_every_change_once() -> None:
    found = shown("album-pipeline")
    every = material("album-pipeline").what_if.singles
    number = sum(found.counts(effect) for effect in ("ends", "touches", "else", "same"))
    assert number == sum(one.found is not None for one in every)
    assert f"{found.counts('ends')} end the notice" in drawn("album-pipeline").title


# -- what a panel shows ------------------------------------------------------------------------


def test_the_first_panel_is_the_scenario_in_full_dress_with_its_records() -> None:
    drawing, verdict = drawn("album-pipeline"), material("album-pipeline").verdict
    assert colours(drawing, "files-0") >= {ORIGINAL, COPY}
    request, notice = verdict.removals[0].record, verdict.notices[0].notice.id
    assert INK in colours(drawing, f"record-{request}")
    assert WATCHER in colours(drawing, f"record-{notice}")
    assert f"(#{request}, #{notice})" in drawing.description


def test_where_only_the_notice_ends_all_else_is_grey() -> None:
    drawing = drawn("album-pipeline")
    number = number_of(drawing, "list of folders")
    assert WATCHER in colours(drawing, f"notice-{number}")
    rest = colours(drawing, f"files-{number}", f"request-{number}", f"app-{number}")
    assert not rest & {ORIGINAL, COPY, WATCHER, INK}


def test_where_the_original_is_named_only_that_keeps_its_dress() -> None:
    drawing = drawn("album-pipeline")
    number = number_of(drawing, "The clean-up names the original")
    assert ORIGINAL in colours(drawing, f"files-{number}")
    assert COPY not in colours(drawing, f"files-{number}")
    assert INK in colours(drawing, f"request-{number}")
    assert WATCHER not in colours(drawing, f"notice-{number}")


def test_a_panel_carries_what_to_write_to_make_its_change() -> None:
    assert "clean_up.hits=original" in said(drawn("album-pipeline"))
    assert "watcher.scope=narrow" in said(drawn("album-pipeline", "a4", "zh-CN"))


def test_a_job_that_fails_is_said_beside_the_marks() -> None:
    assert "the app could not do its job" in said(drawn("album-pipeline"))


def test_nothing_is_yellow_where_nothing_is_unknown() -> None:
    assert UNKNOWN not in {i.fill for i in drawn("album-pipeline").items if isinstance(i, Shape)}


def test_what_cannot_be_told_is_yellow() -> None:
    base, other = world(), world(touched=None, did="cannot_tell", outcome="cannot_tell")
    assert effect_of(Panel(None, base, marks(base), "same"), other) == "else"
    found = material("album-pipeline").what_if
    single = evolve(found.singles[0], found=other)
    drawing = draw(Fixed(evolve(found, singles=(single,))), words("en"), "wide")
    assert UNKNOWN in colours(drawing, "files-1")
    assert faults(drawing) == []


def test_a_request_that_found_no_file_names_none() -> None:
    nothing = Request("cannot_tell", "DCIM/a.mp4", "no_effect", "app")
    assert marks(world(requests=(nothing,))).asked == ()
    assert marks(world(requests=(evolve(nothing, result="done"),))).asked == ("unknown",)


def test_what_was_shot_is_an_original_where_it_is_the_users() -> None:
    shot = Request("capture", "DCIM/a.jpg", "done", "app")
    assert marks(world(requests=(shot,))).asked == ("shot",)
    assert marks(world(requests=(shot,), touched=True, did="deleted")).asked == ("original",)


class Fixed(Material):
    """The lesson, with other answers to what single changes come to."""

    def __init__(self, found: WhatIf) -> None:
        super().__init__(read("album-pipeline").value)
        self.found = found

    @property
    def what_if(self) -> WhatIf:  # type: ignore[override]
        return self.found


def test_a_scenario_that_nothing_changes_shows_itself() -> None:
    found = material("album-pipeline").what_if
    same = tuple(one for one in found.singles if one.found == found.base)
    drawing = draw(Fixed(evolve(found, singles=same)), words("en"), "wide")
    assert drawing.title == f"One change at a time: {len(same)} make no difference"
    assert faults(drawing) == []


def test_without_anything_to_change_there_is_no_figure() -> None:
    found = evolve(material("album-pipeline").what_if, singles=())
    with pytest.raises(NoFigure):
        draw(Fixed(found), words("en"), "wide")


def test_where_no_single_change_does_it_the_smallest_sets_are_named() -> None:
    scenario = read("album-pipeline").value
    quiet = evolve(scenario, watcher=evolve(scenario.watcher, overseas=True, whitelist="app"))
    found = what_if(quiet, ["watcher.overseas=false", "watcher.whitelist=none"])
    text = said(draw(Fixed(found), words("en"), "wide"))
    assert "No single change brings a notice. The smallest sets that do, each of 2 changes:" in text


# -- without eyes, and again -------------------------------------------------------------------


def test_the_description_tells_every_panel() -> None:
    text = drawn("pdd-2021").description
    for panel in shown("pdd-2021").panels:
        assert panel.change is not None
        assert "=".join(panel.change) in text
    assert "the original: deleted" in text


def test_the_same_input_gives_the_same_bytes() -> None:
    again = draw(material("xuexi-qiangguo-2020"), words("en"), "wide")
    assert as_bytes(again, "svg") == as_bytes(drawn("xuexi-qiangguo-2020"), "svg")
