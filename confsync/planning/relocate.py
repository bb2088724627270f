"""Pages that were moved or renamed in Confluence: where their files go, and all that lies in the folders beside them.

A file goes below its page's new parent. Its name follows a new title only when it was made of the old one, and the file
is a pulled one: what a person called a file stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from confsync.model import Base, DocPath, Page, PageId, title_key
from confsync.planning.actions import Relocate
from confsync.planning.classify import local_change, remote_change
from confsync.planning.known import is_held
from confsync.planning.layout import child_directory, is_index
from confsync.planning.names import choose_stem, is_made_of, stem_key
from confsync.planning.placement import Placement, placement
from confsync.planning.table import Fate, Place, decide
from confsync.planning.world import World


def plan_relocations(world: World, directories: dict[PageId, DocPath]) -> list[Relocate]:
    """Return the moves of files that follow their pages; one that would collide is left to a person.

    `directories` are those of the folders that are known; what a folder gets that a person made is added to them. Files
    that trade names are thought away first; where one of them stays after all, names are chosen without that.
    """
    followers = list(_followers(world))
    if not followers:
        return []
    hopeful = _chosen(world, followers, directories, leaving=[f.path for f in followers])
    if all(_free(world, hopeful)):
        return hopeful
    careful = _chosen(world, followers, directories, leaving=[])
    while not all(free := _free(world, careful)):
        careful = [action for action, is_free in zip(careful, free, strict=True) if is_free]
    return careful


@dataclass(frozen=True, slots=True)
class _Follower:
    """A file that follows its page. `renamed`: its name does, too."""

    path: DocPath
    page: Page
    renamed: bool


def _followers(world: World) -> Iterator[_Follower]:
    for page_id in sorted(world.rows):
        row, page = world.rows[page_id], world.remote.pages.get(page_id)
        path = world.matches.bound.get(page_id)
        if path is None or page is None:
            continue
        if page.title == row.title and world.tree_parent(page) == row.parent_id:
            continue
        placed = _placed(world, row, page)
        renamed = placed.title is Place.PULL and _is_named_by_us(world, row, path)
        if renamed or placed.parent is Place.PULL:
            yield _Follower(path, page, renamed)


def _placed(world: World, row: Base, page: Page) -> Placement:
    rule = decide(local_change(world, row), remote_change(world, row))
    return (
        placement(world, row, page, rule)
        if rule.fate is Fate.LIVE
        else Placement(Place.NOTHING, Place.NOTHING)
    )


def _is_named_by_us(world: World, row: Base, path: DocPath) -> bool:
    """Say whether a file was pulled, and is called what a pulled page of the row's title is called."""
    facts = world.docs[path].facts
    pulled = facts.front_id == row.page_id and facts.front_title is not None
    return pulled and not is_index(path) and is_made_of(path.stem, row.title, row.page_id)


def _chosen(
    world: World,
    followers: Iterable[_Follower],
    directories: dict[PageId, DocPath],
    *,
    leaving: Iterable[DocPath],
) -> list[Relocate]:
    names = _Names.of(world, directories.values())
    for path in leaving:
        names.free(path)
    found: list[Relocate] = []
    going: set[DocPath] = set()
    waiting = _held(world)
    for follower in followers:
        target = _target(world, follower, directories, names)
        if target is None or target == follower.path:
            continue
        moves = tuple(_moves(world, follower.path, target))
        olds = {old for old, _ in moves}
        if olds.isdisjoint(waiting) and olds.isdisjoint(
            going
        ):  # what lies in each other waits for the next round
            going |= olds
            names.take(target)
            page = follower.page
            found.append(
                Relocate(path=follower.path, page_id=page.id, title=page.title, target=target, moves=moves)
            )
    return found


