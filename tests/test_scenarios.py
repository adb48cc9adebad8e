"""The shipped scenarios: valid, documented, and each expectation able to fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from simulator import engine
from simulator.cli.listing import scenario_schema
from simulator.documents import load
from simulator.errors import DocumentError
from simulator.scenario import library
from simulator.scenario.family import factors, infeasible
from simulator.scenario.model import Scenario
from simulator.scenario.space import space_of
from simulator.verdict.claims import settle
from simulator.verdict.judge import judge
from simulator.verdict.propositions import truths
from simulator.worlds.decisive import idle
from simulator.worlds.expectations import failures
from simulator.worlds.family import judge_family

FOLDER = Path(__file__).parents[1] / "scenarios"
FILES = sorted(FOLDER.rglob("*.yaml"))
ALBUM = (FOLDER / "lessons" / "album-pipeline.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def dewu():
    scenario = library.read("dewu-2022").value
    return scenario, judge_family(scenario)


def test_the_library_has_these_groups():
    groups = {library.group_of(name): None for name in library.shipped()}
    assert list(groups) == ["controls", "deeds", "incidents", "lessons", "losses"]


LIBRARY = {
    "lessons": "quiet-pipeline album-pipeline five-views three-names guard-keeps-file four-stacks"
    " scan-race scoped-own-file stale-row",
    "incidents": "twitter-2019 xuexi-qiangguo-2020 qq-2020 pdd-2021 dewu-2022 xiaohongshu-2023"
    " seal-211 picture-selector-cancel",
    "losses": "picker-resizes-then-deletes same-on-no-watcher transcode-deletes-input"
    " overwrite-in-place replace-by-rename rename-then-unlink rename-original-away"
    " capture-edit-replace user-removed-original-first stale-last-capture move-to-app-folder"
    " sweep-by-pattern whitelisted-app all-files-app rescue-overwritten wrong-app-blamed",
    "controls": "internal-cache neutral-name streaming-no-copy zero-byte-placeholder adb-shell-rm"
    " overseas-build user-ordered consent-batch nomedia-subfolder reinstalled-owner crash-orphan"
    " os-trim-in-use sd-row-gone-file-stays retry-storm dir-renamed-in notice-capped",
}


@pytest.mark.parametrize("group", LIBRARY)
def test_the_library_has_these_scenarios(group):
    assert set(library.group(group)) == set(LIBRARY[group].split())


def test_every_incident_is_a_family():
    assert all(library.read(name).value.family for name in library.group("incidents"))


def test_a_company_is_named_in_incidents_only():
    named = {o.package for name in library.group("incidents") for o in _apps(name)}
    elsewhere = {
        o.package
        for name in library.shipped()
        if library.group_of(name) != "incidents"
        for o in _apps(name)
    }
    assert {package for package in elsewhere if not package.startswith("com.example.")} == set()
    assert named - elsewhere


def _apps(name):
    scenario = library.read(name).value
    return (scenario.app, *scenario.others)


@pytest.mark.parametrize("name", library.shipped())
def test_a_scenario_comes_out_as_it_expects(name):
    scenario = library.read(name).value
    family = judge_family(scenario) if scenario.family else None
    assert failures(scenario, judge(engine.run(scenario)), family) == ()


@pytest.mark.parametrize("name", library.shipped())
def test_flipping_what_it_calls_decisive_makes_its_expectation_fail(name):
    document = library.read(name)
    assert document.value.expect.decisive
    assert list(idle(document)) == []


@pytest.mark.parametrize("name", library.shipped())
def test_a_scenario_says_where_it_is_from_and_what_it_is(name):
    scenario = library.read(name).value
    assert scenario.sources
    assert {"lesson", "incident", "loss", "control", "deed"} & set(scenario.tags)


@pytest.mark.parametrize("name", library.shipped())
def test_an_unknown_says_what_is_asked_and_who_could_settle_it(name):
    for assumed in library.read(name).value.assumed.values():
        assert assumed.question is not None
        assert assumed.who is not None


def test_a_decisive_value_that_decides_nothing_is_told(cachelife, tmp_path):
    text = ALBUM.replace("    watcher.scope: narrow", "    phone.clock: 2022-11-12 22:00:00")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    code, out, _ = cachelife("check", tmp_path / "mine.yaml")
    told = "phone.clock = 2022-11-12 22:00:00 is called decisive, and the same comes out with it."
    assert (code, told in out) == (1, True)


def test_a_decisive_value_that_no_field_can_have_is_named_with_its_place(cachelife, tmp_path):
    text = ALBUM.replace("    watcher.scope: narrow", "    watcher.scope: narow")
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    code, _, err = cachelife("check", tmp_path / "mine.yaml")
    assert (code, "decisive watcher.scope" in err, "did you mean “narrow”?" in err) == (
        2,
        True,
        True,
    )


def test_the_deeds_are_those_of_the_dossier_each_once():
    deeds = [name for name in library.shipped() if library.group_of(name) == "deeds"]
    assert [name.partition("-")[0] for name in deeds] == [f"s{n:02}" for n in range(1, 18)]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_a_shipped_scenario_fits_the_schema(file):
    # An editor reads YAML with types of its own; the schema has to accept those.
    values = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert list(Draft202012Validator(scenario_schema()).iter_errors(values)) == []


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_its_first_line_tells_editors_the_schema(file):
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../scenario.schema.json"


def test_the_committed_schema_is_current():
    committed = json.loads((FOLDER / "scenario.schema.json").read_text(encoding="utf-8"))
    assert committed == scenario_schema()


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_its_id_is_its_file_name(file):
    assert library.read_file(file).value.id == file.stem


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("clean_up.hits", "original"),
        ("pipeline.place", "internal-cache"),
        ("pipeline.variant", "overwrite-original"),
        ("watcher.rule", "none"),
        ("watcher.scope", "narrow"),
    ],
)
def test_flipping_a_decisive_factor_makes_the_expectation_fail(path, value):
    scenario = library.read("album-pipeline").with_text({path: value}).value
    assert failures(scenario, judge(engine.run(scenario)), None)


def test_the_album_pipeline_comes_out_as_expected():
    scenario = library.read("album-pipeline").value
    assert failures(scenario, judge(engine.run(scenario)), None) == ()


# -- the family --------------------------------------------------------------------------------


def test_every_combination_is_listed_and_counted(dewu):
    scenario, family = dewu
    product = 1
    for values in factors(scenario).values():
        product *= len(values)
    assert (family.combinations, family.run) == (product, sum(family.outcomes.values()))


def test_the_family_is_no_single_run(dewu):
    _, family = dewu
    assert len(family.outcomes) >= 4


def test_never_deleted_is_open_with_a_witness_each_way(dewu):
    claim = next(c for c in dewu[1].claims if c.claim == "original_untouched")
    assert claim.status == "open"
    assert claim.witness_for is not None
    assert claim.witness_against is not None


def test_certainly_cannot_is_settled_false(dewu):
    claim = next(c for c in dewu[1].claims if c.claim == "app_cannot_delete_silently")
    assert claim.status == "settled_false"


@pytest.mark.parametrize("side", ["witness_for", "witness_against"])
def test_each_witness_shows_what_it_is_a_witness_of(dewu, side):
    _, family = dewu
    for claim in family.claims:
        values = getattr(claim, side)
        if values is not None:
            world = library.read("dewu-2022").with_text(values).value
            trace = engine.run(world)
            held = truths([claim.claim], trace, judge(trace))
            assert held[claim.claim] is (side == "witness_for")


def test_the_family_comes_out_as_expected(dewu):
    scenario, family = dewu
    assert failures(scenario, judge(engine.run(scenario)), family) == ()


def test_no_infeasible_world_is_run():
    scenario = library.read("dewu-2022").value
    assert all(infeasible(w.scenario) is None for w in space_of(scenario).worlds() if w is not None)


@pytest.mark.parametrize(
    ("holds", "fails", "general", "status"),
    [
        (3, 0, False, "settled_true"),
        (0, 3, False, "settled_false"),
        (1, 1, False, "open"),
        (9, 1, True, "settled_false"),
        (0, 0, False, "open"),
    ],
)
def test_a_claim_is_settled_by_its_worlds(holds, fails, general, status):
    assert settle(holds, fails, general=general) == status


# -- mistakes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("find", "put", "expected"),
    [
        ("stack: sdcardfs", "stak: sdcardfs", "16:3: unknown key “stak”; did you mean “stack”?"),
        ("stack: sdcardfs", "stack: sdcardf", "16:10: “sdcardf” is not valid here; did you mean"),
        ("size: 150 MB", "size: 150", "150"),
        ("at: 5 s", "at: -1 h", "-1 h"),
        ("at: 5 s", "at: 999 s", "after the end of the run"),
        ("at: 5 s", "at: 5 sec", "unknown unit “sec”"),
        ("place: Pictures/Shop", "place: ../Shop", ".."),
        ("stack: sdcardfs", "stack: fuse", "the stack “fuse” is found on API levels 30 to 36"),
        ("storage: legacy", "storage: legacy\n  storage: scoped", "storage"),
        ("original: DCIM", "original: DCIMX", "there is no file in the album named"),
        ("use: medium", "use: medium\n    try: [huge]", "huge"),
        ("watcher.scope:", "watcher.skope:", "did you mean “watcher.scope”?"),
        ("fate: intact", "fate: intct", "did you mean “intact”?"),
        ("2022-11-12 21:00:00", "2022-13-12 21:00:00", "expected a date and time"),
        ("size: 150 MB", "size: 0 B", "0 B"),
        ("size: 150 MB", "size: 150 GB", "does not fit"),
        ("VID_20221030_181500.mp4", "VID_20221112_205500.mp4", "the same path"),
        ("VID_20221030_181500.mp4", "VID_20221112_205500.mp4/x.mp4", "is a folder on this phone"),
    ],
)
def test_a_mistake_is_named_with_its_place(find, put, expected):
    text = ALBUM.replace(find, put, 1) if "original:" not in find else ALBUM.replace(find, put)
    with pytest.raises(DocumentError) as error:
        library.prepared(load(text, Scenario, file="mine.yaml"))
    lines = str(error.value).splitlines()
    assert any(expected in line and line.startswith("mine.yaml:") for line in lines)


def test_all_mistakes_of_a_file_come_at_once():
    text = ALBUM.replace("stack: sdcardfs", "stak: sdcardfs").replace("size: 50 MB", "size: 50")
    with pytest.raises(DocumentError) as error:
        load(text, Scenario, file="mine.yaml")
    assert len(error.value.problems) == 2
