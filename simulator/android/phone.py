"""The phone: requests go down its stack, each layer may refuse, and every layer tells what it saw.

A request is admitted by every layer it crosses, top first, before anything changes; then the lower
file system executes it; then each layer emits its file event, lowest first.  A refused request
therefore leaves no file event anywhere.  Guards (watchers that interfere) sit in a layer and are
part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeVar, cast

from attrs import define, evolve, field, frozen

from simulator.android.files import Content, FileError, FileSystem, Handle, Inode, parent
from simulator.android.media_places import NO_TYPE, has_rows, type_of
from simulator.android.mediastore import MediaStore, Row
from simulator.android.paths import LOWER, STANDARD, lower, place, upper
from simulator.android.permissions import (
    Caller,
    Decision,
    Effect,
    Item,
    Route,
    Traits,
    decide,
    traits,
)
from simulator.android.permissions import Verb as PermissionVerb
from simulator.android.permissions.by_path_from_30 import bypasses
from simulator.android.permissions.item import UriKind
from simulator.android.permissions.predicates import derive
from simulator.android.processes import Process
from simulator.android.redaction import as_read
from simulator.android.stack import CALL_LAYERS, LOWER_LAYERS, Hop, Stack
from simulator.trace import Dialog, FileEvent, FileState, Listing, Log, Operation, Refusal
from simulator.trace.records import Moment, Verb

__all__ = ["After", "Ask", "ConsentNeeded", "Guard", "OpenFile", "Phone", "Request", "Stop"]

T = TypeVar("T")
#: Credential-encrypted and device-encrypted storage of the apps of the first user.
_HOMES = ("/data/user", "/data/user/0", "/data/user_de", "/data/user_de/0")
#: Layers that blank location metadata for readers who may not see it.
_REDACTING_LAYERS = frozenset({"resolver", "provider", "fuse"})
#: What an app asks of files alone.
_OF_FILES = frozenset({"read", "write", "create"})
#: The first API level with ``createWriteRequest``.
_REQUESTS_SINCE = 30
#: Rulings by which Android asks the user, and by whose name a dialog of its own goes.
_ASKS = frozenset({"consent"})
CONSENT = "consent"
#: Routes by which an app reaches only what the user gave it in a picker.
_HANDED_OVER = frozenset({"saf", "picker"})
#: What the app gets after a no in Android's own dialog.
DECLINED = "RESULT_CANCELED"
#: The layer of a call that is still the app's own process.
_IN_THE_APP = "resolver"
#: What is ruled on requests of processes that are no apps.
_PRIVILEGED = Decision("allow", ("system.privileged",))


@frozen
class Request:
    """An operation on its way down: what a guard may look at.

    *inode* is the file it names (None where there is none yet), *folder* the directory it lies in;
    *replaced* and *to_folder* are those of the target of a rename.  *is_call*: it reached storage
    by a call to a provider, which acts for *asked_by*.
    """

    operation: int
    verb: Verb
    path: str
    to: str | None
    inode: Inode | None
    folder: Inode | None
    asked_by: Process
    for_whom: str = "app"
    is_call: bool = False
    replaced: Inode | None = None
    to_folder: Inode | None = None


@frozen
class Stop:
    """A layer's refusal: the *error* it returns, its *rule*, what the caller is *told*."""

    error: str
    rule: str
    told: str


@frozen
class Ask:
    """A layer asks the user first: its *rule*, whom it names, the *error* that a no leads to."""

    rule: str
    seen_as: str
    error: str
    match: int | None = None


@frozen
class After:
    """A layer lets the request pass, and does something once it took effect."""

    do: Callable[[], None]


class ConsentNeeded(FileError):
    """A request waits for the user's answer to the dialog with the id *dialog*.

    Until then nothing happens.  With a yes the same call is made again with *resume* and *agreed*;
    with a no, :meth:`Phone.decline` gives the caller the *error*.
    """

    def __init__(self, operation: int, dialog: int, hop: Hop, stop: Stop) -> None:
        super().__init__(stop.told)
        self.operation, self.dialog, self.hop, self.stop = operation, dialog, hop, stop


class Guard(Protocol):
    """A watcher inside a layer."""

    @property
    def layers(self) -> frozenset[str]:
        """The layers it sits in."""

    @property
    def verbs(self) -> frozenset[str]:
        """What it looks at."""

    def judge(self, request: Request, hop: Hop) -> Stop | Ask | After | None:
        """Look at a request before it takes effect, and say what is to become of it."""


class _Known(NamedTuple):
    """What a ruling depends on: *about* is what the path says, the rest what the phone knows."""

    about: Traits
    listed: bool = False
    owned: bool = False
    selected: bool = False
    granted: bool = False
    no_media: bool = False
    directory: bool = False
    holds_foreign: bool = False


