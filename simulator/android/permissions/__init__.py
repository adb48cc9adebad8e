"""Android's storage permission model: could an app do that?

Ordered rules over derived predicates; each decision carries the chain of rule ids that led to it.
What a rule says, how well it is founded and where it can be read is in ``rules.yaml`` beside the
code.  A decision says nothing about what an app *did*.
"""

from simulator.android.permissions.caller import PERMISSIONS, Caller
from simulator.android.permissions.decide import decide
from simulator.android.permissions.decision import (
    ROUTES,
    Answer,
    Decision,
    Effect,
    Route,
    Ruling,
    Verb,
)
from simulator.android.permissions.item import Item, Traits, traits

__all__ = [
    "PERMISSIONS",
    "ROUTES",
    "Answer",
    "Caller",
    "Decision",
    "Effect",
    "Item",
    "Route",
    "Ruling",
    "Traits",
    "Verb",
    "decide",
    "traits",
]
