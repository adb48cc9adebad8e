"""The figure of conditions: what it shows is what the conditions say, and it can be read."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from attrs import evolve

from simulator.outcomes import Outcome
from simulator.scenario.library import read
from simulator.scenario.model import Scenario
from simulator.telling.figures.canvas import (
    COPY,
    ORIGINAL,
    SMALLEST,
    UNKNOWN,
    Box,
    Drawing,
    Shape,
    Text,
)
from simulator.telling.figures.condition_sets import Row, cell, table
from simulator.telling.figures.exactly_when import _BAND, draw
from simulator.telling.figures.gallery import FIGURES
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import SIZES, Size
from simulator.telling.figures.render import as_bytes
from simulator.telling.words import LANGS, Lang, words
from simulator.worlds.conditions import Conditions, conditions
from simulator.worlds.factors import known, space_for
from tests.tools.pictures import faults

LONG = "Pictures/A folder whose name is sixty characters long, or even longer"
#: A scenario, the changes made to it, and the factors that are asked about (none: its own).
WORLDS: dict[str, tuple[str, dict[str, str], tuple[str, ...]]] = {
    "album": (
        "album-pipeline",
        {},
        ("pipeline.place", "clean_up.hits", "watcher.scope", "pipeline.name", "watcher.app_sees"),
    ),
    "many sets": (
        "album-pipeline",
        {},
        (
            "pipeline.place",
            "clean_up.hits",
            "clean_up.via",
            "watcher.scope",
            "watcher.whitelist",
            "watcher.attribution",
            "phone.android=12",
            "phone.stack=fuse",
        ),
    ),
    "long names": (
        "album-pipeline",
        {
            "pipeline.place": LONG,
            "assumed[pipeline.place].use": LONG,
            "title.en": "A title of a scenario that goes on for much longer than titles do, " * 3,
            "title.zh-CN": "一个特别特别长的场景标题，比通常的标题长得多" * 4,
        },
        (f"pipeline.place={LONG}/more,DCIM/Camera", "clean_up.hits", "watcher.scope"),
    ),
    "qq": ("qq-2020", {}, ()),
    "pdd": ("pdd-2021", {}, ()),
    "twitter": ("twitter-2019", {}, ()),
    "picker": ("picture-selector-cancel", {}, ()),
    "seal": ("seal-211", {}, ()),
    "notes": ("xiaohongshu-2023", {}, ()),
    "lesson": ("xuexi-qiangguo-2020", {}, ()),
    "always": ("consent-batch", {}, ()),
    "loss": ("whitelisted-app", {}, ("clean_up.hits", "watcher.whitelist", "watcher.overseas")),
    "sweep": ("sweep-by-pattern", {}, ("pipeline.place", "pipeline.name", "app.storage")),
}
#: Every world in one size, and those in all sizes that strain the layout.
CASES = [
    *((world, "wide") for world in WORLDS),
    *((world, size) for world in ("many sets", "long names", "twitter") for size in SIZES[1:]),
]


@cache
def material(world: str) -> Material:
    name, changes, asked = WORLDS[world]
    scenario = read(name).value
    return Material(_changed(scenario, changes) if changes else scenario, factors=asked)


def _changed(scenario: Scenario, changes: dict[str, str]) -> Scenario:
    place = changes["pipeline.place"]
    assumed = dict(scenario.assumed)
    assumed["pipeline.place"] = evolve(assumed["pipeline.place"], use=place)
    title = evolve(scenario.title, en=changes["title.en"], zh_CN=changes["title.zh-CN"])
    pipeline = evolve(scenario.pipeline, place=place)
    return evolve(scenario, title=title, pipeline=pipeline, assumed=assumed)


class Odd(Material):
    """A material with conditions that no scenario has by itself."""

    def __init__(self, scenario: Scenario, odd: Conditions) -> None:
        super().__init__(scenario)
        self.odd = odd

    @property
    def conditions(self) -> Conditions:  # type: ignore[override]
        return self.odd


@cache
def found(name: str) -> Material:
    scenario = read("album-pipeline").value
    space = space_for(scenario, ["pipeline.place", "clean_up.hits", "watcher.scope"])
    outcome: Outcome = "with_consent" if "none" in name else "warning_without_touch"
    most = 1 if name.startswith("sampled") else None
    return Odd(scenario, conditions(space, outcome, most=most))


@cache
def drawn(world: str, size: Size = "wide", lang: Lang = "en") -> Drawing:
    told = material(world) if world in WORLDS else found(world)
    return draw(told, words(lang), size)


def said(drawing: Drawing) -> str:
    return " ".join(item.string for item in drawing.items if isinstance(item, Text))


def inked(drawing: Drawing, group: str) -> list[Shape]:
    return [i for i in drawing.items if isinstance(i, Shape) and i.group.split(".")[0] == group]


# -- it can be read ----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(("world", "size"), CASES)
def test_it_can_be_read(world: str, size: Size, lang: Lang) -> None:
    assert faults(drawn(world, size, lang)) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["none", "sampled", "sampled none"])
def test_what_no_scenario_has_by_itself_can_be_read_too(name: str, size: Size, lang: Lang) -> None:
    assert faults(drawn(name, size, lang)) == []


def test_nothing_is_under_nine_points() -> None:
    sizes = [i.size for i in drawn("many sets").items if isinstance(i, Text)]
    assert min(sizes) >= SMALLEST


@pytest.mark.parametrize("size", SIZES)
def test_no_pill_reaches_into_the_next_column(size: Size) -> None:
    shown, ends = drawn("many sets", size), []
    for number in range(1, 4):
        xs = [c[1] for s in inked(shown, f"set-{number}") for c in s.path if c[0] != "Z"]
        ends.append((min(xs), max(xs)))
    assert all(right + 2 < left for (_, right), (left, _) in pairwise(ends))


def test_it_is_laid_out_for_every_size() -> None:
    assert FIGURES["exactly-when"].sizes == SIZES


# -- what it shows -----------------------------------------------------------------------------


@pytest.mark.parametrize("world", ["album", "qq", "twitter", "notes", "lesson"])
def test_a_bar_stands_for_every_set_with_the_worlds_that_it_covers(world: str) -> None:
    told = material(world)
    numbers = [
        item.string
        for item in drawn(world).items
        if isinstance(item, Text) and item.group.startswith("set-") and item.size == 20
    ]
    assert numbers == [str(n) for n in sorted(told.conditions.covers, reverse=True)]


def test_bars_are_as_tall_as_their_sets_cover() -> None:
    shown, told = drawn("qq"), material("qq")
    covers = sorted(told.conditions.covers, reverse=True)
    talls = []
    for number in range(1, len(covers) + 1):
        bar = inked(shown, f"set-{number}")[0]
        ys = [c[2] for c in bar.path if c[0] != "Z"]
        talls.append(max(ys) - min(ys))
    assert [t / talls[0] for t in talls] == pytest.approx([c / covers[0] for c in covers])


def test_what_is_necessary_comes_first_on_the_band_and_in_bold() -> None:
    told, shown = material("album"), drawn("album")
    bold = [
        item.string
        for item in shown.items
        if isinstance(item, Text) and item.group.startswith("row-") and item.bold
    ]
    assert "Where did the app put its copy?" in bold
    assert len([b for b in bold if b]) >= len(told.conditions.necessary)
    band = next(s for s in inked(shown, "rows") if s.fill == _BAND)
    low = max(c[2] for c in band.path if c[0] != "Z")
    rows = {i.group: i for i in shown.items if isinstance(i, Text) and i.group.startswith("row-")}
    for number in range(1, len(rows) + 1):
        assert (rows[f"row-{number}"].y < low) == (number <= len(told.conditions.necessary))


def test_cells_hold_values_in_words_and_the_copy_in_its_own_dress() -> None:
    shown = drawn("album")
    assert "like a camera's" in said(shown)
    assert "not narrow" in said(shown)
    assert any(shape.stroke == COPY for shape in inked(shown, "set-1"))
    assert any(shape.fill == ORIGINAL for shape in inked(drawn("pdd"), "set-2"))


def test_a_line_joins_the_first_and_the_last_value_of_a_set() -> None:
    shown = drawn("pdd")
    lines = {
        number: [s for s in inked(shown, f"set-{number}") if s.width == 4.0 and not s.fill]
        for number in (1, 2)
    }
    assert [len(lines[1]), len(lines[2])] == [0, 1]


def test_a_factor_of_which_any_value_will_do_has_a_line_of_its_own() -> None:
    assert "Any value will do in every set: what a refused app is told." in said(drawn("album"))


def test_of_more_sets_than_fit_the_rest_is_counted() -> None:
    told = material("many sets")
    number = len(told.conditions.cover)
    assert number > 6
    for size, shown in zip(SIZES, (5, 3, 3), strict=True):
        drawing = drawn("many sets", size)
        assert f"{number - shown} more sets" in said(drawing)
        assert inked(drawing, f"set-{shown}")
        assert not inked(drawing, f"set-{shown + 1}")
    assert "cachelife when album-pipeline" in said(drawn("many sets"))


def test_who_can_change_a_factor_is_said() -> None:
    parties = {factor.changes for factor in known().values()}
    assert parties >= {"app maker", "phone maker"}
    for size in SIZES:
        assert "the app's maker" in said(drawn("album", size))
        assert "the phone's maker" in said(drawn("album", size))


def test_the_counts_are_those_of_the_conditions() -> None:
    told = material("album").conditions
    assert (
        f"All {len(told.space)} combinations were written down, {told.feasible} are possible,"
        in said(drawn("album"))
    )
    assert f"{told.happens_in} have this outcome." in said(drawn("album"))
    assert sum(told.covers) > told.happens_in
    assert "Sets overlap" in said(drawn("album"))
    assert "only repeat others" in said(drawn("seal"))


def test_all_but_one_value_are_told_by_the_one_that_is_not() -> None:
    row = Row("watcher.scope", "", "", False, ("narrow", "medium", "wide"))
    assert cell(row, ("medium", "wide"), words("en")) == ("not narrow",)
    assert cell(row, ("wide",), words("en")) == ("wide",)
    four = Row("pipeline.place", "", "", False, ("a", "b", "c", "d", "e"))
    assert cell(four, ("a", "b", "c"), words("en")) == ("a, ", "b or ", "c")


# -- it is honest ------------------------------------------------------------------------------


def test_a_rule_that_is_a_hypothesis_is_tagged_where_it_is_on_duty() -> None:
    assert said(drawn("pdd")).count("hypothesis") == 2
    assert "partly hypothesis" in said(drawn("twitter"))
    assert "no source confirms how this watcher works: huawei-2019" in said(drawn("twitter"))
    yellow = [i for i in drawn("qq").items if isinstance(i, Shape) and i.fill == UNKNOWN]
    assert not yellow
    assert "hypothesis" not in said(drawn("qq")).lower()


@pytest.mark.parametrize("name", ["sampled", "sampled none"])
def test_a_sample_gives_no_conditions_and_does_not_say_exactly(name: str) -> None:
    shown = drawn(name)
    assert "exactly" not in (said(shown) + shown.title + shown.description).lower()
    assert shown.title.startswith("Sampled:")
    assert not [s for s in shown.items if isinstance(s, Shape) and s.fill == _BAND]
    assert "no conditions are given" in said(shown)


def test_a_sample_shows_what_its_worlds_share() -> None:
    assert "the app's own copy" in said(drawn("sampled"))
    assert "Not the same in all of them: which folders the phone watches." in said(drawn("sampled"))


def test_an_outcome_that_always_comes_or_does_not_come_says_so() -> None:
    assert "in every combination that is possible" in drawn("always").title
    assert "any value will do" in said(drawn("always"))
    assert "in none of the combinations tried" in drawn("none").title
    for name in ("always", "none"):
        assert "necessary" not in said(drawn(name))
        assert "values tried" in said(drawn(name))


def test_without_anything_necessary_nothing_is_shaded() -> None:
    assert "no single condition is needed every time" in drawn("pdd").title
    assert not [s for s in drawn("pdd").items if isinstance(s, Shape) and s.fill == _BAND]


def test_a_value_that_follows_from_the_rest_of_a_set_is_shown_too() -> None:
    told = material("sweep").conditions
    implied = evolve(told, cover=tuple({} for _ in told.cover))
    shown = table(material("sweep").scenario, implied, words("en"), 6)
    assert all(told.necessary[path] == shown.shown[0].values[path] for path in told.necessary)


# -- without eyes ------------------------------------------------------------------------------


def test_the_description_tells_every_set_also_those_that_are_not_drawn() -> None:
    told, text = material("many sets").conditions, drawn("many sets").description
    assert all(f"Set {n} covers" in text for n in range(1, len(told.cover) + 1))
    assert "the clean-up names the app's own copy" in text
    assert "Necessary in every set:" in text
    assert all(path in text for path in told.necessary)


def test_the_same_input_gives_the_same_bytes() -> None:
    again = draw(material("album"), words("en"), "wide")
    assert as_bytes(again, "svg") == as_bytes(drawn("album"), "svg")


@pytest.mark.parametrize("lang", LANGS)
def test_words_that_judge_are_kept_out(lang: Lang) -> None:
    forbidden = ("false alarm", "prove", "merely", "误报", "证明", "从未", "只是", "不可能")
    for world in ("album", "qq", "pdd"):
        assert not [w for w in forbidden if w in said(drawn(world, "wide", lang))]


def test_the_page_ends_below_everything() -> None:
    for size in SIZES:
        shown = drawn("many sets", size)
        page = Box(0, 0, shown.width, shown.height)
        assert all(box.within(page) for box in shown.boxes)
