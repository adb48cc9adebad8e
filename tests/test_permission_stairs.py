"""The table of capabilities: what its cells say, how it is told, and the stairs drawn from it."""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import combinations, product
from pathlib import Path
from xml.etree import ElementTree

import pytest
from attrs import evolve

from simulator.android.permissions.caller import (
    MANAGE_ALL,
    MANAGE_MEDIA,
    READ,
    READ_VIDEO,
    SELECTED,
    WRITE,
    Caller,
)
from simulator.android.permissions.decide import decide
from simulator.android.permissions.decision import ROUTES
from simulator.android.permissions.item import Item
from simulator.android.permissions.kinds import OWN_ROUTES, VIDEO, Kind, cell, kind_of, kinds
from simulator.android.versions import API, COLUMNS
from simulator.scenario.library import read
from simulator.telling.capabilities import (
    DETAILS,
    NAMES,
    OF_ITS_TIME,
    as_values,
    assumptions,
    condition,
    told,
)
from simulator.telling.figures import Drawing
from simulator.telling.figures import stairs as figure
from simulator.telling.figures.canvas import INK, SMALLEST, UNKNOWN, WHITE, Shape, Text
from simulator.telling.figures.render import as_bytes
from simulator.telling.figures.stairs import finding, stairs
from simulator.telling.measures import columns
from simulator.telling.words import LANGS, Lang, words
from simulator.verdict.capabilities import Place, Square, Table, column_of, places, table

CATALOGUE = files("simulator.telling") / "locale" / "zh_CN" / "LC_MESSAGES" / "cachelife.mo"
AT_HAND = [lang for lang in LANGS if lang == "en" or CATALOGUE.is_file()]
FORBIDDEN = (
    *("false alarm", "prove", "never", "merely", "cannot"),
    *("误报", "缓存", "证明", "从未", "只是", "不可能", "谣言", "恶意"),
)
BY_ID = {kind.id: kind for kind in kinds()}
UP_TO_9, FROM_11, FROM_12, FROM_14 = COLUMNS[:6], COLUMNS[7:], COLUMNS[8:], COLUMNS[10:]
ALL_FILES = frozenset({MANAGE_ALL})
S, A, N = "silently", "after_consent", "no"


# -- the cells ---------------------------------------------------------------------------------

#: Permission dossier 5: kinds, versions, and the answer by path, through MediaStore, by a request.
DOSSIER = [
    (["storage"], UP_TO_9, (S, S, N)),
    (["reader", "nothing"], UP_TO_9, (N, N, N)),
    (["legacy"], ["10"], (S, S, N)),
    (["storage", "reader"], ["10"], (N, A, N)),
    (["nothing"], ["10"], (N, N, N)),
    (["gallery"], ["10"], (N, S, N)),
    (["legacy"], FROM_11, (S, S, A)),
    (["storage", "reader"], FROM_11, (N, A, A)),
    (["nothing"], FROM_11, (N, N, A)),
    (["media-manager"], FROM_12, (N, A, S)),
    (["all-files"], FROM_11, (S, S, A)),
    (["gallery"], FROM_11, (S, S, A)),
    (["selected"], FROM_14, (N, A, A)),
]
CELLS = {
    (name, android): answers
    for names, versions, answers in DOSSIER
    for name, android in product(names, versions)
}


@pytest.mark.parametrize(("name", "android"), CELLS)
def test_a_cell_answers_route_by_route_as_the_sources_say(name: str, android: str) -> None:
    found = cell(BY_ID[name], API[android]).routes
    answers = tuple(found[route].answer for route in ("path", "mediastore", "request"))
    assert answers == CELLS[name, android]


@pytest.mark.parametrize(("name", "android"), CELLS)
def test_the_user_may_hand_any_video_over_but_not_by_the_photo_picker(
    name: str, android: str
) -> None:
    found = cell(BY_ID[name], API[android]).routes
    assert (found["saf"].answer, found["picker"].answer) == (A, N)


@pytest.mark.parametrize("name", BY_ID)
def test_a_kind_has_a_cell_where_the_sources_have_a_row_and_nowhere_else(name: str) -> None:
    there = [a for a in COLUMNS if cell(BY_ID[name], API[a]).answer != "not_there_yet"]
    assert there == [android for android in COLUMNS if (name, android) in CELLS]


