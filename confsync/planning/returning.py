"""Pages that came out of a trash: where their files were, and whether they can lie there again."""

from __future__ import annotations

from collections.abc import Mapping

from confsync.model import DocPath, Page, PageId, title_key
from confsync.planning.layout import UnderDocument, UnderFolder
from confsync.planning.names import stem_key
from confsync.planning.world import PENDING, World


def place_to_return_to(world: World, paths: Mapping[PageId, DocPath], page: Page) -> DocPath | None:
    """Return where a page's file lay when the page, or the file, went to a trash; None when nobody knows, or it is taken.

    `paths` are the documents of the other pages. Where the page came back to another place than it left, its file
    comes back to the old one all the same, and follows from there.
    """
    row = world.remembered.departed.get(page.id)
    if row is None or not _is_free(world, paths, row.path):
        return None
    layout = world.layout.with_documents((*paths.values(), row.path))
    asked: PageId | None
    match layout.parent(row.path):
        case UnderDocument(above):
            asked = next((page_id for page_id, path in paths.items() if path == above), PENDING)
        case UnderFolder() as folder if world.place(folder) == PENDING:  # it went with the last page in it
            known = world.rows.keys() | world.remembered.departed.keys() | {None}
            return None if row.parent_id in known else row.path
        case parent:
            asked = world.place(parent)
    return row.path if asked in (row.parent_id, world.tree_parent(page)) else None


def _is_free(world: World, paths: Mapping[PageId, DocPath], path: DocPath) -> bool:
    """Say whether neither a file, a directory, nor another document of that name is there, nor a file where its directory was."""
    local = world.local
    documents = (*local.docs, *local.problems, *local.ignored, *paths.values())
    files = {title_key(place) for place in (*documents, *local.assets, *local.others)}
    names = {(title_key(p.parent or ""), stem_key(p.name)) for p in documents}
    inside = f"{title_key(path)}/"
    if any(place.startswith(inside) for place in files):
        return False
    if title_key(path) in files or (title_key(path.parent or ""), stem_key(path.name)) in names:
        return False
    above = path.parent
    while above is not None:
        if title_key(above) in files:
            return False
        above = above.parent
    return True
