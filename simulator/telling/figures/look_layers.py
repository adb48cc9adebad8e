"""What the app's own log and two layers of storage have of one deletion."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename, dirname
from types import MappingProxyType

from attrs import evolve

from simulator.android.layers import layers
from simulator.message import Message
from simulator.telling.figures import sentences as say
from simulator.telling.figures.looks import Case, Entry, Look, Thing, some, who
from simulator.telling.measures import size as in_units
from simulator.trace import Belief, FileEvent, FileState, Record, Refusal

#: What a layer's look tells of; opening and reading leave a file as it is.
_TOLD = frozenset({"create", "mkdir", "rename", "unlink", "rmdir", "truncate", "delete", "write"})


def lowest(this: Case) -> str | None:
    """The file system that keeps the file: a memory card has another than the phone."""
    for record in this.trace.records:
        if isinstance(record, FileEvent) and record.file == this.file and _is_lower(record.layer):
            return record.layer
    return this.trace.header.layers[-1] if this.trace.header.layers else None


def _is_lower(name: str) -> bool:
    return name in layers() and layers()[name].kind == "lower"


def highest(this: Case, low: str | None) -> str | None:
    """The layer that the call crosses first, but the app's own side of a call."""
    above = [name for name in this.trace.header.layers if name != low and not _own_side(name)]
    crossed = {r.layer for r in this.led_to(FileEvent)}
    crossed |= {r.layer for r in this.led_to(Refusal)}
    for name in above:
        if name in crossed:
            return name
    mounts = [name for name in above if name not in layers() or layers()[name].kind == "mount"]
    return next(iter(mounts or above), None)


def _own_side(name: str) -> bool:
    layer = layers().get(name)
    return layer is not None and layer.kind == "call" and not layer.knows_caller


# -- the app's own log -------------------------------------------------------------------------

_STATES: Mapping[str, Message] = MappingProxyType(
    {
        "begun": Message("the log says “begun”"),
        "exists": Message("the log says “made”"),
        "uploaded": Message("the log says “uploaded”"),
        "deleted": Message("the log says “deleted”"),
        "failed": Message("the log says “failed”"),
    }
)
_LOG_CONCLUDES: Mapping[str, Message] = MappingProxyType(
    {
        "begun": Message("The file is being made; nothing was removed."),
        "exists": Message("The file is there; nothing was removed."),
        "uploaded": Message("The file is uploaded; nothing was removed."),
        "deleted": Message("The file is deleted."),
        "failed": Message("The removal failed, so the file is still where it was."),
    }
)
_LOG_CLAUSE: Mapping[str, Message] = MappingProxyType(
    {
        "deleted": Message("the app’s log says “deleted”"),
        "failed": Message("the app’s log says “failed”"),
    }
)


def app_log(this: Case) -> Look:
    """What the app's own ledger has of the file."""
    own = [
        r
        for r in this.trace.records
        if isinstance(r, Belief) and r.path in this.names and this.within(r)
    ]
    before = [r for r in own if not this.after(r)]
    after = [r for r in own if this.after(r)]
    last = own[-1] if own else None
    nothing = Message("nothing is written down about it")
    return Look(
        name=Message("The app’s own log"),
        layer=None,
        sees=Message("sees what the app noted itself; not what the phone did with the file"),
        before=some([_noted(r) for r in before], this.lines[0], last=True),
        things_before=(_logged(this, before[-1] if before else None),),
        after=some([_noted(r) for r in after], this.lines[1])
        or (Entry(this.act.t, (), _unlogged(this, nothing)),),
        things_after=(_logged(this, last),),
        concludes=_LOG_CONCLUDES[last.state]
        if last
        else Message("Nothing can be said: the log does not have this file."),
        clause=_LOG_CLAUSE.get(
            after[-1].state if after else "", Message("the app’s log has no removal")
        ),
    )


def _unlogged(this: Case, nothing: Message) -> Message:
    if not say.by_app(this.trace, this.act):
        return Message("the app did not ask for this")
    if not any(isinstance(r, Belief) for r in this.trace.records):
        return Message("keeps no log of files in this run")
    return nothing


def _noted(record: Belief) -> Entry:
    return Entry(record.t, (record.id,), _STATES[record.state])


def _logged(this: Case, belief: Belief | None) -> Thing:
    if belief is None:
        return Thing(this.dress, this.act.path, "unsaid", Message("not in the log"))
    if belief.state == "deleted":
        says = Message("deleted, says the log")
        return Thing(this.dress, belief.path, "gone", says, None, belief.id)
    file = _file_at(this, belief.path, belief.id)
    dress = this.dress if file is None else this.dress_of(file)
    return Thing(dress, belief.path, "there", None, None, belief.id)


