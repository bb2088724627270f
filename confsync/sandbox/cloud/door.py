"""Access to Cloud: which requests are let in, which are refused before a route sees them, and how such refusals read.

Facts: FACTS.md 11. The counterpart for Data Center is `datacenter.door`.
"""

from __future__ import annotations

from typing import Protocol
from uuid import uuid4

from werkzeug.wrappers import Request, Response

from confsync.sandbox.cloud import v1_files, v1_routes, v2_details, v2_pages, v2_properties, v2_tree
from confsync.sandbox.routes import Switchboard
from confsync.sandbox.store.access import Access
from confsync.sandbox.store.records import Role, User
from confsync.sandbox.wire import V2, answer, v1_error, v2_error

LOGIN_FAILED = "<html><body><h1>HTTP Status 401 – Unauthorized</h1></body></html>"
WRITES = frozenset({"POST", "PUT", "DELETE", "PATCH"})


class Door(Protocol):
    """What a deployment does before and after its routes."""

    def switchboard(self) -> Switchboard:
        """Return the routes behind it."""
        ...

    def refusal(self, request: Request) -> Response | None:
        """Return the answer to what does not get as far as a login."""
        ...

    def login(self, request: Request) -> tuple[User | None, Response | None]:
        """Find out who asks: a person, an anonymous visitor, or nobody who may (then with the refusal)."""
        ...

    def sign(self, response: Response, user: User | None) -> Response:
        """Add the headers that tell who was answered."""
        ...

    def solve_riddle(self) -> None:
        """Let a person solve the riddle that too many wrong passwords led to."""
        ...

    def mark(self, response: Response) -> None:
        """Add the headers that every answer has, failures of what stands before it included."""
        ...


class CloudDoor:
    """The door of Cloud."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def switchboard(self) -> Switchboard:
        """Return v2 and what is left of v1."""
        return Switchboard(
            v2_pages.routes,
            v2_tree.routes,
            v2_details.routes,
            v2_properties.routes,
            v1_routes.routes,
            v1_files.routes,
            v1_files.downloads,
        )

    def refusal(self, request: Request) -> Response | None:
        """Answer for the edge of the network, and refuse forged requests."""
        if request.path == "/_edge/tenant_info":
            return answer({"cloudId": v1_routes.CLOUD_ID})
        return forged(request)

    def login(self, request: Request) -> tuple[User | None, Response | None]:
        """Find out who asks; a revoked token makes an anonymous visitor."""
        if not request.headers.get("Authorization"):
            return None, None
        user = self._person(request)
        if user is None:
            return None, _login_failed(request)
        if user.revoked:
            return None, None
        return (None, unlicensed()) if user.role is Role.UNLICENSED else (user, None)

    def _person(self, request: Request) -> User | None:
        auth = request.authorization
        if auth is not None and auth.type == "basic" and auth.username and auth.password:
            return self._access.by_token(auth.username, auth.password)
        return self._access.by_token(None, bearer(request) or "")

    def sign(self, response: Response, user: User | None) -> Response:
        """Leave it as it is: Cloud does not tell."""
        del user
        return response

    def solve_riddle(self) -> None:
        """Do nothing: Cloud sets none."""

    def mark(self, response: Response) -> None:
        """Add a trace id."""
        response.headers.setdefault("atl-traceid", uuid4().hex)


def bearer(request: Request) -> str | None:
    """Return a request's Bearer token, if it has one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def unlicensed() -> Response:
    """Refuse a good login that may not use Confluence."""
    return answer({"message": "Current user not permitted to use Confluence", "statusCode": 403}, 403)


def forged(request: Request) -> Response | None:
    """Refuse what a browser could have been tricked into: forms without the header, and browsers at all."""
    if request.method not in WRITES or not request.path.startswith("/wiki/"):
        return None
    browser = "Mozilla" in request.headers.get("User-Agent", "")
    form = request.mimetype in ("multipart/form-data", "application/x-www-form-urlencoded", "text/plain")
    if browser or (form and request.headers.get("X-Atlassian-Token") != "no-check"):
        return Response("XSRF check failed", 403, mimetype="text/plain")
    return None


def _login_failed(request: Request) -> Response:
    if request.path.startswith(V2):
        response = v2_error(401, "UNAUTHORIZED", "Unauthorized")
    else:
        response = Response(LOGIN_FAILED, 401, mimetype="text/html")
    response.headers["WWW-Authenticate"] = 'Basic realm="Confluence"'
    response.headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED"
    return response


def no_route(request: Request, status: int) -> Response:
    """Answer a request to no route, or with a verb that a route does not know."""
    if request.path.startswith(V2):
        code, title = ("NOT_FOUND", "Not Found") if status == 404 else ("METHOD_NOT_ALLOWED", "Not allowed")
        return v2_error(status, code, title)
    if request.path.startswith("/wiki/rest/"):
        return v1_error(status, f"null for uri: {request.url}") if status == 404 else refused_405(request)
    return Response("<html><body><h1>Not Found</h1></body></html>", status, mimetype="text/html")


def refused_405(request: Request) -> Response:
    """Answer a verb that a v1 route does not know."""
    return v1_error(405, f"HTTP 405 Method Not Allowed: {request.method}", reason="Method Not Allowed")
