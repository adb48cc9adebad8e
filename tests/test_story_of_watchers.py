"""What is told of watchers: dialogs, notices that do not come, merged ones, what a run rests on."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from types import ModuleType
from typing import Any, get_args

import pytest
from attrs import evolve

from simulator import engine
from simulator.documents import Localized, Seconds
from simulator.outcomes import Fate, Loss, Outcome
from simulator.scenario import library
from simulator.scenario.model import Consent, Happening, OtherApp, Scenario, UserAct
from simulator.telling import story as stories
from simulator.telling import text as texts
from simulator.telling.figures import Drawing, timeline
from simulator.telling.figures import sentences as say
from simulator.telling.figures.canvas import Text
from simulator.telling.result import result
from simulator.telling.words import LANGS, Lang, words
from simulator.trace import Dialog, Notice, Operation, Refusal, Trace, Withheld
from simulator.trace.records import REMOVALS, Verb
from simulator.verdict import did, said
from simulator.verdict.judge import Verdict, judge
from simulator.watchers import checks, guard
from simulator.watchers import library as watchers
from simulator.watchers.rule import Claim, Rule, Wording

Judged = tuple[Trace, Verdict]
DEEDS = tuple(n for n in library.shipped() if re.fullmatch(r"s\d\d-.*", n))
#: Rules of phones with Android 11 or later.
LATER = {
    *("oplus-acm", "vivo-provider", "vivo-observer", "consent"),
    *("provenance-aware", "loss-aware"),
}
SCOPED = {
    "phone.android": "11",
    "phone.stack": "fuse",
    "app.storage": "scoped",
    "clean_up.on_refusal": "asks_user",
}
CALL = {"clean_up.via": "mediastore"}
MERGED = {"watcher.merging": "merged"}


def at_home(rule: str) -> dict[str, str]:
    """That rule, on a phone that could have it."""
    later = {"phone.android": "11", "phone.stack": "fuse"} if rule in LATER else {}
    return {"watcher.rule": rule, **later}


@cache
def _played(name: str, changes: tuple[tuple[str, str], ...]) -> tuple[Scenario, Trace, Verdict]:
    document = library.read(name)
    scenario = (document.with_text(dict(changes)) if changes else document).value
    trace = engine.run(scenario)
    return scenario, trace, judge(trace)


def played(name: str, changes: dict[str, str]) -> tuple[Scenario, Trace, Verdict]:
    """That deed with these changes, run and judged."""
    return _played(name, tuple(sorted(changes.items())))


def told(name: str, changes: dict[str, str], lang: Lang = "en") -> str:
    """The text of that run."""
    scenario, trace, verdict = played(name, changes)
    return texts.told(trace, verdict, words(lang), scenario=scenario)


def under(
    change: Callable[[Rule], Rule], name: str, **more: Any
) -> tuple[Scenario, Trace, Verdict]:
    """That deed under its own rule, changed; *more* are other fields of the scenario."""
    scenario = library.read(name).value
    rule = scenario.watcher.applied
    assert rule is not None
    custom = evolve(scenario.watcher, custom=change(rule))
    scenario = evolve(scenario, watcher=custom, **more)
    trace = engine.run(scenario)
    return scenario, trace, judge(trace)


def capped(rule: Rule) -> Rule:
    """The rule with one notice a day."""
    assert rule.notice is not None
    return evolve(rule, notice=evolve(rule.notice, cap_per_day=1))


# -- nothing is without words ------------------------------------------------------------------


def members(alias: Any) -> Iterator[str]:
    """Every text of a union of literals."""
    for member in get_args(alias):
        if isinstance(member, str):
            yield member
        else:
            yield from members(member)


def calls(module: ModuleType, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name:
            yield node


def checks_of_rules() -> set[str]:
    """The name of every check that the code of the watchers makes."""
    made = [call for module in (checks, guard) for call in calls(module, "Check")]
    return {str(a.value) for c in made if isinstance(a := c.args[0], ast.Constant)}


def reads_of_exemptions() -> set[str]:
    return {
        str(read.value)
        for call in calls(checks, "Check")
        if ast.unparse(call.args[0]) == "'exempt'"
        and ast.unparse(call.args[2]) == "False"
        and isinstance(read := call.args[1], ast.Constant)
    }


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.Tuple):
        yield from _texts(node.elts[0])


def reasons_of_silence() -> set[str]:
    """Every *why* that the verdict can give: its own, those of withheld events, every check."""
    tree = ast.parse(inspect.getsource(said))
    own = {
        text
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and function.name in {"_reason", "_matched"}
        for node in ast.walk(function)
        if isinstance(node, ast.Return) and node.value is not None
        for value in [node.value, getattr(node.value, "body", None)]
        if value is not None
        for text in _texts(value)
    }
    given = {text for call in calls(said, "Silence") for text in _texts(call.args[2])}
    withheld = get_args(inspect.get_annotations(Withheld, eval_str=True)["why"])
    return own | given | set(withheld) | checks_of_rules()


def test_the_collections_below_find_what_they_look_for() -> None:
    assert {"place", "indexed", "album", "nomedia", "exempt", "deed"} <= checks_of_rules()
    assert {"log_only", "asked", "denied", "no_watcher", "capped"} <= reasons_of_silence()
    assert "made the file" in reads_of_exemptions()


@pytest.mark.parametrize(
    ("alias", "words_for"),
    [
        (Outcome, texts.OUTCOMES),
        (Fate, texts.FATES),
        (Loss, texts.LOSSES),
        (Claim, texts.CLAIMS),
        (said.About, texts.ABOUT),
        (did.Result, texts._REMOVALS),
        (Verb, stories._READ),
        (Verb, stories._VERBS),
        (UserAct, stories._CAUSES),
    ],
    ids=["outcome", "fate", "loss", "claim", "about", "result", "read", "verb", "user act"],
)
def test_every_value_of_a_literal_has_words(alias: Any, words_for: dict[str, Any]) -> None:
    assert set(members(alias)) <= set(words_for)


def test_every_removal_that_a_watcher_can_see_has_a_name() -> None:
    assert set(stories._SEEN) >= REMOVALS


@pytest.mark.parametrize("why", sorted(reasons_of_silence()))
def test_every_reason_for_a_silence_has_words_in_the_story_and_in_the_picture(why: str) -> None:
    assert why in stories._SILENCES
    silence = said.Silence("a.mp4", 0.0, why, "mp4", "w", 1)
    assert "does not show why" not in str(say.silent(silence))


@pytest.mark.parametrize("name", sorted(checks_of_rules() - {"deed", "consent"}))
def test_every_check_that_can_fit_has_words_in_the_story_and_in_the_picture(name: str) -> None:
    assert name in stories.CHECKS
    assert name in say.CHECKS


@pytest.mark.parametrize("read", sorted(reads_of_exemptions()))
def test_every_exemption_is_said_in_chinese(read: str) -> None:
    why = words("zh-CN").say(stories.why_silent("exempt", read))
    assert not re.search("[A-Za-z]", why)


def test_every_answer_of_the_user_has_words() -> None:
    answers = set(get_args(inspect.get_annotations(Consent, eval_str=True)["answer"]))
    assert set(stories.ANSWERED) == answers - {"ignores"}
    assert set(say.ANSWERS) == (answers - {"ignores"}) | {""}


def test_a_name_from_outside_is_never_taken_for_one_of_our_words() -> None:
    why = words("zh-CN").say(stories.why_silent("name", "rename"))
    assert "“rename”" in why


# -- every deed under every rule ---------------------------------------------------------------

#: What may stand in Latin letters inside Chinese: ids, layers, errors, paths, fields, names.
_NAMES = re.compile(
    r"[\w.-]*(?:[/.=_]|\d)[\w./_=\[\]-]*|\b(?:"
    + "|".join([*watchers.names(), "f2fs", "fuse", "sdcardfs", "provider", "resolver"])
    + r"|E[A-Z]+|RecoverableSecurityException|nomedia|mp4|tmp|jpg|uid|cachelife|B|MB)\b",
    re.ASCII,
)


def _english(line: str) -> bool:
    """Whether a word of English, or a package, stands in a line of Chinese."""
    package = re.search(r"(?<![/\w])com\.", line, re.ASCII)
    return bool(package or re.search("[A-Za-z]{2}", _NAMES.sub("", line)))


@pytest.mark.parametrize(
    "line", ["规则不看这类改动（unlink）", "用户切换到com.example.notes。", "album: Pictures/Shop"]
)
def test_a_word_of_english_in_chinese_is_found(line: str) -> None:
    assert _english(line)


@pytest.mark.parametrize("rule", watchers.names())
def test_every_deed_is_told_in_chinese_without_a_word_of_english(rule: str) -> None:
    wrong: dict[str, str] = {}
    for deed in DEEDS:
        lines = told(deed, at_home(rule), "zh-CN").splitlines()
        # Titles and values of parameters stand as their files have them.
        lines = [re.sub(r" = .*", "", line) for line in lines[3:]]
        wrong |= {line: deed for line in lines if _english(line)}
    assert not wrong


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("rule", watchers.names())
def test_every_rule_is_drawn_over_what_it_can_meet(rule: str, lang: Lang) -> None:
    for deed in ("s01-delete-original", "s06-delete-placeholder", "s12-remove-folder"):
        _, trace, verdict = played(deed, at_home(rule))
        assert_readable(timeline(trace, verdict, words(lang)))


def assert_readable(drawing: Drawing) -> None:
    """Every text is on the sheet, and no two share a place."""
    boxes = [box for box in drawing.boxes if box.kind == "text"]
    for number, box in enumerate(boxes):
        assert 0 <= box.left <= box.right <= drawing.width, box
        assert 0 <= box.top <= box.bottom <= drawing.height, box
        assert not [other.what for other in boxes[:number] if box.overlaps(other)], box


# -- dialogs -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("agrees", "The user agrees. “Shop” removes the original."),
        ("declines", "The user declines. Nothing is removed; “Shop” is told of 0 rows."),
        ("ignores", "may “Shop” delete the original? The user does not answer."),
    ],
)
def test_a_watcher_s_question_is_told_with_its_answer(answer: str, says: str) -> None:
    changes = {**at_home("oppo-gate"), **CALL, "consent.answer": answer}
    text = told("s01-delete-original", changes)
    assert "The watcher oppo-gate asks the user: may “Shop” delete the original?" in text
    assert says in text


def test_after_a_no_nobody_says_that_mediastore_had_no_record() -> None:
    changes = {**at_home("oppo-gate"), **CALL, "consent.answer": "declines"}
    assert "no record" not in told("s01-delete-original", changes)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("agrees", "the user agreed, and it was removed"),
        ("declines", "the user declined"),
        ("ignores", "the user was asked and did not answer"),
    ],
)
def test_the_removal_is_told_with_the_answer(answer: str, says: str) -> None:
    changes = {**at_home("consent"), **SCOPED, "consent.answer": answer}
    text = told("s01-delete-original", changes)
    (line,) = [line for line in text.splitlines() if says in line]
    assert "asked to remove the original" in line


def test_android_s_own_question_is_not_called_a_watcher_s() -> None:
    changes = {**at_home("consent"), **SCOPED, "consent.answer": "agrees"}
    text = told("s01-delete-original", changes)
    assert "Android asks the user: may “Shop” delete the original? The user agrees." in text
    assert "The watcher consent asks" not in text


def test_the_question_before_a_change_is_not_about_deleting() -> None:
    changes = {**at_home("consent"), **SCOPED, "consent.answer": "declines"}
    text = told("s10-truncate-original", changes)
    assert re.search("may “Shop” change the original .*The user declines.", text)
    assert "may “Shop” delete" not in text


def test_what_the_user_agreed_to_is_not_told_as_the_app_s_own_doing() -> None:
    changes = {**at_home("consent"), **SCOPED, "consent.answer": "agrees"}
    text = told("s01-delete-original", changes)
    assert "Did it touch the original? Yes, after the user had agreed." in text


def test_what_the_user_ordered_in_the_app_is_told_as_ordered() -> None:
    text = told("s15-user-ordered", {})
    assert "Yes, because the user had ordered that in the app." in text
    assert "In the app, the user orders the removal of the original" in text


def test_a_yes_that_comes_too_late_is_no_missing_answer() -> None:
    changes = {**at_home("oplus-acm"), **SCOPED, "consent.answer": "agrees"}
    text = told("s02-delete-copy", changes)
    assert "The user agrees. “Shop” asks MediaStore to remove the copy; it has no record" in text
    assert "did not answer" not in text


@pytest.mark.parametrize("answer", ["agrees", "declines", "ignores"])
def test_a_dialog_is_in_the_picture_with_its_answer(answer: str) -> None:
    changes = {**at_home("consent"), **SCOPED, "consent.answer": answer}
    _, trace, verdict = played("s01-delete-original", changes)
    drawing = timeline(trace, verdict, words("en"))
    written = " ".join(item.string for item in drawing.items if isinstance(item, Text))
    assert "?" in written
    assert {"agrees": "agrees", "declines": "declines", "ignores": "no answer"}[answer] in written
    assert "the user is asked: may Shop delete it?" in drawing.description


def test_the_original_is_gone_when_the_user_has_answered_and_not_before() -> None:
    changes = {**at_home("consent"), **SCOPED, "consent.answer": "agrees"}
    _, trace, verdict = played("s01-delete-original", changes)
    drawing = timeline(trace, verdict, words("en"))
    asked = next(box for box in drawing.boxes if box.what == "6.00")
    gone = next(box for box in drawing.boxes if box.what == "gone from here")
    assert gone.left > asked.right


# -- notices -----------------------------------------------------------------------------------


def test_a_muted_watcher_says_so() -> None:
    changes = {**at_home("honor-banner"), "watcher.muted": "true"}
    text = told("s06-delete-placeholder", changes)
    assert "No notice: the user has muted the notices about “Shop”." in text
    assert "No notice about the placeholder, at 6.0 s: the user has muted" in text


def test_over_the_day_s_limit_the_first_notice_comes_and_the_second_does_not() -> None:
    scenario, trace, verdict = under(capped, "s15-user-ordered")
    text = texts.told(trace, verdict, words("en"), scenario=scenario)
    assert text.count("The phone shows a notice") == 1
    assert text.count("the day's limit of notices about “Another gallery” is reached") == 1


def test_a_merged_notice_says_for_how_many_events_it_stands() -> None:
    text = told("s15-user-ordered", MERGED)
    assert "The phone shows a notice (for 2 events): Detected" in text
    assert "In fact it stands for 2 events, about: the original." in text
    _, trace, verdict = played("s15-user-ordered", MERGED)
    drawing = timeline(trace, verdict, words("zh-CN"))
    assert any("合并了2次上报" in i.string for i in drawing.items if isinstance(i, Text))


@pytest.mark.parametrize(
    ("rule", "lang", "mark"),
    [
        ("vivo-provider", "en", " (our translation), at"),
        ("provenance-aware", "en", " (our proposal), at"),
        ("provenance-aware", "zh-CN", "（我们的建议）"),
        ("oplus-acm", "en", "A notice that names “Shop”, at 6.2 s [wording not public]"),
        ("oplus-acm", "zh-CN", "一条点名“小店”的提示 [措辞未公开]"),
        ("oppo-dcim", "en", "A notice, at 6.2 s [wording not public]"),
    ],
)
def test_the_wording_is_marked_for_what_it_is(rule: str, lang: Lang, mark: str) -> None:
    assert mark in told("s01-delete-original", at_home(rule), lang)


def test_a_wording_that_is_documented_is_not_marked() -> None:
    text = told("s01-delete-original", at_home("vivo-provider"), "zh-CN")
    assert "（我们的译文）" not in text
    assert "检测到小店已删除照片或视频 [措辞：媒体报道]" in text


def test_every_way_of_wording_a_notice_is_told() -> None:
    ways = set(get_args(inspect.get_annotations(Wording, eval_str=True)["zh"]))
    scenario, trace, verdict = played("s01-delete-original", {})
    (check,) = verdict.notices
    seen = set()
    for way in {*ways, "not public"}:
        worded = evolve(check.notice, worded=dict.fromkeys(LANGS, way))
        other = evolve(verdict, notices=(evolve(check, notice=worded),))
        text = texts.told(trace, other, words("en"), scenario=scenario)
        seen.add(next(line for line in text.splitlines() if "6.2 s [" in line or "6.2 s #" in line))
    assert len(seen) == len(ways) + 1


@pytest.mark.parametrize(
    ("deed", "rule", "says"),
    [
        ("s12-remove-folder", "huawei-2019", "In fact it is about: the folder Pictures/Shop/"),
        ("s06-delete-placeholder", "huawei-acm", "In fact it is about: the placeholder."),
        ("s01-delete-original", "huawei-acm", "In fact it is about: the original."),
    ],
)
def test_a_notice_says_what_it_is_about(deed: str, rule: str, says: str) -> None:
    assert says in told(deed, at_home(rule))


def test_a_request_that_is_stopped_leaves_the_original_and_says_so() -> None:
    text = told("s01-delete-original", at_home("oppo-dcim"))
    assert "Outcome: a notice about a request that was refused" in text


def test_another_app_on_the_screen_is_told_by_its_name() -> None:
    scenario = library.read("s01-delete-original").with_text(at_home("vivo-observer")).value
    notes = OtherApp("com.example.notes", Localized("Notes", "便签"))
    switch = Happening(Seconds(5.5), user="switch app", app=notes.package)
    scenario = evolve(scenario, others=(notes,), happens=(*scenario.happens, switch))
    trace = engine.run(scenario)
    text = texts.told(trace, judge(trace), words("zh-CN"), scenario=scenario)
    assert "用户切换到“便签”。" in text
    assert notes.package not in text


# -- steps -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "rule", "says"),
    [
        ("s12-remove-folder", "none", "“Shop” makes the folder Pictures/Shop/"),
        ("s12-remove-folder", "none", "“Shop” removes the folder Pictures/Shop/"),
        ("s12-remove-folder", "huawei-2019", "; the watcher huawei-2019 refuses it (EOWNERDEAD)."),
        ("s12-remove-folder", "huawei-2019", "The phone's gallery renames the folder"),
        ("s10-truncate-original", "none", "“Shop” cuts the original (DCIM/"),
        ("s16-nomedia-folder", "oplus-acm", "into Pictures/Shop; the watcher oplus-acm refuses"),
        ("s10-truncate-original", "miui-log", "miui-log logs the emptying of the original; no"),
        ("s01-delete-original", "miui-log", "miui-log logs the removal of the original; no"),
        ("s11-move-away", "huawei-acm", "huawei-acm logs the renaming of the original; no"),
        ("s11-move-away", "loss-aware", "sees the renaming at fuse and does not speak"),
    ],
)
def test_a_step_has_its_own_sentence(deed: str, rule: str, says: str) -> None:
    assert says in told(deed, at_home(rule))


def test_of_the_folders_on_the_way_only_the_last_is_told() -> None:
    _, trace, _ = played("s05-delete-external-cache", {})
    made = [r for r in trace.records if isinstance(r, Operation) and r.verb == "mkdir"]
    text = told("s05-delete-external-cache", {})
    assert len(made) > 1
    assert text.count("makes the folder") == 1


def test_what_is_not_there_is_not_called_a_folder() -> None:
    changes = {"clean_up.on_refusal": "retries", "clean_up.attempts": "3"}
    text = told("s01-delete-original", changes)
    assert "under that name there is nothing of that kind" in text
    assert "covers files only" not in text


def test_what_the_system_does_in_the_app_s_process_is_not_the_app_s() -> None:
    text = told("s01-delete-original", {"watcher.rename_actor": "app_runtime"})
    assert "The runtime in the process of “Shop” renames the original" in text
    assert "  “Shop” renames" not in text


def test_the_making_of_a_file_is_no_removal_that_a_watcher_let_pass() -> None:
    assert "deed" not in told("s02-delete-copy", at_home("oplus-acm"))


def restored() -> tuple[Scenario, Trace, Verdict]:
    """The user takes the original out of the bin, and then looks there once more."""
    scenario = library.read("s01-delete-original").value
    restores = tuple(Happening(Seconds(t), user="restore from bin") for t in (30.0, 40.0))
    scenario = evolve(scenario, happens=scenario.happens + restores)
    trace = engine.run(scenario)
    return scenario, trace, judge(trace)


def test_the_bin_can_be_emptied_once() -> None:
    scenario, trace, verdict = restored()
    text = texts.told(trace, verdict, words("en"), scenario=scenario)
    assert text.count("The user restores what the phone keeps in the bin.") == 2
    assert text.count("There is nothing in the bin.") == 1


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_put_back_is_drawn_in_its_old_place(lang: Lang) -> None:
    _, trace, verdict = restored()
    drawing = timeline(trace, verdict, words(lang))
    assert_readable(drawing)
    written = [item.string for item in drawing.items if isinstance(item, Text)]
    assert words(lang).say("put back") in written
    assert words(lang).say("job fails") not in written


# -- the picture -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "changes", "title"),
    [
        ("s01-delete-original", {"watcher.rule": "oppo-dcim"}, "is refused, and a notice comes"),
        ("s12-remove-folder", {"watcher.rule": "huawei-2019"}, "about an empty folder"),
        ("s06-delete-placeholder", {}, "about an empty file"),
        ("s10-truncate-original", {}, "emptied, and the phone stays silent"),
        ("s01-delete-original", at_home("vivo-provider"), "is removed, and a notice follows"),
        ("s11-move-away", at_home("vivo-observer"), "moved away, and a notice follows"),
        (
            "s01-delete-original",
            {**at_home("oppo-gate"), **CALL, "consent.answer": "declines"},
            "asked and declines; the original is untouched",
        ),
    ],
)
def test_the_title_says_what_this_run_shows(deed: str, changes: dict[str, str], title: str) -> None:
    _, trace, verdict = played(deed, changes)
    assert title in timeline(trace, verdict, words("en")).title


@pytest.mark.parametrize("deed", ["s06-delete-placeholder", "s12-remove-folder"])
def test_a_notice_about_no_copy_is_drawn_with_what_it_is_about(deed: str) -> None:
    _, trace, verdict = played(deed, at_home("huawei-2019"))
    drawing = timeline(trace, verdict, words("en"))
    notice = next(r for r in trace.records if isinstance(r, Notice))
    assert f"#{notice.id}" in {i.string for i in drawing.items if isinstance(i, Text)}
    assert "nothing was removed" not in drawing.description


def test_a_bubble_does_not_cover_the_ticks_before_it() -> None:
    _, trace, verdict = played("s01-delete-original", at_home("vivo-provider"))
    boxes = timeline(trace, verdict, words("en")).boxes
    card = next(box for box in boxes if box.what == "card")
    bubble = next(box for box in boxes if box.what == "bubble")
    assert card.right <= bubble.left


def test_a_move_that_failed_is_not_drawn() -> None:
    _, trace, verdict = played("s15-user-ordered", {})
    failed = {cause for r in trace.records if isinstance(r, Refusal) for cause in r.because}
    moves = {r.id for r in trace.records if isinstance(r, Operation) and r.verb == "rename"}
    drawing = timeline(trace, verdict, words("en"))
    written = " ".join(item.string for item in drawing.items if isinstance(item, Text)).split()
    assert moves & failed
    assert not {f"#{id_}" for id_ in moves & failed} & set(written)


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("vivo-provider", "The watcher’s rule is a hypothesis."),
        ("loss-aware", "The watcher’s rule is our proposal."),
    ],
)
def test_the_picture_says_when_no_source_has_the_rule(rule: str, says: str) -> None:
    _, trace, verdict = played("s01-delete-original", at_home(rule))
    drawing = timeline(trace, verdict, words("en"))
    assert any(says in item.string for item in drawing.items if isinstance(item, Text))


# -- what it rests on --------------------------------------------------------------------------


def test_only_parameters_that_had_a_say_are_named_with_grade_and_value() -> None:
    text = told("s01-delete-original", {"watcher.scope": "wide"})
    _, _, rests = text.partition("What this rests on")
    assert "[assumed] watcher.scope = wide" in rests
    assert "[inference] watcher.app_sees = EOWNERDEAD" in rests
    assert "watcher.nomedia" not in rests


def test_a_parameter_that_the_scenario_assumes_is_named_once() -> None:
    text = told("album-pipeline", {})
    _, _, rests = text.partition("What this rests on")
    assert rests.count("watcher.scope") == 1


def test_without_its_scenario_a_trace_still_names_them() -> None:
    _, trace, verdict = played("s01-delete-original", {})
    text = texts.told(trace, verdict, words("en"))
    assert "[assumed] watcher.scope\n" in text


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (at_home("vivo-provider"), "The rule vivo-provider is a hypothesis"),
        (at_home("loss-aware"), "The rule loss-aware is our proposal"),
        ({"watcher.overseas": "true"}, "The phone is a build for other markets"),
    ],
)
def test_what_kind_of_rule_it_is_stands_below(changes: dict[str, str], says: str) -> None:
    assert says in told("s01-delete-original", changes)


def test_of_a_rule_from_a_vendor_s_source_no_hypothesis_is_told() -> None:
    assert "hypothesis" not in told("s01-delete-original", {})


# -- JSON --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "given"), [("agrees", "agrees"), ("ignores", None)])
def test_the_json_has_the_dialogs(answer: str, given: str | None) -> None:
    changes = {**at_home("oppo-gate"), **CALL, "consent.answer": answer}
    _, trace, verdict = played("s01-delete-original", changes)
    (shown,) = [r for r in trace.records if isinstance(r, Dialog)]
    (dialog,) = result(trace, verdict)["said"]["dialogs"]
    assert dialog["request"] == verdict.removals[0].record
    assert (dialog["answer"], dialog["record"]) == (given, shown.id)
    assert dialog["watcher"] == "oppo-gate"


def test_in_the_json_a_question_before_any_request_names_none() -> None:
    changes = {**at_home("consent"), **SCOPED, "consent.answer": "agrees"}
    _, trace, verdict = played("s10-truncate-original", changes)
    (dialog,) = result(trace, verdict)["said"]["dialogs"]
    assert dialog["request"] is None


def test_the_json_has_what_was_withheld() -> None:
    _, trace, verdict = under(capped, "s15-user-ordered")
    (withheld,) = result(trace, verdict)["said"]["withheld"]
    assert (withheld["why"], withheld["names_app"]) == ("capped", "com.example.gallery")


def test_the_json_has_the_events_of_a_notice_and_that_they_were_stopped() -> None:
    _, trace, verdict = played("s15-user-ordered", MERGED)
    (notice,) = result(trace, verdict)["said"]["notices"]
    assert (notice["events"], notice["stopped"]) == (2, True)
    assert len(notice["because"]) == 2


def test_the_json_names_the_parameters_that_had_a_say() -> None:
    _, trace, verdict = played("s01-delete-original", {})
    (watcher,) = result(trace, verdict)["watchers"]
    assert watcher["name"] == "huawei-acm"
    assert "scope" in watcher["consulted"]
    assert "nomedia" not in watcher["consulted"]