# ---- names ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Names:
    """The names that are taken in each directory, folded."""

    taken: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World, directories: Iterable[DocPath]) -> _Names:
        """Return the names of all files and directories that are there."""
        local, names = world.local, cls()
        for path in (*local.docs, *local.problems, *local.ignored, *local.assets, *directories):
            place: DocPath | None = path
            while place is not None and names.take(place):
                place = place.parent
        return names

    def take(self, path: DocPath) -> bool:
        """Take a name; say whether it was free."""
        here = self.inside(path.parent)
        key = stem_key(path.name)
        new = key not in here
        here.add(key)
        return new

    def free(self, path: DocPath) -> None:
        """Give a name free."""
        self.inside(path.parent).discard(stem_key(path.name))

    def inside(self, directory: DocPath | None) -> set[str]:
        """Return the names in a directory (None: the root)."""
        return self.taken.setdefault(title_key(directory or ""), set())


def _target(
    world: World, follower: _Follower, directories: dict[PageId, DocPath], names: _Names
) -> DocPath | None:
    """Return where a file belongs; None when the parent has no place in the folder yet, or lies below the file."""
    path, page = follower.path, follower.page
    parent = world.tree_parent(page)
    above = None if parent is None else _directory(world, parent, directories, names, frozenset())
    if parent is not None and above is None:
        return None
    place, inside = _place(world, path), child_directory(path, world.layout)
    taken = set(names.inside(above))
    if above == place.parent:
        taken.discard(stem_key(place.name))
    wanted = page.title if follower.renamed else None
    stem = choose_stem(wanted, taken, page.id) if wanted is not None else _kept_stem(place, taken, page.id)
    new = above.joined(stem) if above else DocPath(stem)
    target = new.joined(path.name) if place != path else DocPath(new + path.suffix)
    within = inside is not None and target.startswith(inside + "/") and target != path
    return None if within else target


def _place(world: World, path: DocPath) -> DocPath:
    """Return what moves: the document, or the directory that it is the page of."""
    directory = path.parent
    return (
        directory
        if directory is not None and world.layout.owner(directory) == path and is_index(path)
        else path
    )


def _kept_stem(place: DocPath, taken: set[str], page_id: PageId) -> str:
    """Return the name that a file or directory has, with the page's id when that is taken at the new place."""
    stem = place[: -len(place.suffix)] if place.suffix in (".md", ".markdown") else place
    name = stem.rpartition("/")[2]
    return name if stem_key(name) not in taken else f"{name}-{page_id}"


def _directory(
    world: World,
    parent: PageId,
    directories: dict[PageId, DocPath],
    names: _Names,
    seen: frozenset[PageId],
) -> DocPath | None:
    """Return the directory of what hangs below a page or folder; one that a person made gets one, by its title."""
    document = world.matches.bound.get(parent) or world.matches.named.get(parent)
    if document is not None:
        return child_directory(document, world.layout)
    folder = world.remote.folders.get(parent)
    if parent in directories or folder is None or parent in seen:
        return directories.get(parent)
    outer = world.tree_parent(folder)
    above = None if outer is None else _directory(world, outer, directories, names, seen | {parent})
    if outer is None or above is not None:
        stem = choose_stem(folder.title, names.inside(above), parent)
        directories[parent] = above.joined(stem) if above else DocPath(stem)
        names.take(directories[parent])
    return directories.get(parent)


# ---- what moves -------------------------------------------------------------------------------------------------


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
    if path.parent is not None and world.layout.owner(path.parent) == path and is_index(path):
        return target.parent or target
    return DocPath(target[: -len(target.suffix)])


def _held(world: World) -> set[DocPath]:
    """Return the documents that wait for a person: each lies beside its copy, and stays there."""
    return {path for path, row in world.row_of.items() if is_held(world, row, path)}


def _free(world: World, actions: list[Relocate]) -> list[bool]:
    """Say for each move whether all its new places are free, or are left by these moves."""
    local = world.local
    going = {old for action in actions for old, _ in action.moves}
    there = {
        title_key(p) for p in (*local.docs, *local.assets, *local.problems, *local.ignored) if p not in going
    }
    return [not any(title_key(new) in there for _, new in action.moves) for action in actions]
