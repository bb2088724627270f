"""What a person does in a folder: files written now or long ago, and a clock set forward."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from confsync.clock import SystemClock
from confsync.model import DocFacts, sha


def inspect(data: bytes) -> DocFacts:
    """Read `link:` lines; a document that is not UTF-8 is a problem."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return DocFacts(text_hash=sha(data), problem=f"undecodable: byte {error.start} is no UTF-8")
    links = tuple(line.removeprefix("link: ") for line in text.splitlines() if line.startswith("link: "))
    return DocFacts(text_hash=sha(text), links=links)


def put(root: Path, path: str, text: str | bytes = "text\n", *, age: float = 0) -> Path:
    """Write a file; with `age`, as if it had been written so many seconds ago (its ctime cannot be set)."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    if age:
        then = time.time() - age
        os.utime(file, (then, then))
    return file


class Later(SystemClock):
    """The machine's clock, set forward."""

    def __init__(self, seconds: float = 10) -> None:
        self.ahead = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return super().now() + self.ahead
