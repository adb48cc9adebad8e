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
from simulator.telling.measures import lasting, size
from simulator.telling.words import Words
from simulator.trace import (
    Belief,
    Cause,
    Dialog,
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
    Withheld,
)
from simulator.trace.records import REMOVALS
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
#: What each of a rule's checks found, where it fits.
CHECKS: Mapping[str, Message] = MappingProxyType(
    {
        "place": Message("the folder is watched"),
        "nomedia": Message("a “.nomedia” in the folder makes no difference to it"),
        "album": Message("the folder is an album"),
        "object": Message("it is a file"),
        "name": Message("the name ends like media"),
        "indexed": Message("MediaStore lists it as a photo or video"),
        "app": Message("the caller's uid is in the range of apps"),
        "exempt": Message("the caller is not exempt"),
    }
)
_IS_FOLDER = Message("it is a folder")
_ANY_CALLER = Message("every caller counts")
#: Callers with a lower uid are part of the system.
_FIRST_APP = 10_000


_ROLES: Mapping[str, tuple[Message, Message]] = MappingProxyType(
    {
        "original": (Message("the original"), Message("the original ({path})")),
        "app_copy": (Message("the copy"), Message("the app's own copy ({path})")),
        "placeholder": (Message("the placeholder"), Message("a placeholder ({path})")),
        "capture": (Message("the shot"), Message("the shot made in the app ({path})")),
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
    _folders: frozenset[str] = field(init=False)

    @_folders.default
    def _known_folders(self) -> frozenset[str]:
        """The names and identities of folders, as far as requests and events show them."""
        found: set[str | None] = set()
        for record in self.trace.records:
            if isinstance(record, FileEvent) and record.directory:
                found |= {record.path, record.to, record.file}
            elif isinstance(record, Operation) and record.verb in {"mkdir", "rmdir"}:
                found.add(record.path)
        return frozenset(name for name in found if name is not None)

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

    def dialog(self, request: int) -> Dialog | None:
        """The question to the user for whose answer that request waited."""
        own = self.effects(request)
        of_rules = [r for match in own if isinstance(match, Match) for r in self.effects(match.id)]
        return next((r for r in [*own, *of_rules] if isinstance(r, Dialog)), None)

    def answer(self, dialog: Dialog) -> Cause | None:
        """What the user answered, if anything."""
        return next((r for r in self.effects(dialog.id) if isinstance(r, Cause)), None)

    def asked_about(self, dialog: Dialog) -> Operation | None:
        """The request that waits for the answer; None where the app asks before any request."""
        causes = [self.trace[cause] for cause in dialog.because]
        causes += [self.trace[c] for r in causes if isinstance(r, Match) for c in r.because]
        return next((r for r in causes if isinstance(r, Operation)), None)

    @property
    def watchers(self) -> frozenset[str]:
        """The names of the watchers on duty."""
        return frozenset(watcher.name for watcher in self.trace.header.watchers)

    def of_a_watcher(self, record: Record) -> bool:
        """Whether a watcher's event led to it."""
        return any(isinstance(cause, Sent) for cause in self.trace.ancestors(record.id))

    def doer(self, record: Operation) -> str | Message:
        """Who makes a request; what the system does inside the app's process is not the app's."""
        who = self.who(record.asked_by)
        package = (self.trace.header.app or {}).get("package")
        if record.asked_by == package and self.of_a_watcher(record):
            return Message("The runtime in the process of {who}", who=who)
        return who

    def who(self, package: str | None) -> str | Message:
        """A process by the name that a person knows."""
        if package is None:
            return Message("Somebody")
        label = self.trace.header.labels.get(package)
        if label is not None:
            return Message("“{label}”", label=label[self.words.lang])
        return SYSTEM_NAMES.get(package, package)

    def what(self, path: str, file: str | None = None, since: int = 0) -> Message:
        """A file by its role, with its path where that is new.

        *since*: who has that name after the record with that id, if nobody had it before.
        """
        if basename(path) == NO_MEDIA:
            return Message("“.nomedia”")
        identity = file if file is not None else self._file_at(path, since)
        role = self.verdict.files.of(identity).role
        known = (role, path) in self._mentioned
        self._mentioned.add((role, path))
        other = Message("the folder {path}" if self._is_folder(path, file) else "the file {path}")
        short, full = _ROLES.get(role, (None, other))
        if known and short is not None:
            return short
        return Message(full.template, path=path)

    def role_at(self, path: str, own: list[Record]) -> str:
        """The role of the file that those records of *path* are about."""
        return self.verdict.files.of(_file_of(own) or self._file_at(path)).role

    def _is_folder(self, path: str, file: str | None) -> bool:
        return path in self._folders or file in self._folders

    def _file_at(self, path: str, upto: int = 0) -> str | None:
        events = [
            r for r in self.trace.records if isinstance(r, FileEvent) and path in {r.path, r.to}
        ]
        before = [r for r in events if r.id < upto]
        if events:
            return (before[-1] if before else events[0]).file
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
    if record.what in ANSWERED:
        return _answered(teller, record)
    told = _said_of(teller, record, own)
    if told is None:
        return None
    if record.what in _ABOUT_FILES:
        told = Message(told.template, file=teller.what(record.path or "", since=record.id))
    elif record.what in _ABOUT_PATHS:
        told = Message(told.template, path=record.path or "")
    elif record.what in _LAST:
        told = Message(told.template, time=lasting(float(record.path or 0)))
    elif record.kind == "user":
        told = Message(told.template, app=teller.who(record.path))
    elif record.kind == "fault":
        told = Message(told.template, error=record.path or "")
    elif record.what in {"free cache", "fill storage"}:
        told = Message(told.template, size=size(int(record.path or 0)))
    return Step(record.t, told, (record.id,))


def _said_of(teller: Teller, record: Cause, own: list[Record]) -> Message | None:
    """The sentence about that cause, where it has one, before its values are filled in."""
    if record.what == "nothing cleared":
        return _SPARED.get(record.path or "")
    if record.what == "trash in gallery" and any(teller.refusal(r.id) for r in own):
        return _TRIES
    if record.what == "process killed" and _breaks_off(teller, record):
        return _BREAKS_OFF
    if record.what == "not done" and _finds_empty(teller, record):
        return _EMPTY
    return _CAUSES.get(record.what)


def _answered(teller: Teller, record: Cause) -> Step:
    """What the user answered, and what becomes of the request that waited for it."""
    dialog = next(r for c in record.because if isinstance(r := teller.trace[c], Dialog))
    request = teller.asked_about(dialog)
    if request is None:
        return Step(record.t, ANSWERED[record.what], (record.id,))
    since = [r for r in teller.effects(request.id) if r.id > record.id]
    refusal = next((r for r in since if isinstance(r, Refusal)), None)
    values = {"who": teller.who(request.asked_by)}
    ids = (record.id, *(r.id for r in since if isinstance(r, Refusal)))
    if record.what == "agrees" and not since:
        return Step(record.t, Message("The user agrees, and nothing comes of it."), ids)
    if record.what == "agrees":
        then = _removed(teller, request, since)
        return Step(record.t, Message("The user agrees. {then}", then=then), ids)
    if refusal is None:
        return Step(record.t, ANSWERED[record.what], ids)
    if refusal.told in {"success", "0 rows"}:
        told = Message("The user declines. Nothing is removed; {who} is told of 0 rows.", **values)
    else:
        told = Message(
            "The user declines. Nothing is removed; {who} gets the error {error}.",
            error=refusal.told,
            **values,
        )
    return Step(record.t, told, ids)


def _finds_empty(teller: Teller, record: Cause) -> bool:
    """Whether the user looks for something in a watcher's bin, and nothing is there."""
    causes = [teller.trace[cause] for cause in record.because]
    restores = any(isinstance(r, Cause) and r.what == "restore from bin" for r in causes)
    return restores and record.path == "ENOENT"


#: What the user answers to a dialog.
ANSWERED: Mapping[str, Message] = MappingProxyType(
    {"agrees": Message("The user agrees."), "declines": Message("The user declines.")}
)


def _breaks_off(teller: Teller, record: Cause) -> bool:
    """Whether the app dies there while it sends something."""
    return any(b.record == record.id and b.upload for b in teller.verdict.broken_off)


_TRIES = Message("In the gallery, the user tries to move {file} to the recycle bin.")
_EMPTY = Message("There is nothing in the bin.")
#: Which acts of the user name a file.
_ABOUT_FILES = frozenset(
    {
        "send video",
        "delete in app",
        "trash in gallery",
        "delete in gallery",
        "delete by adb",
        "keep shot",
        "scan",
    }
)
#: Which acts name a file that is not there yet, or a permission.
_ABOUT_PATHS = frozenset({"record video", "revoke permission"})
#: Which happenings go on for a while, or are about a time.
_LAST = frozenset({"network lost", "server errors", "clock forward", "clock back"})
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
        "open app": Message("The user opens the app."),
        "view in app": Message("The user looks at a folder in the app."),
        "clean in app": Message("In the app, the user orders it to clean up."),
        "capture video": Message("The user opens the app's camera."),
        "keep shot": Message("The user keeps {file}."),
        "retake": Message("The user discards the shot and takes another."),
        "cancel": Message("The user cancels."),
        "record video": Message("The user records {path} with the phone's camera."),
        "open elsewhere": Message("The user opens a video in {app}."),
        "delete in gallery": Message("In the gallery, the user deletes {file}."),
        "delete by adb": Message("Over adb, the user removes {file}."),
        "revoke permission": Message(
            "The user takes the permission {path} away, and Android ends the app."
        ),
        "reinstall": Message("The user installs the app again."),
        "remove card": Message("The user takes the memory card out."),
        "insert card": Message("The user puts the memory card back."),
        "kill app": Message("The system ends the app."),
        "restart": Message("The phone restarts."),
        "network lost": Message("The network is gone for {time}."),
        "server errors": Message("The server answers with errors for {time}."),
        "fill storage": Message("Other data fills the storage; {size} are left free."),
        "clock forward": Message("The phone's clock is set forward by {time}."),
        "clock back": Message("The phone's clock is set back by {time}."),
        "scan": Message("The app has the phone look at {file}."),
        "still at work": Message("The run ends while the app is still at work."),
        "sweep": Message("The app's clean-up of old files is due."),
        "delete in app": Message("In the app, the user orders the removal of {file}."),
        "switch app": Message("The user switches to {app}."),
        "restore from bin": Message("The user restores what the phone keeps in the bin."),
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
    if teller.dialog(record.id) is not None:
        return Step(record.t, _waits(teller, record, own), (record.id,))
    if refusal is not None and record.verb not in {"unlink", "delete"}:
        return Step(record.t, _not_done(teller, record, refusal), ids)
    if record.verb == "open":
        return Step(record.t, _opened(teller, record, own), ids)
    if record.verb == "close" and record.mode == "write":
        return _written(teller, record, own, ids)
    if record.verb == "rename":
        return Step(record.t, _renamed(teller, record, own), ids)
    if record.verb == "mkdir":
        return _made_folder(teller, record)
    if record.verb in {"truncate", "rmdir"}:
        return Step(record.t, _emptied(teller, record, own), ids)
    if record.verb in {"unlink", "delete"}:
        return _removal(teller, record, own, ids)
    return None


def _waits(teller: Teller, record: Operation, own: list[Record]) -> Message:
    """A request that waits for the user; what becomes of it is told with the answer."""
    values = {"who": teller.who(record.asked_by), "file": teller.what(record.path, _file_of(own))}
    if record.verb == "delete":
        return Message("{who} asks MediaStore to remove {file}.", **values)
    return Message("{who} asks to remove {file}.", **values)


def _made_folder(teller: Teller, record: Operation) -> Step | None:
    """A folder that is made; those made on the way to it are no steps of their own."""
    below = f"{record.path}/"
    following = teller.trace.records[record.id :]
    on_the_way = any(
        isinstance(r, Operation)
        and (r.verb, r.t, r.because) == ("mkdir", record.t, record.because)
        and r.path.startswith(below)
        for r in following
    )
    if on_the_way or teller.of_a_watcher(record):
        return None
    sentence = Message(
        "{who} makes the folder {path}.", who=teller.who(record.asked_by), path=record.path
    )
    return Step(record.t, sentence, (record.id,))


def _emptied(teller: Teller, record: Operation, own: list[Record]) -> Message:
    """A file cut to nothing, or an empty folder removed."""
    values = {"who": teller.doer(record), "file": teller.what(record.path, _file_of(own))}
    if record.verb == "rmdir":
        return Message("{who} removes {file}.", **values)
    return Message("{who} cuts {file} to nothing.", **values)


def _not_done(teller: Teller, record: Operation, refusal: Refusal) -> Message:
    """What became of a request other than a removal that was refused, or found nothing."""
    if basename(record.path) == NO_MEDIA and record.mode == "write":
        asks = Message(
            "{who} asks to put a “.nomedia” into {folder}",
            who=teller.who(record.asked_by),
            folder=dirname(record.path),
        )
        return _refused(teller, asks, refusal)
    verb = "write" if (record.verb, record.mode) == ("open", "write") else record.verb
    values: dict[str, Any] = {
        "who": teller.doer(record),
        "verb": _VERBS[verb],
        "file": teller.what(record.path),
    }
    if record.id in teller.verdict.missing:
        return Message("{who} asks to {verb} {file}; there is no such file any more.", **values)
    if refusal.rule == "mediastore.no-row":
        return Message(
            "{who} asks MediaStore to mark {file}; it has no record of the file,"
            " and nothing happens.",
            **values,
        )
    return _refused(teller, Message("{who} asks to {verb} {file}", **values), refusal)


def _refused(teller: Teller, asks: Message, refusal: Refusal) -> Message:
    """That request, and who refused it: Android, or a watcher."""
    values = {"asks": asks, "error": refusal.error, "watcher": refusal.rule}
    if refusal.rule not in teller.watchers:
        return Message("{asks}; refused with {error}.", **values)
    if refusal.told == "success":
        return Message(
            "{asks}; the watcher {watcher} stops it, and the app is told that it succeeded.",
            **values,
        )
    return Message("{asks}; the watcher {watcher} refuses it ({error}).", **values)


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
    if teller.role_at(record.path, own) not in _ROLES:
        return Message("{who} begins to write {path}.", who=values["who"], path=record.path)
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
        "who": teller.doer(record),
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
    if teller.of_a_watcher(record):
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
    if _published(record):
        return Message("{who} publishes {file}: from now on everybody sees it.", **values)
    if after:
        return Message(
            "{who} moves {file} to the recycle bin: it is renamed to {to} and keeps its space.",
            **values,
        )
    return Message("{who} restores {file} from the recycle bin.", **values) if before else None


def _published(record: Operation) -> bool:
    """Whether the mark of a pending item is taken off."""
    before, after = _marks(record)
    return before is not None and before.mark == "pending" and after is None


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


_SCANS = frozenset({"media scan", "idle maintenance", "restart"})


def _removal(
    teller: Teller, record: Operation, own: list[Record], ids: tuple[int, ...]
) -> Step | None:
    return Step(record.t, _removed(teller, record, own), ids)


def _removed(teller: Teller, record: Operation, own: list[Record]) -> Message:
    """What became of a request to remove a file, by the records in *own*."""
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
            return Message("{who} removes the record of {file}; the file stays as it is.", **values)
        if not events:
            return Message("{who} asks to remove {file}.", **values)
        return Message("{who} removes {file}.", **values)
    if record.id in teller.verdict.missing:
        return Message("{who} asks to remove {file}; there is no such file any more.", **values)
    values |= {"layer": refusal.layer, "error": refusal.error}
    if refusal.error == "0 rows" and refusal.rule not in teller.watchers:
        return Message(
            "{who} asks MediaStore to remove {file}; it has no record of the file"
            " and removes nothing.",
            **values,
        )
    if refusal.told == "success":
        return Message(
            "{who} asks to remove {file}; at {layer} the removal is stopped,"
            " and the app is told that it succeeded.",
            **values,
        )
    return Message(
        "{who} asks to remove {file}; at {layer} the removal is refused ({error}).", **values
    )


def _dialog(teller: Teller, record: Dialog, _own: list[Record]) -> Step:
    asks = question(teller, record)
    if teller.answer(record) is None:
        asks = Message("{asks} The user does not answer.", asks=asks)
    return Step(record.t, asks, (record.id,))


def question(teller: Teller, dialog: Dialog) -> Message:
    """Whose question to the user a dialog is, and what it asks."""
    values = {
        "watcher": dialog.watcher,
        "who": teller.who(dialog.names_app) if dialog.names_app else Message("an app"),
        "file": teller.what(dialog.path, dialog.file),
    }
    if dialog.watcher != ANDROID and dialog.asks == "change":
        return Message("The watcher {watcher} asks the user: may {who} change {file}?", **values)
    if dialog.watcher != ANDROID:
        return Message("The watcher {watcher} asks the user: may {who} delete {file}?", **values)
    if dialog.asks == "change":
        return Message("Android asks the user: may {who} change {file}?", **values)
    if dialog.more:
        return Message(
            "Android asks the user: may {who} delete {file} and {number} more?",
            number=len(dialog.more),
            **values,
        )
    return Message("Android asks the user: may {who} delete {file}?", **values)


#: Whose question it is that no watcher asks.
ANDROID = "consent"


def _match(teller: Teller, record: Match, own: list[Record]) -> Step | None:
    file = teller.what(record.path, record.file)
    if record.action == "log":
        if teller.of_a_watcher(record):
            return None
        values = {"watcher": record.watcher, "deed": _SEEN[record.verb], "file": file}
        if any(isinstance(r, Sent) for r in own):
            return Step(
                record.t,
                Message("The watcher {watcher} logs {deed} of {file}.", **values),
                (record.id, *(r.id for r in own)),
            )
        sentence = Message(
            "The watcher {watcher} logs {deed} of {file}; no notice follows from that.", **values
        )
        return Step(record.t, sentence, (record.id,))
    checks = [_fits(name, read) for name, read in record.checks]
    fits = Message(
        "The rule of {watcher} fits, at {layer}: {checks}.",
        watcher=record.watcher,
        layer=record.layer,
        checks=_joined(teller.words, checks),
    )
    if record.seen_as:
        sentence = Message(
            "{fits} It takes {seen_as} for the one who asked.",
            fits=fits,
            seen_as=teller.who(record.seen_as),
        )
    else:
        sentence = Message("{fits} It has nobody to name.", fits=fits)
    # A dialog is a step of its own.
    sent = (r.id for r in own if not isinstance(r, Dialog))
    return Step(record.t, sentence, (record.id, *sent))


def _fits(check: str, read: str) -> Message:
    """What that check found, where it fits; *read* is what it looked at."""
    if (check, read) == ("object", "directory"):
        return _IS_FOLDER
    if check == "app" and int(read) < _FIRST_APP:
        return _ANY_CALLER
    return CHECKS[check]


def _pass(teller: Teller, record: Pass, _own: list[Record]) -> Step | None:
    if teller.of_a_watcher(record):
        return None
    if record.check == "deed" and record.verb not in REMOVALS:
        # Nothing was taken away, and nobody expects a word about it.
        return None
    sentence = Message(
        "The watcher {watcher} sees {deed} at {layer} and does not speak: {why}.",
        watcher=record.watcher,
        deed=_SEEN[record.verb],
        layer=record.layer,
        why=why_silent(record.check, record.read),
    )
    return Step(record.t, sentence, (record.id,))


def _withheld(teller: Teller, record: Withheld, _own: list[Record]) -> Step:
    values = {"app": teller.who(record.seen_as), "file": teller.what(record.path)}
    if record.why == "muted":
        told = Message("No notice: the user has muted the notices about {app}.", **values)
    else:
        told = Message(
            "No notice about {file}: the day's limit of notices about {app} is reached.", **values
        )
    return Step(record.t, told, (record.id,))


def _transfer(teller: Teller, record: Transfer, _own: list[Record]) -> Step | None:
    file = teller.what(record.path, record.file)
    if record.state == "started":
        sentence = Message("The upload of {file} begins.", file=file)
    elif record.state == "confirmed":
        sentence = Message("The server confirms {file}: {size}.", file=file, size=size(record.size))
    elif record.state == "failed":
        sentence = Message(
            "The upload of {file} breaks off after {size}.", file=file, size=size(record.size)
        )
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
    shown = Message("The phone shows a notice")
    if record.events > 1:
        shown = Message("{shown} (for {number} events)", shown=shown, number=record.events)
    if record.worded.get(teller.words.lang) != "not public":
        text = record.text[teller.words.lang]
        sentence = Message("{shown}: {text}", shown=shown, text=text)
    elif not record.names_app:
        sentence = Message("{shown} that names no app; its wording is not public.", shown=shown)
    elif "names_app" in record.claims:
        sentence = Message(
            "{shown} that names {app}; its wording is not public.",
            shown=shown,
            app=teller.who(record.names_app),
        )
    else:
        # Nor is it known whether it names an app.
        sentence = Message("{shown} whose wording is not public.", shown=shown)
    return Step(record.t, sentence, (record.id,))


def _file_of(own: list[Record]) -> str | None:
    return next((r.file for r in own if isinstance(r, FileEvent)), None)


def _joined(words: Words, parts: list[Message]) -> str:
    return words.say(Message(", ")).join(words.say(part) for part in parts)


def why_silent(check: str, read: str) -> Message:
    """Why a watcher did not speak, from the check that did not fit and what it read."""
    found = _SPECIAL.get((check, read)) or _SILENCES.get(check)
    if found is None:
        return Message("{check}: {read}", check=check, read=read)
    return Message(found.template, read=read if check in _NAMED else _READ.get(read, read))


#: Checks that read a name from outside, which may look like one of our own words.
_NAMED = frozenset({"place", "album", "nomedia", "name"})


#: What the other checks can read, in words; errors and numbers stand as they are.
_READ: Mapping[str, Message] = MappingProxyType(
    {
        "on the list": Message("it is on the list"),
        "made the file": Message("it made the file"),
        "open": Message("opening"),
        "read": Message("reading"),
        "write": Message("writing"),
        "close": Message("closing"),
        "create": Message("creating"),
        "truncate": Message("emptying"),
        "rename": Message("renaming"),
        "link": Message("linking"),
        "unlink": Message("removing"),
        "mkdir": Message("making a folder"),
        "rmdir": Message("removing a folder"),
        "delete": Message("removing"),
    }
)
#: What a watcher sees.
_SEEN: Mapping[str, Message] = MappingProxyType(
    {
        "open": Message("the opening"),
        "create": Message("the making"),
        "truncate": Message("the emptying"),
        "rename": Message("the renaming"),
        "unlink": Message("the removal"),
        "rmdir": Message("the removal"),
        "delete": Message("the removal"),
    }
)
_VERBS: Mapping[str, Message] = MappingProxyType(
    {
        "open": Message("open"),
        "read": Message("read"),
        "write": Message("write"),
        "close": Message("close"),
        "create": Message("create"),
        "truncate": Message("empty"),
        "rename": Message("rename"),
        "link": Message("give a second name to"),
        "unlink": Message("delete"),
        "mkdir": Message("create"),
        "rmdir": Message("delete"),
        "delete": Message("delete"),
    }
)
#: Where what was read says more than the check does.
_SPECIAL: Mapping[tuple[str, str], Message] = MappingProxyType(
    {
        ("place", ""): Message("its rule does not cover the top folder of shared storage"),
        ("object", "file"): Message("under that name there is nothing of that kind"),
        ("name", ""): Message("the name has no ending"),
        ("exempt", "overseas build"): Message("its rule is off in builds for other markets"),
        ("exempt", "asked for by the user"): Message("the user had asked the app for it"),
        ("asked", "consent"): Message("Android asked the user first"),
    }
)
_SILENCES: Mapping[str, Message] = MappingProxyType(
    {
        "agreed": Message("the user had agreed to it"),
        "place": Message("its rule does not cover the folder {read}"),
        "nomedia": Message("for its rule a “.nomedia” keeps the folder {read} out"),
        "object": Message("its rule covers files only"),
        "name": Message("the ending “{read}” is not on its list"),
        "album": Message("for its rule the folder {read} is no album"),
        "indexed": Message("for its rule MediaStore lists no photo or video there"),
        "app": Message("the caller is part of the system (uid {read})"),
        "exempt": Message("the caller is exempt ({read})"),
        "deed": Message("its rule does not look at this kind of change ({read})"),
        "log_only": Message("its rule only logs this kind of change ({read})"),
        "verb_not_watched": Message("its rule does not look at this kind of change ({read})"),
        "no_such_layer": Message("this phone has no layer “{read}”, where its rule sits"),
        "layer_not_crossed": Message("the request did not cross the layer where its rule sits"),
        "asked": Message("its rule asks the user first"),
        "consent": Message("Android has no question to ask about it"),
        "denied": Message("its rule refuses it without a word ({read})"),
        "muted": Message("the user has muted the notices about this app"),
        "capped": Message("the day's limit of notices about this app is reached"),
        "refused_before": Message("Android refused the removal before ({read})"),
        "no_row": Message("MediaStore has no record of the file, so nothing was removed"),
        "nothing_removed": Message("nothing was removed"),
        "shows_none": Message("its rule shows no notices"),
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
            Dialog: _dialog,
            Withheld: _withheld,
            Transfer: _transfer,
            Belief: _belief,
            Notice: _notice,
        }
    )
)
