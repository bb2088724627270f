"""Base texts: compressed, stored once per content, gone when nothing refers to them. Knows no rows beyond the references.

References are counted by asking the tables that hold them, so a count can never be wrong. A blob that does not
give back the text it is named after (a bad disk) is as good as none: base texts can be fetched again.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from sqlite_utils import Database

from confsync.model import BaseTexts, sha


def put(db: Database, text: str | None) -> str | None:
    """Store a text unless it is there; return its hash. None stays None."""
    if text is None:
        return None
    name = sha(text)
    if db.execute("SELECT 1 FROM blob WHERE hash = ?", [name]).fetchone() is None:
        data = zlib.compress(text.encode("utf-8", "surrogatepass"))
        db.execute("INSERT INTO blob (hash, zlib) VALUES (?, ?)", [name, data])
    return name


def put_texts(db: Database, texts: BaseTexts) -> tuple[str | None, str | None]:
    """Store both texts; return their hashes."""
    return put(db, texts.markdown), put(db, texts.storage)


def get(db: Database, name: str | None) -> str | None:
    """Return a text by its hash; None for None, for a hash without a blob, and for a blob that is damaged."""
    if name is None:
        return None
    row = db.execute("SELECT zlib FROM blob WHERE hash = ?", [name]).fetchone()
    if row is None:
        return None
    try:
        text = zlib.decompress(row[0]).decode("utf-8", "surrogatepass")
    except (zlib.error, UnicodeDecodeError, TypeError):
        return None
    return text if sha(text) == name else None


def get_texts(db: Database, markdown: str | None, storage: str | None) -> BaseTexts:
    """Return both texts by their hashes."""
    return BaseTexts(markdown=get(db, markdown), storage=get(db, storage))


_SWEEP = """
    DELETE FROM blob WHERE hash = :name
    AND NOT EXISTS (SELECT 1 FROM base WHERE markdown = :name)
    AND NOT EXISTS (SELECT 1 FROM base WHERE storage = :name)
    AND NOT EXISTS (SELECT 1 FROM intent WHERE markdown = :name)
    AND NOT EXISTS (SELECT 1 FROM intent WHERE storage = :name)
    AND NOT EXISTS (SELECT 1 FROM departed WHERE markdown = :name)
    AND NOT EXISTS (SELECT 1 FROM departed WHERE storage = :name)
"""


def sweep(db: Database, names: Iterable[str | None]) -> None:
    """Remove those of the named blobs that nothing refers to any more."""
    for name in set(names) - {None}:
        db.execute(_SWEEP, {"name": name})
