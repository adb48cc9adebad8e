"""Android's storage permission model: could an app do that?

Ordered rules over derived predicates; each decision carries the chain of rule ids that led to it.
The sentences and sources of the rules are in ``rules.yaml``.  Covered so far: opening, creating,
renaming and deleting by path, and deleting through MediaStore, a create*Request, SAF and the Photo
Picker, for videos.

A decision says nothing about what an app *did*.
"""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from simulator.android.paths import STANDARD, Area, Place, media_type

READ = "READ_EXTERNAL_STORAGE"
WRITE = "WRITE_EXTERNAL_STORAGE"
READ_VIDEO = "READ_MEDIA_VIDEO"
MANAGE_ALL = "MANAGE_EXTERNAL_STORAGE"
MANAGE_MEDIA = "MANAGE_MEDIA"
PERMISSIONS = (READ, WRITE, READ_VIDEO, "READ_MEDIA_IMAGES", MANAGE_ALL, MANAGE_MEDIA)

Verb = Literal["read", "write", "create", "mkdir", "rename", "delete"]
Route = Literal["path", "mediastore", "request", "saf", "picker"]
ROUTES: tuple[Route, ...] = ("path", "mediastore", "request", "saf", "picker")
Ruling = Literal["allow", "deny", "consent", "recoverable", "noop"]
Answer = Literal["silently", "after_consent", "no"]


@frozen
class Caller:
    """What decides about an app: the phone's API level, its own target, and what it holds.

    *legacy_flag* is ``requestLegacyExternalStorage`` (None: not declared); *kept_legacy* means the
    app was legacy on this install before it raised its target and asked to preserve that.
    """

    api: int
    target_sdk: int
    granted: frozenset[str] = frozenset()
    legacy_flag: bool | None = None
    kept_legacy: bool = False
    system_gallery: bool = False


@frozen
class Item:
    """The file in question: its path, where it lies, and the package MediaStore calls its owner."""

    path: str
    place: Place
    owned: bool = False
    own_folder: bool = False
    listed: bool = True


@frozen
class Decision:
    """What the model rules, the *error* the caller gets, and the rules that led there, in order."""

    ruling: Ruling
    chain: tuple[str, ...]
    error: str | None = None

    @property
    def answer(self) -> Answer:
        """The ruling in the words of the question "could it?"."""
        if self.ruling == "allow":
            return "silently"
        return "after_consent" if self.ruling in {"consent", "recoverable"} else "no"


@frozen
class Predicates:
    """What follows from a caller before any file is looked at."""

    legacy: bool
    reads_video: bool
    writes: bool
    manages_all: bool
    gallery: bool
    chain: tuple[str, ...] = field(default=())


def is_legacy(caller: Caller) -> tuple[bool, str]:
    """Whether the app is in the old storage mode, and the rule that says so."""
    requested = caller.legacy_flag if caller.legacy_flag is not None else caller.target_sdk <= 28
    if caller.api <= 28:
        return True, "mode.28.always-legacy"
    if caller.api == 29:
        return requested, "mode.29.legacy" if requested else "mode.29.scoped"
    if caller.target_sdk <= 29:
        return requested, "mode.30.target-29-legacy" if requested else "mode.30.scoped"
    if caller.api >= 35 and caller.target_sdk >= 35:
        return False, "mode.35.never-legacy"
    if caller.kept_legacy:
        return True, "mode.30.preserved-legacy"
    return False, "mode.30.scoped"


def derive(caller: Caller) -> Predicates:
    """The derived predicates of *caller*."""
    legacy, rule = is_legacy(caller)
    by_type = caller.api >= 33 and caller.target_sdk >= 33
    return Predicates(
        legacy=legacy,
        reads_video=(READ_VIDEO if by_type else READ) in caller.granted,
        writes=WRITE in caller.granted,
        manages_all=caller.api >= 30 and MANAGE_ALL in caller.granted,
        gallery=caller.system_gallery and (not legacy or WRITE in caller.granted),
        chain=(rule,),
    )


def decide(caller: Caller, verb: Verb, route: Route, item: Item) -> Decision:
    """What Android rules when *caller* asks for *verb* on *item* by that *route*."""
    who = derive(caller)
    if route == "path":
        return _by_path(caller, who, verb, item)
    if route == "mediastore":
        return _by_mediastore(caller, who, verb, item)
    if route == "request":
        return _by_request(caller, who)
    if route == "saf":
        return Decision("consent", ("saf.user-picks",))
    return Decision("deny", ("picker.read-only",), "SecurityException")


# -- by path -----------------------------------------------------------------------------------


def _by_path(caller: Caller, who: Predicates, verb: Verb, item: Item) -> Decision:
    if item.place.area is Area.INTERNAL:
        if item.own_folder:
            return Decision("allow", ("path.internal-own",))
        return Decision("deny", ("path.internal-other",), "EACCES")
    if item.own_folder:
        return Decision("allow", ("path.own-folder",))
    if item.place.area is Area.APP_EXTERNAL and caller.api >= 30:
        return Decision("deny", ("path.30.other-app-folder",), "ENOENT")
    if caller.api <= 29:
        return _by_path_until_29(who, verb)
    return _by_path_from_30(who, verb, item)


