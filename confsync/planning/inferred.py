"""Folders that need not be read: the stamps of the pages in them say which directories they stand for.

For a clone without a ledger whose documents lie where they were pushed from. A folder must be read after all if it holds
pages of two directories or a page that somebody else made, or if it is the second one for its directory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from confsync.model import DocPath, Folder, LocalDoc, Page, PageId, ParentType
from confsync.planning.layout import Layout, Parent, Top, UnderDocument, UnderFolder
from confsync.planning.stamps import parse, place_of
from confsync.planning.stand_ins import directory_titles
from confsync.planning.titles import own_title


def lies_in_folder(page: Page, listed: Mapping[PageId, Page]) -> bool:
    """Say whether a page's parent may be a folder: it is not a listed page, and of no other type."""
    if page.parent_id is None or page.parent_id in listed:
        return False
    return page.parent_type in (ParentType.FOLDER, None)


def infer_folders(
    listed: Mapping[PageId, Page], root: PageId | None, docs: Mapping[DocPath, LocalDoc]
) -> dict[PageId, Folder]:
    """Return the folders whose directory and parent are both known from stamps."""
    known = _Known(Layout(docs), {place_of(path): path for path in docs}, listed, root)
    at = known.directories()
    own = {path: own_title(doc) for path, doc in docs.items()}
    titles = directory_titles(known.layout.directories(), (), own, known.layout) if at else {}
    found: dict[PageId, Folder] = {}
    for directory, folder in at.items():
        above = known.layout.folder_parent(directory)
        parent = known.place(above, at)
        if parent is not None or isinstance(above, Top):
            kind = ParentType.FOLDER if isinstance(above, UnderFolder) else ParentType.PAGE
            found[folder] = Folder(
                id=folder,
                title=titles[directory],
                parent_id=parent,
                parent_type=kind if parent else None,
                told=False,
            )
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """What the documents ask for, and what is listed."""

    layout: Layout
    documents: Mapping[str, DocPath]
    listed: Mapping[PageId, Page]
    root: PageId | None

    def directories(self) -> dict[DocPath, PageId]:
        """Return the one folder of each directory that all pages right in it speak for."""
        told: dict[PageId, set[DocPath | None]] = {}
        for page in self.listed.values():
            if page.parent_id is not None and lies_in_folder(page, self.listed):
                told.setdefault(page.parent_id, set()).add(self._directory(page))
        agreed = [(next(iter(said)), folder) for folder, said in told.items() if len(said) == 1]
        claims = [directory for directory, _ in agreed]
        return {d: folder for d, folder in agreed if d is not None and claims.count(d) == 1}

    def place(self, parent: Parent, at: Mapping[DocPath, PageId]) -> PageId | None:
        """Return the id of a directory's parent, as far as stamps say."""
        match parent:
            case Top():
                return self.root
            case UnderFolder(path):
                return at.get(path)
            case UnderDocument(path):
                pages = [i for i, page in self.listed.items() if self._document(page) == path]
                return pages[0] if len(pages) == 1 else None

    def _directory(self, page: Page) -> DocPath | None:
        path = self._document(page)
        parent = self.layout.parent(path) if path is not None else None
        return parent.path if isinstance(parent, UnderFolder) else None

    def _document(self, page: Page) -> DocPath | None:
        stamp = parse(page.message)
        return self.documents.get(stamp.place) if stamp is not None else None
