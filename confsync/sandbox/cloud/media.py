"""The other host that attachments are downloaded from. It knows tickets, not logins, and refuses an Authorization."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass

from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import wrap_file

from confsync.sandbox.store.blobs import CHUNK
from confsync.sandbox.store.store import Store

LIFETIME = 300.0
"""Seconds that a ticket lasts."""


@dataclass(frozen=True, slots=True)
class _Ticket:
    sha: str
    media_type: str
    name: str
    until: float


class Tickets:
    """Which downloads were allowed, and until when."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._issued: dict[str, _Ticket] = {}

    def issue(self, sha: str, media_type: str, name: str) -> str:
        """Allow one file's download for five minutes."""
        code = secrets.token_urlsafe(24)
        now = time.monotonic()
        with self._lock:
            self._issued = {k: t for k, t in self._issued.items() if t.until > now}
            self._issued[code] = _Ticket(sha, media_type, name, now + LIFETIME)
        return code

    def redeem(self, code: str) -> _Ticket | None:
        """Return what a ticket is for; None for an unknown or an old one."""
        with self._lock:
            ticket = self._issued.get(code)
        return ticket if ticket is not None and ticket.until > time.monotonic() else None

    def expire(self) -> None:
        """Let all tickets grow old at once."""
        with self._lock:
            self._issued.clear()


def serve_media(request: Request, store: Store, tickets: Tickets) -> Response:
    """Answer one request to the media host."""
    if request.authorization is not None or "Authorization" in request.headers:
        return Response("Only one auth mechanism allowed", 400, mimetype="text/plain")
    _, _, rest = request.path.partition("/file/")
    ticket = tickets.redeem(rest.split("/", 1)[0])
    if ticket is None or request.method not in ("GET", "HEAD"):
        return Response("Token expired", 403, mimetype="text/plain")
    stream = store.state.blobs.open(ticket.sha)
    size = stream.seek(0, 2)
    stream.seek(0)
    response = Response(
        wrap_file(request.environ, stream, CHUNK), mimetype=ticket.media_type, direct_passthrough=True
    )
    response.content_length = size
    return response
