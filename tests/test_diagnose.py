"""Backwards: what was observed, the worlds that fit, and what to look at next."""

from __future__ import annotations

import json
from itertools import combinations

import pytest

from simulator.errors import DocumentError
from simulator.scenario import library
from simulator.worlds.diagnose import diagnose, state
from simulator.worlds.observations import BETWEEN, ELSEWHERE, fits, known
from simulator.worlds.report import read, scenario_of, space_of
from simulator.worlds.survey import look_at
from simulator.worlds.whatif import changed
from tests.tools.golden import matches_golden

NAMES_THE_APP = "scenario: dewu-2022\nobserved: {notice.names: app}\n"
SMALL = """
scenario: album-pipeline
factors: [pipeline.place, clean_up.hits, watcher.scope, watcher.overseas]
observed:
"""


def of(text):
    document = read(text.encode(), "observed.yaml")
    scenario = scenario_of(document).value
    return diagnose(document.value, space_of(document, scenario))


@pytest.fixture(scope="module")
def named():
    return of(NAMES_THE_APP)


# -- what the dossier excludes -----------------------------------------------------------------


def names_the_app(values):
    """Whether by the mechanism of the dossier a Huawei notice names the app in such a world.

    A1: the hook is in f2fs; it looks at the folder's flag, the ending, the uid and the whitelist.
    F8, F11: under a user-space daemon MediaProvider is at f2fs, and the rule would name it; F10:
    what MediaProvider carries out as an app's call is checked against the app.  Permissions: an app
    in scoped storage cannot touch what it did not make, and before Android 11 has no path at all.
    """
    legacy = values["app.storage"] == "legacy"
    fuse = values["phone.stack"].startswith("fuse")
    original = values["clean_up.hits"] == "original"
    private = values["pipeline.place"] in {"internal-cache", "external-cache"}
    if not legacy and (original or not fuse):
        return False  # refused before it reaches the hook, or no path to make a copy by
    if not original and (private or values["pipeline.name"] == "neutral"):
        return False
    folder = "DCIM/Camera" if original else values["pipeline.place"]
    if values["watcher.scope"] == "narrow" and folder != "DCIM/Camera":
        return False
    call = values["clean_up.via"] == "mediastore"
    if call and not fuse and not original:
        return False  # made by its path, and without FUSE not told to MediaStore: it has no row
    if fuse and not call:
        return False  # MediaProvider is named
    return values["watcher.whitelist"] != "app"


def test_a_notice_that_names_the_app_excludes_what_the_mechanism_excludes(named):
    fitting = set(named.fitting)
    for number in range(len(named.space)):
        digits = named.space.digits(number)
        if named.space.feasible(digits):
            values = named.space.values(number)
            assert (number in fitting) is names_the_app(values), values


def test_the_path_in_the_bin_is_among_the_first_two_things_to_look_at(named):
    assert "bin.path" in [step.name for step in named.next[:2]]


def test_after_that_look_one_kind_of_outcome_is_left(named):
    step = next(step for step in named.next if step.name == "bin.path")
    assert step.classes == 1


def test_the_notice_alone_leaves_both_fates_open(named):
    assert set(named.fates) == {"intact", "kept_aside"}


# -- consistency -------------------------------------------------------------------------------


def test_the_worlds_that_fit_are_those_of_a_plain_search():
    found = of(SMALL + "  original.opens: yes\n  notice.shown: yes\n")
    for number in range(len(found.space)):
        digits = found.space.digits(number)
        if found.space.feasible(digits):
            here = look_at(found.space.scenario_at(digits), state)
            fit = here.seen["original.opens"] == "yes" and here.seen["notice.shown"] == "yes"
            assert (number in set(found.fitting)) is fit


def test_what_is_settled_and_open_is_what_the_fitting_worlds_share():
    found = of(SMALL + "  original.opens: no\n")
    assert found.settled["clean_up.hits"] == "original"
    assert set(found.open) == {"pipeline.place", "watcher.scope", "watcher.overseas"}


def test_more_observed_leaves_fewer_worlds():
    one = of(SMALL + "  notice.shown: yes\n")
    two = of(SMALL + "  notice.shown: yes\n  bin.path: Pictures/Shop/anything.mp4\n")
    assert set(two.fitting) < set(one.fitting)
    assert two.settled["pipeline.place"] == "Pictures/Shop"


def test_a_path_in_the_bin_that_is_the_originals_settles_which_file_it_was():
    path = "DCIM/Camera/VID_20221112_205500.mp4"
    found = of(SMALL + f"  bin.path: /sdcard/{path}\n")
    assert found.settled["clean_up.hits"] == "original"


@pytest.mark.parametrize(
    ("given", "hits"), [("15 MB", "app_copy"), ("150 MB", "original"), ("same", "original")]
)
def test_the_size_in_the_bin_tells_the_original_from_a_smaller_copy(given, hits):
    assert of(SMALL + f"  bin.size: {given}\n").settled["clean_up.hits"] == hits


@pytest.mark.parametrize("given", ["Shop", "小店", "com.example.shop", "app"])
def test_the_app_may_be_named_in_any_way(given):
    assert fits("notice.names", given, "app", library.read("album-pipeline").value)


