"""Scenario in, trace out: SimPy runs the app, the user and the network over the phone.

SimPy's clock is the only clock, from second 0.  Records of one instant are ordered by the order in
which their causes were scheduled (SimPy's promise), so the same scenario and seed give the same
trace everywhere.  Durations are drawn by name: a draw depends on the seed and on the name of the
quantity alone, so that changing one factor leaves every other draw as it was.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from math import ceil
from posixpath import basename, dirname, splitext
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import simpy
from attrs import define, field

from simulator import __version__
from simulator.android import upkeep
from simulator.android.files import FileError
from simulator.android.idle import next_pass
from simulator.android.paths import lower
from simulator.android.permissions import Caller
from simulator.android.phone import CONSENT, ConsentNeeded, OpenFile, Phone, installed
from simulator.android.processes import GALLERY, app_process, media_provider
from simulator.android.stack import Stack
from simulator.apps import preset as presets
from simulator.apps.calls import (
    AskToDelete,
    AskToWrite,
    Believe,
    Call,
    CallFailed,
    Close,
    Convert,
    Die,
    MakeDirs,
    Open,
    Pause,
    RemoveDir,
    Rename,
    Truncate,
    Unlink,
    Upload,
    Wait,
)
from simulator.apps.preset import Sourced
from simulator.apps.steps import Plan, lives, pipeline
from simulator.scenario.digest import digest
from simulator.scenario.model import AlbumFile, Happening, Scenario
from simulator.trace import (
    Assumption,
    Belief,
    Cause,
    Dialog,
    FileState,
    Header,
    Log,
    Trace,
    Transfer,
    Watched,
)
from simulator.trace.records import Moment
from simulator.watchers.aftermath import Aftermath
from simulator.watchers.guard import RuleGuard
from simulator.watchers.rule import MOUNT, VERB_OF
from simulator.watchers.settings import Settings

Event = Generator[simpy.Event, Any, Any]
#: How many pieces a transfer is cut into at most: the grain of the model, no property of an app.
GRAIN = 16
#: Bytes that one read call asks for where every call is recorded.
BUFFER = 65_536
PROVIDER_LABEL = {"en": "Media storage", "zh-CN": "媒体存储"}
CAMERA = "com.android.camera"
SETTINGS = "com.android.settings"
#: What a person does in the app itself, and on whose authority the app then works.
_IN_APP = {"send video": "app", "open app": "app", "delete in app": "user"}
#: The first API level on which an app can have the user asked before a deletion.
_REQUESTS_SINCE = 30
#: The pass of second 0 is over when the run has begun (seconds).
_BEGUN = 1.0
#: How long after the last thing kept aside the run goes on, to see what is left (seconds).
AFTER_RETENTION = 1.0
#: How often the end of what is kept is waited for: more than any phone could need.
ROUNDS = 64


def run(
    scenario: Scenario, seed: int = 0, *, every_call: bool = False, digested: bool = True
) -> Trace:
    """Run one world of *scenario* (its values as they stand) and give its trace.

    *every_call* records each read and write instead of the first of every session; without
    *digested* the header carries no digest, which many worlds of one scenario can do without.
    """
    world = _World(scenario, seed, every_call)
    world.play()
    return world.trace(digest(scenario) if digested else "")


def draw(seed: int, name: str, quantity: Sourced, value: float) -> float:
    """A draw of the quantity *name* around its *value*: log-normal with the quantity's spread."""
    if quantity.spread == 0:
        return value
    # Rounded, because the last bits of exp() differ between machines.
    factor = random.Random(f"{seed}/{name}").lognormvariate(0.0, quantity.spread)  # noqa: S311
    return float(value * round(factor, 6))


