"""The twin: the same notice and the opposite fate; where there is none, that is the finding."""

from __future__ import annotations

import json

import pytest

from simulator.scenario import library
from simulator.worlds.factors import space_for
from simulator.worlds.finding import finding
from simulator.worlds.survey import survey
from simulator.worlds.twin import twins
from simulator.worlds.whatif import changed
from tests.tools.golden import matches_golden

FACTORS = (
    "phone.stack=hmdfs",
    "app.storage",
    "pipeline.place",
    "clean_up.hits",
    "clean_up.via",
    "watcher.scope",
    "watcher.whitelist",
    "watcher.overseas",
)
SCOPED = [("app.storage", "scoped"), ("phone.android", "12"), ("phone.stack", "fuse")]


@pytest.fixture(scope="module")
def album():
    return library.read("album-pipeline").value


@pytest.fixture(scope="module")
def found(album):
    return twins(space_for(album, FACTORS))


@pytest.fixture(scope="module")
def worlds(found):
    return dict(survey(found.space, finding))


def test_the_twin_removes_the_original_and_the_notice_is_the_same_to_the_byte(found):
    assert found.twin.changes == {"clean_up.hits": "original"}
    assert found.twin.found.notices == found.base.notices != ()
    assert (found.base.touched, found.twin.found.touched) == (False, True)
    assert [r.role for r in found.twin.found.requests] == ["original"]


def test_no_world_is_nearer_than_the_twin(album):
    # Of a silent world there are many twins, near and far.
    far = changed(album, [("watcher.overseas", "true")])
    found = twins(space_for(far, FACTORS))
    nearest = min(
        sum(digit != 0 for digit in found.space.digits(number))
        for number, other in survey(found.space, finding)
        if other.notices == found.base.notices and other.touched is True
    )
    assert len(found.twin.changes) == nearest


def test_the_silent_loss_is_a_loss_and_silent_and_none_is_nearer(found, worlds):
    loss = found.silent_loss
    assert loss.found.touched
    assert loss.found.notices == ()
    nearest = min(
        sum(digit != 0 for digit in found.space.digits(number))
        for number, other in worlds.items()
        if other.touched and not other.notices
    )
    assert len(loss.changes) == nearest


def test_the_pairs_are_those_of_a_plain_count(found, worlds):
    space, at = found.space, found.space.paths.index("clean_up.hits")
    count = both = differ = 0
    for number, one in worlds.items():
        digits = list(space.digits(number))
        if digits[at] == 0:
            digits[at] = 1
            other = worlds.get(space.number(digits))
            if other is not None:
                count += 1
                if one.notices and other.notices:
                    both += 1
                    differ += one.notices != other.notices
    assert (found.pairs.count, found.pairs.both, found.pairs.differ) == (count, both, differ)
    assert both


def test_where_a_notice_comes_in_both_it_is_the_same_on_the_phones_of_the_rule(found):
    assert found.pairs.differ == 0


def test_a_scoped_app_on_fuse_has_no_twin(album):
    scoped = changed(album, SCOPED)
    factors = [f for f in FACTORS if not f.startswith("phone")]
    found = twins(space_for(scoped, factors))
    assert found.base.notices
    assert found.twin is None
    assert found.base.could == "after_consent"
    assert found.attempt.found.touched is False
    assert found.elsewhere.changes == {"app.storage": "legacy", "clean_up.hits": "original"}


def test_that_there_is_no_twin_is_the_finding(cachelife):
    arguments = [f"--set={path}={value}" for path, value in SCOPED]
    factors = [f"--factors={f}" for f in FACTORS if not f.startswith("phone")]
    code, out, _ = cachelife("twin", "album-pipeline", *arguments, *factors, "--json")
    answer = json.loads(out)
    assert (code, answer["feasible"], answer["twin"]) == (0, False, None)


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("twin-album-pipeline", ["album-pipeline", *(f"--factors={f}" for f in FACTORS)]),
        (
            "twin-scoped",
            [
                "album-pipeline",
                *(f"--set={path}={value}" for path, value in SCOPED),
                *(f"--factors={f}" for f in FACTORS if not f.startswith("phone")),
            ],
        ),
        ("twin-quiet", ["internal-cache", "--factors=clean_up.hits", "--factors=watcher.scope"]),
        ("twin-no-pairs", ["overwrite-in-place", "--factors=watcher.scope"]),
    ],
)
def test_the_printed_text_is_the_golden_text(cachelife, name, arguments, lang):
    code, out, _ = cachelife("twin", *arguments, "--lang", lang)
    assert code == 0
    assert matches_golden(f"{name}.{lang}.txt", out)


def test_the_json_has_the_fields_that_are_promised(cachelife):
    _, out, _ = cachelife("twin", "album-pipeline", "--factors=clean_up.hits", "--json")
    answer = json.loads(out)
    assert answer["schema"] == "cachelife.twin/1"
    assert answer["feasible"]
    assert answer["twin"]["found"]["notices"] == answer["base"]["notices"]
    assert answer["pairs"]["count"] == 1
