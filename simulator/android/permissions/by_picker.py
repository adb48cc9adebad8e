"""What the user hands over: documents through SAF, media through the Photo Picker (dossier 4.3)."""

from __future__ import annotations

from simulator.android.paths import Area
from simulator.android.permissions.caller import Caller
from simulator.android.permissions.decision import Decision, Effect, Verb
from simulator.android.permissions.item import Item, Traits

#: Trees that cannot be chosen whole from Android 11 on: the volume, and Download.
_NO_TREES = frozenset({"", "download"})


def saf(caller: Caller, verb: Verb, item: Item) -> Decision:
    """What the Storage Access Framework rules: the user's choice is the grant."""
    about = item.traits
    if about.where.area is Area.INTERNAL:
        return Decision("deny", ("saf.internal",))
    if caller.api >= 30 and _closed(about):
        return Decision("deny", ("saf.30.private-closed",))
    if caller.api >= 30 and item.directory and about.depth <= 1 and about.top in _NO_TREES:
        return Decision("deny", ("saf.30.tree-closed",))
    if item.picked is None:
        return Decision("consent", ("saf.user-picks",))
    if not item.picked:
        return Decision("deny", ("saf.not-picked",))
    effect: Effect | None = "row_deleted" if verb == "delete" and item.listed else None
    return Decision("allow", ("saf.picked",), effect=effect)


def _closed(about: Traits) -> bool:
    return about.where.area is Area.APP_EXTERNAL or about.data_root


def photo_picker(caller: Caller, verb: Verb, item: Item) -> Decision:
    """What the Photo Picker rules: read-only, for what the user chose."""
    if caller.api < 30:
        return Decision("deny", ("picker.30.not-there-yet",), "NoSuchMethodError")
    if verb != "read":
        return Decision("deny", ("picker.read-only",), "SecurityException")
    if item.picked is None:
        return Decision("consent", ("picker.user-picks",))
    if item.picked:
        return Decision("allow", ("picker.read",))
    return Decision("deny", ("picker.not-picked",), "SecurityException")