@define(eq=False)
class OpenFile:
    """An app's open file: the lower handle and the layers that its reads and writes cross.

    *via* is the route that opened it, by which whatever is done to it goes too.  *redacted*:
    whoever reads it may not see location metadata.
    """

    handle: Handle
    path: str
    hops: tuple[Hop, ...]
    asked_by: Process
    for_whom: str
    mode: str
    operation: int
    via: str = "path"
    redacted: bool = False
    closed: bool = False

    @property
    def content(self) -> Content:
        """What a reader of this file gets."""
        return as_read(self.handle.inode.content, redacted=self.redacted)


@lru_cache(maxsize=64)
def installed(packages: tuple[str, ...], capacity: int) -> FileSystem:
    """The file system of a phone with these apps, before anything else is on it: for copying."""
    fs = FileSystem(capacity)
    for path in ("/data", "/data/media", "/data/media/0", *_HOMES):
        fs.mkdir(path, "system")
    for path in STANDARD:
        fs.mkdir(LOWER + path, "system")
    for package in packages:
        home = f"/data/user/0/{package}"
        for path in (home, f"{home}/cache", f"{home}/files", f"/data/user_de/0/{package}"):
            fs.mkdir(path, package)
    return fs


@define(eq=False)
class Phone:
    """One phone: a stack over a lower file system, MediaStore, and guards.

    *every_call* records each single read and write; otherwise only the first of a session is
    recorded, and the close carries what it came to.  *epoch* is what the phone's clock says at
    second 0 (seconds since 1970).  *ejected* are the memory cards that are out: what is on them is
    left as it is, and out of reach.
    """

    log: Log
    stack: Stack
    fs: FileSystem
    callers: Mapping[str, Caller]
    every_call: bool = False
    epoch: int = 0
    ejected: frozenset[str] = frozenset()
    _set_at: list[tuple[float, int]] = field(factory=list, init=False)
    mediastore: MediaStore = field(factory=MediaStore)
    _guards: dict[str, dict[str, list[Guard]]] = field(factory=dict)
    _rulings: dict[tuple[object, ...], Decision] = field(factory=dict)
    _swallowed: set[int] = field(factory=set)
    _followers: dict[int, list[tuple[Verb, Callable[[], None]]]] = field(factory=dict)

    # -- setting up ------------------------------------------------------------------------

    def put(self, path: str, recipe: str, size: int, creator: str, *, listed: bool) -> Inode:
        """Lay a file on the phone before the run begins."""
        self._make_folders(lower(parent(path)), creator)
        inode = self.fs.create(lower(path), creator)
        handle = self.fs.open(lower(path), True)
        if self.fs.write(handle, recipe, size) < size:
            raise FileError("ENOSPC")
        self.fs.close(handle)
        inode.mtime = self.log.now
        if listed and has_rows(path):
            self.mediastore.insert(path, creator, type_of(self.fs, path))
        return inode

    def put_folder(self, path: str, creator: str) -> None:
        """Lay a folder on the phone before the run begins."""
        self._make_folders(lower(path), creator)

    @property
    def clock(self) -> int:
        """What the phone's clock says now, in seconds since 1970."""
        return self.epoch + int(self.log.now)

    def wall(self, t: float) -> float:
        """What the clock said at second *t*, in seconds since 1970; it may have been set since."""
        later = sum(by for at, by in self._set_at if at > t)
        return self.epoch - later + t

    def set_clock(self, by: int) -> None:
        """Set the clock forward by so many seconds, or back where that is negative."""
        self._set_at.append((self.log.now, by))
        self.epoch += by

    def regrant(self, package: str, caller: Caller) -> None:
        """From now on *package* is that caller: a permission was granted, or taken away."""
        self.callers = {**self.callers, package: caller}
        self._rulings.clear()

    def attach(self, guard: Guard) -> None:
        """Put a guard on duty."""
        for verb in sorted(guard.verbs):
            for layer in sorted(guard.layers):
                self._guards.setdefault(verb, {}).setdefault(layer, []).append(guard)

    # -- what processes ask ----------------------------------------------------------------

    def makedirs(
        self,
        caller: Process,
        path: str,
        because: tuple[int, ...],
        for_whom: str,
        via: str = "path",
    ) -> None:
        """Create the folder *path* and what is missing above it."""
        missing = []
        while self.fs.find(lower(path)) is None:
            missing.append(path)
            path = parent(path)
        for folder in reversed(missing):
            operation, hops = self._ask(caller, "mkdir", folder, because, for_whom, via)
            if self._admitted(
                operation, hops, caller, "mkdir", folder, None, "mkdir", via, for_whom
            ):
                inode = self._do(operation, hops, self.fs.mkdir, lower(folder), caller.package)
                self._saw(operation, hops, caller, "mkdir", folder, inode)

    def open(
        self,
        caller: Process,
        path: str,
        mode: str,
        because: tuple[int, ...],
        for_whom: str,
        via: str = "path",
    ) -> OpenFile:
        """Open *path*; ``write`` creates it, or cuts it to nothing if it is there."""
        operation, hops = self._ask(caller, "open", path, because, for_whom, via, mode=mode)
        inode = self.fs.find(lower(path))
        if inode is None and mode == "read":
            # A name is looked up before anybody asks what may be done with the file.
            self._do(operation, hops, self.fs.need, lower(path))
        created = inode is None and mode == "write"
        verb: PermissionVerb = "read" if mode == "read" else "create" if created else "write"
        # Guards look at what it leads to: a reader, a new name, or the loss of what was there.
        leads: Verb = "open" if mode == "read" else "create" if created else "truncate"
        handed_over = self.stack.asks(via) in _HANDED_OVER
        self._admitted(
            operation, hops, caller, leads, path, None, verb, via, for_whom, handed_over, opens=True
        )
        redacted = verb == "read" and self._redacts(caller, via, path)
        if created:
            inode = self._do(operation, hops, self.fs.create, lower(path), caller.package)
            self._saw(operation, hops, caller, "create", path, inode)
        handle = self._do(operation, hops, self.fs.open, lower(path), mode == "write")
        self._saw(operation, hops, caller, "open", path, handle.inode, mode=mode, redacted=redacted)
        if mode == "write":
            handle.inode.mtime = self.log.now
        if mode == "write" and not created:
            self.fs.truncate(handle.inode)
            self._saw(operation, hops, caller, "truncate", path, handle.inode)
        if created:
            self._index(path, handle.inode, caller, operation, via, hops)
        return OpenFile(handle, path, hops, caller, for_whom, mode, operation, via, redacted)

    def read(self, file: OpenFile, size: int) -> int:
        """Read up to *size* bytes; gives how many there were (0 at the end)."""
        handle = file.handle
        got = min(size, handle.inode.content.size - handle.offset)
        if got <= 0:
            return 0
        handle.offset += got
        if self.every_call or not handle.touched:
            handle.touched = True
            operation = self._again(file, "read")
            self._saw(operation, file.hops, file.asked_by, "read", file.path, handle.inode)
        return got

    def write(self, file: OpenFile, recipe: str, size: int, sources: tuple[str, ...]) -> None:
        """Write *size* bytes of *recipe*, whose data came from the files *sources*."""
        handle = file.handle
        try:
            fitted = self.fs.write(handle, recipe, size)
        except FileError as error:
            operation = self._again(file, "write", sources)
            self._refused(operation, file.hops[-1], Stop(error.error, "errno", error.error))
        handle.inode.mtime = self.log.now
        if self.every_call or not handle.touched:
            handle.touched = True
            operation = self._again(file, "write", sources)
            self._saw(operation, file.hops, file.asked_by, "write", file.path, handle.inode)
        if fitted < size:
            # As every caller of write(2) must, the app asks again for the rest.
            self.write(file, recipe, size - fitted, sources)

    def close(self, file: OpenFile) -> None:
        """Close the file."""
        operation = self._again(file, "close")
        # The last close of a file without a name frees what was written.
        content = file.handle.inode.content
        self.fs.close(file.handle)
        file.closed = True
        self._saw(
            operation,
            file.hops,
            file.asked_by,
            "close",
            file.path,
            file.handle.inode,
            mode=file.mode,
            content=content,
        )

    def unlink(
        self,
        caller: Process,
        path: str,
        because: tuple[int, ...],
        for_whom: str,
        via: str = "path",
        *,
        agreed: bool = False,
        dialogs: bool = False,
        more: tuple[str, ...] = (),
        resume: int | None = None,
    ) -> int:
        """Remove *path*; gives the operation's id.

        *agreed*: where the user is asked, the user says yes (or has picked the file).  *dialogs*:
        the caller waits for such an answer, and :class:`ConsentNeeded` is raised; *resume* is then
        the operation that goes on.  Without it, a question that nobody answers is a refusal.
        *more* is what else Android's one dialog is about.

        What becomes of its MediaStore row is the permission model's *effect*, or follows from the
        layers that the request crossed.
        """
        verb: Verb = "delete" if self.stack.is_call(via) else "unlink"
        operation, hops = self._ask(caller, verb, path, because, for_whom, via, resume=resume)
        if self._admitted(
            operation,
            hops,
            caller,
            "unlink",
            path,
            None,
            "delete",
            via,
            for_whom,
            agreed,
            dialogs,
            more=more,
        ):
            effect = self._effect(caller, path, via, hops)
            if self._only_row(hops, path) and self.mediastore.row(path) is None:
                self._refused(operation, hops[0], Stop("0 rows", "mediastore.no-row", "success"))
                return operation
            if effect == "row_gone_file_stays" or self._only_row(hops, path):
                self._drop_row(operation, hops, caller, path)
                return operation
            content = self._do(operation, hops, self.fs.need, lower(path)).content
            inode = self._do(operation, hops, self.fs.unlink, lower(path))
            self._saw(operation, hops, caller, "unlink", path, inode, content=content)
            if effect == "row_deleted":
                by_path = None if hops[0].layer in CALL_LAYERS else caller.package
                self._unlist(path, inode, operation, by_path)
        elif operation in self._swallowed:
            self._swallowed.discard(operation)
            self._drop_row(operation, hops, caller, path)
        return operation

    def truncate(
        self,
        caller: Process,
        path: str,
        because: tuple[int, ...],
        for_whom: str,
        via: str = "path",
    ) -> int:
        """Cut *path* to nothing without opening it; gives the operation's id."""
        operation, hops = self._ask(caller, "truncate", path, because, for_whom, via)
        if self._admitted(operation, hops, caller, "truncate", path, None, "write", via, for_whom):
            inode = self._do(operation, hops, self.fs.need, lower(path))
            self.fs.truncate(inode)
            inode.mtime = self.log.now
            self._saw(operation, hops, caller, "truncate", path, inode)
        return operation

    def rmdir(
        self,
        caller: Process,
        path: str,
        because: tuple[int, ...],
        for_whom: str,
        via: str = "path",
    ) -> int:
        """Remove the empty folder *path*; gives the operation's id."""
        operation, hops = self._ask(caller, "rmdir", path, because, for_whom, via)
        if self._admitted(operation, hops, caller, "rmdir", path, None, "rmdir", via, for_whom):
            inode = self._do(operation, hops, self.fs.rmdir, lower(path))
            self._saw(operation, hops, caller, "rmdir", path, inode)
        return operation

    def rename(
        self,
        caller: Process,
        path: str,
        to: str,
        because: tuple[int, ...],
        for_whom: str,
        via: str = "path",
        needs: PermissionVerb = "rename",
    ) -> int:
        """Rename *path* to *to*, over whatever is there; gives the operation's id.

        *needs* is what the permission model is asked about: ``trash`` where MediaStore renames a
        file to mark it.
        """
        operation, hops = self._ask(caller, "rename", path, because, for_whom, via, to)
        if needs == "trash" and self.mediastore.row(path) is None:
            self._refused(operation, hops[0], Stop("0 rows", "mediastore.no-row", "success"))
        elif self.stack.across_mounts(path, to, via, caller):
            self._refused(operation, hops[0], Stop("EXDEV", "errno", "EXDEV"))
        elif self._admitted(operation, hops, caller, "rename", path, to, needs, via, for_whom):
            inode, victim = self._do(operation, hops, self.fs.rename, lower(path), lower(to))
            self._saw(operation, hops, caller, "rename", path, inode, to=to, replaced=victim)
            if self._tells(caller, "rename", via, hops, path, to):
                self._relist(path, to, inode, victim, caller, operation)
        return operation

    def request_write(self, caller: Process, path: str, *, agreed: bool) -> bool:
        """The app asks to change an item of another, and the user answers; gives what.

        Since Android 11 that is ``createWriteRequest``, to which the dialog behind a
        RecoverableSecurityException leads as well; on Android 10 it is that dialog.  After a yes
        the app may write, rename and delete that item, by its path too, until its row is gone.
        As no file changes, the trace has no record of it but the cause that the asker gives.

        Raises :class:`FileError` where the app may not even ask.  Source: MediaProvider
        ``PermissionActivity`` (permission dossier 4).
        """
        route = "request" if self.stack.api >= _REQUESTS_SINCE else "mediastore"
        decision = self.ruling(caller, "write", route, path, agreed)
        if decision.ruling not in {"allow", "consent", "recoverable"}:
            raise FileError(decision.error or decision.ruling)
        yes = decision.ruling == "allow" or (agreed and decision.ruling == "recoverable")
        if yes:
            self.mediastore.grant(caller.package, path)
        return yes

    def snapshot(self, moment: Moment, because: tuple[int, ...] = ()) -> None:
        """Record every file with content, as each view has it now."""
        for path, inode in self.fs.regular_files():
            content = inode.content
            known = (inode.identity, content.size, content.digest)
            name = upper(path)
            self.log.add(FileState, because, moment, "lower", name or path, *known)
            if name is not None and not self._is_out(name):
                # Apps see shared storage through its mount, and nothing else of other apps.
                self.log.add(FileState, because, moment, "upper", name, *known)
        rows = [
            (row, self.fs.find(lower(row.path)))
            for row in self.mediastore.rows()
            if not self._is_out(row.path)
        ]
        shown = [(row, there) for row, there in rows if row.shown]
        for view, seen in (("listed", rows), ("shown", shown)):
            for row, there in seen:
                identity = there.identity if there is not None else None
                self.log.add(FileState, because, moment, view, row.path, identity, None, None)

    # -- inside: asking --------------------------------------------------------------------

    def _ask(
        self,
        caller: Process,
        verb: Verb,
        path: str,
        because: tuple[int, ...],
        for_whom: str,
        via: str = "path",
        to: str | None = None,
        mode: str | None = None,
        resume: int | None = None,
    ) -> tuple[int, tuple[Hop, ...]]:
        operation = resume or self.log.add(
            Operation, because, verb, path, caller.package, for_whom, via, to, mode
        )
        hops = self.stack.route(path, via, caller)
        if self.ejected and (self._is_out(path) or (to is not None and self._is_out(to))):
            self._refused(operation, hops[0], Stop("ENOENT", "errno", "ENOENT"))
        return operation, hops

    def _is_out(self, path: str) -> bool:
        """Whether it lies on a memory card that is out."""
        return place(path).volume in self.ejected

    def _again(self, file: OpenFile, verb: Verb, sources: tuple[str, ...] = ()) -> int:
        return self.log.add(
            Operation,
            (file.operation,),
            verb,
            file.path,
            file.asked_by.package,
            file.for_whom,
            file.via,
            None,
            file.mode,
            sources,
            "certain" if sources else None,
        )

    # -- inside: admitting -----------------------------------------------------------------

    def _admitted(
        self,
        operation: int,
        hops: tuple[Hop, ...],
        caller: Process,
        verb: Verb,
        path: str,
        to: str | None,
        permission: PermissionVerb,
        via: str = "path",
        for_whom: str = "app",
        agreed: bool = False,
        dialogs: bool = False,
        opens: bool = False,
        more: tuple[str, ...] = (),
    ) -> bool:
        """Whether the request may take effect; raises what the caller is told if it may not.

        *opens*: the caller waits for an open file, which nobody can give in place of an error.
        """
        # What sits in the app's own process comes before anybody rules on the call.
        called = hops[0].layer == _IN_THE_APP
        if called and not self._guarded(
            operation, hops[:1], caller, verb, path, to, via, for_whom, agreed, dialogs
        ):
            return False
        route, uri = self.stack.asks(via), self.stack.names_by(via)
        decision = self.ruling(caller, permission, route, path, agreed, to, uri)
        hop = _answering(hops)
        if route == "saf" and decision.ruling == "allow":
            # Whoever offers the document needs access of its own.
            hop = next(hop for hop in hops if hop.layer not in CALL_LAYERS)
            decision = self.ruling(hop.done_by, permission, "path", path)
        if decision.ruling != "allow":
            error = decision.error or "0 rows"
            told = "success" if decision.ruling == "noop" and not opens else error
            stop = Stop(error, decision.chain[-1], told)
            if dialogs and decision.ruling in _ASKS:
                stop = Stop(DECLINED, decision.chain[-1], DECLINED)
                ask = Ask(CONSENT, caller.package, error)
                raise self._asked(operation, hop, ask, path, stop, more)
            # A dialog nobody answers is a refusal.
            return self._refused(operation, hop, stop)
        return self._guarded(
            operation,
            hops[1:] if called else hops,
            caller,
            verb,
            path,
            to,
            via,
            for_whom,
            agreed,
            dialogs,
            opens,
        )

    def _guarded(
        self,
        operation: int,
        hops: tuple[Hop, ...],
        caller: Process,
        verb: Verb,
        path: str,
        to: str | None,
        via: str,
        for_whom: str,
        agreed: bool = False,
        dialogs: bool = False,
        opens: bool = False,
    ) -> bool:
        """Let the guards of the layers that are crossed look at the request, top first."""
        request: Request | None = None
        for hop, guard in self._on_duty(hops, verb, path):
            if request is None:
                request = self._request(operation, caller, verb, path, to, via, for_whom)
            answer = guard.judge(request, hop)
            if isinstance(answer, Stop):
                told = answer.error if opens else answer.told
                if verb == "unlink" and _below_provider(hop, hops):
                    # MediaProvider swallows the error of a file that it cannot delete.
                    self._swallowed.add(operation)
                    told = "success"
                return self._refused(operation, hop, evolve(answer, told=told))
            if isinstance(answer, After):
                self._followers.setdefault(operation, []).append((verb, answer.do))
            elif isinstance(answer, Ask) and not agreed:
                stop = Stop(answer.error, answer.rule, answer.error)
                if dialogs:
                    raise self._asked(operation, hop, answer, path, stop)
                return self._refused(operation, hop, stop)
        return True

    def _on_duty(self, hops: tuple[Hop, ...], verb: Verb, path: str) -> Iterator[tuple[Hop, Guard]]:
        """Who looks at such a request, layer by layer."""
        guards = self._guards.get(verb)
        if not guards:
            return
        for hop in hops:
            if verb == "rmdir" and hop.layer in LOWER_LAYERS and self._holds_anything(path):
                # A file system looks whether a folder is empty before it does anything else.
                continue
            for guard in guards.get(hop.layer, ()):
                yield hop, guard

    def _holds_anything(self, folder: str) -> bool:
        inode = self.fs.find(lower(folder))
        return inode is not None and bool(inode.entries)

    def _request(
        self,
        operation: int,
        caller: Process,
        verb: Verb,
        path: str,
        to: str | None,
        via: str,
        for_whom: str,
    ) -> Request:
        find, below = self.fs.find, lower(path)
        replaced = find(lower(to)) if to is not None else None
        to_folder = find(parent(lower(to))) if to is not None else None
        return Request(
            operation,
            verb,
            path,
            to,
            find(below),
            find(parent(below)),
            caller,
            for_whom,
            self.stack.is_call(via),
            replaced,
            to_folder,
        )

    def _asked(
        self,
        operation: int,
        hop: Hop,
        ask: Ask,
        path: str,
        stop: Stop,
        more: tuple[str, ...] = (),
    ) -> ConsentNeeded:
        inode = self.fs.find(lower(path))
        file = inode.identity if inode is not None else None
        because = (ask.match,) if ask.match is not None else (operation,)
        dialog = self.log.add(Dialog, because, ask.rule, ask.seen_as, path, file, "delete", more)
        return ConsentNeeded(operation, dialog, hop, stop)

    def decline(self, waiting: ConsentNeeded) -> None:
        """The user says no: the request that waited is refused.

        Raises :class:`FileError` with what the caller is told, unless that is success.
        """
        self._refused(waiting.operation, waiting.hop, waiting.stop)

    def _do(
        self,
        operation: int,
        hops: tuple[Hop, ...],
        do: Callable[..., T],
        *args: object,
    ) -> T:
        """Let the lower file system act; what it refuses is a refusal like any other."""
        try:
            return do(*args)
        except FileError as error:
            self._refused(operation, hops[-1], Stop(error.error, "errno", error.error))
            raise

    def _refused(self, operation: int, hop: Hop, stop: Stop) -> bool:
        self._followers.pop(operation, None)
        self.log.add(
            Refusal,
            (operation,),
            hop.layer,
            stop.error,
            stop.rule,
            stop.told,
            hop.done_by.package,
        )
        if stop.told != "success":
            raise FileError(stop.told)
        return False

    def ruling(
        self,
        caller: Process,
        verb: PermissionVerb,
        route: str,
        path: str,
        agreed: bool = False,
        to: str | None = None,
        uri: UriKind = "item",
    ) -> Decision:
        """What the permission model rules for that process and file.

        *route* is what a storage route asks for (``Stack.asks``); *agreed* as for :meth:`unlink`;
        *to* is where a rename goes; *uri* is how a call names the file (``Stack.names_by``).
        """
        who = self.callers.get(caller.package)
        if who is None or route == "nobody":
            return _PRIVILEGED
        if route == "own-only":
            return self._own_only(caller, path)
        updates = route == "mediastore" and verb == "rename"
        target = to if route == "path" or updates else None
        known = self._known(caller, verb, path)
        there = self._known(caller, verb, target) if target is not None else None
        key = (caller.package, verb, route, agreed, known, there, uri)
        decision = self._rulings.get(key)
        if decision is None:
            item = evolve(self._item(path, caller, known, agreed), uri=uri)
            at = self._item(target, caller, there, agreed) if target and there else None
            decision = decide(who, verb, cast("Route", route), item, at)
            self._rulings[key] = decision
        if known.directory and target is not None and route == "path":
            return self._with_all_it_holds(caller, decision, path, target)
        return decision

    def _with_all_it_holds(
        self, caller: Process, decision: Decision, path: str, to: str
    ) -> Decision:
        """The ruling on renaming a folder: each file that it holds must be free to go along.

        Source: MediaProvider ``renameDirectoryCheckedForFuse``;
        ScopedStorageDeviceTest#testRenameDirectory.
        """
        if decision.ruling == "allow":
            for row in self.mediastore.below(path):
                held = self.ruling(
                    caller, "rename", "path", row.path, to=to + row.path[len(path) :]
                )
                if held.ruling != "allow":
                    return held
        return decision

    def _known(self, caller: Process, verb: PermissionVerb, path: str) -> _Known:
        """All that a ruling depends on: the path, its row, and for a folder what it holds."""
        directory, holds_foreign = self._as_folder(caller, verb, path)
        row, store = self.mediastore.row(path), self.mediastore
        if row is None:
            return _Known(traits(path), directory=directory, holds_foreign=holds_foreign)
        return _Known(
            traits(path),
            True,
            row.owner == caller.package,
            store.selected(caller.package, path),
            store.granted(caller.package, path),
            row.media_type == NO_TYPE,
            directory,
            holds_foreign,
        )

    def _as_folder(self, caller: Process, verb: PermissionVerb, path: str) -> tuple[bool, bool]:
        """Whether it is about a folder, and one that holds files of others by their rows."""
        if verb in _OF_FILES:
            return False, False
        if verb == "mkdir":
            return True, False
        inode = self.fs.find(lower(path))
        if verb != "rmdir" and (inode is None or not inode.directory):
            return False, False
        rows = [row for row in self.mediastore.below(path) if row.owner != caller.package]
        if verb == "rmdir":
            # Only the disk says whether a folder is empty, whatever rows are left.
            rows = [row for row in rows if self.fs.find(lower(row.path)) is not None]
        return True, bool(rows)

    def _item(self, path: str, caller: Process, known: _Known, agreed: bool = False) -> Item:
        return Item(
            path,
            owned=known.owned,
            own_folder=known.about.where.belongs_to(caller.package),
            listed=known.listed,
            directory=known.directory,
            no_media=known.no_media,
            granted=known.granted,
            selected=known.selected,
            picked=agreed or None,
            answer=agreed or None,
            holds_foreign=known.holds_foreign,
        )

    def _own_only(self, caller: Process, path: str) -> Decision:
        """What DownloadManager rules: an app reaches what it had downloaded, and nothing else.

        Source: DownloadProvider#getWhereClause adds the caller's uid to every selection.
        """
        inode = self.fs.find(lower(path))
        if inode is not None and inode.creator == caller.package:
            return Decision("allow", ("download.own",))
        return Decision("noop", ("download.not-own",))

    # -- inside: telling what happened -----------------------------------------------------

    def _saw(
        self,
        operation: int,
        hops: tuple[Hop, ...],
        caller: Process,
        verb: Verb,
        path: str,
        inode: Inode,
        *,
        to: str | None = None,
        mode: str | None = None,
        replaced: Inode | None = None,
        content: Content | None = None,
        redacted: bool = False,
    ) -> None:
        if content is None:
            content = inode.content
        because, size = (operation,), content.size
        victim = replaced.identity if replaced is not None else None
        digest = content.digest if verb in _DIGESTED else None
        file, links, directory = inode.identity, inode.links, inode.directory
        add, asked_by = self.log.add, caller.package
        shows = as_read(content, redacted=True).digest if redacted else None
        for hop in reversed(hops):
            layer = hop.layer
            if redacted:
                # The layers above the storage show other bytes than those that it keeps.
                digest = shows if layer in _REDACTING_LAYERS else None
            add(
                FileEvent,
                because,
                layer,
                "delete" if layer in CALL_LAYERS and verb == "unlink" else verb,
                path,
                file,
                hop.done_by.package,
                asked_by,
                to,
                mode,
                victim,
                size,
                digest,
                links,
                directory,
            )
        for waits_for, do in self._followers.get(operation, ()):
            if waits_for == verb:
                do()

    # -- inside: MediaStore ----------------------------------------------------------------

    def _effect(self, caller: Process, path: str, via: str, hops: tuple[Hop, ...]) -> Effect:
        """What a delete that is allowed does to file and row."""
        ruled = self.ruling(caller, "delete", self.stack.asks(via), path).effect
        if ruled is not None:
            return ruled
        follows = self.stack.row_follows(via, hops)
        return "row_deleted" if follows else "file_deleted_row_stale"

    def _redacts(self, caller: Process, via: str, path: str) -> bool:
        return self.ruling(caller, "read", self.stack.asks(via), path).redacted

    def _only_row(self, hops: tuple[Hop, ...], path: str) -> bool:
        # MediaStore deletes the row of a file that is gone already.
        called = any(hop.layer == "provider" for hop in hops)
        return called and self.fs.find(lower(path)) is None

    def _drop_row(self, operation: int, hops: tuple[Hop, ...], caller: Process, path: str) -> None:
        """Only the row goes; the provider swallows the error of a file that it cannot delete.

        Source: MediaProvider ``deleteIfAllowed`` (permission dossier 4 and 6).
        """
        inode = self.fs.find(lower(path))
        if inode is not None:
            calls = tuple(hop for hop in hops if hop.layer in CALL_LAYERS)
            self._saw(operation, calls, caller, "unlink", path, inode)
        self._unlist(path, inode, operation)

    def _tells(
        self,
        caller: Process,
        verb: PermissionVerb,
        via: str,
        hops: tuple[Hop, ...],
        *paths: str,
    ) -> bool:
        """Whether MediaStore learns of that change at once.

        It does not from a caller who passes its database by, at places that are open to that
        caller without asking for a row.  Source: MediaProvider ``shouldBypassDatabaseInternal``;
        ScopedStorageTest#testManageExternalStorageDoesntSkipScanningDirtyNomediaDir.
        """
        if not self.stack.row_follows(via, hops):
            return False
        who = self.callers.get(caller.package)
        if who is None or self.stack.asks(via) != "path":
            return True
        facts = derive(who)
        if facts.bypasses_database is None:
            return True
        items = [self._item(path, caller, self._known(caller, verb, path)) for path in paths]
        return any(bypasses(facts, verb, item, item.traits) is None for item in items)

    def _index(
        self,
        path: str,
        inode: Inode,
        caller: Process,
        operation: int,
        via: str,
        hops: tuple[Hop, ...],
    ) -> None:
        if has_rows(path) and self._tells(caller, "create", via, hops, path):
            by_path = hops[0].layer not in CALL_LAYERS
            kind = type_of(self.fs, path)
            row = self.mediastore.insert(path, caller.package, kind, from_path=by_path)
            self.tell_row(row, inode, (operation,))

    def _unlist(
        self, path: str, inode: Inode | None, operation: int, unlinked_by: str | None = None
    ) -> None:
        row = self.mediastore.remove(path, unlinked_by)
        if row is not None:
            self.tell_row(row, inode, (operation,), listed=False)

    def _relist(
        self,
        path: str,
        to: str,
        inode: Inode,
        victim: Inode | None,
        caller: Process,
        operation: int,
    ) -> None:
        """Let the rows follow a rename, of a file or of a folder with all that it holds."""
        if inode.directory:
            for held in self.mediastore.below(path):
                self._follow(held, to + held.path[len(path) :], operation)
            return
        replaced = self.mediastore.row(to) if to.casefold() != path.casefold() else None
        if replaced is not None:
            # Its id is what is renamed over it will have; its file is listed no more.
            self.tell_row(replaced, victim, (operation,), listed=False)
        row = self.mediastore.row(path)
        if row is not None:
            self._follow(row, to, operation)
        elif has_rows(to):
            made = self.mediastore.insert(to, caller.package, type_of(self.fs, to))
            self.tell_row(made, inode, (operation,))

    def _follow(self, row: Row, to: str, operation: int) -> None:
        inode = self.fs.find(lower(to))
        self.tell_row(row, inode, (operation,), listed=False)
        if has_rows(to):
            moved = self.mediastore.move(row.path, to, type_of(self.fs, to))
            assert moved is not None
            self.tell_row(moved, inode, (operation,))
        else:
            self.mediastore.remove(row.path)

    def tell_row(
        self, row: Row, inode: Inode | None, because: tuple[int, ...], *, listed: bool = True
    ) -> None:
        """Record that a row is there, changed, or is gone."""
        self.log.add(
            Listing,
            because,
            row.path,
            inode.identity if inode is not None else None,
            listed,
            row.owner,
            "MediaProvider",
            row.media_type,
            row.pending,
            row.trashed,
        )

    def _make_folders(self, path: str, creator: str) -> None:
        if self.fs.find(path) is None:
            self._make_folders(parent(path), creator)
            self.fs.mkdir(path, creator)


def _below_provider(hop: Hop, hops: tuple[Hop, ...]) -> bool:
    """Whether that layer is one that MediaProvider works on, for a call of somebody's."""
    return hop.layer not in CALL_LAYERS and any(other.layer == "provider" for other in hops)


def _answering(hops: tuple[Hop, ...]) -> Hop:
    """Where a request is ruled on: in the provider that is called, else at the top."""
    return next((hop for hop in reversed(hops) if hop.layer in CALL_LAYERS), hops[0])


_DIGESTED = frozenset({"unlink", "rename", "close", "truncate"})
