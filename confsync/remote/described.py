"""What an account may do, as far as Confluence says it beforehand. For people; no run depends on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

import msgspec

from confsync.errors import AuthError, RemoteError
from confsync.model import Space
from confsync.remote.http import Params
from confsync.remote.v1 import CONTENT
from confsync.remote.wire import Wire

T = TypeVar("T")

WRITING: Final = ("create pages", "edit pages", "delete pages", "attach files")
"""What pushing takes, in words for people."""

_MEANT: Final = {
    ("create", "page"): ("create pages", "edit pages"),
    ("update", "page"): ("edit pages",),
    ("delete", "page"): ("delete pages",),
    ("create", "attachment"): ("attach files",),
    ("administer", "space"): WRITING,
}


class Operation(msgspec.Struct, frozen=True, rename="camel"):
    """Cloud v2 `Operation`, v1 `OperationCheckResult`."""

    operation: str | None = None
    target_type: str | None = None


class Permitted(msgspec.Struct, frozen=True):
    """Cloud v2 `PermittedOperationsResponse`, and a v1 content with its operations expanded."""

    operations: list[Operation] | None = None


class Release(msgspec.Struct, frozen=True):
    """Data Center `ServerInformation`."""

    version: str | None = None


class Described:
    """What Cloud and Data Center alike say about themselves, for people."""

    _wire: Wire

    def clock_ahead(self) -> float | None:
        """Return by how many seconds Confluence's clock is ahead of ours; None before its first answer."""
        return self._wire.http.ahead


class CloudDescribed(Described):
    """What Cloud says about itself."""

    def release(self) -> str:
        """Return nothing: Cloud has no releases."""
        return ""

    def rights(self, space: Space) -> frozenset[str] | None:
        """Return which of `WRITING` is permitted in a space (v2 `getSpaceOperations`); None when Confluence does not say."""
        return _permitted(self._wire, f"/api/v2/spaces/{space.id}/operations")


class DataCenterDescribed(Described):
    """What Data Center says about itself."""

    def release(self) -> str:
        """Return the release (`getServerInformation`), "" when Confluence does not say."""
        found = _told(self._wire, "/rest/api/server-information", Release)
        return (found.version if found else None) or ""

    def rights(self, space: Space) -> frozenset[str] | None:
        """Return which of `WRITING` is permitted on the homepage (v1 `operations`); None when Confluence does not say.

        While the site is read only (`getAccessModeStatus`), nothing is. Data Center does not say who may create pages; who
        may edit the homepage is taken to be allowed to.
        """
        if _told(self._wire, "/rest/api/accessmode", str) == "READ_ONLY":
            return frozenset()
        if space.homepage_id is None:
            return None
        found = _permitted(self._wire, f"{CONTENT}/{space.homepage_id}", [("expand", "operations")])
        return found and found | ({"create pages"} if "edit pages" in found else frozenset())


def _permitted(wire: Wire, path: str, params: Params = ()) -> frozenset[str] | None:
    found = _told(wire, path, Permitted, params)
    return _meant(found.operations) if found and found.operations else None


def _told(wire: Wire, path: str, shape: type[T], params: Params = ()) -> T | None:
    """Read what not every release answers, and not for every account; None then."""
    try:
        return wire.read(path, shape, params)
    except AuthError:
        raise
    except RemoteError:
        return None


def _meant(operations: Iterable[Operation]) -> frozenset[str]:
    told = (_MEANT.get((one.operation or "", one.target_type or ""), ()) for one in operations)
    return frozenset(right for rights in told for right in rights)