class _World:
    """One run in progress."""

    def __init__(self, scenario: Scenario, seed: int, every_call: bool) -> None:
        self.scenario, self.seed = scenario, seed
        self.env = env = simpy.Environment()
        self.log = Log(env)
        self.preset = presets.preset(scenario.pipeline.preset)
        self.draws: dict[str, float] = {}
        self.planned: set[float] = set()
        self.stuck: set[str] = set()
        self.running: dict[simpy.Process, _Job] = {}
        self.ledger: dict[str, str] = {}
        self.app = app_process(scenario.app.package)
        self.labels = {
            scenario.app.package: {
                "en": scenario.app.label.en,
                "zh-CN": scenario.app.label.zh_CN,
            },
            **{o.package: {"en": o.label.en, "zh-CN": o.label.zh_CN} for o in scenario.others},
            **provider_labels(scenario.phone.api),
        }
        self.foreground: str | None = None
        self.over = False
        self.phone = _phone(scenario, self.log, every_call)
        self.settings: Settings | None = None
        self.aftermath = self._watch()
        self.lives = lives(self.preset.steps(scenario.pipeline.variant))

    def play(self) -> None:
        """Let everything happen, to the end of the run and until no bin holds anything."""
        start = self.log.add(Cause, (), "start", "the run begins")
        self._look("start", (start,))
        self._plan_passes()
        for happening in self.scenario.happens:
            works = happening.act in _IN_APP
            self.env.process(self._work(happening) if works else self._order(happening))
        self.env.run(until=self.scenario.until)
        self._look("end")
        self._stop_the_app()
        for _ in range(ROUNDS):
            ends = [*self._bin_ends(), *self._passes()]
            if not ends:
                break
            self.env.run(until=max(ends) + AFTER_RETENTION)
        if self.env.now > self.scenario.until:
            self._look("retention")

    def _stop_the_app(self) -> None:
        """The run is over: what comes now is what the phone does with what it keeps."""
        self.over = True
        for process in self.running:
            process.interrupt()
        self.running.clear()

    def _bin_ends(self) -> list[float]:
        """When a watcher's bin has let go of what is in it now, and when to look again."""
        kept = self.aftermath
        if kept is None:
            return []
        rescue, ends = kept.rule.rescue, list[float]()
        if kept.binned and rescue is not None:
            ends.append(self.env.now + rescue.retention)
        if kept.under_way:
            ends.append(self.env.now + AFTER_RETENTION)
        return ends

    def _passes(self) -> set[float]:
        """When the passes of idle maintenance come that find what is in the trash now expired.

        The others of the daily passes would find nothing and are left out.  What a pass finds and
        cannot get rid of stays for good: the next one would fare no better.
        """
        phone = self.phone
        return {
            next_pass(phone, max(self.env.now, _BEGUN, row.expires - phone.epoch))
            for row in phone.mediastore.rows()
            if row.expires is not None and row.trashed and row.path not in self.stuck
        }

    def _plan_passes(self) -> None:
        for second in sorted(self._passes() - self.planned):
            self.planned.add(second)
            self._schedule(second - self.env.now, self._maintain)

    def _maintain(self) -> None:
        cause = self.log.add(Cause, (), "timer", "idle maintenance")
        before = {row.path for row in self.phone.mediastore.rows()}
        upkeep.carry_out(self.phone, "idle maintenance", self._about(None), (cause,))
        self.stuck.update(
            row.path
            for row in self.phone.mediastore.rows()
            if row.path in before and row.expires is not None and row.expires <= self.phone.clock
        )
        self._plan_passes()

    def _look(self, moment: Moment, because: tuple[int, ...] = ()) -> None:
        """Record what each view has at this moment: the phone's, and the app's own ledger."""
        self.phone.snapshot(moment, because)
        for path, state in sorted(self.ledger.items()):
            if state != "deleted":
                self.log.add(FileState, because, moment, "believed", path, None, None, None)

    def trace(self, digest: str) -> Trace:
        """The trace of what was played, under that digest."""
        header = _header(self.scenario, self.seed, self.phone.stack, digest, self.settings)
        return Trace(header, tuple(self.log.records))

    # -- setting up ------------------------------------------------------------------------

    def _watch(self) -> Aftermath | None:
        spec = self.scenario.watcher
        rule = spec.applied
        if rule is None:
            return None
        self.settings = settings = Settings(rule, spec.chosen, spec.overseas)
        aftermath = Aftermath(
            rule, settings, self.phone, self.log, self.labels, self.app, self._schedule
        )
        guard = RuleGuard(
            rule,
            settings,
            self.phone,
            self.log,
            self.app.package,
            aftermath.sent,
            lambda: self.foreground,
        )
        guard.flag_folders(self.phone.fs)
        self.phone.attach(guard)
        return aftermath

    def _schedule(self, after: float, do: Callable[[], None]) -> None:
        timeout = self.env.timeout(after)
        assert timeout.callbacks is not None
        timeout.callbacks.append(lambda _event: do())

    # -- what else happens -----------------------------------------------------------------

    def _order(self, happening: Happening) -> Event:
        yield self.env.timeout(happening.at)
        if self.over:
            return
        kind = "user" if happening.user is not None else "timer"
        about = happening.original
        if happening.bytes_ is not None:
            about = str(happening.bytes_)
        if happening.act == "switch app":
            self.foreground = about = happening.app
        cause = self.log.add(Cause, (), kind, happening.act, about)
        if happening.act == "switch app":
            return
        if happening.act in upkeep.KILLS:
            # The process dies first, then its files go, and its own ledger with them; nothing
            # comes in between, so that an app which starts at the same instant is another process.
            self._kill(cause)
            self.ledger.clear()
        self._to_the_front(happening)
        try:
            if happening.act == "restore from bin":
                self._restore(cause)
            else:
                upkeep.carry_out(self.phone, happening.act, self._about(happening), (cause,))
        except FileError as error:
            self.log.add(Cause, (len(self.log.records),), "fault", "not done", error.error)
        self._plan_passes()

    def _to_the_front(self, happening: Happening) -> None:
        """What a person does outside of the app brings something else to the screen."""
        if happening.user is not None:
            in_gallery = happening.act in {"trash in gallery", "restore from bin"}
            self.foreground = GALLERY.package if in_gallery else SETTINGS

    def _restore(self, cause: int) -> None:
        """The user takes what a watcher keeps out of its bin."""
        if self.aftermath is None:
            raise FileError("ENOENT")
        self.aftermath.restore((cause,))

    def _kill(self, cause: int) -> None:
        for process, job in self.running.items():
            self.log.add(Cause, (cause, job.because), "fault", "process killed")
            job.die()
            process.interrupt()
        self.running.clear()

    def _about(self, happening: Happening | None) -> upkeep.Order:
        package = self.app.package
        if happening is None:
            return upkeep.Order(package, "", 0, False)
        path, free = happening.original or "", happening.bytes_ or 0
        return upkeep.Order(package, path, free, happening.defy_quota)

    # -- the app ---------------------------------------------------------------------------

    def _work(self, happening: Happening) -> Event:
        yield self.env.timeout(happening.at)
        if self.over:
            return
        self.foreground = self.app.package
        assert happening.original is not None
        running = self.env.active_process
        assert running is not None
        cause = self.log.add(Cause, (), "user", happening.act, happening.original)
        plan = plan_for(self.scenario, happening.original, self.env.now)
        try:
            for number, life in enumerate(self.lives):
                if number:
                    killed = self.log.add(Cause, (cause,), "fault", "process killed")
                    yield self.env.timeout(self._drawn("restart_delay"))
                    cause = self.log.add(Cause, (killed,), "start", "app starts again")
                clip = self._clip(happening.original)
                job = _Job(self, plan, cause, clip, _IN_APP[happening.act])
                self.running[running] = job
                yield from job.drive(pipeline(plan, life))
        except simpy.Interrupt:
            return
        del self.running[running]

    def _clip(self, original: str) -> AlbumFile:
        return next(f for f in self.scenario.phone.album if f.path == original)

    def _drawn(self, name: str) -> float:
        drawn = self.draws.get(name)
        if drawn is None:
            quantity = getattr(self.preset.timing, name)
            drawn = self.draws[name] = draw(self.seed, name, quantity, quantity.value)
        return drawn


