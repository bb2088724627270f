"""Who may see and do what. Confluence does not tell absence from missing permission, so both raise Absent."""

from __future__ import annotations

import hmac
from dataclasses import replace

from confsync.sandbox.refusals import Absent, Denied
from confsync.sandbox.store.records import Content, Restriction, Role, Status, User
from confsync.sandbox.store.state import State


class Access:
    """Logins and rights. A person of None is an anonymous visitor, who sees nothing."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add_user(self, user: User) -> User:
        """Add or replace a person."""
        with self._state.shelf.change():
            return self._state.users.put(user.account_id, user)

    def by_token(self, email: str | None, token: str) -> User | None:
        """Find who logs in: by address and token, or by the token alone (Bearer)."""
        for user in self._state.users.values():
            same = hmac.compare_digest(user.token.encode(), token.encode())
            if same and (email is None or user.email.casefold() == email.casefold()):
                return user
        return None

    def by_password(self, name: str, password: str) -> User | None:
        """Find who logs in on Data Center: by name and password, which here is the person's token."""
        for user in self._state.users.values():
            same = hmac.compare_digest(user.token.encode(), password.encode())
            if same and user.username.casefold() == name.casefold():
                return user
        return None

    def revoke(self, account_id: str, *, revoked: bool = True) -> None:
        """Let a person's token die: from now on it makes an anonymous visitor."""
        with self._state.shelf.change():
            user = self._state.users.get(account_id)
            if user is not None:
                self._state.users.put(account_id, replace(user, revoked=revoked))

    def change_role(self, account_id: str, role: Role) -> None:
        """Give a person other rights."""
        with self._state.shelf.change():
            user = self._state.users.get(account_id)
            if user is not None:
                self._state.users.put(account_id, replace(user, role=role))

    def restrict(
        self,
        content_id: str,
        *,
        viewers: tuple[str, ...] | None = None,
        editors: tuple[str, ...] | None = None,
    ) -> None:
        """Let only these people (account ids) view or edit a page; None for both lifts it."""
        with self._state.shelf.change():
            if viewers is None and editors is None:
                self._state.restrictions.drop(content_id)
            else:
                wanted = Restriction(content_id=content_id, viewers=viewers, editors=editors)
                self._state.restrictions.put(content_id, wanted)

    def sees_spaces(self, user: User | None) -> bool:
        """Say whether a person sees any space at all."""
        return user is not None and user.role in (Role.ADMIN, Role.EDITOR, Role.VIEWER)

    def sees(self, user: User | None, content: Content) -> bool:
        """Say whether a person sees a page: by the space, and by the restrictions of it and all above it."""
        if user is None or not self.sees_spaces(user):
            return False
        if content.status is Status.DRAFT and content.author_id != user.account_id:
            return False
        if not self._state.restrictions.values():
            return True
        node: Content | None = content
        seen: set[str] = set()
        while node is not None and node.id not in seen:
            seen.add(node.id)
            limit = self._state.restrictions.get(node.id)
            if limit is not None and limit.viewers is not None and user.account_id not in limit.viewers:
                return False
            node = self._state.contents.get(node.parent_id or "")
        return True

    def must_see(self, user: User | None, content: Content) -> Content:
        """Return the content; Absent when the person does not see it."""
        if not self.sees(user, content):
            raise Absent(content.kind, content.id)
        return content

    def must_see_spaces(self, user: User | None, space_id: str) -> User:
        """Return the person; Absent for one who sees no space."""
        if user is None or not self.sees_spaces(user):
            raise Absent("space", space_id)
        return user

    def must_write(self, user: User | None, content: Content | None = None) -> User:
        """Return the person; Denied for one who may read but not write (a page, or in the spaces)."""
        if user is None or user.role not in (Role.ADMIN, Role.EDITOR):
            raise Denied("User does not have permission to edit content in this space")
        limit = self._state.restrictions.get(content.id) if content is not None else None
        if limit is not None and limit.editors is not None and user.account_id not in limit.editors:
            raise Denied("User does not have permission to edit this page")
        return user

    def operations(self, user: User | None) -> list[dict[str, str]]:
        """Return what a person may do, as both deployments name it."""
        allowed = [("read", "space")]
        if user is not None and user.role in (Role.ADMIN, Role.EDITOR):
            allowed += [("create", "page"), ("update", "page"), ("delete", "page"), ("create", "attachment")]
        if user is not None and user.role is Role.ADMIN:
            allowed += [("administer", "space")]
        return [{"operation": operation, "targetType": target} for operation, target in allowed]

    def must_administer(self, user: User | None) -> User:
        """Return the person; Denied for anyone who is no administrator of the spaces."""
        if user is None or user.role is not Role.ADMIN:
            raise Denied("User does not have permission to administer this space")
        return user
