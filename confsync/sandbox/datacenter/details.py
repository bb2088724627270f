"""Data Center: labels, content properties, and the list of versions that is published nowhere."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from confsync.sandbox.datacenter.listing import any_page, seen_page
from confsync.sandbox.datacenter.paging import by_offset
from confsync.sandbox.datacenter.shapes import Shapes
from confsync.sandbox.refusals import Absent, Invalid
from confsync.sandbox.routes import Routes
from confsync.sandbox.store.records import Content, Property, User
from confsync.sandbox.wire import V1, Desk, answer, nothing, refused_v1

routes = Routes(V1, refused_v1)
plain = Routes(V1, refused_v1)
"""What is in the REST API proper and in no published file."""
experimental = Routes("/wiki/rest/experimental", refused_v1)
PREFIXES = ("global", "my", "team", "system")


# ---- labels -----------------------------------------------------------------------------------------------------


@routes.on("GET", "/content/<ident>/label")
def labels(desk: Desk, ident: str) -> Response:
    """`labels`: 200 at a time."""
    page = any_page(desk, ident)
    prefix = desk.query("prefix")
    found = desk.store.labels.of(page.id, prefix)
    path = f"/rest/api/content/{page.id}/label"
    return by_offset(desk, path, found, Shapes.of(desk).label, default=200)


@routes.on("POST", "/content/<ident>/label")
def add_labels(desk: Desk, ident: str) -> Response:
    """`addLabels`: an array or one object; answers with the first 200 of all labels."""
    data = desk.json()
    page, _user = _writable(desk, ident)
    put_labels(desk, page, data if isinstance(data, list) else [data])
    return answer(Shapes.of(desk).labels(desk.store.labels.of(page.id), page.id))


@routes.on("DELETE", "/content/<ident>/label")
def remove_label(desk: Desk, ident: str) -> Response:
    """`deleteLabelWithQueryParam`."""
    return _remove_label(desk, ident, desk.query("name") or "")


@routes.on("DELETE", "/content/<ident>/label/<name>")
def remove_label_by_path(desk: Desk, ident: str, name: str) -> Response:
    """`deleteLabel`; a name with a slash does not get here."""
    return _remove_label(desk, ident, name)


def _remove_label(desk: Desk, ident: str, name: str) -> Response:
    page, _user = _writable(desk, ident)
    desk.store.labels.remove(page, name)
    return nothing()


def put_labels(desk: Desk, page: Content, rows: Any) -> None:
    """Add labels as a request names them; None adds none."""
    if not isinstance(rows, list | None):
        raise Invalid("Cannot construct 'labels': a list was expected")
    desk.store.labels.add(page, [_label(row) for row in rows or ()])


def _label(row: Any) -> tuple[str, str]:
    match row:
        case {"name": str(name), **more}:
            prefix = more.get("prefix") or "global"
        case _:
            raise Invalid("A label must have a name")
    if prefix not in PREFIXES:
        raise Invalid(f"Unknown label prefix: {prefix}")
    return prefix, name


def _writable(desk: Desk, ident: str) -> tuple[Content, User]:
    page = seen_page(desk, ident)
    return page, desk.store.access.must_write(desk.user, page)


# ---- properties -------------------------------------------------------------------------------------------------


@routes.on("GET", "/content/<ident>/property")
def properties(desk: Desk, ident: str) -> Response:
    """`findAll`: ten at a time."""
    page = any_page(desk, ident)
    found = desk.store.properties.of(page.id)
    path = f"/rest/api/content/{page.id}/property"
    return by_offset(desk, path, found, Shapes.of(desk).property, default=10)


@routes.on("GET", "/content/<ident>/property/<key>")
def get_property(desk: Desk, ident: str, key: str) -> Response:
    """`findByKey`."""
    return answer(Shapes.of(desk).property(_property(desk, any_page(desk, ident), key)))


@routes.on("POST", "/content/<ident>/property")
def create_property(desk: Desk, ident: str) -> Response:
    """`create`: 400 when the key is taken."""
    data = desk.object()
    page, user = _writable(desk, ident)
    key, value = str(data.get("key") or ""), _value(data)
    return answer(Shapes.of(desk).property(desk.store.properties.create(user, page.id, key, value)))


@routes.on("PUT", "/content/<ident>/property/<key>")
def put_property(desk: Desk, ident: str, key: str) -> Response:
    """`update`: version 1 makes a new one, the current one plus one replaces it."""
    data = desk.object()
    page, user = _writable(desk, ident)
    if data.get("key", key) != key:
        raise Invalid("The key in the body is not that of the address")
    version = data.get("version")
    number = version.get("number") if isinstance(version, dict) else None
    if not isinstance(number, int):
        raise Invalid("A version number is required")
    found = desk.store.properties.of(page.id, key)
    value = _value(data)
    if not found and number == 1:
        return answer(Shapes.of(desk).property(desk.store.properties.create(user, page.id, key, value)))
    known = _property(desk, page, key)
    return answer(Shapes.of(desk).property(desk.store.properties.update(user, known, value, number=number)))


@routes.on("DELETE", "/content/<ident>/property/<key>")
def delete_property(desk: Desk, ident: str, key: str) -> Response:
    """`delete`."""
    page, _user = _writable(desk, ident)
    desk.store.properties.delete(_property(desk, page, key))
    return nothing()


def _property(desk: Desk, page: Content, key: str) -> Property:
    found = desk.store.properties.of(page.id, key)
    if not found:
        raise Absent("property", key)
    return found[0]


def _value(data: dict[str, Any]) -> Any:
    if "value" not in data:
        raise Invalid("A property must have a value")
    return data["value"]


def put_properties(desk: Desk, user: User, page: Content, named: Any) -> None:
    """Add properties as the create of a page names them; None adds none."""
    if not isinstance(named, dict | None):
        raise Invalid("Cannot construct 'properties': an object was expected")
    for key, inner in (named or {}).items():
        value = _value(inner) if isinstance(inner, dict) else inner
        desk.store.properties.create(user, page.id, key, value)


# ---- versions ---------------------------------------------------------------------------------------------------


@experimental.on("GET", "/content/<ident>/version")
def versions_before(desk: Desk, ident: str) -> Response:
    """List a page's versions, the newest first: where they are in most releases."""
    return _versions(desk, ident, "/rest/experimental", here=desk.store.habits.experimental)


@plain.on("GET", "/content/<ident>/version")
def versions(desk: Desk, ident: str) -> Response:
    """List a page's versions, the newest first: where they are in the latest releases."""
    return _versions(desk, ident, "/rest/api", here=not desk.store.habits.experimental)


def _versions(desk: Desk, ident: str, root: str, *, here: bool) -> Response:
    if not here:
        raise Absent("resource", ident)
    page = any_page(desk, ident)
    found = desk.store.state.versions_of(page)[::-1]
    path = f"{root}/content/{page.id}/version"
    return by_offset(desk, path, found, Shapes.of(desk).version, default=200)


@plain.on("GET", "/content/<ident>/version/<int:number>")
@experimental.on("GET", "/content/<ident>/version/<int:number>")
def version(desk: Desk, ident: str, number: int) -> Response:
    """Return one version."""
    page = any_page(desk, ident)
    return answer(Shapes.of(desk).version(desk.store.state.version(page.id, number)))


@experimental.on("DELETE", "/content/<ident>/version/<int:number>")
def delete_version(desk: Desk, ident: str, number: int) -> Response:
    """Remove an old version: the address that older releases have for it."""
    page, _user = _writable(desk, ident)
    desk.store.pages.delete_version(page.id, number)
    return nothing()
