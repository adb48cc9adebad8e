"""Pictures of a run, drawn from its records.

Nothing here imports matplotlib until a picture is written: :mod:`~.canvas` keeps a drawing as plain
data, :mod:`~.fonts` measures it, and :mod:`~.render` alone turns it into files.
"""

from __future__ import annotations

from simulator.telling.figures.canvas import Drawing
from simulator.telling.figures.timeline import FORMATS, save, timeline, write_timelines

__all__ = ["FORMATS", "Drawing", "save", "timeline", "write_timelines"]
