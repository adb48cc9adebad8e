"""The Huawei rule: what it looks at, what it does not, and whom it names."""

from __future__ import annotations

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from simulator.android.files import FileError
from simulator.android.paths import lower
from simulator.android.phone import Phone, installed
from simulator.android.processes import SHELL, Process, app_process
from simulator.android.stack import Stack
from simulator.trace import Log, Match, Pass, Sent
from simulator.watchers.guard import RuleGuard
from simulator.watchers.library import rule
from simulator.watchers.scope import covers
from simulator.watchers.settings import Settings

RULE = rule("huawei-acm")
APP = app_process("com.example.shop")
FOLDERS = st.lists(st.sampled_from(["DCIM", "Camera", "Pictures", "Shop", "Android"]), max_size=4)


class Bench:
    """A small phone with the rule on duty; Android's permissions are not asked there."""

    def __init__(self, *, overseas=False, **chosen):
        self.log = Log(simpy.Environment())
        fs = installed((APP.package,), 10**6).copy()
        self.phone = Phone(self.log, Stack("sdcardfs", 29), fs, {})
        self.events = []
        self.guard = RuleGuard(
            RULE,
            Settings(RULE, chosen, overseas),
            self.phone,
            self.log,
            APP.package,
            self.events.append,
        )
        self.guard.flag_folders(fs)
        self.phone.attach(self.guard)

    def unlink(self, path, caller=APP, creator="com.android.camera"):
        """Put a file there and remove it; gives the error that the caller is told, if any."""
        self.phone.put(path, "x", 10, creator, listed=False)
        try:
            self.phone.unlink(caller, path, (), "app")
        except FileError as error:
            return error.error
        return None

    @property
    def named(self):
        """Whom each event named."""
        return [event.seen_as for event in self.events]


def test_a_media_name_in_a_watched_folder_is_refused():
    assert Bench().unlink("DCIM/Camera/a.mp4") == "EOWNERDEAD"


def test_there_are_twenty_photo_and_twenty_three_video_endings():
    assert (len(RULE.types.photo), len(RULE.types.video)) == (20, 23)


@pytest.mark.parametrize("suffix", RULE.types.photo + RULE.types.video)
def test_every_listed_ending_is_refused_in_any_case(suffix):
    assert Bench().unlink(f"DCIM/a.{suffix.upper()}") is not None


@pytest.mark.parametrize("name", ["a", "a.tmp", "a.mp4.tmp", "mp4", "a.mp44", "a."])
def test_other_names_pass(name):
    assert Bench().unlink(f"DCIM/{name}") is None


def test_a_file_kept_aside_cannot_be_removed_either():
    assert Bench().unlink("DCIM/.a.mp4.hwbk") == "EACCES"


def test_who_made_the_file_does_not_matter():
    assert Bench().unlink("DCIM/a.mp4", creator=APP.package) is not None


def test_the_shell_is_exempt_by_its_uid():
    assert Bench().unlink("DCIM/a.mp4", caller=SHELL) is None


def test_an_overseas_build_is_silent():
    assert Bench(overseas=True).unlink("DCIM/a.mp4") is None


@pytest.mark.parametrize(("nomedia", "told"), [("ignored", "EOWNERDEAD"), ("exempts", None)])
def test_whether_a_hidden_folder_is_watched_can_be_tried_both_ways(nomedia, told):
    bench = Bench(nomedia=nomedia)
    bench.phone.put("DCIM/Hidden/.nomedia", "x", 1, APP.package, listed=False)
    assert bench.unlink("DCIM/Hidden/a.mp4") == told


def test_a_folder_without_a_nomedia_is_watched_whatever_becomes_of_hidden_ones():
    assert Bench(nomedia="exempts").unlink("DCIM/a.mp4") == "EOWNERDEAD"


def test_one_event_for_each_attempt():
    bench = Bench()
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        bench.unlink(f"DCIM/{name}")
    assert len(bench.events) == 3


def test_the_name_is_the_command_line_cut_at_the_colon():
    bench = Bench()
    bench.unlink("DCIM/a.mp4", caller=Process("com.x", 10_200, "com.x:upload"))
    assert bench.named == ["com.x"]


def test_the_name_is_cached_per_uid_so_a_shared_uid_is_misnamed():
    bench = Bench()
    bench.unlink("DCIM/a.mp4", caller=Process("com.x", 10_200, "com.x"))
    bench.unlink("DCIM/b.mp4", caller=Process("com.y", 10_200, "com.y"))
    assert bench.named == ["com.x", "com.x"]


def test_a_native_child_is_named_after_its_parent():
    bench = Bench()
    parent = Process("com.x", 10_200, "com.x")
    bench.unlink("DCIM/a.mp4", caller=Process("ffmpeg", 10_200, "./ffmpeg", parent))
    assert bench.named == ["com.x"]


def test_a_folder_renamed_into_a_watched_one_is_not_covered():
    bench = Bench()
    bench.phone.put_folder("Old", "app")
    bench.phone.fs.rename(lower("Old"), lower("DCIM/Old"))
    assert bench.unlink("DCIM/Old/a.mp4") is None


def test_a_pass_names_the_check_that_did_not_fit():
    bench = Bench()
    bench.unlink("Music/a.mp4")
    assert [(r.check, r.read) for r in bench.log.records if isinstance(r, Pass)] == [
        ("place", "Music")
    ]


def test_a_match_lists_every_check_with_what_it_read():
    bench = Bench()
    bench.unlink("DCIM/a.mp4")
    match = next(r for r in bench.log.records if isinstance(r, Match))
    assert [name for name, _ in match.checks] == ["place", "object", "name", "app", "exempt"]


def test_an_event_is_sent_for_a_match_and_for_nothing_else():
    bench = Bench()
    for path in ("DCIM/a.mp4", "Music/b.mp4", "DCIM/c.tmp"):
        bench.unlink(path)
    assert sum(isinstance(r, Sent) for r in bench.log.records) == 1


@given(FOLDERS)
def test_a_wider_scope_covers_whatever_a_narrower_one_covers(parts):
    folder = "/".join(parts)
    narrow, medium, wide = (
        covers(RULE.scope.sets[name], folder) for name in ("narrow", "medium", "wide")
    )
    assert narrow <= medium <= wide


@pytest.mark.parametrize(
    ("pattern", "folder", "fits"),
    [
        ("DCIM/Camera", "DCIM/Camera", True),
        ("DCIM/Camera", "DCIM/Camera/x", False),
        ("DCIM/**", "DCIM", True),
        ("DCIM/**", "dcim/Camera", True),
        ("DCIM/**", "DCIMX", False),
        ("**", "Anything", True),
    ],
)
def test_a_pattern_covers_its_folders(pattern, folder, fits):
    assert covers((pattern,), folder) is fits


def test_every_section_of_the_rule_has_a_grade_and_a_source():
    sections = (RULE.hook, RULE.scope, RULE.types, RULE.callers, RULE.seen_as)
    sections += (RULE.action, RULE.rescue, RULE.notice, *RULE.notice.wordings)
    assert all(section.grade and section.source for section in sections)
