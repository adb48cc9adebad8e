"""The records of a trace.

A record says one thing that happened: who asked, which layer saw it, which rule fitted, what a
person read.  Records never say what a thing *means*; that is the verdict's work.

Three relations join records: ``because`` (ids of the records that triggered this one; several are
allowed), ``derived_from`` (files whose data went into a write) and ``for_whom`` (on whose
authority).  Three persons are kept apart: ``asked_by`` wanted it, ``done_by`` is the process that
executed it at that layer, ``seen_as`` is whom a watcher names by its own algorithm.

Times are seconds from the start of the run or recording.  Sizes are bytes.  Paths below shared
storage are written relative to it (``DCIM/Camera/a.mp4``), all others in full (``/data/...``).
A *file* is an identity that survives a rename; two names of one file share it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

SCHEMA = "cachelife.trace/1"

Source = Literal["simulation", "live", "recording"]
Verb = Literal[
    "open",
    "read",
    "write",
    "close",
    "create",
    "truncate",
    "rename",
    "link",
    "unlink",
    "mkdir",
    "rmdir",
    "delete",  # of a MediaStore row, with its file
]
#: Verbs after which a name, or the content behind it, may be gone.
REMOVALS: frozenset[str] = frozenset({"unlink", "rmdir", "rename", "truncate", "delete"})
#: In ``derived_from``: the data came from a camera, and from no file.
CAMERA = "camera"
View = Literal["lower", "upper", "listed", "shown", "believed"]
Moment = Literal["start", "end", "retention"]


@frozen
class Watched:
    """A watcher that was on duty: its *name*, the *layers* it sits at, and the notice's facts.

    *verbs* is what its rule can flag; *bin* the folder and *aside* the name pattern of what it
    keeps; *retention* how long the bin keeps a file (seconds), None where it keeps nothing;
    *hypothesis* is true where no source confirms the rule.  *consulted* are its parameters that
    had a say in this run; *overseas*: the phone is a build for other markets.
    """

    name: str
    layers: tuple[str, ...]
    verbs: tuple[str, ...] = ()
    bin: str | None = None
    aside: str | None = None
    retention: float | None = None
    hypothesis: bool = False
    consulted: tuple[str, ...] = ()
    overseas: bool = False


@frozen
class Assumption:
    """Something the run rests on that no source settles: the field, its value, and who knows."""

    path: str
    value: str
    grade: str = "assumption"
    settled_by: str | None = None
    who: str | None = None


@frozen
class Header:
    """What the trace is, and what could be observed in it (the observability header).

    *by_construction*: the records follow from assumptions; nothing was observed.
    *content*: how contents are identified (``model``, ``sha256`` or ``none``).
    *identity*: how files are (``inode``, or ``path`` where only names were seen).
    *actors*: whether records name who asked.  *gaps*: spans (seconds) in which nothing was seen.
    *overflows*: how often the recorder lost events.
    *originals*: the user's media files, by path.  *phone*, *app*: the facts that the permission
    model needs; None where they are not known.
    """

    source: Source
    version: str
    scenario: str | None = None
    digest: str = ""
    seed: int = 0
    by_construction: bool = False
    content: Literal["model", "sha256", "none"] = "none"
    identity: Literal["inode", "path"] = "path"
    actors: bool = False
    layers: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    gaps: tuple[tuple[float, float], ...] = ()
    overflows: int = 0
    duration: float = 0.0
    originals: tuple[str, ...] = ()
    watchers: tuple[Watched, ...] = ()
    assumed: tuple[Assumption, ...] = ()
    phone: Mapping[str, Any] | None = None
    app: Mapping[str, Any] | None = None
    labels: Mapping[str, Mapping[str, str]] = field(factory=dict)
    schema: str = SCHEMA


@frozen
class Record:
    """Anything that happened: its *id* (from 1, without gaps), its time *t*, and why."""

    id: int
    t: float
    because: tuple[int, ...]


@frozen
class Cause(Record):
    """Where a chain of ``because`` ends: a *user*, a *timer* or a *fault* did *what*.

    An *app* is no such end: it tells the phone something that is no request about a file.
    """

    kind: Literal["user", "timer", "fault", "start", "app"]
    what: str
    path: str | None = None


@frozen
class Operation(Record):
    """One request by a caller, before any layer has answered.

    *mode* says how a file is opened (``read`` or ``write``).  *path* is where the caller pointed;
    *to* is the target of a rename or link.  *derived_from* names the files whose data the request
    carries; *edge* says how certain that is.
    """

    verb: Verb
    path: str
    asked_by: str
    for_whom: str
    via: str = "path"
    to: str | None = None
    mode: str | None = None
    derived_from: tuple[str, ...] = ()
    edge: Literal["certain", "strong", "weak"] | None = None


@frozen
class FileEvent(Record):
    """What one *layer* saw of an operation that took effect.

    *file* is the identity of the file; *replaced* that of a file which lost its name to a rename.
    *size* and *digest* describe the content after the event; *links* how many names are left.
    """

    layer: str
    verb: Verb
    path: str
    file: str | None
    done_by: str | None
    asked_by: str | None = None
    to: str | None = None
    mode: str | None = None
    replaced: str | None = None
    size: int | None = None
    digest: str | None = None
    links: int | None = None
    directory: bool = False


@frozen
class Refusal(Record):
    """A *layer* refused an operation: with *error* (an errno name), for the reason *rule*.

    *told* is what the caller was told, which may be ``success``; *done_by* is the process that the
    layer was dealing with.
    """

    layer: str
    error: str
    rule: str
    told: str
    done_by: str | None = None


@frozen
class Transfer(Record):
    """Data over the network: *size* bytes of *file* so far; *state* says how it stands."""

    state: Literal["started", "chunk", "confirmed", "failed"]
    path: str
    file: str | None
    size: int
    asked_by: str


@frozen
class Listing(Record):
    """A MediaStore row appeared or changed (*listed*), or went; *owner* is its owner package.

    *pending* and *trashed* rows are left out where an app asks for photos and videos;
    *media_type* is ``none`` for what readers of media do not get.
    """

    path: str
    file: str | None
    listed: bool
    owner: str | None
    done_by: str
    media_type: str | None = None
    pending: bool = False
    trashed: bool = False


@frozen
class Belief(Record):
    """What the app's own ledger says of a file from now on."""

    path: str
    state: Literal["begun", "exists", "uploaded", "deleted", "failed"]
    app: str


