"""The kit: texts in two languages that are true, say what they assume, and judge nobody."""

from __future__ import annotations

import json
import pickle
import re

import pytest

from simulator.cli import kitting
from simulator.errors import InputError, UnknownName
from simulator.message import Message
from simulator.scenario import library
from simulator.telling.kit import Judging, forbidden, guard
from simulator.telling.kit.source import as_text
from simulator.telling.limits import LIMITS, PUBLIC
from simulator.telling.words import LANGS, words
from tests.tools.golden import matches_golden
from tests.tools.kits import FIGURES, Small, facts, pages, public, there

INCIDENTS = library.group("incidents")
RUNS = (
    "album-pipeline",
    "guard-keeps-file",
    "quiet-pipeline",
    "overwrite-in-place",
    "rename-original-away",
    "stale-last-capture",
    "user-removed-original-first",
    "wrong-app-blamed",
    "rescue-overwritten",
    "zero-byte-placeholder",
    "streaming-no-copy",
    "adb-shell-rm",
    "consent-batch",
    "os-trim-in-use",
    "retry-storm",
    "sd-row-gone-file-stays",
)
#: Companies of the field, and whose apps the incidents are about.
COMPANIES = re.compile(
    "Huawei|Honor|vivo|OPPO|Xiaomi|Samsung|Dewu|Pinduoduo|Twitter|Xiaohongshu|Qiangguo|Tencent"
    "|华为|荣耀|小米|三星|得物|拼多多|小红书|学习强国"
)


def short(name, lang):
    text = pages(name)[f"statement.{lang}.md"]
    return text.split("\n## ")[1].partition("\n\n")[2].strip()


# -- every text --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*INCIDENTS, *RUNS])
def test_no_text_of_a_kit_judges(name):
    speakers = facts(name).speakers()
    assert [f for text in public(name).values() for f in forbidden(text, speakers)] == []


@pytest.mark.parametrize("name", ["dewu-2022", "album-pipeline"])
def test_every_public_text_has_the_first_limits_and_says_what_it_is_in_both_languages(name):
    for path, text in public(name).items():
        langs = [lang for lang in LANGS if f".{lang}." in path] or LANGS
        said = [words(lang).say(limit) for lang in langs for limit in LIMITS[:PUBLIC]]
        kinds = ["A model, not evidence.", "模型推演，不构成取证结论。"]
        assert [one for one in (*said, *kinds) if one not in text] == [], path


@pytest.mark.parametrize("name", RUNS)
def test_a_scenario_that_is_no_incident_names_no_company(name):
    limits = {words(lang).say(limit) for lang in LANGS for limit in LIMITS}
    for path, text in public(name).items():
        lines = [line for line in text.splitlines() if not any(limit in line for limit in limits)]
        assert [line for line in lines if COMPANIES.search(line)] == [], path


@pytest.mark.parametrize("name", [*INCIDENTS, *RUNS])
@pytest.mark.parametrize("lang", LANGS)
def test_the_short_version_is_short(name, lang):
    text = short(name, lang)
    length = len(text.split()) if lang == "en" else len(re.findall("[\u3400-\u9fff]", text))
    assert length <= (260 if lang == "en" else 360)


@pytest.mark.parametrize("name", INCIDENTS)
def test_the_name_of_a_company_stands_next_to_what_is_assumed(name):
    label = facts(name).material.scenario.app.label.en
    text = short(name, "en")
    assert f"What “{label}” does in a combination of this model is assumed" in text


def test_the_app_of_any_other_scenario_is_called_made_up():
    assert "“Shop” is a made-up name" in short("album-pipeline", "en")


# -- what a statement says ---------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["album-pipeline", "dewu-2022"])
def test_the_statement_is_the_golden_statement(name, lang):
    text = pages(name)[f"statement.{lang}.md"]
    assert matches_golden(f"kit-statement-{name}.{lang}.md", text)


def test_a_family_counts_both_fates_under_the_same_notice():
    counts = facts("dewu-2022").counts
    said = f"in {counts.same.untouched:,} the original is untouched, in {counts.same.touched:,}"
    assert said in pages("dewu-2022")["statement.en.md"]


