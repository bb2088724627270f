"""Data Center: lists of pages, by offset and by cursor, and what hangs below a page."""

from __future__ import annotations

from werkzeug.wrappers import Response

from confsync.sandbox.datacenter.paging import by_cursor, by_offset
from confsync.sandbox.datacenter.shapes import Json, Shapes, whole
from confsync.sandbox.datacenter.spaces import seen_space
from confsync.sandbox.refusals import Absent, Invalid
from confsync.sandbox.routes import Routes
from confsync.sandbox.store.records import Content, Kind, Status
from confsync.sandbox.wire import V1, Desk, answer, refused_v1

routes = Routes(V1, refused_v1)
STATUS = "current trashed draft archived historical any"
KINDS = "page blogpost"


@routes.on("GET", "/content")
def contents(desk: Desk) -> Response:
    """`getContent`: by the order of creation; `title` is compared to the letter, its case included."""
    found = _found(desk)
    title, wanted = desk.query("title"), desk.many("ids")
    found = [p for p in found if title in (None, p.title) and (not wanted or p.id in wanted)]
    return by_offset(desk, "/rest/api/content", found, Shapes.of(desk).content)


@routes.on("GET", "/content/scan")
def scan(desk: Desk) -> Response:
    """`scanContent` (7.18 and later): `start`, `title` and dates mean nothing to it."""
    if not desk.store.habits.scans:
        raise Absent("content", "scan")
    return by_cursor(desk, "/rest/api/content/scan", _found(desk), Shapes.of(desk).content)


def _found(desk: Desk) -> list[Content]:
    """Return the pages of the space, kind and status that are asked for, by their ids; for a visitor none."""
    key = desk.query("spaceKey")
    kind = desk.query("type", KINDS) or "page"
    states = set(desk.many("status", STATUS)) or {"current"}
    if desk.user is None or kind != "page":
        return []
    state = desk.store.state
    among = state.in_space.of(seen_space(desk, key).id) if key is not None else iter(state.contents.values())
    found = [
        page
        for page in among
        if page.kind is Kind.PAGE
        and (page.status.value in states or "any" in states)
        and desk.store.access.sees(desk.user, page)
    ]
    return sorted(found, key=lambda page: int(page.id))


@routes.on("GET", "/content/<ident>/child")
def children(desk: Desk, ident: str) -> Response:
    """`children`: what is expanded of pages, attachments and comments."""
    page = seen_page(desk, ident)
    expand = desk.many("expand")
    bare = Shapes.of(desk).bare()
    told: Json = {}
    if "page" in expand:
        told["page"] = whole([bare.content(c) for c in _children(desk, page)][:25], 25)
    if "attachment" in expand:
        told["attachment"] = whole([bare.attachment(f) for f in desk.store.files.of(page.id)][:25], 25)
    here = f"/rest/api/content/{page.id}/child"
    more = {kind: f"{here}/{kind}" for kind in ("page", "attachment", "comment") if kind not in expand}
    return answer({**told, "_expandable": more, "_links": Shapes.of(desk).links(f"content/{page.id}/child")})


@routes.on("GET", "/content/<ident>/child/<kind>")
def children_of_kind(desk: Desk, ident: str, kind: str) -> Response:
    """`childrenOfType`: pages in the order of the tree, comments in that of time."""
    page = seen_page(desk, ident)
    path = f"/rest/api/content/{page.id}/child/{kind}"
    if kind == "page":
        return by_offset(desk, path, _children(desk, page), Shapes.of(desk).content)
    if kind == "comment":
        places = desk.many("location") or ["footer", "inline"]
        found = [
            comment
            for place in ("footer", "inline")
            if place in places
            for comment in desk.store.comments.of(page.id, inline=place == "inline")
        ]
        return by_offset(desk, path, found, Shapes.of(desk).comment)
    raise Invalid(f"Unknown content type: {kind}")


@routes.on("GET", "/content/<ident>/descendant/page")
def descendants(desk: Desk, ident: str) -> Response:
    """`descendantsOfType`: parents before their children."""
    page = seen_page(desk, ident)
    below = [node for node, _depth in desk.store.tree.descendants(page, 1_000_000)]
    seen = [node for node in below if desk.store.access.sees(desk.user, node)]
    return by_offset(desk, f"/rest/api/content/{page.id}/descendant/page", seen, Shapes.of(desk).content)


def _children(desk: Desk, page: Content) -> list[Content]:
    return [c for c in desk.store.tree.children(page) if desk.store.access.sees(desk.user, c)]


def seen_page(desk: Desk, ident: str) -> Content:
    """Return a current page that the user sees; Absent otherwise, also for what is no id at all."""
    page = any_page(desk, ident)
    if page.status is not Status.CURRENT:
        raise Absent("content", ident)
    return page


def any_page(desk: Desk, ident: str) -> Content:
    """Return a page that the user sees, in whatever state; Absent otherwise."""
    if not (ident.isascii() and ident.isdecimal()):
        raise Absent("content", ident)
    return desk.page(ident)
