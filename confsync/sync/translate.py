"""The conversions of a run: documents to bodies and back, with the links and attachments of this tree.

Titles, labels and front matter are set elsewhere; here texts and bodies are converted. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import quote

from confsync import markup
from confsync.errors import ConversionError
from confsync.markup import Conversion
from confsync.markup.document import Document, new_document
from confsync.markup.links import DocLinks, LinkTable, Target
from confsync.markup.notes import NoteKind
from confsync.model import (
    AttachmentBase,
    BaseTexts,
    DocPath,
    Flavor,
    LocalDoc,
    Page,
    PageId,
    Site,
    Space,
)
from confsync.planning.actions import Plan, Update
from confsync.planning.assets import referenced_assets
from confsync.planning.file_actions import KeepFile
from confsync.planning.file_names import attachment_names
from confsync.planning.world import World
from confsync.sync.normal_hashes import same_body

CONVERTER = "1"
"""The converter's version: a ledger made by another one has other base texts."""
_SHOWN = 3
"""So many links that lead nowhere are named."""


@dataclass(frozen=True)
class Translator:
    """Converts the documents and pages of one tree.

    `titles` are the pages' titles by document, `page_ids` the pages of documents that have one; `assets` are the files
    that documents refer to, `sent` the attachments in the ledger; `fileless` are pages without a file yet. `before` are
    the titles at the time of the snapshot: links in bodies read then use them, even if pages are renamed since.
    """

    space: Space
    base_url: str
    flavor: Flavor
    titles: Mapping[DocPath, str]
    docs: Mapping[DocPath, LocalDoc]
    assets: frozenset[DocPath]
    page_ids: Mapping[DocPath, PageId] = field(default_factory=dict)
    sent: Mapping[PageId, tuple[AttachmentBase, ...]] = field(default_factory=dict)
    fileless: Mapping[DocPath, Page] = field(default_factory=dict)
    wikilinks: bool = False
    before: Mapping[DocPath, str] = field(default_factory=dict)

    @cached_property
    def table(self) -> LinkTable:
        """Where links may lead, by the titles that pages have once they are renamed."""
        return self._table(self.titles, self.before)

    @cached_property
    def as_read(self) -> Translator:
        """Return the translator for pages as the snapshot has them, before any of them is renamed."""
        return replace(self, titles={**self.titles, **self.before}, before=self.titles)

    def _table(self, titles: Mapping[DocPath, str], also: Mapping[DocPath, str]) -> LinkTable:
        return LinkTable(
            tuple(self._target(path, title) for path, title in sorted(titles.items())),
            space_key=self.space.key,
            base_urls=(self.base_url,),
            flavor=self.flavor,
            also=also,
        )

    def _target(self, path: DocPath, title: str) -> Target:
        doc = self.docs.get(path)
        page = None if doc else self.fileless.get(path)
        body = None if page is None else lambda: page.body or ""
        return Target(path, title, doc.facts.headings if doc else (), self.page_ids.get(path), body)

    def names(self, path: DocPath, page_id: PageId | None = None) -> dict[DocPath, str]:
        """Return the attachment names of the files that a document refers to."""
        doc = self.docs.get(path)
        known = {row.path: row.name for row in self.sent.get(page_id or PageId(""), ())}
        files = referenced_assets(doc, self.assets) if doc else ()
        return {**known, **attachment_names(files, known)}

    def links(self, path: DocPath, files: Mapping[DocPath, str]) -> DocLinks:
        """Return the links of the document at a path, with the given attachments."""
        return DocLinks(path, self.table, files, wikilinks=self.wikilinks)

    def dangling(self, path: DocPath, page_id: PageId | None = None) -> tuple[str, ...]:
        """Return a line for the user about a document's relative links that lead to no page and no file; none without such."""
        links, doc = self.links(path, self.names(path, page_id)), self.docs.get(path)
        lost = [
            link
            for link in dict.fromkeys(doc.facts.links if doc else ())
            if links.address(quote(link)) is None and links.attachment(quote(link)) is None
        ]
        more = f" and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
        shown = ", ".join(lost[:_SHOWN])
        return (f"{NoteKind.UNRESOLVED}: no page or file here: {shown}{more}",) if lost else ()

    def to_page(
        self, path: DocPath, text: str, page_id: PageId | None, base: BaseTexts, current: str
    ) -> Conversion:
        """Put a document's text into a page's current body; only what differs from the base text changes there."""
        links = self.links(path, self.names(path, page_id))
        body = Document.parse(text).body
        with _naming(path):
            if not current.strip():
                return markup.to_storage(body, links=links)
            if base.markdown is None:
                before = markup.to_markdown(current, links=links).text
            else:
                before = Document.parse(base.markdown).body
            return markup.put_storage(before, current, body, links=links)

    def to_file(
        self, path: DocPath, text: str, base: BaseTexts, current: str, files: Mapping[DocPath, str]
    ) -> tuple[str, tuple[str, ...]]:
        """Put a page's body into a document's text; return the new text and notes for the user."""
        links = self.links(path, files)
        document = Document.parse(text)
        with _naming(path):
            if base.storage is None:
                done = markup.to_markdown(current, links=links)
            else:
                done = markup.put_markdown(base.storage, document.body, current, links=links)
        return document.with_body(done.text), note_lines(done)

    def new_file(
        self, path: DocPath, page: Page, labels: Iterable[str], files: Mapping[DocPath, str]
    ) -> tuple[str, tuple[str, ...]]:
        """Return the text of a new file for a page that was read with its body, and notes for the user."""
        with _naming(path):
            done = markup.to_markdown(page.body or "", links=self.links(path, files))
        return new_document(page.title, done.text, page.id, tuple(labels)), note_lines(done)

    def same(self, path: DocPath, text: str, page_id: PageId, current: str) -> bool:
        """Say whether a document and a page's body say the same."""
        links = self.links(path, self.names(path, page_id))
        with _naming(path):
            mine = markup.to_storage(Document.parse(text).body, links=links).text
            return same_body(mine, current)


