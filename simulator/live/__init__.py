"""The pipeline on real files, under a real inotify watcher.

:func:`record` copies a video into a fresh sandbox folder, lets a child process go through an app's
steps with real system calls there, and gives back what inotify and the app's process saw, as a
trace.  It records and judges nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.live.session import Job, Recorded, record

__all__ = ["Job", "Recorded", "record"]


def __getattr__(name: str) -> Any:
    # The app's process imports this package as well, and starts twice as fast without the rest.
    if name in __all__:
        from simulator.live import session

        return getattr(session, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
