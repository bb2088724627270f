"""Links among the files of a converted folder: they lead where they would lead after a push of that folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from confsync.cli.exported import body_of
from confsync.cli.files import Source, read_text
from confsync.errors import ConfsyncError
from confsync.local.tree import FileTree
from confsync.markup.document import inspect
from confsync.markup.links import DocLinks, Links, LinkTable, Target
from confsync.markup.slugs import headings_in
from confsync.model import DocPath, LocalDoc
from confsync.planning.assets import referenced_assets
from confsync.planning.file_names import attachment_names
from confsync.planning.layout import Layout
from confsync.planning.policy import TitleClash
from confsync.planning.titles import assign_titles


@dataclass(frozen=True, slots=True)
class FolderLinks:
    """The links of a folder's files. `docs` and `assets` are known for Markdown, which has relative links to both."""

    table: LinkTable
    docs: Mapping[DocPath, LocalDoc] = field(default_factory=dict)
    assets: frozenset[DocPath] = frozenset()

    def of(self, path: DocPath) -> Links:
        """Return the links of one file."""
        doc = self.docs.get(path)
        return DocLinks(
            path, self.table, attachment_names(referenced_assets(doc, self.assets)) if doc else {}
        )


def markdown_links(folder: Path) -> FolderLinks | None:
    """Return the links of a folder of Markdown: pages by the titles that a push gives them, and attachments.

    None when the folder cannot be looked through; its links then stay as they are.
    """
    try:
        found = FileTree(folder, inspect=inspect).scan({})
    except ConfsyncError:
        return None
    titles = assign_titles(found.docs, {}, Layout(found.docs), TitleClash.PARENTS).assigned
    targets = [Target(path, title, found.docs[path].facts.headings) for path, title in sorted(titles.items())]
    return FolderLinks(LinkTable(tuple(targets)), found.docs, frozenset(found.assets))


def storage_links(sources: Iterable[Source], folder: Path) -> FolderLinks:
    """Return the links of a folder of storage: pages by the heading that they begin with, else by their file names."""
    inside = [source for source in sources if source.folder == folder]
    return FolderLinks(LinkTable(tuple(t for source in inside if (t := _target(source)) is not None)))


def _target(source: Source) -> Target | None:
    try:
        body = body_of(read_text(source.path), source.shown)
        path = DocPath(source.target.as_posix())
    except (ConfsyncError, ValueError):
        return None
    headings = headings_in(body)
    titled = bool(headings) and body.lstrip().startswith(("<h1>", "<h1 "))
    return Target(path, headings[0].text if titled else source.path.stem, headings)
