"""The error tree. Imports nothing of confsync.

ConfsyncError
├── ConfigError              2   settings or credentials: file, line, key, what was expected
├── Halt                     3   a guard stopped the run; nothing was changed
│   ├── RootMissing
│   ├── SideEmptied
│   ├── MassDeletion
│   ├── OtherPlace
│   └── ConverterChanged
├── RemoteError              5   Confluence could not be reached or did not answer as itself
│   ├── Unreachable
│   ├── AuthError
│   ├── Forbidden
│   ├── NotFound
│   ├── RateLimited
│   ├── IncompleteListing
│   └── Rejected
├── LocalError               6   the folder
│   ├── UnreadableFile
│   ├── ChangedUnderneath
│   └── FolderLocked
├── LedgerError              7   the ledger
└── ConversionError          8   a document

Each error says what happened, to which page or file, what was *not* changed (`unchanged`), and what to do (`hint`).
Errors carry facts; a trouble of one page is a value in the report and ends nothing but that page's turn.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the process tells its caller. Stable; documented in docs/errors.md."""

    IN_SYNC = 0
    PENDING = 1
    USAGE = 2
    HALTED = 3
    HELD = 4
    REMOTE = 5
    LOCAL = 6
    LEDGER = 7
    CONVERSION = 8

    @classmethod
    def of_all(cls, codes: Iterable[ExitCode]) -> ExitCode:
        """Return the code that stands for several: the smallest error (2, 3, 5 to 8), else 4, else 1, else 0."""
        seen = set(codes)
        hard = seen - {cls.IN_SYNC, cls.PENDING, cls.HELD}
        return min(hard) if hard else max(seen, default=cls.IN_SYNC)


class ConfsyncError(Exception):
    """The root of all errors that confsync raises on purpose.

    `where` is the page, file or address concerned; `unchanged` says what was left alone; `hint` what to do.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE
    default_hint: ClassVar[str] = ""
    default_unchanged: ClassVar[str] = "Nothing was changed."

    def __init__(
        self, message: str, *, where: str = "", hint: str | None = None, unchanged: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = self.default_hint if hint is None else hint
        self.unchanged = self.default_unchanged if unchanged is None else unchanged


class ConfigError(ConfsyncError):
    """Settings or credentials are missing or wrong."""

    exit_code = ExitCode.USAGE
    default_hint = "See docs/configuration.md."


class Halt(ConfsyncError):
    """A guard stopped the run before it did anything."""

    exit_code = ExitCode.HALTED


class RootMissing(Halt):
    """The folder is missing, is another one, or was replaced while it was read."""

    default_hint = "Mount or restore the folder and run again."


class SideEmptied(Halt):
    """One side is empty though the ledger remembers pages."""

    default_hint = "If it is meant to be empty, remove .confsync/ledger.db and run again: nothing is deleted on the other side then."


class MassDeletion(Halt):
    """The run would delete more than `max_deletes` allows."""

    default_hint = "Check `confsync status --remote`; if the deletions are intended, pass --allow-deletes with their number."


class OtherPlace(Halt):
    """The ledger belongs to another site or space."""

    default_hint = "Restore the settings that the ledger was made with, or move .confsync/ledger.db away: a new one is built."


class ConverterChanged(Halt):
    """Everything seems edited, and the ledger was made by another version of the converter."""

    default_hint = (
        "Look at `confsync diff --remote`; if the edits are real, move .confsync/ledger.db away and run again:"
        " it is rebuilt from pages and files."
    )


class RemoteError(ConfsyncError):
    """Confluence could not be reached, or answered as something else."""

    exit_code = ExitCode.REMOTE


class Unreachable(RemoteError):
    """No connection, a timeout, or server errors without end."""

    default_hint = "Check the address and the network, then run again."


class AuthError(RemoteError):
    """The credentials were refused, or Confluence treats the account as anonymous."""

    default_hint = "Check CONFLUENCE_USER and CONFLUENCE_TOKEN."


class Forbidden(RemoteError):
    """The credentials are valid, but the account has no permission for this."""

    default_hint = "Ask an administrator of the space for permission."


class NotFound(RemoteError):
    """It does not exist, or is not visible to this account: Confluence does not say which."""


class RateLimited(RemoteError):
    """Confluence asked for a pause that is too long to wait out."""

    default_hint = "Wait and run again."

    def __init__(self, message: str, *, retry_after: float | None = None, where: str = "") -> None:
        super().__init__(message, where=where)
        self.retry_after = retry_after
        """The pause in seconds, if Confluence named one."""
        """The pause in seconds, if Confluence named one."""


class IncompleteListing(RemoteError):
    """A listing was incomplete; nothing is concluded from what it did not show."""

    default_hint = "Run again."


class Rejected(RemoteError):
    """Confluence refused a read for another reason; the message is Confluence's own."""


class LocalError(ConfsyncError):
    """A file or the folder could not be read or written."""

    exit_code = ExitCode.LOCAL


class UnreadableFile(LocalError):
    """The file exists but cannot be read."""


class ChangedUnderneath(LocalError):
    """The file was changed since the run read it; it was left alone."""

    default_hint = "Run again: the next run reads the new text."


class FolderLocked(LocalError):
    """Another confsync process is working on this folder."""

    default_hint = "Wait for it to end, or stop it."


class LedgerError(ConfsyncError):
    """The ledger cannot be opened, or was written by a newer confsync."""

    exit_code = ExitCode.LEDGER


class ConversionError(ConfsyncError):
    """A document could not be converted or the result could not be verified; it was not sent."""

    exit_code = ExitCode.CONVERSION
