"""What the operating system deletes itself: caches for room, an app's data, an app."""

from __future__ import annotations

import pytest
import simpy

from simulator.android.app_storage import (
    INSTALLD,
    cache_folders,
    clear_cache,
    clear_data,
    clear_external_caches,
    packages,
    uninstall,
)
from simulator.android.files import FileError
from simulator.android.free_cache import DEFAULT_QUOTA, behave, free_cache
from simulator.android.permissions import Caller
from simulator.android.phone import Phone, installed
from simulator.android.processes import app_process
from simulator.android.stack import Stack
from simulator.trace import FileEvent, Log, Operation

SHOP, NEWS = app_process("com.example.shop"), app_process("com.example.news", 10_124)
CAPACITY = 1_000
SHOP_CACHE = "/data/user/0/com.example.shop/cache"
NEWS_CACHE = "/data/user/0/com.example.news/cache"
QUOTAS = {SHOP.package: 100, NEWS.package: 100}


class Bench:
    """A small phone with two apps, whose files can be made at chosen times."""

    def __init__(self, api=31, stack="fuse", granted=()):
        self.env = simpy.Environment()
        self.log = Log(self.env)
        who = Caller(api=api, target_sdk=api, granted=frozenset(granted))
        self.phone = Phone(
            self.log,
            Stack(stack, api),
            installed((SHOP.package, NEWS.package), CAPACITY).copy(),
            {SHOP.package: who, NEWS.package: who},
        )

    def make(self, path, size, caller=SHOP, at=None):
        if at is not None and at > self.env.now:
            self.env.run(until=at)
        self.phone.makedirs(caller, path.rpartition("/")[0], (), "app")
        file = self.phone.open(caller, path, "write", (), "app")
        if size:
            self.phone.write(file, path, size, ())
        self.phone.close(file)

    def free(self, target, **options):
        options.setdefault("quotas", QUOTAS)
        return free_cache(self.phone, target, (), **options)

    def there(self, path):
        lower = path if path.startswith("/") else f"/data/media/0/{path}"
        return self.phone.fs.find(lower) is not None

    def gone(self):
        """What was unlinked, in order."""
        return [r.path for r in self.log.records if isinstance(r, Operation) and r.verb == "unlink"]


# -- which folders -----------------------------------------------------------------------------


def test_five_folders_of_an_app_hold_its_cache():
    assert cache_folders("com.x") == (
        "/data/user/0/com.x/cache",
        "/data/user/0/com.x/code_cache",
        "/data/user_de/0/com.x/cache",
        "/data/user_de/0/com.x/code_cache",
        "Android/data/com.x/cache",
    )


@pytest.mark.parametrize("sdk", ["shared", "com.ads@A1b2"])
@pytest.mark.parametrize("home", ["/data/misc_ce/0", "/data/misc_de/0"])
@pytest.mark.parametrize("kind", ["cache", "code_cache"])
def test_the_sandbox_of_each_advertising_library_has_caches_too(home, sdk, kind):
    bench = Bench()
    folder = f"{home}/sdksandbox/{SHOP.package}/{sdk}/{kind}"
    bench.phone.put(f"{folder}/a", "x", 500, SHOP.package, listed=False)
    bench.free(CAPACITY)
    assert not bench.there(f"{folder}/a")


def test_what_else_a_sandbox_holds_is_no_cache():
    bench = Bench()
    path = f"/data/misc_ce/0/sdksandbox/{SHOP.package}/shared/files/a"
    bench.phone.put(path, "x", 500, SHOP.package, listed=False)
    bench.free(CAPACITY, defy_quota=True)
    assert bench.there(path)


