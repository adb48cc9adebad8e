"""MediaStore: rows, names on disk, what is hidden, what a scan finds, and the trash."""

from __future__ import annotations

import pytest
import simpy
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from simulator.android.files import Content, FileError
from simulator.android.idle import EVERY, GRACE, idle_maintenance, next_pass
from simulator.android.media_names import (
    DAY,
    display_name,
    free_name,
    marked,
    with_mark,
    without_mark,
)
from simulator.android.media_places import has_rows, type_of, volume_of
from simulator.android.mediastore import MediaStore
from simulator.android.permissions import Caller, decide
from simulator.android.phone import Phone, installed
from simulator.android.processes import GALLERY, app_process
from simulator.android.redaction import as_read
from simulator.android.scanner import scan, scan_file
from simulator.android.stack import Stack
from simulator.android.trash import clear, mark, trash
from simulator.trace import FileEvent, FileState, Listing, Log, Operation, Refusal

CAMERA = "com.android.camera"
APP = app_process("com.example.shop")
OTHER = app_process("com.example.other", 10_124)
RES, WES = "READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE"
VIDEO = "DCIM/Camera/a.mp4"
NOW = 1_668_000_000


class Bench:
    """A phone with two apps and one camera video, and a clock that can be turned."""

    def __init__(self, api=31, stack="fuse", granted=(RES,), target=31, legacy=False):
        self.env = simpy.Environment()
        self.log = Log(self.env)
        who = Caller(api=api, target_sdk=target, granted=frozenset(granted), legacy_flag=legacy)
        self.phone = Phone(
            self.log,
            Stack(stack, api),
            installed((APP.package, OTHER.package), 10_000_000).copy(),
            {APP.package: who, OTHER.package: who},
            epoch=NOW,
        )
        self.phone.put(VIDEO, "video", 1_000, CAMERA, listed=True)

    def make(self, path, caller=APP, size=10):
        self.phone.makedirs(caller, path.rpartition("/")[0], (), "app")
        file = self.phone.open(caller, path, "write", (), "app")
        if size:
            self.phone.write(file, "new", size, ())
        self.phone.close(file)

    def row(self, path):
        return self.phone.mediastore.row(path)

    def wait(self, seconds):
        self.env.run(until=self.env.now + seconds)

    def view(self, view):
        self.phone.snapshot("end")
        return {r.path for r in self.log.records if isinstance(r, FileState) and r.view == view}

    def there(self, path):
        return self.phone.fs.find(f"/data/media/0/{path}") is not None


def legacy(**changes):
    """A phone with Android 9, whose app may write everywhere."""
    values = {"api": 28, "stack": "sdcardfs", "granted": (RES, WES), "target": 28, **changes}
    return Bench(**values)


# -- rows --------------------------------------------------------------------------------------


def test_names_of_rows_compare_without_case():
    store = MediaStore()
    store.insert("DCIM/A.mp4", "com.x")
    assert store.row("dcim/a.MP4").path == "DCIM/A.mp4"


def test_each_row_has_an_id_of_its_own():
    store = MediaStore()
    ids = [store.insert(f"DCIM/{n}.mp4", None).id for n in range(3)]
    assert len(set(ids)) == 3


def test_the_app_that_deleted_a_path_gets_its_old_id_back():
    bench = Bench()
    bench.make("Movies/b.mp4")
    old = bench.row("Movies/b.mp4").id
    bench.phone.unlink(APP, "Movies/b.mp4", (), "app")
    bench.make("Movies/b.mp4")
    assert bench.row("Movies/b.mp4").id == old


def test_another_app_that_makes_the_path_again_gets_a_new_id():
    bench = Bench()
    bench.make("Movies/b.mp4")
    old = bench.row("Movies/b.mp4").id
    bench.phone.unlink(APP, "Movies/b.mp4", (), "app")
    bench.make("Movies/b.mp4", OTHER)
    assert bench.row("Movies/b.mp4").id != old


def test_an_old_id_is_given_back_once():
    store = MediaStore()
    store.insert("a.mp4", "com.x")
    store.remove("a.mp4", unlinked_by="com.x")
    first = store.insert("a.mp4", "com.x").id
    store.remove("a.mp4")
    assert store.insert("a.mp4", "com.x").id != first


def test_a_path_that_an_app_unlinked_itself_is_known_as_such():
    bench = Bench()
    bench.make("Movies/b.mp4")
    bench.phone.unlink(APP, "Movies/b.mp4", (), "app")
    known = bench.phone.mediastore.unlinked
    assert (known("Movies/b.mp4", APP.package), known("Movies/b.mp4", OTHER.package)) == (
        True,
        False,
    )


def test_a_row_without_its_file_passes_to_whoever_makes_the_file():
    store = MediaStore()
    stale = store.insert("Movies/b.mp4", "com.old")
    taken = store.insert("Movies/b.mp4", "com.new")
    assert (taken.id, taken.owner) == (stale.id, "com.new")


def test_a_document_gets_a_row_without_media_type():
    bench = Bench()
    bench.make("Download/terms.pdf")
    row = bench.row("Download/terms.pdf")
    assert (row.media_type, row.download, row.shown) == ("none", True, False)


def test_a_file_outside_download_is_no_download():
    assert not Bench().row(VIDEO).download


def test_closing_a_file_made_by_path_does_not_publish_it():
    bench = Bench()
    bench.make("Movies/b.mp4")
    assert (bench.row("Movies/b.mp4").pending, bench.view("shown")) == (True, {VIDEO})


