"""Two stories with one notice: the same call draws both, and neither goes without the other."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from attrs import evolve
from typer.testing import CliRunner

from simulator.cli.main import app
from simulator.errors import CachelifeError, InputError
from simulator.scenario.family import with_value
from simulator.scenario.library import group, read, shipped, source
from simulator.scenario.model import Scenario
from simulator.telling.figures.canvas import UNKNOWN, Drawing, Shape, Text
from simulator.telling.figures.gallery import BOTH_STORIES, FIGURES
from simulator.telling.figures.material import Material
from simulator.telling.figures.page import SIZES, Size
from simulator.telling.figures.public import must_go_together, needed_frames
from simulator.telling.figures.render import as_bytes
from simulator.telling.figures.setting import plain
from simulator.telling.figures.two_facts import draw, tale
from simulator.telling.figures.two_facts.says import persons
from simulator.telling.figures.two_facts.singles import NUMBERS, frames
from simulator.telling.words import LANGS, Lang, words
from simulator.worlds.factors import values_of
from tests.tools.pictures import faults

INCIDENTS = group("incidents")
LONG = "The very long shop of second-hand things and videos for all."
LONG_HAN = "名字特别特别长的二手物品与视频分享交易应用" * 3
FEW = ("clean_up.hits", "pipeline.place")


@cache
def material(name: str) -> Material:
    """A family with all its worlds; anything else with so few that a test can run them."""
    return of(read(name).value)


def of(scenario: Scenario) -> Material:
    few = [path for path in FEW if len(values_of(scenario, path)) > 1]
    return Material(scenario, factors=() if scenario.family else tuple(few))


@cache
def drawn(name: str, lang: Lang = "en", size: Size = "wide") -> Drawing:
    return draw(material(name), words(lang), size)


@cache
def stressed() -> Material:
    """Names of 60 characters everywhere, and thirty files in the album."""
    scenario = read("album-pipeline").value
    folder = "Pictures/" + "a-folder-with-a-name-of-sixty-characters-or-there-abouts-xyz"
    first = scenario.phone.album[0]
    many = tuple(evolve(first, path=f"DCIM/Camera/VID_20221112_1{n:05}.mp4") for n in range(29))
    scenario = evolve(
        scenario,
        phone=evolve(scenario.phone, album=(first, *many)),
        app=evolve(scenario.app, label=evolve(scenario.app.label, en=LONG, zh_CN=LONG_HAN)),
    )
    return of(with_value(scenario, "pipeline.place", folder))


def library_text(name: str) -> str:
    return source(name)[0].decode()


def said(drawing: Drawing) -> list[str]:
    return [item.string for item in drawing.items if isinstance(item, Text)]


def groups(drawing: Drawing) -> set[str]:
    return {item.group.partition(".")[0] for item in drawing.items}


# -- readable ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["album-pipeline", *INCIDENTS])
def test_nothing_overlaps_or_leaves_its_place(name: str, lang: Lang, size: Size) -> None:
    assert faults(drawn(name, lang, size)) == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", LANGS)
def test_names_of_sixty_characters_and_thirty_files_stay_in_their_places(
    lang: Lang, size: Size
) -> None:
    assert faults(draw(stressed(), words(lang), size)) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", sorted(set(shipped()) - set(INCIDENTS)))
def test_every_shipped_scenario_has_its_two_stories(name: str, lang: Lang) -> None:
    assert faults(drawn(name, lang)) == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["album-pipeline", "qq-2020", "seal-211", "quiet-pipeline"])
def test_single_frames_are_as_readable(name: str, lang: Lang) -> None:
    for number, drawing in frames(material(name), words(lang)):
        assert (number, faults(drawing)) == (number, [])
        assert drawing.width == 1080
        assert drawing.height >= 1080


# -- what is the same is drawn the same ----------------------------------------------------------


def placed(drawing: Drawing, frame: str) -> list[object]:
    """What a frame shows, as if it began at the top, without its records' ids."""
    found = [item for item in drawing.items if item.group == frame]
    inside = drawing.items
    start = inside.index(found[0])
    end = len(inside) - inside[::-1].index(found[-1])
    items = inside[start:end]
    top = min(item.y for item in items if isinstance(item, Text))
    out: list[object] = []
    for item in items:
        if isinstance(item, Text):
            out.append((item.x, round(item.y - top, 6), item.string, item.size, item.color))
        else:
            path = tuple(
                (c[0], *(round(v - top * (i % 2), 6) for i, v in enumerate(c[1:])))
                for c in item.path
            )
            out.append((path, item.fill, item.stroke, item.width, item.dash))
    return out


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("frame", ["frame-6", "frame-7"])
def test_the_watchers_card_and_the_notice_are_the_same_to_the_stroke(
    frame: str, lang: Lang
) -> None:
    drawing = drawn("album-pipeline", lang)
    assert placed(drawing, frame) == placed(drawing, f"{frame}.2")


