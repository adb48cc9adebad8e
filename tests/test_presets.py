"""The presets: all of the survey, with its numbers, and what comes of the choices they make."""

from __future__ import annotations

import re
from itertools import product
from posixpath import basename

import pytest
from attrs import evolve, fields

from simulator import engine
from simulator.apps import preset as presets
from simulator.apps.hardware import hardware
from simulator.apps.placing import FileSpec, Job, name_of, pattern_of
from simulator.apps.steps import STEPS
from simulator.scenario.model import AlbumFile
from simulator.trace import Cause, FileEvent, Operation, Transfer
from simulator.verdict.judge import judge
from tests.tools.worlds import (
    FREE,
    ORIGINAL,
    VARIANTS,
    by_system,
    by_user,
    made,
    played,
    send,
    shared,
    shoot,
)

SURVEY = {f"S{n:02}" for n in range(1, 19)} | {f"E{n}" for n in range(1, 9)}


def of_survey(name):
    return presets.preset(name).source.partition(";")[0].partition(".")[0]


def test_every_preset_of_the_survey_is_there_once():
    found = [of_survey(name) for name in presets.names()]
    assert {name for name in found if name in SURVEY} == SURVEY
    assert all(found.count(name) == 1 for name in SURVEY)


@pytest.mark.parametrize("name", presets.names())
def test_a_preset_says_where_it_is_from(name):
    kind = presets.preset(name)
    assert all((kind.source, kind.clean_up.source, kind.sends.source))


def test_every_shared_number_is_given():
    assert all(getattr(presets.shared(), a.name) is not None for a in fields(presets.Numbers))


@pytest.mark.parametrize("name", presets.names())
def test_every_number_that_no_source_gives_is_an_assumption(name):
    own = [getattr(presets.preset(name).numbers, a.name) for a in fields(presets.Numbers)]
    assert all(n.grade == "assumption" for n in own if n is not None and n.source == "none")


def test_every_step_can_be_written_in_a_preset():
    used = {s.do for n, v in VARIANTS for s in presets.preset(n).steps(v)}
    used |= {
        line.do for n in presets.names() for on in presets.preset(n).on.values() for line in on
    }
    # What no app of the survey does is there for scenarios of one's own.
    assert set(STEPS) - used <= {"thumbnail", "split", "remember", "forget"}


@pytest.mark.parametrize(
    ("name", "number", "value"),
    [
        ("evidence-video", "upload_chunk", 1_000_000),
        ("evidence-video", "upload_whole_below", 2_000_000),
        ("evidence-video", "retry_pause", 1.0),
        ("evidence-video", "retry_growth", 2.0),
        ("evidence-video", "capture_rate", 2_500_000.0),
        ("evidence-video", "upload_timeout", 10.0),
        ("messenger-cache", "upload_chunk", 128_000),
        ("messenger-cache", "upload_parallel", 8.0),
        ("messenger-cache", "sweep_every", 86_400.0),
        ("auto-upload-delete", "upload_chunk", 10_240_000),
        ("auto-upload-delete", "retry_pause", 300.0),
        ("auto-upload-delete", "retry_step", 300.0),
        ("two-pass-compressor", "output_rate", 750_000.0),
        ("uri-streamed", "output_rate", 350_000.0),
        ("keep-on-failure", "retry_pause", 60.0),
    ],
)
def test_the_numbers_of_the_survey_are_those_of_the_presets(name, number, value):
    assert presets.preset(name).number(number).value == value


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("codecs", "mid", 1.5),
        ("codecs", "flagship", 4.0),
        ("codecs", "software", 0.6),
        ("flash", "emmc-5.1", 60e6),
        ("flash", "ufs-4.0", 700e6),
        ("links", "4g", 1.25e6),
        ("links", "wifi", 45e6 / 8),
        ("links", "poor", 1.5e6 / 8),
    ],
)
def test_the_classes_of_phones_and_networks_are_those_of_the_survey(kind, name, value):
    assert getattr(hardware(), kind)[name].value == value


# -- a video of one minute through the shopping app --------------------------------------------


