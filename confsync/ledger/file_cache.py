"""What the last scan found in each file. A cache: losing it costs reading, never correctness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlite_utils import Database

from confsync.ledger.columns import Column, pack, pack_facts, unpack, unpack_facts
from confsync.model import CachedFile, Sha, Stat

_PUT = """
    INSERT OR REPLACE INTO file_cache (spelling, inode, size, mtime_ns, ctime_ns, hash, facts)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""


def load(db: Database) -> dict[str, CachedFile]:
    """Return everything, by spelling."""
    rows = db.execute("SELECT spelling, inode, size, mtime_ns, ctime_ns, hash, facts FROM file_cache")
    return {
        unpack(spelling): CachedFile(
            Stat(int(inode), size, mtime_ns, ctime_ns), Sha(unpack(digest)), unpack_facts(facts)
        )
        for spelling, inode, size, mtime_ns, ctime_ns, digest, facts in rows
    }


def replace(db: Database, old: Mapping[str, CachedFile], new: Mapping[str, CachedFile]) -> None:
    """Turn `old`, which is what the table holds, into `new`; only what differs is written."""
    for spelling in old.keys() - new.keys():
        db.execute("DELETE FROM file_cache WHERE spelling = ?", [pack(spelling)])
    for columns in _differing(old, new):
        db.execute(_PUT, columns)


def _differing(
    old: Mapping[str, CachedFile], new: Mapping[str, CachedFile]
) -> Iterable[list[Column | int | None]]:
    for spelling, file in new.items():
        if old.get(spelling) != file:
            stat = file.stat
            yield [
                pack(spelling),
                str(stat.inode),
                stat.size,
                stat.mtime_ns,
                stat.ctime_ns,
                pack(file.hash),
                pack_facts(file.facts),
            ]
