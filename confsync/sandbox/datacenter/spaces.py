"""Data Center: spaces, and what was deleted from them."""

from __future__ import annotations

from werkzeug.wrappers import Response

from confsync.sandbox.datacenter.paging import by_cursor, by_offset
from confsync.sandbox.datacenter.shapes import Shapes
from confsync.sandbox.refusals import Absent, Invalid
from confsync.sandbox.routes import Routes
from confsync.sandbox.store.records import Content, Kind, Space, Status
from confsync.sandbox.wire import V1, Desk, answer, nothing, refused_v1

routes = Routes(V1, refused_v1)


def seen_space(desk: Desk, key: str) -> Space:
    """Return a space by its key, in whatever case; Absent also for those who may not see it."""
    found = desk.store.tree.find_space(key)
    if found is None or not desk.store.access.sees_spaces(desk.user):
        raise Absent("space", key)
    return found


@routes.on("GET", "/space")
def spaces(desk: Desk) -> Response:
    """`getSpaces`: for an anonymous visitor none."""
    keys = {key.casefold() for name in ("spaceKey", "spaceKeys") for key in desk.many(name)}
    kind = desk.query("type", "global personal")
    found = [
        space
        for space in desk.store.state.spaces.values()
        if desk.store.access.sees_spaces(desk.user)
        and (not keys or space.key.casefold() in keys)
        and kind in (None, space.type)
    ]
    found.sort(key=lambda space: space.key)
    return by_offset(desk, "/rest/api/space", found, Shapes.of(desk).space)


@routes.on("POST", "/space")
def create_space(desk: Desk) -> Response:
    """`createSpace`."""
    user = desk.store.access.must_administer(desk.user)
    data = desk.object()
    key, name = data.get("key"), data.get("name")
    if not isinstance(key, str) or not isinstance(name, str):
        raise Invalid("A space must have a key and a name")
    return answer(Shapes.of(desk, "homepage").space(desk.store.tree.create_space(user, key, name)))


@routes.on("GET", "/space/<key>")
def get_space(desk: Desk, key: str) -> Response:
    """`space`."""
    found = seen_space(desk, key)
    shapes = Shapes.of(desk)
    return answer(shapes.space(found))


@routes.on("GET", "/space/<key>/content")
def contents(desk: Desk, key: str) -> Response:
    """`contents`: pages and blog posts apart; here are no blog posts."""
    pages = _pages(desk, key)
    shapes = Shapes.of(desk)
    limit = 25
    shown = [shapes.content(page) for page in pages[:limit]]
    links = {"base": desk.base, "context": desk.context}
    both = {"page": shown, "blogpost": []}
    rows = {
        kind: {"results": found, "start": 0, "limit": limit, "size": len(found)}
        for kind, found in both.items()
    }
    return answer({**rows, "_links": links})


@routes.on("GET", "/space/<key>/content/<kind>")
def contents_of_kind(desk: Desk, key: str, kind: str) -> Response:
    """`contentsWithType`: all pages, or with `depth=root` those at the top."""
    found = _pages(desk, key) if kind == "page" else []
    return by_offset(desk, f"/rest/api/space/{key}/content/{kind}", found, Shapes.of(desk).content)


def _pages(desk: Desk, key: str) -> list[Content]:
    space = seen_space(desk, key)
    roots = desk.query("depth", "all root") == "root"
    found = [
        page
        for page in desk.store.state.in_space.of(space.id)
        if page.kind is Kind.PAGE
        and page.status is Status.CURRENT
        and not (roots and page.parent_id)
        and desk.store.access.sees(desk.user, page)
    ]
    return sorted(found, key=lambda page: int(page.id))


@routes.on("GET", "/space/<key>/trash")
def trash(desk: Desk, key: str) -> Response:
    """`getTrash`: by cursor, for administrators of the space."""
    found = _trashed(desk, key)
    return by_cursor(desk, f"/rest/api/space/{key}/trash", found, Shapes.of(desk).content)


@routes.on("DELETE", "/space/<key>/trash")
def empty_trash(desk: Desk, key: str) -> Response:
    """`emptyTrash`: nothing of it comes back."""
    for page in _trashed(desk, key):
        desk.store.pages.purge(page.id)
    return nothing()


def _trashed(desk: Desk, key: str) -> list[Content]:
    space = seen_space(desk, key)
    desk.store.access.must_administer(desk.user)
    found = [c for c in desk.store.state.in_space.of(space.id) if c.status is Status.TRASHED]
    return sorted(found, key=lambda page: int(page.id))
