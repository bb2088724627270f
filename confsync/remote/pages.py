"""Listings read to their end: a list that is returned is complete, or IncompleteListing is raised.

Knows cursors and `next` links; which listing it is, and what its rows mean, is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Protocol, TypeVar

from confsync.errors import AuthError, IncompleteListing, RemoteError
from confsync.model import Page
from confsync.remote.address import api_path
from confsync.remote.http import Call, Params
from confsync.remote.payloads import Id, Listing
from confsync.remote.wire import Wire

LIMIT: Final = 250
"""The most rows that Cloud v2 gives per request (Cloud v2 OpenAPI); `next` decides, never the number received."""

_MOST_PARTS: Final = 20_000
_MOST_BARREN: Final = 3


class Row(Protocol):
    """A row of a listing, which has an id."""

    @property
    def id(self) -> Id:
        """Its id."""
        ...


R = TypeVar("R", bound=Row)
S = TypeVar("S")


def parts(wire: Wire, path: str, shape: type[Listing[S]], params: Params = ()) -> Iterator[Listing[S]]:
    """Yield a listing part by part, following `next` after our own base.

    The first part's errors come as they are. Later ones are IncompleteListing, except for a login that is refused.
    """
    part = wire.read(path, shape, params)
    seen: set[str] = set()
    barren = 0
    yield part
    while (follow := _next(part, path, params)) is not None:
        barren = 0 if part.results else barren + 1
        if not follow or follow in seen or len(seen) >= _MOST_PARTS or barren > _MOST_BARREN:
            raise IncompleteListing("Confluence's listing repeats itself or leads nowhere.", where=path)
        seen.add(follow)
        part = _further(wire, follow, shape, path)
        yield part


def _next(part: Listing[S], path: str, params: Params) -> str | None:
    """Return the address of the next part; None at the end, "" when that is unknown."""
    if part.next is not None:
        return api_path(part.next, path) or ""
    if not part.next_cursor:
        return None
    # A scan on Data Center always tells the cursor, and not in every release the address (Data Center narrative).
    return Call(method="GET", path=path, params=[*params, ("cursor", part.next_cursor)]).address("")


def _further(wire: Wire, follow: str, shape: type[Listing[S]], path: str) -> Listing[S]:
    try:
        return wire.read(follow, shape)
    except AuthError:
        raise
    except RemoteError as error:
        raise IncompleteListing(
            f"A listing broke off: {error.message}", where=path, hint=error.hint or None
        ) from error


def rows(
    wire: Wire,
    path: str,
    shape: type[Listing[R]],
    params: Params = (),
    *,
    newer: Callable[[R, R], bool] = lambda _, __: True,
) -> list[R]:
    """Return all rows, each id once: a row that moved while we walked may come twice, then the `newer` one counts."""
    return kept(wire, path, shape, params, read=lambda row: row, newer=newer)


def kept(
    wire: Wire,
    path: str,
    shape: type[Listing[S]],
    params: Params,
    *,
    read: Callable[[S], R | None],
    newer: Callable[[R, R], bool],
) -> list[R]:
    """Return what is to be kept of all rows, as `rows` does: what `read` makes of each, None for nothing.

    No more than one part is held as it came. A listing that goes on and on without a new row is incomplete, not endless.
    """
    found: dict[str, R] = {}
    barren = 0
    for part in parts(wire, path, shape, params):
        before = len(found)
        for row in filter(None, map(read, part.results)):
            known = found.get(str(row.id))
            if known is None or newer(row, known):
                found[str(row.id)] = row
        barren = barren + 1 if len(found) == before else 0
        if barren > _MOST_BARREN:
            raise IncompleteListing("Confluence's listing goes on without new entries.", where=path)
    return list(found.values())


def is_later(page: Page, known: Page) -> bool:
    """Say whether a page that came twice came as new the second time."""
    return page.version >= known.version
