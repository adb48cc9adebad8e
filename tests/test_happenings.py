"""What happens beside the app's own work: by the user's hand, and by the system's."""

from __future__ import annotations

import pytest
from attrs import evolve

from simulator import engine
from simulator.documents import Bytes, Seconds, load
from simulator.errors import DocumentError
from simulator.scenario import library
from simulator.scenario.model import Happening, Scenario
from simulator.telling.figures.sentences import in_words
from simulator.telling.figures.story import story as timeline_story
from simulator.telling.result import result
from simulator.telling.story import story
from simulator.telling.text import told
from simulator.telling.words import words
from simulator.trace import Belief, Cause, FileEvent, FileState, Listing, Operation, Transfer
from simulator.trace.jsonl import dumps, loads
from simulator.verdict.judge import judge
from simulator.verdict.stale import stale_rows
from simulator.worlds.expectations import failures

LESSONS = ("os-trim-in-use", "stale-row")
ORIGINAL = "DCIM/Camera/VID_20221112_205500.mp4"
COPY = "/data/user/0/com.example.shop/cache/VID_20221112_210005.mp4"
MONTH = 30 * 86_400.0


def scenario(name="os-trim-in-use", *happens, until=180.0, **values):
    """A shipped lesson in which something else happens."""
    document = library.read(name)
    texts = {path.replace("__", "."): value for path, value in values.items()}
    base = document.with_text(texts).value if texts else document.value
    changed = tuple(happens) or base.happens
    return evolve(base, happens=changed, until=Seconds(until))


def send(at=5.0):
    return Happening(Seconds(at), "send video", ORIGINAL)


def by_user(at, act, original=None):
    return Happening(Seconds(at), act, original)


def by_system(at, act, **options):
    return Happening(Seconds(at), system=act, **options)


def judged(case):
    trace = engine.run(case)
    return trace, judge(trace)


def sentences(trace, verdict):
    speak = words("en")
    return [speak.say(step.sentence) for step in story(trace, verdict, speak)]


def causes(trace, kind):
    return [r.what for r in trace.records if isinstance(r, Cause) and r.kind == kind]


@pytest.mark.parametrize("name", LESSONS)
def test_the_lesson_comes_out_as_expected(name):
    case = library.read(name).value
    assert failures(case, judge(engine.run(case)), None) == ()


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("os-trim-in-use", "phone.storage", "300 MB"),
        ("stale-row", "clean_up.hits", "app_copy"),
        ("stale-row", "app.granted", "[]"),
    ],
)
def test_a_lesson_can_fail(name, path, value):
    case = library.read(name).with_text({path: value}).value
    assert failures(case, judge(engine.run(case)), None)


@pytest.mark.parametrize("name", LESSONS)
def test_its_trace_can_be_written_and_read_again(name):
    trace = engine.run(library.read(name).value)
    assert loads(dumps(trace)) == trace


# -- the system makes room during an upload ----------------------------------------------------


def test_the_system_removes_the_copy_while_it_is_being_sent():
    trace, _ = judged(scenario())
    trim = next(r for r in trace.records if isinstance(r, Operation) and r.verb == "unlink")
    done = next(r for r in trace.records if isinstance(r, Transfer) and r.state == "confirmed")
    assert (trim.path, trim.asked_by, trim.for_whom, trim.t < done.t) == (
        COPY,
        "installd",
        "system",
        True,
    )


def test_the_upload_comes_to_its_end_all_the_same():
    trace, _ = judged(scenario())
    done = next(r for r in trace.records if isinstance(r, Transfer) and r.state == "confirmed")
    assert done.size == 150_000_000


def test_the_app_then_finds_nothing_to_remove():
    _, verdict = judged(scenario())
    assert [(r.asked_by, r.result) for r in verdict.removals] == [
        ("installd", "done"),
        ("com.example.shop", "no_effect"),
    ]


