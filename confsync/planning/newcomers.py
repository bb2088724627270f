"""Actions for what the ledger does not know: new documents, new pages, and files that cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from confsync.model import Direction, DocPath, LocalDoc, Page, PageId, title_key
from confsync.planning.actions import Action, ConflictNew, Create, PullNew, Relocate
from confsync.planning.layout import child_directory
from confsync.planning.names import choose_stem, is_document, stem_key
from confsync.planning.report_actions import Blocked
from confsync.planning.returning import place_to_return_to
from confsync.planning.row_actions import Adopt
from confsync.planning.stamps import parse
from confsync.planning.world import World

_TROUBLE = {"undecodable": "conversion", "conflict-markers": "held", "front-matter": "conversion"}


def plan_troubles(world: World) -> Iterator[Action]:
    """Report each file that cannot be used; its page, if any, is left alone."""
    page_of = {row.path: row for row in world.rows.values()}
    for path, problem in sorted(world.local.problems.items()):
        row = page_of.get(path)
        yield Blocked(
            path=path,
            page_id=row.page_id if row else None,
            title=row.title if row else "",
            detail=f"{problem.kind}: {problem.detail}",
            trouble=_TROUBLE.get(problem.kind, "local"),
        )
    for path, reason in sorted(world.matches.refused.items()):
        yield Blocked(path=path, page_id=world.local.docs[path].facts.front_id, detail=reason)


def plan_new_documents(world: World, direction: Direction) -> Iterator[Action]:
    """Yield what becomes of documents without a page: created, bound, or blocked by who has the title."""
    for page_id, path in sorted(world.matches.named.items()):
        yield _bind(world, world.docs[path], world.remote.pages[page_id], direction)
    owners = {title_key(page.title): page for page in world.remote.pages.values()}
    for path in sorted(world.matches.fresh):
        yield _new_document(world, path, owners, direction)


def _new_document(world: World, path: DocPath, owners: Mapping[str, Page], direction: Direction) -> Action:
    if path in world.titles.clashes:
        taken_by = world.titles.clashes[path]
        return Blocked(path=path, detail=f"{taken_by} has the title {world.titles.own[path]!r} already")
    doc, title = world.docs[path], world.titles.assigned[path]
    owner = owners.get(title_key(title))
    if owner is None:
        return _create(world, doc, title)
    if owner.id in world.evidence.ours:
        return Blocked(
            path=path,
            page_id=owner.id,
            title=title,
            detail="it is not known yet whether an earlier attempt created the page",
        )
    if owner.id in world.rows and world.gives_up_title(owner.id):
        return _create(world, doc, title)
    if owner.id in world.rows or owner.id in world.matches.named:
        return Blocked(path=path, page_id=owner.id, title=title, detail=_taken(world, owner))
    return _bind(world, doc, owner, direction)


def _create(world: World, doc: LocalDoc, title: str) -> Create:
    return Create(
        path=doc.path,
        title=title,
        own_title=world.titles.own[doc.path],
        parent=world.layout.parent(doc.path),
        depth=world.layout.depth(doc.path),
        expect_hash=doc.hash,
        labels=world.labels(doc),
    )


def _taken(world: World, owner: Page) -> str:
    row = world.rows.get(owner.id)
    whose = row.path if row else world.matches.named[owner.id]
    return f"the title {owner.title!r} belongs to the page of {whose}; no page was created"


def _bind(world: World, doc: LocalDoc, page: Page, direction: Direction) -> Action:
    """Bind a document and an unbound page: silently when they are the same, else only with `adopt`."""
    equal = (doc.path, page.id) in world.evidence.equal
    if equal or (world.policy.adopt and direction.writes_pages):
        return Adopt(
            path=doc.path,
            page_id=page.id,
            title=page.title,
            own_title=world.titles.own[doc.path],
            expect_hash=doc.hash,
            expect_version=page.version,
            take_over=not equal,
            depth=world.layout.depth(doc.path),
        )
    if not direction.writes_files:
        detail = _not_ours(world, page)
        return Blocked(path=doc.path, page_id=page.id, title=page.title, detail=detail)
    return ConflictNew(
        path=doc.path,
        page_id=page.id,
        title=page.title,
        own_title=world.titles.own[doc.path],
        expect_hash=doc.hash,
        expect_version=page.version,
    )


def _not_ours(world: World, page: Page) -> str:
    """Say why a page of a document's title is left alone, and what can be done."""
    stamp, taken = parse(page.message), f"the page {page.id} has the title {page.title!r}"
    if page.id in world.evidence.unseen:
        return f"whether the page {page.id} is of this file is not known; {world.evidence.unseen[page.id]}"
    if stamp is not None:
        return f"{taken} and was made of {stamp.path}, elsewhere; `--adopt` would take it away from there"
    return f"{taken} and is not managed; `--adopt` takes it over"


# ---- new pages --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class NewPages:
    """The pages without a file, and where all pages' documents and folders' directories lie."""

    actions: list[Action] = field(default_factory=list)
    paths: dict[PageId, DocPath] = field(default_factory=dict)
    folders: dict[PageId, DocPath] = field(default_factory=dict)
    taken: dict[str, set[str]] = field(default_factory=dict)
    below: dict[PageId, DocPath] = field(default_factory=dict)
    """Where the children of pages go whose files move."""

    def reserve(self, path: str) -> None:
        """Keep a path from being chosen."""
        directory, _, name = path.rpartition("/")
        self.taken.setdefault(title_key(directory), set()).add(stem_key(name))