def _by_path_until_29(who: Predicates, verb: Verb) -> Decision:
    if not who.legacy:
        return Decision("deny", (*who.chain, "path.29.scoped"), "EACCES")
    if verb == "read":
        if who.reads_video or who.writes:
            return Decision("allow", (*who.chain, "path.28.read-granted"))
        return Decision("deny", (*who.chain, "path.28.read-missing"), "EACCES")
    if who.writes:
        return Decision("allow", (*who.chain, "path.28.write-granted"))
    return Decision("deny", (*who.chain, "path.28.write-missing"), "EACCES")


def _by_path_from_30(who: Predicates, verb: Verb, item: Item) -> Decision:
    if who.manages_all:
        return Decision("allow", (*who.chain, "path.30.all-files"))
    if who.legacy:
        return _by_path_legacy_from_30(who, verb)
    if verb in {"mkdir", "create"}:
        return _making_from_30(who, verb, item)
    return _using_from_30(who, verb, item)


def _making_from_30(who: Predicates, verb: Verb, item: Item) -> Decision:
    chain = who.chain
    if verb == "mkdir":
        if "/" in item.path or item.path in STANDARD:
            return Decision("allow", (*chain, "path.30.mkdir-below"))
        return Decision("deny", (*chain, "path.30.mkdir-top"), "EACCES")
    if _fits_folder(item.path):
        return Decision("allow", (*chain, "path.30.create-fits"))
    return Decision("deny", (*chain, "path.30.create-misfit"), "EPERM")


def _using_from_30(who: Predicates, verb: Verb, item: Item) -> Decision:
    chain = who.chain
    if item.owned:
        return Decision("allow", (*chain, "path.30.owner"))
    if who.gallery and media_type(item.path) != "other":
        return Decision("allow", (*chain, "path.30.gallery"))
    if verb == "read":
        if who.reads_video and item.listed:
            return Decision("allow", (*chain, "path.30.read-granted"))
        return Decision("deny", (*chain, "path.30.read-missing"), "EACCES")
    if verb == "delete":
        return Decision("deny", (*chain, "path.30.foreign-delete"), "ENOENT")
    if verb == "rename":
        return Decision("deny", (*chain, "path.30.foreign-rename"), "EPERM")
    return Decision("deny", (*chain, "path.30.foreign-write"), "EACCES")


def _by_path_legacy_from_30(who: Predicates, verb: Verb) -> Decision:
    if who.writes or (verb == "read" and who.reads_video):
        return Decision("allow", (*who.chain, "path.30.legacy-granted"))
    error = "EACCES" if verb in {"read", "write", "rename"} else "EPERM"
    return Decision("deny", (*who.chain, "path.30.legacy-missing"), error)


def _fits_folder(path: str) -> bool:
    top, _, rest = path.partition("/")
    kind = media_type(path)
    if not rest:
        return False
    allowed = {
        "dcim": {"video", "image"},
        "pictures": {"video", "image"},
        "movies": {"video"},
        "download": {"video", "image", "other"},
        "documents": {"video", "image", "other"},
    }
    return kind in allowed.get(top.casefold(), set())


# -- by the other routes -----------------------------------------------------------------------


def _by_mediastore(caller: Caller, who: Predicates, verb: Verb, item: Item) -> Decision:
    if verb == "read":
        if item.owned or who.reads_video or who.manages_all:
            return Decision("allow", (*who.chain, "mediastore.readable"))
        return Decision("deny", (*who.chain, "mediastore.unreadable"), "SecurityException")
    if not item.listed:
        return Decision("noop", ("mediastore.no-row",))
    if caller.api <= 28:
        if who.writes:
            return Decision("allow", (*who.chain, "mediastore.28.write-granted"))
        return Decision("deny", (*who.chain, "mediastore.28.write-missing"), "SecurityException")
    return _by_item_from_29(who, item)


def _by_item_from_29(who: Predicates, item: Item) -> Decision:
    if who.manages_all:
        return Decision("allow", (*who.chain, "mediastore.29.all-files"))
    if item.owned:
        return Decision("allow", (*who.chain, "mediastore.29.owner"))
    if who.legacy and who.writes:
        return Decision("allow", (*who.chain, "mediastore.29.legacy-write"))
    if who.gallery:
        return Decision("allow", (*who.chain, "mediastore.29.gallery"))
    if who.reads_video:
        chain = (*who.chain, "mediastore.29.ask-per-item")
        return Decision("recoverable", chain, "RecoverableSecurityException")
    return Decision("deny", (*who.chain, "mediastore.29.unreadable"), "SecurityException")


def _by_request(caller: Caller, who: Predicates) -> Decision:
    if caller.api < 30:
        return Decision("deny", ("request.30.not-there-yet",), "NoSuchMethodError")
    if caller.api >= 31 and MANAGE_MEDIA in caller.granted and who.reads_video:
        return Decision("allow", ("request.31.manage-media",))
    return Decision("consent", ("request.30.dialog",))
