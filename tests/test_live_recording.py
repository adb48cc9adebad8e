"""What `simulator.live` does for real, and what it records of it."""

from __future__ import annotations

import errno
import importlib.util
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from simulator.apps.calls import Call, CallFailed, Open, Rename, Unlink
from simulator.apps.steps import Plan, Step, lives
from simulator.errors import InputError, Unavailable
from simulator.live import Job, Recorded, record
from simulator.live.recorder import Event, Recorder
from simulator.live.requests import Identities
from simulator.live.sandbox import Found, Sandbox
from simulator.live.sink import Sink
from simulator.live.worker import Teller, Worker
from simulator.message import Message
from simulator.trace import Cause, FileEvent, FileState, Operation, Refusal, Transfer

HERE = Path(__file__).resolve().parents[1]
ORIGINAL, COPY = "DCIM/Camera/VID_x.mp4", "Pictures/Shop/VID_y.mp4"
TEMP, BESIDE = "Pictures/Shop/.VID_y.mp4.tmp", "DCIM/Camera/VID_x.tmp.mp4"
VARIANTS: dict[str, tuple[Step, ...]] = {
    "normal": (Step("convert"), Step("upload", "copy"), Step("delete", "target")),
    "crash-orphan": (
        Step("convert"),
        Step("upload", "copy"),
        Step("die"),
        Step("delete", "target"),
    ),
    "tmp-rename": (
        Step("convert", "original", "temp"),
        Step("rename", "temp", "copy"),
        Step("upload", "copy"),
        Step("delete", "target"),
    ),
    "delete-original": (
        Step("convert"),
        Step("upload", "copy"),
        Step("delete", "copy"),
        Step("delete", "original"),
    ),
    "overwrite-original": (
        Step("convert"),
        Step("upload", "copy"),
        Step("overwrite", "copy", "original"),
    ),
    "replace-original": (
        Step("convert", "original", "beside"),
        Step("rename", "beside", "original"),
        Step("upload", "original"),
    ),
    "rename-original-away": (
        Step("convert"),
        Step("rename", "original", "temp"),
        Step("delete", "temp"),
    ),
}

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or importlib.util.find_spec("inotify_simple") is None,
    reason="a live run needs Linux and the package inotify_simple",
)
needs_av = pytest.mark.skipif(
    importlib.util.find_spec("av") is None, reason="transcoding needs the package av"
)


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where sandboxes are made; a test must leave none behind unless it says so."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of the user that no decoder knows."""
    path = tmp_path / "holiday.bin"
    path.write_bytes(os.urandom(200_000))
    return path


def job(variant: str, source: Path | None, how: str = "copy", **values: Any) -> Job:
    plan = Plan(ORIGINAL, COPY, TEMP, BESIDE, how=how)  # type: ignore[arg-type]
    return Job(source, lives(VARIANTS[variant]), plan, clean_up_delay=0.01, **values)


def run(variant: str, source: Path | None, how: str = "copy", **values: Any) -> Recorded:
    return record(job(variant, source, how, **values), version="test")


def states(recorded: Recorded, moment: str) -> dict[str, FileState]:
    records = recorded.trace.records
    return {r.path: r for r in records if isinstance(r, FileState) and r.moment == moment}


def events(recorded: Recorded, *verbs: str) -> list[FileEvent]:
    return [r for r in recorded.trace.records if isinstance(r, FileEvent) and r.verb in verbs]


def collapsed(recorded: Recorded) -> list[tuple[str, str, str]]:
    out: list[tuple[str, str, str]] = []
    for event in recorded.inotify:
        if out[-1:] != [event]:
            out.append(event)
    return out


def entries(recorded: Recorded, *bits: str) -> list[tuple[str, str]]:
    return [(bit, f"{folder}/{name}") for bit, folder, name in recorded.inotify if bit in bits]


# -- the variants ------------------------------------------------------------------------------


def test_an_ordinary_run_leaves_the_original_as_it_was(source: Path) -> None:
    before = sha256(source.read_bytes()).hexdigest()
    recorded = run("normal", source)
    assert states(recorded, "start")[ORIGINAL].digest == before
    assert states(recorded, "end")[ORIGINAL].digest == before
    assert set(states(recorded, "end")) == {ORIGINAL}


