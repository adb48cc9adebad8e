"""Scenario in, trace out: SimPy runs the app, the user and the network over the phone.

SimPy's clock is the only clock, from second 0.  Records of one instant are ordered by the order in
which their causes were scheduled (SimPy's promise), so the same scenario and seed give the same
trace everywhere.  Durations are drawn by name: a draw depends on the seed and on the name of the
quantity alone, so that changing one factor leaves every other draw as it was.
"""

from __future__ import annotations

from simulator.engine.draws import draw
from simulator.engine.job import BUFFER, GRAIN
from simulator.engine.setting_up import caller_of, plan_for
from simulator.engine.simulation import AFTER_RETENTION, TRACKED, explored, run

__all__ = [
    "AFTER_RETENTION",
    "BUFFER",
    "GRAIN",
    "TRACKED",
    "caller_of",
    "draw",
    "explored",
    "plan_for",
    "run",
]
