"""What changed on each side since both last agreed, for one row of the ledger."""

from __future__ import annotations

from confsync.model import Base, DocPath, Page
from confsync.planning.table import Fate, LocalChange, RemoteChange, decide
from confsync.planning.world import World


def local_change(world: World, row: Base) -> LocalChange:
    """Say what happened to a row's file."""
    path = world.matches.bound.get(row.page_id)
    if path is None:
        hidden = world.local.blind_to(row.path)
        refused = row.path in world.matches.refused or row.page_id in world.matches.contested
        return LocalChange.PROBLEM if hidden or refused else LocalChange.DELETED
    changed = world.docs[path].facts.text_hash != row.local_hash
    return _local(changed=changed, moved=moved_locally(world, row))


def _local(*, changed: bool, moved: bool) -> LocalChange:
    if changed:
        return LocalChange.MOVED_CHANGED if moved else LocalChange.CHANGED
    return LocalChange.MOVED if moved else LocalChange.SAME


def moved_locally(world: World, row: Base) -> bool:
    """Say whether the file asks for another title or parent than its page had."""
    path = world.matches.bound[row.page_id]
    stays = path == world.root_document or path in world.going
    return not stays and (renamed_locally(world, row) or hung_elsewhere(world, row))


def hung_elsewhere(world: World, row: Base) -> bool:
    """Say whether the file lies below another parent than its page had. The root page's place is given."""
    path = world.matches.bound[row.page_id]
    if path == world.root_document or (path == row.path and world.lost_place(row.parent_id)):
        return False
    return world.place(world.layout.parent(path)) != row.parent_id


def renamed_locally(world: World, row: Base) -> bool:
    """Say whether the file asks for another title than its page had. The root page's is the space's affair."""
    path = world.matches.bound[row.page_id]
    if path == world.root_document:
        return False
    return world.titles.assigned.get(path, row.title) != row.title


def remote_change(world: World, row: Base) -> RemoteChange:
    """Say what happened to a row's page."""
    page = world.remote.pages.get(row.page_id)
    if page is None:
        return RemoteChange.DELETED if row.page_id in world.remote.trashed else RemoteChange.UNKNOWN
    moved = page.title != row.title or world.tree_parent(page) != row.parent_id
    if body_changed(world, row, page):
        return RemoteChange.MOVED_CHANGED if moved else RemoteChange.CHANGED
    return RemoteChange.MOVED if moved else RemoteChange.SAME


def body_changed(world: World, row: Base, page: Page) -> bool:
    """Say whether the page's text is another. A version alone is no change: Confluence rewrites spelling.

    A page that got a merge has more than its file, whatever its version.
    """
    if row.pulled_version is not None:
        return True
    if page.version == row.version:
        return False
    return world.evidence.body_hashes.get(row.page_id) != row.body_hash


def going(world: World) -> frozenset[DocPath]:
    """Return the documents that go to the trash after their pages: nothing belongs below them any more."""
    rows = ((row, world.matches.bound.get(i)) for i, row in world.rows.items() if i in world.remote.trashed)
    return frozenset(
        path
        for row, path in rows
        if path is not None
        and decide(local_change(world, row), remote_change(world, row)).fate is Fate.TRASH_FILE
    )


def coming_back(world: World) -> frozenset[DocPath]:
    """Return the documents that are gone, though their pages were edited or moved since: their files come back."""
    missing = (row for i, row in world.rows.items() if i not in world.matches.bound)
    return frozenset(
        row.path
        for row in missing
        if decide(local_change(world, row), remote_change(world, row)).fate is Fate.RESTORE_FILE
    )