@pytest.mark.parametrize(("name", "android"), CELLS)
def test_a_cell_is_the_easiest_of_the_apps_own_routes(name: str, android: str) -> None:
    found = cell(BY_ID[name], API[android])
    answers = CELLS[name, android]
    assert found.answer == next(answer for answer in (S, A, N) if answer in answers)
    assert found.by is not None
    assert found.routes[found.by].answer == found.answer


@pytest.mark.parametrize(
    ("name", "android", "error"),
    [
        ("reader", "9", "EACCES"),
        ("storage", "10", "EACCES"),
        ("storage", "11", "ENOENT"),
        ("selected", "14", "ENOENT"),
    ],
)
def test_a_refusal_by_path_has_the_error_of_its_version(
    name: str, android: str, error: str
) -> None:
    assert cell(BY_ID[name], API[android]).routes["path"].error == error


def _apps() -> Iterator[Caller]:
    """Apps as scenarios describe them."""
    held = (READ, WRITE, READ_VIDEO, SELECTED, MANAGE_ALL, MANAGE_MEDIA)
    grants = [frozenset(g) for n in range(len(held) + 1) for g in combinations(held, n)]
    for api, target, granted in product(API.values(), (23, 29, 30, 33, 36), grants):
        for flag in (True, False):
            if (flag or api >= 29) and not (flag and api >= 30 and target >= 30):
                yield Caller(api, target, granted, flag)


def test_an_app_can_what_the_cell_says_that_it_is_put_into() -> None:
    ease, item, wrong = (S, A, N), Item(VIDEO, selected=True), []
    for app in _apps():
        answers = {decide(app, "delete", route, item).answer for route in OWN_ROUTES}
        easiest = next(answer for answer in ease if answer in answers)
        if cell(kind_of(app), app.api).answer != easiest:
            wrong.append(app)
    assert wrong == []


def test_an_apps_own_folder_needs_no_permission_at_any_version() -> None:
    """The line under the figure's title says so."""
    item = Item("Android/data/com.example.app/files/a.mp4", own_folder=True)
    apps = [Caller(api, api) for api in API.values()]
    assert {decide(app, "delete", "path", item).answer for app in apps} == {S}


def test_a_half_version_stands_in_the_column_of_its_whole_one() -> None:
    halves = ("4.4", "5.1", "7.1", "8.1", "12L", "16")
    assert [column_of(android) for android in halves] == ["4.4", "5", "7", "8", "12", "16"]


# -- what is inferred --------------------------------------------------------------------------


def _inferred(shown: Table) -> set[tuple[str, str]]:
    return {(row.kind.id, s.android) for row in shown.rows for s in row.squares if s.guesses}


def test_what_no_source_states_is_marked_and_nothing_else_is() -> None:
    newest = {(kind.id, "16") for kind in kinds()}
    assert _inferred(table()) == newest | {("nothing", "10")}


def test_a_refusal_rests_on_every_own_route_and_a_grant_on_the_route_that_grants() -> None:
    nothing, storage = (Square("10", cell(BY_ID[name], 29)) for name in ("nothing", "storage"))
    assert len(nothing.grounds) == len(OWN_ROUTES)
    assert storage.grounds == (storage.cell.routes["mediastore"],)


# -- the finding -------------------------------------------------------------------------------


def _with(**changed: Kind) -> Table:
    return table([changed.get(kind.id.replace("-", "_"), kind) for kind in kinds()])


def _without(*ids: str) -> Table:
    return table([kind for kind in kinds() if kind.id not in ids])


def test_the_rules_turn_with_android_10() -> None:
    turn = table().turn
    assert turn is not None
    assert COLUMNS[turn] == "10"


