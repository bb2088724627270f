"""Time and chance as ports, so that a simulation can own both."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import Protocol

from confsync.model import OpId


class Clock(Protocol):
    """What the engine asks of time."""

    def now(self) -> datetime:
        """Return the wall-clock time, aware, in UTC. For people and logs; never compared to a server's time."""
        ...

    def monotonic(self) -> float:
        """Return seconds from some fixed instant; only differences mean something."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class OpIds(Protocol):
    """The source of operation ids."""

    def new(self) -> OpId:
        """Return an id that was never returned before, of at least 20 letters and digits."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the wall-clock time."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return the monotonic clock's reading in seconds."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class RandomOpIds:
    """Operation ids from the system's source of randomness."""

    def new(self) -> OpId:
        """Return 24 hexadecimal digits: 96 bits, unique without coordination."""
        return OpId(secrets.token_hex(12))
