"""What would change an answer: the smallest changes, and no more than that."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings

from simulator.android.permissions import Caller, Item, decide
from simulator.android.permissions.alternatives import alternatives
from simulator.android.permissions.question import Question
from tests.tools.questions import callers, items, routes, verbs

R, W, RV = "READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE", "READ_MEDIA_VIDEO"
CAMERA = "DCIM/Camera/VID_1.mp4"


def said(question):
    """The changes in English, each set with the ruling that it leads to."""
    return {
        " and ".join(str(change.says) for change in one.changes): one.decision.ruling
        for one in alternatives(question)
    }


def test_a_scoped_readers_delete_by_path():
    asked = Question(Caller(30, 29, frozenset({R})), "delete", "path", Item(CAMERA))
    assert said(asked) == {
        "the app also holds MANAGE_EXTERNAL_STORAGE": "allow",
        "the app is the phone's own gallery": "allow",
        "the app made the file itself": "allow",
        "the user has granted the app this one item before": "allow",
        "the app asks through MediaStore": "recoverable",
        "the app sends a request to the system": "consent",
        "the app asks through the document picker": "consent",
    }


def test_an_old_phone_and_the_write_permission():
    asked = Question(Caller(28, 28, frozenset({W})), "delete", "path", Item(CAMERA))
    assert said(asked) == {
        "the app does not hold WRITE_EXTERNAL_STORAGE": "deny",
        "the app sends a request to the system": "deny",
        "the app asks through the document picker": "consent",
        "the app asks through the photo picker": "deny",
    }


def test_a_kept_old_mode():
    asked = Question(
        Caller(34, 34, frozenset({W}), upgraded=True, preserve_legacy=True),
        "delete",
        "path",
        Item(CAMERA),
    )
    assert "the phone has Android 15" not in said(asked)
    assert said(asked)["the app does not hold WRITE_EXTERNAL_STORAGE"] == "deny"


def test_the_old_mode_of_an_app_that_targets_android_10():
    asked = Question(
        Caller(31, 29, frozenset({W}), legacy_flag=True), "delete", "path", Item(CAMERA)
    )
    changes = said(asked)
    assert changes["the app does not ask for the old storage mode"] == "deny"
    assert changes["the app targets 30"] == "deny"
    assert "the app targets 31" not in changes


def test_asking_for_the_old_mode_helps_where_the_permission_is_held():
    asked = Question(Caller(30, 29, frozenset({W})), "delete", "path", Item(CAMERA))
    assert said(asked)["the app asks for the old storage mode"] == "allow"


def test_an_update_that_kept_the_old_mode_helps_a_newer_target():
    asked = Question(Caller(33, 33, frozenset({W})), "delete", "path", Item(CAMERA))
    assert said(asked)["the app kept the old storage mode through an update"] == "allow"


def test_what_the_app_made_is_open_because_it_made_it():
    asked = Question(Caller(30, 30), "delete", "path", Item(CAMERA, owned=True))
    assert said(asked)["the app did not make the file"] == "deny"


@pytest.mark.parametrize(
    ("answered", "answer", "ruling"), [(None, "declines", "deny"), (False, "agrees", "allow")]
)
def test_a_request_turns_on_the_users_answer(answered, answer, ruling):
    asked = Question(Caller(30, 30), "delete", "request", Item(CAMERA, answer=answered))
    assert said(asked)[f"the user {answer}"] == ruling


def test_internal_storage_opens_only_to_the_app_whose_it_is():
    asked = Question(Caller(30, 30), "delete", "path", Item("/data/user/0/com.x/cache/a.mp4"))
    assert said(asked) == {"the folder is the app's own": "allow"}


def test_an_own_folder_is_closed_to_others():
    item = Item("/data/user/0/com.x/cache/a.mp4", own_folder=True)
    asked = Question(Caller(30, 30), "delete", "path", item)
    assert said(asked)["the folder is another app's"] == "deny"


def test_a_folder_has_no_maker():
    asked = Question(Caller(30, 30), "mkdir", "path", Item("Shop", directory=True))
    assert not any("made the file" in change for change in said(asked))


@settings(max_examples=60, deadline=None)
@given(callers, verbs, routes, items)
def test_every_alternative_changes_the_answer_and_none_of_its_parts_does(caller, verb, route, item):
    asked = Question(caller, verb, route, item)
    answer = asked.decision().answer
    for one in alternatives(asked):
        assert one.decision.answer != answer
        for size in range(len(one.changes)):
            for part in combinations(one.changes, size):
                changed = asked
                for change in part:
                    changed = change.apply(changed)
                assert changed.decision().answer == answer


@settings(max_examples=60, deadline=None)
@given(callers, verbs, routes, items)
def test_a_permission_is_offered_only_where_the_phone_knows_it(caller, verb, route, item):
    offered = {
        change.grant
        for one in alternatives(Question(caller, verb, route, item))
        for change in one.changes
        if change.grant
    }
    known = {"MANAGE_EXTERNAL_STORAGE": 30, "MANAGE_MEDIA": 31, RV: 33}
    assert all(caller.api >= known.get(name, 0) for name in offered)


def test_a_question_is_decided_as_the_model_decides():
    asked = Question(Caller(30, 30), "delete", "path", Item(CAMERA))
    assert asked.decision() == decide(Caller(30, 30), "delete", "path", Item(CAMERA))


@pytest.mark.parametrize(
    ("api", "change"),
    [(28, False), (29, True)],
)
def test_the_old_mode_is_a_choice_from_android_10_on(api, change):
    asked = Question(Caller(api, 29, frozenset({W})), "delete", "path", Item(CAMERA))
    assert ("the app asks for the old storage mode" in said(asked)) is change


@pytest.mark.parametrize(("api", "change"), [(29, False), (30, True)])
def test_the_old_mode_can_be_kept_through_an_update_from_android_11_on(api, change):
    caller = Caller(api, 30, frozenset({W}), legacy_flag=False)
    asked = Question(caller, "delete", "path", Item(CAMERA))
    assert ("the app kept the old storage mode through an update" in said(asked)) is change


@pytest.mark.parametrize("held", [{"upgraded": True}, {"preserve_legacy": True}])
def test_half_of_what_keeps_the_old_mode_is_not_enough(held):
    asked = Question(Caller(31, 31, frozenset({W}), **held), "delete", "path", Item(CAMERA))
    assert said(asked)["the app kept the old storage mode through an update"] == "allow"


def test_of_targets_and_versions_only_the_nearest_each_way_is_told():
    asked = Question(
        Caller(31, 30, frozenset({W}), legacy_flag=True), "delete", "path", Item(CAMERA)
    )
    assert [change for change in said(asked) if "targets" in change] == ["the app targets 29"]


def test_where_no_single_change_helps_pairs_are_told():
    caller = Caller(33, 33)
    asked = Question(caller, "write", "path", Item("Shop/a.bin", directory=False))
    sizes = {len(one.changes) for one in alternatives(asked)}
    assert len(sizes) == 1


def test_an_item_of_another_users_choice_is_no_change_before_android_10():
    asked = Question(Caller(28, 28), "delete", "mediastore", Item(CAMERA))
    assert "the user has granted the app this one item before" not in said(asked)
