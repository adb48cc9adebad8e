"""The ``MANIFEST`` of a kit: what is in it, and what made it.

A head of lines that begin with ``#``, a line ``SHA256  SIZE  PATH`` for each file in the order of
the paths, and a last line with the SHA-256 of all before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256

from attrs import field, frozen

from simulator.errors import InputError
from simulator.message import Message

SCHEMA = "cachelife.kit/1"
NAME = "MANIFEST"
#: What a kit may hold at most; a larger one is no kit of ours.
MOST_BYTES, MOST_FILES, MOST_LINES = 64 << 20, 2_000, 4_000
_LINE = re.compile(r"([0-9a-f]{64})  (0|[1-9][0-9]{0,11})  (\S+)")
_HEAD = re.compile(r"# ([a-z-]+)(?: (.*))?")
_KNOWN = frozenset({"kind", "cachelife", "scenario", "digest", "seed", "changed", "package"})
_END = re.compile(r"# end ([0-9a-f]{64})")
_PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*){0,3}")


@frozen
class Entry:
    """A file of a kit."""

    sha256: str
    size: int
    path: str


@frozen
class Manifest:
    """What made a kit, and what is in it.

    *versions* are those of the packages on which the bytes of figures depend; *changes* what was
    changed by hand in the scenario.
    """

    version: str
    scenario: str
    digest: str
    seed: int
    versions: Mapping[str, str]
    changes: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = field(default=(), repr=False)

    def text(self) -> str:
        """The file's text."""
        lines = [
            f"# {SCHEMA}",
            "# kind A model, not evidence. 模型推演，不构成取证结论。",
            f"# cachelife {self.version}",
            f"# scenario {self.scenario}",
            f"# digest {self.digest}",
            f"# seed {self.seed}",
            *(f"# changed {change}" for change in self.changes),
            *(f"# package {name} {version}" for name, version in sorted(self.versions.items())),
            *(f"{e.sha256}  {e.size}  {e.path}" for e in sorted(self.entries, key=_by_path)),
        ]
        body = "".join(f"{line}\n" for line in lines)
        return f"{body}# end {sha256(body.encode()).hexdigest()}\n"


def _by_path(entry: Entry) -> str:
    return entry.path


@frozen
class Read:
    """A manifest as it was read; *whole*: its last line fits what stands before it."""

    manifest: Manifest
    whole: bool


def parse(data: bytes) -> Read:
    """The manifest of those bytes; raises :class:`InputError` where they are none."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(Message("{file}: not UTF-8", file=NAME)) from None
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise InputError(Message("{file} has too many lines", file=NAME))
    if lines[0] != f"# {SCHEMA}":
        raise InputError(
            Message("{file} does not begin with “{schema}”", file=NAME, schema=f"# {SCHEMA}")
        )
    end = _END.fullmatch(lines[-2]) if len(lines) > 1 and not lines[-1] else None
    if end is None:
        raise InputError(Message("{file} has no last line “# end …”", file=NAME))
    body = "".join(f"{line}\n" for line in lines[:-2])
    whole = sha256(body.encode()).hexdigest() == end[1]
    return Read(_manifest(lines[1:-2]), whole)


def _manifest(lines: list[str]) -> Manifest:
    head: dict[str, list[str]] = {}
    entries: list[Entry] = []
    for number, line in enumerate(lines, 2):
        said = _HEAD.fullmatch(line)
        listed = None if said else _LINE.fullmatch(line)
        if said is not None:
            head.setdefault(said[1], []).append(said[2] or "")
        elif listed is not None and _PATH.fullmatch(listed[3]) and listed[3] != NAME:
            entries.append(Entry(listed[1], int(listed[2]), listed[3]))
        else:
            raise InputError(
                Message("{file}:{line}: no line of a manifest", file=NAME, line=number)
            )
    unknown = sorted(set(head) - _KNOWN)
    if unknown:
        raise InputError(
            Message("{file} has a line “# {name} …” of no manifest", file=NAME, name=unknown[0])
        )
    paths = [entry.path for entry in entries]
    if len(set(map(str.casefold, paths))) < len(paths):
        raise InputError(Message("{file} names a file twice", file=NAME))
    if len(entries) > MOST_FILES or any(entry.size > MOST_BYTES for entry in entries):
        raise InputError(Message("{file} lists more than a kit holds", file=NAME))
    return Manifest(
        _one(head, "cachelife"),
        _one(head, "scenario"),
        _one(head, "digest"),
        _seed(_one(head, "seed")),
        dict(_versions(head.get("package", []))),
        tuple(head.get("changed", [])),
        tuple(entries),
    )


def _one(head: Mapping[str, list[str]], name: str) -> str:
    values = head.get(name, [])
    if len(values) != 1:
        raise InputError(Message("{file} has no line “# {name} …”", file=NAME, name=name))
    return values[0]


def _seed(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise InputError(Message("{file} has no line “# {name} …”", file=NAME, name="seed"))
    return int(text)


def _versions(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        name, _, version = line.partition(" ")
        yield name, version
