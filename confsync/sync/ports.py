"""The ports: what the engine needs of Confluence, the folder and the ledger, as protocols.

`local`, `remote` and `ledger` implement them. Reads raise the errors of `confsync.errors`. Writes to Confluence return an
Outcome instead of raising, because whether a write happened must be recorded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from confsync.model import (
    Attachment,
    AttachmentBase,
    Base,
    BaseTexts,
    CachedFile,
    Departed,
    DocPath,
    Folder,
    FolderBase,
    Intent,
    LedgerMeta,
    LocalDoc,
    LocalSnapshot,
    OpId,
    Page,
    PageId,
    PageVersion,
    Sha,
    Site,
    Space,
)
from confsync.outcome import NewPage, Outcome, PageUpdate, SearchHint, Upload

# ---- the ports --------------------------------------------------------------------------------------------------


class Remote(Protocol):
    """Confluence. Every method may be called from several threads at once."""

    def site(self) -> Site:
        """Return the site and the account; AuthError when Confluence treats it as anonymous. One request."""
        ...

    def name_of(self, account: str) -> str:
        """Return an account's display name, "" when there is no such account. One request for each."""
        ...

    def space(self, key: str) -> Space:
        """Find a space by key, without regard to case; NotFound names similar keys. One request."""
        ...

    def pages(self, space: Space, *, bodies: bool = False) -> Sequence[Page]:
        """List all current pages of a space, the homepage among them; with labels where these come with the bodies.

        IncompleteListing when it breaks off: a list that is returned is complete.
        """
        ...

    def newest(self, space: Space) -> Iterator[Page]:
        """Yield current pages, the last modified first, without bodies: one request for each 25 that are taken."""
        ...

    def page(self, page_id: PageId, *, version: int | None = None) -> Page | None:
        """Read one page with body and labels, or an old version's body; None when it is absent or invisible.

        A trashed or archived page is returned with that status.
        """
        ...

    def find_title(self, space: Space, title: str) -> Page | None:
        """Find the current or archived page that has a title (ignoring case), with body."""
        ...

    def history(self, page_id: PageId) -> Sequence[PageVersion]:
        """List a page's versions, newest first."""
        ...

    def folder(self, folder_id: PageId) -> Folder | None:
        """Read a Cloud folder; None when it is absent or invisible."""
        ...

    def folders_below(self, page_id: PageId) -> Sequence[Folder]:
        """List the Cloud folders directly below a page, as many as one request returns; none on Data Center."""
        ...

    def create_page(self, page: NewPage) -> Outcome[Page]:
        """Create a page. Its answer holds the id and version 1."""
        ...

    def update_page(self, update: PageUpdate) -> Outcome[Page]:
        """Write a new version: title, parent and body at once, under the version lock."""
        ...

    def create_folder(
        self, space: Space, title: str, parent_id: PageId | None, message: str = ""
    ) -> Outcome[Folder]:
        """Create a Cloud folder, or on Data Center an empty page with a children list, stamped with the message."""
        ...

    def find_folder(self, space: Space, title: str, parent_id: PageId | None) -> Folder | None:
        """Find the Cloud folder of a title (ignoring case) directly below a page or folder; None: the homepage.

        Always None on Data Center, where `find_title` finds the page that stands for a folder.
        """
        ...

    def trash_page(self, page_id: PageId) -> Outcome[None]:
        """Move a page to the trash, never further. Applied also when the page is already gone."""
        ...

    def reorder_page(self, page_id: PageId, sibling_id: PageId, *, behind: bool) -> Outcome[None]:
        """Put a page right behind (else: before) another one with the same parent; its version stays.

        Refused as INVALID on Data Center, which has no route for it.
        """
        ...

    def trash_folder(self, folder_id: PageId) -> Outcome[None]:
        """Move an empty folder to the trash; on Data Center the page that stands for one.

        Refused as INVALID when it is not empty, or the page has other text. Applied also when it is already gone.
        """
        ...

    def add_labels(self, page_id: PageId, labels: Iterable[str]) -> Outcome[tuple[str, ...]]:
        """Add global labels; the answer is all labels of the page."""
        ...

    def remove_label(self, page_id: PageId, label: str) -> Outcome[None]:
        """Remove one global label. Applied also when the page does not have it."""
        ...

    def attachments(self, page_id: PageId) -> Sequence[Attachment]:
        """List a page's current attachments."""
        ...

    def upload(self, upload: Upload) -> Outcome[Attachment]:
        """Send a file, streamed. A name that exists already becomes a new version of it."""
        ...

    def download(self, attachment: Attachment, target: Path) -> Sha:
        """Stream a file's content into `target`, check its length, return its hash."""
        ...

    def signs(self, space: Space) -> Mapping[str, str] | None:
        """Return, by id, a sign of the content modified last: labels of pages, versions of files and comments.

        One request, as old as the search index; None when search does not answer. Equal signs mean no change.
        """
        ...

    def trashed_attachments(self, page_id: PageId, ids: Iterable[str]) -> frozenset[str]:
        """Say which of these attachments of a page were seen in the trash."""
        ...

    def trash_attachment(self, page_id: PageId, attachment_id: str) -> Outcome[None]:
        """Move an attachment to the trash, never further. Applied also when it is already gone."""
        ...

    def hints(
        self,
        space: Space,
        *,
        labels: bool = False,
        brief: bool = False,
        among: Sequence[PageId] = (),
        folders: Sequence[PageId] = (),
        pages: int = 0,
    ) -> SearchHint | None:
        """Ask the search index which pages have attachments (and labels); None when search does not answer.

        `brief`: one request for each of the two, for what was modified last. `among`: ask about these pages only, at most
        200. `folders`: ask about these Cloud folders, too; they count among the 200. `pages`: how many the space has, if known,
        which tells the cheapest way to the labels of all.
        """
        ...


