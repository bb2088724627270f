"""Data Center: single contents: pages, files and comments, as they are and as they were."""

from __future__ import annotations

from werkzeug.wrappers import Response

from confsync.sandbox.cloud.v2_details import seen_file
from confsync.sandbox.datacenter.listing import STATUS, any_page
from confsync.sandbox.datacenter.shapes import Shapes
from confsync.sandbox.refusals import Absent, Invalid
from confsync.sandbox.routes import Routes
from confsync.sandbox.store.records import Content, Status
from confsync.sandbox.wire import V1, Desk, answer, refused_v1

routes = Routes(V1, refused_v1)
DEFAULT = ("history", "space", "version")
"""What is expanded of a single content when nothing is named (Server REST reference)."""


@routes.on("GET", "/content/<ident>")
def get_content(desk: Desk, ident: str) -> Response:
    """`getContentById`: current only, unless `status` says otherwise; an old version as `historical`."""
    shapes = Shapes.of(desk, *(() if "expand" in desk.request.args else DEFAULT))
    states = set(desk.many("status", STATUS)) or {"current"}
    if ident.startswith("att"):
        file = seen_file(desk, ident)
        if "any" not in states and file.status.value not in states:
            raise Absent("attachment", ident)
        return shapes.single(shapes.attachment(file))
    comment = desk.store.state.comments.get(ident)
    if comment is not None:
        any_page(desk, comment.page_id)
        return shapes.single(shapes.comment(comment))
    page = any_page(desk, ident)
    if "historical" in states and "version" in desk.request.args:
        return _old(desk, shapes, page)
    if "any" not in states and page.status.value not in states:
        raise Absent("content", ident)
    allowed = {"operations": desk.store.access.operations(desk.user)} if shapes.wants("operations") else {}
    return shapes.single(shapes.content(page) | allowed)


def _old(desk: Desk, shapes: Shapes, page: Content) -> Response:
    """Answer with an old version. The current one is not historical: it is not found here (FACTS.md 18)."""
    number = desk.number("version", 0, 0, 2**31 - 1)
    if number == page.version and page.status is Status.CURRENT:
        raise Absent("content", page.id)
    shown = desk.store.state.version(page.id, number)
    return shapes.single(shapes.content(page, shown))


@routes.on("GET", "/content/<ident>/history")
def history(desk: Desk, ident: str) -> Response:
    """`getHistory`: who made it, what came last and before that, unless something else is named."""
    always = () if "expand" in desk.request.args else ("lastUpdated", "previousVersion")
    return answer(Shapes.of(desk, *always).history(any_page(desk, ident)))


@routes.on("DELETE", "/content/<ident>/version/<number>")
def delete_version(desk: Desk, ident: str, number: str) -> Response:
    """`deleteContentHistory`: an old version, never the current one."""
    page = any_page(desk, ident)
    desk.store.access.must_write(desk.user, page)
    if not number.isdecimal():
        raise Invalid(f"Not a version: {number}")
    desk.store.pages.delete_version(page.id, int(number))
    return Response(status=204)
