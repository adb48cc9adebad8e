"""Raw paths up to Android 10, where the kernel's view of storage decides (dossier 3.1)."""

from __future__ import annotations

from simulator.android.permissions.caller import Caller
from simulator.android.permissions.decision import Decision, Effect, Verb
from simulator.android.permissions.item import Item, Traits
from simulator.android.permissions.predicates import Predicates

_READING = frozenset({"read", "list"})


def decide(caller: Caller, who: Predicates, verb: Verb, item: Item, about: Traits) -> Decision:
    """What Android up to 10 rules outside the app's own folders."""
    chain = who.chain
    if not who.legacy:
        return Decision("deny", (*chain, "path.29.scoped"), "EACCES")
    if verb in _READING:
        # The view with the write permission includes reading.
        if who.storage_read or who.storage_write:
            return Decision("allow", (*chain, "path.28.read-granted"))
        return Decision("deny", (*chain, "path.28.read-missing"), "EACCES")
    if about.removable:
        return Decision("deny", (*chain, "path.28.removable"), "EACCES")
    if not who.storage_write:
        return Decision("deny", (*chain, "path.28.write-missing"), "EACCES")
    # Nothing tells MediaStore of a raw delete before Android 11.
    effect: Effect | None = "file_deleted_row_stale" if verb == "delete" and item.listed else None
    return Decision("allow", (*chain, "path.28.write-granted"), effect=effect)
