"""Changing files: each write replaces exactly the bytes it expects, or nothing. What to write is for others to know.

The last look comes right before the rename. Where the system can swap two files in one step, the old one is looked at
once more *after* it: a save that came in between is put back, so that it is never lost.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from confsync.clock import Clock
from confsync.errors import ChangedUnderneath, ConfsyncError, LocalError
from confsync.local.durable import stage, sync_file, sync_folder
from confsync.local.ignore import STATE_FOLDER
from confsync.local.reading import hash_steadily
from confsync.local.rename import exchange, rename_new
from confsync.local.root import state_folder
from confsync.model import DocPath, Problem, Sha
from confsync.planning.names import stem_key

_TMP: Final = "tmp"
_TRASH: Final = "trash"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PRIVATE: Final = frozenset({STATE_FOLDER, ".git"})


class Files:
    """Effects on the files of one root. `spell` says how the disk spells a path; it may not exist yet.

    `clock` dates the trash. Safe to call from several threads: names are changed one at a time.
    """

    def __init__(self, root: Path, spell: Callable[[DocPath], str], clock: Clock) -> None:
        self._root = root
        self._spell = spell
        self._clock = clock
        self._naming = threading.Lock()

    # ---- writing ------------------------------------------------------------------------------------------------

    def write(self, path: DocPath, data: bytes, *, expect: Sha | None) -> None:
        """Replace or (expect None) create a file; see `LocalTree.write`."""
        with _told(path):
            self._install(stage(state_folder(self._root, _TMP), data), path, expect)

    def adopt(self, source: Path, path: DocPath, *, expect: Sha | None) -> None:
        """Move a file from `scratch` into place; see `LocalTree.adopt_download`."""
        with _told(path):
            sync_file(source)
            self._install(source, path, expect)

    def scratch(self) -> Path:
        """Return a fresh path on the root's file system."""
        with _told(DocPath(STATE_FOLDER)):
            return state_folder(self._root, _TMP) / f"{secrets.token_hex(8)}.part"

    def _install(self, staged: Path, path: DocPath, expect: Sha | None) -> None:
        try:
            with self._naming:
                target = self._target(path)
                if expect is None:
                    _place_new(staged, target)
                else:
                    _replace(staged, target, expect)
                sync_folder(target.parent)
        finally:
            with suppress(OSError):
                staged.unlink(missing_ok=True)

    def _target(self, path: DocPath) -> Path:
        """Return where to write a file; its directories are created, and none of them is a symbolic link."""
        if _PRIVATE.intersection(part.lower() for part in path.split("/")):
            raise LocalError("This path is not for documents.", where=path)
        target = self._root / self._spell(path)
        folder = self._root
        for part in target.parent.relative_to(self._root).parts:
            folder = folder / part
            with suppress(FileExistsError):
                folder.mkdir()
                sync_folder(folder.parent)
            _refuse_link(folder, path)
        return target

    # ---- moving -------------------------------------------------------------------------------------------------

    def move(self, path: DocPath, target: DocPath, *, expect: Sha) -> None:
        """Rename a file; see `LocalTree.move`."""
        with _told(path), self._naming:
            source = self._existing(path)
            _expect(source, expect, path)
            destination = self._target(target)
            _rename(source, destination, target)
            sync_folder(destination.parent)
            self._left(source.parent)

    def trash(self, path: DocPath, *, expect: Sha) -> DocPath:
        """Move a file to the trash; see `LocalTree.trash`."""
        with _told(path), self._naming:
            source = self._existing(path)
            _expect(source, expect, path)
            destination = self._trash_place(path)
            rename_new(source, destination)
            sync_folder(destination.parent)
            self._left(source.parent)
        return DocPath(destination.relative_to(self._root).as_posix())

    def _trash_place(self, path: DocPath) -> Path:
        now = f"{self._clock.now():%Y%m%dT%H%M%SZ}"
        above = path.parent.split("/") if path.parent else ()
        number = 1
        while True:
            place = (
                state_folder(self._root, _TRASH, now if number == 1 else f"{now}-{number}", *above)
                / path.name
            )
            if not os.path.lexists(place):
                return place
            number += 1

    def _existing(self, path: DocPath) -> Path:
        source = self._root / self._spell(path)
        folder = self._root
        for part in source.parent.relative_to(self._root).parts:
            folder = folder / part
            _refuse_link(folder, path)
        return source

    def _left(self, folder: Path) -> None:
        """Make a departure durable and remove the directories that it emptied, never the root."""
        with suppress(OSError):
            while folder != self._root:
                folder.rmdir()
                folder = folder.parent
        sync_folder(folder)

    # ---- after a crash ------------------------------------------------------------------------------------------

    def clear_scratch(self) -> None:
        """Put away what a killed run left half done. Only for the process that holds the folder's lock.

        What was being swapped may be a person's text, so it goes to the trash; downloads are removed.
        """
        folder = self._root / STATE_FOLDER / _TMP
        with _told(DocPath(STATE_FOLDER)):
            leftovers = sorted(folder.iterdir()) if folder.is_dir() and not folder.is_symlink() else []
            for leftover in leftovers:
                if leftover.suffix == ".part":
                    leftover.unlink(missing_ok=True)
                else:
                    rename_new(leftover, self._trash_place(DocPath(f"unfinished/{leftover.name}")))


