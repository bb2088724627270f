"""Planning: both snapshots and the ledger's copy (the World) in, a plan out. Pure: the same input gives the same plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from confsync.model import Direction, DocPath
from confsync.planning.actions import Action, ConflictNew, Merge, Plan, Relink, Side, TrashPage, Update
from confsync.planning.circles import without_circles
from confsync.planning.emptied import plan_emptied
from confsync.planning.file_actions import FileAction
from confsync.planning.folders import plan_known_folders
from confsync.planning.follow import follow_at_once, plan_following
from confsync.planning.handover import hand_over
from confsync.planning.identify import plan_ids
from confsync.planning.known import plan_rows
from confsync.planning.newcomers import plan_new_documents, plan_new_pages, plan_troubles
from confsync.planning.newly_below import follow_new_pages
from confsync.planning.ordering import plan_order
from confsync.planning.places import plan_folders
from confsync.planning.relocate import Relocations, plan_relocations
from confsync.planning.report_actions import Ahead, Blocked, Strayed
from confsync.planning.row_actions import Adopt, Rebind
from confsync.planning.world import World


def plan(world: World, direction: Direction) -> Plan:
    """Decide what a run does. The direction only drops effects on the other side; all else is decided alike."""
    directories = {folder: path for path, folder in world.folder_at.items()}
    found = _following(world, list(_decisions(world, direction)), direction)
    relocations = plan_relocations(world, directories)
    found, binding = _with_relocations(found, relocations, direction)
    found += plan_known_folders(world, relocations.actions)
    found += plan_ids(world, found)
    pages = plan_new_pages(world, [*binding, *found], directories, follows=direction.writes_files)
    found = [*follow_new_pages(found, pages.actions, direction), *pages.actions]
    found += follow_at_once(world, found, direction)
    kept = [_within(action, direction) for action in found]
    kept = list(_sparing_parents(world, list(without_circles(world, kept))))
    kept += [*plan_folders(world, kept), *plan_emptied(world, kept)]
    circulation = hand_over(world, kept)
    actions = sorted(circulation.actions, key=lambda action: _order(world, action))
    if direction.writes_pages:
        actions += plan_order(world, actions)
    return Plan(
        actions=tuple(actions),
        titles=world.titles,
        paths=pages.paths,
        folders=pages.folders,
        leaving=circulation.leaving,
    )


def _following(world: World, found: list[Action], direction: Direction) -> list[Action]:
    """Add the actions that follow from files that people moved.

    Other actions on documents whose links are rewritten are left to the next round, which finds them again.
    """
    following = list(plan_following(world, direction))
    rewritten = {action.path for action in following if isinstance(action, Relink)}
    now = [action for action in found if action.path not in rewritten or isinstance(action, Blocked)]
    return [*now, *following]


def _with_relocations(
    found: list[Action], relocations: Relocations, direction: Direction
) -> tuple[list[Action], list[Adopt | ConflictNew]]:
    """Add the moves of files after their pages. Other actions on those files are left to the next round.

    The second list are those of them that bind pages, with the new places of the files: so no other file is chosen for
    these pages.
    """
    moves = {old: new for action in relocations.actions for old, new in action.moves}
    going = {action.page_id for action in (*relocations.actions, *relocations.later)}
    waits = moves.keys() if direction.writes_files else set[DocPath]()
    # what no run of this direction moves is told at once: no round comes in which it could
    now: list[Action] = [] if direction.writes_files else list(relocations.later)
    binding: list[Adopt | ConflictNew] = []
    for action in found:
        if isinstance(action, Strayed) and action.page_id in going:
            continue
        if isinstance(action, Rebind | Relink) or _documents(action).isdisjoint(waits):
            now.append(action)
        elif isinstance(action, Adopt | ConflictNew):
            binding.append(replace(action, path=_after(action.path, moves, relocations)))
    return [*now, *relocations.actions], binding


def _after(path: DocPath, moves: Mapping[DocPath, DocPath], relocations: Relocations) -> DocPath:
    """Return the place of a file or directory after all moves."""
    for old, new in (action.below for action in relocations.actions if action.below is not None):
        if path.startswith(old + "/"):
            return DocPath(new + path[len(old) :])
    return moves.get(path, path)


def _documents(action: Action) -> set[DocPath]:
    return {action.path, action.document} if isinstance(action, FileAction) else {action.path}


def _sparing_parents(world: World, actions: list[Action]) -> Iterator[Action]:
    """Never trash a page above pages that stay: Confluence would orphan or archive them."""
    leaving = {a.page_id for a in actions if isinstance(a, TrashPage)}
    leaving |= {a.page_id for a in actions if isinstance(a, Update | Merge) and a.parent is not None}
    parents = {world.tree_parent(page): page for i, page in world.remote.pages.items() if i not in leaving}
    for action in actions:
        child = parents.get(action.page_id) if isinstance(action, TrashPage) else None
        if child is None:
            yield action
        else:
            detail = (
                f"the file is gone, but the page {child.title!r} is below its page, which therefore stays"
            )
            yield Blocked(path=action.path, page_id=action.page_id, title=action.title, detail=detail)


def _decisions(world: World, direction: Direction) -> Iterator[Action]:
    yield from plan_troubles(world)
    yield from plan_rows(world)
    yield from plan_new_documents(world, direction)


def _within(action: Action, direction: Direction) -> Action:
    """Keep an action that the direction allows; else say that the other side is ahead."""
    foreign = {Direction.PUSH: Side.LOCAL, Direction.PULL: Side.REMOTE}.get(direction)
    if action.side is not foreign or action.name == "conflict":
        return action
    where = "Confluence" if foreign is Side.LOCAL else "the folder"
    return Ahead(
        path=action.path,
        page_id=action.page_id,
        title=action.title,
        detail=f"{where} is ahead ({action.name}); `sync` brings it over",
    )


def _order(world: World, action: Action) -> tuple[str, int, int, str, str]:
    """Return the order of execution. Pages that move keep the order that they have: each becomes the last child."""
    deepest_first = -action.depth if action.name == "trash-page" else action.depth
    page = world.remote.pages.get(action.page_id) if isinstance(action, Update) and action.parent else None
    position = page.position if page is not None and page.position is not None else 0
    return action.phase, deepest_first, position, action.path, action.page_id or ""
