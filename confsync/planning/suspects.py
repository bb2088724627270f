"""Pages whose labels or attachments must be read, because the search index differs from the ledger.

The index lags behind: its answer is a reason to read, and is believed only for the files of new pages.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from confsync.model import Attachment, AttachmentBase, Base, Page, PageId, title_key
from confsync.outcome import SearchHint
from confsync.planning.attached import attachment_key
from confsync.planning.known import is_held
from confsync.planning.world import World

_SHOWN = re.compile(r"<ri:attachment\b[^>]*\bri:filename=\"([^\"]*)\"")

_LONGEST_LAG = timedelta(hours=1)
"""An index that lags lags by seconds or minutes."""


def label_suspects(world: World, hint: SearchHint) -> Iterator[PageId]:
    """Yield the pages whose labels seem to be others than those of the ledger."""
    for page, row in _bound(world):
        told = hint.labels.get(page.id)
        if (
            page.labels is None
            and told is not None
            and _is_fresh(hint, page)
            and set(told) != set(row.labels)
        ):
            yield page.id


def file_suspects(world: World, hint: SearchHint) -> Iterator[PageId]:
    """Yield the pages whose attachments seem to be others than those of the ledger."""
    for page, _ in _bound(world):
        rows = world.remembered.attachments.get(page.id, ())
        if has_news(hint, page.id, rows) or _misses(hint, page, rows):
            yield page.id


def overlooked(world: World, hint: SearchHint, asked: Collection[PageId]) -> Iterator[PageId]:
    """Yield the pages that search was asked for and does not know as they are, though it had the time.

    An index that is being rebuilt, or does not get on, answers all the same.
    """
    for page, _ in _bound(world):
        if page.id not in asked or page.modified is None or hint.at is None:
            continue
        known = page.id in hint.versions and _is_fresh(hint, page)
        if not known and hint.at - page.modified > _LONGEST_LAG:
            yield page.id


def shown_but_unknown(world: World) -> Iterator[PageId]:
    """Yield the pages whose new text shows an attachment that the ledger does not know."""
    for page, _ in _bound(world):
        if page.body is None:
            continue
        known = {title_key(row.name) for row in world.remembered.attachments.get(page.id, ())}
        if not shown(page.body) <= known:
            yield page.id


def shown(body: str) -> set[str]:
    """Return the names of the attachments that a page's text shows, folded by `title_key`; also those of other pages."""
    return {title_key(html.unescape(name)) for name in _SHOWN.findall(body)}


def told_files(hint: SearchHint | None, page: Page) -> tuple[Attachment, ...] | None:
    """Return the attachments that search lists for a page without a file; None where these may not be all.

    The only place where a hint is believed: what the index does not know yet, the next run finds.
    """
    if hint is None or not (hint.whole or page.id in hint.among):
        return None
    files, body = hint.files.get(page.id, ()), page.body or ""
    told = all(file.version > 0 and file.size >= 0 for file in files)
    read = len(_SHOWN.findall(body)) == body.count("ri:attachment")
    return files if told and read and shown(body) <= {title_key(file.name) for file in files} else None


def has_news(hint: SearchHint, page_id: PageId, rows: tuple[AttachmentBase, ...]) -> bool:
    """Say whether search lists an attachment, or a version of one, that the ledger does not know."""
    known = {attachment_key(row.attachment_id): row.version for row in rows}
    return any(
        attachment_key(file.id) not in known or file.version > known[attachment_key(file.id)]
        for file in hint.files.get(page_id, ())
    )


def _misses(hint: SearchHint, page: Page, rows: tuple[AttachmentBase, ...]) -> bool:
    """Say whether search does not know an attachment that it should."""
    if not rows or not (hint.whole or page.id in hint.among):
        return False
    if page.id not in hint.versions or not _is_fresh(hint, page):
        return False
    files = hint.files.get(page.id, ())
    told = {attachment_key(file.id) for file in files} | {title_key(file.name) for file in files}
    return any(
        (attachment_key(row.attachment_id) if row.version else title_key(row.name)) not in told
        for row in rows
    )


def _is_fresh(hint: SearchHint, page: Page) -> bool:
    """Say whether search knows the page as it is: else it has not come to it yet."""
    return hint.versions.get(page.id) in (None, page.version)


def _bound(world: World) -> Iterator[tuple[Page, Base]]:
    """Yield the pages that have a document, with their rows, but for those that wait for a person."""
    for page_id in sorted(world.matches.bound):
        page, row = world.remote.pages.get(page_id), world.rows[page_id]
        if page is not None and not is_held(world, row, world.matches.bound[page_id]):
            yield page, row


def with_ids(
    known: Mapping[PageId, tuple[AttachmentBase, ...]], hint: SearchHint
) -> dict[PageId, tuple[AttachmentBase, ...]]:
    """Return rows rebuilt from stamps, with the ids that search lists, where names and contents are the same."""
    return {page_id: tuple(_with_id(row, hint) for row in rows) for page_id, rows in known.items()}


def _with_id(row: AttachmentBase, hint: SearchHint) -> AttachmentBase:
    if row.version:
        return row
    for file in hint.files.get(row.page_id, ()):
        if title_key(file.name) == title_key(row.name) and file.hash == row.hash and file.version:
            return replace(row, name=file.name, attachment_id=file.id, version=file.version)
    return row