def minute(seed):
    """Seconds of conversion, seconds until the clean-up, and the copy's size, of that seed."""
    trace = engine.run(made(), seed)
    copy = [r for r in trace.records if isinstance(r, FileEvent) and r.verb == "close" and r.size]
    begun = next(r.t for r in trace.records if isinstance(r, FileEvent) and r.verb == "create")
    written = next(r for r in copy if r.mode == "write")
    sent = next(r for r in trace.records if isinstance(r, Transfer) and r.state == "confirmed")
    gone = next(r for r in trace.records if isinstance(r, Operation) and r.verb == "unlink")
    return written.t - begun, gone.t - sent.t, written.size


@pytest.fixture(scope="module")
def minutes():
    return [minute(seed) for seed in range(100)]


def test_a_minute_of_video_is_converted_at_the_speeds_of_the_survey(minutes):
    # 0.65 to 3.4 times real time holds nine phones of ten.
    within = sum(60 / 3.4 <= seconds <= 60 / 0.65 for seconds, _, _ in minutes)
    assert 80 <= within <= 98


def test_its_copy_has_the_size_of_the_survey(minutes):
    assert {2_000_000 <= size <= 25_000_000 for _, _, size in minutes} == {True}


def test_its_clean_up_follows_within_three_seconds(minutes):
    assert {0 <= seconds <= 3 for _, seconds, _ in minutes} == {True}


def test_a_class_of_phone_takes_the_place_of_the_presets_number():
    slow = made()
    slow = evolve(slow, phone=evolve(slow.phone, codec="software"))
    ended, _ = played(slow)
    assert ended.world.draws("transcode_speed") < 1.0


def test_a_number_that_a_scenario_gives_is_not_drawn():
    timed = evolve(made(), timing=evolve(made().timing, transcode_speed=2.0))
    assert {played(timed, seed)[0].world.draws("transcode_speed") for seed in range(3)} == {2.0}


# -- losses without a step that names the original ----------------------------------------------


@pytest.mark.parametrize(
    ("name", "variant"),
    [
        ("resizing-picker", "normal"),
        ("delete-input", "normal"),
        ("output-is-input", "normal"),
    ],
)
def test_an_original_is_lost_though_no_step_names_it(name, variant):
    steps = presets.preset(name).steps(variant)
    names = {s.source for s in steps if s.do in {"delete", "rename", "move", "truncate"}}
    verdict = judge(engine.run(made(name, variant, **FREE)))
    assert "original" not in names
    assert verdict.originals[0].end.fate in {"deleted", "modified"}


def test_a_picker_that_works_on_a_copy_of_its_own_loses_nothing():
    verdict = judge(engine.run(made("resizing-picker", copy_in="always")))
    assert verdict.originals[0].end.fate == "intact"


def test_a_name_that_is_used_again_costs_the_video_that_had_it():
    album = evolve(made("name-reuse-after-move"))
    first = send(5.0)
    again = evolve(first, at=evolve(first).at + 200.0)
    recorded = by_user(100.0, "record video", original=ORIGINAL, clip=10.0)
    trace = engine.run(evolve(album, happens=(first, recorded, again)))
    verdict = judge(trace)
    assert [(o.path, o.end.fate) for o in verdict.originals] == [
        (ORIGINAL, "deleted"),
        (f"{ORIGINAL} (2)", "moved"),
    ]


def test_the_newest_item_may_be_somebody_elses():
    # Another camera's picture is finished half a second before the app looks for a duplicate.
    other = by_user(6.5, "record video", original="DCIM/Camera/IMG_other.jpg", clip=10.2)
    verdict = judge(engine.run(made("newest-row", "normal", shoot(5.0, 10.0), other)))
    gone = [o.path for o in verdict.originals if o.end.fate == "deleted"]
    assert gone == ["DCIM/Camera/IMG_other.jpg"]


# -- choices that do not depend on each other -----------------------------------------------------

PLACES = {
    "internal-cache": "/data/user/0/com.example.shop/cache",
    "internal-files/work": "/data/user/0/com.example.shop/files/work",
    "external-cache": "Android/data/com.example.shop/cache",
    "external-files/Movies": "Android/data/com.example.shop/files/Movies",
    "external-media": "Android/media/com.example.shop",
    "Pictures/Shop": "Pictures/Shop",
    "Shop": "Shop",
    "beside": "DCIM/Camera",
}
NAMES = ["timestamp", "original", "uuid", "neutral", "millis", "bare", "hash", "opaque"]