def test_a_file_made_by_path_is_published_by_a_scan_of_it():
    bench = Bench()
    bench.make("Movies/b.mp4")
    bench.make("Movies/c.mp4")
    scan_file(bench.phone, (), "Movies/b.mp4")
    assert [bench.row(f"Movies/{name}.mp4").pending for name in "bc"] == [False, True]


def test_a_file_made_by_path_is_published_by_a_scan_of_its_folder():
    bench = Bench()
    bench.make("Movies/b.mp4")
    scan(bench.phone, (), "Movies")
    assert bench.row("Movies/b.mp4").shown


def test_a_file_made_by_path_is_published_by_renaming_it():
    bench = Bench()
    bench.make("Movies/b.mp4")
    bench.phone.rename(APP, "Movies/b.mp4", "Movies/c.mp4", (), "app")
    assert bench.row("Movies/c.mp4").shown


def test_before_a_scan_a_file_made_by_path_is_open_to_whoever_may_read_videos():
    bench = Bench()
    bench.make("Movies/b.mp4")
    file = bench.phone.open(OTHER, "Movies/b.mp4", "read", (), "app")
    assert file.content.size == 10


def test_a_scan_of_one_file_forgets_it_where_it_is_gone():
    bench = legacy()
    bench.phone.unlink(APP, VIDEO, (), "app")
    scan_file(bench.phone, (), VIDEO)
    assert bench.row(VIDEO) is None


def test_a_scan_of_one_file_lists_what_had_no_row():
    bench = legacy()
    bench.make("Movies/b.mp4")
    scan_file(bench.phone, (), "Movies/b.mp4")
    assert bench.row("Movies/b.mp4").shown


@pytest.mark.parametrize(
    "path", ["Movies", "Movies/none.mp4", "Android/data/com.example.shop/a.mp4"]
)
def test_a_scan_of_what_is_no_file_to_list_lists_nothing(path):
    bench = legacy()
    bench.make("Android/data/com.example.shop/a.mp4")
    scan_file(bench.phone, (), path)
    assert [row.path for row in bench.phone.mediastore.rows()] == [VIDEO]


def test_a_file_made_by_the_old_mode_where_a_row_is_left_is_not_pending():
    bench = Bench(api=30, target=29, legacy=True, granted=(RES, WES))
    bench.phone.unlink(GALLERY, VIDEO, (), "app", "root")
    bench.make(VIDEO)
    row = bench.row(VIDEO)
    assert (row.pending, row.owner) == (False, APP.package)


def test_pending_by_path_has_no_mark_in_its_name():
    bench = Bench()
    bench.phone.open(APP, "Movies/b.mp4", "write", (), "app")
    row = bench.row("Movies/b.mp4")
    assert (row.pending, row.expires, marked(row.path)) == (True, None, None)


def test_what_the_user_selected_stays_selected_through_a_rename():
    store = MediaStore()
    store.insert("a.mp4", None)
    store.select("com.x", "a.mp4")
    store.move("a.mp4", "b.mp4", "video")
    assert store.selected("com.x", "b.mp4")


def test_only_the_selected_row_is_selected_and_only_for_that_app():
    store = MediaStore()
    for name in ("a.mp4", "b.mp4"):
        store.insert(name, None)
    store.select("com.x", "a.mp4")
    found = [store.selected(*q) for q in (("com.x", "a.mp4"), ("com.x", "b.mp4"), ("y", "a.mp4"))]
    assert found == [True, False, False]


def test_selecting_what_has_no_row_selects_nothing():
    store = MediaStore()
    store.select("com.x", "a.mp4")
    assert not store.selected("com.x", "a.mp4")


def test_the_volume_of_a_card_is_its_id_in_lower_case():
    assert [volume_of(p) for p in (VIDEO, "/storage/AB12-CD34/DCIM/a.mp4")] == [
        "external_primary",
        "ab12-cd34",
    ]


# -- rows follow renames -----------------------------------------------------------------------


def test_a_renamed_file_keeps_its_row():
    bench = Bench()
    bench.make("Movies/b.mp4")
    old = bench.row("Movies/b.mp4")
    bench.phone.rename(APP, "Movies/b.mp4", "Movies/c.mp4", (), "app")
    assert (bench.row("Movies/b.mp4"), bench.row("Movies/c.mp4").id) == (None, old.id)


def test_a_rename_that_changes_only_the_case_keeps_the_row():
    bench = Bench()
    bench.make("Movies/b.mp4")
    bench.phone.rename(GALLERY, "Movies/b.mp4", "Movies/B.mp4", (), "app")
    assert bench.row("movies/b.mp4").path == "Movies/B.mp4"


def test_a_rename_that_changes_only_the_case_replaces_nothing():
    bench = Bench()
    bench.make("Movies/b.mp4")
    before = len(bench.log.records)
    bench.phone.rename(GALLERY, "Movies/b.mp4", "Movies/B.mp4", (), "app")
    told = [(r.path, r.listed) for r in bench.log.records[before:] if isinstance(r, Listing)]
    assert told == [("Movies/b.mp4", False), ("Movies/B.mp4", True)]


def test_what_is_renamed_over_a_file_takes_its_row_id_over():
    bench = Bench()
    bench.make("Movies/b.mp4")
    bench.make("Movies/c.mp4")
    lost, kept = bench.row("Movies/b.mp4").id, bench.row("Movies/c.mp4").id
    bench.phone.rename(APP, "Movies/b.mp4", "Movies/c.mp4", (), "app")
    ids = {row.id for row in bench.phone.mediastore.rows()}
    assert (kept in ids, lost in ids) == (True, False)


