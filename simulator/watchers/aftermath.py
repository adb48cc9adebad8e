"""What follows an event sent: the notice that a person reads, and the file's way to the bin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from posixpath import basename, dirname

from attrs import field, mutable

from simulator.android.files import FileError
from simulator.android.paths import extension, lower
from simulator.android.phone import Phone, Request
from simulator.android.processes import GALLERY, KERNEL, Process
from simulator.trace import Cause, Log, Notice
from simulator.watchers.guard import Settings
from simulator.watchers.rule import Rule, Wording

#: The phone's own helpers reach shared storage without FUSE in between (an inference).
_HELPER = "pass-through"


@mutable(eq=False)
class Aftermath:
    """Carries a watcher's events on to the notice and the bin.

    *schedule* runs a function after so many seconds; *labels* gives the name that a person knows
    an app by, for each language.
    """

    rule: Rule
    settings: Settings
    phone: Phone
    log: Log
    labels: Mapping[str, Mapping[str, str]]
    app: Process
    schedule: Callable[[float, Callable[[], None]], None]
    binned: list[str] = field(factory=list, init=False)

    def sent(self, request: Request, seen_as: str, record: int) -> None:
        """An event was sent for *request*; *record* is its id."""
        self.schedule(self.rule.notice.after, lambda: self._show(request, seen_as, record))
        if self.rule.action.does == "refuse":
            self.schedule(self.rule.rescue.aside_after, lambda: self._set_aside(request, record))

    # -- the notice ------------------------------------------------------------------------

    def _show(self, request: Request, seen_as: str, record: int) -> None:
        wording = self._wording(request.path)
        label = self.labels.get(seen_as, {})
        text = {
            "en": wording.text.en.format(app=label.get("en", seen_as)),
            "zh-CN": wording.text.zh_CN.format(app=label.get("zh-CN", seen_as)),
        }
        file = request.inode.identity if request.inode else None
        self.log.add(
            Notice,
            (record,),
            self.rule.id,
            seen_as,
            request.path,
            file,
            text,
            {"en": wording.en, "zh-CN": wording.zh},
            self.rule.notice.claims,
            wording.grade,
        )

    def _wording(self, path: str) -> Wording:
        suffix = extension(path)
        if suffix == self.rule.types.kept_suffix:
            suffix = extension(path[: -len(suffix) - 1])
        kind = "video" if suffix in self.rule.types.video else "photo"
        return next(w for w in self.rule.notice.wordings if w.of == kind)

    # -- the bin ---------------------------------------------------------------------------

    def _set_aside(self, request: Request, record: int) -> None:
        name = basename(request.path)
        if extension(request.path) == self.rule.types.kept_suffix:
            return
        aside = f"{dirname(request.path)}/{self.rule.rescue.aside.format(name=name)}"
        try:
            moved = self.phone.rename(
                self._actor(), request.path, aside, (record,), "system", self._via()
            )
        except FileError:
            return
        after = self.rule.rescue.bin_after - self.rule.rescue.aside_after
        self.schedule(after, lambda: self._to_bin(aside, name, moved))

    def _to_bin(self, aside: str, name: str, moved: int) -> None:
        folder = self.rule.rescue.bin
        target, number = f"{folder}/{name}", 1
        while self.phone.fs.find(lower(target)) is not None:
            number += 1
            target = f"{folder}/{number}-{name}"
        try:
            self.phone.makedirs(GALLERY, folder, (moved,), "system", _HELPER)
            kept = self.phone.rename(GALLERY, aside, target, (moved,), "system", _HELPER)
        except FileError:
            return
        self.binned.append(target)
        self.schedule(self.rule.rescue.retention, lambda: self._expire(target, kept))

    def _expire(self, target: str, kept: int) -> None:
        if self.phone.fs.find(lower(target)) is None:
            return
        timer = self.log.add(Cause, (kept,), "timer", "keeping time of the bin is over", target)
        self.phone.unlink(GALLERY, target, (timer,), "user", _HELPER)
        self.binned.remove(target)

    def _via(self) -> str:
        return "path" if self.settings.rename_actor == "app_runtime" else _HELPER

    def _actor(self) -> Process:
        if self.settings.rename_actor == "app_runtime":
            return self.app
        return GALLERY if self.settings.rename_actor == "gallery" else KERNEL
