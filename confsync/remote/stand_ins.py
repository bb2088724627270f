"""The nearest thing to a folder on Data Center: an empty page with a list of its children, in the port's nouns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from confsync.errors import RemoteError
from confsync.model import Folder, Page, PageId, Space, Status
from confsync.outcome import Applied, NewPage, Outcome, PageUpdate, Reason, Refused, Unknown
from confsync.planning.stand_ins import is_children_list
from confsync.remote.payloads import Listing
from confsync.remote.payloads_v1 import V1Page
from confsync.remote.v1 import CONTENT
from confsync.remote.wire import Wire


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


class NoFolders:
    """Folders where there are none: the pages that stand for them are read as pages."""

    def folder(self, folder_id: PageId) -> Folder | None:
        """Return None: a directory without a page is a page there."""
        del folder_id
        return None

    def find_folder(self, space: Space, title: str, parent_id: PageId | None) -> Folder | None:
        """Return None: `find_title` finds the pages that stand in for folders."""
        del space, title, parent_id
        return None

    def folders_below(self, page_id: PageId) -> Sequence[Folder]:
        """Return nothing."""
        del page_id
        return ()


class Pages(Protocol):
    """What it takes to look at pages and to remove one."""

    def page(self, page_id: PageId) -> Page | None:
        """Read a page."""
        ...

    def find_title(self, space: Space, title: str) -> Page | None:
        """Find the page that holds a title."""
        ...

    def trash_page(self, page_id: PageId) -> Outcome[None]:
        """Move a page to the trash."""
        ...


def as_wanted(pages: Pages, wanted: NewPage, refused: Refused) -> Outcome[Page]:
    """Return the page that has the title if it is what was to be made: an earlier attempt's, whose answer was lost."""
    try:
        found = pages.find_title(wanted.space, wanted.title)
    except RemoteError as error:
        return Unknown(error.message)
    if found is None or found.parent_id != wanted.parent_id or not is_children_list(found.body or ""):
        return refused
    return Applied(found)


def trash_stand_in(wire: Wire, pages: Pages, page_id: PageId) -> Outcome[None]:
    """Move a page to the trash if it is nothing but a list of children and has none; one that is gone counts as applied."""
    try:
        page = pages.page(page_id)
        if page is None or page.status is Status.TRASHED:
            return Applied(None)
        below = wire.read(
            f"{CONTENT}/{page_id}/child/page", Listing[V1Page], [("limit", 1), ("expand", "version")]
        )
    except RemoteError as error:
        return Unknown(error.message)
    if below.results or not is_children_list(page.body or ""):
        return Refused(Reason.INVALID, 0, "the page or what is below it has other content, so it stays")
    return pages.trash_page(page_id)
