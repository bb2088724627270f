"""How faults look on the wire."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from confsync.sandbox.faults import Fault, Trouble
from confsync.sandbox.site.serving import Effect, Reply
from confsync.sandbox.wire import V2, answer, v1_error, v2_error

LOGIN_PAGE = (
    "<!DOCTYPE html><html><head><title>Log in - Confluence</title></head>"
    '<body><form action="/wiki/dologin.action"><input name="os_username"></form></body></html>'
)
OUTAGE = (
    "<html><head><title>503 Service Unavailable</title></head><body>Please try again later.</body></html>"
)
_REASONS = {
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Rate limit exceeded",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def late_reply() -> Reply:
    """Return what the client sees of a write that is still on its way: nothing."""
    return Reply(Response(status=504), Effect.RESET)


def anonymous_for(request: Request) -> None:
    """Make a request an anonymous visitor's."""
    request.environ.pop("HTTP_AUTHORIZATION", None)


def broken_reply(fault: Fault, request: Request, happened: Response | None, base: str) -> Reply:
    """Return what the client gets to see. `happened` is the true answer, where there was one."""
    true = happened if happened is not None else Response(status=504)
    if fault.trouble in _EFFECTS:
        return Reply(true, _EFFECTS[fault.trouble], fault.seconds)
    return Reply(_false_answer(fault, request, true, base))


_EFFECTS = {
    Trouble.RESET: Effect.RESET,
    Trouble.CUT: Effect.CUT,
    Trouble.SLOW: Effect.SLOW,
    Trouble.STALL: Effect.STALL,
    Trouble.ANONYMOUS: Effect.WHOLE,
}
"""Troubles that let the true answer begin its way."""


def _false_answer(fault: Fault, request: Request, true: Response, base: str) -> Response:
    match fault.trouble:
        case Trouble.BROKEN_JSON:
            true.direct_passthrough = False
            text = true.get_data()
            return Response(text[: max(1, len(text) // 2)], 200, mimetype="application/json")
        case Trouble.OTHER_JSON:
            message = fault.message or "Something went wrong"
            return answer({"statusCode": fault.status, "message": message})
        case Trouble.EMPTY:
            return Response(b"", 200, mimetype="application/json")
        case Trouble.LOGIN_PAGE:
            return Response(LOGIN_PAGE, 200, mimetype="text/html")
        case Trouble.LOGIN_REDIRECT:
            return Response(status=302, headers={"Location": f"{base}/login.action?os_destination=%2F"})
        case Trouble.ABSENT:
            return _status(request, 404, "Not Found", fault)
        case _:
            words = fault.message or _REASONS.get(fault.status, "Error")
            return _status(request, fault.status, words, fault)


def _status(request: Request, status: int, words: str, fault: Fault) -> Response:
    if fault.html or status in (502, 504):
        response = Response(OUTAGE, status, mimetype="text/html")
    elif request.path.startswith(V2):
        response = v2_error(status, words.upper().replace(" ", "_"), words)
    else:
        response = v1_error(status, words)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = fault.retry_after
    if status == 429:
        response.headers["RateLimit-Reason"] = "confluence-burst-based"
    return response
