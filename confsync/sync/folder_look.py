"""Folders that people renamed or moved: no listing of pages shows it, so a run spends one request on looking.

On Cloud only; elsewhere the pages that stand for directories are in the listing. Search is a hint: before a folder is
followed, it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from confsync.errors import AuthError, RemoteError
from confsync.model import Folder, FolderBase, PageId, ParentType
from confsync.outcome import FolderHint, SearchHint
from confsync.planning.world import World
from confsync.sync.details import AT_ONCE
from confsync.sync.lanes import Lanes
from confsync.sync.ports import Remote

_LISTED_AT_ONCE = 250
"""How many pages one answer of a listing holds."""


@dataclass(frozen=True, slots=True)
class FolderLook:
    """Looks at the folders that the ledger knows."""

    remote: Remote
    lanes: Lanes

    def look(self, world: World, hint: SearchHint | None, *, searched: bool) -> World:
        """Return the world with folders as they are now, as far as there was reason to look.

        `searched` says that search was asked, which leaves fewer requests for this.
        """
        known = {i: row for i, row in world.remembered.folders.items() if i in world.remote.folders}
        if world.remote.folders_are_pages or not known:
            return world
        spare = _spare(world, hint) if searched else 2
        unseen = [i for i in sorted(known) if not world.remote.folders[i].told]
        if len(unseen) <= spare:
            return self._with(world, unseen)
        told = dict(hint.folders) if hint is not None else {}
        if spare and any(i not in told or known[i].parent_id is None for i in unseen):
            told |= self._at_the_top(world)  # search is behind; what hangs at the top is told as it is
        suspects = [i for i in unseen if i in told and known[i].title and _differs(world, known[i], told[i])]
        return self._with(_agreeing(world, known, told), suspects)

    def _at_the_top(self, world: World) -> dict[PageId, FolderHint]:
        root = world.remote.root_id
        try:
            found: Sequence[Folder] = self.remote.folders_below(root) if root is not None else ()
        except AuthError:
            raise
        except RemoteError:
            found = ()
        return {folder.id: FolderHint(folder.title, root) for folder in found}

    def _with(self, world: World, ids: Sequence[PageId]) -> World:
        """Read folders, and those above them that nobody knew; one that is gone and empty is forgotten."""
        folders, gone = dict(world.remote.folders), set[PageId]()
        for one, read in zip(ids, self.lanes.gather(self._read, ids), strict=True):
            if isinstance(read, Folder):
                folders[one] = read
            elif read is None and not _holds_anything(world, one):
                gone.add(one)
        for folder in self._above(world, [folders[i] for i in ids]):
            folders[folder.id] = folder
        folders |= {i: world.remote.folders[i] for i in ids if not _is_inside(world, folders, i)}
        known = {i: row for i, row in world.remembered.folders.items() if i not in gone}
        there = {i: folder for i, folder in folders.items() if i not in gone}
        return world.but(
            remote=replace(world.remote, folders=there), remembered=replace(world.remembered, folders=known)
        )

    def _read(self, folder_id: PageId) -> Folder | RemoteError | None:
        """Read a folder; a login that may not do so syncs all else, and learns nothing of folders."""
        try:
            return self.remote.folder(folder_id)
        except AuthError:
            raise
        except RemoteError as error:
            return error

    def _above(self, world: World, folders: Sequence[Folder]) -> Iterator[Folder]:
        """Yield the folders above others that are not known yet."""
        seen = world.remote.folders.keys() | world.remote.pages.keys() | {world.remote.root_id}
        for folder in folders:
            node: Folder | None = folder
            while node is not None and node.parent_id is not None and node.parent_id not in seen:
                if node.parent_type not in (ParentType.FOLDER, None):
                    break
                seen |= {node.parent_id}
                read = self._read(node.parent_id)
                node = read if isinstance(read, Folder) else None
                if node is not None:
                    yield node


def _spare(world: World, hint: SearchHint | None) -> int:
    """Return how many requests are left: none where search was asked for attachments of some pages, too."""
    count = len(world.remote.pages)
    if count and count % _LISTED_AT_ONCE == 0:
        return 0  # the root page alone took another answer of the listing
    pieces = count > AT_ONCE or world.policy.root_page is not None
    return 0 if hint is not None and not hint.whole and pieces else 1


def _differs(world: World, row: FolderBase, hint: FolderHint) -> bool:
    above = row.parent_id or world.remote.root_id
    return hint.title != row.title or (hint.above is not None and hint.above != above)


def _agreeing(world: World, known: Mapping[PageId, FolderBase], told: Mapping[PageId, FolderHint]) -> World:
    """Return the world with the titles that search gives for folders that were never read."""
    folders = dict(world.remote.folders)
    for one, row in known.items():
        if one in told and not row.title:
            folders[one] = replace(folders[one], title=told[one].title, told=True)
    return world.but(remote=replace(world.remote, folders=folders))


def _holds_anything(world: World, folder_id: PageId) -> bool:
    above = {page.parent_id for page in world.remote.pages.values()}
    return folder_id in above | {folder.parent_id for folder in world.remote.folders.values()}


def _is_inside(world: World, folders: Mapping[PageId, Folder], folder_id: PageId) -> bool:
    """Say whether a folder lies in the tree; where all of the space is the tree, each one does."""
    node, seen = folders.get(folder_id), set[PageId]()
    while node is not None and node.id not in seen and world.policy.root_page is not None:
        seen.add(node.id)
        if node.parent_id is None or node.parent_id in world.remote.pages:
            return node.parent_id is not None
        if node.parent_id == world.remote.root_id:
            return True
        node = folders.get(node.parent_id)
    return world.policy.root_page is None
