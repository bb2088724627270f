"""A server that answers as it is told, a clock that does not wait, and rows as Confluence writes them."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from confsync.model import PageId, Sha, Space, SpaceId, sha
from confsync.outcome import NewPage, PageUpdate, Upload
from confsync.remote.patience import Limits

TOKEN = "ATATT3xFfGF0-secret-of-the-house"
USER = "ann@example.com"


@dataclass
class Asked:
    """A request as the server saw it."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: bytes
    port: int = 0
    line: str = ""
    """The target as it stood in the request line."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def of(self, name: str) -> list[str]:
        return [value for key, value in self.query if key == name]


@dataclass
class Reply:
    """An answer. `cut`: announce the whole length, send half of the body, and hang up."""

    status: int = 200
    body: bytes | str | dict[str, Any] | list[Any] = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False


class Reset:
    """Hang up without an answer, hard."""


class Silence:
    """Keep the connection and say nothing until the server closes."""


Answerer = Callable[[Asked], "Reply | Reset | Silence"]


class Scripted(ThreadingHTTPServer):
    """Answers with what `answer` returns and keeps what it was asked."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[Asked] = []
        self.answer: Answerer = lambda asked: Reply(404)
        self.over = threading.Event()
        self.client: Any = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/wiki"

    def script(self, *answers: Reply | Reset | Silence, then: Reply | None = None) -> None:
        """Answer in this order; the last answer, or `then`, goes on for ever.

        Only where silence is scripted is the client in a hurry: elsewhere a busy machine must not look like a fault.
        """
        if self.client is not None and any(isinstance(answer, Silence) for answer in answers):
            self.client._wire.http.limits = Limits(read=0.3)
        left = list(answers)
        lock = threading.Lock()

        def answer(asked: Asked) -> Reply | Reset | Silence:
            with lock:
                if len(left) > 1 or (left and then is not None):
                    return left.pop(0)
                return then or left[0]

        self.answer = answer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients hang up in these tests; that is not the server's trouble."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Scripted

    def _all(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = parse_qsl(parts.query, keep_blank_values=True)
        asked = Asked(self.command, parts.path, query, headers, body, self.server.server_port, self.path)
        self.server.asked.append(asked)
        self._give(self.server.answer(asked))

    def _give(self, reply: Reply | Reset | Silence) -> None:
        if isinstance(reply, Reset):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
            self.connection.close()
        elif isinstance(reply, Silence):
            self.server.over.wait(20)
            self.close_connection = True
        else:
            self._send(reply)

    def _send(self, reply: Reply) -> None:
        kind = "application/json"
        body = reply.body
        if isinstance(body, dict | list):
            body = json.dumps(body).encode()
        elif isinstance(body, str):
            kind, body = "text/html; charset=utf-8", body.encode()
        self.send_response_only(reply.status)
        for name, value in {
            "Date": self.date_time_string(),
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            **reply.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if reply.cut else body)
        if reply.cut:
            self.wfile.flush()
            self.close_connection = True

    def log_message(self, *args: Any) -> None:
        """Stay silent."""


for _method in ("GET", "POST", "PUT", "DELETE"):
    setattr(_Handler, f"do_{_method}", _Handler._all)


class StillClock:
    """A clock on which sleeping takes no time, and which remembers who slept how long."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._now = 1000.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        return datetime(2026, 11, 21, 12, 0, tzinfo=UTC) + timedelta(seconds=self._now - 1000)

    def monotonic(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self._now += seconds


SPACE = Space(id=SpaceId("65538"), key="DOC", name="Docs", homepage_id=PageId("1"))


def page_row(number: int, **more: Any) -> dict[str, Any]:
    """A page as Cloud v2 lists it."""
    return {
        "id": str(number),
        "status": "current",
        "title": f"Page {number}",
        "spaceId": "65538",
        "parentId": None,
        "parentType": None,
        "position": None,
        "authorId": "ann",
        "createdAt": "2026-01-02T03:04:05.678Z",
        "version": {
            "number": 1,
            "message": "",
            "minorEdit": False,
            "authorId": "ann",
            "createdAt": "2026-01-02T03:04:05.678Z",
        },
        "body": {},
        "_links": {"webui": f"/spaces/DOC/pages/{number}"},
        **more,
    }


def listing(*rows: Any, next: str | None = None) -> Reply:  # noqa: A002 - Confluence's own word
    """A page of a v2 listing."""
    links = {"base": "https://example.atlassian.net/wiki", **({"next": next} if next else {})}
    return Reply(200, {"results": list(rows), "_links": links})


def new_page(**more: Any) -> NewPage:
    return NewPage(**{"space": SPACE, "title": "T", "parent_id": PageId("1"), "body": "<p>x</p>", **more})


def update_to(version: int, **more: Any) -> PageUpdate:
    return PageUpdate(
        **{
            "page_id": PageId("7"),
            "space": SPACE,
            "title": "T",
            "parent_id": PageId("1"),
            "body": "<p>y</p>",
            "version": version,
            "message": "m",
            **more,
        }
    )


def upload_of(path: Path, data: bytes, **more: Any) -> Upload:
    """Write a file and return its upload."""
    path.write_bytes(data)
    return Upload(
        **{"page_id": PageId("7"), "name": path.name, "source": path, "hash": Sha(sha(data)), **more}
    )
