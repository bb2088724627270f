"""Ids, hashes, paths and the closed sets of words that everything else is made of."""

from __future__ import annotations

import hashlib
import unicodedata
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
        text = value if value.isascii() else unicodedata.normalize("NFC", value)
        parted = f"/{text}/"
        if "\0" in text or any(part in parted for part in ("//", "/./", "/../")):
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
    """Which effects of a plan a run carries out. All directions make the same plan."""

    PUSH = "push"
    PULL = "pull"
    SYNC = "sync"

    @property
    def writes_files(self) -> bool:
        """Say whether changes go to the folder."""
        return self is not Direction.PUSH

    @property
    def writes_pages(self) -> bool:
        """Say whether changes go to Confluence."""
        return self is not Direction.PULL


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
