"""MediaStore's rows: which files are listed, and whom it calls their owner."""

from __future__ import annotations

from attrs import define, evolve, field, frozen

from simulator.android.paths import Area, media_type, place


@frozen
class Row:
    """One row: the path it points to, and the package that owns it (None: nobody)."""

    path: str
    owner: str | None


def indexable(path: str) -> bool:
    """Whether MediaStore lists files there: never ``Android/data``, never hidden folders.

    Source: MediaProvider ``FileUtils.PATTERN_INVISIBLE`` and ``isDirectoryHidden``.
    """
    where = place(path)
    if where.area in {Area.INTERNAL, Area.APP_EXTERNAL}:
        return False
    return media_type(path) != "other" and not any(p.startswith(".") for p in path.split("/"))


@define
class MediaStore:
    """The rows of one volume, by path (names compare without case, as on Android)."""

    _rows: dict[str, Row] = field(factory=dict)

    def row(self, path: str) -> Row | None:
        """The row that points to *path*, or None."""
        return self._rows.get(path.casefold())

    def insert(self, path: str, owner: str | None) -> Row:
        """List *path*; an existing row of that path is replaced."""
        row = self._rows[path.casefold()] = Row(path, owner)
        return row

    def remove(self, path: str) -> Row | None:
        """Forget *path*; gives the row that was there."""
        return self._rows.pop(path.casefold(), None)

    def move(self, path: str, to: str) -> Row | None:
        """Point the row of *path* at *to*; gives the row, or None where there was none."""
        row = self.remove(path)
        if row is None:
            return None
        moved = self._rows[to.casefold()] = evolve(row, path=to)
        return moved

    def rows(self) -> list[Row]:
        """All rows, by path."""
        return sorted(self._rows.values(), key=lambda row: row.path)
