"""What an app can ask of the system it runs on.

A pipeline is a generator that yields these calls and is sent their results; whoever drives it
decides what a call means.  The engine answers from the simulated phone; the live worker makes the
real system call.  So both run the very same pipeline.

A call that is refused raises :class:`CallFailed` inside the pipeline.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

Via = Literal["path", "mediastore"]


class CallFailed(Exception):
    """The system refused a call, with *error* (an errno name such as ``EACCES``)."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


@frozen
class MakeDirs:
    """Create the folder *path* and what is missing above it.  Result: None."""

    path: str


@frozen
class Open:
    """Open *path*; ``write`` creates or truncates.  Result: a handle (int)."""

    path: str
    mode: Literal["read", "write"]
    via: Via = "path"


@frozen
class Close:
    """Close a *handle*.  Result: None."""

    handle: int


@frozen
class Convert:
    """Read all of *source* while writing *target* (both handles).

    *how*: ``transcode`` makes new content of the planned size, ``copy`` the same bytes.
    Result: the size written, in bytes.
    """

    source: int
    target: int
    how: Literal["transcode", "copy"]


@frozen
class Upload:
    """Read all of *handle* and send it to the server in chunks.  Result: bytes sent."""

    handle: int


@frozen
class Unlink:
    """Remove *path*.  Result: None."""

    path: str
    via: Via = "path"


@frozen
class RemoveDir:
    """Remove the empty folder *path*.  Result: None."""

    path: str


@frozen
class Truncate:
    """Cut *path* to nothing without opening it.  Result: None."""

    path: str


@frozen
class AskToDelete:
    """Have Android ask the user whether *path* may be deleted, which a yes does.  Result: None."""

    path: str


@frozen
class AskToWrite:
    """Have Android ask the user whether the app may change *path*.  Result: None after a yes."""

    path: str


@frozen
class Pause:
    """Let so many *seconds* pass."""

    seconds: float


@frozen
class Rename:
    """Rename *path* to *to*, over whatever is there.  Result: None."""

    path: str
    to: str


@frozen
class Wait:
    """Let time pass: *quantity* names the duration in the app's timing."""

    quantity: str


@frozen
class Believe:
    """Write into the app's own ledger that *path* is now in *state*.  Result: None."""

    path: str
    state: Literal["exists", "uploaded", "deleted", "failed"]


@frozen
class Die:
    """The process is killed here; what follows runs in its next start.  Result: None."""


Call: TypeAlias = (
    MakeDirs
    | Open
    | Close
    | Convert
    | Upload
    | Unlink
    | RemoveDir
    | Truncate
    | AskToDelete
    | AskToWrite
    | Rename
    | Wait
    | Pause
    | Believe
    | Die
)