def test_what_is_renamed_to_a_path_that_its_owner_deleted_gets_the_old_id_back():
    bench = Bench()
    bench.make("Movies/b.mp4")
    bench.make("Movies/c.mp4")
    old = bench.row("Movies/c.mp4").id
    bench.phone.unlink(APP, "Movies/c.mp4", (), "app")
    bench.phone.rename(APP, "Movies/b.mp4", "Movies/c.mp4", (), "app")
    assert bench.row("Movies/c.mp4").id == old


def test_what_is_renamed_to_a_path_that_another_app_deleted_keeps_its_id():
    bench = Bench()
    bench.make("Movies/b.mp4")
    bench.make("Movies/c.mp4", OTHER)
    own = bench.row("Movies/b.mp4").id
    bench.phone.unlink(OTHER, "Movies/c.mp4", (), "app")
    bench.phone.rename(APP, "Movies/b.mp4", "Movies/c.mp4", (), "app")
    assert bench.row("Movies/c.mp4").id == own


def test_a_file_without_a_row_takes_over_that_of_the_file_it_replaces():
    bench = Bench()
    bench.make("Movies/b.mp4")
    old = bench.row(VIDEO).id
    bench.phone.mediastore.remove("Movies/b.mp4")
    bench.phone.rename(GALLERY, "Movies/b.mp4", VIDEO, (), "app")
    assert bench.row(VIDEO).id == old


def test_the_row_of_a_replaced_file_is_told_to_be_gone_before_the_other_takes_its_path():
    bench = Bench()
    bench.make("Movies/b.mp4")
    before = len(bench.log.records)
    bench.phone.rename(GALLERY, "Movies/b.mp4", VIDEO, (), "app")
    told = [(r.path, r.listed) for r in bench.log.records[before:] if isinstance(r, Listing)]
    assert told == [(VIDEO, False), ("Movies/b.mp4", False), (VIDEO, True)]


def test_the_rows_of_a_renamed_folder_follow_it():
    bench = Bench()
    bench.make("Pictures/Shop/b.jpg")
    bench.phone.rename(GALLERY, "Pictures/Shop", "Pictures/Market", (), "app")
    assert (bench.row("Pictures/Shop/b.jpg"), bench.row("Pictures/Market/b.jpg").owner) == (
        None,
        APP.package,
    )


def test_a_file_renamed_into_a_place_without_rows_loses_its_row():
    bench = Bench()
    bench.make("Movies/b.mp4")
    bench.phone.makedirs(APP, f"Android/data/{APP.package}", (), "app")
    bench.phone.fs.mkdir("/data/media/0/Movies/.thumbnails", "x")
    bench.phone.rename(GALLERY, "Movies/b.mp4", "Movies/.thumbnails/b.mp4", (), "app")
    assert {row.path for row in bench.phone.mediastore.rows()} == {VIDEO}


# -- folders -----------------------------------------------------------------------------------


def renamed_folder(path, to, *names, caller=APP, **options):
    """The error of renaming a folder that holds these files of the app, or None."""
    bench = Bench(**options)
    for name in names:
        bench.make(f"{path}/{name}")
    try:
        bench.phone.rename(caller, path, to, (), "app")
    except FileError as refused:
        return refused.error
    return None


def test_a_scoped_app_may_rename_a_folder_of_its_own_files():
    assert renamed_folder("Download/Shop", "DCIM/Shop", "a.jpg", "deep/b.mp4") is None


def test_a_folder_with_a_document_does_not_fit_where_only_pictures_do():
    assert renamed_folder("Download/Shop", "DCIM/Shop", "a.jpg", "deep/b.pdf") == "EPERM"


def test_a_folder_that_holds_a_file_of_another_app_cannot_be_renamed():
    assert renamed_folder("Download/Shop", "DCIM/Shop", "a.jpg", caller=OTHER) == "EPERM"


def test_all_files_access_renames_folders_of_anybody_to_anywhere():
    granted = ("MANAGE_EXTERNAL_STORAGE",)
    assert renamed_folder("Download/Shop", "DCIM/Shop", "b.pdf", granted=granted) is None


def test_until_android_10_a_folder_is_renamed_whatever_it_holds():
    old = {"api": 28, "stack": "sdcardfs", "granted": (RES, WES), "target": 28}
    assert renamed_folder("Download/Shop", "DCIM/Shop", "b.pdf", caller=OTHER, **old) is None


def test_a_folder_whose_foreign_files_are_gone_but_for_their_rows_can_be_removed():
    bench = Bench()
    bench.make("Movies/Shop/b.mp4", OTHER)
    bench.phone.unlink(GALLERY, "Movies/Shop/b.mp4", (), "app", "root")
    bench.phone.rmdir(APP, "Movies/Shop", (), "app")
    assert not bench.there("Movies/Shop")


def test_a_folder_that_holds_a_file_of_another_app_is_not_empty_for_this_one():
    bench = Bench()
    bench.make("Movies/Shop/b.mp4", OTHER)
    with pytest.raises(FileError, match=r"^ENOTEMPTY$"):
        bench.phone.rmdir(APP, "Movies/Shop", (), "app")
    assert [r.layer for r in bench.log.records if isinstance(r, Refusal)] == ["fuse"]


# -- uri grants --------------------------------------------------------------------------------


def test_without_a_grant_a_scoped_app_does_not_write_to_a_video_of_another():
    with pytest.raises(FileError, match="EACCES"):
        Bench().phone.truncate(APP, VIDEO, (), "app")


def test_after_the_users_yes_to_a_write_request_the_app_writes_by_path():
    bench = Bench()
    bench.phone.request_write(APP, VIDEO, agreed=True)
    bench.phone.truncate(APP, VIDEO, (), "app")
    assert bench.phone.fs.used == 0