def test_the_short_version_of_a_family_says_on_what_the_finding_turns():
    said = "a copy that the app had made itself – untouched [84 of 84]"
    assert said in short("dewu-2022", "en")


def test_what_is_said_to_be_unknown_is_what_was_varied():
    varied = len(facts("dewu-2022").material.space.factors)
    assert f"{varied} things are not known" in short("dewu-2022", "en")


def test_the_counts_of_a_family_are_those_of_its_worlds():
    here = facts("dewu-2022")
    counts = here.counts
    assert counts.noticed.all + counts.silent.all == counts.run == here.material.survey.feasible


def test_the_fates_by_what_was_asked_for_add_up_to_those_with_the_same_notice():
    here = facts("xiaohongshu-2023")
    assert sum(fates.all for fates in here.by_role.values()) == here.counts.same.all


def test_the_worlds_of_each_value_add_up_to_all_worlds():
    here = facts("qq-2020")
    sums = {sum(all_ for all_, _, _ in row.values()) for row in here.by_value.values()}
    assert sums == {here.counts.run}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("album-pipeline", "the original DCIM/Camera/VID_20221112_205500.mp4 is intact"),
        ("guard-keeps-file", "the original DCIM/Camera/VID_20221112_205500.mp4 is kept aside"),
        ("guard-keeps-file", "once the recycle bin's keeping time is over"),
        ("overwrite-in-place", "is modified; nothing of it is left on the phone"),
        ("overwrite-in-place", "the phone shows no notice: its rule does not look at"),
        ("stale-last-capture", "what was shot, DCIM/Camera/IMG_20221112_210005.jpg, is deleted"),
        ("zero-byte-placeholder", "asked to remove a placeholder"),
        ("streaming-no-copy", "nobody asks to remove a file"),
        ("rename-original-away", "is deleted; only a version of lower quality is left"),
        ("retry-storm", "the phone shows 30 times"),
        ("rescue-overwritten", "renames the placeholder over the original"),
        ("consent-batch", "In the model 3 of 3 originals are no longer as they were"),
        ("consent-batch", "What comes of it in the model is: the user had agreed to it"),
        ("adb-shell-rm", "What comes of it in the model is: the user had asked for it"),
        ("adb-shell-rm", "is deleted; nothing of it is left on the phone"),
    ],
)
def test_the_short_version_tells_what_came_of_the_run(name, said):
    assert said in short(name, "en")


def test_a_wording_stands_with_its_grade():
    assert "检测到“小店”删除了视频，已成功拦截" in short("album-pipeline", "zh-CN")
    assert "[wording: press]" in short("album-pipeline", "en")


def test_the_statement_names_the_opposite_story():
    assert "The notice is the same, word for word; the original ends up" in short(
        "album-pipeline", "en"
    )


def test_a_finding_without_an_opposite_says_so_with_its_count():
    here = facts("stale-last-capture")
    assert here.material.twins.twin is None
    assert f"Among the {here.counts.run:,} combinations" in short("stale-last-capture", "en")


@pytest.mark.parametrize("lang", LANGS)
def test_every_assumption_is_named_in_the_statement(lang):
    text = pages("dewu-2022")[f"statement.{lang}.md"]
    assert [path for path in facts("dewu-2022").assumed if path not in text] == []


# -- the other pages ---------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_twenty_questions_are_quoted_with_where_they_were_asked(lang):
    heads = re.findall(r"^### \d+.*“.+”.*$", pages("dewu-2022")[f"faq.{lang}.md"], re.MULTILINE)
    sources = [one.asked_in for one in facts("dewu-2022").sheet.asked.questions]
    assert [source in head for head, source in zip(heads, sources, strict=True)] == [True] * 20


def test_an_answer_about_one_run_names_its_records():
    text = pages("album-pipeline")["faq.en.md"]
    assert re.search(r"Answer: no, not in this run\.( #\d+)+", text)


