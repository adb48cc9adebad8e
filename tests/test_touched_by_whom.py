"""Who touched the original, where others than the app did, or wanted to and did not."""

from __future__ import annotations

import pytest
import simpy
from attrs import evolve

from simulator import engine
from simulator.android.idle import idle_maintenance
from simulator.android.phone import Phone, installed
from simulator.android.processes import GALLERY
from simulator.android.stack import Stack
from simulator.android.trash import trash as move_to_trash
from simulator.documents import Bytes, Seconds, load
from simulator.errors import DocumentError
from simulator.scenario import library
from simulator.scenario.model import AlbumFile, Happening, Scenario
from simulator.telling.figures.sentences import finding, in_words
from simulator.telling.figures.story import story as timeline_story
from simulator.telling.result import result
from simulator.telling.story import story
from simulator.telling.text import told
from simulator.telling.words import words
from simulator.trace import Cause, FileEvent, Header, Log, Operation, Trace
from simulator.verdict.authority import authority
from simulator.verdict.judge import judge

ORIGINAL = "DCIM/Camera/VID_20221112_205500.mp4"
OTHER = "DCIM/Camera/VID_20221030_181500.mp4"
SHARED = {"pipeline__place": "Pictures/Shop", "pipeline__how": "transcode"}
DAY = 86_400.0


def scenario(*happens, until=180.0, album=None, **values):
    """A phone with Android 12 on which these things happen."""
    texts = {path.replace("__", "."): value for path, value in values.items()}
    document = library.read("os-trim-in-use")
    base = document.with_text({"phone.storage": "64 GB", **texts}).value
    if album is not None:
        files = tuple(AlbumFile(path, Bytes(150_000_000), Seconds(60.0)) for path in album)
        base = evolve(base, phone=evolve(base.phone, album=files))
    return evolve(base, happens=happens, until=Seconds(until))


def send(at=5.0, original=ORIGINAL):
    return Happening(Seconds(at), "send video", original)


def by_user(at, act, original=None):
    return Happening(Seconds(at), act, original)


def by_system(at, act, **options):
    return Happening(Seconds(at), system=act, **options)


def trash(at, original=ORIGINAL):
    return by_user(at, "trash in gallery", original)


def judged(case):
    trace = engine.run(case)
    return trace, judge(trace)


def printed(trace, verdict):
    return told(trace, verdict, words("en"))


def sentences(trace, verdict):
    speak = words("en")
    return [speak.say(step.sentence) for step in story(trace, verdict, speak)]


def drawn(trace, verdict):
    """The title of the picture, and its lines for those who do not see it."""
    seen = timeline_story(trace, verdict)
    return str(finding(trace, verdict, seen)), in_words(words("en"), trace, seen)


GUARDED = {
    "phone__android": "11",
    "phone__stack": "fuse-over-sdcardfs",
    "app__target_sdk": "29",
    "app__storage": "legacy",
    "app__granted": "[READ_EXTERNAL_STORAGE, WRITE_EXTERNAL_STORAGE]",
    "watcher__rule": "huawei-acm",
}
DEFY = {"bytes_": Bytes(64_000_000_000), "defy_quota": True}
CACHED = "Android/data/com.example.shop/cache/x.mp4"


# -- on whose authority ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("happens", "values"),
    [
        ((send(), trash(100.0)), {"clean_up__hits": "original"}),
        ((send(), trash(100.0)), {"clean_up__hits": "original", "clean_up__via": "mediastore"}),
        ((send(), trash(60.0)), {"clean_up__hits": "original"}),
        ((send(), trash(60.0)), {"clean_up__hits": "original", "clean_up__via": "mediastore"}),
    ],
)
def test_a_request_of_the_app_that_came_to_nothing_is_no_touch(happens, values):
    _, verdict = judged(scenario(*happens, **SHARED, **values))
    assert verdict.outcome == "as_ordered"


def test_what_the_app_removed_before_the_user_could_was_not_ordered():
    case = scenario(
        send(), trash(100.0), **SHARED, **{**GUARDED, "watcher__rule": "none"},
        clean_up__hits="original",
    )  # fmt: skip
    _, verdict = judged(case)
    assert verdict.outcome == "touch_without_warning"


