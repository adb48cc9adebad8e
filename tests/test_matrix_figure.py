"""Watchers by deeds: every cell in its dress, the plain deletions compared, nothing overlapping."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.documents import Localized
from simulator.scenario import library as scenarios
from simulator.telling.figures import Drawing, write_matrix
from simulator.telling.figures.canvas import (
    INK,
    SMALLEST,
    UNKNOWN,
    WATCHER,
    WHITE,
    Shape,
    Style,
    Text,
)
from simulator.telling.figures.deeds import answers, same, table
from simulator.telling.figures.matrix import APART, matrix
from simulator.telling.figures.render import as_bytes
from simulator.telling.figures.setting import NO_BEGIN
from simulator.telling.words import LANGS, Lang, words
from simulator.trace import Header, Notice, Record, Trace
from simulator.verdict.comparison import OWN, Cell, Comparison, Result, Row, World, compare
from simulator.watchers import library as rules
from simulator.watchers.rule import Rule

CATALOGUE = files("simulator.telling") / "locale" / "zh_CN" / "LC_MESSAGES" / "cachelife.mo"
AT_HAND = [lang for lang in LANGS if lang == "en" or CATALOGUE.is_file()]
FORBIDDEN = re.compile(
    r"\b(false alarm|proves?|never|merely|cannot)\b|误报|缓存|证明|从未|只是|不可能|谣言|恶意",
    re.IGNORECASE,
)
S1, S2 = "s01-delete-original", "s02-delete-copy"
MADE = Localized("A file is deleted", "删除一个文件")
LONG = Localized(
    "The original is renamed, moved into another folder of the album, renamed again and only then"
    " deleted by its path, all within the same second",
    "原视频先改名、再移到相册的另一个文件夹、又改名、最后才按路径删除，这一切都发生在同一秒之内，中间没有任何停顿",
)
#: Every kind of cell, by what its worlds say.
KINDS: Mapping[str, tuple[str, ...]] = {
    "notice": ("F",),
    "asks": ("A",),
    "log": ("L",),
    "silent": ("-",),
    "refused": ("R",),
    "n-a": (),
    "two": ("F", "-"),
    "many": ("F", "A", "L", "-"),
    "refused-or-not": ("R", "-"),
}


# -- what is compared --------------------------------------------------------------------------


def world(
    said: str,
    values: Mapping[str, str] | None = None,
    names: Sequence[str] = ("com.example.shop",),
    claims: Sequence[str] = ("names_app",),
) -> World:
    """A world in which the watcher did that; R: Android refused, and the watcher was silent."""
    notice = Notice(
        1, 1.0, (), "w", names[0] if names else "", "/x", None, {}, {}, tuple(claims), "press"
    )
    records: tuple[Record, ...] = (notice,) if said == "F" else ()
    trace = Trace(Header("simulation", "0", app={"package": "com.example.shop"}), records)
    result: Result = "-" if said == "R" else said  # type: ignore[assignment]
    ids = tuple(record.id for record in records)
    named = tuple(names) if said == "F" else ()
    return World(values or {}, 1, result, (result,), named, said == "R", ids, trace)


def cell(watcher: str, said: Sequence[str]) -> Cell:
    """A cell that says one thing, or one of several by the way in which the rule is set up."""
    if len(said) == 1:
        return Cell(watcher, (world(said[0]),), ())
    worlds = tuple(world(one, {"watcher.mode": f"m{i}"}) for i, one in enumerate(said))
    return Cell(watcher, worlds, ("watcher.mode",) if worlds else ())


def rule(id_: str, **changes: object) -> Rule:
    return evolve(rules.rule("huawei-acm"), id=id_, **changes)


def row(
    scenario: str, about: str, said: Mapping[str, Sequence[str]], title: Localized = MADE
) -> Row:
    cells = {name: cell(name, one) for name, one in said.items()}
    return Row(scenario, title, OWN, about, cells)  # type: ignore[arg-type]


def plain(
    pairs: Mapping[str, tuple[Sequence[str], Sequence[str]]], proposals: Sequence[str] = ()
) -> Comparison:
    """The two plain deletions under some rules, by what these say of the original and the copy."""
    return Comparison(
        tuple(rule(name, proposal=name in proposals) for name in pairs),
        (
            row(S1, "original", {name: pair[0] for name, pair in pairs.items()}),
            row(S2, "app_copy", {name: pair[1] for name, pair in pairs.items()}),
        ),
    )


@cache
def every_kind(title: Localized = MADE) -> Comparison:
    """Every kind of cell under twelve rules, two of them proposals, in both groups."""
    names = [f"rule-{i}" for i in range(10)] + ["idea-one", "idea-two"]
    kinds = list(KINDS.values())

    def shifted(by: int) -> dict[str, Sequence[str]]:
        return {name: kinds[(i + by) % len(kinds)] for i, name in enumerate(names)}

    return Comparison(
        tuple(
            rule(name, proposal=name.startswith("idea"), hypothesis=name in {"rule-2", "rule-5"})
            for name in names
        ),
        (
            row(S1, "original", shifted(0), title),
            row("s09-rename-then-delete", "original", shifted(2), title),
            row("s10-truncate-original", "original", shifted(4), title),
            row("s03-delete-copy-elsewhere", "app_copy", shifted(1), title),
            row(S2, "app_copy", shifted(3), title),
            row("album-pipeline", "app_copy", shifted(5), title),
        ),
    )


@cache
def shipped() -> Comparison:
    """The shipped deeds under the shipped rules."""
    found = [scenarios.read(name).value for name in scenarios.shipped()]
    deeds = [s for s in found if re.match(r"s\d\d-", s.id)]
    return compare(deeds, {name: rules.rule(name) for name in rules.names()})


def _alone(about: str) -> Comparison:
    comparison = every_kind()
    return evolve(comparison, rows=tuple(r for r in comparison.rows if r.about == about))


def _only(*, proposals: bool) -> Comparison:
    comparison = every_kind()
    kept = tuple(r for r in comparison.watchers if r.proposal is proposals)
    return evolve(comparison, watchers=kept)


def _many_columns() -> Comparison:
    names = [f"a-rather-long-name-of-a-rule-{i}" for i in range(14)]
    said = {name: ("F", "L", "-") for name in names}
    layers = ("fuse", "provider", "f2fs")
    hook = evolve(rules.rule("huawei-acm").hook, layers=layers)
    return Comparison(
        tuple(rule(name, hook=hook, hypothesis=True) for name in names),
        (row(S1, "original", said, LONG), row(S2, "app_copy", said, LONG)),
    )


CASES = {
    "shipped": shipped,
    "every kind": every_kind,
    "long titles": lambda: every_kind(LONG),
    "only originals": lambda: _alone("original"),
    "only copies": lambda: _alone("app_copy"),
    "only proposals": lambda: _only(proposals=True),
    "no proposals": lambda: _only(proposals=False),
    "fourteen columns": _many_columns,
    "one column": lambda: plain({"huawei-acm": (("F",), ("F",))}),
    "no column": lambda: plain({}),
    "nothing": lambda: Comparison((), ()),
}


@cache
def drawn(case: str, lang: Lang = "en") -> Drawing:
    return matrix(CASES[case](), words(lang))


def texts(drawing: Drawing, group: str = "") -> list[str]:
    return [i.string for i in drawing.items if isinstance(i, Text) and i.group.startswith(group)]


def shapes(drawing: Drawing, group: str) -> list[Shape]:
    return [i for i in drawing.items if isinstance(i, Shape) and i.group == group]


def _clash(drawing: Drawing) -> Iterator[str]:
    boxes = [box for box in drawing.boxes if box.kind == "text"]
    for number, box in enumerate(boxes):
        if not (0 <= box.left <= box.right <= drawing.width):
            yield f"outside: {box.what}"
        if not (0 <= box.top <= box.bottom <= drawing.height):
            yield f"outside: {box.what}"
        yield from (f"{box.what} / {o.what}" for o in boxes[:number] if box.overlaps(o))


def _column(drawing: Drawing, group: str) -> float:
    """The left edge of a group's first shape."""
    return min(n for _, *numbers in shapes(drawing, group)[0].path for n in numbers[::2])


