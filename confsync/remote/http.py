"""The only user of requests: sessions bound to one host, one exchange at a time.

Nothing is sent twice from here: `wire` retries, `answers` interprets, and routes are not known here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final, Protocol
from urllib.parse import quote, urlencode, urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from confsync.clock import Clock
from confsync.remote.address import origin
from confsync.remote.answers import Answer, come_back
from confsync.remote.login import Credentials
from confsync.remote.patience import Gate, Limits
from confsync.remote.payloads import encode
from confsync.remote.punctual import punctual
from confsync.remote.tls import tls_failure

Params = Sequence[tuple[str, object]]
"""Query parameters in order; values are written as `str` writes them."""

_LOG: Final = logging.getLogger(__name__)
_CHUNK: Final = 1 << 16
_LARGEST_JSON: Final = 1 << 30
_MOST_REDIRECTS: Final = 5
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_HEADERS: Final = {
    "Accept": "application/json; charset=utf-8",
    # On GET and DELETE, too: some Data Center releases answer 415 without it.
    "Content-Type": "application/json",
    # The hyphen matters: Data Center takes "nocheck" for a forgery and answers 403.
    "X-Atlassian-Token": "no-check",
}


# ---- what is asked ----------------------------------------------------------------------------------------------


class Form(Protocol):
    """A multipart body that is read from disk while it is sent."""

    content_type: str

    def __len__(self) -> int: ...
    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        ...

    def close(self) -> None:
        """Release the file."""
        ...


class Sink(Protocol):
    """Where a download goes."""

    def begin(self, at: int) -> None:
        """Take what follows for the bytes from this one on; what is there behind it goes."""
        ...

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `path` stands behind the base; `body` is JSON, `form` makes a multipart body anew for each sending.

    `patience` is in seconds, on top of the usual time to wait for an answer; `first` the byte that a download begins with.
    """

    method: str
    path: str
    params: Params = ()
    body: Any = None
    form: Callable[[], Form] | None = None
    patience: float = 0.0
    first: int = 0

    def address(self, base: str) -> str:
        """Return the full address; blanks as %20, which every server reads alike."""
        query = urlencode(
            [(name, str(value)) for name, value in self.params], quote_via=quote, errors="replace"
        )
        return f"{base}{self.path}?{query}" if query else f"{base}{self.path}"


