"""Which directory the root is: its place on the disk and the marker in it. Also the state folder `.confsync`."""

from __future__ import annotations

import os
import re
import stat
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from confsync.errors import LocalError, RootMissing
from confsync.local.durable import sync_folder, write_new
from confsync.local.ignore import STATE_FOLDER

_MARKER: Final = "root-id"
_MARKER_FORM: Final = re.compile(r"[0-9A-Za-z-]{8,64}")


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies a root: device, inode, and the marker's id (None without a marker)."""

    device: int
    inode: int
    marker: str | None


def identify(root: Path) -> Identity:
    """Return which directory this is. RootMissing when it is none, or cannot be looked into."""
    try:
        found = root.stat()
        if not stat.S_ISDIR(found.st_mode):
            raise RootMissing("The folder is not a directory.", where=str(root))
        return Identity(found.st_dev, found.st_ino, read_marker(root))
    except FileNotFoundError as error:
        raise RootMissing("The folder does not exist.", where=str(root)) from error
    except OSError as error:
        raise RootMissing(f"The folder cannot be read: {error.strerror}.", where=str(root)) from error


def read_marker(root: Path) -> str | None:
    """Return the id in the marker; None without a marker, or with one that holds no id."""
    try:
        with (root / STATE_FOLDER / _MARKER).open("rb") as file:
            text = file.read(200).decode("ascii", "replace").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return text if _MARKER_FORM.fullmatch(text) else None


def state_folder(root: Path, *parts: str) -> Path:
    """Return the state folder or one below it, created if needed, with a `.gitignore` that hides all of it.

    LocalError when a symbolic link is in its place: a cloned repository could lead us anywhere.
    """
    folder = root
    for part in (STATE_FOLDER, *parts):
        folder = folder / part
        with suppress(FileExistsError):
            folder.mkdir()
            sync_folder(folder.parent)  # else the trash could go with the power, and all that was moved to it
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise LocalError(
                "The state folder is not a real directory.",
                where=str(folder),
                hint="Remove the file or symbolic link there and run again.",
            )
    with suppress(FileExistsError):
        write_new(root / STATE_FOLDER / ".gitignore", b"*\n")
    return folder


def mark(root: Path) -> str:
    """Return the root's id; write the marker when there is none."""
    found = read_marker(root)
    if found is not None:
        return found
    file = state_folder(root) / _MARKER
    if os.path.lexists(file):
        file.replace(file.with_name(f"{_MARKER}.broken"))
    root_id = uuid.uuid4().hex
    write_new(file, root_id.encode() + b"\n")
    return root_id