def test_a_version_that_was_not_among_the_values_is_tried_as_well():
    found = of("observed: {phone.android: '11', notice.shown: yes}\nfactors: [phone.stack]\n")
    assert found.space.factors["phone.android"] == ("10", "11")


# -- what a world shows ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "album-pipeline",
        "consent-batch",
        "capture-edit-replace",
        "s10-truncate-original",
        "os-trim-in-use",
        "rescue-overwritten",
        "user-ordered",
        "retry-storm",
        "internal-cache",
        "sd-row-gone-file-stays",
        "scoped-own-file",
        "wrong-app-blamed",
    ],
)
def test_what_any_world_shows_fits_that_world(name):
    scenario = library.read(name).value
    for path, value in [("", ""), ("watcher.rule", "none"), ("clean_up.hits", "original")]:
        here = changed(scenario, [(path, value)]) if path else scenario
        shown = look_at(here, state).seen
        for observation, answer in shown.answers:
            for one in answer.split(BETWEEN):
                folder = one.removeprefix(ELSEWHERE)
                given = one if folder == one else f"{folder}/any.mp4"
                assert fits(observation, given, answer, here), (observation, given)


def test_a_path_in_the_originals_folder_may_be_the_originals_own():
    # A real original is never called as the model's is.
    factors = "factors: [clean_up.hits, pipeline.place, watcher.scope]\n"
    text = factors + "observed:\n  bin.path: /sdcard/DCIM/Camera/VID_20221112_210133.mp4\n"
    assert "clean_up.hits" in of(text).open


def test_with_the_originals_path_told_another_name_is_the_copys():
    factors = "factors: [clean_up.hits, pipeline.place, watcher.scope]\n"
    text = factors + (
        "observed:\n  bin.path: /sdcard/DCIM/Camera/VID_20221112_210133.mp4\n"
        "  original.path: /sdcard/DCIM/Camera/VID_20221112_205959.mp4\n"
    )
    assert of(text).settled["clean_up.hits"] == "app_copy"


@pytest.mark.parametrize("given", ["143 MB", "150.4 MB", "150 MB", "143 MiB"])
def test_a_size_as_a_gallery_rounds_it_is_the_same_size(given):
    assert of(SMALL + f"  bin.size: {given}\n").settled["clean_up.hits"] == "original"


def test_that_there_is_no_item_fits_where_there_is_none():
    empty, none = (of(SMALL + f"  {line}\n") for line in ('bin.path: ""', "bin.item: no"))
    assert empty.fitting == none.fitting != ()


def test_no_more_worlds_are_left_than_was_said():
    text = (
        'factors: [clean_up.hits, "pipeline.name=uuid,millis,timestamp", watcher.scope]\n'
        "observed:\n  notice.shown: yes\n"
    )
    step = next(step for step in of(text).next if step.name == "bin.path")
    left = of(text + "  bin.path: Pictures/Shop/VID_20221112_210005.mp4\n")
    assert len(left.fitting) <= step.worlds


def test_a_file_cut_to_nothing_does_not_just_open_changed():
    text = "scenario: s10-truncate-original\nfactors: [watcher.scope]\nobserved:\n"
    assert of(text + "  original.opens: empty\n").fitting
    assert not of(text + "  original.opens: changed\n").fitting


def test_a_dialog_that_waits_has_told_the_app_nothing():
    text = "scenario: consent-batch\nfactors: [consent.answer]\nobserved:\n"
    assert of(text + "  app.told: no answer\n").settled == {"consent.answer": "ignores"}


def test_any_of_several_paths_in_the_log_fits():
    text = "scenario: consent-batch\nfactors: [consent.answer]\nobserved:\n"
    assert of(text + "  app.log_path: DCIM/Camera/VID_20221030_181500.mp4\n").fitting


@pytest.mark.parametrize("given", ["有", "yes"])
def test_answers_may_be_written_in_either_language(given):
    assert of(SMALL + f"  notice.shown: {given}\n").fitting


def test_a_wording_may_be_typed_with_other_signs():
    text = SMALL + "  notice.text: '检测到\"小店\"删除了视频,已成功拦截'\n"
    assert of(text).fitting


def test_with_a_version_the_way_such_phones_are_built_is_varied_too():
    found = of("factors: [clean_up.hits]\nobserved: {phone.android: '12'}\n")
    assert found.fitting
    assert "phone.stack" in found.space.factors


# -- contradictions ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def contradicting():
    return of(
        SMALL
        + "  notice.shown: yes\n  watcher.overseas: 'true'\n  original.opens: yes\n"
        + "  pipeline.place: Pictures/Shop\n"
    )


def test_a_contradiction_is_named(contradicting):
    assert contradicting.fitting == ()
    assert set(contradicting.conflict) == {"notice.shown", "watcher.overseas"}


def test_no_part_of_a_contradiction_is_one(contradicting):
    given = contradicting.report.observed
    for part in combinations(contradicting.conflict, len(contradicting.conflict) - 1):
        lines = "".join(f"  {name}: '{given[name]}'\n" for name in part)
        assert of(SMALL + lines).fitting