@pytest.mark.parametrize(
    ("act", "left"),
    [(clear_cache, ["files"]), (clear_data, []), (uninstall, [])],
    ids=["clear cache", "clear data", "uninstall"],
)
def test_a_sandbox_is_cleared_as_the_apps_own_storage_is(act, left):
    bench = Bench()
    sandbox = f"/data/misc_ce/0/sdksandbox/{SHOP.package}/shared"
    for name in ("cache", "files"):
        bench.phone.put(f"{sandbox}/{name}/a", "x", 10, SHOP.package, listed=False)
    act(bench.phone, SHOP.package, ())
    assert [name for name in ("cache", "files") if bench.there(f"{sandbox}/{name}/a")] == left


def test_every_package_with_a_folder_of_its_own_is_known():
    bench = Bench()
    bench.phone.makedirs(app_process("org.outside"), "Android/data/org.outside", (), "app")
    assert packages(bench.phone) == ("com.example.news", "com.example.shop", "org.outside")


def test_files_outside_the_cache_are_left_alone():
    bench = Bench()
    bench.make("/data/user/0/com.example.shop/files/a", 500)
    bench.free(CAPACITY, defy_quota=True)
    assert bench.gone() == []


@pytest.mark.parametrize("folder", cache_folders(SHOP.package))
def test_a_file_in_each_cache_folder_may_go(folder):
    bench = Bench()
    bench.make(f"{folder}/a", 500)
    bench.free(CAPACITY)
    assert not bench.there(f"{folder}/a")


# -- freeCache ---------------------------------------------------------------------------------


def test_nothing_goes_where_enough_is_free():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/a", 500)
    assert (bench.free(500), bench.gone()) == (500, [])


def test_it_stops_as_soon_as_enough_is_free():
    bench = Bench()
    for n in range(4):
        bench.make(f"{SHOP_CACHE}/{n}", 100, at=n)
    assert (bench.free(750), len(bench.gone())) == (800, 2)


def test_the_oldest_goes_first():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/new", 200, at=20)
    bench.make(f"{NEWS_CACHE}/old", 0, NEWS)
    bench.make(f"{SHOP_CACHE}/newest", 200, at=30)
    bench.free(700)
    assert bench.gone() == [f"{SHOP_CACHE}/new"]


def test_writing_makes_a_file_young_again():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/first", 200, at=1)
    bench.make(f"{SHOP_CACHE}/second", 200, at=2)
    bench.make(f"{SHOP_CACHE}/first", 200, at=3)
    bench.free(700)
    assert bench.gone() == [f"{SHOP_CACHE}/second"]


def test_an_app_within_its_quota_loses_nothing():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/a", 99)
    bench.free(CAPACITY)
    assert bench.gone() == []


def test_an_app_at_its_quota_counts_as_over_it():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/a", 100)
    bench.free(CAPACITY)
    assert bench.gone() == [f"{SHOP_CACHE}/a"]


def test_an_app_is_trimmed_down_to_its_quota_only():
    bench = Bench()
    for n in range(4):
        bench.make(f"{SHOP_CACHE}/{n}", 50, at=n)
    bench.free(CAPACITY)
    assert bench.gone() == [f"{SHOP_CACHE}/{n}" for n in range(3)]


def test_told_to_defy_the_quota_it_takes_everything():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/a", 99)
    bench.free(CAPACITY, defy_quota=True)
    assert bench.gone() == [f"{SHOP_CACHE}/a"]


def test_without_a_known_quota_an_app_has_64_mebibytes():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/a", 999)
    bench.free(CAPACITY, quotas={})
    assert (DEFAULT_QUOTA, bench.gone()) == (67_108_864, [])


def test_whoever_is_the_most_over_the_quota_loses_first_and_it_is_asked_anew_each_time():
    bench = Bench()
    for n in range(3):
        bench.make(f"{SHOP_CACHE}/{n}", 100, at=n)
    for n in range(2):
        bench.make(f"{NEWS_CACHE}/{n}", 125, NEWS, at=10 + n)
    bench.free(CAPACITY)
    # 3.0 against 2.5; then 2.0 against 2.5; 2.0 against 1.25; 1.0 against 1.25; 1.0.
    owners = [path.split("/")[4].rpartition(".")[2] for path in bench.gone()]
    assert owners == ["shop", "news", "shop", "news", "shop"]