def test_the_app_notes_that_it_could_not_remove_it():
    trace, _ = judged(scenario())
    states = [r.state for r in trace.records if isinstance(r, Belief)]
    assert states[-1] == "failed"


def test_a_copy_within_the_quota_is_spared():
    _, verdict = judged(scenario(pipeline__how="transcode"))
    assert [r.asked_by for r in verdict.removals] == ["com.example.shop"]


def test_told_to_defy_the_quota_the_system_takes_that_too():
    trim = by_system(60.0, "free cache", bytes_=Bytes(500_000_000), defy_quota=True)
    _, verdict = judged(scenario("os-trim-in-use", send(), trim, pipeline__how="transcode"))
    assert [r.asked_by for r in verdict.removals] == ["installd", "com.example.shop"]


def test_a_copy_cleared_while_it_is_written_cannot_be_opened_for_the_upload():
    case = scenario(
        "os-trim-in-use", send(), by_user(5.5, "clear cache"), pipeline__variant="normal"
    )
    _, verdict = judged(case)
    assert verdict.outcome == "pipeline_failed"


def test_the_story_says_who_made_room_and_for_whom():
    trace, verdict = judged(scenario())
    text = told(trace, verdict, words("en"))
    assert "The system wants 500 MB of storage to be free." in text
    assert "storage daemon (installd) removed the app's own copy" in text
    assert "for the system, at 20.0 s" in text


def test_a_watcher_sees_the_removal_at_its_layer_and_its_rule_does_not_fit():
    _, verdict = judged(scenario(watcher__rule="huawei-acm", watcher__scope="wide"))
    trim = next(r for r in verdict.removals if r.asked_by == "installd")
    assert [s.why for s in verdict.silences if s.record == trim.record] == ["place"]


def test_the_picture_does_not_give_the_app_what_the_system_did():
    trace, verdict = judged(scenario())
    lines = in_words(words("en"), trace, timeline_story(trace, verdict))
    removal = next(line for line in lines if "remove" in line)
    assert "The system's storage daemon (installd) removes" in removal


# -- a row without its file --------------------------------------------------------------------


def test_the_gallery_shows_the_video_until_the_scan():
    _, verdict = judged(scenario("stale-row"))
    assert [(s.path, s.until) for s in verdict.stale] == [(ORIGINAL, 150.0)]


def test_without_a_scan_it_shows_it_to_the_end():
    trace, verdict = judged(scenario("stale-row", send()))
    shown = {
        r.path: r.file
        for r in trace.records
        if isinstance(r, FileState) and (r.view, r.moment) == ("shown", "end")
    }
    assert (verdict.stale[0].until, shown[ORIGINAL]) == (None, None)


def test_a_file_that_waits_for_a_scan_is_in_no_gallery_and_cannot_go_stale_there():
    case = scenario(
        "album-pipeline",
        phone__android="12",
        phone__stack="fuse",
        app__storage="scoped",
        app__target_sdk="31",
        app__granted="[READ_EXTERNAL_STORAGE]",
        watcher__rule="none",
    )
    trace = engine.run(case)
    # As if nobody had told MediaStore that the copy was removed.
    untold = tuple(
        evolve(r, path="elsewhere.mp4") if isinstance(r, Listing) and not r.listed else r
        for r in trace.records
    )
    assert untold != trace.records
    assert stale_rows(evolve(trace, records=untold)) == ()


def test_a_scan_that_covers_a_folder_says_so_in_one_sentence():
    trace, verdict = judged(scenario("os-trim-in-use", by_system(10.0, "media scan")))
    assert [s for s in sentences(trace, verdict) if "nomedia" in s] == [
        f"“Media storage” puts a “.nomedia” into {folder}, so that nobody looks for media there."
        for folder in ("Android/data", "Android/obb")
    ]


def test_the_scan_tells_that_it_deleted_the_record():
    trace, verdict = judged(scenario("stale-row"))
    assert "The scan finds the original gone and deletes its record." in sentences(trace, verdict)


