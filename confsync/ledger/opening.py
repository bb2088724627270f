"""Opening the ledger: a sound file is opened, a broken one set aside, a newer one refused. No row is read here."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from confsync.clock import Clock, SystemClock
from confsync.errors import LedgerError
from confsync.ledger import departed, intents
from confsync.ledger.schema import ADDED_TABLES, APPLICATION_ID, MIGRATIONS, TABLES, migrations
from confsync.ledger.store import SqliteLedger
from confsync.ledger.trouble import BrokenLedger, explained, is_broken

_SIDE_FILES: Final = ("-wal", "-shm")
_BUSY_SECONDS: Final = 5.0


def open_ledger(path: Path, *, dry: bool = False, clock: Clock | None = None) -> SqliteLedger:
    """Open the ledger at `path`, or make one.

    With `dry`, work on a copy in memory: nothing on the disk is made, changed or set aside, whatever is written
    to it. Otherwise a file that is not a whole ledger is renamed to `<name>.broken-<date>` with its side files, and
    `rebuilt` of the result tells so. LedgerError when the file is of a newer confsync (it is left as it is), or
    cannot be opened or written.
    """
    ticking = clock or SystemClock()
    with explained(path):
        _refuse_irregular(path)
        return _open_copy(path, ticking) if dry else _open_file(path, ticking)


def _refuse_irregular(path: Path) -> None:
    linked = path.is_symlink() or path.parent.is_symlink()
    if linked or (path.exists() and not path.is_file()):
        raise LedgerError(
            "The ledger is not a regular file in a real directory.",
            where=str(path),
            hint="Move away the link or directory there and run again.",
        )


def _open_file(path: Path, clock: Clock) -> SqliteLedger:
    path.parent.mkdir(exist_ok=True)
    _refuse_unwritable(path)
    rebuilt: str | None = None
    try:
        _examine_file(path)
    except BrokenLedger as error:
        aside = _set_aside(path, clock.now())
        rebuilt = f"{path.name} {error}; it was set aside as {aside.name} and a new ledger was started"
    db = _database(sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False))
    with ExitStack() as undo:
        undo.callback(db.close)
        db.execute("PRAGMA synchronous = FULL")
        db.enable_wal()
        _prepare(db)
        with db.atomic():
            intents.prune_spent(db, clock.now())
            departed.prune(db, clock.now())
        undo.pop_all()
    return SqliteLedger(db, path, clock=clock, rebuilt=rebuilt)


def _refuse_unwritable(path: Path) -> None:
    """Raise LedgerError for a file that cannot be written, before SQLite makes side files that cannot be, either.

    A shared memory file of that kind would outlive the repair of the ledger. It holds nothing that is not in the log.
    """
    for file in (path, Path(f"{path}-wal")):
        if file.exists() and not os.access(file, os.W_OK):
            raise LedgerError(
                "The ledger cannot be written.",
                where=str(file),
                hint="Make the file and its folder writable.",
            )
    shared = Path(f"{path}-shm")
    if shared.exists() and not os.access(shared, os.W_OK):
        shared.unlink()


def _database(connection: sqlite3.Connection) -> Database:
    # What a user has installed as plugins of sqlite-utils has no business in here.
    return Database(connection, execute_plugins=False)


def _prepare(db: Database) -> None:
    db.execute("PRAGMA foreign_keys = ON")
    if migrations.pending(db):
        migrations.apply(db)


# ---- examining --------------------------------------------------------------------------------------------------


@contextmanager
def _as_broken() -> Iterator[None]:
    """Turn SQLite's complaints about the file itself into BrokenLedger."""
    try:
        yield
    except sqlite3.Error as error:
        if is_broken(error):
            raise BrokenLedger(f"is damaged ({error})") from error
        raise


