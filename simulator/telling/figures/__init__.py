"""Pictures of a run, of the permission model and of the watchers, drawn from their records.

Nothing here imports matplotlib until a picture is written: :mod:`~.canvas` keeps a drawing as plain
data, :mod:`~.fonts` measures it, and :mod:`~.render` alone turns it into files.
"""

from __future__ import annotations

from simulator.telling.figures.canvas import Drawing
from simulator.telling.figures.matrix import matrix, write_matrix
from simulator.telling.figures.saving import FORMATS, save
from simulator.telling.figures.scores import scores, write_scores
from simulator.telling.figures.timeline import timeline, write_timelines

__all__ = [
    "FORMATS",
    "Drawing",
    "matrix",
    "save",
    "scores",
    "timeline",
    "write_matrix",
    "write_scores",
    "write_timelines",
]
