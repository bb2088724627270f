"""Files that a command names: which they are, their text, where a result goes. Nothing of syncing."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from confsync.errors import ConversionError, LocalError, UnreadableFile

STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to convert; `target` is the path of its result below the output folder."""

    path: Path
    target: Path
    from_folder: bool = False


def collect(sources: Sequence[Path], suffixes: Sequence[str], suffix: str) -> list[Source]:
    """Return the files that were named, and those in the folders that were named, in order.

    A file is taken whatever it is called; in a folder only those with one of the suffixes, hidden ones left out.
    """
    found: dict[Path, Source] = {}
    for source in sources:
        if source != STDIN and source.is_dir():
            for path in _files(source, suffixes):
                target = path.relative_to(source).with_suffix(suffix)
                found.setdefault(path, Source(path, target, from_folder=True))
        else:
            name = Path("stdin") if source == STDIN else Path(source.name)
            found.setdefault(source, Source(source, name.with_suffix(suffix)))
    return list(found.values())


def _files(folder: Path, suffixes: Sequence[str]) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in suffixes:
                yield Path(place, name)


def read_text(path: Path) -> str:
    """Return a file's text without byte order mark, its line ends as they are.

    UnreadableFile when it cannot be read, ConversionError when it is not UTF-8.
    """
    try:
        raw = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableFile(f"This file cannot be read: {reason}.", where=str(path)) from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConversionError(
            f"Line {line} is not UTF-8.", where=str(path), hint="Save the file as UTF-8.", unchanged=""
        ) from None


def write_text(path: Path, text: str, source: Source) -> None:
    """Write a result; LocalError when it cannot be, or when it would replace its own source."""
    try:
        if path.exists() and source.path != STDIN and path.samefile(source.path):
            raise LocalError(
                "The result would replace its source.", where=str(path), hint="Choose another --output."
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "replace"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise LocalError(f"The result cannot be written: {reason}.", where=str(path)) from error
