"""Comments, and the markers that inline ones leave in the page's body without a new version (FACTS.md 10)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from confsync.sandbox.bodies.storage_check import parse
from confsync.sandbox.refusals import Absent, Invalid, Stale
from confsync.sandbox.store.pages import Pages
from confsync.sandbox.store.records import Comment, Content, Status, User
from confsync.sandbox.store.state import State

_TOKEN = re.compile(
    r"(?P<skip><!\[CDATA\[.*?\]\]>|<!--.*?-->|<(?:[^>\"']|\"[^\"]*\"|'[^']*')*>)|(?P<char>&[^;]*;|.)",
    re.DOTALL,
)


class Comments:
    """Footer and inline comments of pages."""

    def __init__(self, state: State, pages: Pages) -> None:
        self._state = state
        self._pages = pages

    def of(self, page_id: str, *, inline: bool) -> list[Comment]:
        """Return a page's top-level comments of one sort, oldest first."""
        found = [
            c
            for c in self._state.comments_of.of(page_id)
            if (c.marker is not None) is inline and c.parent_id is None and c.status is Status.CURRENT
        ]
        return sorted(found, key=lambda c: int(c.id))

    def replies(self, ident: str) -> list[Comment]:
        """Return the answers to a comment, oldest first."""
        page_id = self.get(ident).page_id
        found = [c for c in self._state.comments_of.of(page_id) if c.parent_id == ident]
        return sorted(found, key=lambda c: int(c.id))

    def get(self, ident: str) -> Comment:
        """Return a comment; Absent when there is none."""
        found = self._state.comments.get(ident)
        if found is None:
            raise Absent("comment", ident)
        return found

    def add(self, by: User, page: Content, body: str, parent_id: str | None = None) -> Comment:
        """Add a footer comment, or a reply."""
        parse(body)
        parent = self.get(parent_id) if parent_id else None
        with self._state.shelf.change():
            return self._put(by, page.id, body, parent=parent)

    def add_inline(
        self, by: User, page: Content, body: str, text: str, *, count: int | None = None, index: int = 0
    ) -> Comment:
        """Add a comment on a piece of text and put its marker into the body; the version stays as it is.

        `count` is how often the writer believes the text to occur; Invalid when that is not so.
        """
        parse(body)
        storage = self._state.body(page)
        spots = find_text(storage, text)
        if not spots or (count is not None and count != len(spots)) or not 0 <= index < len(spots):
            raise Invalid(f"The text selection does not match: found {len(spots)} times")
        with self._state.shelf.change():
            ref = self._state.next_uuid("marker")
            self._pages.put_marker(page, mark(storage, spots[index], ref))
            return self._put(by, page.id, body, marker=ref, selection=text)

    def update(self, comment: Comment, body: str | None, number: int, *, resolved: bool | None) -> Comment:
        """Write a new version of a comment, or resolve or reopen it."""
        if number != comment.version + 1:
            raise Stale(comment.version, number)
        if body is not None:
            parse(body)
        changed = replace(
            comment,
            body=comment.body if body is None else body,
            version=number,
            at=self._state.now(),
            resolved=comment.resolved if resolved is None else resolved,
            reopened=comment.reopened or (resolved is False and comment.resolved),
        )
        with self._state.shelf.change():
            return self._state.comments.put(comment.id, changed)

    def delete(self, comment: Comment) -> None:
        """Remove a comment for good (a comment has no trash); its marker stays in the body."""
        with self._state.shelf.change():
            for reply in self.replies(comment.id):
                self._state.comments.drop(reply.id)
            self._state.comments.drop(comment.id)

    def resolution(self, comment: Comment) -> str:
        """Return an inline comment's state; `dangling` when its marker is no longer in the page's body."""
        page = self._state.content(comment.page_id)
        if comment.marker and f'ac:ref="{comment.marker}"' not in self._state.body(page):
            return "dangling"
        if comment.resolved:
            return "resolved"
        return "reopened" if comment.reopened else "open"

    def _put(
        self,
        by: User,
        page_id: str,
        body: str,
        *,
        parent: Comment | None = None,
        marker: str | None = None,
        selection: str = "",
    ) -> Comment:
        now = self._state.now()
        comment = Comment(
            id=self._state.next_id(),
            page_id=page_id,
            parent_id=parent.id if parent else None,
            body=body,
            version=1,
            message="",
            author_id=by.account_id,
            created_at=now,
            at=now,
            marker=parent.marker if parent else marker,
            selection=selection,
        )
        return self._state.comments.put(comment.id, comment)


@dataclass(frozen=True, slots=True)
class _Char:
    start: int
    end: int
    text: str


def find_text(storage: str, text: str) -> list[list[tuple[int, int]]]:
    """Return where a text stands in a body: per occurrence the spans of source it takes, one per text node.

    Tags are looked through, so a selection may begin in a paragraph's text and end in its bold words.
    """
    chars = list(_chars(storage))
    plain = "".join(c.text for c in chars)
    spots: list[list[tuple[int, int]]] = []
    at = plain.find(text) if text else -1
    while at >= 0:
        spots.append(_spans(chars[at : at + len(text)]))
        at = plain.find(text, at + len(text))
    return spots


def mark(storage: str, spans: list[tuple[int, int]], ref: str) -> str:
    """Wrap spans of a body into markers of one comment; all other bytes stay as they are."""
    for start, end in reversed(spans):
        inner = storage[start:end]
        wrapped = f'<ac:inline-comment-marker ac:ref="{ref}">{inner}</ac:inline-comment-marker>'
        storage = storage[:start] + wrapped + storage[end:]
    return storage


def _chars(storage: str) -> Iterator[_Char]:
    for token in _TOKEN.finditer(storage):
        if token["char"] is not None:
            text = html.unescape(token["char"])
            yield _Char(token.start(), token.end(), text if len(text) == 1 else token["char"][:1])


def _spans(chars: list[_Char]) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for char in chars:
        if spans and spans[-1][1] == char.start:
            spans[-1] = (spans[-1][0], char.end)
        else:
            spans.append((char.start, char.end))
    return spans
