"""The application: who asks, what goes wrong on purpose, which route answers, what is written down."""

from __future__ import annotations

import contextlib
import sys
import traceback
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import ClientDisconnected
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from confsync.sandbox.browser.site import BrowserSite
from confsync.sandbox.cloud.door import CloudDoor, Door, no_route
from confsync.sandbox.cloud.media import Tickets, serve_media
from confsync.sandbox.datacenter.door import DataCenterDoor
from confsync.sandbox.faults import Fault, Faults, Trouble, When
from confsync.sandbox.refusals import Absent, Denied
from confsync.sandbox.routes import Route
from confsync.sandbox.site.control import control
from confsync.sandbox.site.crowd import Busy, Crowd
from confsync.sandbox.site.mishaps import anonymous_for, broken_reply, late_reply
from confsync.sandbox.site.mount import Mount
from confsync.sandbox.site.requests_log import Exchange, RequestLog
from confsync.sandbox.site.serving import Effect, Reply
from confsync.sandbox.store.addresses import page_behind
from confsync.sandbox.store.records import User
from confsync.sandbox.store.store import Store
from confsync.sandbox.wire import REFUSALS, V1, V2, Desk, answer, v1_error, v2_error

OVERRUN = Fault(trouble=Trouble.STATUS, status=429, retry_after="1")
"""What a client gets that sends more at a time than the burst limit allows."""
PAGE_WRITES = frozenset({f"{V2}/pages", f"{V2}/pages/<ident>", f"{V1}/content", f"{V1}/content/<ident>"})
"""The routes that hang a page below a parent."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where this Confluence is to be found: its address with the context path, and that of the media host."""

    base: str
    media: str


