"""What the parts of the executor share during a run: the ports, the world, and what this run has created so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from confsync.clock import OpIds
from confsync.errors import ChangedUnderneath, ConfsyncError, NotFound, UnreadableFile
from confsync.model import (
    AttachmentBase,
    Base,
    BaseTexts,
    Direction,
    DocPath,
    LocalDoc,
    OpId,
    Page,
    PageId,
    Sha,
    Space,
    Status,
    sha,
)
from confsync.outcome import SearchHint
from confsync.planning.actions import Plan
from confsync.planning.layout import Parent, Top, UnderDocument
from confsync.planning.stamps import MERGED, Stamp
from confsync.planning.world import PENDING, World
from confsync.sync.lanes import Lanes
from confsync.sync.ports import Ledger, LocalTree, Remote
from confsync.sync.translate import Translator


class Waiting(ConfsyncError):
    """What this action depends on was not done in this round; it is tried again."""


class Stale(ConfsyncError):
    """Somebody was faster: an expectation of the plan no longer holds. Another round sees the new state."""


class Gone(NotFound):
    """A page that was listed is not there any more, or not visible: another round sees what became of it."""


class Trashed(Stale):
    """The page is in the trash although it was listed: a listing may still show it for a moment."""


class Interrupted(ConfsyncError):
    """The run is ending; this action was not begun."""


@dataclass(frozen=True)
class Run:
    """The context of one round. Frozen, except for what fills up on the way.

    That is `made` and `folders`, which were created; `versions` of pages that were renamed; and `lingering`, the pages
    that were listed but turned out to be in the trash.
    """

    remote: Remote
    tree: LocalTree
    ledger: Ledger
    lanes: Lanes
    world: World
    plan: Plan
    translator: Translator
    space: Space
    commit: str | None
    ops: OpIds
    direction: Direction
    hints: SearchHint | None = None
    stopping: Callable[[], bool] = bool
    made: dict[DocPath, Page] = field(default_factory=dict)
    folders: dict[DocPath, PageId] = field(default_factory=dict)
    versions: dict[PageId, int] = field(default_factory=dict)
    lingering: set[PageId] = field(default_factory=set)

    def text(self, path: DocPath, expect: Sha) -> str:
        """Take the last look at a file: its text, if it is still what the plan saw."""
        data = self._bytes(path)
        if sha(data) != expect:
            raise ChangedUnderneath("the file was changed during the run", where=path)
        return data.decode("utf-8")

    def _bytes(self, path: DocPath) -> bytes:
        """Read a file; one that went since the scan was moved or deleted, which the next round sees."""
        try:
            return self.tree.read(path)
        except UnreadableFile:
            if self.tree.digest(path) is None:
                raise ChangedUnderneath("the file disappeared during the run", where=path) from None
            raise

    def doc(self, path: DocPath) -> LocalDoc:
        """Return a document of the snapshot."""
        return self.world.docs[path]

    def page(self, page_id: PageId, expect_version: int | None = None) -> Page:
        """Take the last look at a page: with body and labels, current, of the expected version."""
        page = self.remote.page(page_id)
        if page is None:
            raise Gone("the page is gone or not visible any more", where=page_id)
        if page.status is Status.TRASHED:
            self.lingering.add(page_id)
            raise Trashed("the page is in the trash now", where=page_id)
        if page.status is not Status.CURRENT or (
            expect_version is not None and page.version != expect_version
        ):
            raise Stale(f"the page is at version {page.version} ({page.status}) now", where=page_id)
        return page

    def place(self, parent: Parent) -> PageId | None:
        """Return the id of a parent; None for the top. Waiting when it was not created."""
        found = self.world.place(parent)
        if found == PENDING and isinstance(parent, UnderDocument):
            page = self.made.get(parent.path)
            found = page.id if page else PENDING
        elif found == PENDING and not isinstance(parent, Top):
            found = self.folders.get(parent.path, PENDING)
        if found == PENDING:
            raise Waiting(f"its parent {_name(parent)} was not created", where=_name(parent))
        return found

    def parent_for_write(self, place: PageId | None) -> PageId | None:
        """Return the parent id to send: at the top of the tree, that of the root page."""
        return self.world.remote.root_id if place is None else place

    def stamp(self, path: DocPath, op: OpId, *, vouches: bool = True) -> str:
        """Return the version message of a push. `vouches`: the page has exactly what the file has.

        It never vouches while a file of the page is held, since the page then has other content than the folder.
        """
        held = any(row.held_version is not None for row in self.sent(self.world.page_of.get(path, PENDING)))
        source = self.world.source_hash(self.doc(path)) if vouches and not held else MERGED
        return Stamp.of(path, source, op, self.commit).render()

    def base_texts(self, row: Base) -> BaseTexts:
        """Return a row's base texts; a body that was not kept is read from the page's history."""
        texts = self.ledger.texts(row.page_id)
        if texts.storage is None:
            old = self.remote.page(row.page_id, version=row.version)
            texts = replace(texts, storage=old.body if old else None)
        return texts

    def sent(self, page_id: PageId) -> tuple[AttachmentBase, ...]:
        """Return what the ledger knows of a page's attachments."""
        return self.ledger.attachments_of(page_id)


def _name(parent: Parent) -> str:
    return "" if isinstance(parent, Top) else parent.path
