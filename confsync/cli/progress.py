"""A spinner on standard error while a command works; nothing if that is not a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console


@contextmanager
def working(text: str) -> Iterator[None]:
    """Show a spinner with this text while the block runs."""
    if not sys.stderr.isatty():
        yield
        return
    with Console(stderr=True, highlight=False).status(text):
        yield
