"""The snapshot of a daemon's last whole run, kept up to date with every text that is synced after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from confsync.model import Base, DocPath, LocalDoc, PageId, Site, Space
from confsync.planning.actions import Merge, Phase, Plan, Pull, Update
from confsync.planning.edited import Edited, with_edits
from confsync.planning.row_actions import Advance
from confsync.planning.world import World
from confsync.sync.ports import Ledger, LocalTree


@dataclass(slots=True)
class LastSnapshot:
    """What the last whole run read, as long as it holds. `world` is None when everything must be read again."""

    site: Site | None = None
    space: Space | None = None
    world: World | None = None

    def keep(self, site: Site, world: World, decided: Plan, tree: LocalTree, ledger: Ledger) -> None:
        """Keep the world that a run began with, updated by its plan, unless that changed more than texts."""
        effects = [action for action in decided.actions if action.phase is not Phase.REPORT]
        in_place = all(isinstance(action, Update | Pull | Merge | Advance) for action in effects)
        self.site, self.space = site, world.remote.space
        self.world = world if in_place and world.local.settled else None
        self.absorb((action.path for action in effects), tree, ledger)

    def absorb(self, paths: Iterable[DocPath], tree: LocalTree, ledger: Ledger) -> None:
        """Update some documents and their pages; forget everything when more than their texts changed."""
        if self.world is not None:
            edited = _agreed(self.world, paths, tree, ledger)
            self.world = with_edits(self.world, edited) if edited else None

    def forget(self) -> None:
        """Forget the world until the next whole run."""
        self.world = None


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
