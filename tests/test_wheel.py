"""What is installed is complete: scenarios, rules, presets and catalogue are in the wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The unpacked wheel, away from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    command += ["--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def _run(site: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    # -P keeps the working folder off the path, PYTHONPATH puts the wheel before the checkout.
    return subprocess.run(
        [sys.executable, "-P", "-m", "simulator.cli", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.parametrize("scenario", ["album-pipeline", "dewu-2022"])
def test_a_shipped_scenario_runs_from_an_empty_folder(installed, tmp_path, scenario):
    done = _run(installed, "run", scenario, "--lang", "zh-CN", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert scenario in done.stdout


def test_it_was_the_wheel_that_ran(installed, tmp_path):
    done = subprocess.run(
        [sys.executable, "-P", "-c", "import simulator; print(simulator.__file__)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
    )
    assert Path(done.stdout.strip()).is_relative_to(installed)


def test_the_type_information_is_shipped(installed):
    assert (installed / "simulator" / "py.typed").is_file()
