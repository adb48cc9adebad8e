"""Raw paths from Android 11 on, where FUSE asks MediaProvider (dossier 3.2 and 3.3).

The rules stand in the order in which MediaProvider asks them; the first that fits decides.
"""

from __future__ import annotations

from simulator.android.permissions.caller import Caller
from simulator.android.permissions.decision import Decision, Effect, Verb
from simulator.android.permissions.item import Item, Traits
from simulator.android.permissions.predicates import Predicates

_CHANGING = frozenset({"mkdir", "rmdir", "create", "rename", "delete"})
#: Where the gallery may rename folders, and to where.
GALLERY_FOLDERS = frozenset({"dcim", "movies", "pictures"})
#: What the old mode without its permission is told.
_LEGACY_ERROR = {"delete": "EPERM", "create": "EPERM"}


def decide(caller: Caller, who: Predicates, verb: Verb, item: Item, about: Traits) -> Decision:
    """What Android 11 and later rule outside the app's own ``Android/data`` and ``obb``."""
    if about.volumes_root:
        return Decision("deny", (*who.chain, "path.30.volumes-root"), "EPERM")
    if about.data_root and verb == "list":
        return Decision("deny", (*who.chain, "path.30.data-root"), "EACCES")
    if about.transforms and verb in _CHANGING:
        return Decision("deny", (*who.chain, "path.30.transforms"), "EACCES")
    if about.android_root and verb in {"rmdir", "rename", "delete"}:
        error = "EACCES" if verb == "rmdir" and caller.api >= 31 else "EPERM"
        return Decision("deny", (*who.chain, "path.30.android-root"), error)
    if about.bad_name and verb == "create":
        return Decision("deny", (*who.chain, "path.30.bad-name"), "EPERM")
    bypass = bypasses(who, verb, item, about)
    if bypass is not None:
        return _bypassing(who, verb, item, bypass)
    if about.data_root:
        return Decision("deny", (*who.chain, "path.30.data-root"), "EACCES")
    if who.legacy:
        error = _LEGACY_ERROR.get(verb, "EACCES")
        return Decision("deny", (*who.chain, "path.30.legacy-missing"), error)
    return _SCOPED[verb](caller, who, item, about)


def bypasses(who: Predicates, verb: Verb, item: Item, about: Traits) -> str | None:
    """The rule by which FUSE lets the call pass without asking for a row, or None."""
    if who.manager:
        return "path.30.all-files"
    if who.legacy_read if verb in {"read", "list"} else who.legacy_write:
        return "path.30.legacy-granted"
    if item.own_folder:
        return "path.30.own-media"
    if who.gallery and about.kind in who.writes and verb != "list":
        return "path.30.gallery"
    return None


def _bypassing(who: Predicates, verb: Verb, item: Item, bypass: str) -> Decision:
    if verb == "delete" and item.listed and who.bypasses_database is not None:
        chain = (*who.chain, bypass, who.bypasses_database)
        return Decision("allow", chain, effect="file_deleted_row_stale")
    effect: Effect | None = "row_deleted" if verb == "delete" and item.listed else None
    return Decision("allow", (*who.chain, bypass), effect=effect)


# -- what a scoped app may do, verb by verb ----------------------------------------------------


def _read(caller: Caller, who: Predicates, item: Item, about: Traits) -> Decision:
    chain = who.chain
    if item.owned and item.listed:
        return Decision("allow", (*chain, "path.30.owner"))
    if about.marked is not None:
        return Decision("deny", (*chain, "path.30.pending-or-trashed"), "EACCES")
    rule = readable(who, item, about)
    if rule is None:
        return Decision("deny", (*chain, "path.30.read-missing"), "EACCES")
    redacted = about.kind in {"image", "video"} and not who.sees_location and not item.granted
    last = (rule, "path.30.redacted") if redacted else (rule,)
    return Decision("allow", (*chain, *last), redacted=redacted)


def readable(who: Predicates, item: Item, about: Traits) -> str | None:
    """The rule by which the app may read a row that it does not own, or None.

    Rows of hidden places have no media type, so no permission for a type covers them.
    """
    if not item.listed:
        return None
    if item.granted:
        return "grant.uri"
    if about.hidden or item.no_media:
        return None
    rule = who.reads.get(about.kind)
    if rule is None and item.selected and who.selected and about.kind in {"image", "video"}:
        return "read.selected"
    return rule


