"""Data Center: the files of a page: listed, added, given new data, renamed, deleted. There is no PUT by name here."""

from __future__ import annotations

from werkzeug.wrappers import Response

from confsync.sandbox.cloud.v1_files import with_properties, writable_file
from confsync.sandbox.datacenter.listing import any_page, seen_page
from confsync.sandbox.datacenter.paging import by_offset
from confsync.sandbox.datacenter.shapes import Shapes
from confsync.sandbox.multipart import incoming
from confsync.sandbox.refusals import Invalid
from confsync.sandbox.routes import Routes
from confsync.sandbox.wire import V1, Desk, answer, nothing, refused_v1

routes = Routes(V1, refused_v1)
BASE = "/content/<ident>/child/attachment"


@routes.on("GET", BASE)
def attachments(desk: Desk, ident: str) -> Response:
    """`getAttachments`: by name and media type when asked; `version` only when it is expanded."""
    page = any_page(desk, ident)
    name, media = desk.query("filename"), desk.query("mediaType")
    found = [
        file
        for file in desk.store.files.of(page.id)
        if name in (None, file.title) and media in (None, file.latest.media_type)
    ]
    path = f"/rest/api/content/{page.id}/child/attachment"
    return by_offset(desk, path, found, Shapes.of(desk).attachment, default=50)


@routes.on("POST", BASE, locked=False)
def create_attachments(desk: Desk, ident: str) -> Response:
    """`createAttachments`: a name that is taken refuses all files, unless `allowDuplicated` says otherwise."""
    with desk.store.lock:
        page = seen_page(desk, ident)
        user = desk.store.access.must_write(desk.user, page)
        again = desk.flag("allowDuplicated")
    with incoming(desk) as files, desk.store.lock, desk.store.state.shelf.change():
        add = desk.store.files.add_or_replace if again else desk.store.files.add
        added = [add(user, page, file) for file in files]
        shapes = Shapes.of(desk, "version", "container")
        rows = [shapes.attachment(file) for file in added]
    links = {"base": desk.base, "context": desk.context}
    return answer({"results": rows, "start": 0, "limit": 100, "size": len(rows), "_links": links})


@routes.on("POST", f"{BASE}/<file_id>/data", locked=False)
def update_data(desk: Desk, ident: str, file_id: str) -> Response:
    """`updateData`: answers with the one attachment."""
    with desk.store.lock:
        file, _page, user = writable_file(desk, ident, file_id)
    with incoming(desk) as files, desk.store.lock:
        if len(files) != 1:
            raise Invalid("Exactly one file is expected")
        changed = desk.store.files.add_data(user, file.id, files[0])
        return answer(Shapes.of(desk, "version", "container").attachment(changed))


@routes.on("PUT", f"{BASE}/<file_id>")
def update_properties(desk: Desk, ident: str, file_id: str) -> Response:
    """`update`: name, comment or media type, under the version lock."""
    changed = with_properties(desk, ident, file_id)
    return answer(Shapes.of(desk, "version", "container").attachment(changed))


@routes.on("DELETE", f"{BASE}/<file_id>")
def remove_attachment(desk: Desk, ident: str, file_id: str) -> Response:
    """`removeAttachment`: to the trash."""
    file, _page, _user = writable_file(desk, ident, file_id)
    desk.store.files.trash(file.id)
    return nothing()
