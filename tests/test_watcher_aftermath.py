"""What comes of a watcher's event: the notice or none, the way to the bin, the user's answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from posixpath import basename, dirname

import pytest
import simpy
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import engine
from simulator.android.files import FileError
from simulator.android.paths import lower
from simulator.android.phone import Phone, installed
from simulator.android.processes import SHELL, app_process
from simulator.android.stack import Stack
from simulator.documents import Bytes, Localized, Seconds
from simulator.scenario import library
from simulator.scenario.model import AlbumFile, Consent, Happening, OtherApp, Scenario, WatcherSpec
from simulator.trace import (
    Belief,
    Cause,
    Dialog,
    FileEvent,
    FileState,
    Log,
    Match,
    Notice,
    Refusal,
    Sent,
    Trace,
    Withheld,
)
from simulator.trace.records import Record
from simulator.verdict.judge import judge
from simulator.watchers import library as watchers
from simulator.watchers.aftermath import Aftermath
from simulator.watchers.guard import RuleGuard
from simulator.watchers.rule import Mode, Rule
from simulator.watchers.settings import Settings

APP = app_process("com.example.shop")
OTHER = app_process("com.example.chat", 10_124)
HUAWEI, OPLUS = watchers.rule("huawei-acm"), watchers.rule("oplus-acm")
FOLDER = "DCIM/Trip"
VIDEO = f"{FOLDER}/a.mp4"
ASIDE = f"{FOLDER}/.a.mp4.hwbk"
BIN = "Pictures/.Gallery2/recycle"
DAY = 86_400.0


class Desk:
    """A phone with a rule on duty and a clock that a test winds; no permission is asked."""

    def __init__(
        self, rule: Rule, *, stack: str = "sdcardfs", api: int = 29, room: int = 10**6, **chosen
    ):
        self.env = simpy.Environment()
        self.log = Log(self.env)
        fs = installed((APP.package,), room).copy()
        self.phone = Phone(self.log, Stack(stack, api), fs, {})
        used = Settings(rule, chosen)
        self.aftermath = Aftermath(rule, used, self.phone, self.log, {}, APP, self.schedule)
        guard = RuleGuard(rule, used, self.phone, self.log, APP.package, self.aftermath.sent)
        guard.flag_folders(fs)
        self.phone.attach(guard)

    def schedule(self, after: float, do: Callable[[], None]) -> None:
        self.env.timeout(after).callbacks.append(lambda _: do())

    def wait(self, seconds: float) -> None:
        self.env.run(until=self.env.now + seconds)

    def put(self, path: str = VIDEO, recipe: str = "video", size: int = 1000) -> None:
        """Lay a file there; MediaStore lists it."""
        self.phone.put(path, recipe, size, "com.android.camera", listed=True)

    def asked(self, verb: str, path: str, *more, caller=APP, via="path") -> str:
        """What *caller* is told who asks for that."""
        try:
            getattr(self.phone, verb)(caller, path, *more, (), "app", via)
        except FileError as error:
            return error.error
        return "success"

    def unlink(self, path: str = VIDEO, **how) -> str:
        return self.asked("unlink", path, **how)

    @property
    def files(self) -> dict[str, str]:
        """Every file in shared storage with what it holds, by its path there."""
        whole = self.phone.fs.regular_files()
        return {path.removeprefix("/data/media/0/"): inode.content.recipe for path, inode in whole}

    def of(self, *kinds: type[Record]) -> list:
        return [record for record in self.log.records if isinstance(record, kinds)]


def scenario(name: str, **changes: str) -> Scenario:
    """A shipped scenario with some values changed."""
    values = {path.replace("__", "."): value for path, value in changes.items()}
    return library.read(name).with_text(values).value


def of(trace: Trace, *kinds: type[Record]) -> list:
    return [record for record in trace.records if isinstance(record, kinds)]


def names(trace: Trace, view: str, moment: str = "end") -> set[str]:
    """What a view shows at a moment, by path."""
    return {r.path for r in of(trace, FileState) if (r.view, r.moment) == (view, moment)}


# -- how often it speaks -----------------------------------------------------------------------


def storm(**clean_up) -> Trace:
    """An app that tries thirty times in a row to remove the original."""
    app = scenario("s01-delete-original", clean_up__on_refusal="retries", clean_up__attempts="30")
    return engine.run(evolve(app, clean_up=evolve(app.clean_up, **clean_up)))


def test_thirty_quick_attempts_are_thirty_events():
    assert len(of(storm(retry_after=Seconds(0.001)), Sent)) == 30


def test_thirty_quick_attempts_are_about_one_file():
    assert len({r.file for r in of(storm(retry_after=Seconds(0.001)), Match)}) == 1


def test_thirty_quick_attempts_leave_one_file_in_the_bin():
    found = names(storm(retry_after=Seconds(0.001)), "lower")
    assert len([path for path in found if path.startswith(BIN)]) == 1


def test_an_attempt_after_the_file_was_set_aside_finds_nothing_and_is_no_event():
    trace = storm(retry_after=Seconds(1.0))
    assert (len(of(trace, Sent)), of(trace, Refusal)[-1].error) == (1, "ENOENT")


MIUI = watchers.rule("miui-log")


def beta() -> Desk:
    """Xiaomi's beta, whose notices are counted by day."""
    return Desk(MIUI, mode="beta-notices")


