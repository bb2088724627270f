"""Pages that a listing still shows although they are in the trash. Only doubtful ones are asked for. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from confsync.model import OpId, PageId, RemoteSnapshot, Status
from confsync.planning.evidence import Remembered
from confsync.planning.stamps import parse
from confsync.sync.lanes import Lanes
from confsync.sync.ports import Remote
from confsync.sync.sight import shown


def forgotten(seen: RemoteSnapshot, remembered: Remembered, spent: Collection[OpId]) -> set[PageId]:
    """Return the listed pages with a stamp of this ledger, which has no row for them any more."""
    stamps = ((i, parse(page.message)) for i, page in seen.pages.items() if i not in remembered.rows)
    return {i for i, stamp in stamps if stamp is not None and stamp.op in spent}


def without_trashed(
    remote: Remote, lanes: Lanes, seen: RemoteSnapshot, doubted: Iterable[PageId]
) -> RemoteSnapshot:
    """Return the snapshot without those of the doubted pages that are seen in the trash."""
    asked = sorted(seen.pages.keys() & set(doubted))
    found = lanes.gather(lambda page_id: shown(remote, page_id), asked)
    gone = frozenset(page.id for page in found if page is not None and page.status is Status.TRASHED)
    pages = {i: page for i, page in seen.pages.items() if i not in gone}
    return replace(seen, pages=pages, trashed=seen.trashed | gone)