# ---- the guards -------------------------------------------------------------------------------------------------


def _place_new(staged: Path, target: Path) -> None:
    try:
        rename_new(staged, target)
    except FileExistsError as error:
        raise ChangedUnderneath(
            "A file was created here meanwhile; it was left alone.", where=str(target)
        ) from error


def _replace(staged: Path, target: Path, expect: Sha) -> None:
    mode = _expect(target, expect, target)
    staged.chmod(stat.S_IMODE(mode))
    if not exchange(staged, target):
        _expect(target, expect, target)
        staged.replace(target)
    elif _hash(staged) != expect:
        _put_back(staged, target)
        raise _changed(target)


def _put_back(staged: Path, target: Path) -> None:
    """Undo a swap: `staged` holds what somebody saved in the last moment, and must not be removed with it."""
    try:
        exchange(staged, target)
    except OSError:
        staged.rename(staged.with_suffix(".kept"))


def _expect(path: Path, expect: Sha, where: DocPath | Path) -> int:
    """Return the mode of a regular file that holds what is expected; ChangedUnderneath otherwise."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ChangedUnderneath("The file is gone.", where=str(where)) from error
    if stat.S_ISLNK(mode):
        raise LocalError(
            "The file is a symbolic link, which a write would replace.",
            where=str(where),
            hint="Put a real file in its place, or hide it with .confsyncignore.",
        )
    if _hash(path) != expect:
        raise _changed(where)
    return mode


def _hash(path: Path) -> Sha | None:
    looked = hash_steadily(path)
    return None if isinstance(looked, Problem) else looked[0]


def _changed(where: DocPath | Path) -> ChangedUnderneath:
    return ChangedUnderneath("The file was changed since this run read it.", where=str(where))


def _refuse_link(folder: Path, path: DocPath) -> None:
    mode = folder.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise LocalError(
            "A directory of this path is a symbolic link.", where=path, hint="Nothing is written there."
        )
    if not stat.S_ISDIR(mode):
        raise ChangedUnderneath("A file stands where a directory should be.", where=path)


def _rename(source: Path, destination: Path, target: DocPath) -> None:
    try:
        rename_new(source, destination)
    except FileExistsError as error:
        if not _same_but_for_case(source, destination):
            raise ChangedUnderneath("Another file is at the new place.", where=target) from error
        _rename_by_steps(source, destination, target)


def _rename_by_steps(source: Path, destination: Path, target: DocPath) -> None:
    """Change the case of a name where the file system takes the new name for the old one.

    The step between is a document, too, so that a crash leaves a file that the next run finds.
    """
    between = source.with_name(f"{source.stem}.moving-{secrets.token_hex(4)}{source.suffix}")
    rename_new(source, between)
    try:
        rename_new(between, destination)
    except FileExistsError as error:  # not one file by two spellings, but a second hard link
        rename_new(between, source)
        raise ChangedUnderneath("Another file is at the new place.", where=target) from error


def _same_but_for_case(source: Path, destination: Path) -> bool:
    return stem_key(str(source)) == stem_key(str(destination)) and source.samefile(destination)


@contextmanager
def _told(path: DocPath) -> Iterator[None]:
    """Turn what the system raises into a LocalError that says what to do."""
    try:
        yield
    except ConfsyncError:
        raise
    except OSError as error:
        unchanged = "The file was left as it was."
        if error.errno in _FULL:
            raise LocalError(
                "The disk is full.", where=path, hint="Free some space and run again.", unchanged=unchanged
            ) from error
        raise LocalError(
            f"The file cannot be written: {error.strerror or error}.",
            where=path,
            hint="Check its permissions and those of its folder.",
            unchanged=unchanged,
        ) from error
    except UnicodeEncodeError as error:
        raise LocalError(
            f"The name cannot be written in this system's encoding ({error.encoding}).",
            where=path,
            hint="Run with a UTF-8 locale: LC_ALL=C.UTF-8.",
            unchanged="No file was written.",
        ) from error
