"""What is done about folders that people renamed or moved, on either side.

The directory of a folder that was moved in Confluence follows it: see `relocate`. If the directory was moved, its folder
follows where Confluence can move folders. Cloud cannot: there the pages get a new folder.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from confsync.model import DocPath, FolderBase
from confsync.planning.actions import Relocate
from confsync.planning.folder_actions import AgreeFolder, MoveFolder
from confsync.planning.folder_news import FolderNews, fits_title
from confsync.planning.newly_below import Follow
from confsync.planning.report_actions import Strayed
from confsync.planning.stand_ins import directory_titles
from confsync.planning.world import World


def plan_known_folders(
    world: World, relocations: Collection[Relocate]
) -> Iterator[AgreeFolder | MoveFolder | Strayed | Follow]:
    """Yield the actions for folders that the ledger knows: moved, recorded, or reported as blocked."""
    following = {action.page_id for action in relocations}
    inside = tuple(f"{action.path}/" for action in relocations)
    directories = {folder_id: path for path, folder_id in world.folder_at.items()}
    standing = frozenset(world.layout.directories())
    full = {page.parent_id for page in world.remote.pages.values()}
    full |= {folder.parent_id for folder in world.remote.folders.values()}
    for folder_id, row in sorted(world.remembered.folders.items(), key=lambda item: item[1].path):
        folder = world.remote.folders.get(folder_id)
        if folder is None or folder_id in following:
            continue
        news, path = world.folder_news.get(folder_id), directories.get(folder_id)
        if path is None or (path not in standing and folder_id in full):
            continue  # nobody knows where it is here, and its pages are yet to leave it
        if path.startswith(inside):
            continue  # the next round sees to it, where it lies then
        if news is not None and not _is_followed(world, news, path):
            yield _coming_back(news) if _only_comes_back(world, path) else _waiting(news)
        elif news is None and world.remote.folders_are_pages and _must_follow(world, row, path):
            yield _move(world, row, path)
        elif folder.told and (folder.title, world.tree_parent(folder), path) != (
            row.title,
            row.parent_id,
            row.path,
        ):
            yield AgreeFolder(
                path=path, page_id=folder_id, title=folder.title, place=world.tree_parent(folder)
            )


def _is_followed(world: World, news: FolderNews, path: DocPath) -> bool:
    """Say whether a directory is where its folder is already, or nothing is in it that could follow."""
    named = not news.renamed or fits_title(path, news.folder)
    parent = world.place(world.layout.folder_parent(path))
    placed = not news.moved or parent == world.tree_parent(news.folder)
    return (named and placed) or path not in world.layout.directories()


def _only_comes_back(world: World, path: DocPath) -> bool:
    """Say whether all that belongs in a directory are files that are gone and come back in this run."""
    inside = f"{path}/"
    there = any(place.startswith(inside) for place in (*world.local.docs, *world.local.problems))
    return not there and any(place.startswith(inside) for place in world.coming_back)


def _coming_back(news: FolderNews) -> Follow:
    return Follow(
        path=news.row.path,
        page_id=news.row.folder_id,
        title=news.folder.title,
        detail="nothing is in it before a file comes back",
    )


def _waiting(news: FolderNews) -> Strayed:
    return Strayed(
        path=news.row.path,
        page_id=news.row.folder_id,
        title=news.folder.title,
        detail=f"its folder in Confluence was moved or renamed ({news.folder.title!r}): the directory follows once"
        " no file in it is held or in the way",
    )


def _must_follow(world: World, row: FolderBase, path: DocPath) -> bool:
    """Say whether a directory has another name or place than its page, apart from a move of a directory around it."""
    if path == row.path:
        return False
    parent = world.place(world.layout.folder_parent(path))
    return path.name != row.path.name or parent != world.tree_parent(world.remote.folders[row.folder_id])


def _move(world: World, row: FolderBase, path: DocPath) -> MoveFolder:
    folder = world.remote.folders[row.folder_id]
    title = folder.title
    if path.name != row.path.name:
        taken = [other.title for i, other in world.remote.folders.items() if i != row.folder_id]
        titles = directory_titles(
            [path], [*taken, *world.titles.assigned.values()], world.titles.own, world.layout
        )
        title = titles[path]
    parent = world.layout.folder_parent(path)
    return MoveFolder(path=path, page_id=row.folder_id, title=title, parent=parent, depth=path.count("/"))