def test_the_quota_decides_and_not_the_size():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/big", 300)
    bench.make(f"{NEWS_CACHE}/small", 50, NEWS)
    bench.free(700, quotas={SHOP.package: 290, NEWS.package: 10})
    assert bench.gone() == [f"{NEWS_CACHE}/small"]


def test_what_a_folder_holds_goes_before_the_folder():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/d/a", 200)
    bench.free(CAPACITY + 1, defy_quota=True)
    verbs = [r.verb for r in bench.log.records if isinstance(r, Operation)][-2:]
    assert (verbs, bench.there(f"{SHOP_CACHE}/d")) == (["unlink", "rmdir"], False)


def test_a_folder_is_as_young_as_the_youngest_it_holds():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/d/a", 200, at=1)
    bench.make(f"{SHOP_CACHE}/b", 200, at=2)
    bench.make(f"{SHOP_CACHE}/d/c", 200, at=3)
    bench.free(750)
    assert (bench.gone(), bench.there(f"{SHOP_CACHE}/d/c")) == (
        [f"{SHOP_CACHE}/d/a", f"{SHOP_CACHE}/b"],
        True,
    )


def test_a_group_goes_as_one():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/g/a", 100, at=1)
    bench.make(f"{SHOP_CACHE}/g/b", 100, at=2)
    behave(bench.phone.fs, f"{SHOP_CACHE}/g", group=True)
    bench.free(850)
    assert (bench.there(f"{SHOP_CACHE}/g"), len(bench.gone())) == (False, 2)


def test_a_group_is_as_young_as_its_youngest_file():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/g/a", 100, at=1)
    bench.make(f"{SHOP_CACHE}/x", 100, at=2)
    bench.make(f"{SHOP_CACHE}/g/b", 100, at=3)
    behave(bench.phone.fs, f"{SHOP_CACHE}/g", group=True)
    bench.free(800)
    assert bench.gone() == [f"{SHOP_CACHE}/x"]


def test_a_tombstone_keeps_the_names_and_takes_the_bytes_however_deep():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/t/deep/a", 200)
    behave(bench.phone.fs, f"{SHOP_CACHE}/t", tombstone=True)
    free = bench.free(CAPACITY, defy_quota=True)
    left = bench.phone.fs.find(f"{SHOP_CACHE}/t/deep/a")
    assert (free, left.content.size, bench.gone()) == (CAPACITY, 0, [])


def test_a_group_that_is_a_tombstone_is_emptied_as_one():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/t/a", 100, at=1)
    bench.make(f"{SHOP_CACHE}/t/b", 100, at=2)
    behave(bench.phone.fs, f"{SHOP_CACHE}/t", group=True, tombstone=True)
    bench.free(850)
    assert (bench.phone.fs.used, bench.there(f"{SHOP_CACHE}/t/b")) == (0, True)


def test_a_behaviour_can_be_taken_back():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/t/a", 200)
    behave(bench.phone.fs, f"{SHOP_CACHE}/t", group=True, tombstone=True)
    behave(bench.phone.fs, f"{SHOP_CACHE}/t")
    bench.free(CAPACITY, defy_quota=True)
    assert not bench.there(f"{SHOP_CACHE}/t/a")


def test_a_file_in_use_goes_by_name_and_keeps_its_bytes():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/a", 300)
    file = bench.phone.open(SHOP, f"{SHOP_CACHE}/a", "read", (), "app")
    free = bench.free(CAPACITY)
    assert (free, bench.there(f"{SHOP_CACHE}/a"), bench.phone.read(file, 300)) == (700, False, 300)


