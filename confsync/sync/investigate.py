"""Facts about texts that planning needs: which changed, which are the same, which we made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from confsync.model import Base, DocPath, Intent, OpId, Page, PageId, RemoteSnapshot, Sha
from confsync.planning.evidence import Evidence
from confsync.planning.stamps import parse
from confsync.planning.world import World
from confsync.sync.lanes import Lanes
from confsync.sync.marks import is_mark
from confsync.sync.normal_hashes import body_hash
from confsync.sync.ports import LocalTree, Remote
from confsync.sync.rebuild import UNKNOWN, suspected
from confsync.sync.sight import shown
from confsync.sync.translate import Translator


@dataclass(frozen=True, slots=True)
class Investigation:
    """Reads the bodies of the pages that new documents could be, and compares texts."""

    remote: Remote
    tree: LocalTree
    lanes: Lanes

    def read_suspects(self, world: World) -> RemoteSnapshot:
        """Return the snapshot with the bodies of pages that a new document could be."""
        unbound = [page for i, page in world.remote.pages.items() if i not in world.rows]
        unread = [page for page, _ in suspected(world, unbound) if page.body is None]
        read = [page for page in self.lanes.gather(lambda p: shown(self.remote, p.id), unread) if page]
        return replace(world.remote, pages={**world.remote.pages, **{page.id: page for page in read}})

    def unfinished(self, world: World) -> dict[PageId, Base]:
        """Return rows for pages that a create of ours made and never filled: nobody has written into them yet.

        The document that asks for such a page's title may have moved, or be another one: the page has no text to lose.
        """
        unbound = [page for i, page in world.remote.pages.items() if i not in world.rows]
        rows = {}
        for page, path in suspected(world, unbound):
            if is_mark(page.body or ""):
                rows[page.id] = Base(
                    page_id=page.id,
                    path=path,
                    local_hash=UNKNOWN,
                    version=page.version,
                    body_hash=body_hash(page.body or ""),
                    title=page.title,
                    own_title=world.titles.own[path],
                    parent_id=world.tree_parent(page),
                )
        return rows

    def evidence(
        self, world: World, translator: Callable[[], Translator], operations: Mapping[OpId, Intent | PageId]
    ) -> Evidence:
        """Compare texts: known pages with their base, new documents with the pages they could be.

        `translator` is asked for each such pair, and mostly there is none.
        """
        return replace(
            world.evidence,
            body_hashes=self._body_hashes(world),
            equal=frozenset(
                (path, page.id)
                for page, path in self._unbound(world)
                if world.title_stands(path, page.title) and self._same(translator(), page, path)
            ),
            ours=self._ours(world, operations),
        )

    @staticmethod
    def _body_hashes(world: World) -> dict[PageId, Sha]:
        changed = (
            (i, page) for i, page in world.remote.pages.items() if i in world.rows and page.body is not None
        )
        return {i: body_hash(p.body or "") for i, p in changed if p.version != world.rows[i].version}

    @staticmethod
    def _unbound(world: World) -> list[tuple[Page, DocPath]]:
        pages = [
            page for i, page in world.remote.pages.items() if i not in world.rows and page.body is not None
        ]
        return suspected(world, pages)

    def _same(self, translator: Translator, page: Page, path: DocPath) -> bool:
        text = self.tree.read(path).decode("utf-8")
        return translator.same(path, text, page.id, page.body or "")

    @staticmethod
    def _ours(world: World, operations: Mapping[OpId, Intent | PageId]) -> dict[PageId, OpId]:
        """Return pages that an attempt of ours made late, a second one beside the page that its operation landed on.

        The page that it did land on had a row once: it was in the trash, and somebody brought it back.
        """
        stamps = ((i, parse(page.message)) for i, page in world.remote.pages.items() if i not in world.rows)
        known = ((i, stamp.op) for i, stamp in stamps if stamp is not None and stamp.op in operations)
        return {i: op for i, op in known if _landed_on(operations[op]) != i}


def _landed_on(operation: Intent | PageId) -> PageId | None:
    return operation.page_id if isinstance(operation, Intent) else operation
