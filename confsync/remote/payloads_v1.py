"""The objects of the v1 API (Data Center, and what remains of it on Cloud), and their conversion to the model."""

from __future__ import annotations

import msgspec

from confsync.errors import IncompleteListing
from confsync.model import (
    Attachment,
    Page,
    PageId,
    PageVersion,
    ParentType,
    Space,
    SpaceId,
    Status,
)
from confsync.remote.payloads import (
    NO_LINKS,
    Body,
    Id,
    LabelRow,
    Links,
    Listing,
    Time,
    address,
    file_name,
    global_labels,
    hash_in,
    moment,
    page_id,
    size_of,
    status,
)


class UserRow(msgspec.Struct, frozen=True, rename="camel"):
    """v1 `User`, both deployments: an account id on Cloud, a user key on Data Center."""

    type: str | None = None
    account_id: str | None = None
    user_key: str | None = None
    username: str | None = None
    display_name: str | None = None
    public_name: str | None = None

    @property
    def anonymous(self) -> bool:
        """Whether Confluence took us for nobody: also when it says so with status 200."""
        return self.type == "anonymous" or not (self.account_id or self.user_key or self.username)


class Person(msgspec.Struct, frozen=True, rename="camel"):
    """Who made a version."""

    account_id: str | None = None
    user_key: str | None = None
    username: str | None = None


class V1Version(msgspec.Struct, frozen=True):
    """v1 `Version`."""

    number: int
    message: str | None = None
    when: Time = None
    by: Person | None = None

    @property
    def author(self) -> str:
        """The author's id as `Site.user_id` has it."""
        return (self.by.account_id or self.by.user_key or self.by.username or "") if self.by else ""

    def noun(self) -> PageVersion:
        """Return it as an entry of a history."""
        return PageVersion(
            number=self.number, message=self.message or "", author_id=self.author, modified=moment(self.when)
        )


class Ref(msgspec.Struct, frozen=True):
    """Something that is only named."""

    id: Id


class PageMetadata(msgspec.Struct, frozen=True):
    """The `metadata` of a page, with its labels expanded."""

    labels: Listing[LabelRow] | None = None


class PageExtensions(msgspec.Struct, frozen=True):
    """The `extensions` of a page. A position is a number, or the word none."""

    position: int | float | str | None = None


class V1Page(msgspec.Struct, frozen=True):
    """v1 `Content` of type page, with `version` and `ancestors` expanded."""

    id: Id
    version: V1Version
    title: str | None = None
    status: str | None = None
    ancestors: list[Ref] | None = None
    body: Body | None = None
    metadata: PageMetadata | None = None
    extensions: PageExtensions | None = None
    links: Links | None = msgspec.field(name="_links", default=None)

    @property
    def published(self) -> bool:
        """Whether it is a page to sync: no draft, and not beyond the trash."""
        return self.status not in ("draft", "deleted")

    def called(self, title: str) -> V1Page:
        """Return the answer to a write with the title that was sent, where it names none (no field is required)."""
        return self if self.title else msgspec.structs.replace(self, title=title)

    def listed(self, base: str) -> Page | None:
        """Return the page, None for what a listing should not have shown; IncompleteListing without its place."""
        if self.ancestors is None:
            raise IncompleteListing(
                "Confluence does not say which parents the pages of the space have.", where=base
            )
        return self.noun(base) if self.published else None

    def noun(self, base: str = "") -> Page:
        """Return the page; `base` is the site's address for people."""
        position = self.extensions.position if self.extensions else None
        trashed = status(self.status) is Status.TRASHED
        parent = page_id(self.ancestors[-1].id) if self.ancestors and not trashed else None
        return Page(
            id=PageId(str(self.id)),
            title=self.title or "",
            version=self.version.number,
            parent_id=parent,
            parent_type=ParentType.PAGE if parent is not None else None,
            status=status(self.status),
            message=self.version.message or "",
            author_id=self.version.author,
            modified=moment(self.version.when),
            position=None if position is None or isinstance(position, str) else int(position),
            body=self.body.text if self.body else None,
            labels=self.labels,
            url=address(base, (self.links or NO_LINKS).webui),
        )

    @property
    def labels(self) -> tuple[str, ...] | None:
        """The ordinary labels, when they were expanded and all fit in."""
        told = self.metadata.labels if self.metadata else None
        return None if told is None or told.next else global_labels(told.results)


