"""``cachelife run``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from simulator import engine
from simulator.atomic import write_text
from simulator.cli.progress import progress
from simulator.documents import Document
from simulator.errors import InputError
from simulator.message import Message
from simulator.scenario import library
from simulator.scenario.family import check, pinned, under_another
from simulator.scenario.model import Scenario
from simulator.telling.text import told
from simulator.telling.words import LANGS, Words, words
from simulator.trace import Trace
from simulator.verdict.judge import Verdict, judge
from simulator.worlds.expectations import Failed, failures

if TYPE_CHECKING:
    from simulator.worlds.family import FamilyVerdict


def run_scenario(
    name: str, seed: int, changes: Sequence[str], out: Path | None, json: bool, speak: Words
) -> int:
    """Run a scenario and print what came of it; gives the exit code."""
    document = changed(library.read(name), changes)
    scenario = document.value
    family = None
    if scenario.family:
        from simulator.worlds.family import judge_family

        with progress(speak.say("combinations")) as report:
            family = judge_family(scenario, seed, report)
    trace = engine.run(scenario, seed)
    verdict = judge(trace)
    # What was changed by hand need not come out as the file expects.
    failed = () if changes else failures(scenario, verdict, family)
    if out is not None:
        _write(out, trace, verdict, scenario, family, failed)
    if json:
        from simulator.telling.result import as_json, result

        typer.echo(as_json(result(trace, verdict, family=family, failed=failed)))
    else:
        text = told(
            trace,
            verdict,
            speak,
            scenario=scenario,
            family=family,
            failed=failed,
            changes=changes,
        )
        typer.echo(text, nl=False)
    return 1 if failed else 0


def changed(document: Document[Scenario], changes: Sequence[str]) -> Document[Scenario]:
    """The scenario with every ``PATH=VALUE`` of *changes* in it."""
    if not changes:
        return document
    values: dict[str, str] = {}
    for change in changes:
        path, equals, value = change.partition("=")
        if not equals or not path:
            raise InputError(
                Message(
                    "--set expects PATH=VALUE, such as clean_up.hits=original; got “{got}”",
                    got=change,
                )
            )
        if path.partition(".")[0] in {"assumed", "observed", "claims", "expect"}:
            raise InputError(
                Message(
                    "--set changes the phone, the app and what happens; “{path}” is not part of"
                    " that. Set the value itself, such as pipeline.place=Pictures",
                    path=path,
                )
            )
        values[path] = value
    ready = library.equipped(document.with_text(values))
    if "watcher.rule" in values:
        ready = under_another(ready, kept=values)
    ready = pinned(ready, values)
    check(ready)
    return ready


def _write(
    out: Path,
    trace: Trace,
    verdict: Verdict,
    scenario: Scenario,
    family: FamilyVerdict | None,
    failed: tuple[Failed, ...],
) -> None:
    from simulator.telling.result import as_json, result
    from simulator.trace.jsonl import dumps

    try:
        write_text(out / "trace.jsonl", dumps(trace))
        values = result(trace, verdict, family=family, failed=failed)
        write_text(out / "result.json", as_json(values) + "\n")
        for lang in LANGS:
            text = told(
                trace, verdict, words(lang), scenario=scenario, family=family, failed=failed
            )
            write_text(out / f"story.{lang}.txt", text)
        draw(out, trace, verdict)
    except OSError as error:
        raise InputError(
            Message(
                "cannot write to {place}: {reason}", place=str(out), reason=error.strerror or ""
            )
        ) from None


def draw(out: Path, trace: Trace, verdict: Verdict) -> None:
    """Write the timeline in both languages, as SVG and PNG."""
    from simulator.telling.figures import write_timelines

    write_timelines(trace, verdict, out)
