"""What the ledger holds: bases, intents, whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from confsync.model.names import DocPath, OpId, PageId, Sha, SpaceId


class RowState(StrEnum):
    """OK: follow the table. HELD: a conflict copy of version `held_version` waits for a person."""

    OK = "ok"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What document and page were when they last agreed.

    `local_hash` is `DocFacts.text_hash`, `body_hash` is over the normal form of the body *as the server returned
    it*. `title` is the page's title, `own_title` the one the file asks for (they differ when titles clash).
    `pulled_version` is how far the page was brought into the file: a push of a merge moves `version` on without it.
    `held_hash` is what the file of a held page was last: a held file counts as edited, so `local_hash` does not tell.
    """

    page_id: PageId
    path: DocPath
    local_hash: Sha
    version: int
    body_hash: Sha
    title: str
    own_title: str
    parent_id: PageId | None = None
    labels: tuple[str, ...] = ()
    state: RowState = RowState.OK
    held_version: int | None = None
    held_hash: Sha | None = None
    pulled_version: int | None = None

    @property
    def seen_hash(self) -> Sha:
        """The hash by which the file can be told if a person moves it."""
        return self.held_hash if self.state is RowState.HELD and self.held_hash else self.local_hash


@dataclass(frozen=True, slots=True)
class BaseTexts:
    """Both base texts: the whole file as text, and the body as the server returned it. None: not kept, refetch."""

    markdown: str | None = None
    storage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderBase:
    """A directory without a page and the Cloud folder (or the empty Data Center page) that stands for it.

    `title` and `parent_id` are the folder's when both last agreed; a title that was never looked at is empty.
    """

    folder_id: PageId
    path: DocPath
    title: str
    parent_id: PageId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentBase:
    """An attachment when both sides last agreed. `path` is the local file, `hash` the content on both sides.

    `held_version`: both were changed, and that version lies beside the file until a person settled it. A row from a
    stamp has no `attachment_id` and version 0.
    """

    page_id: PageId
    name: str
    path: DocPath
    hash: Sha
    attachment_id: str
    version: int
    held_version: int | None = None


@dataclass(frozen=True, slots=True)
class Departed:
    """A row that was forgotten because its page or its file went to a trash, with its texts and attachments."""

    row: Base
    texts: BaseTexts
    files: tuple[AttachmentBase, ...] = ()


class IntentKind(StrEnum):
    """Effects that are journalled before they are made.

    MERGE is an update whose text is more than the file's: the page's own edit is still to be brought to the file.
    PLACE is an update that changes title or parent and leaves the page's text as it is. RELOCATE moves files and their
    links; the rows say already where they will lie. RELINK is what a push leaves to a run that may write files: people
    moved some, and the links to them are not right yet. UPLOAD sends the file at `path`, whose bytes have the hash
    `source_hash`, as the attachment `title`. LABEL adds and removes labels until the page has `labels` of those that are
    our affair. DISCARD moves a document to the local trash, DISCARD_FILE the file of the attachment `title`; DETACH moves
    that attachment, whose id is `own_title`, to Confluence's.
    """

    CREATE = "create"
    UPDATE = "update"
    MERGE = "merge"
    PLACE = "place"
    TRASH = "trash"
    PULL = "pull"
    FOLDER = "folder"
    RELOCATE = "relocate"
    RELINK = "relink"
    UPLOAD = "upload"
    LABEL = "label"
    DISCARD = "discard"
    DISCARD_FILE = "discard-file"
    DETACH = "detach"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """An effect about to be made. After a crash it says what may have happened.

    `base_version` is the version the effect builds on (0 for a create), `texts` what both sides are when it lands.
    `moves` are old and new places of files that are relocated, `unlinked` the documents whose links still mean what they
    meant before, by their old places, as long as the hash of their bytes is this, `directories` those that go as a
    whole, `labels` those of the row when it has landed (None: as they were). The `page_id` of a create is that of the
    trashed page whose document gets a new one, if there is one.
    """

    op: OpId
    kind: IntentKind
    path: DocPath
    page_id: PageId | None
    base_version: int
    title: str
    own_title: str
    parent_id: PageId | None
    source_hash: Sha
    texts: BaseTexts = BaseTexts()
    created: datetime | None = None
    moves: tuple[tuple[DocPath, DocPath], ...] = ()
    unlinked: tuple[tuple[DocPath, Sha], ...] = ()
    directories: tuple[tuple[DocPath, DocPath], ...] = ()
    labels: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerMeta:
    """Whose ledger it is. `converter` is the converter's version that made the base texts.

    `learned`: a run has looked for the pages of all files, so what the ledger has no row of was not pushed from here.
    """

    base_url: str
    space_id: SpaceId
    root_id: str
    converter: str
    learned: bool = False
