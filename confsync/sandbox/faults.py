"""Scripted faults: what goes wrong, on which requests, how often. Nothing here is random.

In-process: `faults.add(Fault(...))`. From outside: POST `/_sandbox/faults` with the same fields as JSON.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

import msgspec


class Trouble(StrEnum):
    """The ways in which an exchange goes wrong."""

    STATUS = "status"  # an error status in place of the answer
    RESET = "reset"  # the connection is reset
    CUT = "cut"  # the answer breaks off in the middle
    SLOW = "slow"  # the answer comes in drips, `seconds` apart
    STALL = "stall"  # the answer comes whole, after `seconds`
    BROKEN_JSON = "broken-json"  # 200 and half of the JSON, with a fitting length
    OTHER_JSON = "other-json"  # 200 and JSON of another shape, with `statusCode` inside
    EMPTY = "empty"  # 200 and nothing
    LOGIN_PAGE = "login-page"  # 200 and an HTML login page
    LOGIN_REDIRECT = "login-redirect"  # 302 to the login
    ANONYMOUS = "anonymous"  # the request counts as an anonymous visitor's
    ABSENT = "absent"  # 404 although it is there
    LATE = "late"  # the write is accepted by nobody now, and arrives later: the connection is reset
    SHORT = "short"  # a listing's page holds fewer rows than it could


class When(StrEnum):
    """Whether the request has its effect."""

    BEFORE = "before"  # it has none
    AFTER = "after"  # it has, and the client does not learn of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. It strikes requests whose method, and whose path or route name, match (`*` as in file names).

    `skip` matching requests go well first; then `times` go wrong (0: all), or of them each `every`th. `after_create` strikes only reads of
    contents that were created since the fault was set, each `times` times. `retry_after` is the header as it is sent.
    """

    trouble: Trouble
    method: str = "*"
    path: str = "*"
    times: int = 1
    skip: int = 0
    every: int = 1
    when: When = When.BEFORE
    status: int = 503
    retry_after: str | None = None
    html: bool = False
    message: str = ""
    seconds: float = 0.05
    after_create: bool = False


@dataclass(slots=True)
class _Armed:
    fault: Fault
    left: int
    skip: int
    reads: dict[str, int]


class Faults:
    """The faults that wait, and the writes that are on their way. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[_Armed] = []
        self._late: list[Callable[[], None]] = []
        self._created: set[str] = set()
        self._meanwhile: list[tuple[_Armed, Callable[[], object]]] = []
        self.struck = 0

    def add(self, fault: Fault) -> Faults:
        """Set a fault; return the faults, so that several can be set in one line."""
        with self._lock:
            self._armed.append(_Armed(fault, fault.times, fault.skip, {}))
        return self

    def clear(self) -> None:
        """Take all faults back. Late writes stay on their way."""
        with self._lock:
            self._armed.clear()
            self._meanwhile.clear()

    def meanwhile(
        self,
        act: Callable[[], object],
        *,
        method: str = "*",
        path: str = "*",
        times: int = 1,
        skip: int = 0,
    ) -> None:
        """Let something happen just before a matching request is answered: a colleague saves, a page goes."""
        fault = Fault(trouble=Trouble.STATUS, method=method, path=path, times=times, skip=skip)
        with self._lock:
            self._meanwhile.append((_Armed(fault, times, skip, {}), act))

    def let_happen(self, method: str, path: str, route: str) -> None:
        """Do what was to happen before this request."""
        acts = []
        with self._lock:
            for entry in list(self._meanwhile):
                armed, act = entry
                if _fits(armed.fault, method, path, route) and _due(armed):
                    acts.append(act)
                    if armed.fault.times and armed.left <= 0:
                        self._meanwhile.remove(entry)
        for act in acts:
            act()

    def take(self, method: str, path: str, route: str) -> Fault | None:
        """Return the fault that strikes a request, if one does, and count it."""
        with self._lock:
            for armed in self._armed:
                if _fits(armed.fault, method, path, route) and self._strikes(armed, path):
                    self.struck += 1
                    return armed.fault
        return None

    def note_created(self, ident: str) -> None:
        """Remember that a content was created just now."""
        with self._lock:
            self._created.add(ident)

    def postpone(self, write: Callable[[], None]) -> None:
        """Keep a write for later delivery."""
        with self._lock:
            self._late.append(write)

    def deliver_late(self) -> int:
        """Deliver the writes that were kept, in order; return how many."""
        with self._lock:
            late, self._late = self._late, []
        for write in late:
            write()
        return len(late)

    def describe(self) -> list[dict[str, Any]]:
        """Return the faults that wait, as JSON."""
        with self._lock:
            return [
                {**asdict(replace(a.fault, skip=a.skip)), "left": a.left if a.fault.times else None}
                for a in self._armed
            ]

    def _strikes(self, armed: _Armed, path: str) -> bool:
        if armed.fault.after_create:
            ident = next((part for part in path.split("/") if part in self._created), None)
            if ident is None or armed.reads.get(ident, 0) >= armed.fault.times:
                return False
            armed.reads[ident] = armed.reads.get(ident, 0) + 1
            return True
        due = _due(armed)
        if due and armed.fault.times and armed.left <= 0:
            self._armed.remove(armed)
        return due


def _due(armed: _Armed) -> bool:
    """Count a matching request; say whether it is one of those that are struck."""
    if armed.skip:
        armed.skip -= 1
        return False
    armed.skip = armed.fault.every - 1
    armed.left -= 1
    return True


def read_fault(data: Any) -> Fault:
    """Make a fault of JSON; ValueError says what does not fit."""
    try:
        return msgspec.convert(data, Fault)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None


def _fits(fault: Fault, method: str, path: str, route: str) -> bool:
    if fault.method not in ("*", method):
        return False
    return any(fnmatchcase(text, fault.path) for text in (path, path.removeprefix("/wiki"), route))
