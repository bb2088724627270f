"""Watching the root: the only home of watchdog. What comes out says where to look again, never what happened.

Events get lost, come late, or do not come at all (a renamed root, a network mount, a full queue). So the watcher also
looks at itself: whether its threads live, whether the root is still the directory it began with, whether the machine
slept. Whenever it cannot be sure, everything is dirty; and every ten minutes it is, in any case.
"""

from __future__ import annotations

import errno
import logging
import math
import os
import queue
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from watchdog.events import (
    EVENT_TYPE_CLOSED,
    EVENT_TYPE_CREATED,
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MODIFIED,
    EVENT_TYPE_MOVED,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserverVFS

from confsync.local.batch import Batch, Timing
from confsync.local.ignore import is_excluded_name
from confsync.local.mounts import far_file_system
from confsync.model import Dirty, DocPath

# watchdog reports its troubles by logging only; without a handler Python would print them, tracebacks and all.
logging.getLogger("watchdog").addHandler(logging.NullHandler())

_CHANGES: Final = frozenset(
    {EVENT_TYPE_CLOSED, EVENT_TYPE_CREATED, EVENT_TYPE_DELETED, EVENT_TYPE_MODIFIED, EVENT_TYPE_MOVED}
)
"""Events that can mean a change. Opening and closing what was only read is not among them: a scan would cause a scan.
Nor is a directory that is modified: what was made or removed in it has an event of its own.
"""

_PROBE_SECONDS: Final = 5.0

_GIT_HEAD: Final = ".git/HEAD"


class _Token(Enum):
    """Why a wait is cut short: to look again when the batch is due, or to return."""

    NEWS = auto()
    WAKE = auto()


class Watcher:
    """Watches one root. Use as a context manager; one thread waits, any thread or signal handler may wake it.

    `note` tells a person why it scans instead of receiving events, and what to do about it; None when it receives them.
    """

    def __init__(self, root: Path, *, timing: Timing | None = None, polling: bool = False) -> None:
        self.root = root.absolute()
        self.note: str | None = None
        self._timing = timing or Timing()
        self._polling = polling
        self._tokens: queue.SimpleQueue[_Token] = queue.SimpleQueue()
        self._batch = Batch(self._timing)
        self._observer: BaseObserver | None = None
        self._threads: list[threading.Thread] = []
        self._place: tuple[int, int] | None = None
        self._empty: set[DocPath] = set()
        now = time.monotonic()
        self._checked = now
        self._rescanned = now
        self._clock_gap = time.time() - now

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def wake(self) -> None:
        """Make the current or the next `wait` return at once. Safe in a signal handler."""
        self._tokens.put(_Token.WAKE)

    def wait(self, timeout: float) -> Dirty | None:
        """Return what became dirty, once it has been quiet; None after `timeout` seconds or a `wake`.

        While files are changing, it does not time out: half-done changes must not be taken for intended ones.
        """
        end = time.monotonic() + timeout
        while True:
            now = time.monotonic()
            if now >= self._checked + self._timing.check:
                self._check(now)
            dirty = self._batch.take(now)
            if dirty is not None and self._is_complete(dirty):
                return dirty
            due = self._batch.due()
            if now >= end and math.isinf(due):
                return None
            until = min(end if math.isinf(due) else due, self._checked + self._timing.check)
            with suppress(queue.Empty):
                if self._tokens.get(timeout=max(0.0, until - now)) is _Token.WAKE:
                    return None

    def _is_complete(self, dirty: Dirty) -> bool:
        """Say whether no file has just become empty; else keep all a little longer, once. Editors truncate, then write."""
        empty = {path for path in dirty.paths if _is_empty(self.root / path)}
        fresh, self._empty = empty - self._empty, (self._empty - dirty.paths) | empty
        if fresh:
            self._batch.put_back(dirty, self._timing.empty)
        return not fresh

    # ---- events -------------------------------------------------------------------------------------------------

    def _happened(self, event: FileSystemEvent) -> None:
        """Note an event; called in watchdog's thread."""
        if event.event_type not in _CHANGES or (
            event.is_directory and event.event_type == EVENT_TYPE_MODIFIED
        ):
            return
        gone = event.event_type in (EVENT_TYPE_DELETED, EVENT_TYPE_MOVED)
        news = False
        for place in (event.src_path, event.dest_path):
            if place:
                news |= self._dirty(
                    os.fsdecode(place), gone=gone and place == event.src_path and not event.dest_path
                )
        if news:
            self._tokens.put(_Token.NEWS)

    def _dirty(self, place: str, *, gone: bool) -> bool:
        relative = os.path.relpath(place, self.root).replace(os.sep, "/")
        if relative == ".":
            return False
        if relative == _GIT_HEAD:
            return self._batch.add(None, gone=False)
        if any(is_excluded_name(part) for part in relative.split("/")):
            return False
        try:
            relative.encode()
            path = DocPath(relative)
        except ValueError:
            return self._batch.add(None, gone=gone)
        return self._batch.add(path, gone=gone)

    # ---- looking at itself --------------------------------------------------------------------------------------

    def _check(self, now: float) -> None:
        self._checked = now
        gap = time.time() - now
        slept = gap - self._clock_gap > self._timing.slept
        self._clock_gap = gap
        if not self._alive():
            self._stop()
            self._start()
        elif not slept and now < self._rescanned + self._timing.rescan:
            return
        elif not self._complete():
            self._stop()
            self._start()
        self._rescanned = now
        self._batch.add(None, gone=False)

    def _alive(self) -> bool:
        """Say whether events can still come: the observer itself stays alive when the threads behind it have died."""
        observer = self._observer
        if observer is None:
            return _place_of(self.root) is None
        return all(thread.is_alive() for thread in self._threads) and _place_of(self.root) == self._place

    def _complete(self) -> bool:
        """Say whether every directory may be watched, those made lately among them."""
        try:
            if self.note is None:
                _probe()
        except OSError:
            return False
        return True

    def _start(self) -> None:
        """Begin to listen, or to poll where listening is not possible; nothing when the root is not there."""
        self._place = _place_of(self.root)
        if self._place is None:
            return
        far = far_file_system(self.root)
        if self._polling or far is not None:
            self.note = f"The folder is on {far}, which does not report changes." if far else None
            self._poll()
            return
        try:
            self._listen(Observer())
            _probe()
        except OSError as error:
            self._stop()
            self.note = _advice(error)
            self._poll()

    def _listen(self, observer: BaseObserver) -> None:
        self._observer = _started(observer, self._happened, self.root)
        self._threads = [one for one in threading.enumerate() if type(one).__module__.startswith("watchdog.")]

    def _poll(self) -> None:
        if self.note is not None:
            self.note += f" It is scanned every {self._timing.poll:g} seconds instead."
        observer = PollingObserverVFS(os.lstat, _list_unexcluded, polling_interval=self._timing.poll)
        with suppress(OSError):
            self._listen(observer)

    def _stop(self) -> None:
        observer, self._observer = self._observer, None
        if observer is not None:
            _close(observer)


class _Handler(FileSystemEventHandler):
    def __init__(self, happened: Callable[[FileSystemEvent], None]) -> None:
        self._happened = happened

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._happened(event)


def _started(observer: BaseObserver, happened: Callable[[FileSystemEvent], None], root: Path) -> BaseObserver:
    try:
        observer.schedule(_Handler(happened), str(root), recursive=True)
        observer.start()
    except OSError:
        observer.unschedule_all()
        raise
    return observer


def _probe() -> None:
    """Watch one more directory for a moment: OSError when the system's limit is reached, or when nothing is heard.

    watchdog passes over directories that it could not watch, as long as it could watch the root; and some systems
    accept watches and report nothing.
    """
    if sys.platform != "linux":
        return
    heard = threading.Event()
    with tempfile.TemporaryDirectory(prefix="confsync-") as folder:
        observer = _started(Observer(), lambda _: heard.set(), Path(folder))
        try:
            Path(folder, "probe").touch()
            if not heard.wait(_PROBE_SECONDS):
                raise OSError(errno.ENOMSG, "no event arrives")
        finally:
            _close(observer)


def _close(observer: BaseObserver) -> None:
    observer.stop()
    observer.join(timeout=5)


def _place_of(root: Path) -> tuple[int, int] | None:
    try:
        found = root.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISDIR(found.st_mode) else None


def _is_empty(file: Path) -> bool:
    try:
        found = file.stat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == 0


def _list_unexcluded(directory: str | None) -> Iterator[os.DirEntry[str]]:
    with os.scandir(directory) as entries:
        yield from [entry for entry in entries if not is_excluded_name(entry.name)]


def _advice(error: OSError) -> str:
    """Say why the system does not report changes, and the exact setting to raise."""
    if error.errno == errno.ENOSPC:
        return _raise_limit("max_user_watches", "directories that can be watched", 1_048_576)
    if error.errno == errno.EMFILE:
        return _raise_limit(
            "max_user_instances", "programs that can watch, or of open files (`ulimit -n`),", 1024
        )
    return f"The system does not report changes here ({error.strerror or error})."


def _raise_limit(setting: str, what: str, value: int) -> str:
    try:
        now = f" (now {Path('/proc/sys/fs/inotify', setting).read_text().strip()})"
    except OSError:
        now = ""
    return (
        f"The system's limit of {what} is reached{now}. Raise it with `sudo sysctl fs.inotify.{setting}={value}`, "
        f"and for good with a line `fs.inotify.{setting}={value}` in /etc/sysctl.d/."
    )
