"""Where a page stands for a directory and a document becomes that directory's page, the two are bound to each other.

Where Confluence has no folders, that page has the place, and often the title, that the document needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from confsync.model import Base, DocPath, PageId
from confsync.planning.layout import child_directory
from confsync.planning.stamps import place_of
from confsync.planning.stand_ins import directory_stamp
from confsync.planning.world import World
from confsync.sync.normal_hashes import body_hash
from confsync.sync.ports import Remote
from confsync.sync.rebuild import UNKNOWN
from confsync.sync.sight import shown


def claim_places(remote: Remote, world: World) -> tuple[World, dict[PageId, Base]]:
    """Return the world with claimed places as pages, and rows that bind them to their documents, still to be filled."""
    rows: dict[PageId, Base] = {}
    for folder_id, path in _claims(world):
        page = shown(remote, folder_id)
        if page is None:
            continue
        rows[page.id] = Base(
            page_id=page.id,
            path=path,
            local_hash=UNKNOWN,
            version=page.version,
            body_hash=body_hash(page.body or ""),
            title=page.title,
            own_title=page.title,
            parent_id=world.tree_parent(page),
        )
        places = {i: folder for i, folder in world.remote.folders.items() if i != page.id}
        pages = {**world.remote.pages, page.id: page}
        known = {i: row for i, row in world.remembered.folders.items() if i != page.id}
        seen = replace(world.remote, pages=pages, folders=places)
        world = world.but(remote=seen, remembered=replace(world.remembered, folders=known))
    return world, rows


def _claims(world: World) -> Iterator[tuple[PageId, DocPath]]:
    """Yield the places whose directories have a document of their own now that has no page yet."""
    if not world.remote.folders_are_pages:
        return
    by_path = {row.path: i for i, row in world.remembered.folders.items() if i in world.remote.folders}
    stamps = {i: directory_stamp(folder.message) for i, folder in world.remote.folders.items()}
    by_place = {stamp.place: i for i, stamp in sorted(stamps.items(), reverse=True) if stamp is not None}
    for path in sorted(world.matches.fresh):
        directory = child_directory(path, world.layout)
        if directory is None:
            continue
        found = by_path.get(directory) or by_place.get(place_of(directory))
        if found is not None:
            yield found, path
