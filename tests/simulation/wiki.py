"""A Confluence in memory as it is, and what people do in it. How requests get there is `fake_confluence`'s affair."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from xml.etree import ElementTree as ET

from confsync.model import Folder, Page, PageId, ParentType, Sha, Space, SpaceId, Status, title_key
from confsync.outcome import Reason

HOME = PageId("1")
SPACE = Space(id=SpaceId("9"), key="DOCS", name="Docs", homepage_id=HOME)
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;|apos;|#)\w+;")


class Gone(Exception):
    """A write that Confluence refuses."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Content:
    """One version of an attachment. `hash` is what the one who sent it said of it."""

    data: bytes
    hash: Sha | None = None


@dataclass
class File:
    """An attachment with its versions, oldest first."""

    id: str
    versions: list[Content] = field(default_factory=list)


class Wiki:
    """Pages with versions, unique titles, a trash and an archive; folders, labels, attachments."""

    def __init__(self) -> None:
        home = Page(id=HOME, title="Docs Home", version=1, body="<p>home</p>")
        self.history_of: dict[PageId, list[Page]] = {HOME: [home]}
        self.folders: dict[PageId, Folder] = {}
        self.labels: dict[PageId, set[str]] = {}
        self.files: dict[PageId, dict[str, File]] = {}
        self.trashed_files: dict[str, File] = {}
        self.hidden: set[PageId] = set()
        self.abroad: set[PageId] = set()
        """Pages that were moved to another space."""
        self.read_only = False
        """Nobody but people in the browser may write just now."""
        self.purged: set[PageId] = set()
        """Pages that are not even in the trash any more; nobody can read them, but for what judges histories."""
        self.number = 1

    # -- what is there

    def now(self, page_id: PageId) -> Page:
        return self.history_of[page_id][-1]

    def find(self, title: str) -> Page | None:
        return next((p for p in self.live() if title_key(p.title) == title_key(title)), None)

    def live(self) -> list[Page]:
        """Return the current pages of the space but for the homepage."""
        pages = (history[-1] for i, history in self.history_of.items() if i != HOME and i not in self.abroad)
        return [page for page in pages if page.status is Status.CURRENT]

    def gone(self, status: Status) -> list[Page]:
        """Return the pages in the trash, or in the archive."""
        pages = (history[-1] for i, history in self.history_of.items() if i not in self.purged)
        return [page for page in pages if page.status is status]

    def is_current(self, page_id: PageId | None) -> bool:
        return page_id in self.history_of and self.now(page_id).status is Status.CURRENT

    def taken(self, title: str, besides: PageId | None = None) -> bool:
        """Say whether a title is to be had no more; an archived page keeps its own."""
        here = (h[-1] for i, h in self.history_of.items() if i not in self.abroad)
        holders = (page for page in here if page.status is not Status.TRASHED)
        return any(title_key(p.title) == title_key(title) and p.id != besides for p in holders)

    def is_below(self, node: PageId | None, top: PageId) -> bool:
        while node in self.history_of or node in self.folders:
            if node == top:
                return True
            node = self.folders[node].parent_id if node in self.folders else self.now(node).parent_id
        return False

    # -- pages

    def new(self, title: str, body: str, parent: PageId | None = HOME, message: str = "") -> Page:
        if self.taken(title):
            raise Gone(Reason.TITLE_TAKEN)
        self._check(body, parent)
        page = Page(
            id=self._next_id(),
            title=title,
            version=1,
            parent_id=parent,
            parent_type=self._kind(parent),
            body=body,
            message=message,
        )
        self.history_of[page.id] = [page]
        return page

    def change(self, page_id: PageId, version: int, message: str = "", **changes) -> Page:
        """Write a new version: title, parent_id, body, as far as they are given."""
        if not self.is_current(page_id):
            raise Gone(Reason.GONE)
        if page_id in self.abroad:
            raise Gone(Reason.INVALID)
        page = self.now(page_id)
        if version != page.version + 1:
            raise Gone(Reason.STALE)
        new = replace(page, version=version, message=message, **changes)
        if self.taken(new.title, page_id):
            raise Gone(Reason.TITLE_TAKEN)
        self._check(new.body or "", new.parent_id)
        if self.is_below(new.parent_id, page_id):
            raise Gone(Reason.INVALID)
        self.history_of[page_id].append(replace(new, parent_type=self._kind(new.parent_id)))
        return self.now(page_id)

    def take_back(self, page_id: PageId, version: int, message: str) -> Page:
        """Write to a page in the trash: that brings it back with a new version, and changes nothing else."""
        if version != self.now(page_id).version + 1:
            raise Gone(Reason.STALE)
        back = self.restore(page_id, anew=False)
        self.history_of[page_id].append(replace(back, version=version, message=message))
        return self.now(page_id)

    def edit(self, page_id: PageId, **changes) -> Page:
        """Save in the browser, which has the newest version."""
        return self.change(page_id, self.now(page_id).version + 1, **changes)

    def put_in_trash(self, page_id: PageId) -> None:
        """Trash a page; its children go up to the homepage."""
        self._leave(page_id, Status.TRASHED)

    def archive(self, page_id: PageId) -> None:
        self._leave(page_id, Status.ARCHIVED)

    def _leave(self, page_id: PageId, status: Status) -> None:
        if not self.is_current(page_id):
            return
        self.history_of[page_id].append(replace(self.now(page_id), status=status, parent_id=None))
        for child in self.live():
            if child.parent_id == page_id:
                self.history_of[child.id].append(replace(child, parent_id=HOME, parent_type=ParentType.PAGE))

    def restore(self, page_id: PageId, *, anew: bool) -> Page:
        """Take a page out of the trash or the archive: to where it was, if that stands, else below the homepage.

        `anew`: with a new version, as the API does; else with the one that it had.
        """
        *_, before, page = self.history_of[page_id]
        if page.status is Status.CURRENT or page_id in self.purged:
            raise Gone(Reason.INVALID)
        if self.taken(page.title, page_id):
            raise Gone(Reason.TITLE_TAKEN)
        stands = before.parent_id in self.folders or (
            self.is_current(before.parent_id) and before.parent_id not in self.abroad
        )
        place = before.parent_id if stands else HOME
        back = replace(page, status=Status.CURRENT, parent_id=place, parent_type=self._kind(place))
        if anew:
            back = replace(back, version=page.version + 1, message="")
        self.history_of[page_id].append(back)
        return back

    def purge(self, page_id: PageId) -> None:
        """Remove a page from the trash for good."""
        if self.now(page_id).status is Status.TRASHED:
            self.purged.add(page_id)

    def hang(self, page_id: PageId) -> None:
        """Put a page whose parent is gone below the homepage; that makes no new version."""
        self.history_of[page_id].append(
            replace(self.now(page_id), parent_id=HOME, parent_type=ParentType.PAGE)
        )

    def below(self, page_id: PageId) -> list[Page]:
        """Return a page and all that hangs below it."""
        return [
            self.now(page_id),
            *(p for p in self.live() if p.id != page_id and self.is_below(p.id, page_id)),
        ]

    def copy(self, page_id: PageId, title: str) -> Page:
        """Copy a page with its labels and files: another id, one version, and no message."""
        page = self.now(page_id)
        twin = self.new(title, page.body or "", page.parent_id)
        if page_id in self.labels:
            self.label(twin.id, *self.labels[page_id])
        for name, file in self.files.get(page_id, {}).items():
            self.attach(twin.id, name, file.versions[-1].data, said=file.versions[-1].hash)
        return twin

    def _check(self, body: str, parent: PageId | None) -> None:
        try:
            ET.fromstring(f"<x xmlns:ac='a' xmlns:ri='r' xmlns:at='t'>{_ENTITY.sub('', body)}</x>")
        except ET.ParseError as err:
            raise Gone(Reason.INVALID) from err
        if parent is not None and parent not in self.folders and not self.is_current(parent):
            raise Gone(Reason.GONE)

    def _kind(self, parent: PageId | None) -> ParentType | None:
        if parent is None:
            return None
        return ParentType.FOLDER if parent in self.folders else ParentType.PAGE

    def _next_id(self) -> PageId:
        self.number += 1
        return PageId(str(self.number))

    # -- folders, labels, files

    def new_folder(self, title: str, parent: PageId | None) -> Folder:
        folder = Folder(id=self._next_id(), title=title, parent_id=parent, parent_type=self._kind(parent))
        self.folders[folder.id] = folder
        return folder

    def change_folder(self, folder_id: PageId, **changes) -> Folder:
        """Rename or move a folder, as people do in the browser: title, parent_id."""
        new = replace(self.folders[folder_id], **changes)
        if new.parent_id is not None and self.is_below(new.parent_id, folder_id):
            raise Gone(Reason.INVALID)
        self.folders[folder_id] = replace(new, parent_type=self._kind(new.parent_id))
        return self.folders[folder_id]

    def make_page_of(self, folder_id: PageId, body: str) -> None:
        """Make a page of a folder, in its place."""
        folder = self.folders.pop(folder_id)
        self.history_of[folder_id] = [
            Page(
                id=folder_id,
                title=folder.title,
                version=1,
                parent_id=folder.parent_id,
                parent_type=folder.parent_type,
                body=body,
            )
        ]
        for history in self.history_of.values():
            if history[-1].parent_id == folder_id:
                history.append(replace(history[-1], parent_type=ParentType.PAGE))
        for inner in [f for f in self.folders.values() if f.parent_id == folder_id]:
            self.change_folder(inner.id)

    def label(self, page_id: PageId, *names: str) -> tuple[str, ...]:
        self._must_stand(page_id)
        self.labels.setdefault(page_id, set()).update(names)
        return self.labels_of(page_id)

    def unlabel(self, page_id: PageId, name: str) -> None:
        self._must_stand(page_id)
        self.labels.get(page_id, set()).discard(name)

    def labels_of(self, page_id: PageId) -> tuple[str, ...]:
        return tuple(sorted(self.labels.get(page_id, ())))

    def attach(
        self, page_id: PageId, name: str, data: bytes, *, said: Sha | None = None, to: str | None = None
    ) -> File:
        """Add a file, or a new version of it: of the one with the id `to`, if given. People say no hash."""
        self._must_stand(page_id)
        files = self.files.setdefault(page_id, {})
        if to is not None:
            name = next((n for n, one in files.items() if one.id == to), "")
            if not name:
                raise Gone(Reason.GONE)
        file = files.setdefault(name, File(f"att{self._next_id()}"))
        file.versions.append(Content(data, said))
        return file

    def detach(self, page_id: PageId, name: str) -> None:
        """Move a file to the trash."""
        file = self.files.get(page_id, {}).pop(name, None)
        if file is not None:
            self.trashed_files[file.id] = file

    def _must_stand(self, page_id: PageId) -> None:
        if not self.is_current(page_id):
            raise Gone(Reason.GONE)
