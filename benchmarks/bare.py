"""The same pipelines in bare SimPy: processes, a resource for the network, a Store for the watcher.

What a person would write who needs the timing alone: no phone, no layers, no records.  It makes
the same steps at the same times as the album pipeline does.
"""

from __future__ import annotations

from collections.abc import Generator
from math import ceil
from typing import Any

import simpy

from simulator.apps.preset import Preset
from simulator.engine import BUFFER, GRAIN, draw
from simulator.scenario.model import Scenario

Event = Generator[simpy.Event, Any, Any]


class Bare:
    """One run: *steps* counts what the pipelines did."""

    def __init__(self, scenario: Scenario, preset: Preset, seed: int) -> None:
        self.env = simpy.Environment()
        self.scenario, self.preset, self.seed = scenario, preset, seed
        self.events: simpy.Store = simpy.Store(self.env)
        self.network = simpy.Resource(self.env, capacity=4)
        self.draws: dict[str, float] = {}
        self.steps = 0
        self.flagged = 0

    def run(self) -> int:
        """Run to the end; gives the number of steps."""
        self.env.process(self._watcher())
        for happening in self.scenario.happens:
            album = self.scenario.phone.album
            file = next(f for f in album if f.path == happening.original)
            self.env.process(self._pipeline(happening.at, file.size, file.clip))
        self.env.run(until=self.scenario.until)
        return self.steps

    def _value(self, name: str) -> float:
        drawn = self.draws.get(name)
        if drawn is None:
            quantity = self.preset.number(name)
            drawn = self.draws[name] = draw(self.seed, name, quantity, quantity.value)
        return drawn

    def _step(self, kind: str) -> simpy.Event:
        self.steps += 1
        return self.events.put((self.env.now, kind))

    def _pipeline(self, at: float, size: int, clip: float) -> Event:
        yield self.env.timeout(at)
        for kind in ("open", "create"):
            yield self._step(kind)
        pieces = min(GRAIN, ceil(size / BUFFER))
        lasts = clip / self._value("transcode_speed")
        out = int(self._value("output_rate") * clip)
        for _ in range(pieces):
            yield self.env.timeout(lasts / pieces)
            yield self._step("read")
            yield self._step("write")
        for kind in ("close", "close", "open"):
            yield self._step(kind)
        yield from self._upload(out)
        yield self._step("close")
        yield self.env.timeout(self._value("clean_up_delay"))
        yield self._step("unlink")

    def _upload(self, size: int) -> Event:
        chunk, rate = self._value("upload_chunk"), self._value("upload_speed")
        with self.network.request() as slot:
            yield slot
            sent = 0.0
            while sent < size:
                piece = min(chunk, size - sent)
                yield self._step("read")
                yield self.env.timeout(piece / rate)
                sent += piece

    def _watcher(self) -> Event:
        while True:
            _, kind = yield self.events.get()
            if kind == "unlink":
                self.flagged += 1
