"""One run in progress: the phone, the app, the watcher, and what happens to them."""

from __future__ import annotations

from collections.abc import Callable

import simpy

from simulator.android import upkeep
from simulator.android.idle import next_pass
from simulator.apps import preset as presets
from simulator.engine.acts import Acts
from simulator.engine.app import IN_APP, app_of
from simulator.engine.draws import Draws
from simulator.engine.header import header_of, labels_of
from simulator.engine.network import network_of
from simulator.engine.setting_up import phone_of
from simulator.scenario.digest import digest
from simulator.scenario.model import Scenario
from simulator.trace import Cause, FileState, Log, Trace
from simulator.trace.records import Moment
from simulator.watchers.aftermath import Aftermath
from simulator.watchers.guard import RuleGuard
from simulator.watchers.settings import Settings

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
    world = World(scenario, seed, every_call)
    world.play()
    return world.trace(digest(scenario) if digested else "")


class World:
    """One run in progress.

    *ledger* is the app's own: what it believes of its files, by path; *clips* are the lengths of
    the videos (seconds) by path; *foreground* is the package on the screen (None: none is).
    """

    def __init__(self, scenario: Scenario, seed: int, every_call: bool) -> None:
        self.scenario, self.seed = scenario, seed
        self.env = env = simpy.Environment()
        self.log = Log(env)
        preset = presets.preset(scenario.pipeline.preset)
        self.draws = Draws(scenario, preset, seed)
        self.network = network_of(scenario)
        self.planned: set[float] = set()
        self.stuck: set[str] = set()
        self.ledger: dict[str, str] = {}
        self.clips = {file.path: float(file.clip) for file in scenario.phone.album}
        self.foreground: str | None = None
        self.over = False
        self.phone = phone_of(scenario, self.log, every_call)
        self.app = app_of(self, scenario, preset)
        self.settings: Settings | None = None
        self.aftermath = self._watch()
        self.acts = Acts(self)

    def play(self) -> None:
        """Let everything happen, to the end of the run and until no bin holds anything."""
        start = self.log.add(Cause, (), "start", "the run begins")
        self._look("start", (start,))
        self.plan_passes()
        for happening in self.scenario.happens:
            works = happening.act in IN_APP
            self.env.process(self.app.work(happening) if works else self.acts.order(happening))
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

    def trace(self, digest: str) -> Trace:
        """The trace of what was played, under that digest."""
        header = header_of(self.scenario, self.seed, self.phone.stack, digest, self.settings)
        return Trace(header, tuple(self.log.records))

    def _stop_the_app(self) -> None:
        """The run is over: what comes now is what the phone does with what it keeps."""
        self.over = True
        for process, job in tuple(self.app.running.items()):
            self.log.add(Cause, (job.because,), "app", "still at work")
            process.interrupt()
        self.app.running.clear()

    def _look(self, moment: Moment, because: tuple[int, ...] = ()) -> None:
        """Record what each view has at this moment: the phone's, and the app's own ledger."""
        self.phone.snapshot(moment, because)
        for path, state in sorted(self.ledger.items()):
            if state != "deleted":
                self.log.add(FileState, because, moment, "believed", path, None, None, None)

    # -- the watcher -----------------------------------------------------------------------

    def _watch(self) -> Aftermath | None:
        spec = self.scenario.watcher
        rule = spec.applied
        if rule is None:
            return None
        self.settings = settings = Settings(rule, spec.chosen, spec.overseas)
        aftermath = Aftermath(
            rule,
            settings,
            self.phone,
            self.log,
            labels_of(self.scenario),
            self.app.process,
            self.schedule,
        )
        guard = RuleGuard(
            rule,
            settings,
            self.phone,
            self.log,
            self.app.process.package,
            aftermath.sent,
            lambda: self.foreground,
        )
        guard.flag_folders(self.phone.fs)
        self.phone.attach(guard)
        return aftermath

    def schedule(self, after: float, do: Callable[[], None]) -> None:
        """Do that after so many seconds."""
        timeout = self.env.timeout(after)
        assert timeout.callbacks is not None
        timeout.callbacks.append(lambda _event: do())

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

    # -- idle maintenance ------------------------------------------------------------------

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

    def plan_passes(self) -> None:
        """See to it that what is in the trash now will be found when it has expired."""
        for second in sorted(self._passes() - self.planned):
            self.planned.add(second)
            self.schedule(second - self.env.now, self._maintain)

    def _maintain(self) -> None:
        cause = self.log.add(Cause, (), "timer", "idle maintenance")
        before = {row.path for row in self.phone.mediastore.rows()}
        order = upkeep.Order(self.app.process.package, "", 0, False)
        upkeep.carry_out(self.phone, "idle maintenance", order, (cause,))
        self.stuck.update(
            row.path
            for row in self.phone.mediastore.rows()
            if row.path in before and row.expires is not None and row.expires <= self.phone.clock
        )
        self.plan_passes()
