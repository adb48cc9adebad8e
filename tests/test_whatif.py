"""One thing changed at a time, and the smallest sets where no single change does it."""

from __future__ import annotations

import json

import pytest

from simulator import engine
from simulator.scenario import library
from simulator.trace import Transfer
from simulator.verdict.judge import judge
from simulator.worlds.finding import finding
from simulator.worlds.survey import look_at
from simulator.worlds.whatif import changed, reaches, what_if
from tests.tools.golden import matches_golden


@pytest.fixture(scope="module")
def album():
    return library.read("album-pipeline").value


@pytest.fixture(scope="module")
def found(album):
    return what_if(album)


def reached(found, goal):
    return next(r for r in found.reached if r.goal == goal)


def test_each_single_change_is_what_a_run_with_it_comes_to(album, found):
    for one in found.singles:
        here = changed(album, one.changes)
        assert (here is None) == (one.found is None)
        if here is not None:
            assert look_at(here, finding) == one.found


def test_every_change_that_ends_the_notice_is_among_them(found):
    ends = {one.changes for one in found.singles if one.found and not one.found.notices}
    assert {one.changes for one in reached(found, "notice_vanishes").single} == ends
    assert (("pipeline.place", "internal-cache"),) in ends


def test_to_name_the_original_would_touch_it(found):
    assert (("clean_up.hits", "original"),) in {
        one.changes for one in reached(found, "original_touched").single
    }


def test_both_sides_draw_the_same_numbers(album):
    other = changed(album, [("clean_up.hits", "original")])
    sent = [
        [(r.t, r.size) for r in engine.run(s).records if isinstance(r, Transfer)]
        for s in (album, other)
    ]
    assert sent[0] == sent[1]


def test_where_no_set_does_it_the_size_is_said_up_to_which_all_were_tried():
    scenario = library.read("dewu-2022").value
    both = changed(
        scenario, [("pipeline.variant", "with-thumbnail"), ("pipeline.place", "DCIM/Camera")]
    )
    found = what_if(both, ["watcher.scope=narrow", "clean_up.when=end"])
    vanished = reached(found, "notice_vanishes")
    assert (vanished.single, vanished.sets) == ((), ())
    assert vanished.tried == 3


def test_a_set_is_found_where_no_single_change_is_enough(album):
    # Two reasons for the silence, each of which is enough: both have to go.
    quiet = changed(album, [("watcher.overseas", "true"), ("watcher.whitelist", "app")])
    found = what_if(quiet, ["watcher.overseas=false", "watcher.whitelist=none"])
    appears = reached(found, "notice_appears")
    assert appears.single == ()
    assert [set(one.changes) for one in appears.sets] == [
        {("watcher.overseas", "false"), ("watcher.whitelist", "none")}
    ]
    assert appears.tried == 2


def test_no_part_of_a_set_is_enough(album):
    quiet = changed(album, [("watcher.overseas", "true"), ("watcher.whitelist", "app")])
    found = what_if(quiet, ["watcher.overseas=false", "watcher.whitelist=none"])
    for one in reached(found, "notice_appears").sets:
        for change in one.changes:
            alone = look_at(changed(quiet, [change]), finding)
            assert not reaches("notice_appears", alone)


def test_what_no_phone_can_have_is_said_so(found):
    assert next(o for o in found.singles if o.changes == (("phone.android", "12"),)).found is None


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize("name", ["album-pipeline", "overwrite-in-place"])
def test_the_printed_text_is_the_golden_text(cachelife, name, lang):
    code, out, _ = cachelife("whatif", name, "--lang", lang)
    assert code == 0
    assert matches_golden(f"whatif-{name}.{lang}.txt", out)


def test_it_does_not_speak_of_the_cause(cachelife):
    for lang, words in {"en": ("the cause", "because of"), "zh-CN": ("原因是", "罪魁")}.items():
        _, out, _ = cachelife("whatif", "album-pipeline", "--lang", lang)
        assert not any(word in out for word in words)


def test_the_json_has_the_fields_that_are_promised(cachelife):
    _, out, _ = cachelife("whatif", "album-pipeline", "--factors", "pipeline.place", "--json")
    answer = json.loads(out)
    assert answer["schema"] == "cachelife.whatif/1"
    assert (
        answer["base"]["outcome"] == judge(engine.run(library.read("album-pipeline").value)).outcome
    )
    assert [c["changes"] for c in answer["changes"]] == [
        {"pipeline.place": place} for place in ("internal-cache", "external-cache", "DCIM/Camera")
    ]
    assert {r["goal"] for r in answer["reached"]} == {"notice_vanishes", "original_touched"}
