"""Whether anything is new in Confluence, for two requests: what tells a daemon to look."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from confsync.model import Page, PageId, Space
from confsync.sync.ports import Ledger, Remote

HEAD = 25
"""How many of the newest pages are looked at: one answer's worth (Cloud v2 and v1 give no fewer for one request)."""


@dataclass(frozen=True, slots=True)
class News:
    """What a poll found. `edited`: pages that are newer than they were, but by our own writes, as they were listed.

    `more`: other things are new, or there may be more than was told of: only a whole look can tell.
    """

    edited: tuple[Page, ...] = ()
    more: bool = False

    @property
    def is_none(self) -> bool:
        """Whether nothing is new."""
        return not self.edited and not self.more


@dataclass(slots=True)
class Poll:
    """Remembers the versions of the newest pages. Deletions and moves do not show here; whole looks find them."""

    heads: dict[PageId, int] = field(default_factory=dict)
    signs: dict[str, str] = field(default_factory=dict)

    def look(self, remote: Remote, ledger: Ledger, space: Space) -> News:
        """Ask which pages were edited since the last poll, and whether anything hangs on one that is new.

        After the first poll only a whole look can tell.
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
        """Make the next poll the first one: what this one saw was not brought over."""
        self.heads.clear()

    def _nothing_hangs(self, remote: Remote, space: Space) -> bool:
        """Say whether labels, files and comments are as they were; pages that were not told of before are none of it."""
        told = remote.signs(space) or {}
        known, self.signs = self.signs, {**self.signs, **told}
        return all(
            known.get(i, sign if sign.startswith("page") else None) == sign for i, sign in told.items()
        )


def _is_ours(ledger: Ledger, page_id: PageId, version: int) -> bool:
    row = ledger.row(page_id)
    return row is not None and row.version == version