@given(st.integers(0, 6))
@settings(max_examples=7, deadline=None)
def test_there_are_at_most_two_notices_of_an_app_on_one_day(removals):
    desk = beta()
    for i in range(removals):
        desk.put(f"DCIM/Camera/{i}.mp4")
        desk.unlink(f"DCIM/Camera/{i}.mp4")
        desk.wait(60.0)
    assert len(desk.of(Notice)) == min(removals, 2)
    assert [r.why for r in desk.of(Withheld)] == ["capped"] * (removals - len(desk.of(Notice)))


def test_the_next_day_there_are_notices_again():
    desk = beta()
    for i in range(3):
        desk.put(f"DCIM/Camera/{i}.mp4")
        desk.unlink(f"DCIM/Camera/{i}.mp4")
        desk.wait(1.0)
    desk.wait(DAY)
    desk.put("DCIM/Camera/new.mp4")
    desk.unlink("DCIM/Camera/new.mp4")
    desk.wait(1.0)
    assert [basename(n.path) for n in desk.of(Notice)] == ["0.mp4", "1.mp4", "new.mp4"]


def test_the_days_notices_are_counted_for_each_app():
    desk = beta()
    for i, caller in enumerate((APP, APP, OTHER)):
        desk.put(f"DCIM/Camera/{i}.mp4")
        desk.unlink(f"DCIM/Camera/{i}.mp4", caller=caller)
        desk.wait(1.0)
    assert [n.names_app for n in desk.of(Notice)] == [APP.package, APP.package, OTHER.package]


def test_a_muted_notice_is_withheld():
    desk = Desk(watchers.rule("honor-banner"), muted="true")
    desk.put(f"{FOLDER}/a.jpg")
    desk.unlink(f"{FOLDER}/a.jpg")
    desk.wait(1.0)
    assert ([r.why for r in desk.of(Withheld)], desk.of(Notice)) == (["muted"], [])


def test_what_is_muted_is_kept_all_the_same():
    desk = Desk(watchers.rule("honor-banner"), muted="true")
    desk.put(f"{FOLDER}/a.jpg")
    desk.unlink(f"{FOLDER}/a.jpg")
    desk.wait(1.0)
    assert list(desk.files) == [f"{BIN}/a.jpg"]


def merging(window: float = 2.0) -> Desk:
    """Huawei's rule, supposed to wait so long and tell of all events at once."""
    assert HUAWEI.notice is not None
    notice = evolve(HUAWEI.notice, merge_window=Seconds(window))
    others = {name: p for name, p in HUAWEI.parameters.items() if name != "merging"}
    return Desk(evolve(HUAWEI, notice=notice, parameters=others))


def removals(desk: Desk, *after: float, caller=APP) -> None:
    """Removals at those seconds, then time for every notice."""
    start = desk.env.now
    for i, t in enumerate(after):
        desk.wait(start + t - desk.env.now) if start + t > desk.env.now else None
        desk.put(f"{FOLDER}/{i}.mp4")
        desk.unlink(f"{FOLDER}/{i}.mp4", caller=caller)
    desk.wait(60.0)


