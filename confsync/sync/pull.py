"""Effects on the folder: files written, renamed, trashed, conflict copies. Each write is guarded by what it replaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from confsync.errors import ChangedUnderneath, ExitCode, LocalError
from confsync.markup.document import Document, text_hash
from confsync.model import (
    Attachment,
    AttachmentBase,
    Base,
    BaseTexts,
    DocPath,
    Intent,
    IntentKind,
    Page,
    PageId,
    RowState,
    Sha,
    sha,
)
from confsync.planning.actions import ConflictNew, Merge, Pull, PullNew, TrashFile
from confsync.planning.labels import clean_labels
from confsync.planning.names import conflict_name
from confsync.sync.context import Run
from confsync.sync.rebuild import UNKNOWN
from confsync.sync.report import Entry, Result
from confsync.sync.translate import body_hash
from confsync.sync.writes import in_step

_CONFLICT_HINT = "edit the file until it says what you want, then delete the copy; or `confsync resolve`"


@dataclass(frozen=True, slots=True)
class Puller:
    """Carries out actions whose effect is on the folder."""

    run: Run

    # -- existing documents

    def pull(self, action: Pull) -> Entry:
        """Bring a page's text, title and labels into its document."""
        run = self.run
        row = run.ledger.row(action.page_id)
        if row is None:
            raise ChangedUnderneath("its row is gone from the ledger", where=action.path)
        text = run.text(action.path, action.expect_hash)
        page = self._read(action.page_id)
        notes: tuple[str, ...] = ()
        new = text
        if action.body:
            files = self._files(action.path, page)
            base = run.base_texts(row)
            new, notes = run.translator.to_file(action.path, text, base, page.body or "", self._names(files))
            self._fetch(page, files)
        new = self._retouched(new, action, page, row)
        if new != text:
            run.tree.write(action.path, new.encode("utf-8"), expect=action.expect_hash)
        self._record(action, row, page, text, new)
        return self._entry(action, notes)

    def _read(self, page_id: PageId) -> Page:
        """Return the page with its body: from the snapshot when it was read there, else now."""
        seen = self.run.world.remote.pages.get(page_id)
        return seen if seen is not None and seen.body is not None else self.run.page(page_id)

    def _retouched(self, text: str, action: Pull, page: Page, row: Base) -> str:
        """Return the text with the page's new title and labels."""
        if action.rename:
            text = Document.parse(text).with_title(page.title)
        if page.labels is None or set(clean_labels(page.labels)) == set(row.labels):
            return text
        mine = tuple(
            label for label in page.labels if label not in clean_labels(self.run.world.policy.labels)
        )
        return Document.parse(text).with_labels(mine)

    def _record(self, action: Pull, row: Base, page: Page, old: str, new: str) -> None:
        """Write down what both sides are now. What was not brought over stays visible, on either side."""
        waits = text_hash(old) != row.local_hash
        base = replace(
            row,
            path=action.path,
            local_hash=row.local_hash if waits else text_hash(new),
            labels=row.labels if page.labels is None else clean_labels(page.labels),
        )
        if action.body:
            body = body_hash(page.body or "")
            base = replace(base, version=page.version, body_hash=body, pulled_version=None)
        elif in_step(row, page):
            base = replace(base, version=page.version)
        if action.rename:
            base = replace(base, title=page.title, own_title=page.title)
        storage = page.body if action.body else self.run.ledger.texts(row.page_id).storage
        self.run.ledger.save(base, None if waits else BaseTexts(new, storage))

    # -- new documents

    def pull_new(self, action: PullNew) -> Entry:
        """Write a page that has no file; its attachments first, so that the text never points to nothing."""
        run = self.run
        page = self._read(action.page_id)
        files = self._files(action.path, page)
        labels = self._labels(page)
        text, notes = run.translator.new_file(action.path, page, labels, self._names(files))
        op = run.ops.new()
        parent = run.world.tree_parent(page)
        texts = BaseTexts(text, page.body)
        run.ledger.open_intent(
            Intent(
                op=op,
                kind=IntentKind.PULL,
                path=action.path,
                page_id=page.id,
                base_version=page.version,
                title=page.title,
                own_title=page.title,
                parent_id=parent,
                source_hash=text_hash(text),
                texts=texts,
            )
        )
        try:
            self._fetch(page, files)
            run.tree.write(action.path, text.encode("utf-8"), expect=None)
        except Exception:
            run.ledger.settle(op)  # nothing is left to settle: the file was not put in place
            raise
        row = Base(
            page_id=page.id,
            path=action.path,
            local_hash=text_hash(text),
            version=page.version,
            body_hash=body_hash(page.body or ""),
            title=page.title,
            own_title=page.title,
            parent_id=parent,
            labels=clean_labels(labels),
        )
        run.ledger.save(row, texts, settle=op)
        if page.id in run.world.remembered.folders:
            run.ledger.forget_folder(
                page.id
            )  # somebody wrote into it: it stands in for its directory no more
        self._note_files(page, files)
        return self._entry(action, notes)

    def _labels(self, page: Page) -> tuple[str, ...]:
        run = self.run
        if page.labels is not None:
            return page.labels
        if run.hints is not None:
            return run.hints.labels.get(page.id, ())
        read = run.remote.page(page.id)
        return (read.labels if read else None) or ()

    # -- attachments

    def _files(self, path: DocPath, page: Page) -> dict[DocPath, Attachment]:
        """Choose where each attachment of a page lies: where it lay, where the document points, else beside it."""
        run = self.run
        known = {row.name: row.path for row in run.ledger.attachments_of(page.id)}
        known |= {name: file for file, name in run.translator.names(path, page.id).items()}
        found: dict[DocPath, Attachment] = {}
        for attachment in run.attachments(page):
            place = known.get(attachment.name) or _beside(path, attachment.name)
            found[place] = attachment
        return found

    @staticmethod
    def _names(files: Mapping[DocPath, Attachment]) -> dict[DocPath, str]:
        return {path: attachment.name for path, attachment in files.items()}

    def _fetch(self, page: Page, files: Mapping[DocPath, Attachment]) -> None:
        """Download what is not there yet; a local file that says something else is never replaced."""
        known = {row.name: row for row in self.run.ledger.attachments_of(page.id)}
        for path, attachment in files.items():
            base = known.get(attachment.name)
            if base is None or base.version != attachment.version:
                self._download(path, attachment, base)
        self._note_files(page, files)

    def _download(self, path: DocPath, attachment: Attachment, base: AttachmentBase | None) -> None:
        run = self.run
        scratch = run.tree.scratch()
        try:
            fetched = run.remote.download(attachment, scratch)
            here = self._hash_at(path)
            if here == fetched:
                return
            run.tree.adopt_download(scratch, path, expect=here if base and here == base.hash else None)
        finally:
            scratch.unlink(missing_ok=True)

    def _hash_at(self, path: DocPath) -> Sha | None:
        asset = self.run.world.local.assets.get(path)
        if asset is not None:
            return asset.hash
        try:
            return sha(self.run.tree.read(path))
        except LocalError:  # absent: then nothing is expected there
            return None

    def _note_files(self, page: Page, files: Mapping[DocPath, Attachment]) -> None:
        run = self.run
        if run.ledger.row(page.id) is None:
            return
        for path, attachment in files.items():
            digest = self._hash_at(path)
            if digest is not None:
                run.ledger.save_attachment(
                    AttachmentBase(
                        page_id=page.id,
                        name=attachment.name,
                        path=path,
                        hash=digest,
                        attachment_id=attachment.id,
                        version=attachment.version,
                    )
                )

    # -- conflicts and the trash

    def conflict(self, action: Merge | ConflictNew) -> Entry:
        """Hold a page: the file stays untouched, the remote text lies beside it, and both wait for a person."""
        run = self.run
        page = self._read(action.page_id)
        text = run.text(action.path, action.expect_hash)
        row = run.ledger.row(action.page_id)
        files = self._files(action.path, page)
        base = run.base_texts(row) if row else BaseTexts()
        if base.markdown is None:  # then the body has nothing to be paired with, the file least of all
            base = BaseTexts()
        source = text if base.markdown is None else base.markdown
        remote, notes = run.translator.to_file(action.path, source, base, page.body or "", self._names(files))
        copy = conflict_name(action.path, page.version)
        self._put_copy(copy, remote.encode("utf-8"))
        held = Base(
            page_id=page.id,
            path=action.path,
            local_hash=UNKNOWN,
            version=page.version,
            body_hash=body_hash(page.body or ""),
            title=page.title,
            own_title=action.own_title,
            parent_id=run.world.tree_parent(page),
            labels=row.labels if row else (),
            state=RowState.HELD,
            held_version=page.version,
        )
        run.ledger.save(held, BaseTexts(remote, page.body))
        entry = self._entry(action, notes)
        detail = f"both were edited; version {page.version} lies in {copy.name}: {_CONFLICT_HINT}"
        return replace(entry, result=Result.HELD, detail=detail, code=ExitCode.HELD)

    def _put_copy(self, copy: DocPath, data: bytes) -> None:
        here = self._hash_at(copy)
        if here != sha(data):
            self.run.tree.write(copy, data, expect=here)

    def trash(self, action: TrashFile) -> Entry:
        """Move a document to the local trash: its page is in Confluence's."""
        where = self.run.tree.trash(action.path, expect=action.expect_hash)
        self.run.ledger.forget(action.page_id)
        return replace(self._entry(action, ()), detail=f"kept as {where}")

    @staticmethod
    def _entry(action: Pull | PullNew | Merge | ConflictNew | TrashFile, notes: tuple[str, ...]) -> Entry:
        return Entry(
            action=action.name,
            path=action.path,
            page_id=action.page_id,
            title=action.title,
            detail=action.detail,
            notes=notes,
        )


def _beside(path: DocPath, name: str) -> DocPath:
    """Return the place of an attachment that the folder does not know yet: `<page>.assets/<name>`."""
    folder = path.stem + ".assets"
    return path.parent.joined(folder, name) if path.parent else DocPath(f"{folder}/{name}")
