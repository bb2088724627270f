"""The engine's ports over memory: a Confluence, a folder and a ledger that can be cut off at any step."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from confsync.errors import ChangedUnderneath, IncompleteListing, UnreadableFile
from confsync.markup.document import inspect
from confsync.model import (
    Base,
    BaseTexts,
    DocPath,
    Flavor,
    Folder,
    LocalDoc,
    LocalSnapshot,
    OpId,
    Page,
    PageId,
    PageVersion,
    ParentType,
    Problem,
    Sha,
    Site,
    Space,
    SpaceId,
    Status,
    sha,
    title_key,
)
from confsync.outcome import Applied, AttachmentHint, NewPage, Outcome, PageUpdate, Reason, Refused, Unknown
from confsync.planning.names import is_document, parse_conflict
from confsync.sync.marks import is_mark

SPACE = Space(id=SpaceId("9"), key="DOCS", name="Docs", homepage_id=PageId("1"))
TOKEN = re.compile(r"t\d+")


class Crash(BaseException):
    """The process dies here."""


class Gone(Exception):
    """A write that Confluence refuses."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass
class Fate:
    """What may happen between any two steps: a crash when the fuse burns down, and people typing."""

    rng: random.Random
    fuse: int | None = None
    interfere: Callable[[], None] | None = None
    steps: int = 0

    def step(self, what: str, *, alone: bool = False) -> None:
        """Pass a step. `alone`: nobody types now (between last look and DELETE, which no client can close)."""
        self.steps += 1
        if self.interfere is not None and not alone and self.rng.random() < 0.06:
            self.interfere()
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                raise Crash(what)


@dataclass
class Tale:
    """What happened that must be checked: tokens that a person at this end was shown, and broken promises."""

    shown: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)


# ---- Confluence -------------------------------------------------------------------------------------------------


