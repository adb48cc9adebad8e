"""Could it?  The rows of Android's own documentation and tests for a video of another app."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from attrs import frozen

from simulator.android import permissions
from simulator.android.paths import place
from simulator.android.permissions import ROUTES, Caller, Item, decide
from simulator.android.rules import RuleText, rules, text
from simulator.documents import load

R, W, RV = "READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE", "READ_MEDIA_VIDEO"
ALL, MEDIA = "MANAGE_EXTERNAL_STORAGE", "MANAGE_MEDIA"
CAMERA = "DCIM/Camera/VID_1.mp4"


def answers(api, target, granted, **more):
    caller = Caller(api=api, target_sdk=target, granted=frozenset(granted), **more)
    item = Item(CAMERA, place(CAMERA))
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
        (33, 34, [R, W], {"kept_legacy": True}, ("silently", "silently", "after_consent")),
        (35, 35, [R, W], {"kept_legacy": True}, ("no", "no", "after_consent")),
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
    assert decide(caller, "delete", "path", Item(CAMERA, place(CAMERA))).error == error


def test_what_the_app_made_itself_needs_no_permission_from_android_11_on():
    item = Item(CAMERA, place(CAMERA), owned=True)
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
    assert decide(Caller(30, 30), "create", "path", Item(path, place(path))).ruling == ruling


def test_every_rule_the_model_can_name_is_written_down_with_its_source():
    source = Path(permissions.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'"((?:mode|path|mediastore|request|saf|picker)\.[\w.-]+)"', source))
    assert named == set(rules()) - {"system.privileged"}


@frozen
class RuleFile:
    """The file ``rules.yaml``, to be checked as a whole."""

    rules: Mapping[str, RuleText]


def test_the_file_of_rules_is_a_valid_document_and_read_as_it_is():
    assert load(text(), RuleFile, file="rules.yaml").value.rules == rules()