def test_more_time_for_what_the_user_put_into_the_trash_goes_back_to_the_user():
    env = simpy.Environment()
    phone = Phone(Log(env), Stack("fuse", 31), installed((), 1_000_000).copy(), {})
    phone.put(ORIGINAL, "video", 1_000, "com.android.camera", listed=True)
    move_to_trash(phone, GALLERY, ORIGINAL, (), "user")
    env.run(until=45 * DAY)
    idle_maintenance(phone, ())
    trace = Trace(Header("simulation", "0"), tuple(phone.log.records))
    renamed = [r for r in trace.records if isinstance(r, Operation) and r.verb == "rename"]
    assert [(r.for_whom, authority(trace, r.id)) for r in renamed] == [
        ("user", "user"),
        ("system", "user"),
    ]


def test_an_item_that_expired_long_before_the_run_gets_more_time_on_the_first_day():
    old = "DCIM/Camera/.trashed-1600000000-x.mp4"
    trace, verdict = judged(scenario(by_system(50.0, "media scan"), until=20 * DAY, album=[old]))
    renamed = next(r for r in trace.records if isinstance(r, Operation) and r.verb == "rename")
    assert (renamed.t, verdict.outcome) == (DAY, "by_the_system")


def test_why_more_time_is_given_and_under_which_name_is_told():
    old = "DCIM/Camera/.trashed-1600000000-x.mp4"
    trace, verdict = judged(scenario(by_system(50.0, "media scan"), until=20 * DAY, album=[old]))
    told_ = next(line for line in sentences(trace, verdict) if "extends the time" in line)
    assert "over for more than 7 days" in told_
    assert "DCIM/Camera/.trashed-1668978000-x.mp4" in told_


@pytest.mark.parametrize("until", [180.0, 45 * DAY, 100 * DAY, 99_999 * DAY])
def test_when_an_item_of_the_trash_goes_does_not_depend_on_the_length_of_the_run(until):
    trace, verdict = judged(scenario(trash(1.0), until=until))
    gone = [r.t for r in trace.records if isinstance(r, Operation) and r.verb == "unlink"]
    assert (gone, verdict.outcome) == ([31 * DAY], "as_ordered")


def test_what_the_daily_passes_rest_on_is_printed():
    text = printed(*judged(scenario(trash(1.0))))
    assert "[assumed] the phone's daily maintenance comes every 24 hours" in text


@pytest.mark.parametrize(
    ("happens", "album", "answer"),
    [
        ((send(), trash(60.0)), None, "No: the user moved it to the recycle bin."),
        (
            (by_system(20.0, "free cache", **DEFY),),
            [CACHED],
            "No: the phone's system cleared it away to make room.",
        ),
        (
            (by_user(20.0, "clear cache"),),
            [CACHED],
            "No: it went when the user cleared the app's cache.",
        ),
        (
            (by_user(20.0, "uninstall"),),
            ["Android/media/com.example.shop/x.mp4"],
            "No: it went when the user uninstalled the app.",
        ),
    ],
)
def test_the_answer_is_about_the_app(happens, album, answer):
    text = printed(*judged(scenario(*happens, album=album, **SHARED)))
    assert f"Did it touch the original? {answer}" in text


def test_what_the_system_clears_is_neither_the_app_s_nor_the_user_s():
    _, verdict = judged(scenario(by_system(20.0, "free cache", **DEFY), album=[CACHED]))
    assert verdict.outcome == "by_the_system"


def test_the_result_says_for_whom_and_what_was_told():
    trace, verdict = judged(scenario(trash(1.0)))
    (gone,) = result(trace, verdict)["did"]["deleted"]
    assert (gone["for_whom"], gone["told"]) == ("user", None)


def test_the_expiry_is_the_phone_s_rule_about_what_the_user_put_there():
    text = printed(*judged(scenario(trash(1.0))))
    assert ", on day 31: its time in the recycle bin, where the user had put it, was over." in text


# -- a guard in the way of the trash -----------------------------------------------------------


def guarded():
    return judged(scenario(send(), trash(60.0), **{**SHARED, **GUARDED}))


def test_what_a_guard_sets_aside_is_not_restored():
    lines = sentences(*guarded())
    assert not any("restores" in line for line in lines)
    assert sum("to the recycle bin" in line for line in lines) == 2


def test_mediastore_drops_the_record_and_nobody_finds_the_file_gone():
    lines = sentences(*guarded())
    assert not any("The scan finds the original gone" in line for line in lines)
    assert any("deletes its record of the original all the same" in line for line in lines)


