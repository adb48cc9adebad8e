"""``could decide``, ``could explain`` and ``agreement permissions`` as a person meets them."""

from __future__ import annotations

import json

import pytest

from simulator import truth
from simulator.verdict.permission_agreement import RECORDED
from tests.tools.golden import LANGS, matches_golden

ASKED = ("could", "explain", "--android", "11", "--target", "29")
CAMERA = "DCIM/Camera/VID_1.mp4"
READER = (*ASKED, "--granted", "READ_EXTERNAL_STORAGE", "--via", "file", "--op", "delete", CAMERA)


@pytest.fixture
def cases(tmp_path):
    """A file of cases."""

    def write(rows):
        file = tmp_path / "cases.json"
        file.write_text(rows if isinstance(rows, str) else json.dumps(rows), encoding="utf-8")
        return file

    return write


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("could-explain-reader", READER),
        (
            "could-explain-legacy",
            (*ASKED, "--legacy", "--granted", "WRITE_EXTERNAL_STORAGE", CAMERA),
        ),
        ("could-explain-request", (*ASKED, "--via", "mediastore-request", CAMERA)),
        ("could-explain-16", ("could", "explain", "--android", "16", "--own", CAMERA)),
        (
            "could-explain-stale",
            (*ASKED, "--android", "9", "--granted", "WRITE_EXTERNAL_STORAGE", CAMERA),
        ),
        (
            "could-explain-internal",
            (
                *ASKED,
                "--granted",
                "MANAGE_EXTERNAL_STORAGE",
                "/data/data/com.other.app/cache/x.mp4",
            ),
        ),
        ("agreement-permissions", ("agreement", "permissions")),
    ],
)
def test_the_printed_text_is_the_golden_text(cachelife, name, arguments, lang):
    _, out, _ = cachelife(*arguments, "--lang", lang)
    assert matches_golden(f"{name}.{lang}.txt", out)


def test_decide_answers_every_case_in_the_order_of_the_file(cachelife, cases):
    rows = truth.rows(RECORDED)
    _, out, err = cachelife("could", "decide", cases(rows), "--json")
    assert ([answer["id"] for answer in json.loads(out)], err) == ([row["id"] for row in rows], "")


def test_an_answer_has_the_fields_of_the_contract(cachelife, cases):
    _, out, _ = cachelife("could", "decide", cases(truth.rows(RECORDED)[:1]), "--json")
    (answer,) = json.loads(out)
    assert list(answer) == [
        "id",
        "decision",
        "error",
        "effect",
        "redacted",
        "inferred",
        "chain",
        "sources",
    ]


def test_the_decisions_are_those_of_the_record(cachelife, cases):
    rows = [row for row in truth.rows(RECORDED) if row["strict"]]
    answers = json.loads(cachelife("could", "decide", cases(rows), "--json")[1])
    assert [a["decision"] for a in answers] == [row["expected"] for row in rows]


def test_each_answer_names_the_sources_of_its_rules(cachelife, cases):
    answers = json.loads(cachelife("could", "decide", cases(truth.rows(RECORDED)), "--json")[1])
    assert all(answer["sources"] for answer in answers)


@pytest.mark.parametrize("api", [35, 36])
def test_what_was_not_read_in_android_16_is_called_inferred(cachelife, cases, api):
    row = {**truth.rows(RECORDED)[-1], "platform_api": api}
    (answer,) = json.loads(cachelife("could", "decide", cases([row]), "--json")[1])
    assert answer["inferred"] is (api == 36)


