"""v1 on Cloud, what is left of it: who am I, label writes, search, move, archive. The rest answers 410.

Shapes and parameters: Cloud v1 OpenAPI; what was removed: FACTS.md 17.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from confsync.sandbox.cloud import payload_v1 as shape
from confsync.sandbox.refusals import Absent, Broken, Denied, Invalid
from confsync.sandbox.routes import Routes
from confsync.sandbox.store.cql import Row
from confsync.sandbox.store.records import Kind, LongTask
from confsync.sandbox.wire import (
    V1,
    Desk,
    answer,
    decode_cursor,
    encode_cursor,
    iso,
    nothing,
    number_text,
    refused_v1,
    v1_error,
)

routes = Routes(V1, refused_v1)
PREFIXES = ("global", "my", "team", "system")


@routes.on("GET", "/user/current")
def current_user(desk: Desk) -> Response:
    """`getCurrentUser`: 200 for an anonymous visitor, too."""
    return answer(shape.user(desk.user))


@routes.on("GET", "/user")
def get_user(desk: Desk) -> Response:
    """`getUser`, by account id."""
    found = desk.store.state.users.get(desk.query("accountId") or "")
    if found is None or desk.user is None:
        return v1_error(404, f"No user found with key : {desk.query('accountId') or 'null'}")
    return answer(shape.user(found))


@routes.on("GET", "/settings/systemInfo")
def system_info(desk: Desk) -> Response:
    """`getSystemInfo`."""
    if desk.user is None:
        raise Denied("Not permitted")
    info = {
        "cloudId": CLOUD_ID,
        "commitHash": "0" * 40,
        "baseUrl": desk.base,
        "edition": "standard",
        "siteTitle": "Sandbox",
        "defaultLocale": "en_GB",
        "defaultTimeZone": "Etc/UTC",
    }
    return answer(info)


CLOUD_ID = "11111111-2222-4333-8444-555555555555"


# ---- labels -----------------------------------------------------------------------------------------------------


@routes.on("POST", "/content/<ident>/label")
def add_labels(desk: Desk, ident: str) -> Response:
    """`addLabelsToContent`: an array or one object; answers with all labels of the content."""
    data = desk.json()
    rows = data if isinstance(data, list) else [data]
    content, _user = desk.writable(ident)
    desk.store.labels.add(content, [_label(row) for row in rows])
    return answer(shape.labels(desk.store.labels.of(content.id)))


def _label(row: Any) -> tuple[str, str]:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str):
        raise Invalid("A label must have a name")
    prefix = row.get("prefix") or "global"
    if prefix not in PREFIXES:
        raise Invalid(f"Unknown label prefix: {prefix}")
    return prefix, row["name"]


@routes.on("DELETE", "/content/<ident>/label")
def remove_label(desk: Desk, ident: str) -> Response:
    """`removeLabelFromContentUsingQueryParameter`."""
    return _remove_label(desk, ident, desk.query("name") or "")


@routes.on("DELETE", "/content/<ident>/label/<name>")
def remove_label_by_path(desk: Desk, ident: str, name: str) -> Response:
    """`removeLabelFromContent`; a name with a slash does not get here."""
    return _remove_label(desk, ident, name)


def _remove_label(desk: Desk, ident: str, name: str) -> Response:
    content, _user = desk.writable(ident)
    if content.status == "archived":
        raise Denied("Labels of archived content cannot be removed")
    desk.store.labels.remove(content, name)
    return nothing()


@routes.on("GET", "/space/<key>/label")
def space_labels(desk: Desk, key: str) -> Response:
    """`getLabelsForSpace`: the labels of what this person sees in a space, at most 200 at once."""
    space = desk.store.tree.find_space(key)
    if space is None:
        raise Absent("space", key)
    desk.store.access.must_see_spaces(desk.user, space.id)
    prefix = desk.query("prefix", "global my team")
    seen = (x for x in desk.store.state.labels.values() if prefix in (None, x.prefix))
    found = {x.id: x for x in seen if _bears_visibly(desk, x.content_id, space.id)}
    rows = sorted(found.values(), key=lambda x: (x.name, x.prefix))
    start, limit = desk.number("start", 0, 0, 2**31 - 1), min(desk.number("limit", 200, 1, 2**31 - 1), 200)
    return answer({**shape.labels(rows[start : start + limit], limit), "start": start})


def _bears_visibly(desk: Desk, content_id: str, space_id: str) -> bool:
    content = desk.store.state.contents.get(content_id)
    here = content is not None and (content.space_id, content.status) == (space_id, "current")
    return here and content is not None and desk.store.access.sees(desk.user, content)


# ---- search -----------------------------------------------------------------------------------------------------


@routes.on("GET", "/search")
def search(desk: Desk) -> Response:
    """`searchByCQL`: rows with the content inside."""
    return _search(desk, "search")


@routes.on("GET", "/content/search")
def search_content(desk: Desk) -> Response:
    """`searchContentByCQL`: the contents themselves."""
    return _search(desk, "content/search")


def _search(desk: Desk, path: str) -> Response:
    """Answer with a page of hits. `start` is ignored; the way on is `_links.next`, without `/wiki` (FACTS.md 2)."""
    cql = desk.query("cql")
    if not (cql or "").strip():
        raise Broken("java.lang.NullPointerException")
    if desk.user is None:
        return answer(_hits(desk, path, [], 0, 25))
    expand = {part.removeprefix("content.") for part in desk.many("expand")}
    limit = _lowered(desk.number("limit", 25, 0, 2**31 - 1), expand)
    rows = [row for row in desk.store.index.search(cql or "", desk.user) if _visible(desk, row)]
    start = decode_cursor(desk.query("cursor")) or 0
    if not isinstance(start, int):
        raise Invalid("Provided cursor is invalid")
    shown = [_hit(desk, path, row, expand) for row in rows[start : start + limit]]
    data = _hits(desk, path, [hit for hit in shown if hit is not None], len(rows), limit)
    if start + limit < len(rows):
        data["_links"]["next"] = _next(desk, path, start + limit)
    return answer(data)


def _lowered(limit: int, expand: set[str]) -> int:
    """Return the limit that the server grants: 50 with bodies, 200 with expansions, else 1000 (FACTS.md 2)."""
    most = 50 if any(part.startswith("body") for part in expand) else 200 if expand else 1000
    return max(1, min(limit, most))


def _hits(desk: Desk, path: str, shown: list[Any], total: int, limit: int) -> dict[str, Any]:
    links = {"base": desk.base, "context": "/wiki", "self": f"{desk.base}/rest/api/{path}"}
    data: dict[str, Any] = {
        "results": shown,
        "start": 0,
        "limit": limit,
        "size": len(shown),
        "_links": links,
    }
    if path == "search":
        data |= {
            "totalSize": total,
            "cqlQuery": desk.query("cql"),
            "searchDuration": 3,
            "archivedResultCount": 0,
        }
    return data


def _next(desk: Desk, path: str, start: int) -> str:
    """Return the link to the next page; `excerpt` is not carried over (FACTS.md 2)."""
    kept = [(k, v) for k, v in desk.request.args.items(multi=True) if k not in ("cursor", "excerpt", "start")]
    return f"/rest/api/{path}?next=true&{urlencode([('cursor', encode_cursor(start)), *kept])}"


def _visible(desk: Desk, row: Row) -> bool:
    """Say whether a hit may be shown: rights are checked now, whatever the index holds."""
    page = desk.store.state.contents.get(row.container or row.id)
    return page is not None and desk.store.access.sees(desk.user, page)


def _hit(desk: Desk, path: str, row: Row, expand: set[str]) -> dict[str, Any] | None:
    shown = _indexed(desk, row, expand)
    if shown is None or path == "content/search":
        return shown
    return shape.search_row(shown, row.title, row.text, iso(row.lastmodified))


def _indexed(desk: Desk, row: Row, expand: set[str]) -> dict[str, Any] | None:
    """Return the content behind a hit; version number and title are the index's, so they may be old."""
    state = desk.store.state
    if (file := state.attachments.get(row.id)) is not None:
        return shape.attachment(desk.store, file, expand)
    if (comment := state.comments.get(row.id)) is not None:
        page = state.content(comment.page_id)
        shown: dict[str, Any] = {
            "id": comment.id,
            "type": "comment",
            "status": "current",
            "title": row.title,
            "extensions": {"location": "inline" if comment.marker else "footer"},
            "_links": {"webui": f"/pages/viewpage.action?pageId={page.id}&focusedCommentId={comment.id}"},
        }
        if "container" in expand:
            shown["container"] = shape.content(desk.store, page, set())
        return shown
    content = state.contents.get(row.id)
    if content is None:
        return None
    shown = shape.content(desk.store, content, expand)
    shown["title"] = row.title
    if "version" in shown:
        shown["version"]["number"] = row.version
    if "metadata" in shown:
        held = [x for x in desk.store.labels.of(content.id) if x.name in row.labels]
        shown["metadata"]["labels"] = shape.labels(held)
    return shown


