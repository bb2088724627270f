"""What a run brought from Confluence into the folder, page by page: the commits to make, if asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from confsync.model import AttachmentBase, Base, DocPath, PageId, Sha
from confsync.planning.world import World


@dataclass(frozen=True, slots=True)
class Touched:
    """A file that a run wrote, moved or removed. `before` is its content's hash as the run found it; None: no file.

    `after` is the hash of what the ledger says now: over the text for a document, over the bytes for an attachment.
    """

    path: DocPath
    before: Sha | None
    after: Sha | None
    is_document: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One page's share of a run. `version` 0: the page is gone. `follows`: only its files moved or their links changed."""

    page_id: PageId
    title: str
    version: int
    author_id: str
    files: tuple[Touched, ...]
    follows: bool = False


def revisions(
    world: World, rows: Mapping[PageId, Base], attachments: Mapping[PageId, tuple[AttachmentBase, ...]]
) -> Iterator[Revision]:
    """Yield what differs between the ledger as the run found it (in the world) and as it is now, in path order."""
    everything = world.rows.keys() | rows.keys()
    for page_id in sorted(everything, key=lambda i: (rows.get(i) or world.rows[i]).path):
        old, new = world.rows.get(page_id), rows.get(page_id)
        files = (*_document(world, old, new), *_attached(world, page_id, attachments.get(page_id, ())))
        if files:
            yield _revision(world, page_id, old, new, files)


def _revision(
    world: World, page_id: PageId, old: Base | None, new: Base | None, files: tuple[Touched, ...]
) -> Revision:
    page = world.remote.pages.get(page_id)
    row = new or old
    return Revision(
        page_id=page_id,
        title=row.title if row else "",
        version=new.version if new else 0,
        author_id=page.author_id if page and new and page.version == new.version else "",
        files=files,
        follows=old is not None and new is not None and old.version == new.version,
    )


def _document(world: World, old: Base | None, new: Base | None) -> Iterator[Touched]:
    """Yield a page's document where it was and where it is."""
    if new is not None and (old is None or (old.path, old.local_hash) != (new.path, new.local_hash)):
        yield Touched(new.path, _as_found(world, new.path), new.local_hash)
    if old is not None and (new is None or old.path != new.path):
        yield Touched(old.path, _as_found(world, old.path), None)


def _attached(world: World, page_id: PageId, now: tuple[AttachmentBase, ...]) -> Iterator[Touched]:
    before = {row.path: row.hash for row in world.remembered.attachments.get(page_id, ())}
    after = {row.path: row.hash for row in now}
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path):
            asset = world.local.assets.get(path)
            yield Touched(path, asset.hash if asset else None, after.get(path), is_document=False)


def _as_found(world: World, path: DocPath) -> Sha | None:
    doc = world.local.docs.get(path)
    return doc.hash if doc else None
