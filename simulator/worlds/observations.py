"""What an outsider can look at, and what he would see in a world.

Questions, ways to look and the names of answers are data (``observations.yaml``); what a world
shows is read from its trace and verdict, as a person with the phone, or with the app's log, would
see it.  What a factor says directly (the Android version, say) is an observation under its path.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from posixpath import dirname
from typing import Annotated, Literal

from attrs import field, frozen

from simulator.android.processes import MEDIA_PROVIDER, MEDIA_PROVIDER_UNTIL_29
from simulator.documents import Bytes, Localized, Range, load, parse_value
from simulator.errors import CachelifeError
from simulator.scenario.model import Scenario
from simulator.trace import FileState, Listing, Notice, Trace
from simulator.verdict.did import Removal
from simulator.verdict.fates import OriginalFate
from simulator.verdict.judge import Verdict

#: Separates the answers where there are several.
BETWEEN = "\n"
_PRIVATE = "/data/"
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

#: What a world shows by itself; every other observation is about a factor.
SHOWN = frozenset(
    {
        "notice.shown",
        "notice.text",
        "notice.names",
        "original.opens",
        "bin.item",
        "bin.path",
        "bin.size",
        "bin.hash",
        "bin.owner",
        "copy.left",
        "app.log_path",
        "app.told",
    }
)
#: Observations whose answer is a path.
PATHS = frozenset({"bin.path", "app.log_path"})
#: In an answer: the path of an original; and some other name in the folder that follows.
ORIGINAL, ELSEWHERE = "original", "elsewhere:"


@frozen
class Seen:
    """What can be seen in a world, by the observation's name; factors are not among it.

    Where there are several (notices, requests, items) an answer has a line for each.
    """

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


def _lines(answers: Iterable[str], none: str) -> str:
    return BETWEEN.join(dict.fromkeys(answers)) or none


def _notice(trace: Trace, verdict: Verdict) -> dict[str, str]:
    notices = [check.notice for check in verdict.notices]
    return {
        "notice.shown": "yes" if notices else "no",
        "notice.text": _lines((text for n in notices for text in n.text.values()), ""),
        "notice.names": _lines((_named(trace, n) for n in notices), "no notice"),
    }


def _named(trace: Trace, notice: Notice) -> str:
    name = notice.names_app
    if not name:
        return "nobody"
    if name == (trace.header.app or {}).get("package"):
        return "app"
    return "media storage" if name in _PROVIDERS else "another"


def _in_question(verdict: Verdict) -> list[OriginalFate]:
    """The originals that the case is about: what was shot in the app, else the files named."""
    shots = [original for original in verdict.originals if original.shot]
    return shots or list(verdict.originals)


def _opens(verdict: Verdict) -> str:
    """The gravest of the originals in question."""
    ends = [original.end for original in _in_question(verdict)]
    if not ends or any(end.fate == "cannot_tell" for end in ends):
        return "cannot tell"
    if any(end.fate not in {"intact", "modified"} for end in ends):
        return "no"
    if any(end.fate == "modified" and end.loss == "all" for end in ends):
        return "empty"
    return "changed" if any(end.fate == "modified" for end in ends) else "yes"


def _bin(trace: Trace, verdict: Verdict) -> dict[str, str]:
    """What lies in a bin at the end."""
    items = _items(trace)
    original = next(iter(_in_question(verdict)), None)
    start = None if original is None else _at_start(trace, original.path)
    was = {r.file: r.path for r in verdict.removals if r.file is not None}
    paths = [was.get(item.file or "", item.path) for item in items]
    return {
        "bin.item": "yes" if items else "no",
        "bin.path": _lines((place_of(path, verdict) for path in paths), ""),
        "bin.size": _lines((_size(item, start) for item in items), "nothing"),
        "bin.hash": _lines((_same(item, start) for item in items), "nothing"),
        "bin.owner": _lines((_owner(trace, item) for item in items), "nothing"),
    }


def place_of(path: str, verdict: Verdict) -> str:
    """What a path tells an outsider: that it is an original's, or in which folder it is.

    The names of an app's files in the model are made up as real apps make them; nobody's real file
    is called the same.
    """
    if any(original.path == path for original in verdict.originals):
        return ORIGINAL
    return ELSEWHERE + dirname(path)


def _items(trace: Trace) -> list[FileState]:
    bins = tuple(f"{watcher.bin}/" for watcher in trace.header.watchers if watcher.bin)
    return [r for r in _states(trace, "end") if bins and r.path.startswith(bins)]


def _states(trace: Trace, moment: str, view: str = "lower") -> Iterator[FileState]:
    for record in trace.records:
        if isinstance(record, FileState) and (record.moment, record.view) == (moment, view):
            yield record


def _at_start(trace: Trace, path: str) -> FileState | None:
    return next((r for r in _states(trace, "start") if r.path == path), None)


def _same(item: FileState, original: FileState | None) -> str:
    return "same" if original is not None and item.digest == original.digest else "different"


def _size(item: FileState, original: FileState | None) -> str:
    if not item.size:
        return "zero"
    if original is None or original.size is None:
        return "other"
    if item.size == original.size:
        return "same"
    return "smaller" if item.size < original.size else "larger"


def _owner(trace: Trace, item: FileState) -> str:
    """Whom MediaStore calls the owner of a file: by its latest row, or by the one it began with."""
    app = trace.header.app or {}
    rows = [r for r in trace.records if isinstance(r, Listing) and r.file == item.file]
    if rows:
        owner = rows[-1].owner
        return "none" if owner is None else "app" if owner == app.get("package") else "other"
    began = next((r for r in _states(trace, "start", "listed") if r.file == item.file), None)
    if began is None:
        return "none"
    return "app" if began.path in app.get("owns", ()) else "other"


def _log(trace: Trace, verdict: Verdict) -> dict[str, str]:
    app = (trace.header.app or {}).get("package")
    asked = [r for r in verdict.removals if r.asked_by == app]
    return {
        "app.log_path": _lines((place_of(r.path, verdict) for r in asked), ""),
        "app.told": _lines(map(_told, asked), "nothing"),
    }


def _told(removal: Removal) -> str:
    if removal.result == "unanswered":
        return "no answer"
    if removal.result == "cannot_tell":
        return "cannot tell"
    failed = removal.result in {"refused", "no_effect"} and removal.told != "success"
    return "error" if failed else "success"


def _copy_left(trace: Trace, verdict: Verdict) -> str:
    """Whether a copy of the app's own lies in shared storage, where others can look."""
    bins = tuple(f"{watcher.bin}/" for watcher in trace.header.watchers if watcher.bin)
    left = any(
        verdict.files.of(r.file).role == "app_copy"
        and not r.path.startswith(_PRIVATE)
        and not (bins and r.path.startswith(bins))
        for r in _states(trace, "end")
    )
    return "yes" if left else "no"