def test_after_the_users_yes_the_app_deletes_that_item_and_no_other():
    bench = Bench()
    bench.phone.put("DCIM/Camera/b.mp4", "x", 10, CAMERA, listed=True)
    bench.phone.request_write(APP, VIDEO, agreed=True)
    bench.phone.unlink(APP, VIDEO, (), "app")
    with pytest.raises(FileError, match="ENOENT"):
        bench.phone.unlink(APP, "DCIM/Camera/b.mp4", (), "app")
    assert (bench.there(VIDEO), bench.there("DCIM/Camera/b.mp4")) == (False, True)


def test_a_grant_is_the_asking_apps_alone():
    bench = Bench()
    bench.phone.request_write(APP, VIDEO, agreed=True)
    granted = bench.phone.mediastore.granted
    assert (granted(APP.package, VIDEO), granted(OTHER.package, VIDEO)) == (True, False)


def test_the_users_no_grants_nothing():
    bench = Bench()
    answer = bench.phone.request_write(APP, VIDEO, agreed=False)
    assert (answer, bench.phone.mediastore.granted(APP.package, VIDEO)) == (False, False)


def test_on_android_10_the_dialog_of_the_exception_grants_the_item():
    bench = Bench(api=29, stack="sdcardfs", target=29)
    bench.phone.request_write(APP, VIDEO, agreed=True)
    bench.phone.unlink(APP, VIDEO, (), "app", "mediastore")
    assert not bench.there(VIDEO)


def test_on_android_10_an_app_that_may_not_read_the_item_gets_no_dialog():
    bench = Bench(api=29, stack="sdcardfs", target=29, granted=())
    with pytest.raises(FileError, match="SecurityException"):
        bench.phone.request_write(APP, VIDEO, agreed=True)


def test_before_android_10_there_is_nobody_to_ask():
    with pytest.raises(FileError, match="SecurityException"):
        legacy(granted=()).phone.request_write(APP, VIDEO, agreed=True)


def test_a_document_cannot_be_asked_for():
    bench = Bench()
    bench.make("Download/b.pdf", OTHER)
    with pytest.raises(FileError, match="IllegalArgumentException"):
        bench.phone.request_write(APP, "Download/b.pdf", agreed=True)


def test_a_grant_stays_with_a_renamed_item():
    bench = Bench()
    bench.phone.request_write(APP, VIDEO, agreed=True)
    bench.phone.rename(GALLERY, VIDEO, "DCIM/Camera/b.mp4", (), "app")
    assert bench.phone.mediastore.granted(APP.package, "DCIM/Camera/b.mp4")


def test_a_grant_goes_with_the_row_even_if_the_old_id_comes_back():
    bench = Bench()
    bench.make("Movies/b.mp4")
    bench.phone.request_write(OTHER, "Movies/b.mp4", agreed=True)
    bench.phone.unlink(APP, "Movies/b.mp4", (), "app")
    bench.make("Movies/b.mp4")
    assert not bench.phone.mediastore.granted(OTHER.package, "Movies/b.mp4")


def test_what_has_no_row_cannot_be_granted():
    store = MediaStore()
    store.grant("com.x", "a.mp4")
    store.insert("a.mp4", None)
    assert not store.granted("com.x", "a.mp4")


def test_an_uninstalled_app_keeps_no_grant():
    store = MediaStore()
    store.insert("a.mp4", None)
    store.grant("com.x", "a.mp4")
    list(store.orphan("com.x"))
    assert not store.granted("com.x", "a.mp4")


# -- an update through MediaStore --------------------------------------------------------------


def test_a_rename_through_mediastore_is_ruled_on_with_where_it_goes(monkeypatch):
    asked = []

    def noting(who, verb, route, item, to=None):
        asked.append((verb, route, item.path, to.path if to else None))
        return decide(who, verb, route, item, to)

    monkeypatch.setattr("simulator.android.phone.decide", noting)
    bench = Bench()
    bench.make("Movies/b.mp4")
    bench.phone.rename(APP, "Movies/b.mp4", "Movies/c.mp4", (), "app", "mediastore")
    assert asked[-1] == ("rename", "mediastore", "Movies/b.mp4", "Movies/c.mp4")


@pytest.mark.parametrize("via", ["path", "mediastore"])
def test_what_is_done_to_an_open_file_goes_by_the_route_that_opened_it(via):
    bench = Bench(granted=(RES,))
    file = bench.phone.open(APP, VIDEO, "read", (), "app", via)
    bench.phone.read(file, 10)
    bench.phone.close(file)
    routes = {(r.verb, r.via) for r in bench.log.records if isinstance(r, Operation)}
    assert routes == {("open", via), ("read", via), ("close", via)}


# -- names on disk -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "mark", "display"),
    [
        (".trashed-1670592000-a.mp4", "trashed", "a.mp4"),
        (".TRASHED-1670592000-a.mp4", "trashed", "a.mp4"),
        (".pending-1670592000-b-c.jpg", "pending", "b-c.jpg"),
    ],
)
def test_a_mark_is_read_from_the_name_in_any_case(name, mark, display):
    found = marked(f"DCIM/{name}")
    assert (found.mark, found.expires, found.display) == (mark, 1_670_592_000, display)


@pytest.mark.parametrize(
    "name", ["a.mp4", "trashed-1-a.mp4", ".trashed-a.mp4", ".trashed-1-", ".deleted-1-a.mp4"]
)
def test_other_names_have_no_mark(name):
    assert marked(f"DCIM/{name}") is None


def test_marking_again_replaces_the_mark():
    assert with_mark("DCIM/.trashed-1-a.mp4", "trashed", 2) == "DCIM/.trashed-2-a.mp4"


