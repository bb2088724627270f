"""Durable writes: a new file is written beside, flushed to disk, and put in place in one step. Knows no root and no guards.

Every function leaves either the old or the new content under a name, whatever happens, and removes what it began.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from confsync.local.rename import rename_new


def stage(folder: Path, data: bytes, mode: int | None = None) -> Path:
    """Write a new file in `folder` and force it to the disk; return its path. With `mode`, its permission bits."""
    path = folder / f".confsync-{secrets.token_hex(8)}.tmp"
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if mode is not None:
                path.chmod(mode)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
    return path


def write_new(path: Path, data: bytes) -> None:
    """Create a file, whole or not at all; FileExistsError when something is there."""
    staged = stage(path.parent, data)
    try:
        rename_new(staged, path)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Force a file that somebody else wrote to the disk."""
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Force a directory's entries to the disk, where the system can do that."""
    if os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
