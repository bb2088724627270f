"""Readings of the latest bases, so that a page that is edited again and again is not read again and again.

Bounded by the text it holds; the longest unused goes first. A reading depends on its text, and on what links answered
(`recorded_links`), alone: so what is remembered never shows in a result. Several threads may convert at once: each step on what
is held is one that Python does not interrupt, and nothing is counted beside it, so that no count can be wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Reading = TypeVar("Reading")


class ReadingCache:
    """At most `size` characters of text, each with its reading; for a moment more while several threads add some."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._held: dict[tuple[Hashable, str], Any] = {}

    @property
    def held(self) -> int:
        """How many characters of text are held."""
        return sum(len(text) for _, text in tuple(self._held))

    def find(self, kind: Hashable, text: str) -> Any:
        """Return what is remembered of a text, else None."""
        return self._held.get((kind, text))

    def of(self, kind: Callable[[str], Reading], text: str) -> Reading:
        """Return `kind(text)`, from memory where it is there."""
        found = self.find(kind, text)
        reading: Reading = kind(text) if found is None else found
        self.keep(kind, text, reading)
        return reading

    def forget(self) -> None:
        """Hold nothing any more."""
        self._held.clear()

    def keep(self, kind: Hashable, text: str, reading: object) -> None:
        """Remember a reading; one of a text that would push out all others is not remembered."""
        if len(text) * 4 > self.size:
            return
        self._held.pop((kind, text), None)
        self._held[kind, text] = reading
        keys = tuple(self._held)  # whoever adds last sees all that is there
        total = sum(len(text) for _, text in keys)
        for key in keys:
            if total <= self.size:
                break
            self._held.pop(key, None)
            total -= len(key[1])