@given(st.text("ab名é.- ", min_size=1, max_size=255))
def test_a_mark_never_makes_a_name_too_long_and_keeps_its_mark(name):
    name = f"x{name}"
    made = with_mark(f"DCIM/{name}", "trashed", 1_670_592_000)
    assert len(made.removeprefix("DCIM/").encode()) <= 255
    assert marked(made).mark == "trashed"


def test_a_name_that_gets_too_long_keeps_its_beginning_and_its_extension():
    made = with_mark("DCIM/" + "n" * 251 + ".mp4", "trashed", 1_670_592_000)
    assert (made.endswith("n.mp4"), "..." in made, len(made)) == (True, True, 5 + 255)


@given(st.text("abc名.", min_size=1, max_size=40))
def test_clearing_a_mark_gives_the_name_back(name):
    name = f"x{name}"
    path = f"DCIM/{name}"
    assert without_mark(with_mark(path, "pending", 5)) == path
    assert display_name(with_mark(path, "pending", 5)) == name


def test_a_name_that_is_taken_gets_a_number_before_its_extension():
    taken = {"a.mp4", "a (1).mp4"}
    assert free_name("a.mp4", taken.__contains__) == "a (2).mp4"


# -- hidden, and never scanned -----------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "Android/data/com.x/files/a.mp4",
        "android/OBB/com.x/a.mp4",
        "Android/sandbox/a.mp4",
        ".transforms/a.mp4",
        "Movies/.thumbnails/a.mp4",
        "music/.Thumbnails/a.mp3",
        "/data/user/0/com.x/cache/a.mp4",
        "/storage/AB12-CD34/Android/data/com.x/a.mp4",
        "/storage/emulated/10/Android/data/com.x/a.mp4",
    ],
)
def test_some_places_have_no_rows(path):
    assert not has_rows(path)


@pytest.mark.parametrize(
    "path",
    [
        "Android/media/com.x/a.mp4",
        "DCIM/.thumbnails/a.jpg",
        "Pictures/.hidden/a.jpg",
        "/storage/AB12-CD34/DCIM/a.mp4",
    ],
)
def test_other_places_have_rows_even_if_they_are_hidden(path):
    assert has_rows(path)


@pytest.mark.parametrize(
    "path", ["Pictures/.secret/a.jpg", "Pictures/.secret/deep/a.jpg", "Pictures/Shop/.a.jpg"]
)
def test_a_dot_hides_what_it_stands_before(path):
    assert type_of(Bench().phone.fs, path) == "none"


def test_a_mark_is_no_dot_that_hides():
    assert type_of(Bench().phone.fs, "DCIM/Camera/.trashed-5-a.mp4") == "video"


@pytest.mark.parametrize("name", [".nomedia", ".NoMedia"])
def test_no_media_hides_its_folder_and_those_below(name):
    bench = Bench()
    bench.make("Pictures/Shop/deep/a.jpg")
    bench.make(f"Pictures/Shop/{name}", GALLERY, size=0)
    assert type_of(bench.phone.fs, "Pictures/Shop/deep/a.jpg") == "none"


def test_what_is_hidden_keeps_its_row_and_its_owner():
    bench = Bench()
    bench.make("Pictures/Shop/a.jpg")
    bench.make("Pictures/Shop/.nomedia", GALLERY, size=0)
    scan(bench.phone, ())
    row = bench.row("Pictures/Shop/a.jpg")
    assert (row.media_type, row.owner, row.shown) == ("none", APP.package, False)


def test_no_media_takes_effect_with_the_next_scan():
    bench = Bench()
    bench.make("Pictures/Shop/a.jpg")
    bench.make("Pictures/Shop/.nomedia", GALLERY, size=0)
    before = bench.row("Pictures/Shop/a.jpg").media_type
    scan(bench.phone, ())
    assert (before, bench.row("Pictures/Shop/a.jpg").media_type) == ("image", "none")


def test_removing_no_media_and_scanning_shows_the_pictures_again():
    bench = Bench()
    bench.make("Pictures/Shop/a.jpg")
    bench.make("Pictures/Shop/.nomedia", GALLERY, size=0)
    scan(bench.phone, ())
    bench.phone.unlink(GALLERY, "Pictures/Shop/.nomedia", (), "app")
    scan(bench.phone, ())
    assert bench.row("Pictures/Shop/a.jpg").shown


@pytest.mark.parametrize(
    "folder",
    [
        "",
        "DCIM",
        "DCIM/Camera",
        "Pictures/Screenshots",
        "DCIM/Screenshots",
        "movies/screenshots",
        "Screenshots",
        "Movies",
    ],
)
def test_the_provider_deletes_a_no_media_where_nothing_is_to_be_hidden(folder):
    bench = Bench()
    path = f"{folder}/.nomedia".lstrip("/")
    bench.phone.put(path, "empty", 0, "x", listed=False)
    scan(bench.phone, ())
    assert not bench.there(path)


@pytest.mark.parametrize(
    "folder", ["Pictures/Shop/Screenshots", "Shop/Screenshots", "DCIM/Screenshots/deep"]
)
def test_a_screenshots_folder_elsewhere_can_be_hidden(folder):
    bench = Bench()
    bench.phone.put(f"{folder}/.nomedia", "empty", 0, "x", listed=False)
    assert type_of(bench.phone.fs, f"{folder}/a.jpg") == "none"


@pytest.mark.parametrize("folder", ["Android/data", "Android/obb", "Movies/.thumbnails"])
def test_a_scan_puts_a_no_media_into_what_it_never_enters(folder):
    bench = Bench()
    bench.phone.put(f"{folder}/x/a.mp4", "x", 10, "x", listed=False)
    scan(bench.phone, ())
    made = {p for p, _ in bench.phone.fs.walk() if p.endswith("/.nomedia")}
    assert f"/data/media/0/{folder}/.nomedia" in made
    assert f"/data/media/0/{folder}/x/.nomedia" not in made


