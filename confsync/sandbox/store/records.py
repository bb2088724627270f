"""What the local Confluence remembers, as frozen records. No behaviour beyond reading themselves; no HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a person may do in every space. Page restrictions narrow it further."""

    ADMIN = "admin"
    EDITOR = "editor"
    VIEWER = "viewer"
    OUTSIDER = "outsider"  # logs in, sees no space
    UNLICENSED = "unlicensed"  # a good login without the right to use Confluence


class Kind(StrEnum):
    """The kinds of content that stand in the page tree."""

    PAGE = "page"
    FOLDER = "folder"


class Status(StrEnum):
    """A content's state."""

    CURRENT = "current"
    DRAFT = "draft"
    ARCHIVED = "archived"
    TRASHED = "trashed"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person with a login. `revoked`: the token died, so requests with it count as anonymous ones."""

    account_id: str
    email: str
    token: str
    name: str
    role: Role
    time_zone: str = "UTC"
    revoked: bool = False

    @property
    def username(self) -> str:
        """The name that a Data Center logs in by."""
        return self.email.partition("@")[0]

    @property
    def user_key(self) -> str:
        """The id of a Data Center's person."""
        return f"2c9d802a{self.account_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A space. Personal ones have a key that starts with `~`."""

    id: str
    key: str
    name: str
    author_id: str
    created_at: datetime
    homepage_id: str | None = None

    @property
    def type(self) -> str:
        """The space type as the API names it."""
        return "personal" if self.key.startswith("~") else "global"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A page or a folder as it is now; bodies are in `Version`. `position` orders siblings and may be None."""

    id: str
    kind: Kind
    space_id: str
    status: Status
    title: str
    parent_id: str | None
    position: int | None
    author_id: str
    created_at: datetime
    version: int
    former_parent_id: str | None = None  # where a trashed page hung


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a content. `body` is storage format, empty for folders."""

    content_id: str
    number: int
    title: str
    body: str
    message: str
    minor: bool
    author_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVersion:
    """One version of an attachment's bytes; `sha` finds them in the blobs."""

    number: int
    sha: str
    size: int
    media_type: str
    comment: str
    minor: bool
    author_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file at a page, with all its versions, newest last."""

    id: str
    page_id: str
    title: str
    file_id: str
    status: Status
    created_at: datetime
    versions: tuple[FileVersion, ...]

    @property
    def latest(self) -> FileVersion:
        """The newest version."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label on a content. `id` is the label's own, the same on all contents that have it."""

    id: str
    prefix: str
    name: str
    content_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A content property; `value` is any JSON."""

    id: str
    content_id: str
    key: str
    value: Any
    version: int
    message: str
    author_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A footer or inline comment; inline ones have `marker`, the `ac:ref` that stands in the page's body."""

    id: str
    page_id: str
    parent_id: str | None
    body: str
    version: int
    message: str
    author_id: str
    created_at: datetime
    at: datetime
    marker: str | None = None
    selection: str = ""
    resolved: bool = False
    reopened: bool = False
    status: Status = Status.CURRENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """Who alone may view and edit a page; None leaves it to the space."""

    content_id: str
    viewers: tuple[str, ...] | None = None
    editors: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpublished:
    """What a person typed into a page and did not publish: blocks of storage, to be merged into the next write."""

    content_id: str
    blocks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """The last number handed out under a name."""

    name: str
    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A purged content: its id is remembered so that its 404 reads as the real one does."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LongTask:
    """A job that ended before anybody could ask; it is kept for the asking."""

    id: str
    name: str
    messages: tuple[str, ...] = field(default=())
