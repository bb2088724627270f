"""Files for `confsync convert`: which were named, their text, and where results go. Nothing of syncing."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from confsync.cli.exported import declared_encoding
from confsync.errors import ConversionError, LocalError, UnreadableFile

STDIN = Path("-")
LEFT_OUT = "It was not converted; the other files were."
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(frozen=True, slots=True)
class Source:
    """A file to convert.

    `shown` is what it is called in messages; `target` the path of its result below the output folder; `folder` the
    named folder that it was found in, None when it was named itself.
    """

    path: Path
    shown: str
    target: Path
    folder: Path | None = None


@dataclass(slots=True)
class Found:
    """What the named sources are; `troubles` are folders that could not be looked into."""

    files: list[Source] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    troubles: list[LocalError] = field(default_factory=list)


def collect(here: Path, sources: Sequence[Path], suffixes: Sequence[str], suffix: str) -> Found:
    """Return the files that were named, and those in the folders that were named, in order, each once.

    A file is taken whatever it is called; in a folder only those with one of the suffixes, hidden ones left out. The
    results of one folder lie directly in the output folder, those of several in folders of their names.
    """
    found = Found(folders=[p for s in sources if s != STDIN and (p := here / s).is_dir()])
    several = len(found.folders) > 1
    for source in sources:
        path = source if source == STDIN else here / source
        if path not in found.folders:
            name = "stdin" if path == STDIN else path.name
            found.files.append(Source(path, str(source), Path(_renamed(name, suffixes, suffix))))
            continue
        below = Path(path.resolve().name) if several else Path()
        for file in _files(path, suffixes, found.troubles):
            inside = file.relative_to(path)
            target = below / inside.with_name(_renamed(inside.name, suffixes, suffix))
            found.files.append(Source(file, str(source / inside), target, folder=path))
    found.files = list({source.path: source for source in reversed(found.files)}.values())[::-1]
    return found


def _renamed(name: str, suffixes: Sequence[str], suffix: str) -> str:
    """Return a file name with another suffix; `v1.0` has none that says what it is."""
    path = Path(name)
    return (path.stem if path.suffix.lower() in (*suffixes, suffix, ".txt") else name) + suffix


def _files(folder: Path, suffixes: Sequence[str], troubles: list[LocalError]) -> Iterator[Path]:
    def tell(error: OSError) -> None:
        reason = error.strerror or type(error).__name__
        troubles.append(
            UnreadableFile(
                f"This folder cannot be read: {reason}.", where=str(error.filename), unchanged=LEFT_OUT
            )
        )

    for place, folders, names in os.walk(folder, onerror=tell):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "node_modules")
        for name in sorted(names):
            if not name.startswith(".") and Path(name).suffix.lower() in suffixes:
                yield Path(place, name)


def read_text(path: Path, shown: str = "") -> str:
    """Return a file's text without byte order mark, its line ends as they are; `shown` is its name in messages.

    UnreadableFile when it cannot be read, ConversionError when it is not UTF-8, nor what its XML declaration says.
    """
    where = shown or str(path)
    try:
        raw = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "Check the name." if isinstance(error, FileNotFoundError) else "Check the permissions."
        raise UnreadableFile(
            f"This file cannot be read: {reason}.", where=where, hint=hint, unchanged=LEFT_OUT
        ) from error
    try:
        return raw.decode(declared_encoding(raw) or "utf-8-sig")
    except (UnicodeDecodeError, LookupError):
        raise ConversionError(
            f"{_what_is_wrong(raw)}.", where=where, hint="Save it as UTF-8.", unchanged=LEFT_OUT
        ) from None


def _what_is_wrong(raw: bytes) -> str:
    if raw[:2] in _MARKS:
        return f"The file is {_MARKS[raw[:2]]}, not UTF-8"
    if b"\0" in raw[:8192]:
        return "The file is binary, not text"
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return f"Line {line} is not UTF-8"
    return "The file is not in the encoding that its XML declaration names"


class Output:
    """The folder where results go. No result replaces a source of this run, or another result of it."""

    def __init__(self, folder: Path, sources: Iterable[Source]) -> None:
        self.folder = folder
        self._sources = {_identity(source.path) for source in sources} - {None}
        self._made: dict[Path, Source] = {}

    def write(self, text: str, source: Source) -> None:
        """Write the result of a source, whole or not at all; LocalError when it cannot be."""
        path = self.folder / source.target
        try:
            if _identity(path) in self._sources:
                raise _refused("The result would replace a source.", path, "Choose another --output.")
            if source.target in self._made:
                other = self._made[source.target].shown
                raise _refused(
                    f"The result of {source.shown} would replace that of {other}.",
                    path,
                    "Convert the two into different folders.",
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            staged = path.with_name(f".confsync-{secrets.token_hex(8)}.tmp")
            try:
                staged.write_bytes(text.encode("utf-8", "replace"))
                staged.replace(path)
            finally:
                staged.unlink(missing_ok=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise _refused(f"The result cannot be written: {reason}.", path, "Check the folder.") from error
        self._made[source.target] = source


def _refused(message: str, path: Path, hint: str) -> LocalError:
    return LocalError(message, where=str(path), hint=hint, unchanged="The existing file was not changed.")


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what a file is on the disk, however its path is spelled; None when it is not there."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino
