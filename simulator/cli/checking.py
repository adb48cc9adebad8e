"""``cachelife check``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from simulator import engine
from simulator.cli.progress import progress
from simulator.errors import CachelifeError, DocumentError, InputError
from simulator.message import Message
from simulator.scenario import library
from simulator.telling.result import as_json
from simulator.telling.text import expectations
from simulator.telling.words import Words
from simulator.verdict.judge import judge
from simulator.worlds.decisive import Idle, idle
from simulator.worlds.expectations import Failed, failures
from simulator.worlds.family import judge_family

SCHEMA = "cachelife.check/1"


def check_files(paths: Sequence[Path], json: bool, speak: Words) -> int:
    """Check every scenario under *paths*; gives the exit code."""
    files = list(_files(paths))
    if not files:
        raise InputError(
            Message("no scenario file in {places}", places=", ".join(str(p) for p in paths))
        )
    reports, worst = [], 0
    for file in files:
        try:
            failed, rests_on_nothing = _failed(file)
        except CachelifeError as error:
            reports.append(_broken(file, error, speak, json))
            worst = 2
            continue
        worst = max(worst, 1 if failed or rests_on_nothing else 0)
        reports.append(_judged(file, failed, rests_on_nothing, speak, json))
    if json:
        typer.echo(as_json({"schema": SCHEMA, "ok": worst == 0, "files": reports}))
    return worst


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.yaml"))
        else:
            yield path


def _failed(file: Path) -> tuple[tuple[Failed, ...], tuple[Idle, ...]]:
    document = library.read_file(file)
    scenario, family = document.value, None
    if scenario.family:
        with progress(str(file)) as report:
            family = judge_family(scenario, 0, report)
    failed = failures(scenario, judge(engine.run(scenario)), family)
    return failed, () if failed else tuple(idle(document))


def _judged(
    file: Path, failed: tuple[Failed, ...], idle: tuple[Idle, ...], speak: Words, json: bool
) -> dict[str, object]:
    ok = not failed and not idle
    if not json:
        typer.echo(speak.say("{file}: ok" if ok else "{file}: failed", file=str(file)))
        for line in expectations(failed, speak):
            typer.echo(f"  {line}")
        for one in idle:
            typer.echo(
                "  "
                + speak.say(
                    "{path} = {value} is called decisive, and the same comes out with it.",
                    path=one.path,
                    value=one.value,
                )
            )
    rows = [{"field": f.field, "wanted": f.wanted, "got": f.got} for f in failed]
    return {
        "file": str(file),
        "ok": ok,
        "failed": rows,
        "idle": [{"path": one.path, "value": one.value} for one in idle],
        "problems": [],
    }


def _broken(file: Path, error: CachelifeError, speak: Words, json: bool) -> dict[str, object]:
    if isinstance(error, DocumentError):
        problems = [speak.say(problem.as_message()) for problem in error.problems]
    else:
        problems = [speak.say(error.message)]
    if not json:
        for problem in problems:
            typer.echo(problem, err=True)
    return {"file": str(file), "ok": False, "failed": [], "idle": [], "problems": problems}
