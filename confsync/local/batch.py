"""Dirty paths collected until no event has come for a while. Knows neither the file system nor watchdog."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final

from confsync.model import Dirty, DocPath

MAX_PATHS: Final = 500
"""More dirty paths than this are everything."""

EVERYTHING: Final = Dirty(everything=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When things are due, all in seconds.

    A batch is released after `quiet`, or twice that if something disappeared, so that both halves of a move are in one
    batch; and after `cap` in any case. The watcher checks itself every `check`, and calls everything dirty every `rescan`
    and whenever the wall clock jumped by more than `slept`. Where it must scan, it does so every `poll`. For an empty
    file it waits `empty` longer, once: somebody may be about to write it.
    """

    quiet: float = 0.5
    cap: float = 10.0
    check: float = 2.0
    rescan: float = 600.0
    poll: float = 5.0
    slept: float = 10.0
    empty: float = 2.0


class Batch:
    """What is dirty and when it is due. Filled by watchdog's thread, emptied by the waiting one."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._paths: set[DocPath] = set()
        self._everything = False
        self._first: float | None = None
        self._last = 0.0
        self._gone = False

    def add(self, path: DocPath | None, *, gone: bool) -> bool:
        """Note a path, or None for everything; say whether the batch was empty."""
        with self._lock:
            self._last = time.monotonic()
            self._gone |= gone
            if path is not None and not self._everything:
                self._paths.add(path)
            if path is None or len(self._paths) > MAX_PATHS:
                self._everything = True
                self._paths.clear()
            empty = self._first is None
            if empty:
                self._first = self._last
            return empty

    def put_back(self, dirty: Dirty, seconds: float) -> None:
        """Keep what was taken for some seconds more, or until it is quiet after other news."""
        with self._lock:
            now = time.monotonic()
            self._paths |= dirty.paths
            self._first = now if self._first is None else self._first
            self._last = max(self._last, now + seconds - self._timing.quiet)

    def due(self) -> float:
        """Return when the batch is due, on the monotonic clock; infinity when it is empty."""
        with self._lock:
            if self._first is None:
                return float("inf")
            quiet = self._timing.quiet * (2 if self._gone else 1)
            return min(self._last + quiet, self._first + self._timing.cap)

    def take(self, now: float) -> Dirty | None:
        """Give out the batch if it is due."""
        if now < self.due():
            return None
        with self._lock:
            dirty = EVERYTHING if self._everything else Dirty(frozenset(self._paths))
            self._clear()
            return dirty
