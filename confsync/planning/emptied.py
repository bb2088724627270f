"""Folders in Confluence whose directories are gone: each goes to the trash once its last page has left it.

A folder that people emptied in Confluence is theirs: it stays, and the ledger forgets it. A page that stood for a directory
and was saved by a person is known by the ledger alone as nothing but a place: it is kept in mind, or it would become a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from confsync.model import FolderBase, PageId
from confsync.planning.actions import Action, Merge, TrashPage, Update
from confsync.planning.folder_actions import ForgetFolder, TrashFolder
from confsync.planning.stand_ins import directory_stamp
from confsync.planning.world import World


def plan_emptied(world: World, actions: Iterable[Action]) -> Iterator[TrashFolder | ForgetFolder]:
    """Yield what becomes of folders that stand for no directory any more, the innermost first."""
    leaving = {
        a.page_id
        for a in actions
        if isinstance(a, TrashPage) or (isinstance(a, Update | Merge) and a.parent is not None)
    }
    needed = set(world.layout.directories())
    left = {
        i: row
        for i, row in world.remembered.folders.items()
        if row.path not in needed and _is_seen(world, row) and world.folder_at.get(row.path) == i
    }
    gone: set[PageId] = set()
    for folder_id, row in sorted(left.items(), key=lambda item: -item[1].path.count("/")):
        inside = _inside(world, folder_id)
        if not inside:
            if _is_recognised(world, folder_id):
                yield ForgetFolder(path=row.path, page_id=folder_id, title=row.title)
        elif inside <= leaving | gone:
            gone.add(folder_id)
            yield TrashFolder(path=row.path, page_id=folder_id, title=row.title, depth=row.path.count("/"))


def _is_seen(world: World, row: FolderBase) -> bool:
    """Say whether the directory was looked for and is not there, or has a page of its own now."""
    return row.folder_id in world.remote.folders and not world.local.blind_to(row.path.joined("x.md"))


def _is_recognised(world: World, folder_id: PageId) -> bool:
    """Say whether a folder would be known as one without the ledger."""
    stamp = directory_stamp(world.remote.folders[folder_id].message)
    return not world.remote.folders_are_pages or stamp is not None


def _inside(world: World, folder_id: PageId) -> set[PageId]:
    """Return what is in a folder as far as we know, including pages that cannot be seen now."""
    pages = {i for i, page in world.remote.pages.items() if page.parent_id == folder_id}
    hidden = {
        i for i, row in world.rows.items() if row.parent_id == folder_id and i not in world.remote.pages
    }
    folders = {i for i, folder in world.remote.folders.items() if folder.parent_id == folder_id}
    return pages | (hidden - world.remote.trashed) | folders
