"""Labels and attachments, which change without a new version of their page: read where there is reason to.

Reasons are the search index, a changed file, or a text that refers to a file nobody knows. If there are more pages than
one answer of search covers, each run asks for the next ones in turn. Reads only; what is done about it is planned. What
search says of folders is passed on to `folder_look`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from confsync.errors import Forbidden, LocalError, NotFound, Rejected, RemoteError
from confsync.model import Attachment, AttachmentBase, DocPath, LocalSnapshot, Page, PageId
from confsync.outcome import SearchHint
from confsync.planning.attached import attachment_key, plan_attached, wanted_assets
from confsync.planning.suspects import (
    file_suspects,
    label_suspects,
    overlooked,
    shown_but_unknown,
    with_ids,
)
from confsync.planning.world import World
from confsync.sync.lanes import Lanes
from confsync.sync.ports import Ledger, LocalTree, Remote

AT_ONCE = 200
"""How many pages one answer of search tells of."""
FEW = 20
"""So many new pages are looked at one by one; for more, all of search is read."""
IN_TURN = 10
"""So many pages are read in each run of those that search says nothing of."""
FEW_FOLDERS = 50
"""So many folders are asked for each time; more of them wait for their turn, as pages do."""


def scan(tree: LocalTree, ledger: Ledger) -> LocalSnapshot:
    """Look at the folder, and at the files of all attachments that the ledger knows."""
    rows = chain.from_iterable(ledger.attachments().values())
    return tree.scan(ledger.file_cache(), also=frozenset(wanted_assets(rows)))


@dataclass(frozen=True, slots=True)
class Details:
    """Looks at labels and attachments."""

    remote: Remote
    tree: LocalTree
    ledger: Ledger
    lanes: Lanes

    def look(self, world: World, *, search: bool) -> tuple[World, SearchHint | None, PageId | None]:
        """Return the world with what was read, what search said, and up to which page it was asked.

        Without `search`, only pages whose files changed here are read. While search does not answer, or does not know
        pages that it should, a few of them are read in turn: nothing else tells of their labels and attachments.
        """
        hint, last, asked = self._hint(world) if search else (None, None, ())
        if hint is not None:
            known = with_ids(world.remembered.attachments, hint)
            world = world.but(remembered=replace(world.remembered, attachments=known))
        world = world.but(evidence=replace(world.evidence, moved_files=self._moved(world)))
        dark = sorted(overlooked(world, hint, asked) if hint is not None else _ours(world) if search else ())
        turn = self._next(dark, IN_TURN)
        last = turn[-1] if len(dark) > IN_TURN else last
        world = self._with_labels(world, sorted({*turn, *(label_suspects(world, hint) if hint else ())}))
        suspects = {*_changed_here(world), *turn}
        if search:
            suspects |= set(shown_but_unknown(world))
        if hint is not None:
            suspects |= set(file_suspects(world, hint))
        return self._with_files(world, sorted(suspects)), hint, last

    def _hint(self, world: World) -> tuple[SearchHint | None, PageId | None, Collection[PageId]]:
        """Ask search within the budget: of all pages when they are few, or most are new, else of the next ones.

        Returns what it says, the last page of those next ones, and the pages whose labels it was asked for.
        """
        pages = world.remote.pages
        new = sorted(pages.keys() - world.rows.keys())
        ask, space = self.remote.hints, world.remote.space
        if not pages or len(new) > FEW:
            unlabelled = any(page.labels is None for page in pages.values())
            told = ask(space, labels=unlabelled, pages=len(pages)) if pages else None
            return told, None, pages.keys() if unlabelled else ()
        folders = () if world.remote.folders_are_pages else sorted(world.remembered.folders)
        if len(pages) + len(folders) <= AT_ONCE and world.policy.root_page is None:
            return ask(space, labels=True, brief=True, folders=folders), None, pages.keys()
        always = [*new, *(folders if len(folders) <= FEW_FOLDERS else ())]
        others = (pages.keys() | set(folders)) - set(always)
        asked = (*always, *self._next(sorted(others), AT_ONCE - len(always)))
        among, places = [i for i in asked if i in pages], [i for i in asked if i not in pages]
        return ask(space, labels=True, brief=True, among=among, folders=places), asked[-1], among

    def _next(self, ids: Sequence[PageId], count: int) -> tuple[PageId, ...]:
        """Return the pages whose turn it is: those behind the last one, then from the beginning."""
        last = self.ledger.looked_after() or ""
        start = next((n for n, one in enumerate(ids) if one > last), 0)
        return (*ids[start:], *ids[:start])[:count]

    def _with_labels(self, world: World, suspects: Sequence[PageId]) -> World:
        pages, unseen = dict(world.remote.pages), dict[PageId, str]()
        for page_id, read in zip(suspects, self.lanes.gather(self._read, suspects), strict=True):
            if isinstance(read, RemoteError):
                unseen[page_id] = f"its labels cannot be read: {read.message}"
            elif read is not None and page_id in pages:
                pages[page_id] = replace(pages[page_id], labels=read.labels)
        world = world.but(remote=replace(world.remote, pages=pages)) if suspects else world
        return _without_sight(world, unseen)

    def _read(self, page_id: PageId) -> Page | RemoteError | None:
        """Read a page. What this account may not see of one page stops no other; other errors end the run."""
        try:
            return self.remote.page(page_id)
        except (Forbidden, Rejected) as error:
            return error

    def _with_files(self, world: World, suspects: Sequence[PageId]) -> World:
        found, unseen = dict[PageId, tuple[Attachment, ...]](), dict[PageId, str]()
        for page_id, files in zip(suspects, self.lanes.gather(self._listed, suspects), strict=True):
            if isinstance(files, RemoteError):
                unseen[page_id] = f"its attachments cannot be read: {files.message}"
            elif files is not None:
                found[page_id] = tuple(files)
        world = _without_sight(world, unseen)
        missing = {i: ids for i, files in found.items() if (ids := _missing(world, i, files))}
        looks = self.lanes.gather(lambda i: self._trashed(i, missing[i]), sorted(missing))
        trashed = frozenset(chain.from_iterable(looks))
        return world.but(remote=replace(world.remote, attachments=found, trashed_files=trashed))

    def _listed(self, page_id: PageId) -> Sequence[Attachment] | RemoteError | None:
        try:
            return self.remote.attachments(page_id)
        except NotFound:  # the page went meanwhile: nothing follows for its files
            return None
        except (Forbidden, Rejected) as error:
            return error

    def _trashed(self, page_id: PageId, ids: Sequence[str]) -> frozenset[str]:
        try:
            return self.remote.trashed_attachments(page_id, ids)
        except (NotFound, Forbidden, Rejected):  # what is not seen in the trash is not deleted
            return frozenset()

    def _moved(self, world: World) -> dict[tuple[PageId, str], DocPath]:
        """Find the files of attachments that a person moved along with their document."""
        found = {}
        for page_id, path in world.matches.bound.items():
            old = world.rows[page_id].path
            for row in world.remembered.attachments.get(page_id, ()) if old != path else ():
                place = _along(row, old, path)
                if place is not None and row.path not in world.local.assets and self._has(place, row):
                    found[page_id, row.name] = place
        return found

    def _has(self, place: DocPath, row: AttachmentBase) -> bool:
        try:
            return self.tree.digest(place) == row.hash
        except LocalError:
            return False


def _ours(world: World) -> Collection[PageId]:
    return world.rows.keys() & world.remote.pages.keys()


def _without_sight(world: World, unseen: Mapping[PageId, str]) -> World:
    if not unseen:
        return world
    return world.but(evidence=replace(world.evidence, unseen={**world.evidence.unseen, **unseen}))


def _along(row: AttachmentBase, old: DocPath, new: DocPath) -> DocPath | None:
    """Return the new place of a file that is beside its document; None for a file elsewhere."""
    before, after = (DocPath(path[: -len(path.suffix)] + ".assets") for path in (old, new))
    return DocPath(after + row.path[len(before) :]) if row.path.startswith(before + "/") else None


def _changed_here(world: World) -> Iterator[PageId]:
    """Yield the pages whose files are others than the ledger knows, or are gone."""
    for page_id, path in sorted(world.matches.bound.items()):
        if page_id in world.remote.pages and path in world.docs:
            planned = plan_attached(world, world.rows[page_id], world.docs[path])
            if planned.uploads or planned.actions:
                yield page_id


def _missing(world: World, page_id: PageId, listed: Sequence[Attachment]) -> list[str]:
    """Return the ids of attachments that the ledger knows and that are not listed any more."""
    there = {attachment_key(file.id) for file in listed}
    rows = world.remembered.attachments.get(page_id, ())
    return [
        row.attachment_id for row in rows if row.version and attachment_key(row.attachment_id) not in there
    ]