class LocalTree(Protocol):
    """The folder. Every write is atomic and guarded: it replaces exactly the bytes it expects."""

    def scan(self, known: Mapping[str, CachedFile], also: Collection[DocPath] = ()) -> LocalSnapshot:
        """Walk the root; files whose stat is as known are not read. RootMissing when the root is not a directory.

        `also` are files that are assets though no document may refer to them.
        """
        ...

    def read(self, path: DocPath) -> bytes:
        """Return a file's bytes; UnreadableFile when it cannot be read or vanished."""
        ...

    def look(self, doc: LocalDoc) -> LocalDoc | None:
        """Read a scanned document again; None when it cannot be read."""
        ...

    def digest(self, path: DocPath) -> Sha | None:
        """Return the hash of a file of any size; None when there is nothing at this path.

        UnreadableFile when there is something that cannot be read.
        """
        ...

    def locate(self, path: DocPath) -> Path:
        """Return where a file lies, for streaming an upload; never through a symbolic link out of the root."""
        ...

    def write(self, path: DocPath, data: bytes, *, expect: Sha | None) -> None:
        """Replace or (expect None) create a file atomically and durably.

        ChangedUnderneath when it is not what is expected, or exists although nothing is expected.
        """
        ...

    def adopt_download(self, source: Path, path: DocPath, *, expect: Sha | None) -> None:
        """Move a downloaded file into place, guarded as `write`. `source` must come from `scratch`."""
        ...

    def scratch(self) -> Path:
        """Return a fresh path in the root's own state folder, on the same file system."""
        ...

    def move(self, path: DocPath, target: DocPath, *, expect: Sha) -> None:
        """Rename a file; ChangedUnderneath when it differs or the target exists. Emptied directories are removed."""
        ...

    def trash(self, path: DocPath, *, expect: Sha) -> DocPath:
        """Move a file, byte for byte, to `.confsync/trash`; return where it lies now."""
        ...

    def same_root(self) -> bool:
        """Say whether the root is still the directory that was scanned (marker, device and inode)."""
        ...

    def mark_root(self) -> str:
        """Return the root's id, writing the marker `.confsync/root-id` when there is none."""
        ...

    def commit(self) -> str | None:
        """Return the git commit of HEAD when the root lies in a work tree; None otherwise or without git."""
        ...

    def is_ancestor(self, commit: str) -> bool | None:
        """Say whether a commit is an ancestor of HEAD or HEAD itself; None when git cannot tell."""
        ...


