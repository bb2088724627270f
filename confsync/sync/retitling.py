"""Renames that must come before anything else, because pages hand titles to one another. Texts are not changed.

A page with a temporary title keeps its title in the ledger. Whichever run finds a temporary title replaces it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from confsync.model import Base, BaseTexts, DocPath, IntentKind, Page, PageId, Status
from confsync.planning.actions import Retitle, Update, Vacate
from confsync.planning.handover import is_temporary
from confsync.sync.context import Run, Stale
from confsync.sync.normal_hashes import same_body
from confsync.sync.report import Entry
from confsync.sync.writes import TitleTaken, Version, in_step, placed_row, put_version


@dataclass(frozen=True, slots=True)
class Retitling:
    """Carries out changes of titles that others depend on."""

    run: Run

    def vacate(self, action: Vacate) -> Entry:
        """Give a page its temporary title; the row stays as it is, but for the version."""
        run = self.run
        page, row = run.page(action.page_id, action.expect_version), self._row(action.page_id)
        if page.title != action.title:
            version = replace(self._version(action.path, page, row, action.title), row_title=row.title)
            self._put(version, row, row.own_title)
        return Entry.of(action)

    def rename(self, update: Update) -> None:
        """Give a page its new title; its text follows when all titles are what they are to be."""
        run = self.run
        text = run.text(update.path, update.expect_hash)
        row = self._row(update.page_id)
        page = run.page(update.page_id, run.versions.get(update.page_id, update.expect_version))
        vouches = in_step(row, page)
        if update.body:
            done = run.translator.to_page(update.path, text, page.id, run.base_texts(row), page.body or "")
            vouches = same_body(done.text, page.body or "")
        version = replace(
            self._version(update.path, page, row, update.title),
            own_title=update.own_title,
            vouches=vouches,
        )
        self._put(version, row, update.own_title)

    def retitle(self, action: Retitle) -> Entry | None:
        """Give a page its own title where a temporary one was left: the new one, or else the one that it had."""
        page = self.run.remote.page(action.page_id)
        row = self.run.ledger.row(action.page_id)
        current = page is not None and page.status is Status.CURRENT
        if page is None or row is None or not current or not is_temporary(page.title, page.id):
            return None
        try:
            self._put(self._version(action.path, page, row, action.title), row, action.own_title)
        except TitleTaken:
            if is_temporary(row.title, page.id):
                return None  # nobody knows another one that is free
            self._put(self._version(action.path, page, row, row.title), row, row.own_title)
        return Entry.of(action)

    def _row(self, page_id: PageId) -> Base:
        row = self.run.ledger.row(page_id)
        if row is None:
            raise Stale("its row is gone from the ledger", where=page_id)
        return row

    @staticmethod
    def _version(path: DocPath, page: Page, row: Base, title: str) -> Version:
        return Version(
            path=path,
            page=page,
            title=title,
            own_title=row.own_title,
            body=page.body or "",
            place=row.parent_id,
            moves=False,
            texts=BaseTexts(),
            kind=IntentKind.PLACE,
            vouches=False,
        )

    def _put(self, version: Version, row: Base, own_title: str) -> None:
        run = self.run
        op, page = put_version(run, version)
        placed = placed_row(row, version.page, page.version)
        title = page.title if version.row_title is None else version.row_title
        run.ledger.save(replace(placed, path=version.path, title=title, own_title=own_title), settle=op)
        run.versions[page.id] = page.version
