"""What hangs on a page and has no place in its text: attachments and labels, on their way to Confluence."""

from __future__ import annotations

from dataclasses import dataclass, replace

from confsync.model import Attachment, AttachmentBase, DocPath, Page, PageId
from confsync.outcome import Upload
from confsync.planning.actions import Update
from confsync.sync.context import Run
from confsync.sync.writes import landed


@dataclass(frozen=True, slots=True)
class Attaching:
    """Sends files and labels."""

    run: Run

    def upload(self, action: Update, page: Page) -> None:
        """Send the files whose content is not on the page yet, one after another; before the text that shows them."""
        run = self.run
        if not action.files:
            return
        names = run.translator.names(action.path, page.id)
        fresh = action.path in run.made
        there = {} if fresh else {found.name: found for found in run.remote.attachments(page.id)}
        for path in action.files:
            self._bring(page.id, path, names[path], there.get(names[path]))

    def _bring(self, page_id: PageId, path: DocPath, name: str, there: Attachment | None) -> None:
        """Send one file unless the attachment has its content already, and record it."""
        run = self.run
        asset = run.world.local.assets[path]
        if there is None or there.hash != asset.hash:
            upload = Upload(
                page_id=page_id,
                name=name,
                source=run.tree.locate(path),
                hash=asset.hash,
                attachment_id=there.id if there else None,
                notify=run.world.policy.notify,
            )
            there = landed(run.remote.upload(upload), path)
        run.ledger.save_attachment(
            AttachmentBase(
                page_id=page_id,
                name=name,
                path=path,
                hash=asset.hash,
                attachment_id=there.id,
                version=there.version,
            )
        )

    def label(self, action: Update) -> None:
        """Add and remove labels; others that the page has stay."""
        run = self.run
        if not (action.add_labels or action.remove_labels):
            return
        if action.add_labels:
            landed(run.remote.add_labels(action.page_id, action.add_labels), action.path)
        for label in action.remove_labels:
            landed(run.remote.remove_label(action.page_id, label), action.path)
        row = run.ledger.row(action.page_id)
        if row is not None:
            labels = {*row.labels, *action.add_labels} - set(action.remove_labels)
            run.ledger.save(replace(row, labels=tuple(sorted(labels))))
