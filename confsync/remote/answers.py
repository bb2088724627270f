"""What an answer means: a table from status, headers and text to a read's error or a write's outcome.

Nothing is sent from here. Texts are matched loosely, because their wording varies by release and deployment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlsplit

from confsync.errors import AuthError, Forbidden, NotFound, RateLimited, Rejected, RemoteError, Unreachable
from confsync.outcome import Reason, Refused, Unknown
from confsync.remote.patience import retry_after

_LONGEST: Final = 300
_TRANSIENT: Final = frozenset({408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
_LOGIN_PLACES: Final = re.compile(
    r"//(?:id\.atlassian|(?:login|sso|auth|idp|adfs|accounts)\.)|/login|log[-_]?in\.action|/sso\b|/saml|/oauth2?/|/adfs/",
    re.IGNORECASE,
)
_LOGIN_PAGE: Final = re.compile(
    rb"os_password|login-form|loginform|log ?in - |<title>[^<]*(?:log ?in|sign ?in|anmeld)|type=[\"']password",
    re.IGNORECASE,
)

_STALE: Final = re.compile(
    r"version must be incremented|optimistic ?lock|staleobjectstate|stale (?:data|object|state)|rollback-only"
    r"|unexpectedrollback|transaction rolled back|unreconciled",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(
    r"with this title already exists|already exists with the (?:same )?title|title already exists",
    re.IGNORECASE,
)
_LARGE: Final = re.compile(
    r"too large|exceeds the (?:maximum|configured|allowed)|maximum (?:\w+ )*size|request entity",
    re.IGNORECASE,
)
_REMOVED_ROUTE: Final = re.compile(r"deprecated|has been removed", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, read to its end. Header names are compared without regard to case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    where: str = ""

    @property
    def embedded(self) -> int:
        """The status that counts: v1 wraps errors into 200, with the true status inside."""
        if not 200 <= self.status < 300 or b'"statusCode"' not in self.body[:4096]:
            return self.status
        found = _json(self.body)
        code = found.get("statusCode") if isinstance(found, dict) else None
        return code if isinstance(code, int) and code >= 400 else self.status

    @property
    def is_html(self) -> bool:
        """Whether it is a page for people where JSON was due."""
        kind = self.headers.get("content-type", "").lower()
        return "html" in kind or self.body[:200].lstrip().lower().startswith((b"<!doctype html", b"<html"))

    @property
    def is_login(self) -> bool:
        """Whether it is, or leads to, a login page."""
        if 300 <= self.status < 400:
            return bool(_LOGIN_PLACES.search(self.headers.get("location", "")))
        return self.is_html and bool(_LOGIN_PAGE.search(self.body[:65536]))

    @property
    def locked_out(self) -> bool:
        """Whether Data Center wants a person to solve a captcha first."""
        denied = self.headers.get("x-authentication-denied-reason", "")
        return "AUTHENTICATION_DENIED" in self.headers.get("x-seraph-loginreason", "") or "CAPTCHA" in denied

    @property
    def anonymous(self) -> bool:
        """Whether Data Center says that it took us for nobody, or that the login it was given is none."""
        reason = self.headers.get("x-seraph-loginreason", "")
        failed = self.status != 401 and "AUTHENTICATED_FAILED" in reason and "OK" not in reason
        return failed or self.headers.get("x-ausername", "").lower() == "anonymous"

    def ahead_of(self, now: datetime) -> float | None:
        """Return by how many seconds the clock of the server is ahead; None when the answer bears no time."""
        try:
            return (parsedate_to_datetime(self.headers.get("date", "")) - now).total_seconds()
        except (ValueError, TypeError, IndexError, OverflowError):
            return None

    def asked_wait(self, now: datetime) -> float | None:
        """Return the seconds that Confluence asks us to wait; a date counts from the server's own clock, if it tells."""
        with suppress(ValueError, TypeError, IndexError, OverflowError):
            now = parsedate_to_datetime(self.headers.get("date", ""))
        return retry_after(self.headers.get("retry-after"), now)

    def explanation(self) -> str:
        """Return Confluence's own words in one line, at most 300 characters; never markup."""
        words = _said(self.body)
        text = words or _MARKUP.sub(" ", self.body[:20000].decode("utf-8", "replace"))
        line = " ".join(text.split())
        if line in ("{}", "[]", "null"):
            return ""
        return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a reading failed, whether another try makes sense, and after how many seconds at the least."""

    error: RemoteError
    again: bool = False
    after: float | None = None


def come_back(seconds: float, where: str) -> Answer:
    """Return the answer that a request would get as long as Confluence does not want to be asked."""
    return Answer(429, {"retry-after": f"{seconds:.0f}"}, where=where)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _said(body: bytes) -> str:
    try:
        return " ".join(_sentences(_json(body)))
    except RecursionError:
        return ""


def _sentences(found: Any) -> Iterator[str]:
    """Collect the sentences of both envelopes: v2 `errors[].title/detail`, v1 `message` and `data.errors[]`."""
    match found:
        case {"errors": [*errors]}:
            for error in errors:
                yield from _sentences(error)
        case {"title": str(title)}:
            detail = found.get("detail")
            yield title
            yield from _sentences(detail) if isinstance(detail, dict) else _words(detail)
        case {"message": message}:
            yield from _sentences(message) if isinstance(message, dict) else _words(message)
            yield from _sentences(found.get("data"))
        case {"translation": str(text)} | {"key": str(text)} | {"reason": str(text)} | {"error": str(text)}:
            yield text


def _words(value: object) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value


# ---- reading ----------------------------------------------------------------------------------------------------


def trouble_in(answer: Answer, after: float | None, text: str) -> Trouble | None:
    """Say what is wrong with the answer to a reading; None when its status is a good one.

    `after` is the wait that Confluence asked for, `text` its explanation with secrets removed.
    """
    status, where = answer.embedded, answer.where
    if answer.locked_out:
        return Trouble(_captcha(where))
    if answer.is_login or answer.anonymous:
        return Trouble(_not_logged_in(answer))
    if 200 <= status < 300:
        return _page_for_people(answer) if answer.is_html else None
    if 300 <= status < 400:
        return Trouble(_elsewhere(answer))
    if status == 429:
        pause = "" if after is None else f" It wants to be asked again in {after:.0f} seconds."
        said = f"Confluence limits the rate of requests ({text or 429}).{pause}"
        error = RateLimited(said, retry_after=after, where=where)
        return Trouble(error, again=True, after=after)
    if status in _TRANSIENT or (status == 403 and "cloudfront" in answer.headers.get("x-cache", "").lower()):
        return Trouble(
            Unreachable(
                f"Confluence answered with status {status}{f': {text}' if text else '.'}", where=where
            ),
            again=True,
            after=after,
        )
    return Trouble(_settled(status, where, text))


def _settled(status: int, where: str, text: str) -> RemoteError:
    said = f"Confluence answers with status {status}" + (f": {text}" if text else ".")
    match status:
        case 401:
            return AuthError(f"Confluence refused the login. {said}", where=where)
        case 403:
            return Forbidden(f"Confluence does not permit this. {said}", where=where)
        case 404:
            return NotFound(
                f"Confluence found nothing there, or nothing this account may see. {said}", where=where
            )
        case 407:
            return Unreachable(
                "The proxy requires a login.", where=where, hint="Check HTTPS_PROXY and HTTP_PROXY."
            )
        case _:
            return Rejected(said, where=where)


def _captcha(where: str) -> AuthError:
    return AuthError(
        "Confluence requires a login in the browser after too many failed logins.",
        where=where,
        hint="Log in once in the browser with this account, then check CONFLUENCE_USER and CONFLUENCE_TOKEN.",
    )


def _not_logged_in(answer: Answer) -> AuthError:
    if answer.anonymous:
        return AuthError(
            "Confluence treats this account as anonymous: the token is not accepted.", where=answer.where
        )
    return AuthError(
        "A login page answered instead of Confluence's API.",
        where=answer.where,
        hint="Check CONFLUENCE_USER and CONFLUENCE_TOKEN, and whether the site requires a VPN or single sign-on.",
    )


def _elsewhere(answer: Answer) -> RemoteError:
    host = urlsplit(answer.headers.get("location", "")).hostname or "another address"
    return RemoteError(
        f"Confluence's API redirects to {host}, which is wrong for an API; nothing was sent there.",
        where=answer.where,
        hint="Check the url in confsync.toml: https or http, the host, the context path.",
    )


def _page_for_people(answer: Answer) -> Trouble:
    error = Unreachable(
        "A web page answered instead of Confluence's API.",
        where=answer.where,
        hint="Check the url in confsync.toml, and whether a proxy or a maintenance page is in front of Confluence.",
    )
    return Trouble(error, again=True)


# ---- writing ----------------------------------------------------------------------------------------------------


def refusal(answer: Answer, text: str) -> Refused | Unknown | None:
    """Say what became of a writing: None when its status is a good one.

    Refused only where Confluence, or what stands before it, surely stopped the request; all else is Unknown.
    """
    status = answer.embedded
    if 200 <= status < 300:
        odd = answer.is_html or answer.locked_out or answer.anonymous
        return Unknown(f"an answer that is not Confluence's: {text}") if odd else None
    reason = _reason(answer, status, text)
    if reason is Reason.FORBIDDEN and answer.is_html and "xsrf" not in text.lower():
        text = f"a web page answered, as firewalls send it that dislike what a text holds: {text}"
    if reason is not None:
        return Refused(reason, status, text)
    return Unknown(f"status {answer.status}: {text}" if text else f"status {answer.status}")


def _reason(answer: Answer, status: int, text: str) -> Reason | None:
    if status == 401 or answer.locked_out or answer.anonymous or (300 <= status < 400 and answer.is_login):
        return Reason.UNAUTHORISED
    if status in (400, 409) and _TITLE.search(text):
        return Reason.TITLE_TAKEN
    if status == 409 or (status in (400, 500, 501) and _STALE.search(text)):
        return Reason.STALE
    if status == 413 or (status in (400, 404) and _LARGE.search(text)):
        return Reason.TOO_LARGE
    if status == 410 and _REMOVED_ROUTE.search(text):
        return Reason.INVALID
    return _plain_reason(status)


def _plain_reason(status: int) -> Reason | None:
    match status:
        case 403 | 405:  # what a site that is read only for a while says to writes
            return Reason.FORBIDDEN
        case 404 | 410:
            return Reason.GONE
        case 408 | 425 | 429:
            return None
        case _ if 400 <= status < 500:
            return Reason.INVALID
        case _:
            return None
