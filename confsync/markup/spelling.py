"""Strings that remember how they were written. As values they are their one canonical spelling, and nothing else.

What compares equal is told by the canonical spelling; what is written anew is written as it was found.
"""

from __future__ import annotations

from typing import Any, Self


class Spelt(str):
    """A canonical string, and in `written` the same as it was found."""

    __slots__ = ("written",)
    written: str

    def __new__(cls, canonical: str, written: str) -> Self:
        """Make one of both spellings."""
        new = super().__new__(cls, canonical)
        new.written = written
        return new

    def __str__(self) -> str:
        """Stay what it is: `str(x)` would forget the other spelling."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy both spellings, too."""
        return type(self), (str.__str__(self), self.written)


def written(text: str) -> str:
    """Return a string as it was found."""
    return text.written if isinstance(text, Spelt) else text