# -- geometry ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("case", CASES)
def test_no_text_overlaps_another_or_leaves_the_canvas(case: str, lang: Lang) -> None:
    assert list(_clash(drawn(case, lang))) == []


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("case", CASES)
def test_no_text_is_under_nine_points(case: str, lang: Lang) -> None:
    sizes = [item.size for item in drawn(case, lang).items if isinstance(item, Text)]
    assert min(sizes) >= SMALLEST


@pytest.mark.parametrize("lang", AT_HAND)
def test_no_text_of_the_shipped_table_is_cut(lang: Lang) -> None:
    assert [text for text in texts(drawn("shipped", lang)) if "…" in text] == []


@pytest.mark.parametrize("lang", AT_HAND)
def test_no_line_begins_with_a_mark_that_closes(lang: Lang) -> None:
    assert [text for text in texts(drawn("shipped", lang)) if text[0] in NO_BEGIN] == []


@pytest.mark.parametrize("case", ["shipped", "every kind", "long titles"])
def test_the_words_of_a_cell_stay_in_its_column(case: str) -> None:
    drawing = drawn(case)
    shown = table(CASES[case]())
    for about in shown.rows:
        for one, after in pairwise(shown.rules):
            here, there = _column(drawing, f"head-{one.id}"), _column(drawing, f"head-{after.id}")
            group = f"cell-{about.scenario}-{one.id}"
            placed = [i for i in drawing.items if isinstance(i, Text) and i.group == group]
            for item in placed:
                style = Style(item.size, item.bold, item.family, item.color)
                box = drawing.text_box(item.x, item.y, item.string, style)
                assert here <= box.left
                assert box.right <= there


