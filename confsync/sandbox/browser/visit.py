"""A person looking at the wiki in a browser, and what all pages ask of that."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup
from werkzeug.wrappers import Request

from confsync.sandbox.cloud import payload_v2
from confsync.sandbox.refusals import Absent
from confsync.sandbox.store.records import Content, Space, User
from confsync.sandbox.store.store import Store


@dataclass(frozen=True, slots=True)
class Visit:
    """A person looking at the wiki. `secret` is in every form, so that no other site can send one."""

    request: Request
    store: Store
    user: User
    secret: str

    def page(self, ident: str) -> Content:
        """Return a content that this person sees."""
        return self.store.access.must_see(self.user, self.store.state.content(ident))

    def argument(self, name: str) -> str:
        """Return a query parameter; Absent without it."""
        value = self.request.args.get(name)
        if not value:
            raise Absent("page", name)
        return value

    def address(self, content: Content) -> str:
        """Return where a content is shown."""
        return "/wiki" + payload_v2.webui(self.store, content)

    def name(self, account_id: str) -> str:
        """Return a person's name."""
        found = self.store.state.users.get(account_id)
        return found.name if found is not None else "Unlicensed user"

    def space(self, key: str) -> Space:
        """Return a space by key; Absent when there is none."""
        found = self.store.tree.find_space(key)
        if found is None:
            raise Absent("space", key)
        return found

    def button(self, action: str, content: Content, words: str) -> Markup:
        """Return a button that does something to a content."""
        return Markup(
            '<form method="post" action="{}"><input type="hidden" name="secret" value="{}">'
            '<input type="hidden" name="pageId" value="{}"><button>{}</button></form>'
        ).format(action, self.secret, content.id, words)
