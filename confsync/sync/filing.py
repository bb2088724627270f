"""Attachments brought to the folder, held, trashed on either side, recorded. Every write is guarded by what it replaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from confsync.errors import ChangedUnderneath, ExitCode
from confsync.model import Attachment, AttachmentBase, DocPath, Sha, title_key
from confsync.planning.attached import attachment_key
from confsync.planning.file_actions import (
    FetchFile,
    FileAction,
    KeepFile,
    SettleFile,
    TrashAsset,
    TrashAttachment,
)
from confsync.planning.file_names import conflict_file, file_place
from confsync.sync.context import Run, Stale
from confsync.sync.discarding import detach, discard_file
from confsync.sync.report import Entry, Result


@dataclass(frozen=True, slots=True)
class Filing:
    """Carries out what concerns single attachments."""

    run: Run

    def carry_out(self, action: FileAction) -> Entry:
        """Do what the action says."""
        match action:
            case FetchFile():
                return self.fetch(action)
            case SettleFile():
                return self.settle(action)
            case KeepFile():
                return self.keep(action)
            case TrashAsset():
                return self.trash_file(action)
            case TrashAttachment():
                return self.trash_attachment(action)
            case _:
                raise NotImplementedError(action.name)

    def fetch(self, action: FetchFile) -> Entry:
        """Bring an attachment's content to its file; a file that the plan did not know is not replaced: both are kept, and held."""
        run, here = self.run, self.run.tree.digest(action.path)
        with self.downloaded(action.attachment) as (scratch, content):
            if here not in {content, action.expect}:
                if action.expect is not None:
                    raise ChangedUnderneath("the file was changed during the run", where=action.path)
                return self._hold(action, action.attachment, scratch, content)
            if here != content:
                run.tree.adopt_download(scratch, action.path, expect=action.expect)
        self._note(action.path, action.attachment, content, action.was)
        return Entry.of(action, Result.RETRY if self._is_shared(action, content) else Result.DONE)

    def settle(self, action: SettleFile) -> Entry:
        """Hold a file and an attachment that differ; when they turn out to be the same, only note that."""
        if self.run.tree.digest(action.path) != action.expect_hash:
            raise ChangedUnderneath("the file was changed during the run", where=action.path)
        with self.downloaded(action.attachment) as (scratch, content):
            if content != action.expect_hash:
                return self._hold(action, action.attachment, scratch, content)
        self._note(action.path, action.attachment, content, action.was)
        return Entry.of(action, Result.UNCHANGED, detail="file and attachment are the same")

    def _hold(
        self, action: FetchFile | SettleFile, attachment: Attachment, scratch: Path, content: Sha
    ) -> Entry:
        """Put the attachment's version beside the file; from now on it is the base, and the file was changed."""
        run = self.run
        copy = conflict_file(action.path, attachment.version)
        if run.tree.digest(copy) is None:
            run.tree.adopt_download(scratch, copy, expect=None)
        self._note(action.path, attachment, content, action.was, held=attachment.version)
        detail = (
            f"file and attachment differ; version {attachment.version} lies in {copy.name}:"
            " resolve the difference, then delete the copy"
        )
        return Entry.of(action, Result.HELD, detail=detail, code=ExitCode.HELD)

    def keep(self, action: KeepFile) -> Entry:
        """Record an attachment as it is now."""
        ledger = self.run.ledger
        if action.was is not None and (action.row is None or action.row.name != action.was.name):
            ledger.forget_attachment(action.page_id, action.was.name)
        if action.row is not None:
            ledger.save_attachment(action.row)
        return Entry.of(action)

    def trash_file(self, action: TrashAsset) -> Entry:
        """Move a file to the local trash: its attachment is in Confluence's."""
        where = discard_file(self.run, action.row)
        return Entry.of(action, detail=f"its attachment is in the trash; kept as {where}")

    def trash_attachment(self, action: TrashAttachment) -> Entry:
        """Move an attachment to the trash after a last look at both sides."""
        run, row = self.run, action.row
        if run.tree.digest(row.path) is not None:
            raise ChangedUnderneath("the file is there again", where=row.path)
        key = attachment_key(row.attachment_id)
        found = next((a for a in run.remote.attachments(row.page_id) if attachment_key(a.id) == key), None)
        if found is not None and found.version != row.version:
            raise Stale(f"the attachment is at version {found.version} now", where=row.path)
        if found is not None:
            detach(run, row, found.id)
        else:
            run.ledger.forget_attachment(row.page_id, row.name)
        return Entry.of(action)

    # -- for pages that have no file yet

    def bring(
        self, document: DocPath, attachment: Attachment, known: Iterable[AttachmentBase]
    ) -> tuple[DocPath, AttachmentBase]:
        """Bring an attachment to where it lay, else beside a document; return its place and its row, not yet saved.

        `known` are the rows that its page had.

        A place that something else has is left alone.
        """
        tree = self.run.tree
        was = next((r for r in known if title_key(r.name) == title_key(attachment.name)), None)
        place = was.path if was else file_place(document, attachment.name)
        with self.downloaded(attachment) as (scratch, content):
            taken: set[str] = set()
            while (here := tree.digest(place)) not in (None, content, was.hash if was else None):
                taken.add(title_key(place))
                place = file_place(document, attachment.name, taken)
            if here != content:
                tree.adopt_download(scratch, place, expect=here)
        return place, self.row(place, attachment, content)

    # -- the same for all

    @contextmanager
    def downloaded(self, attachment: Attachment) -> Iterator[tuple[Path, Sha]]:
        """Fetch a content to the folder's own scratch, which is cleared afterwards."""
        scratch = self.run.tree.scratch()
        try:
            yield scratch, self.run.remote.download(attachment, scratch)
        finally:
            scratch.unlink(missing_ok=True)

    def _note(
        self,
        path: DocPath,
        attachment: Attachment,
        content: Sha,
        was: AttachmentBase | None,
        *,
        held: int | None = None,
    ) -> None:
        if was is not None and was.name != attachment.name:
            self.run.ledger.forget_attachment(attachment.page_id, was.name)
        self.run.ledger.save_attachment(replace(self.row(path, attachment, content), held_version=held))

    @staticmethod
    def row(path: DocPath, attachment: Attachment, content: Sha) -> AttachmentBase:
        """Return the row of an attachment and a file of the same content."""
        return AttachmentBase(
            page_id=attachment.page_id,
            name=attachment.name,
            path=path,
            hash=content,
            attachment_id=attachment.id,
            version=attachment.version,
        )

    def _is_shared(self, action: FetchFile, content: Sha) -> bool:
        """Say whether another page shows the same file, and has an older content of it: the next round sends that."""
        others = (row for rows in self.run.ledger.attachments().values() for row in rows)
        return any(
            row.path == action.path and row.page_id != action.page_id and row.hash != content
            for row in others
        )
