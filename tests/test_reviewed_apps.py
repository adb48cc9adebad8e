"""What reviews of the apps, the engine and the verdict found, each as a test that failed first."""

from __future__ import annotations

import pytest
from attrs import evolve

from simulator import engine
from simulator.documents import Bytes, Seconds, load
from simulator.errors import DocumentError
from simulator.scenario import library
from simulator.scenario.model import FaultSpec, Happening, Scenario
from simulator.trace import Belief, Cause, FileEvent, Operation, Transfer
from simulator.verdict.judge import judge
from tests.tools.worlds import (
    ORIGINAL,
    books_add_up,
    by_system,
    by_user,
    inodes,
    made,
    played,
    send,
    shoot,
)

OTHER = "DCIM/Camera/VID_20221030_181500.mp4"
FAST = {"transcode_speed": 6.0, "upload_speed": 1e6}
TEXT = (library.folder() / "lessons" / "album-pipeline.yaml").read_text(encoding="utf-8")


def timed(scenario, **timing):
    return evolve(scenario, timing=evolve(scenario.timing, **{**FAST, **timing}))


def causes(trace, what):
    return [r for r in trace.records if isinstance(r, Cause) and r.what == what]


def states(trace):
    return [r.state for r in trace.records if isinstance(r, Transfer)]


def problems(find, put):
    assert find in TEXT
    with pytest.raises(DocumentError) as error:
        library.prepared(load(TEXT.replace(find, put), Scenario, file="mine.yaml"))
    return str(error.value)


# -- endless, and out of range --------------------------------------------------------------------


def test_a_file_that_is_cut_short_during_its_upload_ends_that_upload():
    # The second job writes under the same name while the first still sends.
    scenario = timed(made("evidence-video", "normal", send(5.0), send(17.0), name="hash"))
    assert "failed" in states(engine.run(scenario))


@pytest.mark.parametrize(
    "entry",
    [
        "{at: 9 s, system: network lost, lasts: 0 s}",
        "{at: 9 s, system: server errors, lasts: 0 s}",
        "{at: 9 s, system: clock forward, by: 0 s}",
        "{at: 9 s, system: clock back, by: 3000000 d}",
        "{at: 9 s, user: record video, original: DCIM/Camera/a.mp4, clip: 0 s}",
    ],
)
def test_a_time_that_is_none_is_refused(entry):
    line = TEXT.splitlines().index("until: 180 s")
    text = "\n".join([*TEXT.splitlines()[:line], f"  - {entry}", *TEXT.splitlines()[line:]])
    with pytest.raises(DocumentError, match="expected"):
        library.prepared(load(text, Scenario, file="mine.yaml"))


@pytest.mark.parametrize(
    "number",
    ["upload_speed: 0 B/s", "copy_speed: 0 B/s", "output_rate: 0 B/s", "sweep_every: 0 s"],
)
def test_a_rate_of_nothing_is_refused(number):
    assert "expected at least" in problems("until: 180 s", f"until: 180 s\ntiming: {{{number}}}")


# -- the process and what it holds ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "happens"),
    [
        ("evidence-video", (send(), by_user(20.0, "cancel"), by_system(40.0, "kill app"))),
        ("hidden-capture", (shoot(), by_user(8.0, "cancel"), by_system(200.0, "kill app"))),
        ("capture-cancel", (shoot(), by_user(16.0, "retake", clip=Seconds(5.0)))),
        ("output-is-input", (send(),)),
        ("evidence-video", (send(), by_system(6.0, "fill storage", bytes_=Bytes(1_000_000)))),
    ],
)
def test_a_job_that_has_ended_holds_nothing_open(name, happens):
    ended, _ = played(timed(made(name, "normal", *happens)))
    assert [inode.opened for inode in inodes(ended.world.phone.fs) if inode.opened] == []
    assert books_add_up(ended)


@pytest.mark.parametrize(
    "name", ["capped-gallery-folder", "messenger-cache", "visible-messenger", "stream-merger"]
)
def test_a_process_that_dies_while_it_starts_does_no_work(name):
    ended, trace = played(made(name, faults=FaultSpec(killed_before_call=1, starts_again=False)))
    death = causes(trace, "process killed")[0]
    package = ended.app.process.package
    later = [r for r in trace.records[death.id :] if isinstance(r, Operation)]
    assert [r for r in later if r.asked_by == package] == []


def test_a_job_does_not_survive_the_data_it_is_in():
    # Cleared between the death and the next start, which knew the copy's path from that data.
    scenario = made("evidence-video", "crash-orphan", send(), by_user(70.0, "clear data"))
    trace = engine.run(scenario)
    assert (judge(trace).removals, causes(trace, "app starts again")) == ((), [])


def test_an_app_that_is_installed_anew_is_not_started_for_the_old_one():
    happens = (
        send(),
        by_system(10.0, "kill app"),
        by_user(15.0, "uninstall"),
        by_user(16.0, "reinstall"),
    )
    trace = engine.run(made("evidence-video", "normal", *happens))
    assert causes(trace, "app starts again") == []