def _examine_file(path: Path) -> None:
    """Examine a file, if there is one, without changing it: a connection that writes would tidy up the evidence."""
    if path.exists():
        with _as_broken(), _reading(path) as source:
            _examine(_database(source), path)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Connect without leaving a trace. BrokenLedger when the file is not made of whole pages.

    Without a write-ahead log nobody is at work: `immutable` reads the file alone and makes no side files. With one,
    SQLite reads both, through the shared memory file that lies there, too.
    """
    alone = not Path(f"{path}-wal").exists()
    mode = "mode=ro&immutable=1" if alone else "mode=ro"
    size = path.stat().st_size
    if size == 0:
        raise BrokenLedger("is empty")
    address = f"{path.absolute().as_uri()}?{mode}"
    with closing(
        sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, check_same_thread=False)
    ) as connection:
        page_size = connection.execute("PRAGMA page_size").fetchone()[0]
        if alone and size % page_size:
            raise BrokenLedger("is cut short")
        yield connection


def _examine(db: Database, path: Path) -> None:
    """Raise BrokenLedger, or LedgerError for a newer schema, or return. Reads only."""
    found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise BrokenLedger(f"is damaged ({found})")
    tables = set(db.table_names())
    if tables <= {migrations.migrations_table}:
        return
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise BrokenLedger("is a database of another program")
    applied = {migration.name for migration in migrations.applied(db)}
    _refuse_newer(applied - MIGRATIONS, path)
    lacking = TABLES.union(*(added for name, added in ADDED_TABLES.items() if name in applied)) - tables
    if lacking:
        raise BrokenLedger("lacks tables: " + ", ".join(sorted(lacking)))
    if applied == MIGRATIONS and (gone := _whole_columns() - _columns(db)):
        raise BrokenLedger("lacks columns: " + ", ".join(sorted(gone)))


def _columns(db: Database) -> frozenset[str]:
    """Return the columns of our tables, with the table's name in front."""
    rows = db.execute("SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c").fetchall()
    return frozenset(f"{table}.{column}" for table, column in rows)


@cache
def _whole_columns() -> frozenset[str]:
    """Return the columns of a new ledger: a damaged byte in the schema is a valid database without one of them."""
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as connection:
        db = _database(connection)
        _prepare(db)
        return _columns(db)


def _refuse_newer(unknown: set[str], path: Path) -> None:
    if unknown:
        raise LedgerError(
            f"The ledger was written by a newer confsync (its migrations {', '.join(sorted(unknown))}).",
            where=str(path),
            unchanged="The ledger was left as it is.",
            hint="Update confsync, or move the file away to let it be rebuilt.",
        )


# ---- setting aside ----------------------------------------------------------------------------------------------


def _set_aside(path: Path, now: datetime) -> Path:
    """Rename the file and its side files; return where it lies now.

    The side files go first: a write-ahead log that stays behind would be replayed into the new database.
    """
    aside = _unused(path.with_name(f"{path.name}.broken-{now:%Y%m%dT%H%M%SZ}"))
    for suffix in _SIDE_FILES:
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
    path.rename(aside)
    return aside


def _unused(path: Path) -> Path:
    candidate, number = path, 2
    while candidate.exists():
        candidate, number = path.with_name(f"{path.name}-{number}"), number + 1
    return candidate


# ---- a copy in memory -------------------------------------------------------------------------------------------


def _open_copy(path: Path, clock: Clock) -> SqliteLedger:
    rebuilt: str | None = None
    try:
        db = _copied(path) if path.exists() else _memory()
    except BrokenLedger as error:
        rebuilt = f"{path.name} {error}; the next run that writes will set it aside"
        db = _memory()
    with ExitStack() as undo:
        undo.callback(db.close)
        _prepare(db)
        undo.pop_all()
    return SqliteLedger(db, path, clock=clock, rebuilt=rebuilt)


def _memory() -> Database:
    return _database(sqlite3.connect(":memory:", check_same_thread=False))


def _copied(path: Path) -> Database:
    db = _memory()
    with ExitStack() as undo, _as_broken():
        undo.callback(db.close)
        for _ in range(5):
            if _copy(path, db.conn):
                break
        _examine(db, path)
        undo.pop_all()
    return db


def _copy(path: Path, memory: sqlite3.Connection) -> bool:
    """Copy the database into memory; say whether nobody wrote in a way that the copy could have missed."""
    log, before = Path(f"{path}-wal"), path.stat()
    alone = not log.exists()
    with _reading(path) as source:
        source.backup(memory)
    after = path.stat()
    unchanged = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    return not alone or (unchanged and not log.exists())