def test_the_queue_of_an_ordinary_run(source: Path) -> None:
    recorded = run("normal", source, copy_chunk=1 << 20)
    camera, shop = ("DCIM/Camera", "VID_x.mp4"), ("Pictures/Shop", "VID_y.mp4")
    assert collapsed(recorded) == [
        ("IN_OPEN", *camera),
        ("IN_CREATE", *shop),
        ("IN_OPEN", *shop),
        ("IN_ACCESS", *camera),
        ("IN_MODIFY", *shop),
        ("IN_CLOSE_WRITE", *shop),
        ("IN_CLOSE_NOWRITE", *camera),
        ("IN_OPEN", *shop),
        ("IN_ACCESS", *shop),
        ("IN_CLOSE_NOWRITE", *shop),
        ("IN_DELETE", *shop),
    ]


def test_the_server_gets_the_bytes_of_the_copy(source: Path) -> None:
    recorded = run("normal", source)
    content = source.read_bytes()
    assert recorded.how == "copy"
    assert recorded.received == (len(content), sha256(content).hexdigest())
    assert recorded.original_size == recorded.copy_size == len(content)
    (written,) = (e for e in events(recorded, "close") if e.mode == "write")
    assert (written.size, written.digest) == recorded.received


def test_reading_and_writing_overlap(source: Path) -> None:
    recorded = run("normal", source, copy_chunk=4096)
    sequence = [bit for bit, *_ in collapsed(recorded)][3:9]
    assert sequence == ["IN_ACCESS", "IN_MODIFY"] * 3


def test_after_a_crash_the_next_start_deletes_the_copy(source: Path) -> None:
    recorded = run("crash-orphan", source)
    (unlink,) = (
        r for r in recorded.trace.records if isinstance(r, Operation) and r.verb == "unlink"
    )
    chain = [
        (cause.kind, cause.what)
        for cause in recorded.trace.ancestors(unlink.id)
        if isinstance(cause, Cause)
    ]
    assert chain == [
        ("start", "app starts again"),
        ("fault", "process killed"),
        ("user", "send video"),
    ]
    assert unlink.path == COPY
    assert COPY not in states(recorded, "end")


def test_a_renamed_temporary_file_stays_the_same_file(source: Path) -> None:
    recorded = run("tmp-rename", source)
    (made,), (moved,) = events(recorded, "create"), events(recorded, "rename")
    (gone,) = events(recorded, "unlink")
    assert (moved.path, moved.to, moved.replaced) == (TEMP, COPY, None)
    assert made.file == moved.file == gone.file
    assert entries(recorded, "IN_MOVED_FROM", "IN_MOVED_TO") == [
        ("IN_MOVED_FROM", TEMP),
        ("IN_MOVED_TO", COPY),
    ]


def test_a_deleted_original_is_gone(source: Path) -> None:
    recorded = run("delete-original", source)
    assert states(recorded, "end") == {}
    assert entries(recorded, "IN_DELETE") == [("IN_DELETE", COPY), ("IN_DELETE", ORIGINAL)]
    last = events(recorded, "unlink")[-1]
    assert (last.file, last.links) == (states(recorded, "start")[ORIGINAL].file, 0)
    assert source.exists()


@needs_av
def test_an_overwritten_original_keeps_its_name_and_loses_its_content() -> None:
    recorded = run("overwrite-original", None, "transcode")
    start, end = states(recorded, "start")[ORIGINAL], states(recorded, "end")[ORIGINAL]
    assert start.file == end.file
    assert (end.size, end.digest) == recorded.received
    assert start.digest != end.digest
    (truncated,) = events(recorded, "truncate")
    assert (truncated.path, truncated.size) == (ORIGINAL, 0)
    assert entries(recorded, "IN_DELETE") == []


