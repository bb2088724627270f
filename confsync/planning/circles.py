"""Moves that would put a page below itself, because people moved pages towards each other on the two sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from confsync.model import PageId
from confsync.planning.actions import Action, Merge, Update
from confsync.planning.layout import Parent, Top, UnderDocument
from confsync.planning.report_actions import Strayed
from confsync.planning.world import PENDING, World


def without_circles(world: World, actions: Sequence[Action]) -> Iterator[Action]:
    """Yield the actions without the moves that Confluence would refuse; these are reported instead."""
    going = {a.page_id: a.parent for a in actions if isinstance(a, Update | Merge) and a.parent is not None}
    caught = {page_id for page_id in going if _comes_back(world, page_id, going)}
    for action in actions:
        if not isinstance(action, Update | Merge) or action.page_id not in caught:
            yield action
            continue
        detail = "its new parent is below this very page in Confluence: move the file or the page so that both are in the same place"
        yield Strayed(path=action.path, page_id=action.page_id, title=action.title, detail=detail)
        staying = replace(action, parent=None)
        if isinstance(staying, Merge) or staying.has_effect:
            yield staying


def _comes_back(world: World, start: PageId, going: Mapping[PageId, Parent]) -> bool:
    node, seen = _above(world, start, going), set[PageId]()
    while node is not None and node not in seen:
        if node == start:
            return True
        seen.add(node)
        node = _above(world, node, going)
    return False


def _above(world: World, node: PageId, going: Mapping[PageId, Parent]) -> PageId | None:
    """Return what a page or folder will be below after the moves."""
    if node in going:
        return _standing(world, going[node])
    there = world.remote.pages.get(node) or world.remote.folders.get(node)
    return world.tree_parent(there) if there is not None else None


def _standing(world: World, parent: Parent) -> PageId | None:
    """Return the nearest page or folder from a parent upwards that is there already."""
    while not isinstance(parent, Top):
        place = world.place(parent)
        if place != PENDING:
            return place
        layout = world.layout
        parent = (
            layout.parent(parent.path)
            if isinstance(parent, UnderDocument)
            else layout.folder_parent(parent.path)
        )
    return None
