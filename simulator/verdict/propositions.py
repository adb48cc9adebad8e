"""The one judge of claims: a claim in the grammar, held against a run.

Every clause is true, false, or open with a reason, and names the records that it rests on.  Where
the header leaves no ground for a "no" (events were lost, nobody recorded who asked), the answer is
open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from attrs import evolve, frozen

from simulator.android.paths import Area, media_type, place
from simulator.android.permissions.caller import (
    MANAGE_ALL,
    READ,
    READ_IMAGES,
    READ_VIDEO,
    SELECTED,
    WRITE,
)
from simulator.claims.grammar import Claim, Deed, Part
from simulator.claims.library import propositions
from simulator.documents import Localized
from simulator.message import Message
from simulator.trace import FileState, Trace
from simulator.verdict.deeds import UNKNOWN, Deeds, Done, deeds
from simulator.verdict.fates import OriginalFate
from simulator.verdict.judge import Verdict

Status = Literal["true", "false", "open"]
Reason = Message | Localized

NOT_ARISEN = Message("its condition does not arise")
NO_NOTICE = Message("no notice came")
NOT_SAID = Message("the notice does not say")
NO_ORIGINAL = Message("no such file of the user's is known")
NOT_KNOWN = Message("what the app may do was not recorded")
NO_PHONE = Message("what a phone's watcher would have done was not recorded")
LOST = Message("the recorder lost events")
NOT_RECORDED = Message("such requests were not recorded")
NOT_TOLD = Message("the records do not show which file it was, or who asked")
FATE_UNKNOWN = Message("what became of the original cannot be told")

#: An app with one of these gets at an album, or changes what others made in it.
_ACCESS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "album_access": frozenset({READ, WRITE, READ_IMAGES, READ_VIDEO, SELECTED, MANAGE_ALL}),
        "write_access": frozenset({WRITE, MANAGE_ALL}),
    }
)
_ROLES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "original": frozenset({"original"}),
        "app_copy": frozenset({"app_copy", "last_copy"}),
        "placeholder": frozenset({"placeholder"}),
        "capture": frozenset({"capture"}),
        "folder": frozenset({"folder"}),
    }
)
_OWNERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "app": frozenset({"app_copy", "last_copy", "placeholder"}),
        "user": frozenset({"original", "other_name", "capture"}),
    }
)
_ALBUM = frozenset({"dcim", "pictures", "movies"})
#: What a phone does; a recording without one shows none of it.
_OF_A_PHONE = frozenset({"shows", "keeps", "asks"})


@frozen
class Checked:
    """How a claim stands in one run: its *status*, the *records* that rests on, and *why* open.

    *rules* are the permission rules behind an answer about what the app can do.
    """

    status: Status
    records: tuple[int, ...] = ()
    why: Reason | None = None
    rules: tuple[str, ...] = ()


@frozen
class _Found:
    truth: bool | None
    records: tuple[int, ...] = ()
    why: Reason | None = None
    rules: tuple[str, ...] = ()


def check(claim: Claim, trace: Trace, verdict: Verdict) -> Checked:
    """How *claim* stands in *trace*."""
    return checked([claim], trace, verdict)[0]


def checked(claims: Iterable[Claim], trace: Trace, verdict: Verdict) -> tuple[Checked, ...]:
    """How each of *claims* stands in *trace*."""
    done = deeds(trace, verdict)
    return tuple(_checked(claim, done) for claim in claims)


def truths(names: Iterable[str], trace: Trace, verdict: Verdict) -> dict[str, bool | None]:
    """Whether each of the named propositions holds in *trace*; None where that is open."""
    named = list(names)
    found = checked((propositions()[name] for name in named), trace, verdict)
    return {name: _TRUTH[one.status] for name, one in zip(named, found, strict=True)}


_TRUTH: Mapping[Status, bool | None] = MappingProxyType(
    {"true": True, "false": False, "open": None}
)


def _checked(claim: Claim, done: Deeds) -> Checked:
    if claim.beyond is not None:
        return Checked("open", why=claim.beyond)
    found = _all(_part(part, done) for part in claim.says)
    status: Status = "open" if found.truth is None else "true" if found.truth else "false"
    why = found.why if status == "open" else None
    return Checked(status, found.records, why, found.rules)


# -- parts -------------------------------------------------------------------------------------


def _part(part: Part, done: Deeds) -> _Found:
    condition = _all(_deed(one, done) for one in part.if_)
    if condition.truth is None:
        return condition
    if not condition.truth:
        return _Found(None, why=NOT_ARISEN)
    if part.proposition is not None:
        named = propositions()[part.proposition]
        return _turned(part, _all(_part(one, done) for one in named.says))
    return _deed(part, done)


def _deed(deed: Deed, done: Deeds) -> _Found:
    assert deed.did is not None
    judge = _SPECIAL.get(deed.did, _some)
    return _turned(deed, judge(deed, done))


def _turned(deed: Deed, found: _Found) -> _Found:
    if not deed.not_ or found.truth is None:
        return found
    return evolve(found, truth=not found.truth)


def _all(found: Iterable[_Found]) -> _Found:
    """All of them together: false where one is, else open where one is, else true."""
    parts = tuple(found)
    deciding = [f for f in parts if f.truth is False] or [f for f in parts if f.truth is None]
    truth = deciding[0].truth if deciding else True
    shown = deciding or list(parts)
    records = dict.fromkeys(id_ for one in shown for id_ in one.records)
    rules = dict.fromkeys(rule for one in shown for rule in one.rules)
    why = next((one.why for one in shown if one.why is not None), None)
    return _Found(truth, tuple(sorted(records)), why, tuple(rules))


# -- something was done ------------------------------------------------------------------------


def _some(deed: Deed, done: Deeds) -> _Found:
    """Whether one of the deeds of that kind fits in every slot."""
    assert deed.did is not None
    there = done.done[deed.did]
    fits = [(one, _fits(deed, one, done)) for one in there]
    yes = tuple(one.record for one, fit in fits if fit is True)
    if yes:
        return _Found(True, yes)
    maybe = tuple(one.record for one, fit in fits if fit is None)
    if maybe:
        return _Found(None, maybe, NOT_TOLD)
    unseen = _unseen(deed, done)
    if unseen is not None:
        return _Found(None, (), unseen)
    return _Found(False, tuple(one.record for one in there))


def _fits(deed: Deed, one: Done, done: Deeds) -> bool | None:
    """Whether *one* fits in every slot; None where that cannot be told."""
    answers = [
        _same(deed.who, one.who),
        _kind(deed.what, one),
        _owner(deed.whose, one.role),
        _lies(deed.where, one.path, done.hidden),
        _same(deed.result, one.result),
        _same(deed.how, one.how),
        _same(deed.names, one.names),
        _same(deed.watcher, one.watcher),
        deed.after is None or _follows_upload(one, done),
    ]
    return False if False in answers else None if None in answers else True


def _same(wanted: str | None, there: str | None) -> bool | None:
    if wanted is None or wanted == there:
        return True
    return None if there == UNKNOWN else False


def _kind(wanted: str | None, one: Done) -> bool | None:
    if wanted is None:
        return True
    if wanted == "file":
        return one.role != "folder"
    if wanted == "media":
        return one.role != "folder" and media_type(one.path) in {"video", "image"}
    if one.role in _ROLES[wanted]:
        return True
    return None if one.role == UNKNOWN else False


def _owner(wanted: str | None, role: str) -> bool | None:
    if wanted is None or role in _OWNERS[wanted]:
        return True
    return None if role == UNKNOWN else False


def _lies(wanted: str | None, path: str, hidden: frozenset[str]) -> bool:
    if wanted is None:
        return True
    below_nomedia = any(path.startswith(f"{folder}/") for folder in hidden)
    if wanted == "nomedia":
        return below_nomedia
    shared = place(path).area is Area.SHARED
    if wanted == "album":
        out_of_sight = below_nomedia or any(part.startswith(".") for part in path.split("/"))
        return shared and path.partition("/")[0].casefold() in _ALBUM and not out_of_sight
    return shared == (wanted == "shared")


def _follows_upload(one: Done, done: Deeds) -> bool:
    sent = {s.record for s in done.done["sends"] if s.result == "done"}
    return any(r.id in sent for r in done.trace.ancestors(one.record))


def _unseen(deed: Deed, done: Deeds) -> Message | None:
    """Why that no such deed was recorded does not mean that there was none."""
    header = done.trace.header
    if header.overflows or header.gaps:
        return LOST
    if deed.did in _OF_A_PHONE and not header.watchers and not header.by_construction:
        return NO_PHONE
    needed = {"removes": "unlink", "makes": "create", "changes": "rename"}.get(deed.did or "")
    if needed is not None and header.verbs and needed not in header.verbs:
        return NOT_RECORDED
    return None


# -- what no single deed tells -----------------------------------------------------------------


def _says(deed: Deed, done: Deeds) -> _Found:
    """Whether that part of the notices holds: of all that have it."""
    there = [n for n in done.verdict.notices if deed.watcher in {None, n.notice.watcher}]
    if not there:
        return _Found(None, why=NO_NOTICE)
    parts = [c for n in there for c in n.claims if c.claim == deed.part]
    statuses = {part.status for part in parts}
    records = tuple(dict.fromkeys(id_ for part in parts for id_ in part.records))
    if "false" in statuses:
        wrong = [id_ for part in parts if part.status == "false" for id_ in part.records]
        return _Found(False, tuple(dict.fromkeys(wrong)))
    if statuses == {"true"}:
        return _Found(True, records)
    silent = not parts or deed.part == "object_is_original"
    return _Found(None, records, NOT_SAID if silent else NOT_TOLD)


def _watches(deed: Deed, done: Deeds) -> _Found:
    watchers = done.trace.header.watchers
    if any(not watcher.overseas for watcher in watchers) or done.verdict.notices:
        return _Found(True, tuple(n.notice.id for n in done.verdict.notices))
    return _Found(False) if done.trace.header.by_construction else _Found(None, why=NO_PHONE)


def _can(deed: Deed, done: Deeds) -> _Found:
    """Whether Android's permission model gives that answer by any of the routes asked about."""
    meant = _meant(deed, done)
    answers = [a for a in done.verdict.could if a.original in meant and deed.how in {None, a.route}]
    if not answers:
        return _Found(None, why=NO_ORIGINAL)
    fitting = [a for a in answers if a.answer == deed.result]
    if any(a.answer == "cannot_tell" for a in answers):
        return _Found(None, why=NOT_KNOWN)
    truth = len(fitting) == len(answers) if deed.result == "no" else bool(fitting)
    shown = fitting[0] if fitting else answers[0]
    return _Found(truth, rules=shown.chain)