def test_a_process_keeps_its_name_when_it_is_installed_anew():
    scenario = made(
        "evidence-video", "normal", by_user(5.0, "uninstall"), by_user(6.0, "reinstall")
    )
    scenario = evolve(scenario, app=evolve(scenario.app, process="com.example.shop:upload"))
    assert played(scenario)[0].app.process.cmdline == "com.example.shop:upload"


# -- sending --------------------------------------------------------------------------------------


def test_what_is_sent_while_it_is_made_needs_a_network_too():
    gone = by_system(2.0, "network lost", lasts=500.0)
    trace = engine.run(timed(made("messenger-cache", "normal", send(), gone)))
    assert "confirmed" not in states(trace)
    assert "server" not in judge(trace).originals[0].end.survives_in


def test_what_broke_off_while_it_was_made_is_sent_afterwards():
    gone = by_system(2.0, "network lost", lasts=20.0)
    trace = engine.run(timed(made("messenger-cache", "normal", send(), gone)))
    assert states(trace)[-1] == "confirmed"


def test_a_second_gap_counts_as_well():
    gaps = [by_system(at, "network lost", lasts=5.0) for at in (17.0, 23.0)]
    whole, twice = (
        engine.run(timed(made("evidence-video", "normal", send(), *happens)))
        for happens in ((), gaps)
    )
    ends = [
        r.t for t in (whole, twice) for r in t.records if getattr(r, "state", "") == "confirmed"
    ]
    assert ends[1] - ends[0] == pytest.approx(10.0)


def test_a_failure_says_what_it_failed_by():
    gone = by_system(6.0, "network lost", lasts=100.0)
    opens = Happening(Seconds(5.0), "open app", clip=Seconds(30.0))
    other = by_user(9.0, "delete in gallery", original=ORIGINAL)
    trace = engine.run(made("stream-merger", "normal", opens, gone, other))
    failure = causes(trace, "job failed")[0]
    roots = {r.what for r in trace.ancestors(failure.id) if isinstance(r, Cause)}
    assert roots == {"open app"}


# -- whose doing, and what is left ----------------------------------------------------------------


@pytest.mark.parametrize("act", ["delete in gallery", "delete by adb"])
def test_there_is_no_copy_to_delete_before_one_was_made(act):
    gone = by_user(2.0, act, original=ORIGINAL, which="copy")
    assert (
        judge(engine.run(made("evidence-video", "normal", gone))).originals[0].end.fate == "intact"
    )


def test_each_job_that_dies_with_the_process_is_told():
    scenario = timed(made("evidence-video", "normal", send(5.0), send(5.2, OTHER)))
    scenario = evolve(scenario, faults=FaultSpec(killed_at="upload", starts_again=False))
    trace = engine.run(scenario)
    assert (len(causes(trace, "process killed")), len(judge(trace).broken_off)) == (2, 2)


def test_a_shot_that_is_broken_off_is_told():
    faults = FaultSpec(killed_before_call=5, starts_again=False)
    assert judge(engine.run(made("chat-camera", faults=faults))).broken_off


@pytest.mark.parametrize(
    ("happens", "until", "what"),
    [
        ((send(), by_user(20.0, "cancel")), 600.0, "job cancelled"),
        ((send(),), 20.0, "still at work"),
    ],
)
def test_a_job_that_does_not_come_to_its_end_is_told(happens, until, what):
    verdict = judge(engine.run(timed(made("evidence-video", "normal", *happens, until=until))))
    assert [r.what for r in verdict.left_undone] == [what]


def test_only_what_a_user_can_order_as_such_can_be_ordered():
    message = problems("user: send video", "user: delete in app")
    assert "the preset “evidence-video” has nothing of that kind to do" in message


def test_nothing_is_left_of_a_recording_that_another_has_taken_the_place_of():
    # By an app, as a camera would number its files.
    happens = (shoot(5.0, 3.0), shoot(5.4, 10.0))
    verdict = judge(engine.run(made("stale-last-capture", "normal", *happens)))
    assert [o.end.fate for o in verdict.originals if o.shot] == ["intact"]


def test_a_camera_does_not_record_over_a_video_that_is_there():
    record = by_user(20.0, "record video", original=ORIGINAL, clip=Seconds(5.0))
    trace = engine.run(made("evidence-video", "normal", send(), record))
    assert causes(trace, "not done")
    assert judge(trace).originals[0].end.fate == "intact"


def test_a_recording_that_is_removed_before_it_is_finished_was_the_users():
    new = "DCIM/Camera/VID_new.mp4"
    record = by_user(6.0, "record video", original=new, clip=Seconds(10.0))
    gone = by_user(12.0, "delete by adb", original=new)
    verdict = judge(engine.run(made("evidence-video", "normal", send(), record, gone)))
    assert [(o.path, o.end.fate) for o in verdict.originals][-1] == (new, "deleted")


