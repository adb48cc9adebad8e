"""``watchers compare``, ``watchers score`` and ``agreement watchers``."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from simulator.cli import agreeing_watchers, comparing
from simulator.scenario import library
from simulator.verdict.comparison import OWN, cell, compare
from simulator.verdict.score import score
from simulator.verdict.watcher_agreement import compare_watchers
from simulator.watchers import library as watchers
from tests.tools.golden import matches_golden

DEEDS = library.group("deeds")
HUAWEI = watchers.rule("huawei-acm")


def deed(number):
    """The scenario of the deed S*number*."""
    return library.read(next(n for n in DEEDS if n.startswith(f"s{number:02d}-"))).value


def under(number, name):
    """The cell of that deed under that rule."""
    rule = watchers.rule(name)
    return cell(deed(number), name, rule, rule.homes)


@pytest.fixture(autouse=True)
def _computed_once(monkeypatch):
    """The tables of shipped rules are computed once for all that is printed of them."""
    monkeypatch.setattr(agreeing_watchers, "compare_watchers", _table)
    monkeypatch.setattr(comparing, "compare", _compared)
    monkeypatch.setattr(comparing, "score", _scored)


@cache
def _table():
    return compare_watchers()


_KNOWN = {}


def _once(key, rules, work):
    """The result of *work*, computed once for each *key*; a rule of one's own may change."""
    if any(rule.id not in watchers.names() or watchers.rule(rule.id) is not rule for rule in rules):
        return work()
    if key not in _KNOWN:
        _KNOWN[key] = work()
    return _KNOWN[key]


def _compared(scenarios, rules, phones, seed):
    key = ("compare", tuple(s.id for s in scenarios), tuple(rules), repr(phones), seed)
    return _once(key, rules.values(), lambda: compare(scenarios, rules, phones, seed))


def _scored(scenarios, name, rule, seed):
    key = ("score", tuple(s.id for s in scenarios), name, seed)
    return _once(key, [rule], lambda: score(scenarios, name, rule, seed))


# -- the table ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def compared():
    """Every cell of the table of deeds by rules, beside the model's."""
    return _table()


def test_the_table_has_seventeen_deeds_under_eight_rules(compared):
    assert (len({c.deed for c in compared}), len({c.watcher for c in compared})) == (17, 8)


def test_every_cell_agrees_or_is_argued(compared):
    assert [(c.deed, c.watcher) for c in compared if c.status == "differs"] == []


def test_only_the_folder_below_fuse_is_argued(compared):
    argued = [(c.deed, c.watcher) for c in compared if c.status == "argued"]
    assert argued == [("s05-delete-external-cache", "oplus-acm")]


def test_a_cell_that_speaks_of_no_world_does_not_agree(compared):
    one = next(c for c in compared if c.deed == "s01-delete-original")
    line = one.says[0].__class__("F", {"watcher.scope": ("no such set",)})
    assert not one.__class__(one.deed, one.watcher, (line,), one.grade, one.cell, None).agrees


@pytest.mark.parametrize("deed_", DEEDS)
def test_each_deed_has_a_word_of_each_rule(compared, deed_):
    assert len([c for c in compared if c.deed == deed_]) == 8


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_the_agreement_as_it_is_printed(cachelife, lang):
    code, out, _ = cachelife("agreement", "watchers", "--lang", lang)
    assert matches_golden(f"agreement-watchers.{lang}.txt", out)
    assert code == 0


def test_the_agreement_as_json(cachelife):
    _, out, _ = cachelife("agreement", "watchers", "--json")
    values = json.loads(out)
    assert (values["cells"], values["agree"], values["argued"], values["differ"]) == (
        136,
        135,
        1,
        0,
    )


# -- cells -------------------------------------------------------------------------------------


def test_a_row_deleted_in_mediastore_depends_on_who_is_taken_for_the_caller():
    assert {"watcher.attribution", "watcher.whitelist"} <= set(under(7, "huawei-acm").depends_on)


def test_a_private_copy_depends_on_nothing():
    assert under(4, "huawei-acm").depends_on == ()


def test_the_provider_is_named_where_the_process_counts():
    worlds = under(7, "huawei-acm").worlds
    named = {w.names for w in worlds if w.values.get("watcher.attribution") == "process"}
    assert ("android.process.media",) in named


def test_the_app_is_named_where_the_call_is_forwarded():
    worlds = under(7, "huawei-acm").worlds
    named = {w.names for w in worlds if w.values.get("watcher.attribution") == "forwarded"}
    assert named - {()} == {("com.example.shop",)}


def test_an_overseas_build_does_not_apply_where_no_source_speaks_of_it():
    assert under(14, "oplus-acm").result == "n/a"


def test_the_worlds_of_a_cell_are_all_combinations():
    found = sum(world.weight for world in under(3, "huawei-acm").worlds)
    parameters = HUAWEI.parameters.values()
    every = 1
    for parameter in parameters:
        every *= len(parameter.values())
    assert found == every * len(HUAWEI.homes)


def test_the_records_of_a_cell_are_the_notices_of_its_first_world():
    first = under(1, "huawei-acm").first
    assert [type(first.trace[id_]).__name__ for id_ in first.records] == ["Notice"]


# -- compare -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_the_comparison_as_it_is_printed(cachelife, lang):
    code, out, _ = cachelife("watchers", "compare", "--lang", lang)
    assert matches_golden(f"watchers-compare.{lang}.txt", out)
    assert code == 0