def test_the_check_names_the_bin_and_its_keeping_time_from_the_rule():
    text = pages("dewu-2022")["check-your-phone.en.md"]
    assert (
        "Gallery > Albums > Recently deleted; what it keeps stays there for about 30 days" in text
    )


@pytest.mark.parametrize("lang", LANGS)
def test_the_check_has_three_steps(lang):
    steps = re.findall(r"^## (?:Step|第)", pages("qq-2020")[f"check-your-phone.{lang}.md"], re.M)
    assert len(steps) == 3


def test_what_to_publish_says_what_each_value_would_mean():
    text = pages("qq-2020")["publish-this-evidence.en.md"]
    assert "| the app's own copy lies in Pictures/QQ | 48 | 24 | 20 | 4 |" in text


def test_the_claims_are_those_of_the_command(cachelife):
    printed = cachelife("claims", "twitter-2019", "--json")[1]
    assert pages("twitter-2019")["claims.json"] == printed


# -- words that judge --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "This was a false alarm.",
        "It proves nothing.",
        "The app cannot delete it.",
        "It never deletes.",
        "It is merely a cache.",
        "这是误报。",
        "这证明了原视频还在。",
        "应用不可能删除。",
        "只是缓存。",
        "有人恶意散布谣言。",
    ],
)
def test_a_word_that_judges_is_found(text):
    assert forbidden(text)


@pytest.mark.parametrize("text", ["It improves.", "Cannot tell.", "a file that never held content"])
def test_other_words_are_not(text):
    assert forbidden(text) == ()


def test_a_quotation_is_spared_next_to_its_speaker_alone():
    said = "“从未删除原视频”"
    assert (forbidden(f"得物：{said}", ["得物"]), len(forbidden(said, ["得物"]))) == ((), 1)


def test_what_stands_beside_a_quotation_is_not_spared():
    assert [f.word for f in forbidden("得物：“从未删除”，这是误报", ["得物"])] == ["误报"]


def test_the_guard_raises_rather_than_publish():
    with pytest.raises(Judging, match=r"statement\.en\.md:2: “merely”"):
        guard("statement.en.md", "One line.\nIt is merely that.\n")


# -- a whole kit -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small():
    patch = pytest.MonkeyPatch()
    patch.setattr(kitting, "FIGURES", FIGURES)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def made(small, tmp_path_factory):
    out = tmp_path_factory.mktemp("kit") / "twitter"
    assert kitting.make_kit("twitter-2019", out, 0, [], 1, False, words("en")) == 0
    return out


def test_a_kit_holds_what_its_manifest_lists(made):
    lines = (made / "MANIFEST").read_text(encoding="utf-8").splitlines()
    listed = [line.split("  ")[2] for line in lines if not line.startswith("#")]
    assert listed == sorted(set(there(made)) - {"MANIFEST"})


def test_a_figure_is_there_in_both_languages_and_every_format_with_its_words(made):
    names = {f.name for f in (made / "figures").iterdir()} - {"index.md"}
    assert names == {
        f"same-notice-two-facts.{lang}.{form}"
        for lang in LANGS
        for form in ("svg", "png", "pdf", "txt")
    }


def test_a_figure_that_the_scenario_has_not_is_listed_with_its_reason(made):
    text = (made / "figures" / "index.md").read_text(encoding="utf-8")
    assert "| timeline | it does not fit on one sheet of paper" in text


def test_the_scenario_is_there_as_it_was_written(made):
    assert (made / "scenario.yaml").read_bytes() == library.source("twitter-2019")[0]


def test_a_kit_is_the_same_whoever_many_processes_draw_it(small, made, tmp_path):
    kitting.make_kit("twitter-2019", tmp_path / "kit", 0, [], 2, False, words("zh-CN"))
    assert there(tmp_path / "kit") == there(made)


def test_the_json_lists_the_files_with_their_hashes(small, made, tmp_path, cachelife):
    code, out, _ = cachelife("kit", "twitter-2019", "--out", tmp_path / "kit", "--json")
    values = json.loads(out)
    manifest = (made / "MANIFEST").read_text(encoding="utf-8")
    wanted = [f"{f['sha256']}  {f['size']}  {f['path']}" for f in values["files"]]
    assert (code, all(line in manifest for line in wanted)) == (0, True)