class Application:
    """Answers requests. `site` must be set before the first one."""

    def __init__(self, store: Store, *, short_pages: bool = False) -> None:
        self.store = store
        self.faults = Faults()
        self.log = RequestLog()
        self.tickets = Tickets()
        self.site = Site("http://127.0.0.1/wiki", "http://127.0.0.1")
        self._short_pages = short_pages
        self._busy = Busy()
        self._crowd = Crowd()
        self._browser = BrowserSite(store)
        self.crashes: list[str] = []
        self.door: Door = CloudDoor(store.access) if store.habits.cloud else DataCenterDoor(store)
        self._switch = self.door.switchboard()

    @property
    def mount(self) -> Mount:
        """The context path."""
        return Mount(urlsplit(self.site.base).path)

    def answer(self, environ: dict[str, Any]) -> Reply:
        """Answer one request to the site; a mistake of ours reads as 500 and is kept in `crashes`."""
        try:
            return self._answer(environ)
        except ClientDisconnected:  # half of a request is none
            return Reply(Response(status=400), Effect.RESET)
        except Exception as error:  # noqa: BLE001  (the thread of a connection must not die of it)
            self.crashes.append("".join(traceback.format_exception(error)))
            sys.stderr.write(self.crashes[-1])
            return Reply(answer({"message": f"the sandbox has a mistake: {error!r}"}, 500))

    def _answer(self, environ: dict[str, Any]) -> Reply:
        environ["confsync.tickets"] = self.tickets
        mount = self.mount
        environ["PATH_INFO"] = mount.inwards(environ["PATH_INFO"])
        request = Request(environ)
        if not is_local(request.host):
            return Reply(Response("This is a local sandbox.", 403, mimetype="text/plain"))
        if request.path.startswith("/_sandbox"):
            return Reply(control(request, self.log, self.faults))
        if (shown := self._browser.answer(request)) is not None:
            self._note(request, f"{request.method} browser", shown.status_code)
            return Reply(mount.outwards(shown))
        with self._crowd.joined() as crowd:
            return self._serve(request, too_many=crowd > self.store.habits.burst)

    def _serve(self, request: Request, *, too_many: bool) -> Reply:
        found = self._switch.find(request.method, request.path)
        route = found[0].name if isinstance(found, tuple) else f"{request.method} (none)"
        self.faults.let_happen(request.method, request.path, route)
        fault = self.faults.take(request.method, request.path, route) or (OVERRUN if too_many else None)
        reply = self._with_fault(request, found, fault)
        status = 0 if reply.effect == "reset" else reply.response.status_code
        self._note(request, route, status)
        self.door.mark(reply.response)
        return reply

    def answer_media(self, environ: dict[str, Any]) -> Reply:
        """Answer one request to the media host."""
        request = Request(environ)
        response = serve_media(request, self.store, self.tickets)
        self._note(request, f"{request.method} media", response.status_code)
        return Reply(response)

    def find_page(self, address: str) -> tuple[str, str] | None:
        """Return space key and title of the page behind an address of this site; None for any other."""
        if not address.startswith(f"{self.site.base}/"):
            return None
        page = page_behind(self.store, address.removeprefix(self.site.base))
        return (self.store.state.space(page.space_id).key, page.title) if page is not None else None

    def _with_fault(self, request: Request, found: Any, fault: Fault | None) -> Reply:
        """Answer, or fail as the fault has it: before the effect, after it, or with an effect that comes late."""
        if fault is None:
            return Reply(self._respond(request, found))
        if fault.trouble is Trouble.LATE:
            again = _copy(request)
            self.faults.postpone(lambda: self._respond(again, found).close())
            return late_reply()
        if fault.trouble is Trouble.ANONYMOUS:
            anonymous_for(request)
        if fault.trouble is Trouble.SHORT:
            return Reply(self._respond(request, found, short=True))
        happened = None
        if fault.when is When.AFTER or fault.trouble in (
            Trouble.ANONYMOUS,
            Trouble.CUT,
            Trouble.SLOW,
            Trouble.STALL,
            Trouble.BROKEN_JSON,
        ):
            happened = self._respond(request, found)
        return broken_reply(fault, request, happened, self.site.base)

    def _respond(self, request: Request, found: Any, *, short: bool = False) -> Response:
        if refusal := self.door.refusal(request):
            return refusal
        user, refusal = self.door.login(request)
        if refusal is not None:
            return refusal
        return self.door.sign(self._routed(request, found, user, short=short), user)

    def _routed(self, request: Request, found: Any, user: User | None, *, short: bool) -> Response:
        if isinstance(found, int):
            return no_route(request, found)
        route, args = found
        desk = Desk(request, self.store, user, self.site.base, self.site.media, short or self._short_pages)
        with self._busy.at(self._contended(route, args, request)) as alone:
            if not alone:
                return _race_lost(request)
            return self._run(route, desk, args)

    def _run(self, route: Route, desk: Desk, args: dict[str, str]) -> Response:
        lock = self.store.lock if route.locked else contextlib.nullcontext()
        try:
            with lock:
                response = route.answerer(desk, **args)
        except REFUSALS as error:
            if desk.user is None and isinstance(error, (Absent, Denied)) and route.rule.startswith(V2):
                return v2_error(404, "NOT_FOUND", "Not Found")
            return route.envelope(error)
        if route.method == "POST" and route.rule.endswith(("/pages", "/folders", "/content")):
            self.faults.note_created(str((response.get_json(silent=True) or {}).get("id")))
        return response

    def _contended(self, route: Route, args: dict[str, str], request: Request) -> str | None:
        """Return the place that a write contends for: a parent's children, a page's files; None for the rest."""
        if route.method in ("POST", "PUT") and "/child/attachment" in route.rule:
            return f"files of {args['ident']}"
        if route.rule.endswith("/move/<place>/<target>"):
            return f"children of {args['target']}"
        if route.method in ("POST", "PUT") and route.rule in PAGE_WRITES:
            parent = _named_parent(request.get_json(silent=True))
            page = self.store.state.contents.get(args.get("ident", ""))
            if parent and (page is None or page.parent_id != parent):
                return f"children of {parent}"
        return None

    def _note(self, request: Request, route: str, status: int) -> None:
        auth = request.authorization
        body = b""
        if self.log.keep_bodies and request.is_json:
            body = request.get_data(cache=True)[:65536]
        self.log.add(
            Exchange(
                method=request.method,
                path=request.path,
                query=request.query_string.decode("utf-8", "replace"),
                route=route,
                status=status,
                user=(auth.username or "bearer") if auth is not None else "",
                agent=request.headers.get("User-Agent", ""),
                body=body,
            )
        )


def _named_parent(data: Any) -> str | None:
    """Return the parent that a write names: `parentId` in v2, the last of `ancestors` in v1."""
    match data:
        case {"parentId": parent} | {"ancestors": [*_, {"id": parent}]}:
            return str(parent)
        case _:
            return None


def _race_lost(request: Request) -> Response:
    """Answer as the server does when its database finds two writers on one row."""
    request.get_data(cache=False)
    text = (
        "org.springframework.orm.hibernate5.HibernateOptimisticLockingFailureException:"
        " OptimisticLockException: Batch update returned unexpected row count from update [0]"
    )
    if request.path.startswith(V2):
        return v2_error(409, "CONFLICT", text)
    return v1_error(500, text)


def is_local(host: str) -> bool:
    """Say whether a request names this machine: a web page that rebinds its own name to it does not."""
    name = host.rpartition(":")[0] if ":" in host.rpartition("]")[2] else host
    return name in ("127.0.0.1", "localhost", "[::1]")


def _copy(request: Request) -> Request:
    """Return a request that can be answered after its connection is gone."""
    body = request.get_data(cache=True)
    builder = EnvironBuilder(
        path=request.path,
        method=request.method,
        query_string=request.query_string.decode("latin-1"),
        headers=[(k, v) for k, v in request.headers if k.lower() != "content-length"],
        input_stream=BytesIO(body),
        content_length=len(body),
    )
    environ = builder.get_environ()
    environ["wsgi.input"] = BytesIO(body)
    environ["confsync.tickets"] = request.environ["confsync.tickets"]
    return Request(environ)