@pytest.mark.parametrize(
    ("shown", "says"),
    [
        (
            table(),
            "Since Android 10 the usual app must ask before deleting a video it did not make;",
        ),
        (table(), "; four kinds need not"),
        (_without("gallery"), "; three kinds need not"),
        (_without("gallery", "all-files", "media-manager"), "; one kind need not"),
        (
            _without("gallery", "all-files", "media-manager", "legacy"),
            "Since Android 10 no kind of app here may delete a video it did not make unasked",
        ),
        (_without("storage", "legacy"), "On no version may the usual app delete"),
        (
            table([evolve(BY_ID["storage"], target_sdk=29, legacy_flag=True)]),
            "Since Android 13 no kind of app here may delete",
        ),
        (
            table(
                [
                    evolve(
                        BY_ID["legacy"],
                        since=19,
                        grants={19: BY_ID["legacy"].grants[29]},
                    )
                ]
            ),
            "On every version the usual app may delete a video it did not make, without asking",
        ),
        (
            table([evolve(BY_ID["storage"], grants={19: frozenset({WRITE}), 31: ALL_FILES})]),
            "How easily the usual app can delete others’ videos depends on the version",
        ),
    ],
)
def test_the_title_follows_from_the_table(shown: Table, says: str) -> None:
    assert says in words("en").say(finding(shown))


def test_the_title_counts_only_kinds_that_need_not_ask_after_the_turn() -> None:
    assert table().silent_since(0) == 5
    assert table().silent_since(6) == 4


def test_a_kind_without_any_route_after_the_turn_changes_the_title() -> None:
    refused = Square("10", cell(BY_ID["nothing"], 29))
    usual, *others = table().rows
    squares = (*usual.squares[:6], *(evolve(refused, android=a) for a in COLUMNS[6:]))
    rows = (evolve(usual, squares=squares), *others)
    assert "the usual app has no way of its own" in words("en").say(finding(Table(rows)))


def test_the_title_speaks_of_the_first_row() -> None:
    """It names “the usual app”, and the small print of that row alone does so."""
    usual = [name for name, small in DETAILS.items() if "usual app" in small.template]
    assert usual == [table().rows[0].kind.id] == ["storage"]
    assert {square.answer for square in table().rows[0].squares[6:]} == {A}


# -- what the table takes for granted ----------------------------------------------------------


def test_an_app_of_a_kind_targets_the_version_it_runs_on_unless_its_kind_says_otherwise() -> None:
    said = [words("en").say(text) for text in assumptions(table())]
    assert said[0] == "Apps target the version they run on, unless said otherwise."
    other = {
        kind.id
        for kind in kinds()
        for android in COLUMNS
        if API[android] >= kind.since and kind.caller(API[android]).target_sdk != API[android]
    }
    assert other == {"legacy"}
    assert said[1] == "An app in the old storage mode targets 10."


@pytest.mark.parametrize("android", COLUMNS[6:])
@pytest.mark.parametrize("target", [23, 26, 28])
def test_an_app_that_targets_9_or_older_is_in_the_old_mode_without_asking(
    android: str, target: int
) -> None:
    app = Caller(API[android], target, frozenset({READ, WRITE}))
    assert decide(app, "delete", "path", Item(VIDEO)).answer == S
    assert kind_of(app).id == "legacy"


def test_of_the_selected_kind_the_video_is_one_that_the_user_selected() -> None:
    found = cell(BY_ID["selected"], 34).routes["mediastore"]
    other = decide(BY_ID["selected"].caller(34), "delete", "mediastore", Item(VIDEO))
    assert (found.answer, other.answer) == (A, N)


# -- a scenario in the table -------------------------------------------------------------------


def _standing(name: str) -> tuple[Place, ...]:
    return places(read(name).value)


def test_a_settled_scenario_stands_in_one_cell() -> None:
    (place,) = _standing("album-pipeline")
    assert (place.kind.id, place.column, place.assumed) == ("legacy", "10", ())


def test_a_family_stands_wherever_what_it_assumes_may_put_it() -> None:
    found = _standing("dewu-2022")
    assert [(p.kind.id, p.column) for p in found] == [
        ("legacy", "10"),
        ("storage", "10"),
        ("legacy", "12"),
        ("storage", "12"),
    ]
    assert {p.assumed for p in found} == {("phone.android", "app.storage")}


