"""Folders that must exist before the pages in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from confsync.model import DocPath
from confsync.planning.actions import Action, Create, Merge, Update
from confsync.planning.folder_actions import MakeFolder
from confsync.planning.layout import Parent, UnderDocument, UnderFolder
from confsync.planning.world import World


def plan_folders(world: World, actions: Iterable[Action]) -> Iterator[MakeFolder]:
    """Yield a folder for each directory without a page that will hold a page, parents first."""
    for directory in sorted(_needed(world, actions)):
        parent, title = world.layout.folder_parent(directory), world.folder_titles[directory]
        yield MakeFolder(path=directory, title=title, parent=parent, depth=directory.count("/"))


def _needed(world: World, actions: Iterable[Action]) -> set[DocPath]:
    needed: set[DocPath] = set()
    for action in actions:
        if isinstance(action, Create | Update | Merge) and action.parent is not None:
            needed.update(_missing(world, action.parent))
    return needed


def _missing(world: World, parent: Parent) -> Iterator[DocPath]:
    """Yield the directories without a folder from a parent upwards."""
    if isinstance(parent, UnderFolder):
        if parent.path not in world.folder_at:
            yield parent.path
            yield from _missing(world, world.layout.folder_parent(parent.path))
    elif isinstance(parent, UnderDocument) and parent.path not in world.page_of:
        yield from _missing(world, world.layout.parent(parent.path))
