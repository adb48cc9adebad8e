"""What follows an event sent: the notice that a person reads, and the file's way to the bin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from posixpath import basename, dirname

from attrs import define, field

from simulator.android.files import FileError
from simulator.android.paths import extension, lower
from simulator.android.phone import Phone
from simulator.android.processes import GALLERY, KERNEL, Process, media_provider
from simulator.trace import Cause, Log, Notice, Withheld
from simulator.watchers.guard import Event
from simulator.watchers.rule import NoticeRule, Rescue, Rule, Wording
from simulator.watchers.settings import Settings

#: The phone's own helpers reach shared storage without FUSE in between (an inference).
_HELPER = "pass-through"
_DAY = 86_400
#: The window that stands for “merged” where it is not public whether notices are (seconds).
MERGED = 60.0
#: What stands in place of a wording that is not public; it is none.
_UNKNOWN: Mapping[str, str] = {
    "en": "(the wording is not public; it names “{app}”)",
    "zh-CN": "（措辞未公开；点名“{app}”）",
}
#: What a wording with a name in it says where the rule found none.
_NOBODY: Mapping[str, str] = {"en": "?", "zh-CN": "？"}
_UNKNOWN_NAMELESS: Mapping[str, str] = {
    "en": "(the wording is not public)",
    "zh-CN": "（措辞未公开）",
}


@define(eq=False)
class Aftermath:
    """Carries a watcher's events on to the notice and the bin.

    *schedule* runs a function after so many seconds; *labels* gives the name that a person knows
    an app by, for each language.  *binned* are the files in the bin, with the path that each came
    from and the id of the record that put it there; *under_way* is how much is still to come of
    events that were sent.
    """

    rule: Rule
    settings: Settings
    phone: Phone
    log: Log
    labels: Mapping[str, Mapping[str, str]]
    app: Process
    schedule: Callable[[float, Callable[[], None]], None]
    binned: dict[str, tuple[str, int]] = field(factory=dict, init=False)
    under_way: int = field(default=0, init=False)
    _waiting: dict[str, list[Event]] = field(factory=dict, init=False)
    _shown: dict[tuple[str, int], int] = field(factory=dict, init=False)

    def sent(self, event: Event) -> None:
        """An event was sent."""
        notice, rescue = self.rule.notice, self.rule.rescue
        if notice is not None:
            self._announce(notice, event)
        if rescue is not None and event.kept and not event.path.startswith(f"{rescue.bin}/"):
            # What is in the bin already is not kept a second time, whoever is refused there.
            self._later(rescue.aside_after, lambda: self._set_aside(rescue, event))

    def _later(self, after: float, do: Callable[[], None]) -> None:
        """Do that after so many seconds; until then something is under way."""
        self.under_way += 1

        def then() -> None:
            self.under_way -= 1
            do()

        self.schedule(after, then)

    # -- the notice ------------------------------------------------------------------------

    def _announce(self, notice: NoticeRule, event: Event) -> None:
        bundle = self._waiting.get(event.seen_as)
        if bundle is not None:
            bundle.append(event)
            return
        bundle = [event]
        if self._window(notice):
            self._waiting[event.seen_as] = bundle
            self.schedule(self._window(notice), lambda: self._close(event.seen_as))
        self._later(self._window(notice) + notice.after, lambda: self._show(notice, bundle))

    def _close(self, seen_as: str) -> None:
        del self._waiting[seen_as]

    def _window(self, notice: NoticeRule) -> float:
        """How long events are gathered into one notice (seconds)."""
        if "merging" in self.rule.parameters:
            return MERGED if self.settings["merging"] == "merged" else 0.0
        return float(notice.merge_window)

    def _show(self, notice: NoticeRule, bundle: list[Event]) -> None:
        seen_as = bundle[0].seen_as
        day = (seen_as, self.phone.clock // _DAY)
        why = None
        if self.settings["muted"] == "true":
            why = "muted"
        elif notice.cap_per_day is not None and self._shown.get(day, 0) >= notice.cap_per_day:
            why = "capped"
        if why is not None:
            for event in bundle:
                fields = (self.rule.id, seen_as, event.path, why)
                self.log.add(Withheld, (event.record,), *fields)
            return
        self._shown[day] = self._shown.get(day, 0) + 1
        self._write(notice, bundle)

    def _write(self, notice: NoticeRule, bundle: list[Event]) -> None:
        first = bundle[0]
        wording, label = _wording(notice, first), self.labels.get(first.seen_as, {})
        named = bool(first.seen_as) and "names_app" in notice.claims
        unknown = _UNKNOWN if named else _UNKNOWN_NAMELESS
        said = unknown if wording is None else {"en": wording.text.en, "zh-CN": wording.text.zh_CN}
        text = {
            lang: s.replace("{app}", label.get(lang, first.seen_as)) for lang, s in said.items()
        }
        worded = dict.fromkeys(text, "not public")
        if wording is not None:
            worded = {"en": wording.en, "zh-CN": wording.zh}
        self.log.add(
            Notice,
            tuple(event.record for event in bundle),
            self.rule.id,
            first.seen_as,
            first.path,
            first.file,
            text,
            worded,
            _claims(notice, first),
            wording.grade if wording is not None else notice.grade,
            len(bundle),
        )

    # -- the bin ---------------------------------------------------------------------------

    def _set_aside(self, rescue: Rescue, event: Event) -> None:
        if self.rule.types.kept_suffix and extension(event.path) == self.rule.types.kept_suffix:
            return
        inode = self.phone.fs.find(lower(event.path))
        if inode is not None and inode.entries:
            # A folder that holds something would not have been removed: nothing is to be rescued,
            # and what it holds is not the app's doing.  (Assumption: no source says.)
            return
        name = basename(event.path)
        aside = f"{dirname(event.path)}/{rescue.aside.replace('{name}', name)}"
        if rescue.collision == "number":
            aside = self._free(aside)
        actor, via = self._actor(rescue)
        try:
            moved = self.phone.rename(actor, event.path, aside, (event.record,), "system", via)
        except FileError:
            # The driver only logs it; the file stays under its own name.
            return
        after = rescue.bin_after - rescue.aside_after
        self._later(after, lambda: self._to_bin(rescue, event.path, aside, moved))

    def _to_bin(self, rescue: Rescue, path: str, aside: str, moved: int) -> None:
        target = self._free(f"{rescue.bin}/{basename(path)}")
        try:
            self.phone.makedirs(GALLERY, rescue.bin, (moved,), "system", _HELPER)
            kept = self.phone.rename(GALLERY, aside, target, (moved,), "system", _HELPER)
        except FileError:
            return
        self.binned[target] = (path, kept)
        self.schedule(rescue.retention, lambda: self._expire(target, kept))

    def _expire(self, target: str, kept: int) -> None:
        """The keeping time of that very rescue is over; a later one has its own."""
        if self.binned.get(target, ("", 0))[1] != kept:
            return
        del self.binned[target]
        inode = self.phone.fs.find(lower(target))
        if inode is None:
            return
        timer = self.log.add(Cause, (kept,), "timer", "keeping time of the bin is over", target)
        remove = self.phone.rmdir if inode.directory else self.phone.unlink
        with suppress(FileError):
            remove(GALLERY, target, (timer,), "system", _HELPER)

    def restore(self, because: tuple[int, ...]) -> None:
        """The user takes everything out of the bin: each file goes back to where it came from.

        A name that is taken is given a number, so that both files are there.  Raises
        :class:`FileError` where nothing is in the bin.
        """
        there = {t: p for t, p in self.binned.items() if self.phone.fs.find(lower(t)) is not None}
        if not there:
            raise FileError("ENOENT")
        for target, (path, _) in there.items():
            self.phone.makedirs(GALLERY, dirname(path), because, "user", _HELPER)
            self.phone.rename(GALLERY, target, self._free(path), because, "user", _HELPER)
            del self.binned[target]

    def _free(self, path: str) -> str:
        """*path*, or the first numbered name beside it that is free."""
        free, number = path, 1
        while self.phone.fs.find(lower(free)) is not None:
            number += 1
            free = f"{dirname(path)}/{number}-{basename(path)}"
        return free

    def _actor(self, rescue: Rescue) -> tuple[Process, str]:
        """Who moves the file aside, and by which route."""
        if "rename_actor" in self.rule.parameters:
            chosen = self.settings["rename_actor"]
            if chosen == "app_runtime":
                return self.app, "path"
            return (GALLERY if chosen == "gallery" else KERNEL), _HELPER
        if rescue.moved_by == "provider":
            return media_provider(self.phone.stack.api), _HELPER
        return (GALLERY if rescue.moved_by == "gallery" else KERNEL), _HELPER


def _wording(notice: NoticeRule, event: Event) -> Wording | None:
    """The wording for that file, or None where none is public."""
    made_by = "app" if event.own else "others"
    for wording in notice.wordings:
        if wording.of in {event.kind, "any"} and wording.made_by in {made_by, "anybody"}:
            return wording
    return None


def _claims(notice: NoticeRule, event: Event) -> tuple[str, ...]:
    """What that notice says: of whose file it is, only what holds for this event's wording."""
    left_out = {"not_made_by_app" if event.own else "made_by_app"}
    if not event.seen_as:
        left_out.add("names_app")
    return tuple(claim for claim in notice.claims if claim not in left_out)
