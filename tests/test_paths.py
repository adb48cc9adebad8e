"""Places on the phone, however their paths are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.android.paths import Area, Place, canonical, lower, media_type, place, upper
from simulator.errors import InputError

CARD = "/storage/1A2B-3C4D"


@pytest.mark.parametrize(
    "mount",
    [
        "/sdcard",
        "/mnt/sdcard",
        "/storage/sdcard0",
        "/storage/emulated/0",
        "/storage/emulated/legacy",
        "/storage/self/primary",
        "/data/media/0",
        "/mnt/user/0/primary",
        "/mnt/user/0/emulated/0",
        "/mnt/runtime/full/emulated/0",
        "/mnt/pass_through/0/emulated/0",
        "//sdcard/.",
    ],
)
def test_every_name_of_shared_storage_is_one(mount):
    assert canonical(f"{mount}/DCIM//Camera/./a.mp4") == "DCIM/Camera/a.mp4"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("DCIM/Camera/../a.mp4", "DCIM/a.mp4"),
        ("DCIM/", "DCIM"),
        ("/sdcard", ""),
        ("/storage/1a2b-3c4d/DCIM/a.mp4", f"{CARD}/DCIM/a.mp4"),
        ("/mnt/media_rw/1A2B-3C4D/a.mp4", f"{CARD}/a.mp4"),
        ("/mnt/runtime/write/1A2B-3C4D/a.mp4", f"{CARD}/a.mp4"),
        ("/data/data/com.x/cache/a", "/data/user/0/com.x/cache/a"),
        ("/data/user/10/com.x/a", "/data/user/10/com.x/a"),
        ("/data/media/10/DCIM/a.mp4", "/storage/emulated/10/DCIM/a.mp4"),
        ("dcim/camera/A.MP4", "dcim/camera/A.MP4"),
    ],
)
def test_a_path_has_one_form(path, expected):
    assert canonical(path) == expected


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("DCIM/../../etc", "leaves the storage"),
        ("/sdcard/../etc/hosts", "leaves the storage"),
        (f"{CARD}/../../etc", "leaves the storage"),
        ("/storage/emulated/10/../0/DCIM/a.mp4", "leaves the storage"),
        ("/system/bin/sh", "lies in no storage"),
        ("/sdcardx/a.mp4", "lies in no storage"),
        ("/storage/emulated", "lies in no storage"),
        ("/SDCARD/a.mp4", "lies in no storage"),
        ("", "expected a path"),
        ("DCIM/a\0b", "expected a path"),
    ],
)
def test_a_path_that_is_in_no_storage_or_leaves_it_is_refused(path, says):
    with pytest.raises(InputError, match=says):
        canonical(path)


PARTS = st.lists(st.sampled_from(["DCIM", "a", "视频", ".", "..", "", "Android"]), max_size=6)
ROOTS = st.sampled_from(["", "/sdcard/", "/data/", f"{CARD}/", "/storage/emulated/10/"])


@given(ROOTS, PARTS)
def test_the_one_form_of_a_path_is_its_own(root, parts):
    try:
        once = canonical(root + "/".join(parts))
    except InputError:
        return
    assert once == "" or once == "/data" or canonical(once) == once


@given(PARTS)
def test_a_path_never_leaves_the_card_that_it_begins_in(parts):
    try:
        path = canonical(f"{CARD}/{'/'.join(parts)}")
    except InputError:
        return
    assert path.startswith(CARD)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("DCIM/a.mp4", Place(Area.SHARED, None)),
        ("Android/data/com.x/a", Place(Area.APP_EXTERNAL, "com.x")),
        ("ANDROID/Obb/com.x/a", Place(Area.APP_EXTERNAL, "com.x")),
        ("android/MEDIA/com.x/a", Place(Area.APP_MEDIA, "com.x")),
        ("Android/data", Place(Area.SHARED, None)),
        (f"{CARD}/DCIM/a.mp4", Place(Area.SHARED, None, "1A2B-3C4D")),
        (f"{CARD}/Android/data/com.x/a", Place(Area.APP_EXTERNAL, "com.x", "1A2B-3C4D")),
        ("/storage/emulated/10/DCIM/a", Place(Area.SHARED, None, None, 10)),
        ("/data/user/0/com.x/cache/a", Place(Area.INTERNAL, "com.x")),
        ("/data/user_de/10/com.x/a", Place(Area.INTERNAL, "com.x", None, 10)),
        ("/data/data/com.x/a", Place(Area.INTERNAL, "com.x")),
        ("/data/local/tmp/a", Place(Area.INTERNAL, None)),
    ],
)
def test_a_path_lies_in_one_place(path, expected):
    assert place(path) == expected


def test_shared_storage_compares_packages_without_case_and_internal_storage_with():
    shared, internal = place("Android/data/COM.X/a"), place("/data/user/0/COM.X/a")
    assert (shared.belongs_to("com.x"), internal.belongs_to("com.x")) == (True, False)


def test_a_place_of_nobody_belongs_to_nobody():
    assert not place("DCIM/a.mp4").belongs_to("com.x")


@pytest.mark.parametrize(
    ("path", "below"),
    [
        ("DCIM/a.mp4", "/data/media/0/DCIM/a.mp4"),
        (f"{CARD}/a.mp4", "/mnt/media_rw/1A2B-3C4D/a.mp4"),
        ("/storage/emulated/10/a.mp4", "/data/media/10/a.mp4"),
    ],
)
def test_what_lies_below_a_path_is_known_above_by_that_path(path, below):
    assert (lower(path), upper(below)) == (below, path)


def test_internal_storage_has_no_mount_above_it():
    path = "/data/user/0/com.x/cache/a"
    assert (lower(path), upper(path)) == (path, None)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.MP4", "video"),
        ("a.ts", "video"),
        ("a.m2ts", "video"),
        ("a.jpg", "image"),
        ("a.HEIC", "image"),
        ("a.mp3", "audio"),
        ("a.m4a", "audio"),
        ("a.ogg", "audio"),
        ("a.m3u8", "playlist"),
        ("a.pls", "playlist"),
        ("a.srt", "subtitle"),
        ("a.vtt", "subtitle"),
        ("a.pdf", "other"),
        ("a.txt", "other"),
        ("a.mp4.tmp", "other"),
        ("mp4", "other"),
        (".mp4", "other"),
    ],
)
def test_mediastore_goes_by_the_extension_alone(name, kind):
    assert media_type(f"Download/{name}") == kind
