"""One deletion, seen from every layer of a phone: run for real on the model, then looked at.

An app removes the copy that it made, on a phone that holds nothing else.  What each layer saw are
the file events of that run; nothing here knows beforehand what comes out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Literal

from attrs import frozen

from simulator.android import versions
from simulator.android.files import FileError
from simulator.android.layers import (
    Layer,
    Route,
    StackRecord,
    layers,
    routes,
    stacks,
    within,
)
from simulator.android.paths import STANDARD, Area, place
from simulator.android.permissions import Caller
from simulator.android.phone import Phone, installed
from simulator.android.processes import DOCUMENT_APP, Process, app_process, named
from simulator.android.stack import Hop, Stack
from simulator.errors import InputError, UnknownName
from simulator.grades import Grade
from simulator.message import Message
from simulator.trace import FileEvent, Log, Record, Refusal

#: The app whose copy is removed, and where it keeps it unless another path is asked for.
APP = app_process("com.example.shop")
COPY = "Pictures/Shop/VID_20221112_210005.mp4"
#: The highest version that the app targets: later ones have no old storage mode to ask for.
TARGETS_AT_MOST = 29
_SIZE = 48_000_000
_CAPACITY = 64_000_000_000
#: What a layer returns where there is no such route.
NO_SUCH_ROUTE = "no-such-route"


@frozen
class Glimpse:
    """What one *layer* had of the deletion; *verb* is None where it saw nothing.

    *nameable* is whom a watcher at that layer can name: the process that the layer meets, or the
    caller where the layer is told who that is; None where that is no app.
    """

    layer: str
    verb: str | None = None
    asked_by: Process | None = None
    done_by: Process | None = None
    nameable: str | None = None


@frozen
class Refused:
    """Who refused: the *layer* (None: there is no such route), with which *error* and *rule*."""

    layer: str | None
    error: str
    rule: str
    told: str


@frozen
class Sighting:
    """The deletion of *path* on one stack: what each layer saw, top first.

    *row* is what became of the MediaStore row (None: there was none).  *app* is what the app holds
    (None: whoever asks is no app).
    """

    stack: StackRecord
    android: str
    route: Route
    path: str
    made_by: str
    asked_by: Process
    glimpses: tuple[Glimpse, ...]
    refused: Refused | None
    row: Literal["removed", "stays"] | None
    app: Caller | None = None

    @property
    def stack_grade(self) -> Grade:
        """How well it is founded that a phone with this version is built so."""
        return self.stack.grade_on(versions.API[self.android])


def offered_routes() -> tuple[str, ...]:
    """The routes that can be asked for."""
    return tuple(name for name, route in routes().items() if route.offered)


def built(via: str = "path", android: str | None = None) -> Iterator[tuple[StackRecord, str]]:
    """The stacks to look at, each with an Android version that has it.

    Those that phones with *android* have; without it all of them, each on its own example, or on
    the first version that has the route *via* as well.
    """
    if android is not None and android not in versions.API:
        raise UnknownName(Message("Android version"), android, tuple(versions.API))
    for record in stacks().values():
        if record.example is None:
            continue
        if android is None:
            yield record, _version_with(record, record.example, via)
        elif within(versions.API[android], record.apis):
            yield record, android


def _version_with(record: StackRecord, example: str, via: str) -> str:
    route = routes().get(via)
    if route is None or within(versions.API[example], route.apis):
        return example
    both = (
        version
        for version, api in versions.API.items()
        if within(api, record.apis) and within(api, route.apis)
    )
    return next(both, example)


def see(stack: StackRecord, android: str, via: str = "path", path: str = COPY) -> Sighting:
    """Delete *path* by the route *via* on such a phone, and look at it from every layer.

    Raises :class:`InputError` where there is no such route anywhere or the path is a folder.
    """
    if via not in offered_routes():
        raise UnknownName(Message("route"), via, offered_routes())
    if not path or any(folder == path or folder.startswith(f"{path}/") for folder in STANDARD):
        raise InputError(Message("“{path}” is a folder on this phone", path=path))
    api, route = versions.API[android], routes()[via]
    built_here = Stack(stack.name, api)
    asker = APP if route.asked_by == "app" else named(route.asked_by, api)
    made_by = place(path).package or APP.package
    if not built_here.offers(via):
        refused = Refused(None, NO_SUCH_ROUTE, NO_SUCH_ROUTE, NO_SUCH_ROUTE)
        return Sighting(stack, android, route, path, made_by, asker, (), refused, None)
    phone = _phone(built_here, route)
    phone.put(path, "the app's copy", _SIZE, made_by, listed=True)
    listed = phone.mediastore.row(path) is not None
    with suppress(FileError):
        phone.unlink(asker, path, (), "app", via, agreed=True)
    stays = phone.mediastore.row(path) is not None
    return Sighting(
        stack,
        android,
        route,
        path,
        made_by,
        asker,
        _glimpses(built_here, path, via, asker, phone.log.records),
        _refusal(phone.log.records),
        ("stays" if stays else "removed") if listed else None,
        phone.callers[APP.package] if asker == APP else None,
    )


@frozen
class _Still:
    """A clock that stands: one deletion takes no time."""

    now: float = 0.0


def _phone(stack: Stack, route: Route) -> Phone:
    """A phone with the app, which may all that an app with the old permissions may."""
    app = Caller(
        api=stack.api,
        target_sdk=min(stack.api, TARGETS_AT_MOST),
        granted=frozenset({"READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE", *route.grants}),
        legacy_flag=True,
    )
    callers = {APP.package: app, DOCUMENT_APP.package: app}
    return Phone(Log(_Still()), stack, installed((APP.package,), _CAPACITY).copy(), callers)


def _glimpses(
    stack: Stack, path: str, via: str, asker: Process, records: Iterable[Record]
) -> tuple[Glimpse, ...]:
    saw = {record.layer: record for record in records if isinstance(record, FileEvent)}
    hops = {hop.layer: hop for hop in stack.route(path, via, asker)}
    where = place(path)
    below = stack.layers if where.volume is None else stack.card_layers
    if where.area is Area.INTERNAL:
        below = below[-1:]
    names = [name for name in hops if layers()[name].kind == "call"]
    names += [layer.name for layer in below]
    return tuple(
        _glimpse(layers()[name], saw[name], hops[name], asker) if name in saw else Glimpse(name)
        for name in names
    )


def _glimpse(layer: Layer, event: FileEvent, hop: Hop, asker: Process) -> Glimpse:
    met = asker if layer.knows_caller else hop.done_by
    name = (met.package if layer.knows_caller else met.cmdline) if met.is_app else None
    return Glimpse(layer.name, event.verb, asker, hop.done_by, name)


def _refusal(records: Iterable[Record]) -> Refused | None:
    for record in records:
        if isinstance(record, Refusal):
            return Refused(record.layer, record.error, record.rule, record.told)
    return None
