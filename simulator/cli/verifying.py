"""``cachelife verify``: a third party's check of a kit."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import typer
from attrs import frozen

from simulator import __version__
from simulator.cli.kitting import Making, Source, write_kit
from simulator.documents import load
from simulator.errors import InputError
from simulator.message import Message
from simulator.scenario import library
from simulator.scenario.model import Scenario
from simulator.telling.kit.compare import alike
from simulator.telling.kit.drawing import versions
from simulator.telling.kit.manifest import MOST_BYTES, MOST_FILES, NAME, Manifest, Read, parse
from simulator.telling.kit.source import FILE
from simulator.telling.result import as_json
from simulator.telling.words import Words, one_line
from simulator.watchers import library as watchers

SCHEMA = "cachelife.verify/1"
_PICTURES = (".svg", ".png", ".pdf")
#: So much of a differing line is printed.
_SHOWN = 160


@frozen
class Difference:
    """What is not as it should be with a file; *line* and the two sides where it is a text's."""

    path: str
    what: Message
    line: int | None = None
    here: str = ""
    there: str = ""


def verify_kit(folder: Path, jobs: int, json: bool, speak: Words) -> int:
    """Check a kit: its files against its manifest, then against what this version makes.

    Gives 0 where all is the same, else 1.  Raises :class:`InputError` where it is no kit.
    """
    read = parse(_read(folder, NAME, 1 << 20))
    manifest = read.manifest
    found = list(_against_the_manifest(folder, read))
    exact = dict(manifest.versions) == versions()
    found += _against_a_fresh_one(folder, manifest, exact, jobs, speak)
    if json:
        typer.echo(as_json(_as_values(folder, manifest, exact, found)))
    else:
        for line in _told(folder, manifest, exact, found, speak):
            typer.echo(line)
    return 1 if found else 0


# -- reading what somebody gave us -------------------------------------------------------------


