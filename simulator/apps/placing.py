"""Where an app puts its own files, and what it calls them.

Places and names are independent choices.  A place is a folder of shared storage, or one of the
app's own (``internal-cache``, ...) with a folder below it; a name is one of a few habits of real
apps.  The classes are those of a survey of 30 projects (dossier on pipelines, 2.1 and 2.2).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import md5
from posixpath import basename, dirname, splitext
from types import MappingProxyType
from typing import Annotated, Literal
from uuid import NAMESPACE_OID, uuid5

from attrs import field, frozen

from simulator.documents import Pattern, PhonePath
from simulator.message import Message

#: How a file is called: a camera's timestamp, the picked file's own name, a uuid, a uuid with
#: ``.tmp``, the clock's milliseconds, the same without an ending, a hash of the picked path (the
#: same each time), a fixed name, or a uuid with an ending that says nothing.
Name = Literal[
    "timestamp", "original", "uuid", "neutral", "millis", "bare", "hash", "fixed", "opaque"
]
#: Folders of the app's own, by the word that stands for them at the beginning of a place.
_OWN: Mapping[str, str] = MappingProxyType(
    {
        "internal-cache": "/data/user/0/{package}/cache",
        "internal-files": "/data/user/0/{package}/files",
        "external-cache": "Android/data/{package}/cache",
        "external-files": "Android/data/{package}/files",
        "external-media": "Android/media/{package}",
        "internal-root": "/data/user/0/{package}",
    }
)
#: The folder of the picked file, and a folder of its own for each job.
_BESIDE, _JOB = "beside", "{job}"
_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".heic", ".heif", ".webp", ".gif"})
_UUID = "[0-9a-f]{32}"
#: What names of a kind look like, without their ending.
_LOOKS: Mapping[str, str] = MappingProxyType(
    {
        "timestamp": r"(VID|IMG)_\d{8}_\d{6}",
        "original": ".+",
        "uuid": _UUID,
        "neutral": _UUID,
        "millis": r"\d{13}",
        "bare": r"\d{13}",
        "hash": _UUID,
        "fixed": "",
        "opaque": _UUID,
    }
)


@frozen
class FileSpec:
    """One of an app's own files: its *place*, how it is called, and with which ending."""

    place: Annotated[str, PhonePath()] = field(
        metadata={
            "help": "folder; internal-cache, internal-files, external-cache, external-files and"
            " external-media are the app's own, beside is that of the picked file, {job} one of"
            " its own for each job"
        }
    )
    name: Name = "timestamp"
    prefix: str = field(default="", metadata={"help": "what stands before the name"})
    suffix: str = field(default="", metadata={"help": "what stands between name and ending"})
    ext: Annotated[str, Pattern(r"\.[a-z0-9]+", Message("an ending such as .mp4"))] | None = field(
        default=None, metadata={"help": "its ending; if absent, that of the picked file"}
    )


@frozen
class Job:
    """What names of one job depend on.

    *original* is the picked file (empty where there is none); *clock* what the phone's clock says
    (seconds since 1970); *number* counts the app's jobs from 1.
    """

    package: str
    original: str
    clock: float
    number: int = 1
    ext: str = ".mp4"

    @property
    def unique(self) -> str:
        """A uuid of this job; of the first on that file it depends on the file alone."""
        again = f"/{self.number}" if self.number > 1 or not self.original else ""
        named = f"{self.package}/{self.original}{again}"
        # A file's name can be bytes that are no text, and uuid5 takes only text.
        return uuid5(NAMESPACE_OID, named.encode("utf-8", "backslashreplace").decode("utf-8")).hex


def path_of(spec: FileSpec, job: Job) -> str:
    """The path of that file in that job."""
    return f"{folder_of(spec.place, job)}/{name_of(spec, job)}"


def folder_of(place: str, job: Job) -> str:
    """The folder that *place* stands for in that job."""
    own = place.replace(_JOB, job.unique) if _JOB in place else place
    first, _, rest = own.partition("/")
    if first == _BESIDE:
        first = dirname(job.original)
    else:
        first = _OWN.get(first, first).format(package=job.package) if first in _OWN else first
    return f"{first}/{rest}" if rest else first


def root_of(place: str, job: Job) -> str:
    """The folder of that place that all jobs share: what is above a job's own folder."""
    return folder_of(place.partition(f"/{_JOB}")[0], job)


def name_of(spec: FileSpec, job: Job) -> str:
    """What that file is called in that job."""
    ext = spec.ext or splitext(job.original)[1] or job.ext
    stem = splitext(basename(job.original))[0]
    kind = spec.name
    if kind == "timestamp":
        letters = "IMG" if ext in _PICTURES else "VID"
        stem = f"{letters}_{datetime.fromtimestamp(int(job.clock), UTC):%Y%m%d_%H%M%S}"
    elif kind in {"millis", "bare"}:
        stem = str(int(job.clock * 1000))
    elif kind == "hash":
        # As boxing does: the same picked path always leads to the same name.
        stem = md5(job.original.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
    elif kind == "fixed":
        stem = ""
    elif kind != "original":
        stem = job.unique
    endings = {"neutral": ".tmp", "bare": "", "opaque": ".mms"}
    return f"{spec.prefix}{stem}{spec.suffix}{endings.get(kind, ext)}"


def pattern_of(spec: FileSpec) -> str:
    """A regular expression for the names that such files have."""
    return f"{re.escape(spec.prefix)}{_LOOKS[spec.name]}{re.escape(spec.suffix)}(\\.[^.]*)?"


def numbered(path: str, number: int) -> str:
    """The path of the part of that number."""
    stem, ext = splitext(path)
    return f"{stem}_{number}{ext}"