def test_versions_that_no_stack_of_the_family_fits_are_left_out() -> None:
    """sdcardfs ends with Android 10; with it as the only stack the family has no Android 12."""
    scenario = read("dewu-2022").value
    alone = evolve(scenario.assumed["phone.stack"], try_=())
    narrow = evolve(scenario, assumed={**scenario.assumed, "phone.stack": alone})
    assert {p.android for p in places(narrow)} < {p.android for p in places(scenario)}


# -- in the terminal ---------------------------------------------------------------------------


@cache
def _text(lang: Lang) -> str:
    scenario = read("dewu-2022").value
    return told(table(), words(lang), scenario=scenario, standing=places(scenario), routes=True)


@pytest.mark.parametrize("lang", AT_HAND)
def test_no_line_is_wider_than_a_hundred_columns(lang: Lang) -> None:
    assert [line for line in _text(lang).splitlines() if columns(line) > 100] == []


@pytest.mark.parametrize("lang", AT_HAND)
def test_every_cell_begins_under_its_version(lang: Lang) -> None:
    lines = _text(lang).splitlines()
    heads = _starts(next(line for line in lines if " 4.4 " in line))[1:]
    say = words(lang).say
    row = lines[
        next(i for i, line in enumerate(lines) if line.startswith(say(NAMES["nothing"]))) + 1
    ]
    levels = next(line for line in lines if line.startswith("API"))
    assert _starts(row) == _starts(levels)[1:] == heads
    assert len(heads) == len(COLUMNS)


def _starts(line: str) -> list[int]:
    return [columns(line[: found.start()]) for found in re.finditer(r"\S+", line)]


def test_the_scenarios_cells_are_pointed_at_and_its_facts_given() -> None:
    text = _text("en")
    marks = [line for line in text.splitlines() if "^" in line]
    head = next(line for line in text.splitlines() if line.startswith("Android"))
    assert len(marks) == 2
    assert all("this scenario, assumed" in line for line in marks)
    for line in marks:
        assert [i for i, c in enumerate(line) if c == "^"] == [
            head.index(" 10 ") + 1,
            head.index(" 12 ") + 1,
        ]
    assert "Android 10 (API 29), target 29, old storage mode; READ_EXTERNAL_STORAGE" in text
    assert "[assumed] phone.android, app.storage" in text


def test_before_android_10_the_old_storage_mode_is_not_missing_but_the_only_one() -> None:
    row = told(table(), words("en")).split("old storage mode (")[1].split("\n\n")[0]
    assert "not there yet" not in row
    assert row.splitlines()[1].split() == [*"------", *["silent"] * 6, "silent*"]
    assert "4.4–9: the only mode there was, as in the first row" in row


@pytest.mark.parametrize("lang", AT_HAND)
def test_a_row_says_what_its_answers_depend_on(lang: Lang) -> None:
    say = words(lang).say
    text = re.sub(r"\n +", " " if lang == "en" else "", told(table(), words(lang)))
    for row in table().rows:
        for square in row.squares:
            why = condition(square)
            if why is not None and square.answer != N:
                assert say(why) in text


@pytest.mark.parametrize("lang", AT_HAND)
def test_what_is_taken_for_granted_is_said_beside_the_table_and_the_picture(lang: Lang) -> None:
    say = words(lang).say
    printed = re.sub(r"\n +", " " if lang == "en" else "", told(table(), words(lang)))
    for text in assumptions(table()):
        assert say(text) in printed
        assert say(text) in drawn(lang).description
    assert say(OF_ITS_TIME) in texts(drawn(lang))


@pytest.mark.parametrize("route", ["by a delete request", "through the photo picker"])
def test_a_route_that_android_did_not_have_yet_is_not_a_refusal(route: str) -> None:
    lines = [line for line in _text("en").splitlines() if line.strip().startswith(route)]
    assert len(lines) == len(kinds())
    early = [line for line in lines if re.search(r"  (4\.4–)?10: not there yet; 11–16: ", line)]
    assert len(early) == sum(kind.since < API["11"] for kind in kinds())
    assert "NoSuchMethodError" not in _text("en")


