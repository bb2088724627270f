"""The ledger's tables, as migrations that are applied in order and never edited once released. No reading, no writing.

A migration that was applied is recorded by name in `_sqlite_migrations`; a name that this program does not know
means that a newer confsync has written the file.
"""

from __future__ import annotations

from typing import Final

from sqlite_utils import Database, Migrations

APPLICATION_ID: Final = 0x636F6E66
"""`conf` in ASCII, in SQLite's header field for this purpose: tells our files from any other SQLite file."""

TABLES: Final = frozenset(
    {"meta", "blob", "base", "folder", "attachment", "intent", "op_spent", "file_cache"}
)
"""What every ledger has."""

ADDED_TABLES: Final = {"m007_departed": frozenset({"departed", "departed_attachment"})}
"""What a ledger has since a later migration."""

MIGRATIONS: Final = frozenset(
    {
        "m001_ledger",
        "m002_moves",
        "m003_held_files",
        "m004_unlinked",
        "m005_directories",
        "m006_labels",
        "m007_departed",
        "m008_learned",
    }
)
"""The names of all migrations below: what a ledger may have applied and still be ours to open."""

migrations: Final = Migrations("confsync")


@migrations()
def m001_ledger(db: Database) -> None:
    """Create everything: whose ledger it is, base rows and texts, folders, attachments, intents, the file cache."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in _LEDGER:
        db.execute(statement)


@migrations()
def m002_moves(db: Database) -> None:
    """Give intents the old and new places of the files that they move."""
    db.execute("ALTER TABLE intent ADD COLUMN moves TEXT")


@migrations()
def m003_held_files(db: Database) -> None:
    """Let attachments be held, and record up to which page search was asked."""
    db.execute("ALTER TABLE attachment ADD COLUMN held_version INTEGER")
    db.execute("ALTER TABLE meta ADD COLUMN looked_after TEXT")


@migrations()
def m004_unlinked(db: Database) -> None:
    """Give intents the documents whose links are still to be corrected."""
    db.execute("ALTER TABLE intent ADD COLUMN unlinked TEXT")


@migrations()
def m005_directories(db: Database) -> None:
    """Let intents of moves name the directories that go as a whole."""
    db.execute("ALTER TABLE intent ADD COLUMN directories TEXT")


@migrations()
def m006_labels(db: Database) -> None:
    """Give intents the labels that both sides have when they have landed."""
    db.execute("ALTER TABLE intent ADD COLUMN labels TEXT")


@migrations()
def m007_departed(db: Database) -> None:
    """Keep the rows of pages that were trashed: such a page may come back."""
    for statement in _DEPARTED:
        db.execute(statement)


@migrations()
def m008_learned(db: Database) -> None:
    """Record what the files of held pages are, and that a ledger knows all that was pushed from its folder."""
    db.execute("ALTER TABLE base ADD COLUMN held_hash TEXT")
    db.execute("ALTER TABLE departed ADD COLUMN held_hash TEXT")
    db.execute("ALTER TABLE meta ADD COLUMN learned INTEGER NOT NULL DEFAULT 0")
    db.execute("UPDATE meta SET learned = EXISTS (SELECT 1 FROM base WHERE local_hash <> '')")


# Columns hold strings of any kind, some as BLOB (see `columns`), so the tables are not STRICT.
_LEDGER: Final = (
    """
    CREATE TABLE meta (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        base_url TEXT NOT NULL,
        space_id TEXT NOT NULL,
        root_id TEXT NOT NULL,
        converter TEXT NOT NULL
    )""",
    """
    CREATE TABLE blob (
        hash TEXT PRIMARY KEY,
        zlib BLOB NOT NULL
    )""",
    """
    CREATE TABLE base (
        page_id TEXT PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        local_hash TEXT NOT NULL,
        version INTEGER NOT NULL,
        body_hash TEXT NOT NULL,
        title TEXT NOT NULL,
        own_title TEXT NOT NULL,
        parent_id TEXT,
        labels TEXT NOT NULL,
        state TEXT NOT NULL,
        held_version INTEGER,
        pulled_version INTEGER,
        markdown TEXT REFERENCES blob (hash),
        storage TEXT REFERENCES blob (hash)
    )""",
    "CREATE INDEX base_markdown ON base (markdown)",
    "CREATE INDEX base_storage ON base (storage)",
    """
    CREATE TABLE folder (
        folder_id TEXT PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        parent_id TEXT
    )""",
    # An upload comes before the row of a page that is just being made, so the page is no foreign key.
    """
    CREATE TABLE attachment (
        page_id TEXT NOT NULL,
        name TEXT NOT NULL,
        path TEXT NOT NULL,
        hash TEXT NOT NULL,
        attachment_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (page_id, name)
    )""",
    """
    CREATE TABLE intent (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        op TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        path TEXT NOT NULL,
        page_id TEXT,
        base_version INTEGER NOT NULL,
        title TEXT NOT NULL,
        own_title TEXT NOT NULL,
        parent_id TEXT,
        source_hash TEXT NOT NULL,
        markdown TEXT REFERENCES blob (hash),
        storage TEXT REFERENCES blob (hash),
        created TEXT
    )""",
    "CREATE INDEX intent_markdown ON intent (markdown)",
    "CREATE INDEX intent_storage ON intent (storage)",
    """
    CREATE TABLE op_spent (
        op TEXT PRIMARY KEY,
        page_id TEXT NOT NULL,
        at TEXT NOT NULL
    )""",
    "CREATE INDEX op_spent_at ON op_spent (at)",
    # Inodes are strings: they are 64 bits without a sign, SQLite's integers have one.
    """
    CREATE TABLE file_cache (
        spelling TEXT PRIMARY KEY,
        inode TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        ctime_ns INTEGER NOT NULL,
        hash TEXT NOT NULL,
        facts BLOB
    )""",
)

_DEPARTED: Final = (
    """
    CREATE TABLE departed (
        page_id TEXT PRIMARY KEY,
        path TEXT NOT NULL,
        local_hash TEXT NOT NULL,
        version INTEGER NOT NULL,
        body_hash TEXT NOT NULL,
        title TEXT NOT NULL,
        own_title TEXT NOT NULL,
        parent_id TEXT,
        labels TEXT NOT NULL,
        state TEXT NOT NULL,
        held_version INTEGER,
        pulled_version INTEGER,
        markdown TEXT REFERENCES blob (hash),
        storage TEXT REFERENCES blob (hash),
        at TEXT NOT NULL
    )""",
    "CREATE INDEX departed_markdown ON departed (markdown)",
    "CREATE INDEX departed_storage ON departed (storage)",
    "CREATE INDEX departed_at ON departed (at)",
    """
    CREATE TABLE departed_attachment (
        page_id TEXT NOT NULL,
        name TEXT NOT NULL,
        path TEXT NOT NULL,
        hash TEXT NOT NULL,
        attachment_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        held_version INTEGER,
        PRIMARY KEY (page_id, name)
    )""",
)