def test_from_android_11_on_no_row_goes_stale():
    case = scenario(
        "stale-row", send(), phone__android="11", phone__stack="fuse", app__target_sdk="29"
    )
    _, verdict = judged(case)
    assert (verdict.originals[0].end.fate, verdict.stale) == ("deleted", ())


def test_a_delete_through_mediastore_leaves_no_stale_row():
    _, verdict = judged(scenario("stale-row", send(), clean_up__via="mediastore"))
    assert (verdict.originals[0].end.fate, verdict.stale) == ("deleted", ())


def test_the_stale_rows_are_in_the_result():
    trace, verdict = judged(scenario("stale-row"))
    (row,) = result(trace, verdict)["did"]["stale_rows"]
    assert (row["path"], row["until_s"]) == (ORIGINAL, 150.0)


@pytest.mark.parametrize(
    ("happens", "sentence"),
    [
        ((send(), by_system(150.0, "media scan")), "Until 150.0 s the gallery shows an entry"),
        ((send(),), "To the end the gallery shows an entry"),
    ],
)
def test_the_print_says_how_long_the_gallery_showed_it(happens, sentence):
    trace, verdict = judged(scenario("stale-row", *happens))
    assert sentence in told(trace, verdict, words("en"))


def test_a_rename_away_leaves_a_stale_row_too():
    values = {"pipeline__variant": "rename-original-away", "pipeline__place": "Pictures/Shop"}
    case = scenario("stale-row", send(), **values)
    _, verdict = judged(case)
    assert [s.path for s in verdict.stale] == [ORIGINAL]


# -- the trash ---------------------------------------------------------------------------------


TRASH = by_user(100.0, "trash in gallery", ORIGINAL)


def test_the_original_in_the_trash_is_trashed_and_nothing_is_lost():
    _, verdict = judged(scenario("os-trim-in-use", TRASH))
    end = verdict.originals[0].end
    assert (end.fate, end.loss, end.survives_in) == ("trashed", "none", ("bin",))


def test_after_the_trash_expired_it_is_deleted():
    _, verdict = judged(scenario("os-trim-in-use", TRASH))
    after = verdict.originals[0].at["retention"]
    assert (after.fate, after.loss) == ("deleted", "all")


def test_what_the_user_moved_to_the_trash_went_as_ordered():
    _, verdict = judged(scenario("os-trim-in-use", TRASH))
    assert verdict.outcome == "as_ordered"


def test_the_deletion_comes_at_the_first_maintenance_after_thirty_days():
    trace, _ = judged(scenario("os-trim-in-use", TRASH))
    removal = next(r for r in trace.records if isinstance(r, Operation) and r.verb == "unlink")
    assert removal.t == MONTH + 86_400.0


def test_it_walks_back_to_the_user_and_to_the_maintenance():
    trace, _ = judged(scenario("os-trim-in-use", TRASH))
    removal = next(r for r in trace.records if isinstance(r, Operation) and r.verb == "unlink")
    roots = [r for r in trace.ancestors(removal.id) if isinstance(r, Cause)]
    assert sorted((r.kind, r.what) for r in roots) == [
        ("timer", "idle maintenance"),
        ("user", "trash in gallery"),
    ]


def test_the_name_carries_the_phone_s_clock():
    trace, _ = judged(scenario("os-trim-in-use", TRASH))
    trashed = next(r for r in trace.records if isinstance(r, Operation) and r.verb == "rename")
    # 2022-11-12 21:01:40 and thirty days.
    assert trashed.to == "DCIM/Camera/.trashed-1670878900-VID_20221112_205500.mp4"


def test_the_story_calls_it_the_recycle_bin():
    trace, verdict = judged(scenario("os-trim-in-use", TRASH))
    told_ = " ".join(sentences(trace, verdict))
    assert "The phone's gallery moves the original to the recycle bin" in told_


