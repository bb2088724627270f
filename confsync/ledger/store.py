"""The ledger as one object: the port's methods, each one transaction under one lock. No SQL here.

One connection serves all threads, one call at a time. Every write runs in `db.atomic()`; when a method returns, the
write is on the disk (`synchronous=FULL`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

from sqlite_utils import Database

from confsync.clock import Clock
from confsync.ledger import departed, file_cache, intents, rows
from confsync.ledger.trouble import explained
from confsync.model import (
    AttachmentBase,
    Base,
    BaseTexts,
    CachedFile,
    Departed,
    FolderBase,
    Intent,
    LedgerMeta,
    OpId,
    PageId,
)


class SqliteLedger:
    """What both sides were when they last agreed, in SQLite. Made by `open_ledger`; implements the port `Ledger`.

    `rebuilt` says why an earlier ledger was set aside, None when it was not. Any method may raise LedgerError.
    """

    def __init__(self, db: Database, path: Path, *, clock: Clock, rebuilt: str | None) -> None:
        self.path = path
        self.rebuilt = rebuilt
        self._db = db
        self._clock = clock
        self._lock = threading.RLock()
        self._cached: Mapping[str, CachedFile] | None = None
        self._rows: Mapping[PageId, Base] | None = None
        self._rows_of = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. Closing twice does nothing."""
        with self._lock, explained(self.path):
            self._db.close()

    @contextmanager
    def _reading(self) -> Iterator[Database]:
        with self._lock, explained(self.path):
            yield self._db

    @contextmanager
    def _writing(self) -> Iterator[Database]:
        with self._lock, explained(self.path), self._db.atomic():
            self._rows = None
            yield self._db

    # ---- whose ledger -------------------------------------------------------------------------------------------

    def meta(self) -> LedgerMeta | None:
        """Return whose ledger this is; None for a new one."""
        with self._reading() as db:
            return rows.meta(db)

    def set_meta(self, meta: LedgerMeta) -> None:
        """Record whose ledger this is."""
        with self._writing() as db:
            rows.put_meta(db, meta)

    # ---- pages, folders, attachments ----------------------------------------------------------------------------

    def rows(self) -> Mapping[PageId, Base]:
        """Return all rows, in the order of their paths. They are read again only after a write, anybody's."""
        with self._reading() as db:
            others = int(db.execute("PRAGMA data_version").fetchone()[0])
            if self._rows is None or self._rows_of != others:
                self._rows, self._rows_of = MappingProxyType(rows.bases(db)), others
            return self._rows

    def row(self, page_id: PageId) -> Base | None:
        """Return one row as it is now."""
        with self._reading() as db:
            return rows.base(db, page_id)

    def attachments_of(self, page_id: PageId) -> tuple[AttachmentBase, ...]:
        """Return one page's attachment rows."""
        with self._reading() as db:
            return rows.attachments_of(db, page_id)

    def texts(self, page_id: PageId) -> BaseTexts:
        """Return a row's base texts; empty ones for a row without, a missing row, or a text that a disk damaged."""
        with self._reading() as db:
            return rows.texts(db, page_id)

    def folders(self) -> Mapping[PageId, FolderBase]:
        """Return all folder rows."""
        with self._reading() as db:
            return rows.folders(db)

    def attachments(self) -> Mapping[PageId, tuple[AttachmentBase, ...]]:
        """Return all attachment rows by page."""
        with self._reading() as db:
            return rows.attachments(db)

    def save(self, row: Base, texts: BaseTexts | None = None, *, settle: OpId | None = None) -> None:
        """Write a row (the other row of its path, if any, goes and is departed then), its texts unless None, and settle an intent.

        The settled operation id is kept as spent, so that a late duplicate is recognised.
        """
        with self._writing() as db:
            departed.keep_others(db, [row], self._clock.now())
            rows.put_base(db, row, texts)
            departed.drop(db, row.page_id)
            if settle is not None:
                intents.settle(db, settle, spent_on=row.page_id, at=self._clock.now())

    def rebind(
        self,
        bases: Iterable[Base],
        files: Iterable[AttachmentBase] = (),
        folders: Iterable[FolderBase] = (),
    ) -> None:
        """Write rows of documents, attachments and folders that may trade their paths, all at once; texts stay."""
        with self._writing() as db:
            moving = list(bases)
            departed.keep_others(db, moving, self._clock.now())
            rows.rebind(db, moving)
            rows.rebind_folders(db, folders)
            for file in files:
                rows.put_attachment(db, file)

    def forget(self, page_id: PageId, *, settle: OpId | None = None) -> None:
        """Remove a row with its texts and attachments, which is departed then, and settle an intent."""
        with self._writing() as db:
            departed.keep(db, page_id, self._clock.now())
            rows.drop_base(db, page_id)
            if settle is not None:
                intents.settle(db, settle, spent_on=None, at=self._clock.now())

    def departed(self) -> Mapping[PageId, Base]:
        """Return the rows that were forgotten within the last year and did not come back."""
        with self._reading() as db:
            return departed.departed(db)

    def departure(self, page_id: PageId) -> Departed | None:
        """Return one of them with its texts and attachments."""
        with self._reading() as db:
            return departed.departure(db, page_id)

    def save_folder(self, row: FolderBase, *, settle: OpId | None = None) -> None:
        """Write a folder row and settle an intent, which is kept as spent."""
        with self._writing() as db:
            rows.put_folder(db, row)
            if settle is not None:
                intents.settle(db, settle, spent_on=row.folder_id, at=self._clock.now())

    def forget_folder(self, folder_id: PageId) -> None:
        """Remove a folder row."""
        with self._writing() as db:
            rows.drop_folder(db, folder_id)

    def save_attachment(self, row: AttachmentBase) -> None:
        """Write an attachment row."""
        with self._writing() as db:
            rows.put_attachment(db, row)

    def forget_attachment(self, page_id: PageId, name: str) -> None:
        """Remove an attachment row."""
        with self._writing() as db:
            rows.drop_attachment(db, page_id, name)

    def looked_after(self) -> PageId | None:
        """Return the page up to which search was asked."""
        with self._reading() as db:
            return rows.looked_after(db)

    def set_looked_after(self, page_id: PageId) -> None:
        """Record the page up to which search was asked."""
        with self._writing() as db:
            rows.put_looked_after(db, page_id)

    # ---- the journal --------------------------------------------------------------------------------------------

    def open_intent(self, intent: Intent) -> None:
        """Journal an effect before it is made."""
        with self._writing() as db:
            intents.put(db, intent)

    def settle(self, op: OpId, *, spent_on: PageId | None = None) -> None:
        """Close an intent; with a page id, remember the operation as landed there."""
        with self._writing() as db:
            intents.settle(db, op, spent_on=spent_on, at=self._clock.now())

    def intents(self) -> Sequence[Intent]:
        """Return the open intents, oldest first."""
        with self._reading() as db:
            return intents.unsettled(db)

    def spent(self) -> Mapping[OpId, PageId]:
        """Return the operations that landed in the last thirty days, and on which page."""
        with self._reading() as db:
            return intents.spent(db)

    # ---- the file cache -----------------------------------------------------------------------------------------

    def file_cache(self) -> Mapping[str, CachedFile]:
        """Return what the last scan found, by spelling."""
        with self._reading() as db:
            return self._load_cache(db)

    def save_file_cache(self, cache: Mapping[str, CachedFile]) -> None:
        """Replace the file cache; what did not change is not written, and nothing at all when nothing did."""
        with self._reading() as db:
            old = self._load_cache(db)
            if old == cache:
                return
        with self._writing() as db:
            file_cache.replace(db, old, cache)
        with self._lock:
            self._cached = dict(cache)

    def _load_cache(self, db: Database) -> Mapping[str, CachedFile]:
        if self._cached is None:
            self._cached = file_cache.load(db)
        return self._cached
