"""A watcher of one's own: a file in the same model, named by its path in a scenario."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator import engine
from simulator.errors import DocumentError
from simulator.scenario import library
from simulator.scenario.model import Scenario
from simulator.trace import Match, Notice, Trace
from simulator.watchers import library as watchers

SCENARIO = (library.folder() / "deeds" / "s01-delete-original.yaml").read_text(encoding="utf-8")
SHIPPED = "watcher:\n  rule: huawei-acm\n"
RULE = (Path(watchers.__file__).parent / "rules" / "huawei-acm.yaml").read_text(encoding="utf-8")
#: A rule that differs from Huawei's in its id, and in what it says.
MINE = RULE.replace("id: huawei-acm", "id: mine").replace("successfully intercepted", "kept by me")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a rule in it."""
    (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")
    return tmp_path


def written(folder: Path, watcher: str, name: str = "case.yaml") -> Path:
    """A scenario in *folder* that names its watcher like that."""
    assert SHIPPED in SCENARIO
    file = folder / name
    file.write_text(SCENARIO.replace(SHIPPED, f"watcher: {watcher}\n"), encoding="utf-8")
    return file


def scenario(folder: Path, watcher: str) -> Scenario:
    return library.read(str(written(folder, watcher))).value


def notices(trace: Trace) -> list[Notice]:
    return [record for record in trace.records if isinstance(record, Notice)]


def test_a_path_alone_names_the_rule(folder):
    assert scenario(folder, "./mine.yaml").watcher.applied.id == "mine"


def test_with_other_keys_a_path_names_the_rule(folder):
    spec = scenario(folder, "{rule: ./mine.yaml, scope: wide}").watcher
    assert (spec.applied.id, spec.scope) == ("mine", "wide")


def test_the_run_is_under_that_rule(folder):
    trace = engine.run(scenario(folder, "./mine.yaml"))
    assert [n.text["en"] for n in notices(trace)] == [
        "Detected that “Shop” deleted a video; kept by me"
    ]


def test_the_trace_calls_it_by_its_id(folder):
    trace = engine.run(scenario(folder, "./mine.yaml"))
    assert trace.header.watchers[0].name == "mine"


def test_what_the_scenario_sets_of_it_holds(folder):
    trace = engine.run(scenario(folder, "{rule: ./mine.yaml, whitelist: app}"))
    assert not [record for record in trace.records if isinstance(record, Match)]


def test_a_copy_of_a_shipped_rule_does_what_the_shipped_rule_does(folder):
    (folder / "same.yaml").write_text(RULE, encoding="utf-8")
    same = engine.run(scenario(folder, "./same.yaml"))
    assert same.records == engine.run(scenario(folder, "huawei-acm")).records


def test_the_path_is_that_from_the_scenario_and_not_from_where_one_stands(
    folder, tmp_path_factory, monkeypatch
):
    file = written(folder, "./mine.yaml")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert library.read(str(file)).value.watcher.applied.id == "mine"


def test_a_path_on_the_command_line_is_that_from_where_one_stands(folder, cachelife, monkeypatch):
    monkeypatch.chdir(folder)
    code, out, _ = cachelife("run", "s01-delete-original", "--set", "watcher.rule=./mine.yaml")
    assert code == 0
    assert "kept by me" in out


def test_another_rule_on_the_command_line_takes_its_place(folder, cachelife):
    file = written(folder, "./mine.yaml")
    code, out, _ = cachelife("run", file, "--set", "watcher.rule=huawei-acm")
    assert code == 0
    assert "kept by me" not in out
    assert "successfully intercepted" in out


# -- mistakes ----------------------------------------------------------------------------------


def told(folder: Path, watcher: str) -> tuple[str, int, str]:
    """The one problem of such a scenario: the file's name, the line, and what is said."""
    with pytest.raises(DocumentError) as error:
        scenario(folder, watcher)
    (problem,) = error.value.problems
    assert Path(problem.file).parent == folder
    return Path(problem.file).name, problem.line, str(problem.message)


def line(text: str, start: str) -> int:
    """The number of the line that begins like that."""
    return next(n for n, row in enumerate(text.splitlines(), 1) if row.startswith(start))


#: Where a scenario says which watcher there is.
HERE = line(SCENARIO, "watcher:")


def test_a_file_that_is_not_there_is_told_where_it_is_named(folder):
    file, row, what = told(folder, "./nobodys.yaml")
    assert (file, row) == ("case.yaml", HERE)
    assert "nobodys.yaml" in what


def test_a_slip_in_the_rule_is_told_where_it_is_in_the_rule(folder):
    (folder / "mine.yaml").write_text(MINE.replace("does: refuse", "does: refuze"), "utf-8")
    file, row, what = told(folder, "./mine.yaml")
    assert (file, row) == ("mine.yaml", line(MINE, "  does: refuse"))
    assert "did you mean “refuse”?" in what


def test_a_notice_without_the_name_that_it_claims_is_told_where_its_text_is(folder):
    text = "        en: Detected that “{app}” deleted a video"
    (folder / "mine.yaml").write_text(MINE.replace(text, text.replace("{app}", "X")), "utf-8")
    file, row, what = told(folder, "./mine.yaml")
    assert (file, row) == ("mine.yaml", line(MINE, text))
    assert "its text needs “{app}”" in what


def test_a_value_that_the_rule_does_not_have_is_told_in_the_scenario(folder):
    file, row, what = told(folder, "{rule: ./mine.yaml, scope: huge}")
    assert (file, row) == ("case.yaml", HERE)
    assert "huge" in what


def test_a_name_without_an_ending_is_a_shipped_rule_or_a_slip(folder):
    file, row, what = told(folder, "mine")
    assert (file, row) == ("case.yaml", HERE)
    assert "mine" in what
