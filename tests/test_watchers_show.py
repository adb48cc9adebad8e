"""``watchers`` and ``watchers show``: the rules told in words and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import attrs
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.documents import Localized
from simulator.telling import watcher_words
from simulator.telling.measures import columns
from simulator.telling.text import GRADES
from simulator.telling.watcher_rule import duration, told
from simulator.telling.words import words
from simulator.watchers import library
from simulator.watchers.rule import (
    CHANGES,
    PARAMETERS,
    VALUES,
    Action,
    Builds,
    Callers,
    Claim,
    Fact,
    Mode,
    Parameter,
    Rescue,
    Scope,
    SeenAs,
    Types,
    Wording,
)
from tests.tools.golden import LANGS, matches_golden

NAMES = library.names()
DATA = Path(__file__).parent / "data" / "watchers"
ACM, GATE = library.rule("huawei-acm"), library.rule("oppo-gate")
EXAMPLE = {"grade": "assumption", "source": "an example"}


def shown(rule: Any, lang: Any = "en") -> str:
    """The rule in words, in one line."""
    return " ".join(told(rule, words(lang)).split())


def squeezed(text: str) -> str:
    """*text* without its blanks: where a line breaks has no say."""
    return "".join(text.split())


def facts(value: Any) -> Iterator[Fact]:
    """Every graded part of a rule."""
    if isinstance(value, Fact):
        yield value
    if attrs.has(type(value)):
        value = [getattr(value, field.name) for field in attrs.fields(type(value))]
    if isinstance(value, dict):
        value = value.values()
    if not isinstance(value, str):
        for item in value if hasattr(value, "__iter__") else ():
            yield from facts(item)


# -- as a person meets it ----------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["", "huawei-acm", "vivo-observer", "consent", "loss-aware"])
def test_the_printed_text_is_the_golden_text(cachelife, name, lang):
    asked = ("show", name) if name else ()
    _, out, _ = cachelife("watchers", *asked, "--lang", lang)
    assert matches_golden(f"watchers{'-show-' if name else ''}{name}.{lang}.txt", out)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["", *NAMES])
def test_no_line_is_wider_than_a_hundred_columns(cachelife, name, lang):
    asked = ("show", name) if name else ()
    _, out, _ = cachelife("watchers", *asked, "--lang", lang)
    assert [line for line in out.splitlines() if columns(line) > 100] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", NAMES)
def test_every_watcher_is_shown_without_complaint(cachelife, name, lang):
    code, out, err = cachelife("watchers", "show", name, "--lang", lang)
    assert (code, out.startswith(name), err) == (0, True, "")


def test_an_unknown_name_is_answered_with_the_nearest(cachelife):
    code, out, err = cachelife("watchers", "show", "huawi-acm")
    assert (code, out, "did you mean “huawei-acm”?" in err) == (2, "", True)


def test_a_file_of_ones_own_is_shown(cachelife):
    code, out, _ = cachelife("watchers", "show", DATA / "sound.yaml")
    assert (code, out.splitlines()[:2]) == (0, ["sound", "A watcher of one's own"])


def test_a_file_of_ones_own_is_named_in_the_command_to_try(cachelife, tmp_path):
    text = (DATA / "sound.yaml").read_text(encoding="utf-8")
    text = text.replace("scope: {use: album,", "scope: {use: album, try: [all],")
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace("album: [DCIM/**]", 'album: [DCIM/**]\n    all: ["**"]'))
    _, out, _ = cachelife("watchers", "show", file)
    assert squeezed(f"--set watcher.rule={file} --set watcher.scope=all") in squeezed(out)


@pytest.mark.parametrize("name", ["./none-such.yaml", str(DATA / "hostile-unknown-layer.yaml")])
def test_a_file_that_cannot_be_used_is_one_clear_error(cachelife, name):
    code, out, err = cachelife("watchers", "show", name)
    assert (code, out, Path(name).name in err) == (2, "", True)


# -- nothing is left out -----------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"none"}))
def test_every_section_is_told_with_grade_and_source(name):
    rule = library.rule(name)
    text = squeezed(told(rule, words("en")))
    said = [squeezed(f"[{GRADES[fact.grade]}: {fact.source}]") for fact in facts(rule)]
    assert [mark for mark in said if mark not in text] == []


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"none"}))
def test_every_note_is_told(name):
    rule = library.rule(name)
    text = squeezed(told(rule, words("en")))
    assert [fact.note for fact in facts(rule) if squeezed(fact.note) not in text] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", NAMES)
def test_what_it_does_not_look_at_and_what_it_misses_are_told(name, lang):
    rule, speak = library.rule(name), words(lang)
    text = squeezed(told(rule, speak))
    phrases = [speak.of(phrase) for phrase in (*rule.blind_to, *rule.misses)]
    assert [phrase for phrase in phrases if squeezed(phrase) not in text] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", NAMES)
def test_every_question_is_told_with_its_values_and_who_could_settle_it(name, lang):
    rule, speak = library.rule(name), words(lang)
    text = squeezed(told(rule, speak))
    wanted = [
        part
        for parameter in rule.parameters.values()
        for part in (
            speak.of(parameter.question),
            speak.of(parameter.settled_by),
            *(f"“{value}”" for value in parameter.values()),
        )
    ]
    assert [part for part in wanted if squeezed(part) not in text] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", NAMES)
def test_every_wording_is_told_in_the_language_and_as_published(name, lang):
    rule, text = library.rule(name), squeezed(told(library.rule(name), words(lang)))
    wanted = []
    for wording in rule.notice.wordings if rule.notice is not None else ():
        told_in = {words(lang).of(wording.text)}
        told_in |= {wording.text.en} if wording.en == "documented" else set()
        told_in |= {wording.text.zh_CN} if wording.zh == "documented" else set()
        wanted += [part for side in told_in for part in side.split("{app}")]
    assert [part for part in wanted if squeezed(part) not in text] == []


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", NAMES)
def test_hypotheses_and_proposals_say_so_in_the_first_lines(name, lang):
    rule = library.rule(name)
    first, _, third = told(rule, words(lang)).splitlines()[:3]
    said = MARKS[lang]
    assert [mark in first for mark, _ in said] == [rule.hypothesis, rule.proposal]
    assert [third.startswith(start) for _, start in said] == [rule.hypothesis, rule.proposal]


#: The mark of a hypothesis and of a proposal, and how the sentence about it begins.
MARKS = {
    "en": (("[hypothesis]", "A hypothesis:"), ("[our proposal]", "Our proposal to makers")),
    "zh-CN": (("[推测]", "这是推测："), ("[我们的建议]", "这是我们给手机厂商的建议")),
}


def test_consent_is_told_to_be_the_permission_models_doing():
    assert "Android’s permission model asks the user" in shown(library.rule("consent"))


def test_a_wording_that_was_found_for_photos_alone_says_so():
    assert "The wording for videos is not public." in shown(library.rule("huawei-2019"))


def test_a_kind_that_does_not_count_has_no_wording_to_miss():
    assert "The wording for videos" not in shown(library.rule("honor-banner"))


def test_a_notice_that_claims_nothing_is_not_said_to_name_anybody():
    assert "Whether a person gets to see that name is not known." in shown(
        library.rule("oppo-dcim")
    )


# -- whom it names by mistake ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "met"),
    [
        ("huawei-acm", ("MediaProvider", "ExternalStorageProvider", "DownloadProvider")),
        # MediaProvider is on its list, so that nobody is named.
        ("oppo-dcim", ("ExternalStorageProvider", "DownloadProvider")),
        # MediaProvider is told who called it.
        ("vivo-provider", ("ExternalStorageProvider", "DownloadProvider")),
    ],
)
def test_who_can_be_named_in_an_apps_place(name, met):
    found = re.search(r"carries out an app’s call \(([^)]*)\)", shown(library.rule(name)))
    assert found is not None
    assert tuple(found[1].split(", ")) == met


def test_a_gate_in_the_app_itself_names_nobody_else():
    assert "That can be the wrong one" not in shown(GATE)


def test_a_name_kept_for_each_uid_is_told_to_be_a_source_of_mistakes():
    without = evolve(ACM, seen_as=evolve(ACM.seen_as, cached_per_uid=False))
    assert ["kept for each uid" in shown(rule) for rule in (ACM, without)] == [True, False]


def test_a_guess_is_called_a_guess():
    assert "that is a guess" in shown(library.rule("vivo-observer"))


# -- rules of ones own -------------------------------------------------------------------------


def test_a_file_that_is_kept_is_told_to_look_like_a_success_to_the_app():
    kept = evolve(ACM, action=evolve(ACM.action, does="keep", error=""))
    assert "The app is told that it worked." in shown(kept)


def test_without_a_question_about_it_the_error_is_what_the_app_is_told():
    parameters = {n: p for n, p in ACM.parameters.items() if n != "app_sees"}
    assert "The app is told the error EOWNERDEAD." in shown(evolve(ACM, parameters=parameters))


def test_a_refusal_without_a_bin_leaves_the_file_where_it_is():
    assert "The file goes nowhere" in shown(evolve(ACM, rescue=None))


def test_what_the_user_asked_for_can_be_exempt():
    lenient = evolve(ACM, callers=evolve(ACM.callers, gesture_exempt=True))
    assert "whatever the user asked the app for" in shown(lenient)


def test_merged_notices_are_told_with_their_window():
    assert ACM.notice is not None
    merged = evolve(ACM, notice=evolve(ACM.notice, merge_window=3600.0))
    assert "What one app does within 1 hour is one notice" in shown(merged)


def test_a_limit_per_day_is_told():
    assert "at most 2 notices for each app and day" in shown(library.rule("miui-log"))


def test_the_folders_of_a_list_are_told_in_its_order():
    sets = {"mine": ("**", "!Android/**", "!Music", "Android/media/**", "DCIM")}
    rule = evolve(ACM, scope=evolve(ACM.scope, kind="path-prefix", sets=sets))
    assert (
        "all of shared storage, but not Android and below, but not Music, Android/media and below,"
        " DCIM alone Where several of a list fit, the last one counts."
    ) in shown(rule)


def test_the_way_of_setting_it_up_that_is_shown_first_comes_first():
    mode = Parameter(use="loud", try_=("quiet",), **EXAMPLE)
    modes = {"quiet": Mode(logs=("unlink",)), "loud": Mode(acts_on=("unlink",)), "off": Mode()}
    rule = evolve(GATE, hook=evolve(GATE.hook, modes=modes), parameters={"mode": mode})
    text = shown(rule)
    assert sorted(("“loud” It", "“quiet” It", "“off” It"), key=text.index)[0] == "“loud” It"


def test_a_parameter_without_a_question_goes_by_its_name():
    muted = Parameter(use="true", **EXAMPLE)
    assert "muted shown: “true” (muted); no other value was tried" in shown(
        evolve(ACM, parameters={"muted": muted})
    )


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("section", "kind", "field"),
    [
        ("scope", Scope, "kind"),
        ("types", Types, "test"),
        ("types", Types, "folders"),
        ("callers", Callers, "creator_in"),
        ("seen_as", SeenAs, "by"),
        ("action", Action, "does"),
        ("rescue", Rescue, "moved_by"),
        ("rescue", Rescue, "collision"),
        ("builds", Builds, "overseas"),
    ],
)
def test_every_value_that_a_rule_can_have_there_has_its_own_words(section, kind, field, lang):
    base = evolve(ACM, callers=evolve(ACM.callers, creator_exempt=True), parameters={})
    values = get_args(get_type_hints(kind)[field])
    texts = [
        shown(evolve(base, **{section: evolve(getattr(base, section), **{field: value})}), lang)
        for value in values
    ]
    assert len(set(texts)) == len(values) > 1


@pytest.mark.parametrize("lang", LANGS)
def test_every_kind_of_wording_has_its_own_words(lang):
    hints = get_type_hints(Wording)
    assert ACM.notice is not None
    texts = {
        shown(evolve(ACM, notice=evolve(ACM.notice, wordings=(wording,))), lang)
        for of in get_args(hints["of"])
        for made_by in get_args(hints["made_by"])
        for worded in get_args(hints["en"])
        for wording in [Wording(of=of, made_by=made_by, en=worded, zh=worded, text=TEXT, **EXAMPLE)]
    }
    assert len(texts) == 3 * 3 * 3


TEXT = Localized("“{app}” did something", "“{app}”做了改动")


@pytest.mark.parametrize(
    ("told_of", "known"),
    [
        (set(watcher_words.CHANGES), set(CHANGES)),
        (set(watcher_words.CLAIMS), set(get_args(Claim))),
        (set(watcher_words.OPEN), set(PARAMETERS)),
        (set(watcher_words.DOES), set(get_args(get_type_hints(Action)["does"]))),
        (set(watcher_words.NAMED), set(get_args(get_type_hints(SeenAs)["by"]))),
        (
            set(watcher_words.VALUES) - {("app_sees", "success")},
            {(name, value) for name, values in VALUES.items() for value in values},
        ),
    ],
    ids=["changes", "claims", "parameters", "deeds", "names", "values"],
)
def test_every_value_has_its_words(told_of, known):
    assert told_of == known


@given(st.text(st.characters(codec="utf-8"), max_size=60))
@settings(deadline=None)
def test_no_note_can_pass_for_a_line_of_ours(note):
    rule = evolve(ACM, builds=evolve(ACM.builds, note=note))
    plain = told(ACM, words("en")).splitlines()
    added = [line for line in told(rule, words("en")).splitlines() if line not in plain]
    assert [line for line in added if not line.startswith("  ")] == []


# -- lengths of time ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0, "0 ms"),
        (0.04, "40 ms"),
        (1.0, "1 second"),
        (1.5, "1500 ms"),
        (90.0, "90 seconds"),
        (600.0, "10 minutes"),
        (3600.0, "1 hour"),
        (86_400.0, "1 day"),
        (2_592_000.0, "30 days"),
    ],
)
def test_a_length_of_time_is_told_in_the_longest_unit_that_fits(seconds, said):
    assert duration(seconds, words("en")) == said


# -- as JSON -----------------------------------------------------------------------------------


def as_written(value: Any) -> Any:
    """What ``attrs`` gives of a rule, its fields by their names in the file."""
    if isinstance(value, dict):
        renamed = {"try_": "try", "zh_CN": "zh-CN"}
        return {renamed.get(key, key): as_written(item) for key, item in value.items()}
    return [as_written(item) for item in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("name", NAMES)
def test_the_json_has_every_field_of_the_rule(cachelife, name):
    values = json.loads(cachelife("watchers", "show", name, "--json")[1])
    wanted = as_written(attrs.asdict(library.rule(name)))
    assert values == {"schema": "cachelife.watcher/1", **wanted}


@pytest.mark.parametrize("asked", [(), ("show", "huawei-acm")], ids=["list", "show"])
def test_the_json_is_the_same_in_both_languages(cachelife, asked):
    english, chinese = (cachelife("watchers", *asked, "--json", "--lang", x)[1] for x in LANGS)
    assert english == chinese


def test_the_list_as_json_has_every_watcher_in_order(cachelife):
    values = json.loads(cachelife("watchers", "--json")[1])
    assert (values["schema"], [entry["id"] for entry in values["watchers"]]) == (
        "cachelife.watchers.list/1",
        list(NAMES),
    )


def test_an_entry_of_the_list_is_what_the_rule_says(cachelife):
    (entry,) = (
        entry
        for entry in json.loads(cachelife("watchers", "--json")[1])["watchers"]
        if entry["id"] == "vivo-observer"
    )
    assert entry == {
        "id": "vivo-observer",
        "label": {
            "en": "vivo's notice, supposed to come from an observer in the gallery",
            "zh-CN": "vivo的提示（推测：由图库里的观察者发出）",
        },
        "layers": ["mount", "provider"],
        "does": "notify",
        "notice": True,
        "seen_as": "foreground",
        "grade": "inference",
        "hypothesis": True,
        "proposal": False,
        "parameters": {"mode": ["deletes", "replacements-too"], "indexed_by": ["row", "scan"]},
    }