# ---- what comes back, beside an Answer --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lost:
    """No answer, or not all of it. `sent` is False when surely nothing reached Confluence."""

    cause: str
    sent: bool = True
    hopeless: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of a download: its whole length as announced (-1: it was not), its media type, the bytes we have."""

    announced: int
    media_type: str
    received: int


class Http:
    """A connection to one Confluence, safe to share between threads.

    `base` is the site's address without a trailing slash. Redirects are followed by downloads alone, and then without
    the credentials. TLS is verified; proxies and REQUESTS_CA_BUNDLE come from the environment, netrc has no say.
    """

    def __init__(
        self,
        base: str,
        credentials: Credentials,
        clock: Clock,
        *,
        gate: Gate,
        limits: Limits | None = None,
        certificate: str | tuple[str, str] | None = None,
    ) -> None:
        self.base = base
        self.clock = clock
        self.gate = gate
        self.limits = limits or Limits()
        self._session = _session(_OwnHostOnly(credentials, base))
        self._session.cert = certificate
        self._strangers = _session(_OwnHostOnly(None, base))
        self.ahead: float | None = None
        """By how many seconds Confluence's clock is ahead of ours, as its last answer said; None: it never did."""

    def __repr__(self) -> str:
        return f"Http({self.base!r})"

    def mount(self, adapter: HTTPAdapter) -> None:
        """Send everything through another adapter: one that records or counts."""
        for session in (self._session, self._strangers):
            session.mount("https://", adapter)
            session.mount("http://", adapter)

    def time(self) -> datetime | None:
        """Return the time by Confluence's own clock; None when it did not tell it."""
        return None if self.ahead is None else self.clock.now() + timedelta(seconds=self.ahead)

    def close(self) -> None:
        """Close all connections."""
        self._session.close()
        self._strangers.close()

    def exchange(self, call: Call) -> Answer | Lost:
        """Send a request once and read its answer to the end. UnicodeEncodeError for a body that UTF-8 cannot hold."""
        if left := self.gate.closed_for():
            return come_back(left, call.path)
        form = call.form() if call.form else None
        try:
            if form is not None:
                return self._answered(call, form, {"Content-Type": form.content_type})
            return self._answered(call, None if call.body is None else encode(call.body), {})
        finally:
            if form is not None:
                form.close()

    def fetch(self, call: Call, sink: Sink) -> Fetched | Answer | Lost:
        """Stream a file into `sink`, following redirects without the credentials; an Answer is one without a file.

        OSError when the sink cannot take it.
        """
        if left := self.gate.closed_for():
            return come_back(left, call.path)
        url, session = call.address(self.base), self._session
        with self.gate.slot() as epoch:
            for _ in range(_MOST_REDIRECTS + 1):
                try:
                    found = self._fetched(session, url, sink, call)
                except requests.RequestException as error:
                    return _lost(error)
                if not isinstance(found, str):
                    return self._regulated(found, epoch) if isinstance(found, Answer) else found
                url, session = found, self._strangers
        return Lost("the download is redirected in a circle", hopeless=True)

    # ---- one exchange -------------------------------------------------------------------------------------------

    def _answered(self, call: Call, data: Any, headers: Mapping[str, str]) -> Answer | Lost:
        with self.gate.slot() as epoch:
            started = self.clock.monotonic()
            try:
                with self._open(self._session, call, call.address(self.base), data, headers) as response:
                    answer = self._answer(response, call.path)
            except OSError as error:  # requests' own are OSErrors, too; a broken CA bundle is none of its own
                lost = _lost(error)
                _LOG.debug("%s %s: %s", call.method, call.path, lost.cause)
                return lost
            spent = self.clock.monotonic() - started
            _LOG.debug("%s %s: %d in %.3f s", call.method, call.path, answer.status, spent)
            self.ahead = answer.ahead_of(self.clock.now())
            return self._regulated(answer, epoch)

    @contextmanager
    def _open(
        self,
        session: requests.Session,
        call: Call,
        url: str,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[requests.Response]:
        request = session.prepare_request(requests.Request(call.method, url, headers, data=data))
        request.url = _as_given(url, request.url)
        settings = session.merge_environment_settings(request.url, {}, stream=True, verify=None, cert=None)
        timeout = (self.limits.connect, self.limits.read + call.patience)
        with session.send(request, timeout=timeout, allow_redirects=False, **settings) as response:
            yield response

    def _answer(self, response: requests.Response, where: str) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, self._drain(response), where)

    def _drain(self, response: requests.Response) -> bytes:
        """Read a body whole, but neither without end nor for ever: each chunk may be in time and the whole not."""
        deadline = self.clock.monotonic() + self.limits.whole
        parts, size = [], 0
        for chunk in response.iter_content(_CHUNK):
            parts.append(chunk)
            size += len(chunk)
            if size > _LARGEST_JSON or self.clock.monotonic() > deadline:
                raise requests.exceptions.ChunkedEncodingError("the answer does not end")
        return b"".join(parts)

    def _regulated(self, answer: Answer, epoch: int) -> Answer:
        if answer.status == 429:
            self.gate.slow(epoch, answer.asked_wait(self.clock.now()) or 0.0)
        elif answer.headers.get("x-ratelimit-nearlimit", "").lower() == "true":
            self.gate.slow(epoch)
        elif answer.status < 500:
            self.gate.ease()
        return answer

    # ---- one hop of a download ----------------------------------------------------------------------------------

    def _fetched(
        self, session: requests.Session, url: str, sink: Sink, call: Call
    ) -> Fetched | Answer | Lost | str:
        """Return the file's facts, an answer that is no file, or the address to go on to."""
        # As it is stored: a compressed file has neither the length that is told nor the bytes that are asked for.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={call.first}-"} if call.first else {})
        with self._open(session, call, url, headers=headers) as response:
            target = urljoin(url, response.headers.get("Location", ""))
            if response.status_code in _REDIRECTS and self._is_safe(target):
                return target
            start = _start(response, call.first)
            if start is None and call.first and response.status_code in (206, 416):
                sink.begin(0)
                return Lost("the rest of the file is not to be had")
            if start is None:
                return self._answer(response, call.path)
            return _pour(response, sink, start)

    def _is_safe(self, target: str) -> bool:
        """Say whether a redirect leads to a file rather than to a login page, and never from TLS to plain text."""
        schemes = ("https",) if self.base.startswith("https:") else ("http", "https")
        return urlsplit(target).scheme in schemes and not Answer(302, {"location": target}).is_login


