"""v2: folders, children, descendants, ancestors, and what an id is. Shapes and parameters: Cloud v2 OpenAPI."""

from __future__ import annotations

from werkzeug.wrappers import Response

from confsync.sandbox.cloud import payload_v2 as shape
from confsync.sandbox.refusals import Absent, Broken, Invalid
from confsync.sandbox.routes import Routes
from confsync.sandbox.store.records import Content, Kind, Status
from confsync.sandbox.store.state import tree_order
from confsync.sandbox.wire import V2, Desk, answer, nothing, number_text, refused_v2

routes = Routes(V2, refused_v2)
CHILD_SORTS = "child-position -child-position id -id title -title"


@routes.on("POST", "/folders")
def create_folder(desk: Desk) -> Response:
    """`createFolder`."""
    data = desk.object()
    space_id = number_text(str(data.get("spaceId", "")))
    desk.store.access.must_see_spaces(desk.user, space_id)
    parent_id = data.get("parentId")
    if parent_id is not None:
        parent_id = desk.content(str(parent_id)).id
    user = desk.store.access.must_write(desk.user)
    title = data.get("title")
    if not isinstance(title, str):
        raise Invalid("Required field 'title' is missing or of the wrong type")
    return _folder(desk, desk.store.pages.create_folder(user, space_id, title, parent_id))


@routes.on("GET", "/folders")
def list_folders(_desk: Desk) -> Response:
    """Fail: no such route is published, and the service was seen to break on it."""
    raise Broken("Internal Server Error")


@routes.on("GET", "/folders/<ident>")
def get_folder(desk: Desk, ident: str) -> Response:
    """`getFolderById`."""
    return _folder(desk, desk.content(ident, Kind.FOLDER))


@routes.on("DELETE", "/folders/<ident>")
def delete_folder(desk: Desk, ident: str) -> Response:
    """`deleteFolder`: to the trash."""
    folder, _user = desk.writable(ident, Kind.FOLDER)
    desk.store.pages.trash(folder.id)
    return nothing()


def _folder(desk: Desk, folder: Content) -> Response:
    row = shape.folder(desk.store, folder)
    row["_links"]["base"] = desk.base
    return answer(row)


@routes.on("GET", "/pages/<ident>/direct-children")
def page_children(desk: Desk, ident: str) -> Response:
    """`getPageDirectChildren`: pages and folders."""
    return _direct_children(desk, desk.page(ident))


@routes.on("GET", "/folders/<ident>/direct-children")
def folder_children(desk: Desk, ident: str) -> Response:
    """`getFolderDirectChildren`."""
    return _direct_children(desk, desk.content(ident, Kind.FOLDER))


def _direct_children(desk: Desk, parent: Content) -> Response:
    sort = desk.query("sort", CHILD_SORTS) or "child-position"
    keys = {
        "child-position": lambda c: [int(part) for part in tree_order(c)],
        "id": lambda c: [int(c.id)],
        "title": lambda c: [c.title.casefold(), int(c.id)],
    }
    key, descending = keys[sort.removeprefix("-")], sort.startswith("-")
    rows = sorted(_seen(desk, desk.store.tree.children(parent)), key=key, reverse=descending)
    return desk.listing(rows, shape.child, key, descending=descending)


@routes.on("GET", "/pages/<ident>/children")
def old_children(desk: Desk, ident: str) -> Response:
    """`getChildPages`, deprecated: pages alone; what is below a folder is hidden."""
    rows = [c for c in _seen(desk, desk.store.tree.children(desk.page(ident))) if c.kind is Kind.PAGE]
    return desk.listing(rows, shape.old_child, lambda c: [int(part) for part in tree_order(c)])


@routes.on("GET", "/pages/<ident>/descendants")
def page_descendants(desk: Desk, ident: str) -> Response:
    """`getPageDescendants`: two levels unless asked for more, ten at most; deeper ones are cut off silently."""
    return _descendants(desk, desk.page(ident))


@routes.on("GET", "/folders/<ident>/descendants")
def folder_descendants(desk: Desk, ident: str) -> Response:
    """`getFolderDescendants`."""
    return _descendants(desk, desk.content(ident, Kind.FOLDER))


def _descendants(desk: Desk, top: Content) -> Response:
    depth = desk.number("depth", 2, 1, 10)
    below = [
        (node, level)
        for node, level in desk.store.tree.descendants(top, depth)
        if desk.store.access.sees(desk.user, node)
    ]
    rows = list(enumerate(below))
    return desk.listing(rows, lambda row: shape.descendant(*row[1]), lambda row: row[0])


@routes.on("GET", "/pages/<ident>/ancestors")
def page_ancestors(desk: Desk, ident: str) -> Response:
    """`getPageAncestors`: from the top down, id and type alone."""
    return _ancestors(desk, desk.page(ident))


@routes.on("GET", "/folders/<ident>/ancestors")
def folder_ancestors(desk: Desk, ident: str) -> Response:
    """`getFolderAncestors`."""
    data = _ancestors(desk, desk.content(ident, Kind.FOLDER)).get_json()
    return answer({"results": data["results"]})


def _ancestors(desk: Desk, content: Content) -> Response:
    rows = list(enumerate(desk.store.tree.ancestors(content)))
    return desk.listing(rows, lambda r: {"id": r[1].id, "type": r[1].kind.value}, lambda r: r[0])


@routes.on("POST", "/content/convert-ids-to-types")
def convert_ids(desk: Desk) -> Response:
    """`convertContentIdsToContentTypes`: at most 100; unknown ids are null."""
    idents = desk.object().get("contentIds")
    if not isinstance(idents, list) or not 1 <= len(idents) <= 100:
        raise Invalid("contentIds must hold 1 to 100 ids")
    return answer({"results": {str(ident): _type(desk, str(ident)) for ident in idents}})


def _type(desk: Desk, ident: str) -> str | None:
    state = desk.store.state
    if ident.startswith("att") and state.attachments.get(ident) is not None:
        return "attachment"
    try:
        content = desk.content(ident)
    except (Absent, Invalid):
        return "inline-comment" if _is_inline(desk, ident) else None
    return content.kind.value if content.status is not Status.TRASHED else None


def _is_inline(desk: Desk, ident: str) -> bool:
    comment = desk.store.state.comments.get(ident)
    return comment is not None and comment.marker is not None


def _seen(desk: Desk, contents: list[Content]) -> list[Content]:
    return [c for c in contents if desk.store.access.sees(desk.user, c)]