@needs_av
def test_a_rename_over_the_original_replaces_it() -> None:
    recorded = run("replace-original", None, "transcode")
    (moved,) = events(recorded, "rename")
    assert (moved.path, moved.to) == (BESIDE, ORIGINAL)
    assert moved.replaced == states(recorded, "start")[ORIGINAL].file
    assert states(recorded, "end")[ORIGINAL].file == moved.file != moved.replaced
    assert recorded.received == (moved.size, moved.digest)
    assert entries(recorded, "IN_DELETE") == []


def test_an_original_renamed_away_is_deleted_under_another_name(source: Path) -> None:
    recorded = run("rename-original-away", source)
    (gone,) = events(recorded, "unlink")
    assert (gone.path, gone.file) == (TEMP, states(recorded, "start")[ORIGINAL].file)
    assert set(states(recorded, "end")) == {COPY}
    assert recorded.received[0] == 0


# -- the copy ----------------------------------------------------------------------------------


def test_a_copy_has_the_same_bytes(source: Path) -> None:
    recorded = run("rename-original-away", source)
    assert states(recorded, "end")[COPY].digest == sha256(source.read_bytes()).hexdigest()
    (write,) = (r for r in recorded.trace.records if isinstance(r, Operation) and r.verb == "write")
    original = states(recorded, "start")[ORIGINAL].file
    assert (write.derived_from, write.edge) == ((original,), "certain")


@needs_av
def test_a_transcode_makes_a_smaller_video() -> None:
    recorded = run("normal", None, "transcode", copy_chunk=16_384)
    assert recorded.how == "transcode"
    assert 0 < recorded.copy_size < recorded.original_size
    bits = [bit for bit, *_ in collapsed(recorded)]
    assert "IN_MODIFY" in bits[bits.index("IN_ACCESS") : len(bits) - bits[::-1].index("IN_ACCESS")]
    (write,) = (r for r in recorded.trace.records if isinstance(r, Operation) and r.verb == "write")
    assert write.edge == "strong"


def test_what_cannot_be_decoded_is_copied(source: Path) -> None:
    assert run("normal", source, "transcode").how == "copy"


def test_an_empty_file_is_sent_as_well(tmp_path: Path) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    recorded = run("normal", empty)
    assert recorded.received == (0, sha256().hexdigest())
    assert any(isinstance(r, Transfer) and r.state == "confirmed" for r in recorded.trace.records)


def test_without_av_a_shipped_video_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.live.video.has_av", lambda: False)
    recorded = run("normal", None, "transcode")
    shipped = (HERE / "simulator/live/sample.mp4").read_bytes()
    assert (recorded.how, recorded.received[0]) == ("copy", len(shipped))
    assert len(shipped) < 20_000


# -- the trace ---------------------------------------------------------------------------------


def test_the_trace_is_in_order_and_every_reason_comes_first(source: Path) -> None:
    records = run("crash-orphan", source).trace.records
    assert [r.id for r in records] == list(range(1, len(records) + 1))
    assert [r.t for r in records] == sorted(r.t for r in records)
    assert all(cause < r.id for r in records for cause in r.because)


def test_every_file_event_has_its_request(source: Path) -> None:
    recorded = run("tmp-rename", source)
    seen = [e for e in recorded.trace.records if isinstance(e, FileEvent)]
    for event in seen:
        (request,) = (recorded.trace[cause] for cause in event.because)
        assert isinstance(request, Operation)
        assert request.path == event.path
        assert request.verb == ("open" if event.verb == "create" else event.verb)


def test_a_refused_delete_is_recorded(source: Path) -> None:
    plan = Plan(ORIGINAL, COPY, TEMP, BESIDE, how="copy")
    recorded = record(Job(source, ((Step("delete", "copy"),),), plan), version="test")
    (refusal,) = (r for r in recorded.trace.records if isinstance(r, Refusal))
    assert refusal.error == "ENOENT"
    assert recorded.inotify == ()


def test_an_inode_number_that_is_used_again_is_another_file() -> None:
    identities = Identities([Found("a", 7, 0, "")])
    assert identities.of(7) == "i7"
    assert identities.born(7) == "i7.2"
    assert identities.of(7) == "i7.2"
    assert identities.born(8) == "i8"


