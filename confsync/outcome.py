"""What is written to Confluence and what came of it. Shared by the engine, which asks, and `remote`, which answers.

Whether a write happened is a fact to be recorded, not an accident: it is a value of a closed type, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Generic, TypeVar

from confsync.model import Attachment, PageId, Sha, Space

T = TypeVar("T")


# ---- the outcome of a write -------------------------------------------------------------------------------------


class Reason(StrEnum):
    """Why Confluence definitely did not do it."""

    STALE = "stale"
    TITLE_TAKEN = "title taken"
    GONE = "gone"
    FORBIDDEN = "forbidden"
    INVALID = "invalid"
    TOO_LARGE = "too large"
    UNAUTHORISED = "unauthorised"


@dataclass(frozen=True, slots=True)
class Applied(Generic[T]):
    """It happened; `value` is the server's answer."""

    value: T


@dataclass(frozen=True, slots=True)
class Refused:
    """It definitely did not happen. `text` is Confluence's own explanation."""

    reason: Reason
    status: int
    text: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have happened: a timeout, a dropped connection, a 5xx, an answer that is not Confluence's.

    `answered`: there was an answer, so nothing of the request is on its way any more, but not the one that tells.
    """

    cause: str
    answered: bool = False


Outcome = Applied[T] | Refused | Unknown


# ---- what is written --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPage:
    """A page to create. `parent_id` None: at the top of the space. `message` is used where a create can carry one."""

    space: Space
    title: str
    parent_id: PageId | None
    body: str
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageUpdate:
    """A new version of a page. `version` is the number it is to become: current + 1."""

    page_id: PageId
    space: Space
    title: str
    parent_id: PageId | None
    body: str
    version: int
    message: str
    notify: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file for a page. `attachment_id` set: a new version of that attachment."""

    page_id: PageId
    name: str
    source: Path
    hash: Sha
    attachment_id: str | None = None
    notify: bool = False


@dataclass(frozen=True, slots=True)
class FolderHint:
    """What a search said of a folder: its title and its parent (None: unknown)."""

    title: str
    above: PageId | None = None


@dataclass(frozen=True, slots=True)
class SearchHint:
    """What a search said of attachments, labels and folders: a hint, as old as the search index.

    `labels` and `versions` (None: unknown) are of the pages that were asked for. `files` are attachments by page; `whole`
    says that they are all of the space's, `among` that they are all of these pages'. `at` is when labels were
    asked for, by Confluence's clock, if these are all that search knows of the pages asked for.
    """

    labels: Mapping[PageId, tuple[str, ...]]
    versions: Mapping[PageId, int | None] = field(default_factory=dict)
    files: Mapping[PageId, tuple[Attachment, ...]] = field(default_factory=dict)
    whole: bool = False
    among: frozenset[PageId] = frozenset()
    folders: Mapping[PageId, FolderHint] = field(default_factory=dict)
    at: datetime | None = field(default=None, compare=False)
