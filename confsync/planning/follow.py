"""Files that a person moved: their rows follow them, and links that no longer lead where they led are corrected.

In a document that is unchanged since file and page last agreed, links mean what they meant at the old place, and all are
corrected. In one that was edited since, only links without a target are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from confsync.model import Direction, DocPath, RowState
from confsync.planning.actions import Action, PullNew, Relink, Relocate
from confsync.planning.assets import resolve_link
from confsync.planning.row_actions import OweLinks, Rebind
from confsync.planning.world import World


def plan_following(world: World, direction: Direction) -> Iterator[OweLinks | Rebind | Relink]:
    """Yield what the moves of files ask for at this end. A push leaves all files as they are, and remembers that."""
    moves = moved_files(world)
    if not moves:
        return
    pairs = tuple(sorted(moves.items()))
    relinks = list(_relinks(world, moves, pairs))
    pushes, first = not direction.writes_files, pairs[0][1]
    if relinks and pushes:
        unlinked = tuple((r.origin, r.expect_hash) for r in relinks if r.untouched)
        yield OweLinks(path=first, page_id=world.page_of[first], moves=pairs, unlinked=unlinked)
    if relinks and not pushes:
        yield from relinks
    elif _must_follow_at_once(world, moves):
        yield _rebind(world, moves)


def follow_at_once(world: World, actions: Iterable[Action], direction: Direction) -> Iterator[Rebind]:
    """Let rows follow before these actions put other files where theirs were: such a file's row would take their place."""
    moves, taken = moved_files(world), set[DocPath]()
    for action in actions:
        match action:
            case Rebind() | Relink():
                return
            case PullNew():
                taken.add(action.path)
            case Relocate():
                taken.update(new for _, new in action.moves)
            case _:
                pass
    if direction.writes_files and not taken.isdisjoint(moves):
        yield _rebind(world, moves)


def _rebind(world: World, moves: Mapping[DocPath, DocPath]) -> Rebind:
    pairs = tuple(sorted(moves.items()))
    return Rebind(path=pairs[0][1], page_id=world.page_of[pairs[0][1]], moves=pairs)


def _must_follow_at_once(world: World, moves: Mapping[DocPath, DocPath]) -> bool:
    """Say whether rows trade places, or others take them: one after another they would lose each other.

    A held one takes its copy along.
    """
    taken = not set(moves).isdisjoint((*moves.values(), *world.local.docs))
    return taken or any(row.state is RowState.HELD for row in world.rows.values() if row.path in moves)


def moved_files(world: World) -> dict[DocPath, DocPath]:
    """Return the new places of files that a person moved, by the old ones."""
    rows = ((world.rows[i], path) for i, path in world.matches.bound.items() if i in world.rows)
    return {r.path: path for r, path in rows if r.path != path}


def _relinks(
    world: World, moves: Mapping[DocPath, DocPath], pairs: tuple[tuple[DocPath, DocPath], ...]
) -> Iterator[Relink]:
    came_from = {new: old for old, new in moves.items()}
    remembered = {a.path for files in world.remembered.attachments.values() for a in files}
    for path, doc in sorted(world.docs.items()):
        row = world.row_of.get(path)
        relink = Relink(
            path=path,
            page_id=world.page_of.get(path),
            title=world.titles.assigned.get(path, ""),
            expect_hash=doc.hash,
            origin=came_from.get(path, path),
            untouched=row is not None and row.local_hash == doc.facts.text_hash,
            moves=pairs,
        )
        free = row is None or row.state is RowState.OK
        if free and any(_is_wrong(world, relink, link, moves, remembered) for link in doc.facts.links):
            yield relink


def _is_wrong(
    world: World, relink: Relink, link: str, moves: Mapping[DocPath, DocPath], remembered: set[DocPath]
) -> bool:
    """Say whether a link led to something that is elsewhere now, seen from the document."""
    led, leads = resolve_link(relink.origin, link), resolve_link(relink.path, link)
    if led is None or link.startswith("/"):
        return False
    meant = moves.get(led, led)
    if meant == leads:
        return False
    stands = _is_there(world, leads)
    there = _is_there(world, meant) or (meant in remembered and not stands)
    return there and (relink.untouched or not stands)


def _is_there(world: World, path: DocPath | None) -> bool:
    local = world.local
    return path in local.docs or path in local.assets or path in local.problems or path in local.ignored