def translator_for(world: World, site: Site, decided: Plan | None = None) -> Translator:
    """Return the translator for a tree: with a plan, its new pages' places are known, too."""
    pages = world.remote.pages
    titles = dict(world.titles.assigned)
    page_ids = {path: page_id for path, page_id in world.page_of.items() if page_id in pages}
    renamed = None if decided is None else frozenset(_renamed(decided))
    for path, page_id in page_ids.items():
        if not _is_renamed(world, renamed, path, page_id):
            titles[path] = pages[page_id].title
    for page_id, path in decided.paths.items() if decided else ():
        if page_id in pages and path not in titles:
            titles[path], page_ids[path] = pages[page_id].title, page_id
    return Translator(
        space=world.remote.space,
        base_url=site.base_url,
        flavor=site.flavor,
        titles=titles,
        docs=world.docs,
        assets=frozenset(world.local.assets),
        page_ids=page_ids,
        sent=_sent(world, decided),
        fileless={path: pages[i] for path, i in page_ids.items() if path not in world.docs},
        wikilinks=world.policy.wikilinks,
        before={path: pages[i].title for path, i in page_ids.items()},
    )


def _renamed(decided: Plan) -> Iterator[PageId]:
    """Yield the pages that the plan renames."""
    yield from (a.page_id for a in decided.actions if isinstance(a, Update) and a.rename)


def _is_renamed(world: World, renamed: frozenset[PageId] | None, path: DocPath, page_id: PageId) -> bool:
    """Say whether a page takes its document's title: in this plan, or as far as can be told before there is one."""
    if renamed is not None:
        return page_id in renamed
    row = world.rows.get(page_id)
    return row is not None and world.titles.assigned.get(path, row.title) != row.title


def _sent(world: World, decided: Plan | None) -> Mapping[PageId, tuple[AttachmentBase, ...]]:
    """Return the attachments that are known, with what the plan finds out: base texts may still name the old files."""
    sent = dict(world.remembered.attachments)
    for action in decided.actions if decided else ():
        if isinstance(action, KeepFile) and action.row is not None:
            sent[action.page_id] = (*sent.get(action.page_id, ()), action.row)
    return sent


def note_lines(done: Conversion) -> tuple[str, ...]:
    """Return a conversion's notes as lines."""
    return tuple(f"{note.kind}: {note.detail}" if note.detail else note.kind for note in done.notes)


@contextmanager
def _naming(path: DocPath) -> Iterator[None]:
    """Turn whatever a conversion raises into an error that names the document.

    Conversions never raise by contract; a bug in one must fail one page, not the whole run.
    """
    try:
        yield
    except ConversionError:
        raise
    except Exception as error:
        raise ConversionError(
            f"converting failed: {type(error).__name__}: {error}",
            where=path,
            unchanged="Neither the file nor its page was changed.",
            hint="This is a bug in confsync, not a fault of the file.",
        ) from error


def cold_body(text: str) -> str:
    """Return the body that a document's text makes by itself, without the links of a tree: to compare words with."""
    return markup.to_storage(Document.parse(text).body).text
