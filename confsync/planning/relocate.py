"""Pages that were moved in Confluence: where their files go, and all that lies in the folders of their children."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from confsync.model import Base, DocPath, PageId, title_key
from confsync.planning.actions import Relocate
from confsync.planning.classify import local_change, remote_change
from confsync.planning.known import is_held
from confsync.planning.layout import child_directory
from confsync.planning.names import choose_stem, stem_key
from confsync.planning.table import Fate, Place, decide
from confsync.planning.world import World


def plan_relocations(world: World, directories: dict[PageId, DocPath]) -> Iterator[Relocate]:
    """Yield the moves of files whose pages went below another parent; one that would collide is left to a person.

    `directories` are those of the folders that are known; what a folder gets that a person made is added to them.
    """
    for page_id in sorted(world.rows):
        row = world.rows[page_id]
        path = world.matches.bound.get(page_id)
        if path is None or not _follows(world, row):
            continue
        target = _target(world, path, world.tree_parent(world.remote.pages[page_id]), directories)
        if target is not None and target != path:
            moves = tuple(_moves(world, path, target))
            if _is_free(world, moves) and not _held(world).intersection(old for old, _ in moves):
                title = world.remote.pages[page_id].title
                yield Relocate(path=path, page_id=page_id, title=title, target=target, moves=moves)


def _follows(world: World, row: Base) -> bool:
    """Say whether the file is to follow its page to another parent."""
    page = world.remote.pages.get(row.page_id)
    if page is None or world.tree_parent(page) == row.parent_id:
        return False
    rule = decide(local_change(world, row), remote_change(world, row))
    return rule.fate is Fate.LIVE and rule.place is Place.PULL


def _target(
    world: World, path: DocPath, parent: PageId | None, directories: dict[PageId, DocPath]
) -> DocPath | None:
    """Return where a file belongs below a parent; None when the parent has no place in the folder yet."""
    above = None if parent is None else _directory(world, parent, directories, frozenset())
    if parent is not None and above is None:
        return None
    name = path.name
    if (
        path.parent is not None and world.layout.owner(path.parent) == path
    ):  # an index moves with its directory
        name = f"{path.parent.name}/{path.name}"
    target = DocPath(f"{above}/{name}" if above else name)
    inside = child_directory(path, world.layout)
    return None if inside is not None and target.startswith(inside + "/") and target != path else target


def _directory(
    world: World, parent: PageId, directories: dict[PageId, DocPath], seen: frozenset[PageId]
) -> DocPath | None:
    """Return the directory of what hangs below a page or folder; one that a person made gets one, by its title."""
    document = world.matches.bound.get(parent) or world.matches.named.get(parent)
    if document is not None:
        return child_directory(document, world.layout)
    folder = world.remote.folders.get(parent)
    if parent in directories or folder is None or parent in seen:
        return directories.get(parent)
    outer = world.tree_parent(folder)
    above = None if outer is None else _directory(world, outer, directories, seen | {parent})
    if outer is None or above is not None:
        stem = choose_stem(folder.title, _names_in(world, above, directories), parent)
        directories[parent] = above.joined(stem) if above else DocPath(stem)
    return directories.get(parent)


def _names_in(world: World, directory: DocPath | None, directories: Mapping[PageId, DocPath]) -> set[str]:
    local, prefix = world.local, f"{directory}/" if directory else ""
    there = (*local.docs, *local.problems, *local.ignored, *local.assets, *directories.values())
    return {stem_key(p[len(prefix) :].partition("/")[0]) for p in there if p.startswith(prefix)}


def _moves(world: World, path: DocPath, target: DocPath) -> Iterator[tuple[DocPath, DocPath]]:
    """Yield old and new places: the file, what hangs below it, and the files beside it that are its own."""
    yield path, target
    old, new = child_directory(path, world.layout), _beside(path, target, world)
    own = {
        old: new,
        DocPath(path[: -len(path.suffix)] + ".assets"): DocPath(target[: -len(target.suffix)] + ".assets"),
    }
    for place in sorted((*world.local.docs, *world.local.assets)):
        for before, after in own.items():
            if before is not None and place != path and place.startswith(before + "/"):
                yield place, DocPath(after + place[len(before) :])


def _beside(path: DocPath, target: DocPath, world: World) -> DocPath:
    """Return the directory of the children at the new place."""
    if path.parent is not None and world.layout.owner(path.parent) == path:
        return target.parent or target
    return DocPath(target[: -len(target.suffix)])


def _held(world: World) -> set[DocPath]:
    """Return the documents that wait for a person: each lies beside its copy, and stays there."""
    return {path for path, row in world.row_of.items() if is_held(world, row, path)}


def _is_free(world: World, moves: tuple[tuple[DocPath, DocPath], ...]) -> bool:
    going = {old for old, _ in moves}
    there = {
        title_key(p)
        for p in (*world.local.docs, *world.local.assets, *world.local.problems)
        if p not in going
    }
    return not any(title_key(new) in there for _, new in moves)