def test_events_within_the_window_are_one_notice():
    desk = merging()
    removals(desk, 0.0, 0.5, 1.0)
    (notice,) = desk.of(Notice)
    assert notice.events == 3


def test_a_merged_notice_names_every_event_as_its_cause():
    desk = merging()
    removals(desk, 0.0, 0.5, 1.0)
    (notice,) = desk.of(Notice)
    assert notice.because == tuple(r.id for r in desk.of(Sent))


@pytest.mark.parametrize(("merging", "events"), [("merged", [3]), ("each", [1, 1, 1])])
def test_where_it_is_not_public_whether_they_are_merged_both_can_be_tried(merging, events):
    desk = Desk(HUAWEI, merging=merging)
    removals(desk, 0.0, 0.5, 1.0)
    assert [n.events for n in desk.of(Notice)] == events


@pytest.mark.parametrize("later", [2.1, 2.5])
def test_an_event_after_the_window_has_a_notice_of_its_own(later):
    # At 2.1 seconds the window is closed, and its notice not yet there.
    desk = merging()
    removals(desk, 0.0, later)
    assert [n.events for n in desk.of(Notice)] == [1, 1]


def test_events_of_two_apps_are_not_merged():
    desk = merging()
    desk.put()
    desk.unlink()
    removals(desk, 0.5, caller=OTHER)
    assert {(n.names_app, n.events) for n in desk.of(Notice)} == {
        (APP.package, 1),
        (OTHER.package, 1),
    }


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 80), min_size=1, max_size=8))
def test_every_event_is_in_exactly_one_notice(tenths):
    desk = merging()
    removals(desk, *(t / 10 for t in sorted(tenths)))
    told = [cause for notice in desk.of(Notice) for cause in notice.because]
    assert sorted(told) == [record.id for record in desk.of(Sent)]


# -- what looks on -----------------------------------------------------------------------------

LOOKING_ON = tuple(
    name for name in watchers.names() if watchers.rule(name).action.does in {"log", "notify"}
)


def looking_on(name: str) -> Desk:
    """That rule on a phone that it is known from, speaking of whatever it can."""
    rule = watchers.rule(name)
    home = rule.homes[0]
    api = {"10": 29, "11": 30}[home.android]
    modes = {c: None for mode in rule.hook.modes.values() for c in mode.changes()}
    every = Mode(acts_on=tuple(modes))
    return Desk(
        evolve(rule, hook=evolve(rule.hook, modes={"every": every})), stack=home.stack, api=api
    )


@pytest.mark.parametrize("name", [n for n in LOOKING_ON if n != watchers.NONE])
@pytest.mark.parametrize("via", ["path", "mediastore"])
def test_a_removal_of_what_is_not_there_is_told_by_nobody_who_looks_on(name, via):
    desk = looking_on(name)
    desk.put("DCIM/Camera/other.mp4")
    desk.unlink("DCIM/Camera/a.mp4", via=via)
    assert desk.of(Match) == []


@pytest.mark.parametrize("name", [n for n in LOOKING_ON if n != watchers.NONE])
def test_a_removal_of_what_is_there_is_told_by_everybody_who_looks_on(name):
    desk = looking_on(name)
    desk.put("DCIM/Camera/a.mp4")
    desk.unlink("DCIM/Camera/a.mp4")
    assert len(desk.of(Match)) == 1


def onlooker(*changes: str, logs: tuple[str, ...] = ()) -> Desk:
    """Who looks on at all of shared storage."""
    modes = {"m": Mode(acts_on=changes, logs=logs)}
    return Desk(
        evolve(
            MIUI,
            hook=evolve(MIUI.hook, modes=modes),
            scope=evolve(MIUI.scope, sets={"all": ("**",)}),
            parameters={},
        )
    )


@pytest.mark.parametrize("logged", [True, False])
def test_removing_a_folder_that_holds_something_fails_and_is_told_by_nobody(logged):
    desk = onlooker(logs=("rmdir",)) if logged else onlooker("rmdir")
    desk.put()
    assert desk.asked("rmdir", FOLDER) == "ENOTEMPTY"
    assert desk.of(Match) == []


