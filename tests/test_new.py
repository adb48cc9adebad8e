"""A scenario of one's own, from a shipped one."""

from __future__ import annotations

import json

import pytest
import yaml

from simulator.cli.starting import commented
from simulator.scenario import library
from simulator.telling.words import words


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", library.shipped())
def test_the_copy_says_the_same_under_another_name(name):
    text = library.shipped()[name].read_text(encoding="utf-8")
    copy = commented(text, "my-case", words("en"))
    assert yaml.safe_load(copy) == {**yaml.safe_load(text), "id": "my-case"}


def test_the_copy_is_valid_and_comes_out_as_its_model(cachelife):
    assert cachelife("new", "my-case", "--from", "os-trim-in-use")[0] == 0
    assert cachelife("check", "my-case.yaml")[:2] == (0, "my-case.yaml: ok\n")


def test_an_editor_finds_the_schema_beside_it(cachelife, tmp_path):
    cachelife("new", "my-case")
    first = (tmp_path / "my-case.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=scenario.schema.json"
    assert json.loads((tmp_path / "scenario.schema.json").read_text(encoding="utf-8"))["$schema"]


def test_every_part_has_a_comment_in_the_language_asked_for(cachelife, tmp_path):
    cachelife("new", "my-case", "--lang", "zh-CN")
    text = (tmp_path / "my-case.yaml").read_text(encoding="utf-8")
    assert "# 手机，以及相册里有什么。" in text
    assert "# The phone" not in text


def test_it_says_what_else_can_stand_there(cachelife, tmp_path):
    cachelife("new", "my-case")
    text = (tmp_path / "my-case.yaml").read_text(encoding="utf-8")
    assert (
        "  #   when: end | success | inline | next_start | ttl | lru | manual | never | kept"
        in text
    )


def test_a_file_that_is_there_is_left_alone(cachelife, tmp_path):
    (tmp_path / "my-case.yaml").write_text("mine", encoding="utf-8")
    code, _, err = cachelife("new", "my-case")
    assert (code, "my-case.yaml is there already" in err) == (2, True)
    assert (tmp_path / "my-case.yaml").read_text(encoding="utf-8") == "mine"


def test_a_schema_that_is_there_is_left_alone(cachelife, tmp_path):
    (tmp_path / "scenario.schema.json").write_text("mine", encoding="utf-8")
    cachelife("new", "my-case")
    assert (tmp_path / "scenario.schema.json").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["../evil", "My Case", "a/b", "-x-", "", "a.yaml"])
def test_a_name_that_is_no_id_is_refused(cachelife, tmp_path, name):
    code = cachelife("new", "--", name)[0]
    assert (code, list(tmp_path.iterdir())) == (2, [])


def test_the_nearest_scenario_is_named(cachelife):
    code, _, err = cachelife("new", "my-case", "--from", "album-pipelin")
    assert (code, "did you mean “album-pipeline”?" in err) == (2, True)


def test_the_json_names_the_files_that_were_written(cachelife):
    values = json.loads(cachelife("new", "my-case", "--json")[1])
    assert values["files"] == ["my-case.yaml", "scenario.schema.json"]
