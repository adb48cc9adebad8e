"""Questions to the permission model, for Hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from simulator.android import versions
from simulator.android.permissions import PERMISSIONS, ROUTES, Caller, Item

#: How much an answer gives.
RANK = {"allow": 2, "consent": 1, "recoverable": 1, "deny": 0, "hidden": 0, "noop": 0}
VERBS = ("read", "write", "create", "rename", "delete", "list", "trash", "mkdir", "rmdir")
APIS = tuple(sorted(set(versions.API.values())))
PATHS = (
    "DCIM/Camera/VID_1.mp4",
    "DCIM/.pending-1700000000-a.jpg",
    "DCIM/.hidden/a.jpg",
    "Music/a.mp3",
    "Ringtones/r.mp3",
    "Download/a.pdf",
    "Android/data/com.other/files/a.mp4",
    "Android/media/com.other/a.mp4",
    "/storage/1234-5678/DCIM/a.mp4",
    "a.mp4",
    "Android",
    "Android/data",
    "Android/obb/com.other/a.obb",
    "Pictures/d",
    "Shop",
    ".transforms/a.jpg",
    "/storage/emulated/10/DCIM/a.mp4",
)
TARGETS = (
    "DCIM/b.mp4",
    "Music/b.mp4",
    "Android/data/com.other/b.mp4",
    "Android/media/com.other/b.mp4",
    "b.mp4",
    "/storage/1234-5678/DCIM/b.mp4",
)

callers = st.builds(
    Caller,
    api=st.sampled_from(APIS),
    target_sdk=st.integers(19, 36),
    granted=st.frozensets(st.sampled_from(PERMISSIONS)),
    legacy_flag=st.sampled_from([None, False, True]),
    preserve_legacy=st.booleans(),
    upgraded=st.booleans(),
    system_gallery=st.booleans(),
    raw_access=st.sampled_from([None, False, True]),
)
items = st.builds(
    Item,
    path=st.sampled_from(PATHS),
    owned=st.booleans(),
    own_folder=st.booleans(),
    directory=st.booleans(),
    holds_foreign=st.booleans(),
    listed=st.booleans(),
    granted=st.booleans(),
    selected=st.booleans(),
    uri=st.sampled_from(["item", "files-item", "collection"]),
    picked=st.sampled_from([None, True]),
)
targets = st.none() | st.builds(
    Item,
    path=st.sampled_from(TARGETS),
    owned=st.booleans(),
    own_folder=st.booleans(),
    listed=st.booleans(),
)
verbs, routes = st.sampled_from(VERBS), st.sampled_from(ROUTES)
