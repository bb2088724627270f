"""What hangs on a page and has no place in its text: attachments and labels, on their way to Confluence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from confsync.errors import ChangedUnderneath, Rejected, UnreadableFile
from confsync.markup.document import Document
from confsync.model import (
    Attachment,
    AttachmentBase,
    Base,
    DocPath,
    Intent,
    IntentKind,
    OpId,
    Page,
    PageId,
    title_key,
)
from confsync.outcome import Upload
from confsync.planning.actions import Update
from confsync.planning.attached import attachment_key
from confsync.sync.context import Run, Stale
from confsync.sync.writes import closing, landed


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
        # The last look: new data for an attachment go under no version lock, and the plan may be minutes old.
        listed = () if action.path in run.made else run.remote.attachments(page.id)
        rows = {row.path: row for row in run.sent(page.id)}
        for path in action.files:
            row = rows.get(path)
            self._bring(page.id, path, names[path], _listed_as(listed, names[path], row), row)

    def _bring(
        self, page_id: PageId, path: DocPath, name: str, there: Attachment | None, row: AttachmentBase | None
    ) -> None:
        """Send one file unless the attachment has its content already, and record it."""
        run, op = self.run, None
        asset = run.world.local.assets[path]
        if there is None or there.hash != asset.hash:
            if there is not None and _was_changed(there, row):
                raise Stale(f"the attachment {name} is at version {there.version} now", where=path)
            upload = Upload(
                page_id=page_id,
                name=there.name if there else name,
                source=self._located(path),
                hash=asset.hash,
                attachment_id=there.id if there else None,
                notify=run.world.policy.notify,
            )
            op = run.ops.new()
            run.ledger.open_intent(_intent(op, upload, path, there))
            there = self._sent(upload, path, op)
        if row is not None and row.name != there.name:
            run.ledger.forget_attachment(page_id, row.name)
        run.ledger.save_attachment(
            AttachmentBase(
                page_id=page_id,
                name=there.name,
                path=path,
                hash=asset.hash,
                attachment_id=there.id,
                version=there.version,
            )
        )
        if op is not None:
            run.ledger.settle(op)

    def _sent(self, upload: Upload, path: DocPath, op: OpId) -> Attachment:
        """Send a file; a refusal names it, as there may be many on the page."""
        try:
            return landed(closing(self.run, op, self.run.remote.upload(upload)), path)
        except Rejected as error:
            size = self.run.world.local.assets[path].size
            said = f"{path} ({size} bytes) was not attached, and the page was not changed: {error.message}"
            raise Rejected(
                said, where=path, hint="Make the file smaller, or link to a copy elsewhere"
            ) from None

    def _located(self, path: DocPath) -> Path:
        """Return where a file lies; one that went since the scan is looked for again in the next round."""
        try:
            return self.run.tree.locate(path)
        except UnreadableFile:
            if self.run.tree.digest(path) is None:
                raise ChangedUnderneath("the file disappeared during the run", where=path) from None
            raise

    def label(self, action: Update, text: str, page: Page | None) -> tuple[bool, tuple[str, ...]]:
        """Add and remove labels; others that the page has stay. Return whether any were sent, and notes for the user.

        `page` is the last look, if one was taken: what it has already is not sent. A plan may not know a page's labels.
        """
        run, row = self.run, self.run.ledger.row(action.page_id)
        after = None if row is None else self._labels_after(action, row, page)
        sent = _still_wanted(action, page)
        sends = bool(sent.add_labels or sent.remove_labels)
        op = self._send_labels(sent, after) if sends else None
        if row is not None and after is not None and after != row.labels:
            run.ledger.save(replace(row, labels=after), settle=op)
        elif op is not None:
            run.ledger.settle(op)
        return sends, Document.parse(text).front.label_notes() if sends else ()

    def _labels_after(self, action: Update, row: Base, seen: Page | None) -> tuple[str, ...]:
        """Return the base of the labels once the page has got ours.

        What both have is agreed, also when nobody knows who brought it there.
        """
        run, page = self.run, seen or self.run.world.remote.pages.get(action.page_id)
        labels = {*row.labels, *action.add_labels} - set(action.remove_labels)
        there = set(page.labels if page and page.labels else ())
        return tuple(sorted(labels | (there & set(run.world.labels(run.doc(action.path))))))

    def _send_labels(self, action: Update, after: tuple[str, ...] | None) -> OpId:
        """Journal the labels and write them; the caller settles the operation together with the row."""
        run, op = self.run, self.run.ops.new()
        run.ledger.open_intent(_label_intent(op, action, after))
        if action.add_labels:
            landed(closing(run, op, run.remote.add_labels(action.page_id, action.add_labels)), action.path)
        for label in action.remove_labels:
            landed(closing(run, op, run.remote.remove_label(action.page_id, label)), action.path)
        return op


def _still_wanted(action: Update, page: Page | None) -> Update:
    if page is None or page.labels is None:
        return action
    there = set(page.labels)
    return replace(
        action,
        add_labels=tuple(label for label in action.add_labels if label not in there),
        remove_labels=tuple(label for label in action.remove_labels if label in there),
    )


def _intent(op: OpId, upload: Upload, path: DocPath, there: Attachment | None) -> Intent:
    return Intent(
        op=op,
        kind=IntentKind.UPLOAD,
        path=path,
        page_id=upload.page_id,
        base_version=there.version if there else 0,
        title=upload.name,
        own_title=upload.name,
        parent_id=None,
        source_hash=upload.hash,
    )


def _label_intent(op: OpId, action: Update, after: tuple[str, ...] | None) -> Intent:
    return Intent(
        op=op,
        kind=IntentKind.LABEL,
        path=action.path,
        page_id=action.page_id,
        base_version=action.expect_version,
        title=action.title,
        own_title=action.own_title,
        parent_id=None,
        source_hash=action.expect_hash,
        labels=after,
    )


def _listed_as(listed: Sequence[Attachment], name: str, row: AttachmentBase | None) -> Attachment | None:
    """Return the attachment that a file is: the one with its id, else the one with its name."""
    key = attachment_key(row.attachment_id) if row else ""
    by_id = (a for a in listed if key and attachment_key(a.id) == key)
    by_name = (a for a in listed if title_key(a.name) == title_key(name))
    return next(by_id, None) or next(by_name, None)


def _was_changed(there: Attachment, row: AttachmentBase | None) -> bool:
    """Say whether somebody else's content is there; ours may have come twice, when an answer was lost.

    What no row knows came since the plan, which would not send over it.
    """
    return row is None or (row.version not in (0, there.version) and there.hash != row.hash)
