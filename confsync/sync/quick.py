"""A saved text brought to its page at once, in the light of the last look: no listing, no scan, no deletion inferred.

Whatever is more than the text of documents that have pages (a new file, one that went, another title, an image) is
for a whole cycle. So is everything that turns out otherwise than it was seen: each page gets its last look before it
is written, as in any run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from confsync.clock import OpIds
from confsync.errors import ExitCode, LocalError
from confsync.model import Base, Direction, Dirty, DocPath, LocalDoc, PageId, Site, Space
from confsync.planning.actions import Advance, Merge, Phase, Plan, Pull, Update
from confsync.planning.edited import Edited, is_text_alone, with_edits
from confsync.planning.known import plan_row
from confsync.planning.world import World
from confsync.sync.context import Run
from confsync.sync.execute import Executor
from confsync.sync.lanes import Lanes
from confsync.sync.ports import Ledger, LocalTree, Remote
from confsync.sync.report import Report, Result
from confsync.sync.translate import translator_for


@dataclass(slots=True)
class LastLook:
    """What the last whole look saw, kept as long as it holds. `world` is None when only another one can tell."""

    site: Site | None = None
    space: Space | None = None
    world: World | None = None

    def keep(self, site: Site, world: World, decided: Plan, tree: LocalTree, ledger: Ledger) -> None:
        """Keep what a run began with, and what came of its plan, unless that was more than texts."""
        effects = [action for action in decided.actions if action.phase is not Phase.REPORT]
        in_place = all(isinstance(action, Update | Pull | Merge | Advance) for action in effects)
        self.site, self.space = site, world.remote.space
        self.world = world if in_place and world.local.settled else None
        self.absorb((action.path for action in effects), tree, ledger)

    def absorb(self, paths: Iterable[DocPath], tree: LocalTree, ledger: Ledger) -> None:
        """Take in what became of some documents and their pages; forget all when that is more than texts."""
        if self.world is not None:
            edited = _agreed(self.world, paths, tree, ledger)
            self.world = with_edits(self.world, edited) if edited else None

    def forget(self) -> None:
        """Know nothing until the next whole look."""
        self.world = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quick:
    """Brings saved texts to their pages."""

    remote: Remote
    tree: LocalTree
    ledger: Ledger
    ops: OpIds
    lanes: Lanes
    last: LastLook
    stopping: Callable[[], bool] = bool

    def run(self, dirty: Dirty) -> Report | None:
        """Push what was saved; None when that takes a whole cycle, perhaps because somebody was faster."""
        world = None if dirty.everything or self.ledger.intents() else self._saved(dirty)
        updates = None if world is None else _updates(world, dirty)
        if world is None or updates is None or not self.tree.same_root():
            return None
        report = self._execute(world, updates)
        if any(entry.result in (Result.RETRY, Result.FAILED) for entry in report.entries):
            self.last.forget()
        else:
            self.last.world = world
            self.last.absorb((update.path for update in updates), self.tree, self.ledger)
        return None if report.unsettled or _is_cut_off(report) else report

    def _saved(self, dirty: Dirty) -> World | None:
        """Return the last look's world with the saved texts, None when more than texts changed."""
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

    def _execute(self, world: World, updates: tuple[Update, ...]) -> Report:
        if self.last.site is None or not updates:
            return Report(partial=True)
        run = Run(
            remote=self.remote,
            tree=self.tree,
            ledger=self.ledger,
            lanes=self.lanes,
            ops=self.ops,
            direction=Direction.SYNC,
            world=world,
            plan=Plan(actions=updates, titles=world.titles, paths={}, folders={}),
            translator=translator_for(world, self.last.site),
            space=world.remote.space,
            commit=self.tree.commit(),
            stopping=self.stopping,
        )
        return replace(Executor(run).execute(updates), partial=True)


def _is_cut_off(report: Report) -> bool:
    """Say whether Confluence did not answer as itself: a whole cycle tells that once, not for each page."""
    return any(entry.code is ExitCode.REMOTE for entry in report.entries)


def _updates(world: World, dirty: Dirty) -> tuple[Update, ...] | None:
    """Return what the saved documents ask for, None when that is more than to write their texts and labels."""
    saved = [path for path in dirty.paths if path in world.docs]
    if not all(path in world.row_of for path in saved):
        return None
    actions = [action for path in sorted(saved) for action in plan_row(world, world.row_of[path])]
    updates = tuple(a for a in actions if isinstance(a, Update) and a.parent is None and not a.rename)
    return updates if len(updates) == len(actions) else None


def _agreed(world: World, paths: Iterable[DocPath], tree: LocalTree, ledger: Ledger) -> Edited | None:
    """Return documents and rows as they are after a run, None where a document or its row is gone."""
    docs, rows = dict[DocPath, LocalDoc](), dict[PageId, Base]()
    for path in paths:
        old, row = world.docs.get(path), world.row_of.get(path)
        doc = tree.look(old) if old else None
        now = ledger.row(row.page_id) if row else None
        if doc is None or now is None:
            return None
        docs[path], rows[now.page_id] = doc, now
    return Edited(docs=docs, rows=rows, attachments={i: ledger.attachments_of(i) for i in rows})


def _is_there(tree: LocalTree, path: DocPath) -> bool:
    try:
        tree.locate(path)
    except LocalError:
        return False
    return True