@pytest.mark.parametrize("frame", ["frame-5", "frame-8"])
def test_the_request_and_the_ending_are_not(frame: str) -> None:
    drawing = drawn("album-pipeline")
    assert placed(drawing, frame) != placed(drawing, f"{frame}.2")


def test_both_stories_take_the_same_room() -> None:
    drawing = drawn("album-pipeline")
    for n in range(5, 9):
        one, two = (
            [b for b in (item for item in drawing.items if item.group == name)]
            for name in (f"frame-{n}", f"frame-{n}.2")
        )
        assert one[0] != two[0]
    tall = [i for i in drawing.items if isinstance(i, Text) and i.string in {"5", "6", "7", "8"}]
    rows = sorted({item.y for item in tall})
    assert len(rows) == 2


# -- what a reader of this figure alone can say ----------------------------------------------------


def test_a_reader_learns_which_file_by_whom_whether_touched_and_how_to_know() -> None:
    shown = " ".join(said(drawn("album-pipeline")))
    assert "VID_20221112_210005.mp4" in shown
    assert "asked by: Shop; done by: its own process" in shown
    assert "original: untouched" in shown
    assert "Gallery > Albums > Recently deleted: read the path" in shown


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", INCIDENTS)
def test_who_asked_and_who_did_it_is_not_cut(name: str, lang: Lang) -> None:
    shown = said(drawn(name, lang))
    both = persons(tale(material(name)).a, words(lang))
    assert all(part.strip() in " ".join(shown) for part in re.split("[;；] ?", both))


def test_the_long_text_tells_the_same_with_record_ids() -> None:
    drawing, trace = drawn("album-pipeline"), material("album-pipeline").trace
    (removal,) = material("album-pipeline").verdict.removals[:1]
    assert f"A5. #{removal.record}" in drawing.description
    assert "B5. #" in drawing.description
    assert "DCIM/Camera/VID_20221112_205500.mp4 (original)" in drawing.description
    assert "A and B: = same, word for word." in drawing.description
    assert trace.header.scenario == "album-pipeline"


def test_everything_drawn_from_a_record_names_it() -> None:
    shown, told = groups(drawn("album-pipeline")), tale(material("album-pipeline"))
    for side in (told.a, told.b):
        assert side is not None
        assert side.act is not None
        assert side.match is not None
        assert side.notice is not None
        ids = {f"record-{n}" for n in (side.act.record, side.match.id, side.notice.id)}
        assert ids <= shown


def test_yellow_stands_where_something_is_not_known_and_nowhere_else() -> None:
    sure = evolve(read("album-pipeline").value, assumed={})
    bare = draw(of(sure), words("en"), "wide")
    yellow = [i for i in bare.items if isinstance(i, Shape) and i.fill == UNKNOWN]
    # The open claim of the notice, and how long the bin keeps a file.
    assert {i.group.partition("-")[0] for i in yellow} == {"frame"}
    assert len(yellow) == 4
    assert "assumed" not in said(bare)
    assert "assumed" in said(drawn("album-pipeline"))


# -- the finding ---------------------------------------------------------------------------------


