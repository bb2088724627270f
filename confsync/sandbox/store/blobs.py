"""The bytes of attachments, found by their SHA-256. In memory, or one file each below a directory."""

from __future__ import annotations

import hashlib
import tempfile
from io import BytesIO
from pathlib import Path
from typing import IO, Protocol

CHUNK = 1 << 20


class Blobs(Protocol):
    """Where bytes lie. Writing the same bytes twice keeps one copy."""

    def put(self, stream: IO[bytes]) -> tuple[str, int]:
        """Store a stream's rest; return its SHA-256 and its length."""
        ...

    def open(self, sha: str) -> IO[bytes]:
        """Return a fresh stream of stored bytes; KeyError for unknown ones."""
        ...


class MemoryBlobs:
    """Bytes in memory."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def put(self, stream: IO[bytes]) -> tuple[str, int]:
        """Store."""
        data = stream.read()
        sha = hashlib.sha256(data).hexdigest()
        self._held[sha] = data
        return sha, len(data)

    def open(self, sha: str) -> IO[bytes]:
        """Read."""
        return BytesIO(self._held[sha])


class DiskBlobs:
    """Bytes in files; a file appears whole or not at all."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory

    def put(self, stream: IO[bytes]) -> tuple[str, int]:
        """Store."""
        digest, size = hashlib.sha256(), 0
        with tempfile.NamedTemporaryFile(dir=self._directory, prefix=".new-", delete=False) as target:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        sha = digest.hexdigest()
        Path(target.name).replace(self._directory / sha)
        return sha, size

    def open(self, sha: str) -> IO[bytes]:
        """Read."""
        path = self._directory / sha
        if not path.is_file():
            raise KeyError(sha)
        return path.open("rb")