def test_a_kit_may_take_the_place_of_an_older_one(small, made, tmp_path, cachelife):
    out = tmp_path / "kit"
    cachelife("kit", "twitter-2019", "--out", out)
    cachelife("kit", "twitter-2019", "--out", out)
    assert (there(out) == there(made), [f.name for f in tmp_path.iterdir()]) == (True, ["kit"])


@pytest.mark.parametrize("beside", ["notes.txt", "figures/mine.png"])
def test_a_folder_with_something_else_in_it_is_left_alone(small, tmp_path, cachelife, beside):
    out = tmp_path / "kit"
    cachelife("kit", "twitter-2019", "--out", out)
    (out / beside).write_text("mine", encoding="utf-8")
    before = there(out)
    code, _, err = cachelife("kit", "twitter-2019", "--out", out)
    assert (code, "is not empty" in err, there(out) == before) == (2, True, True)


def test_what_fails_half_way_leaves_nothing(small, tmp_path, monkeypatch, cachelife):
    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kitting, "write_bytes", broken)
    code, _, err = cachelife("kit", "twitter-2019", "--out", tmp_path / "kit")
    assert (code, list(tmp_path.iterdir()), "No space left" in err) == (2, [], True)


def test_no_kit_is_made_of_an_incident_without_both_stories(tmp_path, monkeypatch, cachelife):
    monkeypatch.setattr(kitting, "FIGURES", {"same-notice-two-facts": Small(missing=True)})
    code, _, err = cachelife("kit", "twitter-2019", "--out", tmp_path / "kit")
    assert (code, "has no figure" in err, list(tmp_path.iterdir())) == (2, True, [])


def test_no_kit_is_made_of_an_incident_that_assumes_nothing(small, tmp_path, cachelife):
    text = library.source("album-pipeline")[0].decode()
    file = tmp_path / "mine.yaml"
    head, _, rest = text.partition("assumed:\n")
    tail = rest[rest.index("expect:") :]
    head = head.replace("[lesson]", "[incident]\nfamily: true")
    file.write_text(head + tail, encoding="utf-8")
    code, _, err = cachelife("kit", file, "--out", tmp_path / "kit")
    assert (code, "at least one entry under “assumed”" in err) == (2, True)


# -- changed by hand ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("dewu-2022", ["phone.stack=sdcardfs"]),
        ("dewu-2022", ["watcher.rule=none"]),
        ("album-pipeline", ["clean_up.hits=original", "app.granted=[]"]),
        ("quiet-pipeline", ["watcher.rule=vivo-provider"]),
    ],
)
def test_the_text_with_changes_is_the_scenario_that_was_run(name, changes, tmp_path):
    source = kitting.source_of(name, changes)
    file = tmp_path / "scenario.yaml"
    file.write_bytes(source.text)
    assert library.read_file(file).value == source.scenario


def test_what_was_changed_by_hand_is_said(tmp_path):
    source = kitting.source_of("twitter-2019", ["watcher.scope=wide"])
    assert source.text.startswith(b"# changed by hand: 'watcher.scope=wide'\n")


def test_a_change_stays_in_its_line():
    changes = kitting.source_of("twitter-2019", ["app.label.en=two\nlines"]).changes
    assert changes == ("app.label.en=two\\nlines",)


def test_a_change_that_no_text_can_say_is_refused():
    document = library.read("album-pipeline")
    other = kitting.changed(document, ["clean_up.hits=original"])
    from attrs import evolve

    with pytest.raises(InputError):
        as_text(evolve(document, value=other.value), [])


def test_an_error_of_another_process_arrives_whole():
    found = forbidden("It was a false alarm.")
    sent = pickle.loads(pickle.dumps(Judging("statement.en.md", found[0])))
    assert isinstance(sent, Judging)
    assert "statement.en.md:1" in str(sent)
    assert str(pickle.loads(pickle.dumps(UnknownName(Message("figure"), "x", ["y"])))).endswith("y")
