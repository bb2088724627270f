"""SQLite's errors in words that a person can act on. The only place that knows SQLite's error codes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from confsync.errors import LedgerError

_BROKEN: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_SENTENCES: Final = {
    sqlite3.SQLITE_ERROR: (
        "it lacks what every ledger has",
        "Move the file away and run again: the ledger is rebuilt from Confluence and the files.",
    ),
    sqlite3.SQLITE_FULL: ("the disk is full", "Free some space and run again."),
    sqlite3.SQLITE_READONLY: ("it cannot be written", "Make the file and its folder writable."),
    sqlite3.SQLITE_CANTOPEN: (
        "it cannot be opened",
        "Check that its folder exists and that you may write there.",
    ),
    sqlite3.SQLITE_PERM: ("access was denied", "Check the permissions of the file and its folder."),
    sqlite3.SQLITE_BUSY: ("another program has locked it", "Close that program and run again."),
    sqlite3.SQLITE_IOERR: (
        "the disk failed to read or write it",
        "Check the disk, its free space and quotas.",
    ),
    sqlite3.SQLITE_CORRUPT: ("it is damaged", "Run again: it will be set aside and rebuilt."),
    sqlite3.SQLITE_NOTADB: ("it is not a database", "Run again: it will be set aside and rebuilt."),
}


class BrokenLedger(Exception):
    """The file is no ledger, or not a whole one. Never leaves this package."""


def is_broken(error: sqlite3.Error) -> bool:
    """Say whether an error means that the file itself is damaged, and not what is around it."""
    return _primary_code(error) in _BROKEN


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite raises, and values that no ledger holds, into a LedgerError about the file."""
    try:
        yield
    except sqlite3.Error as error:
        sentence, hint = _SENTENCES.get(_primary_code(error), (str(error), "Run again."))
        raise LedgerError(f"The ledger failed: {sentence} ({error}).", where=str(path), hint=hint) from error
    except OSError as error:
        raise LedgerError(
            f"The ledger failed: {error.strerror or error}.",
            where=str(error.filename or path),
            hint="Check that the folder exists, that you may write there, and that there is space.",
        ) from error
    except (ValueError, TypeError, OverflowError) as error:
        raise LedgerError(
            f"The ledger holds, or was given, an invalid value: {error}.",
            where=str(path),
            hint="Move the file away and run again: the ledger is rebuilt from Confluence and the files.",
        ) from error


def _primary_code(error: sqlite3.Error) -> int:
    # Extended codes keep the primary one in their lowest byte. Errors of the Python module itself have none.
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return 0 if code is None else code & 0xFF