@pytest.mark.parametrize("logged", [True, False])
def test_a_rename_into_a_folder_that_is_not_there_fails_and_is_told_by_nobody(logged):
    desk = onlooker(logs=("rename",)) if logged else onlooker("leave")
    desk.put()
    assert desk.asked("rename", VIDEO, "DCIM/None/a.mp4") == "ENOENT"
    assert desk.of(Match) == []


@pytest.mark.parametrize("logged", [True, False])
def test_a_rename_that_takes_effect_is_told(logged):
    desk = onlooker(logs=("rename",)) if logged else onlooker("leave")
    desk.put()
    assert desk.asked("rename", VIDEO, "DCIM/a.mp4") == "success"
    assert [m.action for m in desk.of(Match)] == ["log" if logged else "notify"]


def test_an_overwrite_is_told_as_one_by_who_also_logs_readers():
    desk = onlooker("truncate", logs=("read",))
    desk.put()
    desk.asked("open", VIDEO, "write")
    assert [(m.verb, m.action) for m in desk.of(Match)] == [("truncate", "notify")]


def test_a_reader_is_logged_by_who_logs_readers():
    desk = onlooker("truncate", logs=("read",))
    desk.put()
    desk.asked("open", VIDEO, "read")
    assert [(m.verb, m.action) for m in desk.of(Match)] == [("open", "log")]


# -- who is on the screen ----------------------------------------------------------------------


def observed(*before: Happening) -> Trace:
    """An app that removes the original at second 6, under an observer that guesses who did."""
    app = scenario(
        "s01-delete-original",
        watcher__rule="vivo-observer",
        phone__android="11",
        phone__stack="fuse",
    )
    chat = OtherApp(OTHER.package, Localized("Chat", "小聊"))
    return engine.run(evolve(app, others=(chat,), happens=(*app.happens, *before)))


def switched(at: float) -> Happening:
    return Happening(Seconds(at), user="switch app", app=OTHER.package)


def test_the_app_on_the_screen_is_named():
    assert [n.names_app for n in of(observed(), Notice)] == [APP.package]


def test_another_app_that_came_to_the_screen_in_between_is_named_instead():
    assert [n.names_app for n in of(observed(switched(5.5)), Notice)] == [OTHER.package]


def test_that_is_the_wrong_app():
    assert [n.wrong_app for n in judge(observed(switched(5.5))).notices] == [True]


def test_it_is_named_as_a_person_knows_it():
    (notice,) = of(observed(switched(5.5)), Notice)
    assert notice.text["zh-CN"] == "检测到小聊已删除照片或视频"


def test_who_comes_to_the_screen_after_the_removal_is_not_named():
    assert [n.names_app for n in of(observed(switched(6.1)), Notice)] == [APP.package]


# -- kept aside --------------------------------------------------------------------------------


def test_a_refused_removal_first_leaves_the_file_under_its_name():
    desk = Desk(HUAWEI)
    desk.put()
    desk.unlink()
    assert list(desk.files) == [VIDEO]


def test_then_it_is_set_aside_in_its_folder():
    desk = Desk(HUAWEI)
    desk.put()
    desk.unlink()
    desk.wait(0.1)
    assert list(desk.files) == [ASIDE]


def test_a_file_kept_aside_stands_in_the_list_of_its_folder():
    desk = Desk(HUAWEI)
    desk.put()
    desk.unlink()
    desk.wait(0.1)
    assert list(desk.phone.fs.find(lower(FOLDER)).entries) == [basename(ASIDE)]


def test_then_it_is_in_the_bin():
    desk = Desk(HUAWEI)
    desk.put()
    desk.unlink()
    desk.wait(1.0)
    assert list(desk.files) == [f"{BIN}/a.mp4"]


def test_after_the_keeping_time_it_is_gone():
    desk = Desk(HUAWEI)
    desk.put()
    desk.unlink()
    desk.wait(HUAWEI.rescue.retention + 1.0)
    assert desk.files == {}


@pytest.mark.parametrize("after", [0.0, 0.1, 1.0])
def test_what_is_kept_takes_up_room(after):
    desk = Desk(HUAWEI)
    desk.put(size=1000)
    desk.unlink()
    desk.wait(after) if after else None
    assert desk.phone.fs.used == 1000


