"""A folder to publish about a scenario, in both languages: its texts, and what lists them.

Nothing here reads or writes a file: :mod:`simulator.cli.kitting` does.
"""

from __future__ import annotations

from simulator.telling.kit.build import Shown, texts
from simulator.telling.kit.facts import Facts
from simulator.telling.kit.forbidden import Judging, forbidden, guard

__all__ = ["Facts", "Judging", "Shown", "forbidden", "guard", "texts"]
