"""What can happen in a scenario, and what is wrong with an entry of ``happens``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from simulator.android import trash
from simulator.android.media_names import is_trashed
from simulator.android.paths import Area, media_type, place
from simulator.apps.preset import Occasion, preset
from simulator.errors import UnknownName
from simulator.message import Message
from simulator.scenario.model import Happening, Scenario

#: The keys that an act needs beside “at”.
_NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "send video": ("original",),
        "delete in app": ("original",),
        "capture video": ("clip",),
        "retake": ("clip",),
        "record video": ("original", "clip"),
        "switch app": ("app",),
        "open elsewhere": ("original", "app"),
        "trash in gallery": ("original",),
        "delete in gallery": ("original",),
        "delete by adb": ("original",),
        "revoke permission": ("permission",),
        "free cache": ("bytes",),
        "fill storage": ("bytes",),
        "network lost": ("lasts",),
        "server errors": ("lasts",),
        "clock forward": ("by",),
        "clock back": ("by",),
    }
)
#: The keys that it may have besides.
_MAY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "free cache": ("defy_quota",),
        "open app": ("original", "more", "clip"),
        "delete in app": ("more",),
        "view in app": ("original",),
        "delete in gallery": ("which",),
        "delete by adb": ("which",),
    }
)
#: Acts that are about the app, and so need one that is installed.
_OF_THE_APP = frozenset(
    {
        "send video",
        "capture video",
        "retake",
        "cancel",
        "open app",
        "view in app",
        "clean in app",
        "delete in app",
        "clear cache",
        "clear data",
        "revoke permission",
        "uninstall",
    }
)
#: Acts for which the kind of app must have steps.
OCCASIONS: Mapping[str, Occasion] = MappingProxyType(
    {"capture video": "capture", "retake": "capture", "view in app": "view"}
)
_CARD = frozenset({"remove card", "insert card"})
#: The first API level whose user grants permissions one by one.
_ASKED_SINCE = 23


def wrong(scenario: Scenario, happening: Happening) -> Iterator[tuple[str | None, Message]]:
    """What is wrong with that entry: the key concerned (None: the entry as a whole), and why."""
    if (happening.user is None) == (happening.system is None):
        yield (
            None,
            Message("expected either “user” or “system”: who does it, and what"),
        )
        return
    yield from _keys(happening)
    yield from _room(scenario, happening)
    yield from _about_file(scenario, happening)
    yield from _recordable(happening)
    yield from _revocable(scenario, happening)
    yield from _of_the_kind(scenario, happening)
    packages = [scenario.app.package, *(other.package for other in scenario.others)]
    if happening.app is not None and happening.app not in packages:
        yield "app", UnknownName(Message("app"), happening.app, packages).message
    if happening.at >= scenario.until:
        yield "at", Message("this is after the end of the run")
    if happening.act == "trash in gallery" and scenario.phone.api < trash.SINCE:
        yield (
            "user",
            Message(
                "MediaStore’s recycle bin came with Android 11; this phone has Android {android}",
                android=scenario.phone.android,
            ),
        )
    before = tuple(_before(scenario, happening))
    gone = [other.act for other in before if other.act in {"uninstall", "reinstall"}]
    if happening.act in _OF_THE_APP and gone[-1:] == ["uninstall"]:
        yield "at", Message("the app has been uninstalled before")
    if happening.act == "reinstall" and gone[-1:] != ["uninstall"]:
        yield "at", Message("the app has not been uninstalled before")
    if happening.act == "trash in gallery" and any(
        (other.act, other.original) == (happening.act, happening.original) for other in before
    ):
        yield "original", Message("this file has been moved to the recycle bin before")
    if happening.act == "trash in gallery" and is_trashed(happening.original or ""):
        yield "original", Message("this file is in the recycle bin already")


def _about_file(scenario: Scenario, happening: Happening) -> Iterator[tuple[str | None, Message]]:
    known = [file.path for file in scenario.phone.album]
    known += [h.original or "" for h in _before(scenario, happening) if h.act == "record video"]
    if happening.more and (happening.original is None or happening.original in happening.more):
        yield "more", Message("expected other files than the first")
    named = {"original": (happening.original,), "more": happening.more}
    for key, paths in named.items():
        for path in paths:
            if path is not None and path not in known and happening.act != "record video":
                yield key, UnknownName(Message("file in the album"), path, known).message


def _recordable(happening: Happening) -> Iterator[tuple[str | None, Message]]:
    """A camera records into a file of shared storage whose name ends like a video or picture."""
    path = happening.original
    if happening.act != "record video" or path is None:
        return
    shared = place(path).area is Area.SHARED and "/" in path
    if not shared or media_type(path) not in {"video", "image"}:
        yield "original", Message("expected a video or picture in a folder of shared storage")


def _revocable(scenario: Scenario, happening: Happening) -> Iterator[tuple[str | None, Message]]:
    if happening.permission is None:
        return
    if scenario.phone.api < _ASKED_SINCE:
        yield (
            "user",
            Message(
                "permissions can be taken away since Android 6; this phone has Android {android}",
                android=scenario.phone.android,
            ),
        )
    if happening.permission not in scenario.app.granted:
        yield (
            "permission",
            UnknownName(
                Message("permission that the app holds"),
                happening.permission,
                scenario.app.granted,
            ).message,
        )


def _of_the_kind(scenario: Scenario, happening: Happening) -> Iterator[tuple[str | None, Message]]:
    """What the kind of app, or the phone, has to have for that."""
    name, key = scenario.pipeline.preset, "user"
    kind = preset(name)
    occasion = OCCASIONS.get(happening.act)
    if occasion is not None and occasion not in kind.on:
        yield key, Message("the preset “{name}” has nothing of that kind to do", name=name)
    if happening.act == "delete in app" and not kind.orders:
        yield key, Message("the preset “{name}” has nothing of that kind to do", name=name)
    cleans = (scenario.clean_up.when or kind.clean_up.when) == "manual"
    if happening.act == "clean in app" and not cleans and "clean" not in kind.on:
        yield key, Message("the preset “{name}” has nothing of that kind to do", name=name)
    before = {other.act for other in _before(scenario, happening)}
    if happening.act == "retake" and not before & {"capture video", "retake"}:
        yield key, Message("nothing has been shot before")
    if happening.which == "copy" and not before & {"send video", "open app"}:
        yield "which", Message("the app has made no copy before")
    if happening.act in _CARD and not any(place(f.path).volume for f in scenario.phone.album):
        yield key, Message("no file of the album lies on a memory card")


def _before(scenario: Scenario, happening: Happening) -> Iterator[Happening]:
    """What happens before that; of one second, what stands before it in the list."""
    listed_after = False
    for other in scenario.happens:
        listed_after = listed_after or other is happening
        if other.at < happening.at or (other.at == happening.at and not listed_after):
            yield other


def _room(scenario: Scenario, happening: Happening) -> Iterator[tuple[str | None, Message]]:
    if happening.bytes_ is not None and happening.bytes_ > scenario.phone.storage:
        yield (
            "bytes",
            Message(
                "expected at most what the phone’s storage holds, {size} B",
                size=scenario.phone.storage,
            ),
        )


def _keys(happening: Happening) -> Iterator[tuple[str | None, Message]]:
    given = {
        "original": happening.original is not None,
        "app": happening.app is not None,
        "bytes": happening.bytes_ is not None,
        "more": bool(happening.more),
        "defy_quota": happening.defy_quota,
        "which": happening.which != "original",
        "clip": happening.clip is not None,
        "lasts": happening.lasts is not None,
        "by": happening.by is not None,
        "permission": happening.permission is not None,
    }
    needs = _NEEDS.get(happening.act, ())
    for key, there in given.items():
        if key in needs and not there:
            yield None, Message("“{act}” needs the key “{key}”", act=happening.act, key=key)
        elif there and key not in needs + _MAY.get(happening.act, ()):
            yield key, Message("“{act}” has no key “{key}”", act=happening.act, key=key)