class FakeConfluence:
    """Pages with versions, unique titles, a trash; answers get lost, writes arrive late, pages hide, listings tear."""

    def __init__(self, fate: Fate, tale: Tale) -> None:
        self.fate, self.tale = fate, tale
        self.history_of: dict[PageId, list[Page]] = {}
        self.folders: dict[PageId, Folder] = {}
        self.hidden: set[PageId] = set()
        self.late: list[Callable[[], object]] = []
        self.flaky = True
        self.torn = False
        self.number = 1
        self.writes = 0
        self.must_stay: Callable[[PageId], bool] = lambda _: False

    # -- what people do

    def now(self, page_id: PageId) -> Page:
        return self.history_of[page_id][-1]

    def live(self) -> list[Page]:
        return [p for h in self.history_of.values() if (p := h[-1]).status is Status.CURRENT]

    def _taken(self, title: str, besides: PageId | None = None) -> bool:
        return any(title_key(p.title) == title_key(title) and p.id != besides for p in self.live())

    def new(self, title: str, body: str, parent: PageId | None, message: str = "") -> Page:
        if self._taken(title):
            raise Gone(Reason.TITLE_TAKEN)
        if parent not in (None, SPACE.homepage_id) and not self._stands(parent):
            raise Gone(Reason.GONE)
        self.number += 1
        page_id = PageId(str(self.number))
        kind = ParentType.FOLDER if parent in self.folders else ParentType.PAGE
        page = Page(
            id=page_id, title=title, version=1, parent_id=parent, parent_type=kind, body=body, message=message
        )
        self.history_of[page_id] = [page]
        return page

    def _stands(self, parent: PageId | None) -> bool:
        return parent in self.folders or any(p.id == parent for p in self.live())

    def change(self, page_id: PageId, version: int, message: str = "", **changes) -> Page:
        page = self.now(page_id) if page_id in self.history_of else None
        if page is None or page.status is not Status.CURRENT:
            raise Gone(Reason.GONE)
        if version != page.version + 1:
            raise Gone(Reason.STALE)
        if "title" in changes and self._taken(changes["title"], page_id):
            raise Gone(Reason.TITLE_TAKEN)
        new = replace(page, version=version, message=message, **changes)
        self.history_of[page_id].append(new)
        return new

    def put_in_trash(self, page_id: PageId) -> None:
        page = self.now(page_id)
        if page.status is Status.CURRENT:
            self.history_of[page_id].append(replace(page, status=Status.TRASHED, parent_id=None))
            for child in self.live():
                if child.parent_id == page_id:
                    self.history_of[child.id].append(replace(child, parent_id=SPACE.homepage_id))

    # -- the port

    def _deliver(self, work: Callable[[], object], *, may_be_late: bool = True) -> Outcome:
        """Deliver a write, lose the request, lose the answer, or deliver it much later.

        A late DELETE is what no client can guard against (it knows no version); docs/promises.md says so.
        """
        self.writes += 1
        luck = self.fate.rng.random() if self.flaky else 1.0
        if luck < 0.08:
            return Unknown("the request was lost")
        if luck < 0.12 and may_be_late:
            self.late.append(work)
            return Unknown("the request is on its way")
        try:
            answer = work()
        except Gone as err:
            return Unknown("no answer") if luck < 0.2 else Refused(err.reason, 409, str(err.reason))
        return Unknown("the answer was lost") if luck < 0.2 else Applied(answer)

    def arrive(self) -> None:
        for work in self.late:
            try:
                work()
            except Gone:
                continue
        self.late.clear()

    def site(self) -> Site:
        return Site(flavor=Flavor.CLOUD, base_url="fake", user_id="me", user_name="me")

    def space(self, key: str) -> Space:
        return SPACE

    def pages(self, space: Space, *, bodies: bool = False) -> list[Page]:
        self.fate.step("list")
        if self.torn:
            raise IncompleteListing("the listing broke off")
        seen = [p for p in self.live() if p.id not in self.hidden]
        return [p if bodies else replace(p, body=None) for p in seen]

    def page(self, page_id: PageId, *, version: int | None = None) -> Page | None:
        self.fate.step("read")
        if page_id in self.hidden or page_id not in self.history_of:
            return None
        if version is None:
            return replace(self.now(page_id), labels=())
        return next((p for p in self.history_of[page_id] if p.version == version), None)

    def find_title(self, space: Space, title: str) -> Page | None:
        return next(
            (p for p in self.live() if title_key(p.title) == title_key(title) and p.id not in self.hidden),
            None,
        )

    def history(self, page_id: PageId) -> list[PageVersion]:
        versions = {
            p.version: PageVersion(number=p.version, message=p.message) for p in self.history_of[page_id]
        }
        return [versions[number] for number in sorted(versions, reverse=True)]

    def folder(self, folder_id: PageId) -> Folder | None:
        return self.folders.get(folder_id)

    def create_page(self, page: NewPage) -> Outcome:
        self.fate.step("before create")
        outcome = self._deliver(lambda: self.new(page.title, page.body, page.parent_id))
        self.fate.step("after create")
        return outcome

    def update_page(self, update: PageUpdate) -> Outcome:
        def work() -> Page:
            before = self.now(update.page_id)
            changes = {"title": update.title, "parent_id": update.parent_id, "body": update.body}
            done = self.change(update.page_id, update.version, update.message, **changes)
            self._check_unseen("overwrote", before, keeps=update.body)
            return done

        self.fate.step("before update")
        outcome = self._deliver(work)
        self.fate.step("after update")
        return outcome

    def _check_unseen(self, what: str, before: Page, keeps: str = "") -> None:
        """Promise 2: an edit that nobody at this end was shown is never overwritten or trashed by us."""
        lost = set(TOKEN.findall(before.body or "")) - set(TOKEN.findall(keeps)) - self.tale.shown
        if lost and not is_mark(before.body or ""):
            self.tale.broken.append(f"{what} unseen {sorted(lost)} of page {before.id} ({before.title})")

    def find_folder(self, space: Space, title: str, parent_id: PageId | None) -> Folder | None:
        below = (f for f in self.folders.values() if f.parent_id == parent_id)
        return next((f for f in below if title_key(f.title) == title_key(title)), None)

    def create_folder(self, space: Space, title: str, parent_id: PageId | None, message: str = "") -> Outcome:
        def work() -> Folder:
            self.number += 1
            kind = ParentType.FOLDER if parent_id in self.folders else ParentType.PAGE
            folder = Folder(id=PageId(str(self.number)), title=title, parent_id=parent_id, parent_type=kind)
            self.folders[folder.id] = folder
            return folder

        self.fate.step("before folder")
        return self._deliver(work)

    def trash_page(self, page_id: PageId) -> Outcome:
        if self.must_stay(page_id):
            self.tale.broken.append(f"trashed page {page_id} though its file only could not be read")

        def work() -> None:
            self._check_unseen("trashed", self.now(page_id))
            self.put_in_trash(page_id)

        self.fate.step("before trash", alone=True)
        outcome = self._deliver(work, may_be_late=False)
        self.fate.step("after trash")
        return outcome

    def add_labels(self, page_id: PageId, labels) -> Outcome:
        return Applied(tuple(labels))

    def remove_label(self, page_id: PageId, label: str) -> Outcome:
        return Applied(None)

    def attachments(self, page_id: PageId) -> list:
        return []

    def hints(self, space: Space, *, labels: bool = False) -> AttachmentHint:
        return AttachmentHint(frozenset(), {})


# ---- the folder -------------------------------------------------------------------------------------------------