def test_before_android_11_a_scan_puts_a_no_media_nowhere():
    bench = legacy()
    scan(bench.phone, ())
    assert not bench.there("Android/data/.nomedia")


def test_a_scan_of_one_folder_puts_a_no_media_nowhere_else():
    bench = Bench()
    scan(bench.phone, (), "Movies")
    assert not bench.there("Android/data/.nomedia")


def test_no_media_that_is_there_in_another_spelling_is_not_made_again():
    bench = Bench()
    bench.phone.put("Android/data/.NOMEDIA", "empty", 0, "x", listed=False)
    scan(bench.phone, ())
    assert not bench.there("Android/data/.nomedia")


def test_a_no_media_elsewhere_stays():
    bench = Bench()
    bench.make("Pictures/Shop/.nomedia", GALLERY, size=0)
    scan(bench.phone, ())
    assert bench.there("Pictures/Shop/.nomedia")


def test_a_no_media_in_dcim_hides_nothing_even_before_the_scan():
    bench = Bench()
    bench.phone.fs.create("/data/media/0/DCIM/.nomedia", "x")
    assert type_of(bench.phone.fs, VIDEO) == "video"


# -- the scan ----------------------------------------------------------------------------------


def test_until_android_10_a_file_made_by_path_has_no_row_until_a_scan():
    bench = legacy()
    bench.make("Movies/b.mp4")
    before = bench.row("Movies/b.mp4")
    scan(bench.phone, ())
    assert (before, bench.row("Movies/b.mp4").media_type) == (None, "video")


def test_until_android_10_a_raw_delete_leaves_the_row():
    bench = legacy()
    bench.phone.unlink(APP, VIDEO, (), "app")
    assert (bench.there(VIDEO), bench.row(VIDEO).shown) == (False, True)


def test_the_gallery_shows_a_row_whose_file_is_gone():
    bench = legacy()
    bench.phone.unlink(APP, VIDEO, (), "app")
    bench.phone.snapshot("end")
    shown = [r for r in bench.log.records if isinstance(r, FileState) and r.view == "shown"]
    assert [(r.path, r.file) for r in shown] == [(VIDEO, None)]


def test_a_scan_removes_the_row_of_a_file_that_is_gone():
    bench = legacy()
    bench.phone.unlink(APP, VIDEO, (), "app")
    scan(bench.phone, ())
    assert bench.row(VIDEO) is None


def test_a_scan_of_one_folder_leaves_the_others_alone():
    bench = legacy()
    bench.make("Movies/b.mp4")
    bench.phone.unlink(APP, VIDEO, (), "app")
    scan(bench.phone, (), "Movies")
    assert (bench.row(VIDEO) is None, bench.row("Movies/b.mp4") is None) == (False, False)


def test_a_second_scan_finds_nothing_to_do():
    bench = legacy()
    bench.make("Movies/b.mp4")
    scan(bench.phone, ())
    before = len(bench.log.records)
    scan(bench.phone, ())
    assert len(bench.log.records) == before


def test_what_only_a_scan_found_belongs_to_nobody():
    bench = legacy()
    bench.make("Movies/b.mp4")
    scan(bench.phone, ())
    assert bench.row("Movies/b.mp4").owner is None


def test_what_a_scan_finds_in_android_media_belongs_to_its_package():
    bench = legacy()
    bench.make("Android/media/com.example.shop/b.mp4")
    scan(bench.phone, ())
    assert bench.row("Android/media/com.example.shop/b.mp4").owner == "com.example.shop"


def test_from_android_11_on_a_raw_delete_takes_the_row_along():
    bench = Bench()
    bench.make("Movies/b.mp4")
    bench.phone.unlink(APP, "Movies/b.mp4", (), "app")
    assert bench.row("Movies/b.mp4") is None


def test_a_delete_below_fuse_leaves_the_row_until_a_scan():
    bench = Bench()
    bench.phone.unlink(GALLERY, VIDEO, (), "app", "root")
    before = bench.row(VIDEO)
    scan(bench.phone, ())
    assert (before is None, bench.row(VIDEO)) == (False, None)


def test_a_caller_that_bypasses_the_database_leaves_the_row_stale():
    # All-files access with a target before Android 12, on a phone with Android 12.
    bench = Bench(granted=("MANAGE_EXTERNAL_STORAGE",), target=30)
    bench.phone.unlink(APP, VIDEO, (), "app")
    assert (bench.there(VIDEO), bench.row(VIDEO) is None) == (False, False)


def bypassing():
    """A phone whose app has all-files access and passes MediaStore by."""
    return Bench(granted=("MANAGE_EXTERNAL_STORAGE",), target=30)


def test_what_a_caller_makes_that_bypasses_the_database_has_no_row_until_a_scan():
    bench = bypassing()
    bench.make("Movies/b.mp4")
    before = bench.row("Movies/b.mp4")
    scan(bench.phone, ())
    assert (before, bench.row("Movies/b.mp4").shown) == (None, True)


def test_a_rename_by_a_caller_that_bypasses_the_database_leaves_the_row_behind():
    bench = bypassing()
    bench.phone.rename(APP, VIDEO, "Movies/b.mp4", (), "app")
    assert [row.path for row in bench.phone.mediastore.rows()] == [VIDEO]


def test_what_such_a_caller_makes_through_mediastore_has_a_row():
    bench = bypassing()
    bench.phone.open(APP, "Movies/b.mp4", "write", (), "app", "mediastore")
    assert bench.row("Movies/b.mp4").owner == APP.package