@pytest.mark.parametrize(("after", "told"), [(0.1, "ENOTEMPTY"), (1.0, "success")])
def test_a_folder_cannot_be_removed_while_a_file_is_kept_aside_in_it(after, told):
    desk = Desk(HUAWEI)
    desk.put()
    desk.unlink()
    desk.wait(after)
    assert desk.asked("rmdir", FOLDER) == told


def test_a_name_too_long_for_the_mark_stays_as_it_is():
    # 255 bytes are what a name may have; the mark would make it 261.
    desk, path = Desk(HUAWEI), f"{FOLDER}/{'x' * 251}.mp4"
    desk.put(path)
    desk.unlink(path)
    desk.wait(1.0)
    assert list(desk.files) == [path]


def test_it_is_told_all_the_same_that_it_was_intercepted():
    desk, path = Desk(HUAWEI), f"{FOLDER}/{'x' * 251}.mp4"
    desk.put(path)
    desk.unlink(path)
    desk.wait(1.0)
    assert "was_intercepted" in desk.of(Notice)[0].claims


def test_two_files_of_one_name_from_two_folders_are_both_in_the_bin():
    desk = Desk(HUAWEI)
    for folder in ("DCIM/A", "DCIM/B"):
        desk.put(f"{folder}/a.mp4", folder)
        desk.unlink(f"{folder}/a.mp4")
    desk.wait(1.0)
    assert sorted(desk.files.values()) == ["DCIM/A", "DCIM/B"]


def test_what_is_taken_out_of_the_bin_is_where_it_was():
    desk = Desk(HUAWEI)
    desk.put()
    desk.unlink()
    desk.wait(1.0)
    desk.aftermath.restore(())
    assert list(desk.files) == [VIDEO]


def test_where_the_name_is_taken_by_then_there_are_two_files():
    desk = Desk(HUAWEI)
    desk.put(recipe="first")
    desk.unlink()
    desk.wait(1.0)
    desk.put(recipe="second")
    desk.aftermath.restore(())
    assert desk.files == {VIDEO: "second", f"{FOLDER}/2-a.mp4": "first"}


def test_what_was_taken_out_of_the_bin_stays():
    desk = Desk(HUAWEI)
    desk.put()
    desk.unlink()
    desk.wait(1.0)
    desk.aftermath.restore(())
    desk.wait(HUAWEI.rescue.retention + 1.0)
    assert list(desk.files) == [VIDEO]


def test_out_of_an_empty_bin_nothing_can_be_taken():
    with pytest.raises(FileError, match="ENOENT"):
        Desk(HUAWEI).aftermath.restore(())


def test_what_somebody_removed_from_the_bin_does_not_hold_up_the_rest():
    desk = Desk(HUAWEI)
    for name in ("a", "b"):
        desk.put(f"{FOLDER}/{name}.mp4")
        desk.unlink(f"{FOLDER}/{name}.mp4")
    desk.wait(1.0)
    desk.unlink(f"{BIN}/a.mp4", caller=SHELL)
    desk.aftermath.restore(())
    assert list(desk.files) == [f"{FOLDER}/b.mp4"]


def test_taken_out_of_the_bin_copy_and_original_are_two_videos():
    app = scenario("album-pipeline", pipeline__place="DCIM/Camera")
    back = Happening(Seconds(100.0), user="restore from bin")
    trace = engine.run(evolve(app, happens=(*app.happens, back)))
    before = names(trace, "upper", "start")
    (copy,) = names(trace, "upper") - before
    assert before < names(trace, "upper")
    assert (dirname(copy), basename(copy)[:4]) == ("DCIM/Camera", "VID_")


# -- folders -----------------------------------------------------------------------------------


def folders(**chosen: str) -> Desk:
    """The rule that looks at folders as well, on a phone where it is known."""
    return Desk(OPLUS, stack="fuse", api=30, **chosen)


def test_an_empty_folder_that_may_not_be_removed_goes_to_the_bin():
    desk = folders()
    desk.phone.put_folder(FOLDER, APP.package)
    desk.asked("rmdir", FOLDER)
    desk.wait(1.0)
    assert desk.phone.fs.find(lower("Pictures/.RecycleBin/Trip")).directory


def test_a_folder_that_holds_something_stays_with_all_that_it_holds():
    desk = folders()
    desk.put()
    assert desk.asked("rmdir", FOLDER) == "999"
    desk.wait(1.0)
    assert list(desk.files) == [VIDEO]


