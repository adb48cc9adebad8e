"""Calls to MediaStore through a ContentResolver (dossier 4)."""

from __future__ import annotations

from simulator.android.paths import Area
from simulator.android.permissions.by_path_from_30 import readable
from simulator.android.permissions.caller import Caller
from simulator.android.permissions.decision import Decision, Effect, Verb
from simulator.android.permissions.item import ITEM_TYPES, Item, Traits
from simulator.android.permissions.predicates import Predicates

#: Storage that MediaStore keeps no record of.  Source: FileUtils PATTERN_INVISIBLE.
_NEVER_INDEXED = frozenset({Area.INTERNAL, Area.APP_EXTERNAL})
_READING = frozenset({"read", "list"})
#: Changes of a row that go through update() or delete(), where SQL filters what is not writable.
_FILTERED = frozenset({"delete", "rename", "trash", "favorite"})


def decide(
    caller: Caller, who: Predicates, verb: Verb, item: Item, to: Item | None = None
) -> Decision:
    """What MediaProvider rules on a ContentResolver call; *to* is where an update moves it."""
    decision = _at(caller, who, verb, item)
    if to is None or decision.ruling != "allow" or caller.api <= 28:
        return decision
    # An update that moves an item is held to the rules of an insert at its new place.
    moved = _insert(caller, who, to, to.traits)
    return decision if moved.ruling == "allow" else moved


def _at(caller: Caller, who: Predicates, verb: Verb, item: Item) -> Decision:
    about = item.traits
    if about.where.user != 0:
        return _nothing_there(verb, "mediastore.other-user")
    if verb != "create" and about.where.area in _NEVER_INDEXED:
        return _nothing_there(verb, "mediastore.never-indexed")
    if caller.api <= 28:
        return _until_28(who, verb, item, about)
    if verb == "create":
        return _insert(caller, who, item, about)
    if not item.listed:
        return _nothing_there(verb, "mediastore.no-row")
    if verb == "list":
        return _query(caller, who, item, about)
    if verb == "read":
        return _open(who, item, about)
    return _change(caller, who, verb, item, about)


def _nothing_there(verb: Verb, rule: str) -> Decision:
    if verb == "list":
        return Decision("hidden", (rule,))
    if verb in {"read", "write"}:
        return Decision("deny", (rule,), "FileNotFoundException")
    return Decision("noop", (rule,))


def _until_28(who: Predicates, verb: Verb, item: Item, about: Traits) -> Decision:
    chain = who.chain
    if verb in _READING:
        if who.storage_read:
            return Decision("allow", (*chain, "mediastore.28.read-granted"))
        return Decision("deny", (*chain, "mediastore.28.read-missing"), "SecurityException")
    if not who.storage_write:
        return Decision("deny", (*chain, "mediastore.28.write-missing"), "SecurityException")
    if not item.listed and verb != "create":
        return _nothing_there(verb, "mediastore.no-row")
    if verb == "delete" and about.removable:
        rules = (*chain, "mediastore.28.write-granted", "mediastore.28.removable-file-stays")
        return Decision("allow", rules, effect="row_gone_file_stays")
    effect: Effect | None = "row_deleted" if verb == "delete" else None
    return Decision("allow", (*chain, "mediastore.28.write-granted"), effect=effect)


# -- from Android 10 on, row by row ------------------------------------------------------------


def _insert(caller: Caller, who: Predicates, item: Item, about: Traits) -> Decision:
    chain, refused = who.chain, "IllegalArgumentException"
    if about.where.area in _NEVER_INDEXED:
        return Decision("deny", (*chain, "mediastore.29.insert-private"), refused)
    free = who.manager or who.legacy_write or item.own_folder
    if free or (about.fits(caller.api) and not about.bad_name):
        return Decision("allow", (*chain, "mediastore.29.insert-fits"))
    return Decision("deny", (*chain, "mediastore.29.insert-misfit"), refused)


def _query(caller: Caller, who: Predicates, item: Item, about: Traits) -> Decision:
    chain = who.chain
    left_out = about.marked is not None or (item.unscanned and not item.owned)
    if item.uri == "collection" and left_out and caller.api >= 30:
        return Decision("hidden", (*chain, "mediastore.30.excluded"))
    rule = _readable(who, item, about)
    if rule is None:
        return Decision("hidden", (*chain, "mediastore.29.not-listed"))
    return Decision("allow", (*chain, rule))


def _open(who: Predicates, item: Item, about: Traits) -> Decision:
    chain = who.chain
    rule = _readable(who, item, about)
    if rule is None:
        return Decision("deny", (*chain, "mediastore.29.unreadable"), "SecurityException")
    mine = item.owned or item.granted or who.sees_location or who.legacy_write
    if about.kind in {"image", "video"} and not mine:
        return Decision("allow", (*chain, rule, "mediastore.29.redacted"), redacted=True)
    return Decision("allow", (*chain, rule))


def _readable(who: Predicates, item: Item, about: Traits) -> str | None:
    if who.manager:
        return "mediastore.29.all-files"
    if item.owned:
        return "mediastore.29.owner"
    if who.legacy_read and not about.removable and item.uri != "item":
        return "mediastore.29.legacy-read"
    if about.ringing and item.uri == "item":
        return "mediastore.29.ringing"
    return readable(who, item, about)


def _writable(who: Predicates, item: Item, about: Traits) -> str | None:
    if who.manager:
        return "mediastore.29.all-files"
    if item.owned:
        return "mediastore.29.owner"
    if item.granted:
        return "grant.uri"
    if about.ringing and item.uri == "item":
        return "mediastore.29.ringing"
    if item.uri != "item" and who.legacy_write and not about.removable:
        return "mediastore.29.legacy-write"
    return None if about.hidden or item.no_media else _typed(who, about)


def _typed(who: Predicates, about: Traits) -> str | None:
    """The rule by which the app may change any row of that media type."""
    if about.kind not in who.writes:
        return None
    return "mediastore.29.legacy-write" if who.legacy_write else "mediastore.29.gallery"


def _change(caller: Caller, who: Predicates, verb: Verb, item: Item, about: Traits) -> Decision:
    chain = who.chain
    if verb == "delete" and (item.redacted_uri or (item.unlinked and caller.api >= 30)):
        why = "mediastore.30.redacted-uri" if item.redacted_uri else "mediastore.30.unlinked"
        return Decision("noop", (*chain, why))
    rule = _writable(who, item, about)
    if rule is not None:
        effect: Effect | None = "row_deleted" if verb == "delete" else None
        return Decision("allow", (*chain, rule), effect=effect)
    one_item = item.uri == "item" and about.kind in ITEM_TYPES
    if not one_item and verb in _FILTERED:
        return Decision("noop", (*chain, "mediastore.29.filtered"))
    if one_item:
        reading = _readable(who, item, about)
        if reading is not None:
            rules = (*chain, reading, "mediastore.29.ask-per-item")
            return Decision("recoverable", rules, "RecoverableSecurityException")
    return Decision("deny", (*chain, "mediastore.29.unreadable"), "SecurityException")
