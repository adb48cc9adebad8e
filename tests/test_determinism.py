"""Same input, same bytes; a seed moves durations and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys

from simulator import engine
from simulator.trace import Operation
from simulator.trace.jsonl import dumps

PROGRAM = (
    "from simulator import engine; from simulator.scenario.library import read;"
    "from simulator.trace.jsonl import dumps; import sys;"
    "sys.stdout.write(dumps(engine.run(read('album-pipeline').value, 3)))"
)


def test_hash_seeds_do_not_change_a_byte():
    texts = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in (0, 1, 4242)
    }
    assert len(texts) == 1


def test_another_seed_moves_the_removal(world):
    times = {_removal_time(engine.run(world(), seed)) for seed in range(5)}
    assert len(times) == 5


def test_another_seed_changes_no_verdict(judged):
    outcomes = {judged(seed=seed)[1].outcome for seed in range(20)}
    assert outcomes == {"warning_without_touch"}


def test_changing_one_factor_leaves_every_draw_alone(world):
    one = engine.run(world(), 7)
    other = engine.run(world(watcher__rule="none", clean_up__hits="original"), 7)
    assert _removal_time(one) == _removal_time(other)


def test_two_runs_in_one_process_give_the_same_bytes(world):
    assert dumps(engine.run(world(), 1)) == dumps(engine.run(world(), 1))


def _removal_time(trace):
    return next(r.t for r in trace.records if isinstance(r, Operation) and r.verb == "unlink")
