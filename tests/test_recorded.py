"""The model against recordings of real pipelines: transcoded by ffmpeg, seen by inotifywait."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from simulator import engine
from simulator.android.inotify import collapse, inotify, without_rhythm
from simulator.scenario.sandbox import sandbox
from simulator.trace import FileEvent

RECORDED = Path(__file__).parent / "data" / "recorded"
NAMES = {
    "VID_0001.mp4": "original",
    "upload_VID_0001.mp4": "copy",
    "VID_0001.tmp.mp4": "beside",
    "VID_20221112_210000.mp4": "copy",
}
MASKS = {"CLOSE_WRITE": "IN_CLOSE_WRITE", "CLOSE_NOWRITE": "IN_CLOSE_NOWRITE"}


def recorded(variant):
    """What inotifywait saw, with files by their part and without folders."""
    with (RECORDED / f"{variant}.csv").open(encoding="utf-8", newline="") as file:
        for _folder, events, name in csv.reader(file):
            kinds = [e for e in events.split(",") if e != "CLOSE"]
            if "ISDIR" not in kinds and name:
                yield f"IN_{kinds[0]}", "", NAMES[name]


def predicted(variant):
    """What the model says of the same pipeline, in the same form."""
    trace = engine.run(sandbox("VID_0001.mp4", 41_136, 1.0, variant, "transcode"))
    events = [r for r in trace.records if isinstance(r, FileEvent) and not r.directory]
    for mask, _folder, name in inotify(events):
        yield mask, "", NAMES[name]


@pytest.mark.parametrize(
    ("recording", "variant"),
    [
        ("normal", "normal"),
        ("crash_orphan_cleanup", "crash-orphan"),
        ("original_deleted", "delete-original"),
        ("overwrite_in_place", "overwrite-original"),
        ("replace_by_rename", "replace-original"),
    ],
)
def test_the_model_predicts_what_the_kernel_recorded(recording, variant):
    # ffmpeg opens its output after its first read; what follows must be the same.
    assert _sorted_start(without_rhythm(predicted(variant))) == _sorted_start(
        without_rhythm(recorded(recording))
    )


def _sorted_start(events):
    end = next(i for i, event in enumerate(events) if event[0] == "IN_CLOSE_WRITE")
    return (tuple(sorted(set(events[:end]))), *events[end:])


def test_adjacent_duplicates_collapse_and_others_do_not():
    x, y = ("IN_MODIFY", "d", "x"), ("IN_MODIFY", "d", "y")
    assert collapse([x, x, y, y, x]) == (x, y, x)


def test_the_rhythm_of_a_codec_is_left_out():
    a, b = ("IN_ACCESS", "d", "a"), ("IN_MODIFY", "d", "b")
    stop = ("IN_DELETE", "d", "b")
    assert without_rhythm([a, b, a, b, stop]) == without_rhythm([b, a, stop])
