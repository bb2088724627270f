"""The search index: a copy of the content that lags behind, without archived and trashed content."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from confsync.sandbox.store.cql import Query, Row, parse_cql
from confsync.sandbox.store.records import Attachment, Comment, Content, Status, User, Version
from confsync.sandbox.store.state import State
from confsync.sandbox.store.tables import Touched
from confsync.sandbox.store.tree import Tree

_TAG = re.compile(r"<[^>]*>")
_MACRO = re.compile(r'ac:name="([^"]+)"')


@dataclass(frozen=True, slots=True)
class _Notice:
    """That something changed, when, and what it was then: the index learns of it later, as it was."""

    at: datetime
    ident: str
    record: Content | Attachment | Comment | None
    version: Version | None
    labels: frozenset[str]


class Index:
    """Rows by id. A change is seen `search_lag` seconds after it, or at `catch_up`."""

    def __init__(self, state: State, tree: Tree) -> None:
        self._state = state
        self._tree = tree
        self._rows: dict[str, Row] = {}
        self._parents: dict[str, str | None] = {}
        self._waiting: deque[_Notice] = deque()
        with state.shelf.lock:
            for table in (state.contents, state.attachments, state.comments):
                self._notice_all([record.id for record in table.values()])
            self.catch_up()
            state.shelf.listen(self._see)

    def catch_up(self) -> None:
        """Take in everything that waits."""
        with self._state.shelf.lock:
            self._take_in(None)

    def search(self, text: str, user: User) -> list[Row]:
        """Return the rows that a query finds, in its order (else by id); BadQuery when it cannot be read."""
        with self._state.shelf.lock:
            self._take_in(self._state.now() - timedelta(seconds=self._state.habits.search_lag))
            query = parse_cql(text, self._state.now(), user.account_id)
            return _sorted([row for row in self._rows.values() if query.matches(row)], query)

    def _see(self, touched: Touched) -> None:
        """Note what a transaction changed, and what hangs on that."""
        idents: dict[str, None] = {}
        for name, key in touched:
            if name in ("content", "version", "label", "attachment", "comment"):
                idents.update(dict.fromkeys(self._with_dependents(re.split("[/ ]", key)[0])))
        self._notice_all(list(idents))

    def _with_dependents(self, ident: str) -> list[str]:
        """Return an id with those of the files and comments of the page, and after a move all below it."""
        content = self._state.contents.get(ident)
        if content is None:
            return [ident]
        found = [ident, *(f.id for f in self._state.files_of.of(ident))]
        found += [c.id for c in self._state.comments_of.of(ident)]
        if ident in self._parents and self._parents[ident] != content.parent_id:
            for child, _depth in self._tree.descendants(content, 1_000_000):
                found += [child.id, *(f.id for f in self._state.files_of.of(child.id))]
        self._parents[ident] = content.parent_id
        return found

    def _notice_all(self, idents: list[str]) -> None:
        state, now = self._state, self._state.now()
        for ident in idents:
            content = state.contents.get(ident)
            version = state.version(ident, content.version) if content else None
            record = content or state.attachments.get(ident) or state.comments.get(ident)
            labels = frozenset(label.name for label in state.labels_of.of(ident))
            self._waiting.append(_Notice(now, ident, record, version, labels))

    def _take_in(self, until: datetime | None) -> None:
        """Learn of what changed up to a time."""
        due: dict[str, _Notice] = {}
        while self._waiting and (until is None or self._waiting[0].at <= until):
            notice = self._waiting.popleft()
            due.pop(notice.ident, None)
            due[notice.ident] = notice
        for notice in due.values():
            row = self._row(notice)
            if row is None:
                self._rows.pop(notice.ident, None)
            else:
                self._rows[notice.ident] = row

    def _row(self, notice: _Notice) -> Row | None:
        match notice.record:
            case Content(status=Status.CURRENT) if notice.version is not None:
                return self._content_row(notice.record, notice.version, notice.labels)
            case Attachment(status=Status.CURRENT):
                return self._file_row(notice.record)
            case Comment():
                return self._comment_row(notice.record)
            case _:
                return None

    def _content_row(self, content: Content, latest: Version, labels: frozenset[str]) -> Row:
        space = self._state.space(content.space_id)
        return Row(
            id=content.id,
            type=content.kind,
            space_id=space.id,
            space_key=space.key,
            space_title=space.name,
            title=content.title,
            text=_TAG.sub(" ", latest.body),
            labels=labels,
            creator=content.author_id,
            contributors=frozenset(v.author_id for v in self._state.versions_of(content)),
            created=content.created_at,
            lastmodified=latest.at,
            version=content.version,
            parent=content.parent_id,
            container=None,
            ancestors=tuple(a.id for a in self._tree.ancestors(content)),
            macros=frozenset(_MACRO.findall(latest.body)),
        )

    def _file_row(self, file: Attachment) -> Row | None:
        latest = file.latest
        page = self._rows.get(file.page_id)
        if page is None:
            return None
        return replace(
            self._below(page, "attachment", latest.author_id),
            id=file.id,
            title=file.title,
            created=file.created_at,
            lastmodified=latest.at,
            version=latest.number,
        )

    def _comment_row(self, comment: Comment) -> Row | None:
        page = self._rows.get(comment.page_id)
        if page is None:
            return None
        return replace(
            self._below(page, "comment", comment.author_id),
            id=comment.id,
            title=f"Re: {page.title}",
            text=_TAG.sub(" ", comment.body),
            created=comment.created_at,
            lastmodified=comment.at,
            version=comment.version,
        )

    def _below(self, page: Row, kind: str, author: str) -> Row:
        """Return the row of something that hangs on a page, still without what is its own."""
        return replace(
            page,
            type=kind,
            text="",
            labels=frozenset(),
            macros=frozenset(),
            creator=author,
            contributors=frozenset({author}),
            parent=None,
            container=page.id,
            ancestors=(*page.ancestors, page.id),
        )


def _sorted(rows: list[Row], query: Query) -> list[Row]:
    rows.sort(key=lambda row: int(row.id.removeprefix("att")))
    for field, descending in reversed(query.order):
        rows.sort(key=lambda row: _order_key(row, field), reverse=descending)
    return rows


def _order_key(row: Row, field: str) -> Any:
    match field:
        case "created" | "lastmodified":
            return getattr(row, field)
        case "title" | "type":
            return getattr(row, field).casefold()
        case "space" | "space.key":
            return row.space_key.casefold()
        case _:
            return int(row.id.removeprefix("att"))
