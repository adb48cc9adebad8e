"""The app in question: its process, which starts, works, dies and starts again."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from typing import Any

import simpy
from attrs import define, field

from simulator.android.processes import Process, app_process
from simulator.apps.calls import Call, Cancelled
from simulator.apps.clean_up import PERIODIC, after_failure, sweep
from simulator.apps.plan import Job, Plan, Step
from simulator.apps.preset import Occasion, Preset
from simulator.apps.steps import lives, pipeline
from simulator.engine.job import Ending, Event, RunningJob
from simulator.engine.setting_up import plan_for, when_of
from simulator.engine.world import World
from simulator.scenario.model import Happening, Scenario
from simulator.trace import Cause

#: What a person does in the app itself, and on whose authority the app then works.
IN_APP = {
    "send video": "app",
    "capture video": "app",
    "retake": "app",
    "open app": "app",
    "view in app": "app",
    "clean in app": "user",
    "delete in app": "user",
}
#: Acts that have steps of their own; the others are the job itself.
_OCCASIONS: dict[str, Occasion] = {
    "capture video": "capture",
    "retake": "capture",
    "view in app": "view",
    "clean in app": "clean",
}

_DEATHS = frozenset({"died", "killed"})


@define(eq=False)
class App:
    """The app: *process* is what the kernel knows; *memory* is gone with it, the ledger is not.

    *running* are the jobs that are under way, the latest last.
    """

    world: World
    scenario: Scenario
    preset: Preset
    process: Process
    running: dict[simpy.Process, RunningJob] = field(factory=dict)
    memory: dict[str, str] = field(factory=dict)
    alive: bool = False
    installed: bool = True
    #: The paths of the copies that were planned, by the file that they are of.
    copies: dict[str, str] = field(factory=dict)
    _jobs: int = 0
    _starts: int = 0
    _age: int = 0
    _calls: int = 0
    _spared: bool = True
    _swept: float | None = None
    _left: tuple[Occasion, str] = ("cancel", "app")

    # -- its process -----------------------------------------------------------------------

    def start(self, cause: int, clip: float = 0.0) -> Event:
        """The process starts, if it does not run already, and does what it does at every start.

        *clip* is the length of what it works on then (seconds), should there be anything.  It may
        die on the way, so that *alive* has to be looked at afterwards.
        """
        if self.alive:
            return
        self.alive, self.memory = True, {}
        self._starts += 1
        when = when_of(self.scenario, self.preset)
        if when == "next_start" or (when in PERIODIC and self._due()):
            yield from self._sweeps(cause)
        steps = self.preset.occasion("start")
        if self.alive and steps:
            yield from self._does(steps, self._job(""), cause, clip, "app", "start")
        if self.alive and when in PERIODIC:
            self.world.env.process(self._sweeps_now_and_then(self._starts))

    def dies(self, job: RunningJob) -> None:
        """The process dies at a call of *job*, and with it all that it was doing."""
        job.death = self.world.log.add(Cause, (job.because,), "fault", "process killed")
        self._gone(0, but=job)

    def kill(self, cause: int, *, again: bool = False) -> None:
        """Something outside kills the process; *again*: it is started anew a little later."""
        if not self.alive:
            return
        killed = self._gone(cause)
        if again and self.scenario.faults.starts_again:
            self.world.env.process(self.starts_again(killed))

    def _gone(self, cause: int, but: RunningJob | None = None) -> int:
        """Nothing of the process is left; gives the id of the last record of that."""
        killed = 0
        for process, job in tuple(self.running.items()):
            job.let_go()
            if job is not but:
                because = tuple(dict.fromkeys(c for c in (cause, job.because) if c))
                killed = self.world.log.add(Cause, because, "fault", "process killed")
                process.interrupt()
                del self.running[process]
        if but is None and not killed:
            killed = self.world.log.add(Cause, (cause,), "fault", "process killed")
        self.alive, self.memory = False, {}
        return killed

    def forgets(self) -> None:
        """Its data is gone: nothing that was to be taken up again is."""
        self._age += 1

    def starts_again(self, killed: int) -> Event:
        """A little later the process is started again."""
        if not (yield from self._waits_for_restart()) or self.alive:
            return
        cause = self.world.log.add(Cause, (killed,), "start", "app starts again")
        with suppress(simpy.Interrupt):
            yield from self.start(cause)

    def _waits_for_restart(self) -> Generator[simpy.Event, Any, bool]:
        """Wait; gives whether there is still something to start then."""
        age = self._age
        yield self.world.env.timeout(self.world.draws("restart_delay"))
        return not self.world.over and self.installed and age == self._age

    def dies_at(self, step: str) -> bool:
        """Whether the scenario has the process die before this call, at that step; once."""
        self._calls += 1
        faults = self.scenario.faults
        due = step == faults.killed_at or self._calls == faults.killed_before_call
        if due and self._spared:
            self._spared = False
            return True
        return False

    # -- its work --------------------------------------------------------------------------

    def work(self, happening: Happening) -> Event:
        """What the app does because the user does something in it."""
        world = self.world
        yield world.env.timeout(happening.at)
        if world.over or not self.installed:
            return
        world.foreground = self.process.package
        cause = world.log.add(Cause, (), "user", happening.act, happening.original)
        if happening.act == "retake":
            # The shot that the user does not want goes because the user wants it to go.
            self.cancel(cause, "retake", "user")
        try:
            yield from self.start(cause, self._clip(happening))
            if self.alive:
                yield from self._works(happening, cause)
        except simpy.Interrupt:
            return

    def _works(self, happening: Happening, cause: int) -> Event:
        act, original = happening.act, happening.original or ""
        occasion, whom, clip = _OCCASIONS.get(act), IN_APP[act], self._clip(happening)
        if act == "clean in app" and when_of(self.scenario, self.preset) == "manual":
            yield from self._sweeps(cause, whom)
        if not self.alive:
            return
        if occasion is not None:
            job = self._job(original, counts=occasion == "capture", more=happening.more)
            steps = self.preset.occasion(occasion)
            yield from self._does(steps, job, cause, clip, whom, occasion)
        elif original:
            job = self._job(original, counts=True, more=happening.more)
            yield from self._lives(job, cause, clip, whom)

    def _lives(self, job: Job, cause: int, clip: float, whom: str) -> Event:
        """The job itself, over all deaths that its steps have."""
        for number, life in enumerate(lives(self.preset.steps(self.scenario.pipeline.variant))):
            if number:
                if not (yield from self._waits_for_restart()):
                    return
                cause = self.world.log.add(Cause, (cause,), "start", "app starts again")
                yield from self.start(cause)
                if not self.alive:
                    return
                job.memory = self.memory
            ending, cause = yield from self._does(life, job, cause, clip, whom)
            if ending != "died":
                return

    def _does(
        self,
        steps: tuple[Step, ...],
        job: Job,
        cause: int,
        clip: float,
        whom: str,
        occasion: str = "",
    ) -> Generator[simpy.Event, Any, tuple[Ending, int]]:
        """Go through *steps*; gives how that ended, and the id of the record to go on from."""
        here = RunningJob(self.world, self, job, cause, clip, whom, occasion)
        ending, last = yield from self._drive(pipeline(job, steps), here)
        if ending == "failed":
            after = RunningJob(self.world, self, job, last, clip, whom, occasion)
            ended, last = yield from self._drive(after_failure(job), after)
            return (ended if ended in _DEATHS else ending), last
        if ending == "cancelled":
            ended, last = yield from self._leaves(job, last, clip)
            return (ended if ended in _DEATHS else ending), last
        return ending, last

    def _leaves(
        self, job: Job, cause: int, clip: float
    ) -> Generator[simpy.Event, Any, tuple[Ending, int]]:
        """What the app does about a job that the user does not want any more."""
        occasion, whom = self._left
        after = RunningJob(self.world, self, job, cause, clip, whom, occasion, leaving=True)
        ending, last = yield from self._drive(after_failure(job), after)
        if ending in _DEATHS:
            return ending, last
        then = RunningJob(self.world, self, job, last, clip, whom, occasion, leaving=True)
        return (yield from self._drive(pipeline(job, self.preset.occasion(occasion)), then))

    def _drive(
        self, calls: Generator[Call, Any, None], running: RunningJob
    ) -> Generator[simpy.Event, Any, tuple[Ending, int]]:
        here = self.world.env.active_process
        assert here is not None
        self.running[here] = running
        try:
            ending = yield from running.drive(calls)
        finally:
            running.let_go()
            self.running.pop(here, None)
        if ending == "killed" and self.scenario.faults.starts_again:
            self.world.env.process(self.starts_again(running.death))
        return ending, running.death if ending in _DEATHS else running.because

    def cancel(self, cause: int, occasion: Occasion = "cancel", whom: str = "app") -> None:
        """The user does not want the latest job any more; on a retake, the latest shot."""
        wanted = "capture" if occasion == "retake" else None
        for process, job in reversed(tuple(self.running.items())):
            if not job.leaving and wanted in {None, job.occasion}:
                job.because, self._left = cause, (occasion, whom)
                process.interrupt(Cancelled)
                return

    # -- its clean-up ----------------------------------------------------------------------

    def _due(self) -> bool:
        now, every = self.world.phone.wall(self.world.env.now), self.world.draws("sweep_every")
        return self._swept is None or now - self._swept >= every

    def _sweeps(self, cause: int, whom: str = "app") -> Event:
        self._swept = self.world.phone.wall(self.world.env.now)
        job = self._job("")
        yield from self._drive(
            sweep(job), RunningJob(self.world, self, job, cause, 0.0, whom, "sweep")
        )

    def _sweeps_now_and_then(self, start: int) -> Event:
        """As long as this very process lives."""
        try:
            while True:
                yield self.world.env.timeout(self.world.draws("sweep_every"))
                if self._starts != start or not self.alive or self.world.over:
                    return
                cause = self.world.log.add(Cause, (), "timer", "sweep")
                yield from self._sweeps(cause)
        except simpy.Interrupt:
            return

    # -- what its work is about --------------------------------------------------------------

    def _plan(self, original: str, more: tuple[str, ...] = ()) -> Plan:
        phone = self.world.phone
        clock = phone.epoch + self.world.env.now
        now, number = self.world.env.now, self._jobs
        noted = self.world.noted.add
        return plan_for(self.scenario, original, now, clock, number, more, noted=noted)

    def _job(self, original: str, *, counts: bool = False, more: tuple[str, ...] = ()) -> Job:
        self._jobs += counts
        plan = self._plan(original, more)
        if original and counts:
            self.copies[original] = plan.copy
        return Job(plan, self.memory)

    def _clip(self, happening: Happening) -> float:
        if happening.clip is not None:
            return float(happening.clip)
        return self.world.clips.get(happening.original or "", 0.0)


def process_of(scenario: Scenario, uid: int | None = None) -> Process:
    """The app's process as the kernel knows it; *uid* is the one that it got when installed."""
    app = scenario.app
    process = app_process(app.package) if uid is None else app_process(app.package, uid)
    return process if app.process is None else Process(app.package, process.uid, app.process)


def app_of(world: World, scenario: Scenario, preset: Preset) -> App:
    """The app of a scenario, before its process has started."""
    return App(world, scenario, preset, process_of(scenario))
