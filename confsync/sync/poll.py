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

    def is_quiet(self, remote: Remote, ledger: Ledger, space: Space) -> bool:
        """Say whether the newest pages are those of the last poll, or versions that the ledger has.

        All of one answer are compared, not only those before the first known one: a search index may be late with
        one page and in time with another. The first poll is never quiet.
        """
        known, self.heads = self.heads, {p.id: p.version for p in islice(remote.newest(space), HEAD)}
        return bool(known) and all(
            known.get(page_id) == version or _is_ours(ledger, page_id, version)
            for page_id, version in self.heads.items()
        )


def _is_ours(ledger: Ledger, page_id: PageId, version: int) -> bool:
    row = ledger.row(page_id)
    return row is not None and row.version == version
