"""The phone: requests go down its stack, each layer may refuse, and every layer tells what it saw.

A request is admitted by every layer it crosses, top first, before anything changes; then the lower
file system executes it; then each layer emits its file event, lowest first.  A refused request
therefore leaves no file event anywhere.  Guards (watchers that interfere) sit in a layer and are
part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Protocol, TypeVar

from attrs import define, field, frozen

from simulator.android.files import Content, FileError, FileSystem, Handle, Inode, parent
from simulator.android.mediastore import MediaStore, indexable
from simulator.android.paths import LOWER, STANDARD, Place, lower, place
from simulator.android.permissions import Caller, Decision, Item, decide
from simulator.android.permissions import Verb as PermissionVerb
from simulator.android.processes import Process
from simulator.android.stack import Hop, Stack
from simulator.trace import FileEvent, FileState, Listing, Log, Operation, Refusal
from simulator.trace.records import Moment, Verb

__all__ = ["Guard", "OpenFile", "Phone", "Request", "Stop"]

T = TypeVar("T")
#: Layers that are no file system: they carry MediaStore calls.
_CALL_LAYERS = frozenset({"resolver", "provider"})


@frozen
class Request:
    """An operation on its way down: what a guard may look at.

    *inode* is the file it names (None where there is none yet), *folder* the directory it lies in.
    """

    operation: int
    verb: Verb
    path: str
    to: str | None
    inode: Inode | None
    folder: Inode | None
    asked_by: Process


@frozen
class Stop:
    """A layer's refusal: the *error* it returns, its *rule*, what the caller is *told*."""

    error: str
    rule: str
    told: str


class Guard(Protocol):
    """A watcher inside a layer."""

    @property
    def layer(self) -> str:
        """The layer it sits in."""

    @property
    def verbs(self) -> frozenset[str]:
        """What it looks at."""

    def judge(self, request: Request, hop: Hop) -> Stop | None:
        """Look at a request before it takes effect; a :class:`Stop` refuses it."""


@define(eq=False)
class OpenFile:
    """An app's open file: the lower handle and the layers that its reads and writes cross."""

    handle: Handle
    path: str
    hops: tuple[Hop, ...]
    asked_by: Process
    for_whom: str
    mode: str
    operation: int


@lru_cache(maxsize=64)
def installed(packages: tuple[str, ...], capacity: int) -> FileSystem:
    """The file system of a phone with these apps, before anything else is on it: for copying."""
    fs = FileSystem(capacity)
    for path in ("/data", "/data/media", "/data/media/0", "/data/user", "/data/user/0"):
        fs.mkdir(path, "system")
    for path in STANDARD:
        fs.mkdir(LOWER + path, "system")
    for package in packages:
        home = f"/data/user/0/{package}"
        for path in (home, f"{home}/cache", f"{home}/files"):
            fs.mkdir(path, package)
    return fs


