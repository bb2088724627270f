"""The port `Ledger` in memory: each call is one transaction, before or after which the process may die."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from copy import copy

from fate import Fate

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


class FakeLedger:
    """Rows in memory."""

    def __init__(self, fate: Fate) -> None:
        self.fate = fate
        self.lose()

    def lose(self) -> None:
        """Be a new ledger."""
        self.known: dict[PageId, Base] = {}
        self.base_texts: dict[PageId, BaseTexts] = {}
        self.folder_rows: dict[PageId, FolderBase] = {}
        self.files: dict[tuple[PageId, str], AttachmentBase] = {}
        self.gone: dict[PageId, Departed] = {}
        self.open: dict[OpId, Intent] = {}
        self.landed: dict[OpId, PageId] = {}
        self.about: LedgerMeta | None = None
        self.looked: PageId | None = None
        self.cache: Mapping[str, CachedFile] = {}
        self.writes = 0

    def copied(self) -> FakeLedger:
        """Return a copy that dry runs may write to, and in which nobody dies."""
        other = FakeLedger(Fate(random.Random(0)))
        for name, value in vars(self).items():
            if name != "fate":
                setattr(other, name, copy(value))
        return other

    # -- reading

    def meta(self) -> LedgerMeta | None:
        return self.about

    def rows(self) -> dict[PageId, Base]:
        return dict(sorted(self.known.items(), key=lambda item: item[1].path))

    def row(self, page_id: PageId) -> Base | None:
        return self.known.get(page_id)

    def texts(self, page_id: PageId) -> BaseTexts:
        return self.base_texts.get(page_id, BaseTexts())

    def folders(self) -> dict[PageId, FolderBase]:
        return dict(sorted(self.folder_rows.items(), key=lambda item: item[1].path))

    def attachments(self) -> dict[PageId, tuple[AttachmentBase, ...]]:
        pages = sorted({page_id for page_id, _ in self.files})
        return {page_id: self.attachments_of(page_id) for page_id in pages}

    def attachments_of(self, page_id: PageId) -> tuple[AttachmentBase, ...]:
        return tuple(row for (owner, _), row in sorted(self.files.items()) if owner == page_id)

    def intents(self) -> list[Intent]:
        return list(self.open.values())

    def spent(self) -> dict[OpId, PageId]:
        return dict(self.landed)

    def file_cache(self) -> Mapping[str, CachedFile]:
        return self.cache

    def looked_after(self) -> PageId | None:
        return self.looked

    # -- writing

    def set_looked_after(self, page_id: PageId) -> None:
        with self.fate.around("looking"):
            self.looked = page_id if self.about else None

    def set_meta(self, meta: LedgerMeta) -> None:
        with self.fate.around("meta"):
            self.about = meta

    def save(self, row: Base, texts: BaseTexts | None = None, *, settle: OpId | None = None) -> None:
        with self.fate.around("save"):
            self.writes += 1
            for other in [i for i, r in self.known.items() if r.path == row.path and i != row.page_id]:
                self._depart(other)
            self.known[row.page_id] = row
            self.gone.pop(row.page_id, None)
            if texts is not None:
                self.base_texts[row.page_id] = texts
            self._settle(settle, row.page_id)

    def rebind(
        self,
        bases: Iterable[Base],
        files: Iterable[AttachmentBase] = (),
        folders: Iterable[FolderBase] = (),
    ) -> None:
        with self.fate.around("rebinding"):
            self.writes += 1
            moving = {row.page_id: row for row in bases}
            paths = {row.path for row in moving.values()}
            for other in [i for i, r in self.known.items() if r.path in paths and i not in moving]:
                self._depart(other)
            self.known.update(moving)
            self.files.update({(row.page_id, row.name): row for row in files})
            places = {row.folder_id: row for row in folders}
            taken = {row.path for row in places.values()}
            others = {i: r for i, r in self.folder_rows.items() if r.path not in taken}
            self.folder_rows = others | places

    def _settle(self, op: OpId | None, page_id: PageId | None) -> None:
        if op is not None:
            self.open.pop(op, None)
            if page_id is not None:
                self.landed[op] = page_id

    def _drop(self, page_id: PageId) -> None:
        self.known.pop(page_id, None)
        self.base_texts.pop(page_id, None)
        for key in [key for key in self.files if key[0] == page_id]:
            del self.files[key]

    def forget(self, page_id: PageId, *, settle: OpId | None = None) -> None:
        with self.fate.around("forget"):
            self.writes += 1
            self._depart(page_id)
            self._settle(settle, None)

    def _depart(self, page_id: PageId) -> None:
        if page_id in self.known:
            row, files = self.known[page_id], self.attachments_of(page_id)
            self.gone[page_id] = Departed(row, self.texts(page_id), files)
        self._drop(page_id)

    def departed(self) -> dict[PageId, Base]:
        return {page_id: gone.row for page_id, gone in self.gone.items()}

    def departure(self, page_id: PageId) -> Departed | None:
        return self.gone.get(page_id)

    def save_folder(self, row: FolderBase, *, settle: OpId | None = None) -> None:
        with self.fate.around("save of a folder"):
            self.writes += 1
            for other in [i for i, r in self.folder_rows.items() if r.path == row.path]:
                del self.folder_rows[other]
            self.folder_rows[row.folder_id] = row
            self._settle(settle, row.folder_id)

    def forget_folder(self, folder_id: PageId) -> None:
        with self.fate.around("forgetting a folder"):
            self.writes += 1
            self.folder_rows.pop(folder_id, None)

    def save_attachment(self, row: AttachmentBase) -> None:
        with self.fate.around("save of a file"):
            self.writes += self.files.get((row.page_id, row.name)) != row
            self.files[row.page_id, row.name] = row

    def forget_attachment(self, page_id: PageId, name: str) -> None:
        with self.fate.around("forgetting a file"):
            self.writes += 1
            self.files.pop((page_id, name), None)

    def open_intent(self, intent: Intent) -> None:
        with self.fate.around("intent"):
            self.writes += 1
            self.open[intent.op] = intent

    def settle(self, op: OpId, *, spent_on: PageId | None = None) -> None:
        with self.fate.around("settling"):
            self.writes += 1
            self._settle(op, spent_on)

    def save_file_cache(self, cache: Mapping[str, CachedFile]) -> None:
        with self.fate.around("cache"):
            self.cache = dict(cache)
