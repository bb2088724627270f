"""Rows that say what both sides were: pages, folders, attachments, and whose ledger it is. Callers hold the transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from confsync.ledger import blobs
from confsync.ledger.columns import pack, pack_list, pack_optional, unpack, unpack_list, unpack_optional
from confsync.model import (
    AttachmentBase,
    Base,
    BaseTexts,
    DocPath,
    FolderBase,
    LedgerMeta,
    PageId,
    RowState,
    Sha,
    SpaceId,
)

# ---- pages ------------------------------------------------------------------------------------------------------

_PUT_BASE = """
    INSERT INTO base (page_id, path, local_hash, version, body_hash, title, own_title, parent_id, labels,
                      state, held_version, held_hash, pulled_version)
    VALUES (:page_id, :path, :local_hash, :version, :body_hash, :title, :own_title, :parent_id, :labels,
            :state, :held_version, :held_hash, :pulled_version)
    ON CONFLICT (page_id) DO UPDATE SET
        path = excluded.path, local_hash = excluded.local_hash, version = excluded.version,
        body_hash = excluded.body_hash, title = excluded.title, own_title = excluded.own_title,
        parent_id = excluded.parent_id, labels = excluded.labels, state = excluded.state,
        held_version = excluded.held_version, held_hash = excluded.held_hash,
        pulled_version = excluded.pulled_version
"""


def put_base(db: Database, row: Base, texts: BaseTexts | None) -> None:
    """Write a row; another row on its path goes first. Texts stay as they are when None."""
    others = db.execute(
        "SELECT page_id FROM base WHERE path = ? AND page_id <> ?", [pack(row.path), pack(row.page_id)]
    ).fetchall()
    for (other,) in others:
        drop_base(db, PageId(unpack(other)))
    db.execute(_PUT_BASE, _base_columns(row))
    if texts is not None:
        _set_texts(db, row.page_id, texts)


def rebind(db: Database, rows: Iterable[Base]) -> None:
    """Write rows that trade their paths, too: none of them goes, and texts stay. Other rows on the new paths go."""
    moving = list(rows)
    for number, row in enumerate(moving):
        db.execute("UPDATE base SET path = ? WHERE page_id = ?", [f"\0{number}", pack(row.page_id)])
    for row in moving:
        put_base(db, row, None)


def _base_columns(row: Base) -> dict[str, Any]:
    return {
        "page_id": pack(row.page_id),
        "path": pack(row.path),
        "local_hash": pack(row.local_hash),
        "version": row.version,
        "body_hash": pack(row.body_hash),
        "title": pack(row.title),
        "own_title": pack(row.own_title),
        "parent_id": pack_optional(row.parent_id),
        "labels": pack_list(row.labels),
        "state": row.state.value,
        "held_version": row.held_version,
        "held_hash": pack_optional(row.held_hash),
        "pulled_version": row.pulled_version,
    }


def _set_texts(db: Database, page_id: PageId, texts: BaseTexts) -> None:
    before = _text_names(db, page_id)
    markdown, storage = blobs.put_texts(db, texts)
    db.execute(
        "UPDATE base SET markdown = ?, storage = ? WHERE page_id = ?", [markdown, storage, pack(page_id)]
    )
    blobs.sweep(db, before)


def _text_names(db: Database, page_id: PageId) -> tuple[str | None, str | None]:
    found = db.execute("SELECT markdown, storage FROM base WHERE page_id = ?", [pack(page_id)]).fetchone()
    return (None, None) if found is None else (found[0], found[1])


def texts(db: Database, page_id: PageId) -> BaseTexts:
    """Return a row's base texts; empty ones without a row."""
    return blobs.get_texts(db, *_text_names(db, page_id))


def bases(db: Database) -> dict[PageId, Base]:
    """Return all rows, in the order of their paths."""
    return {row.page_id: row for row in map(read_base, db.query("SELECT * FROM base ORDER BY path"))}


def base(db: Database, page_id: PageId) -> Base | None:
    """Return one row."""
    found = db.query("SELECT * FROM base WHERE page_id = ?", [pack(page_id)])
    return next(map(read_base, found), None)


def read_base(row: dict[str, Any]) -> Base:
    """Return what a record of a row says."""
    return Base(
        page_id=PageId(unpack(row["page_id"])),
        path=DocPath(unpack(row["path"])),
        local_hash=Sha(unpack(row["local_hash"])),
        version=row["version"],
        body_hash=Sha(unpack(row["body_hash"])),
        title=unpack(row["title"]),
        own_title=unpack(row["own_title"]),
        parent_id=_page_id(row["parent_id"]),
        labels=unpack_list(row["labels"]),
        state=RowState(row["state"]),
        held_version=row["held_version"],
        held_hash=_hash(row["held_hash"]),
        pulled_version=row["pulled_version"],
    )


def _hash(column: str | bytes | None) -> Sha | None:
    text = unpack_optional(column)
    return None if text is None else Sha(text)


def _page_id(column: str | bytes | None) -> PageId | None:
    text = unpack_optional(column)
    return None if text is None else PageId(text)


