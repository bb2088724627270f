"""Effects on the folder: files written, renamed, trashed, conflict copies. Each write is guarded by what it replaces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace

from confsync.errors import ChangedUnderneath, ExitCode, Forbidden, LocalError, NotFound
from confsync.markup.document import Document, text_hash
from confsync.model import (
    Attachment,
    AttachmentBase,
    Base,
    BaseTexts,
    DocPath,
    Page,
    PageId,
    RowState,
    sha,
)
from confsync.planning.actions import ConflictNew, Merge, Pull, PullNew, TrashFile
from confsync.planning.file_actions import FetchFile
from confsync.planning.file_names import file_place
from confsync.planning.labels import agreed_labels, clean_labels
from confsync.planning.names import conflict_name
from confsync.planning.suspects import told_files
from confsync.sync.bringing import bring
from confsync.sync.context import Run
from confsync.sync.discarding import discard_document, discard_file
from confsync.sync.filing import Filing
from confsync.sync.marks import is_mark
from confsync.sync.normal_hashes import body_hash
from confsync.sync.rebuild import UNKNOWN
from confsync.sync.report import Entry, Result
from confsync.sync.reviving import last_known, place_left, revived
from confsync.sync.writes import in_step

_UNFILLED = "a push created this page but has not filled it yet; if no push does, move the page to the trash"
_CONFLICT_HINT = "edit the file as you want it, then delete the copy; or use `confsync resolve`"


@dataclass(frozen=True, slots=True)
class _Files:
    """A new page's attachments: their rows, their names by place, and why some could not be had."""

    brought: list[AttachmentBase] = field(default_factory=list)
    names: dict[DocPath, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


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
        page = self._read(action.page_id) if action.body else run.world.remote.pages[action.page_id]
        notes: tuple[str, ...] = ()
        new = text
        if action.body:
            names, base = self._names(action.path, page.id), run.base_texts(row)
            new, notes = run.translator.as_read.to_file(action.path, text, base, page.body or "", names)
        new = self._retouched(new, action, page)
        after, texts = self._agreed(action, row, page, text, new)
        if new == text:
            run.ledger.save(after, texts)
        else:
            seen = BaseTexts(new, None) if texts is None else texts
            bring(run, after, seen, new, expect=action.expect_hash, waits=texts is None)
        return Entry.of(action, notes=notes)

    def _read(self, page_id: PageId) -> Page:
        """Return the page with its body: from the snapshot when it was read there, else now."""
        seen = self.run.world.remote.pages.get(page_id)
        if seen is not None and seen.body is not None:
            return seen
        page = self.run.page(page_id)
        passing = seen is not None and page_id in self.run.world.remote.provisional
        return replace(page, title=seen.title) if seen is not None and passing else page

    @staticmethod
    def _retouched(text: str, action: Pull, page: Page) -> str:
        """Return the text with the page's new title and labels."""
        if action.rename:
            text = Document.parse(text).with_title(page.title)
        return text if action.labels is None else Document.parse(text).with_labels(action.labels)

    def _labels_after(self, action: Pull, row: Base) -> tuple[str, ...]:
        """Return the base of the labels once the file has those that it lacked."""
        seen = self.run.world.remote.pages[action.page_id].labels
        if action.labels is None or seen is None:
            return row.labels
        here = clean_labels((*action.labels, *self.run.world.policy.labels))
        return agreed_labels(row.labels, here, seen)

    def _agreed(
        self, action: Pull, row: Base, page: Page, old: str, new: str
    ) -> tuple[Base, BaseTexts | None]:
        """Return the row and texts after the pull. What was not brought over still shows as a change, on either side."""
        waits = text_hash(old) != row.local_hash
        base = replace(
            row,
            path=action.path,
            local_hash=row.local_hash if waits else text_hash(new),
            labels=self._labels_after(action, row),
        )
        if action.body:
            body = body_hash(page.body or "")
            base = replace(base, version=page.version, body_hash=body, pulled_version=None)
        elif in_step(row, page):
            base = replace(base, version=page.version)
        if action.rename:
            base = replace(base, title=page.title, own_title=page.title)
        storage = page.body if action.body else self.run.ledger.texts(row.page_id).storage
        return base, None if waits else BaseTexts(new, storage)

    # -- new documents

    def pull_new(self, action: PullNew) -> Entry:
        """Write a page that has no file; its attachments first, so that the text never points to nothing."""
        run = self.run
        page = self._read(action.page_id)
        if is_mark(page.body or ""):
            return Entry.of(action, Result.NOTED, detail=_UNFILLED)
        kept = last_known(run, page.id) if action.restores else None
        files = self._files(action.path, page, () if kept is None else kept.files)
        labels = self._labels(page)
        back = None if kept is None else revived(run, kept, page, files.names)
        text, row, notes = back or self._new(action, page, labels, files)
        if kept is not None:
            row = replace(row, parent_id=place_left(run.world, kept.row, page))
        bring(run, row, BaseTexts(text, page.body), text, expect=None)
        if page.id in run.world.remembered.folders:
            run.ledger.forget_folder(page.id)  # somebody wrote into it: it is an ordinary page now
        for sent in files.brought:
            run.ledger.save_attachment(sent)
        # a file that comes back gets the rest of what became of its page in the next round
        behind = (row.parent_id, row.title) != (run.world.tree_parent(page), page.title)
        behind = behind or row.labels != clean_labels(labels)
        entry = Entry.of(action, Result.RETRY if behind else Result.DONE, notes=notes)
        return self._with_missing(entry, files)

    def _new(
        self, action: PullNew, page: Page, labels: tuple[str, ...], files: _Files
    ) -> tuple[str, Base, tuple[str, ...]]:
        """Return the text of a file made from its page alone, its row, and notes for the user."""
        text, notes = self.run.translator.as_read.new_file(action.path, page, labels, files.names)
        row = Base(
            page_id=page.id,
            path=action.path,
            local_hash=text_hash(text),
            version=page.version,
            body_hash=body_hash(page.body or ""),
            title=page.title,
            own_title=page.title,
            parent_id=self.run.world.tree_parent(page),
            labels=clean_labels(labels),
        )
        return text, row, notes

    def _files(self, path: DocPath, page: Page, known: tuple[AttachmentBase, ...]) -> _Files:
        """Bring a new page's attachments: those that search lists, or, if some of these are missing, those that the page lists."""
        told = None if known else told_files(self.run.hints, page)
        files = self._brought(path, told, known) if told is not None else None
        if files is None or files.missing:
            files = self._brought(path, self.run.remote.attachments(page.id), known)
        return files

    def _brought(
        self, path: DocPath, attachments: Iterable[Attachment], known: tuple[AttachmentBase, ...]
    ) -> _Files:
        files, filing = _Files(), Filing(self.run)
        for attachment in attachments:
            try:
                place, sent = filing.bring(path, attachment, known)
            except NotFound as err:
                place = file_place(path, attachment.name)
                files.missing.append(f"{attachment.name}: {err.message}")
            else:
                files.brought.append(sent)
            files.names[place] = attachment.name
        return files

    @staticmethod
    def _with_missing(entry: Entry, files: _Files) -> Entry:
        """Tell of attachments that Confluence lists and does not give: the page is there without them."""
        if not files.missing:
            return entry
        return replace(entry, result=Result.FAILED, code=ExitCode.REMOTE, detail="; ".join(files.missing))

    def _labels(self, page: Page) -> tuple[str, ...]:
        run = self.run
        if page.labels is not None:
            return page.labels
        told = run.hints.labels.get(page.id) if run.hints else None
        if told is not None and run.hints and run.hints.versions.get(page.id) in (None, page.version):
            return told
        read = run.remote.page(page.id)
        return (read.labels if read else None) or ()

    def _names(self, path: DocPath, page_id: PageId) -> dict[DocPath, str]:
        """Return the names of the files that the page's text may show: those it has, and those on their way."""
        run = self.run
        names = run.translator.names(path, page_id)
        names |= {row.path: row.name for row in run.ledger.attachments_of(page_id)}
        coming = (a for a in run.plan.actions if isinstance(a, FetchFile) and a.page_id == page_id)
        return names | {action.path: action.attachment.name for action in coming}

    # -- conflicts and the trash

    def conflict(self, action: Merge | ConflictNew) -> Entry:
        """Hold a page: the file stays untouched, the remote text lies beside it, and both wait for a person."""
        run = self.run
        text = run.text(action.path, action.expect_hash)
        row = run.ledger.row(action.page_id)
        page, remote, notes = self._shown(action, row, text)
        copy = conflict_name(action.path, page.version)
        self._put_copy(copy, remote.encode("utf-8"))
        held = Base(
            page_id=page.id,
            path=action.path,
            local_hash=UNKNOWN,
            version=page.version,
            body_hash=body_hash(page.body or ""),
            title=row.title if row else page.title,
            own_title=row.own_title if row else action.own_title,
            parent_id=row.parent_id if row else run.world.tree_parent(page),
            labels=row.labels if row else (),
            state=RowState.HELD,
            held_version=page.version,
            held_hash=text_hash(text),
        )
        run.ledger.save(held, BaseTexts(remote, page.body))
        detail = f"both were edited; version {page.version} lies in {copy.name}: {_CONFLICT_HINT}"
        return Entry.of(action, Result.HELD, detail=detail, code=ExitCode.HELD, notes=notes)

    def _shown(
        self, action: Merge | ConflictNew, row: Base | None, text: str
    ) -> tuple[Page, str, tuple[str, ...]]:
        """Return the version that is held, its text as the file would have it, and notes for the user.

        That is the page as it is, or the version whose copy a run left when it was killed before it could say so: a second
        copy would ask the same of a person once more, and nothing would ever take the first one away.
        """
        run, page = self.run, self._read(action.page_id)
        base = run.base_texts(row) if row else BaseTexts()
        if base.markdown is None:  # then the body has nothing to be paired with, the file least of all
            base = BaseTexts()
        source = text if base.markdown is None else base.markdown
        names = self._names(action.path, page.id)
        for left in self._left_beside(action.path, row.version if row else 0, page):
            remote, notes = run.translator.to_file(action.path, source, base, left.body or "", names)
            if run.tree.digest(conflict_name(action.path, left.version)) == sha(remote):
                return left, remote, notes
        return page, *run.translator.to_file(action.path, source, base, page.body or "", names)

    def _left_beside(self, path: DocPath, agreed: int, page: Page) -> Iterator[Page]:
        """Yield versions between the agreed one and the page of which there seem to be copies, the latest first."""
        copies = self.run.world.local.conflict_copies
        for version in range(page.version - 1, agreed, -1):
            if conflict_name(path, version) in copies:
                with suppress(NotFound, Forbidden):
                    old = self.run.remote.page(page.id, version=version)
                    if old is not None and old.body is not None:
                        yield old

    def _put_copy(self, copy: DocPath, data: bytes) -> None:
        here = self.run.tree.digest(copy)
        if here != sha(data):
            self.run.tree.write(copy, data, expect=here)

    def trash(self, action: TrashFile) -> Entry:
        """Move a document to the local trash: its page is in Confluence's.

        Its files go first: a run that is cut off in between finds the document again, and goes on.
        """
        self.run.text(action.path, action.expect_hash)
        for row in action.files:
            with suppress(ChangedUnderneath, LocalError):  # in use or gone: it stays where it is
                discard_file(self.run, row)
        where = discard_document(self.run, action.path, action.page_id, action.expect_hash)
        return Entry.of(action, detail=f"kept as {where}")