def writable(item: Item) -> str | None:
    """The rule by which a scoped app may change the row, or None."""
    if not item.listed:
        return None
    if item.owned:
        return "path.30.owner"
    return "grant.uri" if item.granted else None


def _write(caller: Caller, who: Predicates, item: Item, about: Traits) -> Decision:
    if about.marked is not None and not (item.owned and item.listed):
        return Decision("deny", (*who.chain, "path.30.pending-or-trashed"), "EACCES")
    rule = writable(item)
    if rule is not None:
        return Decision("allow", (*who.chain, rule))
    return Decision("deny", (*who.chain, "path.30.foreign-write"), "EACCES")


def _delete(caller: Caller, who: Predicates, item: Item, about: Traits) -> Decision:
    rule = writable(item)
    if rule is not None:
        return Decision("allow", (*who.chain, rule), effect="row_deleted")
    return Decision("deny", (*who.chain, "path.30.foreign-delete"), "ENOENT")


def _rename(caller: Caller, who: Predicates, item: Item, about: Traits) -> Decision:
    chain = who.chain
    if item.directory:
        return _rename_folder(caller, who, item, about)
    rule = writable(item)
    if rule is not None:
        return Decision("allow", (*chain, rule))
    return Decision("deny", (*chain, "path.30.foreign-rename"), "EPERM")


def _rename_folder(caller: Caller, who: Predicates, item: Item, about: Traits) -> Decision:
    """A folder has no row: what counts is what it holds."""
    chain = who.chain
    if about.depth == 1 and about.standard_top(caller.api):
        return Decision("deny", (*chain, "path.30.rename-standard"), "EPERM")
    if not item.holds_foreign:
        return Decision("allow", (*chain, "path.30.rename-folder"))
    if who.gallery and about.top in GALLERY_FOLDERS:
        return Decision("allow", (*chain, "path.30.gallery-folder"))
    return Decision("deny", (*chain, "path.30.foreign-folder"), "EPERM")


def _list(caller: Caller, who: Predicates, item: Item, about: Traits) -> Decision:
    chain = who.chain
    if item.directory:
        return Decision("allow", (*chain, "path.30.folder-open"))
    if item.owned and item.listed:
        return Decision("allow", (*chain, "path.30.owner"))
    if about.marked is not None:
        if who.gallery and item.listed and about.kind in who.writes:
            return Decision("allow", (*chain, "path.30.gallery-lists-trash"))
        return Decision("hidden", (*chain, "path.30.pending-or-trashed"))
    rule = readable(who, item, about)
    if rule is not None:
        return Decision("allow", (*chain, rule))
    return Decision("hidden", (*chain, "path.30.not-listed"))


def _create(caller: Caller, who: Predicates, item: Item, about: Traits) -> Decision:
    if item.listed:
        return Decision("deny", (*who.chain, "path.30.row-exists"), "EEXIST")
    if about.fits(caller.api):
        return Decision("allow", (*who.chain, "path.30.create-fits"))
    return Decision("deny", (*who.chain, "path.30.create-misfit"), "EPERM")


def _mkdir(caller: Caller, who: Predicates, item: Item, about: Traits) -> Decision:
    if about.depth > 1:
        return Decision("allow", (*who.chain, "path.30.mkdir-below"))
    if about.standard_top(caller.api) or about.top == "android":
        return Decision("allow", (*who.chain, "path.30.mkdir-standard"))
    return _top_level(caller, who)


def _rmdir(caller: Caller, who: Predicates, item: Item, about: Traits) -> Decision:
    if about.depth <= 1:
        return _top_level(caller, who)
    if item.holds_foreign:
        return Decision("deny", (*who.chain, "path.30.folder-not-empty"), "ENOTEMPTY")
    return Decision("allow", (*who.chain, "path.30.rmdir-below"))


def _top_level(caller: Caller, who: Predicates) -> Decision:
    error = "EPERM" if caller.api == 30 else "EACCES"
    return Decision("deny", (*who.chain, "path.30.top-level"), error)


_SCOPED = {
    "read": _read,
    "write": _write,
    "delete": _delete,
    "rename": _rename,
    "list": _list,
    "create": _create,
    "mkdir": _mkdir,
    "rmdir": _rmdir,
}
