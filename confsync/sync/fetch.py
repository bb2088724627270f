"""Confluence as a snapshot: listings read to the end, the few bodies that matter, and what became of the missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from confsync.errors import NotFound
from confsync.model import Base, Folder, Page, PageId, ParentType, RemoteSnapshot, Space, Status
from confsync.planning.evidence import Remembered
from confsync.planning.policy import Policy
from confsync.sync.lanes import Lanes
from confsync.sync.ports import Remote


@dataclass(frozen=True, slots=True)
class Fetching:
    """Reads one side. `wanted` are pages that documents name in their front matter: the root page may be one."""

    remote: Remote
    lanes: Lanes
    policy: Policy

    def snapshot(
        self, space: Space, remembered: Remembered, wanted: frozenset[PageId], *, bodies: bool
    ) -> RemoteSnapshot:
        """Read the space: pages of the tree, folders, changed bodies, and the state of each page that is missing."""
        root = self.policy.root_page or space.homepage_id
        listed = {page.id: page for page in self.remote.pages(space, bodies=bodies)}
        if self.policy.root_page is not None and root not in listed:
            raise NotFound(f"the root page {root} was not found in the space {space.key}", where=space.key)
        folders = self._folders(listed.values(), remembered)
        tree = self._tree(listed, folders, root)
        if root is not None and (root in remembered.rows or root in wanted) and root in listed:
            tree[root] = listed[root]
        tree = self._with_changed_bodies(tree, remembered)
        lost = self._lost(remembered.rows.keys() - tree.keys())
        return RemoteSnapshot(
            space=space,
            root_id=root,
            pages=tree,
            folders=folders,
            trashed=frozenset(i for i, status in lost.items() if status is Status.TRASHED),
            archived=frozenset(i for i, status in lost.items() if status is Status.ARCHIVED),
            unknown=frozenset(i for i, status in lost.items() if status in (None, Status.CURRENT)),
        )

    def _folders(self, pages: Iterable[Page], remembered: Remembered) -> dict[PageId, Folder]:
        """Read the folders above the listed pages; the ledger knows most of them."""
        known = {
            i: Folder(id=i, title=row.title, parent_id=row.parent_id or self.policy.root_page)
            for i, row in remembered.folders.items()
        }
        todo = {
            p.parent_id for p in pages if p.parent_type is ParentType.FOLDER and p.parent_id
        } - known.keys()
        while todo:
            found = [f for f in self.lanes.gather(self.remote.folder, sorted(todo)) if f is not None]
            known.update({folder.id: folder for folder in found})
            above = {f.parent_id for f in found if f.parent_type is ParentType.FOLDER and f.parent_id}
            todo = above - known.keys()
        return known

    def _tree(
        self, listed: Mapping[PageId, Page], folders: Mapping[PageId, Folder], root: PageId | None
    ) -> dict[PageId, Page]:
        """Return the pages of the tree: all of the space, or what descends from the chosen root page."""
        if self.policy.root_page is None:
            return {i: page for i, page in listed.items() if i != root}
        inside: dict[PageId | None, bool] = {root: True, None: False}

        def descends(node: PageId | None) -> bool:
            trail: list[PageId | None] = []
            while node not in inside:
                trail.append(node)
                inside[node] = False  # a loop leads nowhere
                above = listed.get(node) or folders.get(node) if node else None
                node = above.parent_id if above else None
            for step in trail:
                inside[step] = inside[node]
            return inside[node]

        return {i: page for i, page in listed.items() if i != root and descends(i)}

    def _with_changed_bodies(self, tree: dict[PageId, Page], remembered: Remembered) -> dict[PageId, Page]:
        changed = [
            page
            for i, page in tree.items()
            if page.body is None and i in remembered.rows and _is_ahead(page, remembered.rows[i])
        ]
        read = self.lanes.gather(lambda page: self.remote.page(page.id), changed)
        return tree | {page.id: _with_text(tree[page.id], page) for page in read if page and page.id in tree}

    def _lost(self, missing: Iterable[PageId]) -> dict[PageId, Status | None]:
        """Ask for each page that is not listed: only one that is *seen* in the trash counts as deleted."""
        ids = sorted(missing)
        found = self.lanes.gather(self.remote.page, ids)
        return {i: page.status if page else None for i, page in zip(ids, found, strict=True)}


def _is_ahead(page: Page, row: Base) -> bool:
    """Say whether the page may hold what its file lacks."""
    return page.version != row.version or row.pulled_version is not None


def _with_text(listed: Page, read: Page) -> Page:
    """Return a listed page with what a closer look told of it; its place stays that of the listing."""
    return replace(listed, body=read.body, labels=read.labels, version=read.version, message=read.message)