def drop_base(db: Database, page_id: PageId) -> None:
    """Remove a row, its texts and its attachments; nothing happens without one."""
    before = _text_names(db, page_id)
    db.execute("DELETE FROM base WHERE page_id = ?", [pack(page_id)])
    db.execute("DELETE FROM attachment WHERE page_id = ?", [pack(page_id)])
    blobs.sweep(db, before)


# ---- folders ----------------------------------------------------------------------------------------------------


def put_folder(db: Database, row: FolderBase) -> None:
    """Write a folder row; another one on its path goes."""
    db.execute(
        "INSERT OR REPLACE INTO folder (folder_id, path, title, parent_id) VALUES (?, ?, ?, ?)",
        [pack(row.folder_id), pack(row.path), pack(row.title), pack_optional(row.parent_id)],
    )


def rebind_folders(db: Database, moving: Iterable[FolderBase]) -> None:
    """Write folder rows that may trade their paths: none of them goes. Other rows on the new paths go."""
    trading = list(moving)
    for row in trading:
        drop_folder(db, row.folder_id)
    for row in trading:
        put_folder(db, row)


def folders(db: Database) -> dict[PageId, FolderBase]:
    """Return all folder rows, in the order of their paths."""
    return {row.folder_id: row for row in map(_folder, db.query("SELECT * FROM folder ORDER BY path"))}


def _folder(row: dict[str, Any]) -> FolderBase:
    return FolderBase(
        folder_id=PageId(unpack(row["folder_id"])),
        path=DocPath(unpack(row["path"])),
        title=unpack(row["title"]),
        parent_id=_page_id(row["parent_id"]),
    )


def drop_folder(db: Database, folder_id: PageId) -> None:
    """Remove a folder row."""
    db.execute("DELETE FROM folder WHERE folder_id = ?", [pack(folder_id)])


# ---- attachments ------------------------------------------------------------------------------------------------


def put_attachment(db: Database, row: AttachmentBase) -> None:
    """Write an attachment row."""
    db.execute(
        "INSERT OR REPLACE INTO attachment (page_id, name, path, hash, attachment_id, version, held_version) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            pack(row.page_id),
            pack(row.name),
            pack(row.path),
            pack(row.hash),
            pack(row.attachment_id),
            row.version,
            row.held_version,
        ],
    )


def attachments(db: Database) -> dict[PageId, tuple[AttachmentBase, ...]]:
    """Return all attachment rows by page, each page's in the order of their names."""
    found: defaultdict[PageId, list[AttachmentBase]] = defaultdict(list)
    for row in map(read_attachment, db.query("SELECT * FROM attachment ORDER BY page_id, name")):
        found[row.page_id].append(row)
    return {page_id: tuple(rows) for page_id, rows in found.items()}


def attachments_of(db: Database, page_id: PageId) -> tuple[AttachmentBase, ...]:
    """Return one page's attachment rows, in the order of their names."""
    found = db.query("SELECT * FROM attachment WHERE page_id = ? ORDER BY name", [pack(page_id)])
    return tuple(map(read_attachment, found))


def read_attachment(row: dict[str, Any]) -> AttachmentBase:
    """Return what a record of an attachment says."""
    return AttachmentBase(
        page_id=PageId(unpack(row["page_id"])),
        name=unpack(row["name"]),
        path=DocPath(unpack(row["path"])),
        hash=Sha(unpack(row["hash"])),
        attachment_id=unpack(row["attachment_id"]),
        version=row["version"],
        held_version=row["held_version"],
    )


def drop_attachment(db: Database, page_id: PageId, name: str) -> None:
    """Remove an attachment row."""
    db.execute("DELETE FROM attachment WHERE page_id = ? AND name = ?", [pack(page_id), pack(name)])


# ---- whose ledger -----------------------------------------------------------------------------------------------


def put_meta(db: Database, meta: LedgerMeta) -> None:
    """Record whose ledger this is."""
    db.execute(
        "INSERT INTO meta (id, base_url, space_id, root_id, converter, learned) VALUES (1, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET base_url = excluded.base_url, space_id = excluded.space_id,"
        " root_id = excluded.root_id, converter = excluded.converter, learned = excluded.learned",
        [pack(meta.base_url), pack(meta.space_id), pack(meta.root_id), pack(meta.converter), meta.learned],
    )


def meta(db: Database) -> LedgerMeta | None:
    """Return whose ledger this is; None for a new one."""
    row = db.execute("SELECT base_url, space_id, root_id, converter, learned FROM meta").fetchone()
    if row is None:
        return None
    base_url, space_id, root_id, converter = map(unpack, row[:4])
    return LedgerMeta(
        base_url=base_url,
        space_id=SpaceId(space_id),
        root_id=root_id,
        converter=converter,
        learned=bool(row[4]),
    )


def put_looked_after(db: Database, page_id: PageId) -> None:
    """Record the page up to which search was asked; a ledger without an owner records nothing."""
    db.execute("UPDATE meta SET looked_after = ?", [pack(page_id)])


def looked_after(db: Database) -> PageId | None:
    """Return the page up to which search was asked."""
    row = db.execute("SELECT looked_after FROM meta").fetchone()
    return None if row is None else _page_id(row[0])