@define(eq=False)
class _Job:
    """One job of the app: answers the pipeline's calls from the phone."""

    world: _World
    plan: Plan
    because: int
    clip: AlbumFile
    for_whom: str
    handles: dict[int, OpenFile] = field(factory=dict)

    def drive(self, calls: Generator[Call, Any, None]) -> Event:
        """Run the pipeline to its end, its death, or the first refusal it does not handle."""
        result: Any = None
        error: CallFailed | None = None
        while True:
            try:
                call = calls.throw(error) if error else calls.send(result)
            except StopIteration:
                return
            except CallFailed as failure:
                self._fail(failure)
                return
            result, error = None, None
            if type(call) is Die:
                self.die()
                return
            try:
                lasting = self._lasting(call)
                if lasting is not None:
                    yield from lasting
                else:
                    result = self._at_once(call)
            except FileError as refused:
                error = CallFailed(refused.error)

    def _lasting(self, call: Call) -> Event | None:
        """What that call waits for; None where it takes no time."""
        if type(call) is Convert:
            return self._convert(call)
        if type(call) is Upload:
            return self._upload(call)
        if type(call) is Unlink:
            return self._unlink(call.path, call.via)
        if type(call) is AskToDelete:
            return self._ask_to_delete(call.path)
        if type(call) is AskToWrite:
            return self._ask_to_write(call.path)
        if type(call) is Wait:
            return self._wait(self.world._drawn(call.quantity))
        return self._wait(call.seconds) if type(call) is Pause else None

    def _wait(self, seconds: float) -> Event:
        yield self.world.env.timeout(seconds)

    # -- calls that take no time -----------------------------------------------------------

    def _at_once(self, call: Call) -> Any:
        phone, app, why = self.world.phone, self.world.app, (self.because,)
        if type(call) is Open:
            number = len(self.handles) + 3
            self.handles[number] = phone.open(app, call.path, call.mode, why, "user", call.via)
            return number
        if type(call) is Close:
            phone.close(self.handles[call.handle])
        elif type(call) is MakeDirs:
            phone.makedirs(app, call.path, why, "app")
        elif type(call) is RemoveDir:
            phone.rmdir(app, call.path, why, self.for_whom)
        elif type(call) is Truncate:
            phone.truncate(app, call.path, why, self.for_whom)
        elif type(call) is Rename:
            phone.rename(app, call.path, call.to, why, self.for_whom)
        elif type(call) is Believe:
            self._believe(call.path, call.state)
        return None

    def _believe(self, path: str, state: str) -> None:
        self.world.ledger[path] = state
        self.world.log.add(Belief, (self.because,), path, state, self.world.app.package)

    def _fail(self, failure: CallFailed) -> None:
        log = self.world.log
        log.add(Cause, (len(log.records),), "fault", "job failed", failure.error)

    def die(self) -> None:
        """The process is gone: the kernel closes what it had open."""
        for file in self.handles.values():
            if not file.closed:
                self.world.phone.fs.close(file.handle)
                file.closed = True

    # -- calls that may wait for the user ----------------------------------------------------

    def _unlink(self, path: str, via: str) -> Event:
        phone, app = self.world.phone, self.world.app
        why, whom = (self.because,), self.for_whom
        try:
            phone.unlink(app, path, why, whom, via, dialogs=True)
        except ConsentNeeded as waiting:
            agreed = yield from self._answer(waiting.dialog)
            if not agreed:
                phone.decline(waiting)
                return
            phone.unlink(app, path, why, whom, via, agreed=True, resume=waiting.operation)

    def _ask_to_delete(self, path: str) -> Event:
        api = self.world.phone.stack.api
        if api >= _REQUESTS_SINCE:
            yield from self._unlink(path, "request")
        else:
            # Android 10 asks about both at once: may the app modify or delete it?
            yield from self._ask_to_write(path, "delete")
            yield from self._unlink(path, "mediastore")

    def _ask_to_write(self, path: str, asks: str = "change") -> Event:
        """Android's dialog about changing an item; Android 10 has it for one item at a time."""
        phone, app = self.world.phone, self.world.app
        if phone.stack.api < _REQUESTS_SINCE - 1:
            raise FileError("ENOSYS")
        if phone.request_write(app, path, agreed=False):
            return
        inode = phone.fs.find(lower(path))
        file = inode.identity if inode is not None else None
        dialog = self.world.log.add(Dialog, (self.because,), CONSENT, app.package, path, file, asks)
        agreed = yield from self._answer(dialog)
        if not agreed:
            raise FileError("EACCES")
        phone.request_write(app, path, agreed=True)

    def _answer(self, dialog: int) -> Generator[simpy.Event, Any, bool]:
        """Wait for the user; a dialog that is ignored is waited for to the end of the run."""
        consent, env = self.world.scenario.consent, self.world.env
        if consent.answer == "ignores":
            yield env.event()
        yield env.timeout(consent.after)
        self.because = self.world.log.add(Cause, (dialog,), "user", consent.answer)
        return consent.answer == "agrees"

    # -- calls that take time --------------------------------------------------------------

    def _convert(self, call: Convert) -> Event:
        world, phone = self.world, self.world.phone
        source, target = self.handles[call.source], self.handles[call.target]
        content = source.content
        identity = (source.handle.inode.identity,)
        if call.how == "transcode":
            speed = world._drawn("transcode_speed")
            rate = world._drawn("output_rate")
            size, lasts = int(rate * self.clip.clip), self.clip.clip / speed
            recipe = f"transcoded {content.recipe}"
        else:
            size, lasts = content.size, content.size / world._drawn("copy_speed")
            recipe = content.recipe
        pieces = self._pieces(content.size)
        for i in range(1, pieces + 1):
            yield world.env.timeout(lasts / pieces)
            if phone.read(source, _share(content.size, i, pieces)):
                phone.write(target, recipe, _share(size, i, pieces), identity)

    def _pieces(self, size: int) -> int:
        calls = max(1, ceil(size / BUFFER))
        return calls if self.world.phone.every_call else min(GRAIN, calls)

    def _upload(self, call: Upload) -> Event:
        world, phone = self.world, self.world.phone
        file = self.handles[call.handle]
        inode = file.handle.inode
        size = inode.content.size
        chunk = int(world._drawn("upload_chunk"))
        rate = world._drawn("upload_speed")
        package = world.app.package
        self.because = started = world.log.add(
            Transfer, (self.because,), "started", file.path, inode.identity, 0, package
        )
        sent = 0
        while sent < size:
            piece = phone.read(file, chunk)
            yield world.env.timeout(piece / rate)
            sent += piece
        self.because = world.log.add(
            Transfer, (started,), "confirmed", file.path, inode.identity, sent, package
        )


