"""What Confluence sends and takes, as msgspec structs, and their way into the nouns of `model`.

Tolerant where the service is known to differ from its specification: null where a string is promised, epoch
milliseconds where a date is, numbers where ids are. No request is made here and no status judged.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar

import msgspec

from confsync.model import (
    Attachment,
    Folder,
    Page,
    PageId,
    PageVersion,
    ParentType,
    Sha,
    Space,
    SpaceId,
    Status,
)

T = TypeVar("T")
Id = str | int
Time = str | int | float | None

HASH_PREFIX: Final = "sha256:"


class NotConfluence(ValueError):
    """An answer's body is not what this route answers."""


class Links(msgspec.Struct, frozen=True):
    """The `_links` of an answer or of one of its rows."""

    next: str | None = None
    base: str | None = None
    webui: str | None = None
    download: str | None = None


NO_LINKS: Final = Links()


class Listing(msgspec.Struct, Generic[T], frozen=True):
    """One page of a listing. `results` is required: an answer without it is no empty listing."""

    results: list[T]
    links: Links | None = msgspec.field(name="_links", default=None)
    next_cursor: str | None = msgspec.field(name="nextCursor", default=None)

    @property
    def next(self) -> str | None:
        """The address of what follows; None on the last page."""
        return (self.links or NO_LINKS).next or None

    @property
    def base(self) -> str:
        """The site as Confluence names it."""
        return (self.links or NO_LINKS).base or ""


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


class Stored(msgspec.Struct, frozen=True):
    """A body in storage format."""

    value: str | None = None


class Body(msgspec.Struct, frozen=True):
    """The `body` of a page; empty when no format was asked for."""

    storage: Stored | None = None

    @property
    def text(self) -> str | None:
        """The storage text, if it is there."""
        return self.storage.value if self.storage else None


class LabelRow(msgspec.Struct, frozen=True):
    """A label on both APIs."""

    name: str
    prefix: str | None = None


class Meta(msgspec.Struct, frozen=True, rename="camel"):
    """Cloud v2 `OptionalFieldMeta`: whether an included list was cut at fifty."""

    has_more: bool | None = None


class IncludedLabels(msgspec.Struct, frozen=True):
    """The labels that `include-labels` adds to a page."""

    results: list[LabelRow]
    meta: Meta | None = None


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
    version: VersionRow | None = None
    media_type: str | None = None
    comment: str | None = None
    file_size: int | None = None
    download_link: str | None = None
    links: Links | None = msgspec.field(name="_links", default=None)

    def noun(self, owner: PageId) -> Attachment:
        """Return the attachment of a page; a size that is not told is -1."""
        return Attachment(
            id=str(self.id),
            page_id=owner,
            name=file_name(self.title),
            version=self.version.number if self.version else 1,
            size=-1 if self.file_size is None else self.file_size,
            media_type=self.media_type or "",
            hash=hash_in(self.comment),
            download=self.download_link or (self.links or NO_LINKS).download or "",
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


class FileFacts(msgspec.Struct, frozen=True, rename="camel"):
    """What v1 tells of an attachment under `extensions` and `metadata`."""

    media_type: str | None = None
    file_size: int | None = None
    comment: str | None = None


class V1Attachment(msgspec.Struct, frozen=True):
    """v1 `Content` of type attachment; `version` is left out unless it is expanded."""

    id: Id
    title: str
    version: VersionRow | None = None
    metadata: FileFacts = FileFacts()
    extensions: FileFacts = FileFacts()
    links: Links | None = msgspec.field(name="_links", default=None)

    def noun(self, owner: PageId) -> Attachment:
        """Return the attachment of a page; version 0 and size -1 stand for what was not told."""
        size = self.extensions.file_size
        return Attachment(
            id=str(self.id),
            page_id=owner,
            name=file_name(self.title),
            version=self.version.number if self.version else 0,
            size=-1 if size is None else size,
            media_type=self.extensions.media_type or self.metadata.media_type or "",
            hash=hash_in(self.extensions.comment or self.metadata.comment),
            download=(self.links or NO_LINKS).download or "",
        )


class Container(msgspec.Struct, frozen=True):
    """What an attachment hangs on."""

    id: Id | None = None


class HitLabels(msgspec.Struct, frozen=True):
    """The `metadata` of a search hit with its labels expanded."""

    labels: Listing[LabelRow] | None = None


class Hit(msgspec.Struct, frozen=True):
    """A row of a v1 content search."""

    id: Id
    container: Container | None = None
    metadata: HitLabels | None = None


# ---- both APIs: small facts -------------------------------------------------------------------------------------


def decode(raw: bytes, shape: type[T]) -> T:
    """Read JSON of a known shape; NotConfluence says what is wrong with it.

    A text that holds half a surrogate pair is legal JSON: it takes the slower way and stays as it is.
    """
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise NotConfluence(str(error)) from None
    except msgspec.DecodeError:
        return _decode_odd(raw, shape)


def _decode_odd(raw: bytes, shape: type[T]) -> T:
    try:
        return msgspec.convert(json.loads(raw), type=shape)
    except RecursionError:
        raise NotConfluence("the JSON is nested without end") from None
    except ValueError as error:
        raise NotConfluence(f"not JSON: {error}") from None


def encode(value: Any) -> bytes:
    """Write JSON; ValueError for a text that UTF-8 cannot hold."""
    return msgspec.json.encode(value)


def moment(value: Time) -> datetime | None:
    """Read ISO 8601 with any offset, or epoch milliseconds, as an aware time in UTC; None for anything else."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value / 1000, UTC)
        found = datetime.fromisoformat(value or "")
    except (ValueError, OverflowError, OSError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def page_id(value: Id | None) -> PageId | None:
    """Return an id as a string of digits; an empty one is none."""
    return None if value is None or value == "" else PageId(str(value))


def parent_type(value: str | None) -> ParentType | None:
    """Return what kind of thing a parent is; None for kinds that are not known yet."""
    return ParentType(value) if value in set(ParentType) else None


def status(value: str | None) -> Status:
    """Return a page's state. An old version of a current page calls itself historical."""
    match value:
        case "trashed":
            return Status.TRASHED
        case "archived":
            return Status.ARCHIVED
        case _:
            return Status.CURRENT


def global_labels(rows: Iterable[LabelRow]) -> tuple[str, ...]:
    """Return the ordinary labels, sorted: personal, team and system ones are not ours to sync."""
    return tuple(sorted({row.name for row in rows if row.prefix in (None, "", "global")}))


def hash_in(comment: str | None) -> Sha | None:
    """Return the content hash that our comment on an attachment holds."""
    digits = (comment or "").strip().removeprefix(HASH_PREFIX)
    known = len(digits) == 64 and (comment or "").strip().startswith(HASH_PREFIX)
    return Sha(digits) if known and not set(digits) - set("0123456789abcdef") else None


def file_name(title: str) -> str:
    """Return an attachment's name in the one Unicode form that names are compared in."""
    return unicodedata.normalize("NFC", title)


def address(base: str, path: str | None) -> str:
    """Join the site's address and a path within it; empty when either is not known."""
    return f"{base.rstrip('/')}/{path.lstrip('/')}" if base and path else ""