def test_all_files_access_with_a_later_target_uses_the_database():
    bench = Bench(granted=("MANAGE_EXTERNAL_STORAGE",), target=31)
    bench.phone.rename(APP, VIDEO, "Movies/b.mp4", (), "app")
    assert [row.path for row in bench.phone.mediastore.rows()] == ["Movies/b.mp4"]


def test_where_its_permission_does_not_reach_a_gallery_uses_the_database():
    # Old gallery in scoped storage: it passes the database by for photos and videos alone.
    bench = Bench(api=31, target=29)
    gallery = evolve(bench.phone.callers[APP.package], system_gallery=True)
    bench.phone.callers = {APP.package: gallery}
    for name in ("Download/b.pdf", "Download/b.mp4"):
        bench.make(name)
    rows = [bench.row(name) is not None for name in ("Download/b.pdf", "Download/b.mp4")]
    assert rows == [True, False]


def test_deleting_a_stale_row_through_mediastore_removes_the_row():
    bench = legacy()
    bench.phone.unlink(APP, VIDEO, (), "app")
    bench.phone.unlink(APP, VIDEO, (), "app", "mediastore")
    assert bench.row(VIDEO) is None


def test_a_delete_through_mediastore_gives_no_old_id_back():
    bench = Bench()
    bench.make("Movies/b.mp4")
    old = bench.row("Movies/b.mp4").id
    bench.phone.unlink(APP, "Movies/b.mp4", (), "app", "mediastore")
    bench.make("Movies/b.mp4")
    assert bench.row("Movies/b.mp4").id != old


def test_on_a_card_until_android_9_mediastore_deletes_the_row_and_not_the_file():
    bench = legacy()
    path = "/storage/AB12-CD34/DCIM/b.mp4"
    bench.phone.put(path, "video", 10, CAMERA, listed=True)
    bench.phone.unlink(APP, path, (), "app", "mediastore")
    names = {p for p, _ in bench.phone.fs.regular_files()}
    assert (bench.row(path), any(name.endswith("/b.mp4") for name in names)) == (None, True)


def test_where_only_the_row_goes_no_file_system_sees_a_thing():
    bench = legacy()
    path = "/storage/AB12-CD34/DCIM/b.mp4"
    bench.phone.put(path, "video", 10, CAMERA, listed=True)
    bench.phone.unlink(APP, path, (), "app", "mediastore")
    layers = {r.layer for r in bench.log.records if isinstance(r, FileEvent)}
    assert layers == {"resolver", "provider"}


# -- the trash ---------------------------------------------------------------------------------


def test_trashing_renames_in_the_same_folder_with_the_day_it_expires():
    bench = Bench()
    trash(bench.phone, GALLERY, VIDEO, (), "user")
    assert bench.there(f"DCIM/Camera/.trashed-{NOW + 30 * DAY}-a.mp4")


def test_a_pending_item_expires_after_a_week():
    bench = Bench()
    mark(bench.phone, GALLERY, VIDEO, "pending", (), "user")
    assert bench.there(f"DCIM/Camera/.pending-{NOW + 7 * DAY}-a.mp4")


def test_the_row_of_a_trashed_item_stays_and_is_not_shown():
    bench = Bench()
    old = bench.row(VIDEO).id
    trash(bench.phone, GALLERY, VIDEO, (), "user")
    row = bench.row(f"DCIM/Camera/.trashed-{NOW + 30 * DAY}-a.mp4")
    assert (row.id, row.trashed, row.display_name, row.shown) == (old, True, "a.mp4", False)


def test_a_trashed_item_is_listed_and_not_shown():
    bench = Bench()
    trash(bench.phone, GALLERY, VIDEO, (), "user")
    assert (len(bench.view("listed")), bench.view("shown")) == (1, set())


def test_trashing_frees_no_space():
    bench = Bench()
    used = bench.phone.fs.used
    trash(bench.phone, GALLERY, VIDEO, (), "user")
    assert bench.phone.fs.used == used


def test_on_android_11_the_trash_is_not_seen_on_the_fuse_mount():
    bench = Bench()
    trash(bench.phone, GALLERY, VIDEO, (), "user")
    seen = [(r.layer, r.done_by) for r in bench.log.records if isinstance(r, FileEvent)]
    assert ("fuse" in {layer for layer, _ in seen}, seen[0]) == (
        False,
        ("f2fs", "com.android.providers.media.module"),
    )


def test_an_app_cannot_trash_what_it_does_not_own():
    bench = Bench()
    with pytest.raises(FileError):
        trash(bench.phone, APP, VIDEO, (), "app")
    assert bench.there(VIDEO)


def test_an_app_may_trash_its_own_item():
    bench = Bench()
    bench.make("Movies/b.mp4")
    trash(bench.phone, APP, "Movies/b.mp4", (), "app")
    assert bench.row(f"Movies/.trashed-{NOW + 30 * DAY}-b.mp4").trashed


def test_what_has_no_row_cannot_be_trashed():
    bench = Bench()
    bench.phone.mediastore.remove(VIDEO)
    trash(bench.phone, GALLERY, VIDEO, (), "user")
    refusals = [r.error for r in bench.log.records if isinstance(r, Refusal)]
    assert (refusals, bench.there(VIDEO)) == (["0 rows"], True)


def test_restoring_gives_the_name_back():
    bench = Bench()
    trash(bench.phone, GALLERY, VIDEO, (), "user")
    clear(bench.phone, GALLERY, f"DCIM/Camera/.trashed-{NOW + 30 * DAY}-a.mp4", (), "user")
    row = bench.row(VIDEO)
    assert (row.shown, row.expires, row.marked_by) == (True, None, None)