def test_the_end_of_what_the_guard_kept_is_told():
    _, verdict = guarded()
    assert verdict.originals[0].at["retention"].fate == "deleted"


def test_a_notice_about_the_expiry_is_no_warning_about_the_move():
    trace, verdict = guarded()
    title, _ = drawn(trace, verdict)
    assert (verdict.outcome, title) == (
        "as_ordered",
        "The user moved the original to the recycle bin",
    )


def test_in_the_picture_the_original_lies_in_the_bin():
    trace, verdict = judged(scenario(send(), trash(60.0), **SHARED))
    seen = timeline_story(trace, verdict)
    assert [s.lane for s in seen.stays if s.whose == "original"] == ["original", "bin"]


def test_the_check_of_the_caller_is_about_its_uid():
    text = printed(*guarded())
    assert "the caller's uid is in the range of apps" in text


# -- acts of one second ------------------------------------------------------------------------

TEXT = (library.folder() / "controls" / "os-trim-in-use.yaml").read_text(encoding="utf-8")
LINE = "  - {at: 20 s, system: free cache, bytes: 500 MB}"


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        (
            ("{at: 20 s, user: uninstall}", f"{{at: 20 s, user: send video, original: {OTHER}}}"),
            "the app has been uninstalled before",
        ),
        (
            ("{at: 20 s, user: uninstall}", "{at: 20 s, user: uninstall}"),
            "the app has been uninstalled before",
        ),
        (
            (f"{{at: 20 s, user: trash in gallery, original: {OTHER}}}",) * 2,
            "this file has been moved to the recycle bin before",
        ),
        (("{at: 20 s, system: free cache, bytes: 0 B}",), "0 B"),
        (("{at: 20 s, system: free cache, bytes: 601 MB}",), "600000000 B"),
    ],
)
def test_what_cannot_happen_any_more_is_refused_at_reading(entries, expected):
    lines = "\n".join(f"  - {entry}" for entry in entries)
    with pytest.raises(DocumentError) as error:
        library.prepared(load(TEXT.replace(LINE, lines), Scenario, file="mine.yaml"))
    assert expected in str(error.value)


def test_what_stands_before_the_uninstalling_in_the_list_happens_before():
    lines = (
        f"  - {{at: 20 s, user: send video, original: {OTHER}}}\n  - {{at: 20 s, user: uninstall}}"
    )
    library.prepared(load(TEXT.replace(LINE, lines), Scenario, file="mine.yaml"))


def test_an_app_that_starts_after_the_clearing_of_one_second_keeps_its_files():
    case = scenario(send(), by_user(30.0, "clear data"), send(30.0), pipeline__how="transcode")
    _, verdict = judged(case)
    assert [(r.asked_by, r.t > 30.0) for r in verdict.removals] == [
        ("installd", False),
        ("com.example.shop", True),
    ]


# -- files that are not there any more, or not yet whole ----------------------------------------


def test_what_was_written_to_a_file_without_a_name_keeps_its_size():
    case = scenario(send(), by_system(5.5, "free cache", **DEFY))
    trace, _ = judged(case)
    closed = next(
        r
        for r in trace.records
        if isinstance(r, FileEvent) and (r.verb, r.mode) == ("close", "write")
    )
    assert (closed.size, closed.links) == (150_000_000, 0)


def test_nobody_stopped_what_had_nothing_to_remove():
    case = scenario(
        send(), trash(60.0), **SHARED, clean_up__hits="original", clean_up__via="mediastore"
    )
    text = printed(*judged(case))
    assert "it was stopped" not in text
    assert "; it had no effect." in text


def test_a_file_that_is_gone_is_gone_whoever_says_so():
    trace, verdict = judged(scenario(send(), send(), **SHARED))
    assert [r.result for r in verdict.removals] == ["done", "no_effect"]
    assert any(
        "asks to remove the copy; there is no such file any more" in line
        for line in sentences(trace, verdict)
    )


def test_a_file_that_android_hides_is_refused_all_the_same():
    _, verdict = judged(scenario(send(), **SHARED, clean_up__hits="original"))
    assert [r.result for r in verdict.removals] == ["refused"]


