"""A watcher at work inside a layer of the phone.

For each change that crosses its layer the rule's checks are made in order.  All fit: a *match*, and
what the rule does about it.  One does not fit: a *pass* that names the check.  The guard never
looks at anything that its rule does not name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from posixpath import basename, dirname

from attrs import define, field, frozen

from simulator.android.files import FileSystem, Inode
from simulator.android.layers import layers
from simulator.android.media_places import NO_MEDIA, holds_no_media
from simulator.android.mediastore import Row
from simulator.android.paths import LOWER, extension, media_type
from simulator.android.phone import After, Ask, Phone, Request, Stop
from simulator.android.processes import MEDIA_PROVIDER, MEDIA_PROVIDER_UNTIL_29, Process
from simulator.android.stack import CALL_LAYERS, Hop
from simulator.trace import Log, Match, Pass, Sent
from simulator.watchers.rule import MOUNT, VERB_OF, Change, Mode, Rule
from simulator.watchers.scope import covers
from simulator.watchers.settings import Settings

_FLAG = "protected"
_MEDIA = frozenset({"video", "image"})


@frozen
class Event:
    """What a rule sends off: about which file, made by whom, and whom it names.

    *kind* is ``video`` or ``photo`` as the rule tells them apart; *own*: the app named made the
    file, as far as the rule can tell.  *record* is the id of the :class:`Sent`.
    """

    path: str
    file: str | None
    kind: str
    own: bool
    seen_as: str
    record: int
    kept: bool


@frozen
class Check:
    """One thing the rule looks at: its *name*, what it *read* there, and whether that fits."""

    name: str
    read: str
    fits: bool


@frozen
class _Subject:
    """The file or folder that a change is about, and the folder and name it is judged by."""

    change: Change
    path: str
    inode: Inode | None
    folder: Inode | None
    judged_as: str


@define(eq=False)
class RuleGuard:
    """The rule on duty on *phone*.

    *sent* is called once for every event sent.  *foreground* gives the package on the screen (None:
    none is).
    """

    rule: Rule
    settings: Settings
    phone: Phone
    log: Log
    app: str
    sent: Callable[[Event], None]
    foreground: Callable[[], str | None] = lambda: None
    layers: frozenset[str] = field(init=False)
    verbs: frozenset[str] = field(init=False)
    _names: dict[int, str] = field(factory=dict, init=False)
    _matched: set[int] = field(factory=set, init=False)
    _passed: set[int] = field(factory=set, init=False)
    _before: dict[str, tuple[float, str]] = field(factory=dict, init=False)
    _types: frozenset[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        top = self.phone.stack.layers[0].name
        self.layers = frozenset(top if name == MOUNT else name for name in self.rule.hook.layers)
        changes = {c for mode in self.rule.hook.modes.values() for c in mode.changes()}
        if self.rule.hook.remembers:
            changes.add("rename")
        self.verbs = frozenset(VERB_OF[change] for change in changes)
        self._types = frozenset(self.rule.types.photo + self.rule.types.video)

    def flag_folders(self, fs: FileSystem) -> None:
        """Set the flags on the folders that exist now; later ones inherit them at mkdir."""
        if self.rule.scope.kind != "directory-flag":
            return
        # Every candidate has a flag of its own, so that which one counts is asked at the check.
        for path, inode in fs.walk(LOWER.rstrip("/")):
            if inode.directory:
                held = {
                    f"{_FLAG}.{name}"
                    for name, patterns in self.rule.scope.sets.items()
                    if covers(patterns, path[len(LOWER) :])
                }
                inode.flags = inode.flags | held

    def judge(self, request: Request, hop: Hop) -> Stop | Ask | After | None:
        """The rule's answer to a request that is about to take effect."""
        if request.operation in self._matched:
            return None
        subjects = [s for s in self._subjects(request) if s.change in self._looks_at()]
        answers = [a for s in subjects if (a := self._answer(request, hop, s)) is not None]
        if not subjects:
            self._passes(
                request, hop, request.path, request.inode, Check("deed", request.verb, False)
            )
        stop = next((a for a in answers if isinstance(a, Stop | Ask)), None)
        return stop or next(iter(answers), None) or self._remembering(request)

    def _looks_at(self) -> tuple[Change, ...]:
        return self._set_up().changes()

    def _set_up(self) -> Mode:
        modes = self.rule.hook.modes
        return modes[self.settings["mode"]] if len(modes) > 1 else next(iter(modes.values()))

    # -- what a request changes ------------------------------------------------------------

    def _subjects(self, request: Request) -> Iterator[_Subject]:
        path, inode, folder = request.path, request.inode, request.folder
        as_ = self._judged_as(path, inode)
        if request.verb == "unlink":
            yield _Subject("unlink", path, inode, folder, as_)
        elif request.verb == "rmdir":
            yield _Subject("rmdir", path, inode, folder, as_)
        elif request.verb == "truncate":
            yield _Subject("truncate", path, inode, folder, as_)
        elif request.verb == "open":
            yield _Subject("read", path, inode, folder, as_)
        elif request.verb == "create" and basename(path).casefold() == NO_MEDIA:
            yield _Subject("hide", path, inode, folder, as_)
        elif request.verb == "rename" and request.to is not None:
            yield from self._renaming(request, as_)

    def _renaming(self, request: Request, as_: str) -> Iterator[_Subject]:
        path, inode, folder, to = request.path, request.inode, request.folder, request.to or ""
        if request.replaced is not None and request.replaced is not inode:
            judged = self._judged_as(to, request.replaced)
            yield _Subject("replace", to, request.replaced, request.to_folder, judged)
        if dirname(to) != dirname(path):
            yield _Subject("leave", path, inode, folder, as_)
        if not self._named_like_media(to):
            yield _Subject("lose-name", path, inode, folder, as_)
        yield _Subject("rename", path, inode, folder, as_)

    def _judged_as(self, path: str, inode: Inode | None) -> str:
        """The path by which a file is judged: the one before a rename that is remembered."""
        if inode is None or not self.rule.hook.remembers:
            return path
        since, was = self._before.get(inode.identity, (0.0, path))
        return was if self.log.now - since <= self.rule.hook.remembers else path

    def _remembering(self, request: Request) -> After | None:
        if request.verb != "rename" or not self.rule.hook.remembers or request.inode is None:
            return None
        identity = request.inode.identity
        known = (self.log.now, self._judged_as(request.path, request.inode))
        return After(lambda: self._before.__setitem__(identity, known))

    # -- the checks ------------------------------------------------------------------------

    def _answer(self, request: Request, hop: Hop, subject: _Subject) -> Stop | Ask | After | None:
        mode, read = self._set_up(), list[Check]()
        caller = self._caller(request, hop)
        for check in self._checks(request, hop, subject, caller):
            read.append(check)
            if not check.fits:
                if request.operation not in self._passed:
                    # Of one request one reason is enough: that of its gravest change.
                    self._passed.add(request.operation)
                    self._passes(request, hop, subject.path, subject.inode, check)
                return None
        if subject.change in mode.denies:
            return self._stop(subject, self.rule.action.error)
        if subject.change not in mode.acts_on:
            if request.operation in self._matched:
                return None
            self._matched.add(request.operation)
            self._matches(request, hop, subject, "log", read, self._seen_as(caller))
            return None
        self._matched.add(request.operation)
        return self._act(request, hop, subject, read, caller)

    def _checks(
        self, request: Request, hop: Hop, subject: _Subject, caller: Process
    ) -> Iterator[Check]:
        folder = dirname(subject.judged_as)
        yield self._place(subject, folder)
        if "nomedia" in self.rule.parameters and holds_no_media(self.phone.fs, folder):
            yield Check("nomedia", folder, self.settings["nomedia"] == "ignored")
        if subject.inode is not None and subject.inode.directory:
            yield Check("object", "directory", self.rule.types.folders != "never")
        elif subject.change != "hide":
            # A call is about a row, whose file may be gone; a file system has only files.
            called = hop.layer in CALL_LAYERS and self.phone.mediastore.row(subject.path)
            there = bool(called) or subject.inode is not None
            yield Check("object", "file", subject.change != "rmdir" and there)
        yield from self._type(subject)
        yield Check("app", str(caller.uid), caller.uid >= self.rule.callers.first_uid)
        yield self._exempt(request, subject, caller)

    def _place(self, subject: _Subject, folder: str) -> Check:
        kind = self.rule.scope.kind
        if kind == "indexed":
            row = self._row(subject.path)
            return Check("indexed", row.media_type if row else "-", row is not None)
        if kind == "albums":
            rows = self.phone.mediastore.below(folder)
            shown = any(dirname(r.path) == folder and self._counts(r) for r in rows)
            return Check("album", folder, shown)
        return Check("place", folder, kind == "whole" or self._in_scope(subject, folder))

    def _in_scope(self, subject: _Subject, folder: str) -> bool:
        chosen = self.settings["scope"]
        if self.rule.scope.kind == "directory-flag":
            return subject.folder is not None and f"{_FLAG}.{chosen}" in subject.folder.flags
        return covers(self.rule.scope.sets[chosen], folder)

    def _row(self, path: str) -> Row | None:
        row = self.phone.mediastore.row(path)
        return row if row is not None and self._counts(row) else None

    def _counts(self, row: Row) -> bool:
        """Whether a row counts as indexed: a photo or video, which a scan may have to confirm."""
        if row.media_type not in _MEDIA:
            return False
        return not row.from_path or self.settings["indexed_by"] == "row"

    def _type(self, subject: _Subject) -> Iterator[Check]:
        types, suffix = self.rule.types, self._suffix(subject.judged_as)
        directory = subject.inode is not None and subject.inode.directory
        if subject.change == "hide" or (directory and types.folders == "any"):
            return
        if types.test == "extension":
            yield Check("name", suffix, suffix in self._types)
        elif types.test == "indexed" and self.rule.scope.kind != "indexed":
            row = self._row(subject.path)
            yield Check("indexed", row.media_type if row else "-", row is not None)

    def _exempt(self, request: Request, subject: _Subject, caller: Process) -> Check:
        callers = self.rule.callers
        if self.settings.overseas and self.rule.builds.overseas == "silent":
            return Check("exempt", "overseas build", False)
        acted = subject.change not in self._set_up().logs
        if callers.creator_exempt and acted and self._own(subject, caller):
            # What is only logged is logged of whoever made the file, too.
            return Check("exempt", "made the file", False)
        if callers.gesture_exempt and request.for_whom == "user":
            return Check("exempt", "asked for by the user", False)
        if self._seen_as(caller) in {*callers.whitelist, *self._added()}:
            return Check("exempt", "on the list", False)
        return Check("exempt", "not on the list", True)

    def _added(self) -> frozenset[str]:
        """Who is on the list beside the ones that the rule names."""
        choice = self.settings["whitelist"]
        if choice == "provider":
            return frozenset({MEDIA_PROVIDER.cmdline, MEDIA_PROVIDER_UNTIL_29.cmdline})
        return frozenset({self.app}) if choice == "app" else frozenset()

    def _own(self, subject: _Subject, caller: Process) -> bool:
        """Whether *caller* made the file, as far as the rule can tell."""
        if self.rule.callers.creator_in == "row":
            row = self.phone.mediastore.row(subject.path)
            return row is not None and row.owner == caller.package
        return subject.inode is not None and subject.inode.creator == caller.package

    def _named_like_media(self, path: str) -> bool:
        if self.rule.types.test == "indexed":
            return media_type(path) in _MEDIA
        return self.rule.types.test == "none" or self._suffix(path) in self._types

    def _suffix(self, path: str) -> str:
        suffix = extension(path)
        if suffix and suffix == self.rule.types.kept_suffix:
            return extension(path[: -len(suffix) - 1])
        return suffix

    # -- who it was ------------------------------------------------------------------------

    def _caller(self, request: Request, hop: Hop) -> Process:
        """The process that is judged: that at the layer, or that whose call it carries out."""
        if hop.done_by is request.asked_by or not request.is_call:
            return hop.done_by
        if layers()[hop.layer].knows_caller:
            return request.asked_by
        forwarded = self.settings["attribution"] == "forwarded"
        return request.asked_by if forwarded else hop.done_by

    def _seen_as(self, caller: Process) -> str:
        seen = self.rule.seen_as
        if seen.by == "nobody":
            return ""
        if seen.by == "foreground":
            return self.foreground() or ""
        if seen.cached_per_uid and caller.uid in self._names:
            return self._names[caller.uid]
        name = caller.package if seen.by == "package" else self._command_line(caller)
        return self._names.setdefault(caller.uid, name)

    def _command_line(self, caller: Process) -> str:
        process = caller
        while process.parent is not None and process.parent.uid >= self.rule.callers.first_uid:
            process = process.parent
        return process.cmdline.partition(":")[0]

    # -- what comes of it ------------------------------------------------------------------

    def _act(
        self, request: Request, hop: Hop, subject: _Subject, read: list[Check], caller: Process
    ) -> Stop | Ask | After | None:
        does, seen_as = self.rule.action.does, self._seen_as(caller)
        if does == "consent":
            # The permission model has its say before: what comes here needs no question any more.
            allowed = Check("consent", "allowed", False)
            self._passes(request, hop, subject.path, subject.inode, allowed)
            return None
        own = self._own(subject, caller)
        if does in {"log", "notify"}:
            return After(lambda: self._afterwards(request, hop, subject, read, seen_as, own))
        match = self._matches(request, hop, subject, does, read, seen_as)
        if does == "ask":
            return Ask(self.rule.id, seen_as, self.rule.action.error, match)
        self._send(subject, seen_as, own, match, kept=True)
        return self._stop(subject, self.rule.action.error)

    def _afterwards(
        self,
        request: Request,
        hop: Hop,
        subject: _Subject,
        read: list[Check],
        seen_as: str,
        own: bool,
    ) -> None:
        does = self.rule.action.does
        match = self._matches(request, hop, subject, does, read, seen_as)
        self._send(subject, seen_as, own, match, kept=False)

    def _send(self, subject: _Subject, seen_as: str, own: bool, match: int, *, kept: bool) -> None:
        sent = self.log.add(Sent, (match,), self.rule.id, seen_as, subject.path)
        suffix = self._suffix(subject.judged_as)
        kind = "video" if self._is_video(subject, suffix) else "photo"
        file = subject.inode.identity if subject.inode else None
        self.sent(Event(subject.path, file, kind, own, seen_as, sent, kept))

    def _is_video(self, subject: _Subject, suffix: str) -> bool:
        if self.rule.types.test == "extension":
            return suffix in self.rule.types.video
        return media_type(subject.judged_as) == "video"

    def _matches(
        self,
        request: Request,
        hop: Hop,
        subject: _Subject,
        action: str,
        checks: list[Check],
        seen_as: str,
    ) -> int:
        return self.log.add(
            Match,
            (request.operation,),
            self.rule.id,
            hop.layer,
            request.verb,
            subject.path,
            subject.inode.identity if subject.inode else None,
            seen_as,
            action,
            tuple((check.name, check.read) for check in checks),
        )

    def _passes(
        self, request: Request, hop: Hop, path: str, inode: Inode | None, check: Check
    ) -> None:
        self.log.add(
            Pass,
            (request.operation,),
            self.rule.id,
            hop.layer,
            request.verb,
            path,
            inode.identity if inode else None,
            check.name,
            check.read,
        )

    def _stop(self, subject: _Subject, error: str) -> Stop:
        kept = self.rule.types.kept_suffix
        if kept and extension(subject.path) == kept:
            # The driver answers differently for a file that it keeps already.
            error = "EACCES"
        told = "success" if self.rule.action.does == "keep" else error
        if "app_sees" in self.rule.parameters and self.settings["app_sees"] == "success":
            told = "success"
        return Stop(error, self.rule.id, told)
