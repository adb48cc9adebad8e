"""The story of a trace: one plain sentence for each step, with its record ids.

A step is an operation with what it set off at the same instant, or something a person can see.
Reads, writes and closes are folded into the step that opened the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from posixpath import basename, dirname
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from simulator.android.idle import GRACE
from simulator.android.media_names import DAY, MarkedName, marked
from simulator.android.media_places import NO_MEDIA
from simulator.message import Message
from simulator.telling.measures import size
from simulator.telling.words import Words
from simulator.trace import (
    Belief,
    Cause,
    FileEvent,
    Listing,
    Match,
    Notice,
    Operation,
    Pass,
    Record,
    Refusal,
    Sent,
    Trace,
    Transfer,
)
from simulator.verdict.judge import Verdict

#: Parts of the phone that have no label of their own.
SYSTEM_NAMES: Mapping[str, Message] = MappingProxyType(
    {
        "com.android.gallery3d": Message("The phone's gallery"),
        "kernel": Message("The phone's kernel"),
        "system": Message("The phone's system"),
        "sdcard": Message("The storage service"),
        "installd": Message("The system's storage daemon (installd)"),
        "app": Message("The app"),
    }
)
CHECKS: Mapping[str, Message] = MappingProxyType(
    {
        "place": Message("the folder is watched"),
        "object": Message("it is a file"),
        "name": Message("the name ends like media"),
        "app": Message("the caller's uid is in the range of apps"),
        "exempt": Message("the caller is not exempt"),
    }
)


_ROLES: Mapping[str, tuple[Message, Message]] = MappingProxyType(
    {
        "original": (Message("the original"), Message("the original ({path})")),
        "app_copy": (Message("the copy"), Message("the app's own copy ({path})")),
        "placeholder": (Message("the placeholder"), Message("a placeholder ({path})")),
    }
)


@frozen
class Step:
    """One step: when (seconds), the sentence, and the ids of its records."""

    t: float
    sentence: Message
    records: tuple[int, ...]


@frozen
class Teller:
    """Knows who and what the records of one trace are called.

    A file's path is told at its first mention; after that its role is enough.
    """

    trace: Trace
    verdict: Verdict
    words: Words
    _mentioned: set[tuple[str, str]] = field(factory=set)
    _effects: dict[int, list[Record]] = field(init=False)

    @_effects.default
    def _led_to(self) -> dict[int, list[Record]]:
        effects: dict[int, list[Record]] = {}
        for record in self.trace.records:
            for cause in record.because:
                effects.setdefault(cause, []).append(record)
        return effects

    def effects(self, id_: int) -> list[Record]:
        """The records that name that one as a cause, in order."""
        return self._effects.get(id_, [])

    def refusal(self, id_: int) -> Refusal | None:
        """Who refused that request, if anybody did."""
        return next((r for r in self.effects(id_) if isinstance(r, Refusal)), None)

    def who(self, package: str | None) -> str | Message:
        """A process by the name that a person knows."""
        if package is None:
            return Message("Somebody")
        label = self.trace.header.labels.get(package)
        if label is not None:
            return Message("“{label}”", label=label[self.words.lang])
        return SYSTEM_NAMES.get(package, package)

    def what(self, path: str, file: str | None = None) -> Message:
        """A file by its role, with its path where that is new."""
        identity = file if file is not None else self._file_at(path)
        role = self.verdict.files.of(identity).role
        known = (role, path) in self._mentioned
        self._mentioned.add((role, path))
        short, full = _ROLES.get(role, (None, Message("the file {path}")))
        if known and short is not None:
            return short
        return Message(full.template, path=path)

    def _file_at(self, path: str) -> str | None:
        events = [
            r for r in self.trace.records if isinstance(r, FileEvent) and path in {r.path, r.to}
        ]
        if events:
            return events[0].file
        return next((f for f, p in self.verdict.files.originals.items() if p == path), None)


def story(trace: Trace, verdict: Verdict, words: Words) -> tuple[Step, ...]:
    """The steps of *trace*, in order."""
    teller = Teller(trace, verdict, words)
    steps = []
    for record in trace.records:
        tell = _TELLERS.get(type(record))
        if tell is not None:
            step = tell(teller, record, teller.effects(record.id))
            if step is not None:
                steps.append(step)
    return tuple(steps)


# -- one function for each kind of record ------------------------------------------------------


def _cause(teller: Teller, record: Cause, own: list[Record]) -> Step | None:
    told = _CAUSES.get(record.what)
    if record.what == "nothing cleared":
        told = _SPARED.get(record.path or "")
    elif record.what == "trash in gallery" and any(teller.refusal(r.id) for r in own):
        told = _TRIES
    elif record.what == "process killed" and _breaks_off(teller, record):
        told = _BREAKS_OFF
    if told is None:
        return None
    if record.kind == "user":
        told = Message(told.template, file=teller.what(record.path or ""))
    elif record.kind == "fault":
        told = Message(told.template, error=record.path or "")
    elif record.what == "free cache":
        told = Message(told.template, size=size(int(record.path or 0)))
    return Step(record.t, told, (record.id,))


def _breaks_off(teller: Teller, record: Cause) -> bool:
    """Whether the app dies there while it sends something."""
    return any(b.record == record.id and b.upload for b in teller.verdict.broken_off)


_TRIES = Message("In the gallery, the user tries to move {file} to the recycle bin.")
_BREAKS_OFF = Message("The app's process is killed, and its upload breaks off.")
#: Why no cache had to give anything up.
_SPARED: Mapping[str, Message] = MappingProxyType(
    {
        "enough is free": Message("So much is free already, and nothing is removed."),
        "within quota": Message("Every app is within the quota of its cache; nothing is removed."),
        "nothing there": Message("No app has anything in its cache; nothing is removed."),
    }
)
_CAUSES: Mapping[str, Message] = MappingProxyType(
    {
        "send video": Message("The user picks {file} and sends it."),
        "trash in gallery": Message("In the gallery, the user moves {file} to the recycle bin."),
        "clear cache": Message("In the settings, the user clears the app's cache."),
        "clear data": Message("In the settings, the user clears the app's data."),
        "uninstall": Message("The user uninstalls the app."),
        "free cache": Message("The system wants {size} of storage to be free."),
        "media scan": Message("The phone scans its storage for media."),
        "idle maintenance": Message("The phone is charging and idle; its daily maintenance runs."),
        "process killed": Message("The app's process is killed."),
        "app starts again": Message("The app starts again."),
        "job failed": Message("The job fails: {error}."),
        "not done": Message("Android does not do it: {error}."),
        "keeping time of the bin is over": Message("The keeping time of the bin is over."),
    }
)


def _operation(teller: Teller, record: Operation, own: list[Record]) -> Step | None:
    ids = (record.id, *(r.id for r in own if isinstance(r, Refusal)))
    refusal = next((r for r in own if isinstance(r, Refusal)), None)
    if refusal is not None and record.verb not in {"unlink", "delete"}:
        return Step(record.t, _not_done(teller, record, refusal), ids)
    if record.verb == "open":
        return Step(record.t, _opened(teller, record, own), ids)
    if record.verb == "close" and record.mode == "write":
        return _written(teller, record, own, ids)
    if record.verb == "rename":
        return Step(record.t, _renamed(teller, record, own), ids)
    if record.verb in {"unlink", "delete"}:
        return _removal(teller, record, own, ids)
    return None


def _not_done(teller: Teller, record: Operation, refusal: Refusal) -> Message:
    """What became of a request other than a removal that was refused, or found nothing."""
    values: dict[str, Any] = {
        "who": teller.who(record.asked_by),
        "verb": _VERBS.get(record.verb, record.verb),
        "file": teller.what(record.path),
        "error": refusal.error,
    }
    if record.id in teller.verdict.missing:
        return Message("{who} asks to {verb} {file}; there is no such file any more.", **values)
    if refusal.rule == "mediastore.no-row":
        return Message(
            "{who} asks MediaStore to mark {file}; it has no record of the file,"
            " and nothing happens.",
            **values,
        )
    return Message("{who} asks to {verb} {file}; refused with {error}.", **values)


def _opened(teller: Teller, record: Operation, own: list[Record]) -> Message:
    values: dict[str, Any] = {
        "who": teller.who(record.asked_by),
        "file": teller.what(record.path, _file_of(own)),
    }
    if record.mode == "read":
        return Message("{who} opens {file}, to read only.", **values)
    if any(isinstance(r, FileEvent) and r.verb == "truncate" for r in own):
        return Message("{who} opens {file} for writing; what was in it is gone.", **values)
    if basename(record.path) == NO_MEDIA:
        return Message(
            "{who} puts a “.nomedia” into {folder}, so that nobody looks for media there.",
            who=values["who"],
            folder=dirname(record.path),
        )
    return Message("{who} begins to write a file: {file}.", **values)


def _written(
    teller: Teller, record: Operation, own: list[Record], ids: tuple[int, ...]
) -> Step | None:
    event = next((r for r in own if isinstance(r, FileEvent)), None)
    if event is None or event.size is None:
        return None
    if basename(record.path) == NO_MEDIA and not event.size:
        # That it is there says all; nobody expects anything in it.
        return None
    sentence = Message(
        "{who} finishes writing {file}: {size}.",
        who=teller.who(record.asked_by),
        file=teller.what(record.path, event.file),
        size=size(event.size),
    )
    return Step(record.t, sentence, ids)


def _renamed(teller: Teller, record: Operation, own: list[Record]) -> Message:
    values: dict[str, Any] = {
        "who": teller.who(record.asked_by),
        "file": teller.what(record.path, _file_of(own)),
        "to": record.to,
    }
    marking = _marked(teller, record, values)
    if marking is not None:
        return marking
    victim = next((r.replaced for r in own if isinstance(r, FileEvent) and r.replaced), None)
    if victim is not None:
        values["victim"] = teller.what(record.to or "", victim)
        return Message("{who} renames {file} over {victim}, which is gone with that.", **values)
    return Message("{who} renames {file} to {to}.", **values)


def _marked(teller: Teller, record: Operation, values: Mapping[str, Any]) -> Message | None:
    """The sentence about a rename that only moves a file into the trash, or out of it.

    A watcher that sets a file aside keeps the name as part of its own, and says nothing by that.
    """
    if any(isinstance(cause, Sent) for cause in teller.trace.ancestors(record.id)):
        return None
    before, after = (name is not None and name.mark == "trashed" for name in _marks(record))
    if before and after and record.for_whom == "user":
        return Message("{who} extends the time of {file} in the recycle bin.", **values)
    if before and after:
        return Message(
            "{who} extends the time of {file} in the recycle bin, which was over for more than"
            " {days} days: the file is renamed to {to}.",
            days=round(GRACE / DAY),
            **values,
        )
    if after:
        return Message(
            "{who} moves {file} to the recycle bin: it is renamed to {to} and keeps its space.",
            **values,
        )
    return Message("{who} restores {file} from the recycle bin.", **values) if before else None


def _marks(record: Operation) -> tuple[MarkedName | None, MarkedName | None]:
    return marked(record.path), marked(record.to or "")


def _listing(teller: Teller, record: Listing, _own: list[Record]) -> Step | None:
    """What a scan found; a row that follows its file at once is no step of its own."""
    causes = [teller.trace[cause] for cause in record.because]
    if not record.listed and any(_goes_on(teller, cause) for cause in causes):
        sentence = Message(
            "MediaStore deletes its record of {file} all the same; the file is still there.",
            file=teller.what(record.path, record.file),
        )
        return Step(record.t, sentence, (record.id,))
    if not any(isinstance(c, Cause) and c.what in _SCANS for c in causes):
        return None
    values = {"file": teller.what(record.path, record.file)}
    if not record.listed:
        sentence = Message("The scan finds {file} gone and deletes its record.", **values)
    elif record.media_type == "none":
        sentence = Message("The scan lists {file}, hidden from galleries.", **values)
    else:
        sentence = Message("The scan lists {file} in MediaStore.", **values)
    return Step(record.t, sentence, (record.id,))


def _goes_on(teller: Teller, cause: Record) -> bool:
    """Whether a request was refused, to which MediaStore pays no attention."""
    return isinstance(cause, Operation) and teller.refusal(cause.id) is not None


_SCANS = frozenset({"media scan", "idle maintenance"})


def _removal(
    teller: Teller, record: Operation, own: list[Record], ids: tuple[int, ...]
) -> Step | None:
    refusal = next((r for r in own if isinstance(r, Refusal)), None)
    file = _file_of(own) or next((r.file for r in own if isinstance(r, Match | Pass)), None)
    values: dict[str, Any] = {
        "who": teller.who(record.asked_by),
        "file": teller.what(record.path, file),
    }
    if refusal is None:
        events = [r for r in own if isinstance(r, FileEvent)]
        gone = [r for r in own if isinstance(r, Listing) and not r.listed]
        if gone and all(r.verb != "unlink" for r in events):
            return Step(
                record.t,
                Message("{who} removes the record of {file}; the file stays as it is.", **values),
                ids,
            )
        if not events:
            return Step(record.t, Message("{who} asks to remove {file}.", **values), ids)
        return Step(record.t, Message("{who} removes {file}.", **values), ids)
    if record.id in teller.verdict.missing:
        sentence = Message("{who} asks to remove {file}; there is no such file any more.", **values)
        return Step(record.t, sentence, ids)
    values |= {"layer": refusal.layer, "error": refusal.error}
    if refusal.error == "0 rows":
        sentence = Message(
            "{who} asks MediaStore to remove {file}; it has no record of the file"
            " and removes nothing.",
            **values,
        )
        return Step(record.t, sentence, ids)
    if refusal.told == "success":
        sentence = Message(
            "{who} asks to remove {file}; at {layer} the removal is stopped,"
            " and the app is told that it succeeded.",
            **values,
        )
    else:
        sentence = Message(
            "{who} asks to remove {file}; at {layer} the removal is refused ({error}).", **values
        )
    return Step(record.t, sentence, ids)


def _match(teller: Teller, record: Match, own: list[Record]) -> Step | None:
    if record.action == "log":
        if any(isinstance(cause, Sent) for cause in teller.trace.ancestors(record.id)):
            return None
        sentence = Message(
            "The watcher {watcher} logs the renaming of {file}; no notice follows from that.",
            watcher=record.watcher,
            file=teller.what(record.path, record.file),
        )
        return Step(record.t, sentence, (record.id,))
    sentence = Message(
        "The rule of {watcher} fits, at {layer}: {checks}."
        " It takes {seen_as} for the one who asked.",
        watcher=record.watcher,
        layer=record.layer,
        checks=_joined(teller.words, [CHECKS[name] for name, _ in record.checks]),
        seen_as=teller.who(record.seen_as),
    )
    return Step(record.t, sentence, (record.id, *(r.id for r in own)))


def _pass(teller: Teller, record: Pass, _own: list[Record]) -> Step | None:
    if any(isinstance(cause, Sent) for cause in teller.trace.ancestors(record.id)):
        return None
    sentence = Message(
        "The watcher {watcher} sees the removal at {layer} and does not speak: {why}.",
        watcher=record.watcher,
        layer=record.layer,
        why=why_silent(record.check, record.read),
    )
    return Step(record.t, sentence, (record.id,))


def _transfer(teller: Teller, record: Transfer, _own: list[Record]) -> Step | None:
    file = teller.what(record.path, record.file)
    if record.state == "started":
        sentence = Message("The upload of {file} begins.", file=file)
    elif record.state == "confirmed":
        sentence = Message("The server confirms {file}: {size}.", file=file, size=size(record.size))
    else:
        return None
    return Step(record.t, sentence, (record.id,))


def _belief(teller: Teller, record: Belief, _own: list[Record]) -> Step | None:
    values: dict[str, Any] = {"who": teller.who(record.app), "path": record.path}
    if record.state == "deleted":
        sentence = Message("{who} notes in its own log: {path} deleted.", **values)
    elif record.state == "failed":
        sentence = Message("{who} notes in its own log: {path} could not be deleted.", **values)
    else:
        return None
    return Step(record.t, sentence, (record.id,))


def _notice(teller: Teller, record: Notice, _own: list[Record]) -> Step:
    sentence = Message("The phone shows a notice: {text}", text=record.text[teller.words.lang])
    return Step(record.t, sentence, (record.id,))


def _file_of(own: list[Record]) -> str | None:
    return next((r.file for r in own if isinstance(r, FileEvent)), None)


def _joined(words: Words, parts: list[Message]) -> str:
    return words.say(Message(", ")).join(words.say(part) for part in parts)


def why_silent(check: str, read: str) -> Message:
    """Why a watcher did not speak, from the check that did not fit and what it read."""
    template = _SILENCES.get(check)
    if template is None:
        return Message("{check}: {read}", check=check, read=read)
    return Message(template.template, read=_READ.get(read, read))


#: What the check of exemptions can read.
_READ: Mapping[str, Message] = MappingProxyType(
    {
        "on the list": Message("it is on the list"),
        "overseas build": Message("the phone is an overseas model"),
        "made the file": Message("it made the file"),
        "rename": Message("renaming"),
        "truncate": Message("overwriting"),
        "unlink": Message("removing"),
    }
)

_VERBS: Mapping[str, Message] = MappingProxyType(
    {
        "open": Message("open"),
        "rename": Message("rename"),
        "mkdir": Message("create"),
    }
)
_SILENCES: Mapping[str, Message] = MappingProxyType(
    {
        "place": Message("its rule does not cover the folder {read}"),
        "object": Message("its rule covers files only"),
        "name": Message("the ending “{read}” is not on its list"),
        "app": Message("the caller is part of the system (uid {read})"),
        "exempt": Message("the caller is exempt ({read})"),
        "log_only": Message("its rule only logs a renaming"),
        "verb_not_watched": Message("its rule does not look at this kind of change ({read})"),
        "layer_not_crossed": Message("the removal did not cross the layer where its rule sits"),
        "refused_before": Message("Android refused the removal before ({read})"),
        "no_row": Message("MediaStore has no record of the file, so nothing was removed"),
        "nothing_removed": Message("nothing was removed"),
        "run_ended": Message("the run ended before a notice could show"),
        "no_watcher": Message("this phone has no watcher"),
    }
)
_TELLERS: Mapping[type[Record], Callable[[Teller, Any, list[Record]], Step | None]] = (
    MappingProxyType(
        {
            Cause: _cause,
            Listing: _listing,
            Operation: _operation,
            Match: _match,
            Pass: _pass,
            Transfer: _transfer,
            Belief: _belief,
            Notice: _notice,
        }
    )
)
