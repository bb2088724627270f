"""The order of sibling pages, where it is to be that of their files (Cloud; Data Center has no route for it).

Nothing of it is remembered: each run compares the positions that Confluence lists with the names of the files. Pages that
have no file keep their places among the others as they can.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from confsync.model import DocPath, PageId
from confsync.planning.actions import Action, Create, Merge, PullNew, Reorder, TrashPage, Update
from confsync.planning.layout import Layout, Parent
from confsync.planning.policy import SiblingOrder
from confsync.planning.row_actions import Adopt
from confsync.planning.world import World


def plan_order(world: World, actions: Sequence[Action]) -> Iterator[Reorder]:
    """Yield the fewest moves after which siblings stand in the order of their files, once the actions are done.

    `actions` are in the order of execution: what is created or comes from elsewhere becomes the last child.
    """
    if world.policy.order is not SiblingOrder.FILES or world.remote.folders_are_pages:
        return
    pages = dict(_pages(world, actions))
    for parent, siblings in _families(world, actions, pages).items():
        standing = siblings.in_order()
        wanted = sorted(standing, key=lambda path: _name(path, world.layout))
        kept = set(longest_increasing([wanted.index(path) for path in standing]))
        first_kept = next(n for n in range(len(wanted)) if n in kept)
        for n, path in enumerate(wanted):
            if n not in kept:
                beside = wanted[n - 1] if n else wanted[first_kept]
                yield Reorder(
                    path=path,
                    page_id=pages.get(path),
                    title=world.titles.assigned.get(path, ""),
                    depth=world.layout.depth(path),
                    parent=parent,
                    beside=beside,
                    beside_id=pages.get(beside),
                    behind=n > 0,
                )


@dataclass(frozen=True, slots=True)
class _Siblings:
    """Documents with one parent: those whose pages hang there, by position, and those that come, in their order."""

    there: dict[DocPath, int | None]
    coming: list[DocPath]

    def in_order(self) -> list[DocPath]:
        """Return them as they will stand. Where Confluence tells no positions there is nothing to compare."""
        if len(self.there) > 1 and None in self.there.values():
            return self.coming[:1]
        return [*sorted(self.there, key=lambda path: (self.there[path] or 0, path)), *self.coming]


def _families(
    world: World, actions: Sequence[Action], pages: Mapping[DocPath, PageId]
) -> dict[Parent, _Siblings]:
    found: dict[Parent, _Siblings] = defaultdict(lambda: _Siblings({}, []))
    coming = {
        a.path: a.parent for a in actions if isinstance(a, Create | Update | Merge) and a.parent is not None
    }
    for path, parent in coming.items():
        found[parent].coming.append(path)
    for path, page_id in sorted(pages.items()):
        page, parent = world.remote.pages.get(page_id), world.layout.parent(path)
        if page is not None and path not in coming and world.tree_parent(page) == world.place(parent):
            found[parent].there[path] = page.position
    return {parent: siblings for parent, siblings in found.items() if siblings.in_order()}


def _pages(world: World, actions: Iterable[Action]) -> Iterator[tuple[DocPath, PageId]]:
    """Yield the documents that have a page when the actions are done, and had it before."""
    leaving = {action.page_id for action in actions if isinstance(action, TrashPage)}
    for page_id, path in (world.matches.bound | world.matches.named).items():
        if page_id not in leaving:
            yield path, page_id
    for action in actions:
        if isinstance(action, Adopt | PullNew) and action.page_id is not None:
            yield action.path, action.page_id


def _name(path: DocPath, layout: Layout) -> tuple[str, str]:
    """Return what a page is listed by: its file's name without the suffix, or that of the directory that it stands for."""
    stands_for = path.parent if path.parent is not None and layout.owner(path.parent) == path else None
    return (stands_for.name if stands_for is not None else path.stem).casefold(), path


def longest_increasing(numbers: Sequence[int]) -> list[int]:
    """Return a longest increasing subsequence of different numbers: what may stay where it is."""
    ends: list[int] = []
    """The last number of the best sequence of each length, as far as the numbers were read."""
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(ends, number)
        before[number] = ends[length - 1] if length else None
        ends[length : length + 1] = [number]
    chain: list[int] = []
    last = ends[-1] if ends else None
    while last is not None:
        chain.append(last)
        last = before[last]
    return chain[::-1]
