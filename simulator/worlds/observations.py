"""What an outsider can look at, and what he would see in a world.

Questions, ways to look and the names of answers are data (``observations.yaml``); what a world
shows is read from its trace and verdict, as a person with the phone, or with the app's log, would
see it.  What a factor says directly (the Android version, say) is an observation under its path.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from posixpath import dirname
from typing import Annotated, Literal

from attrs import field, frozen

from simulator.android.processes import MEDIA_PROVIDER, MEDIA_PROVIDER_UNTIL_29
from simulator.documents import Bytes, Localized, Range, load, parse_value
from simulator.errors import CachelifeError
from simulator.scenario.model import Scenario
from simulator.trace import FileState, Listing, Notice, Operation, Trace
from simulator.verdict.judge import Verdict

#: Separates the texts of several notices, and the two languages of one, in an answer.
BETWEEN = "\n"
_PROVIDERS = frozenset(
    name
    for provider in (MEDIA_PROVIDER, MEDIA_PROVIDER_UNTIL_29)
    for name in (provider.package, provider.cmdline)
)


@frozen
class Observation:
    """Something that can be looked at: the *question*, *who* can, and *how*.

    *ease* orders those that tell equally much: 1 is a look at the phone.  *answers* names what may
    be seen; where it is empty the answer is a text, a path or a factor's value.
    """

    question: Localized
    who: Literal["user", "app maker", "phone maker"]
    ease: Annotated[int, Range(1, 4)]
    how: Localized
    source: str = ""
    answers: Mapping[str, Localized] = field(factory=dict)


@frozen
class _File:
    observations: Mapping[str, Observation]
    noted: tuple[str, ...]


@cache
def _file() -> _File:
    text = (files("simulator.worlds") / "observations.yaml").read_text(encoding="utf-8")
    return load(text, _File, file="observations.yaml").value


def known() -> Mapping[str, Observation]:
    """Every observation by its name."""
    return _file().observations


def noted() -> tuple[str, ...]:
    """What a report may say besides, of which the model knows nothing."""
    return _file().noted


# -- what a world shows ------------------------------------------------------------------------


@frozen
class Seen:
    """What can be seen in a world, by the observation's name; factors are not among it."""

    answers: tuple[tuple[str, str], ...]

    def __getitem__(self, name: str) -> str:
        return dict(self.answers)[name]


def seen(trace: Trace, verdict: Verdict) -> Seen:
    """What an outsider could see of that run at its end."""
    found = {
        **_notice(trace, verdict),
        "original.opens": _opens(verdict),
        **_bin(trace, verdict),
        **_log(trace, verdict),
        "copy.left": _copy_left(trace, verdict),
    }
    return Seen(tuple(sorted(found.items())))


def _notice(trace: Trace, verdict: Verdict) -> dict[str, str]:
    notices = [check.notice for check in verdict.notices]
    texts = dict.fromkeys(text for n in notices for text in (n.text["en"], n.text["zh-CN"]))
    return {
        "notice.shown": "yes" if notices else "no",
        "notice.text": BETWEEN.join(texts),
        "notice.names": _named(trace, notices[0]) if notices else "no notice",
    }


def _named(trace: Trace, notice: Notice) -> str:
    name = notice.names_app
    if not name:
        return "nobody"
    if name == (trace.header.app or {}).get("package"):
        return "app"
    return "media storage" if name in _PROVIDERS else "another"


def _opens(verdict: Verdict) -> str:
    fates = [original.end.fate for original in verdict.originals]
    if not fates or "cannot_tell" in fates:
        return "cannot tell"
    touched = [fate for fate in fates if fate != "intact"]
    if not touched:
        return "yes"
    return "changed" if touched[0] == "modified" else "no"


def _bin(trace: Trace, verdict: Verdict) -> dict[str, str]:
    """The item that the notice, or else the first request, put into a bin."""
    item = _item(trace)
    if item is None:
        nothing = dict.fromkeys(("bin.size", "bin.hash", "bin.owner"), "nothing")
        return {"bin.item": "no", "bin.path": "", **nothing}
    original = next((o for o in verdict.originals), None)
    start = next(
        (
            r
            for r in trace.records
            if isinstance(r, FileState)
            and (r.moment, r.view) == ("start", "lower")
            and original is not None
            and r.path == original.path
        ),
        None,
    )
    path = next((r.path for r in verdict.removals if r.file == item.file), item.path)
    return {
        "bin.item": "yes",
        "bin.path": path,
        "bin.size": _size(item, start),
        "bin.hash": "same" if start is not None and item.digest == start.digest else "different",
        "bin.owner": _owner(trace, item),
    }