def test_what_is_put_into_a_folder_in_the_bin_outlives_the_keeping_time():
    desk = folders()
    desk.phone.put_folder(FOLDER, APP.package)
    desk.asked("rmdir", FOLDER)
    desk.wait(1.0)
    desk.put("Pictures/.RecycleBin/Trip/b.mp4")
    desk.wait(OPLUS.rescue.retention + 1.0)
    assert list(desk.files) == ["Pictures/.RecycleBin/Trip/b.mp4"]


@pytest.mark.parametrize("sees", ["999", "success"])
def test_who_may_not_make_a_file_is_told_so_whatever_else_it_is_told(sees):
    desk = folders(app_sees=sees)
    desk.phone.put_folder(FOLDER, APP.package)
    assert desk.asked("open", f"{FOLDER}/.nomedia", "write") == "999"


@pytest.mark.parametrize("sees", ["999", "success"])
def test_what_may_not_be_made_is_not_made(sees):
    desk = folders(app_sees=sees)
    desk.phone.put_folder(FOLDER, APP.package)
    with suppress(FileError):
        desk.phone.open(APP, f"{FOLDER}/.nomedia", "write", (), "app")
    assert (desk.files, desk.of(FileEvent)) == ({}, [])


def test_a_bin_that_its_own_rule_lets_nobody_empty_does_not_keep_the_run_going():
    nobody = evolve(HUAWEI, callers=evolve(HUAWEI.callers, whitelist=()))
    app = scenario("s01-delete-original")
    trace = engine.run(evolve(app, watcher=WatcherSpec("./mine.yaml", custom=nobody)))
    assert any(path.startswith(BIN) for path in names(trace, "lower", "retention"))


# -- the two ways in which a watcher costs content ---------------------------------------------


def twice(rule: Rule, after: float) -> Desk:
    """The app removes a file, and so long afterwards another one of the same name."""
    desk = Desk(rule)
    for recipe in ("first", "second"):
        desk.put(recipe=recipe)
        desk.unlink()
        desk.wait(after)
    desk.wait(1.0)
    return desk


def numbering(rule: Rule) -> Rule:
    return evolve(rule, rescue=evolve(rule.rescue, collision="number"))


def test_a_second_rescue_of_that_name_overwrites_the_first():
    # Set aside after 40 ms, in the bin after 200 ms: in between the name is taken.
    assert sorted(twice(HUAWEI, 0.1).files.values()) == ["second"]


def test_once_the_first_is_in_the_bin_it_is_safe():
    assert sorted(twice(HUAWEI, 0.3).files.values()) == ["first", "second"]


def test_a_rule_that_numbers_its_names_keeps_both():
    assert sorted(twice(numbering(HUAWEI), 0.1).files.values()) == ["first", "second"]


@settings(max_examples=40, deadline=None)
@given(st.integers(41, 400).filter(lambda ms: ms != 160))
def test_it_is_lost_where_the_second_is_set_aside_before_the_first_is_in_the_bin(ms):
    lost = sorted(twice(HUAWEI, ms / 1000).files.values()) == ["second"]
    assert lost == (ms + 40 < 200)


def beside(rule: str) -> Trace:
    """The app removes a video beside which a file lies that is named like its rescued one."""
    app = scenario("s01-delete-original")
    kept = AlbumFile("DCIM/Camera/.VID_20221112_205500.mp4.hwbk", Bytes(7_000_000))
    phone = evolve(app.phone, album=(*app.phone.album, kept))
    return engine.run(evolve(app, phone=phone, watcher=WatcherSpec(rule)))


def content(trace: Trace, moment: str = "end") -> dict[str, str]:
    """What is on the phone at a moment: contents, each with a path."""
    seen = [r for r in of(trace, FileState) if (r.view, r.moment) == ("lower", moment)]
    return {r.digest: r.path for r in seen}


def lost(rule: str) -> set[str]:
    """What is on the phone no more at the end, by the path that it had."""
    trace = beside(rule)
    return {
        path for digest, path in content(trace, "start").items() if digest not in content(trace)
    }


def test_without_a_watcher_what_is_lost_is_what_was_removed():
    assert lost(watchers.NONE) == {"DCIM/Camera/VID_20221112_205500.mp4"}