class Moved(msgspec.Struct, frozen=True, rename="camel"):
    """The answer to v1 `movePage`."""

    page_id: Id


class V1Space(msgspec.Struct, frozen=True):
    """v1 `Space`, with its homepage expanded."""

    id: Id
    key: str
    name: str | None = None
    homepage: Ref | None = None

    def noun(self) -> Space:
        """Return the space."""
        home = self.homepage
        return Space(
            id=SpaceId(str(self.id)),
            key=self.key,
            name=self.name or self.key,
            homepage_id=page_id(home.id) if home else None,
        )


class FileFacts(msgspec.Struct, frozen=True, rename="camel"):
    """What v1 says of an attachment under `extensions` and `metadata`."""

    media_type: str | None = None
    file_size: int | float | str | None = None
    comment: str | None = None


class V1Attachment(msgspec.Struct, frozen=True):
    """v1 `Content` of type attachment; `version` is left out unless it is expanded."""

    id: Id
    title: str
    status: str | None = None
    version: V1Version | None = None
    metadata: FileFacts | None = None
    extensions: FileFacts | None = None
    links: Links | None = msgspec.field(name="_links", default=None)

    def noun(self, owner: PageId) -> Attachment:
        """Return the attachment of a page; version 0 and size -1 mean unknown."""
        facts, told = self.extensions or FileFacts(), self.metadata or FileFacts()
        return Attachment(
            id=str(self.id),
            page_id=owner,
            name=file_name(self.title),
            version=self.version.number if self.version else 0,
            size=size_of(facts.file_size),
            media_type=facts.media_type or told.media_type or "",
            hash=hash_in(facts.comment or told.comment),
            download=(self.links or NO_LINKS).download or "",
        )


class Container(msgspec.Struct, frozen=True):
    """What an attachment belongs to."""

    id: Id | None = None


class HitVersion(msgspec.Struct, frozen=True):
    """The version of a search hit, as old as the index."""

    number: int | None = None


class HitMetadata(msgspec.Struct, frozen=True, rename="camel"):
    """The `metadata` of a search hit: a page's labels, where they were expanded, or facts of a file."""

    labels: Listing[LabelRow] | None = None
    media_type: str | None = None
    comment: str | None = None


class Hit(msgspec.Struct, frozen=True):
    """A row of a v1 content search: a page, a folder with its ancestors, or an attachment with what it belongs to."""

    id: Id
    type: str | None = None
    title: str | None = None
    container: Container | None = None
    ancestors: list[Container] | None = None
    version: HitVersion | None = None
    metadata: HitMetadata | None = None
    extensions: FileFacts | None = None
    links: Links | None = msgspec.field(name="_links", default=None)

    @property
    def number(self) -> int | None:
        """The version, if known."""
        return self.version.number if self.version else None

    @property
    def above(self) -> PageId | None:
        """Its parent (the last of its ancestors), if known."""
        ancestor = self.ancestors[-1].id if self.ancestors else None
        return None if ancestor is None else page_id(ancestor)

    def file(self, owner: PageId) -> Attachment:
        """Return it as an attachment of a page; version 0 and size -1 mean unknown."""
        told, facts = self.metadata or HitMetadata(), self.extensions or FileFacts()
        return Attachment(
            id=str(self.id),
            page_id=owner,
            name=file_name(self.title or ""),
            version=self.number or 0,
            size=size_of(facts.file_size),
            media_type=facts.media_type or told.media_type or "",
            hash=hash_in(facts.comment or told.comment),
            download=(self.links or NO_LINKS).download or "",
        )
