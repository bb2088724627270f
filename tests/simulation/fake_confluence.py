"""The port `Remote` over a wiki in memory: answers get lost, writes arrive late, pages hide, listings tear."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fate import Fate, Luck, Tale, words
from wiki import HOME, SPACE, Gone, Wiki

from confsync.errors import ChangedUnderneath, IncompleteListing, NotFound
from confsync.model import (
    Attachment,
    Flavor,
    Folder,
    Page,
    PageId,
    PageVersion,
    Sha,
    Site,
    Space,
    Status,
    sha,
    title_key,
)
from confsync.outcome import (
    Applied,
    FolderHint,
    NewPage,
    Outcome,
    PageUpdate,
    Reason,
    Refused,
    SearchHint,
    Unknown,
    Upload,
)
from confsync.sync.marks import is_mark


class FakeConfluence:
    """What the engine sees of the wiki, and what becomes of its writes on their way."""

    def __init__(self, fate: Fate, tale: Tale, wiki: Wiki) -> None:
        self.fate, self.tale, self.wiki = fate, tale, wiki
        self.late: list[Callable[[], object]] = []
        self.torn = False
        self.writes = self.rounds = 0
        self.must_stay: Callable[[PageId], bool] = lambda _: False
        self.came_late: set[str] = set()
        """What new files are made of that arrived late: that their like was deleted meanwhile no client can know."""
        self._arriving = False
        self._told: dict[PageId, int] = {}
        """The versions that the newest were told with, the one that changed last at the end."""

    # -- the way there

    def _deliver(self, what: str, work: Callable[[], object], *, may_be_late: bool = True) -> Outcome:
        """Deliver a write, lose the request, lose the answer, or deliver it much later.

        A late DELETE is what no client can guard against (it knows no version); docs/promises.md says so.
        """
        with self.fate.around(what, alone=not may_be_late):
            self.writes += 1
            luck = self.fate.luck()
            if luck is Luck.LOST:
                return Unknown("the request was lost")
            if luck is Luck.LATE and may_be_late:
                self.late.append(work)
                return Unknown("the request is on its way")
            try:
                answer = self._allowed(work)
            except Gone as err:
                outcome: Outcome = Refused(err.reason, 409, str(err.reason))
            else:
                outcome = Applied(answer)
            return outcome if luck is Luck.FINE else Unknown("the answer was lost")

    def _allowed(self, work: Callable[[], object]) -> object:
        if self.wiki.read_only:
            raise Gone(Reason.FORBIDDEN)
        return work()

    def arrive(self) -> None:
        """Let what was late arrive."""
        self._arriving = True
        for work in self.late:
            try:
                work()
            except Gone:
                continue
        self._arriving = False
        self.late.clear()

    # -- reading

    def site(self) -> Site:
        self.rounds += 1
        return Site(flavor=Flavor.CLOUD, base_url="https://fake.example/wiki", user_id="me", user_name="Me")

    def space(self, key: str) -> Space:
        if key.casefold() != SPACE.key.casefold():
            raise NotFound("there is no such space", where=key, hint=f"There is {SPACE.key}.")
        return SPACE

    def pages(self, space: Space, *, bodies: bool = False) -> list[Page]:
        self.fate.step("list")
        if self.torn:
            raise IncompleteListing("the listing broke off")
        seen = [p for p in (self.wiki.now(HOME), *self.wiki.live()) if p.id not in self.wiki.hidden]
        return [p if bodies else replace(p, body=None) for p in seen]

    def newest(self, space: Space) -> list[Page]:
        seen = {page.id: page for page in self.pages(space)}
        for page in seen.values():
            if self._told.get(page.id) != page.version:
                self._told.pop(page.id, None)
                self._told[page.id] = page.version
        return [seen[page_id] for page_id in reversed(self._told) if page_id in seen]

    def signs(self, space: Space) -> dict[str, str]:
        """Search: the index is never behind here."""
        self.fate.step("search")
        labels = {str(p.id): "page " + " ".join(self.wiki.labels_of(p.id)) for p in self.wiki.live()}
        files = (file for files in self.wiki.files.values() for file in files.values())
        return labels | {file.id: f"attachment {len(file.versions)}" for file in files}

    def page(self, page_id: PageId, *, version: int | None = None) -> Page | None:
        self.fate.step("read")
        if page_id in self.wiki.hidden | self.wiki.purged or page_id not in self.wiki.history_of:
            return None
        if version is None:
            return replace(self.wiki.now(page_id), labels=self.wiki.labels_of(page_id))
        return next((p for p in self.wiki.history_of[page_id] if p.version == version), None)

    def find_title(self, space: Space, title: str) -> Page | None:
        self.fate.step("find")
        unseen = self.wiki.hidden | self.wiki.abroad
        pages = (history[-1] for i, history in self.wiki.history_of.items() if i not in unseen)
        there = (p for p in pages if p.status is not Status.TRASHED)
        return next((p for p in there if title_key(p.title) == title_key(title)), None)

    def history(self, page_id: PageId) -> list[PageVersion]:
        self.fate.step("history")
        versions = {
            p.version: PageVersion(number=p.version, message=p.message) for p in self.wiki.history_of[page_id]
        }
        return [versions[number] for number in sorted(versions, reverse=True)]

    def folder(self, folder_id: PageId) -> Folder | None:
        return self.wiki.folders.get(folder_id)

    def folders_below(self, page_id: PageId) -> list[Folder]:
        return [f for f in self.wiki.folders.values() if f.parent_id == page_id]

    def find_folder(self, space: Space, title: str, parent_id: PageId | None) -> Folder | None:
        below = (f for f in self.wiki.folders.values() if f.parent_id == (parent_id or HOME))
        return next((f for f in below if title_key(f.title) == title_key(title)), None)

    def attachments(self, page_id: PageId) -> list[Attachment]:
        self.fate.step("attachments")
        files = self.wiki.files.get(page_id, {})
        return [self._record(page_id, name) for name in sorted(files)]

    def _record(self, page_id: PageId, name: str) -> Attachment:
        file = self.wiki.files[page_id][name]
        newest = file.versions[-1]
        return Attachment(
            id=file.id,
            page_id=page_id,
            name=name,
            version=len(file.versions),
            size=len(newest.data),
            hash=newest.hash,
        )

    def download(self, attachment: Attachment, target: Path) -> Sha:
        self.fate.step("download")
        file = self.wiki.files.get(attachment.page_id, {}).get(attachment.name)
        if file is None:
            raise NotFound("the attachment is gone", where=attachment.name)
        data = file.versions[attachment.version - 1].data
        target.write_bytes(data)
        return sha(data)

    def hints(
        self, space: Space, *, labels: bool = False, brief: bool = False, among=(), folders=(), pages=0
    ) -> SearchHint:
        """Search: the index is never behind here; it does not know what is archived or in the trash."""
        self.fate.step("search")
        pages = {p.id: p.version for p in self.wiki.live()}
        files = {
            i: tuple(self._record(i, n) for n in sorted(f))
            for i, f in self.wiki.files.items()
            if f and i in pages
        }
        told = {i: self.wiki.labels_of(i) for i in pages} if labels else {}
        there = (self.wiki.folders[i] for i in folders if i in self.wiki.folders)
        return SearchHint(
            told,
            {i: pages[i] for i in told},
            files,
            whole=True,
            among=frozenset(among),
            folders={f.id: FolderHint(f.title, f.parent_id) for f in there},
        )

    def trashed_attachments(self, page_id: PageId, ids) -> frozenset[str]:
        self.fate.step("look into the trash")
        return frozenset(ids) & self.wiki.trashed_files.keys()

    # -- writing

    def create_page(self, page: NewPage) -> Outcome:
        return self._deliver("create", lambda: self.wiki.new(page.title, page.body, page.parent_id))

    def update_page(self, update: PageUpdate) -> Outcome:
        def work() -> Page:
            before = self.wiki.now(update.page_id) if update.page_id in self.wiki.history_of else None
            if before is not None and before.status is Status.TRASHED and before.id not in self.wiki.purged:
                back = self.wiki.take_back(before.id, update.version, update.message)
                return replace(back, labels=self.wiki.labels_of(back.id))
            changes = {"title": update.title, "parent_id": update.parent_id, "body": update.body}
            done = self.wiki.change(update.page_id, update.version, update.message, **changes)
            self._check_unseen("overwrote", before or done, keeps=update.body)
            return replace(done, labels=self.wiki.labels_of(done.id))

        return self._deliver("update", work)

    def _check_unseen(self, what: str, before: Page, keeps: str = "") -> None:
        """Promise 2: an edit that nobody at this end was shown is never overwritten or trashed by us."""
        lost = words(before.body or "") - words(keeps) - self.tale.shown
        if lost and not is_mark(before.body or ""):
            self.tale.broken.append(f"{what} unseen {sorted(lost)} of page {before.id} ({before.title})")

    def create_folder(self, space: Space, title: str, parent_id: PageId | None, message: str = "") -> Outcome:
        return self._deliver("folder", lambda: self.wiki.new_folder(title, parent_id))

    def trash_page(self, page_id: PageId) -> Outcome:
        if self.must_stay(page_id):
            self.tale.broken.append(f"trashed page {page_id} though its file only could not be read")

        def work() -> None:
            if self.wiki.is_current(page_id):
                self._check_unseen("trashed", self.wiki.now(page_id))
            self.wiki.put_in_trash(page_id) if page_id in self.wiki.history_of else None

        return self._deliver("trash of a page", work, may_be_late=False)

    def reorder_page(self, page_id: PageId, sibling_id: PageId, *, behind: bool) -> Outcome:
        self.tale.broken.append(f"page {page_id} was put beside {sibling_id}, which nobody asked for")
        return Refused(Reason.INVALID, 0, "the order here is Confluence's")

    def trash_folder(self, folder_id: PageId) -> Outcome:
        pages = (page for page in map(self.wiki.now, self.wiki.history_of) if page.status is Status.CURRENT)
        inside = [*pages, *self.wiki.folders.values()]
        if any(one.parent_id == folder_id for one in inside):
            return Refused(Reason.INVALID, 0, "something hangs in it")
        return self._deliver(
            "folder's end", lambda: self.wiki.folders.pop(folder_id, None), may_be_late=False
        )

    def add_labels(self, page_id: PageId, labels) -> Outcome:
        # a late label is what no client can guard against, like a late DELETE: neither knows a version
        return self._deliver("labels", lambda: self.wiki.label(page_id, *labels), may_be_late=False)

    def remove_label(self, page_id: PageId, label: str) -> Outcome:
        return self._deliver("label's end", lambda: self.wiki.unlabel(page_id, label), may_be_late=False)

    def trash_attachment(self, page_id: PageId, attachment_id: str) -> Outcome:
        def work() -> None:
            for name, file in list(self.wiki.files.get(page_id, {}).items()):
                if file.id == attachment_id:
                    self.wiki.detach(page_id, name)

        return self._deliver("trash of an attachment", work, may_be_late=False)

    def upload(self, upload: Upload) -> Outcome:
        data = upload.source.read_bytes()
        if sha(data) != upload.hash:  # the form is never completed
            raise ChangedUnderneath("the file changed while it was sent", where=upload.name)

        def work() -> Attachment:
            file = self.wiki.attach(
                upload.page_id, upload.name, data, said=upload.hash, to=upload.attachment_id
            )
            if self._arriving and upload.attachment_id is None:
                self.came_late |= words(data)
            names = {one.id: name for name, one in self.wiki.files[upload.page_id].items()}
            return self._record(upload.page_id, names[file.id])

        return self._deliver("upload", work)