def _share(size: int, i: int, pieces: int) -> int:
    return size * i // pieces - size * (i - 1) // pieces


# -- the phone and its files -------------------------------------------------------------------


def _phone(scenario: Scenario, log: Log, every_call: bool) -> Phone:
    spec, app = scenario.phone, scenario.app
    phone = Phone(
        log,
        Stack(spec.storage_stack, spec.api, spec.card),
        installed((app.package,), spec.storage).copy(),
        {app.package: caller_of(scenario)},
        every_call,
        int(datetime.fromisoformat(spec.clock).replace(tzinfo=UTC).timestamp()),
    )
    for folder in spec.folders:
        phone.put_folder(folder, CAMERA)
    for file in spec.album:
        phone.put(file.path, f"video {file.path}", file.size, CAMERA, listed=True)
    return phone


def caller_of(scenario: Scenario) -> Caller:
    """The app as the permission model sees it."""
    app = scenario.app
    return Caller(
        api=scenario.phone.api,
        target_sdk=app.target_sdk,
        granted=frozenset(app.granted),
        legacy_flag=app.storage == "legacy",
    )


def plan_for(scenario: Scenario, original: str, now: float) -> Plan:
    """The paths of one job on *original*, as the app chooses them at second *now*."""
    spec, package = scenario.pipeline, scenario.app.package
    folder = {
        "internal-cache": f"/data/user/0/{package}/cache",
        "external-cache": f"Android/data/{package}/cache",
    }.get(spec.place, spec.place)
    name = _name(scenario, original, now)
    stem, suffix = splitext(basename(original))
    return Plan(
        original=original,
        copy=f"{folder}/{name}",
        temp=f"{folder}/.{name}.tmp",
        beside=f"{dirname(original)}/{stem}.tmp{suffix}",
        away=f"{folder}/{basename(original)}",
        hits=scenario.clean_up.hits,
        open_via=spec.opens_via,
        delete_via=scenario.clean_up.via,
        how=spec.how,
        write_via=spec.writes_via,
        on_refusal=scenario.clean_up.on_refusal,
        attempts=scenario.clean_up.attempts,
        retry_after=scenario.clean_up.retry_after,
    )


