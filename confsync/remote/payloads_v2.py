"""The objects of Cloud's v2 API, and their conversion to the model."""

from __future__ import annotations

from typing import Final

import msgspec

from confsync.model import (
    Attachment,
    Folder,
    Page,
    PageId,
    PageVersion,
    Space,
    SpaceId,
)
from confsync.remote.payloads import (
    NO_LINKS,
    Body,
    Id,
    LabelRow,
    Links,
    Time,
    address,
    file_name,
    global_labels,
    hash_in,
    moment,
    page_id,
    parent_type,
    size_of,
    status,
)

_MOST_SURELY_ALL: Final = 25
"""An included list that is shorter than the smallest page of a listing was not cut."""


class VersionRow(msgspec.Struct, frozen=True, rename="camel"):
    """Cloud v2 `Version`."""

    number: int
    message: str | None = None
    author_id: str | None = None
    created_at: Time = None

    def noun(self) -> PageVersion:
        """Return it as an entry of a history."""
        return PageVersion(
            number=self.number,
            message=self.message or "",
            author_id=self.author_id or "",
            modified=moment(self.created_at),
        )


class Meta(msgspec.Struct, frozen=True, rename="camel"):
    """Cloud v2 `OptionalFieldMeta`: whether an included list was cut at fifty."""

    has_more: bool | None = None


class IncludedLabels(msgspec.Struct, frozen=True):
    """The labels that `include-labels` adds to a page."""

    results: list[LabelRow]
    meta: Meta | None = None

    @property
    def cut(self) -> bool:
        """Whether there are more labels than these, or may be: not every answer says so (both fields are optional)."""
        told = self.meta.has_more if self.meta is not None else None
        return len(self.results) >= _MOST_SURELY_ALL if told is None else told


class PageRow(msgspec.Struct, frozen=True, rename="camel"):
    """Cloud v2 `PageBulk` and `PageSingle`."""

    id: Id
    version: VersionRow
    title: str | None = None
    status: str | None = None
    parent_id: Id | None = None
    parent_type: str | None = None
    position: int | float | None = None
    body: Body | None = None
    labels: IncludedLabels | None = None
    links: Links | None = msgspec.field(name="_links", default=None)

    @property
    def published(self) -> bool:
        """Whether it is a page to sync: no draft, and not beyond the trash."""
        return self.status not in ("draft", "deleted")

    def called(self, title: str) -> PageRow:
        """Return the answer to a write with the title that was sent, where it names none (no field is required)."""
        return self if self.title else msgspec.structs.replace(self, title=title)

    def listed(self, base: str) -> Page | None:
        """Return the page, None for what a listing should not have shown."""
        return self.noun(base) if self.published else None

    def noun(self, base: str = "") -> Page:
        """Return the page; `base` is the site's address for people."""
        links = self.links or NO_LINKS
        return Page(
            id=PageId(str(self.id)),
            title=self.title or "",
            version=self.version.number,
            parent_id=page_id(self.parent_id),
            parent_type=parent_type(self.parent_type) if self.parent_id is not None else None,
            status=status(self.status),
            message=self.version.message or "",
            author_id=self.version.author_id or "",
            modified=moment(self.version.created_at),
            position=None if self.position is None else int(self.position),
            body=self.body.text if self.body else None,
            labels=None if self.labels is None else global_labels(self.labels.results),
            url=address(links.base or base, links.webui),
        )


class FolderRow(msgspec.Struct, frozen=True, rename="camel"):
    """Cloud v2 `FolderSingle`."""

    id: Id
    title: str | None = None
    status: str | None = None
    parent_id: Id | None = None
    parent_type: str | None = None

    def noun(self) -> Folder:
        """Return the folder."""
        return Folder(
            id=PageId(str(self.id)),
            title=self.title or "",
            parent_id=page_id(self.parent_id),
            parent_type=parent_type(self.parent_type),
        )


class ChildRow(msgspec.Struct, frozen=True, rename="camel"):
    """Cloud v2 `ChildrenResponse`: a child of a page or folder, of any type."""

    id: Id
    title: str | None = None
    type: str | None = None
    status: str | None = None

    def folder(self, parent: PageId) -> Folder:
        """Return it as the folder that its type says it is."""
        return Folder(id=PageId(str(self.id)), title=self.title or "", parent_id=parent)


class SpaceRow(msgspec.Struct, frozen=True, rename="camel"):
    """Cloud v2 `SpaceBulk`."""

    id: Id
    key: str
    name: str | None = None
    homepage_id: Id | None = None

    def noun(self) -> Space:
        """Return the space."""
        return Space(
            id=SpaceId(str(self.id)),
            key=self.key,
            name=self.name or self.key,
            homepage_id=page_id(self.homepage_id),
        )


class AttachmentRow(msgspec.Struct, frozen=True, rename="camel"):
    """Cloud v2 `AttachmentBulk`."""

    id: Id
    title: str
    status: str | None = None
    version: VersionRow | None = None
    media_type: str | None = None
    comment: str | None = None
    file_size: int | float | str | None = None
    download_link: str | None = None
    links: Links | None = msgspec.field(name="_links", default=None)

    def noun(self, owner: PageId) -> Attachment:
        """Return the attachment of a page; an unknown size is -1."""
        return Attachment(
            id=str(self.id),
            page_id=owner,
            name=file_name(self.title),
            version=self.version.number if self.version else 1,
            size=size_of(self.file_size),
            media_type=self.media_type or "",
            hash=hash_in(self.comment),
            download=self.download_link or (self.links or NO_LINKS).download or "",
        )
