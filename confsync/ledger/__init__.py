"""The ledger: SQLite, and the only place that knows it."""

from confsync.ledger.lock import FolderLock, Holder
from confsync.ledger.opening import open_ledger
from confsync.ledger.store import SqliteLedger

__all__ = ["FolderLock", "Holder", "SqliteLedger", "open_ledger"]