def test_an_original_that_the_app_removed_before_cannot_be_trashed():
    case = scenario(
        "stale-row",
        send(),
        by_user(100.0, "trash in gallery", ORIGINAL),
        phone__android="11",
        phone__stack="fuse",
        app__target_sdk="29",
    )
    trace, verdict = judged(case)
    assert verdict.originals[0].end.fate == "deleted"
    assert not [r for r in trace.records if isinstance(r, FileEvent) and r.verb == "rename"]


def test_maintenance_within_the_run_leaves_a_fresh_item_alone():
    case = scenario("os-trim-in-use", TRASH, by_system(120.0, "idle maintenance"))
    _, verdict = judged(case)
    assert verdict.originals[0].end.fate == "trashed"


def test_a_run_longer_than_the_time_in_the_trash_sees_it_deleted():
    late = by_system(40 * 86_400.0, "idle maintenance")
    case = scenario("os-trim-in-use", TRASH, late, until=41 * 86_400.0)
    _, verdict = judged(case)
    assert verdict.originals[0].end.fate == "deleted"


# -- the user clears, or uninstalls ------------------------------------------------------------


@pytest.mark.parametrize("act", ["clear data", "uninstall"])
def test_the_app_is_killed_before_its_files_go(act):
    trace, _ = judged(scenario("os-trim-in-use", send(), by_user(20.0, act)))
    killed = next(r for r in trace.records if isinstance(r, Cause) and r.kind == "fault")
    gone = next(r for r in trace.records if isinstance(r, Operation) and r.verb == "unlink")
    assert (killed.what, killed.id < gone.id) == ("process killed", True)


@pytest.mark.parametrize("act", ["clear data", "uninstall"])
def test_a_killed_app_sends_nothing_more(act):
    trace, _ = judged(scenario("os-trim-in-use", send(), by_user(20.0, act)))
    assert not [r for r in trace.records if isinstance(r, Transfer) and r.state == "confirmed"]


def test_clearing_the_cache_leaves_the_app_running():
    trace, _ = judged(scenario("os-trim-in-use", send(), by_user(20.0, "clear cache")))
    assert [r.state for r in trace.records if isinstance(r, Transfer)][-1] == "confirmed"
    assert causes(trace, "fault") == []


def test_a_killed_app_leaves_nothing_open():
    trace, _ = judged(scenario("os-trim-in-use", send(), by_user(20.0, "clear data")))
    left = {r.path for r in trace.records if isinstance(r, FileState) and r.moment == "end"}
    assert COPY not in left


@pytest.mark.parametrize("act", ["clear cache", "clear data", "uninstall"])
def test_what_the_user_orders_does_not_touch_the_original(act):
    _, verdict = judged(scenario("os-trim-in-use", send(), by_user(20.0, act)))
    assert verdict.originals[0].end.fate == "intact"


@pytest.mark.parametrize("act", ["clear cache", "clear data", "uninstall"])
def test_the_removal_is_told_as_the_user_s(act):
    trace, verdict = judged(scenario("os-trim-in-use", send(), by_user(20.0, act)))
    assert "for the user, at 20.0 s" in told(trace, verdict, words("en"))


def test_clearing_data_takes_the_app_s_own_ledger():
    trace, _ = judged(scenario("os-trim-in-use", send(), by_user(20.0, "clear data")))
    assert not [r for r in trace.records if isinstance(r, FileState) and r.view == "believed"]


def test_after_an_uninstall_what_the_app_left_in_the_album_has_no_owner():
    case = scenario(
        "os-trim-in-use", send(), by_user(20.0, "uninstall"), pipeline__place="Movies/Shop"
    )
    trace, _ = judged(case)
    last = [r for r in trace.records if isinstance(r, Listing)][-1]
    assert (last.path.startswith("Movies/Shop/"), last.owner) == (True, None)


def test_where_no_file_is_named_the_album_is_in_question():
    trace, verdict = judged(scenario("os-trim-in-use", by_system(20.0, "media scan")))
    assert (len(trace.header.originals), verdict.outcome) == (2, "quiet")


