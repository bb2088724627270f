"""A daemon's poll: whether anything is new in Confluence, found out with two requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from confsync.model import Page, PageId, Space
from confsync.sync.ports import Ledger, Remote

HEAD = 25
"""How many of the newest pages are compared: as many as one answer of Cloud (v2 and v1) holds."""


@dataclass(frozen=True, slots=True)
class News:
    """What a poll found. `edited` are the pages that others edited, as they were listed.

    `more`: something else is new, or may be: only a whole run can tell.
    """

    edited: tuple[Page, ...] = ()
    more: bool = False

    @property
    def is_none(self) -> bool:
        """Whether nothing is new."""
        return not self.edited and not self.more


@dataclass(slots=True)
class Poll:
    """Remembers the versions of the newest pages. Deletions and moves do not show here; whole runs find them."""

    heads: dict[PageId, int] = field(default_factory=dict)
    signs: dict[str, str] = field(default_factory=dict)

    def look(self, remote: Remote, ledger: Ledger, space: Space) -> News:
        """Ask which pages were edited since the last poll, and whether labels, files or comments changed.

        The first poll has nothing to compare with and says `more`.
        """
        known, newest = self.heads, tuple(islice(remote.newest(space), HEAD))
        self.heads = {page.id: page.version for page in newest}
        # Compare all of one answer, not only what stands before the first known page: a search index, which
        # Data Center asks, may be late with one page and in time with another.
        edited = tuple(
            page
            for page in newest
            if known.get(page.id) != page.version and not _is_ours(ledger, page.id, page.version)
        )
        hanging = not self._nothing_hangs(remote, space)
        return News(edited, more=hanging or not known or len(edited) == HEAD)

    def forget(self) -> None:
        """Make the next poll a first one, because what this one found was not synced."""
        self.heads.clear()

    def _nothing_hangs(self, remote: Remote, space: Space) -> bool:
        """Say whether labels, files and comments are as they were; pages not listed before do not count."""
        told = remote.signs(space) or {}
        known, self.signs = self.signs, {**self.signs, **told}
        return all(
            known.get(i, sign if sign.startswith("page") else None) == sign for i, sign in told.items()
        )


def _is_ours(ledger: Ledger, page_id: PageId, version: int) -> bool:
    """Say whether the ledger knows this version, or a later one: an answer may lag behind our own writes."""
    row = ledger.row(page_id)
    return row is not None and version <= row.version
