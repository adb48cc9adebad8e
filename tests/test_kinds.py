"""Kinds of apps: what the app of a kind holds on each version, and what it can do."""

from __future__ import annotations

import pytest

from simulator.android import versions
from simulator.android.permissions import Caller
from simulator.android.permissions.kinds import cell, kind_of, kinds

R, W, RV = "READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE", "READ_MEDIA_VIDEO"
KINDS = {kind.id: kind for kind in kinds()}
SIGNS = {"silently": "S", "after_consent": "A", "no": "-", "not_there_yet": "."}


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("storage", "SSSSSSAAAAAAA"),
        ("legacy", "......SSSSSSS"),
        ("reader", "------AAAAAAA"),
        ("nothing", "-------AAAAAA"),
        ("selected", "..........AAA"),
        ("media-manager", "........SSSSS"),
        ("all-files", ".......SSSSSS"),
        ("gallery", "......SSSSSSS"),
    ],
)
def test_what_each_kind_can_do_on_each_version(kind, row):
    cells = (cell(KINDS[kind], versions.API[name]) for name in versions.COLUMNS)
    assert "".join(SIGNS[c.answer] for c in cells) == row


@pytest.mark.parametrize(
    ("kind", "api", "by"),
    [
        ("storage", 28, "path"),
        ("storage", 29, "mediastore"),
        ("storage", 30, "request"),
        ("media-manager", 31, "request"),
        ("gallery", 29, "mediastore"),
        ("gallery", 30, "path"),
        ("nothing", 28, "path"),
        ("selected", 33, None),
    ],
)
def test_the_easiest_of_its_own_routes(kind, api, by):
    assert cell(KINDS[kind], api).by == by


def test_a_cell_has_an_answer_for_every_route():
    assert set(cell(KINDS["storage"], 30).routes) == {
        "path",
        "mediastore",
        "request",
        "saf",
        "picker",
    }


@pytest.mark.parametrize("api", [33, 34])
def test_a_cell_knows_its_kind_and_level(api):
    kind = KINDS["selected"]
    found = cell(kind, api)
    assert (found.kind, found.api) == (kind, api)


def test_the_user_has_selected_the_video_for_the_app_that_sees_selected_ones():
    assert cell(KINDS["selected"], 34).routes["mediastore"].ruling == "recoverable"


def test_a_kind_that_is_not_there_yet_has_no_routes():
    assert cell(KINDS["selected"], 33).routes == {}


@pytest.mark.parametrize(
    ("kind", "api", "caller"),
    [
        ("storage", 28, Caller(28, 28, frozenset({R, W}), legacy_flag=True)),
        ("storage", 29, Caller(29, 29, frozenset({R, W}), legacy_flag=False)),
        (
            "storage",
            33,
            Caller(33, 33, frozenset({"READ_MEDIA_IMAGES", RV}), legacy_flag=False),
        ),
        ("legacy", 34, Caller(34, 29, frozenset({R, W}), legacy_flag=True)),
        (
            "gallery",
            30,
            Caller(30, 30, frozenset({R}), legacy_flag=False, system_gallery=True),
        ),
    ],
)
def test_the_app_of_a_kind_on_a_version(kind, api, caller):
    assert KINDS[kind].caller(api) == caller


@pytest.mark.parametrize(
    ("caller", "kind"),
    [
        (Caller(28, 28, frozenset({R, W})), "storage"),
        (Caller(28, 28, frozenset({W})), "storage"),
        (Caller(28, 28, frozenset({R})), "reader"),
        (Caller(28, 28), "nothing"),
        (Caller(29, 29, frozenset({R, W})), "storage"),
        (Caller(29, 29, frozenset({W})), "nothing"),
        (Caller(29, 29, frozenset({R, W}), legacy_flag=True), "legacy"),
        (Caller(29, 29, frozenset({W}), legacy_flag=True), "legacy"),
        (Caller(29, 29, frozenset({R}), legacy_flag=True), "reader"),
        (Caller(30, 30, frozenset({R})), "reader"),
        (Caller(33, 33, frozenset({RV})), "storage"),
        (Caller(33, 33, frozenset({"READ_MEDIA_IMAGES"})), "nothing"),
        (Caller(34, 34, frozenset({"READ_MEDIA_VISUAL_USER_SELECTED"})), "selected"),
        (Caller(33, 33, frozenset({"READ_MEDIA_VISUAL_USER_SELECTED"})), "nothing"),
        (Caller(31, 31, frozenset({R, "MANAGE_MEDIA"})), "media-manager"),
        (Caller(31, 31, frozenset({"MANAGE_MEDIA"})), "nothing"),
        (Caller(30, 30, frozenset({"MANAGE_EXTERNAL_STORAGE", R, W})), "all-files"),
        (Caller(29, 29, frozenset({"MANAGE_EXTERNAL_STORAGE"})), "nothing"),
        (Caller(30, 30, frozenset({R}), system_gallery=True), "gallery"),
        (Caller(29, 29, frozenset({R}), system_gallery=True), "reader"),
    ],
)
def test_the_kind_of_an_app(caller, kind):
    assert kind_of(caller).id == kind


def test_the_kinds_stand_in_the_order_of_the_table():
    assert tuple(KINDS) == (
        "storage",
        "legacy",
        "reader",
        "nothing",
        "selected",
        "media-manager",
        "all-files",
        "gallery",
    )


def test_special_access_is_what_an_ordinary_app_does_not_get_by_asking():
    special = [kind.id for kind in kinds() if kind.special]
    assert special == ["media-manager", "all-files", "gallery"]