def test_an_overflow_is_counted_and_leaves_a_gap(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = Recorder.events

    def lossy(self: Recorder) -> tuple[Event, ...]:
        seen = events(self)
        return (*seen[:3], Event(seen[-1].t, "IN_Q_OVERFLOW", "", ""))

    monkeypatch.setattr(Recorder, "events", lossy)
    recorded = run("normal", source)
    header = recorded.trace.header
    assert header.overflows == 1
    ((since, until),) = header.gaps
    assert 0 < since < until <= header.duration
    assert recorded.inotify[-1] == ("IN_Q_OVERFLOW", "", "")


# -- the sandbox -------------------------------------------------------------------------------


def test_nothing_is_left_behind(source: Path, scratch: Path) -> None:
    before = source.read_bytes()
    recorded = run("crash-orphan", source)
    assert list(scratch.iterdir()) == []
    assert (recorded.left, recorded.sandbox) == ((), None)
    assert source.read_bytes() == before


def test_a_path_with_needless_parts_is_the_same_path(scratch: Path) -> None:
    plan = Plan("DCIM//Camera/./VID_x.mp4", COPY, TEMP, BESIDE, how="copy")
    recorded = record(Job(None, ((Step("convert"),),), plan), version="test")
    assert recorded.trace.header.originals == (ORIGINAL,)
    assert list(scratch.iterdir()) == []


def test_a_foreign_file_is_left_and_named(source: Path, scratch: Path) -> None:
    def drop(said: Message) -> None:
        if said.template == "the app starts":
            (box,) = scratch.iterdir()
            (box / "DCIM/Camera/mine.txt").write_text("keep me")

    recorded = record(job("normal", source), version="test", progress=drop)
    assert recorded.left == ("DCIM/Camera/mine.txt",)
    (box,) = scratch.iterdir()
    assert recorded.sandbox == box
    assert [p.name for p in box.rglob("*") if p.is_file()] == ["mine.txt"]
    (made,) = (e for e in events(recorded, "create") if e.path == "DCIM/Camera/mine.txt")
    assert (made.because, made.file) == ((), None)


def test_a_foreign_file_under_a_name_of_ours_is_left(scratch: Path) -> None:
    sandbox = Sandbox()
    sandbox.lay_out([ORIGINAL])
    sandbox.put(ORIGINAL, b"ours")
    other = sandbox.root / "other"
    other.write_bytes(b"theirs")
    other.rename(sandbox.root / ORIGINAL)
    assert sandbox.close() == (ORIGINAL,)
    assert (sandbox.root / ORIGINAL).read_bytes() == b"theirs"


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_leaves_no_sandbox_behind(tmp_path: Path, stop: signal.Signals) -> None:
    scratch = tmp_path / "killed"
    scratch.mkdir()
    script = f"""
from simulator.apps.steps import Plan, Step
from simulator.live import Job, record
plan = Plan({ORIGINAL!r}, {COPY!r}, {TEMP!r}, {BESIDE!r}, how="copy")
steps = (Step("convert"), Step("upload", "copy"), Step("delete", "target"))
job = Job(None, (steps,), plan, clean_up_delay=60)
try:
    record(job, version="test", progress=lambda said: print(said, flush=True))
except KeyboardInterrupt:
    print("interrupted")
"""
    with subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(HERE)},
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "uploads" in line:
                break
        assert len(list(scratch.iterdir())) == 1
        process.send_signal(stop)
        assert process.stdout.read() == "interrupted\n"
    assert process.returncode == 0
    assert list(scratch.iterdir()) == []


# -- what is refused ---------------------------------------------------------------------------


def test_a_missing_file_is_an_input_error(tmp_path: Path, scratch: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        run("normal", tmp_path / "none.mp4")
    assert list(scratch.iterdir()) == []


def test_a_folder_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        run("normal", tmp_path)


def test_a_named_pipe_is_an_input_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="not a regular file"):
        run("normal", tmp_path / "pipe")


