"""Walking the root: which names there are. Opens no file but `.confsyncignore`; what the files hold is for `scan`.

The walk does not follow symbolic links to directories, and it is repeated while names change under it: a file that
moves from a directory still to be read into one already read would otherwise look deleted.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from confsync.local.ignore import IgnoreRules, is_excluded, is_excluded_name
from confsync.model import DocPath, Problem
from confsync.planning.names import is_document, parse_conflict

_WALKS: Final = 3

Status = os.stat_result | Problem


@dataclass(slots=True)
class Listing:
    """The names below a root. Spellings are paths as the file system has them; other paths are in NFC.

    `documents` are the spellings of documents with their stats; `files` and `directories` map paths to spellings.
    """

    documents: list[tuple[str, Status]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    directories: dict[str, str] = field(default_factory=dict)
    problems: dict[DocPath, Problem] = field(default_factory=dict)
    conflict_copies: set[DocPath] = field(default_factory=set)
    ignored: set[DocPath] = field(default_factory=set)
    unseen: set[DocPath] = field(default_factory=set)
    settled: bool = True


def list_root(root: Path, rules: IgnoreRules) -> Listing:
    """List the root; OSError when the root itself cannot be read. After some walks it is returned unsettled."""
    for _ in range(_WALKS):
        walk = _Walk(root, rules)
        walk.run()
        if walk.listing.settled:
            break
    return walk.listing


class _Walk:
    """One walk, without recursion."""

    def __init__(self, root: Path, rules: IgnoreRules) -> None:
        self.listing = Listing()
        self._root = root
        self._rules = rules
        self._times: dict[str, int] = {}

    def run(self) -> None:
        waiting = [""]
        while waiting:
            directory = waiting.pop()
            try:
                entries = self._entries(directory)
            except OSError as error:
                if not directory:
                    raise
                self._unreadable(directory, error)
                continue
            self.listing.directories[normal(directory)] = directory
            for entry in entries:
                waiting.extend(self._enter(directory, entry))
        self.listing.settled = all(map(self._unchanged, self._times))

    def _entries(self, directory: str) -> list[os.DirEntry[str]]:
        path = self._root / directory
        self._times[directory] = path.stat().st_mtime_ns
        with os.scandir(path) as entries:
            return list(entries)

    def _unreadable(self, directory: str, error: OSError) -> None:
        path = DocPath(printable(directory))
        self._times.pop(directory, None)
        self.listing.problems[path] = Problem("unreadable", f"the directory: {error.strerror or error}")
        self.listing.unseen.add(path)

    def _unchanged(self, directory: str) -> bool:
        try:
            return (self._root / directory).stat().st_mtime_ns == self._times[directory]
        except OSError:
            return False

    def _enter(self, directory: str, entry: os.DirEntry[str]) -> tuple[str, ...]:
        """Note an entry; return the directory it is, if it is to be walked."""
        if is_excluded_name(entry.name):
            return ()
        spelling = f"{directory}/{entry.name}" if directory else entry.name
        if not _is_directory(entry):
            self._file(spelling, entry)
            return ()
        if entry.is_symlink() or self._rules.hides_directory(spelling):
            self.listing.unseen.add(DocPath(printable(spelling)))
            return ()
        return (spelling,)

    def _file(self, spelling: str, entry: os.DirEntry[str]) -> None:
        if not is_document(entry.name):
            self.listing.files[normal(spelling)] = spelling
        elif parse_conflict(spelling) is not None:
            self.listing.conflict_copies.add(DocPath(printable(spelling)))
        elif self._rules.hides_file(spelling):
            self.listing.ignored.add(DocPath(printable(spelling)))
        else:
            self.listing.documents.append((spelling, status_of(self._root, entry)))


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def status_of(root: Path, entry: os.DirEntry[str] | Path) -> Status:
    """Return a file's stat, or why it cannot be used: not regular, or a symbolic link out of the root."""
    try:
        if entry.is_symlink() and not stays_inside(root, Path(entry)):
            return Problem("unreadable", "it is a symbolic link that leads out of the folder or nowhere")
        status = entry.stat()
    except (FileNotFoundError, NotADirectoryError):
        return Problem("vanished", "it disappeared while the folder was being read")
    except OSError as error:
        return Problem("unreadable", error.strerror or str(error))
    if not stat.S_ISREG(status.st_mode):
        return Problem("unreadable", "it is not a regular file")
    return status


def stays_inside(root: Path, path: Path) -> bool:
    """Say whether a path, all symbolic links followed, lies in the root and in no excluded part of it."""
    try:
        real = path.resolve(strict=True).relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return False
    return not is_excluded(real.as_posix())


def normal(spelling: str) -> str:
    """Return a spelling in NFC."""
    return unicodedata.normalize("NFC", spelling)


def printable(spelling: str) -> str:
    r"""Return a spelling that can be printed: bytes that are no UTF-8 stand as `\xNN`."""
    return os.fsencode(spelling).decode("utf-8", "backslashreplace")