@define(eq=False)
class Phone:
    """One phone: a stack over a lower file system, MediaStore, and guards.

    *every_call* records each single read and write; otherwise only the first of a session is
    recorded, and the close carries what it came to.
    """

    log: Log
    stack: Stack
    fs: FileSystem
    callers: Mapping[str, Caller]
    every_call: bool = False
    mediastore: MediaStore = field(factory=MediaStore)
    _guards: dict[str, dict[str, list[Guard]]] = field(factory=dict)
    _rulings: dict[tuple[str, PermissionVerb, str, str, Place, bool, bool], Decision] = field(
        factory=dict
    )

    # -- setting up ------------------------------------------------------------------------

    def put(self, path: str, recipe: str, size: int, creator: str, *, listed: bool) -> Inode:
        """Lay a file on the phone before the run begins."""
        self._make_folders(lower(parent(path)), creator)
        inode = self.fs.create(lower(path), creator)
        handle = self.fs.open(lower(path), True)
        self.fs.write(handle, recipe, size)
        self.fs.close(handle)
        if listed and indexable(path):
            self.mediastore.insert(path, creator)
        return inode

    def attach(self, guard: Guard) -> None:
        """Put a guard on duty."""
        for verb in sorted(guard.verbs):
            self._guards.setdefault(verb, {}).setdefault(guard.layer, []).append(guard)

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
            if self._admitted(operation, hops, caller, "mkdir", folder, None, "mkdir"):
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
        verb: PermissionVerb = "read" if mode == "read" else "create" if inode is None else "write"
        self._admitted(operation, hops, caller, "open", path, None, verb)
        created = inode is None and mode == "write"
        if created:
            inode = self._do(operation, hops, self.fs.create, lower(path), caller.package)
            self._saw(operation, hops, caller, "create", path, inode)
        handle = self._do(operation, hops, self.fs.open, lower(path), mode == "write")
        self._saw(operation, hops, caller, "open", path, handle.inode, mode=mode)
        if mode == "write" and not created:
            self.fs.truncate(handle.inode)
            self._saw(operation, hops, caller, "truncate", path, handle.inode)
        if created:
            self._index(path, handle.inode, caller, operation)
        return OpenFile(handle, path, hops, caller, for_whom, mode, operation)

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
            self.fs.write(handle, recipe, size)
        except FileError as error:
            operation = self._again(file, "write", sources)
            self._refused(operation, file.hops[-1], Stop(error.error, "errno", error.error))
        if self.every_call or not handle.touched:
            handle.touched = True
            operation = self._again(file, "write", sources)
            self._saw(operation, file.hops, file.asked_by, "write", file.path, handle.inode)

    def close(self, file: OpenFile) -> None:
        """Close the file."""
        operation = self._again(file, "close")
        self.fs.close(file.handle)
        self._saw(
            operation,
            file.hops,
            file.asked_by,
            "close",
            file.path,
            file.handle.inode,
            mode=file.mode,
        )

    def unlink(
        self,
        caller: Process,
        path: str,
        because: tuple[int, ...],
        for_whom: str,
        via: str = "path",
    ) -> int:
        """Remove *path*; gives the operation's id.  Through MediaStore its row goes as well."""
        verb: Verb = "delete" if via == "mediastore" else "unlink"
        operation, hops = self._ask(caller, verb, path, because, for_whom, via)
        if self._admitted(operation, hops, caller, "unlink", path, None, "delete"):
            content = self._do(operation, hops, self.fs.need, lower(path)).content
            inode = self._do(operation, hops, self.fs.unlink, lower(path))
            self._saw(operation, hops, caller, "unlink", path, inode, content=content)
            if via == "mediastore" or self._indexes_at_once:
                self._unlist(path, inode, caller, operation)
        return operation

    def rename(
        self,
        caller: Process,
        path: str,
        to: str,
        because: tuple[int, ...],
        for_whom: str,
        via: str = "path",
    ) -> int:
        """Rename *path* to *to*, over whatever is there; gives the operation's id."""
        operation, hops = self._ask(caller, "rename", path, because, for_whom, via, to)
        if self._admitted(operation, hops, caller, "rename", path, to, "rename"):
            inode, victim = self._do(operation, hops, self.fs.rename, lower(path), lower(to))
            self._saw(operation, hops, caller, "rename", path, inode, to=to, replaced=victim)
            if self._indexes_at_once:
                self._relist(path, to, inode, caller, operation)
        return operation

    def snapshot(self, moment: Moment, because: tuple[int, ...] = ()) -> None:
        """Record every file with content, as each view has it now."""
        for path, inode in self.fs.regular_files():
            content = inode.content
            known = (inode.identity, content.size, content.digest)
            if path.startswith(LOWER):
                # Apps see shared storage through its mount, and nothing else of other apps.
                name = path[len(LOWER) :]
                self.log.add(FileState, because, moment, "lower", name, *known)
                self.log.add(FileState, because, moment, "upper", name, *known)
            else:
                self.log.add(FileState, because, moment, "lower", path, *known)
        for row in self.mediastore.rows():
            listed = self.fs.find(lower(row.path))
            identity = listed.identity if listed else None
            self.log.add(FileState, because, moment, "listed", row.path, identity, None, None)

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
    ) -> tuple[int, tuple[Hop, ...]]:
        operation = self.log.add(
            Operation, because, verb, path, caller.package, for_whom, via, to, mode
        )
        return operation, self.stack.route(path, via, caller)

    def _again(self, file: OpenFile, verb: Verb, sources: tuple[str, ...] = ()) -> int:
        return self.log.add(
            Operation,
            (file.operation,),
            verb,
            file.path,
            file.asked_by.package,
            file.for_whom,
            "path",
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
    ) -> bool:
        """Whether the request may take effect; raises what the caller is told if it may not."""
        route = "mediastore" if hops[0].layer in _CALL_LAYERS else "path"
        decision = self.ruling(caller, permission, route, path)
        if to is not None and decision.ruling == "allow":
            taken = self.fs.find(lower(to)) is not None
            decision = self.ruling(caller, "rename" if taken else "create", route, to)
        if decision.ruling != "allow":
            # A dialog nobody answers is a refusal: the pipelines here do not wait for one.
            error = decision.error or "0 rows"
            told = "success" if decision.ruling == "noop" else error
            hop = hops[1] if route == "mediastore" else hops[0]
            return self._refused(operation, hop, Stop(error, decision.chain[-1], told))
        guarded = self._guards.get(verb)
        for hop in hops if guarded else ():
            for guard in guarded.get(hop.layer, ()) if guarded else ():
                below = lower(path)
                inode, folder = self.fs.find(below), self.fs.find(parent(below))
                request = Request(operation, verb, path, to, inode, folder, caller)
                stop = guard.judge(request, hop)
                if stop is not None:
                    return self._refused(operation, hop, stop)
        return True

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

    def ruling(self, caller: Process, verb: PermissionVerb, route: str, path: str) -> Decision:
        """What the permission model rules for that process and file."""
        who = self.callers.get(caller.package)
        if who is None:
            return Decision("allow", ("system.privileged",))
        where = place(path)
        row = self.mediastore.row(path)
        owned = row is not None and row.owner == caller.package
        shape = path if verb in {"create", "mkdir"} and route == "path" else ""
        key = (caller.package, verb, route, shape, where, owned, row is not None)
        decision = self._rulings.get(key)
        if decision is None:
            item = Item(
                path,
                where,
                owned=owned,
                own_folder=where.package == caller.package,
                listed=row is not None,
            )
            decision = self._rulings[key] = decide(
                who, verb, "mediastore" if route == "mediastore" else "path", item
            )
        return decision

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
    ) -> None:
        if content is None:
            content = inode.content
        because, size = (operation,), content.size
        victim = replaced.identity if replaced is not None else None
        digest = content.digest if verb in _DIGESTED else None
        file, links, directory = inode.identity, inode.links, inode.directory
        add, asked_by = self.log.add, caller.package
        for hop in reversed(hops):
            layer = hop.layer
            add(
                FileEvent,
                because,
                layer,
                "delete" if layer in _CALL_LAYERS and verb == "unlink" else verb,
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

    # -- inside: MediaStore ----------------------------------------------------------------

    @property
    def _indexes_at_once(self) -> bool:
        # From Android 11 on FUSE tells MediaProvider of every change; before, only a scan does.
        return "fuse" in self.stack.name and self.stack.name != "fuse-daemon"

    def _index(self, path: str, inode: Inode, caller: Process, operation: int) -> None:
        if self._indexes_at_once and indexable(path):
            self._list(path, inode, caller.package, operation)

    def _list(self, path: str, inode: Inode, owner: str | None, operation: int) -> None:
        self.mediastore.insert(path, owner)
        self.log.add(Listing, (operation,), path, inode.identity, True, owner, "MediaProvider")

    def _unlist(self, path: str, inode: Inode, caller: Process, operation: int) -> None:
        row = self.mediastore.remove(path)
        if row is not None:
            self.log.add(
                Listing, (operation,), path, inode.identity, False, row.owner, "MediaProvider"
            )

    def _relist(self, path: str, to: str, inode: Inode, caller: Process, operation: int) -> None:
        owner = self.mediastore.row(path)
        self._unlist(path, inode, caller, operation)
        self._unlist(to, inode, caller, operation)
        if indexable(to):
            kept = owner.owner if owner is not None else caller.package
            self._list(to, inode, kept, operation)

    def _make_folders(self, path: str, creator: str) -> None:
        if self.fs.find(path) is None:
            self._make_folders(parent(path), creator)
            self.fs.mkdir(path, creator)


_DIGESTED = frozenset({"unlink", "rename", "close", "truncate"})
