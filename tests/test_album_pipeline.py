"""The lesson that everything begins with: a notice without a touch, and its neighbours."""

from __future__ import annotations

import pytest

from simulator.trace import (
    Cause,
    FileEvent,
    FileState,
    Match,
    Notice,
    Operation,
    Refusal,
    Sent,
)

SCOPED = {"phone__android": "12", "app__storage": "scoped", "app__target_sdk": "31"}
SCOPED["app__granted"] = "[READ_EXTERNAL_STORAGE]"


def test_the_copy_is_removed_and_the_phone_says_deleted(judged):
    _, verdict = judged()
    assert verdict.outcome == "warning_without_touch"


def test_the_original_is_intact_at_every_moment(judged):
    _, verdict = judged()
    assert {s.fate for s in verdict.originals[0].at.values()} == {"intact"}


def test_the_notice_quotes_the_documented_wording(judged):
    _, verdict = judged()
    assert verdict.notices[0].notice.text["zh-CN"] == "检测到“小店”删除了视频，已成功拦截"


def test_the_notice_is_about_the_copy(judged):
    _, verdict = judged()
    assert [n.about for n in verdict.notices] == ["app_copy"]


def test_deleted_is_false_and_intercepted_is_true(judged):
    _, verdict = judged()
    status = {c.claim: c.status for c in verdict.notices[0].claims}
    assert status == {
        "names_app": "true",
        "object_is_media": "true",
        "was_removed": "false",
        "was_intercepted": "true",
        "object_is_original": "open",
    }


def test_a_refused_removal_leaves_no_file_event_anywhere(judged):
    trace, _ = judged()
    refused = {cause for r in trace.records if isinstance(r, Refusal) for cause in r.because}
    assert not [r for r in trace.records if isinstance(r, FileEvent) and refused & set(r.because)]


def test_the_copy_is_in_the_bin_until_its_keeping_time_is_over(judged):
    trace, _ = judged()
    in_bin = {
        moment: any(
            isinstance(r, FileState) and r.moment == moment and "/recycle/" in r.path
            for r in trace.records
        )
        for moment in ("end", "retention")
    }
    assert in_bin == {"end": True, "retention": False}


def test_the_notice_walks_back_to_the_user(judged):
    trace, _ = judged()
    notice = next(r for r in trace.records if isinstance(r, Notice))
    roots = [r for r in trace.ancestors(notice.id) if isinstance(r, Cause)]
    assert [(r.kind, r.what) for r in roots] == [("user", "send video")]


def test_match_event_and_notice_are_three_records(judged):
    trace, _ = judged()
    found = [type(r) for r in trace.records if isinstance(r, Match | Sent | Notice)]
    assert found[:3] == [Match, Sent, Notice]


def test_the_copy_grows_while_the_original_is_read(judged):
    trace, _ = judged()
    first_write = next(r for r in trace.records if isinstance(r, FileEvent) and r.verb == "write")
    closed = next(
        r
        for r in trace.records
        if isinstance(r, FileEvent) and r.verb == "close" and r.mode == "write"
    )
    assert 0 < first_write.size < closed.size


# -- the same notice, the opposite fate --------------------------------------------------------


def test_the_same_clean_up_hitting_the_original_gives_the_same_notice(judged):
    _, copy = judged()
    _, original = judged(clean_up__hits="original")
    assert original.notices[0].notice.text == copy.notices[0].notice.text


def test_the_same_clean_up_hitting_the_original_takes_it_from_the_album(judged):
    _, verdict = judged(clean_up__hits="original")
    end = verdict.originals[0].end
    assert (end.fate, end.loss, end.survives_in) == ("kept_aside", "none", ("bin", "server"))


def test_after_the_keeping_time_only_the_smaller_copy_is_left(judged):
    _, verdict = judged(clean_up__hits="original")
    after = verdict.originals[0].at["retention"]
    assert (after.fate, after.loss) == ("deleted", "quality")


@pytest.mark.parametrize(
    ("variant", "outcome", "fate", "loss"),
    [
        ("normal", "warning_without_touch", "intact", "none"),
        ("crash-orphan", "warning_without_touch", "intact", "none"),
        ("tmp-rename", "warning_without_touch", "intact", "none"),
        ("delete-original", "touch_with_warning", "kept_aside", "none"),
        ("overwrite-original", "touch_without_warning", "modified", "quality"),
        ("replace-original", "touch_without_warning", "modified", "quality"),
        ("rename-original-away", "touch_without_warning", "deleted", "quality"),
    ],
)
def test_each_variant_has_its_outcome(judged, variant, outcome, fate, loss):
    _, verdict = judged(pipeline__variant=variant)
    end = verdict.originals[0].end
    assert (verdict.outcome, end.fate, end.loss) == (outcome, fate, loss)


@pytest.mark.parametrize(
    ("variant", "why"),
    [
        ("overwrite-original", "verb_not_watched"),
        ("replace-original", "deed"),
        ("rename-original-away", "log_only"),
    ],
)
def test_a_silent_loss_says_why_it_was_silent(judged, variant, why):
    _, verdict = judged(pipeline__variant=variant)
    assert verdict.silences[0].why == why