def _name(scenario: Scenario, original: str, now: float) -> str:
    suffix = splitext(original)[1]
    kind = scenario.pipeline.name
    if kind == "original":
        return basename(original)
    if kind == "timestamp":
        moment = datetime.fromisoformat(scenario.phone.clock) + timedelta(seconds=int(now))
        return f"VID_{moment:%Y%m%d_%H%M%S}{suffix}"
    unique = uuid5(NAMESPACE_OID, f"{scenario.app.package}/{original}").hex
    return f"{unique}.tmp" if kind == "neutral" else f"{unique}{suffix}"


# -- the header --------------------------------------------------------------------------------


def _header(
    scenario: Scenario, seed: int, stack: Stack, digest: str, settings: Settings | None
) -> Header:
    app = scenario.app
    return Header(
        source="simulation",
        version=__version__,
        scenario=scenario.id,
        digest=digest,
        seed=seed,
        by_construction=True,
        content="model",
        identity="inode",
        actors=True,
        layers=stack.layer_names,
        verbs=("create", "mkdir", "open", "read", "write", "truncate", "close", "rename", "unlink"),
        duration=scenario.until,
        originals=_originals(scenario),
        watchers=() if settings is None else (_watched(settings, stack),),
        assumed=tuple(
            Assumption(
                path,
                assumed.use,
                assumed.grade,
                assumed.settled_by.en if assumed.settled_by else None,
                assumed.who,
            )
            for path, assumed in scenario.assumed.items()
        ),
        phone={"android": scenario.phone.android, "api": scenario.phone.api, "stack": stack.name},
        app={
            "package": app.package,
            "target_sdk": app.target_sdk,
            "legacy_flag": app.storage == "legacy",
            "granted": sorted(app.granted),
        },
        labels={
            app.package: {"en": app.label.en, "zh-CN": app.label.zh_CN},
            **{o.package: {"en": o.label.en, "zh-CN": o.label.zh_CN} for o in scenario.others},
            **provider_labels(scenario.phone.api),
        },
    )


def _originals(scenario: Scenario) -> tuple[str, ...]:
    """The user's files in question: those that something happens to by name, else the album."""
    named = {h.original for h in scenario.happens if h.original is not None}
    return tuple(sorted(named or {file.path for file in scenario.phone.album}))


def provider_labels(api: int) -> dict[str, dict[str, str]]:
    """What a person knows MediaProvider by, under the names that the phone has for it."""
    provider = media_provider(api)
    return {name: PROVIDER_LABEL for name in (provider.package, provider.cmdline)}


def _watched(settings: Settings, stack: Stack) -> Watched:
    rule, rescue = settings.rule, settings.rule.rescue
    acts_on = {change for mode in rule.hook.modes.values() for change in mode.acts_on}
    return Watched(
        rule.id,
        tuple(stack.layers[0].name if name == MOUNT else name for name in rule.hook.layers),
        tuple(sorted({VERB_OF[change] for change in acts_on})),
        rescue.bin if rescue is not None else None,
        rescue.aside if rescue is not None else None,
        rescue.retention if rescue is not None else None,
        rule.hypothesis,
        tuple(sorted(settings.consulted)),
        settings.overseas,
    )
