"""What reviewers found wrong in the watchers: each was wrong once."""

from __future__ import annotations

from attrs import evolve

from simulator import engine
from simulator.documents import Seconds
from simulator.scenario import library
from simulator.trace import Cause, Dialog, Match, Notice, Operation
from simulator.verdict.judge import judge
from simulator.verdict.score import score
from simulator.watchers import library as watchers

HUAWEI = watchers.rule("huawei-acm")
FUSE = {"phone.android": "11", "phone.stack": "fuse"}


def played(name, changes=None, rule=None):
    """The trace of that scenario with changes, under its own rule or that one."""
    document = library.read(name)
    scenario = (document.with_text(changes) if changes else document).value
    if rule is not None:
        watcher = evolve(scenario.watcher, rule=rule.id, custom=rule, whitelist=None)
        scenario = evolve(scenario, watcher=watcher)
    return engine.run(scenario)


def of(trace, kind):
    """The records of that kind."""
    return [r for r in trace.records if isinstance(r, kind)]


def test_a_notice_about_the_copy_does_not_count_as_one_about_the_original():
    scenario = (
        library.read("album-pipeline").with_text({"pipeline.variant": "overwrite-original"}).value
    )
    found = score([scenario], "huawei-acm", HUAWEI)
    assert (found.touch_warned, found.touch_silent > 0) == (0, True)


def test_a_file_that_was_moved_was_not_deleted():
    trace = played("s11-move-away", FUSE, watchers.rule("vivo-observer"))
    (notice,) = judge(trace).notices
    assert {c.claim: c.status for c in notice.claims}["was_removed"] == "false"


def test_mediastore_drops_the_row_of_a_file_that_it_could_not_delete():
    (removal,) = judge(played("s07-delete-row")).removals
    assert (removal.result, removal.told) == ("row_only", None)


def test_a_question_in_the_apps_own_process_comes_before_androids_ruling():
    changes = {"app.storage": "scoped", "clean_up.via": "mediastore"}
    trace = played("s01-delete-original", changes, watchers.rule("oppo-gate"))
    assert [d.watcher for d in of(trace, Dialog)] == ["oppo-gate"]


def test_the_app_does_nothing_after_the_end_of_the_run():
    scenario = library.read("s01-delete-original").value
    first = scenario.happens[0]
    later = evolve(first, at=Seconds(30.0))
    short = evolve(scenario, happens=(first, later), until=Seconds(20.0))
    asked = [r for r in of(engine.run(short), Operation) if r.asked_by == "com.example.shop"]
    assert max(r.t for r in asked) < 20.0


def test_what_the_bin_lets_go_goes_on_the_authority_of_the_request():
    trace = played("album-pipeline")
    last = of(trace, Operation)[-1]
    assert (last.verb, last.for_whom) == ("unlink", "system")


def test_a_rule_that_refuses_the_gallery_itself_comes_to_an_end():
    alone = evolve(HUAWEI, callers=evolve(HUAWEI.callers, whitelist=()))
    assert len(of(played("s01-delete-original", rule=alone), Notice)) >= 1


def test_to_let_an_app_change_a_file_is_no_consent_to_its_loss():
    changes = {
        **FUSE,
        "app.storage": "scoped",
        "clean_up.on_refusal": "asks_user",
        "consent.answer": "agrees",
    }
    trace = played("s10-truncate-original", changes, watchers.rule("consent"))
    assert ([d.asks for d in of(trace, Dialog)], judge(trace).outcome) == (
        ["change"],
        "touch_without_warning",
    )


def test_a_yes_to_a_deletion_is_consent_and_no_order():
    changes = {"consent.answer": "agrees", "clean_up.via": "mediastore"}
    trace = played("s01-delete-original", changes, watchers.rule("oppo-gate"))
    assert judge(trace).outcome == "with_consent"


def test_a_list_of_prefixes_covers_what_is_below():
    rule = watchers.rule("oplus-acm")
    changes = {**FUSE, "pipeline.place": "DCIM/Camera/trip", "watcher.scope": "narrow"}
    assert of(played("s02-delete-copy", changes, rule), Notice)


