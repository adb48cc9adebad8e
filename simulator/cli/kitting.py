"""``cachelife kit``: a folder to publish."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from pathlib import Path

import typer
from attrs import field, frozen

from simulator import __version__
from simulator.atomic import write_bytes, write_text
from simulator.cli.progress import progress
from simulator.cli.running import changed
from simulator.documents import Document, read_bytes
from simulator.errors import InputError
from simulator.message import Message
from simulator.scenario import library
from simulator.scenario.model import Scenario
from simulator.telling.figures.gallery import BOTH_STORIES, FIGURES, Figure
from simulator.telling.figures.material import Material
from simulator.telling.figures.public import must_go_together
from simulator.telling.kit.build import Shown, texts
from simulator.telling.kit.drawing import Draw, Ready, fit_to_publish, versions
from simulator.telling.kit.facts import Facts
from simulator.telling.kit.manifest import NAME, Entry, Manifest, parse
from simulator.telling.kit.source import FILE, as_text
from simulator.telling.result import as_json
from simulator.telling.sheets import sheet_of
from simulator.telling.words import Words, one_line, visible
from simulator.watchers import library as watchers
from simulator.worlds.survey import Progress

SCHEMA = "cachelife.kit-result/1"


@frozen
class Source:
    """What a kit is made from: a scenario, its *text*, and the file of a rule of one's own.

    *changes* are what was changed by hand; they are in the text already.
    """

    scenario: Scenario
    text: bytes
    changes: tuple[str, ...] = ()
    rule: tuple[str, bytes] | None = None


@frozen
class Making:
    """How a kit is made: with which *seed*, in how many processes, with which figures."""

    speak: Words
    seed: int = 0
    jobs: int = 1
    figures: Mapping[str, Figure] = field(factory=lambda: dict(FIGURES))


def make_kit(
    name: str,
    out: Path,
    seed: int,
    changes: Sequence[str],
    jobs: int,
    json: bool,
    speak: Words,
) -> int:
    """Make the kit of a scenario in the folder *out*; gives the exit code.

    Raises :class:`InputError` where *out* is no place for it, or nothing may be published.
    """
    source = source_of(name, changes)
    with replacing(out) as folder:
        manifest = write_kit(source, folder, Making(speak, seed, jobs))
    if json:
        typer.echo(as_json(_as_values(out, manifest)))
    else:
        typer.echo(
            speak.say(
                "{place}: {number} files, {size}",
                place=str(out),
                number=len(manifest.entries) + 1,
                size=f"{sum(entry.size for entry in manifest.entries) / 1e6:.1f} MB",
            )
        )
    return 0


def _as_values(out: Path, manifest: Manifest) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "folder": str(out),
        "scenario": manifest.scenario,
        "digest": manifest.digest,
        "seed": manifest.seed,
        "version": manifest.version,
        "packages": dict(manifest.versions),
        "changes": list(manifest.changes),
        "files": [{"path": e.path, "size": e.size, "sha256": e.sha256} for e in manifest.entries],
    }


# -- what it is made from ----------------------------------------------------------------------


def source_of(name: str, changes: Sequence[str] = ()) -> Source:
    """What a scenario's kit is made from.

    Raises :class:`InputError` where a rule of one's own does not lie beside the scenario.
    """
    text, file = library.source(name)
    document = changed(library.read(name), changes)
    if changes:
        text = as_text(document, changes).encode()
    rule = _rule_of(document, file, by_hand=any(c.startswith("watcher.rule=") for c in changes))
    # They are told in lines of their own, in the manifest too.
    told = tuple(one_line(visible(change)) for change in changes)
    return Source(document.value, text, told, rule)


def _rule_of(document: Document[Scenario], file: str, *, by_hand: bool) -> tuple[str, bytes] | None:
    named = document.value.watcher.rule
    if not watchers.is_file(named):
        return None
    path = Path(named)
    if path.is_absolute() or path.parent != Path() or path.name == FILE:
        raise InputError(
            Message(
                "the rule {rule} has to lie beside the scenario, so that it can go along in the"
                " folder",
                rule=named,
            )
        )
    return path.name, read_bytes(path if by_hand else Path(file).parent / path)


# -- the files ---------------------------------------------------------------------------------


def write_kit(source: Source, folder: Path, making: Making) -> Manifest:
    """Write every file of the kit into *folder*; gives what is in it.

    Raises :class:`InputError` where nothing may be published about that scenario.
    """
    speak = making.speak

    def watch(label: Message) -> AbstractContextManager[Progress | None]:
        return progress(speak.say(label))

    material = Material(source.scenario, making.seed, making.jobs, watch)
    must_go_together(material, tuple(making.figures), source.changes)
    sheet = sheet_of(
        source.scenario,
        seed=making.seed,
        jobs=making.jobs,
        judged=(material.trace, material.verdict),
        watch=lambda: watch(Message("combinations")),
        changes=source.changes,
    )
    facts = Facts(material, sheet, source.changes)
    shown = _draw(facts, folder / "figures", making)
    for path, text in texts(facts, shown).items():
        write_text(folder / path, text)
    write_bytes(folder / FILE, source.text)
    if source.rule is not None:
        write_bytes(folder / source.rule[0], source.rule[1])
    manifest = Manifest(
        __version__,
        source.scenario.id,
        material.digest,
        making.seed,
        versions(),
        source.changes,
        tuple(_entries(folder)),
    )
    write_text(folder / NAME, manifest.text())
    return manifest


def _draw(facts: Facts, out: Path, making: Making) -> list[Shown]:
    """Draw every figure; that which no incident may lack comes first."""
    names = sorted(making.figures, key=lambda name: name != BOTH_STORIES)
    source = facts.material if making.jobs == 1 else Ready.of(facts.material)
    draw = Draw(source, out, making.figures, facts.speakers())
    found: dict[str, tuple[Shown, ...]] = {}
    with progress(making.speak.say("figures")) as report:
        for done, (name, shown) in enumerate(_drawn(draw, names, making.jobs), 1):
            found[name] = shown
            if name == BOTH_STORIES:
                fit_to_publish(facts.material, shown)
            report(done, len(names))
    return [one for name in making.figures for one in found[name]]


def _drawn(draw: Draw, names: Sequence[str], jobs: int) -> Iterator[tuple[str, tuple[Shown, ...]]]:
    if jobs == 1:
        yield from ((name, draw(name)) for name in names)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(jobs) as pool:
        yield from zip(names, pool.map(draw, names), strict=True)


def _entries(folder: Path) -> Iterator[Entry]:
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder).as_posix()
        if file.is_file() and path != NAME:
            data = file.read_bytes()
            yield Entry(sha256(data).hexdigest(), len(data), path)


# -- the folder --------------------------------------------------------------------------------


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A folder beside *out* that takes its place once all is written; without a trace otherwise.

    Raises :class:`InputError` where *out* is neither free, nor empty, nor a kit and nothing else.
    """
    out = out.absolute()
    _check_place(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    except OSError as error:
        raise _unwritable(out, error) from None
    try:
        made = folder / "kit"
        made.mkdir()
        yield made
        if out.exists():
            out.rename(folder / "old")
        made.rename(out)
    except OSError as error:
        raise _unwritable(out, error) from None
    finally:
        _put_back(out, folder / "old")
        shutil.rmtree(folder, ignore_errors=True)


def _put_back(out: Path, old: Path) -> None:
    """Should the new folder not have taken its place, the old one stays."""
    if old.exists() and not out.exists():
        old.rename(out)


def _unwritable(out: Path, error: OSError) -> InputError:
    reason = error.strerror or type(error).__name__
    return InputError(Message("cannot write to {place}: {reason}", place=str(out), reason=reason))


def _check_place(out: Path) -> None:
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise InputError(Message("{place} is no folder", place=str(out)))
    if not out.exists() or not any(out.iterdir()):
        return
    try:
        listed = {entry.path for entry in parse((out / NAME).read_bytes()).manifest.entries}
    except (OSError, InputError):
        listed = set()
    there = {f.relative_to(out).as_posix() for f in out.rglob("*") if not f.is_dir()} - {NAME}
    if not listed or there - listed:
        raise InputError(Message("{place} is not empty, and holds more than a kit", place=str(out)))
