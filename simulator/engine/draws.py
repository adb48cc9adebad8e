"""Durations and rates, drawn by name."""

from __future__ import annotations

import random
from typing import Any

from attrs import define, field

from simulator.apps.hardware import hardware
from simulator.apps.preset import Preset, Sourced
from simulator.scenario.model import Scenario


def draw(seed: int, name: str, quantity: Sourced, value: float) -> float:
    """A draw of the quantity *name* around its *value*: log-normal with the quantity's spread."""
    if quantity.spread == 0:
        return value
    # Rounded, because the last bits of exp() differ between machines.
    factor = random.Random(f"{seed}/{name}").lognormvariate(0.0, quantity.spread)  # noqa: S311
    return float(value * round(factor, 6))


@define(eq=False)
class Draws:
    """The numbers of one run: each is drawn once, when it is needed first.

    What the scenario says of the phone and of the network takes the place of the preset's number.
    """

    scenario: Scenario
    preset: Preset
    seed: int
    _drawn: dict[str, float] = field(factory=dict, init=False)

    def __call__(self, name: str) -> float:
        """The number called *name*, in its base unit."""
        drawn = self._drawn.get(name)
        if drawn is None:
            drawn = self._drawn[name] = self._draw(name)
        return drawn

    def _draw(self, name: str) -> float:
        said = getattr(self.scenario.timing, name, None)
        if said is None and self.scenario.network.client is not None:
            said = getattr(hardware().clients[self.scenario.network.client], name, None)
        if said is not None:
            return float(said)
        quantity = self._quantity(name)
        return draw(self.seed, name, quantity, quantity.value)

    def _quantity(self, name: str) -> Any:
        phone, link = self.scenario.phone, self.scenario.network.link
        if name == "transcode_speed" and phone.codec is not None:
            return hardware().codecs[phone.codec]
        if name == "copy_speed" and phone.flash is not None:
            return hardware().flash[phone.flash]
        if name == "upload_speed" and link is not None:
            return hardware().links[link]
        return self.preset.number(name)
