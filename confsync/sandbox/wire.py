"""One request as the routes see it, and how answers, refusals and pages of a listing read on the wire."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Request, Response

from confsync.sandbox.refusals import (
    Absent,
    BadXhtml,
    Broken,
    Clash,
    Denied,
    Invalid,
    Refusal,
    Stale,
    TitleTaken,
    TooLarge,
    Unsupported,
)
from confsync.sandbox.store.cql import BadQuery
from confsync.sandbox.store.records import Content, Kind, User
from confsync.sandbox.store.store import Store

T = TypeVar("T")
V2 = "/wiki/api/v2"
V1 = "/wiki/rest/api"
MAX_JSON = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Desk:
    """What a route works with. `user` is None for an anonymous visitor. `base` ends in the context path."""

    request: Request
    store: Store
    user: User | None
    base: str
    media_base: str
    short_pages: bool = False

    @property
    def context(self) -> str:
        """The context path: `/wiki` on Cloud."""
        return urlsplit(self.base).path

    def json(self) -> Any:
        """Return the request's JSON; Invalid when it is none, or holds characters that no text holds."""
        if self.request.content_length and self.request.content_length > MAX_JSON:
            raise TooLarge("Request too large")
        try:
            return json.loads(self.request.get_data().decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise Invalid(f"Could not read JSON: {error}") from None

    def object(self) -> dict[str, Any]:
        """Return the request's JSON object."""
        data = self.json()
        if not isinstance(data, dict):
            raise Invalid("Could not read JSON: an object was expected")
        return data

    def query(self, name: str, allowed: str | None = None) -> str | None:
        """Return a query parameter; Invalid when it is none of the allowed words (given with blanks between)."""
        value = self.request.args.get(name)
        if value is not None and allowed is not None:
            _must_be_one_of(name, value, allowed)
        return value

    def many(self, name: str, allowed: str | None = None) -> list[str]:
        """Return all values of a query parameter, repeated or with commas between."""
        values = [part for raw in self.request.args.getlist(name) for part in raw.split(",") if part]
        for value in values if allowed is not None else ():
            _must_be_one_of(name, value, allowed or "")
        return values

    def flag(self, name: str) -> bool:
        """Return a boolean query parameter, false by default."""
        return self.query(name, "true false") == "true"

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number; Invalid outside of its range."""
        raw = self.request.args.get(name)
        if raw is None:
            return default
        if not raw.isdecimal() or not low <= int(raw) <= high:
            raise Invalid(f"'{name}' must be a number from {low} to {high}")
        return int(raw)

    def page(self, ident: str) -> Content:
        """Return a page that the user sees, in whatever state."""
        return self.content(ident, Kind.PAGE)

    def content(self, ident: str, kind: Kind | None = None) -> Content:
        """Return a page or folder that the user sees; Invalid for what is no id at all."""
        return self.store.access.must_see(self.user, self.store.state.content(number_text(ident), kind))

    def writable(self, ident: str, kind: Kind | None = None) -> tuple[Content, User]:
        """Return a content that the user sees and may write, and the user."""
        content = self.content(ident, kind)
        return content, self.store.access.must_write(self.user, content)

    def listing(
        self,
        items: Sequence[T],
        shape: Callable[[T], Any],
        key: Callable[[T], Any],
        *,
        descending: bool = False,
        default: int = 25,
    ) -> Response:
        """Answer with one page of a listing in the manner of v2: results, `_links.next`, and a Link header.

        `items` are in order of `key`. The cursor remembers the last key, so what is added or removed meanwhile
        neither doubles nor hides other items.
        """
        limit = self.number("limit", default, 1, 250)
        after = decode_cursor(self.request.args.get("cursor"))
        rest = [i for i in items if after is None or _behind(key(i), after, descending=descending)]
        if self.short_pages and after is None and limit > 1:
            limit -= 1
        shown = rest[:limit]
        links = {"base": self.base}
        headers = {}
        if len(rest) > limit:
            links["next"] = self._next(encode_cursor(key(shown[-1])))
            headers["Link"] = f'<{links["next"]}>; rel="next", <{self.base}>; rel="base"'
        return answer({"results": [shape(i) for i in shown], "_links": links}, headers=headers)

    def _next(self, cursor: str) -> str:
        pairs = [(k, v) for k, v in self.request.args.items(multi=True) if k != "cursor"]
        return f"{self.request.path}?{urlencode([*pairs, ('cursor', cursor)])}"


def _must_be_one_of(name: str, value: str, allowed: str) -> None:
    """Refuse a word that is none of a parameter's, as the live service words it."""
    words = allowed.split()
    if value in words:
        return
    kind = "".join(part.title() for part in name.split("-"))
    if name == "body-format":
        kind = "PrimaryBodyRepresentationSingle" if "view" in words else "PrimaryBodyRepresentation"
    shown = ", ".join(word.upper() for word in words)
    raise Invalid(
        f"Provided value {{{value}}} for '{name}' is not the correct type. Expected type is {kind}",
        detail=f"{kind} is one of [{shown}].",
    )


def number_text(ident: str) -> str:
    """Return an id as it is kept; Invalid for what is not a number."""
    if not (ident.isascii() and ident.isdecimal()):
        raise Invalid(f"Provided value {{{ident}}} for 'id' is not the correct type. Expected type is long")
    return str(int(ident))


def answer(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a JSON answer."""
    response = Response(json.dumps(data, ensure_ascii=False), status, mimetype="application/json")
    response.headers.extend(headers or {})
    return response


def nothing() -> Response:
    """Return the answer of a deletion."""
    return Response(status=204)


def encode_cursor(key: Any) -> str:
    """Return an opaque cursor."""
    return base64.urlsafe_b64encode(json.dumps({"after": key}).encode()).decode("ascii")


def decode_cursor(cursor: str | None) -> Any:
    """Return the key in a cursor, None for none; Invalid for what was not given out by us."""
    if cursor is None:
        return None
    try:
        return json.loads(base64.urlsafe_b64decode(cursor.encode("ascii")))["after"]
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise Invalid("Provided cursor is invalid") from None


def _behind(key: Any, after: Any, *, descending: bool) -> bool:
    """Say whether a key comes after another; JSON made lists of tuples."""
    key = list(key) if isinstance(key, tuple) else key
    try:
        return bool(key < after if descending else key > after)
    except TypeError:
        raise Invalid("Provided cursor is invalid") from None


def iso(at: datetime) -> str:
    """Return a time as v2 writes it: milliseconds and `Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_STATUS: dict[type[Exception], tuple[int, str]] = {
    Absent: (404, "NOT_FOUND"),
    Stale: (409, "CONFLICT"),
    Clash: (409, "CONFLICT"),
    TitleTaken: (400, "BAD_REQUEST"),
    BadXhtml: (400, "BAD_REQUEST"),
    Denied: (403, "FORBIDDEN"),
    TooLarge: (413, "REQUEST_ENTITY_TOO_LARGE"),
    Unsupported: (501, "NOT_IMPLEMENTED"),
    Broken: (500, "INTERNAL_SERVER_ERROR"),
}
"""How each refusal reads; what is not here is 400. The v1 routes of Cloud say 400 where v2 says 409 for a clash."""


def refused_v2(error: Exception) -> Response:
    """Write a refusal in the envelope of v2 (FACTS.md 4)."""
    status, code = _STATUS.get(type(error), (400, "INVALID_REQUEST_PARAMETER"))
    detail = error.detail if isinstance(error, Invalid) else None
    return v2_error(status, code, _words_v2(error), detail)


def _words_v2(error: Exception) -> str:
    match error:
        case Absent(purged=True):
            return "Not Found"
        case Stale(current=current, provided=provided):
            return (
                "Version must be incremented when updating a page."
                f" Current Version: [{current}]. Provided version: [{provided}]"
            )
        case TitleTaken():
            return (
                "A page with this title already exists:"
                " A page already exists with the same TITLE in this space"
            )
        case _:
            return str(error)


def v2_error(status: int, code: str, title: str, detail: str | None = None) -> Response:
    """Return one error in the envelope of v2."""
    return answer({"errors": [{"status": status, "code": code, "title": title, "detail": detail}]}, status)


def refused_v1(error: Exception) -> Response:
    """Write a refusal in the envelope of v1 (FACTS.md 4, 7, 8)."""
    status, code = _STATUS.get(type(error), (400, "BAD_REQUEST"))
    if isinstance(error, Clash):
        status, code = 400, "BAD_REQUEST"
    keys = (error.key,) if isinstance(error, Invalid) and error.key else ()
    return v1_error(status, _words_v1(error), reason=code.replace("_", " ").title(), keys=keys)


def _words_v1(error: Exception) -> str:
    match error:
        case Absent(what="label"):
            return f"No label found with name: {error.ident}"
        case Absent(what="space"):
            return f"No space with key : {error.ident}"
        case Absent():
            return f"No content found with id: ContentId{{id={error.ident}}}"
        case Stale(current=current):
            return (
                "com.atlassian.confluence.api.service.exceptions.ConflictException:"
                f" Version must be incremented on update. Current version is: {current}"
            )
        case TitleTaken():
            return f"A page with this title already exists: {error}"
        case _:
            return str(error)


def v1_error(
    status: int,
    message: str,
    *,
    reason: str | None = None,
    keys: tuple[str, ...] = (),
    read_only: bool = False,
) -> Response:
    """Return an error in the envelope of v1. `read_only`: it is refused because the site is."""
    errors = [{"message": {"key": key, "args": [], "translation": message}} for key in keys]
    data: dict[str, Any] = {
        "statusCode": status,
        "data": {
            "authorized": status != 403,
            "valid": not keys,
            "allowedInReadOnlyMode": not read_only,
            "errors": errors,
            "successful": False,
        },
        "message": message,
    }
    if reason:
        data["reason"] = reason
    return answer(data, status)


REFUSALS = (Refusal, BadQuery, ClientDisconnected)
"""What a route may raise in place of an answer."""