def test_a_retake_leaves_an_upload_alone():
    happens = (send(5.0), shoot(40.0, 3.0), by_user(41.0, "retake", clip=Seconds(3.0)))
    trace = engine.run(made("chat-camera", "normal", *happens))
    assert len(causes(trace, "job cancelled")) == 1
    sent = [r.path for r in trace.records if isinstance(r, Belief) and r.state == "uploaded"]
    assert ORIGINAL in sent


def test_a_retake_needs_a_shot_before():
    text = TEXT.replace(
        "user: send video, original: DCIM/Camera/VID_20221112_205500.mp4", "user: retake, clip: 3 s"
    )
    text = text.replace("preset: evidence-video", "preset: chat-camera")
    with pytest.raises(DocumentError, match="nothing has been shot before"):
        library.prepared(load(text, Scenario, file="mine.yaml"))


def test_a_second_cancel_does_not_stop_the_clean_up_of_the_first():
    happens = (shoot(), by_user(10.0, "cancel"), by_user(10.1, "cancel"))
    verdict = judge(engine.run(made("capture-cancel", "normal", *happens)))
    assert [r.result for r in verdict.removals] == ["done"]


def test_could_is_answered_with_what_the_app_held_when_it_asked():
    revoked = by_user(30.0, "revoke permission", permission="WRITE_EXTERNAL_STORAGE")
    answers = []
    for act in ((), (revoked,)):
        opens = by_user(40.0, "open app", original=ORIGINAL)
        verdict = judge(engine.run(made("single-deed", "delete-original", *act, opens)))
        answers.append(next(c.answer for c in verdict.could if c.route == "path"))
    assert answers == ["silently", "no"]


def test_below_android_13_the_permissions_for_storage_go_together():
    revoked = by_user(2.0, "revoke permission", permission="READ_EXTERNAL_STORAGE")
    trace = engine.run(made("evidence-video", "normal", revoked, send()))
    assert [r.path for r in causes(trace, "job failed")] == ["EACCES"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("user: revoke permission, permission: READ_MEDIA_VIDEO", "permission that the app holds"),
        ("user: delete in gallery, original: {v}, which: copy", "the app has made no copy before"),
        ("user: open app, more: [{v}]", "expected other files than the first"),
        ("user: open app, original: {v}, more: [{v}]", "expected other files than the first"),
        ("user: record video, original: DCIM, clip: 5 s", "in a folder of shared storage"),
        ("user: record video, original: /data/user/0/a.b/x.mp4, clip: 5 s", "of shared storage"),
        ("user: record video, original: DCIM/a.txt, clip: 5 s", "of shared storage"),
        ("user: capture video, clip: 5 s", "has nothing of that kind to do"),
        ("user: view in app", "has nothing of that kind to do"),
        ("user: clean in app", "has nothing of that kind to do"),
        ("user: remove card", "no file of the album lies on a memory card"),
        ("user: reinstall", "the app has not been uninstalled before"),
        ("system: network lost", "“network lost” needs the key “lasts”"),
        ("user: cancel, clip: 5 s", "“cancel” has no key “clip”"),
    ],
)
def test_an_entry_that_makes_no_sense_is_named(entry, expected):
    entry = entry.format(v="DCIM/Camera/VID_20221112_205500.mp4")
    message = problems("  - {at: 5 s,", f"  - {{at: 2 s, {entry}}}\n  - {{at: 5 s,")
    assert expected in message
    assert message.startswith("mine.yaml:")


def test_a_fault_at_a_step_that_is_not_taken_is_named():
    message = problems("until: 180 s", "until: 180 s\nfaults: {killed_at: watermark}")
    assert "there is no step of that preset named “watermark”" in message


@pytest.mark.parametrize("when", ["next_start", "ttl"])
def test_a_crash_inside_a_sweep_can_be_said(when):
    happens = (send(), by_system(200.0, "kill app"), by_system(400.0, "kill app"))
    scenario = timed(made("evidence-video", "normal", *happens, place="Pictures/Shop"))
    scenario = evolve(
        scenario,
        clean_up=evolve(scenario.clean_up, when=when, finds="folder", keep_for=Seconds(0.0)),
        faults=FaultSpec(killed_at="sweep"),
    )
    trace = engine.run(scenario)
    assert len(causes(trace, "process killed")) >= 2


def test_a_folder_that_is_renamed_takes_its_files_along_in_every_view():
    scenario = made(
        "single-deed", "delete-in-renamed-folder", rule="vivo-observer", place="Pictures/Shop"
    )
    verdict = judge(engine.run(scenario))
    assert [(r.path, r.role) for r in verdict.removals] == [
        ("Pictures/Shop/VID_20221112_210005.mp4", "app_copy")
    ]


def test_a_part_of_a_video_is_a_copy_of_it():
    trace = engine.run(made("evidence-video", "in-parts"))
    made_files = [r for r in trace.records if isinstance(r, FileEvent) and r.verb == "create"]
    assert len({r.file for r in made_files}) == 3
    assert [r.role for r in judge(trace).removals] == ["app_copy"] * 3
