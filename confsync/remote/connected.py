"""What both kinds of Confluence share before any page is named: the wire, and who is at it. No route is known here."""

from __future__ import annotations

from typing import ClassVar

from confsync.model import Flavor, Site
from confsync.remote import v1
from confsync.remote.patience import Turns
from confsync.remote.wire import Wire


class Connected:
    """The part of the port `Remote` that concerns the connection itself. `known`: the site, right after a probe."""

    flavor: ClassVar[Flavor]
    account: ClassVar[str]
    """The query parameter that names an account."""

    def __init__(self, wire: Wire, known: Site | None = None) -> None:
        self._wire = wire
        self._known = known
        self._turns = Turns()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._wire.base!r})"

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def interrupt(self) -> None:
        """End all waiting, from another thread or a signal handler: what would be tried again fails at once."""
        self._wire.rest.end()

    def site(self) -> Site:
        """Say who we are; AuthError when Confluence takes us for anonymous. One request, or none right after a probe."""
        known, self._known = self._known, None
        return known or v1.site(self._wire, self.flavor)

    def name_of(self, account: str) -> str:
        """Return the name that people know an account by, "" when there is no such account."""
        return v1.name_of(self._wire, [(self.account, account)])
