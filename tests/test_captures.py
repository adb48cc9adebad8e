"""What the user shoots in an app, or records with the phone: when it becomes the user's own."""

from __future__ import annotations

import pytest

from simulator import engine
from simulator.documents import Seconds
from simulator.telling.figures.sentences import in_words
from simulator.telling.figures.story import story as timeline_story
from simulator.telling.words import words
from simulator.trace import Cause
from simulator.verdict.judge import judge
from tests.tools.worlds import ORIGINAL, by_system, by_user, made, send, shoot

VIVO = {
    "android": "11",
    "stack": "fuse",
    "storage": "scoped",
    "target": 30,
    "rule": "vivo-provider",
}


def judged(*args, **more):
    return judge(engine.run(made(*args, **more)))


def shots(verdict):
    return [o for o in verdict.originals if o.shot]


def test_a_shot_that_the_user_keeps_in_the_album_is_an_original():
    assert [o.end.fate for o in shots(judged("stale-last-capture"))] == ["intact"]


def test_a_shot_that_the_user_does_not_keep_is_none():
    verdict = judged("capture-cancel", "normal", shoot(), by_user(12.0, "cancel"))
    assert shots(verdict) == []


def test_a_shot_in_a_hidden_folder_is_none_and_what_is_published_of_it_is_one():
    verdict = judged("hidden-capture")
    assert [o.path.rpartition("/")[0] for o in shots(verdict)] == ["DCIM/Camera"]


def test_the_hidden_file_behind_a_published_shot_can_go_without_a_loss():
    verdict = judged("hidden-capture", rule="huawei-acm")
    assert [(r.role, r.result) for r in verdict.removals] == [("capture", "done")]
    assert verdict.outcome == "quiet"


def test_parts_of_a_recording_are_none_and_the_whole_is_one():
    verdict = judged("scratch-in-dcim")
    assert [o.path.rpartition(".")[2] for o in shots(verdict)] == ["mp4"]
    assert [r.role for r in verdict.removals] == ["capture"] * 6


def test_a_notice_about_a_part_is_about_no_original():
    verdict = judged("scratch-in-dcim", rule="huawei-acm")
    assert {(n.about, n.originals) for n in verdict.notices} == {("capture", ())}
    assert verdict.outcome == "warning_without_touch"


def test_an_empty_file_made_before_the_camera_opens_is_a_placeholder():
    cancel = by_user(7.0, "cancel")
    verdict = judged("capture-cancel", "normal", shoot(), cancel, rule="huawei-acm")
    assert [r.role for r in verdict.removals] == ["placeholder"]
    assert verdict.outcome == "warning_about_placeholder"


def test_a_shot_that_breaks_off_half_way_is_no_original():
    cancel = by_user(12.0, "cancel")
    verdict = judged("capture-cancel", "normal", shoot(), cancel, rule="huawei-acm")
    assert [r.role for r in verdict.removals] == ["capture"]
    assert (verdict.outcome, shots(verdict)) == ("warning_without_touch", [])


def test_removing_a_kept_shot_is_a_touch_by_the_app_that_made_it():
    verdict = judged("chat-camera", "normal", shoot(), **VIVO)
    shot = shots(verdict)[0]
    assert (shot.end.fate, shot.end.loss, shot.on_authority) == ("deleted", "quality", {"app"})
    assert verdict.outcome == "touch_with_warning"


def test_the_app_could_remove_its_shot_silently_and_others_not():
    verdict = judged("chat-camera", "normal", shoot(), **VIVO)
    answers = {(c.original, c.answer) for c in verdict.could if c.route == "path"}
    assert {a for path, a in answers if path.startswith("DCIM/Chat")} == {"silently"}
    assert {a for path, a in answers if path.startswith("DCIM/Camera")} == {"no"}


def test_a_cancelled_second_shot_does_not_cost_the_first_where_the_pointer_is_right():
    happens = (shoot(5.0), shoot(60.0), by_user(62.0, "cancel"))
    fates = {}
    for name in ("stale-last-capture", "capture-cancel"):
        fates[name] = [o.end.fate for o in shots(judged(name, "normal", *happens))]
    assert fates == {"stale-last-capture": ["deleted"], "capture-cancel": ["intact"]}


def test_a_pointer_is_gone_with_the_process():
    # The second shot is cancelled in a process that remembers none.
    happens = (
        shoot(5.0),
        by_system(30.0, "kill app"),
        shoot(90.0),
        by_user(92.0, "cancel"),
    )
    verdict = judged("stale-last-capture", "normal", *happens)
    assert [o.end.fate for o in shots(verdict)] == ["intact"]


def test_what_the_phones_camera_records_is_an_original_once_it_is_finished():
    path = "DCIM/Camera/VID_20221112_210100.mp4"
    record = by_user(60.0, "record video", original=path, clip=Seconds(10.0))
    verdict = judged("evidence-video", "normal", send(), record)
    assert [(o.path, o.shot, o.end.fate) for o in verdict.originals] == [
        (ORIGINAL, False, "intact"),
        (path, False, "intact"),
    ]


def test_a_recording_that_is_cut_short_by_the_end_of_the_run_is_none():
    path = "DCIM/Camera/VID_20221112_210100.mp4"
    record = by_user(595.0, "record video", original=path, clip=Seconds(10.0))
    assert len(judged("evidence-video", "normal", send(), record).originals) == 1


def test_keeping_a_shot_is_the_users_doing():
    trace = engine.run(made("stale-last-capture"))
    kept = [r for r in trace.records if isinstance(r, Cause) and r.what == "keep shot"]
    assert [r.kind for r in kept] == ["user"]


@pytest.mark.parametrize("moment", ["notice", "end"])
def test_a_shot_is_judged_at_moments_since_it_is_one(moment):
    verdict = judged("chat-camera", "normal", shoot(), **VIVO)
    assert shots(verdict)[0].at[moment].fate == "deleted"


def test_the_words_of_the_picture_do_not_say_that_a_shot_was_there_at_the_start():
    trace = engine.run(made("stale-last-capture"))
    lines = in_words(words("en"), trace, timeline_story(trace, judge(trace)))
    said = [line.partition(": ")[2].split(" DCIM")[0] for line in lines if "original" in line]
    assert said[:2] == ["Shop writes what becomes the original", "from here on the original:"]
