"""Predicted file events against what a Linux 6.18 kernel recorded, on five set-ups.

``inotify.json`` ships with the program.  ``data/inotify-more.json`` was recorded in the same way
(ext4, bindfs 1.14.7 over libfuse 2.9.9), for operations that have no case there; the ``mixed``
ones are random sequences.  It gives what ext4 showed, and what another set-up showed if that
differs (null: it was not played there); what is done below a FUSE mount shows nothing above it
unless it says so.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator import truth
from simulator.android.linux.cases import SETUPS, Case, comparable, predict
from simulator.cli.agreeing_inotify import agree_inotify
from simulator.errors import InputError
from simulator.telling.inotify_agreement import agreement_text, agreement_values
from simulator.telling.words import LANGS, words
from simulator.verdict.inotify_agreement import compare

RECORDED = truth.rows("inotify.json")
MORE = json.loads((Path(__file__).parent / "data" / "inotify-more.json").read_text("utf-8"))
LOWER_UPPER = "fuse-ops-lower-watch-upper"


def case_of(row, fs):
    return Case(
        name=row["name"],
        fs=fs,
        setup=row["setup"],
        ops=row["ops"],
        watched=row["watched"],
        mask=int(row["mask"], 16),
        max_queued_events=row.get("max_queued_events", 16_384),
    )


def recorded(row, fs):
    """What that set-up showed, None where the recorder could not play the case."""
    default = [] if fs == LOWER_UPPER else row["events"]["ext4"]
    return row["events"].get(fs, default)


@pytest.mark.parametrize("row", RECORDED, ids=lambda r: f"{r['fs']}-{r['name']}")
def test_the_model_predicts_the_queue_that_the_kernel_filled(row):
    assert comparable(predict(case_of(row, row["fs"]))) == comparable(row["events"])


@pytest.mark.parametrize("row", MORE, ids=lambda r: r["name"])
def test_operations_beyond_the_shipped_cases_are_predicted_on_every_set_up(row):
    played = [fs for fs in SETUPS if recorded(row, fs) is not None]
    predicted = {fs: comparable(predict(case_of(row, fs))) for fs in played}
    assert predicted == {fs: comparable(recorded(row, fs)) for fs in played}


def test_a_slow_reader_sees_exactly_the_merged_queue_of_the_recording():
    rows = [r for r in RECORDED if r["fs"] in {"ext4", "tmpfs"}]
    assert [[list(e) for e in predict(case_of(r, r["fs"]))] for r in rows] == [
        r["events"] for r in rows
    ]


def test_what_is_done_below_a_fuse_mount_is_not_seen_above():
    rows = [r for r in RECORDED if r["fs"] == LOWER_UPPER and r["name"] != "rm_watch"]
    assert {predict(case_of(r, LOWER_UPPER)) for r in rows} == {()}


# -- the command ---------------------------------------------------------------------------------


def run(tmp_path, rows, capsys, *, json_=True):
    file = tmp_path / "cases.json"
    file.write_text(rows if isinstance(rows, str) else json.dumps(rows), "utf-8")
    code = agree_inotify(file, json_, words("en"))
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_the_shipped_recording_agrees(capsys):
    assert agree_inotify(None, True, words("en")) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [(row["name"], row["fs"], row["recorded"]) for row in printed] == [
        (row["name"], row["fs"], row["events"]) for row in RECORDED
    ]


def test_the_json_is_ascii_and_keeps_the_bytes_of_names(tmp_path, capsys):
    row = next(r for r in RECORDED if "\udcff" in json.dumps(r, ensure_ascii=False))
    _, out, _ = run(tmp_path, [row], capsys)
    assert out.isascii()
    assert json.loads(out)[0]["predicted"][0][2] == "bad\udcff\udcfe.mp4"


def test_a_disagreement_is_a_failed_check_and_names_its_first_difference(tmp_path, capsys):
    row = next(r for r in RECORDED if r["name"] == "rename_within")
    wrong = {**row, "events": [row["events"][0], ["IN_DELETE", "a", "x.mp4"]]}
    code, out, _ = run(tmp_path, [row, wrong], capsys, json_=False)
    assert code == 1
    assert out == (
        "1 of 2 recorded cases agree.\n\n"
        "        agree  differ\n"
        "  ext4      1       1\n\n"
        "Disagreements, each with its first difference:\n"
        "  rename_within (ext4), event 2:"
        " predicted IN_MOVED_TO a y.mp4 1, recorded IN_DELETE a x.mp4\n"
    )


@pytest.mark.parametrize(
    ("cut", "difference"),
    [
        (1, "event 2: predicted IN_MOVED_TO a y.mp4 1, recorded nothing more"),
        (0, "event 1: predicted IN_MOVED_FROM a x.mp4 1, recorded nothing more"),
    ],
)
def test_a_recording_that_ends_early_differs_where_it_ends(tmp_path, capsys, cut, difference):
    row = next(r for r in RECORDED if r["name"] == "rename_within")
    code, out, _ = run(tmp_path, [{**row, "events": row["events"][:cut]}], capsys, json_=False)
    assert (code, difference in out) == (1, True)


def test_a_recording_that_goes_on_differs_where_the_prediction_ends(tmp_path, capsys):
    row = next(r for r in RECORDED if r["name"] == "rename_within")
    longer = [*row["events"], ["IN_DELETE", "a", "y.mp4"]]
    code, out, _ = run(tmp_path, [{**row, "events": longer}], capsys, json_=False)
    assert (code, "predicted nothing more, recorded IN_DELETE a y.mp4" in out) == (1, True)


def test_how_often_an_event_was_merged_does_not_matter_but_ignored_never_merges():
    modify, ignored = ("IN_MODIFY", "a", "x"), ("IN_IGNORED", "a", "")
    assert comparable([modify, modify]) == comparable([modify])
    assert comparable([ignored, ignored]) == (ignored, ignored)


def test_random_names_are_compared_by_their_kind():
    one = ("IN_MOVED_TO", "a", ".fuse_hidden00000003000000ff", 1)
    other = ("IN_MOVED_TO", "a", ".fuse_hidden0000000400000001", 1)
    assert comparable([one]) == comparable([other])
    assert comparable([("IN_OPEN", "a", "#12")]) == comparable([("IN_OPEN", "a", "#7")])
    assert comparable([("IN_OPEN", "a", "#12x")]) != comparable([("IN_OPEN", "a", "#7x")])


def test_a_refused_recording_is_left_out_and_does_not_fail_the_check(tmp_path, capsys):
    row = next(r for r in RECORDED if "error" in r)
    code, out, _ = run(tmp_path, [{**row, "events": []}], capsys, json_=False)
    assert code == 0
    assert f"  {row['name']} ({row['fs']}): {row['error']}\n" in out


def test_an_operation_that_does_not_exist_is_named_with_its_case_and_the_nearest(tmp_path, capsys):
    row = {**RECORDED[0], "ops": [["creat", "a/x"]]}
    code, out, err = run(tmp_path, [row, RECORDED[1]], capsys)
    assert code == 2
    assert [one["predicted"] != [] for one in json.loads(out)] == [False, True]
    assert err == (
        f"case “{row['name']}” ({row['fs']}), operation 1:"
        " there is no operation named “creat”; did you mean “create”?\n"
    )


@pytest.mark.parametrize(
    ("change", "place", "expected"),
    [
        ({"ops": None}, "$[1].ops", "a list"),
        ({"setup": "create"}, "$[1].setup", "a list"),
        ({"name": 3}, "$[1].name", "text"),
        ({"fs": "ntfs"}, "$[1].fs", "one of ext4, tmpfs, fuse-bindfs"),
        ({"watched": ["a", 1]}, "$[1].watched", "a list of texts"),
        ({"watched": "a"}, "$[1].watched", "a list of texts"),
        ({"dirs": 1}, "$[1].dirs", "a list of texts"),
        ({"mask": "fff?"}, "$[1].mask", "a mask such as “0xfff”"),
        ({"mask": 4095}, "$[1].mask", "a mask such as “0xfff”"),
        ({"mask": "0"}, "$[1].mask", "a mask such as “0xfff”"),
        ({"mask": "0x100000000"}, "$[1].mask", "a mask such as “0xfff”"),
        ({"events": [["IN_OPEN", "a"]]}, "$[1].events", "a list of events"),
        ({"events": [["IN_OPEN", "a", "x", "1"]]}, "$[1].events", "a list of events"),
        ({"events": [["IN_OPEN", 1, "x"]]}, "$[1].events", "a list of events"),
        ({"events": {}}, "$[1].events", "a list of events"),
        ({"max_queued_events": 0}, "$[1].max_queued_events", "a number above 0"),
        ({"max_queued_events": True}, "$[1].max_queued_events", "a number above 0"),
        ({"error": 5}, "$[1].error", "text"),
    ],
)
def test_a_bad_record_is_named_by_place_and_expectation(tmp_path, capsys, change, place, expected):
    with pytest.raises(InputError) as caught:
        run(tmp_path, [RECORDED[0], {**RECORDED[0], **change}], capsys)
    assert f"cases.json: {place}: expected {expected}" in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("{}", "cases.json: $: expected a list of records"),
        ("[1]", "cases.json: $[0]: expected a record with named fields"),
        ("[", "cases.json:1:2: no JSON"),
    ],
)
def test_a_file_that_holds_no_records_is_a_clear_error(tmp_path, capsys, rows, told):
    with pytest.raises(InputError) as caught:
        run(tmp_path, rows, capsys)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("op", "told"),
    [
        (["write", "a/x", "much"], "“write” takes 1 to 2 values of these kinds: text, a number"),
        (["write"], "“write” takes 1 to 2 values of these kinds: text, a number"),
        (["close", "a/x", "a/y"], "“close” takes 1 to 1 values of these kinds: text"),
        (["write", "a/x", True], "“write” takes 1 to 2 values"),
        (["write", "a/x", -1], "“write” takes 1 to 2 values"),
        ("write", "expected a list that starts with the operation's name"),
        ([], "expected a list that starts with the operation's name"),
        ([1], "expected a list that starts with the operation's name"),
        (["repeat", 2], "expected [“repeat”, how often, operations]"),
        (["repeat", "2", []], "expected [“repeat”, how often, operations]"),
        (["repeat", 2, "close"], "expected [“repeat”, how often, operations]"),
    ],
)
def test_wrong_arguments_are_told_with_their_place(op, told):
    row = {**RECORDED[0], "ops": [["create", "a/x"], op]}
    with pytest.raises(InputError) as caught:
        predict(case_of(row, "ext4"))
    assert f"case “{row['name']}” (ext4), operation 2: {told}" in str(caught.value)


def test_a_set_up_is_told_apart_from_the_operations_of_a_case():
    row = {**RECORDED[0], "setup": [["nothing-like-it"]]}
    with pytest.raises(InputError, match="set-up, operation 1: there is no operation named"):
        predict(case_of(row, "ext4"))


def test_an_unknown_set_up_is_a_clear_error():
    with pytest.raises(InputError, match="there is no set-up named “ext5”; did you mean “ext4”"):
        predict(case_of(RECORDED[0], "ext5"))


@pytest.mark.parametrize("lang", LANGS)
def test_the_table_counts_every_record_once(lang):
    compared = compare(RECORDED, "f")
    lines = agreement_text(compared, words(lang)).splitlines()
    table = [line.split() for line in lines[3:8]]
    assert [row[0] for row in table] == list(SETUPS)
    assert sum(int(cell) for row in table for cell in row[1:]) == len(agreement_values(compared))


def test_the_command_is_wired():
    from simulator.cli.main import app

    done = CliRunner().invoke(app, ["agreement", "inotify"])
    assert (done.exit_code, done.stdout.startswith("419 of 419 recorded cases agree.")) == (0, True)