@pytest.mark.parametrize("name", LESSONS)
def test_the_same_scenario_gives_the_same_trace(name):
    case = library.read(name).value
    assert dumps(engine.run(case)) == dumps(engine.run(case))


# -- a copy without the metadata ---------------------------------------------------------------


def left_after(granted):
    """What is left when the original is trashed and the app has a plain copy it cannot remove."""
    case = scenario(
        "os-trim-in-use",
        send(),
        by_user(20.0, "trash in gallery", ORIGINAL),
        clean_up__via="mediastore",
        app__granted=granted,
    )
    trace, verdict = judged(case)
    return trace, verdict.originals[0].at["retention"]


def test_what_a_reader_without_the_location_permission_copies_lacks_the_metadata():
    _, after = left_after("[READ_EXTERNAL_STORAGE]")
    assert (after.fate, after.loss, after.survives_in) == (
        "deleted",
        "metadata",
        ("elsewhere", "server"),
    )


def test_with_the_location_permission_nothing_is_lost():
    _, after = left_after("[READ_EXTERNAL_STORAGE, ACCESS_MEDIA_LOCATION]")
    assert (after.fate, after.loss) == ("deleted", "none")


def test_the_trace_shows_what_the_reader_was_given():
    trace, _ = left_after("[READ_EXTERNAL_STORAGE]")
    shown = {r.digest for r in trace.records if isinstance(r, FileEvent) and r.layer == "fuse"}
    kept = {r.digest for r in trace.records if isinstance(r, FileState) and r.path == COPY}
    assert kept <= shown


# -- mistakes ----------------------------------------------------------------------------------

TEXT = (library.folder() / "controls" / "os-trim-in-use.yaml").read_text(encoding="utf-8")
LINE = "  - {at: 20 s, system: free cache, bytes: 500 MB}"


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{at: 20 s, bytes: 500 MB}", "expected either “user” or “system”"),
        (
            "{at: 20 s, user: clear cache, system: media scan}",
            "expected either “user” or “system”",
        ),
        ("{at: 20 s, system: free cash, bytes: 1 MB}", "did you mean “free cache”?"),
        ("{at: 20 s, user: media scan}", "media scan"),
        ("{at: 20 s, system: free cache}", "“free cache” needs the key “bytes”"),
        ("{at: 20 s, user: send video}", "“send video” needs the key “original”"),
        ("{at: 20 s, user: trash in gallery}", "“trash in gallery” needs the key “original”"),
        (f"{{at: 20 s, user: uninstall, original: {ORIGINAL}}}", "“uninstall” has no key “orig"),
        ("{at: 20 s, system: media scan, bytes: 5 MB}", "“media scan” has no key “bytes”"),
        ("{at: 20 s, user: clear data, defy_quota: true}", "“clear data” has no key “defy_q"),
        ("{at: 999 s, system: media scan}", "this is after the end of the run"),
        ("{at: 20 s, user: trash in gallery, original: DCIM/x.mp4}", "file in the album"),
        (
            "{at: 1 s, user: uninstall}",
            "the app has been uninstalled before",
        ),
    ],
)
def test_a_mistake_in_what_happens_is_named_with_its_line(entry, expected):
    text = TEXT.replace(LINE, f"  - {entry}")
    with pytest.raises(DocumentError) as error:
        library.prepared(load(text, Scenario, file="mine.yaml"))
    lines = str(error.value).splitlines()
    assert any(expected in line and line.startswith("mine.yaml:3") for line in lines)


def test_before_android_11_there_is_no_trash_to_move_to():
    text = TEXT.replace(LINE, f"  - {{at: 20 s, user: trash in gallery, original: {ORIGINAL}}}")
    text = text.replace('android: "12"', 'android: "10"').replace("stack: fuse", "stack: sdcardfs")
    with pytest.raises(DocumentError, match="recycle bin came with Android 11"):
        library.prepared(load(text, Scenario, file="mine.yaml"))
