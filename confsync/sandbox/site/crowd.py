"""How many requests are being answered, and which places are being written to at the moment (FACTS.md 12)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator


class Crowd:
    """How many requests are being answered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0

    @contextlib.contextmanager
    def joined(self) -> Iterator[int]:
        """Count one in for a while; yield how many there are with it."""
        with self._lock:
            self._inside += 1
            inside = self._inside
        try:
            yield inside
        finally:
            with self._lock:
                self._inside -= 1


class Busy:
    """Which places are being written to. Two writes to one place at a time collide, as they do there (FACTS.md 12)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: set[str] = set()

    @contextlib.contextmanager
    def at(self, place: str | None) -> Iterator[bool]:
        """Hold a place for a while; yield whether it was free."""
        with self._lock:
            free = place is None or place not in self._places
            if free and place is not None:
                self._places.add(place)
        try:
            yield free
        finally:
            if free and place is not None:
                with self._lock:
                    self._places.discard(place)
