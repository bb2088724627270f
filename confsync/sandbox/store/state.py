"""The tables, the clock, the numbers and the indexes that all parts of the store work on."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar

from confsync.model import title_key
from confsync.sandbox.refusals import Absent
from confsync.sandbox.store.blobs import Blobs, DiskBlobs, MemoryBlobs
from confsync.sandbox.store.records import (
    Attachment,
    Comment,
    Content,
    Counter,
    Kind,
    Label,
    LongTask,
    Property,
    Restriction,
    Space,
    Status,
    Tombstone,
    Unpublished,
    User,
    Version,
)
from confsync.sandbox.store.tables import Shelf, Table

R = TypeVar("R")

FIRST_ID = 65_538
BEYOND = 2**53 + 1
"""Every seventh content gets an id beyond what a float holds: clients that make numbers of ids break here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How inconvenient this Confluence is. The defaults are the real one's habits.

    `rewrites`: False keeps the bytes of a write as sent (no real Confluence does). `seed` varies the rewriting.
    `search_lag` in seconds. `max_file` in bytes. `burst`: so many requests at a time; one more is 429.
    Of a Data Center (not `cloud`): `read_only` refuses writes, `scans` is the walk by cursor of 7.18 and later,
    `experimental` has the list of versions where it was before it became part of the REST API proper,
    `first_message` keeps the version message of a create, `forgets_place` hangs a page at the top of its space when
    a write does not say where it hangs.
    """

    rewrites: bool = True
    seed: int = 1
    search_lag: float = 1.0
    burst: int = 20
    max_file: int = 100 * 1024 * 1024
    cloud: bool = True
    read_only: bool = False
    scans: bool = True
    experimental: bool = True
    first_message: bool = True
    forgets_place: bool = True


class State:
    """Everything that is remembered. Holders of `shelf.lock` see it at rest."""

    def __init__(
        self, data: Path | None, habits: Habits, clock: Callable[[], datetime] | None = None
    ) -> None:
        self.habits = habits
        self._clock = clock or _utc_now
        self.shelf = Shelf(data / "confluence.db" if data else None)
        self.blobs: Blobs = DiskBlobs(data / "blobs") if data else MemoryBlobs()
        self.users = Table(self.shelf, "user", User)
        self.spaces = Table(self.shelf, "space", Space)
        self.contents = Table(self.shelf, "content", Content)
        self.versions = Table(self.shelf, "version", Version)
        self.attachments = Table(self.shelf, "attachment", Attachment)
        self.labels = Table(self.shelf, "label", Label)
        self.properties = Table(self.shelf, "property", Property)
        self.comments = Table(self.shelf, "comment", Comment)
        self.restrictions = Table(self.shelf, "restriction", Restriction)
        self.unpublished = Table(self.shelf, "unpublished", Unpublished)
        self.tombstones = Table(self.shelf, "tombstone", Tombstone)
        self.long_tasks = Table(self.shelf, "longtask", LongTask)
        self._counters = Table(self.shelf, "counter", Counter)
        self.children = Groups[Content](self.contents, lambda c: c.parent_id or "")
        self.in_space = Groups[Content](self.contents, lambda c: c.space_id)
        self.titles = Groups[Content](self.contents, lambda c: f"{c.space_id} {c.kind} {title_key(c.title)}")
        self.files_of = Groups[Attachment](self.attachments, lambda a: a.page_id)
        self.labels_of = Groups[Label](self.labels, lambda label: label.content_id)
        self.properties_of = Groups[Property](self.properties, lambda p: p.content_id)
        self.comments_of = Groups[Comment](self.comments, lambda c: c.page_id)

    def now(self) -> datetime:
        """Return the server's time, to the millisecond, as Confluence keeps it."""
        at = self._clock().astimezone(UTC)
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    def next_number(self, name: str, start: int = 1) -> int:
        """Return the next number of a series. Call it inside of a change."""
        counter = self._counters.get(name)
        value = counter.value + 1 if counter else start
        self._counters.put(name, Counter(name=name, value=value))
        return value

    def next_id(self) -> str:
        """Return a content id that was never used: a decimal string, now and then beyond 2**53."""
        number = self.next_number("content", FIRST_ID)
        return str(BEYOND + number) if number % 7 == 0 else str(number)

    def next_uuid(self, name: str) -> str:
        """Return a UUID that is the same in every run that does the same things."""
        number = self.next_number(f"uuid {name}")
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.habits.seed}/{name}/{number}"))

    def space(self, space_id: str) -> Space:
        """Return a space; Absent when there is none."""
        space = self.spaces.get(space_id)
        if space is None:
            raise Absent("space", space_id)
        return space

    def content(self, ident: str, kind: Kind | None = None) -> Content:
        """Return a page or folder in whatever state; Absent when there is none (or one of the other kind)."""
        found = self.contents.get(ident)
        if found is None or (kind is not None and found.kind is not kind):
            raise Absent(kind or "content", ident, purged=self.tombstones.get(ident) is not None)
        return found

    def version(self, ident: str, number: int) -> Version:
        """Return one version of a content; Absent when there is none."""
        found = self.versions.get(version_key(ident, number))
        if found is None:
            raise Absent("version", str(number))
        return found

    def body(self, content: Content) -> str:
        """Return a content's current body."""
        return self.version(content.id, content.version).body

    def versions_of(self, content: Content) -> list[Version]:
        """Return all versions, oldest first."""
        numbers = range(1, content.version + 1)
        return [v for n in numbers if (v := self.versions.get(version_key(content.id, n))) is not None]

    def siblings(self, parent_id: str | None, space_id: str) -> list[Content]:
        """Return the current and archived children of a parent (None: the root) in the order of the tree."""
        found = [
            c
            for c in self.children.of(parent_id or "")
            if c.space_id == space_id and c.status in (Status.CURRENT, Status.ARCHIVED)
        ]
        return sorted(found, key=tree_order)


class Groups(Generic[R]):
    """The records of a table by something they share, kept up to date by the table itself."""

    def __init__(self, table: Table[R], key: Callable[[R], str]) -> None:
        self._key = key
        self._held: dict[str, dict[int, R]] = {}
        table.watch(self._see)

    def of(self, key: str) -> Iterator[R]:
        """Return the records of one key, in no order that means anything."""
        return iter(list(self._held.get(key, {}).values()))

    def _see(self, old: R | None, new: R | None) -> None:
        if old is not None:
            group = self._held.get(self._key(old), {})
            group.pop(id(old), None)
            if not group:
                self._held.pop(self._key(old), None)
        if new is not None:
            self._held.setdefault(self._key(new), {})[id(new)] = new


def version_key(ident: str, number: int) -> str:
    """Return the key of a version record."""
    return f"{ident}/{number}"


def tree_order(content: Content) -> tuple[int, int, int]:
    """Order siblings: by position; those without one come first, in the order of creation."""
    return (content.position is not None, content.position or 0, int(content.id))


def _utc_now() -> datetime:
    return datetime.now(UTC)
