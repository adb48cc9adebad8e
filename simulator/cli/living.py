"""``cachelife live``: do it for real, judge the recording, lay it beside the prediction."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from attrs import evolve, frozen

from simulator import __version__, engine
from simulator.apps.preset import preset
from simulator.apps.steps import lives
from simulator.atomic import write_text
from simulator.cli.running import draw
from simulator.errors import InputError
from simulator.live import Job, Recorded, record
from simulator.message import Message
from simulator.scenario.model import Scenario
from simulator.scenario.sandbox import LABEL, sandbox
from simulator.telling.live import live_values, told_live
from simulator.telling.result import as_json, result
from simulator.telling.words import Words
from simulator.trace import Trace
from simulator.trace.jsonl import dumps
from simulator.verdict.agreement import Agreement, agreement
from simulator.verdict.judge import Verdict, judge
from simulator.watchers.library import rule
from simulator.watchers.suppose import Supposed, suppose

#: The rule that is supposed to have watched, by folder and name alone.
SUPPOSED_RULE, SUPPOSED_SCOPE = "huawei-acm", "medium"
SAMPLE = "VID_20221112_205500.mp4"


@frozen
class Lived:
    """A live run: what was recorded, how it is judged, and how it compares."""

    recorded: Recorded
    trace: Trace
    verdict: Verdict
    agreement: Agreement
    supposed: tuple[Supposed, ...]
    variant: str


def run_live(file: Path | None, variant: str, out: Path | None, json: bool, speak: Words) -> int:
    """Run the pipeline on real files and print what came of it; gives the exit code."""
    lived = live(file, variant, _reporter(speak))
    if out is not None:
        _write(out, lived)
    if json:
        values = result(lived.trace, lived.verdict) | {"live": _values(lived)}
        typer.echo(as_json(values))
    else:
        typer.echo(
            told_live(lived.trace, lived.verdict, speak, _values(lived), lived.agreement), nl=False
        )
    return 0 if lived.agreement.differs_at is None else 1


def live(file: Path | None, variant: str, report: Callable[[Message], None] | None = None) -> Lived:
    """Do the pipeline for real and judge it.

    Raises :class:`Unavailable` where inotify is missing and :class:`InputError` where the file
    cannot be used.
    """
    planned = sandbox(file.name if file else SAMPLE, 1, 2.0, variant, "copy")
    steps = preset(planned.pipeline.preset).steps(variant)
    plan = evolve(_plan(planned), how="transcode")
    recorded = record(Job(file, lives(steps), plan), version=__version__, progress=report)
    predicted = engine.run(
        sandbox(
            plan.original.rpartition("/")[2], recorded.original_size, 2.0, variant, recorded.how
        ),
        every_call=True,
    )
    compared = agreement(predicted, "ext4", recorded.inotify, strict=recorded.how == "copy")
    label = {"en": LABEL.en, "zh-CN": LABEL.zh_CN}
    return Lived(
        recorded,
        recorded.trace,
        judge(recorded.trace),
        compared,
        suppose(rule(SUPPOSED_RULE), SUPPOSED_SCOPE, recorded.trace, "inotify", label),
        variant,
    )


def _plan(scenario: Scenario) -> Any:
    return engine.plan_for(scenario, scenario.happens[0].original or "", 0.0)


def _reporter(speak: Words) -> Callable[[Message], None] | None:
    if not sys.stderr.isatty():
        return None
    return lambda line: typer.echo(speak.say(line), err=True)


def _values(lived: Lived) -> dict[str, Any]:
    return live_values(
        lived.variant, lived.recorded, lived.agreement, lived.supposed, SUPPOSED_RULE
    )


def _write(out: Path, lived: Lived) -> None:
    try:
        write_text(out / "trace.jsonl", dumps(lived.trace))
        values = result(lived.trace, lived.verdict) | {"live": _values(lived)}
        write_text(out / "result.json", as_json(values) + "\n")
        draw(out, lived.trace, lived.verdict)
    except OSError as error:
        raise InputError(
            Message(
                "cannot write to {place}: {reason}", place=str(out), reason=error.strerror or ""
            )
        ) from None