class FakeTree:
    """Files in memory; every write is guarded and whole, and a crash may come right before or after it."""

    def __init__(self, fate: Fate, tale: Tale) -> None:
        self.fate, self.tale = fate, tale
        self.files: dict[DocPath, bytes] = {}
        self.kept: list[bytes] = []
        self.unreadable: set[DocPath] = set()
        self.missing = False
        self.root_id: str | None = None

    def scan(self, known) -> LocalSnapshot:
        self.fate.step("scan")
        files = {} if self.missing else self.files
        docs = {p: self._doc(p, d) for p, d in files.items() if is_document(p) and not parse_conflict(p)}
        bad = {p: Problem("unreadable", "no") for p in self.unreadable & docs.keys()}
        copies = frozenset(p for p in files if parse_conflict(p))
        good = {p: d for p, d in docs.items() if p not in bad}
        return LocalSnapshot(docs=good, problems=bad, conflict_copies=copies, root_id=self.root_id)

    @staticmethod
    def _doc(path: DocPath, data: bytes) -> LocalDoc:
        return LocalDoc(path=path, spelling=path, hash=sha(data), size=len(data), facts=inspect(data))

    def read(self, path: DocPath) -> bytes:
        if path not in self.files:
            raise UnreadableFile("the file is gone", where=path)
        return self.files[path]

    def locate(self, path: DocPath) -> Path:
        raise UnreadableFile("no such file", where=path)

    def _expect(self, path: DocPath, expect: Sha | None) -> None:
        here = self.files.get(path)
        if (None if here is None else sha(here)) != expect:
            raise ChangedUnderneath("the file is another", where=path)

    def write(self, path: DocPath, data: bytes, *, expect: Sha | None) -> None:
        self.fate.step("before write")
        self._expect(path, expect)
        self.files[path] = data
        self.tale.shown |= set(TOKEN.findall(data.decode()))
        self.fate.step("after write")

    def move(self, path: DocPath, target: DocPath, *, expect: Sha) -> None:
        self.fate.step("before move")
        self._expect(path, expect)
        if target in self.files:
            raise ChangedUnderneath("there is a file", where=target)
        self.files[target] = self.files.pop(path)
        self.fate.step("after move")

    def trash(self, path: DocPath, *, expect: Sha) -> DocPath:
        self.fate.step("before trash")
        self._expect(path, expect)
        self.kept.append(self.files.pop(path))
        self.fate.step("after trash")
        return path

    def same_root(self) -> bool:
        return True

    def mark_root(self) -> str:
        self.root_id = self.root_id or "root"
        return self.root_id

    def commit(self) -> str | None:
        return None

    def is_ancestor(self, commit: str) -> bool | None:
        return None


# ---- the ledger -------------------------------------------------------------------------------------------------


class FakeLedger:
    """Rows in memory; each call is one transaction, before or after which the process may die."""

    def __init__(self, fate: Fate) -> None:
        self.fate = fate
        self.known: dict[PageId, Base] = {}
        self.base_texts: dict[PageId, BaseTexts] = {}
        self.folder_rows: dict = {}
        self.open: dict[OpId, object] = {}
        self.landed: dict[OpId, PageId] = {}
        self.about = None

    def meta(self):
        return self.about

    def set_meta(self, meta) -> None:
        self.about = meta

    def rows(self):
        return dict(self.known)

    def row(self, page_id):
        return self.known.get(page_id)

    def texts(self, page_id):
        return self.base_texts.get(page_id, BaseTexts())

    def folders(self):
        return dict(self.folder_rows)

    def attachments(self):
        return {}

    def attachments_of(self, page_id):
        return ()

    def save(self, row, texts=None, *, settle=None) -> None:
        self.fate.step("before save")
        for other in [i for i, r in self.known.items() if r.path == row.path and i != row.page_id]:
            del self.known[other]
        self.known[row.page_id] = row
        if texts is not None:
            self.base_texts[row.page_id] = texts
        self._settle(settle, row.page_id)
        self.fate.step("after save")

    def _settle(self, op, page_id) -> None:
        if op is not None:
            self.open.pop(op, None)
            if page_id is not None:
                self.landed[op] = page_id

    def forget(self, page_id, *, settle=None) -> None:
        self.fate.step("before forget")
        self.known.pop(page_id, None)
        self._settle(settle, None)
        self.fate.step("after forget")

    def save_folder(self, row, *, settle=None) -> None:
        self.fate.step("before save")
        self.folder_rows[row.folder_id] = row
        self._settle(settle, None)

    def forget_folder(self, folder_id) -> None:
        self.folder_rows.pop(folder_id, None)

    def save_attachment(self, row) -> None:
        raise AssertionError("there are no attachments here")

    def forget_attachment(self, page_id, name) -> None:
        raise AssertionError("there are no attachments here")

    def open_intent(self, intent) -> None:
        self.fate.step("before intent")
        self.open[intent.op] = intent
        self.fate.step("after intent")

    def settle(self, op, *, spent_on=None) -> None:
        self._settle(op, spent_on)

    def intents(self):
        return list(self.open.values())

    def spent(self):
        return dict(self.landed)

    def file_cache(self):
        return {}

    def save_file_cache(self, cache) -> None:
        return None


class CountedOps:
    """Operation ids that tell their order."""

    def __init__(self) -> None:
        self.count = 0

    def new(self) -> OpId:
        self.count += 1
        return OpId(f"op{self.count:020d}")