def test_the_title_of_a_single_run_says_what_came_of_it() -> None:
    assert drawn("album-pipeline").title == (
        "An app asks to remove its own copy, and the phone says it deleted a video; the original"
        " is untouched"
    )


@pytest.mark.parametrize("name", INCIDENTS)
def test_the_title_of_an_incident_takes_no_side(name: str) -> None:
    if tale(material(name)).is_twin:
        assert drawn(name).title.startswith(("One notice, two stories", "One notice fits"))


def test_where_there_is_no_second_story_the_picture_says_so_with_its_count() -> None:
    shown = " ".join(said(drawn("seal-211")))
    assert "No second story among the combinations that were run" in shown
    assert f"Of {material('seal-211').twins.feasible:,} combinations none" in shown


def test_what_else_differs_in_the_second_story_is_said() -> None:
    assert "B differs in this:" in drawn("qq-2020").description
    assert "B differs in this:" not in drawn("album-pipeline").description


def test_what_is_before_is_called_the_same_only_where_it_is() -> None:
    assert tale(material("dewu-2022")).same_before
    assert not tale(material("pdd-2021")).same_before
    assert "as in story A" in said(drawn("pdd-2021"))


def test_every_unknown_stands_in_the_strip_with_all_its_values() -> None:
    told = tale(material("dewu-2022"))
    assert {u.path for u in told.unknowns} == set(read("dewu-2022").value.assumed)
    place = next(u for u in told.unknowns if u.path == "pipeline.place")
    assert {v.value: v.tried for v in place.values} == {
        "Pictures/Shop": "holds",
        "internal-cache": "no_notice",
        "external-cache": "no_notice",
        "DCIM/Camera": "holds",
    }
    hits = next(u for u in told.unknowns if u.path == "clean_up.hits")
    assert [v.tried for v in hits.values] == ["holds", "other_fate"]


# -- what may be published -------------------------------------------------------------------------


def test_an_incident_has_no_figure_without_both_stories() -> None:
    with pytest.raises(InputError, match="frames 9 and 10"):
        must_go_together(material("dewu-2022"), ["timeline"])
    must_go_together(material("dewu-2022"), [BOTH_STORIES, "timeline"])
    must_go_together(material("album-pipeline"), ["timeline"])


def test_an_incident_that_assumes_nothing_has_none_either() -> None:
    sure = evolve(read("dewu-2022").value, assumed={})
    with pytest.raises(InputError, match="assumes nothing"):
        must_go_together(Material(sure), list(FIGURES))


def test_an_incident_is_not_settled_by_hand() -> None:
    with pytest.raises(InputError, match="not settled by --set"):
        must_go_together(material("dewu-2022"), list(FIGURES), ["clean_up.hits=app_copy"])


def test_an_incident_is_no_single_run() -> None:
    alone = evolve(read("dewu-2022").value, family=False)
    with pytest.raises(InputError, match="judged over all"):
        must_go_together(Material(alone), list(FIGURES))


def test_what_is_on_public_record_is_an_incident_whatever_its_tags() -> None:
    untagged = evolve(read("dewu-2022").value, tags=())
    with pytest.raises(InputError, match="frames 9 and 10"):
        must_go_together(Material(untagged), ["timeline"])


def test_a_value_with_the_same_notice_and_fate_keeps_the_finding() -> None:
    told = tale(material("qq-2020"))
    what = next(u for u in told.unknowns if u.path == "pipeline.variant")
    found = {v.value: v.tried for v in what.values}
    assert found["delete-copy"] in {"holds", "other_notice"}
    assert found["delete-original"] != "holds"


def test_a_value_that_brings_a_notice_where_there_was_none_is_told_so() -> None:
    told = tale(of(read("whitelisted-app").value))
    tried = {v.tried for u in told.unknowns for v in u.values}
    assert "no_notice" not in tried or told.a.notice is not None


def test_where_nothing_else_is_aimed_at_there_is_no_second_story() -> None:
    assert tale(material("move-to-app-folder")).b is None