def test_a_file_in_the_trash_cannot_be_opened_under_its_old_name():
    lines = sentences(*judged(scenario(trash(1.0), send(), **SHARED)))
    assert "“Shop” asks to open the original; there is no such file any more." in lines


def test_whether_an_unfinished_copy_plays_cannot_be_told():
    case = scenario(send(), trash(20.0), by_user(30.0, "uninstall"), **SHARED)
    _, verdict = judged(case)
    after = verdict.originals[0].at["retention"]
    assert (after.loss, after.survives_in, after.unfinished_in) == (
        "cannot_tell",
        (),
        ("elsewhere",),
    )


def test_an_unfinished_copy_is_called_that():
    text = printed(*judged(scenario(send(), by_user(30.0, "uninstall"), **SHARED)))
    assert "Still there at the end of the run, unfinished: the app's own copy" in text


def test_a_finished_copy_is_a_version_of_lower_quality():
    case = scenario(send(), trash(20.0), clean_up__via="mediastore", pipeline__how="transcode")
    after = judge(engine.run(evolve(case, until=Seconds(60.0)))).originals[0].at["retention"]
    assert (after.loss, after.unfinished_in) == ("quality", ())


# -- room, and a trash that does not happen ----------------------------------------------------


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        ((by_system(20.0, "free cache", bytes_=Bytes(1_000)),), "So much is free already"),
        (
            (send(), by_system(20.0, "free cache", bytes_=Bytes(64_000_000_000))),
            "Every app is within the quota of its cache",
        ),
        (
            (by_system(20.0, "free cache", bytes_=Bytes(64_000_000_000)),),
            "No app has anything in its cache",
        ),
    ],
)
def test_why_nothing_is_cleared_is_told(happens, why):
    lines = sentences(*judged(scenario(*happens, pipeline__how="transcode")))
    assert any(line.startswith(why) for line in lines)


def test_a_trash_that_mediastore_knows_nothing_of_is_only_tried():
    path = "Android/data/com.example.shop/files/x.mp4"
    lines = sentences(*judged(scenario(trash(20.0, path), album=[path])))
    assert (lines[0].startswith("In the gallery, the user tries to move"), lines[1]) == (
        True,
        "The phone's gallery asks MediaStore to mark the original; it has no record of the file,"
        " and nothing happens.",
    )


# -- work that is broken off -------------------------------------------------------------------


def test_an_upload_that_the_user_broke_off_was_never_confirmed():
    trace, verdict = judged(scenario(send(), by_user(20.0, "uninstall")))
    assert verdict.outcome == "pipeline_failed"
    assert "The app was killed at 20.0 s; its upload was never confirmed." in printed(
        trace, verdict
    )


def test_an_app_killed_after_its_upload_had_done_its_work():
    trace, verdict = judged(scenario(send(), by_user(59.0, "clear data")))
    killed = any(isinstance(r, Cause) and r.what == "process killed" for r in trace.records)
    assert (killed, verdict.broken_off, verdict.outcome) == (True, (), "quiet")


def test_an_app_that_starts_again_has_not_broken_off(judged):
    trace, verdict = judged(pipeline__variant="crash-orphan", watcher__rule="none")
    killed = any(isinstance(r, Cause) and r.what == "process killed" for r in trace.records)
    assert (killed, verdict.broken_off) == (True, ())


# -- the pictures ------------------------------------------------------------------------------


def lesson(name):
    trace = engine.run(library.read(name).value)
    return trace, judge(trace)


def test_the_system_s_removal_is_no_request():
    title, lines = drawn(*lesson("os-trim-in-use"))
    assert title.startswith("The system removes the copy during the upload")
    assert any("installd) removes /data" in line for line in lines)


def test_the_app_s_own_request_is_drawn_though_it_finds_nothing():
    trace, verdict = lesson("os-trim-in-use")
    acts = timeline_story(trace, verdict).acts
    assert [(a.asked_by, a.missing) for a in acts] == [
        ("installd", False),
        ("com.example.shop", True),
    ]


def test_the_stale_row_is_told_to_those_who_do_not_see_the_picture():
    _, lines = drawn(*lesson("stale-row"))
    assert any("to second 150 the gallery shows an entry" in line for line in lines)


def test_that_the_gallery_shows_it_is_marked_as_inferred():
    text = printed(*lesson("stale-row"))
    line = next(line for line in text.splitlines() if "the gallery shows an entry" in line)
    assert "[inference]" in line
