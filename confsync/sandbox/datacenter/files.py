"""Data Center: the bytes of files, at the same host and behind the same login as everything else."""

from __future__ import annotations

from urllib.parse import quote

from werkzeug.utils import redirect
from werkzeug.wrappers import Response
from werkzeug.wsgi import wrap_file

from confsync.sandbox.datacenter.listing import any_page
from confsync.sandbox.refusals import Absent
from confsync.sandbox.routes import Routes
from confsync.sandbox.store.blobs import CHUNK
from confsync.sandbox.wire import Desk


def _missing(error: Exception) -> Response:
    """Refuse as a page for people: no program's address, so no program's envelope."""
    status = 404 if isinstance(error, Absent) else 400
    return Response(f"<html><body><h1>{status}</h1></body></html>", status, mimetype="text/html")


downloads = Routes("/wiki", _missing)


@downloads.on("GET", "/download/attachments/<ident>/<file:name>")
def download(desk: Desk, ident: str, name: str) -> Response:
    """Serve a file; a visitor is sent to the login page."""
    if desk.user is None:
        where = quote(f"/download/attachments/{ident}/{name}", safe="")
        return redirect(f"{desk.base}/login.action?os_destination={where}")
    file = desk.store.files.find(any_page(desk, ident).id, name)
    if file is None:
        raise Absent("attachment", name)
    version, stream = desk.store.files.open(file, desk.number("version", 0, 1, 2**31 - 1) or None)
    response = Response(
        wrap_file(desk.request.environ, stream, CHUNK), mimetype=version.media_type, direct_passthrough=True
    )
    response.content_length = version.size
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.title, safe='')}"
    return response