# ---- tree and jobs ----------------------------------------------------------------------------------------------


@routes.on("PUT", "/content/<ident>/move/<place>/<target>")
def move(desk: Desk, ident: str, place: str, target: str) -> Response:
    """`movePage`: `before`, `after` or `append`; the version stays as it is."""
    content, _user = desk.writable(ident)
    other, _user = desk.writable(target)
    match place:
        case "before" | "after" | "append":
            desk.store.tree.move(content, place, other)
        case _:
            raise Invalid(f"Unknown position: {place}")
    return answer({"pageId": content.id})


@routes.on("DELETE", "/content/<ident>/version/<number>")
def delete_version(desk: Desk, ident: str, number: str) -> Response:
    """`deleteContentVersion`: an old version, never the current one."""
    page, _user = desk.writable(ident, Kind.PAGE)
    desk.store.pages.delete_version(page.id, int(number_text(number)))
    return nothing()


@routes.on("POST", "/content/archive")
def archive(desk: Desk) -> Response:
    """`archivePages`: one at a time below the premium edition (FACTS.md 6)."""
    pages = desk.object().get("pages")
    if not isinstance(pages, list) or not pages:
        raise Invalid("No pages given")
    if len(pages) > 1:
        raise Invalid("Cannot use bulk archive feature for non premium edition")
    ident = pages[0].get("id") if isinstance(pages[0], dict) else None
    page, _user = desk.writable(number_text(str(ident)), Kind.PAGE)
    return _accepted(desk.store.pages.archive(page.id))


