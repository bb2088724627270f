"""What was asked of the server: one entry per request, counted by route."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request and its answer's status (0: the connection broke). `route` is method and path pattern.

    `body` is kept for JSON writes up to 64 KiB when the log was told to keep bodies. Credentials are never kept.
    """

    method: str
    path: str
    query: str
    route: str
    status: int
    user: str
    agent: str = ""
    body: bytes = b""


class RequestLog:
    """All exchanges since the last reset. Requests to the media host and to browser pages count apart."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: list[Exchange] = []
        self.keep_bodies = False

    def add(self, exchange: Exchange) -> None:
        """Write down one exchange."""
        with self._lock:
            self._seen.append(exchange)

    def reset(self) -> None:
        """Forget all."""
        with self._lock:
            self._seen.clear()

    @property
    def all(self) -> list[Exchange]:
        """All exchanges, in order."""
        with self._lock:
            return list(self._seen)

    @property
    def api(self) -> list[Exchange]:
        """The exchanges with the REST API and the download addresses."""
        return [e for e in self.all if is_api(e.path)]

    @property
    def total(self) -> int:
        """How many requests went to the REST API and the download addresses."""
        return len(self.api)

    @property
    def writes(self) -> list[Exchange]:
        """The requests to the REST API that were to change something."""
        return [e for e in self.api if e.method not in ("GET", "HEAD") and not e.path.endswith("-to-types")]

    def count(self, route: str) -> int:
        """Return how many requests a route had: `PUT /api/v2/pages/<ident>`."""
        return self.by_route()[route]

    def by_route(self) -> Counter[str]:
        """Return the number of requests per route."""
        return Counter(e.route for e in self.all)

    def describe(self) -> dict[str, Any]:
        """Return counts and exchanges as JSON, without bodies."""
        rows = [{k: v for k, v in asdict(e).items() if k != "body"} for e in self.all]
        return {"total": self.total, "routes": dict(self.by_route()), "requests": rows}


def is_api(path: str) -> bool:
    """Say whether a path is one of Confluence's own, and no page for the browser."""
    return path.startswith(("/wiki/api/", "/wiki/rest/", "/wiki/download/", "/_edge/"))