class Ledger(Protocol):
    """What both sides last agreed on. Every method is one transaction, durable when it returns."""

    def meta(self) -> LedgerMeta | None:
        """Return whose ledger this is; None for a new one."""
        ...

    def set_meta(self, meta: LedgerMeta) -> None:
        """Record whose ledger this is."""
        ...

    def rows(self) -> Mapping[PageId, Base]:
        """Return all rows."""
        ...

    def row(self, page_id: PageId) -> Base | None:
        """Return one row as it is now."""
        ...

    def attachments_of(self, page_id: PageId) -> tuple[AttachmentBase, ...]:
        """Return one page's attachment rows."""
        ...

    def texts(self, page_id: PageId) -> BaseTexts:
        """Return a row's base texts; empty ones for a row without."""
        ...

    def folders(self) -> Mapping[PageId, FolderBase]:
        """Return all folder rows."""
        ...

    def attachments(self) -> Mapping[PageId, tuple[AttachmentBase, ...]]:
        """Return all attachment rows by page."""
        ...

    def save(self, row: Base, texts: BaseTexts | None = None, *, settle: OpId | None = None) -> None:
        """Write a row (the other row of its path, if any, goes and is departed then), its texts unless None, and settle an intent.

        The settled operation id is kept as spent, so that a late duplicate is recognised.
        """
        ...

    def rebind(
        self,
        bases: Iterable[Base],
        files: Iterable[AttachmentBase] = (),
        folders: Iterable[FolderBase] = (),
    ) -> None:
        """Write rows of documents, attachments and folders that may trade their paths, all at once; texts stay."""
        ...

    def forget(self, page_id: PageId, *, settle: OpId | None = None) -> None:
        """Remove a row with its texts and attachments, and settle an intent. It is departed then, until it is saved again."""
        ...

    def departed(self) -> Mapping[PageId, Base]:
        """Return the rows that were forgotten, of pages that may come out of a trash again."""
        ...

    def departure(self, page_id: PageId) -> Departed | None:
        """Return one of them with its texts and attachments."""
        ...

    def save_folder(self, row: FolderBase, *, settle: OpId | None = None) -> None:
        """Write a folder row and settle an intent."""
        ...

    def forget_folder(self, folder_id: PageId) -> None:
        """Remove a folder row."""
        ...

    def save_attachment(self, row: AttachmentBase) -> None:
        """Write an attachment row."""
        ...

    def forget_attachment(self, page_id: PageId, name: str) -> None:
        """Remove an attachment row."""
        ...

    def looked_after(self) -> PageId | None:
        """Return the page up to which search was asked in the last run, if it is not asked about all at once."""
        ...

    def set_looked_after(self, page_id: PageId) -> None:
        """Record the page up to which search was asked."""
        ...

    def open_intent(self, intent: Intent) -> None:
        """Journal an effect before it is made."""
        ...

    def settle(self, op: OpId, *, spent_on: PageId | None = None) -> None:
        """Close an intent; with a page id, record that the operation landed there."""
        ...

    def intents(self) -> Sequence[Intent]:
        """Return the open intents, oldest first."""
        ...

    def spent(self) -> Mapping[OpId, PageId]:
        """Return the operations that landed, each with its page."""
        ...

    def file_cache(self) -> Mapping[str, CachedFile]:
        """Return what the last scan found, by the spelling of the path on disk."""
        ...

    def save_file_cache(self, cache: Mapping[str, CachedFile]) -> None:
        """Replace the file cache."""
        ...
