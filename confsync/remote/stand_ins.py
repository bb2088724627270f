"""The nearest thing to a folder on Data Center: an empty page with a list of its children, in the port's nouns."""

from __future__ import annotations

from confsync.model import Folder, Page
from confsync.outcome import NewPage, PageUpdate


def told_again(wanted: NewPage, page: Page) -> PageUpdate:
    """Return the write that changes a page's message and nothing else."""
    return PageUpdate(
        page_id=page.id,
        space=wanted.space,
        title=page.title,
        parent_id=wanted.parent_id,
        body=page.body or wanted.body,
        version=page.version + 1,
        message=wanted.message,
    )


def as_folder(page: Page) -> Folder:
    """Return the page as a place."""
    return Folder(
        id=page.id,
        title=page.title,
        parent_id=page.parent_id,
        parent_type=page.parent_type,
        message=page.message,
    )