def _meant(deed: Deed, done: Deeds) -> set[str]:
    """The files of the user's that a clause about what the app can do is about."""
    owns = set((done.trace.header.app or {}).get("owns", ()))
    return {
        original.path
        for original in done.verdict.originals
        if deed.what is None or original.shot == (deed.what == "capture")
        if deed.whose is None or not (original.shot or original.path in owns)
    }


def _holds(deed: Deed, done: Deeds) -> _Found:
    app = done.trace.header.app
    if app is None:
        return _Found(None, why=NOT_KNOWN)
    return _Found(bool(_ACCESS[deed.what or ""] & set(app["granted"])))


def _stays(deed: Deed, done: Deeds) -> _Found:
    """How the originals stand at the end: all of them intact, or one of them otherwise."""
    wanted = deed.result or "intact"
    originals = done.verdict.originals
    if not originals:
        return _Found(None, why=NO_ORIGINAL)
    as_said = [o for o in originals if o.end.fate == wanted]
    others = [o for o in originals if o not in as_said and o.end.fate != "cannot_tell"]
    if wanted == "intact":
        if others:
            return _Found(False, _touches(others))
        if len(as_said) == len(originals):
            return _Found(True, _at_the_end(done.trace, originals))
    elif as_said:
        return _Found(True, _touches(as_said))
    elif len(others) == len(originals):
        return _Found(False, _touches(others) or _at_the_end(done.trace, originals))
    return _Found(None, why=FATE_UNKNOWN)


