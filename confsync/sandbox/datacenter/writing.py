"""Data Center: contents made, written and deleted. Bodies of requests and texts of refusals: FACTS.md 18."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response

from confsync.sandbox.cloud.v2_details import seen_file
from confsync.sandbox.datacenter.details import put_labels, put_properties
from confsync.sandbox.datacenter.listing import any_page
from confsync.sandbox.datacenter.shapes import Shapes
from confsync.sandbox.datacenter.spaces import seen_space
from confsync.sandbox.refusals import Absent, Denied, Invalid, Unsupported
from confsync.sandbox.routes import Routes
from confsync.sandbox.store.pages import Edit
from confsync.sandbox.store.records import Content, Status, User
from confsync.sandbox.wire import V1, Desk, answer, nothing, refused_v1

routes = Routes(V1, refused_v1)
SHOWN = ("body.storage", "history", "space", "container", "version", "ancestors")
"""What a write answers with (Server REST reference, `createContent`)."""
_CLASS = "class com.atlassian.confluence.pages.Page"


@dataclass(frozen=True, slots=True)
class Sent:
    """The JSON of a write, read with care: what is of another shape than it should be is Invalid."""

    data: dict[str, Any]

    def object(self, name: str) -> dict[str, Any]:
        """Return an object inside, empty when there is none."""
        found = self.data.get(name) or {}
        if not isinstance(found, dict):
            raise Invalid(f"Cannot construct '{name}': an object was expected")
        return found

    @property
    def title(self) -> str | None:
        """The title, when there is one."""
        found = self.data.get("title")
        if found is not None and not isinstance(found, str):
            raise Invalid("Cannot construct 'title': a text was expected")
        return found

    @property
    def body(self) -> str | None:
        """The body in storage format, None when none was sent. Wiki markup is not done here."""
        bodies = self.object("body")
        if not bodies:
            return None
        storage = bodies.get("storage")
        if not isinstance(storage, dict) or not isinstance(storage.get("value"), str):
            raise Unsupported("Only bodies in storage format are taken here")
        if storage.get("representation", "storage") != "storage":
            raise Invalid("The representation of 'storage' must be storage")
        return str(storage["value"])

    @property
    def parent(self) -> str | None:
        """The last of the ancestors; empty when they are sent and there are none, None when they are not sent."""
        found = self.data.get("ancestors")
        match found:
            case None:
                return None
            case []:
                return ""
            case [*_, {"id": str() | int() as ident}]:
                return str(ident)
            case _:
                raise Invalid("Cannot construct 'ancestors': a list of contents was expected")

    @property
    def message(self) -> str:
        """The version message."""
        return str(self.object("version").get("message") or "")

    @property
    def number(self) -> int:
        """The version's number; Invalid without one."""
        found = self.object("version").get("number")
        if not isinstance(found, int) or isinstance(found, bool):
            raise Invalid("Must supply an incremented version when updating Content. No version supplied.")
        return found

    @property
    def draft(self) -> bool:
        """Whether it is to be a draft."""
        return self.data.get("status") == "draft"


# ---- new contents -----------------------------------------------------------------------------------------------


@routes.on("POST", "/content")
def create(desk: Desk) -> Response:
    """`createContent`: a page, or a comment on one."""
    sent = Sent(desk.object())
    match sent.data.get("type"):
        case "page":
            page = _create_page(desk, sent)
            shapes = Shapes.of(desk, *SHOWN)
            return shapes.single(shapes.content(page))
        case "comment":
            return _create_comment(desk, sent)
        case "blogpost":
            raise Unsupported("Blog posts are not done here")
        case kind:
            raise Invalid(f"Unknown content type: {kind}")


def _create_page(desk: Desk, sent: Sent) -> Content:
    """Create a page with its labels and properties; without ancestors at the top of the space."""
    space = seen_space(desk, str(sent.object("space").get("key") or ""))
    user = _may_create(desk)
    parent = sent.parent or None
    if parent is not None:
        _check_parent(desk, parent)
    if not sent.title and not sent.draft:
        raise Invalid("A page title is required")
    store = desk.store
    with store.state.shelf.change():
        page = store.pages.create(
            user,
            space.id,
            sent.title or "",
            sent.body or "",
            parent_id=parent,
            root_level=True,
            status=Status.DRAFT if sent.draft else Status.CURRENT,
            message=sent.message if store.habits.first_message else "",
        )
        metadata = sent.object("metadata")
        put_labels(desk, page, metadata.get("labels"))
        put_properties(desk, user, page, metadata.get("properties"))
    return page