# -- the parties -------------------------------------------------------------------------------


def test_the_least_favourable_worlds_are_among_those_that_fit(named):
    for worst in named.worst:
        digits = [named.space.factors[p].index(v) for p, v in worst.values.items()]
        assert named.space.number(digits) in set(named.fitting)


def test_each_party_has_its_own_worst():
    found = of(SMALL + "  phone.android: '10'\n")
    worst = {w.party: w.found for w in found.worst}
    assert set(worst) == {"app maker", "phone maker", "user"}
    assert worst["user"].loss == "quality"
    assert worst["user"].notices == ()
    assert worst["app maker"].touched


def test_the_app_maker_reckons_with_having_asked_for_the_original(named):
    worst = next(w for w in named.worst if w.party == "app maker")
    assert [r.role for r in worst.found.requests] == ["original"]


# -- what to look at next ----------------------------------------------------------------------


def test_no_observation_leaves_fewer_kinds_of_outcome_than_the_first(named):
    worst = [step.classes for step in named.next]
    assert worst == sorted(worst)
    assert {step.name for step in named.next}.isdisjoint(named.report.observed)


def test_the_answers_of_an_observation_share_out_the_worlds(named):
    for step in named.next:
        assert sum(step.answers.values()) == len(named.fitting)
        assert max(step.answers.values()) == step.worlds
        assert len(step.answers) > 1


def test_every_observation_says_who_can_make_it_and_how():
    for name, observation in known().items():
        assert observation.how.en
        assert observation.how.zh_CN
        assert observation.who in {"user", "app maker", "phone maker"}, name


# -- the file ----------------------------------------------------------------------------------


def test_texts_from_outside_stay_in_their_line(cachelife, tmp_path):
    file = tmp_path / "observed.yaml"
    file.write_text(
        'title: {en: "x\\nSettled by it", zh-CN: "y\\nz"}\n'
        'observed: {bin.path: "a\\n  - the app is guilty", notice.shown: yes}\n'
        "factors: [clean_up.hits]\n",
        encoding="utf-8",
    )
    _, out, _ = cachelife("diagnose", file)
    assert not any(line.strip().startswith("- the app is guilty") for line in out.splitlines())
    assert out.splitlines()[1] != "Settled by it"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("scenario: nope\nobserved: {notice.shown: yes}", "observed.yaml:1:11"),
        ("factors: [nope]\nobserved: {notice.shown: yes}", "observed.yaml:1:11"),
        ("observed: {watcher.scope: bogus}", "observed.yaml:1:27"),
    ],
)
def test_a_case_that_is_not_there_is_said_with_its_place(text, message):
    with pytest.raises(DocumentError, match=message):
        of(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("observed: {notice.name: app}", "did you mean “notice.names”"),
        ("observed: {original.opens: perhaps}", "observed.yaml:1:28"),
        ("observed: {}", "nothing that can be used is here"),
        ("observed: {phone.model: Mate 30}", "nothing that can be used is here"),
        ("observed: [notice.shown]", "observed.yaml:1:11"),
        ("seen: {notice.shown: yes}", "observed.yaml:1:1"),
        ("", "observed.yaml:1:1"),
    ],
)
def test_what_is_wrong_with_a_report_is_said_with_its_place(text, message):
    with pytest.raises(DocumentError, match=message.replace("[", r"\[")):
        read(text.encode(), "observed.yaml")


def test_a_value_that_no_phone_has_is_said_with_its_place():
    with pytest.raises(DocumentError, match=r"observed\.yaml:1:27"):
        of("observed: {phone.android: '99'}")


def test_a_file_that_is_not_there_is_an_error(cachelife, tmp_path):
    code, _, err = cachelife("diagnose", tmp_path / "none.yaml")
    assert code == 2
    assert "none.yaml" in err


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("diagnose-names-the-app", NAMES_THE_APP),
        (
            "diagnose-contradiction",
            SMALL + "  notice.shown: yes\n  watcher.overseas: 'true'\n  phone.model: Mate 30\n",
        ),
        ("diagnose-settled", SMALL + "  original.opens: no\n  watcher.scope: narrow\n"),
    ],
)
def test_the_printed_text_is_the_golden_text(cachelife, tmp_path, name, text, lang):
    file = tmp_path / "observed.yaml"
    file.write_text(text, encoding="utf-8")
    code, out, _ = cachelife("diagnose", file, "--lang", lang)
    assert code == 0
    assert matches_golden(f"{name}.{lang}.txt", out)


def test_the_json_has_the_fields_that_are_promised(cachelife, tmp_path):
    file = tmp_path / "observed.yaml"
    file.write_text(NAMES_THE_APP, encoding="utf-8")
    _, out, _ = cachelife("diagnose", file, "--json")
    answer = json.loads(out)
    assert answer["schema"] == "cachelife.diagnose/1"
    assert answer["consistent"]
    assert answer["conflict"] == []
    assert {w["to"] for w in answer["least_favourable"]} == {"app maker", "phone maker", "user"}
    assert answer["next"][0]["name"] == "bin.path"
    assert answer["next"][0]["how"]["zh-CN"]
