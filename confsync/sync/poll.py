"""Whether anything is new in Confluence, for two requests: what tells a daemon to look whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice

from confsync.model import PageId, Space
from confsync.sync.ports import Ledger, Remote

HEAD = 25
"""How many of the newest pages are looked at: one answer's worth (Cloud v2 and v1 give no fewer for one request)."""


@dataclass(slots=True)
class Poll:
    """Remembers the versions of the newest pages. Deletions and moves do not show here; whole looks find them."""

    heads: dict[PageId, int] = field(default_factory=dict)
    signs: dict[str, str] = field(default_factory=dict)

    def is_quiet(self, remote: Remote, ledger: Ledger, space: Space) -> bool:
        """Say whether no page is newer than at the last poll, but by our own writes, and nothing hangs on one that is new.

        The first poll is never quiet.
        """
        pages, hanging = self._no_newer_page(remote, ledger, space), self._nothing_hangs(remote, space)
        return pages and hanging

    def forget(self) -> None:
        """Make the next poll the first one: what this one saw was not brought over."""
        self.heads.clear()

    def _no_newer_page(self, remote: Remote, ledger: Ledger, space: Space) -> bool:
        """Compare all of one answer, not only what stands before the first known page.

        A search index, which Data Center asks, may be late with one page and in time with another.
        """
        known, self.heads = self.heads, {p.id: p.version for p in islice(remote.newest(space), HEAD)}
        return bool(known) and all(
            known.get(page_id) == version or _is_ours(ledger, page_id, version)
            for page_id, version in self.heads.items()
        )

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
