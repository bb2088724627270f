"""Confluence at one time: site, space, pages, folders, attachments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from confsync.model.names import Flavor, PageId, ParentType, Sha, SpaceId, Status
from confsync.model.packed import PackedText

_PACKED = PackedText()


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


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page as Confluence returned it. `body` is storage format, None when it was not asked for; `labels` likewise.

    `message` is the version message of the current version, where our stamps stand. `parent_id` is None at the top
    of a space and in the trash. It has no slots because its body is held compressed.
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
    body: PackedText = _PACKED
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
    """A Cloud folder: a place without a page. On Data Center a page that stands in for one, with its `message`.

    `told` is False when nobody looked: title and place are what the ledger or stamps say.
    """

    id: PageId
    title: str
    parent_id: PageId | None = None
    parent_type: ParentType | None = None
    message: str = ""
    told: bool = True


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

    `pages` are the current pages of the tree, without the homepage or root page itself; those that changed have bodies.
    `trashed` and `archived` are pages of the ledger that were seen there. `unknown` are ids of the ledger that are
    neither listed nor in the trash: nothing is concluded from that. `attachments` holds what was read, by page.
    `folders_are_pages`, on Data Center: `folders` are pages that stand for directories, so their titles are page titles.
    `provisional` are pages with a temporary title of ours; `pages` has the title that the ledger knows instead.
    """

    space: Space
    root_id: PageId | None
    pages: Mapping[PageId, Page]
    folders: Mapping[PageId, Folder] = field(default_factory=dict)
    trashed: frozenset[PageId] = frozenset()
    archived: frozenset[PageId] = frozenset()
    unknown: frozenset[PageId] = frozenset()
    attachments: Mapping[PageId, tuple[Attachment, ...]] = field(default_factory=dict)
    trashed_files: frozenset[str] = frozenset()
    folders_are_pages: bool = False
    provisional: frozenset[PageId] = frozenset()
