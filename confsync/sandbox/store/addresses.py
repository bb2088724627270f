"""From an address of this site to the page behind it (FACTS.md 16 and 18)."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote_plus, unquote, urlsplit

from confsync.model import title_key
from confsync.sandbox.store.records import Content, Kind, Status
from confsync.sandbox.store.store import Store

_BY_ID = re.compile(r"/spaces/[^/]+/pages/(\d+)(?:/[^#?]*)?$")
_BY_TITLE = re.compile(r"/display/([^/]+)/([^/]+)$")


def page_behind(store: Store, address: str) -> Content | None:
    """Return the current page at an address below the site's base; None for any other address."""
    found = _BY_ID.match(address)
    if found is not None:
        return _current(store.state.contents.get(found[1]))
    return None if store.habits.cloud else _page_of_datacenter(store, address)


def _page_of_datacenter(store: Store, address: str) -> Content | None:
    parts = urlsplit(address)
    if parts.fragment:
        return None
    if parts.path == "/pages/viewpage.action":
        return _current(store.state.contents.get((parse_qs(parts.query).get("pageId") or [""])[0]))
    found = _BY_TITLE.match(parts.path)
    return None if found is None or parts.query else titled(store, unquote(found[1]), unquote(found[2]))


def titled(store: Store, key: str, text: str) -> Content | None:
    """Return the page that `/display/KEY/Title` shows; `+` is a blank there, unless a title has one."""
    owner = store.tree.find_space(key)
    if owner is None:
        return None
    for wanted in (text, text.replace("+", " ")):
        for page in store.state.titles.of(f"{owner.id} {Kind.PAGE} {title_key(wanted)}"):
            if page.status is Status.CURRENT:
                return page
    return None


def _current(page: Content | None) -> Content | None:
    fits = page is not None and page.kind is Kind.PAGE and page.status is Status.CURRENT
    return page if fits else None


_ODD = re.compile(r'[%&?/\\;"§+:]|[^\x00-\u024f]')
"""What keeps a title out of an address on Data Center: these marks, and letters that are not Latin (FACTS.md 18)."""


def datacenter_address(store: Store, page: Content) -> str:
    """Return a page's address below the site's base, as Data Center writes it."""
    if page.status is not Status.CURRENT or _ODD.search(page.title):
        return f"/pages/viewpage.action?pageId={page.id}"
    return f"/display/{store.state.space(page.space_id).key}/{quote_plus(page.title)}"
