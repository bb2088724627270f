"""The shared nouns: values that cross package borders. No behaviour that needs the outside; standard library only.

A *document* is a Markdown file, a *page* is a Confluence page, a *base* is what both were when they last agreed,
a *snapshot* is one side as it was seen at one time. Everything here is frozen.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from typing import NewType

PageId = NewType("PageId", str)
"""A page's or folder's id: decimal digits in a string; may exceed 2**53, so it is never a number here."""
SpaceId = NewType("SpaceId", str)
OpId = NewType("OpId", str)
"""An operation id: one attempt at one effect, written into the intent and into the version message."""
Sha = NewType("Sha", str)
"""A SHA-256 in 64 hexadecimal digits."""


def sha(data: bytes | str) -> Sha:
    """Return the SHA-256 of bytes, or of a text in UTF-8."""
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return Sha(hashlib.sha256(raw).hexdigest())


def title_key(title: str) -> str:
    """Return what Confluence compares titles by: no case, one Unicode form, blanks folded."""
    return unicodedata.normalize("NFC", " ".join(title.split())).casefold()


class DocPath(str):
    """A path relative to the root: POSIX separators, Unicode form NFC, no `.`, no `..`, not absolute, not empty."""

    __slots__ = ()

    def __new__(cls, value: str) -> DocPath:
        """Normalise and validate; ValueError for a path that leaves the root or names nothing."""
        text = unicodedata.normalize("NFC", value)
        if (
            not text
            or text.startswith("/")
            or "\0" in text
            or any(p in ("", ".", "..") for p in text.split("/"))
        ):
            raise ValueError(f"not a path inside the root: {value!r}")
        return super().__new__(cls, text)

    @property
    def parent(self) -> DocPath | None:
        """The directory that holds it; None at the root."""
        head = self.rpartition("/")[0]
        return DocPath(head) if head else None

    @property
    def name(self) -> str:
        """The last part."""
        return str(self).rpartition("/")[2]

    @property
    def stem(self) -> str:
        """The last part without its last suffix."""
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        """The last suffix with its dot, or nothing."""
        return PurePosixPath(self.name).suffix

    def with_suffix(self, suffix: str) -> DocPath:
        """Return the path with another last suffix."""
        return DocPath(str(PurePosixPath(self).with_suffix(suffix)))

    def joined(self, *parts: str) -> DocPath:
        """Return the path of something below it."""
        return DocPath("/".join((self, *parts)))


class Flavor(StrEnum):
    """Which Confluence."""

    CLOUD = "cloud"
    DATACENTER = "datacenter"


class Direction(StrEnum):
    """Which effects a run may have: modes are filters over one plan, never other planners."""

    PUSH = "push"
    PULL = "pull"
    SYNC = "sync"


class Status(StrEnum):
    """A page's state as Confluence names it."""

    CURRENT = "current"
    TRASHED = "trashed"
    ARCHIVED = "archived"


class ParentType(StrEnum):
    """What a page can hang under on Cloud. Data Center knows pages only."""

    PAGE = "page"
    FOLDER = "folder"
    WHITEBOARD = "whiteboard"
    DATABASE = "database"
    EMBED = "embed"


# ---- the folder -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a document: its GitHub anchor (`setting-up`, duplicates `-1`) and its plain text."""

    slug: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocFacts:
    """What planning needs to know of a document's text, found by reading it once (`markup.document.inspect`).

    `text_hash` is over the text without byte order mark and with LF line ends: a change of line ends is none.
    `labels` is None when the front matter does not speak of labels. `links` are the relative addresses of links and
    images as written, percent-decoded, without query and fragment. `problem` says why the file cannot be used.
    """

    text_hash: Sha
    front_id: PageId | None = None
    front_title: str | None = None
    heading: str | None = None
    labels: tuple[str, ...] | None = None
    links: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Stat:
    """A file's identity card: a cache key, never evidence of change. Times in nanoseconds, size in bytes."""

    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int


