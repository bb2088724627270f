"""Rows of pages that went to a trash, on either side: kept for a year, in case the page comes back. Callers hold the transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlite_utils import Database

from confsync.ledger import blobs
from confsync.ledger.columns import pack, unpack
from confsync.ledger.rows import read_attachment, read_base
from confsync.model import Base, Departed, PageId

KEPT_FOR: Final = timedelta(days=365)
"""How long a page may lie in a trash until its file comes back under a name made of its title."""

_ROW: Final = (
    "page_id, path, local_hash, version, body_hash, title, own_title, parent_id, labels,"
    " state, held_version, held_hash, pulled_version, markdown, storage"
)
_FILE: Final = "page_id, name, path, hash, attachment_id, version, held_version"


def keep(db: Database, page_id: PageId, at: datetime) -> None:
    """Copy a row with its texts and attachments before it is dropped; without a row, nothing happens."""
    if db.execute("SELECT 1 FROM base WHERE page_id = ?", [pack(page_id)]).fetchone() is None:
        return
    drop(db, page_id)
    db.execute(
        f"INSERT INTO departed ({_ROW}, at) SELECT {_ROW}, ? FROM base WHERE page_id = ?",  # noqa: S608  # constants
        [at.isoformat(), pack(page_id)],
    )
    db.execute(
        f"INSERT INTO departed_attachment ({_FILE}) SELECT {_FILE} FROM attachment WHERE page_id = ?",  # noqa: S608  # constants
        [pack(page_id)],
    )


def keep_others(db: Database, rows: Iterable[Base], at: datetime) -> None:
    """Copy the rows that go because other rows take their paths."""
    coming = list(rows)
    staying = {row.page_id for row in coming}
    for row in coming:
        found = db.execute("SELECT page_id FROM base WHERE path = ?", [pack(row.path)]).fetchone()
        if found is not None and (page_id := PageId(unpack(found[0]))) not in staying:
            keep(db, page_id, at)


def drop(db: Database, page_id: PageId) -> None:
    """Forget a departed row for good; nothing happens without one."""
    found = db.execute("SELECT markdown, storage FROM departed WHERE page_id = ?", [pack(page_id)]).fetchone()
    if found is None:
        return
    db.execute("DELETE FROM departed WHERE page_id = ?", [pack(page_id)])
    db.execute("DELETE FROM departed_attachment WHERE page_id = ?", [pack(page_id)])
    blobs.sweep(db, found)


def departed(db: Database) -> dict[PageId, Base]:
    """Return all departed rows, in the order of their pages' ids."""
    return {row.page_id: row for row in map(read_base, db.query("SELECT * FROM departed ORDER BY page_id"))}


def departure(db: Database, page_id: PageId) -> Departed | None:
    """Return one departed row with its texts and attachments."""
    found = next(iter(db.query("SELECT * FROM departed WHERE page_id = ?", [pack(page_id)])), None)
    if found is None:
        return None
    query = "SELECT * FROM departed_attachment WHERE page_id = ? ORDER BY name"
    files = tuple(map(read_attachment, db.query(query, [pack(page_id)])))
    return Departed(read_base(found), blobs.get_texts(db, found["markdown"], found["storage"]), files)


def prune(db: Database, now: datetime) -> None:
    """Forget what departed longer ago than `KEPT_FOR`. `now` is in UTC, as every `at`."""
    old: Iterable[tuple[str]] = db.execute(
        "SELECT page_id FROM departed WHERE at < ?", [(now - KEPT_FOR).isoformat()]
    ).fetchall()
    for (page_id,) in old:
        drop(db, PageId(unpack(page_id)))
