"""What goes wrong: the network, the server, the storage, the clock, the card, the user's change of
mind; each fault as a scenario says it, and what the app and the phone make of it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from attrs import evolve

from simulator import engine
from simulator.documents import Bytes, Seconds
from simulator.scenario.model import AlbumFile, Happening
from simulator.trace import Belief, Cause, FileEvent, Operation, Refusal, Transfer
from simulator.verdict.judge import judge
from tests.tools.worlds import (
    ORIGINAL,
    READS,
    books_add_up,
    by_system,
    by_user,
    made,
    played,
    send,
    shared,
    shoot,
)

OTHER = "DCIM/Camera/VID_20221030_181500.mp4"
FAST = {"transcode_speed": 6.0, "upload_speed": 1e6}
PLACE = {"place": "Pictures/Shop"}


def timed(scenario, **timing):
    return evolve(scenario, timing=evolve(scenario.timing, **{**FAST, **timing}))


def sending(*faults, preset="evidence-video", **more):
    """One video sent at second 5, while that goes wrong."""
    return timed(made(preset, "normal", send(), *faults, **more))


def lost(at, lasts):
    return by_system(at, "network lost", lasts=lasts)


def waits(trace):
    """The seconds between one try of the upload and the next."""
    begins = [r.t for r in trace.records if isinstance(r, Transfer) and r.state == "started"]
    return [later - before for before, later in pairwise(begins)]


def transfers(trace):
    return [r.state for r in trace.records if isinstance(r, Transfer)]


def failed(trace):
    return [r.path for r in trace.records if isinstance(r, Cause) and r.what == "job failed"]


def causes(trace, what):
    return [r for r in trace.records if isinstance(r, Cause) and r.what == what]


def copies(ended):
    return sorted(p for p in shared(ended.world.phone.fs) if p.startswith("Pictures/Shop/"))


# -- the network ----------------------------------------------------------------------------------
# The upload of 15 MB at 1 MB/s begins at second 15.


def test_a_short_gap_is_waited_out():
    scenario = sending(lost(20.0, 5.0))
    assert transfers(engine.run(scenario)) == ["started", "confirmed"]


def test_a_gap_delays_the_upload_by_its_length():
    ends = []
    for happens in ((send(),), (send(), by_system(20.0, "network lost", lasts=5.0))):
        trace = engine.run(timed(made("evidence-video", "normal", *happens)))
        ends += [r.t for r in trace.records if isinstance(r, Transfer) and r.state == "confirmed"]
    assert ends[1] - ends[0] == pytest.approx(5.0)


def test_a_long_gap_breaks_the_upload_off_and_it_goes_on_afterwards():
    scenario = sending(lost(20.0, 12.0))
    trace = engine.run(scenario)
    assert transfers(trace) == ["started", "failed", "started", "confirmed"]


def test_who_resumes_sends_no_byte_twice():
    scenario = sending(lost(20.0, 12.0))
    sizes = [r.size for r in engine.run(scenario).records if isinstance(r, Transfer)]
    assert sizes[2] == sizes[1] > 0


def test_who_does_not_resume_begins_anew():
    scenario = sending(lost(20.0, 12.0), preset="keep-on-failure")
    sizes = [r.size for r in engine.run(scenario).records if isinstance(r, Transfer)]
    assert (sizes[1] > 0, sizes[2]) == (True, 0)


def test_pauses_between_tries_grow_as_the_preset_says():
    gone = by_system(1.0, "network lost", lasts=90_000.0)
    trace = engine.run(sending(gone, preset="keep-on-failure", until=90_000.0))
    assert waits(trace) == pytest.approx([10.0 + 60.0, 10.0 + 600.0, 10.0 + 6000.0])


def test_a_linear_pause_grows_by_the_same_each_time():
    gone = by_system(1.0, "network lost", lasts=90_000.0)
    trace = engine.run(sending(gone, preset="auto-upload-delete", until=90_000.0))
    assert waits(trace) == pytest.approx([310.0, 610.0, 910.0])


def test_after_the_last_try_the_job_fails():
    gone = by_system(16.0, "network lost", lasts=500.0)
    trace = engine.run(sending(gone))
    assert (failed(trace), judge(trace).outcome) == (["ETIMEDOUT"], "pipeline_failed")


def test_an_app_that_deletes_after_upload_deletes_nothing_without_one():
    gone = by_system(1.0, "network lost", lasts=5_000.0)
    trace = engine.run(sending(gone, preset="auto-upload-delete", until=5_000.0))
    assert (judge(trace).removals, judge(trace).originals[0].end.fate) == ((), "intact")


def test_a_server_that_answers_with_errors_is_tried_again():
    wrong = by_system(16.0, "server errors", lasts=2.0)
    trace = engine.run(sending(wrong))
    assert transfers(trace)[-1] == "confirmed"
    assert "failed" in transfers(trace)


def test_a_server_that_goes_on_answering_with_errors_ends_the_job():
    wrong = by_system(16.0, "server errors", lasts=500.0)
    assert failed(engine.run(sending(wrong))) == ["HTTP 503"]


# -- the storage ----------------------------------------------------------------------------------


def test_a_full_storage_stops_the_copy_and_not_the_original():
    full = by_system(6.0, "fill storage", bytes_=Bytes(2_000_000))
    trace = engine.run(sending(full, **PLACE))
    verdict = judge(trace)
    assert (failed(trace), verdict.originals[0].end.fate) == (["ENOSPC"], "intact")


def test_a_full_storage_costs_the_original_where_the_output_is_the_input():
    full = by_system(6.0, "fill storage", bytes_=Bytes(2_000_000))
    verdict = judge(engine.run(timed(made("output-is-input", "normal", send(), full))))
    assert verdict.originals[0].end.fate == "modified"


def test_a_copy_that_the_system_clears_away_meanwhile_fails_the_job():
    trim = by_system(15.0, "free cache", bytes_=Bytes(63_900_000_000), defy_quota=True)
    trace = engine.run(made("trimmed-in-use", "normal", send(), trim, **READS))
    assert (failed(trace), judge(trace).originals[0].end.fate) == (["ENOENT"], "intact")


# -- permissions, dialogs, the user ---------------------------------------------------------------


def test_taking_a_permission_away_ends_the_process():
    revoked = by_user(8.0, "revoke permission", permission="READ_EXTERNAL_STORAGE")
    trace = engine.run(made("evidence-video", "normal", send(), revoked))
    assert len(causes(trace, "process killed")) == 1
    assert judge(trace).broken_off


def test_without_the_permission_the_next_job_cannot_read():
    revoked = by_user(8.0, "revoke permission", permission="READ_EXTERNAL_STORAGE")
    again = send(300.0)
    trace = engine.run(made("evidence-video", "normal", send(), revoked, again, **READS))
    refused = [r.error for r in trace.records if isinstance(r, Refusal)]
    assert refused
    assert failed(trace) == refused[-1:]


def test_taking_a_permission_away_that_the_app_does_not_hold_does_nothing():
    revoked = by_user(8.0, "revoke permission", permission="READ_MEDIA_VIDEO")
    assert (
        causes(engine.run(made("evidence-video", "normal", send(), revoked)), "process killed")
        == []
    )


@pytest.mark.parametrize(("name", "left"), [("private-cache", 0), ("evidence-video", 1)])
def test_on_cancelling_only_who_cleans_up_whatever_comes_does_so(name, left):
    scenario = timed(made(name, "normal", send(), by_user(20.0, "cancel"), **PLACE))
    assert len(copies(played(scenario)[0])) == left


def test_a_job_that_the_user_cancels_has_not_failed():
    trace = engine.run(timed(made("evidence-video", "normal", send(), by_user(20.0, "cancel"))))
    assert (failed(trace), judge(trace).outcome) == ([], "quiet")


def test_cancelling_when_nothing_is_under_way_changes_nothing():
    trace = engine.run(timed(made("evidence-video", "normal", send(), by_user(500.0, "cancel"))))
    assert transfers(trace) == ["started", "confirmed"]


def test_a_retake_removes_the_shot_for_the_user_and_takes_another():
    retake = by_user(16.0, "retake", clip=Seconds(5.0))
    trace = engine.run(made("capture-cancel", "normal", shoot(), retake))
    removal = judge(trace).removals[0]
    assert (removal.for_whom, removal.role) == ("user", "capture")
    assert len([o for o in judge(trace).originals if o.shot]) == 1


# -- twice at once --------------------------------------------------------------------------------


def test_a_double_tap_lets_the_second_copy_cut_the_first_to_nothing():
    # Both jobs begin in one second, so a name with a timestamp is the same for both.
    trace = engine.run(made("evidence-video", "normal", send(5.0), send(5.3), **PLACE))
    made_files = {r.file for r in trace.records if isinstance(r, FileEvent) and r.verb == "create"}
    cut = [r for r in trace.records if isinstance(r, FileEvent) and r.verb == "truncate"]
    assert (len(made_files), bool(cut)) == (1, True)


def test_after_a_double_tap_the_second_clean_up_finds_nothing():
    verdict = judge(engine.run(made("evidence-video", "normal", send(5.0), send(5.3), **PLACE)))
    assert sorted(r.result for r in verdict.removals) == ["done", "no_effect"]


def test_a_double_tap_with_names_of_their_own_gives_two_copies():
    scenario = made("evidence-video", "normal", send(5.0), send(5.3), name="uuid", **PLACE)
    assert [r.result for r in judge(engine.run(scenario)).removals] == ["done", "done"]


def test_two_uploads_at_once_do_not_get_into_each_others_way():
    scenario = timed(made("evidence-video", "normal", send(), send(6.0, OTHER), **PLACE))
    trace = engine.run(scenario)
    assert sorted(transfers(trace)) == ["confirmed", "confirmed", "started", "started"]
    assert {o.end.fate for o in judge(trace).originals} == {"intact"}


def test_the_death_of_the_process_ends_both_jobs():
    scenario = timed(
        made("evidence-video", "normal", send(), send(6.0, OTHER), by_system(9.0, "kill app"))
    )
    trace = engine.run(scenario)
    assert (len(causes(trace, "process killed")), transfers(trace)) == (2, [])


# -- names and clocks -----------------------------------------------------------------------------


def test_a_clock_that_is_set_back_gives_a_name_a_second_time():
    again = send(305.0)
    back = by_user(300.0, "switch app", app="com.example.shop")
    scenario = made(
        "evidence-video",
        "normal",
        send(),
        by_system(301.0, "clock back", by=Seconds(300.0)),
        again,
        **PLACE,
    )
    assert back.act == "switch app"
    trace = engine.run(timed(scenario))
    names = {r.path for r in trace.records if isinstance(r, FileEvent) and r.verb == "create"}
    assert len(names) == 1


@pytest.mark.parametrize(("days", "left"), [(1, True), (40, False)])
def test_a_clock_that_is_set_forward_makes_files_look_old(days, left):
    forward = by_system(100.0, "clock forward", by=Seconds(days * 86_400.0))
    happens = (send(), forward, by_system(150.0, "kill app"))
    ended, _ = played(made("visible-messenger", "normal", *happens, until=600.0))
    assert any(p.startswith("Messenger/") for p in shared(ended.world.phone.fs)) == left


def test_a_copy_with_the_name_of_a_video_of_the_album_takes_its_place():
    # The camera made a video in the very second that the app takes for its copy's name.
    scenario = made("evidence-video", place="DCIM/Camera")
    taken = AlbumFile("DCIM/Camera/VID_20221112_210005.mp4", Bytes(30_000_000), Seconds(12.0))
    scenario = evolve(scenario, phone=evolve(scenario.phone, album=(*scenario.phone.album, taken)))
    ended, trace = played(scenario)
    assert taken.path not in shared(ended.world.phone.fs)
    assert judge(trace).originals[0].end.fate == "intact"


# -- the card, the phone --------------------------------------------------------------------------

CARD = "/storage/1234-ABCD/DCIM/Camera/VID_20221112_205500.mp4"


def on_card(*happens):
    scenario = made("evidence-video", "normal", *happens, android="9", place="internal-cache")
    album = (AlbumFile(CARD, Bytes(150_000_000), Seconds(60.0)),)
    return timed(evolve(scenario, phone=evolve(scenario.phone, album=album)))


def test_what_is_on_a_card_that_is_out_is_left_as_it_is():
    out = by_user(8.0, "remove card")
    verdict = judge(engine.run(on_card(send(5.0, CARD), out)))
    assert verdict.originals[0].end.fate == "intact"


def test_who_has_a_file_of_the_card_open_is_killed():
    out = by_user(8.0, "remove card")
    trace = engine.run(on_card(send(5.0, CARD), out))
    assert (len(causes(trace, "process killed")), bool(judge(trace).broken_off)) == (1, True)


def test_who_has_no_file_of_the_card_open_lives_on():
    out = by_user(30.0, "remove card")
    assert causes(engine.run(on_card(send(5.0, CARD), out)), "process killed") == []


def test_what_is_on_a_card_that_is_out_is_not_in_the_album():
    out = by_user(8.0, "remove card")
    verdict = judge(engine.run(on_card(send(5.0, CARD), out)))
    assert verdict.originals[0].end.survives_in == ("card",)


def test_a_file_on_a_card_that_is_out_is_not_found():
    out = by_user(2.0, "remove card")
    assert failed(engine.run(on_card(out, send(5.0, CARD)))) == ["ENOENT"]


def test_a_card_that_is_put_back_can_be_read_again():
    out, back = by_user(1.0, "remove card"), by_user(3.0, "insert card")
    assert transfers(engine.run(on_card(out, back, send(5.0, CARD)))) == ["started", "confirmed"]


def test_a_restart_ends_the_app_which_does_not_come_back_by_itself():
    trace = engine.run(timed(made("evidence-video", "normal", send(), by_system(9.0, "restart"))))
    assert (len(causes(trace, "process killed")), causes(trace, "app starts again")) == (1, [])


def test_a_restart_is_followed_by_a_scan():
    # By its path an app tells MediaStore nothing on Android 10; the scan of the boot does.
    ended, _ = played(
        timed(made("evidence-video", "normal", send(), by_system(17.0, "restart"), **PLACE))
    )
    assert [row.path for row in ended.world.phone.mediastore.below("Pictures/Shop")] == copies(
        ended
    )


# -- come and gone --------------------------------------------------------------------------------


def test_an_app_that_is_installed_anew_starts_with_an_empty_ledger():
    happens = (
        send(),
        by_user(300.0, "uninstall"),
        by_user(310.0, "reinstall"),
        send(320.0),
    )
    ended, trace = played(made("evidence-video", "normal", *happens, until=600.0))
    assert ended.app.installed
    assert len([r for r in trace.records if isinstance(r, Belief) and r.state == "uploaded"]) == 2


def test_what_happens_in_an_app_that_is_gone_does_not_happen():
    happens = (by_user(4.0, "uninstall"), send(5.0))
    ended, _ = played(made("evidence-video", "normal", *happens))
    assert not ended.app.installed
    assert causes(played(made("evidence-video", "normal", *happens))[1], "send video") == []


def test_the_watcher_of_creators_does_not_know_an_app_that_was_installed_anew():
    happens = (
        by_user(6.0, "uninstall"),
        by_user(8.0, "reinstall"),
        by_user(9.0, "open app", original=ORIGINAL),
    )
    own = AlbumFile(ORIGINAL, Bytes(1_000_000), Seconds(1.0), made_by="com.example.shop")
    results = []
    for acts in (happens, happens[2:]):
        scenario = made("single-deed", "delete-original", *acts)
        scenario = evolve(
            scenario,
            phone=evolve(scenario.phone, album=(own,)),
            watcher=evolve(scenario.watcher, rule="oppo-dcim", scope=None, mode="enabled"),
        )
        results.append(
            len(judge(engine.run(scenario)).notices) + len(judge(engine.run(scenario)).dialogs)
        )
    assert results == [1, 0]


def test_another_app_finds_nothing_where_a_video_was_moved_away():
    elsewhere = by_user(60.0, "open elsewhere", original=ORIGINAL, app="com.example.chat")
    trace = engine.run(made("moved-away-too-early", "normal", send(), elsewhere))
    refused = [
        r.error
        for r in trace.records
        if isinstance(r, Refusal) and trace[r.because[0]].asked_by == "com.example.chat"
    ]
    assert refused == ["ENOENT"]


def test_a_gallery_can_delete_the_duplicate():
    gone = by_user(40.0, "delete in gallery", original=ORIGINAL, which="copy")
    scenario = made("evidence-video", "scanned", send(), gone, **PLACE)
    verdict = judge(engine.run(evolve(scenario, network=evolve(scenario.network, link="poor"))))
    first = verdict.removals[0]
    assert (first.role, first.for_whom, verdict.originals[0].end.fate) == (
        "app_copy",
        "user",
        "intact",
    )


FAULTS = [
    by_system(9.0, "kill app"),
    by_system(9.0, "restart"),
    by_system(9.0, "network lost", lasts=30.0),
    by_system(16.0, "server errors", lasts=30.0),
    by_system(9.0, "fill storage", bytes_=Bytes(1_000_000)),
    by_system(9.0, "clock forward", by=Seconds(86_400.0)),
    by_system(9.0, "clock back", by=Seconds(86_400.0)),
    by_user(9.0, "cancel"),
    by_user(9.0, "clear cache"),
    by_user(9.0, "clear data"),
    by_user(9.0, "uninstall"),
    by_user(9.0, "revoke permission", permission="READ_EXTERNAL_STORAGE"),
    by_user(9.0, "delete in gallery", original=ORIGINAL),
    by_user(9.0, "delete in gallery", original=ORIGINAL, which="copy"),
    by_user(9.0, "delete by adb", original=ORIGINAL),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda h: f"{h.act}-{h.which}")
@pytest.mark.parametrize("place", ["Pictures/Shop", "internal-cache", "external-cache"])
def test_whatever_goes_wrong_storage_is_conserved(fault: Happening, place):
    for second in (5.0, 9.0, 16.0, 30.0):
        happens = (send(), evolve(fault, at=Seconds(second)))
        ended, _ = played(timed(made("evidence-video", "normal", *happens, place=place)))
        assert books_add_up(ended)


def test_every_request_after_a_fault_walks_back_to_somebody():
    for fault in FAULTS:
        trace = engine.run(sending(fault, **PLACE))
        for record in trace.records:
            if isinstance(record, Operation):
                roots = [r for r in trace.ancestors(record.id) if not r.because]
                assert roots
                assert all(isinstance(r, Cause) for r in roots)