@given(data=st.data())
@settings(deadline=None, max_examples=30)
def test_nothing_overlaps_whatever_the_cells_say(data: st.DataObject) -> None:
    ids = st.from_regex(r"[a-z0-9]{1,12}(-[a-z0-9]{1,12}){0,3}", fullmatch=True)
    names = data.draw(st.lists(ids, min_size=1, max_size=12, unique=True))
    said = st.lists(st.sampled_from("FALR-"), max_size=5, unique=True).map(tuple)
    about = st.sampled_from(["original", "app_copy"])
    rows = [
        row(f"s{i:02}-deed", data.draw(about), {name: data.draw(said) for name in names}, LONG)
        for i in range(1, data.draw(st.integers(1, 4)) + 1)
    ]
    watchers = tuple(rule(name, proposal=data.draw(st.booleans())) for name in names)
    drawing = matrix(Comparison(watchers, tuple(rows)), words("en"), plain=("s01-deed", "s02-deed"))
    assert list(_clash(drawing)) == []


# -- cells -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["shipped", "every kind"])
def test_every_cell_is_drawn(case: str) -> None:
    groups = {item.group for item in drawn(case).items}
    comparison = CASES[case]()
    wanted = {
        f"cell-{row.scenario}-{rule.id}"
        for row in comparison.rows
        for rule in comparison.watchers
        if rule.id != "none"
    }
    assert {group for group in groups if group.startswith("cell-")} == wanted


def test_a_phone_without_a_watcher_is_no_column() -> None:
    assert "none" in rules.names()
    assert not [i for i in drawn("shipped").items if i.group in {"head-none", f"cell-{S1}-none"}]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (("F",), ["notice"]),
        (("A",), ["asks"]),
        (("L",), ["log only"]),
        (("-",), []),
        (("R",), ["refused"]),
        ((), ["n/a"]),
        (("F", "-"), ["notice or –"]),
        (("L", "-"), ["log or –"]),
        (("R", "-"), ["refused or –"]),
    ],
)
def test_a_cell_says_what_the_watcher_did(said: Sequence[str], text: list[str]) -> None:
    drawing = matrix(plain({"w": (said, ("-",))}), words("en"))
    assert texts(drawing, f"cell-{S1}-w") == text


