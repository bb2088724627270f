"""The page tree: creating, moving, ancestors, titles, folders, by Confluence's own rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from confsync.model import title_key
from confsync.sandbox.refusals import Absent, Clash, Invalid, TitleTaken
from confsync.sandbox.store.records import Content, Kind, Space, Status, User, Version
from confsync.sandbox.store.state import State, version_key

STEP = 128
"""Positions are sparse: a page can go between two others without their being touched."""
MAX_TITLE = 255

Place = Literal["before", "after", "append"]


class Tree:
    """Where contents hang, and what they are called."""

    def __init__(self, state: State) -> None:
        self._state = state

    def create_space(self, by: User, key: str, name: str, *, homepage: bool = True) -> Space:
        """Make a space with a homepage (or without); Clash when the key is taken, without regard to case."""
        if not key.removeprefix("~").isalnum() or not key.isascii() or len(key) > 255:
            raise Invalid(f"Space key is invalid: {key}")
        if self.find_space(key) is not None:
            raise Clash(f"A space already exists with key {key}")
        state = self._state
        with state.shelf.change():
            space = Space(
                id=str(state.next_number("space", 32_769)),
                key=key,
                name=name,
                author_id=by.account_id,
                created_at=state.now(),
            )
            state.spaces.put(space.id, space)
            if homepage:
                home = self.insert(by, Kind.PAGE, space.id, f"{name} Home", None, body="")
                space = state.spaces.put(space.id, replace(space, homepage_id=home.id))
            return space

    def find_space(self, key: str) -> Space | None:
        """Find a space by key, without regard to case."""
        wanted = key.casefold()
        return next((s for s in self._state.spaces.values() if s.key.casefold() == wanted), None)

    def insert(
        self,
        by: User,
        kind: Kind,
        space_id: str,
        title: str,
        parent_id: str | None,
        *,
        body: str,
        status: Status = Status.CURRENT,
        ident: str | None = None,
        message: str = "",
    ) -> Content:
        """Add a content as its parent's last child, in version 1. Titles must be free, the parent current."""
        state = self._state
        title = self.fit_title(title, draft=status is Status.DRAFT)
        with state.shelf.change():
            state.space(space_id)
            self.check_parent(space_id, parent_id)
            if status is not Status.DRAFT:
                self.check_title(space_id, kind, title)
            content = Content(
                id=ident or state.next_id(),
                kind=kind,
                space_id=space_id,
                status=status,
                title=title,
                parent_id=parent_id,
                position=self.last_position(parent_id),
                author_id=by.account_id,
                created_at=state.now(),
                version=1,
            )
            self.record(content, by, body, message, minor=False)
            return state.contents.put(content.id, content)

    def record(self, content: Content, by: User, body: str, message: str, *, minor: bool) -> None:
        """Write the version record that belongs to a content's current number."""
        version = Version(
            content_id=content.id,
            number=content.version,
            title=content.title,
            body=body,
            message=message,
            minor=minor,
            author_id=by.account_id,
            at=self._state.now(),
        )
        self._state.versions.put(version_key(content.id, content.version), version)

    def fit_title(self, title: str, *, draft: bool = False) -> str:
        """Return a title as it is kept: trimmed; Invalid when it is empty or longer than 255 UTF-16 units."""
        title = title.strip()
        if not title and not draft:
            raise Invalid("A page title is required")
        if len(title.encode("utf-16-le", "surrogatepass")) // 2 > MAX_TITLE:
            raise Invalid(f"Title cannot be longer than {MAX_TITLE} characters.")
        return title

    def check_title(self, space_id: str, kind: Kind, title: str, *, besides: str | None = None) -> None:
        """TitleTaken when another current or archived content of the kind has the title, in whatever case."""
        for other in self._state.titles.of(f"{space_id} {kind} {title_key(title)}"):
            if other.id != besides and other.status in (Status.CURRENT, Status.ARCHIVED):
                raise TitleTaken(title, self._state.space(space_id).key)

    def check_parent(self, space_id: str, parent_id: str | None, *, child: str | None = None) -> None:
        """Absent for a parent that is not current in the space; Invalid for a page below itself."""
        if parent_id is None:
            return
        parent = self._state.content(parent_id)
        if parent.status is not Status.CURRENT:
            raise Absent("parent", parent_id)
        if parent.space_id != space_id:
            raise Invalid("The parent page must be in the same space")
        if child is not None and (parent_id == child or child in (a.id for a in self.ancestors(parent))):
            raise Invalid("Can not set page as its own parent")

    def last_position(self, parent_id: str | None) -> int | None:
        """Return the position of a new last child; roots have none."""
        if parent_id is None:
            return None
        taken = [c.position for c in self._state.children.of(parent_id) if c.position is not None]
        return max(taken, default=0) + STEP

    def ancestors(self, content: Content) -> list[Content]:
        """Return what stands above a content, the topmost first."""
        above: list[Content] = []
        seen = {content.id}
        parent = self._state.contents.get(content.parent_id or "")
        while parent is not None and parent.id not in seen:
            above.append(parent)
            seen.add(parent.id)
            parent = self._state.contents.get(parent.parent_id or "")
        return above[::-1]

    def children(self, content: Content) -> list[Content]:
        """Return the direct children, folders too, in the order of the tree."""
        return self._state.siblings(content.id, content.space_id)

    def descendants(self, content: Content, depth: int) -> Iterator[tuple[Content, int]]:
        """Return what stands below a content, parents first, each with its depth from 1 on."""
        stack = [(child, 1) for child in reversed(self.children(content))]
        while stack:
            node, level = stack.pop()
            yield node, level
            if level < depth:
                stack.extend((child, level + 1) for child in reversed(self.children(node)))

    def move(self, content: Content, place: Place, target: Content) -> Content:
        """Hang a content elsewhere; its version stays (FACTS.md 5). Descendants go along.

        `before` and `after` put it beside the target, `append` makes it the target's last child.
        """
        state = self._state
        if content.id == target.id:
            raise Invalid("Can not set page as its own parent")
        parent_id = target.id if place == "append" else target.parent_id
        with state.shelf.change():
            self.check_parent(target.space_id, parent_id, child=content.id)
            if target.space_id != content.space_id:
                self._change_space(content, target.space_id)
            position = self.last_position(parent_id)
            content = state.content(content.id)
            content = state.contents.put(content.id, replace(content, parent_id=parent_id, position=position))
            if place != "append":
                self._line_up(content, place, target)
            return state.content(content.id)

    def hang(self, content: Content, parent_id: str | None) -> Content:
        """Return a content below another parent of its space, as the last child; not yet written."""
        if parent_id == content.parent_id:
            return content
        self.check_parent(content.space_id, parent_id, child=content.id)
        position = self.last_position(parent_id)
        return replace(content, parent_id=parent_id, position=position)

    def _line_up(self, content: Content, place: Place, target: Content) -> None:
        """Number the siblings anew with the content beside the target; roots have no positions to set."""
        if content.parent_id is None:
            return
        row = [c for c in self._state.siblings(content.parent_id, content.space_id) if c.id != content.id]
        spot = next((n for n, c in enumerate(row) if c.id == target.id), len(row))
        row.insert(spot + (place == "after"), content)
        for number, sibling in enumerate(row, start=1):
            if sibling.position != number * STEP:
                self._state.contents.put(sibling.id, replace(sibling, position=number * STEP))

    def _change_space(self, content: Content, space_id: str) -> None:
        """Take a page and all below it into another space; a title that is taken there refuses the whole move."""
        moving = [content, *(node for node, _level in self.descendants(content, 1_000_000))]
        for node in moving:
            self.check_title(space_id, node.kind, node.title)
            self._state.contents.put(node.id, replace(node, space_id=space_id))
