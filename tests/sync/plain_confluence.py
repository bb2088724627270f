"""A second Confluence, as plain as Atlassian's OpenAPI files allow: what is optional in an answer is left out.

It shares nothing with the sandbox. What both deployments hold and how they are asked stands here; the routes stand in
`plain_cloud` and `plain_datacenter`. No search, no properties, no titles of links, short listings.
"""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

PART = 7
"""Rows of a listing, whatever was asked for: `limit` is an upper bound."""


@dataclass
class Item:
    """A page, or a folder: all that is ever told of it. `texts` are its versions' title, body and message."""

    id: str
    parent: str | None
    texts: list[tuple[str, str, str]]
    kind: str = "page"
    status: str = "current"
    labels: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.texts[-1][0]

    @property
    def body(self) -> str:
        return self.texts[-1][1]

    @property
    def version(self) -> int:
        return len(self.texts)


@dataclass
class File:
    """An attachment, with the contents of its versions."""

    id: str
    owner: str
    name: str
    contents: list[bytes]
    comment: str = ""


class Asked(NamedTuple):
    """A request."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    body: bytes
    kind: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def of(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[-1]

    @property
    def parts(self) -> dict[str, Message]:
        """The parts of a form, by name."""
        whole = BytesParser().parsebytes(b"Content-Type: " + self.kind.encode() + b"\r\n\r\n" + self.body)
        parts = whole.get_payload()
        assert isinstance(parts, list)
        return {part.get_param("name", header="content-disposition"): part for part in parts}


class Refusal(Exception):
    """An answer that is none: a status and a word."""

    def __init__(self, status: int, text: str = "") -> None:
        super().__init__(text)
        self.status, self.text = status, text


class Plain:
    """What it holds. `routes` is a method, a pattern and what answers; the first that fits does."""

    user, token = "ann@example.com", "plain-token-of-the-house"
    crashes: tuple[str, ...] = ()

    def __init__(self, **without: bool) -> None:
        self.without = {name for name, yes in without.items() if yes}
        self.ids = count(1001)
        self.items: dict[str, Item] = {}
        self.files: dict[str, File] = {}
        self.requests = Requests()
        self.crowd = Crowd()
        self.echoes: tuple[Collection[str], int] | None = None
        self.trashed_before_write: set[str] = set()
        self.lock = threading.RLock()
        self.home = self.add("Home", None, "<p>home</p>").id
        self.routes: list[tuple[str, str, Callable[..., Any]]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    context = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{self.context}"

    def __enter__(self) -> Plain:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # ---- what people do -----------------------------------------------------------------------------------------

    @property
    def as_person(self) -> Plain:
        return self

    def add(
        self, title: str, parent: str | None, body: str, *, kind: str = "page", message: str = ""
    ) -> Item:
        if kind == "page" and self.find(title):
            raise Refusal(400, "A page with this title already exists")
        item = Item(str(next(self.ids)), parent, [(title, body, message)], kind)
        self.items[item.id] = item
        return item

    def find(self, title: str) -> Item | None:
        pages = (i for i in self.items.values() if i.kind == "page" and i.status == "current")
        return next((page for page in pages if page.title.casefold() == title.casefold()), None)

    def brought_back(self, page_id: str) -> Item | None:
        """Return a page that a person trashes right before this write, which brings it back as it was."""
        if page_id not in self.trashed_before_write:
            return None
        self.trashed_before_write.discard(page_id)
        page = self.items[page_id]
        page.texts.append((page.title, page.body, ""))
        return page

    def read(self, page_id: str) -> str:
        return self.items[page_id].body

    def write(self, item: Item, title: str, body: str, message: str, number: int) -> None:
        if number != item.version + 1:
            raise Refusal(409, f"Version must be incremented. Current version is: {item.version}")
        holder = self.find(title)
        if holder is not None and holder is not item:
            raise Refusal(400, "A page with this title already exists")
        item.texts.append((title, body, message))

    def the(self, item_id: str, *states: str, kind: str = "page") -> Item:
        item = self.items.get(item_id)
        if item is None or item.kind != kind or item.status not in (states or ("current",)):
            raise Refusal(404, f"No content found with id: {item_id}")
        return item

    def keep_file(self, owner: str, asked: Asked, known: File | None = None) -> File:
        part, comment = asked.parts["file"], asked.parts["comment"]
        data = part.get_payload(decode=True)
        name = part.get_filename() or ""
        assert isinstance(data, bytes)
        same = (f for f in self.files.values() if f.owner == owner and f.name == name)
        file = known or next(same, None)
        if file is None:
            file = File(f"att{next(self.ids)}", owner, name, [])
            self.files[file.id] = file
        file.contents.append(data)
        file.comment = str(comment.get_payload())
        return file

    # ---- asked over the wire ------------------------------------------------------------------------------------

    def place_of(self, asked: Asked) -> str | None:
        """Return the parent whose children a request changes: a create below it, or a move to it."""
        return None

    def disturb(self, asked: Asked, login: str) -> None:
        """Refuse, as `echoes` says, with a message that repeats the login."""
        if self.echoes is not None and asked.method in self.echoes[0]:
            raise Refusal(self.echoes[1], f"{login} {self.token} is what you sent")

    def answer(self, asked: Asked) -> Any:
        for method, pattern, work in self.routes:
            fits = re.fullmatch(self.context + pattern, asked.path)
            if fits and method == asked.method:
                return work(asked, *fits.groups())
        raise Refusal(404, "no such route")


@dataclass
class Event:
    """A request that was counted."""

    method: str
    path: str


class Requests:
    """All requests since the last reset."""

    def __init__(self) -> None:
        self.api: list[Event] = []

    def reset(self) -> None:
        self.api = []

    @property
    def total(self) -> int:
        return len(self.api)


class Crowd:
    """How many requests are under way at once: at the most, and at the most for one place."""

    def __init__(self) -> None:
        self._now: Counter[str | None] = Counter()
        self._lock = threading.Lock()
        self.most, self.most_in_a_place, self.latency = 0, 0, 0.0

    @contextmanager
    def inside(self, place: str | None) -> Iterator[None]:
        with self._lock:
            self._now[place] += 1
            self.most = max(self.most, self._now.total())
            if place is not None:
                self.most_in_a_place = max(self.most_in_a_place, self._now[place])
        threading.Event().wait(self.latency)  # the way there and back
        try:
            yield
        finally:
            with self._lock:
                self._now[place] -= 1


def _handler(plain: Plain) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version, wbufsize = "HTTP/1.1", 1 << 16

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            query = parse_qs(parts.query, keep_blank_values=True)
            asked = Asked(self.command, parts.path, query, body, self.headers.get("Content-Type", ""))
            with plain.crowd.inside(plain.place_of(asked)), plain.lock:
                plain.requests.api.append(Event(self.command, parts.path))
                try:
                    plain.disturb(asked, self.headers.get("Authorization", ""))
                    status, found = 200, plain.answer(asked)
                except Refusal as refusal:
                    status, found = refusal.status, {"message": refusal.text}
            self.send(204 if found is None else status, found)

        def send(self, status: int, found: Any) -> None:
            file = isinstance(found, bytes)
            data = found if file else b"" if found is None else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/octet-stream" if file else "application/json")
            if status != 204:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = handle_one  # noqa: N815 - the names that http.server calls

        def log_message(self, *args: Any) -> None:
            """Stay silent."""

    return Handler
