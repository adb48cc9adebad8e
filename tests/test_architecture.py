"""Imports point one way: each part may import only those that stand before it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "simulator"
#: The parts from left to right; those in one set may not import each other.
ORDER: list[set[str]] = [
    {"__init__", "message", "grades", "outcomes", "atomic", "truth"},
    {"errors"},
    {"documents"},
    {"trace"},
    {"android", "apps"},
    {"watchers", "live"},
    {"claims"},
    {"scenario"},
    {"engine"},
    {"verdict"},
    {"worlds"},
    {"telling"},
    {"cli"},
]
LEVEL = {part: level for level, parts in enumerate(ORDER) for part in parts}
FILES = sorted(ROOT.rglob("*.py"))


def imports(file):
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            if node.module == "simulator":
                yield from (f"simulator.{alias.name}" for alias in node.names)
            else:
                yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def part_of(file):
    relative = file.relative_to(ROOT)
    return relative.parts[0].removesuffix(".py")


@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_a_module_imports_only_what_stands_before_it(file):
    here = part_of(file)
    wrong = [
        name
        for name in imports(file)
        if name.startswith("simulator.")
        and (there := name.split(".")[1]) != here
        and there in LEVEL
        and LEVEL[there] >= LEVEL[here]
    ]
    assert wrong == []


def test_every_part_has_its_place():
    assert {part_of(file) for file in FILES} <= set(LEVEL)


def test_the_waist_imports_neither_side():
    for file in (ROOT / "trace").glob("*.py"):
        used = {name.split(".")[1] for name in imports(file) if name.startswith("simulator.")}
        assert used <= {"trace", "errors", "message"}


@pytest.mark.parametrize(
    "part", ["trace", "android", "apps", "watchers", "claims", "scenario", "verdict", "worlds"]
)
def test_no_part_that_judges_or_models_knows_a_preset_or_scenario_by_name(part):
    text = "".join(f.read_text(encoding="utf-8") for f in (ROOT / part).rglob("*.py"))
    # The sandbox scenario chooses a preset, as any scenario does.
    allowed = text.count("evidence-video") if part == "scenario" else 0
    assert text.count("evidence-video") == allowed
    assert "dewu" not in text.casefold()


@pytest.mark.parametrize("module", ["simulator.cli.main", "simulator.cli.running"])
def test_the_command_line_starts_without_matplotlib(module):
    program = f"import sys, {module}; print('matplotlib' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
