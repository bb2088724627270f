"""Titles that pages hand to one another: in which order pages are renamed, and which gets a temporary title.

A title is unique in a space. Along a chain, the page at the free end is renamed first. In a circle, one page gets a
temporary title; it names the page, so that a run after a crash recognises it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from confsync.model import PageId, title_key
from confsync.planning.actions import Action, Create, Merge, Retitle, TrashPage, Update, Vacate
from confsync.planning.folder_actions import MakeFolder
from confsync.planning.report_actions import Blocked
from confsync.planning.world import World


@dataclass(frozen=True, slots=True)
class Circulation:
    """Titles on their way. `leaving` are the keys of titles that pages of this plan give up."""

    actions: tuple[Action, ...]
    leaving: frozenset[str]


def hand_over(world: World, actions: Sequence[Action]) -> Circulation:
    """Order the renames of a plan, and add what lets them follow each other."""
    renames = {a.page_id: a for a in actions if isinstance(a, Update) and a.rename}
    holders = {title_key(world.remote.pages[i].title): i for i in renames if i in world.remote.pages}
    before = _waits_for(renames, holders)
    aside = _one_of_each_circle(before, renames)
    ranks = _ranks(before, aside, _in_the_way(actions, holders))
    found = [_ranked(action, ranks) for action in _possible(world, actions, renames)]
    steps = [_vacate(world, renames[page_id]) for page_id in sorted(aside)]
    return Circulation((*found, *steps, *_retitles(world, aside, renames)), _leaving(world, actions))


def _waits_for(renames: Mapping[PageId, Update], holders: Mapping[str, PageId]) -> dict[PageId, PageId]:
    """Return for each renamed page the one that has its new title now."""
    wanted = ((i, holders.get(title_key(action.title))) for i, action in renames.items())
    return {i: holder for i, holder in wanted if holder is not None and holder != i}


def _in_the_way(actions: Sequence[Action], holders: Mapping[str, PageId]) -> set[PageId]:
    """Return the renamed pages whose titles new pages and folders need, which come first."""
    made = (title_key(a.title) for a in actions if isinstance(a, Create | MakeFolder))
    return {holders[title] for title in made if title in holders}


def _one_of_each_circle(before: Mapping[PageId, PageId], renames: Mapping[PageId, Update]) -> set[PageId]:
    chosen: set[PageId] = set()
    seen: set[PageId] = set()
    for start in sorted(before):
        trail: list[PageId] = []
        node: PageId | None = start
        while node is not None and node not in seen:
            seen.add(node)
            trail.append(node)
            node = before.get(node)
        if node in trail:
            circle = trail[trail.index(node) :]
            chosen.add(min(circle, key=lambda i: renames[i].path))
    return chosen


def _ranks(before: Mapping[PageId, PageId], aside: set[PageId], others: set[PageId]) -> dict[PageId, int]:
    """Return when each page that gives or gets a title is renamed; those that stepped aside hold nobody up."""
    waiting = {i: holder for i, holder in before.items() if holder not in aside}
    ranks: dict[PageId, int] = {}
    for page_id in before.keys() | set(before.values()) | others:
        steps, node = 0, page_id
        while node in waiting:
            steps, node = steps + 1, waiting[node]
        ranks[page_id] = steps
    return ranks


def _ranked(action: Action, ranks: Mapping[PageId, int]) -> Action:
    if isinstance(action, Update) and action.rename and action.page_id in ranks:
        return replace(action, rank=ranks[action.page_id])
    return action


def _possible(world: World, actions: Sequence[Action], renames: Mapping[PageId, Update]) -> Iterator[Action]:
    """Yield the actions, without new pages whose title a page of ours keeps after all."""
    gone = _leaving(world, actions)
    kept = {
        title_key(world.remote.pages[i].title): row
        for i, row in world.rows.items()
        if i in world.remote.pages
    }
    for action in actions:
        row = (
            kept.get(title_key(action.title))
            if isinstance(action, Create) and action.replaces is None
            else None
        )
        if row is None or row.page_id in renames or title_key(action.title) in gone:
            yield action
        else:
            detail = f"the title {action.title!r} belongs to the page of {row.path}; no page was created"
            yield Blocked(path=action.path, page_id=row.page_id, title=action.title, detail=detail)


def _leaving(world: World, actions: Sequence[Action]) -> frozenset[str]:
    giving = (a for a in actions if isinstance(a, TrashPage) or (isinstance(a, Update | Merge) and a.rename))
    pages = (world.remote.pages.get(a.page_id) for a in giving)
    return frozenset(title_key(page.title) for page in pages if page is not None)


def _vacate(world: World, action: Update) -> Vacate:
    page = world.remote.pages[action.page_id]
    return Vacate(
        path=action.path,
        page_id=action.page_id,
        title=temporary_title(page.title, page.id),
        expect_version=page.version,
    )


def _retitles(world: World, aside: set[PageId], renames: Mapping[PageId, Update]) -> Iterator[Retitle]:
    """Yield a last look at each page that has a temporary title, or will have: it is never left behind."""
    for page_id in sorted(aside | world.remote.provisional):
        path = world.matches.bound.get(page_id)
        if path is not None and path in world.titles.assigned:
            yield Retitle(
                path=path,
                page_id=page_id,
                title=world.titles.assigned[path],
                own_title=world.titles.own[path],
                quiet=page_id in renames,
            )


# ---- temporary titles -------------------------------------------------------------------------------------------

_ROOM = 90
"""Characters of the old title that a temporary one shows: enough to know it again, few enough for any limit."""


def temporary_title(title: str, page_id: PageId) -> str:
    """Return a title for the moment. It is the page's own: nobody else can have it, and it is known by the page's id."""
    return title[:_ROOM].rstrip() + _mark(page_id)


def is_temporary(title: str, page_id: PageId) -> bool:
    """Say whether a page's title is one that it was given for the moment."""
    return title.endswith(_mark(page_id))


def former_title(title: str, page_id: PageId) -> str:
    """Return the title that a page had before its temporary one; that itself where it shows no more than a beginning."""
    former = title.removesuffix(_mark(page_id))
    return former if 0 < len(former) < _ROOM else title


def _mark(page_id: PageId) -> str:
    return f" (titles are being exchanged, confsync {page_id})"