def _read(folder: Path, path: str, most: int = MOST_BYTES) -> bytes:
    """A file of the kit, if it is a plain one; raises :class:`InputError` where it is not."""
    file = folder / path
    try:
        for parent in (file, *file.parents):
            if parent == folder:
                break
            if parent.is_symlink():
                raise InputError(Message("{file} is a link, and no file of a kit", file=path))
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "rb") as opened:
            about = os.fstat(opened.fileno())
            if not stat.S_ISREG(about.st_mode):
                raise InputError(Message("{file} is no plain file", file=path))
            if about.st_size > most:
                raise InputError(Message("{file} is too large for a kit", file=path))
            return opened.read(most + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(Message("{file}: {reason}", file=path, reason=reason)) from None


def _there(folder: Path) -> set[str]:
    """Every file that is in the folder, by its path; raises :class:`InputError` for too many."""
    found: set[str] = set()
    for root, folders, names in os.walk(folder):
        here = Path(root)
        links = [name for name in folders if (here / name).is_symlink()]
        empty = [] if names or folders or here == folder else [f"{here.name}/"]
        found |= {(here.parent / name).relative_to(folder).as_posix() + "/" for name in empty}
        for name in (*names, *links):
            found.add((here / name).relative_to(folder).as_posix())
        if len(found) > MOST_FILES:
            raise InputError(Message("{place} holds more files than a kit", place=str(folder)))
    return found


def _against_the_manifest(folder: Path, read: Read) -> Iterator[Difference]:
    if _read(folder, NAME, 1 << 20) != read.manifest.text().encode():
        yield Difference(NAME, Message("it is not written as a manifest is"))
    elif not read.whole:
        yield Difference(NAME, Message("its last line does not fit what stands before it"))
    listed = {entry.path: entry for entry in read.manifest.entries}
    there = _there(folder) - {NAME}
    for path in sorted(there - set(listed)):
        yield Difference(path, Message("it is in the folder and not in the MANIFEST"))
    for path, entry in sorted(listed.items()):
        if path not in there:
            yield Difference(path, Message("it is in the MANIFEST and not in the folder"))
            continue
        data = _read(folder, path)
        if (len(data), sha256(data).hexdigest()) != (entry.size, entry.sha256):
            yield Difference(path, Message("it is not what the MANIFEST says"))


# -- made anew ---------------------------------------------------------------------------------


def _source(folder: Path, manifest: Manifest) -> Source:
    """What the kit says that it was made from; a rule of its own only from within the kit."""
    text = _read(folder, FILE, 1 << 20)
    named = load(text, Scenario, file=FILE).value.watcher.rule
    rule = None
    if watchers.is_file(named):
        path = Path(named)
        if path.is_absolute() or path.parent != Path():
            raise InputError(Message("{file} names a rule outside of the kit", file=FILE))
        rule = (path.name, _read(folder, path.name, 1 << 20))
    with tempfile.TemporaryDirectory() as place:
        here = Path(place)
        (here / FILE).write_bytes(text)
        if rule is not None:
            (here / rule[0]).write_bytes(rule[1])
        scenario = library.read_file(here / FILE).value
    return Source(scenario, text, manifest.changes, rule)


def _against_a_fresh_one(
    folder: Path, manifest: Manifest, exact: bool, jobs: int, speak: Words
) -> list[Difference]:
    """What of the kit is not what this version makes of its scenario."""
    source = _source(folder, manifest)
    with tempfile.TemporaryDirectory() as place:
        fresh = Path(place) / "kit"
        fresh.mkdir()
        made = write_kit(source, fresh, Making(speak, manifest.seed, jobs))
        return [
            *_heads(manifest, made),
            *_files(folder, manifest, fresh, made, exact=exact),
        ]


def _heads(given: Manifest, made: Manifest) -> Iterator[Difference]:
    for name in ("version", "scenario", "digest"):
        one, other = getattr(given, name), getattr(made, name)
        if one != other:
            yield Difference(
                NAME,
                Message("it was made with another {name}", name=_HEADS[name]),
                here=one,
                there=other,
            )


_HEADS = {
    "version": Message("version of cachelife"),
    "scenario": Message("scenario"),
    "digest": Message("digest"),
}


def _files(
    folder: Path, given: Manifest, fresh: Path, made: Manifest, *, exact: bool
) -> Iterator[Difference]:
    listed = {entry.path for entry in given.entries}
    ours = {entry.path for entry in made.entries}
    for path in sorted(listed - ours):
        yield Difference(path, Message("this version makes no such file"))
    for path in sorted(ours - listed):
        yield Difference(path, Message("this version makes it, and the kit lacks it"))
    for path in sorted(listed & ours):
        if not os.path.lexists(folder / path):
            continue
        one, other = _read(folder, path), (fresh / path).read_bytes()
        if one != other:
            difference = _compared(path, one, other, exact=exact)
            if difference is not None:
                yield difference


def _compared(path: str, one: bytes, other: bytes, *, exact: bool) -> Difference | None:
    if path.endswith(_PICTURES):
        if exact:
            return Difference(path, Message("its bytes are not those that this version draws"))
        try:
            same = alike(path, one, other)
        except InputError as error:
            return Difference(path, error.message)
        return None if same else Difference(path, Message("its words, groups, size or look differ"))
    try:
        here = one.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        return Difference(path, Message("it is not UTF-8"))
    there = other.decode("utf-8").split("\n")
    pairs = zip([*here, ""], [*there, ""], strict=False)
    number, (left, right) = next(
        ((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1]),
        (min(len(here), len(there)) + 1, ("", "")),
    )
    return Difference(
        path, Message("its text is not what this version writes"), number, left, right
    )


# -- told --------------------------------------------------------------------------------------


def _told(
    folder: Path, manifest: Manifest, exact: bool, found: list[Difference], speak: Words
) -> Iterator[str]:
    if manifest.version != __version__:
        yield speak.say(
            "The kit was made with cachelife {theirs}; this is cachelife {ours}.",
            theirs=one_line(manifest.version),
            ours=__version__,
        )
    if exact:
        yield speak.say(
            "Figures are compared byte by byte: the packages that draw them are the same."
        )
    else:
        yield speak.say(
            "Figures are compared by their words, groups, sizes and look, not byte by byte: the"
            " packages that draw them differ ({packages}).",
            packages=speak.say(Message(", ")).join(_packages(manifest)),
        )
    for one in found:
        if one.line is None:
            yield speak.say("{path}: {what}", path=one_line(one.path), what=one.what)
        else:
            yield speak.say(
                "{path}:{line}: {what}", path=one_line(one.path), line=one.line, what=one.what
            )
        if one.here or one.there:
            yield "  " + speak.say("in the kit: {text}", text=_cut(one.here))
            yield "  " + speak.say("made here: {text}", text=_cut(one.there))
    if found:
        yield speak.many("{number} difference.", "{number} differences.", len(found))
    else:
        yield speak.say(
            "{place}: all {number} files are as listed, and as this version makes them.",
            place=str(folder),
            number=len(manifest.entries),
        )


def _cut(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _packages(manifest: Manifest) -> list[str]:
    here = versions()
    names = sorted({*here, *manifest.versions})
    return [
        f"{one_line(name)} {one_line(manifest.versions.get(name, '-'))} → {here.get(name, '-')}"
        for name in names
        if manifest.versions.get(name) != here.get(name)
    ]


def _as_values(
    folder: Path, manifest: Manifest, exact: bool, found: list[Difference]
) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "folder": str(folder),
        "scenario": manifest.scenario,
        "digest": manifest.digest,
        "seed": manifest.seed,
        "made_with": manifest.version,
        "version": __version__,
        "figures_compared_by": "bytes" if exact else "structure",
        "packages": {"made_with": dict(manifest.versions), "here": versions()},
        "files": len(manifest.entries),
        "same": not found,
        "differences": [
            {
                "path": one.path,
                "what": str(one.what),
                "line": one.line,
                "in_the_kit": one.here,
                "made_here": one.there,
            }
            for one in found
        ],
    }
