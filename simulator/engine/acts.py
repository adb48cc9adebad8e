"""What happens beside the app's own work: by the user's hand, by the system's, or by misfortune."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, evolve

from simulator.android import upkeep
from simulator.android.files import FileError
from simulator.android.paths import lower, place
from simulator.android.processes import GALLERY, SHELL, Process, app_process
from simulator.engine.app import App, process_of
from simulator.engine.idle_passes import IdlePasses
from simulator.engine.job import GRAIN, Event, share
from simulator.engine.world import World
from simulator.scenario import model
from simulator.scenario.model import Happening
from simulator.trace import Cause
from simulator.trace.records import CAMERA
from simulator.watchers.aftermath import Aftermath

SETTINGS = "com.android.settings"
CAMERA_APP = Process(model.CAMERA, 10_070, model.CAMERA)
#: Where a person does something outside of the app; everything else is done in the settings.
_WHERE = {
    "trash in gallery": GALLERY.package,
    "restore from bin": GALLERY.package,
    "delete in gallery": GALLERY.package,
    "record video": model.CAMERA,
}
#: Acts that leave what is on the screen as it is.
_ELSEWHERE = frozenset({"cancel", "delete by adb", "remove card", "insert card"})
#: The permissions for storage before Android 13, which the settings show as one.
STORAGE_GROUP = frozenset({"READ_EXTERNAL_STORAGE", "WRITE_EXTERNAL_STORAGE"})
MEDIA_PERMISSIONS_SINCE = 33
#: The uid that an app gets which is installed a second time.
_NEXT_UID = 10_124


@define(eq=False)
class Acts:
    """Carries out what a scenario says happens, on *world*.

    *aftermath* is what the watcher does later (None: there is no watcher), *passes* those of idle
    maintenance, which have work to do when something has come into the trash.
    """

    world: World
    app: App
    aftermath: Aftermath | None
    passes: IdlePasses

    def order(self, happening: Happening) -> Event:
        """Wait for the time of *happening*, and let it happen."""
        world = self.world
        yield world.env.timeout(happening.at)
        if world.over:
            return
        if happening.which == "copy" and self._file(happening) is None:
            # There is no second one, and nobody can delete it.
            return
        cause = self._cause(happening)
        if happening.act in upkeep.KILLS:
            # The process dies first, then its files go, and its own ledger with them; nothing
            # comes in between, so that an app which starts at the same instant is another process.
            self.app.kill(cause)
            self.app.forgets()
            world.ledger.clear()
        self._to_the_front(happening)
        try:
            lasting = self._carry_out(happening, cause)
            if lasting is not None:
                yield from lasting
        except FileError as error:
            world.log.add(Cause, (len(world.log.records),), "fault", "not done", error.error)
        self.passes.plan()

    def _cause(self, happening: Happening) -> int:
        kind = "user" if happening.user is not None else "timer"
        about = self._file(happening)
        if happening.bytes_ is not None:
            about = str(happening.bytes_)
        elif happening.act in {"switch app", "open elsewhere"}:
            about = happening.app
        elif happening.permission is not None:
            about = happening.permission
        elif happening.lasts is not None:
            about = f"{happening.lasts:g}"
        elif happening.by is not None:
            about = f"{happening.by:g}"
        return self.world.log.add(Cause, (), kind, happening.act, about)

    def _file(self, happening: Happening) -> str | None:
        if happening.which == "copy":
            return self.app.copies.get(happening.original or "")
        return happening.original

    def _to_the_front(self, happening: Happening) -> None:
        """What a person does outside of the app brings something else to the screen."""
        if happening.act in {"switch app", "open elsewhere"}:
            self.world.foreground = happening.app
        elif happening.user is not None and happening.act not in _ELSEWHERE:
            self.world.foreground = _WHERE.get(happening.act, SETTINGS)

    def _carry_out(self, happening: Happening, cause: int) -> Event | None:
        """Do it; gives what is still to come where that takes time."""
        if happening.act == "record video":
            return self._record(happening, cause)
        own: dict[str, Callable[[Happening, int], None]] = {
            "switch app": _nothing,
            "network lost": _nothing,
            "server errors": _nothing,
            "cancel": lambda _h, c: self.app.cancel(c),
            "kill app": lambda _h, c: self.app.kill(c, again=True),
            "restart": self._restart,
            "revoke permission": self._revoke,
            "reinstall": self._reinstall,
            "restore from bin": lambda _h, c: self._restore(c),
            "open elsewhere": self._open_elsewhere,
            "delete in gallery": self._delete_in_gallery,
            "delete by adb": self._delete_by_adb,
            "clock forward": self._set_clock,
            "clock back": self._set_clock,
            "remove card": self._remove_card,
            "insert card": self._insert_card,
        }
        do = own.get(happening.act)
        if do is not None:
            do(happening, cause)
        else:
            upkeep.carry_out(self.world.phone, happening.act, self._about(happening), (cause,))
            if happening.act == "uninstall":
                self.app.installed = False
        return None

    def _about(self, happening: Happening) -> upkeep.Order:
        package = self.app.process.package
        path, free = happening.original or "", happening.bytes_ or 0
        return upkeep.Order(package, path, free, happening.defy_quota)

    # -- the app ---------------------------------------------------------------------------

    def _restart(self, _happening: Happening, cause: int) -> None:
        """The phone starts anew: every process is gone, and a boot is followed by a scan."""
        self.app.kill(cause)
        upkeep.carry_out(self.world.phone, "media scan", self._about(_happening), (cause,))

    def _revoke(self, happening: Happening, cause: int) -> None:
        """Android kills an app that loses a permission which it holds.

        Before Android 13 the permissions for storage are one group, and go together.
        """
        app, phone = self.app, self.world.phone
        caller, gone = phone.callers[app.process.package], {happening.permission}
        if happening.permission in STORAGE_GROUP and phone.stack.api < MEDIA_PERMISSIONS_SINCE:
            gone |= STORAGE_GROUP
        if gone & caller.granted:
            app.kill(cause)
            phone.regrant(app.process.package, evolve(caller, granted=caller.granted - gone))

    def _reinstall(self, happening: Happening, cause: int) -> None:
        app = self.app
        upkeep.carry_out(self.world.phone, "install", self._about(happening), (cause,))
        app.installed = True
        app.process = process_of(self.world.scenario, _NEXT_UID)

    # -- other apps ------------------------------------------------------------------------

    def _open_elsewhere(self, happening: Happening, cause: int) -> None:
        other = app_process(happening.app or "", 10_150)
        phone = self.world.phone
        phone.close(phone.open(other, happening.original or "", "read", (cause,), "user"))

    def _delete_in_gallery(self, happening: Happening, cause: int) -> None:
        path = self._file(happening) or ""
        self.world.phone.unlink(GALLERY, path, (cause,), "user", "pass-through")

    def _delete_by_adb(self, happening: Happening, cause: int) -> None:
        path = self._file(happening) or ""
        self.world.phone.unlink(SHELL, path, (cause,), "user", "shell")

    def _record(self, happening: Happening, cause: int) -> Event:
        """The user records with the phone's own camera."""
        world, path = self.world, happening.original or ""
        lasts = float(happening.clip or 0.0)
        if world.phone.fs.find(lower(path)) is not None:
            raise FileError("EEXIST")
        world.clips[path] = lasts
        world.phone.makedirs(CAMERA_APP, path.rpartition("/")[0], (cause,), "user")
        file = world.phone.open(CAMERA_APP, path, "write", (cause,), "user", "mediastore")
        size, recipe = int(world.draws("capture_rate") * lasts), f"recorded at {world.env.now:.6f}"
        for i in range(1, GRAIN + 1):
            yield world.env.timeout(lasts / GRAIN)
            world.phone.write(file, recipe, share(size, i, GRAIN), (CAMERA,))
        world.phone.close(file)

    # -- the phone -------------------------------------------------------------------------

    def _restore(self, cause: int) -> None:
        """The user takes what a watcher keeps out of its bin."""
        if self.aftermath is None:
            raise FileError("ENOENT")
        self.aftermath.restore((cause,))

    def _set_clock(self, happening: Happening, _cause: int) -> None:
        by = int(happening.by or 0)
        self.world.phone.set_clock(by if happening.act == "clock forward" else -by)

    def _remove_card(self, _happening: Happening, cause: int) -> None:
        """Who has a file of the card open is killed.  Source: vold, KillProcessesUsingPath."""
        cards = {place(file.path).volume for file in self.world.scenario.phone.album} - {None}
        app = self.app
        held = {place(f.path).volume for job in app.running.values() for f in job.held()}
        if held & cards:
            app.kill(cause)
        self.world.phone.ejected = frozenset(card for card in cards if card is not None)

    def _insert_card(self, _happening: Happening, _cause: int) -> None:
        self.world.phone.ejected = frozenset()


def _nothing(_happening: Happening, _cause: int) -> None:
    """That it happens is all that the phone has to do with it."""
