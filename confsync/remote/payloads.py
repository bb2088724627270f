"""What all answers of Confluence have in common: listings, labels, bodies, ids and times; JSON in and out.

The objects of each API stand in `payloads_v2` and `payloads_v1`.

Tolerant where the service is known to differ from its specification: null where a string is promised, epoch
milliseconds where a date is, numbers where ids are. No request is made here and no status judged.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, Generic, TypeVar

import msgspec

from confsync.model import PageId, ParentType, Sha, Status

T = TypeVar("T")
Id = str | int
Time = str | int | float | None

HASH_PREFIX: Final = "sha256:"
_NEXT: Final = re.compile(r'<([^<>]*)>\s*;[^,<]*\brel="?next\b', re.IGNORECASE)


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


def linked(found: T, link: str) -> T:
    """Return a listing whose continuation is only in the header `Link` as one that has it in itself."""
    if not isinstance(found, Listing) or found.next is not None or found.next_cursor is not None:
        return found
    follow = _NEXT.search(link)
    return msgspec.structs.replace(found, links=Links(next=follow[1])) if follow else found


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


# ---- JSON and small facts --------------------------------------------------------------------------------------


def decode(raw: bytes, shape: type[T]) -> T:
    """Read JSON of a known shape; NotConfluence says what is wrong with it.

    A text that holds half a surrogate pair is legal JSON, and what stands before Confluence may write numbers as
    strings: they take the slower way, and texts stay as they are.
    """
    try:
        return msgspec.json.decode(raw, type=shape)
    except RecursionError:
        raise NotConfluence("the JSON is nested without end") from None
    except msgspec.ValidationError as error:
        return _decode_loosely(raw, shape, error)
    except msgspec.DecodeError:
        return _decode_odd(raw, shape)


def _decode_loosely(raw: bytes, shape: type[T], error: msgspec.ValidationError) -> T:
    try:
        return msgspec.json.decode(raw, type=shape, strict=False)
    except (msgspec.MsgspecError, RecursionError):
        raise NotConfluence(str(error)) from None


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


def size_of(value: float | str | None) -> int:
    """Return a file's length in bytes, -1 when it is unknown."""
    if isinstance(value, str):
        return int(value) if value.isdecimal() else -1
    return -1 if value is None or value < 0 else int(value)


def file_name(title: str) -> str:
    """Return an attachment's name in the one Unicode form that names are compared in."""
    return unicodedata.normalize("NFC", title)


def address(base: str, path: str | None) -> str:
    """Join the site's address and a path within it; empty when either is not known."""
    return f"{base.rstrip('/')}/{path.lstrip('/')}" if base and path else ""