def test_because_a_file_in_use_frees_nothing_the_trim_goes_on():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/a", 300, at=1)
    bench.make(f"{SHOP_CACHE}/b", 300, at=2)
    bench.phone.open(SHOP, f"{SHOP_CACHE}/a", "read", (), "app")
    bench.free(650)
    assert bench.gone() == [f"{SHOP_CACHE}/a", f"{SHOP_CACHE}/b"]


def test_the_bytes_of_a_file_in_use_come_free_with_its_closing():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/a", 300)
    file = bench.phone.open(SHOP, f"{SHOP_CACHE}/a", "read", (), "app")
    bench.free(CAPACITY)
    bench.phone.close(file)
    assert bench.phone.fs.used == 0


def test_installd_does_it_on_the_lower_file_system():
    bench = Bench()
    bench.make(f"Android/data/{SHOP.package}/cache/a", 300)
    bench.free(CAPACITY)
    seen = [
        (r.layer, r.asked_by, r.done_by)
        for r in bench.log.records
        if isinstance(r, FileEvent) and r.verb == "unlink"
    ]
    assert seen == [("f2fs", "installd", "installd")]


def test_the_request_says_for_whom_room_was_made():
    bench = Bench()
    bench.make(f"{SHOP_CACHE}/a", 300)
    bench.free(CAPACITY, for_whom=NEWS.package)
    removal = next(r for r in bench.log.records if isinstance(r, Operation) and r.verb == "unlink")
    assert (removal.asked_by, removal.for_whom) == (INSTALLD.package, NEWS.package)


def test_before_android_8_the_oldest_file_of_all_goes_whatever_the_quota():
    bench = Bench(api=25, stack="fuse-daemon", granted=("WRITE_EXTERNAL_STORAGE",))
    bench.make(f"{NEWS_CACHE}/old", 10, NEWS, at=1)
    bench.make(f"{SHOP_CACHE}/new", 500, at=2)
    bench.free(500)
    assert bench.gone() == [f"{NEWS_CACHE}/old"]


def test_before_android_8_there_were_no_tombstones():
    bench = Bench(api=25, stack="fuse-daemon")
    bench.make(f"{SHOP_CACHE}/t/a", 500)
    behave(bench.phone.fs, f"{SHOP_CACHE}/t", tombstone=True)
    bench.free(CAPACITY)
    assert bench.gone() == [f"{SHOP_CACHE}/t/a"]


# -- clear cache, clear data, uninstall --------------------------------------------------------


def filled(api=31, stack="fuse", granted=()):
    """A phone on which the shop has a file in each of its places, and one in the album."""
    bench = Bench(api, stack, granted)
    for path in (*(f"{folder}/a" for folder in cache_folders(SHOP.package)), *KEPT):
        bench.make(path, 10)
    bench.make(f"{NEWS_CACHE}/a", 10, NEWS)
    return bench


KEPT = (
    "/data/user/0/com.example.shop/files/a",
    "Android/data/com.example.shop/files/a",
    "Android/obb/com.example.shop/a",
    "Android/media/com.example.shop/a.mp4",
    "Movies/a.mp4",
)


def left_of_shop(bench):
    return {p.removeprefix("/data/media/0/") for p, _ in bench.phone.fs.regular_files()} - {
        f"{NEWS_CACHE}/a"
    }


def test_clearing_the_cache_takes_all_caches_and_nothing_else():
    bench = filled()
    clear_cache(bench.phone, SHOP.package, ())
    assert left_of_shop(bench) == set(KEPT)


def test_clearing_the_cache_leaves_the_folders():
    bench = filled()
    clear_cache(bench.phone, SHOP.package, ())
    assert bench.there(SHOP_CACHE)


def test_clearing_data_takes_internal_storage_and_android_data():
    bench = filled()
    clear_data(bench.phone, SHOP.package, ())
    assert left_of_shop(bench) == set(KEPT[2:])


