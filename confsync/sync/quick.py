"""Texts synced at once on the basis of the last snapshot: no listing, no scan, no deletion inferred.

A save costs a read and a write, an edit in Confluence a read. Whatever is more than the text and the labels of
documents that have pages (a new file or page, one that went, another title or place, an image, a merge) needs a whole
run. So does everything that is no longer as the snapshot says: as in any run, a page is read again right before it is
written, and a file is replaced only if it is still the one that was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from confsync.clock import OpIds
from confsync.errors import ExitCode, LocalError
from confsync.model import Direction, Dirty, DocPath, LocalDoc, Page, PageId, Sha
from confsync.planning.actions import Plan, Pull, Update
from confsync.planning.edited import Edited, is_text_alone, with_edits, with_news
from confsync.planning.known import plan_row
from confsync.planning.row_actions import Advance
from confsync.planning.suspects import shown_but_unknown
from confsync.planning.world import World
from confsync.sync.commits import History, Recording
from confsync.sync.context import Run
from confsync.sync.execute import Executor
from confsync.sync.lanes import Lanes
from confsync.sync.last_snapshot import LastSnapshot
from confsync.sync.normal_hashes import body_hash
from confsync.sync.ports import Ledger, LocalTree, Remote
from confsync.sync.report import Report, Result
from confsync.sync.translate import translator_for


@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """Pushes saved texts and pulls edited pages."""

    remote: Remote
    tree: LocalTree
    ledger: Ledger
    ops: OpIds
    lanes: Lanes
    last: LastSnapshot
    history: History | None = None
    stopping: Callable[[], bool] = bool

    def push(self, dirty: Dirty) -> Report | None:
        """Push what was saved; None when that needs a whole run, perhaps because somebody was faster."""
        world = None if dirty.everything or self.ledger.intents() else self._saved(dirty)
        updates = None if world is None else _updates(world, dirty)
        if world is None or updates is None or not self.tree.same_root():
            return None
        report = self._execute(world, updates)
        if any(entry.result in (Result.RETRY, Result.FAILED) for entry in report.entries):
            self.last.forget()
        else:
            self._keep(world, updates)
        return None if report.unsettled or _is_cut_off(report) else report

    def pull(self, edited: Iterable[Page]) -> Report | None:
        """Pull what was edited; None when that needs a whole run. `edited` are pages as a poll listed them."""
        ids = tuple(sorted(page.id for page in edited))
        world = None if self.ledger.intents() else self._seen(ids)
        pulls = None if world is None else _pulls(world, ids)
        if world is None or pulls is None or not self.tree.same_root():
            return None
        report = self._execute(world, pulls)
        if any(entry.result is not Result.DONE for entry in report.entries):
            self.last.forget()
            return None
        self._keep(world, pulls)
        if self.history is not None:
            Recording(self.remote, self.tree, self.ledger, self.history).record(world)
        return report

    def _saved(self, dirty: Dirty) -> World | None:
        """Return the last snapshot with the saved texts, None when more than texts changed."""
        world, docs = self.last.world, dict[DocPath, LocalDoc]()
        for path in dirty.paths if world else ():
            old = world.docs.get(path) if world else None
            if old is None and not _is_there(self.tree, path):
                continue  # what an editor makes and removes while it saves
            new = self.tree.look(old) if world and old else None
            if old is None or new is None or not is_text_alone(old, new):
                return None
            docs[path] = new
        return with_edits(world, Edited(docs=docs)) if world else None

    def _seen(self, ids: tuple[PageId, ...]) -> World | None:
        """Return the last snapshot with the pages as they are now; None when more than their texts changed."""
        world = self.last.world
        if world is None or not ids or not world.matches.bound.keys() >= set(ids):
            return None
        pages = {page.id: page for page in self.lanes.gather(self.remote.page, ids) if page is not None}
        return with_news(world, pages, _hashes(pages)) if pages.keys() == set(ids) else None

    def _execute(self, world: World, actions: tuple[Update | Pull | Advance, ...]) -> Report:
        if self.last.site is None or not actions:
            return Report(partial=True)
        run = Run(
            remote=self.remote,
            tree=self.tree,
            ledger=self.ledger,
            lanes=self.lanes,
            ops=self.ops,
            direction=Direction.SYNC,
            world=world,
            plan=Plan(actions=actions, titles=world.titles, paths={}, folders={}),
            translator=translator_for(world, self.last.site),
            space=world.remote.space,
            commit=self.tree.commit(),
            stopping=self.stopping,
        )
        return replace(Executor(run).execute(actions), partial=True)

    def _keep(self, world: World, actions: Iterable[Update | Pull | Advance]) -> None:
        """Go on from the world that was acted upon, with what came of it."""
        self.last.world = world
        self.last.absorb((action.path for action in actions), self.tree, self.ledger)


def _is_cut_off(report: Report) -> bool:
    """Say whether Confluence could not be reached: a whole run reports that once, not for each page."""
    return any(entry.code is ExitCode.REMOTE for entry in report.entries)


def _updates(world: World, dirty: Dirty) -> tuple[Update, ...] | None:
    """Return what the saved documents ask for, None when that is more than to write their texts and labels."""
    saved = [path for path in dirty.paths if path in world.docs]
    if not all(path in world.row_of for path in saved):
        return None
    actions = [action for path in sorted(saved) for action in plan_row(world, world.row_of[path])]
    updates = tuple(a for a in actions if isinstance(a, Update) and a.parent is None and not a.rename)
    return updates if len(updates) == len(actions) else None


def _hashes(pages: Mapping[PageId, Page]) -> dict[PageId, Sha]:
    return {page_id: body_hash(page.body or "") for page_id, page in pages.items()}


def _pulls(world: World, ids: tuple[PageId, ...]) -> tuple[Pull | Advance, ...] | None:
    """Return what the pages ask for, None when that is more than to write texts and labels into their files."""
    if set(shown_but_unknown(world)) & set(ids):
        return None
    actions = [action for page_id in ids for action in plan_row(world, world.rows[page_id])]
    taken = tuple(a for a in actions if isinstance(a, Advance) or (isinstance(a, Pull) and not a.rename))
    return taken if len(taken) == len(actions) else None


def _is_there(tree: LocalTree, path: DocPath) -> bool:
    try:
        tree.locate(path)
    except LocalError:
        return False
    return True
