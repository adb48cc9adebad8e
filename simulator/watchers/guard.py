"""A watcher at work inside a layer of the phone.

For each removal that crosses its layer the rule's checks are made in order.  All fit: a *match*,
an *event sent*, and the removal is refused.  One does not fit: a *pass* that names the check.  The
guard never looks at what is in a file, nor at who made it, unless its rule says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from posixpath import basename, dirname

from attrs import field, frozen, mutable

from simulator.android.files import FileSystem
from simulator.android.paths import LOWER, extension
from simulator.android.phone import Request, Stop
from simulator.android.processes import MEDIA_PROVIDER, MEDIA_PROVIDER_UNTIL_29, Process
from simulator.android.stack import Hop
from simulator.trace import Log, Match, Pass, Sent
from simulator.watchers.rule import AppSees, RenameActor, Rule, Whitelist
from simulator.watchers.scope import covers

_FLAG = "protected"


@frozen
class Settings:
    """What no source settles about a watcher, as this run assumes it."""

    scope: str = "medium"
    app_sees: AppSees = "EOWNERDEAD"
    rename_actor: RenameActor = "gallery"
    whitelist: Whitelist = "none"
    overseas: bool = False


@frozen
class Check:
    """One thing the rule looks at: its *name*, what it *read* there, and whether that fits."""

    name: str
    read: str
    fits: bool


@mutable(eq=False)
class RuleGuard:
    """The rule on duty.

    *sent* is called with the request, the name the rule gives to the caller, and the id of the
    record, once for every event sent.
    """

    rule: Rule
    settings: Settings
    log: Log
    app: str
    sent: Callable[[Request, str, int], None]
    layer: str = field(init=False)
    verbs: frozenset[str] = field(init=False)
    _names: dict[int, str] = field(factory=dict, init=False)
    _whitelist: frozenset[str] = field(init=False)
    _media: frozenset[str] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.layer = self.rule.hook.layer
        self.verbs = frozenset({*self.rule.hook.acts_on, *self.rule.hook.logs})
        self._whitelist = frozenset(self.rule.callers.whitelist) | _added(
            self.settings.whitelist, self.app
        )
        self._media = frozenset(self.rule.types.photo + self.rule.types.video)

    def flag_folders(self, fs: FileSystem) -> None:
        """Set the flags on the folders that exist now; later ones inherit them at mkdir."""
        if self.rule.scope.kind != "directory-flag":
            return
        patterns = self.rule.scope.sets[self.settings.scope]
        for path, inode in fs.walk(LOWER.rstrip("/")):
            if inode.directory and covers(patterns, path[len(LOWER) :]):
                inode.flags = inode.flags | {_FLAG}

    def judge(self, request: Request, hop: Hop) -> Stop | None:
        """The rule's answer to a request that is about to take effect."""
        if request.verb not in self.rule.hook.acts_on:
            self._log_only(request, hop)
            return None
        read = []
        for check in self._checks(request, hop.done_by):
            read.append(check)
            if not check.fits:
                self._passes(request, hop, check)
                return None
        seen_as = self._seen_as(hop.done_by)
        refuses = self.rule.action.does == "refuse"
        match = self._matches(request, seen_as, "refuse" if refuses else "log", read)
        sent = self.log.add(Sent, (match,), self.rule.id, seen_as, request.path)
        self.sent(request, seen_as, sent)
        return self._stop(request) if refuses else None

    # -- the checks ------------------------------------------------------------------------

    def _checks(self, request: Request, caller: Process) -> Iterator[Check]:
        folder = dirname(request.path)
        yield Check("place", folder, self._in_scope(request, folder))
        regular = request.inode is not None and not request.inode.directory
        yield Check("object", "file" if regular else "directory", regular)
        yield Check("name", self._suffix(request.path), self._named_like_media(request.path))
        yield Check("app", str(caller.uid), caller.uid >= self.rule.callers.first_uid)
        yield self._exempt(request, caller)

    def _in_scope(self, request: Request, folder: str) -> bool:
        if self.rule.scope.kind == "directory-flag":
            return request.folder is not None and _FLAG in request.folder.flags
        return covers(self.rule.scope.sets[self.settings.scope], folder)

    def _exempt(self, request: Request, caller: Process) -> Check:
        if self.settings.overseas:
            return Check("exempt", "overseas build", False)
        if self._seen_as(caller) in self._whitelist:
            return Check("exempt", "on the list", False)
        made = request.inode is not None and request.inode.creator == caller.package
        if made and self.rule.callers.creator_exempt:
            return Check("exempt", "made the file", False)
        return Check("exempt", "not on the list", True)

    def _named_like_media(self, path: str) -> bool:
        return self._suffix(path) in self._media

    def _suffix(self, path: str) -> str:
        suffix = extension(path)
        if suffix and suffix == self.rule.types.kept_suffix:
            return extension(path[: -len(suffix) - 1])
        return suffix

    def _seen_as(self, caller: Process) -> str:
        if self.rule.seen_as.cached_per_uid and caller.uid in self._names:
            return self._names[caller.uid]
        process = caller
        while process.parent is not None and process.parent.uid >= self.rule.callers.first_uid:
            process = process.parent
        return self._names.setdefault(caller.uid, process.cmdline.partition(":")[0])

    # -- what comes of it ------------------------------------------------------------------

    def _log_only(self, request: Request, hop: Hop) -> None:
        """Renames are logged where media leaves a watched folder or loses its media name."""
        folder, to = dirname(request.path), request.to or ""
        if not self._in_scope(request, folder) or not self._named_like_media(request.path):
            return
        if hop.done_by.uid < self.rule.callers.first_uid:
            return
        if dirname(to) != folder or not self._named_like_media(to):
            checks = [Check("place", folder, True), Check("name", basename(to), True)]
            self._matches(request, self._seen_as(hop.done_by), "log", checks)

    def _matches(self, request: Request, seen_as: str, action: str, checks: list[Check]) -> int:
        return self.log.add(
            Match,
            (request.operation,),
            self.rule.id,
            self.layer,
            request.verb,
            request.path,
            request.inode.identity if request.inode else None,
            seen_as,
            action,
            tuple((check.name, check.read) for check in checks),
        )

    def _passes(self, request: Request, hop: Hop, check: Check) -> None:
        self.log.add(
            Pass,
            (request.operation,),
            self.rule.id,
            hop.layer,
            request.verb,
            request.path,
            request.inode.identity if request.inode else None,
            check.name,
            check.read,
        )

    def _stop(self, request: Request) -> Stop:
        error = self.rule.action.error
        if extension(request.path) == self.rule.types.kept_suffix:
            # The driver answers differently for a file that it keeps already.
            error = "EACCES"
        told = "success" if self.settings.app_sees == "success" else error
        return Stop(error, self.rule.id, told)


def _added(choice: Whitelist, app: str) -> frozenset[str]:
    if choice == "provider":
        return frozenset({MEDIA_PROVIDER.cmdline, MEDIA_PROVIDER_UNTIL_29.cmdline})
    return frozenset({app}) if choice == "app" else frozenset()
