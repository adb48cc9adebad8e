"""Run every benchmark and print its ratio beside its goal."""

from __future__ import annotations

from benchmarks import decisions, families, kits, start_up, steps

for benchmark in (decisions, start_up, steps, families, kits):
    for line in benchmark.lines():
        print(line, flush=True)
