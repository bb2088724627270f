"""v2: spaces, pages, their versions and their place in the tree. Shapes and parameters: Cloud v2 OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.wrappers import Response

from confsync.model import title_key
from confsync.sandbox.cloud import payload_v2 as shape
from confsync.sandbox.refusals import Absent, Invalid, Unsupported
from confsync.sandbox.routes import Routes
from confsync.sandbox.store.pages import Edit
from confsync.sandbox.store.records import Content, Kind, Status, Version
from confsync.sandbox.wire import V2, Desk, answer, iso, nothing, number_text, refused_v2

routes = Routes(V2, refused_v2)
PAGE_SORTS = "id -id created-date -created-date modified-date -modified-date title -title"
VERSION_SORTS = "modified-date -modified-date"
LIST_STATUS = "current archived deleted trashed"
INCLUDED_MAX = 50


@routes.on("GET", "/spaces")
def list_spaces(desk: Desk) -> Response:
    """`getSpaces`. An unknown key is no error: the list is empty."""
    keys = {key.casefold() for key in desk.many("keys")}
    ids = set(desk.many("ids"))
    desk.query("status", "current archived trashed")
    kind = desk.query("type")
    found = [
        space
        for space in desk.store.state.spaces.values()
        if (not keys or space.key.casefold() in keys) and (not ids or space.id in ids)
    ]
    if not desk.store.access.sees_spaces(desk.user) or desk.query("status") in ("archived", "trashed"):
        found = []
    found = sorted((s for s in found if kind in (None, s.type)), key=lambda s: int(s.id))
    return desk.listing(found, shape.space, lambda s: int(s.id))


@routes.on("GET", "/spaces/<ident>")
def get_space(desk: Desk, ident: str) -> Response:
    """`getSpaceById`."""
    desk.store.access.must_see_spaces(desk.user, ident)
    space = desk.store.state.space(number_text(ident))
    row = {**shape.space(space), "_links": {"webui": f"/spaces/{space.key}", "base": desk.base}}
    del row["currentActiveAlias"]
    return answer(row)


@routes.on("GET", "/spaces/<ident>/operations")
def space_operations(desk: Desk, ident: str) -> Response:
    """`getSpaceOperations`: what this person may do in the space."""
    desk.store.access.must_see_spaces(desk.user, ident)
    return answer({"operations": desk.store.access.operations(desk.user)})


@routes.on("GET", "/spaces/<ident>/pages")
def list_space_pages(desk: Desk, ident: str) -> Response:
    """`getPagesInSpace`: pages alone, folders are not shown."""
    desk.store.access.must_see_spaces(desk.user, ident)
    space = desk.store.state.space(number_text(ident))
    found = desk.store.state.in_space.of(space.id)
    if desk.query("depth", "all root") == "root":
        found = iter([c for c in found if c.parent_id is None])
    return _pages(desk, found)


@routes.on("GET", "/pages")
def list_pages(desk: Desk) -> Response:
    """`getPages`. Without a status, archived pages are shown, too."""
    ids = {number_text(i) for i in desk.many("id")}
    spaces = {number_text(i) for i in desk.many("space-id")}
    desk.query("subtype", "live page")
    state = desk.store.state
    found: Iterable[Content] = (
        (c for key in spaces for c in state.in_space.of(key)) if spaces else list(state.contents.values())
    )
    return _pages(desk, (c for c in found if not ids or c.id in ids))


def _pages(desk: Desk, found: Iterable[Content]) -> Response:
    """Answer with a listing of pages, by the parameters that all of them share."""
    wanted = {Status(s) for s in desk.many("status", LIST_STATUS) if s != "deleted"}
    if not desk.request.args.getlist("status"):
        wanted = {Status.CURRENT, Status.ARCHIVED}
    title = desk.query("title")
    pages = [
        c
        for c in found
        if c.kind is Kind.PAGE
        and c.status in wanted
        and (title is None or title_key(c.title) == title_key(title))
        and desk.store.access.sees(desk.user, c)
    ]
    key, descending = _page_order(desk)
    pages.sort(key=key, reverse=descending)
    return desk.listing(
        pages,
        lambda c: shape.page(desk.store, c, _body(desk, lambda: desk.store.state.body(c))),
        key,
        descending=descending,
    )


def _page_order(desk: Desk) -> tuple[Callable[[Content], Any], bool]:
    """Return the key that a listing is ordered by, and whether it is turned round."""
    sort = desk.query("sort", PAGE_SORTS) or "id"
    state = desk.store.state
    keys: dict[str, Callable[[Content], Any]] = {
        "id": lambda c: (int(c.id),),
        "created-date": lambda c: (iso(c.created_at), int(c.id)),
        "modified-date": lambda c: (iso(state.version(c.id, c.version).at), int(c.id)),
        "title": lambda c: (c.title.casefold(), int(c.id)),
    }
    return keys[sort.removeprefix("-")], sort.startswith("-")


def _body(desk: Desk, text: Callable[[], str], *, single: bool = False) -> dict[str, Any]:
    """Return the body as asked for: none without `body-format`, an empty object for two of them."""
    formats = desk.request.args.getlist("body-format")
    if len(formats) != 1:
        return {}
    if formats[0] == "storage":
        return shape.storage_body(text())
    rendered = "view export_view anonymous_export_view styled_view editor" if single else ""
    desk.query("body-format", f"storage atlas_doc_format {rendered}")
    raise Unsupported(f"This Confluence keeps no bodies in the format {formats[0]}")


@routes.on("POST", "/pages")
def create_page(desk: Desk) -> Response:
    """`createPage`."""
    data = desk.object()
    space_id = number_text(_text(data, "spaceId"))
    desk.store.access.must_see_spaces(desk.user, space_id)
    parent_id = data.get("parentId")
    if parent_id is not None:
        parent_id = desk.content(str(parent_id)).id
    user = desk.store.access.must_write(desk.user)
    root = desk.flag("root-level")
    if root and parent_id is not None:
        raise Invalid("parentId cannot be given together with root-level")
    draft = _status(data) == "draft"
    page = desk.store.pages.create(
        user,
        space_id,
        _text(data, "title", required=not draft),
        _sent_body(data, required=False) or "",
        parent_id=parent_id,
        root_level=root,
        status=Status.DRAFT if draft else Status.CURRENT,
    )
    return _single(desk, page, shape.storage_body(desk.store.state.body(page)))


@routes.on("GET", "/pages/<ident>")
def get_page(desk: Desk, ident: str) -> Response:
    """`getPageById`. A trashed page is answered with 200 and its status (FACTS.md 6)."""
    page = desk.page(ident)
    number = desk.number("version", 0, 1, 2**31 - 1) or None
    wanted = set(desk.many("status", "current archived trashed deleted historical draft"))
    draft = page.status is Status.DRAFT
    if draft and not desk.flag("get-draft") and "draft" not in wanted:
        raise Absent("page", ident)
    if wanted and page.status.value not in wanted and not (number and "historical" in wanted):
        raise Absent("page", ident)
    shown = desk.store.state.version(page.id, number or page.version)
    return _single(desk, page, _body(desk, lambda: shown.body, single=True), number)


@routes.on("PUT", "/pages/<ident>")
def update_page(desk: Desk, ident: str) -> Response:
    """`updatePage`. On a trashed page it restores and changes nothing else."""
    data = desk.object()
    page, user = desk.writable(ident, Kind.PAGE)
    for name in ("id", "status", "title", "body", "version"):
        if data.get(name) is None:
            raise Invalid(f"Required field '{name}' is missing")
    if str(data["id"]) != page.id:
        raise Invalid("The id in the body does not match the one in the path")
    if str(data.get("spaceId") or page.space_id) != page.space_id:
        raise Invalid("A page cannot be moved to another space")
    if _status(data) == "draft" and page.status is not Status.DRAFT:
        raise Unsupported("Drafts of published pages are not kept here")
    parent_id = data.get("parentId")
    if parent_id is not None and page.status is not Status.TRASHED:
        parent_id = desk.content(str(parent_id)).id
    number, message = _version(data)
    edit = Edit(
        number=number,
        title=_text(data, "title"),
        body=_sent_body(data, required=True),
        parent_id=parent_id,
        message=message,
    )
    page = desk.store.pages.update(user, page.id, edit)
    return _single(desk, page, shape.storage_body(desk.store.state.body(page)))


@routes.on("PUT", "/pages/<ident>/title")
def update_title(desk: Desk, ident: str) -> Response:
    """`updatePageTitle`: a new version with the same body."""
    data = desk.object()
    page, user = desk.writable(ident, Kind.PAGE)
    _status(data)
    edit = Edit(number=page.version + 1, title=_text(data, "title"))
    return _single(desk, desk.store.pages.update(user, page.id, edit), {})


@routes.on("DELETE", "/pages/<ident>")
def delete_page(desk: Desk, ident: str) -> Response:
    """`deletePage`: to the trash; `purge=true` from the trash for good; `draft=true` discards a draft."""
    page, _user = desk.writable(ident, Kind.PAGE)
    if desk.flag("draft"):
        desk.store.pages.discard_draft(page.id)
    elif desk.flag("purge"):
        desk.store.access.must_administer(desk.user)
        desk.store.pages.purge(page.id)
    else:
        desk.store.pages.trash(page.id)
    return nothing()


def _single(desk: Desk, page: Content, body: dict[str, Any], number: int | None = None) -> Response:
    """Answer with one page and what was asked to be included."""
    row = shape.page(desk.store, page, body, number)
    row["_links"]["base"] = desk.base
    included: dict[str, Callable[[], list[Any]]] = {
        "labels": lambda: [shape.label(x) for x in desk.store.labels.of(page.id)],
        "properties": lambda: [shape.prop(x) for x in desk.store.properties.of(page.id)],
        "versions": lambda: [shape.version(v) for v in desk.store.state.versions_of(page)[::-1]],
        "direct-children": lambda: [shape.child(c) for c in desk.store.tree.children(page)],
        "operations": lambda: [{"operation": "read", "targetType": "page"}],
        "likes": list,
    }
    for name, rows in included.items():
        if desk.flag(f"include-{name}"):
            row[_camel(name)] = _included(f"{V2}/pages/{page.id}/{name}", rows())
    if desk.flag("include-favorited-by-current-user-status"):
        row["isFavoritedByCurrentUser"] = False
    return answer(row)


def _camel(name: str) -> str:
    head, *rest = name.split("-")
    return head + "".join(part.title() for part in rest)


def _included(link: str, rows: list[Any]) -> dict[str, Any]:
    """Return an included list, capped at 50 with a word on whether there is more (FACTS.md 1)."""
    meta: dict[str, Any] = {"hasMore": len(rows) > INCLUDED_MAX}
    return {"results": rows[:INCLUDED_MAX], "meta": meta, "_links": {"self": link}}


@routes.on("GET", "/pages/<ident>/versions")
def list_versions(desk: Desk, ident: str) -> Response:
    """`getPageVersions`, the newest first unless asked otherwise."""
    page = desk.page(ident)
    descending = (desk.query("sort", VERSION_SORTS) or "-modified-date").startswith("-")
    versions = sorted(desk.store.state.versions_of(page), key=lambda v: v.number, reverse=descending)

    def row(record: Version) -> dict[str, Any]:
        body = _body(desk, lambda: record.body)
        return {**shape.version(record), "page": {"id": page.id, "title": record.title, "body": body}}

    return desk.listing(versions, row, lambda v: v.number, descending=descending)


@routes.on("GET", "/pages/<ident>/versions/<number>")
def get_version(desk: Desk, ident: str, number: str) -> Response:
    """`getPageVersionDetails`."""
    page = desk.page(ident)
    record = desk.store.state.version(page.id, int(number_text(number)))
    row = {**shape.version(record), "contentTypeModified": False, "collaborators": [record.author_id]}
    if record.number > 1:
        row["prevVersion"] = record.number - 1
    if record.number < page.version:
        row["nextVersion"] = record.number + 1
    return answer(row)


def _text(data: dict[str, Any], name: str, *, required: bool = True) -> str:
    """Return a text from a request; numbers are taken for ids, as the real one does."""
    value = data.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or (required and not value.strip()):
        if value is None and not required:
            return ""
        raise Invalid(f"Required field '{name}' is missing or of the wrong type")
    return value


def _status(data: dict[str, Any]) -> str:
    status = data.get("status", "current")
    if status not in ("current", "draft"):
        raise Invalid(f"Provided value {{{status}}} for 'status' is not one of [current draft]")
    return str(status)


def _version(data: dict[str, Any]) -> tuple[int, str]:
    """Return number and message. `minorEdit` is not in the schema and not heeded (FACTS.md 4)."""
    version = data["version"]
    if not isinstance(version, dict) or not isinstance(version.get("number"), int):
        raise Invalid("Required field 'version.number' is missing or of the wrong type")
    return version["number"], str(version.get("message") or "")


def _sent_body(data: dict[str, Any], *, required: bool) -> str | None:
    """Return the storage text of a write's body, in either of its two shapes."""
    body = data.get("body")
    if body is None and not required:
        return None
    if isinstance(body, dict) and "representation" not in body and len(body) == 1:
        representation, body = next(iter(body.items()))
        body = {"representation": representation, **(body if isinstance(body, dict) else {})}
    if not isinstance(body, dict) or not isinstance(body.get("value"), str):
        raise Invalid("Required field 'body.value' is missing or of the wrong type")
    if body.get("representation") != "storage":
        raise Unsupported(f"This Confluence takes no bodies in the format {body.get('representation')}")
    return str(body["value"])
