"""The model beside the kernel of this machine: the same operations, for real, on a tmpfs."""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from pathlib import Path

import pytest

from simulator import truth
from simulator.android.linux.cases import Case, comparable, predict

SHM = Path("/dev/shm")
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not SHM.is_dir(), reason="needs Linux with a tmpfs at /dev/shm"
)
MORE = json.loads((Path(__file__).parent / "data" / "inotify-more.json").read_text("utf-8"))
ROWS = [r for r in truth.rows("inotify.json") if r["fs"] == "tmpfs"] + MORE
#: Needs privileges, an own process, or attributes that tmpfs has on new kernels only.
SPECIAL = re.compile(r'"(u?mount|mount_tmpfs|chown|fork|setxattr)"')
PATHS = ("a/x", "a/y", "b/z", "a/d", "a/d/n", "a/d/e")
FILES = ("a/x", "a/y", "a/x#2", "b/z", "a/d/n", "D")


def is_portable(row):
    text = json.dumps([row["setup"], row["ops"]])
    return "max_queued_events" not in row and not SPECIAL.search(text)


def observed(case):
    from tests.tools.real_linux import Doer, Watcher

    with tempfile.TemporaryDirectory(dir=SHM, prefix="cachelife-test-") as root:
        for name in case.dirs:
            (Path(root) / name).mkdir()
        watcher = Watcher()
        doer = Doer(root, watcher)
        try:
            doer.do_all(case.setup)
            for label in case.watched:
                watcher.add(doer.at(label), label, case.mask)
            doer.do_all(case.ops)
        except OSError:
            pass  # what is refused ends a case, here as in the prediction
        finally:
            events = watcher.read()
            doer.end()
            watcher.close()
    return events


@pytest.mark.parametrize(
    "row", [row for row in ROWS if is_portable(row)], ids=lambda row: row["name"]
)
def test_this_kernel_shows_what_is_predicted(row):
    case = Case(
        row["name"], "tmpfs", row["setup"], row["ops"], row["watched"], int(row["mask"], 16)
    )
    assert comparable(observed(case)) == comparable(predict(case))


def an_operation(draw):
    """One random operation; most are refused, which is part of the point."""
    opens = ["create", "create_rw", "open_r", "open_w", "open_rw", "open_append", "open_trunc"]
    path, other, name = draw.choice(PATHS), draw.choice(PATHS), draw.choice(FILES)
    return draw.choice(
        [
            [draw.choice([*opens, "create_excl"]), draw.choice(FILES[:-1])],
            ["write", name, draw.choice([1, 4096])],
            ["read", name, draw.choice([1, 10_000])],
            ["close", name],
            ["close", name],
            ["ftruncate", name, draw.choice([0, 5_000])],
            ["truncate", path, 10],
            ["rename", path, other],
            ["renameat2", path, other, draw.choice(["NOREPLACE", "EXCHANGE"])],
            ["link", path, other],
            ["unlink", path],
            ["mkdir", path],
            ["rmdir", path],
            ["rmtree", "a/d"],
            ["chmod", path, 420],
            ["fchmod", name, 420],
            ["symlink", draw.choice(["x", "../b/z", "d", "l"]), path],
            ["dup", name, "D"],
            ["listdir", draw.choice(["a", "a/d"])],
            ["tmpfile", "a", "D"],
            ["linkat", "D", path],
            ["watch", path],
            ["unwatch", path],
        ]
    )


@pytest.mark.parametrize("seed", range(60))
def test_this_kernel_and_the_model_agree_on_random_operations(seed):
    draw = random.Random(seed)
    ops = [an_operation(draw) for _ in range(draw.randint(5, 20))]
    case = Case(
        f"random-{seed}",
        "tmpfs",
        [["create", "a/x"], ["write", "a/x", 4096], ["close", "a/x"], ["mkdir", "a/d"]],
        [[f"{name}_fail", *values] for name, *values in ops],
        ["a", *draw.sample(["b", "a/x", "a/d"], 2)],
        draw.choice([0xFFF, 0x4000FFF]),
    )
    assert comparable(observed(case)) == comparable(predict(case))
