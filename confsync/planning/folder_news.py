"""What happened to folders since both sides last agreed: renamed or moved in Confluence, or their directories moved here.

A directory counts as moved when the documents of its folder's pages were moved together. What is done about it is
decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from confsync.model import DocPath, Folder, FolderBase, PageId, title_key
from confsync.planning.names import is_made_of


@dataclass(frozen=True, slots=True)
class FolderNews:
    """A folder that has another title (`renamed`) or another parent (`moved`) in Confluence than the ledger knows."""

    row: FolderBase
    folder: Folder
    renamed: bool
    moved: bool


def news_of(row: FolderBase, folder: Folder, parent: PageId | None) -> FolderNews | None:
    """Return what changed about a folder, given its parent in the tree; None when nothing did, or it was not read.

    If the ledger has no title, a new one cannot be recognised: it counts as agreed.
    """
    if not folder.told or not row.title:
        return None
    renamed, moved = folder.title != row.title, parent != row.parent_id
    return FolderNews(row, folder, renamed, moved) if renamed or moved else None


def fits_title(directory: DocPath, folder: Folder) -> bool:
    """Say whether a directory's name is one that a folder of this title may have here."""
    return title_key(directory.name) == title_key(folder.title) or is_made_of(
        directory.name, folder.title, folder.id
    )


def moved_directories(
    rows: Mapping[PageId, FolderBase],
    lying: Mapping[PageId, frozenset[DocPath | None]],
    above: Mapping[PageId, PageId | None],
    standing: Collection[DocPath],
) -> dict[PageId, DocPath]:
    """Return the new places of directories that stand for folders and were moved.

    `lying` are the directories that hold the documents of a folder's own pages (None: not a directory without a page),
    `above` the folders' parents. A directory whose documents went to several places counts as gone, and so do two
    directories whose documents went to one place.
    """
    gone = {i: row for i, row in rows.items() if row.path not in standing}
    found = {i: next(iter(lying[i])) for i in gone if len(lying.get(i, ())) == 1}
    for inner, row in sorted(gone.items(), key=lambda item: -item[1].path.count("/")):
        outer, place = above.get(inner), found.get(inner)
        if outer in gone and outer not in lying and place is not None and place.name == row.path.name:
            found.setdefault(outer, place.parent)
    places = [place for place in found.values() if place is not None]
    taken = {row.path for i, row in rows.items() if i not in found}
    return {
        i: place
        for i, place in found.items()
        if place is not None and place in standing and places.count(place) == 1 and place not in taken
    }