@pytest.mark.parametrize("name", ["", "a" * 300, "a\0b"])
def test_a_name_that_no_file_can_have_is_an_input_error(name: str, scratch: Path) -> None:
    plan = Plan(f"DCIM/Camera/{name}", COPY, TEMP, BESIDE)
    with pytest.raises(InputError, match="cannot hold a file"):
        record(Job(None, (), plan), version="test")
    assert list(scratch.iterdir()) == []


def test_a_plan_that_leads_out_is_an_input_error(scratch: Path) -> None:
    plan = Plan(ORIGINAL, "../x/VID_y.mp4", TEMP, BESIDE)
    with pytest.raises(InputError, match="leads out of the sandbox"):
        record(Job(None, (), plan), version="test")
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    "call",
    [
        Unlink("../x"),
        Unlink("DCIM/../../x"),
        Unlink("out/x"),
        Open("/etc/hostname", "read"),
        Open("link", "write"),
        Rename("a", "../x"),
        Rename("../x", "a"),
    ],
)
def test_the_worker_refuses_what_leads_out(tmp_path: Path, call: Call) -> None:
    box, target = tmp_path / "box", tmp_path / "x"
    box.mkdir()
    (box / "a").write_text("a")
    (box / "out").symlink_to(tmp_path)
    (box / "link").symlink_to(target)
    target.write_text("outside")
    told, error = drive(box, call)
    assert error in {"EACCES", "ELOOP"}
    assert told[-1]["error"] == error
    assert target.read_text() == "outside"


def drive(box: Path, call: Call) -> tuple[list[dict[str, Any]], str]:
    """Have the worker do one call; gives what it told and the error that the pipeline got."""
    errors: list[str] = []

    def calls() -> Iterator[Call]:
        try:
            yield call
        except CallFailed as failure:
            errors.append(failure.error)

    listening, telling = os.pipe()
    Worker(box, 0, 1, 1, 0.0, Teller(telling)).live(calls())  # type: ignore[arg-type]
    os.close(telling)
    with open(listening, "rb") as lines:
        return [json.loads(line) for line in lines], errors[0]


def test_a_worker_that_is_left_alone_ends() -> None:
    order = {
        "root": "/nowhere",
        "port": 0,
        "copy_chunk": 1,
        "upload_chunk": 1,
        "clean_up_delay": 60,
        "plan": {"original": "a", "copy": "b", "temp": "c", "beside": "d"},
        "steps": [{"do": "delete", "source": "copy"}],
    }
    with subprocess.Popen(
        [sys.executable, "-m", "simulator.live.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=HERE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["ask"] == "wait"
        process.stdin.close()
        assert process.wait(timeout=10) == 1


def test_the_sink_refuses_a_chunk_out_of_place() -> None:
    import http.client

    sink = Sink()
    connection = http.client.HTTPConnection("127.0.0.1", sink.port)
    statuses = []
    try:
        for offset, body in ((0, b"abc"), (3, b"de"), (9, b"x"), (0, b"new")):
            connection.request("POST", f"/up?offset={offset}", body)
            with connection.getresponse() as answer:
                statuses.append((answer.status, answer.read()))
    finally:
        connection.close()
        sink.stop()
    assert statuses == [(200, b"3"), (200, b"5"), (409, b"5"), (200, b"3")]
    assert sink.received == (3, sha256(b"new").hexdigest())


# -- what may be missing -----------------------------------------------------------------------


def test_importing_the_package_imports_no_extra() -> None:
    script = "import sys, simulator.live; print({'av', 'inotify_simple'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=HERE, check=True
    )
    assert done.stdout == "set()\n"


def without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "inotify_simple", None)


def without_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")


def without_instances(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("inotify_simple.INotify", full)


@pytest.mark.parametrize(
    ("take_away", "says"),
    [
        (without_the_package, "pip install inotify_simple"),
        (without_linux, "only Linux has"),
        (without_instances, "max_user_instances"),
    ],
)
def test_without_inotify_it_says_what_to_do(
    take_away: Callable[[pytest.MonkeyPatch], None],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    scratch: Path,
) -> None:
    take_away(monkeypatch)
    with pytest.raises(Unavailable, match=says):
        run("normal", None)
    assert list(scratch.iterdir()) == []