# -- what was observed -------------------------------------------------------------------------


def fits(name: str, given: str, answer: str, scenario: Scenario, original: str = "") -> bool:
    """Whether what somebody observed is what a world shows, or one of the things that it shows.

    *original* is the path of the real original, where it was told.
    """
    given = given.strip()
    shown = answer.split(BETWEEN)
    if name == "notice.text":
        return _alike(given) in map(_alike, shown)
    if name == "notice.names":
        return _class_of_name(given, scenario) in shown
    if name in PATHS:
        return any(_same_place(given, one, scenario, original) for one in shown)
    if name == "bin.size":
        return _class_of_size(given, scenario) in shown
    if name == "bin.owner" and "." in given:
        return ("app" if given == scenario.app.package else "other") in shown
    return given in shown


def _alike(text: str) -> str:
    """A wording without regard to the width of signs, spaces, or how quotation marks are drawn."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if not c.isspace() and c not in "“”\"'‘’「」『』")


def _class_of_name(given: str, scenario: Scenario) -> str:
    label = scenario.app.label
    if given in {scenario.app.package, label.en, label.zh_CN}:
        return "app"
    return given if given in known()["notice.names"].answers else "another"


def _same_place(given: str, answer: str, scenario: Scenario, original: str) -> bool:
    """Whether a path is that of a world: an original's, or another in the same folder.

    Where the path of the real original was not told, a path in an original's folder may be its own.
    """
    if not given:
        return not answer
    path = _relative(given)
    originals = {file.path for file in scenario.phone.album} | {_relative(original)} - {""}
    if answer == ORIGINAL:
        if path == ORIGINAL or path in originals:
            return True
        return not original and dirname(path) in {dirname(other) for other in originals}
    return path not in originals and ELSEWHERE + dirname(path) == answer


def _relative(path: str) -> str:
    for start in ("/storage/emulated/0/", "/sdcard/"):
        path = path.removeprefix(start)
    return path


def _class_of_size(given: str, scenario: Scenario) -> str:
    """How a size compares with the original's; galleries round, and count in 1000 or in 1024."""
    if given in known()["bin.size"].answers:
        return given
    try:
        size = parse_value(given, Bytes)
    except CachelifeError:
        return given
    original = originals_size(scenario)
    if size == 0:
        return "zero"
    if any(abs(size * step - original) <= _ROUNDING * original for step in _COUNTED):
        return "same"
    return "smaller" if size < original else "larger"


#: A size as a gallery shows it is that near to the real one; a megabyte may mean 1024 kilobytes.
_ROUNDING = 0.01
_COUNTED = (1.0, 1.024, 1.024**2, 1.024**3)


def originals_size(scenario: Scenario) -> int:
    """The size of the original that the scenario is about (bytes)."""
    named = [h.original for h in scenario.happens if h.original is not None]
    sizes = {file.path: int(file.size) for file in scenario.phone.album}
    return next((sizes[path] for path in named if path in sizes), next(iter(sizes.values()), 0))
