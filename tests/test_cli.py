"""The command line as a person and as a script meet it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.cli.main import main
from tests.tools.golden import LANGS, matches_golden

# -- what is printed ---------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("run-album-pipeline", ["run", "album-pipeline"]),
        ("run-hits-original", ["run", "album-pipeline", "--set", "clean_up.hits=original"]),
        ("run-private", ["run", "album-pipeline", "--set", "pipeline.place=internal-cache"]),
        (
            "run-overwrite",
            ["run", "album-pipeline", "--set", "pipeline.variant=overwrite-original"],
        ),
        ("run-failed", ["run", "album-pipeline", "--set", "app.storage=scoped"]),
        ("run-dewu-2022", ["run", "dewu-2022"]),
        ("could", ["could"]),
        ("could-dewu-2022", ["could", "--scenario", "dewu-2022", "--routes"]),
        ("limits", ["limits"]),
        ("scenarios", ["scenarios"]),
        ("stacks", ["stacks"]),
        ("stacks-mediastore", ["stacks", "--via", "mediastore", "--android", "11"]),
        ("stacks-refused", ["stacks", "--path", "/sdcard/Android/data/com.other/a.mp4"]),
        ("stacks-request", ["stacks", "--via", "request"]),
    ],
)
def test_the_printed_text_is_the_golden_text(cachelife, name, arguments, lang):
    _, out, _ = cachelife(*arguments, "--lang", lang)
    assert matches_golden(f"{name}.{lang}.txt", out)


@pytest.mark.parametrize(
    "command",
    [
        *("run", "live", "check", "claims", "scenarios", "schema", "limits", "stacks", "could"),
        *("kit", "verify"),
    ],
)
def test_every_listed_command_has_a_help(cachelife, command):
    code, out, _ = cachelife(command, "--help")
    assert (code, out.startswith("Usage:")) == (0, True)


def test_the_json_result_is_all_there_is_on_stdout(cachelife):
    _, out, err = cachelife("run", "album-pipeline", "--json")
    assert (json.loads(out)["schema"], err) == ("cachelife.run/1", "")


def test_the_json_result_has_the_fields_of_the_contract(cachelife):
    values = json.loads(cachelife("run", "album-pipeline", "--json")[1])
    assert {
        "schema",
        "source",
        "scenario",
        "digest",
        "seed",
        "version",
        "duration_s",
        "could",
        "did",
        "said",
        "outcome",
        "family",
        "expect",
    } <= set(values)


def test_the_json_of_a_family_counts_its_combinations(cachelife):
    values = json.loads(cachelife("run", "dewu-2022", "--json")[1])
    family = values["family"]
    assert family["combinations"] == family["infeasible"] + sum(family["outcomes"].values())


def test_a_factor_set_by_hand_is_no_longer_unknown(cachelife):
    values = json.loads(cachelife("run", "dewu-2022", "--json", "--set", "phone.stack=sdcardfs")[1])
    assert values["family"]["factors"]["phone.stack"] == ["sdcardfs"]


def test_the_json_of_the_stacks_names_who_asked_and_who_did_it_at_each_layer(cachelife):
    values = json.loads(cachelife("stacks", "--android", "11", "--json")[1])
    fuse = next(stack for stack in values["stacks"] if stack["stack"] == "fuse")
    assert [(e["layer"], e["asked_by"], e["done_by"]) for e in fuse["events"]] == [
        ("fuse", "com.example.shop", "com.example.shop"),
        ("f2fs", "com.example.shop", "com.android.providers.media.module"),
    ]


def test_the_language_does_not_follow_the_machine(cachelife, monkeypatch):
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "Step by step" in cachelife("run", "album-pipeline")[1]


def test_the_schema_of_a_trace_can_be_printed(cachelife):
    assert json.loads(cachelife("schema", "trace")[1])["title"] == "a line of cachelife.trace/1"


# -- files -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("out") / "album"
    with pytest.raises(SystemExit):
        main(["run", "album-pipeline", "--out", str(folder)])
    return folder


def test_out_leaves_the_trace_the_result_and_the_timeline_in_both_languages(out):
    names = {file.name for file in out.iterdir()}
    assert {"trace.jsonl", "result.json", "story.en.txt", "story.zh-CN.txt"} <= names
    assert {f"timeline.{lang}.{kind}" for lang in LANGS for kind in ("svg", "png")} <= names


def test_nothing_temporary_is_left_behind(out):
    assert [file.name for file in out.iterdir() if file.name.startswith(".")] == []


def test_a_second_run_leaves_the_same_bytes(out, tmp_path):
    with pytest.raises(SystemExit):
        main(["run", "album-pipeline", "--out", str(tmp_path)])
    assert {f.name: f.read_bytes() for f in tmp_path.iterdir()} == {
        f.name: f.read_bytes() for f in out.iterdir()
    }


# -- mistakes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "album-pipelin"], "did you mean “album-pipeline”?"),
        (["rum"], "did you mean “run”?"),
        (["run"], "SCENARIO is missing"),
        (["run", "album-pipeline", "--sed", "1"], "did you mean --seed?"),
        (["run", "album-pipeline", "--seed", "x"], "--seed expects a whole number; got “x”"),
        (["run", "album-pipeline", "--lang", "fr"], "--lang expects one of en, zh-CN"),
        (["run", "album-pipeline", "--set", "x"], "--set expects PATH=VALUE"),
        (["run", "album-pipeline", "--set", "clean_up.hit=x"], "did you mean “hits”?"),
        (["run", "album-pipeline", "--set", "clean_up.hits=x"], "valid values: app_copy, original"),
        (["run", "album-pipeline", "--set", "phone.stack=fuse"], "API levels 30 to 36"),
        (["run", "no/such/file.yaml"], "No such file"),
        (["run", "scenarios"], "scenarios is a folder"),
        (["run", "album-pipeline", "--set", "happens=[]"], "nothing happens"),
        (["run", "album-pipeline", "--set", "assumed.x.use=1"], "is not part of that"),
        (["run", "album-pipeline", "--set", "phone.stack=fuse"], "--set phone.stack:1:1: "),
        (["run", "album-pipeline", "--set", "pipeline.variant=norml"], "did you mean “normal”?"),
        (["check", "no-such-folder"], "no-such-folder"),
        (["schema", "trance"], "did you mean “trace”?"),
        (["stacks", "--via", "mediastor"], "did you mean “mediastore”?"),
        (["stacks", "--android", "12.1"], "there is no Android version named “12.1”"),
        (["stacks", "--path", "/etc/hosts"], "lies in no storage of the phone"),
        (["stacks", "--path", "../x"], "leaves the storage"),
        (["stacks", "--path", "DCIM"], "is a folder on this phone"),
        (["live", "--variant", "nope"], "there is no variant named “nope”"),
        (["live", "/no/such/file.mp4"], "/no/such/file.mp4"),
    ],
)
def test_a_mistake_is_one_clear_message_and_exit_code_2(cachelife, arguments, says):
    code, out, err = cachelife(*arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert "Traceback" not in err


def test_a_mistake_is_said_in_chinese_too(cachelife):
    _, _, err = cachelife("run", "album-pipelin", "--lang", "zh-CN")
    assert err == "错误：没有名为“album-pipelin”的场景；是否应为“album-pipeline”？\n"


def test_a_folder_that_cannot_be_written_is_a_clear_message(cachelife, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, _, err = cachelife("run", "album-pipeline", "--out", tmp_path / "file" / "x")
    assert code == 2
    assert "cannot write to" in err


def test_names_from_outside_cannot_steer_the_terminal(cachelife, tmp_path):
    file = tmp_path / "a\x1b[31mred.yaml"
    file.write_text("id: [", encoding="utf-8")
    _, _, err = cachelife("run", file)
    assert "\x1b" not in err


# -- check -------------------------------------------------------------------------------------


@pytest.fixture
def mine(tmp_path):
    """A copy of the lesson with one text replaced."""

    def make(find: str, put: str) -> Path:
        lesson = Path(__file__).parents[1] / "scenarios" / "lessons" / "album-pipeline.yaml"
        file = tmp_path / "mine.yaml"
        file.write_text(lesson.read_text(encoding="utf-8").replace(find, put), encoding="utf-8")
        return file

    return make


def test_check_is_green_on_the_library(cachelife):
    folder = Path(__file__).parents[1] / "scenarios"
    code, out, _ = cachelife("check", folder)
    assert (code, out.count(": ok")) == (0, len(list(folder.rglob("*.yaml"))))


def test_check_names_an_expectation_that_fails_with_what_came(cachelife, mine):
    code, out, _ = cachelife("check", mine("outcome: warning_without_touch", "outcome: quiet"))
    assert code == 1
    assert "Expected outcome = quiet, got warning_without_touch." in out


def test_check_names_every_mistake_of_a_file_with_its_place(cachelife, mine):
    file = mine("stack: sdcardfs", "stak: sdcardfs")
    code, _, err = cachelife("check", file)
    assert (code, err) == (
        2,
        f"{file}:16:3: unknown key “stak”; did you mean “stack”? (at $.phone.stak)\n",
    )


def test_a_failed_expectation_makes_run_fail_as_well(cachelife, mine):
    assert cachelife("run", mine("notices: 1", "notices: 2"))[0] == 1


# -- the whole process -------------------------------------------------------------------------


def test_a_run_without_out_does_not_import_matplotlib():
    program = (
        "import sys\nfrom simulator.cli.main import main\n"
        "try:\n    main(['run', 'album-pipeline'])\n"
        "except SystemExit:\n    print('matplotlib' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, encoding="utf-8"
    )
    assert done.stdout.splitlines()[-1] == "False"


def test_a_reader_that_stops_reading_is_no_error():
    done = subprocess.run(
        f"{sys.executable} -m simulator.cli run album-pipeline | head -1",
        shell=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
