"""One run, from its first second until no bin holds anything: scenario in, trace out."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.apps import preset as presets
from simulator.engine.acts import Acts
from simulator.engine.app import IN_APP, app_of
from simulator.engine.header import header_of, labels_of
from simulator.engine.idle_passes import IdlePasses
from simulator.engine.world import World
from simulator.scenario.digest import digest
from simulator.scenario.model import Scenario
from simulator.trace import Cause, FileState, Trace
from simulator.trace.records import Moment
from simulator.watchers.aftermath import Aftermath
from simulator.watchers.guard import RuleGuard
from simulator.watchers.rule import PARAMETERS
from simulator.watchers.settings import Settings

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
    simulation = Simulation(scenario, seed, every_call=every_call)
    simulation.play()
    return simulation.trace(digest(scenario) if digested else "")


def explored(scenario: Scenario, seed: int = 0) -> tuple[Trace, Mapping[str, frozenset[str]]]:
    """A run without digest, and which other worlds it stands for.

    For each of :data:`TRACKED` that it looked at, the values beside its own with which all that it
    saw there would have been the same.
    """
    simulation = Simulation(scenario, seed)
    simulation.play()
    found: dict[str, frozenset[str]] = {}
    if simulation.settings is not None:
        found.update((f"watcher.{n}", v) for n, v in simulation.settings.alike.items())
    for name in simulation.world.noted:
        found[f"clean_up.{name}"] = frozenset()
    return simulation.trace(""), found


#: The paths of which a run notes what it looked at.
TRACKED = frozenset(
    {
        *(f"watcher.{name}" for name in PARAMETERS),
        "watcher.overseas",
        *(f"clean_up.{name}" for name in ("hits", "via", "deed", "on_refusal")),
    }
)


class Simulation:
    """One run: the *world*, and who acts in it: the *app*, the user and the system, the watcher."""

    def __init__(self, scenario: Scenario, seed: int = 0, *, every_call: bool = False) -> None:
        preset = presets.preset(scenario.pipeline.preset)
        self.seed = seed
        self.world = World(scenario, preset, seed, every_call)
        self.app = app_of(self.world, scenario, preset)
        self.settings: Settings | None = None
        self.aftermath = self._watch()
        self.passes = IdlePasses(self.world)
        self.acts = Acts(self.world, self.app, self.aftermath, self.passes)

    def play(self) -> None:
        """Let everything happen, to the end of the run and until no bin holds anything."""
        world = self.world
        start = world.log.add(Cause, (), "start", "the run begins")
        self._look("start", (start,))
        self.passes.plan()
        for happening in world.scenario.happens:
            works = happening.act in IN_APP
            world.env.process(self.app.work(happening) if works else self.acts.order(happening))
        world.env.run(until=world.scenario.until)
        self._look("end")
        self._stop_the_app()
        for _ in range(ROUNDS):
            ends = [*self._bin_ends(), *self.passes.due()]
            if not ends:
                break
            world.env.run(until=max(ends) + AFTER_RETENTION)
        if world.env.now > world.scenario.until:
            self._look("retention")

    def trace(self, digest: str) -> Trace:
        """The trace of what was played, under that digest."""
        world = self.world
        header = header_of(world.scenario, self.seed, world.phone.stack, digest, self.settings)
        return Trace(header, tuple(world.log.records))

    def _stop_the_app(self) -> None:
        """The run is over: what comes now is what the phone does with what it keeps."""
        self.world.over = True
        for process, job in tuple(self.app.running.items()):
            self.world.log.add(Cause, (job.because,), "app", "still at work")
            process.interrupt()
        self.app.running.clear()

    def _look(self, moment: Moment, because: tuple[int, ...] = ()) -> None:
        """Record what each view has at this moment: the phone's, and the app's own ledger."""
        self.world.phone.snapshot(moment, because)
        for path, state in sorted(self.world.ledger.items()):
            if state != "deleted":
                self.world.log.add(FileState, because, moment, "believed", path, None, None, None)

    # -- the watcher -----------------------------------------------------------------------

    def _watch(self) -> Aftermath | None:
        world = self.world
        spec = world.scenario.watcher
        rule = spec.applied
        if rule is None:
            return None
        self.settings = settings = Settings(rule, spec.chosen, spec.overseas)
        aftermath = Aftermath(
            rule,
            settings,
            world.phone,
            world.log,
            labels_of(world.scenario),
            self.app.process,
            world.schedule,
        )
        guard = RuleGuard(
            rule,
            settings,
            world.phone,
            world.log,
            self.app.process.package,
            aftermath.sent,
            lambda: world.foreground,
        )
        guard.flag_folders(world.phone.fs)
        world.phone.attach(guard)
        return aftermath

    def _bin_ends(self) -> list[float]:
        """When a watcher's bin has let go of what is in it now, and when to look again."""
        kept = self.aftermath
        if kept is None:
            return []
        rescue, ends = kept.rule.rescue, list[float]()
        if kept.binned and rescue is not None:
            ends.append(self.world.env.now + rescue.retention)
        if kept.under_way:
            ends.append(self.world.env.now + AFTER_RETENTION)
        return ends