def test_the_words_of_a_cell_with_three_answers_take_two_lines() -> None:
    said = {f"w{i}": (("F", "L", "-"), ("-",)) for i in range(12)}
    assert texts(matrix(plain(said), words("en")), f"cell-{S1}-w3") == ["notice, log", "or –"]


def test_the_order_in_a_cell_does_not_depend_on_what_is_shown_first() -> None:
    one, other = cell("w", ("-", "F", "L")), cell("w", ("L", "-", "F"))
    assert answers(one) == answers(other) == ("F", "L", "-")


def test_a_refusal_is_told_only_where_the_watcher_is_silent() -> None:
    assert answers(cell("w", ("A", "R"))) == ("A", "-")


def _fills(said: Sequence[str]) -> set[str | None]:
    drawing = matrix(plain({"w": (said, ("-",))}), words("en"))
    return {shape.fill for shape in shapes(drawing, f"cell-{S1}-w")}


def test_a_notice_is_purple_and_nothing_else_is() -> None:
    assert _fills(("F",)) == {WATCHER}
    assert not [said for said in KINDS.values() if said != ("F",) and WATCHER in _fills(said)]


def test_what_depends_is_yellow_with_a_dashed_edge() -> None:
    drawing = matrix(plain({"w": (("F", "-"), ("-",))}), words("en"))
    (shape,) = shapes(drawing, f"cell-{S1}-w")
    assert (shape.fill, shape.stroke) == (UNKNOWN, INK)
    assert shape.dash


def test_a_question_is_hatched() -> None:
    drawing = matrix(plain({"w": (("A",), ("L",))}), words("en"))
    assert len(shapes(drawing, f"cell-{S1}-w")) > len(shapes(drawing, f"cell-{S2}-w")) + 5


@pytest.mark.parametrize("case", ["shipped", "every kind"])
def test_yellow_is_what_is_not_settled_and_nothing_else(case: str) -> None:
    drawing, shown = drawn(case), table(CASES[case]())
    wanted = {f"head-{r.id}" for r in shown.rules if r.hypothesis}
    for r in shown.rules:
        wanted |= {f"same-{r.id}"} if shown.same(r) == "depends" else set()
        wanted |= {
            f"cell-{row.scenario}-{r.id}" for row in shown.rows if len(answers(row.cells[r.id])) > 1
        }
    yellow = {i.group for i in drawing.items if isinstance(i, Shape) and i.fill == UNKNOWN}
    assert yellow == wanted


def test_a_notice_that_names_another_process_has_a_footnote() -> None:
    worlds = (
        world("F", {"watcher.attribution": "forwarded"}),
        world("F", {"watcher.attribution": "process"}, names=("android.process.media",)),
    )
    named = Cell("w", worlds, ("watcher.attribution",))
    drawing = matrix(_with_first(named), words("en"))
    assert texts(drawing, f"cell-{S1}-w") == ["notice¹"]
    assert [text for text in texts(drawing, "legend") if text.startswith("¹")]


def test_a_notice_that_says_who_made_the_file_has_a_footnote() -> None:
    drawing = matrix(
        _with_first(Cell("w", (world("F", claims=("made_by_app",)),), ())), words("en")
    )
    assert texts(drawing, f"cell-{S1}-w") == ["notice²"]
    assert [text for text in texts(drawing, "legend") if text.startswith("²")]


def test_without_need_there_is_no_footnote() -> None:
    drawing = matrix(plain({"w": (("F",), ("F",))}), words("en"))
    assert not [text for text in texts(drawing) if "¹" in text or "²" in text]


def _with_first(first: Cell) -> Comparison:
    comparison = plain({"w": (("F",), ("F",))})
    above, below = comparison.rows
    return evolve(comparison, rows=(evolve(above, cells={"w": first}), below))


