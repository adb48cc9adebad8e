"""The timeline: measured, reproducible, readable without eyes, and honest about what is assumed."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest
from attrs import evolve

from simulator import engine
from simulator.documents import Seconds
from simulator.errors import CachelifeError, Unavailable
from simulator.scenario.library import read, shipped
from simulator.scenario.sandbox import sandbox
from simulator.telling.figures import Drawing, fonts, save, timeline, write_timelines
from simulator.telling.figures.canvas import SMALLEST, UNKNOWN, Shape, Style, Text
from simulator.telling.figures.fonts import Fonts, MissingGlyph
from simulator.telling.figures.render import as_bytes
from simulator.telling.figures.setting import NO_BEGIN, NO_END, balanced, shorten, wrap
from simulator.telling.figures.story import story
from simulator.telling.words import LANGS, Lang, words
from simulator.trace import (
    FileEvent,
    FileState,
    Header,
    Match,
    Notice,
    Operation,
    Refusal,
    Trace,
    Transfer,
)
from simulator.verdict.judge import Verdict, judge

LONG_NAME = "The very long shop of second-hand things and videos for all."
LONG_HAN = "名字特别特别长的二手物品与视频分享交易应用" * 3
WORLDS = {
    "copy": {},
    "original": {"clean_up.hits": "original"},
    "silent": {"pipeline.place": "internal-cache"},
    "overwrite": {"pipeline.variant": "overwrite-original"},
    "replace": {"pipeline.variant": "replace-original"},
    "rename": {"pipeline.variant": "rename-original-away"},
    "both": {"pipeline.variant": "delete-original"},
    "crash": {"pipeline.variant": "crash-orphan"},
    "temp": {"pipeline.variant": "tmp-rename"},
    "no watcher": {"watcher.rule": "none"},
    "told": {"watcher.app_sees": "success"},
    "actor": {"watcher.rename_actor": "app_runtime"},
    "failed": {"app.storage": "scoped"},
    "long names": {
        "app.label.en": LONG_NAME,
        "app.label.zh-CN": LONG_HAN,
        "pipeline.place": "Pictures/"
        + "A folder whose name is sixty characters long, or even longer",
    },
    "dewu": {},
}
CATALOGUE = files("simulator.telling") / "locale" / "zh_CN" / "LC_MESSAGES" / "cachelife.mo"
AT_HAND = [lang for lang in LANGS if lang == "en" or CATALOGUE.is_file()]
FORBIDDEN = (
    *("false alarm", "prove", "never", "merely"),
    *("误报", "缓存", "证明", "从未", "只是", "不可能", "谣言", "恶意"),
)


@cache
def played(world: str) -> tuple[Trace, Verdict]:
    document = read("dewu-2022" if world == "dewu" else "album-pipeline")
    trace = engine.run(document.with_text(WORLDS[world]).value if WORLDS[world] else document.value)
    return trace, judge(trace)


def removal(world: str) -> int:
    """The id of the first request to remove something."""
    return played(world)[1].removals[0].record


@cache
def drawn(world: str, lang: Lang = "en") -> Drawing:
    return timeline(*played(world), words(lang))


def texts(drawing: Drawing) -> list[str]:
    return [item.string for item in drawing.items if isinstance(item, Text)]


def groups(drawing: Drawing) -> set[str]:
    svg = as_bytes(drawing, "svg").decode()
    return set(re.findall(r'<g id="([^"]+)"', svg))


def yellow(drawing: Drawing) -> set[str]:
    return {i.group for i in drawing.items if isinstance(i, Shape) and i.fill == UNKNOWN}


def moves(trace: Trace) -> tuple[int, int]:
    renames = [r.id for r in trace.records if isinstance(r, Operation) and r.verb == "rename"]
    return renames[0], renames[1]


# -- measured ----------------------------------------------------------------------------------


def assert_that_all_can_be_read(drawing: Drawing) -> None:
    boxes = [box for box in drawing.boxes if box.kind == "text"]
    arrows = [box for box in drawing.boxes if box.what == "arrow"]
    assert len(boxes) > 15
    for number, box in enumerate(boxes):
        assert 0 <= box.left <= box.right <= drawing.width, box
        assert 0 <= box.top <= box.bottom <= drawing.height, box
        assert not [o.what for o in (*boxes[:number], *arrows) if box.overlaps(o)], box


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("world", WORLDS)
def test_nothing_overlaps_or_leaves_the_canvas(world: str, lang: Lang) -> None:
    assert_that_all_can_be_read(drawn(world, lang))


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("name", shipped())
def test_the_library_can_be_read_in_pictures(name: str, lang: Lang) -> None:
    trace = engine.run(read(name).value)
    assert_that_all_can_be_read(timeline(trace, judge(trace), words(lang)))


def test_a_file_that_comes_where_the_original_was_set_aside_has_a_lane_of_its_own() -> None:
    trace = engine.run(read("rescue-overwritten").value)
    stays = story(trace, judge(trace)).stays
    assert {(s.whose, s.lane) for s in stays} == {
        ("original", "original"),
        ("placeholder", "copy"),
        ("placeholder", "bin"),
    }


@pytest.mark.parametrize("name", shipped())
def test_a_notice_is_drawn_wherever_one_came(name: str) -> None:
    trace = engine.run(read(name).value)
    verdict = judge(trace)
    shown = {act.notice.id for act in story(trace, verdict).focus if act.notice}
    assert bool(shown) == bool(verdict.notices)


def test_a_folder_that_a_watcher_keeps_is_moved_to_its_bin() -> None:
    trace = engine.run(read("twitter-2019").value)
    (act,) = story(trace, judge(trace)).acts
    assert act.move is not None


def test_an_original_that_is_refused_and_lost_all_the_same_is_in_the_title() -> None:
    trace = engine.run(read("rescue-overwritten").value)
    title = texts(timeline(trace, judge(trace), words("en")))[0]
    assert title.endswith("it is lost all the same")


def test_of_many_notices_one_is_drawn_and_says_how_many_there_are() -> None:
    trace = engine.run(read("retry-storm").value)
    said = texts(timeline(trace, judge(trace), words("en")))
    assert [text for text in said if text.endswith("one of 30 notices")]


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("world", WORLDS)
def test_nothing_is_under_nine_points_or_says_too_much(world: str, lang: Lang) -> None:
    drawing = drawn(world, lang)
    sizes = [item.size for item in drawing.items if isinstance(item, Text)]
    assert min(sizes) >= SMALLEST
    said = " ".join(t for t in [*texts(drawing), drawing.title] if "/" not in t).lower()
    assert not [word for word in (*FORBIDDEN, "cache") if word in said]


def test_long_names_are_cut_in_the_middle_and_keep_their_ends() -> None:
    cut = [text for text in texts(drawn("long names")) if "…" in text]
    assert any(text.startswith("The ") and text.endswith("all.") for text in cut)
    assert any(text.endswith("/") for text in cut)


def test_a_name_from_outside_is_shown_and_not_interpreted() -> None:
    document = read("album-pipeline").with_text({"app.label.en": "$x$<&\u202e"})
    trace = engine.run(document.value)
    drawing = timeline(trace, judge(trace), words("en"))
    assert "$x$<&\\u{202e}" in texts(drawing)
    root = ElementTree.fromstring(as_bytes(drawing, "svg"))
    assert "$x$<&" in (root.findtext("{http://www.w3.org/2000/svg}desc") or "")


def test_a_character_that_no_font_has_is_an_error() -> None:
    with pytest.raises(MissingGlyph, match=r"U\+F0000") as caught:
        Fonts("en").width("ok \U000f0000", 16)
    assert isinstance(caught.value, CachelifeError)


def test_marks_are_proportional_in_english_and_wide_in_chinese() -> None:
    assert Fonts("en").width("’", 100) < 40
    assert Fonts("zh-CN").width("”", 100) == pytest.approx(100)
    assert Fonts("en").width("Bold", 20, bold=True) > Fonts("en").width("Bold", 20)


def test_pictures_do_without_the_latin_font_but_not_without_the_chinese_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "simulator.telling.figures.fonts.find_spec"
    monkeypatch.setattr(name, lambda n: None if n.startswith("fontpkg") else find_spec(n))
    assert fonts._faces.__wrapped__("en", "sans", True)[0].path.name == "DejaVuSans-Bold.ttf"
    monkeypatch.setattr(name, lambda n: None if n == "zhplot" else find_spec(n))
    with pytest.raises(Unavailable):
        fonts._faces.__wrapped__("en", "sans", False)


# -- setting -----------------------------------------------------------------------------------


def test_chinese_lines_begin_and_end_where_they_may() -> None:
    text = "检测到“小店”删除了视频，已成功拦截（第 3 次）。规则看的是“文件夹”；名字、应用：都符合！"
    for width in range(110, 420, 7):
        lines = wrap(text, width, lambda s: Fonts("zh-CN").width(s, 16))
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert not [line for line in lines if line[0] in NO_BEGIN or line[-1] in NO_END]


def test_lines_keep_to_their_width_and_paths_break_after_a_slash() -> None:
    assert wrap("Pictures/Shop/VID_1.mp4", 14, len) == ["Pictures/Shop/", "VID_1.mp4"]
    assert wrap("one two three", 7, len) == ["one two", "three"]
    assert balanced("aa bb cc dd", 9, len) == ["aa bb", "cc dd"]
    assert shorten("VID_20221112_210005.mp4", 14, len) == "VID_2022…5.mp4"


# -- honest ------------------------------------------------------------------------------------


def test_the_untouched_original_runs_unbroken_and_the_notice_is_quoted() -> None:
    said = " ".join(texts(drawn("copy")))
    assert "same" in texts(drawn("copy"))
    assert "gone from here" not in said
    assert "Detected that “Shop” deleted a video; successfully intercepted" in said
    assert "(translation)" in said
    assert "A model, not evidence." in said
    assert f"The twin: let #{removal('copy')} name the original instead" in said


def test_the_touched_original_ends_where_it_is_moved() -> None:
    said = " ".join(texts(drawn("original")))
    assert "gone from here" in said
    assert "it names the original" in said
    assert "“Untouched”" not in said
    assert "name the copy instead" in said


@pytest.mark.parametrize(
    ("world", "sentence"),
    [
        ("silent", "the rule looks at the folder, and this one is not watched"),
        ("overwrite", "the rule watches for removal, not for overwriting"),
        ("replace", "the rule watches for removal, not for renaming"),
        ("no watcher", "no watcher"),
        ("failed", "nothing was removed"),
    ],
)
def test_a_silence_says_why(world: str, sentence: str) -> None:
    assert sentence in " ".join(texts(drawn(world)))


def test_what_is_assumed_is_yellow_and_nothing_else_is() -> None:
    trace, verdict = played("copy")
    match = next(r for r in trace.records if isinstance(r, Match))
    aside, binned = moves(trace)
    assert yellow(drawn("copy")) == {f"record-{match.id}-place", f"record-{aside}-{binned}.2"}
    settled = Trace(evolve(trace.header, assumed=()), trace.records)
    assert not yellow(timeline(settled, verdict, words("en")))
    doubtful = {group.rpartition("-")[2] for group in yellow(drawn("dewu"))}
    aside, binned = moves(played("dewu")[0])
    assert doubtful == {"place", "exempt", f"{binned}.2"}


def test_an_observation_does_not_call_itself_a_model() -> None:
    event = FileEvent(2, 9.0, (), "vfs", "unlink", "DCIM/a.mp4", "7", None, links=0)
    records = (
        FileState(1, 0.0, (), "start", "lower", "DCIM/a.mp4", "7", 100, "abcd" * 16),
        event,
        FileState(3, 20.0, (), "end", "lower", "b", "8", 1, "0123" * 16),
    )
    header = Header("live", "1", duration=20.0, originals=("DCIM/a.mp4",))
    trace = Trace(header, records)
    said = " ".join(texts(timeline(trace, judge(trace), words("en"))))
    assert "An observation" in said
    assert "A model" not in said
    assert "removed" in said


def test_an_empty_trace_and_a_title_of_ones_own_are_drawn() -> None:
    trace = Trace(Header("recording", "1"), ())
    drawing = timeline(trace, judge(trace), words("en"), title="My own title " * 20)
    assert drawing.title.startswith("My own title")
    assert all(box.right <= drawing.width for box in drawing.boxes)


# -- files -------------------------------------------------------------------------------------


def test_every_thing_names_its_record() -> None:
    trace, verdict = played("copy")
    ids = groups(drawn("copy"))
    match = next(r for r in trace.records if isinstance(r, Match) and r.action == "refuse")
    notice = next(r for r in trace.records if isinstance(r, Notice))
    shown = [verdict.removals[0].record, match.id, notice.id, *moves(trace)]
    shown += [r.id for r in trace.records if isinstance(r, Refusal | Transfer)]
    shown += [r.id for r in trace.records if isinstance(r, Operation) and r.verb == "open"]
    assert {f"record-{id_}" for id_ in shown} <= ids
    assert {f"record-{match.id}-{name}" for name, _ in match.checks} <= ids
    frame = {"title", "condition", "lanes", "axis", "bracket", "twin", "footer"}
    others = {i for i in ids if not i.startswith("record-")} - frame
    assert others == {"figure_1", "patch_1"}


@pytest.mark.parametrize("world", ["copy", "both", "rename"])
def test_svg_ids_are_unique_and_the_picture_has_a_title_and_a_description(world: str) -> None:
    drawing = drawn(world)
    svg = as_bytes(drawing, "svg").decode()
    root = ElementTree.fromstring(svg)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "figure-title figure-desc"
    assert root[0].text == drawing.title
    assert f"#{removal(world)}" in (root[1].text or "")
    assert not re.search(r"Matplotlib|<style|<text|<metadata|http://matplotlib", svg)


def test_the_png_has_its_size_and_its_words(tmp_path: Path) -> None:
    path = save(drawn("copy"), tmp_path / "deep" / "timeline.png", "png")
    data = path.read_bytes()
    assert struct.unpack(">II", data[16:24]) == (1600, 700)
    assert b"Description" in data
    assert b"Software" not in data
    assert [p.name for p in path.parent.iterdir()] == ["timeline.png"]


def test_files_are_named_by_language_and_format(tmp_path: Path) -> None:
    written = write_timelines(*played("silent"), tmp_path, langs=("en",), formats=("svg",))
    assert [p.name for p in written] == ["timeline.en.svg", "timeline.en.txt"]
    alt = written[1].read_text(encoding="utf-8")
    assert alt.startswith("The copy is removed and the phone stays silent")
    assert f"#{removal('silent')}: Shop asks to remove /data/user/0/com.example.shop/cache/" in alt


CHILD = """
import sys
from pathlib import Path
import simulator.telling.figures as figures
loaded = {name.partition(".")[0] for name in sys.modules}
assert not loaded & {"matplotlib", "fontTools", "numpy", "zhplot"}, loaded
from simulator import engine
from simulator.scenario.library import read, shipped
from simulator.telling.words import words
from simulator.verdict.judge import judge
trace = engine.run(read("album-pipeline").value)
drawing = figures.timeline(trace, judge(trace), words("en"))
for format in figures.FORMATS:
    figures.save(drawing, Path(sys.argv[1]) / f"a.{format}", format)
