"""Requests by raw path: the app's own folders first, then the rules of the Android version."""

from __future__ import annotations

from simulator.android.paths import Area
from simulator.android.permissions import by_path_from_30, by_path_until_29
from simulator.android.permissions.by_path_from_30 import GALLERY_FOLDERS
from simulator.android.permissions.caller import Caller
from simulator.android.permissions.decision import Decision, Verb
from simulator.android.permissions.item import Item, Traits
from simulator.android.permissions.predicates import Predicates


def decide(
    caller: Caller, who: Predicates, verb: Verb, item: Item, to: Item | None = None
) -> Decision:
    """What Android rules on a request by raw path; *to* is the target of a rename."""
    about = item.traits
    decision = _at(caller, who, verb, item, about)
    if to is None or decision.ruling != "allow":
        return decision
    if to.path.casefold() == item.path.casefold():
        # Names compare without case, so this is the same file under another spelling.
        return decision
    if about.removable != to.traits.removable:
        return Decision("deny", (*who.chain, "path.rename-across-volumes"), "EXDEV")
    return _target(caller, who, item, to, decision)


def _at(caller: Caller, who: Predicates, verb: Verb, item: Item, about: Traits) -> Decision:
    area = about.where.area
    if about.where.user != 0:
        return Decision("deny", ("path.other-user",), "ENOENT")
    if area is Area.INTERNAL:
        if item.own_folder:
            return Decision("allow", ("path.internal-own",))
        return Decision("deny", ("path.internal-other",), "EACCES")
    if area is Area.APP_EXTERNAL:
        if item.own_folder:
            return Decision("allow", ("path.own-folder",))
        if caller.api >= 30 and not about.data_root:
            return _closed(caller, who, verb, about)
    elif caller.api <= 29 and item.own_folder:
        return Decision("allow", ("path.own-folder",))
    if caller.api <= 29:
        return by_path_until_29.decide(caller, who, verb, item, about)
    return by_path_from_30.decide(caller, who, verb, item, about)


def _closed(caller: Caller, who: Predicates, verb: Verb, about: Traits) -> Decision:
    if about.obb and who.installer:
        return Decision("allow", ("path.30.installer",))
    if verb in {"mkdir", "rmdir"} and caller.api == 30:
        return Decision("deny", ("path.30.other-app-folder-itself",), "EACCES")
    return Decision("deny", ("path.30.other-app-folder",), "ENOENT")


def _target(caller: Caller, who: Predicates, item: Item, to: Item, source: Decision) -> Decision:
    """The ruling on the place that a rename goes to, where its source may be moved."""
    about = to.traits
    if caller.api <= 29:
        return _at(caller, who, "rename", to, about)
    if about.where.area is Area.APP_EXTERNAL and not about.data_root:
        return _into_private(caller, who, item, to, source)
    if about.bad_name:
        return Decision("deny", (*who.chain, "path.30.bad-name"), "EPERM")
    if about.transforms:
        return Decision("deny", (*who.chain, "path.30.transforms"), "EPERM")
    if source.chain[-1] == "path.30.gallery-folder" and about.top not in GALLERY_FOLDERS:
        return Decision("deny", (*who.chain, "path.30.gallery-folder-out"), "EPERM")
    if by_path_from_30.bypasses(who, "rename", to, about) is not None:
        return source
    if about.top == "android":
        return Decision("deny", (*who.chain, "path.30.rename-into-android"), "EPERM")
    refused = _taken(who, to) if to.listed else _new(caller, who, item, to, about)
    return refused or source


def _into_private(
    caller: Caller, who: Predicates, item: Item, to: Item, source: Decision
) -> Decision:
    if not to.own_folder:
        return _closed(caller, who, "rename", to.traits)
    if item.traits.where.area is Area.APP_EXTERNAL:
        return source
    return Decision("deny", (*who.chain, "path.30.rename-into-android"), "EPERM")


def _taken(who: Predicates, to: Item) -> Decision | None:
    """Why a scoped app may not put its file in the place of one that is there, or None."""
    if by_path_from_30.writable(to) is not None:
        return None
    return Decision("deny", (*who.chain, "path.30.foreign-target"), "EPERM")


def _new(caller: Caller, who: Predicates, item: Item, to: Item, about: Traits) -> Decision | None:
    """Why a scoped app may not give its file or folder that new name, or None."""
    if not item.directory:
        created = by_path_from_30.decide(caller, who, "create", to, about)
        return None if created.ruling == "allow" else created
    if about.depth > 1:
        return None
    return Decision("deny", (*who.chain, "path.30.rename-to-top"), "EPERM")
