"""A colleague who works in the browser: the same rules as over the wire, without the wire."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

from confsync.sandbox.store.attachments import Incoming, guess_media_type
from confsync.sandbox.store.pages import Edit
from confsync.sandbox.store.records import Attachment, Comment, Content, Kind, User
from confsync.sandbox.store.store import Store


class Person:
    """Somebody with rights of their own. Methods raise the store's refusals; ids are strings.

    What is written as `body` is storage format. Pages are saved as the editor saves them unless `raw` is given.
    """

    def __init__(self, store: Store, user: User) -> None:
        self._store = store
        self.user = user

    def create(
        self,
        title: str,
        body: str = "",
        *,
        space: str = "DOCS",
        parent_id: str | None = None,
        raw: bool = False,
    ) -> Content:
        """Create a page; without a parent below the homepage."""
        found = self._store.tree.find_space(space)
        if found is None:
            raise KeyError(space)
        user = self._store.access.must_write(self.user)
        return self._store.pages.create(user, found.id, title, body, parent_id=parent_id, in_editor=not raw)

    def create_folder(self, title: str, *, space: str = "DOCS", parent_id: str | None = None) -> Content:
        """Create a folder; without a parent below the homepage."""
        found = self._store.tree.find_space(space)
        if found is None:
            raise KeyError(space)
        user = self._store.access.must_write(self.user)
        return self._store.pages.create_folder(user, found.id, title, parent_id)

    def read(self, page_id: str) -> str:
        """Return a page's body."""
        with self._store.lock:
            return self._store.state.body(self._page(page_id))

    def edit(
        self, page_id: str, body: str | None = None, *, title: str | None = None, raw: bool = False
    ) -> Content:
        """Save a new version, whatever the current one is: the browser has the newest."""
        with self._store.lock:
            page = self._page(page_id)
            text = self._store.state.body(page) if body is None else body
            user = self._store.access.must_write(self.user, page)
            edit = Edit(number=page.version + 1, title=title, body=text, in_editor=not raw)
            return self._store.pages.update(user, page_id, edit)

    def replace(self, page_id: str, old: str, new: str) -> Content:
        """Change a piece of a page's text and touch nothing else of it; ValueError when it is not there."""
        with self._store.lock:
            body = self.read(page_id)
            if old not in body:
                raise ValueError(f"{old!r} is not in the page")
            return self.edit(page_id, body.replace(old, new, 1), raw=True)

    def type_unpublished(self, page_id: str, blocks: str) -> None:
        """Type blocks into a page without publishing: Confluence merges them into whatever is written next."""
        with self._store.lock:
            self._store.access.must_write(self.user, self._page(page_id))
            self._store.pages.type_unpublished(page_id, blocks)

    def rename(self, page_id: str, title: str) -> Content:
        """Give a page another title."""
        return self.edit(page_id, title=title, raw=True)

    def rename_folder(self, folder_id: str, title: str) -> Content:
        """Give a folder another title, as the browser does; no page in it changes."""
        with self._store.lock:
            state = self._store.state
            folder = state.content(folder_id, Kind.FOLDER)
            self._store.access.must_write(self.user, folder)
            self._store.tree.check_title(folder.space_id, folder.kind, title, besides=folder.id)
            with state.shelf.change():
                return state.contents.put(folder.id, replace(folder, title=title))

    def move(self, page_id: str, parent_id: str) -> Content:
        """Hang a page or folder below another."""
        with self._store.lock:
            page = self._store.state.content(page_id)
            self._store.access.must_write(self.user, page)
            return self._store.tree.move(page, "append", self._store.state.content(parent_id))

    def trash(self, page_id: str) -> None:
        """Delete a page (or folder) as the browser does: to the trash."""
        with self._store.lock:
            self._store.access.must_write(self.user, self._store.state.content(page_id))
            self._store.pages.trash(page_id)

    def restore(self, page_id: str) -> Content:
        """Take a page out of the trash."""
        with self._store.lock:
            page = self._store.state.content(page_id)
            edit = Edit(number=page.version + 1)
            return self._store.pages.restore(self._store.access.must_write(self.user), page_id, edit)

    def archive(self, page_id: str) -> None:
        """Archive a page."""
        with self._store.lock:
            self._store.access.must_write(self.user, self._store.state.content(page_id))
            self._store.pages.archive(page_id)

    def label(self, page_id: str, *names: str) -> None:
        """Add labels to a page."""
        with self._store.lock:
            self._store.labels.add(self._page(page_id), [("global", name) for name in names])

    def unlabel(self, page_id: str, name: str) -> None:
        """Remove a label."""
        with self._store.lock:
            self._store.labels.remove(self._page(page_id), name)

    def attach(self, page_id: str, name: str, data: bytes) -> Attachment:
        """Upload a file, or a new version of it."""
        with self._store.lock:
            user = self._store.access.must_write(self.user)
            file = Incoming(name=name, stream=BytesIO(data), media_type=guess_media_type(name))
            return self._store.files.add_or_replace(user, self._page(page_id), file)

    def detach(self, page_id: str, name: str) -> None:
        """Delete a file of a page, as the browser does: to the trash. KeyError without one."""
        with self._store.lock:
            page = self._page(page_id)
            self._store.access.must_write(self.user, page)
            self._store.files.trash(self._file(page, name).id)

    def rename_file(self, page_id: str, name: str, new: str) -> Attachment:
        """Give a file another name; the bodies that show it are not touched."""
        with self._store.lock:
            page = self._page(page_id)
            user = self._store.access.must_write(self.user, page)
            file = self._file(page, name)
            return self._store.files.describe(
                user, file.id, file.latest.number, title=new, comment=None, media=None
            )

    def files(self, page_id: str) -> dict[str, bytes]:
        """Return the names and contents of a page's files."""
        with self._store.lock:
            found = {}
            for file in self._store.files.of(self._page(page_id).id):
                _version, stream = self._store.files.open(file)
                with stream:
                    found[file.title] = stream.read()
            return found

    def labels(self, page_id: str) -> set[str]:
        """Return a page's ordinary labels."""
        with self._store.lock:
            return {label.name for label in self._store.labels.of(self._page(page_id).id, "global")}

    def _file(self, page: Content, name: str) -> Attachment:
        found = self._store.files.find(page.id, name)
        if found is None:
            raise KeyError(name)
        return found

    def comment(self, page_id: str, text: str, *, on: str | None = None) -> Comment:
        """Comment on a page, or on the first occurrence of the words `on`: then a marker goes into the body."""
        with self._store.lock:
            page = self._page(page_id)
            body = f"<p>{text}</p>"
            if on is None:
                return self._store.comments.add(self.user, page, body)
            return self._store.comments.add_inline(self.user, page, body, on)

    def hide(self, page_id: str, *, from_all_but: tuple[str, ...] = ()) -> None:
        """Restrict a page, and what is below it, to this person and those whose account ids are given."""
        self._store.access.restrict(page_id, viewers=(self.user.account_id, *from_all_but))

    def unhide(self, page_id: str) -> None:
        """Lift a page's restrictions."""
        self._store.access.restrict(page_id)

    def find(self, title: str, *, space: str = "DOCS") -> Content | None:
        """Find a current page by title."""
        with self._store.lock:
            for content in self._store.state.contents.values():
                owner = self._store.state.space(content.space_id)
                fits = content.kind is Kind.PAGE and content.status == "current" and owner.key == space
                if fits and content.title == title:
                    return content
        return None

    def _page(self, page_id: str) -> Content:
        page = self._store.state.content(page_id, Kind.PAGE)
        return self._store.access.must_see(self.user, page)