def test_a_rule_that_goes_by_the_name_of_its_file_has_its_cells() -> None:
    comparison = plain({"w": (("F",), ("L",))})
    renamed = tuple(evolve(r, cells={"./w.yaml": r.cells["w"]}) for r in comparison.rows)
    drawing = matrix(evolve(comparison, rows=renamed), words("en"))
    assert texts(drawing, f"cell-{S1}-w") == ["notice"]


# -- the plain deletions -----------------------------------------------------------------------


def test_the_plain_deletions_face_each_other() -> None:
    shown = table(every_kind())
    assert [r.scenario[:3] for r in shown.above] == ["s09", "s10", "s01"]
    assert [r.scenario[:3] for r in shown.below] == ["s02", "s03", "alb"]


def _both(*pairs: tuple[World, ...]) -> tuple[Cell, ...]:
    return tuple(Cell("w", worlds, ()) for worlds in pairs)


MODES = (world("F", {"mode": "on"}), world("-", {"mode": "off"}))
SWAPPED = (world("-", {"mode": "on"}), world("F", {"mode": "off"}))


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        ((world("F"),), (world("F"),), "same"),
        ((world("-"),), (world("-"),), "same"),
        ((world("F"),), (world("-"),), "differs"),
        ((world("A"),), (world("F"),), "differs"),
        (MODES, (world("F"),), "depends"),
        (MODES, MODES, "same"),
        (MODES, SWAPPED, "differs"),
        (MODES, (world("F", {"other": "a"}), world("-", {"other": "b"})), "depends"),
        ((world("F", claims=("made_by_app",)),), (world("F", claims=("names_app",)),), "differs"),
        ((world("F", names=("com.a",)),), (world("F", names=("com.b",)),), "same"),
        ((world("R"),), (world("-"),), "differs"),
        ((world("F", {"android": "9"}),), (world("F", {"android": "10"}),), "depends"),
        ((), (world("F"),), None),
        ((world("F"),), (), None),
    ],
)
def test_two_cells_are_compared_setting_by_setting(
    above: tuple[World, ...], below: tuple[World, ...], expected: str | None
) -> None:
    assert same(*_both(above, below)) == expected


@pytest.mark.parametrize(
    ("above", "below", "pill"),
    [
        (("F",), ("F",), "="),
        (("F",), ("-",), "≠"),
        (("F", "-"), ("-",), "= ?"),
        ((), ("-",), "n/a"),
    ],
)
def test_the_pill_between_says_whether_both_get_the_same_answer(
    above: Sequence[str], below: Sequence[str], pill: str
) -> None:
    drawing = matrix(plain({"w": (above, below)}), words("en"))
    assert texts(drawing, "same-w") == [pill]


def test_the_pills_differ_in_more_than_their_sign() -> None:
    pairs = {"a": (("F",), ("F",)), "b": (("F",), ("-",)), "c": (("F", "-"), ("-",))}
    drawing = matrix(plain(pairs), words("en"))
    dresses = [(s.fill, bool(s.dash)) for name in pairs for s in shapes(drawing, f"same-{name}")]
    assert dresses == [(WHITE, False), (INK, False), (UNKNOWN, True)]


def test_every_pill_of_the_shipped_table_matches_its_cells() -> None:
    shown = table(shipped())
    signs = {"same": "=", "differs": "≠", "depends": "= ?", None: "n/a"}
    for one in shown.rules:
        assert texts(drawn("shipped"), f"same-{one.id}") == [signs[shown.same(one)]], one.id


def test_cells_that_say_one_thing_each_are_equal_if_they_say_the_same() -> None:
    shown = table(_only(proposals=False))
    assert shown.plain is not None
    for one in shown.rules:
        above, below = (answers(row.cells[one.id]) for row in shown.plain)
        if len(above) == len(below) == 1:
            assert shown.same(one) == ("same" if above == below else "differs")


def test_without_both_plain_deletions_nothing_is_compared() -> None:
    assert not [i for i in drawn("only originals").items if i.group.startswith("same")]


