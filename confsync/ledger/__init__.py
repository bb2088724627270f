"""The ledger: what both sides last agreed on, in SQLite. No other package knows the database."""

from confsync.ledger.lock import FolderLock, Holder
from confsync.ledger.opening import open_ledger
from confsync.ledger.store import SqliteLedger

__all__ = ["FolderLock", "Holder", "SqliteLedger", "open_ledger"]