def _survives(deed: Deed, done: Deeds) -> _Found:
    """Whether every original's content is left there, in whatever form."""
    originals = done.verdict.originals
    if not originals:
        return _Found(None, why=NO_ORIGINAL)
    unknown = [o for o in originals if o.end.loss == "cannot_tell"]
    left = [o for o in originals if _is_left(o, deed.result or "phone")]
    if len(left) == len(originals):
        return _Found(True, _at_the_end(done.trace, originals))
    if all(o in left or o in unknown for o in originals):
        return _Found(None, why=FATE_UNKNOWN)
    return _Found(False, _touches([o for o in originals if o not in left]))


def _is_left(original: OriginalFate, where: str) -> bool:
    places = set(original.end.survives_in)
    return bool(places - {"server"}) if where == "phone" else where in places


def _touches(originals: Iterable[OriginalFate]) -> tuple[int, ...]:
    return tuple(sorted({id_ for one in originals for id_ in one.changed_by or one.touched_by}))


def _at_the_end(trace: Trace, originals: Sequence[OriginalFate]) -> tuple[int, ...]:
    """The records that show the originals at the end of the run."""
    files = {original.file for original in originals}
    return tuple(
        r.id
        for r in trace.records
        if isinstance(r, FileState)
        and (r.moment, r.view) == ("end", "lower")
        and r.file in files
        and r.file is not None
    )


_SPECIAL: Mapping[str, Callable[[Deed, Deeds], _Found]] = MappingProxyType(
    {
        "says": _says,
        "watches": _watches,
        "can": _can,
        "holds": _holds,
        "stays": _stays,
        "survives": _survives,
    }
)
