"""The journal: effects that were announced and not yet settled, and the operations known to have landed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlite_utils import Database

from confsync.ledger import blobs
from confsync.ledger.columns import (
    pack,
    pack_list,
    pack_optional,
    pack_pairs,
    pack_time,
    unpack,
    unpack_list,
    unpack_optional,
    unpack_pairs,
    unpack_time,
)
from confsync.model import DocPath, Intent, IntentKind, OpId, PageId, Sha

SPENT_FOR: Final = timedelta(days=30)
"""How long a landed operation is remembered: far longer than any proxy holds a request back."""

_PUT = """
    INSERT INTO intent (op, kind, path, page_id, base_version, title, own_title, parent_id, source_hash,
                        markdown, storage, created, moves, unlinked, directories, labels)
    VALUES (:op, :kind, :path, :page_id, :base_version, :title, :own_title, :parent_id, :source_hash,
            :markdown, :storage, :created, :moves, :unlinked, :directories, :labels)
    ON CONFLICT (op) DO UPDATE SET
        kind = excluded.kind, path = excluded.path, page_id = excluded.page_id,
        base_version = excluded.base_version, title = excluded.title, own_title = excluded.own_title,
        parent_id = excluded.parent_id, source_hash = excluded.source_hash,
        markdown = excluded.markdown, storage = excluded.storage, created = excluded.created,
        moves = excluded.moves, unlinked = excluded.unlinked, directories = excluded.directories,
        labels = excluded.labels
"""


def put(db: Database, intent: Intent) -> None:
    """Journal an intent; one with the same operation id is replaced and keeps its place in the order."""
    before = _text_names(db, intent.op)
    markdown, storage = blobs.put_texts(db, intent.texts)
    db.execute(
        _PUT,
        {
            "op": pack(intent.op),
            "kind": intent.kind.value,
            "path": pack(intent.path),
            "page_id": pack_optional(intent.page_id),
            "base_version": intent.base_version,
            "title": pack(intent.title),
            "own_title": pack(intent.own_title),
            "parent_id": pack_optional(intent.parent_id),
            "source_hash": pack(intent.source_hash),
            "markdown": markdown,
            "storage": storage,
            "created": pack_time(intent.created),
            "moves": pack_pairs(intent.moves),
            "unlinked": pack_pairs(intent.unlinked),
            "directories": pack_pairs(intent.directories),
            "labels": None if intent.labels is None else pack_list(intent.labels),
        },
    )
    blobs.sweep(db, before)


def _text_names(db: Database, op: OpId) -> tuple[str | None, str | None]:
    found = db.execute("SELECT markdown, storage FROM intent WHERE op = ?", [pack(op)]).fetchone()
    return (None, None) if found is None else (found[0], found[1])


def settle(db: Database, op: OpId, *, spent_on: PageId | None, at: datetime) -> None:
    """Close an intent, if it is open; with a page id, remember since when the operation is known to have landed."""
    before = _text_names(db, op)
    db.execute("DELETE FROM intent WHERE op = ?", [pack(op)])
    blobs.sweep(db, before)
    if spent_on is not None:
        db.execute(
            "INSERT OR REPLACE INTO op_spent (op, page_id, at) VALUES (?, ?, ?)",
            [pack(op), pack(spent_on), at.isoformat()],
        )


def unsettled(db: Database) -> list[Intent]:
    """Return the open intents, oldest first."""
    return [_intent(db, row) for row in list(db.query("SELECT * FROM intent ORDER BY number"))]


def _intent(db: Database, row: dict[str, Any]) -> Intent:
    page_id, parent_id = unpack_optional(row["page_id"]), unpack_optional(row["parent_id"])
    return Intent(
        op=OpId(unpack(row["op"])),
        kind=IntentKind(row["kind"]),
        path=DocPath(unpack(row["path"])),
        page_id=None if page_id is None else PageId(page_id),
        base_version=row["base_version"],
        title=unpack(row["title"]),
        own_title=unpack(row["own_title"]),
        parent_id=None if parent_id is None else PageId(parent_id),
        source_hash=Sha(unpack(row["source_hash"])),
        texts=blobs.get_texts(db, row["markdown"], row["storage"]),
        created=unpack_time(row["created"]),
        moves=tuple((DocPath(old), DocPath(new)) for old, new in unpack_pairs(row["moves"])),
        unlinked=tuple((DocPath(old), Sha(seen)) for old, seen in unpack_pairs(row["unlinked"])),
        directories=tuple((DocPath(old), DocPath(new)) for old, new in unpack_pairs(row["directories"])),
        labels=None if row["labels"] is None else unpack_list(row["labels"]),
    )


def spent(db: Database) -> dict[OpId, PageId]:
    """Return the operations that landed, and on which page, oldest first."""
    return {
        OpId(unpack(row["op"])): PageId(unpack(row["page_id"]))
        for row in db.query("SELECT op, page_id FROM op_spent ORDER BY at, op")
    }


def prune_spent(db: Database, now: datetime) -> None:
    """Forget operations that landed longer ago than `SPENT_FOR`. `now` is in UTC, as every `at`."""
    db.execute("DELETE FROM op_spent WHERE at < ?", [(now - SPENT_FOR).isoformat()])
