"""Idle maintenance: what MediaProvider does every 24 hours on a phone that charges and is idle.

It scans, and it deletes what is pending or trashed for too long.  Source: MediaProvider
``IdleService``, ``deleteOrExtendExpiredItems``; IdleServiceTest (permission dossier 6).
"""

from __future__ import annotations

from contextlib import suppress

from simulator.android.files import FileError
from simulator.android.media_names import DAY, marked, with_mark
from simulator.android.mediastore import Row
from simulator.android.paths import lower
from simulator.android.phone import Phone
from simulator.android.processes import media_provider
from simulator.android.scanner import scan
from simulator.trace import Operation

#: How often it runs at most (seconds).
EVERY = DAY
#: An item that expired longer ago than this gets as much time again before it goes (seconds): a
#: phone that was off for weeks does not lose everything at once.
GRACE = 7 * DAY


def idle_maintenance(phone: Phone, because: tuple[int, ...]) -> None:
    """One pass of idle maintenance."""
    scan(phone, because)
    for row in phone.mediastore.rows():
        if row.expires is None or row.expires > phone.clock:
            continue
        if phone.clock - row.expires < GRACE:
            _delete(phone, row, because)
        else:
            _extend(phone, row, because)


def next_pass(phone: Phone, after: float) -> float:
    """The second of the run at which the first pass at or after *after* takes place.

    Passes are counted from second 0, one every 24 hours: an assumption, as a real phone waits for
    the night and the charger.
    """
    return float(-(-after // EVERY) * EVERY)


def _delete(phone: Phone, row: Row, because: tuple[int, ...]) -> None:
    whom, why = _authority(phone, row, because)
    provider = media_provider(phone.stack.api)
    request = len(phone.log.records) + 1
    with suppress(FileError):
        phone.unlink(provider, row.path, why, whom, "pass-through")
    # deleteIfAllowed swallows errors: the row goes, and a file that cannot be deleted stays.
    if phone.mediastore.remove(row.path) is not None:
        phone.tell_row(row, phone.fs.find(lower(row.path)), (request,), listed=False)


def _extend(phone: Phone, row: Row, because: tuple[int, ...]) -> None:
    name = marked(row.path)
    assert name is not None
    later = with_mark(row.path, name.mark, phone.clock + GRACE)
    provider = media_provider(phone.stack.api)
    why = because if row.marked_by is None else (*because, row.marked_by)
    with suppress(FileError):
        phone.rename(provider, row.path, later, why, "system", "pass-through")


def _authority(phone: Phone, row: Row, because: tuple[int, ...]) -> tuple[str, tuple[int, ...]]:
    """On whose authority an item goes: whoever had it moved to the trash."""
    if row.marked_by is None:
        return "system", because
    operation = phone.log.records[row.marked_by - 1]
    assert isinstance(operation, Operation)
    return operation.for_whom, (*because, row.marked_by)
