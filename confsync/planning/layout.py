"""The page tree that the folder asks for: which document or directory each document is below.

`x.md` beside a directory `x/` is the page of what is in `x/`; else `x/index.md` is, else `x/README.md`. A directory
with none of them is a place without a page: a folder on Cloud.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from confsync.model import DocPath

SUFFIXES = (".md", ".markdown")
INDEX_STEMS = ("index", "readme")


@dataclass(frozen=True, slots=True)
class Top:
    """Directly below the root page."""


@dataclass(frozen=True, slots=True)
class UnderDocument:
    """Below the page of another document."""

    path: DocPath


@dataclass(frozen=True, slots=True)
class UnderFolder:
    """In a directory that has no page."""

    path: DocPath


Parent = Top | UnderDocument | UnderFolder


class Layout:
    """The page tree that a set of documents asks for.

    `root_document` is the document that is the root page itself (its front matter has that page's id), if any.
    """

    def __init__(self, documents: Iterable[DocPath], root_document: DocPath | None = None) -> None:
        self._documents = frozenset(documents) - {root_document}
        self._by_name = {
            (path.parent, path.name.casefold()): path for path in sorted(self._documents, reverse=True)
        }
        self._owners: dict[DocPath, DocPath | None] = {}

    def with_documents(self, more: Iterable[DocPath]) -> Layout:
        """Return the layout that the tree has with some more documents in it."""
        return Layout(self._documents.union(more))

    def owner(self, directory: DocPath) -> DocPath | None:
        """Return the document that is a directory's page."""
        if directory not in self._owners:
            self._owners[directory] = next(self._candidates(directory), None)
        return self._owners[directory]

    def _candidates(self, directory: DocPath) -> Iterator[DocPath]:
        for suffix in SUFFIXES:
            beside = DocPath(directory + suffix)
            if beside in self._documents:
                yield beside
        for stem in INDEX_STEMS:
            for suffix in SUFFIXES:
                inside = self._by_name.get((directory, stem + suffix))
                if inside is not None:
                    yield inside

    def parent(self, path: DocPath) -> Parent:
        """Return the parent of a document's page."""
        directory = path.parent
        if directory is not None and self.owner(directory) == path:
            return self.inside(directory.parent)
        return self.inside(directory)

    def inside(self, directory: DocPath | None) -> Parent:
        """Return the parent of what lies in a directory (None: the root) and is not its page."""
        if directory is None:
            return Top()
        owner = self.owner(directory)
        return UnderFolder(directory) if owner is None else UnderDocument(owner)

    def folder_parent(self, directory: DocPath) -> Parent:
        """Return the parent of a directory without a page."""
        return self.inside(directory.parent)

    def directories(self) -> list[DocPath]:
        """Return the directories without a page that documents lie in or below, parents first."""
        found: set[DocPath] = set()
        for path in self._documents:
            above = path.parent
            while above is not None and above not in found:
                if self.owner(above) is None:
                    found.add(above)
                above = above.parent
        return sorted(found)

    def lineage(self, path: DocPath) -> Iterator[UnderDocument | UnderFolder]:
        """Yield a document's parents, nearest first, without the top."""
        return self._upwards(self.parent(path))

    def lineage_of(self, directory: DocPath) -> Iterator[UnderDocument | UnderFolder]:
        """Yield the parents of a directory without a page, nearest first, without the top."""
        return self._upwards(self.folder_parent(directory))

    def _upwards(self, parent: Parent) -> Iterator[UnderDocument | UnderFolder]:
        while not isinstance(parent, Top):
            yield parent
            parent = (
                self.parent(parent.path)
                if isinstance(parent, UnderDocument)
                else self.folder_parent(parent.path)
            )

    def depth(self, path: DocPath) -> int:
        """Return how many pages and folders lie above a document."""
        return sum(1 for _ in self.lineage(path))


def is_index(path: DocPath) -> bool:
    """Say whether a name is one that can stand for its directory."""
    return path.stem.casefold() in INDEX_STEMS and path.suffix.casefold() in SUFFIXES


def child_directory(path: DocPath, layout: Layout) -> DocPath | None:
    """Return the directory where the children of a document's page lie (None: the root)."""
    if path.parent is not None and layout.owner(path.parent) == path:
        return path.parent
    return DocPath(path[: -len(path.suffix)])