@frozen
class Match(Record):
    """A watcher's rule fitted: each check by name with what it read, and what the rule *does*."""

    watcher: str
    layer: str
    verb: Verb
    path: str
    file: str | None
    seen_as: str
    action: Literal["log", "notify", "keep", "refuse", "ask", "consent"]
    checks: tuple[tuple[str, str], ...]


@frozen
class Pass(Record):
    """A watcher saw a removal and its rule did not fit: the *check* that failed, what it read."""

    watcher: str
    layer: str
    verb: Verb
    path: str
    file: str | None
    check: str
    read: str


@frozen
class Sent(Record):
    """The rule's event, on its way to whoever shows notices."""

    watcher: str
    seen_as: str
    path: str


@frozen
class Dialog(Record):
    """A question to the user, before anything happens: may *names_app* do that to the file?

    *asks*: whether it may ``delete`` it or ``change`` it.  *watcher* is whose question it is;
    ``consent`` is Android itself.  *more* are the other files that the one question is about.  The
    answer is a :class:`Cause` that names it.
    """

    watcher: str
    names_app: str
    path: str
    file: str | None
    asks: Literal["delete", "change"] = "delete"
    more: tuple[str, ...] = ()


@frozen
class Withheld(Record):
    """An event that became no notice, and *why*: ``muted`` by the user, or over the day's cap."""

    watcher: str
    seen_as: str
    path: str
    why: Literal["muted", "capped"]


@frozen
class Notice(Record):
    """The wording that a person reads.

    *claims* are the parts of the wording that can be true or false; *text* has both languages,
    and *worded* says where each comes from (``documented``, ``translation``, ``proposal``).  Where
    no wording is public *worded* says ``not public``, and *text* says so in brackets.  *events* is
    how many events it stands for.
    """

    watcher: str
    names_app: str
    path: str
    file: str | None
    text: Mapping[str, str]
    worded: Mapping[str, str]
    claims: tuple[str, ...]
    grade: str
    events: int = 1


@frozen
class FileState(Record):
    """A name as one *view* has it at a *moment*: which file, how large, with what content."""

    moment: Moment
    view: View
    path: str
    file: str | None
    size: int | None
    digest: str | None


@frozen
class Trace:
    """A header and its records, in the order of their ids."""

    header: Header
    records: tuple[Record, ...]

    def __getitem__(self, id: int) -> Record:
        return self.records[id - 1]

    def ancestors(self, id: int) -> list[Record]:
        """All records that led to that one, nearest first."""
        found: dict[int, Record] = {}
        todo = list(self[id].because)
        while todo:
            cause = todo.pop(0)
            if cause not in found:
                found[cause] = self[cause]
                todo.extend(self[cause].because)
        return list(found.values())