# -- the title ---------------------------------------------------------------------------------

_TOLD = "whether the original or the app’s own copy is deleted"
SAME, APART_, SOME = (("F",), ("F",)), (("F",), ("-",)), (("F", "-"), ("-",))


@pytest.mark.parametrize(
    ("pairs", "parts"),
    [
        ([SAME, SAME], ("2 of 2 rules give", "0 can tell them apart")),
        ([SAME, APART_], ("1 of 2 rules gives", "1 can tell them apart")),
        ([SAME, SOME, SOME], ("1 of 3 rules gives", "2 can tell them apart in some settings")),
        ([APART_, SOME], ("0 of 2 rules give", "1 can tell them apart, 1 more in some settings")),
    ],
)
def test_the_title_counts_the_pills(pairs: list[tuple], parts: tuple[str, str]) -> None:
    said = {f"w{i}": pair for i, pair in enumerate(pairs)}
    title = matrix(plain(said), words("en")).title
    assert title == f"{parts[0]} the same answer {_TOLD}; {parts[1]}"


def test_proposals_and_rules_that_say_nothing_of_such_phones_do_not_count_in_the_title() -> None:
    said = {"a": SAME, "b": SAME, "idea": APART_, "unknown": ((), ("F",))}
    title = matrix(plain(said, proposals=["idea"]), words("en")).title
    assert title.startswith("2 of 2 rules give the same answer")
    assert title.endswith("; 0 can tell them apart")


def test_where_nothing_is_compared_the_title_says_what_is_there() -> None:
    assert drawn("only originals").title == "What 12 rules say of 3 deeds"
    one = evolve(plain({"w": SAME}), rows=plain({"w": SAME}).rows[:1])
    assert matrix(one, words("en")).title == "What 1 rule says of 1 deed"


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("case", ["shipped", "every kind"])
def test_the_whole_title_is_written(case: str, lang: Lang) -> None:
    drawing = drawn(case, lang)
    written = "".join(texts(drawing, "title"))
    assert re.sub(r"\s", "", written) == re.sub(r"\s", "", drawing.title)


# -- heads -------------------------------------------------------------------------------------


def test_a_head_says_where_the_rule_sits_and_what_it_is_known_from() -> None:
    head = texts(drawn("shipped"), "head-huawei-acm")
    assert " ".join(head) == "huawei-acm lower file system vendor source"
    assert texts(drawn("shipped"), "head-vivo-observer")[-1] == "hypothesis"
    assert texts(drawn("shipped"), "head-loss-aware")[-1] == "proposal"


def test_the_head_of_a_hypothesis_is_dashed() -> None:
    for one in table(shipped()).rules:
        dashed = any(shape.dash for shape in shapes(drawn("shipped"), f"head-{one.id}"))
        assert dashed == one.hypothesis, one.id


def test_proposals_stand_apart() -> None:
    shown = table(shipped())
    left = [_column(drawn("shipped"), f"head-{one.id}") for one in shown.rules]
    steps = [after - before for before, after in pairwise(left)]
    first = len(shown.sourced) - 1
    assert steps[first] == pytest.approx(steps[0] + APART)
    assert [step for step in steps if step != pytest.approx(steps[0])] == [steps[first]]


# -- phones ------------------------------------------------------------------------------------


def _on(stack: str) -> Comparison:
    comparison = plain({"w": SAME})
    return evolve(comparison, rows=tuple(evolve(r, stack=stack) for r in comparison.rows))


def test_a_comparison_on_several_phones_gets_a_figure_for_each(tmp_path: Path) -> None:
    both = evolve(_on("fuse"), rows=(*_on("fuse").rows, *_on("sdcardfs").rows))
    written = write_matrix(both, tmp_path, langs=("en",), formats=("svg",))
    assert [path.name for path in written] == [
        *("watchers-by-deeds.fuse.en.svg", "watchers-by-deeds.fuse.en.txt"),
        *("watchers-by-deeds.sdcardfs.en.svg", "watchers-by-deeds.sdcardfs.en.txt"),
    ]
    alt = (tmp_path / "watchers-by-deeds.sdcardfs.en.txt").read_text(encoding="utf-8")
    assert "Every rule is on one kind of phone: sdcardfs (Android 8 to 10)" in alt