def _accepted(job: LongTask) -> Response:
    return answer({"id": job.id, "links": {"status": f"/rest/api/longtask/{job.id}"}}, 202)


@routes.on("GET", "/longtask/<ident>")
def long_task(desk: Desk, ident: str) -> Response:
    """`getTask`."""
    job = desk.store.state.long_tasks.get(ident)
    if job is None or desk.user is None:
        raise Absent("longtask", ident)
    data = {
        "id": job.id,
        "name": {"key": job.name, "args": []},
        "elapsedTime": 5,
        "percentageComplete": 100,
        "successful": True,
        "finished": True,
        "messages": [],
        "status": "ok",
        "errors": [],
        "additionalDetails": {},
        "_links": {"base": desk.base, "context": "/wiki", "self": f"{desk.base}/rest/api/longtask/{job.id}"},
    }
    return answer(data)


# ---- what was removed -------------------------------------------------------------------------------------------

_REMOVED = (
    "GET /content",
    "POST /content",
    "GET /content/<ident>",
    "PUT /content/<ident>",
    "DELETE /content/<ident>",
    "GET /content/<ident>/child",
    "GET /content/<ident>/child/<kind>",
    "GET /content/<ident>/child/attachment",
    "GET /content/<ident>/history",
    "GET /content/<ident>/label",
    "GET /content/<ident>/property",
    "POST /content/<ident>/property",
    "GET /content/<ident>/property/<key>",
    "PUT /content/<ident>/property/<key>",
    "DELETE /content/<ident>/property/<key>",
    "GET /space",
    "GET /space/<key>",
    "GET /space/<key>/content",
    "GET /space/<key>/content/<kind>",
    "POST /contentbody/convert/<to>",
    "GET /inlinetasks/search",
)


def _gone(_desk: Desk, **_path: str) -> Response:
    """Answer as a removed route does."""
    return v1_error(410, "This deprecated endpoint has been removed", reason="Gone")


for _line in _REMOVED:
    _method, _, _path = _line.partition(" ")
    routes.on(_method, _path)(_gone)