def _may_create(desk: Desk) -> User:
    try:
        return desk.store.access.must_write(desk.user)
    except Denied:
        raise Denied("Could not create content with type page") from None


def _check_parent(desk: Desk, parent: str) -> None:
    """Refuse a parent that is not there, in the words that are used for it."""
    try:
        any_page(desk, parent)
    except Absent:
        raise Invalid(
            f"No parent or not permitted to view content with id : ContentId{{id={parent}}}"
        ) from None


def _create_comment(desk: Desk, sent: Sent) -> Response:
    page = any_page(desk, str(sent.object("container").get("id") or ""))
    user = _may_create(desk)
    parent = sent.parent or None
    made = desk.store.comments.add(user, page, sent.body or "", parent)
    return answer(Shapes.of(desk, "body.storage", "container").comment(made))


# ---- new versions -----------------------------------------------------------------------------------------------


@routes.on("PUT", "/content/<ident>")
def update(desk: Desk, ident: str) -> Response:
    """`update`: title, place and body under the version lock. What is not sent of title and body stays."""
    sent = Sent(desk.object())
    page = any_page(desk, ident)
    if str(sent.data.get("id") or page.id) != page.id:
        raise Invalid("The id in the body is not that of the address")
    if sent.data.get("type") != "page":
        raise Invalid("Must supply the type of the content")
    user = _may_update(desk, page)
    if page.status is Status.TRASHED and sent.data.get("status") != "current":
        raise Absent("content", ident)
    if sent.parent and page.status is Status.CURRENT:
        _check_parent(desk, sent.parent)
    number = sent.number
    with desk.store.state.shelf.change():
        page = desk.store.pages.update(user, page.id, _edit(desk, sent, number))
        labels = sent.object("metadata").get("labels")
        if labels is not None:
            for label in desk.store.labels.of(page.id):
                desk.store.labels.remove(page, label.name)
            put_labels(desk, page, labels)
    shapes = Shapes.of(desk, *SHOWN)
    return shapes.single(shapes.content(page))


def _edit(desk: Desk, sent: Sent, number: int) -> Edit:
    """Return the new version. Without ancestors the page goes to the top of its space, in some releases."""
    if not sent.title:
        raise Invalid("A page title is required")
    nowhere = "" if desk.store.habits.forgets_place else None
    return Edit(
        number=number,
        title=sent.title,
        body=sent.body,
        parent_id=nowhere if sent.parent is None else sent.parent,
        message=sent.message,
        minor=sent.object("version").get("minorEdit") is True,
    )


def _may_update(desk: Desk, page: Content) -> User:
    try:
        return desk.store.access.must_write(desk.user, page)
    except Denied:
        raise Denied(f"Could not update Content of type : {_CLASS} with id: {page.id}") from None


# ---- to the trash, and further ----------------------------------------------------------------------------------


@routes.on("DELETE", "/content/<ident>")
def delete(desk: Desk, ident: str) -> Response:
    """`delete`: to the trash with 200; with `status=trashed` for good, with 204."""
    status = desk.query("status", "current trashed draft") or "current"
    if ident.startswith("att"):
        return _delete_file(desk, ident, status)
    comment = desk.store.state.comments.get(ident)
    if comment is not None:
        _may_update(desk, any_page(desk, comment.page_id))
        desk.store.comments.delete(comment)
        return nothing()
    page = any_page(desk, ident)
    if page.status.value != status:
        raise Absent("content", ident)
    _may_update(desk, page)
    match status:
        case "trashed":
            desk.store.access.must_administer(desk.user)
            desk.store.pages.purge(page.id)
        case "draft":
            desk.store.pages.discard_draft(page.id)
        case _:
            desk.store.pages.trash(page.id)
            return Response(status=200, mimetype="application/json")
    return nothing()


def _delete_file(desk: Desk, ident: str, status: str) -> Response:
    file = seen_file(desk, ident)
    _may_update(desk, any_page(desk, file.page_id))
    if status == "trashed":
        desk.store.files.purge(file.id)
    else:
        desk.store.files.trash(file.id)
    return nothing()