def plan_new_pages(
    world: World, decided: Iterable[Action], directories: Mapping[PageId, DocPath], *, follows: bool = True
) -> NewPages:
    """Choose a file for each page that has none, parents first; a ledger's path stays reserved.

    `directories` are those of the folders that have one. `follows`: files follow pages that were moved.
    """
    new = NewPages(folders={i: path for i, path in directories.items() if i not in world.remote.pages})
    new.paths.update({row.page_id: row.path for row in world.rows.values()})
    new.paths.update(world.matches.bound | world.matches.named)
    for action in decided:
        if isinstance(action, Adopt | ConflictNew):
            new.paths[action.page_id] = action.path
        elif isinstance(action, Relocate) and follows:
            _relocate(world, new, action)
    local = world.local
    occupied = (*local.docs, *local.problems, *local.ignored, *new.paths.values(), *new.folders.values())
    for path in occupied:
        new.reserve(path)
        above = path.parent
        while above is not None:  # a directory may be called like a document
            if is_document(above.name):
                new.reserve(above)
            above = above.parent
    for page in _parents_first(world):
        if page.id not in new.paths and page.id != world.remote.root_id:
            _pull_new(world, new, page)
    return new


def _relocate(world: World, new: NewPages, action: Relocate) -> None:
    """Give new pages the future places of files, and of the directories of their children."""
    places = dict(action.moves)
    for page_id, path in new.paths.items():
        new.reserve(path)
        inside = child_directory(path, world.layout) if path in places else None
        if inside is not None and action.below is not None:
            old, target = action.below
            if f"{inside}/".startswith(f"{old}/"):
                new.below[page_id] = DocPath(target + inside[len(old) :])
    new.paths = {i: places.get(path, path) for i, path in new.paths.items()}


def _parents_first(world: World) -> list[Page]:
    pages = world.remote.pages

    def depth(page: Page) -> int:
        steps, parent, seen = 0, world.tree_parent(page), {page.id}
        while parent is not None and parent not in seen:
            seen.add(parent)
            steps += 1
            above = pages.get(parent) or world.remote.folders.get(parent)
            parent = above.parent_id if above and above.parent_id != world.remote.root_id else None
        return steps

    return sorted(pages.values(), key=lambda page: (depth(page), title_key(page.title), page.id))


def _pull_new(world: World, new: NewPages, page: Page) -> None:
    returning = place_to_return_to(world, new.paths, page)
    path = returning or _beside_its_directory(world, new, page.id)
    # a folder whose page comes back stands for the directory that it comes back to, whatever it is called
    directory = _directory(world, new, world.tree_parent(page)) if path is None else path.parent
    path = path or DocPath(_free_place(new, directory, page.title, page.id) + ".md")
    if page.id in world.evidence.ours:
        detail = f"the page {page.id} was created by an earlier attempt that arrived late; check it, then move it to the trash"
        new.actions.append(Blocked(path=path, page_id=page.id, title=page.title, detail=detail))
        return
    unread = _unread_namesake(world, directory, page.title, page.id)
    if unread is not None:
        detail = (
            f"the page may be that of {unread}, which cannot be read now; no other file was written for it"
        )
        new.actions.append(Blocked(path=path, page_id=page.id, title=page.title, detail=detail))
        return
    new.paths[page.id] = path
    new.reserve(path)
    new.actions.append(
        PullNew(
            path=path,
            page_id=page.id,
            title=page.title,
            expect_version=page.version,
            restores=returning is not None,
            detail="" if returning is None else "the page is back from the trash",
        )
    )


def _beside_its_directory(world: World, new: NewPages, page_id: PageId) -> DocPath | None:
    """Return the file of a page that stood in for a directory until somebody wrote into it, when it can be had."""
    stood_in = world.remembered.folders.get(page_id)
    if stood_in is None or world.layout.owner(stood_in.path) is not None:
        return None
    path = DocPath(f"{stood_in.path}.md")
    if path in world.local.problems or path in world.local.ignored:
        return None
    new.reserve(stood_in.path)
    return path


def _unread_namesake(world: World, directory: DocPath | None, title: str, page_id: PageId) -> DocPath | None:
    """Return the file that a page would be written to if it could be read; without a row it may be the page's own."""
    name = choose_stem(title, (), page_id) + ".md"
    path = directory.joined(name) if directory else DocPath(name)
    return path if path in world.local.problems and path not in world.page_of else None


def _free_place(new: NewPages, directory: DocPath | None, title: str, page_id: PageId) -> DocPath:
    """Choose the name of a page's file (without suffix) or of a folder's directory, and reserve it."""
    here = new.taken.setdefault(title_key(directory or ""), set())
    stem = choose_stem(title, here, page_id)
    path = directory.joined(stem) if directory else DocPath(stem)
    new.reserve(path)
    return path


def _directory(world: World, new: NewPages, parent: PageId | None) -> DocPath | None:
    """Return the directory for children of a page or folder; a folder seen for the first time gets one."""
    if parent is None:
        return None
    if parent in new.below:
        return new.below[parent]
    if parent in new.paths:
        return child_directory(new.paths[parent], world.layout)
    if parent not in new.folders:
        folder = world.remote.folders.get(parent)
        if folder is None:
            return None
        above = folder.parent_id if folder.parent_id != world.remote.root_id else None
        new.folders[parent] = _free_place(new, _directory(world, new, above), folder.title, parent)
    return new.folders[parent]
