"""Files that come back: as they were when they went, with what changed on their pages since.

What else became of the page, another title, place or labels, the next round brings, as to any file: the row says what
both sides were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from confsync.markup.document import Document, text_hash
from confsync.model import (
    AttachmentBase,
    Base,
    BaseTexts,
    Departed,
    DocPath,
    Page,
    PageId,
    RowState,
    title_key,
)
from confsync.planning.world import World
from confsync.sync.context import Run
from confsync.sync.normal_hashes import body_hash


def last_known(run: Run, page_id: PageId) -> Departed | None:
    """Return what both sides were before the file went, or its page did."""
    row = run.ledger.row(page_id)
    if row is None:
        return run.ledger.departure(page_id)
    return Departed(row, run.ledger.texts(page_id), run.sent(page_id))


def revived(
    run: Run, kept: Departed, page: Page, names: Mapping[DocPath, str]
) -> tuple[str, Base, tuple[str, ...]] | None:
    """Return the text of the file, its row, and what is worth telling; None when its text is to be had no more.

    `names` are the page's attachments where they lie now. Where one has to lie elsewhere, the old text would show
    another file.
    """
    row, text = kept.row, kept.texts.markdown
    agreed = row.state is RowState.OK and row.pulled_version is None
    if text is None or not agreed or text_hash(text) != row.local_hash or _elsewhere(kept.files, names):
        return None
    notes: tuple[str, ...] = ()
    if body_hash(page.body or "") != row.body_hash:
        base = BaseTexts(text, _storage(run, kept))
        text, notes = run.translator.as_read.to_file(row.path, text, base, page.body or "", names)
    if not _keeps_title(run.world, row, page):
        text = Document.parse(text).with_title(page.title)
        row = replace(row, title=page.title, own_title=page.title)
    row = replace(row, local_hash=text_hash(text), version=page.version, body_hash=body_hash(page.body or ""))
    return text, row, notes


def place_left(world: World, row: Base, page: Page) -> PageId | None:
    """Return what the page hung below when it went: its file follows it from there.

    A directory's folder that went to the trash with the last page in it says nothing: the file asks for it again.
    """
    known = world.rows.keys() | world.remembered.departed.keys() | world.remote.folders.keys() | {None}
    kept = row.page_id in world.rows or row.parent_id in known
    return row.parent_id if kept else world.tree_parent(page)


def _elsewhere(files: Iterable[AttachmentBase], names: Mapping[DocPath, str]) -> bool:
    there = set(names.values())
    return any(file.name in there and names.get(file.path) != file.name for file in files)


def _storage(run: Run, kept: Departed) -> str | None:
    """Return the body that the text was agreed with; one that was not kept is read from the page's history."""
    if kept.texts.storage is not None:
        return kept.texts.storage
    old = run.remote.page(kept.row.page_id, version=kept.row.version)
    return old.body if old else None


def _keeps_title(world: World, row: Base, page: Page) -> bool:
    """Say whether the row can say the old title: nobody else took it while the page was away."""
    pages = (title_key(other.title) for i, other in world.remote.pages.items() if i != page.id)
    asked = map(title_key, world.titles.own.values())
    return title_key(row.title) == title_key(page.title) or title_key(row.title) not in {*pages, *asked}
