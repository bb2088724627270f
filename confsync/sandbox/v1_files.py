"""v1: the bytes of attachments, in and out. Traps and texts: FACTS.md 7."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any
from urllib.parse import quote

from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData
from werkzeug.wrappers import Response

from confsync.sandbox import payload_v1 as shape
from confsync.sandbox.attachments import Incoming
from confsync.sandbox.media import Tickets
from confsync.sandbox.records import Attachment, Content, Kind, User
from confsync.sandbox.refusals import Absent, Invalid, TooLarge
from confsync.sandbox.routes import Routes
from confsync.sandbox.v2_details import seen_file
from confsync.sandbox.wire import V1, Desk, answer, refused_v1

routes = Routes(V1, refused_v1)
downloads = Routes("/wiki", refused_v1)
CHUNK = 1 << 16
SPOOL = 1 << 20


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
    with _incoming(desk) as files, desk.store.lock, desk.store.state.shelf.change():
        add = desk.store.files.add_or_replace if replace else desk.store.files.add
        added = [add(user, page, file) for file in files]
        rows = [shape.attachment(desk.store, file, {"version", "container"}) for file in added]
    return answer({**shape.array(rows, 200), "_links": {"base": desk.base, "context": "/wiki"}})


@routes.on("POST", "/content/<ident>/child/attachment/<file_id>/data", locked=False)
def update_data(desk: Desk, ident: str, file_id: str) -> Response:
    """`updateAttachmentData`: answers with the one attachment."""
    with desk.store.lock:
        file, _page, user = _writable_file(desk, ident, file_id)
    with _incoming(desk) as files, desk.store.lock:
        if len(files) != 1:
            raise Invalid("Exactly one file is expected")
        changed = desk.store.files.add_data(user, file.id, files[0])
        return answer(shape.attachment(desk.store, changed, {"version", "container"}))


@routes.on("PUT", "/content/<ident>/child/attachment/<file_id>")
def update_properties(desk: Desk, ident: str, file_id: str) -> Response:
    """`updateAttachmentProperties`: name, comment or media type, under the version lock."""
    data = desk.object()
    file, _page, user = _writable_file(desk, ident, file_id)
    version = data.get("version")
    if not isinstance(version, dict) or not isinstance(version.get("number"), int):
        raise Invalid("Required field 'version.number' is missing")
    metadata: dict[str, Any] = data.get("metadata") or {}
    changed = desk.store.files.describe(
        user,
        file.id,
        version["number"],
        title=data.get("title"),
        comment=metadata.get("comment"),
        media=metadata.get("mediaType"),
    )
    return answer(shape.attachment(desk.store, changed, {"version", "container"}))


def _writable_file(desk: Desk, ident: str, file_id: str) -> tuple[Attachment, Content, User]:
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


@downloads.on("GET", "/download/attachments/<ident>/<path:name>")
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


# ---- multipart --------------------------------------------------------------------------------------------------


def _spool() -> IO[bytes]:
    """Return a file that is on disk only when it is large."""
    return tempfile.SpooledTemporaryFile(SPOOL)


@contextmanager
def _incoming(desk: Desk) -> Iterator[list[Incoming]]:
    """Read a multipart body: the files, each with the comment of its order. Nothing large is held in memory."""
    with ExitStack() as open_files:
        files: list[tuple[str, str, IO[bytes]]] = []
        fields: dict[str, list[str]] = {}
        for part, stream in _parts(desk, open_files):
            if isinstance(part, File):
                files.append((part.filename or "", part.headers.get("Content-Type", ""), stream))
            else:
                fields.setdefault(part.name or "", []).append(_field_text(part, stream))
        if not files:
            raise Invalid("At least one file is required: the multipart field 'file' is missing")
        comments, minor = fields.get("comment", []), fields.get("minorEdit", [])
        yield [
            Incoming(
                name=name,
                stream=stream,
                media_type=media or shape.guess_media_type(name),
                comment=comments[n] if n < len(comments) else "",
                minor=(minor[n] if n < len(minor) else minor[-1] if minor else "") == "true",
            )
            for n, (name, media, stream) in enumerate(files)
        ]


def _field_text(part: Field | File, stream: IO[bytes]) -> str:
    """Decode a field. Without a charset of its own it is taken for Latin-1: umlauts break (FACTS.md 7)."""
    _type, options = parse_options_header(part.headers.get("Content-Type", ""))
    raw = stream.read()
    return raw.decode("utf-8" if options.get("charset", "").lower() == "utf-8" else "latin-1", "replace")


def _parts(desk: Desk, open_files: ExitStack) -> Iterator[tuple[Field | File, IO[bytes]]]:
    kind, options = parse_options_header(desk.request.headers.get("Content-Type", ""))
    boundary = options.get("boundary")
    if kind != "multipart/form-data" or not boundary:
        raise Invalid("Content-Type must be multipart/form-data")
    decoder = MultipartDecoder(boundary.encode("latin-1"))
    part: Field | File | None = None
    stream: IO[bytes] | None = None
    taken = 0
    while True:
        event = decoder.next_event()
        match event:
            case NeedData():
                chunk = desk.request.stream.read(CHUNK)
                taken += len(chunk)
                if taken > desk.store.habits.max_file + SPOOL:
                    raise TooLarge("The attachment exceeds the maximum size")
                decoder.receive_data(chunk or None)
            case Field() | File():
                part = event
                stream = open_files.enter_context(_spool())
            case Data(data=data, more_data=more):
                if stream is not None and part is not None:
                    stream.write(data)
                    if not more:
                        stream.seek(0)
                        yield part, stream
            case Epilogue():
                return
            case _:
                continue