def _file_at(this: Case, path: str, until: int) -> str | None:
    """Which file last came to that name, before a record."""
    found = None
    for record in this.trace.records[:until]:
        if isinstance(record, FileEvent) and path == (record.to or record.path):
            found = record.file
    return found


# -- a layer -----------------------------------------------------------------------------------


def upper(this: Case, layer: str | None) -> Look:
    """What the layer has that the call crosses first."""
    if layer is not None and layer in layers() and layers()[layer].kind == "call":
        name = Message("The provider that takes the call")
        sees = Message("sees names, rows and the caller; not whose video it is")
    else:
        name = Message("The upper mount")
        sees = Message("sees names and the caller; not whose video it is")
    return _of_layer(this, layer, name, sees, Message("the upper mount"))


def lower(this: Case, layer: str | None) -> Look:
    """What the file system has that keeps the bytes."""
    return _of_layer(
        this,
        layer,
        Message("The lower file system"),
        Message("sees names and processes; not whose video it is"),
        Message("the lower file system"),
    )


def _of_layer(this: Case, layer: str | None, name: Message, sees: Message, called: Message) -> Look:
    events = [r for r in this.trace.records if _seen_at(this, r, layer)]
    before = [*_there_at_first(this, layer), *_told(this, events, after=False)]
    after = list(_told(this, events, after=True))
    if layer is None:
        after = [Entry(this.act.t, (), Message("this layer was not recorded"))]
    elif not any(this.act.record in this.trace[i].because for e in after for i in e.records):
        after.insert(0, Entry(this.act.t, (), _why_nothing(this, layer)))
    later = [r for r in events if this.after(r)]
    return Look(
        name=name,
        layer=layer,
        sees=sees,
        before=some(before, this.lines[0], last=True),
        things_before=(_named(this, events, layer, until=this.act.record),),
        after=some(after, this.lines[1]),
        things_after=(_named(this, events, layer, until=len(this.trace.records) + 1),),
        concludes=_says(this, later),
        clause=Message("{who} {shows}", who=called, shows=_shows(this, later)),
    )


def _seen_at(this: Case, record: Record, layer: str | None) -> bool:
    """Whether a layer's record is about the file."""
    if layer is None or not this.within(record):
        return False
    if isinstance(record, FileEvent):
        return (
            record.layer == layer
            and this.file is not None
            and this.file in {record.file, record.replaced}
            and (record.verb in _TOLD or (record.verb, record.mode) == ("close", "write"))
        )
    if isinstance(record, Refusal) and record.layer == layer:
        return any(_about(this, cause) for cause in record.because)
    return False


def _about(this: Case, request: int) -> bool:
    """Whether a request is to remove the file."""
    if request == this.act.record:
        return True
    return any(
        r.record == request and r.file is not None and r.file == this.file
        for r in this.verdict.removals
    )


def _there_at_first(this: Case, layer: str | None) -> Iterator[Entry]:
    lowest = this.trace.header.layers[-1:] == (layer,)
    view = "lower" if lowest else "upper"
    if layer is None or this.file is None:
        return
    for record in this.trace.records:
        if isinstance(record, FileState) and (record.file, record.view) == (this.file, view):
            told = Message("is there from the start")
            yield from [Entry(record.t, (record.id,), told)] if record.moment == "start" else []


def _told(this: Case, events: Sequence[Record], *, after: bool) -> Iterator[Entry]:
    """The lines of a layer's look, one after the other; what is written in parts is one line."""
    writing = False
    for record in events:
        if this.after(record) is not after:
            continue
        if isinstance(record, Refusal):
            yield Entry(record.t, (record.id,), _refused(this, record))
        elif isinstance(record, FileEvent):
            if record.verb == "write" and (writing or not after):
                continue
            writing = record.verb == "write"
            if record.verb == "close" and not record.size:
                continue
            yield Entry(record.t, (record.id,), _event(this, record))


def _refused(this: Case, record: Refusal) -> Message:
    asks = who(this.trace, record.done_by)
    return Message("{who} asks to remove it: refused, {error}", who=asks, error=record.error)


#: What a layer saw, by the verb; ``{who}`` is the process as that layer knows it.
_EVENTS: Mapping[str, Message] = MappingProxyType(
    {
        "create": Message("{who} makes it"),
        "mkdir": Message("{who} makes the folder"),
        "unlink": Message("{who} removes it"),
        "rmdir": Message("{who} removes the folder"),
        "truncate": Message("{who} cuts it to nothing"),
        "write": Message("{who} writes to it"),
        "delete": Message("{who} deletes its row"),
    }
)


