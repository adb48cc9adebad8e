"""Who did it, seen from where: one deletion on every storage stack."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from importlib.resources import files
from typing import get_args

import pytest
from attrs import evolve, frozen

from simulator.android import versions
from simulator.android.files import FileError
from simulator.android.layers import defaults as default_records
from simulator.android.layers import layers, routes, stacks
from simulator.android.permissions import Caller
from simulator.android.permissions.rules import rules
from simulator.android.phone import Phone, installed
from simulator.android.processes import (
    DOCUMENT_APP,
    MEDIA_PROVIDER,
    SHELL,
    app_process,
    media_provider,
    named,
)
from simulator.android.sightings import APP, COPY, built, offered_routes, see
from simulator.android.stack import (
    CALL_LAYERS,
    LOWER_LAYERS,
    CardFormat,
    Stack,
    default_stack,
    misfit,
)
from simulator.errors import InputError, UnknownName
from simulator.grades import GRADES
from simulator.scenario import library
from simulator.scenario.family import infeasible
from simulator.telling.measures import columns
from simulator.telling.stacks import told
from simulator.telling.text import GRADES as GRADE_WORDS
from simulator.telling.words import LANGS, words
from simulator.trace import FileEvent, Log, Refusal

OWN_DATA = f"Android/data/{APP.package}/cache/a.mp4"
OWN_MEDIA = f"Android/media/{APP.package}/a.mp4"
OTHERS_DATA = "Android/data/com.other/files/a.mp4"
OTHERS_OBB = "Android/obb/com.other/a.mp4"
INTERNAL = f"/data/user/0/{APP.package}/cache/a.mp4"
CARD = "/storage/1A2B-3C4D"
ON_CARD = f"{CARD}/DCIM/a.mp4"
OWN_ON_CARD = f"{CARD}/Android/data/{APP.package}/a.mp4"
PLACES = (
    COPY,
    "DCIM/Camera/a.mp4",
    OWN_DATA,
    OWN_MEDIA,
    OTHERS_DATA,
    OTHERS_OBB,
    INTERNAL,
    ON_CARD,
    OWN_ON_CARD,
)
CATALOGUE = files("simulator.telling") / "locale" / "zh_CN" / "LC_MESSAGES" / "cachelife.mo"
AT_HAND = [lang for lang in LANGS if lang == "en" or CATALOGUE.is_file()]
EVERYWHERE = [
    (name, version, via, path)
    for version in ("7", "9", "10", "11", "12", "14", "16")
    for via in offered_routes()
    for name in (record.name for record, _ in built(via, version))
    for path in PLACES
]


def sight(name, android, via="path", path=COPY):
    return see(stacks()[name], android, via, path)


def seen(name, android, via="path", path=COPY):
    """Each layer that saw the deletion, top first, with the package that executed there."""
    return [
        (glimpse.layer, glimpse.done_by.package)
        for glimpse in sight(name, android, via, path).glimpses
        if glimpse.verb is not None
    ]


def nameable(name, android, via="path", path=COPY):
    glimpses = sight(name, android, via, path).glimpses
    return {glimpse.layer: glimpse.nameable for glimpse in glimpses if glimpse.verb is not None}


# -- the same deletion by path -----------------------------------------------------------------


@pytest.mark.parametrize(("name", "android"), [("sdcardfs", "10"), ("hmdfs", "10")])
def test_a_file_system_in_the_kernel_shows_the_app_at_every_layer(name, android):
    assert seen(name, android) == [(name, APP.package), ("f2fs", APP.package)]


def test_under_fuse_the_app_is_seen_above_and_mediaprovider_below():
    assert seen("fuse", "11") == [("fuse", APP.package), ("f2fs", MEDIA_PROVIDER.package)]


def test_on_an_upgraded_phone_sdcardfs_meets_mediaprovider():
    assert dict(seen("fuse-over-sdcardfs", "12"))["sdcardfs"] == MEDIA_PROVIDER.package


def test_the_daemon_of_android_7_leaves_no_app_to_name_below():
    assert nameable("fuse-daemon", "7") == {"fuse-daemon": APP.package, "f2fs": None}


def test_the_five_stacks_give_five_different_lists():
    lists = {tuple(seen(record.name, android)) for record, android in built()}
    assert len(lists) == len(list(built())) == 5


def test_the_shell_is_no_app_where_it_is_met_itself():
    assert nameable("sdcardfs", "10", "shell") == {"sdcardfs": None, "f2fs": None}


def test_the_shell_is_taken_for_mediaprovider_below_fuse():
    assert nameable("fuse", "11", "shell")["f2fs"] == MEDIA_PROVIDER.cmdline


# -- other routes ------------------------------------------------------------------------------


def test_a_mediastore_delete_passes_the_fuse_mount_by():
    assert seen("fuse", "11", "mediastore") == [
        ("resolver", APP.package),
        ("provider", MEDIA_PROVIDER.package),
        ("f2fs", MEDIA_PROVIDER.package),
    ]


def test_before_android_11_mediaprovider_goes_through_the_mount_of_the_apps():
    assert ("sdcardfs", "com.android.providers.media") in seen("sdcardfs", "10", "mediastore")


def test_before_android_11_mediaprovider_is_known_by_the_name_of_its_process():
    assert nameable("sdcardfs", "10", "mediastore")["f2fs"] == "android.process.media"


def test_a_provider_knows_who_called_it():
    assert nameable("fuse", "11", "mediastore")["provider"] == APP.package


def test_a_delete_request_is_carried_out_by_mediaprovider_alone():
    assert {package for _, package in seen("fuse", "12", "request")} == {MEDIA_PROVIDER.package}


def test_a_delete_request_is_still_asked_by_the_app():
    asked = {glimpse.asked_by for glimpse in sight("fuse", "12", "request").glimpses}
    assert asked == {APP, None}


def test_before_android_11_there_is_no_delete_request():
    refused = sight("sdcardfs", "10", "request").refused
    assert (refused.layer, refused.error) == (None, "no-such-route")


def test_saf_names_the_provider_at_the_mount():
    assert nameable("fuse", "11", "saf")["fuse"] == "com.android.externalstorage"


def test_a_card_is_reached_by_saf_below_every_mount():
    assert [layer for layer, _ in seen("fuse", "12", "saf", ON_CARD)] == [
        "resolver",
        "documents",
        "vfat",
    ]


def test_another_apps_documents_provider_deletes_in_that_apps_name():
    assert nameable("sdcardfs", "10", "document-provider")["f2fs"] == DOCUMENT_APP.package


def test_a_download_is_removed_by_the_process_that_downloads():
    assert nameable("sdcardfs", "10", "download")["f2fs"] == "android.process.media"


def test_downloadmanager_does_not_reach_what_another_app_made():
    assert sight("fuse", "12", "download", OTHERS_DATA).refused.rule == "download.not-own"


def test_a_peer_device_names_no_app():
    assert nameable("hmdfs", "10", "peer") == {"hmdfs": None, "f2fs": None}


@pytest.mark.parametrize("name", ["sdcardfs", "fuse", "fuse-over-sdcardfs", "fuse-daemon"])
def test_only_hmdfs_takes_requests_of_other_devices(name):
    assert not Stack(name, stacks()[name].apis[0]).offers("peer")


def test_a_route_that_a_phone_does_not_have_is_an_error_that_says_so():
    with pytest.raises(InputError, match="no route “peer”"):
        Stack("fuse", 30).route(COPY, "peer", APP)


def test_root_on_the_lower_tree_is_seen_by_the_lowest_layer_alone():
    assert seen("fuse-over-sdcardfs", "12", "root") == [("f2fs", "root")]


def test_whoever_bypasses_the_database_leaves_the_row():
    assert (sight("fuse", "12", "path").row, sight("fuse", "12", "bypass").row) == (
        "removed",
        "stays",
    )


def test_bypassing_the_database_is_seen_by_the_same_layers():
    assert seen("fuse", "12", "bypass") == seen("fuse", "12", "path")


# -- places ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "android", "path", "expected"),
    [
        ("sdcardfs", "10", OWN_DATA, ["sdcardfs", "f2fs"]),
        ("fuse", "11", OWN_DATA, ["f2fs"]),
        ("fuse-over-sdcardfs", "11", OWN_DATA, ["sdcardfs", "f2fs"]),
        ("fuse", "11", OWN_MEDIA, ["fuse", "f2fs"]),
        ("fuse", "11", INTERNAL, ["f2fs"]),
        ("sdcardfs", "10", INTERNAL, ["f2fs"]),
        ("fuse", "11", ON_CARD, ["fuse", "vfat"]),
        ("sdcardfs", "9", OWN_ON_CARD, ["sdcardfs", "vfat"]),
        ("fuse", "11", OWN_ON_CARD, ["fuse", "vfat"]),
        ("fuse-over-sdcardfs", "11", ON_CARD, ["fuse", "sdcardfs", "vfat"]),
    ],
)
def test_a_place_decides_which_layers_a_path_crosses(name, android, path, expected):
    assert [layer for layer, _ in seen(name, android, "path", path)] == expected


def test_the_own_folder_is_found_in_any_case_of_its_letters():
    assert seen("fuse", "11", "path", OWN_DATA.upper().replace("A.MP4", "a.mp4")) == [
        ("f2fs", APP.package)
    ]


@pytest.mark.parametrize("path", [OTHERS_DATA, OTHERS_OBB])
def test_from_android_11_fuse_closes_the_folders_of_other_apps(path):
    refused = sight("fuse", "11", "path", path).refused
    assert (refused.layer, refused.error) == ("fuse", "ENOENT")


def test_until_android_9_the_folders_of_other_apps_are_open_with_the_old_permission():
    assert seen("sdcardfs", "9", "path", OTHERS_DATA) == [
        ("sdcardfs", APP.package),
        ("f2fs", APP.package),
    ]


@pytest.mark.parametrize("card", get_args(CardFormat))
def test_a_card_has_a_file_system_of_its_own_below(card):
    hops = Stack("fuse", 30, card).route(ON_CARD, "path", APP)
    assert [hop.layer for hop in hops] == ["fuse", card]


# -- everywhere --------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "android", "via", "path"), EVERYWHERE)
def test_what_is_refused_is_seen_nowhere_and_what_is_done_is_seen_where_it_passed(
    name, android, via, path
):
    sighting = sight(name, android, via, path)
    saw = [glimpse.layer for glimpse in sighting.glimpses if glimpse.verb is not None]
    crossed: list[str] = []
    if sighting.refused is None:
        stack = Stack(name, versions.API[android])
        crossed = [hop.layer for hop in stack.route(path, via, sighting.asked_by)]
    only_row = sighting.row == "removed" and not set(saw) & LOWER_LAYERS
    assert saw == ([layer for layer in crossed if layer in CALL_LAYERS] if only_row else crossed)


@frozen
class Spy:
    """A guard that looks, and lets everything pass."""

    layers: frozenset[str]
    looked: list[str]
    verbs: frozenset[str] = frozenset({"unlink"})

    def judge(self, request, hop):
        self.looked.append(hop.layer)


@frozen
class Still:
    now: float = 0.0


def phone_with(name, api, callers=()):
    """A phone with that stack; apps that are not named may everything."""
    fs = installed((APP.package,), 10**9).copy()
    return Phone(Log(Still()), Stack(name, api), fs, dict(callers))


@pytest.mark.parametrize(("name", "android"), [(r.name, android) for r, android in built()])
@pytest.mark.parametrize("via", ["path", "mediastore", "saf", "root"])
def test_a_watcher_is_asked_only_where_the_deletion_passes(name, android, via):
    phone = phone_with(name, versions.API[android])
    looked: list[str] = []
    for layer in layers():
        phone.attach(Spy(frozenset({layer}), looked))
    phone.put(COPY, "x", 10, APP.package, listed=True)
    phone.unlink(APP, COPY, (), "app", via)
    assert looked == [hop.layer for hop in phone.stack.route(COPY, via, APP)]


def test_a_documents_provider_needs_access_of_its_own():
    scoped = Caller(api=29, target_sdk=29, legacy_flag=False)
    phone = phone_with("sdcardfs", 29, {APP.package: scoped, DOCUMENT_APP.package: scoped}.items())
    phone.put(COPY, "x", 10, APP.package, listed=True)
    with pytest.raises(FileError, match="EACCES"):
        phone.unlink(APP, COPY, (), "app", "document-provider", agreed=True)


def test_without_the_users_yes_saf_gives_nothing():
    scoped = Caller(api=29, target_sdk=29, legacy_flag=False)
    phone = phone_with("sdcardfs", 29, {APP.package: scoped}.items())
    phone.put(COPY, "x", 10, APP.package, listed=True)
    with suppress(FileError):
        phone.unlink(APP, COPY, (), "app", "saf")
    assert not any(isinstance(record, FileEvent) for record in phone.log.records)


# -- renames across mounts ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "api", "path", "to"),
    [
        ("sdcardfs", 29, COPY, f"{CARD}/a.mp4"),
        ("fuse", 30, ON_CARD, "DCIM/a.mp4"),
        ("fuse", 30, OWN_DATA, "DCIM/a.mp4"),
        ("sdcardfs", 29, INTERNAL, "DCIM/a.mp4"),
        ("plain", 29, COPY, f"{CARD}/a.mp4"),
    ],
)
def test_a_rename_across_mounts_is_refused_and_seen_nowhere(name, api, path, to):
    phone = phone_with(name, api)
    phone.put(path, "x", 10, APP.package, listed=False)
    phone.put(f"{to}.other", "x", 10, APP.package, listed=False)
    with pytest.raises(FileError, match=r"^EXDEV$"):
        phone.rename(APP, path, to, (), "app")
    assert [type(r) for r in phone.log.records if isinstance(r, FileEvent | Refusal)] == [Refusal]


@pytest.mark.parametrize(
    ("name", "api", "path", "to"),
    [
        ("sdcardfs", 29, OWN_DATA, "DCIM/a.mp4"),
        ("fuse", 30, COPY, "DCIM/a.mp4"),
        ("fuse", 30, OWN_MEDIA, "DCIM/a.mp4"),
        ("plain", 29, INTERNAL, "DCIM/a.mp4"),
    ],
)
def test_a_rename_within_one_mount_is_done(name, api, path, to):
    phone = phone_with(name, api)
    phone.put(path, "x", 10, APP.package, listed=False)
    phone.rename(APP, path, to, (), "app")
    assert phone.fs.find("/data/media/0/DCIM/a.mp4") is not None


def test_mediaprovider_moves_freely_within_the_lower_tree():
    stack = Stack("fuse", 30)
    assert not stack.across_mounts(OWN_DATA, "DCIM/a.mp4", "pass-through", MEDIA_PROVIDER)


# -- recorded on Linux -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("recorded", "via"),
    [
        ("unlink through FUSE", "path"),
        ("unlink of the lower file only", "root"),
        ("unlink lower + notify_inval_entry (MediaProvider style)", "mediastore"),
    ],
)
def test_who_watches_above_or_below_sees_what_the_real_kernel_shows(recorded, via):
    text = (files("simulator.truth") / "fuse-invalidation.json").read_text(encoding="utf-8")
    case = next(case for case in json.loads(text) if case["name"] == recorded)
    told = {view for view in ("upper", "lower") if any(e[0] == "IN_DELETE" for e in case[view])}
    crossed = {hop.layer for hop in Stack("fuse", 30).route(COPY, via, APP)}
    assert {v for v, at in (("upper", "fuse"), ("lower", "f2fs")) if at in crossed} == told


# -- as it is printed --------------------------------------------------------------------------


@cache
def printed(via="path", android=None, path=COPY, lang="en"):
    sightings = [see(record, version, via, path) for record, version in built(via, android)]
    return told(sightings, words(lang))


@pytest.mark.parametrize("lang", AT_HAND)
@pytest.mark.parametrize("via", offered_routes())
def test_no_line_is_wider_than_a_hundred_columns(via, lang):
    lines = [
        line
        for path in (*PLACES, "/storage/1234-5678/Download/A long folder/of a long name/a.mp4")
        for android in (None, "10", "12", "16")
        for line in printed(via, android, path, lang).splitlines()
    ]
    assert [line for line in lines if columns(line) > 100] == []


@pytest.mark.parametrize(("via", "path"), [("path", COPY), ("saf", OTHERS_DATA)])
def test_what_the_app_holds_is_printed_before_what_follows_from_it(via, path):
    text = " ".join(printed(via, None, path).split())
    before, _, _ = text.partition("Each layer")
    app = sight("fuse", "11", via, path).app
    assert f"It holds {', '.join(sorted(app.granted))}, asks for the old storage mode" in before
    assert "targets the version that it runs on, 10 at most" in before
    assert (app.legacy_flag, app.target_sdk) == (True, 29)


def test_whoever_is_no_app_is_not_said_to_hold_anything():
    assert "asks for it" not in printed("peer")
    assert sight("hmdfs", "10", "peer").app is None


def test_the_rule_behind_a_refusal_is_among_what_the_table_rests_on():
    rule = sight("sdcardfs", "10", "path", ON_CARD).refused.rule
    _, _, rests = printed("path", None, ON_CARD).partition("What this rests on")
    assert words("en").of(rules()[rule].says) in " ".join(rests.split())


@pytest.mark.parametrize("lang", AT_HAND)
def test_a_version_whose_stack_was_not_read_is_marked_as_assumed(lang):
    say = words(lang).say
    heads = {
        android: say("{stack}, Android {version}", stack="hmdfs", version=android)
        for android in ("10", "11")
    }
    marked = f"{heads['11']} [{say(GRADE_WORDS['assumption'])}]"
    assert marked in printed("path", "11", lang=lang).splitlines()
    assert marked in printed("request", lang=lang).splitlines()
    assert heads["10"] in printed("path", "10", lang=lang).splitlines()


def test_the_names_of_the_field_are_given_in_full_below_the_table():
    assert "MediaProvider is the package com.android.providers.media.module." in printed()
    assert "com.android.providers.media or com.android.providers.media.module" in " ".join(
        printed("mediastore").split()
    )


# -- which stack a phone has -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("api", "launched", "maker", "stack"),
    [
        (24, None, None, "fuse-daemon"),
        (26, None, None, "sdcardfs"),
        (29, 24, "huawei", "sdcardfs"),
        (30, None, None, "fuse"),
        (33, 29, None, "fuse-over-sdcardfs"),
        (33, 30, "samsung", "fuse"),
        (31, 29, "Huawei", "hmdfs"),
    ],
)
def test_a_phone_is_taken_to_have_what_such_phones_have(api, launched, maker, stack):
    assert default_stack(api, launched, maker).stack == stack


@pytest.mark.parametrize("api", versions.API.values())
@pytest.mark.parametrize("maker", [None, "huawei"])
def test_what_a_phone_is_taken_to_have_is_possible_there(api, maker):
    for launched in (api, *(level for level in versions.API.values() if level <= api)):
        assert misfit(default_stack(api, launched, maker).stack, api, launched, maker) is None


def test_an_api_level_before_the_model_is_an_error_that_says_so():
    with pytest.raises(InputError, match="API level 8"):
        default_stack(8)


@pytest.mark.parametrize(
    ("stack", "api", "launched", "maker", "wrong"),
    [
        ("sdcardfs", 30, None, None, "api"),
        ("fuse-over-sdcardfs", 33, 30, None, "launch"),
        ("hmdfs", 29, None, "samsung", "maker"),
        ("hmdfs", 29, None, None, None),
    ],
)
def test_what_is_known_of_a_phone_can_rule_a_stack_out(stack, api, launched, maker, wrong):
    assert misfit(stack, api, launched, maker) == wrong


def test_a_stack_that_is_not_known_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean “sdcardfs”"):
        Stack("sdcardf", 29)


ALBUM = library.read("album-pipeline").value


def phone_spec(**changes):
    return evolve(ALBUM, phone=evolve(ALBUM.phone, **changes))


def test_a_scenario_may_leave_the_stack_out():
    assert phone_spec(stack=None, android="9").phone.storage_stack == "sdcardfs"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"stack": "sdcardfs", "android": "12"}, "API levels 26 to 29"),
        ({"launched_with": "11"}, "cannot have been launched with Android 11"),
        ({"stack": "hmdfs", "maker": "samsung"}, "not found on phones of “samsung”"),
        (
            {"stack": "fuse-over-sdcardfs", "android": "13", "launched_with": "12"},
            "launched with Android 12",
        ),
    ],
)
def test_a_phone_that_cannot_be_is_refused(changes, says):
    assert says in str(infeasible(phone_spec(**changes)))


# -- the data file -----------------------------------------------------------------------------


def test_the_kinds_of_layers_are_those_that_the_code_knows():
    kinds = {name: layer.kind for name, layer in layers().items()}
    assert {name for name, kind in kinds.items() if kind == "call"} == CALL_LAYERS
    assert {name for name, kind in kinds.items() if kind == "lower"} == LOWER_LAYERS


def test_every_stack_ends_in_a_file_system_that_keeps_the_bytes():
    for record in stacks().values():
        assert layers()[record.layers[-1]].kind == "lower"
        assert record.removable[-1] == "card"


def test_every_process_that_the_file_names_is_one():
    executing = [layer.executes_as for layer in layers().values() if layer.executes_as]
    calling = [who for route in routes().values() for who in route.calls.values()]
    asking = [route.asked_by for route in routes().values() if route.asked_by != "app"]
    reaching = [route.executes_as for route in routes().values()]
    names = {*executing, *calling, *asking, *reaching} - {"caller"}
    assert all(named(name, api).package for name in names for api in (29, 30))


@pytest.mark.parametrize("records", [layers, stacks, routes], ids=lambda f: f.__name__)
def test_every_record_has_a_grade_and_a_source(records):
    for record in records().values():
        assert record.grade in GRADES
        assert record.source


def test_every_default_has_a_grade_and_a_source():
    assert all(record.grade in GRADES and record.source for record in default_records())


def test_mediaprovider_changed_its_name_with_android_11():
    assert media_provider(29).cmdline != media_provider(30).cmdline


def test_apps_begin_at_uid_10000():
    assert (SHELL.is_app, app_process("com.x", 10_000).is_app) == (False, True)


def test_a_route_that_is_not_known_names_the_nearest():
    with pytest.raises(UnknownName, match="did you mean “mediastore”"):
        sight("fuse", "11", "mediastor")


@pytest.mark.parametrize("path", ["", "DCIM", "Android/data"])
def test_a_folder_is_no_file_to_delete(path):
    with pytest.raises(InputError, match="is a folder"):
        sight("fuse", "11", "path", path)
