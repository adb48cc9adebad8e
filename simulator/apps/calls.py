"""What an app can ask of the system it runs on.

A pipeline is a generator that yields these calls and is sent their results; whoever drives it
decides what a call means.  The engine answers from the simulated phone; the live worker makes the
real system call.  So both run the very same pipeline.

A call that is refused raises :class:`CallFailed` inside the pipeline.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import frozen

#: How a file is reached: by its path (from a child process in native code: ``native``), by the uri
#: of its row, by all rows of a collection that have its path, by a document or a picker's uri.
Via = Literal["path", "native", "mediastore", "collection", "saf", "picker"]


class CallFailed(Exception):
    """The system refused a call, with *error* (an errno name such as ``EACCES``)."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class SendingFailed(CallFailed):
    """A transfer broke off, by the network or the server; *done* bytes had been confirmed."""

    def __init__(self, error: str, done: int) -> None:
        super().__init__(error)
        self.done = done


class Cancelled(Exception):
    """The user does not want the job any more.  It is no failure: no step goes on after it."""


@frozen
class Entry:
    """A file as a listing shows it: *path*, *size* (bytes), *age* since its last change (s)."""

    path: str
    size: int
    age: float


# -- names -------------------------------------------------------------------------------------


@frozen
class MakeDirs:
    """Create the folder *path* and what is missing above it.  Result: None."""

    path: str


@frozen
class RemoveDir:
    """Remove the empty folder *path*.  Result: None."""

    path: str


@frozen
class Rename:
    """Rename *path* to *to*, over whatever is there.  Result: None."""

    path: str
    to: str


@frozen
class Unlink:
    """Remove *path*.  Result: None."""

    path: str
    via: Via = "path"


@frozen
class Truncate:
    """Cut *path* to nothing without opening it.  Result: None."""

    path: str


@frozen
class Look:
    """Whether there is a file at *path* that the app can read.  Result: :class:`Entry` or None."""

    path: str


@frozen
class ListFolder:
    """The files in the folder *path* that the app can read.  Result: a tuple of Entry, by path."""

    path: str


@frozen
class NewestItem:
    """The photo or video in *folder* that MediaStore listed last, of those that the app can read.

    Result: :class:`Entry` or None.
    """

    folder: str


# -- content -----------------------------------------------------------------------------------


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

    *how*: ``transcode`` makes new content of the planned size, ``watermark`` the same more slowly,
    ``thumbnail`` a small picture, ``copy`` the same bytes, ``extract`` one of *parts* of them.
    *sends*: the server gets each piece as soon as it is written.
    Result: the size written, in bytes.
    """

    source: int
    target: int
    how: Literal["transcode", "watermark", "thumbnail", "copy", "extract"]
    parts: int = 1
    sends: bool = False


@frozen
class Shoot:
    """Record with the camera into *handle*, for the user.  Result: the size written, in bytes.

    *share* is which part of the clip's length this file gets.
    """

    handle: int
    share: float = 1.0


@frozen
class Fetch:
    """Write into *handle* what comes from the server.  Result: the size written, in bytes.

    *share* is which part of the clip this file gets.
    """

    handle: int
    share: float = 1.0


@frozen
class Upload:
    """Read *handle* from *offset* on and send it to the server in chunks.  Result: bytes sent.

    A transfer that breaks off raises :class:`SendingFailed`.
    """

    handle: int
    offset: int = 0


# -- MediaStore --------------------------------------------------------------------------------


@frozen
class NewItem:
    """A new item of MediaStore is to be called *path*; *pending*: nobody shall see it yet.

    Result: the path by which it is written to, through MediaStore.
    """

    path: str
    pending: bool


@frozen
class Publish:
    """Let everybody see the pending item at *path*.  Result: its path from then on."""

    path: str


@frozen
class Scan:
    """Tell the phone that *path* is new, or gone.  Result: None."""

    path: str


# -- the user ----------------------------------------------------------------------------------


@frozen
class AskToDelete:
    """Have Android ask the user whether *path*, and *more* at once, may be deleted.

    A yes does it.  Result: None.
    """

    path: str
    more: tuple[str, ...] = ()


@frozen
class AskToWrite:
    """Have Android ask the user whether the app may change *path*.  Result: None after a yes."""

    path: str


@frozen
class Confirm:
    """Let the user look at the shot at *path* and keep it.  Result: None once the user does."""

    path: str


# -- the app itself ----------------------------------------------------------------------------


@frozen
class Pause:
    """Let so many *seconds* pass."""

    seconds: float


@frozen
class Wait:
    """Let time pass: *quantity* names the duration in the app's timing."""

    quantity: str


@frozen
class Believe:
    """Write into the app's own ledger that *path* is now in *state*.  Result: None."""

    path: str
    state: Literal["begun", "exists", "uploaded", "deleted", "failed"]


@frozen
class Recall:
    """Which paths the app's own ledger has in one of those *states*.  Result: a tuple of paths."""

    states: tuple[str, ...]


@frozen
class OnBehalf:
    """What follows is done on that authority: the app's own, or the user's who had ordered it."""

    whom: Literal["app", "user"]


@frozen
class Die:
    """The process is killed here; what follows runs in its next start.  Result: None."""


Call: TypeAlias = (
    MakeDirs
    | RemoveDir
    | Rename
    | Unlink
    | Truncate
    | Look
    | ListFolder
    | NewestItem
    | Open
    | Close
    | Convert
    | Shoot
    | Fetch
    | Upload
    | NewItem
    | Publish
    | Scan
    | AskToDelete
    | AskToWrite
    | Confirm
    | Wait
    | Pause
    | Believe
    | Recall
    | OnBehalf
    | Die
)
