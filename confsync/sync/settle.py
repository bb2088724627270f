"""Actions that change only the ledger: adopt, advance, agree, forget."""

from __future__ import annotations

from dataclasses import dataclass, replace

from confsync.model import Base, BaseTexts, Page, RowState
from confsync.planning.actions import Merge
from confsync.planning.row_actions import Adopt, Advance, Agree, Forget, Remember
from confsync.sync.context import Run
from confsync.sync.normal_hashes import body_hash
from confsync.sync.rebuild import UNKNOWN
from confsync.sync.report import Entry, Result


@dataclass(frozen=True, slots=True)
class Settler:
    """Writes down what both sides are, where nothing has to be sent or written."""

    run: Run

    def adopt(self, action: Adopt) -> Entry:
        """Bind a document and a page. To be taken over, the page counts as one whose file was edited."""
        run = self.run
        text = run.text(action.path, action.expect_hash)
        page = run.world.remote.pages[action.page_id]
        body = page.body or ""
        doc = run.doc(action.path)
        wanted = set(run.world.labels(doc))
        row = Base(
            page_id=page.id,
            path=action.path,
            local_hash=UNKNOWN if action.take_over else doc.facts.text_hash,
            version=page.version,
            body_hash=body_hash(body),
            title=page.title,
            own_title=action.own_title if run.world.title_stands(action.path, page.title) else page.title,
            parent_id=run.world.tree_parent(page),
            labels=tuple(sorted(wanted.intersection(page.labels or ()))),
        )
        run.ledger.save(row, BaseTexts(None if action.take_over else text, body))
        waits = action.take_over or set(row.labels) != wanted or bool(run.world.unsent_files(doc, page.id))
        result = Result.RETRY if waits else Result.DONE  # the next round sends the text, labels and files
        detail = "taken over" if action.take_over else "file and page were already the same"
        return Entry.of(action, result, page=page, detail=detail)

    def advance(self, action: Advance) -> Entry:
        """Record a newer version that says the same, or a file's new path."""
        run = self.run
        page = run.world.remote.pages[action.page_id]
        row = run.ledger.row(action.page_id) or run.world.rows[action.page_id]
        new = replace(row, path=action.path, version=action.version, own_title=action.own_title)
        new = replace(new, state=RowState.OK, held_version=None)
        if action.labels is not None:
            new = replace(new, labels=action.labels)
        if page.body is not None:
            new = replace(new, body_hash=body_hash(page.body))
        run.ledger.save(new, self._texts(action, row, page))
        return Entry.of(action)

    def place(self, action: Agree) -> None:
        """Record a title or parent that both sides took to."""
        run = self.run
        page, row = run.world.remote.pages[action.page_id], run.ledger.row(action.page_id)
        if row is None:
            return
        if action.renamed:
            row = replace(row, title=page.title, own_title=action.own_title)
        if action.moved:
            row = replace(row, parent_id=run.world.tree_parent(page))
        run.ledger.save(row)

    def _texts(self, action: Advance, row: Base, page: Page) -> BaseTexts:
        """Return the base texts as far as they are known; a file that is as it was is its own."""
        run = self.run
        texts = run.ledger.texts(action.page_id)
        if texts.markdown is None and run.doc(action.path).facts.text_hash == row.local_hash:
            texts = replace(texts, markdown=run.text(action.path, action.expect_hash))
        return texts if page.body is None else replace(texts, storage=page.body)

    def agree(self, action: Merge, page: Page, text: str) -> Entry:
        """Record that both were edited in the same way."""
        run = self.run
        row = run.ledger.row(action.page_id)
        if row is not None:
            new = replace(
                row,
                path=action.path,
                local_hash=run.doc(action.path).facts.text_hash,
                version=page.version,
                body_hash=body_hash(page.body or ""),
                state=RowState.OK,
                held_version=None,
            )
            run.ledger.save(new, BaseTexts(text, page.body))
        return Entry.of(action, Result.UNCHANGED, page=page, detail="both were edited in the same way")

    def remember(self, action: Remember) -> None:
        """Record what a held file is."""
        row = self.run.ledger.row(action.page_id)
        if row is not None:
            self.run.ledger.save(replace(row, held_hash=action.held_hash))

    def forget(self, action: Forget) -> Entry:
        """Remove a row: both sides are gone."""
        self.run.ledger.forget(action.page_id)
        return Entry.of(action)
