"""Writing pages: create, update under the version lock, rename, archive, trash, restore, purge."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from confsync.sandbox.bodies.editor import editor_save
from confsync.sandbox.bodies.rewrite import Occasion, rewrite
from confsync.sandbox.bodies.storage_check import parse
from confsync.sandbox.refusals import Absent, Invalid, Stale
from confsync.sandbox.store.records import Content, Kind, LongTask, Status, Tombstone, Unpublished, User
from confsync.sandbox.store.state import State, version_key
from confsync.sandbox.store.tree import Tree

SameSite = Callable[[str], tuple[str, str] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A new version of a page. None leaves title, body or parent as they are; `""` as a parent is the root.

    `number` is what the writer believes to be the next version. `in_editor`: saved by a person in the browser.
    """

    number: int
    title: str | None = None
    body: str | None = None
    parent_id: str | None = None
    message: str = ""
    minor: bool = False
    in_editor: bool = False


class Pages:
    """What can be done to pages and folders. `same_site` finds the page behind an address of this site."""

    def __init__(self, state: State, tree: Tree) -> None:
        self._state = state
        self._tree = tree
        self.same_site: SameSite = lambda _address: None

    def create(
        self,
        by: User,
        space_id: str,
        title: str,
        body: str,
        *,
        parent_id: str | None = None,
        root_level: bool = False,
        status: Status = Status.CURRENT,
        in_editor: bool = False,
        message: str = "",
    ) -> Content:
        """Create a page below a page or folder; without a parent below the homepage, or at the root if asked."""
        state = self._state
        with state.shelf.change():
            space = state.space(space_id)
            if parent_id is None and not root_level:
                parent_id = space.homepage_id
            ident = state.next_id()
            kept = self._kept(
                body, Occasion(state.habits.seed, ident, 1, cloud=state.habits.cloud), in_editor=in_editor
            )
            return self._tree.insert(
                by,
                Kind.PAGE,
                space_id,
                title,
                parent_id,
                body=kept,
                status=status,
                ident=ident,
                message=message,
            )

    def create_folder(self, by: User, space_id: str, title: str, parent_id: str | None) -> Content:
        """Create a folder; without a parent below the homepage."""
        with self._state.shelf.change():
            home = self._state.space(space_id).homepage_id
            return self._tree.insert(by, Kind.FOLDER, space_id, title, parent_id or home, body="")

    def update(self, by: User, ident: str, edit: Edit) -> Content:
        """Write a new version; Stale unless `edit.number` is the current one plus one. A draft is published by 1."""
        state = self._state
        with state.shelf.change():
            page = state.content(ident)
            if page.status is Status.TRASHED:
                return self.restore(by, ident, edit)
            if page.status is Status.ARCHIVED:
                raise Invalid("Cannot update an archived page")
            draft = page.status is Status.DRAFT
            expected = 1 if draft else page.version + 1
            if edit.number != expected:
                raise Stale(page.version, edit.number)
            old_title, body = page.title, state.body(page)
            title = self._tree.fit_title(page.title if edit.title is None else edit.title)
            self._tree.check_title(page.space_id, page.kind, title, besides=page.id)
            if edit.body is not None:
                occasion = Occasion(state.habits.seed, ident, expected, cloud=state.habits.cloud)
                body = self._kept(edit.body + self._typed(ident), occasion, in_editor=edit.in_editor)
            if edit.parent_id is not None:
                page = self._tree.hang(page, edit.parent_id or None)
            page = replace(page, title=title, version=expected, status=Status.CURRENT)
            state.contents.put(ident, page)
            self._tree.record(page, by, body, edit.message, minor=edit.minor)
            if title != old_title:
                self._follow_rename(page, old_title)
            return page

    def type_unpublished(self, ident: str, blocks: str) -> None:
        """Let a person type blocks and not publish them: the next write of the page brings them along."""
        parse(blocks)
        with self._state.shelf.change():
            held = self._state.unpublished.get(ident)
            whole = (held.blocks if held else "") + blocks
            self._state.unpublished.put(ident, Unpublished(content_id=ident, blocks=whole))

    def delete_version(self, ident: str, number: int) -> None:
        """Remove an old version, as retention rules do; Invalid for the current one. Numbers stay as they are."""
        page = self._state.content(ident, Kind.PAGE)
        self._state.version(ident, number)
        if number == page.version:
            raise Invalid("Cannot delete the current version")
        with self._state.shelf.change():
            self._state.versions.drop(version_key(ident, number))

    def put_marker(self, page: Content, body: str) -> None:
        """Replace the current body without a new version, as a comment's marker does (FACTS.md 10)."""
        version = self._state.version(page.id, page.version)
        self._state.versions.put(version_key(page.id, page.version), replace(version, body=body))

    def archive(self, ident: str) -> LongTask:
        """Archive a page; it keeps its title and its place. Only once, and only a current page."""
        state = self._state
        with state.shelf.change():
            page = state.content(ident, Kind.PAGE)
            if page.status is not Status.CURRENT:
                raise Invalid("Only current pages can be archived")
            state.contents.put(ident, replace(page, status=Status.ARCHIVED))
            job = LongTask(id=state.next_uuid("longtask"), name="Archive pages")
            return state.long_tasks.put(job.id, job)

    def trash(self, ident: str) -> Content:
        """Move a content to the trash. Its children lose their parent (FACTS.md 6).

        On Cloud they are archived as well; on Data Center they go to the grandparent.
        """
        state = self._state
        with state.shelf.change():
            page = state.content(ident)
            if page.status is Status.TRASHED:
                raise Absent(page.kind, ident)
            for child in self._tree.children(page):
                self._orphan(child, page.parent_id)
            space = state.space(page.space_id)
            if space.homepage_id == ident:
                state.spaces.put(space.id, replace(space, homepage_id=None))
            gone = replace(
                page, status=Status.TRASHED, parent_id=None, position=None, former_parent_id=page.parent_id
            )
            return state.contents.put(ident, gone)

    def restore(self, by: User, ident: str, edit: Edit) -> Content:
        """Take a page out of the trash; title and body of the call are not applied (FACTS.md 4).

        It goes where it was, if that is still there, else below the homepage. Its title must be free.
        """
        state = self._state
        with state.shelf.change():
            page = state.content(ident)
            if edit.number != page.version + 1:
                raise Stale(page.version, edit.number)
            self._tree.check_title(page.space_id, page.kind, page.title, besides=ident)
            body = state.body(page)
            page = replace(page, status=Status.CURRENT, version=edit.number)
            page = self._tree.hang(page, self._old_place(page))
            page = replace(page, former_parent_id=None)
            self._tree.record(page, by, body, edit.message, minor=edit.minor)
            return state.contents.put(ident, page)

    def purge(self, ident: str) -> None:
        """Remove a trashed content for good, with all that hangs on it."""
        state = self._state
        with state.shelf.change():
            page = state.content(ident)
            if page.status is not Status.TRASHED:
                raise Invalid("Content must be in the trash to be purged")
            self._remove(page)

    def discard_draft(self, ident: str) -> None:
        """Remove a draft for good."""
        with self._state.shelf.change():
            page = self._state.content(ident, Kind.PAGE)
            if page.status is not Status.DRAFT:
                raise Absent("draft", ident)
            self._remove(page)

    def restore_version(self, by: User, ident: str, number: int, message: str) -> Content:
        """Write an old version's body and title as a new version."""
        old = self._state.version(ident, number)
        page = self._state.content(ident, Kind.PAGE)
        edit = Edit(number=page.version + 1, title=old.title, body=old.body, message=message, in_editor=False)
        return self.update(by, ident, edit)

    def _kept(self, body: str, occasion: Occasion, *, in_editor: bool) -> str:
        """Return what is kept of a body that was sent."""
        if not self._state.habits.rewrites:
            parse(body)
            return body
        if in_editor:
            return editor_save(body, occasion, self.same_site)
        return rewrite(body, occasion, self.same_site)

    def _typed(self, ident: str) -> str:
        """Return what was typed and not published, and forget it: it is in the page now."""
        held = self._state.unpublished.get(ident)
        self._state.unpublished.drop(ident)
        return held.blocks if held is not None else ""

    def _orphan(self, child: Content, grandparent_id: str | None) -> None:
        if self._state.habits.cloud:
            archived = Status.ARCHIVED if child.kind is Kind.PAGE else child.status
            lost = replace(child, parent_id=None, position=None, status=archived)
            self._state.contents.put(child.id, lost)
        else:
            self._state.contents.put(child.id, self._tree.hang(child, grandparent_id))

    def _old_place(self, page: Content) -> str | None:
        former = self._state.contents.get(page.former_parent_id or "")
        if former is not None and former.status is Status.CURRENT:
            return former.id
        return self._state.space(page.space_id).homepage_id

    def _remove(self, page: Content) -> None:
        state = self._state
        for version in state.versions_of(page):
            state.versions.drop(version_key(page.id, version.number))
        for file in state.files_of.of(page.id):
            state.attachments.drop(file.id)
        for label in state.labels_of.of(page.id):
            state.labels.drop(f"{page.id} {label.prefix}:{label.name}")
        for prop in state.properties_of.of(page.id):
            state.properties.drop(prop.id)
        for comment in state.comments_of.of(page.id):
            state.comments.drop(comment.id)
        state.unpublished.drop(page.id)
        state.contents.drop(page.id)
        state.tombstones.put(page.id, Tombstone(id=page.id))

    def _follow_rename(self, page: Content, old_title: str) -> None:
        """Write the new title into the links of other pages, without new versions (FACTS.md 14)."""
        if page.kind is not Kind.PAGE:
            return
        old = f'ri:content-title="{escape(old_title, {chr(34): "&quot;"})}"'
        new = f'ri:content-title="{escape(page.title, {chr(34): "&quot;"})}"'
        key = self._state.space(page.space_id).key
        link = re.compile(r"<ri:page\b[^>]*>")
        for other in self._state.in_space.of(page.space_id):
            if other.kind is not Kind.PAGE or old not in (body := self._state.body(other)):
                continue
            self.put_marker(other, link.sub(lambda m: _retitled(m[0], old, new, key), body))


def _retitled(tag: str, old: str, new: str, space_key: str) -> str:
    """Return a link element with the new title, unless it leads into another space."""
    if "ri:space-key=" in tag and f'ri:space-key="{space_key}"' not in tag:
        return tag
    return tag.replace(old, new)
