"""The scores of the watchers: squares as large as their shares, numbers, a title that counts."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.telling.figures import Drawing, write_scores
from simulator.telling.figures.canvas import SMALLEST, UNKNOWN, WATCHER, Shape, Text
from simulator.telling.figures.render import as_bytes
from simulator.telling.figures.scores import CELLS, FULL, LEAST, scores
from simulator.telling.words import LANGS, Lang, words
from simulator.verdict.score import Score
from simulator.watchers import library as rules
from simulator.watchers.rule import Rule

CATALOGUE = files("simulator.telling") / "locale" / "zh_CN" / "LC_MESSAGES" / "cachelife.mo"
AT_HAND = [lang for lang in LANGS if lang == "en" or CATALOGUE.is_file()]
FORBIDDEN = re.compile(
    r"\b(false alarm|proves?|never|merely|cannot)\b|误报|缓存|证明|从未|只是|不可能|谣言|恶意",
    re.IGNORECASE,
)
NAMES = tuple(name for row in CELLS for name in row)


def score(watcher: str, *counts: int, as_ordered: int = 0, **others: int) -> Score:
    """A score with those four counts: touched with a notice and without, untouched likewise."""
    fields = {"asked": 0, "stopped": 0, "wrong_app": 0, "left_out": 0, **others}
    return Score(
        watcher, sum(counts) + as_ordered, *counts, as_ordered=as_ordered, missed={}, **fields
    )


def rule(id_: str, **changes: object) -> Rule:
    return evolve(rules.rule("huawei-acm"), id=id_, **changes)


def shipped() -> tuple[tuple[Score, ...], tuple[Rule, ...]]:
    """Made-up counts for the shipped rules."""
    known = tuple(rules.rule(name) for name in rules.names())
    made = tuple(
        score(
            one.id,
            *(i * 50, 7, 0 if i % 3 else 12 * i, 4000 * i),
            as_ordered=i,
            asked=i,
            wrong_app=84 * i,
            left_out=i % 2,
        )
        for i, one in enumerate(known)
    )
    return made, known


def _one(*counts: int, **others: int) -> tuple[tuple[Score, ...], tuple[Rule, ...]]:
    return (score("w", *counts, **others),), (rule("w"),)


def _long() -> tuple[tuple[Score, ...], tuple[Rule, ...]]:
    names = [f"a-very-long-name-of-a-rule-that-somebody-wrote-{i}" for i in range(5)]
    hook = evolve(rules.rule("huawei-acm").hook, layers=("fuse", "provider", "sdcardfs", "f2fs"))
    made = tuple(
        score(
            name,
            *(99_999_999, 99_999_999, 1, 99_999_999),
            as_ordered=99_999_999,
            left_out=99,
            asked=99_999_999,
            wrong_app=99_999_999,
        )
        for name in names
    )
    return made, tuple(rule(name, hook=hook, hypothesis=True) for name in names)


CASES = {
    "shipped": shipped,
    "one": lambda: _one(1, 2, 3, 4),
    "long": _long,
    "nothing": lambda: ((), ()),
}


@cache
def drawn(case: str = "shipped", lang: Lang = "en") -> Drawing:
    found, known = CASES[case]()
    return scores(found, known, words(lang))


def texts(drawing: Drawing, group: str = "") -> list[str]:
    return [i.string for i in drawing.items if isinstance(i, Text) and i.group.startswith(group)]


def _clash(drawing: Drawing) -> Iterator[str]:
    boxes = [box for box in drawing.boxes if box.kind == "text"]
    for number, box in enumerate(boxes):
        if not (0 <= box.left <= box.right <= drawing.width):
            yield f"outside: {box.what}"
        if not (0 <= box.top <= box.bottom <= drawing.height):
            yield f"outside: {box.what}"
        yield from (f"{box.what} / {o.what}" for o in boxes[:number] if box.overlaps(o))
        things = (other for other in drawing.boxes if other.kind == "thing")
        yield from (f"{box.what} / {o.what}" for o in things if box.overlaps(o))


def side(drawing: Drawing, group: str) -> float | None:
    """The side of the square in a cell; None where there is none."""
    shapes = [i for i in drawing.items if isinstance(i, Shape) and i.group == group]
    if len(shapes) < 2:
        return None
    numbers = [n for _, *points in shapes[-1].path for n in points[::2]]
    return max(numbers) - min(numbers)


# -- geometry ----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("case", CASES)
def test_no_text_overlaps_anything_or_leaves_the_canvas(case: str, lang: Lang) -> None:
    assert list(_clash(drawn(case, lang))) == []


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("case", CASES)
def test_no_text_is_under_nine_points(case: str, lang: Lang) -> None:
    sizes = [item.size for item in drawn(case, lang).items if isinstance(item, Text)]
    assert min(sizes) >= SMALLEST


@pytest.mark.parametrize("lang", AT_HAND)
def test_no_text_is_cut(lang: Lang) -> None:
    assert [text for text in texts(drawn("shipped", lang)) if "…" in text] == []


@given(counts=st.lists(st.integers(0, 9999), min_size=4, max_size=4), ordered=st.integers(1, 99))
@settings(deadline=None, max_examples=40)
def test_nothing_overlaps_whatever_the_counts_are(counts: list[int], ordered: int) -> None:
    found, known = _one(*counts, as_ordered=ordered)
    assert list(_clash(scores(found, known, words("en")))) == []


# -- cells -------------------------------------------------------------------------------------


def test_every_rule_has_four_cells_and_each_says_its_count() -> None:
    found, known = shipped()
    for one in found:
        if one.watcher == "none" or not one.combinations:
            continue
        for name in NAMES:
            assert texts(drawn(), f"{name}-{one.watcher}")[0] == str(getattr(one, name))
    assert {one.id for one in known} > {"none"}


def test_the_area_of_a_square_is_its_share() -> None:
    drawing = scores(*_one(10, 40, 160, 790), words("en"))
    sides = [side(drawing, f"{name}-w") for name in NAMES]
    assert all(sides)
    areas = [round((each or 0.0) ** 2 / FULL**2, 3) for each in sides]
    assert areas == [0.01, 0.04, 0.16, 0.79]


def test_an_empty_cell_keeps_its_edge_and_says_nought() -> None:
    drawing = scores(*_one(0, 5, 5, 5), words("en"))
    assert texts(drawing, "touch_warned-w") == ["0"]
    shapes = [i for i in drawing.items if isinstance(i, Shape) and i.group == "touch_warned-w"]
    assert [bool(shape.stroke) for shape in shapes] == [True]


def test_a_share_too_small_to_see_is_still_drawn() -> None:
    drawing = scores(*_one(1, 0, 0, 999_999), words("en"))
    assert side(drawing, "touch_warned-w") == pytest.approx(LEAST)
    assert texts(drawing, "touch_warned-w") == ["1", "<1%"]


def test_only_notices_are_purple() -> None:
    drawing = scores(*_one(1, 2, 3, 4), words("en"))
    purple = {i.group for i in drawing.items if isinstance(i, Shape) and i.fill == WATCHER}
    assert purple == {"touch_warned-w", "no_touch_warned-w"}


def test_what_stands_apart_is_below_the_cells() -> None:
    found = _one(1, 2, 3, 4, as_ordered=5, wrong_app=6, asked=7, left_out=8)
    small = texts(scores(*found, words("en")), "score-w")[-2:]
    assert small == [
        "of 15 combinations; as ordered: 5; left out: 8",
        "named another app: 6; asked first: 7",
    ]


def test_a_hypothesis_is_tagged_in_yellow_and_nothing_else_is() -> None:
    yellow = {i.group for i in drawn().items if isinstance(i, Shape) and i.fill == UNKNOWN}
    hypotheses = {f"score-{n}" for n in rules.names() if rules.rule(n).hypothesis}
    assert yellow == hypotheses


def test_proposals_come_last() -> None:
    groups = [i.group for i in drawn().items if i.group.startswith("score-")]
    assert list(dict.fromkeys(groups))[-2:] == ["score-provenance-aware", "score-loss-aware"]


def test_a_rule_that_was_tried_on_nothing_is_not_drawn() -> None:
    found = (score("w", 1, 1, 1, 1), score("idle", 0, 0, 0, 0, left_out=3))
    drawing = scores(found, (rule("w"), rule("idle")), words("en"))
    assert not [i for i in drawing.items if i.group == "score-idle"]


# -- the title ---------------------------------------------------------------------------------


def _title(*scored: tuple[int, int, int, int]) -> str:
    found = tuple(score(f"w{i}", *counts) for i, counts in enumerate(scored))
    return scores(found, tuple(rule(one.watcher) for one in found), words("en")).title


def test_no_rule_is_free_of_both_is_said_where_it_is_so() -> None:
    assert _title((5, 1, 1, 5), (0, 5, 0, 5), (5, 0, 1, 0)) == (
        "No rule is free of both: silence about a touched original, and a notice where none was"
        " touched; 1 of 3 has both"
    )


def test_one_rule_that_is_free_of_both_changes_the_title() -> None:
    assert _title((5, 1, 1, 5), (5, 0, 0, 5)) == (
        "Silence about a touched original, or a notice where none was touched: free of both in the"
        " listed combinations, 1 of 2; with both, 1"
    )


@pytest.mark.parametrize("case", ["shipped", "long"])
@pytest.mark.parametrize("lang", AT_HAND)
def test_the_whole_title_is_written(case: str, lang: Lang) -> None:
    drawing = drawn(case, lang)
    written = "".join(texts(drawing, "title"))
    assert re.sub(r"\s", "", written) == re.sub(r"\s", "", drawing.title)


# -- words and files ---------------------------------------------------------------------------


def test_the_alt_text_has_every_count() -> None:
    found, _ = shipped()
    lines = drawn().description.splitlines()
    for one in found:
        if one.watcher == "none" or not one.combinations:
            continue
        (line,) = [text for text in lines if text.startswith(f"{one.watcher} (")]
        numbers = [int(n) for n in re.findall(r"notice: (\d+)", line)]
        assert numbers == [getattr(one, name) for name in NAMES]
        assert f"named another app: {one.wrong_app}" in line


def test_the_picture_says_what_its_shares_are_of() -> None:
    assert "Shares of the listed combinations, not of phones." in texts(drawn())
    assert [text for text in texts(drawn(), "footer") if text.startswith("A model, not evidence.")]


@pytest.mark.parametrize("lang", AT_HAND)
def test_the_figure_judges_nobody(lang: Lang) -> None:
    drawing = drawn("shipped", lang)
    assert FORBIDDEN.findall(" ".join([*texts(drawing), drawing.description])) == []


def test_svg_ids_are_unique_and_the_picture_has_a_title() -> None:
    root = ElementTree.fromstring(as_bytes(drawn(), "svg").decode())
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert root[0].text == drawn().title


CHILD = """
import sys
from pathlib import Path
from tests.test_scores_figure import shipped
from simulator.telling.figures import write_scores
write_scores(*shipped(), Path(sys.argv[1]), langs=sys.argv[2:])
"""


def test_two_processes_write_the_same_files(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[1]
    for seed in ("0", "4711"):
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)}
        command = [sys.executable, "-c", CHILD, str(tmp_path / seed), *AT_HAND]
        subprocess.run(command, check=True, env=environment, cwd=root)
    one, other = (sorted((tmp_path / seed).iterdir()) for seed in ("0", "4711"))
    names = {f"watchers-score.{lang}.{kind}" for lang in AT_HAND for kind in ("png", "svg", "txt")}
    assert {path.name for path in one} == names
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in other]


def test_the_figure_is_left_where_it_was_asked_for(tmp_path: Path) -> None:
    written = write_scores(*shipped(), tmp_path, langs=("en",), formats=("svg",))
    assert [path.name for path in written] == ["watchers-score.en.svg", "watchers-score.en.txt"]
    alt = written[-1].read_text(encoding="utf-8")
    assert alt.startswith(f"{drawn().title}\n\nFour counts for each rule")