def test_restoring_beside_a_newer_file_of_that_name_takes_a_number():
    bench = Bench()
    trash(bench.phone, GALLERY, VIDEO, (), "user")
    bench.phone.put(VIDEO, "newer", 10, CAMERA, listed=True)
    clear(bench.phone, GALLERY, f"DCIM/Camera/.trashed-{NOW + 30 * DAY}-a.mp4", (), "user")
    assert (bench.there("DCIM/Camera/a (1).mp4"), bench.there(VIDEO)) == (True, True)


# -- idle maintenance --------------------------------------------------------------------------


def trashed_for(seconds):
    """A phone whose video was trashed so long ago."""
    bench = Bench()
    trash(bench.phone, GALLERY, VIDEO, (), "user")
    bench.wait(seconds)
    idle_maintenance(bench.phone, ())
    return bench


def test_before_it_expires_a_trashed_item_stays():
    assert trashed_for(30 * DAY - 1).there(f"DCIM/Camera/.trashed-{NOW + 30 * DAY}-a.mp4")


@pytest.mark.parametrize("after", [0, GRACE - 1])
def test_within_a_week_after_it_expired_it_is_deleted_with_its_row(after):
    bench = trashed_for(30 * DAY + after)
    assert (bench.phone.fs.used, bench.phone.mediastore.rows()) == (0, [])


def test_longer_after_it_expired_it_gets_another_week():
    bench = trashed_for(37 * DAY)
    (row,) = bench.phone.mediastore.rows()
    assert (row.expires, row.trashed) == (NOW + 44 * DAY, True)


def test_after_that_week_it_goes_too():
    bench = trashed_for(37 * DAY)
    bench.wait(7 * DAY)
    idle_maintenance(bench.phone, ())
    assert bench.phone.mediastore.rows() == []


def test_the_deletion_is_done_by_the_provider_for_whom_had_it_trashed():
    bench = trashed_for(30 * DAY)
    removal = next(r for r in bench.log.records if isinstance(r, Operation) and r.verb == "unlink")
    assert (removal.asked_by, removal.for_whom) == ("com.android.providers.media.module", "user")


def test_the_deletion_walks_back_to_the_trashing():
    bench = trashed_for(30 * DAY)
    removal = next(r for r in bench.log.records if isinstance(r, Operation) and r.verb == "unlink")
    assert [type(bench.log.records[i - 1]) for i in removal.because] == [Operation]


def test_a_pending_item_that_nobody_published_goes_for_the_system():
    bench = Bench()
    bench.phone.rename(GALLERY, VIDEO, f"DCIM/Camera/.pending-{NOW + 1}-a.mp4", (), "app")
    bench.wait(5)
    idle_maintenance(bench.phone, ())
    removal = next(r for r in bench.log.records if isinstance(r, Operation) and r.verb == "unlink")
    assert removal.for_whom == "system"


def test_a_file_that_a_guard_keeps_loses_its_row_all_the_same():
    bench = Bench()
    trash(bench.phone, GALLERY, VIDEO, (), "user")
    bench.wait(30 * DAY)

    class Keeps:
        layers, verbs = frozenset({"f2fs"}), frozenset({"unlink"})

        def judge(self, request, hop):
            from simulator.android.phone import Stop

            return Stop("EPERM", "test", "EPERM")

    bench.phone.attach(Keeps())
    idle_maintenance(bench.phone, ())
    assert (bench.phone.fs.used, bench.row(VIDEO)) == (1_000, None)
    gone = [r for r in bench.log.records if isinstance(r, Listing) and not r.listed]
    assert gone[-1].path.endswith("-a.mp4")


@pytest.mark.parametrize(
    ("after", "at"), [(0, 0), (1, EVERY), (EVERY, EVERY), (EVERY + 1, 2 * DAY)]
)
def test_the_next_pass_is_a_whole_number_of_days_after_the_start(after, at):
    assert next_pass(Bench().phone, after) == at


# -- redaction ---------------------------------------------------------------------------------


def test_redacted_bytes_are_as_many_and_not_the_same():
    content = Content("video", 1_000)
    blanked = as_read(content, redacted=True)
    assert (blanked.size, blanked.digest == content.digest) == (1_000, False)


def test_without_redaction_the_bytes_are_the_file_s():
    content = Content("video", 1_000)
    assert as_read(content, redacted=False) == content


def test_an_app_without_the_location_permission_reads_other_bytes():
    bench = Bench()
    file = bench.phone.open(APP, VIDEO, "read", (), "user")
    assert file.content.digest != file.handle.inode.content.digest


def test_with_the_location_permission_it_reads_the_file_s():
    bench = Bench(granted=(RES, "ACCESS_MEDIA_LOCATION"))
    file = bench.phone.open(APP, VIDEO, "read", (), "user")
    assert file.content == file.handle.inode.content


def test_its_owner_reads_the_file_s_own_bytes():
    bench = Bench()
    bench.make("Movies/b.mp4")
    file = bench.phone.open(APP, "Movies/b.mp4", "read", (), "app")
    assert file.content == file.handle.inode.content


def test_before_android_10_nothing_is_blanked():
    file = legacy().phone.open(APP, VIDEO, "read", (), "user")
    assert not file.redacted


def test_only_the_layer_that_blanks_shows_other_bytes():
    bench = Bench()
    file = bench.phone.open(APP, VIDEO, "read", (), "user")
    shown = {r.layer: r.digest for r in bench.log.records if isinstance(r, FileEvent)}
    assert shown == {"f2fs": None, "fuse": file.content.digest}
