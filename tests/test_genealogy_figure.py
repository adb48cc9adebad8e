"""The family tree of files: who made what of what, and at whom an arrow of removal points."""

from __future__ import annotations

from functools import cache

import pytest

from simulator.scenario.library import shipped
from simulator.telling.figures.canvas import APP, UNKNOWN, WATCHER, Drawing, Shape, Text
from simulator.telling.figures.genealogy import draw
from simulator.telling.figures.page import SIZES, Size
from simulator.telling.figures.pedigree import AT_FILE, Node, Tree, tree
from simulator.telling.words import LANGS, Lang, words
from tests.tools.materials import material
from tests.tools.pictures import faults

#: Tried in every size and language: those that are hard to draw.
HARD = ("seal-211", "long names", "long names, original", "sweep of a crowd")
#: Tried once, in one size and language or another.
ONCE = tuple(
    (name, SIZES[i % 3], LANGS[i // 3 % 2]) for i, name in enumerate(shipped()) if name not in HARD
)


@cache
def drawn(name: str, size: Size = "wide", lang: Lang = "en") -> Drawing:
    return draw(material(name), words(lang), size)


def of(name: str, most: int = 8) -> Tree:
    made = material(name)
    return tree(made.trace, made.verdict, made.run.story, most)


def the(dress: str, family: Tree) -> Node:
    return next(node for node in family.nodes if node.dress == dress)


def kinds(node: Node) -> list[str]:
    return [deed.kind for deed in node.deeds]


def texts(drawing: Drawing) -> list[str]:
    return [item.string for item in drawing.items if isinstance(item, Text)]


def strokes(drawing: Drawing, color: str, width: float) -> list[Shape]:
    return [
        i for i in drawing.items if isinstance(i, Shape) and (i.stroke, i.width) == (color, width)
    ]


# -- it can be read ----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", HARD)
def test_it_can_be_read(name: str, size: Size, lang: Lang) -> None:
    assert faults(drawn(name, size, lang)) == []


@pytest.mark.parametrize(("name", "size", "lang"), ONCE)
def test_every_scenario_has_a_tree(name: str, size: Size, lang: Lang) -> None:
    assert faults(drawn(name, size, lang)) == []


def test_the_same_scenario_gives_the_same_picture() -> None:
    assert drawn("scan-race", "long") == draw(material("scan-race"), words("en"), "long")


# -- the finding -------------------------------------------------------------------------------


def test_an_untouched_original_has_no_arrow_of_removal() -> None:
    original = the("original", of("album-pipeline"))
    assert not AT_FILE & set(kinds(original))
    assert drawn("album-pipeline").title == (
        "The one removal request names a file that the app had made; the original is untouched"
    )


def test_an_original_that_is_hit_has_one() -> None:
    assert "remove" in kinds(the("original", of("original")))
    assert drawn("original").title.startswith("The one removal request names the original")


def test_a_loss_without_a_removal_request_is_told_as_one() -> None:
    assert drawn("overwrite-in-place").title == (
        "Nobody asks for a file to be removed; the original’s content is another at the end"
    )
    assert kinds(the("original", of("overwrite-in-place")))[0] == "empty"
    assert "taken" in kinds(the("original", of("replace-by-rename")))


def test_requests_for_both_are_counted_apart() -> None:
    assert drawn("rename-original-away").title == (
        "The original is named in 1 of 2 removal requests; the original is gone at the end"
    )


@pytest.mark.parametrize("name", shipped())
def test_an_arrow_points_at_an_original_only_where_the_records_say_so(name: str) -> None:
    family, made = of(name, 10_000), material(name)
    changed = {o.file for o in made.verdict.originals if o.touched_by or o.changed_by}
    hit = {n.file for n in family.nodes if n.dress == "original" and AT_FILE & set(kinds(n))}
    assert hit <= changed


# -- the files ---------------------------------------------------------------------------------


def test_a_renamed_file_is_one_node_with_its_names_in_order() -> None:
    copy = the("copy", of("dewu-2022"))
    assert [name.path.rpartition("/")[0] for name in copy.names] == [
        "Pictures/Shop",
        "Pictures/Shop",
        "Pictures/.Gallery2/recycle",
    ]
    assert [name.by for name in copy.names][1:] == ["com.android.gallery3d"] * 2


def test_a_file_stands_right_of_what_it_is_made_from() -> None:
    family = of("internal-cache")
    at = {node.file: node.column for node in family.nodes}
    links = [(at[s], node.column) for node in family.nodes for s, _ in node.sources]
    assert len(links) == 2
    assert all(source < column for source, column in links)


def test_an_original_stands_at_the_left_although_nobody_touched_it() -> None:
    original = the("original", of("twitter-2019"))
    assert original.column == 0
    assert not original.reads
    assert "not opened to read" in " ".join(texts(drawn("twitter-2019")))


def test_a_shot_is_made_for_the_user_and_its_copy_from_it() -> None:
    family = of("pdd-2021")
    shot = next(node for node in family.nodes if node.shot)
    assert shot.dress == "original"
    assert the("copy", family).sources[0][0] == shot.file


def test_a_folder_that_an_app_asks_to_remove_is_a_node_and_the_uninstaller_s_are_not() -> None:
    assert the("folder", of("twitter-2019")).deeds[0].result == "refused"
    assert not [node for node in of("reinstalled-owner").nodes if node.dress == "folder"]


def test_a_marker_that_the_phone_makes_for_itself_is_no_relative() -> None:
    names = [name.path for node in of("scan-race").nodes for name in node.names]
    assert not [name for name in names if name.endswith(".nomedia")]


def test_files_that_nobody_touched_are_one_line() -> None:
    assert "29 more files, untouched." in texts(drawn("crowd"))
    assert of("crowd").untouched == 29


def test_of_many_touched_files_some_are_drawn_and_the_rest_counted() -> None:
    family = of("sweep of a crowd")
    assert (len(family.nodes), family.more, family.untouched) == (8, 22, 0)
    assert "22 more files were touched and are not drawn." in texts(drawn("sweep of a crowd"))
    assert drawn("sweep of a crowd").title.startswith("Each of the 30 removal requests names")


def test_a_request_made_again_and_again_is_one_arrow_with_its_number() -> None:
    assert kinds(the("copy", of("retry-storm"))).count("remove") == 1
    assert "asks 30 times to remove it: refused each time" in texts(drawn("retry-storm"))


def test_what_comes_after_the_run_is_not_told() -> None:
    made = material("dewu-2022")
    assert max(r.t for r in made.trace.records) > made.run.story.end
    assert all(d.t <= made.run.story.end for node in of("dewu-2022").nodes for d in node.deeds)
    assert str(the("copy", of("dewu-2022")).ends) == "at the end: in the bin"


# -- how it is drawn ---------------------------------------------------------------------------


def test_a_refused_request_ends_at_a_bar_in_the_colour_of_who_refused() -> None:
    assert len(strokes(drawn("album-pipeline"), WATCHER, 5)) == 1
    assert len(strokes(drawn("reinstalled-owner"), APP, 5)) == 1
    assert not strokes(drawn("five-views"), WATCHER, 5) + strokes(drawn("five-views"), APP, 5)


def test_yellow_marks_the_mover_where_that_is_assumed_and_nothing_else() -> None:
    yellow = [i.group for i in drawn("dewu-2022").items if getattr(i, "fill", None) == UNKNOWN]
    (binned,) = [d for d in the("copy", of("dewu-2022")).deeds if d.kind == "bin"]
    assert yellow == [f"record-{binned.records[0]}"]
    assumed = {a.path for a in material("five-views").trace.header.assumed}
    assert "watcher.rename_actor" not in assumed
    assert not [i for i in drawn("five-views").items if getattr(i, "fill", None) == UNKNOWN]


def test_every_thing_names_its_record_and_the_description_tells_it() -> None:
    drawing, family = drawn("album-pipeline"), of("album-pipeline")
    groups = {item.group for item in drawing.items}
    for node in family.nodes:
        assert f"record-{node.born}" in groups
        for deed in node.deeds:
            assert "record-" + "-".join(map(str, deed.records[:2])) in groups
            assert all(f"#{record}" in drawing.description for record in deed.records)
        assert all(f"#{name.record}" in drawing.description for name in node.names)
    frame = {group.partition(".")[0] for group in groups if not group.startswith("record-")}
    assert frame == {"title", "condition", "rest", "footer"}
