"""Which folders a set of patterns covers.

A pattern is a folder (``DCIM/Camera``), a folder with everything below it (``DCIM/**``), or all of
shared storage (``**``); ``!`` in front takes away.
"""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=65_536)
def covers(patterns: tuple[str, ...], folder: str) -> bool:
    """Whether *folder* (relative to shared storage) is covered; the last fitting pattern wins."""
    covered = False
    for pattern in patterns:
        wanted = not pattern.startswith("!")
        if _fits(pattern.lstrip("!"), folder.casefold()):
            covered = wanted
    return covered


def _fits(pattern: str, folder: str) -> bool:
    pattern = pattern.casefold()
    if pattern == "**":
        return True
    if pattern.endswith("/**"):
        top = pattern[:-3]
        return folder == top or folder.startswith(top + "/")
    return folder == pattern
