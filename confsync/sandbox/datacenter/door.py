"""The door of Data Center: forged requests first, then passwords and tokens, then the headers that tell who it was.

Facts: FACTS.md 18. A wrong password is refused; a wrong token makes an anonymous visitor with status 200.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from urllib.parse import quote

from werkzeug.wrappers import Request, Response

from confsync.sandbox.cloud.door import LOGIN_FAILED, WRITES, bearer, forged, unlicensed
from confsync.sandbox.datacenter import (
    attachments,
    content,
    details,
    files,
    listing,
    search,
    server,
    spaces,
    writing,
)
from confsync.sandbox.routes import Switchboard
from confsync.sandbox.store.records import Role, User
from confsync.sandbox.store.store import Store
from confsync.sandbox.wire import v1_error

TRIES = 3
"""So many wrong passwords, then a person has to solve a riddle in the browser."""
BUCKET = 1000
"""Requests that a user may make at once; so many come back each second."""


class DataCenterDoor:
    """The door of Data Center. Knows how often a login failed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._failed: Counter[str] = Counter()
        self._asked = 0

    def switchboard(self) -> Switchboard:
        """Return the routes of v1 and what stands beside it."""
        return Switchboard(
            server.routes,
            server.plugins,
            server.experimental,
            spaces.routes,
            listing.routes,
            content.routes,
            writing.routes,
            details.routes,
            details.plain,
            details.experimental,
            search.routes,
            attachments.routes,
            files.downloads,
        )

    def refusal(self, request: Request) -> Response | None:
        """Refuse forged requests, and writes while the site is read only, before any login is looked at."""
        if refused := forged(request):
            return refused
        writes = request.method in WRITES and request.path.startswith("/wiki/rest/")
        if writes and not (request.mimetype == "application/json" or _may_be_bare(request)):
            return v1_error(415, "Unsupported Media Type", reason="Unsupported Media Type")
        if writes and self._store.habits.read_only:
            return v1_error(
                405, "Confluence is in read-only mode", reason="Method Not Allowed", read_only=True
            )
        return None

    def login(self, request: Request) -> tuple[User | None, Response | None]:
        """Find out who asks. A token that is wrong or revoked makes an anonymous visitor; a password does not."""
        token = bearer(request)
        if token is not None:
            user = self._store.access.by_token(None, token)
            user = None if user is None or user.revoked else user
            return (None, unlicensed()) if user and user.role is Role.UNLICENSED else (user, None)
        auth = request.authorization
        if auth is None or auth.type != "basic" or not auth.username:
            return None, None
        return self._by_password(auth.username, auth.password or "")

    def _by_password(self, name: str, password: str) -> tuple[User | None, Response | None]:
        with self._lock:
            if self._failed[name] >= TRIES:
                return None, self._riddle()
        user = self._store.access.by_password(name, password)
        with self._lock:
            if user is None:
                self._failed[name] += 1
                return None, _login_failed()
            del self._failed[name]
        return (None, unlicensed()) if user.role is Role.UNLICENSED else (user, None)

    def solve_riddle(self) -> None:
        """Let a person log in with the browser: after that passwords count again."""
        with self._lock:
            self._failed.clear()

    @staticmethod
    def _riddle() -> Response:
        response = Response(
            "<html><body><h1>HTTP Status 403 – Forbidden</h1><p>Basic Authentication Failure - Reason :"
            " AUTHENTICATION_DENIED</p></body></html>",
            403,
            mimetype="text/html",
        )
        response.headers["X-Seraph-LoginReason"] = "AUTHENTICATION_DENIED"
        response.headers["X-Authentication-Denied-Reason"] = "CAPTCHA_CHALLENGE; login-url=/login.action"
        return response

    def sign(self, response: Response, user: User | None) -> Response:
        """Tell who was answered."""
        response.headers["X-AUSERNAME"] = quote(user.username) if user else "anonymous"
        if user is not None:
            response.headers["X-Seraph-LoginReason"] = "OK"
        return response

    def mark(self, response: Response) -> None:
        """Tell the time, the request's number, and how much of the allowance is left."""
        with self._lock:
            self._asked += 1
            number = self._asked
        limited = response.status_code == 429
        response.headers.pop("RateLimit-Reason", None)
        told = {
            "X-AREQUESTID": f"{time.gmtime().tm_hour * 60 + time.gmtime().tm_min}x{number}x1",
            "X-Confluence-Request-Time": str(int(time.time() * 1000)),
            "X-RateLimit-Limit": str(BUCKET),
            "X-RateLimit-Remaining": "0" if limited else str(BUCKET - 1),
            "X-RateLimit-Interval-Seconds": "1",
            "X-RateLimit-FillRate": str(BUCKET),
        }
        for name, value in told.items():
            response.headers[name] = value
        if not limited:
            response.headers.setdefault("Retry-After", "0")


def _may_be_bare(request: Request) -> bool:
    """Say whether a write needs no JSON: a deletion, or a form with files."""
    return (
        request.method == "DELETE" or request.mimetype == "multipart/form-data" or not request.content_length
    )


def _login_failed() -> Response:
    text = LOGIN_FAILED.replace(
        "</h1>", "</h1><p>Basic Authentication Failure - Reason : AUTHENTICATED_FAILED</p>"
    )
    response = Response(text, 401, mimetype="text/html")
    response.headers["WWW-Authenticate"] = 'OAuth realm="http%3A%2F%2Flocalhost"'
    response.headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED"
    return response
