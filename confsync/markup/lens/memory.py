"""Readings of the latest bases, so that a page that is edited again and again is not read again and again.

Bounded by the text it holds; the longest unused goes first. A reading depends on its text alone, so what is remembered
never shows in a result.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Reading = TypeVar("Reading")


class Memory:
    """At most `size` characters of text, each with its reading."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._held: OrderedDict[tuple[Hashable, str], Any] = OrderedDict()
        self._total = 0

    def of(self, kind: Callable[[str], Reading], text: str) -> Reading:
        """Return `kind(text)`, from memory where it is there."""
        found = self._held.get((kind, text))
        reading: Reading = kind(text) if found is None else found
        self.keep(kind, text, reading)
        return reading

    def forget(self) -> None:
        """Hold nothing any more."""
        self._held.clear()
        self._total = 0

    def keep(self, kind: Callable[[str], Reading], text: str, reading: Reading) -> None:
        """Remember a reading; one of a text that would push out all others is not remembered."""
        if len(text) * 4 > self.size:
            return
        if self._held.pop((kind, text), None) is None:
            self._total += len(text)
        self._held[kind, text] = reading
        while self._total > self.size and self._held:
            (_, oldest), _ = self._held.popitem(last=False)
            self._total -= len(oldest)