def test_a_comparison_as_json_has_a_cell_for_each_watcher(cachelife):
    _, out, _ = cachelife("watchers", "compare", "album-pipeline", "--json")
    (row,) = json.loads(out)["rows"]
    assert (row["scenario"], row["stack"], set(row["cells"])) == (
        "album-pipeline",
        OWN,
        set(watchers.names()) - {"none"},
    )


def test_a_cell_as_json_says_what_it_found(cachelife):
    _, out, _ = cachelife("watchers", "compare", "s02-delete-copy", "--json")
    cell_ = json.loads(out)["rows"][0]["cells"]["huawei-acm"]
    assert (cell_["result"], cell_["names"], cell_["depends_on"]) == ("F", ["com.example.shop"], [])


def test_the_records_in_json_are_those_of_the_run(cachelife, tmp_path):
    _, out, _ = cachelife("watchers", "compare", "s02-delete-copy", "--json")
    (record,) = json.loads(out)["rows"][0]["cells"]["huawei-acm"]["records"]
    cachelife("run", "s02-delete-copy", "--out", tmp_path)
    lines = (tmp_path / "trace.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[record])["record"] == "notice"


@pytest.mark.parametrize(
    ("stack", "result", "names"),
    [
        ("fuse-daemon", "-", []),
        ("sdcardfs", "F", ["com.example.shop"]),
        ("hmdfs", "F", ["com.example.shop"]),
        ("fuse", "F", ["com.android.providers.media.module"]),
    ],
)
def test_one_rule_on_four_stacks(cachelife, stack, result, names):
    _, out, _ = cachelife(
        "watchers",
        "compare",
        "album-pipeline",
        "--watcher",
        "huawei-acm",
        "--stack",
        stack,
        "--json",
    )
    cell_ = json.loads(out)["rows"][0]["cells"]["huawei-acm"]
    assert (cell_["result"], cell_["names"]) == (result, names)


def test_on_fuse_the_rule_is_silent_where_the_provider_is_exempt(cachelife):
    _, out, _ = cachelife(
        "watchers",
        "compare",
        "album-pipeline",
        "--watcher",
        "huawei-acm",
        "--stack",
        "fuse",
        "--json",
    )
    worlds = json.loads(out)["rows"][0]["cells"]["huawei-acm"]["worlds"]
    exempt = [w["result"] for w in worlds if w["values"].get("watcher.whitelist") == "provider"]
    assert sorted(set(exempt)) == ["-"]


def test_an_unknown_stack_is_named_with_the_nearest(cachelife):
    code, _, err = cachelife("watchers", "compare", "--stack", "sdcardf")
    assert (code, "sdcardfs" in err) == (2, True)


def test_an_unknown_watcher_is_named_with_the_nearest(cachelife):
    code, _, err = cachelife("watchers", "compare", "--watcher", "huawei-ac")
    assert (code, "huawei-acm" in err) == (2, True)


def test_a_watcher_of_ones_own_is_compared(cachelife, tmp_path):
    mine = tmp_path / "mine.yaml"
    source = Path(watchers.__file__).parent / "rules" / "huawei-acm.yaml"
    mine.write_text(
        source.read_text(encoding="utf-8").replace("id: huawei-acm", "id: mine"), encoding="utf-8"
    )
    _, out, _ = cachelife("watchers", "compare", "s01-delete-original", "--watcher", mine, "--json")
    assert json.loads(out)["rows"][0]["cells"][str(mine)]["result"] == "F"


# -- score -------------------------------------------------------------------------------------


def test_a_copy_in_a_watched_folder_counts_as_a_warning_without_touch():
    found = score([deed(2)], "huawei-acm", HUAWEI)
    assert found.no_touch_warned == found.combinations > 0


def test_an_attempt_on_the_original_counts_as_a_touch_with_warning():
    found = score([deed(1)], "huawei-acm", HUAWEI)
    assert found.touch_warned == found.combinations > 0


def test_what_a_second_route_gets_past_the_rule_is_not_counted_as_stopped():
    found = score([deed(1)], "huawei-acm", HUAWEI)
    assert 0 < found.stopped < found.touch_warned


def test_what_the_user_ordered_counts_apart():
    found = score([deed(15)], "huawei-acm", HUAWEI)
    assert found.as_ordered == found.combinations > 0


def test_a_silent_loss_is_counted_with_its_cause():
    found = score([deed(10)], "huawei-acm", HUAWEI)
    assert found.missed == {"deed": found.combinations}


def test_every_combination_is_counted_once():
    found = score([deed(n) for n in (1, 2, 9, 15)], "huawei-acm", HUAWEI)
    parts = (found.touch_warned, found.touch_silent, found.no_touch_warned, found.no_touch_silent)
    assert sum(parts) + found.as_ordered == found.combinations


def test_our_proposal_flags_no_copy():
    rule = watchers.rule("loss-aware")
    found = score([deed(n) for n in (2, 3, 4, 5, 6, 7, 8)], "loss-aware", rule)
    assert found.no_touch_warned == 0


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_the_score_as_it_is_printed(cachelife, lang):
    arguments = ("--watcher", "huawei-acm", "--watcher", "vivo-observer", "--watcher", "loss-aware")
    _, out, _ = cachelife("watchers", "score", "deeds", "lessons", *arguments, "--lang", lang)
    assert matches_golden(f"watchers-score.{lang}.txt", out)


def test_the_score_as_json_says_of_what_it_is_a_share(cachelife):
    _, out, _ = cachelife("watchers", "score", "s01-delete-original", "--json")
    assert json.loads(out)["of"] == "listed combinations, not phones"


def test_a_comparison_is_the_same_twice():
    rules = {"huawei-acm": HUAWEI}
    first, second = (compare([deed(7)], rules) for _ in range(2))
    assert first == second