def test_a_shot_that_is_removed_is_the_original_and_not_another_file() -> None:
    told = tale(material("stale-last-capture"))
    assert told.a.act is not None
    assert told.a.act.whose == "original"
    assert "stays silent" not in drawn("stale-last-capture").title


def test_a_notice_that_names_another_app_is_told_so() -> None:
    assert "names another app" in drawn("wrong-app-blamed").title


def test_nothing_half_made_is_left_where_a_figure_cannot_be_drawn(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(library_text("quiet-pipeline").replace("小店", "小🎬店"), encoding="utf-8")
    arguments = ["figures", str(file), "--only", "timeline", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, arguments)
    assert isinstance(done.exception, CachelifeError)
    assert "U+1F3AC" in str(done.exception)
    assert not (tmp_path / "out").exists()


def test_letters_from_right_to_left_are_shown_by_their_numbers() -> None:
    assert plain("متجر.mp4") == "\\u{645}\\u{62a}\\u{62c}\\u{631}.mp4"


def test_with_unknowns_the_twin_and_what_is_not_known_go_along() -> None:
    assert needed_frames(material("album-pipeline"), [7]) == (7, 9, 10)
    sure = Material(evolve(read("album-pipeline").value, assumed={}))
    assert needed_frames(sure, [7]) == (7,)


def test_frames_of_an_incident_are_refused_without_these_two() -> None:
    with pytest.raises(InputError, match="not made without the twin"):
        needed_frames(material("dewu-2022"), [7])
    assert needed_frames(material("dewu-2022"), [7, 9, 10]) == (7, 9, 10)


def test_a_frame_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="no frame 12; they go from 0 to 11"):
        needed_frames(material("album-pipeline"), [12])
    assert tuple(range(12)) == NUMBERS


# -- files -----------------------------------------------------------------------------------------


def test_on_paper_there_are_two_sheets() -> None:
    drawing = drawn("album-pipeline", "en", "a4")
    pdf = as_bytes(drawing, "pdf")
    assert drawing.sheets == 2
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 2
    assert pdf == as_bytes(drawing, "pdf")
    assert not re.search(rb"CreationDate|Matplotlib|Producer", pdf)


def test_the_command_writes_each_language_and_format_with_words_beside_them(
    tmp_path: Path,
) -> None:
    arguments = ["figures", "qq-2020", "--only", BOTH_STORIES, "--out", str(tmp_path)]
    done = CliRunner().invoke(app, [*arguments, "--format", "svg", "--format", "pdf"])
    assert done.exit_code == 0, done.output
    names = {f"{BOTH_STORIES}.{lang}.{end}" for lang in LANGS for end in ("svg", "pdf", "txt")}
    assert {path.name for path in tmp_path.iterdir()} == names


def test_single_frames_are_written_beside_the_figure(tmp_path: Path) -> None:
    arguments = ["figures", "qq-2020", "--only", BOTH_STORIES, "--frame", "9", "--frame", "10"]
    more = ["--format", "png", "--lang", "en", "--out", str(tmp_path)]
    assert CliRunner().invoke(app, [*arguments, *more]).exit_code == 0
    assert (tmp_path / f"{BOTH_STORIES}.frame-09.en.png").exists()
    assert (tmp_path / f"{BOTH_STORIES}.en.png").exists()
    assert not (tmp_path / f"{BOTH_STORIES}.zh-CN.png").exists()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--only", "timelin"], "did you mean “timeline”"),
        (["--format", "eps"], "format"),
        (["--size", "a3"], "size"),
        (["--only", "timeline"], "frames 9 and 10"),
    ],
)
def test_what_cannot_be_made_is_refused_in_words(
    more: list[str], told: str, tmp_path: Path
) -> None:
    done = CliRunner().invoke(app, ["figures", "qq-2020", *more, "--out", str(tmp_path / "x")])
    assert isinstance(done.exception, InputError)
    assert told in str(done.exception)
    assert not (tmp_path / "x").exists()
