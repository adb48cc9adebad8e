"""Scenarios that figures are tried on: shipped ones, and ones that are hard to draw."""

from __future__ import annotations

from functools import cache

from attrs import evolve

from simulator.scenario.library import read
from simulator.telling.figures.material import Material

LONG_NAME = "The very long shop of second-hand things and videos for all."
LONG_HAN = "名字特别特别长的二手物品与视频分享交易应用" * 3
LONG_PLACE = "Pictures/A folder whose name is sixty characters long, or even longer"
_LONG = {
    "app.label.en": LONG_NAME,
    "app.label.zh-CN": LONG_HAN,
    "pipeline.place": LONG_PLACE,
}
#: Scenarios with other values, by a name of their own.
CHANGED = {
    "original": ("album-pipeline", {"clean_up.hits": "original"}),
    "silent": ("album-pipeline", {"pipeline.place": "internal-cache"}),
    "no watcher": ("album-pipeline", {"watcher.rule": "none"}),
    "crash": ("album-pipeline", {"pipeline.variant": "crash-orphan"}),
    "long names": ("album-pipeline", _LONG),
    "long names, original": ("album-pipeline", {**_LONG, "clean_up.hits": "original"}),
}
#: Scenarios whose album has thirty files.
CROWDED = {"crowd": "album-pipeline", "sweep of a crowd": "sweep-by-pattern"}


@cache
def material(name: str) -> Material:
    """The material of a shipped scenario, or of one of those above."""
    if name in CROWDED:
        return _crowded(CROWDED[name])
    base, changes = CHANGED.get(name, (name, {}))
    document = read(base)
    return Material((document.with_text(changes) if changes else document).value)


def _crowded(base: str) -> Material:
    scenario = read(base).value
    first = scenario.phone.album[0]
    more = tuple(
        evolve(first, path=f"DCIM/Camera/VID_202210{day:02}_120000.mp4")
        for day in range(1, 31 - len(scenario.phone.album))
    )
    phone = evolve(scenario.phone, album=(*scenario.phone.album, *more))
    return Material(evolve(scenario, phone=phone))