def test_a_rescue_costs_a_file_that_nobody_wanted_to_remove():
    assert lost("huawei-acm") == {"DCIM/Camera/.VID_20221112_205500.mp4.hwbk"}


def test_on_a_full_phone_what_is_kept_leaves_no_room_for_the_next_file():
    guarded, bare = Desk(HUAWEI, room=1500), Desk(watchers.rule("miui-log"), room=1500)
    told = []
    for desk in (guarded, bare):
        desk.put(size=1000)
        desk.unlink()
        desk.wait(1.0)
        file = desk.phone.open(APP, f"{FOLDER}/b.mp4", "write", (), "app")
        try:
            desk.phone.write(file, "b", 1000, ())
        except FileError as error:
            told.append(error.error)
    assert told == ["ENOSPC"]


def test_what_the_bin_lets_go_of_makes_room_again():
    desk = Desk(HUAWEI, room=1500)
    desk.put(size=1000)
    desk.unlink()
    desk.wait(HUAWEI.rescue.retention + 1.0)
    desk.put(f"{FOLDER}/b.mp4", size=1000)
    assert list(desk.files) == [f"{FOLDER}/b.mp4"]


FIRST, SECOND = "DCIM/Camera/VID_20221112_205500.mp4", "DCIM/Camera/VID_20221030_181500.mp4"


def crammed(rule: str, variant: str, room: int, *happens: Happening) -> Trace:
    """The app sends two videos, one after the other, from a phone with so much storage."""
    app = scenario(
        "album-pipeline", phone__android="11", phone__stack="fuse", pipeline__variant=variant
    )
    album = (
        AlbumFile(FIRST, Bytes(2_000_000), Seconds(60.0)),
        AlbumFile(SECOND, Bytes(1_000_000), Seconds(60.0)),
    )
    return engine.run(
        evolve(
            app,
            phone=evolve(app.phone, album=album, storage=Bytes(room)),
            happens=(
                Happening(Seconds(5.0), user="send video", original=FIRST),
                Happening(Seconds(100.0), user="send video", original=SECOND),
                *happens,
            ),
            watcher=WatcherSpec(rule),
            until=Seconds(40 * DAY),
        )
    )


#: Each video is a minute long, which the app's copy makes 15 MB of.
ROOM = 30_000_000
BINNED = Happening(Seconds(400.0), user="trash in gallery", original=SECOND)


def end_of(trace: Trace, path: str = SECOND):
    return next(o for o in judge(trace).originals if o.path == path).end


def test_on_a_full_phone_a_guard_costs_the_copy_that_would_have_been_left():
    # The first copy is kept and not removed, so there is no room for the second, which is never
    # sent; then the user throws the original away.
    guarded, bare = (
        end_of(crammed(rule, "normal", ROOM, BINNED)) for rule in ("oplus-acm", watchers.NONE)
    )
    assert (bare.loss, bare.survives_in) == ("all", ("server",))
    assert (guarded.loss, guarded.survives_in) == ("cannot_tell", ())


def test_on_a_full_phone_a_guard_leaves_an_original_half_overwritten():
    # The app's own bytes survive elsewhere and on the server; those of the original are gone
    # either way, as they were cut off before anything was written.
    guarded, bare = (
        end_of(crammed(rule, "overwrite-original", 50_000_000))
        for rule in ("oplus-acm", watchers.NONE)
    )
    assert (bare.fate, bare.survives_in, bare.unfinished_in) == (
        "modified",
        ("album", "server"),
        (),
    )
    assert (guarded.fate, guarded.survives_in, guarded.unfinished_in) == (
        "modified",
        ("elsewhere", "server"),
        ("album",),
    )


def test_on_a_full_phone_a_guard_can_save_an_original_by_there_being_no_room():
    guarded, bare = (
        end_of(crammed(rule, "overwrite-original", 45_000_000))
        for rule in ("oplus-acm", watchers.NONE)
    )
    assert (bare.fate, guarded.fate) == ("modified", "intact")


# -- the user is asked -------------------------------------------------------------------------