@pytest.mark.parametrize(("place", "name"), list(product(PLACES, NAMES)))
def test_place_and_name_are_chosen_each_by_itself(place, name):
    trace = engine.run(made(place=place, name=name))
    created = [
        r.path
        for r in trace.records
        if isinstance(r, FileEvent) and r.verb in {"create", "truncate"}
    ]
    assert created[0].rpartition("/")[0] == PLACES[place]


@pytest.mark.parametrize("name", [*NAMES, "fixed"])
def test_names_look_like_their_own_pattern(name):
    spec = FileSpec("Pictures", name, prefix="a(b)", suffix="_x")
    called = name_of(spec, Job("com.example.shop", "DCIM/Camera/VID_1.mp4", 1_668_286_805.0))
    assert re.fullmatch(pattern_of(spec), called)


def test_the_pattern_of_a_camera_fits_names_of_the_camera():
    assert re.fullmatch(pattern_of(FileSpec("DCIM/Camera", "timestamp")), basename(ORIGINAL))


@pytest.mark.parametrize(
    ("when", "left"),
    [
        ("end", False),
        ("success", False),
        ("inline", False),
        ("never", True),
        ("kept", True),
        ("manual", True),
        ("next_start", True),
        ("ttl", True),
        ("lru", True),
    ],
)
def test_the_policy_says_whether_the_copy_is_left_after_the_job(when, left):
    scenario = made(place="Pictures/Shop")
    scenario = evolve(scenario, clean_up=evolve(scenario.clean_up, when=when))
    ended, _ = played(scenario)
    assert any(p.startswith("Pictures/Shop/") for p in _files(ended)) == left


@pytest.mark.parametrize(("when", "left"), [("end", False), ("success", True), ("never", True)])
def test_after_a_failure_only_who_cleans_up_whatever_comes_does_so(when, left):
    gone = by_system(8.0, "network lost", lasts=500.0)
    scenario = made("evidence-video", "normal", send(), gone, place="Pictures/Shop")
    scenario = evolve(scenario, clean_up=evolve(scenario.clean_up, when=when))
    ended, trace = played(scenario)
    assert any(isinstance(r, Cause) and r.what == "job failed" for r in trace.records)
    assert any(p.startswith("Pictures/Shop/") for p in _files(ended)) == left


def _files(ended):
    return shared(ended.world.phone.fs)


@pytest.mark.parametrize("finds", ["ledger", "pattern", "folder"])
def test_each_way_of_sweeping_finds_what_the_app_left(finds):
    scenario = made(
        "evidence-video", "normal", send(), by_system(200.0, "kill app"), place="Pictures/Shop"
    )
    scenario = evolve(scenario, clean_up=evolve(scenario.clean_up, when="next_start", finds=finds))
    ended, _ = played(scenario)
    assert not any(p.startswith("Pictures/Shop/") for p in _files(ended))


def test_what_is_too_young_stays_in_a_sweep_by_age():
    scenario = made("visible-messenger")
    folder = "Messenger/Messenger Video"
    old, young = f"{folder}/VID_20221001_080000.mp4", f"{folder}/VID_20221111_080000.mp4"
    album = (
        *scenario.phone.album,
        AlbumFile(old, 1_000_000, age=40 * 86_400.0, made_by="com.example.shop"),
        AlbumFile(young, 1_000_000, age=86_400.0, made_by="com.example.shop"),
    )
    ended, _ = played(evolve(scenario, phone=evolve(scenario.phone, album=album)))
    left = _files(ended)
    assert (old in left, young in left) == (False, True)


def test_a_sweep_by_size_lets_the_oldest_go_until_it_fits():
    scenario = made("capped-gallery-folder")
    names = [f"Pictures/Chooser/VID_2022110{n}_080000.mp4" for n in (1, 2, 3)]
    album = (
        *scenario.phone.album,
        *(
            AlbumFile(name, 90_000_000, age=(9 - n) * 86_400.0, made_by="com.example.shop")
            for n, name in enumerate(names)
        ),
    )
    ended, _ = played(evolve(scenario, phone=evolve(scenario.phone, album=album)))
    assert [name in _files(ended) for name in names] == [False, True, True]
