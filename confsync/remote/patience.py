"""How long to wait and how many requests to make at once. Waits by a clock that is given; makes no request."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Condition, Event, Lock
from typing import Final

from confsync.clock import Clock

Jitter = Callable[[float], float]
"""Given a ceiling in seconds, choose a wait between nothing and it."""

QUIET: Final = 60.0
"""Seconds without a wait after which the budget is full again."""


def full_jitter(ceiling: float) -> float:
    """Choose evenly between 0 and the ceiling, so that clients which failed together do not return together."""
    return secrets.SystemRandom().uniform(0.0, ceiling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of patience, in seconds; and numbers of attempts at one request."""

    connect: float = 10.0
    """Until a connection is made."""
    read: float = 60.0
    """Until the next bytes of an answer come."""
    whole: float = 600.0
    """Until an answer has come whole; files are not bound by it."""
    attempts: int = 5
    connect_attempts: int = 3
    """Attempts where not even a connection was made."""
    first_wait: float = 0.5
    """The most that is waited after a first failure; it doubles with each up to `longest_wait`."""
    longest_wait: float = 30.0
    budget: float = 300.0
    """What all waits of a run may take together."""


class Rest:
    """Waiting that can be ended from outside, for a process that is to stop. Shared by all that waits."""

    nap: Final = 1.0

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._ended = Event()

    def end(self) -> None:
        """End all waiting, now and from now on."""
        self._ended.set()

    def sleep(self, seconds: float) -> bool:
        """Wait, in naps of at most a second; False when the waiting was ended."""
        until = self.clock.monotonic() + seconds
        while not self._ended.is_set():
            left = until - self.clock.monotonic()
            if left <= 0:
                return True
            self.clock.sleep(min(left, self.nap))
        return False


@dataclass(slots=True)
class Patience:
    """What may still be waited. The budget is one for all threads and is full again after a quiet minute."""

    rest: Rest
    limits: Limits = field(default_factory=Limits)
    jitter: Jitter = full_jitter
    _spent: float = 0.0
    _until: float = float("-inf")
    _lock: Lock = field(default_factory=Lock)

    def wait_after(self, attempt: int, asked: float | None) -> bool:
        """Wait after the n-th failed attempt, at the cost of the budget; False at once when it does not allow that.

        `asked` is what Confluence asked for, in seconds; it is never undercut, only lengthened by up to a second.
        """
        ceiling = min(self.limits.longest_wait, self.limits.first_wait * 2.0 ** (attempt - 1))
        wait = self.jitter(ceiling) if asked is None else asked + self.jitter(1.0)
        return self._draw(wait) and self.rest.sleep(wait)

    def _draw(self, seconds: float) -> bool:
        now = self.rest.clock.monotonic()
        with self._lock:
            if now - self._until > QUIET:
                self._spent = 0.0
            if self._spent + seconds > self.limits.budget:
                return False
            self._spent += seconds
            self._until = max(self._until, now + seconds)
            return True


@dataclass(slots=True)
class Gate:
    """How many requests may run at once: starts at four, grows slowly to eight, halves when Confluence asks to slow down.

    Shared by all threads. While Confluence has asked for a pause nobody passes; one that is longer than `longest` is not
    waited for, and `closed_for` tells of it.
    """

    rest: Rest
    width: int = 4
    widest: int = 8
    calm: int = 20
    """Good answers after which it widens by one."""
    longest: float = 300.0
    """Seconds that a pause may have to be waited for."""
    _inside: int = 0
    _good: int = 0
    _epoch: int = 0
    _closed_until: float = float("-inf")
    _turn: Condition = field(default_factory=Condition)

    @contextmanager
    def slot(self) -> Iterator[int]:
        """Hold one of the places; yields the epoch to hand to `slow`."""
        self._wait_out()
        with self._turn:
            self._turn.wait_for(lambda: self._inside < self.width)
            self._inside += 1
            epoch = self._epoch
        try:
            yield epoch
        finally:
            with self._turn:
                self._inside -= 1
                self._turn.notify()

    def ease(self) -> None:
        """Note a good answer; enough of them widen the gate by one."""
        with self._turn:
            self._good += 1
            if self._good >= self.calm and self.width < self.widest:
                self.width += 1
                self._good = 0
                self._turn.notify()

    def slow(self, epoch: int, pause: float = 0.0) -> None:
        """Halve the gate, once for all requests that were under way together, and close it for a pause in seconds."""
        with self._turn:
            self._good = 0
            self._closed_until = max(self._closed_until, self.rest.clock.monotonic() + pause)
            if epoch == self._epoch:
                self._epoch += 1
                self.width = max(1, self.width // 2)

    def closed_for(self) -> float:
        """Return for how many seconds Confluence does not want to be asked, where that is too long to wait; else 0."""
        left = self._left()
        return left if left > self.longest else 0.0

    def _wait_out(self) -> None:
        while 0 < (left := self._left()) <= self.longest:
            if not self.rest.sleep(left):
                return

    def _left(self) -> float:
        return self._closed_until - self.rest.clock.monotonic()


def retry_after(value: str | None, now: datetime) -> float | None:
    """Read a Retry-After header, seconds or an HTTP date, as seconds from `now`; None when absent or unreadable."""
    if not value:
        return None
    text = value.strip()
    try:
        return max(0.0, float(text)) if text.replace(".", "", 1).isdecimal() else _until(text, now)
    except (ValueError, OverflowError, TypeError):
        return None


def _until(date: str, now: datetime) -> float:
    moment = parsedate_to_datetime(date)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


class Turns:
    """One lock per key: what must not happen side by side happens in turns."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[str, tuple[Lock, int]] = {}

    @contextmanager
    def of(self, key: str) -> Iterator[None]:
        """Hold the key's turn; the key is forgotten when nobody waits for it."""
        with self._lock:
            turn, users = self._held.get(key, (Lock(), 0))
            self._held[key] = (turn, users + 1)
        try:
            with turn:
                yield
        finally:
            with self._lock:
                turn, users = self._held[key]
                if users == 1:
                    del self._held[key]
                else:
                    self._held[key] = (turn, users - 1)


class Newborns:
    """The ids made in this run: Cloud may answer 404 for a page or its files for some seconds after a create."""

    waits: Final = (0.5, 1.0, 2.0, 4.0)

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._ids: set[str] = set()

    def add(self, page_id: str) -> None:
        """Remember an id that a create just returned."""
        self._ids.add(page_id)

    def __contains__(self, page_id: object) -> bool:
        return page_id in self._ids

    def settle(self, page_id: str) -> None:
        """Forget an id that was seen: from now on a 404 means what it says."""
        self._ids.discard(page_id)

    def delays(self, page_id: str) -> Iterator[None]:
        """Yield once at once, and for a newborn again after each of a few growing waits."""
        yield
        for wait in self.waits if page_id in self._ids else ():
            if not self._rest.sleep(wait):
                return
            yield
