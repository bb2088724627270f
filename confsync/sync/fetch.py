"""Confluence as a snapshot: complete listings, the few bodies that matter, and the state of pages that are missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from confsync.errors import Forbidden, NotFound, Rejected, Unreachable
from confsync.model import (
    Base,
    DocPath,
    Flavor,
    Folder,
    LocalDoc,
    Page,
    PageId,
    ParentType,
    RemoteSnapshot,
    Space,
    Status,
)
from confsync.planning.evidence import Remembered
from confsync.planning.inferred import infer_folders, lies_in_folder
from confsync.planning.policy import Policy
from confsync.planning.stamps import parse, place_of
from confsync.planning.stand_ins import as_folder, directory_stamp, is_children_list
from confsync.sync.lanes import Lanes
from confsync.sync.ports import Remote
from confsync.sync.sight import shown

_FEW_TEXTS = 3
"""So many pages without a document are read one by one, and one more for each fifty: a listing brings that many."""
_FEW = 1
"""So many folders are read one by one; where there are more, one answer tells of all that hang at the top."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """Reads one side. Pages that documents name in their front matter are kept: the root page may be one."""

    remote: Remote
    lanes: Lanes
    policy: Policy
    flavor: Flavor = Flavor.CLOUD

    def snapshot(
        self, space: Space, remembered: Remembered, docs: Mapping[DocPath, LocalDoc], *, bodies: bool
    ) -> RemoteSnapshot:
        """Read the space: pages of the tree, folders, changed bodies, and the state of each page that is missing."""
        wanted = frozenset(doc.facts.front_id for doc in docs.values() if doc.facts.front_id)
        root = self.policy.root_page or space.homepage_id
        listed = {page.id: page for page in self._listed(space, docs, bodies=bodies)}
        listed |= self._behind(listed, remembered)
        if self.policy.root_page is not None and root not in listed:
            raise NotFound(
                f"The root page {root} is not among the pages of the space {space.key}.",
                where=f"root_page in confsync.toml: {root}",
                hint="Set root_page to the id in the address of a page that this account sees in that space, or remove it.",
            )
        if self.flavor is Flavor.DATACENTER:
            folders = self._stand_ins(self._tree(listed, {}, root), remembered, wanted)
        else:
            folders = self._folders(listed, root, remembered, docs)
        tree = {i: page for i, page in self._tree(listed, folders, root).items() if i not in folders}
        if root is not None and (root in remembered.rows or root in wanted) and root in listed:
            tree[root] = listed[root]
        tree, lost = self._with_changed_bodies(tree, remembered)
        lost |= self._lost(remembered.rows.keys() - tree.keys() - lost.keys())
        return RemoteSnapshot(
            space=space,
            root_id=root,
            pages=tree,
            folders=folders,
            trashed=frozenset(i for i, status in lost.items() if status is Status.TRASHED),
            archived=frozenset(i for i, status in lost.items() if status is Status.ARCHIVED),
            unknown=frozenset(i for i, status in lost.items() if status in (None, Status.CURRENT)),
            folders_are_pages=self.flavor is Flavor.DATACENTER,
        )

    def _listed(self, space: Space, docs: Mapping[DocPath, LocalDoc], *, bodies: bool) -> Sequence[Page]:
        """List the pages, with bodies where many of them have no document; a clone knows the text of most."""
        listed = self.remote.pages(space, bodies=bodies and not docs)
        if not bodies or not docs:
            return listed
        places = {place_of(path) for path in docs}
        stamps = (parse(page.message) for page in listed)
        strange = sum(s is None or (s.place not in places and not s.is_directory) for s in stamps)
        return self.remote.pages(space, bodies=True) if strange > _FEW_TEXTS + len(listed) // 50 else listed

    def _folders(
        self,
        listed: Mapping[PageId, Page],
        root: PageId | None,
        remembered: Remembered,
        docs: Mapping[DocPath, LocalDoc],
    ) -> dict[PageId, Folder]:
        """Find the folders above the listed pages. The ledger knows most of them, or stamps do; the others are read."""
        known = {
            i: Folder(
                id=i,
                title=row.title or row.path.name,
                parent_id=row.parent_id or self.policy.root_page,
                told=False,
            )
            for i, row in remembered.folders.items()
            if i not in listed  # people can make a page of a folder
        }
        if not remembered.rows:
            known |= infer_folders(listed, root, docs)
        todo = {p.parent_id for p in listed.values() if p.parent_id and lies_in_folder(p, listed)}
        seen = todo = todo - known.keys()
        if len(todo) > _FEW and root is not None:
            known |= {f.id: f for f in self.remote.folders_below(root)}
        while todo := todo - known.keys():
            found = self._read_folders(sorted(todo))
            known.update({folder.id: folder for folder in found})
            above = {f.parent_id for f in found if f.parent_id and f.parent_type in (ParentType.FOLDER, None)}
            todo = above - listed.keys() - seen
            seen |= todo
        return known

    def _read_folders(self, ids: Sequence[PageId]) -> list[Folder]:
        return [folder for folder in self.lanes.gather(self.remote.folder, ids) if folder is not None]

    def _stand_ins(
        self, tree: Mapping[PageId, Page], remembered: Remembered, wanted: frozenset[PageId]
    ) -> dict[PageId, Folder]:
        """Return the pages that stand in for directories: stamped as such, or known as such and still nothing but that.

        Those that were saved since, to rename them or to write into them, are read again.
        """
        free = [page for i, page in tree.items() if i not in remembered.rows and i not in wanted]
        stamped = [page for page in free if directory_stamp(page.message) is not None]
        saved = [p for p in free if p.id in remembered.folders and directory_stamp(p.message) is None]
        unread = [page for page in saved if page.body is None]
        read = self.lanes.gather(lambda p: shown(self.remote, p.id), unread)
        bodies = {page.id: page.body for page in read if page}
        found = [
            *(page for page in stamped if page.body is None or is_children_list(page.body)),
            *(page for page in saved if is_children_list(page.body or bodies.get(page.id) or "")),
        ]
        return {page.id: as_folder(page) for page in found}

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

    def _behind(self, listed: Mapping[PageId, Page], remembered: Remembered) -> dict[PageId, Page]:
        """Read the pages that the listing shows older than the ledger knows them.

        A listing may lag behind a write: what it shows was the title and the place before, and nobody put it back.
        """
        rows = remembered.rows
        old = sorted(i for i, page in listed.items() if i in rows and page.version < rows[i].version)
        read = self.lanes.gather(self._read, old)
        return {page.id: page for page in read if page is not None and page.status is Status.CURRENT}

    def _with_changed_bodies(
        self, tree: dict[PageId, Page], remembered: Remembered
    ) -> tuple[dict[PageId, Page], dict[PageId, Status | None]]:
        """Return the pages with the bodies that matter, without those that went since the listing; and where they are."""
        changed = [
            page
            for i, page in tree.items()
            if page.body is None and i in remembered.rows and _is_ahead(page, remembered.rows[i])
        ]
        read = self.lanes.gather(self._read, [page.id for page in changed])
        there = {page.id: page for page in read if page and page.id in tree}
        gone = {i: page.status for i, page in there.items() if page.status is not Status.CURRENT}
        texts = {i: _with_text(tree[i], page) for i, page in there.items() if i not in gone}
        return {i: page for i, page in (tree | texts).items() if i not in gone}, dict(gone)

    def _lost(self, missing: Iterable[PageId]) -> dict[PageId, Status | None]:
        """Ask for each page that is not listed: only one that is *seen* in the trash counts as deleted."""
        ids = sorted(missing)
        found = self.lanes.gather(self._seen, ids)
        return {i: page.status if page else None for i, page in zip(ids, found, strict=True)}

    def _seen(self, page_id: PageId) -> Page | None:
        """Read a page that is not listed; None also when this account may not see it."""
        try:
            return self.remote.page(page_id)
        except Forbidden:
            return None

    def _read(self, page_id: PageId) -> Page | None:
        """Read a listed page; None also when it is not to be had: what needs its text fails by itself, the rest goes on."""
        try:
            return self.remote.page(page_id)
        except (Forbidden, Rejected, Unreachable):
            return None


def _is_ahead(page: Page, row: Base) -> bool:
    """Say whether the page may hold what its file lacks."""
    return page.version != row.version or row.pulled_version is not None


def _with_text(listed: Page, read: Page) -> Page:
    """Return a listed page with what reading it gave; its place stays that of the listing."""
    return replace(listed, body=read.body, labels=read.labels, version=read.version, message=read.message)
