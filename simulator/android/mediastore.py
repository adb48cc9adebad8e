"""MediaStore's rows: which files are listed, what they are called, and who owns them.

A row points to a path; whether a file is there is another question.  Whether a row is pending or
trashed, when that expires and what it is called follow from the name on disk
(:mod:`simulator.android.media_names`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import define, evolve, field, frozen

from simulator.android.media_names import display_name, marked
from simulator.android.media_places import NO_TYPE, volume_of, within

_SHOWN = frozenset({"video", "image"})


@frozen
class Row:
    """One row: its *id*, the *path* it points to, and the package that owns it (None: nobody).

    *media_type* is ``video``, ``image``, ``audio``, ``playlist``, ``subtitle``, or ``none`` for
    documents and for whatever lies hidden.  *from_path*: the file was made by its path and waits
    for a scan ("pending by FUSE"): its name has no mark, and readers get it all the same.
    *marked_by* is the id of the operation that moved it to the trash, so that whoever deletes it
    later can say on whose authority.
    """

    id: int
    path: str
    owner: str | None
    media_type: str = NO_TYPE
    from_path: bool = False
    marked_by: int | None = None

    @property
    def volume(self) -> str:
        """The volume it is on."""
        return volume_of(self.path)

    @property
    def display_name(self) -> str:
        """The name a person sees; a pending or trashed file keeps its plain one."""
        return display_name(self.path)

    @property
    def pending(self) -> bool:
        """Whether somebody is still writing it: by the mark in its name, or made by path."""
        name = marked(self.path)
        return self.from_path or (name is not None and name.mark == "pending")

    @property
    def trashed(self) -> bool:
        """Whether it is in the trash."""
        name = marked(self.path)
        return name is not None and name.mark == "trashed"

    @property
    def expires(self) -> int | None:
        """When the mark in its name expires, in seconds since 1970; None without a mark."""
        name = marked(self.path)
        return name.expires if name is not None else None

    @property
    def download(self) -> bool:
        """``is_download``: it lies in ``Download`` (``FileUtils.PATTERN_DOWNLOADS_FILE``)."""
        return within(self.path).casefold().startswith("download/")

    @property
    def shown(self) -> bool:
        """Whether a gallery shows it: a photo or video, not pending, not trashed, not hidden.

        The gallery asks MediaStore and not the storage, so a row whose file is gone is still
        shown, as an entry that does not open (inferred: what a gallery draws for it is its own
        choice).
        """
        return self.media_type in _SHOWN and not self.pending and not self.trashed


@define
class MediaStore:
    """The rows of a phone, by path (names compare without case, as on Android).

    It also keeps what is not in a row: which id a package's own deleted path had, which rows the
    user selected for which package (``media_grants``, Android 14), and which items the user let a
    package change (uri grants).
    """

    _rows: dict[str, Row] = field(factory=dict)
    _deleted: dict[tuple[str, str], int] = field(factory=dict)
    _selected: dict[str, set[int]] = field(factory=dict)
    _granted: dict[str, set[int]] = field(factory=dict)
    _ids: int = 0

    def row(self, path: str) -> Row | None:
        """The row that points to *path*, or None."""
        return self._rows.get(path.casefold())

    def rows(self) -> list[Row]:
        """All rows, by path."""
        return sorted(self._rows.values(), key=lambda row: row.path)

    def below(self, folder: str) -> list[Row]:
        """The rows of everything below *folder* (all of them where that is empty), by path."""
        prefix = f"{folder.casefold()}/" if folder else ""
        return [row for row in self.rows() if row.path.casefold().startswith(prefix)]

    def insert(
        self, path: str, owner: str | None, media_type: str = NO_TYPE, *, from_path: bool = False
    ) -> Row:
        """List *path*.

        A row that is there keeps its id and passes to *owner*: so a file made where only a row
        was left takes the ownership over, and does not become pending for that
        (LegacyStorageTest#testCreateDoesntUpsert).  A path that *owner* had deleted by its path
        gets its old id back (ScopedStorageDeviceTest#testCreateCanRestoreDeletedRowId).
        """
        key = path.casefold()
        there = self._rows.get(key)
        id_ = self._known_id(owner, key)
        from_path = from_path and (there is None or there.from_path)
        if id_ is None:
            id_ = self._next()
        row = self._rows[key] = Row(id_, path, owner, media_type, from_path)
        return row

    def update(self, row: Row, **changes: Any) -> Row:
        """*row* with those fields changed; its path stays."""
        changed: Row = evolve(row, **changes)
        self._rows[row.path.casefold()] = changed
        return changed

    def remove(self, path: str, unlinked_by: str | None = None) -> Row | None:
        """Forget *path*; gives the row that was there.

        *unlinked_by*: the package that removed the file by its path, which gets the id back when
        it makes the path again.
        """
        key = path.casefold()
        row = self._rows.pop(key, None)
        if row is None:
            return None
        self._revoke(row.id)
        if unlinked_by is not None:
            self._deleted[unlinked_by, key] = row.id
        return row

    def unlinked(self, path: str, package: str) -> bool:
        """Whether *package* removed that path itself, so that only the old id is left."""
        return (package, path.casefold()) in self._deleted

    def move(self, path: str, to: str, media_type: str = NO_TYPE) -> Row | None:
        """Point the row of *path* at *to*; gives the row, or None where there was none.

        Its owner stays.  So does its id, with what the user selected and granted, unless *to* has
        one: that of the row which is replaced, or the one which the owner's own deletion of that
        path left.  A rename is followed by a scan, so that the row no longer waits for one.
        Source: ScopedStorageDeviceTest#testRenameAndReplaceFile,
        #testRenameCanRestoreDeletedRowId; LegacyStorageTest#testRenameDoesntInvalidateUri.
        """
        row = self._rows.pop(path.casefold(), None)
        if row is None:
            return None
        key = to.casefold()
        id_ = self._known_id(row.owner, key)
        if id_ is None:
            id_ = row.id
        elif id_ != row.id:
            self._revoke(row.id)
        moved = self._rows[key] = evolve(
            row, id=id_, path=to, media_type=media_type, from_path=False
        )
        return moved

    # -- what the user selected and granted, and who is gone ---------------------------------

    def select(self, package: str, path: str) -> None:
        """The user selects the row of *path* for *package* (nothing where there is no row)."""
        row = self.row(path)
        if row is not None:
            self._selected.setdefault(package, set()).add(row.id)

    def selected(self, package: str, path: str) -> bool:
        """Whether the user selected the row of *path* for *package*."""
        return self._is_among(self._selected, package, path)

    def grant(self, package: str, path: str) -> None:
        """The user lets *package* change the item at *path* (nothing where there is no row)."""
        row = self.row(path)
        if row is not None:
            self._granted.setdefault(package, set()).add(row.id)

    def granted(self, package: str, path: str) -> bool:
        """Whether *package* may change the item at *path* by a grant; it goes with the row."""
        return self._is_among(self._granted, package, path)

    def orphan(self, package: str) -> Iterator[Row]:
        """*package* is uninstalled: its rows have no owner from now on, its grants are gone.

        Gives the rows that lost their owner.  An app of the same name that is installed later is
        not their owner.  Source: MediaProvider ``onPackageOrphaned`` (permission dossier 2.3).
        """
        self._selected.pop(package, None)
        self._granted.pop(package, None)
        self._deleted = {key: id_ for key, id_ in self._deleted.items() if key[0] != package}
        for row in self.rows():
            if row.owner == package:
                yield self.update(row, owner=None)

    def _is_among(self, chosen: dict[str, set[int]], package: str, path: str) -> bool:
        ids = chosen.get(package)
        row = self.row(path) if ids else None
        return row is not None and ids is not None and row.id in ids

    def _known_id(self, owner: str | None, key: str) -> int | None:
        """The id that a row of *owner* finds at that path, if any; one left over is used up."""
        left = self._deleted.pop((owner, key), None) if owner is not None else None
        there = self._rows.get(key)
        return there.id if there is not None else left

    def _revoke(self, id_: int) -> None:
        # Deleting a row revokes every uri grant of the item (MediaProvider, onDelete listener).
        for ids in self._granted.values():
            ids.discard(id_)

    def _next(self) -> int:
        self._ids += 1
        return self._ids
