"""Reading a file that others may be writing: what is returned was in the file at one time. Writes nothing.

A regular file is read between two looks at its stat; when they differ it is read again, and after some attempts
reported as busy. Never opens a pipe or a device. `Reader` adds the cache: what is known by its stat is not opened.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from confsync.model import CachedFile, DocFacts, Problem, Sha, Stat, sha

MAX_DOCUMENT_BYTES: Final = 64 * 1024 * 1024
"""More than ten times the largest page that Confluence takes; a larger file is no document."""

RACY_NS: Final = 2_000_000_000
"""A file this young may change again without its stat changing; it is read at each scan until it is older."""

_ATTEMPTS: Final = 3
_CHUNK: Final = 1 << 20

T = TypeVar("T")
Inspect = Callable[[bytes], DocFacts]


def stat_of(found: os.stat_result) -> Stat:
    """Return the part of a stat that identifies a content."""
    return Stat(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def read_steadily(path: Path) -> tuple[bytes, Stat] | Problem:
    """Return a regular file's bytes and stat, or why there are none: unreadable, vanished, busy."""
    return _between_looks(path, lambda file: file.read())


def hash_steadily(path: Path) -> tuple[Sha, Stat] | Problem:
    """Return the hash of a regular file of any size and its stat, or why there is none."""
    return _between_looks(path, _digest)


def _digest(file: BinaryIO) -> Sha:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return Sha(digest.hexdigest())


def _between_looks(path: Path, take: Callable[[BinaryIO], T]) -> tuple[T, Stat] | Problem:
    for _ in range(_ATTEMPTS):
        try:
            taken = _take_once(path, take)
        except (FileNotFoundError, NotADirectoryError):
            return Problem("vanished", "it disappeared while it was being read")
        except OSError as error:
            return Problem("unreadable", error.strerror or str(error))
        if taken is not None:
            return taken
    return Problem("busy", "it kept changing while it was being read")


def _take_once(path: Path, take: Callable[[BinaryIO], T]) -> tuple[T, Stat] | Problem | None:
    """Read between two looks; None when the file changed meanwhile, or another lies in its place now."""
    # O_NONBLOCK: opening a pipe that nobody writes to would wait for ever. It means nothing to a regular file.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            return Problem("unreadable", "it is not a regular file")
        taken = take(file)
        after = os.fstat(descriptor)
    if stat_of(before) == stat_of(after) == stat_of(path.stat()):
        return taken, stat_of(after)
    return None


class Reader:
    """Reads the files of one scan. `known` is what the last scan left, `cache` what this one leaves.

    `now_ns` is when the scan began, in nanoseconds since 1970.
    """

    def __init__(self, root: Path, known: Mapping[str, CachedFile], *, now_ns: int) -> None:
        self.cache: dict[str, CachedFile] = {}
        self._root = root
        self._known = known
        self._now_ns = now_ns

    def document(
        self, spelling: str, found: os.stat_result, inspect: Inspect
    ) -> tuple[CachedFile, DocFacts] | Problem:
        """Return what a document holds."""
        known = self._trusted(spelling, found)
        if known is not None and known.facts is not None:
            return known, known.facts
        if found.st_size > MAX_DOCUMENT_BYTES:
            return Problem("unreadable", f"it is larger than {MAX_DOCUMENT_BYTES >> 20} MiB")
        read = read_steadily(self._root / spelling)
        if isinstance(read, Problem):
            return read
        data, seen = read
        facts = inspect(data)
        return self._remember(spelling, CachedFile(seen, sha(data), facts)), facts

    def asset(self, spelling: str, found: os.stat_result) -> CachedFile | Problem:
        """Return the hash of a file that is not a document."""
        known = self._trusted(spelling, found)
        if known is not None:
            return known
        read = hash_steadily(self._root / spelling)
        return read if isinstance(read, Problem) else self._remember(spelling, CachedFile(read[1], read[0]))

    def _trusted(self, spelling: str, found: os.stat_result) -> CachedFile | None:
        known = self._known.get(spelling)
        if known is None or known.stat != stat_of(found):
            return None
        self.cache[spelling] = known
        return known

    def _remember(self, spelling: str, file: CachedFile) -> CachedFile:
        if max(file.stat.mtime_ns, file.stat.ctime_ns) < self._now_ns - RACY_NS:
            self.cache[spelling] = file
        else:
            self.cache.pop(spelling, None)
        return file
