"""The daily passes of idle maintenance, as far as they find anything to do."""

from __future__ import annotations

from simulator.android import upkeep
from simulator.android.idle import next_pass
from simulator.engine.world import World
from simulator.trace import Cause

#: The pass of second 0 is over when the run has begun (seconds).
_BEGUN = 1.0


class IdlePasses:
    """The passes on *world*'s phone that are planned."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._planned: set[float] = set()
        self._stuck: set[str] = set()

    def due(self) -> set[float]:
        """When the passes come that find what is in the trash now expired (seconds).

        The others would find nothing and are left out.  What a pass finds and cannot get rid of
        stays for good: the next one would fare no better.
        """
        phone, now = self.world.phone, self.world.env.now
        return {
            next_pass(phone, max(now, _BEGUN, row.expires - phone.epoch))
            for row in phone.mediastore.rows()
            if row.expires is not None and row.trashed and row.path not in self._stuck
        }

    def plan(self) -> None:
        """See to it that what is in the trash now will be found when it has expired."""
        for second in sorted(self.due() - self._planned):
            self._planned.add(second)
            self.world.schedule(second - self.world.env.now, self._pass)

    def _pass(self) -> None:
        phone = self.world.phone
        cause = self.world.log.add(Cause, (), "timer", "idle maintenance")
        before = {row.path for row in phone.mediastore.rows()}
        order = upkeep.Order(self.world.scenario.app.package, "", 0, False)
        upkeep.carry_out(phone, "idle maintenance", order, (cause,))
        self._stuck.update(
            row.path
            for row in phone.mediastore.rows()
            if row.path in before and row.expires is not None and row.expires <= phone.clock
        )
        self.plan()
