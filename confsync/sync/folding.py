"""Folders in Confluence, and the pages that stand for them: created, moved, trashed, recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from confsync.errors import AuthError, RemoteError
from confsync.model import Folder, FolderBase, Intent, IntentKind, OpId, Page, PageId, title_key
from confsync.outcome import Outcome, PageUpdate, Reason, Refused
from confsync.planning.folder_actions import (
    AgreeFolder,
    FolderAction,
    ForgetFolder,
    MakeFolder,
    MoveFolder,
    TrashFolder,
)
from confsync.planning.stamps import DIRECTORY, Stamp
from confsync.sync.context import Run
from confsync.sync.rebuild import UNKNOWN
from confsync.sync.report import Entry, Result
from confsync.sync.writes import TitleTaken, closing, landed


@dataclass(frozen=True, slots=True)
class Folding:
    """Carries out what concerns the places of directories without a page."""

    run: Run
    _seen: dict[PageId, Sequence[Folder]] = field(default_factory=dict)
    """Folders below pages that were looked at."""

    def carry_out(self, action: FolderAction) -> Entry | None:
        """Carry out an action; None: nothing to report."""
        match action:
            case MakeFolder():
                return self.make(action)
            case MoveFolder():
                return self.move(action)
            case TrashFolder():
                return self.trash(action)
            case AgreeFolder():
                self.agree(action)
            case ForgetFolder(page_id=folder_id):
                self.run.ledger.forget_folder(folder_id)
        return None

    def make(self, action: MakeFolder) -> Entry:
        """Create the place for a directory without a page."""
        run, op = self.run, self.run.ops.new()
        place = run.place(action.parent)
        folder = self._empty_one(action, place)
        if folder is None:
            run.ledger.open_intent(_intent(IntentKind.FOLDER, action, op, place))
            message = Stamp.of(action.path, DIRECTORY, op, run.commit).render()
            outcome = run.remote.create_folder(run.space, action.title, run.parent_for_write(place), message)
            folder = self._there(action, place, closing(run, op, outcome))
        row = FolderBase(folder_id=folder.id, path=action.path, title=folder.title, parent_id=place)
        run.ledger.save_folder(row, settle=op)
        run.folders[action.path] = folder.id
        return replace(Entry.of(action), page_id=folder.id)

    def _empty_one(self, action: MakeFolder, place: PageId | None) -> Folder | None:
        """Find a folder of this title that is there already: no listing shows an empty one.

        Not every Confluence refuses a second folder of a title. One request for all that a page is to get; none where
        there is nothing but the root page, as before a first push.
        """
        run, parent = self.run, self.run.parent_for_write(place)
        if parent is None or not run.world.remote.pages.keys() - {run.world.remote.root_id}:
            return None
        if parent not in run.world.remote.pages and parent != run.world.remote.root_id:
            return None
        if parent not in self._seen:
            self._seen[parent] = self._below(parent)
        taken = {*run.world.remembered.folders, *run.folders.values()}
        named = (f for f in self._seen[parent] if title_key(f.title) == title_key(action.title))
        return next((folder for folder in named if folder.id not in taken), None)

    def _below(self, parent: PageId) -> Sequence[Folder]:
        try:
            return self.run.remote.folders_below(parent)
        except AuthError:
            raise
        except RemoteError:
            return ()  # the create says what is there, where titles of folders are unique

    def _there(self, action: MakeFolder, place: PageId | None, outcome: Outcome[Folder]) -> Folder:
        """Return the new folder, or the one that is there: made by a person, or by us when the answer was lost.

        It may be somewhere else in the space than where it was looked for before.
        """
        run = self.run
        if isinstance(outcome, Refused) and outcome.reason is Reason.TITLE_TAKEN:
            found = run.remote.find_folder(run.space, action.title, run.parent_for_write(place))
            if found is not None:
                return found
            hint = "Rename the directory, or the folder in Confluence."
            raise TitleTaken("A folder elsewhere in the space has this title", where=action.path, hint=hint)
        return landed(outcome, action.path)

    def move(self, action: MoveFolder) -> Entry:
        """Move the page that stands for a directory after it. Its text stays; its stamp names the new place."""
        run, op = self.run, self.run.ops.new()
        page, place = run.page(action.page_id), run.place(action.parent)
        intent = _intent(IntentKind.PLACE, action, op, place)
        run.ledger.open_intent(replace(intent, page_id=page.id, base_version=page.version))
        landed(closing(run, op, run.remote.update_page(self._update(action, page, place, op))), action.path)
        row = FolderBase(folder_id=page.id, path=action.path, title=action.title, parent_id=place)
        run.ledger.save_folder(row, settle=op)
        return Entry.of(action)

    def _update(self, action: MoveFolder, page: Page, place: PageId | None, op: OpId) -> PageUpdate:
        run = self.run
        return PageUpdate(
            page_id=page.id,
            space=run.space,
            title=action.title,
            parent_id=run.parent_for_write(place),
            body=page.body or "",
            version=page.version + 1,
            message=Stamp.of(action.path, DIRECTORY, op, run.commit).render(),
            notify=run.world.policy.notify,
        )

    def agree(self, action: AgreeFolder) -> None:
        """Record what a directory and a folder are on both sides."""
        row = FolderBase(
            folder_id=action.page_id, path=action.path, title=action.title, parent_id=action.place
        )
        self.run.ledger.save_folder(row)

    def trash(self, action: TrashFolder) -> Entry:
        """Move an emptied folder to the trash; one that holds something after all stays, and is not an error.

        Without an intent: done or not, the next run looks again.
        """
        run = self.run
        outcome = run.remote.trash_folder(action.page_id)
        if isinstance(outcome, Refused) and outcome.reason is Reason.INVALID:
            return Entry.of(action, Result.NOTED, detail=outcome.text)
        landed(outcome, action.path)
        run.ledger.forget_folder(action.page_id)
        return Entry.of(action)


def _intent(kind: IntentKind, action: MakeFolder | MoveFolder, op: OpId, place: PageId | None) -> Intent:
    return Intent(
        op=op,
        kind=kind,
        path=action.path,
        page_id=None,
        base_version=0,
        title=action.title,
        own_title=action.title,
        parent_id=place,
        source_hash=UNKNOWN,
    )
