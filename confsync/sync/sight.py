"""Reading a page that Confluence may keep from us: that stops no other page. Which errors end a run is decided elsewhere."""

from __future__ import annotations

from confsync.errors import Forbidden, Rejected
from confsync.model import Page, PageId
from confsync.sync.ports import Remote


def shown(remote: Remote, page_id: PageId, version: int | None = None) -> Page | None:
    """Read a page, or an old version of it; None where it is absent or this account may not see it."""
    try:
        return remote.page(page_id, version=version)
    except (Forbidden, Rejected):
        return None
