"""Exactly when: conditions held against every world, and against the rules' own data."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import yaml

from simulator.cli.running import changed as set_by_hand
from simulator.errors import InputError
from simulator.scenario import library
from simulator.scenario.space import Space
from simulator.worlds.conditions import NO_SUCH_PHONE, came, conditions, verify
from simulator.worlds.factors import known, own_value, space_for, values_of
from simulator.worlds.survey import MOST, look_at, survey
from simulator.worlds.whatif import changed
from tests.tools.golden import matches_golden

RULES = Path(__file__).parents[1] / "simulator" / "watchers" / "rules"
OUTCOME = "warning_without_touch"
#: Eleven factors of the lesson; all its usual ones would take three times as long.
ELEVEN = (
    "phone.android=12",
    "phone.stack=hmdfs,fuse-over-sdcardfs,fuse",
    "app.storage=scoped",
    "pipeline.place=internal-cache,external-cache,DCIM/Camera",
    "pipeline.name=neutral",
    "clean_up.hits=original",
    "clean_up.via=mediastore",
    "watcher.scope=narrow",
    "watcher.whitelist=provider,app",
    "watcher.app_sees=success",
    "watcher.overseas=true",
)


@pytest.fixture(scope="module")
def album():
    return library.read("album-pipeline").value


@pytest.fixture(scope="module")
def space(album):
    return space_for(album, ELEVEN)


@pytest.fixture(scope="module")
def found(space):
    return conditions(space, OUTCOME)


@pytest.fixture(scope="module")
def outcomes(space):
    """What each world comes to, by its factors; empty where no phone can be like that."""
    table = np.full(len(space), "", dtype=object)
    for number, finding in survey(space, came):
        table[number] = finding.outcome
    return table.reshape(space.sizes)


def inside(space, outcomes, condition):
    """What the worlds come to in which a condition holds."""
    allowed = [
        [i for i, v in enumerate(values) if v in condition.get(path, values)]
        for path, values in space.factors.items()
    ]
    return outcomes[np.ix_(*allowed)]


# -- the conditions ----------------------------------------------------------------------------


def test_the_lesson_is_asked_about_over_at_least_ten_factors(album, space):
    assert len(space_for(album).paths) >= 10
    assert len(space.paths) == 11


def test_every_world_inside_an_implicant_has_the_outcome(space, found, outcomes):
    for condition in found.implicants:
        there = inside(space, outcomes, condition)
        assert (there == OUTCOME).any()
        assert set(there.flat) <= {OUTCOME, ""}


def test_every_world_with_the_outcome_is_inside_an_implicant(space, found, outcomes):
    for conditions_ in (found.implicants, found.cover):
        covered = np.zeros(space.sizes, dtype=bool)
        for condition in conditions_:
            index = [
                [i for i, v in enumerate(values) if v in condition.get(path, values)]
                for path, values in space.factors.items()
            ]
            covered[np.ix_(*index)] = True
        assert covered[outcomes == OUTCOME].all()


def test_each_set_of_the_cover_says_in_how_many_of_those_worlds_it_holds(space, found, outcomes):
    counted = [int((inside(space, outcomes, c) == OUTCOME).sum()) for c in found.cover]
    assert found.covers == tuple(counted)


def test_worlds_that_only_repeat_others_are_covered_once():
    found = conditions(space_for(library.read("seal-211").value), OUTCOME)
    assert found.repeats
    assert found.covers == (found.happens_in,)


def test_without_any_one_of_its_literals_an_implicant_is_wrong(space, found, outcomes):
    for condition in found.implicants:
        for path in condition:
            rest = {p: values for p, values in condition.items() if p != path}
            assert set(inside(space, outcomes, rest).flat) - {OUTCOME, ""}


def test_no_value_can_be_added_to_an_implicant(space, found, outcomes):
    for condition in found.implicants:
        for path, allowed in condition.items():
            for value in set(space.factors[path]) - set(allowed):
                wider = {**condition, path: (*allowed, value)}
                assert set(inside(space, outcomes, wider).flat) - {OUTCOME, ""}


def test_necessary_is_what_every_world_with_the_outcome_has(space, found, outcomes):
    for at, (path, values) in enumerate(space.factors.items()):
        there = {values[where[at]] for where in np.argwhere(outcomes == OUTCOME)}
        possible = {values[where[at]] for where in np.argwhere(outcomes != "")}
        assert set(found.necessary.get(path, possible)) == there


def test_what_is_without_influence_has_none(space, found, outcomes):
    assert found.without_effect
    for path in found.without_effect:
        at = space.paths.index(path)
        first = np.take(outcomes, 0, at)
        for other in range(1, space.sizes[at]):
            there = np.take(outcomes, other, at)
            both = (first != "") & (there != "")
            assert ((first == OUTCOME) == (there == OUTCOME))[both].all()


def test_worlds_run_by_themselves_are_as_the_conditions_say(found):
    checked = verify(found, 60)
    assert (checked.drawn, checked.differ) == (60, ())


def test_a_condition_that_is_wrong_is_noticed(found):
    from attrs import evolve

    assert verify(evolve(found, cover=()), 400).differ


# -- the second road: the rules' own data ------------------------------------------------------


def in_folders(patterns, folder):
    covered = False
    for pattern in patterns:
        name = pattern.lstrip("!")
        top = name.removesuffix("/**")
        fits = name == "**" or folder == top or (name != top and folder.startswith(f"{top}/"))
        covered = not pattern.startswith("!") if fits else covered
    return covered


FOLDER = {
    "Pictures/Shop": "Pictures/Shop",
    "DCIM/Camera": "DCIM/Camera",
    "external-cache": "Android/data/com.example.shop/cache",
    "internal-cache": None,
}
SUFFIX = {"timestamp": "mp4", "neutral": "tmp"}
#: By which process a removal by path, or through MediaStore, reaches the layer of the rule.
CROSSES = {
    ("huawei-acm", "path"): "app",
    ("huawei-acm", "mediastore"): "provider",
    ("oppo-dcim", "path"): "app",
    ("oppo-dcim", "mediastore"): "provider",
    ("oplus-acm", "path"): "app",
    ("oplus-acm", "mediastore"): None,
}


def derived(rule, values):
    """Whether the rule's data say that a notice comes of a removal of the app's own copy."""
    who = CROSSES[rule["id"], values["clean_up.via"]]
    folder = FOLDER[values["pipeline.place"]]
    layer = rule["hook"]["layers"][0]
    if who is None or folder is None or (layer == "fuse" and folder.startswith("Android/data")):
        # From Android 11 on an app's own Android/data is mounted from below FUSE.
        return False
    if who == "provider" and folder.startswith("Android/data"):
        # MediaStore lists nothing there, so that there is no row to remove.
        return False
    mode = values.get("watcher.mode", next(iter(rule["hook"]["modes"])))
    if "unlink" not in rule["hook"]["modes"][mode].get("acts_on", []):
        return False
    sets = rule["scope"]["sets"]
    if not in_folders(sets[values.get("watcher.scope", next(iter(sets)))], folder):
        return False
    types = rule["types"]
    endings = {*types.get("photo", []), *types.get("video", [])}
    if types["test"] == "extension" and SUFFIX[values["pipeline.name"]] not in endings:
        return False
    if rule["callers"].get("creator_exempt"):
        return False
    if values.get("watcher.overseas") == "true" and rule["builds"]["overseas"] == "silent":
        return False
    if who == "provider" and values.get("watcher.attribution") == "forwarded":
        who = "app"
    exempt = {"provider": {"provider"}, "app": {"app"}}.get(values.get("watcher.whitelist"), set())
    return who not in exempt


ROADS = {
    "huawei-acm": (
        {"phone.android": "10", "phone.stack": "sdcardfs"},
        {
            "phone.stack": ("sdcardfs", "hmdfs"),
            "watcher.scope": ("narrow", "medium", "wide", "everything"),
            "watcher.whitelist": ("none", "provider", "app"),
            "watcher.attribution": ("forwarded", "process"),
            "watcher.overseas": ("false", "true"),
        },
    ),
    "oppo-dcim": (
        {"phone.android": "10", "phone.stack": "sdcardfs"},
        {"phone.android": ("9", "10"), "watcher.mode": ("enabled", "disabled")},
    ),
    "oplus-acm": (
        {"phone.android": "11", "phone.stack": "fuse"},
        {
            "phone.stack": ("fuse", "fuse-over-sdcardfs"),
            "watcher.scope": ("narrow", "medium", "wide", "everything"),
            "watcher.mode": ("enforcing", "logging"),
        },
    ),
}
SHARED = {
    "pipeline.place": tuple(FOLDER),
    "pipeline.name": tuple(SUFFIX),
    "clean_up.via": ("path", "mediastore"),
}


@pytest.mark.parametrize("name", ROADS)
def test_the_conditions_are_those_that_follow_from_the_rules_data(album, name):
    rule = yaml.safe_load((RULES / f"{name}.yaml").read_text(encoding="utf-8"))
    values, factors = ROADS[name]
    document = library.read("album-pipeline")
    # What the lesson assumes of Huawei's rule is no parameter of another.
    # The copy is scanned, so that MediaStore has something to remove before Android 11 too.
    kept = {"watcher.rule": name, "pipeline.variant": "scanned", **values}
    scenario = set_by_hand(document, [f"{path}={value}" for path, value in kept.items()]).value
    space = Space(scenario, {**SHARED, **factors})
    found = conditions(space, OUTCOME)
    for chosen in product(*space.factors.values()):
        here = dict(zip(space.factors, chosen, strict=True))
        said = any(all(here[p] in allowed for p, allowed in c.items()) for c in found.cover)
        number = space.number([space.factors[p].index(v) for p, v in here.items()])
        if space.feasible(space.digits(number)):
            assert said is derived(rule, here), here


@pytest.mark.parametrize(
    ("name", "outcome", "factors"),
    [
        ("seal-211", "warning_without_touch", ()),
        ("pdd-2021", "touch_with_warning", ()),
        ("all-files-app", "touch_without_warning", ()),
        ("album-pipeline", "pipeline_failed", ("app.storage", "phone.android=9")),
        (
            "album-pipeline",
            "warning_without_touch",
            (
                "watcher.rule=oplus-acm,vivo-provider",
                "watcher.mode=enforcing,logging,deletes,moves-too",
                "clean_up.hits",
            ),
        ),
    ],
)
def test_nothing_is_both_necessary_and_without_influence(name, outcome, factors):
    found = conditions(space_for(library.read(name).value, factors), outcome)
    assert found.happens_in
    assert set(found.necessary).isdisjoint(found.without_effect)


def test_what_a_rule_leaves_no_choice_about_is_not_necessary():
    scenario = library.read("album-pipeline").value
    factors = ["watcher.rule=oplus-acm", "watcher.mode=enforcing,logging", "clean_up.hits"]
    found = conditions(space_for(scenario, factors), OUTCOME)
    assert set(found.necessary) == {"watcher.rule", "clean_up.hits"}
    assert found.repeats == 2


def test_another_rule_is_a_repair_that_a_phone_can_have():
    found = conditions(space_for(library.read("seal-211").value), OUTCOME)
    by = {repair.changes: repair for repair in found.repairs}
    assert set(by[(("watcher.rule", "none"),)].then) == {"quiet"}


def test_every_changed_world_is_what_a_run_with_the_change_comes_to(space, found):
    on = [n for n in range(0, len(space), 7) if space.feasible(space.digits(n))]
    inside = [
        n for n in on if any(all(space.value(n, p) in v for p, v in c.items()) for c in found.cover)
    ][:6]
    for repair in found.repairs[:8]:
        for number in inside:
            values = {**space.values(number), **dict(repair.changes)}
            here = changed(space.scenario, tuple(values.items()))
            assert here is None or look_at(here, came).outcome in repair.then


# -- repairs -----------------------------------------------------------------------------------


def test_after_a_repair_the_outcome_is_in_no_world_that_is_left(space, found, outcomes):
    assert found.repairs
    for repair in found.repairs:
        left = inside(space, outcomes, {path: (value,) for path, value in repair.changes})
        assert OUTCOME not in set(left.flat)
        assert set(left.flat) - {""}


def test_no_part_of_a_repair_is_enough(space, found, outcomes):
    for repair in found.repairs:
        for change in repair.changes:
            rest = {path: (value,) for path, value in repair.changes if (path, value) != change}
            assert OUTCOME in set(inside(space, outcomes, rest).flat)


def test_a_repair_says_what_comes_instead(space, found, outcomes):
    happening = np.argwhere(outcomes == OUTCOME)
    for repair in found.repairs[:12]:
        counted: dict[str, int] = {}
        for where in happening:
            digits = list(where)
            for path, value in repair.changes:
                digits[space.paths.index(path)] = space.factors[path].index(value)
            what = outcomes[tuple(digits)] or NO_SUCH_PHONE
            counted[what] = counted.get(what, 0) + 1
        assert repair.then == dict(sorted(counted.items()))


def test_repairs_name_who_could_make_them(found):
    for repair in found.repairs:
        assert set(repair.who) == {known()[path].changes for path, _ in repair.changes}


def test_moving_the_copy_is_the_app_makers_repair_and_naming_the_original_is_none(found):
    by = {repair.changes: repair for repair in found.repairs}
    moved = by[(("pipeline.place", "internal-cache"),)]
    named = by[(("clean_up.hits", "original"),)]
    assert (moved.who, moved.harmless, set(moved.then)) == (("app maker",), True, {"quiet"})
    assert not named.harmless


def test_to_name_the_copy_instead_of_the_original_is_a_repair_of_a_touch(album):
    factors = ["clean_up.hits", "watcher.overseas"]
    found = conditions(space_for(album, factors), "touch_with_warning")
    by = {repair.changes: repair for repair in found.repairs}
    assert by[(("clean_up.hits", "app_copy"),)].harmless
    assert not by[(("watcher.overseas", "true"),)].harmless


# -- spaces ------------------------------------------------------------------------------------


def test_a_space_that_is_too_large_is_sampled_and_gives_no_conditions(space, monkeypatch):
    monkeypatch.setattr("simulator.worlds.conditions.DRAWN", 100)
    sampled = conditions(space, OUTCOME, most=100)
    assert not sampled.whole
    assert sampled.feasible is None
    assert 0 < sampled.looked_at <= 100
    assert (sampled.implicants, sampled.necessary, sampled.repairs) == ((), {}, ())


def test_of_a_sample_the_words_for_all_worlds_are_not_said(cachelife, monkeypatch):
    monkeypatch.setattr("simulator.worlds.conditions.MOST", 100)
    monkeypatch.setattr("simulator.worlds.conditions.DRAWN", 100)
    arguments = [f"--factors={factor}" for factor in ELEVEN]
    for lang, words in {"en": ("exactly", "only", "never"), "zh-CN": ("当且仅当", "从未")}.items():
        _, out, _ = cachelife("when", "album-pipeline", *arguments, "--lang", lang)
        answer = out.partition("What this rests on" if lang == "en" else "以上内容的前提")[0]
        assert not any(word in answer for word in words)


def test_a_space_too_large_for_any_survey_is_an_error_that_says_so(album, monkeypatch):
    monkeypatch.setattr("simulator.worlds.conditions.DRAWN", 20)
    hours = ",".join(f"{second} s" for second in range(1, 60))
    factors = [f"timing.{name}={hours}" for name in ("clean_up_delay", "editing", "retry_pause")]
    space = space_for(album, [*factors, f"consent.after={hours}"])
    assert len(space) > MOST
    with pytest.raises(InputError, match="too many to run"):
        survey(space, came)
    assert conditions(space, OUTCOME).looked_at > 0


@pytest.mark.parametrize("command", ["when", "twin"])
@pytest.mark.parametrize("count", [6, 12])
def test_a_space_that_no_memory_holds_is_no_traceback(cachelife, monkeypatch, command, count):
    monkeypatch.setattr("simulator.worlds.conditions.DRAWN", 5)
    seconds = ",".join(f"{second} s" for second in range(100, 160))
    names = ["upload_timeout", "retry_pause", "clean_up_delay", "restart_delay", "confirm_delay"]
    paths = [f"timing.{name}" for name in (*names, "editing", "sweep_every")]
    paths += ["consent.after", "clean_up.retry_after", "clean_up.keep_for"]
    paths += ["phone.album[0].age", "phone.album[1].age"]
    factors = [f"--factors={path}={seconds}" for path in paths[:count]]
    code, out, err = cachelife(command, "album-pipeline", *factors)
    if (command, count) == ("when", 6):
        assert "drawn at random" in " ".join(out.split())
    else:
        assert (code, "too many to run" in err) == (2, True)


def test_two_spellings_of_a_value_are_one(album):
    listed = "[READ_EXTERNAL_STORAGE,WRITE_EXTERNAL_STORAGE]"
    with pytest.raises(InputError, match="no values to try"):
        space_for(album, [f"app.granted={listed}"])


def test_sizes_are_written_with_their_unit(album):
    assert own_value(album, "phone.storage") == "64000000000 B"
    assert len(space_for(album, ["phone.storage=1 GB"])) == 2


def test_where_every_world_has_it_that_is_said(cachelife):
    _, out, _ = cachelife("when", "consent-batch", "--outcome", "with_consent")
    assert "It comes about in all of them." in out
    assert "exactly" not in out.partition("What this rests on")[0]


def test_what_was_changed_by_hand_is_said(cachelife):
    arguments = ["--set", "clean_up.hits=original", "--factors", "watcher.scope"]
    for command in ("when", "whatif", "twin"):
        _, out, _ = cachelife(command, "album-pipeline", *arguments)
        assert "Changed by hand, so the title may not fit: clean_up.hits=original" in out


def test_a_family_is_asked_about_over_what_it_assumes():
    scenario = library.read("qq-2020").value
    assert set(space_for(scenario).paths) == set(scenario.assumed)


def test_the_scenarios_own_value_comes_first(album):
    for path in known():
        values = values_of(album, path)
        assert not values or values[0] == own_value(album, path)


def test_world_number_0_is_the_scenario_itself(space, album):
    assert look_at(space.world(0).scenario, came) == look_at(album, came)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("pipeline.plce", "did you mean “pipeline.place”"),
        ("title", "there is no factor named “title”"),
        ("assumed", "there is no factor named “assumed”"),
        ("phone.android=99", "phone.android: “99” is not valid here"),
        ("until", "there is no factor named “until”"),
        ("pipeline.opens_via", "“pipeline.opens_via” has no values to try"),
        ("watcher.scope=bogus", "watcher.scope: there is no value named “bogus”"),
        ("happens[0].original=DCIM/no.mp4", "there is no file in the album named"),
        ("phone.album=1", "there is no factor named “phone.album”"),
        ("phone.album[0].path=DCIM/Camera", "is a folder on this phone"),
        ("app.label", "there is no factor named “app.label”"),
        ("happens[9].at=3 s", "happens[9].at: the list in this scenario has no such item"),
    ],
)
def test_what_cannot_be_varied_is_said_so(album, asked, message):
    with pytest.raises(InputError, match=message.replace("[", r"\[")):
        space_for(album, [asked])


def test_a_comma_within_brackets_is_part_of_a_value(album):
    space = space_for(album, ["app.granted=[],[READ_EXTERNAL_STORAGE, WRITE_EXTERNAL_STORAGE]"])
    assert len(space.factors["app.granted"]) == 2


# -- the command -------------------------------------------------------------------------------

FEW = ("--factors", "pipeline.place", "--factors", "clean_up.hits", "--factors", "watcher.scope")


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("when-album-pipeline", ["when", "album-pipeline", *FEW, "--verify", "20"]),
        ("when-scan-race", ["when", "scan-race"]),
        ("when-dewu-2022", ["when", "dewu-2022", "--outcome", "touch_without_warning"]),
        ("when-never", ["when", "quiet-pipeline", *FEW[:2], "--outcome", "as_ordered"]),
    ],
)
def test_the_printed_text_is_the_golden_text(cachelife, name, arguments, lang):
    code, out, _ = cachelife(*arguments, "--lang", lang)
    assert code == 0
    assert matches_golden(f"{name}.{lang}.txt", out)


def test_the_json_has_the_fields_that_are_promised(cachelife):
    _, out, _ = cachelife("when", "album-pipeline", *FEW, "--json")
    answer = json.loads(out)
    assert answer["schema"] == "cachelife.when/1"
    assert answer["worlds"] == 32 == answer["feasible"] == sum(answer["outcomes"].values())
    assert list(answer["factors"]) == [FEW[1], FEW[3], FEW[5]]
    assert all(set(c) <= set(answer["factors"]) for c in answer["implicants"])
    assert answer["necessary"]["clean_up.hits"] == ["app_copy"]
    assert [{"pipeline.place": "internal-cache"}] in answer["repairs"]
    assert answer["moments"] == []


def test_an_unknown_outcome_is_an_error_with_the_nearest_one(cachelife):
    code, _, err = cachelife("when", "album-pipeline", "--outcome", "warning_with_touch")
    assert code == 2
    assert "warning_without_touch" in err or "touch_with_warning" in err