def test_a_list_for_shared_storage_does_not_cover_an_apps_own():
    scope = evolve(HUAWEI.scope, kind="path-prefix", sets={"medium": ("**",)})
    rule = evolve(HUAWEI, scope=scope, parameters={})
    assert not of(played("s04-delete-private-copy", rule=rule), Notice)


def test_a_folder_that_is_not_empty_is_looked_at_before_the_rule_is_asked():
    rule = watchers.rule("huawei-2019")
    album = "[{path: Pictures/Shop/IMG_20221112_210005.jpg/a.jpg, size: 1 MB}, "
    album += "{path: DCIM/Camera/IMG_20221112_205500.jpg, size: 3 MB}]"
    assert not of(played("s12-remove-folder", {"phone.album": album}, rule), Match)


def test_a_rule_that_the_phone_has_no_layer_for_is_silent_for_that_reason():
    trace = played("s01-delete-original", rule=watchers.rule("vivo-provider"))
    assert {s.why for s in judge(trace).silences} == {"layer_not_crossed"}


def test_on_a_phone_without_fuse_a_rule_of_fuse_has_no_place():
    trace = played("s01-delete-original", rule=watchers.rule("oplus-acm"))
    assert {s.why for s in judge(trace).silences} == {"no_such_layer"}


def test_a_later_rescue_has_its_own_time_in_the_bin():
    scenario = library.read("s01-delete-original").value
    first = scenario.happens[0]
    restore = evolve(first, at=Seconds(20.0), user="restore from bin", original=None)
    again = evolve(first, at=Seconds(60.0))
    twice = evolve(scenario, happens=(first, restore, again))
    ends = [c.t for c in of(engine.run(twice), Cause) if c.what.startswith("keeping time")]
    assert [t > 2_592_060 for t in ends] == [True]


def test_a_rule_that_refuses_and_shows_nothing_says_so():
    mute = evolve(
        HUAWEI,
        notice=None,
        parameters={k: v for k, v in HUAWEI.parameters.items() if k not in {"muted", "merging"}},
    )
    silences = judge(played("s01-delete-original", rule=mute)).silences
    assert [s.why for s in silences] == ["shows_none"]


def test_a_group_that_is_misspelt_is_named_with_the_nearest(cachelife):
    code, _, err = cachelife("watchers", "score", "deed")
    assert (code, "“deeds”" in err) == (2, True)


# -- what no shipped rule does, and a rule of one's own may ----------------------------------------


def test_a_rule_may_let_pass_what_the_user_asked_for():
    rule = evolve(HUAWEI, callers=evolve(HUAWEI.callers, gesture_exempt=True))
    assert not of(played("s15-user-ordered", rule=rule), Notice)


def test_a_rule_that_exempts_gestures_still_acts_on_what_the_app_does_by_itself():
    rule = evolve(HUAWEI, callers=evolve(HUAWEI.callers, gesture_exempt=True))
    assert of(played("s01-delete-original", rule=rule), Notice)


def test_a_rule_that_names_nobody_makes_no_claim_about_the_app():
    rule = evolve(HUAWEI, seen_as=evolve(HUAWEI.seen_as, by="nobody", cached_per_uid=False))
    (notice,) = of(played("s01-delete-original", rule=rule), Notice)
    assert (notice.names_app, "names_app" in notice.claims) == ("", False)


def test_a_rule_may_have_mediaprovider_set_the_file_aside():
    parameters = {k: v for k, v in HUAWEI.parameters.items() if k != "rename_actor"}
    rescue = evolve(HUAWEI.rescue, moved_by="provider")
    trace = played("s01-delete-original", rule=evolve(HUAWEI, rescue=rescue, parameters=parameters))
    aside = next(r for r in of(trace, Operation) if r.verb == "rename")
    assert aside.asked_by == "com.android.providers.media"
