"""The permission model beside recorded decisions of Android's tests, code and documents."""

from __future__ import annotations

import pytest

from simulator import truth
from simulator.errors import InputError
from simulator.verdict.permission_agreement import (
    DERIVED,
    ERAS,
    RECORDED,
    compare,
    era,
    facts,
    unreached,
)

ROWS = (*truth.rows(RECORDED), *truth.rows(DERIVED))
ROW = truth.rows(RECORDED)[0]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_the_model_rules_as_recorded(row):
    (one,) = compare([row], "file")
    assert one.agrees, one.decision


def test_every_rule_is_reached_by_a_case():
    assert unreached(compare([*ROWS], "both")) == ()


def test_a_rule_that_no_case_reaches_is_named():
    assert "picker.read-only" in unreached(compare(truth.rows(RECORDED), RECORDED))


def test_facts_are_added_to_at_most_two_in_a_hundred_cases():
    barred = [
        one for one in compare(truth.rows(RECORDED), RECORDED) if one.confidence != "inferred"
    ]
    assert sum(one.added is not None for one in barred) <= 0.02 * len(barred)


def test_every_added_fact_belongs_to_a_recorded_case():
    assert set(facts()) <= {row["id"] for row in truth.rows(RECORDED)}


@pytest.mark.parametrize(
    "changed",
    [
        {"expected": "deny"},
        {"expected": "consent"},
        {"effect": "row_deleted"},
        {"errno_or_exception": "EACCES"},
        {"redacted": True},
    ],
)
def test_a_recorded_decision_that_differs_is_a_disagreement(changed):
    (one,) = compare([{**ROW, **changed}], "file")
    assert not one.agrees


def test_a_denial_with_another_error_is_a_disagreement():
    row = next(row for row in truth.rows(RECORDED) if row["errno_or_exception"] == "EPERM")
    (one,) = compare([{**row, "errno_or_exception": "ENOENT"}], "file")
    assert not one.agrees


def test_a_denial_whose_error_was_not_asserted_agrees_with_any():
    row = next(row for row in truth.rows(RECORDED) if row["errno_or_exception"] == "EPERM")
    (one,) = compare([{**row, "errno_or_exception": None}], "file")
    assert one.agrees


@pytest.mark.parametrize(
    ("api", "name"),
    [(19, "4.4–9"), (28, "4.4–9"), (29, "10"), (32, "11–12"), (33, "13"), (36, "15–16")],
)
def test_the_era_of_an_api_level(api, name):
    assert era(api) == name


def test_the_eras_cover_every_level_once():
    assert [first for _, first in ERAS] == sorted({first for _, first in ERAS})


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            {"op": "delte"},
            'file: case 1: op: expected one of .*; got "delte"; did you mean delete?',
        ),
        ({"via": "ftp"}, 'file: case 1: via: expected one of .*; got "ftp"'),
        ({"platform_api": "30"}, 'file: case 1: platform_api: expected a whole number; got "30"'),
        ({"platform_api": True}, "platform_api: expected a whole number from 1 on; got true"),
        ({"platform_api": 0}, "platform_api: expected a whole number from 1 on; got 0"),
        ({"target_sdk": None}, "file: case 1: target_sdk is missing"),
        ({"granted": "all"}, "file: case 1: granted: expected a list of permissions"),
        (
            {"granted": ["READ_EXTERNAL_STORGE"]},
            "granted: expected a permission; .*; did you mean READ_EXTERNAL_STORAGE?",
        ),
        ({"owner": "me"}, "file: case 1: owner: expected one of self, other"),
        ({"path": 7}, "file: case 1: path: expected a text; got 7"),
        ({"legacy_flag": "yes"}, "file: case 1: legacy_flag: expected true or false"),
        ({"uri_kind": "items"}, "uri_kind: .*; did you mean item?"),
        ({"user_choice": "later"}, "user_choice: expected one of allow, deny"),
        ({"id": None}, "file: case 1: id is missing"),
        ({"expected": "perhaps"}, "file: case 1: expected: expected one of allow, deny"),
    ],
)
def test_a_bad_case_is_named_with_its_index_and_field(changed, said):
    with pytest.raises(InputError, match=said):
        compare([ROW, {**ROW, **changed}], "file")


@pytest.mark.parametrize(
    ("rows", "said"),
    [({}, "file: expected a list of cases"), ([ROW, 7], "file: case 1 is not an object")],
)
def test_what_is_no_list_of_cases_is_refused(rows, said):
    with pytest.raises(InputError, match=said):
        compare(rows, "file")


def test_permissions_that_decide_nothing_here_are_let_pass():
    (one,) = compare([{**ROW, "granted": [*ROW["granted"], "android.permission.INTERNET"]}], "file")
    assert one.agrees


def test_the_prefix_of_a_permission_may_be_written_out():
    granted = [f"android.permission.{name}" for name in ROW["granted"]]
    (one,) = compare([{**ROW, "granted": granted}], "file")
    assert one.agrees