assert "matplotlib.pyplot" not in sys.modules
assert "zhplot" not in sys.modules
"""


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[1]
    written = []
    for seed in ("0", "4711"):
        folder = tmp_path / seed
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root), "HOME": str(tmp_path)}
        subprocess.run([sys.executable, "-c", CHILD, str(folder)], check=True, env=environment)
        written.append({p.name: p.read_bytes() for p in sorted(folder.iterdir())})
    assert written[0] == written[1]
    assert set(written[0]) == {"a.svg", "a.png"}
    assert written[0]["a.svg"] == as_bytes(drawn("copy"), "svg")


def test_a_style_is_measured_as_it_is_set() -> None:
    drawing = Drawing(100, 100, Fonts("en"))
    box = drawing.text(10, 50, "wide", Style(20, bold=True), "middle")
    assert box.right - box.left == drawing.measure(Style(20, bold=True))("wide")
    assert (box.left + box.right) / 2 == pytest.approx(10)
    assert not drawing.free(box)


@pytest.mark.parametrize("gap", [0.02, 0.05, 0.1, 0.2, 0.5, 1.0])
def test_no_arrow_crosses_the_word_for_the_removal(gap: float) -> None:
    """Live runs remove their copy a twentieth of a second after they have read it."""
    trace = engine.run(
        evolve(sandbox("VID_1.mp4", 40_000, 0.3, "normal", "transcode"), until=Seconds(2.0))
    )
    asked = next(r for r in trace.records if isinstance(r, Operation) and r.verb == "unlink")
    soon = tuple(
        evolve(r, t=round(r.t - 1.0 + gap, 6)) if r.id >= asked.id else r for r in trace.records
    )
    quick = Trace(evolve(trace.header, duration=soon[-1].t), soon)
    drawing = timeline(quick, judge(quick), words("en"))
    arrows = [box for box in drawing.boxes if box.what == "arrow"]
    removal = [box for box in drawing.boxes if box.what == "remove"]
    assert removal
    assert not [arrow for arrow in arrows for box in removal if arrow.overlaps(box)]