def _item(trace: Trace) -> FileState | None:
    bins = tuple(f"{watcher.bin}/" for watcher in trace.header.watchers if watcher.bin)
    there = (
        r
        for r in trace.records
        if isinstance(r, FileState)
        and (r.moment, r.view) == ("end", "lower")
        and bins
        and r.path.startswith(bins)
    )
    return next(there, None)


def _size(item: FileState, original: FileState | None) -> str:
    if not item.size:
        return "zero"
    same = original is not None and item.size == original.size
    return "same" if same else "smaller"


def _owner(trace: Trace, item: FileState) -> str:
    rows = [r for r in trace.records if isinstance(r, Listing) and r.file == item.file]
    owner = rows[-1].owner if rows else None
    if not rows or owner is None:
        # What was in the album before the run has a row from the start, which no record tells of.
        return "none" if rows else "other"
    return "app" if owner == (trace.header.app or {}).get("package") else "other"


def _log(trace: Trace, verdict: Verdict) -> dict[str, str]:
    app = (trace.header.app or {}).get("package")
    asked = [r for r in verdict.removals if r.asked_by == app]
    if not asked:
        return {"app.log_path": "", "app.told": "nothing"}
    first = asked[0]
    refused = first.result in {"refused", "no_effect"} and first.told != "success"
    operation = trace[first.record]
    path = operation.path if isinstance(operation, Operation) else first.path
    return {"app.log_path": path, "app.told": "error" if refused else "success"}


def _copy_left(trace: Trace, verdict: Verdict) -> str:
    bins = tuple(f"{watcher.bin}/" for watcher in trace.header.watchers if watcher.bin)
    left = any(
        isinstance(r, FileState)
        and (r.moment, r.view) == ("end", "lower")
        and verdict.files.of(r.file).role == "app_copy"
        and not (bins and r.path.startswith(bins))
        for r in trace.records
    )
    return "yes" if left else "no"


# -- what was observed -------------------------------------------------------------------------


def fits(name: str, given: str, answer: str, scenario: Scenario) -> bool:
    """Whether what somebody observed is what a world shows."""
    given = given.strip()
    if name == "notice.text":
        return given in answer.split(BETWEEN)
    if name == "notice.names":
        return _class_of_name(given, scenario) == answer
    if name in {"bin.path", "app.log_path"}:
        return _same_place(given, answer, scenario)
    if name == "bin.size":
        return _class_of_size(given, scenario) == answer
    if name == "bin.owner" and "." in given:
        return ("app" if given == scenario.app.package else "other") == answer
    return given == answer


def _class_of_name(given: str, scenario: Scenario) -> str:
    label = scenario.app.label
    if given in {scenario.app.package, label.en, label.zh_CN}:
        return "app"
    return given if given in known()["notice.names"].answers else "another"


def _same_place(given: str, answer: str, scenario: Scenario) -> bool:
    """Whether a path is that of a world: the original's own, or another in the same folder.

    The names of an app's files in the model are made up as real apps make them, so that nobody's
    real file is called the same; its folder is what tells.
    """
    given = _relative(given)
    originals = {file.path for file in scenario.phone.album}
    if given in originals or answer in originals:
        return given == answer
    return bool(answer) and (given == answer or dirname(given) == dirname(answer))


def _relative(path: str) -> str:
    for start in ("/storage/emulated/0/", "/sdcard/"):
        path = path.removeprefix(start)
    return path


def _class_of_size(given: str, scenario: Scenario) -> str:
    if given in known()["bin.size"].answers:
        return given
    try:
        size = parse_value(given, Bytes)
    except CachelifeError:
        return given
    original = originals_size(scenario)
    if size == 0:
        return "zero"
    return "same" if size == original else "smaller" if size < original else "larger"


def originals_size(scenario: Scenario) -> int:
    """The size of the original that the scenario is about (bytes)."""
    named = [h.original for h in scenario.happens if h.original is not None]
    sizes = {file.path: int(file.size) for file in scenario.phone.album}
    return next((sizes[path] for path in named if path in sizes), next(iter(sizes.values()), 0))