def test_without_json_each_case_is_a_line(cachelife, cases):
    _, out, _ = cachelife("could", "decide", cases(truth.rows(RECORDED)[:3]))
    assert [line.partition(":")[0] for line in out.splitlines()] == [
        row["id"] for row in truth.rows(RECORDED)[:3]
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("[{]", "cases.json:1:3: no JSON"),
        ("", "cases.json:1:1: no JSON"),
        ("{}", "expected a list of cases"),
        ([truth.rows(RECORDED)[0], {}], "case 1: id is missing"),
        ([{**truth.rows(RECORDED)[0], "op": "erase"}], "case 0: op: expected one of"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_list_of_cases_is_one_clear_line(cachelife, cases, rows, said):
    code, out, err = cachelife("could", "decide", cases(rows), "--json")
    assert (code, out, err.count("\n"), said in err) == (2, "", 1, True)


def test_a_file_that_is_no_text_is_one_clear_line(cachelife, tmp_path):
    file = tmp_path / "cases.json"
    file.write_bytes(b"\xff\xfe[]")
    code, out, err = cachelife("could", "decide", file)
    assert (code, out, "not text in UTF-8" in err) == (2, "", True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--android", "eleven", CAMERA), "there is no Android version named “eleven”"),
        (("--granted", "READ_EXTERNAL_STORGE", CAMERA), "did you mean “READ_EXTERNAL_STORAGE”?"),
        (("--via", "files", CAMERA), "did you mean “file”?"),
        (("--op", "delet", CAMERA), "did you mean “delete”?"),
        (("--uri-kind", "items", CAMERA), "did you mean “item”?"),
        (("--target", "0", CAMERA), "--target expects a whole number from 1 to 36"),
        (("--target", "new", CAMERA), "--target expects a whole number"),
        (("../../etc/passwd",), "leaves the storage"),
        (("--target", "99", CAMERA), "--target expects a whole number from 1 to 36"),
    ],
)
def test_a_wrong_question_is_one_clear_line(cachelife, arguments, said):
    code, out, err = cachelife(*ASKED, *arguments)
    assert (code, out, said in err) == (2, "", True)


def test_the_proof_as_json_names_what_would_change_the_answer(cachelife):
    values = json.loads(cachelife(*READER, "--json")[1])
    changes = {change["set"][0]["grants"]: change["decision"] for change in values["changes"]}
    assert changes["MANAGE_EXTERNAL_STORAGE"] == "allow"


def test_agreement_is_one_when_a_case_differs(cachelife, cases):
    row = {**truth.rows(RECORDED)[0], "expected": "deny"}
    code, out, _ = cachelife("agreement", "permissions", cases([row]))
    assert (code, row["id"] in out) == (1, True)


def test_the_agreement_as_json_counts_the_cases_of_every_rule(cachelife):
    values = json.loads(cachelife("agreement", "permissions", "--json")[1])
    assert (values["unreached"], min(values["rules"].values()) > 0) == ([], True)


def test_the_agreement_as_json_groups_by_era_operation_outcome_and_confidence(cachelife):
    values = json.loads(cachelife("agreement", "permissions", "--json")[1])
    assert {name: sum(v["cases"] for v in by.values()) for name, by in values["by"].items()} == {
        name: values["cases"] for name in ("era", "op", "outcome", "confidence")
    }


@pytest.mark.parametrize("via", ["path", "mediastore", "request", "saf", "picker"])
@pytest.mark.parametrize(
    "op",
    ["read", "write", "create", "mkdir", "rmdir", "rename", "delete", "list", "trash", "favorite"],
)
@pytest.mark.parametrize("android", ["4.4", "10", "13"])
def test_every_operation_by_every_route_has_an_answer(cachelife, via, op, android):
    code, out, err = cachelife(
        "could", "explain", "--android", android, "--via", via, "--op", op, CAMERA
    )
    assert (code, "So: " in out, err) == (0, True, "")


def test_a_path_with_a_line_break_stays_on_its_line(cachelife):
    _, out, _ = cachelife(*ASKED, "a\nb.mp4")
    assert out.startswith("Can the app delete a\\nb.mp4, by its path?\n")


def test_an_id_with_a_line_break_cannot_forge_a_line(cachelife, cases):
    row = {**truth.rows(RECORDED)[0], "id": "x\ny: Yes"}
    _, out, _ = cachelife("could", "decide", cases([row]))
    assert out.count("\n") == 1


def test_the_proof_as_json_is_the_same_in_both_languages(cachelife):
    english, chinese = (cachelife(*READER, "--json", "--lang", lang)[1] for lang in LANGS)
    assert english == chinese


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"platform_api": 11}, "expected an API level from 19 to 36; got 11"),
        ({"platform_api": 99}, "expected an API level from 19 to 36; got 99"),
        ({"target_sdk": 37}, "expected an API level from 1 to 36; got 37"),
        ({"grantd": []}, 'there is no field "grantd"; did you mean granted?'),
    ],
)
def test_a_slip_in_a_case_is_not_swallowed(cachelife, cases, changed, said):
    row = {**truth.rows(RECORDED)[0], **changed}
    if "grantd" in changed:
        del row["granted"]
    code, _, err = cachelife("could", "decide", cases([row]))
    assert (code, said in err) == (2, True)


def test_fields_that_decide_nothing_are_ignored(cachelife, cases):
    row = {**truth.rows(RECORDED)[0], "remark": "x", "weather": 3}
    assert cachelife("could", "decide", cases([row]))[0] == 0


def test_a_file_without_cases_cannot_agree(cachelife, cases):
    code, _, err = cachelife("agreement", "permissions", cases([]))
    assert (code, "no case in it" in err) == (2, True)


def test_a_disagreement_is_told_in_words(cachelife, cases):
    row = {**truth.rows(RECORDED)[0], "expected": "deny", "errno_or_exception": "EPERM"}
    _, out, _ = cachelife("agreement", "permissions", cases([row]))
    assert "recorded as refused (EPERM), the model says allowed" in out


def test_a_missing_option_is_named_as_it_is_written(cachelife):
    code, _, err = cachelife("could", "explain", CAMERA)
    assert (code, "--android is missing" in err) == (2, True)


@pytest.mark.parametrize("group", ["could", "agreement"])
def test_the_help_of_a_group_speaks_both_languages(cachelife, group):
    code, out, _ = cachelife(group, "--lang", "zh-CN", "--help")
    assert (code, "Usage" in out or "用法" in out) == (0, True)