def gate(answer: str, **changes: str) -> Trace:
    """The app has MediaStore delete the original, and OPPO's gate asks the user."""
    app = scenario(
        "s01-delete-original",
        watcher__rule="oppo-gate",
        phone__android="9",
        clean_up__via="mediastore",
        **changes,
    )
    return engine.run(evolve(app, consent=Consent(answer)))


SCOPED = {"app__storage": "scoped", "app__target_sdk": "30"}


def consent(answer: str, **changes: str) -> Trace:
    """The app may not remove the original by its path, so it has Android ask the user."""
    app = scenario(
        "s01-delete-original",
        **{
            "watcher__rule": "consent",
            "phone__android": "11",
            "phone__stack": "fuse",
            "clean_up__on_refusal": "asks_user",
            **SCOPED,
            **changes,
        },
    )
    return engine.run(evolve(app, consent=Consent(answer)))


asked_by = pytest.mark.parametrize("asking", [gate, consent])


@asked_by
@pytest.mark.parametrize(
    ("answer", "fate", "outcome"),
    [
        ("agrees", "deleted", "with_consent"),
        ("declines", "intact", "quiet"),
        ("ignores", "intact", "quiet"),
    ],
)
def test_what_becomes_of_the_original_is_what_the_user_says(asking, answer, fate, outcome):
    verdict = judge(asking(answer))
    assert (verdict.originals[0].end.fate, verdict.outcome) == (fate, outcome)


@asked_by
@pytest.mark.parametrize(
    ("answer", "ledger"),
    [("agrees", ["deleted"]), ("declines", ["failed"]), ("ignores", [])],
)
def test_what_the_app_believes_is_what_it_was_told(asking, answer, ledger):
    assert [b.state for b in of(asking(answer), Belief)] == ledger


@asked_by
@pytest.mark.parametrize(("answer", "result"), [("agrees", "done"), ("ignores", "unanswered")])
def test_what_came_of_the_request(asking, answer, result):
    assert judge(asking(answer)).removals[-1].result == result


@asked_by
def test_after_a_no_the_request_is_refused(asking):
    assert judge(asking("declines")).removals[-1].result == "refused"


@asked_by
@pytest.mark.parametrize("answer", ["agrees", "declines", "ignores"])
def test_the_user_is_asked_once(asking, answer):
    (dialog,) = of(asking(answer), Dialog)
    assert (dialog.names_app, dialog.path) == (APP.package, FIRST)


@asked_by
def test_nothing_happens_before_the_answer(asking):
    trace = asking("agrees")
    (dialog,) = of(trace, Dialog)
    (answer,) = [r for r in of(trace, Cause) if r.because == (dialog.id,)]
    removed = [e for e in of(trace, FileEvent) if e.verb in {"unlink", "delete"}]
    assert answer.t == dialog.t + 3.0
    assert {e.t for e in removed} == {answer.t}


def test_a_question_that_is_ignored_holds_the_app_up_to_the_end_of_the_run():
    trace = consent("ignores", pipeline__variant="delete-by-path-and-row")
    (dialog,) = of(trace, Dialog)
    (last,) = [r for r in trace.records[dialog.id :] if not isinstance(r, FileState)]
    assert (last.what, last.t) == ("still at work", trace.header.duration)


def test_after_a_no_the_app_goes_on_to_its_next_step():
    trace = consent("declines", pipeline__variant="delete-by-path-and-row")
    assert len(of(trace, Dialog)) == 2


def test_the_gate_says_to_the_app_that_nothing_was_deleted():
    (refusal,) = of(gate("declines"), Refusal)
    assert (refusal.layer, refusal.rule, refusal.told) == ("resolver", "oppo-gate", "0 rows")


def test_the_gate_asks_nobody_about_an_app_that_was_granted_it():
    trace = gate("declines", watcher__whitelist="app")
    assert (of(trace, Dialog), judge(trace).originals[0].end.fate) == ([], "deleted")


def test_the_gate_does_not_see_a_removal_by_path():
    app = scenario("s01-delete-original", watcher__rule="oppo-gate", phone__android="9")
    assert of(engine.run(app), Dialog) == []


def test_android_asks_nobody_about_an_app_in_the_old_storage_mode():
    trace = consent("declines", app__storage="legacy", app__target_sdk="29")
    assert (of(trace, Dialog), judge(trace).originals[0].end.fate) == ([], "deleted")