# -- where the rule sits -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("android", "stack", "names"),
    [
        ("7", "fuse-daemon", None),
        ("10", "sdcardfs", "com.example.shop"),
        ("10", "hmdfs", "com.example.shop"),
        ("12", "fuse", "com.android.providers.media.module"),
        ("12", "fuse-over-sdcardfs", "com.android.providers.media.module"),
    ],
)
def test_the_same_rule_names_whoever_reaches_its_layer(judged, android, stack, names):
    _, verdict = judged(phone__android=android, phone__stack=stack)
    named = [n.notice.names_app for n in verdict.notices]
    assert named == ([] if names is None else [names])


def test_under_fuse_the_notice_names_the_wrong_app(judged):
    _, verdict = judged(phone__android="12", phone__stack="fuse")
    assert verdict.notices[0].wrong_app


def test_each_layer_tells_under_whose_identity_it_worked(judged):
    trace, _ = judged(phone__stack="fuse", watcher__rule="none", **SCOPED)
    removal = next(r for r in trace.records if isinstance(r, Operation) and r.verb == "unlink")
    seen = [
        (r.layer, r.asked_by, r.done_by)
        for r in trace.records
        if isinstance(r, FileEvent) and removal.id in r.because
    ]
    assert seen == [
        ("f2fs", "com.example.shop", "com.android.providers.media.module"),
        ("fuse", "com.example.shop", "com.example.shop"),
    ]


@pytest.mark.parametrize("place", ["internal-cache", "external-cache"])
def test_a_private_place_is_quiet(judged, place):
    _, verdict = judged(pipeline__place=place)
    assert verdict.outcome == "quiet"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"pipeline__place": "internal-cache"}, "place"),
        ({"pipeline__name": "neutral"}, "name"),
        ({"watcher__whitelist": "app"}, "exempt"),
        ({"watcher__overseas": "true"}, "exempt"),
        ({"watcher__scope": "narrow"}, "place"),
        ({"watcher__rule": "none"}, "no_watcher"),
        ({"clean_up__via": "mediastore"}, "no_row"),
    ],
)
def test_each_missing_condition_is_named_as_the_reason_of_silence(judged, change, why):
    _, verdict = judged(**change)
    assert [s.why for s in verdict.silences] == [why]


def test_a_scoped_app_on_android_10_cannot_use_paths_in_shared_storage(judged):
    _, verdict = judged(app__storage="scoped")
    assert verdict.outcome == "pipeline_failed"


def test_a_scoped_app_does_not_reach_the_original(judged):
    _, verdict = judged(phone__stack="fuse", clean_up__hits="original", **SCOPED)
    assert verdict.originals[0].end.fate == "intact"


def test_a_scoped_app_may_remove_its_own_copy(judged):
    _, verdict = judged(phone__stack="fuse", watcher__rule="none", **SCOPED)
    assert [(r.role, r.result) for r in verdict.removals] == [("app_copy", "done")]


def test_told_success_the_app_believes_that_the_copy_is_gone(judged):
    trace, _ = judged(watcher__app_sees="success")
    states = [r.state for r in trace.records if type(r).__name__ == "Belief"]
    assert states == ["exists", "uploaded", "deleted"]


# -- views -------------------------------------------------------------------------------------


def _names(trace, view, moment="end"):
    return {
        r.path
        for r in trace.records
        if isinstance(r, FileState) and r.view == view and r.moment == moment
    }


def test_a_private_file_is_seen_below_and_by_nobody_else(judged):
    trace, _ = judged(pipeline__place="internal-cache", clean_up__hits="original")
    private = {path for path in _names(trace, "lower") if path.startswith("/data/user/0/")}
    assert len(private) == 1
    assert not private & (_names(trace, "upper") | _names(trace, "listed"))


def test_told_success_the_ledger_and_the_phone_disagree(judged):
    trace, _ = judged(watcher__app_sees="success")
    in_bin = {path for path in _names(trace, "lower") if "/recycle/" in path}
    assert (len(in_bin), _names(trace, "believed")) == (1, set())


def test_told_the_error_the_ledger_still_has_the_copy_that_was_moved_away(judged):
    trace, _ = judged()
    believed = _names(trace, "believed")
    assert believed
    assert not believed & _names(trace, "upper")


def test_before_android_11_the_copy_is_in_storage_but_not_listed(judged):
    trace, _ = judged(watcher__rule="none", clean_up__via="mediastore")
    (copy,) = {path for path in _names(trace, "upper") if path.startswith("Pictures/Shop/")}
    assert copy not in _names(trace, "listed")


def test_from_android_11_on_the_copy_is_listed_at_once(judged):
    trace, _ = judged(
        phone__stack="fuse", watcher__rule="none", clean_up__hits="original", **SCOPED
    )
    (copy,) = {path for path in _names(trace, "upper") if path.startswith("Pictures/Shop/")}
    assert copy in _names(trace, "listed")
