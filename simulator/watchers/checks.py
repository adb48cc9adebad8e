"""The checks of a rule: each looks at one thing, says what it read there, and whether that fits."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import dirname

from attrs import define, field, frozen

from simulator.android.files import FileSystem
from simulator.android.media_places import holds_no_media
from simulator.android.mediastore import Row
from simulator.android.paths import LOWER
from simulator.android.phone import Phone, Request
from simulator.android.processes import MEDIA_PROVIDER, MEDIA_PROVIDER_UNTIL_29, Process
from simulator.android.stack import CALL_LAYERS, Hop
from simulator.watchers.naming import Naming
from simulator.watchers.rule import Rule
from simulator.watchers.scope import covers
from simulator.watchers.settings import Settings
from simulator.watchers.subjects import MEDIA, Subject, suffix_of

_FLAG = "protected"
_PRIVATE = "/data/"


@frozen
class Check:
    """One thing the rule looks at: its *name*, what it *read* there, and whether that fits."""

    name: str
    read: str
    fits: bool


@define(eq=False)
class Checks:
    """The checks of one rule on one phone; *app* is the package of the app in question."""

    rule: Rule
    settings: Settings
    phone: Phone
    naming: Naming
    app: str
    _endings: frozenset[str] = field(init=False)

    @_endings.default
    def _of_media(self) -> frozenset[str]:
        return frozenset(self.rule.types.photo + self.rule.types.video)

    def made(
        self, request: Request, hop: Hop, subject: Subject, caller: Process, *, logged: bool
    ) -> Iterator[Check]:
        """Every check, in order; a parameter is looked at only where the checks come to it.

        *logged*: the change is only logged, for which it does not matter who made the file.
        """
        folder = dirname(subject.judged_as)
        yield self._place(subject, folder)
        if "nomedia" in self.rule.parameters and holds_no_media(self.phone.fs, folder):
            yield Check("nomedia", folder, self.settings["nomedia"] == "ignored")
        yield from self._object(hop, subject)
        yield from self._type(subject)
        yield Check("app", str(caller.uid), caller.uid >= self.rule.callers.first_uid)
        yield self._exempt(request, subject, caller, logged=logged)

    def own(self, subject: Subject, caller: Process) -> bool:
        """Whether *caller* made the file, as far as the rule can tell."""
        if self.rule.callers.creator_in == "row":
            row = self.phone.mediastore.row(subject.path)
            return row is not None and row.owner == caller.package
        return subject.inode is not None and subject.inode.creator == caller.package

    # -- where -----------------------------------------------------------------------------

    def _place(self, subject: Subject, folder: str) -> Check:
        kind = self.rule.scope.kind
        if kind == "indexed":
            return self._indexed(subject)
        if kind == "albums":
            rows = self.phone.mediastore.below(folder)
            shown = any(dirname(r.path) == folder and self._counts(r) for r in rows)
            return Check("album", folder, shown)
        return Check("place", folder, kind == "whole" or self._in_scope(subject, folder))

    def _in_scope(self, subject: Subject, folder: str) -> bool:
        if self.rule.scope.kind == "directory-flag":
            flags = subject.folder.flags if subject.folder is not None else frozenset()
            return self.settings.answer("scope", lambda chosen: _flag(chosen) in flags)
        # A list of folders is one of shared storage; an app's private storage is no part of it.
        if folder.startswith(_PRIVATE):
            return False
        sets = self.rule.scope.sets
        return self.settings.answer("scope", lambda chosen: covers(sets[chosen], folder))

    def _indexed(self, subject: Subject) -> Check:
        row = self.phone.mediastore.row(subject.path)
        counts = row is not None and self._counts(row)
        return Check("indexed", row.media_type if row is not None and counts else "-", counts)

    def _counts(self, row: Row) -> bool:
        """Whether a row counts as indexed: a photo or video, which a scan may have to confirm."""
        if row.media_type not in MEDIA:
            return False
        return not row.from_path or self.settings["indexed_by"] == "row"

    # -- what ------------------------------------------------------------------------------

    def _object(self, hop: Hop, subject: Subject) -> Iterator[Check]:
        if subject.directory:
            yield Check("object", "directory", self.rule.types.folders != "never")
        elif subject.change != "hide":
            # A call is about a row, whose file may be gone; a file system has only files.
            there = subject.inode is not None
            if hop.layer in CALL_LAYERS:
                there = there or self.phone.mediastore.row(subject.path) is not None
            yield Check("object", "file", subject.change != "rmdir" and there)

    def _type(self, subject: Subject) -> Iterator[Check]:
        types = self.rule.types
        if subject.change == "hide" or (subject.directory and types.folders == "any"):
            return
        if types.test == "extension":
            suffix = suffix_of(subject.judged_as, types)
            yield Check("name", suffix, suffix in self._endings)
        elif types.test == "indexed" and self.rule.scope.kind != "indexed":
            yield self._indexed(subject)

    # -- who -------------------------------------------------------------------------------

    def _exempt(
        self, request: Request, subject: Subject, caller: Process, *, logged: bool
    ) -> Check:
        callers = self.rule.callers
        if self.rule.builds.overseas == "silent" and self.settings.is_overseas():
            return Check("exempt", "overseas build", False)
        if callers.creator_exempt and not logged and self.own(subject, caller):
            return Check("exempt", "made the file", False)
        if callers.gesture_exempt and request.for_whom == "user":
            return Check("exempt", "asked for by the user", False)
        name = self.naming.listed_as(caller)
        if name in callers.whitelist or self.settings.answer(
            "whitelist", lambda choice: name in self._added(choice)
        ):
            return Check("exempt", "on the list", False)
        return Check("exempt", "not on the list", True)

    def _added(self, choice: str) -> frozenset[str]:
        """Who is on the list beside the ones that the rule names."""
        if choice == "provider":
            providers = (MEDIA_PROVIDER, MEDIA_PROVIDER_UNTIL_29)
            return frozenset(n for p in providers for n in (p.cmdline, p.package))
        return frozenset({self.app}) if choice == "app" else frozenset()


def flag_folders(rule: Rule, fs: FileSystem) -> None:
    """Set the flags of *rule* on the folders that exist now; later ones inherit them at mkdir.

    Every candidate for the scope has a flag of its own, so that which one counts is asked at the
    check.
    """
    if rule.scope.kind != "directory-flag":
        return
    for path, inode in fs.walk(LOWER.rstrip("/")):
        if inode.directory:
            folder = path[len(LOWER) :]
            held = {_flag(n) for n, patterns in rule.scope.sets.items() if covers(patterns, folder)}
            inode.flags = inode.flags | held


def _flag(scope: str) -> str:
    return f"{_FLAG}.{scope}"
