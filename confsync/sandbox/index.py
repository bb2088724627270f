"""The search index: a copy of what there is, always a little behind, without archived and trashed contents."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from confsync.sandbox.cql import Query, Row, parse_cql
from confsync.sandbox.records import Attachment, Comment, Content, Status, User
from confsync.sandbox.state import State
from confsync.sandbox.tree import Tree

_TAG = re.compile(r"<[^>]*>")
_MACRO = re.compile(r'ac:name="([^"]+)"')


class Index:
    """Rows by id. A change is seen `search_lag` seconds after it, or at `catch_up`."""

    def __init__(self, state: State, tree: Tree) -> None:
        self._state = state
        self._tree = tree
        self._rows: dict[str, Row] = {}
        self._waiting: deque[tuple[datetime, str]] = deque()
        for table, key in self._sources():
            table.watch(self._noticer(key))
        self.catch_up()

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

    def _sources(self) -> list[tuple[Any, Callable[[Any], str]]]:
        state = self._state
        return [
            (state.contents, lambda c: c.id),
            (state.versions, lambda v: v.content_id),
            (state.attachments, lambda a: a.id),
            (state.comments, lambda c: c.id),
            (state.labels, lambda label: label.content_id),
        ]

    def _noticer(self, key: Callable[[Any], str]) -> Callable[[Any, Any], None]:
        def notice(old: Any, new: Any) -> None:
            self._waiting.append((self._state.now(), key(new if new is not None else old)))

        return notice

    def _take_in(self, until: datetime | None) -> None:
        """Read anew what changed up to a time: the index then holds it as it is now."""
        due: dict[str, None] = {}
        while self._waiting and (until is None or self._waiting[0][0] <= until):
            due[self._waiting.popleft()[1]] = None
        for ident in due:
            row = self._row(ident)
            if row is None:
                self._rows.pop(ident, None)
            else:
                self._rows[ident] = row

    def _row(self, ident: str) -> Row | None:
        if (content := self._state.contents.get(ident)) is not None:
            return self._content_row(content) if content.status is Status.CURRENT else None
        if (file := self._state.attachments.get(ident)) is not None:
            return self._file_row(file) if file.status is Status.CURRENT else None
        if (comment := self._state.comments.get(ident)) is not None:
            return self._comment_row(comment)
        return None

    def _content_row(self, content: Content) -> Row:
        versions = self._state.versions_of(content)
        latest = versions[-1]
        space = self._state.space(content.space_id)
        return Row(
            id=content.id,
            type=content.kind,
            space_id=space.id,
            space_key=space.key,
            space_title=space.name,
            title=content.title,
            text=_TAG.sub(" ", latest.body),
            labels=frozenset(label.name for label in self._state.labels_of.of(content.id)),
            creator=content.author_id,
            contributors=frozenset(v.author_id for v in versions),
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
        page = self._row(file.page_id)
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
        page = self._row(comment.page_id)
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
