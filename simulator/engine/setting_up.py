"""A scenario's phone and app, as they are at second 0; and the paths of one job."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from posixpath import basename, dirname, splitext
from typing import Any

from attrs import evolve

from simulator.android.permissions import Caller
from simulator.android.phone import Phone, installed
from simulator.android.stack import Stack
from simulator.apps import preset as presets
from simulator.apps.hardware import hardware
from simulator.apps.placing import FileSpec, Job, path_of, pattern_of, root_of
from simulator.apps.plan import Plan, When, nobody_notes
from simulator.apps.preset import Preset
from simulator.scenario.model import CAMERA, Scenario
from simulator.trace import Log

#: Slots for which a preset lays out a file of its own.
_LAID = ("input", "staged", "part", "thumb", "shot")
_ENDINGS = {"video": ".mp4", "photo": ".jpg"}


def epoch_of(scenario: Scenario) -> int:
    """What the phone's clock says at second 0, in seconds since 1970."""
    return int(datetime.fromisoformat(scenario.phone.clock).replace(tzinfo=UTC).timestamp())


def phone_of(scenario: Scenario, log: Log, every_call: bool) -> Phone:
    """The phone with its album."""
    spec, app = scenario.phone, scenario.app
    phone = Phone(
        log,
        Stack(spec.storage_stack, spec.api, spec.card),
        installed((app.package,), spec.storage).copy(),
        {app.package: caller_of(scenario)},
        every_call,
        epoch_of(scenario),
    )
    for folder in spec.folders:
        phone.put_folder(folder, CAMERA)
    for file in spec.album:
        inode = phone.put(file.path, f"video {file.path}", file.size, file.made_by, listed=True)
        inode.mtime = -file.age
    return phone


def caller_of(scenario: Scenario) -> Caller:
    """The app as the permission model sees it."""
    app = scenario.app
    return Caller(
        api=scenario.phone.api,
        target_sdk=app.target_sdk,
        granted=frozenset(app.granted),
        legacy_flag=app.storage == "legacy",
    )


def plan_for(
    scenario: Scenario,
    original: str,
    now: float,
    clock: float | None = None,
    number: int = 1,
    more: tuple[str, ...] = (),
    *,
    noted: Callable[[str], None] = nobody_notes,
) -> Plan:
    """The paths and choices of one job on *original*, as the app makes them at second *now*.

    *clock* is what the phone's clock says then (seconds since 1970), if it was set since second 0;
    *number* counts the app's jobs from 1; *more* are further files that it is about.  *noted* is
    told of the choices about the clean-up that matter.
    """
    spec, preset = scenario.pipeline, presets.preset(scenario.pipeline.preset)
    at = epoch_of(scenario) + now if clock is None else clock
    job = Job(scenario.app.package, original, at, number, _ENDINGS[preset.shoots])
    laid = _laid(scenario, preset)
    copy = path_of(laid["copy"], job)
    folder, name = dirname(copy), basename(copy)
    stem, suffix = splitext(basename(original))
    swept = laid[preset.clean_up.folder]
    paths: dict[str, Any] = {slot: path_of(laid[slot], job) for slot in _LAID if slot in laid}
    temp = path_of(laid["temp"], job) if "temp" in laid else f"{folder}/.{name}.tmp"
    away = path_of(laid["away"], job) if "away" in laid else f"{folder}/{basename(original)}"
    return Plan(
        original=original,
        copy=copy,
        temp=temp,
        beside=f"{dirname(original)}/{stem}.tmp{suffix}",
        away=away,
        more=more,
        **paths,
        open_via=spec.opens_via or preset.picks,
        write_via=spec.writes_via,
        how=spec.how or preset.how,
        copy_in=spec.copy_in or preset.copy_in,
        folder=root_of(swept.place, job),
        pattern=pattern_of(swept),
        **_clean_up(scenario, preset),
        **_sending(scenario, preset),
        noted=noted,
    )


def _laid(scenario: Scenario, preset: Preset) -> dict[str, FileSpec]:
    """Where each file of the app's own lies.

    What a scenario says is about the copy; what the preset lays into the copy's folder goes along.
    """
    spec = scenario.pipeline
    laid: dict[str, FileSpec] = {slot: file for slot, file in preset.files.items()}
    own = laid.get("copy", FileSpec("internal-cache"))
    if spec.place is not None:
        for slot, file in laid.items():
            if file.place == own.place:
                laid[slot] = evolve(file, place=spec.place)
        own = evolve(own, place=spec.place)
    if spec.name is not None:
        own = FileSpec(own.place, spec.name, ext=own.ext)
    return {**laid, "copy": own}


def when_of(scenario: Scenario, preset: Preset) -> When:
    """When the app cleans up: as the scenario says, else as its kind does."""
    return scenario.clean_up.when or preset.clean_up.when


def _clean_up(scenario: Scenario, preset: Preset) -> dict[str, Any]:
    spec, own = scenario.clean_up, preset.clean_up
    age, size = spec.keep_for, spec.keep_at_most
    return {
        "hits": spec.hits,
        "delete_via": spec.via or own.via,
        "on_refusal": spec.on_refusal,
        "attempts": spec.attempts,
        "retry_after": spec.retry_after,
        "when": when_of(scenario, preset),
        "deed": spec.deed or own.deed,
        "finds": spec.finds or own.finds,
        "keep_for": preset.number("keep_for").value if age is None else age,
        "keep_at_most": preset.number("keep_at_most").value if size is None else size,
    }


def _sending(scenario: Scenario, preset: Preset) -> dict[str, Any]:
    """How it tries again: as its upload client does, if the scenario names one."""
    client = scenario.network.client
    own: Any = None if client is None else hardware().clients[client]

    def number(name: str) -> Any:
        return preset.number(name).value if own is None else getattr(own, name)

    pause = scenario.timing.retry_pause
    return {
        "sends": int(number("upload_tries")),
        "first_pause": number("retry_pause") if pause is None else pause,
        "pause_factor": number("retry_growth"),
        "pause_step": number("retry_step"),
        "resumes": preset.sends.resumes if own is None else own.resumes,
    }