def test_uninstalling_leaves_only_what_is_in_shared_storage():
    bench = filled()
    uninstall(bench.phone, SHOP.package, ())
    assert left_of_shop(bench) == {"Movies/a.mp4"}


@pytest.mark.parametrize("act", [clear_cache, clear_data, uninstall])
def test_another_app_loses_nothing(act):
    bench = filled()
    act(bench.phone, SHOP.package, ())
    assert bench.there(f"{NEWS_CACHE}/a")


@pytest.mark.parametrize("act", [clear_cache, clear_data, uninstall])
def test_the_system_does_it_for_the_user(act):
    bench = filled()
    before = len(bench.log.records)
    act(bench.phone, SHOP.package, ())
    asked = {
        (r.asked_by, r.for_whom) for r in bench.log.records[before:] if isinstance(r, Operation)
    }
    assert asked == {("installd", "user")}


@pytest.mark.parametrize("act", [clear_cache, clear_data, uninstall])
def test_doing_it_twice_is_doing_it_once(act):
    bench = filled()
    act(bench.phone, SHOP.package, ())
    before = len(bench.log.records)
    act(bench.phone, SHOP.package, ())
    assert len(bench.log.records) == before


def test_after_uninstalling_shared_media_has_no_owner():
    bench = filled()
    uninstall(bench.phone, SHOP.package, ())
    assert bench.phone.mediastore.row("Movies/a.mp4").owner is None


def test_after_uninstalling_android_media_has_no_rows():
    bench = filled()
    uninstall(bench.phone, SHOP.package, ())
    assert bench.phone.mediastore.row(KEPT[3]) is None


def test_an_app_that_is_installed_again_does_not_own_what_it_made_before():
    bench = filled(granted=("READ_MEDIA_VIDEO", "READ_EXTERNAL_STORAGE"))
    uninstall(bench.phone, SHOP.package, ())
    with pytest.raises(FileError):
        bench.phone.unlink(SHOP, "Movies/a.mp4", (), "app")
    assert bench.there("Movies/a.mp4")


def test_uninstalling_forgets_what_was_selected_for_the_app():
    bench = filled()
    bench.phone.mediastore.select(SHOP.package, "Movies/a.mp4")
    uninstall(bench.phone, SHOP.package, ())
    assert not bench.phone.mediastore.selected(SHOP.package, "Movies/a.mp4")


# -- an app that asks for all external caches to go --------------------------------------------


ALL_FILES = ("MANAGE_EXTERNAL_STORAGE",)


def test_with_all_files_access_and_the_users_consent_external_caches_go():
    bench = filled(granted=ALL_FILES)
    clear_external_caches(bench.phone, NEWS, (), agreed=True)
    assert (
        bench.there(f"Android/data/{SHOP.package}/cache/a"),
        bench.there(f"{SHOP_CACHE}/a"),
    ) == (
        False,
        True,
    )


def test_they_go_for_the_user_who_agreed():
    bench = filled(granted=ALL_FILES)
    before = len(bench.log.records)
    clear_external_caches(bench.phone, NEWS, (), agreed=True)
    whom = {r.for_whom for r in bench.log.records[before:] if isinstance(r, Operation)}
    assert whom == {"user"}


def test_without_consent_nothing_goes():
    bench = filled(granted=ALL_FILES)
    before = len(bench.log.records)
    assert clear_external_caches(bench.phone, NEWS, (), agreed=False) is False
    assert len(bench.log.records) == before


@pytest.mark.parametrize(
    ("api", "stack", "granted", "error"),
    [
        (31, "fuse", (), "SecurityException"),
        (29, "sdcardfs", ALL_FILES, "ActivityNotFoundException"),
    ],
)
def test_without_all_files_access_or_before_android_11_it_cannot_be_asked(
    api, stack, granted, error
):
    bench = Bench(api, stack, granted)
    with pytest.raises(FileError, match=error):
        clear_external_caches(bench.phone, NEWS, (), agreed=True)
