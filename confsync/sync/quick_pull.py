"""An edit in Confluence brought to its file at once, in the light of the last look: one read, no listing, no scan.

Whatever is more than the text and the labels of pages that have documents (another title or place, a new page, a file
that it shows and nobody knows, a merge) is for a whole cycle. So is everything that turns out otherwise than it was
seen: a file is replaced only while it is what it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from confsync.clock import OpIds
from confsync.model import Direction, Page, PageId, Sha, Site
from confsync.planning.actions import Advance, Plan, Pull
from confsync.planning.edited import with_news
from confsync.planning.known import plan_row
from confsync.planning.suspects import shown_but_unknown
from confsync.planning.world import World
from confsync.sync.commits import History, Recording
from confsync.sync.context import Run
from confsync.sync.execute import Executor
from confsync.sync.lanes import Lanes
from confsync.sync.ports import Ledger, LocalTree, Remote
from confsync.sync.quick import LastLook
from confsync.sync.report import Report, Result
from confsync.sync.translate import body_hash, translator_for


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickPull:
    """Brings edited pages to their files."""

    remote: Remote
    tree: LocalTree
    ledger: Ledger
    ops: OpIds
    lanes: Lanes
    last: LastLook
    history: History | None = None
    stopping: Callable[[], bool] = bool

    def run(self, edited: Iterable[Page]) -> Report | None:
        """Bring over what was edited, None when that takes a whole cycle. `edited` are pages as a poll listed them."""
        site, ids = self.last.site, tuple(sorted(page.id for page in edited))
        world = None if self.ledger.intents() else self._seen(ids)
        actions = None if world is None else _actions(world, ids)
        if site is None or world is None or actions is None or not self.tree.same_root():
            return None
        report = self._execute(site, world, actions)
        if any(entry.result is not Result.DONE for entry in report.entries):
            self.last.forget()
            return None
        self.last.world = world
        self.last.absorb((action.path for action in actions), self.tree, self.ledger)
        if self.history is not None:
            Recording(self.remote, self.tree, self.ledger, self.history).record(world)
        return report

    def _seen(self, ids: tuple[PageId, ...]) -> World | None:
        """Return the last look's world with the pages as they are now; None when more than their texts changed."""
        world = self.last.world
        if world is None or not ids or not world.matches.bound.keys() >= set(ids):
            return None
        pages = {page.id: page for page in self.lanes.gather(self.remote.page, ids) if page is not None}
        return with_news(world, pages, _hashes(pages)) if pages.keys() == set(ids) else None

    def _execute(self, site: Site, world: World, actions: tuple[Pull | Advance, ...]) -> Report:
        run = Run(
            remote=self.remote,
            tree=self.tree,
            ledger=self.ledger,
            lanes=self.lanes,
            ops=self.ops,
            direction=Direction.SYNC,
            world=world,
            plan=Plan(actions=actions, titles=world.titles, paths={}, folders={}),
            translator=translator_for(world, site),
            space=world.remote.space,
            commit=self.tree.commit(),
            stopping=self.stopping,
        )
        return replace(Executor(run).execute(actions), partial=True)


def _hashes(pages: Mapping[PageId, Page]) -> dict[PageId, Sha]:
    return {page_id: body_hash(page.body or "") for page_id, page in pages.items()}


def _actions(world: World, ids: tuple[PageId, ...]) -> tuple[Pull | Advance, ...] | None:
    """Return what the pages ask for, None when that is more than to write texts and labels into their files."""
    if set(shown_but_unknown(world)) & set(ids):
        return None
    actions = [action for page_id in ids for action in plan_row(world, world.rows[page_id])]
    taken = tuple(a for a in actions if isinstance(a, Advance) or (isinstance(a, Pull) and not a.rename))
    return taken if len(taken) == len(actions) else None