def test_every_rule_that_a_row_cites_has_a_source_line() -> None:
    text = _text("en")
    cited = {int(n) for n in re.findall(r"\[(\d+)\]", text)}
    listed = {int(n) for n in re.findall(r"^ *(\d+)\. \S+$", text, re.MULTILINE)}
    assert cited == listed == set(range(1, len(table().cited()) + 1))


def test_each_route_is_told_only_when_asked_for() -> None:
    brief = told(table(), words("en"))
    assert "through the photo picker" not in brief
    assert _text("en").count("through the photo picker") == len(kinds())


def test_every_kind_has_a_name_and_small_print_names_kinds() -> None:
    assert set(NAMES) == set(BY_ID)
    assert set(DETAILS) <= set(BY_ID)


# -- JSON --------------------------------------------------------------------------------------


def test_the_json_is_all_there_is_on_stdout(cachelife) -> None:
    code, out, err = cachelife("could", "--json")
    assert (code, err, json.loads(out)["schema"]) == (0, "", "cachelife.could/1")


def test_the_json_has_the_fields_of_its_contract(cachelife) -> None:
    values = json.loads(cachelife("could", "--json")[1])
    assert set(values) == {
        *("schema", "question", "versions", "kinds", "rules", "scenario"),
        *("assumptions", "limits"),
    }
    assert values["versions"] == [{"android": a, "api": API[a]} for a in COLUMNS]
    assert values["scenario"] is None
    for kind in values["kinds"]:
        assert set(kind) == {"id", "name", "detail", "since", "before", "special", "cells"}
        assert [c["android"] for c in kind["cells"]] == list(COLUMNS)
        for found in kind["cells"]:
            assert set(found) == {
                *("android", "api", "answer", "by", "condition", "inferred", "scenario", "routes"),
            }
            assert set(found["routes"]) in ({*ROUTES}, set())


def test_the_json_agrees_with_the_model_and_explains_every_rule() -> None:
    values = as_values(table())
    for kind in values["kinds"]:
        for found in kind["cells"]:
            modelled = cell(BY_ID[kind["id"]], found["api"])
            assert found["answer"] == modelled.answer
            assert found["by"] == (None if modelled.answer == "no" else modelled.by)
            for route, said in found["routes"].items():
                assert tuple(said["chain"]) == modelled.routes[route].chain
                assert set(said["chain"]) <= set(values["rules"])
    assert all(rule["grade"] and rule["source"] for rule in values["rules"].values())


def test_the_json_marks_the_cells_of_a_scenario(cachelife) -> None:
    values = json.loads(cachelife("could", "--json", "--scenario", "dewu-2022")[1])
    marked = [
        (kind["id"], found["android"])
        for kind in values["kinds"]
        for found in kind["cells"]
        if found["scenario"]
    ]
    assert sorted(marked) == sorted((p["kind"], p["android"]) for p in values["scenario"]["places"])
    assert values["scenario"]["assumed"] == ["phone.android", "app.storage"]


# -- mistakes ----------------------------------------------------------------------------------


def test_a_scenario_that_there_is_not_is_one_clear_message(cachelife) -> None:
    code, out, err = cachelife("could", "--scenario", "dewu-2020")
    assert (code, out) == (2, "")
    assert "did you mean “dewu-2022”?" in err


