"""createWriteRequest, createTrashRequest, createFavoriteRequest and createDeleteRequest.

The provider, not the app, does what the user allows.  Source: permission dossier 4.1.
"""

from __future__ import annotations

from simulator.android.paths import Area
from simulator.android.permissions.caller import Caller
from simulator.android.permissions.decision import Decision, Effect, Verb
from simulator.android.permissions.item import Item, Traits
from simulator.android.permissions.predicates import Predicates

#: What a request may name: typed items, playlists and subtitles.
_REQUESTABLE = frozenset({"image", "video", "audio", "playlist", "subtitle"})
_URIS_MAX = 2000
#: Storage that MediaStore keeps no record of, so that nothing in it has a uri.
_NEVER_INDEXED = frozenset({Area.INTERNAL, Area.APP_EXTERNAL})


def decide(caller: Caller, who: Predicates, verb: Verb, item: Item) -> Decision:
    """What the system does with a request: refuse it, ask the user, or act."""
    about, chain = item.traits, who.chain
    if caller.api < 30:
        return Decision("deny", (*chain, "request.30.not-there-yet"), "NoSuchMethodError")
    named = item.uri == "item" or about.kind == "subtitle"
    if not named or about.kind not in _REQUESTABLE or about.where.area in _NEVER_INDEXED:
        return Decision("deny", (*chain, "request.30.items-only"), "IllegalArgumentException")
    if item.uris > _URIS_MAX and caller.api >= 36 and caller.target_sdk >= 36:
        return Decision("deny", (*chain, "request.36.too-many"), "IllegalArgumentException")
    effect: Effect | None = "row_deleted" if verb == "delete" else None
    if verb == "favorite":
        return Decision("allow", (*chain, "request.30.favorite"))
    if _without_dialog(who, verb, about):
        return Decision("allow", (*chain, "request.31.manage-media"), effect=effect)
    if item.answer is None:
        return Decision("consent", (*chain, "request.30.dialog"))
    if item.answer:
        rules = (*chain, "request.30.dialog", "request.30.answered-yes")
        return Decision("allow", rules, effect=effect)
    return Decision("deny", (*chain, "request.30.dialog", "request.30.answered-no"))


def _without_dialog(who: Predicates, verb: Verb, about: Traits) -> bool:
    granted = who.reads.get(about.kind) in {"read.storage", "read.by-type"}
    reads = who.manager or granted
    return who.manages_media and reads and (verb != "write" or who.holds_location)
