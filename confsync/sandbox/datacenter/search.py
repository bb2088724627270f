"""Data Center: search by CQL. `start` works here, and what is found is told with a total."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from confsync.sandbox.cloud.payload_v1 import search_row
from confsync.sandbox.datacenter.paging import by_offset
from confsync.sandbox.datacenter.shapes import Json, Shapes, when
from confsync.sandbox.refusals import Broken
from confsync.sandbox.routes import Routes
from confsync.sandbox.store.cql import Row
from confsync.sandbox.wire import V1, Desk, answer, refused_v1

routes = Routes(V1, refused_v1)


@routes.on("GET", "/content/search")
def search_content(desk: Desk) -> Response:
    """`search`: the contents themselves."""
    shapes = Shapes.of(desk)
    return by_offset(desk, "/rest/api/content/search", _rows(desk), lambda row: _indexed(shapes, row))


@routes.on("GET", "/search")
def search(desk: Desk) -> Response:
    """`search`: rows with the content inside. What is expanded of it stands behind `content.`."""
    expand = frozenset(part.removeprefix("content.") for part in desk.many("expand"))
    shapes = Shapes(desk.store, desk.base, desk.context, expand)
    rows = _rows(desk)

    def shown(row: Row) -> Json:
        content = _indexed(shapes, row)
        return search_row(content, row.title, row.text, when(row.lastmodified))

    found = by_offset(desk, "/rest/api/search", rows, shown)
    data: dict[str, Any] = found.get_json()
    told = {
        "totalSize": len(rows),
        "cqlQuery": desk.query("cql"),
        "searchDuration": 3,
        "archivedResultCount": 0,
    }
    return answer({**data, **told})


def _rows(desk: Desk) -> list[Row]:
    """Return the hits that the user may see: rights are checked now, whatever the index holds."""
    cql = desk.query("cql") or ""
    if not cql.strip():
        raise Broken("java.lang.NullPointerException")
    if desk.user is None:
        return []
    return [row for row in desk.store.index.search(cql, desk.user) if _visible(desk, row)]


def _visible(desk: Desk, row: Row) -> bool:
    state = desk.store.state
    page = state.contents.get(row.container or row.id)
    known = state.contents.get(row.id) or state.attachments.get(row.id) or state.comments.get(row.id)
    return page is not None and known is not None and desk.store.access.sees(desk.user, page)


def _indexed(shapes: Shapes, row: Row) -> Json:
    """Return the content behind a hit; version number and title are the index's, so they may be old."""
    state = shapes.store.state
    if (file := state.attachments.get(row.id)) is not None:
        return shapes.attachment(file)
    if (comment := state.comments.get(row.id)) is not None:
        return shapes.comment(comment)
    shown = shapes.content(state.content(row.id))
    shown["title"] = row.title
    if "version" in shown:
        shown["version"]["number"] = row.version
    if "labels" in shown.get("metadata", {}):
        held = [x for x in shapes.store.labels.of(row.id) if x.name in row.labels]
        shown["metadata"]["labels"] = shapes.labels(held, row.id)
    return shown
