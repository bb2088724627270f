"""v2: the properties of pages, folders and attachments. Shapes and parameters: Cloud v2 OpenAPI, tag `Content Properties`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.wrappers import Response

from confsync.sandbox.cloud import payload_v2 as shape
from confsync.sandbox.cloud.v2_details import seen_file
from confsync.sandbox.refusals import Invalid
from confsync.sandbox.routes import Routes
from confsync.sandbox.store.records import Kind, User
from confsync.sandbox.wire import V2, Desk, answer, nothing, number_text, refused_v2

routes = Routes(V2, refused_v2)


@dataclass(frozen=True, slots=True)
class _Owner:
    """What has properties. `seen` and `writable` return the owner's id, or refuse the user."""

    seen: Callable[[Desk, str], str]
    writable: Callable[[Desk, str], tuple[str, User]]

    def listing(self, desk: Desk, ident: str) -> Response:
        desk.query("sort", "key -key")
        rows = desk.store.properties.of(self.seen(desk, ident), desk.query("key"))
        return desk.listing(rows, shape.prop, lambda p: int(p.id))

    def create(self, desk: Desk, ident: str) -> Response:
        data = desk.object()
        owner, user = self.writable(desk, ident)
        key = data.get("key")
        if not isinstance(key, str):
            raise Invalid("Required field 'key' is missing or of the wrong type")
        return answer(shape.prop(desk.store.properties.create(user, owner, key, data.get("value"))))

    def one(self, desk: Desk, ident: str, number: str) -> Response:
        return answer(shape.prop(desk.store.properties.get(self.seen(desk, ident), number_text(number))))

    def update(self, desk: Desk, ident: str, number: str) -> Response:
        data = desk.object()
        owner, user = self.writable(desk, ident)
        prop = desk.store.properties.get(owner, number_text(number))
        version = data.get("version")
        if not isinstance(version, dict) or not isinstance(version.get("number"), int):
            raise Invalid("Required field 'version.number' is missing or of the wrong type")
        message = str(version.get("message") or "")
        changed = desk.store.properties.update(
            user, prop, data.get("value"), number=version["number"], message=message, key=data.get("key")
        )
        return answer(shape.prop(changed))

    def delete(self, desk: Desk, ident: str, number: str) -> Response:
        owner, _user = self.writable(desk, ident)
        desk.store.properties.delete(desk.store.properties.get(owner, number_text(number)))
        return nothing()


def _writable(kind: Kind) -> Callable[[Desk, str], tuple[str, User]]:
    def check(desk: Desk, ident: str) -> tuple[str, User]:
        content, user = desk.writable(ident, kind)
        return content.id, user

    return check


def _writable_file(desk: Desk, ident: str) -> tuple[str, User]:
    """Who may write the page may write what describes its files."""
    file = seen_file(desk, ident)
    _page, user = desk.writable(file.page_id, Kind.PAGE)
    return file.id, user


_OWNERS = {
    "pages": _Owner(lambda desk, ident: desk.page(ident).id, _writable(Kind.PAGE)),
    "folders": _Owner(lambda desk, ident: desk.content(ident, Kind.FOLDER).id, _writable(Kind.FOLDER)),
    "attachments": _Owner(lambda desk, ident: seen_file(desk, ident).id, _writable_file),
}

for _name, _owner in _OWNERS.items():
    _all, _one = f"/{_name}/<ident>/properties", f"/{_name}/<ident>/properties/<number>"
    routes.on("GET", _all)(_owner.listing)
    routes.on("POST", _all)(_owner.create)
    routes.on("GET", _one)(_owner.one)
    routes.on("PUT", _one)(_owner.update)
    routes.on("DELETE", _one)(_owner.delete)
