"""Four looks at one deletion: each has what its own records say, and one instant in common."""

from __future__ import annotations

import re
from functools import cache

import pytest
from attrs import evolve

from simulator.scenario.library import shipped
from simulator.telling.figures.canvas import UNKNOWN, Drawing, Shape, Text
from simulator.telling.figures.four_looks import draw, looks
from simulator.telling.figures.looks import Case, Look, case
from simulator.telling.figures.page import SIZES, NoFigure, Size
from simulator.telling.words import LANGS, Lang, words
from simulator.trace import Belief, FileEvent, Listing, Notice, Refusal
from tests.tools.materials import material
from tests.tools.pictures import faults

#: Tried in every size and language: those that are hard to draw.
HARD = ("rescue-overwritten", "retry-storm", "long names", "long names, original", "crowd")
#: Tried once, in one size and language or another.
ONCE = tuple(
    (name, SIZES[i % 3], LANGS[i // 3 % 2]) for i, name in enumerate(shipped()) if name not in HARD
)
FORBIDDEN = re.compile(
    r"\b(false alarm|proves?|never|merely)\b|误报|缓存|证明|从未|只是|不可能|谣言|恶意",
    re.IGNORECASE,
)
LOG, UPPER, LOWER, ALBUM = range(4)


@cache
def drawn(name: str, size: Size = "wide", lang: Lang = "en") -> Drawing:
    return draw(material(name), words(lang), size)


def of(name: str) -> tuple[Case, tuple[Look, ...]]:
    this = case(material(name))
    return this, looks(this)


def said(look: Look) -> str:
    entries = (*look.before, *look.after)
    say = words("en").say
    return " | ".join([*(say(entry.says) for entry in entries), say(look.concludes)])


def groups(drawing: Drawing) -> set[str]:
    return {item.group.partition(".")[0] for item in drawing.items}


# -- it can be read ----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", HARD)
def test_it_can_be_read(name: str, size: Size, lang: Lang) -> None:
    assert faults(drawn(name, size, lang)) == []


@pytest.mark.parametrize(("name", "size", "lang"), ONCE)
def test_every_scenario_has_it_or_says_why_not(name: str, size: Size, lang: Lang) -> None:
    asked = material(name).verdict.removals or material(name).run.story.acts
    if asked:
        assert faults(drawn(name, size, lang)) == []
    else:
        with pytest.raises(NoFigure, match="nothing is asked to be removed"):
            drawn(name)


def test_no_word_judges() -> None:
    for name, size, lang in [*((n, "wide", "en") for n in HARD), *ONCE]:
        if name == "streaming-no-copy":
            continue
        texts = [i.string for i in drawn(name, size, lang).items if isinstance(i, Text)]
        assert not [text for text in texts if "/" not in text and FORBIDDEN.search(text)]


def test_the_same_scenario_gives_the_same_picture() -> None:
    assert drawn("dewu-2022", "a4") == draw(material("dewu-2022"), words("en"), "a4")


# -- what each look has ------------------------------------------------------------------------


def test_a_refused_removal_leaves_four_records_that_differ() -> None:
    title = drawn("album-pipeline").title
    assert "log says “failed”" in title
    assert "phone says “deleted”" in title
    assert "lower file system shows a renaming" in title
    assert "album shows no change" in title


def test_the_log_has_what_the_app_noted_and_nothing_else() -> None:
    this, seen = of("album-pipeline")
    ids = {i for entry in (*seen[LOG].before, *seen[LOG].after) for i in entry.records}
    beliefs = {r.id for r in this.trace.records if isinstance(r, Belief)}
    assert ids
    assert ids <= beliefs


def test_each_layer_has_its_own_events_alone() -> None:
    this, seen = of("three-names")
    for look in (seen[UPPER], seen[LOWER]):
        records = [this.trace[i] for entry in look.after for i in entry.records]
        layers = {r.layer for r in records if isinstance(r, FileEvent | Refusal)}
        assert layers <= {look.layer}


def test_the_lower_file_system_names_the_process_and_not_the_app() -> None:
    _, seen = of("three-names")
    told = [words("en").say(entry.says) for entry in seen[LOWER].after]
    assert "Media storage asks to remove it: refused, EOWNERDEAD" in told
    assert not [line for line in told if line.startswith("Shop")]


def test_a_look_without_a_record_says_so_in_words() -> None:
    assert "no record of the request: it is refused further down" in said(of("dewu-2022")[1][UPPER])
    assert "the call did not come here" in said(of("silent")[1][UPPER])
    assert "keeps no log of files" in said(of("twitter-2019")[1][LOG])
    assert "the app did not ask for this" in said(of("adb-shell-rm")[1][LOG])


def test_the_album_goes_on_showing_what_is_gone() -> None:
    _, seen = of("five-views")
    assert "is still shown, although the file is gone (inferred)" in said(seen[ALBUM])
    assert "is missing; who took it is not here" in said(seen[ALBUM])
    assert "the album still shows what is gone" in drawn("adb-shell-rm").title


def test_a_name_that_another_file_took_is_drawn_as_that_file() -> None:
    _, seen = of("replace-by-rename")
    (thing,) = seen[LOWER].things_after
    assert (thing.dress, thing.path) == ("copy", "DCIM/Camera/VID_20221112_205500.mp4")
    assert "put another file in its place" in said(seen[LOWER])


def test_an_original_with_other_content_is_no_longer_solid() -> None:
    _, seen = of("overwrite-in-place")
    assert [thing.dress for thing in seen[LOWER].things_before] == ["original"]
    assert [thing.dress for thing in seen[LOWER].things_after] == ["changed"]


def test_a_memory_card_loses_a_row_and_keeps_the_file() -> None:
    title, (_, seen) = drawn("sd-row-gone-file-stays").title, of("sd-row-gone-file-stays")
    assert "lower file system shows nothing, the album lacks the original" in title
    assert [thing.place for thing in seen[LOWER].things_after] == ["there"]


def test_what_comes_after_the_run_is_not_told() -> None:
    this, seen = of("dewu-2022")
    assert max(r.t for r in this.trace.records) > this.end
    assert all(entry.t <= this.end for look in seen for entry in (*look.before, *look.after))


def test_swapping_the_file_that_is_hit_swaps_the_album() -> None:
    copy, original = drawn("album-pipeline").title, drawn("original").title
    assert "album shows no change" in copy
    assert "album lacks the original" in original
    assert copy.partition("the lower")[0] == original.partition("the lower")[0].replace(
        "log says “deleted”", "log says “failed”"
    )


# -- how it is drawn ---------------------------------------------------------------------------


def test_one_line_marks_the_instant_in_every_size() -> None:
    request = case(material("album-pipeline")).act.record
    for size in SIZES:
        texts = [i.string for i in drawn("album-pipeline", size).items if isinstance(i, Text)]
        assert [t for t in texts if t.startswith(f"Second 64.38, #{request}: Shop asks to remove")]


def test_every_line_names_its_record() -> None:
    this, seen = of("album-pipeline")
    drawing = drawn("album-pipeline")
    told = {i for look in seen for e in (*look.before, *look.after) for i in e.records[:1]}
    notice = next(r for r in this.trace.records if isinstance(r, Notice))
    wanted = {f"record-{i}" for i in (*told, notice.id, this.act.record)}
    assert wanted <= groups(drawing)
    assert groups(drawing) - {g for g in groups(drawing) if g.startswith("record-")} <= {
        *("title", "condition", "looks", "alone", "footer")
    }


def test_yellow_stands_for_nothing_but_what_is_not_known() -> None:
    yellow = [i for i in drawn("dewu-2022").items if isinstance(i, Shape) and i.fill == UNKNOWN]
    assert yellow == []


def test_the_description_tells_what_the_picture_shows() -> None:
    this, seen = of("dewu-2022")
    told = drawn("dewu-2022").description
    say = words("en").say
    for look in seen:
        assert say(look.concludes) in told
        for entry in (*look.before, *look.after):
            assert say(entry.says) in told
            assert all(f"#{i}" in told for i in entry.records[:1])
    assert f"#{this.act.record}" in told


def test_on_a_sheet_of_paper_lines_are_left_out_before_the_figure_is() -> None:
    full, short = case(material("retry-storm")), drawn("retry-storm", "a4")
    assert len(looks(full)[LOWER].after) > len(looks(evolve(full, lines=(1, 2)))[LOWER].after)
    assert short.height == 1403


def test_a_name_from_outside_is_shown_and_not_interpreted() -> None:
    scenario = material("album-pipeline").scenario
    label = evolve(scenario.app.label, en="$x$<&\u202e")
    strange = evolve(scenario, app=evolve(scenario.app, label=label))
    drawing = draw(type(material("album-pipeline"))(strange), words("en"), "wide")
    assert any("$x$<&\\u{202e}" in i.string for i in drawing.items if isinstance(i, Text))


def test_a_row_that_goes_is_told_where_it_was_shown() -> None:
    this, seen = of("picture-selector-cancel")
    ids = {i for entry in seen[ALBUM].after for i in entry.records}
    assert ids
    assert all(isinstance(this.trace[i], Listing) for i in ids)
