"""Where files go whose pages or folders were moved or renamed in Confluence, with everything below them.

A file goes below its page's new parent. It is renamed only if it was pulled and its name was made from the old title; a name
that a person chose stays. A directory gets its folder's name, since nothing else holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from confsync.model import Base, DocPath, Folder, Page, PageId, RowState, title_key
from confsync.planning.actions import Relocate
from confsync.planning.classify import local_change, remote_change
from confsync.planning.folder_news import fits_title
from confsync.planning.known import is_held
from confsync.planning.layout import child_directory, is_index
from confsync.planning.names import choose_stem, conflict_name, is_made_of, stem_key
from confsync.planning.placement import Placement, placement
from confsync.planning.table import Fate, Place, decide
from confsync.planning.world import World


@dataclass(frozen=True, slots=True)
class Relocations:
    """Moves of files. `later` are those that wait for others to be made; where they begin is where they are now."""

    actions: list[Relocate] = field(default_factory=list)
    later: list[Relocate] = field(default_factory=list)


def plan_relocations(world: World, directories: dict[PageId, DocPath]) -> Relocations:
    """Return the moves of files that follow their pages; one that would collide is left to a person.

    `directories` are those of the folders that are known; what a folder gets that a person made is added to them, and
    those that move are put where they go. Files that trade names are thought away first; where one of them stays after
    all, names are chosen without that.
    """
    followers = [*_directories(world), *sorted(_followers(world), key=lambda one: _depth(world, one.page))]
    if not followers:
        return Relocations()
    found = _chosen(world, followers, directories, leaving=[f.path for f in followers])
    if not all(_free(world, found.actions)):
        found = _chosen(world, followers, directories, leaving=[])
        while not all(free := _free(world, found.actions)):
            kept = [action for action, is_free in zip(found.actions, free, strict=True) if is_free]
            found = Relocations(kept, found.later)
    for action in found.actions:
        if action.page_id in world.remote.folders:
            directories.update(_carried(directories, action))
    return found


def _carried(directories: dict[PageId, DocPath], action: Relocate) -> dict[PageId, DocPath]:
    """Return where a directory that moves takes those of other folders with it, and itself."""
    old, new = action.path, action.target
    inside = {i: path for i, path in directories.items() if f"{path}/".startswith(f"{old}/")}
    return {i: DocPath(new + path[len(old) :]) for i, path in inside.items()}


@dataclass(frozen=True, slots=True)
class _Follower:
    """A file that follows its page, or a directory its folder. `renamed`: its name does, too."""

    path: DocPath
    page: Page | Folder
    renamed: bool


def _directories(world: World) -> Iterator[_Follower]:
    """Yield the directories whose folders were moved, the outermost first, as far as they are where they were."""
    standing = set(world.layout.directories())
    for news in sorted(world.folder_news.values(), key=lambda one: one.row.path):
        path = news.row.path
        hidden = any(
            problem.kind in _LEFT and place.startswith(path + "/")
            for place, problem in world.local.problems.items()
        )
        if path in standing and world.folder_at.get(path) == news.row.folder_id and not hidden:
            yield _Follower(path, news.folder, news.renamed and not fits_title(path, news.folder))


_LEFT = ("unreadable", "vanished", "name")
"""What cannot be moved: a directory with a file of that kind stays until a person has seen to it."""


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


def _depth(world: World, node: Page | Folder) -> int:
    """Return how many pages and folders are above one in Confluence: those are moved first."""
    seen: set[PageId] = set()
    above = world.tree_parent(node)
    while above is not None and above not in seen:
        seen.add(above)
        there = world.remote.pages.get(above) or world.remote.folders.get(above)
        above = world.tree_parent(there) if there is not None else None
    return len(seen)


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
) -> Relocations:
    names = _Names.of(world, directories.values())
    for path in leaving:
        names.free(path)
    found = Relocations()
    going: set[DocPath] = set()
    leaving_directories: list[str] = []
    waiting = _held(world)
    for follower in followers:
        target = _target(world, follower, directories, names)
        if target is None or target == follower.path:
            continue
        action = _relocation(world, follower, target)
        olds = {old for old, _ in action.moves}
        # a directory may have nothing yet but a file that comes back
        if not olds or not olds.isdisjoint(waiting):
            continue
        if not olds.isdisjoint(going) or target.startswith(tuple(leaving_directories)):
            found.later.append(action)  # what lies in each other waits for the next round
            continue
        going |= olds
        names.take(target)
        found.actions.append(action)
        if action.below is not None:
            leaving_directories.append(action.below[0] + "/")
    return found


def _relocation(world: World, follower: _Follower, target: DocPath) -> Relocate:
    return Relocate(
        path=follower.path,
        page_id=follower.page.id,
        title=follower.page.title,
        target=target,
        moves=tuple(_moves(world, follower, target)),
        below=_below(world, follower, target),
    )


# ---- names ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Names:
    """The names that are taken in each directory, folded."""

    taken: dict[str, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, world: World, directories: Iterable[DocPath]) -> _Names:
        """Return the names of all files and directories that are there."""
        local, names = world.local, cls()
        files = (*local.docs, *local.problems, *local.ignored, *local.assets, *local.others)
        for path in (*files, *directories):
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
    is_folder = isinstance(page, Folder)
    place = path if is_folder else _place(world, path)
    inside = path if is_folder else child_directory(path, world.layout)
    taken = set(names.inside(above))
    if above == place.parent:
        taken.discard(stem_key(place.name))
    wanted = page.title if follower.renamed else None
    stem = choose_stem(wanted, taken, page.id) if wanted is not None else _kept_stem(place, taken, page.id)
    new = above.joined(stem) if above else DocPath(stem)
    target = new.joined(path.name) if place != path else DocPath(new + path.suffix)
    target = new if is_folder else target
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
    """Return the directory of the children of a page or folder; a folder that a person created gets one named by its title."""
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


def _moves(world: World, follower: _Follower, target: DocPath) -> Iterator[tuple[DocPath, DocPath]]:
    """Yield old and new places: of the file, of everything below it, and of its own files beside it."""
    path = follower.path
    if isinstance(follower.page, Folder):
        yield from _whole_directory(world, path, target)
        return
    yield path, target
    below = _below(world, follower, target)
    files = (path[: -len(path.suffix)] + ".assets", target[: -len(target.suffix)] + ".assets")
    own = dict((files,) if below is None else (below, files))
    for place in sorted((*world.local.docs, *world.local.assets)):
        for before, after in own.items():
            if place != path and place.startswith(before + "/"):
                yield place, DocPath(after + place[len(before) :])


def _below(world: World, follower: _Follower, target: DocPath) -> tuple[DocPath, DocPath] | None:
    """Return the old and new directory of the children of a page or folder."""
    if isinstance(follower.page, Folder):
        return follower.path, target
    inside = child_directory(follower.path, world.layout)
    return None if inside is None else (inside, _beside(follower.path, target, world))


def _whole_directory(world: World, path: DocPath, target: DocPath) -> Iterator[tuple[DocPath, DocPath]]:
    """Yield old and new places of all files of a directory, but for those that ignore rules hide: these stay hidden."""
    local = world.local
    files = {*local.docs, *local.assets, *local.problems, *local.conflict_copies, *local.others}
    for place in sorted(files):
        if place.startswith(path + "/"):
            yield place, DocPath(target + place[len(path) :])


def _beside(path: DocPath, target: DocPath, world: World) -> DocPath:
    """Return the directory of the children at the new place."""
    if path.parent is not None and world.layout.owner(path.parent) == path and is_index(path):
        return target.parent or target
    return DocPath(target[: -len(target.suffix)])


def _held(world: World) -> set[DocPath]:
    """Return the documents that wait for a person, and their copies, which stay though the document may be gone."""
    held = {path for path, row in world.row_of.items() if is_held(world, row, path)}
    copies = {
        conflict_name(row.path, row.held_version)
        for row in world.rows.values()
        if row.state is RowState.HELD and row.held_version is not None
    }
    return held | (copies & world.local.conflict_copies)


def _free(world: World, actions: list[Relocate]) -> list[bool]:
    """Say for each move whether all its new places are free, or are left by these moves."""
    local = world.local
    going = {old for action in actions for old, _ in action.moves}
    files = (*local.docs, *local.assets, *local.problems, *local.ignored, *local.others)
    there = {title_key(p) for p in files if p not in going}
    return [not any(title_key(new) in there for _, new in action.moves) for action in actions]