def test_a_folder_that_cannot_be_written_is_one_clear_message(cachelife, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, out, err = cachelife("could", "--out", tmp_path / "file" / "x")
    assert (code, out) == (2, "")
    assert "cannot write to" in err


# -- the figure --------------------------------------------------------------------------------


@cache
def drawn(lang: Lang = "en", scenario: str | None = None) -> Drawing:
    standing = _standing(scenario) if scenario else ()
    return stairs(table(), words(lang), scenario=scenario, standing=standing)


def texts(drawing: Drawing) -> list[str]:
    return [item.string for item in drawing.items if isinstance(item, Text)]


def yellow(drawing: Drawing) -> set[str]:
    return {
        item.group
        for item in drawing.items
        if isinstance(item, Shape) and UNKNOWN in {item.fill, item.stroke}
    }


def _clash(drawing: Drawing) -> Iterator[str]:
    boxes = [box for box in drawing.boxes if box.kind == "text"]
    for number, box in enumerate(boxes):
        if not (0 <= box.left <= box.right <= drawing.width):
            yield f"outside: {box.what}"
        if not (0 <= box.top <= box.bottom <= drawing.height):
            yield f"outside: {box.what}"
        yield from (f"{box.what} / {o.what}" for o in boxes[:number] if box.overlaps(o))


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("scenario", [None, "album-pipeline", "dewu-2022"])
def test_nothing_overlaps_or_leaves_the_canvas(scenario: str | None, lang: Lang) -> None:
    drawing = drawn(lang, scenario)
    assert len(drawing.boxes) > 50
    assert list(_clash(drawing)) == []


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("name", BY_ID)
def test_nothing_overlaps_wherever_a_scenario_stands(name: str, lang: Lang) -> None:
    kind = BY_ID[name]
    there = [android for android in COLUMNS if API[android] >= kind.since]
    for android in dict.fromkeys((there[0], *({"10", "11"} & {*there}), there[-1])):
        place = Place(kind, android, android, kind.caller(API[android]), ("phone.android",))
        drawing = stairs(table(), words(lang), scenario="x", standing=(place,))
        assert list(_clash(drawing)) == [], android


@pytest.mark.parametrize("lang", AT_HAND)
def test_nothing_overlaps_where_the_usual_app_changes_with_every_version(lang: Lang) -> None:
    grants = {19: frozenset({READ, WRITE})}
    for level in range(30, 37):
        grants[level] = ALL_FILES if level % 2 else frozenset({READ, READ_VIDEO})
    shown = _with(storage=evolve(BY_ID["storage"], grants=grants))
    assert list(_clash(stairs(shown, words(lang)))) == []


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("scenario", [None, "dewu-2022"])
def test_nothing_is_under_nine_points_or_says_too_much(scenario: str | None, lang: Lang) -> None:
    drawing = drawn(lang, scenario)
    assert min(item.size for item in drawing.items if isinstance(item, Text)) >= SMALLEST
    said = " ".join([*texts(drawing), drawing.title, drawing.description]).lower()
    assert not [word for word in FORBIDDEN if word in said.replace("cachelife", "")]


@pytest.mark.parametrize("lang", AT_HAND)
def test_no_text_of_the_plain_picture_is_cut(lang: Lang) -> None:
    leaning = words(lang).say(figure._LEANING["legacy"])
    assert [text for text in texts(drawn(lang)) if "…" in text] in ([], [leaning])


def test_equal_neighbours_are_one_block_and_a_condition_stands_inside() -> None:
    groups = {item.group for item in drawn().items if item.group.startswith("cell-")}
    assert {g for g in groups if "-storage-" in g} == {
        *("cell-storage-4.4-9", "cell-storage-10", "cell-storage-11-16"),
    }
    inside = [
        i.string for i in drawn().items if i.group == "cell-legacy-11-16" and isinstance(i, Text)
    ]
    assert inside == [
        "silently",
        "if it targets 10 or older, or kept it through updates",
        "inferred",
    ]


def test_the_height_of_a_block_is_its_answer() -> None:
    heights = {}
    for answer, group in (
        (S, "cell-storage-4.4-9"),
        (A, "cell-storage-11-16"),
        (N, "cell-reader-4.4-9"),
    ):
        shape = next(i for i in drawn().items if i.group == group and isinstance(i, Shape))
        ys = [number for _, *numbers in shape.path for number in numbers[1::2]]
        heights[answer] = max(ys) - min(ys)
    assert heights == {S: 60.0, A: 34.0, N: 6.0}


def test_the_version_at_which_the_rules_turn_is_on_a_black_plate() -> None:
    colors = {
        i.string: i.color for i in drawn().items if isinstance(i, Text) and i.group == "versions"
    }
    assert {text for text, color in colors.items() if color == WHITE} == {"10"}
    assert colors["9"] == colors["11"] == INK


def test_every_inferred_cell_has_a_yellow_tag_and_nothing_else_is_yellow() -> None:
    drawing = drawn()
    tags = [i for i in drawing.items if isinstance(i, Text) and i.string == "inferred"]
    assert len(tags) == len(_inferred(table()))
    assert yellow(drawing) == {tag.group for tag in tags}


def test_the_frame_is_yellow_where_the_scenario_assumes_its_place_and_only_there() -> None:
    frames = {group for group in yellow(drawn("en", "dewu-2022")) if group.startswith("scenario-")}
    assert frames == {
        *("scenario-legacy-10", "scenario-legacy-12"),
        *("scenario-storage-10", "scenario-storage-12"),
    }
    assert not [g for g in yellow(drawn("en", "album-pipeline")) if g.startswith("scenario-")]
    assert "this scenario, assumed" in texts(drawn("en", "dewu-2022"))
    assert "this scenario" in texts(drawn("en", "album-pipeline"))
    assert not [text for text in texts(drawn()) if "scenario" in text]


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("scenario", [None, "album-pipeline", "dewu-2022"])
def test_no_condition_is_lost_where_frames_cut_the_blocks_short(
    scenario: str | None, lang: Lang
) -> None:
    written = " / ".join(texts(drawn(lang, scenario)))
    reasons = {condition(square) for row in table().rows for square in row.squares} - {None}
    assert reasons
    assert [why for why in reasons if why and words(lang).say(why) not in written] == []


def test_the_recorded_cases_are_counted_and_not_written_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases = json.loads((files("simulator.truth") / "permissions.json").read_text(encoding="utf-8"))
    assert f"checked against {len(cases)} recorded cases." in texts(drawn())[-1]
    monkeypatch.setattr(figure, "recorded", lambda: 7)
    assert "checked against 7 recorded cases." in texts(stairs(table(), words("en")))[-1]


def test_the_alt_text_says_what_the_picture_shows() -> None:
    lines = drawn("en", "dewu-2022").description.splitlines()
    assert (
        "No storage permission: 4.4–10: no (except what the user hands over in the document"
        " picker); 11–16: asks first (may ask even about a video it does not see);"
        " inferred: 10, 16"
    ) in lines
    assert "This scenario: dewu-2022" in lines
    assert len([line for line in lines if "inferred: " in line]) == len(kinds())


# -- files -------------------------------------------------------------------------------------


def test_svg_ids_are_unique_and_the_picture_has_a_title_and_a_description() -> None:
    svg = as_bytes(drawn("en", "dewu-2022"), "svg").decode()
    root = ElementTree.fromstring(svg)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {"title", "versions", "special", "footer", "cell-nothing-4.4-10"} <= set(ids)
    assert {f"kind-{name}" for name in BY_ID} <= set(ids)
    assert root[0].text == drawn().title
    assert not re.search(r"Matplotlib|<style|<text|<metadata|http://matplotlib", svg)


def test_out_leaves_the_figure_and_its_words_in_both_languages(cachelife, tmp_path: Path) -> None:
    code, out, _ = cachelife("could", "--out", tmp_path)
    assert (code, out.startswith("Can an app of this kind delete")) == (0, True)
    names = {f"permission-stairs.{lang}.{kind}" for lang in LANGS for kind in ("png", "svg", "txt")}
    assert {file.name for file in tmp_path.iterdir()} == names
    png = (tmp_path / "permission-stairs.en.png").read_bytes()
    assert struct.unpack(">II", png[16:24]) == (1600, 900)
    alt = (tmp_path / "permission-stairs.en.txt").read_text(encoding="utf-8")
    assert alt.startswith(f"{drawn().title}\n\nA table of stairs")


CHILD = """
import sys
from simulator.cli.main import main
try:
    main(["could", "--scenario", "dewu-2022", *sys.argv[1:]])
finally:
    print("matplotlib" in sys.modules)
"""


def _child(seed: str, *arguments: str) -> str:
    root = Path(__file__).resolve().parents[1]
    environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *arguments],
        check=True,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )
    return done.stdout


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "0", tmp_path / "4711"
    assert _child("0", "--out", str(one)) == _child("4711", "--out", str(other))
    names = sorted(file.name for file in one.iterdir())
    assert len(names) == 6
    assert [(one / n).read_bytes() for n in names] == [(other / n).read_bytes() for n in names]


def test_the_table_is_printed_without_matplotlib() -> None:
    assert _child("0").splitlines()[-1] == "False"
