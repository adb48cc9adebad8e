"""Could it?  The rows of Android's own documentation and tests for a video of another app."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import frozen

from simulator.android import permissions
from simulator.android.permissions import ROUTES, Caller, Item, decide, traits
from simulator.android.permissions.item import known_folder, looks_like_folder
from simulator.android.permissions.predicates import derive
from simulator.android.permissions.rules import RuleText, inferred, rules, text
from simulator.documents import load

R, W, RV = "READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE", "READ_MEDIA_VIDEO"
ALL, MEDIA = "MANAGE_EXTERNAL_STORAGE", "MANAGE_MEDIA"
CAMERA = "DCIM/Camera/VID_1.mp4"
FAMILIES = (
    "bypass",
    "grant",
    "mediastore",
    "mode",
    "path",
    "picker",
    "read",
    "request",
    "route",
    "saf",
    "version",
)


def answers(api, target, granted, **more):
    caller = Caller(api=api, target_sdk=target, granted=frozenset(granted), **more)
    item = Item(CAMERA)
    return tuple(decide(caller, "delete", route, item).answer for route in ROUTES[:3])


@pytest.mark.parametrize(
    ("api", "target", "granted", "more", "expected"),
    [
        (28, 28, [R, W], {}, ("silently", "silently", "no")),
        (28, 28, [R], {}, ("no", "no", "no")),
        (29, 29, [R, W], {"legacy_flag": True}, ("silently", "silently", "no")),
        (29, 29, [R], {"legacy_flag": True}, ("no", "after_consent", "no")),
        (29, 29, [R, W], {}, ("no", "after_consent", "no")),
        (29, 28, [R, W], {}, ("silently", "silently", "no")),
        (29, 29, [], {}, ("no", "no", "no")),
        (30, 29, [R, W], {"legacy_flag": True}, ("silently", "silently", "after_consent")),
        (30, 30, [R, W], {"legacy_flag": True}, ("no", "after_consent", "after_consent")),
        (
            33,
            34,
            [R, W],
            {"upgraded": True, "preserve_legacy": True},
            ("silently", "silently", "after_consent"),
        ),
        (
            35,
            35,
            [R, W],
            {"upgraded": True, "preserve_legacy": True},
            ("no", "no", "after_consent"),
        ),
        (30, 30, [R], {}, ("no", "after_consent", "after_consent")),
        (30, 30, [], {}, ("no", "no", "after_consent")),
        (33, 33, [R], {}, ("no", "no", "after_consent")),
        (33, 33, [RV], {}, ("no", "after_consent", "after_consent")),
        (31, 31, [R, MEDIA], {}, ("no", "after_consent", "silently")),
        (30, 30, [R, MEDIA], {}, ("no", "after_consent", "after_consent")),
        (30, 30, [ALL], {}, ("silently", "silently", "after_consent")),
        (30, 30, [R], {"system_gallery": True}, ("silently", "silently", "after_consent")),
    ],
)
def test_deleting_a_camera_video_by_path_item_and_request(api, target, granted, more, expected):
    assert answers(api, target, granted, **more) == expected


@pytest.mark.parametrize(
    ("caller", "error"),
    [
        (Caller(28, 28, frozenset({R})), "EACCES"),
        (Caller(29, 29, frozenset({R, W})), "EACCES"),
        (Caller(30, 30, frozenset({R})), "ENOENT"),
        (Caller(30, 29, frozenset({R}), legacy_flag=True), "EPERM"),
    ],
)
def test_a_refused_delete_by_path_has_the_error_of_its_version(caller, error):
    assert decide(caller, "delete", "path", Item(CAMERA)).error == error


def test_what_the_app_made_itself_needs_no_permission_from_android_11_on():
    item = Item(CAMERA, owned=True)
    assert decide(Caller(30, 30), "delete", "path", item).answer == "silently"


@pytest.mark.parametrize(
    ("path", "ruling"),
    [
        ("Movies/a.mp4", "allow"),
        ("Movies/a.jpg", "deny"),
        ("Pictures/Shop/a.mp4", "allow"),
        ("Pictures/Shop/a.tmp", "deny"),
        ("Download/a.tmp", "allow"),
        ("a.mp4", "deny"),
    ],
)
def test_a_scoped_app_may_add_files_that_fit_the_folder(path, ruling):
    assert decide(Caller(30, 30), "create", "path", Item(path, listed=False)).ruling == ruling


def test_every_rule_the_model_can_name_is_written_down_with_its_source():
    folder = Path(permissions.__file__).parent
    source = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    named = set(re.findall(rf'"((?:{"|".join(FAMILIES)})\.[\w.-]+)"', source))
    assert named == set(rules()) - {"system.privileged", "download.own", "download.not-own"}


@frozen
class RuleFile:
    """The file ``rules.yaml``, to be checked as a whole."""

    rules: Mapping[str, RuleText]


def test_the_file_of_rules_is_a_valid_document_and_read_as_it_is():
    assert load(text(), RuleFile, file="rules.yaml").value.rules == rules()


# -- what the path alone says ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "marked", "hidden", "kind"),
    [
        ("DCIM/a.mp4", None, False, "video"),
        ("DCIM/.pending-1700000000-a.mp4", "pending", False, "video"),
        ("DCIM/.Trashed-1700000000-a.jpg", "trashed", False, "image"),
        ("DCIM/.trashed-soon-a.jpg", None, True, "image"),
        ("DCIM/.hidden/a.jpg", None, True, "image"),
        ("DCIM/.hidden.jpg", None, True, "image"),
        ("Music/a.mp3", None, False, "audio"),
        ("Download/a.pdf", None, False, "other"),
    ],
)
def test_a_name_says_whether_it_is_pending_trashed_or_hidden(path, marked, hidden, kind):
    about = traits(path)
    assert (about.marked, about.hidden, about.kind) == (marked, hidden, kind)


def test_a_memory_card_is_told_from_the_main_volume():
    about = traits("/storage/1234-5678/DCIM/Camera/a.mp4")
    assert (about.removable, about.top, about.depth) == (True, "dcim", 3)


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("a.mp4", False),
        ("a?.mp4", True),
        ("n" * 252 + ".mp4", True),
        ("n" * 251 + ".mp4", False),
        ("视" * 84 + ".mp4", True),
    ],
)
def test_a_name_that_fat_cannot_keep_is_refused(name, bad):
    decision = decide(Caller(30, 30), "create", "path", Item(f"Download/{name}"))
    assert (decision.chain[-1] == "path.30.bad-name") is bad


@pytest.mark.parametrize(("api", "ruling"), [(30, "deny"), (31, "allow")])
def test_recordings_is_a_standard_folder_from_android_12_on(api, ruling):
    item = Item("Recordings/a.mp3", listed=False)
    assert decide(Caller(api, api), "create", "path", item).ruling == ruling


@pytest.mark.parametrize(
    ("path", "fits"),
    [
        ("Music/a.mp3", True),
        ("Music/a.mp4", False),
        ("Music/a.m3u", True),
        ("Movies/a.srt", True),
        ("DCIM/a.srt", False),
        ("Podcasts/a.mp3", True),
        ("Podcasts/a.jpg", False),
        ("Documents/a.bin", True),
        ("Shop/a.mp4", False),
    ],
)
def test_each_standard_folder_takes_its_types(path, fits):
    assert traits(path).fits(30) is fits


# -- who asks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caller", "rule"),
    [
        (Caller(28, 28), "mode.28.always-legacy"),
        (Caller(29, 29, legacy_flag=True), "mode.29.legacy"),
        (Caller(29, 28), "mode.29.legacy"),
        (Caller(29, 28, legacy_flag=False), "mode.29.scoped"),
        (Caller(29, 33, legacy_flag=True), "mode.29.legacy"),
        (Caller(29, 29, legacy_flag=True, forced_scoped=True), "mode.29.forced-scoped"),
        (Caller(30, 29, legacy_flag=True), "mode.30.target-29-legacy"),
        (Caller(30, 29), "mode.30.scoped"),
        (Caller(30, 28), "mode.30.target-29-legacy"),
        (Caller(30, 29, upgraded=True), "mode.30.already-legacy"),
        (Caller(34, 30, legacy_flag=True), "mode.30.scoped"),
        (Caller(34, 34, upgraded=True, preserve_legacy=True), "mode.30.preserved-legacy"),
        (Caller(34, 34, preserve_legacy=True), "mode.30.scoped"),
        (Caller(34, 34, upgraded=True), "mode.30.scoped"),
        (Caller(35, 34, upgraded=True, preserve_legacy=True), "mode.30.preserved-legacy"),
        (Caller(35, 35, upgraded=True, preserve_legacy=True), "mode.35.never-legacy"),
        (Caller(34, 35, upgraded=True, preserve_legacy=True), "mode.30.preserved-legacy"),
    ],
)
def test_the_storage_mode_follows_version_target_and_flags(caller, rule):
    assert derive(caller).chain[-1] == rule


@pytest.mark.parametrize(
    ("caller", "counts"),
    [
        (Caller(28, 28, system_gallery=True), False),
        (Caller(29, 29, system_gallery=True), False),
        (Caller(29, 29, frozenset({W}), system_gallery=True), True),
        (Caller(30, 30, system_gallery=True), True),
        (Caller(30, 29, legacy_flag=True, system_gallery=True), False),
        (Caller(30, 29, frozenset({W}), legacy_flag=True, system_gallery=True), True),
        (Caller(30, 30), False),
    ],
)
def test_the_gallery_role_counts_with_the_write_permission_where_that_is_needed(caller, counts):
    assert derive(caller).gallery is counts


@pytest.mark.parametrize(
    ("api", "target", "granted", "read"),
    [
        (32, 32, R, {"image", "video", "audio", "playlist", "subtitle"}),
        (33, 32, R, {"image", "video", "audio", "playlist", "subtitle"}),
        (33, 33, R, set()),
        (32, 33, R, {"image", "video", "audio", "playlist", "subtitle"}),
        (33, 33, RV, {"video", "subtitle"}),
        (33, 33, "READ_MEDIA_IMAGES", {"image"}),
        (33, 33, "READ_MEDIA_AUDIO", {"audio", "playlist", "subtitle"}),
        (33, 32, RV, set()),
    ],
)
def test_which_types_a_permission_reads(api, target, granted, read):
    assert set(derive(Caller(api, target, frozenset({granted}))).reads) == read


@pytest.mark.parametrize(
    ("caller", "rule"),
    [
        (Caller(30, 30, frozenset({ALL})), None),
        (Caller(31, 30, frozenset({ALL})), "bypass.31.manager-target-30"),
        (Caller(31, 31, frozenset({ALL})), None),
        (Caller(31, 31, frozenset({ALL}), raw_access=True), "bypass.31.asked-for"),
        (Caller(31, 30, frozenset({ALL}), raw_access=False), None),
        (Caller(31, 29, system_gallery=True), "bypass.31.gallery-target-29"),
        (Caller(31, 30, system_gallery=True), None),
        (Caller(31, 30, raw_access=True), None),
        (
            Caller(31, 29, frozenset({W}), legacy_flag=True, system_gallery=True, raw_access=False),
            "bypass.31.legacy-gallery",
        ),
    ],
)
def test_who_removes_files_behind_mediastores_back(caller, rule):
    assert derive(caller).bypasses_database == rule


# -- what a decision says ----------------------------------------------------------------------


def test_on_android_16_every_answer_rests_on_an_inference():
    assert inferred(decide(Caller(36, 36), "delete", "path", Item(CAMERA)).chain)


def test_on_android_15_a_tested_answer_does_not():
    assert not inferred(decide(Caller(35, 35), "delete", "path", Item(CAMERA)).chain)


@pytest.mark.parametrize(
    ("caller", "route", "effect"),
    [
        (Caller(28, 28, frozenset({R, W})), "path", "file_deleted_row_stale"),
        (Caller(28, 28, frozenset({R, W})), "mediastore", "row_deleted"),
        (Caller(30, 30, frozenset({ALL})), "path", "row_deleted"),
        (Caller(33, 30, frozenset({ALL})), "path", "file_deleted_row_stale"),
        (Caller(33, 33, frozenset({RV, MEDIA})), "request", "row_deleted"),
        (Caller(30, 30), "path", None),
    ],
)
def test_what_a_delete_does_to_file_and_row(caller, route, effect):
    assert decide(caller, "delete", route, Item(CAMERA)).effect == effect


@pytest.mark.parametrize("route", ["path", "mediastore"])
@pytest.mark.parametrize(
    ("more", "redacted"),
    [
        ({}, True),
        ({"granted": frozenset({RV, "ACCESS_MEDIA_LOCATION"})}, False),
        ({"system_gallery": True}, False),
        ({"granted": frozenset({ALL})}, False),
    ],
)
def test_who_reads_the_place_of_a_video(route, more, redacted):
    caller = Caller(**{"api": 33, "target_sdk": 33, "granted": frozenset({RV}), **more})
    assert decide(caller, "read", route, Item(CAMERA)).redacted is redacted


def test_an_owner_reads_its_own_file_whole():
    assert not decide(Caller(33, 33), "read", "path", Item(CAMERA, owned=True)).redacted


def test_documents_have_no_place_to_blank():
    item = Item("Download/a.pdf", granted=True)
    assert not decide(Caller(33, 33), "read", "path", item).redacted


@pytest.mark.parametrize(
    ("answer", "ruling"), [(None, "consent"), (True, "allow"), (False, "deny")]
)
def test_a_request_waits_for_the_users_answer(answer, ruling):
    item = Item(CAMERA, answer=answer)
    assert decide(Caller(30, 30), "delete", "request", item).ruling == ruling


@pytest.mark.parametrize("route", ["request", "saf", "picker"])
def test_what_the_user_allowed_is_not_called_silent(route):
    item = Item(CAMERA, answer=True, picked=True)
    verb = "read" if route == "picker" else "delete"
    assert decide(Caller(30, 30), verb, route, item).answer == "after_consent"


@pytest.mark.parametrize(
    ("api", "target", "uris", "ruling"),
    [
        (36, 36, 2000, "consent"),
        (36, 36, 2001, "deny"),
        (36, 35, 2001, "consent"),
        (35, 36, 2001, "consent"),
    ],
)
def test_a_request_names_at_most_2000_items_on_android_16(api, target, uris, ruling):
    item = Item(CAMERA, uris=uris)
    assert decide(Caller(api, target), "delete", "request", item).ruling == ruling


@pytest.mark.parametrize(
    ("granted", "verb", "ruling"),
    [
        ({R, MEDIA}, "delete", "allow"),
        ({MEDIA}, "delete", "consent"),
        ({R}, "delete", "consent"),
        ({R, MEDIA}, "write", "consent"),
        ({R, MEDIA, "ACCESS_MEDIA_LOCATION"}, "write", "allow"),
        ({ALL, MEDIA}, "trash", "allow"),
        ({ALL, MEDIA}, "write", "consent"),
    ],
)
def test_the_dialog_is_skipped_only_with_media_management_and_reading(granted, verb, ruling):
    caller = Caller(31, 31, frozenset(granted))
    assert decide(caller, verb, "request", Item(CAMERA)).ruling == ruling


def test_a_gallerys_reading_by_role_does_not_skip_the_dialog():
    caller = Caller(31, 31, frozenset({MEDIA}), system_gallery=True)
    assert decide(caller, "delete", "request", Item(CAMERA)).ruling == "consent"


@pytest.mark.parametrize(
    ("path", "uri", "ruling"),
    [
        ("Movies/a.srt", "files-item", "consent"),
        ("Music/a.m3u", "item", "consent"),
        ("DCIM/a.mp4", "files-item", "deny"),
        ("DCIM/a.mp4", "collection", "deny"),
        ("Download/a.pdf", "item", "deny"),
    ],
)
def test_a_request_takes_media_items_and_subtitles(path, uri, ruling):
    assert decide(Caller(30, 30), "delete", "request", Item(path, uri=uri)).ruling == ruling


@pytest.mark.parametrize("uri", ["item", "files-item"])
@pytest.mark.parametrize("folder", ["Ringtones", "Alarms", "Notifications", "Music"])
def test_ringing_sounds_are_anybodys_through_the_audio_collection(folder, uri):
    item = Item(f"{folder}/a.mp3", uri=uri)
    ruling = decide(Caller(30, 30), "delete", "mediastore", item).ruling
    assert (ruling == "allow") is (uri == "item" and folder != "Music")


@pytest.mark.parametrize(
    ("uri", "removable", "ruling"),
    [
        ("item", False, "allow"),
        ("item", True, "allow"),
        ("files-item", False, "allow"),
        ("files-item", True, "noop"),
        ("collection", True, "noop"),
    ],
)
def test_the_old_modes_writing_by_file_reaches_the_main_volume_only(uri, removable, ruling):
    caller = Caller(30, 29, frozenset({R, W}), legacy_flag=True)
    path = f"/storage/1234-5678/{CAMERA}" if removable else CAMERA
    # A document has no typed collection, so only the file collections reach it.
    path = path if uri == "item" else path.replace("mp4", "pdf")
    assert decide(caller, "delete", "mediastore", Item(path, uri=uri)).ruling == ruling


@pytest.mark.parametrize(
    ("verb", "uri", "ruling", "error"),
    [
        ("delete", "files-item", "noop", None),
        ("rename", "collection", "noop", None),
        ("trash", "files-item", "noop", None),
        ("write", "files-item", "deny", "SecurityException"),
        ("read", "files-item", "allow", None),
        ("write", "item", "recoverable", "RecoverableSecurityException"),
    ],
)
def test_only_changes_by_sql_are_passed_over_in_silence(verb, uri, ruling, error):
    decision = decide(Caller(30, 30, frozenset({R})), verb, "mediastore", Item(CAMERA, uri=uri))
    assert (decision.ruling, decision.error) == (ruling, error)


@pytest.mark.parametrize(
    ("api", "legacy", "error"), [(29, True, "EACCES"), (30, True, "EPERM"), (30, False, None)]
)
def test_the_old_mode_without_permission_is_stricter_than_none(api, legacy, error):
    caller = Caller(api, 29, legacy_flag=legacy)
    assert decide(caller, "create", "path", Item("DCIM/a.jpg", listed=False)).error == error


@pytest.mark.parametrize("verb", ["read", "write", "delete", "list", "create", "rename"])
@pytest.mark.parametrize("granted", [{ALL}, {R, W}, set()])
def test_another_apps_folder_is_closed_for_everyone_from_android_11_on(verb, granted):
    caller = Caller(30, 29, frozenset(granted), legacy_flag=True, system_gallery=True)
    item = Item("Android/data/com.other/files/a.mp4")
    assert decide(caller, verb, "path", item).error == "ENOENT"


@pytest.mark.parametrize(
    "caller", [Caller(30, 30, frozenset({ALL})), Caller(28, 28, frozenset({R, W}))]
)
def test_nothing_opens_another_apps_internal_storage(caller):
    item = Item("/data/user/0/com.other/cache/a.mp4")
    assert decide(caller, "delete", "path", item).error == "EACCES"


@pytest.mark.parametrize(
    ("to", "error"),
    [
        (Item("DCIM/b.mp4", listed=False), None),
        (Item("DCIM/b.mp4"), "EPERM"),
        (Item("DCIM/b.mp4", owned=True), None),
        (Item("DCIM/b.pdf", listed=False), "EPERM"),
        (Item("b.mp4", listed=False), "EPERM"),
        (Item("Android/b.mp4", listed=False), "EPERM"),
        (Item("Android/data/com.other/b.mp4", listed=False), "ENOENT"),
        (Item("Android/media/com.other/b.mp4", listed=False), "EPERM"),
        (Item("Android/media/com.mine/b.mp4", listed=False, own_folder=True), None),
        (Item("/storage/1234-5678/DCIM/b.mp4", listed=False), "EXDEV"),
    ],
)
def test_where_a_scoped_app_may_rename_its_own_video_to(to, error):
    source = Item("DCIM/a.mp4", owned=True)
    assert decide(Caller(30, 30), "rename", "path", source, to).error == error


@pytest.mark.parametrize(
    ("to", "error"),
    [
        (Item("Pictures/b.mp4", listed=False), None),
        (Item("Music/b.mp4"), None),
        (Item("b.mp4", listed=False), None),
        (Item("Android/data/com.other/b.mp4", listed=False), "ENOENT"),
    ],
)
def test_all_files_access_may_rename_nearly_anywhere(to, error):
    caller = Caller(30, 30, frozenset({ALL}))
    assert decide(caller, "rename", "path", Item(CAMERA), to).error == error


def test_renaming_onto_a_foreign_file_needs_writing_in_the_old_mode():
    to = Item("DCIM/b.mp4")
    caller = Caller(28, 28, frozenset({R, W}))
    assert decide(caller, "rename", "path", Item("DCIM/a.mp4"), to).ruling == "allow"


@pytest.mark.parametrize(
    ("item", "rule"),
    [
        (Item("Download", directory=True), "saf.30.tree-closed"),
        (Item("Download/sub", directory=True, picked=True), "saf.picked"),
        (Item("Download/a.pdf", picked=True), "saf.picked"),
        (Item("DCIM", directory=True, picked=True), "saf.picked"),
        (Item("Android/data", directory=True), "saf.30.private-closed"),
        (Item("Android/obb/com.x/a.obb"), "saf.30.private-closed"),
        (Item("/data/user/0/com.x/a.mp4"), "saf.internal"),
        (Item(CAMERA, picked=False), "saf.not-picked"),
    ],
)
def test_what_can_be_chosen_in_the_document_picker_from_android_11_on(item, rule):
    assert decide(Caller(30, 30), "list", "saf", item).chain[-1] == rule


def test_until_android_10_another_apps_folder_can_be_chosen():
    item = Item("Android/data/com.x/files/a.mp4", picked=True)
    assert decide(Caller(29, 29), "delete", "saf", item).ruling == "allow"


@pytest.mark.parametrize(("api", "error"), [(30, "EACCES"), (31, "ENOENT")])
@pytest.mark.parametrize("verb", ["mkdir", "rmdir"])
def test_folders_inside_another_apps_folder_are_refused_with_the_error_of_the_version(
    verb, api, error
):
    item = Item("Android/data/com.other/files", directory=True)
    assert decide(Caller(api, api), verb, "path", item).error == error


@pytest.mark.parametrize("verb", ["mkdir", "rmdir"])
@pytest.mark.parametrize(("api", "error"), [(30, "EPERM"), (31, "EACCES")])
def test_a_new_top_level_folder_is_refused_with_the_error_of_the_version(verb, api, error):
    item = Item("Shop", directory=True)
    assert decide(Caller(api, api), verb, "path", item).error == error


@pytest.mark.parametrize("granted", [{ALL}, {R, W}])
def test_a_bad_name_is_refused_before_any_permission_is_asked(granted):
    caller = Caller(30, 29, frozenset(granted), legacy_flag=True)
    item = Item("Download/a:b.pdf", listed=False)
    assert decide(caller, "create", "path", item).chain[-1] == "path.30.bad-name"


def test_a_rename_to_a_bad_name_is_refused_even_with_all_files_access():
    caller, to = Caller(30, 30, frozenset({ALL})), Item("DCIM/a?.mp4", listed=False)
    assert decide(caller, "rename", "path", Item(CAMERA), to).error == "EPERM"


def test_a_path_that_mediastore_knows_cannot_be_made_by_a_scoped_app():
    assert decide(Caller(30, 30), "create", "path", Item("DCIM/a.jpg")).error == "EEXIST"


def test_all_files_access_makes_a_file_where_only_a_row_is():
    caller = Caller(30, 30, frozenset({ALL}))
    assert decide(caller, "create", "path", Item("DCIM/a.jpg")).ruling == "allow"


# -- the edges of single rules -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "ruling", "rule"),
    [
        (Item("DCIM/a.mp4", owned=True), "allow", "path.30.owner"),
        (Item("DCIM/a.mp4", owned=True, listed=False), "hidden", "path.30.not-listed"),
        (Item("DCIM/.pending-1-a.mp4", owned=True), "allow", "path.30.owner"),
        (Item("DCIM/.pending-1-a.mp4"), "hidden", "path.30.pending-or-trashed"),
        (Item("DCIM/a.mp4", granted=True), "allow", "grant.uri"),
        (Item("DCIM/a.mp4"), "hidden", "path.30.not-listed"),
        (Item("DCIM", directory=True), "allow", "path.30.folder-open"),
    ],
)
def test_what_a_scoped_app_sees_in_a_listing(item, ruling, rule):
    decision = decide(Caller(30, 30), "list", "path", item)
    assert (decision.ruling, decision.chain[-1]) == (ruling, rule)


@pytest.mark.parametrize(
    ("item", "listed"),
    [
        (Item("Pictures/.trashed-1-a.jpg"), True),
        (Item("Pictures/.trashed-1-a.jpg", listed=False), False),
        (Item("Documents/.trashed-1-a.pdf"), False),
        (Item("Music/.trashed-1-a.mp3"), False),
    ],
)
def test_the_gallery_sees_pictures_in_the_trash(item, listed):
    caller = Caller(30, 30, system_gallery=True)
    assert (decide(caller, "list", "path", item).ruling == "allow") is listed


@pytest.mark.parametrize(
    ("item", "rule"),
    [
        (Item("Pictures", directory=True, owned=True), "path.30.rename-standard"),
        (Item("a.mp4", owned=True), "path.30.owner"),
        (Item("DCIM/d", directory=True), "path.30.rename-folder"),
        (Item("Shop", directory=True), "path.30.rename-folder"),
        (Item("DCIM/a.mp4"), "path.30.foreign-rename"),
        (Item("DCIM/d", directory=True, holds_foreign=True), "path.30.foreign-folder"),
        (Item("DCIM/a.mp4", granted=True), "grant.uri"),
    ],
)
def test_what_a_scoped_app_may_rename(item, rule):
    assert decide(Caller(30, 30), "rename", "path", item).chain[-1] == rule


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("DCIM/d", "path.30.gallery-folder"),
        ("Pictures/d", "path.30.gallery-folder"),
        ("Movies/d", "path.30.gallery-folder"),
        ("Music/d", "path.30.foreign-folder"),
    ],
)
def test_which_folders_the_gallery_may_rename(path, rule):
    caller = Caller(30, 30, system_gallery=True)
    item = Item(path, directory=True, holds_foreign=True)
    assert decide(caller, "rename", "path", item).chain[-1] == rule


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("Shop", "path.30.top-level"),
        ("Pictures", "path.30.mkdir-standard"),
        ("Android", "path.30.mkdir-standard"),
        ("Pictures/Shop", "path.30.mkdir-below"),
        ("Android/data", "path.30.data-root"),
    ],
)
def test_which_folders_a_scoped_app_may_make(path, rule):
    item = Item(path, listed=False, directory=True)
    assert decide(Caller(31, 31), "mkdir", "path", item).chain[-1] == rule


@pytest.mark.parametrize(
    ("verb", "error"),
    [
        ("delete", "EPERM"),
        ("create", "EPERM"),
        ("read", "EACCES"),
        ("write", "EACCES"),
        ("rename", "EACCES"),
        ("mkdir", "EACCES"),
        ("list", "EACCES"),
    ],
)
def test_the_old_mode_without_permission_has_an_error_for_each_verb(verb, error):
    item = Item("DCIM/a.mp4", owned=True)
    decision = decide(Caller(30, 29, legacy_flag=True), verb, "path", item)
    assert (decision.error, decision.chain[-1]) == (error, "path.30.legacy-missing")


@pytest.mark.parametrize("verb", ["rename", "write", "create", "mkdir"])
def test_only_a_delete_does_something_to_the_row(verb):
    caller = Caller(28, 28, frozenset({R, W}))
    assert decide(caller, verb, "path", Item(CAMERA)).effect is None


def test_a_delete_of_what_has_no_row_says_nothing_of_a_row():
    caller = Caller(28, 28, frozenset({R, W}))
    assert decide(caller, "delete", "path", Item(CAMERA, listed=False)).effect is None


def test_all_files_access_removes_what_has_no_row():
    caller = Caller(33, 30, frozenset({ALL}))
    decision = decide(caller, "delete", "path", Item(CAMERA, listed=False))
    assert (decision.ruling, decision.effect) == ("allow", None)


@pytest.mark.parametrize(
    ("to", "error"),
    [
        (Item("Android/data/com.mine/files/b.mp4", listed=False, own_folder=True), None),
        (Item("Android/data/com.other/files/b.mp4", listed=False), "ENOENT"),
    ],
)
def test_a_file_of_the_apps_own_folder_may_be_renamed_inside_it(to, error):
    source = Item("Android/data/com.mine/files/a.mp4", own_folder=True)
    assert decide(Caller(30, 30), "rename", "path", source, to).error == error


def test_a_shared_file_cannot_be_renamed_into_the_apps_own_private_folder():
    source = Item("DCIM/a.mp4", owned=True)
    to = Item("Android/data/com.mine/files/b.mp4", listed=False, own_folder=True)
    assert decide(Caller(30, 30), "rename", "path", source, to).error == "EPERM"


@pytest.mark.parametrize(
    ("api", "to", "error"),
    [
        (28, Item("DCIM/b.mp4", listed=False), None),
        (28, Item("/data/user/0/com.other/b.mp4", listed=False), "EACCES"),
        (29, Item("DCIM/b.mp4"), None),
    ],
)
def test_where_the_old_mode_may_rename_to_until_android_10(api, to, error):
    caller = Caller(api, 28, frozenset({R, W}))
    assert decide(caller, "rename", "path", Item("DCIM/a.mp4"), to).error == error


@pytest.mark.parametrize(("to", "error"), [("DCIM/e", None), ("e", "EPERM"), ("Music/e", None)])
def test_where_a_scoped_app_may_rename_its_own_folder_to(to, error):
    source = Item("DCIM/d", owned=True, directory=True)
    target = Item(to, listed=False, directory=True)
    assert decide(Caller(30, 30), "rename", "path", source, target).error == error


def test_a_scoped_rename_that_is_refused_at_its_source_never_asks_about_its_target():
    to = Item("/storage/1234-5678/DCIM/b.mp4", listed=False)
    decision = decide(Caller(30, 30), "rename", "path", Item("DCIM/a.mp4"), to)
    assert decision.chain[-1] == "path.30.foreign-rename"


@pytest.mark.parametrize(
    ("path", "uri", "ruling"),
    [
        ("DCIM/.hidden.jpg", "item", "deny"),
        ("DCIM/IMG.jpg", "item", "allow"),
        ("Music/a.mp3", "item", "deny"),
    ],
)
def test_the_gallery_changes_pictures_that_are_not_hidden(path, uri, ruling):
    caller = Caller(30, 30, system_gallery=True)
    assert decide(caller, "delete", "mediastore", Item(path, uri=uri)).ruling == ruling


def test_a_nomedia_file_keeps_readers_out_and_the_owner_in():
    caller = Caller(30, 30, frozenset({R}))
    hidden = [
        decide(caller, "read", "path", Item(CAMERA, no_media=True, owned=o)).ruling
        for o in (False, True)
    ]
    assert hidden == ["deny", "allow"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("DCIM/a", True),
        ("DCIM/a.mp4", False),
        ("DCIM/.nomedia", False),
        ("DCIM/.thumbnails", True),
    ],
)
def test_what_has_no_extension_is_taken_for_a_folder(path, kind):
    assert looks_like_folder(path) is kind


@pytest.mark.parametrize(
    ("item", "ruling"),
    [
        (Item("DCIM/a.mp4", uri="collection"), "hidden"),
        (Item("DCIM/.trashed-1-a.mp4", owned=True, uri="collection"), "hidden"),
        (Item("DCIM/.trashed-1-a.mp4", owned=True, uri="item"), "allow"),
        (Item("DCIM/a.mp4", owned=True, uri="collection"), "allow"),
    ],
)
def test_what_a_query_shows_without_any_permission(item, ruling):
    assert decide(Caller(30, 30), "list", "mediastore", item).ruling == ruling


def test_on_android_10_a_query_shows_the_apps_own_trash():
    item = Item("DCIM/.trashed-1-a.mp4", owned=True, uri="collection")
    assert decide(Caller(29, 29), "list", "mediastore", item).ruling == "allow"


@pytest.mark.parametrize(
    ("caller", "item", "ruling"),
    [
        (
            Caller(30, 30, frozenset({ALL})),
            Item("Android/data/com.mine/a.jpg", own_folder=True, listed=False),
            "deny",
        ),
        (Caller(30, 30, frozenset({ALL})), Item("Shop/a.jpg", listed=False), "allow"),
        (Caller(30, 30), Item("Shop/a.jpg", listed=False), "deny"),
        (Caller(30, 30), Item("DCIM/a?.jpg", listed=False), "deny"),
        (
            Caller(30, 29, frozenset({W}), legacy_flag=True),
            Item("Shop/a.jpg", listed=False),
            "allow",
        ),
        (
            Caller(30, 30),
            Item("Android/media/com.mine/a.jpg", own_folder=True, listed=False),
            "allow",
        ),
    ],
)
def test_where_an_item_may_be_added_through_mediastore(caller, item, ruling):
    assert decide(caller, "create", "mediastore", item).ruling == ruling


@pytest.mark.parametrize(("granted", "ruling"), [({R, W}, "allow"), ({R}, "deny")])
@pytest.mark.parametrize("verb", ["create", "rename", "delete"])
def test_until_android_9_changes_through_mediastore_need_the_write_permission(
    verb, granted, ruling
):
    item = Item(CAMERA, listed=verb != "create")
    assert decide(Caller(28, 28, frozenset(granted)), verb, "mediastore", item).ruling == ruling


def test_until_android_9_a_change_without_a_row_does_nothing():
    decision = decide(
        Caller(28, 28, frozenset({W})), "delete", "mediastore", Item(CAMERA, listed=False)
    )
    assert decision.ruling == "noop"


def test_on_a_memory_card_until_android_9_only_a_delete_leaves_the_file():
    caller = Caller(28, 28, frozenset({R, W}))
    item = Item("/storage/1234-5678/DCIM/a.mp4")
    effects = [decide(caller, verb, "mediastore", item).effect for verb in ("delete", "rename")]
    assert effects == ["row_gone_file_stays", None]


def test_the_last_word_of_the_chain_is_the_rule_that_decides():
    chain = decide(Caller(36, 36), "delete", "path", Item(CAMERA)).chain
    assert chain == ("version.36.carried-over", "mode.35.never-legacy", "path.30.foreign-delete")


def test_a_scoped_app_may_change_the_case_of_its_own_name():
    source, to = Item("DCIM/a.mp4", owned=True), Item("DCIM/A.mp4")
    assert decide(Caller(30, 30), "rename", "path", source, to).ruling == "allow"


@pytest.mark.parametrize("path", ["/data/user/0/com.x/a.mp4", "Android/data/com.x/a.mp4"])
@pytest.mark.parametrize(
    ("verb", "ruling", "error"),
    [
        ("delete", "noop", None),
        ("list", "hidden", None),
        ("read", "deny", "FileNotFoundException"),
        ("write", "deny", "FileNotFoundException"),
    ],
)
@pytest.mark.parametrize("api", [28, 30])
def test_private_folders_cannot_be_reached_through_mediastore(path, verb, ruling, error, api):
    caller = Caller(api, 28, frozenset({R, W, ALL}))
    decision = decide(caller, verb, "mediastore", Item(path, owned=True))
    assert (decision.ruling, decision.error, decision.chain) == (
        ruling,
        error,
        ("mediastore.never-indexed",),
    )


def test_a_request_cannot_name_what_lies_in_a_private_folder():
    item = Item("Android/data/com.x/a.mp4", owned=True)
    assert decide(Caller(30, 30), "delete", "request", item).error == "IllegalArgumentException"


@pytest.mark.parametrize(
    ("item", "decided"),
    [
        (Item("DCIM/a.mp4", owned=True), ("allow", "path.30.owner", None)),
        (Item("DCIM/a.mp4", granted=True), ("allow", "grant.uri", None)),
        (Item("DCIM/a.mp4"), ("deny", "path.30.foreign-write", "EACCES")),
        (
            Item("DCIM/a.mp4", owned=True, listed=False),
            ("deny", "path.30.foreign-write", "EACCES"),
        ),
        (Item("DCIM/.pending-1-a.mp4", owned=True), ("allow", "path.30.owner", None)),
        (
            Item("DCIM/.pending-1-a.mp4", granted=True),
            ("deny", "path.30.pending-or-trashed", "EACCES"),
        ),
        (
            Item("DCIM/.pending-1-a.mp4", owned=True, listed=False),
            ("deny", "path.30.pending-or-trashed", "EACCES"),
        ),
    ],
)
def test_what_a_scoped_app_may_write_to(item, decided):
    decision = decide(Caller(30, 30), "write", "path", item)
    assert (decision.ruling, decision.chain[-1], decision.error) == decided


@pytest.mark.parametrize(
    ("to", "decided"),
    [
        (Item("DCIM/a?.mp4", listed=False), ("deny", "path.30.bad-name", "EPERM")),
        (Item("Android/b.mp4", listed=False), ("deny", "path.30.rename-into-android", "EPERM")),
        (
            Item("Android/data/com.mine/b.mp4", listed=False, own_folder=True),
            ("deny", "path.30.rename-into-android", "EPERM"),
        ),
        (
            Item("Android/data/com.other/b.mp4", listed=False),
            ("deny", "path.30.other-app-folder", "ENOENT"),
        ),
        (Item("DCIM/b.mp4"), ("deny", "path.30.foreign-target", "EPERM")),
        (Item("DCIM/b.mp4", granted=True), ("allow", "path.30.owner", None)),
        (Item("DCIM/b.pdf", listed=False), ("deny", "path.30.create-misfit", "EPERM")),
        (Item("DCIM/b.mp4", listed=False), ("allow", "path.30.owner", None)),
    ],
)
def test_each_target_of_a_rename_is_refused_by_its_rule(to, decided):
    source = Item("DCIM/a.mp4", owned=True)
    decision = decide(Caller(30, 30), "rename", "path", source, to)
    assert (decision.ruling, decision.chain[-1], decision.error) == decided


def test_a_folder_renamed_to_the_top_is_refused_by_its_rule():
    source, to = Item("DCIM/d", owned=True, directory=True), Item("d", listed=False, directory=True)
    decision = decide(Caller(30, 30), "rename", "path", source, to)
    assert (decision.ruling, decision.chain[-1]) == ("deny", "path.30.rename-to-top")


def test_the_gallery_may_put_a_picture_in_the_place_of_anothers():
    caller = Caller(30, 30, system_gallery=True)
    decision = decide(caller, "rename", "path", Item("DCIM/a.jpg"), Item("DCIM/b.jpg"))
    assert decision.ruling == "allow"


def test_on_android_10_the_old_mode_reaches_its_target_by_the_old_rules():
    caller = Caller(29, 29, frozenset({R, W}), legacy_flag=True)
    to = Item("Android/data/com.other/files/b.mp4", listed=False)
    decision = decide(caller, "rename", "path", Item(CAMERA), to)
    assert decision.chain[-1] == "path.28.write-granted"


@pytest.mark.parametrize("path", ["Pictures/a.jpg", CAMERA])
def test_pictures_and_videos_lose_their_place_to_a_reader(path):
    caller = Caller(32, 32, frozenset({R}))
    decision = decide(caller, "read", "mediastore", Item(path))
    assert (decision.redacted, decision.chain[-2:]) == (
        True,
        ("read.storage", "mediastore.29.redacted"),
    )


@pytest.mark.parametrize(
    "item", [Item(CAMERA, owned=True), Item(CAMERA, granted=True), Item("Music/a.mp3")]
)
def test_what_is_read_whole_through_mediastore(item):
    assert not decide(Caller(32, 32, frozenset({R})), "read", "mediastore", item).redacted


@pytest.mark.parametrize(
    ("caller", "rule"),
    [
        (Caller(30, 30, frozenset({R})), "read.storage"),
        (Caller(33, 33, frozenset({RV})), "read.by-type"),
        (Caller(30, 30, system_gallery=True), "read.gallery"),
        (Caller(30, 29, frozenset({W}), legacy_flag=True), "read.legacy-write"),
        (Caller(29, 29, frozenset({W}), legacy_flag=True), "read.legacy-write"),
        (Caller(30, 30, frozenset({R}), system_gallery=True), "read.storage"),
    ],
)
def test_the_rule_that_lets_an_app_read_a_video(caller, rule):
    assert derive(caller).reads["video"] == rule


@pytest.mark.parametrize(
    ("caller", "types"),
    [
        (Caller(30, 30), set()),
        (Caller(30, 30, system_gallery=True), {"image", "video"}),
        (
            Caller(30, 29, frozenset({W}), legacy_flag=True),
            {"image", "video", "audio", "playlist", "subtitle"},
        ),
    ],
)
def test_which_types_an_app_may_change_whoever_made_them(caller, types):
    assert derive(caller).writes == types


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("DCIM/.x/.pending-1-a.jpg", True),
        ("DCIM/x/.pending-1-a.jpg", False),
        (".x/DCIM/.pending-1-a.jpg", True),
    ],
)
def test_a_mark_does_not_hide_but_a_folder_above_it_does(path, hidden):
    assert traits(path).hidden is hidden


def test_an_assumed_rule_counts_as_inferred():
    assert inferred(("system.privileged",))


def test_the_gallery_role_does_not_count_on_android_9():
    assert not derive(Caller(28, 28, frozenset({W}), system_gallery=True)).gallery


@pytest.mark.parametrize(("api", "ruling"), [(30, "deny"), (31, "allow")])
def test_recordings_can_be_added_to_through_mediastore_from_android_12_on(api, ruling):
    item = Item("Recordings/a.mp3", listed=False)
    assert decide(Caller(api, api), "create", "mediastore", item).ruling == ruling


@pytest.mark.parametrize(
    ("api", "rule"), [(30, "path.30.top-level"), (31, "path.30.mkdir-standard")]
)
def test_recordings_can_be_made_from_android_12_on(api, rule):
    item = Item("Recordings", listed=False, directory=True)
    assert decide(Caller(api, api), "mkdir", "path", item).chain[-1] == rule


def test_not_even_an_own_private_folder_takes_what_is_added_through_mediastore():
    item = Item("Android/data/com.mine/a.pdf", own_folder=True, listed=False)
    decision = decide(Caller(30, 30), "create", "mediastore", item)
    assert decision.chain == ("mode.30.scoped", "mediastore.29.insert-private")


# -- folders that nobody may touch, and other users --------------------------------------------


@pytest.mark.parametrize("verb", ["rmdir", "rename", "delete"])
@pytest.mark.parametrize("path", ["Android", "Android/data", "Android/obb"])
@pytest.mark.parametrize(
    "caller",
    [
        Caller(30, 30),
        Caller(30, 30, frozenset({ALL})),
        Caller(30, 29, frozenset({R, W}), legacy_flag=True),
    ],
)
def test_the_roots_of_app_folders_stay_where_they_are(caller, path, verb):
    decision = decide(caller, verb, "path", Item(path, directory=True))
    assert (decision.ruling, decision.chain[-1]) == ("deny", "path.30.android-root")


@pytest.mark.parametrize(
    ("api", "verb", "error"),
    [(30, "rmdir", "EPERM"), (31, "rmdir", "EACCES"), (31, "rename", "EPERM")],
)
def test_the_error_at_the_roots_of_app_folders(api, verb, error):
    item = Item("Android", directory=True)
    assert decide(Caller(api, api), verb, "path", item).error == error


@pytest.mark.parametrize("verb", ["mkdir", "rmdir", "create", "rename", "delete"])
@pytest.mark.parametrize("granted", [set(), {ALL}])
def test_nobody_changes_the_daemons_own_folder(verb, granted):
    item = Item(".transforms/x.mp4", listed=False)
    decision = decide(Caller(31, 31, frozenset(granted)), verb, "path", item)
    assert (decision.error, decision.chain[-1]) == ("EACCES", "path.30.transforms")


def test_nothing_is_renamed_into_the_daemons_own_folder():
    to = Item(".transforms/b.mp4", listed=False)
    decision = decide(Caller(31, 31, frozenset({ALL})), "rename", "path", Item(CAMERA), to)
    assert (decision.ruling, decision.error, decision.chain[-1]) == (
        "deny",
        "EPERM",
        "path.30.transforms",
    )


@pytest.mark.parametrize(
    ("to", "rule"),
    [
        ("Pictures/d", "path.30.gallery-folder"),
        ("Movies/d", "path.30.gallery-folder"),
        ("Podcasts/d", "path.30.gallery-folder-out"),
        ("Download/d", "path.30.gallery-folder-out"),
    ],
)
def test_where_the_gallery_may_rename_folders_to(to, rule):
    source = Item("DCIM/d", directory=True, holds_foreign=True)
    target = Item(to, directory=True, listed=False)
    caller = Caller(30, 30, system_gallery=True)
    decision = decide(caller, "rename", "path", source, target)
    assert (decision.chain[-1], decision.error) == (rule, "EPERM" if "out" in rule else None)


@pytest.mark.parametrize(
    ("granted", "path", "error"),
    [
        ({"REQUEST_INSTALL_PACKAGES", W}, "Android/obb/com.x/a.obb", None),
        ({"REQUEST_INSTALL_PACKAGES"}, "Android/obb/com.x/a.obb", "ENOENT"),
        ({W}, "Android/obb/com.x/a.obb", "ENOENT"),
        ({"REQUEST_INSTALL_PACKAGES", W}, "Android/data/com.x/a.txt", "ENOENT"),
    ],
)
def test_an_installer_reaches_expansion_files_and_no_data(granted, path, error):
    assert decide(Caller(30, 30, frozenset(granted)), "read", "path", Item(path)).error == error


@pytest.mark.parametrize("granted", [set(), {ALL}, {R, W}])
@pytest.mark.parametrize("path", ["/storage/emulated/10/DCIM/a.mp4", "/data/user/10/com.x/a.mp4"])
def test_another_users_storage_is_closed(path, granted):
    caller = Caller(30, 29, frozenset(granted), legacy_flag=True)
    decision = decide(caller, "delete", "path", Item(path))
    assert (decision.error, decision.chain) == ("ENOENT", ("path.other-user",))


def test_mediastore_shows_nothing_of_another_user():
    item = Item("/storage/emulated/10/DCIM/a.mp4")
    decision = decide(Caller(30, 30, frozenset({ALL})), "list", "mediastore", item)
    assert (decision.ruling, decision.chain) == ("hidden", ("mediastore.other-user",))


@pytest.mark.parametrize(
    ("api", "to", "ruling"),
    [
        (30, Item("Pictures/b.mp4", listed=False), "allow"),
        (30, Item("Music/b.mp4", listed=False), "deny"),
        (30, Item("Android/data/com.mine/b.mp4", listed=False, own_folder=True), "deny"),
        (30, Item("Android/media/com.mine/b.mp4", listed=False, own_folder=True), "allow"),
        (28, Item("Music/b.mp4", listed=False), "allow"),
    ],
)
def test_an_update_through_mediastore_is_held_to_the_rules_of_its_new_place(api, to, ruling):
    caller = Caller(api, api, frozenset({W}))
    source = Item("DCIM/a.mp4", owned=True)
    assert decide(caller, "rename", "mediastore", source, to).ruling == ruling


def test_an_update_that_may_not_touch_the_item_never_asks_about_its_new_place():
    to = Item("Music/b.mp4", listed=False)
    decision = decide(Caller(30, 30, frozenset({R})), "rename", "mediastore", Item(CAMERA), to)
    assert decision.ruling == "recoverable"


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("Pictures", True),
        ("DCIM/d", False),
        ("Android", True),
        ("Android/data", True),
        ("Android/data/com.x.app", True),
        ("Android/data/com.x.app/files", True),
        ("Android/data/com.x.app/files/a", False),
        ("Android/media/com.x.app", True),
        ("Android/media/com.x.app/a.mp4", False),
        ("/data/user/0/com.x/cache", True),
        ("/data/user/0/com.x/cache/x", False),
        (".transforms", True),
        (".hidden.jpg", False),
        ("Shop", False),
    ],
)
def test_which_folders_a_phone_is_known_to_have(path, known):
    assert known_folder(path) is known


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("DCIM/d", True),
        ("DCIM/<>", False),
        ("Android/data/com.x.app/files/a", False),
        ("/data/user/0/com.x/cache/x", False),
        ("Android/media/com.x.app", True),
    ],
)
def test_what_is_taken_for_a_folder_by_its_name(path, folder):
    assert looks_like_folder(path) is folder
