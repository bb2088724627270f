"""Everything a plan is made from, with the questions that several rules ask of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from confsync.model import (
    Base,
    DocPath,
    Folder,
    LocalDoc,
    LocalSnapshot,
    Page,
    PageId,
    RemoteSnapshot,
    Sha,
    sha,
    title_key,
)
from confsync.planning.assets import referenced_assets
from confsync.planning.evidence import Evidence, Remembered
from confsync.planning.folder_news import FolderNews, fits_title, moved_directories, news_of
from confsync.planning.labels import clean_labels
from confsync.planning.layout import Layout, Parent, Top, UnderDocument, UnderFolder
from confsync.planning.match import Matches, match
from confsync.planning.policy import Policy
from confsync.planning.stand_ins import directories_by_place, directory_stamp, directory_titles
from confsync.planning.titles import Titles, assign_titles

PENDING = PageId("")
"""Stands for a parent that does not exist yet."""

_OF_IDENTITY = ("matches", "row_of", "page_of", "root_document", "docs", "layout")
"""Cached properties that depend only on the rows, the folder and the ids of the listed pages, and are slow to compute."""


@dataclass(frozen=True)
class World:
    """The inputs of planning, frozen, and what can be derived from them without deciding anything."""

    remembered: Remembered
    local: LocalSnapshot
    remote: RemoteSnapshot
    evidence: Evidence
    policy: Policy
    going: frozenset[DocPath] = frozenset()
    """The documents that go to the trash: their pages are in Confluence's."""
    coming_back: frozenset[DocPath] = frozenset()
    """The documents that are gone and come back, as their pages were edited or moved: what lies below them stays there."""

    def but(self, **parts: Any) -> World:
        """Return the world with some parts replaced; derived facts that do not depend on these are kept."""
        new = replace(self, **parts)
        same_pages = new.remote is self.remote or new.remote.pages.keys() == self.remote.pages.keys()
        same_root = new.remote.root_id == self.remote.root_id
        same_root &= (new.coming_back, new.going) == (self.coming_back, self.going)
        if same_pages and same_root and new.local is self.local and new.rows == self.rows:
            known = self.__dict__
            new.__dict__.update({name: known[name] for name in _OF_IDENTITY if name in known})
        return new

    @property
    def rows(self) -> Mapping[PageId, Base]:
        """The ledger's rows."""
        return self.remembered.rows

    @cached_property
    def matches(self) -> Matches:
        """Which file is which page."""
        departed = frozenset(self.remembered.departed)
        return match(self.rows, self.local, frozenset(self.remote.pages), departed)

    @cached_property
    def row_of(self) -> Mapping[DocPath, Base]:
        """The rows of documents that are bound."""
        return {path: self.rows[page_id] for page_id, path in self.matches.bound.items()}

    @cached_property
    def page_of(self) -> Mapping[DocPath, PageId]:
        """The pages of documents that have one, including documents that cannot be read now."""
        held_back = {row.path: row.page_id for row in self.rows.values() if row.path not in self.local.docs}
        bound = {path: page_id for page_id, path in (self.matches.bound | self.matches.named).items()}
        return held_back | bound

    @cached_property
    def root_document(self) -> DocPath | None:
        """The document whose front matter has the root page's id."""
        root = self.remote.root_id
        return None if root is None else (self.matches.bound | self.matches.named).get(root)

    @cached_property
    def docs(self) -> Mapping[DocPath, LocalDoc]:
        """The documents that may be synced: those that matching did not refuse."""
        return {p: d for p, d in self.local.docs.items() if p not in self.matches.refused}

    @cached_property
    def layout(self) -> Layout:
        """The tree that the documents ask for. An unreadable file counts if it has a page: its children stay there."""
        unread = self.matches.unread
        unreadable = {r.path for i, r in self.rows.items() if i in unread or self.local.blind_to(r.path)}
        there = (self.docs.keys() - self.going) | unreadable | self.coming_back
        return Layout(there, self.root_document)

    @cached_property
    def titles(self) -> Titles:
        """The documents' titles."""
        return assign_titles(
            self.docs, self.row_of, self.layout, self.policy.title_clash, self._stand_in_titles()
        )

    def title_stands(self, path: DocPath, title: str) -> bool:
        """Say whether a page's title is what the document's own came to: itself, or that with parents behind it.

        Without a row it says whether one of the two was given another title since they agreed.
        """
        own = title_key(self.titles.own[path])
        if title_key(title) in (own, title_key(self.titles.assigned.get(path, title))):
            return True
        told_apart = title_key(title).startswith(f"{own} (") and title.endswith(")")
        return told_apart and any(title_key(page.title) == own for page in self.remote.pages.values())

    def gives_up_title(self, page_id: PageId) -> bool:
        """Say whether the document of a page of ours asks for another title than the page has, or is gone."""
        path = self.matches.bound.get(page_id)
        if path is None:
            return not self.local.blind_to(self.rows[page_id].path) and page_id not in self.matches.contested
        wanted = self.titles.assigned.get(path)
        return wanted is not None and title_key(wanted) != title_key(self.remote.pages[page_id].title)

    def _stand_in_titles(self) -> dict[DocPath, str]:
        """Return the titles of pages that stand for directories, by the directory, or by a name that a person understands."""
        folders = self.remote.folders.items() if self.remote.folders_are_pages else ()
        known = self.remembered.folders
        return {known[i].path if i in known else DocPath(f"page {i}"): folder.title for i, folder in folders}

    @cached_property
    def folder_titles(self) -> Mapping[DocPath, str]:
        """The titles for the places of directories that have none yet; no two folders of a space have the same."""
        missing = [d for d in self.layout.directories() if d not in self.folder_at]
        pages = self.titles.assigned.values() if self.remote.folders_are_pages else ()
        taken = (*pages, *(folder.title for folder in self.remote.folders.values()))
        return directory_titles(missing, taken, self.titles.own, self.layout)

    @cached_property
    def folder_news(self) -> Mapping[PageId, FolderNews]:
        """The folders of the ledger that people renamed or moved in Confluence."""
        there = ((row, self.remote.folders.get(i)) for i, row in self.remembered.folders.items())
        news = (news_of(row, f, self.tree_parent(f)) for row, f in there if f is not None)
        return {one.row.folder_id: one for one in news if one is not None}

    @cached_property
    def folder_went(self) -> Mapping[PageId, DocPath]:
        """Where directories of folders of the ledger lie that people moved here."""
        rows, lying = self.remembered.folders, dict[PageId, frozenset[DocPath | None]]()
        for page_id, path in self.matches.bound.items():
            page, parent = self.remote.pages.get(page_id), self.layout.parent(path)
            if page is not None and page.parent_id is not None and page.parent_id in rows:
                place = parent.path if isinstance(parent, UnderFolder) else None
                lying[page.parent_id] = lying.get(page.parent_id, frozenset()) | {place}
        above = {i: self.remote.folders[i].parent_id for i in rows if i in self.remote.folders}
        return moved_directories(rows, lying, above, frozenset(self.layout.directories()))

    @cached_property
    def folder_at(self) -> Mapping[DocPath, PageId]:
        """The folders of directories without a page, as far as they exist.

        By the ledger, else by a stamp, else by the folder that holds the directory's own pages, else by its name and place. A
        directory that people moved keeps its folder where folders can follow, or where the folder was moved as well.
        """
        found = {row.path: folder_id for folder_id, row in self.remembered.folders.items()}
        went: dict[DocPath, PageId] = {}
        for folder_id, directory in sorted(self.folder_went.items(), key=lambda item: item[1]):
            if self._goes_along(folder_id, directory, found | went):
                went[directory] = folder_id
        gone = set(went.values())
        found = {path: folder_id for path, folder_id in found.items() if folder_id not in gone} | went
        free = {i: f for i, f in self.remote.folders.items() if i not in self.remembered.folders}
        by_content = self._folders_by_content(frozenset(free)) | self._folders_by_stamp(free)
        by_name = {
            (self.tree_parent(f), title_key(f.title)): i for i, f in sorted(free.items(), reverse=True)
        }
        for directory in self.layout.directories():
            if directory in found:
                continue
            place = self._place(self.layout.folder_parent(directory), found)
            named = by_name.get((place, title_key(directory.name)))
            folder = by_content.get(directory) or named
            if folder is not None:
                found[directory] = folder
        return found

    def _goes_along(self, folder_id: PageId, directory: DocPath, folders: Mapping[DocPath, PageId]) -> bool:
        """Say whether a folder is, or can be moved, where its directory was moved."""
        news, folder = self.folder_news.get(folder_id), self.remote.folders.get(folder_id)
        if folder is None:
            return False
        place = self._place(self.layout.folder_parent(directory), folders)
        if news is None and self.remote.folders_are_pages:
            return place != PENDING
        name = self.remembered.folders[folder_id].path.name
        same = title_key(directory.name) == title_key(name)
        named = fits_title(directory, folder) if news and news.renamed else same
        return named and place == self.tree_parent(folder)

    def _folders_by_stamp(self, free: Mapping[PageId, Folder]) -> dict[DocPath, PageId]:
        places = directories_by_place(self.layout.directories())
        stamps = ((i, directory_stamp(folder.message)) for i, folder in sorted(free.items(), reverse=True))
        return {places[s.place]: i for i, s in stamps if s is not None and s.place in places}

    def _folders_by_content(self, free: frozenset[PageId]) -> dict[DocPath, PageId]:
        found: dict[DocPath, PageId] = {}
        for page_id, path in sorted((self.matches.bound | self.matches.named).items()):
            page, parent = self.remote.pages.get(page_id), self.layout.parent(path)
            folder = page.parent_id if page is not None else None
            while folder in free and isinstance(parent, UnderFolder):
                found.setdefault(parent.path, folder)
                parent, folder = self.layout.folder_parent(parent.path), self.remote.folders[folder].parent_id
        return found

    def place(self, parent: Parent) -> PageId | None:
        """Return the id of a parent: None for the top, PENDING for one that does not exist yet."""
        return self._place(parent, self.folder_at)

    def _place(self, parent: Parent, folders: Mapping[DocPath, PageId]) -> PageId | None:
        if isinstance(parent, Top):
            return None
        if isinstance(parent, UnderDocument):
            return self.page_of.get(parent.path, PENDING)
        return folders.get(parent.path, PENDING)

    def lost_place(self, parent: PageId | None) -> bool:
        """Say whether a page's parent is gone: Confluence then put the page elsewhere, which no file asked for."""
        there = parent in (None, self.remote.root_id) or parent in self.remote.pages
        return not there and parent not in self.remote.folders

    def tree_parent(self, node: Page | Folder) -> PageId | None:
        """Return the nearest page or folder of the tree above a page or folder; None at the top.

        Whiteboards, databases and embeds have no place in a folder of files: what is below them counts as top level. A
        parent that cannot be seen now still counts.
        """
        parent = node.parent_id
        known = any(parent in seen for seen in (self.remote.pages, self.remote.folders, self.remote.unknown))
        return parent if known and parent != self.remote.root_id else None

    def labels(self, doc: LocalDoc) -> tuple[str, ...]:
        """Return the labels that a document's page should have."""
        return clean_labels((*(doc.facts.labels or ()), *self.policy.labels))

    def source_hash(self, doc: LocalDoc) -> Sha:
        """Return the hash of all that a page is made from: the text, the files it refers to, labels from settings."""
        files = (f"{p}:{self.local.assets[p].hash}" for p in referenced_assets(doc, self.local.assets))
        return sha("\n".join((doc.facts.text_hash, *files, *clean_labels(self.policy.labels))))

    def unsent_files(self, doc: LocalDoc, page_id: PageId | None) -> tuple[DocPath, ...]:
        """Return the document's assets whose content is not on its page yet, as far as the ledger knows."""
        sent = {(a.path, a.hash) for a in self.remembered.attachments.get(page_id or PENDING, ())}
        paths = referenced_assets(doc, self.local.assets)
        return tuple(p for p in paths if (p, self.local.assets[p].hash) not in sent)