def _event(this: Case, event: FileEvent) -> Message:
    doer = who(this.trace, event.done_by)
    if event.verb == "rename" and event.replaced is not None and event.replaced == this.file:
        return Message(
            "{who} renames {path} to its name, and it loses that",
            who=doer,
            path=basename(event.path),
        )
    if event.verb == "rename":
        to = event.to or ""
        near = dirname(to) == dirname(event.path)
        return Message("{who} renames it to {to}", who=doer, to=basename(to) if near else to)
    if event.verb == "close":
        return Message("{who} has written it: {size}", who=doer, size=in_units(event.size or 0))
    return Message(_EVENTS[event.verb].template, who=doer)


def _why_nothing(this: Case, layer: str) -> Message:
    """Why a layer has no record of the request."""
    refusal = next(iter(this.led_to(Refusal)), None)
    order = this.trace.header.layers
    if refusal is not None and refusal.layer in order and layer in order:
        if order.index(refusal.layer) > order.index(layer):
            return Message("no record of the request: it is refused further down")
        return Message("the call did not come here: it is refused further up")
    if this.act.dialog is not None and not this.act.done:
        return Message("the call did not come here: the user is asked first")
    return Message("the call did not come here")


def _named(this: Case, events: Sequence[Record], layer: str | None, until: int) -> Thing:
    """The file as a layer has it at a record: its name then, or what became of that."""
    if layer is None:
        return Thing(this.dress, this.act.path, "unsaid", Message("not recorded"))
    start = _start(this)
    now = (
        None
        if start is None
        else Thing(this.dress, start.path, "there", None, start.digest, start.id)
    )
    for event in events:
        if isinstance(event, FileEvent) and event.id < until:
            now = _next(this, event, now)
    if now is None:
        return Thing(this.dress, this.act.path, "unsaid", Message("no record of it here"))
    if now.dress == "original" and start is not None and now.digest != start.digest:
        return evolve(now, dress="changed")
    return now


def _start(this: Case) -> FileState | None:
    return next(
        (
            r
            for r in this.trace.records
            if isinstance(r, FileState) and r.moment == "start" and r.file == this.file
        ),
        None,
    )


def _next(this: Case, event: FileEvent, now: Thing | None) -> Thing:
    """The file after one more event of its layer."""
    digest = event.digest or (now.digest if now is not None else None)
    digest = None if event.size == 0 else digest
    if event.replaced is not None and event.replaced == this.file:
        other = this.dress_of(event.file)
        says = Message("another file under its name")
        return Thing(other, event.to or event.path, "there", says, digest, event.id)
    if event.verb in {"unlink", "rmdir"} and not event.links:
        return Thing(this.dress, event.path, "gone", None, None, event.id)
    if event.verb == "delete":
        return Thing(this.dress, event.path, "gone", Message("its row is deleted"), None, event.id)
    return Thing(this.dress, event.to or event.path, "there", None, digest, event.id)


def _says(this: Case, later: Sequence[Record]) -> Message:
    """What somebody would say who had a layer's records alone."""
    events = [r for r in later if isinstance(r, FileEvent) and r.verb != "close"]
    if not events:
        refusal = next((r for r in later if isinstance(r, Refusal)), None)
        if refusal is None:
            return Message("Nothing happened to this file.")
        doer = who(this.trace, refusal.done_by)
        return Message("Nothing was removed: {who} was refused.", who=doer)
    last = events[-1]
    doer = who(this.trace, last.done_by)
    if last.verb == "rename" and last.replaced is not None and last.replaced == this.file:
        return Message("{who} put another file in its place.", who=doer)
    if last.verb == "rename" and this.dress == "folder":
        return Message("{who} gave a folder another name; nothing was removed.", who=doer)
    return Message(_CONCLUDES[last.verb].template, who=doer)


_CONCLUDES: Mapping[str, Message] = MappingProxyType(
    {
        "unlink": Message("{who} removed a file; whose it was is not here."),
        "rmdir": Message("{who} removed a folder."),
        "rename": Message("{who} gave a file another name; nothing was removed."),
        "truncate": Message("{who} emptied a file; its name is still there."),
        "write": Message("{who} wrote over a file; nothing was removed."),
        "delete": Message("{who} deleted a row; what became of the file is not here."),
        "create": Message("{who} made a file."),
        "mkdir": Message("{who} made a folder."),
    }
)


def _shows(this: Case, later: Sequence[Record]) -> Message:
    events = [r for r in later if isinstance(r, FileEvent) and r.verb != "close"]
    if not events:
        refused = any(isinstance(r, Refusal) for r in later)
        return Message("shows a refusal") if refused else Message("shows nothing")
    verb = events[-1].verb
    if verb in {"unlink", "rmdir"}:
        return Message("shows a removal")
    if verb == "rename":
        return Message("shows a renaming")
    return Message("shows a row deleted") if verb == "delete" else Message("shows it overwritten")
