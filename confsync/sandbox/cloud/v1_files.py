"""v1: the bytes of attachments, in and out. Traps and texts: FACTS.md 7."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Response

from confsync.sandbox.cloud import payload_v1 as shape
from confsync.sandbox.cloud.media import Tickets
from confsync.sandbox.cloud.v2_details import seen_file
from confsync.sandbox.multipart import incoming
from confsync.sandbox.refusals import Absent, Invalid
from confsync.sandbox.routes import Routes
from confsync.sandbox.store.records import Attachment, Content, Kind, User
from confsync.sandbox.wire import V1, Desk, answer, refused_v1

routes = Routes(V1, refused_v1)
downloads = Routes("/wiki", refused_v1)


@routes.on("POST", "/content/<ident>/child/attachment", locked=False)
def create_attachments(desk: Desk, ident: str) -> Response:
    """`createAttachment`: several files at once; a name that is taken refuses all of them."""
    return _upload(desk, ident, replace=False)


@routes.on("PUT", "/content/<ident>/child/attachment", locked=False)
def put_attachments(desk: Desk, ident: str) -> Response:
    """`createOrUpdateAttachments`: Cloud alone has it."""
    return _upload(desk, ident, replace=True)


def _upload(desk: Desk, ident: str, *, replace: bool) -> Response:
    with desk.store.lock:
        page, user = desk.writable(ident, Kind.PAGE)
    with incoming(desk) as files, desk.store.lock, desk.store.state.shelf.change():
        add = desk.store.files.add_or_replace if replace else desk.store.files.add
        added = [add(user, page, file) for file in files]
        rows = [shape.attachment(desk.store, file, {"version", "container"}) for file in added]
    return answer({**shape.array(rows, 200), "_links": {"base": desk.base, "context": "/wiki"}})


@routes.on("POST", "/content/<ident>/child/attachment/<file_id>/data", locked=False)
def update_data(desk: Desk, ident: str, file_id: str) -> Response:
    """`updateAttachmentData`: answers with the one attachment."""
    with desk.store.lock:
        file, _page, user = writable_file(desk, ident, file_id)
    with incoming(desk) as files, desk.store.lock:
        if len(files) != 1:
            raise Invalid("Exactly one file is expected")
        changed = desk.store.files.add_data(user, file.id, files[0])
        return answer(shape.attachment(desk.store, changed, {"version", "container"}))


@routes.on("PUT", "/content/<ident>/child/attachment/<file_id>")
def update_properties(desk: Desk, ident: str, file_id: str) -> Response:
    """`updateAttachmentProperties`: name, comment or media type, under the version lock."""
    changed = with_properties(desk, ident, file_id)
    return answer(shape.attachment(desk.store, changed, {"version", "container"}))


def with_properties(desk: Desk, ident: str, file_id: str) -> Attachment:
    """Change a file's name, comment or media type as the body says; both flavors read it alike."""
    data = desk.object()
    file, _page, user = writable_file(desk, ident, file_id)
    version = data.get("version")
    if not isinstance(version, dict) or not isinstance(version.get("number"), int):
        raise Invalid("Required field 'version.number' is missing")
    metadata: dict[str, Any] = data.get("metadata") or {}
    return desk.store.files.describe(
        user,
        file.id,
        version["number"],
        title=data.get("title"),
        comment=metadata.get("comment"),
        media=metadata.get("mediaType"),
    )


def writable_file(desk: Desk, ident: str, file_id: str) -> tuple[Attachment, Content, User]:
    """Return a page's file, the page, and the user, who may write; Absent when the file is another page's."""
    page, user = desk.writable(ident, Kind.PAGE)
    file = seen_file(desk, file_id)
    if file.page_id != page.id:
        raise Absent("attachment", file_id)
    return file, page, user


# ---- downloads --------------------------------------------------------------------------------------------------


@routes.on("GET", "/content/<ident>/child/attachment/<file_id>/download")
def download(desk: Desk, ident: str, file_id: str) -> Response:
    """`downloadAttatchment`: 302 to another host that wants no login."""
    page = desk.page(ident)
    file = seen_file(desk, file_id)
    if file.page_id != page.id:
        raise Absent("attachment", file_id)
    return _redirect(desk, file, desk.number("version", 0, 1, 2**31 - 1) or None)


@downloads.on("GET", "/download/attachments/<ident>/<file:name>")
def download_by_name(desk: Desk, ident: str, name: str) -> Response:
    """Serve the address that `downloadLink` gives; it redirects as well."""
    file = desk.store.files.find(desk.page(ident).id, name)
    if file is None:
        raise Absent("attachment", name)
    return _redirect(desk, file, desk.number("version", 0, 1, 2**31 - 1) or None)


def _redirect(desk: Desk, file: Attachment, number: int | None) -> Response:
    """Send the client to the media host with a ticket that lasts for minutes (FACTS.md 7)."""
    version, stream = desk.store.files.open(file, number)
    stream.close()
    ticket = tickets(desk).issue(version.sha, version.media_type, file.title)
    return Response(
        status=302, headers={"Location": f"{desk.media_base}/file/{ticket}/{quote(file.title, safe='')}"}
    )


def tickets(desk: Desk) -> Tickets:
    """Return the media host's tickets."""
    found: Tickets = desk.request.environ["confsync.tickets"]
    return found