class _OwnHostOnly(AuthBase):
    """Puts the credentials on requests to their own host and on no others; keeps netrc from having a say."""

    def __init__(self, credentials: Credentials | None, base: str) -> None:
        self._credentials = credentials
        self._origin = origin(base)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._credentials and origin(request.url or "") == self._origin:
            request.headers["Authorization"] = self._credentials.header
        else:
            request.headers.pop("Authorization", None)
        return request


class _Adapter(HTTPAdapter):
    """Makes connections, through proxies too, on which the head of an answer has to come whole in time."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        punctual(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        return punctual(super().proxy_manager_for(*args, **options))


def _session(auth: AuthBase) -> requests.Session:
    session = requests.Session()
    session.auth = auth
    session.headers.update(_HEADERS)
    # It must not look like a browser's: "Mozilla" wakes Data Center's forgery filter.
    session.headers["User-Agent"] = f"confsync/{_release()}"
    adapter = _Adapter(pool_connections=4, pool_maxsize=8, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _as_given(url: str, tidied: str | None) -> str | None:
    """Return an address as we have it: tidied up, a file that is called `..` is its folder, and a signature may not fit."""
    return url if re.fullmatch(r"https?://[!-~]+", url) else tidied


def _release() -> str:
    try:
        return version("confsync")
    except PackageNotFoundError:
        return "0"


def _start(response: requests.Response, first: int) -> int | None:
    """Return which byte an answer begins with: that asked for, or the first of all; None when it holds no file."""
    if response.status_code == 200:
        return 0
    told = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    rest = response.status_code == 206 and told is not None and int(told[1]) == first
    return first if rest and first else None


def _pour(response: requests.Response, sink: Sink, start: int) -> Fetched:
    sink.begin(start)
    received = start
    for chunk in response.iter_content(_CHUNK):
        sink.write(chunk)
        received += len(chunk)
    length = "" if response.headers.get("Content-Encoding") else response.headers.get("Content-Length", "")
    return Fetched(
        announced=start + int(length) if length.isdecimal() else -1,
        media_type=response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        received=received,
    )


def _lost(error: OSError) -> Lost:
    """Put a failure of the transport into words: none of the library's, which may quote addresses and headers."""
    match error:
        case requests.exceptions.SSLError():
            return Lost(tls_failure(error), sent=False, hopeless=True)
        case requests.exceptions.ProxyError():
            return Lost("the proxy refuses or does not answer", sent=False)
        case requests.exceptions.ConnectTimeout():
            return Lost("no connection in time", sent=False)
        case requests.exceptions.ReadTimeout():
            return Lost("no answer in time")
        case requests.exceptions.ChunkedEncodingError() | requests.exceptions.ContentDecodingError():
            return Lost("the answer broke off")
        case requests.exceptions.ConnectionError():
            return _broken(str(error))
        case _:
            return Lost(
                f"the address or the request is not usable ({type(error).__name__})",
                sent=False,
                hopeless=True,
            )


def _broken(text: str) -> Lost:
    if "NameResolution" in text or "getaddrinfo" in text:
        return Lost("the host name is not known", sent=False)
    if "NewConnectionError" in text or "refused" in text.lower():
        return Lost("the connection is refused", sent=False)
    return Lost("no answer in time" if "timed out" in text.lower() else "the connection broke off")
