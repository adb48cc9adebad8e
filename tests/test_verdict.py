"""Cases in which a verdict is easily wrong."""

from __future__ import annotations

import pytest
from attrs import evolve

from simulator import engine
from simulator.documents import Bytes, Seconds
from simulator.telling.figures.sentences import twin
from simulator.telling.figures.story import story
from simulator.telling.text import told
from simulator.telling.words import words
from simulator.trace import Belief, Operation, Refusal
from simulator.verdict.judge import judge

FUSE_SCOPED = {
    "phone__android": "12",
    "phone__stack": "fuse",
    "app__storage": "scoped",
    "app__granted": "[READ_EXTERNAL_STORAGE]",
}


def test_an_original_written_over_with_its_own_bytes_was_touched(judged):
    _, verdict = judged(pipeline__variant="overwrite-original", pipeline__how="copy")
    end = verdict.originals[0].end
    assert (verdict.outcome, end.fate, end.loss) == ("touch_without_warning", "modified", "none")


@pytest.mark.parametrize("rule", ["huawei-acm", "none"])
def test_an_original_cut_to_nothing_survives_nowhere(judged, rule):
    changes = {"pipeline__place": "DCIM/Camera", "pipeline__name": "original"}
    _, verdict = judged(watcher__rule=rule, **changes)
    end = verdict.originals[0].end
    assert (end.loss, end.survives_in) == ("all", ())


def test_a_scoped_app_cannot_put_its_file_in_the_place_of_a_foreign_one(judged):
    trace, verdict = judged(pipeline__variant="replace-original", **FUSE_SCOPED)
    refusals = [r.error for r in trace.records if isinstance(r, Refusal)]
    assert (verdict.originals[0].end.fate, refusals) == ("intact", ["EPERM"])


def test_a_notice_is_judged_by_how_things_stood_at_that_moment(judged):
    _, verdict = judged(pipeline__variant="delete-original")
    assert [n.original_fate for n in verdict.notices] == ["intact", "kept_aside"]


def test_a_failed_job_is_no_failed_deletion(judged):
    trace, verdict = judged(
        pipeline__variant="rename-original-away", watcher__rule="none", **FUSE_SCOPED
    )
    assert "failed" not in [r.state for r in trace.records if isinstance(r, Belief)]
    assert "could not finish its job: EPERM" in told(trace, verdict, words("en"))


def test_an_operation_that_the_file_system_refuses_leaves_a_refusal(world):
    scenario = world()
    twice = evolve(scenario, happens=scenario.happens * 2)
    trace = engine.run(twice)
    silent = [
        r.id
        for r in trace.records
        if isinstance(r, Operation)
        and r.verb == "rename"
        and not any(r.id in other.because for other in trace.records)
    ]
    assert silent == []


def test_a_full_phone_fails_the_job_and_says_what_stays(world):
    scenario = world()
    small = evolve(scenario, phone=evolve(scenario.phone, storage=Bytes(205_000_000)))
    trace = engine.run(small)
    verdict = judge(trace)
    text = told(trace, verdict, words("en"))
    assert verdict.outcome == "pipeline_failed"
    assert "could not finish its job: ENOSPC" in text
    assert "Still there at the end of the run, unfinished: the app's own copy" in text


def test_silence_about_a_replaced_original_names_the_original(judged):
    _, verdict = judged(pipeline__variant="replace-original")
    assert [s.path for s in verdict.silences] == [verdict.originals[0].path]


def test_what_was_sent_before_the_run_ended_is_shown_all_the_same(world):
    trace = engine.run(evolve(world(), until=Seconds(64.4)))
    assert [n.notice.names_app for n in judge(trace).notices] == ["com.example.shop"]


def test_told_success_is_part_of_the_answer(judged):
    trace, verdict = judged(watcher__app_sees="success")
    assert "the app was told that it succeeded" in told(trace, verdict, words("en"))


def test_the_twin_is_told_where_the_request_could_reach_the_original(judged):
    trace, verdict = judged()
    assert "then moves the original" in str(twin(story(trace, verdict), verdict.could))


def test_no_twin_is_told_where_android_would_not_let_it_through(judged):
    trace, verdict = judged(**FUSE_SCOPED)
    assert str(twin(story(trace, verdict), verdict.could)).startswith("No twin here")


def test_two_videos_sent_apart_are_both_judged(world):
    scenario = world()
    other = scenario.phone.album[1].path
    later = evolve(scenario.happens[0], at=Seconds(90.0), original=other)
    both = evolve(scenario, happens=(*scenario.happens, later), until=Seconds(300.0))
    verdict = judge(engine.run(both))
    assert [n.original for n in verdict.notices] == [scenario.happens[0].original, other]
