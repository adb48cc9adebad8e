"""`cachelife live`: the same pipeline on real files agrees with the model, and is judged alike."""

from __future__ import annotations

import json
import os
import sys

import pytest

pytest.importorskip("inotify_simple", reason="needs the extra [live]")
if not sys.platform.startswith("linux"):
    pytest.skip("needs the kernel's inotify", allow_module_level=True)

from simulator.cli.living import live
from simulator.cli.main import main
from simulator.trace.jsonl import dumps, loads

VARIANTS = {
    "normal": ("quiet", "intact", ["app_copy"]),
    "crash-orphan": ("quiet", "intact", ["app_copy"]),
    "tmp-rename": ("quiet", "intact", ["app_copy"]),
    "delete-original": ("touch_without_warning", "deleted", ["app_copy", "original"]),
    "overwrite-original": ("touch_without_warning", "modified", ["app_copy"]),
    "replace-original": ("touch_without_warning", "modified", []),
    "rename-original-away": ("touch_without_warning", "deleted", ["app_copy", "original"]),
}


@pytest.fixture(scope="module")
def lived():
    done = {}

    def once(variant):
        if variant not in done:
            done[variant] = live(None, variant)
        return done[variant]

    return once


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_kernel_sees_what_the_model_predicts(lived, variant):
    agreement = lived(variant).agreement
    assert agreement.recorded == agreement.predicted


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_live_run_is_judged_by_what_really_happened(lived, variant):
    verdict = lived(variant).verdict
    roles = [removal.role for removal in verdict.removals]
    assert (verdict.outcome, verdict.originals[0].end.fate, roles) == VARIANTS[variant]


@pytest.mark.parametrize("variant", VARIANTS)
def test_byte_copies_agree_call_by_call(variant, tmp_path):
    file = tmp_path / "notes.mp4"
    file.write_bytes(bytes(range(256)) * 1_000)
    agreement = live(file, variant).agreement
    assert agreement.strict
    assert agreement.recorded == agreement.predicted


@pytest.mark.parametrize("variant", ["normal", "crash-orphan", "tmp-rename"])
def test_the_original_has_the_same_hash_before_and_after(lived, variant):
    original = lived(variant).verdict.originals[0]
    assert original.before == original.after
    assert len(original.before) == 64


def test_a_watcher_by_folder_and_name_would_have_spoken_of_the_copy(lived):
    supposed = lived("normal").supposed
    assert [s.text["zh-CN"] for s in supposed] == ["检测到“沙盒应用”删除了视频，已成功拦截"]


def test_it_would_have_spoken_of_copy_and_original_in_the_same_words(lived):
    texts = [s.text["zh-CN"] for s in lived("delete-original").supposed]
    assert len(texts) == 2
    assert len(set(texts)) == 1


def test_it_would_have_been_silent_about_an_overwritten_original(lived):
    spoken = [s.path for s in lived("overwrite-original").supposed if s.text]
    assert lived("overwrite-original").verdict.originals[0].path not in spoken


def test_the_recording_is_a_trace_like_any_other(lived):
    trace = lived("normal").trace
    assert loads(dumps(trace)) == trace


def test_could_is_not_claimed_where_no_permission_was_recorded(lived):
    assert {c.answer for c in lived("normal").verdict.could} == {"cannot_tell"}


def test_a_file_of_the_user_is_copied_and_never_touched(tmp_path, capsys):
    mine = tmp_path / "我的 video.mp4"
    mine.write_bytes(b"no real video, but bytes" * 5_000)
    before = (mine.read_bytes(), mine.stat().st_mtime_ns)
    with pytest.raises(SystemExit) as stop:
        main(["live", str(mine), "--json"])
    values = json.loads(capsys.readouterr().out)
    assert stop.value.code == 0
    assert (mine.read_bytes(), mine.stat().st_mtime_ns) == before
    assert (values["source"], values["live"]["agreement"]["strict"]) == ("live", True)
    assert [file.name for file in tmp_path.iterdir()] == [mine.name]


def test_a_name_that_is_no_valid_text_is_a_name_all_the_same(tmp_path, capfd):
    mine = tmp_path / os.fsdecode(b"bad\xff.mp4")
    mine.write_bytes(b"bytes")
    with pytest.raises(SystemExit) as stop:
        main(["live", str(mine), "--out", str(tmp_path / "out")])
    assert (stop.value.code, capfd.readouterr().err) == (0, "")
