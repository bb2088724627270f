"""Which address shows which web page, and who may see it: anybody on this machine, and no other site."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable

from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from confsync.sandbox.browser import forms, views
from confsync.sandbox.browser.frame import frame, guarded
from confsync.sandbox.browser.visit import Visit
from confsync.sandbox.refusals import Absent, Refusal
from confsync.sandbox.store.store import Store

View = Callable[..., Response]

_LOOK: tuple[tuple[str, View], ...] = (
    ("/wiki", views.spaces),
    ("/wiki/spaces", views.spaces),
    ("/wiki/spaces/<key>", views.space),
    ("/wiki/spaces/<key>/overview", views.space),
    ("/wiki/spaces/<key>/trash", views.trash),
    ("/wiki/spaces/<_key>/pages/<ident>", views.page),
    ("/wiki/spaces/<_key>/pages/<ident>/<path:_slug>", views.page),
    ("/wiki/spaces/<_key>/pages/edit-v2/<ident>", forms.edit_form),
    ("/wiki/spaces/<_key>/folder/<ident>", views.folder),
    ("/wiki/x/<code>", views.tiny),
    ("/wiki/display/<key>", views.space),
    ("/wiki/display/<key>/<path:title>", views.by_title),
    ("/wiki/people/<account>", views.person),
    ("/wiki/pages/viewpage.action", views.by_id),
    ("/wiki/pages/resumedraft.action", forms.draft_form),
    ("/wiki/pages/viewpreviousversions.action", views.history),
    ("/wiki/pages/viewpageattachments.action", views.attachments),
    ("/wiki/pages/viewstorage.action", views.storage),
    ("/wiki/_file/<ident>", views.file),
)
_ACT: tuple[tuple[str, View], ...] = (
    ("/wiki/pages/doeditpage.action", forms.save),
    ("/wiki/pages/dotrash.action", forms.do_trash),
    ("/wiki/pages/dorestore.action", forms.do_restore),
)


class BrowserSite:
    """The pages for the browser. Whoever looks is the person with the address `visitor`."""

    def __init__(self, store: Store, visitor: str = "ann@example.com") -> None:
        self._store = store
        self._visitor = visitor
        self._secret = secrets.token_urlsafe(24)
        rules = [Rule(rule, methods=["GET"], endpoint=view) for rule, view in _LOOK]
        rules += [Rule(rule, methods=["POST"], endpoint=view) for rule, view in _ACT]
        self._map = Map(rules, strict_slashes=False, merge_slashes=False)

    def answer(self, request: Request) -> Response | None:
        """Return the page for a request; None for an address that is none of ours."""
        if request.path in ("/", "/favicon.ico"):
            return redirect("/wiki/spaces") if request.path == "/" else Response(status=404)
        try:
            view, args = self._map.bind("localhost").match(request.path, method=request.method)
        except (HTTPException, RequestRedirect):
            return None
        if refusal := self._foreign(request):
            return refusal
        visit = Visit(request, self._store, self._store.person(self._visitor), self._secret)
        named = {name: value for name, value in args.items() if not name.startswith("_")}
        try:
            with self._store.lock:
                response: Response = view(visit, **named)
        except Absent as error:
            return frame("Not found", Markup("<h1>Not found</h1><p>{}</p>").format(str(error)), status=404)
        except Refusal as error:
            return frame("Not done", Markup("<h1>Not done</h1><p>{}</p>").format(str(error)), status=400)
        return guarded(response) if "Content-Security-Policy" not in response.headers else response

    def _foreign(self, request: Request) -> Response | None:
        """Refuse forms that were not made here."""
        if request.method == "POST" and not hmac.compare_digest(
            request.form.get("secret", "").encode(), self._secret.encode()
        ):
            return Response("This form was not made here.", 403, mimetype="text/plain")
        return None
