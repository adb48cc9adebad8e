"""What a run has in common: the clock, the phone, the log, and what is on the screen."""

from __future__ import annotations

from collections.abc import Callable

import simpy

from simulator.apps.preset import Preset
from simulator.engine.draws import Draws
from simulator.engine.network import network_of
from simulator.engine.setting_up import phone_of
from simulator.scenario.model import Scenario
from simulator.trace import Log


class World:
    """One run in progress, without those that act in it.

    *ledger* is the app's own: what it believes of its files, by path; *clips* are the lengths of
    the videos (seconds) by path; *foreground* is the package on the screen (None: none is); *over*
    says that the end of the run has come, and only the phone goes on.  *noted* are the choices
    about the clean-up that have mattered so far.
    """

    def __init__(self, scenario: Scenario, preset: Preset, seed: int, every_call: bool) -> None:
        self.scenario = scenario
        self.env = env = simpy.Environment()
        self.log = Log(env)
        self.draws = Draws(scenario, preset, seed)
        self.network = network_of(scenario)
        self.ledger: dict[str, str] = {}
        self.clips = {file.path: float(file.clip) for file in scenario.phone.album}
        self.foreground: str | None = None
        self.over = False
        self.noted: set[str] = set()
        self.phone = phone_of(scenario, self.log, every_call)

    def schedule(self, after: float, do: Callable[[], None]) -> None:
        """Do that after so many seconds."""
        timeout = self.env.timeout(after)
        assert timeout.callbacks is not None
        timeout.callbacks.append(lambda _event: do())
