"""One confsync process per folder: an operating-system lock, and a note of who holds it. Nothing of the ledger itself.

The lock is the truth: it goes when its process goes, however it dies. The note beside it only helps to tell the other
process who is in the way; it is believed only while the lock is held by somebody and the process it names is alive.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from filelock import FileLock, Timeout

from confsync.clock import Clock, SystemClock
from confsync.errors import FolderLocked, LocalError


class Holder(msgspec.Struct, frozen=True):
    """Who holds a lock: a process on a machine, since when (UTC), with which command."""

    pid: int
    host: str
    since: datetime
    command: str


class FolderLock:
    """The lock on a folder's state, as a context manager. Enter: FolderLocked at once when another process holds it.

    `path` is the lock file, `.confsync/lock`; the note lies beside it as `lock.json`. `command` is what a person
    reads, such as `confsync watch`; it must hold no secrets.
    """

    def __init__(self, path: Path, command: str, *, clock: Clock | None = None) -> None:
        self.path = path
        self._note = path.with_name(path.name + ".json")
        self._command = command
        self._clock = clock or SystemClock()
        self._lock = FileLock(path, blocking=False, thread_local=False)

    def __enter__(self) -> Self:
        try:
            self._make_folder()
            self._lock.acquire()
        except Timeout as error:
            raise self._locked() from error
        except OSError as error:
            raise LocalError(
                f"The folder cannot be locked: {error.strerror or error}.",
                where=str(self.path),
                hint="Check that you have write permission there and that the file system supports locks.",
            ) from error
        self._write_note()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._note.unlink(missing_ok=True)
        self._lock.release()

    def _make_folder(self) -> None:
        # Not the root itself: where it is missing, an empty one must not take its place.
        folder = self.path.parent
        folder.mkdir(exist_ok=True)
        if folder.is_symlink():
            raise LocalError(
                "The state folder is a symbolic link.", where=str(folder), hint="Remove it and run again."
            )

    def holder(self) -> Holder | None:
        """Return who the note names; None without a readable note, or when that process is known to be gone."""
        try:
            found = msgspec.json.decode(self._note.read_bytes(), type=Holder)
        except (OSError, ValueError):
            return None
        return None if found.host == socket.gethostname() and not _alive(found.pid) else found

    def _locked(self) -> FolderLocked:
        holder = self.holder()
        if holder is None:
            return FolderLocked("Another confsync process works on this folder.", where=str(self.path))
        since = holder.since.astimezone(UTC)
        return FolderLocked(
            f"Another confsync process works on this folder: `{holder.command}`, process {holder.pid} "
            f"on {holder.host}, since {since:%Y-%m-%d %H:%M:%S} UTC.",
            where=str(self.path),
        )

    def _write_note(self) -> None:
        """Leave the note, whole or not at all. Without one the lock still holds, so a failure is no failure."""
        holder = Holder(os.getpid(), socket.gethostname(), self._clock.now(), self._command)
        half = self._note.with_name(f"{self._note.name}.{os.getpid()}.tmp")
        with suppress(OSError):
            half.write_bytes(msgspec.json.encode(holder))
            half.replace(self._note)


def _alive(pid: int) -> bool:
    if os.name == "nt":  # there, signal 0 would end the process
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
