"""The sandbox as one thing: a store, a site and a media host on this machine, and people to act in it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from confsync.sandbox.faults import Faults
from confsync.sandbox.person import Person
from confsync.sandbox.site.mount import INSIDE
from confsync.sandbox.site.requests_log import RequestLog
from confsync.sandbox.site.server import Application, Site
from confsync.sandbox.site.serving import HttpServer
from confsync.sandbox.store.records import Space
from confsync.sandbox.store.state import Habits
from confsync.sandbox.store.store import Store


class Sandbox:
    """A local Confluence on 127.0.0.1, answering from the moment it is made until `stop`.

    `flavor` is cloud or datacenter; `context` is a Data Center's context path, which may be empty. `port` 0 takes any free one (OSError when the given one is taken). `data` is a directory that keeps it over
    restarts. `rewrites`: False keeps bodies as they were sent, which no real Confluence does. `search_lag` in
    seconds. More than `burst` requests at a time are answered with 429. `clock` gives aware times.
    """

    def __init__(
        self,
        port: int = 0,
        data: Path | None = None,
        flavor: str = "cloud",
        *,
        context: str | None = None,
        rewrites: bool = True,
        seed: int = 1,
        search_lag: float = 1.0,
        max_file: int = 100 * 1024 * 1024,
        burst: int = 20,
        short_pages: bool = False,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        cloud = flavor == "cloud"
        habits = Habits(
            rewrites=rewrites, seed=seed, search_lag=search_lag, max_file=max_file, burst=burst, cloud=cloud
        )
        self.store = Store(data, habits, clock)
        self._application = Application(self.store, short_pages=short_pages)
        self._site = HttpServer(self._application.answer, port)
        self._media = HttpServer(self._application.answer_media)
        self.port = self._site.port
        self.url = f"http://127.0.0.1:{self.port}{_context_path(context, cloud=cloud)}"
        if not cloud:
            self.user = "robot"
        self._application.site = Site(self.url, f"http://127.0.0.1:{self._media.port}")
        self.store.pages.same_site = self._application.find_page

    user = "robot@example.com"
    """Who a sync logs in as, an administrator of the spaces: an address on Cloud, a name on Data Center."""
    token = "sandbox-token"  # noqa: S105  (a token that opens nothing but this)
    """That person's API token."""

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self._application.faults

    @property
    def requests(self) -> RequestLog:
        """What was asked."""
        return self._application.log

    @property
    def as_person(self) -> Person:
        """Ann, who edits in the browser."""
        return self.person("ann@example.com")

    def person(self, email: str) -> Person:
        """Return somebody to act as; KeyError for a stranger."""
        return Person(self.store, self.store.person(email))

    @property
    def crashes(self) -> list[str]:
        """The tracebacks of mistakes of the sandbox itself; a test that sees one has found a bug here."""
        return self._application.crashes

    def create_space(self, key: str, name: str) -> Space:
        """Make another space with a homepage."""
        return self.store.tree.create_space(self.store.person(Sandbox.user), key, name)

    def serve_forever(self) -> None:
        """Wait until the process is interrupted (KeyboardInterrupt goes on to the caller)."""
        threading.Event().wait()

    def deliver_late(self) -> int:
        """Let the writes arrive that a `late` fault holds back; return how many."""
        return self.faults.deliver_late()

    def expire_downloads(self) -> None:
        """Let all download tickets grow old."""
        self._application.tickets.expire()

    def solve_riddle(self) -> None:
        """Let a person solve the riddle that Data Center sets after too many wrong passwords."""
        self._application.door.solve_riddle()

    def stop(self) -> None:
        """End it. What a `data` directory keeps is whole at any time, also without this."""
        self._site.stop()
        self._media.stop()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _context_path(context: str | None, *, cloud: bool) -> str:
    """Return the path that the site is mounted at: any on Data Center, always the same on Cloud."""
    if cloud:
        return INSIDE
    path = "/confluence" if context is None else context.rstrip("/")
    if path and not path.startswith("/"):
        raise ValueError(f"a context path begins with a slash: {context!r}")
    return path