def test_of_several_phones_a_figure_shows_one() -> None:
    both = evolve(_on("fuse"), rows=(*_on("fuse").rows, *_on("sdcardfs").rows))
    groups = {item.group for item in matrix(both, words("en")).items}
    assert [g for g in groups if g.startswith(f"row-{S1}")] == [f"row-{S1}"]


# -- words -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ["shipped", "every kind"])
def test_the_alt_text_names_every_cell_by_its_answer(case: str) -> None:
    shown = table(CASES[case]())
    lines = drawn(case).description.splitlines()
    said = {"F": "notice", "A": "asks", "L": "log only", "R": "refused", "-": "says nothing"}
    for row in shown.rows:
        number = re.sub(r"s0*(\d+)-.*", r"S\1 ", row.scenario) if row.scenario[0] == "s" else ""
        (line,) = [text for text in lines if text.startswith(f"{number}{row.title.en} (")][:1]
        parts = dict(reversed(p.rsplit(" (", 1)) for p in line.split("): ", 1)[1].split("; "))
        for one in shown.rules:
            found = answers(row.cells[one.id])
            expected = " or ".join(said[answer] for answer in found) or "not known"
            (told,) = {what for ids, what in parts.items() if one.id in ids[:-1].split(", ")}
            assert told == expected


def test_the_alt_text_says_which_rules_answer_both_deletions_alike() -> None:
    line = next(t for t in drawn("shipped").description.splitlines() if t.startswith("The same"))
    alike = line.split(": ")[1].split(". ")[0].split(", ")
    shown = table(shipped())
    assert alike == [one.id for one in shown.rules if shown.same(one) == "same"]


def test_the_legend_names_what_the_answers_depend_on() -> None:
    legend = " ".join(texts(drawn("every kind"), "legend"))
    assert "depends on how the rule is set up" in legend


def test_the_legend_explains_only_what_is_there() -> None:
    legend = " ".join(texts(matrix(plain({"w": SAME}), words("en")), "legend"))
    assert not [word for word in ("asks", "refused", "n/a", "dashed:") if word in legend]


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("case", ["shipped", "every kind"])
def test_the_figure_judges_nobody(case: str, lang: Lang) -> None:
    drawing = drawn(case, lang)
    assert FORBIDDEN.findall(" ".join([*texts(drawing), drawing.description])) == []


# -- files -------------------------------------------------------------------------------------


def test_svg_ids_are_unique_and_the_picture_has_a_title_and_a_description() -> None:
    svg = as_bytes(drawn("every kind"), "svg").decode()
    root = ElementTree.fromstring(svg)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {"title", "heads", "legend", "footer", "same-rule-0"} <= set(ids)
    assert root[0].text == drawn("every kind").title


def test_the_figure_and_its_words_are_left_in_each_language(tmp_path: Path) -> None:
    langs = tuple(AT_HAND)
    written = write_matrix(plain({"w": SAME}), tmp_path, langs=langs)
    names = {f"watchers-by-deeds.{lang}.{kind}" for lang in langs for kind in ("svg", "png", "txt")}
    assert {path.name for path in written} == names == {p.name for p in tmp_path.iterdir()}


CHILD = """
import sys
from pathlib import Path
from tests.test_matrix_figure import every_kind
from simulator.telling.figures import write_matrix
write_matrix(every_kind(), Path(sys.argv[1]), langs=sys.argv[2:])
"""


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[1]
    for seed in ("0", "4711"):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        command = [sys.executable, "-c", CHILD, str(tmp_path / seed), *AT_HAND]
        subprocess.run(command, check=True, env=environment, cwd=root)
    one, other = (sorted((tmp_path / seed).iterdir()) for seed in ("0", "4711"))
    assert len(one) == 3 * len(AT_HAND)
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in other]