@dataclass(frozen=True, slots=True)
class CachedFile:
    """What was found in a file when its stat was this. `facts` is None for a file that is not a document."""

    stat: Stat
    hash: Sha
    facts: DocFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalDoc:
    """A document as scanned. `spelling` is the path as the file system spells it; `hash` is over the raw bytes."""

    path: DocPath
    spelling: str
    hash: Sha
    size: int
    facts: DocFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalAsset:
    """A file that a document refers to: an image or a linked file inside the root."""

    path: DocPath
    spelling: str
    hash: Sha
    size: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file is left alone. `kind`: unreadable | undecodable | conflict-markers | name | front-matter | vanished.

    A problem blocks its path: nothing is ever inferred from a file that could not be read.
    """

    kind: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSnapshot:
    """The folder at one time.

    `conflict_copies` are the paths of `*.conflict-v<N>.md` files. `ignored` are documents that ignore rules hide:
    hidden is not deleted. `unseen` are directories that were not looked into: ignored, unreadable or vanishing ones.
    `settled` is False when names kept changing meanwhile: a document may have moved past the scan. `cache` is what
    the next scan may trust. `root_id` is None when no marker was there.
    """

    docs: Mapping[DocPath, LocalDoc]
    assets: Mapping[DocPath, LocalAsset] = field(default_factory=dict)
    problems: Mapping[DocPath, Problem] = field(default_factory=dict)
    conflict_copies: frozenset[DocPath] = frozenset()
    ignored: frozenset[DocPath] = frozenset()
    unseen: frozenset[DocPath] = frozenset()
    settled: bool = True
    cache: Mapping[str, CachedFile] = field(default_factory=dict)
    root_id: str | None = None

    def blind_to(self, path: DocPath) -> bool:
        """Say whether nothing follows from the absence of a document at this path: it may be there."""
        if path in self.docs:
            return False
        if not self.settled or path in self.problems or path in self.ignored:
            return True
        above = path.parent
        while above is not None:
            if above in self.unseen:
                return True
            above = above.parent
        return False


@dataclass(frozen=True, slots=True)
class Dirty:
    """Where to look again, never what happened there. With `everything`, `paths` says nothing and is empty."""

    paths: frozenset[DocPath] = frozenset()
    everything: bool = False


# ---- Confluence -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Who we are and where. `user_id` is an account id on Cloud, a user key on Data Center."""

    flavor: Flavor
    base_url: str
    user_id: str
    user_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A space. `homepage_id` is None for a space without a homepage."""

    id: SpaceId
    key: str
    name: str
    homepage_id: PageId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as Confluence returned it. `body` is storage format, None when it was not asked for; `labels` likewise.

    `message` is the version message of the current version, where our stamps stand. `parent_id` is None at the top
    of a space and in the trash.
    """

    id: PageId
    title: str
    version: int
    parent_id: PageId | None = None
    parent_type: ParentType | None = None
    status: Status = Status.CURRENT
    message: str = ""
    author_id: str = ""
    modified: datetime | None = None
    position: int | None = None
    body: str | None = None
    labels: tuple[str, ...] | None = None
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageVersion:
    """One entry of a page's history."""

    number: int
    message: str = ""
    author_id: str = ""
    modified: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A Cloud folder: a place without a page."""

    id: PageId
    title: str
    parent_id: PageId | None = None
    parent_type: ParentType | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """An attachment's record. `hash` is the content's SHA-256 when our comment on it says so; `size` in bytes."""

    id: str
    page_id: PageId
    name: str
    version: int
    size: int
    media_type: str = ""
    hash: Sha | None = None
    download: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteSnapshot:
    """The space at one time.

    `pages` are the current pages of the tree (the homepage or root page itself is not among them); bodies are there
    for those that changed. `trashed` and `archived` are pages of the ledger that were positively found there.
    `unknown` are ids of the ledger that are neither listed nor in the trash: nothing follows from them. `complete`
    is False when a listing broke off. `attachments` holds what was read, by page.
    """

    space: Space
    root_id: PageId | None
    pages: Mapping[PageId, Page]
    folders: Mapping[PageId, Folder] = field(default_factory=dict)
    trashed: frozenset[PageId] = frozenset()
    archived: frozenset[PageId] = frozenset()
    unknown: frozenset[PageId] = frozenset()
    attachments: Mapping[PageId, tuple[Attachment, ...]] = field(default_factory=dict)
    complete: bool = True


# ---- the ledger -------------------------------------------------------------------------------------------------


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
    pulled_version: int | None = None


@dataclass(frozen=True, slots=True)
class BaseTexts:
    """Both base texts: the whole file as text, and the body as the server returned it. None: not kept, refetch."""

    markdown: str | None = None
    storage: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderBase:
    """A directory without a page and the Cloud folder (or the empty Data Center page) that stands for it."""

    folder_id: PageId
    path: DocPath
    title: str
    parent_id: PageId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentBase:
    """An attachment when both sides last agreed. `path` is the local file, `hash` the content on both sides."""

    page_id: PageId
    name: str
    path: DocPath
    hash: Sha
    attachment_id: str
    version: int


class IntentKind(StrEnum):
    """Effects that are journalled before they are made.

    MERGE is an update whose text is more than the file's: the page's own edit is still to be brought to the file.
    PLACE is an update that changes title or parent and leaves the page's text as it is.
    """

    CREATE = "create"
    UPDATE = "update"
    MERGE = "merge"
    PLACE = "place"
    TRASH = "trash"
    PULL = "pull"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """An effect about to be made. After a crash it says what may have happened.

    `base_version` is the version the effect builds on (0 for a create), `texts` what both sides are when it lands.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerMeta:
    """Whose ledger it is. `converter` is the converter's version that made the base texts."""

    base_url: str
    space_id: SpaceId
    root_id: str
    converter: str
