"""Tables of records in memory, changed in transactions and, given a path, kept in SQLite.

A change is on disk when the call that made it returns (it survives a kill of the process), or it did not happen.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, ValuesView
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

R = TypeVar("R")
Undo = tuple["Table[Any]", str, Any]
Touched = dict[tuple[str, str], "Table[Any]"]
"""Which records a transaction wrote, as (table name, key)."""


class Shelf:
    """All tables together: one lock, one transaction at a time, one file."""

    def __init__(self, path: Path | None = None) -> None:
        self.lock = threading.RLock()
        self._depth = 0
        self._undo: list[Undo] = []
        self._listeners: list[Callable[[Touched], None]] = []
        self._db = _open(path) if path is not None else None

    @contextmanager
    def change(self) -> Iterator[None]:
        """Make several writes one: all are kept, or after an exception none."""
        with self.lock:
            self._depth += 1
            try:
                yield
                if self._depth == 1:
                    self._commit()
            except BaseException:
                if self._depth == 1:
                    self._roll_back()
                raise
            finally:
                self._depth -= 1

    def listen(self, seen: Callable[[Touched], None]) -> None:
        """Call `seen` after each transaction that was kept, still under the lock."""
        self._listeners.append(seen)

    def note(self, undo: Undo) -> None:
        """Remember how a write is taken back. Writes outside of `change` are a mistake of ours."""
        if not self._depth:
            raise RuntimeError("a write outside of a transaction")
        self._undo.append(undo)

    def load(self, name: str) -> list[tuple[str, bytes]]:
        """Return what the file holds for a table."""
        if self._db is None:
            return []
        return self._db.execute("select key, record from records where name = ?", (name,)).fetchall()

    def close(self) -> None:
        """Close the file; further changes fail."""
        with self.lock:
            if self._db is not None:
                self._db.close()

    def _roll_back(self) -> None:
        for table, key, old in reversed(self._undo):
            table.restore(key, old)
        self._undo.clear()

    def _commit(self) -> None:
        touched = {(table.name, key): table for table, key, _old in self._undo}
        if self._db is not None:
            self._write(self._db, touched)
        self._undo.clear()
        for seen in self._listeners:
            seen(touched)

    @staticmethod
    def _write(db: sqlite3.Connection, touched: Touched) -> None:
        with db:
            for (name, key), table in touched.items():
                record = table.get(key)
                if record is None:
                    db.execute("delete from records where name = ? and key = ?", (name, key))
                else:
                    row = (name, key, msgspec.json.encode(record))
                    db.execute("insert or replace into records values (?, ?, ?)", row)


class Table(Generic[R]):
    """Records by key. Readers hold the shelf's lock when they need several records to fit together."""

    def __init__(self, shelf: Shelf, name: str, record: type[R]) -> None:
        self.name = name
        self._shelf = shelf
        self._watchers: list[Callable[[R | None, R | None], None]] = []
        self._rows: dict[str, R] = {
            key: msgspec.json.decode(raw, type=record) for key, raw in shelf.load(name)
        }

    def watch(self, seen: Callable[[R | None, R | None], None]) -> None:
        """Call `seen(old, new)` for every record now and at every change from now on."""
        self._watchers.append(seen)
        for record in self._rows.values():
            seen(None, record)

    def get(self, key: str) -> R | None:
        """Return a record or None."""
        return self._rows.get(key)

    def values(self) -> ValuesView[R]:
        """Return all records."""
        return self._rows.values()

    def put(self, key: str, record: R) -> R:
        """Write a record and return it."""
        self._shelf.note((self, key, self._rows.get(key)))
        self.restore(key, record)
        return record

    def drop(self, key: str) -> None:
        """Remove a record if it is there."""
        if key in self._rows:
            self._shelf.note((self, key, self._rows[key]))
            self.restore(key, None)

    def restore(self, key: str, record: R | None) -> None:
        """Set a record without a note; for `Shelf` alone."""
        old = self._rows.pop(key, None) if record is None else self._rows.get(key)
        if record is not None:
            self._rows[key] = record
        for seen in self._watchers:
            seen(old, record)


def _open(path: Path) -> sqlite3.Connection:
    """Open the file; WAL survives a kill without a sync per write."""
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, check_same_thread=False)
    db.execute("pragma journal_mode = wal")
    db.execute("pragma synchronous = normal")
    db.execute(
        "create table if not exists records"
        " (name text, key text, record blob, primary key (name, key)) without rowid"
    )
    db.commit()
    return db
